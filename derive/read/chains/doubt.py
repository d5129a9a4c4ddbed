"""Claims of which a refutation would prove nothing, and what is claimed besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.read.chains.shorthand import base_two
from derive.read.chains.variables import lengths, variables
from derive.term import (
    Add,
    BigOp,
    Call,
    Claim,
    Derivative,
    Given,
    Indexed,
    Mul,
    Neg,
    Number,
    Relation,
    Symbol,
    Term,
    contains,
    replace,
    subterms_of,
    term,
)

_ZERO, _ONE = term(0), term(1)
_PROBABILITIES = frozenset(("P", "p", "Pr", r"\Pr", r"\mathbb{P}"))


def one_sided(claim: Claim, tied: Callable[[str], bool] = lambda name: False) -> bool:
    """Whether an equation need not be an identity: its sides speak of different names.  ``tied``:
    to the others by what is given."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    counts = lengths(relation, claim.given)
    left, right = (variables(s, claim.given) - counts for s in (relation.left, relation.right))
    if derives(relation.left, claim.given):
        return not all(map(tied, right - left))
    return not all(map(tied, left ^ right)) or _ZERO in (relation.left, relation.right)


def derives(t: Term, given: Given) -> bool:
    """Whether a derivative stands in ``t``, which may depend on less than what is differentiated:
    ∂/∂x, or f'(x) where it is said what f is."""
    primed = (s for s in subterms_of(t, Call) if s.order)
    return contains(t, Derivative) or any(s.name in given.definitions for s in primed)


def simple(relation: Relation) -> bool:
    """x > 0: a condition on a name rather than a claim."""
    sides = (relation.left, relation.right)
    return all(isinstance(s, (Symbol, Indexed, Number)) for s in sides)


def particular(t: Term) -> bool:
    """Whether components are named by their numbers, as in "for two classes Z = Z_1 + Z_2"."""
    return any(
        isinstance(i, Number)
        for s in subterms_of(t, Indexed)
        if isinstance(s, Indexed)
        for i in s.indices
    )


def closed_sum(relation: Relation) -> bool:
    """Σ_j y_j = 1 and the like."""
    sides = (relation.left, relation.right)
    return any(isinstance(s, BigOp) for s in sides) and any(isinstance(s, Number) for s in sides)


def index_and_array(t: Term) -> str:
    families = subterms_of(t, Indexed)
    arrays = {s.name for s in families}
    for s in families:
        for i in s.indices:
            if isinstance(i, Symbol) and i.name in arrays:
                return i.name
    return ""


def in_bits(found: Sequence[Claim]) -> list[Claim]:
    """The claims with logarithms to base 2."""
    return [replace(c, relation=base_two(c.relation)) for c in found[:2]]


def without_ones(t: Term) -> Term:
    """(1) z as z."""
    if isinstance(t, Mul):
        rest = tuple(f for f in t.factors if f != _ONE)
        return rest[0] if len(rest) == 1 else t
    return t


def is_complement(t: Call, other: Term) -> bool:
    """Whether ``t = other`` says that two events complement each other: P(A) = 1 - P(B)."""
    if t.name not in _PROBABILITIES or not isinstance(other, Add) or len(other.terms) != 2:
        return False
    one, rest = other.terms
    if one != _ONE or not isinstance(rest, Neg) or not isinstance(rest.arg, Call):
        return False
    return rest.arg.name == t.name and rest.arg.args != t.args
