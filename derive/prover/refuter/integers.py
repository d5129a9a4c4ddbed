"""Which names of a claim stand for integers, found by where they stand; and which names it uses.

An integer is a name that has a range, bounds a range, a shape or a sum, stands as an index, or is
declared an integer.

Throughout: ``bound`` maps the dummies around a term to their literal upper bound, if any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from derive.term import (
    BigOp,
    Component,
    Delta,
    Given,
    Indexed,
    Number,
    Range,
    Symbol,
    Term,
    bits_of,
    children,
    free_names,
)

Bound: TypeAlias = Mapping[str, int | None]

LARGEST_LITERAL = 64
LEAVES = (Symbol, Number)
TELLING = bits_of((Indexed, BigOp, Component, Delta))  # all else tells nothing of integers


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
            if a.kind in ("integer", "natural") and isinstance(a.term, Symbol)
        }
        self.names: set[str] = set()
        for axis in self.axes():
            self._whole(axis.lower, {})
            self._whole(axis.upper, {})
        self.sizes = set(self.names)
        self.names.update(self.ranges, self.declared)
        self._in_definitions: dict[str, frozenset[str]] = {}

    def axes(self) -> Iterator[Range]:
        """Every declared range and every axis of a shape."""
        yield from self.given.ranges.values()
        for shape in self.given.shapes.values():
            yield from shape

    def scan(self, t: Term) -> set[str]:
        """Learn from ``t`` and the definitions that it reaches; all names free in them."""
        self._scan(t, {})
        names = set(free_names(t))
        waiting = list(names & self.given.definitions.keys())
        while waiting:
            new = self._definition(waiting.pop()) - names
            names |= new
            waiting += new & self.given.definitions.keys()
        return names

    def _definition(self, name: str) -> frozenset[str]:
        """Names free in the body of a definition."""
        if name not in self._in_definitions:
            definition = self.given.definitions[name]
            own = dict.fromkeys((*definition.parameters, *definition.indices))
            self._in_definitions[name] = free_names(definition.body) - own.keys()
            self._scan(definition.body, own)
        return self._in_definitions[name]

    def _scan(self, t: Term, bound: Bound) -> None:
        """Learn from every place below ``t`` where only an integer can stand."""
        if isinstance(t, Indexed):
            self._component(t.name, t.indices, bound)
            return
        if isinstance(t, BigOp):
            self._binder(t, bound)
            return
        if isinstance(t, Component) and isinstance(t.of, Symbol):
            self._component(t.of.name, t.indices, bound)
            return
        if isinstance(t, Delta):
            self._whole(t.left, bound)
            self._whole(t.right, bound)
        for s in children(t):
            if s.kinds & TELLING:
                self._scan(s, bound)

    def _binder(self, t: BigOp, bound: Bound) -> None:
        for b in (t.lower, t.upper):
            if b is not None:
                self._whole(b, bound)
                self._scan(b, bound)
                self.sizes |= free_names(b) & self.names - bound.keys()
        last = int(t.upper.value) if isinstance(t.upper, Number) else None
        inner = {**bound, t.index: last}
        self._scan(t.body, inner)
        if t.where is not None:
            self._scan(t.where, inner)

    def _component(self, name: str, indices: tuple[Term, ...], bound: Bound) -> None:
        shape = self.given.shapes.get(name, ())
        for n, i in enumerate(indices):
            if i.__class__ not in LEAVES:
                self._scan(i, bound)
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
            elif name not in self.given.definitions:
                known = name in self.ranges or name in self.sizes or name in self.declared
                if axis is not None and not known:
                    self.ranges[name] = axis
                self.names.add(name)
            else:
                self._whole(i, bound)
        else:
            self._whole(i, bound)
        if reach and axis and reach <= LARGEST_LITERAL and isinstance(axis.upper, Symbol):
            size = axis.upper.name
            self.least[size] = max(reach, self.least.get(size, 1))
