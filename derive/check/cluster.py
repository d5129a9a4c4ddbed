"""Work on a dask cluster (extra `cluster`): this program, run on its workers.

Each piece is a run of its own, in a process that dask does not share: it may fork, and whatever
ends it is one piece that dask gives to another worker.  What goes there and comes back is text.
"""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from derive.check.program import program

if TYPE_CHECKING:
    from distributed import Client

AHEAD = 4  # pieces under way for each thread of the cluster
WAIT = 20  # seconds for the scheduler, and for a first worker
T = TypeVar("T")


class Stopped(Exception):
    """The cluster cannot go on; the message says why."""


def spread(
    address: str, module: Sequence[str], pieces: Iterable[tuple[T, str]]
) -> Iterator[tuple[T, str]]:
    """What ``python -m MODULE ..`` prints for the text of each piece as its standard input, in
    the order of the pieces, by the workers of the scheduler at ``address``.  A piece without text
    comes back as it is.  Raises Stopped.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise Stopped("needs dask: pip install 'derive-check[cluster]'") from None
    try:
        client = Client(address, timeout=WAIT)
        client.wait_for_workers(1, timeout=WAIT)
    except (OSError, TimeoutError, ValueError) as error:
        raise Stopped(f"no cluster at {address}: {error or 'it does not answer'}") from None
    with client:
        try:
            yield from _in_order(client, list(module), pieces)
        except KilledWorker as error:
            raise Stopped(f"workers ended again and again: {error}") from None


def _in_order(
    client: Client, module: list[str], pieces: Iterable[tuple[T, str]]
) -> Iterator[tuple[T, str]]:
    threads = sum(client.nthreads().values())
    under_way = deque[tuple[T, Any]]()  # with a future, which dask gives no type
    for piece, text in pieces:
        future = client.submit(printed, module, text, program(), pure=False) if text else None
        under_way.append((piece, future))
        while under_way and (under_way[0][1] is None or len(under_way) >= AHEAD * threads):
            yield _done(*under_way.popleft())
    while under_way:
        yield _done(*under_way.popleft())


def _done(piece: T, future: Any) -> tuple[T, str]:
    return piece, "" if future is None else future.result()


def printed(module: Sequence[str], text: str, asked_by: str) -> str:
    """On a worker: what the program prints for this input."""
    if program() != asked_by:
        raise Stopped(f"a worker has {program()}, this is {asked_by}")
    command = [sys.executable, "-m", *module]
    run = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")
    if run.returncode not in (0, 1):
        raise RuntimeError(run.stderr[-500:])
    return run.stdout
