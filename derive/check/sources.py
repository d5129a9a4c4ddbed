"""What is to be checked: names, files, folders and standard input, told apart.

A Markdown file that opens with the header of an exercise is one; everything else is a document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from derive.check.library import find

KINDS = {".tex": "tex", ".md": "md", ".markdown": "md", ".ipynb": "ipynb", ".txt": "txt"}
EXERCISE = "exercise"  # the kind of a document that is the body of one
STANDARD_INPUT = "-"
_SKIPPED = ("node_modules", "__pycache__")  # and all that is hidden
# The keys of an exercise that other tools' headers between +++ do not have.
_EXERCISE = re.compile(r"^(\[\[claims\]\]|(claims|topic)\s*=)", re.MULTILINE)
_MOST = 1 << 28  # bytes of standard input; the reader has limits of its own
_SOLUTION = re.compile(r"^## Solution", re.MULTILINE)
_LONGEST = 4_000_000  # characters of an exercise
_HEADER = 20_000  # characters that are looked at for a header


class NothingToCheck(Exception):
    """This source is none of its own: what is wrong with it is said elsewhere."""


class Source(NamedTuple):
    """A document: the file at ``path``, or ``text`` or ``data`` of this ``kind`` (a value of
    KINDS; "" where it is to be guessed)."""

    path: str
    kind: str = ""
    text: str | None = None
    data: bytes | None = None


class Asked(NamedTuple):
    """One thing to check: an exercise's file, or a document."""

    exercise: str = ""
    document: Source | None = None


def asked(names: Sequence[str], folder: str | None = None) -> list[Asked]:
    """What ``names`` stand for, in their order; a folder is all that can be checked in it.

    Raises UnknownExercise for what is neither a file nor an exercise of ``folder`` or the
    library.
    """
    return [one for name in names for one in _asked(name, folder)]


def _asked(name: str, folder: str | None) -> Iterator[Asked]:
    if name == STANDARD_INPUT:
        import sys

        yield Asked(document=Source("<stdin>", data=sys.stdin.buffer.read(_MOST)))
    elif os.path.isdir(name):
        for path in _files(name):
            yield from file_asked(path)
    elif os.path.isfile(name) or os.path.splitext(name)[1] in KINDS or os.sep in name:
        yield from file_asked(name)
    else:
        yield Asked(exercise=find(name, folder))


def _files(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f[0] != "." and f not in _SKIPPED)
        for file in sorted(files):
            if file[0] != "." and os.path.splitext(file)[1] in KINDS:
                yield os.path.normpath(os.path.join(place, file))


def file_asked(path: str) -> Iterator[Asked]:
    """A file as what it is; an exercise is its claims, and its solution is a document."""
    text = _text(path) if os.path.splitext(path)[1] == ".md" else ""
    if not is_exercise(text):
        yield Asked(document=Source(path))
        return
    yield Asked(exercise=path)
    if _SOLUTION.search(text):
        yield Asked(document=Source(path, EXERCISE))


def is_exercise(text: str) -> bool:
    """Does ``text`` open with the header of an exercise?

    >>> is_exercise("+++\\ntopic = 'a'\\n+++\\n"), is_exercise("+++\\ndate = 2026-01-01\\n+++\\n")
    (True, False)
    """
    text = text.removeprefix("\ufeff")
    if text.partition("\n")[0].rstrip() != "+++":
        return False
    return _EXERCISE.search(text.partition("\n+++")[0][:_HEADER]) is not None


def _text(path: str) -> str:
    """The text of a file that may be an exercise, as far as it may be long."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError:
        return ""
