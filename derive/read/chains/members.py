"""Members of families and sequences that are written with numbers: a_3 of a_t = Σ_{s=1}^t x_s, v_2
of v_t = β v_{t-1} + g_t."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from derive.read.chains.anew import Anew, goes_on_with
from derive.read.chains.assemble import Raw
from derive.read.chains.recursion import FARTHEST, goes_on, to_the_start, with_members
from derive.read.chains.understand import Read
from derive.read.chains.words import DEFINES, FORMULA, LETS
from derive.term import (
    BigOp,
    Component,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    bound_names,
    children,
    free_names,
    subterms_of,
)


class Members(Anew):
    """What the text says of all members is claimed of one."""

    def _is_member(self, head: Term, body: Term, at: int) -> bool:
        """Whether ``head = body`` is about a member of a family or a sequence that the text has
        told before."""
        match head:
            case Indexed(name, (Number(value),)) | Component(Symbol(name), (Number(value),)):
                relation = Relation("=", Indexed(name, (Number(value),)), body)
                return (
                    self._is_of_family(name, value, at)
                    or self._by_start(relation, at) is not None
                    or self._starts_anew(name, value, at)
                )
        return False

    def _starts_anew(self, name: str, number: Fraction, at: int) -> bool:
        """Whether the text has told of a sequence how it goes on, and several beginnings up to this
        member."""
        told = any(name in free_names(e.left) for e in self._sequences(at))
        numbers = range(min(int(number), FARTHEST) + 1)
        return told and any(len(self._said_to_be(name, Fraction(n), at)) > 1 for n in numbers)

    def _is_of_family(self, name: str, number: Fraction, at: int) -> bool:
        """Whether a definition before says what all members are, and so this one: a_t is a sum up
        to t, or n^2; not p_0 beside p_k = exp(x_k)/Z, where nobody says how far k goes."""
        family = self.meaning.definition(name, at)
        if family is None or len(family.indices) != 1 or not self.meaning.defined_before(name, at):
            return False
        (letter,) = family.indices
        range_ = self.meaning.range_at(letter, at)
        if range_ is not None and isinstance(range_.lower, Number):
            upper = range_.upper
            above = not isinstance(upper, Number) or number <= upper.value
            return range_.lower.value <= number and above
        return number >= 1 and _counts(family.body, letter)

    def _by_start(self, relation: Relation, at: int) -> Relation | None:
        """The relation with the numbered members of sequences by how these begin, v_0 = 0, or by
        the first member that stands in it; None where there are none or it is not told."""
        sequences: dict[str, Relation] = {}
        for e in self._sequences(at):
            assert isinstance(e.left, Indexed)
            sequences[e.left.name] = e  # what is said first is how it goes on
        if not sequences:
            return None
        known = self.meaning.at(relation, at).definitions
        opened = with_members(relation, known, sequences.keys())
        changed = to_the_start(opened, sequences, partial(self._start, at=at))
        return changed if isinstance(changed, Relation) else None

    def _bound_by_sequences(self, relation: Relation, at: int) -> frozenset[str]:
        """The sequences of which ``relation`` has several members, or whose beginning is told:
        these are no free numbers."""
        found: set[str] = set()
        for e in self._sequences(at):
            assert isinstance(e.left, Indexed)
            name = e.left.name
            own = {s for s in subterms_of(relation, Indexed) if free_names(s) >= {name}}
            summed = set[str]().union(*map(free_names, own)) & set(bound_names(relation))
            begins = any(self._start(name, Fraction(n), at) is not None for n in (0, 1))
            if len(own) > 1 or summed or (own and begins):
                found.add(name)
        return frozenset(found)

    def _start(self, name: str, number: Fraction, at: int) -> Term | None:
        """What the text says that a numbered member is, v_0 = 0; None where it says two things of
        it: of two sequences."""
        found = self._said_to_be(name, number, at)
        ((value, given),) = found.items() if len(found) == 1 else ((None, False),)
        return value if given else None

    def _said_to_be(self, name: str, number: Fraction, at: int) -> dict[Term, bool]:
        """What a numbered member is in this section, or is anywhere before it if nothing is said
        here, and whether that is given or only spoken of: "for $v_0 = 1$ we would get"."""
        key, head = f"{name}_{{{number}}}", Indexed(name, (Number(number),))
        defined = self.meaning.definition(key, at)
        since = -1 if defined is None else self.meaning.defined_at(key, at) or 0
        told = [] if defined is None else [(since, defined.body, True)]
        for starts, given in ((self.tried, False), (self.starts, True)):
            told += [(n, e.right, given) for n, e in starts if since < n < at and e.left == head]
        section = self.meaning.section
        here = {value: given for n, value, given in told if section(n) == section(at)}
        return here or {value: given for _, value, given in told if given}

    def _note_sequence(self, r: Read, first: Relation) -> None:
        """How a sequence goes on, and what its first members are said to be."""
        if goes_on(first):
            assert isinstance(first.left, Indexed)
            if self._tells_anew(first.left.name, r.raw):
                self.told_anew.append((r.raw.at, first.left.name))
            self.sequences.append((r.raw.end, first))
        elif r.role in ("stated", "silent") and isinstance(first.left, Indexed):
            (self.starts if r.role == "stated" else self.tried).append((r.raw.at, first))

    def _tells_anew(self, name: str, raw: Raw) -> bool:
        """Whether another section has told how a sequence goes on, and this one lets it be a new
        one."""
        before = FORMULA.sub(" ", raw.display.before[-200:])
        lets = LETS.search(before) is not None or DEFINES.search(before) is not None
        told = [place for place, e in self.sequences if name in free_names(e.left)]
        section = self.meaning.section
        return (
            lets
            and not goes_on_with(before)
            and bool(told)
            and section(told[-1]) != section(raw.at)
        )

    def _sequences(self, at: int) -> list[Relation]:
        """What the text says before of how sequences go on, the last first; of a sequence that it
        defines in another way it is claimed."""
        since = {name: place for place, name in self.told_anew if place <= at}
        found = [(place, e) for place, e in self.sequences if place <= at]
        return [
            e
            for place, e in reversed(found)
            if isinstance(e.left, Indexed)
            and self.meaning.definition(e.left.name, place) is None
            and place > since.get(e.left.name, -1)
        ]


def _counts(t: Term, letter: str) -> bool:
    """Whether an index stands for a number in ``t``, or bounds a sum, beside being an index."""
    match t:
        case Symbol(name):
            return name == letter
        case Indexed() | Component():
            return False
        case BigOp():
            ends = [end for end in (t.lower, t.upper) if end is not None]
            return any(letter in free_names(end) for end in ends) or _counts(t.body, letter)
    return any(_counts(s, letter) for s in children(t))
