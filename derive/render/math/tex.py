r"""Layout -> LaTeX that compiles with amsmath and amssymb, whatever was typed.

Only commands of the tables come out: nothing that a formula contains can act on TeX.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.render.escape import latex as escaped
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
from derive.render.math.symbols import ACCENTS, SYMBOLS

# fmt: off
_OWN = frozenset((  # functions that LaTeX knows by name; others are \operatorname
    "exp", "log", "ln", "lg", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "coth", "dim", "ker", "deg", "arg", "hom", "max", "min",
    "sup", "inf", "lim", "det", "gcd", "Pr"))
_PREFERRED = ("ne", "le", "ge", "rightarrow", "in", "mid", "cdot", "wedge", "vee", "dots", "cdots",
              "prime", "Rightarrow", "langle", "rangle", "emptyset", "ast", "coloneqq",
              "lvert", "lVert", "|", "colon")
_FOREIGN = {  # not in amsmath and amssymb
    "≔": ":=", "⊺": r"\intercal", "≜": r"\triangleq", "∙": r"\bullet", "⟹": r"\implies",
    "⟺": r"\iff", "∬": r"\iint", "∭": r"\iiint", "°": r"^{\circ}", "∣": r"\mid", "ı": r"\imath",
}
_PLAIN = {"−": "-", "∗": "*", "′": "'", "‖": r"\|", "{": r"\{", "}": r"\}", "⊥": r"\perp",
          "%": r"\%", '"': "''", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "∅": r"\emptyset",
          "\\": r"\backslash", "^": r"\hat{}", "~": r"\sim", "…": r"\dots"}
_FONTS = {
    "upright": "mathrm", "bold": "mathbf", "bold italic": "boldsymbol", "blackboard": "mathbb",
    "calligraphic": "mathcal", "fraktur": "mathfrak", "sans": "mathsf", "italic": "mathit",
    "mono": "mathtt",
}
# fmt: on
_NAMES = {
    **{
        sign: f"\\{name}"
        for name, (kind, sign) in SYMBOLS.items()
        if not sign.isascii() and kind not in ("bar", "open", "close")
    },
    **{SYMBOLS[name][1]: f"\\{name}" for name in _PREFERRED if not SYMBOLS[name][1].isascii()},
    **_FOREIGN,
    **_PLAIN,
}  # fmt: skip
_SIDES = {"⟨": r"\langle", "⟩": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil",
          "⌉": r"\rceil", "{": r"\{", "}": r"\}", "‖": r"\|"}  # fmt: skip
_ACCENT_NAMES = {mark: name for name, mark in reversed(tuple(ACCENTS.items()))}
_GAP_NAMES = {0: " ", 1 / 6: r"\,", 2 / 9: r"\:", 5 / 18: r"\;", -1 / 6: r"\!", 1: r"\quad",
              2: r"\qquad"}  # fmt: skip
_MATRICES = {("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("{", "}"): "Bmatrix",
             ("|", "|"): "vmatrix", ("‖", "‖"): "Vmatrix"}  # fmt: skip


WIDE = 10  # columns of amsmath's matrices


def tex(layout: Layout) -> str:
    r"""The formula as LaTeX.

    >>> from derive.render.math import parse
    >>> print(tex(parse(r"\softmax(x)_i \leqslant \input{b}")))
    \operatorname{softmax}(x)_i \le \text{\textbackslash{}input}b
    """
    return " ".join(_write(layout).split())


def _write(layout: Layout) -> str:
    match layout:
        case Atom():
            return _atom(layout)
        case Words(text):
            return rf"\text{{{escaped(text)}}}"
        case Gap(em):
            return _GAP_NAMES.get(em) or rf"\hspace{{{em:.3g}em}}"
        case Row(parts):
            return _side_by_side(parts)
        case Fraction(above, below, bar):
            return rf"\{'frac' if bar else 'genfrac{}{}{0pt}{}'}{_group(above)}{_group(below)}"
        case Scripts(base, low, high):
            return _base(base) + _script("_", low) + _script("^", high)
        case Root(inside, degree):
            return r"\sqrt" + (f"[{{{_write(degree)}}}]" if degree else "") + _group(inside)
        case Fence():
            return _fence(layout)
        case Grid(kind, rows):
            if kind in ("aligned", "gathered"):
                return _environment(kind, rows)
            plain = kind == "matrix" and max(map(len, rows)) <= WIDE
            return _environment(
                "matrix" if plain else "array", rows, "l" if kind == "cases" else "c"
            )
        case Accent(mark, inside):
            return rf"\{_ACCENT_NAMES[mark]}{_group(inside)}"
        case Stack():
            return _stack(layout)


def _atom(atom: Atom) -> str:
    text = atom.text
    if atom.kind in ("function", "limits"):
        if text in _OWN:
            return f"\\{text}"
        star = "*" if atom.kind == "limits" else ""
        words = r"\,".join(map(_letters, text.split(" ")))
        return rf"\operatorname{star}{{{words}}}"
    if atom.kind in ("open", "close", "bar"):
        return _SIDES.get(text, text)
    shown = "".join(_NAMES.get(c, c if c.isascii() else rf"\text{{{escaped(c)}}}") for c in text)
    return rf"\{_FONTS[atom.font]}{{{shown.strip()}}}" if atom.font else shown


def _letters(word: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else rf"\text{{{escaped(c)}}}" for c in word)


def _side_by_side(parts: Sequence[Layout]) -> str:
    out, before = "", None
    for n, part in enumerate(parts):
        text = _write(part)
        if isinstance(part, Atom) and part.kind in ("relation", "binary"):
            text = text if is_sign(parts, n) else f" {text} "
            text = text.lstrip() + " " if n == 0 and part.kind == "relation" else text
        elif isinstance(part, Atom) and part.kind == "punctuation":
            text += " "
        elif isinstance(part, Fraction) and isinstance(before, Fraction):
            text = rf"\, {text}"  # two bars would look like one
        before = before if part == Gap(0) else part
        out += (" " if _runs_on(out, text) else "") + text
    return out


def _runs_on(before: str, after: str) -> bool:
    """Whether the letters of ``after`` would lengthen a command's name."""
    return after[:1].isalpha() and re.search(r"\\[A-Za-z]+$", before) is not None


def _group(layout: Layout) -> str:
    return f"{{{_write(layout).strip()}}}"


def _base(layout: Layout) -> str:
    """What scripts hang on: braces where LaTeX would take only the last sign."""
    text = _write(layout).strip()
    whole = isinstance(layout, (Atom, Fence, Accent, Root, Fraction, Stack)) and text
    return text if whole else f"{{{text}}}"


def _script(mark: str, layout: Layout | None) -> str:
    if layout is None:
        return ""
    parts = layout.parts if isinstance(layout, Row) else (layout,)
    if mark == "^" and parts and isinstance(parts[0], Atom) and set(parts[0].text) == {"′"}:
        rest = Row(parts[1:]) if len(parts) > 1 else None
        return "'" * len(parts[0].text) + _script("^", rest)
    text = _group(layout)
    return mark + (text[1:-1] if len(text) == 3 else text)


def _fence(fence: Fence) -> str:
    inside = fence.inside
    if isinstance(inside, Fraction) and not inside.bar and (fence.left, fence.right) == ("(", ")"):
        return rf"\binom{_group(inside.above)}{_group(inside.below)}"
    if isinstance(inside, Grid):
        fits = max(map(len, inside.rows)) <= WIDE
        if inside.kind == "matrix" and fits and (fence.left, fence.right) in _MATRICES:
            return _environment(_MATRICES[fence.left, fence.right], inside.rows)
        if inside.kind == "cases" and (fence.left, fence.right) == ("{", ""):
            return _environment("cases", inside.rows)
    return rf"\left{_side(fence.left)} {_write(inside).strip()} \right{_side(fence.right)}"


def _side(bracket: str) -> str:
    return _SIDES.get(bracket, bracket) or "."


def _environment(name: str, rows: tuple[tuple[Layout, ...], ...], column: str = "c") -> str:
    lines = r" \\ ".join(" & ".join(_write(cell).strip() for cell in row) for row in rows)
    columns = "{" + column * max(map(len, rows), default=1) + "}" if name == "array" else ""
    return rf"\begin{{{name}}}{columns} {lines} \end{{{name}}}"


def _stack(stack: Stack) -> str:
    text = _write(stack.base).strip()
    if stack.brace == "below":
        text = rf"\underbrace{{{text}}}" + _script("_", stack.below)
    elif stack.brace == "above":
        text = rf"\overbrace{{{text}}}" + _script("^", stack.above)
    else:
        text = rf"\overset{_group(stack.above)}{{{text}}}" if stack.above else text
        text = rf"\underset{_group(stack.below)}{{{text}}}" if stack.below else text
    return text
