"""A question decided: what stands in a line of the output, besides its number and its id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from derive.batch.question import Question
from derive.check.processes import Job, out_of_memory, why
from derive.check.readings import decided
from derive.prover.decide import Contradiction
from derive.prover.verdict import Verdict
from derive.read import ReadError, Under, read_given
from derive.render.json import assumption_latex, point

SECONDS, MEGABYTES = 10, 1024  # for each claim
Answer: TypeAlias = dict[str, Any]
Answered: TypeAlias = tuple[Sequence[Question], Sequence[Answer]]


class Deciding(Job[Answered]):
    """Questions decided in a child, one after the other; ``answers`` in their order."""

    def __init__(self, questions: Sequence[Question], seconds: float = SECONDS) -> None:
        super().__init__(seconds, MEGABYTES)
        self.questions = questions
        self.answers: list[dict[str, Any]] = []

    def messages(self) -> Iterator[dict[str, Any]]:
        given: dict[tuple[str, ...], Under] = {}
        for question in self.questions[len(self.answers) :]:
            try:
                yield answer(question, given)
            except MemoryError:
                out_of_memory()

    def ready(self) -> Sequence[Answered]:
        return [(self.questions, self.answers)] if self.finished else []

    def heard(self, message: dict[str, Any]) -> None:
        self.answers.append(message)

    def lost(self, status: int) -> None:
        said = "judging this claim" + why(status, self.seconds, self.megabytes)
        self.answers.append(unanswered("undecided", said))
        self.finished = len(self.answers) == len(self.questions)


def answer(question: Question, known: dict[tuple[str, ...], Under]) -> dict[str, Any]:
    """``known``: declarations that were read before; claims of one exercise share them."""
    try:
        if question.given not in known:
            known[question.given] = Under(read_given(question.given))
    except ReadError as error:
        where = f"given, line {max(error.line, 1)}, column {error.span.start + 1}"
        return unanswered("unread", f"{where}: {error}")
    try:
        readings = known[question.given].read(question.claim)
    except ReadError as error:
        return unanswered("unread", f"claim, column {error.span.start + 1}: {error}")
    try:
        return _answer(decided(readings).verdict)
    except Contradiction as alarm:
        return unanswered("undecided", str(alarm))
    except RecursionError:
        return unanswered("undecided", "nested too deeply")
    except MemoryError:
        raise
    except Exception as fault:
        # A fault of derive at one claim of a million: it is told, and the next one is decided.
        return unanswered("undecided", f"derive failed: {type(fault).__name__}: {fault}"[:200])


def _answer(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.status,
        "needs": [assumption_latex(need) for need in verdict.needs],
        "uses": [assumption_latex(use) for use in verdict.uses],
        "reason": verdict.reason,
        "counterexample": point(verdict.counterexample),
        "evidence": verdict.evidence,
    }


def unanswered(verdict: str, reason: str) -> dict[str, Any]:
    """Where there is no verdict of the kernel: "unread" or "undecided"."""
    return {
        "verdict": verdict,
        "needs": [],
        "uses": [],
        "reason": reason,
        "counterexample": None,
        "evidence": "",
    }
