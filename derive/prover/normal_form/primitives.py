"""The functions that the kernel itself knows; the vocabulary defines all others by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, opaque, scalars
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.ratio import Ratio


def _exp(ctx: Context, x: Ratio) -> Ratio:
    return elementary.exp(ctx, x)


def _log(ctx: Context, x: Ratio) -> Ratio:
    return elementary.log(ctx, x)


def _sqrt(ctx: Context, x: Ratio) -> Ratio:
    return elementary.fractional_power(ctx, x, elementary.HALF)


def _abs(ctx: Context, x: Ratio) -> Ratio:
    return elementary.absolute(ctx, x)


def _sign(ctx: Context, x: Ratio) -> Ratio:
    return elementary.sign(ctx, x)


def largest(ctx: Context, *xs: Ratio) -> Ratio:
    result = xs[0]
    for x in xs[1:]:
        result = opaque.larger(ctx, result, x)
    return result


def smallest(ctx: Context, *xs: Ratio) -> Ratio:
    return rt.negative(largest(ctx, *map(rt.negative, xs)))


def _cos(ctx: Context, x: Ratio) -> Ratio:
    """(e^{ix} + e^{-ix}) / 2."""
    ix_ = rt.multiply(ctx, scalars.imaginary(ctx), x)
    both = rt.add(ctx, elementary.exp(ctx, ix_), elementary.exp(ctx, rt.negative(ix_)))
    return rt.scale(both, fmpq(1, 2))


def _sin(ctx: Context, x: Ratio) -> Ratio:
    """-i (e^{ix} - e^{-ix}) / 2."""
    i = scalars.imaginary(ctx)
    ix_ = rt.multiply(ctx, i, x)
    gap = rt.subtract(ctx, elementary.exp(ctx, ix_), elementary.exp(ctx, rt.negative(ix_)))
    return rt.scale(rt.multiply(ctx, i, gap), fmpq(-1, 2))


def _erf(ctx: Context, x: Ratio) -> Ratio:
    return opaque.function(ctx, "erf", (0,), (x,))


def _atan(ctx: Context, x: Ratio) -> Ratio:
    return opaque.function(ctx, "atan", (0,), (x,))


PRIMITIVES: Mapping[str, Callable[..., Ratio]] = MappingProxyType(
    {
        "exp": _exp,
        "log": _log,
        "sqrt": _sqrt,
        "abs": _abs,
        "sign": _sign,
        "max": largest,
        "min": smallest,
        "sin": _sin,
        "cos": _cos,
        "erf": _erf,
        "atan": _atan,
    }
)
