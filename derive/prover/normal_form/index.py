"""Indices as linear forms: ``i``, ``3``, ``k + 1``, ``n - k``.

An index is ``(constant, ((name, coefficient), ..))`` with the names sorted.  Dummies of sums are
names too; they begin with ``#`` and so never meet a name that a person wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Index: TypeAlias = tuple[int, tuple[tuple[str, int], ...]]


def constant(n: int) -> Index:
    return (n, ())


def named(name: str) -> Index:
    return (0, ((name, 1),))


def plus(a: Index, b: Index, times: int = 1) -> Index:
    """``a + times * b``."""
    if not b[1]:
        return (a[0] + times * b[0], a[1])
    coefficients = dict(a[1])
    for name, c in b[1]:
        coefficients[name] = coefficients.get(name, 0) + times * c
    return (
        a[0] + times * b[0],
        tuple(sorted((name, c) for name, c in coefficients.items() if c)),
    )


def scaled(a: Index, by: int) -> Index:
    return (a[0] * by, tuple((name, c * by) for name, c in a[1])) if by else constant(0)


def substituted(a: Index, by: Mapping[str, Index]) -> Index:
    """``a`` with each name in ``by`` replaced."""
    if len(a[1]) == 1 and a[0] == 0 and a[1][0][1] == 1:  # a bare name: nearly always
        return by.get(a[1][0][0], a)
    result = constant(a[0])
    for name, c in a[1]:
        result = plus(result, by.get(name, named(name)), c)
    return result


def bare(a: Index) -> str:
    """The name, where the index is just a name; else the empty string."""
    return a[1][0][0] if a[0] == 0 and len(a[1]) == 1 and a[1][0][1] == 1 else ""
