"""Sums over ranges of other bounds, brought to 1..n with n free of constants.

Throughout: v is the dummy as written, w the moved one, ``low`` how far it was moved.
"""

from __future__ import annotations

from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form import scalars, sums
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Monomial, Polynomial
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undefined

EDGES = 4  # terms that are split off a sum to move its range


def aligned(ctx: Context, a: Ratio, v: str, size: Index) -> Ratio:
    """The sum, over a range without constant and a summand without shift: sum_{k=1}^{n-1} x_{k+1}
    is sum_{k=1}^n x_k - x_1."""
    if not size[1] or not a.reads({v}):
        return sums.total(ctx, a, v, size)
    scalars.counted(ctx, size)
    result = rt.NIL
    groups: dict[int, Polynomial] = {}
    shiftable = not any(v in f.names for f, _ in a.den)
    for m, c in a.num.items():
        whole = sums.sums_to_one(ctx, (size,), tuple(p for p in m if v in p[0].names), (), {v})
        if whole or sums.contracts(ctx, m, v, size):  # a distribution over 0..n-1 as it stands
            result = rt.add(ctx, result, sums.total(ctx, Ratio({m: c}, a.den), v, size))
        else:
            groups.setdefault(_shift(m, v) if shiftable else 0, {})[m] = c
    for shift, num in groups.items():
        result = rt.add(ctx, result, _between(ctx, Ratio(num, a.den), v, shift, size))
    return result


def _shift(m: Monomial, v: str) -> int:
    """The least constant that stands beside v in an index."""
    shifts = [
        i[0]
        for g, _ in m
        if isinstance(g, scalars.ComponentOf)
        for i in g.data[1]
        if i[1] == ((v, 1),)
    ]
    found = min(shifts, default=0)
    return found if abs(found) <= EDGES else 0


def _between(ctx: Context, a: Ratio, v: str, low: int, size: Index) -> Ratio:
    """The sum over v = 1..size as one over w = v + low from 1 to n, n without constant, and edges.

    What is known of v (it is >= 1) has shaped ``a``, what is known of w shapes ``moved``: they
    agree where both are in their ranges.  Edges beyond w's range are taken from ``a``, those beyond
    v's range, which only undo what the whole has too much, from ``moved``.  Where the ranges may
    lie apart, both must be one function at every edge.
    """
    high = low + size[0]
    if (not low and not high) or abs(high) > EDGES:
        return sums.total(ctx, a, v, size)
    n = ix.plus(size, ix.constant(-size[0]))
    w = ctx.temporary(ctx.hints[v], n)
    edges = [(ix.plus(n, ix.constant(k)), high > 0) for k in _places(high)]
    edges += [(ix.constant(k), low < 0) for k in _places(low)]
    try:
        moved = rt.substituted(ctx, a, {v: ix.plus(ix.named(w), ix.constant(-low))})
        result = sums.total(ctx, moved, w, n)
        meet = _meet(ctx, low, high, n, size)
        for place, added in edges:
            from_a = rt.substituted(ctx, a, {v: ix.plus(place, ix.constant(-low))})
            from_moved = rt.substituted(ctx, moved, {w: place})
            if not meet and rt.subtract(ctx, from_a, from_moved):
                return sums.total(ctx, a, v, size)
            result = rt.add(ctx, result, from_a if added else rt.negative(from_moved))
    except Undefined:  # 1/(n - k) at k = n: the summand does not reach beyond its range
        return sums.total(ctx, a, v, size)
    return result


def _meet(ctx: Context, low: int, high: int, n: Index, size: Index) -> bool:
    """Do low+1..low+size and 1..n surely overlap or touch?  (No range is emptier than empty.)"""
    starts = high <= 0 or scalars.nonempty(ctx, ix.plus(n, ix.constant(1 - low)))
    ends = low >= 0 or scalars.nonempty(ctx, ix.plus(size, ix.constant(1 + low)))
    return starts and ends


def _places(k: int) -> range:
    """Places between an end at 0 and an end at k."""
    return range(1, k + 1) if k > 0 else range(k + 1, 1)
