"""`derive list`, `derive show`, `derive explain`: looking things up; nothing is decided here."""

from __future__ import annotations

import sys

from derive.check.exercise import Exercise, ExerciseError, load
from derive.check.library import UnknownExercise, exercise_files, find
from derive.cli.check import unknown_exercise
from derive.cli.say import fail
from derive.render.terminal import columns, finding_lines, show
from derive.render.terminal_tables import (
    codes_lines,
    explain_lines,
    list_lines,
    mistake_lines,
    rule_lines,
    show_lines,
)


def list_exercises(form: str, folder: str | None) -> int:
    """Prints the exercises of the library, or of ``folder``."""
    exercises, broken = list[Exercise](), False
    for file in exercise_files(folder):
        try:
            exercises.append(load(file))
        except ExerciseError as error:
            broken = True
            for finding in error.findings:
                show(finding_lines(finding, columns()), sys.stderr)
    if form == "json":
        from derive.render.json import list_json

        print(list_json(exercises))
    else:
        show(list_lines(exercises, columns()), sys.stdout)
    return 2 if broken else 0


def show_exercise(name: str, solution: bool, folder: str | None) -> int:
    """Prints the statement of an exercise and, if asked for, its solution."""
    try:
        exercise = load(find(name, folder))
    except UnknownExercise as error:
        return unknown_exercise(error)
    except ExerciseError as error:
        for finding in error.findings:
            show(finding_lines(finding, columns()), sys.stderr)
        return 2
    show(show_lines(exercise, solution, columns()), sys.stdout)
    return 0


def list_codes() -> int:
    """Prints all that `explain_code` knows, one line each."""
    from derive.explain.mistakes import MISTAKES
    from derive.explain.rules import RULES
    from derive.findings import ROWS

    rules = {rule.name: rule.words for rule in RULES}
    mistakes = {mistake.name: mistake.sentence for mistake in MISTAKES}
    show(codes_lines(ROWS, rules, mistakes, columns()), sys.stdout)
    return 0


def explain_code(code: str) -> int:
    """Prints what a code, a rule of the steps or a mistake means."""
    from derive.findings import BY_CODE

    row = BY_CODE.get(code.upper())
    if row is not None:
        show(explain_lines(row, columns()), sys.stdout)
        return 0
    from derive.explain.rules import RULES

    for rule in RULES:
        if rule.name == code:
            lines = rule_lines(rule.name, rule.words, rule.pattern, rule.needs, columns())
            show(lines, sys.stdout)
            return 0
    from derive.explain.mistakes import MISTAKES

    for mistake in MISTAKES:
        if mistake.name == code:
            show(mistake_lines(mistake, columns()), sys.stdout)
            return 0
    from difflib import get_close_matches

    known = [*BY_CODE, *(rule.name for rule in RULES), *(row.name for row in MISTAKES)]
    close = get_close_matches(code, known, 3) or get_close_matches(code.upper(), known, 3)
    hint = f"; did you mean {' or '.join(close)}?" if close else "; derive explain lists all"
    return fail(f"nothing is called {code}{hint}")
