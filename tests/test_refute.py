# ruff: noqa: E501  (the rows are tables: one claim a line)
"""The refuter: true claims are never refuted (and looked at), false ones are, with a witness."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given as for_all
from hypothesis import reject
from hypothesis import strategies as st

from derive import prove
from derive.prover.refuter.arrays import Misfit
from derive.prover.refuter.ball import Undefined, precision
from derive.prover.refuter.evaluate import Point, value
from derive.prover.refuter.refute import Refuter, reevaluate, refute
from derive.prover.refuter.running import Unknown
from derive.prover.verdict import Counterexample
from derive.term import (
    Add,
    And,
    Assumption,
    BigOp,
    Call,
    Cases,
    Claim,
    Component,
    Definition,
    Delta,
    Derivative,
    Given,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Number,
    Pow,
    Range,
    Relation,
    Symbol,
    Transpose,
    replace,
    subterms,
    term,
)

# --- a small language for claims ---------------------------------------------------------------

x, y, z, a, b, c, d, e, i, j, k, m, n = map(
    Symbol, ["x", "y", "z", "a", "b", "c", "d", "e", "i", "j", "k", "m", "n"]
)
one, half = term(1), term(Fraction(1, 2))
D = Derivative


def f(name, *args, order=0):
    return Call(name, args, order)


def exp(t):
    return f("exp", t)


def log(t):
    return f("log", t)


def at(name, *indices):
    return Indexed(name, tuple(Symbol(s) if isinstance(s, str) else term(s) for s in indices))


def total(index, body, upper=d, lower=one, where=None, op="sum"):
    return BigOp(op, index, lower, upper, body, where)


def rel(left, op, right):
    return Relation(op, term(left), term(right))


def eq(left, right):
    return rel(left, "=", right)


def assume(left, op, right):
    return Assumption("relation", rel(left, op, right))


def of(kind, name):
    return Assumption(kind, Symbol(name))


TO_D, TO_M = Range(one, d), Range(one, m)
SOFTMAX = Definition("p", exp(at("x", "j")) / total("k", exp(at("x", "k"))), ("j",))
VECTORS = {"x": (TO_D,), "y": (TO_D,), "p": (TO_D,), "w": (TO_D,), "A": (TO_D, TO_D)}
INDICES = {"i": TO_D, "j": TO_D}
PLAIN = Given(INDICES, VECTORS)
NET = replace(PLAIN, definitions={"p": SOFTMAX})
p = Symbol("p")
cross_entropy = -total("j", at("y", "j") * log(at("p", "j")))


def deep_derivative(t, order):
    for _ in range(order):
        t = D(t, x)
    return t


def with_(*assumptions, given=None):
    return (given or Given()).with_assumptions(*assumptions)


MATRICES = Given(
    {"i": TO_M, "j": TO_D},
    {"W": (TO_M, TO_D), "x": (TO_D,), "u": (TO_M,), "v": (TO_M,), "A": (TO_D, TO_D)},
)
W, A, u, v = map(Symbol, "WAuv")
LAYER = replace(
    MATRICES,
    definitions={
        "z": Definition("z", W * x + u),
        "L": Definition("L", total("i", f("sigma", at("z", "i")), m)),
    },
    shapes={**MATRICES.shapes, "z": (TO_M,)},
)
U_OF_X = Assumption("function", f("u", x))
V_OF_X = Assumption("function", f("v", x))
G_OF_XY = Assumption("function", f("g", x, y))
ux, vx = f("u", x), f("v", x)

FROM_ZERO = Given({"t": Range(term(0), d)}, {"h": (Range(term(0), d),)})
INNER = Given({"s": Range(one, d - 1)}, {"x": (TO_D,)})

# fmt: off
TRUE = [
    # scalars
    ("tanh'",               eq(D(f("tanh", x), x), 1 - f("tanh", x) ** 2), Given()),
    ("tanh by sigma",       eq(f("tanh", x), 2 * f("sigma", 2 * x) - 1), Given()),
    ("e is Euler's number", eq(e ** x, exp(x)), Given()),
    ("pi",                  eq(f("sin", Symbol(r"\pi") / 6), half), Given()),
    ("log of a product",    eq(log(x * y), log(x) + log(y)), Given()),
    ("0^0 in a polynomial", eq(total("k", x ** k, term(2), term(0)), 1 + x + x ** 2), Given()),
    ("a whole power",       eq((-x) ** 3, -(x ** 3)), Given()),
    ("a root",              eq(f("sqrt", x ** 2), f("abs", x)), Given()),
    ("a real power",        eq(x ** a * x ** b, x ** (a + b)), Given()),
    ("second derivative",   eq(D(D(f("sin", x), x), x), -f("sin", x)), Given()),
    ("third derivative",    eq(D(D(D(exp(2 * x), x), x), x), 8 * exp(2 * x)), Given()),
    ("mixed derivative",    eq(D(D(exp(x * y), x), y), (1 + x * y) * exp(x * y)), Given()),
    ("primes",              eq(f("sigma", x, order=2), D(D(f("sigma", x), x), x)), Given()),
    ("prime at a number",   eq(f("sigma", term(0), order=1), Number(Fraction(1, 4))), Given()),
    ("x^x",                 eq(D(x ** x, x), x ** x * (log(x) + 1)), Given()),
    ("nested functions",    eq(f("sigma", f("sigma", x)), one / (1 + exp(-f("sigma", x)))), Given()),
    ("relu'",               eq(D(f("relu", x), x), Indicator(rel(x, ">", 0))), Given()),
    ("|x|'",                eq(D(f("abs", x), x), f("sign", x)), Given()),
    ("leaky relu'",         eq(D(f("leakyrelu", x, a), x), Cases(((one, rel(x, ">", 0)),), a)), Given()),
    ("huber'",              eq(D(f("huber", x, a), x), f("max", -a, f("min", a, x))), with_(assume(a, ">", 0))),
    ("an inequality",       rel(f("sigma", x), "<", 1), Given()),
    ("above",               rel(exp(x), ">", 0), Given()),
    ("a weak inequality",   rel(x ** 2 + y ** 2, ">=", 2 * x * y), Given()),
    ("attained bound",      rel(f("abs", x), ">=", x), Given()),
    ("different",           rel(exp(x), "!=", 0), Given()),
    ("a chain",             And((rel(-1, "<", f("tanh", x)), rel(f("tanh", x), "<", 1))), Given()),
    ("exact numbers",       eq(Number(Fraction(1, 3)) + Number(Fraction(1, 6)), half), Given()),
    ("dx/dx",               eq(D(x, x), 1), Given()),
    ("constant",            eq(D(term(7), x), 0), Given()),
    # sums, indices, several dimensions
    ("softmax jacobian",    eq(D(at("p", "j"), at("x", "i")), at("p", "j") * (Delta(i, j) - at("p", "i"))), NET),
    ("case i = j",          eq(D(at("p", "j"), at("x", "i")), at("p", "j") * (1 - at("p", "i"))), with_(assume(i, "=", j), given=NET)),
    ("case i != j",         eq(D(at("p", "j"), at("x", "i")), -at("p", "j") * at("p", "i")), with_(assume(i, "!=", j), given=NET)),
    ("softmax row",         eq(Component(f("softmax", x), (i,)), at("p", "i")), NET),
    ("softmax as a vector", eq(f("softmax", x), p), NET),
    ("sum of p",            eq(total("j", at("p", "j")), 1), NET),
    ("cross-entropy",       eq(D(cross_entropy, at("x", "i")), at("p", "i") - at("y", "i")), with_(of("one-hot", "y"), given=NET)),
    ("cross-entropy, soft", eq(D(cross_entropy, at("x", "i")), at("p", "i") - at("y", "i")), with_(of("distribution", "y"), given=NET)),
    ("cross-entropy, sum",  eq(D(cross_entropy, at("x", "i")), at("p", "i") - at("y", "i")), with_(assume(total("j", at("y", "j")), "=", 1), given=NET)),
    ("gradient",            eq(D(cross_entropy, x), p - y), with_(of("one-hot", "y"), given=NET)),
    ("one-hot square",      eq(at("y", "i") ** 2, at("y", "i")), with_(of("one-hot", "y"), given=PLAIN)),
    ("where",               eq(total("k", at("x", "k"), where=rel(k, "!=", i)), total("k", at("x", "k")) - at("x", "i")), PLAIN),
    ("empty sum",           eq(total("k", x ** k, term(0)), 0), Given()),
    ("empty product",       eq(total("k", x, term(0), op="prod"), 1), Given()),
    ("delta sum",           eq(total("k", Delta(k, i) * at("x", "k")), at("x", "i")), PLAIN),
    ("log of a product op", eq(log(total("k", exp(at("x", "k")), op="prod")), total("k", at("x", "k"))), PLAIN),
    ("max op",              rel(log(total("k", exp(at("x", "k")))), ">=", total("k", at("x", "k"), op="max")), PLAIN),
    ("max op'",             rel(total("k", D(total("l", at("x", "l"), op="max"), at("x", "k"))), "=", 1), PLAIN),
    ("double sum",          eq(total("j", total("k", at("W", "j", "k") * at("x", "k")), m), total("k", total("j", at("W", "j", "k"), m) * at("x", "k"))), MATRICES),
    ("shifted index",       eq(total("k", at("x", "k") - Indexed("x", (k + 1,)), d - 1), at("x", 1) - Indexed("x", (d,))), PLAIN),
    ("literal index",       eq(D(total("k", at("x", "k") ** 2), at("x", 3)), 2 * at("x", 3)), PLAIN),
    ("sum to an index",     eq(total("k", one, i), i), PLAIN),
    ("d itself",            eq(total("k", k), d * (d + 1) / 2), Given()),
    ("capture",             eq(total("i", at("p", "i") * at("p", "j")), at("p", "j")), NET),
    ("components apart",    eq(at("q", 1) + at("q", 2), at("q", 2) + at("q", 1)), Given()),
    ("component's derivative", eq(D(at("q", 1) ** 2 * at("q", 2), at("q", 1)), 2 * at("q", 1) * at("q", 2)), Given()),
    # arrays
    ("W x",                 eq(Component(W * x, (i,)), total("k", at("W", "i", "k") * at("x", "k"))), MATRICES),
    ("(W x)^T",             eq(Transpose(W * x), Transpose(x) * Transpose(W)), MATRICES),
    ("u^T W x",             eq(Transpose(u) * W * x, total("i", at("u", "i") * Component(W * x, (i,)), m)), MATRICES),
    ("outer product",       eq(Component(u * Transpose(x), (i, j)), at("u", "i") * at("x", "j")), MATRICES),
    ("d(Wx)/dx",            eq(D(W * x, x), W), MATRICES),
    ("d(u^T v)/du",         eq(D(Transpose(u) * v, u), v), MATRICES),
    ("d(u^T W x)/dW",       eq(D(Transpose(u) * W * x, W), u * Transpose(x)), MATRICES),
    ("hessian",             eq(D(D(Transpose(x) * A * x, x), x), A + Transpose(A)), MATRICES),
    ("quadratic form",      eq(D(Transpose(x) * A * x, x), 2 * A * x), with_(of("symmetric", "A"), given=MATRICES)),
    ("hadamard",            eq(Component(f("hadamard", u, v), (i,)), at("u", "i") * at("v", "i")), MATRICES),
    ("elementwise",         eq(Component(f("sigma", u), (i,)), f("sigma", at("u", "i"))), MATRICES),
    ("numbers",             eq(Matrix(((one, term(2)), (term(3), term(4)))) * Matrix(((one,), (-one,))), Matrix(((-one,), (-one,)))), Given()),
    ("vector over scalar",  eq(x / 2, half * x), PLAIN),
    ("vector = 0",          eq(x - x, 0), PLAIN),
    ("vector >= 0",         rel(p, ">=", 0), NET),
    ("norm'",               eq(D(f("norm", x), x), x / f("norm", x)), PLAIN),
    ("sum of vectors",      eq(total("k", at("w", "k") * x), total("k", at("w", "k")) * x), PLAIN),
    # definitions
    ("chain rule by z",     eq(D(Symbol("L"), at("z", "i")), f("sigma", at("z", "i"), order=1)), LAYER),
    ("dL/dz, dL/dx",        eq(D(Symbol("L"), x), Transpose(W) * D(Symbol("L"), z)), LAYER),
    ("parameters",          eq(f("h", x + 1) - f("h", x), 2 * x + 1), Given(definitions={"h": Definition("h", a ** 2, (), ("a",))})),
    ("h'",                  eq(f("h", x, order=1), 2 * x), Given(definitions={"h": Definition("h", a ** 2, (), ("a",))})),
    ("nested h",            eq(f("h", f("h", x)), x ** 4), Given(definitions={"h": Definition("h", a ** 2, (), ("a",))})),
    ("own sigma",           eq(f("sigma", x), x + 1), Given(definitions={"sigma": Definition("sigma", a + 1, (), ("a",))})),
    ("an own e",            eq(e + 1 - 1, e), Given(shapes={"e": ()})),
    # assumptions
    ("positive",            eq(f("abs", x), x), with_(assume(x, ">", 0))),
    ("between",             rel(x ** 2, "<", x), with_(Assumption("relation", And((rel(0, "<", x), rel(x, "<", 1)))))),
    ("order",               eq(f("max", a, b), b), with_(assume(a, "<", b))),
    ("all positive",        eq(f("norm1", x), total("k", at("x", "k"))), with_(assume(at("x", "k"), ">", 0), given=replace(PLAIN, ranges={**INDICES, "k": TO_D}))),
    ("given sum",           eq(total("j", at("w", "j")) ** 2, 1), with_(assume(total("j", at("w", "j")), "=", 1), given=PLAIN)),
    ("given Z",             eq(total("j", exp(at("x", "j")) / z), 1), with_(assume(z, "=", total("j", exp(at("x", "j")))), given=PLAIN)),
    ("Z solved",            eq(z, total("j", exp(at("x", "j")))), with_(assume(total("j", one / z * exp(at("x", "j"))), "=", 1), given=PLAIN)),
    ("linear",              eq(x, (c - b) / a), with_(assume(a * x + b, "=", c))),
    ("log of the unknown",  eq(x, exp(a)), with_(assume(log(x), "=", a))),
    ("exp of the unknown",  eq(x, log(a)), with_(assume(exp(x), "=", a))),
    ("two signs",           eq(y * (y * x), x), with_(assume(y ** 2, "=", 1))),
    ("zero or one",         eq(y ** 3, y), with_(assume(y ** 2, "=", y))),
    ("two equations",       eq(x, a + 2), with_(assume(x, "=", y + 1), assume(y, "=", a + 1))),
    ("rows sum to 1",       eq(total("i", total("j", at("A", "i", "j"))), d), with_(assume(total("j", at("A", "k", "j")), "=", 1), given=replace(PLAIN, ranges={**INDICES, "k": TO_D}))),
    ("two classes",         eq(at("p", 1), f("sigma", at("x", 1) - at("x", 2))), with_(assume(d, "=", 2), given=NET)),
    ("d = 7",               eq(total("k", one), 7), with_(assume(d, "=", 7))),
    ("an integer",          eq((-one) ** (2 * n), 1), with_(of("integer", "n"))),
    ("one index",           eq(total("k", at("y", "k") * at("x", "k")), at("x", "i")), with_(of("one-hot", "y"), assume(at("y", "i"), "=", 1), given=PLAIN)),
    ("long order",          rel(a, "<", y), with_(assume(a, "<", b), assume(b, "<", c), assume(c, "<", x), assume(x, "<", y))),
    ("never empty",         rel(total("k", one, lower=term(2)), ">=", 1), Given({"s": Range(term(2), d)})),
    ("labels",              eq(total("k", Delta(k, at("t", "i")) * at("x", "k")), Indexed("x", (at("t", "i"),))), with_(of("integer", "t"), given=replace(PLAIN, shapes={**VECTORS, "t": (TO_D,)}))),
    ("a range from 0",      eq(D(total("k", at("h", "k") ** 2, lower=term(0)), at("h", "t")), 2 * at("h", "t")), FROM_ZERO),
    ("the first of 0..d",   eq(D(total("k", at("h", "k"), lower=term(0)), at("h", 0)), 1), FROM_ZERO),
    ("declared is nonempty", eq(total("k", at("x", "s"), d - 1, op="max"), at("x", "s")), INNER),
    ("integer as a bound",  eq(total("k", k, n), n * (n + 1) / 2), with_(of("integer", "n"))),
    ("u > 0",               eq(D(log(ux), x), f("u", x, order=1) / ux), with_(U_OF_X, assume(ux, ">", 0))),
    ("an index in a definition", eq(Symbol("s"), total("k", at("x", "k") * at("w", "i"))), Given(INDICES, VECTORS, {"s": Definition("s", at("w", "i") * total("j", at("x", "j")))})),
    ("a size in a definition", eq(total("i", at("q", "i")), total("i", total("k", at("x", "k"), i))), Given(INDICES, {"x": (TO_D,), "q": (TO_D,)}, {"q": Definition("q", total("k", at("x", "k"), j), ("j",))})),
    ("a shape by an index", eq(total("k", at("q", "k"), i), total("k", at("x", "k"), i)), Given({**INDICES, "k": Range(one, i)}, {"x": (TO_D,), "q": (Range(one, i),)}, {"q": Definition("q", at("x", "k"), ("k",))})),
    # declared functions
    ("product rule",        eq(D(ux * vx, x), f("u", x, order=1) * vx + ux * f("v", x, order=1)), with_(U_OF_X, V_OF_X)),
    ("chain rule",          eq(D(f("u", vx), x), f("u", vx, order=1) * f("v", x, order=1)), with_(U_OF_X, V_OF_X)),
    ("u'' twice",           eq(D(f("u", x, order=1), x), f("u", x, order=2)), with_(U_OF_X)),
    ("symmetry",            eq(D(D(f("g", x, y), x), y), D(D(f("g", x, y), y), x)), with_(G_OF_XY)),
]
FALSE = [
    ("tanh'",               eq(D(f("tanh", x), x), 1 + f("tanh", x) ** 2), Given()),
    ("factor",              eq(D(exp(2 * x), x), exp(2 * x)), Given()),
    ("h'' on a part of the line", eq(f("h", x, order=2), 3), Given(definitions={"h": Definition("h", -a * log(a) - (1 - a) * log(1 - a), (), ("a",))})),
    ("log of a sum",        eq(log(x + y), log(x) + log(y)), Given()),
    ("root of a square",    eq(f("sqrt", x ** 2), x), Given()),
    ("log x^2",             eq(log(x ** 2), 2 * log(f("abs", x) + 1)), Given()),
    ("square of a sum",     eq(total("k", at("x", "k")) ** 2, total("k", at("x", "k") ** 2)), PLAIN),
    ("off by 10^-30",       eq(exp(x) + Number(Fraction(1, 10 ** 30)), exp(x)), Given()),
    ("off by 10^-100",      eq(exp(x) + Number(Fraction(1, 10 ** 100)), exp(x)), Given()),
    ("10^-30 in a vector",  eq(p * (1 + Number(Fraction(1, 10 ** 30))), p), NET),
    ("inequality",          rel(f("sigma", x), "<", half), Given()),
    ("strict but equal",    rel(f("abs", x), ">", f("abs", x)), Given()),
    ("second of a chain",   And((rel(-1, "<", f("tanh", x)), rel(f("tanh", x), "<", 0))), Given()),
    ("not different",       rel(x + 1 - 1, "!=", x), Given()),
    ("second derivative",   eq(D(D(f("sin", x), x), x), f("sin", x)), Given()),
    ("third derivative",    eq(D(D(D(x ** 4, x), x), x), 12 * x), Given()),
    ("mixed derivative",    eq(D(D(exp(x * y), x), y), x * y * exp(x * y)), Given()),
    ("relu' reversed",      eq(D(f("relu", x), x), Indicator(rel(x, "<", 0))), Given()),
    ("softmax, no delta",   eq(D(at("p", "j"), at("x", "i")), -at("p", "j") * at("p", "i")), NET),
    ("softmax, always i=j", eq(D(at("p", "j"), at("x", "i")), at("p", "j") * (1 - at("p", "i"))), NET),
    ("softmax, sign",       eq(D(at("p", "j"), at("x", "i")), at("p", "j") * (at("p", "i") - Delta(i, j))), NET),
    ("wrong case",          eq(D(at("p", "j"), at("x", "i")), -at("p", "j") * at("p", "i")), with_(assume(i, "=", j), given=NET)),
    ("true for d = 2 only", eq(at("p", 1), f("sigma", at("x", 1) - at("x", 2))), NET),
    ("true for d < 3 only", eq(total("k", k ** 2), d * (3 * d - 1) / 2), Given()),
    ("no one-hot",          eq(D(cross_entropy, at("x", "i")), at("p", "i") - at("y", "i")), NET),
    ("wrong index",         eq(D(cross_entropy, at("x", "i")), at("p", "j") - at("y", "j")), with_(of("one-hot", "y"), given=NET)),
    ("gradient sign",       eq(D(cross_entropy, x), y - p), with_(of("one-hot", "y"), given=NET)),
    ("square without one-hot", eq(at("y", "i") ** 2, at("y", "i")), PLAIN),
    ("captured dummy",      eq(total("i", at("p", "i") * at("p", "j")), total("i", at("p", "i") * at("p", "i"))), NET),
    ("swapped dimensions",  eq(total("i", one, m), d), MATRICES),
    ("swapped factors",     eq(D(Transpose(u) * W * x, W), 2 * u * Transpose(x)), MATRICES),
    ("hessian",             eq(D(D(Transpose(x) * A * x, x), x), 2 * A), MATRICES),
    ("no symmetry",         eq(D(Transpose(x) * A * x, x), 2 * A * x), MATRICES),
    ("transposed A",        eq(A, Transpose(A)), MATRICES),
    ("one number",          eq(Matrix(((one, term(2)), (term(3), term(4)))) * Matrix(((one,), (-one,))), Matrix(((-one,), (-term(2),)))), Given()),
    ("vector = 0",          eq(x, 0), PLAIN),
    ("chain rule by z",     eq(D(Symbol("L"), at("z", "i")), f("sigma", at("z", "i"))), LAYER),
    ("x_1 only",            eq(at("q", 1) + at("q", 2), 2 * at("q", 1)), Given()),
    ("half positive",       eq(f("abs", x), x), with_(assume(x, "<", 1))),
    ("wrong order",         eq(f("max", a, b), a), with_(assume(a, "<", b))),
    ("given sum",           eq(total("j", at("w", "j")) ** 2, 2), with_(assume(total("j", at("w", "j")), "=", 1), given=PLAIN)),
    ("not all positive",    eq(f("norm1", Symbol("w")), 1), with_(assume(total("j", at("w", "j")), "=", 1), given=PLAIN)),
    ("Z solved",            eq(z, 2 * total("j", exp(at("x", "j")))), with_(assume(total("j", one / z * exp(at("x", "j"))), "=", 1), given=PLAIN)),
    ("linear",              eq(x, (c + b) / a), with_(assume(a * x + b, "=", c))),
    ("one sign",            eq(y, 1), with_(assume(y ** 2, "=", 1))),
    ("one of zero and one", eq(y, 1), with_(assume(y ** 2, "=", y))),
    ("parity",              eq((-one) ** n, 1), with_(of("integer", "n"))),
    ("product rule",        eq(D(ux * vx, x), f("u", x, order=1) * f("v", x, order=1)), with_(U_OF_X, V_OF_X)),
    ("chain rule",          eq(D(f("u", vx), x), f("u", vx, order=1)), with_(U_OF_X, V_OF_X)),
    ("two arguments",       eq(D(f("g", x, y), x), D(f("g", x, y), y)), with_(G_OF_XY)),
    ("a declared constant", eq(D(a ** 2, x), 1), Given(shapes={"a": (), "x": ()})),
    ("labels",              eq(Indexed("x", (at("t", "i"),)), at("x", "i")), with_(of("integer", "t"), given=replace(PLAIN, shapes={**VECTORS, "t": (TO_D,)}))),
    ("a range from 0",      eq(total("k", at("h", "k"), lower=term(0)), total("k", at("h", "k"))), FROM_ZERO),
    ("u > 0",               eq(D(log(ux), x), 1 / ux), with_(U_OF_X, assume(ux, ">", 0))),
    ("an index in a definition", eq(Symbol("s"), total("k", at("x", "k") * at("w", "j"))), Given(INDICES, VECTORS, {"s": Definition("s", at("w", "i") * total("j", at("x", "j")))})),
    ("e declared",          eq(e ** x, exp(x)), with_(assume(e, ">", 0), given=Given(shapes={"e": ()}))),
]
# Nothing may be said of these: the reason tells why.
SILENT = [
    ("unknown function",    eq(f("mystery", x), x), Given(), "mystery"),
    ("unknown assumption",  eq(x, 1), with_(assume(f("mystery", x), "=", 1)), "mystery"),
    ("unknown kind",        eq(x, 1), with_(Assumption("holomorphic", x)), "holomorphic"),
    ("function as a name",  eq(Symbol("u") + 1, 1), with_(U_OF_X), "u"),
    ("undefined L",         eq(D(Symbol("L"), x), 0), Given(), "does not mention"),
    ("z not in the body",   eq(D(a ** 2, z), 1), Given(definitions={"z": Definition("z", 2 * x)}), "does not mention"),
    ("hidden dependence",   eq(D(log(z) + at("x", "i"), at("x", "i")), 1), with_(assume(z, "=", total("j", exp(at("x", "j")))), given=PLAIN), "depends on"),
    ("circular definition", eq(x, y), Given(definitions={"x": Definition("x", y), "y": Definition("y", x + 1)}), "defined by itself"),
    ("shapes",              eq(x + 1, x), PLAIN, "shapes"),
    ("vector times vector", eq(x * y, 1), PLAIN, "shapes"),
    ("both sides",          eq(x, 3), PLAIN, "shapes"),
    ("sizes",               eq(W * u, u), MATRICES, "size"),
    ("contradiction",       eq(x, 1), with_(assume(x, ">", 1), assume(x, "<", 0)), "meets the assumptions"),
    ("no solution",         eq(x, 1), with_(assume(x ** 2, "=", -1)), "meets the assumptions"),
    ("impossible size",     eq(at("x", "i"), 1), with_(assume(d, "<", 1), given=PLAIN), "sizes"),
    ("nowhere defined",     eq(log(-(x ** 2)), 1), Given(), "defined nowhere"),
    ("division by zero",    eq(one / (x - x), 1), Given(), "defined nowhere"),
    ("sign at zero",        eq(f("sign", term(0)), 5), Given(), "defined nowhere"),
    ("out of range",        eq(Indexed("x", (d + 1,)), 0), PLAIN, "defined nowhere"),
    ("index zero",          eq(at("x", 0), Indexed("x", (d,))), PLAIN, "defined nowhere"),
    ("empty maximum",       eq(total("k", one, term(0), op="max"), 3), Given(), "defined nowhere"),
    ("at a kink",           eq(f("abs", term(0), order=1), 3), Given(), "defined nowhere"),
    ("component of a definition out of range", eq(Indexed("q", (d + 1,)), 0), Given(INDICES, {"q": (TO_D,)}, {"q": Definition("q", j, ("j",))}), "defined nowhere"),
    ("z not in the body, a declared", eq(D(a ** 2, z), 1), Given(shapes={"a": (), "x": ()}, definitions={"z": Definition("z", 2 * x)}), "does not mention"),
    ("emptier than empty",  eq(total("k", x, term(-3)), 5), Given(), "defined nowhere"),
    ("no size",             eq(at("q", "k") ** 2, at("q", "k")), with_(of("one-hot", "q"), given=Given({"k": TO_D})), "size of q"),
    ("u(x) > 0 or u > 0",   eq(f("abs", f("u", 2 * x)), f("u", 2 * x)), with_(U_OF_X, assume(ux, ">", 0)), "every argument"),
    ("two assumptions",     eq(at("y", 1), 1), with_(of("one-hot", "y"), of("distribution", "y"), given=PLAIN), "two assumptions"),
    ("symmetric derivative", eq(D(Transpose(x) * A * x, A), x), with_(of("symmetric", "A"), given=MATRICES), "symmetric"),
    ("high order",          eq(deep_derivative(x ** 20, 12), 0), Given(), "order"),
    ("high prime",          eq(f("sigma", x, order=30), 0), Given(), "order"),
    ("no claim",            x, Given(), "not a relation"),
    ("long sum",            eq(total("k", x, term(10 ** 9)), x), Given(), "too long"),
    ("many operations",     eq(total("k", total("l", total("n", x, term(900)), term(900)), term(900)), x), Given(), "too many"),
    ("long power",          eq(x ** (10 ** 9), x), Given(), "power"),
    ("tower",               eq(x ** Pow(term(9), Pow(term(9), term(9))), x), Given(), ""),
]
# fmt: on


def ids(rows):
    return [row[0] for row in rows]


@pytest.mark.parametrize(("name", "relation", "given"), TRUE, ids=ids(TRUE))
def test_true_claims_are_never_refuted(name, relation, given):
    for seed in range(3):
        found = refute(Claim(relation, given), seed)
        assert found.counterexample is None
        assert found.agreed > 0, found
        assert found.unknown == ()


@pytest.mark.parametrize(("name", "relation", "given"), FALSE, ids=ids(FALSE))
def test_false_claims_are_refuted(name, relation, given):
    claim = Claim(relation, given)
    for seed in range(3):
        found = refute(claim, seed)
        assert found.counterexample is not None, found
        assert reevaluate(claim, found.counterexample)
        if isinstance(relation, Relation) and relation.op == "=":
            with precision(1024):
                lhs, rhs = (
                    arb(side if "+/-" not in side else f"[{side}]")
                    for side in (found.counterexample.lhs, found.counterexample.rhs)
                )
                assert not lhs.overlaps(rhs)


@pytest.mark.parametrize(("name", "relation", "given", "reason"), SILENT, ids=ids(SILENT))
def test_nothing_is_said(name, relation, given, reason):
    found = refute(Claim(relation, given))
    assert found.counterexample is None
    assert found.agreed == 0
    assert reason in found.reason
    assert found.reason


def test_names_of_unknown_meaning_are_told():
    assert refute(Claim(eq(f("mystery", x), x))).unknown == ("mystery",)


def test_the_same_seed_finds_the_same_point():
    claim = Claim(eq(D(at("p", "j"), at("x", "i")), at("p", "j")), NET)
    assert refute(claim, 5) == refute(claim, 5)
    assert refute(claim, 5) != refute(claim, 6)


STANDS = [
    # claim, kinds of what often goes unsaid, does its refutation stand under that too?
    (eq(x**2, x), {}, True),
    (eq(f("sqrt", x**2), x), {}, False),  # holds where x >= 0
    (eq(BigOp("sum", "k", one, d, at("q", "k")), 1), {}, True),
    (eq(BigOp("sum", "k", one, d, at("q", "k")), 1), {"q": "distribution"}, False),
    (eq(at("q", "i") ** 2, at("q", "i")), {"q": "distribution"}, True),
    (eq(at("q", "i") ** 2, at("q", "i")), {"q": "one-hot"}, False),
    (eq(at("A", "i", "j"), at("A", "j", "i")), {}, True),
    (eq(at("A", "i", "j"), at("A", "j", "i")), {"A": "symmetric"}, False),
]


@pytest.mark.parametrize(("relation", "unsaid", "stands"), STANDS)
def test_a_refutation_stands_only_if_no_common_assumption_mends_the_claim(relation, unsaid, stands):
    axis = Range(one, d)
    shapes = {"q": (axis,), "A": (axis, axis)}
    refuter = Refuter(Claim(relation, Given(ranges={"i": axis, "j": axis}, shapes=shapes)))
    found = refuter.after(3).counterexample
    assert found is not None
    assert refuter.stands(found, [unsaid]) == stands


def test_stages_find_what_one_search_finds():
    rare = Claim(eq((d - 2) * (d - 3) * BigOp("sum", "k", one, d, at("q", "k")), 0))
    refuter = Refuter(rare, seed=3)
    assert [refuter.after(n).counterexample for n in (1, 2)] == [None, None]
    assert refuter.after(4, closely=True) == refute(rare, seed=3)


def test_the_witness_is_complete():
    claim = Claim(eq(at("p", "j"), Delta(i, j)), NET)
    witness = refute(claim).counterexample
    assert set(witness.dimension) == {"d"}
    assert set(witness.indices) == {"i", "j"}
    assert set(witness.values) == {"x"}
    assert len(witness.values["x"]) == witness.dimension["d"]
    assert all(isinstance(q, Fraction) for q in witness.values["x"])


def test_a_witness_that_proves_nothing_is_not_accepted():
    claim = Claim(eq(f("abs", x), x))
    assert reevaluate(claim, Counterexample({}, {}, {"x": Fraction(-1)}, "", ""))
    assert not reevaluate(claim, Counterexample({}, {}, {"x": Fraction(1)}, "", ""))
    assert not reevaluate(claim, Counterexample({}, {}, {}, "", ""))
    first = Claim(eq(at("x", "i"), 1), PLAIN)
    ones = {"x": (Fraction(1), Fraction(2))}
    assert reevaluate(first, Counterexample({"d": 2}, {"i": 2}, ones, "", ""))
    assert not reevaluate(first, Counterexample({"d": 2}, {"i": 3}, ones, "", ""))
    assert not reevaluate(first, Counterexample({"d": 2}, {}, ones, "", ""))
    only_one = replace(first, given=with_(assume(i, "=", 1), given=PLAIN))
    assert not reevaluate(only_one, Counterexample({"d": 2}, {"i": 2}, ones, "", ""))
    positive = replace(claim, given=with_(assume(x, ">", 0)))
    assert not reevaluate(positive, Counterexample({}, {}, {"x": Fraction(-1)}, "", ""))


def test_a_witness_meets_the_assumed_equations():
    claim = Claim(
        eq(at("w", 1), at("w", 2)), with_(assume(total("j", at("w", "j")), "=", 1), given=PLAIN)
    )
    for seed in range(5):
        w = refute(claim, seed).counterexample.values["w"]
        assert sum(w) == 1


def test_a_witness_of_a_distribution_is_one():
    claim = Claim(eq(at("y", 1), half), with_(of("distribution", "y"), given=PLAIN))
    for seed in range(5):
        weights = refute(claim, seed).counterexample.values["y"]
        assert sum(weights) == 1 and min(weights) > 0


def test_points_of_every_size_and_index_pattern_are_tried():
    """False at one pattern of indices only: i = j, the last component, from d = 3 on."""
    rare = Delta(i, j) * Delta(i, d) * Indicator(rel(d, ">=", 3))
    assert refute(Claim(eq(rare, 0), PLAIN)).counterexample.dimension["d"] >= 3


def test_independent_dimensions_get_different_sizes():
    sizes = refute(
        Claim(eq(total("i", one, m), total("k", one)), MATRICES)
    ).counterexample.dimension
    assert sizes["m"] != sizes["d"]


def test_a_numeric_bound_makes_the_dimension_large_enough():
    claim = Claim(eq(at("x", 6), 0), PLAIN)
    assert refute(claim).counterexample.dimension["d"] >= 6


def test_the_precision_is_restored():
    before = ctx.prec
    for _, relation, given in (TRUE[0], FALSE[0]):
        refute(Claim(relation, given))
    refute(Claim(SILENT[0][1]))
    assert ctx.prec == before


def test_a_deep_claim_ends_with_a_reason():
    deep = x
    for _ in range(3000):
        deep = Add((deep, one))
    assert refute(Claim(eq(deep, x))).reason == "nested too deeply"


def test_definitions_that_double_end_with_a_reason():
    definitions = {
        f"f_{n}": Definition(f"f_{n}", f(f"f_{n - 1}", a) + f(f"f_{n - 1}", a), (), ("a",))
        for n in range(1, 40)
    }
    definitions["f_0"] = Definition("f_0", a, (), ("a",))
    found = refute(Claim(eq(f("f_39", x), x), Given(definitions=definitions)))
    assert "too many" in found.reason


def test_shared_definitions_are_evaluated_once():
    definitions = {
        f"g_{n}": Definition(f"g_{n}", Symbol(f"g_{n - 1}") * 2 - Symbol(f"g_{n - 1}"))
        for n in range(1, 60)
    }
    definitions["g_0"] = Definition("g_0", x)
    given = Given(definitions=definitions)
    assert refute(Claim(eq(D(Symbol("g_59"), x), 1), given)).agreed == 4


# --- values --------------------------------------------------------------------------------------


def test_the_value_of_a_term():
    point = Point({"d": 2}, {"j": 2}, {"x": (Fraction(0), Fraction(0))})
    assert value(at("p", "j"), point, NET).overlaps(arb(1) / 2)
    assert [a.overlaps(arb(1) / 2) for a in value(p, point, NET)] == [True, True]
    jacobian = value(D(p, x), point, NET)
    assert jacobian[0][1].overlaps(arb(-1) / 4)


def test_the_value_of_a_declared_function():
    """c0 + c1 t + .. + c4 t^4 + c5 exp(c6 t)."""
    coefficients = tuple(map(Fraction, (1, 2, 3, 0, 0, 0, 1)))
    point = Point(values={"x": Fraction(2), "u": coefficients})
    assert value(f("u", x), point, with_(U_OF_X)) == 17
    assert value(f("u", x, order=1), point, with_(U_OF_X)) == 14


def test_values_that_do_not_exist():
    point = Point(values={"x": Fraction(-1)})
    with pytest.raises(Undefined):
        value(log(x), point)
    with pytest.raises(KeyError):
        value(log(y), point)
    with pytest.raises(Unknown):
        value(f("mystery", x), point)
    with pytest.raises(Misfit):
        value(x + 1, Point({"d": 1}, {}, {"x": (Fraction(1),)}), PLAIN)


def test_components_of_a_name_without_shape():
    point = Point(values={"q_1": Fraction(3), "q_{12,1}": Fraction(5)})
    assert value(at("q", 1) + at("q", 12, 1), point) == 8


def test_mul_is_left_associative():
    point = Point({"d": 2}, {}, {"x": (Fraction(1), Fraction(2))})
    assert value(Mul((Transpose(x), x, half)), point, PLAIN).overlaps(arb(5) / 2)


# --- derivatives against difference quotients ----------------------------------------------------

leaves = st.sampled_from([x, y, half, term(2), -x])
wholes = st.integers(0, 3).map(term)


def grown(inner):
    names = ("sin", "cos", "tanh", "sigma", "softplus", "gelu", "erf", "atan", "abs", "relu")
    bounded = st.builds(lambda name, t: f(name, t), st.sampled_from(names), inner)
    return st.one_of(
        bounded,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s - t, inner, inner),
        st.builds(lambda s, t: s * t, inner, inner),
        st.builds(lambda s, t: s / (1 + t**2), inner, inner),
        st.builds(lambda t, k: t**k, inner, wholes),
        st.builds(lambda t: log(2 + f("sin", t)), inner),
        st.builds(lambda t: exp(f("tanh", t)), inner),
        st.builds(lambda s, t: (1 + s**2) ** f("sigma", t), inner, inner),
        st.builds(lambda s, t: f("max", s, t), inner, inner),
    )


@for_all(st.recursive(leaves, grown, max_leaves=8), st.integers(-9, 9), st.integers(-9, 9))
def test_derivatives_agree_with_difference_quotients(t, p, q):
    at_x, at_y = Fraction(2 * p + 1, 8), Fraction(2 * q + 1, 16)
    h = Fraction(1, 2**100)

    def near(shift):
        return value(t, Point(values={"x": at_x + shift, "y": at_y}), bits=600)

    try:
        exact = value(D(t, x), Point(values={"x": at_x, "y": at_y}), bits=600)
        left, right = near(-h), near(h)
    except Undefined:  # 600 bits do not tell 0 to the power 1 from 0 either
        reject()
    except Unknown:  # y alone does not mention x
        assert x not in subterms(t)
        return
    with precision(600):
        quotient = (right - left) * 2**99
        assert abs(exact - quotient) < arb(2) ** -60 * (1 + abs(exact))


@for_all(st.recursive(leaves, grown, max_leaves=8), st.recursive(leaves, grown, max_leaves=8))
def test_the_product_rule_holds_for_any_terms(s, t):
    claim = Claim(eq(D(s * t * x, x), D(s * x, x) * t * x / x + s * D(t * x, x) - s * t))
    found = refute(claim, points=2)
    assert found.counterexample is None, found


def test_a_prime_on_a_function_of_a_vector_is_no_fault():
    """J'(x) for J(x) = x^T x: what is differentiated by is no number."""
    j = Definition("J", Mul((Transpose(a), a)), parameters=("a",))
    claim = Claim(eq(Call("J", (x,), 1), 2 * x), replace(PLAIN, definitions={"J": j}))
    found = refute(claim)
    assert found.counterexample is None
    assert "prime" in found.reason


@pytest.mark.parametrize(("length", "status"), [("n/0", "undecided"), ("n/2", "refuted")])
def test_a_length_that_is_no_whole_number_at_a_size_is_no_size(length: str, status: str) -> None:
    assert prove(r"A_i", r"A_i + 1", given=[f"i: 1..{length}"]).status == status
