"""Documents judged in processes of their own, which end themselves where a step has no end.

A document is hostile, and no budget inside Python stops a C library that multiplies: each document
is read and judged in a child process, to which the operating system gives a budget of time for
every step (a timer whose signal ends the process) and of memory.  What was judged before the end
has been told already; the next child goes on after the step that was lost.

This is `os.fork` and a pipe with lines of JSON rather than a pool of workers: starting it costs
3 ms where importing multiprocessing alone costs 30 (a page of notes takes 100 to check), the timer
needs nobody who watches it, and what comes out of a process that a document may have confused is
data, not objects.  Where there is no fork (Windows) documents are judged in this process, with the
kernel's own budgets only.

Throughout: ``at`` is (number of the chain, number of the step in it).
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

from derive.check.report import (
    GIVEN_UP,
    At,
    ChainResult,
    DocumentResult,
    Finding,
    Formula,
    Judged,
    Said,
    StepResult,
    assembled,
)
from derive.check.sources import EXERCISE, NothingToCheck, Source

if TYPE_CHECKING:
    from derive.prover.verdict import Counterexample, Value
    from derive.read.chains import Reading
    from derive.read.document import Document
    from derive.term import Given

AHEAD = 8  # documents begun for each one that is worked on: results are given in order
CHUNK = 1 << 16
LESS, SMALLEST = 8, 1 / 1000  # a document that cannot be read is tried in parts, down to this


class Budget(NamedTuple):
    """For each step of a document: seconds of computing, and megabytes on top of what the process
    has at its start.  ``reading``: seconds for the document as a whole before its first step; a
    document that takes longer is read up to an eighth of it, and so on.  ``losses``: steps that
    may be lost before the rest of the document is not judged."""

    seconds: float = 10
    megabytes: int = 1024
    reading: float = 30
    losses: int = 20


BUDGET = Budget()


class Work(Protocol):
    """What is done in the child besides judging: which chains of the document are judged, and
    what is told (as JSON) once they are."""

    def read(self, document: Document, given: Given) -> Reading: ...

    def tell(self, document: Document, reading: Reading, result: DocumentResult) -> Any: ...


class Task(NamedTuple):
    """A document to judge under what is given, and what to do besides."""

    source: Source
    given: Given | None = None
    work: Work | None = None


class Done(NamedTuple):
    """``told``: by the task's work; None where it has none, or came to no end."""

    result: DocumentResult
    told: Any = None


def check_documents(
    sources: Sequence[Source],
    given: Given | None = None,
    jobs: int = 1,
    seed: int = 0,
    budget: Budget = BUDGET,
) -> Iterator[DocumentResult]:
    """The results in the order of ``sources``, ``jobs`` documents at a time.

    A document that cannot be opened is a result with a finding.
    """
    if hasattr(os, "fork") and len(sources) > 1:
        import derive.check.document  # noqa: F401  # once, for all children
    for done in work_on((Task(source, given) for source in sources), jobs, seed, budget):
        yield done.result


def work_on(
    tasks: Iterable[Task], jobs: int = 1, seed: int = 0, budget: Budget = BUDGET
) -> Iterator[Done]:
    """What came of each task, in their order; tasks are taken as they are needed."""
    if not hasattr(os, "fork"):
        yield from (_done_here(task, seed) for task in tasks)
        return
    waiting, jobs = iter(tasks), max(1, jobs)
    begun, running = deque[_Watched](), list[_Watched]()
    try:
        while True:
            while len(running) < jobs and len(begun) < AHEAD * jobs:
                task = next(waiting, None)
                if task is None:
                    break
                begun.append(_Watched(task, seed, budget))
                begun[-1].start()
                running.append(begun[-1])
            if not begun:
                return
            if begun[0].finished:
                yield begun.popleft().done()
                continue
            ready, _, _ = select.select([w.pipe for w in running], [], [])
            for w in [w for w in running if w.pipe in ready]:
                w.read()
                if w.finished:
                    running.remove(w)
    finally:
        for w in running:
            w.kill()


def check_here(source: Source, given: Given | None = None, seed: int = 0) -> DocumentResult:
    """The result for one document, judged in this process."""
    return _done_here(Task(source, given), seed).result


def _done_here(task: Task, seed: int) -> Done:
    from derive.check.document import judged, outline

    try:
        document, task = _opened(task)
        reading = _reading(document, task)
    except OSError as error:
        return Done(_not_opened(task.source, error))
    except NothingToCheck:
        return Done(DocumentResult(task.source.path))
    found = outline(document, reading)
    result = assembled(found, judged(document, reading, found, seed=seed))
    return Done(result, task.work.tell(document, reading, result) if task.work else None)


def _reading(document: Document, task: Task) -> Reading:
    from derive.check.document import NOTHING
    from derive.read.chains import chains

    given = task.given or NOTHING
    return task.work.read(document, given) if task.work else chains(document, given)


def _opened(task: Task) -> tuple[Document, Task]:
    """The document of a task, and the task with what the document's own header gives."""
    source = task.source
    if source.kind == EXERCISE:
        from derive.check.own_solution import own_solution
        from derive.term import Given

        document, given = own_solution(source.path, task.given or Given())
        return document, task._replace(given=given)
    return _document(source), task


def _document(source: Source) -> Document:
    from derive.read.document import open_document, read_bytes, read_document

    if source.data is not None:
        return read_bytes(source.data, source.kind, source.path)
    if source.text is not None:
        return read_document(source.text, source.kind, source.path)
    return open_document(source.path)


def _not_opened(source: Source, error: OSError) -> DocumentResult:
    message = error.strerror.lower() if error.strerror else str(error)
    return _failed(source, message)


def _failed(source: Source, message: str) -> DocumentResult:
    return DocumentResult(source.path, findings=(Finding("D001", message, source.path, 1, 1),))


# --- this side of the pipe ---------------------------------------------------------------------


class _Watched:
    """A document, the child that works on it, and what it has told so far."""

    def __init__(self, task: Task, seed: int, budget: Budget) -> None:
        self.task, self.source, self.seed, self.budget = task, task.source, seed, budget
        self.told: Any = None
        self.outline: DocumentResult | None = None
        self.judged: dict[At, Judged] = {}
        self.lost: dict[At, str] = {}
        self.part = 1.0  # of the document that is read
        self.finished = False
        self.pipe, self.child, self.rest = -1, 0, b""

    def start(self) -> None:
        """A child that judges what is not judged yet."""
        self.pipe, end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            # Python warns of forks beside threads, whose locks a child may wait for in vain.  The
            # child runs nothing but derive, which has none.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.child = os.fork()
        if self.child == 0:
            _child(self, end)
        os.close(end)

    def read(self) -> None:
        """Takes in what the child has told; at its end starts the next one, or finishes."""
        data = os.read(self.pipe, CHUNK)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self._heard(json.loads(line))
        if self.finished or not data:  # a pipe left open for each document would use them up
            self._ended()

    def _heard(self, message: dict[str, Any]) -> None:
        if "outline" in message:
            self.outline = _document_from(message["outline"])
        elif "step" in message:
            at = tuple(message["at"])
            findings = tuple(Finding(*row) for row in message["findings"])
            self.judged[at] = Judged(at, _step_from(message["step"]), findings)
        elif "told" in message:
            self.told = message["told"]
        elif "failed" in message:
            self.outline = _failed(self.source, message["failed"])
            self.finished = True
        else:
            self.finished = True

    def _ended(self) -> None:
        os.close(self.pipe)
        _, status = os.waitpid(self.child, 0)
        self.pipe, self.child, self.rest = -1, 0, b""
        if self.finished:
            return
        if self.outline is None:
            self._read_less(status)
            return
        at = self._at_work()
        if at is None or len(self.lost) > self.budget.losses:
            self.finished = True
            return
        self.lost[at] = "judging this step" + _why(status, self.budget.seconds, self.budget)
        if len(self.lost) > self.budget.losses:
            self._give_up()
        self.start()

    def _read_less(self, status: int) -> None:
        """Tries again with the beginning of the document, or gives it up."""
        self.part /= LESS
        if self.part > SMALLEST:
            self.start()
            return
        said = "reading" + _why(status, self.budget.reading, self.budget)
        self.outline, self.finished = _failed(self.source, said), True

    def _at_work(self) -> At | None:
        """The step that the child was at: the first that is not judged."""
        assert self.outline is not None
        for c, chain in enumerate(self.outline.chains):
            for s, step in enumerate(chain.steps):
                at = (c, s)
                if step.verdict == "undecided" and at not in self.judged and at not in self.lost:
                    return at
        return None

    def _give_up(self) -> None:
        """Everything that is left is lost."""
        while (at := self._at_work()) is not None:
            self.lost[at] = GIVEN_UP

    def done(self) -> Done:
        assert self.outline is not None
        return Done(assembled(self.outline, self.judged.values()), self.told)

    def kill(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.close(self.pipe)
            os.waitpid(self.child, 0)


def _why(status: int, seconds: float, budget: Budget) -> str:
    by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if by == signal.SIGPROF:
        return f" took longer than {seconds:g} s"
    if by in (signal.SIGABRT, signal.SIGKILL):
        return f" needed more than {budget.megabytes} MB"
    return f" ended with signal {by}" if by else " ended"


# --- the other side ----------------------------------------------------------------------------


def _child(watched: _Watched, pipe: int) -> NoReturn:
    """Reads and judges in a process that ends here, whatever happens."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, watched.budget.reading)
        _limit_memory(watched.budget.megabytes)
        with open(pipe, "wb") as stream:
            for message in _told(watched):
                stream.write(json.dumps(message).encode() + b"\n")
                stream.flush()
                signal.setitimer(signal.ITIMER_PROF, watched.budget.seconds)
        code = 0
    finally:
        os._exit(code)  # without what Python would do at its end: the parent does that


def _told(watched: _Watched) -> Iterator[dict[str, Any]]:
    """The messages of a child, one after the other as they become known."""
    from derive.check.document import judged, outline

    task = watched.task
    try:
        document, task = _opened(task)
        document = _beginning(document, watched.part)
        reading = _reading(document, task)
        found = outline(document, reading)
    except OSError as error:
        yield {"failed": _not_opened(watched.source, error).findings[0].message}
        return
    except NothingToCheck:
        yield {"outline": DocumentResult(watched.source.path)}
        yield {"end": True}
        return
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)  # as the system does it; the parent tries again
    except Exception as fault:
        # A fault of derive in reading: one document is lost, not the run.
        yield {"failed": f"derive failed at reading it: {type(fault).__name__}: {fault}"[:200]}
        return
    yield {"outline": found}
    results = judged(document, reading, found, watched.judged, watched.lost, watched.seed)
    known = dict(watched.judged)
    for result in results:
        known[result.at] = result
        row: list[Any] = list(result.step)
        row[StepResult._fields.index("counterexample")] = _point(result.step.counterexample)
        yield {"at": result.at, "step": row, "findings": result.findings}
    if task.work is not None:
        yield {"told": task.work.tell(document, reading, assembled(found, known.values()))}
    yield {"end": True}


def _beginning(document: Document, part: float) -> Document:
    """The document as if it ended after this part of it, and a note that says so."""
    from derive.read.document import Note

    number = int(len(document.segments) * part)
    if part == 1 or number == 0:
        return document
    rest = document.segments[number].span
    message = "the document is skipped from here on: reading it took too long or too much memory"
    notes = (*document.notes, Note("too-long", rest, message))
    return document._replace(segments=document.segments[:number], notes=notes)


def _limit_memory(megabytes: int) -> None:
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (ImportError, OSError):
        return  # only Linux tells what is used already
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + megabytes * 1_000_000
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


# --- what goes through the pipe ----------------------------------------------------------------


def _document_from(row: Sequence[Any]) -> DocumentResult:
    path, kind, definitions, assumptions, chains, findings = row
    return DocumentResult(
        path,
        kind,
        tuple(Said(*said) for said in definitions),
        tuple(Said(*said) for said in assumptions),
        tuple(
            ChainResult(line, end, cell, tuple(map(_step_from, steps)))
            for line, end, cell, steps in chains
        ),
        tuple(Finding(*finding) for finding in findings),
    )


def _step_from(row: Sequence[Any]) -> StepResult:
    step = StepResult(*row)
    return step._replace(
        lhs=Formula(*step.lhs),
        rhs=Formula(*step.rhs),
        needs=tuple(Formula(*need) for need in step.needs),
        uses=tuple(Formula(*use) for use in step.uses),
        counterexample=_point_from(step.counterexample),
    )


def _point(point: Counterexample | None) -> list[Any] | None:
    if point is None:
        return None
    values = {name: _value(value) for name, value in point.values.items()}
    whole = [dict(point.dimension), dict(point.indices), values]
    return [*whole, point.lhs, point.rhs, point.entry]


def _value(value: Value) -> object:
    """Exact: "p/q" as text, arrays as lists."""
    return [_value(v) for v in value] if isinstance(value, tuple) else str(value)


def _point_from(row: Any) -> Counterexample | None:
    from derive.prover.verdict import Counterexample

    if row is None:
        return None
    dimension, indices, values, lhs, rhs, entry = row
    exact = {name: _value_from(value) for name, value in values.items()}
    return Counterexample(dimension, indices, exact, lhs, rhs, tuple(entry))


def _value_from(value: Any) -> Value:
    return tuple(map(_value_from, value)) if isinstance(value, list) else Fraction(value)
