"""A class at a glance: what a teacher's page shows, collected from the marks one by one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from derive.grade.decisions import Question
from derive.grade.feedback import plain, said, total
from derive.grade.marks import ClaimMark, ExerciseMark, StepMark, StudentMark
from derive.language import say

NOT_NAMED = "not named"  # a mistake that is in no table
EXAMPLES = 3  # wordings that a group shows


class Row(NamedTuple):
    """A student's line in tables: (low, high) for each column, and how many steps are open."""

    student: str
    name: str
    marks: tuple[tuple[float, float], ...]
    open: int

    @property
    def low(self) -> float:
        return sum(low for low, _ in self.marks)

    @property
    def high(self) -> float:
        return sum(high for _, high in self.marks)


@dataclass(slots=True)
class Group:
    """Equal steps: of ``exercise`` and ``claim``, by ``students``; ``wordings`` of the step."""

    number: str
    exercise: str
    claim: str
    wordings: list[StepMark] = field(default_factory=list)
    students: list[str] = field(default_factory=list)

    def add(self, step: StepMark, student: str) -> None:
        if student not in self.students:
            self.students.append(student)
        known = {(s.left, s.right) for s in self.wordings}
        if len(self.wordings) < EXAMPLES and (step.left, step.right) not in known:
            self.wordings.append(step)


class Unsure(NamedTuple):
    """A claim's mark that is a range although no step is open."""

    student: str
    exercise: str
    claim: ClaimMark

    def question(self, language: str = "en") -> Question:
        key = ".".join(["mark", *map(_quoted, (self.student, self.exercise, self.claim.label))])
        low, high, points = self.claim.low, self.claim.high, self.claim.points
        why = " ".join(said(reason, language) for reason in self.claim.why)
        about = f"{total(low, high, points, language)}: {why}"
        return Question(key, f'{{ points = {low:g}, comment = "" }}', about)


@dataclass(slots=True)
class Summary:
    """``columns``: the exercises, of a single one its claims.  ``queue``: steps to
    decide; ``wrong``: false steps by group."""

    exercises: tuple[tuple[str, str, float], ...] = ()  # name, title, points
    columns: tuple[tuple[str, float], ...] = ()  # name, points
    rows: list[Row] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)
    queue: dict[str, Group] = field(default_factory=dict)
    wrong: dict[str, Group] = field(default_factory=dict)
    unsure: list[Unsure] = field(default_factory=list)

    @property
    def points(self) -> float:
        return sum(points for _, _, points in self.exercises)

    @property
    def groups(self) -> list[Group]:
        """The false steps, the most frequent first."""
        return sorted(self.wrong.values(), key=lambda g: (-len(g.students), g.exercise, g.number))

    def hardest(self, exercise: str) -> Group | None:
        """The false step that most of those who failed at this exercise made first."""
        return next((g for g in self.groups if g.exercise == exercise), None)

    def questions(self, language: str = "en") -> Iterator[Question]:
        """What a teacher may decide or comment on; what it is about in ``language``."""
        for group in self.queue.values():
            step = group.wordings[0]
            about = f"{group.exercise}, {group.claim}: {step.left} {step.relation} {step.right}"
            who = ", ".join(group.students[:EXAMPLES])
            value = '{ verdict = "right", comment = "" }'
            yield Question(
                f"step.{group.number}", value, f"{about}  ({who}: {plain(step.said, language)})"
            )
        yield from (mark.question(language) for mark in self.unsure)
        for group in self.groups:
            if len(group.students) > 1:
                step = group.wordings[0]
                many = say(language, "{number} students", number=len(group.students))
                about = f"{many}: {step.left} {step.relation} {step.right}"
                yield Question(f"group.{group.number}", '{ comment = "" }', about)


def summary(marks: Iterable[StudentMark]) -> Summary:
    found = Summary()
    for mark in marks:
        if not found.exercises:
            found.exercises = tuple((e.name, e.title, e.points) for e in mark.exercises)
            found.columns = tuple((name, c.points) for name, c in _columns(mark))
        open_ = sum(_collect(found, mark, e, c) for e in mark.exercises for c in e.claims)
        marks_ = tuple((c.low, c.high) for _, c in _columns(mark))
        found.rows.append(Row(mark.student, mark.name, marks_, open_))
    return found


def _columns(mark: StudentMark) -> list[tuple[str, ExerciseMark | ClaimMark]]:
    if len(mark.exercises) == 1:
        return [(c.label, c) for c in mark.claims]
    return [(e.name, e) for e in mark.exercises]


def _collect(found: Summary, mark: StudentMark, e: ExerciseMark, claim: ClaimMark) -> int:
    """Takes in one claim; how many of its steps wait for a decision."""
    waiting = 0
    for step in claim.steps:
        if step.verdict == "refuted":
            found.mistakes.update(step.mistakes or (NOT_NAMED,))
            number = step.group or step.number
            group = found.wrong.setdefault(number, Group(number, e.name, claim.label))
            group.add(step, mark.student)
        elif step.number and step.verdict in ("undecided", "unread") and not claim.certain:
            waiting += 1
            group = found.queue.setdefault(step.number, Group(step.number, e.name, claim.label))
            group.add(step, mark.student)
    if not claim.certain and not waiting:
        found.unsure.append(Unsure(mark.student, e.name, claim))
        return 1
    return waiting


def _quoted(words: str) -> str:
    """A TOML string: JSON's escapes are TOML's, but for pairs of surrogates."""
    return json.dumps(words, ensure_ascii=False)
