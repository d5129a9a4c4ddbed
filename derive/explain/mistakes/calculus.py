# ruff: noqa: E501  (the rows are a table)
"""Mistakes in differentiating.

Throughout: u, v are functions of the variable x, c does not depend on it, f is a function of one
argument; D(u) is ∂u/∂x.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.explain.differentiation import DERIVATIVES
from derive.explain.mistakes.row import Change, Line, Mistake, any_of, swapped, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO
from derive.term import (
    Add,
    Call,
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
    substitute,
    term,
)
from derive.vocabulary import FUNCTIONS

TWO = Number(Fraction(2))
_x = Symbol("x")


def _call(name: str) -> Call:
    return Call(name, (_x,))


# fmt: off
REMEMBERED: Mapping[str, tuple[Term, ...]] = MappingProxyType({  # with a wrong sign
    "cos":   (_call("sin"),),
    "sin":   (-_call("cos"),),
    "cosh":  (-_call("sinh"),),
    "tanh":  (1 + _call("tanh") ** 2, _call("tanh") ** 2 - 1),
    "sigma": (_call("sigma") * (1 + _call("sigma")), _call("sigma") * (_call("sigma") - 1)),
    "exp":   (-_call("exp"),),
    "log":   (-(1 / _x),),
})
CONFUSED: Mapping[str, tuple[Term, ...]] = MappingProxyType({  # another function's derivative
    "tanh":     (_call("tanh") * (1 - _call("tanh")), 1 - _call("tanh"), 1 / _call("cosh"), 1 / (1 + _x**2)),
    "sigma":    (1 - _call("sigma") ** 2, _call("sigma"), 1 - _call("sigma")),
    "softplus": (_call("tanh"), _call("sigma") * (1 - _call("sigma")), _call("softplus")),
    "log":      (_call("exp"), _x, ONE),
    "sqrt":     (1 / _call("sqrt"), 1 / (2 * _x), _call("sqrt") / 2, 2 * _call("sqrt")),
    "relu":     (_call("relu"), Indicator(Relation("<", _x, ZERO)), ONE),
    "abs":      (ONE, _call("abs")),
    "sin":      (_call("sin"),),
    "cos":      (_call("cos"),),
    "exp":      (_x * _call("exp"), ONE),
    "erf":      (_call("exp"),),
    "Phi":      (_call("Phi"),),
})
# fmt: on


# --- which derivative --------------------------------------------------------------------------


def of_quotient(wrong: Callable[[Term, Term, Term, Term], Term]) -> Change:
    """D(u/v) becomes ``wrong(u, v, D(u), D(v))``."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        match t:
            case Derivative(body, x):
                for u, v in _fraction(body):
                    if scope.depends(u, x) and scope.depends(v, x):
                        yield wrong(u, v, Derivative(u, x), Derivative(v, x))

    return made


def _fraction(t: Term) -> Iterator[tuple[Term, Term]]:
    """Numerator and denominator, of (1/v) u too."""
    match t:
        case Div(u, v):
            yield u, v
        case Mul(factors):
            for n, part in enumerate(factors):
                match part:
                    case Div(above, v):
                        rest = without(factors, n)
                        over = rest if above == ONE else (above, *rest)
                        yield (over[0] if len(over) == 1 else Mul(over)), v


def of_product(wrong: Callable[[Term, Term, Term, Term], Iterable[Term]]) -> Change:
    """D(u v) becomes any of ``wrong(u, v, D(u), D(v))``, u any one factor."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        match t:
            case Derivative(Mul(factors), x):
                if sum(scope.depends(s, x) for s in factors) < 2:
                    return
                for n, u in enumerate(factors):
                    rest = without(factors, n)
                    v = rest[0] if len(rest) == 1 else Mul(rest)
                    yield from wrong(u, v, Derivative(u, x), Derivative(v, x))

    return made


def of_power(wrong: Callable[[Term, Term, Term], Iterable[Term]]) -> Change:
    """D(u^n) becomes any of ``wrong(u, n, D(u))``."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        match t:
            case Derivative(Pow(u, n), x) if not scope.depends(n, x):
                yield from wrong(u, n, Derivative(u, x))

    return made


def of_composite(wrong: Callable[[Term, Term, Term, Term], Iterable[Term]]) -> Change:
    """D(f(u)) becomes any of ``wrong(f'(u), D(u), f(u), u)``, where u is not x alone."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        match t:
            case Derivative(body, x):
                for outer, u in _outer(body, x, scope):
                    component = (
                        isinstance(u, Indexed) and isinstance(x, Indexed) and u.name == x.name
                    )
                    if u != x and not component and scope.depends(u, x):
                        yield from wrong(outer, Derivative(u, x), body, u)

    return made


def _outer(t: Term, x: Term, scope: Scope) -> Iterator[tuple[Term, Term]]:
    """f'(u) and u, where ``t`` is f(u) and f itself does not depend on x."""
    match t:
        case Call(name, (u,), order) if name in FUNCTIONS and scope.standard(name):
            known = DERIVATIVES.get(name) if order == 0 else None
            yield (substitute(known, {"x": u}) if known else Call(name, (u,), order + 1)), u
        case Call(name, (u,), order) if scope.function(t):
            yield Call(name, (u,), order + 1), u
        case Pow(Symbol("e"), u):
            yield t, u
        case Pow(a, u) if isinstance(a, Number):
            yield Call("log", (a,)) * t, u
        case Pow(u, n) if not scope.depends(n, x):
            yield n * u ** _lower(n), u
        case Div(c, u) if not scope.depends(c, x):
            yield -(c / u**2), u


def _lower(n: Term) -> Term:
    return term(n.value - 1) if isinstance(n, Number) else n - 1


def remembered(table: Mapping[str, tuple[Term, ...]]) -> Change:
    """D(f(u)) with the derivative of f from a wrong table."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        match t:
            case Derivative(Call(name, (u,), 0), x) if name in table and scope.standard(name):
                for wrong in table[name]:
                    yield substitute(wrong, {"x": u}) * Derivative(u, x)

    return made


# --- single rules ------------------------------------------------------------------------------


def _reciprocal_sign(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Div(c, v), x) if not scope.depends(c, x):
            yield c * Derivative(v, x) / v**2
        case Derivative(Pow(v, Neg(n)), x) if not scope.depends(n, x):
            yield n * v ** Neg(n + 1) * Derivative(v, x)


def _reciprocal_square(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Div(c, v), x) if not scope.depends(c, x):
            yield -(c * Derivative(v, x) / v)


def _of_parts(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Div(c, v), x) if not scope.depends(c, x):
            yield c / Derivative(v, x)


def _constant(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Add(terms), x):
            for n, c in enumerate(terms):
                if not scope.depends(c, x):
                    rest = Derivative(_sum(without(terms, n)), x)
                    yield rest + c
                    yield rest + ONE
        case Derivative(c, x) if not scope.depends(c, x):
            yield c
            yield ONE


def _constant_factor(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Mul(factors), x):
            for n, c in enumerate(factors):
                if not scope.depends(c, x):
                    rest = without(factors, n)
                    yield Derivative(rest[0] if len(rest) == 1 else Mul(rest), x)
        case Derivative(Div(u, c), x) if not scope.depends(c, x):
            yield Derivative(u, x)


def _factor_differentiated(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Mul(factors), x):
            if any(not scope.depends(c, x) for c in factors):
                yield ZERO


def _logarithm_lost(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Call("log", (u,), 0), x):
            yield Derivative(u, x)
            yield Derivative(u, x) / t.body


def _one_summand(t: Term, scope: Scope) -> Iterator[Term]:
    """One summand is left as it was, or has lost its derivative."""
    match t:
        case Derivative(Add(terms), x):
            for n, u in enumerate(terms):
                if scope.depends(u, x):
                    rest = Derivative(_sum(without(terms, n)), x)
                    yield rest
                    yield rest + u


def _summand_again(t: Term, scope: Line) -> Iterator[Term]:
    """Backwards: one summand that was left as it was is differentiated."""
    match t:
        case Add(terms):
            for x in scope.variables:
                for n, u in enumerate(terms):
                    if scope.depends(u, x):
                        yield Add((*terms[:n], Derivative(u, x), *terms[n + 1 :]))


def _exponential_as_power(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Pow(a, u), x) if not scope.depends(a, x):
            yield u * a ** (u - 1)
            yield u * a ** (u - 1) * Derivative(u, x)
        case Derivative(Call("exp", (u,), 0), x):
            yield u * Call("exp", (u - 1,))
            yield u * Call("exp", (u - 1,)) * Derivative(u, x)


def _power_as_exponential(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Pow(u, n), x) if not scope.depends(n, x):
            yield Call("log", (u,)) * t.body


def _logarithm_of_base(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Pow(a, u), x) if not scope.depends(a, x) and a != Symbol("e"):
            yield t.body * Derivative(u, x)


def _twice_only_once(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Derivative(Derivative(body, y), x) if x == y:
            yield Derivative(body, x)
            yield Derivative(body, x) ** TWO


def _sum(terms: tuple[Term, ...]) -> Term:
    return terms[0] if len(terms) == 1 else Add(terms)


# fmt: off
CALCULUS: tuple[Mistake, ...] = (
    Mistake("quotient rule: sign",
        "The two products in the numerator of the quotient rule are subtracted, not added.",
        "Write down u, v, u′ and v′ on their own, then look the quotient rule up and put them in.",
        (r"\frac{\partial}{\partial x} \frac{\sin(x)}{x^2}", r"\frac{\cos(x) x^2 + \sin(x) 2 x}{x^4}"),
        of_quotient(lambda u, v, du, dv: (du * v + u * dv) / v**2)),
    Mistake("quotient rule: order",
        "The two products in the numerator of the quotient rule stand in the wrong order.",
        "Which of the two functions is differentiated first: the one above or the one below the bar?",
        (r"\frac{\partial}{\partial x} \frac{\exp(x)}{1 + x^2}", r"\frac{\exp(x) 2 x - \exp(x) (1 + x^2)}{(1 + x^2)^2}"),
        of_quotient(lambda u, v, du, dv: (u * dv - du * v) / v**2)),
    Mistake("quotient rule: denominator not squared",
        "In the quotient rule the denominator is squared.",
        "What stands below the bar in the quotient rule?",
        (r"\frac{\partial}{\partial x} \frac{x}{1 + \exp(x)}", r"\frac{1 + \exp(x) - x \exp(x)}{1 + \exp(x)}"),
        any_of(of_quotient(lambda u, v, du, dv: (du * v - u * dv) / v), _reciprocal_square)),
    Mistake("quotient rule: denominator lost",
        "The denominator of the quotient rule is missing.",
        "What stands below the bar in the quotient rule?",
        (r"\frac{\partial}{\partial x} \frac{x^3}{\cosh(x)}", r"3 x^2 \cosh(x) - x^3 \sinh(x)"),
        of_quotient(lambda u, v, du, dv: du * v - u * dv)),
    Mistake("quotient rule: parts divided",
        "The derivative of a quotient is not the quotient of the derivatives.",
        "Both the numerator and the denominator depend on the variable: which rule is for that?",
        (r"\frac{\partial}{\partial x} \frac{x^2}{1 + x^3}", r"\frac{2 x}{3 x^2}"),
        any_of(of_quotient(lambda u, v, du, dv: du / dv), of_quotient(lambda u, v, du, dv: u / dv), _of_parts)),
    Mistake("quotient rule: denominator taken as constant",
        "The denominator depends on the variable too, but it was treated as a constant.",
        "Mark each place where the variable stands, also inside the denominator.",
        (r"\frac{\partial}{\partial x} \frac{x^2}{1 + \exp(x)}", r"\frac{2 x}{1 + \exp(x)}"),
        of_quotient(lambda u, v, du, dv: du / v)),
    Mistake("quotient rule: numerator taken as constant",
        "The numerator depends on the variable too, but it was treated as a constant.",
        "Mark each place where the variable stands, above and below the bar.",
        (r"\frac{\partial}{\partial x} \frac{x^2}{1 + \exp(x)}", r"-\frac{x^2 \exp(x)}{(1 + \exp(x))^2}"),
        of_quotient(lambda u, v, du, dv: -(u * dv / v**2))),
    Mistake("derivative of a reciprocal: sign",
        "The derivative of 1/v has a minus sign.",
        "Write 1/v as a power of v and differentiate that.",
        (r"\frac{\partial}{\partial x} \frac{1}{1 + x^4}", r"\frac{4 x^3}{(1 + x^4)^2}"),
        _reciprocal_sign),
    Mistake("product rule: derivatives multiplied",
        "The derivative of a product is not the product of the derivatives.",
        "In how many places does the variable stand? The product rule has a summand for each.",
        (r"\frac{\partial}{\partial x} x^2 \sin(x)", r"2 x \cos(x)"),
        of_product(lambda u, v, du, dv: [du * dv])),
    Mistake("product rule: summand lost",
        "A summand of the product rule is missing: each factor that depends on the variable gives one.",
        "Count the factors that depend on the variable, then count your summands.",
        (r"\frac{\partial}{\partial x} x \tanh(x)", r"x (1 - \tanh(x)^2)"),
        of_product(lambda u, v, du, dv: [du * v, u * dv])),
    Mistake("product rule: sign",
        "The summands of the product rule are added, not subtracted.",
        "Product rule or quotient rule: in which of them is there a minus?",
        (r"\frac{\partial}{\partial x} x^2 \exp(x)", r"2 x \exp(x) - x^2 \exp(x)"),
        of_product(lambda u, v, du, dv: [du * v - u * dv])),
    Mistake("chain rule: inner derivative missing",
        "The inner derivative is missing.",
        "What stands inside the outer function, and what is the derivative of that?",
        (r"\frac{\partial}{\partial x} \tanh(3 x)", r"1 - \tanh(3 x)^2"),
        of_composite(lambda outer, inner, whole, u: [outer])),
    Mistake("chain rule: inner derivative twice",
        "The inner derivative stands there twice.",
        "The chain rule gives one factor for each function that is inside another: count them.",
        (r"\frac{\partial}{\partial x} \exp(x^2)", r"4 x^2 \exp(x^2)"),
        of_composite(lambda outer, inner, whole, u: [outer * inner * inner])),
    Mistake("chain rule: inner derivative divided",
        "The inner derivative is a factor; here it was divided by.",
        "Does the inner derivative belong above or below the bar? Think of the units.",
        (r"\frac{\partial}{\partial x} \sin(5 x)", r"\frac{\cos(5 x)}{5}"),
        of_composite(lambda outer, inner, whole, u: [outer / inner])),
    Mistake("chain rule: inner derivative added",
        "The inner derivative is a factor; here it was added.",
        "How does the chain rule join the outer and the inner derivative?",
        (r"\frac{\partial}{\partial x} \sin(x^2)", r"\cos(x^2) + 2 x"),
        of_composite(lambda outer, inner, whole, u: [outer + inner])),
    Mistake("chain rule: inner function differentiated in place",
        "The outer derivative is taken at the inner function, not at its derivative.",
        "Name the inner function u. What is f′(u), before anything is put in?",
        (r"\frac{\partial}{\partial x} \log(1 + x^2)", r"\frac{1}{2 x}"),
        of_composite(lambda outer, inner, whole, u: [swapped(outer, u, inner), swapped(whole, u, inner), swapped(outer, u, inner) * inner])),
    Mistake("chain rule: outer function not differentiated",
        "The outer function was not differentiated.",
        "The chain rule has two factors, and both are derivatives.",
        (r"\frac{\partial}{\partial x} \sin(2 x)", r"2 \sin(2 x)"),
        of_composite(lambda outer, inner, whole, u: [whole * inner])),
    Mistake("power rule: exponent not lowered",
        "The exponent goes down by one when a power is differentiated.",
        "Compare the exponent before and after.",
        (r"\frac{\partial}{\partial x} x^4", r"4 x^4"),
        of_power(lambda u, n, du: [n * u**n * du])),
    Mistake("power rule: exponent raised",
        "The exponent goes down by one when a power is differentiated; here it went up.",
        "Differentiating or integrating? Compare the exponent before and after.",
        (r"\frac{\partial}{\partial x} x^{-2}", r"-2 x^{-1}"),
        of_power(lambda u, n, du: [n * u ** (n + 1) * du, u ** (n + 1) / (n + 1)])),
    Mistake("power rule: factor lost",
        "When a power is differentiated, the exponent comes to the front as a factor.",
        "Where did the exponent go?",
        (r"\frac{\partial}{\partial x} x^5", r"x^4"),
        of_power(lambda u, n, du: [u ** _lower(n) * du])),
    Mistake("exponential differentiated as a power",
        "The variable stands in the exponent: the power rule is not for this.",
        "What is constant here, the base or the exponent?",
        (r"\frac{\partial}{\partial x} 2^x", r"x 2^{x - 1}"),
        _exponential_as_power),
    Mistake("power differentiated as an exponential",
        "The variable stands in the base: this is a power, not an exponential.",
        "What is constant here, the base or the exponent?",
        (r"\frac{\partial}{\partial x} x^3", r"\log(x) x^3"),
        _power_as_exponential),
    Mistake("logarithm of the base lost",
        "The derivative of an exponential with another base than e has the logarithm of the base as a factor.",
        "Write the power with base e first.",
        (r"\frac{\partial}{\partial x} 2^x", r"2^x"),
        _logarithm_of_base),
    Mistake("derivative of a constant",
        "The derivative of what does not depend on the variable is zero.",
        "Which summands do not contain the variable at all?",
        (r"\frac{\partial}{\partial x} (x^2 + 7)", r"2 x + 7"),
        _constant),
    Mistake("constant factor lost",
        "A constant factor stays when one differentiates.",
        "Compare the factors before and after: is one of them gone?",
        (r"\frac{\partial}{\partial x} a x^2", r"2 x"),
        _constant_factor),
    Mistake("product with a constant differentiated to zero",
        "A constant factor stays; only a constant summand vanishes.",
        "Is the constant added or multiplied?",
        (r"\frac{\partial}{\partial x} a \exp(x)", r"0"),
        _factor_differentiated),
    Mistake("summand not differentiated",
        "Each summand is differentiated; one of them was left as it was or is gone.",
        "Go through the sum one summand at a time.",
        (r"\frac{\partial}{\partial x} (x^2 + \sin(x))", r"2 x + \sin(x)"),
        _one_summand, _summand_again),
    Mistake("logarithm not differentiated",
        "The logarithm in front was not differentiated.",
        "What exactly is differentiated here: the function or its logarithm?",
        (r"\frac{\partial}{\partial x} \log(1 + x^2)", r"2 x"),
        _logarithm_lost),
    Mistake("second derivative: only once",
        "This is the first derivative, or its square; the second one differentiates again.",
        "How often is it differentiated here?",
        (r"\frac{\partial^2}{\partial x^2} \sin(x)", r"\cos(x)"),
        _twice_only_once),
    Mistake("sign in the derivative of a function",
        "The derivative of this function was remembered with a wrong sign.",
        "Check the derivative of this function by itself, at one point or from its definition.",
        (r"\frac{\partial}{\partial x} \cos(x)", r"\sin(x)"),
        remembered(REMEMBERED)),
    Mistake("derivative of another function",
        "This is not the derivative of this function but looks like that of another one.",
        "Look the derivative of this function up, or work it out from its definition.",
        (r"\frac{\partial}{\partial x} \tanh(x)", r"\tanh(x) (1 - \tanh(x))"),
        remembered(CONFUSED)),
)
# fmt: on
