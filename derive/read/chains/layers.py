"""Layers that are told apart by their indices: a_j = g_j(z_j), z_k = b_k + Σ_j a_j w_jk.

Read as arrays, a and z would be defined by themselves.  Where a text has such equations, the
letters may name the layer as well: a_j and a_k are units of two layers, w_ij and w_jk weights
between two each.  Then each name with its letters is an array of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.term import (
    BigOp,
    Call,
    Component,
    Definition,
    Derivative,
    Indexed,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms_of,
)


def says_what_units_are(relation: Relation) -> bool:
    """Whether it may define a unit by others: z_k = .. with letters for indices."""
    head = relation.left
    if relation.op != "=" or not isinstance(head, Indexed):
        return False
    if contains(relation.right, Derivative) and not isinstance(relation.right, Derivative):
        return False
    letters = _letters(head.indices)
    if any(
        s.name == head.name and not _letters(s.indices)
        for s in subterms_of(relation.right, Indexed)
    ):
        return False  # v_t = β v_{t-1} goes on from v itself
    return bool(letters) and bool(free_names(relation.right) - set(letters))


def are_layered(equations: Iterable[Relation]) -> bool:
    """Whether some name is defined by itself, but not if letters tell it apart."""
    equations = list(equations)
    return _circular(equations) and not _circular(map(by_layer, equations))


def _circular(equations: Iterable[Relation]) -> bool:
    uses: dict[str, set[str]] = {}
    for e in equations:
        assert isinstance(e.left, Indexed)
        names = {s.name for s in subterms_of(e.right, Indexed) if isinstance(s, Indexed)}
        uses.setdefault(e.left.name, set()).update(names)
    return any(name in _reached(name, uses) for name in uses)


def _reached(name: str, uses: dict[str, set[str]]) -> set[str]:
    todo, seen = [name], set[str]()
    while todo:
        new = uses.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


def by_layer(relation: Relation) -> Relation:
    """The relation with each name told apart by its letters."""

    def change(t: Term) -> Term:
        match t:
            case Component(Call(name, args) as call, indices) if letters := _letters(indices):
                changed = tuple(map(change, args))
                return replace(call, name=_named(name, letters), args=changed)
        t = rebuild(t, change)
        if isinstance(t, Indexed) and (letters := _letters(t.indices)):
            return replace(t, name=_named(t.name, letters))
        return t

    changed = change(relation)
    assert isinstance(changed, Relation)
    return changed


def definitions(equations: Iterable[Relation]) -> Iterator[Definition]:
    """What the units of each layer are, the last equation first, then what follows for the layers
    beside those that equations speak of: a_k = Σ_j w_kj z_j from a_j = Σ_i w_ji z_i."""
    said = list(equations)[::-1]
    beside = [m for e in said for by in (1, -1) if (m := _moved(e, by)) is not None]
    for e in (*said, *beside):
        one = by_layer(e)
        assert isinstance(one.left, Indexed)
        letters = _letters(one.left.indices)
        if one.left.name not in free_names(one.right):
            yield Definition(one.left.name, one.right, indices=letters)


def errors_put_in(
    relation: Relation, units: Iterable[Definition]
) -> tuple[Relation, tuple[Definition, ...]]:
    """The relation with δ_j as what it is defined to be, ∂E/∂a_j; and those definitions."""
    errors = {d.name: d for d in units if isinstance(d.body, Derivative)}
    used: dict[str, Definition] = {}

    def change(t: Term) -> Term:
        if isinstance(t, Indexed) and t.name in errors:
            d = used[t.name] = errors[t.name]
            return substitute(d.body, dict(zip(d.indices, t.indices, strict=True)))
        return rebuild(t, change)

    changed = change(relation)
    assert isinstance(changed, Relation)
    return changed, tuple(used.values())


def _moved(e: Relation, by: int) -> Relation | None:
    """The equation for the layers whose letters come after, or before."""
    letters = {i for s in subterms_of(e, Indexed) for i in _letters(s.indices)}
    if not letters or not all(len(i) == 1 and "i" <= chr(ord(i) + by) <= "n" for i in letters):
        return None

    def change(t: Term) -> Term:
        t = rebuild(t, change)
        if isinstance(t, Symbol) and t.name in letters:
            return replace(t, name=chr(ord(t.name) + by))
        if isinstance(t, BigOp) and t.index in letters:
            return replace(t, index=chr(ord(t.index) + by))
        return t

    changed = change(e)
    assert isinstance(changed, Relation)
    return changed


def _named(name: str, letters: tuple[str, ...]) -> str:
    return f"{name}^{{[{''.join(letters)}]}}" if "^" not in name else name


def _letters(indices: tuple[Term, ...]) -> tuple[str, ...]:
    """The indices, if all of them are letters and no two the same."""
    found = tuple(i.name for i in indices if isinstance(i, Symbol))
    return found if len(found) == len(indices) == len(set(found)) else ()
