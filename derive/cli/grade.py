"""`derive grade`: a class against an exercise or a sheet."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from derive.check.library import UnknownExercise, find
from derive.cli.check import show_findings, unknown_exercise
from derive.cli.say import fail
from derive.grade.ready import Asked

COULD_NOT_RUN, OPEN = 2, 1


class Options(NamedTuple):
    """``output``: a folder for all that is written; ``decisions``: a file in there by default."""

    output: str = "graded"
    decisions: str | None = None
    roster: str | None = None
    folder: str | None = None
    language: str = "en"
    jobs: int = 0
    quiet: bool = False
    form: str = "text"
    gradescope: bool = False


def grade(exercise: str, path: str, options: Options) -> int:
    """Grades and writes; the exit code: 0 all is certain, 1 something is to be decided."""
    from derive.check.exercise import ExerciseError
    from derive.grade.journal import Broken, Busy
    from derive.grade.submission import Unusable
    from derive.grade.targets import Ungradable

    try:
        return _grade(exercise, path, options)
    except UnknownExercise as error:
        return unknown_exercise(error)
    except ExerciseError as error:
        show_findings(list(error.findings))
        return COULD_NOT_RUN
    except (Unusable, Ungradable) as error:
        return fail(str(error))
    except Busy:
        return fail(f"another run is working on {options.output}: wait for it, or choose -o")
    except Broken as error:
        return fail(f"{os.path.join(options.output, JOURNAL)}: {error}")
    except OSError as error:
        return fail(f"{error.filename or options.output}: {(error.strerror or str(error)).lower()}")


JOURNAL, DECISIONS = "journal.sqlite", "decisions.toml"


def _grade(exercise: str, path: str, options: Options) -> int:
    from derive.grade.decisions import applied, read
    from derive.grade.journal import Journal
    from derive.grade.ready import prepared
    from derive.grade.roster import named, roster
    from derive.grade.run import grade as run
    from derive.grade.submission import submissions
    from derive.grade.summary import summary
    from derive.render.terminal_progress import watched

    found = submissions(path)
    if options.roster is not None:
        found = named(found, roster(options.roster))
    file = options.decisions or os.path.join(options.output, DECISIONS)
    decisions = read(file)
    jobs = options.jobs or os.cpu_count() or 1
    graded = prepared(_asked(exercise, options.folder), decisions.verdicts, jobs)
    os.makedirs(options.output, exist_ok=True)
    with Journal(os.path.join(options.output, JOURNAL)) as journal:
        names = [s.name for s in found]
        for _ in watched(run(graded, found, journal, jobs), names, options.quiet):
            pass
        students = [s.student for s in found]
        marks = (applied(mark, decisions) for mark in journal.marks(students))
        result = summary(marks)
    if options.form == "text":
        from derive.render.terminal import columns, show
        from derive.render.terminal_grades import grade_lines

        show(grade_lines(result, columns()), sys.stdout)
    return OPEN if any(row.open for row in result.rows) else 0


def _asked(exercise: str, folder: str | None) -> Sequence[Asked]:
    from derive.check.exercise import load

    if exercise.endswith(".toml"):
        raise NotImplementedError
    return (Asked(load(find(exercise, folder))),)
