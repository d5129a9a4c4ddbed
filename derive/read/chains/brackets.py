"""Brackets that are missing where only one place is left for them: [(a + b] is [(a + b)].

Throughout: ``at`` is a position in the list of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.read.chains.model import Remark
from derive.read.tokens import Token

MENDED = "mended"  # the kind of a token that was put in
UNSURE = "\\text{bracket}"  # stands for it among what a step is in doubt of
_PAIRS = {"(": ")", "[": "]"}


def mended(tokens: list[Token]) -> list[Token]:
    """The tokens with a closing bracket put in where another one closes what is around it, if
    after that every bracket has its partner; as they are, if not."""
    if not _balanced(tokens):
        tried = _closed(tokens)
        if len(tried) > len(tokens) and _balanced(tried):
            return tried
    return tokens


def _closed(tokens: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    open_: list[str] = []
    for token in tokens:
        if token.text in ("(", "[", "{"):
            open_.append(token.text)
        elif token.text in (")", "]", "}"):
            wanted = {")": "(", "]": "[", "}": "{"}[token.text]
            while open_ and open_[-1] != wanted and wanted in open_ and open_[-1] != "{":
                close = _PAIRS[open_.pop()]
                out.append(Token(MENDED, close, token.start, token.start, False))
            if open_ and open_[-1] == wanted:
                open_.pop()
        elif token.text == "\\\\" and "{" not in open_:
            open_.clear()
        out.append(token)
    return out


def _balanced(tokens: Iterable[Token]) -> bool:
    open_: list[str] = []
    for token in tokens:
        if token.text in ("(", "["):
            open_.append(_PAIRS[token.text])
        elif token.text in (")", "]") and (not open_ or open_.pop() != token.text):
            return False
    return not open_


def missing(tokens: Iterable[Token]) -> Iterator[Remark]:
    """A remark for each bracket that was put in."""
    for token in tokens:
        if token.kind == MENDED:
            span = token.span._replace(end=token.start + 1)
            yield Remark("D308", span, f"a bracket is missing: {token.text} is read before this")
