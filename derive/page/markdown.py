"""Markdown with formulas, as blocks of a page: exercise statements and the free text of sheets.

CommonMark with tables, ``$..$`` and ``$$..$$`` (as GitHub and GitLab read them).  HTML is text here
and images are their words: nothing from outside comes onto a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from derive.page import (
    Block,
    Code,
    Display,
    Emphasis,
    Formula,
    Heading,
    Inline,
    Items,
    Link,
    Note,
    Paragraph,
    Space,
    Table,
    Words,
)

RULE = 0.5  # centimetres of room where the text draws a line across
READER = (
    MarkdownIt("commonmark", {"html": False})
    .enable("table")
    .disable(["html_inline", "html_block"])
    .use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False,
         double_inline=True)
)  # fmt: skip


def blocks(markdown: str) -> tuple[Block, ...]:
    r"""The blocks of a text; it never fails, what has no meaning in Markdown is text.

    >>> for block in blocks("Let $x > 0$.\n\n$$\nx^2 > 0\n$$\n"):
    ...     print(block)
    Paragraph(words=('Let ', Formula(latex='x > 0'), '.'))
    Display(latex='x^2 > 0')
    """
    return tuple(_blocks(READER.parse(markdown)))


def words(markdown: str) -> Words:
    r"""One line of Markdown in running text.

    >>> words("the *rate* $\\eta$")
    ('the ', Emphasis(words='rate', strong=False), ' ', Formula(latex='\\eta'))
    """
    (line,) = READER.parseInline(" ".join(markdown.split()))
    return tuple(_inline(line.children or []))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    at = 0
    while at < len(tokens):
        token, end = tokens[at], _end(tokens, at)
        inside = tokens[at + 1 : end]
        match token.type:
            case "paragraph_open":
                yield from _paragraph(inside[0].children or [])
            case "heading_open":
                yield Heading(tuple(_inline(inside[0].children or [])), int(token.tag[1:]))
            case "math_block":
                yield Display(token.content.strip())
            case "fence" | "code_block":
                yield Paragraph((Code(token.content.rstrip("\n")),))
            case "bullet_list_open":
                yield Items(tuple(_items(inside)))
            case "ordered_list_open":
                yield Items(tuple(_items(inside)), "1", int(token.attrs.get("start", 1)))
            case "blockquote_open":
                yield Note("quote", tuple(_blocks(inside)))
            case "table_open":
                head, *rows = _rows(inside)
                yield Table(head, tuple(rows))
            case "hr":
                yield Space(RULE)
        at = end + 1


def _end(tokens: Sequence[Token], start: int) -> int:
    """Where the element that opens at ``start`` closes (there, if it has nothing inside)."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += tokens[at].nesting
        if depth == 0:
            return at
    return len(tokens)


def _items(tokens: Sequence[Token]) -> Iterator[tuple[Block, ...]]:
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        yield tuple(_blocks(tokens[at + 1 : end]))
        at = end + 1


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[Words, ...]]:
    row = list[Words]()
    for token in tokens:
        if token.type == "inline":
            row.append(tuple(_inline(token.children or [])))
        elif token.type == "tr_close":
            yield tuple(row)
            row = []


def _paragraph(tokens: Sequence[Token]) -> Iterator[Block]:
    """A paragraph is cut where a display stands within it."""
    start = 0
    for at, token in enumerate(tokens):
        if token.type == "math_inline_double":
            yield from _filled(tokens[start:at])
            yield Display(token.content.strip())
            start = at + 1
    yield from _filled(tokens[start:])


def _filled(tokens: Sequence[Token]) -> Iterator[Paragraph]:
    found = _stripped(list(_inline(tokens)))
    if found:
        yield Paragraph(tuple(found))


def _stripped(found: list[Inline]) -> list[Inline]:
    """Without the space that a cut leaves at an edge."""
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return [part for part in found if part != ""]


def _inline(tokens: Sequence[Token]) -> Iterator[Inline]:
    """Words in order; runs of plain text are joined."""
    plain = ""
    for part in _pieces(tokens):
        if isinstance(part, str):
            plain += part
            continue
        if plain:
            yield plain
        plain = ""
        yield part
    if plain:
        yield plain


def _pieces(tokens: Sequence[Token]) -> Iterator[Inline]:
    emphasis = list[bool]()  # strong or not, of the marks that are open
    target = ""
    for token in tokens:
        match token.type:
            case "em_open" | "strong_open":
                emphasis.append(token.type == "strong_open")
            case "em_close" | "strong_close":
                emphasis.pop()
            case "link_open":
                target = str(token.attrGet("href") or "")
            case "link_close":
                target = ""
            case "math_inline" | "math_inline_double":
                yield Formula(token.content.strip())
            case "code_inline":
                yield Code(token.content)
            case "softbreak" | "hardbreak":
                yield " "
            case _ if token.content and target:
                yield Link(token.content, target)
            case _ if token.content and emphasis:
                yield Emphasis(token.content, any(emphasis))
            case _:
                yield token.content
