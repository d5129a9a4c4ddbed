"""The words that derive prints, in the reader's language: English is the key, tables have the rest.

``say`` is for sentences of our own; ``reason`` is for the reasons of steps, words and formulas in
reading order, where a language may want them in another order; ``why`` is for what the kernel and
the reader say of a line that was not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from derive.language.german import PHRASES, SENTENCES
from derive.language.german_mistakes import MISTAKES
from derive.language.german_reasons import REASONS

LANGUAGES = ("en", "de")
_FORMULA = 0xE000  # private use: stands for a formula while words are moved
_HOLE = re.compile(r"\{(\d)\}")

Formula = TypeVar("Formula")


class Untranslated(KeyError):
    """A sentence that a language's table lacks."""


def say(language: str, english: str, **values: object) -> str:
    """The sentence in ``language``, with its values put in.  Raises Untranslated.

    >>> say("de", "Exercise {number}", number=3)
    'Aufgabe 3'
    """
    if language == "en":
        return english.format(**values)
    if english not in SENTENCES:
        raise Untranslated(f"{language}: {english}")
    return SENTENCES[english].format(**values)


def reason(language: str, parts: Sequence[str | Formula]) -> tuple[str | Formula, ...]:
    """A reason in ``language``; a phrase that the table lacks stays English (`missing` tells).

    >>> reason("de", ("definition of ", 3, ", power rule"))
    ('Definition von ', 3, ', Potenzregel')
    """
    if language == "en":
        return tuple(parts)
    words, formulas = _as_words(parts)
    return tuple(_with_formulas(", ".join(german or p for p, german in _phrases(words)), formulas))


def number(language: str, value: float) -> str:
    """A number of points as it is written in ``language``.

    >>> number("de", 2.5), number("en", 2.0)
    ('2,5', '2')
    """
    return f"{value:g}".replace(".", "," if language == "de" else ".")


def mistake(language: str, name: str, sentence: str, hint: str) -> tuple[str, str, str]:
    """The name of a mistake, its sentence and its hint in ``language``.  Raises Untranslated."""
    if language == "en":
        return name, sentence, hint
    if name not in MISTAKES:
        raise Untranslated(f"{language}: {name}")
    return MISTAKES[name]


def why(language: str, words: str) -> str:
    """Why a line was not judged or not read, in ``language``; what no row says stays English.

    >>> why("de", r"the command \\sgima is not known here")
    'der Befehl \\\\sgima ist hier nicht bekannt'
    >>> why("de", "unknown meaning: the size of x")
    'unbekannte Bedeutung: die Größe von x'
    """
    if language == "en" or not words:
        return words
    if words in REASONS:
        return REASONS[words]
    found: tuple[int, str, tuple[str, ...]] | None = None
    for pattern, german in REASONS.items():
        pieces = _pieces(pattern)
        holes = _holes(pieces, words) if len(pieces) > 1 else None
        said = sum(map(len, pieces))
        if holes is not None and (found is None or said > found[0]):
            found = said, german, holes  # of several rows the one that leaves least to its holes
    if found is None:
        return ", ".join(why(language, w) for w in words.split(", ")) if ", " in words else words
    _, german, holes = found
    return _HOLE.sub(lambda hole: why(language, holes[int(hole[1])]), german)


def _pieces(pattern: str) -> tuple[str, ...]:
    """What stands between the holes, which are numbered in reading order."""
    return tuple(_HOLE.split(pattern)[::2])


def _holes(pieces: Sequence[str], words: str) -> tuple[str, ...] | None:
    """What stands in the holes, each as short as can be; None where the words are others."""
    first, *others = pieces
    if not words.startswith(first):
        return None
    found, start = [], len(first)
    for n, piece in enumerate(others, 1):
        last = n == len(others)
        end = len(words) - len(piece) if last else words.find(piece, start + 1)
        if end <= start or not words.startswith(piece, end):
            return None
        found.append(words[start:end])
        start = end + len(piece)
    return tuple(found)


def missing(language: str, parts: Sequence[str | Formula]) -> list[str]:
    """The phrases of a reason that ``language`` lacks."""
    return [] if language == "en" else [p for p, german in _phrases(_as_words(parts)[0])
                                        if german is None]  # fmt: skip


def _as_words(parts: Sequence[str | Formula]) -> tuple[str, list[Formula]]:
    formulas = [part for part in parts if not isinstance(part, str)]
    number = iter(range(len(formulas)))
    words = (p if isinstance(p, str) else chr(_FORMULA + next(number)) for p in parts)
    return "".join(words), formulas


def _with_formulas(words: str, formulas: Sequence[Formula]) -> Iterator[str | Formula]:
    for piece in re.split("([\ue000-\uefff])", words):
        if piece and _FORMULA <= ord(piece[0]) < _FORMULA + len(formulas):
            yield formulas[ord(piece[0]) - _FORMULA]
        elif piece:
            yield piece


def _phrases(words: str) -> Iterator[tuple[str, str | None]]:
    """Each phrase of a list of reasons with its translation; a formula needs none."""
    for phrase in words.split(", "):
        yield phrase, phrase if _is_formula(phrase) else _translated(phrase)


def _is_formula(phrase: str) -> bool:
    """Private letters for formulas, or mathematics written as text: "σ(−x) = 1 − σ(x)"."""
    return not re.search(r"[A-Za-zäöü]{2}", re.sub(r"exp|log|tanh|sin|cos|max|min", "", phrase))


def _translated(phrase: str) -> str | None:
    if phrase in PHRASES:
        return PHRASES[phrase]
    for english, german in PHRASES.items():
        if "{" not in english:
            continue
        # what is put in is a formula or a name, never a second word
        parts = (r"(\S+)" if n % 2 else re.escape(p) for n, p in enumerate(_HOLE.split(english)))
        found = re.fullmatch("".join(parts), phrase)
        if found:
            return german.format(*found.groups())
    return None
