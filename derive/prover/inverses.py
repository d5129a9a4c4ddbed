"""Inverses and determinants of matrices, which go before arrays are taken apart.

A claim with inverses becomes one without, in which they have cancelled or are arrays of their own.
An equation may be multiplied by what stands inverted at an end of it.  What was cancelled is
needed: det M != 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from derive.prover.arrays import Arrays
from derive.prover.undecided import UnknownMeaning
from derive.prover.words import Algebra, has_any, of_matrix, units
from derive.term import (
    Add,
    Assumption,
    Call,
    Claim,
    Component,
    Definition,
    Derivative,
    Given,
    Indexed,
    Neg,
    Pow,
    Relation,
    Symbol,
    Term,
    free_names,
    reached,
    rebuild,
    replace,
    substitute,
    subterms_of,
    term,
)
from derive.term.given import EMPTY
from derive.vocabulary import DETERMINANT

UNFOLDINGS = 5  # of definitions


class Form(NamedTuple):
    """A claim without inverses that says the same as another, where the ``needs`` hold.
    ``meant``: the names that only it has, arrays and numbers, with what they stand for.  ``uses``:
    of what is given."""

    claim: Claim
    needs: tuple[Assumption, ...] = ()
    meant: Mapping[str, Term] = EMPTY
    uses: tuple[Assumption, ...] = ()

    def said(self, t: Term) -> Term:
        """``t`` in the names of the other claim."""

        def change(s: Term) -> Term:
            if isinstance(s, Symbol) and s.name in self.meant:
                return self.meant[s.name]
            if isinstance(s, Indexed) and s.name in self.meant:
                return Component(self.meant[s.name], s.indices)
            return rebuild(s, change)

        return change(t) if self.meant else t


def forms(claim: Claim) -> Iterator[Form]:
    """The claim itself where neither inverses nor determinants stand in it; else what it says
    without them, in the ways that may lead to a proof.  Raises Undecided where there is none."""
    relation = _unfolded(claim) if _has_any_behind(claim) else claim.relation
    arrays = Arrays(claim.given)
    inverted = any(of_matrix(s, arrays) for s in subterms_of(relation, Pow, Call))
    if not inverted:
        yield Form(claim)
    if not isinstance(relation, Relation):
        if inverted:
            raise UnknownMeaning("inverses of matrices are not known to the prover")
        return
    if not inverted and not units(claim.given):
        return  # no product is given as I
    algebra = Algebra(claim)
    if not inverted and not algebra.speaks_of_rules(relation):
        return
    yield _settled(algebra, claim, relation)
    if relation.op == "=" and any(map(algebra.arrays.shape, (relation.left, relation.right))):
        gap = algebra.words(Add((relation.left, Neg(relation.right))))
        for at in (0, -1, 0):
            multiplied = algebra.multiplied(gap, at)
            if multiplied is not gap:
                gap = multiplied
                left = algebra.term(gap)
                yield _form(algebra, claim, replace(relation, left=left, right=term(0)))
    yield _settled(Algebra(claim, by_entries=True), claim, relation)


def _settled(algebra: Algebra, claim: Claim, relation: Relation) -> Form:
    left, right = algebra.settled(relation.left), algebra.settled(relation.right)
    return _form(algebra, claim, replace(relation, left=left, right=right))


def _has_any_behind(claim: Claim) -> bool:
    """Is there anything that looks like one in the claim or in what it may be defined by?"""
    terms = (claim.relation, *(d.body for d in claim.given.definitions.values()))
    return any(map(has_any, terms))


def _unfolded(claim: Claim) -> Term:
    """The relation, with the bodies of what is defined by inverses."""
    relation = claim.relation
    by_these = (s.variable for s in subterms_of(relation, Derivative) if isinstance(s, Derivative))
    apart = set[str]().union(*map(free_names, by_these))  # independent where it stands
    for _ in range(UNFOLDINGS):
        named = free_names(relation) - apart
        by = {
            d.name: d.body
            for d in claim.given.definitions.values()
            if d.name in named and not d.indices and not d.parameters and _inverts(d, claim.given)
        }
        if not by:
            break
        relation = substitute(relation, by)
    return relation


def _inverts(d: Definition, given: Given) -> bool:
    """Does an inverse stand in the definition, or in one that it uses?"""
    bodies = (
        given.definitions[n].body for n in reached({d.name}, given) & given.definitions.keys()
    )
    return any(map(has_any, bodies))


def _form(algebra: Algebra, claim: Claim, relation: Term) -> Form:
    needs = tuple(
        Assumption("relation", Relation("!=", Call(DETERMINANT, (base,)), term(0)))
        for base in algebra.inverted()
    )
    stated = {a.term: a for a in claim.given.assumptions}
    kept = tuple(need for need in needs if need.term not in stated)
    uses = [stated[need.term] for need in needs if need.term in stated]
    form = replace(claim, relation=relation, given=algebra.known())
    return Form(form, kept, dict(algebra.meant), (*uses, *algebra.applied))
