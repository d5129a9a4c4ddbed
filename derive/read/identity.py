"""The identity matrix: I beside vectors and matrices, I_n of a size, where nothing else is said of
the letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derive.term import (
    Definition,
    Delta,
    Given,
    Indexed,
    Mul,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    contains,
    rebuild,
    replace,
    subterms_of,
    term,
)

IDENTITY = "I"


def is_beside_arrays(terms: Iterable[Term], given: Given) -> bool:
    """Whether I stands in ``terms``, nothing is said of it, and a vector or a matrix that is
    declared stands there as a whole."""
    whole = {s.name for t in terms for s in subterms_of(t, Symbol) if isinstance(s, Symbol)}
    return IDENTITY in whole and _is_free(given) and any(given.shapes.get(n) for n in whole)


def with_identities(
    relation: Relation, given: Given, of: Mapping[str, int]
) -> tuple[Relation, Given]:
    """The relation and what is given, with the meaning of I where it is a matrix in ``of`` (names
    to their numbers of axes), and of I_n where n is a number or the size of an array."""
    sized: dict[str, Term] = {}
    lengths = {r.upper for shape in given.shapes.values() for r in shape if r.lower == term(1)}

    def change(t: Term) -> Term:
        if not (isinstance(t, Indexed) and t.name == IDENTITY and len(t.indices) == 1):
            return rebuild(t, change)
        (size,) = t.indices
        if isinstance(size, Mul) and len(set(size.factors)) == 1 and len(size.factors) == 2:
            size = size.factors[0]  # I_{n \times n}
        if not isinstance(size, Number) and size not in lengths:
            return t
        name = f"{IDENTITY}_{{{size.name if isinstance(size, Symbol) else size}}}"
        sized[name] = size
        return Symbol(name, span=t.span)

    if lengths and _is_free(given) and any(_has_sized(t) for t in (relation, *_terms(given))):
        relation = change(relation)  # type: ignore[assignment]  # a relation stays one
        given = given._replace(
            definitions={n: replace(d, body=change(d.body)) for n, d in given.definitions.items()},
            assumptions=tuple(replace(a, term=change(a.term)) for a in given.assumptions),
        )
    plain = of.get(IDENTITY) == 2 and _is_free(given)
    if plain and any(
        Symbol(IDENTITY) in subterms_of(t, Symbol) for t in (relation, *_terms(given))
    ):
        given = _defined(given, IDENTITY)
    for name, size in sized.items():
        shapes = {**given.shapes, name: (Range(term(1), size),) * 2}
        given = _defined(given._replace(shapes=shapes), name)
    return relation, given


def _is_free(given: Given) -> bool:
    return not any(IDENTITY in names for names in (given.shapes, given.definitions, given.ranges))


def _terms(given: Given) -> list[Term]:
    return [d.body for d in given.definitions.values()] + [a.term for a in given.assumptions]


def _has_sized(t: Term) -> bool:
    return contains(t, Indexed) and any(
        isinstance(s, Indexed) and s.name == IDENTITY for s in subterms_of(t, Indexed)
    )


def _defined(given: Given, name: str) -> Given:
    delta = Definition(name, Delta(Symbol("i"), Symbol("j")), indices=("i", "j"))
    return given._replace(definitions={**given.definitions, name: delta})
