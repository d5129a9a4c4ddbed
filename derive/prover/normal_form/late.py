"""The late pass: linear relations between generators that the normal form keeps apart.

exp(x/(x+1)) exp(1/(x+1)) = e, because the arguments are linearly dependent over Q once they have a
common denominator; likewise sums over one dummy with different denominators.  Run only where the
numerator did not vanish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, sums
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import Generator
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Exponent, Polynomial
from derive.prover.normal_form.ratio import Ratio


def simplified(ctx: Context, a: Ratio) -> Ratio:
    """``a`` with linearly dependent exponentials and sums eliminated."""
    a = rt.mapped(ctx, a, lambda g, e: _power_of(ctx, sums.geometric(ctx, g), e))
    a = _averaged(ctx, a)
    exps = sorted(
        (g for g in a.generators() if isinstance(g, elementary.Exp)), key=lambda g: g.number
    )
    if len(exps) > 1 and any(g.data[1] for g in exps):
        relations = _relations(ctx, exps, [g.argument for g in exps])
        a = _applied(ctx, a, relations, _product)
    groups: dict[Index, list[sums.Sum]] = {}
    for g in sorted(a.generators(), key=lambda g: g.number):
        if isinstance(g, sums.Sum) and len(g.data[0]) == 1:
            groups.setdefault(g.data[0][0], []).append(g)
    for size, group in groups.items():
        if len(group) > 1 and any(g.data[2] for g in group):
            v = ctx.temporary("k", size)
            bodies = [g.summand(ctx, ix.named(v)) for g in group]
            a = _applied(ctx, a, _relations(ctx, group, bodies), _combination)
    return a


def _power_of(ctx: Context, a: Ratio | None, e: Exponent) -> Ratio | None:
    return None if a is None else rt.to_power(ctx, a, e)


def _averaged(ctx: Context, a: Ratio) -> Ratio:
    """Sums of quotients over several dummies, averaged over the orders of dummies of one range:
    sum_ij x_i / (x_i + x_j) = d^2 / 2."""
    values = {}
    for g in a.generators():
        if isinstance(g, sums.Sum) and g.data[2] and 2 <= len(g.data[0]) <= 3:
            dummies, body = g.opened(ctx)
            orders = sums.orders(ctx, dummies)
            total = rt.NIL
            for order in orders:
                by = {v: ix.named(w) for v, w in zip(orders[0], order, strict=True)}
                total = rt.add(ctx, total, rt.substituted(ctx, body, by))
            total = rt.reduced(ctx, rt.scale(total, fmpq(1, len(orders))))
            for v in dummies:
                total = sums.total(ctx, total, v, ctx.sizes[v])
            values[g] = total
    if not values:
        return a
    return rt.mapped(ctx, a, lambda g, e: rt.to_power(ctx, values[g], e) if g in values else None)


def _relations(
    ctx: Context, gens: Iterable[Generator], values: list[Ratio]
) -> dict[Generator, list[tuple[Generator, fmpq]]]:
    """Generators whose value is a rational combination of the values of earlier ones."""
    common: dict[Factor, int] = {}
    for a in values:
        for f, k in a.den:
            common[f] = max(common.get(f, 0), k)
    pivots: list[tuple[object, Polynomial, dict[Generator, fmpq]]] = []
    found: dict[Generator, list[tuple[Generator, fmpq]]] = {}
    for g, a in zip(gens, values, strict=True):
        row = rt.lifted(ctx, a, common)
        made: dict[Generator, fmpq] = {}  # row = value of g - sum of made
        for monomial, pivot, parts in pivots:
            c = row.get(monomial)  # type: ignore[call-overload]  # a monomial
            if c is not None:
                q = c / pivot[monomial]  # type: ignore[index]
                row = poly.plus(row, poly.scaled(pivot, -q))
                for h, d in parts.items():
                    made[h] = made.get(h, fmpq(0)) + q * d
        if row:
            parts = {h: -d for h, d in made.items() if d}
            parts[g] = fmpq(1)
            pivots.append((poly.leading(row), row, parts))
        else:
            found[g] = [(h, d) for h, d in made.items() if d]
    return found


def _applied(
    ctx: Context,
    a: Ratio,
    relations: dict[Generator, list[tuple[Generator, fmpq]]],
    join: Callable[[Context, list[tuple[Generator, fmpq]]], Ratio],
) -> Ratio:
    if not relations:
        return a
    values = {g: join(ctx, parts) for g, parts in relations.items()}
    return rt.mapped(ctx, a, lambda g, e: rt.to_power(ctx, values[g], e) if g in values else None)


def _product(ctx: Context, parts: list[tuple[Generator, fmpq]]) -> Ratio:
    result = rt.ONE
    for g, c in parts:
        result = rt.multiply(ctx, result, rt.of(g, poly.exponent(c)))
    return result


def _combination(ctx: Context, parts: list[tuple[Generator, fmpq]]) -> Ratio:
    result = rt.NIL
    for g, c in parts:
        result = rt.add(ctx, result, rt.scale(rt.of(g), c))
    return result
