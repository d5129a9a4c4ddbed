"""Work in processes of their own, which the operating system ends where they have no end.

What is worked on is hostile, and no budget inside Python stops a C library that multiplies: a
job runs in a child process, to which the system gives a budget of time for every part of it (a
timer whose signal ends the process) and of memory.  What was told before the end is known already;
the next child goes on after the part that was lost.

This is `os.fork` and a pipe with lines of JSON rather than a pool of workers: starting it costs
3 ms where importing multiprocessing alone costs 30 (a page of notes takes 100 to check), the timer
needs nobody who watches it, and what comes out of a process that its input may have confused is
data, not objects.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import warnings
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, NoReturn, TypeVar

AHEAD = 8  # jobs begun for each one that is worked on: results are given in order
CHUNK = 1 << 16
R = TypeVar("R")


class Job(ABC, Generic[R]):
    """Some work, the child that does it, and what the child has told so far; it has results R.

    ``seconds``: of computing between two messages; ``first``: before the first one.
    ``megabytes``: on top of what the process has at its start.
    """

    def __init__(self, seconds: float, megabytes: int, first: float | None = None) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self.first = seconds if first is None else first
        self.finished = False
        self.pipe, self.child, self._rest = -1, 0, b""

    @abstractmethod
    def messages(self) -> Iterator[Any]:
        """Does the work in the child; what it yields (JSON) is heard by the parent."""

    def until_next(self, message: Any) -> float:
        """The seconds of computing from this message to the next one."""
        return self.seconds

    @abstractmethod
    def ready(self) -> Sequence[R]:
        """The results that are known and were not handed out before."""

    @abstractmethod
    def heard(self, message: Any) -> None:
        """Takes in what the child has told."""

    @abstractmethod
    def lost(self, status: int) -> None:
        """The child ended, with this status of the system, before its work was done: notes what
        was lost.  The next child starts unless ``finished`` is set."""

    def start(self) -> None:
        """A child that does what is not done yet."""
        self.pipe, end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            # Python warns of forks beside threads, whose locks a child may wait for in vain.  The
            # child runs nothing but derive, which has none.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.child = os.fork()
        if self.child == 0:
            os.close(self.pipe)  # or it would wait for itself to read, once its parent is killed
            _child(self, end)
        os.close(end)

    def read(self) -> None:
        """Takes in what the child has told; at its end starts the next one, or finishes."""
        data = os.read(self.pipe, CHUNK)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message is None:
                self.finished = True
            else:
                self.heard(message)
        if self.finished or not data:  # a pipe left open for each job would use them up
            self._ended()

    def _ended(self) -> None:
        os.close(self.pipe)
        _, status = os.waitpid(self.child, 0)
        self.pipe, self.child, self._rest = -1, 0, b""
        if not self.finished:
            self.lost(status)
        if not self.finished:
            self.start()

    def kill(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.close(self.pipe)
            os.waitpid(self.child, 0)


def results(jobs: Iterable[Job[R]], at_a_time: int = 1) -> Iterator[R]:
    """The results of the jobs in their order; jobs are taken as they are needed."""
    waiting, at_a_time = iter(jobs), max(1, at_a_time)
    begun, running = deque[Job[R]](), list[Job[R]]()
    try:
        while True:
            while len(running) < at_a_time and len(begun) < AHEAD * at_a_time:
                job = next(waiting, None)
                if job is None:
                    break
                begun.append(job)
                job.start()
                running.append(job)
            if not begun:
                return
            yield from begun[0].ready()
            if begun[0].finished:
                begun.popleft()
                continue
            ready, _, _ = select.select([job.pipe for job in running], [], [])
            for job in [job for job in running if job.pipe in ready]:
                job.read()
                if job.finished:
                    running.remove(job)
    finally:
        for job in running:
            job.kill()


def why(status: int, seconds: float, megabytes: int) -> str:
    """What ended a child, as the end of a sentence."""
    by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if by == signal.SIGPROF:
        return f" took longer than {seconds:g} s"
    if by in (signal.SIGABRT, signal.SIGKILL):
        return f" needed more than {megabytes} MB"
    return f" ended with signal {by}" if by else " ended"


def out_of_memory() -> NoReturn:
    """Ends the child as the system does it; the parent hears of it by the status."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit  # not reached


def _child(job: Job[Any], pipe: int) -> NoReturn:
    """Does the work in a process that ends here, whatever happens."""
    code = 1
    gc.freeze()  # what the parent has stays: to look at it again and again copies its memory
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, job.first)
        _limit_memory(job.megabytes)
        with open(pipe, "wb") as stream:
            for message in job.messages():
                stream.write(json.dumps(message).encode() + b"\n")
                stream.flush()
                signal.setitimer(signal.ITIMER_PROF, job.until_next(message))
            stream.write(b"null\n")
        code = 0
    finally:
        os._exit(code)  # without what Python would do at its end: the parent does that


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
