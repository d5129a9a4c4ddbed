"""Exponentials, logarithms, roots, signs: the transcendental and algebraic generators.

log and roots are taken of |g| for each irreducible g, with the condition that the whole argument
is positive: (g h)^q = |g|^q |h|^q wherever g h > 0.  So log(xy) = log x + log y is proved with
x > 0 and y > 0 as needs, and sqrt(x^2) = |x|.

Completeness for towers of exp and log: R. H. Risch, "The problem of integration in finite terms",
Trans. AMS 139 (1969); the structure theorem as in M. Bronstein, "Symbolic Integration I", ch. 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.prover.flint import fmpq
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form import scalars
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import ANY, NEGATIVE, POSITIVE, ZERO, Generator, Target
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Q1, UNIT, Exponent, Monomial
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undecided, Undefined

HALF = Fraction(1, 2)
LONGEST = 10_000  # exponent of a number that is multiplied out
LARGEST = 10**18  # number that is factored into primes

# --- exponentials ------------------------------------------------------------------------------


class Exp(Generator):
    """exp of a basis element; data: (monomial, denominator) of its argument."""

    __slots__ = ()
    nonzero = True
    data: tuple[Monomial, tuple[tuple[Factor, int], ...]]

    @property
    def argument(self) -> Ratio:
        m, den = self.data
        return Ratio({m: Q1}, den)

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return exp(ctx, rt.again(ctx, self.argument, by))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        return rt.multiply(ctx, rt.of(self), rt.derivative(ctx, self.argument, wrt))

    def sign(self, ctx: Context) -> int:
        return ANY if self.unreal else POSITIVE

    def mentions(self, name: str) -> bool:
        return self.argument.mentions(name)


def is_complex(a: Ratio) -> bool:
    return any(g.unreal for g in a.generators())


def exp(ctx: Context, a: Ratio) -> Ratio:
    """exp of a ratio: a product of powers of basis elements; exp(c log g) becomes g^c."""
    if a.den:
        a = rt.reduced(ctx, a)
    delta = rt.a_delta(a)
    if delta is not None:
        return rt.by_delta(ctx, a, delta, exp)
    result = rt.ONE
    for m, c in a.num.items():
        result = rt.multiply(ctx, result, _exp_of_term(ctx, m, a.den, c))
    return result


def _exp_of_term(ctx: Context, m: Monomial, den: tuple[tuple[Factor, int], ...], c: fmpq) -> Ratio:
    e = poly.exponent(c)
    if not den and len(m) == 1 and m[0][1] == 1 and isinstance(m[0][0], Log):
        g = m[0][0]
        if g.formal and e.__class__ is not int:
            raise Undecided("a power of a base of unknown sign")
        if g.formal:
            return rt.power(ctx, g.argument(), int(e))
        return absolute_power(ctx, g.argument(), Fraction(e))
    found = ctx.known(Exp, (m, den))
    if found is None:
        names = frozenset(n for g, _ in m for n in g.names).union(*(f.names for f, _ in den))
        height = max(
            max((g.height for g, _ in m), default=0), max((f.height for f, _ in den), default=0)
        )
        unreal = any(g.unreal for g, _ in m) or any(f.unreal for f, _ in den)
        found = ctx.intern(Exp, (m, den), names, height, unreal)
    return rt.of(found, e)


# --- logarithms --------------------------------------------------------------------------------


class Log(Generator):
    """log |g|; data: (g, formal) with g a generator, a factor, or a prime.

    ``formal``: some fixed complex logarithm of g, used only in integer powers g^n = exp(n log g).
    """

    __slots__ = ()
    data: tuple[Generator | Factor | int, bool]

    @property
    def formal(self) -> bool:
        return self.data[1]

    def argument(self) -> Ratio:
        g = self.data[0]
        if isinstance(g, int):
            return rt.rational(g)
        return rt.of(g) if isinstance(g, Generator) else Ratio(g.p)

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return log_absolute(ctx, rt.again(ctx, self.argument(), by), self.formal)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        inner = self.argument()
        return rt.divide(ctx, rt.derivative(ctx, inner, wrt), inner)

    def sign(self, ctx: Context) -> int:
        return POSITIVE if isinstance(self.data[0], int) else ANY

    def mentions(self, name: str) -> bool:
        return self.argument().mentions(name)


def log(ctx: Context, a: Ratio) -> Ratio:
    """log of a ratio, under the condition that it is positive."""
    delta = rt.a_delta(a)
    if delta is not None:
        return rt.by_delta(ctx, a, delta, log)
    a = rt.reduced(ctx, a)
    if not a.num:
        raise Undefined("the logarithm of 0")
    if ctx.sign(a) == NEGATIVE:
        raise Undefined("the logarithm of a negative number")
    if is_complex(a):
        raise Undecided("a logarithm of sines, cosines or symbolic powers")
    ctx.require(">", a)
    return log_absolute(ctx, a, formal=False)


def log_absolute(ctx: Context, a: Ratio, formal: bool = False) -> Ratio:
    """log |a|: a sum over the irreducible factors."""
    if not a.num:
        raise Undefined("the logarithm of 0")
    c, m, parts = rt.factored(ctx, rt.reduced(ctx, a).num)
    if formal and c < 0:
        raise Undecided("a symbolic power of a negative number")
    factors = [*parts, *((f, -k) for f, k in a.den)]
    odd = {g for g, e in [*m, *factors] if e % 2 == 1}
    whole = {g for g, _ in m if isinstance(g, Sign) and g.data in odd}  # g sign(g) is |g|
    absolutes = {g.data for g in whole}
    total = rt.NIL
    for p, k in _primes(c):
        total = rt.add(ctx, total, rt.scale(_log_of(ctx, p, False), fmpq(k)))
    for g, e in m:
        if g not in whole:
            log_g = _log_of_generator(ctx, g, formal and g not in absolutes)
            total = rt.add(ctx, total, rt.scale(log_g, rt.exact(e)))
    for f, k in factors:
        log_f = _log_of(ctx, f, formal and f not in absolutes)
        total = rt.add(ctx, total, rt.scale(log_f, fmpq(k)))
    return total


def _primes(c: fmpq) -> list[tuple[int, int]]:
    """The primes of |c| with their exponents."""
    if max(abs(c.p), c.q) > LARGEST:
        raise Undecided("the logarithm or root of a number with too many digits")
    above = [(int(p), int(k)) for p, k in abs(c.p).factor()]
    return above + [(int(p), -int(k)) for p, k in c.q.factor()]


def _log_of_generator(ctx: Context, g: Generator, formal: bool) -> Ratio:
    if isinstance(g, Exp):
        return g.argument
    if formal and isinstance(g, Sign):
        raise Undecided("a symbolic power of a sign")
    if isinstance(g, Root):
        return log_absolute(ctx, g.radicand())
    if isinstance(g, Prime):
        return _log_of(ctx, g.data, False)
    if isinstance(g, Sign):
        return rt.NIL
    expanded = g.logarithm(ctx)
    return expanded if expanded is not None else _log_of(ctx, g, formal)


def _log_of(ctx: Context, g: Generator | Factor | int, formal: bool) -> Ratio:
    if isinstance(g, int):
        return rt.of(ctx.intern(Log, (g, False), frozenset()))
    sign = ctx.sign_of_generator(g) if isinstance(g, Generator) else ctx.sign_of_factor(g)
    formal = formal and sign != POSITIVE
    return rt.of(ctx.intern(Log, (g, formal), g.names, g.height, formal or g.unreal))


# --- powers ------------------------------------------------------------------------------------


class Root(Generator):
    """|g| as a base of fractional powers; data: g, a factor or a generator of unknown sign."""

    __slots__ = ()
    data: Generator | Factor

    def radicand(self) -> Ratio:
        return rt.of(self.data) if isinstance(self.data, Generator) else Ratio(self.data.p)

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return absolute(ctx, rt.again(ctx, self.radicand(), by))

    def power_substituted(self, ctx: Context, by: Mapping[str, Index], e: Exponent) -> Ratio:
        return absolute_power(ctx, rt.again(ctx, self.radicand(), by), Fraction(e))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        inner = self.radicand()
        log_derivative = rt.divide(ctx, rt.derivative(ctx, inner, wrt), inner)
        return rt.multiply(ctx, absolute(ctx, inner), log_derivative)

    def sign(self, ctx: Context) -> int:
        return POSITIVE if not ctx.sign(self.radicand()) & ZERO else POSITIVE | ZERO

    def mentions(self, name: str) -> bool:
        return self.radicand().mentions(name)


class Prime(Generator):
    """A prime under a root; data: the prime."""

    __slots__ = ()
    special = True
    order = 1
    data: int

    def reduced(self, e: Exponent) -> tuple[fmpq, Exponent]:
        down = e.__floor__()
        if abs(down) > LONGEST:
            raise Undecided("the exponent is too large")
        return fmpq(self.data) ** down, poly.whole(e - down)

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return rt.of(self)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        return rt.NIL

    def sign(self, ctx: Context) -> int:
        return POSITIVE

    def mentions(self, name: str) -> bool:
        return False


def fractional_power(ctx: Context, a: Ratio, q: Fraction) -> Ratio:
    """``a^q`` for a q that is no integer, under the condition a >= 0 (a > 0 where q < 0)."""
    if not a.num:
        if q < 0:
            raise Undefined("division by zero")
        return rt.NIL
    if ctx.sign(a) == NEGATIVE:
        raise Undefined("a root of a negative number")
    if is_complex(a):
        raise Undecided("a root of sines, cosines or symbolic powers")
    delta = rt.a_delta(a)
    if delta is not None:
        return rt.by_delta(ctx, a, delta, lambda c, b: fractional_power(c, b, q))
    a = rt.reduced(ctx, a)
    ctx.require(">" if q < 0 else ">=", a)
    return absolute_power(ctx, a, q)


def absolute_power(ctx: Context, a: Ratio, q: Fraction) -> Ratio:
    """|a|^q, a product over the irreducible factors."""
    if not a.num:
        if q < 0:
            raise Undefined("division by zero")
        return rt.NIL
    c, m, parts = rt.factored(ctx, rt.reduced(ctx, a).num)
    result = rt.ONE
    for p, k in _primes(c):
        prime = ctx.intern(Prime, p, frozenset())
        result = rt.multiply(ctx, result, _prime_power(prime, k * q))
    for g, e in m:
        result = rt.multiply(ctx, result, _generator_power(ctx, g, poly.whole(e * q)))
    for f, k in [*parts, *((f, -k) for f, k in a.den)]:
        result = rt.multiply(ctx, result, _root_power(ctx, f, poly.whole(k * q)))
    return result


def _prime_power(prime: Prime, e: Fraction) -> Ratio:
    factor, rest = prime.reduced(e)
    return Ratio({((prime, rest),) if rest else UNIT: factor})


def _generator_power(ctx: Context, g: Generator, e: Exponent) -> Ratio:
    """|g|^e."""
    if isinstance(g, Sign):
        return rt.ONE
    if isinstance(g, Root):
        return rt.settled(ctx, {((g, e),): Q1}, ())
    if isinstance(g, Prime):
        return _prime_power(g, Fraction(e))
    if not ctx.sign_of_generator(g) & NEGATIVE:
        return rt.of(g, e)
    return _root_power(ctx, g, e)


def _root_power(ctx: Context, g: Generator | Factor, e: Exponent) -> Ratio:
    """|g|^e for an irreducible g."""
    base = rt.of(g) if isinstance(g, Generator) else Ratio(g.p)
    if e.__class__ is int:
        return rt.power(ctx, absolute(ctx, base), e)
    root = ctx.intern(Root, g, g.names, g.height, g.unreal)
    ctx.roots[root] = base
    return rt.settled(ctx, {((root, e),): Q1}, ())


def general_power(ctx: Context, base: Ratio, exponent: Ratio) -> Ratio:
    """``base^exponent``: rational exponents, integer symbolic ones, else exp(exponent log base)."""
    q = rt.constant_of(exponent)
    if q is not None:
        if q.q == 1:
            return rt.power(ctx, base, int(q.p))
        return fractional_power(ctx, base, Fraction(int(q.p), int(q.q)))
    if ctx.sign(base) == POSITIVE:
        return exp(ctx, rt.multiply(ctx, exponent, log(ctx, base)))
    if is_integer(ctx, exponent):
        at = scalars.as_index(exponent)
        counts = at is not None and scalars.nonempty(ctx, ix.plus(at, ix.constant(1)))
        if at is not None and counts and not base.num:
            return scalars.delta(ctx, at, ix.constant(0))  # 0^n is 1 where n = 0
        if not base.num:
            raise Undecided("a symbolic power of 0")
        ctx.require("!=", base, kink=counts)  # 0^n has a value, and is tried by itself
        logarithm = log_absolute(ctx, base, formal=True)
        return exp(ctx, rt.multiply(ctx, exponent, logarithm))
    return exp(ctx, rt.multiply(ctx, exponent, log(ctx, base)))


def is_integer(ctx: Context, a: Ratio) -> bool:
    """Is ``a`` clearly an integer: a polynomial in indices and integers with whole coefficients?"""
    return not a.den and all(
        c.q == 1
        and all(
            e.__class__ is int
            and e > 0
            and (
                isinstance(g, scalars.IndexValue | scalars.Delta)
                or (isinstance(g, scalars.Scalar) and g.data in ctx.integers)
                or (isinstance(g, scalars.ComponentOf) and g.data[0] in ctx.integers)
            )
            for g, e in m
        )
        for m, c in a.num.items()
    )


# --- absolute values and signs -----------------------------------------------------------------


class Sign(Generator):
    """The sign (1 or -1) of g where g is not 0; data: g, a factor or a generator."""

    __slots__ = ()
    special = True
    signs = True
    order = 2
    data: Generator | Factor

    def of_what(self) -> Ratio:
        return rt.of(self.data) if isinstance(self.data, Generator) else Ratio(self.data.p)

    def reduced(self, e: Exponent) -> tuple[fmpq, Exponent]:
        return Q1, int(e) % 2

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return sign(ctx, rt.again(ctx, self.of_what(), by), condition=False)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        ctx.require("!=", self.of_what(), kink=True)
        return rt.NIL

    def sign(self, ctx: Context) -> int:
        return POSITIVE | NEGATIVE

    def mentions(self, name: str) -> bool:
        return self.of_what().mentions(name)


def sign(ctx: Context, a: Ratio, condition: bool = True) -> Ratio:
    """The sign of ``a``; 0 is a kink, left out by a condition unless ``condition`` is false."""
    delta = rt.a_delta(a)
    if delta is not None:
        return rt.by_delta(ctx, a, delta, lambda c, b: sign(c, b, condition))
    a = rt.reduced(ctx, a)
    if not a.num:
        if condition:
            return rt.NIL
        return rt.ONE  # stands beside a factor 0
    if is_complex(a):
        raise Undecided("the sign of sines, cosines or symbolic powers")
    if condition:
        ctx.require("!=", a, kink=True)
    c, m, parts = rt.factored(ctx, a.num)
    result = rt.rational(1 if c > 0 else -1)
    for g, e in m:
        if e.__class__ is int and e % 2:
            result = rt.multiply(ctx, result, sign_of(ctx, g))
    for f, k in [*parts, *a.den]:
        if k % 2:
            result = rt.multiply(ctx, result, sign_of(ctx, f))
    return result


def sign_of(ctx: Context, g: Generator | Factor) -> Ratio:
    """The sign of one generator or irreducible factor."""
    known = ctx.sign_of_generator(g) if isinstance(g, Generator) else ctx.sign_of_factor(g)
    if known != ANY:
        ctx.note_signs(rt.of(g) if isinstance(g, Generator) else Ratio(g.p))
    if not known & NEGATIVE:
        return rt.ONE  # at 0 too: it always stands beside a factor g
    if not known & POSITIVE:
        return rt.rational(-1)
    if isinstance(g, Sign):
        return rt.of(g)
    found = ctx.intern(Sign, g, g.names, g.height, g.unreal)
    value = ctx.value_of(found) if ctx.values else None
    return value if value is not None else rt.of(found)


def absolute(ctx: Context, a: Ratio) -> Ratio:
    """|a| = a sign(a), at 0 too."""
    return rt.multiply(ctx, a, sign(ctx, a, condition=False))
