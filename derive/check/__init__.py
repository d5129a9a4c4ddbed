"""Floor 4: exercises and documents -> findings.

The package can be called: ``derive.check("tanh-derivative")`` is ``derive.check.check(..)``.  A
package and a function of one name share one attribute, and the import system fills it with the
package as soon as any module in it is imported.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.check.report import DocumentResult, ExerciseResult, Report
    from derive.check.sources import Asked


def check(document: str | os.PathLike[str]) -> Report:
    """The results for a document or an exercise: the name of an exercise, the path of a file, or
    a text (anything with a line break).

    What is wrong with it is in the results.  Raises UnknownExercise.  Judges in this process, with
    the kernel's own budgets; the command ``derive check`` adds budgets of time and memory for
    each step of a document.
    """
    from derive.check.report import Report
    from derive.check.sources import Asked, Source, asked, file_asked, is_exercise

    if not isinstance(document, str):
        return Report(tuple(map(_checked, file_asked(os.fspath(document)))))
    if "\n" not in document:
        return Report(tuple(map(_checked, asked([document]))))
    if is_exercise(document):
        return Report((_exercise(document),))
    return Report((_checked(Asked(document=Source("<text>", text=document))),))


def _checked(asked: Asked) -> ExerciseResult | DocumentResult:
    if asked.document is not None:
        from derive.check.workers import check_here

        return check_here(asked.document)
    from derive.check.run import check_file

    return check_file(asked.exercise)


def _exercise(text: str) -> ExerciseResult:
    from derive.check.exercise import ExerciseError, parse
    from derive.check.report import ExerciseResult
    from derive.check.run import check_exercise

    try:
        return check_exercise(parse(text, "text", "text"))
    except ExerciseError as error:
        return ExerciseResult("text", "text", findings=error.findings)


class _Callable(ModuleType):
    def __call__(self, document: str | os.PathLike[str]) -> Report:
        return check(document)


sys.modules[__name__].__class__ = _Callable
