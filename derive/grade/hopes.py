"""What a solution may mean besides what it says: the lines that nobody judged, and beginnings that
were worked out in the head.

Throughout: ``t`` is the claim, ``c`` the number of a chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.grade.equations import UNREAD, Equation
from derive.grade.ledger import Polynomial
from derive.grade.targets import Target, opened
from derive.term import Derivative, Symbol, Term, free_names

if TYPE_CHECKING:
    from derive.grade.evidence import Solution

OPEN = ("undecided", "unread")  # verdicts that leave open whether it is true


def hopes(
    solution: Solution,
    own: Sequence[Equation],
    t: Target,
    hoping: bool,
    clear: Mapping[int, bool],
) -> list[Polynomial]:
    """What may be meant: a side that cannot be read is what was to be reached; a chain that ends in
    the one side of the claim begins with the other, worked out in the head.  Without ``hoping``
    only what is evident, or was decided to be ``clear``."""
    ledger, rows = solution.ledger, list[Polynomial | None]()
    for e in own if hoping else ():
        for s, side in ((e.left, t.left), (e.right, t.right)):
            if isinstance(s, Symbol) and s.name.startswith(UNREAD):
                rows.append(ledger.difference(s, side))
    for c in {e.at[0] for e in own}:
        found = gap(solution, c, t)
        if found is not None and clear.get(c, hoping or _evident(solution, *found, t)):
            rows.append(ledger.difference(*found))
        if hoping:
            rows += _said_alike(solution, c, t)
    return [row for row in rows if row]


def gap(solution: Solution, c: int, t: Target) -> tuple[Term, Term] | None:
    """A side of the claim that no chain about it has at an end, and the line equal to it that
    chain ``c`` begins with instead, where the other side was reached."""
    ledger, about = solution.ledger, solution.home.get(c)
    first = solution.chains[c][0].left
    ends = [
        end
        for d, chain in solution.chains.items()
        if solution.home.get(d) == about
        for end in (chain[0].left, chain[-1].right)
    ]
    for goal, other in ((t.right, t.left), (t.left, t.right)):
        reached, begun = (any(ledger.same(end, side) for end in ends) for side in (goal, other))
        if reached and not begun and not ledger.same(first, goal):
            worked = ledger.multiplied_out(first)
            if worked != ledger.multiplied_out(goal) and solution.equal(first, t):
                return other, first
    return None


def _evident(solution: Solution, side: Term, line: Term, t: Target) -> bool:
    """Do both differentiate what is the same, once names are put in?"""
    match side, line:
        case Derivative(a, by), Derivative(b, also) if by == also:
            pair = opened(a, t.scope), opened(b, t.scope)
            return solution.ledger.likeness.rationally_equal(*pair)
    return False


def _said_alike(solution: Solution, c: int, t: Target) -> Iterable[Polynomial | None]:
    """What the lines of a chain that were not judged leave open: whether its beginning, in names
    that nobody knows, is a side of the claim, and where one line goes on from another that could
    not be read."""
    chain, difference = solution.chains[c], solution.ledger.difference
    known = free_names(t.left) | free_names(t.right) | t.given.definitions.keys()
    first = chain[0]
    is_open = first.altered or first.verdict in OPEN
    if is_open and not free_names(first.left) <= known:
        yield from (difference(first.left, side) for side in (t.left, t.right))
    for e, after in pairwise(chain):
        if "unread" in (e.verdict, after.verdict):
            yield difference(e.right, after.left)
