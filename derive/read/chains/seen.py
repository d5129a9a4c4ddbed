"""What stands in a term: its names by how they stand there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from derive.read.names import VECTOR_VALUED
from derive.term import (
    Assumption,
    Call,
    Definition,
    Derivative,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    bound_names,
    contains,
    free_names,
    subterms,
    subterms_of,
)

_OF_ARRAYS = frozenset(("norm", "norm1", "norminf", *VECTOR_VALUED))


class Seen(NamedTuple):
    """The names in a term: of symbols, with an index, called, free (sorted), bound; ``whole``:
    never with an index."""

    term: Term
    symbols: frozenset[str]
    indexed: frozenset[str]
    called: frozenset[str]
    free: tuple[str, ...]
    bound: frozenset[str]
    whole: frozenset[str]
    differentiated: bool


def symbols(t: Term) -> set[str]:
    return {s.name for s in subterms_of(t, Symbol)}


def arguments(t: Term) -> set[str]:
    """Names that stand as wholes in the arguments of functions of numbers."""
    calls = (c for c in subterms_of(t, Call) if c.name not in _OF_ARRAYS)
    return {n for c in calls for a in c.args for n in symbols(a)}


def look(t: Term) -> Seen:
    named = subterms_of(t, Symbol, Indexed, Call)
    symbols = frozenset([s.name for s in named if isinstance(s, Symbol)])
    indexed = frozenset([s.name for s in named if isinstance(s, Indexed)])
    called = frozenset([s.name for s in named if isinstance(s, Call)])
    free, bound = tuple(sorted(free_names(t))), frozenset(bound_names(t))
    return Seen(
        t, symbols, indexed, called, free, bound, symbols - indexed, contains(t, Derivative)
    )


def ties(assumption: Assumption) -> bool:
    """Whether an equation ties variables to each other, so that none can be varied alone."""
    relation = assumption.term
    if not isinstance(relation, Relation) or relation.op != "=":
        return False
    return not any(isinstance(side, Number) for side in (relation.left, relation.right))


def scalars(definitions: Iterable[Definition]) -> set[str]:
    """Names in definitions that stand for scalars and are no arguments."""
    found: set[str] = set()
    others: set[str] = set()
    for d in definitions:
        others |= {*d.parameters, *d.indices}
        for s in subterms(d.body):
            if isinstance(s, Symbol):
                found.add(s.name)
            elif isinstance(s, Indexed):
                others.add(s.name)
            elif isinstance(s, Call) and s.name in VECTOR_VALUED:
                others |= free_names(s)
    return found - others
