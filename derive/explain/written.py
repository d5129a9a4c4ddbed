"""A proof as the blocks of a page: cases and what comes before in words, lines with reasons."""

from __future__ import annotations

from collections.abc import Iterator

from derive.explain.proof import Proof, Reason, Step
from derive.page import Block, Derivation, Display, Formula, Line, Paragraph, Words
from derive.term import Derivative, Relation, Term
from derive.term.latex import RELATION_SIGNS, latex


def derivation(proof: Proof, language: str = "en") -> tuple[Block, ...]:
    """What comes first, the cases, the lines, and what they say together.

    ``language``: of the words ("en", "de").  The reasons of lines are written in it too.
    """
    return tuple(_proof(proof))


def _proof(proof: Proof) -> Iterator[Block]:
    for first in proof.before:
        yield Paragraph(_first(first))
        yield from _proof(first)
    if proof.before:
        yield Paragraph(("With this we get",))
    for part in proof.parts:
        yield from _part(part, proof)
    if proof.steps:
        yield Derivation(tuple(_lines(proof)))
    elif any(part.case is not None for part in proof.parts):
        yield Paragraph(("In both cases together:" if len(proof.parts) == 2 else "Together:",))
        yield Display(latex(proof.claim.relation))


def _first(first: Proof) -> Words:
    match first.claim.relation:
        case Relation("=", left, _):
            return ("First we determine ", Formula(latex(left)), ":")
    return ("First we show:",)


def _part(part: Proof, whole: Proof) -> Iterator[Block]:
    if part.case is not None:
        yield Paragraph(("For ", Formula(latex(part.case)), " we have"))
    elif len(whole.parts) == 1:
        yield Paragraph(("In components,",))
    yield from _proof(part)


def _lines(proof: Proof) -> Iterator[Line]:
    left = latex(proof.start)
    for step in proof.steps:
        yield Line(left, RELATION_SIGNS[step.relation], latex(step.term), words(step.because))
        left = ""


def words(reason: Reason) -> Words:
    """A reason with its formulas."""
    return tuple(part if isinstance(part, str) else Formula(latex(part)) for part in reason)


__all__ = ["Derivative", "Step", "Term", "derivation", "words"]
