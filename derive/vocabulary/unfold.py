"""Rows put in place of their names, and components moved inwards to the names.

    softmax(x)_i   ->   exp(x_i) / sum_k exp(x_k)        (a - b)_i   ->   a_i - b_i

Throughout: ``t`` is a term, ``of`` an array-valued one, an axis the Range of one index.
"""

from __future__ import annotations

from fractions import Fraction

from derive.term import (
    Add,
    BigOp,
    Call,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Range,
    Symbol,
    Term,
    Transpose,
    bound_names,
    free_names,
    fresh,
    rebuild,
    replace,
    substitute,
    term,
)
from derive.vocabulary.functions import FUNCTIONS
from derive.vocabulary.table import Function

ONE = Number(Fraction(1))


class NoComponents(ValueError):
    """A term whose components can't be named; the message says which."""


def written_out(
    row: Function, args: tuple[Term, ...], given: Given, index: Term | None = None
) -> Term:
    """The definition in ``row`` with parameters, dimensions and component index replaced.

    Raises NoComponents on a wrong number of arguments or where an argument is no array with
    components from 1.
    """
    if row.body is None or len(args) != len(row.parameters):
        raise NoComponents(f"{row.name} of {len(args)} arguments; it has {len(row.parameters)}")
    avoid = set().union(*map(free_names, args), free_names(index) if index else ())
    by: dict[str, Term] = {row.component: index} if index is not None else {}
    arrays: dict[str, Term] = {}
    for parameter, arg in zip(row.parameters, args, strict=True):
        if not parameter.dimension:
            by[parameter.name] = arg
            continue
        arrays["#" + parameter.name] = arg
        names = [n for n in (parameter.dimension, parameter.columns) if n]
        ranges = axes(arg, given)
        if len(ranges) != len(names) or any(r.lower != ONE for r in ranges):
            raise NoComponents(f"{row.name} of an argument that is no array with components from 1")
        by.update((n, r.upper) for n, r in zip(names, ranges, strict=True))

    def marked(t: Term) -> Term:  # so that no name in an argument is taken for a parameter
        if isinstance(t, Indexed) and "#" + t.name in arrays:
            return Indexed("#" + t.name, t.indices)
        return rebuild(t, marked)

    def replaced(t: Term) -> Term:
        if isinstance(t, Indexed) and t.name in arrays:
            return component(arrays[t.name], t.indices, given)
        return rebuild(t, replaced)

    return replaced(substitute(marked(renamed(row.body, avoid)), by))


def component(of: Term, indices: tuple[Term, ...], given: Given) -> Term:
    """``of_indices`` with the indices moved to the names.  Raises NoComponents."""

    def inside(t: Term) -> Term:
        return component(t, indices, given)

    match of:
        case Symbol(name):
            return Indexed(name, indices)
        case Add() | Neg():
            return rebuild(of, inside)
        case Mul(factors) if sum(1 for s in factors if axes(s, given)) == 1:
            return Mul(tuple(inside(s) if axes(s, given) else s for s in factors))
        case Div(numerator, denominator) if not axes(denominator, given):
            return Div(inside(numerator), denominator)
        case Transpose(arg):
            return component(arg, indices[::-1], given)
        case Matrix(rows) if all(isinstance(i, Number) for i in indices):
            at = [int(i.value) - 1 for i in indices if isinstance(i, Number)] + [0]
            if 0 <= at[0] < len(rows) and 0 <= at[1] < len(rows[at[0]]):
                return rows[at[0]][at[1]]
        case Call(name, args, 0) if name in FUNCTIONS and name not in given.definitions:
            if FUNCTIONS[name].component:
                return written_out(FUNCTIONS[name], args, given, indices[0])
            return rebuild(of, lambda s: inside(s) if axes(s, given) else s)
        case Derivative(body, variable) if not axes(body, given):
            return Derivative(body, component(variable, indices, given))
    raise NoComponents(f"the components of {type(of).__name__} can't be named")


def axes(t: Term, given: Given) -> tuple[Range, ...]:
    """The ranges of the axes of an array-valued term, () for a scalar."""
    match t:
        case Symbol(name) if name in given.shapes:
            return given.shapes[name]
        case Symbol(name) if name in given.definitions:
            definition = given.definitions[name]
            return () if definition.indices else axes(definition.body, given)
        case Add(parts) | Mul(parts):
            return next(filter(None, (axes(s, given) for s in parts)), ())
        case Neg(arg) | Div(arg, _):
            return axes(arg, given)
        case Transpose(arg):
            return axes(arg, given)[::-1]
        case Matrix(rows):
            both = Range(ONE, term(len(rows))), Range(ONE, term(len(rows[0])))
            return both if len(rows[0]) > 1 else both[:1]
        case Derivative(body, variable):
            return axes(body, given) + axes(variable, given)
        case Call(name, args) if name in FUNCTIONS and name not in given.definitions and args:
            row = FUNCTIONS[name]
            if any(p.dimension for p in row.parameters):
                return axes(args[0], given)[:1] if row.component else ()
            return next(filter(None, (axes(s, given) for s in args)), ())
    return ()


def renamed(t: Term, avoid: set[str]) -> Term:
    """``t`` with its dummies renamed away from the names in ``avoid``."""
    t = rebuild(t, lambda s: renamed(s, avoid))
    if not isinstance(t, BigOp) or t.index not in avoid:
        return t
    name = fresh(t.index, avoid | free_names(t.body) | bound_names(t.body))
    return replace(t, index=name, body=substitute(t.body, {t.index: Symbol(name)}))
