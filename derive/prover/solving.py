"""Equations by elimination: each is solved for a scalar, its inverse, a component, a sum or an
unknown function's value that occurs linearly, for a scalar that occurs in one exponential or
logarithm, for a scalar or a sum of known sign that occurs squared or under a root; y^2 = 1 and
y^2 = y make y two-valued.  What no equation could be solved for is kept: a gap that is a multiple
of it vanishes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from derive.prover.facts import gap_of, learn, scalar_relations
from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, opaque, scalars, sums
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import NEGATIVE, POSITIVE, ZERO, Generator
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Exponent
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undecided
from derive.term import Assumption, Given, Relation, Symbol


class Solved(NamedTuple):
    """What an equation was solved for."""

    relation: Relation
    given: Given
    origin: Assumption
    generator: Generator


def solve_all(ctx: Context, equations: Sequence[tuple[Relation, Assumption]], given: Given) -> None:
    """Use equations: each is solved for what occurs in a way that has one solution, else kept.
    Where a later one says more of what an earlier one was solved by, that is solved again."""
    solved: list[Solved] = []
    for t, ctx.learning in equations:
        for relation, own in scalar_relations(t, given):
            g = _solve(ctx, relation, own, ctx.learning)
            if g is not None:
                for earlier in solved:
                    _solve_again(ctx, earlier, g)
                solved.append(Solved(relation, own, ctx.learning, g))


def _solve_again(ctx: Context, earlier: Solved, known: Generator) -> None:
    """Put the value of ``known`` into what an equation was solved for."""
    relation, given, origin, g = earlier
    value, origins = ctx.values[g], ctx.value_origins[g]
    if not _uses(value, known):
        return
    of_known = ctx.values[known]
    with suppress(Undecided):
        value = rt.mapped(
            ctx, value, lambda h, e: rt.to_power(ctx, of_known, e) if h is known else None
        )
        origins = tuple(dict.fromkeys((*origins, *ctx.value_origins[known])))
    if _uses(value, known):  # within an exponential, say
        del ctx.values[g]
        if _solve(ctx, relation, given, origin, g) is not None:
            return
    ctx.values[g], ctx.value_origins[g] = value, origins


def _solve(
    ctx: Context, t: Relation, given: Given, origin: Assumption, wanted: Generator | None = None
) -> Generator | None:
    """What the equation was solved for; ``wanted`` alone where that is named."""
    used, ctx.used = ctx.used, {}
    try:
        gap = gap_of(ctx, t, given)
        preferred = [s.name for s in (t.left, t.right) if isinstance(s, Symbol)]
        for g, value in _solutions(ctx, gap, preferred):
            if wanted in (None, g):
                ctx.values[g] = value
                ctx.value_origins[g] = (origin, *ctx.used)
                return g
        if wanted is None and len(gap.num) > 1:
            ctx.unsolved[origin] = gap
    except Undecided:
        pass  # not used
    finally:
        ctx.used = {**used, **ctx.used}
    return None


def _solutions(ctx: Context, gap: Ratio, preferred: list[str]) -> Iterator[tuple[Generator, Ratio]]:
    """Generators, each with its value wherever the gap vanishes."""
    for g, e in _candidates(gap, preferred):
        value = _solved(ctx, gap, g, e)
        if value is not None:
            yield g, value
    for g in gap.generators():
        if isinstance(g, elementary.Exp) and not g.unreal:
            found = _in_exponent(ctx, gap, g)
        elif isinstance(g, elementary.Log) and not g.formal:
            found = _in_logarithm(ctx, gap, g)
        elif isinstance(g, elementary.Root):
            found = _under_root(ctx, gap, g)
        elif isinstance(g, scalars.Scalar | sums.Sum):
            found = _in_power(ctx, gap, g)
        else:
            found = None
        if found is not None:
            yield found


def _in_exponent(ctx: Context, gap: Ratio, g: elementary.Exp) -> tuple[Generator, Ratio] | None:
    """x from A exp(b)^e + B = 0: b = log(-B/A) / e where -B/A is certainly positive, for an x that
    stands in b alone."""
    powers = {e for m in gap.num for h, e in m if h is g}
    names = [h for h in g.argument.generators() if isinstance(h, scalars.Scalar)]
    if len(powers) != 1:
        return None
    e = powers.pop()
    above = _solved(ctx, gap, g, e)
    if above is None or ctx.sign(above) != POSITIVE:
        return None
    log = elementary.log(ctx, above)
    gap = rt.subtract(ctx, rt.scale(g.argument, fmpq(1) if e == -1 else rt.exact(e)), log)
    for x in names:
        value = None if log.mentions(x.data) else _solved(ctx, gap, x, 1)
        if value is not None:
            return x, value
    return None


def _in_logarithm(ctx: Context, gap: Ratio, g: elementary.Log) -> tuple[Generator, Ratio] | None:
    """x from A log(b) + B = 0: b = exp(-B/A) for a positive b that has x in it."""
    b = g.argument()
    value = _solved(ctx, gap, g, 1) if ctx.sign(b) == POSITIVE else None
    return None if value is None else _inside(ctx, b, value, elementary.exp(ctx, value))


def _under_root(ctx: Context, gap: Ratio, g: elementary.Root) -> tuple[Generator, Ratio] | None:
    """x from A sqrt(b) + B = 0: b = (B/A)^2 for a b that is never negative and has x in it."""
    b = g.radicand()
    if {e for m in gap.num for h, e in m if h is g} != {elementary.HALF}:
        return None
    value = None if ctx.sign(b) & NEGATIVE else _solved(ctx, gap, g, elementary.HALF)
    return None if value is None else _inside(ctx, b, value, rt.power(ctx, value, 2))


def _inside(ctx: Context, b: Ratio, without: Ratio, value: Ratio) -> tuple[Generator, Ratio] | None:
    """x from b = value, for an x that stands in b and not in ``without``."""
    gap = rt.subtract(ctx, b, value)
    for x in b.generators():
        if isinstance(x, scalars.Scalar) and not without.mentions(x.data):
            found = _solved(ctx, gap, x, 1)
            if found is not None:
                return x, found
    return None


def _in_power(
    ctx: Context, gap: Ratio, g: scalars.Scalar | sums.Sum
) -> tuple[Generator, Ratio] | None:
    """g = sqrt(-B/A) from A g^2 + B = 0, g = (B/A)^2 from A sqrt(g) + B = 0, for a g that is never
    negative."""
    powers = {e for m in gap.num for h, e in m if h is g}
    if len(powers) != 1 or ctx.sign_of_generator(g) & NEGATIVE:
        return None
    (e,) = powers
    if e not in (2, elementary.HALF):
        return None
    power = _solved(ctx, gap, g, e)
    if power is None:
        return None
    if power.generators() and ctx.sign(power) & NEGATIVE:
        if not ctx.by_roots:
            return None
        ctx.rooted = True
    if e == 2:
        return g, elementary.fractional_power(ctx, power, elementary.HALF)
    return g, rt.power(ctx, power, 2)


def vanishes(ctx: Context, gap: Ratio) -> bool:
    """Is the gap a multiple of an equation that was kept, with a factor that is defined wherever
    the gap is?"""
    for origin, equation in ctx.unsolved.items():
        if any(equation.mentions(name) for name in ctx.masked):
            continue
        _, m, rest = poly.content(equation.num)
        # x (y - 1) = 0 says y = 1 only where x is not 0; what is divided by is not 0
        zeros = tuple((g, e) for g, e in m if e > 0 and ctx.sign_of_generator(g) & ZERO)
        divisor = poly.product({zeros: fmpq(1)}, rest)
        if poly.divided(gap.num, divisor) is not None or _is_multiple(ctx, gap, equation):
            ctx.used[origin] = None
            return True
    return False


def _is_multiple(ctx: Context, gap: Ratio, equation: Ratio) -> bool:
    """Is the gap the equation times the quotient of two of their terms?  That such a quotient is
    defined becomes a need.  Found where the terms have relations: 1/sqrt(5) = sqrt(5)/5."""
    if gap.den or equation.den or len(gap.num) != len(equation.num):
        return False
    m, c = next(iter(gap.num.items()))
    for n, d in equation.num.items():
        factor = poly.times(m, poly.power(n, -1))
        multiple = rt.multiply(ctx, rt.monomial(factor, c / d), equation)
        if not rt.subtract(ctx, gap, multiple).num:
            for g, e in factor:
                if e < 0 and ctx.sign_of_generator(g) & ZERO:
                    ctx.require("!=", rt.of(g))
            return True
    return False


def make_two_valued(ctx: Context, t: Relation, given: Given) -> bool:
    """y^2 = 1 makes y a sign; y^2 = y makes it (1 + a sign) / 2."""
    try:
        ((relation, own),) = scalar_relations(t, given)
        gap = gap_of(ctx, relation, own)
    except (Undecided, ValueError):  # not understood, or not one claim
        return False
    found = {g for m in gap.num for g, _ in m}
    if len(found) != 1 or gap.den:
        return False
    (y,) = found
    top = gap.num.get(((y, 2),))
    if top is None or len(gap.num) != 2:
        return False
    rest = {m: c / top for m, c in gap.num.items() if m != ((y, 2),)}
    if rest == {(): fmpq(-1)}:
        low, high = fmpq(-1), fmpq(1)
    elif rest == {((y, 1),): fmpq(-1)}:
        low, high = fmpq(0), fmpq(1)
    else:
        return False

    origin = ctx.learning

    def value(indices: tuple[Index, ...]) -> Ratio:
        if origin is not None:
            ctx.used[origin] = None
        hidden = (
            ctx.intern(scalars.Scalar, f"#{name}", frozenset())
            if not indices
            else ctx.intern(
                scalars.ComponentOf,
                (f"#{name}", indices),
                frozenset(n for i in indices for n, _ in i[1]),
            )
        )
        sign = elementary.sign_of(ctx, hidden)
        return rt.add(ctx, rt.rational((low + high) / 2), rt.scale(sign, (high - low) / 2))

    if isinstance(y, scalars.Scalar):
        name = y.data
    elif isinstance(y, scalars.ComponentOf) and ctx.is_any_component(*y.data):
        name = y.data[0]
    else:
        return False
    if low == 0:
        ctx.zero_one.add(name)
    ctx.meanings[name] = value
    return True


def _candidates(gap: Ratio, preferred: list[str]) -> list[tuple[Generator, int]]:
    """Generators that occur in one power 1 or -1 only, those to eliminate first in front."""
    powers: dict[Generator, set[object]] = {}
    for m in gap.num:
        for g, e in m:
            powers.setdefault(g, set()).add(e)
    kinds = (scalars.Scalar, sums.Sum, scalars.ComponentOf, opaque.Function)
    found = [
        (g, next(iter(es)))
        for g, es in powers.items()
        if len(es) == 1 and es <= {1, -1} and isinstance(g, kinds)
    ]
    found.sort(key=lambda item: (item[0].data not in preferred, kinds.index(type(item[0]))))
    return [(g, int(e)) for g, e in found]  # type: ignore[call-overload]  # 1 or -1


def _solved(ctx: Context, gap: Ratio, g: Generator, e: Exponent) -> Ratio | None:
    """g, or the power of it that occurs, from ``A g^e + B = 0`` where neither A nor B uses g; None
    where they do.  g itself where e is 1 or -1, else g^e."""
    if not g.names.isdisjoint(ctx.sizes):
        return None  # one component or sum for each free index: not one value
    a: dict[object, fmpq] = {}
    b: dict[object, fmpq] = {}
    for m, c in gap.num.items():
        if (g, e) in m:
            a[tuple(item for item in m if item[0] is not g)] = c
        else:
            b[m] = c
    ratio_a, ratio_b = Ratio(a), Ratio(b)  # type: ignore[arg-type]  # monomials
    if any(_uses(part, g) for part in (ratio_a, ratio_b)):
        return None
    if ctx.sign(ratio_a) & ZERO:
        if ctx.sign(ratio_b) & ZERO:
            return None  # A = 0 = B is a solution, too
        _, m, parts = rt.factored(ctx, ratio_a.num)
        pieces: list[Generator | Factor] = [*(h for h, _ in m), *(f for f, _ in parts)]
        for piece in pieces:
            learn(ctx, piece, NEGATIVE | POSITIVE)  # A is not 0, as B is not
    value = rt.negative(rt.divide(ctx, ratio_b, ratio_a))
    if e == -1:
        if ctx.sign(value) & ZERO:
            return None
        value = rt.inverse(ctx, value)
    return value


def _is_apart(h: Generator, g: opaque.Function) -> bool:
    """Is ``h`` a name, or another value of a function at a place that is made of names?"""
    names = (scalars.Scalar, scalars.ComponentOf, scalars.IndexValue)
    if not isinstance(h, opaque.Function):
        return isinstance(h, names)
    return h is not g and all(isinstance(i, names) for a in h.arguments for i in a.generators())


def _uses(a: Ratio, g: Generator) -> bool:
    match g:
        case scalars.Scalar():
            return a.mentions(g.data)
        case scalars.ComponentOf():
            return a.mentions(g.data[0])
        case opaque.Function():
            return not all(_is_apart(h, g) for h in a.generators())
        case elementary.Exp() | elementary.Log() | elementary.Root():
            return g in a.generators()  # of its argument's names its caller takes care
    return g in a.generators() or a.height >= g.height
