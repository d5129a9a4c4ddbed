"""Pictures as values: what is drawn, not how."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Curve(NamedTuple):
    """One function.  ``points``: (x, y) in the order of x; a gap (a pole, a kink's jump) starts a
    new run of points."""

    label: str
    runs: tuple[tuple[tuple[float, float], ...], ...]


class Curves(NamedTuple):
    """Functions of one variable in one frame; ``marked``: a value of x worth a look."""

    variable: str
    curves: tuple[Curve, ...]
    marked: float | None = None


class Pattern(NamedTuple):
    """The entries of a matrix by shared weight: its name, or "" where the entry is zero."""

    rows: tuple[tuple[str, ...], ...]


Picture: TypeAlias = Curves | Pattern
