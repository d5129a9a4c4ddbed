"""Scanning LaTeX: formulas, prose, comments, verbatim and definitions, in one pass."""

from __future__ import annotations

import re

from derive.read.document.definitions import Definitions
from derive.read.document.delimiters import TEX, lost_dollar
from derive.read.document.kinds import ADDRESS_COMMANDS, INPUT_COMMANDS, VERBATIM_COMMANDS
from derive.read.document.scan import Scan

_MARK = re.compile(r"[\\%$]")
_DOCUMENT = re.compile(r"\s*\{\s*document\s*\}")
_OPTION = re.compile(r"\*?\s*(?:\[[^\]\n]{0,200}\])?")
_ADDRESS = re.compile(r"\s*(?:\[[^\]\n]{0,200}\])?\s*\{[^{}\n]{0,2000}\}")


def scan_tex(text: str, offset: int, definitions: Definitions) -> Scan:
    """The segments of LaTeX ``text``, which stands at ``offset`` of the document."""
    scan = Scan(text, offset, TEX, definitions)
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        start = mark.start()
        if mark[0] == "%":
            at = scan.comment(start)
        elif mark[0] == "$":
            at = _dollars(scan, start)
        elif _ends(text, start):
            scan.skip(start, len(text))
            return scan
        else:
            at = scan.command(start, lambda *call: _command(scan, *call))
    scan.skip(len(text), len(text))
    return scan


def _ends(text: str, start: int) -> bool:
    return text.startswith(r"\end", start) and bool(_DOCUMENT.match(text, start + 4))


def _dollars(scan: Scan, start: int) -> int:
    if scan.text.startswith("$$", start):
        end = scan.between("display", "$$", "$$", start, TEX.dollars)
        return scan.unclosed(start, start + 2, "$$") if end is None else end
    stop = TEX.dollar.match(scan.text, start + 1).end()  # type: ignore[union-attr]  # matches the empty
    if why := lost_dollar(scan.text, start, stop):
        scan.note("unclosed", start, start + 1, why)
        return scan.skip(start, start + 1)
    end = scan.between("inline", "$", "$", start, TEX.dollar)
    if end is not None:
        return end
    scan.note("unclosed", start, start + 1, "this $ is never closed in its paragraph")
    return scan.skip(start, start + 1)


def _command(scan: Scan, name: str, start: int, end: int) -> int | None:
    text = scan.text
    if name == "begin" and (found := _DOCUMENT.match(text, end)):
        # a preamble has no prose, and its formulas are in definitions
        scan.segments = [s for s in scan.segments if s.kind == "directive"]
        scan.upto = found.end()
        return found.end()
    if name in VERBATIM_COMMANDS:
        return _verbatim(scan, start, end, name)
    if name in ADDRESS_COMMANDS:
        found = _ADDRESS.match(text, end)
        return scan.skip(start, found.end()) if found else None
    if name in INPUT_COMMANDS:
        found = _ADDRESS.match(text, end)
        if found is None:
            return None
        message = f"{found[0].strip()} is not followed: check that file by its own name"
        scan.note("input", start, found.end(), message)
        return scan.skip(start, found.end())
    if name == "iffalse":
        stop = scan.find(r"\fi", end)
        return scan.skip(start, stop + 3) if stop >= 0 else None
    return None


def _verbatim(scan: Scan, start: int, end: int, name: str) -> int | None:
    r"""``\verb|..|``, which ends on its line."""
    text = scan.text
    if name == "mintinline":
        language = _ADDRESS.match(text, end)
        end = language.end() if language else end
    option = _OPTION.match(text, end)
    at = option.end() if option else end
    if at >= len(text) or text[at].isspace():
        return None
    line = min(at + 1_000, len(text))
    newline = text.find("\n", at, line)
    closer = "}" if text[at] == "{" else text[at]
    stop = text.find(closer, at + 1, newline if newline >= 0 else line)
    return scan.code(start, stop + 1, name) if stop >= 0 else None
