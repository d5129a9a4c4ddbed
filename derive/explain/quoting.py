"""Claims that were shown before, as rules: which may be quoted, and for which values."""

from __future__ import annotations

from collections.abc import Container

from derive.explain.exponentials import as_calls
from derive.explain.matching import wild
from derive.explain.scope import Scope
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Claim,
    Derivative,
    Given,
    Indexed,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    substitute,
    subterms_of,
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
    wilds: dict[str, Term]
    match claim.relation:
        case Relation("=", (BigOp() | Add()) as left, right):
            return left, right
        case Relation("=", Symbol(name) as left, right) if name not in known:
            return left, right
        case Relation("=", (Symbol() | Indexed()) as left, right) if not free_names(right):
            wilds = {i: wild(i) for i in free_names(left) & set(claim.given.ranges)}
            return substitute(left, wilds), as_calls(right)  # a name as its number
        case Relation("=", (Call() | Derivative()) as left, right) if f := _function(left):
            (x,) = f.args
            quoted = f.order or not _in_pieces(right)
            if isinstance(x, Symbol) and x.name not in claim.given.definitions and quoted:
                wilds = {x.name: wild(x.name)}
                return substitute(as_calls(f), wilds), substitute(as_calls(right), wilds)
        case Relation("=", Derivative() as left, right) if not Scope(claim.given).shape(left):
            stated = [a.term for a in claim.given.assumptions if a.kind == "relation"]
            indices = (free_names(left) & set(claim.given.ranges)).difference(
                *map(free_names, stated)
            )
            wilds = {i: wild(i) for i in indices}
            return substitute(as_calls(left), wilds), substitute(as_calls(right), wilds)
    return None


def _function(t: Term) -> Call | None:
    """f(x) and its derivatives; ∂f(x)/∂x is f'(x)."""
    match t:
        case Derivative(Call(name, (x,), order), variable) if x == variable:
            return Call(name, (x,), order + 1)
        case Call(_, (_,)):
            return t
    return None


def _in_pieces(t: Term) -> bool:
    """Nobody differentiates |x| where the definition has the pieces."""
    names = {s.name for s in subterms_of(t, Call)}
    return contains(t, Cases) or not names.isdisjoint(("abs", "max", "min"))
