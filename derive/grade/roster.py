"""The class list: who is in the class, and which submission is whose."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

from derive.grade.marks import Said
from derive.grade.submission import Submission, Unusable

MAX_BYTES = 4_000_000
HEADS = {  # what a column may be called, in lower case
    "id": ("id", "sid", "number", "matrikelnummer", "matrikel", "nummer", "student id"),
    "name": ("name", "full name", "student", "student name"),
}


class Member(NamedTuple):
    id: str
    name: str


def roster(path: str) -> tuple[Member, ...]:
    """The members of a class, from a CSV file with the columns name and id (one may lack).

    Raises Unusable.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read(MAX_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise Unusable(Said("{file} cannot be read: {why}", {"file": path, "why": why})) from None
    first = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if ";" in first else ",")
    try:
        head, *rows = [[cell.strip() for cell in row] for row in reader]
    except (ValueError, csv.Error) as error:
        raise Unusable(
            Said("{file} cannot be read: {why}", {"file": path, "why": str(error)})
        ) from None
    columns = {key: _column(head, names) for key, names in HEADS.items()}
    if columns["name"] is None and columns["id"] is None:
        raise Unusable(Said("{file} has no column name or id in its first line", {"file": path}))
    found = []
    for row in rows:
        name, id_ = (_cell(row, columns[key]) for key in ("name", "id"))
        if name or id_:
            found.append(Member(id_ or name, name or id_))
    return tuple(found)


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    return next((n for n, cell in enumerate(head) if cell.lower() in names), None)


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def named(found: Sequence[Submission], members: Sequence[Member]) -> tuple[Submission, ...]:
    """The submissions by the class list's names and ids; who handed in nothing has no files.  A
    submission that is nobody's keeps its own name."""
    rest, result = list(found), []
    for member in members:
        mine = [s for s in rest if _is(s.student, member)]
        rest = [s for s in rest if s not in mine]
        files = tuple(f for s in mine for f in s.files)
        notes = tuple(n for s in mine for n in s.notes)
        result.append(Submission(member.id, member.name, files, notes))
    return (*result, *rest)


def _is(path: str, member: Member) -> bool:
    """Does the path name the member: the id as a whole word, or all words of the name?"""
    words = _words(path)
    ids, names = _words(member.id), _words(member.name)
    return (bool(ids) and _within(ids, words)) or (
        bool(names) and (set(names) <= set(words) or "".join(names) in "".join(words[:2]))
    )


def _within(part: Sequence[str], words: Sequence[str]) -> bool:
    n = len(part)
    return any(words[k : k + n] == part for k in range(len(words) - n + 1))


def _words(said: str) -> list[str]:
    return re.findall(r"[^\W_]+", said.casefold())
