"""Pages in every format: how they look as text, that nothing in them acts, that they compile."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from derive.check.exercise import load
from derive.page import (
    Block,
    Break,
    Code,
    Curve,
    Curves,
    Derivation,
    Display,
    Emphasis,
    Figure,
    Formula,
    Heading,
    Items,
    Line,
    Link,
    Note,
    Page,
    Paragraph,
    Pattern,
    Space,
    Table,
)
from derive.page.markdown import blocks, words
from derive.render import html, latex, markdown, typst
from derive.render.dense import dense
from derive.render.latex import latexmk
from derive.render.math import parse
from derive.render.math.tex import tex
from derive.render.terminal_page import page_lines
from derive.sheet import load as load_sheet
from derive.sheet.pages import problems, solutions

EXERCISES = sorted((Path(__file__).parent.parent / "exercises").glob("*.md"))
SLOPE = r"\frac{\partial \tanh(x)}{\partial x}"
CASES = r"\sum_{i=1}^n x_i \le \begin{cases} 1 & \text{if } n > 0 \\ 0 & \text{else} \end{cases}"
QUOTIENT = r"\frac{(a + b)(a + b) - (a - b)(a - b)}{(a + b)^2}"
PAGE = Page(
    "Sums & products: 100%",
    (
        Heading(("1. A derivative",)),
        Note("source", (Paragraph(("From a lecture_note",)),)),
        Paragraph(("Let ", Formula("x > 0"), ", ", Emphasis("small"), ", and show ",
                   Emphasis("all", strong=True), " of ", Code("a_b"), ":")),
        Display(CASES),
        Derivation((
            Line(SLOPE, "=", QUOTIENT, ("quotient rule for ", Formula(r"\tanh(x)"))),
            Line("", r"\le", "1 - x^2", ("cancel",), "proved"),
        )),
        Heading(("Parts",), 2),
        Items(((Paragraph(("one",)), Display("a = b")), (Paragraph(("two",)),)), "a", 2),
        Items(((Derivation((Line("a", "=", "b"),)),),), "i"),
        Items(((Paragraph(("x",)),),)),
        Table((("Name",), (Formula("n"),)), ((("A|B",), ("1",)),)),
        Paragraph(("See ", Link("the site", "https://example.org/a_b?c=1&d"), ".")),
        Figure(Pattern((("f", ""), ("", "f"))), ("A matrix with ", Formula("f"))),
        Space(3.5),
        Break(),
        Paragraph(("The end.",)),
    ),
    ("A course", "2026"),
)  # fmt: skip


class AsFile(SingleFileSnapshotExtension):
    """A file to read, one a format."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def plain(page: Page) -> str:
    lines = ("".join(piece for piece, _ in line).rstrip() for line in page_lines(page, 80))
    return "\n".join(lines) + "\n"


WRITERS: dict[str, Callable[[Page], str]] = {
    "terminal": plain,
    "latex": latex.document,
    "markdown": markdown.document,
    "html": lambda page: html.fragment(page.blocks),
    "typst": lambda page: typst.fragment(page.blocks),
}


@pytest.mark.parametrize("form", WRITERS)
def test_as_it_was(form: str, snapshot: SnapshotAssertion) -> None:
    assert WRITERS[form](PAGE) == snapshot(extension_class=AsFile)


# --- hostile text -------------------------------------------------------------------------------

# fmt: off
HOSTILE = (
    "<script>alert(1)</script>", r"\input{/etc/passwd}", '#read("/etc/passwd")', "$x$", "a_b^c~{}",
    '" onload="alert(1)', "'; drop", "*/ #{1+1} //", "](javascript:alert(1))", "# no heading",
    "1. no list", "| a | b |", "```", "%", "^^5cinput", r"\end{document}", "</style><b>", "&lt;",
    '\\"); #panic("', "\x1b[31m\x00\x7f", "\u202eabc", "-->", "]#panic()[", "-- '' `` ?`", "王 ễ ₁",
)
# fmt: on


def hostile(text: str) -> Page:
    """The text wherever a page takes text or a formula."""
    inline = (text, Formula(text), Emphasis(text), Code(text), Link(text, text))
    picture = Curves(text, (Curve(text, (((0.0, 0.0), (1.0, 1.0)),)),))
    found: tuple[Block, ...] = (
        Heading(inline),
        Paragraph(inline),
        Display(text),
        Derivation((Line(text, "=", text, inline, text),)),
        Items(((Paragraph(inline),),), "1"),
        Table((inline,), ((inline,),)),
        Figure(picture, inline),
        Figure(Pattern(((text,),)), inline),
        Note(text, (Paragraph(inline),)),
    )
    return Page(text, found, (text,))


ALL_HOSTILE = Page(
    " ".join(HOSTILE), tuple(block for text in HOSTILE for block in hostile(text).blocks), HOSTILE
)


class Tags(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = set[str]()
        self.attributes = set[str]()
        self.targets = set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.targets |= {value or "" for name, value in attrs if name in ("href", "src")}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_html(text: str) -> None:
    ours, theirs = Tags(), Tags()
    ours.feed(html.document(hostile("harmless")))
    theirs.feed(html.document(hostile(text)))
    assert theirs.elements - ours.elements <= {
        "msub",
        "msup",
        "msubsup",
        "mtext",
        "mo",
        "mn",
        "wbr",
    }
    assert not any(name.startswith("on") for name in theirs.attributes)
    assert theirs.targets == set()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", html.document(hostile(text)))


def test_links_lead_only_to_the_web() -> None:
    tags = Tags()
    for target in ("https://example.org", "javascript:alert(1)", "file:///etc/passwd", "data:x"):
        tags.feed(html.fragment([Paragraph((Link("here", target),))]))
    assert tags.targets == {"https://example.org"}


def test_html_loads_nothing() -> None:
    page = html.document(PAGE)
    assert "default-src 'none'" in page
    tags = Tags()
    tags.feed(page)
    assert not tags.elements & {"script", "link", "img", "iframe", "object"}
    assert "style" not in tags.attributes  # its policy allows the one style sheet only


def test_hostile_text_in_typst() -> None:
    """Nothing panics, reads a file or is no typst."""
    assert typst.pdf(ALL_HOSTILE).startswith(b"%PDF")


def test_typst_sees_no_files(tmp_path: Path) -> None:
    """The folder it compiles in is empty, so even typst code could read nothing."""
    import typst as package

    with pytest.raises(package.TypstError, match=r"not found|denied|outside"):
        package.Compiler(root=tmp_path).compile(input=b'#read("/etc/passwd")', format="pdf")


def test_hostile_text_in_latex() -> None:
    for text in HOSTILE:
        written = latex.document(hostile(text))
        body = written.split(r"\begin{document}")[1].rsplit(r"\end{document}", 1)[0]
        body = body.replace(r"\textbackslash{}", "")
        for name in ("input", "end{document}", "write", "^^"):
            assert f"\\{name}" not in body
        assert "^^" not in body
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", body)


def test_hostile_text_in_markdown() -> None:
    """Read again, the words are words."""
    for text in HOSTILE:
        shown = "".join(c if c.isprintable() else "" for c in text)
        for block in blocks(markdown.fragment([Paragraph((text, " and so on"))])):
            assert isinstance(block, Paragraph)
            assert all(isinstance(part, str) for part in block.words)
        again = words(markdown.fragment([Paragraph((text,))]))
        assert not any(isinstance(part, Link) for part in again)
        if shown == text:
            assert " ".join("".join(map(str, again)).split()) == " ".join(text.split())


def test_hostile_text_on_a_terminal() -> None:
    from io import StringIO

    from derive.render.terminal_page import show

    for text in HOSTILE:
        stream = StringIO()
        show(hostile(text), stream)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", stream.getvalue())


# --- compiling ----------------------------------------------------------------------------------


def library(solutions: bool = True) -> Page:
    """Every exercise, its solution and its formulas, as one page."""
    found: list[Block] = []
    for path in EXERCISES:
        exercise = load(str(path))
        found += [Heading((exercise.title,)), *blocks(exercise.statement)]
        found += blocks(exercise.solution) if solutions else ()
    return Page("All exercises", tuple(found))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("page", [library(), PAGE, ALL_HOSTILE], ids=["library", "page", "hostile"])
def test_pdflatex_has_no_errors_and_no_line_is_too_wide(page: Page, tmp_path: Path) -> None:
    (tmp_path / "page.tex").write_text(latex.document(page), encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-draftmode", "-interaction=nonstopmode",
               "-halt-on-error", "page.tex"]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    log = (tmp_path / "page.log").read_text(encoding="latin-1")
    assert run.returncode == 0, log[-2000:]
    if page is not ALL_HOSTILE:
        assert re.findall(r"Overfull.*|Missing character.*", log) == []


def test_every_exercise_becomes_a_pdf() -> None:
    assert typst.pdf(library()).startswith(b"%PDF")


def test_a_missing_typst_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(typst.NoTypst, match=r"pip install 'derive-check\[pdf\]'"):
        typst.pdf(PAGE)


# --- HTML's formulas ----------------------------------------------------------------------------


class Annotations(HTMLParser):
    """The LaTeX of each display and line: annotations side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if dict(attrs).get("class") in ("display", "line"):
            self.found.append("")
        self.inside = tag == "annotation"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside and self.found:
            self.found[-1] += data


def test_annotations_side_by_side_are_the_formula() -> None:
    long = " + ".join(rf"\frac{{x_{{{n}}}}}{{2}}" for n in range(20))
    reader = Annotations()
    reader.feed(html.fragment([Derivation((Line("S", "=", long),)), Display(long)]))
    line, display = (found.replace(" ", "") for found in reader.found)
    assert display == long.replace(" ", "").replace("_{", "_{") or "x_0" in display
    assert line == "S=" + display


# --- a page is not longer than it must be --------------------------------------------------------


def test_a_short_line_stands_beside_the_words_that_lead_to_it() -> None:
    short = Derivation((Line("a", "=", "b", ("so",)),))
    words_, long = Paragraph(("Now the claim itself:",)), Line("a", "=", " + ".join("abcdefgh" * 6))
    assert "run-in" in typst.fragment((words_, short))
    assert "run-in" not in typst.fragment((words_, Derivation((long,))))
    assert "run-in" not in typst.fragment((words_, Derivation((*short.lines, *short.lines))))


def test_the_number_of_a_list_stands_on_the_base_line_of_the_formula_below_it() -> None:
    inner = Items(((Derivation((Line("a", "=", "b"), Line("", "=", "c"))),),), "a")
    assert "lead(" in typst.fragment((Items(((inner,),), "i"),))
    spoken = Items(((Paragraph(("Words",)),),), "a")
    assert "lead(" not in typst.fragment((Items(((spoken,),), "i"),))


def test_pairs_of_an_aligned_display_stand_close_to_their_relations() -> None:
    written = typst.fragment((Display(r"\begin{aligned} a &= b, & c &= d \end{aligned}"),))
    assert written.count("&") == 2 and "column-gap: #2em" in written


def test_a_sentence_that_has_ended_leads_to_no_line() -> None:
    line = Derivation((Line("a", "=", "b"),))
    assert "run-in" not in typst.fragment((Paragraph(("Assume that r > 0.",)), line))


def test_short_lines_stand_side_by_side_on_a_dense_page() -> None:
    lines = (
        Line("a", "=", "b", ("so",)),
        Line("", "=", "c", ("thus",)),
        Line("", "=", " + ".join("abcdefgh" * 6), ("at last",)),
        Line("d", "=", "e"),
        Line("", r"\le", "f", ("judged",), "proved"),
    )
    (found,) = dense((Derivation(lines),))
    assert isinstance(found, Derivation)
    assert found.lines == (Line("a", "=", "b = c", ("so", "; ", "thus")), *lines[2:])
    page = Page("", (Items(((Derivation(lines),),)),))
    assert '#"; ";#"thus"' not in typst.source(page)
    assert '#"; ";#"thus"' in typst.source(page._replace(dense=True))


def count_pages(pdf: bytes) -> int:
    """TeX packs the list of pages."""
    packed = re.findall(rb"/ObjStm.*?stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    texts = [zlib.decompressobj().decompress(stream) for stream in packed]
    return sum(len(re.findall(rb"/Type ?/Page\b", text)) for text in texts)


@pytest.mark.parametrize("name", ["classwork", "praesenzuebung"])
def test_the_class_work_is_four_pages_to_hand_out(name: str) -> None:
    import typst as package

    sheet = load_sheet(str(Path(__file__).parent.parent / "examples" / f"{name}.toml"))
    for page in (problems(sheet), solutions(sheet)):
        made = package.Compiler().compile(input=typst.source(page).encode(), format="svg")
        assert len(made) == 2  # a list of pages
        if shutil.which("latexmk"):
            assert count_pages(latexmk.pdf(page)) == 2


def test_pages_do_not_depend_on_those_before() -> None:
    other = PAGE._replace(title="Another", blocks=PAGE.blocks[2:], dense=True)
    with typst.Press() as press:
        first, second, third = map(press.pdf, (PAGE, other, PAGE))
    assert first == third == typst.pdf(PAGE)
    assert second == typst.pdf(other) != first


def test_letters_without_a_font_are_named() -> None:
    with typst.Press() as press:
        press.pdf(Page("Łukasz Дмитрий Ελένη", (Paragraph((Formula(r"\ell \in \mathbb{R}"),)),)))
        assert press.lacking == set()
        press.pdf(Page("A", (), ("Name: \U00012000",)))  # cuneiform
        assert press.lacking == {"\U00012000"}


def test_dense_latex_shares_lines() -> None:
    line = Line("x", "=", "1", ("so",))
    page = Page("", (Paragraph(("Then",)), Derivation((line,))), dense=True)
    assert r"Then\n\quad $\displaystyle x = 1$ \hfill".replace(r"\n", "\n") in latex.document(page)
    assert r"\begin{align*}" in latex.document(page._replace(dense=False))


def test_fractions_beside_each_other_are_apart() -> None:
    assert tex(parse(r"\frac{1}{2} \frac{a}{b}")) == r"\frac{1}{2} \, \frac{a}{b}"
