r"""Values at a point: \left. \frac{df}{dx} \right|_{x=0} = 1 is \frac{df}{dx} = 1 where x = 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from derive.read.chains.flatten import group_end
from derive.read.chains.lines import Line
from derive.read.formula import Sign
from derive.read.tokens import Token

_BARS = frozenset(("|", r"\rvert"))
_OPEN, _CLOSE = frozenset(("{", "(", "[")), frozenset(("}", ")", "]"))


class Value(NamedTuple):
    """A side of an equation without the point, and the tokens of ``x = 0``."""

    side: list[Token]
    point: list[Token]


def at_points(lines: Sequence[Line]) -> list[Line]:
    """The lines with the point of their values as a condition."""
    found: list[Line] = []
    for line in lines:
        found.append(line)
        values = [_value(side) for side in line.sides]
        points = {_text(v.point): v.point for v in values if v is not None}
        if len(points) != 1:
            continue
        (point,) = points.values()
        equals = [t.text for t in point].index("=")
        name, number = point[:equals], point[equals + 1 :]
        # f'(x)|_{x=2} = 2x = 4 is meant at that point; f(x) = f(x)|_{x=2} is not
        first = next(n for n, v in enumerate(values) if v is not None)
        if any(_text(name) in _text(side) for side in line.sides[:first]):
            continue
        line.sides = [
            side if v is None else v.side for side, v in zip(line.sides, values, strict=True)
        ]
        where = Line("if", point[0].start, sides=[name, number])
        where.signs.append(Sign("=", point[equals].span))
        found.append(where)
    return found


def _value(side: list[Token]) -> Value | None:
    """A side that is a value at a point as a whole."""
    texts = [t.text for t in side]
    bar = next(
        (
            n
            for n in range(len(side) - 2)
            if texts[n] in _BARS and texts[n + 1 : n + 3] == ["_", "{"]
        ),
        0,
    )
    end = group_end(side, bar + 2) if bar else 0
    if end != len([t for t in texts if t not in (".", ",", ";", "&")]) + texts[:bar].count("&"):
        return None
    point, body = side[bar + 3 : end - 1], side[:bar]
    opened = r"\left." in texts[:bar]
    if [t.text for t in point].count("=") != 1 or point[0].text == "=" or point[-1].text == "=":
        return None
    if not opened and (_is_sum(body) or texts[:bar].count("|") % 2):
        return None
    if opened:
        at = texts.index(r"\left.")
        body = [*body[:at], body[at]._replace(kind="mark", text="("), *body[at + 1 :]]
        body.append(side[bar]._replace(kind="mark", text=")"))
    return Value([*body, *side[end:]], point)


def _is_sum(tokens: Sequence[Token]) -> bool:
    """Whether + or - stands between terms: which of them is meant?"""
    depth = 0
    for n, token in enumerate(tokens):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if n and depth == 0 and token.text in ("+", "-"):
            return True
    return False


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(t.text for t in tokens)
