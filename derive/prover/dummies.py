"""Names of dummies and of sizes, kept apart.

The entries of W x, for an x in R^k, are sums up to k; a dummy called k around them would bind it.
"""

from __future__ import annotations

from collections.abc import Set

from derive.term import (
    BigOp,
    Claim,
    Definition,
    Given,
    Symbol,
    Term,
    bound_names,
    free_names,
    fresh,
    rebuild,
    replace,
    substitute,
)


def apart(claim: Claim) -> Claim:
    """The claim with other names for the dummies that are called like a size: entries of W x, for
    an x in R^k, are sums up to k, which a sum over k around them would bind."""
    given = claim.given
    taken = sizes(given)
    if not taken:
        return claim
    terms = [claim.relation, *(d.body for d in given.definitions.values())]
    bound = set[str]().union(*map(bound_names, terms))
    for d in given.definitions.values():
        bound.update(d.indices, d.parameters)
    if not taken & bound:
        return claim
    given = given.over(lambda t: renamed(t, taken))
    definitions = {n: _of_other_names(d, taken) for n, d in given.definitions.items()}
    given = replace(given, definitions=definitions)
    return replace(claim, relation=renamed(claim.relation, taken), given=given)


def _of_other_names(d: Definition, taken: Set[str]) -> Definition:
    """The definition with other names for its indices and parameters, if they are ``taken``."""
    avoid = taken | free_names(d.body) | bound_names(d.body)
    by = {n: fresh(n, avoid) for n in (*d.indices, *d.parameters) if n in taken}
    if not by:
        return d
    body = substitute(d.body, {n: Symbol(other) for n, other in by.items()})
    indices, parameters = (
        tuple(by.get(n, n) for n in names) for names in (d.indices, d.parameters)
    )
    return replace(d, body=body, indices=indices, parameters=parameters)


def sizes(given: Given) -> frozenset[str]:
    """The names in the bounds of all axes and ranges."""
    axes = (axis for shape in given.shapes.values() for axis in shape)
    return frozenset().union(
        *(free_names(a.lower) | free_names(a.upper) for a in (*axes, *given.ranges.values()))
    )


def renamed(t: Term, taken: Set[str]) -> Term:
    """``t`` with its dummies named so that they do not meet ``taken``."""
    if isinstance(t, BigOp):
        name, body, where = t.index, t.body, t.where
        if name in taken and t.upper is not None:  # else the name says how far it goes
            name = fresh(name, taken | free_names(body) | bound_names(body))
            body = substitute(body, {t.index: Symbol(name)})
            where = None if where is None else substitute(where, {t.index: Symbol(name)})
        return replace(t, index=name, body=renamed(body, taken | {name}), where=where)
    return rebuild(t, lambda s: renamed(s, taken))
