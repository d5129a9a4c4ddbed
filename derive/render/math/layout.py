"""How a formula looks: a small tree that MathML and typst are written from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias


class Atom(NamedTuple):
    """One sign or name.

    ``kind``: "letter" (a variable), "number", "function" (exp), "limits" (max: what stands low or
    high stands below or above in a display), "big" (Σ, the same), "integral", "binary", "relation",
    "open", "close", "bar" (either of the two), "punctuation" or "ordinary".
    ``font``: "" (as its kind asks), "upright", "bold", "bold italic", "blackboard",
    "calligraphic", "sans", "italic" or "mono".
    """

    kind: str
    text: str
    font: str = ""


class Words(NamedTuple):
    """Text among formulas."""

    text: str


class Gap(NamedTuple):
    """A space of so many em."""

    em: float


class Row(NamedTuple):
    """Parts side by side."""

    parts: tuple[Layout, ...]


class Fraction(NamedTuple):
    above: Layout
    below: Layout
    bar: bool = True


class Scripts(NamedTuple):
    base: Layout
    low: Layout | None = None
    high: Layout | None = None


class Root(NamedTuple):
    inside: Layout
    degree: Layout | None = None


class Fence(NamedTuple):
    """Brackets as tall as what they hold; "" where one side has none."""

    left: str
    inside: Layout
    right: str


class Grid(NamedTuple):
    """``kind``: "matrix" and "gathered" (centred), "cases" (left) or "aligned" (right and left
    in turns)."""

    kind: str
    rows: tuple[tuple[Layout, ...], ...]


class Accent(NamedTuple):
    """A mark over a letter or a line over a term: the combining character of the mark."""

    mark: str
    inside: Layout


class Stack(NamedTuple):
    """What stands above and below a base; ``brace``: "above", "below" or ""."""

    base: Layout
    above: Layout | None = None
    below: Layout | None = None
    brace: str = ""


Layout: TypeAlias = (
    Atom | Words | Gap | Row | Fraction | Scripts | Root | Fence | Grid | Accent | Stack
)


def is_sign(parts: Sequence[Layout], at: int) -> bool:
    """Whether the operator ``parts[at]`` has nothing to its left that it could join: -x, (-x).

    >>> minus, x = Atom("binary", "−"), Atom("letter", "x")
    >>> is_sign((minus, x), 0), is_sign((x, minus, x), 1)
    (True, False)
    """
    before = parts[at - 1] if at else None
    if isinstance(before, Gap):
        return before.em > 0 or is_sign(parts, at - 1)
    joins = ("binary", "relation", "open", "punctuation")
    return before is None or (isinstance(before, Atom) and before.kind in joins)
