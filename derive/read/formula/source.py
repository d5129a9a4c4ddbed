"""A formula's tokens, looked over once before they are parsed.

One pass finds the partner of each brace, which bars can open, and which letters behave like
indices anywhere in the formula (bound by a Σ, or alone in a subscript).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from copy import copy
from typing import NamedTuple

from derive.read.names import Names
from derive.read.notation import (
    BIG,
    COMBINING,
    EXTREMA,
    GREEK,
    INDEX_LETTERS,
    QUOTES,
    RELATIONS,
    REMARK_WORDS,
    WORD_FONTS,
)
from derive.read.tokens import Limits, ReadError, Token

END = "end of text"
_LONGEST_WORD = 24
_ACCENTS = {**{command: mark for mark, command in COMBINING.items()}, r"\"": "\u0308"}
_BINDING = frozenset(BIG) | frozenset(EXTREMA)
_OPEN = frozenset(("{", "(", "[", r"\{", r"\lvert", r"\lVert", r"\langle"))
_CLOSE = frozenset(("}", ")", "]", r"\}", r"\rvert", r"\rVert", r"\rangle"))
_AFTER_INDEX = frozenset(("=", r"\ne", r"\in", ":", "<", r"\le"))
_ARGUMENTS = frozenset(RELATIONS) | {",", ";", r"\mid", r"\sim"}
_COMPOUND = frozenset(("+", "-", "/", "^", "(", r"\frac", r"\cdot", r"\times", r"\sum", "|", "*"))


class Used(NamedTuple):
    """How the letters of a formula are used.

    ``bound``: by an operator.  ``single``: alone in a subscript.  ``upper``: as upper bounds.
    ``unapplied``: at least once without parentheses after them.  ``families``: with a superscript
    index in brackets, x^{(i)}; then x^{(1)} is one of them.  ``primed``: as q'(x), so that q(x) is
    no product.  ``bare``: as q' with nothing after it.  ``applied``: to what can only be
    arguments, or to one name alone.
    """

    bound: frozenset[str]
    single: frozenset[str]
    upper: frozenset[str]
    unapplied: frozenset[str]
    families: frozenset[str]
    primed: frozenset[str]
    bare: frozenset[str]
    applied: frozenset[str]


def _whole(body: Sequence[Token]) -> Iterator[Token]:
    """The tokens of words, in which ü is no u with two dots: für, f\\"ur."""
    tokens = iter(body)
    for token in tokens:
        mark = _ACCENTS.get(token.text)
        letter = next(tokens, None) if mark else None
        braced = letter is not None and letter.text == "{"
        if braced:
            letter = next(tokens, None)
        if mark is None or letter is None:
            yield token
            continue
        yield letter._replace(text=letter.text + mark, spaced=token.spaced)
        if braced:
            next(tokens, None)


def _bound_in(body: Sequence[Token]) -> set[str]:
    """The letters that the script of a Σ binds: j of j=1, i and j of i, j."""
    bound: set[str] = set()
    before = ","
    for token in body:
        if token.text in _AFTER_INDEX:
            break
        if (token.kind == "letter" or token.text in GREEK) and before in (",", "<", "{"):
            bound.add(token.text)
        before = token.text
    return bound


class Source:
    """Tokens with an end mark, and what one pass over them tells."""

    def __init__(
        self,
        tokens: Sequence[Token],
        names: Names,
        limits: Limits,
        whole: Source | None = None,
    ) -> None:
        """``whole``: the text that ``tokens`` are a part of; it says which letters are indices."""
        end = tokens[-1].end if tokens else 0
        self.tokens = (*tokens, Token(END, "", end, end))
        self.limits = limits
        self.closing = self._pair_braces()
        self._bars: dict[int, int] = self._count_bars() if whole is None or whole._bars else {}
        self.used: Used = self._used() if whole is None else whole.used
        self._name(names, whole)

    def _name(self, names: Names, whole: Source | None) -> None:
        self.names = names
        # letters that are used like indices, and those that are indices for certain
        self.indices: frozenset[str] = self._indices() if whole is None else whole.indices
        self.certain: frozenset[str] = (
            names.indices | self.used.bound if whole is None else whole.certain
        )

    def part(self, tokens: Sequence[Token]) -> Source:
        """Some of the tokens; this one says which letters are indices."""
        return Source(tokens, self.names, self.limits, self)

    def under(self, names: Names) -> Source:
        """The same tokens, to be read with other names."""
        other = copy(self)
        other._name(names, None)
        return other

    def _pair_braces(self) -> dict[int, int]:
        closing: dict[int, int] = {}
        stack: list[int] = []
        for at, token in enumerate(self.tokens):
            if token.text == "{":
                stack.append(at)
                if len(stack) > self.limits.nesting:
                    message = f"nested more than {self.limits.nesting} levels deep"
                    raise ReadError(message, token.span)
            elif token.text == "}":
                if not stack:
                    raise ReadError("this } closes nothing", token.span)
                closing[stack.pop()] = at
        if stack:
            raise ReadError("this { is never closed", self.tokens[stack[-1]].span, "}")
        return closing

    def _count_bars(self) -> dict[int, int]:
        """For each bar: how many like it follow in its group, itself included."""
        counts: dict[int, int] = {}
        stack: list[dict[str, int]] = [{}]
        for at in range(len(self.tokens) - 1, -1, -1):
            text = self.tokens[at].text
            if text in _CLOSE:
                stack.append({})
            elif text in _OPEN:
                if len(stack) > 1:
                    stack.pop()
            elif text in ("|", r"\|"):
                counts[at] = stack[-1][text] = stack[-1].get(text, 0) + 1
        return counts

    def bar_opens(self, at: int) -> bool:
        """Whether the bar at ``at``, after an operand, can open a pair."""
        count = self._bars[at]
        if count == 2 and self.tokens[at + 1].text == self.tokens[at].text == "|":
            return False  # KL(p || q)
        return count % 2 == 0

    def _indices(self) -> frozenset[str]:
        used, ranks = self.used, self.names.ranks
        letters = INDEX_LETTERS.union(self.names.indices, used.bound, used.single, used.upper)
        return letters - {n for n in letters if ranks.get(n, 0) > 0}

    def _used(self) -> Used:
        """How each letter is used in these tokens."""
        bound: set[str] = set()
        single: set[str] = set()
        upper: set[str] = set()
        families: set[str] = set()
        tokens = self.tokens
        opened = [at for at, token in enumerate(tokens) if token.text == "("]
        for at, token in enumerate(tokens):
            if token.text not in ("_", "^"):
                continue
            body = self.inside(at + 1)
            if not body:
                continue
            letter = body[0].kind == "letter" and len(body) == 1
            if token.text == "^":
                if (letter or any(t.text == "T" for t in body)) and self._after_big(at):
                    upper.add(body[0].text if letter else "T")  # T - 1
                elif body[0].text in ("(", "[") and len(body) > 2 and body[1].kind == "letter":
                    families.add(tokens[at - 1].text)
            elif at > 0 and tokens[at - 1].text in _BINDING:
                bound |= _bound_in(body)
            elif letter and body[0].text.islower():
                single.add(body[0].text)
        return Used(
            bound=frozenset(bound),
            single=frozenset(single),
            upper=frozenset(upper),
            unapplied=self._unapplied(),
            families=frozenset(families),
            primed=frozenset(
                [tokens[at - 2].text for at in opened if at > 1 and tokens[at - 1].text == "'"]
            ),
            bare=self._bare(),
            applied=frozenset(
                [tokens[at - 1].text for at in opened if at > 0 and any(self.argument_at(at))]
            ),
        )

    def _bare(self) -> frozenset[str]:
        """What has primes and no argument after them."""
        found: set[str] = set()
        base, primes = "", False
        for token in self.tokens:
            if token.text == "'":
                primes = True
                continue
            if primes and token.text != "(":
                found.add(base)
            base, primes = token.text, False
        return frozenset([*found, base] if primes else found)

    def _after_big(self, at: int) -> bool:
        """Whether the script mark at ``at`` is the second script of a Σ or the like."""
        before = at - 1
        if self.tokens[before].text == "}":
            for _ in range(24):
                before -= 1
                if before < 2 or self.tokens[before].text == "{":
                    break
        before -= 1
        return before > 0 and self.tokens[before - 1].text in _BINDING

    def _unapplied(self) -> frozenset[str]:
        """Letters that occur at least once without parentheses after them."""
        found: set[str] = set()
        word_ends = 0  # where the \\text ends that this letter stands in
        for at, token in enumerate(self.tokens):
            if token.text in WORD_FONTS:
                word_ends = max(word_ends, self.closing.get(at + 1, 0))
            if at >= word_ends and (token.kind == "letter" or token.text in GREEK):
                after = at + 1
                for _ in range(3):
                    if self.tokens[after].text == "'":
                        after += 1
                    elif self.tokens[after].text in ("_", "^"):
                        after += 1
                        after = self.closing.get(after, after) + 1
                    elif self.tokens[after].text != "}":
                        break
                    else:
                        after += 1
                    after = min(after, len(self.tokens) - 1)
                if self.tokens[after].text != "(":
                    found.add(token.text)
        return frozenset(found)

    def partner(self, at: int) -> int:
        """The position of the bracket that closes the one at ``at``; the end where none does."""
        depth = 0
        for end in range(at, len(self.tokens) - 1):
            token = self.tokens[end]
            if token.text in _OPEN or token.kind == "begin":
                depth += 1
            elif token.text in _CLOSE or token.kind == "end":
                depth -= 1
                if depth == 0:
                    return end
        return len(self.tokens) - 2

    def over(self, at: int) -> bool:
        """Whether the parentheses that open at ``at`` hold nothing but what a sum runs over."""
        inner = self.tokens[at + 1 : self.partner(at)]
        return len(inner) == 1 and inner[0].text in self.used.bound

    def argument_at(self, at: int) -> tuple[bool, bool]:
        """Of the parentheses that open at ``at``: whether they hold one name alone, and whether
        what they hold can only be arguments (commas, relations, a bar of condition)."""
        end = self.partner(at)
        depth = 0
        certain = False
        size = ""  # the bar of |x| that is open
        for here in range(at, end):
            token = self.tokens[here]
            if token.text in ("|", r"\|") and depth == 1:
                if token.text == size:
                    size = ""
                elif self.bar_opens(here):
                    size = token.text
                else:
                    certain = True
            elif token.text in _OPEN or token.kind == "begin":
                depth += 1
            elif token.text in _CLOSE or token.kind == "end":
                depth -= 1
            elif token.text in QUOTES and not self._is_prime(here):
                certain = True  # p(\\text{"01"})
            elif depth == 1 and token.text in _ARGUMENTS:
                certain = True
        inner = self.tokens[at + 1 : end]
        alone = bool(inner) and not any(t.text in _COMPOUND or t.kind == "digit" for t in inner)
        letters = sum(t.kind == "letter" or t.text in GREEK for t in inner)
        subscripts = sum(t.text == "_" for t in inner)
        return alone and letters - subscripts <= 1, certain

    def _is_prime(self, at: int) -> bool:
        """Whether the quote at ``at`` is the prime of a derivative, L'(w)."""
        before = self.tokens[at - 1]
        name = before.kind == "letter" or before.text in GREEK or before.text in ("'", "}")
        return self.tokens[at].text == "'" and at > 0 and name

    def word_at(self, start: int) -> str:
        """The name that begins with the letter at ``start``: the letter, or a word typed
        without a backslash that is known or that only a function can be: ``logit(p)``."""
        tokens = self.tokens
        text = tokens[start].text
        if not text.isascii():
            return text
        at = start + 1
        while at < start + _LONGEST_WORD and tokens[at].kind == "letter" and not tokens[at].spaced:
            text += tokens[at].text
            at += 1
        if len(text) == 1:
            return text
        for length in range(min(len(text), _LONGEST_WORD), 1, -1):
            if self.names.is_word(text[:length]):
                return text[:length]
        before = tokens[start - 1]
        begins = start == 0 or before.kind != "letter" or tokens[start].spaced
        if begins and tokens[at].text in ("(", "[") and not tokens[at].spaced:
            if tokens[at].text == "[" and text[-1] == "E" and text[:-1].islower():
                return text[0]  # abE[X]: a b times an expectation
            pair = len(text) == 2 and not (text.isupper() and self.argument_at(at)[1])
            return text[0] if pair else text
        return text[0]

    def inside(self, at: int) -> Sequence[Token]:
        """The tokens of the argument at ``at``: inside its braces, or the one token."""
        token = self.tokens[at]
        if token.text == "{":
            return self.tokens[at + 1 : min(self.closing[at], at + 32)]
        return (token,)

    def plain_text(self, at: int) -> str:
        """The characters of the group that opens at ``at`` (a brace) or of the token there."""
        if self.tokens[at].text != "{":
            return self.tokens[at].text
        body = self.tokens[at + 1 : self.closing[at]]
        text = "".join((" " if t.spaced else "") + t.text for t in _whole(body))
        return unicodedata.normalize("NFC", text).strip()

    def is_remark(self, at: int) -> bool:
        """Whether the \\text at ``at`` is a remark on the formula: "(by parts)", "chain rule"."""
        if self.tokens[at].text not in WORD_FONTS or self.tokens[at].text == r"\operatorname":
            return False
        text = self.plain_text(at + 1)
        words = text.lower().strip(" :,.").split()
        return text.startswith("(") or len(words) > 1 or set(words) <= REMARK_WORDS
