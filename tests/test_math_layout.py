"""Formulas of pages: every one is set, nothing that was typed acts, what is written reads back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_latex_roundtrip import NAMES, plainly_exponential, terms

from derive.check.exercise import load
from derive.page import Block, Display, Formula, Items, Paragraph
from derive.page.markdown import blocks
from derive.read import read_formula
from derive.render.math import Layout, parse
from derive.render.math.layout import Row, Words
from derive.render.math.lines import lines
from derive.render.math.mathml import math as mathml
from derive.render.math.parse import MAX_CHARACTERS
from derive.render.math.tex import tex
from derive.render.math.typst import math as typst
from derive.render.math.width import broken, em, narrowed, pieces
from derive.term import Term
from derive.term.latex import latex

EXERCISES = sorted((Path(__file__).parent.parent / "exercises").glob("*.md"))


def formulas(found: tuple[Block, ...]) -> Iterator[str]:
    for block in found:
        match block:
            case Display(written):
                yield written
            case Paragraph(words):
                yield from (part.latex for part in words if isinstance(part, Formula))
            case Items(items):
                for item in items:
                    yield from formulas(item)


def words(layout: Layout) -> Iterator[str]:
    if isinstance(layout, Words):
        yield layout.text
    elif isinstance(layout, tuple):
        for part in layout:
            if isinstance(part, tuple):
                yield from words(part)


@pytest.mark.parametrize("path", EXERCISES, ids=[path.stem for path in EXERCISES])
def test_every_formula_of_the_exercises_is_understood(path: Path) -> None:
    """What is not understood is shown as typed, with its backslash."""
    exercise = load(str(path))
    found = list(formulas(blocks(exercise.statement + "\n\n" + exercise.solution)))
    assert found
    for written in found:
        assert [word for word in words(parse(written)) if "\\" in word] == []


@settings(max_examples=200, deadline=None)
@given(terms.filter(plainly_exponential))
def test_what_our_writer_writes_reads_back_from_pages(t: Term) -> None:
    layout = parse(latex(t))
    assert [word for word in words(layout) if "\\" in word] == []
    assert read_formula(tex(layout), NAMES)[0] == t
    assert "".join(map(tex, pieces(layout))).replace(" ", "") == tex(layout).replace(" ", "")


SIGNS = "\\{}[]()^_&$%#'\"|.,; \nax1σ<>\u0338"
# fmt: off
WRITTEN = [  # LaTeX as typed, as written again
    (r"x_{1}^{2}",                            "x_1^2"),
    (r"x^2_1",                                "x_1^2"),
    (r"x^12",                                 "x^12"),
    (r"f''(x)",                               "f''(x)"),
    (r"p_j (1 - p_i)",                        "p_j (1 - p_i)"),
    (r"\sigma(x) \leq 1",                     r"\sigma(x) \le 1"),
    (r"\dfrac12",                             r"\frac{1}{2}"),
    (r"\softmax(x)",                          r"\operatorname{softmax}(x)"),
    (r"\argmax_x f",                          r"\operatorname*{arg\,max}_x f"),
    (r"\text{if $x > 0$ \& so}",              r"\text{if }x > 0\text{ \& so}"),
    (r"\begin{cases} a & b \\ c & d \\ \end{cases}",
                                              r"\begin{cases} a & b \\ c & d \end{cases}"),
    (r"σ ≤ 1",                                r"\sigma \le 1"),
    (r"\left. x \right|_{0}",                 r"\left. x \right|_0"),
    (r"\mathrm{CE}_{ab}",                     r"\mathrm{CE}_{ab}"),
    (r"\binom{n}{k}",                         r"\binom{n}{k}"),
    (r"\sqrt[3]{x}",                          r"\sqrt[{3}]{x}"),
    (r"\underbrace{a + b}_{c}",               r"\underbrace{a + b}_c"),
]
HOSTILE = [  # what would act on TeX
    r"\input{/etc/passwd}", r"\immediate\write18{ls}", r"\catcode`\%=12", r"\def\x{\x}\x",
    r"\csname input\endcsname{x}", r"^^5cinput{x}", r"}}}\end{document}", r"\begin{verbatim}",
    "a % b", "$ x $", "#1", r"\text{$\input{x}$}", r"\operatorname{\input{x}}", "\\", "\\\n",
    r"\right)", r"\end{align}", "a & b", r"a \\ b", r"\color{red}", r"\href{x}{y}", "x^", "_", "'",
]
# fmt: on


@pytest.mark.parametrize(("typed", "written"), WRITTEN, ids=[typed for typed, _ in WRITTEN])
def test_written_again(typed: str, written: str) -> None:
    assert tex(parse(typed)) == written
    assert tex(parse(written)) == written


@pytest.mark.parametrize("typed", HOSTILE)
def test_no_command_comes_through_that_is_not_in_the_tables(typed: str) -> None:
    written = tex(parse(typed))
    shown = re.sub(r"\\textbackslash\{\}\w*", "", written)
    for name in ("input", "write", "catcode", "def", "csname", "end", "verbatim", "href", "^^"):
        assert f"\\{name}" not in shown
    assert "^^" not in shown
    assert not re.search(r"(?<!\\)[%$#]", shown)
    plain = re.sub(r"\\.", "", shown)
    assert plain.count("{") == plain.count("}")


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from("\\{}[]()^_&$%#'\"|.,; \nax1σ<>\u0338") | st.characters(), max_size=60)
)
def test_anything_is_set_in_every_format(typed: str) -> None:
    layout = parse(typed)
    assert isinstance(layout, Row)
    assert em(layout) >= 0 or "\\!" in typed
    written, marked, code = tex(layout), mathml(layout), typst(layout)
    plain = re.sub(r"\\.", "", written)
    assert plain.count("{") == plain.count("}")
    assert "<script" not in marked
    assert all(ord(c) >= 32 for c in code)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(
    [r"\frac", r"\left(", r"\right)", r"\begin{cases}", r"\end{cases}", "&", r"\\", "{", "}", "^",
     "_", "x", r"\text", r"\sqrt", "[", "]", r"\middle|", r"\operatorname", r"\hat",
     r"\underbrace"]
), max_size=30))  # fmt: skip
def test_pieces_of_commands_are_set_too(parts: list[str]) -> None:
    layout = parse(" ".join(parts))
    plain = re.sub(r"\\.", "", tex(layout))
    assert plain.count("{") == plain.count("}")
    assert mathml(layout).count("<mrow>") == mathml(layout).count("</mrow>")


@pytest.mark.parametrize(
    "opening", ["{", r"\frac{", r"\text{$\text{", r"\left(", r"x^{", r"\begin{cases}"]
)
def test_deep_formulas_are_shown_as_typed(opening: str) -> None:
    layout = parse(opening * 2000)
    assert any(word in opening for word in words(layout))
    tex(layout), mathml(layout), typst(layout), em(layout)


def test_long_formulas_are_shown_as_typed() -> None:
    assert parse("x" * (MAX_CHARACTERS + 1)).parts == (Words("x" * (MAX_CHARACTERS + 1)),)


def test_a_long_line_is_broken_before_its_operators() -> None:
    layout = parse(" + ".join(rf"f(x_{{{n}}})" for n in range(30)))
    rows = broken(layout, 30.0, 28.0)
    assert len(rows) > 2
    assert all(em(row) <= 30.0 for row in rows)
    assert all(tex(row).startswith("+") for row in rows[1:])
    assert " ".join(map(tex, rows)).replace("+f", "+ f") == tex(layout)


def test_brackets_are_broken_last() -> None:
    layout = parse(r"a (b + c + d + e) + f (g + h + k + l) + m (n + o + p + q)")
    assert [tex(row)[0] for row in broken(layout, 12.0, 12.0)] == ["a", "+", "+"]


def test_a_wide_fraction_is_cut_into_lines() -> None:
    sum_ = " + ".join(rf"f(x_{{{n}}})" for n in range(12))
    layout = parse(rf"-\log\left(\frac{{a}}{{{sum_}}}\right)^2")
    small = narrowed(layout, 20.0)
    assert em(small) <= 20.0 < em(layout)
    assert r"\begin{gathered} f(x_0)" in tex(small)
    assert read_formula(tex(small), NAMES) == read_formula(tex(layout), NAMES)


# fmt: off
LINES = [
    (r"\begin{aligned} a &= b \\ &\le c \end{aligned}",  [("a", "=", "b"), ("", r"\le", "c")]),
    (r"\begin{aligned} a \\ &= b \end{aligned}",         [("a", "", ""), ("", "=", "b")]),
    (r"\begin{align*} a &= b \\ \end{align*}",           [("a", "=", "b")]),
    (r"a = b",                                           None),
    (r"\begin{aligned} a &= b & c &= d \end{aligned}",   None),
]
# fmt: on


@pytest.mark.parametrize(("written", "expected"), LINES, ids=[written for written, _ in LINES])
def test_aligned_displays_are_lines(
    written: str, expected: list[tuple[str, str, str]] | None
) -> None:
    found = lines(written)
    assert (found and [line[:3] for line in found]) == expected


def test_reasons_lose_their_brackets_and_keep_their_formulas() -> None:
    (line,) = lines(r"\begin{aligned} a &= b && \text{(take out } x_1 \text{)} \end{aligned}") or ()
    assert line.reason == ("take out ", Formula("x_1"))
