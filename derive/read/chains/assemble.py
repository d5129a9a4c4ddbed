"""Lines put together to chains, before their sides are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from derive.read.chains.both_signs import with_each_sign
from derive.read.chains.evaluated import at_points
from derive.read.chains.lines import FOLLOWING, Line, lines
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

KEPT = 50_000  # characters of formulas that stay in memory as they were read
LAST = 8  # passages
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


class Written(NamedTuple):
    """A formula of the document, with the words before a display and around an inline one.

    ``at``: where an inline formula begins in these words, -1 for a display.  ``after``: see
    Display.
    """

    segment: Segment
    gap: Gap
    at: int
    after: int

    def lines(self, macros: Mapping[str, Macro], limits: Limits) -> tuple[Display, list[Line]]:
        """The formula taken apart.  Raises ReadError."""
        segment, words = self.segment, self.gap.text
        rows, tokens = lines(segment.text, segment.span.start, macros, limits)
        rows = with_each_sign(at_points(rows))
        display = Display(segment, tokens, Source(tokens, NO_NAMES, limits), words)
        display.after = self.after
        if self.at >= 0:
            display.inline = True
            display.before = words[: self.at].rstrip("\x02")
            display.rest = words[self.at + len(segment.text) :].lstrip("\x03")
        return display, rows


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
    headless: bool = False
    resumed: set[int] = field(default_factory=set)  # signs that go on after words between displays
    terms: list[Side] | None = None  # the sides, once they are read
    apart: list[tuple[str, str]] = field(default_factory=list)  # i and k where (i != k) stands by

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
        if self.joint in FOLLOWING:
            return True
        return self.joint == "first" and LEADS_ON.search(self.display.before[-400:]) is not None

    @property
    def defines(self) -> bool:
        """Whether the words before it say that it introduces a name."""
        return DEFINES.search(self.display.before[-200:]) is not None


class Passages:
    """The chains of a document, by passages: an inline formula, or a display with those after it
    that its last chain goes on in.

    A long document is not held in memory: of its formulas the first KEPT characters stay as they
    were read, and the few passages that were looked at last; all others are read again from their
    text when they are asked for.
    """

    def __init__(self, macros: Mapping[str, Macro], limits: Limits) -> None:
        self.macros, self.limits = macros, limits
        self.written: list[list[Written]] = []
        self._counts: list[int] = []  # of chains
        self._room = KEPT
        self._kept: dict[int, list[Raw]] = {}
        self._last: dict[int, list[Raw]] = {}

    def raws(self, n: int) -> list[Raw]:
        """The chains of a passage."""
        found = self._kept.get(n) or self._last.get(n)
        if found is None:
            found, current = list[Raw](), None
            for written in self.written[n]:
                display, rows = written.lines(self.macros, self.limits)
                more, current, _ = _chains(rows, display, current)
                found += more
            self._last[n] = found
            if len(self._last) > LAST:
                del self._last[next(iter(self._last))]
        return found

    def at_hand(self) -> Iterator[Raw]:
        """The chains that are in memory."""
        return (raw for raws in (*self._kept.values(), *self._last.values()) for raw in raws)

    def add(self, written: Written, raws: list[Raw]) -> int:
        """One more passage: its number."""
        n = len(self.written)
        self.written.append([written])
        self._counts.append(len(raws))
        if len(written.segment.text) <= self._room:
            self._room -= len(written.segment.text)
            self._kept[n] = raws
        return n

    def extend(self, n: int, written: Written, raws: list[Raw]) -> int:
        """One more display of a passage, in which ``raws`` begin: how many began before."""
        before = self._counts[n]
        self.written[n].append(written)
        self._counts[n] += len(raws)
        if n in self._kept:
            self._room -= len(written.segment.text)
            self._kept[n] += raws
        return before


@dataclass(slots=True)
class Assembled:
    passages: Passages
    places: list[tuple[int, int]]  # of each chain in order: its passage, and its number there
    gaps: list[tuple[Gap, int]]  # with the start of the display before, -1 where there is none
    errors: list[tuple[Segment, ReadError]]

    def add(self, written: Written, raws: list[Raw], to: int = -1) -> int:
        """One more formula, in which these chains begin, of the passage ``to`` or a new one: the
        number of the passage."""
        number = self.passages.extend(to, written, raws) if to >= 0 else 0
        n = to if to >= 0 else self.passages.add(written, raws)
        self.places += [(n, number + k) for k in range(len(raws))]
        return n


def assemble(document: Document, macros: Mapping[str, Macro], limits: Limits) -> Assembled:
    """The chains of all formulas of ``document``, in order, and the words between displays."""
    passages = Passages(macros, limits)
    found = Assembled(passages, [], [], [])
    between: list[Segment] = []
    last = -1  # where the display before begins
    current: Raw | None = None
    passage = -1  # that ``current`` is in

    def close_gap() -> Gap:
        g = gap(between)
        found.gaps.append((g, last))
        for at, segment in g.inline:
            written = Written(segment, g, at, last)
            if (made := _taken_apart(written, found)) is not None:
                display, rows = made
                found.add(written, _chains(rows, display, None)[0])
        between.clear()
        return g

    for segment in document.segments:
        if segment.kind == "display":
            written = Written(segment, close_gap(), -1, segment.span.end)
            if (made := _taken_apart(written, found)) is None:
                continue
            display, rows = made
            before = current
            raws, current, joined = _chains(rows, display, before)
            n = found.add(written, raws, passage if joined else -1)
            passage = passage if current is before else n
            last = segment.span.start
        elif segment.kind != "directive":
            between.append(segment)
    close_gap()
    return found


def _taken_apart(written: Written, found: Assembled) -> tuple[Display, list[Line]] | None:
    try:
        return written.lines(found.passages.macros, found.passages.limits)
    except ReadError as error:
        if any(sign in written.segment.text for sign in ("=", r"\le", r"\ge", "<", ">")):
            found.errors.append((written.segment, error.with_traceback(None)))
        return None


def _chains(
    rows: Sequence[Line], display: Display, current: Raw | None
) -> tuple[list[Raw], Raw | None, bool]:
    """The chains that begin in one display, the one that a leading "=" in the next display goes on
    with, and whether something here belongs to ``current``, which is that of the display before."""
    found: list[Raw] = []
    before, joined = current, False
    first = True
    for line in rows:
        joint = "first" if first and line.joint == "row" else line.joint
        inside = current is not None and not first
        if not line.tokens and not line.signs:
            if current is not None and line.reasons:
                _add_reason(current, line)
                joined = joined or current is before
            continue
        if line.joint in ("if", "and") and current is not None and _is_condition(line, joint):
            current.conditions.append(line)
            joined = joined or current is before
            continue
        if line.opens == "sign" and line.joint in ("row", *FOLLOWING):
            if current is not None and (current.signs or current.sides[0][0]):
                if first and len(display.before.split()) > 3:
                    current.resumed.add(len(current.signs))
                _extend(current, line, display)
                joined = joined or current is before
            else:
                found.append(_raw(line, "first", display))
                found[-1].headless = True
                current = found[-1]
        elif (line.opens == "operator" and current is not None and line.joint == "row") or (
            inside and current is not None and _waits(current) and line.joint == "row"
        ):
            _continue(current, line, display)
            joined = joined or current is before
        else:
            raw = _raw(line, joint, display)
            found.append(raw)
            if line.joint not in ("because", "if") and not raw.dots:
                current = raw
        first = False
    return found, current, joined


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
