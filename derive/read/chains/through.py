"""The chain rule among names of unknown meaning: what depends on what only through something else.

∂L/∂w = ∂L/∂a ∂a/∂w supposes that L depends on w through a alone.  Where derivatives are of first
order, only the value of L and its derivatives at one point matter, and these are those of
L = c + g a with numbers c and g that nothing is said of: what holds for all c and g holds for
every L.  So with Σ_k g_k p_k for a vector p.

Throughout: ``f`` depends on ``a``; an edge (f, a) says that ∂f/∂a stands in the claim.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Definition,
    Derivative,
    Given,
    Indexed,
    Mul,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    fresh,
    subterms_of,
)
from derive.term.given import EMPTY

Name: TypeAlias = Symbol | Indexed
Edges: TypeAlias = Mapping[str, Mapping[str, tuple[Name, Name]]]


class Dependence(NamedTuple):
    """Definitions that suppose what depends on what; ``said``: the same for the reader;
    ``numbers``: the names of the coefficients, which depend on nothing, with their numbers of
    indices."""

    definitions: tuple[Definition, ...] = ()
    said: tuple[Assumption, ...] = ()
    numbers: Mapping[str, int] = EMPTY


def through(relation: Relation, given: Given, unknown: Container[str]) -> Iterator[Dependence]:
    """What f depends on, for each f of unknown meaning, if derivatives of f by several things stand
    in the claim of which some depend on others."""
    derivatives = [s for s in subterms_of(relation, Derivative) if isinstance(s, Derivative)]
    if any(contains(s.body, Derivative) for s in derivatives):
        return  # of second order: not known from values and slopes
    edges: dict[str, dict[str, tuple[Name, Name]]] = {}
    for s in derivatives:
        if isinstance(s.body, Name) and isinstance(s.variable, Name):
            edges.setdefault(s.body.name, {})[s.variable.name] = (s.body, s.variable)
    reached = {name: _reached(name, edges, given) for name in {*edges, *_inputs(edges)}}
    seen: list[Dependence] = []
    for by_entry in (False, True):
        found = Dependence()
        for f, variables in edges.items():
            if f not in unknown or f in given.definitions:
                continue
            behind = set[str]().union(*(reached[a] for a in variables))
            outer = {a for a in variables if reached[a] - {a} and a not in behind}
            outer |= {a for a in variables if reached[a] & variables.keys() - {a}}
            pairs = [p for a, p in variables.items() if a in outer or (by_entry and _tied(*p))]
            if pairs:
                taken = {*free_names(relation), *given.definitions, *found.numbers}
                found = _with(found, f, pairs, taken, by_entry)
        if found.definitions and found not in seen:
            seen.append(found)
            yield found


def _inputs(edges: Edges) -> set[str]:
    return {a for variables in edges.values() for a in variables}


def _reached(name: str, edges: Edges, given: Given) -> set[str]:
    """What ``name`` depends on, by edges and by definitions."""
    found: set[str] = set()
    todo = [name]
    while todo:
        at = todo.pop()
        next_ = set(edges.get(at, ()))
        if at in given.definitions:
            d = given.definitions[at]
            next_ |= free_names(d.body) - {*d.indices, *d.parameters}
        todo.extend(next_ - found)
        found |= next_
    return found - {name}


def _tied(f: Name, a: Name) -> tuple[str, ...]:
    """The indices that both have: ∂a_i/∂z_i, ∂z_i/∂W_ij."""
    if not isinstance(f, Indexed) or not isinstance(a, Indexed):
        return ()
    own = {i.name for i in f.indices if isinstance(i, Symbol)}
    return tuple(i.name for i in a.indices if isinstance(i, Symbol) and i.name in own)


def _with(
    found: Dependence, f: str, pairs: list[tuple[Name, Name]], taken: set[str], by_entry: bool
) -> Dependence:
    """With f = c + Σ g a; ``by_entry``: f_k depends only on what has its index k as well."""
    head = pairs[0][0]
    own = head.indices if isinstance(head, Indexed) else ()
    letters = tuple(i.name for i in own if isinstance(i, Symbol))
    if len(set(letters)) < len(own):
        return found
    numbers: dict[str, int] = {}

    def number(*indices: Term) -> Term:
        name = fresh("g", {*taken, *numbers})
        numbers[name] = len(indices)
        return Indexed(name, indices) if indices else Symbol(name)

    terms = [number(*own)]
    arguments: list[Term] = []
    for at, a in pairs:
        if isinstance(a, Symbol):
            terms.append(Mul((number(*own), a)))
            arguments.append(a)
            continue
        assert isinstance(a, Indexed)
        tied = _tied(at, a) if by_entry else ()
        by = dict(zip(at.indices, own, strict=True)) if isinstance(at, Indexed) else {}
        dummies: list[str] = []
        places: list[Term] = []
        for i in a.indices:
            if isinstance(i, Symbol) and i.name in tied:
                places.append(by[i])
            else:
                dummies.append(fresh("k", {*taken, *letters, *dummies}))
                places.append(Symbol(dummies[-1]))
        own_dummies = map(Symbol, dummies)
        total: Term = Mul((number(*own, *own_dummies), Indexed(a.name, tuple(places))))
        for k in reversed(dummies):
            total = BigOp("sum", k, None, None, total)
        terms.append(total)
        arguments.append(Indexed(a.name, a.indices) if tied else Symbol(a.name))
    said = Assumption("relation", Relation("=", head, Call(f, tuple(arguments))))
    definition = Definition(f, Add(tuple(terms)), indices=letters)
    return Dependence(
        (*found.definitions, definition), (*found.said, said), {**found.numbers, **numbers}
    )
