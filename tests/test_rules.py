# ruff: noqa: E501  (the instances are a table: one a line)
"""Every row of the rule table, applied to sampled terms, holds numerically and is certified.

A row without an instance fails the first test; an instance that its row does not rewrite, or that
a counterexample refutes, fails the second.
"""

from __future__ import annotations

import pytest

from derive.explain.matching import Rows, Rule, first, wild
from derive.explain.rules import RULES
from derive.explain.scope import Scope, Wish
from derive.explain.tidy import tidy
from derive.prover.decide import decide
from derive.prover.refuter.refute import refute
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Cases,
    Claim,
    Component,
    Definition,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Indicator,
    Mul,
    Neg,
    Pow,
    Range,
    Relation,
    Symbol,
    Term,
    Transpose,
    term,
)

BY_NAME = {rule.name: rule for rule in RULES}

x, y, a, b, c, e, d = map(Symbol, "xyabced")
i, j, k, m = map(Symbol, "ijkm")
D, one, two = Derivative, term(1), term(2)
RANGE = Range(one, d)


def f(name: str, *args: Term) -> Call:
    return Call(name, args)


def exp(t: Term) -> Call:
    return f("exp", t)


def log(t: Term) -> Call:
    return f("log", t)


def at(name: str, *indices: Term) -> Indexed:
    return Indexed(name, indices)


def total(body: Term, index: str = "k", op: str = "sum") -> BigOp:
    return BigOp(op, index, one, d, body)


def eq(left: Term, right: Term) -> Assumption:
    return Assumption("relation", Relation("=", left, right))


def positive(t: Term) -> Assumption:
    return Assumption("relation", Relation(">", t, term(0)))


xi, xj, xk, yk = at("x", i), at("x", j), at("x", k), at("y", k)
P = Definition("p", exp(at("x", j)) / total(exp(at("x", k))), ("j",))
H = Definition("H", total(at("y", k) * at("x", k)))
VECTORS = Given(
    {"i": RANGE, "j": RANGE, "k": RANGE},
    {"x": (RANGE,), "y": (RANGE,), "p": (RANGE,), "W": (RANGE, RANGE)},
    {"p": P, "H": H},
)
SCALARS = Given(shapes=dict.fromkeys("abcxy", ()))
QUOTIENT = Given(shapes=SCALARS.shapes, definitions={"p": Definition("p", a / (a + b))})
POSITIVE = SCALARS.with_assumptions(positive(a), positive(b))
ONE_HOT = VECTORS.with_assumptions(Assumption("one-hot", Symbol("y")))
DISTRIBUTION = Given({}, {"q": (RANGE,)}, {}, (Assumption("distribution", Symbol("q")),))
SUMS_TO_ONE = VECTORS.with_assumptions(eq(total(at("y", k)), one))
SAME, OTHER = (
    VECTORS.with_assumptions(eq(i, j)),
    VECTORS.with_assumptions(Assumption("relation", Relation("!=", i, j))),
)
SYMMETRIC = VECTORS.with_assumptions(Assumption("symmetric", Symbol("W")))
SIGMOID = Given(
    {},
    {"x": (), "a": ()},
    {
        "s": Definition("s", one / (one + exp(-(a * x)))),
        "h": Definition("h", f("tanh", a * x)),
        "r": Definition("r", exp(a * x**two)),
        "g": Definition("g", x * exp(x), (), ("x",)),
    },
)
MEANS = Given(
    {},
    {"x": (RANGE,)},
    {
        "s": Definition("s", total(xk) / d),
        "n": Definition("n", f("sqrt", total(xk**two))),
    },
)
EQUATION = SCALARS.with_assumptions(eq(c, a + b))
delta = Delta(i, k)

# fmt: off
INSTANCES: tuple[tuple[str, Term, Given], ...] = (
    ("constant",           D(a * exp(b), x), SCALARS),
    ("constant",           D(at("y", j), xi), VECTORS),
    ("constant",           D(exp(xj), xi), OTHER),
    ("variable",           D(xj, xi), VECTORS),
    ("variable",           D(at("W", j, k), at("W", i, k)), VECTORS),
    ("sum",                D(x + exp(x) - a, x), SCALARS),
    ("constant-factor",    D(a * x * b * exp(x), x), SCALARS),
    ("constant-factor",    D(-exp(x), x), SCALARS),
    ("constant-factor",    D(exp(x) / a, x), SCALARS),
    ("under-sum",          D(total(xk ** two), xi), VECTORS),
    ("under-sum",          D(total(exp(at("x", i)), "i"), xi), VECTORS),
    ("quotient",           D(exp(x) / (a + x ** two), x), SCALARS),
    ("reciprocal",         D(a / (b + exp(x)), x), SCALARS),
    ("softmax",            D(at("p", j), xi), VECTORS),
    ("product",            D(x * exp(x) * (a + x), x), SCALARS),
    ("of-product",         D(total(exp(xk) + one, op="prod"), xi), VECTORS),
    ("power",              D((a + x) ** term(3), x), SCALARS),
    ("power",              D((a + x) ** two, x), SCALARS),
    ("power",              D(x ** b, x), SCALARS.with_assumptions(positive(x))),
    ("exponential",        D(a ** (x * b), x), POSITIVE),
    ("exponential",        D(e ** (x * b), x), SCALARS),
    ("chain",              D(exp(a * x), x), SCALARS),
    ("chain",              D(log(one + x ** two), x), SCALARS),
    ("chain",              D(f("sqrt", one + x ** two), x), SCALARS),
    ("chain",              D(f("sin", a * x), x), SCALARS),
    ("chain",              D(f("cos", a * x), x), SCALARS),
    ("chain",              D(f("atan", a * x), x), SCALARS),
    ("chain",              D(f("erf", a * x), x), SCALARS),
    ("chain",              D(f("abs", x - a), x), SCALARS),
    ("chain",              D(f("sign", x), x), SCALARS),
    ("quoted",             D(f("tanh", a * x), x), SCALARS),
    ("quoted",             D(f("sinh", x), x), SCALARS),
    ("quoted",             D(f("cosh", x), x), SCALARS),
    ("quoted",             D(f("tan", x), x), SCALARS),
    ("quoted",             D(f("asin", x / (one + x ** two)), x), SCALARS),
    ("quoted",             D(f("acos", x / (one + x ** two)), x), SCALARS),
    ("quoted",             D(f("sigma", a * x + b), x), SCALARS),
    ("quoted",             D(f("softplus", x), x), SCALARS),
    ("quoted",             D(f("relu", x), x), SCALARS),
    ("quoted",             D(f("Phi", x), x), SCALARS),
    ("named",              D(Symbol("s"), x), SIGMOID),
    ("named",              D(Symbol("h"), x), SIGMOID),
    ("named",              D(Symbol("r"), x), SIGMOID),
    ("prime",              Call("g", (x,), 1), SIGMOID),
    ("prime",              Call("tanh", (x,), 2), SCALARS),
    ("piecewise",          D(f("max", x, a * x), x), SCALARS),
    ("piecewise",          D(f("min", x, a * x), x), SCALARS),
    ("piecewise",          D(Cases(((x, Relation(">", x, term(0))),), exp(x)), x), SCALARS),
    ("delta-contraction",  total(delta * xk * yk), VECTORS),
    ("delta-contraction",  total(delta), VECTORS),
    ("delta-contraction",  total(Delta(j, k) * total(at("W", k, j) * at("y", j), "j")), VECTORS),
    ("delta-settled",      Delta(i, j), SAME),
    ("delta-settled",      Delta(i, j), OTHER),
    ("delta-square",       Delta(i, j) ** two, VECTORS),
    ("delta-swap",         Delta(i, j) * xj * exp(yk), VECTORS),
    ("split-sum",          total(xk + a * yk - b), VECTORS),
    ("multiply-out-sum",   total(xk * (delta - a)), VECTORS),
    ("pull-out",           total(a * xk * xi), VECTORS),
    ("pull-out",           total(exp(xk) / total(exp(xj), "j")), VECTORS),
    ("pull-out",           total(a / (one + xk ** two)), VECTORS),
    ("write-out",          BigOp("sum", "k", term(2), term(4), xk * k), SCALARS),
    ("write-out",          BigOp("prod", "k", term(1), term(3), a + k), SCALARS),
    ("geometric-sum",      BigOp("sum", "k", one, d, a ** (k - 1)), POSITIVE),
    ("geometric-sum",      BigOp("sum", "k", one, d, a ** (d - k)), POSITIVE),
    ("geometric-sum",      BigOp("sum", "k", term(0), d, a ** k), POSITIVE),
    ("symmetric",          total(at("W", k, i) * xk), SYMMETRIC),
    ("constant-sum",       total(a * xi), VECTORS),
    ("cancel",             (a * exp(x)) / (exp(x) * (a + b)), SCALARS),
    ("cancel",             x * (one / x) * a, SCALARS),
    ("cancel",             (a + b) ** two / (b + a) ** term(3), SCALARS),
    ("cancel",             Mul((term(6), a)) / (term(4) * b), SCALARS),
    ("compound",           (a / (b + c)) / (x / (b + c)), SCALARS),
    ("compound",           (a / (b + c)) / (one - x / (b + c)), SCALARS),
    ("one-fraction",       (a / b) * (x / y), SCALARS),
    ("one-fraction",       (a / b) / c, SCALARS),
    ("one-fraction",       a / (b / c), SCALARS),
    ("one-fraction",       (a / b) ** two, SCALARS),
    ("one-fraction",       Div(a * (x / y), b), SCALARS),
    ("one-fraction",       Div(a, b * (x / y)), SCALARS),
    ("common-denominator", a / (b * c) + x / (c * y) - one, SCALARS),
    ("common-denominator", one - (a / b) ** two, SCALARS),
    ("common-denominator", a * (x / b) + x, SCALARS),
    ("extend-fraction",    (exp(x) - exp(-x)) / (exp(x) + exp(-x)), SCALARS),
    ("factor-cancel",      (a * x - a * y) / (b * (x - y)), SCALARS),
    ("split-fraction",     (a - b + x) / c, SCALARS),
    ("join-powers",        a ** (x - 1) * a, SCALARS),
    ("collect-powers",     (a + x) * b * (a + x) ** two, SCALARS),
    ("like-terms",         two * x + a - x + term(3) * x, SCALARS),
    ("like-terms",         x - x, SCALARS),
    ("multiply-out",       a * (b - c) * x, SCALARS),
    ("multiply-out",       (a - b) ** two, SCALARS),
    ("multiply-out",       Neg(a - b), SCALARS),
    ("factor-out",         a * x ** two - two * x * b, SCALARS),
    ("exp-of-log",         exp(two * log(a)), POSITIVE),
    ("exp-of-log",         exp(x + b - log(a)), POSITIVE),
    ("log-of-exp",         log(exp(x)), SCALARS),
    ("log-of-power",       log(a ** x), POSITIVE),
    ("log-of-root",        log(f("sqrt", a)), POSITIVE),
    ("log-of-product",     log(a * exp(x) * b), POSITIVE),
    ("log-of-product",     log(a / b), POSITIVE),
    ("log-of-product",     log(one / b), POSITIVE),
    ("log-of-product",     log(total(exp(xk), op="prod")), VECTORS),
    ("join-exponentials",  exp(x) * a * exp(b), SCALARS),
    ("join-exponentials",  exp(x) ** two, SCALARS),
    ("join-exponentials",  a / exp(x), SCALARS),
    ("split-exponential",  exp(x - a + b), SCALARS),
    ("log-factor",         log(exp(x) + exp(-x)), SCALARS),
    ("log-factor",         log(total(exp(xk - a))), VECTORS),
    ("reflection",         f("sigma", -two * x), SCALARS),
    ("log-softmax",        log(at("p", i)), VECTORS),
    ("parity",             f("erf", -two * x), SCALARS),
    ("parity",             f("cos", -x), SCALARS),
    ("e-power",            Pow(e, x * a), SCALARS),
    ("square-of-root",     f("sqrt", a) ** two, POSITIVE),
    ("definition",         at("p", i), VECTORS),
    ("definition",         Symbol("H"), VECTORS),
    ("definition",         f("tanh", a * x), SCALARS),
    ("definition",         f("logsumexp", Symbol("x")), VECTORS),
    ("definition",         f("crossentropy", Symbol("p"), Symbol("y")), VECTORS),
    ("definition-foreign", Symbol("H"), VECTORS),
    ("definition-function", f("tanh", a * x), SCALARS),
    ("definition-elsewhere", at("p", i), VECTORS),
    ("definition-met",     at("p", i), VECTORS),
    ("recognise",          exp(at("x", i)) / total(exp(xk)), VECTORS),
    ("as-defined",         one / (one + b / a), QUOTIENT),
    ("named-sum",          total(xk), MEANS),
    ("named-sum",          total(xk ** two), MEANS),
    ("named-value",        f("sqrt", total(xk ** two)), MEANS),
    ("shown",              D(at("p", k), at("x", m)), VECTORS),
    ("stated-total",       total(at("p", k)), VECTORS),
    ("stated-total",       total(yk), ONE_HOT),
    ("stated-total",       total(at("q", k)), DISTRIBUTION),
    ("stated-total",       total(at("y", m), "m"), SUMS_TO_ONE),
    ("components",         Mul((Transpose(Symbol("x")), Symbol("y"))), VECTORS),
    ("components",         Component(Mul((Symbol("W"), Symbol("x"))), (i,)), VECTORS),
    ("case",               f("max", a, term(0)), POSITIVE),
    ("case",               f("abs", a), POSITIVE),
    ("case",               f("sign", -a), POSITIVE),
    ("case",               Indicator(Relation("<", a, term(0))), POSITIVE),
    ("case",               Cases(((x, Relation("<", a, term(0))), (y, Relation(">", b, term(0))))), POSITIVE),
    ("stated-equation",    c, EQUATION),
)
# fmt: on


def names(rules: tuple[Rule, ...]) -> list[str]:
    return [rule.name for rule in rules]


def test_names_are_permanent_and_unique() -> None:
    assert len(set(names(RULES))) == len(RULES)


def test_every_row_has_an_instance() -> None:
    assert set(names(RULES)) == {name for name, _, _ in INSTANCES}


def scope_for(given: Given) -> Scope:
    scope = Scope(given)
    p_j = at("p", wild("j"))
    row = p_j * (Delta(wild("i"), wild("j")) - at("p", wild("i")))
    scope.lemmas = ((D(p_j, at("x", wild("i"))), row),)
    other_side = Add((one, exp(-two * x)))
    settled = {scope.form(other_side), scope.form(log(other_side))}
    scope.wish = Wish(settled=settled, there={"s", "n", "p"}, exact={xi})
    return scope


@pytest.mark.parametrize(
    ("name", "before", "given"),
    INSTANCES,
    ids=[f"{n}-{k}" for k, (n, _, _) in enumerate(INSTANCES)],
)
def test_the_row_holds(name: str, before: Term, given: Given) -> None:
    before = tidy(before)
    found = first(Rows([BY_NAME[name]]), before, scope_for(given))
    assert found is not None
    _, after = found
    assert after != before
    claim = Claim(Relation("=", before, after), given)
    answer = refute(claim, points=6)
    assert answer.counterexample is None
    assert answer.agreed > 0 or decide(claim).status == "proved", answer.reason
