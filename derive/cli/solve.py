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
    from derive.page import Page

FORMS = {
    ".tex": "tex",
    ".md": "md",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".json": "json",
}
PDFS = ("pdf", "latexmk")
CLAIM = "\\=<>^_ {"  # what no exercise is called


class Wanted(NamedTuple):
    """``form``: "latex" (a fragment), "tex" (a document), "md", "html", "pdf", "latexmk" (PDF by
    LaTeX), "json"; None: what the ending of ``output`` says, else text for the terminal."""

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
    if form in PDFS and wanted.output is None:
        return fail("a PDF is no text; name its file: -o FILE.pdf")
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
    try:
        data = _rendered(result, form)
        if output is None:
            print(data.decode())
            return Report((result,)).exit_code
        with open(output, "wb") as file:
            file.write(data)
    except OSError as error:
        return fail(f"{output}: {(error.strerror or str(error)).lower()}")
    except NoRenderer as error:
        return fail(str(error))
    return Report((result,)).exit_code


class NoRenderer(Exception):
    """What renders this form is not installed."""


def _rendered(result: ExerciseResult, form: str) -> bytes:
    if form == "json":
        from derive.render.json import report_json

        return report_json(Report((result,))).encode()
    from derive.check.solution import solution_page

    page = solution_page(result, pictures=form in ("html", *PDFS))
    if form == "latexmk":
        from derive.render.latex.latexmk import NoLatex
        from derive.render.latex.latexmk import pdf as by_latex

        try:
            return by_latex(page)
        except NoLatex as error:
            raise NoRenderer(str(error)) from None
    if form == "pdf":
        from derive.render.typst import NoTypst, pdf

        try:
            return pdf(page)
        except NoTypst as error:
            raise NoRenderer(str(error)) from None
    return (RENDERERS[form](page).strip() + "\n").encode()


def _latex(page: Page) -> str:
    from derive.render.latex import fragment

    return fragment(page.blocks)


def _tex(page: Page) -> str:
    from derive.render.latex import document

    return document(page)


def _markdown(page: Page) -> str:
    from derive.render.markdown import document

    return document(page)


def _html(page: Page) -> str:
    from derive.render.html import document

    return document(page)


RENDERERS = {"latex": _latex, "tex": _tex, "md": _markdown, "html": _html}
