"""Ratios: a Laurent polynomial over a product of irreducible polynomials, never expanded.

Every value of the normal form is a Ratio.

Throughout: a, b are ratios, p a polynomial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.prover.flint import fmpq
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form.context import Factor
from derive.prover.normal_form.generator import Generator, Target
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Q1, UNIT, Exponent, Monomial, Polynomial
from derive.prover.undecided import Undecided, Undefined

if TYPE_CHECKING:
    from derive.prover.normal_form.context import Context


class Ratio:
    """``num`` over the product of ``den``'s factors with their positive powers."""

    __slots__ = ("_names", "den", "num")
    _names: frozenset[str]

    def __init__(self, num: Polynomial, den: tuple[tuple[Factor, int], ...] = ()) -> None:
        self.num = num
        self.den = den if num else ()

    def __bool__(self) -> bool:
        return bool(self.num)

    def __repr__(self) -> str:
        return f"Ratio({self.num}, {self.den})"

    @property
    def names(self) -> frozenset[str]:
        """Free index names."""
        try:
            return self._names
        except AttributeError:
            parts = [g.names for m in self.num for g, _ in m if g.names]
            parts += [f.names for f, _ in self.den]
            self._names = frozenset[str]().union(*parts)
            return self._names

    def reads(self, names: Set[str]) -> bool:
        """Does one of the index names occur free in it?"""
        for m in self.num:
            for g, _ in m:
                if not g.names.isdisjoint(names):
                    return True
        return any(not f.names.isdisjoint(names) for f, _ in self.den)

    @property
    def height(self) -> int:
        return max(
            max((g.height for m in self.num for g, _ in m), default=0),
            max((f.height for f, _ in self.den), default=0),
        )

    def key(self) -> tuple[frozenset[tuple[Monomial, fmpq]], tuple[tuple[Factor, int], ...]]:
        """Hashable; equal for equal representations in one context."""
        return frozenset(self.num.items()), self.den

    def generators(self) -> set[Generator]:
        found = {g for m in self.num for g, _ in m}
        return found.union(*({g for m in f.p for g, _ in m} for f, _ in self.den))

    def mentions(self, name: str) -> bool:
        return any(g.mentions(name) for g in self.generators())


NIL = Ratio({})
ONE = Ratio({UNIT: Q1})


def rational(c: fmpq | int) -> Ratio:
    return Ratio({UNIT: fmpq(c)} if c else {})


def of(g: Generator, e: Exponent = 1) -> Ratio:
    return Ratio({((g, e),): Q1})


def monomial(m: Monomial, c: fmpq = Q1) -> Ratio:
    return Ratio({m: c})


def constant_of(a: Ratio) -> fmpq | None:
    """The rational that ``a`` is, where it is one."""
    if not a.num:
        return fmpq(0)
    if a.den or len(a.num) > 1:
        return None
    return a.num.get(UNIT)


# --- arithmetic --------------------------------------------------------------------------------


def add(ctx: Context, a: Ratio, b: Ratio) -> Ratio:
    if not a.num:
        return b
    if not b.num:
        return a
    if a.den == b.den:
        return Ratio(poly.plus(a.num, b.num), a.den)
    powers = dict(a.den)
    for f, k in b.den:
        if powers.get(f, 0) < k:
            powers[f] = k
    num = poly.plus(lifted(ctx, a, powers), lifted(ctx, b, powers))
    return settled(ctx, num, _sorted(powers))


def added(ctx: Context, parts: Iterable[Ratio]) -> Ratio:
    """The sum of many.  To add them one by one would copy, each time, all that is there."""
    over: dict[tuple[tuple[Factor, int], ...], Polynomial] = {}
    for part in parts:
        ctx.spend(len(part.num))
        poly.include(over.setdefault(part.den, {}), part.num)
    found = NIL
    for den, num in over.items():
        found = add(ctx, found, Ratio(num, den))
    return found


def lifted(ctx: Context, a: Ratio, powers: Mapping[Factor, int]) -> Polynomial:
    """The numerator of ``a`` over the larger denominator ``powers``."""
    own = dict(a.den)
    num = a.num
    for f, k in powers.items():
        for _ in range(k - own.get(f, 0)):
            num = product(ctx, num, f.p)
    return num


def _sorted(powers: Mapping[Factor, int]) -> tuple[tuple[Factor, int], ...]:
    return tuple(sorted(((f, k) for f, k in powers.items() if k), key=lambda item: item[0].number))


def product(ctx: Context, p: Polynomial, q: Polynomial) -> Polynomial:
    """Product of polynomials within the budget."""
    ctx.spend(len(p) * len(q))
    return poly.product(p, q)


def negative(a: Ratio) -> Ratio:
    return Ratio({m: -c for m, c in a.num.items()}, a.den)


def subtract(ctx: Context, a: Ratio, b: Ratio) -> Ratio:
    return add(ctx, a, negative(b))


def scale(a: Ratio, c: fmpq) -> Ratio:
    return a if c == 1 else Ratio(poly.scaled(a.num, c), a.den)


def multiply(ctx: Context, a: Ratio, b: Ratio) -> Ratio:
    if a is ONE:
        return b
    if b is ONE:
        return a
    num = product(ctx, a.num, b.num)
    if not a.den and not b.den:
        return settled(ctx, num, ())
    den = a.den or b.den
    if a.den and b.den:
        powers = dict(a.den)
        for f, k in b.den:
            powers[f] = powers.get(f, 0) + k
        den = _sorted(powers)
    return settled(ctx, num, den)


def settled(ctx: Context, num: Polynomial, den: tuple[tuple[Factor, int], ...]) -> Ratio:
    """Whole powers of roots leave the root: |g|^{3/2} = |g| |g|^{1/2}."""
    if not ctx.roots or not any(g in ctx.roots and _has_whole(e) for m in num for g, e in m):
        return Ratio(num, den)
    parts = []
    for m, c in num.items():
        part = Ratio({tuple((g, e) for g, e in m if g not in ctx.roots): c}, den)
        for g, e in m:
            if g in ctx.roots:
                down = e.__floor__()
                if e != down:
                    part = _times_generator(ctx, part, g, poly.whole(e - down))
                if down:
                    part = multiply(ctx, part, power(ctx, ctx.base_of(g), down))
        parts.append(part)
    return added(ctx, parts)


def _has_whole(e: Exponent) -> bool:
    """Is there a whole number in the exponent?  (To compare a Fraction is slow.)"""
    return e.__class__ is int or not 0 < e.numerator < e.denominator


def _times_generator(ctx: Context, a: Ratio, g: Generator, e: Exponent) -> Ratio:
    return Ratio(product(ctx, a.num, {((g, e),): Q1}), a.den)


def divide(ctx: Context, a: Ratio, b: Ratio) -> Ratio:
    return multiply(ctx, a, inverse(ctx, b))


def power(ctx: Context, a: Ratio, n: int) -> Ratio:
    """An integer power."""
    if n == 1:
        return a
    if n < 0:
        return power(ctx, inverse(ctx, a), -n)
    if len(a.num) == 1 and not a.den:
        ((m, c),) = a.num.items()
        if not any(g.special or g in ctx.roots for g, _ in m):
            if n > ctx.limits.exponent and c not in (1, -1):
                raise Undecided("the exponent is too large")
            return Ratio({poly.power(m, n): c**n})
    if n > ctx.limits.exponent:
        raise Undecided("the exponent is too large")
    result = ONE
    while n:
        if n & 1:
            result = multiply(ctx, result, a)
        n >>= 1
        if n:
            a = multiply(ctx, a, a)
    return result


def inverse(ctx: Context, a: Ratio, known: bool = False) -> Ratio:
    """1/a.  Every inverted factor becomes a condition "is not 0", unless that is ``known`` from
    a condition recorded before."""
    if not a.num:
        raise Undefined("division by zero")
    if len(a.num) > 1 or any(g.special for m in a.num for g, _ in m):
        delta = a_delta(a)
        if delta is not None:
            return by_delta(ctx, a, delta, inverse)
        a = reduced(ctx, a)
    c, m, parts = factored(ctx, a.num)
    if not known and any(g.unreal for g in a.generators()):
        # Its factors would not be real; e^{i x} is never 0.
        rest = a.num if parts else {tuple((g, e) for g, e in m if not g.nonzero): Q1}
        ctx.require("!=", Ratio(rest))
    elif not known:
        for g, _ in m:
            ctx.require("!=", ctx.roots.get(g, of(g)))
        for f, _ in parts:
            ctx.require("!=", Ratio(f.p))
    num: Polynomial = {poly.power(m, -1): 1 / c}
    if any(g.special for g, _ in m):
        num = poly.product(num, {UNIT: Q1})  # applies the relations
    for f, k in a.den:
        for _ in range(k):
            num = product(ctx, num, f.p)
    return settled(ctx, num, _sorted(dict(parts)))


def factored(ctx: Context, p: Polynomial) -> tuple[fmpq, Monomial, list[tuple[Factor, int]]]:
    """``c * m * product of factors`` for a nonzero polynomial."""
    c, m, rest = poly.content(p)
    if len(rest) == 1:
        return c, m, []
    key = poly.primitive_key(rest)
    known = ctx.factorizations.get(key)
    if known is None:
        known = ctx.factorizations[key] = _factored(ctx, rest)
    unit, mono, parts = known
    return c * unit, poly.times(m, mono), parts


def _factored(ctx: Context, p: Polynomial) -> tuple[fmpq, Monomial, list[tuple[Factor, int]]]:
    if poly.clearly_irreducible(p) or poly.degree(p) > ctx.limits.exponent:
        return Q1, UNIT, [(ctx.factor(p), 1)]
    ctx.spend(len(p) * 20)
    unit, found = poly.factors(p)
    mono: Monomial = UNIT
    parts: dict[Factor, int] = {}
    for f, k in found:
        c, m, g = poly.content(f)
        unit = unit * c**k
        mono = poly.times(mono, poly.power(m, k))
        if len(g) > 1:
            factor = ctx.factor(g)
            parts[factor] = parts.get(factor, 0) + k
    return unit, mono, list(_sorted(parts))


def reduced(ctx: Context, a: Ratio) -> Ratio:
    """``a`` with denominators that divide the numerator cancelled."""
    if not a.den or not a.num:
        return a
    num, den = a.num, {}
    for f, k in a.den:
        while k:
            ctx.spend(len(num) + len(f.p))
            quotient = poly.divided(num, f.p)
            if quotient is None:
                break
            num, k = quotient, k - 1
        if k:
            den[f] = k
    return Ratio(num, _sorted(den))


# --- deltas inside functions -------------------------------------------------------------------


def a_delta(a: Ratio) -> Generator | None:
    """Some Kronecker delta that occurs in ``a`` at the top."""
    for m in a.num:
        for g, _ in m:
            if g.special and g.__class__.__name__ == "Delta":
                return g
    for f, _ in a.den:
        for m in f.p:
            for g, _ in m:
                if g.special and g.__class__.__name__ == "Delta":
                    return g
    return None


def by_delta(
    ctx: Context, a: Ratio, delta: Generator, function: Callable[[Context, Ratio], Ratio]
) -> Ratio:
    """``F[delta] = delta F[1] + (1 - delta) F[0]``."""
    on = function(ctx, with_value(ctx, a, delta, ONE))
    off = function(ctx, with_value(ctx, a, delta, NIL))
    return add(ctx, multiply(ctx, of(delta), subtract(ctx, on, off)), off)


def with_value(ctx: Context, a: Ratio, g: Generator, value: Ratio) -> Ratio:
    """``a`` with the generator ``g`` (at the top only) replaced by a value."""

    def replaced(p: Polynomial) -> Iterator[Ratio]:
        for m, c in p.items():
            part = monomial(tuple(item for item in m if item[0] is not g), c)
            for h, e in m:
                if h is g:
                    part = multiply(ctx, part, power(ctx, value, int(e)))
            yield part

    result = added(ctx, replaced(a.num))
    for f, k in a.den:
        result = multiply(ctx, result, power(ctx, inverse(ctx, added(ctx, replaced(f.p))), k))
    return result


# --- substitution and differentiation ----------------------------------------------------------


def substituted(ctx: Context, a: Ratio, by: Mapping[str, Index]) -> Ratio:
    """``a`` with indices replaced."""
    touched = by.keys()
    if not a.reads(touched):
        return a
    return mapped(
        ctx,
        a,
        lambda g, e: None if g.names.isdisjoint(touched) else g.power_substituted(ctx, by, e),
    )


def rebuilt(ctx: Context, a: Ratio) -> Ratio:
    """``a`` made anew, after the meaning of names or the facts in the context changed."""
    return mapped(ctx, a, lambda g, e: g.power_substituted(ctx, {}, e))


def again(ctx: Context, a: Ratio, by: Mapping[str, Index]) -> Ratio:
    """``substituted``; with nothing to substitute, ``rebuilt``."""
    return substituted(ctx, a, by) if by else rebuilt(ctx, a)


def mapped(ctx: Context, a: Ratio, image: Callable[[Generator, Exponent], Ratio | None]) -> Ratio:
    """``a`` with each power of a generator replaced by its image (None: itself)."""
    images: dict[tuple[Generator, Exponent], Ratio | None] = {}

    def of_polynomial(p: Polynomial) -> Iterator[Ratio]:
        for m, c in p.items():
            powers: list[tuple[Generator, Exponent]] = []
            others = []
            for item in m:
                if item not in images:
                    images[item] = image(*item)
                value = images[item]
                if value is None:
                    powers.append(item)
                elif len(value.num) == 1 and not value.den:  # nearly always: a renaming
                    ((n, d),) = value.num.items()
                    powers += n
                    c = c * d
                else:
                    others.append(value)
            part = settled(ctx, poly.collected(powers, c), ())
            for value in others:
                part = multiply(ctx, part, value)
            yield part

    result = added(ctx, of_polynomial(a.num))
    for f, k in a.den:
        value = added(ctx, of_polynomial(f.p))
        result = multiply(ctx, result, power(ctx, inverse(ctx, value, known=True), k))
    return result


def to_power(ctx: Context, a: Ratio, e: Exponent) -> Ratio:
    """A rational power of something already known to be >= 0 where the power is fractional."""
    return power(ctx, a, e) if e.__class__ is int else ctx.absolute_power(ctx, a, Fraction(e))


def derivative(ctx: Context, a: Ratio, wrt: Target) -> Ratio:
    """The partial derivative: a derivation on the generators."""
    known = ctx.derivatives(wrt)
    varies = any(name == wrt.name for _, name in ctx.varying)

    def of_generator(g: Generator) -> Ratio:
        if g not in known:
            known[g] = g.derivative(ctx, wrt) if varies or g.mentions(wrt.name) else NIL
        return known[g]

    def of_polynomial(p: Polynomial) -> Iterator[Ratio]:
        for m, c in p.items():
            for k, (g, e) in enumerate(m):
                inner = of_generator(g)
                if inner:
                    rest = m[:k] + (((g, poly.whole(e - 1)),) if e != 1 else ()) + m[k + 1 :]
                    outer = settled(ctx, {rest: c * exact(e)}, ())
                    yield multiply(ctx, outer, inner)

    result = multiply(ctx, added(ctx, of_polynomial(a.num)), Ratio({UNIT: Q1}, a.den))
    for f, k in a.den:
        inner = added(ctx, of_polynomial(f.p))
        if inner:
            outer = multiply(ctx, a, Ratio({UNIT: fmpq(-k)}, ((f, 1),)))
            result = add(ctx, result, multiply(ctx, outer, inner))
    return result


def exact(e: Exponent) -> fmpq:
    """An exponent as a coefficient."""
    return fmpq(e) if e.__class__ is int else fmpq(e.numerator, e.denominator)
