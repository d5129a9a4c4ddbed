"""A proof as the blocks of a page: cases and what comes before in words, lines with reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.explain.proof import Proof, Reason
from derive.language import reason, say
from derive.page import Block, Derivation, Display, Formula, Line, Paragraph, Words
from derive.term import Term
from derive.term.latex import RELATION_SIGNS, latex

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
        yield Display(latex(proof.claim.relation))


def _lines(proof: Proof, language: str) -> Iterator[Line]:
    left = latex(proof.start)
    for step in proof.steps:
        because = words(step.because, language)
        yield Line(left, RELATION_SIGNS[step.relation], latex(step.term), because)
        left = ""


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
