"""Where in a submission which exercise and which claim is answered, by headings and labels.

"6 (i)", "Aufgabe 6", "Part 2", "b)", an exercise's title or name, a claim's label; at the start of
a line, alone or with words after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from derive.read.document import Document

_LINE = re.compile(r"^.*$", re.MULTILINE)
_MARKUP = re.compile(
    r"(?:[ \t>]|#{1,6}|\\(?:sub)*(?:section|paragraph)\*?\s*\{|\\(?:text)?bf\{|\*\*|__"
    r"|\\begin\{\w+\}"
    r"|\\item\b\s*\[?|\\noindent\b|[-*+]\s|\{|~|\\[,;: ])*"
)
_KIND = (
    r"(?P<kind>exercise|exc?|problem|prob|question|task|aufgabe|aufg|übung|no|nr|part|teil|teilaufgabe"
    r"|subproblem|subtask|claim)s?\.?\s*"
)
_TOKEN = re.compile(
    rf"(?:(?:solutions?|answers?|lösung|antwort|to|of|zu|zur|for|und|and)\s+)*(?:{_KIND})?"
    r"(?:\((?P<inside>[ivx]{1,5}|[a-h]|\d{1,2})\)|(?P<closed>[ivx]{1,5}|[a-h]|\d{1,2})\)"
    r"|(?P<number>\d{1,3})(?P<dot>\.(?!\d))?|(?P<letter>[ivx]{1,5}|[a-h])(?=[.:\s}*_]|$))[.:,\s*_}\]]*",
    re.IGNORECASE,
)
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
}
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\\(?:sub)*(?:section|paragraph)\b|\\(?:text)?bf\{|\*\*|__)")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_PART = ("part", "teil", "teilaufgabe", "claim")
# fmt: off
_WITHIN = frozenset((  # headings inside of a part
    "answer", "calculation", "claim", "derivation", "proof", "solution", "step", "steps",
    "antwort", "behauptung", "beweis", "herleitung", "lösung", "rechnung", "schritt", "schritte",
))
# fmt: on
LONG = 4  # letters of a word that tells one title from another


class Exercise(NamedTuple):
    """What an exercise is called.  ``number``: its label on the sheet, such as ("5",) or
    ("5", "ii"); () where it stands alone.  ``translated``: the title in another language."""

    number: tuple[str, ...]
    name: str
    title: str
    labels: tuple[str, ...]
    translated: str = ""

    @property
    def called(self) -> tuple[str, ...]:
        return self.title, self.name, self.translated


class Place(NamedTuple):
    """From ``start`` on this exercise (and claim) is answered; None: not said.  ``written``: the
    exercise's number as the student has it, or the beginning of it: "6" above "a)".  ``opening``:
    how the line that says so opens, "##"; "" for a label in the text."""

    start: int
    exercise: int | None
    claim: int | None
    written: tuple[str, ...] = ()
    opening: str = ""

    def may_be(self, n: int, exercises: Sequence[Exercise]) -> bool:
        """Whether exercise ``n`` may be answered here."""
        if self.exercise is not None or not self.written:
            return self.exercise in (None, n)
        return exercises[n].number[: len(self.written)] == self.written


def places(document: Document, exercises: Sequence[Exercise]) -> tuple[Place, ...]:
    """What a document says of its own parts, in order."""
    found, here = list[Place](), Place(0, None, None)
    starts = [s.span.start for s in document.segments]
    for line in _LINE.finditer(document.source):
        n = bisect_right(starts, line.start()) - 1
        inside = document.segments[n] if n >= 0 else None
        if inside and inside.kind != "prose" and line.start() < inside.span.end:
            continue
        place = _read(line[0], line.start(), here, exercises)
        if place is not None:
            found.append(place)
            here = place
    return tuple(found)


def at(found: Sequence[Place], offset: int) -> Place:
    """The part that ``offset`` stands in."""
    n = bisect_right(found, offset, key=lambda place: place.start)
    return found[n - 1] if n else Place(0, None, None)


def _read(line: str, start: int, here: Place, exercises: Sequence[Exercise]) -> Place | None:
    opening = _MARKUP.match(line)
    rest = line[opening.end() if opening else 0 :]
    heading = _HEADING.match(line)
    place = _said(rest, start, here, exercises, heading is not None)
    mark = heading[0].strip() if heading and _alone(line) else ""
    if place is not None:
        new = (place.exercise, place.written) != (here.exercise, here.written)
        return place._replace(opening=mark if new else here.opening)
    if mark and mark == here.opening and not set(_words(rest)) <= _WITHIN:
        return Place(start, None, None, (), mark)  # a part that nobody knows
    return None


def _said(
    rest: str, start: int, here: Place, exercises: Sequence[Exercise], heading: bool
) -> Place | None:
    titled = _titled(rest, exercises) if heading else None
    numbered = _numbered(_tokens(rest, heading), start, here, exercises, heading)
    if titled is not None and (numbered is None or numbered.exercise != titled):
        return Place(start, titled, None, exercises[titled].number)
    if numbered is not None:
        return numbered
    named = _named(rest, here, exercises) if heading else None
    return here._replace(start=start, claim=named) if named is not None else None


def _alone(line: str) -> bool:
    """Is the line no more than a heading, where bold words might open a sentence?"""
    said = line.strip()
    return not said.startswith(("**", "__", "\\bf", "\\textbf")) or said.endswith(("*", "_", "}"))


def _tokens(rest: str, heading: bool) -> Sequence[tuple[str, str]]:
    """The labels that a line opens with: (kind, label)."""
    position, found, plain = 0, list[tuple[str, str]](), True
    while match := _TOKEN.match(rest, position):
        kind = (match["kind"] or "").lower()
        label = match["inside"] or match["closed"] or match["number"] or match["letter"]
        if match["letter"] and not kind and not position:
            return ()  # the word a
        plain = plain and not (match["inside"] or match["closed"] or match["dot"] or kind)
        found.append((kind, label.lower()))
        position = match.end()
    if plain and not heading and position < len(rest.rstrip()):
        return ()  # a line that begins with a number
    return found


def _numbered(
    tokens: Sequence[tuple[str, str]],
    start: int,
    here: Place,
    exercises: Sequence[Exercise],
    heading: bool,
) -> Place | None:
    labels = tuple(label for _, label in tokens)
    if not labels:
        return None
    if len(exercises) == 1:
        if len(labels) == 1 and tokens[0][0] and tokens[0][0] not in _PART:
            return Place(start, 0, None)  # "Exercise 6", whatever its number
        return Place(start, 0, _ordinal(labels[-1], exercises[0]))
    around = here.written
    if len(labels) == 1 and here.exercise is not None:
        claim = _ordinal(labels[0], exercises[here.exercise])
        last = _value(around[-1]) if len(around) > 1 else 0
        goes_on = here.claim is not None or _value(labels[0]) <= last  # no part comes twice
        if (
            claim is not None
            and claim == (-1 if here.claim is None else here.claim) + 1
            and goes_on
        ):
            return Place(start, here.exercise, claim, around)
    # A label alone counts on from where we are; a heading may start over.
    before = [(), around[:1], around] if heading else [around[:1], around, ()]
    prefixes = list(dict.fromkeys(before))
    for prefix in prefixes:  # a whole number
        said = prefix + labels
        for n, exercise in enumerate(exercises):
            if len(exercise.number) == len(said) and _same(exercise.number, said, here, prefix):
                return Place(start, n, None, said)
    for prefix in prefixes:  # a number and a claim
        said = prefix + labels
        for n, exercise in enumerate(exercises):
            if len(exercise.number) == len(said) - 1 and _same(exercise.number, said, here, prefix):
                claim = _ordinal(said[-1], exercise)
                if claim is not None or not prefix:
                    return Place(start, n, claim, said[:-1])
    if any(exercise.number[: len(labels)] == labels for exercise in exercises):
        return Place(start, None, None, labels)
    return None


def _same(number: tuple[str, ...], said: tuple[str, ...], here: Place, prefix: object) -> bool:
    """Whether an exercise's number is what was said, or begins it: "6 (ii)" may be said as "6 b)",
    and then "c)" alone goes on so; but in an answer to "6 (ii)", "b)" is a part of that."""
    if number[:1] != said[:1]:
        return False
    pairs = list(zip(number[1:], said[1:], strict=False))
    free = not prefix or here.exercise is None
    kinds = [_kind(label) for label in here.written[1:]]
    return all(
        a == b or (_value(a) == _value(b) and (free or kinds[k : k + 1] == [_kind(b)]))
        for k, (a, b) in enumerate(pairs)
    )


def _kind(label: str) -> str:
    return "1" if label.isdigit() else "i" if label in _ROMAN else "a"


def _value(label: str) -> int:
    """What a label counts: 2 for "2", "ii" and "b"."""
    if label.isdigit():
        return int(label)
    return _ROMAN.get(label) or (ord(label) - ord("a") + 1 if len(label) == 1 else 0)


def _ordinal(label: str, exercise: Exercise) -> int | None:
    """Which claim a label counts, from 0."""
    number = _value(label)
    return number - 1 if 1 <= number <= len(exercise.labels) else None


def _titled(rest: str, exercises: Sequence[Exercise]) -> int | None:
    """The exercise whose title or name a heading has, or else alone has all that tell-tale words
    of: "Jacobian of the softmax" for the title "The Jacobian of the softmax" as for the name
    softmax-jacobian."""
    rest = _COMMAND.sub(" ", rest)
    words = _plain(rest)
    for n, exercise in enumerate(exercises):
        if any(_plain(said) in words for said in exercise.called if said):
            return n
    told = {word for word in _words(rest) if len(word) >= LONG}
    alike = [n for n, exercise in enumerate(exercises) if _alike(told, exercise)]
    return alike[0] if len(alike) == 1 else None


def _alike(told: set[str], exercise: Exercise) -> bool:
    name = set(_words(exercise.name))
    titles = (set(_words(title)) for title in (exercise.title, exercise.translated))
    return (len(name) > 1 and name <= told) or (len(told) > 1 and any(told <= t for t in titles))


def _named(rest: str, here: Place, exercises: Sequence[Exercise]) -> int | None:
    """The claim whose label is the heading."""
    n = here.exercise if here.exercise is not None else 0
    if here.exercise is None and len(exercises) > 1:
        return None
    words = _plain(rest)
    return next((k for k, label in enumerate(exercises[n].labels) if _plain(label) == words), None)


def _plain(words: str) -> str:
    return " ".join(_words(words))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
