"""Layers of a network by their numbers: z^{l+1}_k = Σ_j w^{l+1}_{kj} a^l_j, a^l_j = σ(z^l_j).

Such equations define each layer by the one before it.  For one step each layer in it becomes a
family of its own, z^{[l+1]}_k, so that what varies with what is plain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from derive.read.reach import end_of
from derive.term import (
    Definition,
    Derivative,
    Indexed,
    Relation,
    Symbol,
    Term,
    bound_names,
    contains,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms_of,
    term,
)

_PLACE = r"(\cdot)"
_MOST = 6  # layers apart


def is_layered(name: str) -> bool:
    """Whether it is the name of a family by layers."""
    return name.endswith("^{" + _PLACE + "}")


def by_level(
    relation: Relation, definition: Callable[[str], Definition | None]
) -> tuple[Relation, dict[str, Definition]] | None:
    """The relation with a family for each layer in it, and what these mean by ``definition``;
    None where there are no such layers."""
    found = _levels(relation)
    if found is None:
        return None
    letter, levels = found
    changed = _apart(relation, letter)
    definitions: dict[str, Definition] = {}
    todo = [(name, c) for name, c in sorted(levels)]
    low, high = min(c for _, c in levels) - 1, max(c for _, c in levels)
    while todo:
        name, c = todo.pop()
        d = definition(name)
        own = _name(name, letter, c)
        if d is None or not d.indices or own in definitions or not low <= c <= high:
            continue
        first, *rest = d.indices
        if letter in bound_names(d.body):
            return None
        body = substitute(d.body, {first: _index(letter, c)})
        inside = _levels(body)
        if inside is not None:
            if inside[0] != letter:
                return None
            todo += sorted(inside[1])
        definitions[own] = Definition(own, _apart(body, letter), tuple(rest), line=d.line)
    errors = {n: d for n, d in definitions.items() if contains(d.body, Derivative)}
    changed = _put_in(changed, errors)
    if not isinstance(changed, Relation) or not definitions:
        return None
    return changed, {n: d for n, d in definitions.items() if n not in errors}


def _put_in(t: Term, errors: Mapping[str, Definition]) -> Term:
    """``t`` with errors δ = ∂C/∂z as what they are."""
    t = rebuild(t, lambda s: _put_in(s, errors))
    if isinstance(t, (Indexed, Symbol)) and t.name in errors:
        d = errors[t.name]
        indices = t.indices if isinstance(t, Indexed) else ()
        if len(indices) == len(d.indices):
            return substitute(d.body, dict(zip(d.indices, indices, strict=True)))
    return t


def _levels(t: Term) -> tuple[str, set[tuple[str, Fraction]]] | None:
    """The letter for the number of a layer, and the families with how far each is ahead."""
    letters: set[str] = set()
    levels: set[tuple[str, Fraction]] = set()
    for s in _families(t):
        end = end_of(s.indices[0])
        if end is None or not end[0]:
            return None
        letters.add(end[0])
        levels.add((s.name, end[1]))
    if len(letters) != 1 or not all(abs(c) <= _MOST for _, c in levels):
        return None
    (letter,) = letters
    elsewhere = rebuild(t, lambda s: _without_levels(s))
    if letter in free_names(elsewhere) | bound_names(t):
        return None
    return letter, levels


def _families(t: Term) -> Iterator[Indexed]:
    for s in subterms_of(t, Indexed):
        if isinstance(s, Indexed) and is_layered(s.name):
            yield s


def _without_levels(t: Term) -> Term:
    """``t`` without the numbers of layers."""
    t = rebuild(t, _without_levels)
    if isinstance(t, Indexed) and is_layered(t.name):
        return replace(t, indices=t.indices[1:]) if len(t.indices) > 1 else Symbol(t.name)
    return t


def _apart(t: Term, letter: str) -> Term:
    t = rebuild(t, lambda s: _apart(s, letter))
    if isinstance(t, Indexed) and is_layered(t.name):
        end = end_of(t.indices[0])
        assert end is not None
        name = _name(t.name, letter, end[1])
        rest = t.indices[1:]
        return Indexed(name, rest, span=t.span) if rest else Symbol(name, span=t.span)
    return t


def _name(name: str, letter: str, c: Fraction) -> str:
    r"""z^{[l+1]} for z^{(\cdot)}."""
    shift = f"{'+' if c > 0 else '-'}{abs(c)}" if c else ""
    return name.replace(_PLACE, f"[{letter}{shift}]")


def _index(letter: str, c: Fraction) -> Term:
    if c == 0:
        return Symbol(letter)
    return Symbol(letter) + term(c) if c > 0 else Symbol(letter) - term(-c)
