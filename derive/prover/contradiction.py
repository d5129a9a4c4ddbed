"""Assumptions that exclude each other: from them anything would follow."""

from __future__ import annotations

from derive.prover.components import scalar_claims
from derive.prover.normal_form.context import Limits
from derive.prover.proof import proved
from derive.prover.refuter.sample import bounds_of_names
from derive.prover.undecided import Undecided
from derive.term import Claim, Given, Indexed, Relation, Term, replace, subterms

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def contradictory(given: Given, limits: Limits) -> bool:
    """Does the opposite of one assumption follow from the others, with no need?

    Not always found: False says nothing.  An assumption "for all i" is refuted by its opposite for
    all i, since no range is empty.
    """
    scalars = tuple(a for a in given.assumptions if not _has_components(a.term))
    for bounds in bounds_of_names(replace(given, assumptions=scalars)).values():
        if bounds.lo is not None and bounds.hi is not None and bounds.lo > bounds.hi:
            return True
    for stated in given.assumptions:
        relation = stated.term
        if not isinstance(relation, Relation):
            continue
        others = tuple(a for a in given.assumptions if a is not stated)
        opposite = replace(relation, op=OPPOSITE[relation.op])
        claim = Claim(opposite, replace(given, assumptions=others))
        try:
            if not proved(list(scalar_claims(claim)), claim, limits, cases=False).needs:
                return True
        except (Undecided, RecursionError):
            pass
    return False


def _has_components(t: Term) -> bool:
    return any(isinstance(s, Indexed) for s in subterms(t))
