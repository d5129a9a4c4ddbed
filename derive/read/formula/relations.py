"""A line with relation signs: its sides, each with its readings.

A chain ``a = b = c`` has three sides and two signs.  A side that can't be read keeps its error,
so that the other steps of the chain are not lost.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product as pairs
from typing import NamedTuple

from derive.read.formula.choices import Choices, readings
from derive.read.formula.components import not_read, vectors_in
from derive.read.formula.dots import is_dots
from derive.read.formula.grammar import GRAMMAR
from derive.read.formula.layout import CLOSE, OPEN, prepare
from derive.read.formula.operators import PAIR
from derive.read.formula.reader import Reader
from derive.read.formula.source import END, Source
from derive.read.names import NO_NAMES, Names
from derive.read.notation import DEFINING, JOINTS, RELATIONS, UNJUDGED, WORD_FONTS
from derive.read.tokens import LIMITS, Limits, ReadError, Token
from derive.term import Relation, Span, Term, free_names

_SEPARATORS = frozenset((",", ";", r"\\"))
_PUNCTUATION = frozenset((".", ",", ";", ":", r"\\", "&"))
# where a side may end; all other tokens belong to it
_ENDING = frozenset((*WORD_FONTS, *_SEPARATORS, *DEFINING, *RELATIONS, *UNJUDGED, ":", r"\in"))
_TELLING = _ENDING | OPEN | CLOSE
_JUDGED = frozenset(RELATIONS.values())


class Sign(NamedTuple):
    """A relation sign: ``text`` is ``=``, ``!=``, ``<=`` .., ``:=`` where it defines, the command
    of a relation that is not judged (``\\approx``), or a comma between two formulas."""

    text: str
    span: Span

    @property
    def judged(self) -> bool:
        return self.text in _JUDGED


class Side(NamedTuple):
    """One side: its readings, most plausible first, and the choices each made; or its error.

    An empty side (a line that begins with ``=``) has neither.  ``remark``: words beside it, such
    as "(chain rule)".
    """

    span: Span
    readings: tuple[Term, ...] = ()
    answers: tuple[Mapping[Hashable, int], ...] = ()
    error: ReadError | None = None
    remark: str = ""

    @property
    def empty(self) -> bool:
        return not self.readings and self.error is None


class Relations(NamedTuple):
    """``sides[n] signs[n] sides[n + 1]`` for each n."""

    sides: tuple[Side, ...]
    signs: tuple[Sign, ...]

    def step(self, n: int, most: int = 8) -> tuple[Relation, ...]:
        """The readings of the n-th relation in which both sides take every name the same way.

        Raises the ReadError of a side that can't be read.
        """
        return relate(self.sides[n], self.signs[n], self.sides[n + 1], most)


def relate(left: Side, sign: Sign, right: Side, most: int = 8) -> tuple[Relation, ...]:
    """``left sign right`` in each reading, for sides that may stand lines apart.

    Raises the ReadError of a side that can't be read.
    """
    for side in (left, right):
        if side.error is not None:
            raise side.error
        if side.empty:
            raise ReadError("a side of the relation is empty", sign.span, "a term")
    found: list[tuple[int, Relation]] = []
    both = pairs(enumerate(left.readings), enumerate(right.readings))
    for (a, lhs), (b, rhs) in both:
        if _agree(left.answers[a], right.answers[b]):
            relation = Relation(sign.text, lhs, rhs, span=left.span | right.span)
            if not _binds_what_is_free({**left.answers[a], **right.answers[b]}, relation):
                found.append((a + b, relation))
    found.sort(key=lambda pair: pair[0])
    return tuple(relation for _, relation in found[:most])


def _agree(a: Mapping[Hashable, int], b: Mapping[Hashable, int]) -> bool:
    """Whether two sides take each name that both apply (or multiply) in the same way."""
    return all(b.get(key, answer) == answer for key, answer in a.items() if _by_name(key))


def _binds_what_is_free(answers: Mapping[Hashable, int], relation: Relation) -> bool:
    """Is a sum over j \\ne i read as one over both where i stands outside of it?"""
    over = {key[1] for key, answer in answers.items() if answer and key[0] == PAIR}  # type: ignore[index]  # a tuple
    return bool(over) and not over.isdisjoint(free_names(relation))


def _by_name(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[0] == "call"


# --- reading --------------------------------------------------------------------------------------


def read_side(tokens: list[Token], source: Source, here: Span, remark: str = "") -> Side:
    """All readings of one side; an empty one stands at ``here``."""
    if not tokens:
        return Side(here, remark=remark)
    span = Span(tokens[0].start, tokens[-1].end)
    try:
        found = terms_of(source.part(tokens))
    except ReadError as error:
        return Side(span, error=error, remark=remark)
    return Side(span, tuple(t for t, _ in found), tuple(a for _, a in found), remark=remark)


def terms_of(source: Source) -> list[tuple[Term, dict[Hashable, int]]]:
    """The different readings of its tokens, with the choices made."""

    def read(choices: Choices) -> Term:
        r = Reader(source, GRAMMAR, choices)
        if r.token.kind == END:
            raise ReadError("there is nothing to read", r.token.span, "a formula")
        t = r.expression()
        if r.token.kind != END:
            raise r.wrong("an operator or the end")
        check(t, source.limits)
        return t

    out: list[tuple[Term, dict[Hashable, int]]] = []
    for t, choices in readings(read, source.limits.readings):
        if all(t != other for other, _ in out):
            out.append((t, choices.answers))
    return out


def check(t: Term, limits: Limits) -> None:
    """Raise ReadError where a term is too high for what walks it, or holds unexplained dots."""
    stack = [(t, 1)]
    while stack:
        s, height = stack.pop()
        if height > limits.height:
            message = f"nested more than {limits.height} levels deep"
            raise ReadError(message, s.span or t.span or Span(0, 0))
        if is_dots(s):
            raise ReadError("it is not clear what the dots stand for", s.span or Span(0, 0))
        for c in s.below:
            stack.append((c, height + 1))


def read_relations(text: str, names: Names = NO_NAMES, limits: Limits = LIMITS) -> Relations:
    """The sides and signs of a line such as ``a = b = c``; trailing punctuation is passed over.

    >>> [s.text for s in read_relations("a = b \\\\le c.").signs]
    ['=', '<=']

    Raises ReadError where the line as a whole can't be taken apart (unbalanced braces, limits).
    """
    tokens = prepare(text, names, limits)
    source = Source(tokens, names, limits)
    parts = [_Part()]
    signs: list[Sign] = []
    depth = at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text not in _TELLING and token.kind not in ("begin", "end"):
            pass  # nearly always
        elif token.text in OPEN or token.kind == "begin":
            depth += 1
        elif token.text in CLOSE or token.kind == "end":
            depth = max(0, depth - 1)
        elif depth == 0 and token.text in _ENDING:
            if token.text in WORD_FONTS and source.is_remark(at):
                at, words = _remark(tokens, at, source)
                parts[-1].remarks.append(words)
                if parts[-1].tokens and _begins_formula(tokens, at):  # a = b where c = d
                    signs.append(Sign(",", token.span))
                    parts.append(_Part())
                continue
            sign = _sign(tokens, at)
            if sign is None and token.text in _SEPARATORS and _goes_on(tokens, at + 1, source):
                sign = Sign(",", token.span)
            if sign is not None:
                signs.append(sign)
                parts.append(_Part())
                at += 2 if token.text == ":" else 1
                continue
        parts[-1].tokens.append(token)
        at += 1
    sides = []
    for n, part in enumerate(parts):
        side = part.tokens
        while side and side[-1].text in _PUNCTUATION:
            side.pop()
        first = next((k for k, t in enumerate(side) if t.text not in _PUNCTUATION), 0)
        here = signs[min(n, len(signs) - 1)].span if signs else Span(0, len(text))
        remark = " ".join(part.remarks)
        sides.append(read_side(side[first:], source, here, remark))
    return Relations(tuple(sides), tuple(signs))


class _Part:
    """The tokens between two signs, and the remarks among them."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.remarks: list[str] = []


def _remark(tokens: list[Token], at: int, source: Source) -> tuple[int, str]:
    """The position after the remark at ``at``, and its words.

    A remark in parentheses goes on to where they close: \\text{(as } a > 0 \\text{)}.
    """
    words: list[str] = []
    depth = 0
    while at < len(tokens):
        if tokens[at].text in WORD_FONTS and at + 1 < len(tokens):
            text = source.plain_text(at + 1)
            words.append(text)
            depth += text.count("(") - text.count(")")
            at = source.closing.get(at + 1, at + 1) + 1
        else:
            words.append(tokens[at].text)
            at += 1
        if depth <= 0:
            break
    return at, " ".join(words)


def _begins_formula(tokens: list[Token], at: int) -> bool:
    """Whether what follows is neither a sign, nor punctuation, nor an operator."""
    return at < len(tokens) and tokens[at].text not in JOINTS and tokens[at].text not in WORD_FONTS


def _goes_on(tokens: list[Token], at: int, source: Source) -> bool:
    """Whether another formula follows from ``at`` on, or only punctuation and remarks."""
    while at < len(tokens):
        if tokens[at].text in WORD_FONTS and source.is_remark(at):
            at, _ = _remark(tokens, at, source)
        elif tokens[at].text in _PUNCTUATION:
            at += 1
        else:
            return True
    return False


def _sign(tokens: list[Token], at: int) -> Sign | None:
    token = tokens[at]
    word = token.text
    if word == ":" and at + 1 < len(tokens) and tokens[at + 1].text == "=":
        return Sign(":=", token.span | tokens[at + 1].span)
    if word in DEFINING:
        return Sign(":=", token.span)
    if word in RELATIONS:
        return Sign(RELATIONS[word], token.span)
    if word in UNJUDGED or word == r"\in":
        return Sign(word, token.span)
    return None


def read_formula(text: str, names: Names = NO_NAMES, limits: Limits = LIMITS) -> tuple[Term, ...]:
    """The readings of a formula, most plausible first.

    >>> from derive.term import *
    >>> read_formula("x^2")[0] == Pow(Symbol("x"), Number(2))
    True

    Raises ReadError, with the place and what was expected, for anything that is no formula.
    """
    tokens = prepare(text, names, limits)
    found = tuple(t for t, _ in terms_of(Source(tokens, names, limits)))
    for t in found:
        if vectors := vectors_in(t):
            raise not_read(vectors[0])
    return found
