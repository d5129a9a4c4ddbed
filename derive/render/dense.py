"""Fewer rows: what is short shares a line.

Short lines of a derivation stand side by side, a = b = c, as on a sheet to hand out; words and the
one short line that they lead to, too.  Throughout: a *row* is one or more lines of a derivation
that are printed beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.page import Block, Derivation, Formula, Inline, Items, Line, Note, Paragraph, Words
from derive.render.marks import reason
from derive.render.math import parse
from derive.render.math.layout import Words as Text
from derive.render.math.width import em

ROOM = 47.0  # em of a row with its reasons
SMALL, GAP = 0.88, 1.5  # the size of a reason; em before it
MOST = 3  # lines in a row
ONE_LINE = 40.0  # em of words, a formula and its reason that share a line


def dense(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with as few rows in their derivations as fit."""
    return tuple(map(_dense, blocks))


def _dense(block: Block) -> Block:
    match block:
        case Derivation(lines):
            return Derivation(tuple(_rows(lines)))
        case Items(items):
            return block._replace(items=tuple(map(dense, items)))
        case Note(_, inside):
            return block._replace(blocks=dense(inside))
    return block


def _rows(lines: Iterable[Line]) -> list[Line]:
    rows, count, margin = list[Line](), 0, 0.0
    for line in lines:
        margin = em(parse(line.left)) if line.left else margin
        joined = _beside(rows[-1], line) if rows and count < MOST else None
        if joined is not None and margin + _width(joined) <= ROOM:
            rows[-1], count = joined, count + 1
        else:
            rows.append(line)
            count = 1
    return rows


def _beside(row: Line, line: Line) -> Line | None:
    """Both as one row; None where ``line`` begins a chain or either is judged."""
    if line.left or row.mark or line.mark:
        return None
    right = f"{row.right} {line.relation} {line.right}"
    between = ("; ",) if row.reason and line.reason else ()
    return row._replace(right=right, reason=(*row.reason, *between, *line.reason))


def _width(line: Line) -> float:
    said = said_em(line.reason)
    return em(parse(line.relation)) + em(parse(line.right)) + (GAP + SMALL * said if said else 0)


def led(block: Block, after: Block | None) -> Line | None:
    """The one line that ``after`` is, where it and the words before it share a line."""
    if not isinstance(block, Paragraph) or not isinstance(after, Derivation):
        return None
    last = block.words[-1] if block.words else ""
    ended = isinstance(last, str) and last.rstrip().endswith(".")
    if ended or len(after.lines) != 1 or not after.lines[0].left:
        return None
    (line,) = after.lines
    formulas = sum(em(parse(part)) for part in (line.left, line.relation, line.right))
    wide = formulas + SMALL * said_em(reason(line)) + said_em(block.words) + 2 * GAP
    return line if wide <= ONE_LINE else None


def said_em(words: Words) -> float:
    """How wide words are, about."""
    return sum(map(_guessed, words))


def _guessed(part: Inline) -> float:
    match part:
        case str():
            return em(Text(part))
        case Formula(latex):
            return em(parse(latex))
        case _:
            return em(Text(part.words))
