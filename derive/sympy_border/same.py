"""What SymPy and the vocabulary both have a name for."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import sympy

from derive.term import (
    Given,
    Number,
)

Expr: TypeAlias = Any  # SymPy ships no types

ONE = Number(Fraction(1))
NOTHING = Given()

# fmt: off
SAME: Mapping[str, Expr] = {  # our name -> SymPy's function of the same meaning
    "exp": sympy.exp,     "log": sympy.log,     "erf": sympy.erf,     "abs": sympy.Abs,
    "sin": sympy.sin,     "cos": sympy.cos,     "tan": sympy.tan,     "cot": sympy.cot,
    "sec": sympy.sec,     "csc": sympy.csc,     "sign": sympy.sign,   "max": sympy.Max,
    "sinh": sympy.sinh,   "cosh": sympy.cosh,   "tanh": sympy.tanh,   "min": sympy.Min,
    "coth": sympy.coth,   "sech": sympy.sech,   "csch": sympy.csch,
    "asin": sympy.asin,   "acos": sympy.acos,   "atan": sympy.atan,
    "asinh": sympy.asinh, "acosh": sympy.acosh, "atanh": sympy.atanh,
}
RELATIONS: Mapping[str, Expr] = {
    "=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge,
}
SIGNS = (  # assumption of a SymPy symbol -> relation to 0; the first that holds says most
    ("zero", "="), ("positive", ">"), ("negative", "<"),
    ("nonnegative", ">="), ("nonpositive", "<="), ("nonzero", "!="),
)
# fmt: on
OUR_NAME: Mapping[Expr, str] = {function: name for name, function in SAME.items()}
OUR_RELATION: Mapping[Expr, str] = {relation: op for op, relation in RELATIONS.items()}
NOT_TAKEN_OVER = ("even", "odd", "prime", "composite", "infinite", "irrational")
SUPPORTED = (
    "exact numbers, pi, E, symbols, Indexed, + * / powers, "
    + ", ".join(sorted(function.__name__ for function in OUR_NAME))
    + ", Heaviside, erfc, re, im, conjugate, undefined functions, Derivative, Sum, Product, "
    "KroneckerDelta, Piecewise, relations, And, Or in a Piecewise, and explicit matrices"
)


class NotConvertible(ValueError):
    """A node that the other side can't express; the message says which, and what is supported."""
