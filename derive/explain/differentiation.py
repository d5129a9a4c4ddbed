# ruff: noqa: E501  (the rows are a table: one rule a line, columns aligned)
"""The rules of differentiation, and what a function's derivative is.

Throughout: ``u``, ``v`` are functions of ``x``, ``c`` and ``n`` are constants, ``f`` is a row of
the vocabulary; D(u) is ∂u/∂x.

Sources: DLMF 1.4 for the rules, 4.2 to 4.37 for the functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.explain.matching import Rule, by, wild
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Indicator,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    free_names,
    replace,
    substitute,
    subterms,
)

u, v, n, c, x = map(wild, "uvncx")
two, pi = Number(Fraction(2)), Symbol(r"\pi")


def D(t: Term) -> Derivative:
    return Derivative(t, x)


def call(name: str, *args: Term) -> Call:
    return Call(name, args)


# fmt: off
_x = Symbol("x")
DERIVATIVES: Mapping[str, Term] = MappingProxyType({
    "exp":      call("exp", _x),
    "log":      1 / _x,
    "sqrt":     1 / (2 * call("sqrt", _x)),
    "sin":      call("cos", _x),
    "cos":      -call("sin", _x),
    "atan":     1 / (1 + _x**2),
    "erf":      2 / call("sqrt", pi) * call("exp", -(_x**2)),
    "abs":      call("sign", _x),
    "sign":     ZERO,
    # what a course proves once and quotes ever after
    "sinh":     call("cosh", _x),
    "cosh":     call("sinh", _x),
    "tan":      1 / call("cos", _x)**2,
    "asin":     1 / call("sqrt", 1 - _x**2),
    "acos":     -(1 / call("sqrt", 1 - _x**2)),
    "tanh":     1 - call("tanh", _x)**2,
    "sigma":    call("sigma", _x) * (1 - call("sigma", _x)),
    "softplus": call("sigma", _x),
    "relu":     Indicator(Relation(">", _x, ZERO)),
    "Phi":      call("normpdf", _x),
})
# fmt: on
# derivatives of y = f(u) in terms of y itself
OWN: Mapping[str, Term] = MappingProxyType(
    {
        "exp": Symbol("y"),
        "tanh": 1 - Symbol("y") ** 2,
        "sigma": Symbol("y") * (1 - Symbol("y")),
    }
)
QUOTED = frozenset(
    ("sinh", "cosh", "tan", "asin", "acos", "tanh", "sigma", "softplus", "relu", "Phi")
)


# --- rules that need a function ----------------------------------------------------------------


def constant(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(body, variable) if not scope.depends(body, variable):
            return ZERO
    return None


def variable(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Symbol() as body, var) if body == var and not scope.shape(var):
            return ONE
        case Derivative(Indexed(name, indices), Indexed(other, others)):
            if name == other and len(indices) == len(others):
                deltas = [
                    Delta(j, i)
                    for i, j in zip(indices, others, strict=True)
                    if scope.equal(i, j) is None
                ]
                return Mul(tuple(deltas)) if len(deltas) > 1 else deltas[0] if deltas else ONE
    return None


def of_sum(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Add(terms), var):
            return Add(tuple(Derivative(s, var) for s in terms if scope.depends(s, var)))
    return None


def constant_factor(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Neg(arg), var):
            return Neg(Derivative(arg, var))
        case Derivative(Mul(factors), var):
            outside = [s for s in factors if not scope.depends(s, var)]
            inside = [s for s in factors if scope.depends(s, var)]
            if outside:
                body = inside[0] if len(inside) == 1 else Mul(tuple(inside))
                return Mul((*outside, Derivative(body, var)))
        case Derivative(Div(numerator, denominator), var) if not scope.depends(denominator, var):
            if isinstance(numerator, Number):
                return None
            return Derivative(numerator, var) / denominator
    return None


def under_sum(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(BigOp("sum", index) as total, var) if index not in free_names(var):
            return replace(total, body=Derivative(total.body, var))
        case Derivative(BigOp("sum", index) as total, var):
            total = scope.renamed(total, free_names(var))
            return replace(total, body=Derivative(total.body, var))
    return None


def product(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Mul(factors), var):
            return Add(
                tuple(
                    Mul((*factors[:k], Derivative(s, var), *factors[k + 1 :]))
                    for k, s in enumerate(factors)
                    if scope.depends(s, var)
                )
            )
    return None


def of_product(t: Term, scope: Scope) -> Term | None:
    """D(Π_k u_k) = (Π_k u_k) Σ_k D(u_k)/u_k."""
    match t:
        case Derivative(BigOp("prod", index) as whole, var) if index not in free_names(var):
            body = Derivative(whole.body, var) / whole.body
            return whole * BigOp("sum", index, whole.lower, whole.upper, body, whole.where)
    return None


def reciprocal(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Div(numerator, denominator), var) if not scope.depends(numerator, var):
            return Neg(Mul((numerator, Derivative(denominator, var))) / denominator**2)
    return None


def power(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Pow(base, exponent), var) if not scope.depends(exponent, var):
            lower = (
                Number(exponent.value - 1)
                if isinstance(exponent, Number) and exponent.value >= 1
                else exponent - 1
            )
            return exponent * base**lower * Derivative(base, var)
    return None


def exponential(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Pow(base, exponent) as whole, var) if not scope.depends(base, var):
            inner = whole * Derivative(exponent, var)
            euler = base == Symbol("e") and "e" not in scope.given.definitions
            return inner if euler else call("log", base) * inner
    return None


def chain(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Call(name, (arg,), 0), var) if name in DERIVATIVES and name not in QUOTED:
            return Mul((substitute(DERIVATIVES[name], {"x": arg}), Derivative(arg, var)))
        case Derivative(Call(name, (arg,), order) as whole, var):
            if arg != var and scope.function(whole) and name not in scope.given.definitions:
                return Mul((Call(name, (arg,), order + 1), Derivative(arg, var)))
    return None


def quoted(t: Term, scope: Scope) -> Term | None:
    """The derivative of tanh, σ .. as a course quotes it, unless it is what the claim asks."""
    match t:
        case Derivative(Call(name, (arg,), 0) as whole, var) if name in QUOTED:
            if whole != scope.derivative_of and scope.standard(name):
                return Mul((substitute(DERIVATIVES[name], {"x": arg}), Derivative(arg, var)))
    return None


def _quoted_reason(before: Term, after: Term, scope: Scope) -> Reason:
    assert isinstance(before, Derivative) and isinstance(before.body, Call)
    plain, derivative = Symbol("u"), DERIVATIVES[before.body.name]
    prime = Call(before.body.name, (plain,), 1)
    return (Relation("=", prime, substitute(derivative, {"x": plain})),)


def _quotient_reason(before: Term, after: Term, scope: Scope) -> Reason:
    """Which is u and which is v, where every move is shown."""
    assert isinstance(before, Derivative) and isinstance(before.body, Div)
    if not scope.full:
        return ("quotient rule",)
    parts = (Symbol("u"), before.body.numerator), (Symbol("v"), before.body.denominator)
    u_is, v_is = (Relation("=", name, part) for name, part in parts)
    return ("quotient rule", ", ", u_is, ", ", v_is)


def softmax_derivative(t: Term, scope: Scope) -> Term | None:
    """∂p_j/∂x = p_j (∂a_j/∂x − Σ_k p_k ∂a_k/∂x) where p_j := exp(a_j) / Σ_k exp(a_k)."""
    match t:
        case Derivative(Indexed(name, (j,)) as p_j, x) if p_j != scope.derivative_of:
            found = softmax_of(scope, name, j)
            if found is not None:
                a_j, total = found
                taken = free_names(x) | free_names(j)
                total = scope.renamed(total, taken) if total.index in taken else total
                assert isinstance(total.body, Call)
                p_k = Indexed(name, (Symbol(total.index),))
                weighed = replace(total, body=p_k * Derivative(total.body.args[0], x))
                return p_j * (Derivative(a_j, x) - weighed)
    return None


def softmax_of(scope: Scope, name: str, j: Term) -> tuple[Term, BigOp] | None:
    """``a_j`` and the sum below, where the name is defined as a softmax."""
    meaning = scope.unfold(Indexed(name, (j,)))
    if isinstance(meaning, Component):
        meaning = scope.unfold(meaning)
    match meaning:
        case Div(
            Call("exp", (a_j,), 0), BigOp("sum", k, _, _, Call("exp", (a_k,), 0), None) as total
        ):
            if scope.same(substitute(a_k, {k: j}), a_j):
                return a_j, total
    return None


def of_named(t: Term, scope: Scope) -> Term | None:
    """∂p/∂x = p (1 − p) ∂z/∂x where p := σ(z), and so for tanh and exp."""
    match t:
        case Derivative(Symbol() | Indexed() | Call() as y, x) if y != scope.derivative_of:
            found = application(scope, y)
            if found is not None:
                return Mul((substitute(OWN[found.name], {"y": y}), Derivative(found.args[0], x)))
    return None


def application(scope: Scope, y: Term) -> Call | None:
    """What a name is defined as, if that is exp, tanh or σ of something."""
    if isinstance(y, Call) and (y.name not in scope.given.definitions or y.name in DERIVATIVES):
        return None
    match scope.unfold(y):
        case Div(Number(n), Add((Number(m), Call("exp", (Neg(z),), 0)))) if n == m == 1:
            return Call("sigma", (z,))
        case Call(name, (z,), 0) as found if name in OWN and scope.standard(name):
            return found
    return None


def _named_reason(before: Term, after: Term, scope: Scope) -> Reason:
    assert isinstance(before, Derivative)
    found = application(scope, before.body)
    return ("derivative of ", Relation("=", before.body, found)) if found else ()


def prime(t: Term, scope: Scope) -> Term | None:
    """f''(x) as the derivative of what f(x) means; at another place only where all is worked out
    (`derive.explain.moves.at_a_place`)."""
    match t:
        case Call(name, (Symbol(x) as var,), order) if order and not scope.unfold(var):
            if scope.function(t) and name not in scope.given.definitions:
                return None
            inner: Term = Call(name, (var,))
            if inner != scope.derivative_of and name in DERIVATIVES and scope.standard(name):
                inner = DERIVATIVES[name]
                order -= 1
                inner = substitute(inner, {"x": Symbol(x)})
            else:
                inner = scope.unfold(inner) or inner
            for _ in range(order):
                inner = Derivative(inner, var)
            return inner
    return None


def _prime_reason(before: Term, after: Term, scope: Scope) -> Reason:
    assert isinstance(before, Call)
    return ("definition of ", Call(before.name, before.args))


def piecewise(t: Term, scope: Scope) -> Term | None:
    match t:
        case Derivative(Cases(branches, otherwise), var):
            return Cases(
                tuple((Derivative(value, var), condition) for value, condition in branches),
                Derivative(otherwise, var) if otherwise is not None else None,
            )
        case Derivative(Call("max", (a, b), 0), var):
            return Cases(((Derivative(a, var), Relation(">", a, b)),), Derivative(b, var))
        case Derivative(Call("min", (a, b), 0), var):
            return Cases(((Derivative(a, var), Relation("<", a, b)),), Derivative(b, var))
    return None


def _variable_reason(before: Term, after: Term, scope: Scope) -> tuple[str | Term, ...]:
    if any(isinstance(s, Delta) for s in subterms(after)):
        return (Relation("=", before, after),)
    return ("derivative of a variable",)


# fmt: off
#    name                 printed reason                 rewriting                                 pattern
TRIVIAL = (
    Rule("constant",        "constant",                    constant,                               "D(c) -> 0", at=(Derivative,)),
    Rule("variable",        "derivative of a variable",    variable,                               "D(x) -> 1, ∂xₖ/∂xᵢ -> δₖᵢ", say=_variable_reason, at=(Derivative,)),
)
LINEAR = (
    Rule("sum",             "sum rule",                    of_sum,                                 "D(u + v) -> D(u) + D(v)", at=(Derivative,)),
    Rule("constant-factor", "constant factor",             constant_factor,                        "D(c u) -> c D(u)", at=(Derivative,)),
    Rule("under-sum",       "differentiate under the sum", under_sum,                              "D(Σ u) -> Σ D(u)", needs="the bounds do not depend on x", at=(Derivative,)),
)
PROPER = (
    Rule("reciprocal",      "derivative of a reciprocal",  reciprocal,                             "D(c/v) -> −c D(v)/v²", needs="v ≠ 0", at=(Derivative,)),
    Rule("quotient",        "quotient rule",               by(D(u / v), (D(u) * v - u * D(v)) / v**2), "D(u/v) -> (D(u) v − u D(v))/v²", needs="v ≠ 0", say=_quotient_reason, at=(Derivative,)),
    Rule("softmax",         "derivative of the softmax",   softmax_derivative,                     "∂pⱼ/∂x -> pⱼ(∂aⱼ/∂x − Σₖ pₖ ∂aₖ/∂x) for p = softmax(a)", at=(Derivative,)),
    Rule("named",           "derivative of a named value", of_named,                               "D(p) -> p(1 − p) D(z) for p = σ(z), D(h) -> (1 − h²) D(z) for h = tanh(z)", say=_named_reason, at=(Derivative,)),
    Rule("product",         "product rule",                product,                                "D(u v) -> D(u) v + u D(v)", at=(Derivative,)),
    Rule("of-product",      "logarithmic derivative",      of_product,                             "D(Π u) -> Π u · Σ D(u)/u", needs="each u ≠ 0", at=(Derivative,)),
    Rule("power",           "power rule",                  power,                                  "D(uⁿ) -> n uⁿ⁻¹ D(u)", at=(Derivative,)),
    Rule("exponential",     "chain rule",                  exponential,                            "D(aᵘ) -> log(a) aᵘ D(u)", needs="a > 0", at=(Derivative,)),
    Rule("chain",           "chain rule",                  chain,                                  "D(f(u)) -> f'(u) D(u)", at=(Derivative,)),
    Rule("prime",           "what is differentiated",      prime,                                  "f'(x) -> D(f(x))", say=_prime_reason, at=(Call,)),
    Rule("quoted",          "known derivative",            quoted,                                 "D(σ(u)) -> σ(u)(1 − σ(u)) D(u), and the like", say=_quoted_reason, at=(Derivative,)),
    Rule("piecewise",       "piece by piece",              piecewise,                              "D of each branch", needs="away from the kinks", at=(Derivative,)),
)
# fmt: on
DIFFERENTIATION = TRIVIAL + LINEAR + PROPER
