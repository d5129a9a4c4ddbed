"""Einstein's convention: what is summed over where an index stands twice in a product.

d/dx_k (x_i a_ij x_j) = a_kj x_j + x_i a_ik is one equation for each k and no other index.

Throughout: ``free``: the indices of a term that it does not sum over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from derive.read.chains.variables import free_indices
from derive.term import (
    Add,
    BigOp,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Relation,
    Symbol,
    Term,
    contains,
    replace,
)

Found: TypeAlias = tuple[Term, frozenset[str]]


class _NoConvention(Exception):
    """The term cannot be meant so: an index stands three times, or summands have others."""


def summed(relation: Relation) -> Relation | None:
    """The equation with a sum over each repeated index; None where there is none, where some sum
    is written out, or where its terms do not have the same free indices."""
    if relation.op != "=" or contains(relation, BigOp):
        return None
    try:
        left, free = _term(relation.left)
        right, other = _term(relation.right)
    except _NoConvention:
        return None
    if free != other or not (contains(left, BigOp) or contains(right, BigOp)):
        return None
    return replace(relation, left=left, right=right)


def needs_sums(relation: Relation) -> bool:
    """Whether the terms of an equation have other free indices if nothing is summed over."""
    terms = [s for side in (relation.left, relation.right) for s in _summands(side)]
    return len({frozenset(free_indices(t)) for t in terms}) > 1


def _summands(t: Term) -> Iterable[Term]:
    match t:
        case Add(terms):
            return [s for part in terms for s in _summands(part)]
        case Neg(arg):
            return _summands(arg)
    return [t]


def _term(t: Term) -> Found:
    if not contains(t, Indexed, Component, Delta):
        return t, frozenset()
    match t:
        case Add(terms):
            parts = [_term(s) for s in terms]
            if len({free for _, free in parts}) > 1:
                raise _NoConvention
            return replace(t, terms=tuple(s for s, _ in parts)), parts[0][1]
        case Neg(arg):
            inner, free = _term(arg)
            return replace(t, arg=inner), free
        case Div(above, below) if not free_indices(below):
            inner, free = _term(above)
            return replace(t, numerator=inner), free
        case Mul(factors):
            parts = [_term(f) for f in factors]
            product = replace(t, factors=tuple(s for s, _ in parts))
            return _over(product, [name for _, free in parts for name in free])
        case Derivative(body, variable):
            inner, free = _term(body)
            return _over(replace(t, body=inner), [*free, *free_indices(variable)])
        case Indexed(_, indices) | Component(_, indices):
            return _over(t, [i.name for i in indices if isinstance(i, Symbol)])
        case Delta(left, right):
            return _over(t, [i.name for i in (left, right) if isinstance(i, Symbol)])
    return t, frozenset(free_indices(t))


def _over(t: Term, names: list[str]) -> Found:
    """``t`` summed over what stands twice among its indices ``names``."""
    counts = Counter(names)
    if any(n > 2 for n in counts.values()):
        raise _NoConvention
    for name in sorted(name for name, n in counts.items() if n == 2):
        t = BigOp("sum", name, None, None, t)
    return t, frozenset(name for name, n in counts.items() if n == 1)
