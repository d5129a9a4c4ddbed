"""What the words around a derivation say of when it holds, beyond its formulas: "if the data is
centered", "for small $x$", "ignoring the bias".

Nobody reads them here.  So a step that such words may speak of is not refuted: that it fails in
general is no news to its author.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from derive.check.conditions import behind
from derive.check.plain_words import PLAIN_WORDS
from derive.term import Claim, free_names

if TYPE_CHECKING:
    from derive.read.chains import Chain
    from derive.read.document import Document, Segment

FARTHEST = 24  # segments back that a sentence may begin
LONGEST = 60  # characters of it that are told
_FORMULA = "\x02"
_END = "\x03"
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
    r"|zero[- ]mean|mean zero|(?:sums?|adds?) (?:up )?to (?:(?:one|zero|1|0)\b|\x02)"
    r"|unit (?:vectors?|norm|length|variance)"
    r"|for (?:\w+ )?(?:small|large|tiny|negative|even|odd|unit|orthogonal|kleine?s?|große?s?)\b"
    r"(?: \x02)?"
    r"|(?:ignor|neglect|vernachlässig)\w*|regime|approximately|quadrant"
    r"|to (?:first|second|leading) order"
    r"|at (?:the|an|any) (?:optimum|minimum|maximum|solution|optimal|fixed point|equilibrium)"
    r"|(?:only|just) (?:one|two|three|a single)\b|for \x02? ?(?:between|zwischen)\b"
    r"|diagonal (?:entries|entry|elements?|terms?)|diagonal(?:einträge|elemente)"
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
# Numbers that are none: 1 + 1 = 0.
_OTHER_NUMBERS = re.compile(
    r"\b(?:modulo|mod)\b[\s($\\({]*(?:\d|[a-z]\b)"
    r"|\\mathbb\s*\{?\s*(?:[FH]\b\s*\}?|Z\s*\}?\s*[_/]\s*\{?\s*[\dnpq])|\bGF\s*\("
    r"|\b(?:finite|Galois|binary|prime) fields?\b|\bcharacteristic (?:two|2)\b"
    r"|\b(?:binary|Boolean|modular|tropical) (?:arithmetic|algebra)\b|\bquaternion\w*"
    r"|\bendlichen? Körper|\bRestklasse\w*",
    re.IGNORECASE,
)
# What is said of one name, in the section: "let $P$ be a projection", "the columns of $Q$ form a
# basis", "a triangular matrix $L$".
_OF_A_NAME = (
    r"(?:projections?|projectors?|commut\w+|inverses?|zeros? of|roots? of|golden ratio|conjugate|"
    r"Nullstelle\w*|idempotent|involut\w+|nilpotent|unitary|hermitian|skew|"
    r"anti-?symmetric|triangular|diagonal|singular|(?:full|low|rank)[- ](?:\w+ )?(?:rank|one)|"
    r"stochastic|permutations?|circulant|semi-?definite|basis|cent(?:ered|red)|standardi[sz]ed|"
    r"eigenvectors?|eigenvalues?|non-?negative|negative|even|odd|convex|concave|fixed point|"
    r"stationary|homogeneous|unimodular|Projektion\w*|Dreiecksmatri\w+|idempotent\w*|"
    r"antisymmetrisch\w*|Basis|Eigenvektor\w*|Eigenwert\w*|nichtnegativ\w*|negativ\w*|"
    r"gerade\w*|konvex\w*)"
)
# The same with words of which most are understood: where something is given of the name, they are.
_OFTEN_READ = (
    r"(?:symmetric|orthogonal|orthonormal|unit[- ](?:vectors?|norm|length|variance)|"
    r"normali[sz]ed|invertible|positive|one-?hot|distributions?|probabilit(?:y|ies)|"
    r"sums? (?:up )?to|Einheitsvektor\w*|normiert\w*|symmetrisch\w*|orthonormal\w*|"
    r"orthogonal\w*|invertierbar\w*|positiv\w*|summier\w*)"
)
# "a triangular matrix $L$": nothing between the two that would make them two things.
_NOUNS = r"(?:(?!(?:and|or|over|of|in|on|with|to|for|by|und|oder|von|mit)\b)[\w-]+\s+){0,2}"
_ONLY_IF = re.compile(r"\b(?:if|when(?:ever)?|case|unless|for|wenn|falls|für)\b", re.IGNORECASE)
# A sentence that introduces names; what its words leave over when these are taken out is not read.
_INTRODUCES = re.compile(
    r"\b(?:Let|Consider|Suppose|Assume|Denote|Take|Fix|Sei(?:en)?|Betrachte\w*)\b[^.!?]*", re.DOTALL
)
_WORD_OF = re.compile(r"[^\W\d_][\w-]{2,}")
_NEGATION = re.compile(r"\b(?:not|never|nor|neither|nicht|kein\w*|nie)\b|n't\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:[a-z,;]|(?:And|Or|So|Hence|Thus|Then|Therefore|It follows|Consequently|This|Again|"
    r"In this case|Und|Also|Daher|Somit|Dann|Damit)\b)"
)
_BEHIND = re.compile(
    r"\s*[,(]?\s*(?:Here,?\s+)?(?:[Ii]n the last (?:step|line),?\s+)?(?:where|if|when|since|as|for|"
    r"because|given|assuming|provided|using|we (?:have )?(?:used|assumed)|wobei|weil|da|wenn|falls|"
    r"für)\b[^.!?]*"
)


def restriction(document: Document, chain: Chain, claim: Claim, reason: str = "") -> str:
    """The words around ``chain`` that restrict what ``claim``, a step of it, is said of, "" for
    none.  ``reason``: the words on the step's own line."""
    for words in (reason, _before(document, chain), _behind(document, chain)):
        if found := _restricting(words):
            return found
    return _assumed(document, chain) or _of_its_names(document, chain, claim)


def _assumed(document: Document, chain: Chain) -> str:
    """What a sentence further up assumes."""
    for part in _above(document, chain, lambda _: _FORMULA):
        for m in _ASSUMES.finditer(part):
            if _ASSUMED.search(m[0]):
                return _told(m[0])
    for part in _above(document, chain, lambda s: s.text):
        if (other := _OTHER_NUMBERS.search(part)) is not None:
            return _told(other[0])
    return ""


def _of_its_names(document: Document, chain: Chain, claim: Claim) -> str:
    """What a sentence further up says of a name in ``claim`` that is not among what is given."""
    names = (behind(claim) | free_names(claim.relation)) - claim.given.ranges.keys()
    read = {name for a in claim.given.assumptions for name in free_names(a.term)}
    parts = _above(document, chain, lambda s: f"{_FORMULA}{s.text.replace(_END, ' ')}{_END}")
    for name in sorted(names):
        words = _OF_A_NAME if name in read else f"(?:{_OF_A_NAME}|{_OFTEN_READ})"
        around = r"[^\x02\x03=]{0,60}"
        letter = rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])"
        formula = rf"\x02{around}{letter}{around}\x03"
        said = re.compile(
            rf"{formula}[^.;:!?\x02\x03]{{0,60}}(?:\x02[^\x02\x03=]{{0,30}}\x03[^.;:!?\x02\x03]{{0,30}})?"
            rf"(?<![-\w]){words}\b(?!\s+{_NOUNS}\x02)|(?<![-\w]){words}\s+{_NOUNS}{formula}",
            re.IGNORECASE,
        )
        for part in parts:
            for m in said.finditer(part):
                clause = re.split(r"[.;:!?]", part[max(0, m.start() - 60) : m.start()])[-1]
                if not _NEGATION.search(m[0]) and not _ONLY_IF.search(clause):
                    return _told(m[0].replace(_FORMULA, "$").replace(_END, "$"))
            for m in _INTRODUCES.finditer(part):
                words = re.sub(r"\x02[^\x03]*\x03", " ", m[0]).lower()
                strange = set(_WORD_OF.findall(words)) - PLAIN_WORDS
                if name not in read and strange and re.search(formula, m[0]):
                    return _told(m[0].replace(_FORMULA, "$").replace(_END, "$"))
    return ""


def _above(document: Document, chain: Chain, formula: Callable[[Segment], str]) -> tuple[str, ...]:
    """The words above a chain, in its section and below the title; ``formula``: what stands for a
    formula of the running text."""
    words = ""
    for segment in document.segments:
        if segment.span.start >= chain.span.start:
            break
        if segment.kind == "prose":
            words += segment.text
        else:
            words += formula(segment) if segment.kind == "inline" else _FORMULA
    parts = _HEADING.split(words)
    below_title = parts[:1] if parts[0].strip() else parts[1:2]
    return tuple(dict.fromkeys((parts[-1], *below_title)))


def _restricting(words: str) -> str:
    for m in _CLAUSE.finditer(words):
        clause = m["clause"]
        if not _DOES.match(clause) and _WORD.search(_UNDERSTOOD.sub(" ", clause)):
            return _told(m[0])
    for m in _PROPERTY.finditer(words):
        if not _NEGATION.search(words[max(0, m.start() - 20) : m.start()]):
            return _told(m[0])
    return ""


def _told(words: str) -> str:
    plain = " ".join(words.replace(_FORMULA, "…").split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def _before(document: Document, chain: Chain) -> str:
    """The words of the chain's sentence before it, and of the one that this goes on with."""
    segments = document.segments
    n = bisect_right(segments, chain.span.start, key=lambda s: s.span.start) - 1
    said, start = "", 0
    for segment in reversed(segments[max(0, n - FARTHEST) : n]):
        # Not where another display stands right after it: "if .., then" is said of both.
        ended = segment.kind == "display" and _CLOSED.search(segment.text) is not None
        closed = ended and bool(said.strip())
        said = (segment.text if segment.kind == "prose" else _FORMULA + ". " * closed) + said
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
