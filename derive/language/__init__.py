"""The words that derive prints, in the reader's language: English is the key, tables have the rest.

``say`` is for sentences of our own; ``reason`` is for the reasons of steps, words and formulas in
reading order, where a language may want them in another order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from derive.language.german import PHRASES, SENTENCES
from derive.language.german_mistakes import MISTAKES

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


def mistake(language: str, name: str, sentence: str, hint: str) -> tuple[str, str, str]:
    """The name of a mistake, its sentence and its hint in ``language``.  Raises Untranslated."""
    if language == "en":
        return name, sentence, hint
    if name not in MISTAKES:
        raise Untranslated(f"{language}: {name}")
    return MISTAKES[name]


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
