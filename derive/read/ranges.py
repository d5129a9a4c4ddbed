"""Ranges that were not declared, inferred: Σ_{k=1}^d x_k gives x the axis 1..d.

See ``classes`` for how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.read.classes import NO_RANKS, Classes
from derive.read.names import VECTOR_VALUED
from derive.read.numbered import claim_with_symbols, numbered, terms_of
from derive.term import (
    BigOp,
    Call,
    Claim,
    Component,
    Delta,
    Given,
    Indexed,
    Term,
    bound_names,
    contains,
    free_names,
    subterms_of,
)
from derive.vocabulary import TRACES


def complete(
    claim: Claim,
    ranks: Mapping[str, int] = NO_RANKS,
    dimension: str = "",
    shared: Shared | None = None,
) -> Claim:
    """``claim`` with a range for every free index, a shape for every indexed name, and bounds for
    every Σ.  ``ranks``: the number of axes of names that stand as wholes (a matrix A has 2).
    ``dimension``: a name of the claim, for all dimensions that have no name.  ``shared``: by the
    claims under one given.

    A family that is undeclared and only ever has numbers for indices (``w_1``, ``w_2``) becomes
    symbols of its own (``w_{1}``).  Nothing declared is changed.
    """
    if shared is not None and shared.given is claim.given and not ranks and not dimension:
        classes = shared.classes_with(claim.relation)
        if classes is not None:
            return classes.completed(claim, shared.bounded)
    claim = claim_with_symbols(claim)
    if not ranks and not _needs_ranges((claim.relation, *terms_of(claim.given))):
        return claim
    classes = Classes(claim.given, (claim.relation,), ranks, dimension)
    classes.walk(claim.relation)
    return classes.completed(claim)


def _needs_ranges(terms: Iterable[Term]) -> bool:
    terms = list(terms)
    if any(contains(t, Indexed, Delta, BigOp, Component) for t in terms):
        return True
    return any(
        s.name in VECTOR_VALUED or s.name in TRACES for t in terms for s in subterms_of(t, Call)
    )


class Shared:
    """The classes of what is given, for the claims under it.  ``bounded``: nothing in what is given
    needs ``Classes.bounded``."""

    def __init__(self, given: Given) -> None:
        self.given = given
        terms = list(terms_of(given))
        self._declared = given.shapes.keys() | given.definitions.keys()
        self._declares_all = numbered(terms) <= self._declared
        self._needs_ranges = _needs_ranges(terms)
        self._classes = Classes(given)
        self.bounded = not any(map(self._classes.is_open, terms))

    def classes_with(self, relation: Term) -> Classes | None:
        """With those of a claim; None where it says more of what is given, as x_j does of an x that
        is not declared and a sum up to n of n, and where nothing has a range."""
        here = self._classes
        axes = here.axes_in(relation)
        if not (
            self._declares_all
            and axes.keys() <= self._declared
            and all(count <= here.declared_axes.get(name, 0) for name, count in axes.items())
            and here.sizes_in((relation,)) <= here.sizes
            and (self._needs_ranges or _needs_ranges((relation,)))
        ):
            return None
        found = here.copy()
        found.names |= free_names(relation) | bound_names(relation)
        found.walk(relation)
        return found
