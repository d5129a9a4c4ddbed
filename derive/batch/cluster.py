"""Claims decided on a cluster: dask hands chunks of lines to its workers (extra `cluster`).

On a worker each chunk is a `derive batch` of its own, in a process that dask does not share: it
may fork, and whatever ends it is one chunk that dask gives to another worker.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from derive.batch.question import Question
from derive.batch.run import Answer, Chunks, Engine, Stopped
from derive.check.program import program

if TYPE_CHECKING:
    from distributed import Client

AHEAD = 4  # chunks under way for each thread of the cluster
TOGETHER = 5  # chunks of this machine in one of the cluster: starting a process is more there
WAIT = 20  # seconds for the scheduler, and for a first worker


def cluster(address: str) -> Engine:
    """Decides on the workers of the scheduler at ``address``.  Raises Stopped."""
    try:
        from distributed import Client
    except ImportError:
        raise Stopped("needs dask: pip install 'derive-check[cluster]'") from None

    def engine(chunks: Iterable[Sequence[Question]]) -> Chunks:
        try:
            client = Client(address, timeout=WAIT)
            client.wait_for_workers(1, timeout=WAIT)
        except (OSError, TimeoutError, ValueError) as error:
            raise Stopped(f"no cluster at {address}: {error or 'it does not answer'}") from None
        with client:
            yield from _spread(client, chunks)

    return engine


def _spread(client: Client, chunks: Iterable[Sequence[Question]]) -> Chunks:
    from distributed import KilledWorker

    threads = sum(client.nthreads().values())
    under_way = deque[tuple[list[Question], object]]()
    waiting = iter(chunks)
    more = True
    try:
        while more or under_way:
            while more and len(under_way) < AHEAD * threads:
                together, more = _gathered(waiting)
                if together:
                    lines = [_line(question) for question in together]
                    future = client.submit(decided, lines, program(), pure=False)
                    under_way.append((together, future))
                else:
                    yield (), ()  # all of these are known: they can be written
            if under_way:
                questions, future = under_way.popleft()
                yield questions, future.result()  # type: ignore[attr-defined]  # dask has no types
    except KilledWorker as error:
        raise Stopped(f"workers ended again and again: {error}") from None


def _gathered(waiting: Iterable[Sequence[Question]]) -> tuple[list[Question], bool]:
    """Some chunks as one, and whether there may be more."""
    together = list[Question]()
    for count, chunk in enumerate(waiting, 1):
        together += chunk
        if count == TOGETHER:
            return together, True
    return together, False


def _line(question: Question) -> str:
    return json.dumps({"claim": question.claim, "given": question.given})


def decided(lines: Sequence[str], asked_by: str) -> list[Answer]:
    """On a worker: the answers to these lines, in their order."""
    if program() != asked_by:
        raise Stopped(f"a worker has {program()}, this is {asked_by}")
    command = [sys.executable, "-m", "derive", "batch", "-", "--quiet", "--jobs", "1"]
    run = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise RuntimeError(run.stderr[-500:])
    found = [json.loads(line) for line in run.stdout.splitlines()]
    return [{k: v for k, v in row.items() if k not in ("id", "line")} for row in found]
