"""A sheet as data: what its TOML file says, checked, with its exercises loaded."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from derive.check.exercise import Exercise, ExerciseError
from derive.check.exercise import load as load_exercise
from derive.check.front_matter import HeaderError, Table, read_toml
from derive.check.keys import CannotOpen, Checks, at, read_text
from derive.check.library import UnknownExercise, find
from derive.check.report import Finding
from derive.explain.proof import Detail

MAX_BYTES = 1_000_000
MOST_EXERCISES = 200

# key -> (required, what its value must be)
# fmt: off
SHEET_KEYS = {
    "title":        (True,  "a string"),
    "exercises":    (True,  "one or more [[exercises]]"),
    "course":       (False, "a string"),
    "date":         (False, "a string or a date"),
    "language":     (False, 'the string "en" or "de"'),
    "folder":       (False, "a string"),
    "start":        (False, "a positive integer"),
    "numbering":    (False, "one of 1. (1) 1 Exercise"),
    "parts":        (False, "one of i a 1"),
    "points":       (False, "true or false"),
    "sources":      (False, "true or false"),
    "answer_space": (False, "a number from 0 to 25"),
    "solutions":    (False, 'the string "generated" or "written"'),
    "detail":       (False, 'one of "brief", "normal", "full"'),
    "dense":        (False, "true or false"),
    "introduction": (False, "a string"),
    "closing":      (False, "a string"),
    "seed":         (False, "a string"),
}
TASK_KEYS = {
    "name":         (True,  "a string or a list of strings"),
    "title":        (False, "a string"),
    "points":       (False, "a number or a list of numbers"),
    "before":       (False, "a string"),
    "after":        (False, "a string"),
    "answer_space": (False, "a number from 0 to 25"),
    "solutions":    (False, 'the string "generated" or "written"'),
    "new_page":     (False, "true or false"),
}
# fmt: on


class SheetError(Exception):
    """The sheet cannot be used; ``findings`` say why (at least one)."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


class Task(NamedTuple):
    """One number of the sheet: an exercise, or several as its parts.

    ``points``: one number a part, None where nobody said.  ``solutions``: "generated" or "written".
    ``space``: room for an answer, in centimetres.
    """

    exercises: tuple[Exercise, ...]
    title: str = ""
    points: tuple[float | None, ...] = ()
    before: str = ""
    after: str = ""
    space: float = 0
    solutions: str = "generated"
    new_page: bool = False


class Sheet(NamedTuple):
    """``introduction`` and ``closing`` in Markdown.  ``numbering``: how numbers are written;
    ``parts``: "i", "a" or "1".  ``detail``: how many moves a line of a generated solution makes.
    ``dense``: solutions in smaller type, short lines side by side.  ``seed`` is hashed into each
    student's own; ``under``: lines below the title (whose it is)."""

    title: str
    tasks: tuple[Task, ...]
    course: str = ""
    date: str = ""
    language: str = "en"
    start: int = 1
    numbering: str = "1."
    parts: str = "i"
    with_points: bool = True
    with_sources: bool = True
    detail: Detail = "normal"
    dense: bool = False
    introduction: str = ""
    closing: str = ""
    seed: str = ""
    under: tuple[str, ...] = ()

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return tuple(exercise for task in self.tasks for exercise in task.exercises)


def load(path: str) -> Sheet:
    """The sheet in the file at ``path``, with its exercises.

    Exercises are looked up beside the file, in its ``folder``, and in the library.  Raises
    SheetError with every finding: no TOML, unknown or missing keys, values of the wrong kind,
    exercises that are not there or broken.
    """
    try:
        source = read_text(path, MAX_BYTES)
    except CannotOpen as error:
        raise SheetError((error.finding,)) from None
    return parse(source, path)


def parse(source: str, path: str = "sheet.toml") -> Sheet:
    """The sheet in ``source``.  Raises SheetError as `load` does."""
    try:
        values, tables = read_toml(source)
    except HeaderError as error:
        raise SheetError((at(source, path, error.code, error.message, error.offset),)) from None
    checks = Checks(source, path, [])
    checks.table(values, tables[0], SHEET_KEYS, "a sheet")
    rows = checks.tables(values, tables, "exercises", TASK_KEYS, "an exercise of a sheet")
    if checks.found:
        raise SheetError(tuple(checks.found))
    folder = os.path.join(os.path.dirname(path), values.get("folder", ""))
    tasks = _tasks(values, rows, folder, checks)
    if checks.found:
        raise SheetError(tuple(checks.found))
    date = values.get("date", "")
    return Sheet(
        title=values["title"],
        tasks=tasks,
        course=values.get("course", ""),
        date=date if isinstance(date, str) else date.isoformat(),
        language=values.get("language", "en"),
        start=values.get("start", 1),
        numbering=values.get("numbering", "1."),
        parts=values.get("parts", "i"),
        with_points=values.get("points", True),
        with_sources=values.get("sources", True),
        detail=values.get("detail", "normal"),
        dense=values.get("dense", False),
        introduction=values.get("introduction", ""),
        closing=values.get("closing", ""),
        seed=values.get("seed", ""),
    )


def _tasks(
    values: Mapping[str, Any], rows: Sequence[Table], folder: str, checks: Checks
) -> tuple[Task, ...]:
    tasks = list[Task]()
    for row, table in zip(values["exercises"], rows, strict=True):
        names = [row["name"]] if isinstance(row["name"], str) else row["name"]
        exercises = _exercises(names, table, folder, checks)
        points = _points(row, table, exercises, checks)
        if len(exercises) < len(names):
            continue
        tasks.append(
            Task(
                exercises,
                row.get("title", ""),
                points,
                row.get("before", ""),
                row.get("after", ""),
                row.get("answer_space", values.get("answer_space", 0)),
                row.get("solutions", values.get("solutions", "generated")),
                row.get("new_page", False),
            )
        )
    if sum(len(task.exercises) for task in tasks) > MOST_EXERCISES:
        checks.add("D006", f"a sheet has at most {MOST_EXERCISES} exercises", rows[0].offset)
    return tuple(tasks)


def _exercises(
    names: Sequence[str], table: Table, folder: str, checks: Checks
) -> tuple[Exercise, ...]:
    """The exercises that are there; what is wrong with the others goes to ``checks``."""
    entry = table.entry("name")
    found = list[Exercise]()
    if entry is None or not names:
        checks.add("D006", "name must have at least one exercise", table.offset)
        return ()
    for name, written in zip(names, entry.strings, strict=True):
        try:
            found.append(load_exercise(_file(name, folder)))
        except UnknownExercise as error:
            near = f"; did you mean {' or '.join(error.close)}?" if error.close else ""
            message = f"no exercise is called {name}{near}"
            checks.add("D009", message, written.start, written.end)
        except ExerciseError as error:
            message = f"the exercise {name} cannot be used"
            checks.add("D009", message, written.start, written.end)
            checks.found.extend(error.findings)
    return tuple(found)


def _file(name: str, folder: str) -> str:
    """A path is seen from the sheet's folder, a name is looked up there and in the library."""
    path = find(name, folder or os.curdir)
    return path if os.path.isfile(path) or os.path.isabs(path) else os.path.join(folder, path)


def _points(
    row: Mapping[str, Any], table: Table, exercises: Sequence[Exercise], checks: Checks
) -> tuple[float | None, ...]:
    given = row.get("points")
    if given is None:
        return tuple(exercise.points for exercise in exercises)
    points = given if isinstance(given, list) else [given]
    entry = table.entry("points")
    if len(points) != len(exercises) and exercises and entry is not None:
        message = f"points must be {len(exercises)} numbers, one for each name"
        checks.about(entry, "D006", message if len(exercises) > 1 else "points must be one number")
    return tuple(points)
