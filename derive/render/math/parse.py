"""LaTeX math -> layout.  It never fails: what it does not know it shows as typed.

Our own scan and not the reader's tokens: those drop spaces, fonts and the sizes of brackets, which
mean nothing, and are what is to be shown here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from derive.render.math.layout import (
    Accent,
    Atom,
    Fence,
    Fraction,
    Gap,
    Grid,
    Layout,
    Root,
    Row,
    Scripts,
    Stack,
    Words,
)
from derive.render.math.symbols import (
    ACCENTS,
    ALIGNED,
    CHARACTERS,
    DELIMITERS,
    FENCES,
    FONTS,
    GAPS,
    SILENT,
    SYMBOLS,
    TEXTS,
)
from derive.render.width import visible

MAX_DEPTH = 48  # groups within groups; deeper is shown as typed
MAX_CHARACTERS = 100_000
EMPTY = Row(())
APART = Gap(0)  # p (1 - p) is a product, f(x) is not: seen by whoever reads the LaTeX again

_TOKEN = re.compile(
    r"(?P<space>[\s~]+|%[^\n]*)|\\(?P<word>[A-Za-z]+\*?|.|$)|(?P<sign>.)", re.DOTALL
)
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_COLUMNS = re.compile(r"\s*(\[[^]]*\])?\s*\{[^{}]*\}")


class Token(NamedTuple):
    """``word``: a command's name, "" for a character; ``text`` as typed; ``spaced``: white space
    stands before it."""

    text: str
    word: str
    start: int
    end: int
    spaced: bool


def parse(latex: str) -> Row:
    r"""The layout of a formula.

    >>> parse(r"x_1 \le \foo").parts[-1]
    Words(text='\\foo')
    """
    if len(latex) > MAX_CHARACTERS:
        return Row((Words(latex),))
    return _Parser(latex).whole()


class _Parser:
    """One pass over the tokens; ``at`` is the next one."""

    def __init__(self, latex: str, depth: int = 0) -> None:
        self.latex = latex
        self.tokens = _tokens(latex)
        self.at = 0
        self.depth = depth
        self.font = ""

    def whole(self) -> Row:
        parts = list[Layout]()
        while self.at < len(self.tokens):  # a stray } is shown, and the rest read on
            parts += self.row().parts
            if self.at < len(self.tokens):
                parts.append(Words(self.next().text))
        return Row(tuple(parts))

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def row(self, ends: frozenset[str] = frozenset("}")) -> Row:
        """Parts up to one of ``ends`` (not taken) or the end."""
        parts = list[Layout]()
        ends |= _ROW_ENDS
        while self.at < len(self.tokens) and self.peek() not in ends:
            spaced = self.tokens[self.at].spaced
            if self.peek() in ("^", "_", "'"):
                parts.append(self.scripts(parts.pop() if _takes(parts) else EMPTY))
            elif (part := self.part()) is not None:
                if spaced and parts and not (_joins(parts[-1]) or _joins(part)):
                    parts.append(APART)
                parts.append(part)
        return Row(tuple(parts))

    # --- scripts ------------------------------------------------------------------------------

    def scripts(self, base: Layout) -> Layout:
        low: list[Layout] = []
        high: list[Layout] = []
        primes = 0
        while self.peek() in ("^", "_", "'"):
            mark = self.next().text
            if mark == "'":
                primes += 1
            else:
                (low if mark == "_" else high).append(self.argument())
        if primes:
            high.insert(0, Atom("ordinary", "′" * primes))
        if isinstance(base, Stack) and base.brace:  # the label of a brace
            above = _joined(high) if base.brace == "above" else base.above
            return base._replace(above=above, below=_joined(low) or base.below)
        return Scripts(base, _joined(low), _joined(high))

    def argument(self) -> Layout:
        """A group, or the one sign or command that is next."""
        if self.at >= len(self.tokens) or self.peek() in _NO_ARGUMENT:
            return EMPTY
        if self.peek().isdigit():  # x^12 is x^1 2
            return Atom("number", self.next().text, self.font)
        return self.part() or EMPTY

    # --- parts --------------------------------------------------------------------------------

    def part(self) -> Layout | None:
        """The next part; None for what is not seen."""
        token = self.next()
        if self.depth >= MAX_DEPTH:
            return Words(token.text)
        self.depth += 1
        try:
            if token.word:
                return self.command(token)
            if token.text == "{":
                return self.group()
            return self.sign(token)
        finally:
            self.depth -= 1

    def group(self) -> Layout:
        inside = self.row()
        if self.peek() == "}":
            self.next()
        return inside.parts[0] if len(inside.parts) == 1 else inside

    def sign(self, token: Token) -> Layout:
        text = token.text
        if text.isdigit():
            while self.at < len(self.tokens) and self._continues(text):
                text += self.next().text
            return Atom("number", text, self.font)
        if text.isalpha() and text not in CHARACTERS:
            return Atom("letter", text, self.font)
        kind, shown = CHARACTERS.get(text, ("ordinary", visible(text)))
        return Atom(kind, shown, self.font if kind == "letter" else "")

    def _continues(self, number: str) -> bool:
        """Whether the next token, right behind, is a digit or a decimal point of ``number``."""
        token, before = self.tokens[self.at], self.tokens[self.at - 1]
        if token.start != before.end:
            return False
        after = self.tokens[self.at + 1].text if self.at + 1 < len(self.tokens) else ""
        return token.text.isdigit() or (token.text == "." != number[-1] and after.isdigit())

    def command(self, token: Token) -> Layout | None:
        word = token.word.rstrip("*")
        if word in SYMBOLS:
            kind, text = SYMBOLS[word]
            return Atom(kind, text, self.font if kind == "letter" else "")
        if word in GAPS:
            return Gap(GAPS[word])
        if word in SILENT:
            return None
        if word in FONTS:
            return self.in_font(FONTS[word])
        if word in TEXTS:
            return self.text()
        if word in ACCENTS:
            return Accent(ACCENTS[word], self.argument())
        reader = _READERS.get(word)
        return reader(self) if reader else Words(token.text)

    def in_font(self, font: str) -> Layout:
        before = self.font
        self.font = font or before
        inside = self.argument()
        self.font = before
        if font == "upright" and isinstance(inside, Row):
            word = _word(inside)
            return Atom("letter", word, "upright") if word else inside
        return inside

    def text(self) -> Layout:
        """The words of \\text{..}, with the formulas in them."""
        if self.peek() != "{":
            return Words(self.next().text) if self.at < len(self.tokens) else EMPTY
        start = self.next().end
        depth, end = 1, start
        while self.at < len(self.tokens) and depth:
            token = self.next()
            depth += (token.text == "{") - (token.text == "}")
            end = token.start if depth == 0 else token.end
        return _with_formulas(self.latex[start:end], self.depth)

    def fraction(self, bar: bool = True) -> Layout:
        above = self.argument()
        return Fraction(above, self.argument(), bar)

    def binomial(self) -> Layout:
        return Fence("(", self.fraction(bar=False), ")")

    def root(self) -> Layout:
        degree: Layout | None = None
        if self.peek() == "[":
            self.next()
            degree = self.row(frozenset("]}"))
            if self.peek() == "]":
                self.next()
        return Root(self.argument(), degree)

    def operator(self) -> Layout:
        before, self.font = self.font, ""
        inside = self.argument()
        self.font = before
        name = _word(inside) or _plain(inside)
        kind = "limits" if name in _UNDER else "function"
        return Atom(kind, name) if name else inside

    def fence(self) -> Layout:
        left = self.delimiter()
        inside = self.row(_FENCE_ENDS)
        pieces = [inside]
        while self.peek() == "\\middle":
            self.next()
            pieces += [Row((Atom("relation", self.delimiter()),)), self.row(_FENCE_ENDS)]
        right = ""
        if self.peek() == "\\right":
            self.next()
            right = self.delimiter()
        return Fence(left, _joined(pieces) or EMPTY, right)

    def delimiter(self) -> str:
        if self.at >= len(self.tokens):
            return ""
        token = self.tokens[self.at]
        sign = SYMBOLS.get(token.word, ("", ""))[1] if token.word else token.text
        if sign in DELIMITERS:
            self.next()
        return DELIMITERS.get(sign, "")

    def environment(self) -> Layout:
        start = self.tokens[self.at].start if self.at < len(self.tokens) else len(self.latex)
        name = self.name()
        if name in ("array", "alignat", "alignedat"):
            self.skip(_COLUMNS)
        if name not in FENCES and name not in ALIGNED:
            return Words("\\begin" + self.latex[start : self.tokens[self.at - 1].end])
        rows = self.rows()
        if self.peek() == "\\end":
            self.next()
            self.name()
        if name in ALIGNED:
            return Grid("gathered" if name == "gathered" else "aligned", rows)
        left, right = FENCES[name]
        grid = Grid("cases" if name.endswith("cases") else "matrix", rows)
        return Fence(left, grid, right) if left or right else grid

    def name(self) -> str:
        found = self.skip(_ENVIRONMENT)
        return found[1] if found else ""

    def skip(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        if self.at >= len(self.tokens):
            return None
        found = pattern.match(self.latex, self.tokens[self.at].start)
        while found and self.at < len(self.tokens) and self.tokens[self.at].start < found.end():
            self.at += 1
        return found

    def rows(self) -> tuple[tuple[Layout, ...], ...]:
        rows: list[tuple[Layout, ...]] = []
        cells: list[Layout] = []
        while True:
            cells.append(self.row(_CELL_ENDS))
            end = self.peek()
            if end == "&":
                self.next()
                continue
            rows.append(tuple(cells))
            cells = []
            if end != "\\\\":
                break
            self.next()
        if len(rows) > 1 and all(cell == EMPTY for cell in rows[-1]):
            rows.pop()  # after a last \\
        return tuple(rows)

    def stack(self, below: bool) -> Layout:
        mark = self.argument()
        base = self.argument()
        return Stack(base, None, mark) if below else Stack(base, mark)

    def substack(self) -> Layout:
        if self.peek() != "{":
            return self.argument()
        self.next()
        rows = self.rows()
        if self.peek() == "}":
            self.next()
        return Grid("matrix", rows)

    def nothing(self) -> Layout | None:
        """An argument that is not shown: \\label{..}."""
        self.argument()
        return None

    def second(self) -> Layout:
        """\\textcolor{red}{x} is x."""
        self.argument()
        return self.argument()

    def negated(self) -> Layout:
        inside = self.argument()
        if isinstance(inside, Atom):
            return Atom("relation", _NEGATED.get(inside.text, inside.text + "\u0338"))
        return inside


_JOINING = frozenset(("relation", "binary", "punctuation"))
_ROW_ENDS = frozenset(("}",))
_NO_ARGUMENT = frozenset(("}", "&", "\\\\", "\\right", "\\end", "^", "_"))
_FENCE_ENDS = frozenset(("\\right", "\\middle", "\\end", "&", "\\\\"))
_CELL_ENDS = frozenset(("&", "\\\\", "\\end", "\\right"))
_UNDER = frozenset(("argmax", "argmin", "arg max", "arg min", "max", "min"))
_NEGATED = {"=": "≠", "∈": "∉", "<": "≮", ">": "≯", "≡": "≢"}

_READERS = {
    "frac": _Parser.fraction,
    "dfrac": _Parser.fraction,
    "tfrac": _Parser.fraction,
    "cfrac": _Parser.fraction,
    "binom": _Parser.binomial,
    "dbinom": _Parser.binomial,
    "tbinom": _Parser.binomial,
    "sqrt": _Parser.root,
    "operatorname": _Parser.operator,
    "operatornamewithlimits": _Parser.operator,
    "left": _Parser.fence,
    "begin": _Parser.environment,
    "overset": lambda parser: parser.stack(below=False),
    "stackrel": lambda parser: parser.stack(below=False),
    "underset": lambda parser: parser.stack(below=True),
    "underbrace": lambda parser: Stack(parser.argument(), brace="below"),
    "overbrace": lambda parser: Stack(parser.argument(), brace="above"),
    "substack": _Parser.substack,
    "label": _Parser.nothing,
    "color": _Parser.nothing,
    "hspace": _Parser.nothing,
    "vspace": _Parser.nothing,
    "phantom": _Parser.nothing,
    "textcolor": _Parser.second,
    "tag": _Parser.text,
    "intertext": _Parser.text,
    "not": _Parser.negated,
}


def _tokens(latex: str) -> list[Token]:
    """The tokens but for spaces, which mean nothing in formulas."""
    found, spaced = list[Token](), False
    for match in _TOKEN.finditer(latex):
        if match["space"] is None:
            found.append(Token(match[0], match["word"] or "", *match.span(), spaced))
        spaced = match["space"] is not None
    return found


def _takes(parts: list[Layout]) -> bool:
    """Whether a script may hang on the last part."""
    return bool(parts) and not isinstance(parts[-1], Gap)


def _joins(part: Layout) -> bool:
    """Whether a part has its own space on both sides."""
    return isinstance(part, Gap) or (isinstance(part, Atom) and part.kind in _JOINING)


def _joined(parts: Sequence[Layout]) -> Layout | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Row(tuple(parts))


def _word(layout: Layout) -> str:
    """Letters and digits side by side as one word; "" if there is anything else."""
    parts = layout.parts if isinstance(layout, Row) else (layout,)
    fitting = all(isinstance(part, Atom) and part.kind in ("letter", "number") for part in parts)
    return "".join(part.text for part in parts if isinstance(part, Atom)) if fitting else ""


def _plain(layout: Layout) -> str:
    """The text of \\operatorname{arg\\,max} and its like."""
    if isinstance(layout, Row):
        return "".join(map(_plain, layout.parts))
    if isinstance(layout, Gap):
        return " " if layout.em > 0 else ""
    return layout.text.replace("−", "-") if isinstance(layout, (Atom, Words)) else ""


_FORMULA = re.compile(r"\$([^$]*)\$|\\\((.*?)\\\)", re.DOTALL)
_ESCAPED = re.compile(r"\\([%&#_{}$ ,])|\\[A-Za-z]+\s*\{([^{}]*)\}|[{}]|~")


def _with_formulas(text: str, depth: int) -> Layout:
    parts: list[Layout] = []
    position = 0
    for match in _FORMULA.finditer(text):
        parts.append(Words(_unescaped(text[position : match.start()])))
        inner = match[1] if match[1] is not None else match[2]
        parts.append(_Parser(inner, depth).whole())
        position = match.end()
    parts.append(Words(_unescaped(text[position:])))
    kept = [part for part in parts if part != Words("")]
    return _joined(kept) or EMPTY


def _unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        return match[1] or match[2] or (" " if match[0] == "~" else "")

    return re.sub(r"\s+", " ", _ESCAPED.sub(plain, text))
