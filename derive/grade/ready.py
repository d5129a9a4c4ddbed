"""Exercises made ready for marking: checked, and their authors' own solutions looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from derive.check.program import program
from derive.check.run import check_exercise
from derive.check.sources import Source
from derive.check.workers import Task, work_on
from derive.grade.journal import FORMAT
from derive.grade.parts import Exercise as Called
from derive.grade.scheme import scheme
from derive.grade.targets import Target, targets
from derive.grade.work import Grader
from derive.term import Given

if TYPE_CHECKING:
    from derive.check.exercise import Exercise
    from derive.check.report import DocumentResult
    from derive.prover.once import Once
    from derive.read.chains import Reading
    from derive.read.document import Document


FOUND = {"restated": "jump", "circular": "jump"}  # where the text does not tell the result


class Asked(NamedTuple):
    """An exercise on the sheet: its ``number`` there, and what it is worth (None: as it says)."""

    exercise: Exercise
    number: tuple[str, ...] = ()
    points: float | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """What all submissions are marked by: one grader an exercise, or several where its claims
    give names different meanings.  ``digest`` stands for all of it but the decisions."""

    asked: tuple[Asked, ...]
    graders: tuple[Grader, ...]
    digest: str
    decisions: Mapping[str, str] = field(default_factory=dict)

    def of(self, exercise: int) -> list[tuple[int, Grader]]:
        """The graders of an exercise, with their places among all."""
        return [(n, g) for n, g in enumerate(self.graders) if g.own == exercise]


def prepared(asked: Sequence[Asked], decisions: Mapping[str, str], jobs: int = 1) -> Class:
    """Checks the exercises and looks at their authors' solutions.

    Raises Ungradable where a claim is not proved, ExerciseError for a broken marking scheme.
    """
    called = tuple(
        Called(a.number, e.name, e.title, tuple(c.label for c in e.claims), e.german.title)
        for a in asked
        for e in (a.exercise,)
    )
    graders = [
        Grader(a.exercise.name, given, members, shown, scheme(a.exercise), called, n, decisions)
        for n, a in enumerate(asked)
        for shown in [_targets(a)]
        for given, members in _units(shown)
    ]
    tasks = [task for g in graders for task in _author_tasks(asked[g.own].exercise, g)]
    told = [done.told or [] for done in work_on(tasks, jobs)]
    known = tuple(
        replace(g, targets=_with_levels(g, *told[2 * n : 2 * n + 2])) for n, g in enumerate(graders)
    )
    texts = [f"{a.exercise.text}\0{a.number}\0{a.points}" for a in asked]
    digest = sha256("\0".join([f"{program()} {FORMAT}", *texts]).encode()).hexdigest()
    return Class(tuple(asked), known, digest, decisions)


def _targets(a: Asked) -> tuple[Target, ...]:
    found = targets(check_exercise(a.exercise, steps=False))
    total = sum(t.points for t in found)
    if a.points is None or not total:
        return found
    return tuple(t._replace(points=t.points * a.points / total) for t in found)


def _units(found: Sequence[Target]) -> list[tuple[Given, tuple[int, ...]]]:
    """The claims, by their numbers, that give all names the same meaning."""
    units = list[tuple[Given, list[int]]]()
    for n, t in enumerate(found):
        for known, members in units:
            if known.definitions == t.base.definitions:
                members.append(n)
                break
        else:
            units.append((t.base, [n]))
    return [(given, tuple(members)) for given, members in units]


# --- the author's solution -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Author:
    """Reads a text of the exercise itself: how far it shows each claim, or (``stated``) whether it
    states it."""

    grader: Grader
    stated: bool = False

    def read(self, document: Document, given: Given, once: Once) -> Reading:
        from derive.read.chains import chains

        return chains(document, given)

    def tell(
        self,
        document: Document,
        reading: Reading,
        result: DocumentResult,
        once: Once,
        briefly: bool = False,
    ) -> Any:
        if self.stated:
            told = self.grader.told(document, once)
            shown = self.grader.solved(document, reading, result, once)
            return [t or level != "nothing" for t, (level, _) in zip(told, shown, strict=True)]
        return self.grader.solved(document, reading, result, once)


def _author_tasks(exercise: Exercise, grader: Grader) -> Iterator[Task]:
    for text, stated in ((exercise.solution, False), (exercise.statement, True)):
        yield Task(Source(exercise.path, "md", text), grader.given, _Author(grader, stated))


def _with_levels(
    grader: Grader, solution: Sequence[Any], statement: Sequence[Any]
) -> tuple[Target, ...]:
    """The claims with how far the author's solution shows them, and whether the statement tells
    what is to be shown or asks to find it."""
    found = list(grader.targets)
    levels = solution or [("", 0)] * len(grader.members)
    told = statement or [True] * len(grader.members)
    for n, (level, lines), is_told in zip(grader.members, levels, told, strict=True):
        level = level if is_told else FOUND.get(level, level)
        found[n] = found[n]._replace(level=level, lines=lines, told=is_told)
    return tuple(found)
