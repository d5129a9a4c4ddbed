"""The proofs that a sheet's solutions show; the same claims are proved once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derive.check.document import check_document
from derive.check.exercise import Exercise
from derive.check.report import ExerciseResult
from derive.check.run import Known, check_exercise
from derive.explain.proof import Detail
from derive.page import Block
from derive.prover.display import assumption_words
from derive.read import read_given
from derive.read.document import read_document
from derive.sheet.sheet import Sheet

LAST = 300  # exercises whose results are kept; a sheet has at most 200


class NotProved(Exception):
    """Something that a sheet would print as true is not proved."""


class Proofs:
    """Results of exercises; what two students' variants have in common is proved once.

    ``steps``: with the steps that solutions show (proofs alone take a third of the time).
    """

    def __init__(self, steps: bool = True) -> None:
        self.steps = steps
        self.known: Known = {}
        self.written: dict[tuple[int, str], tuple[ExerciseResult, tuple[Block, ...]]] = {}
        self.results: dict[int, tuple[Exercise, Detail, ExerciseResult]] = {}  # of the last ones

    def of(self, exercise: Exercise, detail: Detail = "normal") -> ExerciseResult:
        before = self.results.get(id(exercise))
        if before is not None and before[:2] == (exercise, detail):
            return before[2]
        if len(self.results) >= LAST:
            self.results.clear()
        result = check_exercise(exercise, self.steps, detail=detail, known=self.known)
        self.results[id(exercise)] = exercise, detail, result
        return result

    def solution(
        self, result: ExerciseResult, language: str, write: Callable[[], Iterable[Block]]
    ) -> tuple[Block, ...]:
        """What ``write`` makes of a result of the last ones, which is written once."""
        before = self.written.get((id(result), language))
        if before is None or before[0] is not result:
            if len(self.written) >= LAST:
                self.written.clear()
            before = self.written[id(result), language] = result, tuple(write())
        return before[1]


def prove(sheet: Sheet, proofs: Proofs) -> None:
    """Every claim of the sheet is proved without needs, and every step of the written solutions
    that it shows.  Raises NotProved otherwise."""
    for task in sheet.tasks:
        for exercise in task.exercises:
            prove_exercise(exercise, proofs, sheet.detail)
            if task.solutions == "written":
                _prove_solution(exercise, sheet.language)


def prove_exercise(exercise: Exercise, proofs: Proofs, detail: Detail = "normal") -> None:
    """Raises NotProved."""
    result = proofs.of(exercise, detail)
    for claim in result.claims:
        written = " ".join(claim.written.split())
        if claim.status != "proved" or claim.verdict is None:
            raise NotProved(f"{exercise.name}: {written} is {claim.status}")
        if claim.verdict.needs:
            needs = ", ".join(map(assumption_words, claim.verdict.needs))
            raise NotProved(f"{exercise.name}: {written} is proved only with {needs}")


def _prove_solution(exercise: Exercise, language: str) -> None:
    """The hand-written solution, with the values of this variant put in."""
    given = read_given([written.text for written in exercise.given])
    german = exercise.german if language == "de" else None
    statement, solution = (german or exercise).statement, (german or exercise).solution
    text = f"{statement}\n\n{solution}\n"
    first = statement.count("\n") + 2
    result = check_document(read_document(text, "md", exercise.path), given)
    for step in result.steps:
        if step.line > first and step.verdict in ("refuted", "undecided", "unread"):
            line = f"{step.lhs.text} {step.relation} {step.rhs.text}"
            raise NotProved(
                f"{exercise.name}: {line} in the written solution is {step.verdict}; "
                'solutions = "generated" prints the steps that derive finds'
            )
