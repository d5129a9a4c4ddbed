"""Names with numbers for indices: a family that is undeclared and only ever has numbers for
indices (``w_1``, ``w_2``) is a number of symbols, ``w_{1}`` and ``w_{2}``."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import TypeVar, cast

from derive.term import Claim, Given, Indexed, Number, Symbol, Term, rebuild, replace, subterms_of

T = TypeVar("T", bound=Term)


def terms_of(given: Given) -> Iterator[Term]:
    """The bodies of definitions, the assumptions."""
    for definition in given.definitions.values():
        yield definition.body
    for assumption in given.assumptions:
        yield assumption.term


def claim_with_symbols(claim: Claim) -> Claim:
    """The claim with w_1 as a symbol where w has only numbers for indices and is not declared."""
    given = claim.given
    terms = (claim.relation, *terms_of(given))
    names = numbered(terms) - set(given.shapes) - given.definitions.keys()
    if not names:
        return claim
    given = given.over(lambda t: _named(t, names))
    return replace(claim, relation=_named(claim.relation, names), given=given)


def numbered_as_symbols(terms: Iterable[Term]) -> list[Term]:
    """``terms`` with W_1 and W_2 as symbols where W has only numbers for indices in them."""
    found = list(terms)
    names = numbered(found)
    return [_named(t, names) for t in found] if names else found


def numbered(terms: Iterable[Term]) -> set[str]:
    """The families that only ever have numbers for indices."""
    only_numbers: dict[str, bool] = {}
    for t in terms:
        for s in subterms_of(t, Indexed):
            numbers = all(isinstance(i, Number) for i in s.indices)
            only_numbers[s.name] = only_numbers.get(s.name, True) and numbers
    return {n for n, only in only_numbers.items() if only}


def _named(t: T, names: Container[str]) -> T:
    """``w_1`` as the symbol ``w_{1}``."""

    def change(s: Term) -> Term:
        if isinstance(s, Indexed) and s.name in names:
            low = ",".join(str(i.value) for i in s.indices if isinstance(i, Number))
            return Symbol(f"{s.name}_{{{low}}}", span=s.span)
        return rebuild(s, change)

    return cast(T, change(t))
