"""Walking over a term: what stands below it, and the same with its parts changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    Pow,
    Relation,
    Term,
    Transpose,
)

T = TypeVar("T", bound=Term)


def children(t: Term) -> tuple[Term, ...]:
    """The direct subterms in reading order."""
    return t.below


def subterms(t: Term) -> Iterator[Term]:
    """``t`` and everything below it, outermost first (an explicit stack: depth is no limit)."""
    stack = [t]
    while stack:
        top = stack.pop()
        yield top
        if top.below:
            stack += top.below[::-1]


def conjuncts(t: Term) -> Iterator[Term]:
    """The conditions that ``t`` joins, at any depth; ``t`` itself where it is no conjunction."""
    if isinstance(t, And):
        for s in t.conditions:
            yield from conjuncts(s)
    else:
        yield t


def contains(t: Term, *wanted: type[Term]) -> bool:
    """Whether ``t`` is, or has below it, a term of one of these classes; looked up."""
    return bool(t.kinds & bits_of(wanted))


def bits_of(kinds: Iterable[type[Term]]) -> int:
    """A set of classes, to be compared with the ``kinds`` of a term."""
    bits = 0
    for kind in kinds:
        bits |= kind.bit
    return bits


def subterms_of(t: Term, *wanted: type[T]) -> list[T]:
    """The subterms of these classes, outermost first; what holds none of them is passed over."""
    bits = 0
    for kind in wanted:  # not bits_of: this is asked sixty times for a step
        bits |= kind.bit
    found: list[T] = []
    if not t.kinds & bits:
        return found
    stack: list[Any] = [t]
    while stack:
        top = stack.pop()
        if top.bit & bits:
            found.append(top)
        for s in top.below[::-1]:
            if s.kinds & bits:
                stack.append(s)
    return found


def rebuild(t: Term, change: Callable[[Term], Term]) -> Term:
    """``t`` with ``change`` applied to each direct subterm; ``t`` itself where nothing changed."""
    old = t.below
    for n, s in enumerate(old):
        new = change(s)
        if new is not s:
            return _WITH[type(t)](t, (*old[:n], new, *[change(s) for s in old[n + 1 :]]))
    return t


def _binder_with(t: BigOp, new: tuple[Term, ...]) -> Term:
    rest = iter(new)
    old = (t.lower, t.upper, t.body, t.where)
    lower, upper, body, where = (None if s is None else next(rest) for s in old)
    assert body is not None
    return BigOp(t.op, t.index, lower, upper, body, where, span=t.span)


def _cases_with(t: Cases, new: tuple[Term, ...]) -> Term:
    otherwise = None if t.otherwise is None else new[-1]
    pairs = tuple(zip(new[::2], new[1::2], strict=False))
    return Cases(pairs, otherwise, span=t.span)


def _matrix_with(t: Matrix, new: tuple[Term, ...]) -> Term:
    rest = iter(new)
    return Matrix(tuple([tuple([next(rest) for _ in row]) for row in t.rows]), span=t.span)


# How a node is made again over other subterms.
# fmt: off
_WITH: Mapping[type[Term], Callable[[Any, tuple[Term, ...]], Term]] = MappingProxyType({
    Indexed:    lambda t, new: Indexed(t.name, new, span=t.span),
    Add:        lambda t, new: Add(new, span=t.span),
    Mul:        lambda t, new: Mul(new, span=t.span),
    Neg:        lambda t, new: Neg(*new, span=t.span),
    Div:        lambda t, new: Div(*new, span=t.span),
    Pow:        lambda t, new: Pow(*new, span=t.span),
    Call:       lambda t, new: Call(t.name, new, t.order, span=t.span),
    Derivative: lambda t, new: Derivative(*new, span=t.span),
    Delta:      lambda t, new: Delta(*new, span=t.span),
    BigOp:      _binder_with,
    Relation:   lambda t, new: Relation(t.op, *new, span=t.span),
    And:        lambda t, new: And(new, span=t.span),
    Indicator:  lambda t, new: Indicator(*new, span=t.span),
    Cases:      _cases_with,
    Matrix:     _matrix_with,
    Component:  lambda t, new: Component(new[0], new[1:], span=t.span),
    Transpose:  lambda t, new: Transpose(*new, span=t.span),
})
# fmt: on
