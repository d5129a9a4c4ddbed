"""How far an operator without brackets reaches: Σ_j a_j + b_j, ∂/∂x Wx + b.

A Σ takes the product after it.  A following term in which its index occurs belongs to it too
(``Σ_j y_j δ_ij - y_j p_i`` is meant as one sum); where later terms do not mention the index, the
sum may still be meant to cover them, which is a second reading.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from derive.term import Add, BigOp, Derivative, Mul, Neg, Term, binders, free_names, replace

Choose = Callable[[Hashable, int], int]


class Open(NamedTuple):
    """An operator at the right edge of a term, not closed by a bracket.

    ``dummy``: what a Σ binds; "" for a derivative.
    """

    dummy: str
    at: int


Piece = tuple[Term, tuple[Open, ...]]


def resolve(terms: Sequence[Piece], choose: Choose, declared: frozenset[str]) -> list[Term]:
    """The terms of a sum after each open operator has taken the terms that belong to it.

    ``terms``: each with its open operators, outermost first.  ``declared``: indices that are
    free in the formula by declaration.
    """
    out: list[Term] = []
    at = 0
    while at < len(terms):
        t, operators = terms[at]
        end = at + 1
        if operators and end < len(terms):
            end = _reach(terms, at, choose, declared)
        if end > at + 1:
            rest = resolve(terms[at + 1 : end], choose, declared)
            t = _widened(t, _level(operators, rest), rest)
        out.append(t)
        at = end
    return out


def _reach(terms: Sequence[Piece], at: int, choose: Choose, declared: frozenset[str]) -> int:
    """One past the last term that the operators open in ``terms[at]`` cover."""
    operators = terms[at][1]
    indices = {o.dummy for o in operators if o.dummy}
    least = at + 1
    wider = least
    rebound = False
    for later in range(at + 1, len(terms)):
        if indices & free_names(terms[later][0]):
            wider = later + 1
        rebound = rebound or any(b.index in indices for b in binders(terms[later][0]))
    options = [wider]
    if wider > least and indices & declared:
        options.append(least)
    if wider < len(terms) and not rebound:
        options.append(len(terms))
    if len(options) == 1:
        return wider
    return options[choose(("scope", operators[0].at, at), len(options))]


def _level(operators: tuple[Open, ...], rest: Sequence[Term]) -> int:
    """Which of the nested operators takes ``rest``: the innermost whose index occurs in it."""
    used: set[str] = set().union(*map(free_names, rest))
    for level in range(len(operators) - 1, -1, -1):
        if operators[level].dummy in used:
            return level
    return len(operators) - 1


def _widened(t: Term, level: int, rest: Sequence[Term]) -> Term:
    """``t`` with ``rest`` added to the body of its open operator number ``level``."""
    match t:
        case Neg(arg):
            return replace(t, arg=_widened(arg, level, rest))
        case Mul(factors):
            return replace(t, factors=(*factors[:-1], _widened(factors[-1], level, rest)))
        case BigOp(body=body) | Derivative(body=body):
            if level:
                return replace(t, body=_widened(body, level - 1, rest))
            span = body.span | rest[-1].span if body.span and rest[-1].span else None
            return replace(t, body=Add((body, *rest), span=span))
    return Add((t, *rest))
