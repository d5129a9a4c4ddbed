"""Macros, expanded on tokens: an author's own and the ones that only lay out.

An expanded token has the span of the call; the tokens of an argument keep their own place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derive.read.notation import BRACES, LAYOUT_MACROS
from derive.read.tokens import LIMITS, Limits, ReadError, Token, tokenize
from derive.term import Span

_NEW = frozenset((r"\newcommand", r"\renewcommand", r"\providecommand"))
_OPERATOR = r"\DeclareMathOperator"
DEFINERS = _NEW | {_OPERATOR, r"\def"}


class Macro(NamedTuple):
    """``body`` with ``#1`` .. for ``arity`` arguments; ``default`` for an optional first one."""

    arity: int
    body: tuple[Token, ...]
    default: tuple[Token, ...] | None = None


# \left| in the table has become one token, so tokenizing once is enough
LAYOUT: Mapping[str, Macro] = {
    name: Macro(arity, tuple(tokenize(body))) for name, (arity, body) in LAYOUT_MACROS.items()
}


def read_macros(text: str, limits: Limits = LIMITS) -> dict[str, Macro]:
    """The macros that ``text`` (a preamble, say) defines; anything else in it is passed over.

    >>> sorted(read_macros(r"\\newcommand{\\R}{\\mathbb{R}} \\def\\s#1{\\sigma(#1)}"))
    ['\\\\R', '\\\\s']

    Raises ReadError for a definition that is cut off.
    """
    tokens = tokenize(text, limits)
    macros: dict[str, Macro] = {}
    todo = tokens[::-1]
    while todo:
        token = todo.pop()
        if token.text in DEFINERS:
            _define(todo, token, macros)
    return macros


def expand(
    tokens: list[Token], macros: Mapping[str, Macro], limits: Limits = LIMITS
) -> list[Token]:
    """``tokens`` with all macros expanded and definitions among them obeyed.

    Raises ReadError where an argument is missing, or where expansion passes the limits (a macro
    that calls itself does).
    """
    known: dict[str, Macro] = {**LAYOUT, **macros}
    if not any(t.kind == "command" and _special(t.text, known) for t in tokens):
        return tokens
    out: list[Token] = []
    todo = list(reversed(tokens))  # a stack: the next token is last
    expansions = 0
    while todo:
        token = todo.pop()
        if token.kind != "command" or token.text == r"\over" or not _special(token.text, known):
            out.append(token)
            if len(out) > limits.tokens:
                raise ReadError("the macros expand to too many tokens", token.span)
            continue
        expansions += 1
        if expansions > limits.expansions or len(todo) > 2 * limits.tokens:
            message = f"more than {limits.expansions} macro expansions"
            raise ReadError(f"{message}: does {token.text} call itself?", token.span)
        if token.text in DEFINERS:
            _define(todo, token, known)
        elif token.text in BRACES:
            todo.extend(reversed(_braced(todo, token)))
        else:
            todo.extend(reversed(_expansion(token, known[token.text], todo)))
    return _fractions(out) if any(t.text == r"\over" for t in out) else out


def _fractions(tokens: list[Token]) -> list[Token]:
    """Plain TeX's {a \\over b} as {\\frac{a}{b}}."""
    out: list[Token] = []
    opened: list[int] = []  # where the braces around begin in out
    halves: list[bool] = []  # whether \\over stood in each of them
    for token in tokens:
        if token.text == "{":
            opened.append(len(out))
            halves.append(False)
        elif token.text == r"\over" and opened and not halves[-1]:
            halves[-1] = True
            first = opened[-1] + 1
            out[first:first] = [
                token._replace(text=r"\frac"),
                token._replace(kind="mark", text="{"),
            ]
            out += [token._replace(kind="mark", text="}"), token._replace(kind="mark", text="{")]
            continue
        elif token.text == "}" and opened:
            opened.pop()
            if halves.pop():
                out.append(token)
        out.append(token)
    return out


def _special(word: str, known: Mapping[str, Macro]) -> bool:
    return word in known or word in BRACES or word in DEFINERS or word == r"\over"


def _expansion(call: Token, macro: Macro, todo: list[Token]) -> list[Token]:
    arguments: list[list[Token]] = []
    end = call.end
    for n in range(macro.arity):
        if n == 0 and macro.default is not None:
            if todo and todo[-1].text == "[":
                todo.pop()
                arguments.append(_until_bracket(todo, call))
            else:
                arguments.append(list(macro.default))
            continue
        argument, end = _argument(todo, call)
        arguments.append(argument)
    out: list[Token] = []
    body = iter(macro.body)
    for token in body:
        if token.text == "#":
            which = next(body, None)
            if which is not None and which.text.isdigit() and 0 < int(which.text) <= macro.arity:
                out.extend(arguments[int(which.text) - 1])
                continue
            raise ReadError(f"the definition of {call.text} uses an argument it lacks", call.span)
        out.append(Token(token.kind, token.text, call.start, end, token.spaced))
    if out:
        out[0] = out[0]._replace(spaced=call.spaced)
    return out


def _braced(todo: list[Token], call: Token) -> list[Token]:
    """The argument of \\underbrace, in braces; its label is dropped."""
    argument, end = _argument(todo, call)
    if todo and todo[-1].text in "_^":
        todo.pop()
        _argument(todo, call)
    return [
        Token("mark", "{", call.start, call.end, call.spaced),
        *argument,
        Token("mark", "}", end, end),
    ]


def _argument(todo: list[Token], call: Token) -> tuple[list[Token], int]:
    """Pop one argument: a group without its braces, or one token; and where it ends."""
    if not todo:
        raise ReadError(f"an argument of {call.text} is missing", call.span, "{..}")
    first = todo.pop()
    if first.text != "{":
        if first.text == "}":
            raise ReadError(f"an argument of {call.text} is missing", call.span, "{..}")
        return [first], first.end
    depth = 1
    out: list[Token] = []
    while todo:
        token = todo.pop()
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0:
                return out, token.end
        out.append(token)
    raise ReadError("this brace is never closed", first.span, "}")


def _until_bracket(todo: list[Token], call: Token) -> list[Token]:
    out: list[Token] = []
    while todo:
        token = todo.pop()
        if token.text == "]":
            return out
        out.append(token)
    raise ReadError(f"the optional argument of {call.text} is never closed", call.span, "]")


def _define(todo: list[Token], start: Token, macros: dict[str, Macro]) -> None:
    """Obey the definition that ``start`` opens and take it off the stack."""
    if todo and todo[-1].text == "*":
        todo.pop()
    name, _ = _argument(todo, start)
    if len(name) != 1 or name[0].kind != "command":
        raise ReadError(f"{start.text} defines no command", start.span, r"a name such as {\name}")
    arity = 0
    default: tuple[Token, ...] | None = None
    if start.text == r"\def":
        while todo and todo[-1].text == "#":
            todo.pop()
            if todo:
                todo.pop()
            arity += 1
    elif start.text in _NEW and todo and todo[-1].text == "[":
        todo.pop()
        count = "".join(t.text for t in _until_bracket(todo, start))
        if not (count.isascii() and count.isdigit() and len(count) == 1):
            raise ReadError("a macro has at most 9 arguments", start.span, "a digit")
        arity = int(count)
        if todo and todo[-1].text == "[":
            todo.pop()
            default = tuple(_until_bracket(todo, start))
    body, _ = _argument(todo, start)
    if start.text == _OPERATOR:
        here = Span(start.start, start.end)
        wrap = [("command", r"\operatorname"), ("mark", "{")]
        body = [Token(k, w, here.start, here.end) for k, w in wrap] + body
        body.append(Token("mark", "}", here.start, here.end))
    macros[name[0].text] = Macro(arity, tuple(body), default)
