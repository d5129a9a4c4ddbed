"""Walking over a term: what stands below it, and the same with its parts changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.term.node import Number, Symbol, Term


def children(t: Term) -> list[Term]:
    """The direct subterms in reading order."""
    kind = type(t)
    if kind is Symbol or kind is Number:
        return []
    found: list[Term] = []
    for name in t.__match_args__:
        value = getattr(t, name)
        if isinstance(value, Term):
            found.append(value)
        elif value.__class__ is tuple:
            _collect(value, found)
    return found


def _collect(values: tuple[object, ...], found: list[Term]) -> None:
    for value in values:
        if isinstance(value, Term):
            found.append(value)
        elif value.__class__ is tuple:
            _collect(value, found)


def subterms(t: Term) -> Iterator[Term]:
    """``t`` and everything below it, outermost first (an explicit stack: depth is no limit)."""
    stack = [t]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def rebuild(t: Term, change: Callable[[Term], Term]) -> Term:
    """``t`` with ``change`` applied to each direct subterm; ``t`` itself where nothing changed."""
    old = [getattr(t, name) for name in t.__match_args__]
    new = [_rebuilt(value, change) for value in old]
    if all(a is b for a, b in zip(new, old, strict=True)):
        return t
    kind: Callable[..., Term] = type(t)
    return kind(*new, span=t.span)


def _rebuilt(value: object, change: Callable[[Term], Term]) -> object:
    if isinstance(value, Term):
        return change(value)
    if isinstance(value, tuple):
        items = tuple(_rebuilt(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value
