"""Sums over an index: one generator each, canonical up to the names and order of dummies.

``S(sizes, monomial, denominator)`` is a connected sum: every dummy occurs, no dummy-free factor is
inside, no delta binds a dummy, no positive power of an inner sum that depends on a dummy is left
unopened.  p_j = E(x_j) S^-1 is a monomial, so softmax calculus is Laurent arithmetic.

Dummies inside a canonical sum are named ``#h.k`` with h its nesting height: an outer dummy never
meets an inner one.  Elsewhere dummies are temporaries ``#t..``.

Throughout: v is a dummy, ``size`` the upper end of its range 1..size, m a monomial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from math import comb
from typing import TypeAlias

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, scalars
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import (
    ANY,
    NEGATIVE,
    POSITIVE,
    ZERO,
    Generator,
    Target,
)
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Q1, UNIT, Exponent, Monomial, Polynomial
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import BudgetExceeded, Undecided

Denominator: TypeAlias = tuple[tuple[Factor, int], ...]


class Sum(Generator):
    """A connected sum; data: (sizes of the dummies, monomial, denominator)."""

    __slots__ = ()
    data: tuple[tuple[Index, ...], Monomial, Denominator]

    def dummies(self) -> list[str]:
        return [dummy(self.height, k) for k in range(len(self.data[0]))]

    def opened(self, ctx: Context) -> tuple[list[str], Ratio]:
        """Its dummies as temporaries, and the summand in them."""
        sizes, m, den = self.data
        fresh = [ctx.temporary("k", size) for size in sizes]
        by = {old: ix.named(new) for old, new in zip(self.dummies(), fresh, strict=True)}
        return fresh, rt.substituted(ctx, Ratio({m: Q1}, den), by)

    def summand(self, ctx: Context, at: Index) -> Ratio:
        """Of a sum over one dummy: what it adds up at this index."""
        _, m, den = self.data
        return rt.substituted(ctx, Ratio({m: Q1}, den), {dummy(self.height, 0): at})

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        renamed = self._renamed(ctx, by)
        if renamed is not None:
            return renamed
        fresh, body = self.opened(ctx)
        result = rt.again(ctx, body, by)
        for v in fresh:
            result = total(ctx, result, v, ix.substituted(ctx.sizes[v], by))
        return result

    def _renamed(self, ctx: Context, by: Mapping[str, Index]) -> Ratio | None:
        """The same sum over one dummy where index names become others and nothing else happens:
        no delta meets its dummy, its size and its shape stay.  None where that is not so."""
        sizes, m, den = self.data
        if not by or len(sizes) > 1 or any(g.__class__ is scalars.Delta for g, _ in m):
            return None
        own = dummy(self.height, 0)
        targets = {ix.bare(i) for i in by.values()}
        if "" in targets or own in targets or own in by:
            return None
        if any(name in by for name, _ in sizes[0][1]):
            return None
        form = rt.substituted(ctx, Ratio({m: Q1}, den), by)
        if len(form.num) != 1 or form.height + 1 != self.height:
            return None
        ((n, c),) = form.num.items()
        kinds = sorted(g.__class__.__name__ for g, _ in n)
        if kinds != sorted(g.__class__.__name__ for g, _ in m):
            return None
        if any(own not in g.names for g, _ in n) or any(own not in f.names for f, _ in form.den):
            return None
        return _interned(ctx, sizes, n, c, form.den, {own}, self.height)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        fresh, body = self.opened(ctx)
        result = rt.derivative(ctx, body, wrt)
        for v in fresh:
            result = total(ctx, result, v, ctx.sizes[v])
        return result

    def sign(self, ctx: Context) -> int:
        sizes, m, den = self.data
        sign = ctx.sign(Ratio({m: Q1}, den))
        if sign & POSITIVE and sign & NEGATIVE:
            return ANY
        filled = all(scalars.nonempty(ctx, size) for size in sizes)
        return sign if filled else sign | ZERO

    def mentions(self, name: str) -> bool:
        _, m, den = self.data
        return Ratio({m: Q1}, den).mentions(name)


def dummy(height: int, k: int) -> str:
    return f"#{height}.{k}"


def total(ctx: Context, a: Ratio, v: str, size: Index) -> Ratio:
    """The sum of ``a`` over v = 1..size."""
    if not a.num:
        return a
    scalars.counted(ctx, size)
    if not a.reads({v}):
        return rt.multiply(ctx, scalars.index_value(ctx, size), a)
    if not size[1]:
        return _expanded(ctx, a, v, size[0])
    inside = tuple((f, k) for f, k in a.den if v in f.names)
    if inside:
        a = rt.reduced(ctx, a)
        inside = tuple((f, k) for f, k in a.den if v in f.names)
    outside = tuple((f, k) for f, k in a.den if v not in f.names)
    parts = _split(ctx, a.num, inside, v) if inside else [(a.num, inside)]
    terms = (
        rt.scale(_of_term(ctx, m, den, v, size), c) for num, den in parts for m, c in num.items()
    )
    result = rt.added(ctx, terms)
    return rt.multiply(ctx, result, Ratio({UNIT: Q1}, outside)) if outside else result


def _expanded(ctx: Context, a: Ratio, v: str, size: int) -> Ratio:
    if size > ctx.limits.expansion:
        raise BudgetExceeded(f"a sum of {size} terms")
    terms = (rt.substituted(ctx, a, {v: ix.constant(n)}) for n in range(1, size + 1))
    return rt.added(ctx, terms)


def _split(
    ctx: Context, num: Polynomial, den: Denominator, v: str
) -> list[tuple[Polynomial, Denominator]]:
    """``num/den`` as a sum over smaller denominators: division in a generator of v in which the
    (single) denominator has a constant leading coefficient."""
    if len(den) != 1:
        return [(num, den)]
    ((f, k),) = den
    main = _main_generator(ctx, f, v)
    if main is None or any(
        g is main and (e < 0 or e.__class__ is not int) for m in num for g, e in m
    ):
        return [(num, den)]
    parts: list[tuple[Polynomial, Denominator]] = []
    while num and k:
        ctx.spend(len(num) * len(f.p))
        num, rest = poly.division(num, f.p, main)
        if rest:
            parts.append((rest, ((f, k),)))
        k -= 1
    if num:
        parts.append((num, ()))
    return parts


def _main_generator(ctx: Context, f: Factor, v: str) -> Generator | None:
    """A generator that depends on v, with integer exponents in ``f`` and as its leading
    coefficient a positive term free of v: of those the last in a fixed order."""
    uses: dict[Generator, list[Exponent]] = {}
    for m in f.p:
        for g, e in m:
            uses.setdefault(g, []).append(e)
    for g in sorted(uses, key=lambda g: -g.number):
        if v in g.names and all(e.__class__ is int for e in uses[g]):
            top = max(uses[g])
            tops = [m for m in f.p if any(h is g and e == top for h, e in m)]
            if len(tops) == 1 and all(
                h is g or (v not in h.names and ctx.sign_of_generator(h) == POSITIVE)
                for h, _ in tops[0]
            ):
                return g
    return None


def _of_term(ctx: Context, m: Monomial, den: Denominator, v: str, size: Index) -> Ratio:
    """The sum of one monomial over one denominator (all factors of which depend on v)."""
    free = tuple(item for item in m if v not in item[0].names)
    bound = tuple(item for item in m if v in item[0].names)
    for g, _ in bound:
        if g.__class__ is scalars.Delta:
            contracted = _contracted(ctx, g, bound, den, v, size)
            if contracted is not None:
                return rt.multiply(ctx, contracted, rt.monomial(free))
    if not bound and not den:
        result = scalars.index_value(ctx, size)
    else:
        special = None if den else _closed_form(ctx, bound, v, size)
        result = special if special is not None else _connected(ctx, bound, den, v, size)
    return rt.multiply(ctx, result, rt.monomial(free)) if free else result


def contracts(ctx: Context, m: Monomial, v: str, size: Index) -> bool:
    """Does a delta in ``m`` leave one term, or none, of the sum over v?"""
    deltas = [g for g, _ in m if g.__class__ is scalars.Delta and v in g.names]
    return any(_contracted(ctx, g, ((g, 1),), (), v, size) is not None for g in deltas)


def _contracted(
    ctx: Context, delta: Generator, m: Monomial, den: Denominator, v: str, size: Index
) -> Ratio | None:
    """``sum_v delta(v, a) f(v) = f(a)`` where a is known to lie in the range of v."""
    difference: Index = delta.data  # type: ignore[assignment]  # a Delta
    coefficient = dict(difference[1])[v]
    if abs(coefficient) != 1:
        return None
    at = ix.scaled(ix.plus(difference, ix.scaled(ix.named(v), coefficient), -1), -coefficient)
    inside = scalars.in_range(ctx, at, size)
    if inside is None:
        return None
    if not inside:
        return rt.NIL
    rest = Ratio({tuple(item for item in m if item[0] is not delta): Q1}, den)
    return rt.substituted(ctx, rest, {v: at})


def _connected(ctx: Context, m: Monomial, den: Denominator, v: str, size: Index) -> Ratio:
    """Open inner sums that depend on v, then split into connected sums."""
    dummies = [v]
    ctx.sizes[v] = size
    body = rt.Ratio({UNIT: Q1}, den)
    kept: list[tuple[Generator, Exponent]] = []
    opened = False
    for g, e in m:
        if isinstance(g, Sum) and e.__class__ is int and e > 0 and not _ranges_by(g, v):
            if len(dummies) + e * len(g.data[0]) > ctx.limits.dummies:
                raise BudgetExceeded("a product of too many sums")
            for _ in range(int(e)):
                fresh, inner = g.opened(ctx)
                dummies += fresh
                body = rt.multiply(ctx, body, inner)
            opened = True
        else:
            kept.append((g, e))
    if not opened:
        return canonical(ctx, [v], m, den)
    body = rt.multiply(ctx, body, rt.monomial(tuple(kept)))
    terms = (rt.scale(_components(ctx, dummies, n, body.den), c) for n, c in body.num.items())
    return rt.added(ctx, terms)


def _ranges_by(g: Sum, v: str) -> bool:
    """Does the range of a dummy of ``g`` depend on v (a triangular sum)?"""
    return any(v == name for size in g.data[0] for name, _ in size[1])


def _components(ctx: Context, dummies: Sequence[str], m: Monomial, den: Denominator) -> Ratio:
    """A sum over several dummies as a product of connected sums."""
    items: list[tuple[frozenset[str], Generator | Factor, Exponent]] = [
        (g.names & frozenset(dummies), g, e) for g, e in m
    ]
    items += [(f.names & frozenset(dummies), f, -k) for f, k in den]
    groups = [{v} for v in dummies]
    for names, _, _ in items:
        touching = [group for group in groups if group & names]
        if len(touching) > 1:
            merged = set().union(*touching)
            groups = [group for group in groups if not group & names] + [merged]
    result = rt.ONE
    for names, g, e in items:
        if not names:
            base = rt.of(g, e) if isinstance(g, Generator) else Ratio({UNIT: Q1}, ((g, int(-e)),))
            result = rt.multiply(ctx, result, base)
    for group in groups:
        own = [(g, e) for names, g, e in items if names & group]
        monomial = tuple((g, e) for g, e in own if isinstance(g, Generator))
        factors = tuple((g, int(-e)) for g, e in own if isinstance(g, Factor))
        ordered = [v for v in dummies if v in group]
        if not own:
            part = scalars.index_value(ctx, ctx.sizes[ordered[0]])
        else:
            part = _contracted_or_canonical(ctx, ordered, monomial, factors)
        result = rt.multiply(ctx, result, part)
    return result


def _contracted_or_canonical(
    ctx: Context, dummies: Sequence[str], m: Monomial, den: Denominator
) -> Ratio:
    for g, _ in m:
        if g.__class__ is scalars.Delta:
            for v in dummies:
                part = _contracted(ctx, g, m, den, v, ctx.sizes[v]) if v in g.names else None
                if part is not None:
                    for w in dummies:
                        if w != v:
                            part = total(ctx, part, w, ctx.sizes[w])
                    return part
    return canonical(ctx, dummies, m, den)


def canonical(ctx: Context, dummies: Sequence[str], m: Monomial, den: Denominator) -> Ratio:
    """The connected sum as a generator: the least over all orders of its dummies.

    The sum does not change when dummies of equal range are permuted, so the least of all
    permuted forms represents it; two orders that give one form with different coefficients show
    that it is 0."""
    body = Ratio({m: Q1}, den)
    height = 1 + body.height
    best: dict[tuple[object, ...], Ratio] = {}
    least: tuple[object, ...] | None = None
    for order in orders(ctx, dummies):
        by = {v: ix.named(dummy(height, k)) for k, v in enumerate(order)}
        form = rt.substituted(ctx, body, by)
        rank = _rank(form)
        if least is not None and rank > least:
            continue
        previous = best.get(rank)
        if previous is not None and previous.num != form.num:
            return rt.NIL  # antisymmetric
        least, best = rank, {rank: form}
    assert least is not None
    form = best[least]
    if len(form.num) != 1:
        raise Undecided("a summand changed its shape when its dummies were renamed")
    ((m, c),) = form.num.items()
    sizes = tuple(ctx.sizes[v] for v in _sorted_by_size(ctx, dummies))
    own = {dummy(height, k) for k in range(len(dummies))}
    return _interned(ctx, sizes, m, c, form.den, own, height)


def _interned(
    ctx: Context,
    sizes: tuple[Index, ...],
    m: Monomial,
    c: fmpq,
    den: Denominator,
    own: set[str],
    height: int,
) -> Ratio:
    """c times the generator of a canonical sum, or what it is known to be."""
    size_names = (n for size in sizes for n, _ in size[1])
    names = (Ratio({m: c}, den).names - own).union(size_names)
    unreal = any(g.unreal for g, _ in m) or any(f.unreal for f, _ in den)
    g = ctx.intern(Sum, (sizes, m, den), frozenset(names), height, unreal)
    if sums_to_one(ctx, sizes, m, den, own):
        ctx.note_distribution(m)
        return rt.rational(c)
    value = ctx.value_of(g) if ctx.values else None
    return rt.scale(value if value is not None else rt.of(g), c)


def sums_to_one(
    ctx: Context, sizes: tuple[Index, ...], m: Monomial, den: Denominator, own: set[str]
) -> bool:
    """Is it the sum of a probability distribution over its last index?"""
    if den or len(m) != 1 or len(own) != 1:
        return False
    ((g, e),) = m
    if e != 1 or not isinstance(g, scalars.ComponentOf):
        return False
    name, indices = g.data
    axis = ctx.distributions.get(name)
    if axis is None or name in ctx.masked or sizes != axis[1:]:
        return False
    last = ix.plus(indices[-1], axis[0], -1)
    return ix.bare(last) in own and not any(n in own for i in indices[:-1] for n, _ in i[1])


def _rank(form: Ratio) -> tuple[object, ...]:
    ((m, _),) = form.num.items() if len(form.num) == 1 else [(UNIT, Q1)]
    return (
        tuple((g.number, e) for g, e in m),
        tuple((f.number, k) for f, k in form.den),
    )


def _sorted_by_size(ctx: Context, dummies: Sequence[str]) -> list[str]:
    return sorted(dummies, key=lambda v: ctx.sizes[v])


def orders(ctx: Context, dummies: Sequence[str]) -> list[tuple[str, ...]]:
    """All orders of the dummies, those of one size permuted among themselves."""
    if len(dummies) == 1:
        return [tuple(dummies)]
    if len(dummies) > ctx.limits.dummies:
        raise BudgetExceeded(f"a connected sum over {len(dummies)} indices")
    groups: dict[Index, list[str]] = {}
    for v in _sorted_by_size(ctx, dummies):
        groups.setdefault(ctx.sizes[v], []).append(v)
    orders: list[tuple[str, ...]] = [()]
    for group in groups.values():
        orders = [done + more for done in orders for more in permutations(group)]
    ctx.spend(len(orders) * 10)
    return orders


# --- closed forms ------------------------------------------------------------------------------


def _closed_form(ctx: Context, m: Monomial, v: str, size: Index) -> Ratio | None:
    """The sum of a power of the index, else None."""
    if len(m) == 1:
        ((g, e),) = m
        if g.__class__ is scalars.IndexValue and g.data == v and isinstance(e, int) and e > 0:
            return _faulhaber(ctx, e, scalars.index_value(ctx, size))
    return None


def geometric(ctx: Context, g: Generator) -> Ratio | None:
    """The closed form of a finite geometric sum (its ratio must not be 1), else None.

    sum_{v=1}^n r^v = r (r^n - 1) / (r - 1)
    """
    if not isinstance(g, Sum) or len(g.data[0]) != 1 or g.data[2]:
        return None
    (v,) = g.dummies()
    (size,) = g.data[0]
    log_ratio = rt.NIL
    for h, e in g.data[1]:
        step = _per_step(h, v) if isinstance(h, elementary.Exp) else None
        if step is None:
            return None
        log_ratio = rt.add(ctx, log_ratio, rt.scale(step, rt.exact(e)))
    ratio = elementary.exp(ctx, log_ratio)
    n = scalars.index_value(ctx, size)
    last = elementary.exp(ctx, rt.multiply(ctx, n, log_ratio))
    top = rt.multiply(ctx, ratio, rt.subtract(ctx, last, rt.ONE))
    return rt.divide(ctx, top, rt.subtract(ctx, ratio, rt.ONE))


def _per_step(g: elementary.Exp, v: str) -> Ratio | None:
    m, den = g.data
    if any(v in f.names for f, _ in den):
        return None
    rest = tuple(item for item in m if v not in item[0].names)
    own = [item for item in m if v in item[0].names]
    if len(own) != 1:
        return None
    ((h, e),) = own
    if h.__class__ is not scalars.IndexValue or e != 1:
        return None
    return Ratio({rest: Q1}, den)


def _faulhaber(ctx: Context, degree: int, n: Ratio) -> Ratio:
    """1^p + .. + n^p as a polynomial in n (J. Faulhaber 1631; Bernoulli numbers with B_1 = 1/2)."""
    if degree > 12:
        raise BudgetExceeded("a sum of high powers of the index")
    bernoulli = [Q1]
    for k in range(1, degree + 1):
        bernoulli.append(-sum((bernoulli[j] * comb(k + 1, j) for j in range(k)), fmpq(0)) / (k + 1))
    result = rt.NIL
    for k in range(degree + 1):
        sign = -1 if k == 1 else 1
        c = bernoulli[k] * sign * comb(degree + 1, k) / (degree + 1)
        result = rt.add(ctx, result, rt.scale(rt.power(ctx, n, degree + 1 - k), c))
    return result
