"""Lower bounds by tangents: log y >= 1 - 1/y for y > 0, and exp b >= 1 + b.

They are taken in every summand of a sum, which makes sum_k p_k log(p_k / q_k) at least
sum_k (p_k - q_k), that is 0 (Gibbs' inequality).

Source: T. M. Cover, J. A. Thomas, Elements of Information Theory (2006), theorems 2.6.2 to 2.7.1.

Throughout: what is bounded is a sum of terms; ``rest`` is what a logarithm, an exponential or a
sum is multiplied by in a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import gcd, lcm

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, scalars, sums
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.generator import NEGATIVE, POSITIVE
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Q1, UNIT, Monomial
from derive.prover.normal_form.ratio import Ratio

Logs = dict[elementary.Log, fmpq]
Key = tuple[Monomial, Index]  # the rest and the size of a sum


class Group:
    """Sums of one size and rest, each with its factor; ``logs`` stand in them, too, times the
    components of the distribution ``weight``."""

    def __init__(self) -> None:
        self.sums: list[tuple[sums.Sum, fmpq]] = []
        self.weight = ""
        self.logs: Logs = {}

    def summand(self, ctx: Context, v: str, flip: fmpq) -> Ratio:
        at = ix.named(v)
        parts = [rt.scale(g.summand(ctx, at), c * flip) for g, c in self.sums]
        if self.logs:
            axis = ctx.distributions[self.weight]
            assert axis is not None
            weight = scalars.component(ctx, self.weight, (ix.plus(at, axis[0]),))
            for g, c in self.logs.items():
                parts.append(rt.multiply(ctx, weight, rt.scale(rt.of(g), c * flip)))
        return rt.added(ctx, parts)


def bounds(ctx: Context, a: Ratio) -> Iterator[Ratio]:
    """What ``a`` is at least, without the logarithms and exponentials that have a tangent on the
    right side of them: with it, and with -log y >= 0 where y <= 1."""
    for signs_only in (False, True):
        found = _below(ctx, a, signs_only)
        if found is not None:
            yield found


def _below(ctx: Context, a: Ratio, signs_only: bool) -> Ratio | None:
    if a.den:
        return None
    logs, totals, powers, plain = _sorted(a)
    if not (logs or totals or powers):
        return None
    _spread(ctx, logs, totals)
    parts: list[Ratio | None] = [plain]
    for rest, found in logs.items():
        parts.append(_of_logs(ctx, rest, found, signs_only))
    for (rest, size), group in totals.items():
        parts.append(_of_sum(ctx, rest, size, group, signs_only))
    for m, c in powers.items():
        parts.append(_of_power(ctx, m, c))
    known = [part for part in parts if part is not None]
    return rt.added(ctx, known) if len(known) == len(parts) else None


def _sorted(
    a: Ratio,
) -> tuple[dict[Monomial, Logs], dict[Key, Group], dict[Monomial, fmpq], Ratio]:
    """The terms by what they need: logarithms by their rest, sums by their rest and size, terms
    with exponentials, and what is kept."""
    logs: dict[Monomial, Logs] = {}
    totals: dict[Key, Group] = {}
    powers: dict[Monomial, fmpq] = {}
    plain: dict[Monomial, fmpq] = {}
    for m, c in a.num.items():
        inner = [g for g, e in m if isinstance(g, sums.Sum) and e == 1 and _is_curved(g)]
        outer = [g for g, e in m if isinstance(g, elementary.Log) and e == 1 and not g.formal]
        if len(inner) == 1 and len(inner[0].data[0]) == 1 and not outer:
            (g,) = inner
            totals.setdefault((_without(m, g), g.data[0][0]), Group()).sums.append((g, c))
        elif len(outer) == 1 and not inner:
            logs.setdefault(_without(m, outer[0]), {})[outer[0]] = c
        elif any(isinstance(g, elementary.Exp) for g, _ in m) and not (inner or outer):
            powers[m] = c
        else:
            plain[m] = c
    return logs, totals, powers, Ratio(plain)


def _is_curved(g: sums.Sum) -> bool:
    return any(isinstance(h, elementary.Log | elementary.Exp) for h, _ in g.data[1])


def _without(m: Monomial, g: object) -> Monomial:
    return tuple(item for item in m if item[0] is not g)


def _spread(ctx: Context, logs: dict[Monomial, Logs], totals: Mapping[Key, Group]) -> None:
    """log d is sum_k p_k log d where the p_k sum to 1 and stand in a sum beside it."""
    if UNIT not in logs:
        return
    for (rest, size), group in totals.items():
        for name, axis in ctx.distributions.items():
            beside = any(
                isinstance(h, scalars.ComponentOf) and h.data[0] == name
                for g, _ in group.sums
                for h, _ in g.data[1]
            )
            if rest == UNIT and beside and axis is not None and axis[1] == size:
                group.weight, group.logs = name, logs.pop(UNIT)
                return


def _of_logs(ctx: Context, rest: Monomial, found: Logs, signs_only: bool) -> Ratio | None:
    """rest * sum_g c_g log g = rest * s * log y for y = prod_g g^(c_g / s)."""
    sign = ctx.sign(Ratio({rest: Q1}))
    if sign & NEGATIVE and sign & POSITIVE:
        return None
    flip = -1 if sign & NEGATIVE else 1
    if signs_only:
        small = all(c * flip < 0 and _at_most_one(ctx, g.argument()) for g, c in found.items())
        return rt.NIL if small else None
    s = _common(found.values())
    inverse = rt.ONE
    for g, c in found.items():
        argument = _positive(ctx, g)
        if argument is None:
            return None
        inverse = rt.multiply(ctx, inverse, rt.power(ctx, argument, -flip * int((c / s).p)))
    bound = rt.scale(rt.subtract(ctx, rt.ONE, inverse), s)
    return rt.multiply(ctx, bound, Ratio({rest: fmpq(flip)}))


def _at_most_one(ctx: Context, y: Ratio) -> bool:
    """Is it a probability, or is 1 - y not negative?"""
    if not ctx.sign(rt.subtract(ctx, rt.ONE, y)) & NEGATIVE:
        return True
    found = y.generators()
    (g,) = found if len(found) == 1 else (None,)
    return (
        isinstance(g, scalars.ComponentOf)
        and y.num == rt.of(g).num
        and g.data[0] in ctx.distributions
    )


def _common(values: Iterable[fmpq]) -> fmpq:
    """The largest s of which all values are integer multiples."""
    above, below_ = 0, 1
    for c in values:
        above, below_ = gcd(above, int(c.p)), lcm(below_, int(c.q))
    return fmpq(above, below_)


def _positive(ctx: Context, g: elementary.Log) -> Ratio | None:
    """|argument|, where the sign of the argument is known or was required."""
    argument = g.argument()
    sign = ctx.sign(argument)
    if sign in (POSITIVE, NEGATIVE):
        return argument if sign == POSITIVE else rt.negative(argument)
    required = any(c.op == ">" and c.value.key() == argument.key() for c in ctx.conditions.values())
    return argument if required else None


def _of_sum(
    ctx: Context, rest: Monomial, size: Index, group: Group, signs_only: bool
) -> Ratio | None:
    """With the exponentials of ``rest`` in the summand: e^{-m} sum_k p_k e^{x_k} for Jensen's."""
    inside = tuple(item for item in rest if isinstance(item[0], elementary.Exp))
    rest = tuple(item for item in rest if item not in inside)
    sign = ctx.sign(Ratio({rest: Q1}))
    if sign & NEGATIVE and sign & POSITIVE:
        return None
    flip = fmpq(-1 if sign & NEGATIVE else 1)
    v = ctx.temporary("k", size)
    summand = rt.multiply(ctx, group.summand(ctx, v, flip), Ratio({inside: Q1}))
    bound = _below(ctx, summand, signs_only)
    if bound is None:
        return None
    return rt.multiply(ctx, sums.total(ctx, bound, v, size), Ratio({rest: flip}))


def _of_power(ctx: Context, m: Monomial, c: fmpq) -> Ratio | None:
    """c rest exp(b) >= c rest (1 + b) where c rest is not negative; else the term is kept."""
    powers = [(g, e) for g, e in m if isinstance(g, elementary.Exp)]
    rest = Ratio({tuple(item for item in m if item not in powers): c})
    if ctx.sign(rest) & NEGATIVE or any(g.unreal for g, _ in m):
        return Ratio({m: c})
    tangent = rt.ONE
    for g, e in powers:
        tangent = rt.add(ctx, tangent, rt.scale(g.argument, rt.exact(e)))
    return rt.multiply(ctx, rest, tangent)
