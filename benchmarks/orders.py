"""Inequalities that positivity and tangents show, and false ones that look like them.

A row is (left, right, relation).  Throughout: ``m`` is a maker of random terms.
"""

from __future__ import annotations

from typing import TypeAlias

from calculus import ONE, TWO, ZERO, call
from random_terms import Maker, at, number

from derive.term import Symbol, Term

Row: TypeAlias = "tuple[Term, Term, str]"

x, a, b = map(Symbol, "xab")
u_i, u_k, s_i, s_k, q_k = at("u", "i"), at("u", "k"), at("s", "i"), at("s", "k"), at("q", "k")


def true_orders(m: Maker) -> tuple[Row, ...]:
    t = m.function(1, {}, ("exp", "tanh", "sigma"))
    total = m.total(call("exp", u_k), "k", "d")
    return (
        (t**2, ZERO, ">="),
        (call("exp", t), ZERO, ">"),
        (call("sigma", t), ONE, "<"),
        (call("tanh", t), -ONE, ">"),
        (call("abs", t), t, ">="),
        (t**2 + ONE, TWO * t, ">="),
        (call("sigma", t) * (ONE - call("sigma", t)), ONE / number(4), "<="),
        (call("exp", u_i) / total, ONE, "<="),
        (total, ZERO, ">"),
        (total, call("exp", u_i), ">="),
        (call("log", total), u_i, ">="),
        (m.total(u_k**2, "k", "d"), u_i**2, ">="),
        (a * x**2 + b, ZERO, ">"),
        (call("relu", t), ZERO, ">="),
        (call("max", t, x), x, ">="),
        (call("softplus", t), ZERO, ">"),
        (a * s_i, ZERO, ">"),
        (call("cosh", t), ONE, ">="),
        (at("q", "i"), ONE, "<="),
        (at("q", "i") * t**2, t**2, "<="),
        (m.total(q_k**2, "k", "d"), ONE, "<="),
        (m.total(q_k * s_k, "k", "d"), m.total(s_k, "k", "d"), "<="),
        *_by_tangents(m, t),
    )


def _by_tangents(m: Maker, t: Term) -> tuple[Row, ...]:
    entropy = -m.total(q_k * call("log", q_k), "k", "d")
    mean = m.total(q_k * u_k, "k", "d")
    gap = m.total(q_k * call("log", q_k / s_k), "k", "d")
    return (
        (call("exp", t), ONE + t, ">="),
        (call("log", a), a - ONE, "<="),
        (call("log", a), ONE - ONE / a, ">="),
        (a * call("log", a / b), a - b, ">="),
        (call("log", ONE + t**2), t**2, "<="),
        (entropy, ZERO, ">="),
        (entropy, call("log", m.sizes["d"]), "<="),
        (gap, ONE - m.total(s_k, "k", "d"), ">="),
        (mean, call("log", m.total(q_k * call("exp", u_k), "k", "d")), "<="),
    )


def wrong_orders(m: Maker) -> tuple[Row, ...]:
    """Bounds on the wrong side of a logarithm or an exponential."""
    return (
        (at("q", "i") * x, x, "<="),
        (m.total(q_k * u_k, "k", "d"), m.total(u_k, "k", "d"), "<="),
        (-call("log", a), ZERO, ">="),
        (-a * call("log", a), ZERO, ">="),
        (-m.total(call("log", s_k), "k", "d"), ZERO, ">="),
        (ONE + x - call("exp", x), ZERO, ">="),
        (call("log", a), a - ONE, ">="),
        (m.total(q_k * call("log", s_k / q_k), "k", "d"), ZERO, ">="),
    )
