"""Formulas as people type them: what stands alone is displayed, what cannot be read is no word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.read import Names, ReadError, read_relations

if TYPE_CHECKING:
    from derive.read.document import Document
    from derive.term import Given

_RELATION = re.compile(r"[=<>≤≥]|\\(?:le|ge|leq|geq|lt|gt)\b")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_TYPED = re.compile(  # a = with a power, an index or a command on its line
    r"^(?=.*=)(?=.*(?:\\[A-Za-z]{2}|\w\^|\w_\w\b)).*$", re.MULTILINE
)
_BETWEEN = re.compile(r"[\s$.,;()\[\]\\]*")  # nothing but how formulas are set off


def displayed(document: Document) -> Document:
    """The document with the formulas that are a paragraph of their own as displays."""
    alone = set(_alone(document))
    return document._replace(
        segments=tuple(
            s._replace(kind="display") if s.span.start in alone else s for s in document.segments
        )
    )


def _alone(document: Document) -> Iterator[int]:
    """Where they begin."""
    text, segments = document.text, document.segments
    breaks = [m.start() for m in _PARAGRAPH.finditer(text)]
    edges = [0, *breaks, len(text)]
    n = 0
    for start, end in pairwise(edges):
        inside, at, words = list[int](), start, False
        while n < len(segments) and segments[n].span.start < end:
            s = segments[n]
            if s.kind == "inline":
                words = words or not _BETWEEN.fullmatch(text, at, s.span.start)
                at = s.span.end
                if _RELATION.search(s.text):
                    inside.append(s.span.start)
            elif s.kind != "prose":
                words = True
            if s.span.end > end:
                break
            n += 1
        if inside and not words and _BETWEEN.fullmatch(text, at, end):
            yield from inside


def unread(document: Document, given: Given) -> Iterator[int]:
    """Where the running text says something in formulas that cannot be read, or in lines of
    mathematics that are not marked as such."""
    names = Names.of(given, document.macros)
    for s in document.segments:
        if s.kind == "inline" and _RELATION.search(s.text) and not _readable(s.text, names):
            yield s.span.start
        elif s.kind == "prose" and document.kind != "tex":
            yield from (m.start() for m in _TYPED.finditer(document.text, *s.span))


def _readable(text: str, names: Names) -> bool:
    try:
        found = read_relations(text.strip(" \n.,;"), names)
    except ReadError:
        return False
    judged = found.signs and all(sign.judged for sign in found.signs)
    return not judged or all(side.error is None for side in found.sides)
