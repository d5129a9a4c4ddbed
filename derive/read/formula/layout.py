"""Layout opened up: aligned rows become one line, columns of remarks go.

``\\begin{aligned} a &= b \\\\ &= c \\end{aligned}`` is the chain a = b = c.  A row with a left side
of its own is a formula of its own: the line end before it stays.
"""

from __future__ import annotations

from itertools import pairwise

from derive.read.formula.case_words import out_of_words
from derive.read.macros import expand
from derive.read.names import Names
from derive.read.notation import JOINTS, RELATIONS, WRAPPERS
from derive.read.tokens import Limits, ReadError, Token, tokenize

OPEN = frozenset(("{", "(", "[", r"\{", r"\lvert", r"\lVert", r"\langle", r"\left."))
CLOSE = frozenset(("}", ")", "]", r"\}", r"\rvert", r"\rVert", r"\rangle", r"\right."))


def prepare(text: str, names: Names, limits: Limits) -> list[Token]:
    """The tokens of ``text`` with macros expanded and layout environments opened up."""
    return _laid_flat(out_of_words(expand(tokenize(text, limits), names.macros, limits)))


def _laid_flat(tokens: list[Token]) -> list[Token]:
    """Without \\begin{aligned} and the like, their & and line ends, and their remark columns."""
    if not any(t.kind == "begin" or t.text in ("&", r"\\") for t in tokens):
        return tokens
    out: list[Token] = []
    stack: list[tuple[bool, Token]] = []  # each open environment, and whether it only lays out
    at = depth = 0
    while at < len(tokens):
        token = tokens[at]
        flat = all(lays_out for lays_out, _ in stack)
        at += 1
        if token.kind == "begin":
            name = token.text.rstrip("*")
            brace = bool(out) and out[-1].text == r"\{"
            lays_out = name in WRAPPERS or (name == "array" and _aligns(tokens, at))
            stack.append((flat and lays_out and not brace, token))
            if not stack[-1][0]:
                out.append(token)
            elif name in ("alignat", "alignedat", "array"):
                at = _after_group(tokens, at)
        elif token.kind == "end":
            lays_out, begin = stack.pop() if stack else (False, token)
            if begin.text != token.text:
                message = f"\\end{{{token.text}}} closes \\begin{{{begin.text}}}"
                raise ReadError(message, token.span, f"\\end{{{begin.text}}}")
            if not lays_out:
                out.append(token)
        elif not flat or token.text not in ("&", r"\\"):
            out.append(token)
            depth += (token.text in OPEN) - (token.text in CLOSE)
        elif token.text == r"\\" and depth <= 0 and _new_left_side(tokens, at):
            out.append(token)
        elif token.text == "&" and _remark_column(tokens, at):
            while at < len(tokens) and tokens[at].text != r"\\" and tokens[at].kind != "end":
                at += 1
    if stack:
        begin = stack[-1][1]
        message = f"\\begin{{{begin.text}}} is never closed"
        raise ReadError(message, begin.span, f"\\end{{{begin.text}}}")
    return out


def _new_left_side(tokens: list[Token], at: int) -> bool:
    """Whether the row that begins at ``at`` is a formula of its own: a left side, then a sign."""
    depth = 0
    first: Token | None = None
    for before, token in pairwise(tokens[at - 1 : at + 1_000]):
        depth += (token.text in OPEN or token.kind == "begin") - (
            token.text in CLOSE or token.kind == "end"
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
