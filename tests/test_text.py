"""Terms as one line of Unicode: a table of terms and what is printed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.term import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    subterms,
    term,
)
from derive.term.text import name_text, text

c, d, e, f, i, j, k, x, y = map(Symbol, "cdefijkxy")
W, pi = Symbol("W"), Symbol(r"\pi")


def fn(name: str, *args: Term) -> Call:
    return Call(name, args)


def at(name: str, *indices: Term) -> Indexed:
    return Indexed(name, indices)


def total(body: Term, index: str = "k", upper: Term = d) -> BigOp:
    return BigOp("sum", index, term(1), upper, body)


x_i, x_j, x_k, p_i, p_j, y_j = (at(n, t) for n, t in zip("xxxppy", (i, j, k, i, j, j), strict=True))
Z = total(fn("exp", x_k))

# fmt: off
TABLE = [
    # what derive is for
    (Relation("=", Derivative(p_j, x_i), p_j * (Delta(i, j) - p_i)), "∂pⱼ/∂xᵢ = pⱼ(δᵢⱼ − pᵢ)"),
    (fn("exp", x_j) / Z,                          "exp(xⱼ)/Σₖ₌₁ᵈ exp(xₖ)"),
    ((fn("exp", x_j) / Z) * (x / Z),              "(exp(xⱼ)/Σₖ₌₁ᵈ exp(xₖ)) · x/Σₖ₌₁ᵈ exp(xₖ)"),
    (x / Z**2,                                    "x/(Σₖ₌₁ᵈ exp(xₖ))²"),
    (-total(y_j * (1 / p_j) * p_j, "j"),          "−Σⱼ₌₁ᵈ yⱼ · 1/pⱼ · pⱼ"),
    (2 * fn("sigma", 2 * x) - 1,                  "2σ(2x) − 1"),
    (1 - fn("tanh", x) ** 2,                      "1 − tanh(x)²"),
    (fn("exp", -((x - y) ** 2) / (2 * e**2)),     "exp(−(x − y)²/(2e²))"),
    # products: nothing, a space or a dot
    (x**2 * y,               "x²y"),
    (x * (1 - x),            "x·(1 − x)"),
    (2 * fn("exp", x),       "2 exp(x)"),
    (fn("exp", x) * y,       "exp(x) y"),
    (x * term(2),            "x·2"),
    (term(2) * term(3),      "2·3"),
    (2 * fn("sqrt", x),      "2√x"),
    (fn("sqrt", 2 * pi),     "√(2π)"),
    (Symbol("L_{CE}") * x,   "L_CE x"),
    (p_j * (x / y),          "pⱼ · x/y"),
    (Number(Fraction(1, 3)) * x, "1/3 · x"),
    (Number(Fraction(1, 4)) * x, "0.25x"),
    (Z * x,                  "(Σₖ₌₁ᵈ exp(xₖ)) x"),
    (x * Z,                  "x Σₖ₌₁ᵈ exp(xₖ)"),
    # brackets
    (x - (y + x),            "x − (y + x)"),
    (x - term(-2),           "x − (−2)"),
    (x * (-y),               "x·(−y)"),
    ((-x) * y,               "(−x) y"),
    (x * (y * d),            "x·(yd)"),
    ((x / y) / d,            "(x/y)/d"),
    (x / (y / d),            "x/(y/d)"),
    (1 / (2 * x),            "1/(2x)"),
    ((x + y) / d,            "(x + y)/d"),
    (total(x + y),           "Σₖ₌₁ᵈ (x + y)"),
    (Add((total(x), y)),     "Σₖ₌₁ᵈ x + y"),
    ((2 * x) ** 2,           "(2x)²"),
    ((x / y) ** 2,           "(x/y)²"),
    (Pow(Pow(x, term(2)), term(3)), "(x²)³"),
    (Derivative(x, y) ** 2,  "(∂x/∂y)²"),
    # powers
    (e**-x,                  "e⁻ˣ"),
    (x ** (k + 1),           "xᵏ⁺¹"),
    (x ** (x / y),           "x^(x/y)"),
    (x ** Symbol("q"),       "x^q"),
    (e ** (-(x**2)),         "e^(−x²)"),
    # indices
    (at("x", i + 1),         "xᵢ₊₁"),
    (at("W", j, k),          "Wⱼₖ"),
    (at("W", j, c),          "W_(jc)"),
    (at("W", i + 1, j),      "W_(i+1,j)"),
    (at("x", term(12)),      "x₁₂"),
    (at("W", term(1), term(12)), "W_(1,12)"),
    (at("x", c),             "x_c"),
    (at("L_{CE}", i),        "(L_CE)ᵢ"),
    (Delta(i, c),            "δ_(ic)"),
    (Component(W * x, (i,)), "(Wx)ᵢ"),
    # binders
    (total(x_j, "j", c),     "Σⱼ₌₁ᶜ xⱼ"),
    (total(at("x", c), "c"), "Σ_(c=1..d) x_c"),
    (BigOp("sum", "k", None, None, x_k), "Σₖ xₖ"),
    (BigOp("max", "k", None, None, x_k), "maxₖ xₖ"),
    (BigOp("prod", "k", term(1), k + 1, x_k), "Πₖ₌₁ᵏ⁺¹ xₖ"),
    (BigOp("sum", "k", term(1), d, x_k, Relation("!=", k, i)), "Σ_(k=1..d, k≠i) xₖ"),
    # derivatives
    (Derivative(fn("log", p_j), p_j),      "∂log(pⱼ)/∂pⱼ"),
    (Derivative(x + y, x),                 "∂/∂x [x + y]"),
    (Derivative(Derivative(f, x), x),      "∂²f/∂x²"),
    (Derivative(Derivative(f, x_i), x_j),  "∂²f/∂xⱼ∂xᵢ"),
    (Derivative(f, x) * Derivative(f, y),  "∂f/∂x · ∂f/∂y"),
    (Call("f", (x,), 2),                   "f″(x)"),
    (Call("f", (x,), 4),                   "f⁽⁴⁾(x)"),
    # the rest
    (fn("abs", x - y),       "|x − y|"),
    (fn("max", term(0), x),  "max(0, x)"),
    (Indicator(Relation("=", i, j)), "[i = j]"),
    (Cases(((x, Relation(">", x, term(0))),), term(0)), "{x if x > 0; 0 otherwise}"),
    (And((Relation("<=", x, y), Relation("<", y, d))), "x ≤ y, y < d"),
    (Matrix(((x, y), (y, x))), "[x  y; y  x]"),
    (Transpose(W) * x,       "Wᵀ x"),
    (Number(Fraction(7, 1000)), "0.007"),
    (Number(Fraction(10**200)), "(a number of about 201 digits)"),
]
# fmt: on


@pytest.mark.parametrize(("t", "expected"), TABLE, ids=[expected for _, expected in TABLE])
def test_text(t: Term, expected: str) -> None:
    assert text(t) == expected


def test_every_node_occurs() -> None:
    seen = {type(s).__name__ for t, _ in TABLE for s in subterms(t)}
    kinds = {kind.__name__ for kind in Term.__subclasses__()}
    assert kinds - seen == set()


def test_numbers_beyond_what_python_prints() -> None:
    assert text(Number(Fraction(10**5000))) == "(a number of about 5001 digits)"
    assert text(term(10) ** term(10)) == "10¹⁰"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (r"\alpha", "α"),
        (r"\hat{y}", "ŷ"),
        (r"\bar{\theta}", "θ\u0304"),
        (r"\sigma_{B}", "σ_B"),
        (r"\mu_{1}", "μ₁"),
        ("W^{(2)}", "W⁽²⁾"),
        ("j'", "j′"),
        ("x_{ab", "x_ab"),
        ("", ""),
        ("\\", ""),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert name_text(name) == expected


def test_mul_is_read_back_in_order() -> None:
    assert text(Mul((x, y, d))) == "xyd"
