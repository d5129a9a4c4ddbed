"""Displays as lines that are aligned at their relations, so that every format sets them alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.page import Formula, Line, Words
from derive.render.math.layout import Atom, Grid, Layout, Row
from derive.render.math.layout import Words as Text
from derive.render.math.parse import EMPTY, parse
from derive.render.math.tex import tex


def lines(latex: str) -> tuple[Line, ...] | None:
    r"""The lines of an `aligned` block with one relation each; None for any other display.

    >>> for line in lines(r"\begin{aligned} a &= b && \text{(so)} \\ &\le c. \end{aligned}"):
    ...     print(line)
    Line(left='a', relation='=', right='b', reason=('so',), mark='')
    Line(left='', relation='\\le', right='c.', reason=(), mark='')
    """
    whole = parse(latex).parts
    if len(whole) != 1 or not isinstance(whole[0], Grid) or whole[0].kind != "aligned":
        return None
    found = [_line(row) for row in whole[0].rows]
    return tuple(line for line in found if line) if all(found) else None


def _line(cells: Sequence[Layout]) -> Line | None:
    left, right = cells[0], cells[1] if len(cells) > 1 else EMPTY
    parts = _parts(right)
    relation = ""
    if parts and isinstance(parts[0], Atom) and parts[0].kind == "relation":
        relation, parts = tex(parts[0]), parts[1:]
    elif right != EMPTY:
        return None if left != EMPTY else Line("", "", tex(right), _reason(cells[2:]) or ())
    reason = _reason(cells[2:])
    return None if reason is None else Line(tex(left), relation, tex(Row(parts)), reason)


def _parts(layout: Layout) -> tuple[Layout, ...]:
    return layout.parts if isinstance(layout, Row) else (layout,)


def _reason(cells: Sequence[Layout]) -> Words | None:
    """The words of the columns that are left; None where they hold a formula of their own."""
    parts = [part for cell in cells for part in _parts(cell)]
    if not parts:
        return ()
    if not any(isinstance(part, Text) for part in parts):
        return None
    return _unbracketed(tuple(_joined(list(_words(parts)))))


def _words(parts: Sequence[Layout]) -> Iterator[str | Layout]:
    for part in parts:
        if isinstance(part, Row):
            yield from _words(part.parts)
        else:
            yield part.text if isinstance(part, Text) else part


def _joined(parts: Sequence[str | Layout]) -> Iterator[str | Formula]:
    """Words as they are, and what stands between them as one formula each."""
    formula: list[Layout] = []
    for part in (*parts, ""):
        if isinstance(part, str):
            if formula:
                yield Formula(tex(Row(tuple(formula))))
            formula = []
            if part:
                yield part
        else:
            formula.append(part)


def _unbracketed(words: Words) -> Words:
    """(so) is so: the brackets are the format's."""
    first, last = words[0], words[-1]
    if not (isinstance(first, str) and isinstance(last, str)):
        return words
    if not (first.startswith("(") and last.endswith(")")):
        return words
    if len(words) == 1:
        return (first[1:-1],)
    return tuple(word for word in (first[1:], *words[1:-1], last[:-1]) if word != "")
