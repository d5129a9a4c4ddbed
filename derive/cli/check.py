"""`derive check`: documents, exercises by name or file, or the whole library."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from derive.check.library import UnknownExercise, exercise_files, name_of
from derive.check.report import DocumentResult, ExerciseResult, Finding, Report
from derive.check.sources import Asked, Source, asked

if TYPE_CHECKING:
    from derive.term import Given

MANY = 4  # documents, before progress is shown

COULD_NOT_RUN = 2


class Options(NamedTuple):
    """How to check and what to print.  ``form`` is "text", "json" or "latex"; ``folder`` has
    exercises of one's own; ``given`` is a file of declarations for documents; ``reading``: print
    what was understood; ``jobs``: documents at a time (0: one a core)."""

    form: str = "text"
    folder: str | None = None
    quiet: bool = False
    reading: bool = False
    given: str | None = None
    jobs: int = 0


PLAIN = Options()


def check(names: tuple[str, ...], options: Options = PLAIN) -> int:
    """Checks and prints; the exit code."""
    from time import perf_counter

    start = perf_counter()
    try:
        files = asked(names, options.folder) if names else _all(options.folder)
    except UnknownExercise as error:
        return unknown_exercise(error)
    if not files:
        return _nothing(names, options.folder)
    if not names and options.form == "text":
        return _library([one.exercise for one in files], options.quiet)
    try:
        given = _given(options.given)
    except _Wrong as error:
        show_findings([error.finding])
        return COULD_NOT_RUN
    steps = options.form == "latex" or not options.quiet
    exercises = _exercises([near(one.exercise) for one in files if one.exercise], steps, options)
    documents = _documents([one.document for one in files if one.document], given, options)
    report = Report(tuple(next(documents) if one.document else next(exercises) for one in files))
    if options.form == "json":
        from derive.render.json import report_json

        print(report_json(report))
    elif options.form == "latex":
        from derive.render.align import report_latex

        print(report_latex(report))
    else:
        _print(report, options, perf_counter() - start)
    if options.form != "json":
        _print_errors(report)
    return report.exit_code


def _all(folder: str | None) -> list[Asked]:
    return [Asked(exercise=near(file)) for file in exercise_files(folder)]


def _nothing(names: tuple[str, ...], folder: str | None) -> int:
    from derive.check.library import library_folder
    from derive.cli.say import fail

    if names:
        from derive.check.sources import KINDS

        return fail(f"nothing to check ({', '.join(KINDS)}) in {' '.join(names)}")
    return fail(f"no exercises (*.md) in {folder or library_folder()}")


def near(file: str) -> str:
    """The path as short as it can be said from here."""
    here = os.path.join(os.path.realpath(os.curdir), "")
    there = os.path.realpath(file)
    return there[len(here) :] if there.startswith(here) else file


def unknown_exercise(error: UnknownExercise) -> int:
    """Says that there is no exercise of this name, and which names are near."""
    from derive.cli.say import fail

    near = f"; did you mean {' or '.join(error.close)}?" if error.close else "; see derive list"
    return fail(f"no exercise is called {error.name}{near}")


# --- running -----------------------------------------------------------------------------------


def _exercises(files: list[str], steps: bool, options: Options) -> Iterator[ExerciseResult]:
    if not files:
        return
    from derive.check.run import check_file
    from derive.render.terminal_progress import watched

    names = [name_of(file) for file in files]
    for file in watched(files, names, options.quiet):
        yield check_file(file, steps)


def _documents(
    sources: list[Source], given: Given | None, options: Options
) -> Iterator[DocumentResult]:
    if not sources:
        return
    from derive.check.workers import check_documents

    jobs = options.jobs or min(os.cpu_count() or 1, len(sources))
    results = check_documents(sources, given, jobs)
    if len(sources) < MANY:
        yield from results
        return
    from derive.render.terminal_progress import watched

    names = [source.path for source in sources]
    yield from watched(results, names, options.quiet)


class _Wrong(Exception):
    """The file of declarations cannot be used; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def _given(path: str | None) -> Given | None:
    """What the file declares, one declaration a line.  Raises _Wrong."""
    if path is None:
        return None
    from derive.check.exercise import at
    from derive.read import ReadError, read_given

    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        message = getattr(error, "strerror", None) or "not UTF-8 text"
        raise _Wrong(Finding("D001", message.lower(), path, 1, 1)) from None
    lines = text.split("\n")
    try:
        return read_given(lines)
    except ReadError as error:
        start = sum(len(line) + 1 for line in lines[: max(error.line, 1) - 1])
        span = (start + error.span.start, start + error.span.end)
        raise _Wrong(at(text, path, "D102", str(error), *span)) from None


# --- printing ----------------------------------------------------------------------------------


def _library(files: list[str], quiet: bool) -> int:
    from time import perf_counter

    from derive.render.terminal import columns, show
    from derive.render.terminal_tables import findings_lines, library_lines, summary_line

    start = perf_counter()
    report = Report(tuple(_exercises(files, False, Options(quiet=quiet))))
    seconds = perf_counter() - start
    if quiet:
        show(findings_lines(report, columns()), sys.stdout)
        show([summary_line(report)], sys.stdout)
    else:
        show(library_lines(report, seconds, columns()), sys.stdout)
    return report.exit_code


def _print(report: Report, options: Options, seconds: float) -> None:
    from derive.render.terminal import columns, show

    if report.exercises:
        _print_exercises(report, options.quiet)
    if report.documents:
        from derive.render.terminal_document import document_lines, reading_lines, summary_lines

        for result in report.documents:
            if options.reading:
                show(reading_lines(result, columns()), sys.stdout)
            show(document_lines(result, columns(), options.quiet), sys.stdout)
        watched = sys.stdout.isatty()  # a time is for who waited; elsewhere output is compared
        show(summary_lines(report, seconds if watched else None), sys.stdout)


def _print_exercises(report: Report, quiet: bool) -> None:
    from derive.render.terminal import columns, show

    if not quiet:
        from derive.render.terminal_exercise import exercise_lines

        for result in report.exercises:
            if any(claim.readings for claim in result.claims):
                show(exercise_lines(result, columns()), sys.stdout)
    if quiet or len(report.exercises) > 1:
        from derive.render.terminal_tables import findings_lines, summary_line

        if quiet:
            show(findings_lines(report, columns()), sys.stdout)
        show([summary_line(report)], sys.stdout)


def _print_errors(report: Report) -> None:
    """What could not be read, on standard error: path, line, column, and the place marked."""
    show_findings([f for result in report.results for f in result.findings if f.stops])


def show_findings(findings: list[Finding]) -> None:
    if findings:
        from derive.render.terminal import columns, finding_lines, show

        for finding in findings:
            show(finding_lines(finding, columns()), sys.stderr)
