"""A sheet for each student of a list: several processes, and a journal to go on from.

The journal is a file of text in the folder: what the sheets were made from, as a hash, and then
each student whose files are complete.  A run with the same inputs leaves those out.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from derive.cli.printer import Printer, WriteError
from derive.cli.say import fail
from derive.cli.sheet import SOLUTIONS, Wanted, files_of, say_lacking, write
from derive.sheet import Sheet
from derive.sheet.students import Student, file_name, for_student

if TYPE_CHECKING:
    from derive.sheet.proofs import Proofs

JOURNAL = ".derive-sheet"


class Done(NamedTuple):
    """What became of one student: ``error`` is "" where the files are written; ``code``: the exit
    code that the error means; ``lacking``: characters that no font has, so far."""

    name: str
    error: str = ""
    code: int = 0
    lacking: str = ""


def write_all(sheet: Sheet, students: Sequence[Student], stem: str, wanted: Wanted) -> int:
    """Writes every student's files; the exit code.  The first variant that is not proved ends the
    run, and nothing is written for it."""
    from derive.render.terminal_progress import watched

    if not wanted.forms:
        return fail("--students writes files: choose --pdf, --html, --latex or --markdown")
    try:
        journal = Journal(sheet, stem, wanted)
    except OSError as error:
        return fail(f"{wanted.folder}: {(error.strerror or str(error)).lower()}")
    names = {student: f"{stem}-{file_name(student.id)}" for student in students}
    left = [s for s in students if not journal.has(names[s])]
    results = _made(sheet, left, names, wanted) if left else iter(())
    lacking = set[str]()
    for done in watched(results, [student.name or student.id for student in left], wanted.quiet):
        if done.error:
            fail(done.error)
            return done.code
        journal.add(done.name)
        lacking.update(done.lacking)
    say_lacking("".join(sorted(lacking)))
    said = f"{len(left)} sheets written to {wanted.folder or os.curdir}"
    kept = len(students) - len(left)
    print(said + (f", {kept} were there already" if kept else ""))
    return 0


class Journal:
    """The names whose files are complete, for one set of inputs."""

    def __init__(self, sheet: Sheet, stem: str, wanted: Wanted) -> None:
        if wanted.folder:
            os.makedirs(wanted.folder, exist_ok=True)
        self.path = os.path.join(wanted.folder, JOURNAL)
        self.wanted = wanted
        texts = [exercise.text for exercise in sheet.exercises]
        plain = repr((sheet._replace(tasks=()), [t._replace(exercises=()) for t in sheet.tasks]))
        inputs = json.dumps([plain, texts, stem, wanted.forms, wanted.pages])
        self.head = hashlib.sha256(inputs.encode()).hexdigest()
        self.done = self._read()
        if not self.done:
            with open(self.path, "w", encoding="utf-8") as file:
                print(self.head, file=file)

    def _read(self) -> set[str]:
        try:
            with open(self.path, encoding="utf-8", errors="replace") as file:
                head, *names = file.read().splitlines() or [""]
        except FileNotFoundError:
            return set()
        return set(names) if head == self.head else set()

    def has(self, name: str) -> bool:
        files = files_of(name, self.wanted).values()
        return name in self.done and all(map(os.path.isfile, files))

    def add(self, name: str) -> None:
        with open(self.path, "a", encoding="utf-8") as file:
            print(name, file=file)


def _made(
    sheet: Sheet, students: Sequence[Student], names: dict[Student, str], wanted: Wanted
) -> Iterator[Done]:
    """One result a student, as they come."""
    from derive.sheet.proofs import Proofs

    proofs = Proofs(steps=SOLUTIONS in wanted.pages)
    for exercise in sheet.exercises:  # once, for all processes
        if not exercise.parameters:
            proofs.of(exercise, sheet.detail)
    jobs = min(wanted.jobs or os.cpu_count() or 1, len(students))
    # A child of a process that has compiled PDFs would wait for the compiler's threads for ever.
    if jobs < 2 or not hasattr(os, "fork") or "typst" in sys.modules:
        yield from _share(sheet, students, names, wanted, proofs)
        return
    sys.stdout.flush()
    pipes = dict[int, int]()  # where a child is read from -> its process
    buffers = dict[int, bytes]()
    try:
        for n in range(jobs):
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                _tell(writing, _share(sheet, students[n::jobs], names, wanted, proofs))
            os.close(writing)
            pipes[reading], buffers[reading] = child, b""
        while buffers:
            for pipe in select.select(list(buffers), [], [])[0]:
                data = os.read(pipe, 1 << 16)
                *lines, buffers[pipe] = (buffers[pipe] + data).split(b"\n")
                yield from (Done(*json.loads(line)) for line in lines)
                if not data:
                    del buffers[pipe]
                    if os.waitstatus_to_exitcode(os.waitpid(pipes.pop(pipe), 0)[1]) != 0:
                        yield Done("", "a process that writes sheets ended before its time", 2)
    finally:
        import signal

        for pipe, child in pipes.items():
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(pipe)


def _tell(pipe: int, results: Iterator[Done]) -> None:
    """In a child: sends the results and ends the process, whatever happens."""
    code = 1
    try:
        with os.fdopen(pipe, "wb") as out:
            for done in results:
                out.write(json.dumps(done).encode() + b"\n")
                out.flush()
        code = 0
    finally:
        os._exit(code)


def _share(
    sheet: Sheet,
    students: Sequence[Student],
    names: dict[Student, str],
    wanted: Wanted,
    proofs: Proofs,
) -> Iterator[Done]:
    from derive.check.values import NoValue
    from derive.sheet.proofs import NotProved, prove
    from derive.sheet.variants import NoVariant

    with Printer() as printer:
        for student in students:
            name = names[student]
            try:
                own = for_student(sheet, student)
                prove(own, proofs)
                write(own, wanted, proofs, name, printer)
            except NotProved as error:
                yield Done(name, f"{student.id}: {error}", 1)
                return
            except (NoVariant, NoValue, WriteError) as error:
                yield Done(name, f"{student.id}: {error}", 2)
                return
            yield Done(name, lacking=printer.lacking)
