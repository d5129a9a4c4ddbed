"""What people write short, written out: as terms and as tokens.

vec(M), det(M), tr(M) of a concrete matrix     its entries
softmax(x_i)                                   softmax(x)_i
[W]_{ij}                                       W_{ij}
\\frac{dg}{dx}(x)                               \\frac{dg}{dx}
\\sum_{j \\in V}                                 \\sum_{j}, where V is the only set
x + 0 = x in a cell of cases                   x
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from derive.read.names import VECTOR_VALUED
from derive.read.notation import BIG, CASES, DOTS, EXTREMA, GREEK, RELATIONS, WORD_FONTS
from derive.read.tokens import Token
from derive.term import (
    Add,
    Call,
    Component,
    Div,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Symbol,
    Term,
    contains,
    rebuild,
    replace,
    subterms_of,
    term,
)
from derive.vocabulary.convolution import vec

_ONE = term(1)
_CONCRETE = frozenset(("vec", "det", "tr", "Tr"))
_MOST_ROWS = 4
_NUMBERED = re.compile(r"(?P<name>.*)_\{(?P<low>\d{1,4})\}")
_BEFORE_EQUATION = frozenset(("&", r"\\", ",", ";", r"\Rightarrow", "{"))
_BINDERS = frozenset(BIG) | frozenset(EXTREMA)

# --- terms ----------------------------------------------------------------------------------------


def orders(t: Term) -> tuple[str, ...]:
    """In how many ways ``t`` is written out: vec by rows and by columns, else one."""
    if any(s.name == "vec" for s in subterms_of(t, Call)):
        return "row", "column"
    return ("row",)


def written_out(t: Term, order: str = "row", aliases: Mapping[str, str] | None = None) -> Term:
    """``t`` without shorthand; ``aliases``: an author's names of functions of the vocabulary."""
    if not contains(t, Call) and not contains(t, Component):
        return t
    t = rebuild(t, lambda s: written_out(s, order, aliases))
    if isinstance(t, Component) and isinstance(t.of, Symbol):
        return Indexed(t.of.name, t.indices, span=t.span)
    if not isinstance(t, Call):
        return t
    if aliases and t.name in aliases:
        t = replace(t, name=aliases[t.name])
    elif aliases and (m := _NUMBERED.fullmatch(t.name)) and m["name"] in aliases:  # S_1(z)
        whole = replace(t, name=aliases[m["name"]])
        return Component(whole, (term(int(m["low"])),), span=t.span)
    if len(t.args) != 1:
        return t
    (arg,) = t.args
    if isinstance(arg, Matrix) and t.name in _CONCRETE:
        return _entries(t, arg, order)
    if t.name in VECTOR_VALUED and isinstance(arg, Indexed) and len(arg.indices) == 1:
        whole = replace(t, args=(Symbol(arg.name, span=arg.span),))
        return Component(whole, arg.indices, span=t.span)
    return t


def _entries(t: Call, matrix: Matrix, order: str) -> Term:
    if t.name == "vec":
        return vec(matrix, order).at(t.span)
    square = len(matrix.rows) == len(matrix.rows[0])
    if not square or len(matrix.rows) > _MOST_ROWS:
        return t
    if t.name == "det":
        return _determinant(matrix.rows).at(t.span)
    diagonal = tuple(row[n] for n, row in enumerate(matrix.rows))
    return (Add(diagonal) if len(diagonal) > 1 else diagonal[0]).at(t.span)


def _determinant(rows: Sequence[Sequence[Term]]) -> Term:
    """By the first row (Laplace)."""
    if len(rows) == 1:
        return rows[0][0]
    terms: list[Term] = []
    for n, entry in enumerate(rows[0]):
        minor = [[*row[:n], *row[n + 1 :]] for row in rows[1:]]
        product = Mul((entry, _determinant(minor)))
        terms.append(Neg(product) if n % 2 else product)
    return Add(tuple(terms))


def base_two(t: Term) -> Term:
    """``t`` with logarithms to base 2, as a text means them that measures in bits."""
    t = rebuild(t, base_two)
    if isinstance(t, Call) and t.name == "log" and not t.order:
        return Div(t, Call("log", (term(2),)), span=t.span)
    return t


# --- tokens ---------------------------------------------------------------------------------------


def tidy(tokens: list[Token]) -> list[Token]:
    """The tokens of a formula without what only people need."""
    words = {t.text for t in tokens}
    if "." in words:
        tokens = _typed_dots(tokens)
        words = {t.text for t in tokens}
    if words & DOTS:
        tokens = _signed_dots(tokens)
    if "{" in words and words & set(RELATIONS):
        tokens = _opened(tokens)
    if r"\frac" in words and "(" in words:
        tokens = _evaluated(tokens)
    if any(t.kind == "begin" and t.text.rstrip("*") in CASES for t in tokens):
        tokens = _last_in_cells(tokens)
    if r"\in" in words:
        tokens = _one_set(tokens)
    return tokens


def _typed_dots(tokens: list[Token]) -> list[Token]:
    """a + ... + z with \\dots for its three points."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        three = tokens[at : at + 3]
        if [t.text for t in three] == ["."] * 3 and not any(t.spaced for t in three[1:]):
            out.append(Token("command", r"\dots", three[0].start, three[2].end, three[0].spaced))
            at += 3
        else:
            out.append(tokens[at])
            at += 1
    return out


def _signed_dots(tokens: list[Token]) -> list[Token]:
    """a_1 - a_2 \\dots - a_n as a_1 - a_2 - \\dots - a_n."""
    out: list[Token] = []
    for n, token in enumerate(tokens):
        after = tokens[n + 1] if n + 1 < len(tokens) else token
        if token.text in DOTS and after.text in ("+", "-") and out and _ends_term(out[-1]):
            out.append(after._replace(start=token.start, end=token.start))
        out.append(token)
    return out


def _ends_term(token: Token) -> bool:
    return token.kind in ("letter", "digit") or token.text in ("}", ")", "]") or token.text in GREEK


def _close(tokens: Sequence[Token], at: int, opened: str = "{", closed: str = "}") -> int:
    """The position of the bracket that closes the one at ``at``, or the end."""
    depth = 0
    for n in range(at, len(tokens)):
        depth += (tokens[n].text == opened) - (tokens[n].text == closed)
        if depth == 0:
            return n
    return len(tokens)


def _opened(tokens: list[Token]) -> list[Token]:
    """Without braces around a whole equation: \\boxed{a = b}."""
    drop: set[int] = set()
    for at, token in enumerate(tokens):
        if token.text != "{" or not (at == 0 or tokens[at - 1].text in _BEFORE_EQUATION):
            continue
        end = _close(tokens, at)
        depth = 0
        for n in range(at + 1, end):
            depth += (tokens[n].text in "{([") - (tokens[n].text in "})]")
            if depth == 0 and tokens[n].text in RELATIONS:
                drop |= {at, end}
                break
    return [t for n, t in enumerate(tokens) if n not in drop] if drop else tokens


def _evaluated(tokens: list[Token]) -> list[Token]:
    """\\frac{dg}{dx}(x) is the derivative itself, not its product with x."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        out.append(token)
        at += 1
        if token.text != r"\frac" or at >= len(tokens) or tokens[at].text != "{":
            continue
        middle = _close(tokens, at)
        if middle + 1 >= len(tokens) or tokens[middle + 1].text != "{":
            continue
        end = _close(tokens, middle + 1)
        below = [t.text for t in tokens[middle + 2 : end]]
        above = [t.text for t in tokens[at + 1 : middle]]
        sign = below[:1]
        if sign not in (["d"], [r"\partial"]) or above[:1] != sign or len(above) < 2:
            continue
        if len(above) > 1 and above[1] == "^" and len(above) <= 5 and "}" in above[-1:]:
            continue
        variable = below[1:]
        if "^" in variable:
            variable = variable[: variable.index("^")]
        if end + 1 < len(tokens) and tokens[end + 1].text == "(":
            stop = _close(tokens, end + 1, "(", ")")
            if [t.text for t in tokens[end + 2 : stop]] == variable and variable:
                out.extend(tokens[at : end + 1])
                at = stop + 1
    return out


def _last_in_cells(tokens: list[Token]) -> list[Token]:
    """In a cell of cases that holds a small chain, x + 0 = x, its last side."""
    out: list[Token] = []
    inside: list[int] = []  # where the cells of the open environments of cases begin in ``out``
    value = False
    depth = 0
    for token in tokens:
        if token.kind == "begin" and token.text.rstrip("*") in CASES:
            out.append(token)
            inside.append(len(out))
            value, depth = True, 0
            continue
        if token.kind == "end" and token.text.rstrip("*") in CASES and inside:
            inside.pop()
            value = False
        elif inside:
            depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
            if depth == 0 and token.text in ("&", r"\\"):
                value = token.text == r"\\"
                out.append(token)
                inside[-1] = len(out)
                continue
            if depth == 0 and value and token.text == "=" and len(out) > inside[-1]:
                del out[inside[-1] :]
                continue
            if depth == 0 and token.text in WORD_FONTS:
                value = False
        out.append(token)
    return out


def without_conditions(tokens: Sequence[Token]) -> tuple[list[Token], list[tuple[str, str]]]:
    """\\theta_{i \\ne k} as \\theta_{i}, and the pairs of indices that are not the same."""
    out: list[Token] = []
    found: list[tuple[str, str]] = []
    if not any(t.text == r"\ne" for t in tokens):
        return list(tokens), found
    at = 0
    while at < len(tokens):
        six = tokens[at : at + 6]
        texts = [t.text for t in six]
        low = texts[:2] == ["_", "{"] and texts[3:4] == [r"\ne"] and texts[5:] == ["}"]
        letters = [t for t in (*six[2:3], *six[4:5]) if t.kind == "letter"]
        if low and len(letters) == 2 and out and _is_array(out):
            out += [*six[:3], six[5]]
            found.append((letters[0].text, letters[1].text))
            at += 6
        else:
            out.append(tokens[at])
            at += 1
    return out, found


def _is_array(before: Sequence[Token]) -> bool:
    """Whether a name stands there that may have indices: no operator, no indicator."""
    last = before[-1]
    if last.text == "{" and len(before) > 1:  # \theta{_k}
        last = before[-2]
    if last.text in ("I", r"\delta"):
        return False
    return last.kind == "letter" or last.text in GREEK


def _one_set(tokens: list[Token]) -> list[Token]:
    """Sums over j in V as sums over j, where all of them are over the same set."""
    found: list[tuple[int, int]] = []
    sets: set[str] = set()
    for at, token in enumerate(tokens[:-2]):
        if token.text != "_" or tokens[at + 1].text != "{":
            continue
        if tokens[at - 1].text not in _BINDERS and tokens[at - 1].text != "}":
            continue
        end = _close(tokens, at + 1)
        body = tokens[at + 2 : end]
        where = next((n for n, t in enumerate(body) if t.text == r"\in"), None)
        if where is None or not 1 <= where <= 3:
            continue
        rest = body[where + 1 :]
        if not rest or any(t.text in RELATIONS or t.kind == "digit" for t in rest):
            continue
        if not all(
            t.kind == "letter" or t.text in "{}_" or t.text in GREEK or t.text[0] == "\\"
            for t in rest
        ):
            continue
        if any(t.text in (r"\{", "[") for t in rest):
            continue
        sets.add("".join(t.text for t in rest))
        found.append((at + 2 + where, end))
    if len(sets) != 1:
        return tokens
    out = list(tokens)
    for start, end in reversed(found):
        del out[start:end]
    return out
