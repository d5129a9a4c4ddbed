"""Several readings of one text, by replay.

The parser asks ``choose`` wherever people leave a choice to the reader.  Each answer is recorded;
reading again with another answer gives another reading.  The same question (the same key) gets
the same answer within one reading, so a name is not a function here and a factor there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from derive.read.tokens import ReadError

T = TypeVar("T")
Path = tuple[int, ...]


class Choices:
    """The answers of one reading: those of ``path`` first, then always the most plausible."""

    def __init__(self, path: Path = ()) -> None:
        self.path = path
        self.taken: list[int] = []
        self.offered: list[int] = []
        self.answers: dict[Hashable, int] = {}

    def choose(self, key: Hashable, options: int) -> int:
        """One of 0 .. options - 1; 0 is the most plausible."""
        if key in self.answers:
            return min(self.answers[key], options - 1)
        at = len(self.taken)
        answer = min(self.path[at], options - 1) if at < len(self.path) else 0
        self.taken.append(answer)
        self.offered.append(options)
        self.answers[key] = answer
        return answer


def readings(read: Callable[[Choices], T], most: int) -> Iterator[tuple[T, Choices]]:
    """What ``read`` gives, one reading at a time, those with fewest odd choices first.

    Raises the ReadError of the most plausible reading where no reading succeeds.
    """
    todo: deque[Path] = deque([()])
    first: ReadError | None = None
    found = 0
    for _ in range(4 * most):
        if not todo or found == most:
            break
        path = todo.popleft()
        choices = Choices(path)
        try:
            value = read(choices)
        except ReadError as error:
            first = first or error
        else:
            found += 1
            yield value, choices
        for at in range(len(path), len(choices.taken)):
            head = tuple(choices.taken[:at])
            todo.extend((*head, other) for other in range(1, choices.offered[at]))
    if not found and first is not None:
        raise first
