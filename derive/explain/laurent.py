"""Laurent polynomials in numbered atoms, as far as a search needs them.

Throughout: ``p``, ``q`` are polynomials (monomial -> coefficient); a monomial is a tuple of
(number of an atom, exponent), sorted; exponents and coefficients are int where they are whole.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

Rational: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Rational], ...]
Polynomial: TypeAlias = dict[Monomial, Rational]

ONE: Polynomial = {(): 1}  # never changed in place
LARGEST = 400  # terms of a product worth comparing


class TooLarge(Exception):
    """A term that is not worth comparing."""


def smaller(m: Rational, n: Rational) -> Rational:
    return m if m * m <= n * n else n


def whole(q: Rational) -> Rational:
    return q.numerator if isinstance(q, Fraction) and q.denominator == 1 else q


def ordered(powers: dict[int, Rational]) -> Monomial:
    return tuple(sorted([item for item in powers.items() if item[1]]))


def add_to(total: Polynomial, p: Polynomial) -> None:
    for monomial, c in p.items():
        if monomial in total:
            c += total[monomial]
            if not c:
                del total[monomial]
                continue
        total[monomial] = c


def times(p: Polynomial, q: Polynomial) -> Polynomial:
    if q is ONE:
        return p
    if p is ONE:
        return q
    if len(p) * len(q) > LARGEST:
        raise TooLarge
    total: Polynomial = {}
    for m, c in p.items():
        for n, d in q.items():
            monomial = product(m, n)
            total[monomial] = total.get(monomial, 0) + c * d
    return total if all(total.values()) else {m: c for m, c in total.items() if c}


def product(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    if m[-1][0] < n[0][0]:
        return m + n
    powers = dict(m)
    for atom, k in n:
        powers[atom] = powers.get(atom, 0) + k
    return ordered(powers)
