"""The class work as printed: all its displays read, every true step proved, its slips found.

The document is not part of this repository; the test is skipped where it is absent.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.check.report import DocumentResult, StepResult
from derive.check.sources import Source
from derive.check.workers import check_here

PATH = Path(__file__).resolve().parent.parent.parent / "shared" / "seed-classwork.txt"
pytestmark = pytest.mark.skipif(not PATH.exists(), reason="the class work is not here")

SLIP = r"\frac{\partial \log(p_j)}{\partial x_i} \frac{\partial p_j}{\partial x_i}$$"
AFTER_SLIP = r"$$= -\sum_{j=1}^d y_j \frac{1}{p_j} p_j (\delta_{ij} - p_i) ="
BRACKETS = r"-\sum_{j=1}^d y_j \delta_{ij} - y_j p_i$$"
BOUND_AND_FREE = r"\sum_{i=1}^{c} \exp(w_i x + b_i)} = p_i"


@pytest.fixture(scope="module")
def result() -> DocumentResult:
    return check_here(Source(str(PATH)))


def line_of(part: str) -> int:
    """The one line of the class work that has ``part`` in it."""
    lines = PATH.read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines, 1) if part in line)
    return number


def steps_at(result: DocumentResult, line: int) -> list[StepResult]:
    return [step for step in result.steps if step.line == line]


def test_everything_is_read(result: DocumentResult) -> None:
    assert len(result.steps) >= 50
    assert result.statuses.count("unread") == 0
    assert not result.could_not_run


def test_every_true_step_is_proved(result: DocumentResult) -> None:
    """All but the slip, and what is neither true nor false."""
    open_steps = [
        (step.line, step.verdict, step.message)
        for step in result.steps
        if step.verdict not in ("proved", "definition", "skipped")
    ]
    assert [verdict for _, verdict, _ in open_steps] == ["refuted"], open_steps
    assert result.statuses.count("proved") >= 41


def test_the_slip_is_found_and_nothing_else_accused(result: DocumentResult) -> None:
    (refuted,) = (finding for finding in result.findings if finding.severity == "error")
    assert (refuted.code, refuted.line) == ("D201", line_of(SLIP))
    assert refuted.source[refuted.column - 1 : refuted.end_column - 1].endswith(SLIP[:-2])
    assert "this line alone is off" in refuted.help


def test_its_neighbours_are_right(result: DocumentResult) -> None:
    before = steps_at(result, line_of(SLIP))
    assert [step.verdict for step in before] == ["proved", "proved", "refuted"]
    after = steps_at(result, line_of(AFTER_SLIP))
    assert [step.verdict for step in after] == ["skipped", "proved", "proved"]


@pytest.mark.parametrize(("part", "code"), [(BRACKETS, "D303"), (BOUND_AND_FREE, "D301")])
def test_what_misleads_is_warned_of(part: str, code: str, result: DocumentResult) -> None:
    found = [(f.line, f.code) for f in result.findings if f.severity == "warning"]
    assert (line_of(part), code) in found


def test_nothing_else_is_warned_of(result: DocumentResult) -> None:
    warned = {f.line for f in result.findings if f.severity == "warning"}
    assert warned == {line_of(BRACKETS), line_of(BOUND_AND_FREE)}
