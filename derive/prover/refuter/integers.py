"""Which names of a claim stand for integers, found by where they stand; and which names it uses.

An integer is a name that has a range, bounds a range, a shape or a sum, stands as an index, or is
declared an integer.

Throughout: ``bound`` maps the dummies around a term to their literal upper bound, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from derive.term import (
    BigOp,
    Call,
    Component,
    Delta,
    Given,
    Indexed,
    Number,
    Range,
    Symbol,
    Term,
    children,
    free_names,
)

Bound: TypeAlias = Mapping[str, int | None]

LARGEST_LITERAL = 64


class Integers:
    """``names``: the integers.  ``ranges``: of free indices, from a vector that they index where
    none was declared.  ``least``: how large a dimension must be so that literal indices such as
    the 3 of x_3 exist.  ``sizes``: what bounds a range, a shape or a sum, and so is positive."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.ranges: dict[str, Range] = dict(given.ranges)
        self.least: dict[str, int] = {}
        self.declared = {
            a.term.name
            for a in given.assumptions
            if a.kind == "integer" and isinstance(a.term, Symbol)
        }
        self.names: set[str] = set()
        for axis in self.axes():
            self._whole(axis.lower, {})
            self._whole(axis.upper, {})
        self.sizes = set(self.names)
        self.names.update(self.ranges, self.declared)
        self._in_definitions: dict[str, set[str]] = {}

    def axes(self) -> Iterator[Range]:
        """Every declared range and every axis of a shape."""
        yield from self.given.ranges.values()
        for shape in self.given.shapes.values():
            yield from shape

    def scan(self, t: Term) -> set[str]:
        """Learn from ``t`` and the definitions that it reaches; all names free in them."""
        names: set[str] = set()
        self._scan(t, {}, names)
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in self.given.definitions:
                new = self._definition(name) - names
                names |= new
                waiting += new
        return names

    def _definition(self, name: str) -> set[str]:
        """Names free in the body of a definition."""
        if name not in self._in_definitions:
            definition = self.given.definitions[name]
            own = dict.fromkeys((*definition.parameters, *definition.indices))
            found = self._in_definitions[name] = set()
            self._scan(definition.body, own, found)
        return self._in_definitions[name]

    def _scan(self, t: Term, bound: Bound, names: set[str]) -> None:
        match t:
            case Number():
                return
            case Symbol(name):
                if name not in bound:
                    names.add(name)
                return
            case Indexed(name, indices):
                if name not in bound:
                    names.add(name)
                self._component(name, indices, bound, names)
                return
            case Component(Symbol(name), indices):
                if name not in bound:
                    names.add(name)
                self._component(name, indices, bound, names)
                return
            case Call(name, args):
                names.add(name)
                for s in args:
                    self._scan(s, bound, names)
                return
            case BigOp(_, index, lower, upper, body, where):
                for b in (lower, upper):
                    if b is not None:
                        self._whole(b, bound)
                        self._scan(b, bound, names)
                        self.sizes |= free_names(b) & self.names - bound.keys()
                last = int(upper.value) if isinstance(upper, Number) else None
                inner = {**bound, index: last}
                self._scan(body, inner, names)
                if where is not None:
                    self._scan(where, inner, names)
                return
            case Delta(left, right):
                self._whole(left, bound)
                self._whole(right, bound)
        for s in children(t):
            self._scan(s, bound, names)

    def _component(
        self, name: str, indices: tuple[Term, ...], bound: Bound, names: set[str]
    ) -> None:
        shape: Sequence[Range] = self.given.shapes.get(name, ())
        for n, i in enumerate(indices):
            self._scan(i, bound, names)
            self._index(i, shape[n] if n < len(shape) else None, bound)

    def _whole(self, t: Term, bound: Bound) -> None:
        """``t`` stands where only an integer can stand."""
        if isinstance(t, Symbol):
            name = t.name
            if name in bound:
                return
            definition = self.given.definitions.get(name)
            if definition is None:
                self.names.add(name)
            elif definition.body != t and not definition.parameters and not definition.indices:
                self._whole(definition.body, {name: None, **bound})
        elif isinstance(t, Indexed):
            return  # an integer only where it is declared one
        else:
            for s in children(t):
                self._whole(s, bound)

    def _index(self, i: Term, axis: Range | None, bound: Bound) -> None:
        """``i`` stands as an index on ``axis``."""
        reach: int | None = None
        if isinstance(i, Number):
            reach = int(i.value)
        elif isinstance(i, Symbol):
            name = i.name
            if name in bound:
                reach = bound[name]
            elif (
                axis is not None
                and name not in self.ranges
                and name not in self.sizes
                and name not in self.declared
                and name not in self.given.definitions
            ):
                self.ranges[name] = axis
            self._whole(i, bound)
        else:
            self._whole(i, bound)
        if reach and axis and reach <= LARGEST_LITERAL and isinstance(axis.upper, Symbol):
            size = axis.upper.name
            self.least[size] = max(reach, self.least.get(size, 1))
