"""An exercise file as data: what its header declares, checked, with the place of every formula.

Formulas stay text here; reading and deciding them is `derive.check.run`'s.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from derive.check.front_matter import Header, HeaderError, Table, Written, split
from derive.check.keys import CannotOpen, Checks, at, read_text
from derive.check.library import name_of
from derive.check.parameters import (
    PARAMETER_KEYS,
    Filling,
    Parameter,
    Values,
    defaults,
    read_parameters,
)
from derive.check.report import Finding

__all__ = ["MAX_BYTES", "Exercise", "ExerciseClaim", "ExerciseError", "at", "load", "parse"]

MAX_BYTES = 4_000_000
_SECTION = re.compile(r"^##[ \t]+(Solution|Aufgabe|Lösung)[ \t]*$", re.MULTILINE)

# key -> (required, what its value must be)
# fmt: off
EXERCISE_KEYS = {
    "title":    (True,  "a string"),
    "topic":    (True,  "a string"),
    "claims":   (True,  "one or more [[claims]]"),
    "level":    (False, "an integer from 1 to 5"),
    "points":   (False, "a number"),
    "source":   (False, "a string"),
    "given":    (False, "a list of strings"),
    "report":   (False, "a list of strings"),
    "title_de": (False, "a string"),
    "source_de": (False, "a string"),
    "parameters":  (False, "[[parameters]] tables"),
    "constraints": (False, "a list of strings"),
}
CLAIM_KEYS = {
    "claim":      (True,  "a string"),
    "label":      (False, "a string"),
    "points":     (False, "a number"),
    "given":      (False, "a list of strings"),
    "cases":      (False, "a list of strings"),
    "milestones": (False, "a list of strings"),
}
# fmt: on


class ExerciseError(Exception):
    """The file cannot be used; ``findings`` say why (at least one)."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


class ExerciseClaim(NamedTuple):
    """A claim as written.  ``given`` adds to the exercise's; ``cases`` are conditions for which
    steps are wanted one by one; ``milestones`` are formulas on the way."""

    label: str
    claim: Written
    given: tuple[Written, ...] = ()
    cases: tuple[Written, ...] = ()
    milestones: tuple[Written, ...] = ()
    points: float | None = None


class German(NamedTuple):
    """The texts in German; "" where the exercise has none."""

    title: str = ""
    source: str = ""
    statement: str = ""
    solution: str = ""


class Exercise(NamedTuple):
    """An exercise file.  ``text`` is the whole file, which every offset counts in; ``header`` what
    it declares, as written.

    Formulas and texts have the values of ``parameters`` put in.  ``body``: all below the header,
    line for line.  ``constraints``: claims about the values, as written (with placeholders).
    """

    name: str
    path: str
    text: str
    title: str
    topic: str
    level: int | None
    points: float | None
    source: str
    given: tuple[Written, ...]
    report: tuple[Written, ...]
    claims: tuple[ExerciseClaim, ...]
    statement: str
    solution: str
    body: str
    header: Header
    parameters: tuple[Parameter, ...] = ()
    constraints: tuple[Written, ...] = ()
    german: German = German()

    def finding(
        self, code: str, message: str, start: int, end: int | None = None, help: str = ""
    ) -> Finding:
        """A finding about the characters from ``start`` to ``end``."""
        return at(self.text, self.path, code, message, start, end, help)


def load(path: str) -> Exercise:
    """The exercise in the file at ``path``; its name is the file's.

    Raises ExerciseError where the file cannot be opened, or its header is broken, lacks a key, has
    an unknown key or a value of the wrong kind; it carries every such finding, not only the first.
    """
    try:
        source = read_text(path, MAX_BYTES)
    except CannotOpen as error:
        raise ExerciseError((error.finding,)) from None
    return parse(source, name_of(path), path)


def parse(source: str, name: str, path: str, values: Values | None = None) -> Exercise:
    """The exercise in ``source``; its parameters have their defaults, or ``values``.

    Raises ExerciseError as `load` does.
    """
    if not source.strip():
        raise ExerciseError((Finding("D002", "the file is empty", path, 1, 1),))
    try:
        header = split(source)
    except HeaderError as error:
        raise ExerciseError((at(source, path, error.code, error.message, error.offset),)) from None
    checks = Checks(source, path, [])
    top = header.tables[0]
    checks.table(header.values, top, EXERCISE_KEYS, "an exercise")
    claims = checks.tables(header.values, header.tables, "claims", CLAIM_KEYS, "a claim")
    of_parameters = (header.tables, "parameters", PARAMETER_KEYS, "a parameter")
    tables = checks.tables(header.values, *of_parameters)
    _labels(claims, checks)
    if checks.found:
        raise ExerciseError(tuple(checks.found))
    parameters = read_parameters(header.values.get("parameters", []), tables, checks)
    return _filled(header, parameters, values or {}, checks, name)


def with_values(exercise: Exercise, values: Values) -> Exercise:
    """The exercise with other values of its parameters.  Raises ExerciseError."""
    checks = Checks(exercise.text, exercise.path, [])
    return _filled(exercise.header, exercise.parameters, values, checks, exercise.name)


def _filled(
    header: Header,
    parameters: tuple[Parameter, ...],
    values: Values,
    checks: Checks,
    name: str,
) -> Exercise:
    fill = Filling({**defaults(parameters), **values}, checks)
    exercise = _exercise(header, parameters, fill)
    if checks.found:
        raise ExerciseError(tuple(checks.found))
    return exercise._replace(name=name, path=checks.path, text=checks.source)


def _exercise(header: Header, parameters: tuple[Parameter, ...], fill: Filling) -> Exercise:
    values, top = header.values, header.tables[0]
    claims = [table for table in header.tables if table.name == "claims"]
    body = fill.text(header.body, header.body_offset)
    sections = _sections(body)
    constraints = top.entry("constraints")
    return Exercise(
        name="",
        path="",
        text="",
        title=_string(top, "title", fill),
        topic=_string(top, "topic", fill),
        level=values.get("level"),
        points=values.get("points"),
        source=_string(top, "source", fill),
        given=_strings(top, "given", fill),
        report=_strings(top, "report", fill),
        claims=tuple(
            _claim(values["claims"][n], table, n + 1, fill) for n, table in enumerate(claims)
        ),
        statement=sections.get("", ""),
        solution=sections.get("Solution", ""),
        body=body,
        header=header,
        parameters=parameters,
        constraints=constraints.strings if constraints else (),
        german=German(
            _string(top, "title_de", fill),
            _string(top, "source_de", fill),
            sections.get("Aufgabe", ""),
            sections.get("Lösung", ""),
        ),
    )


def _sections(body: str) -> dict[str, str]:
    """The texts under the headings that an exercise may have; the statement is under ""."""
    parts = _SECTION.split(body)
    return {"": parts[0].strip()} | {
        heading: text.strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _claim(values: dict[str, Any], table: Table, number: int, fill: Filling) -> ExerciseClaim:
    return ExerciseClaim(
        label=values.get("label", str(number)),
        claim=_strings(table, "claim", fill)[0],
        given=_strings(table, "given", fill),
        cases=_strings(table, "cases", fill),
        milestones=_strings(table, "milestones", fill),
        points=values.get("points"),
    )


def _strings(table: Table, key: str, fill: Filling) -> tuple[Written, ...]:
    entry = table.entry(key)
    return tuple(map(fill.written, entry.strings)) if entry else ()


def _string(table: Table, key: str, fill: Filling) -> str:
    return next((written.text for written in _strings(table, key, fill)), "")


def _labels(tables: tuple[Table, ...], checks: Checks) -> None:
    seen = set[str]()
    for table in tables:
        entry = table.entry("label")
        for written in entry.strings[:1] if entry else ():
            if written.text in seen:
                message = f"another claim has the label {written.text}"
                checks.add("D007", message, written.start, written.end)
            seen.add(written.text)
