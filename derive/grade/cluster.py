"""A class graded on a cluster: some submissions at a time are a run of their own on a worker.

Run as a program this is what stands there: JSON on standard input (the exercises, decisions and
submissions), one line of JSON for each submission on standard output.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from derive.check.cluster import spread
from derive.check.exercise import parse
from derive.check.sources import Source
from derive.grade.ready import Asked, Class, prepared
from derive.grade.run import Engine, Handed, Told, here

TOGETHER = 16  # submissions: making the exercises ready costs as much as marking two
MODULE = ("derive.grade.cluster",)


def cluster(graded: Class, address: str) -> Engine:
    """Marks on the workers of the scheduler at ``address``.  Raises Stopped when it is used."""
    exercises = [
        {
            "text": a.exercise.text,
            "name": a.exercise.name,
            "path": a.exercise.path,
            "number": a.number,
            "points": a.points,
        }
        for a in graded.asked
    ]

    def engine(handed_in: Iterable[Handed]) -> Iterator[Told]:
        def pieces() -> Iterator[tuple[None, str]]:
            waiting = iter(handed_in)
            while together := [list(map(_row, handed)) for handed in islice(waiting, TOGETHER)]:
                asked = {"exercises": exercises, "decisions": dict(graded.decisions)}
                yield None, json.dumps({**asked, "submissions": together})

        for _, printed in spread(address, MODULE, pieces()):
            yield from map(json.loads, printed.splitlines())

    return engine


def _row(source: Source) -> list[str]:
    assert source.data is not None
    return [source.path, source.kind, base64.b64encode(source.data).decode()]


def _source(row: list[str]) -> Source:
    path, kind, data = row
    return Source(path, kind, data=base64.b64decode(data))


def told(asked: dict[str, Any]) -> Iterator[Told]:
    """On a worker: what the graders tell of each submission."""
    exercises = [
        Asked(parse(row["text"], row["name"], row["path"]), tuple(row["number"]), row["points"])
        for row in asked["exercises"]
    ]
    graded = prepared(exercises, asked["decisions"])
    submissions = asked["submissions"]
    return here(graded, 1, len(submissions))(list(map(_source, rows)) for rows in submissions)


if __name__ == "__main__":
    for one in told(json.load(sys.stdin)):
        print(json.dumps(one))
