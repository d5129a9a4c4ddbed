"""What was asked of claims already: an equal question is answered once.

Whoever runs something (a process that judges documents, a document) makes a Once for it and hands
it down; there is none that outlives a run.  Two questions are equal where claim and everything
given are, in their order, but for the places in texts that they were read from: these are not
looked at by the kernel.

Throughout: ``ask`` is a function of a claim whose answer depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from derive.prover.verdict import Verdict
from derive.term import Claim, Given

T = TypeVar("T")
MOST, NEAR = 2_000, 50  # answers, and objects: beyond it all are forgotten, so memory stays flat
TOO_DEEP = "nested too deeply"  # which depends on how deep the question is asked


class Once:
    """``kernel``: what decides a claim, with this ``seed``."""

    def __init__(self, kernel: Callable[..., Verdict], seed: int = 0) -> None:
        self.kernel, self.seed = kernel, seed
        self._answers: dict[tuple[object, ...], object] = {}
        self._givens: dict[object, int] = {}
        self._numbers: dict[int, tuple[Given, int]] = {}  # by identity, which is kept alive
        self._next = 0  # no number is given out twice

    def decide(self, claim: Claim) -> Verdict:
        """The verdict; what it relied on is named as this claim names it, with its lines."""
        key = (self.kernel, claim.relation, claim.arrays, self._number(claim.given))
        stated = claim.given.assumptions
        if key in self._answers:
            verdict, used = cast("tuple[Verdict, tuple[int, ...]]", self._answers[key])
            return verdict._replace(uses=tuple([stated[n] for n in used]))
        verdict = self.kernel(claim, seed=self.seed)
        used = tuple([n for use in verdict.uses for n, a in enumerate(stated) if a is use])
        if len(used) == len(verdict.uses) and verdict.reason != TOO_DEEP:
            self._keep(key, (verdict, used))
        return verdict

    def of(self, ask: Callable[[Claim], T], claim: Claim) -> T:
        """``ask(claim)``."""
        key = (ask, claim.relation, claim.arrays, self._number(claim.given))
        if key not in self._answers:
            self._keep(key, ask(claim))
        return cast("T", self._answers[key])

    def _keep(self, key: tuple[object, ...], answer: object) -> None:
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[key] = answer

    def _number(self, given: Given) -> int:
        """The same for what says the same of names."""
        found = self._numbers.get(id(given))
        if found is not None:
            return found[1]
        if len(self._numbers) >= NEAR:
            self._numbers.clear()
        meaning = _without_lines(given)
        if meaning not in self._givens:
            if len(self._givens) >= MOST:
                self._givens.clear()
                self._answers.clear()
            self._givens[meaning] = self._next
            self._next += 1
        number = self._givens[meaning]
        self._numbers[id(given)] = given, number
        return number


def _without_lines(given: Given) -> tuple[object, ...]:
    return (
        tuple(given.ranges.items()),
        tuple(given.shapes.items()),
        tuple([(name, d[:-1]) for name, d in given.definitions.items()]),
        tuple([a[:-1] for a in given.assumptions]),
    )
