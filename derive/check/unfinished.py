"""What an exercise still lacks before it can be handed out."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.exercise import Exercise
from derive.check.report import Finding

MARK = "TODO"


def unfinished(exercise: Exercise) -> Iterator[Finding]:
    """One finding for each thing that is missing (D205)."""
    for offset, message in _missing(exercise):
        yield exercise.finding("D205", message, offset)


def _missing(exercise: Exercise) -> Iterator[tuple[int, str]]:
    text = exercise.text
    body = text.find("\n+++", 3) + 1
    if MARK in text:
        count = text.count(MARK)
        places = f" ({count} places)" if count > 1 else ""
        yield text.index(MARK), f"replace what says {MARK}{places}"
    if not exercise.statement:
        yield body, "the statement is missing: the text below the header"
    if not exercise.solution:
        yield body, "a section ## Solution is missing"
    for key in ("level", "points"):
        if getattr(exercise, key) is None:
            yield 0, f"the key {key} is missing"
    for claim in exercise.claims:
        if claim.points is None:
            yield claim.claim.start, f"the claim {claim.label} has no points"
    total = sum(claim.points or 0 for claim in exercise.claims)
    if exercise.points is not None and exercise.points != total:
        yield 0, f"the exercise has {exercise.points:g} points, its claims have {total:g}"
