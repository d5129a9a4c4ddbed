"""Determinants, which are multiplicative; determinants and inverses of matrices of concrete size,
entry by entry.

Source: R. A. Horn, C. R. Johnson, Matrix Analysis (2013), 0.3.1 and 0.8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import TYPE_CHECKING

from derive.prover.undecided import Undecided
from derive.term import Add, Div, Matrix, Mul, Neg, Pow, Term, Transpose, term

if TYPE_CHECKING:
    from derive.prover.words import Algebra

Rows = Sequence[Sequence[Term]]  # square


def of(algebra: Algebra, t: Term) -> Term:
    """The determinant of a matrix as a number.  Raises Undecided where it is not square."""
    shape = algebra.arrays.shape(t)
    if len(shape) != 2 or shape[0] != shape[1]:
        raise Undecided("the determinant of what is no square matrix")
    if algebra.goes_by_entries(t):
        return determinant(algebra.entries(t))
    order = shape[0].upper
    match t:
        case Mul(factors) if all(algebra.arrays.shape(s) in ((), shape) for s in factors):
            parts = (
                of(algebra, s)
                if algebra.arrays.shape(s)
                else _power_of_order(algebra.settled(s), order)
                for s in factors
            )
            return Mul(tuple(parts))
        case Neg(arg):
            return Mul((_power_of_order(term(-1), order), of(algebra, arg)))
        case Div(above, below):
            return Div(of(algebra, above), _power_of_order(algebra.settled(below), order))
        case Transpose(arg):
            return of(algebra, arg)
        case Pow(base, exponent):
            return Pow(of(algebra, base), exponent)
    words = algebra.words(t)
    (letters, *more) = (word.letters for word in words)
    if more or any(algebra.arrays.shape(x.base) != shape for x in letters):
        return algebra.determinant_of(algebra.in_order(words))
    shorter = algebra.term(words)
    return algebra.determinant_of(t) if shorter == t else of(algebra, shorter)


def _power_of_order(t: Term, order: Term) -> Term:
    """The factor of the determinant that the factor ``t`` of a matrix of this order makes."""
    return Pow(t, order)


def determinant(rows: Rows) -> Term:
    """The sum over all permutations (Leibniz)."""
    parts: list[Term] = []
    for order in permutations(range(len(rows))):
        swaps = sum(a > b for n, a in enumerate(order) for b in order[n + 1 :])
        entries = tuple(row[k] for row, k in zip(rows, order, strict=True))
        product = Mul(entries) if len(entries) > 1 else entries[0]
        parts.append(Neg(product) if swaps % 2 else product)
    return Add(tuple(parts)) if len(parts) > 1 else parts[0]


def inverse(rows: Rows) -> Matrix:
    """The adjugate over the determinant."""
    below = determinant(rows)
    if len(rows) == 1:
        return Matrix(((Div(term(1), below),),))

    def entry(i: int, j: int) -> Term:
        others = [row for n, row in enumerate(rows) if n != j]
        minor = determinant([[x for m, x in enumerate(row) if m != i] for row in others])
        return Div(Neg(minor) if (i + j) % 2 else minor, below)

    places = range(len(rows))
    return Matrix(tuple(tuple(entry(i, j) for j in places) for i in places))
