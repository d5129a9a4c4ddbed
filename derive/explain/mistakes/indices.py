# ruff: noqa: E501  (the rows are a table)
"""Mistakes with indices, deltas, matrices and convolutions.

Throughout: Σ runs over k; i and j are free indices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from derive.explain.mistakes.row import Line, Mistake, any_of, put, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Claim,
    Delta,
    Derivative,
    Indexed,
    Matrix,
    Mul,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    contains,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms_of,
    term,
)

MOST_INDICES = 4  # of the same range that are tried for one another
MOST_PLACES = 24  # of entries in a vector that are put in another order


# --- indices -----------------------------------------------------------------------------------


def _order_of_indices(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(body, variable):
            for other in _order_of_indices(variable, scope):
                yield Derivative(body, other)
        case Indexed(name, (first, second)) if first != second:
            yield Indexed(name, (second, first))
        case Transpose(arg):
            yield arg
        case Symbol(name) if len(scope.given.shapes.get(name, ())) == 2:
            yield Transpose(t)


def _other_index(t: Term, scope: Scope) -> Iterator[Term]:
    """One index of a component is another one of the same range."""
    if isinstance(t, Derivative):
        yield from (replace(t, variable=x) for x in _other_index(t.variable, scope))
    if isinstance(t, Indexed):
        ranges = scope.given.ranges
        for n, index in enumerate(t.indices):
            if isinstance(index, Symbol) and index.name in ranges:
                axis = ranges[index.name]
                others = [i for i in ranges if i != index.name and ranges[i] == axis]
                for other in others[:MOST_INDICES]:
                    yield replace(t, indices=put(t.indices, n, Symbol(other)))
            elif isinstance(index, Number) and index.value > 0:
                yield replace(t, indices=put(t.indices, n, term(index.value + 1)))
                if index.value > 1:
                    yield replace(t, indices=put(t.indices, n, term(index.value - 1)))


def _captured(t: Term, scope: Line) -> Iterator[Term]:
    """A free index under Σ as the one that is bound."""
    match t:
        case BigOp(index=index) as total:
            for letter in scope.letters(total):
                if letter in free_names(total.body):
                    yield replace(total, body=substitute(total.body, {letter: Symbol(index)}))


def _captured_outside(t: Term, scope: Line) -> Iterator[Term]:
    """x_i Σ_j u_j as Σ_j x_j u_j: the free index as the bound one while it is taken into the sum."""
    match t:
        case Mul(factors):
            for n, total in enumerate(factors):
                if isinstance(total, BigOp) and total.op == "sum":
                    others = without(factors, n)
                    for letter in scope.letters(total):
                        if any(letter in free_names(s) for s in others):
                            inside = substitute(Mul(others), {letter: Symbol(total.index)})
                            yield replace(total, body=inside * total.body)


def _freed(t: Term, scope: Line) -> Iterator[Term]:
    """The index that is bound as a free one, at one of its places."""
    match t:
        case BigOp(index=index, body=body) as total:
            for letter in scope.letters(total):
                for part in dict.fromkeys(subterms_of(body, Indexed)):
                    if Symbol(index) in part.indices:
                        other = substitute(part, {index: Symbol(letter)})
                        yield replace(total, body=_with(body, part, other))


def _squares_apart(t: Term, scope: Line) -> Iterator[Term]:
    """Σ_i Σ_k u_k² as Σ_i Σ_k u_k u_i."""
    match t:
        case BigOp("sum", index, lower, upper, body) as whole:
            for inner in dict.fromkeys(subterms_of(body, BigOp)):
                if (inner.lower, inner.upper) == (lower, upper):
                    by = {inner.index: Symbol(index)}
                    apart = replace(inner, body=_apart(inner.body, by))
                    yield replace(whole, body=_with(body, inner, apart))


def _apart(t: Term, by: Mapping[str, Term]) -> Term:
    match t:
        case Pow(base, Number(n)) if n == 2:
            return base * substitute(base, by)
    return rebuild(t, lambda s: _apart(s, by))


def _with(t: Term, old: Term, new: Term) -> Term:
    return new if t == old else rebuild(t, lambda s: _with(s, old, new))


def _delta_lost(t: Term, scope: Scope) -> Iterator[Term]:
    """δ as 1."""
    if isinstance(t, Delta):
        yield ONE


def _delta_found(t: Term, scope: Scope) -> Iterator[Term]:
    """What was the summand with δ in it: 1, or one that has lost the factor."""
    if isinstance(t, Delta):
        return
    summands = t.terms if isinstance(t, Add) else (t,) if t == ONE else ()
    names = sorted(scope.given.ranges)
    for i, j in combinations(names, 2):
        if scope.given.ranges[i] == scope.given.ranges[j]:
            delta = Delta(Symbol(i), Symbol(j))
            for n, part in enumerate(summands):
                whole = delta if part == ONE else delta * part
                yield Add(put(summands, n, whole)) if len(summands) > 1 else whole


def _delta_gone(t: Term, scope: Scope) -> Iterator[Term]:
    """δ as 0."""
    if isinstance(t, Delta):
        yield ZERO


def _index_lost(t: Term, scope: Scope) -> Iterator[Term]:
    """D(x_j) by x_i as 1."""
    match t:
        case Derivative(Indexed(name, _) as body, Indexed(other, _) as x):
            if name == other and body != x:
                yield ONE


def _index_gone(t: Term, scope: Scope) -> Iterator[Term]:
    """D(x_j) by x_i as 0."""
    match t:
        case Derivative(Indexed(name, _) as body, Indexed(other, _) as x):
            if name == other and body != x:
                yield ZERO


def _delta_left(t: Term, scope: Scope) -> Iterator[Term]:
    """Σ_k δ_ik u_k as u_k, or with the δ still there."""
    match t:
        case BigOp("sum", body=Mul(factors)) as total:
            for n, part in enumerate(factors):
                if isinstance(part, Delta):
                    rest = without(factors, n)
                    inner = rest[0] if len(rest) == 1 else Mul(rest)
                    yield inner
                    yield replace(total, body=inner)


def _contracted(t: Term, scope: Line) -> Iterator[Term]:
    """Backwards: a letter that was bound by the sum, and is free now, as the one of the δ."""
    for total in scope.freed:
        if total.index in free_names(t):
            for other in scope.letters(total)[:MOST_INDICES]:
                yield substitute(t, {total.index: Symbol(other)})


def _one_case(claim: Claim) -> Iterator[Claim]:
    """The claim for equal and for different indices, where a δ arises; elsewhere it is not a case
    that is forgotten but an index that is wrong."""
    if not contains(claim.relation, Derivative, Delta):
        return
    free = free_names(claim.relation)
    given = claim.given
    names = sorted(name for name in given.ranges if name in free)
    for i, j in combinations(names, 2):
        if given.ranges[i] == given.ranges[j]:
            for op in ("=", "!="):
                case = Assumption("relation", Relation(op, Symbol(i), Symbol(j)))
                yield replace(claim, given=given.with_assumptions(case))


def _normaliser(t: Term, scope: Scope) -> Iterator[Term]:
    """The derivative of a softmax with its denominator as a constant, or without the factor."""
    match t:
        case Derivative(Indexed(name, (j,)), Indexed(_, (i,))):
            p_j, p_i = Indexed(name, (j,)), Indexed(name, (i,))
            if scope.unfold(p_j) is not None:
                yield p_j * Delta(i, j)
                yield -(p_j * p_i)
                yield Delta(i, j) - p_i
                yield p_j * (Delta(i, j) - p_j)
                yield p_j * (p_i - Delta(i, j))


# --- matrices and convolutions -----------------------------------------------------------------


def _order_of_factors(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Mul(factors) if any(scope.shape(s) for s in factors):
            for n in range(len(factors) - 1):
                swapped = (factors[n + 1], factors[n])
                yield Mul((*factors[:n], *swapped, *factors[n + 2 :]))
        case Transpose(Mul(factors)):
            yield Mul(tuple(Transpose(s) for s in factors))


def _stacked(t: Term, scope: Scope) -> Iterator[Term]:
    """A vector of entries in the order of columns instead of rows, or the other way."""
    match t:
        case Matrix(rows) if 4 <= len(rows) <= MOST_PLACES and len(rows[0]) == 1:
            size = len(rows)
            for width in range(2, size):
                if size % width == 0:
                    yield Matrix(
                        tuple(rows[k] for c in range(width) for k in range(c, size, width))
                    )


def _flipped(claim: Claim) -> Iterator[Claim]:
    """f_a X_{i+a-1} as f_{n+1-a} X_{i+a-1}: in the definitions and in the claim."""
    given = claim.given
    for name, row in given.definitions.items():
        for total in subterms_of(row.body, BigOp):
            match total:
                case BigOp("sum", index, Term() as lower, Term() as upper, Mul(factors)):
                    for n, part in enumerate(factors):
                        if isinstance(part, Indexed) and Symbol(index) in part.indices:
                            back = substitute(part, {index: lower + upper - Symbol(index)})
                            other = replace(total, body=Mul(put(factors, n, back)))
                            body = _with(row.body, total, other)
                            changed = {**given.definitions, name: replace(row, body=body)}
                            yield replace(claim, given=replace(given, definitions=changed))


def _without_padding(claim: Claim) -> Iterator[Claim]:
    """A padded input with its frame of zeros behind instead of around it."""
    given = claim.given
    for name, row in given.definitions.items():
        if isinstance(row.body, Matrix):
            above = _zero_rows(row.body.rows)
            columns = tuple(zip(*row.body.rows, strict=True))
            left = _zero_rows(columns)
            if above or left:
                rows = (*row.body.rows[above:], *row.body.rows[:above])
                rows = tuple((*r[left:], *r[:left]) for r in rows)
                changed = {**given.definitions, name: replace(row, body=Matrix(rows))}
                yield replace(claim, given=replace(given, definitions=changed))


def _zero_rows(rows: Iterable[tuple[Term, ...]]) -> int:
    """How many rows of zeros come first."""
    count = 0
    for row in rows:
        if any(entry != ZERO for entry in row):
            break
        count += 1
    return count


# fmt: off
_D = ("i, j, k: 1..d", r"x, y \in \mathbb{R}^d")
_SOFTMAX = (*_D, r"p_j = \frac{\exp(x_j)}{\sum_k \exp(x_k)}")
_MATRIX = (r"A, B \in \mathbb{R}^{n \times n}", "i, j, k: 1..n")
_CONVOLUTION = ("i: 1..3", r"x \in \mathbb{R}^3", r"f \in \mathbb{R}^3", r"X = \begin{pmatrix} 0 \\ x_1 \\ x_2 \\ x_3 \\ 0 \end{pmatrix}", r"s_i = \sum_{a=1}^3 f_a X_{i+a-1}")
SOFTMAX: tuple[Mistake, ...] = (
    Mistake("softmax derivative",
        "In the derivative of the softmax a factor or a term is wrong: the denominator depends on every component too.",
        "Treat i = j and i ≠ j one after the other with the quotient rule.",
        (r"\frac{\partial p_j}{\partial x_i}", r"p_j (p_i - \delta_{ij})"), _normaliser, given=_SOFTMAX),
)
INDICES: tuple[Mistake, ...] = (
    Mistake("delta missing",
        "The δ is missing: this holds only where the indices are equal.",
        "What is the derivative of x_j by x_i if i and j differ?",
        (r"\frac{\partial p_j}{\partial x_i} + x_i", "p_j (1 - p_i) + x_i"), any_of(_delta_lost, _index_lost), _delta_found, given=_SOFTMAX),
    Mistake("delta taken as zero",
        "The δ was taken as 0: the case of equal indices is forgotten.",
        "What is left where the indices are equal?",
        (r"x_i \delta_{ij} + y_j", "y_j"), any_of(_delta_gone, _index_gone), given=_D),
    Mistake("delta not contracted",
        "Σ with a δ leaves one term, the one with the index of the δ.",
        "For which index is the δ not zero? Put that index in everywhere.",
        (r"\sum_{k=1}^d \delta_{ik} x_k y_k", "x_k y_k"), _delta_left, _contracted, given=_D),
    Mistake("index captured",
        "A free index got the same letter as the index of the sum.",
        "Which letters are bound by the sum? Give the free ones other letters.",
        (r"\sum_{k=1}^d x_k y_i", r"\sum_{k=1}^d x_k y_k"), any_of(_captured, _captured_outside), any_of(_freed, _squares_apart), given=_D),
    Mistake("order of indices",
        "The two indices are exchanged (the transpose).",
        "Which index counts rows, which columns?",
        (r"\sum_{k=1}^n A_{ik} B_{kj}", r"\sum_{k=1}^n A_{ik} B_{jk}"), _order_of_indices, _order_of_indices, given=_MATRIX),
    Mistake("order of matrix factors",
        "Matrices do not commute; the transpose of a product turns the order round.",
        "Check the shapes from left to right.",
        (r"(A B)^{\top}", r"A^{\top} B^{\top}"), _order_of_factors, _order_of_factors, given=_MATRIX),
    Mistake("kernel flipped",
        "The kernel was applied the wrong way round.",
        "Which entry of the kernel meets the first entry under it?",
        ("s_2", "f_3 x_1 + f_2 x_2 + f_1 x_3"), meant=_flipped, given=_CONVOLUTION),
    Mistake("padding forgotten",
        "The frame of zeros around the input was left out.",
        "Write the padded input down before the kernel slides over it.",
        ("s_1", "f_1 x_1 + f_2 x_2 + f_3 x_3"), meant=_without_padding, given=_CONVOLUTION),
    Mistake("one index case",
        "This holds in one case only: where the indices are equal, or where they differ.",
        "Treat i = j and i ≠ j one after the other.",
        (r"\frac{\partial p_j}{\partial x_i}", "p_j (1 - p_j)"), meant=_one_case, given=_SOFTMAX),
    Mistake("another index",
        "A component has the wrong index.",
        "Compare the indices on both sides one by one.",
        ("x_i y_j", "x_j y_j"), _other_index, _other_index, given=_D),
    Mistake("row by row for column by column",
        "The entries are stacked in the wrong order: row by row instead of column by column, or the other way.",
        "Which entry comes second?",
        (r"\begin{pmatrix} 1 & 0 & 0 & 0 \\ 0 & 1 & 0 & 0 \\ 0 & 0 & 1 & 0 \\ 0 & 0 & 0 & 1 \end{pmatrix} \begin{pmatrix} x_{11} \\ x_{12} \\ x_{21} \\ x_{22} \end{pmatrix}", r"\begin{pmatrix} x_{11} \\ x_{21} \\ x_{12} \\ x_{22} \end{pmatrix}"),
        _stacked, _stacked, given=(r"x \in \mathbb{R}^{2 \times 2}",)),
)
# fmt: on
