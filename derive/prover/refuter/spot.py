"""A few points at which many terms are told apart, for a search that compares hundreds of them.

A refutation compiles the claim, looks for a point and evaluates both sides.  Where many terms are
compared under the same given, the point may be the same, and terms that share most of their parts
share most of their values.  What differs here is not equal; what does not, may be anything.

Throughout: ``env`` is an environment with a point in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from derive.prover.refuter import ball
from derive.prover.refuter.arrays import Misfit
from derive.prover.refuter.ball import Exhausted, Undefined
from derive.prover.refuter.problem import OPERATIONS, Problem
from derive.prover.refuter.refute import BITS, Search
from derive.prover.refuter.running import BUDGET, Env, Run, Unknown
from derive.prover.refuter.sample import MOODS, ODD_MOODS
from derive.term import Add, And, Claim, Div, Mul, Neg, Relation, Term, replace

MOST = 2  # values of the free indices at one point
NOTHING = object()  # the value where a term is undefined


class Spot:
    """``claim``: whose given the points meet.  ``more``: names that are not in it, and may be met.

    Where no such point is found, all may be equal.
    """

    def __init__(self, claim: Claim, more: Iterable[Term] = ()) -> None:
        self.envs: list[Env] = []
        self.runs: dict[Term, Run | None] = {}
        named = tuple(Relation("=", t, t) for t in more)
        if not self._placed(replace(claim, relation=And((claim.relation, *named)))):
            self._placed(claim)
        self.values: list[dict[Term, Any]] = [{} for _ in self.envs]
        self.names = self._names() if self.envs else ()

    def _placed(self, claim: Claim) -> bool:
        try:
            with ball.precision(BITS):
                self.problem = Problem(claim)
                self._find(Search(self.problem, Random(0)))
        except (Unknown, Misfit, Exhausted, Undefined, RecursionError):
            self.envs.clear()
        return bool(self.envs)

    def _find(self, search: Search) -> None:
        """A point of each mood: what one of them is outside the domain of may be told apart at
        another."""
        for turn, mood in enumerate((*MOODS, *ODD_MOODS)):
            if not self.problem.choose_sizes(search.random, turn, search.env):
                return
            chosen = search.point(mood)
            for assignment in search.assignments()[:MOST] if chosen is not None else ():
                assert chosen is not None
                if search.loaded(chosen, assignment):
                    self.envs.append(list(search.env))

    def _names(self) -> tuple[int, int, int]:
        compiler = self.problem.compiler
        return len(compiler.variables), len(compiler.functions), len(compiler.wholes)

    def may_be_equal(self, left: Term, right: Term) -> bool:
        """Are they defined somewhere, and nowhere certainly different?"""
        if not self.envs:
            return True
        defined = False
        try:
            with ball.precision(BITS):
                for n in range(len(self.envs)):
                    a, b = self._value(left, n), self._value(right, n)
                    if a is NOTHING or b is NOTHING:
                        continue
                    if _apart(a, b):
                        return False
                    defined = True
        except (Unknown, Misfit, Exhausted, RecursionError):
            return True
        return defined

    def _value(self, t: Term, n: int) -> Any:
        """At the ``n``-th point: a scalar, nested tuples of them, or NOTHING."""
        known = self.values[n]
        if t not in known:
            try:
                value = self._worked_out(t, n)
            except Undefined:
                value = NOTHING
            known[t] = value
        return known[t]

    def _worked_out(self, t: Term, n: int) -> Any:
        if isinstance(t, (Add, Mul, Neg, Div)):
            parts = [self._value(s, n) for s in t.below]
            if any(part is NOTHING for part in parts):
                return NOTHING
            if not any(isinstance(part, tuple) for part in parts):
                return _arithmetic(t, parts)
        run = self._compiled(t)
        if run is None:
            raise Unknown("a name that is not at this point")
        env = self.envs[n]
        env += [None] * (self.problem.compiler.size - len(env))
        env[BUDGET] = OPERATIONS
        return run(env)

    def _compiled(self, t: Term) -> Run | None:
        if t not in self.runs:
            run = self.problem.compiler.code(t).run
            self.runs[t] = run if self._names() == self.names else None
        return self.runs[t]


def _arithmetic(t: Term, parts: list[Any]) -> Any:
    first, *rest = parts
    if isinstance(t, Neg):
        return -first
    if isinstance(t, Div):
        return ball.quotient(first, rest[0])
    for part in rest:
        first = first + part if isinstance(t, Add) else first * part
    return first


def _apart(a: Any, b: Any) -> bool:
    if isinstance(a, tuple) or isinstance(b, tuple):
        fits = isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)
        return fits and any(_apart(x, y) for x, y in zip(a, b, strict=True))
    difference = a - b
    return bool(difference > 0 or difference < 0)
