"""Every row of the vocabulary against an independent reference, in Python's floats.

The evaluator below shares nothing with the kernel, the refuter or SymPy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from statistics import NormalDist

import pytest

from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Delta,
    Div,
    Given,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Range,
    Relation,
    Symbol,
    Term,
    bound_names,
    free_names,
    substitute,
    subterms,
    term,
)
from derive.vocabulary import FUNCTIONS, ROWS
from derive.vocabulary.convolution import (
    convolution,
    named,
    numbered,
    output_shape,
    padded,
    shape,
    shared,
    sparsity,
    vec,
    weight_matrix,
)
from derive.vocabulary.unfold import NoComponents, component, written_out

normal = NormalDist()
PRIMITIVE = {
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "sin": math.sin, "cos": math.cos,
    "atan": math.atan, "erf": math.erf, "abs": abs, "max": max, "min": min,
    "sign": lambda x: (x > 0) - (x < 0),
}  # fmt: skip
COMPARE = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def value(t: Term, at: Mapping[str, object]) -> float:
    """The value of ``t``; names of arrays have (nested) lists.  ValueError where undefined."""

    def of(s: Term) -> float:
        return value(s, at)

    match t:
        case Number(v):
            return float(v)
        case Symbol(r"\pi"):
            return math.pi
        case Symbol(name):
            return at[name]  # type: ignore[return-value]
        case Indexed(name, indices):
            entry = at[name]
            for i in indices:
                entry = entry[int(of(i)) - 1]  # type: ignore[index]
            return entry  # type: ignore[return-value]
        case Add(terms):
            return math.fsum(map(of, terms))
        case Mul(factors):
            return math.prod(map(of, factors))
        case Neg(arg):
            return -of(arg)
        case Div(numerator, denominator):
            return of(numerator) / of(denominator)
        case Pow(base, exponent):
            power = of(base) ** of(exponent)
            if isinstance(power, complex):
                raise ValueError("not real")
            return power
        case Delta(left, right):
            return float(of(left) == of(right))
        case Relation(op, left, right):
            return COMPARE[op](of(left), of(right))
        case Cases(branches, otherwise):
            for branch, condition in branches:
                if of(condition):
                    return of(branch)
            if otherwise is None:
                raise ValueError("no case")
            return of(otherwise)
        case BigOp(op, k, lower, upper, body):
            many = [value(body, {**at, k: n}) for n in range(int(of(lower)), int(of(upper)) + 1)]
            return {"sum": math.fsum, "prod": math.prod, "max": max, "min": min}[op](many)
        case Call(name, args, 0) if name in PRIMITIVE:
            return PRIMITIVE[name](*map(of, args))
        case Call(name, args, 0):
            row = FUNCTIONS[name]
            values = dict(zip([p.name for p in row.parameters], map(of, args), strict=True))
            return value(row.body, values)
    raise AssertionError(t)


def call(name: str, *args: float) -> float:
    return value(
        Call(name, tuple(map(Symbol, "uvw"[: len(args)]))), dict(zip("uvw", args, strict=False))
    )


# --- scalars -------------------------------------------------------------------------------------

GRID = (-7.0, -6.0, -2.5, -1.0, -0.5, -0.0, 0.25, 0.5, 1.0, 1.5, 6.0, 7.0)
# fmt: off
SCALARS = {  # the reference, written otherwise than the row where that is possible
    "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "coth": lambda x: 1 / math.tanh(x),
    "sech": lambda x: 1 / math.cosh(x), "csch": lambda x: 1 / math.sinh(x),
    "asinh": math.asinh, "acosh": math.acosh, "atanh": math.atanh,
    "tan": math.tan, "cot": lambda x: 1 / math.tan(x),
    "sec": lambda x: 1 / math.cos(x), "csc": lambda x: 1 / math.sin(x),
    "asin": math.asin, "acos": math.acos,
    "heaviside": lambda x: x / abs(x) / 2 + 0.5, "positive": lambda x: float(x > 0),
    "sigma": lambda x: (1 + math.tanh(x / 2)) / 2, "logit": lambda x: 2 * math.atanh(2 * x - 1),
    "softplus": lambda x: max(x, 0) + math.log1p(math.exp(-abs(x))),
    "logsigmoid": lambda x: min(x, 0) - math.log1p(math.exp(-abs(x))),
    "relu": lambda x: (x + abs(x)) / 2, "swish": lambda x: x / (1 + math.exp(-x)),
    "mish": lambda x: x * (1 - 2 / ((1 + math.exp(x)) ** 2 + 1)),
    "softsign": lambda x: x / (1 - x) if x < 0 else x / (1 + x),
    "hardtanh": lambda x: sorted((-1.0, x, 1.0))[1], "relusix": lambda x: sorted((0.0, x, 6.0))[1],
    "Phi": normal.cdf, "normpdf": normal.pdf, "gelu": lambda x: x * normal.cdf(x),
    "logcosh": lambda x: abs(x) + math.log1p(math.exp(-2 * abs(x))) - math.log(2),
    "hinge": lambda x: 1 - x if x < 1 else 0.0, "squaredhinge": lambda x: (1 - x) ** 2 * (x < 1),
}
MORE = {  # rows with several scalar parameters: reference and points
    "pow":         (math.pow, [(2.0, 3.0), (0.25, -0.5)]),
    "kronecker":   (lambda i, j: float(i == j), [(1, 1), (1, 2)]),
    "leakyrelu":   (lambda x, a: max(x, 0) + a * min(x, 0), [(2.0, 0.1), (-2.0, 0.1)]),
    "elu":         (lambda x, a: x if x > 0 else a * math.expm1(x), [(2.0, 0.5), (-2.0, 0.5)]),
    "gaussian":    (lambda x, m, v: NormalDist(m, math.sqrt(v)).pdf(x), [(1.0, 0.5, 2.0)]),
    "huber":       (lambda x, c: sum((-1) ** k * max(abs(x) - k * c, 0) ** 2 / 2 for k in (0, 1)),
                    [(0.5, 1.0), (-3.0, 1.0), (2.0, 2.0)]),
    "squarederror":  (lambda x, y: x * x - 2 * x * y + y * y, [(1.0, 3.0)]),
    "absoluteerror": (lambda x, y: max(x, y) - min(x, y), [(1.0, 3.0), (3.0, 1.0)]),
    "binarycrossentropy": (lambda p, y: -math.log(p if y else 1 - p), [(0.2, 0), (0.2, 1)]),
}
Z, P, Q = [0.5, -1.0, 2.0], [0.2, 0.5, 0.3], [0.25, 0.25, 0.5]
norm_z = sum(map(math.exp, Z))
VECTORS = {
    "softmax":      ([Z], lambda j: math.exp(Z[j]) / norm_z),
    "logsumexp":    ([Z], math.log(norm_z)),
    "logsoftmax":   ([Z], lambda j: math.log(math.exp(Z[j]) / norm_z)),
    "loglinear":    ([[[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]], [0.5, 1.0], [0.0, 1.0, -1.0]],
                     lambda j: math.exp([2.5, 0.0, 1.0][j]) / sum(map(math.exp, [2.5, 0.0, 1.0]))),
    "crossentropy": ([P, [0, 1, 0]], math.log(2)),
    "entropy":      ([[0.25] * 4], math.log(4)),
    "KL":           ([P, Q], 0.2 * math.log(0.8) + 0.5 * math.log(2) + 0.3 * math.log(0.6)),
    "SSE":          ([Z, P], math.dist(Z, P) ** 2),
    "MSE":          ([Z, P], math.dist(Z, P) ** 2 / 3),
    "mean":         ([Z], 0.5),
    "norm":         ([Z], math.hypot(*Z)),
    "norm1":        ([Z], 3.5),
    "norminf":      ([Z], 2.0),
}
DOMAINS = {  # the conditions that rows of one parameter state, in Python
    "": lambda x: True, "x > 0": lambda x: x > 0, r"x \ge 0": lambda x: x >= 0,
    r"x \ne 0": lambda x: x != 0, r"x \ge 1": lambda x: x >= 1,
    r"x \in (-1, 1)": lambda x: -1 < x < 1, r"p \in (0, 1)": lambda x: 0 < x < 1,
    r"\cos(x) \ne 0": lambda x: math.cos(x) != 0, r"\sin(x) \ne 0": lambda x: math.sin(x) != 0,
}
# fmt: on


def in_range(v: float, condition: str) -> bool:
    """Whether ``v`` meets a condition such as ``\\in [0, 1)``, up to rounding."""
    if match := re.fullmatch(r"(>|<|\\ge|\\le) (\d)", condition):
        bound, slack = float(match[2]), 1e-12
        return {
            ">": v > bound,
            "<": v < bound,
            r"\ge": v >= bound - slack,
            r"\le": v <= bound + slack,
        }[match[1]]
    match = re.fullmatch(r"\\in ([\[(])(.+), (.+)([\])])", condition)
    assert match, condition
    constants = {r"\pi/2": math.pi / 2, r"-\pi/2": -math.pi / 2, r"\pi": math.pi}
    low, high = (constants.get(m) if m in constants else float(m) for m in match.group(2, 3))
    return (low < v or (match[1] == "[" and v >= low - 1e-12)) and (
        v < high or (match[4] == "]" and v <= high + 1e-12)
    )


def test_every_row_has_a_reference():
    defined = {row.name for row in ROWS if row.body is not None}
    assert defined == set(SCALARS) | set(MORE) | set(VECTORS)
    assert {row.name for row in ROWS if row.body is None} == set(PRIMITIVE)


@pytest.mark.parametrize("name", SCALARS)
def test_scalar_row_has_its_value_domain_and_range(name):
    row, tested = FUNCTIONS[name], 0
    for x in GRID:
        inside = DOMAINS[row.domain](x)
        try:
            got = call(name, x)
        except (ValueError, ZeroDivisionError):
            assert not inside, f"{name}({x}) is undefined"
            continue
        assert inside, f"{name}({x}) = {got} outside its domain"
        assert got == pytest.approx(SCALARS[name](x), rel=1e-9, abs=1e-9)
        assert not row.range or in_range(got, row.range)
        tested += 1
    assert tested >= 2


def kinks(row) -> set[float]:
    return {float(x) for x in re.findall(r"x = (-?\d+)", row.kinks)}


@pytest.mark.parametrize(
    "name", [n for n in SCALARS if n not in ("acosh",)]
)  # a border, not a bend
def test_scalar_row_bends_at_its_kinks_only(name):
    h, seen = 1e-6, set()
    for x in GRID:
        try:
            left, here, right = (call(name, x + step) for step in (-h, 0, h))
        except (ValueError, ZeroDivisionError):
            seen |= kinks(FUNCTIONS[name]) & {x}  # undefined there: heaviside
            continue
        if abs((right - here) / h - (here - left) / h) > 1e-2:
            seen.add(x)
    assert seen == kinks(FUNCTIONS[name])


@pytest.mark.parametrize("name", MORE)
def test_row_of_several_scalars(name):
    reference, points = MORE[name]
    for point in points:
        got = call(name, *point)
        assert got == pytest.approx(reference(*point), rel=1e-12)
        assert not FUNCTIONS[name].range or in_range(got, FUNCTIONS[name].range)


@pytest.mark.parametrize("name", VECTORS)
def test_row_of_arrays(name):
    row, (arrays, expected) = FUNCTIONS[name], VECTORS[name]
    at: dict[str, object] = {}
    for parameter, array in zip(row.parameters, arrays, strict=True):
        at |= {parameter.name: array, parameter.dimension: len(array)}
        at |= {parameter.columns: len(array[0])} if parameter.columns else {}
    for j in range(len(arrays[0])) if row.component else [None]:
        got = value(row.body, at if j is None else {**at, row.component: j + 1})
        assert got == pytest.approx(expected(j) if callable(expected) else expected)
        assert not row.range or in_range(got, row.range)


# --- the form of the table -----------------------------------------------------------------------


def test_a_definition_uses_its_parameters_and_rows_above():
    above: set[str] = set()
    for row in ROWS:
        if row.body is not None:
            allowed = {n for p in row.parameters for n in (p.name, p.dimension, p.columns)}
            names = free_names(row.body) - allowed - {row.component, r"\pi"}
            assert names <= above, row.name
            assert not bound_names(row.body) & (allowed | {row.component}), row.name
            used = {n for s in subterms(row.body) for n in free_names(s)}
            assert {p.name for p in row.parameters} <= used, row.name
        above.add(row.name)


def test_names_and_notations_are_unique_and_leave_plain_letters_alone():
    notations = [n for row in ROWS for n in row.latex]
    assert len(notations) == len(set(notations))
    assert len(FUNCTIONS) == len(ROWS)
    assert not {"H", "L", "p", r"\phi", r"\varphi", r"\operatorname{CE}", r"\operatorname{H}"} & {
        *notations, *FUNCTIONS,
    }  # fmt: skip


# --- unfolding -----------------------------------------------------------------------------------

I, J, K = map(Symbol, "ijk")  # noqa: E741  (the index i as a symbol)
VECTOR = (Range(term(1), Symbol("n")),)


def test_unfolding_never_captures():
    """softmax(k (a - z))_k: k is the dummy in the row too, and z its parameter."""
    given = Given(shapes={"a": VECTOR, "z": VECTOR})
    got = written_out(FUNCTIONS["softmax"], (K * (Symbol("a") - Symbol("z")),), given, K)
    at = {"a": [1.0, 2.0], "z": [0.0, 3.0], "n": 2}
    for k, scores in (1, [1.0, -1.0]), (2, [2.0, -2.0]):
        expected = math.exp(scores[k - 1]) / sum(map(math.exp, scores))
        assert value(got, {**at, "k": k}) == pytest.approx(expected)


def test_dimension_of_the_argument_is_taken():
    got = written_out(FUNCTIONS["mean"], (Symbol("d"),), Given(shapes={"d": VECTOR}))
    assert value(got, {"d": [1.0, 2.0, 6.0], "n": 3}) == pytest.approx(3.0)


def test_components_move_inwards():
    given = Given(shapes={"a": VECTOR, "b": VECTOR, "M": VECTOR * 2})
    a, b = Indexed("a", (I,)), Indexed("b", (I,))
    assert component(Symbol("a") + Symbol("b"), (I,), given) == a + b
    assert component(term(2) * Symbol("a"), (I,), given) == term(2) * a
    assert component(Call("tanh", (Symbol("a"),)), (I,), given) == Call("tanh", (a,))
    with pytest.raises(NoComponents):
        component(Symbol("M") * Symbol("a"), (I,), given)  # a matrix product is no such thing
    with pytest.raises(NoComponents):
        written_out(FUNCTIONS["softmax"], (Symbol("x"),), Given(), I)  # x is a scalar


# --- convolution ---------------------------------------------------------------------------------


def matrix(rows) -> Matrix:
    return Matrix(tuple(tuple(map(term, row)) for row in rows))


def numbers(m: Matrix, at=None) -> list[list[float]]:
    return [[value(entry, at or {}) for entry in row] for row in m.rows]


X, F = [[4, -2, 1], [3, 8, 5]], [[2], [4], [-1]]


def test_the_class_work():
    assert numbers(convolution(matrix(X), matrix(F), (1, 0))) == [[13, -16, -1], [20, 28, 22]]


def naive(x, f, padding, stride, dilation):
    """By dictionaries of positions: shares no loop with the code under test."""
    inside = {(r, c): v for r, row in enumerate(x) for c, v in enumerate(row)}
    height, width = len(x) + 2 * padding[0], len(x[0]) + 2 * padding[1]
    out = []
    for top in range(0, height - dilation[0] * (len(f) - 1), stride[0]):
        out.append([])
        for left in range(0, width - dilation[1] * (len(f[0]) - 1), stride[1]):
            total = 0
            for u, row in enumerate(f):
                for v, w in enumerate(row):
                    at = top + u * dilation[0] - padding[0], left + v * dilation[1] - padding[1]
                    total += w * inside.get(at, 0)
            out[-1].append(total)
    return out


CONVOLUTIONS = [
    (size, fsize, padding, stride, dilation)
    for size in ((2, 3), (4, 5))
    for fsize in ((1, 1), (2, 2), (3, 1))
    for padding in ((1, 0), (1, 2))
    for stride in ((1, 1), (2, 3))
    for dilation in ((1, 1), (1, 2))
    if fsize != (2, 2) or dilation == (1, 1) or size == (4, 5)
]


@pytest.mark.parametrize("size, fsize, padding, stride, dilation", CONVOLUTIONS)
def test_convolution_and_weight_matrices_against_a_naive_loop(
    size, fsize, padding, stride, dilation
):
    x = [[3 * r * r - 5 * c + 1 for c in range(size[1])] for r in range(size[0])]
    f = [[7 * u - 2 * v + 2 for v in range(fsize[1])] for u in range(fsize[0])]
    how = (padding, stride, dilation)
    expected = naive(x, f, *how)
    got = convolution(matrix(x), matrix(f), *how)
    assert numbers(got) == expected
    assert shape(got) == output_shape(size, fsize, *how)
    for order in ("row", "column"):
        for of, source in (("padded", padded(matrix(x), padding)), ("unpadded", matrix(x))):
            w = numbers(weight_matrix(size, matrix(f), *how, order=order, of=of))
            column = [row[0] for row in numbers(vec(source, order))]
            product = [[sum(a * b for a, b in zip(row, column, strict=True))] for row in w]
            assert product == numbers(vec(matrix(expected), order)), (order, of)


def test_weight_matrix_as_printed_in_the_class_work():
    w = weight_matrix((2, 3), numbered("f", (3, 1)), (1, 0))
    f = [term(0), *(Indexed("f", (term(n),)) for n in (1, 2, 3))]
    assert w.rows[0] == tuple(f[n] for n in (1, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0, 0))
    assert w.rows[5] == tuple(f[n] for n in (0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 3))
    assert shape(w) == (6, 12)
    assert sparsity(w) == (54, 72)
    assert {e: len(places) for e, places in shared(w).items()} == {f[1]: 6, f[2]: 6, f[3]: 6}
    assert shared(w)[f[2]][0] == (1, 4)


def test_entries_are_written_out():
    first = convolution(named("x", (2, 2)), named("f", (2, 1))).rows[0][0]
    x, f = named("x", (2, 2)).rows, named("f", (2, 1)).rows
    assert first == Add((Mul((f[0][0], x[0][0])), Mul((f[1][0], x[1][0]))))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((X, [[1], [1], [1], [1]]), "does not fit"),
        ((X, F, (-1, 0)), "padding"),
        ((X, F, (1, 0), (0, 1)), "stride"),
        ((X, F, (1, 0), (1, 1), (1, 0)), "dilation"),
        (([[1, 2], [3]], F), "one length"),
        (([], F), "one length"),
    ],
)
def test_impossible_convolutions_are_refused(arguments, message):
    x, f, *how = arguments
    with pytest.raises(ValueError, match=message):
        convolution(matrix(x), matrix(f), *how)


def test_impossible_orders_are_refused():
    with pytest.raises(ValueError, match="order"):
        vec(matrix(X), "diagonal")
    with pytest.raises(ValueError, match="padded"):
        weight_matrix((2, 3), matrix(F), (1, 0), of="both")


def test_the_component_of_symbolic_size():
    from derive.vocabulary.convolution import component as entry

    t = entry("x", "f", (I, J), (Symbol("m"), Symbol("n")))
    x, f = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], [[1.0, 0.0], [2.0, -1.0]]
    at = {"x": x, "f": f, "m": 2, "n": 2}
    got = [[value(substitute(t, {"i": term(i), "j": term(j)}), at) for j in (1, 2)] for i in (1, 2)]
    assert got == naive(x, f, (0, 0), (1, 1), (1, 1))
