"""What a document is once it has been scanned: its text, cut into segments with exact places.

Frozen values are NamedTuples here, as on every command's way: a dataclass takes ten times as long
to define.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from derive.read.macros import Macro
from derive.term import Span


class Segment(NamedTuple):
    """A stretch of a document.

    ``kind``: "display" and "inline" (formulas), "prose" (the words between them), "directive" (a
    declaration made for this program), "code" (what is neither read as words nor as a formula).
    ``environment`` is what holds a formula: "align*", "$$", r"\\[", "$", "script" ..; for a
    directive how it was written: "%!", "<!--", "front matter"; for code what made it code.
    """

    kind: str
    text: str
    span: Span
    environment: str = ""


class Note(NamedTuple):
    """What was skipped or assumed, where and why; ``code`` is a row of NOTES (kinds.py)."""

    code: str
    span: Span
    message: str


class Place(NamedTuple):
    """What a person calls a place: line and column from 1; in a notebook also the cell from 1,
    and then the line counts within the cell."""

    line: int
    column: int
    cell: int | None = None


class Cell(NamedTuple):
    """A notebook's cell: where it starts in the document's text, and its number (from 1)."""

    start: int
    number: int


class Document(NamedTuple):
    """A scanned document.

    ``source`` is the text as it was decoded, for a notebook the sources of its cells joined.
    ``text`` has the same length and is what is read: characters that do not reach TeX (the
    backslashes that Markdown itself consumes, the marks of a quotation, carriage returns and NULs)
    are blanked in it, so that an offset means the same place in both.

    ``segments`` are in order and disjoint, and ``text[s.span.start:s.span.end] == s.text`` for
    each.  ``macros`` are the definitions found anywhere in the document, the last one of a name.
    """

    path: str
    kind: str
    text: str
    source: str
    segments: tuple[Segment, ...]
    macros: Mapping[str, Macro]
    notes: tuple[Note, ...]
    lines: tuple[int, ...]
    cells: tuple[Cell, ...] = ()

    def place(self, offset: int) -> Place:
        """The line and column (and cell) of an offset into ``text``."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.lines, offset)
        column = offset - self.lines[line - 1] + 1
        if not self.cells:
            return Place(line, column)
        which = max(0, bisect_right(self.cells, offset, key=lambda cell: cell.start) - 1)
        cell = self.cells[which]
        return Place(line - bisect_right(self.lines, cell.start) + 1, column, cell.number)

    def line_text(self, offset: int) -> str:
        """The line of the source that ``offset`` stands in, as its author wrote it."""
        line = bisect_right(self.lines, max(0, min(offset, len(self.text))))
        end = self.lines[line] - 1 if line < len(self.lines) else len(self.source)
        return self.source[self.lines[line - 1] : end].rstrip("\r")


def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line of ``text`` starts.

    >>> line_starts("a\\nbc\\n")
    (0, 2, 5)
    """
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return tuple(starts)
