"""Whether a chain with a false step in it comes to something of the form that was to be reached.

Throughout: ``t`` is the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from derive.grade.comparing import alike, shape
from derive.grade.equations import Equation
from derive.grade.ledger import plus
from derive.grade.targets import Target
from derive.term import Term, free_names

if TYPE_CHECKING:
    from derive.grade.evidence import Solution


def near(solution: Solution, off: Sequence[Equation], t: Target, counts: Sequence[str]) -> bool:
    """Is the end of a chain with one of these false steps like the goal: with a summand of it, or
    the same but for signs and numbers, tanh(x/2) for tanh(x)?  ``counts``: verdicts of what is
    true."""
    against, ledger = solution.against, solution.ledger
    for c in dict.fromkeys(e.at[0] for e in off):
        chain = _judged(solution.chains[c], counts)
        if not chain:
            continue
        case, begin, end = chain[0].case, chain[0].left, chain[-1].right
        left, right = against.sides(t, case or t.case)
        goals = left if any(ledger.same(begin, s) for s in right) else right
        begun = right if goals is left else left
        moved = against.difference(end, begin, case)
        start, goal = map(ledger.multiplied_out, (begun[0], goals[0]))
        if moved is not None and start and goal and alike(plus(moved, start), goal):
            return True
        form = shape(end)
        if free_names(form) and form in map(shape, (*goals, *_said_of(goals[0], solution))):
            return True
    return False


def written_otherwise(solution: Solution, own: Sequence[Equation], t: Target) -> bool:
    """Does a chain lead from side to side by a line that arithmetic cannot tell from the claim, and
    in which a side of it is written in another way?"""
    direct = solution.against.direct
    return any(
        e in own and direct(e, t) and solution.against.rewritten(e, t)
        for chain in solution.chains.values()
        if len(chain) > 1 and direct(chain[0]._replace(right=chain[-1].right), t)
        for e in chain
    )


def _said_of(goal: Term, solution: Solution) -> Iterable[Term]:
    """What other claims say that it is."""
    for u in solution.targets:
        for one, other in ((u.left, u.right), (u.right, u.left)):
            if solution.ledger.same(one, goal):
                yield other


def _judged(chain: Sequence[Equation], counts: Sequence[str]) -> Sequence[Equation]:
    """The chain as far as it goes from one judged step to the next."""
    judged = (*counts, "refuted", "skipped")
    n = next((n for n, e in enumerate(chain) if e.verdict not in judged), len(chain))
    return chain[:n]
