"""Inequalities: what the left side is, so that its bound is seen, and why it is seen.

Throughout: ``u`` is a name or a value f(x) in which a term is quadratic.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType

from derive.explain.chains import everywhere
from derive.explain.meaning import shown_before
from derive.explain.moves import Line
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import ZERO, numeral, rational, tidy
from derive.term import (
    BigOp,
    Call,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    contains,
    rebuild,
    subterms,
    subterms_of,
    term,
)

SETTLE = everywhere("case", inside=True)
UNTOLD: Reason = ("by the range of each part",)
PARTS = MappingProxyType(
    {"max": "a maximum is at least each part", "min": "a minimum is at most each part"}
)


def meanings(left: Term, right: Term, scope: Scope) -> Iterator[list[Line]]:
    """Lines from the left side to what its bound is seen from, the most telling first."""
    shown = shown_before(left, scope)
    unfolded = scope.unfold(left)
    if shown is not None:
        line = Line(shown, "shown", ("as shown before",))
        yield from ([line, square] for square in _squared(shown, right))
        yield [line]
    if unfolded is not None:
        line = Line(unfolded, "definition", ("definition of ", left))
        settled = SETTLE(unfolded, scope)
        if settled is not None:
            yield [line, settled]
        yield from ([line, square] for square in _squared(unfolded, right))
        yield [line]
    yield from ([square] for square in _squared(left, right))


def _squared(t: Term, bound: Term) -> Iterator[Line]:
    """u (1 − u) as 1/4 − (u − 1/2)², where 1/4 is the bound."""
    value = rational(bound)
    if value is None or contains(t, BigOp):
        return
    for u in dict.fromkeys(s for s in subterms(t) if isinstance(s, (Symbol, Indexed, Call))):
        at = [rational(tidy(_put(t, u, k))) for k in (0, 1, -1)]
        if not all(q is not None for q in at):
            continue
        c, plus, minus = (q or Fraction(0) for q in at)
        a, b = (plus + minus) / 2 - c, (plus - minus) / 2
        if a and c - b * b / (4 * a) == value:
            square = Mul((numeral(abs(a)), Pow(tidy(u + numeral(b / (2 * a))), term(2))))
            after = bound + square if a > 0 else bound - square
            yield Line(tidy(after), "square", ("complete the square",))


def _put(t: Term, u: Term, k: int) -> Term:
    if t == u:
        return Number(Fraction(k)) if k >= 0 else Neg(term(-k))
    return rebuild(t, lambda s: _put(s, u, k))


def reason_of_bound(t: Term, bound: Term) -> Reason:
    """Why a term has this bound, in a few words."""
    calls = {s.name for s in subterms_of(t, Call)}
    if isinstance(t, Call) and t.name in ("max", "min") and bound in t.args:
        return (PARTS[t.name],)
    if any(isinstance(s, Pow) and s.exponent == Number(Fraction(2)) for s in subterms(t)):
        return ("a square is never negative",)
    if isinstance(t, Mul) and bound == ZERO and "exp" not in calls:
        return ("by the signs of the factors",)
    return ("every exponential is positive",) if "exp" in calls else UNTOLD
