r"""Lines with \pm: (a \pm b)^2 = a^2 \pm 2ab + b^2 is two equations, x = 1 \pm 2 two values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.read.chains.lines import Line
from derive.read.tokens import Token

_UPPER = {r"\pm": "+", r"\mp": "-"}
_LOWER = {r"\pm": "-", r"\mp": "+"}


def with_each_sign(lines: Sequence[Line]) -> list[Line]:
    """The lines, one with signs of both kinds once with the upper and once with the lower ones:
    another value where only its values have them.  A row that goes on with such a line goes on
    with both."""
    found: list[Line] = []
    pair: tuple[Line, Line] | None = None
    for line in lines:
        if not line.signs or not _has_both(line.tokens):
            found.append(line)
            pair = None
            continue
        upper, lower = _signed(line, _UPPER), _signed(line, _LOWER)
        if line.opens == "sign" and pair is not None:
            for one, more in zip(pair, (upper, lower), strict=True):
                one.reasons |= {n + len(one.signs): said for n, said in more.reasons.items()}
                one.signs += more.signs
                one.sides += more.sides[1:]
        elif line.opens == "sign":
            found.append(line)
        else:
            lower.joint = "row" if _has_both(line.sides[0]) else r"\pm"
            pair = (upper, lower)
            found += pair
    return found


def _has_both(tokens: Sequence[Token]) -> bool:
    return any(t.text in _UPPER for t in tokens)


def _signed(line: Line, by: dict[str, str]) -> Line:
    sides = [
        [t._replace(kind="mark", text=by[t.text]) if t.text in by else t for t in side]
        for side in line.sides
    ]
    return replace(line, sides=sides, signs=list(line.signs), reasons=dict(line.reasons))
