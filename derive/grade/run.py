"""A class graded: exercises made ready, submissions marked in worker processes, results kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, NamedTuple

from derive.check.report import ExerciseResult
from derive.check.run import check_exercise
from derive.check.sources import Source
from derive.check.workers import Budget, Task, work_on
from derive.grade.journal import FORMAT, Journal
from derive.grade.marks import ClaimMark, ExerciseMark, Said, StudentMark, claim_from
from derive.grade.parts import Exercise as Called
from derive.grade.scheme import scheme
from derive.grade.submission import File, Submission, Unusable, data
from derive.grade.targets import targets
from derive.grade.work import Grader

if TYPE_CHECKING:
    from derive.check.exercise import Exercise
    from derive.check.report import DocumentResult
    from derive.read.chains import Reading
    from derive.read.document import Document
    from derive.term import Given

BUDGET = Budget(seconds=5, megabytes=512, reading=15, losses=6)


class Asked(NamedTuple):
    """An exercise on the sheet: its ``number`` there, and what it is worth (None: as it says)."""

    exercise: Exercise
    number: tuple[str, ...] = ()
    points: float | None = None


@dataclass(frozen=True, slots=True)
class _Author:
    """Reads the author's own solution: how far it shows each claim is as far as anyone must."""

    grader: Grader

    def read(self, document: Document, given: Given) -> Reading:
        from derive.read.chains import chains

        return chains(document, given)

    def tell(self, document: Document, reading: Reading, result: DocumentResult) -> Any:
        return self.grader.solved(document, reading, result)


@dataclass(slots=True)
class Class:
    """What all submissions are marked by.  ``digest`` stands for all of it."""

    graders: tuple[Grader, ...]
    titles: tuple[str, ...]
    digest: str
    decisions: Mapping[str, str] = field(default_factory=dict)


def prepared(asked: Sequence[Asked], decisions: Mapping[str, str], jobs: int = 1) -> Class:
    """Checks the exercises and looks at their authors' solutions.

    Raises Ungradable where a claim is not proved, ExerciseError for a broken marking scheme.
    """
    called = tuple(
        Called(
            a.number, a.exercise.name, a.exercise.title, tuple(c.label for c in a.exercise.claims)
        )
        for a in asked
    )
    graders = []
    for n, a in enumerate(asked):
        result = check_exercise(a.exercise, steps=False)
        chosen = scheme(a.exercise)
        shown = _worth(result, a.points, chosen)
        assert result.given is not None
        graders.append(Grader(a.exercise.name, result.given, shown, chosen, called, n, decisions))
    tasks = [
        Task(
            Source(a.exercise.path, "md", a.exercise.solution),
            grader.given,
            _Author(replace(grader, called=called[n : n + 1], own=0)),
        )
        for n, (a, grader) in enumerate(zip(asked, graders, strict=True))
    ]
    for n, done in enumerate(work_on(tasks, jobs)):
        levels = done.told or [("", 0)] * len(graders[n].targets)
        own = tuple(
            t._replace(level=level, lines=lines)
            for t, (level, lines) in zip(graders[n].targets, levels, strict=True)
        )
        graders[n] = replace(graders[n], targets=own)
    texts = [f"{a.exercise.text}\0{a.number}\0{a.points}" for a in asked]
    digest = sha256("\0".join([_program(), *texts]).encode()).hexdigest()
    return Class(tuple(graders), tuple(a.exercise.title for a in asked), digest, decisions)


def _worth(result: ExerciseResult, points: float | None, chosen: Any) -> Any:
    found = targets(result, chosen)
    total = sum(t.points for t in found)
    if points is None or total == 0:
        return found
    return tuple(t._replace(points=t.points * points / total) for t in found)


def _program() -> str:
    """What made the results: they are made anew by another version."""
    try:
        return f"derive {version('derive-check')} {FORMAT}"
    except PackageNotFoundError:
        return f"derive {FORMAT}"


def grade(
    graded: Class,
    found: Sequence[Submission],
    journal: Journal,
    jobs: int = 1,
    budget: Budget = BUDGET,
) -> Iterator[Submission]:
    """Marks what the journal does not know yet, and yields each submission when it is in there."""
    under_way = deque[_Pending]()
    ready = deque[Submission]()

    def tasks() -> Iterator[Task]:
        for submission in found:
            pending = _Pending(submission)
            if journal.known(submission.student, pending.digest(graded), graded.decisions):
                ready.append(submission)
                continue
            under_way.append(pending)
            yield from pending.tasks(graded)

    results = work_on(tasks(), jobs, budget=budget)
    for done in results:
        while under_way[0].complete(graded):
            yield _written(under_way.popleft(), graded, journal)
        under_way[0].told.append(done.told)
        yield from _all(ready)
    for pending in under_way:
        yield _written(pending, graded, journal)
    yield from _all(ready)


def _all(ready: deque[Submission]) -> Iterator[Submission]:
    while ready:
        yield ready.popleft()


class _Pending:
    """A submission in work: its files' contents, and what the workers told of them so far.
    ``failed``: a file that may hold an answer could not be read."""

    def __init__(self, submission: Submission) -> None:
        self.submission, self.notes = submission, list(submission.notes)
        self.contents, self.told = list[tuple[File, bytes]](), list[Any]()
        self.failed = False
        for file in submission.files:
            try:
                self.contents.append((file, data(file)))
            except Unusable as error:
                self.notes.append(error.said)
                self.failed = True
        self.named = [file.name for file, _ in self.contents]

    def digest(self, graded: Class) -> str:
        found = sha256(graded.digest.encode())
        found.update(repr((self.submission.name, self.notes)).encode())
        for file, content in self.contents:
            found.update(repr((file.name, len(content))).encode())
            found.update(content)
        return found.hexdigest()

    def tasks(self, graded: Class) -> Iterator[Task]:
        for file, content in self.contents:
            for grader in graded.graders:
                yield Task(Source(file.name, file.kind, data=content), grader.given, grader)

    def complete(self, graded: Class) -> bool:
        return len(self.told) == len(self.contents) * len(graded.graders)


def _written(pending: _Pending, graded: Class, journal: Journal) -> Submission:
    mark = _mark(pending, graded)
    asked = {
        step.number: graded.decisions.get(step.number, "")
        for claim in mark.claims
        for step in claim.steps
        if step.number
    }
    student = pending.submission.student
    journal.write(student, pending.digest(graded), mark, asked)
    return pending.submission


def _mark(pending: _Pending, graded: Class) -> StudentMark:
    """The best that any file has for each claim; a file that was not read may hold anything."""
    exercises = []
    lost = bool(pending.notes) and not pending.contents
    for n, grader in enumerate(graded.graders):
        told = pending.told[n :: len(graded.graders)]
        claims = []
        for k, t in enumerate(grader.targets):
            found = [
                claim_from(claims_of[k])._replace(file=name)
                for claims_of, name in zip(told, pending.named, strict=True)
                if claims_of is not None
            ]
            best = max(found, key=lambda c: (c.low, c.high, len(c.steps)), default=None)
            if best is None:
                best = ClaimMark(t.label, t.written, t.points, 0, 0, (_nothing(pending, lost),))
            unread = lost or pending.failed or len(found) < len(told)
            if unread and best.high < t.points:
                best = best._replace(high=t.points, why=(*best.why, NOT_READ))
            claims.append(best)
        exercises.append(ExerciseMark(grader.name, graded.titles[n], tuple(claims)))
    s = pending.submission
    return StudentMark(s.student, s.name, tuple(exercises), tuple(pending.notes))


NOT_READ = Said("Something that was handed in could not be read: a person has to look at it.")


def _nothing(pending: _Pending, lost: bool) -> Said:
    if lost or pending.contents:
        return NOT_READ
    return Said("Nothing was handed in.")
