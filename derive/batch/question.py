"""A line of the input: a claim with what is given, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple

LONGEST = 1_000_000  # bytes of a line
_KEYS = {"id", "claim", "given"}


class Question(NamedTuple):
    """``number``: of the line, from 1.  ``name``: the caller's id, any JSON, None without one.
    ``wrong``: why the line asks nothing that can be decided."""

    number: int
    name: Any
    claim: str = ""
    given: tuple[str, ...] = ()
    wrong: str = ""

    @property
    def digest(self) -> bytes:
        """The same for lines that ask the same."""
        return sha256(json.dumps([self.claim, *self.given]).encode()).digest()


def questions(stream: BinaryIO) -> Iterator[Question]:
    """One for each line that is not blank; a line is never lost."""
    for number, line in enumerate(_lines(stream), 1):
        if line is None:
            yield Question(number, None, wrong=f"a line of more than {LONGEST} bytes")
        elif line.strip():
            yield _question(number, line)


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines; None for one that is too long."""
    while line := stream.readline(LONGEST + 1):
        if len(line) <= LONGEST or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)
        yield None


def _question(number: int, line: bytes) -> Question:
    try:
        row = json.loads(line)
    except UnicodeDecodeError:
        return Question(number, None, wrong="not UTF-8 text")
    except RecursionError:
        return Question(number, None, wrong="nested too deeply")
    except ValueError as error:
        place = getattr(error, "colno", 1)
        return Question(number, None, wrong=f"not JSON at column {place}")
    if not isinstance(row, dict):
        return Question(number, None, wrong='expected {"claim": .., "given": [..]}')
    name, claim, given = row.get("id"), row.get("claim"), row.get("given", [])
    unknown = sorted(row.keys() - _KEYS)
    if unknown:
        return Question(number, name, wrong=f"unknown key {unknown[0]}; known: claim, given, id")
    if not isinstance(claim, str):
        return Question(number, name, wrong="claim: expected text")
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(part, str) for part in given):
        return Question(number, name, wrong="given: expected a list of texts")
    return Question(number, name, claim, tuple(given))
