"""Solutions of exercises are documents; those of the library are true."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.check.library import exercise_files, name_of
from derive.check.sources import EXERCISE, Source
from derive.check.workers import check_documents, check_here
from derive.cli.app import app

SHOWN = tuple(path for n, path in enumerate(exercise_files()) if n % 8 == 0)  # all: benchmarks
WRONG = """+++
title = "A square"
topic = "algebra"
given = ['a > 0']
[[claims]]
claim = '(a + 1)^2 = a^2 + 2 a + 1'
+++
Expand $(a + 1)^2$.

## Solution
$$
(a + 1)^2 = \\sqrt{a^2} \\, a + 2 a + 1 = a^2 + a + 1
$$
"""


@pytest.mark.parametrize("path", SHOWN, ids=name_of)
def test_a_true_solution_is_not_accused(path: str) -> None:
    statuses = check_here(Source(path, EXERCISE)).statuses
    assert "refuted" not in statuses and "proved" in statuses


def test_a_slip_in_a_solution_is_found_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "square.md"
    path.write_text(WRONG)
    result = CliRunner().invoke(app, ["check", str(path)], prog_name="derive")
    assert result.exit_code == 1 and "✓ proved" in result.output
    assert "square.md:12:" in result.output and "D201" in result.output


def test_the_header_gives_what_the_solution_uses(tmp_path: Path) -> None:
    path = tmp_path / "square.md"
    path.write_text(WRONG)
    for result in (check_here(Source(str(path), EXERCISE)),
                   *check_documents([Source(str(path), EXERCISE)])):  # fmt: skip
        assert result.statuses == ("proved", "refuted") and not result.steps[0].needs


def test_a_broken_header_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "broken.md"
    path.write_text(WRONG.replace("title = ", "titel = "))
    result = CliRunner().invoke(app, ["check", str(path)], prog_name="derive")
    assert result.exit_code == 2
    assert result.output.count("D004") == 1 and "D201" not in result.output
