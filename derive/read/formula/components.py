"""Vectors of symbolic length, (x_1, .., x_d): an equation of them is read component by component.

While a line is read such a vector is a BigOp "vector" over its index; no Claim contains one.
"""

from __future__ import annotations

from derive.read.tokens import ReadError
from derive.term import (
    Add,
    BigOp,
    Component,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Range,
    Relation,
    Span,
    Symbol,
    Term,
    Transpose,
    bound_names,
    free_names,
    replace,
    substitute,
    subterms_of,
)

VECTOR = "vector"


def vectors_in(t: Term) -> list[BigOp]:
    return [s for s in subterms_of(t, BigOp) if s.op == VECTOR]


def by_component(relation: Relation) -> tuple[Relation, dict[str, Range]]:
    """``relation`` between vectors as one between their components, and the index's range.

    A relation without vectors of symbolic length is returned as it is.  Raises ReadError where
    such a vector stands at a place that has no components.
    """
    vectors = vectors_in(relation)
    if not vectors:
        return relation, {}
    used = free_names(relation) | bound_names(relation)
    index = next((i for i in "jiklmn" if i not in used), "j'")
    first = vectors[0]
    assert first.lower is not None and first.upper is not None
    left = _component(relation.left, Symbol(index))
    right = _component(relation.right, Symbol(index))
    relation = replace(relation, left=left, right=right)
    if rest := vectors_in(relation):
        raise not_read(rest[0])
    return relation, {index: Range(first.lower, first.upper)}


def not_read(t: Term) -> ReadError:
    message = "a vector of symbolic length is read only in an equation of vectors"
    return ReadError(message, t.span or Span(0, 0))


def _component(t: Term, index: Symbol) -> Term:
    match t:
        case BigOp("vector"):
            return substitute(t.body, {t.index: index})
        case Neg(arg):
            return replace(t, arg=_component(arg, index))
        case Add(terms):
            return replace(t, terms=tuple(_component(s, index) for s in terms))
        case Div(numerator, _):
            return replace(t, numerator=_component(numerator, index))
        case Mul(factors):
            arrays = [n for n, s in enumerate(factors) if vectors_in(s)]
            if len(arrays) == 1:
                n = arrays[0]
                one = _component(factors[n], index)
                return replace(t, factors=(*factors[:n], one, *factors[n + 1 :]))
        case Transpose(arg):
            return _component(arg, index)
        case Symbol(name):
            return Indexed(name, (index,), span=t.span)
        case Derivative(_, Symbol(name)):
            return replace(t, variable=Indexed(name, (index,), span=t.variable.span))
        case Number():
            return t
    return Component(t, (index,), span=t.span)
