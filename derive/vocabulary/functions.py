"""The functions of machine learning, each defined once.

Throughout: x is a parameter, z a vector parameter (logits), j and k indices.
"""

from __future__ import annotations

from fractions import Fraction

from derive.term import BigOp, Call, Cases, Indexed, Number, Relation, Symbol, Term
from derive.vocabulary.table import Function, Parameter

x, y, a, d = Symbol("x"), Symbol("y"), Symbol("a"), Symbol("d")
pi = Symbol(r"\pi")
zero, one = Number(Fraction(0)), Number(Fraction(1))
half = Number(Fraction(1, 2))
X, Y, A = Parameter("x"), Parameter("y"), Parameter("a")


def f(name: str, *args: Term) -> Call:
    return Call(name, args)


def total(body: Term) -> BigOp:
    """Sum of ``body`` over k = 1..d."""
    return BigOp("sum", "k", one, d, body)


def z(index: str) -> Indexed:
    return Indexed("z", (Symbol(index),))


def above(value: Term) -> Relation:
    return Relation(">", value, zero)


exp_x, exp_minus = f("exp", x), f("exp", -x)

# fmt: off
PRIMITIVES = (
    Function("exp",  (r"\exp",),             (X,),   None, range="> 0"),
    Function("log",  (r"\log", r"\ln"),      (X,),   None, domain="x > 0"),
    Function("sqrt", (r"\sqrt",),            (X,),   None, domain=r"x \ge 0", range=r"\ge 0"),
    Function("sin",  (r"\sin",),             (X,),   None, range=r"\in [-1, 1]"),
    Function("cos",  (r"\cos",),             (X,),   None, range=r"\in [-1, 1]"),
    Function("erf",  (r"\operatorname{erf}",), (X,), None, range=r"\in (-1, 1)"),
    Function("abs",  (r"\operatorname{abs}",), (X,), None, range=r"\ge 0", kinks="x = 0"),
    Function("sign", (r"\operatorname{sign}", r"\operatorname{sgn}"), (X,), None, kinks="x = 0"),
    Function("max",  (r"\max",),             (X, Y), None, kinks="x = y"),
    Function("min",  (r"\min",),             (X, Y), None, kinks="x = y"),
)
SCALAR = (
    Function("tanh", (r"\tanh",), (X,), (exp_x - exp_minus) / (exp_x + exp_minus), range=r"\in (-1, 1)"),
    Function("sigma", (r"\sigma", r"\operatorname{sigmoid}"), (X,), one / (one + exp_minus), range=r"\in (0, 1)"),
    Function("relu", (r"\operatorname{relu}", r"\operatorname{ReLU}"), (X,), f("max", zero, x), range=r"\ge 0", kinks="x = 0"),
)
VECTOR = (
    Function("softmax", (r"\operatorname{softmax}",), (Parameter("z", "d"),), f("exp", z("j")) / total(f("exp", z("k"))), index="j", range=r"\in (0, 1)"),
)
# fmt: on
