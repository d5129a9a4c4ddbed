# ruff: noqa: E501  (the rows are tables: one function a line)
"""Balls and multi-dual numbers against derivatives known in closed form."""

from __future__ import annotations

from math import factorial

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from derive.prover.refuter import ball
from derive.prover.refuter.ball import Dual, Exhausted, Uncertain, Undefined

quarters = st.integers(1, 20).map(lambda n: arb(n) / 4)


def derivatives(f, x, order):
    """f(x), f'(x), .., by one e for each order."""
    a = x
    for k in range(order):
        a = ball.perturbed(a, 1 << k)
    value = f(a)
    found = []
    for n in range(order + 1):
        mask = (1 << n) - 1
        parts = value.parts if isinstance(value, Dual) else {0: value}
        found.append(parts.get(mask, arb(0)))
    return found


def power(n):
    return lambda a: ball.whole_power(a, n)


# fmt: off
KNOWN = [  # function, its derivatives as functions of x (the zeroth first)
    ("exp",        ball.exp,                [lambda x: x.exp()] * 4),
    ("log",        ball.log,                [lambda x: x.log(), lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3]),
    ("sqrt",       ball.sqrt,               [lambda x: x.sqrt(), lambda x: 1 / (2 * x.sqrt()), lambda x: -1 / (4 * x.sqrt() ** 3), lambda x: 3 / (8 * x.sqrt() ** 5)]),
    ("reciprocal", ball.reciprocal,         [lambda x: 1 / x, lambda x: -1 / x**2, lambda x: 2 / x**3, lambda x: -6 / x**4]),
    ("cube",       power(3),                [lambda x: x**3, lambda x: 3 * x**2, lambda x: 6 * x, lambda x: arb(6)]),
    ("x^-2",       power(-2),               [lambda x: x**-2, lambda x: -2 * x**-3, lambda x: 6 * x**-4, lambda x: -24 * x**-5]),
    ("x^0",        power(0),                [lambda x: arb(1), lambda x: arb(0), lambda x: arb(0), lambda x: arb(0)]),
    ("sin",        ball.FUNCTIONS["sin"],   [lambda x: x.sin(), lambda x: x.cos(), lambda x: -x.sin(), lambda x: -x.cos()]),
    ("cos",        ball.FUNCTIONS["cos"],   [lambda x: x.cos(), lambda x: -x.sin(), lambda x: -x.cos(), lambda x: x.sin()]),
    ("atan",       ball.FUNCTIONS["atan"],  [lambda x: x.atan(), lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2]),
    ("erf",        ball.FUNCTIONS["erf"],   [lambda x: x.erf(), lambda x: 2 / arb.pi().sqrt() * (-x * x).exp()]),
    ("x^(1/3)",    lambda a: ball.power(a, arb(1) / 3), [lambda x: x.root(3), lambda x: x.root(3) / (3 * x)]),
    ("x^x",        lambda a: ball.power(a, a), [lambda x: x**x, lambda x: x**x * (x.log() + 1)]),
    ("2^x",        lambda a: ball.power(arb(2), a), [lambda x: arb(2) ** x, lambda x: arb(2) ** x * arb(2).log()]),
    ("abs",        ball.absolute,           [lambda x: x, lambda x: arb(1), lambda x: arb(0)]),
    ("abs(-x)",    lambda a: ball.absolute(-a), [lambda x: x, lambda x: arb(1), lambda x: arb(0)]),
    ("max(x, 0)",  lambda a: ball.maximum(a, ball.ZERO), [lambda x: x, lambda x: arb(1)]),
    ("min(0, x)",  lambda a: ball.minimum(ball.ZERO, a), [lambda x: arb(0), lambda x: arb(0)]),
]
# fmt: on


@pytest.mark.parametrize(("name", "f", "known"), KNOWN, ids=[row[0] for row in KNOWN])
def test_derivatives(name, f, known):
    for x in (arb(1) / 4, arb(3) / 2, arb(5)):
        with ball.precision(128):
            found = derivatives(f, x, len(known) - 1)
            for value, expected in zip(found, known, strict=True):
                assert value.overlaps(expected(x))
                assert value.rad() < 1e-30


@given(quarters, quarters)
def test_products_obey_leibniz(x, y):
    a, b = ball.perturbed(x, 1), ball.perturbed(y, 2)
    product = ball.exp(a) * ball.log(b + a)
    mixed = ball.coefficient(ball.coefficient(product, 1), 2)
    # d/dx d/dy of exp(x) log(x + y)
    expected = x.exp() / (x + y) - x.exp() / (x + y) ** 2
    assert ball.real(mixed).overlaps(expected)


def test_two_perturbations_of_one_variable_are_its_second_derivative():
    a = ball.perturbed(ball.perturbed(arb(3), 1), 2)
    assert (a * a * a).parts[3] == 18


def test_an_eighth_derivative():
    assert derivatives(power(8), arb(2), 8)[8] == factorial(8)


def test_an_order_beyond_the_series_is_refused():
    with pytest.raises(Exhausted):
        derivatives(ball.exp, arb(2), 9)


def test_a_dual_without_the_perturbation_has_no_derivative():
    assert ball.coefficient(arb(2), 1) == 0
    assert ball.coefficient(ball.perturbed(arb(2), 1), 2) == 0


# fmt: off
OUTSIDE = [
    ("log 0",          lambda: ball.log(arb(0)),                                   Undefined),
    ("log -1",         lambda: ball.log(arb(-1)),                                  Undefined),
    ("log' at -1",     lambda: ball.log(ball.perturbed(arb(-1), 1)),               Undefined),
    ("log of a ball",  lambda: ball.log(arb(0, 1)),                                Uncertain),
    ("1/0",            lambda: ball.reciprocal(arb(0)),                            Undefined),
    ("1/(0 + e)",      lambda: ball.reciprocal(ball.perturbed(arb(0), 1)),         Undefined),
    ("0/0",            lambda: ball.quotient(arb(0), arb(0)),                      Undefined),
    ("1/ball",         lambda: ball.quotient(arb(1), arb(0, 1)),                   Uncertain),
    ("sqrt -1",        lambda: ball.sqrt(arb(-1)),                                 Undefined),
    ("sqrt' at 0",     lambda: ball.sqrt(ball.perturbed(arb(0), 1)),               Undefined),
    ("0^-1",           lambda: ball.whole_power(arb(0), -1),                       Undefined),
    ("0^(-1/2)",       lambda: ball.power(arb(0), arb(-1) / 2),                    Undefined),
    ("(-8)^(1/3)",     lambda: ball.power(arb(-8), arb(1) / 3),                    Undefined),
    ("(0 + e)^(1/2)",  lambda: ball.power(ball.perturbed(arb(0), 1), arb(1) / 2),  Undefined),
    ("sign 0",         lambda: ball.sign(arb(0)),                                  Undefined),
    ("sign of a ball", lambda: ball.sign(arb(0, 1)),                               Uncertain),
    ("abs' at 0",      lambda: ball.absolute(ball.perturbed(arb(0), 1)),           Undefined),
    ("max' at a tie",  lambda: ball.maximum(ball.perturbed(arb(2), 1), arb(2)),    Undefined),
    ("asin 1",         lambda: ball.FUNCTIONS["asin"](arb(1)),                     Undefined),
    ("tan of a ball",  lambda: ball.FUNCTIONS["tan"](arb(0, 2)),                   Uncertain),
    ("x^(10^9)",       lambda: ball.whole_power(arb(2), 10**9),                    Exhausted),
    ("x > 0 at 0 + e", lambda: ball.certainly(">", ball.perturbed(arb(0), 1), arb(0)), Undefined),
    ("x >= 0 at 0 + e", lambda: ball.certainly(">=", ball.perturbed(arb(0), 1), arb(0)), Undefined),
    ("ball > 0",       lambda: ball.certainly(">", arb(0, 1), arb(0)),             Uncertain),
]
# fmt: on


@pytest.mark.parametrize(("name", "f", "error"), OUTSIDE, ids=[row[0] for row in OUTSIDE])
def test_outside_the_domain(name, f, error):
    with pytest.raises(error):
        f()


def test_edges_that_are_inside():
    assert ball.sqrt(arb(0)) == 0
    assert ball.power(arb(0), arb(1) / 2) == 0
    assert ball.whole_power(arb(0), 0) == 1
    assert ball.whole_power(arb(-2), 3) == -8
    assert ball.maximum(arb(2), arb(2)) == 2
    assert ball.absolute(arb(0)) == 0


# fmt: off
CERTAIN = [
    ("<",  1, 2, True), ("<",  2, 2, False), ("<",  3, 2, False),
    ("<=", 1, 2, True), ("<=", 2, 2, True),  ("<=", 3, 2, False),
    (">",  1, 2, False), (">",  2, 2, False), (">",  3, 2, True),
    (">=", 1, 2, False), (">=", 2, 2, True),  (">=", 3, 2, True),
    ("=",  1, 2, False), ("=",  2, 2, True),  ("=",  3, 2, False),
    ("!=", 1, 2, True), ("!=", 2, 2, False), ("!=", 3, 2, True),
]
# fmt: on


@pytest.mark.parametrize(("op", "a", "b", "expected"), CERTAIN)
def test_certain_comparisons(op, a, b, expected):
    assert ball.certainly(op, arb(a), arb(b)) is expected


def test_precision_is_restored_after_an_error():
    before = ctx.prec
    with pytest.raises(RuntimeError), ball.precision(777):
        assert ctx.prec == 777
        raise RuntimeError
    assert ctx.prec == before


def test_sums_and_differences_of_duals_and_balls():
    a = ball.perturbed(arb(3), 1)
    assert (arb(5) - a).parts == {0: arb(2), 1: arb(-1)}
    assert (a - arb(5)).parts == {0: arb(-2), 1: arb(1)}
    assert (arb(5) + a).parts == {0: arb(8), 1: arb(1)}
    assert (arb(2) * a).parts == {0: arb(6), 1: arb(2)}
    assert (a - a).parts == {0: arb(0), 1: arb(0)}


@pytest.mark.parametrize("n", [1, 3, 4, 5])
def test_a_power_of_a_ball_around_zero_is_a_ball(n):
    narrow = arb(0, 2**-9)
    found = ball.whole_power(narrow, n)
    assert found.contains(arb(0)) and found.abs_upper() <= arb(2) ** (1 - 9 * n)
