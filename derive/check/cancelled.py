"""Steps whose names of unknown meaning cancel: what is false then is so whatever they mean.

L = R with ∂E/∂w_i on both sides, where nobody said what E is: each such term becomes a name of its
own.  If L - R does not depend on these names, and L = R is false for some value of the others, it
is false for every E.
"""

from __future__ import annotations

from collections.abc import Set

from derive.prover.once import Once
from derive.prover.verdict import Verdict
from derive.read.chains.variables import free_indices
from derive.term import (
    Add,
    Call,
    Claim,
    Derivative,
    Given,
    Indexed,
    Neg,
    Range,
    Relation,
    Symbol,
    Term,
    bound_names,
    free_names,
    fresh,
    rebuild,
    replace,
    subterms_of,
)


def false_whatever_they_mean(claim: Claim, unknown: Set[str], once: Once) -> Verdict | None:
    """The refutation of a claim that does not depend on its names of ``unknown`` meaning; None
    where it does, or where it is not refuted."""
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "=":
        return None
    if not unknown <= free_names(relation) - claim.given.definitions.keys():
        return None
    if free_indices(relation.left) != free_indices(relation.right):
        return None
    found = _apart(relation, claim.given, unknown)
    if found is None:
        return None
    apart, given, names = found
    plain = replace(claim, relation=apart, given=given)
    verdict = once.decide(plain)
    if verdict.status != "refuted":
        return None
    others = _renamed(apart, names, given)
    if others is None:
        return None
    left = Add((apart.left, Neg(apart.right)))
    changed, more = others
    right = Add((changed.left, Neg(changed.right)))
    same = replace(claim, relation=replace(apart, left=left, right=right), given=more)
    return verdict if once.decide(same).status == "proved" else None


def _apart(
    relation: Relation, given: Given, unknown: Set[str]
) -> tuple[Relation, Given, frozenset[str]] | None:
    """The relation with a name for each term of unknown value, what is given then, and these
    names."""
    taken = {*free_names(relation), *bound_names(relation), *given.definitions, *given.shapes}
    made: dict[tuple[str, str] | Term, str] = {}
    shapes: dict[str, tuple[Range, ...]] = {}
    bound = bound_names(relation)
    failed = False

    def name_for(key: tuple[str, str] | Term) -> str:
        if key not in made:
            made[key] = fresh("u", taken)
            taken.add(made[key])
        return made[key]

    def change(t: Term) -> Term:
        nonlocal failed
        match t:
            case Derivative(Symbol(body), Symbol(by)) if body in unknown:
                return Symbol(name_for((body, by)), span=t.span)
            case Derivative(Symbol(body), Indexed(by, indices)) if body in unknown:
                name = name_for((body, by))
                shapes[name] = given.shapes.get(by, ())
                return Indexed(name, indices, span=t.span)
            case Derivative() if free_names(t) & unknown:
                failed = True
            case Call(name) if name in unknown:
                failed = failed or bool(free_names(t) & bound) or bool(subterms_of(t, Indexed))
                return Symbol(name_for(t), span=t.span)
        return rebuild(t, change)

    changed = change(relation)
    if failed or not isinstance(changed, Relation):
        return None
    left = unknown & free_names(changed)
    kept = tuple(
        a for a in given.assumptions
        if a.kind not in ("varies", "function") and not free_names(a.term) & unknown
    )  # fmt: skip
    given = replace(given, shapes={**given.shapes, **shapes}, assumptions=kept)
    return changed, given, frozenset({*made.values(), *left})


def _renamed(relation: Relation, names: Set[str], given: Given) -> tuple[Relation, Given] | None:
    """The relation with other names in the place of ``names``."""
    taken = {*free_names(relation), *bound_names(relation), *given.definitions, *given.shapes}
    by: dict[str, str] = {}
    for name in sorted(names):
        by[name] = fresh("u", taken)
        taken.add(by[name])

    def change(t: Term) -> Term:
        t = rebuild(t, change)
        if isinstance(t, (Symbol, Indexed)) and t.name in by:
            return replace(t, name=by[t.name])
        return t

    changed = change(relation)
    if not isinstance(changed, Relation) or names & free_names(changed):
        return None
    shapes = {by[n]: s for n, s in given.shapes.items() if n in by}
    return changed, replace(given, shapes={**given.shapes, **shapes})
