"""Sequences that go on from members before: v_t = β v_{t-1} + g_t, put in one or more times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from derive.read.reach import end_of
from derive.term import (
    Indexed,
    Relation,
    Symbol,
    Term,
    bound_names,
    rebuild,
    replace,
    substitute,
    subterms_of,
)

_TIMES = 4


def goes_on(relation: Relation) -> bool:
    """Whether an equation says what a member is by those before it."""
    head = relation.left
    if relation.op != "=" or not isinstance(head, Indexed) or len(head.indices) != 1:
        return False
    (t,) = head.indices
    if not isinstance(t, Symbol) or t.name in bound_names(relation):
        return False
    before = _offsets(relation.right, head.name, t.name)
    return bool(before) and max(before) < 0


def unfolded(
    relation: Relation, equations: Iterable[Relation]
) -> Iterator[tuple[Relation, Relation]]:
    """The relation with the later members by the earliest that stands in it, and the equation that
    was put in."""
    for e in equations:
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
            yield changed, e


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
