"""How far the indices of an axis reach: x_{k+1} with k in 1..n-1, beside x_1, makes x_1, .., x_n.

Throughout: an *end* is a name, "" for none, plus a whole number: n - 1 is ("n", -1).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from derive.term import Add, Neg, Number, Range, Symbol, Term, term

End: TypeAlias = tuple[str, Fraction]
NOTHING = Fraction(0)  # to make one is slow


def end_of(t: Term) -> End | None:
    """``t`` as a name plus a number, None where it is something else."""
    match t:
        case Number(value):
            return "", value
        case Symbol(name):
            return name, NOTHING
        case Neg(Number(value)):
            return "", -value
        case Add(terms):
            ends = [end_of(s) for s in terms]
            names = [e[0] for e in ends if e is not None and e[0]]
            if None not in ends and len(names) < 2:
                return "".join(names), sum((e[1] for e in ends if e is not None), NOTHING)
    return None


def shifted(range_: Range, by: Fraction) -> Range:
    return Range(_moved(range_.lower, by), _moved(range_.upper, by))


def hull(best: Range, others: Iterable[Range]) -> Range:
    """``best``, made longer where others reach beyond it as far as can be seen; a name counts as
    large."""
    lower, upper = end_of(best.lower), end_of(best.upper)
    for other in others:
        low, up = end_of(other.lower), end_of(other.upper)
        if lower and low and not lower[0] and not low[0]:
            lower = min(lower, low)
        if upper and up and (upper[0] == up[0] or not upper[0]):
            upper = max(upper, up)
    return Range(
        best.lower if lower in (None, end_of(best.lower)) else _written(lower),
        best.upper if upper in (None, end_of(best.upper)) else _written(upper),
    )


def _moved(t: Term, by: Fraction) -> Term:
    found = end_of(t)
    return t + term(by) if found is None else _written((found[0], found[1] + by))


def _written(e: End | None) -> Term:
    assert e is not None
    name, number = e
    if not name:
        return term(number)
    return Symbol(name) + term(number) if number else Symbol(name)
