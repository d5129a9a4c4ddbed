"""What stands low and high: indices, names' words, powers, transposes, primes, families.

``W_{jk}`` has two indices, ``L_{CE}`` is a name, ``x^{(i)}`` is the i-th of a family of x, whose
canonical name is ``x^{(\\cdot)}``; ``W^{(1)}`` is a name.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from derive.read.formula.subscripts import low
from derive.read.formula.superscripts import high
from derive.read.tokens import ReadError, Token
from derive.term import (
    Add,
    Call,
    Component,
    Derivative,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Span,
    Symbol,
    Term,
    Transpose,
    children,
    free_names,
    subterms_of,
)

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader

_MATRIX = 2  # axes


class Scripts:
    """The scripts of one name, sorted by what they are."""

    def __init__(self, power: Term | None = None) -> None:
        self.indices: list[Term] = []  # low
        self.words: list[str] = []  # low, part of the name
        self.family: list[Term] = []  # high, in brackets
        self.marks = ""  # high, part of the name: "(\\cdot)" for a family, "(1)", "*"
        self.primes = 0
        self.order: int | None = None  # f^{(2)}
        self.power = power
        self.transposed = False
        self.condition = False  # the low part is a relation

    def named(self, base: str) -> str:
        """The canonical name: the base with the words and marks that belong to it."""
        low = "_{" + ",".join(self.words) + "}" if self.words else ""
        high = "^{" + self.marks + "}" if self.marks else ""
        return base + low + high


def read_scripts(r: Reader, base: str, function: bool, below: bool = True) -> Scripts:
    """All scripts that follow a name; only the high ones unless ``below``."""
    s = Scripts()
    while True:
        token = r.token
        if token.text == "_" and below:
            if s.indices or s.words:
                raise ReadError("a second subscript", token.span)
            r.take()
            low(r, s, base)
        elif token.text == "^":
            if s.power is not None or s.transposed or s.marks or s.order is not None:
                raise ReadError("a second superscript", token.span)
            r.take()
            high(r, s, base, function)
        elif token.text == "'":
            r.take()
            s.primes += 1
            if s.primes > r.limits.order:
                raise ReadError("too many primes", token.span)
        elif token.text == "{" and r.ahead().text in ("_", "^"):  # \theta{_k}
            end = r.closing(r.at)
            r.take()
            while r.at < end and r.token.text in ("_", "^", "'"):
                if r.take().text == "_":
                    low(r, s, base)
                else:
                    high(r, s, base, function)
            r.expect("}", token)
        else:
            return s


def read_indices(r: Reader) -> list[Term]:
    """A subscript of a term that is not a name: indices only."""
    s = Scripts()
    start = r.token
    low(r, s, "")
    if s.words:
        raise ReadError("a name cannot stand below a term in brackets", start.span, "indices")
    return s.indices


# --- after any operand --------------------------------------------------------------------------


def postfix(r: Reader, t: Term) -> Term:
    """Scripts after an operand that is not a name: (..)^2, softmax(x)_j, (..)', n!"""
    while True:
        token = r.token
        if token.text == "_":
            r.take()
            if isinstance(t, Derivative) and _is_held_fixed(r):
                r.pass_next()
                continue
            indices = read_indices(r)
            t = Component(t, tuple(indices), span=_to_here(r, t))
        elif token.text == "^":
            r.take()
            s = Scripts()
            high(r, s, "", function=False)
            if s.marks or s.family:
                raise ReadError("this superscript belongs to a name", token.span, "an exponent")
            t = raised(r, t, s)
            if s.primes:
                t = _derivative(r, t, s.primes, token)
            if r.token.text == "^":  # (a^b)^c and a^(b^c) look the same
                raise ReadError("a second superscript", r.token.span)
        elif token.text == "'":
            count = 0
            while r.skip("'"):
                count += 1
            t = _derivative(r, t, count, token)
        elif token.text == "!":
            r.take()
            t = Call("factorial", (t,), span=_to_here(r, t))
        else:
            return t


def _is_held_fixed(r: Reader) -> bool:
    """Whether a subscript says what a derivative holds fixed: (∂p/∂V)_T."""
    names = r.source.plain_text(r.at).replace(",", "").replace(" ", "")
    return names.isalpha() and names.isupper()


def transposes(r: Reader) -> bool:
    """Whether primes transpose, X'X: where a matrix has one, and it names no other matrix."""
    primed = r.source.used.bare | r.source.used.primed
    matrix = any(r.names.ranks.get(name) == _MATRIX for name in primed)
    return matrix and r.choices.choose(("prime",), 2) == 0


def raised(r: Reader, t: Term, s: Scripts) -> Term:
    """``t`` with its power and transpose."""
    if s.power is not None:
        _check_exponent(r, s.power)
        t = Pow(t, s.power, span=_to_here(r, t))
    if s.transposed:
        t = Transpose(t, span=_to_here(r, t))
    return t


def _to_here(r: Reader, t: Term) -> Span:
    last = r.tokens[r.at - 1].span
    return t.span | last if t.span else last


def _derivative(r: Reader, t: Term, count: int, token: Token) -> Term:
    """(..)' is the derivative by the one variable in the brackets; of matrices, the transpose."""
    matrix = any(r.names.ranks.get(name) == _MATRIX for name in free_names(t))
    if count == 1 and matrix:
        return Transpose(t, span=_to_here(r, t))
    variables = sorted(free_names(t) - {"e", r"\pi"} - _called(t))
    if len(variables) != 1:
        raise ReadError("it is not clear by which variable ' differentiates", token.span)
    if count > r.limits.order:
        raise ReadError("too many primes", token.span)
    for _ in range(count):
        t = Derivative(t, Symbol(variables[0]), span=_to_here(r, t))
    return t


def _called(t: Term) -> set[str]:
    return {s.name for s in subterms_of(t, Call)}


def _check_exponent(r: Reader, exponent: Term) -> None:
    value = constant(exponent, r.limits.exponent)
    if value is not None and abs(value) > r.limits.exponent:
        message = f"an exponent beyond {r.limits.exponent}"
        raise ReadError(message, exponent.span or r.token.span)


def constant(t: Term, most: int) -> Fraction | None:
    """The value of a term of numbers only; anything beyond ``most`` is returned as most + 1.

    >>> constant(Pow(Number(Fraction(9)), Number(Fraction(99))), 1000)
    Fraction(1001, 1)
    """
    beyond = Fraction(most + 1)
    if isinstance(t, Number):
        return min(t.value, beyond)
    if not isinstance(t, (Neg, Add, Mul, Div, Pow)):
        return None
    values = [constant(s, most) for s in children(t)]
    known = [v for v in values if v is not None]
    if len(known) < len(values):
        return None
    match t:
        case Neg():
            value = -known[0]
        case Add():
            value = sum(known, Fraction(0))
        case Mul():
            value = prod(known, start=Fraction(1))
        case Div():
            if known[1] == 0:
                return None
            value = known[0] / known[1]
        case Pow():
            base, exponent = known
            if abs(exponent) > 64 or exponent.denominator != 1 or (base == 0 and exponent < 0):
                return beyond if abs(base) > 1 and exponent > 0 else None
            value = base ** int(exponent)
    return min(value, beyond)
