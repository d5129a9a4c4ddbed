"""Members of families and sequences that are written with numbers: a_3 of a_t = Σ_{s=1}^t x_s, v_2
of v_t = β v_{t-1} + g_t."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from derive.read.chains.anew import Anew
from derive.read.chains.recursion import goes_on, to_the_start, with_members
from derive.read.chains.understand import Read
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
                    self._is_of_family(name, value, at) or self._by_start(relation, at) is not None
                )
        return False

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
        """What the text says that a numbered member is: v_0 = 0."""
        found = self.meaning.definition(f"{name}_{{{number}}}", at)
        if found is not None:
            return found.body
        head = Indexed(name, (Number(number),))
        return next((e.right for place, e in self.starts if place < at and e.left == head), None)

    def _note_sequence(self, r: Read, first: Relation) -> None:
        """How a sequence goes on, and what its first members are said to be."""
        if goes_on(first):
            self.sequences.append((r.raw.end, first))
        elif r.role == "stated" and isinstance(first.left, Indexed):
            self.starts.append((r.raw.at, first))

    def _sequences(self, at: int) -> list[Relation]:
        """What the text says before of how sequences go on, the last first; of a sequence that it
        defines in another way it is claimed."""
        found = [(place, e) for place, e in self.sequences if place <= at]
        return [
            e
            for place, e in reversed(found)
            if isinstance(e.left, Indexed) and self.meaning.definition(e.left.name, place) is None
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
