"""What is not judged: mathematics that nobody reads here, and rounded values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from derive.read.chains.assemble import Raw
from derive.read.chains.model import Remark
from derive.read.chains.variables import rational
from derive.read.formula import Side
from derive.read.notation import NOT_READ
from derive.read.tokens import ReadError
from derive.term import Number

_LISTS = frozenset((",", ";", "."))
_DECIMAL = re.compile(r"-?\d*\.(\d+)")


def never_judged(raw: Raw, n: int, error: ReadError) -> str:
    """What stands in a step that could not be read and is judged by nobody here."""
    if "a slice" in error.message:
        return "a slice of an array"
    tokens = [t.text for side, _ in raw.sides[n : n + 2] for t in side]
    return next((t for t in tokens if t in NOT_READ), "")


def rounded(text: str, left: Side, right: Side) -> bool:
    """Whether the right side is a decimal that the left side need not be exactly."""
    written = text[right.span.start : right.span.end]
    digits = _DECIMAL.fullmatch(written.strip(" ${}.,;\\"))
    if digits is None or not left.readings or isinstance(left.readings[0], Number):
        return False
    value = rational(left.readings[0])
    if value is None:
        return True
    off = abs(value - Fraction(digits[0]))
    return 0 < off <= Fraction(6, 10 ** (len(digits[1]) + 1))


def unread_in_the_text(raw: Raw, sides: Sequence[Side], text: str) -> Iterator[Remark]:
    """That a formula of the running text says something that was not read.  Lists are read by
    others: $a, b > 0$."""
    for n, sign in enumerate(raw.signs):
        errors = [side.error for side in sides[n : n + 2] if side.error is not None]
        if not errors or not (sign.judged or sign.text == ":="):
            continue
        error = errors[0]
        if text[error.span.start : error.span.start + 1] in _LISTS or never_judged(raw, n, error):
            continue
        yield Remark("D117", error.span, f"this formula is not read: {error}")
        return
