"""Names with numbers as their values: 2 · 0 + 4 · 4 + (−1) · 3, before it is worked out."""

from __future__ import annotations

from derive.explain.scope import Scope
from derive.explain.tidy import rational
from derive.term import BigOp, Indexed, Matrix, Symbol, Term, rebuild

DEEPEST = 8  # definitions that lead to a number


def value(t: Term, scope: Scope) -> Term | None:
    """The number that a name stands for, None where it is none."""
    for _ in range(DEEPEST):
        if rational(t) is not None:
            return t
        meaning = scope.unfold(t)
        if meaning is None:
            return None
        t = meaning
    return None


def with_numbers(t: Term, scope: Scope) -> Term | None:
    """``t`` with a number for each name, nothing worked out; None where a name has none."""
    missing = False

    def put(s: Term) -> Term:
        nonlocal missing
        if isinstance(s, (Symbol, Indexed)):
            found = value(s, scope)
            missing = missing or found is None
            return found or s
        missing = missing or isinstance(s, BigOp)
        return rebuild(s, put)

    after = put(t)
    return None if missing else after


def array_of_numbers(name: str, scope: Scope) -> Matrix | None:
    """A defined array of names whose values are numbers, such as a padded input."""
    row = scope.given.definitions[name]
    if not isinstance(row.body, Matrix) or row.indices or row.parameters:
        return None
    found = with_numbers(row.body, scope)
    return found if isinstance(found, Matrix) and found != row.body else None
