"""How far a solution shows a claim.

Chains are taken to the claim that they are about, by what they begin or end with or by where they
stand; then it is seen whether their true steps lead from one side to the other.

Throughout: ``t`` is the claim, ``e`` an equation of the solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from derive.grade.against import Against
from derive.grade.cases import applies, at_a_point, holds, within
from derive.grade.comparing import cells, entries, uncancelled
from derive.grade.equations import EVERYWHERE, ORDERS, UNREAD, Case, Equation
from derive.grade.hopes import OPEN, hopes
from derive.grade.instances import read_elsewhere, renamed
from derive.grade.ledger import Ledger, Polynomial
from derive.grade.near import near, written_otherwise
from derive.grade.targets import Target, opened, size
from derive.prover.once import Once
from derive.term import (
    Claim,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    subterms,
)

# From nothing to everything; "follows": the claim stands alone after equations that are no sum
# of it, "jump": from one side to the other in one line.
LEVELS = ("nothing", "restated", "circular", "begun", "jump", "follows", "shown")
SHORT = 2  # textbook steps in which nothing is skipped
HOPE = ("proved", *OPEN)  # what the most that is possible counts as true


class Evidence(NamedTuple):
    """``own``: the equations of the claim's own chains, ``lines``: those of them that lead on
    and are true, ``wrong``: those that are false.  ``arrived``: false steps included, it leads to
    the other side or to something of its form.  ``passed``: milestones met.  ``only``: the case
    for which alone it is shown.  ``easier``: false steps left hardly anything of it to do."""

    level: str
    own: tuple[Equation, ...] = ()
    lines: tuple[Equation, ...] = ()
    wrong: tuple[Equation, ...] = ()
    arrived: bool = False
    passed: int = 0
    only: str = ""
    easier: bool = False


class Solution:
    """The equations of a solution, ready to be compared with claims.

    ``placed``: number of a chain -> number of the claim under whose heading it stands.
    """

    def __init__(
        self,
        equations: Sequence[Equation],
        targets: Sequence[Target],
        once: Once,
        placed: Mapping[int, int] | None = None,
    ) -> None:
        self.targets, self.once = targets, once
        self.placed = placed or {}
        self.ledger = Ledger(self._terms(equations))
        self.against = Against(self.ledger)
        self._known_bare: dict[object, bool] = {}
        self.chains: dict[int, list[Equation]] = {}
        for e in equations:
            self.chains.setdefault(e.at[0], []).append(e)
        one = self.against.one
        found = renamed(list(self.chains.values()), targets, self.ledger.same)
        for c, chain in zip(self.chains, found, strict=True):
            self.chains[c] = [e._replace(left=one(e.left), right=one(e.right)) for e in chain]
        self.equations = tuple(e for chain in self.chains.values() for e in chain)

    def _terms(self, equations: Sequence[Equation]) -> Iterable[Term]:
        for e in equations:
            yield from (e.left, e.right)
        for t in self.targets:
            yield from (t.left, t.right, *(t.opened or ()), *t.milestones)

    @cached_property
    def home(self) -> dict[int, int]:
        """The claim that each chain is about, by their numbers."""
        found = {}
        for c, chain in self.chains.items():
            scores = [(self._score(c, chain, n, t), -n) for n, t in enumerate(self.targets)]
            best, n = max(scores, default=(0, 0))
            if best > 0:
                found[c] = -n
        return found

    def _score(self, c: int, chain: Sequence[Equation], n: int, t: Target) -> int:
        cases = [e.case for e in chain if e.case is not None]
        if any(k.pair == case.pair and not within(k, case) for k in t.holds for case in cases):
            return 0
        case = t.case or next(iter(cases), None)
        left, right = self.against.sides(t, case)
        ends = self.against.under(chain[0].left, case), self.against.under(chain[-1].right, case)
        score = 6 * (self.placed.get(c) == n)  # numbers are miscounted; both ends say more
        score += 4 * any(self.ledger.same(end, s) for end in ends for s in left)
        score += 4 * any(self.ledger.same(end, s) for end in ends for s in right)
        if not score:
            whole = chain[0]._replace(left=ends[0], right=ends[1])
            score = 8 * self.against.direct(whole, t) or 4 * any(
                self.against.direct(e, t) or self.against.multiple(e, t) for e in (*chain, whole)
            )
        if not score:
            parts = [s for r in self.against.entries(t) for s in (r.left, r.right) if _tells(s)]
            shown = [cell for end in ends for cell in cells(end)] if parts else []
            score = 4 * any(self.ledger.same(cell, s) for cell in shown for s in parts)
        if not score and any(e.verdict == "refuted" for e in chain):  # to lose marks, not to earn
            score = 2 * any(self.ledger.contains(end, s) for end in ends for s in (*left, *right))
        if not score and c not in self.placed:
            score = int(self.equal(chain[0].left, t) or self.equal(chain[-1].right, t))
        fits = t.case in cases or t.case is None is next(iter(cases), None)
        return 2 * score + fits if score else 0

    def equal(self, end: Term, t: Target) -> bool:
        """Is this end of a chain the claim's left side by another name?  What is as simple as a
        number may be equal to anything by chance."""
        if not _tells(end):
            return False
        return self.once.decide(Claim(Relation("=", end, t.left), t.given)).status == "proved"

    # --- does it lead from one side to the other? ------------------------------------------

    def shown(
        self, t: Target, equations: Sequence[Equation], more: Sequence[Polynomial] = ()
    ) -> frozenset[str]:
        """The orders (of what cases tell apart) for which the equations add up to the claim; all
        of them where the claim is shown."""
        if self._adds_up(t, t.case, [e for e in equations if holds(e, t)], more):
            return EVERYWHERE
        if t.case is not None:
            return frozenset()
        best = frozenset[str]()
        for case in {e.case.pair: e.case for e in equations if e.case is not None}.values():
            covered = frozenset[str]()
            for order in sorted(EVERYWHERE):
                here = case._replace(orders=ORDERS["="] if order == "=" else ORDERS["!="])
                usable = [e for e in equations if holds(e, t) or applies(e, case, order)]
                if self._adds_up(t, here, usable, more):
                    covered |= {order}
            if covered == ORDERS["!="] and not case.discrete:
                covered = EVERYWHERE  # nobody asks for the point between
            if case.discrete or covered != ORDERS["="]:  # one value shows nothing
                best = max(best, covered, key=len)
        # That both cases are one formula is to be said.
        return best if best != EVERYWHERE or self._written(t) else frozenset()

    def _in_cases(self, t: Target, equations: Sequence[Equation]) -> bool:
        """Is it shown in cases of more than one pair (|r| < c, r > c)?  These may be all."""
        cases = {e.case for e in equations if e.case is not None and not at_a_point(e, t)}
        usable = {case: [e for e in equations if e.case in (None, case)] for case in cases}
        return len({c.pair for c, own in usable.items() if self._adds_up(t, c, own)}) > 1

    def _adds_up(
        self,
        t: Target,
        case: Case | None,
        equations: Sequence[Equation],
        more: Sequence[Polynomial] = (),
    ) -> bool:
        left, right = self.against.sides(t, case)
        target = self.ledger.difference(left[0], right[0])
        rows = [self._row(e, case) for e in equations]
        for e in equations:  # where a line is what a side of the claim means
            for line in (self.against.under(e.left, case), self.against.under(e.right, case)):
                for sides in (left, right):
                    if self.ledger.same(line, sides[1]):
                        rows.append(self.ledger.difference(sides[0], line))
        if self.ledger.reached(target, [*rows, *more]):
            return True
        wanted, whole = self.against.entries(t), self.whole(t)
        if not wanted and not whole:
            return False
        for e in equations:
            if wanted or self.home.get(e.at[0]) in whole:
                rows += [self._row(f, None) for f in entries(Relation(e.op, e.left, e.right), t)]
        if not wanted:
            return self.ledger.reached(target, [*rows, *more])
        return all(self.ledger.reached(self._row(entry, None), rows) for entry in wanted)

    def whole(self, t: Target) -> set[int]:
        """The claims that say for all components at once what ``t`` says of one."""
        return {n for n, u in enumerate(self.targets) if self.against.is_entry(t, u)}

    def _row(self, e: Equation | Relation, case: Case | None) -> Polynomial | None:
        return self.against.difference(e.left, e.right, case)

    def _wholes(self, true: Sequence[Equation]) -> Iterable[Equation]:
        """Each chain of true steps as one equation, from where it begins to each of its lines."""
        places = {e.at for e in true}
        for chain in self.chains.values():
            for e in chain[1:]:
                if not {f.at for f in chain if f.at <= e.at} <= places:
                    break
                yield e._replace(left=chain[0].left)

    def _stops_before(self, own: Sequence[Equation], t: Target) -> bool:
        """Is there no more than a line in which a person would still have to cancel, where a side
        of the claim should be?  The ledger does not tell them apart."""
        written = [s for e in own for s in (e.left, e.right)]
        for side in (t.left, t.right):
            goal = self.ledger.multiplied_out(side)
            reached = [s for s in written if self.ledger.multiplied_out(s) == goal]
            if (
                goal is not None
                and reached
                and not uncancelled(side)
                and all(map(uncancelled, reached))
            ):
                return True
        return False

    # --- what a claim gets -----------------------------------------------------------------

    def evidence(
        self,
        number: int,
        hoping: bool = False,
        spent: frozenset[tuple[int, int]] = frozenset(),
        clear: Mapping[int, bool] = MappingProxyType({}),
    ) -> Evidence:
        """How far claim ``number`` is shown; ``hoping``: all that is not certain counts as true.
        ``spent``: false steps that another claim has paid for.  ``clear``: whether chains may
        begin where they do (`gap`), as far as that was decided."""
        t = self.targets[number]
        own = tuple(
            e for c, chain in self.chains.items() if self.home.get(c) == number for e in chain
        )
        counts = HOPE if hoping else ("proved",)
        true = [e for e in self.equations if e.verdict in counts and (hoping or not e.altered)]
        if hoping:
            true = [e._replace(case=None) if e.altered else e for e in true]
        paid = [e for e in self.equations if e.at in spent]
        leading = [e for e in (*true, *paid) if not self.against.direct(e, t) and not self._bare(e)]
        more = hopes(self, own, t, hoping, clear)
        certain = [e for e in own if (hoping or not e.altered) and not at_a_point(e, t)]
        lines = tuple(self._leading_on(certain, t, counts))
        covered = self.shown(t, leading, more)
        if covered != EVERYWHERE and self.states(number):
            covered = self.shown(t, self.read_on(t, leading), more)
            lines = () if covered == EVERYWHERE else lines  # it has them elsewhere
        if covered != EVERYWHERE and self._equivalent(number, counts):
            covered = EVERYWHERE
        wrong = tuple(e for e in own if e.verdict == "refuted" and e.at not in spent)
        passed = self._passed(t, own)
        only = "" if covered in (EVERYWHERE, frozenset()) else "".join(sorted(covered))
        found = Evidence("begun", own, lines, wrong, False, passed, only)
        sure = all(e.verdict in ("proved", "refuted") and not e.altered for e in own)
        if covered == EVERYWHERE and (sure or not hoping) and self._stops_before(own, t):
            return found
        multiplied = (hoping or self._written(t)) and self._multiplied(number, leading)
        if covered == EVERYWHERE or multiplied:
            return found._replace(level="shown", wrong=self._in_the_way(wrong, leading, t))
        # on its own error or another's, or on what may be one: an earlier part is wrong
        first = next((e.at for e in self.equations if e.verdict == "refuted"), None)
        off = [
            e
            for e in own
            if e.verdict == "refuted"
            or (hoping and first and e.at > first and (e.verdict in OPEN or e.altered))
        ]
        arrived = off and self.shown(t, [*leading, *wrong]) == EVERYWHERE
        if arrived or near(self, off, t, counts):
            return found._replace(arrived=True)
        level = self._level(own, lines, t, counts)
        if level == "nothing" and self.states(number):
            level = "restated"  # in a chain that says more of another claim
        if hoping and level == "follows":
            return found._replace(level="shown", lines=())  # which may be any of those before it
        if hoping and (
            self._in_cases(t, leading) or (level == "restated" and written_otherwise(self, own, t))
        ):
            return found._replace(level="shown")
        return found._replace(level="shown" if hoping and only and not self._all_true else level)

    @cached_property
    def _all_true(self) -> bool:
        """Whether no line is false or open: another case is not hidden in one of them."""
        return all(e.verdict in ("proved", "skipped") and not e.altered for e in self.equations)

    def _multiplied(self, number: int, leading: Sequence[Equation]) -> bool:
        """Is a line the claim with both sides multiplied by the same?  In a chain about another
        claim this one is used, and alone after the claim it follows from that."""
        t = self.targets[number]
        first = next((e.at for e in self.equations if self.against.direct(e, t)), None)
        return any(
            self.home.get(e.at[0], number) == number and holds(e, t) and self.against.multiple(e, t)
            for e in (*leading, *self._wholes(leading))
            if first is None or e.at < first or len(self.chains[e.at[0]]) > 1
        )

    def read_on(self, t: Target, leading: Sequence[Equation]) -> list[Equation]:
        """The lines with those of other values, but for a claim that is stated and not shown."""
        unshown = [u for u in self.targets if u.label not in self._plainly_shown]
        quotable = [e for e in leading if not any(self.against.direct(e, u) for u in unshown)]
        return [*leading, *read_elsewhere(quotable, t, lambda c: bool(self.once.decide(c)))]

    def _bare(self, e: Equation) -> bool:
        """Is this a claim that is told and only stated, in a chain where nothing else is done?"""
        key = e.at, e.left, e.right, e.case
        if key not in self._known_bare:
            self._known_bare[key] = self._is_bare(e)
        return self._known_bare[key]

    def _is_bare(self, e: Equation) -> bool:
        said = [u for u in self.targets if u.told and self.against.direct(e, u)]
        rest = [f for f in self.chains[e.at[0]] if f.at != e.at and f.verdict == "proved"]
        return any(
            u.label not in self._plainly_shown
            and not any(self.against.leads_away(f, u) for f in rest)
            for u in said
        )

    @cached_property
    def _plainly_shown(self) -> list[str]:
        true = [e for e in self.equations if e.verdict == "proved" and not e.altered]
        return [
            t.label
            for n, t in enumerate(self.targets)
            if self.shown(t, [e for e in true if not self._states_part(e, t)]) == EVERYWHERE
            or self._equivalent(n, ("proved",))
        ]

    def _states_part(self, e: Equation, t: Target) -> bool:
        """Is this the claim, or the same for all its components or one of them?"""
        is_entry = self.against.is_entry
        alike = (u for u in self.targets if is_entry(t, u) or is_entry(u, t))
        return any(self.against.direct(e, u) for u in (t, *alike))

    def states(self, number: int) -> bool:
        """Whether a line says what claim ``number`` says."""
        return any(self.against.direct(e, self.targets[number]) for e in self.equations)

    def _written(self, t: Target) -> bool:
        """Whether what is claimed stands there: as a line, or as the end of one."""
        return any(
            self.against.direct(e, t) or self.ledger.same(e.right, t.right) for e in self.equations
        )

    def _equivalent(self, number: int, counts: Sequence[str]) -> bool:
        """Is the claim turned, line by line, into what is true anyway: L = R, then what both sides
        mean, then both multiplied by the same?"""
        t = self.targets[number]
        lines = [
            e
            for c, chain in self.chains.items()
            if len(chain) == 1 and self.home.get(c, number) == number
            for e in chain
            if e.verdict in counts
        ]
        start = next((n for n, e in enumerate(lines) if self.against.direct(e, t)), None)
        if start is None:
            return False
        here, changed = lines[start], 0
        for e in lines[start + 1 :]:
            direct = self.ledger.moved(e.left, e.right, (here.left, here.right))
            if not direct and not self._amounts_to(e, here, t):
                return False
            changed += not direct
            here = e
            if changed > 1 and not self.ledger.difference(here.left, here.right):
                return True
        return False

    def _amounts_to(self, e: Equation, before: Equation, t: Target) -> bool:
        """Does one equation hold where the other does, by what names mean and by arithmetic?"""
        sides = (e.left, before.left), (e.right, before.right)
        pairs = [[opened(s, t.scope) for s in pair] for pair in sides]
        if all(self._worked_out(t, *pair) for pair in pairs):
            return True
        (a, left), (b, right) = pairs
        return self.ledger.crossed(a, b, (left, right))

    def _worked_out(self, t: Target, after: Term, before: Term) -> bool:
        """Is one side what the same side was, in no more than a textbook step or two?"""
        if self.ledger.likeness.rationally_equal(after, before):
            return True
        return 0 < self.once.of(size, Claim(Relation("=", before, after), t.given)) <= SHORT

    def _in_the_way(
        self, wrong: Sequence[Equation], leading: Sequence[Equation], t: Target
    ) -> tuple[Equation, ...]:
        """The false steps in chains that the claim is shown by: another attempt costs nothing."""
        needed = set[int]()
        for c in {e.at[0] for e in wrong}:
            rest = [e for e in leading if e.at[0] != c]
            if self.shown(t, rest) != EVERYWHERE:
                needed.add(c)
        return tuple(e for e in wrong if e.at[0] in needed)

    def _level(
        self,
        own: Sequence[Equation],
        lines: Sequence[Equation],
        t: Target,
        counts: Sequence[str],
    ) -> str:
        stated = [e for e in own if e.verdict in counts and self.against.direct(e, t)]
        if not own:
            return "nothing"
        if not stated:
            return "begun"
        if not t.told:
            return "jump"
        if self._circular(stated, own, t):
            return "circular"
        rest = [e for s in stated for e in self.chains[s.at[0]] if e not in stated]
        if any(e.verdict == "proved" and self.against.leads_away(e, t) for e in rest):
            return "jump"
        if any(e.at < s.at for e in (*lines, *self._elsewhere(t)) for s in stated):
            return "follows"
        return "begun" if lines else "restated"

    def _elsewhere(self, t: Target) -> Iterable[Equation]:
        """True lines from which something may follow: no claim that is only stated."""
        for e in self.equations:
            if e.verdict == "proved" and self.against.leads_away(e, t):
                said = (u for u in self.targets if self.against.direct(e, u))
                if all(u.label in self._plainly_shown and u.label != t.label for u in said):
                    yield e

    def _circular(self, stated: Sequence[Equation], own: Sequence[Equation], t: Target) -> bool:
        """Does the solution use the claim: go on from it, or end in what is true anyway?"""
        for s in stated:
            chain = self.chains[s.at[0]]
            before = [e for e in chain if e.at < s.at and not self.against.opens(e, t)]
            after = [e for e in chain if e.at > s.at and self._row(e, e.case)]
            if after and not before:
                return True
        alone = [e for e in own if len(self.chains[e.at[0]]) == 1 and e.at > stated[0].at]
        return any(
            self.ledger.same(e.left, e.right) or self.against.multiple(e, t)
            for e in alone
            if e not in stated
        )

    def _leading_on(
        self, own: Sequence[Equation], t: Target, counts: Sequence[str]
    ) -> Iterable[Equation]:
        """True steps that do something: no repetition, no line that still holds the whole of what
        it started from (a mere name may stand anywhere)."""
        seen = set[object]()
        for e in own:
            if (
                e.verdict not in counts
                or e.slip
                or self.against.direct(e, t)
                or self.ledger.same(e.left, e.right)
                or self._is_given(e, t)
            ):
                continue
            start = self.chains[e.at[0]][0].left
            key = self.ledger.form(e.right)
            named = isinstance(start, (Symbol, Indexed, Number))
            if (key, e.case) in seen or (not named and self.ledger.contains(e.right, start)):
                continue
            seen.add((key, e.case))
            yield e

    def _is_given(self, e: Equation, t: Target) -> bool:
        given = (a.term for a in t.given.assumptions if isinstance(a.term, Relation))
        return any(self.ledger.moved(e.left, e.right, (g.left, g.right)) for g in given)

    def _passed(self, t: Target, own: Sequence[Equation]) -> int:
        written = [s for e in own if e.verdict != "unread" for s in (e.left, e.right)]
        return sum(
            self._says(m) if isinstance(m, Relation) else any(self._meets(s, m) for s in written)
            for m in t.milestones
        )

    def _says(self, milestone: Relation) -> bool:
        """Whether a true line says this, or a chain from where it begins."""
        ends = milestone.left, milestone.right
        true = [e for e in self.equations if e.verdict == "proved" and e.op == milestone.op]
        return any(self.ledger.moved(e.left, e.right, ends) for e in (*true, *self._wholes(true)))

    def _meets(self, s: Term, milestone: Term) -> bool:
        a, b = self.ledger.multiplied_out(s), self.ledger.multiplied_out(milestone)
        return (a is not None and a == b) or self.ledger.contains(s, milestone)


def _tells(t: Term) -> bool:
    return not isinstance(t, Number) and not any(
        isinstance(s, Symbol) and s.name.startswith(UNREAD) for s in subterms(t)
    )
