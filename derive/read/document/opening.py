"""From a file, bytes or a text to a Document."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import accumulate
from types import MappingProxyType

from derive.read.document.accents import with_letters
from derive.read.document.decode import decode
from derive.read.document.definitions import Definitions
from derive.read.document.kinds import MAX_BYTES, MAX_CHARACTERS, MAX_NOTEBOOK, MAX_NOTES
from derive.read.document.markdown import scan_markdown, scan_plain
from derive.read.document.notebook import NotebookCell, NotebookError, read_cells
from derive.read.document.plain import scan_lines
from derive.read.document.scan import Scan
from derive.read.document.source import Cell, Document, Note, Segment, line_starts
from derive.read.document.tex import scan_tex
from derive.term import Span

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((".tex", ".ltx", ".latex", ".sty", ".cls"), "tex"),
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".rmd", ".qmd", ".mdx"), "md"),
        **dict.fromkeys((".html", ".htm"), "md"),
        ".ipynb": "ipynb",
    }
)
_TEX = re.compile(r"\\(?:documentclass|begin\s*\{document\}|section\*?\s*\{|usepackage)")
_NOTEBOOK = re.compile(r"\s*\{\s*\"")
_MARKDOWN = re.compile(r"(?m)^(?:#{1,6} |```|~~~|<!--|---$)")
_DELIMITED = re.compile(r"\$|\\[(\[]|\\begin\s*\{")
_FORMULA = re.compile(r"[$\\]")
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NOTHING = Span(0, 0)
_BETWEEN_CELLS = "\n\n"


def guess_kind(text: str, path: str = "") -> str:
    """The kind of a document by its name's ending, and where that says nothing by its text.

    >>> guess_kind("", "a.MD"), guess_kind(r"\\\\section{A} $x$"), guess_kind("so $x = x$")
    ('md', 'tex', 'md')
    >>> guess_kind("x = 1"), guess_kind("so $x = x$", "a.txt")
    ('txt', 'txt')
    """
    ending = os.path.splitext(path)[1].lower()
    if ending in _KINDS:
        return _KINDS[ending]
    head = text[:20_000]
    if ending not in (".txt", ".text"):
        if _NOTEBOOK.match(head) and '"cells"' in text:
            return "ipynb"
        if _TEX.search(head):
            return "tex"
        if _MARKDOWN.search(head) or _DELIMITED.search(head):
            return "md"
    return "txt"


def open_document(path: str | os.PathLike[str]) -> Document:
    """The document at ``path``.

    Bad content never raises, it is told by notes.  Raises OSError where the file cannot be read.
    """
    name = os.fspath(path)
    limit = MAX_NOTEBOOK if name.lower().endswith(".ipynb") else MAX_BYTES
    with open(name, "rb") as file:
        return read_bytes(file.read(limit + 1), "", name)


def read_bytes(data: bytes, kind: str = "", path: str = "<stdin>") -> Document:
    """The document that ``data`` holds, of the kind given or guessed; only its beginning is read
    where it is longer than the limit."""
    notebook = path.lower().endswith(".ipynb") or data.lstrip()[:1] == b"{"
    if notebook and len(data) > MAX_NOTEBOOK:
        note = Note("too-long", _NOTHING, f"more than {MAX_NOTEBOOK} bytes: nothing was read")
        return _document(path, "ipynb", "", [], Definitions(), [note])
    whole = notebook or len(data) <= MAX_BYTES
    if not whole:
        data = data[: _cut(data.rfind(b"\n", 0, MAX_BYTES) + 1, MAX_BYTES)]
    decoded = decode(data)
    if decoded.binary:
        note = Note("binary", _NOTHING, f"nothing was read: this is {decoded.binary}")
        return _document(path, kind or guess_kind("", path), "", [], Definitions(), [note])
    notes: list[Note] = []
    if decoded.encoding == "UTF-8":
        span = Span(decoded.offset, decoded.offset + 1)
        notes.append(
            Note("encoding", span, "this byte is not UTF-8; UTF-8 was assumed for the rest")
        )
    elif decoded.encoding:
        message = f"the file is not UTF-8; {decoded.encoding} was assumed"
        notes.append(Note("encoding", _NOTHING, message))
    end = len(decoded.text)
    if not whole and end <= MAX_CHARACTERS:
        notes.append(_too_long(end))
    return _read(decoded.text, kind or guess_kind(decoded.text, path), path, notes)


def read_document(text: str, kind: str, path: str = "<text>") -> Document:
    """The document ``text`` of the kind "tex", "md", "ipynb" or "txt" ("" to guess)."""
    return _read(text, kind or guess_kind(text, path), path, [])


def _read(source: str, kind: str, path: str, notes: list[Note]) -> Document:
    definitions = Definitions()
    if kind == "ipynb":
        return _notebook(source, path, definitions, notes)
    if len(source) > MAX_CHARACTERS:
        source = _shortened(source, notes)
    text = _readable(source, notes)
    if not text.strip():
        notes.append(Note("empty", _NOTHING, "there is nothing in this document"))
    if kind == "tex":
        text = with_letters(text)
        scan = scan_tex(text, 0, definitions)
    elif kind == "md":
        scan = scan_markdown(text, 0, definitions)
    elif _FORMULA.search(text):
        scan = scan_plain(text, 0, definitions)
        if not any(s.kind in ("display", "inline") for s in scan.segments):
            scan = scan_lines(text, 0, definitions)
    else:
        scan = scan_lines(text, 0, definitions)
    return _document(path, kind, source, [scan], definitions, notes, text)


def _notebook(source: str, path: str, definitions: Definitions, notes: list[Note]) -> Document:
    try:
        cells, wrong = read_cells(source)
    except NotebookError as error:
        notes.append(Note("notebook", _NOTHING, str(error)))
        return _document(path, "ipynb", "", [], definitions, notes)
    notes.extend(Note("notebook", _NOTHING, message) for message in wrong)
    starts = [0, *accumulate(len(c.source) + len(_BETWEEN_CELLS) for c in cells)]
    joined = _BETWEEN_CELLS.join(cell.source for cell in cells)
    if len(joined) > MAX_CHARACTERS:
        joined = _shortened(joined, notes)
        cells = [cell for cell, start in zip(cells, starts, strict=False) if start < len(joined)]
    text = _readable(joined, notes)
    scans = []
    for n, cell in enumerate(cells):
        inside = text[starts[n] : min(starts[n] + len(cell.source), len(text))]
        scans.append(_cell(cell, inside, starts[n], definitions, n == 0))
    marks = tuple(Cell(start, c.number) for start, c in zip(starts, cells, strict=False))
    return _document(path, "ipynb", joined, scans, definitions, notes, text, marks)


def _cell(cell: NotebookCell, text: str, start: int, definitions: Definitions, first: bool) -> Scan:
    if cell.language == "md":
        return scan_markdown(text, start, definitions, first)
    if cell.language == "tex":
        return scan_tex(text, start, definitions)
    scan = scan_tex("", start, definitions)
    scan.text = text
    if text.strip():
        scan.code(0, len(text), "cell")
    return scan


def _document(
    path: str,
    kind: str,
    source: str,
    scans: list[Scan],
    definitions: Definitions,
    notes: list[Note],
    text: str = "",
    cells: tuple[Cell, ...] = (),
) -> Document:
    segments = tuple(segment for scan in scans for segment in scan.segments)
    for scan in scans:
        notes.extend(scan.notes)
    if len(notes) > MAX_NOTES:
        message = f"{len(notes) - MAX_NOTES} more notes were left out"
        notes = [*notes[:MAX_NOTES], Note("notes", notes[MAX_NOTES].span, message)]
    text = _as_read(text or source, segments)
    macros = MappingProxyType(dict(definitions.macros))
    lines = line_starts(text)
    return Document(path, kind, text, source, segments, macros, tuple(notes), lines, cells)


def _as_read(text: str, segments: tuple[Segment, ...]) -> str:
    """``text`` with each segment as TeX gets it."""
    parts: list[str] = []
    at = 0
    for segment in segments:
        start, end = segment.span.start, segment.span.end
        if text[start:end] != segment.text:
            parts += (text[at:start], segment.text)
            at = end
    return "".join(parts) + text[at:] if parts else text


def _shortened(text: str, notes: list[Note]) -> str:
    cut = _cut(text.rfind("\n", 0, MAX_CHARACTERS) + 1, MAX_CHARACTERS)
    notes.append(_too_long(cut))
    return text[:cut]


def _cut(line: int, limit: int) -> int:
    """At the end of the last line before the limit, but not where a line without end begins."""
    return line if 2 * line > limit else limit


def _too_long(end: int) -> Note:
    message = f"only the first {end} characters are read: the rest was skipped"
    return Note("too-long", Span(end, end), message)


def _readable(text: str, notes: list[Note]) -> str:
    """``text`` with line ends as "\\n" and control characters as blanks, of the same length."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    found = _UNREADABLE.search(text)
    if found is not None:
        count = len(_UNREADABLE.findall(text))
        message = f"{count} control characters (the first: U+{ord(found[0]):04X}) read as blanks"
        notes.append(Note("characters", Span(found.start(), found.end()), message))
        text = _UNREADABLE.sub(" ", text)
    return text
