"""How terms of a solution compare with what was to be shown, besides being equal."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import islice

from derive.grade.ledger import Polynomial
from derive.grade.targets import Target
from derive.prover.components import scalar_claims
from derive.prover.undecided import Undecided
from derive.term import Claim, Div, Matrix, Mul, Neg, Number, Relation, Term, rebuild, subterms

MOST_ENTRIES = 64


def entries(relation: Relation, t: Target) -> list[Relation]:
    """An equation between arrays by components, one of an index with few values at each of them;
    nothing where there is no need."""
    try:
        claims = islice(scalar_claims(Claim(relation, t.given)), MOST_ENTRIES)
        found = [c.relation for c in claims if isinstance(c.relation, Relation)]
    except Undecided:
        return []
    return [] if found == [relation] else found


def alike(p: Polynomial, q: Polynomial) -> bool:
    """Do both have a summand in common, up to its coefficient; or, for two products, a factor?"""
    if p.keys() & q.keys():
        return True
    if len(p) > 1 or len(q) > 1:
        return False
    return bool({a for m in p for a, _ in m} & {a for m in q for a, _ in m})


def shape(t: Term) -> Term:
    """``t`` without its numbers and signs: tanh(x) for 2 tanh(x/2).

    >>> from derive.term import Call, Symbol
    >>> x = Symbol("x")
    >>> shape(-2 * Call("tanh", (x / 2,))) == Call("tanh", (x,))
    True
    """
    t = rebuild(t, shape)
    match t:
        case Neg(s) | Div(s, Number()):
            return s
        case Number():
            return Number(Fraction(1))
        case Mul(factors):
            left = tuple(f for f in factors if not isinstance(f, Number))
            return Mul(left) if len(left) > 1 else left[0] if left else Number(Fraction(1))
    return t


def uncancelled(t: Term) -> bool:
    """Does a factor stand both above and below one fraction bar in ``t``?

    >>> from derive.term import Symbol
    >>> x, z = Symbol("x"), Symbol("z")
    >>> uncancelled(1 + z * (x / z)), uncancelled(z * x / (z + 1))
    (True, False)
    """
    for s in subterms(t):
        if isinstance(s, (Mul, Div)):
            above, below = _factors(s)
            if set(above) & set(below):
                return True
    return False


def _factors(t: Term) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The factors above and below the bar, through products and fractions."""
    match t:
        case Mul(factors):
            parts = [_factors(s) for s in factors]
            return sum((a for a, _ in parts), ()), sum((b for _, b in parts), ())
        case Div(numerator, denominator):
            (a, b), (c, d) = _factors(numerator), _factors(denominator)
            return a + d, b + c
        case Number():
            return (), ()
    return (t,), ()


def cells(t: Term) -> Sequence[Term]:
    """The entries of a matrix that is written out; anything else is one."""
    return [c for row in t.rows for c in row] if isinstance(t, Matrix) else [t]
