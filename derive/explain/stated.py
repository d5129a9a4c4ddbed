"""What is given, in the words of a text: so that a solution stands alone.

"Let x ∈ ℝᵈ, where i = 1, .., d and y is one-hot."  What is printed here is read back by
`derive.read.chains`; a document needs no other declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

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
    "one-hot": (" is one-hot", " are one-hot"),
    "distribution": (" is a probability distribution", " are probability distributions"),
    "symmetric": (" is a symmetric matrix", " are symmetric matrices"),
    "integer": (" is an integer", " are integers"),
    "function": (" is a differentiable function", " are differentiable functions"),
}
ONE = term(1)
T = TypeVar("T")


def stated(given: Given, known: Given | None = None) -> tuple[Block, ...]:
    """What ``given`` says beyond ``known``, as a paragraph and the definitions as equations."""
    known = known or Given()
    sentences = [
        *_let(_new(given.shapes, known.shapes), given, _new(given.ranges, known.ranges)),
        *_assume([a for a in given.assumptions if a not in known.assumptions]),
    ]
    definitions = _new(given.definitions, known.definitions).values()
    words = [part for sentence in sentences for part in (*sentence, " ")]
    blocks = list[Block]()
    if definitions:
        words.append("We write" if words else "Let")
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


# --- shapes and ranges ---------------------------------------------------------------------------


def _let(
    shapes: Mapping[str, Sequence[Range]], given: Given, ranges: Mapping[str, Range]
) -> Iterator[Words]:
    """Let x, y ∈ ℝᵈ, with i, j = 1, .., d."""
    plain = {n: _space(s) for n, s in shapes.items() if n not in given.definitions}
    vectors = [Formula(rf"{names} \in {space}") for names, space in _grouped(plain)]
    indices = [
        Formula(rf"{names} = {bounds}")
        for names, bounds in _grouped({n: _bounds(r) for n, r in ranges.items()})
    ]
    if vectors and indices:
        yield ("Let ", *_listed(vectors), ", with ", *_listed(indices), ".")
    elif vectors or indices:
        yield ("Let ", *_listed(vectors or indices), ".")


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


def _bounds(r: Range) -> str:
    return rf"{latex(r.lower)}, \dots, {latex(r.upper)}"


# --- assumptions ------------------------------------------------------------------------------------


def _assume(assumptions: Sequence[Assumption]) -> Iterator[Words]:
    for kind, (one, several) in KINDS.items():
        terms = [Formula(latex(a.term)) for a in assumptions if a.kind == kind]
        if terms:
            yield ("Here ", *_listed(terms), one if len(terms) == 1 else several, ".")
    relations = list(_conditions(a.term for a in assumptions if a.kind == "relation"))
    if relations:
        yield ("Assume that ", *_listed(relations), ".")


def _conditions(terms: Iterable[Term]) -> Iterator[Formula]:
    """Each condition; 0 < p and p < 1 as p ∈ (0, 1)."""
    terms = list(terms)
    below = {t.right: t for t in terms if isinstance(t, Relation) and t.op == "<"}
    above = {t.left: t for t in terms if isinstance(t, Relation) and t.op == "<"}
    for t in terms:
        if not isinstance(t, Relation):
            yield Formula(latex(t))
        elif t.op == "<" and isinstance(t.right, Symbol) and t.right in above:
            upper = above[t.right].right
            yield Formula(rf"{latex(t.right)} \in ({latex(t.left)}, {latex(upper)})")
        elif not (t.op == "<" and isinstance(t.left, Symbol) and t.left in below):
            if t.op == "<" and isinstance(t.left, Number):
                t = Relation(">", t.right, t.left)
            yield Formula(f"{latex(t.left)} {RELATION_SIGNS[t.op]} {latex(t.right)}")


# --- words ------------------------------------------------------------------------------------


def _listed(formulas: Sequence[Formula]) -> Words:
    """a, b and c."""
    words = list[Inline]()
    for n, formula in enumerate(formulas):
        if n:
            words.append(" and " if n == len(formulas) - 1 else ", ")
        words.append(formula)
    return tuple(words)


def _joined(words: Iterable[Inline]) -> Words:
    """Strings side by side as one, without blanks at the end."""
    joined = list[Inline]()
    for part in words:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    if joined and isinstance(joined[-1], str):
        joined[-1] = joined[-1].rstrip()
    return tuple(joined)
