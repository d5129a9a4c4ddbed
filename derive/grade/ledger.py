"""Equations as sums: does what was written add up to what was to be shown?

All true equations are equal to the kernel, so the kernel cannot say whether a derivation leads
from one side of a claim to the other.  Here an equation is a polynomial, left side minus right
side, in what arithmetic alone does not touch: names, calls, derivatives, sums.  A chain's steps
then telescope, and a claim is reached where its own polynomial is a linear combination of theirs.
That covers chains in pieces, chains from either side, and equations moved over the sign.

Throughout: ``p``, ``q`` are polynomials (monomial -> coefficient).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from derive.explain.laurent import Monomial, Rational
from derive.explain.likeness import Key, Likeness
from derive.term import Term, subterms

Polynomial = dict[Monomial, Rational]


class Ledger:
    """The forms of the terms of one solution.

    >>> from derive.term import Symbol
    >>> a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
    >>> ledger = Ledger((a, b, c))
    >>> steps = [ledger.difference(a, b), ledger.difference(c + 1, b + 1)]
    >>> ledger.reached(ledger.difference(a, c), steps)
    True
    >>> ledger.reached(ledger.difference(a, c), steps[:1])
    False
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.likeness = Likeness()
        self.under = frozenset[int]().union(*map(self.likeness.denominators, terms))

    def same(self, s: Term, t: Term) -> bool:
        """Equal but for order, brackets and numbers: nothing was done between them."""
        return self.likeness.same(s, t)

    def contains(self, t: Term, part: Term) -> bool:
        return any(type(s) is type(part) and self.same(s, part) for s in subterms(t))

    def holds(self, t: Term, part: Term) -> bool:
        """Does ``part`` stand in ``t`` as a whole, or as summands of it (but for numbers)?"""
        if self.contains(t, part):
            return True
        p, q = self.multiplied_out(t) or {}, self.multiplied_out(part) or {}
        summands = [(m, c) for m, c in q.items() if m]
        return bool(summands) and all(p.get(m) == c for m, c in summands)

    def form(self, t: Term) -> Key | None:
        return self.likeness.form(t)

    def difference(self, left: Term, right: Term) -> Polynomial | None:
        """left - right, multiplied out; None for terms too large to compare."""
        p, q = self.multiplied_out(left), self.multiplied_out(right)
        return None if p is None or q is None else plus(p, q, -1)

    def multiplied_out(self, t: Term) -> Polynomial | None:
        key = self.likeness.split(t, self.under)
        return None if key is None else dict(key)

    def reached(self, target: Polynomial | None, rows: Sequence[Polynomial | None]) -> bool:
        """Is ``target`` a linear combination of ``rows``?"""
        return target is not None and bool(target) and not reduced(target, basis(rows))

    def crossed(self, left: Term, right: Term, other: tuple[Term, Term]) -> bool:
        """Is left/right the quotient of the others: one equation with both sides multiplied, but
        not by nothing (0 = 0 is any equation multiplied by 0)?"""
        p = self.likeness.product(left, other[1], self.under)
        return bool(p) and p == self.likeness.product(right, other[0], self.under)

    def moved(self, left: Term, right: Term, other: tuple[Term, Term]) -> bool:
        """Is one equation the other, moved over the sign or multiplied by a number?"""
        p, q = self.difference(left, right), self.difference(*other)
        return bool(p) and bool(q) and self.reached(p, [q])


def basis(rows: Iterable[Polynomial | None]) -> dict[Monomial, Polynomial]:
    """The rows in echelon form: each by its first monomial, with coefficient 1 there."""
    found: dict[Monomial, Polynomial] = {}
    for row in rows:
        rest = reduced(row, found) if row else {}
        if rest:
            pivot = min(rest)
            found[pivot] = {m: Fraction(c) / rest[pivot] for m, c in rest.items()}
    return found


def reduced(p: Polynomial, rows: dict[Monomial, Polynomial]) -> Polynomial:
    """What is left of ``p`` by the rows."""
    while True:
        pivot = next((m for m in sorted(p) if m in rows), None)
        if pivot is None:
            return p
        p = plus(p, rows[pivot], -p[pivot])


def plus(p: Polynomial, q: Polynomial, factor: Rational = 1) -> Polynomial:
    total = dict(p)
    for m, c in q.items():
        c = total.get(m, 0) + factor * c
        if c:
            total[m] = c
        else:
            total.pop(m, None)
    return total
