# ruff: noqa: E501  (the rows are a table)
"""Slips of the pen: what goes wrong in any line, whatever it is about.

Throughout: the slip is undone on a part of the false line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.explain.mistakes.row import Line, Mistake, any_of, line_of, put, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Claim,
    Div,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    children,
    contains,
    free_names,
    rebuild,
    replace,
    subterms,
    term,
)

TWO = Number(Fraction(2))
# fmt: off
LIKE: Mapping[str, tuple[str, ...]] = MappingProxyType({  # what is taken for one another
    "sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",), "cosh": ("sinh",),
    "tanh": ("sigma", "cosh", "sinh"), "sigma": ("tanh", "softplus", "exp"), "softplus": ("sigma",),
    "log": ("exp",), "exp": ("log",), "max": ("min",), "min": ("max",),
    "Phi": ("normpdf",), "normpdf": ("Phi",), "erf": ("exp",), "asin": ("acos",), "acos": ("asin",),
})
_TURN: Mapping[str, str] = MappingProxyType({"<": ">", ">": "<", "<=": ">=", ">=": "<="})
# fmt: on


def _minus(t: Term) -> Term:
    return t.arg if isinstance(t, Neg) else Neg(t)


def sign(t: Term, scope: Scope) -> Iterator[Term]:
    """The sign of a summand, of an argument, of an exponent."""
    match t:
        case Add(terms):
            for n, part in enumerate(terms):
                yield Add(put(terms, n, _minus(part)))


def sign_inside(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call(name, (arg,), order):
            yield Call(name, (_minus(arg),), order)
        case Pow(base, exponent):
            yield Pow(base, _minus(exponent))


def whole_sign(claim: Claim) -> Iterator[Claim]:
    match claim.relation:
        case Relation(_, _, right) as relation:
            yield replace(claim, relation=replace(relation, right=_minus(right)))


def turned_round(claim: Claim) -> Iterator[Claim]:
    match claim.relation:
        case Relation(op) as relation if op in _TURN:
            yield replace(claim, relation=replace(relation, op=_TURN[op]))


def factor_two(t: Term, scope: Scope) -> Iterator[Term]:
    """A factor 2 or 1/2 in a summand, in an argument, in a power; for a product it does not matter
    at which factor it stands, nor for a fraction whether above or below."""
    for n, part in enumerate(children(t) if isinstance(t, (Add, Call, Pow, Matrix, Cases)) else ()):
        if not isinstance(part, (Number, Relation)):
            yield with_part(t, n, TWO * part)
            yield with_part(t, n, part / TWO)
    if isinstance(t, BigOp) and t.op == "prod":
        yield replace(t, body=TWO * t.body)
        yield replace(t, body=t.body / TWO)


def with_part(t: Term, n: int, part: Term) -> Term:
    """``t`` with another ``n``-th part."""
    parts = iter(put(children(t), n, part))
    return rebuild(t, lambda _: next(parts))


def whole_factor_two(claim: Claim) -> Iterator[Claim]:
    match claim.relation:
        case Relation("=", _, right) as relation:
            yield replace(claim, relation=replace(relation, right=TWO * right))
            yield replace(claim, relation=replace(relation, right=right / TWO))


def constants(t: Term, scope: Scope) -> Iterator[Term]:
    """Another number in the place of one that is written."""
    if isinstance(t, Number):
        value = t.value
        for other in (value + 1, value - 1, 2 * value, value / 2, value * value, 1 / value if value else value):  # fmt: skip
            if other != value:
                yield term(other)


def square(t: Term, scope: Scope) -> Iterator[Term]:
    """A square that was lost, or one too many."""
    match t:
        case Pow(base, exponent) if exponent == TWO:
            yield base
        case Number() | Neg() | Add() | Div() | Symbol("e"):
            pass
        case _ if not contains(t, Relation):
            yield t**TWO


def exponent(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(base, Number(value)) if value.denominator == 1:
            yield Pow(base, term(value + 1))
            yield Pow(base, term(value - 1))
        case Pow(base, power) if not isinstance(power, Number):
            yield Pow(base, power - 1)
            yield Pow(base, power + 1)


def lost_summand(t: Term, scope: Scope) -> Iterator[Term]:
    """A summand of the line before that is gone."""
    if isinstance(t, Add):
        for n in range(len(t.terms)):
            rest = without(t.terms, n)
            yield rest[0] if len(rest) == 1 else Add(rest)


def found_summand(t: Term, scope: Line) -> Iterator[Term]:
    """A summand put back, in the whole, in a bracket or under a sum."""
    match t:
        case Add(terms):
            yield from (Add((*terms, s)) for near in (ONE, *scope.near) for s in (near, Neg(near)))
        case BigOp(body=body) if not isinstance(body, Add):
            yield from (replace(t, body=body + s) for s in (ONE, *scope.near))


def lost_factor(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Mul(factors):
            for n in range(len(factors)):
                rest = without(factors, n)
                yield rest[0] if len(rest) == 1 else Mul(rest)
        case Div(above, below):
            yield above
            if above != ONE:
                yield ONE / below


def found_factor(t: Term, scope: Line) -> Iterator[Term]:
    """A factor put back: in a summand, under a sum."""
    match t:
        case Add(terms):
            for n, part in enumerate(terms):
                for near in scope.near:
                    yield Add(put(terms, n, part * near))
                    yield Add(put(terms, n, part / near))
        case BigOp(body=body):
            for near in scope.near:
                yield replace(t, body=body * near)


def missing(claim: Claim) -> Iterator[Claim]:
    """A factor put back in the whole right side."""
    line = line_of(claim)
    match claim.relation:
        case Relation("=", _, right) as relation:
            for near in line.near:
                for other in (right * near, right / near):
                    yield replace(claim, relation=replace(relation, right=other))


def missing_summand(claim: Claim) -> Iterator[Claim]:
    line = line_of(claim)
    match claim.relation:
        case Relation("=", _, right) as relation if not isinstance(right, Add):
            for near in (ONE, *line.near):
                for other in (right + near, right - near):
                    yield replace(claim, relation=replace(relation, right=other))


def found_function(t: Term, scope: Line) -> Iterator[Term]:
    """u as the f(u) of the line before; what is short as log(u), exp(u), √u."""
    for before in scope.calls:
        if len(before.args) == 1 and scope.same(before.args[0], t):
            yield before
    if isinstance(t, (Symbol, Indexed, BigOp)) or (isinstance(t, Number) and t.value > 1):
        for name in ("log", "exp", "sqrt"):
            yield Call(name, (t,))


def another_function(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call(name, args, order):
            for other in (*LIKE.get(name, ()), *(f for f in LIKE if name in LIKE[f])):
                yield Call(other, args, order)


def lost_function(t: Term, scope: Scope) -> Iterator[Term]:
    """f(u) as u."""
    match t:
        case Call(_, (arg,), 0):
            yield arg


def argument(t: Term, scope: Scope) -> Iterator[Term]:
    """f(u) at another multiple of u."""
    match t:
        case Call(name, (Mul(factors),), order):
            for n in range(len(factors)):
                rest = without(factors, n)
                yield Call(name, (rest[0] if len(rest) == 1 else Mul(rest),), order)
        case Call(name, (Div(above, _),), order):
            yield Call(name, (above,), order)
        case Call(name, (Add(terms),), order):
            for n in range(len(terms)):
                rest = without(terms, n)
                yield Call(name, (rest[0] if len(rest) == 1 else Add(rest),), order)


def argument_back(t: Term, scope: Line) -> Iterator[Term]:
    """f at the argument that it has in the line before, at twice or half of what it has here."""
    match t:
        case Call(name, _, 0):
            yield from (before for before in scope.calls if before.name == name)
    match t:
        case Call(name, (arg,), order) if not isinstance(arg, Number):
            yield Call(name, (TWO * arg,), order)
            yield Call(name, (arg / TWO,), order)


def numbers_only(claim: Claim) -> Iterator[Claim]:
    """Two numbers that differ: a slip of arithmetic, and what it should have been is not said."""
    match claim.relation:
        case Relation("=", left, right) if _plain_number(left) and _plain_number(right):
            yield replace(claim, relation=Relation("=", left, left))


def _plain_number(t: Term) -> bool:
    return not free_names(t) and all(
        isinstance(s, (Number, Add, Mul, Neg, Div, Pow)) for s in subterms(t)
    )


# fmt: off
SLIPS: tuple[Mistake, ...] = (
    Mistake("sign",
        "The sign of this side is wrong.",
        "Go through the signs again, one by one.",
        ("-(x - y)^3", "(x - y)^3"), meant=whole_sign),
    Mistake("arithmetic",
        "These two numbers differ: a slip in the arithmetic.",
        "Work the numbers out once more.",
        (r"3 \cdot 4 + 2", "13"), meant=numbers_only),
    Mistake("inequality turned round",
        "The inequality holds the other way round.",
        "Put a number in. Multiplying by something negative turns an inequality round.",
        ("x^2 + 1 > x^2", "x^2 + 1 < x^2"), meant=turned_round),
    Mistake("sign of a summand",
        "The sign of one summand is wrong.",
        "Go through the signs of the summands, one by one.",
        ("(x - y) (x + y)", "x^2 + y^2"), sign, sign),
    Mistake("sign inside",
        "A sign inside an argument or an exponent is wrong.",
        "Look at what stands in the brackets and in the exponents.",
        (r"\exp(-x) + x", r"\exp(x) + x"), sign_inside, sign_inside),
    Mistake("factor 2",
        "A factor 2 or ½ is missing or too much.",
        "Where does a 2 come from or go to in this line?",
        ("x^2 + 2 x y", "x^2 + x y"), factor_two, factor_two, whole_factor_two),
    Mistake("square lost",
        "A square is missing, or there is one too many.",
        "Compare the exponents on both sides.",
        ("x + y^2", "x + y"), square, square),
    Mistake("wrong exponent",
        "An exponent is off by one.",
        "Compare the exponents on both sides.",
        ("x + y^5", "x + y^4"), exponent, exponent),
    Mistake("number",
        "A number is wrong here.",
        "Compare the numbers on both sides.",
        ("x^3 + 7", "x^3 + 8"), constants, constants),
    Mistake("argument of a function",
        "The argument of a function is not the same any more.",
        "Compare what stands in the brackets.",
        (r"\sinh(3 x) + y", r"\sinh(x) + y"), argument, argument_back),
    Mistake("another function",
        "Here stands another function than in the line before.",
        "Compare the names of the functions.",
        (r"x \sin(y)", r"x \cos(y)"), another_function, another_function),
    Mistake("function lost",
        "A function is gone: only its argument is left.",
        "Compare the names of the functions.",
        (r"x + \log(y)", "x + y"), lost_function, found_function, given=("y > 0",)),
    Mistake("summand lost",
        "A summand is gone.",
        "Count the summands.",
        ("x^2 + x y + z", "x^2 + z"), lost_summand, any_of(lost_summand, found_summand), missing_summand),
    Mistake("factor lost",
        "A factor is gone, or there is one too many.",
        "Compare the factors on both sides.",
        ("x y z + 1", "x y + 1"), lost_factor, any_of(lost_factor, found_factor), missing),
)
# fmt: on
