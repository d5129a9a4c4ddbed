"""Induction on the number of terms: Σ_{k=1}^n 1/(k (k+1)) = n/(n+1).

With D(n) = L(n) - R(n), the claim L = R holds for every n >= 1 if D(1) = 0 and D(n+1) = D(n), or
if L(n+1) R(n) = R(n+1) L(n) and R(n) is never 0, or if D(n+1) = 0 follows from D(n) = 0.  Only
claims without arrays are tried: what is assumed of an array with n + 1 components need not hold
for the first n of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.prover.components import scalar_claims
from derive.prover.needs import Need
from derive.prover.normal_form.context import Limits
from derive.prover.proof import Proof, proved
from derive.prover.undecided import Undecided
from derive.term import (
    Assumption,
    BigOp,
    Claim,
    Component,
    Given,
    Indexed,
    Matrix,
    Relation,
    Symbol,
    Term,
    bound_names,
    contains,
    free_names,
    replace,
    substitute,
    subterms_of,
    term,
)

_MOST = 2  # names that are tried


def by_induction(claim: Claim, limits: Limits) -> Proof:
    """A proof by induction on an upper bound.  Raises Undecided."""
    relation = claim.relation
    if isinstance(relation, Relation) and relation.op == "=" and not _has_arrays(relation):
        for n in list(_counts(claim))[:_MOST]:
            try:
                return _on(n, claim, relation, limits)
            except Undecided:
                continue
    raise Undecided("no induction on a number of terms")


def _has_arrays(t: Term) -> bool:
    return contains(t, Indexed, Component, Matrix)


def _counts(claim: Claim) -> Iterator[str]:
    """The upper bounds of sums and products that nothing else is said of."""
    given = claim.given
    known = {*given.definitions, *given.ranges, *given.shapes}
    behind = [d.body for d in given.definitions.values()]
    said = set[str]().union(*map(free_names, behind)) | bound_names(claim.relation)
    for n in sorted(
        s.upper.name
        for s in subterms_of(claim.relation, BigOp)
        if isinstance(s, BigOp) and isinstance(s.upper, Symbol)
    ):
        if n not in known and n not in said:
            yield n


def _on(n: str, claim: Claim, relation: Relation, limits: Limits) -> Proof:
    given = claim.given
    others = tuple(a for a in given.assumptions if n not in free_names(a.term))
    given = replace(given, assumptions=others)
    after = _at(relation, n, Symbol(n) + term(1))
    base = _proved(Claim(_at(relation, n, term(1)), given), limits)
    step = _step(relation, after, given, limits)
    needs: list[Need] = []
    for need in (*base.needs, *step.needs):
        if n in free_names(need.assumption.term):
            raise Undecided("a step of an induction that needs more of some members")
        if not any(need.same_as(known) for known in needs):
            needs.append(need)
    return Proof(tuple(needs), tuple(dict.fromkeys((*base.uses, *step.uses))))


def _step(relation: Relation, after: Relation, given: Given, limits: Limits) -> Proof:
    """From n to n + 1."""
    gap = Relation("=", after.left - after.right, relation.left - relation.right)
    try:
        return _proved(Claim(gap, given), limits)
    except Undecided:
        pass
    factors = Relation("=", after.left * relation.right, after.right * relation.left)
    try:
        grows = _proved(Claim(factors, given), limits)
        nonzero = _proved(Claim(Relation("!=", relation.right, term(0)), given), limits)
        return Proof((*grows.needs, *nonzero.needs), (*grows.uses, *nonzero.uses))
    except Undecided:
        pass
    before = Assumption("relation", relation)
    step = _proved(Claim(after, given.with_assumptions(before)), limits)
    return Proof(step.needs, tuple(a for a in step.uses if a is not before))


def _proved(claim: Claim, limits: Limits) -> Proof:
    return proved(list(scalar_claims(claim)), claim, limits)


def _at(relation: Relation, n: str, value: Term) -> Relation:
    changed = substitute(relation, {n: value})
    assert isinstance(changed, Relation)
    return changed
