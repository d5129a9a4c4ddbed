"""Solving for a name that nothing defines: Z, where a sum with Z in it is given to be one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from derive.explain.chains import worked_out
from derive.explain.moves import Line
from derive.explain.scope import Scope
from derive.explain.tidy import ONE
from derive.term import BigOp, Div, Relation, Symbol, Term, free_names


class Solved(NamedTuple):
    """``lines`` lead from 1 to ``value / symbol``; ``given`` is where they begin."""

    given: Relation
    lines: list[Line]
    value: Term


def unknowns(left: Term, right: Term, scope: Scope) -> Iterator[Symbol]:
    """Names on the way that nothing defines and the right side does not have: Z."""
    for name in sorted(scope.reach_of(left) - free_names(right)):
        if name not in scope.given.definitions and not scope.given.shapes.get(name):
            yield Symbol(name)


def solved_for(symbol: Symbol, scope: Scope) -> Solved | None:
    """1 = Σ P_j = .. = S/Z, where Σ P_j = 1 is given and P_j contains Z: then Z = S."""
    for relation in scope.relations("="):
        for total, value in ((relation.left, relation.right), (relation.right, relation.left)):
            if not isinstance(total, BigOp) or value != ONE:
                continue
            if symbol.name not in scope.reach_of(total):
                continue
            begun = Line(total, "stated-total", (relation, ", as given"), (), True)
            lines = list[Line]()
            for line in worked_out(ONE, scope, [begun])[1:]:
                lines.append(line)
                match line.term:
                    case Div(above, below) if below == symbol:
                        if symbol.name not in scope.reach_of(above):
                            return Solved(relation, lines, above)
    return None
