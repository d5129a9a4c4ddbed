"""An exercise file as data: what its header declares, checked, with the place of every formula.

Formulas stay text here; reading and deciding them is `derive.check.run`'s.
"""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from derive.check.front_matter import Entry, HeaderError, Table, Written, place, split
from derive.check.library import name_of
from derive.check.report import Finding

MAX_BYTES = 4_000_000
_SOLUTION = re.compile(r"^##[ \t]+Solution[ \t]*$", re.MULTILINE)

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


class Exercise(NamedTuple):
    """An exercise file.  ``text`` is the whole file, which every offset counts in."""

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
        if os.path.getsize(path) > MAX_BYTES:
            raise OSError(f"larger than {MAX_BYTES // 1_000_000} MB")
        with open(path, encoding="utf-8") as file:
            source = file.read()
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text: {error.reason} at byte {error.start + 1}"
        raise ExerciseError((Finding("D001", message, path, 1, 1),)) from None
    except OSError as error:
        message = error.strerror.lower() if error.strerror else str(error)
        raise ExerciseError((Finding("D001", message, path, 1, 1),)) from None
    return parse(source, name_of(path), path)


def parse(source: str, name: str, path: str) -> Exercise:
    """The exercise in ``source``.  Raises ExerciseError as `load` does."""
    if not source.strip():
        raise ExerciseError((Finding("D002", "the file is empty", path, 1, 1),))
    try:
        header = split(source)
    except HeaderError as error:
        raise ExerciseError((at(source, path, error.code, error.message, error.offset),)) from None
    top = header.tables[0]
    claim_tables = [table for table in header.tables if table.name == "claims"]
    findings = _Checks(source, path)
    findings.table(header.values, top, EXERCISE_KEYS, "an exercise")
    claims = header.values.get("claims", [])
    if isinstance(claims, list) and len(claims) == len(claim_tables):
        for values, table in zip(claims, claim_tables, strict=True):
            findings.table(values, table, CLAIM_KEYS, "a claim")
    elif "claims" in header.values:
        findings.add("D006", "claims must be written as [[claims]] tables", top.offset)
    findings.labels(claim_tables)
    if findings.found:
        raise ExerciseError(tuple(findings.found))
    statement, _, solution = _split_body(header.body)
    values = header.values
    return Exercise(
        name=name,
        path=path,
        text=source,
        title=values["title"],
        topic=values["topic"],
        level=values.get("level"),
        points=values.get("points"),
        source=values.get("source", ""),
        given=_strings(top, "given"),
        report=_strings(top, "report"),
        claims=tuple(_claim(claims[n], table, n + 1) for n, table in enumerate(claim_tables)),
        statement=statement,
        solution=solution,
    )


def at(
    source: str,
    path: str,
    code: str,
    message: str,
    start: int,
    end: int | None = None,
    help: str = "",
) -> Finding:
    """A finding at offsets of ``source``, with the line of text it speaks of."""
    line, column = place(source, start)
    lines = source.split("\n", line)
    text = lines[line - 1] if line <= len(lines) else ""
    last_line, last_column = place(source, end if end is not None else start + 1)
    end_column = last_column if last_line == line else len(text) + 1
    return Finding(code, message, path, line, column, max(end_column, column + 1), help, text)


def _split_body(body: str) -> tuple[str, str, str]:
    match = _SOLUTION.search(body)
    if match is None:
        return body.strip(), "", ""
    return body[: match.start()].strip(), match[0], body[match.end() :].strip()


def _claim(values: dict[str, Any], table: Table, number: int) -> ExerciseClaim:
    return ExerciseClaim(
        label=values.get("label", str(number)),
        claim=_strings(table, "claim")[0],
        given=_strings(table, "given"),
        cases=_strings(table, "cases"),
        milestones=_strings(table, "milestones"),
        points=values.get("points"),
    )


def _strings(table: Table, key: str) -> tuple[Written, ...]:
    entry = table.entry(key)
    return entry.strings if entry else ()


class _Checks:
    """Collects what is wrong with a header's keys and values."""

    def __init__(self, source: str, path: str) -> None:
        self.source, self.path, self.found = source, path, list[Finding]()

    def add(self, code: str, message: str, start: int, end: int | None = None) -> None:
        self.found.append(at(self.source, self.path, code, message, start, end))

    def table(
        self, values: dict[str, Any], table: Table, keys: dict[str, tuple[bool, str]], what: str
    ) -> None:
        for entry in table.entries:
            if entry.key not in keys:
                self._unknown(entry, keys, what)
            elif not _is(values.get(entry.key), keys[entry.key][1]):
                message = f"{entry.key} must be {keys[entry.key][1]}"
                self.add("D006", message, entry.offset, entry.offset + len(entry.key))
        for key, (required, kind) in keys.items():
            if required and key not in values:
                self.add("D005", f"{what} needs the key {key} ({kind})", table.offset)

    def _unknown(self, entry: Entry, keys: dict[str, tuple[bool, str]], what: str) -> None:
        from difflib import get_close_matches

        close = get_close_matches(entry.key, keys, 1)
        hint = f"did you mean {close[0]}?" if close else f"{what} has {', '.join(keys)}"
        message = f"unknown key {entry.key}; {hint}"
        self.add("D004", message, entry.offset, entry.offset + len(entry.key))

    def labels(self, tables: list[Table]) -> None:
        seen = set[str]()
        for table in tables:
            for written in _strings(table, "label")[:1]:
                if written.text in seen:
                    message = f"another claim has the label {written.text}"
                    self.add("D007", message, written.start, written.end)
                seen.add(written.text)


def _is(value: object, kind: str) -> bool:
    match kind:
        case "a string":
            return isinstance(value, str)
        case "a number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "an integer from 1 to 5":
            return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5
        case "a list of strings":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case _:
            return isinstance(value, list) and len(value) > 0
