"""Whether a name that the text has defined gets a new meaning."""

from __future__ import annotations

import re
from functools import cached_property

from derive.read.chains.assemble import Raw
from derive.read.chains.clauses import last_sentence, names_in
from derive.read.chains.extrema import undecorated
from derive.read.chains.scopes import END
from derive.read.chains.shorthand import written_out
from derive.read.chains.told import Told
from derive.read.chains.understand import Read
from derive.read.chains.variables import is_number
from derive.read.chains.words import (
    CHOICE,
    CHOSEN_NOW,
    DEFINES,
    FORMULA,
    IN_GENERAL,
    LEADS_ON,
    LIST_GOES_ON,
    OF_AN_ITEM,
    ONLY_IF,
    SAID_AGAIN,
    SUPPOSES,
    UNDER_A_CONDITION,
)
from derive.term import Definition, replace

_WORD = re.compile(r"[^\W\d_]{2,}")
_REST = re.compile(r"\A[^.!?]*[.!?]\s")  # the rest of a sentence


class Anew(Told):
    """What the text has said of a name before, and says of it again."""

    def _known(self, definition: Definition, at: int) -> bool:
        """Whether the name is defined before this place."""
        return self.meaning.defined_before(definition.name, at)

    def _at_a_value(self, definition: Definition, at: int) -> bool:
        """Whether h(t^*) = .. says what a known function is at a place, not for every t."""
        old = self.meaning.definition(definition.name, at, True)
        if old is None or not definition.parameters:
            return False
        return any(
            (undecorated(p) or self.meaning.definition(p, at) is not None)
            and p not in old.parameters
            for p in definition.parameters
        )

    def _changes(self, definition: Definition, at: int) -> bool:
        old = self.meaning.definition(definition.name, at, bool(definition.parameters))
        return old is not None and old.body != definition.body

    def _in_another_section(self, definition: Definition, at: int) -> bool:
        """Whether the name got its meaning in a section before this one."""
        place = self.meaning.defined_at(definition.name, at)
        return place is not None and self.meaning.section(place) != self.meaning.section(at)

    def _begins_anew(self, definition: Definition, raw: Raw) -> bool:
        """Whether words stand before a formula that do not go on with what was said of its name:
        "Tanh:" before another f(x) = .."""
        place = self.meaning.defined_at(definition.name, raw.at)
        if raw.joint != "first" or place is None:
            return False
        before = raw.display.before[-200:]
        own = before.rfind("\x02" + self.document.text[place : place + 8])
        if own >= 0:  # the definition stands in these words itself
            before = _REST.split(before[own:].partition("\x03")[2], maxsplit=1)[-1]
        words = before.rsplit("\x03", 1)[-1] if raw.inline else FORMULA.sub(" ", before)
        return _WORD.search(words) is not None and not goes_on_with(words)

    def _goes_on_defining(self, raw: Raw) -> bool:
        """Whether nothing but a comma or "and" stands between this formula and a definition."""
        between = self.document.text[self.defined_until : raw.at]
        return 0 < self.defined_until <= raw.at and LIST_GOES_ON.fullmatch(between) is not None

    def _is_chosen(self, definition: Definition, raw: Raw) -> bool:
        """Whether words begin a sentence that chooses a function: "For $f(x) = e^x$ we get"."""
        before = raw.display.before[-80:]
        chosen = CHOSEN_NOW.search(before) is not None or OF_AN_ITEM.search(before) is not None
        instead = raw.display.rest.lstrip("\x03 ").startswith("instead")
        again = bool(definition.parameters) or instead or self._was_chosen(definition, raw)
        return raw.inline and again and chosen

    def _was_chosen(self, definition: Definition, raw: Raw) -> bool:
        """Whether the name got its meaning by a choice, of which this is another one: "we choose
        $\\eta = 1/L$"."""
        place = self.meaning.defined_at(definition.name, raw.at)
        before = "" if place is None else self.document.text[:place][-60:]
        return CHOICE.search(before) is not None

    def _speaks_of(self, name: str, raw: Raw) -> str:
        """The sentence before a formula, if it speaks of the name and the words right before the
        formula do not introduce it; else ""."""
        before = raw.display.before[-300:]
        introduced = DEFINES.search(before.rsplit("\x03", 1)[-1]) is not None
        sentence = "" if introduced or not raw.inline else last_sentence(before)
        return sentence if name in names_in(sentence) else ""

    def _only_then(self, definition: Definition, raw: Raw) -> bool:
        """Whether a sentence says of a name when something holds: "equality holds if and only if
        $a$ and $b$ are dependent, $b = ta$"."""
        sentence = self._speaks_of(definition.name, raw)
        conditional = ONLY_IF.search(FORMULA.sub(" ", sentence)) is not None
        return conditional and not UNDER_A_CONDITION.match(sentence)

    def _meant_until(self, definition: Definition, raw: Raw, chosen: bool) -> int:
        """Where what a name is said to be is over: a value that is chosen, where the text is about
        the general case again; what one case says of a name that is known beside it, with the case;
        and what a sentence says under a condition of a name that it speaks of, "if $a$ and $b$ are
        dependent, $b = ta$", with the paragraph."""
        name, at = definition.name, raw.at
        value = is_number(definition.body)
        general = chosen or (value and not definition.parameters)
        over = next((place for place in self._in_general if general and place >= raw.end), END)
        if value or self.meaning.says_of(name):
            over = min(over, self.meaning.part_end(at))
        sentence = self._speaks_of(name, raw)
        if UNDER_A_CONDITION.match(sentence):
            paragraph = next((p for p in self.paragraphs if p >= raw.end), END)
            over = min(over, paragraph, self.meaning.section_end(at))
        elif SUPPOSES.match(sentence):
            over = min(over, next((begin for begin, _ in self.meaning.parts if begin > at), END))
        return over

    @cached_property
    def _in_general(self) -> list[int]:
        """Where the text is about the general case again."""
        return [m.start() for m in IN_GENERAL.finditer(self.document.text)]

    def _from_here(self, r: Read, definition: Definition) -> None:
        """After a line that is judged itself, its left side means its right side."""
        body = written_out(definition.body, aliases=self.aliases)
        line = self.document.place(r.raw.at).line
        self.meaning.define(r.raw.end, replace(definition, line=line, body=body), after=True)


def goes_on_with(words: str) -> bool:
    """Whether words lead on to what is claimed: "thus", "we find", "in other words"."""
    return LEADS_ON.search(words) is not None or SAID_AGAIN.search(words) is not None
