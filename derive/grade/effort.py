"""How much of a claim's work a solution with false steps in it still does.

What follows an error is marked as consistent, but a wrong result may leave nothing to do: with
f' = 1 the second derivative is no work any more, and any end has the form of the goal by chance.
So the work that was done is compared with the claim's own, both in textbook steps.

Throughout: ``t`` is the claim, a run is a stretch of true steps in one chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias

from derive.grade.equations import Equation
from derive.grade.evidence import HOPE, Evidence, Solution
from derive.grade.targets import Target, size
from derive.term import Claim, Relation

Place: TypeAlias = tuple[int, int]
ENOUGH = 2  # half of the work: from there on what is left of a claim is as good as the whole


def worth(
    found: Evidence, t: Target, solution: Solution, named: Collection[Place], steps: int
) -> tuple[Evidence, Evidence]:
    """What was found as it counts at least and at most.

    ``named``: the false steps that are one known mistake, or follow from another part's: each is
    as much work as the step that it should have been.  After any other one nobody knows whether
    it is still the same problem.  ``steps``: lines that lead from side to side at least.
    """
    carries = any(e.at in named for e in found.own)
    if not carries and all(e.verdict != "refuted" for e in found.own):
        return found, found
    if found.level == "shown" and not found.wrong and not carries:
        return found, found  # in another attempt
    stretches = list(_stretches(found, solution, named))
    known = {e.at for run, lost in stretches for e in run if not lost}
    less = found._replace(lines=tuple(e for e in found.lines if e.at in known))
    if found.level != "shown" and not found.arrived:
        return less, found
    less = less._replace(level="jump" if found.level == "shown" else "begun", arrived=False)
    less = less._replace(easier=True)
    lines = len(found.lines) + sum(e.at in named for e in found.own)
    work = [(_steps(run, found, t, solution, named), lost) for run, lost in stretches]
    whole = t.size or t.lines
    if sum(done for done, _ in work) * ENOUGH < whole or lines < min(steps, t.lines):
        return less, less
    sure = sum(done for done, lost in work if not lost)
    return (found if sure * ENOUGH >= whole else less), found


def _stretches(
    found: Evidence, solution: Solution, named: Collection[Place]
) -> Iterator[tuple[list[Equation], bool]]:
    """The runs of each chain, and the other steps alone; whether it comes after a false step of
    which nobody knows what went wrong, or is one."""
    mended = {(c, s - 1) for c, s in (e.at for e in found.own if e.slip)}
    for c in dict.fromkeys(e.at[0] for e in found.own):
        lost = False
        for run in _runs(solution.chains[c]):
            first = run[0]
            lost = lost or not (first.verdict == "proved" or first.at in {*named, *mended})
            yield run, lost


def _steps(
    run: Sequence[Equation],
    found: Evidence,
    t: Target,
    solution: Solution,
    named: Collection[Place],
) -> int:
    """Textbook steps from where the run begins to where it ends, whatever detour it makes; its
    lines where that is not known."""
    if run[0].verdict != "proved":
        return int(run[0].at in named or run[0].verdict in HOPE)
    leading = {e.at for e in found.lines}
    lines = [e for e in run if e.at in leading]  # not what was written twice, nor the claim itself
    if not lines or solution.ledger.same(lines[0].left, lines[-1].right):
        return 0
    ends = Relation("=", lines[0].left, lines[-1].right)
    return solution.once.of(size, Claim(ends, t.given)) or len(lines)


def _runs(chain: Sequence[Equation]) -> Iterator[list[Equation]]:
    """True steps as far as they follow one another; each other step alone."""
    run = list[Equation]()
    for e in chain:
        if run and (e.verdict != "proved" or e.slip or e.case != run[0].case):
            yield run
            run = []
        if e.slip or e.verdict == "skipped":
            continue  # over a false line, which stands before it
        if e.verdict == "proved":
            run.append(e)
        else:
            yield [e]
    if run:
        yield run
