"""Axes and indices that have one range.

Axes and indices that meet (``x_k`` puts k on x's axis, ``δ_ij`` joins i and j, ``H(p, y)`` puts p
on H's parameter) form classes.  A class has the range that is declared for one of its members,
else the bounds of a Σ over it, else a fresh dimension 1..d.

Throughout: a *place* is an axis ``(name, k)``, a free index ``(name,)`` or a dummy, by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from types import MappingProxyType
from typing import TypeGuard

from derive.read.axes import Axes, Place
from derive.read.dependence import parts_first
from derive.read.numbered import terms_of
from derive.read.reach import end_of, hull, shifted
from derive.term import (
    Add,
    BigOp,
    Call,
    Claim,
    Component,
    Definition,
    Delta,
    Given,
    Indexed,
    Matrix,
    Mul,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    bits_of,
    bound_names,
    children,
    free_names,
    rebuild,
    replace,
    subterms_of,
)
from derive.vocabulary import DETERMINANT, FUNCTIONS, TRACES

_ONE = Number(Fraction(1))
_DIMENSIONS = ("d", "n", "m", "c", "D", "N", "M", "C", "h", "r")
_MEETING = bits_of((Indexed, Delta, Relation, Component, BigOp, Call, Add, Mul))
NO_RANKS: Mapping[str, int] = MappingProxyType({})


class Classes(Axes):
    """The classes of axes and indices of one claim, and the range of each."""

    def __init__(
        self,
        given: Given,
        others: Sequence[Term] = (),
        ranks: Mapping[str, int] = NO_RANKS,
        dimension: str = "",
    ) -> None:
        """Of what is given; ``others``: what else tells of arrays and sizes, not walked yet."""
        super().__init__(given)
        self.dimension = dimension
        self.bounds: dict[Place, list[Range]] = {}
        self.reached: dict[Place, list[Range]] = {}  # by x_{k+1}, x_1 and x_n
        self.behind: list[tuple[Place, Place, Fraction]] = []  # by what a name stands for
        self.dummies = 0
        self.unbounded: dict[str, list[Place]] = {}  # the sums without bounds, by dummy
        self.places: dict[int, Place] = {}  # id of a BigOp without bounds -> its place
        self.kept: list[Term] = []  # keeps those ids valid
        self._ranges: dict[Place, Range] = {}
        terms = (*others, *terms_of(given))
        self.sizes = self._declared_sizes() | self.sizes_in(terms)
        self.names: set[str] = set().union(*(free_names(t) | bound_names(t) for t in terms))
        self.names |= self.sizes | set(given.shapes) | set(given.ranges)
        self._find_parameters(ranks)
        self._find_arrays(self.axes_of, (*others, *(a.term for a in given.assumptions)), terms)
        for name, rank in ranks.items():
            if name in self.names:
                self._has_axes(name, rank)
        self.declared_axes = dict(self.axes_of)
        for name, shape in given.shapes.items():
            for k in range(len(shape)):
                self.find((name, k))
        for definition in parts_first(given.definitions):
            self._define(definition)
        for assumption in given.assumptions:
            self.walk(assumption.term)
            if isinstance(assumption.term, Symbol) and assumption.kind in (
                "one-hot",
                "distribution",
            ):
                self.axes_of.setdefault(assumption.term.name, 1)

    def copy(self) -> Classes:
        """One that can go on without changing this one."""
        found = object.__new__(Classes)
        found.__dict__.update(self.__dict__)
        found.parent, found.names = dict(self.parent), set(self.names)
        found.bounds = {place: [*ranges] for place, ranges in self.bounds.items()}
        found.reached = {place: [*ranges] for place, ranges in self.reached.items()}
        found.unbounded = {name: [*places] for name, places in self.unbounded.items()}
        found.behind, found.kept = [*self.behind], [*self.kept]
        found.places, found.axes_of = dict(self.places), dict(self.axes_of)
        return found

    def completed(self, claim: Claim, bounded: bool = False) -> Claim:
        """The claim, of which all was walked, with ranges; ``bounded``: what is given stays."""
        self._ranges = self._settle()
        definitions, assumptions = claim.given.definitions, claim.given.assumptions
        relation = self.bounded(claim.relation)
        if not bounded:
            definitions = {
                name: replace(d, body=self.bounded(d.body)) for name, d in definitions.items()
            }
            assumptions = tuple(replace(a, term=self.bounded(a.term)) for a in assumptions)
        ranges = {**self.free_ranges(), **claim.given.ranges}
        shapes = {**self.shapes(), **claim.given.shapes}
        given = Given(ranges, shapes, definitions, assumptions)
        return replace(claim, relation=relation, given=given)

    # what is where

    def _declared_sizes(self) -> set[str]:
        """Names that bound a declared range: not free indices themselves."""
        ranges = [*self.given.ranges.values(), *(a for s in self.given.shapes.values() for a in s)]
        ends = [end for bound in ranges for end in (bound.lower, bound.upper)]
        found = {s.name for end in ends for s in subterms_of(end, Symbol)}
        return found - set(self.given.ranges)

    def sizes_in(self, terms: Iterable[Term]) -> set[str]:
        """Names that bound a sum; the t of a_t = Σ_{s=1}^t x_s is any index."""
        own = {id(d.body): d.indices for d in self.given.definitions.values()}
        found: set[str] = set()
        for t in terms:
            local = {*own.get(id(t), ()), ""}
            for s in subterms_of(t, BigOp):
                ends = [end_of(side) for side in (s.lower, s.upper) if side is not None]
                found.update(end[0] for end in ends if end is not None and end[0] not in local)
        return found - set(self.given.ranges)

    def axes_in(self, t: Term) -> dict[str, int]:
        """What ``t`` tells by itself of the number of axes of names."""
        found: dict[str, int] = {}
        self._find_arrays(found, (t,), (t,))
        return found

    def _find_parameters(self, ranks: Mapping[str, int]) -> None:
        """The number of axes of what is declared and defined, and of functions' parameters."""
        given = self.given
        self._parameters: dict[tuple[str, str], int] = {}  # of a function's parameters
        for name, shape in given.shapes.items():
            if shape:
                self.axes_of[name] = len(shape)
        for name, definition in given.definitions.items():
            if definition.indices:
                self.axes_of[name] = len(definition.indices)
            for p in definition.parameters:
                if p in ranks:  # h(x) = w^T x
                    self._parameters[name, p] = ranks[p]
                    for k in range(ranks[p]):
                        self.find(("parameter", name, p, k))
            for s in subterms_of(definition.body, Indexed):
                if s.name in definition.parameters:
                    self._parameters[name, s.name] = len(s.indices)
                else:
                    self._has_axes(s.name, len(s.indices))

    def _find_arrays(
        self, found: dict[str, int], indexed: Iterable[Term], calling: Iterable[Term]
    ) -> None:
        """The number of axes of each name, as far as its indices show it, and what it is given to
        as an argument."""
        for t in indexed:
            for s in subterms_of(t, Indexed):
                found[s.name] = max(found.get(s.name, 0), len(s.indices))
        for t in calling:
            for call in subterms_of(t, Call):
                self._array_arguments(found, call)

    def _has_axes(self, name: str, count: int) -> None:
        self.axes_of[name] = max(self.axes_of.get(name, 0), count)

    def _array_arguments(self, found: dict[str, int], t: Call) -> None:
        """Names that stand where a function expects an array."""
        definition = self.given.definitions.get(t.name)
        counts: list[int] = []
        if definition is not None:
            counts = [self._parameters.get((t.name, p), 0) for p in definition.parameters]
        elif t.name in FUNCTIONS:
            row = FUNCTIONS[t.name].parameters
            counts = [bool(p.dimension) + bool(p.columns) for p in row]
        for arg, count in zip(t.args, counts, strict=False):
            if not count or not isinstance(arg, (Symbol, Indexed)):
                continue
            if isinstance(arg, Symbol) and arg.name not in self.given.definitions:
                found.setdefault(arg.name, count)
            elif isinstance(arg, Indexed) and definition is not None:  # h(x_i)
                known = self.given.shapes.keys() | self.given.definitions.keys()
                if arg.name not in known:
                    found[arg.name] = max(found.get(arg.name, 0), len(arg.indices) + count)

    def _define(self, definition: Definition) -> None:
        scope: dict[str, Place | None] = {}
        for k, index in enumerate(definition.indices):
            scope[index] = axis = (definition.name, k)
            self.find(axis)
            if index in self.given.ranges:
                self.bounds.setdefault(axis, []).append(self.given.ranges[index])
        for parameter in definition.parameters:
            scope[parameter] = ("parameter", definition.name, parameter)
        if isinstance(definition.body, Matrix) and not scope:  # z = (0, 1, 2)
            rows = definition.body.rows
            for k, size in enumerate((len(rows), len(rows[0]))):
                if k == 0 or size > 1:
                    self.find((definition.name, k))
                    sized = Range(_ONE, Number(Fraction(size)))
                    self.bounds.setdefault((definition.name, k), []).append(sized)
        self._walk(definition.body, scope)
        if not definition.indices and not definition.parameters:
            axes = self.axes(definition.body, scope)
            if axes:
                self.axes_of.setdefault(definition.name, len(axes))
                self.join_axes([(definition.name, k) for k in range(len(axes))], axes)

    def _index_place(self, t: Term, scope: Mapping[str, Place | None]) -> Place | Range | None:
        """Where an index ranges: the class of its place, or its own bounds."""
        if not isinstance(t, Symbol):
            return None
        if t.name in scope:
            return scope[t.name]
        if t.name in self.sizes or t.name in self.given.definitions:
            return None
        return (t.name,)

    def _meet(self, index: Term, axis: Place, scope: Mapping[str, Place | None]) -> None:
        place = self._index_place(index, scope)
        self.find(axis)
        if isinstance(place, Range):
            self.bounds.setdefault(axis, []).append(place)
        elif place is not None:
            self.join(place, axis)
        elif (found := self._reach(index, scope)) is not None:
            self.reached.setdefault(axis, []).append(found)
        elif (end := end_of(index)) is not None and isinstance(scope.get(end[0]), tuple):
            place = scope[end[0]]
            assert isinstance(place, tuple)
            self.behind.append((axis, place, end[1]))  # x_{n+1} of d_n = x_{n+1} - x_n

    def _reach(self, index: Term, scope: Mapping[str, Place | None]) -> Range | None:
        found = end_of(index)
        if found is None:
            return None
        name, offset = found
        if name not in scope:
            return Range(index, index) if name in self.sizes or not name else None
        local = scope[name]
        return shifted(local, offset) if isinstance(local, Range) else None

    def walk(self, t: Term) -> None:
        """Joins what meets in ``t``."""
        self._walk(t, {})

    def _walk(self, t: Term, scope: dict[str, Place | None]) -> None:
        if not t.kinds & _MEETING:
            return  # nearly always
        match t:
            case Indexed(name, indices):
                for k, index in enumerate(indices):
                    self._meet(index, self._axis(name, k, scope), scope)
            case Delta(left, right) | Relation("=" | "!=", left, right):
                self._same(t, left, right, scope)
            case Component(of, indices):
                axes = self.axes(of, scope)
                for k, index in enumerate(indices):
                    if k < len(axes):
                        self._meet(index, axes[k], scope)
                    elif isinstance(place := self._index_place(index, scope), tuple):
                        self.find(place)
            case BigOp():
                self._walk_big(t, scope)
                return
            case Call(name, args):
                self._call(name, args, scope)
            case Add() | Mul():
                self.axes(t, scope)
        for s in children(t):
            self._walk(s, scope)

    def _axis(self, name: str, k: int, scope: Mapping[str, Place | None]) -> Place:
        local = scope.get(name)
        return (*local, k) if isinstance(local, tuple) and local[0] == "parameter" else (name, k)

    def _same(self, t: Term, left: Term, right: Term, scope: Mapping[str, Place | None]) -> None:
        if isinstance(t, Delta) or self._are_indices(left, right, scope):
            places = [self._index_place(s, scope) for s in (left, right)]
            if all(isinstance(p, (tuple, int)) for p in places):
                self.join(places[0], places[1])
            for p, q in (places, places[::-1]):
                if isinstance(p, Range) and isinstance(q, (tuple, int)):
                    self.find(q)
                    self.bounds.setdefault(q, []).append(p)
                elif isinstance(q, (tuple, int)):
                    self.find(q)
        elif isinstance(t, Relation):
            one, two = self.axes(left, scope), self.axes(right, scope)
            self.join_axes(one, two)

    def _are_indices(self, left: Term, right: Term, scope: Mapping[str, Place | None]) -> bool:
        """Whether both are known for indices, or one is a dummy and nothing is said of the other:
        sum over j != i."""
        if not isinstance(left, Symbol) or not isinstance(right, Symbol):
            return False
        indexed = {*scope, *self.given.ranges}
        known = [n in indexed or (n,) in self.parent for n in (left.name, right.name)]
        dummy = any(isinstance(scope.get(n), (Range, int)) for n in (left.name, right.name))
        said = self.given.shapes.keys() | self.given.definitions.keys() | self.axes_of.keys()
        return all(known) or (dummy and said.isdisjoint((left.name, right.name)))

    def _walk_big(self, t: BigOp, scope: dict[str, Place | None]) -> None:
        for bound in (t.lower, t.upper):
            if bound is not None:
                self._walk(bound, scope)
        place: Place
        if t.lower is not None and t.upper is not None:
            place = self._between(t.lower, t.upper, scope)
        else:
            self.dummies += 1
            place = self.dummies
            self.find(place)
            self.unbounded.setdefault(t.index, []).append(place)
            self.places[id(t)] = place
            self.kept.append(t)
            if t.index in self.given.ranges:
                self.bounds.setdefault(place, []).insert(0, self.given.ranges[t.index])
        inside = {**scope, t.index: place}
        self._walk(t.body, inside)
        if t.where is not None:
            self._walk(t.where, inside)

    def _between(self, lower: Term, upper: Term, scope: Mapping[str, Place | None]) -> Place:
        """Where a dummy with these bounds ranges: up to an index of the definition around it, it
        ranges where that does."""
        end, start = end_of(upper), end_of(lower)
        if end is not None and self._is_index(local := scope.get(end[0])):
            return local
        if start is not None and self._is_index(scope.get(start[0])):
            lower = _ONE
        return Range(lower, upper)

    def _is_index(self, place: Place | None) -> TypeGuard[tuple[str, int]]:
        return isinstance(place, tuple) and not isinstance(place, Range) and len(place) == 2

    def _call(self, name: str, args: tuple[Term, ...], scope: Mapping[str, Place | None]) -> None:
        definition = self.given.definitions.get(name)
        if definition is None:
            if (name in TRACES or name == DETERMINANT) and len(args) == 1:
                axes = self.axes(args[0], scope)
                if len(axes) == 2:
                    self.join(*axes)
            if name in FUNCTIONS:
                self._vocabulary_call(name, args, scope)
            return
        for parameter, arg in zip(definition.parameters, args, strict=False):
            for k, axis in enumerate(self.axes(arg, scope)):
                self.join(("parameter", name, parameter, k), axis)

    def _vocabulary_call(
        self, name: str, args: tuple[Term, ...], scope: Mapping[str, Place | None]
    ) -> None:
        """Arrays that a row gives the same dimension have the same range: KL(p, q)."""
        first: dict[str, Place] = {}
        for parameter, arg in zip(FUNCTIONS[name].parameters, args, strict=False):
            sizes = [d for d in (parameter.dimension, parameter.columns) if d]
            axes = self.axes(arg, scope)
            if len(axes) == len(sizes):
                for size, axis in zip(sizes, axes, strict=True):
                    self.join(first.setdefault(size, axis), axis)

    # what comes of it

    def _settle(self) -> dict[Place, Range]:
        declared: dict[Place, Range] = {}
        guessed: dict[Place, Range] = {}
        for name, shape in self.given.shapes.items():
            for k, range_ in enumerate(shape):
                declared.setdefault(self.find((name, k)), range_)
        for name, range_ in self.given.ranges.items():
            if (name,) in self.parent:
                declared.setdefault(self.find((name,)), range_)
        for place, found in self.bounds.items():
            root = self.find(place)
            for range_ in found:
                best = guessed.get(root)
                if best is None or (_plain(range_) and not _plain(best)):
                    guessed[root] = range_
        defined = {
            self.find((d.name, k))
            for d in self.given.definitions.values()
            for k, index in enumerate(d.indices)
            if index in self.given.ranges
        }
        for place, found in self.reached.items():
            root = self.find(place)
            if root in guessed and root not in defined:
                guessed[root] = hull(guessed[root], found)
        summed = {self.find(place) for places in self.unbounded.values() for place in places}
        for place, by, offset in self.behind:
            root, of = self.find(place), self.find(by)
            if root in guessed and of in guessed and root not in summed:
                guessed[root] = hull(guessed[root], [shifted(guessed[of], offset)])
        settled = {**guessed, **declared}
        tied = {self.find(place) for place in self.parent if not isinstance(place, int)}
        for places in self.unbounded.values():  # Σ_x p(x) and Σ_x q(x) are over the same x
            roots = dict.fromkeys(map(self.find, places))
            loose = [root for root in roots if root not in settled and root not in tied]
            others = [root for root in roots if root not in loose]
            for root in loose:
                self.join(root, others[0] if len(others) == 1 else loose[0])
        for place in list(self.parent):
            root = self.find(place)
            if root not in settled:
                settled[root] = Range(_ONE, Symbol(self._fresh_dimension()))
        return settled

    def _fresh_dimension(self) -> str:
        if self.dimension:
            return self.dimension
        for name in chain(_DIMENSIONS, (f"d_{{{n}}}" for n in range(1, 10_000))):
            if name not in self.names:
                self.names.add(name)
                return name
        raise AssertionError("more classes than names")

    def range_of(self, place: Place) -> Range:
        return self._ranges[self.find(place)]

    def free_ranges(self) -> dict[str, Range]:
        return {
            place[0]: self.range_of(place)
            for place in list(self.parent)
            if isinstance(place, tuple) and len(place) == 1 and isinstance(place[0], str)
        }

    def shapes(self) -> dict[str, tuple[Range, ...]]:
        found: dict[str, tuple[Range, ...]] = {}
        for name, count in self.axes_of.items():
            if name not in self.given.definitions:
                for k in range(count):  # an axis of which nothing is said, as of x in softmax(x)
                    root = self.find((name, k))
                    if root not in self._ranges:
                        self._ranges[root] = Range(_ONE, Symbol(self._fresh_dimension()))
            if all((name, k) in self.parent for k in range(count)):
                found[name] = tuple(self.range_of((name, k)) for k in range(count))
        return found

    def _is_row(self, t: Indexed) -> bool:
        count = self.axes_of.get(t.name, 0)
        return len(t.indices) < count and t.name not in self.given.definitions

    def is_open(self, t: Term) -> bool:
        """Is there anything to do for ``bounded``?"""
        unbound = any(s.lower is None for s in subterms_of(t, BigOp))
        return unbound or any(map(self._is_row, subterms_of(t, Indexed)))

    def bounded(self, t: Term) -> Term:
        """``t`` with bounds for every Σ that has none, and x_i as a row where x has more axes."""

        def change(s: Term) -> Term:
            new = rebuild(s, change)
            if isinstance(new, Indexed) and self._is_row(new):
                return Component(Symbol(new.name), new.indices, span=new.span)
            if isinstance(s, BigOp) and s.lower is None and isinstance(new, BigOp):
                place = self.places.get(id(s))
                if place is not None:
                    range_ = self.range_of(place)
                    return replace(new, lower=range_.lower, upper=range_.upper)
            return new

        return change(t) if self.is_open(t) else t


def _plain(range_: Range) -> bool:
    """Whether the range is that of a whole axis: 1..d."""
    return range_.lower == _ONE and isinstance(range_.upper, (Symbol, Number))
