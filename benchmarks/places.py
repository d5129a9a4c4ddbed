"""Places in a term: where a rewriting or a mutation may act, and what is in scope there.

Only places that hold a value count: not indices, not bounds, not the variable of a derivative.

Throughout: ``t`` is a term, a path lists the number of the part to enter at each level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from random_terms import Maker, Scope

from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Derivative,
    Div,
    Mul,
    Neg,
    Pow,
    Symbol,
    Term,
    replace,
)


class Place(NamedTuple):
    """``term`` stands at ``path``; ``scope``: the indices that may be used there."""

    path: tuple[int, ...]
    term: Term
    scope: Scope


def parts(t: Term) -> tuple[Term, ...]:
    """The direct parts that hold values."""
    match t:
        case Add(terms):
            return terms
        case Mul(factors):
            return factors
        case Neg(arg):
            return (arg,)
        case Div(a, b):
            return (a, b)
        case Pow(base, _):
            return (base,)
        case Call(_, args, 0):
            return () if any(isinstance(a, Symbol) and a.name in "uvs" for a in args) else args
        case BigOp(body=body) | Derivative(body, _):
            return (body,)
        case Cases(branches, otherwise):
            values = tuple(value for value, _ in branches)
            return (*values, otherwise) if otherwise is not None else values
    return ()


def with_parts(t: Term, new: tuple[Term, ...]) -> Term:
    match t:
        case Add():
            return replace(t, terms=new)
        case Mul():
            return replace(t, factors=new)
        case Neg():
            return Neg(*new)
        case Div():
            return Div(*new)
        case Pow():
            return replace(t, base=new[0])
        case Call():
            return replace(t, args=new)
        case BigOp() | Derivative():
            return replace(t, body=new[0])
        case Cases(branches, _):
            pairs = zip(new, (condition for _, condition in branches), strict=False)
            return Cases(tuple(pairs), new[-1] if len(new) > len(branches) else None)
    raise TypeError(type(t).__name__)


def places(t: Term, scope: Scope, m: Maker, path: tuple[int, ...] = ()) -> Iterator[Place]:
    """All places, outermost first."""
    yield Place(path, t, scope)
    if isinstance(t, BigOp):
        scope = {name: own for name, own in scope.items() if name != t.index}
        dimension = m.whole(t)
        if dimension:
            scope = {**scope, t.index: dimension}
    for n, s in enumerate(parts(t)):
        yield from places(s, scope, m, (*path, n))


def changed(t: Term, path: tuple[int, ...], change: Callable[[Term], Term]) -> Term:
    """``t`` with what stands at ``path`` changed."""
    if not path:
        return change(t)
    own = list(parts(t))
    own[path[0]] = changed(own[path[0]], path[1:], change)
    return with_parts(t, tuple(own))
