"""To SymPy and back: the value is kept, what was written is kept, nothing is guessed."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from hypothesis import HealthCheck, settings
from hypothesis import given as given_
from hypothesis import strategies as st

import derive
from derive.sympy_border import NotConvertible, equation, from_sympy, to_sympy
from derive.term import (
    Add,
    And,
    Assumption,
    BigOp,
    Call,
    Cases,
    Component,
    Definition,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Range,
    Relation,
    Symbol,
    Transpose,
    rebuild,
    term,
)

x, y, e, i, j, k, d, n = map(Symbol, ("x", "y", "e", "i", "j", "k", "d", "n"))
one, zero, two = term(1), term(0), term(2)
VECTOR = (Range(one, d),)
given = Given(ranges={"i": VECTOR[0], "j": VECTOR[0]}, shapes={"z": VECTOR, "W": VECTOR * 2})


def z(index) -> Indexed:
    return Indexed("z", (index,))


def f(name, *args) -> Call:
    return Call(name, args)


def total(body, index="k") -> BigOp:
    return BigOp("sum", index, one, d, body)


# fmt: off
BOTH_WAYS = [  # terms that come back as they went
    Number(Fraction(3, 7)), -two, x / x, x + x, Mul((x, x)), Div(x, y), Pow(x, y), x ** two,
    Neg(x), x - y, Symbol(r"\alpha"), Symbol(r"\hat{y}"), Symbol("L_{CE}"), Symbol(r"\pi"),
    f("exp", -x), f("sqrt", x), f("tanh", x), f("abs", x), f("max", x, y), f("atan", x),
    f("log", f("exp", x)), f("sqrt", x ** two),
    z(i), z(one), total(z(k)), total(total(Indexed("W", (j, k)) * z(k)), "j"),
    BigOp("prod", "k", one, d, z(k)), Delta(i, j),
    Derivative(f("exp", x), x), Derivative(Derivative(f("exp", x), x), x),
    Derivative(total(f("exp", z(k))), z(i)),
    Cases(((x, Relation(">", x, zero)), (y, Relation("!=", x, y))), -x),
    Cases(((x, And((Relation("<", x, y), Relation("<=", zero, y)))),)),
    Relation("=", x, y), Relation(">=", x / x, one), Relation("!=", x, y), Relation("<", x, y),
    Matrix(((x, y), (zero, one))),
]
ONE_WAY = [  # terms that SymPy says otherwise: what comes back
    (Pow(e, x),                              f("exp", x)),
    (Indicator(Relation(">", x, zero)),      Cases(((one, Relation(">", x, zero)),), zero)),
    (Transpose(Matrix(((x, y),))),           Matrix(((x,), (y,)))),
    (Div(one, x),                            Div(one, x)),
    (f("softmax_", x),                       None),
    (BigOp("max", "k", one, two, z(k)),      f("max", z(one), z(two))),
    (Component(f("softmax", Symbol("z")), (i,)), Div(f("exp", z(i)), total(f("exp", z(k))))),
    (f("sigma", x),                          Div(one, one + f("exp", -x))),
    (BigOp("sum", "k", one, d, z(k), Relation("!=", k, i)),
                                             total(Cases(((z(k), Relation("!=", k, i)),), zero))),
]
# fmt: on


@pytest.mark.parametrize("t", BOTH_WAYS, ids=str)
def test_back_as_it_went(t):
    back, _ = from_sympy(to_sympy(t, given), given)
    assert commuted(back) == commuted(t)


@pytest.mark.parametrize("t, expected", ONE_WAY, ids=str)
def test_what_sympy_says_otherwise(t, expected):
    if expected is None:
        with pytest.raises(NotConvertible, match="no declared meaning"):
            to_sympy(t, given)
        return
    back, _ = from_sympy(to_sympy(t, given), given)
    assert commuted(back) == commuted(expected)


def commuted(t):
    """``t`` with the parts of what commutes in one order; SymPy sorts them as it likes."""
    t = rebuild(t, commuted)
    match t:
        case Add(parts) | Mul(parts) | And(parts):
            return type(t)(tuple(sorted(parts, key=repr)))
        case Relation("=" | "!=", left, right):
            return Relation(t.op, *sorted((left, right), key=repr))
    return t


def test_what_was_written_survives():
    assert str(to_sympy(x / x)) == "x/x"
    assert to_sympy(f("log", f("exp", x))) != sympy.Symbol("x", real=True)


# --- names and definitions -----------------------------------------------------------------------


def test_symbols_carry_what_is_given():
    positive = given.with_assumptions(Assumption("relation", Relation(">", x, zero)))
    assert to_sympy(x, positive).is_positive
    assert to_sympy(x).is_real and to_sympy(x).is_positive is None
    assert to_sympy(i, given).is_integer
    assert to_sympy(total(z(k)), given).free_symbols >= {
        sympy.Symbol("d", integer=True, positive=True)
    }
    assert to_sympy(z(i), given).is_real


def test_definitions_are_put_in_place():
    p = Definition("p", f("exp", z(j)) / total(f("exp", z(k))), indices=("j",))
    defined = Given(given.ranges, {**given.shapes, "p": VECTOR}, {"p": p})
    got = to_sympy(Indexed("p", (i,)), defined)
    assert got == to_sympy(f("exp", z(i)) / total(f("exp", z(k))), given)
    square = Definition("u", x**two, parameters=("x",))
    assert (
        to_sympy(f("u", y), Given(definitions={"u": square})) == sympy.Symbol("y", real=True) ** 2
    )


def test_a_defined_name_is_independent_while_one_differentiates_by_it():
    line = Given(definitions={"z": Definition("z", two * x)})
    got = to_sympy(Derivative(Symbol("z") ** two, Symbol("z")), line)
    assert got.doit() == 4 * sympy.Symbol("x", real=True)


def test_primes_are_derivatives():
    given = Given(assumptions=(Assumption("function", f("u", x)),))
    t = Call("u", (two * x,), 2)
    got = to_sympy(t, given)
    u = sympy.Function("u", real=True)
    s = sympy.Symbol("x", real=True)
    assert sympy.simplify(got.doit() - u(2 * s).diff(s, 2).doit() / 4) == 0
    back, after = from_sympy(got)
    assert back == t
    assert after.assumptions == (Assumption("function", f("u", Symbol("u"))),)


@pytest.mark.parametrize(
    "t, message",
    [
        (Symbol("z"), "whole array"),
        (f("softmax", Symbol("z")), "whole vector"),
        (BigOp("max", "k", one, d, z(k)), "symbolic range"),
        (BigOp("sum", "k", None, None, z(k)), "not declared"),
        (f("logsumexp", x), "no array"),
        (Component(x * y, (i,)), "components"),
    ],
)
def test_what_sympy_cannot_say_is_refused(t, message):
    with pytest.raises(NotConvertible, match=message):
        to_sympy(t, given)


# --- what symbols assume -------------------------------------------------------------------------


def test_assumptions_are_taken_over():
    a = sympy.Symbol("a", positive=True)
    b, c = sympy.Symbol("b"), sympy.Symbol("c", real=True, nonzero=True)
    m = sympy.Symbol("m", integer=True)
    _, got = from_sympy(a + b + c + m)
    assert set(got.assumptions) == {
        Assumption("relation", Relation(">", Symbol("a"), zero)),
        Assumption("real", Symbol("b")),
        Assumption("relation", Relation("!=", Symbol("c"), zero)),
        Assumption("integer", Symbol("m")),
    }


def test_indices_and_dimensions_are_not_noted_as_real():
    v, w = sympy.IndexedBase("v"), sympy.IndexedBase("w", real=True)
    a, b, size = sympy.symbols("a b n")
    _, got = from_sympy(sympy.Sum(v[b] * w[b], (b, 1, size)) * v[a])
    assert got.assumptions == (Assumption("real", Symbol("v")),)
    _, got = from_sympy(sympy.Sum(sympy.KroneckerDelta(a, b), (b, 1, size)))
    assert not got.assumptions
    _, got = from_sympy(sympy.Sum(v[b] * w[b], (b, 1, size)) * v[a])
    assert got.ranges == {"a": Range(one, n)}
    assert got.shapes == {"v": (Range(one, n),), "w": (Range(one, n),)}


def test_a_positive_array():
    p, size = sympy.IndexedBase("p", positive=True, shape=(3,)), 3
    _, got = from_sympy(sympy.Sum(p[sympy.Symbol("k")], (sympy.Symbol("k"), 0, size - 1)))
    (positive,) = got.assumptions
    (index,) = positive.term.left.indices
    assert positive == Assumption("relation", Relation(">", Indexed("p", (index,)), zero))
    assert got.ranges == {index.name: Range(zero, two)}


SHAPES = [
    (lambda v, a, b, size: v[a], (lambda r: r["a"].lower == one)),  # any size will do
    (lambda v, a, b, size: sympy.Sum(v[b], (b, 2, size)) + sympy.Sum(v[b], (b, 1, size)),
     lambda r: not r),
    (lambda v, a, b, size: sympy.Sum(v[b], (b, 1, size)) + sympy.Sum(v[b], (b, 1, size - 1)) + v[a],
     lambda r: r["a"] == Range(one, n)),
    (lambda v, a, b, size: v[sympy.Idx("q", (1, size))], lambda r: r["q"] == Range(one, n)),
]  # fmt: skip


@pytest.mark.parametrize("build, expected", SHAPES)
def test_ranges_are_found(build, expected):
    a, b, size = sympy.symbols("a b n")
    _, got = from_sympy(build(sympy.IndexedBase("v"), a, b, size))
    assert expected(got.ranges)
    assert [r.lower for r in got.shapes["v"]] == [one]


def test_python_shapes_count_from_zero():
    a, size = sympy.symbols("a n")
    _, got = from_sympy(sympy.IndexedBase("v", shape=(size,))[a])
    assert got.shapes["v"][0].lower == zero
    assert commuted(got.shapes["v"][0].upper) == commuted(n - 1)


def test_bound_indices_give_way():
    """x_k sum_k x_k of SymPy has two different k where a Dummy is bound."""
    v, a = sympy.IndexedBase("v"), sympy.Symbol("k", integer=True)
    dummy = sympy.Dummy("k", integer=True)
    t, _ = from_sympy(v[a] * sympy.Sum(v[a] * v[dummy], (dummy, 1, 3)))
    (inner,) = (s for s in t.factors if isinstance(s, BigOp))
    assert inner.index != "k"
    assert set(inner.body.factors) == {Indexed("v", (k,)), Indexed("v", (Symbol(inner.index),))}


def test_inner_bounds_see_the_outer_index():
    v, a, b = sympy.IndexedBase("v"), *sympy.symbols("a b")
    t, got = from_sympy(sympy.Sum(v[a] * v[b], (a, 1, b), (b, 1, sympy.Symbol("n"))))
    assert (t.index, t.body.index, t.body.upper) == ("b", "a", Symbol("b"))
    assert got.shapes["v"] == (Range(one, n),)


def test_step_functions_keep_sympys_value_at_zero():
    t, _ = from_sympy(sympy.Heaviside(sympy.Symbol("x")))
    assert t.otherwise == Number(Fraction(1, 2))


def test_alternatives_become_branches():
    s = sympy.Symbol("x")
    t, _ = from_sympy(sympy.Piecewise((2, (s > 1) | (s < 0)), (3, True)))
    conditions = {Relation(">", x, one), Relation("<", x, zero)}
    assert {condition for _, condition in t.branches} == conditions
    assert {value for value, _ in t.branches} == {two} and t.otherwise == term(3)


def test_every_name_is_real():
    s = sympy.Symbol("s")
    assert [from_sympy(part(s))[0] for part in (sympy.re, sympy.conjugate, sympy.im)] == [
        Symbol("s"),
        Symbol("s"),
        zero,
    ]
    slope, _ = from_sympy(sympy.diff(sympy.Abs(s), s))
    at = {sympy.Symbol("s", real=True): sympy.Rational(-3, 2)}
    assert to_sympy(slope).subs(at).doit() == -1


def test_fractions_and_signs():
    s, r = sympy.symbols("x y")
    assert from_sympy(-2 * s / (3 * r**2))[0] == Neg(Div(two * x, term(3) * y**two))
    assert from_sympy(1 / sympy.sqrt(s))[0] == Div(one, f("sqrt", x))
    assert from_sympy(sympy.Max(s, r, 1))[0].args[0].name == "max"
    assert from_sympy(sympy.E)[0] == f("exp", one)
    assert from_sympy(equation(s, s))[0] == Relation("=", x, x)


s = sympy.Symbol("s")
REFUSED = [
    (s + sympy.Float(0.5), "not exact"),
    (s + sympy.I, "is not taken over"),
    (sympy.oo, "is not taken over"),
    (sympy.Integral(s, s), "Integral is not taken over"),
    (sympy.gamma(s), "gamma is not taken over; what is: .*exp"),
    (sympy.Symbol("s", complex=True, real=False), "not a real number"),
    (sympy.Symbol("s", even=True), "even"),
    (s + sympy.Symbol("s", positive=True), "two different symbols"),
    (s + sympy.IndexedBase("s")[sympy.Symbol("i")], "two different symbols"),
    (sympy.Symbol("s_1") + sympy.IndexedBase("s")[1], "written alike"),
    (sympy.Symbol("pi") + 1, "constant"),
    (sympy.Symbol("e") + 1, "constant"),
    (sympy.Function("softmax")(s), "has a meaning here"),
    (sympy.Sum(s, (s, 1, sympy.oo)), "is not taken over"),
    (sympy.Derivative(s**2, (s, sympy.Symbol("n"))), "symbolic order"),
    (sympy.Subs(sympy.sin(s), s, 2), "Subs"),
    (sympy.Eq(s, s), "already"),
    (
        sympy.Sum(sympy.IndexedBase("v")[s], (s, 1, sympy.Symbol("n")))
        + sympy.Sum(sympy.IndexedBase("v")[s], (s, 1, sympy.Symbol("m"))),
        "none holds the others",
    ),
    (
        sympy.IndexedBase("v", shape=(3,))[s] + sympy.IndexedBase("w", shape=(2,))[s],
        r"s runs over 0..2 and, in w, over 0..1",
    ),
]


@pytest.mark.parametrize("expression, message", REFUSED, ids=str)
def test_what_is_not_taken_over_is_refused(expression, message):
    with pytest.raises(NotConvertible, match=message):
        from_sympy(expression)


def test_conditions_that_a_range_settles_are_left_out():
    """As diff(..).doit() writes them; what the range does not settle stays."""
    v, a, size = sympy.IndexedBase("v", real=True), *sympy.symbols("a n")
    length = sympy.Sum(v[a], (a, 1, size))
    i = sympy.Symbol("i")
    slope = sympy.Sum(sympy.exp(v[a]), (a, 1, size)).diff(v[i]).doit()
    assert slope.has(sympy.Piecewise)
    assert from_sympy(slope * length)[0].factors[0] == f("exp", Indexed("v", (Symbol("i"),)))
    wider = sympy.Piecewise((1, (i >= 2) & (size >= i)), (0, True))
    t, _ = from_sympy(wider * length * v[i])
    (case,) = (s for s in t.factors if isinstance(s, Cases))
    assert case == Cases(((one, Relation(">=", Symbol("i"), two)),), zero)
    inner, _ = from_sympy(sympy.Sum(sympy.Piecewise((v[a], a <= size)), (a, 1, size)))
    assert inner == BigOp("sum", "a", one, n, Indexed("v", (Symbol("a"),)))


def test_two_positive_arrays_share_the_index_of_their_assumptions():
    v, w = sympy.IndexedBase("v", positive=True), sympy.IndexedBase("w", positive=True)
    a = sympy.Symbol("a")
    _, got = from_sympy(sympy.Sum(v[a] * w[a], (a, 1, 3)))
    assert [str(x.term.left.indices) for x in got.assumptions] == [str((Symbol("i"),))] * 2
    assert list(got.ranges) == ["i"]


# --- the value is kept ---------------------------------------------------------------------------

SCALARS = sympy.symbols("x y", real=True)
ARRAY, BOUND = sympy.IndexedBase("z", real=True), sympy.symbols("k l", integer=True)
LEAVES = st.one_of(
    st.sampled_from(SCALARS),
    st.fractions(min_value=-3, max_value=3, max_denominator=5).map(sympy.Rational),
    st.sampled_from([ARRAY[BOUND[0]], ARRAY[BOUND[1]], ARRAY[1], sympy.KroneckerDelta(*BOUND)]),
)


def grown(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: p[0] + p[1]),
        pair.map(lambda p: p[0] * p[1]),
        pair.map(lambda p: p[0] / (p[1] ** 2 + 1)),
        pair.map(lambda p: sympy.Piecewise((p[0], SCALARS[0] > SCALARS[1]), (p[1], True))),
        pair.map(lambda p: sympy.Max(p[0] - 1, p[1])),
        st.tuples(inner, st.sampled_from([-2, -1, 2, 3])).map(lambda p: (p[0] ** 2 + 1) ** p[1]),
        inner.map(lambda e: 1 / sympy.sqrt(e**2 + 2)),
        inner.map(sympy.tanh),
        st.tuples(inner, st.sampled_from(BOUND)).map(lambda p: sympy.Sum(p[0], (p[1], 1, 2))),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given_(st.recursive(LEAVES, grown, max_leaves=6))
def test_the_value_is_kept(expression):
    back = to_sympy(*from_sympy(expression, Given(shapes={"z": (Range(one, two),)})))
    at = {"x": sympy.Rational(2, 3), "y": sympy.Rational(-5, 4), "k": 1, "l": 2}
    components = {1: sympy.Rational(1, 7), 2: sympy.Rational(-9, 5)}

    def value(e):
        e = e.doit()  # SymPy compares no sum: Max(x, Sum(..)) has no value before
        e = e.subs({s: at[s.name] for s in e.free_symbols if str(s) in at}).doit()
        e = e.xreplace({s: components[int(s.indices[0])] for s in e.atoms(sympy.Indexed)})
        return e.evalf(30)

    assert abs(value(back) - value(expression)) < sympy.Rational(1, 10**20)


def test_text_is_never_parsed():
    with pytest.raises(NotConvertible, match="str is no SymPy expression"):
        from_sympy("__import__('os').system('true')")


# --- one door ------------------------------------------------------------------------------------

ROOT = Path(derive.__file__).parent


def test_sympy_is_imported_at_the_border_only():
    importers, seen = set(), 0
    for path in ROOT.rglob("*.py"):
        seen += 1
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "sympy" for name in names):
                importers.add(path.relative_to(ROOT).parts[0])
    assert seen > 20
    assert importers == {"sympy_border"}
