"""What names mean at a place of a document: definitions, shapes, ranges, assumptions in scope.

For a name the nearest definition before the place counts, else the first one after it; a "where"
clause right after a display comes first.  What was declared for this program comes before all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from derive.read.chains.gathered import Defined, Shape, Stated
from derive.read.chains.scopes import END, end_around
from derive.read.chains.seen import Seen, arguments, look, scalars, symbols, ties
from derive.read.chains.variables import variables
from derive.read.identity import of_identities
from derive.term import (
    Assumption,
    Definition,
    Given,
    Range,
    Relation,
    Term,
    free_names,
)
from derive.vocabulary import STANDARD

_AHEAD = 40  # definitions of one name, looked at before and after a place
SEEN = 1_000  # terms whose names are remembered
T = TypeVar("T")


@dataclass(slots=True)
class Meaning:
    """What has been gathered from a document; ``given`` is what comes before all.

    ``sections``: where sections begin, ``levels``: of their headings.  What stands in a later
    section does not explain an earlier one.  ``renewed``: where a name is let be something anew,
    ``freed``: where it is let be anything.
    """

    given: Given
    sections: tuple[int, ...] = ()
    levels: tuple[int, ...] = ()
    definitions: dict[str, list[Defined]] = field(default_factory=dict)
    shapes: dict[str, list[tuple[int, Shape]]] = field(default_factory=dict)
    ranges: dict[str, list[tuple[int, Range]]] = field(default_factory=dict)
    stated: dict[str, list[Stated]] = field(default_factory=dict)  # by each of their names
    cases: list[Stated] = field(default_factory=list)
    known: dict[Assumption, int] = field(default_factory=dict)  # up to where it holds
    passing: list[Stated] = field(default_factory=list)  # what does not hold to the end
    renewed: dict[str, list[int]] = field(default_factory=dict)
    freed: dict[str, list[int]] = field(default_factory=dict)
    lengths: set[str] = field(default_factory=set)  # names in the upper ends of ranges
    # where words speak of conditions and do not give them, or up to the last offset only
    spoken: list[tuple[int, int, int]] = field(default_factory=list)
    proofs: tuple[int, ...] = ()  # where they begin
    parts: tuple[tuple[int, int], ...] = ()  # where one of several cases begins, and ends
    scopes: tuple[tuple[int, int], ...] = ()  # the same of a lemma with its proof, an example
    turns: list[tuple[int, int, frozenset[str]]] = field(default_factory=list)  # up to where
    declared: frozenset[str] = frozenset()  # with a shape or a length, known in the end
    seen: dict[int, Seen] = field(default_factory=dict)
    alike: dict[Any, Any] = field(default_factory=dict)  # sets of names, each once
    reaching: dict[Assumption, set[str]] = field(default_factory=dict)

    def define(self, at: int, definition: Definition, near: int = -1, after: bool = False) -> None:
        self._insert(definition.name, Defined(at, definition, near, after))

    def with_definition(self, at: int, definition: Definition) -> Meaning:
        """The same with one definition more, which what looks at this one does not see."""
        more = copy(self)
        name = definition.name
        more.definitions = {**self.definitions, name: self.definitions.get(name, [])[:]}
        more.define(at, definition)
        return more

    def _insert(self, name: str, entry: Defined) -> None:
        insort(self.definitions.setdefault(name, []), entry, key=lambda d: d.at)

    def state(
        self,
        at: int,
        assumption: Assumption,
        until: int = END,
        case: bool = False,
        ends: int = END,
        throughout: bool = False,
    ) -> None:
        names = free_names(assumption.term) - STANDARD
        names = names - of_identities(assumption.term) or names
        later = (place for name in names for place in self.renewed.get(name, ()) if place > at)
        until = min((until, *later))
        turned = (t for t in self.turns if at < t[0] < until and _is_of(t, names))
        if not throughout and (turn := next(turned, None)):
            start, over, _ = turn
            self.state(at, assumption, start, case, ends=min(over, max(until, ends)))
            if over < until:
                self.state(over, assumption, until, case, ends)
            return
        given_until = self.given_until(at)
        if given_until < until:
            until, ends = given_until, self.section_end(at)
        if not throughout and (part_end := self.part_end(at)) < until:
            until = part_end
            ends = self.section_end(at) if end_around(self.parts, at) == part_end else END
        entry = Stated(at, until, assumption, names, case, ends=max(until, ends))
        if case or until <= at:  # which holds nowhere, and may be meant up to its end
            insort(self.cases, entry, key=lambda s: s.at)
        elif self.known.get(assumption, -1) < until:
            self.known[assumption] = until
            for name in names:
                self.stated.setdefault(name, []).append(entry)
        if until < END:
            self.passing.append(entry)

    def may_hold_before(self, at: int, assumption: Assumption) -> None:
        """What is said at a place for what follows may be meant in its section before it, too."""
        start = self.sections[self.section(at) - 1] if self.section(at) else 0
        names = free_names(assumption.term) - STANDARD
        self.passing.append(Stated(at, start, assumption, names, True, ends=at))

    def renew(self, name: str, at: int, anything: bool = False) -> None:
        """At ``at`` the name is let be something anew: what was assumed of it before counts no
        more; ``anything``: nor what it meant."""
        self.renewed.setdefault(name, []).append(at)
        if anything:
            self.freed.setdefault(name, []).append(at)

    def given_until(self, at: int) -> int:
        """Up to where a condition at a place is given; the place itself where the words only
        speak of it."""
        n = bisect_right(self.spoken, at, key=lambda s: s[0])
        near = (s for s in self.spoken[max(0, n - _AHEAD) : n] if at < s[1])
        return min((max(until, at) for _, _, until in near), default=END)

    def part_end(self, at: int) -> int:
        """Where the case, the lemma or the example ends that a place stands in; END where it is in
        none."""
        return min(end_around(self.parts, at), end_around(self.scopes, at))

    def turned_between(self, names: Iterable[str], start: int, end: int) -> bool:
        """Whether the text has turned to something else since ``start``, for a part around
        ``end``."""
        near = [t for t in self.turns if start < t[0] <= end < t[1]]
        return any(_is_of(t, frozenset(names)) for t in near)

    def renewed_between(self, names: Iterable[str], start: int, end: int) -> bool:
        return any(start < place <= end for n in names for place in self.renewed.get(n, ()))

    def says(self, assumption: Assumption) -> bool:
        """Whether the document states it somewhere, for all that follows or for a part."""
        return assumption in self.known or any(s.assumption == assumption for s in self.cases)

    def says_of(self, name: str) -> bool:
        """Whether the text says what a name means or how large it is, anywhere."""
        own = name in self.definitions or name in self.stated or name in self.shapes
        axes = (a for found in self.shapes.values() for _, shape in found for a in shape.axes)
        sized = name in self.lengths or any(name in free_names(a.upper) for a in axes)
        return own or sized or any(name in s.names for s in self.cases)

    def forget(self, name: str, at: int) -> None:
        """From ``at`` on it is not known what the name means."""
        if name in self.definitions:
            self._insert(name, Defined(at, None))

    def section(self, at: int) -> int:
        """The number of the section that an offset stands in."""
        return bisect_right(self.sections, at)

    def section_end(self, at: int) -> int:
        """Where the section around an offset ends with all that is below its heading."""
        n = self.section(at)
        if n == 0:
            return END
        later = zip(self.sections[n:], self.levels[n:], strict=True)
        return next((start for start, level in later if level <= self.levels[n - 1]), END)

    def definition(self, name: str, at: int, called: bool | None = None) -> Definition | None:
        """What ``name`` means at ``at``; ``called``: whether it is applied to arguments."""
        if name in self.given.definitions:
            return self.given.definitions[name]
        found = self.definitions.get(name)
        if not found:
            return None

        def fits(d: Defined) -> bool:
            if d.definition is None or called is None:
                return True
            return bool(d.definition.parameters) == called

        here = bisect_right(found, at, key=lambda d: d.at)
        after = [d for d in found[here : here + _AHEAD] if fits(d) and not d.after]
        after = [d for d in after if self.section(d.at) == self.section(at)]
        explains = next((d for d in after if 0 <= d.near <= at), None)
        before = next((d for d in reversed(found[max(0, here - _AHEAD) : here]) if fits(d)), None)
        best = explains or before or next(iter(after), None)
        if best is None or any(best.at < place <= at for place in self.freed.get(name, ())):
            return None
        return best.definition

    def all_definitions(self) -> Iterator[Definition]:
        yield from self.given.definitions.values()
        for found in self.definitions.values():
            yield from (d.definition for d in found if d.definition is not None)

    def defined_before(self, name: str, at: int) -> bool:
        """Whether the document has defined ``name`` and what it meant is not over."""
        if name in self.given.definitions:
            return True
        found = self.definitions.get(name, ())
        here = bisect_left(found, at, key=lambda d: d.at)
        return here > 0 and found[here - 1].definition is not None

    def defined_at(self, name: str, at: int) -> int | None:
        """Where the document defined ``name`` last before ``at``."""
        if name in self.given.definitions:
            return None
        found = self.definitions.get(name, ())
        here = bisect_left(found, at, key=lambda d: d.at)
        return found[here - 1].at if here else None

    def range_over(self, index: str, at: int, found: Range) -> None:
        self.ranges.setdefault(index, []).append((at, found))
        self.lengths |= free_names(found.upper)

    def range_at(self, index: str, at: int) -> Range | None:
        """How far the text says that an index goes."""
        if index in self.given.ranges:
            return self.given.ranges[index]
        nearest = self._nearest(self.ranges.get(index, ()), at)
        return nearest[1] if nearest is not None else None

    # --- for one claim ------------------------------------------------------------------------

    def at(
        self,
        t: Term,
        at: int,
        extra: Iterable[Assumption] = (),
        plain: frozenset[str] = frozenset(),
    ) -> Given:
        """What is given for ``t`` at an offset: what its names mean, and what is assumed of
        them.  ``plain``: names that stand there as wholes and not in bold face."""
        definitions: dict[str, Definition] = {}
        names: set[str] = set()
        self._reach(t, at, definitions, names, ())
        chosen: list[Assumption] = []
        here = self.section(at)
        seen = self._seen(t)
        called, whole, differentiated = seen.called, seen.whole, seen.differentiated
        for name in sorted(n for n in names if n not in self.ranges and n not in self.given.ranges):
            for s in self.stated.get(name, ()):
                if s.assumption in chosen or s.until <= at:
                    continue
                if s.at > at and self.section(s.at) != here:
                    continue
                if s.at > at and bisect_right(self.proofs, s.at) > bisect_right(self.proofs, at):
                    continue
                if s.at > at and any(at < start <= s.at < end for start, end in self.scopes):
                    continue  # in a lemma further down
                if s.at > at and self.renewed_between(s.names, at, s.at):
                    continue  # said of what the name is let be after this place
                if differentiated and ties(s.assumption):
                    continue
                if called & symbols(s.assumption.term):
                    continue  # a deviation σ > 0 is not the function σ
                if (seen.indexed - seen.symbols) & arguments(s.assumption.term):
                    continue  # σ(x) < 1 speaks of a number x, not of x_i
                if not any(self.definition(n, at) for n in s.names) or (
                    not differentiated and self._says_more(s, at, names)
                ):
                    chosen.append(s.assumption)
        last = bisect_right(self.cases, at, key=lambda s: s.at)
        for s in self.cases[max(0, last - _AHEAD) : last]:
            about = s.names <= names or (s.behind <= names and self._means_the_same(s, at))
            about = about and not called & symbols(s.assumption.term)
            if about and at < s.until and s.assumption not in chosen:
                chosen.append(s.assumption)
        for a in (*self.given.assumptions, *extra):
            if a not in chosen and (free_names(a.term) | self._behind(a)) & names:
                chosen.append(a)
        for a in chosen:
            self._reach(a.term, at, definitions, names, ())
        shapes: dict[str, tuple[Range, ...]] = {}
        ranges: dict[str, Range] = {}
        for name in sorted(names):  # the same order in every run
            shape = self._nearest(self.shapes.get(name, ()), at)
            elsewhere = shape is not None and self.section(shape[0]) != here
            if shape is not None and not (
                shape[1].axes and elsewhere and name in plain and (shape[1].bold or name in whole)
            ):
                shapes[name] = shape[1].axes
            if (range_ := self._nearest(self.ranges.get(name, ()), at)) is not None:
                ranges[name] = range_[1]
        lengths = not names.isdisjoint(self.lengths)
        for index, found in self.ranges.items() if lengths else ():
            # d is a dimension, also where no index stands
            nearest = self._nearest(found, at)
            if nearest is not None and free_names(nearest[1].upper) & names:
                ranges.setdefault(index, nearest[1])
        shapes |= {n: v for n, v in self.given.shapes.items() if n in names}
        shapes = {n: v for n, v in shapes.items() if n not in definitions or definitions[n].indices}
        ranges |= {n: v for n, v in self.given.ranges.items() if n in names}
        return Given(ranges, shapes, definitions, tuple(chosen))

    def _behind(self, a: Assumption) -> set[str]:
        """The variables that an assumption given from outside speaks of: Z in Σ_j P_j = 1, where
        P_j = exp(x_j)/Z.  It binds them in a step without P, too."""
        if a.kind != "relation" or not self.given.definitions.keys() & free_names(a.term):
            return set()
        if a not in self.reaching:
            self.reaching[a] = variables(a.term, self.given) - set(self.given.ranges)
        return self.reaching[a]

    def tied(self, name: str) -> bool:
        """Whether an equation given from outside says something of the name: it is no unknown."""
        return any(
            isinstance(a.term, Relation)
            and a.term.op == "="
            and name in free_names(a.term) | self._behind(a)
            for a in self.given.assumptions
        )

    def elsewhere(self, t: Term, at: int) -> tuple[tuple[int, Assumption], ...]:
        """What was said of the names in ``t`` before this place, for a paragraph or a section that
        is over, and where: it may be meant here or not.  Of the same names the last place counts,
        with all that is said there: 0 < q and q < 1."""
        over = [s for s in self.passing if s.until <= at < s.ends]
        if not over:
            return ()
        names: set[str] = set()
        self._reach(t, at, {}, names, ())
        last = {s.names: s.at for s in over if s.names <= names}
        found = ((s.at, s.assumption) for s in over if last.get(s.names) == s.at)
        return tuple(dict.fromkeys(found))

    def arrays(self, given: Given, at: int) -> tuple[tuple[int, str], ...]:
        """The arrays in ``given``, made for this place, and where the text says that they are."""
        found: list[tuple[int, str]] = []
        for name, axes in given.shapes.items():
            shape = self._nearest(self.shapes.get(name, ()), at)
            if axes and shape is not None and shape[1].axes:
                found.append((shape[0], name))
        return tuple(found)

    def _says_more(self, s: Stated, at: int, names: set[str]) -> bool:
        """Whether what is stated of a defined name, Σ_j P(Y = j) = 1, is about a name such as Z
        behind it that stands in the claim; what it means must not have changed since."""
        if s.assumption.kind != "relation" or not self._means_the_same(s, at):
            return False
        return s.behind <= names

    def _means_the_same(self, s: Stated, at: int) -> bool:
        """Whether the names of what is stated mean the same at ``at``."""
        return all(self.definition(n, s.at) is self.definition(n, at) for n in s.names)

    def close(self) -> None:
        """After all definitions are known: find what is stated by the names behind it too."""
        for s in {id(s): s for found in self.stated.values() for s in found}.values():
            entry, scalars = self._looked_through(s)
            if entry is not s:
                for name in s.names:
                    self.stated[name] = [entry if e is s else e for e in self.stated[name]]
                for name in scalars:
                    self.stated.setdefault(name, []).append(entry)
        self.cases = [self._looked_through(s)[0] for s in self.cases]
        self.declared = frozenset(self.lengths).union(
            self.shapes, self.given.shapes, self.given.definitions
        )

    def _looked_through(self, s: Stated) -> tuple[Stated, frozenset[str]]:
        """What is stated with the variables behind its names, and those that are scalars."""
        definitions: dict[str, Definition] = {}
        if s.assumption.kind == "relation":
            self._reach(s.assumption.term, s.at, definitions, set(), ())
        if not definitions:
            return s, frozenset()
        given = Given(definitions=definitions)
        behind = frozenset(variables(s.assumption.term, given) - set(self.ranges))
        return s._replace(behind=behind), behind & scalars(definitions.values())

    def _nearest(self, found: Sequence[tuple[int, T]], at: int) -> tuple[int, T] | None:
        """The last before ``at``, else the first after it in the same section."""
        best: tuple[int, T] | None = None
        for entry in found:
            if entry[0] <= at:
                best = entry
            elif best is None and self.section(entry[0]) == self.section(at):
                return entry
        return best

    def _reach(
        self,
        t: Term,
        at: int,
        definitions: dict[str, Definition],
        names: set[str],
        path: tuple[str, ...],
    ) -> None:
        """Collect the names in ``t`` and, one after the other, what they mean."""
        seen = self._seen(t)
        called, whole = seen.called, seen.whole
        names |= seen.bound
        for name in seen.free:
            names.add(name)
            if name in definitions or name in path or len(path) > 24:
                continue
            definition = self.definition(name, at, name in called)
            if definition is None:
                continue
            if definition.indices and name in whole and not self._in_section(definition, at):
                continue  # p_i there, a number p here
            inner = free_names(definition.body) - {*definition.indices, *definition.parameters}
            if name in inner or inner & set(path):
                continue
            definitions[name] = definition
            self._reach(definition.body, at, definitions, names, (*path, name))
            if self._circular(name, definitions):
                del definitions[name]

    def _in_section(self, definition: Definition, at: int) -> bool:
        found = self.definitions.get(definition.name, ())
        place = next((d.at for d in found if d.definition is definition), at)
        return self.section(place) == self.section(at)

    def _seen(self, t: Term) -> Seen:
        """The names in ``t``; looked at once, as bodies of definitions come again and again."""
        found = self.seen.get(id(t))
        if found is None or found.term is not t:
            found = self._together(t) if isinstance(t, Relation) else look(t)
            if len(self.seen) >= SEEN:
                self.seen.clear()
                self.alike.clear()
            # thousands of steps have few different sets of names, a third of all that is kept
            found = Seen(t, *[self.alike.setdefault(s, s) for s in found[1:]])
            self.seen[id(t)] = found
        return found

    def _together(self, t: Relation) -> Seen:
        """Of both sides: a side stands in two steps."""
        left, right = self._seen(t.left), self._seen(t.right)
        symbols, indexed = left.symbols | right.symbols, left.indexed | right.indexed
        return Seen(
            t,
            symbols,
            indexed,
            left.called | right.called,
            tuple(sorted({*left.free, *right.free})),
            left.bound | right.bound,
            symbols - indexed,
            left.differentiated or right.differentiated,
        )

    def _circular(self, name: str, definitions: Mapping[str, Definition]) -> bool:
        todo, seen = [name], set[str]()
        while todo:
            d = definitions.get(todo.pop())
            if d is None:
                continue
            inner = free_names(d.body) - {*d.indices, *d.parameters}
            if name in inner:
                return True
            todo.extend(inner - seen)
            seen |= inner
        return False


def _is_of(turn: tuple[int, int, frozenset[str]], names: frozenset[str]) -> bool:
    return not turn[2] or not names.isdisjoint(turn[2])
