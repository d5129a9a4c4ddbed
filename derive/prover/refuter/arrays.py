"""Arrays of certified numbers as nested tuples: what +, products and functions mean on them.

A *kind* says what a term's value is: SCALAR, a column VECTOR, a ROW, a MATRIX (a tuple of rows),
or a family of higher rank (3, 4, ..).  Kinds are known before evaluation, sizes only during it.
``Misfit``: the shapes do not fit, so the formula has no meaning that could be judged.

Throughout: ``a``, ``b`` are values, ``k`` a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from derive.prover.refuter import ball
from derive.prover.refuter.ball import ONE, ZERO, Exhausted, Scalar

Value: TypeAlias = Any  # a Scalar or nested tuples of them, as the kind says
Binary: TypeAlias = Callable[[Value, Value], Value]

SCALAR, VECTOR, MATRIX, ROW = 0, 1, 2, -1
LARGEST = 6  # order of a determinant


class Misfit(Exception):
    """Shapes that do not fit, or a meaning that is not settled; the message says which."""


def rank(kind: int) -> int:
    """The number of axes."""
    return 1 if kind == ROW else kind


def mapped(f: Callable[[Scalar], Value], kind: int) -> Callable[[Value], Value]:
    """``f`` for every entry."""
    for _ in range(rank(kind)):
        f = _over(f)
    return f


def _over(f: Callable[[Any], Value]) -> Callable[[Value], Value]:
    return lambda a: tuple([f(x) for x in a])


def entrywise(f: Binary, kind: int) -> Binary:
    """``f`` for every pair of entries of two arrays of one shape."""
    for _ in range(rank(kind)):
        f = _pairwise(f)
    return f


def _pairwise(f: Binary) -> Binary:
    def apply(a: Value, b: Value) -> Value:
        if len(a) != len(b):
            raise Misfit(f"arrays of sizes {len(a)} and {len(b)} do not fit")
        return tuple([f(x, y) for x, y in zip(a, b, strict=True)])

    return apply


def dot(a: Value, b: Value) -> Scalar:
    if len(a) != len(b):
        raise Misfit(f"a product over sizes {len(a)} and {len(b)}")
    total: Scalar = ZERO
    for x, y in zip(a, b, strict=True):
        total = total + x * y
    return total


def transposed(a: Value) -> Value:
    return tuple(zip(*a, strict=True))


# fmt: off
_PRODUCTS: dict[tuple[int, int], tuple[int, Binary]] = {
    (ROW,    VECTOR): (SCALAR, dot),
    (MATRIX, VECTOR): (VECTOR, lambda a, b: tuple([dot(row, b) for row in a])),
    (ROW,    MATRIX): (ROW,    lambda a, b: tuple([dot(a, column) for column in transposed(b)])),
    (MATRIX, MATRIX): (MATRIX, lambda a, b: tuple([tuple([dot(row, column) for column in transposed(b)]) for row in a])),  # noqa: E501  (a table)
    (VECTOR, ROW):    (MATRIX, lambda a, b: tuple([tuple([x * y for y in b]) for x in a])),
}
# fmt: on


def product(left: int, right: int) -> tuple[int, Binary]:
    """The kind of a product of two kinds and how to compute it."""
    if left == SCALAR and right == SCALAR:
        return SCALAR, lambda a, b: a * b
    if left == SCALAR:
        return right, lambda a, b: mapped(lambda x: a * x, right)(b)
    if right == SCALAR:
        return left, lambda a, b: mapped(lambda x: x * b, left)(a)
    if (left, right) not in _PRODUCTS:
        raise Misfit("a product of arrays whose shapes do not fit")
    return _PRODUCTS[left, right]


# --- square matrices ---


def determinant(a: Value) -> Scalar:
    """By the first row (Laplace); Misfit where the matrix is not square."""
    n = _order(a)
    if n == 1:
        return a[0][0]  # type: ignore[no-any-return]  # an entry is a Scalar
    total: Scalar = ZERO
    for k in range(n):
        part = a[0][k] * determinant(_without(a, 0, k))
        total = total - part if k % 2 else total + part
    return total


def inverse(a: Value) -> Value:
    """The adjugate over the determinant.  Undefined where that is 0."""
    n = _order(a)
    scale = ball.reciprocal(determinant(a))
    if n == 1:
        return ((scale,),)

    def entry(i: int, j: int) -> Scalar:
        minor = determinant(_without(a, j, i)) * scale
        return -minor if (i + j) % 2 else minor

    return tuple([tuple([entry(i, j) for j in range(n)]) for i in range(n)])


def power(a: Value, n: int) -> Value:
    """The product of ``n`` matrices ``a``, or of their inverses where ``n`` is negative."""
    if n < 0:
        return power(inverse(a), -n)
    _, times = product(MATRIX, MATRIX)
    result = identity(_order(a))
    for _ in range(n):
        result = times(result, a)
    return result


def identity(n: int) -> Value:
    return tuple([tuple([ONE if i == j else ZERO for j in range(n)]) for i in range(n)])


def diagonal(a: Value) -> Value:
    """The matrix with the vector ``a`` on its diagonal; of a square matrix what stands on it."""
    if isinstance(a[0], tuple):
        return tuple([a[n][n] for n in range(_order(a))])
    return tuple([tuple([x if i == j else ZERO for j in range(len(a))]) for i, x in enumerate(a)])


def _order(a: Value) -> int:
    if any(len(row) != len(a) for row in a):
        raise Misfit("a power or determinant of what is no square matrix")
    if len(a) > LARGEST:
        raise Exhausted(f"a determinant of order {len(a)}")
    return len(a)


def _without(a: Value, i: int, j: int) -> Value:
    return tuple([row[:j] + row[j + 1 :] for n, row in enumerate(a) if n != i])


def flat(a: Value) -> Iterator[Scalar]:
    """The entries, row by row."""
    if isinstance(a, tuple):
        for x in a:
            yield from flat(x)
    else:
        yield a
