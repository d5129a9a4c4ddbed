"""A derivation as a LaTeX align block, each line with its reason (needs amsmath)."""

from __future__ import annotations

from collections.abc import Iterator

from derive.check.report import ClaimResult, Report
from derive.explain.proof import Proof, Step
from derive.term.latex import latex
from derive.term.text import text

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "%&#_{}$"})
SIGNS = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne"}


def report_latex(report: Report) -> str:
    """Every derivation of a run; what has none is said in a comment."""
    return "\n".join(
        part for result in report.exercises for claim in result.claims for part in _claim(claim)
    )


def proof_latex(proof: Proof) -> str:
    """One derivation, with what comes first and its cases."""
    return "\n".join(_proof(proof))


def _claim(result: ClaimResult) -> Iterator[str]:
    if result.claim is None:
        yield _comment(f"{result.label}: not read")
        return
    yield _comment(f"{result.label}: {text(result.claim.relation)} ({result.status})")
    if result.proof is None:
        yield _comment("no textbook steps were found")
        return
    yield from _proof(result.proof)


def _proof(proof: Proof) -> Iterator[str]:
    for part in proof.before:
        yield from _proof(part)
    for part in proof.parts:
        if part.case is not None:
            yield f"For ${latex(part.case)}$:"
        yield from _proof(part)
    if proof.steps:
        yield r"\begin{align*}"
        yield latex(proof.start)
        yield " \\\\\n".join(map(_line, proof.steps))
        yield r"\end{align*}"


def _line(step: Step) -> str:
    reason = "".join(
        part.translate(_SPECIAL) if isinstance(part, str) else f"${latex(part)}$"
        for part in step.because
    )
    sign = SIGNS.get(step.relation, step.relation)
    return rf"  &{sign} {latex(step.term)}" + (rf" && \text{{({reason})}}" if reason else "")


def _comment(words: str) -> str:
    """A line that LaTeX skips; what ends a line would let the rest through."""
    return "% " + " ".join(words.split())
