"""A display taken apart: rows, columns, equations, conditions, reasons.

``a &= b && \\text{(why)} \\\\ &= c`` is one line of two signs; a row that opens with a sign or an
operator goes on with the line before; commas, \\Rightarrow and words between formulas end one
equation and begin another.

Throughout: ``at`` is a position in the list of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derive.read.chains.brackets import mended
from derive.read.chains.flatten import SET_TO, annotated, brace_labels, flat, group_end
from derive.read.chains.shorthand import tidy
from derive.read.chains.words import BECAUSE, CONDITION, FOLLOWS, JOINING, OR
from derive.read.formula import Sign
from derive.read.formula.case_words import out_of_words
from derive.read.macros import Macro, expand
from derive.read.notation import DEFINING, FUNCTION_LETTERS, RELATIONS, UNJUDGED, WORD_FONTS
from derive.read.tokens import Limits, Token, tokenize

FOLLOWING = ("follows", "or", r"\pm")  # joints
_OPEN = frozenset(("{", "(", "[", r"\{", r"\lvert", r"\lVert", r"\langle", r"\left.", r"\lfloor"))
_CLOSE = frozenset(("}", ")", "]", r"\}", r"\rvert", r"\rVert", r"\rangle", r"\right.", r"\rfloor"))
_IMPLIES = frozenset((r"\Rightarrow", r"\Leftrightarrow", r"\therefore", r"\Leftarrow"))
_MAY_JOIN = {r"\rightarrow": "follows", r"\leftarrow": "follows", r"\lor": "or", r"\vee": "or"}
_DROPPED = frozenset(
    (
        r"\Huge", r"\huge", r"\LARGE", r"\Large", r"\large", r"\normalsize", r"\small", r"\tiny",
        r"\footnotesize", r"\scriptsize", r"\checkmark", r"\blacksquare", r"\square", r"\qed",
        r"\Box", r"\qedhere", r"\hline", r"\displaylimits", r"\unskip", r"\protect", r"\null",
        r"\mathrlap", r"\boldmath", r"\itshape", r"\sf", r"\allowdisplaybreaks", r"\noalign",
    )
)  # fmt: skip
_OPERATORS = frozenset(("+", "-", r"\cdot", r"\times", r"\pm", "/", r"\mp"))
_COMPARES = frozenset(("<", ">", r"\le", r"\leq", r"\ge", r"\geq", r"\ne", r"\neq"))
_PUNCTUATION = frozenset((".", ",", ";", ":", "!", "?"))
_FONT = re.compile(r"\\(?:text|textrm|textit|mbox|mathrm|textnormal|textbf)\s*\{|(?<=\))\}|\}$")


@dataclass(slots=True)
class Line:
    """One equation, or a part of one.

    ``sides`` are tokens, one more than ``signs``; a first side without tokens goes on with the
    line before.  ``joint``: how it is joined to what stands before: "row" (a new row), "and",
    "if" (a condition), "follows", "or" (it follows, or is another value), "\\pm" (the value with
    the other sign), "because"; ``opens``: "side", "sign" or "operator".  ``reasons`` by number of
    the sign.
    """

    joint: str
    start: int
    opens: str = "side"
    sides: list[list[Token]] = field(default_factory=lambda: [[]])
    signs: list[Sign] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)

    def say(self, words: str, n: int | None = None) -> None:
        """Keep a reason for the last sign, or for the one of number ``n``."""
        words = " ".join(_FONT.sub("", words).replace("$", "").split())
        if words:
            n = len(self.signs) - 1 if n is None else n
            self.reasons[n] = f"{self.reasons[n]} {words}" if n in self.reasons else words

    @property
    def tokens(self) -> list[Token]:
        return [t for side in self.sides for t in side]


def lines(
    text: str, base: int, macros: Mapping[str, Macro], limits: Limits
) -> tuple[list[Line], list[Token]]:
    """The lines of a formula that stands at ``base`` in its document, and all their tokens.

    Raises ReadError, with places in the document, where it cannot be taken apart.
    """
    written = tokenize(text, limits, base)
    tokens = mended(out_of_words(expand(annotated(written), macros, limits)))
    flattened = flat(tidy([t for t in tokens if t.text not in _DROPPED]))
    parser = _Rows(flattened, text, base)
    found = parser.lines()
    for start, label in brace_labels(written):
        line = next((one for one in reversed(found) if one.start <= start), None)
        if line is not None:
            before = sum(sign.span.start < start for sign in line.signs)
            line.say(text[label[0].start - base : label[-1].end - base].strip("{}"), before - 1)
    return found, [t for line in found for t in line.tokens]


# --- rows -----------------------------------------------------------------------------------------


class _Rows:
    """The place in the tokens of one display."""

    def __init__(self, tokens: list[Token], text: str, base: int) -> None:
        self.all = tokens
        self.text = text
        self.base = base
        self.found: list[Line] = []

    def lines(self) -> list[Line]:
        for row in self._rows():
            self._row(row)
        return [line for line in self.found if line.signs or line.sides[0] or line.reasons]

    def _rows(self) -> list[list[Token]]:
        rows: list[list[Token]] = [[]]
        tokens = self.all
        depth = nested = braces = 0
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            if token.kind == "begin":
                nested += 1
            elif token.kind == "end":
                nested -= 1
            elif nested == 0:
                if token.text in _OPEN:
                    depth += 1
                    braces += token.text == "{"
                elif token.text in _CLOSE:
                    depth = max(0, depth - 1)
                    braces = max(0, braces - (token.text == "}"))
                elif token.text == r"\\" and braces == 0:
                    if at < len(tokens) and tokens[at].text == "[":  # \\[2pt]
                        close = next((n for n in range(at, min(at + 8, len(tokens)))
                                      if tokens[n].text == "]"), None)  # fmt: skip
                        if close is not None and tokens[at + 1].text.strip("-.").isdigit():
                            at = close + 1
                    rest = next((t for t in tokens[at:] if t.text not in ("&", r"\\")), None)
                    ends = rest is None or rest.text in RELATIONS or rest.text in _IMPLIES
                    if depth == 0 or ends or depth > 2:
                        depth = 0
                        rows.append([])
                    continue
            rows[-1].append(token)
        return [row for row in rows if any(t.text != "&" for t in row)]

    # --- one row ----------------------------------------------------------------------------------

    def _row(self, row: list[Token]) -> None:
        self.row = row
        self.line = Line("row", row[0].start)
        self.fresh = True  # nothing of this line has been read yet
        at = depth = 0
        column = 0
        loose = _never_closed(row)
        while at < len(row):
            token = row[at]
            word = token.text
            if at in loose:
                pass  # what follows is no part of it: L(w = w^2 is an equation that is not read
            elif word in _OPEN or token.kind == "begin":
                if depth == 0 and word in ("(", "[") and self._opens_reason(at):
                    self.line.say(self._source(at, len(row)))
                    break
                if depth == 0 and word == "(" and (close := self._condition_end(at)):
                    self._finish("if", token.end)
                    row = self.row = row[:close]
                    at += 1
                    continue
                depth += 1
            elif word in _CLOSE or token.kind == "end":
                depth = max(0, depth - 1)
            elif depth == 0:
                step = self._at_top(at, column)
                if word == "&":
                    column += 1
                if step:
                    at += step
                    continue
            if self.fresh:
                self._begin(token, column)
            self.line.sides[-1].append(token)
            at += 1
        self._finish("row", row[-1].end)

    def _begin(self, token: Token, column: int) -> None:
        self.fresh = False
        self.line.start = token.start
        if token.text in _OPERATORS:
            signed = token.text in ("+", "-")
            own = signed and column == 0 and self._has_sign(self.row, 0) and "&" in [
                t.text for t in self.row
            ]  # fmt: skip
            alone = signed and not self.found
            self.line.opens = "side" if own or alone or self.line.joint != "row" else "operator"

    def _has_sign(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a relation sign stands at the top level of ``tokens`` from ``at`` on."""
        depth = 0
        for token in tokens[at:]:
            if token.text in _OPEN or token.kind == "begin":
                depth += 1
            elif token.text in _CLOSE or token.kind == "end":
                depth -= 1
                if depth < 0:
                    return False
            elif depth == 0:
                if token.text in RELATIONS or token.text in (r"\in", r"\coloneq", r"\equiv"):
                    return True
                if token.text in _IMPLIES:
                    return False
        return False

    def _finish(self, joint: str, start: int) -> None:
        self.found.append(self.line)
        self.line = Line(joint, start)
        self.fresh = True

    def _sign(self, sign: Sign) -> None:
        if self.fresh:
            self.line.opens = "sign"
            self.line.start = sign.span.start
            self.fresh = False
        self.line.signs.append(sign)
        self.line.sides.append([])

    def _at_top(self, at: int, column: int) -> int:
        """Obey a token at the top level; how many tokens that took, 0 for a part of a side."""
        row = self.row
        token = row[at]
        word = token.text
        after = row[at + 1] if at + 1 < len(row) else None
        if word == "&":
            return self._column(at)
        if word in RELATIONS:
            if word == "=" and after is not None and not after.spaced:
                if after.text == ">":  # =>
                    self._finish("follows", after.end)
                    return 2
                if after.text == "=":
                    self._sign(Sign("=", token.span | after.span))
                    return 2
            self._sign(Sign(RELATIONS[word], token.span))
            return 1
        if word == ":" and after is not None and after.text == "=":
            self._sign(Sign(":=", token.span | after.span))
            return 2
        if word in DEFINING:
            self._sign(Sign(":=", token.span))
            return 1
        if word == r"\because":
            if self.fresh:
                self.line.joint = "because"
                return 1
            self.line.say(self._plain(at + 1, len(row)))
            return len(row) - at
        if word in _IMPLIES:
            self._finish("follows", token.end)
            return 1
        if word in _MAY_JOIN and self.line.signs and self._has_sign(row, at + 1):
            self._finish(_MAY_JOIN[word], token.end)
            return 1
        if word == SET_TO or word in UNJUDGED or word == r"\in":
            self._sign(Sign(word, token.span))
            return 1
        if word in (",", ";"):
            return self._comma(at)
        if word == r"\forall" and self.line.signs and self.line.sides[-1]:
            self._finish("if", token.end)
            return 1
        if word in WORD_FONTS:
            return self._words(at)
        if word in (".",) and at == len(row) - 1:
            return 1
        if word == "!" and after is not None and after.text == "=" and not self.line.sides[-1]:
            return 1
        return 0

    def _column(self, at: int) -> int:
        """Obey a column mark."""
        row = self.row
        rest = row[at + 1 :]
        if rest and rest[0].text == "&":
            nxt = rest[1] if len(rest) > 1 else None
            if nxt is not None and nxt.text in RELATIONS:
                return 2
            if not self.fresh and self.line.signs:
                if self._has_sign(rest, 1) and not _says(rest[1:]):
                    self._finish("and", rest[0].end)
                    return 2
                self.line.say(self._source(at + 2, len(row)))
                return len(row) - at
            return 1
        nxt = rest[0] if rest else None
        full = bool(self.line.sides[-1]) and bool(self.line.signs)
        if full and nxt is not None and nxt.text not in RELATIONS and self._has_sign(rest, 0):
            last = self.line.sides[-1][-1].text
            if nxt.text not in _OPERATORS and last not in _OPERATORS and not _says(rest):
                self._finish("and", nxt.start)
        return 1

    def _comma(self, at: int) -> int:
        """A comma ends an equation where another formula with a sign, or the row's end, follows."""
        rest = [n for n in range(at + 1, len(self.row)) if self.row[n].text not in ("&", ",", ";")]
        if not rest:
            return len(self.row) - at
        nxt = self.row[rest[0]]
        words = nxt.text in WORD_FONTS and not self._is_name(rest[0])
        if nxt.text in RELATIONS or words or nxt.text in _IMPLIES:
            return 1 if self.line.sides[-1] or self.line.signs else 0
        if not self.line.signs:
            return 0
        if nxt.text in (r"\forall",):
            self._finish("if", nxt.end)
            return rest[0] + 1 - at
        part = self._until_comma(rest[0])
        while all(t.kind == "digit" for t in self.row[rest[0] : part]) and part < len(self.row):
            part = self._until_comma(part + 1)  # i = 1, 2, 3, j = 1, 2
            if self._has_sign(self.row[rest[0] : part], 0):
                return 0
        if not self._has_sign(self.row[rest[0] : part], 0):
            following = self.row[part : part + 1]
            if not (following and self._has_sign(self.row, part)):
                return 0
            if nxt.text in (r"\dots", r"\ldots"):
                return 0
        listed = self._set_apart(rest[0]) and self._is_list(rest[0])
        self._finish("if" if listed else "and", nxt.start)
        return rest[0] - at

    def _is_name(self, at: int) -> bool:
        """Whether the word at ``at`` is a function or a quantity: \\operatorname{Var}(X) = .."""
        end = group_end(self.row, at + 1)
        said = self._source(at + 1, end).strip("{} ").lower()
        after = self.row[end].text if end < len(self.row) else ""
        if said in FOLLOWS | CONDITION | JOINING | BECAUSE or not said.isalnum():
            return False
        return self.row[at].text == r"\operatorname" or after in ("(", "[", "_", "^", "=")

    def _is_list(self, at: int) -> bool:
        """Whether u, v > 0 stands at ``at``: names and then an inequality, to the row's end."""
        first = self._until_comma(at) - at
        rest = [t for t in self.row[at:] if t.text not in _PUNCTUATION]
        names = first == 1 and first < len(rest) and rest[0].kind == "letter"
        return names and any(t.text in _COMPARES for t in rest) and all(
            t.kind in ("letter", "digit") or t.text in _COMPARES for t in rest
        )  # fmt: skip

    def _until_comma(self, at: int) -> int:
        depth = 0
        for n in range(at, len(self.row)):
            token = self.row[n]
            depth += (token.text in _OPEN or token.kind == "begin") - (
                token.text in _CLOSE or token.kind == "end"
            )
            if depth == 0 and token.text in (",", ";"):
                return n
        return len(self.row)

    def _words(self, at: int) -> int:
        """Obey a \\text: a joint, a condition, a reason; 0 where it is a name."""
        row = self.row
        end = group_end(row, at + 1)
        inner = row[at + 1 : end]
        said = self._source(at + 1, end).strip().strip("{}")
        plain = said.replace("$", "").strip().strip(".,:;").strip().lower()
        first = plain.split()[0] if plain.split() else ""
        opened = inner[0].text == "{" if inner else False
        body = inner[1:-1] if opened else inner
        if not plain:
            return end - at
        if row[at].text == r"\operatorname" or not opened:
            return 0
        spaced = bool(body) and (body[0].spaced or said[:1] in "~ ")
        follows = plain in FOLLOWS or plain.removesuffix(" that") in FOLLOWS
        known = follows or first in CONDITION or first in JOINING or first in BECAUSE
        several = " " in plain or "~" in plain or plain.startswith("(")
        operand_before = bool(self.line.sides[-1])
        if not (known or several or (spaced and operand_before)) or self._is_unit(at):
            return 0
        if end < len(row) and row[end].text in ("_", "^", "(") and not several:
            return 0
        rest_has_sign = self._has_sign(row, end)
        if self.fresh:
            if follows:
                self.line.joint = "or" if plain in OR else "follows"
            elif first in CONDITION:
                self.line.joint = "if"
            elif first in BECAUSE:
                self.line.joint = "because"
            elif not rest_has_sign or self.found:
                self.line.say(said)
            return end - at
        listed = first in JOINING and plain == first and end < len(row) and not self.line.signs
        if first in CONDITION or (first in JOINING and rest_has_sign) or listed:
            if "$" in said:  # \text{for any constant $C$}
                self.line.say(said)
                return end - at
            self._finish("if" if first in CONDITION else "and", row[end - 1].end)
            return end - at
        if follows and rest_has_sign:
            self._finish("or" if plain in OR else "follows", row[end - 1].end)
            return end - at
        if rest_has_sign and not plain.startswith("(") and first not in BECAUSE:
            nxt = next((t for t in row[end:] if t.text != "&"), None)
            if nxt is not None and nxt.text not in RELATIONS:
                self._finish("and", row[end - 1].end)
                return end - at
        # a reason: as far as its parentheses go, else to the next sign or the row's end
        stop = self._reason_end(at, end)
        self.line.say(self._plain(at, stop))
        return stop - at

    def _is_unit(self, at: int) -> bool:
        """Whether the word at ``at`` counts something, as others in this row: 1 km = 1000 m."""
        row = self.row
        fonts = [n for n, token in enumerate(row) if token.text in WORD_FONTS]
        words = [n for n in fonts if n and row[n - 1].kind == "digit"]
        return at in words and len(words) > 1 and not any(self._joins(n) for n in words)

    def _joins(self, at: int) -> bool:
        said = self._source(at + 1, group_end(self.row, at + 1)).strip("{}~ .,:;").lower()
        return " " in said or said in FOLLOWS | CONDITION | JOINING | BECAUSE

    def _reason_end(self, at: int, end: int) -> int:
        row = self.row
        depth = sum((t.text == "(") - (t.text == ")") for t in row[at:end])
        while end < len(row) and depth > 0:
            depth += (row[end].text == "(") - (row[end].text == ")")
            end += 1
            while end < len(row) and row[end].text == "}":
                end += 1
        while end < len(row) and row[end].text not in RELATIONS and row[end].text != "&":
            if row[end].text in _IMPLIES:
                break
            end = group_end(row, end)
        return end

    def _opens_reason(self, at: int) -> bool:
        """Whether the bracket at ``at`` opens a remark: ( \\because .., ( \\text{by ..}."""
        after = self.row[at + 1 : at + 5]
        if not after or not (self.line.signs or self.fresh):
            return False
        if after[0].text == r"\because":
            return True
        if after[0].text not in WORD_FONTS or not self.line.sides[-1]:
            return False
        if self.row[at - 1].text in FUNCTION_LETTERS and not self.row[at].spaced:
            return False  # P(\\text{not } A)
        end = group_end(self.row, at + 2)
        words = self._source(at + 2, end).strip("{} ").lower().split()
        return len(words) > 1 or bool(words and words[0] in BECAUSE | CONDITION)

    def _condition_end(self, at: int) -> int:
        """Where the bracket at ``at`` closes if it holds a condition, \\quad (a, b > 0); else 0."""
        if not (self.line.signs and self.line.sides[-1] and self._set_apart(at)):
            return 0
        close = len(self.row) - 1
        while self.row[close].text in _PUNCTUATION:
            close -= 1
        inner = self.row[at + 1 : close]
        closed = self.row[close].text == ")" and not any(t.text in ("(", ")", "&") for t in inner)
        return close if closed and self._has_sign(inner, 0) else 0

    def _set_apart(self, at: int) -> bool:
        """Whether a wide space stands before the token at ``at``."""
        before = self.row[at - 1].end if at else self.row[at].start
        return "quad" in self.text[before - self.base : self.row[at].start - self.base]

    def _source(self, at: int, end: int) -> str:
        """The source text of the tokens from ``at`` to ``end``."""
        if at >= end or at >= len(self.row):
            return ""
        start, stop = self.row[at].start - self.base, self.row[end - 1].end - self.base
        return self.text[start:stop]

    def _plain(self, at: int, end: int) -> str:
        """A reason without its commands: (separate exp(x_j))."""
        said = self._source(at, end)
        for font in WORD_FONTS:
            said = said.replace(font + "{", "{")
        return said.replace("{", "").replace("}", "").replace("$", "") if "\\text" in (
            self._source(at, end)
        ) else said  # fmt: skip


def _never_closed(row: Sequence[Token]) -> frozenset[int]:
    """Where parentheses open that nothing closes before the row ends."""
    open_ = list[int]()
    for at, token in enumerate(row):
        if token.text in _OPEN or token.kind == "begin":
            open_.append(at)
        elif open_ and (token.text in _CLOSE or token.kind == "end"):
            open_.pop()
    return frozenset(at for at in open_ if row[at].text == "(")


def _says(tokens: Sequence[Token]) -> bool:
    """Whether words or a bracketed remark open these tokens."""
    first = next((t for t in tokens if t.text != "&"), None)
    return first is not None and (first.text in WORD_FONTS or first.text == r"\because")
