"""Variants: an exercise with other values of its parameters, drawn from a seed.

The same seed gives the same values on every machine and in every version of Python: numbers are
taken from SHA-256, not from `random`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from derive.check.exercise import Exercise, with_values
from derive.check.parameters import Parameter, Value, Values
from derive.check.values import broken, worked_out

MOST_TRIES = 400  # for one parameter, and for all of them together

T = TypeVar("T")


class NoVariant(Exception):
    """No values that meet the conditions were found."""


def variant(exercise: Exercise, seed: str) -> Exercise:
    """The exercise with the values that ``seed`` chooses; itself where nothing can differ.

    Raises NoVariant where the conditions leave no values (or hardly any), NoValue where the
    exercise's own formulas cannot be worked out.
    """
    if not exercise.parameters:
        return exercise
    for number in range(MOST_TRIES):
        draw = Draw(f"{seed}|{exercise.name}|{number}")
        values = drawn(exercise.parameters, draw)
        candidate = with_values(exercise, values)
        known = worked_out(candidate, values)
        if broken(exercise, known) is None:
            return candidate if known == values else with_values(exercise, known)
    raise NoVariant(f"{exercise.name}: no values were found that meet the constraints")


def drawn(parameters: Sequence[Parameter], draw: Draw) -> Values:
    """Values of all parameters; one that is worked out keeps its default.  Raises NoVariant."""
    return {p.name: _drawn(p, draw) for p in parameters}


class Draw:
    """Numbers from a seed, one after the other."""

    def __init__(self, seed: str) -> None:
        self.seed, self.count = seed, 0

    def below(self, n: int) -> int:
        """A number from 0 to n - 1."""
        self.count += 1
        digest = hashlib.sha256(f"{self.seed}|{self.count}".encode()).digest()
        return int.from_bytes(digest[:16], "big") % n

    def one(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]


def student_seed(sheet: str, student: str) -> str:
    """The seed of a student's own sheet; from it nobody can tell another student's."""
    return hashlib.sha256(f"{sheet}|{student}".encode()).hexdigest()[:16]


def _drawn(parameter: Parameter, draw: Draw) -> Value:
    if parameter.value is not None:
        return parameter.default
    if parameter.choices:
        return draw.one(parameter.choices)
    integers = [
        n for n in range(parameter.least, parameter.greatest + 1) if n not in parameter.without
    ]
    if not integers:
        raise NoVariant(f"{parameter.name} has no value")
    if parameter.size is None:
        return draw.one(integers)
    rows, columns = parameter.size
    for _ in range(MOST_TRIES):
        matrix = tuple(tuple(draw.one(integers) for _ in range(columns)) for _ in range(rows))
        if parameter.allows(matrix):
            return matrix
    raise NoVariant(f"{parameter.name}: no matrix was found that meets its conditions")
