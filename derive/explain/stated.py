"""What is given, in the words of a text: so that a solution stands alone.

"Let x ∈ ℝᵈ, with i = 1, .., d.  Here y is one-hot."  What is printed is read back by
`derive.read.chains`; a document with it needs no other declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from derive.language import say
from derive.page import Block, Derivation, Formula, Inline, Line, Paragraph, Words
from derive.term import (
    Assumption,
    Call,
    Definition,
    Given,
    Indexed,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    term,
)
from derive.term.latex import RELATION_SIGNS, latex

KINDS = {  # kind of an assumption -> what is said of one name, of several
    "one-hot": ("Here {names} is one-hot.", "Here {names} are one-hot."),
    "distribution": (
        "Here {names} is a probability distribution.",
        "Here {names} are probability distributions.",
    ),
    "symmetric": ("Here {names} is a symmetric matrix.", "Here {names} are symmetric matrices."),
    "integer": ("Here {names} is an integer.", "Here {names} are integers."),
    "natural": ("Here {names} is a natural number.", "Here {names} are natural numbers."),
    "complex": ("Here {names} is a complex number.", "Here {names} are complex numbers."),
    "function": (
        "Here {names} is a differentiable function.",
        "Here {names} are differentiable functions.",
    ),
}
ONE = term(1)
MOST_LISTED = 4  # values of an index that are written without dots
NOTHING = Given()
T = TypeVar("T")


def stated(given: Given, known: Given = NOTHING, language: str = "en") -> tuple[Block, ...]:
    """What ``given`` says beyond ``known``: a paragraph, and the definitions as equations."""
    shapes = {n: s for n, s in _new(given.shapes, known.shapes).items()
              if n not in given.definitions}  # fmt: skip
    assumptions = [a for a in given.assumptions if a not in known.assumptions]
    definitions = _new(given.definitions, known.definitions).values()
    sentences = [
        *_let(shapes, _new(given.ranges, known.ranges), language),
        *_assume(assumptions, language),
    ]
    if definitions:
        sentences.append((say(language, "We write" if sentences else "Let"),))
    words = [part for n, s in enumerate(sentences) for part in ((" ", *s) if n else s)]
    blocks = list[Block]()
    if words:
        blocks.append(Paragraph(_joined(words)))
    if definitions:
        blocks.append(Derivation(tuple(map(definition_line, definitions))))
    return tuple(blocks)


def definition_line(definition: Definition) -> Line:
    head: Term = Symbol(definition.name)
    if definition.parameters:
        head = Call(definition.name, tuple(map(Symbol, definition.parameters)))
    elif definition.indices:
        head = Indexed(definition.name, tuple(map(Symbol, definition.indices)))
    return Line(latex(head), "=", latex(definition.body))


def _new(here: Mapping[str, T], known: Mapping[str, T]) -> dict[str, T]:
    return {name: row for name, row in here.items() if known.get(name) != row}


# --- shapes and ranges -------------------------------------------------------------------------


def _let(
    shapes: Mapping[str, Sequence[Range]], ranges: Mapping[str, Range], language: str
) -> Iterator[Words]:
    """Let x, y ∈ ℝᵈ, with i, j = 1, .., d."""
    spaces = {name: _space(axes) for name, axes in shapes.items()}
    bounds = {name: _values(name, axis) for name, axis in ranges.items()}
    names = [Formula(rf"{names} \in {space}") for names, space in _grouped(spaces)]
    indices = [Formula(f"{names} = {row}") for names, row in _grouped(bounds)]
    if names and indices:
        yield _said(language, "Let {names}, with {indices}.", names=names, indices=indices)
    elif names or indices:
        yield _said(language, "Let {names}.", names=names or indices)


def _values(name: str, r: Range) -> str:
    """1, 2, 3 as they are; with dots where there are more, or x = 1, 2 could be two roots."""
    match r.lower, r.upper:
        case Number(low), Number(high) if low == 1 and 1 < high <= MOST_LISTED and name in "ijkl":
            return ", ".join(str(n) for n in range(1, int(high) + 1))
    return rf"{latex(r.lower)}, \dots, {latex(r.upper)}"


def _grouped(meanings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names of one meaning together."""
    groups = dict[str, list[str]]()
    for name, meaning in meanings.items():
        groups.setdefault(meaning, []).append(latex(Symbol(name)))
    for meaning, names in groups.items():
        yield ", ".join(names), meaning


def _space(axes: Sequence[Range]) -> str:
    sizes = r" \times ".join(latex(_size(r)) for r in axes)
    return rf"\mathbb{{R}}^{{{sizes}}}" if sizes else r"\mathbb{R}"


def _size(r: Range) -> Term:
    return r.upper if r.lower == ONE else r.upper - r.lower + 1


# --- assumptions -------------------------------------------------------------------------------


def _assume(assumptions: Sequence[Assumption], language: str) -> Iterator[Words]:
    for kind, (one, several) in KINDS.items():
        names = [Formula(latex(a.term)) for a in assumptions if a.kind == kind]
        if names:
            yield _said(language, one if len(names) == 1 else several, names=names)
    conditions = list(_conditions([a.term for a in assumptions if a.kind == "relation"]))
    if conditions:
        yield _said(language, "Assume that {conditions}.", conditions=conditions)


def _conditions(terms: Sequence[Term]) -> Iterator[Formula]:
    """Each condition; 0 < p and p < 1 as p ∈ (0, 1)."""
    less = [t for t in terms if isinstance(t, Relation) and t.op == "<"]
    above: dict[Term, Relation] = {t.left: t for t in less if isinstance(t.left, Symbol)}
    inside = {t.right for t in less if t.right in above}
    for t in terms:
        match t:
            case Relation("<", low, name) if name in inside:
                yield Formula(rf"{latex(name)} \in ({latex(low)}, {latex(above[name].right)})")
            case Relation("<", name, _) if name in inside:
                continue
            case Relation("<", Number() as low, name):
                yield Formula(f"{latex(name)} > {latex(low)}")
            case Relation(op, left, right):
                yield Formula(f"{latex(left)} {RELATION_SIGNS[op]} {latex(right)}")


# --- words -------------------------------------------------------------------------------------


def _said(language: str, english: str, **formulas: Sequence[Formula]) -> Words:
    """A sentence of the table of ``language``, with lists of formulas put in."""
    holes = {name: f"\ue000{name}\ue001" for name in formulas}
    words = list[Inline]()
    for n, piece in enumerate(re.split("[\ue000\ue001]", say(language, english, **holes))):
        words += _listed(formulas[piece], say(language, "and")) if n % 2 else [piece]
    return tuple(words)


def _listed(formulas: Sequence[Formula], conjunction: str) -> Words:
    """a, b and c."""
    words = list[Inline]()
    for n, formula in enumerate(formulas):
        if n:
            words.append(f" {conjunction} " if n == len(formulas) - 1 else ", ")
        words.append(formula)
    return tuple(words)


def _joined(words: Iterable[Inline]) -> Words:
    """Strings side by side as one."""
    joined = list[Inline]()
    for part in words:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part:
            joined.append(part)
    return tuple(joined)
