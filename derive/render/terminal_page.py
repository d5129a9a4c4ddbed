"""A page on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from derive.page import (
    Block,
    Derivation,
    Display,
    Figure,
    Formula,
    Heading,
    Items,
    Note,
    Page,
    Paragraph,
    Pattern,
    Table,
    Words,
)
from derive.page import Line as Step
from derive.render.math.lines import lines as lines_of
from derive.render.numerals import numeral
from derive.render.prose import formula
from derive.render.terminal import (
    BLANK,
    MARKS,
    Line,
    columns,
    indented,
    line,
    padded,
    wrapped,
)
from derive.render.terminal import show as show_lines
from derive.render.width import folded, folded_formula, width

LEFT = 24  # columns that a left side may take with its relation behind it


def show(page: Page, stream: TextIO | None = None) -> None:
    """Writes the page, to standard output unless told otherwise."""
    show_lines(page_lines(page, columns()), stream or sys.stdout)


def page_lines(page: Page, room: int) -> Iterator[Line]:
    if page.title:
        yield from wrapped(page.title, room, "title")
    for words in page.under:
        yield from wrapped(words, room, "dim")
    if page.title or page.under:
        yield BLANK
    yield from block_lines(page.blocks, room)


def block_lines(blocks: Iterable[Block], room: int) -> Iterator[Line]:
    """The blocks, a blank line between each two."""
    first = True
    for block in blocks:
        lines = list(_block(block, room))
        if lines and not first:
            yield BLANK
        first = first and not lines
        yield from lines


def _block(block: Block, room: int) -> Iterator[Line]:
    match block:
        case Heading(words, level):
            yield from wrapped(_text(words), room, "title" if level == 1 else "label")
        case Paragraph(words):
            yield from wrapped(_text(words), room)
        case Display(latex) if (lines := lines_of(latex)) is not None:
            yield from indented(derivation_lines(lines, room - 4), 4)
        case Display(latex):
            for row in formula(latex).split("\n"):
                for n, part in enumerate(folded_formula(row, room - 8)):
                    yield line("    " + "    " * bool(n) + part)
        case Derivation(lines):
            yield from derivation_lines(lines, room)
        case Items():
            yield from _items(block, room)
        case Table(head, rows):
            yield from _table([head, *rows], room)
        case Figure(picture, words):
            if isinstance(picture, Pattern):
                yield from _pattern(picture)
            yield from wrapped(_text(words), room, "dim")
        case Note(_, blocks):
            yield from indented(block_lines(blocks, room - 2), 2)


def derivation_lines(steps: Sequence[Step], room: int) -> Iterator[Line]:
    """Aligned at the relations; a reason stands flush right, below its line if it must."""
    lefts = [formula(step.left) if step.left else "" for step in steps]
    short = [width(left) for left in lefts if width(left) <= LEFT]
    margin = max(short, default=0) if len(short) == len(lefts) else 4
    for step, left in zip(steps, lefts, strict=True):
        relation = formula(step.relation) if step.relation else ""
        if width(left) > margin:
            for n, part in enumerate(folded_formula(left, room - 8)):
                yield line("    " * bool(n) + part)
            left = ""
            if not step.right:
                continue
        head = padded(left, margin) + (f" {relation} " if relation else " ")
        parts = folded_formula(formula(step.right), room - width(head) - 4)
        reason = _text(step.reason)
        for n, part in enumerate(parts):
            shown = head + part if n == 0 else " " * (width(head) + 4) + part
            last = n == len(parts) - 1
            gap = room - width(shown) - width(reason)
            if last and reason and gap >= 3:
                yield ((shown, ""), (" " * gap, ""), (reason, "dim"), *_mark(step))
            else:
                yield ((shown, ""), *(_mark(step) if last else ()))
                if last and reason:
                    for row in folded(reason, room - 4):
                        yield ((" " * (room - width(row)), ""), (row, "dim"))


def _mark(step: Step) -> Line:
    if not step.mark:
        return ()
    sign, style = MARKS.get(step.mark, ("", ""))
    return ((f" {sign}", style),) if sign else ()


def _items(items: Items, room: int) -> Iterator[Line]:
    for n, blocks in enumerate(items.items, items.start):
        mark = f"{numeral(items.numbered, n)}. " if items.numbered == "1" else "- "
        if items.numbered in ("a", "i"):
            mark = f"({numeral(items.numbered, n)}) "
        for m, pieces in enumerate(block_lines(blocks, room - len(mark))):
            yield ((mark if m == 0 else " " * len(mark), ""), *pieces) if pieces else BLANK


def _table(rows: Sequence[tuple[Words, ...]], room: int) -> Iterator[Line]:
    texts = [[_text(cell) for cell in row] for row in rows]
    count = max(map(len, texts))
    widths = [max(width(row[n]) for row in texts if n < len(row)) for n in range(count)]
    for n, row in enumerate(texts):
        cells = (padded(cell, to) for cell, to in zip(row, widths, strict=False))
        yield line("  ".join(cells)[:room], "label" if n == 0 else "")


def _pattern(picture: Pattern) -> Iterator[Line]:
    """The entries of a matrix; a dot where it is zero."""
    widest = max((width(name) for row in picture.rows for name in row), default=1)
    for row in picture.rows:
        yield line(" ".join(padded(name or "·", widest) for name in row))


def _text(words: Words) -> str:
    return "".join(
        part if isinstance(part, str)
        else formula(part.latex).replace("\n", " ") if isinstance(part, Formula)
        else part.words
        for part in words
    )  # fmt: skip
