"""A proof as the blocks of a page: cases and what comes before in words, lines with reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.explain.proof import Proof, Reason
from derive.language import reason, say
from derive.page import Block, Derivation, Display, Formula, Line, Paragraph, Words
from derive.term import Relation, Term
from derive.term.latex import RELATION_SIGNS, latex
from derive.term.text import text

A_LINE = 90  # letters of two steps and their reasons that stand on one line
_HOLE = re.compile("\ue000(\\w+)\ue001")


def derivation(proof: Proof, language: str = "en") -> tuple[Block, ...]:
    """What comes first, the cases, the lines, and what they say together.

    ``language``: of words and reasons ("en", "de").
    """
    return tuple(_proof(proof, language))


def _proof(proof: Proof, language: str) -> Iterator[Block]:
    for first in proof.before:
        yield Paragraph((*words(first.opening or ("First",), language), ":"))
        yield from _proof(first, language)
    if proof.before:
        yield Paragraph(told(language, "Now the claim itself:"))
    for part in proof.parts:
        if part.case is not None:
            yield Paragraph(told(language, "For {case} we have", case=part.case))
        elif len(proof.parts) == 1:
            yield Paragraph(told(language, "In components:"))
        yield from _proof(part, language)
    if proof.steps:
        yield Derivation(tuple(_lines(proof, language)))
    elif any(part.case is not None for part in proof.parts):
        yield Paragraph(told(language, "Together, this is"))
        yield _whole(proof.claim.relation)


def _whole(relation: Term) -> Block:
    match relation:
        case Relation(op, left, right):
            return Derivation((Line(latex(left), RELATION_SIGNS[op], latex(right)),))
    return Display(latex(relation))


def _lines(proof: Proof, language: str) -> Iterator[Line]:
    left = latex(proof.start)
    if _fits_a_line(proof):
        first, last = proof.steps
        right = f"{latex(first.term)} = {latex(last.term)}"
        because = (*words(first.because, language), ", ", *words(last.because, language))
        yield Line(left, "=", right, because)
        return
    for step in proof.steps:
        because = words(step.because, language)
        yield Line(left, RELATION_SIGNS[step.relation], latex(step.term), because)
        left = ""


def _fits_a_line(proof: Proof) -> bool:
    """Two short steps are written as one chain: a = b = c."""
    if [step.relation for step in proof.steps] != ["=", "="]:
        return False
    parts = (
        text(proof.start),
        *(part for step in proof.steps for part in (text(step.term), step.reason)),
    )
    return sum(map(len, parts)) <= A_LINE


def words(because: Reason, language: str = "en") -> Words:
    """A reason in ``language``, with its formulas."""
    parts = reason(language, because)
    return tuple(part if isinstance(part, str) else Formula(latex(part)) for part in parts)


def told(language: str, english: str, **formulas: Term) -> Words:
    """A sentence of the table of ``language``, with formulas put in."""
    holes = {name: f"\ue000{name}\ue001" for name in formulas}
    pieces = _HOLE.split(say(language, english, **holes))
    return tuple(
        Formula(latex(formulas[piece])) if n % 2 else piece
        for n, piece in enumerate(pieces)
        if piece
    )
