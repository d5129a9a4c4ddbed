"""Dots after which a general term stands: 1 + 4 + 9 + .. + n^2, 1 + q + .. + q^{n-1}."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.read.tokens import ReadError
from derive.term import (
    Add,
    BigOp,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Span,
    Symbol,
    Term,
    free_names,
    fresh,
    rebuild,
    substitute,
    term,
)

_STARTS = (0, 1, 2)
_LEAST = 2  # terms before the dots that tell how it begins
_LARGEST = 64


def by_general_term(before: Sequence[Term], last: Term, dots: Term, op: str) -> tuple[int, Term]:
    """The sum of what ``last`` is for 0, 1, .. or for 1, 2, .. up to the one name that is new in
    it, and where its first term stands: all terms from there on must be that.  Raises ReadError
    where there is no such number."""
    names = free_names(last) - set[str]().union(*map(free_names, before))
    if len(names) == 1:
        (name,) = names
        for low in _STARTS:
            for start in range(max(0, len(before) - _LEAST + 1)):
                own = before[start:]
                there = (substitute(last, {name: term(low + n)}) for n in range(len(own)))
                if all(worked_out(a) == worked_out(b) for a, b in zip(own, there, strict=True)):
                    index = fresh("k", free_names(last))
                    body = substitute(last, {name: Symbol(index)})
                    return start, BigOp(op, index, term(low), Symbol(name), body)
    raise unclear(dots)


def worked_out(t: Term) -> Term:
    """``t`` with its numbers worked out: 3^2 - 1 is 8, q^0 is 1, q^1 is q."""
    t = rebuild(t, worked_out)
    match t:
        case Neg(Number(value)):
            return Number(-value)
        case Div(Number(a), Number(b)) if b:
            return Number(a / b)
        case Pow(Number(a), Number(b)) if 0 <= b <= _LARGEST and b.denominator == 1:
            return Number(a ** int(b))
        case Pow(base, Number(b)) if b in (0, 1):
            return base if b else Number(Fraction(1))
        case Add(terms):
            return _together(terms, Fraction(0))
        case Mul(factors):
            return _together(factors, Fraction(1))
    return t


def _together(parts: tuple[Term, ...], neutral: Fraction) -> Term:
    """A sum (neutral 0) or a product (neutral 1) with its numbers as one."""
    number = neutral
    for t in parts:
        if isinstance(t, Number):
            number = number * t.value if neutral else number + t.value
    rest = tuple(t for t in parts if not isinstance(t, Number))
    if number != neutral or not rest:
        rest = (*rest, Number(number))
    return rest[0] if len(rest) == 1 else Mul(rest) if neutral else Add(rest)


def unclear(t: Term) -> ReadError:
    return ReadError("it is not clear what the dots stand for", t.span or Span(0, 0))
