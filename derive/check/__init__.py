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
    from derive.check.report import Report


def check(document: str | os.PathLike[str]) -> Report:
    """The results for an exercise: by name, by path, or its text (anything with a line break).

    A broken exercise is a result with findings.  Raises UnknownExercise, and OSError where the
    file cannot be read.
    """
    from derive.check.exercise import ExerciseError, parse
    from derive.check.library import find
    from derive.check.report import ExerciseResult, Report
    from derive.check.run import check_exercise, check_file

    if not isinstance(document, str):
        return Report((check_file(os.fspath(document)),))
    if "\n" not in document:
        return Report((check_file(find(document)),))
    try:
        return Report((check_exercise(parse(document, "text", "text")),))
    except ExerciseError as error:
        return Report((ExerciseResult("text", "text", findings=error.findings),))


class _Callable(ModuleType):
    def __call__(self, document: str | os.PathLike[str]) -> Report:
        return check(document)


sys.modules[__name__].__class__ = _Callable
