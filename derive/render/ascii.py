"""What to print where a terminal's encoding lacks a character: σ becomes sigma, xⱼ becomes x_j."""

from __future__ import annotations

import re
import unicodedata

# fmt: off
_ASCII = {
    "∂": "d", "Σ": "sum", "Π": "prod", "−": "-", "·": "*", "×": "x", "≠": "!=", "≤": "<=",
    "≥": ">=", "∈": "in", "ℝ": "R", "√": "sqrt", "…": "...", "→": "->", "⇒": "=>", "⇔": "<=>",
    "✓": "ok", "✗": "x", "│": "|", "─": "-", "′": "'", "″": "''", "‴": "'''", "∞": "inf",
    "±": "+/-", "≈": "~", "ᵀ": "^T", "⎛": "/", "⎜": "|", "⎝": "\\", "⎞": "\\", "⎟": "|", "⎠": "/",
    "«": '"', "»": '"', "‖": "||", "∀": "for all", "∗": "*", "•": "-", "■": "#", "░": ".",
}
# fmt: on
_RUN = re.compile(r"[^\x00-\x7f]+")


def encodable(text: str, encoding: str) -> str:
    """``text`` with what ``encoding`` lacks written in ASCII.

    >>> encodable("∂pⱼ/∂xᵢ = p²·σ(x)", "ascii")
    'dp_j/dx_i = p^2*sigma(x)'
    """

    def replaced(match: re.Match[str]) -> str:
        try:
            match[0].encode(encoding)
        except (UnicodeEncodeError, LookupError):
            return _ascii(match[0])
        return match[0]

    return _RUN.sub(replaced, text)


def _ascii(run: str) -> str:
    out, script = "", ""
    for character in run:
        kind = unicodedata.decomposition(character).split(" ")[0]
        mark = {"<sub>": "_", "<super>": "^"}.get(kind, "") if character != "ᵀ" else ""
        if mark:
            out += (mark if mark != script else "") + unicodedata.normalize("NFKD", character)
        else:
            out += _ASCII.get(character) or _named(character)
        script = mark
    return out.encode("ascii", "replace").decode("ascii") if not out.isascii() else out


def _named(character: str) -> str:
    words = unicodedata.name(character, "").split(" ")
    if words[0] == "GREEK" and len(words) >= 4:
        return words[3].lower() if words[1] == "SMALL" else words[3].capitalize()
    plain = unicodedata.normalize("NFKD", character)[0]
    return plain if plain.isascii() else "?"
