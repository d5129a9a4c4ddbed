"""Two-dimensional convolution as machine learning means it (cross-correlation), as terms.

The filter is laid on the padded input without being flipped,

    s_ij = sum_u sum_v f_uv * X_{(i-1)*sr + (u-1)*dr + 1, (j-1)*sc + (v-1)*dc + 1},

with X the input framed by zeros, (sr, sc) the stride and (dr, dc) the dilation.  It is linear in
the input, so vec(s) = W vec(X) with a sparse matrix W whose rows share the entries of f.

Source: Goodfellow, Bengio, Courville, Deep Learning (2016), (9.6), section 9.5; Dumoulin, Visin,
A guide to convolution arithmetic for deep learning (2016), relationship 15 for the sizes.

Throughout: sizes, padding, stride and dilation are pairs (rows, columns); x is the input, f the
filter, s the result; u, v run over the filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from derive.term import Add, BigOp, Indexed, Matrix, Mul, Number, Symbol, Term, term

Pair = tuple[int, int]

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def padded(x: Matrix, padding: Pair = (0, 0)) -> Matrix:
    """``x`` framed by zeros: ``padding[0]`` rows above and below, ``padding[1]`` columns left and
    right.  ValueError if ``x`` is no rectangle or the padding is negative."""
    _, columns = shape(x)
    above, left = _at_least(0, padding, "padding")
    frame = ((ZERO,) * (columns + 2 * left),) * above
    side = (ZERO,) * left
    return Matrix(frame + tuple(side + row + side for row in x.rows) + frame)


def convolution(
    x: Matrix, f: Matrix, padding: Pair = (0, 0), stride: Pair = (1, 1), dilation: Pair = (1, 1)
) -> Matrix:
    """The convolution of ``x`` with ``f``, each entry written out as a sum of products
    ``f_uv * x_..`` over the filter by rows; a product with the padding keeps its factor 0.

    ValueError: a matrix that is no rectangle, impossible numbers, a filter larger than the padded
    input.
    """
    framed = padded(x, padding)
    rows, columns = output_shape(shape(x), shape(f), padding, stride, dilation)

    def entry(i: int, j: int) -> Term:
        products = tuple(
            Mul((f.rows[u][v], framed.rows[r][c]))
            for u, v, r, c in _window(shape(f), i, j, stride, dilation)
        )
        return Add(products) if len(products) > 1 else products[0]

    return Matrix(tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows)))


def weight_matrix(
    input_shape: Pair,
    f: Matrix,
    padding: Pair = (0, 0),
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
    order: str = "row",
    of: str = "padded",
) -> Matrix:
    """The W with vec(s) = W vec(x), both vectorised by ``order`` "row" or "column".

    ``of``: whether vec(x) stacks the "padded" or the "unpadded" input.  ValueError as for
    ``convolution``, and on another ``order`` or ``of``.
    """
    if of not in ("padded", "unpadded"):
        raise ValueError(f'of is {of!r}; it is "padded" or "unpadded"')
    out = output_shape(input_shape, shape(f), padding, stride, dilation)
    above, left = padding if of == "padded" else (0, 0)
    size = (input_shape[0] + 2 * above, input_shape[1] + 2 * left)
    offset = (0, 0) if of == "padded" else padding
    place = {position: n for n, position in enumerate(_positions(size, order))}

    def row(i: int, j: int) -> tuple[Term, ...]:
        entries: list[Term] = [ZERO] * len(place)
        for u, v, r, c in _window(shape(f), i, j, stride, dilation):
            n = place.get((r - offset[0], c - offset[1]))  # None: this weight meets the padding
            if n is not None:
                entries[n] = f.rows[u][v]
        return tuple(entries)

    return Matrix(tuple(row(i, j) for i, j in _positions(out, order)))


def vec(matrix: Matrix, order: str = "row") -> Matrix:
    """The entries of ``matrix`` stacked into one column, by ``order`` "row" or "column"."""
    return Matrix(tuple((matrix.rows[i][j],) for i, j in _positions(shape(matrix), order)))


def output_shape(
    input_shape: Pair,
    filter_shape: Pair,
    padding: Pair = (0, 0),
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
) -> Pair:
    """Rows and columns of the convolution.  ValueError if there is no place for the filter.

    >>> output_shape((2, 3), (3, 1), padding=(1, 0))
    (2, 3)
    """
    for pair, least, what in (
        (input_shape, 1, "the size of the input"),
        (filter_shape, 1, "the size of the filter"),
        (padding, 0, "padding"),
        (stride, 1, "stride"),
        (dilation, 1, "dilation"),
    ):
        _at_least(least, pair, what)
    rows, columns = (
        (n + 2 * p - dil * (k - 1) - 1) // step + 1
        for n, k, p, step, dil in zip(
            input_shape, filter_shape, padding, stride, dilation, strict=True
        )
    )
    if rows < 1 or columns < 1:
        raise ValueError(
            f"a filter of {_times(filter_shape)} with dilation {_times(dilation)} does not fit "
            f"into an input of {_times(input_shape)} with padding {_times(padding)}"
        )
    return rows, columns


def component(x: str, f: str, index: tuple[Term, Term], size: tuple[Term, Term]) -> Term:
    """Component ``index`` of the convolution of the arrays named ``x`` and ``f`` with stride and
    dilation 1, for a filter of symbolic ``size``: sum_u sum_v f_uv x_{i+u-1, j+v-1}."""
    u, v = Symbol("u"), Symbol("v")
    i, j = index
    inner = Mul((Indexed(f, (u, v)), Indexed(x, (i + u - 1, j + v - 1))))
    return BigOp("sum", "u", ONE, size[0], BigOp("sum", "v", ONE, size[1], inner))


def sparsity(matrix: Matrix) -> tuple[int, int]:
    """How many entries are zero, and how many entries there are."""
    entries = [entry for row in matrix.rows for entry in row]
    return entries.count(ZERO), len(entries)


def shared(matrix: Matrix) -> Mapping[Term, list[Pair]]:
    """Where each entry other than zero stands: its positions (row, column), counted from 1."""
    positions: dict[Term, list[Pair]] = {}
    for i, row in enumerate(matrix.rows, 1):
        for j, entry in enumerate(row, 1):
            if entry != ZERO:
                positions.setdefault(entry, []).append((i, j))
    return positions


def named(name: str, size: Pair) -> Matrix:
    """The matrix of the components ``name_ij``."""
    rows, columns = _at_least(1, size, "the size")
    return Matrix(
        tuple(
            tuple(Indexed(name, (term(i), term(j))) for j in range(1, columns + 1))
            for i in range(1, rows + 1)
        )
    )


def numbered(name: str, size: Pair) -> Matrix:
    """The matrix of ``name_1, name_2, ..`` numbered by rows."""
    rows, columns = _at_least(1, size, "the size")
    return Matrix(
        tuple(
            tuple(Indexed(name, (term(i * columns + j),)) for j in range(1, columns + 1))
            for i in range(rows)
        )
    )


def shape(matrix: Matrix) -> Pair:
    """Rows and columns.  ValueError if the rows are missing or of different lengths."""
    lengths = {len(row) for row in matrix.rows}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError("the rows of a matrix must be of one length and not empty")
    return len(matrix.rows), lengths.pop()


def _window(
    size: Pair, i: int, j: int, stride: Pair, dilation: Pair
) -> Iterator[tuple[int, int, int, int]]:
    """Filter position (u, v) and padded input position (r, c) for output (i, j), from 0."""
    for u in range(size[0]):
        for v in range(size[1]):
            yield u, v, i * stride[0] + u * dilation[0], j * stride[1] + v * dilation[1]


def _positions(size: Pair, order: str) -> list[Pair]:
    rows, columns = size
    match order:
        case "row":
            return [(i, j) for i in range(rows) for j in range(columns)]
        case "column":
            return [(i, j) for j in range(columns) for i in range(rows)]
    raise ValueError(f'order is {order!r}; it is "row" or "column"')


def _at_least(least: int, pair: Pair, what: str) -> Pair:
    if len(pair) != 2 or min(pair) < least:
        raise ValueError(f"{what} is {pair}; it is a pair of integers of at least {least}")
    return pair


def _times(pair: Pair) -> str:
    return f"{pair[0]}x{pair[1]}"
