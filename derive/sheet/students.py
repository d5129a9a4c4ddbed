"""Each student's own sheet: who is in the list, and which values the sheet has for whom."""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

from derive.check.keys import at
from derive.check.report import Finding
from derive.language import say
from derive.sheet.sheet import Sheet, SheetError
from derive.sheet.variants import student_seed, variant

COLUMNS = ("name", "id")
MOST_STUDENTS = 10_000
LONGEST = 80  # characters of a file's name


class Student(NamedTuple):
    """``id`` chooses the values, so it must not change; ``name`` is only printed."""

    name: str
    id: str


def read_students(path: str) -> tuple[Student, ...]:
    """The students of a CSV file with the columns name and id (others are not looked at).

    Raises SheetError: no such file or columns, a row without an id, an id that occurs twice.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read(4_000_000)
    except (OSError, UnicodeDecodeError) as error:
        message = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SheetError((Finding("D001", message.lower(), path, 1, 1),)) from None
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    places = {column.strip().lower(): n for n, column in enumerate(next(rows, []))}
    if not set(COLUMNS) <= set(places):
        raise _error(text, path, 1, "expected a first line with the columns name and id")
    found, seen = list[Student](), dict[str, int]()
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            cells = [row[places[c]].strip() if places[c] < len(row) else "" for c in COLUMNS]
            student = Student(*cells)
            name = file_name(student.id).lower()  # some file systems do not tell a from A
            if not name:
                raise _error(text, path, rows.line_num, "expected an id in this row")
            if name in seen:
                message = f"the id {student.id} is that of line {seen[name]} (as a file's name)"
                raise _error(text, path, rows.line_num, message)
            seen[name] = rows.line_num
            found.append(student)
            if len(found) > MOST_STUDENTS:
                raise _error(text, path, rows.line_num, f"more than {MOST_STUDENTS} students")
    except csv.Error as error:
        raise _error(text, path, rows.line_num, f"this is no CSV: {error}") from None
    if not found:
        raise _error(text, path, 1, "expected at least one student below the first line")
    return tuple(found)


def _error(text: str, path: str, line: int, message: str) -> SheetError:
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    start = starts[min(line, len(starts)) - 1]
    end = text.find("\n", start)
    return SheetError((at(text, path, "D006", message, start, end if end > start else None),))


def file_name(words: str) -> str:
    """``words`` as a part of a file's name that is safe everywhere.

    >>> file_name("../Ana Žić, 4711")
    'Ana-Žić-4711'
    """
    return re.sub(r"[^\w.-]+", "-", words).strip("-.")[:LONGEST].rstrip("-.")


def with_seed(sheet: Sheet, seed: str, under: tuple[str, ...] = ()) -> Sheet:
    """The sheet with the values that ``seed`` chooses.  Raises NoVariant, NoValue."""
    tasks = tuple(
        task._replace(exercises=tuple(variant(exercise, seed) for exercise in task.exercises))
        for task in sheet.tasks
    )
    return sheet._replace(tasks=tasks, under=under)


def for_student(sheet: Sheet, student: Student) -> Sheet:
    """The student's own sheet: from the sheet's seed (its title where it has none) and the id."""
    name = say(sheet.language, "Name: {name}", name=student.name)
    number = say(sheet.language, "No.: {number}", number=student.id)
    seed = student_seed(sheet.seed or sheet.title, student.id)
    return with_seed(sheet, seed, (f"{name} · {number}" if student.name else number,))
