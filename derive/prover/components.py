"""Arrays are taken apart: a claim between vectors or matrices becomes claims between components.

A claim with symbolic axes gets free indices, one of concrete axes is enumerated.  The rest of the
kernel sees scalars only.

Throughout: an *axis* is a Range; a shape is a tuple of axes, () for a scalar; ``at`` are index
terms.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from types import MappingProxyType

from derive.prover.arrays import Arrays, Shape, size_of
from derive.prover.dummies import apart, sizes
from derive.prover.undecided import Undecided
from derive.term import (
    Add,
    Claim,
    Given,
    Mul,
    Neg,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    bound_names,
    conjuncts,
    free_names,
    fresh,
    replace,
    substitute,
    term,
)

HOLDS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        "=": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }
)
ENTRIES = 4096  # of a claim between arrays of concrete size


def scalar_claims(claim: Claim, surely: bool = False) -> Iterator[Claim]:
    """The claims between numbers that a claim stands for; one with symbolic axes gets fresh free
    indices, concrete axes are enumerated.  ``surely``: only at places that what is said of the
    indices certainly admits.

    Raises Undecided where shapes do not fit.
    """
    claim = apart(claim)
    for relation in conjuncts(claim.relation):
        if not isinstance(relation, Relation):
            raise Undecided("this is not a relation")
        for part in _of_relation(relation, claim):
            yield from _at_each_place(part, surely)


def _at_each_place(claim: Claim, surely: bool) -> Iterator[Claim]:
    """A free index of concrete range is enumerated: f_1, f_2, f_3 are three claims."""
    ranges = claim.given.ranges
    if not ranges:
        yield claim
        return
    free = free_names(claim.relation)
    places: dict[str, range] = {}
    count = 1
    for name, axis in ranges.items():
        low, high = axis.lower, axis.upper
        if name in free and isinstance(low, Number) and isinstance(high, Number):
            places[name] = range(int(low.value), int(high.value) + 1)
            count *= max(1, len(places[name]))
    if not places or count > ENTRIES:
        yield claim
        return
    for at in product(*places.values()):
        if not _possible(dict(zip(places, at, strict=True)), claim.given, surely):
            continue
        by: dict[str, Term] = {name: term(n) for name, n in zip(places, at, strict=True)}
        assumptions = tuple(
            replace(a, term=substitute(a.term, by)) if _speaks_of(a.term, ranges) else a
            for a in claim.given.assumptions
        )
        given = replace(claim.given, assumptions=assumptions)
        yield replace(claim, relation=substitute(claim.relation, by), given=given)


def _speaks_of(t: Term, ranges: Mapping[str, Range]) -> bool:
    """Is it a relation between indices alone?"""
    return isinstance(t, Relation) and bool(free_names(t)) and free_names(t) <= ranges.keys()


def _possible(at: Mapping[str, int], given: Given, surely: bool) -> bool:
    """Do stated relations such as i != j and i < 3 admit these places?  Where they speak of other
    indices too that is not known; but for i != j there is always another j."""
    for a in given.assumptions:
        t = a.term
        if not isinstance(t, Relation) or not _speaks_of(t, given.ranges):
            continue
        left, right = _at(t.left, at), _at(t.right, at)
        if left is not None and right is not None:
            if not HOLDS[t.op](left, right):
                return False
        elif surely and free_names(t) & at.keys():
            plain = isinstance(t.left, Symbol) and isinstance(t.right, Symbol)
            if not (plain and t.op in ("=", "!=")):
                return False
    return True


def _at(t: Term, at: Mapping[str, int]) -> int | None:
    """The value of an index term where the indices have these values; None where one has none."""
    match t:
        case Number(value) if value.denominator == 1:
            return value.numerator
        case Symbol(name):
            return at.get(name)
        case Neg(arg):
            below = _at(arg, at)
            return None if below is None else -below
        case Add(parts) | Mul(parts):
            values = [_at(part, at) for part in parts]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            return sum(known) if isinstance(t, Add) else prod(known)
    return None


def _of_relation(relation: Relation, claim: Claim) -> Iterator[Claim]:
    arrays = Arrays(claim.given)
    if not arrays.needed(relation):
        yield replace(claim, relation=relation)
        return
    left, right = arrays.shape(relation.left), arrays.shape(relation.right)
    if len(left) == len(right):
        shape = left
        if any(a != b for a, b in zip(left, right, strict=True)):
            raise Undecided("the two sides have different shapes")
    elif _is_zero(relation.right):
        shape = left
    elif _is_zero(relation.left):
        shape = right
    else:
        shape = _as_column(left, right)
    for at, ranges in _places(shape, relation, claim.given):
        sides = [s if _is_zero(s) else arrays.at(s, at) for s in (relation.left, relation.right)]
        given = replace(claim.given, ranges={**claim.given.ranges, **ranges})
        yield replace(claim, relation=replace(relation, left=sides[0], right=sides[1]), given=given)


def _is_zero(t: Term) -> bool:
    return isinstance(t, Number) and t.value == 0


def _as_column(left: Shape, right: Shape) -> Shape:
    """A vector is compared with a matrix of one column; the longer shape is enumerated."""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    one_column = len(longer) == 2 and len(shorter) == 1 and size_of(longer[1]) == 1
    if one_column and longer[0] == shorter[0]:
        return longer
    raise Undecided("the two sides have different shapes")


def _places(
    shape: Shape, relation: Relation, given: Given
) -> Iterator[tuple[tuple[Term, ...], dict[str, Range]]]:
    """Index terms for every component: concrete numbers, or one free index an axis."""
    taken = set(free_names(relation) | bound_names(relation))
    taken = taken.union(sizes(given), *(free_names(a.term) for a in given.assumptions))
    axes: list[list[Term]] = []
    ranges: dict[str, Range] = {}
    count = 1
    for axis in shape:
        size = size_of(axis)
        if size is None:
            known = [i for i, own in given.ranges.items() if own == axis and i not in taken]
            name = known[0] if known else fresh("i", taken | set(given.ranges))
            taken.add(name)
            ranges[name] = axis
            axes.append([Symbol(name)])
        else:
            count *= size
            if count > ENTRIES:
                raise Undecided("an array of too many entries")
            axes.append([Number(Fraction(k)) for k in range(1, size + 1)])
    for at in product(*axes):
        yield at, ranges
