"""From how far a claim is shown to points, and the sentences that say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from derive.grade.evidence import Evidence
from derive.grade.marks import Said
from derive.grade.scheme import Scheme
from derive.grade.targets import Target

# What is enough where the author's own solution has no more than that.
ACCEPTED = ("jump", "follows", "shown")
LINES = 3  # that a derivation takes, where the author wrote none

# fmt: off
WHY = {
    "shown":    "Shown.",
    "nothing":  "Not handed in: nothing was found that answers this part.",
    "restated": "The claim is only restated: there is no derivation.",
    "circular": "The claim is used to prove itself.",
    "jump":     "The step from one side of the claim to the other is too large: "
                "the result counts, the working is missing.",
    "begun":    "The derivation is not complete: "
                "its lines do not lead from one side of the claim to the other.",
    "follows":  "It was not seen whether the claim follows from the lines before it.",
}
# fmt: on


class Mark(NamedTuple):
    """``share`` of the points, from 0 to 1."""

    share: float
    why: tuple[Said, ...]


def mark(
    found: Evidence, t: Target, scheme: Scheme, large: int, costs: Mapping[object, float]
) -> Mark:
    """The mark for one claim.  ``large``: how many of its lines are too large a step; ``costs``:
    what each false step takes off, by its place."""
    milestones = scheme.milestones if t.milestones else 0.0
    working = scheme.working + scheme.milestones - milestones
    level = _level(found, t, scheme)
    off = [costs.get(e.at, scheme.error) for e in found.wrong]
    if level == "shown" or found.arrived:
        missed = len(t.milestones) - found.passed if scheme.required else 0
        share = 1.0 - (milestones * missed / len(t.milestones) if missed else 0)
        share -= working * large / max(len(found.lines), 1)
        return Mark(max(share - sum(off), 0), tuple(_why_complete(found, level, missed, large)))
    if level == "jump":
        return Mark(max(scheme.goal - sum(off), 0), (Said(WHY["jump"]),))
    if level in ("nothing", "restated", "circular"):
        return Mark(0.0, (Said(WHY[level]),))
    whole = max(t.lines or LINES, len(found.lines) + 1) + len(found.wrong)
    share = working * len(found.lines) / whole
    share += milestones * found.passed / len(t.milestones) if t.milestones else 0
    share -= sum(sorted(off)[:-1])  # the goal that was not reached is what the first one costs
    return Mark(max(share, 0), tuple(_why_begun(found, level, t)))


def _level(found: Evidence, t: Target, scheme: Scheme) -> str:
    level = found.level
    lines = len(found.lines) + len(found.wrong)
    if level == "shown" and found.lines and lines < min(scheme.steps, t.lines):
        level = "jump"
    if level == "jump" and 0 < t.size <= scheme.jump + 1 and len(found.own) > 1:
        level = "shown"  # the first of its steps is to say what a name means
    accepted = ACCEPTED[ACCEPTED.index(t.level) :] if t.level in ACCEPTED else ()
    return "shown" if level in accepted else level


def _why_complete(found: Evidence, level: str, missed: int, large: int) -> Iterator[Said]:
    if found.arrived:
        yield Said("Carried on consistently after the mistake.")
    elif found.wrong:
        yield Said("Shown, but for a mistake on the way.")
    else:
        yield Said(WHY["shown"])
    if missed:
        yield Said("Milestones that are missing: {number}.", {"number": str(missed)})
    if large:
        yield Said("Steps that are too large: {number}.", {"number": str(large)})


def _why_begun(found: Evidence, level: str, t: Target) -> Iterator[Said]:
    yield Said(WHY[level])
    if found.easier:
        yield Said("What is left after the mistake is much easier: it counts line by line.")
    if found.only:
        yield Said("It is shown for some cases only.")
    if found.lines:
        yield Said("True steps that lead on: {number}.", {"number": str(len(found.lines))})
    if t.milestones and found.passed:
        yield Said("Milestones met: {number}.", {"number": str(found.passed)})
