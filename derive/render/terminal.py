"""Lines with styles, and how they reach a terminal: colours, encodings, findings with a caret.

A line is a tuple of (text, style) pieces.  Every text is made visible before it is written, so
nothing that a file contains can act on the terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeAlias

from derive.check.report import Finding
from derive.render.width import folded, visible, width

Line: TypeAlias = tuple[tuple[str, str], ...]

MAX_COLUMNS = 100  # longer lines are hard to read
BLANK: Line = ()
STYLES = {
    "": "",
    "title": "1",
    "label": "1;36",
    "dim": "2",
    "good": "1;32",
    "bad": "1;31",
    "warn": "33",
    "undecided": "1;33",
}
SEVERITIES = {"error": "bad", "warning": "undecided", "info": "label"}
MARKS = {
    "proved": ("✓", "good"),
    "refuted": ("✗", "bad"),
    "undecided": ("?", "undecided"),
    "unread": ("!", "bad"),
}


def columns() -> int:
    """The width to set for: that of the terminal (80 where there is none), at most 100."""
    return max(30, min(_terminal_columns(), MAX_COLUMNS))


def _terminal_columns() -> int:
    """As ``shutil`` does it, which takes 4 ms to import (it brings bz2 and lzma)."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (AttributeError, ValueError, OSError):  # no standard output, closed, no terminal
        return 80


def has_colour(stream: TextIO) -> bool:
    """Colours only on a terminal that can show them, and not against https://no-color.org."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def show(lines: Iterable[Line], stream: TextIO) -> None:
    """Writes ``lines``; what the stream's encoding lacks is written in ASCII."""
    colour = has_colour(stream)
    encoding = (stream.encoding or "ascii").lower().replace("_", "-")
    above: Line = (("", ""),)
    for line in lines:
        if line == above == BLANK:
            continue
        above = line
        text = "".join(_styled(visible(piece), style, colour) for piece, style in line)
        if encoding not in ("utf-8", "utf8"):
            from derive.render.ascii import encodable

            text = encodable(text, encoding)
        stream.write(text.rstrip(" ") + "\n")
    stream.flush()


def _styled(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if colour and style and text else text


# --- layout ------------------------------------------------------------------------------------


def line(text: str, style: str = "") -> Line:
    return ((text, style),)


def indented(lines: Iterable[Line], by: int) -> Iterator[Line]:
    for pieces in lines:
        yield ((" " * by, ""), *pieces) if pieces else BLANK


def wrapped(text: str, room: int, style: str = "", hanging: int = 0) -> Iterator[Line]:
    """``text`` in lines of at most ``room`` columns; all but the first are indented."""
    first, *others = folded(text, room - hanging) if width(text) > room else [text]
    yield line(first, style)
    for rest in others:
        yield line(" " * hanging + rest, style)


def padded(text: str, to: int) -> str:
    return text + " " * (to - width(text))


def counted(number: int, noun: str) -> str:
    """
    >>> counted(1, "claim"), counted(2, "claim")
    ('1 claim', '2 claims')
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")


# --- findings ----------------------------------------------------------------------------------


def finding_lines(finding: Finding, room: int) -> Iterator[Line]:
    """``path:line:column: code message``, and the line of text with the place marked."""
    style = SEVERITIES[finding.severity]
    yield ((_where(finding), "title"), (": ", ""), (finding.code, style),
           (f" {finding.message}", ""))  # fmt: skip
    if finding.source.strip() and finding.severity == "error":
        yield from excerpt(finding, room)
    if finding.help:
        yield line(f"help: {finding.help}", "dim")


def headline(finding: Finding, room: int) -> Iterator[Line]:
    """``path:line:column: code message``, broken where it is too long for one line."""
    where, style = _where(finding), SEVERITIES[finding.severity]
    head = f"{visible(where)}: {finding.code} "
    first, *others = folded(f"{'-' * (width(head) - 1)} {finding.message}", room)
    if set(first) == {"-"}:  # not one word has a place beside it
        others = folded(finding.message, room - 4)
    yield ((where, "title"), (": ", ""), (finding.code, style), (f" {first[width(head) :]}", ""))
    yield from (line(f"    {part}") for other in others for part in folded(other, room - 4))


def _where(finding: Finding) -> str:
    """In a notebook as Jupyter counts: the cell, then the line within it."""
    cell = f":cell {finding.cell}" if finding.cell is not None else ""
    return f"{finding.path}{cell}:{finding.line}:{finding.column}"


def excerpt(finding: Finding, room: int) -> Iterator[Line]:
    """The source line, cut to the room around the marked place, with carets below it, and above
    it the line that it was made from."""
    number = str(finding.line)
    bar, space = f"{' ' * len(number)} │ ", room - len(number) - 3
    source, start, end = finding.source, finding.column - 1, finding.end_column - 1
    if len(source) > space:
        first = max(0, min(start - space // 3, len(source) - space))
        cut = source[first : first + space]
        before, after = first > 0, first + space < len(source)
        source = ("…" + cut[1:] if before else cut)[: space - after] + ("…" if after else "")
        start, end = start - first, end - first
    shown = visible(source)
    if finding.before.strip():
        above = visible(finding.before)
        cut = above if width(above) <= space else above[: space - 1] + "…"
        yield ((bar, "dim"), (cut, "dim"))
    start = max(0, min(start, len(shown)))
    marked = shown[start : max(end, start + 1)]
    yield ((f"{number} │ ", "dim"), (shown, ""))
    carets = "^" * max(1, min(width(marked), space - width(shown[:start])))
    yield ((bar, "dim"), (" " * width(shown[:start]), ""), (carets, "bad"))
