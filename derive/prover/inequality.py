"""Inequalities by positivity analysis: signs of factors, squares, a sum against one of its terms.

What this can't show is *undecided*; nothing here ever says that an inequality is false.
"""

from __future__ import annotations

from flint import fmpq

from derive.prover import elementary, sums
from derive.prover import index as ix
from derive.prover import ratio as rt
from derive.prover.context import Context
from derive.prover.generator import NEGATIVE, POSITIVE, ZERO, sign_product
from derive.prover.polynomial import Q1, Polynomial
from derive.prover.ratio import Ratio

_ALLOWED = {">": POSITIVE, ">=": POSITIVE | ZERO, "!=": POSITIVE | NEGATIVE}


def holds(ctx: Context, gap: Ratio, op: str) -> bool:
    """Is ``gap op 0`` shown, op one of > >= != ?"""
    allowed = _ALLOWED[op]
    if not gap.num:
        return op == ">="
    if not signs(ctx, gap) & ~allowed:
        return True
    log_free = _exponentiated(ctx, gap)
    return log_free is not None and not signs(ctx, log_free) & ~allowed


def signs(ctx: Context, a: Ratio) -> int:
    """Signs that ``a`` can have, by its factors."""
    a = rt.reduced(ctx, a)
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
    for sign in (fmpq(1), fmpq(-1)):
        q = {m: c * sign for m, c in p.items()}
        if _dominated(ctx, q):
            return POSITIVE | ZERO if sign == 1 else NEGATIVE | ZERO
    return known


def _dominated(ctx: Context, p: Polynomial) -> bool:
    """Is every negative term one summand of a positive sum that is there (each used once)?"""
    left = dict(p)
    for m, c in p.items():
        if ctx.sign(Ratio({m: c})) & NEGATIVE:
            owner = _owner(ctx, left, m, -c)
            if owner is None:
                return False
            del left[owner], left[m]
    return not any(ctx.sign(Ratio({m: c})) & NEGATIVE for m, c in left.items())


def _owner(ctx: Context, p: Polynomial, m: object, c: fmpq) -> object:
    """A term ``C S(f) r`` of p with C >= c, f >= 0, that contains the summand ``m = f(i) r``."""
    for n, big in p.items():
        for k, (g, e) in enumerate(n):
            if not isinstance(g, sums.Sum) or e != 1 or len(g.data[0]) != 1 or big < c:
                continue
            rest = n[:k] + n[k + 1 :]
            (size,), inner, den = g.data
            if ctx.sign(Ratio({inner: Q1}, den)) & NEGATIVE or ctx.sign(Ratio({rest: Q1})) & NEGATIVE:
                continue
            for name, own in ctx.sizes.items():
                if own != size or name[:2] == "#t":
                    continue
                v = {sums.dummy(g.height, 0): ix.named(ctx_name(ctx, name))}
                at = rt.substituted(ctx, Ratio({inner: Q1}, den), v)
                if rt.multiply(ctx, at, Ratio({rest: Q1})).num == {m: Q1}:
                    return n
    return None


def ctx_name(ctx: Context, name: str) -> str:
    """The name that the index goes by, where indices were said to be equal."""
    merged = ctx.merged.get(name)
    return ix.bare(merged) or name if merged is not None else name


def _exponentiated(ctx: Context, gap: Ratio) -> Ratio | None:
    """``exp(a) - exp(b)`` for ``gap = a - b`` with a logarithm in it: of the same sign."""
    if gap.den or not any(isinstance(g, elementary.Log) for g in gap.generators()):
        return None
    up = Ratio({m: c for m, c in gap.num.items() if c > 0})
    down = Ratio({m: -c for m, c in gap.num.items() if c < 0})
    return rt.subtract(ctx, elementary.exp(ctx, up), elementary.exp(ctx, down))


