"""What a verdict looks like in a terminal, in a notebook and as text."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest
import rich.console

from derive.prover.verdict import Counterexample, Verdict, nonzero
from derive.term import Assumption, Indexed, Relation, Symbol

x = Symbol("x")
PROVED = Verdict("proved", (nonzero(x),), (Assumption("one-hot", Symbol("y")),))
POINT = Counterexample(
    {"d": 2}, {"i": 1}, {"x": (Fraction(1, 2), Fraction(-3))}, "0.25 +/- 1e-20", "[0.5 +/- 1e-20]"
)
REFUTED = Verdict("refuted", counterexample=POINT, reason="holds only for i = j")
UNDECIDED = Verdict(
    "undecided", reason="no rule", residual=x / Symbol(r"\alpha"), evidence="agrees"
)


def test_text():
    assert str(PROVED) == "proved\nneeds x ≠ 0\nuses y is one-hot"
    assert str(REFUTED).splitlines() == [
        "refuted",
        "at d = 2, i = 1, x = (1/2, -3):",
        "left side  0.25 +/- 1e-20",
        "right side [0.5 +/- 1e-20]",
        "holds only for i = j",
    ]
    assert str(UNDECIDED).splitlines() == ["undecided", "no rule", "left over: x/α", "agrees"]


@pytest.mark.parametrize(
    "kind", ["one-hot", "distribution", "symmetric", "integer", "real", "function"]
)
def test_every_assumption_has_words(kind):
    assert "x" in str(Verdict("proved", uses=(Assumption(kind, x),)))


def test_rich_prints_the_same_words():
    indexed = Verdict("proved", (Assumption("relation", Relation("=", Indexed("x", (x,)), x)),))
    for verdict in (PROVED, REFUTED, UNDECIDED, indexed):
        out = io.StringIO()
        rich.console.Console(file=out, width=200, color_system=None).print(verdict)
        assert out.getvalue().rstrip("\n") == str(verdict)


def test_rich_prints_in_colour():
    out = io.StringIO()
    rich.console.Console(file=out, color_system="standard", force_terminal=True).print(REFUTED)
    assert "\x1b[1;31mrefuted" in out.getvalue()


def test_notebooks_get_formulas():
    shown = UNDECIDED._repr_markdown_()
    assert shown.startswith("**undecided**")
    assert r"$\frac{x}{\alpha}$" in shown
    assert "$x" in PROVED._repr_markdown_()
