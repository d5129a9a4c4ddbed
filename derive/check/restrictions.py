"""What the words around a derivation say of when it holds, beyond its formulas: "if the data is
centered", "for small $x$", "ignoring the bias".

Nobody reads them here.  So a step that such words may speak of is not refuted: that it fails in
general is no news to its author.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.read.chains import Chain
    from derive.read.document import Document

FARTHEST = 24  # segments back that a sentence may begin
LONGEST = 60  # characters of it that are told
_FORMULA = "\x02"
# A condition: up to the comma that ends it.
_CLAUSE = re.compile(
    r"\b(?:if|when(?:ever)?|provided|as long as|unless|assum(?:e|es|ed|ing)|suppos(?:e|es|ed|ing)|"
    r"given that|in (?:the|this|that) case|wenn|falls|sofern|angenommen)\b(?P<clause>[^,.:;!?]*)",
    re.IGNORECASE,
)
# "if we differentiate", "when expanding": it says what is done, not for what it holds.
_DOES = re.compile(
    r"\s*(?:that\s+)?(?:we|you|one|i|wir|man|both|\w+ing)\b(?!\s+(?:ignor|neglect|assum|restrict))",
    re.IGNORECASE,
)
# Words of a condition that are understood, or say nothing about values.
_UNDERSTOOD = re.compile(
    r"\b(?:that|then|also|have|this|these|those|both|with|respect|it|is|are|be|real|positive|positiv|"
    r"numbers?|scalars?|integers?|vectors?|matri(?:x|ces)|symmetric|one-hot|hot|encoded|distributions?|"
    r"probabilit(?:y|ies)|independent|unabhängig|sind|case|fall|indices|index|class(?:es)?|label|"
    r"target|true|given|defined?|denotes?|functions?|variables?|constants?|random|sequence|samples?|"
    r"following|equations?|expressions?|loss|model|parameters?|derivatives?|gradient|take[ns]?|gilt)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
# What restricts values in any sentence.
_PROPERTY = re.compile(
    r"\b(?:"
    r"(?:is|are|be|being|ist|sind) (?:(?!an? )\w+ )?(?:negative|non-?positive|non-?negative|"
    r"cent(?:ered|red)|normali[sz]ed|standardi[sz]ed|whitened|orthogonal|orthonormal|equal|identical|disjoint|"
    r"uncorrelated|diagonal|invertible|small|large|tiny|the same|zero|one|the identity|negativ|"
    r"zentriert|normiert|klein|groß|gleich)(?! (?:by|with|using|to the|as)\b)\b(?!-)"
    r"|(?:is|are|be|ist|sind) (?:even|odd|un?gerade|gerade)(?=\W*(?:,|\Z|then|we|and|gilt|und))"
    r"|zero[- ]mean|mean zero|sums? (?:up )?to (?:one|zero|1|0)\b"
    r"|unit (?:vectors?|norm|length|variance)"
    r"|for (?:\w+ )?(?:small|large|tiny|negative|even|odd|unit|orthogonal|kleine?s?|große?s?)\b"
    r"(?: \x02)?"
    r"|(?:ignor|neglect|vernachlässig)\w*|regime|approximately|quadrant"
    r"|to (?:first|second|leading) order"
    r"|at (?:the|an|any) (?:optimum|minimum|maximum|solution|optimal|fixed point|equilibrium)"
    r"|(?:only|just) (?:one|two|three|a single)\b|for \x02? ?(?:between|zwischen)\b"
    r"|summieren sich zu|im optimum)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"[.!?](?:\s+|\Z)(?=[^a-z]|\Z)|\n\s*\n(?=\s*[A-ZÄÖÜ#\x02*-])|^\s*#.*$", re.MULTILINE
)
_CLOSED = re.compile(r"[.!?][\s$\]})]*(?:\\end\{\w+\*?\})?[\s$]*\Z")
_HEADING = re.compile(r"^#{1,6} |\\(?:chapter|(?:sub)*section)\b", re.MULTILINE)
# "We assume centred data.": a sentence of its own, which holds to the end of its section.
_ASSUMES = re.compile(
    r"\b(?:assum(?:e|es|ed|ing)|suppos(?:e|es|ed|ing)|throughout|angenommen|annahme|nehmen|setzen)\b"
    r"(?:[^.!?\n]|\n(?!\s*\n))*",
    re.IGNORECASE,
)
_ASSUMED = re.compile(
    r"\b(?:cent(?:ered|red)|normali[sz]ed|standardi[sz]ed|whitened|orthonormal|orthogonal|uncorrelated|"
    r"zentriert\w*|normiert\w*|standardisiert\w*|unkorreliert\w*|orthonormal\w*|orthogonal\w*)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:[a-z,;]|(?:And|Or|So|Hence|Thus|Then|Therefore|It follows|Consequently|This|Again|"
    r"In this case|Und|Also|Daher|Somit|Dann|Damit)\b)"
)
_BEHIND = re.compile(
    r"\s*[,(]?\s*(?:Here,?\s+)?(?:[Ii]n the last (?:step|line),?\s+)?(?:where|if|when|since|as|for|"
    r"because|given|assuming|provided|using|we (?:have )?(?:used|assumed)|wobei|weil|da|wenn|falls|"
    r"für)\b[^.!?]*"
)


def restriction(document: Document, chain: Chain, reason: str = "") -> str:
    """The words around ``chain`` that restrict what it is said of, "" for none.  ``reason``: the
    words on the step's own line."""
    for words in (reason, _before(document, chain), _behind(document, chain)):
        if found := _restricting(words):
            return found
    return _assumed(document, chain)


def _assumed(document: Document, chain: Chain) -> str:
    """What a sentence further up assumes: in this section, or below the title."""
    words = ""
    for segment in document.segments:
        if segment.span.start >= chain.span.start:
            break
        words += segment.text if segment.kind == "prose" else _FORMULA
    parts = _HEADING.split(words)
    below_title = parts[:1] if parts[0].strip() else parts[1:2]
    for part in dict.fromkeys((parts[-1], *below_title)):
        for m in _ASSUMES.finditer(part):
            if _ASSUMED.search(m[0]):
                return _told(m[0])
    return ""


def _restricting(words: str) -> str:
    for m in _CLAUSE.finditer(words):
        clause = m["clause"]
        if not _DOES.match(clause) and _WORD.search(_UNDERSTOOD.sub(" ", clause)):
            return _told(m[0])
    found = _PROPERTY.search(words)
    return _told(found[0]) if found else ""


def _told(words: str) -> str:
    plain = " ".join(words.replace(_FORMULA, "…").split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def _before(document: Document, chain: Chain) -> str:
    """The words of the chain's sentence before it, and of the one that this goes on with."""
    segments = document.segments
    n = bisect_right(segments, chain.span.start, key=lambda s: s.span.start) - 1
    said, start = "", 0
    for segment in reversed(segments[max(0, n - FARTHEST) : n]):
        closed = segment.kind == "display" and _CLOSED.search(segment.text)
        said = (segment.text if segment.kind == "prose" else _FORMULA + ". " * bool(closed)) + said
        ends = (m.end() for m in _SENTENCE.finditer(said.rstrip()))
        start = max((end for end in ends if not _GOES_ON.match(said[end:])), default=0)
        if start:
            break
    return said[start:]


def _behind(document: Document, chain: Chain) -> str:
    """The rest of the sentence behind the chain, if it says when or why it holds."""
    segments = document.segments
    n = bisect_right(segments, max(chain.span.end - 1, 0), key=lambda s: s.span.start) - 1
    said = ""
    for segment in segments[n + 1 : n + FARTHEST]:
        if segment.kind not in ("prose", "inline"):
            break
        said += segment.text if segment.kind == "prose" else _FORMULA
    found = _BEHIND.match(said)
    return found[0] if found else ""
