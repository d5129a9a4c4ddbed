"""What sheets, proofs and reports put before a reader: values, in no format yet.

Whoever has something to say (`derive.explain`, `derive.sheet`, `derive.grade`) makes a Page; the
renderers (LaTeX, HTML, typst, Markdown, terminal) write it and escape for their format.  Text is
plain text, formulas are LaTeX as `derive.term.latex` writes and `derive.read` reads.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from derive.page.picture import Curve, Curves, Pattern, Picture

__all__ = [
    "Block",
    "Break",
    "Code",
    "Curve",
    "Curves",
    "Derivation",
    "Display",
    "Emphasis",
    "Figure",
    "Formula",
    "Heading",
    "Inline",
    "Items",
    "Line",
    "Link",
    "Note",
    "Page",
    "Paragraph",
    "Pattern",
    "Picture",
    "Space",
    "Table",
    "Words",
]


class Formula(NamedTuple):
    """A formula in running text, as LaTeX without dollars."""

    latex: str


class Emphasis(NamedTuple):
    words: str
    strong: bool = False


class Code(NamedTuple):
    words: str


class Link(NamedTuple):
    words: str
    target: str


Inline: TypeAlias = str | Formula | Emphasis | Code | Link
Words: TypeAlias = tuple[Inline, ...]


class Heading(NamedTuple):
    """``level`` 1 is an exercise's, 2 a part's."""

    words: Words
    level: int = 1


class Paragraph(NamedTuple):
    words: Words


class Display(NamedTuple):
    """Formulas on lines of their own, as written (LaTeX without delimiters)."""

    latex: str


class Line(NamedTuple):
    """``relation right`` because of ``reason``; ``left`` where the line starts a new chain.

    ``relation`` is a LaTeX relation ("=", r"\\le", ...).  ``mark``: the verdict's word where a line
    is judged ("proved", "refuted", ...), "" where it is not.
    """

    left: str
    relation: str
    right: str
    reason: Words = ()
    mark: str = ""


class Derivation(NamedTuple):
    """Lines that are aligned at their relations."""

    lines: tuple[Line, ...]


class Items(NamedTuple):
    """A list; each item is blocks.  ``numbered``: "" (bullets), "1", "a" or "i"."""

    items: tuple[tuple[Block, ...], ...]
    numbered: str = ""
    start: int = 1


class Table(NamedTuple):
    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]


class Figure(NamedTuple):
    """``words`` say what one sees: they are the caption, and the text for who cannot see it."""

    picture: Picture
    words: Words


class Note(NamedTuple):
    """A block set apart: ``kind`` is "source", "hint", "answer", "points", "quote" or a
    verdict's word."""

    kind: str
    blocks: tuple[Block, ...]


class Space(NamedTuple):
    """Room for an answer, in centimetres."""

    height: float


class Break(NamedTuple):
    """A new page here, where there are pages."""


Block: TypeAlias = (
    Heading | Paragraph | Display | Derivation | Items | Table | Figure | Note | Space | Break
)


class Page(NamedTuple):
    """A document.  ``under``: lines below the title (course, date).  ``language``: "en" or "de".
    ``dense``: it should take few pages where it is printed."""

    title: str
    blocks: tuple[Block, ...]
    under: tuple[str, ...] = ()
    language: str = "en"
    dense: bool = False
