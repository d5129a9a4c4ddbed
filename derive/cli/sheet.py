"""`derive sheet`: problem and solution sheets as files or on the terminal, with variants."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from derive.cli.printer import ENDINGS, Printer, WriteError, write_files
from derive.cli.say import fail

if TYPE_CHECKING:
    from derive.page import Page
    from derive.sheet import Sheet
    from derive.sheet.proofs import Proofs

COULD_NOT_RUN = 2
MOST_SAID = 20  # characters in a note
PROBLEMS, SOLUTIONS = "problems", "solutions"


class Wanted(NamedTuple):
    """``forms``: "pdf", "latexmk", "html", "latex", "markdown", none for the terminal.  ``pages``:
    PROBLEMS, SOLUTIONS or both.  ``folder``: where files go.  ``seed``: of one variant;
    ``students``: a CSV file, each gets one's own.  ``jobs``: processes (0: one a core)."""

    forms: tuple[str, ...] = ()
    pages: tuple[str, ...] = (PROBLEMS,)
    folder: str = ""
    seed: str | None = None
    students: str | None = None
    jobs: int = 0
    quiet: bool = False


def sheet(path: str, wanted: Wanted) -> int:
    """Makes the pages; the exit code: 1 where something is not proved, 2 where it cannot run."""
    from derive.check.values import NoValue
    from derive.sheet import SheetError, load
    from derive.sheet.pages import english
    from derive.sheet.proofs import NotProved, Proofs, prove
    from derive.sheet.students import file_name, read_students, with_seed
    from derive.sheet.variants import NoVariant

    stem = os.path.splitext(os.path.basename(path))[0]
    try:
        read = load(path)
        _say_english(english(read), read.language)
        if wanted.students is not None or wanted.seed is not None:
            _say_alike(read)
        if wanted.students is not None:
            from derive.cli.sheet_students import write_all

            return write_all(read, read_students(wanted.students), stem, wanted)
        proofs = Proofs(steps=SOLUTIONS in wanted.pages)
        if wanted.seed is not None:
            from derive.language import say

            under = say(read.language, "Variant {seed}", seed=wanted.seed)
            read = with_seed(read, wanted.seed, (under,))
            prove(read, proofs)
            stem = f"{stem}-{file_name(wanted.seed)}"
        if not wanted.forms:
            return _print(read, wanted, proofs)
        with Printer() as printer:
            print(*write(read, wanted, proofs, stem, printer), sep="\n")
            say_lacking(printer.lacking)
    except SheetError as error:
        from derive.cli.check import show_findings

        show_findings(list(error.findings))
        return COULD_NOT_RUN
    except NotProved as error:
        fail(str(error))
        return 1
    except (NoVariant, NoValue, WriteError) as error:
        return fail(str(error))
    return 0


def _note(said: str) -> None:
    from derive.render.terminal import show

    show([((f"note: {said}", "dim"),)], sys.stderr)


def _say_english(names: tuple[str, ...], language: str) -> None:
    if names:
        listed = ", ".join(dict.fromkeys(names))
        _note(f'no text in "{language}", so in English: {listed}')


def say_lacking(characters: str) -> None:
    """Boxes stand for these in the PDFs."""
    if characters:
        some = characters if len(characters) <= MOST_SAID else f"{characters[:MOST_SAID]}.."
        _note(f"no font has {some}: install one that has (such as Noto Sans), or make --html")


def _say_alike(read: Sheet) -> None:
    if not any(exercise.parameters for exercise in read.exercises):
        _note("no exercise of this sheet has parameters, so all sheets are alike")


def _print(read: Sheet, wanted: Wanted, proofs: Proofs) -> int:
    from derive.render.terminal_page import show

    for n, page in enumerate(pages_of(read, wanted, proofs).values()):
        if n:
            print()
        show(page)
    return 0


# --- files -------------------------------------------------------------------------------------


def pages_of(read: Sheet, wanted: Wanted, proofs: Proofs) -> dict[str, Page]:
    from derive.sheet.pages import problems, solutions

    return {
        kind: problems(read) if kind == PROBLEMS else solutions(read, proofs)
        for kind in wanted.pages
    }


def files_of(stem: str, wanted: Wanted) -> dict[tuple[str, str], str]:
    """The file of each page in each format."""
    names = {kind: stem if kind == PROBLEMS else f"{stem}-{kind}" for kind in wanted.pages}
    return {
        (kind, form): os.path.join(wanted.folder, f"{name}.{ENDINGS[form]}")
        for form in wanted.forms
        for kind, name in names.items()
    }


def write(read: Sheet, wanted: Wanted, proofs: Proofs, stem: str, printer: Printer) -> list[str]:
    """Writes the pages of one sheet; the files.  Raises WriteError."""
    files = files_of(stem, wanted)
    pages = pages_of(read, wanted, proofs)
    write_files({path: printer.rendered(pages[kind], form) for (kind, form), path in files.items()})
    return list(files.values())


def example(output: str | None) -> int:
    """Prints a sheet to start from, or writes it where no file is."""
    from derive.sheet.example import EXAMPLE

    if output is None:
        print(EXAMPLE, end="")
        return 0
    try:
        with open(output, "x", encoding="utf-8") as file:
            file.write(EXAMPLE)
    except FileExistsError:
        return fail(f"{output} is there already; nothing was changed")
    except OSError as error:
        return fail(f"{output}: {(error.strerror or str(error)).lower()}")
    print(output)
    return 0
