r"""Scanning Markdown, the way MathJax and the forges read it, and plain text with formulas in it.

Formulas: ``$``, ``$$``, ``\(``, ``\[``, the last two also with the backslash doubled, environments
that stand in the open, ``math`` fences, ``$`..`$``, scripts of type math/tex, KaTeX tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from derive.read.document.definitions import Definitions
from derive.read.document.delimiters import (
    DOUBLED_BRACKET,
    DOUBLED_PARENTHESIS,
    MARKDOWN,
    after_arguments,
    lost_dollar,
    reads_as_formula,
)
from derive.read.document.escapes import as_tex
from derive.read.document.front import front_matter
from derive.read.document.kinds import MATH_ENVIRONMENTS
from derive.read.document.scan import Scan
from derive.term import Span

_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?[ \t]*")
_INFO = re.compile(r"[^\n`]*")
_MATH_INFO = re.compile(r"\s*(?:\{\s*math\s*\}|(?:math|katex)\b)", re.IGNORECASE)
_OPTION_LINES = re.compile(r"(?:[ \t>]*:[\w-]+:[^\n]*\n)*")
_TAG = re.compile(r"<(script|style|pre|code)\b([^>]{0,300})>", re.IGNORECASE)
_LIQUID = re.compile(
    r"\{(?:%-?|\{<)\s*(highlight|comment|katex|math|raw|endraw|/\s*math|endmath)\b"
    r"([^%}>]{0,100})(?:-?%|>\})\}"
)
_CLOSING_TAG = r"\{{(?:%-?|\{{<)\s*(?:end|/\s*){word}\s*(?:-?%|>\}})\}}"
_DELIMITER = re.compile(r"\$|\\[(\[]")
_LINK = re.compile(r"\\\[(?:[\]!]|(?:[^\\\n]|\\[^\]\n]){0,300}?(?:`|\]\())")
_DOUBLED_BEGIN = re.compile(r"\\\\begin\{([A-Za-z]{1,30}\*?)\}")  # went through a string
_LINE_END = re.compile(r"[ \t]*(?:\n|$)")
_MATH_AHEAD = re.compile(r"[^\n]{0,80}?(?:\\[A-Za-z]{2}|[=^])")
_DIRECTIVES = re.compile(r"<!--\s*derive:", re.IGNORECASE)
_LIKE_ONE = re.compile(
    r"<!--\s*((?:let|assume)\b[^\n$]{0,60}(?:[=<>]|\\(?:in|leq?|geq?|neq?)(?![A-Za-z]))[^\n$]{0,60}?)\s*-->",
    re.IGNORECASE,
)
_TICKS = 8  # a longer run of backticks is decoration


def scan_markdown(text: str, offset: int, definitions: Definitions, first: bool = True) -> Scan:
    """The segments of Markdown ``text``, which stands at ``offset`` of the document; ``first``:
    a front matter may open it."""
    scan = Scan(text, offset, MARKDOWN, definitions, as_tex)
    at = 0
    if first:
        at = front_matter(scan)
    return _scan(scan, at, _MARKDOWN)


def scan_plain(text: str, offset: int, definitions: Definitions) -> Scan:
    """The segments of plain text: formulas as in Markdown, but backticks and tags are letters."""
    return _scan(Scan(text, offset, MARKDOWN, definitions, as_tex), 0, _PLAIN)


def _scan(scan: Scan, at: int, marks: Mapping[str, Callable[[Scan, int], int]]) -> Scan:
    mark = re.compile("[" + "".join(re.escape(m) for m in marks) + "]")
    while (found := mark.search(scan.text, at)) is not None:
        at = marks[found[0]](scan, found.start())
    scan.skip(len(scan.text), len(scan.text))
    return scan


# --- formulas ------------------------------------------------------------------------------------


def _backslash(scan: Scan, start: int) -> int:
    text = scan.text
    if text.startswith((r"\\(", r"\\["), start):
        inline = text[start + 2] == "("
        body = DOUBLED_PARENTHESIS if inline else DOUBLED_BRACKET
        kind, closer = ("inline", r"\\)") if inline else ("display", r"\\]")
        end = scan.between(kind, text[start : start + 3], closer, start, body)
        return start + 3 if end is None else end
    if (found := _DOUBLED_BEGIN.match(text, start)) and found[1].rstrip("*") in MATH_ENVIRONMENTS:
        closer = rf"\\end{{{found[1]}}}"
        inner = after_arguments(text, found.end(), found[1])
        stop = scan.find(closer, inner)
        if stop >= 0:
            return scan.formula("display", found[1], Span(start, stop + len(closer)), inner, stop)
    if text.startswith((r"\(", r"\["), start) and _is_escaped(scan, start):
        return start + 2
    return scan.command(start, lambda *call: None)


def _is_escaped(scan: Scan, start: int) -> bool:
    r"""Whether ``\[`` or ``\(`` at ``start`` is a bracket that is meant as one, as in ``[]``: it
    opens a link or is closed by a plain one, or no mathematics is near."""
    text = scan.text
    if _LINK.match(text, start):
        return True
    closer = r"\]" if text[start + 1] == "[" else r"\)"
    if scan.find(closer, start + 2) >= 0:
        return False
    return not (_MATH_AHEAD.match(text, start + 2) or _LINE_END.match(text, start + 2))


def _dollar(scan: Scan, start: int) -> int:
    text = scan.text
    if text.startswith("$$", start):
        if text.startswith("$$$", start):
            end = scan.between("inline", "$$$", "$$$", start, MARKDOWN.dollars)
            return _run_end(text, start) if end is None else end
        end = scan.between("display", "$$", "$$", start, MARKDOWN.dollars)
        return scan.unclosed(start, start + 2, "$$") if end is None else end
    if text.startswith("$`", start):
        stop = scan.find("`$", start + 2, scan.paragraph_end(start))
        if stop >= 0:
            return scan.formula("inline", "$`", Span(start, stop + 2), start + 2, stop)
    inner = start + 7 if text.startswith("$latex ", start) else start + 1
    stop = MARKDOWN.dollar.match(text, inner).end()  # type: ignore[union-attr]  # matches the empty
    before = text[start - 1] if start else " "
    if why := lost_dollar(text, start, stop):
        scan.note("unclosed", start, start + 1, why)
        return start + 1
    if not text.startswith("$", stop):
        return start + 1
    content, after = text[inner:stop], text[stop + 1 : stop + 2]
    if not reads_as_formula(content, after) or (before.isalnum() and "\\" not in content):
        return start + 1
    return scan.formula("inline", "$", Span(start, stop + 1), inner, stop)


def _run_end(text: str, at: int) -> int:
    character = text[at]
    while at < len(text) and text[at] == character:
        at += 1
    return at


# --- code ----------------------------------------------------------------------------------------


def _backtick(scan: Scan, start: int) -> int:
    end = _run_end(scan.text, start)
    size = end - start
    if size >= 3 and _opens_line(scan.text, start):
        fence = _fence(scan, start, end)
        if fence is not None:
            return fence
    if size > _TICKS:
        return end
    stop = scan.find_run(end, size, scan.paragraph_end(start))
    return end if stop < 0 else scan.code(start, stop + size, "`")


def _tilde(scan: Scan, start: int) -> int:
    end = _run_end(scan.text, start)
    if end - start >= 3 and _opens_line(scan.text, start):
        fence = _fence(scan, start, end)
        if fence is not None:
            return fence
    return end


def _opens_line(text: str, at: int) -> bool:
    line = text.rfind("\n", max(0, at - 80), at) + 1
    if not line and at >= 80:
        return False
    return _PREFIX.fullmatch(text, line, at) is not None


def _fence(scan: Scan, start: int, end: int) -> int | None:
    text = scan.text
    mark, size = text[start], min(end - start, _TICKS)
    info = _INFO.match(text, end)
    if info is None or (info.end() < len(text) and text[info.end()] != "\n"):
        return None
    inner = min(info.end() + 1, len(text))
    closing = scan.search(rf"(?m)^[ \t>]*{mark}{{{size},}}[ \t]*$", info.end())
    if closing is None:
        message = f"{text[start:end]} opens a block that is never closed; read as text"
        scan.note("unclosed", start, end, message)
        return scan.skip(start, info.end())
    stop, after = closing.start(), closing.end()
    if not _MATH_INFO.match(info[0]):
        return scan.code(start, after, text[start] * 3)
    options = _OPTION_LINES.match(text, inner)
    inner = options.end() if options else inner
    return scan.formula("display", "```math", Span(start, after), min(inner, stop), stop)


# --- HTML and Liquid -----------------------------------------------------------------------------


def _less(scan: Scan, start: int) -> int:
    text = scan.text
    if text.startswith("<!--", start):
        stop = scan.find("-->", start + 4)
        if stop < 0:
            scan.note("unclosed", start, start + 4, "this comment is never closed; read as text")
            return scan.skip(start, start + 4)
        found = _DIRECTIVES.match(text, start)
        if found is None:
            if like := _LIKE_ONE.fullmatch(text, start, stop + 3):
                message = f"this declares nothing: write <!-- derive: {like[1].strip()} -->"
                scan.note("directive", start, stop + 3, message)
            return scan.skip(start, stop + 3)
        _lines(scan, found.end(), stop, "<!--")
        return scan.skip(start, stop + 3)
    found = _TAG.match(text, start)
    if found is None:
        return start + 1
    tag = found[1].lower()
    closing = scan.search(rf"(?i)</{tag}\s*>", found.end())
    if closing is None:
        return scan.skip(start, found.end())
    inner, stop, end = found.end(), closing.start(), closing.end()
    if tag == "script" and "math/tex" in found[2]:
        kind = "display" if "display" in found[2] else "inline"
        return scan.formula(kind, "script", Span(start, end), inner, stop)
    if tag == "script":
        scan.definitions.configured(text[inner:stop])
    return scan.code(start, end, tag)


def _brace(scan: Scan, start: int) -> int:
    found = _LIQUID.match(scan.text, start)
    if found is None:
        return start + 1
    word = found[1]
    if word in ("raw", "endraw") or (word.endswith("math") and word != "math"):
        return scan.skip(start, found.end())
    closing = scan.search(_CLOSING_TAG.format(word=word), found.end())
    if closing is None:
        return scan.skip(start, found.end())
    outer = Span(start, closing.end())
    if word == "math" and _DELIMITER.search(scan.text, found.end(), closing.start()):
        return scan.skip(start, found.end())  # Hugo's only keeps Markdown off what is inside
    if word in ("katex", "math"):
        inline = word == "katex" and "display" not in found[2]
        kind = "inline" if inline else "display"
        return scan.formula(kind, word, outer, found.end(), closing.start())
    return scan.code(outer.start, outer.end, word)


# --- declarations --------------------------------------------------------------------------------


def _percent(scan: Scan, start: int) -> int:
    if scan.text.startswith("%!", start) and _opens_line(scan.text, start):
        return scan.comment(start)
    return start + 1


def _lines(scan: Scan, start: int, stop: int, environment: str) -> None:
    """One declaration a line."""
    at = start
    while at < stop:
        newline = scan.text.find("\n", at, stop)
        end = newline if newline >= 0 else stop
        scan.upto = max(scan.upto, at)
        scan.directive(at, end, environment)
        at = end + 1


_PLAIN: Mapping[str, Callable[[Scan, int], int]] = MappingProxyType(
    {"\\": _backslash, "$": _dollar, "%": _percent}
)
_MARKDOWN: Mapping[str, Callable[[Scan, int], int]] = MappingProxyType(
    {**_PLAIN, "`": _backtick, "~": _tilde, "<": _less, "{": _brace}
)
