"""What the teacher decided, in a TOML file that is read at the next run; a line for each.

# a step that could not be judged: "right" or "wrong", for everyone who wrote it
step.0123456789 = { verdict = "right", comment = "..." }
# false steps that are off by the same
group.0123456789 = { comment = "..." }
mark."student"."exercise"."claim" = { points = 2.5, comment = "..." }
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from derive.grade.marks import (
    UNREAD_YET,
    UNSURE,
    ClaimMark,
    ExerciseMark,
    Said,
    StepMark,
    StudentMark,
)
from derive.grade.submission import Unusable

MAX_BYTES = 4_000_000
VERDICTS = ("right", "wrong")


class Points(NamedTuple):
    """``points``: None where there is only a comment."""

    points: float | None
    comment: str


class Decisions(NamedTuple):
    """``verdicts`` and ``comments`` by the number of a step, ``groups``: comments by the group,
    ``points`` by (student, exercise, claim)."""

    verdicts: Mapping[str, str] = {}  # a default of a tuple is never changed
    comments: Mapping[str, str] = {}  # the same
    groups: Mapping[str, str] = {}  # the same
    points: Mapping[tuple[str, str, str], Points] = {}  # the same


def read(path: str) -> Decisions:
    """The decisions in the file at ``path``; none where there is no file.  Raises Unusable."""
    if not os.path.exists(path):
        return Decisions()
    try:
        with open(path, "rb") as file:
            values = tomllib.loads(file.read(MAX_BYTES).decode())
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Unusable(Said("{file}: {why}", {"file": path, "why": why})) from None
    try:
        return _decisions(values)
    except _Wrong as error:
        raise Unusable(Said("{file}: {why}", {"file": path, "why": str(error)})) from None


class _Wrong(Exception):
    """A value that is not what it should be."""


def _decisions(values: dict[str, Any]) -> Decisions:
    for key in values:
        if key not in ("step", "group", "mark"):
            raise _Wrong(f"unknown table {key}; expected step, group or mark")
    steps = _tables(values, "step", ("verdict", "comment"))
    groups = _tables(values, "group", ("comment",))
    for number, table in steps.items():
        if table.get("verdict", "right") not in VERDICTS:
            raise _Wrong(f'[step.{number}]: verdict must be "right" or "wrong"')
    return Decisions(
        {n: t["verdict"] for n, t in steps.items() if "verdict" in t},
        {n: t["comment"] for n, t in steps.items() if t.get("comment")},
        {n: t["comment"] for n, t in groups.items() if t.get("comment")},
        dict(_points(values.get("mark", {}))),
    )


def _tables(values: dict[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    tables = values.get(name, {})
    if not isinstance(tables, dict):
        raise _Wrong(f"{name} must be tables [{name}.NUMBER]")
    for number, table in tables.items():
        if not isinstance(table, dict):
            raise _Wrong(f"[{name}.{number}] must be a table")
        for key, value in table.items():
            if key not in keys:
                raise _Wrong(f"[{name}.{number}]: unknown key {key}; {', '.join(keys)}")
            if not isinstance(value, str):
                raise _Wrong(f"[{name}.{number}]: {key} must be a string")
    return tables


def _points(marks: Any) -> Iterable[tuple[tuple[str, str, str], Points]]:
    for student, exercises in _items(marks, "[mark]"):
        for exercise, claims in _items(exercises, f"[mark.{student}]"):
            for claim, table in _items(claims, f"[mark.{student}.{exercise}]"):
                where = f"[mark.{student}.{exercise}.{claim}]"
                unknown = [key for key, _ in _items(table, where) if key not in Points._fields]
                points, comment = table.get("points"), table.get("comment", "")
                number = isinstance(points, int | float) and not isinstance(points, bool)
                if unknown or not (number or points is None) or not isinstance(comment, str):
                    raise _Wrong(f"{where}: expected points = a number, comment = a string")
                found = float(points) if points is not None else None
                yield (student, exercise, claim), Points(found, comment)


def _items(value: Any, where: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise _Wrong(f"{where} must be a table")
    return value.items()


# --- applied -----------------------------------------------------------------------------------


def applied(mark: StudentMark, decisions: Decisions) -> StudentMark:
    """The mark with the teacher's own points and comments."""
    exercises = tuple(
        e._replace(claims=tuple(_claim(mark.student, e, c, decisions) for c in e.claims))
        for e in mark.exercises
    )
    return mark._replace(exercises=exercises)


def _claim(student: str, e: ExerciseMark, claim: ClaimMark, decisions: Decisions) -> ClaimMark:
    claim = claim._replace(steps=tuple(_step(s, decisions) for s in claim.steps))
    own = decisions.points.get((student, e.name, claim.label))
    if own is None:
        return claim
    claim = claim._replace(comment=own.comment)
    if own.points is None:
        return claim
    why = (
        Said("The mark was set by the teacher."),
        *(w for w in claim.why if w not in (UNREAD_YET, UNSURE)),
    )
    return claim._replace(low=own.points, high=own.points, why=why)


def _step(step: StepMark, decisions: Decisions) -> StepMark:
    comment = decisions.comments.get(step.number) or decisions.groups.get(step.group, "")
    return step._replace(comment=comment) if comment else step


# --- asked -------------------------------------------------------------------------------------


class Question(NamedTuple):
    """A line of the file that the teacher may fill in: its key, the value to write there, and
    what it is about."""

    key: str
    value: str
    about: str

    @property
    def line(self) -> str:
        return f"{self.key} = {self.value}"


def added(text: str, questions: Iterable[Question]) -> str:
    """The text of the file with the questions that are not in it yet, commented out."""
    parts = [text.rstrip("\n")] if text.strip() else []
    new = [q for q in questions if f"{q.key} " not in text and f"[{q.key}]" not in text]
    parts += [f"# {_plain(q.about)}\n# {_plain(q.line)}" for q in new]
    return "\n\n".join(parts) + "\n" if new else text


def _plain(said: str) -> str:
    """On one line, without what a terminal or TOML takes for more than text."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())
