"""Sizes that are said to go down to 0, "for all n >= 0".

All over the kernel, what bounds a sum counts as a whole number >= 1.  Where more is stated, what is
proved of n >= 1 is tried at the smaller values, one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.prover.refuter.sample import bounds_of_names
from derive.term import (
    Assumption,
    Claim,
    Relation,
    Symbol,
    Term,
    binders,
    free_names,
    reached,
    replace,
    substitute,
    term,
)

MOST = 4  # values that are tried


def small_sizes(claim: Claim) -> Iterator[tuple[Assumption, tuple[Claim, ...]]]:
    """For each name that may be less than 1, by what is given: that it is not, and the claims at
    its smaller values (none where there are many)."""
    given = claim.given
    low = {name: bounds.lo for name, bounds in bounds_of_names(given).items()}
    if all(lo is None or lo > 0 for lo in low.values()):
        return
    axes = [*given.ranges.values(), *(axis for shape in given.shapes.values() for axis in shape)]
    not_empty = set[str]().union(*(free_names(axis.upper) for axis in axes))
    known = reached(free_names(claim.relation), given) & given.definitions.keys()
    terms = [claim.relation, *(given.definitions[name].body for name in known)]
    bounds = [s.upper for t in terms for s in binders(t) if s.upper is not None]
    for name in sorted(set[str]().union(*map(free_names, bounds)) - not_empty):
        lo = low.get(name)
        if lo is not None and lo <= 0:
            values = range(int(lo.ceil()), 1)
            at = tuple(_at(claim, name, k) for k in values) if len(values) <= MOST else ()
            yield Assumption("relation", Relation(">=", Symbol(name), term(1))), at


def _at(claim: Claim, name: str, value: int) -> Claim:
    def put(t: Term) -> Term:
        return substitute(t, {name: term(value)})

    return replace(claim, relation=put(claim.relation), given=claim.given.over(put))
