"""Hostile documents through the command: no traceback, an exit code, the rest checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.check.document import check_document
from derive.check.report import Report
from derive.cli.app import app
from derive.read.document import read_document
from derive.read.notation import CASES, PLAIN_FONTS, WORD_FONTS
from derive.render.json import report_json

FINE = "\n\n$$x + x = 2x$$\n"
# fmt: off
HOSTILE = {
    # name: (the document, is the display at its end still proved?)
    "brackets.md":  ("$$" + "(" * 5000 + "x" + ")" * 5000 + " = x$$" + FINE,              True),
    "fractions.md": ("$$" + r"\frac{1}{" * 3000 + "x" + "}" * 3000 + " = x$$" + FINE,     True),
    "long.md":      ("$$" + "x + " * 40_000 + "x = 0$$" + FINE,                           True),
    "towers.md":    ("$$10^{10^{10}} = x^{x^{x^{x}}}$$" + FINE,                           True),
    "powers.md":    ("$$(x + y + z)^{5000} = 1$$" + FINE,                                 True),
    "tiny.md":      (r"$$e^{-x^{22}} = 2 e^{-x^{22}}$$" + FINE,                           True),
    "ranges.md":    (r"$$\sum_{i=1}^{1000000000} x_i = 3$$" + FINE,                       True),
    "unclosed.tex": ("\\begin{align} x &= 2x\n" * 300 + "\n\\[ x + x = 2x \\]\n",         True),
    "dollars.md":   ("$" * 2001 + FINE,                                                   True),
    "macro.tex":    (r"\newcommand{\a}{\a\a} \[ \a = x \] \[ x + x = 2x \]",              True),
    "doubling.tex": (r"\newcommand{\a}[1]{#1#1} \[" + r"\a{" * 40 + "x" + "}" * 40
                     + r"= x \] \[ x + x = 2x \]",                                        True),
    "controls.md":  ("$$\x00\x1b[31m = \u202e$$" + FINE,                                  True),
    "latin.md":     (b"caf\xe9 $x = x$" + FINE.encode(),                             True),
    "binary.tex":   (bytes(range(256)) * 40,                                              False),
    "cells.ipynb":  ('{"cells": [{"cell_type": "markdown", "source": 5}, 3]}',            False),
    "broken.ipynb": ('{"cells": [',                                                       False),
    "empty.md":     ("",                                                                  False),
}
# fmt: on


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("form", ["text", "json"])
def test_hostile_documents(name: str, form: str, tmp_path: Path) -> None:
    content, fine = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = CliRunner().invoke(app, ["check", str(path), "--format", form], prog_name="derive")
    assert result.exit_code in (0, 1, 2)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output and "\x1b" not in result.output
    assert "D902" not in result.output
    if fine and form == "text":
        assert re.search(r"[1-9]\d* proved", result.output)


PIECES = st.sampled_from(
    ("$", "$$", r"\[", r"\]", "{", "}", "&", r"\\", "=", "+", "-", "^", "_", "'", "|", ",", " x ",
     r"\frac", r"\sum_{i=1}^n", r"\left(", r"\right)", r"\begin{align}", r"\end{align}", "x_i",
     r"\text{", r"\partial", r"\log", "2", "%", "<!-- derive: ", "-->", "\n\n", "Let $a = ", "for ",
     r"\begin{cases}", r"\end{cases}", r"\newcommand{\a}{\a}", r"\a", "\x00", "²", "where ")
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40), st.sampled_from(("md", "tex", "txt")))
def test_nothing_is_raised(pieces: list[str], kind: str) -> None:
    """The many are benchmarks/fuzz_documents.py's."""
    result = check_document(read_document("".join(pieces), kind, "a"))
    assert "D902" not in {finding.code for finding in result.findings}
    report_json(Report((result,)))


@pytest.mark.parametrize("command", sorted(WORD_FONTS | PLAIN_FONTS))
@pytest.mark.parametrize("environment", sorted(CASES))
def test_a_case_that_breaks_off(environment: str, command: str) -> None:
    text = f"$$x = \\begin{{{environment}}} x & x > 0 \\\\ 0 & {command}$$\n\n$$x + x = 2x$$"
    result = check_document(read_document(text, "md", "a"))
    assert "proved" in result.statuses and result.findings


def test_a_function_of_nothing() -> None:
    text = "$$y(x) = x^2, \\quad y() = 1$$\n\nso $2 y = y()$ and\n\n$$x + x = 2x$$"
    result = check_document(read_document(text, "md", "a"))
    assert "proved" in result.statuses


def test_a_gradient_by_no_argument() -> None:
    text = (
        "Let $f(x, y) = x^2$.\n\n$$\\nabla f = 2x$$\n\nTanh: $f(x) = \\tanh(x)$.\n\n$$x + x = 2x$$"
    )
    result = check_document(read_document(text, "md", "a"))
    assert "proved" in result.statuses
    assert "D902" not in {finding.code for finding in result.findings}
