"""LaTeX math as tokens with exact positions, and the one error the reader raises.

A token never fails to be made: what has no meaning is found out by the parser, which can say what
it expected.  Only the limits are enforced here.

Throughout: offsets count characters of the text from 0; ``line_column`` turns one into what a
person reads (both from 1).
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from derive.read.notation import ALIASES, ASCII, COMBINING, SCRIPT_CHARACTERS, SPACES, UNICODE
from derive.term import Span


class Limits(NamedTuple):
    """What the reader accepts at most; beyond it a ReadError says so at once."""

    characters: int = 100_000
    tokens: int = 20_000
    nesting: int = 48
    height: int = 100
    expansions: int = 2_000
    digits: int = 400
    exponent: int = 10_000
    order: int = 20
    size: int = 4_096
    readings: int = 8


LIMITS = Limits()


class ReadError(Exception):
    """The text could not be read at ``span``.

    ``message`` is one sentence; ``expected`` names what would have been read there, "" where
    nothing sensible can be said.  This is the only exception the reader raises for bad input.
    """

    def __init__(self, message: str, span: Span, expected: str = "") -> None:
        message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
        super().__init__(message)
        self.message = message
        self.span = span
        self.expected = expected
        self.line = 0  # of a declaration among several, from 1; 0 where there is but one text

    def __str__(self) -> str:
        return f"{self.message}; expected {self.expected}" if self.expected else self.message


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of ``offset`` in ``text``, both from 1.

    >>> line_column("a\\nbc", 3)
    (2, 2)
    """
    before = text[: max(0, offset)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class Token(NamedTuple):
    """One token: ``kind`` is "letter", "digit", "command", "begin", "end" or "mark".

    ``text`` is the character or the command with its backslash, after aliases are resolved
    (``\\leq`` is ``\\le``); for begin and end the environment's name.  ``spaced``: white space
    stands before it.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def _set(mark: str) -> str:
    return "".join(c for c, (m, _) in SCRIPT_CHARACTERS.items() if m == mark)


# One alternative a token, none nested: the scan is linear.  What there is most of comes first.
_TOKEN = re.compile(
    r"(?P<typed>(?<![A-Za-z\\])(?:sum|prod)(?=\s?_))"  # without a backslash
    r"|(?P<letter>[A-Za-z])"
    r"|(?P<digit>[0-9])"
    r"|(?P<space>[\s~]+|%[^\n]*)"
    r"|\\(?P<edge>begin|end)[ \t]*\{(?P<environment>[A-Za-z]{1,20}\*?)\}"
    r"|(?P<negated>\\not\s?=|(?<=\s)!=)"
    r"|(?P<ascii><=|>=|==|->|=>|\*\*)"
    r"|(?P<command>\\(?:[A-Za-z]+|.|$))"
    rf"|(?P<raised>[{_set('^')}]+)"
    rf"|(?P<lowered>[{_set('_')}]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)

_SIDES = {  # a fence after \left or \right: which of the pair it is
    (r"\left", "|"): r"\lvert",
    (r"\right", "|"): r"\rvert",
    (r"\left", r"\|"): r"\lVert",
    (r"\right", r"\|"): r"\rVert",
    (r"\left", "."): r"\left.",
    (r"\right", "."): r"\right.",
    (r"\middle", "|"): r"\mid",
}
_LEFT_RIGHT = {
    **dict.fromkeys((r"\left", r"\bigl", r"\Bigl", r"\biggl", r"\Biggl"), r"\left"),
    **dict.fromkeys((r"\right", r"\bigr", r"\Bigr", r"\biggr", r"\Biggr"), r"\right"),
    r"\middle": r"\middle",
}


def tokenize(text: str, limits: Limits = LIMITS, base: int = 0) -> list[Token]:
    """The tokens of ``text``; spacing and sizes are dropped, aliases and Unicode resolved.
    ``base``: where the text stands in what the tokens' places count in.

    >>> [t.text for t in tokenize(r"\\left( x² \\right) ≤ σ")]
    ['(', 'x', '^', '{', '2', '}', ')', '\\\\le', '\\\\sigma']

    Raises ReadError where the text is longer than the limits allow.
    """
    if len(text) > limits.characters:
        message = f"the formula has {len(text)} characters, at most {limits.characters} are read"
        raise ReadError(message, Span(base + limits.characters, base + len(text)))
    tokens: list[Token] = []
    add, made = tokens.append, tuple.__new__  # what Token(..) comes to
    spaced = False
    side = ""  # \left or \right, waiting for its fence
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "other"
        if kind == "space":
            spaced = True
            continue
        start, end = found.span()
        start, end, word = base + start, base + end, found[0]
        if kind in ("letter", "digit"):
            pass  # most of them
        elif kind == "command":
            word = ALIASES.get(word, word)
            if word in SPACES:
                spaced = True
                continue
            if word in _LEFT_RIGHT:
                side = _LEFT_RIGHT[word]
                continue
            kind = "command"
        elif kind == "environment":
            kind, word = found.group("edge"), found.group("environment")
        elif kind == "typed":
            kind, word = "command", "\\" + word
        elif kind == "negated":
            kind, word = "command", r"\ne"
        elif kind == "ascii":
            word = ASCII[word]
            kind = "command" if word[0] == "\\" else "mark"
        elif kind in ("raised", "lowered"):
            _scripts(word, start, spaced, tokens)
            spaced = False
            continue
        elif kind == "other":
            if not word.isascii():
                _unicode(word, start, spaced, tokens)
                spaced = False
                side = ""
                continue
            kind = "mark"
        if side:
            word = _SIDES.get((side, word), word)
            side = ""
        add(made(Token, (kind, word, start, end, spaced)))
        spaced = False
        if len(tokens) > limits.tokens:
            message = f"the formula has more than {limits.tokens} tokens"
            raise ReadError(message, Span(start, base + len(text)))
    return tokens


def _unicode(character: str, start: int, spaced: bool, tokens: list[Token]) -> None:
    """Append the tokens that a character outside ASCII stands for."""
    end = start + 1

    def put(kind: str, word: str, space: bool = False) -> None:
        tokens.append(Token(kind, word, start, end, space))

    if character in COMBINING:  # x̂ is typed as x and a combining hat
        if not _accent(COMBINING[character], tokens, end):
            put("mark", character)
        return
    word = UNICODE.get(character)
    if word is None:
        plain = unicodedata.normalize("NFKD", character)
        if len(plain) == 2 and plain[1] in COMBINING:
            put(_kind(plain[0]), plain[0], spaced)
            _accent(COMBINING[plain[1]], tokens, end)
            return
        word = UNICODE.get(plain, plain if len(plain) == 1 else character)
    for part in word.split(" "):
        put("command" if part[0] == "\\" and len(part) > 1 else _kind(part), part, spaced)
        spaced = False


def _scripts(run: str, start: int, spaced: bool, tokens: list[Token]) -> None:
    """x₁₂, x⁻¹: characters set high or low, as one group."""
    mark = SCRIPT_CHARACTERS[run[0]][0]
    tokens.append(Token("mark", mark, start, start + 1, spaced))
    tokens.append(Token("mark", "{", start, start + 1))
    for at, character in enumerate(run, start):
        plain = SCRIPT_CHARACTERS[character][1]
        kind = "command" if plain[0] == "\\" else _kind(plain)
        tokens.append(Token(kind, plain, at, at + 1))
    tokens.append(Token("mark", "}", start + len(run) - 1, start + len(run)))


def _accent(command: str, tokens: list[Token], end: int) -> bool:
    """Put the last token, if it is a letter, under an accent."""
    if not tokens or tokens[-1].kind != "letter":
        return False
    base = tokens.pop()
    for kind, word in (("command", command), ("mark", "{"), ("letter", base.text), ("mark", "}")):
        tokens.append(Token(kind, word, base.start, end, base.spaced and word == command))
    return True


def _kind(character: str) -> str:
    if character.isascii():
        if character.isalpha():
            return "letter"
        return "digit" if character.isdigit() else "mark"
    return "letter" if character.isalpha() else "mark"
