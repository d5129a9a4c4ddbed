"""Letters of other alphabets as Unicode has them (the block Mathematical Alphanumeric Symbols)."""

from __future__ import annotations

# fmt: off
_STARTS = {  # font -> code of A, of a, of 0, of Α, of α (0: there are none)
    "bold":         (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2),
    "bold italic":  (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736),
    "blackboard":   (0x1D538, 0x1D552, 0x1D7D8, 0, 0),
    "calligraphic": (0x1D49C, 0x1D4B6, 0, 0, 0),
    "fraktur":      (0x1D504, 0x1D51E, 0, 0, 0),
    "sans":         (0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0),
    "mono":         (0x1D670, 0x1D68A, 0x1D7F6, 0, 0),
}
_ELSEWHERE = {  # letters that Unicode had before that block
    ("blackboard", "C"): "ℂ", ("blackboard", "H"): "ℍ", ("blackboard", "N"): "ℕ",
    ("blackboard", "P"): "ℙ", ("blackboard", "Q"): "ℚ", ("blackboard", "R"): "ℝ",
    ("blackboard", "Z"): "ℤ", ("calligraphic", "B"): "ℬ", ("calligraphic", "E"): "ℰ",
    ("calligraphic", "F"): "ℱ", ("calligraphic", "H"): "ℋ", ("calligraphic", "I"): "ℐ",
    ("calligraphic", "L"): "ℒ", ("calligraphic", "M"): "ℳ", ("calligraphic", "R"): "ℛ",
    ("calligraphic", "e"): "ℯ", ("calligraphic", "g"): "ℊ", ("calligraphic", "o"): "ℴ",
    ("fraktur", "C"): "ℭ", ("fraktur", "H"): "ℌ", ("fraktur", "I"): "ℑ", ("fraktur", "R"): "ℜ",
    ("fraktur", "Z"): "ℨ",
}
# fmt: on
_FIRSTS = "Aa0Αα"
_COUNTS = (26, 26, 10, 25, 25)


def in_font(text: str, font: str) -> str:
    """``text`` in the letters of ``font``; what that lacks stays as it is.

    >>> in_font("R", "blackboard"), in_font("x1", "bold")
    ('ℝ', '𝐱𝟏')
    """
    return "".join(_letter(character, font) for character in text) if font in _STARTS else text


def _letter(character: str, font: str) -> str:
    if (font, character) in _ELSEWHERE:
        return _ELSEWHERE[font, character]
    for first, count, start in zip(_FIRSTS, _COUNTS, _STARTS[font], strict=True):
        offset = ord(character) - ord(first)
        if start and 0 <= offset < count:
            return chr(start + offset)
    return character
