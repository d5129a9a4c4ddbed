"""Sequences that go on from members before: v_t = β v_{t-1} + g_t, put in one or more times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from fractions import Fraction

from derive.read.reach import end_of
from derive.term import (
    Add,
    BigOp,
    Definition,
    Indexed,
    Mul,
    Number,
    Pow,
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
FARTHEST = 12  # the largest number of a member that is put down to the start


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


def to_the_start(
    relation: Term, sequences: Mapping[str, Relation], start: Callable[[str, Fraction], Term | None]
) -> Term | None:
    """``relation`` with every numbered member of a sequence by those before it, down to those of
    which ``start`` knows what they are, or to the first that stands in the relation; None where
    one of them is not reached, or there is nothing to put in."""
    written: dict[str, set[Fraction]] = {}
    for s in subterms_of(relation, Indexed):
        if isinstance(s, Indexed) and s.name in sequences:
            if len(s.indices) != 1 or not isinstance(s.indices[0], Number):
                return None
            written.setdefault(s.name, set()).add(s.indices[0].value)
    if not written or max(map(max, written.values())) > FARTHEST:
        return None
    first = {name: min(numbers) for name, numbers in written.items() if len(numbers) > 1}
    lost = False

    def change(t: Term) -> Term:
        nonlocal lost
        if not isinstance(t, Indexed) or t.name not in sequences:
            return rebuild(t, change)
        (number,) = t.indices
        assert isinstance(number, Number)
        known = start(t.name, number.value)
        if known is not None:
            return known
        if t.name in first and number.value == first[t.name]:
            return t
        if lost or number.value <= first.get(t.name, Fraction(0)):
            lost = True
            return t
        e = from_before(sequences[t.name])
        assert isinstance(e.left, Indexed) and isinstance(e.left.indices[0], Symbol)
        return change(_numbered(substitute(e.right, {e.left.indices[0].name: number})))

    changed = change(relation)
    return None if lost or changed == relation else changed


def _numbered(t: Term) -> Term:
    """With numbers for indices such as 3 - 1."""
    if isinstance(t, Indexed):
        ends = [end_of(i) for i in t.indices]
        indices = (
            Number(e[1]) if e is not None and not e[0] else i
            for e, i in zip(ends, t.indices, strict=True)
        )
        return replace(t, indices=tuple(indices))
    return rebuild(t, _numbered)


def closed_forms(
    relation: Relation, equations: Iterable[Relation]
) -> Iterator[tuple[Relation, Relation]]:
    """For x_t = F(t), where the text says how x goes on from x_{t-1}: that F goes on so, too; and
    that it begins as x does, x_0 = F(0)."""
    head = relation.left
    for said in equations:
        e = from_before(said)
        if relation.op != "=" or not isinstance(head, Indexed) or not isinstance(e.left, Indexed):
            continue
        if head.name != e.left.name or len(head.indices) != 1 or head.indices != e.left.indices:
            continue
        (t,) = head.indices
        own = {s.indices for s in subterms_of(relation.right, Indexed) if _is_of(s, head.name)}
        if not isinstance(t, Symbol) or _offsets(e.right, head.name, t.name) != {Fraction(-1)}:
            continue
        if any(free_names(i) for indices in own for i in indices):
            continue
        before = substitute(relation.right, {t.name: _moved(t.name, Fraction(-1))})

        def change(s: Term, before: Term = before, name: str = head.name) -> Term:
            return before if _is_of(s, name) else rebuild(s, change)

        begins = _without_empty(substitute(relation.right, {t.name: term(0)}))
        first = replace(head, indices=(term(0),))
        yield (
            replace(relation, left=relation.right, right=change(e.right)),
            Relation("=", first, begins),
        )


def _is_of(t: Term, name: str) -> bool:
    return isinstance(t, Indexed) and t.name == name


def _without_empty(t: Term) -> Term:
    """``t`` without sums that have no terms, and without powers by 0."""
    t = rebuild(t, _without_empty)
    match t:
        case BigOp("sum" | "prod" as op, _, Number(low), Number(high)) if high < low:
            return term(0 if op == "sum" else 1)
        case Pow(_, Number(value)) if value == 0:
            return term(1)
        case Mul(factors) if term(0) in factors:
            return term(0)
        case Mul(factors) if term(1) in factors:
            rest = tuple(f for f in factors if f != term(1))
            return Mul(rest) if len(rest) > 1 else rest[0] if rest else term(1)
        case Add(terms) if term(0) in terms:
            kept = tuple(s for s in terms if s != term(0))
            return Add(kept) if len(kept) > 1 else kept[0] if kept else term(0)
    return t


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
