"""Conditions that a range makes true, left out.

SymPy's ``diff(..).doit()`` under a sum writes ``Piecewise((e, (i >= 1) & (d >= i)), (0, True))``
because it doesn't know that i runs over 1..d; here ranges are declared, and the condition holds.

Throughout: ``ranges`` says which range each index in scope has.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.term import And, BigOp, Cases, Range, Relation, Symbol, Term, rebuild


def settled(t: Term, ranges: Mapping[str, Range]) -> Term:
    """``t`` without the case distinctions that the ranges decide."""
    if isinstance(t, BigOp) and t.lower is not None and t.upper is not None:
        ranges = {**ranges, t.index: Range(t.lower, t.upper)}
    t = rebuild(t, lambda s: settled(s, ranges))
    if not isinstance(t, Cases):
        return t
    branches: list[tuple[Term, Term]] = []
    for value, condition in t.branches:
        open_ = tuple(c for c in _conditions(condition) if not _holds(c, ranges))
        if not open_:
            return Cases(tuple(branches), value) if branches else value
        branches.append((value, And(open_) if len(open_) > 1 else open_[0]))
    return Cases(tuple(branches), t.otherwise)


def _conditions(condition: Term) -> tuple[Term, ...]:
    return condition.conditions if isinstance(condition, And) else (condition,)


def _holds(condition: Term, ranges: Mapping[str, Range]) -> bool:
    """Whether this is ``lower <= i`` or ``i <= upper`` for an index of that range."""
    match condition:
        case Relation("<=", small, large) | Relation(">=", large, small):
            return (isinstance(large, Symbol) and _bound(large, ranges, "lower") == small) or (
                isinstance(small, Symbol) and _bound(small, ranges, "upper") == large
            )
    return False


def _bound(index: Symbol, ranges: Mapping[str, Range], side: str) -> Term | None:
    found = ranges.get(index.name)
    if found is None:
        return None
    return found.lower if side == "lower" else found.upper
