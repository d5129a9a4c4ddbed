"""Conditions that the sentence around a derivation makes: "for $r > c$ we have ..".

The reader takes over what it is certain of.  What is left is looked at only where a step fails:
under the condition it may hold, and a person would read it so.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Set
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from derive.read import read_given
from derive.read.chains.clauses import spoken_of
from derive.read.chains.properties import WORD_DEFINED
from derive.read.chains.prose import gap
from derive.read.chains.words import WITHDRAWN
from derive.term import (
    Assumption,
    Claim,
    Given,
    Number,
    Relation,
    Symbol,
    free_names,
    reached,
    replace,
)

if TYPE_CHECKING:
    from derive.read.chains import Chain
    from derive.read.document import Document, Segment

VALUES = 4  # of one name, and names with values, that are tried
FARTHEST = 12  # segments back that a sentence may begin
_RELATION = re.compile(r"[<>=≠≤≥]|\\(?:leq?|geq?|neq?|lt|gt)(?![A-Za-z])")
_OPENS = re.compile(
    r"\b(?<!\bnot )(?<!n't )(?:for|if|when|whenever|where|case|on|suppose|assum\w+|provided|wenn|"
    r"falls|für)\b[^.:;]*$|\(\s*$",
    re.IGNORECASE,
)
# "At $x = 1$", "plugging in $u = 2$, $v = 1$": a formula that gives a name its value.
_AT = re.compile(
    r"\b(?:at|with|by|point|evaluat\w+|plug\w*|insert\w*|substitut\w+|set|setting|put\w*|choose|take|"
    r"bei|mit|an)\b[^.:;]*$",
    re.IGNORECASE,
)
_AT_ONLY = re.compile(r"\s*(?:At|Bei)\s*\Z")
# Not of a derivative, "setting $\frac{dS}{dw} = 0$": that is an equation to be solved.
_VALUE = re.compile(
    r"(?![^=]*(?:\\partial|\\d?frac|\\nabla|'))[^=<>]{1,16}=(?:[^=<>A-Za-z\\]|\\(?:[dt]?frac|pi|log|ln|sqrt|,|;))+"
)
_HEAD = re.compile(r"\s*(\\?[A-Za-z]+)\s*(?:[(_].{0,40}?)?=")
_BRACES = re.compile(r"[{}\s]|_[A-Za-z]\b|_\{[^{}]*\}")  # and indices
_AND = re.compile(r"[\s,]*(?:and|und)?\s*")
_FOLLOWS = re.compile(r"\s*,?\s*(?:for|if|when|whenever|provided that|wenn|falls|für)\s*")
_CASE = re.compile(r"\b(?:Case|Fall)\s*\(?(?:\d+|[ivxIVX]+|[A-E])\b")  # another one is over
_ELSE = re.compile(r"\s*,?\s*(?:otherwise|else|sonst|andernfalls)\b")
_OPPOSITE = {
    "=": r"\ne", "≠": "=", r"\ne": "=", r"\neq": "=",
    "<": r"\ge", r"\lt": r"\ge", "≥": "<", r"\ge": "<", r"\geq": "<",
    ">": r"\le", r"\gt": r"\le", "≤": ">", r"\le": ">", r"\leq": ">",
}  # fmt: skip
# Not "For $k = 0$ this is ..": a new sentence speaks of something else.
_EXPLAINS = re.compile(
    r"\s*,?\s*(?:(?:[Hh]ere|[Ii]n the last (?:step|line)),?\s+)?(?:where|if|when|since|because|as|"
    r"with|using|given|assuming|provided|[Ww]e (?:have )?(?:used|assumed)|at|for|wobei|weil|da)\b"
)
_STARTS = re.compile(
    r"\s*(?:For|If|When|Whenever|Suppose|Assume|Consider|Case|Wenn|Falls|Für)\b[^.:;]*$"
)
# What stood before is over: "In general, however".
_OVER = re.compile(
    r"\b(?:in general|generally|however|otherwise|instead|without (?:this|that|the)|im allgemeinen|"
    r"sonst|ohne diese)\b",
    re.IGNORECASE,
)
_IS_VALUE = re.compile(r"(?<![<>!])=")
_FOR_ALL = re.compile(
    r"\b(?:for (?:all|every|any|each|an arbitrary|arbitrary)|für (?:alle|jede[ns]?|beliebige\w*))\b"
    r"[^.:;]*\Z",
    re.IGNORECASE,
)
_HOLDS_FOR_ALL = re.compile(
    r"\s*(?:which )?(?:holds|is (?:true|valid)|gilt)\s+(?:for (?:all|every|any|each)|always|"
    r"für (?:alle|jedes))\b",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"\n\s*\n|\n\s*(?:[-*]|\d+\.|\\item\b)\s")
_ENDS_PARAGRAPH = re.compile(r"[.!?][ \t]*\n\s*\n\s*\Z")
_FULL_STOP = re.compile(r"[.!?]\s*\Z")
_LAST_LINES = re.compile(r"\s*\n\s*\Z")
_GOES_ON = re.compile(r"\s*(?:and|or|so|but|with|where|hence|und|sowie|also)\b")
_CLOSED = re.compile(r"[.!?][\s$\]})]*(?:\\end\{\w+\*?\})?[\s$]*\Z")
_SENTENCE = re.compile(r"[.!?]\s|\n\s*\n|\n\s*(?:[-*]|\d+\.|\\item\b)\s")


class Said(NamedTuple):
    """A condition as it is written.  ``own``: the step's own sentence makes it; a value that
    another one gives, "for $b = 0$ this is clear", may not be meant."""

    text: str
    own: bool = True


def under_conditions(
    document: Document, chain: Chain, claim: Claim
) -> Iterator[tuple[Claim, tuple[Assumption, ...]]]:
    """The claim under what the sentence around its chain says, and what of it may not be meant;
    nothing where it says nothing.

    First with all else that is given; then without what else is said of the size of the same
    names, as in "for x > 0 .. and for x < 0 ..".  Raises ReadError where a condition cannot be
    read.
    """
    around = dict.fromkeys((*conditions(document, chain), *_of_definitions(document, claim)))
    around = {s: None for s in around if not _defines(s.text, claim.given, document)}
    own = {s.text for s in around if s.own}
    strange = [s.text for s in around if s.text not in own and _IS_VALUE.search(s.text)]
    found = list(dict.fromkeys(s.text for s in around))
    names = free_names(claim.relation) | behind(claim) | claim.given.definitions.keys()
    axes = (axis for shape in claim.given.shapes.values() for axis in shape)
    names = names.union(*(free_names(axis.upper) for axis in axes))  # n of z in R^n
    found = [said for said in found if _is_about(said, names)]
    if not found:
        return
    lines = [f"assume {condition}" for condition in found]
    given = read_given(lines, claim.given, document.macros)
    nothing = replace(claim.given, assumptions=())
    other = [f"assume {one}" for one in strange if one in found]
    doubtful = read_given(other, nothing, document.macros).assumptions if other else ()
    if given != claim.given:
        yield replace(claim, given=given), doubtful
    said = read_given(lines, replace(claim.given, assumptions=()), document.macros).assumptions
    limited = {name for assumption in said for name in free_names(assumption.term)}
    others = tuple(
        a for a in claim.given.assumptions if not (_is_size(a) and free_names(a.term) <= limited)
    )
    if len(others) < len(claim.given.assumptions):
        limited_to = replace(claim.given, assumptions=(*others, *said))
        yield replace(claim, given=limited_to), doubtful


def _of_definitions(document: Document, claim: Claim) -> Iterator[Said]:
    """The conditions under which the text gives its names their meaning: "For $a > c$ put
    $s = a - c$"."""
    segments = document.segments
    for name in sorted(reached(free_names(claim.relation), claim.given)):
        own = claim.given.definitions.get(name)
        if own is None or not 0 < own.line <= len(document.lines):
            continue
        first = bisect_left(segments, document.lines[own.line - 1], key=lambda s: s.span.start)
        for k in range(max(first, 2), len(segments)):
            if document.place(segments[k].span.start).line > own.line:
                break
            head, equals, _ = segments[k].text.partition("=")
            letters = _BRACES.sub("", head).partition("(")[0]
            said, words = segments[k - 2 : k]
            if not equals or letters != _BRACES.sub("", name) or said.kind != "inline":
                continue
            if _goes_on_in(words) and _is_condition(segments, k - 2, _OPENS):
                yield Said(said.text.strip())


def _defines(said: str, given: Given, document: Document) -> bool:
    """Whether it is no condition but what a name means: "for $x(t) = A \\cos t$ we have"."""
    name = _HEAD.match(said)
    own = given.definitions.get(name[1]) if name is not None else None
    if own is None or not 0 < own.line <= len(document.lines):
        return False
    return said in document.text[document.lines[own.line - 1] :].partition("\n")[0]


def _is_about(said: str, names: Set[str]) -> bool:
    """Whether a condition that gives a value to something, p_k = 1/K, speaks of a name that the
    claim depends on; AB of AB = BA is a product."""
    value = _HEAD.match(said)
    return value is None or value[1] in names or set(value[1]) <= names


def stated_values(
    document: Document, chain: Chain, claim: Claim
) -> Iterator[tuple[Assumption, ...]]:
    """Values that the text outside of ``chain`` gives to the names of ``claim``: x = 3."""
    text = document.text[: chain.span.start] + "\n" + document.text[chain.span.end :]
    found: dict[str, list[Assumption]] = {}
    for name in sorted(behind(claim)):
        value = re.compile(
            rf"(?<![\\\w]){re.escape(name)}\s*=\s*(-?\d{{1,9}}(?:\.\d{{1,9}})?)(?![\d.]*\w)"
        )
        for m in list(dict.fromkeys(value.findall(text)))[:VALUES]:
            is_value = Relation("=", Symbol(name), Number(Fraction(m)))
            found.setdefault(name, []).append(Assumption("relation", is_value))
    if found and len(found) <= VALUES:
        yield from list(product(*found.values()))[: VALUES**2]


def behind(claim: Claim) -> set[str]:
    """The names of ``claim`` that are defined nowhere, also those in definitions."""
    return reached(free_names(claim.relation), claim.given) - claim.given.definitions.keys()


def from_equations(claim: Claim) -> Iterator[tuple[Claim, Assumption]]:
    """Identities from each of which the claim follows by one equation that is given: L = R, given
    G = H, where L - R is G - H or H - G."""
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "=":
        return
    for assumption in claim.given.assumptions:
        known = assumption.term
        if not isinstance(known, Relation) or known.op != "=":
            continue
        others = tuple(a for a in claim.given.assumptions if a is not assumption)
        given = replace(claim.given, assumptions=others)
        for above, below in ((known.left, known.right), (known.right, known.left)):
            left = relation.left - relation.right
            identity = replace(relation, left=left, right=above - below)
            yield replace(claim, relation=identity, given=given), assumption


def _is_size(assumption: Assumption) -> bool:
    """Whether it says how large something is: r > c, n = 2."""
    match assumption.term:
        case Relation("<" | "<=" | ">" | ">=") | Relation("=", Symbol(), Number()):
            return True
    return False


def conditions(document: Document, chain: Chain) -> Iterator[Said]:
    """The formulas of the sentence around ``chain`` that say when it holds, and those of the
    paragraph that begin a sentence: "For $x < 0$ .. . We differentiate: .."."""
    segments = document.segments
    n = bisect_right(segments, chain.span.start, key=lambda s: s.span.start) - 1
    if n < 0:
        return
    if n + 1 < len(segments) and _HOLDS_FOR_ALL.match(segments[n + 1].text):
        return
    same_sentence = True
    across = False  # displays that stand right below another one
    told = False  # something in an earlier sentence that its own condition was meant for
    apart = n > 0 and _ENDS_PARAGRAPH.search(segments[n - 1].text) is not None
    listed: list[str] = []  # formulas that go on with a list which is not seen yet
    for k in range(n - 1, max(-1, n - FARTHEST), -1):
        segment = segments[k]
        if segment.kind == "prose":
            if _is_over(segments, k) or _CASE.search(segment.text):
                break
            # A blank line before a display ends neither sentence nor paragraph.
            before = k + 1 == n or segments[k + 1].kind == "display"
            text = _LAST_LINES.sub("", segment.text) if before else segment.text
            goes_on = k and segments[k - 1].kind == "display" and _GOES_ON.match(text)
            text = text.lstrip() if goes_on else text
            if _SENTENCE.search(text) or (before and _FULL_STOP.search(text)):
                same_sentence = told = False
            if _PARAGRAPH.search(text):
                break
        elif segment.kind == "display" and same_sentence and _goes_on_after(segments, k):
            across = across or not _goes_on_in_words(segments, k)
            continue  # "for x > 0 we have .. and .."
        elif segment.kind != "inline":
            break
        elif _is_behind_a_display(segments, k):
            if n + 1 < len(segments) and _ELSE.match(segments[n + 1].text):
                yield from map(Said, _negated(segment.text))
            break
        elif told and (apart or _is_one_of_several(segments, k)):
            continue
        elif across:  # only a value is meant for all the displays below it
            if same_sentence and _is_condition(segments, k, _AT_ONLY):
                yield Said(segment.text.strip())
        elif _is_condition(segments, k, _OPENS if same_sentence else _STARTS):
            yield from (Said(one, same_sentence) for one in (segment.text.strip(), *listed))
            listed.clear()
        elif k and _RELATION.search(segment.text) and _AND.fullmatch(segments[k - 1].text):
            listed.append(segment.text.strip())
        elif not same_sentence and _RELATION.search(segment.text):
            told = True
    if n + 2 < len(segments) and _FOLLOWS.fullmatch(segments[n + 1].text):
        after = segments[n + 2]
        if after.kind == "inline" and _RELATION.search(after.text):
            yield Said(after.text.strip().rstrip(".,;"))
    elif segments[n].kind == "display":
        yield from map(Said, _said_after(segments, chain))


def _is_behind_a_display(segments: tuple[Segment, ...], k: int) -> bool:
    """Whether this formula says when the display before it holds: "\\[ .. \\] for $j = k$"."""
    if k < 2 or segments[k - 2].kind != "display" or not _RELATION.search(segments[k].text):
        return False
    return _FOLLOWS.fullmatch(segments[k - 1].text) is not None


def _negated(said: str) -> Iterator[str]:
    """The relation that holds where a single one does not."""
    signs = _RELATION.findall(said)
    opposite = _OPPOSITE.get(signs[0]) if len(signs) == 1 else None
    if opposite is not None:
        yield said.strip().rstrip(".,;").replace(signs[0], f"{opposite} ")


def _is_one_of_several(segments: tuple[Segment, ...], k: int) -> bool:
    """Whether the sentence of this formula has several conditions, each with a claim of its own:
    "for $x > 0$, $f = 1$; for $x < 0$, $f = 0$"."""
    first = last = k
    while first > 0 and _goes_on_in(segments[first - 1]):
        first -= 1
    while last + 1 < len(segments) and _goes_on_in(segments[last + 1]):
        last += 1
    inline = (j for j in range(first, last + 1) if segments[j].kind == "inline")
    return sum(_is_condition(segments, j, _OPENS) for j in inline) > 1


def _goes_on_in(segment: Segment) -> bool:
    """Whether a sentence goes on through a segment."""
    if segment.kind == "prose":
        return _SENTENCE.search(segment.text) is None
    return segment.kind == "inline"


def _is_over(segments: tuple[Segment, ...], k: int) -> bool:
    """Whether these words end what was said before them: "In general", "For every real $x$"."""
    last = _SENTENCE.split(segments[k].text)[-1]
    if _OVER.search(last) or WITHDRAWN.search(segments[k].text):
        return True
    after = segments[k + 1].text if k + 1 < len(segments) else ""
    return _FOR_ALL.search(last) is not None and not _RELATION.search(after)


def _goes_on_after(segments: tuple[Segment, ...], k: int) -> bool:
    """Whether the sentence of a display goes on after it: ".. and the derivative is ..", or in
    another display."""
    after = segments[k + 1] if k + 1 < len(segments) else None
    if after is None or _CLOSED.search(segments[k].text):
        return False
    return after.kind == "display" or not after.text.strip() or _goes_on_in_words(segments, k)


def _goes_on_in_words(segments: tuple[Segment, ...], k: int) -> bool:
    """Whether the words after a display go on with its sentence."""
    after = segments[k + 1]
    return after.kind == "prose" and _GOES_ON.match(after.text) is not None


def _said_after(segments: tuple[Segment, ...], chain: Chain) -> Iterator[str]:
    """The relations of a sentence after a display that says why it holds: "where we used
    $y = 1$"."""
    n = bisect_right(segments, chain.span.end - 1, key=lambda s: s.span.start) - 1
    words = segments[n + 1] if n + 1 < len(segments) else None
    if words is None or words.kind != "prose" or not _EXPLAINS.match(words.text):
        return  # between two formulas there may be no words at all
    for k in range(n + 1, min(n + FARTHEST, len(segments))):
        segment = segments[k]
        if segment.kind == "prose":
            if _SENTENCE.search(segment.text.rstrip()):
                return
        elif segment.kind != "inline":
            return
        elif _RELATION.search(segment.text):
            yield segment.text.strip().rstrip(".,;")


def _is_spoken_of(segments: tuple[Segment, ...], k: int) -> bool:
    """Whether words around this formula only speak of it: "for those who know $a > 0$"."""
    if segments[k].kind != "inline":
        return False
    first = last = k
    while first > 0 and segments[first - 1].kind in ("prose", "inline"):
        first -= 1
    while last + 1 < len(segments) and segments[last + 1].kind in ("prose", "inline"):
        last += 1
    words = gap(segments[max(first, k - FARTHEST) : min(last, k + FARTHEST) + 1])
    at = next(start for start, segment in words.inline if segment is segments[k])
    return any(one.start <= at < one.end and not one.until for one in spoken_of(words.text))


def _is_condition(segments: tuple[Segment, ...], k: int, opening: re.Pattern[str]) -> bool:
    """Is this formula of the running text a relation that "for", "if" .. leads to?"""
    if not _RELATION.search(segments[k].text) or k == 0 or segments[k - 1].kind != "prose":
        return False
    words = _SENTENCE.split(segments[k - 1].text)[-1]
    if WORD_DEFINED.search(words) or _is_spoken_of(segments, k):
        return False  # "a variable is centred if $\\mu = 0$", "excluding $b = 0$"
    if opening is _OPENS and _AT.search(words):
        text = segments[k].text
        if _VALUE.fullmatch(text) or (_AT_ONLY.match(words) and _HEAD.match(text)):
            return True  # "at $x = 1$", "At $p_i = e^{r_i}/Z$"
    return opening.search(words) is not None
