"""Functions known by their derivative alone (erf, atan), declared functions, and max over an
index: generators about which nothing is used but equality of arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, scalars, sums
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.generator import ANY, Generator, Target
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undecided


class Function(Generator):
    """A function's value; data: (name, orders of derivatives an argument, keys of arguments).

    The arguments themselves are kept in ``ctx.arguments``."""

    __slots__ = ("arguments",)
    data: tuple[str, tuple[int, ...], tuple[object, ...]]
    arguments: tuple[Ratio, ...]

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        name, orders, _ = self.data
        return function(ctx, name, orders, tuple(rt.again(ctx, a, by) for a in self.arguments))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        name, orders, _ = self.data
        result = rt.NIL
        for k, a in enumerate(self.arguments):
            inner = rt.derivative(ctx, a, wrt)
            if inner:
                if name in DERIVATIVES:
                    outer = DERIVATIVES[name](ctx, a)
                else:
                    more = (*orders[:k], orders[k] + 1, *orders[k + 1 :])
                    outer = function(ctx, name, more, self.arguments)
                result = rt.add(ctx, result, rt.multiply(ctx, outer, inner))
        return result

    def sign(self, ctx: Context) -> int:
        return ANY

    def mentions(self, name: str) -> bool:
        return any(a.mentions(name) for a in self.arguments)


def function(
    ctx: Context, name: str, orders: tuple[int, ...], arguments: tuple[Ratio, ...]
) -> Ratio:
    """``name(arguments)``, differentiated ``orders`` times; odd functions pull out a sign."""
    arguments = tuple(rt.reduced(ctx, a) for a in arguments)
    for k, a in enumerate(arguments):
        d = rt.a_delta(a)
        if d is not None:

            def with_argument(c: Context, b: Ratio, k: int = k) -> Ratio:
                return function(c, name, orders, (*arguments[:k], b, *arguments[k + 1 :]))

            return rt.by_delta(ctx, a, d, with_argument)
    if name in DERIVATIVES:  # both are odd
        (a,) = arguments
        if not a.num:
            return rt.NIL
        c, _, _ = poly.content(a.num)
        if c < 0:
            return rt.negative(function(ctx, name, orders, (rt.negative(a),)))
    key = (name, orders, tuple(a.key() for a in arguments))
    names = frozenset[str]().union(*(a.names for a in arguments))
    height = max((a.height for a in arguments), default=0)
    unreal = any(elementary.is_complex(a) for a in arguments)
    g = ctx.intern(Function, key, names, height, unreal)
    g.arguments = arguments
    value = ctx.value_of(g) if ctx.values else None
    return value if value is not None else rt.of(g)


def _erf(ctx: Context, x: Ratio) -> Ratio:
    """erf'(x) = 2/sqrt(pi) exp(-x^2)."""
    pi = scalars.scalar(ctx, scalars.PI)
    root = rt.to_power(ctx, elementary.fractional_power(ctx, pi, elementary.HALF), -1)
    bell = elementary.exp(ctx, rt.negative(rt.multiply(ctx, x, x)))
    return rt.scale(rt.multiply(ctx, root, bell), fmpq(2))


def _atan(ctx: Context, x: Ratio) -> Ratio:
    """atan'(x) = 1/(1 + x^2)."""
    return rt.inverse(ctx, rt.add(ctx, rt.ONE, rt.multiply(ctx, x, x)))


DerivativeRule: TypeAlias = Callable[[Context, Ratio], Ratio]
DERIVATIVES: Mapping[str, DerivativeRule] = {"erf": _erf, "atan": _atan}


class Extremum(Generator):
    """The largest value over an index; data: (size, key of the values)."""

    __slots__ = ("values",)
    data: tuple[Index, object]
    values: Ratio

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        v = ctx.temporary("k", self.data[0])
        body = rt.substituted(ctx, self.values, {sums.dummy(self.height, 0): ix.named(v)})
        return maximum(ctx, rt.again(ctx, body, by), v, ix.substituted(self.data[0], by))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        raise Undecided("the derivative of a maximum over an index")

    def sign(self, ctx: Context) -> int:
        return ctx.sign(self.values)

    def mentions(self, name: str) -> bool:
        return self.values.mentions(name)


def maximum(ctx: Context, a: Ratio, v: str, size: Index) -> Ratio:
    """max of ``a`` over v = 1..size (not empty)."""
    if v not in a.names:
        return a
    if not size[1]:
        result = rt.substituted(ctx, a, {v: ix.constant(1)})
        for n in range(2, size[0] + 1):
            result = larger(ctx, result, rt.substituted(ctx, a, {v: ix.constant(n)}))
        return result
    if rt.a_delta(a) is not None:
        raise Undecided("a maximum over a case distinction of indices")
    a = rt.reduced(ctx, a)
    height = 1 + a.height
    body = rt.substituted(ctx, a, {v: ix.named(sums.dummy(height, 0))})
    names = (body.names - {sums.dummy(height, 0)}).union(n for n, _ in size[1])
    g = ctx.intern(
        Extremum, (size, body.key()), frozenset(names), height, elementary.is_complex(body)
    )
    g.values = body
    return rt.of(g)


def larger(ctx: Context, a: Ratio, b: Ratio) -> Ratio:
    """max(a, b) = (a + b + |a - b|) / 2."""
    gap = elementary.absolute(ctx, rt.subtract(ctx, a, b))
    return rt.scale(rt.add(ctx, rt.add(ctx, a, b), gap), fmpq(1, 2))
