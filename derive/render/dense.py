"""Fewer rows: short lines of a derivation side by side, a = b = c, as on a sheet to hand out.

Throughout: a *row* is one or more lines that are printed beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.page import Block, Derivation, Formula, Items, Line, Note, Words
from derive.render.math import parse
from derive.render.math.layout import Words as Text
from derive.render.math.width import em

ROOM = 47.0  # em of a row with its reasons
REASON, GAP = 0.88, 1.5  # the size of a reason; em before it
MOST = 3  # lines in a row


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
    said = _said(line.reason)
    return em(parse(line.relation)) + em(parse(line.right)) + (GAP + REASON * said if said else 0)


def _said(words: Words) -> float:
    formulas = sum(em(parse(part.latex)) for part in words if isinstance(part, Formula))
    return formulas + sum(em(Text(part)) for part in words if isinstance(part, str))
