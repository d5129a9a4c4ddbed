"""A page as Markdown that reads well on any forge and that `derive check` reads back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from derive.page import (
    Block,
    Break,
    Code,
    Derivation,
    Display,
    Emphasis,
    Figure,
    Formula,
    Heading,
    Inline,
    Items,
    Line,
    Link,
    Note,
    Page,
    Paragraph,
    Space,
    Table,
    Words,
)
from derive.render.escape import markdown as escaped
from derive.render.escape import tex_words
from derive.render.marks import reason
from derive.render.math import parse
from derive.render.math.lines import lines as lines_of
from derive.render.math.tex import tex
from derive.render.numerals import numeral


def document(page: Page) -> str:
    """The whole page, its title as the heading.

    >>> from derive.page import Page, Paragraph, Formula
    >>> print(document(Page("Sums", (Paragraph(("Let ", Formula("x > 0"), ".")),))), end="")
    # Sums
    <BLANKLINE>
    Let $x > 0$.
    """
    head = [f"# {escaped(page.title)}"] if page.title else []
    under = ["  \n".join(map(escaped, page.under))] if page.under else []
    return "\n\n".join([*head, *under, *_blocks(page.blocks)]) + "\n"


def fragment(blocks: Iterable[Block]) -> str:
    """Blocks to paste into a document."""
    return "\n\n".join(_blocks(blocks)) + "\n"


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        text = _block(block)
        if text:
            yield text


def _block(block: Block) -> str:
    match block:
        case Heading(words, level):
            return "#" * min(level + 1, 6) + " " + _words(words)
        case Paragraph(words):
            return _words(words)
        case Display(latex):
            lines = lines_of(latex)
            return _display(_aligned(lines) if lines else tex(parse(latex)))
        case Derivation(lines):
            return _display(_aligned(lines)) if lines else ""
        case Items():
            return _items(block)
        case Table(head, rows):
            return _table(head, rows)
        case Figure(_, words):
            return f"*{_words(words)}*" if words else ""
        case Note(_, blocks):
            return "\n".join(
                f"> {line}".rstrip() for line in "\n\n".join(_blocks(blocks)).split("\n")
            )
        case Space() | Break():
            return ""


def _display(latex: str) -> str:
    return f"$$\n{latex}\n$$"


def _aligned(lines: Sequence[Line]) -> str:
    """An `aligned` block, each reason in a column of its own."""
    rows = []
    for line in lines:
        relation = tex(parse(line.relation))
        row = f"{tex(parse(line.left))} &{relation} {tex(parse(line.right))}".strip()
        said = reason(line)
        rows.append(row + (f" && {_reason(said)}" if said else ""))
    inside = " \\\\\n".join(rows)
    return f"\\begin{{aligned}}\n{inside}\n\\end{{aligned}}"


def _reason(words: Words) -> str:
    """The reason in brackets, as text and formulas of a display."""
    out, text = "", "("
    for part in words:
        if isinstance(part, Formula):
            out += rf"\text{{{tex_words(text)}}} {tex(parse(part.latex))} "
            text = ""
        else:
            text += part if isinstance(part, str) else part.words
    return out + rf"\text{{{tex_words(text + ')')}}}"


def _items(items: Items) -> str:
    return "\n".join(_item(items.numbered, n, b) for n, b in enumerate(items.items, items.start))


def _item(numbered: str, n: int, blocks: Sequence[Block]) -> str:
    """(a) and (i) are no lists in Markdown: they stand in the text of a bullet."""
    mark, parts = "- ", list(_blocks(blocks))
    if numbered == "1":
        mark = f"{n}. "
    elif numbered:
        words = bool(blocks) and isinstance(blocks[0], Paragraph)
        label = f"({numeral(numbered, n)})"
        parts = [f"{label} {parts[0]}", *parts[1:]] if words else [label, *parts]
    rows = "\n\n".join(parts).split("\n")
    return mark + "\n".join([rows[0], *(" " * len(mark) * bool(row) + row for row in rows[1:])])


def _table(head: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
    lines = [head, *rows]
    text = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in lines]
    return "\n".join([text[0], "|" + "---|" * len(head), *text[1:]])


def _cell(words: Words) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", _words(words))


def _words(words: Words) -> str:
    return "".join(map(_inline, words)).strip()


def _inline(part: Inline) -> str:
    match part:
        case str():
            return escaped(part)
        case Formula(latex):
            return f"${tex(parse(latex)) or '{}'}$"
        case Emphasis(words, strong):
            return _marked(words, "**" if strong else "*")
        case Code(words):
            return _code(words)
        case Link(words, target):
            return f"[{escaped(words)}](<{_target(target)}>)"


def _marked(words: str, mark: str) -> str:
    """Emphasis may not begin or end with a space."""
    inside = words.strip()
    if not inside:
        return words
    at = words.index(inside)
    return f"{words[:at]}{mark}{escaped(inside)}{mark}{words[at + len(inside) :]}"


def _code(words: str) -> str:
    ticks = "`"
    while ticks in words:
        ticks += "`"
    pad = " " if words[:1] == "`" or words[-1:] == "`" else ""
    return ticks + pad + " ".join(words.split("\n")) + pad + ticks


def _target(target: str) -> str:
    return "".join(f"%{ord(c):02X}" if c in "<>\\\n\r" else c for c in target)
