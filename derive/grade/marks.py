"""What grading says, as values that go through a pipe and a database: no terms in them.

Texts are English sentences with holes, and what goes into these: `derive.language.say` writes
them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from derive.page import Curve, Curves


class Said(NamedTuple):
    """A sentence of `derive.language` and its values."""

    english: str
    values: Mapping[str, str] = {}  # a default of a tuple is never changed


# Why a mark is a range; no longer said where a person has set it.
UNREAD_YET = Said("Something here is for a person to read.")
UNSURE = Said("Not everything could be judged: the mark is a range.")


class StepMark(NamedTuple):
    """One step as it was judged and marked.

    ``cell`` counts in a notebook.  ``verdict``: as `derive check` has it, or "decided".  ``said``:
    why; ``parts``: LaTeX of where a mistake was made, or of the two parts that differ where none
    was found; ``at``: the point that refutes it.  ``mistakes``: names of rows of the table;
    ``cost``: points taken off.  ``number``: what a teacher's decision speaks of, the same for
    everyone who wrote this step; ``group``: the same for everyone whose step is off by the same.
    ``comment``: the teacher's.  ``picture``: both sides of a false step, where that helps.
    ``typed``: the sides stand as they were typed, since they could not be read.
    """

    line: int
    cell: int | None
    left: str
    relation: str
    right: str
    verdict: str
    said: str = ""
    parts: tuple[str, ...] = ()
    at: str = ""
    mistakes: tuple[str, ...] = ()
    cost: float = 0
    number: str = ""
    group: str = ""
    comment: str = ""
    picture: Curves | None = None
    typed: bool = False


class ClaimMark(NamedTuple):
    """``low`` to ``high`` of ``points``.  ``why``: sentences, the most important first."""

    label: str
    claim: str
    points: float
    low: float
    high: float
    why: tuple[Said, ...] = ()
    steps: tuple[StepMark, ...] = ()
    file: str = ""
    comment: str = ""

    @property
    def certain(self) -> bool:
        return self.low == self.high


class ExerciseMark(NamedTuple):
    name: str
    title: str
    claims: tuple[ClaimMark, ...]

    @property
    def low(self) -> float:
        return sum(c.low for c in self.claims)

    @property
    def high(self) -> float:
        return sum(c.high for c in self.claims)

    @property
    def points(self) -> float:
        return sum(c.points for c in self.claims)


class StudentMark(NamedTuple):
    """``student``: the id, unique in a class.  ``notes``: what of the files was left out."""

    student: str
    name: str
    exercises: tuple[ExerciseMark, ...]
    notes: tuple[Said, ...] = ()

    @property
    def low(self) -> float:
        return sum(e.low for e in self.exercises)

    @property
    def high(self) -> float:
        return sum(e.high for e in self.exercises)

    @property
    def points(self) -> float:
        return sum(e.points for e in self.exercises)

    @property
    def claims(self) -> tuple[ClaimMark, ...]:
        return tuple(c for e in self.exercises for c in e.claims)


def titled(mark: StudentMark, titles: Mapping[str, str]) -> StudentMark:
    """The mark with other titles for exercises, by their names."""
    named = (e._replace(title=titles.get(e.name) or e.title) for e in mark.exercises)
    return mark._replace(exercises=tuple(named))


def claim_from(row: Iterable[Any]) -> ClaimMark:
    """A claim's mark as it comes out of JSON."""
    mark = ClaimMark(*row)
    return mark._replace(why=_said(mark.why), steps=tuple(_step(s) for s in mark.steps))


def student_from(row: Iterable[Any]) -> StudentMark:
    """A student's mark as it comes out of JSON."""
    mark = StudentMark(*row)
    exercises = tuple(
        ExerciseMark(name, title, tuple(map(claim_from, claims)))
        for name, title, claims in mark.exercises
    )
    return mark._replace(exercises=exercises, notes=_said(mark.notes))


def _said(rows: Iterable[Any]) -> tuple[Said, ...]:
    return tuple(Said(*row) for row in rows)


def _step(row: Iterable[Any]) -> StepMark:
    step = StepMark(*row)
    return step._replace(
        parts=tuple(step.parts), mistakes=tuple(step.mistakes), picture=_picture(step.picture)
    )


def _picture(row: Any) -> Curves | None:
    if row is None:
        return None
    variable, curves, marked = row
    drawn = (
        Curve(label, tuple(tuple((x, y) for x, y in run) for run in runs)) for label, runs in curves
    )
    return Curves(variable, tuple(drawn), marked)
