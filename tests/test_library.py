"""Every exercise of the library: each claim proved with no need, each false neighbour refuted."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from derive.check.exercise import Exercise, ExerciseClaim, load
from derive.check.library import exercise_files
from derive.prover.decide import decide
from derive.prover.verdict import Verdict
from derive.read import read_claim, read_given

EXERCISES = {e.name: e for e in map(load, exercise_files())}
CLAIMS = [(e.name, claim) for e in EXERCISES.values() for claim in e.claims]
MUTANTS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "mutants.toml").read_text(encoding="utf-8")
)["mutant"]


def verdicts(exercise: Exercise, claim: ExerciseClaim, text: str) -> list[Verdict]:
    """A verdict for each reading of ``text`` under what the exercise and its claim declare."""
    given = read_given([w.text for w in (*exercise.given, *claim.given)])
    return [decide(reading) for reading in read_claim(text, given)]


@pytest.mark.parametrize(("name", "claim"), CLAIMS, ids=[f"{n}-{c.label}" for n, c in CLAIMS])
def test_claim_is_proved(name: str, claim: ExerciseClaim) -> None:
    found = verdicts(EXERCISES[name], claim, claim.claim.text)
    assert any(found), found


@pytest.mark.parametrize(
    "mutant", MUTANTS, ids=[f"{m['exercise']}-{n}" for n, m in enumerate(MUTANTS)]
)
def test_false_neighbour_is_refuted(mutant: dict[str, Any]) -> None:
    exercise = EXERCISES[mutant["exercise"]]
    (claim,) = [c for c in exercise.claims if c.label == mutant["label"]]
    found = verdicts(exercise, claim, mutant["claim"])
    assert [v.status for v in found] == ["refuted"] * len(found)


def test_every_exercise_has_false_neighbours() -> None:
    counts = Counter(mutant["exercise"] for mutant in MUTANTS)
    assert EXERCISES
    assert {name: counts[name] for name in EXERCISES if counts[name] < 3} == {}


def test_points_add_up() -> None:
    for exercise in EXERCISES.values():
        if exercise.points is not None:
            assert exercise.points == sum(claim.points or 0 for claim in exercise.claims)


WORDS = re.compile(r"&& .*|\\text\{[^{}]*\}|[\s.,:;]")


def formulas(text: str) -> Counter[str]:
    """The formulas of a text, without words and the marks of the sentence."""
    displays = re.findall(r"\$\$\n(.*?)\n\$\$", text, re.DOTALL)
    inline = re.findall(r"\$([^$]+)\$", re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL))
    return Counter(WORDS.sub("", formula) for formula in (*displays, *inline))


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_it_is_in_german_too(exercise: Exercise) -> None:
    german = exercise.german
    assert german.title and german.title != exercise.title
    assert bool(german.source) == bool(exercise.source)
    assert formulas(german.statement) == formulas(exercise.statement)
    assert formulas(german.solution) == formulas(exercise.solution) != {}
    assert german.statement != exercise.statement and german.solution != exercise.solution
