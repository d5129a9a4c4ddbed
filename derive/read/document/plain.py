"""Formulas in plain text that has no delimiters at all: lines that are nothing but mathematics."""

from __future__ import annotations

import re

from derive.read.document.definitions import Definitions
from derive.read.document.delimiters import MARKDOWN
from derive.read.document.scan import Scan
from derive.read.notation import UNICODE
from derive.term import Span
from derive.vocabulary import FUNCTIONS

_SIGN = re.compile(r"[=<>≤≥≠]|\\(?:le|ge|ne|leq|geq|neq)\b")
_CONTINUED = re.compile(r"\s*[=<>≤≥≠]")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_CALLED = re.compile(r"\s*[(_^]")
_GREEK = frozenset(name[1:] for name in UNICODE.values() if re.fullmatch(r"\\[A-Za-z]+", name))
# fmt: off
_SHORT = frozenset((  # words of two letters, which as names would be products
    "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no",
    "of", "on", "or", "so", "to", "up", "us", "we",
))
# fmt: on
# "(i) d/dx tanh(x) = ..", "b) s = ..", "2. y = ..": which part it is
_LABEL = re.compile(
    r"\s*(?:\((?:[ivx]{1,5}|[a-h]|\d{1,2})\)|(?:[ivx]{1,5}|[a-h]|\d{1,2})[.)])\s+(?=\S)"
)
_CODE = re.compile(r"[;#\"]|==|\+=|://|\bdef\b|\breturn\b|\bimport\b")


def scan_lines(text: str, offset: int, definitions: Definitions) -> Scan:
    """The lines that read as formulas, each a display; a line that begins with a relation sign
    goes on with the one before."""
    scan = Scan(text, offset, MARKDOWN, definitions)
    start = at = 0
    stop = -1
    while at < len(text):
        newline = text.find("\n", at)
        end = newline if newline >= 0 else len(text)
        line = text[at:end]
        if stop >= 0 and not (_CONTINUED.match(line) and is_formula("x" + line)):
            scan.formula("display", "line", Span(start, stop), start, stop)
            stop = -1
        if stop >= 0:
            stop = end
        elif line.startswith("%!"):
            scan.comment(at)
        elif is_formula(line):
            label = _LABEL.match(line)
            start, stop = at + (label.end() if label else 0), end
        at = end + 1
    if stop >= 0:
        scan.formula("display", "line", Span(start, stop), start, stop)
    scan.skip(len(text), len(text))
    return scan


def is_formula(line: str) -> bool:
    """Whether a line of plain text is a formula: it has a relation sign and no word that is not a
    function, a Greek letter or a name that is called.

    >>> is_formula("d/dx tanh(x) = 1 - tanh(x)^2"), is_formula("so we get x = 3")
    (True, False)
    """
    if len(line) > 10_000 or not _SIGN.search(line) or _CODE.search(line):
        return False
    for word in _WORD.finditer(line):
        known = word[0] in FUNCTIONS or "\\" + word[0] in FUNCTIONS or word[0] in _GREEK
        short = len(word[0]) == 2 and word[0].lower() not in _SHORT
        if not known and not short and not _CALLED.match(line, word.end()):
            return False
    return True
