"""The rules that use what is given: definitions and assumptions."""

from __future__ import annotations

from derive.explain.matching import Rule
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.term import BigOp, Call, Component, Indexed, Matrix, Mul, Relation, Symbol, Term
from derive.term import Transpose, children


def unfold(t: Term, scope: Scope) -> Term | None:
    return scope.unfold(t)


def stated_total(t: Term, scope: Scope) -> Term | None:
    """A sum whose value is given: Σⱼ yⱼ = 1 for a one-hot y."""
    found = scope.total(t) if isinstance(t, BigOp) else None
    return found[0] if found else None


def stated_equation(t: Term, scope: Scope) -> Term | None:
    """The right side of a given equation, where its left side stands."""
    if not isinstance(t, (Symbol, Indexed, Call, BigOp)):
        return None
    for relation in (*scope.shown, *scope.relations("=")):
        if relation.left == t and not isinstance(relation.left, BigOp):
            return relation.right
    return None


def in_components(t: Term, scope: Scope) -> Term | None:
    """A number made of arrays, written with their components: xᵀy is Σ xᵢyᵢ."""
    if not isinstance(t, (Mul, Component, Transpose)):
        return None
    if not any(isinstance(s, Symbol | Transpose | Matrix) and scope.shape(s) for s in children(t)):
        return None
    return scope.entry(t, ()) if scope.shape(t) == () else None


def _definition_reason(before: Term, after: Term, scope: Scope) -> Reason:
    match before:
        case Call(name, _) | Component(Call(name, _), _):
            return ("definition of ", Symbol(name) if len(name) == 1 else name)
    return ("definition of ", before)


def _total_reason(before: Term, after: Term, scope: Scope) -> Reason:
    found = scope.total(before) if isinstance(before, BigOp) else None
    return (Relation("=", before, after), "," + found[1] if found else "")


def _equation_reason(before: Term, after: Term, scope: Scope) -> Reason:
    shown = any(relation.left == before for relation in scope.shown)
    return (Relation("=", before, after), ", as shown" if shown else ", as given")


# fmt: off
MEANING = (
    Rule("definition",      "definition",        unfold,          "a name -> what it means",               say=_definition_reason),
    Rule("components",      "in components",     in_components,   "xᵀy -> Σᵢ xᵢ yᵢ, (Wx)ᵢ -> Σₖ Wᵢₖ xₖ"),
    Rule("stated-total",    "by assumption",     stated_total,    "Σⱼ yⱼ -> 1",                            say=_total_reason,    assumes=True),
    Rule("stated-equation", "as given",          stated_equation, "a -> b where a = b is given",           say=_equation_reason, assumes=True),
)
# fmt: on
