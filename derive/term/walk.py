"""Walking over a term: what stands below it, and the same with its parts changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from operator import attrgetter, is_
from types import MappingProxyType
from typing import Any, TypeVar

from derive.term.node import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    put,
)

T = TypeVar("T", bound=Term)


def _of_binder(t: BigOp) -> tuple[Term, ...]:
    return tuple([s for s in (t.lower, t.upper, t.body, t.where) if s is not None])


def _of_cases(t: Cases) -> tuple[Term, ...]:
    written = tuple([s for branch in t.branches for s in branch])
    return written if t.otherwise is None else (*written, t.otherwise)


# fmt: off
_CHILDREN: Mapping[type[Term], Callable[[Any], tuple[Term, ...]]] = MappingProxyType({
    Number:     lambda t: (),
    Symbol:     lambda t: (),
    Indexed:    attrgetter("indices"),
    Add:        attrgetter("terms"),
    Mul:        attrgetter("factors"),
    Neg:        lambda t: (t.arg,),
    Div:        attrgetter("numerator", "denominator"),
    Pow:        attrgetter("base", "exponent"),
    Call:       attrgetter("args"),
    Derivative: attrgetter("body", "variable"),
    Delta:      attrgetter("left", "right"),
    BigOp:      _of_binder,
    Relation:   attrgetter("left", "right"),
    And:        attrgetter("conditions"),
    Indicator:  lambda t: (t.condition,),
    Cases:      _of_cases,
    Matrix:     lambda t: tuple([s for row in t.rows for s in row]),
    Component:  lambda t: (t.of, *t.indices),
    Transpose:  lambda t: (t.arg,),
})
# fmt: on
_BITS: Mapping[type[Term], int] = MappingProxyType({k: 1 << n for n, k in enumerate(_CHILDREN)})


def children(t: Term) -> tuple[Term, ...]:
    """The direct subterms in reading order."""
    return _CHILDREN[type(t)](t)


def subterms(t: Term) -> Iterator[Term]:
    """``t`` and everything below it, outermost first (an explicit stack: depth is no limit)."""
    stack = [t]
    while stack:
        top = stack.pop()
        yield top
        below = children(top)
        if below:
            stack += below[::-1]


def conjuncts(t: Term) -> Iterator[Term]:
    """The conditions that ``t`` joins, at any depth; ``t`` itself where it is no conjunction."""
    if isinstance(t, And):
        for s in t.conditions:
            yield from conjuncts(s)
    else:
        yield t


def contains(t: Term, *wanted: type[Term]) -> bool:
    """Whether ``t`` is, or has below it, a term of one of these classes; looked up once."""
    mask = _mask(t)
    return bool(mask & sum([_BITS[kind] for kind in wanted]))


def _mask(t: Term) -> int:
    """A bit for each class of ``t`` and of all below it."""
    try:
        return t._kinds
    except AttributeError:
        below = list(subterms(t))
        for s in reversed(below):  # the innermost first
            mask = _BITS[type(s)]
            for inner in children(s):
                mask |= inner._kinds
            put(s, "_kinds", mask)
        return t._kinds


def subterms_of(t: Term, *wanted: type[T]) -> list[T]:
    """The subterms of these classes, outermost first; what holds none of them is passed over."""
    bits = sum([_BITS[kind] for kind in wanted])
    if not _mask(t) & bits:
        return []
    found: list[T] = []
    stack = [t]
    while stack:
        top = stack.pop()
        if isinstance(top, wanted):
            found.append(top)
        for s in reversed(children(top)):
            if s._kinds & bits:
                stack.append(s)
    return found


def rebuild(t: Term, change: Callable[[Term], Term]) -> Term:
    """``t`` with ``change`` applied to each direct subterm; ``t`` itself where nothing changed."""
    old = children(t)
    new = [change(s) for s in old]
    if all(map(is_, new, old)):
        return t
    return _MADE_OF[type(t)](t, new)


def _binder(t: BigOp, new: list[Term]) -> BigOp:
    left = iter(new)
    lower, upper, body, where = (
        s if s is None else next(left) for s in (t.lower, t.upper, t.body, t.where)
    )
    assert body is not None
    return BigOp(t.op, t.index, lower, upper, body, where, span=t.span)


def _cases(t: Cases, new: list[Term]) -> Cases:
    count = 2 * len(t.branches)
    branches = tuple(zip(new[:count:2], new[1:count:2], strict=True))
    return Cases(branches, new[count] if t.otherwise is not None else None, span=t.span)


def _matrix(t: Matrix, new: list[Term]) -> Matrix:
    left = iter(new)
    return Matrix(tuple([tuple(islice(left, len(row))) for row in t.rows]), span=t.span)


# fmt: off
_MADE_OF: Mapping[type[Term], Callable[[Any, list[Term]], Term]] = MappingProxyType({
    Indexed:    lambda t, new: Indexed(t.name, tuple(new), span=t.span),
    Add:        lambda t, new: Add(tuple(new), span=t.span),
    Mul:        lambda t, new: Mul(tuple(new), span=t.span),
    Neg:        lambda t, new: Neg(*new, span=t.span),
    Div:        lambda t, new: Div(*new, span=t.span),
    Pow:        lambda t, new: Pow(*new, span=t.span),
    Call:       lambda t, new: Call(t.name, tuple(new), t.order, span=t.span),
    Derivative: lambda t, new: Derivative(*new, span=t.span),
    Delta:      lambda t, new: Delta(*new, span=t.span),
    BigOp:      _binder,
    Relation:   lambda t, new: Relation(t.op, *new, span=t.span),
    And:        lambda t, new: And(tuple(new), span=t.span),
    Indicator:  lambda t, new: Indicator(*new, span=t.span),
    Cases:      _cases,
    Matrix:     _matrix,
    Component:  lambda t, new: Component(new[0], tuple(new[1:]), span=t.span),
    Transpose:  lambda t, new: Transpose(*new, span=t.span),
})
# fmt: on
