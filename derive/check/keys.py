"""Keys of a TOML header against a table: which there are, which are needed, of what kind.

What is wrong is collected as findings with their places; nothing is raised.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from derive.check.front_matter import Entry, Table, place
from derive.check.report import Finding

Keys: TypeAlias = Mapping[str, tuple[bool, str]]  # key -> (required, what its value must be)


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


class CannotOpen(Exception):
    """A file that cannot be opened or is not text; ``finding`` says why."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.finding = Finding("D001", message, path, 1, 1)


def read_text(path: str, most_bytes: int) -> str:
    """The UTF-8 text of a file.  Raises CannotOpen."""
    try:
        if os.path.getsize(path) > most_bytes:
            raise CannotOpen(path, f"larger than {most_bytes // 1_000_000} MB")
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError as error:
        message = f"not UTF-8 text: {error.reason} at byte {error.start + 1}"
        raise CannotOpen(path, message) from None
    except OSError as error:
        message = error.strerror.lower() if error.strerror else str(error)
        raise CannotOpen(path, message) from None


class Checks(NamedTuple):
    """Collects what is wrong with a header's keys and values, in ``found``."""

    source: str
    path: str
    found: list[Finding]

    def add(self, code: str, message: str, start: int, end: int | None = None) -> None:
        self.found.append(at(self.source, self.path, code, message, start, end))

    def about(self, entry: Entry, code: str, message: str) -> None:
        """A finding at the key of ``entry``."""
        self.add(code, message, entry.offset, entry.offset + len(entry.key))

    def table(self, values: Mapping[str, Any], table: Table, keys: Keys, what: str) -> None:
        for entry in table.entries:
            if entry.key not in keys:
                self._unknown(entry, keys, what)
            elif entry.key in values and not KINDS[keys[entry.key][1]](values[entry.key]):
                self.about(entry, "D006", f"{entry.key} must be {keys[entry.key][1]}")
        for key, (required, kind) in keys.items():
            if required and key not in values:
                self.add("D005", f"{what} needs the key {key} ({kind})", table.offset)

    def tables(
        self, values: Mapping[str, Any], tables: tuple[Table, ...], name: str, keys: Keys, what: str
    ) -> tuple[Table, ...]:
        """Checks the tables ``[[name]]``, each ``what``; those of ``tables`` that are some."""
        found = tuple(table for table in tables if table.name == name)
        rows = values.get(name, [])
        if isinstance(rows, list) and len(rows) == len(found):
            for row, table in zip(rows, found, strict=True):
                self.table(row, table, keys, what)
        else:
            self.add("D006", f"{name} must be written as [[{name}]] tables", tables[0].offset)
        return found

    def _unknown(self, entry: Entry, keys: Keys, what: str) -> None:
        from difflib import get_close_matches

        close = get_close_matches(entry.key, keys, 1)
        hint = f"did you mean {close[0]}?" if close else f"{what} has {', '.join(keys)}"
        self.about(entry, "D004", f"unknown key {entry.key}; {hint}")


def is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_integer, value))


def _is_rows(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    lengths = {len(row) if isinstance(row, list) else 0 for row in value}
    return len(lengths) == 1 and lengths != {0} and all(is_integer(n) for row in value for n in row)


def _is_choice(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(item, str) for item in value.values())
    return isinstance(value, str)


# what a value must be, in the words of the message -> whether it is
# fmt: off
KINDS: Mapping[str, Callable[[Any], bool]] = {
    "a string":                 lambda v: isinstance(v, str),
    "one or more [[claims]]":   lambda v: isinstance(v, list) and len(v) > 0,
    "one or more [[exercises]]": lambda v: isinstance(v, list) and len(v) > 0,
    "one of 1. (1) 1 Exercise": lambda v: v in ("1.", "(1)", "1", "Exercise"),
    "one of i a 1":             lambda v: v in ("i", "a", "1"),
    "a number or a list of numbers": lambda v: is_number(v) or (isinstance(v, list)
                                and all(map(is_number, v))),
    "[[parameters]] tables":    lambda v: isinstance(v, list),
    "true or false":            lambda v: isinstance(v, bool),
    "a number":                 is_number,
    "a number from 0 to 25":    lambda v: is_number(v) and 0 <= v <= 25,
    "a positive integer":       lambda v: is_integer(v) and 1 <= v <= 9999,
    "an integer from 1 to 5":   lambda v: is_integer(v) and 1 <= v <= 5,
    "a list of strings":        is_strings,
    "a list of integers":       lambda v: isinstance(v, list) and all(map(is_integer, v)),
    "a string or a date":       lambda v: isinstance(v, str) or hasattr(v, "isoformat"),
    "a string or a list of strings": lambda v: isinstance(v, str) or is_strings(v),
    "the least and the greatest integer": lambda v: _is_pair(v) and v[0] <= v[1],
    "its rows and columns, at most 8 each": lambda v: _is_pair(v) and all(1 <= n <= 8 for n in v),
    "two strings or tables or more": lambda v: isinstance(v, list) and len(v) > 1
                                               and all(map(_is_choice, v)),
    "an integer, rows of integers, a string or a table of strings":
                                lambda v: is_integer(v) or _is_rows(v) or _is_choice(v),
    'one of "brief", "normal", "full"': lambda v: v in ("brief", "normal", "full"),
    'the string "en" or "de"':  lambda v: v in ("en", "de"),
    'the string "generated" or "written"': lambda v: v in ("generated", "written"),
}
# fmt: on
