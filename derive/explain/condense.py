"""Fewer lines: several moves in one, where a practised reader follows.

Which lines stay is chosen for all of them at once: a line is cheap to drop if its move is light,
and cheap to show if it is short.  The kernel judges what is left.

Throughout: a *group* is a run of steps that becomes one line, that of its last step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.explain.proof import Proof, Reason, Step
from derive.term import Claim, Relation, Term, replace, subterms

LARGEST = 4  # moves in one line
MOST_REASONS = 3  # that one line gives
# Moves that are seen without being told.
LIGHT = frozenset(
    (
        "cancel", "rearrange", "like-terms", "multiply-out", "one-fraction", "split-fraction",
        "common-denominator", "collect-powers", "join-powers", "pull-out", "constant", "variable",
        "constant-factor", "sum", "named-sum", "constant-sum", "factor-out", "components",
        "delta-square", "delta-swap", "multiply-out-sum", "split-sum",
    )
)  # fmt: skip
HEAVY, MILD, A_LINE = 4.0, 1.0, 40.0


def condensed(proof: Proof, most: int, judge: Callable[[Claim], bool]) -> Proof:
    """``proof`` in at most ``most`` lines, if groups of LARGEST allow it and ``judge`` does."""
    steps = proof.steps
    if len(steps) <= most or most < 1:
        return proof
    before, kept = proof.start, list[Step]()
    for group in _groups(steps, most):
        for step in _as_one(before, group, proof.claim, judge):
            kept.append(step)
            before = step.term
    return replace(proof, steps=tuple(kept))


def _as_one(
    before: Term, group: Sequence[Step], claim: Claim, judge: Callable[[Claim], bool]
) -> Sequence[Step]:
    if len(group) == 1:
        return group
    merged = _merged(group)
    line = replace(claim, relation=Relation(merged.relation, before, merged.term))
    return (merged,) if judge(line) else group


def _merged(group: Sequence[Step]) -> Step:
    """One line for all: its reasons are those that must be told, in order."""
    told = [step for step in group if not _light(step)] or [group[-1]]
    reasons = list(dict.fromkeys(step.because for step in told if step.because))
    relation = next((step.relation for step in group if step.relation != "="), "=")
    names = dict.fromkeys(name for step in group for name in step.rule.split("+"))
    return Step(
        "+".join(names),
        _listed(reasons[:MOST_REASONS]),
        group[-1].term,
        any(step.assumes for step in group),
        relation,
    )


def _listed(reasons: Sequence[Reason]) -> Reason:
    return tuple(part for n, reason in enumerate(reasons)
                 for part in ((", ", *reason) if n else reason))  # fmt: skip


def _light(step: Step) -> bool:
    return not step.assumes and all(name in LIGHT for name in step.rule.split("+"))


def _groups(steps: Sequence[Step], most: int) -> list[Sequence[Step]]:
    """The cheapest way to cut the steps into at most ``most`` groups (fewer are not cheaper: each
    dropped line costs something)."""
    sizes = [sum(1 for _ in subterms(step.term)) for step in steps]
    best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
    for end in range(1, len(steps) + 1):
        for count in range(1, min(end, most) + 1):
            ways = [
                (cost + _cost(steps[start:end], sizes[end - 1]), [*cuts, start])
                for start in range(max(0, end - LARGEST), end)
                for cost, cuts in [best.get((start, count - 1), (float("inf"), []))]
                if cost < float("inf")
            ]
            if ways:
                best[end, count] = min(ways)
    found = [best[len(steps), k] for k in range(1, most + 1) if (len(steps), k) in best]
    if not found:
        return [[step] for step in steps]
    _, cuts = min(found)
    return [steps[a:b] for a, b in zip(cuts, [*cuts[1:], len(steps)], strict=True)]


def _cost(group: Sequence[Step], size: int) -> float:
    dropped = sum(MILD if _light(step) else HEAVY for step in group[:-1])
    told = len({step.because for step in group if not _light(step)})
    return dropped + HEAVY * max(0, told - MOST_REASONS + 1) + size / A_LINE
