"""The identity matrix: I beside vectors and matrices, I_n of a size, where nothing else is said of
the letter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from derive.term import (
    Assumption,
    Call,
    Claim,
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
    Transpose,
    contains,
    free_names,
    rebuild,
    subterms_of,
    term,
)
from derive.term.latex import latex
from derive.vocabulary import DETERMINANT, OF_MATRICES

IDENTITY = "I"


def said_of_an_array(kind: str, array: Symbol, line: int = 0) -> list[Assumption]:
    """What it means that a matrix is "orthogonal", "invertible" or "positive definite", or has
    "orthonormal columns" or "full column rank", or the same of its rows, and that a vector is a
    "unit vector"; [] for another kind."""
    regular = Relation("!=", Call(DETERMINANT, (array,)), term(0))
    match kind:
        case "orthogonal" | "orthonormal columns":
            product = Mul((Transpose(array), array))
            return [Assumption("relation", Relation("=", product, Symbol(IDENTITY)), line)]
        case "orthonormal rows":
            product = Mul((array, Transpose(array)))
            return [Assumption("relation", Relation("=", product, Symbol(IDENTITY)), line)]
        case "unit vector":
            square = Mul((Transpose(array), array))
            return [Assumption("relation", Relation("=", square, term(1)), line)]
        case "full column rank":
            gram = Call(DETERMINANT, (Mul((Transpose(array), array)),))
            return [Assumption("relation", Relation("!=", gram, term(0)), line)]
        case "full row rank":
            gram = Call(DETERMINANT, (Mul((array, Transpose(array))),))
            return [Assumption("relation", Relation("!=", gram, term(0)), line)]
        case "invertible":
            return [Assumption("relation", regular, line)]
        case "positive definite":
            return [
                Assumption("symmetric", array, line),
                Assumption("positive definite", array, line),
                Assumption("relation", regular, line),
            ]
    return []


def of_identities(t: Term) -> frozenset[str]:
    """The letter I and the sizes at it, of which Q^T Q = I_d says nothing."""
    sized = (s for s in subterms_of(t, Indexed) if isinstance(s, Indexed) and s.name == IDENTITY)
    return frozenset((IDENTITY,)).union(*(free_names(i) for s in sized for i in s.indices))


def is_beside_arrays(terms: Collection[Term], given: Given) -> bool:
    """Whether I stands in ``terms``, nothing is said of it, and a vector or a matrix that is
    declared stands there as a whole."""
    if not any(map(_speaks_of_it, terms)) or not _is_free(given):
        return False
    whole = {s.name for t in terms for s in subterms_of(t, Symbol)}
    return IDENTITY in whole and any(given.shapes.get(n) for n in whole)


def with_identities(
    relation: Relation, given: Given, of: Mapping[str, int]
) -> tuple[Relation, Given]:
    """The relation and what is given, with the meaning of I where it is a matrix in ``of`` (names
    to their numbers of axes), and of I_n where n is a number or the size of an array."""
    told_apart = of.get(IDENTITY) == 2
    if not told_apart and not any(map(_speaks_of_it, (relation, *_terms(given)))):
        return relation, given
    sized: dict[str, Term] = {}
    lengths = {r.upper for shape in given.shapes.values() for r in shape if r.lower == term(1)}
    lengths |= set(_in_traces(relation))

    def change(t: Term) -> Term:
        if not (isinstance(t, Indexed) and t.name == IDENTITY and len(t.indices) == 1):
            return rebuild(t, change)
        (size,) = t.indices
        if isinstance(size, Mul) and len(set(size.factors)) == 1 and len(size.factors) == 2:
            size = size.factors[0]  # I_{n \times n}
        if not isinstance(size, Number) and size not in lengths:
            return t
        name = _of_size(size)
        sized[name] = size
        return Symbol(name, span=t.span)

    if not _is_free(given):
        return relation, given
    if lengths and any(_has_sized(t) for t in (relation, *_terms(given))):
        relation, given = _of(change, relation), given.over(change)
    if told_apart:
        relation, given = _told_apart(relation, given)
    for name, size in sized.items():
        shapes = {**given.shapes, name: (Range(term(1), size),) * 2}
        given = _defined(given._replace(shapes=shapes), name)
    return relation, given


def _in_traces(t: Term) -> Iterator[Term]:
    """The sizes n of I_n in functions of matrices: tr(I_n) = n, with no array beside it."""
    for call in subterms_of(t, Call):
        if isinstance(call, Call) and call.name in OF_MATRICES:
            for s in subterms_of(call, Indexed):
                if isinstance(s, Indexed) and s.name == IDENTITY and len(s.indices) == 1:
                    yield s.indices[0]


def _told_apart(relation: Relation, given: Given) -> tuple[Relation, Given]:
    """With every I a name of its own, since one may be of another size: I, I', I''."""
    names: list[str] = []

    def change(t: Term) -> Term:
        if t != Symbol(IDENTITY):
            return rebuild(t, change)
        names.append(IDENTITY + "'" * len(names))
        return Symbol(names[-1], span=t.span)

    relation, given = _of(change, relation), given.over(change)
    for name in names:
        given = _defined(given, name)
    return relation, given


def joined(claim: Claim) -> Claim:
    """The claim with one name for all identities of one size: I, or I_n and I_d where there are
    two sizes."""
    given = claim.given
    own = [n for n in given.definitions if n.rstrip("'") == IDENTITY and n in given.shapes]
    sizes = {given.shapes[name][0].upper for name in own}
    if not own or own == [IDENTITY]:
        return claim
    by = {
        name: IDENTITY if len(sizes) == 1 else _of_size(given.shapes[name][0].upper) for name in own
    }

    def change(t: Term) -> Term:
        known = by.get(t.name) if isinstance(t, Symbol) else None
        return rebuild(t, change) if known is None else Symbol(known, span=t.span)

    given = given.over(change)
    return claim._replace(
        relation=change(claim.relation),
        given=given._replace(
            shapes={by.get(n, n): s for n, s in given.shapes.items()},
            definitions={
                by.get(n, n): d._replace(name=by.get(n, n)) for n, d in given.definitions.items()
            },
        ),
    )


def _of_size(size: Term) -> str:
    return f"{IDENTITY}_{{{size.name if isinstance(size, Symbol) else latex(size)}}}"


def _of(change: Callable[[Term], Term], relation: Relation) -> Relation:
    changed = change(relation)
    assert isinstance(changed, Relation)
    return changed


def _speaks_of_it(t: Term) -> bool:
    """Nearly never; and names are known from before."""
    return IDENTITY in free_names(t)


def _is_free(given: Given) -> bool:
    return not any(IDENTITY in names for names in (given.shapes, given.definitions, given.ranges))


def _terms(given: Given) -> list[Term]:
    return [d.body for d in given.definitions.values()] + [a.term for a in given.assumptions]


def _has_sized(t: Term) -> bool:
    return contains(t, Indexed) and any(
        isinstance(s, Indexed) and s.name == IDENTITY for s in subterms_of(t, Indexed)
    )


def _defined(given: Given, name: str) -> Given:
    place = ("row", "column")
    delta = Definition(name, Delta(*map(Symbol, place)), indices=place)
    return given._replace(definitions={**given.definitions, name: delta})
