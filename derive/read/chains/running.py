"""Formulas in the running text: definitions, conditions, what is stated and what is claimed."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

from derive.read.chains.assemble import Raw
from derive.read.chains.doubt import closed_sum, simple
from derive.read.chains.introduce import Introductions, in_list, is_alias
from derive.read.chains.properties import WORD_DEFINED
from derive.read.chains.prose import ranges
from derive.read.chains.scopes import END
from derive.read.chains.understand import ORDER, Read, first_relation, only_relation
from derive.read.chains.variables import is_number
from derive.read.chains.words import (
    AND_SO,
    APPOSITION,
    ASKED_FOR,
    ASSUMED,
    CASE_BEGINS,
    CASE_LABEL,
    CLAIMED_FOR,
    CLAIMED_IF,
    CONCLUDED,
    COUNT_GIVEN,
    DEFINES,
    FOR,
    FOR_ALL_AFTER,
    FOR_ALL_BEFORE,
    FORMULA,
    GOAL,
    HEADING,
    IN_ITEM,
    INTRODUCED_WITH,
    ITEM,
    ITEM_ENDS,
    LET_BEFORE,
    LETS,
    LETS_BE,
    LETS_UNDER_IT,
    LISTED_BEFORE,
    NOT_CLAIMED,
    OF_A_CASE,
    ONE_CASE,
    ONLY_IF,
    OTHER_CASE,
    SAID_FALSE,
    SAID_FALSE_AFTER,
    SATISFIES,
    SENTENCE_ENDS,
    SO_THAT,
    SOLVES,
    SPENT,
    STATED,
    WE_GET,
    WITHIN,
)
from derive.read.moments import is_chance
from derive.read.notation import INDEX_LETTERS
from derive.term import (
    And,
    Assumption,
    Call,
    Component,
    Definition,
    Indexed,
    Number,
    Pow,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    subterms,
    subterms_of,
)
from derive.vocabulary import MEANT

_INDICES = frozenset(map(Symbol, INDEX_LETTERS))


class RunningText(Introductions):
    """What the formulas of the text between displays are."""

    def _classify(self, r: Read) -> None:
        """Whether the first relation introduces a name, is stated, or is to be judged."""
        raw = r.raw
        if r.role != "chain" or not raw.signs:
            return
        if raw.inline:
            self._classify_inline(r)
            return
        after = self.document.text[raw.display.segment.span.end :][:80]
        before = FORMULA.sub("\x02", raw.display.before[-200:])
        if SAID_FALSE.search(before) or SAID_FALSE_AFTER.match(after):
            r.role = "denied"
            return
        if self._numbers(r) or self._renames(r):
            return
        definition = self._introduces(r)
        if definition is not None:
            self._define(r, definition)
        elif self._is_moment(r) and not CONCLUDED.search(raw.display.before[-80:]):
            self._note_moment(r)

    def _classify_inline(self, r: Read) -> None:
        """A formula in the running text: a definition, something stated, or a claim."""
        raw = r.raw
        before = HEADING.sub(".", raw.display.before[-160:])  # which says nothing of a formula
        r.role = "silent"
        if raw.joint not in ("first", "row") and not raw.signs:
            return
        shortened = FORMULA.sub("\x02", before)
        claimed = CLAIMED_FOR.search(shortened) or CLAIMED_IF.search(before)
        unclaimed = NOT_CLAIMED.search(before) is not None and not claimed
        relation = only_relation(r) if len(raw.signs) == 1 else None
        if self._renames(r) or self._of_one_value(r):
            r.role = "definition"
            return
        first = first_relation(r)
        if raw.display.rest.lstrip()[:1] == "?":
            return  # it is asked
        if first is None or WORD_DEFINED.search(shortened):
            return
        if SAID_FALSE.search(shortened) or SAID_FALSE_AFTER.match(raw.display.rest):
            return
        if relation is not None and self._numbers(r):
            return
        spoken = relation if self.meaning.given_until(raw.at) < END else None
        if spoken is not None and (is_condition(spoken) or is_alias(spoken.left, spoken.right)):
            self._condition(raw, spoken)
            return
        if _is_range(raw, self.document.text):
            return
        if relation is not None and self._is_count(relation, raw):
            self._condition(raw, relation, self._general_again(raw.end))
            return
        words = before.rsplit("\x03", 1)[-1]
        introduced = INTRODUCED_WITH.search(shortened) is not None
        of_a_list = in_list(raw.display.before, words)  # "let $B, C \\in ..$, $BC = I$"
        if relation is not None and (introduced or of_a_list) and _restricts(relation):
            self._condition(raw, relation)
            return
        doubtful = NOT_CLAIMED.search(words) and not (
            DEFINES.search(before) or APPOSITION.search(words)
        )
        if relation is not None and self._is_value_of_a_case(relation, raw, words):
            self.cases.append((raw.at, raw.end, Assumption("relation", relation)))
            self._understood(raw.span, Assumption("relation", relation))
            return
        if self._for_a_sentence(r) or (relation is not None and _is_goal(relation, shortened)):
            return
        definition = self._introduces(r) if not doubtful or FOR.search(words) else None
        if doubtful and definition is not None and not self._says_what(definition, raw):
            definition = None
        if definition is not None and relation is not None and self._only_then(definition, raw):
            said = Assumption("relation", relation)
            self.meaning.state(
                raw.at, said, raw.at, case=True, ends=self.meaning.section_end(raw.at)
            )
            self._understood(raw.span, said)
            return
        if definition is not None:
            r.role = "definition" if len(raw.signs) == 1 else "chain"
            self._define(r, definition)
            return
        if relation is not None and _sizes(relation) and LETS.search(words):
            self._condition(raw, relation)  # "let $d = 3$"
            return
        if not doubtful and self._is_moment(r):
            if CONCLUDED.search(words):  # "Then $E[X^2] = a$": claimed, not told
                r.role, r.concluded = "chain", True
                return
            r.role = "silent" if relation is not None else "chain"
            self._note_moment(r)
            return
        if r.solves:
            r.role = "chain"
            return
        given = introduced or ASSUMED.search(shortened) is not None
        bound = any(isinstance(s, Number) for s in (first.left, first.right))
        bound &= all(isinstance(s, (Symbol, Indexed, Number)) for s in (first.left, first.right))
        given |= first.op != "=" and not bound and LET_BEFORE.search(shortened) is not None
        given |= SATISFIES.search(shortened) is not None
        if relation is not None and given and (is_condition(relation) or _restricts(relation)):
            self._condition(raw, relation)
            return
        if first.op != "=" and self._for_all(first, raw):
            r.role, r.for_all = "chain", True
            return
        listed = LISTED_BEFORE.search(shortened)
        number = listed[0].count("\x02") - 1 if listed is not None else 0
        if listed is not None:  # "for $x > 0$ and $y > 0$": the words before the first one
            words = shortened[: listed.start() + 1].rsplit("\x02", 2)[-2]
        # "let $f(x) = ..$ for $b > 0$"
        lets = LETS_BE.search(_sentence(raw, shortened)[0]) is not None
        if bounds := _bounds(r):
            assumption = Assumption("relation", And(bounds))
            if not lets and self._is_case(assumption, raw, words, number):
                return
            self._state(raw.at, assumption, *_sentence(raw, before))
            self._understood(Span(raw.at, raw.end), assumption)
            return
        if relation is not None and relation.op != "=":
            if lets or not self._is_case(Assumption("relation", relation), raw, words, number):
                self._stated_inequality(relation, raw, shortened)
            return
        if raw.signs[0].text not in ("=", ":="):
            return
        if lengths := _lengths(r):
            for one in lengths:
                self.meaning.state(raw.at, Assumption("relation", one))
                self._understood(raw.span, Assumption("relation", one))
            return
        chance = all(_of_chance(side) for side in (first.left, first.right))
        chance = chance or self._is_told(first.left, raw.at)  # E[T] = m, of a T that is defined
        if chance and not unclaimed:  # Var(aX + b) = a^2 Var(X)
            r.role = "chain"
            return
        if self._may_differ(first, raw.at) or self._is_law(first, raw.at):
            if relation is None:
                return
            assumption = Assumption("relation", relation)
            leads = CONCLUDED.search(words) is not None or self._goes_on_concluding(r, words)
            concluded = leads and not SO_THAT.search(words)
            stated = STATED.search(before.replace("i.e.", "ie")) is not None
            case = ONLY_IF.search(shortened) is not None  # "if n = 0, the sum is empty: .."
            if closed_sum(relation) and stated and not concluded and not case:
                self.meaning.state(raw.at, assumption)
                self._understood(raw.span, assumption)
            elif not unclaimed and (leads or self._is_told_already(first, raw, words)):
                r.role, r.concluded = "chain", True
                self._solve_for(relation, r.raw.at)
            elif not unclaimed or SOLVES.search(before):
                r.role = "stated"
                self._solve_for(relation, r.raw.at)
            return
        said_of = free_names(first) & self.meaning.shapes.keys()
        if relation is not None and _is_property(relation) and not said_of:
            return  # $I^2 = I$
        if not unclaimed:
            r.role = "chain"

    def _goes_on_concluding(self, r: Read, words: str) -> bool:
        """Whether it goes on with what was concluded: "hence $x = 3$ and $y = 1$"."""
        before = self.read[r.number - 1] if r.number else None
        concluded = before is not None and before.inline and before.concluded
        return concluded and AND_SO.fullmatch(words) is not None

    def _is_told_already(self, relation: Relation, raw: Raw, words: str) -> bool:
        """Whether a recursion told before says what a member is, and the words do not let it be
        something else: "the first values are $a_1 = 5$", no "with $a_1 = 5$"."""
        if ASKED_FOR.search(words) or SOLVES.search(words):
            return False
        return self._is_member(relation.left, relation.right, raw.at)

    def _for_a_sentence(self, r: Read) -> bool:
        """Whether a name stands for another one or a number in the middle of a sentence: "then
        with $y = x$ we get"."""
        relation = only_relation(r)
        if relation is None or relation.op != "=" or not isinstance(relation.left, Symbol):
            return False
        small = isinstance(relation.right, Symbol) or is_number(relation.right)
        return (
            small
            and WITHIN.search(r.raw.display.before[-60:]) is not None
            and WE_GET.match(r.raw.display.rest) is not None
        )

    def _is_count(self, relation: Relation, raw: Raw) -> bool:
        """Whether a name is let be a number that is no index but counts: "let $n = 2$"."""
        head, number = relation.left, relation.right
        if relation.op != "=" or not isinstance(head, Symbol) or not isinstance(number, Number):
            return False
        counts = head.name in INDEX_LETTERS or head.name in self.meaning.lengths
        index = self.meaning.range_at(head.name, raw.at) is not None
        return counts and not index and COUNT_GIVEN.search(raw.display.before[-60:]) is not None

    def _general_again(self, at: int) -> int:
        """Where the text is about all cases again."""
        return next((end for end in sorted([*self.ends, *self._in_general]) if end >= at), END)

    def _condition(self, raw: Raw, relation: Relation, until: int = END) -> None:
        """A relation that holds from here to the end of the section, or up to ``until``."""
        said = Assumption("relation", relation)
        until = min(until, self.meaning.section_end(raw.at))
        self.meaning.state(raw.at, said, until, case=True)
        if isinstance(relation.left, Indexed):
            self.starts.append((raw.at, relation))  # "with $a_0 = 1$"
        if isinstance(relation.left, Pow):
            self._solve_for(relation, raw.at)  # a^2 = b^2: "then $a = |b|$" says no meaning of a
        self._understood(raw.span, said)

    def _says_what(self, definition: Definition, raw: Raw) -> bool:
        """Whether "for f(x) = x^2 + 1 we get" says what f is: a name that did not stand before."""
        own = definition.parameters or definition.indices
        first = self.first_at.get(definition.name, raw.at) >= raw.at
        compound = not isinstance(definition.body, (Symbol, Indexed)) and not is_number(
            definition.body
        )
        new = (bool(own) or first) and not self._known(definition, raw.at)
        return compound and (new or self._is_chosen(definition, raw))

    def _for_all(self, relation: Relation, raw: Raw) -> bool:
        """Whether an inequality is claimed for all values: $x^2 \\ge 0$ for all $x$."""
        before = FORMULA.sub(" ", raw.display.before[-200:])
        if ASKED_FOR.search(before) or simple(relation):
            return False
        if any(
            isinstance(s, Call)
            and s.name not in MEANT
            and self.meaning.definition(s.name, raw.at) is None
            for s in subterms(relation)
        ):
            return False  # f(x) > 0: what is said of f
        if r"\forall" in raw.display.segment.text or FOR_ALL_AFTER.match(raw.display.rest):
            return True
        return FOR_ALL_BEFORE.search(before) is not None

    def _is_case(self, assumption: Assumption, raw: Raw, words: str, number: int) -> bool:
        """Whether inequalities say when the display before or after them holds; ``words``: before
        the first condition of a list, ``number``: how many of it stand before this one."""
        if ITEM.search(words) and raw.display.rest.lstrip()[:1] in (":", ","):
            item = ITEM_ENDS.search(self.document.text, raw.end)
            until = item.start() if item is not None else len(self.document.text)
            self.meaning.state(raw.at, assumption, until, case=True)
            return True
        if not ONE_CASE.search(words):
            return False
        term = assumption.term
        if isinstance(term, Relation) and {term.left, term.right} <= _INDICES:
            return True  # i \ne j: the words around it have been read
        rest = raw.display.rest
        one = FOR.search(words) is not None and not OTHER_CASE.search(rest)
        lets = LETS_UNDER_IT.match(rest) if one else None
        if lets is not None and not any(name in lets["what"] for name in free_names(term)):
            return False  # but "for $x > 0$ let $f(x) = ..$" is a case of f
        opening = raw.display.before.replace("\x02", "").strip(" ,.;(")
        labelled = CASE_LABEL.search(words) is not None
        earlier = max(0, bisect_left(self.inline, raw.at) - number)
        first = self.inline[earlier - 1] if earlier else None
        if first is not None and re.fullmatch(
            r"[\s,]*(?:for(?: all| any| every)?|if|when|whenever)\s*", words
        ):
            self.meaning.state(first, assumption, raw.at, case=True)  # |y - z| = y - z for y > z
        elif (
            not labelled
            and len(opening) < 16
            and raw.display.after >= 0
            and rest.lstrip()[:1] in (".", ",", ";", "")
        ):
            self.meaning.state(raw.display.after, assumption, raw.at, case=True)
        sentence = raw.display.before[-200:].rsplit(". ", 1)[-1] + rest
        spent = SPENT.search(rest) is not None and OTHER_CASE.search(sentence) is not None
        over = spent or SENTENCE_ENDS.search(rest) or len(rest) >= 160
        goes_on = labelled or not over
        (self.cases if goes_on else self.past_cases).append((raw.at, raw.end, assumption))
        self._understood(raw.span, assumption)
        return True

    def _is_value_of_a_case(self, relation: Relation, raw: Raw, words: str) -> bool:
        """Whether a case is the one where a name has a value: "Case 1: $b = 0$"."""
        begins = [m.end() for m in CASE_BEGINS.finditer(words)]
        name = relation.left
        if relation.op != "=" or not begins or not isinstance(name, (Symbol, Indexed)):
            return False
        lets = OF_A_CASE.fullmatch(words, begins[-1]) is not None
        unknown = self.meaning.definition(name.name, raw.at) is None
        return lets and unknown and is_number(relation.right) and name not in _INDICES

    def _end_cases(self) -> None:
        """What opens a case holds to the end of its paragraph; up to the next one, or to where
        cases end, it may be meant."""
        starts = [at for at, _, _ in self.cases] + [at for at, _ in self.meaning.parts]
        starts = sorted(starts + self.ends)
        for at, end, assumption in self.cases:
            until = min(next((s for s in starts if s >= end), END), self._item_end(end))
            if self.meaning.given_until(at) <= at:
                self.meaning.state(at, assumption)
                continue
            paragraph = next((s for s in self.paragraphs if s >= end), END)
            self.meaning.state(end, assumption, min(until, paragraph), case=True, ends=until)
        for _, end, assumption in self.past_cases:
            until = min(next((s for s in starts if s >= end), END), self._item_end(end))
            self.meaning.state(end, assumption, end, case=True, ends=until)

    def _item_end(self, at: int) -> int:
        """Where the item of a list ends that a place stands in."""
        text = self.document.text
        if not IN_ITEM.match(text, text.rfind("\n", 0, at) + 1):
            return END
        over = ITEM_ENDS.search(text, at)
        return over.start() if over is not None else END

    def _stated_inequality(self, relation: Relation, raw: Raw, before: str) -> None:
        sides = (relation.left, relation.right)
        if all(isinstance(s, Symbol) and s.name in INDEX_LETTERS for s in sides):
            return
        sizes = (s.args[0] if isinstance(s, Call) and s.name == "abs" else s for s in sides)
        simple = all(isinstance(s, (Symbol, Indexed, Number)) for s in sizes)
        if simple and any(isinstance(s, Number) for s in sides):
            self._state(raw.at, Assumption("relation", relation), *_sentence(raw, before))
            self._understood(Span(raw.at, raw.end), Assumption("relation", relation))


def _of_chance(t: Term) -> bool:
    return any(is_chance(s.name) for s in subterms_of(t, Call) if isinstance(s, Call))


def _is_property(relation: Relation) -> bool:
    """Whether an equation says what a name is like, I^2 = I: both sides are powers of one name, and
    not the same."""
    names = free_names(relation)
    sides = (relation.left, relation.right)
    powers = (s.base if isinstance(s, Pow) and isinstance(s.exponent, Number) else s for s in sides)
    plain = all(isinstance(s, Symbol) for s in powers)
    return relation.op == "=" and len(names) == 1 and plain and relation.left != relation.right


def _lengths(r: Read) -> tuple[Relation, ...]:
    """That several lengths are a number: \\|u\\| = \\|v\\| = 1."""
    sides = [side.readings[0] for side in r.sides if side.readings]
    if len(sides) < 3 or any(s.text != "=" for s in r.raw.signs) or not is_number(sides[-1]):
        return ()
    if not all(isinstance(s, Call) and s.name == "norm" for s in sides[:-1]):
        return ()
    return tuple(Relation("=", s, sides[-1]) for s in sides[:-1])


def _bounds(r: Read) -> tuple[Relation, ...]:
    """The parts of 0 < p < 1 or a > b > 0: names between names and numbers; () for all else."""
    if len(r.raw.signs) < 2 or any(s.text not in ORDER for s in r.raw.signs):
        return ()
    sides = [side.readings[0] for side in r.sides if side.readings]
    if len(sides) <= len(r.raw.signs) or not any(map(is_number, sides)):
        return ()
    if not all(is_number(s) or isinstance(s, (Symbol, Indexed)) for s in sides):
        return ()
    pairs = zip(r.raw.signs, pairwise(sides), strict=True)
    return tuple(Relation(sign.text, left, right) for sign, (left, right) in pairs)


def _sentence(raw: Raw, before: str) -> tuple[str, str]:
    """The words of a formula's sentence before and after it."""
    return before.rsplit(". ", 1)[-1], raw.display.rest[:80].split(".")[0]


def _is_goal(relation: Relation, before: str) -> bool:
    """Whether a name is to be shown to be something: "our goal is to show that $y = 2x$"."""
    return isinstance(relation.left, Symbol) and GOAL.search(before) is not None


def _sizes(relation: Relation) -> bool:
    """Whether it gives a letter that counts a number: d = 3."""
    left, right = relation.left, relation.right
    counts = isinstance(left, Symbol) and left.name in {"d", *INDEX_LETTERS}
    return relation.op == "=" and counts and is_number(right)


def _restricts(relation: Relation) -> bool:
    """Whether it says something of names and gives no name a meaning: A² = A, z² = 4, AB = BA; no
    y = Wx + b."""
    return relation.op == "=" and not isinstance(relation.left, (Symbol, Indexed, Call, Component))


def is_condition(relation: Relation) -> bool:
    """Whether a relation restricts what its names may be: r > 0, y² = 1; no y = Wx + b."""
    sides = (relation.left, relation.right)
    if all(isinstance(s, Symbol) and s.name in INDEX_LETTERS for s in sides):
        return False
    if relation.op != "=":
        return True
    return any(isinstance(s, Number) for s in sides) and not closed_sum(relation)


def _is_range(raw: Raw, text: str) -> bool:
    """Whether a formula says how far an index goes, i = 1, \\dots, n, the dots maybe after it: not
    s_i = e^{z_i} with a range behind it."""
    return any(m.start() < 2 for m in ranges(text[raw.at : raw.end + 40]))
