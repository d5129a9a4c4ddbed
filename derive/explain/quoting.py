"""Claims that were shown before, as rules: which may be quoted, and for which values."""

from __future__ import annotations

from collections.abc import Container

from derive.explain.exponentials import as_calls
from derive.explain.matching import wild
from derive.explain.scope import Scope
from derive.term import (
    Add,
    BigOp,
    Claim,
    Derivative,
    Given,
    Relation,
    Symbol,
    Term,
    free_names,
    substitute,
)


def holds_under(lemma: Claim, given: Given) -> bool:
    """Whether all that the lemma rests on is given: i = j in a case of i = j."""
    stated = {(a.kind, a.term) for a in given.assumptions}
    own = lemma.given
    return all((a.kind, a.term) in stated for a in own.assumptions) and all(
        given.definitions.get(name) == d for name, d in own.definitions.items()
    )


def quotable(claim: Claim, known: Container[str] | None = None) -> tuple[Term, Term] | None:
    """An equation for a derivative, for every value of its indices (``?i`` for i), for a sum, or
    for a name that is not ``known`` otherwise (by default: that nothing defines)."""
    known = claim.given.definitions if known is None else known
    match claim.relation:
        case Relation("=", (BigOp() | Add()) as left, right):
            return left, right
        case Relation("=", Symbol(name) as left, right) if name not in known:
            return left, right
        case Relation("=", Derivative() as left, right) if not Scope(claim.given).shape(left):
            stated = [a.term for a in claim.given.assumptions if a.kind == "relation"]
            indices = (free_names(left) & set(claim.given.ranges)).difference(
                *map(free_names, stated)
            )
            wilds: dict[str, Term] = {i: wild(i) for i in indices}
            return substitute(as_calls(left), wilds), substitute(as_calls(right), wilds)
    return None
