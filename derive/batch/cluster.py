"""Claims decided on a cluster: each chunk of lines is a `derive batch` on one of its workers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from derive.batch.answer import Answer
from derive.batch.question import Question
from derive.batch.run import Chunks, Engine
from derive.check.cluster import spread

TOGETHER = 5  # chunks of this machine in one of the cluster: starting a process is more there
COMMAND = ("derive", "batch", "-", "--quiet", "--jobs", "1")


def cluster(address: str) -> Engine:
    """Decides on the workers of the scheduler at ``address``.  Raises Stopped when it is used."""

    def engine(chunks: Iterable[Sequence[Question]]) -> Chunks:
        pieces = ((asked, "\n".join(map(_line, asked))) for asked in _gathered(iter(chunks)))
        for questions, printed in spread(address, COMMAND, pieces):
            yield questions, [_answer(line) for line in printed.splitlines()]

    return engine


def _gathered(chunks: Iterator[Sequence[Question]]) -> Iterator[list[Question]]:
    """Several chunks as one."""
    together, count = list[Question](), 0
    for chunk in chunks:
        together += chunk
        count += 1
        if count == TOGETHER:
            yield together
            together, count = [], 0
    yield together


def _line(question: Question) -> str:
    return json.dumps({"claim": question.claim, "given": question.given})


def _answer(line: str) -> Answer:
    return {key: value for key, value in json.loads(line).items() if key not in ("id", "line")}
