"""A page as one HTML file: nothing is loaded, no script runs, formulas are MathML.

Each formula carries its LaTeX as an annotation.  A long formula is several `math` elements, cut
before operators, so that a narrow window can break it; their annotations side by side are its
LaTeX.
"""

from __future__ import annotations

import base64
import hashlib
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
from derive.render.escape import html as escaped
from derive.render.html.style import STYLE
from derive.render.marks import SIGNS
from derive.render.math import parse
from derive.render.math.layout import Atom, Layout, Row
from derive.render.math.lines import lines as lines_of
from derive.render.math.mathml import math
from derive.render.math.width import after_commas, em, pieces
from derive.render.svg import svg

LONG = 16.0  # em of a formula that a phone should be able to break
BESIDE = 26.0  # em of a piece that has room for a reason beside it
WIDE = 14.0  # em of a left side that has a line of its own
SCHEMES = ("http://", "https://", "mailto:")


def document(page: Page) -> str:
    """The whole file."""
    body = "\n".join(_blocks(page.blocks))
    style = STYLE + "".join(
        f".space-{name} {{ height: {height:g}cm; }}\n" for name, height in _heights(page.blocks)
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    under = "".join(f'<p class="under">{escaped(words)}</p>\n' for words in page.under)
    return f"""<!DOCTYPE html>
<html lang="{escaped(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(page.title)}</title>
<style>{style}</style>
</head>
<body>
<h1>{escaped(page.title)}</h1>
{under}{body}
</body>
</html>
"""


def fragment(blocks: Iterable[Block]) -> str:
    """Blocks for a page of one's own; `derive.render.html.style.STYLE` has their rules."""
    return "\n".join(_blocks(blocks)) + "\n"


def _heights(blocks: Iterable[Block]) -> list[tuple[str, float]]:
    """The rooms for answers: heights are rules of the style, which allows none in the text."""
    found = dict[str, float]()
    for block in blocks:
        match block:
            case Space(height):
                found[_name(height)] = height
            case Items(items):
                found |= dict(_heights([inner for item in items for inner in item]))
            case Note(_, inside):
                found |= dict(_heights(inside))
    return sorted(found.items())


def _name(height: float) -> str:
    return f"{height:g}".replace(".", "-")


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    return map(_block, blocks)


def _block(block: Block) -> str:
    match block:
        case Heading(words, level):
            n = min(level + 1, 6)
            return f"<h{n}>{_words(words)}</h{n}>"
        case Paragraph(words):
            return f"<p>{_words(words)}</p>"
        case Display(latex):
            lines = lines_of(latex)
            if lines is not None:
                return _derivation(lines)
            return f'<div class="display">{_formula(parse(latex), display=True)}</div>'
        case Derivation(lines):
            return _derivation(lines)
        case Items():
            return _items(block)
        case Table(head, rows):
            return _table(head, rows)
        case Figure(picture, words):
            caption = f"<figcaption>{_words(words)}</figcaption>" if words else ""
            seen = "".join(part if isinstance(part, str) else part[0] for part in words)
            return f"<figure>{svg(picture, seen)}{caption}</figure>"
        case Note(kind, inside):
            return f'<aside class="{escaped(kind)}">{"".join(_blocks(inside))}</aside>'
        case Space(height):
            return f'<div class="space-{_name(height)}"></div>'
        case Break():
            return '<div class="break"></div>'


# --- formulas -----------------------------------------------------------------------------------


def _formula(layout: Row, display: bool = False) -> str:
    first, *more = pieces(layout) if em(layout) > LONG else [layout]
    return "<wbr>".join(math(part, display) for part in (first, *map(_continued, more)))


def _continued(piece: Row) -> Row:
    """A piece that begins with an operator: a minus here joins, it is no sign."""
    return Row((_relation(piece.parts[0]), *piece.parts[1:]))


def _derivation(lines: Sequence[Line]) -> str:
    inside = "\n".join(map(_line, lines))
    return f'<div class="derivation">\n{inside}\n</div>'


def _line(line: Line) -> str:
    out = ""
    if line.left:
        left = parse(line.left)
        wide = " wide" if em(left) > WIDE else ""
        out += f'<span class="left{wide}">{_formula(left, display=True)}</span>'
    if line.right:
        right = Row((*_parts(line.relation), *parse(line.right).parts))
        kind = "right wide" if max(map(em, pieces(right))) > BESIDE else "right"
        out += f'<span class="{kind}">{_formula(right, display=True)}{_mark(line.mark)}</span>'
    if line.reason:
        out += f'<span class="reason">{_words(line.reason)}</span>'
    return f'<div class="line">{out}</div>'


def _parts(relation: str) -> tuple[Layout, ...]:
    return tuple(map(_relation, parse(relation).parts))


def _relation(part: Layout) -> Layout:
    return part._replace(kind="relation") if isinstance(part, Atom) else part


def _mark(mark: str) -> str:
    if not mark:
        return ""
    sign = SIGNS.get(mark, mark)
    return f' <span class="mark {escaped(mark)}" title="{escaped(mark)}">{escaped(sign)}</span>'


# --- text ---------------------------------------------------------------------------------------


def _items(items: Items) -> str:
    inside = "\n".join(f"<li>{''.join(_item(blocks))}</li>" for blocks in items.items)
    if not items.numbered:
        return f"<ul>\n{inside}\n</ul>"
    start = f' start="{items.start}"' if items.start != 1 else ""
    kind = f' class="{items.numbered}"' if items.numbered in ("a", "i") else ""
    return f"<ol{kind}{start}>\n{inside}\n</ol>"


def _item(blocks: Sequence[Block]) -> Iterator[str]:
    """A lone paragraph needs no element of its own."""
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        yield _words(blocks[0].words)
    else:
        yield from _blocks(blocks)


def _table(head: tuple[Words, ...], rows: tuple[tuple[Words, ...], ...]) -> str:
    top = "".join(f"<th>{_words(cell)}</th>" for cell in head)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{_words(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _words(words: Words) -> str:
    """Running text; no line may begin with the comma that follows a formula."""
    out, parts = "", list(words)
    for n, part in enumerate(parts):
        after = parts[n + 1] if n + 1 < len(parts) else ""
        if isinstance(part, Formula) and isinstance(after, str):
            held = len(after) - len(after.lstrip(",.;:!?)"))
            if held:
                inside = f"{_inline(part)}{escaped(after[:held])}"
                whole = em(parse(part.latex)) <= LONG
                out += f'<span class="nobreak">{inside}</span>' if whole else inside
                parts[n + 1] = after[held:]
                continue
        out += _inline(part)
    return out


def _inline(part: Inline) -> str:
    match part:
        case str():
            return escaped(part)
        case Formula(latex):
            return "<wbr>".join(map(_formula, after_commas(parse(latex))))
        case Emphasis(words, strong):
            name = "strong" if strong else "em"
            return f"<{name}>{escaped(words)}</{name}>"
        case Code(words):
            return f"<code>{escaped(words)}</code>"
        case Link(words, target):
            if not target.lower().startswith(SCHEMES):
                return escaped(words)
            return f'<a href="{escaped(target)}">{escaped(words)}</a>'
