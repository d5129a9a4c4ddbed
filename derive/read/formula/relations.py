"""A line with relation signs: its sides, each with its readings.

A chain ``a = b = c`` has three sides and two signs.  A side that can't be read keeps its error,
so that the other steps of the chain are not lost.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from itertools import product as pairs

from derive.read.formula.choices import Choices, readings
from derive.read.formula.components import not_read, vectors_in
from derive.read.formula.dots import DOTS
from derive.read.formula.grammar import GRAMMAR
from derive.read.formula.reader import Reader
from derive.read.formula.source import END, Source
from derive.read.macros import expand
from derive.read.names import NO_NAMES, Names
from derive.read.notation import DEFINING, JOINTS, RELATIONS, UNJUDGED, WORD_FONTS, WRAPPERS
from derive.read.tokens import LIMITS, Limits, ReadError, Token, tokenize
from derive.term import Relation, Span, Term, children

_OPEN = frozenset(("{", "(", "[", r"\{", r"\lvert", r"\lVert", r"\langle", r"\left."))
_CLOSE = frozenset(("}", ")", "]", r"\}", r"\rvert", r"\rVert", r"\rangle", r"\right."))
_PUNCTUATION = frozenset((".", ",", ";", ":", r"\\", "&"))


@dataclass(frozen=True, slots=True)
class Sign:
    """A relation sign: ``text`` is ``=``, ``!=``, ``<=`` .., ``:=`` where it defines, the command
    of a relation that is not judged (``\\approx``), or a comma between two formulas."""

    text: str
    span: Span

    @property
    def judged(self) -> bool:
        return self.text in RELATIONS.values()


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its readings, most plausible first, and the choices each made; or its error.

    An empty side (a line that begins with ``=``) has neither.
    """

    span: Span
    readings: tuple[Term, ...] = ()
    answers: tuple[Mapping[Hashable, int], ...] = ()
    error: ReadError | None = None

    @property
    def empty(self) -> bool:
        return not self.readings and self.error is None


@dataclass(frozen=True, slots=True)
class Relations:
    """``sides[n] signs[n] sides[n + 1]`` for each n."""

    sides: tuple[Side, ...]
    signs: tuple[Sign, ...]
    remark: str = ""

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
            found.append((a + b, relation))
    found.sort(key=lambda pair: pair[0])
    return tuple(relation for _, relation in found[:most])


def _agree(a: Mapping[Hashable, int], b: Mapping[Hashable, int]) -> bool:
    """Whether two sides take each name that both apply (or multiply) in the same way."""
    return all(b.get(key, answer) == answer for key, answer in a.items() if _by_name(key))


def _by_name(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[0] == "call"


# --- reading --------------------------------------------------------------------------------------


def prepare(text: str, names: Names, limits: Limits) -> list[Token]:
    """The tokens of ``text`` with macros expanded and layout environments opened up."""
    return _laid_flat(expand(tokenize(text, limits), names.macros, limits))


def _laid_flat(tokens: list[Token]) -> list[Token]:
    """Without \\begin{aligned} and the like, their & and line ends, and their remark columns."""
    if not any(t.kind == "begin" or t.text in ("&", r"\\") for t in tokens):
        return tokens
    out: list[Token] = []
    stack: list[bool] = []  # whether each open environment only lays out
    at = depth = 0
    while at < len(tokens):
        token = tokens[at]
        flat = all(stack)
        at += 1
        if token.kind == "begin":
            name = token.text.rstrip("*")
            brace = bool(out) and out[-1].text == r"\{"
            lays_out = name in WRAPPERS or (name == "array" and _aligns(tokens, at))
            stack.append(flat and lays_out and not brace)
            if not stack[-1]:
                out.append(token)
            elif name in ("alignat", "alignedat", "array"):
                at = _after_group(tokens, at)
        elif token.kind == "end":
            if not (stack.pop() if stack else False):
                out.append(token)
        elif not flat or token.text not in ("&", r"\\"):
            out.append(token)
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
        elif token.text == r"\\" and depth <= 0 and _new_left_side(tokens, at):
            out.append(token)
        elif token.text == "&" and _remark_column(tokens, at):
            while at < len(tokens) and tokens[at].text != r"\\" and tokens[at].kind != "end":
                at += 1
    return out


def _new_left_side(tokens: list[Token], at: int) -> bool:
    """Whether the row that begins at ``at`` is a formula of its own: a left side, then a sign."""
    depth = 0
    first: Token | None = None
    for before, token in pairwise(tokens[at - 1 : at + 1_000]):
        depth += (token.text in _OPEN or token.kind == "begin") - (
            token.text in _CLOSE or token.kind == "end"
        )
        if depth < 0 or (depth == 0 and token.text == r"\\"):
            return False
        if token.text in ("&", "{", "}"):
            continue
        if first is None:
            first = token
            if token.text in JOINTS and token.text not in ("-", "+"):
                return False
        elif depth == 0 and token.text in RELATIONS:
            return first.text not in ("-", "+") or before.text == "&"
    return False


def _remark_column(tokens: list[Token], at: int) -> bool:
    """Whether a second & follows at ``at`` with no relation after it: && (chain rule)."""
    return at + 1 < len(tokens) and tokens[at].text == "&" and tokens[at + 1].text not in RELATIONS


def _aligns(tokens: list[Token], at: int) -> bool:
    """Whether the array that opens before ``at`` sets relation signs below each other."""
    depth = 0
    for here in range(at, min(len(tokens) - 1, at + 400)):
        token = tokens[here]
        if token.kind == "end" and depth == 0:
            return False
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0 and token.text == "&" and tokens[here + 1].text in RELATIONS:
            return True
    return False


def _after_group(tokens: list[Token], at: int) -> int:
    """The position after the group in braces at ``at``, if there is one."""
    if at >= len(tokens) or tokens[at].text != "{":
        return at
    while at < len(tokens) and tokens[at].text != "}":
        at += 1
    return at + 1


def read_side(tokens: list[Token], source: Source) -> Side:
    """All readings of one side."""
    span = Span(tokens[0].start, tokens[-1].end) if tokens else Span(0, 0)
    try:
        found = terms_of(tokens, source)
    except ReadError as error:
        return Side(span, error=error)
    return Side(span, tuple(t for t, _ in found), tuple(a for _, a in found))


def terms_of(tokens: list[Token], whole: Source) -> list[tuple[Term, dict[Hashable, int]]]:
    """The different readings of ``tokens``, with the choices made."""
    source = Source(tokens, whole.names, whole.limits, whole)

    def read(choices: Choices) -> Term:
        r = Reader(source, GRAMMAR, choices)
        if r.token.kind == END:
            raise ReadError("there is nothing to read", r.token.span, "a formula")
        t = r.expression()
        if r.token.kind != END:
            raise r.wrong("an operator or the end")
        check(t, whole.limits)
        return t

    out: list[tuple[Term, dict[Hashable, int]]] = []
    for t, choices in readings(read, whole.limits.readings):
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
        if s == DOTS:
            raise ReadError("it is not clear what the dots stand for", s.span or Span(0, 0))
        stack.extend((c, height + 1) for c in children(s))


def read_relations(text: str, names: Names = NO_NAMES, limits: Limits = LIMITS) -> Relations:
    """The sides and signs of a line such as ``a = b = c``; trailing punctuation is passed over.

    >>> [s.text for s in read_relations("a = b \\\\le c.").signs]
    ['=', '<=']

    Raises ReadError where the line as a whole can't be taken apart (unbalanced braces, limits).
    """
    tokens = prepare(text, names, limits)
    source = Source(tokens, names, limits)
    parts: list[list[Token]] = [[]]
    signs: list[Sign] = []
    remark = ""
    depth = 0
    at = 0
    end = len(tokens)
    while at < end:
        token = tokens[at]
        word = token.text
        if word in _OPEN or token.kind == "begin":
            depth += 1
        elif word in _CLOSE or token.kind == "end":
            depth = max(0, depth - 1)
        elif depth == 0:
            sign = _sign(tokens, at)
            if sign is None and word in (",", ";", r"\\") and _goes_on(tokens, at):
                sign = Sign(",", token.span)
            if sign is not None:
                signs.append(sign)
                parts.append([])
                at += 2 if word == ":" else 1
                continue
            if word in WORD_FONTS and source.is_remark(at):
                remark = source.plain_text(at + 1)
                end = at
                break
        parts[-1].append(token)
        at += 1
    sides = []
    for n, part in enumerate(parts):
        while part and part[-1].text in _PUNCTUATION:
            part.pop()
        while part and part[0].text in (r"\\", "&", ",", "."):
            part.pop(0)
        if part:
            sides.append(read_side(part, source))
        else:
            here = signs[min(n, len(signs) - 1)].span if signs else Span(0, len(text))
            sides.append(Side(here))
    return Relations(tuple(sides), tuple(signs), remark)


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Whether another formula follows the comma at ``at``."""
    rest = [t for t in tokens[at + 1 : at + 4] if t.text not in _PUNCTUATION]
    return bool(rest) and rest[0].text not in WORD_FONTS


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
    found = tuple(t for t, _ in terms_of(tokens, Source(tokens, names, limits)))
    for t in found:
        if vectors := vectors_in(t):
            raise not_read(vectors[0])
    return found
