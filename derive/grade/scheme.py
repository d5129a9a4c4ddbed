"""How an exercise is marked: the table ``[marking]`` of its header.

All numbers are shares of a claim's points, so that one scheme fits claims of any worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from derive.check.exercise import Exercise, ExerciseError, at
from derive.check.front_matter import HeaderError, Table, split
from derive.check.report import Finding
from derive.explain.mistakes import MISTAKES

DEFAULT_POINTS = 1.0
NAMES = tuple(mistake.name for mistake in MISTAKES)
TABLES = ("marking", "marking.mistakes")


class Scheme(NamedTuple):
    """How a claim's points are shared out, all as shares of them.

    ``goal``: for what was to be shown; ``milestones``: for formulas on the way (it goes to the
    working where a claim names none); ``working``: for true steps in between.  ``error``: taken
    off for a false step, ``mistakes``: the same by the mistake's name.  ``required``: milestones
    count as missed although the derivation is complete.  ``largest_step``: textbook steps that
    one line may take at most (0: any number).  ``jump``: the same for the one step from side to
    side of a claim.  ``steps``: lines that lead from one side to the other at least.  ``round``:
    marks are multiples of this, between two the lower (0: not rounded).
    """

    goal: float = 0.4
    milestones: float = 0.2
    working: float = 0.4
    error: float = 0.25
    mistakes: Mapping[str, float] = MappingProxyType({})
    required: bool = False
    largest_step: int = 0
    jump: int = 2
    steps: int = 2
    round: float = 0.5


# key -> what its value must be
# fmt: off
KEYS = {
    "goal":         "a share from 0 to 1",
    "milestones":   "a share from 0 to 1",
    "working":      "a share from 0 to 1",
    "error":        "a share from 0 to 1",
    "mistakes":     "a table [marking.mistakes]",
    "required":     "true or false",
    "largest_step": "a whole number, 0 or more",
    "jump":         "a whole number, 0 or more",
    "steps":        "a whole number, 0 or more",
    "round":        "a number, 0 or more",
}
# fmt: on


def scheme(exercise: Exercise) -> Scheme:
    """The marking scheme in an exercise's header.

    Raises ExerciseError with a finding for each key that is unknown or of the wrong kind, and
    where the shares do not sum to 1.
    """
    try:
        header = split(exercise.text)
    except HeaderError as error:  # only for an exercise that was not read from its own text
        raise ExerciseError((exercise.finding(error.code, error.message, error.offset),)) from None
    values = header.values.get("marking", {})
    if not isinstance(values, dict):
        raise ExerciseError((_wrong(exercise, None, "", "marking must be a table [marking]"),))
    table = next((t for t in header.tables if t.name == "marking"), None)
    found = list(_findings(exercise, table, values))
    if found:
        raise ExerciseError(tuple(found))
    chosen = Scheme(**{**values, "mistakes": MappingProxyType(values.get("mistakes", {}))})
    total = chosen.goal + chosen.milestones + chosen.working
    if abs(total - 1) > 1e-9:
        message = f"goal, milestones and working must sum to 1; here they sum to {total:g}"
        raise ExerciseError((_wrong(exercise, table, "", message),))
    return chosen


def _findings(exercise: Exercise, table: Table | None, values: dict[str, Any]) -> list[Finding]:
    found = []
    for key, value in values.items():
        if key not in KEYS:
            found.append(_wrong(exercise, table, key, f"unknown key {key}; {', '.join(KEYS)}"))
        elif not _fits(value, KEYS[key]):
            found.append(_wrong(exercise, table, key, f"{key} must be {KEYS[key]}", "D006"))
        elif key == "mistakes":
            found += [_unknown(exercise, name) for name in value if name not in NAMES]
    return found


def _wrong(
    exercise: Exercise, table: Table | None, key: str, message: str, code: str = "D004"
) -> Finding:
    entry = table.entry(key) if table else None
    offset = entry.offset if entry else table.offset if table else 0
    code = code if key else "D006"
    return at(exercise.text, exercise.path, code, message, offset, offset + max(len(key), 1))


def _unknown(exercise: Exercise, name: str) -> Finding:
    """A mistake that is in no table."""
    tables = split(exercise.text).tables
    table = next((t for t in tables if t.name == "marking.mistakes"), None)
    close = get_close_matches(name, NAMES, 2)
    hint = f"did you mean {' or '.join(close)}?" if close else "derive explain lists all"
    return _wrong(exercise, table, name, f"no mistake is called {name}; {hint}")


def _fits(value: object, kind: str) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "true or false":
            return isinstance(value, bool)
        case "a share from 0 to 1":
            return number and 0 <= float(value) <= 1  # type: ignore[arg-type]  # it is a number
        case "a number, 0 or more":
            return number and float(value) >= 0  # type: ignore[arg-type]  # it is a number
        case "a whole number, 0 or more":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, dict) and all(_fits(v, "a share from 0 to 1") for v in value.values())
