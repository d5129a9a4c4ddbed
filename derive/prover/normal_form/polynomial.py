"""Laurent polynomials in interned generators, with rational coefficients.

A monomial is a tuple of (generator, exponent) sorted by the generator's number; an exponent is a
nonzero int or a ``fractions.Fraction``.  A polynomial is a dict from monomial to nonzero ``fmpq``.
Factoring and division are FLINT's; products of small polynomials are dict loops.

Throughout: p, q are polynomials, m, n monomials, c a coefficient, e an exponent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from math import gcd, lcm
from typing import TYPE_CHECKING, Any, TypeAlias

from derive.prover.flint import Ordering, fmpq, fmpq_mpoly_ctx
from derive.prover.undecided import BudgetExceeded

if TYPE_CHECKING:
    from derive.prover.normal_form.generator import Generator

Exponent: TypeAlias = "int | Fraction"
Monomial: TypeAlias = "tuple[tuple[Generator, Exponent], ...]"
Polynomial: TypeAlias = "dict[Monomial, fmpq]"

LARGEST_EXPONENT = 256  # x^3000 - 1 takes FLINT seconds to factor, x^(10^30) - 1 fails
UNIT: Monomial = ()
Q1 = fmpq(1)


class Fractional(Fraction):
    """An exponent that is not whole.  It is made once and keeps its hash: monomials are looked up
    again and again, and each time a Fraction would work out an inverse modulo 2^61 - 1."""

    __slots__ = ("_kept",)
    _kept: int

    def __hash__(self) -> int:  # type: ignore[override]  # of Complex typeshed says None
        return self._kept


@lru_cache(256)
def _fractional(numerator: int, denominator: int) -> Fractional:
    e = Fractional(numerator, denominator)
    e._kept = hash(Fraction(numerator, denominator))
    return e


def whole(e: Exponent) -> Exponent:
    """``e`` as an int where it is one."""
    if e.__class__ is not Fraction:
        return e
    return e.numerator if e.denominator == 1 else _fractional(e.numerator, e.denominator)


def times(m: Monomial, n: Monomial) -> Monomial:
    """The product of two monomials, relations between generators not yet applied."""
    if not m:
        return n
    if not n:
        return m
    if m[-1][0].number < n[0][0].number:
        return m + n
    if n[-1][0].number < m[0][0].number:
        return n + m
    if len(m) == len(n) == 1:
        ((g, e),), ((_, f),) = m, n
        whole_e = whole(e + f)
        return ((g, whole_e),) if whole_e else UNIT
    powers = dict(m)
    for g, e in n:
        old = powers.get(g)
        if old is None:
            powers[g] = e
        else:
            new = whole(old + e)
            if new:
                powers[g] = new
            else:
                del powers[g]
    return tuple(sorted(powers.items(), key=_by_number))


def _by_number(item: tuple[Generator, Exponent]) -> int:
    return item[0].number


def power(m: Monomial, e: Exponent) -> Monomial:
    return tuple((g, whole(f * e)) for g, f in m) if e else UNIT


def plus(p: Polynomial, q: Polynomial) -> Polynomial:
    if len(p) < len(q):
        p, q = q, p
    total = dict(p)
    include(total, q)
    return total


def include(total: Polynomial, p: Polynomial) -> None:
    """Add ``p`` to ``total``, which changes."""
    for m, c in p.items():
        old = total.get(m)
        if old is None:
            total[m] = c
        else:
            new = old + c
            if new:
                total[m] = new
            else:
                del total[m]


def scaled(p: Polynomial, c: fmpq) -> Polynomial:
    return {m: d * c for m, d in p.items()} if c else {}


def product(p: Polynomial, q: Polynomial) -> Polynomial:
    """The product with the relations delta^2 = delta, sgn^2 = 1, i^2 = -1 applied."""
    if len(q) == 1:
        p, q = q, p
    total: Polynomial = {}
    special = False
    for m, c in p.items():
        for n, d in q.items():
            mn = times(m, n)
            value = c * d
            old = total.get(mn)
            if old is None:
                total[mn] = value
                if not special:
                    for g, e in mn:
                        if g.special and (e < 0 or e >= g.order):
                            special = True
                            break
            else:
                value = old + value
                if value:
                    total[mn] = value
                else:
                    del total[mn]
    return _with_relations(total) if special else total


def collected(powers: Sequence[tuple[Generator, Exponent]], c: fmpq) -> Polynomial:
    """``c`` times a product of powers, in any order and with repetitions."""
    if len(powers) == 1 and not powers[0][0].special:
        return {tuple(powers): c}
    joined: dict[Generator, Exponent] = {}
    special = False
    for g, e in powers:
        joined[g] = whole(joined[g] + e) if g in joined else e
        special = special or g.special
    p = {tuple(sorted(((g, e) for g, e in joined.items() if e), key=_by_number)): c}
    return _with_relations(p) if special else p


def _with_relations(p: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for m, c in p.items():
        kept = []
        for g, e in m:
            if g.special and (e < 0 or e >= g.order):
                factor, e = g.reduced(e)
                c = c * factor
            if e:
                kept.append((g, e))
        mono = tuple(kept)
        new = total.get(mono, fmpq(0)) + c
        if new:
            total[mono] = new
        else:
            total.pop(mono, None)
    return total


def content(p: Polynomial) -> tuple[fmpq, Monomial, Polynomial]:
    """``(c, m, q)`` with p = c*m*q; q has no monomial factor, coprime integer coefficients, and a
    positive coefficient at its leading monomial.  ``p`` is not zero."""
    if len(p) == 1:
        ((m, c),) = p.items()
        return c, m, {UNIT: Q1}
    least: dict[Generator, Exponent] | None = None
    for m in p:
        powers = dict(m)
        if least is None:
            least = powers
            continue
        for g in list(least):
            e = powers.get(g, 0)
            if e < least[g]:
                least[g] = e
        for g, e in powers.items():
            if g not in least:
                least[g] = e if e < 0 else 0
    assert least is not None
    common = tuple(sorted(((g, e) for g, e in least.items() if e), key=_by_number))
    if common:
        inverse = power(common, -1)
        p = {times(m, inverse): c for m, c in p.items()}
    numerators = denominators = 0
    for c in p.values():
        numerators = gcd(numerators, int(c.p))
        denominators = lcm(denominators, int(c.q)) if denominators else int(c.q)
    unit = fmpq(numerators, denominators)
    if p[leading(p)] < 0:
        unit = -unit
    if unit != 1:
        p = {m: c / unit for m, c in p.items()}
    return unit, common, p


def primitive_key(p: Polynomial) -> frozenset[tuple[Monomial, int]]:
    """What tells apart polynomials with integer coefficients (to hash an fmpq costs a Fraction)."""
    return frozenset([(m, int(c.p)) for m, c in p.items()])


def leading(p: Polynomial) -> Monomial:
    return max(p, key=_rank)


def _rank(m: Monomial) -> tuple[tuple[int, Exponent], ...]:
    return tuple((g.number, e) for g, e in m)


def generators(ps: Iterable[Polynomial]) -> list[Generator]:
    """The generators that occur, by number."""
    found = {g for p in ps for m in p for g, _ in m}
    return sorted(found, key=lambda g: g.number)


def clearly_irreducible(p: Polynomial) -> bool:
    """Quick sufficient conditions, for a ``p`` without monomial factor and more than one term:
    linear in a generator with constant coefficient, or a binomial with coprime exponents."""
    if len(p) == 2:
        exponents = [e for m in p for _, e in m if isinstance(e, int)]
        if len(exponents) == sum(map(len, p)) and gcd(*exponents) == 1:
            return True
    uses: dict[Generator, int] = {}
    for m in p:
        for g, _ in m:
            uses[g] = uses.get(g, 0) + 1
    return any(len(m) == 1 and m[0][1] == 1 and uses[m[0][0]] == 1 for m in p)


def degree(p: Polynomial) -> int:
    """The largest exponent, without its fraction."""
    return max((abs(int(e)) for m in p for _, e in m), default=0)


def factors(p: Polynomial) -> tuple[fmpq, list[tuple[Polynomial, int]]]:
    """Irreducible factors over Q of a ``p`` without monomial factor, by FLINT.

    Fractional exponents are scaled to integers first: e^{x/2} beside e^x (a factor may then hold
    fractional exponents again)."""
    gens = generators([p])
    (q,), scale = _to_flint([p], gens)
    unit, parts = q.factor()
    return unit, [(_from_flint(f, gens, scale), int(k)) for f, k in parts]


def divided(p: Polynomial, q: Polynomial) -> Polynomial | None:
    """p / q where q divides p exactly (Laurent: up to monomials), else None."""
    if not p:
        return {}
    gens = generators([p, q])
    known = {g for m in p for g, _ in m}
    if any(g not in known for m in q for g, _ in m):
        return None
    c, m, p = content(p)
    (a, b), scale = _to_flint([p, q], gens)
    quotient, remainder = divmod(a, b)
    if remainder:
        return None
    back = _from_flint(quotient, gens, scale)
    return {times(n, m): d * c for n, d in back.items()}


def division(p: Polynomial, q: Polynomial, main: Generator) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder in the generator ``main``, ``q`` having a single term as its leading
    coefficient in it (a unit among Laurent polynomials)."""
    degree = max(_degree(m, main) for m in q)
    (top,) = (m for m in q if _degree(m, main) == degree)
    inverse = power(top, -1)
    lead = q[top]
    quotient: Polynomial = {}
    rest = dict(p)
    while rest:
        m = max(rest, key=lambda n: _degree(n, main))
        if _degree(m, main) < degree:
            break
        step = {times(m, inverse): rest[m] / lead}
        quotient = plus(quotient, step)
        rest = plus(rest, scaled(product(step, q), fmpq(-1)))
    return quotient, rest


def _degree(m: Monomial, main: Generator) -> Exponent:
    for g, e in m:
        if g is main:
            return e
    return 0


def _to_flint(ps: list[Polynomial], gens: list[Generator]) -> tuple[list[Any], list[int]]:
    """FLINT polynomials in one ring, and by how much each generator's exponents were scaled."""
    scale = [1] * len(gens)
    place = {g: k for k, g in enumerate(gens)}
    for m in chain.from_iterable(ps):
        for g, e in m:
            if e.__class__ is not int:
                k = place[g]
                scale[k] = lcm(scale[k], e.denominator)
    ring = fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(gens))], Ordering.lex)
    out = []
    for p in ps:
        terms = {}
        for m, c in p.items():
            exponents = [0] * len(gens)
            for g, e in m:
                k = place[g]
                exponents[k] = int(e * scale[k])
                if exponents[k] > LARGEST_EXPONENT:
                    raise BudgetExceeded("exponents too large to factor or divide")
            terms[tuple(exponents)] = c
        out.append(ring.from_dict(terms))
    return out, scale


def _from_flint(p: Any, gens: list[Generator], scale: list[int]) -> Polynomial:
    return {
        tuple(
            (gens[k], whole(Fraction(int(e), scale[k])) if scale[k] > 1 else int(e))
            for k, e in enumerate(exponents)
            if e
        ): c
        for exponents, c in p.to_dict().items()
    }


def exponent(c: fmpq) -> Exponent:
    """A coefficient as an exponent."""
    if c.q == 1:
        return int(c.p)
    return whole(Fraction(int(c.p), int(c.q)))
