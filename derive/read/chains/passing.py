"""What is said in passing, or for a part that is over: it may be meant for a step or not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from derive.read.chains.assemble import Raw
from derive.read.chains.claimed import Suppositions
from derive.read.chains.properties import WORD_DEFINED
from derive.read.chains.running import is_condition
from derive.read.chains.seen import look
from derive.read.chains.understand import Read, only_relation
from derive.read.chains.words import CHECKED, FORMULA, GOES_WITH
from derive.term import (
    Assumption,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    free_names,
    subterms_of,
)

_PASSING = 6  # conditions in passing before a display that may be meant there
_NEAR = 2_000  # characters before it in which they stand


class Passing(Suppositions):
    """The conditions that stand near a step in words that do not say what they are for."""

    def _in_passing(self, r: Read) -> Iterator[tuple[int, Assumption]]:
        """A condition that stands in the running text, in words that do not say what it is for:
        "the diagonal, $i = j$, is easy", or for how long it holds: "let $u$ with $u^T u = 1$"."""
        relation = only_relation(r) if r.inline and r.definition is None else None
        if relation is None or r.role not in ("silent", "chain", "stated"):
            return
        if WORD_DEFINED.search(FORMULA.sub("\x02", r.raw.display.before[-160:])):
            return
        if CHECKED.search(FORMULA.sub("\x02", r.raw.display.before[-160:])):
            return  # "Check: at $m = k$ this vanishes"
        condition = Assumption("relation", relation)
        sides = (relation.left, relation.right)
        simple = all(isinstance(side, (Symbol, Number)) for side in sides)
        if not simple and is_condition(relation):
            meant = GOES_WITH.search(FORMULA.sub("\x02", r.raw.display.before[-160:])) is not None
        else:
            meant = simple and r.role != "stated"
        if meant:
            yield r.at, condition

    def _elsewhere(self, t: Term, raw: Raw) -> tuple[tuple[int, Assumption], ...]:
        """What is said near a step of its names, which may be meant there or not; not of a number
        what is said of an array or a function of this name."""
        found = self._said_near(t, raw)
        if not found:  # nearly always
            return found
        here = look(t)

        def is_of_another(a: Assumption) -> bool:
            there = look(a.term)
            return bool(here.called & there.symbols or here.whole & there.indexed)

        return tuple(one for one in found if not is_of_another(one[1]))

    def _said_near(self, t: Term, raw: Raw) -> tuple[tuple[int, Assumption], ...]:
        found = self.meaning.elsewhere(t, raw.at)
        if isinstance(t, Relation):
            found = (*found, *self._of_other_sections(t, raw.at))
        if raw.inline:
            return found
        last = bisect_left(self.passing, raw.at, key=lambda one: one[0])
        near = [
            one for one in self.passing[max(0, last - _PASSING) : last] if raw.at - one[0] < _NEAR
        ]
        of_names = {frozenset(_names(a.term)): (at, a) for at, a in near}
        if not of_names:
            return found
        bodies = (d.body for d in self.meaning.at(t, raw.at).definitions.values())
        behind = free_names(t).union(*map(free_names, bodies))
        return (*found, *(one for names, one in of_names.items() if names <= behind))


def _names(t: Term) -> set[str]:
    """The names in ``t`` other than those of functions."""
    return {s.name for s in subterms_of(t, Symbol, Indexed) if isinstance(s, (Symbol, Indexed))}
