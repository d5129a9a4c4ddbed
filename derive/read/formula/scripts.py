"""What stands low and high: indices, names' words, powers, transposes, primes, families.

``W_{jk}`` has two indices, ``L_{CE}`` is a name, ``x^{(i)}`` is the i-th of a family of x, whose
canonical name is ``x^{(\\cdot)}``; ``W^{(1)}`` is a name.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from derive.read.formula.source import END
from derive.read.notation import (
    GREEK,
    PLAIN_FONTS,
    RELATIONS,
    SUBSCRIPT_WORDS,
    WORD_FONTS,
    WORDS_OF_EXPECTATION,
)
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

_COUNTED = frozenset((r"\gamma", r"\lambda", "e"))  # whose T-th power is meant, where T is a number
_PLACE = r"\cdot"  # where an index goes in the name of a family


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


def read_scripts(r: Reader, base: str, function: bool, low: bool = True) -> Scripts:
    """All scripts that follow a name; only the high ones unless ``low``."""
    s = Scripts()
    while True:
        token = r.token
        if token.text == "_" and low:
            if s.indices or s.words:
                raise ReadError("a second subscript", token.span)
            r.take()
            _low(r, s, base)
        elif token.text == "^":
            if s.power is not None or s.transposed or s.marks or s.order is not None:
                raise ReadError("a second superscript", token.span)
            r.take()
            _high(r, s, base, function)
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
                    _low(r, s, base)
                else:
                    _high(r, s, base, function)
            r.expect("}", token)
        else:
            return s


# --- low ---------------------------------------------------------------------------------------


def read_indices(r: Reader) -> list[Term]:
    """A subscript of a term that is not a name: indices only."""
    s = Scripts()
    start = r.token
    _low(r, s, "")
    if s.words:
        raise ReadError("a name cannot stand below a term in brackets", start.span, "indices")
    return s.indices


def _low(r: Reader, s: Scripts, base: str) -> None:
    token = r.token
    if base in WORDS_OF_EXPECTATION and _before_brackets(r):
        _distribution(r, s)
        return
    if token.text != "{":
        if token.kind in ("letter", "digit"):
            run = _digits(r) if token.kind == "digit" else [r.take()]
            if base == r"\delta" and r.token.kind == "letter" and not r.token.spaced:
                run.append(r.take())  # δ_ij, typed without braces
            _run(r, s, base, run)
        else:
            _item(r, s, base, braced=False)
        return
    end = r.closing(r.at)
    r.take()
    if r.at == end:
        raise ReadError("an empty subscript", token.span, "an index")
    apart = any(t.text == "," for t in r.tokens[r.at : end])
    while r.at < end:
        if r.skip(","):
            continue
        stop = r.at
        while stop < end and r.tokens[stop].kind in ("letter", "digit"):
            stop += 1
        kinds = [t.kind for t in r.tokens[r.at : stop]]
        product = apart and kinds[:1] == ["digit"] and "letter" in kinds  # p_{i,2j}
        if stop > r.at and not product and (stop == end or r.tokens[stop].text == ","):
            _run(r, s, base, [r.take() for _ in range(stop - r.at)])
        else:
            _item(r, s, base, braced=True)
            if r.token.text in RELATIONS:
                relation = r.token.text
                raise ReadError(f"a condition with {relation} in a subscript", r.token.span)
            if r.token.text == ":":
                raise _slice(r.token)
            if r.at < end and r.token.text != "," and r.token.kind not in ("letter", "command"):
                raise r.wrong("an index")
    r.expect("}", token)


def _before_brackets(r: Reader) -> bool:
    """Whether what follows the subscript stands in square brackets: E_p[X], and not E_n."""
    end = r.closing(r.at) if r.token.text == "{" else r.at
    return r.tokens[min(end + 1, len(r.tokens) - 1)].text == "["


def _distribution(r: Reader, s: Scripts) -> None:
    """By what an expectation is taken, \\mathbb{E}_{x \\sim p}: part of its name."""
    end = r.closing(r.at) if r.token.text == "{" else r.at
    said = [t.text for t in r.tokens[r.at : end + 1] if t.text not in "{}"]
    r.at = end + 1
    s.words.append(" ".join(said))


def _slice(token: Token) -> ReadError:
    return ReadError("a slice of an array is not read", token.span, "an index")


def _digits(r: Reader) -> list[Token]:
    digits = [r.take()]
    while r.token.kind == "digit" and not r.token.spaced:
        digits.append(r.take())
    return digits


def _item(r: Reader, s: Scripts, base: str, braced: bool) -> None:
    token = r.token
    if token.text in WORD_FONTS and r.ahead().text in "{*":
        at = r.at
        r.take()
        r.skip("*")
        text = r.source.plain_text(r.at)
        if text.replace(" ", "").replace("-", "").replace(",", "").isalnum() and not (
            len(text) == 1 and text in r.source.certain
        ):
            r.at = r.closing(r.at) + 1
            s.words.append(text.replace(" ", ""))
            return
        r.at = at
    if token.text in ("*", "+", "-") and r.ahead().text in ("}", ","):
        s.words.append(r.take().text)
        return
    if token.text in (r"\max", r"\min"):
        s.words.append(r.take().text[1:])
        return
    if token.text in (":", r"\cdot", r"\bullet"):
        raise _slice(token)
    if token.text in GREEK:
        _greek(r, s, braced)
        return
    s.indices.append(r.expression() if braced else r.argument())


def _greek(r: Reader, s: Scripts, braced: bool) -> None:
    """\\Sigma_{\\mu\\nu} has two indices; h_\\theta is a name unless θ is known as an index."""
    token = r.token
    alone = not braced or (r.tokens[r.at - 1].text == "{" and r.ahead().text == "}")
    if alone and token.text not in r.source.certain:
        s.words.append(r.take().text)
    elif alone:
        s.indices.append(Symbol(r.take().text, span=token.span))
    else:
        s.indices.append(r.expression() if r.ahead().text in ("+", "-") else r.factor())


def _run(r: Reader, s: Scripts, base: str, run: list[Token]) -> None:
    """Letters and digits side by side: indices, or a word."""
    text = "".join(t.text for t in run)
    names, source = r.names, r.source
    pieces: list[Token] = []
    for t in run:
        if t.kind == "digit" and pieces and pieces[-1].kind == "digit":
            last = pieces[-1]
            pieces[-1] = last._replace(text=last.text + t.text, end=t.end)
        else:
            pieces.append(t)
    if len(run) > len(pieces) and names.ranks.get(base) == len(run):
        pieces = run  # x_{12} of a matrix
    letters = [p.text for p in pieces if p.kind == "letter"]
    if f"{base}_{{{text}}}" in names.ranks or f"{base}_{{{text}}}" in names.functions:
        word = True
    elif not letters or names.ranks.get(base) == len(pieces):
        word = False
    elif len(pieces) == 1:
        array = names.ranks.get(base, 0) > 0
        word = not (array or text.islower() or text in source.indices)
    elif text in SUBSCRIPT_WORDS and not source.certain.issuperset(letters):
        word = True
    elif base == r"\delta" and len(pieces) == len(letters) == 2:
        word = False  # Kronecker's
    else:
        word = not source.indices.issuperset(letters)
    if word:
        s.words.append(text)
        return
    for p in pieces:
        if p.kind == "digit":
            s.indices.append(number(r, p))
        else:
            s.indices.append(Symbol(p.text, span=p.span))


def number(r: Reader, digits: Token) -> Number:
    if len(digits.text) > r.limits.digits:
        raise ReadError(f"a number of more than {r.limits.digits} digits", digits.span)
    return Number(Fraction(int(digits.text)), span=digits.span)


# --- high --------------------------------------------------------------------------------------


def _high(r: Reader, s: Scripts, base: str, function: bool) -> None:
    token = r.token
    if token.text != "{":
        if _is_transpose(r):
            _take_one(r)
            s.transposed = True
        elif token.text == "*":
            r.take()
            s.marks += "*"
        elif token.text == "'":
            r.take()
            s.primes += 1
        elif token.text in ("+", "-") and _ends_there(r.ahead()):
            s.marks += r.take().text  # P^+ = ..
        elif token.text != "(" or not _bracketed(r, s, base, r.source.partner(r.at) + 1, function):
            s.power = _power_argument(r)
        return
    end = r.closing(r.at)
    r.take()
    if r.at == end:
        raise ReadError("an empty superscript", token.span, "an exponent")
    while r.at < end:
        here = r.token
        if here.text == "*" or (here.text in ("+", "-") and r.at + 1 == end):
            s.marks += r.take().text
        elif here.text == "'":
            r.take()
            s.primes += 1
        elif _is_transpose(r) and _length_of_one(r) == end - r.at:
            r.at = end
            s.transposed = True
        elif here.text in ("(", "[") and _bracketed(r, s, base, end, function):
            pass
        elif here.text == "-" and r.ahead().text == r"\top":  # A^{-\top}
            r.at += 2
            s.power = Neg(Number(Fraction(1), span=here.span), span=here.span)
            s.transposed = True
        elif s.marks == "-" or (s.power is not None):
            raise r.wrong("}")
        else:
            s.power = r.expression()
            if _is_transpose(r) and r.at < end:
                r.at = end
                s.transposed = True
            elif r.at != end:
                raise r.wrong("}")
    r.expect("}", token)


def _ends_there(token: Token) -> bool:
    """Whether a name has ended before this token."""
    ends = token.kind in (END, "end") or token.text in RELATIONS
    return ends or token.text in (")", "]", "}", ",", ";", ".", "&", "_", r"\cdot")


def _power_argument(r: Reader) -> Term:
    if r.token.kind == "digit":
        digits = _digits(r)
        text = "".join(t.text for t in digits)
        return number(r, Token("digit", text, digits[0].start, digits[-1].end))
    if r.token.text == "(":  # e^(-x)
        opened = r.take()
        return r.group(opened, ")")
    if r.token.text in ("+", "-") and r.ahead().kind in ("letter", "digit"):  # e^-x
        sign = r.take()
        inner = _power_argument(r)
        return Neg(inner, span=r.span_from(r.at - 1)) if sign.text == "-" else inner
    return r.argument()


def _is_transpose(r: Reader) -> bool:
    """Whether ``T`` or ``\\top`` comes next, in whatever font, as a transpose."""
    token = r.token
    if token.text == r"\top":
        return True
    text = token.text
    if text in WORD_FONTS or text in (r"\mathtt", r"\mathit", r"\mathbf"):
        text = r.source.plain_text(r.at + 1)
    elif text == "T" and ("T" in r.names.ranks or "T" in r.source.used.upper):
        base = r.tokens[r.at - (3 if r.tokens[r.at - 1].text == "{" else 2)]
        if base.text in _COUNTED or base.kind == "digit":
            return False  # γ^T after T steps
        after = r.tokens[r.at + 1 + (r.tokens[r.at - 1].text == "{")]
        if after.kind != "letter" and after.text not in GREEK | PLAIN_FONTS:
            return False
        return r.choices.choose(("transpose", r.at), 2) == 0  # w^T x, in a sum up to T
    return text in ("T", r"\top")


def _length_of_one(r: Reader) -> int:
    """How many tokens the transpose sign takes."""
    if r.token.text in ("T", r"\top"):
        return 1
    return r.closing(r.at + 1) - r.at + 1 if r.ahead().text == "{" else 2


def _take_one(r: Reader) -> None:
    r.at += _length_of_one(r)


def _bracketed(r: Reader, s: Scripts, base: str, end: int, function: bool) -> bool:
    """``^{(i)}``: a family's index, a number that belongs to the name, a function's order."""
    close = ")" if r.token.text == "(" else "]"
    inner = r.at + 1
    stop = next((k for k in range(inner, min(end, inner + 6)) if r.tokens[k].text == close), 0)
    if not stop or stop == inner:
        return False
    if stop + 1 < end and r.tokens[stop + 1].text not in ("*", "'", "T", r"\top", "(", r"\mathsf"):
        return False
    inside = r.tokens[inner:stop]
    text = "".join(t.text for t in inside)
    opened = r.token.text
    if all(t.kind == "digit" for t in inside):
        if function and close == ")" and s.order is None:
            s.order = int(text)
            if s.order > r.limits.order:
                raise ReadError(f"a derivative of order {text}", r.token.span)
        elif (
            base in r.source.used.families or f"{base}^{{{opened}{_PLACE}{close}}}" in r.names.ranks
        ):
            s.family.append(number(r, inside[0]._replace(text=text, end=inside[-1].end)))
            s.marks += f"{opened}{_PLACE}{close}"
        else:
            s.marks += f"{opened}{text}{close}"
        r.at = stop + 1
        return True
    if function and close == ")":
        return False
    for t in inside:
        letter = t.kind == "letter" and t.text in (r.source.indices | {"t", "l", "s", "r"})
        if not (letter or t.kind == "digit" or t.text in ("+", "-", r"\ell", r"\tau", r"\prime")):
            if t.kind == "letter" and len(inside) == 1 and t.text.isupper():
                continue
            return False
    r.take()
    index = r.expression()
    r.expect(close)
    s.family.append(index)
    s.marks += f"{opened}{_PLACE}{close}"
    return True


# --- after any operand --------------------------------------------------------------------------


def postfix(r: Reader, t: Term) -> Term:
    """Scripts after an operand that is not a name: (..)^2, softmax(x)_j, (..)', n!"""
    while True:
        token = r.token
        if token.text == "_":
            r.take()
            if isinstance(t, Derivative) and _is_held_fixed(r):
                r.at = r.closing(r.at) + 1 if r.token.text == "{" else r.at + 1
                continue
            indices = read_indices(r)
            t = Component(t, tuple(indices), span=_to_here(r, t))
        elif token.text == "^":
            r.take()
            s = Scripts()
            _high(r, s, "", function=False)
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
    """(..)' is the derivative by the one variable in the brackets."""
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
