"""Where a derivative is set to zero: the variable that is solved for, and the name of the solution.

\\hat{\\mu}, \\mu^{*}, \\mu_{ML} after ∂l/∂μ = 0 are values of μ that solve it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from derive.read.formula import Side
from derive.term import (
    Call,
    Component,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    subterms,
    subterms_of,
    term,
)

_ZERO = term(0)
_DECORATED = re.compile(
    r"\\(?:hat|tilde|check)\{(?P<under>\\?[A-Za-z]+)\}(?:[_^]\{[^{}]*\})?"
    r"|(?P<before>\\?[A-Za-z]+)(?:_\{(?:ML|MLE|MAP|OLS|LS|opt|min|max|best|ridge|\*)\}|\^\{(?:\*|opt|star)\})+"
)


class Extremum(NamedTuple):
    """An equation that says where a derivative by ``names`` vanishes.

    ``written``: it stands there with its "= 0", not as a derivative that is set to zero later.
    """

    at: int
    names: frozenset[str]
    equation: Relation
    written: bool


def undecorated(name: str) -> str:
    """The variable that a solution is named after, "" where the name is not that of a solution."""
    found = _DECORATED.fullmatch(name)
    return (found["under"] or found["before"]) if found else ""


def derived_by(t: Term) -> frozenset[str]:
    """The variables of a first derivative that stands alone or with numbers: ∂L/∂w, l'(p)."""
    match t:
        case Derivative(body, Symbol(name) | Indexed(name)) if not isinstance(body, Derivative):
            return frozenset((name,))
        case Call(_, args, 1):
            return frozenset(a.name for a in args if isinstance(a, Symbol))
        case Neg(arg) | Component(arg):
            return derived_by(arg)
        case Div(arg, Mul((Number(), Symbol(name)))) if derived_by(arg) == {name}:
            return frozenset((name,))  # by a square
        case Mul(factors) if not any(free_names(f) for f in factors[:-1]):
            return derived_by(factors[-1])
    return frozenset()


def extremum(sides: Sequence[Side], at: int) -> Extremum | None:
    """What a chain a = b = c says of the places where a derivative vanishes."""
    read = [side.readings[0] for side in sides if side.readings]
    if len(read) < 2:
        return None
    names = derived_by(read[0]) or (derived_by(read[1]) if read[0] == _ZERO else frozenset())
    zero = next((n for n, t in enumerate(read) if t == _ZERO), -1)
    if not names:
        names = frozenset[str]().union(*(derived_by(s) for s in subterms(read[0])))
        if zero < 0 or not names or _is_differential(read[0]):
            return None
    last = (read[zero - 1] if zero else read[-1]) if zero >= 0 else read[-1]
    if last == _ZERO or (contains(last, Derivative) and zero < 0) or (_primed(last) and zero < 0):
        return None
    return Extremum(at, names, Relation("=", last, _ZERO), zero >= 0)


def _is_differential(t: Term) -> bool:
    """Whether a function stands beside its own derivative: x'' + a x = 0 says what x is."""
    calls = [s for s in subterms_of(t, Call) if isinstance(s, Call)]
    return bool({s.name for s in calls if s.order} & {s.name for s in calls if not s.order})


def is_set_to_zero(one: Extremum, later: Extremum) -> bool:
    """Whether ``later``, ∂L/∂w = 0, sets the derivative to zero that ``one`` has written out."""
    return not one.written and one.at < later.at and bool(one.names & later.names)


def _primed(t: Term) -> bool:
    return any(s.order for s in subterms_of(t, Call))
