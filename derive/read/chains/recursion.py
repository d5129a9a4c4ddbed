"""Sequences that go on from members before: v_t = β v_{t-1} + g_t, put in one or more times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from fractions import Fraction

from derive.read.reach import end_of
from derive.term import (
    Definition,
    Indexed,
    Relation,
    Symbol,
    Term,
    bound_names,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms_of,
    term,
)

_TIMES = 4


def goes_on(relation: Relation) -> bool:
    """Whether an equation says what a member is by those before it."""
    found = _head(relation)
    if found is None or found[1] in bound_names(relation):
        return False
    name, index, ahead = found
    before = _offsets(relation.right, name, index)
    return bool(before) and max(before) < ahead


def from_before(relation: Relation) -> Relation:
    """x_{k+1} = f(x_k) as x_k = f(x_{k-1})."""
    found = _head(relation)
    if found is None or found[2] == 0:
        return relation
    _, index, ahead = found
    back = substitute(relation, {index: _moved(index, -ahead)})
    assert isinstance(back, Relation) and isinstance(back.left, Indexed)
    return replace(back, left=replace(back.left, indices=(Symbol(index),)))


def _head(relation: Relation) -> tuple[str, str, Fraction] | None:
    """The name, the index and how far this is ahead: x, k, 1 of x_{k+1} = .."""
    head = relation.left
    if relation.op != "=" or not isinstance(head, Indexed) or len(head.indices) != 1:
        return None
    end = end_of(head.indices[0])
    return (head.name, *end) if end is not None and end[0] else None


def _moved(index: str, by: Fraction) -> Term:
    return Symbol(index) + term(by) if by > 0 else Symbol(index) - term(-by)


def with_members(t: Term, definitions: Mapping[str, Definition], of: Set[str]) -> Term:
    """``t`` with what is defined by members of the sequences ``of`` put in: x_{k+1} - a for
    e_{k+1}."""
    t = rebuild(t, lambda s: with_members(s, definitions, of))
    if isinstance(t, Indexed) and t.name in definitions and t.name not in of:
        d = definitions[t.name]
        if len(d.indices) == len(t.indices) and free_names(d.body) & of:
            return substitute(d.body, dict(zip(d.indices, t.indices, strict=True)))
    return t


def unfolded(
    relation: Relation, equations: Iterable[Relation]
) -> Iterator[tuple[Relation, Relation]]:
    """The relation with the later members by the earliest that stands in it, and the equation that
    was put in."""
    for said in equations:
        e = from_before(said)
        head = e.left
        assert isinstance(head, Indexed)
        (t,) = head.indices
        if not isinstance(t, Symbol) or t.name in bound_names(relation):
            continue
        there = _offsets(relation, head.name, t.name)
        if len(there) < 2:
            continue
        changed = relation
        for _ in range(_TIMES):
            changed = _put_in(changed, e, head.name, t, min(there))
        if changed != relation:
            yield changed, said


def _offsets(t: Term, name: str, index: str) -> set[Fraction]:
    """The numbers n of all name_{index + n} in ``t``; empty where there are other members."""
    found: set[Fraction] = set()
    for s in subterms_of(t, Indexed):
        if isinstance(s, Indexed) and s.name == name:
            end = end_of(s.indices[0]) if len(s.indices) == 1 else None
            if end is None or end[0] != index:
                return set()
            found.add(end[1])
    return found


def _put_in(relation: Relation, e: Relation, name: str, t: Symbol, least: Fraction) -> Relation:
    def change(s: Term) -> Term:
        if isinstance(s, Indexed) and s.name == name:
            end = end_of(s.indices[0])
            if end is not None and end[1] > least:
                return substitute(e.right, {t.name: s.indices[0]})
            return s
        return rebuild(s, change)

    return replace(relation, left=change(relation.left), right=change(relation.right))
