"""A proof as LaTeX to paste: align blocks, each line with its reason (needs amsmath).

As a verdict writes itself (`derive.prover.display`), a proof does; whole documents are the
renderers'.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.explain.proof import Proof, Reason, Step
from derive.term.latex import RELATION_SIGNS, latex

_SPECIAL = str.maketrans({c: f"\\{c}" for c in "%&#_{}$"})


def proof_latex(proof: Proof) -> str:
    """One derivation, with what comes first and its cases."""
    return "\n".join(_proof(proof))


def _proof(proof: Proof) -> Iterator[str]:
    for first in proof.before:
        if first.opening:
            yield f"{_words(first.opening)}:"
        yield from _proof(first)
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
    reason = rf" && \text{{({_words(step.because)})}}" if step.because else ""
    return f"  &{RELATION_SIGNS[step.relation]} {latex(step.term)}{reason}"


def _words(reason: Reason) -> str:
    return "".join(
        part.translate(_SPECIAL) if isinstance(part, str) else f"${latex(part)}$" for part in reason
    )
