"""Bad and hostile input: one kind of error, at the right place, at once."""

# ruff: noqa: E501  (rows of tables stay on one line)

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from derive.read import (
    Limits,
    ReadError,
    line_column,
    read_claim,
    read_formula,
    read_given,
    read_macros,
    read_relations,
)
from derive.term import subterms
from derive.term.latex import latex

# fmt: off
ERRORS: list[tuple[str, str, str, str]] = [  # text, the place (what stands there), message, expected
    (r"a + \foo b",                 r"\foo",    "not known",               ""),
    (r"\frac{a}{b",                 "{",        "never closed",            "}"),
    (r"a}",                         "}",        "closes nothing",          ""),
    (r"(a + b",                     "(",        "never closed",            ")"),
    (r"a +",                        "",         "ends too early",          "a term"),
    (r"a + * b",                    "*",        "does not belong here",    "a term"),
    (r"\tanh + 1",                  "+ 1",      "is missing",              "an argument"),
    (r"x_1_2",                      "_2",       "second subscript",        ""),
    (r"x^1^2",                      "^2",       "second superscript",      ""),
    (r"2^3^2",                      "^2",       "second superscript",      ""),
    (r"(x + 1)^3^2",                "^2",       "second superscript",      ""),
    (r"\frac{\partial^2 f}{\partial x}", r"\frac", "order 2 by 1 variable", ""),
    (r"\frac{\partial f}{\partial (a b)}", "(", "derivative by this",      "a variable"),
    (r"\frac{\partial}{\partial x}", "",        "operand",                 "a term"),
    (r"\nabla L",                   r"\nabla",  "gradient",                r"\nabla_{x}"),
    (r"\sum_{k \in S} a_k",         r"\in",     "over a set",              "bounds"),
    (r"\sum_{k=2} a_k",             r"\sum",    "upper bound",             "^{..}"),
    (r"\sum a_k b_i",               r"\sum",    "which index",             "_{..}"),
    (r"\int_0^1 f(t) dt",           r"\int",    "integrals are not read",  ""),
    (r"\begin{aligned} x \end{align}", r"\end", r"closes \begin{aligned}",  r"\end{aligned}"),
    (r"x + \begin{aligned} x",      r"\begin",  "never closed",            r"\end{aligned}"),
    (r"\sum_{k=1}^\infty a_k",      r"\infty",  "not known",               ""),
    (r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}", r"\begin", "differ in length", ""),
    (r"\begin{foo} 1 \end{foo}",    r"\begin",  "is not read",             ""),
    (r"\begin{cases} a & b \end{cases}", r"\end", "does not belong",       "a relation"),
    (r"\tanh(a, b)",                r"\tanh",   "takes 1 argument",        ""),
    (r"\tanh^{-1} a",               "-1",       "inverse",                 ""),
    (r"W_{:, j}",                   ":",        "slice",                   "an index"),
    (r"a \cdots b",                 r"\cdots",  "dots stand for",          ""),
    (r"x^{}",                       "{",        "empty superscript",       "an exponent"),
    ("x\x00",                       "\x00",     "does not belong",         ""),
    (r"a = b",                      "=",        "does not belong",         "an operator"),
    ("",                            "",         "nothing to read",         "a formula"),
    (r"\newcommand{\a}[1]{#1} \a",  r"\a",      "argument of",             "{..}"),
    (r"\newcommand{\a}{\a} \a",     r"\a",      "call itself",             ""),
    (r"\def\a{\b\b}\def\b{\a\a}\a", r"\a",      "macro expansions",        ""),
    ("9^{9^{9^9}}",                 "9^9",      "exponent",                ""),
    ("x^{123456}",                  "123456",   "exponent",                ""),
    ("f" + "'" * 30 + "(x)",        "'",        "primes",                  ""),
]
# fmt: on


@pytest.mark.parametrize(("text", "place", "message", "expected"), ERRORS)
def test_errors_name_their_place(text: str, place: str, message: str, expected: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_formula(text)
    error = caught.value
    assert text[error.span.start :].startswith(place)
    assert message in error.message
    assert expected in error.expected
    assert "\n" not in str(error) and str(error).isprintable()


def test_lines_and_columns_count_from_one() -> None:
    text = "a +\n  \\foo"
    with pytest.raises(ReadError) as caught:
        read_formula(text)
    assert line_column(text, caught.value.span.start) == (2, 3)
    assert line_column("", 0) == (1, 1)


# fmt: off
HOSTILE: dict[str, str] = {
    "nested fractions":    r"\frac{1}{" * 10_000 + "x" + "}" * 10_000,
    "fractions, shorter":  r"\frac{1}{" * 3_000 + "x" + "}" * 3_000,
    "open fractions":      r"\frac1" * 5_000,
    "parentheses":         "(" * 9_000 + "x" + ")" * 9_000,
    "braces":              "{" * 9_000,
    "megabyte":            "x+" * 500_000 + "x",
    "signs":               "-" * 15_000 + "x",
    "bars":                "|" * 15_000 + "x",
    "roots":               r"\sqrt" * 15_000 + "x",
    "accents":             r"\hat" * 15_000 + "x",
    "combining marks":     "x" + "\u0302" * 15_000,
    "fonts":               r"\mathbf" * 12_000 + "x",
    "bare functions":      r"\log " * 15_000 + "x",
    "slashes":             "a/" * 9_000 + "b",
    "sums":                r"\sum_k " * 4_000 + "x_k",
    "maxima":              r"\max_k " * 4_000 + "x_k",
    "derivatives":         r"\partial_x " * 4_000 + "x",
    "matrices":            r"\begin{pmatrix}" * 5_000,
    "cases":               r"\begin{cases}" * 5_000,
    "factorials":          "x" + "!" * 15_000,
    "products":            r"a \odot " * 9_000 + "b",
    "digits":              "9" * 15_000,
    "raised digits":       "x" + "²" * 15_000,
    "subscripts":          "x" + "_i" * 9_000,
    "calls":               "f(" * 5_000 + "x" + ")" * 5_000,
    "doubling macros":     "".join(rf"\def\a{'b' * (n + 1)}{{\a{'b' * n}\a{'b' * n}}}" for n in range(40)) + r"\a" + "b" * 40,
    "copying macro":       r"\newcommand{\a}[1]{#1#1#1#1#1#1#1#1}" + r"\a{" * 30 + "x" + "}" * 30,
    "order":               r"\frac{\partial^{999999} f}{\partial x}",
    "huge vector":         r"\begin{pmatrix} x_1 \\ x_2 \\ \vdots \\ x_{999999999} \end{pmatrix}_" + "{",
    "tower":               "2^{2^{2^{2^{2^{2}}}}}",
}
# fmt: on


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused(name: str) -> None:
    with pytest.raises(ReadError):
        read_formula(HOSTILE[name])


def test_long_formulas_are_read() -> None:
    (t,) = read_formula("+".join(f"x_{{{n}}}" for n in range(1, 1500)))
    assert sum(1 for _ in subterms(t)) > 2_900


def test_limits_can_be_set() -> None:
    with pytest.raises(ReadError, match="at most 3"):
        read_formula("a + b", limits=Limits(characters=3))
    with pytest.raises(ReadError, match="more than 2 tokens"):
        read_formula("a + b", limits=Limits(tokens=2))
    with pytest.raises(ReadError, match="2 levels"):
        read_formula("((((a))))", limits=Limits(nesting=2))
    assert len(read_formula(r"\sum_k a_k + b", limits=Limits(readings=1))) == 1


# --- random soups ---------------------------------------------------------------------------------

SOUP = r"""\frac \sum \prod \max \min \partial \nabla \sqrt \log \exp \tanh \sigma \delta \hat \bar
    \mathbf \mathbb{1} \mathcal \text{if} \text{CE} \operatorname{softmax} \left( \right) \left|
    \right| \left. \right. \left\{ \right\} \| \mid \cdot \odot \times \le \ne = < , ; : & \\ \dots
    \vdots \begin{cases} \end{cases} \begin{pmatrix} \end{pmatrix} \begin{aligned} \end{aligned}
    \begin{array}{cc} \end{array} \newcommand \def \a #1 \underbrace \tag \top T ^ _ { } ( ) [ ] | '
    ! + - * / 0 1 2 12 . x y i j k d e f p P W \alpha \theta \pi ∂ Σ ² ᵢ x̂ \in \mathbb{R} one-hot
    softmax exp log let assume .. \foo ∞ \n ~ % \  \substack \frac12 _{i=1}^n _{ij} ^{(i)} ^{-1}
    _{j\neI} {\rm \text \mathrm{d} \frac{\partial}{\partial"""
PIECES = (*SOUP.split(), " ", "\n", "\\")
soups = st.lists(st.sampled_from(PIECES), max_size=30).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda space: space.join(pieces))
)
entries: list[Callable[[str], object]] = [
    read_formula,
    read_relations,
    read_claim,
    lambda text: read_given(text.split("\n")),
    read_macros,
]


def only_read_errors(text: str) -> None:
    for read in entries:
        try:
            value = read(text)
        except ReadError as error:
            assert 0 <= error.span.start <= error.span.end <= len(text)
            assert str(error).isprintable()
        else:
            if read is read_formula:
                for t in value:  # type: ignore[attr-defined]  # read_formula gives Terms
                    latex(t)


@settings(max_examples=300, deadline=None)
@given(soups)
@example(r"1_")
@example(r"\mathbb{1}_")
@example(r"\underbrace_")
@example(r"\begin{pmatrix}\end{pmatrix}")
@example("\ud800^²")
def test_only_read_errors_come_out(text: str) -> None:
    only_read_errors(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
@example("\\\ud7fc")
def test_any_text(text: str) -> None:
    only_read_errors(text)
