# ruff: noqa: E501  (the rows are a table: one claim a line)
"""Claims that a prover is easily led into: false without a condition, or false of any condition.

A row is (left, right, names that a need must speak of if the claim is proved, what is stated,
what is defined).

Throughout: ``m`` is a maker of random terms.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from calculus import ONE, TWO, ZERO, call
from random_terms import Maker, at, number

from derive.term import (
    Assumption,
    BigOp,
    Cases,
    Definition,
    Derivative,
    Number,
    Relation,
    Symbol,
    Term,
    free_names,
)

Row: TypeAlias = (
    "tuple[Term, Term, tuple[str, ...], tuple[Relation | Assumption, ...], tuple[Definition, ...]]"
)

THREE = number(3)
x, y, z, i, j, k, ell, N = map(Symbol, ("x", "y", "z", "i", "j", "k", "l", "N"))
u_1, u_i, u_k = at("u", ONE), at("u", "i"), at("u", "k")
A_ii, A_ij = at("A", "i", "i"), at("A", "i", "j")
COMPLEX = Assumption("complex", z)
FUNCTION_OF_Y = (Definition("E", y + ONE),)


def between(op: str, low: Term, high: Term, body: Term) -> BigOp:
    return BigOp(op, "k", low, high, body)


def _in_a_branch(t: Term) -> Term:
    return Cases(((call("sqrt", t) ** THREE, Relation(">", t, ZERO)),), ZERO)


def wrong(m: Maker) -> tuple[Term, Term]:
    """Two sides that differ where t < 0, and agree where a branch says t > 0."""
    t = m.random.choice((x - ONE, x - y, x * y + ONE))
    root, size, half = _in_a_branch(t), call("abs", t), Number(Fraction(1, 2))
    return root + size ** (half + ONE), root + t * size**half


def of_complex_numbers(m: Maker) -> tuple[Row, ...]:
    """What holds of real numbers."""
    t = z * m.random.choice((x, TWO, x * y)) + m.random.choice((x, ZERO, y**2))
    size = call("abs", t)
    pairs = (
        (size**2, t**2),
        (call("log", call("exp", t)), t),
        (call("sqrt", t**2), size),
        (call("max", t**2, ZERO), t**2),
    )
    return tuple((left, right, ("z",), (COMPLEX,), ()) for left, right in pairs)


def rows(m: Maker) -> tuple[Row, ...]:
    n = m.sizes["d"]
    size = tuple(free_names(n))
    factor = m.random.choice((x, TWO, call("exp", x), x * y))
    t = m.random.choice((x, x - ONE, x - y, x * y + ONE))
    root = _in_a_branch(t)
    half = Number(Fraction(1, 2))
    size_of_t = call("abs", t)
    step = call("exp", k * x)
    return (
        # ranges that may be emptier than empty
        (between("sum", THREE, n, k * factor), (n * (n + ONE) / TWO - THREE) * factor, size, (), ()),
        (between("sum", ONE, n - TWO, factor), (n - TWO) * factor, size, (), ()),
        (between("sum", TWO, n - ONE, u_k) + at("u", n), m.total(u_k, "k", "d") - u_1, size, (), ()),
        (between("prod", THREE, n, step), call("exp", (n * (n + ONE) / TWO - THREE) * x), size, (), ()),
        (between("sum", THREE, n, factor), (n - TWO) * factor, (), (Relation(">=", n, TWO),), ()),
        # .. and that are said to be allowed to be empty
        (between("sum", TWO, N, factor), (N - ONE) * factor, ("N",), (Relation(">=", N, ZERO),), ()),
        (factor + between("sum", TWO, N, k * factor), between("sum", ONE, N, k * factor), ("N",), (Relation(">", N, -ONE),), ()),
        # relations of indices say nothing of the diagonal or of an end
        (call("abs", A_ii) * factor, A_ii * factor, ("A",), (Relation("!=", i, j), Relation(">", A_ij, ZERO)), ()),
        (call("abs", u_1) + factor, u_1 + factor, ("u",), (Relation(">", i, ONE), Relation(">", u_i, ZERO)), ()),
        (call("sqrt", at("A", ONE, ONE) ** 2), at("A", ONE, ONE), ("A",), (Relation("<", i, j), Relation(">", A_ij, ZERO)), ()),
        (Derivative(u_i, at("u", "j")) * factor, ZERO, (), (Relation("<", i, j),), ()),
        # what a name is defined by may depend on the variable
        (Derivative(Symbol("E"), x), ZERO, ("y",), (), FUNCTION_OF_Y),
        (Derivative(Symbol("E"), x), ZERO, ("y",), (Relation("=", y**2 + x**2, ONE),), FUNCTION_OF_Y),
        # the k of what is stated is not the k of a need for all k
        (m.total((j - x) / (j - x), "j", "d"), n, ("x",), (Relation(">", k, x),), ()),
        (m.total((j - x) ** 2 / (j - x), "j", "d"), n * (n + ONE) / TWO - n * x, ("x",), (Relation(">", k, x),), ()),
        (m.total(y * (j - x) / (j - x), "j", "d"), n * y, ("x",), (Relation(">", k, x),), ()),
        (m.total((x - j) / (TWO * x - TWO * j), "j", "d"), n / TWO, ("x",), (Relation(">", k, x),), ()),
        # what one branch knows of a sign
        (root + size_of_t ** (half + ONE), root + size_of_t * size_of_t**half, (), (), ()),
        (Cases(((call("log", t) + size_of_t, Relation(">", t, ZERO)),), z), Cases(((call("log", t) + t, Relation(">", t, ZERO)),), z), (), (), ()),
        # triangular counts
        (m.total(BigOp("sum", "k", ell, n, ONE), "l", "d") * factor, n * (n + ONE) / TWO * factor, (), (), ()),
        (m.total(BigOp("sum", "k", ell + ONE, n, ONE), "l", "d"), n * (n - ONE) / TWO, (), (), ()),
    )  # fmt: skip
