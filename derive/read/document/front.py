"""The front matter of a Markdown document: its ``derive`` entry holds declarations.

::

    ---                          +++
    title: Softmax               title = "Softmax"
    derive:                      derive = [
      - let x \\in \\mathbb{R}^d       "let x \\\\in \\\\mathbb{R}^d",
      - y one-hot                  ]
    ---                          +++

YAML's block (``derive: |``) and TOML's multi-line strings do as well.  The rest of it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from derive.read.document.scan import Scan

_OPEN = re.compile(r"(---|\+\+\+)[ \t]*\n")
_KEY = re.compile(r"(?m)^derive[ \t]*[:=][ \t]*")
_BRACKETS: Mapping[str, str] = MappingProxyType({'"""': '"""', "'''": "'''", "[": "]"})
_LINE = re.compile(r"[^\n]*\n?")
_ITEM = re.compile(r"[ \t]*(?:-[ \t]+|[|>][-+]?[ \t]*$)?")
_STRING = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")


def front_matter(scan: Scan) -> int:
    """Take the front matter off the scan, if there is one; where the text after it starts."""
    text = scan.text
    opening = _OPEN.match(text)
    if opening is None:
        return 0
    fence = re.escape(opening[1]) if opening[1] == "+++" else r"(?:---|\.\.\.)"
    closing = re.compile(rf"(?m)^{fence}[ \t]*$").search(text, opening.end())
    if closing is None:
        return 0  # a rule, not a front matter
    stop = closing.start()
    for key in _KEY.finditer(text, opening.end(), stop):
        _entry(scan, key.end(), stop)
    return scan.skip(scan.upto, closing.end())


def _entry(scan: Scan, start: int, stop: int) -> None:
    """The declarations of one entry: its own line, then the indented or bracketed ones."""
    text = scan.text
    closer = next((c for o, c in _BRACKETS.items() if text.startswith(o, start)), "")
    at = start + len(closer)
    first = True
    while at < stop:
        found = _LINE.match(text, at, stop)
        end = found.end() if found else stop
        line = text[at:end]
        if closer:
            shut = _without_strings(line).find(closer) if closer == "]" else line.find(closer)
            for begin, last in _declared(line[:shut] if shut >= 0 else line, closer == "]"):
                _declare(scan, at + begin, at + last)
            if shut >= 0:
                return
        elif not first and line.strip() and not line.startswith((" ", "\t", "- ")):
            return
        else:
            for begin, last in _declared(line, False):
                _declare(scan, at + begin, at + last)
        first = False
        at = end


def _without_strings(line: str) -> str:
    return _STRING.sub(lambda m: " " * len(m[0]), line)


def _declared(line: str, listed: bool) -> Iterator[tuple[int, int]]:
    """Where the declarations of a line stand: each string of a list, or what follows the dash."""
    if listed:
        for found in _STRING.finditer(line):
            yield found.start() + 1, found.end() - 1
        return
    item = _ITEM.match(line.rstrip())
    start = item.end() if item else 0
    whole = _STRING.fullmatch(line.rstrip(), start)
    yield (whole.start() + 1, whole.end() - 1) if whole else (start, len(line.rstrip()))


def _declare(scan: Scan, start: int, stop: int) -> None:
    if stop <= start or not scan.text[start:stop].strip():
        return
    scan.upto = max(scan.upto, start)
    scan.directive(start, stop, "front matter")
    if scan.text[start - 1] == '"':  # in a basic string two backslashes are one
        last = scan.segments[-1]
        scan.segments[-1] = last._replace(text=last.text.replace("\\\\", " \\"))
