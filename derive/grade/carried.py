"""False steps that are right work on a wrong result: what another part has paid for costs once.

A student who shows (a) with a slip and puts that result into (b) has made one error.  A false step
is carried if it is true with the wrong result in the place of what it was to be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from derive.grade.evidence import Solution
from derive.prover.once import Once
from derive.term import Call, Claim, Derivative, Given, Relation, Symbol, Term, rebuild, replace

Place = tuple[int, int]


class Result(NamedTuple):
    """A wrong result: ``of`` is said to be ``value``; ``at``: the false step that led there."""

    at: Place
    of: Term
    value: Term


class Carried(NamedTuple):
    """``step``: how the false step has to be read.  ``source``: the false step that it follows."""

    step: Relation
    source: Place


def carried(
    solution: Solution,
    number: int,
    spent: Collection[Place],
    readings: Callable[[Place], Sequence[Claim]],
) -> dict[Place, Carried]:
    """The false steps of claim ``number`` that follow from wrong results of other claims.
    ``readings``: of a step, the usual one first."""
    found: dict[Place, Carried] = {}
    known = list(_results(solution, number, spent))
    given = solution.targets[number].given
    for c, chain in solution.chains.items() if known else ():
        for e in chain if solution.home.get(c) == number else ():
            if e.verdict == "refuted" and e.at not in spent:
                sides = [Relation("=", e.left, e.right), *(r.relation for r in readings(e.at))]
                for step, result in product(sides, known):
                    if isinstance(step, Relation) and _follows(step, result, given, solution.once):
                        found[e.at] = Carried(step, result.at)
                        break
    return found


def _follows(step: Relation, result: Result, given: Given, once: Once) -> bool:
    """Is the step true with the wrong value for what it was to be?"""
    left = _by_variables(step.left)
    after = _with(left, result)
    if step.op != "=" or after == left:
        return False
    return once.decide(Claim(replace(step, left=after), given)).status == "proved"


def _results(solution: Solution, number: int, spent: Collection[Place]) -> Iterator[Result]:
    """What the false steps that were paid for made of the beginnings of their chains: at once, and
    at the end."""
    for c, chain in solution.chains.items():
        wrong = [e for e in chain if e.verdict == "refuted" and e.at in spent]
        if solution.home.get(c) != number and wrong:
            of = _by_variables(chain[0].left)
            yield Result(wrong[0].at, of, chain[-1].right)
            yield from (Result(e.at, of, e.right) for e in wrong)


def _with(t: Term, result: Result) -> Term:
    return result.value if t == result.of else rebuild(t, lambda s: _with(s, result))


def _by_variables(t: Term) -> Term:
    """``t`` with f'(x) as the derivative by x, and so for more primes."""
    match t:
        case Call(_, (Symbol() as x,), order) if order:
            inner: Term = replace(t, order=0)
            for _ in range(order):
                inner = Derivative(inner, x)
            return inner
    return rebuild(t, _by_variables)
