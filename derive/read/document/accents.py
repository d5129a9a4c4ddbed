r"""TeX's accents in words, ``f\"ur``, as the letters that they are.

What is left over is put behind the word, as blanks: the words around it keep their places.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302"}
_LETTER = (
    r"""\\["'`^](?:\{[A-Za-z]\}|[A-Za-z])"""  # \"u, \"{u}
    r"|\\ss(?:\{\}|(?![A-Za-z]))"
)
_WRITTEN = re.compile(rf"\{{(?:{_LETTER})\}}|{_LETTER}")
_WORD = re.compile(rf"[^\W\d_]*(?:(?:{_WRITTEN.pattern})[^\W\d_]*)+")


def with_letters(text: str) -> str:
    r"""``text``, of the same length, with letters where accents were typed.

    >>> with_letters(r"F\"ur gr\"o\ss{}ere $x$")
    'Für   größere       $x$'
    """
    if '\\"' not in text and "\\'" not in text and r"\ss" not in text:
        return text
    return _WORD.sub(lambda word: _plain(word[0]).ljust(len(word[0])), text)


def _plain(word: str) -> str:
    return _WRITTEN.sub(_letter, word)


def _letter(found: re.Match[str]) -> str:
    written = found[0].strip("{}").removeprefix("\\")
    if written.startswith("ss"):
        return "ß"
    return unicodedata.normalize("NFC", written.strip("{}")[-1] + _MARKS[written[0]])
