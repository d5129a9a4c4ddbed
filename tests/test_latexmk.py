"""PDF by LaTeX: what is asked of latexmk, and what is said where it fails.

A stand-in for latexmk shows what it is called with; the real one is used where it is installed.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from time import monotonic

import pytest

from derive.page import Page, Paragraph
from derive.render.latex.latexmk import NoLatex, pdf

PAGE = Page("A title", (Paragraph((r"\input{/etc/passwd} & text",)),))


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``script`` is what latexmk does."""
    program = folder / "latexmk"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_tex_runs_no_programs_and_reads_nothing_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("openin_any", "a")
    said = tmp_path / "said"
    script = f'echo "$@ $openin_any $openout_any $PWD" > {said}; cp page.tex page.pdf'
    stand_in(tmp_path, script, monkeypatch)
    assert b"A title" in pdf(PAGE)
    called = said.read_text().split()
    assert "-norc" in called and "-no-shell-escape" in called
    assert called[-3:-1] == ["p", "p"]
    assert not os.path.exists(called[-1])  # the folder is gone


def test_it_has_a_limit_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "sleep 60 & wait", monkeypatch)
    start = monotonic()
    with pytest.raises(NoLatex, match=r"took more than 0.2 s"):
        pdf(PAGE, seconds=0.2)
    assert monotonic() - start < 30


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 1", "there is no log"),
        (r"echo '! Undefined control sequence.' > page.log; exit 1", "Undefined control sequence"),
        ("exit 0", "there is no log"),  # and no PDF
    ],
)
def test_a_failure_is_said(
    script: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, script, monkeypatch)
    with pytest.raises(NoLatex, match=said):
        pdf(PAGE)


def test_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoLatex, match="not installed"):
        pdf(PAGE)


@pytest.mark.skipif(shutil.which("latexmk") is None, reason="latexmk is not installed")
def test_the_real_one() -> None:
    assert pdf(PAGE).startswith(b"%PDF")
