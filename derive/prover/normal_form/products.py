"""Products over an index, by factors: prod exp(b) = exp(sum b), prod c = c^size,
prod |g|^q = |prod g|^q.

What is left is a generator ``P(size, g)``: the product of one irreducible g over 1..size.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.prover.normal_form import elementary, scalars, sums
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import ANY, NEGATIVE, POSITIVE, Generator, Target
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Q1, Exponent
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import BudgetExceeded, Undecided


class Product(Generator):
    """The product of g(v) over v = 1..size; data: (size, g with v named as sums name dummies)."""

    __slots__ = ()
    data: tuple[Index, Generator | Factor]

    def opened(self, ctx: Context) -> tuple[str, Ratio]:
        size, g = self.data
        v = ctx.temporary("k", size)
        return v, rt.substituted(ctx, _ratio(g), {sums.dummy(self.height, 0): ix.named(v)})

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        v, body = self.opened(ctx)
        return product(ctx, rt.again(ctx, body, by), v, ix.substituted(ctx.sizes[v], by))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        v, body = self.opened(ctx)
        log_derivative = rt.divide(ctx, rt.derivative(ctx, body, wrt), body)
        return rt.multiply(ctx, rt.of(self), sums.total(ctx, log_derivative, v, self.data[0]))

    def logarithm(self, ctx: Context) -> Ratio | None:
        v, body = self.opened(ctx)
        ctx.require("!=", body)
        return sums.total(ctx, elementary.log_absolute(ctx, body), v, self.data[0])

    def sign(self, ctx: Context) -> int:
        sign = ctx.sign(_ratio(self.data[1]))
        if sign & NEGATIVE:
            return ANY
        return sign if scalars.nonempty(ctx, self.data[0]) else sign | POSITIVE

    def mentions(self, name: str) -> bool:
        return _ratio(self.data[1]).mentions(name)


def _ratio(g: Generator | Factor) -> Ratio:
    return rt.of(g) if isinstance(g, Generator) else Ratio(g.p)


def product(ctx: Context, a: Ratio, v: str, size: Index) -> Ratio:
    """The product of ``a`` over v = 1..size."""
    if not size[1]:
        if size[0] > ctx.limits.expansion:
            raise BudgetExceeded(f"a product of {size[0]} factors")
        result = rt.ONE
        for k in range(1, size[0] + 1):
            result = rt.multiply(ctx, result, rt.substituted(ctx, a, {v: ix.constant(k)}))
        return result
    scalars.counted(ctx, size)
    n = scalars.index_value(ctx, size)
    if v not in a.names:
        return elementary.general_power(ctx, a, n)
    if rt.a_delta(a) is not None:
        raise Undecided("a product over a case distinction of indices")
    if not a.num:
        return rt.NIL  # the range is not empty
    a = rt.reduced(ctx, a)
    c, m, parts = rt.factored(ctx, a.num)
    result, free = rt.ONE, rt.rational(c)
    for g, e in m:
        if v in g.names:
            result = rt.multiply(ctx, result, _of_generator(ctx, g, e, v, size))
        else:
            free = rt.multiply(ctx, free, rt.settled(ctx, {((g, e),): Q1}, ()))
    for f, k in [*parts, *((f, -k) for f, k in a.den)]:
        if v in f.names:
            piece = rt.of(_interned(ctx, f, v, size))
            result = rt.multiply(ctx, result, rt.power(ctx, piece, k))
        else:
            free = rt.multiply(ctx, free, rt.power(ctx, Ratio(f.p), k))
    return rt.multiply(ctx, result, elementary.general_power(ctx, free, n))


def _of_generator(ctx: Context, g: Generator, e: Exponent, v: str, size: Index) -> Ratio:
    if isinstance(g, elementary.Exp):
        exponent = rt.scale(g.argument, rt.exact(e))
        return elementary.exp(ctx, sums.total(ctx, exponent, v, size))
    if isinstance(g, elementary.Root) or e.__class__ is not int:
        inner = g.radicand() if isinstance(g, elementary.Root) else rt.of(g)
        return elementary.absolute_power(ctx, product(ctx, inner, v, size), Fraction(e))
    return rt.power(ctx, rt.of(_interned(ctx, g, v, size)), int(e))


def _interned(ctx: Context, g: Generator | Factor, v: str, size: Index) -> Product:
    height = 1 + g.height
    body = rt.substituted(ctx, _ratio(g), {v: ix.named(sums.dummy(height, 0))})
    inner: Generator | Factor
    if len(body.num) == 1 and not body.den:
        (((inner, e),),) = body.num
        if e != 1 or body.num != {((inner, 1),): Q1}:
            raise Undecided("a factor changed its shape when its index was renamed")
    else:
        c, m, parts = rt.factored(ctx, body.num)
        if c != 1 or m or body.den or len(parts) != 1 or parts[0][1] != 1:
            raise Undecided("a factor changed its shape when its index was renamed")
        inner = parts[0][0]
    names = (inner.names - {sums.dummy(height, 0)}).union(n for n, _ in size[1])
    return ctx.intern(Product, (size, inner), frozenset(names), height, inner.unreal)
