"""The Pratt parser: one formula, one reading.

``Reader`` holds the place in the text and the choices of this reading.  What a token means where
an operand begins is looked up in the PREFIX table; what it means after an operand in the loops of
``term`` (a product) and ``expression`` (a sum).  The other files of this folder each read one
family of constructs.

Throughout: ``r`` is the reader, ``t`` a term, ``at`` a position in the list of tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

from derive.read.formula.choices import Choices
from derive.read.formula.dots import in_product, in_sum, product
from derive.read.formula.scope import Open, resolve
from derive.read.formula.source import END, Source
from derive.read.notation import BIG, DIVISIONS, GREEK, JOINTS, NAMED_PRODUCTS, TIMES, WORD_FONTS
from derive.read.tokens import ReadError, Token
from derive.term import Call, Div, Neg, Number, Span, Symbol, Term, Transpose

Prefix = Callable[["Reader", Token], Term]


class Grammar(NamedTuple):
    """What a token means where an operand begins, by its text or else by its kind; and how the
    scripts after an operand are read."""

    prefixes: Mapping[str, Prefix]
    scripts: Callable[[Reader, Term], Term]


_made = tuple.__new__  # what Span(..) comes to, at half the cost: each node of a term has one
_POSTFIX = frozenset(("^", "_", "'", "!"))


class Reader:
    """The place in the tokens of one formula, for one reading."""

    def __init__(self, source: Source, grammar: Grammar, choices: Choices) -> None:
        self.source = source
        self.tokens = source.tokens
        self.names = source.names
        self.limits = source.limits
        self.prefixes = grammar.prefixes
        self.scripts = grammar.scripts
        self.choices = choices
        self.at = 0
        self.depth = 0
        self.bars: list[str] = []  # the closing bars that are waited for; "" inside other groups
        self.bound: list[str] = []  # indices of the operators around this place
        self.reaching: list[tuple[int, str]] = []  # the same, each with the brackets around it
        self.open: tuple[Open, ...] = ()  # operators whose scope the last operand may still widen

    # --- the place ----------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def ahead(self, n: int = 1) -> Token:
        at = self.at + n
        return self.tokens[at] if at < len(self.tokens) else self.tokens[-1]

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != END:
            self.at += 1
        return token

    def skip(self, text: str) -> bool:
        """Pass over a token with this text if it comes next."""
        if self.tokens[self.at].text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str, opened: Token | None = None) -> Token:
        token = self.tokens[self.at]
        if token.text != text:
            if opened is not None and token.kind == END:
                raise ReadError(f"this {opened.text} is never closed", opened.span, text)
            raise self.wrong(text)
        return self.take()

    def wrong(self, expected: str) -> ReadError:
        token = self.token
        if token.kind == END:
            return ReadError("the formula ends too early", token.span, expected)
        return ReadError(f"{token.text} does not belong here", token.span, expected)

    def span_from(self, start: int) -> Span:
        """From the token at position ``start`` to the last one taken."""
        first = self.tokens[start]
        last = self.tokens[self.at - 1] if self.at - 1 > start else first
        a, b, c, d = first[2], last[2], first[3], last[3]  # start and end
        return _made(Span, (a if a < b else b, c if c > d else d))

    def closing(self, at: int) -> int:
        """The position of the brace that closes the one at ``at``."""
        return self.source.closing[at]

    # --- sums, products, factors --------------------------------------------------------------

    def expression(self) -> Term:
        """A sum: terms joined by + and -."""
        self._enter()
        start = self.at
        first = self.term()
        if self.tokens[self.at].text not in ("+", "-"):
            self.depth -= 1
            return first
        terms: list[tuple[Term, tuple[Open, ...]]] = [(first, self.open)]
        while (sign := self.tokens[self.at]).text in ("+", "-"):
            self.at += 1
            t = self.term()
            if sign.text == "-":
                t = Neg(t, span=Span(sign.start, t.span.end if t.span else sign.end))
            terms.append((t, self.open))
        self.open = ()
        self.depth -= 1
        span = self.span_from(start)
        resolved = resolve(terms, self.choices.choose, self.names.indices)
        return in_sum(resolved, span)

    def term(self, first: Term | None = None) -> Term:
        """A product: factors side by side or joined by a sign of multiplication or division."""
        start = self.at
        signs = 0
        sign = self.token
        if first is None:
            while self.tokens[self.at].text in ("+", "-"):
                signs += self.take().text == "-"
                if signs > self.limits.nesting:
                    raise ReadError("too many signs", sign.span)
            first = self.factor()
        factors = [first]
        while True:
            token = self.tokens[self.at]
            text = token.text
            if self.reaching and self._binds_again(self.at + (text in TIMES)):
                break  # of prod_i a_i prod_i b_i the first product ends here
            if text in TIMES:
                self.at += 1
                factor = self._signed_factor()
                two = (factors[-1], factor)
                vectors = all(map(self._is_vector, two))
                crossed = self.names.crossed and not any(isinstance(f, Number) for f in two)
                if text == r"\times" and (vectors or crossed):
                    raise ReadError("the cross product of vectors is not read", token.span)
                if vectors:
                    factors[-1] = Transpose(factors[-1], span=factors[-1].span)  # a dot product
                factors.append(factor)
            elif text in DIVISIONS:
                self.at += 1
                factors = [self._quotient(product(factors), start)]
            elif text in NAMED_PRODUCTS:
                self.at += 1
                right = self._side_by_side()
                both = (product(factors), right)
                factors = [Call(NAMED_PRODUCTS[text], both, span=self.span_from(start))]
                self.open = ()
            elif self.begins_operand():
                factors.append(self.factor())
            else:
                break
        t = in_product(factors, self.span_from(start))
        for _ in range(signs):
            t = Neg(t, span=self.span_from(start))
        return t

    def _binds_again(self, at: int) -> bool:
        """Whether an operator at ``at`` binds what one around it binds, without a bracket
        between."""
        if self.tokens[at].text not in BIG or self.tokens[at + 1].text != "_":
            return False
        index = self.tokens[at + 2]
        if index.text == "{":
            index = self.tokens[at + 3]
        return (len(self.bars), index.text) in self.reaching

    def _is_vector(self, t: Term) -> bool:
        return isinstance(t, Symbol) and self.names.ranks.get(t.name) == 1

    def _signed_factor(self) -> Term:
        sign = self.token
        if sign.text in ("+", "-"):
            self.at += 1
            t = self.factor()
            self.open = ()
            return Neg(t, span=sign.span | (t.span or sign.span)) if sign.text == "-" else t
        return self.factor()

    def _side_by_side(self) -> Term:
        factors = [self._signed_factor()]
        while self.begins_operand():
            factors.append(self.factor())
        return product(factors)

    def _quotient(self, numerator: Term, start: int) -> Term:
        """After a slash: ``1/2x`` is (1/2)x or 1/(2x)."""
        at = self.at
        denominator = self._signed_factor()
        tight = not self.token.spaced and self.token.kind in ("letter", "command")
        if (
            tight
            and self.tokens[at].kind in ("digit", "letter")
            and self.begins_operand()
            and self.choices.choose(("slash", at), 2)
        ):
            factors = [denominator]
            while self.begins_operand() and not self.token.spaced:
                factors.append(self.factor())
            denominator = product(factors)
        self.open = ()
        return Div(numerator, denominator, span=self.span_from(start))

    def begins_operand(self) -> bool:
        """Whether an operand can begin here (so that it is a factor side by side)."""
        token = self.tokens[self.at]
        if token.kind in ("letter", "digit"):
            return True
        text = token.text
        if text in JOINTS or token.kind in (END, "end"):
            return False
        if text in ("|", r"\|"):
            return not (self.bars and self.bars[-1] == text) and self.source.bar_opens(self.at)
        return not (text in WORD_FONTS and self.source.is_remark(self.at))

    def factor(self) -> Term:
        """An operand with its scripts."""
        token = self.tokens[self.at]
        self._enter()
        prefix = self.prefixes.get(token.text)
        if prefix is None:
            prefix = self.prefixes.get(token.kind)
            if prefix is None or token.text in JOINTS:
                raise self.wrong("a term")
        self.at += 1
        self.open = ()
        t = prefix(self, token)
        if self.tokens[self.at].text in _POSTFIX:
            self.open = ()
            t = self.scripts(self, t)
        self.depth -= 1
        return t

    def _enter(self) -> None:
        self.depth += 1
        if self.depth > 2 * self.limits.nesting:
            message = f"nested more than {self.limits.nesting} levels deep"
            raise ReadError(message, self.token.span)

    def pass_next(self) -> None:
        """Pass over the group in braces or the token that comes next; the end stays next."""
        if self.token.text == "{":
            self.at = self.closing(self.at) + 1
        else:
            self.take()

    def argument_skipped(self) -> None:
        """Pass over an argument that only lays out: {ll} of an array."""
        if self.token.text == "{":
            self.at = self.closing(self.at) + 1

    # --- groups -------------------------------------------------------------------------------

    def group(self, opened: Token, close: str) -> Term:
        """After an opening fence: an expression and its closing fence."""
        self.bars.append("")
        t = self.expression()
        self.expect(close, opened)
        self.bars.pop()
        self.open = ()
        return t

    def argument(self) -> Term:
        """An argument of a command, as of \\frac: a group in braces or a single token."""
        token = self.token
        if token.text == "{":
            self.at += 1
            return self.group(token, "}")
        if token.kind == "digit":
            self.at += 1
            return Number(Fraction(int(token.text)), span=token.span)
        if token.kind == "letter" or token.text in GREEK:
            self.at += 1
            return Symbol(token.text, span=token.span)
        if token.kind != "command" or token.text in JOINTS:
            raise self.wrong("an argument")
        self._enter()
        prefix = self.prefixes.get(token.text) or self.prefixes["command"]
        self.at += 1
        t = prefix(self, token)
        self.open = ()
        self.depth -= 1
        return t
