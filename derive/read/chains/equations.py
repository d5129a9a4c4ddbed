"""Equations that claim nothing: those to be solved, those that say what a value is; and those
before a step that it may follow from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set

from derive.prover.undecided import BEYOND
from derive.read.chains.doubt import is_complement
from derive.read.chains.either import either
from derive.read.chains.extrema import undecorated
from derive.read.chains.introduce import is_alias
from derive.read.chains.lines import FOLLOWING
from derive.read.chains.model import Supposed
from derive.read.chains.recursion import goes_on
from derive.read.chains.running import RunningText
from derive.read.chains.shorthand import written_out
from derive.read.chains.understand import ORDER, Read, first_relation, is_size
from derive.read.chains.variables import is_number
from derive.read.chains.words import (
    AT_A_POINT,
    EQUATION,
    FOR_INSTANCE,
    FORMULA,
    SOLVES,
    STATED,
    STATES_A_VALUE,
    TRIED,
)
from derive.read.moments import is_chance
from derive.term import (
    Assumption,
    Call,
    Claim,
    Component,
    Derivative,
    Given,
    Indexed,
    Matrix,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    replace,
    subterms_of,
    term,
)
from derive.vocabulary import MEANT

_ZERO = term(0)
_SIGNS = 4  # names that are tried
_POOL = 12  # equations before a step that it may follow from


_OF_ANGLES = frozenset(("cos", "sin", "tan"))


class Equations(RunningText):
    """What the equations of a document are there for."""

    def _posed(self, r: Read) -> bool:
        """Whether the first equation is one to be solved: 0 = f in front of more steps, one from
        which the next is said to follow, or a derivative that vanishes: $f'(x) = 0$ iff .."""
        later = self.read[r.number + 1 : r.number + _POOL]
        own = either(self.read, r)  # x = 2 or x = 3
        after = next((one for one in later if own is None or either(self.read, one) != own), None)
        if after is not None and after.joint in FOLLOWING:
            return after.segment is r.segment
        if self._is_in_a_system(r):
            return True
        first = first_relation(r)
        head = first.left if first is not None and first.op == "=" else None
        if first is not None and isinstance(head, Symbol) and head.name in free_names(first.right):
            return True  # v = a v + s
        if r.raw.inline and len(r.raw.signs) == 1:
            return self._set_to_zero(r, 0)
        return len(r.raw.signs) > 1 and r.sides[0].readings[:1] == (_ZERO,)

    def _is_in_a_system(self, r: Read) -> bool:
        """Whether it is one of the equations of a display from which the text concludes something:
        "adding both gives $3x = 9$"."""
        later = self.read[r.number + 1 : r.number + _POOL]
        after = next((one for one in later if one.segment is not r.segment), None)
        if after is None or r.inline or r.raw.follows or len(r.raw.signs) > 1:
            return False
        own, then = first_relation(r), first_relation(after)
        if own is None or then is None or not (after.concluded or after.raw.follows):
            return False
        plain = not contains(own, Indexed, Call, Derivative)
        if not plain or not (is_number(own.left) or is_number(own.right)):
            return False
        return not free_names(own).isdisjoint(free_names(then))

    def _set_to_zero(self, r: Read, n: int) -> bool:
        """Whether the derivative that a chain is about is set to zero at this sign."""
        return r.sides[n + 1].readings[:1] == (_ZERO,) and any(
            e.written for e in self.extrema if e.at == r.raw.at
        )

    def _is_equation(self, r: Read, claim: Claim) -> bool:
        """Whether the words before say that an equation with a number on one side is to be
        solved, or a constraint."""
        relation = claim.relation
        if not isinstance(relation, Relation) or relation.op != "=" or len(r.raw.signs) > 1:
            return False
        if r.raw.joint in FOLLOWING or r.raw.reasons:
            return False  # what has a reason beside it is claimed
        numbers = is_number(relation.left), is_number(relation.right)
        return (
            any(numbers) and not all(numbers) and bool(EQUATION.search(r.raw.display.before[-200:]))
        )

    def _gives_a_value(self, r: Read) -> bool:
        """Whether the left side is a value of a function that is not defined anywhere, the next
        member of a sequence, or tells a new angle: P(z = 1 | x), x_{t+1}, cos θ."""
        if r.definition is not None or not r.sides[0].readings:
            return False
        t = r.sides[0].readings[0]
        if isinstance(t, Call) and t.name == "log" and len(t.args) == 1:
            t = t.args[0]
        t = written_out(t, aliases=self.aliases)
        if isinstance(t, Component):
            t = t.of
        if isinstance(t, Call) and t.name in _OF_ANGLES and self._is_new(t, r):
            return True
        if isinstance(t, Call) and t.name in BEYOND:
            return False  # a binomial is known to everybody, only not here
        if isinstance(t, Call) and t.order == 0 and not any(isinstance(a, Matrix) for a in t.args):
            known = t.name in MEANT or self.meaning.definition(t.name, r.raw.at) is not None
            known = known or self._moment_before(t, r.raw.at) or self._is_told(t, r.raw.at)
            known = known or self._is_made_of_told(t, r.raw)
            others = r.sides[1].readings
            if is_chance(t.name) and others and any(map(is_chance, free_names(others[0]))):
                return False  # E[X^2] = Var(X) + E[X]^2
            again = bool(others) and t.name in free_names(others[0])
            return not known and (not again or is_complement(t, others[0]))
        if isinstance(t, Derivative) and isinstance(t.body, Symbol) and r.sides[1].readings:
            said = r.sides[1].readings[0]
            own = t.body.name in free_names(said) or contains(said, Derivative)
            known = self.meaning.definition(t.body.name, r.raw.at) is not None
            return not own and not known and self._in_table(r) and not self._varied(t.body.name, r)
        first = first_relation(r)
        if isinstance(t, Indexed) and first is not None and goes_on(first):
            heads = (e.left for e in self._sequences(r.raw.at))
            known = self.meaning.definition(t.name, r.raw.at) is not None
            return not known and t.name not in {s.name for s in heads if isinstance(s, Indexed)}
        if isinstance(t, Indexed) and any(not isinstance(i, Symbol) for i in t.indices):
            if all(isinstance(i, Number) for i in t.indices):
                return False
            return self.meaning.definition(t.name, r.raw.at) is None
        return False

    def _is_tried(self, r: Read, equation: Relation) -> bool:
        """Whether a name gets a value for one sentence: "plugging in $x = 1$ we see"."""
        plain = isinstance(equation.left, Symbol) and is_number(equation.right)
        return plain and r.raw.inline and TRIED.search(r.raw.display.before[-100:]) is not None

    def _may_not_be_meant(self, r: Read, equation: Relation) -> bool:
        """Whether words give a name a value in passing, "the trivial solution $x = 0$ is
        discarded": what follows from it needs it."""
        value = isinstance(equation.right, Symbol) or is_number(equation.right)
        if not r.raw.inline or not value or not isinstance(equation.left, Symbol):
            return False
        before = FORMULA.sub("\x02", r.raw.display.before[-160:])
        return STATES_A_VALUE.search(before) is None or FOR_INSTANCE.search(before) is not None

    def _is_new(self, t: Call, r: Read) -> bool:
        """Whether the argument is a name that stands nowhere before, nor on the other side."""
        (angle, *others), right = t.args, r.sides[1].readings
        if others or not isinstance(angle, Symbol) or not right or not free_names(right[0]):
            return False
        known = angle.name in {*self.meaning.given.shapes, *self.meaning.given.definitions}
        known = known or self.first_stood.get(angle.name, r.at) < r.at
        return not known and angle.name not in free_names(right[0])

    def _varied(self, name: str, r: Read) -> bool:
        """Whether a derivative of the name means something else already: δ_j = ∂C/∂z_j."""
        found = self.meaning.definitions.values()
        bodies = [d.definition.body for of in found for d in of if d.definition and d.at < r.raw.at]
        return any(
            isinstance(s, Derivative) and s.body == Symbol(name)
            for body in bodies
            for s in subterms_of(body, Derivative)
        )

    def _in_table(self, r: Read) -> bool:
        """Whether it is one of several equations of one display that each say what a derivative
        is."""
        near = [other for other in self.read if other.segment is r.segment]
        heads = [other.sides[0].readings[:1] for other in near if other.signs == 1]
        return len(near) > 1 and [isinstance(h[0], Derivative) for h in heads if h].count(
            True
        ) == len(near)

    def _pool(self, r: Read) -> None:
        """After a chain: is its first relation an equation that later ones may follow from?"""
        if r.definition is not None or r.role in ("definition", "denied") or r.anew:
            return
        relation = either(self.read, r) or first_relation(r)
        if relation is None or relation.op != "=" or r.raw.conditions:
            return
        if AT_A_POINT.search(r.raw.display.before[-160:]):
            return
        words = r.raw.display.before[-160:]
        if self._is_law(relation, r.raw.at):
            if len(r.raw.signs) == 1 and (STATED.search(words) or SOLVES.search(words)):
                self.laws.append((r.raw.at, relation))
            return
        r.open = self._differs(r, relation)
        if self._is_hypothesis(r, relation):
            self.hypotheses[r.raw.at] = r.segment.span.end
        if r.open:
            self.open.append((r.raw.at, relation))
            if r.concluded:
                self.concluded.add(r.raw.at)

    def _is_hypothesis(self, r: Read, relation: Relation) -> bool:
        """Whether an equation holds in its display only: a = b before \\implies a^2 = b^2, and
        what follows from it."""
        if r.joint == "follows" and r.number:
            before = self.read[r.number - 1]
            return before.segment is r.segment and before.at in self.hypotheses
        return is_alias(relation.left, relation.right) and self._leads_on(r)

    def _differs(self, r: Read, relation: Relation) -> bool:
        if r.differs is None:
            r.differs = self._may_differ(relation, r.raw.at)
        return r.differs

    def _premise(self, r: Read) -> Relation | None:
        """The equation from which an arrow leads to this one."""
        before = self.read[r.number - 1] if r.number and r.joint == "follows" else None
        if before is None or before.inline != r.inline or before.signs > 1:
            return None
        if before.joint in ("if", "because") or before.role == "denied":
            return None
        return either(self.read, before) or first_relation(before)

    def _earlier(self, r: Read) -> tuple[Assumption, ...]:
        """The equations before this one that it may follow from."""
        relation = either(self.read, r) or first_relation(r)
        extrema = [e.equation for e in self._extrema(r)]
        if relation is None or not (self.open or extrema):
            return ()
        names = free_names(relation) | {r.solves}
        near = [t for at, t in self._known_at(r.raw.at, _POOL) if at not in self.concluded]
        found = [
            Assumption("relation", equation)
            for equation in dict.fromkeys((*near, *extrema))
            if free_names(equation) & names and equation != relation
        ]
        if not found or not (r.raw.follows or r.solves or self._differs(r, relation)):
            return ()
        return (*found[-4:], *self._named_solution(r))

    def _known_at(self, at: int, last: int = 0) -> Iterator[tuple[int, Relation]]:
        """The equations before a place that count there, of the ``last`` ones or of all: those of
        its section, in names that are not let be anew in between."""
        here = self.meaning.section(at)
        for place, equation in self.open[-last:]:
            over = at > min(self.hypotheses.get(place, at), self.meaning.part_end(place))
            if place < at and self.meaning.section(place) == here and not over:
                names = free_names(equation)
                anew = self.meaning.renewed_between(names, place, at)
                if not anew and not self._is_turned(names, place, at):
                    yield place, equation

    def _is_of_another_part(self, equation: Relation, place: int, at: int) -> bool:
        """Whether an equation says what a name is or is stated, for another part of the text."""
        says = isinstance(equation.left, (Symbol, Indexed))
        if at > min(self.hypotheses.get(place, at), self.meaning.part_end(place)):
            return True
        if self.meaning.section(place) != self.meaning.section(at):
            return says
        stated = self.inline[bisect_left(self.inline, place) :][:1] == [place]
        return (says or stated) and self._is_turned(free_names(equation), place, at)

    def _is_turned(self, names: Set[str], place: int, at: int) -> bool:
        """Whether the text has turned to something else than these names mean there."""
        if not self.meaning.turns:
            return False
        own = (self.meaning.definition(name, place) for name in names)
        behind = {*names}.union(*(free_names(d.body) for d in own if d is not None))
        return self.meaning.turned_between(behind, place, at)

    def _of_other_sections(self, relation: Relation, at: int) -> list[tuple[int, Assumption]]:
        """The solutions of sections that are over, which may be meant here or not, and what the
        text concludes without a proof."""
        names = free_names(relation)
        return [
            (place, Assumption("relation", equation))
            for place, equation in self.open[-_POOL:]
            if place < at
            and (place in self.concluded or self._is_of_another_part(equation, place, at))
            and free_names(equation) & names
            and equation != relation  # which would be its own reason
            and not contains(equation, Derivative)
            and not self.meaning.renewed_between(free_names(equation), place, at)
        ][-4:]

    def _named_solution(self, r: Read) -> tuple[Assumption, ...]:
        """That the solution is a value of the variable: \\hat{\\mu} = \\mu."""
        head = r.sides[0].readings[:1]
        if not r.solves or not head:
            return ()
        return tuple(
            Assumption("relation", Relation("=", s, replace(s, name=r.solves)))
            for s in subterms_of(head[0], Symbol, Indexed)
            if isinstance(s, (Symbol, Indexed)) and undecorated(s.name) == r.solves
        )[:1]

    def _settled_by(
        self, relation: Relation, pool: Sequence[Assumption], variable: str
    ) -> frozenset[str]:
        """The names of \\hat{w} = .. that an equation for w before it speaks of, where that has
        nothing else in it that may be meant to vanish, such as a multiplier."""
        found: set[str] = set()
        for a in pool:
            equation = a.term
            if not isinstance(equation, Relation) or contains(equation, Derivative):
                continue
            names = free_names(equation)
            families = {s.name for s in subterms_of(equation, Indexed) if isinstance(s, Indexed)}
            if variable in names and names - families - {variable} <= free_names(relation):
                found |= names
        head = free_names(relation.left) if found else set[str]()
        return frozenset(found | head)

    def _positive_solution(self, r: Read, claims: Sequence[Claim]) -> Iterator[Supposed]:
        """Of several places where a derivative vanishes, or solutions of an equation, the positive
        one is mostly meant."""
        head = r.sides[0].readings[:1]
        own = head[0].name if head and isinstance(head[0], Symbol) else ""
        name = r.solves or next((own for e in self._extrema(r) if own in e.names), "")
        name = name or own * r.raw.follows
        positive = Assumption("relation", Relation(">", Symbol(name), _ZERO))
        for claim in claims if name else ():
            yield Supposed(
                replace(claim, given=claim.given.with_assumptions(positive)), (positive,)
            )

    def _equated(self, at: int) -> set[str]:
        """The names of which an equation before this place says what they are, λ = Σ_k c_k / B."""
        near = (t for _, t in self._known_at(at))
        return {t.left.name for t in near if isinstance(t.left, (Symbol, Indexed))}

    def _of_one_sign(self, claims: Sequence[Claim]) -> Iterator[Supposed]:
        """An inequality if one name of which nothing is said stands for something positive, as
        weights do: Σ_i p_i (x_i - m)^2 >= 0."""
        for claim in claims:
            relation, given = claim.relation, claim.given
            if not isinstance(relation, Relation) or relation.op not in ORDER:
                continue
            said = {*given.definitions, *given.ranges}
            for a in given.assumptions:
                if is_size(a):
                    said |= free_names(a.term)
            found = {
                s.name: s
                for s in subterms_of(relation, Symbol, Indexed)
                if isinstance(s, (Symbol, Indexed))
            }
            for name in sorted(found.keys() & free_names(relation) - said)[:_SIGNS]:
                positive = Assumption("relation", Relation(">", found[name], _ZERO))
                ranges = {**_ranges(found[name], given), **given.ranges}
                others = (a for a in given.assumptions if name not in free_names(a.term))
                # Without Σ_i p_i = 1, which may hide it.
                alone = replace(given, ranges=ranges, assumptions=(*others, positive))
                more = replace(given, ranges=ranges).with_assumptions(positive)
                yield Supposed(replace(claim, given=alone), (positive,))
                yield Supposed(replace(claim, given=more), (positive,), or_doubtful=True)

    def _laws(self, r: Read, n: int) -> tuple[Assumption, ...]:
        """What was said before of functions in this step: f(-x) = -f(x).  Nothing where the text
        says two things of one value: f is odd in one case and even in another."""
        sides = [side.readings[0] for side in r.sides[n : n + 2] if side.readings]
        called = {s.name for t in sides for s in subterms_of(t, Call)}
        found = [
            Assumption("relation", law)
            for at, law in self.laws
            if any(s.name in called for s in subterms_of(law, Call))
            and not self.meaning.renewed_between(free_names(law), at, r.raw.at)
        ]
        heads = [law.term.left for law in dict.fromkeys(found) if isinstance(law.term, Relation)]
        return tuple(found[-2:]) if len(heads) == len(set(heads)) else ()


def _ranges(t: Term, given: Given) -> dict[str, Range]:
    """How far the indices of ``t`` go."""
    if not isinstance(t, Indexed):
        return {}
    axes = given.shapes.get(t.name, ())
    pairs = zip(t.indices, axes, strict=False)
    return {i.name: axis for i, axis in pairs if isinstance(i, Symbol)}
