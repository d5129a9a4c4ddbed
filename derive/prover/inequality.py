"""Inequalities by positivity analysis: signs of factors, squares, a sum against one of its terms,
tangents of logarithms and exponentials.

What this can't show is *undecided*; nothing here ever says that an inequality is false.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.prover import tangents
from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, scalars, sums
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import polynomial as poly
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.generator import (
    ANY,
    NEGATIVE,
    POSITIVE,
    ZERO,
    Generator,
    sign_product,
    sign_sum,
)
from derive.prover.normal_form.normal import normal
from derive.prover.normal_form.polynomial import Q1, Exponent, Monomial, Polynomial
from derive.prover.normal_form.ratio import Ratio
from derive.prover.normal_form.scope import Scope, index_of
from derive.term import Add, BigOp, Div, Mul, Number, Pow, Term

ALLOWED = {">": POSITIVE, ">=": POSITIVE | ZERO, "!=": POSITIVE | NEGATIVE}


def holds(ctx: Context, gap: Ratio, op: str) -> bool:
    """Is ``gap op 0`` shown, op one of > >= != ?"""
    allowed = ALLOWED[op]
    if not gap.num:
        return op == ">="
    if not signs(ctx, gap) & ~allowed:
        return True
    log_free = _exponentiated(ctx, gap)
    if log_free is not None and not signs(ctx, log_free) & ~allowed:
        return True
    return op != "!=" and any(_bounded(ctx, tried, op) for tried in _of_the_same_sign(ctx, gap))


def _bounded(ctx: Context, gap: Ratio, op: str) -> bool:
    """Is there a lower bound of the gap of which ``op 0`` is shown?"""
    return any(
        not signs(ctx, bound) & ~ALLOWED[op] if bound.num else op == ">="
        for bound in tangents.bounds(ctx, gap)
    )


def _of_the_same_sign(ctx: Context, gap: Ratio) -> Iterator[Ratio]:
    """The gap, and exp(gap) - 1 where a logarithm stands in it."""
    yield gap
    if not gap.den and any(isinstance(g, elementary.Log) for g in gap.generators()):
        yield rt.subtract(ctx, elementary.exp(ctx, gap), rt.ONE)


def signs(ctx: Context, a: Ratio) -> int:
    """Signs that ``a`` can have, by its factors."""
    a = rt.reduced(ctx, a)
    if any(g.unreal for g in a.generators()):
        return ANY
    plain = ctx.sign(a)
    if plain in (POSITIVE, NEGATIVE) or not a.num:
        return plain
    c, m, parts = rt.factored(ctx, a.num)
    result = ctx.sign(Ratio({m: c}))
    for f, k in parts:
        own = _of_polynomial(ctx, f.p, ctx.sign_of_factor(f))
        result = sign_product(result, own if k % 2 else POSITIVE | ZERO if own & ZERO else POSITIVE)
    for f, k in a.den:
        own = _of_polynomial(ctx, f.p, ctx.sign_of_factor(f)) & ~ZERO
        result = sign_product(result, own if k % 2 else POSITIVE)
    return plain & result


def _of_polynomial(ctx: Context, p: Polynomial, known: int) -> int:
    """A sum of nonnegative terms exceeds each of its terms: S(f) - f(i) >= 0."""
    if known in (POSITIVE, POSITIVE | ZERO, NEGATIVE, NEGATIVE | ZERO):
        return known
    for negate in (False, True):
        left = _remainder(ctx, {m: -c for m, c in p.items()} if negate else p)
        if left is not None:
            above = POSITIVE if left == POSITIVE else POSITIVE | ZERO
            return sign_product(above, NEGATIVE) if negate else above
    return known


def _remainder(ctx: Context, p: Polynomial) -> int | None:
    """Where every negative term is at most some positive term that is there (each used once): the
    signs of what is left, else None."""
    left = dict(p)
    for m, c in p.items():
        if ctx.sign(Ratio({m: c})) & NEGATIVE:
            owners = (
                _by_squares(ctx, left, m, c)
                or _owner(ctx, left, m, -c)
                or _by_probability(ctx, left, m, -c)
            )
            if not owners:
                return None
            for owner in (*owners, m):
                del left[owner]
    sign = ctx.sign(Ratio(left))
    return None if sign & NEGATIVE else sign


def _by_squares(ctx: Context, p: Polynomial, m: Monomial, c: fmpq) -> tuple[Monomial, ...]:
    """Two squares with c1 a^2 + c2 b^2 >= |c a b|, where m = a b."""
    square = poly.power(m, 2)
    for n, d in p.items():
        other = poly.times(square, poly.power(n, -1))
        if n == m or other == n or other not in p:
            continue
        if (
            all(_is_square(k) for k in (n, other))
            and d > 0 < p[other]
            and c * c <= 4 * d * p[other]
        ):
            return (n, other)
    return ()


def _is_square(m: Monomial) -> bool:
    return all(e.__class__ is int and e % 2 == 0 and not g.unreal for g, e in m)


def _owner(ctx: Context, p: Polynomial, m: Monomial, c: fmpq) -> tuple[Monomial, ...]:
    """A positive term of ``p`` that is >= c m: a sum that has m among its summands, or the other
    side of the Cauchy-Schwarz inequality."""
    for n, big in p.items():
        if big < c:
            continue
        for k, (g, e) in enumerate(n):
            if isinstance(g, sums.Sum) and e == 1 and len(g.data[0]) == 1:
                rest = n[:k] + n[k + 1 :]
                if ctx.sign(Ratio({rest: Q1})) & NEGATIVE or ctx.sign_of_generator(g) & NEGATIVE:
                    continue
                if _has_summand(ctx, g, rest, m) or _by_cauchy_schwarz(ctx, g, n, m):
                    return (n,)
    return ()


def _by_probability(ctx: Context, p: Polynomial, m: Monomial, c: fmpq) -> tuple[Monomial, ...]:
    """A positive term of ``p`` that is >= c m since q_i f <= f and sum_k q_k f_k <= sum_k f_k for
    a distribution q and f, f_k >= 0."""
    for g, e in m:
        rest = tuple(item for item in m if item[0] is not g)
        for name, larger in _without_a_probability(ctx, g, e):
            bound = rt.multiply(ctx, larger, Ratio({rest: Q1}))
            if bound.den or len(bound.num) != 1 or ctx.sign(bound) & NEGATIVE:
                continue
            ((n, d),) = bound.num.items()
            if n != m and p.get(n, 0) >= c * d:
                ctx.note_use_of_distribution(name)
                return (n,)
    return ()


def _without_a_probability(ctx: Context, g: Generator, e: Exponent) -> Iterator[tuple[str, Ratio]]:
    """What is at least g^e, with the distribution by which it is."""
    if e.__class__ is not int or e < 1:
        return
    if isinstance(g, scalars.ComponentOf):
        if ctx.is_distribution(g.data[0]):
            yield g.data[0], rt.of(g, e - 1) if e > 1 else rt.ONE
    elif isinstance(g, sums.Sum) and e == 1 and len(g.data[0]) == 1 and not g.data[2]:
        (size,), inner, _ = g.data
        for h, f in inner:
            if isinstance(h, scalars.ComponentOf) and f.__class__ is int and f > 0:
                fewer = poly.times(inner, poly.power(((h, 1),), -1))
                if not ctx.is_distribution(h.data[0]) or ctx.sign(Ratio({fewer: Q1})) & NEGATIVE:
                    continue
                v = ctx.temporary("k", size)
                body = rt.substituted(
                    ctx, Ratio({fewer: Q1}), {sums.dummy(g.height, 0): ix.named(v)}
                )
                yield h.data[0], sums.total(ctx, body, v, size)


def _has_summand(ctx: Context, g: sums.Sum, rest: Monomial, m: Monomial) -> bool:
    """Is ``m = f(i) rest`` for g = S(f) with f >= 0 and an index i in its range?"""
    (size,), inner, den = g.data
    if ctx.sign(Ratio({inner: Q1}, den)) & NEGATIVE:
        return False
    for name, own in list(ctx.sizes.items()):
        if own == size and name[:2] != "#t":
            at = ctx.merged.get(name, ix.named(name))
            term = rt.multiply(ctx, g.summand(ctx, at), Ratio({rest: Q1}))
            if not term.den and term.num == {m: Q1}:
                return True
    return False


def _by_cauchy_schwarz(ctx: Context, g: sums.Sum, n: Monomial, m: Monomial) -> bool:
    """S(f)^2 <= S(a) S(b) where a b = f^2 and a, b >= 0; here g = S(a) stands in n, S(f)^2 in m
    (A.-L. Cauchy, Cours d'analyse, 1821, note II)."""
    for k, (s, e) in enumerate(m):
        if not isinstance(s, sums.Sum) or e != 2 or s.data[0] != g.data[0]:
            continue
        (size,) = g.data[0]
        v = ctx.temporary("k", size)
        a, f = g.summand(ctx, ix.named(v)), s.summand(ctx, ix.named(v))
        b = _quotient(ctx, rt.multiply(ctx, f, f), a)
        if b is None or ctx.sign(a) & NEGATIVE or ctx.sign(b) & NEGATIVE:
            continue
        total = sums.total(ctx, b, v, size)
        bound = rt.multiply(ctx, Ratio({m[:k] + m[k + 1 :]: Q1}), rt.of(g))
        bound = rt.multiply(ctx, bound, total)
        if not bound.den and bound.num == {n: Q1}:
            return True
    return False


def _quotient(ctx: Context, a: Ratio, b: Ratio) -> Ratio | None:
    """a/b for single terms, where it holds at zeros of b too; else None."""
    if a.den or b.den or len(a.num) != 1 or len(b.num) != 1:
        return None
    ((m, c),), ((n, d),) = a.num.items(), b.num.items()
    quotient = poly.times(m, poly.power(n, -1))
    if any(e < 0 and ctx.sign_of_generator(g) != POSITIVE for g, e in quotient):
        return None
    return Ratio({quotient: c / d})


# --- as written --------------------------------------------------------------------------------


def signs_as_written(ctx: Context, t: Term, scope: Scope) -> int:
    """Signs of a term by its parts: a sum of squares shows before it is multiplied out."""
    match t:
        case Add(terms):
            total = ZERO
            for s in terms:
                total = sign_sum(total, signs_as_written(ctx, s, scope))
            if total != ANY:
                return total
        case Mul(factors):
            total = POSITIVE
            for s in factors:
                total = sign_product(total, signs_as_written(ctx, s, scope))
            if total != ANY:
                return total
        case Div(numerator, denominator):
            below = signs_as_written(ctx, denominator, scope) & ~ZERO
            total = sign_product(signs_as_written(ctx, numerator, scope), below)
            if total != ANY:
                return total
        case Pow(_, Number(n)) if n.denominator == 1 and n.numerator % 2 == 0:
            return POSITIVE | ZERO
        case BigOp(op="sum", where=None) if t.lower is not None and t.upper is not None:
            size = ix.plus(index_of(ctx, t.upper, scope), index_of(ctx, t.lower, scope), -1)
            v = ctx.temporary(t.index, ix.plus(size, ix.constant(1)))
            shift = ix.plus(index_of(ctx, t.lower, scope), ix.constant(-1))
            inner = scope.binding(t.index, ix.plus(ix.named(v), shift))
            own = signs_as_written(ctx, t.body, inner)
            if not own & NEGATIVE or not own & POSITIVE:
                return own | ZERO
    return signs(ctx, normal(ctx, t, scope))


def _exponentiated(ctx: Context, gap: Ratio) -> Ratio | None:
    """``exp(a) - exp(b)`` for ``gap = a - b`` with a logarithm in it: of the same sign."""
    if gap.den or not any(isinstance(g, elementary.Log) for g in gap.generators()):
        return None
    up = Ratio({m: c for m, c in gap.num.items() if c > 0})
    down = Ratio({m: -c for m, c in gap.num.items() if c < 0})
    return rt.subtract(ctx, elementary.exp(ctx, up), elementary.exp(ctx, down))
