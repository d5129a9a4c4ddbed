"""How much of a claim's work a solution does, in textbook steps.

A small true line and then the end that the text gives is no derivation: what all lines do but the
largest must be a part of the work, too.

What follows an error is marked as consistent, but a wrong result may leave nothing to do: with
f' = 1 the second derivative is no work any more, and any end has the form of the goal by chance.
So the work that was done is compared with the claim's own.

Throughout: ``t`` is the claim, a run is a stretch of true steps in one chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeAlias

from derive.grade.equations import ORDERS, Equation
from derive.grade.evidence import HOPE, Evidence, Solution
from derive.grade.targets import Target, size
from derive.term import Assumption, Claim, Given, Relation

Place: TypeAlias = tuple[int, int]
SIGNS = {orders: sign for sign, orders in ORDERS.items()}
ENOUGH = 2  # half of the work: from there on what is left of a claim is as good as the whole
PART = 3  # a third of it: what the lines without the largest step have to do


def weighed(found: Evidence, t: Target, solution: Solution, limit: int) -> Evidence:
    """What was found; a "jump" where nearly all of the claim is one step, of more than ``limit``
    textbook steps, and none where the step that arithmetic cannot tell from the claim is small."""
    if t.size <= limit or not found.lines:  # it follows from other lines than its own
        return found
    small = [e for e in found.own if _small(e, t, solution, limit)]
    if found.level == "jump" and small:
        return found._replace(level="shown", lines=(*found.lines, *small))
    false = any(e.verdict == "refuted" for e in found.own)
    if found.level == "shown" and not false and _leaps(found, t, solution, limit):
        return found._replace(level="jump")
    return found


def _small(e: Equation, t: Target, solution: Solution, limit: int) -> bool:
    """Does this step say what the claim says, after work that arithmetic can do?"""
    if e.verdict != "proved" or e.slip or not solution.against.direct(e, t):
        return False
    others = [f for f in solution.chains[e.at[0]] if f.at != e.at and f.verdict == "proved"]
    taken = _taken(e, t, solution)
    return bool(others) and taken > 0 and (taken <= limit or taken * PART <= t.size * (PART - 1))


def _taken(e: Equation, t: Target, solution: Solution) -> int:
    """Textbook steps that a line takes; 0 where that is not known."""
    return solution.once.of(size, Claim(Relation("=", e.left, e.right), _within(e, t)))


def _leaps(found: Evidence, t: Target, solution: Solution, limit: int) -> bool:
    done, largest, leap = 0, 0, None
    for e in _working(found.own, t, solution):
        steps = _taken(e, t, solution) if e.verdict == "proved" else 0
        if not steps or done * PART >= t.size:
            return False  # nobody knows how much it is, or enough is done besides
        done += min(steps, largest)
        if steps > largest:
            largest, leap = steps, e
    if leap is None or largest <= limit or done * PART >= t.size:
        return False
    direct = solution.against.direct
    true = (e for e in solution.equations if e.verdict == "proved" and e.at != leap.at)
    small = [e for e in true if not direct(e, t) and _taken(e, t, solution) <= limit]
    return not _adds_up_to(leap, t, solution, small)


def _working(own: Iterable[Equation], t: Target, solution: Solution) -> Iterator[Equation]:
    """Lines of the claim's own chains, and of those about no claim (what something on the way is),
    that are true or may be.  Each once."""
    aside = (e for e in solution.equations if e.at[0] not in solution.home)
    form, seen = solution.ledger.form, set[object]()
    for e in (*own, *aside):
        key = form(e.left), form(e.right), e.case
        if e.verdict in HOPE and not e.slip and key not in seen:
            seen.add(key)
            if not solution.against.direct(e, t) and key[0] != key[1]:
                yield e


def _adds_up_to(e: Equation, t: Target, solution: Solution, lines: Sequence[Equation]) -> bool:
    """Is this line what others add up to, read at other values, too?"""
    difference = solution.against.difference
    rows = [difference(f.left, f.right, e.case) for f in solution.read_on(t, lines)]
    return solution.ledger.reached(difference(e.left, e.right, e.case), rows)


def _within(e: Equation, t: Target) -> Given:
    """What is given for a line."""
    if e.case is None or e.case.orders not in SIGNS:
        return t.given
    return t.given.with_assumptions(
        Assumption("relation", Relation(SIGNS[e.case.orders], *e.case.pair))
    )


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
