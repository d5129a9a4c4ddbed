"""`derive solve`: the proof of an exercise or a claim, for the terminal or as a file."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple, cast

from derive.check.library import UnknownExercise, find
from derive.check.report import ExerciseResult, Report
from derive.cli.say import fail

if TYPE_CHECKING:
    from derive.explain.proof import Detail

FORMS = {
    ".tex": "tex",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".json": "json",
}
CLAIM = "\\=<>^_ {"  # what no exercise is called


class Wanted(NamedTuple):
    """``form``: "latex" or "json"; None: what the ending of ``output`` says, else text for the
    terminal."""

    given: tuple[str, ...] = ()
    detail: str = "normal"
    form: str | None = None
    output: str | None = None
    folder: str | None = None


def solve(asked: str, wanted: Wanted) -> int:
    """Writes the proof; the exit code: 1 where something is not proved, 2 where not written."""
    form = wanted.form or _by_ending(wanted.output)
    if form is None and wanted.output is not None:
        return fail(f"{wanted.output}: an ending is expected out of {' '.join(FORMS)}")
    try:
        result = _result(asked, wanted)
    except UnknownExercise as error:
        from derive.cli.check import unknown_exercise

        return unknown_exercise(error)
    stops = [finding for finding in result.findings if finding.stops]
    if stops:
        from derive.render.terminal import columns, finding_lines, show

        for finding in stops:
            show(finding_lines(finding, columns()), sys.stderr)
        return 2
    if form is None:
        from derive.render.terminal import columns, show
        from derive.render.terminal_exercise import exercise_lines

        show(exercise_lines(result, columns()), sys.stdout)
        return Report((result,)).exit_code
    return _written(result, form, wanted.output)


def _by_ending(output: str | None) -> str | None:
    return FORMS.get(os.path.splitext(output)[1].lower()) if output is not None else None


def _result(asked: str, wanted: Wanted) -> ExerciseResult:
    """Raises UnknownExercise where a name is none."""
    from derive.check.run import check_file, check_formula

    detail = cast("Detail", wanted.detail)  # click has seen to it
    is_file = asked.endswith(".md")
    if not is_file and any(c in asked for c in CLAIM):
        return check_formula(asked, wanted.given, detail=detail)
    return check_file(find(asked, wanted.folder), detail=detail)


def _written(result: ExerciseResult, form: str, output: str | None) -> int:
    """Writes the file, or prints."""
    text = _rendered(result, form)
    if output is None:
        print(text)
    else:
        data = f"{text.rstrip()}\n".encode()
        try:
            with open(output, "wb") as file:
                file.write(data)
        except OSError as error:
            return fail(f"{output}: {(error.strerror or str(error)).lower()}")
    return Report((result,)).exit_code


def _rendered(result: ExerciseResult, form: str) -> str:
    if form == "json":
        from derive.render.json import report_json

        return report_json(Report((result,)))
    from derive.render.align import report_latex

    return report_latex(Report((result,)))
