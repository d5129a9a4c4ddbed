"""Formulas in plain text that has no delimiters at all: lines that are nothing but mathematics."""

from __future__ import annotations

import re
from typing import NamedTuple

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
# Words that open a line: what is given, and what follows.
# fmt: off
_OPENING = re.compile(
    r"\s*(?:(?:let|define|set|put|suppose|assume|assuming|given|where|with|for|if|when|sei(?:en)?|mit|"
    r"wobei|für|falls|wenn|gegeben)"
    r"|(?P<so>(?:(?:so|then|hence|thus|therefore|also|now|dann|daher|somit|damit|folglich|nun|and|"
    r"und),?\s*)?(?:(?:we|one|wir|man)\s+(?:get|have|obtain|find|see|know)s?|this gives|"
    r"it follows|es folgt|so|then|hence|thus|therefore|also|now|dann|daher|somit|damit|folglich|"
    r"nun)))"
    r"\b(?:\s+that\b)?[,:]?\s+(?=\S)",
    re.IGNORECASE,
)
# fmt: on
_JOINT = re.compile(
    r",?\s+(?:and|und|for|if|when|where|with|für|falls|wenn|wobei|mit)(?:\s+(?:all|alle))?\s+"
)
_REASON = re.compile(r"\s{1,}\((?=[^()]*[A-Za-zÄÖÜäöü]{3})[^()=<>]*\)\s*$")  # = x + 1  (cancel x)
_CODE = re.compile(r"[;#\"]|==|\+=|://|\bdef\b|\breturn\b|\bimport\b")


class _Line(NamedTuple):
    """What a line is: formulas with their places in it, the first of them a display where the line
    claims it."""

    formulas: tuple[tuple[int, int], ...]
    claims: bool


def scan_lines(text: str, offset: int, definitions: Definitions) -> Scan:
    """The lines that read as formulas, each a display; a line that begins with a relation sign
    goes on with the one before.  "Let f(x) = x^2." and ".. for x > 0" say what is given."""
    scan = Scan(text, offset, MARKDOWN, definitions)
    start = at = 0
    stop = -1
    while at < len(text):
        newline = text.find("\n", at)
        end = newline if newline >= 0 else len(text)
        line = text[at:end]
        plain = _REASON.sub("", line)
        if stop >= 0 and not (_CONTINUED.match(line) and is_formula("x" + plain)):
            scan.formula("display", "line", Span(start, stop), start, stop)
            stop = -1
        if stop >= 0:
            stop = at + len(plain)
        elif line.startswith("%!"):
            scan.comment(at)
        elif is_formula(plain):
            label = _LABEL.match(line)
            start, stop = at + (label.end() if label else 0), at + len(plain)
        elif (found := _in_words(plain)) is not None:
            for n, (low, high) in enumerate(found.formulas):
                kind = "display" if found.claims and n == 0 else "inline"
                scan.formula(kind, "line", Span(at + low, at + high), at + low, at + high)
        at = end + 1
    if stop >= 0:
        scan.formula("display", "line", Span(start, stop), start, stop)
    scan.skip(len(text), len(text))
    return scan


def _in_words(line: str) -> _Line | None:
    """The formulas of a line that has words only where they say what its formulas are for."""
    if len(line) > 400 or not _SIGN.search(line):
        return None
    opened = _OPENING.match(line)
    start = opened.end() if opened else 0
    claims = opened is None or opened["so"] is not None
    end = len(line.rstrip(" \t.,;:!"))
    places: list[tuple[int, int]] = []
    for joint in [*_JOINT.finditer(line, start), None]:
        stop = min(joint.start() if joint else end, end)
        if not is_formula(line[start:stop]):
            return None
        places.append((start, stop))
        start = joint.end() if joint else end
    return _Line(tuple(places), claims)


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
