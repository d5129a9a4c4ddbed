"""What is written as LaTeX reads back as the same term."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.read import Names, read_formula, read_relations
from derive.term import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
)
from derive.term.latex import latex
from derive.vocabulary import FUNCTIONS

RELATIONS = ("=", "!=", "<", "<=", ">", ">=")
INDICES = ("i", "j", "k", "a", "t")
SCALARS = ("x", "y", "z", "b", "d", "f", "T", r"\alpha", r"\mu", r"\hat{y}", "x'", "x^{*}",
           "L_{CE}", "x_{1}", "CE", r"\mathcal{L}", "w_{in}", "e", r"\pi",
           "w_{one-hot}'", "W^{(1)}")  # fmt: skip
FAMILIES = ("p", "W", r"\theta", r"\hat{p}", r"q^{(\cdot)}", r"z^{[\cdot]}", "w_{out}", "W^{(2)}")
NAMES = Names(
    functions={"u": (), "G": (), r"\phi": ()},
    ranks={**dict.fromkeys(SCALARS, 0), r"q^{(\cdot)}": 1, r"z^{[\cdot]}": 1},
    indices=frozenset(INDICES),
)

numbers = st.integers(0, 120).map(lambda n: Number(Fraction(n))) | st.sampled_from(
    [Number(Fraction(1, 4)), Number(Fraction(7, 2)), Number(Fraction(3, 100))]
)
index_letters = st.sampled_from(INDICES).map(Symbol)
index_terms = (
    index_letters
    | st.integers(1, 12).map(lambda n: Number(Fraction(n)))
    | index_letters.map(lambda i: Add((i, Number(Fraction(1)))))
)
symbols = st.sampled_from(SCALARS).map(Symbol)
indexed = st.builds(
    Indexed, st.sampled_from(FAMILIES), st.lists(index_terms, min_size=1, max_size=3).map(tuple)
)
deltas = st.builds(Delta, index_letters, index_terms)
leaves = numbers | symbols | indexed | deltas


def compound(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    many = st.lists(inner, min_size=2, max_size=4).map(tuple)
    relations = st.builds(Relation, st.sampled_from(RELATIONS), inner, inner)
    conditions = relations | st.lists(relations, min_size=2, max_size=3).map(tuple).map(And)
    one_argument = st.sampled_from(
        [
            "exp",
            "log",
            "tanh",
            "sigma",
            "sqrt",
            "abs",
            "norm",
            "norm1",
            "relu",
            "u",
            r"\phi",
            "factorial",
            "logit",
            "softplus",
        ]
    )
    bounded = st.builds(
        BigOp,
        st.sampled_from(["sum", "prod", "max", "min"]),
        st.sampled_from(INDICES),
        index_terms,
        inner,
        inner,
        st.none() | st.builds(lambda j, n: Relation("!=", j, n), index_letters, index_terms),
    )
    unbounded = st.builds(
        BigOp,
        st.sampled_from(["sum", "prod"]),
        st.sampled_from(INDICES),
        st.none(),
        st.none(),
        inner,
    )
    return st.one_of(
        st.builds(Add, many),
        st.builds(Mul, many),
        st.builds(Neg, inner),
        st.builds(Div, inner, inner),
        st.builds(Pow, inner, inner | numbers.filter(lambda n: n.value < 100)),
        st.builds(Call, one_argument, inner.map(lambda t: (t,))),
        st.builds(
            Call,
            st.sampled_from(["sigma", "u", "tanh"]),
            inner.map(lambda t: (t,)),
            st.integers(1, 5),
        ),
        st.builds(
            Call,
            st.sampled_from(
                [
                    "max",
                    "G",
                    r"r(\cdot \mid \cdot)",
                    "hadamard",
                    "binom",
                    r"P(Y = \cdot \mid X = \cdot)",
                ]
            ),
            st.tuples(inner, inner),
        ),
        st.builds(Derivative, inner, symbols.filter(lambda s: s.name != "e") | indexed),
        bounded,
        unbounded,
        st.builds(Indicator, conditions),
        st.builds(
            Cases,
            st.lists(st.tuples(inner, conditions), min_size=1, max_size=3).map(tuple),
            st.none() | inner,
        ),
        st.builds(Matrix, st.lists(st.tuples(inner, inner), min_size=1, max_size=3).map(tuple)),
        st.builds(Component, inner, st.lists(index_terms, min_size=1, max_size=2).map(tuple)),
        st.builds(Transpose, inner),
    )


terms = st.recursive(leaves, compound, max_leaves=12)


def plainly_exponential(t: Term) -> bool:
    """No tower of numbers: those are refused by design."""
    from derive.term import subterms

    def towers(s: Term) -> bool:
        return isinstance(s, Pow) and not any(
            isinstance(u, (Symbol, Indexed, Delta)) for u in subterms(s.exponent)
        )

    return not any(towers(s) and not isinstance(s.exponent, Number) for s in subterms(t))


@settings(max_examples=400, deadline=None)
@given(terms.filter(plainly_exponential))
def test_reading_what_was_written(t: Term) -> None:
    assert read_formula(latex(t), NAMES)[0] == t


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(RELATIONS), terms, terms)
def test_relations_too(op: str, left: Term, right: Term) -> None:
    if not (plainly_exponential(left) and plainly_exponential(right)):
        return
    relation = Relation(op, left, right)
    assert read_relations(latex(relation), NAMES).step(0)[0] == relation


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_vocabulary(name: str) -> None:
    row = FUNCTIONS[name]
    t = Call(name, tuple(Symbol(x) for x in "xyzw"[: len(row.parameters)]))
    assert read_formula(latex(t), Names(ranks=dict.fromkeys("xyzw", 0))) == (t,)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"sqrt", "abs", "norm", "norm1"}))
def test_functions_are_printed_by_their_first_notation(name: str) -> None:
    written = latex(Call(name, (Symbol("x"), Symbol("y"))))
    assert written == FUNCTIONS[name].latex[0] + "(x, y)"


x, y, i, j = Symbol("x"), Symbol("y"), Symbol("i"), Symbol("j")
one, two = Number(Fraction(1)), Number(Fraction(2))
p_i, p_j, y_j = (Indexed(n, (k,)) for n, k in (("p", i), ("p", j), ("y", j)))


def total(body: Term) -> BigOp:
    return BigOp("sum", "j", one, Symbol("d"), body)


MINIMAL: list[tuple[Term, str]] = [
    (p_j * (Delta(i, j) - p_i), r"p_j (\delta_{ij} - p_i)"),
    (-total(y_j * Call("log", (p_j,))), r"-\sum_{j=1}^{d} y_j \log(p_j)"),
    (Call("tanh", (x,)) ** 2, r"\tanh(x)^{2}"),
    (one - Call("sigma", (-x,)), r"1 - \sigma(-x)"),
    (total(y_j) + p_i, r"\sum_{j=1}^{d} y_j + p_i"),
    (total(y_j) + p_j, r"\left(\sum_{j=1}^{d} y_j\right) + p_j"),
    (Derivative(Call("sigma", (x,)), x), r"\frac{\partial \sigma(x)}{\partial x}"),
    (Derivative(x * y, x), r"\frac{\partial}{\partial x} (x y)"),
    (Derivative(Derivative(Symbol("L"), y), x), r"\frac{\partial^2 L}{\partial x \partial y}"),
    (Derivative(Derivative(Symbol("L"), x), x), r"\frac{\partial^2 L}{\partial x^2}"),
    (x / (x / y), r"\frac{x}{\frac{x}{y}}"),
    (two * (two * x), "2 (2 x)"),
    (Mul((two, two)), r"2 \cdot 2"),
    (Neg(Neg(x)), "-(-x)"),
    (x - (-y), "x - (-y)"),
]


@pytest.mark.parametrize(("t", "written"), MINIMAL, ids=[w for _, w in MINIMAL])
def test_parentheses_are_few(t: Term, written: str) -> None:
    assert latex(t) == written
