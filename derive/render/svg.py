"""Pictures as SVG: text that any browser and typst draw, in colours that the colour-blind tell
apart, each line with a style and a name of its own.

Colours are attributes and classes: a page's style may change them for the dark, and where there
is no style they hold.
"""

from __future__ import annotations

from derive.page import Picture
from derive.render.drawing import SIZE, Box, Dot, Drawing, Label, Path, Shape, drawing
from derive.render.escape import html as escaped

# Okabe and Ito's palette, darkened to a contrast of 4.5 on white, in the order of use
PALETTE = ("#0b57a4", "#b3470a", "#00735a", "#9b3a7d", "#5d6800", "#0f7391", "#8a5a00", "#5b5b5b")
DASHES = {"dashed": "7 4", "dotted": "2 4"}
FAINT, GRID = "#5c6570", "#b8bfc7"


def svg(picture: Picture, words: str = "") -> str:
    """The picture as an `svg` element; ``words`` say what is seen to who cannot see it."""
    return written(drawing(picture), words)


def written(drawn: Drawing, words: str = "") -> str:
    width, height = f"{drawn.width:.0f}", f"{drawn.height:.0f}"
    label = f' role="img" aria-label="{escaped(words)}"' if words else ""
    inside = "\n".join(map(_shape, drawn.shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="Libertinus Serif, Charter, Georgia, serif" '
        f'font-size="{SIZE}"{label}>\n{inside}\n</svg>'
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Path(spots, colour, width, style):
            points = " ".join(f"{x:g},{y:g}" for x, y in spots)
            dash = f' stroke-dasharray="{DASHES[style]}"' if style in DASHES else ""
            return (
                f'<polyline points="{points}" fill="none" {_stroke(colour)} '
                f'stroke-width="{width:g}" stroke-linejoin="round"{dash}/>'
            )
        case Box(x, y, width, height, colour):
            return (
                f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
                f'fill="{PALETTE[colour]}" fill-opacity="0.28"/>'
            )
        case Dot(x, y, colour):
            return f'<circle cx="{x:g}" cy="{y:g}" r="4" {_fill(colour)}/>'
        case Label(x, y, text, anchor, colour):
            return (
                f'<text x="{x:g}" y="{y + SIZE * 0.34:.4g}" text-anchor="{anchor}" '
                f"{_fill(colour)}>{escaped(text)}</text>"
            )


def _stroke(colour: int) -> str:
    if colour >= 0:
        return f'class="line-{colour}" stroke="{PALETTE[colour]}"'
    return f'stroke="{ ({-2: FAINT, -3: GRID}.get(colour, "currentColor")) }"'


def _fill(colour: int) -> str:
    if colour >= 0:
        return f'class="fill-{colour}" fill="{PALETTE[colour]}"'
    return 'class="faint" fill="' + FAINT + '"' if colour == -2 else 'fill="currentColor"'
