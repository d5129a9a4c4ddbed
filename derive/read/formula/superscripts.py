"""What stands high: powers, transposes, primes, and indices of families.

``x^{(i)}`` is the i-th of a family of x, whose canonical name is ``x^{(\\cdot)}``, and ``z^l_j`` a
unit of layer l; ``W^{(1)}`` is a name.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.read.formula.source import END
from derive.read.formula.subscripts import digits_of, number
from derive.read.notation import GREEK, PLAIN_FONTS, RELATIONS, WORD_FONTS
from derive.read.tokens import ReadError, Token
from derive.term import Neg, Number, Term

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader
    from derive.read.formula.scripts import Scripts

_COUNTED = frozenset((r"\gamma", r"\lambda", "e"))  # whose T-th power is meant, where T is a number
_PLACE = r"\cdot"  # where an index goes in the name of a family


def high(r: Reader, s: Scripts, base: str, function: bool) -> None:
    token = r.token
    if not function and base and _of_a_layer(r, s, base):
        return
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


def _of_a_layer(r: Reader, s: Scripts, base: str) -> bool:
    """Pass over the number of a layer: l of z^l_j, l-1 of a^{l-1}."""
    if not r.names.layers or base in _COUNTED:
        return False
    braced = r.token.text == "{"
    end = r.closing(r.at) if braced else r.at + 1
    inside = [t.text for t in r.tokens[r.at + braced : end]]
    shifted = len(inside) == 3 and inside[1] in ("+", "-") and inside[2].isdigit()
    if not inside or inside[0] not in r.names.layers or not (len(inside) == 1 or shifted):
        return False
    if braced:
        r.take()
        s.family.append(r.expression())
        r.take()
    else:
        s.family.append(r.argument())
    s.marks += f"({_PLACE})"
    return True


def _ends_there(token: Token) -> bool:
    """Whether a name has ended before this token."""
    ends = token.kind in (END, "end") or token.text in RELATIONS
    return ends or token.text in (")", "]", "}", ",", ";", ".", "&", "_", r"\cdot")


def _power_argument(r: Reader) -> Term:
    if r.token.kind == "digit":
        digits = digits_of(r)
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
