"""Formulas in the words of a case distinction: ``\\text{if $x > 0$}`` is ``\\text{if } x > 0``.

Only there: elsewhere such words are a remark on the formula beside them.
"""

from __future__ import annotations

from derive.read.notation import CASES, WORD_FONTS
from derive.read.tokens import Token

PUNCTUATION = frozenset(",;.")


def out_of_words(tokens: list[Token]) -> list[Token]:
    """The tokens with the formulas in the words of case distinctions after these words."""
    if not any(t.text == "$" for t in tokens):
        return tokens
    out: list[Token] = []
    at = cases = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind in ("begin", "end") and token.text.rstrip("*") in CASES:
            cases += 1 if token.kind == "begin" else -1
        end = _closing(tokens, at) if cases and token.text in WORD_FONTS else 0
        inside = tokens[at + 1 : end]
        if not any(t.text == "$" for t in inside):
            out.append(token)
            continue
        for n, piece in enumerate(_pieces(inside)):
            if n % 2 or all(t.text in PUNCTUATION for t in piece):
                out += piece
            else:
                out += [token, tokens[at], *piece, tokens[end]]
        at = end + 1
    return out


def _closing(tokens: list[Token], at: int) -> int:
    """Where the brace that opens at ``at`` is closed; 0 where none opens or closes."""
    depth = 0
    for n in range(at, len(tokens)):
        depth += (tokens[n].text == "{") - (tokens[n].text == "}")
        if depth <= 0:
            return n if n > at else 0
    return 0


def _pieces(tokens: list[Token]) -> list[list[Token]]:
    """Words and formulas in turn, between dollars."""
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.text == "$":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces
