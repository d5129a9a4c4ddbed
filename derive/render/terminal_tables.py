"""Tables on a terminal: the library, the summary of a run, the explanation of a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from derive.check.exercise import Exercise
from derive.check.report import ExerciseResult, Report
from derive.findings import Row
from derive.render.terminal import (
    BLANK,
    MARKS,
    Line,
    counted,
    finding_lines,
    indented,
    line,
    padded,
    wrapped,
)
from derive.render.width import folded, width

if TYPE_CHECKING:
    from derive.explain.mistakes import Mistake

T = TypeVar("T")
MOST_NAME = 26  # columns: what is called longer gets a line of its own

QUIET_CODES = frozenset({"D103", "D204"})  # said beside the claim, not in a summary


def list_lines(exercises: Sequence[Exercise], room: int) -> Iterator[Line]:
    """The exercises by topic: name, level as dots, title; a star where there are variants."""
    names = max((width(e.name) for e in exercises), default=0)
    for topic, members in _by_topic((e.topic, e) for e in exercises):
        yield line(topic, "title")
        for e in members:
            level = "●" * (e.level or 0) + "○" * (3 - (e.level or 0))
            margin = 2 + names + 2 + len(level) + 2
            first, *others = folded(e.title + " *" * bool(e.parameters), room - margin)
            yield (
                (f"  {padded(e.name, names)}  ", "label"),
                (f"{level}  ", "dim"),
                (first, ""),
            )
            for other in others:
                yield line(" " * margin + other)
        yield BLANK
    if any(e.parameters for e in exercises):
        yield line("* has parameters: derive sheet gives each student other numbers", "dim")
    claims = sum(len(e.claims) for e in exercises)
    yield line(f"{counted(len(exercises), 'exercise')}, {counted(claims, 'claim')}", "dim")


def library_lines(report: Report, seconds: float, room: int) -> Iterator[Line]:
    """One row an exercise by topic, then what was found, then the sums."""
    names = max((width(r.name) for r in report.exercises), default=0)
    topics = ((r.exercise.topic if r.exercise else "not readable", r) for r in report.exercises)
    for topic, members in _by_topic(topics):
        yield line(topic, "title")
        for result in members:
            yield _row(result, names)
        yield BLANK
    found = list(findings_lines(report, room))
    yield from found
    yield from [BLANK] if found else []
    yield summary_line(report, seconds)


def _row(result: ExerciseResult, names: int) -> Line:
    mark, style = MARKS[result.status]
    statuses = [claim.status for claim in result.claims]
    parts = [f"{statuses.count(s)} {s}" for s in MARKS if s in statuses]
    needs = sum(claim.verdict is not None and bool(claim.verdict.needs) for claim in result.claims)
    said = ", ".join(parts) or "header not readable"
    return (
        (f"  {mark} ", style),
        (f"{padded(result.name, names)}  ", ""),
        (said, "" if result.status == "proved" else style),
        (f"  {counted(needs, 'need')}" if needs else "", "warn"),
    )


def findings_lines(report: Report, room: int) -> Iterator[Line]:
    """Every finding of the run with its place."""
    for result in report.exercises:
        for finding in result.findings:
            if finding.code not in QUIET_CODES:
                yield from finding_lines(finding, room)


def summary_line(report: Report, seconds: float | None = None) -> Line:
    counts = report.counts
    claims = sum(counts.values())
    head = f"{counted(len(report.results), 'exercise')}, {counted(claims, 'claim')}: "
    pieces = [(head, "title")]
    shown = [status for status in MARKS if counts[status] or status == "proved"]
    for n, status in enumerate(shown):
        pieces += [(", ", "")] if n else []
        pieces.append((f"{counts[status]} {status}", MARKS[status][1] if counts[status] else ""))
    if seconds is not None:
        pieces.append((f"   in {seconds:.1f} s", "dim"))
    return tuple(pieces)


def explain_lines(row: Row, room: int) -> Iterator[Line]:
    """A code of a finding: what it means, wrong and right."""
    yield ((row.code, "label"), ("  ", ""), (row.title, "title"), (f"  ({row.severity})", "dim"))
    yield BLANK
    yield from wrapped(row.why, room)
    for label, example, style in (("wrong", row.wrong, "bad"), ("right", row.right, "good")):
        if example:
            yield BLANK
            yield line(label, style)
            yield from indented((line(part) for part in example.split("\n")), 4)


def codes_lines(
    rows: Sequence[Row], rules: Mapping[str, str], mistakes: Mapping[str, str], room: int
) -> Iterator[Line]:
    """The codes of findings, then the rules of the steps with their reasons, then the mistakes
    with what is said of them."""
    yield line("findings", "title")
    for row in rows:
        yield ((f"  {row.code}  {padded(row.severity, 9)}", "dim"), (row.title, ""))
    for title, named in (("rules of the steps", rules), ("mistakes", mistakes)):
        yield BLANK
        yield line(title, "title")
        names = min(max(map(width, named)), MOST_NAME) + 2
        for name, words in named.items():
            if width(name) > MOST_NAME:
                yield line(f"  {name}", "dim")
                name = ""
            for n, part in enumerate(wrapped(words, room - names - 2)):
                yield ((padded(f"  {name}" if n == 0 else "", names + 2), "dim"), *part)


def rule_lines(name: str, words: str, pattern: str, needs: str, room: int) -> Iterator[Line]:
    """A rule of the steps."""
    yield ((name, "label"), ("  ", ""), ("a rule of the steps", "dim"))
    yield BLANK
    for label, said in (("reason", words), ("form", pattern), ("needs", needs)):
        if said:
            for n, part in enumerate(wrapped(said, room - 10)):
                yield ((padded(label if n == 0 else "", 10), "dim"), *part)


def mistake_lines(mistake: Mistake, room: int) -> Iterator[Line]:
    """A mistake: what students are told, and an example."""
    yield ((mistake.name, "label"), ("  ", ""), ("a mistake that grading looks for", "dim"))
    yield BLANK
    yield from wrapped(mistake.sentence, room)
    before, after = mistake.example
    given = ", ".join(mistake.given)
    for label, said in (("hint", mistake.hint), ("from", before), ("to", after), ("given", given)):
        if said:
            yield BLANK
            for n, part in enumerate(wrapped(said, room - 10)):
                yield ((padded(label if n == 0 else "", 10), "dim"), *part)


def show_lines(exercise: Exercise, solution: bool, room: int) -> Iterator[Line]:
    """The statement of an exercise and, if asked for, its solution."""
    from derive.render.terminal_exercise import INDENT, prose_lines, title_lines

    shown = ExerciseResult(exercise.name, exercise.path, exercise)
    yield from title_lines(shown, room)
    yield BLANK
    yield from indented(prose_lines(exercise.statement, room - 2 * INDENT), INDENT)
    if solution:
        yield BLANK
        yield line("Solution", "title")
        yield BLANK
        text = exercise.solution or "This exercise has no written solution."
        yield from indented(prose_lines(text, room - 2 * INDENT), INDENT)


def _by_topic(pairs: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    groups = dict[str, list[T]]()
    for topic, member in pairs:
        groups.setdefault(topic, []).append(member)
    return list(groups.items())
