"""`derive grade`: a class against an exercise or a sheet."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from derive.check.library import UnknownExercise, find
from derive.cli.check import show_findings, unknown_exercise
from derive.cli.say import fail
from derive.grade.ready import Asked
from derive.render.grades import file_name

if TYPE_CHECKING:
    from derive.grade.marks import StudentMark
    from derive.grade.summary import Summary

COULD_NOT_RUN, OPEN = 2, 1


class Options(NamedTuple):
    """``output``: a folder for all that is written; ``decisions``: a file in there by default.
    ``dask``: the address of a scheduler."""

    output: str = "graded"
    decisions: str | None = None
    roster: str | None = None
    folder: str | None = None
    language: str = "en"
    jobs: int = 0
    quiet: bool = False
    form: str = "text"
    gradescope: bool = False
    dask: str | None = None


def grade(exercise: str, path: str, options: Options) -> int:
    """Grades and writes; the exit code: 0 all is certain, 1 something is to be decided."""
    from derive.check.cluster import Stopped
    from derive.check.exercise import ExerciseError
    from derive.grade.journal import Broken, Busy
    from derive.grade.submission import Unusable
    from derive.grade.targets import Ungradable
    from derive.sheet.sheet import SheetError

    try:
        return _grade(exercise, path, options)
    except UnknownExercise as error:
        return unknown_exercise(error)
    except (ExerciseError, SheetError) as error:
        show_findings(list(error.findings))
        return COULD_NOT_RUN
    except (Unusable, Ungradable, Stopped) as error:
        return fail(str(error))
    except Busy:
        return fail(f"another run is working on {options.output}: wait for it, or choose -o")
    except Broken as error:
        return fail(f"{os.path.join(options.output, JOURNAL)}: {error}")
    except OSError as error:
        return fail(f"{error.filename or options.output}: {(error.strerror or str(error)).lower()}")


JOURNAL, DECISIONS = "journal.sqlite", "decisions.toml"
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def _grade(exercise: str, path: str, options: Options) -> int:
    from derive.grade.cluster import cluster
    from derive.grade.decisions import applied, read
    from derive.grade.journal import Journal
    from derive.grade.marks import titled
    from derive.grade.ready import prepared
    from derive.grade.roster import named, roster
    from derive.grade.run import grade as run
    from derive.grade.run import here
    from derive.grade.submission import submissions, together
    from derive.grade.summary import summary
    from derive.render.terminal_progress import watched

    found = (together(path),) if options.gradescope else submissions(path)
    if options.roster is not None:
        found = named(found, roster(options.roster))
    decided = options.decisions or os.path.join(options.output, DECISIONS)
    decisions = read(decided)
    jobs = options.jobs or os.cpu_count() or 1
    title, asked = _asked(exercise, options.folder)
    graded = prepared(asked, decisions.verdicts, jobs)
    os.makedirs(os.path.join(options.output, "feedback"), exist_ok=True)
    with Journal(os.path.join(options.output, JOURNAL)) as journal:
        names = [s.name for s in found]
        if options.dask is None:
            engine = here(graded, jobs, len(found))
        else:
            engine = cluster(graded, options.dask)
        titles = {}
        if options.language == "de":
            titles = {a.exercise.name: a.exercise.german.title for a in asked}

        def told(mark: StudentMark) -> StudentMark:
            return titled(applied(mark, decisions), titles)

        for one in watched(run(graded, found, journal, engine), names, options.quiet):
            # while others are marked, which leaves this process nothing else to do
            _write_feedback(told(journal.mark(one.student)), options)
        students = [s.student for s in found]
        for student in journal.forget(students):
            _remove_feedback(student, options)
        result = summary(map(told, journal.marks(students)))
        _write_class(result, title, decided, options)
    if options.form == "json":
        _print_json(result)
    else:
        from derive.render.terminal import columns, show
        from derive.render.terminal_grades import grade_lines

        show(grade_lines(result, columns()), sys.stdout)
    return OPEN if any(row.open for row in result.rows) else 0


def _asked(exercise: str, folder: str | None) -> tuple[str, tuple[Asked, ...]]:
    """The title and the exercises of a sheet, or one exercise."""
    from derive.check.exercise import load

    if not exercise.endswith(".toml"):
        alone = load(find(exercise, folder))
        return alone.title, (Asked(alone),)
    from derive.sheet.sheet import load as load_sheet

    sheet, found = load_sheet(exercise), list[Asked]()
    for number, task in enumerate(sheet.tasks, sheet.start):
        several = len(task.exercises) > 1
        for n, (one, points) in enumerate(zip(task.exercises, task.points, strict=True)):
            part = (ROMAN[n] if n < len(ROMAN) else str(n + 1),) if several else ()
            found.append(Asked(one, (str(number), *part), points))
    return sheet.title, tuple(found)


# --- files -------------------------------------------------------------------------------------


def _write_feedback(mark: StudentMark, options: Options) -> None:
    from derive.grade.feedback import feedback, in_words
    from derive.render.grades import gradescope, student_json, written
    from derive.render.html import document as html
    from derive.render.markdown import document as markdown

    page = feedback(mark, options.language)
    name = os.path.join(options.output, "feedback", file_name(mark.student))
    text = markdown(in_words(page))
    _write(f"{name}.md", text)
    _write(f"{name}.html", html(page))
    _write(f"{name}.json", written(student_json(mark, options.language)))
    if options.gradescope:
        results = written(gradescope(mark, text, options.language))
        _write(os.path.join(options.output, "results.json"), results)


def _remove_feedback(student: str, options: Options) -> None:
    """What an earlier run wrote for somebody who handed in nothing any more."""
    name = os.path.join(options.output, "feedback", file_name(student))
    for ending in (".md", ".html", ".json"):
        with suppress(FileNotFoundError):
            os.remove(name + ending)


def _write_class(result: Summary, title: str, decided: str, options: Options) -> None:
    from derive.grade.decisions import added
    from derive.render.class_page import document
    from derive.render.grades import marks_csv

    _write(os.path.join(options.output, "marks.csv"), marks_csv(result))
    page = document(result, title, os.path.basename(decided), options.language)
    _write(os.path.join(options.output, "class.html"), page)
    before = ""
    if os.path.exists(decided):
        with open(decided, encoding="utf-8") as file:
            before = file.read()
    after = added(before, result.questions(options.language))
    if after != before:
        _write(decided, after)


def _print_json(result: Summary) -> None:
    import json

    rows = [
        {"student": r.student, "name": r.name, "least": r.low, "most": r.high, "open": r.open}
        for r in result.rows
    ]
    print(json.dumps({"version": 1, "points": result.points, "students": rows}, ensure_ascii=False))


def _write(path: str, text: str) -> None:
    """All of it or nothing: a file that is written half is never seen."""
    part = f"{path}.part"
    with open(part, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(part, path)
