"""The numbers of list items: 1, a, i."""

from __future__ import annotations

_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def numeral(kind: str, n: int) -> str:
    """The ``n``-th number (from 1) of a ``kind``: "1", "a" or "i".

    >>> numeral("1", 4), numeral("a", 28), numeral("i", 14)
    ('4', 'ab', 'xiv')
    """
    if kind == "a" and n > 0:
        return (numeral("a", (n - 1) // 26) if n > 26 else "") + chr(ord("a") + (n - 1) % 26)
    if kind == "i" and n > 0:
        out = ""
        for value, sign in _ROMAN:
            out += sign * (n // value)
            n %= value
        return out
    return str(n)
