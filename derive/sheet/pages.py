"""The pages of a sheet: its problems, its solutions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.check.exercise import Exercise
from derive.check.report import ClaimResult, ExerciseResult
from derive.explain.stated import stated
from derive.explain.written import derivation
from derive.language import number as in_language
from derive.language import say
from derive.page import Block, Break, Heading, Items, Note, Page, Paragraph, Space
from derive.page.markdown import blocks, words
from derive.sheet.proofs import Proofs
from derive.sheet.sheet import Sheet, Task
from derive.term import Given

INSIDE = {"i": "a", "a": "i", "1": "a"}  # how the items of a part are numbered


def problems(sheet: Sheet) -> Page:
    """What is handed out: statements, points, sources, room for answers."""
    found = [*blocks(sheet.introduction)]
    for number, task in enumerate(sheet.tasks, sheet.start):
        found += [*_opened(sheet, task, number), *blocks(task.before)]
        found += _parts(sheet, [list(_problem(sheet, task, e)) for e in task.exercises])
        found += blocks(task.after)
        found += [Space(task.space)] if task.space else []
    found += blocks(sheet.closing)
    return Page(sheet.title, tuple(found), _under(sheet), sheet.language)


def solutions(sheet: Sheet, proofs: Proofs | None = None) -> Page:
    """The solutions under the same numbers: the steps that derive finds, certified line by line,
    or the hand-written ones, as each task wants it (a claim whose steps have a gap is solved by
    hand where the exercise has a solution)."""
    proofs = proofs or Proofs()
    found = list[Block]()
    for number, task in enumerate(sheet.tasks, sheet.start):
        found += _opened(sheet, task, number)
        found += _parts(sheet, [list(_solution(sheet, task, e, proofs)) for e in task.exercises])
    title = f"{sheet.title}: {say(sheet.language, 'Solutions')}"
    return Page(title, tuple(found), _under(sheet), sheet.language, sheet.dense)


def english(sheet: Sheet) -> tuple[str, ...]:
    """The exercises that a sheet in another language has to print in English."""
    if sheet.language == "en":
        return ()
    return tuple(exercise.name for exercise in sheet.exercises if not exercise.german.statement)


# --- around the exercises ----------------------------------------------------------------------


def _under(sheet: Sheet) -> tuple[str, ...]:
    total = ""
    known = [p for task in sheet.tasks for p in task.points]
    if sheet.with_points and known and all(p is not None for p in known):
        total = _counted(sheet, sum(p for p in known if p is not None))
    line = " · ".join(part for part in (sheet.course, sheet.date, total) if part)
    return ((line,) if line else ()) + sheet.under


def _opened(sheet: Sheet, task: Task, number: int) -> Iterator[Block]:
    """The heading, ``5. The hyperbolic tangent (4 + 4 points)``."""
    if task.new_page:
        yield Break()
    title = task.title or _title(sheet, task.exercises[0])
    match sheet.numbering:
        case "Exercise":
            label = say(sheet.language, "Exercise {number}", number=number) + ". "
        case "(1)":
            label = f"({number}) "
        case style:
            label = style.replace("1", str(number)) + " "
    points = f" ({_points(sheet, task.points)})" if sheet.with_points and all(task.points) else ""
    yield Heading((label, *words(title), *([points] if points else [])))


def _points(sheet: Sheet, points: Sequence[float | None]) -> str:
    parts = [_number(sheet, p) for p in points if p is not None]
    if len(parts) > 1:
        return say(sheet.language, "{points} points", points=" + ".join(parts))
    return _counted(sheet, points[0] or 0)


def _counted(sheet: Sheet, points: float) -> str:
    form = "{points} point" if points == 1 else "{points} points"
    return say(sheet.language, form, points=_number(sheet, points))


def _number(sheet: Sheet, number: float) -> str:
    return in_language(sheet.language, number)


def _parts(sheet: Sheet, parts: Sequence[Sequence[Block]]) -> list[Block]:
    """One exercise with its items numbered as parts; several as the parts, (i), (ii)."""
    if len(parts) == 1:
        return [_renumbered(block, sheet.parts) for block in parts[0]]
    inside = INSIDE[sheet.parts]
    items = tuple(tuple(_renumbered(block, inside) for block in part) for part in parts)
    return [Items(items, sheet.parts)]


def _renumbered(block: Block, kind: str) -> Block:
    if isinstance(block, Items) and block.numbered:
        return block._replace(numbered=kind)
    return block


# --- an exercise -------------------------------------------------------------------------------


def _title(sheet: Sheet, exercise: Exercise) -> str:
    return (exercise.german.title if sheet.language == "de" else "") or exercise.title


def _problem(sheet: Sheet, task: Task, exercise: Exercise) -> Iterator[Block]:
    german = sheet.language == "de"
    yield from blocks((exercise.german.statement if german else "") or exercise.statement)
    source = (exercise.german.source if german else "") or exercise.source
    if sheet.with_sources and source:
        said = say(sheet.language, "Source: {source}", source=source)
        yield Note("source", (Paragraph(words(said)),))


def _solution(sheet: Sheet, task: Task, exercise: Exercise, proofs: Proofs) -> Iterator[Block]:
    own = exercise.german.solution if sheet.language == "de" else exercise.solution
    if task.solutions == "written" and own:
        yield from blocks(own)
        return
    result = proofs.of(exercise, sheet.detail)
    shown = [claim for claim in result.claims if claim.proof is not None]
    complete = all(claim.proof is not None and claim.proof.complete for claim in result.claims)
    if not (shown and complete) and (own or exercise.solution):
        yield from blocks(own or exercise.solution)
        return
    yield from proofs.solution(
        result, sheet.language, lambda: _steps(result, shown, sheet.language)
    )


def _steps(
    result: ExerciseResult, shown: Sequence[ClaimResult], language: str
) -> tuple[Block, ...]:
    parts = [tuple(_generated(language, result, claim)) for claim in shown]
    return parts[0] if len(parts) == 1 else (Items(tuple(parts), "1"),)


def _generated(language: str, result: ExerciseResult, claim: ClaimResult) -> Iterator[Block]:
    if claim.proof is None or claim.claim is None:
        return
    if result.exercise is not None and _has_given(result.exercise, claim.label):
        yield from stated(claim.claim.given, result.given or Given(), language)
    yield from derivation(claim.proof, language)


def _has_given(exercise: Exercise, label: str) -> bool:
    return any(claim.given for claim in exercise.claims if claim.label == label)
