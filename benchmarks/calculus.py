"""Differentiation by the textbook's rules, on written terms; it shares nothing with the kernel.

Throughout: ``t`` is a term, ``x`` the variable (a Symbol or an Indexed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Delta,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    bound_names,
    free_names,
    fresh,
    replace,
    substitute,
)

ZERO, ONE, TWO = (Number(Fraction(n)) for n in range(3))


class NoRule(Exception):
    """No textbook rule is written down here for this term."""


def call(name: str, *args: Term) -> Call:
    return Call(name, args)


def _relu(t: Term) -> Term:
    return Cases(((ONE, Relation(">", t, ZERO)),), ZERO)


# fmt: off
OUTER: Mapping[str, Callable[[Term], Term]] = {
    "exp":      lambda t: call("exp", t),
    "log":      lambda t: ONE / t,
    "sqrt":     lambda t: ONE / (TWO * call("sqrt", t)),
    "sin":      lambda t: call("cos", t),
    "cos":      lambda t: -call("sin", t),
    "sinh":     lambda t: call("cosh", t),
    "cosh":     lambda t: call("sinh", t),
    "tanh":     lambda t: ONE - call("tanh", t) ** 2,
    "sigma":    lambda t: call("sigma", t) * (ONE - call("sigma", t)),
    "softplus": lambda t: call("sigma", t),
    "abs":      lambda t: call("sign", t),
    "relu":     _relu,
    "atan":     lambda t: ONE / (ONE + t**2),
    "erf":      lambda t: TWO / call("sqrt", Symbol(r"\pi")) * call("exp", -(t**2)),
}
# fmt: on


def differentiated(t: Term, x: Term) -> Term:
    """The derivative of ``t`` by ``x``.  Raises NoRule."""
    if isinstance(x, Symbol | Indexed) and x.name not in free_names(t):
        return ZERO
    match t:
        case Symbol():
            return ONE if t == x else ZERO
        case Indexed(_, indices) if isinstance(x, Indexed) and len(indices) == len(x.indices):
            deltas = tuple(map(Delta, indices, x.indices))
            return deltas[0] if len(deltas) == 1 else Mul(deltas)
        case Add(terms):
            return Add(tuple(differentiated(s, x) for s in terms))
        case Neg(arg):
            return -differentiated(arg, x)
        case Mul(factors):
            parts = [
                Mul((*factors[:n], differentiated(s, x), *factors[n + 1 :]))
                for n, s in enumerate(factors)
            ]
            return Add(tuple(parts))
        case Div(a, b):
            return (differentiated(a, x) * b - a * differentiated(b, x)) / b**2
        case Pow(base, Number(n)):
            return Number(n) * Pow(base, Number(n) - ONE) * differentiated(base, x)
        case Call(name, (arg,), 0) if name in OUTER:
            return OUTER[name](arg) * differentiated(arg, x)
        case BigOp("sum" | "prod", index, _, _, body, None):
            if index in free_names(x):  # the dummy must not meet the variable's index
                name = fresh(index, free_names(x) | free_names(body) | bound_names(body))
                body = substitute(body, {index: Symbol(name)})
                t = replace(t, index=name, body=body)
            inner = differentiated(body, x)
            if t.op == "sum":
                return replace(t, body=inner)
            return t * replace(t, op="sum", body=inner / body)
        case Cases(branches, otherwise):
            values = tuple((differentiated(value, x), condition) for value, condition in branches)
            return Cases(values, differentiated(otherwise, x) if otherwise is not None else None)
    raise NoRule(type(t).__name__)
