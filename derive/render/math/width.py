"""How wide a formula will be, in em, and where it is broken if that is too wide.

An estimate with the widths of Computer Modern; those of other mathematical fonts are near.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from derive.render.math.layout import (
    Accent,
    Atom,
    Fence,
    Fraction,
    Gap,
    Grid,
    Layout,
    Root,
    Row,
    Scripts,
    Stack,
    Words,
    is_sign,
)

SCRIPT = 0.72  # size of what stands low or high
LIST = 8.0  # em from which on a list in running text is broken
NARROWEST = 8.0  # em of a fraction; below it is rather too wide
HANG = 2.0  # em that a continued line is indented

# fmt: off
_CHARACTERS = {
    **dict.fromkeys("fijlrt", 0.42), **dict.fromkeys("mwMW", 0.95),
    **dict.fromkeys("′.,:;!|", 0.29), **dict.fromkeys("∑∏", 1.4),
    "∫": 1.0, "…": 1.2, "⋯": 1.2, "/": 0.5, "∂": 0.56, " ": 0.33,
}
_SPACE = {"binary": 0.45, "relation": 0.56, "punctuation": 0.17, "function": 0.2, "limits": 0.2,
          "big": 0.2, "integral": 0.2}
_WIDE = frozenset(("binary", "relation"))
# fmt: on


def em(layout: Layout) -> float:
    """The width in a display.

    >>> from derive.render.math import parse
    >>> round(em(parse("a + b"))), em(parse(r"\\frac{a + b + c}{d}")) < em(parse("a + b + cd"))
    (2, True)
    """
    match layout:
        case Atom(kind, text):
            return _letters(
                text,
                0.78
                if kind in _WIDE
                else 0.39
                if len(text) == 1 and kind in ("open", "close", "bar")
                else None,
            )
        case Words(text):
            return _letters(text) * 0.95
        case Gap(width):
            return width
        case Row(parts):
            return sum(em(part) + _space(parts, n) for n, part in enumerate(parts))
        case Fraction(above, below):
            return max(em(above), em(below)) + 0.24
        case Scripts(base, low, high):
            scripts = [SCRIPT * em(script) for script in (low, high) if script is not None]
            if stacked(base):
                return max(em(base), *scripts)
            return em(base) + max(scripts, default=0.0) + 0.05
        case Root(inside):
            return em(inside) + 0.9
        case Fence(left, inside, right):
            return em(inside) + 0.65 * (bool(left) + bool(right))
        case Grid(_, rows):
            columns = [
                max(em(row[n]) for row in rows if n < len(row)) for n in range(max(map(len, rows)))
            ]
            return sum(columns) + 1.0 * (len(columns) - 1)
        case Accent(_, inside):
            return em(inside)
        case Stack(base, above, below):
            return max(em(base), *(SCRIPT * em(part) for part in (above, below) if part), 0.0)


def stacked(base: Layout) -> bool:
    """Whether scripts of ``base`` stand below and above it in a display."""
    return isinstance(base, Atom) and base.kind in ("big", "limits")


def _letters(text: str, each: float | None = None) -> float:
    return sum(
        each or _CHARACTERS.get(c) or (0.72 if c.isupper() else 0.5 if c.isascii() else 0.6)
        for c in text
    )


def _space(parts: Sequence[Layout], n: int) -> float:
    """The space that an operator puts around itself."""
    part = parts[n]
    base = part.base if isinstance(part, Scripts) else part
    if not isinstance(base, Atom) or (base.kind == "binary" and is_sign(parts, n)):
        return 0.0
    return _SPACE.get(base.kind, 0.0)


def broken(layout: Layout, first: float, rest: float) -> list[Row]:
    """A formula in lines of at most ``first`` and then ``rest`` em, cut before operators where its
    brackets are fewest.  What cannot be cut stays too wide."""
    parts = layout.parts if isinstance(layout, Row) else (layout,)
    lines, room = list[Row](), first
    while em(Row(parts)) > room:
        cut = _best_cut(parts, room)
        if cut is None:
            break
        lines.append(Row(parts[:cut]))
        parts, room = parts[cut:], rest
    return [*lines, Row(parts)]


def _best_cut(parts: Sequence[Layout], room: float) -> int | None:
    """Before the operator that is least nested, the last of those that fit; else the first."""
    best, lowest, depth = None, 1 << 30, 0
    for n, part in enumerate(parts):
        depth += _opens(part)
        wide = em(Row(tuple(parts[:n])))
        if best is not None and wide > room:
            break
        if n == 0 or not _may_cut(parts, n):
            continue
        cost = 4 * depth + (0 if _kind(part) == "relation" else 1 if _is_sum(part) else 2)
        if wide <= room / 3:
            cost += 2  # a short line reads badly
        if cost <= lowest:
            best, lowest = n, cost
    return best


def _may_cut(parts: Sequence[Layout], n: int) -> bool:
    return _kind(parts[n]) in _WIDE and not is_sign(parts, n)


def _kind(part: Layout) -> str:
    return part.kind if isinstance(part, Atom) else ""


def _is_sum(part: Layout) -> bool:
    return isinstance(part, Atom) and part.text in "+−±∓"


def _opens(part: Layout) -> int:
    base = part.base if isinstance(part, Scripts) else part
    return (_kind(base) == "open") - (_kind(base) == "close")


def narrowed(row: Row, room: float) -> Row:
    """``row`` with the fraction that makes it too wide cut into lines above and below."""
    if em(row) <= room:
        return row
    widest = max(row.parts, key=em)
    rest = em(row) - em(widest)
    return Row(tuple(_narrowed(p, room - rest) if p is widest else p for p in row.parts))


def _narrowed(layout: Layout, room: float) -> Layout:
    match layout:
        case Fraction(above, below, True):
            return Fraction(_stacked(above, room), _stacked(below, room))
        case Row():
            return narrowed(layout, room)
        case Fence(left, inside, right):
            return Fence(left, _narrowed(inside, room - 1.3), right)
        case Scripts(base, low, high):
            return Scripts(_narrowed(base, room - em(layout) + em(base)), low, high)
    return layout


def _stacked(layout: Layout, room: float) -> Layout:
    room = max(room - 0.3, NARROWEST)
    lines = broken(layout, room, room)
    return Grid("gathered", tuple((line,) for line in lines)) if len(lines) > 1 else layout


def pieces(layout: Row) -> list[Row]:
    """The formula cut before each relation, + and −, for formats that fill lines themselves."""
    out, start = list[Row](), 0
    for n, part in enumerate(layout.parts):
        if n > start and _may_cut(layout.parts, n) and (_is_sum(part) or _kind(part) == "relation"):
            out.append(Row(layout.parts[start:n]))
            start = n
    return [*out, Row(layout.parts[start:])]


def after_commas(layout: Row) -> list[Row]:
    """A long formula of running text cut after each comma, where a line may end."""
    if em(layout) < LIST:
        return [layout]
    ends = [n for n, part in enumerate(layout.parts, 1) if _kind(part) == "punctuation"]
    cuts = [0, *ends, len(layout.parts)]
    return [Row(layout.parts[a:b]) for a, b in pairwise(cuts) if a < b]
