"""A derivation as a LaTeX align block, each line with its reason (needs amsmath)."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.report import ClaimResult, Report
from derive.explain.align import proof_latex
from derive.term.text import text


def report_latex(report: Report) -> str:
    """Every derivation of a run; what has none is said in a comment."""
    return "\n".join(
        part for result in report.exercises for claim in result.claims for part in _claim(claim)
    )


def _claim(result: ClaimResult) -> Iterator[str]:
    if result.claim is None:
        yield _comment(f"{result.label}: not read")
        return
    yield _comment(f"{result.label}: {text(result.claim.relation)} ({result.status})")
    if result.proof is None:
        yield _comment("no textbook steps were found")
        return
    yield proof_latex(result.proof)


def _comment(words: str) -> str:
    """A line that LaTeX skips; what ends a line would let the rest through."""
    return "% " + " ".join(words.split())
