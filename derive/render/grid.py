"""A Term that holds matrices, set on several lines of Unicode.

⎛ f₁  0   f₂ ⎞ ⎛ x₁ ⎞   ⎛ s₁ ⎞
⎝ 0   f₁  0  ⎠ ⎜ x₂ ⎟ = ⎝ s₂ ⎠
               ⎝ x₃ ⎠
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from derive.render.width import width
from derive.term import Add, Matrix, Mul, Neg, Relation, Term, subterms
from derive.term.text import RELATIONS, text

Block: TypeAlias = list[str]  # lines of equal width; the middle one stands on the base line


def has_grid(t: Term) -> bool:
    """Whether ``t`` holds a matrix of more than one row, which one line would hide."""
    return any(isinstance(s, Matrix) and len(s.rows) > 1 for s in subterms(t))


def grid(t: Term) -> Block:
    """``t`` on several lines.

    >>> from derive.term import Symbol
    >>> x, y = Symbol("x"), Symbol("y")
    >>> print("\\n".join(grid(Matrix(((x, y), (y, x))) * Matrix(((x,), (y,))))))
    ⎛ x  y ⎞ ⎛ x ⎞
    ⎝ y  x ⎠ ⎝ y ⎠
    """
    if not has_grid(t):
        return [text(t)]
    match t:
        case Matrix(rows):
            return _matrix([[text(entry) for entry in row] for row in rows])
        case Relation(op, left, right):
            return _beside([grid(left), [f" {RELATIONS[op]} "], grid(right)])
        case Mul(factors):
            blocks = [grid(f) if has_grid(f) or isinstance(f, Mul) else [text(f)] for f in factors]
            return _beside(_between(blocks, [" "]))
        case Neg(arg):
            return _beside([["−"], grid(arg)])
        case Add(terms):
            first, *others = terms
            blocks = [grid(first)]
            for s in others:
                sign, s = ("−", s.arg) if isinstance(s, Neg) else ("+", s)
                blocks += [[f" {sign} "], grid(s)]
            return _beside(blocks)
    return [text(t)]


def _matrix(rows: Sequence[Sequence[str]]) -> Block:
    columns = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, columns, strict=True))
        for row in rows
    ]
    if len(lines) == 1:
        return [f"( {lines[0]} )"]
    last = len(lines) - 1
    left = ["⎛" if n == 0 else "⎝" if n == last else "⎜" for n in range(len(lines))]
    right = ["⎞" if n == 0 else "⎠" if n == last else "⎟" for n in range(len(lines))]
    return [f"{a} {line} {b}" for a, line, b in zip(left, lines, right, strict=True)]


def _beside(blocks: Sequence[Block]) -> Block:
    height = max(map(len, blocks))
    rows = zip(*(_tall(block, height) for block in blocks), strict=True)
    return ["".join(parts) for parts in rows]


def _tall(block: Block, height: int) -> Block:
    above = (height - len(block)) // 2
    blank = " " * width(block[0])
    return [blank] * above + block + [blank] * (height - len(block) - above)


def _between(blocks: Sequence[Block], gap: Block) -> list[Block]:
    out = [blocks[0]]
    for block in blocks[1:]:
        out += [gap, block]
    return out
