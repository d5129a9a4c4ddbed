"""The body of an exercise as a document: its own solution is checked like any student's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.check.exercise import Exercise, ExerciseError, load
from derive.check.front_matter import split
from derive.check.sources import NothingToCheck
from derive.read import ReadError, read_given
from derive.read.document import read_document

if TYPE_CHECKING:
    from derive.read.document import Document
    from derive.term import Given


def own_solution(path: str, onto: Given) -> tuple[Document, Given]:
    """Statement and solution of the exercise at ``path``, its parameters at their defaults and
    lines as in the file, and ``onto`` with what its header gives.

    Raises NothingToCheck where the header cannot be used: who checks the claims says why.
    """
    try:
        exercise = load(path)
        given = read_given([written.text for written in exercise.given], onto)
    except (ExerciseError, ReadError) as error:
        raise NothingToCheck from error
    return body_document(exercise), given


def body_document(exercise: Exercise) -> Document:
    header = split(exercise.text)
    above = "\n" * exercise.text.count("\n", 0, header.body_offset)
    return read_document(above + exercise.body, "md", exercise.path)
