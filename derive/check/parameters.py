"""The parameters of an exercise: what differs between one student's sheet and another's.

A placeholder {{name}} stands in the exercise's formulas and texts; inside of formulas every forge
shows it as the name.  {{name.2.1}} is an entry of a matrix, {{name.key}} a text of a choice;
{{+name}} writes the sign of a number, {{(name)}} puts what is more than one letter or one number in
brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from derive.check.front_matter import Table, Written
from derive.check.keys import Checks

PLACEHOLDER = re.compile(r"\{\{([+(]?)([A-Za-z]\w*)((?:\.\w+)*)\)?\}\}")
_NAME = re.compile(r"[A-Za-z]\w*")
_ATOM = re.compile(r"[0-9.]+|[A-Za-z]|\\[A-Za-z]+")  # what a power can be put on

# fmt: off
PARAMETER_KEYS = {
    "name":       (True,  "a string"),
    "default":    (False, "an integer, rows of integers, a string or a table of strings"),
    "integer":    (False, "the least and the greatest integer"),
    "matrix":     (False, "its rows and columns, at most 8 each"),
    "choices":    (False, "two strings or tables or more"),
    "value":      (False, "a string"),
    "given":      (False, "a list of strings"),
    "except":     (False, "a list of integers"),
    "conditions": (False, "a list of strings"),
}
CONDITIONS = {  # of a matrix of integers, in the words of the header
    "no zero":       lambda rows: all(n for row in rows for n in row),
    "not all equal": lambda rows: len({n for row in rows for n in row}) > 1,
    "distinct":      lambda rows: len({n for row in rows for n in row}) == sum(map(len, rows)),
    "some negative": lambda rows: any(n < 0 for row in rows for n in row),
    "det != 0":      lambda rows: len(rows) == len(rows[0]) and determinant(rows) != 0,
}
# fmt: on

Rows: TypeAlias = tuple[tuple[int, ...], ...]
Value: TypeAlias = int | str | Rows | Mapping[str, str]
Values: TypeAlias = Mapping[str, Value]


class Parameter(NamedTuple):
    """One parameter.  It has a range of integers (``least`` to ``greatest``, not ``without``;
    with ``size`` a matrix of them), or ``choices`` (the default may be none of them: letters, where
    the variants have numbers), or a ``value``: a formula that the kernel
    works out under the exercise's declarations and ``given``."""

    name: str
    default: Value
    offset: int
    least: int = 0
    greatest: int = 0
    without: tuple[int, ...] = ()
    size: tuple[int, int] | None = None
    conditions: tuple[str, ...] = ()
    choices: tuple[Value, ...] = ()
    value: Written | None = None
    given: tuple[Written, ...] = ()

    def allows(self, value: Value) -> bool:
        """Whether the parameter may have this value (what is worked out may have any)."""
        if self.value is not None:
            return True
        if self.choices:
            return value in (self.default, *self.choices)
        if isinstance(value, int):
            return self.size is None and self._in_range(value)
        if not isinstance(value, tuple) or (len(value), len(value[0])) != self.size:
            return False
        entries = [n for row in value for n in row]
        return all(map(self._in_range, entries)) and all(
            CONDITIONS[c](value) for c in self.conditions
        )

    def _in_range(self, n: int) -> bool:
        return self.least <= n <= self.greatest and n not in self.without


def determinant(rows: Sequence[Sequence[int]]) -> int:
    """
    >>> determinant([[2, 1], [7, 4]])
    1
    """
    if not rows:
        return 1
    first, below = rows[0], rows[1:]
    minors = (determinant([[*row[:n], *row[n + 1 :]] for row in below]) for n in range(len(first)))
    return sum(
        (-1) ** n * entry * minor
        for n, (entry, minor) in enumerate(zip(first, minors, strict=True))
    )


def defaults(parameters: Sequence[Parameter]) -> dict[str, Value]:
    return {parameter.name: parameter.default for parameter in parameters}


# --- reading -----------------------------------------------------------------------------------


def read_parameters(
    rows: Sequence[Mapping[str, Any]], tables: Sequence[Table], checks: Checks
) -> tuple[Parameter, ...]:
    """The parameters of a header whose keys are checked; what is wrong goes to ``checks``."""
    found = dict[str, Parameter]()
    for row, table in zip(rows, tables, strict=True):
        wrong = _wrong(row, found)
        if not wrong:
            parameter = _parameter(row, table)
            found[parameter.name] = parameter
            if not parameter.allows(parameter.default):
                wrong = f"the default of {parameter.name} is not one that it may have"
        if wrong:
            checks.add("D008", wrong, table.offset)
    return tuple(found.values())


def _wrong(row: Mapping[str, Any], before: Mapping[str, Parameter]) -> str:
    """What is wrong with a parameter whose keys have values of the right kind."""
    name, kinds = row["name"], [key for key in ("integer", "choices", "value") if key in row]
    if not _NAME.fullmatch(name):
        return f"{name!r} is no name for a parameter: letters and digits, a letter first"
    if name in before:
        return f"another parameter is called {name}"
    if len(kinds) != 1:
        return f"{name} needs one of integer, choices and value"
    if kinds != ["choices"] and "default" not in row:
        return f"{name} needs a default: the exercise as it is printed without a variant"
    if "matrix" in row and kinds != ["integer"]:
        return f"{name}: matrix goes with integer, the range of its entries"
    unknown = [c for c in row.get("conditions", []) if c not in CONDITIONS]
    if unknown:
        return f"{name}: the condition {unknown[0]} is none of {', '.join(CONDITIONS)}"
    if row.get("conditions") and "matrix" not in row:
        return f"{name}: conditions are for a matrix; for one number there is except"
    choices = [*row.get("choices", []), *([row["default"]] if "default" in row else [])]
    tables = [choice for choice in choices if isinstance(choice, dict)]
    if tables and any(set(t) != set(tables[0]) for t in choices):
        return f"{name}: all choices need the same keys"
    return ""


def _parameter(row: Mapping[str, Any], table: Table) -> Parameter:
    least, greatest = row.get("integer", (0, 0))
    choices = tuple(row.get("choices", ()))
    value, given = table.entry("value"), table.entry("given")
    return Parameter(
        row["name"],
        _value(row.get("default", choices[0] if choices else 0)),
        table.offset,
        least,
        greatest,
        tuple(row.get("except", ())),
        (row["matrix"][0], row["matrix"][1]) if "matrix" in row else None,
        tuple(row.get("conditions", ())),
        choices,
        value.strings[0] if value else None,
        given.strings if given else (),
    )


def _value(written: Any) -> Value:
    if isinstance(written, list):
        return tuple(map(tuple, written))
    value: Value = written
    return value


# --- putting values in -------------------------------------------------------------------------


class Filling(NamedTuple):
    """Puts values into placeholders; one that stands for nothing goes to ``checks``.  Without any
    parameter nothing is touched: {{x}} is then LaTeX like any other."""

    values: Values
    checks: Checks

    def text(self, text: str, offset: int) -> str:
        """``text``, which stands in the file from ``offset``."""
        if not self.values or "{{" not in text:
            return text
        return self.written(Written(text, tuple(range(offset, offset + len(text) + 1)))).text

    def written(self, written: Written) -> Written:
        """Each character of a value has the place of its placeholder."""
        if not self.values or "{{" not in written.text:
            return written
        out, offsets, end = list[str](), list[int](), 0
        for found in PLACEHOLDER.finditer(written.text):
            latex = self._latex(found, written)
            out += (written.text[end : found.start()], latex)
            offsets += written.offsets[end : found.start()]
            offsets += [written.offsets[found.start()]] * len(latex)
            end = found.end()
        return Written("".join(out) + written.text[end:], (*offsets, *written.offsets[end:]))

    def _latex(self, found: re.Match[str], written: Written) -> str:
        form, name, keys = found.groups()
        value = self.values.get(name)
        latex = None if value is None else entry_of(value, keys.split(".")[1:])
        if latex is None:
            span = (written.offsets[found.start()], written.offsets[found.end()])
            self.checks.add("D008", f"no parameter has a value {name}{keys}", *span)
            return found[0]
        if form == "+":
            return f"- {latex[1:]}" if latex.startswith("-") else f"+ {latex}"
        return f"\\left({latex}\\right)" if form == "(" and not _ATOM.fullmatch(latex) else latex


def entry_of(value: Value, keys: Sequence[str]) -> str | None:
    """The LaTeX of a value, or of an entry of it; None where there is no such entry."""
    match value, keys:
        case ((int() | str()), []):
            return str(value)
        case tuple(), []:
            rows = r" \\ ".join(" & ".join(map(str, row)) for row in value)
            return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
        case tuple(), [row, *column] if all(key.isdecimal() for key in keys):
            i, j = int(row), int(column[0]) if column else 1
            inside = 1 <= i <= len(value) and 1 <= j <= len(value[0]) and len(column) < 2
            return str(value[i - 1][j - 1]) if inside else None
        case Mapping(), [key]:
            return value.get(key)
    return None
