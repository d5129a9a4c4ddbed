"""Dots that stand for terms: a_1 + a_2 + ... + a_n is a sum over an index.

The terms before and after the dots must agree but for one index that grows by one from term to
term; anything less clear is a ReadError.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from derive.read.formula.general import by_general_term, unclear
from derive.read.linear import linear
from derive.read.tokens import ReadError
from derive.term import (
    Add,
    BigOp,
    Indexed,
    Mul,
    Neg,
    Number,
    Span,
    Symbol,
    Term,
    children,
    contains,
    free_names,
    fresh,
    rebuild,
    substitute,
    subterms_of,
)

DOTS = Symbol(r"\dots")
_ZERO = Number(Fraction(0))
_ONE = Number(Fraction(1))
_HOLE = Symbol("\\dots'")  # no name that can be read


def product(factors: list[Term]) -> Term:
    """The one factor, or their product."""
    if len(factors) == 1:
        return factors[0]
    first, last = factors[0].span, factors[-1].span
    return Mul(tuple(factors), span=first | last if first and last else None)


def in_sum(terms: Sequence[Term], span: Span) -> Term:
    """The sum of ``terms``, with dots among them read as a Σ."""
    terms = _filled(list(terms), "sum")
    return terms[0] if len(terms) == 1 else Add(tuple(terms), span=span)


def in_product(factors: Sequence[Term], span: Span) -> Term:
    """The product of ``factors``, with dots among them read as a Π."""
    if len(factors) == 1:
        return factors[0]
    factors = _filled(list(factors), "prod")
    return factors[0] if len(factors) == 1 else Mul(tuple(factors), span=span)


def _filled(terms: list[Term], op: str) -> list[Term]:
    where = next((n for n, t in enumerate(terms) if _is_dots(t)), None)
    if where is None:
        return terms
    if (odd := _odd_one(terms[:where])) is not None:
        raise odd
    if where == 0 or where == len(terms) - 1:
        raise unclear(terms[where])
    if (shorter := _without_general_term(terms, where)) is not None:
        return _filled(shorter, op)
    try:
        start, total = _evenly(terms, where, op)
    except Uneven:
        raise
    except ReadError:
        start, total = by_general_term(terms[:where], terms[where + 1], terms[where], op)
    negative = isinstance(total, BigOp) and isinstance(total.body, Neg)
    if isinstance(terms[where], Neg) and not negative and op == "sum":
        raise unclear(terms[where])
    return _filled([*terms[:start], total, *terms[where + 2 :]], op)


def _evenly(terms: list[Term], where: int, op: str) -> tuple[int, Term]:
    """The sum in place of dots where one number grows evenly from term to term, and where its
    first term stands."""
    body, first, last = pattern(terms[where - 1], terms[where + 1], terms[where])
    assert isinstance(first, Number)
    by = _step(terms[:where], body, first, terms[where])
    start = where - 1
    while start > 0 and first.value >= by:
        lower = Number(first.value - by)
        if terms[start - 1] != filled(body, lower):
            break
        first = lower
        start -= 1
    index = fresh("k", free_names(body) | free_names(last))
    total: Term = BigOp(op, index, first, last, filled(body, Symbol(index)))
    if by != 1:
        count = linear(last, by, 1 - first.value / by)
        if count is None:
            raise unclear(terms[where])
        at = linear(Symbol(index), 1 / by, first.value - by)
        assert at is not None
        total = BigOp(op, index, _ONE, count, filled(body, at))
    return start, total


def _step(before: Sequence[Term], body: Term, first: Number, dots: Term) -> Fraction:
    """By how much what fills the hole grows: 2 in 1 + 3 + 5 + ..; 1 where one term stands before
    the dots.  Numbers that do not grow evenly, 1 + 4 + 9 + .., say no such thing."""
    numbers: list[Fraction] = []
    for t in reversed(before[-4:]):
        if isinstance(t, Number) and body == _HOLE:
            numbers.append(t.value)
            continue
        try:
            own, hole, _ = pattern(t, before[-1], dots) if t != before[-1] else (body, first, first)
        except ReadError:
            break
        if own != body or not isinstance(hole, Number):
            break
        numbers.append(hole.value)
    steps = [high - low for high, low in pairwise(numbers)]
    by = steps[0] if steps else Fraction(1)
    uneven = body == _HOLE and by != 1 and len(set(steps)) > 1
    if uneven or by < 1 or by.denominator != 1:
        raise unclear(dots)
    return by


def _without_general_term(terms: list[Term], where: int) -> list[Term] | None:
    """a_1 + .. + a_j + .. + a_n as a_1 + .. + a_n, and 0 + .. + a_j + .. + 0 as a_j; None for dots
    with no others after the next term."""
    if where + 3 >= len(terms) or not _is_dots(terms[where + 2]):
        return None
    before, general, after = terms[where - 1], terms[where + 1], terms[where + 3]
    if before == after == _ZERO:
        return [*terms[: where - 1], general, *terms[where + 4 :]]
    body, _, last = pattern(before, after, terms[where])
    between, _, index = pattern(before, general, terms[where])
    if body != between or not isinstance(index, Symbol) or index == last:
        return None
    return [*terms[: where + 1], *terms[where + 3 :]]


class Uneven(ReadError):
    """A term before the dots does not go on as the ones before it do."""


def _odd_one(terms: Sequence[Term]) -> ReadError | None:
    """x_1^2 + x_2^2 + x_3 + ..: of three terms or more the last speaks of the same names with
    indices as the others, which are all of one form, and is of another form itself."""
    if len(terms) < 3:
        return None
    forms = [_with_indices(t) for t in terms]
    *before, last = forms
    if not last or any(form != before[0] for form in before) or last == before[0]:
        return None
    if {s.name for t in last for s in subterms_of(t, Indexed)} != {
        s.name for t in before[0] for s in subterms_of(t, Indexed)
    }:
        return None
    return Uneven(
        "this term does not go on as the terms before it do", terms[-1].span or Span(0, 0)
    )


def _with_indices(t: Term) -> list[Term]:
    """The factors with indices, without what the indices are."""
    t = t.arg if isinstance(t, Neg) else t
    factors = t.factors if isinstance(t, Mul) else (t,)
    return [_form(f) for f in factors if contains(f, Indexed)]


def _form(t: Term) -> Term:
    if isinstance(t, Indexed):
        return Indexed(t.name, (Number(Fraction(0)),) * len(t.indices))
    return rebuild(t, _form)


def is_dots(t: Term) -> bool:
    return isinstance(t, Symbol) and t.name == DOTS.name


def _is_dots(t: Term) -> bool:
    return is_dots(t.arg if isinstance(t, Neg) else t)


def pattern(a: Term, b: Term, dots: Term) -> tuple[Term, Term, Term]:
    """What ``a`` and ``b`` have in common, with a hole; and what fills it in each."""
    found: set[tuple[Term, Term]] = set()

    def common(s: Term, t: Term) -> Term:
        if s == t:
            return s
        t = _as_entry(s, t)
        if type(s) is type(t) and not isinstance(s, (Number, Symbol)):
            parts, others = list(children(s)), list(children(t))
            if len(parts) == len(others):
                pairs = iter(zip(parts, others, strict=True))
                merged = rebuild(s, lambda _: common(*next(pairs)))
                if _shape(merged) == _shape(t):
                    return merged
        found.add((s, t))
        return _HOLE

    body = common(a, b)
    if len(found) != 1:
        raise unclear(dots)
    first, last = found.pop()
    if not (isinstance(first, Number) and first.value.denominator == 1):
        raise unclear(dots)
    return body, first, last


def _as_entry(s: Term, t: Term) -> Term:
    """z_K, read as a name, as an entry beside z_1."""
    if isinstance(s, Indexed) and len(s.indices) == 1 and isinstance(t, Symbol):
        low = t.name.removeprefix(f"{s.name}_{{").removesuffix("}")
        if len(low) == 1 and low.isalpha() and t.name == f"{s.name}_{{{low}}}":
            return Indexed(s.name, (Symbol(low),), span=t.span)
    return t


def _shape(t: Term) -> Term:
    """The node without its subterms: its kind and its names."""
    return rebuild(t, lambda _: Number(Fraction(0)))


def filled(body: Term, t: Term) -> Term:
    return substitute(body, {_HOLE.name: t})
