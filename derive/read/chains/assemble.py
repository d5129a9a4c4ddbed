"""Lines put together to chains, before their sides are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from derive.read.chains.lines import Line, lines
from derive.read.chains.prose import Gap, gap, ranges
from derive.read.chains.words import DEFINES, LEADS_ON
from derive.read.formula import Side, Sign
from derive.read.formula.relations import terms_of
from derive.read.formula.source import Source
from derive.read.macros import Macro
from derive.read.names import NO_NAMES, Names
from derive.read.notation import ACCENTS, DOTS, GREEK, PLAIN_FONTS, RELATIONS
from derive.read.tokens import Limits, ReadError, Token
from derive.term import Span

if TYPE_CHECKING:
    from derive.read.document import Document, Segment

_INEQUALITIES = frozenset(("!=", "<", "<=", ">", ">=", r"\in"))


@dataclass
class Display:
    """The tokens of one formula of the document, and where its words before it end."""

    segment: Segment
    tokens: list[Token]
    source: Source
    before: str = ""  # the words before it
    rest: str = ""  # the words after it up to the next display, of an inline formula
    after: int = 0  # where the words after it begin
    inline: bool = False

    @cached_property
    def plain(self) -> frozenset[str]:
        """Letters that stand as wholes and not in bold face."""
        found: set[str] = set()
        depth = bold = 0
        for n, token in enumerate(self.tokens[:-1]):
            if token.text == "{":
                depth += 1
                if n and self.tokens[n - 1].text in PLAIN_FONTS:
                    bold = bold or depth
            elif token.text == "}":
                bold = 0 if bold == depth else bold
                depth -= 1
            elif token.kind == "letter" or token.text in GREEK:
                single = n and self.tokens[n - 1].text in PLAIN_FONTS
                if not bold and not single and self.tokens[n + 1].text != "_":
                    found.add(token.text)
        return frozenset(found)

    @cached_property
    def families(self) -> frozenset[str]:
        """Names with a letter for an index somewhere."""
        found: set[str] = set()
        tokens = self.tokens
        for n in range(1, len(tokens) - 1):
            if tokens[n].text == "_":
                after = tokens[n + 1 : n + 3]
                low = after[1:] if after[0].text == "{" else after[:1]
                if low and low[0].kind == "letter":
                    found.add(_name_before([t.text for t in tokens[max(0, n - 4) : n]]))
        return frozenset(found)

    @cached_property
    def indices(self) -> frozenset[str]:
        """Letters that stand in subscripts."""
        found: set[str] = set()
        for n, token in enumerate(self.tokens[:-1]):
            if token.text == "_":
                end = n + 2
                if self.tokens[n + 1].text == "{":
                    while end < len(self.tokens) and self.tokens[end].text != "}":
                        end += 1
                found |= {t.text for t in self.tokens[n + 1 : end] if t.kind == "letter"}
        return frozenset(found)

    def source_under(self, names: Names) -> Source:
        if self.source.names is not names:
            self.source = self.source.under(names)
        return self.source


def _name_before(texts: Sequence[str]) -> str:
    """The name at the end of some tokens, with its accent: m, \\hat{m}."""
    match texts:
        case [*_, accent, "{", letter, "}"] if accent in ACCENTS:
            return f"{accent}{{{letter}}}"
        case [*_, accent, letter] if accent in ACCENTS:
            return f"{accent}{{{letter}}}"
    return texts[-1]


@dataclass(slots=True)
class Raw:
    """A chain of which the sides are tokens, each with the display that it stands in."""

    at: int
    joint: str
    display: Display
    sides: list[tuple[list[Token], Display]]
    signs: list[Sign]
    reasons: dict[int, str]
    conditions: list[Line] = field(default_factory=list)
    error: ReadError | None = None
    headless: bool = False
    resumed: set[int] = field(default_factory=set)  # signs that go on after words between displays

    @property
    def end(self) -> int:
        tokens = next((side for side, _ in reversed(self.sides) if side), None)
        signs = self.signs[-1].span.end if self.signs else self.at
        return max(tokens[-1].end if tokens else self.at, signs)

    @property
    def span(self) -> Span:
        return Span(self.at, self.end)

    @property
    def inline(self) -> bool:
        return self.display.inline

    @property
    def dots(self) -> bool:
        """Whether this is a row of dots alone."""
        side = self.sides[0][0]
        return not self.signs and bool(side) and all(t.text in DOTS | {"&", "."} for t in side)

    @property
    def follows(self) -> bool:
        """Whether it is said to follow from the equations before it."""
        if self.joint == "follows":
            return True
        return self.joint == "first" and LEADS_ON.search(self.display.before[-400:]) is not None

    @property
    def defines(self) -> bool:
        """Whether the words before it say that it introduces a name."""
        return DEFINES.search(self.display.before[-200:]) is not None


@dataclass(slots=True)
class Assembled:
    raws: list[Raw]
    gaps: list[tuple[Gap, int]]  # with the start of the display before, -1 where there is none
    directives: list[Segment]
    errors: list[Raw]


def assemble(document: Document, macros: Mapping[str, Macro], limits: Limits) -> Assembled:
    """The chains of all formulas of ``document``, in order, and the words between displays."""
    found = Assembled([], [], [], [])
    between: list[Segment] = []
    last: Display | None = None
    current: Raw | None = None

    def close_gap() -> Gap:
        g = gap(between)
        found.gaps.append((g, last.segment.span.start if last else -1))
        for at, segment in g.inline:
            display = _display(segment, macros, limits, found)
            if display is not None:
                display[0].before = g.text[:at].rstrip("\x02")
                display[0].inline = True
                display[0].rest = g.text[at + len(segment.text) :].lstrip("\x03")
                display[0].after = last.segment.span.start if last else -1
                raws, _ = _chains(display[1], display[0], None)
                found.raws.extend(raws)
        between.clear()
        return g

    for segment in document.segments:
        if segment.kind == "directive":
            found.directives.append(segment)
        elif segment.kind == "display":
            g = close_gap()
            made = _display(segment, macros, limits, found)
            if made is None:
                continue
            display, rows = made
            display.before = g.text
            display.after = segment.span.end
            raws, current = _chains(rows, display, current)
            found.raws.extend(raws)
            last = display
        else:
            between.append(segment)
    close_gap()
    return found


def _display(
    segment: Segment, macros: Mapping[str, Macro], limits: Limits, found: Assembled
) -> tuple[Display, list[Line]] | None:
    try:
        rows, tokens = lines(segment.text, segment.span.start, macros, limits)
        display = Display(segment, tokens, Source(tokens, NO_NAMES, limits))
    except ReadError as error:
        nothing = Source((), NO_NAMES, limits)
        display = Display(segment, [], nothing, inline=segment.kind == "inline")
        raw = Raw(segment.span.start, "first", display, [([], display)], [], {}, error=error)
        if any(sign in segment.text for sign in ("=", r"\le", r"\ge", "<", ">")):
            found.errors.append(raw)
        return None
    return display, rows


def _chains(
    rows: Sequence[Line], display: Display, current: Raw | None
) -> tuple[list[Raw], Raw | None]:
    """The chains of one display; ``current`` is the one that a leading "=" goes on with."""
    found: list[Raw] = []
    first = True
    for line in rows:
        joint = "first" if first and line.joint == "row" else line.joint
        inside = current is not None and not first
        if not line.tokens and not line.signs:
            if current is not None and line.reasons:
                _add_reason(current, line)
            continue
        if line.joint in ("if", "and") and current is not None and _is_condition(line, joint):
            current.conditions.append(line)
            continue
        if line.opens == "sign" and line.joint in ("row", "follows"):
            if current is not None and (current.signs or current.sides[0][0]):
                if first and len(display.before.split()) > 3:
                    current.resumed.add(len(current.signs))
                _extend(current, line, display)
            else:
                found.append(_raw(line, "first", display))
                found[-1].headless = True
                current = found[-1]
        elif (line.opens == "operator" and current is not None and line.joint == "row") or (
            inside and current is not None and _waits(current) and line.joint == "row"
        ):
            _continue(current, line, display)
        else:
            raw = _raw(line, joint, display)
            found.append(raw)
            if line.joint not in ("because", "if") and not raw.dots:
                current = raw
        first = False
    return found, current


def _raw(line: Line, joint: str, display: Display) -> Raw:
    _without_dots(line)
    sides = [(side, display) for side in line.sides]
    return Raw(line.start, joint, display, sides, list(line.signs), dict(line.reasons))


def _waits(raw: Raw) -> bool:
    """Whether the chain ends with a sign or an operator, so that the next row goes on."""
    side = raw.sides[-1][0]
    if not side:
        return bool(raw.signs)
    return side[-1].text in ("+", "-", r"\cdot", r"\times")


def _without_dots(line: Line) -> None:
    """a = \\dots = b is a = b."""
    for n in range(len(line.signs) - 1, 0, -1):
        if line.sides[n] and all(t.text in DOTS or t.text in ",.;&" for t in line.sides[n]):
            del line.sides[n], line.signs[n - 1]


def _extend(raw: Raw, line: Line, display: Display) -> None:
    _without_dots(line)
    count = len(raw.signs)
    if raw.signs and not raw.sides[-1][0]:  # a sign at the end of the row and again at the next
        raw.signs.pop()
        raw.sides.pop()
        count -= 1
    raw.signs += line.signs
    raw.sides += [(side, display) for side in line.sides[1:]]
    for n, words in line.reasons.items():
        raw.reasons[max(0, n + count)] = words


def _continue(raw: Raw, line: Line, display: Display) -> None:
    side, where = raw.sides[-1]
    raw.sides[-1] = (side + line.sides[0], where if side else display)
    count = len(raw.signs)
    raw.signs += line.signs
    raw.sides += [(s, display) for s in line.sides[1:]]
    for n, words in line.reasons.items():
        raw.reasons[max(0, n + count)] = words


def _add_reason(raw: Raw, line: Line) -> None:
    n = len(raw.signs) - 1
    words = " ".join(line.reasons.values())
    raw.reasons[n] = f"{raw.reasons[n]} {words}" if n in raw.reasons else words


def _is_condition(line: Line, joint: str) -> bool:
    """Whether the line says when the one before it holds: i = j, x > 0, i = 1, .., n."""
    if joint == "if" or not line.signs:
        return True
    sides = [[t for t in side if t.text not in ("{", "}", "&", ".")] for side in line.sides]
    letters = [_letter(side) for side in sides]
    if any(sign.text in _INEQUALITIES for sign in line.signs) and letters[0]:
        return all(len(side) <= 4 for side in sides)
    if any(t.text in DOTS for side in sides for t in side) and _letter(sides[0][:1]):
        return True
    if letters[0] and len(sides) == 2 and any(t.text == "," for t in sides[1]):
        return all(t.kind == "digit" or t.text == "," for t in sides[1])  # i = 1, 2, 3
    return len(sides) == 2 and all(letters) and all(sides[n][0].text in "ijklmn" for n in (0, 1))


def _letter(side: Sequence[Token]) -> bool:
    return len(side) == 1 and (side[0].kind in ("letter", "digit") or side[0].text in GREEK)


def condition_text(line: Line, text: str) -> str:
    """The source of a condition, for what reads declarations."""
    tokens = line.tokens
    spans = [t.span for t in tokens] + [s.span for s in line.signs]
    if not spans:
        return ""
    start, end = min(s.start for s in spans), max(s.end for s in spans)
    return text[start:end].rstrip(" .,;&\\")


def range_in(text: str) -> tuple[str, str, str] | None:
    """i = 1, \\dots, n: the names, the lower and the upper bound."""
    m = next(ranges(text), None)
    return (m["names"], m["lower"] or "1", m["upper"]) if m is not None else None


def side_of(tokens: Sequence[Token], source: Source) -> Side:
    """All readings of one side."""
    span = Span(tokens[0].start, max(t.end for t in tokens))
    try:
        found = terms_of(source.part(tokens))
    except ReadError as error:
        return Side(span, error=error)
    return Side(span, tuple(t for t, _ in found), tuple(a for _, a in found))


def span_of(side: Sequence[Token], near: Span) -> Span:
    if not side:
        return near
    return Span(side[0].start, max(t.end for t in side))


def trimmed(side: Sequence[Token]) -> list[Token]:
    """The side without the punctuation around it."""
    out = list(side)
    while out and (out[-1].text in (".", ",", ";", ":", "&", r"\\", "!") or _loose(out)):
        if out[-1].text == "!" and len(out) > 1 and out[-2].text not in RELATIONS:
            break
        out.pop()
    while out and out[0].text in (r"\\", "&", ",", ".", ";"):
        out.pop(0)
    return [t for t in out if t.text != "&" or t.kind != "mark"] if _only_flat(out) else out


def _loose(tokens: Sequence[Token]) -> bool:
    return len(tokens) > 1 and tokens[-1].text == "}" and tokens[-2].text == "{"


def _only_flat(tokens: Sequence[Token]) -> bool:
    return not any(t.kind == "begin" for t in tokens)
