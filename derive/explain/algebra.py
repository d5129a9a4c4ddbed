# ruff: noqa: E501  (the rows are a table: one rule a line, columns aligned)
"""The rules for products, fractions and powers.

Throughout: ``a``, ``b``, ``c`` are terms, ``n`` a rational number.  A *slot* is one factor of a
product as (base, exponent) pairs above and below the fraction bar.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import NamedTuple

from derive.explain.matching import Rule
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, multiplied, numeral, raised, rational, tidy
from derive.term import (
    Add,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Term,
    term,
)

# --- factors -------------------------------------------------------------------------------------


class Factor(NamedTuple):
    base: Term
    exponent: Fraction


class Slot(NamedTuple):
    above: list[Factor]
    below: list[Factor]


def factors_of(t: Term) -> tuple[Term, ...]:
    return t.factors if isinstance(t, Mul) else (t,)


def powers_of(t: Term) -> list[Factor]:
    """``a b² c`` as bases with numeric exponents."""
    found = []
    for s in factors_of(t):
        if isinstance(s, Pow) and isinstance(s.exponent, Number):
            found.append(Factor(s.base, s.exponent.value))
        elif isinstance(s, Mul):
            found.extend(powers_of(s))
        else:
            found.append(Factor(s, Fraction(1)))
    return found


def slots_of(t: Term) -> list[Slot]:
    slots = []
    for s in factors_of(t):
        if isinstance(s, Div):
            slots.append(Slot(powers_of(s.numerator), powers_of(s.denominator)))
        elif isinstance(s, Pow) and isinstance(s.base, Div) and (n := rational(s.exponent)):
            both = (powers_of(s.base.numerator), powers_of(s.base.denominator))
            above, below = ([Factor(b, k * n) for b, k in part] for part in both)
            slots.append(Slot(above, below))
        else:
            slots.append(Slot(powers_of(s), []))
    return slots


def product_of(factors: list[Factor]) -> Term:
    left = [raised(f.base, numeral(f.exponent)) for f in factors if f.exponent]
    left = [s for s in left if s != ONE]
    return left[0] if len(left) == 1 else Mul(tuple(left)) if left else ONE


def joined(slots: list[Slot]) -> Term:
    parts: list[Term] = []
    for slot in slots:
        above, below = product_of(slot.above), product_of(slot.below)
        if below != ONE:
            parts.append(Div(above, below))
        elif above != ONE:
            parts.extend(factors_of(above))
    return parts[0] if len(parts) == 1 else Mul(tuple(parts)) if parts else ONE


# --- products and fractions ----------------------------------------------------------------------


def cancel(t: Term, scope: Scope) -> Term | None:
    """Equal factors above and below disappear, where they stand."""
    if not isinstance(t, (Mul, Div)):
        return None
    slots = slots_of(t)
    if not any(slot.below for slot in slots):
        return None
    changed = False
    for low in slots:
        for m in range(len(low.below)):
            for high in slots:
                for n, above in enumerate(high.above):
                    shared = _shared(above, low.below[m], scope)
                    if shared is not None:
                        changed = True
                        high.above[n], low.below[m] = shared
    return joined(slots) if changed else None


def _shared(above: Factor, below: Factor, scope: Scope) -> tuple[Factor, Factor] | None:
    """Both factors without what they share."""
    (p, m), (q, n) = above, below
    if not m or not n:
        return None
    if isinstance(p, Number) and isinstance(q, Number):
        if m != 1 or n != 1 or p.value.denominator != 1 or q.value.denominator != 1:
            return None
        k = gcd(p.value.numerator, q.value.numerator)
        return (Factor(term(p.value / k), m), Factor(term(q.value / k), n)) if k > 1 else None
    if (m > 0) != (n > 0) or not scope.same(p, q):
        return None
    k_ = min(m, n)
    return Factor(p, m - k_), Factor(q, n - k_)


def collect_powers(t: Term, scope: Scope) -> Term | None:
    """x · x is x²."""
    if not isinstance(t, Mul):
        return None
    written = powers_of(t)
    kept = gathered(written, scope)
    return product_of(kept) if len(kept) < len(written) else None


def join_powers(t: Term, scope: Scope) -> Term | None:
    """a^(n − 1) · a is a^n."""
    if not isinstance(t, Mul):
        return None
    for k, s in enumerate(t.factors):
        if not isinstance(s, Pow) or rational(s.exponent) is not None:
            continue
        for m, other in enumerate(t.factors):
            base, n = (other.base, other.exponent) if isinstance(other, Pow) else (other, ONE)
            if m != k and scope.same(base, s.base):
                total = like_terms(tidy(Add((s.exponent, n))), scope)
                if total is None or isinstance(total, Add):
                    continue  # a^(n + 1) is no simpler than a^n · a
                power = Pow(s.base, total)
                first, last = sorted((k, m))
                rest = [*t.factors[:last], *t.factors[last + 1 :]]
                rest[first] = power
                return multiplied(rest)
    return None


def gathered(factors: list[Factor], scope: Scope) -> list[Factor]:
    """Equal bases as one."""
    kept: list[Factor] = []
    for base, exponent in factors:
        for k, (other, n) in enumerate(kept):
            if not isinstance(base, Number) and scope.same(base, other):
                kept[k] = Factor(other, n + exponent)
                break
        else:
            kept.append(Factor(base, exponent))
    return kept


def coefficient(t: Term) -> tuple[Fraction, Term]:
    """``-2x`` is (−2, x)."""
    match t:
        case Neg(arg):
            q, rest = coefficient(arg)
            return -q, rest
        case Mul((head, *tail)):
            q0 = rational(head)
            if q0 is not None and tail:
                return q0, tail[0] if len(tail) == 1 else Mul(tuple(tail))
    value = rational(t)
    return (value, ONE) if value is not None else (Fraction(1), t)


def like_terms(t: Term, scope: Scope) -> Term | None:
    """2x + 3x is 5x, x − x is 0."""
    if not isinstance(t, Add):
        return None
    kept: list[tuple[Fraction, Term]] = []
    for s in t.terms:
        q, rest = coefficient(s)
        for k, (p, other) in enumerate(kept):
            if scope.same(rest, other):
                kept[k] = (p + q, other)
                break
        else:
            kept.append((q, rest))
    if len(kept) == len(t.terms):
        return None
    terms = [multiplied([numeral(q), s]) for q, s in kept if q]
    return terms[0] if len(terms) == 1 else Add(tuple(terms)) if terms else term(0)


def one_fraction(t: Term, scope: Scope) -> Term | None:
    """Nested fractions and products of fractions become one fraction."""
    match t:
        case Div(Div(p, q), r):
            return p / multiplied([q, r])
        case Div(p, Div(q, r)):
            return multiplied([p, r]) / q
        case Div(p, Mul(factors)) if any(isinstance(s, Div) for s in factors):
            return p / one_fraction_of(factors)
        case Div(Mul(factors), q) if any(isinstance(s, Div) for s in factors):
            return one_fraction_of(factors) / q
        case Mul(factors) if any(isinstance(s, Div) and not _numeric(s) for s in factors):
            return one_fraction_of(factors)
        case Pow(Div(p, q), n) if isinstance(n, Number):
            return p**n / q**n
    return None


def compound(t: Term, scope: Scope) -> Term | None:
    """A fraction of fractions, above and below times the denominators that stand below:
    (a/s)/(1 − b/s) is a/(s − b)."""
    if not isinstance(t, Div):
        return None
    lowest = _below(t, scope)
    if not lowest:
        return None
    above = [_without_bars(s, lowest, scope) for s in terms_of(t.numerator)]
    if any(s is None for s in above):
        return None
    below = [_without_bars(s, lowest, scope) for s in terms_of(t.denominator)]
    parts = [tidy(Add(tuple(s for s in part if s is not None))) for part in (above, below)]
    nested = any(isinstance(s, Div) for s in factors_of(t.numerator))
    if not nested and like_terms(parts[1], scope) is None:
        return None  # 1/(1 + a/b) is no simpler as b/(b + a)
    return parts[0] / parts[1]


def _below(t: Div, scope: Scope) -> list[Factor]:
    """The denominators that stand below the fraction bar."""
    return lowest_of([_fraction(s, scope) for s in terms_of(t.denominator)], scope)


def _compound_reason(before: Term, after: Term, scope: Scope) -> Reason:
    assert isinstance(before, Div)
    return ("multiply above and below by ", product_of(_below(before, scope)))


def terms_of(t: Term) -> tuple[Term, ...]:
    return t.terms if isinstance(t, Add) else (t,)


def _without_bars(t: Term, lowest: list[Factor], scope: Scope) -> Term | None:
    """``t`` times the denominator ``lowest``; None where something is left below."""
    sign, above, below = _fraction(t, scope)
    missing = list[Factor]()
    for base, exponent in below:
        if not any(scope.same(base, other) and n >= exponent for other, n in lowest):
            return None
    for base, exponent in lowest:
        has = sum((n for other, n in below if scope.same(base, other)), Fraction(0))
        if exponent > has:
            missing.append(Factor(base, exponent - has))
    extended = multiplied([above, product_of(missing)])
    return extended if sign > 0 else Neg(extended)


def lowest_of(fractions: list[tuple[int, Term, list[Factor]]], scope: Scope) -> list[Factor]:
    """The lowest common denominator."""
    lowest: list[Factor] = []
    for _, _, below in fractions:
        for base, exponent in below:
            for k, (other, n) in enumerate(lowest):
                if scope.same(base, other):
                    lowest[k] = Factor(other, max(n, exponent))
                    break
            else:
                lowest.append(Factor(base, exponent))
    return lowest


def one_fraction_of(factors: tuple[Term, ...]) -> Term:
    above = [s.numerator if isinstance(s, Div) else s for s in factors]
    below = [s.denominator for s in factors if isinstance(s, Div)]
    return multiplied(above) / multiplied(below)


def _numeric(t: Div) -> bool:
    return isinstance(t.numerator, Number) and isinstance(t.denominator, Number)


def common_denominator(t: Term, scope: Scope) -> Term | None:
    """a/c + b/d is (a d + b c)/(c d); shared factors of the denominators are taken once."""
    if not isinstance(t, Add):
        return None
    lowest = lowest_of([_fraction(s, scope) for s in t.terms], scope)
    if not lowest:
        return None
    terms = [_without_bars(s, lowest, scope) or s for s in t.terms]
    return Div(Add(tuple(terms)), product_of(lowest))


def _fraction(t: Term, scope: Scope) -> tuple[int, Term, list[Factor]]:
    """Sign, numerator and denominator of a term of a sum."""
    match t:
        case Neg(arg):
            sign, above, below = _fraction(arg, scope)
            return -sign, above, below
        case Div(p, q) if not _numeric(t):
            return 1, p, gathered(powers_of(q), scope)
        case Mul(factors) if any(isinstance(s, Div) and not _numeric(s) for s in factors):
            whole = one_fraction_of(factors)
            assert isinstance(whole, Div)
            return 1, whole.numerator, gathered(powers_of(whole.denominator), scope)
        case Pow(Div(p, q), Number() as n):
            return 1, p**n, gathered(powers_of(q**n), scope)
    return 1, t, []


def split_fraction(t: Term, scope: Scope) -> Term | None:
    match t:
        case Div(Add(terms), q):
            return Add(
                tuple(Neg(Div(s.arg, q)) if isinstance(s, Neg) else Div(s, q) for s in terms)
            )
    return None


def multiply_out(t: Term, scope: Scope) -> Term | None:
    """a (b + c) is a b + a c; a square of two terms is written out."""
    match t:
        case Mul(factors):
            at = next((k for k, s in enumerate(factors) if isinstance(s, Add)), None)
            if at is not None:
                inner = factors[at]
                assert isinstance(inner, Add)
                return Add(
                    tuple(multiplied([*factors[:at], s, *factors[at + 1 :]]) for s in inner.terms)
                )
        case Pow(Add((p, q)), Number(n)) if n == 2:
            last = multiplied([q, q]) if isinstance(q, Neg) else q**2
            return Add((p**2, multiplied([term(2), p, q]), last))
        case Neg(Add(terms)):
            return Add(tuple(Neg(s) for s in terms))
    return None


def factor_out(t: Term, scope: Scope) -> Term | None:
    """a b + a c is a (b + c)."""
    if not isinstance(t, Add):
        return None
    parts = [coefficient(s) for s in t.terms]
    first, *others = [powers_of(collect_powers(s, scope) or s) for _, s in parts]
    shared = []
    for base, exponent in first:
        if isinstance(base, Number):
            continue
        n = exponent
        for other in others:
            n = min(n, max((m for s, m in other if scope.same(s, base)), default=Fraction(0)))
        if n > 0:
            shared.append(Factor(base, n))
    if not shared:
        return None
    rest = []
    for q, s in parts:
        left = powers_of(collect_powers(s, scope) or s)
        for base, n in shared:
            k = next(k for k, f in enumerate(left) if scope.same(f.base, base) and f.exponent >= n)
            left[k] = Factor(left[k].base, left[k].exponent - n)
        rest.append(multiplied([numeral(q), product_of(left)]))
    return Mul((product_of(shared), Add(tuple(rest))))


def factor_cancel(t: Term, scope: Scope) -> Term | None:
    """A sum that has a factor of the denominator is written with it in front."""
    if not isinstance(t, (Mul, Div)):
        return None
    slots = slots_of(t)
    below = [f.base for slot in slots for f in slot.below]
    for slot in slots:
        for k, (base, exponent) in enumerate(slot.above):
            if isinstance(base, Add) and exponent == 1:
                product = factor_out(base, scope)
                if product is None:
                    continue
                parts = factors_of(tidy(product))
                if any(scope.same(s, q) for s in parts for q in below):
                    slot.above[k : k + 1] = [Factor(s, Fraction(1)) for s in parts]
                    return joined(slots)
    return None


# fmt: off
FRACTIONS = (
    Rule("cancel",             "cancel",                   cancel,             "a c / (b c) -> a / b",               back="expand the fraction", needs="c ≠ 0", at=(Mul, Div)),
    Rule("compound",           "multiply above and below", compound, "(a/c)/(b/c) -> a/b", back="divide above and below by the same", needs="c ≠ 0", say=_compound_reason, at=(Div,)),
    Rule("one-fraction",       "one fraction",             one_fraction,       "(a/b) (c/d) -> a c / (b d)",         back="separate the fractions", at=(Mul, Div, Pow)),
    Rule("common-denominator", "common denominator",       common_denominator, "a/c + b/d -> (a d + b c) / (c d)",   back="split the fraction", at=(Add,)),
    Rule("factor-cancel",      "factor out",               factor_cancel,      "(a c + b c)/c -> (a + b) c / c",     back="multiply out", at=(Mul, Div)),
    Rule("split-fraction",     "split the fraction",       split_fraction,     "(a + b)/c -> a/c + b/c",             back="common denominator", at=(Div,)),
)
PRODUCTS = (
    Rule("collect-powers",     "collect powers",           collect_powers,     "x · x -> x²",                        back="write out the power", at=(Mul,)),
    Rule("join-powers",        "join the powers",          join_powers,        "aⁿ⁻¹ · a -> aⁿ",                     back="split the power", at=(Mul,)),
    Rule("like-terms",         "collect like terms",       like_terms,         "2x + 3x -> 5x",                      back="add and subtract the same", at=(Add,)),
    Rule("multiply-out",       "multiply out",             multiply_out,       "a (b + c) -> a b + a c",             back="factor out", at=(Mul, Pow, Neg)),
    Rule("factor-out",         "factor out",               factor_out,         "a b + a c -> a (b + c)",             back="multiply out", at=(Add,)),
)
# fmt: on
ALGEBRA = FRACTIONS + PRODUCTS
