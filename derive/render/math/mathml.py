"""Layout -> MathML Core, which browsers set without a script."""

from __future__ import annotations

from collections.abc import Sequence

from derive.render.escape import html as escaped
from derive.render.math.fonts import in_font
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
from derive.render.math.parse import APART
from derive.render.math.tex import tex
from derive.render.math.width import stacked

_MARKS = {"\u0302": "^", "\u0303": "~", "\u0304": "¯", "\u0305": "‾", "\u20d7": "→", "\u0307": "˙",
          "\u0308": "¨", "\u030c": "ˇ", "\u0306": "˘", "\u030a": "˚", "\u0332": "_"}  # fmt: skip


THIN = '<mspace width="0.17em"></mspace>'


def math(layout: Layout, display: bool = False) -> str:
    """A `math` element in running text, with its LaTeX as annotation; ``display``: set as in a
    display."""
    style = ' displaystyle="true"' if display else ""
    annotation = f'<annotation encoding="application/x-tex">{escaped(tex(layout))}</annotation>'
    return f"<math{style}><semantics>{_one(layout)}{annotation}</semantics></math>"


def _one(layout: Layout | None) -> str:
    """Exactly one element."""
    if layout is None:
        return "<mrow></mrow>"
    text = _write(layout)
    return f"<mrow>{text}</mrow>" if isinstance(layout, (Row, Gap)) else text


def _write(layout: Layout) -> str:
    match layout:
        case Atom():
            return _atom(layout, "")
        case Words(text):
            return f"<mtext>{escaped(text).replace(' ', '&#xA0;')}</mtext>"
        case Gap(em):
            return f'<mspace width="{em:.3g}em"></mspace>' if em else ""
        case Row(parts):
            return _row(parts)
        case Fraction(above, below, bar):
            line = "" if bar else ' linethickness="0"'
            return f"<mfrac{line}>{_one(above)}{_one(below)}</mfrac>"
        case Scripts():
            return _scripts(layout)
        case Root(inside, None):
            return f"<msqrt>{_write(inside)}</msqrt>"
        case Root(inside, degree):
            return f"<mroot>{_one(inside)}{_one(degree)}</mroot>"
        case Fence(left, inside, right):
            sides = [_side(left, "prefix"), _write(inside), _side(right, "postfix")]
            return f"<mrow>{''.join(sides)}</mrow>"
        case Grid():
            return _grid(layout)
        case Accent(mark, inside):
            return _accent(mark, inside)
        case Stack():
            return _stack(layout)


def _row(parts: Sequence[Layout]) -> str:
    parts = [part for part in parts if part != APART]
    out = ""
    for n, part in enumerate(parts):
        if n and _thin_space(_kind(parts[n - 1]), _kind(part)):
            out += THIN
        if isinstance(part, Atom):
            form = "prefix" if part.kind == "binary" and is_sign(parts, n) else "infix"
            out += _atom(part, form)
        else:
            out += _write(part)
    return out


def _thin_space(before: str, after: str) -> bool:
    """TeX's rule for exp and Σ: set apart from their neighbours, but not from brackets."""
    if after in _OPERATORS:
        return before not in _JOINED and before != "open"
    return before in _OPERATORS and after not in (*_JOINED, "open", "close", "fence")


def _kind(part: Layout) -> str:
    base = part.base if isinstance(part, Scripts) else part
    if isinstance(base, (Fence, Gap)):
        return "fence" if isinstance(base, Fence) else "punctuation"
    return base.kind if isinstance(base, Atom) else ""


_OPERATORS = frozenset(("function", "limits", "big", "integral"))
_JOINED = frozenset(("binary", "relation", "punctuation"))  # have their own space


def _atom(atom: Atom, form: str) -> str:
    text = escaped(in_font(atom.text, atom.font))
    match atom.kind:
        case "letter":
            upright = ' mathvariant="normal"' if atom.font and len(atom.text) == 1 else ""
            return f"<mi{upright}>{text}</mi>"
        case "number":
            return f"<mn>{text}</mn>"
        case "function":
            return f"<mi>{text}</mi>"
        case "limits":
            return f'<mo movablelimits="true" lspace="0" rspace="0" form="prefix">{text}</mo>'
        case "big" | "integral":
            return f'<mo lspace="0" rspace="0">{text}</mo>'
        case "binary" | "relation":
            return f'<mo form="{form or "infix"}" stretchy="false">{text}</mo>'
        case "open" | "close" | "bar":
            side = {"open": "prefix", "close": "postfix"}.get(atom.kind, "infix")
            return f'<mo form="{side}" stretchy="false" lspace="0" rspace="0">{text}</mo>'
        case "punctuation":
            return f'<mo separator="true" lspace="0" rspace="0.17em">{text}</mo>'
    if atom.text.isalpha() or atom.text in "∂∇∞∅":
        return f"<mi>{text}</mi>"
    return f'<mo lspace="0" rspace="0">{text}</mo>'


def _scripts(scripts: Scripts) -> str:
    base, low, high = scripts.base, _tight(scripts.low), _tight(scripts.high)
    name = "munder", "mover", "munderover"
    if not stacked(base):
        name = "msub", "msup", "msubsup"
    inside = _one(base) + (_one(low) if low is not None else "")
    if high is None:
        return f"<{name[0]}>{inside}</{name[0]}>" if low is not None else inside
    kind = name[2] if low is not None else name[1]
    return f"<{kind}>{inside}{_one(high)}</{kind}>"


def _tight(layout: Layout | None) -> Layout | None:
    """Operators in scripts have no space around them."""
    if isinstance(layout, Row):
        return Row(tuple(part for part in map(_tight, layout.parts) if part is not None))
    if isinstance(layout, Atom) and layout.kind in ("binary", "relation"):
        return Atom("ordinary", layout.text)
    return layout


def _side(bracket: str, form: str) -> str:
    if not bracket:
        return ""
    space = 'lspace="0" rspace="0"'
    return f'<mo form="{form}" stretchy="true" {space}>{escaped(bracket)}</mo>'


def _grid(grid: Grid) -> str:
    rows = []
    for row in grid.rows:
        cells = []
        for n, cell in enumerate(row):
            side = {"cases": "l", "aligned": "l" if n % 2 else "r"}.get(grid.kind, "c")
            cells.append(f'<mtd class="{side}">{_write(cell)}</mtd>')
        rows.append(f"<mtr>{''.join(cells)}</mtr>")
    style = ' displaystyle="true"' if grid.kind in ("aligned", "gathered") else ""
    return f'<mtable class="{grid.kind}"{style}>{"".join(rows)}</mtable>'


def _accent(mark: str, inside: Layout) -> str:
    stretchy = "true" if mark in "\u0305\u0332" else "false"
    sign = f'<mo stretchy="{stretchy}">{_MARKS[mark]}</mo>'
    if mark == "\u0332":
        return f'<munder accentunder="true">{_one(inside)}{sign}</munder>'
    return f'<mover accent="true">{_one(inside)}{sign}</mover>'


def _stack(stack: Stack) -> str:
    text = _one(stack.base)
    if stack.brace:
        above = stack.brace == "above"
        name, sign = ("mover", "⏞") if above else ("munder", "⏟")
        text = f'<{name}>{text}<mo stretchy="true">{sign}</mo></{name}>'
    if stack.above is not None:
        text = f"<mover>{text}{_one(stack.above)}</mover>"
    if stack.below is not None:
        text = f"<munder>{text}{_one(stack.below)}</munder>"
    return text
