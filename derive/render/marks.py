"""The sign of a verdict beside a line."""

from __future__ import annotations

from collections.abc import Mapping

from derive.page import Line, Words

SIGNS: Mapping[str, str] = {"proved": "✓", "refuted": "✗", "undecided": "?", "unread": "!"}


def reason(line: Line) -> Words:
    """A line's reason with the sign of its verdict behind it, for formats without a column for it.

    >>> reason(Line("a", "=", "b", ("cancel",), "proved"))
    ('cancel', ' ✓')
    """
    if not line.mark:
        return line.reason
    sign = SIGNS.get(line.mark, line.mark)
    return (*line.reason, f" {sign}") if line.reason else (sign,)
