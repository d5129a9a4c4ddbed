"""Claims of which a refutation would prove nothing, and what is claimed besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derive.read.chains.shorthand import base_two, without_index
from derive.read.chains.variables import opaque, variables
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Claim,
    Derivative,
    Indexed,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    free_names,
    replace,
    subterms,
    term,
)
from derive.vocabulary import FUNCTIONS

_ZERO = term(0)


def one_sided(claim: Claim) -> bool:
    """Whether an equation need not be an identity: its sides speak of different names."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    left, right = (variables(s, claim.given) for s in (relation.left, relation.right))
    if any(isinstance(s, Derivative) for s in subterms(relation.left)):
        return bool(right - left)
    return left != right or _ZERO in (relation.left, relation.right)


def simple(relation: Relation) -> bool:
    """x > 0: a condition on a name rather than a claim."""
    sides = (relation.left, relation.right)
    return all(isinstance(s, (Symbol, Indexed, Number)) for s in sides)


def closed_sum(relation: Relation) -> bool:
    """Σ_j y_j = 1 and the like."""
    sides = (relation.left, relation.right)
    return any(isinstance(s, BigOp) for s in sides) and any(isinstance(s, Number) for s in sides)


def index_and_array(t: Term) -> str:
    arrays = {s.name for s in subterms(t) if isinstance(s, Indexed)}
    for s in subterms(t):
        if isinstance(s, Indexed):
            for i in s.indices:
                if isinstance(i, Symbol) and i.name in arrays:
                    return i.name
    return ""


def in_bits(found: Sequence[Claim]) -> list[Claim]:
    """The claims with logarithms to base 2."""
    return [replace(c, relation=base_two(c.relation)) for c in found[:2]]


def as_functions(claim: Claim) -> Claim | None:
    """The claim with its functions of unknown meaning as arbitrary differentiable ones: what holds
    for all of them holds."""
    given = claim.given
    declared = {a.term.name for a in given.assumptions if isinstance(a.term, Call)}
    todo: list[Term] = [claim.relation, *(d.body for d in given.definitions.values())]
    found: dict[str, Call] = {}
    for t in todo:
        for s in subterms(t):
            if not isinstance(s, Call) or s.name in FUNCTIONS or s.name in given.definitions:
                continue
            if s.name in declared or not s.args or "(" in s.name:
                continue
            arguments = tuple(Symbol(f"x_{{{n}}}") for n in range(len(s.args)))
            if s.name in found and len(found[s.name].args) != len(arguments):
                return None
            found[s.name] = Call(s.name, arguments if len(arguments) > 1 else (Symbol("x"),))
    if not found:
        return None
    claim = replace(claim, relation=without_index(claim.relation, frozenset(found)))
    given = replace(
        given,
        definitions={
            n: replace(d, body=without_index(d.body, frozenset(found)))
            for n, d in given.definitions.items()
        },
    )
    more = tuple(Assumption("function", call) for call in found.values())
    return replace(claim, given=given.with_assumptions(*more))


def doubtful(claim: Claim, strange: frozenset[str]) -> Claim:
    """A claim of which the kernel can only say that these names are not defined."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    variables_ = {
        s.variable.name
        for s in subterms(relation)
        if isinstance(s, Derivative) and isinstance(s.variable, (Symbol, Indexed))
    }
    hidden = strange - variables_
    if not hidden:
        unknown = Call(min(strange), ())
        relation = replace(relation, left=relation.left + unknown, right=relation.right + unknown)
        return Claim(relation, claim.given, claim.label)
    changed = opaque(relation, hidden)
    assert isinstance(changed, Relation)
    assumptions = tuple(a for a in claim.given.assumptions if not (free_names(a.term) & hidden))
    shapes: Mapping[str, tuple[Range, ...]] = {
        n: v for n, v in claim.given.shapes.items() if n not in hidden
    }
    given = replace(claim.given, assumptions=assumptions, shapes=shapes)
    return Claim(changed, given, claim.label)
