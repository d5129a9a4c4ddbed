"""Groups: parentheses, bars, vectors, matrices, case distinctions, indicators."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.read.formula.calls import applied
from derive.read.formula.dots import DOTS, filled, pattern
from derive.read.formula.general import unclear
from derive.read.formula.scripts import Scripts, raised, read_scripts
from derive.read.notation import (
    BARS,
    CASES,
    CONDITION_WORDS,
    FROBENIUS,
    MATRICES,
    NORMS,
    OPENING,
    OTHERWISE,
    RELATIONS,
    WORD_FONTS,
)
from derive.read.tokens import ReadError, Token
from derive.term import (
    And,
    BigOp,
    Call,
    Cases,
    Indicator,
    Matrix,
    Mul,
    Number,
    Relation,
    Span,
    Symbol,
    Term,
    Transpose,
    free_names,
    fresh,
)

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader

# --- parentheses and bars -------------------------------------------------------------------------


def parentheses(r: Reader, token: Token) -> Term:
    """(..), [..], \\{..\\}: a group, a vector (a, b), Iverson's [i = j], an inner product."""
    start = r.at - 1
    close = OPENING[token.text]
    if token.text == r"\{" and r.token.kind == "begin":
        return _left_brace(r, token)
    r.bars.append("")
    items = [r.expression()]
    text = r.token.text
    if token.text == "[" and text in RELATIONS:
        r.at = start + 1
        condition_ = condition(r)
        r.expect(close, token)
        r.bars.pop()
        return Indicator(condition_, span=r.span_from(start))
    while r.skip(","):
        items.append(r.expression())
    r.expect(close, token)
    r.bars.pop()
    r.open = ()
    span = r.span_from(start)
    if token.text == r"\langle":
        if len(items) != 2:
            raise ReadError("an inner product of two", span, r"\langle x, y \rangle")
        return Mul((Transpose(items[0], span=items[0].span), items[1]), span=span)
    if len(items) == 1:
        return applied(r, items[0]).at(span)
    if token.text == r"\{":
        raise ReadError("a set is not read", span, "a term")
    if r.token.text == "^":
        return row(items, span)
    return column(items, span)


def row(items: list[Term], span: Span) -> Term:
    t = column(items, span)
    return Matrix((tuple(x for (x,) in t.rows),), span=span) if isinstance(t, Matrix) else t


def column(items: list[Term], span: Span) -> Term:
    """A column vector.

    Dots between numbered entries are filled in; before a symbolic last entry, as in
    (x_1, .., x_d), they make it a vector of symbolic length, for the time of reading a BigOp
    "vector" over its index.  What is less clear stays an entry of unknown meaning.
    """
    where = next((n for n, t in enumerate(items) if t == DOTS), None)
    if where is None:
        return Matrix(tuple((t,) for t in items), span=span)
    try:
        return _dotted(items, where, span)
    except ReadError:
        unknown = Call(DOTS.name, (), span=items[where].span)
        return column([*items[:where], unknown, *items[where + 1 :]], span)


def _dotted(items: list[Term], where: int, span: Span) -> Term:
    dots = items[where]
    if where in (0, len(items) - 1):
        raise unclear(dots)
    body, first, last = pattern(items[where - 1], items[where + 1], dots)
    if not isinstance(first, Number):
        raise unclear(dots)
    before = [filled(body, Number(first.value - n)) for n in range(where - 1, -1, -1)]
    if isinstance(last, Number):
        missing = int(last.value - first.value) - 1
        if not 0 <= missing < 1000 or (where > 1 and items[where - 2] != before[-2]):
            raise unclear(dots)
        new = [filled(body, Number(first.value + n + 1)) for n in range(missing)]
        return column([*items[:where], *new, *items[where + 1 :]], span)
    if where + 2 != len(items) or first.value != where or items[:where] != before:
        raise unclear(dots)
    index = fresh("k", free_names(body) | free_names(last))
    one = Number(Fraction(1))
    return BigOp("vector", index, one, last, filled(body, Symbol(index)), span=span)


def bars(r: Reader, token: Token) -> Term:
    """|x|, \\|x\\|, ||x||."""
    start = r.at - 1
    double = token.text == "|" and r.token.text == "|" and not r.token.spaced
    close, function = BARS[token.text]
    if double:
        r.take()
        function = "norm"
    r.bars.append(close)
    t = r.expression()
    r.expect(close, token)
    if double:
        r.expect(close, token)
    r.bars.pop()
    power = Scripts()
    if function == "norm" and r.token.text == "^" and _low_follows(r):  # \\|x\\|^2_2
        power = read_scripts(r, "", function=False, below=False)
    if function == "norm" and r.token.text == "_":
        which = r.source.plain_text(r.at + 1)
        if which not in (*NORMS, FROBENIUS):
            known = " or ".join((*NORMS, FROBENIUS))
            raise ReadError("this norm is not known", r.token.span, known)
        function = NORMS.get(which, "sqrt")
        if which == FROBENIUS:
            t = Call("tr", (Mul((Transpose(t), t)),))
        r.take()
        r.pass_next()
    r.open = ()
    return raised(r, Call(function, (t,), span=r.span_from(start)), power)


def _low_follows(r: Reader) -> bool:
    after = r.at + 1
    after = r.source.closing.get(after, after) + 1
    return r.tokens[min(after, len(r.tokens) - 1)].text == "_"


def evaluation(r: Reader, token: Token) -> Term:
    raise ReadError("a value at a point (\\left. .. \\right|) is not read", token.span)


# --- conditions -----------------------------------------------------------------------------------


def condition(r: Reader) -> Term:
    """Relations joined by commas, ∧ or "and"."""
    start = r.at
    found: list[Term] = []
    while True:
        while r.token.text in WORD_FONTS and _words(r) <= CONDITION_WORDS:
            _pass_words(r)
        t = r.expression()
        if r.token.text not in RELATIONS:
            raise r.wrong("a relation such as = or >")
        while r.token.text in RELATIONS:
            op = RELATIONS[r.take().text]
            right = r.expression()
            span = t.span | right.span if t.span and right.span else None
            found.append(Relation(op, t, right, span=span))
            t = right
        if r.token.text in (",", r"\wedge", "&") or (
            r.token.text in WORD_FONTS and _words(r) <= CONDITION_WORDS
        ):
            if r.token.text in WORD_FONTS:
                _pass_words(r)
            else:
                r.take()
            if r.token.text in ("}", ")", "]", r"\}", r"\\") or r.token.kind == "end":
                break
            continue
        break
    return found[0] if len(found) == 1 else And(tuple(found), span=r.span_from(start))


def _words(r: Reader) -> frozenset[str]:
    at = r.at + 1
    at += r.tokens[at].text == "*"
    return frozenset(word.strip(".,;") for word in r.source.plain_text(at).lower().split())


def _pass_words(r: Reader) -> None:
    r.take()
    r.skip("*")
    r.pass_next()


_BRACKETS = {"{": "}", "(": ")", "[": "]", r"\{": r"\}"}


def indicator(r: Reader, token: Token) -> Term:
    """\\mathbb{1}_{x > 0}, \\mathbf{1}\\{i = j\\}, 1[x > 0]: after the 1."""
    start = r.at - 1
    low = r.skip("_")
    opened = r.token
    if low and opened.text != "{":
        raise r.wrong("{")
    closes: list[tuple[str, Token]] = []
    r.bars.append("")
    while r.token.text in _BRACKETS or (low and not closes):
        opened = r.token
        if closes and r.tokens[r.source.partner(r.at) + 1].text != closes[-1][0]:
            break  # brackets in the condition, not around it
        closes.append((_BRACKETS[opened.text], opened))
        r.take()
    if not closes:
        raise ReadError("the condition of an indicator is missing", r.token.span, "_{..}")
    inner = condition(r)
    for close, opened in reversed(closes):
        r.expect(close, opened)
    r.bars.pop()
    r.open = ()
    return Indicator(inner, span=r.span_from(start))


# --- environments ---------------------------------------------------------------------------------


def environment(r: Reader, token: Token) -> Term:
    """\\begin{cases}, \\begin{pmatrix} and the like."""
    start = r.at - 1
    name = token.text.rstrip("*")
    r.bars.append("")
    t: Term
    if name in CASES:
        t = _cases(r)
    elif name in MATRICES or name in ("vmatrix", "Vmatrix"):
        if name == "array":
            r.argument_skipped()
        t = _matrix(r, start)
        if name == "vmatrix":
            t = Call("det", (t,))
    else:
        raise ReadError(f"the environment {token.text} is not read here", token.span)
    if r.token.kind != "end" or r.token.text != token.text:
        raise r.wrong(f"\\end{{{token.text}}}")
    r.take()
    r.bars.pop()
    r.open = ()
    return t.at(r.span_from(start))


def _left_brace(r: Reader, opened: Token) -> Term:
    """\\left\\{ \\begin{array}{ll} .. \\end{array} \\right. is a case distinction."""
    start = r.at - 1
    begin = r.take()
    if begin.text == "array":
        r.argument_skipped()
    elif begin.text not in ("matrix", "aligned", *CASES):
        raise ReadError(f"the environment {begin.text} is not read here", begin.span)
    r.bars.append("")
    t = _cases(r)
    r.bars.pop()
    if r.token.kind != "end":
        raise r.wrong(f"\\end{{{begin.text}}}")
    r.take()
    if r.token.text in (r"\right.", r"\}"):
        r.take()
    return t.at(r.span_from(start))


def _cases(r: Reader) -> Cases:
    branches: list[tuple[Term, Term]] = []
    otherwise: Term | None = None
    while r.token.kind != "end":
        value = r.expression()
        while r.token.text in (",", "&", ";", ":"):
            r.take()
        if r.token.text in WORD_FONTS and _words(r) & OTHERWISE:
            _pass_words(r)
            otherwise = value
        else:
            branches.append((value, condition(r)))
        while r.token.text in (",", ".", ";", "&"):
            r.take()
        if not r.skip(r"\\"):
            break
        if otherwise is not None and r.token.kind != "end":
            raise ReadError("a case after the last one", r.token.span)
    if not branches:
        raise ReadError("a case distinction without a condition", r.token.span, "a condition")
    return Cases(tuple(branches), otherwise)


def _matrix(r: Reader, start: int) -> Term:
    rows: list[list[Term]] = [[]]
    cells = 0
    while r.token.kind != "end":
        if r.token.text == r"\\":
            r.take()
            if r.token.text == "[":  # \\[2pt]
                while not r.skip("]") and r.token.kind != "end of text":
                    r.take()
            if r.token.kind != "end":
                rows.append([])
            continue
        if r.token.text == r"\hline":
            r.take()
            continue
        rows[-1].append(r.expression())
        cells += 1
        if cells > r.limits.size:
            raise ReadError(f"a matrix of more than {r.limits.size} entries", r.token.span)
        if r.token.text == "&":
            r.take()
        elif r.token.text != r"\\" and r.token.kind != "end":
            raise r.wrong("&")
    if not rows[0]:
        raise ReadError("a matrix without entries", r.token.span, "an entry")
    span = r.span_from(start)
    if all(len(cells_) == 1 for cells_ in rows):
        t = column([cells_[0] for cells_ in rows], span)
    elif len(rows) == 1:
        t = row(rows[0], span)
    else:
        width = len(rows[0])
        for cells_ in rows:
            if len(cells_) != width:
                raise ReadError("the rows of this matrix differ in length", span)
        t = Matrix(tuple(map(tuple, rows)), span=span)
    if isinstance(t, Matrix) and len(t.rows) == 1 == len(t.rows[0]):
        inner = t.rows[0][0]
        if isinstance(inner, (Matrix, BigOp)):
            return inner
    return t
