"""Files as they are handed in: encodings, notebooks, what is no text, what is too much."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.read.document import (
    NOTES,
    Document,
    definitions,
    delimiters,
    escapes,
    front,
    markdown,
    open_document,
    opening,
    read_bytes,
    read_document,
    scan,
    tex,
)
from derive.read.document import kinds as tables


def formulas(document: Document) -> list[str]:
    return [s.text for s in document.segments if s.kind in ("display", "inline")]


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


# --- encodings -------------------------------------------------------------------------------

TEXT = "Größe $σ(x) = ½$ für café\n"
LATIN = "Größe $½ = x$ für café\n"
# fmt: off
ENCODINGS = [
    (TEXT.encode(),                          "σ(x) = ½", ""),
    (TEXT.encode("utf-8-sig"),               "σ(x) = ½", ""),
    (TEXT.encode("utf-16"),                  "σ(x) = ½", "UTF-16"),
    (TEXT.encode("utf-32"),                  "σ(x) = ½", "UTF-32"),
    (("plain words " + TEXT).encode("utf-16-le"), "σ(x) = ½", "UTF-16"),
    (("plain words " + TEXT).encode("utf-16-be"), "σ(x) = ½", "UTF-16"),
    (LATIN.encode("latin-1"),                "½ = x",    "Windows-1252"),
    (LATIN.encode("cp1252") + b"\x93\x94",   "½ = x",    "Windows-1252"),
    (LATIN.encode("latin-1") + b"\x81",      "½ = x",    "Latin-1"),
    (TEXT.encode() + b"\xff caf\xc3",        "σ(x) = ½", "UTF-8"),
]
# fmt: on


@pytest.mark.parametrize(("data", "formula", "assumed"), ENCODINGS)
def test_encodings(data: bytes, formula: str, assumed: str) -> None:
    document = read_bytes(data, "md")
    assert formulas(document) == [formula]
    assert codes(document) == (["encoding"] if assumed else [])
    assert all(assumed in note.message for note in document.notes)


# fmt: off
BINARY = [
    (b"%PDF-1.7\n$x$",          "PDF"),
    (b"PK\x03\x04$x$",          "office document"),
    (b"\x89PNG\r\n$x$",         "picture"),
    (bytes(range(256)) * 8,     "binary"),
    (b"\x00" * 1000,            "binary"),
]
# fmt: on


@pytest.mark.parametrize(("data", "what"), BINARY)
def test_what_is_no_text(data: bytes, what: str) -> None:
    document = read_bytes(data, "", "a.md")
    assert (document.segments, document.text, codes(document)) == ((), "", ["binary"])
    assert what in document.notes[0].message


@given(st.binary(max_size=300), st.sampled_from(["", "md", "tex", "txt", "ipynb"]))
def test_any_bytes_are_a_document(data: bytes, kind: str) -> None:
    document = read_bytes(data, kind)
    for s in document.segments:
        assert document.text[s.span.start : s.span.end] == s.text


def test_characters_that_no_text_has() -> None:
    document = read_bytes(b"a $x\x00= y$ \x01", "md")
    assert (formulas(document), codes(document)) == (["x = y"], ["characters"])
    assert document.source == "a $x\0= y$ \x01"
    assert "2 control characters" in document.notes[0].message


def test_open_document(tmp_path: Path) -> None:
    path = tmp_path / "notes.tex"
    path.write_bytes(rb"\begin{align}x\end{align}")
    document = open_document(path)
    assert (document.path, document.kind, formulas(document)) == (str(path), "tex", ["x"])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nothing\.tex"):
        open_document(tmp_path / "nothing.tex")


@pytest.mark.parametrize("kind", ["tex", "md", "txt", "ipynb"])
def test_nothing_in_it(kind: str) -> None:
    assert codes(read_document(" \n", kind)) == (["notebook"] if kind == "ipynb" else ["empty"])


# --- places ----------------------------------------------------------------------------------


def test_places() -> None:
    document = read_document("a\r\nb $x$\nc", "md")
    (formula,) = [s for s in document.segments if s.kind == "inline"]
    assert document.place(formula.span.start) == (2, 4, None)
    assert document.line_text(formula.span.start) == "b $x$"
    assert document.place(0) == (1, 1, None)
    assert document.place(10**9) == (3, 2, None)
    assert document.line_text(0) == "a"


@given(st.text(alphabet="ab\n$", max_size=60), st.integers(0, 60))
def test_places_count_like_an_editor(text: str, offset: int) -> None:
    document = read_document(text, "md")
    line, column, _ = document.place(offset)
    before = text[: min(offset, len(text))]
    assert (line, column) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


# --- notebooks -------------------------------------------------------------------------------


def notebook(*cells: object, **more: object) -> str:
    return json.dumps({"cells": cells, "nbformat": 4, **more})


def cell_of(source: object) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def test_notebook() -> None:
    code = {"cell_type": "code", "source": "cost = '$y$'\nx = 1", "outputs": [{"text": "$z$"}]}
    document = read_document(
        notebook(cell_of("# One\n$a$"), code, cell_of(["Two\n", "\n", "and $b$\n", "$$c$$"])),
        "ipynb",
    )
    assert formulas(document) == ["a", "b", "c"]
    places = [document.place(s.span.start) for s in document.segments if s.kind == "inline"]
    assert places == [(2, 2, 1), (3, 6, 3)]
    (cell,) = [s for s in document.segments if s.kind == "code"]
    assert (cell.text, document.place(cell.span.start)) == ("cost = '$y$'\nx = 1", (1, 1, 2))
    assert document.notes == ()


def test_formulas_end_with_their_cell() -> None:
    document = read_document(notebook(cell_of("$$a"), cell_of("b$$ and $c$")), "ipynb")
    assert formulas(document) == ["c"]
    assert codes(document) == ["unclosed", "unclosed"]


# fmt: off
CELLS = [
    ({"cell_type": "raw", "source": r"\[x\] % $y$",
      "metadata": {"raw_mimetype": "text/latex"}}, ["x"]),
    ({"cell_type": "raw", "source": "$x$", "metadata": {}},             ["x"]),
    ({"cell_type": "code", "source": "%%latex\n\\[x\\] % $y$"},         ["x"]),
    ({"cell_type": "code", "source": "print('$x$')"},                   []),
    ({"cell_type": "markdown", "source": "`$y$` <!-- derive: let a > 0 --> $x$"}, ["x"]),
]
# fmt: on


@pytest.mark.parametrize(("cell", "expected"), CELLS)
def test_cells(cell: dict[str, object], expected: list[str]) -> None:
    assert formulas(read_document(notebook(cell), "ipynb")) == expected


def test_macros_of_one_cell_hold_in_all() -> None:
    cells = [cell_of(r"$\newcommand{\R}{\mathbb{R}}$"), cell_of(r"$\R$")]
    assert list(read_document(notebook(*cells), "ipynb").macros) == [r"\R"]


def test_a_notebook_of_version_3() -> None:
    old = json.dumps(
        {"worksheets": [{"cells": [cell_of("$x$"), {"input": "y", "cell_type": "code"}]}]}
    )
    assert formulas(read_document(old, "ipynb")) == ["x"]


# fmt: off
NO_NOTEBOOKS = [
    "", "{", "[]", "null", '{"cells": 3}', '{"cells": [', "[" * 100_000, '{"a": ' * 100_000,
    '{"cells": []} x', "1" * 10_000,
]
# fmt: on


@pytest.mark.parametrize("source", NO_NOTEBOOKS, ids=range(len(NO_NOTEBOOKS)))
def test_what_is_no_notebook(source: str) -> None:
    document = read_document(source, "ipynb")
    assert (document.segments, codes(document)) == ((), ["notebook"])


@pytest.mark.parametrize("cell", [None, 3, {}, {"source": 3}, {"source": ["a", 3]}, [1]])
def test_a_broken_cell_loses_no_other(cell: object) -> None:
    document = read_document(notebook(cell, cell_of("$x$")), "ipynb")
    assert (formulas(document), codes(document)) == (["x"], ["notebook"])
    assert "cell 1" in document.notes[0].message
    (formula,) = document.segments
    assert document.place(formula.span.start) == (1, 2, 2)


def test_numbers_of_any_length() -> None:
    source = notebook(cell_of("$x$")).replace("4", "4" * 10_000)
    assert formulas(read_document(source, "ipynb")) == ["x"]


# --- too much --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tex", "md", "txt", "ipynb"])
def test_too_long(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.read.document.opening.MAX_CHARACTERS", 20)
    source = "$x$ first line\n$y$ and\n$z$"
    document = read_document(notebook(cell_of(source)) if kind == "ipynb" else source, kind)
    assert (formulas(document), codes(document)) == (["x"], ["too-long"])
    assert len(document.text) == 15


def test_a_file_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.read.document.opening.MAX_BYTES", 20)
    path = tmp_path / "a.md"
    path.write_text("$x$ é é é\n$y$ " + "é" * 50, encoding="utf-8")
    document = open_document(path)
    assert (formulas(document), codes(document)) == (["x"], ["too-long"])


def test_a_notebook_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.read.document.opening.MAX_NOTEBOOK", 20)
    path = tmp_path / "a.ipynb"
    path.write_text(notebook(cell_of("$x$")))
    assert codes(open_document(path)) == ["too-long"]


def test_at_most_so_many_notes() -> None:
    document = read_document("\\alpha $x^2\n\n" * 500, "tex")
    assert codes(document) == ["unclosed"] * tables.MAX_NOTES + ["notes"]
    assert "400 more" in document.notes[-1].message


def test_at_most_so_many_definitions() -> None:
    source = r"\newcommand{\a}{x}" * (tables.MAX_DEFINITIONS + 5) + " $y$"
    assert codes(read_document(source, "tex")) == ["definition"]


# fmt: off
REPEATED = [
    "$x_1 ", "$$ x ", "$$ x\n\n", "$x^2\n\n", r"\[ x ", r"\( x_1 ", r"\\( x ", r"\\[ x ", "${x ",
    r"\begin{align} x ", r"\begin{align}\begin{gather} ", r"\begin{cases} x ", r"\end{align} ",
    "\\begin{cases} x\n\n", r"\begin{verbatim} ", "` `` ``` ```` ", "```python\n", "~~~~a\n```b\n",
    "<!-- ", "<script> ", "<pre><code>", "{% highlight x %}", r"$\text{", r"$\text{a {x} ", "$`x ",
    r"\newcommand{\a}{", r"\def\a#1{", r"\verb|x ", r"\iffalse ", "% $\n", r"\url{", "> $$ x\n",
    r"\begin{array}[", r"\begin{array}{", "---\nderive: [\n\"", "<script>macros:{", "\\begin     ",
    r"\def\be{\begin{equation}}\be ", "$5 and ", "$aa bb ", "$a           ", "{", "\\", "~~~",
]
# fmt: on


class Looked:
    """How many characters a scan looks at, through patterns and through Scan.find."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for module in (definitions, delimiters, escapes, front, markdown, opening, scan, tex):
            for name, value in vars(module).copy().items():
                if isinstance(value, re.Pattern):
                    monkeypatch.setattr(module, name, Pattern(value, self))
                elif isinstance(value, delimiters.Flavour):
                    bodies = (Pattern(p, self) if isinstance(p, re.Pattern) else p for p in value)
                    monkeypatch.setattr(module, name, delimiters.Flavour(*bodies))
            if hasattr(module, "re"):
                monkeypatch.setattr(module, "re", Compiling(self))
        begin = scan.Scan.__init__

        def counted(self_: scan.Scan, text: str, *rest: Any) -> None:
            begin(self_, Text(text), *rest)
            self_.text.looked = self  # type: ignore[attr-defined]  # a Text

        monkeypatch.setattr(scan.Scan, "__init__", counted)


class Text(str):
    """A text that says how far one looked for something in it."""

    looked: Looked

    def find(self, what: str, at: int = 0, end: int = 10**9) -> int:  # type: ignore[override]
        found = super().find(what, at, end)
        self.looked.count += (found if found >= 0 else min(end, len(self))) - at
        return found


class Compiling:
    escape = staticmethod(re.escape)
    Match = re.Match
    Pattern = re.Pattern

    def __init__(self, looked: Looked) -> None:
        self.looked = looked

    def compile(self, pattern: str) -> Pattern:
        return Pattern(re.compile(pattern), self.looked)


class Pattern:
    """A compiled pattern that says how far it looked."""

    def __init__(self, pattern: re.Pattern[str], looked: Looked) -> None:
        self.compiled, self.looked, self.pattern = pattern, looked, pattern.pattern

    def match(self, text: str, at: int = 0, end: int = 10**9) -> re.Match[str] | None:
        found = self.compiled.match(text, at, end)
        self.looked.count += found.end() - at + 1 if found else 1
        return found

    def search(self, text: str, at: int = 0, end: int = 10**9) -> re.Match[str] | None:
        found = self.compiled.search(text, at, end)
        self.looked.count += (found.end() if found else min(end, len(text))) - at
        return found

    def finditer(self, text: str, at: int = 0, end: int = 10**9) -> Iterator[re.Match[str]]:
        self.looked.count -= at
        for found in self.compiled.finditer(text, at, end):
            yield found
            self.looked.count += len(found[0])
            self.last = found.end()
        self.looked.count += min(end, len(text))

    def __getattr__(self, name: str) -> object:
        return getattr(self.compiled, name)  # fullmatch, sub: of what was already found


@pytest.mark.parametrize("kind", ["tex", "md", "txt"])
@pytest.mark.parametrize("piece", REPEATED)
def test_a_scan_looks_at_each_character_a_few_times(
    piece: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Looked(monkeypatch)
    source = piece * 2_000
    document = read_document(source, kind)
    definitions_at_most = 200 * tables.MAX_DEFINITION  # these are given up after a hundred
    assert 0 < looked.count <= 40 * len(source) + definitions_at_most
    assert len(document.notes) <= tables.MAX_NOTES + 1


def test_every_note_is_in_the_table() -> None:
    """And every row of the table is used by the scanner."""
    folder = Path(tables.__file__).parent
    source = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "kinds.py"
    )
    used = {code for code in NOTES if f'"{code}"' in source}
    assert used == set(NOTES)


def test_a_line_without_end_is_cut_where_the_limit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.read.document.opening.MAX_CHARACTERS", 100)
    document = read_document("$x$\n" + "$y$ and so on. " * 20, "md")
    assert codes(document) == ["too-long"] and len(document.text) == 100
    assert formulas(document)[:3] == ["x", "y", "y"]
