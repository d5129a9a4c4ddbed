"""Fewer lines of plain algebra, as a person writes them.

A search makes one move a line; a reader follows several moves of algebra at a glance, as long as
both ends read alike: (r − xy)/r² = 1/r · (1 − y · x/r).

Throughout: a *run* is a sequence of lines whose moves are all algebra; ``k`` counts its lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.explain.describing import described
from derive.explain.likeness import Level
from derive.explain.moves import Line
from derive.explain.scope import Scope
from derive.term import Term

LONGEST_RUN = 6  # lines that one line may stand for
MULTIPLIED = ("multiply out",)
SHORTEST_RUN = 3  # two moves are two lines: split the fraction, cancel
MOST_PARTS = 8  # of a sum whose terms are still compared at a glance
CANCELLING = frozenset(
    (
        "cancel",
        "rearrange",
        "one-fraction",
        "split-fraction",
        "common-denominator",
        "collect-powers",
    )
)
IDEAS = (("add and subtract the same",),)  # algebra, but nobody would come upon it at a glance
ALGEBRA = frozenset(
    (
        "cancel", "rearrange", "like-terms", "multiply-out", "one-fraction", "split-fraction",
        "common-denominator", "collect-powers", "join-powers", "pull-out", "factor-out",
        "factor-cancel", "multiply-out-sum", "split-sum", "arithmetic",
    )
)  # fmt: skip


def shortened(start: Term, lines: Sequence[Line], scope: Scope) -> list[Line]:
    """``lines`` after ``start`` with each run of algebra as short as a reader follows."""
    kept = list[Line]()
    before, n = start, 0
    while n < len(lines):
        fewer, count = _fewer(before, lines[n:], scope)
        kept += fewer
        before, n = fewer[-1].term, n + count
    return _without_repeats(kept)


def _fewer(before: Term, lines: Sequence[Line], scope: Scope) -> tuple[list[Line], int]:
    """What stands for the longest run from ``before`` on, and how many lines that is."""
    run = 0
    while run < min(len(lines), LONGEST_RUN) and is_algebra(lines[run]):
        run += 1
    for k in range(run, 1, -1):
        if k < SHORTEST_RUN and not _turns_back(lines[:k]):
            continue
        after = lines[k - 1].term
        whole = jumps(before, [after], scope)
        if not whole:
            continue
        opened = [line.term for line in lines[: k - 1] if line.because == MULTIPLIED]
        if ", " in str(whole[0].because[0]) and opened:  # multiply out, and then something else
            at = max(n for n in range(k - 1) if lines[n].because == MULTIPLIED)
            two = jumps(before, [opened[-1], after], scope)
            if two and not _covers(two[1], lines[at + 1 : k]):
                return [two[0], *lines[at + 1 : k]], k
            return two or whole, k
        if _covers(whole[0], lines[:k]):
            return whole, k
    return [lines[0]], 1


def _covers(line: Line, moves: Sequence[Line]) -> bool:
    """Whether the words of one line tell what these lines do: "cancel" tells of no factoring."""
    names = {name for move in moves for name in move.rule.split("+")}
    return line.because != ("cancel",) or names <= CANCELLING


def jumps(before: Term, places: Sequence[Term], scope: Scope) -> list[Line]:
    """From place to place, a line each; [] where one is not seen at a glance."""
    found = list[Line]()
    for after in places:
        level = seen_at(before, after, scope)
        if level is None:
            return []
        found.append(Line(after, *described(before, after, scope, level)))
        before = after
    return found


def _turns_back(lines: Sequence[Line]) -> bool:
    """x (1 − a + a), and then (1 − a) x + a x: the first only leads to the second."""
    return {line.because for line in lines} == {("factor out",), ("multiply out",)}


def seen_at(before: Term, after: Term, scope: Scope) -> Level | None:
    """How alike both are, if that is seen without a line in between."""
    likeness = scope.likeness
    if likeness.same(before, after):
        return Level.SAME
    under = likeness.denominators(before) | likeness.denominators(after)
    form = likeness.split(before, under)
    if form is None or len(form) > MOST_PARTS or form != likeness.split(after, under):
        return None
    return Level.SPLIT


def is_algebra(line: Line) -> bool:
    idea = line.because in IDEAS or line.because[:1] == ("since ",)
    return not line.assumes and not idea and all(name in ALGEBRA for name in line.rule.split("+"))


def _without_repeats(lines: Sequence[Line]) -> list[Line]:
    """The same move of algebra twice in a row is done at once."""
    kept = list[Line]()
    for line in lines:
        if kept and is_algebra(line) and kept[-1].because == line.because:
            kept[-1] = line
        else:
            kept.append(line)
    return kept
