"""Declarations: what each line gives, whatever the order, and where a bad one is wrong."""

# ruff: noqa: E501  (rows of tables stay on one line)

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.read import ReadError, read_given
from derive.term import Call, Given, Indexed, Number, Range, Relation, Symbol
from derive.term.latex import latex

one, zero = Number(Fraction(1)), Number(Fraction(0))


def to(upper: str) -> Range:
    return Range(one, Symbol(upper))


def described(given: Given) -> list[str]:
    """A Given as lines, for the table below."""
    lines = [f"{i}: {latex(r.lower)}..{latex(r.upper)}" for i, r in given.ranges.items()]
    for name, axes in given.shapes.items():
        lines.append(f"{name} has " + (", ".join(latex(a.upper) for a in axes) or "no axes"))
    for d in given.definitions.values():
        low = ",".join(d.indices)
        brackets = ",".join(d.parameters)
        lines.append(f"{d.name} [{low}] ({brackets}) := {latex(d.body)}")
    lines += [f"{a.kind}: {latex(a.term)}" for a in given.assumptions]
    return lines


# fmt: off
LINES: list[tuple[str, list[str]]] = [
    ("i: 1..d",                              ["i: 1..d"]),
    ("i, j: 0 .. n-1",                       ["i: 0..n - 1", "j: 0..n - 1"]),
    (r"a: 1..3",                             ["a: 1..3"]),
    (r"x \in \mathbb{R}^d",                  ["x has d"]),
    (r"\mathbf{x}, y \in \mathbb R^{d}",     ["x has d", "y has d"]),
    (r"W \in \mathbb{R}^{c \times (d+1)}",   ["W has c, d + 1"]),
    (r"u, v \in \mathbb{R}",                 ["u has no axes", "v has no axes"]),
    ("x ∈ ℝ^d",                              ["x has d"]),
    (r"x_1, x_2 \in \mathbb{R}",             ["x_{1} has no axes", "x_{2} has no axes"]),
    (r"n \in \mathbb{N}",                    ["n has no axes", "natural: n"]),
    (r"n \in \mathbb{N}_0",                  ["relation: n \\ge 0", "integer: n"]),
    (r"n, m \in \mathbb{Z}_{> 0}",           ["relation: n > 0", "integer: n", "relation: m > 0", "integer: m"]),
    (r"x \in \mathbb{R}_{\ge 0}",            ["relation: x \\ge 0"]),
    ("n natural",                            ["natural: n"]),
    (r"t \in (0, 1]",                        ["t has no axes", "relation: 0 < t", r"relation: t \le 1"]),
    (r"t \in (0, \infty)",                   ["t has no axes", "relation: 0 < t"]),
    ("f(u) = u^2 + 1",                       ["f [] (u) := u^{2} + 1"]),
    ("let f(u) := u^2",                      ["f [] (u) := u^{2}"]),
    (r"\sigma(u) = \frac{1}{1 + e^{-u}}",    [r"sigma [] (u) := \frac{1}{1 + e^{-u}}"]),
    (r"\tanh(u) := 2 u",                     ["tanh [] (u) := 2 u"]),
    (r"\tanh(u) = \frac{\sinh u}{\cosh u}",  [r"tanh [] (u) := \frac{\sinh(u)}{\cosh(u)}"]),
    (r"\log u = u - 1",                      [r"relation: \log(u) = u - 1"]),
    (r"\exp(u) = \exp(v)",                   [r"relation: \exp(u) = \exp(v)"]),
    (r"u = u^2",                             ["relation: u = u^{2}"]),
    (r"H(p, y) = -\sum_j y_j \log p_j",      [r"H [] (p,y) := -\sum_{j} y_j \log(p_j)"]),
    (r"p_j = \frac{e^{x_j}}{\sum_k e^{x_k}}", [r"p [j] () := \frac{e^{x_j}}{\sum_{k} e^{x_k}}"]),
    (r"a_{ij} = b_i b_j",                    ["a [i,j] () := b_i b_j"]),
    (r"p = \operatorname{softmax}(x)",       [r"p [] () := \operatorname{softmax}(x)"]),
    (r"x_1 = 3",                             ["x_{1} [] () := 3"]),
    (r"P(Y = j \mid X = u) = \frac{1}{Z} e^{w_j u}", [r"P(Y = \cdot \mid X = \cdot) [] (j,u) := \frac{1}{Z} e^{w_j u}"]),
    (r"L_{\text{CE}} = -\log q",             [r"L_{CE} [] () := -\log(q)"]),
    ("x > 0",                                ["relation: x > 0"]),
    ("a, b > 0",                             ["relation: a > 0", "relation: b > 0"]),
    ("0 < q < 1",                            ["relation: 0 < q", "relation: q < 1"]),
    ("a > 0, b > 0",                         ["relation: a > 0", "relation: b > 0"]),
    (r"i \ne j",                             [r"relation: i \ne j"]),
    (r"\sum_j q_j = 1",                      [r"relation: \sum_{j} q_j = 1"]),
    ("assume a = b",                         ["relation: a = b"]),
    ("assume x > 0.",                        ["relation: x > 0"]),
    ("y one-hot",                            ["one-hot: y"]),
    ("y is one-hot",                         ["one-hot: y"]),
    ("assume q is a probability distribution", ["distribution: q"]),
    ("A, B symmetric",                       ["symmetric: A", "symmetric: B"]),
    ("n integer",                            ["integer: n"]),
    ("u(x) function",                        ["function: u(x)"]),
    (r"u(x), \phi(s, t) functions",          ["function: u(x)", r"function: \phi(s, t)"]),
    ("# a remark",                           []),
    ("   ",                                  []),
]
# fmt: on


@pytest.mark.parametrize(("line", "meaning"), LINES, ids=[line for line, _ in LINES])
def test_a_line_alone(line: str, meaning: list[str]) -> None:
    assert described(read_given([line])) == meaning


def test_order_of_lines_does_not_matter() -> None:
    lines = [
        r"L(w) = f(w) + \lambda (w - a)",
        r"f(t) = t (a + t)",
        r"\lambda > 0",
        r"y_j = g(x_j)",
        "m = q(a + 1)",
        "q(t) = t^2",
        "g(s) function",
        r"x \in \mathbb{R}^n",
        "j: 1..n",
    ]
    there, back = read_given(lines), read_given(lines[::-1])
    assert {k: d.body for k, d in there.definitions.items()} == {
        k: d.body for k, d in back.definitions.items()
    }
    assert there.shapes == back.shapes and there.ranges == back.ranges
    assert isinstance(there.definitions["y"].body, Call)
    assert isinstance(there.definitions["m"].body, Call)
    assert latex(there.definitions["f"].body) == "t (a + t)"


def test_an_index_that_is_given_a_value_is_a_relation() -> None:
    given = read_given(["i, j: 1..d", "i = j"])
    assert not given.definitions
    assert given.assumptions[0].term == Relation("=", Symbol("i"), Symbol("j"))


def test_given_upon_given() -> None:
    outer = read_given([r"x \in \mathbb{R}^d", "y one-hot"])
    inner = read_given(["x_1 > 0"], outer)
    assert inner.shapes == outer.shapes
    assert inner.assumptions[0] == outer.assumptions[0]
    assert inner.assumptions[1].term == Relation(">", Indexed("x", (one,)), zero)
    assert len(outer.assumptions) == 1


def test_lines_are_numbered() -> None:
    given = read_given(["", "a = 1", "# no", "b > 0"])
    assert given.definitions["a"].line == 2
    assert given.assumptions[0].line == 4


def test_a_dotted_vector_defines_components() -> None:
    given = read_given([r"p = \begin{pmatrix} e^{x_1} \\ \vdots \\ e^{x_d} \end{pmatrix}"])
    assert described(given) == ["p has d", "p [j] () := e^{x_j}"]


# fmt: off
WRONG: list[tuple[str, str, str]] = [  # line, the place, message
    ("x + 1",                      "x + 1",   "declares nothing"),
    (r"x \in S",                   "S",       "set is not read"),
    (r"x \in \mathbb{R}_+",        "_+",      "shape is not read"),
    ("a = \\foo",                  "\\foo",   "not known"),
    ("2 := 3",                     "2",       "can't be defined"),
    ("a + b := 3",                 "a + b",   "can't be defined"),
    (r"a \approx b",               r"\approx", "can be given"),
    ("2 x: 1..d",                  "2 x",     "no index"),
    ("a b one-hot",                "a b",     "no name"),
    ("u function",                 "u",       "without its arguments"),
    ("a =",                        "=",       "empty"),
    ("let a = (b",                 "(",       "never closed"),
]
# fmt: on


@pytest.mark.parametrize(("line", "place", "message"), WRONG, ids=[line for line, _, _ in WRONG])
def test_errors_name_line_and_place(line: str, place: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_given(["c > 0", line])
    assert message in str(caught.value)
    assert caught.value.line == 2
    assert line[caught.value.span.start :].startswith(place)
