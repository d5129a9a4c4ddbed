"""Layout -> typst's mathematics.

Every sign is escaped and every word a string: nothing that a formula contains is typst code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.render.escape import typst_string as string
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
)

_FONTS = {  # the functions that set a font, the outermost first
    "upright": ("upright",), "bold": ("bold", "upright"), "bold italic": ("bold", "italic"),
    "blackboard": ("bb",), "calligraphic": ("cal",), "fraktur": ("frak",), "sans": ("sans",),
    "italic": ("italic",), "mono": ("mono",),
}  # fmt: skip
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "macron", "\u0305": "overline",
            "\u20d7": "arrow", "\u0307": "dot", "\u0308": "dot.double", "\u030c": "caron",
            "\u0306": "breve", "\u030a": "circle", "\u0332": "underline"}  # fmt: skip


def math(layout: Layout) -> str:
    r"""What stands between two dollars of typst.

    >>> from derive.render.math import parse
    >>> print(math(parse(r"\frac{x}{2} \le \sigma(x_i)")))
    frac(x, 2) ≤ σ \( attach(x, b: i) \)
    >>> print(math(parse(r"\frac{1}{2} \frac{x}{y}")))
    frac(1, 2) thin frac(x, y)
    """
    return _write(layout)


def _apart(parts: Sequence[Layout]) -> Iterator[str]:
    """The parts of a row, with a thin space between two fractions: 1/2 (a + b)/c."""
    before: Layout | None = None
    for part in parts:
        if isinstance(before, Fraction) and isinstance(part, Fraction):
            yield "thin"
        yield _write(part)
        before = before if part == Gap(0) else part


def _write(layout: Layout | None) -> str:
    match layout:
        case None:
            return '""'
        case Atom():
            return _atom(layout)
        case Words(text):
            return string(text)
        case Gap(em):
            return f"#h({em:.3g}em)" if em else ""
        case Row(parts):
            return " ".join(text for text in _apart(parts) if text) or '""'
        case Fraction(above, below, bar):
            if not bar:
                return f"vec(delim: #none, {_write(above)}, {_write(below)})"
            return f"frac({_write(above)}, {_write(below)})"
        case Scripts(base, low, high):
            return f"attach({_write(base)}{_at('b', low)}{_at('t', high)})"
        case Root(inside, degree):
            if degree is None:
                return f"sqrt({_write(inside)})"
            return f"root({_write(degree)}, {_write(inside)})"
        case Fence():
            return _fence(layout)
        case Grid("aligned", rows):
            return f"mat(delim: #none, column-gap: #2em, {_pairs(rows)})"
        case Grid(kind, rows):
            align = "left" if kind == "cases" else "center"
            large = kind == "gathered"
            return f"mat(delim: #none, align: #{align}, {_cells(rows, large)})"
        case Accent(mark, inside):
            return f"{_ACCENTS[mark]}({_write(inside)})"
        case Stack():
            return _stack(layout)


def _atom(atom: Atom) -> str:
    if atom.kind == "function":
        return f"op({string(atom.text)})"
    if atom.kind == "limits":
        return f"op({string(atom.text)}, limits: #true)"
    text = "".join(map(_sign, atom.text))
    if atom.kind == "letter" and len(atom.text) > 1:
        text = string(atom.text)
    elif atom.kind == "bar":
        text = f'class("normal", {text})'
    for font in reversed(_FONTS.get(atom.font, ())):
        text = f"{font}({text})"
    return text


def _sign(character: str) -> str:
    """A character that means itself."""
    return character if character.isalnum() or not character.isascii() else f"\\{character}"


def _fence(fence: Fence) -> str:
    left, right = map(_side, (fence.left, fence.right))
    inside = fence.inside
    if isinstance(inside, Fraction) and not inside.bar and fence.left == "(":
        return f"binom({_write(inside.above)}, {_write(inside.below)})"
    return f"lr({left} {_write(inside)} {right})"


def _side(bracket: str) -> str:
    return "".join(map(_sign, bracket))


def _cells(rows: tuple[tuple[Layout, ...], ...], large: bool) -> str:
    cell = "display({})" if large else "{}"
    return "; ".join(", ".join(cell.format(_write(entry)) for entry in row) for row in rows)


def _pairs(rows: tuple[tuple[Layout, ...], ...]) -> str:
    """Each left side with what stands right of it, aligned where they meet."""

    def pair(row: tuple[Layout, ...], n: int) -> str:
        return " & ".join(f"display({_write(entry)})" for entry in row[n : n + 2])

    width = max(map(len, rows))
    return "; ".join(", ".join(pair(row, n) for n in range(0, width, 2)) for row in rows)


def _stack(stack: Stack) -> str:
    text = _write(stack.base)
    if stack.brace:
        name, label = ("overbrace", stack.above) if stack.brace == "above" else (
            "underbrace", stack.below)  # fmt: skip
        return f"{name}({text}, {_write(label)})" if label is not None else f"{name}({text})"
    return f"attach(limits({text}){_at('t', stack.above)}{_at('b', stack.below)})"


def _at(place: str, layout: Layout | None) -> str:
    return "" if layout is None else f", {place}: {_write(layout)}"
