r"""Text that means only itself, for each format that pages are written in.

Titles, names and statements come from files and arguments: nothing in them may act on TeX, on a
browser, on typst or on Markdown.  Control characters are shown as in a terminal.
"""

from __future__ import annotations

import html as _html
import re
import unicodedata

from derive.render.math.symbols import SYMBOLS
from derive.render.width import visible

# fmt: off
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
    '"': r"\textquotedbl{}", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "`": r"\textasciigrave{}", "\u2019": "'", "[": "{[}", "]": "{]}",
    "·": r"\textperiodcentered{}",
    "−": r"\ensuremath{-}", "‖": r"\ensuremath{\Vert}", "′": r"\ensuremath{'}",
    "✓": r"\ensuremath{\checkmark}", "✗": r"\ensuremath{\times}", "ℝ": r"\ensuremath{\mathbb{R}}",
    "∈": r"\ensuremath{\in}", "≠": r"\ensuremath{\neq}", "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}", "→": r"\ensuremath{\to}",
    "⇒": r"\ensuremath{\Rightarrow}", "\u200b": "", "\xad": r"\-", "\u202f": r"\,",
    "␛": "{[}ESC{]}",
}
_ACCENTS = {"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=",
            "\u0306": "u", "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H",
            "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k", "\u0331": "b"}
_T1 = frozenset("ĄąĆćČčĎďĘęĚěĞğĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžİıĐđ„“”‚‘–—…€†‡•‰‹›")
# fmt: on


def latex(text: str) -> str:
    r"""Text for LaTeX with T1 fonts; what they lack is named by its number.

    >>> print(latex(r"50% of \input{x} & ễ 王"))
    50\% of \textbackslash{}input\{x\} \& \~{\^{e}} {[}U+738B{]}
    """
    text = unicodedata.normalize("NFC", visible(text))
    return re.sub(r"([-'])(?=\1)", r"\1{}", "".join(map(_latex, text)))


def tex_words(text: str) -> str:
    r"""Text inside \text{..} of a formula on a web page: MathJax and KaTeX know Unicode and no
    \ensuremath.

    >>> print(tex_words("50% of ✓"))
    50\% of ✓
    """
    return "".join(_LATEX[c] if c.isascii() and c in _LATEX else c for c in visible(text))


_SHIFTED = {"<sub>": "textsubscript", "<super>": "textsuperscript"}


def _latex(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    if character.isascii() or "\xa1" <= character <= "\xff" or character in _T1:
        return character
    if character in _SIGNS:
        return rf"\ensuremath{{\{_SIGNS[character]}}}"
    kind, _, plain = unicodedata.decomposition(character).partition(" ")
    if kind in _SHIFTED and " " not in plain:
        return rf"\{_SHIFTED[kind]}{{{_latex(chr(int(plain, 16)))}}}"
    base, *marks = list(unicodedata.normalize("NFD", character))
    if base.isascii() and marks and all(mark in _ACCENTS for mark in marks):
        out = base
        for mark in marks:
            out = rf"\{_ACCENTS[mark]}{{{out}}}"
        return out
    return f"{{[}}U+{ord(character):04X}{{]}}"


_SIGNS = {
    sign: name
    for name, (kind, sign) in reversed(tuple(SYMBOLS.items()))
    if len(sign) == 1 and not sign.isascii() and kind not in ("bar", "open", "close")
}


def html(text: str) -> str:
    """Text for HTML, in attributes too.

    >>> html('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return _html.escape("\n".join(map(visible, text.split("\n"))))


def typst_string(text: str) -> str:
    r"""Text as a string of typst, with its quotes.

    >>> typst_string('#read("/etc/passwd")')
    '"#read(\\"/etc/passwd\\")"'
    """
    rows = (visible(row).replace("\\", r"\\").replace('"', r"\"") for row in text.split("\n"))
    return '"' + r"\n".join(rows) + '"'


def typst(text: str) -> str:
    """Text in typst's markup: a string in code, so that nothing in it is markup."""
    return f"#{typst_string(text.replace(chr(10), ' '))};"


def markdown(text: str) -> str:
    r"""Text for Markdown: no emphasis, no HTML, no formula, no list.

    >>> print(markdown("<b> 2*3*4 costs 5$ & more"))
    \<b> 2\*3\*4 costs 5\$ & more
    """
    text = visible(text.replace("\n", " "))
    return re.sub(_MARKS, lambda found: found[0][:-1] + "\\" + found[0][-1], text)


# anywhere; an entity; what would open a block; the dot of a numbered list
_MARKS = re.compile(r"[\\`*_\[\]<$|]|&(?=#?\w+;)|~(?=~)|^[-+=#>]|^~|^\d+[.)](?=\s|$)")
