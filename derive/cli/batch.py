"""`derive batch`: claims by the million."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from derive.cli.say import fail

if TYPE_CHECKING:
    from derive.batch.run import Engine

COULD_NOT_RUN, OPEN = 2, 1


class Options(NamedTuple):
    """``output``: a file, "-" for standard output.  ``dask``: the address of a scheduler."""

    output: str = "-"
    jobs: int = 0
    dask: str | None = None
    quiet: bool = False


def batch(path: str, options: Options) -> int:
    """Decides all and writes; the exit code: 0 all is proved, 1 something is not."""
    from derive.batch.known import Broken, Busy
    from derive.check.cluster import Stopped

    known = "" if options.output == "-" else f"{options.output}.known"
    try:
        return _batch(path, known, options)
    except Busy:
        return fail(f"another run is working on {options.output}: wait for it, or choose -o")
    except Broken as error:
        return fail(f"{known or 'the list of known claims'}: {error}")
    except Stopped as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename or path}: {(error.strerror or str(error)).lower()}")


def _batch(path: str, known_path: str, options: Options) -> int:
    from derive.batch.known import Known
    from derive.batch.question import questions
    from derive.batch.run import answered
    from derive.check.program import program
    from derive.render.terminal_progress import counted

    counts = Counter[str]()
    with ExitStack() as stack:
        source = _source(path, stack)
        total = _lines(source) if path != "-" else None
        known = stack.enter_context(Known(known_path, program()))
        out = sys.stdout.buffer
        if options.output != "-":
            out = stack.enter_context(open(options.output, "wb"))
        engine = _engine(options)
        results = answered(questions(source), known, engine)
        for question, answer in counted(results, total, options.quiet):
            row = {"id": question.name, "line": question.number, **answer}
            out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            counts[answer["verdict"]] += 1
        out.flush()
    if not options.quiet:
        print(_summary(counts), file=sys.stderr)
    return 0 if set(counts) <= {"proved"} else OPEN


def _engine(options: Options) -> Engine:
    if options.dask is None:
        from derive.batch.run import here

        return here(options.jobs or os.cpu_count() or 1)
    from derive.batch.cluster import cluster

    return cluster(options.dask)


def _source(path: str, stack: ExitStack) -> BinaryIO:
    return sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))


def _lines(source: BinaryIO) -> int | None:
    """How many there are; None where they cannot be counted beforehand (a pipe)."""
    if not source.seekable():
        return None
    count = 0
    while block := source.read(1 << 20):
        count += block.count(b"\n")
    source.seek(0)
    return count


def _summary(counts: Counter[str]) -> str:
    parts = [f"{counts[kind]} {said}" for kind, said in _SAID.items() if counts[kind]]
    return f"{counts.total()} claims: {', '.join(parts)}" if parts else "no claims"


_SAID = {"proved": "proved", "refuted": "refuted", "undecided": "undecided", "unread": "not read"}
