"""A class graded: submissions marked in worker processes, results kept as they come."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, TypeAlias

from derive.check.sources import Source
from derive.check.workers import Budget, Task, work_on
from derive.grade.journal import Journal
from derive.grade.marking import WHY
from derive.grade.marks import (
    UNREAD_YET,
    ClaimMark,
    ExerciseMark,
    Said,
    StudentMark,
    claim_from,
)
from derive.grade.ready import Class
from derive.grade.submission import File, Submission, Unusable, data
from derive.grade.targets import Target

BUDGET = Budget(seconds=5, megabytes=512, reading=15, losses=6)
TOGETHER, SHARES = 16, 4  # submissions for one process at most; parts of a small class for each job
# What is written by hand, or typed elsewhere.
PAPERS = (".pdf", ".ps", ".djvu", ".png", ".jpg", ".jpeg", ".heic", ".tif", ".tiff", ".webp",
          ".doc", ".docx", ".odt", ".rtf", ".pages")  # fmt: skip
Handed: TypeAlias = Sequence[Source]  # the files of one student
Told: TypeAlias = Sequence[Any]  # of each file by each grader, the graders changing fastest
Engine: TypeAlias = Callable[[Iterable[Handed]], Iterator[Told]]
NOT_READ = Said("Something that was handed in could not be read: a person has to look at it.")


def here(graded: Class, jobs: int, students: int = 1, budget: Budget = BUDGET) -> Engine:
    """Marks in so many processes of this machine at a time.  ``students``: how many there are."""
    share = min(TOGETHER, students // (SHARES * jobs))
    together = max(1, share) * max(1, len(graded.graders))

    def engine(handed_in: Iterable[Handed]) -> Iterator[Told]:
        asked = deque[int]()  # pieces of work that each submission is

        def tasks() -> Iterator[Task]:
            for handed in handed_in:
                asked.append(len(handed) * len(graded.graders))
                yield from (Task(one, g.given, g) for one in handed for g in graded.graders)

        told = list[Any]()
        for done in work_on(tasks(), jobs, budget=budget, together=together):
            while not asked[0]:  # nothing was handed in
                asked.popleft()
                yield []
            told.append(done.told)
            if len(told) == asked[0]:
                asked.popleft()
                yield told
                told = []
        yield from ([] for _ in asked)

    return engine


def grade(
    graded: Class, found: Sequence[Submission], journal: Journal, engine: Engine
) -> Iterator[Submission]:
    """Marks what the journal does not know yet, and yields each submission when it is in there."""
    under_way = deque[_Pending]()
    ready = deque[Submission]()

    def handed_in() -> Iterator[Handed]:
        for submission in found:
            pending = _Pending(submission)
            if journal.known(submission.student, pending.digest(graded), graded.decisions):
                ready.append(submission)
                continue
            under_way.append(pending)
            yield pending.sources

    for told in engine(handed_in()):
        pending = under_way.popleft()
        yield _written(pending, _mark(pending, told, graded), graded, journal)
        yield from _all(ready)
    yield from _all(ready)


def _all(ready: deque[Submission]) -> Iterator[Submission]:
    while ready:
        yield ready.popleft()


class _Pending:
    """A submission in work: its files' contents.  ``failed``: a file that may hold an answer
    could not be read.  ``unseen``: what has no answer otherwise may stand on another paper."""

    def __init__(self, submission: Submission) -> None:
        self.submission, self.notes = submission, list(submission.notes)
        self.contents = list[tuple[File, bytes]]()
        self.failed = False
        for file in submission.files:
            try:
                self.contents.append((file, data(file)))
            except Unusable as error:
                self.notes.append(error.said)
                self.failed = True
        self.named = [file.name for file, _ in self.contents]
        self.unseen = any(map(self._is_apart, submission.notes))

    def _is_apart(self, note: Said) -> bool:
        """Is it about a scan or a PDF that was not made of a file that is read, nor stands in
        one?"""
        stem, kind = os.path.splitext(os.path.basename(note.values.get("file", "")))
        stems = (os.path.splitext(os.path.basename(name))[0] for name in self.named)
        named = stem.encode()
        return kind.lower() in PAPERS and not (
            stem in stems or any(named in content for _, content in self.contents)
        )

    def digest(self, graded: Class) -> str:
        found = sha256(graded.digest.encode())
        found.update(repr((self.submission.name, self.notes)).encode())
        for file, content in self.contents:
            found.update(repr((file.name, len(content))).encode())
            found.update(content)
        return found.hexdigest()

    @property
    def sources(self) -> Handed:
        return [Source(file.name, file.kind, data=content) for file, content in self.contents]


def _written(pending: _Pending, mark: StudentMark, graded: Class, journal: Journal) -> Submission:
    asked = {
        step.number: graded.decisions.get(step.number, "")
        for claim in mark.claims
        for step in claim.steps
        if step.number
    }
    student = pending.submission.student
    journal.write(student, pending.digest(graded), mark, asked)
    return pending.submission


def _mark(pending: _Pending, told: Told, graded: Class) -> StudentMark:
    """The best that any file has for each claim; a file that was not read may hold anything."""
    exercises = []
    for n, asked in enumerate(graded.asked):
        claims = [
            (k, _claim(pending, told[place :: len(graded.graders)], within, t))
            for place, grader in graded.of(n)
            for within, k in enumerate(grader.members)
            for t in [grader.targets[k]]
        ]
        ordered = _settled(tuple(claim for _, claim in sorted(claims, key=lambda item: item[0])))
        exercises.append(ExerciseMark(asked.exercise.name, asked.exercise.title, ordered))
    s = pending.submission
    return StudentMark(s.student, s.name, tuple(exercises), tuple(pending.notes))


def _settled(claims: tuple[ClaimMark, ...]) -> tuple[ClaimMark, ...]:
    """The claims of an exercise, where what may answer one of them was judged as the answer to
    another, for which names mean something else."""
    judged = {
        (c.file, s.cell, s.line, s.right)
        for c in claims
        for s in c.steps
        if s.verdict in ("proved", "refuted", "carried")
    }
    return tuple(
        c._replace(high=c.low, why=(Said(WHY["nothing"]),), steps=())
        if c.why == (UNREAD_YET,)
        and c.steps
        and all((c.file, s.cell, s.line, s.right) in judged for s in c.steps)
        else c
        for c in claims
    )


def _claim(pending: _Pending, told: Told, within: int, t: Target) -> ClaimMark:
    """``told``: of each file, by the grader whose claim number ``within`` this is."""
    found = [
        claim_from(claims[within])._replace(file=name)
        for claims, name in zip(told, pending.named, strict=True)
        if claims is not None
    ]
    best = max(found, key=lambda c: (c.low, c.high, len(c.steps)), default=None)
    lost = bool(pending.notes) and not pending.contents
    if best is None:
        why = NOT_READ if lost or told else Said("Nothing was handed in.")
        best = ClaimMark(t.label, t.written, t.points, 0, 0, (why,))
    lost = lost or (pending.unseen and best.high == 0)
    if (lost or pending.failed or len(found) < len(told)) and best.high < t.points:
        best = best._replace(high=t.points, why=(*(w for w in best.why if w != NOT_READ), NOT_READ))
    return best
