"""What the words between formulas say: kinds of names, ranges of indices, cases.

The words and the formulas among them are one string here, in which \\x02 and \\x03 stand around a
formula; ``places`` leads back to the document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from derive.read.chains.properties import (
    CALLED,
    CALLED_IF,
    COMPARED,
    COMPARISONS,
    COMPONENT,
    FACTS,
    RUNS_FROM,
)
from derive.read.chains.words import (
    ANYTHING,
    CASE,
    CASES_END,
    CLAIMED_OF_IT,
    CLAUSE_ENDS,
    DIFFERENT,
    DROPPED,
    ELSE,
    FORMULA,
    LET_ANEW,
    LET_BE_OTHER,
    LETS_CASE,
    LEVELS,
    LOWEST,
    NEW_PARAGRAPH,
    NO_CASE,
    SAME_SECTION,
    SECTION,
    SUPPOSED,
    WITHDRAWN,
)
from derive.read.notation import INDEX_LETTERS
from derive.term import Span

if TYPE_CHECKING:
    from derive.read.document import Segment

_DOTS = r"(?:\\[a-z]*dots[a-z]*|\.\.\.|…|⋯)"
_LETTERS = r"[a-zA-Z](?:\s*,\s*[a-zA-Z])*"
_END = r"(?P<upper>[A-Za-z]|\d+|\\[A-Za-z]+|\|[^|]{1,8}\||[A-Za-z]_[\w{}]+)"
RANGES = (
    re.compile(  # i = 1, \dots, n
        rf"(?P<names>{_LETTERS})\s*=\s*(?P<lower>\d)\s*,(?:\s*\d\s*,){{0,2}}\s*{_DOTS}\s*,?\s*{_END}"
    ),
    re.compile(  # i = 1, 2, 3: an index; x = 1, 2 are two roots
        r"(?<![A-Za-z_\\])(?P<names>[ijkl](?:\s*,\s*[ijkl])*)\s*=\s*(?P<lower>1)\s*,\s*"
        rf"(?:2\s*,\s*(?:3\s*,\s*(?=4)|(?=3))|(?=2))(?P<upper>[2-4])(?P<listed>)"
        rf"(?!\d|\.\d|\s*,\s*(?:\d|{_DOTS}))"
    ),
    re.compile(  # j \in \{1, \dots, K\}
        rf"(?P<names>{_LETTERS})\s*(?:\\in|∈)\s*\\?(?:left\\?)?[\[{{\\]+\s*(?P<lower>\d)\s*"
        rf"(?:,(?:\s*\d\s*,){{0,2}}\s*{_DOTS}\s*,?|\.\.)\s*{_END}\s*(?:\\right)?\\?[}}\]]"
    ),
    re.compile(  # 1 \le i \le n
        rf"(?P<lower>\d)\s*(?:\\leq?|≤|<=)\s*(?P<names>{_LETTERS})(?P<between>\s*)"
        rf"(?:\\leq?|≤|<=)\s*{_END}"
    ),
    re.compile(rf"(?P<names>{_LETTERS})\s*:\s*(?P<lower>\d)\s*\.\.\s*{_END}"),
    re.compile(rf"(?P<names>{_LETTERS})\s*(?:\\in|∈)\s*\[\s*(?P<upper>[A-Za-z])\s*\](?P<lower>)"),
)

_SPECIAL = re.compile(r"\b(?:for|für|if|falls|when|wenn|case|cases|Fall)\W*\Z", re.IGNORECASE)


def ranges(text: str) -> Iterator[re.Match[str]]:
    """Where it is said what an index counts.  0 ≤ a ≤ 1 says no such thing: a may be any number
    between."""
    for pattern in RANGES:
        for m in pattern.finditer(text):
            found = m.groupdict()
            if "listed" in found and _SPECIAL.search(text, max(0, m.start() - 16), m.start()):
                continue  # for i = 1, 2: what is said of these two
            if "between" not in found or _counts(m["names"], m["upper"]):
                yield m


def _counts(names: str, upper: str) -> bool:
    """Whether 1 ≤ names ≤ upper speaks of indices: i, k, or t up to T."""
    letters = re.findall(r"\w", names)
    return all(letter in INDEX_LETTERS or letter.upper() == upper for letter in letters)


_AFTER = re.compile(  # .. and q
    r"\s*(?:,|and|,\s*and|und)\s*\x02([^\x02\x03]{1,40})\x03(?!\s*(?:is|are|be|=|ist)\b)"
)
_SET = re.compile(r"(?:\\in(?![a-z])|∈)(.*)", re.DOTALL)
_BEFORE = re.compile(r"\x02([^\x02\x03]{1,40})\x03\s*(?:,|and|,\s*and|und)\s*\Z")  # p and ..


_DENIED = re.compile(
    r"\b(?:not|never|neither|nor|whether|unless|nicht|kein\w*|nie|ob)\b|n't\b", re.IGNORECASE
)


_NOR = re.compile(r"\b(?:nor|noch)\s+(?:\w+\s+)?\Z", re.IGNORECASE)


class Gap(NamedTuple):
    """The words and formulas between two displays."""

    text: str
    starts: tuple[int, ...]  # of each piece, in text
    places: tuple[int, ...]  # of each piece, in the document
    inline: tuple[tuple[int, Segment], ...]  # where a formula's text starts, and the formula

    def place(self, at: int) -> int:
        """The offset in the document of an offset in ``text``."""
        if not self.starts:
            return 0
        n = max(0, bisect_right(self.starts, at) - 1)
        return self.places[n] + at - self.starts[n]

    def span(self, start: int, end: int) -> Span:
        return Span(self.place(start), max(self.place(start), self.place(end - 1) + 1))


def gap(segments: Sequence[Segment]) -> Gap:
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    inline: list[tuple[int, Segment]] = []
    at = 0
    for segment in segments:
        if segment.kind == "inline":
            parts.append("\x02")
            at += 1
            inline.append((at, segment))
        elif segment.kind != "prose":
            continue
        starts.append(at)
        places.append(segment.span.start)
        words = segment.text.replace("\x02", " ").replace("\x03", " ")
        parts.append(words)
        at += len(words)
        if segment.kind == "inline":
            parts.append("\x03")
            at += 1
    return Gap("".join(parts), tuple(starts), tuple(places), tuple(inline))


def compared(m: re.Match[str]) -> tuple[str, ...]:
    """The name, and the relations that it is said to be in: at least 1, between 0 and 1."""
    name = _name(m)
    if m["left"]:
        ops = ["<" if bracket in "()" else r"\le" for bracket in (m["left"], m["right"])]
        return name, f"{m['from']} {ops[0]} {name}", f"{name} {ops[1]} {m['until']}"
    if m["low"]:
        return name, rf"{m['low']} \le {name}", rf"{name} \le {m['high']}"
    word = " ".join(m["how"].lower().split())
    op = next(op for start, op in COMPARISONS.items() if word.startswith(start))
    return name, f"{name} {op} {m['value']}"


def listed(text: str) -> list[str]:
    """What is listed in formulas, or the one word there is."""
    formulas = _FORMULAS.findall(text)
    return [one.strip() for f in formulas for one in f.split(",")] or ([text] if text else [])


class Renewal(NamedTuple):
    """A name is let be something anew; ``anything``: whatever it meant before."""

    name: str
    start: int
    anything: bool


def renewals(text: str) -> Iterator[Renewal]:
    """Where the words of a gap let names be something anew.

    >>> [(r.name, r.anything) for r in renewals("Now let \x02x_i\x03 be arbitrary.")]
    [('x', True)]
    """
    for m in LET_ANEW.finditer(text):
        formulas = _FORMULAS.findall(m["names"]) or [m["names"]]
        anything = ANYTHING.search(m[0]) is not None
        if not anything and m["be"] is None:
            formulas = [f for f in formulas if _IN.search(f)]
        for written in formulas:
            for one in [] if _RELATES.search(written) else _IN.split(written)[0].split(","):
                if name := _NAME.match(one):
                    yield Renewal(name[1], m.start(), anything or m["be"] is not None)


def other_values(text: str) -> Iterator[Renewal]:
    """Where a name is let have another value or sign: "suppose next that $a < 0$"."""
    for m in LET_BE_OTHER.finditer(text):
        if m["low"]:
            yield Renewal(f"{m['name']}_{{{m['low']}}}", m.start(), True)
        else:
            yield Renewal(m["name"], m.start(), False)


def dropped(text: str) -> Iterator[Renewal]:
    """Where an assumption on a name is dropped: "we no longer assume that a > 0"."""
    for m in DROPPED.finditer(text):
        left = _RELATES.split(
            _IN.split(m["formula"] or m["anything"] or m["again"] or m["general"])[0]
        )[0]
        written = [left]
        start = m.start()
        while other := _BEFORE.search(text, max(0, start - 60), start):  # x and y may be any
            start = other.start()
            written.append(other[1])
        for name in filter(None, (_NAME.match(one.strip()) for one in written)):
            yield Renewal(name[1], m.start(), False)


def withdrawn(texts: Iterable[str]) -> Iterator[tuple[int, Renewal]]:
    """Where the last thing that was supposed counts no more, "without this assumption", with the
    number of the gap."""
    supposed = ""
    for n, text in enumerate(texts):
        found = [*SUPPOSED.finditer(text), *WITHDRAWN.finditer(text)]
        for m in sorted(found, key=lambda m: m.start()):
            if m.re is SUPPOSED:
                supposed = m[1]
                continue
            for name in re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", supposed):
                yield n, Renewal(name, m.start(), True)


_FORMULAS = re.compile(r"\x02([^\x02\x03]*)\x03")
_IN = re.compile(r"\\in(?![a-z])|∈")
_RELATES = re.compile(r"[=<>≤≥≠]|\\(?:leq?|geq?|neq?|lt|gt|to|sim)(?![a-z])")
_NAME = re.compile(r"\s*(?!\\[a-z]*dots)(\\[a-z]+\{[A-Za-z]\}|\\?[A-Za-z]+)(?:_|\s*\Z)")


class Fact(NamedTuple):
    """``kind`` as in the table FACTS, "range", "section", "paragraph", "case", "case before",
    "end of cases" or "component"; ``parts`` are the pieces of text that it is about: of a section
    its title and its level."""

    kind: str
    start: int
    end: int
    parts: tuple[str, ...]


def facts(g: Gap) -> Iterator[Fact]:
    """What is said in these words, in no certain order.

    >>> from derive.read.document import read_document
    >>> d = read_document(r"where $y$ is a one-hot vector and $i = 1, \\dots, n$.", "md")
    >>> [(f.kind, *f.parts) for f in facts(gap(d.segments))]
    [('one-hot', 'y'), ('vector', 'y'), ('range', 'i', '1', 'n')]
    """
    text = g.text
    low = text.lower()
    for kind, patterns in FACTS.items():
        if not _may_hold(kind, low):
            continue
        for pattern in patterns:
            for m in pattern.finditer(text):
                name = _name(m)
                if _DENIED.search(m[0]) or _NOR.search(text, max(0, m.start() - 24), m.start()):
                    continue  # B is not symmetric, neither A nor B is
                if CALLED.search(m[0]) or CALLED_IF.match(text, m.end()):
                    continue  # a matrix A is called symmetric if
                if name:
                    yield Fact(kind, m.start(), m.end(), (name,))
                end = m.end()
                while (
                    kind == "distribution"
                    and text[end - 1 : end] == "\x03"
                    and (other := _AFTER.match(text, end))
                ):
                    end = other.end()
                    yield Fact(kind, m.start(), end, (other[1],))
                start = m.start() if _leads(m) else 0  # not "$z$ and one-hot $y$"
                while other := _BEFORE.search(text, max(0, start - 60), start):
                    start = other.start()
                    if _SET.findall(other[1]) not in ([], _SET.findall(name)):
                        break  # $w \in \mathbb{R}^d$, $A \in \mathbb{R}^{d \times d}$ symmetric
                    yield Fact(kind, start, m.end(), (other[1],))
    for m in ranges(text):
        yield Fact("range", m.start(), m.end(), (m["names"], m["lower"] or "1", m["upper"]))
    for m in RUNS_FROM.finditer(text):
        yield Fact("range", m.start(), m.end(), (m["names"], m["lower"], m["upper"].strip()))
    for m in COMPARED.finditer(text):
        yield Fact("compared", m.start(), m.end(), compared(m))
    for m in CASE.finditer(text):
        op = "=" if m["op"] == "=" else r"\ne"
        parts = (m["left"], op, m["right"])
        if m["left"] == m["right"] or _no_case(text, m):
            continue
        if CLAIMED_OF_IT.match(text, m.end("formula")):
            masked = FORMULA.sub(lambda f: "x" * len(f[0]), text)
            over = CLAUSE_ENDS.search(masked, m.end())
            yield Fact("case of a clause", m.start(), over.end() if over else len(text), parts)
        elif kind := _case(text, m):
            yield Fact(kind, m.start(), m.end(), parts)
    for m in DIFFERENT.finditer(text):
        two = (m["left"] or m["one"], r"\ne", m["right"] or m["other"])
        yield Fact("case", m.start(), m.end(), two)
    for m in SECTION.finditer(text):
        titles = ("md", "tex", "word", "label", "bold", "number")
        title = next((m[kind] for kind in titles if m[kind]), "")
        if not SAME_SECTION.search(title):
            level = len(m["marks"] or "") or LEVELS.get(m["command"] or "", LOWEST)
            yield Fact("section", m.start(), m.end(), (title, str(level)))
    for m in NEW_PARAGRAPH.finditer(text):
        yield Fact("paragraph", m.end(), m.end() + 1, ())
    for m in CASES_END.finditer(text):
        yield Fact("end of cases", m.start(), m.end(), ())
    if "component" in low or "entry" in low or "element" in low or "coordinate" in low:
        for m in COMPONENT.finditer(text):
            whole = (m["formula"] or m["name"], m["index"], m["of"])
            yield Fact("component", m.start(), m.end(), whole)


def _no_case(text: str, m: re.Match[str]) -> bool:
    """Whether it says when something is 1 and when 0."""
    start, end = m.span("formula")
    rest = text[end:].lstrip("\x03)")
    return bool(NO_CASE.search(text[max(0, start - 24) : start]) or ELSE.search(rest[:24]))


def _case(text: str, m: re.Match[str]) -> str:
    """ "case" where it is said of the next display, "case before" where of the one before."""
    rest = text[m.end("formula") :].lstrip("\x03)")
    if LETS_CASE.search(m[0]) and re.match(r"\.\s", rest):
        return "case"  # a sentence of its own, "Let $i \\ne j$."
    opening = text[: m.start()].strip(" ,;.()\n")
    goes_on = re.match(r"\s*[.,;]|\s*(?:and|but|whereas|while|otherwise)\b", rest) is not None
    if not opening and goes_on and text[m.start() :].lstrip(" ,;.()\n")[:1].islower():
        return "case before"
    if len(rest) < 100 and not re.search(r"[.!?]\s+\S|\n\s*\n\s*\w", rest):
        return "" if CASE.search(rest) else "case"
    return "case before" if not opening and goes_on else ""


def _may_hold(kind: str, low: str) -> bool:
    return any(word in low for word in _STEMS[kind])


_STEMS = {  # one of these stands in the words, in English or German
    "one-hot": ("hot",),
    "distribution": (
        "distribution",
        "probabilit",
        "wahrscheinlichkeit",
        "simplex",
        "convex",
        "delta",
    ),
    "symmetric": ("symmetri",),
    "orthogonal": ("orthogonal",),
    "orthonormal columns": ("orthonorm",),
    "orthonormal rows": ("orthonorm",),
    "unit vector": ("unit", "einheitsv"),
    "positive definite": ("definit",),
    "full column rank": ("rank", "rang", "columns"),
    "full row rank": ("rank", "rang", "rows"),
    "invertible": ("invert", "singular", "regulär"),
    "positive": ("positiv",),
    "negative": ("negativ",),
    "nonnegative": ("negativ",),
    "nonzero": ("zero", "null"),
    "sum-one": (" to ", "sum"),
    "scalar": ("scalar", "real", "number", "one-dim", "skalar", "reell", "zahl"),
    "matrix": ("matri",),
    "vector": ("vector", "vektor"),
    "integer": ("integer", "ganz"),
    "complex": ("complex", "komplex"),
    "natural": ("natural", "natürlich"),
}


_NAMES = ("n", "nb", "nf", "ns", "nl")


def _name(m: re.Match[str]) -> str:
    return next((m[group].strip() for group in _NAMES if m[group]), "")


def _leads(m: re.Match[str]) -> bool:
    """Whether the name stands before what is said of it."""
    return any(m[group] and m.start(group) <= m.start() + len("**") for group in _NAMES)
