"""Documents judged in processes of their own (`derive.check.processes`), step by step.

A step that has no end, or needs too much memory, is lost alone: the next child goes on after it.
Documents that ask much the same, of a class, share a child: what it knows from one it need not
decide again for the next.
Where there is no fork (Windows) documents are judged in this process, with the kernel's own budgets
only.

Throughout: ``at`` is (number of the chain, number of the step in it).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from derive.check.processes import Job, out_of_memory, results, why
from derive.check.report import (
    GIVEN_UP,
    At,
    Begun,
    ChainResult,
    DocumentResult,
    Event,
    Finding,
    Formula,
    Judged,
    Results,
    Said,
    StepResult,
    assembled,
)
from derive.check.sources import EXERCISE, NothingToCheck, Source

if TYPE_CHECKING:
    from derive.prover.once import Once
    from derive.prover.verdict import Counterexample, Value
    from derive.read.chains import Reading
    from derive.read.document import Document
    from derive.term import Given

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
    what is told (as JSON) once they are; ``briefly``: without what took too long before.
    ``once``: what was asked for other documents."""

    def read(self, document: Document, given: Given, once: Once) -> Reading: ...

    def tell(
        self,
        document: Document,
        reading: Reading,
        result: DocumentResult,
        once: Once,
        briefly: bool = False,
    ) -> Any: ...


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
    tasks: Iterable[Task],
    jobs: int = 1,
    seed: int = 0,
    budget: Budget = BUDGET,
    together: int = 1,
) -> Iterator[Done]:
    """What came of each task, in their order; tasks are taken as they are needed, so many
    ``together`` by one process."""
    if not hasattr(os, "fork"):
        yield from (_done_here(task, seed) for task in tasks)
        return
    yield from results(_groups(iter(tasks), together, seed, budget), jobs)


def _groups(tasks: Iterator[Task], together: int, seed: int, budget: Budget) -> Iterator[_Desk]:
    while group := list(islice(tasks, together)):
        yield _Desk(group, seed, budget)


def check_here(source: Source, given: Given | None = None, seed: int = 0) -> DocumentResult:
    """The result for one document, judged in this process."""
    return _done_here(Task(source, given), seed).result


def _done_here(task: Task, seed: int) -> Done:
    from derive.check.document import asking, judged

    once = asking(seed)
    try:
        document, task = _opened(task)
        reading = _reading(document, task, once)
    except OSError as error:
        return Done(_not_opened(task.source, error))
    except NothingToCheck:
        return Done(DocumentResult(task.source.path))
    result = assembled(judged(document, reading, once=once))
    return Done(result, task.work.tell(document, reading, result, once) if task.work else None)


def _reading(document: Document, task: Task, once: Once) -> Reading:
    from derive.check.document import NOTHING
    from derive.read.chains import chains

    given = task.given or NOTHING
    if task.work is None:
        return chains(document, given)
    return task.work.read(document, given, once).kept()  # what is told looks at them again


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


class _Desk(Job[Done]):
    """Documents that one child judges, one after the other."""

    def __init__(self, tasks: Sequence[Task], seed: int, budget: Budget) -> None:
        super().__init__(budget.seconds, budget.megabytes, budget.reading)
        self.seed = seed
        self.waiting = deque(_Judging(task, budget) for task in tasks)  # the first is in work
        self.done = list[Done]()
        self.served = 0  # documents that the child in work has finished

    def start(self) -> None:
        self.served = 0
        self.waiting[0].begin()
        super().start()

    def messages(self) -> Iterator[dict[str, Any]]:
        from derive.check.document import asking

        once = asking(self.seed)
        for judging in self.waiting:
            yield from _told(judging, once)
            yield {"next": True}

    def until_next(self, message: dict[str, Any]) -> float:
        return self.first if "next" in message else self.seconds

    def ready(self) -> Sequence[Done]:
        done, self.done = self.done, []
        return done

    def heard(self, message: dict[str, Any]) -> None:
        if "next" in message:
            self._next()
        else:
            self.waiting[0].heard(message)

    def lost(self, status: int) -> None:
        if self.served:
            return  # perhaps by what documents before it left behind: once more, in a new child
        if self.waiting[0].lost(status):
            self._next()

    def _next(self) -> None:
        self.served += 1
        self.done.append(self.waiting.popleft().done())
        self.finished = not self.waiting


class _Judging:
    """A document that is judged, and what was told of it so far."""

    def __init__(self, task: Task, budget: Budget) -> None:
        self.task, self.source, self.budget = task, task.source, budget
        self.told: Any = None
        self.results = Results()  # of the child in work
        self.known: dict[At, Judged] = {}  # from children before it
        self.missing: dict[At, str] = {}
        self.given_up = False  # nothing more of it is judged
        self.part = 1.0  # of the document that is read
        self.briefly = False

    def begin(self) -> None:
        """A child starts, which tells all anew and judges what is not known yet."""
        self.known |= self.results.judged()
        self.results = Results()

    def heard(self, message: dict[str, Any]) -> None:
        if "step" in message:
            c, s = message["at"]
            found = _findings_from(message["findings"])
            self.results.add(Judged((c, s), _step_from(message["step"]), found))
        elif "chain" in message:
            found = _findings_from(message["findings"])
            self.results.add(Begun(_chain_from(message["chain"]), found))
        elif "understood" in message:
            self.results.add(_document_from(message["understood"]))
        elif "told" in message:
            self.told = message["told"]
        else:
            self._fail(message["failed"])

    def lost(self, status: int) -> bool:
        """The child ended with this status: notes what was lost.  Is that all there is to do?"""
        if self.results.read is not None:  # and all is judged: what came then took too long
            again = self.task.work is not None and not self.briefly
            self.briefly = True
            return not again
        at = self._at_work()
        if at is None or self.given_up:
            return self._read_less(status)
        self.missing[at] = "judging this step" + self._why(status, self.budget.seconds)
        self.given_up = len(self.missing) > self.budget.losses
        return False

    def _why(self, status: int, seconds: float) -> str:
        return why(status, seconds, self.budget.megabytes)

    def _read_less(self, status: int) -> bool:
        """Tries again with the beginning of the document, or gives it up."""
        self.results, self.known = Results(), {}
        self.part /= LESS
        if self.part > SMALLEST:
            return False
        self._fail("reading" + self._why(status, self.budget.reading))
        return True

    def _fail(self, message: str) -> None:
        self.results = Results()
        self.results.add(_failed(self.source, message))

    def _at_work(self) -> At | None:
        """The step that the child was at: the first that is not judged."""
        for c, steps in enumerate(self.results.steps):
            for s, step in enumerate(steps):
                at = (c, s)
                known = at in self.results.found or at in self.known or at in self.missing
                if step.verdict == "undecided" and not known:
                    return at
        return None

    def why_not(self, at: At) -> str:
        """Why a step cannot be judged, "" where it can."""
        return self.missing.get(at, GIVEN_UP if self.given_up else "")

    def done(self) -> Done:
        return Done(self.results.all(), self.told)


# --- the other side ----------------------------------------------------------------------------


def _told(judging: _Judging, once: Once) -> Iterator[dict[str, Any]]:
    """The messages about a document, one after the other as they become known."""
    from derive.check.document import judged

    task, results = judging.task, Results()
    try:
        document, task = _opened(task)
        document = _beginning(document, judging.part)
        reading = _reading(document, task, once)
        hints = task.work is None
        events = judged(document, reading, judging.known, judging.why_not, once, hints)
        for event in events:
            if task.work is not None:
                results.add(event)
            yield _message(event)
            if isinstance(event, DocumentResult):
                break
    except OSError as error:
        yield {"failed": _not_opened(judging.source, error).findings[0].message}
        return
    except NothingToCheck:
        yield {"understood": DocumentResult(judging.source.path)}
        return
    except MemoryError:
        out_of_memory()  # the parent tries again
    except Exception as fault:
        # A fault of derive in reading: one document is lost, not the run.
        yield {"failed": f"derive failed at reading it: {type(fault).__name__}: {fault}"[:200]}
        return
    yield from map(_message, events)  # the hints
    if task.work is not None:
        whole = results.all()
        yield {"told": task.work.tell(document, reading, whole, once, judging.briefly)}


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


# --- what goes through the pipe ----------------------------------------------------------------


def _message(event: Event) -> dict[str, Any]:
    if isinstance(event, DocumentResult):
        return {"understood": event}
    if isinstance(event, Begun):
        return event._asdict()
    row: list[Any] = list(event.step)
    row[StepResult._fields.index("counterexample")] = _point(event.step.counterexample)
    return {"at": event.at, "step": row, "findings": event.findings}


def _document_from(row: Sequence[Any]) -> DocumentResult:
    path, kind, definitions, assumptions, _, findings = row
    return DocumentResult(
        path,
        kind,
        tuple(Said(*said) for said in definitions),
        tuple(Said(*said) for said in assumptions),
        findings=_findings_from(findings),
    )


def _findings_from(rows: Sequence[Any]) -> tuple[Finding, ...]:
    return tuple(Finding(*row) for row in rows)


def _chain_from(row: Sequence[Any]) -> ChainResult:
    line, end, cell, steps = row
    return ChainResult(line, end, cell, tuple(map(_step_from, steps)))


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
