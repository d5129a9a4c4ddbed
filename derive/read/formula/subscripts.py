"""What stands low: indices, and words that belong to a name.

``W_{jk}`` has two indices, ``L_{CE}`` is a name.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.read.notation import (
    GREEK,
    RELATIONS,
    SUBSCRIPT_WORDS,
    WORD_FONTS,
    WORDS_OF_EXPECTATION,
)
from derive.read.tokens import ReadError, Token
from derive.term import Number, Symbol

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader
    from derive.read.formula.scripts import Scripts


def low(r: Reader, s: Scripts, base: str) -> None:
    token = r.token
    if base and (sign := _part(r)):  # w_+: a name, of the positive part mostly
        s.words.append(sign)
        return
    if base in WORDS_OF_EXPECTATION and _before_brackets(r):
        _distribution(r, s)
        return
    if token.text != "{":
        if token.kind in ("letter", "digit"):
            run = digits_of(r) if token.kind == "digit" else [r.take()]
            kronecker = base == r"\delta" and r.token.kind == "letter" and not r.token.spaced
            if kronecker and r.ahead().text not in ("_", "^", "("):
                run.append(r.take())  # δ_ij, typed without braces; δ_k h_j is a product
            _run(r, s, base, run)
        else:
            _item(r, s, base, braced=False)
        return
    end = r.closing(r.at)
    r.take()
    if r.at == end:
        raise ReadError("an empty subscript", token.span, "an index")
    if r.token.text == "-" and r.ahead().kind == "letter" and r.at + 2 == end:
        s.words.append(r.take().text)  # x_{-j}: without the j-th
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


def _part(r: Reader) -> str:
    """A sign alone in a subscript, which is taken; "" where there is none."""
    braced = r.token.text == "{"
    sign = r.ahead() if braced else r.token
    if sign.text not in ("+", "-") or (braced and r.closing(r.at) != r.at + 2):
        return ""
    for _ in range(3 if braced else 1):
        r.take()
    return sign.text


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


def digits_of(r: Reader) -> list[Token]:
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
    elif len(letters) == len(pieces) > 1 and set(letters) <= {*(names.functions.get(base) or ())}:
        word = False  # u_{xx} of u(x, t)
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
        word = not (source.indices | names.summed).issuperset(letters)
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
