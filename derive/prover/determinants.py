"""Determinants and inverses of matrices of concrete size, entry by entry.

Source: R. A. Horn, C. R. Johnson, Matrix Analysis (2013), 0.3.1 and 0.8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from derive.term import Add, Div, Matrix, Mul, Neg, Term, term

Rows = Sequence[Sequence[Term]]  # square


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
