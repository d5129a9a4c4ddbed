"""A picture as shapes on a plane (x to the right, y down, in pixels): SVG and TikZ write these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import NamedTuple, TypeAlias

from derive.page import Curve, Curves, Pattern, Picture

WIDTH, HEIGHT = 460.0, 280.0  # of the frame of curves
LETTER, SIZE = 6.6, 12.5  # width of a letter, size of text
TICKS = 6  # intervals on an axis, about
CELL, SMALL_CELL, MANY = 26.0, 9.0, 40  # a matrix of more columns than MANY has no names in it
REACH = 4.0  # curves are cut at so many times the height that nine tenths of them need
COLOURS = 8  # that a renderer can tell apart

Spot: TypeAlias = tuple[float, float]


class Path(NamedTuple):
    """A line through points.  ``colour``: a number of the palette, -1 the ink, -2 faint;
    ``style``: "solid", "dashed" or "dotted"."""

    spots: tuple[Spot, ...]
    colour: int = -1
    width: float = 1.0
    style: str = "solid"


class Box(NamedTuple):
    """A filled cell, or an outline where ``colour`` is negative."""

    x: float
    y: float
    width: float
    height: float
    colour: int


class Dot(NamedTuple):
    x: float
    y: float
    colour: int


class Label(NamedTuple):
    """Text whose ``anchor`` ("start", "middle", "end") and middle height are at (x, y)."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    colour: int = -1


Shape: TypeAlias = Path | Box | Dot | Label


class Drawing(NamedTuple):
    width: float
    height: float
    shapes: tuple[Shape, ...]


def drawing(picture: Picture) -> Drawing:
    """The shapes of a picture, and how large it is."""
    return _pattern(picture) if isinstance(picture, Pattern) else _curves(picture)


# --- curves -------------------------------------------------------------------------------------


class _Frame(NamedTuple):
    """What is seen of the plane, and where."""

    left: float
    right: float
    low: float
    high: float
    margin: float

    def x(self, x: float) -> float:
        return round(self.margin + (x - self.left) / (self.right - self.left) * WIDTH, 2)

    def y(self, y: float) -> float:
        return round(12 + (self.high - y) / (self.high - self.low) * HEIGHT, 2)


def _curves(picture: Curves) -> Drawing:
    frame = _frame(picture)
    beside = max((len(curve.label) for curve in picture.curves), default=0) * LETTER + 12
    shapes = [*_axes(frame, picture.variable), *_mark(frame, picture)]
    for n, curve in enumerate(picture.curves):
        style = "solid" if n == 0 else "dashed"
        for run in _visible(curve, frame):
            spots = tuple((frame.x(x), frame.y(y)) for x, y in run)
            shapes.append(Path(spots, n % COLOURS, 2.0, style))
    shapes += _names(frame, picture.curves)
    return Drawing(frame.margin + WIDTH + beside, HEIGHT + 36, tuple(shapes))


def _frame(picture: Curves) -> _Frame:
    spots = [spot for curve in picture.curves for run in curve.runs for spot in run]
    xs, ys = [x for x, _ in spots] or [0.0, 1.0], sorted(y for _, y in spots) or [0.0, 1.0]
    low, high = ys[0], ys[-1]
    usual_low, usual_high = ys[len(ys) // 20], ys[-1 - len(ys) // 20]
    room = REACH * max(usual_high - usual_low, 1e-9)
    low, high = max(low, usual_low - room), min(high, usual_high + room)
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 1, high + 1
    pad = 0.06 * (high - low)
    low, high = low - pad, high + pad
    margin = 14 + LETTER * max(len(_number(y)) for y in (*_ticks(low, high), 0.0))
    left, right = min(xs), max(xs)
    return _Frame(left, right if right > left else left + 1, low, high, margin)


def _axes(frame: _Frame, variable: str) -> Iterator[Shape]:
    """Axes through zero where zero is seen, else at the edge; ticks at round numbers."""
    below = 12 + HEIGHT
    zero = min(max(0.0, frame.left), frame.right)
    ground = min(max(0.0, frame.low), frame.high)
    yield Path(((frame.x(frame.left), frame.y(ground)), (frame.x(frame.right), frame.y(ground))))
    yield Path(((frame.x(zero), 12), (frame.x(zero), below)))
    for x in _ticks(frame.left, frame.right):
        at = frame.x(x)
        yield Path(((at, frame.y(ground) - 3), (at, frame.y(ground) + 3)))
        yield Label(at, below + 12, _number(x), "middle", -2)
    for y in _ticks(frame.low, frame.high):
        at = frame.y(y)
        yield Path(((frame.x(zero) - 3, at), (frame.x(zero) + 3, at)))
        yield Label(frame.margin - 8, at, _number(y), "end", -2)
    yield Label(frame.margin + WIDTH + 8, below + 12, variable)


def _mark(frame: _Frame, picture: Curves) -> Iterator[Shape]:
    """A dotted line at the value that is worth a look, a dot where each curve meets it."""
    if picture.marked is None or not frame.left <= picture.marked <= frame.right:
        return
    at = frame.x(picture.marked)
    yield Path(((at, 12), (at, 12 + HEIGHT)), -2, 1.2, "dotted")
    for n, curve in enumerate(picture.curves):
        y = _height(curve, picture.marked)
        if y is not None and frame.low <= y <= frame.high:
            yield Dot(at, frame.y(y), n % COLOURS)


def _height(curve: Curve, x: float) -> float | None:
    for run in curve.runs:
        for (a, above), (b, below) in pairwise(run):
            if a <= x <= b:
                return above if a == b else above + (below - above) * (x - a) / (b - a)
    return None


def _visible(curve: Curve, frame: _Frame) -> Iterator[list[Spot]]:
    """Runs of points within the frame; a line that leaves it ends at its edge."""
    for run in curve.runs:
        part: list[Spot] = []
        for here, there in zip(run, [*run[1:], run[-1]], strict=True):
            inside = frame.low <= here[1] <= frame.high
            if inside:
                part.append(here)
            crossing = _edge(here, there, frame)
            if crossing is not None:
                part.append(crossing)
                if inside:
                    yield part
                    part = []
        if len(part) > 1:
            yield part


def _edge(here: Spot, there: Spot, frame: _Frame) -> Spot | None:
    """Where the line from here to there crosses the lower or the upper edge of the frame."""
    for edge in (frame.low, frame.high):
        if (here[1] - edge) * (there[1] - edge) < 0:
            share = (edge - here[1]) / (there[1] - here[1])
            return here[0] + share * (there[0] - here[0]), edge
    return None


def _names(frame: _Frame, curves: Sequence[Curve]) -> list[Shape]:
    """Each curve's name where it ends at the right, none upon another."""
    ends = []
    for n, curve in enumerate(curves):
        spots = [spot for run in _visible(curve, frame) for spot in run]
        if spots:
            ends.append((frame.y(spots[-1][1]), n))
    labels, before = list[Shape](), -SIZE
    for y, n in sorted(ends):
        y = max(y, before + SIZE * 1.25)
        labels.append(Label(frame.margin + WIDTH + 8, y, curves[n].label, "start", n % COLOURS))
        before = y
    return labels


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the two, but zero (both axes go through it)."""
    raw = (high - low) / TICKS
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    numbers = (n * step for n in range(ceil(low / step), floor(high / step) + 1))
    return [x for x in numbers if isfinite(x) and abs(x) > step / 2]


def _number(x: float) -> str:
    """
    >>> _number(-0.5), _number(1000000.0), _number(2.0)
    ('−0.5', '1e+06', '2')
    """
    return f"{x:.4g}".replace("-", "−", 1) if x < 0 else f"{x:.4g}"


# --- patterns -----------------------------------------------------------------------------------


def _pattern(picture: Pattern) -> Drawing:
    """One cell an entry, one colour a name; zeros are empty."""
    columns = max(map(len, picture.rows), default=0)
    names = list(dict.fromkeys(name for row in picture.rows for name in row if name))
    longest = max(map(len, names), default=1)
    named = columns <= MANY
    cell = max(CELL, longest * LETTER + 8) if named else SMALL_CELL
    tall = min(cell, CELL) if named else SMALL_CELL
    shapes = list[Shape]()
    for i, row in enumerate(picture.rows):
        for j, name in enumerate(row):
            x, y = 1 + j * cell, 1 + i * tall
            if name:
                shapes.append(Box(x, y, cell, tall, names.index(name) % COLOURS))
                if named:
                    shapes.append(Label(x + cell / 2, y + tall / 2, name, "middle"))
    width, height = columns * cell, len(picture.rows) * tall
    for j in range(columns + 1):
        shapes.append(Path(((1 + j * cell, 1), (1 + j * cell, 1 + height)), -3, 0.6))
    for i in range(len(picture.rows) + 1):
        shapes.append(Path(((1, 1 + i * tall), (1 + width, 1 + i * tall)), -3, 0.6))
    return Drawing(width + 2, height + 2, tuple(shapes))
