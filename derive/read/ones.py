r"""The vector of ones, \mathbf{1}: 1^T x is the sum of all x_i."""

from __future__ import annotations

from derive.term import (
    Claim,
    Definition,
    Given,
    Relation,
    Symbol,
    Term,
    free_names,
    rebuild,
    replace,
    term,
)

ONES = r"\mathbf{1}"
ONES_OF = ("i",)


def with_ones(relation: Relation, given: Given) -> tuple[Relation, Given]:
    """The relation and what is given, with each vector of ones as a name of its own, since one may
    be longer than another, and with what it means."""
    terms = (relation, *(d.body for d in given.definitions.values()))
    if ONES in given.definitions or not any(ONES in free_names(t) for t in terms):
        return relation, given
    names: list[str] = []

    def change(t: Term) -> Term:
        if t != Symbol(ONES):
            return rebuild(t, change)
        names.append(ONES + "'" * len(names))
        return Symbol(names[-1], span=t.span)

    changed = change(relation)
    assert isinstance(changed, Relation)
    definitions = {n: replace(d, body=change(d.body)) for n, d in given.definitions.items()}
    for name in names:
        definitions[name] = Definition(name, term(1), indices=ONES_OF)
    return changed, given._replace(definitions=definitions)


def of_one_name(claim: Claim) -> Claim:
    """The claim with one name for all vectors of ones, where they have one length."""
    given = claim.given
    own = [n for n in given.definitions if n.rstrip("'") == ONES]
    if len(own) < 2 or len({given.shapes.get(n) for n in own}) > 1 or own[0] not in given.shapes:
        return claim
    others = {*own} - {ONES}

    def change(t: Term) -> Term:
        if isinstance(t, Symbol) and t.name in others:
            return Symbol(ONES, span=t.span)
        return rebuild(t, change)

    relation = change(claim.relation)
    definitions = {
        n: replace(d, body=change(d.body)) for n, d in given.definitions.items() if n not in others
    }
    shapes = {n: s for n, s in given.shapes.items() if n not in others}
    given = given._replace(definitions=definitions, shapes=shapes)
    return claim._replace(relation=relation, given=given)
