"""Questions to answers: in order, each of several equal ones decided once, memory flat."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from derive.batch.answer import Answer, Answered, Deciding, unanswered
from derive.batch.known import Known
from derive.batch.question import Question
from derive.check.processes import results

# Claims of one child: few at first, so that several processes end at about the same time; then
# more and more, since a child takes 50 ms to make memory that it shares its own.
FIRST, MOST = 100, 1_600
WAITING = 10_000  # lines read ahead while a child's claims are gathered
Chunks: TypeAlias = Iterator[Answered]
Engine: TypeAlias = Callable[[Iterable[Sequence[Question]]], Chunks]


def here(at_a_time: int) -> Engine:
    """Decides in so many processes of this machine."""

    def engine(chunks: Iterable[Sequence[Question]]) -> Chunks:
        return results(map(Deciding, chunks), at_a_time)

    return engine


def answered(
    questions: Iterable[Question], known: Known, engine: Engine
) -> Iterator[tuple[Question, Answer]]:
    """Each question with its answer, in their order."""
    lines = deque[Question]()  # read, and not answered yet
    asked = set[bytes]()  # in work

    def chunks() -> Iterator[Sequence[Question]]:
        chunk, read, together = list[Question](), 0, FIRST
        for question in questions:
            lines.append(question)
            read += 1
            digest = question.digest
            if not question.wrong and digest not in asked and known.answer(digest) is None:
                asked.add(digest)
                chunk.append(question)
            if len(chunk) == together or read == WAITING:
                yield chunk
                chunk, read, together = [], 0, min(2 * together, MOST)
        yield chunk

    def ready() -> Iterator[tuple[Question, Answer]]:
        while lines:
            found = _now(lines[0], known)
            if found is None:
                return
            yield lines.popleft(), found

    for chunk, answers in engine(chunks()):
        known.write(zip((q.digest for q in chunk), answers, strict=True))
        asked.difference_update(q.digest for q in chunk)
        yield from ready()
    yield from ready()


def _now(question: Question, known: Known) -> Answer | None:
    if question.wrong:
        return unanswered("unread", question.wrong)
    return known.answer(question.digest)
