"""Pictures as TikZ, for LaTeX: the same shapes as in SVG."""

from __future__ import annotations

from derive.page import Picture
from derive.render.drawing import Box, Dot, Label, Path, Shape, drawing
from derive.render.escape import latex as escaped
from derive.render.svg import FAINT, GRID, PALETTE

ANCHORS = {"start": "west", "middle": "center", "end": "east"}
_NAMES = {-1: "black", -2: "derivefaint", -3: "derivegrid"}

COLOURS = "\n".join(
    rf"\definecolor{{{name}}}{{HTML}}{{{code[1:].upper()}}}"
    for name, code in (
        *((f"derive{n}", code) for n, code in enumerate(PALETTE)),
        ("derivefaint", FAINT),
        ("derivegrid", GRID),
    )
)


def tikz(picture: Picture) -> str:
    """A `tikzpicture`; it needs the package tikz and the colours ``COLOURS``."""
    inside = "\n".join(map(_shape, drawing(picture).shapes))
    return f"\\begin{{tikzpicture}}[x=0.75bp, y=-0.75bp]\n{inside}\n\\end{{tikzpicture}}"


def _shape(shape: Shape) -> str:
    match shape:
        case Path(spots, colour, width, style):
            points = " -- ".join(f"({x:g},{y:g})" for x, y in spots)
            return rf"\draw[{_name(colour)}, {style}, line width={0.75 * width:g}bp] {points};"
        case Box(x, y, width, height, colour):
            corners = f"({x:g},{y:g}) rectangle ({x + width:g},{y + height:g})"
            return rf"\fill[{_name(colour)}!28] {corners};"
        case Dot(x, y, colour):
            return rf"\fill[{_name(colour)}] ({x:g},{y:g}) circle[radius=3bp];"
        case Label(x, y, text, anchor, colour):
            options = f"anchor={ANCHORS[anchor]}, inner sep=0, font=\\footnotesize"
            words = escaped(text)
            return rf"\node[{options}, text={_name(colour)}] at ({x:g},{y:g}) {{{words}}};"


def _name(colour: int) -> str:
    return _NAMES.get(colour, f"derive{colour}")
