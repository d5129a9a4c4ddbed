"""A class on a terminal: one row a student, then what is left to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.grade.summary import Row, Summary
from derive.render.terminal import BLANK, Line, counted, line, padded
from derive.render.width import width

WIDEST_NAME = 28


def grade_lines(found: Summary, room: int) -> Iterator[Line]:
    """The table; exercises that do not fit into ``room`` columns are left out, the sums stay."""
    names = min(WIDEST_NAME, max([width(row.name) for row in found.rows] + [7]))
    heads = [f"{n}" for n in range(1, len(found.columns) + 1)]
    cells = [[range_text(*mark) for mark in row.marks] for row in found.rows]
    totals = [range_text(row.low, row.high) for row in found.rows]
    widths = [max([len(h), *(len(row[n]) for row in cells)]) for n, h in enumerate(heads)]
    last = max([len("total"), *map(len, totals)])
    while widths and names + sum(widths) + 2 * len(widths) + last + 14 > room:
        widths.pop()
    shown = len(widths)
    if len(found.columns) > 1:
        for number, (name, points) in enumerate(found.columns, 1):
            yield ((f"  {number:>2}  ", "dim"), (name, "label"), (f"  {points:g} points", "dim"))
        yield BLANK
    yield line(_row("student", heads[:shown], "total", names, widths, last) + "  open", "dim")
    for row, marks, total in zip(found.rows, cells, totals, strict=True):
        yield _student(row, marks[:shown], total, names, widths, last)
    yield BLANK
    yield line(summary_text(found), "dim")


def _student(
    row: Row, cells: Sequence[str], total: str, names: int, widths: Sequence[int], last: int
) -> Line:
    name = row.name if width(row.name) <= names else row.name[: names - 1] + "…"
    text = _row(name, cells, total, names, widths, last)
    return ((text, ""), (f"  {row.open:>4}" if row.open else "", "warning"))


def _row(
    name: str, cells: Sequence[str], total: str, names: int, widths: Sequence[int], last: int
) -> str:
    middle = "".join(f"  {cell:>{w}}" for cell, w in zip(cells, widths, strict=True))
    return f"  {padded(name, names)}{middle}  {total:>{last}}"


def range_text(low: float, high: float) -> str:
    """
    >>> range_text(2.0, 2.0), range_text(1, 2.5)
    ('2', '1–2.5')
    """
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def summary_text(found: Summary) -> str:
    certain = sum(row.low == row.high for row in found.rows)
    mean = sum(row.low for row in found.rows) / max(len(found.rows), 1)
    return (
        f"{counted(len(found.rows), 'student')}, {certain} with a certain mark; "
        f"mean {mean:.1f} of {found.points:g}; {counted(len(found.queue), 'step')} to decide"
    )
