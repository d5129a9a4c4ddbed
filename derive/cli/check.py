"""`derive check`: exercises by name or file, or the whole library."""

from __future__ import annotations

import os
import sys

from derive.check.library import UnknownExercise, exercise_files, find, name_of
from derive.check.report import ExerciseResult, Report

PROVED, FINDINGS, COULD_NOT_RUN = 0, 1, 2


def check(
    names: tuple[str, ...], form: str = "text", folder: str | None = None, quiet: bool = False
) -> int:
    """Checks and prints; the exit code.  ``form`` is "text", "json" or "latex"."""
    try:
        found = [find(name, folder) for name in names] or list(exercise_files(folder))
    except UnknownExercise as error:
        return unknown_exercise(error)
    files = [near(file) for file in found]
    if not files:
        from derive.check.library import library_folder
        from derive.cli.say import fail

        return fail(f"no exercises (*.md) in {folder or library_folder()}")
    if not names and form == "text":
        return _library(files, quiet)
    report = Report(tuple(_results(files, steps=form == "latex" or not quiet, quiet=quiet)))
    if form == "json":
        from derive.render.json import report_json

        print(report_json(report))
    elif form == "latex":
        from derive.render.align import report_latex

        print(report_latex(report))
    else:
        _print(report, quiet)
    if form != "json":
        _print_errors(report)
    return report.exit_code


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


def _results(files: list[str], steps: bool, quiet: bool) -> list[ExerciseResult]:
    from derive.check.run import check_file

    if len(files) < 4:
        return [check_file(file, steps) for file in files]
    from derive.render.terminal_progress import watched

    names = [name_of(file) for file in files]
    return [check_file(file, steps) for file in watched(files, names, quiet)]


def _library(files: list[str], quiet: bool) -> int:
    from time import perf_counter

    from derive.render.terminal import columns, show
    from derive.render.terminal_tables import findings_lines, library_lines, summary_line

    start = perf_counter()
    report = Report(tuple(_results(files, steps=False, quiet=quiet)))
    seconds = perf_counter() - start
    if quiet:
        show(findings_lines(report, columns()), sys.stdout)
        show([summary_line(report)], sys.stdout)
    else:
        show(library_lines(report, seconds, columns()), sys.stdout)
    return report.exit_code


def _print(report: Report, quiet: bool) -> None:
    from derive.render.terminal import columns, show

    if not quiet:
        from derive.render.terminal_exercise import exercise_lines

        for result in report.results:
            if any(claim.readings for claim in result.claims):
                show(exercise_lines(result, columns()), sys.stdout)
    if quiet or len(report.results) > 1:
        from derive.render.terminal_tables import findings_lines, summary_line

        if quiet:
            show(findings_lines(report, columns()), sys.stdout)
        show([summary_line(report)], sys.stdout)


def _print_errors(report: Report) -> None:
    """What could not be read, on standard error: path, line, column, and the place marked."""
    from derive.render.terminal import columns, finding_lines, show

    for result in report.results:
        for finding in result.findings:
            if finding.stops:
                show(finding_lines(finding, columns()), sys.stderr)
