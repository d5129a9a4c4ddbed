"""The value of a Term at a concrete point, in certified balls."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from derive.prover.refuter import ball
from derive.prover.refuter.ball import Ball, Undefined
from derive.prover.refuter.problem import OPERATIONS, Point, Problem, recalled
from derive.prover.verdict import Counterexample
from derive.term import Claim, Given, Number, Relation, Term, replace

Enclosure: TypeAlias = Ball | tuple["Enclosure", ...]


def value(
    t: Term, point: Point | Counterexample, given: Given | None = None, bits: int = 128
) -> Enclosure:
    """An enclosure of the value of ``t``: a ball, or nested tuples of balls for an array.

    What is assumed is not checked.  Raises Unknown for a name of unknown meaning, Misfit where
    shapes do not fit, Undefined outside the domain (and where ``bits`` are too few to tell),
    Exhausted where it takes too long, KeyError where a value is missing.

    >>> from derive.term import Call, Symbol
    >>> half = Point(values={"x": Fraction(1, 2)})
    >>> value(Call("tanh", (Symbol("x"),)), half).str(8, radius=False)
    '0.46211716'
    """
    with ball.precision(bits):
        return _at(point, _problem(t, given))


def values(
    t: Term, points: Iterable[Point], given: Given | None = None, bits: int = 128
) -> list[Enclosure | None]:
    """``value`` at many points, compiled once; None where ``t`` is undefined."""
    with ball.precision(bits):
        problem = _problem(t, given)
        return [_where_defined(point, problem) for point in points]


def _problem(t: Term, given: Given | None) -> Problem:
    given = given or Given()
    kept = tuple(a for a in given.assumptions if a.kind in ("integer", "natural", "function"))
    zero = Number(Fraction(0))
    return Problem(Claim(Relation("=", t, zero), replace(given, assumptions=kept)))


def _at(point: Point | Counterexample, problem: Problem) -> Enclosure:
    env = problem.compiler.environment(OPERATIONS)
    problem.place(env, point)
    problem.load(env, recalled(problem, point))
    result: Enclosure = problem.claim[0].left(env)
    if not _finite(result):
        raise Undefined
    return result


def _where_defined(point: Point, problem: Problem) -> Enclosure | None:
    try:
        return _at(point, problem)
    except Undefined:
        return None


def _finite(a: Enclosure) -> bool:
    return all(map(_finite, a)) if isinstance(a, tuple) else a.is_finite()


__all__ = ["Enclosure", "Point", "value", "values"]
