"""Refutation: a concrete point at which both sides are defined and certainly differ.

The untouched claim is evaluated in balls at random rational points that meet every assumption.
A difference whose ball excludes zero proves that the claim is false, whatever any prover says.
Agreement proves nothing and is called evidence.  Never refuted: a claim with a name of unknown
meaning, shapes that do not fit, a point where something is undefined or an assumption is not
certainly met, a budget that ran out.

Throughout: ``env`` is an environment of the compiled claim; an *assignment* gives every free
index a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import islice
from random import Random
from typing import NamedTuple

from derive.prover.flint import arb
from derive.prover.refuter import ball
from derive.prover.refuter.arrays import Misfit
from derive.prover.refuter.ball import Exhausted, Uncertain, Undefined
from derive.prover.refuter.problem import OPERATIONS, Chosen, Problem, recalled
from derive.prover.refuter.relations import Violation, enclosures, first_violation
from derive.prover.refuter.running import Unknown
from derive.prover.refuter.sample import (
    MOODS,
    MOODS_OF_ORDER,
    ODD_MOODS,
    POSITIVE,
    UNIT,
    family_key,
    shown,
)
from derive.prover.verdict import Counterexample, Value
from derive.term import Claim

BITS, MORE = 128, 640  # the look; a closer one where balls are too wide, and at the end
MANY, FEW = 16, 6  # assignments of the free indices at the first point, at later ones
WIDER = 8  # an inequality fails on a part of the line: so many times the points, of all moods
GENERAL = 4096  # denominators at which no kink lies
TRIES = 25  # points drawn to meet the assumptions
NOWHERE = "both sides were defined nowhere"


class Refutation(NamedTuple):
    """``counterexample`` if there is one.  ``agreed``: points at which both sides were defined
    and agreed; ``tried``: points looked at.  ``unknown``: what is of unknown meaning.  ``reason``:
    why nothing could be said, where that is so."""

    counterexample: Counterexample | None = None
    agreed: int = 0
    tried: int = 0
    unknown: tuple[str, ...] = ()
    reason: str = ""


def refute(claim: Claim, seed: int = 0, points: int = 4) -> Refutation:
    """Look for a counterexample at up to ``points`` points at which the claim is defined.

    Never raises on a claim; what stands in the way is the ``reason``.
    """
    return Refuter(claim, seed).after(points, closely=True)


class Refuter:
    """The refutation of one claim in stages: it is compiled once, and every stage goes on where
    the one before stopped."""

    def __init__(self, claim: Claim, seed: int = 0) -> None:
        self.claim = claim
        self.seed = seed
        self._search: Search | None = None
        self._settled: Refutation | None = None

    def after(self, points: int, closely: bool = False) -> Refutation:
        """What is found at up to so many points at which the claim is defined; ``closely``: at
        one of them with more bits too, where both sides agree at all of them."""
        if self._settled is not None:
            return self._settled
        try:
            with ball.precision(BITS):
                if self._search is None:
                    self._search = Search(Problem(self.claim), Random(self.seed))
                search = self._search
                found = search.run(points, closely)
        except Unknown as missing:
            self._settled = Refutation(
                unknown=(str(missing),), reason=f"unknown meaning: {missing}"
            )
            return self._settled
        except (Misfit, Exhausted, RecursionError) as stop:
            reason = "nested too deeply" if isinstance(stop, RecursionError) else str(stop)
            agreed, tried = (s.agreed, s.tried) if (s := self._search) else (0, 0)
            self._settled = Refutation(None, agreed, tried, reason=reason)
            return self._settled
        reason = "" if found or search.agreed else search.reason
        refutation = Refutation(found, search.agreed, search.tried, reason=reason)
        if found is not None:
            self._settled = refutation
        return refutation

    def stands(self, found: Counterexample, unsaid: Sequence[Mapping[str, str]]) -> bool:
        """Is the claim also certainly false at a point in general position, off every kink, where
        all reals are positive, and with each of ``unsaid`` (names to kinds of assumptions) too?
        Then none of these assumptions would make it true."""
        search = self._search
        if search is None or search.problem.equations:
            return False
        compiler = search.problem.compiler
        if not compiler.bent and all(compiler.variables.keys().isdisjoint(k) for k in unsaid):
            return True  # nothing for an assumption to mend
        if not search.problem.draws_positive:
            return False
        try:
            with ball.precision(BITS):
                return all(search.false_where(kinds, found.indices) for kinds in unsaid)
        except (Misfit, Exhausted, RecursionError):
            return False


def reevaluate(claim: Claim, counterexample: Counterexample) -> bool:
    """Check a counterexample anew, with 256 bits and with more: is it a point that meets all
    assumptions and at which the claim is certainly false?"""
    try:
        with ball.precision(256):
            problem = Problem(claim)
            search = Search(problem, Random(0))
            problem.place(search.env, counterexample)
            if not problem.allowed(search.env):
                return False
            chosen = recalled(problem, counterexample)
            for bits in (256, MORE):
                outcome = search.look_closer(chosen, counterexample.indices, bits)
                if isinstance(outcome, Counterexample):
                    return True
    except (Unknown, Misfit, Exhausted, RecursionError, KeyError):
        pass  # what can't be evaluated is no counterexample
    return False


class Search:
    """One search for a counterexample; see ``refute``."""

    def __init__(self, problem: Problem, random: Random) -> None:
        self.problem = problem
        self.random = random
        self.wide = any(sides.op[0] in "<>" for sides in problem.claim)
        self.moods = MOODS_OF_ORDER if self.wide else MOODS
        self.env = problem.compiler.environment(OPERATIONS)
        self.turn = 0
        self.mood = 0
        self.agreed = 0
        self.tried = 0
        self.reason = NOWHERE
        self.last: tuple[Chosen, Mapping[str, int]] | None = None

    def run(self, points: int, closely: bool) -> Counterexample | None:
        """Go on until both sides agreed at ``points`` points, or six times as many were tried."""
        if not self.problem.variable:
            points = min(points, 1)
        elif self.wide and points > 1:
            points *= WIDER
        while self.agreed < points and self.turn < points * 6:
            if not self.problem.choose_sizes(self.random, self.turn, self.env):
                self.reason = "no sizes were found that meet the assumptions"
                break
            self.turn += 1
            found = self._at_a_point(odd=(self.turn - 1) % 3 if self.problem.variable else 0)
            if found is not None:
                return found
        if closely and self.last and self.agreed >= points:
            outcome = self.look_closer(*self.last, MORE)
            return outcome if isinstance(outcome, Counterexample) else None
        return None

    def _at_a_point(self, odd: int) -> Counterexample | None:
        chosen = self.point(ODD_MOODS[odd - 1] if odd else self.moods[self.mood % len(self.moods)])
        defined = False
        if chosen is not None:
            self.tried += 1
            for assignment in self.assignments():
                outcome = self._look(chosen, assignment)
                if isinstance(outcome, Counterexample):
                    return outcome
                if outcome:
                    defined, self.last = True, (chosen, assignment)
        if defined:
            self.agreed += 1
        if self.wide or not defined:
            self.mood += not odd
        return None

    def false_where(self, unsaid: Mapping[str, str], assignment: Mapping[str, int]) -> bool:
        """See ``Refuter.stands``."""
        for mood in (POSITIVE, UNIT):
            chosen = self.problem.choose(self.random, mood, self.env, unsaid, GENERAL)
            if self.loaded(chosen, assignment):
                try:
                    return first_violation(self.env, self.problem.claim) is not None
                except Undefined:
                    pass
        return False

    def point(self, mood: str) -> Chosen | None:
        """A point that meets the assumptions, loaded, or None."""
        problem, env = self.problem, self.env
        simple = not problem.hypotheses and not problem.plans
        for _ in range(1 if simple else TRIES):
            chosen = problem.choose(self.random, mood, env)
            if problem.per_assignment:
                return chosen
            if self.loaded(chosen, {}):
                return chosen
        self.reason = "no point was found that meets the assumptions"
        return None

    def loaded(self, chosen: Chosen, assignment: Mapping[str, int]) -> bool:
        """Load a point; does it meet all assumptions?"""
        problem, env = self.problem, self.env
        problem.assign(env, assignment)
        try:
            problem.load(env, chosen)
            met = problem.met(env)
        except Undefined:
            return False
        problem.assign(env, assignment)  # "for all i" went through the values of i
        return met

    def assignments(self) -> list[dict[str, int]]:
        """Values of the free indices to look at."""
        most = MANY if not self.agreed else FEW
        found = list(islice(self.problem.assignments(self.env), 4096))
        return found if len(found) <= most else self.random.sample(found, most)

    def _look(self, chosen: Chosen, assignment: Mapping[str, int]) -> Counterexample | bool:
        """A counterexample, or whether both sides are defined (and agree)."""
        problem, env = self.problem, self.env
        if problem.per_assignment:
            if not self.loaded(chosen, assignment):
                return False
        else:
            problem.assign(env, assignment)
        try:
            return self._judge(chosen, assignment)
        except Uncertain:
            return self.look_closer(chosen, assignment, MORE)
        except Undefined:
            return False

    def _judge(self, chosen: Chosen, assignment: Mapping[str, int]) -> Counterexample | bool:
        found = first_violation(self.env, self.problem.claim)
        return self._witness(chosen, assignment, found) if found else True

    def look_closer(
        self, chosen: Chosen, assignment: Mapping[str, int], bits: int
    ) -> Counterexample | bool:
        """The same with so many bits; what is still too wide counts as undefined."""
        try:
            with ball.precision(bits):
                return self.loaded(chosen, assignment) and self._judge(chosen, assignment)
        except Undefined:
            return False
        finally:
            if not self.problem.per_assignment:
                self.loaded(chosen, assignment)

    def _witness(
        self, chosen: Chosen, assignment: Mapping[str, int], found: Violation
    ) -> Counterexample:
        problem, env = self.problem, self.env
        values = {name: shown(value) for name, value in chosen.values.items()}
        for plan in problem.plans:
            slot = problem.compiler.variables[plan.name].slot
            value = rational(env[slot], values[plan.name])
            if value is None:
                del values[plan.name]
            else:
                values[plan.name] = value
        for name, family in chosen.families.items():
            for at, component in family.chosen.items():
                values[family_key(name, at)] = shown(component)
        left, right = enclosures(found.left, found.right)
        return Counterexample(
            dimension={name: env[problem.compiler.wholes[name].slot] for name in problem.sizes},
            indices=dict(assignment),
            values=values,
            lhs=left,
            rhs=right,
            entry=found.entry,
        )


def rational(solved: object, before: Value) -> Value | None:
    """What an assumed equation was solved for, as a rational: exact where it is one of moderate
    size; else an entry of an array is rounded (it follows from the others), a scalar is None."""
    if isinstance(solved, tuple) and isinstance(before, tuple):
        entries = []
        for x, y in zip(solved, before, strict=True):
            entry = rational(x, y)
            entries.append(_rounded(x) if entry is None else entry)
        return tuple(entries)
    assert isinstance(solved, arb)
    q = _rounded(solved)
    return q if solved.contains(arb(q.numerator) / q.denominator) else None


def _rounded(a: object) -> Fraction:
    assert isinstance(a, arb)
    mantissa, exponent = a.mid().man_exp()
    return (Fraction(int(mantissa)) * Fraction(2) ** int(exponent)).limit_denominator(10**6)
