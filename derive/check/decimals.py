"""The rational number that a decimal says, as long as it is one that can be written down."""

from __future__ import annotations

from fractions import Fraction

LARGEST_EXPONENT = 400  # of ten: exp(-10^9) has a billion digits


def decimal(text: str) -> Fraction:
    """The value of a decimal such as ``-1.25e-3``.  Raises ValueError where it is none, or too
    large or too small.

    >>> decimal("-1.25e-3")
    Fraction(-1, 800)
    """
    exponent = text.lower().partition("e")[2]
    if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
        raise ValueError("a number that is too large or too small to be written down")
    return Fraction(text)
