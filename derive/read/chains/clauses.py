# ruff: noqa: E501  (tables: a pattern a line)
"""How words take what stands among them: as given, or as something they only speak of.

A condition is given where its clause asserts or assumes it, "let $a > 0$", "where $a > 0$", "the step
size $a > 0$", and nothing in that clause turns it: denies it or puts it in doubt, asks, makes it one
of several, tells what others take, or says something about it, "the case $a > 0$ is easy".  Words that
turn are a small closed class; how far they turn is a matter of clauses, not of words.

Throughout: a text is that of a gap, with \\x02 and \\x03 around a formula; a span of it is a pair of
offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from derive.read.chains.words import FORMULA

# fmt: off
_SENTENCE = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bFig)(?<!\bresp)(?<!\bz\.B)[.!?](?=\s+[^a-z\s]|\s*\Z|\s*[)}])"
    r"|\n\s*\n|\n[ \t]*(?:[-*+]|\d{1,2}[.)]|\\item\b)(?=\s)|^[ \t]*#+[^\n]*$|\\(?:begin|end)\{[^}]*\}|\\(?:sub)*section\*?\{[^}]*\}",
    re.MULTILINE,
)
# A clause ends: at a comma, but for those in a list of formulas; where a new subject stands after a
# formula, "since $a > 0$ we ..".
_NEW_SUBJECT = r"(?:we|one|you|it|they|this|that|these|there|then|the|nothing|everything|all|both|so|hence|thus|wir|man|es|der|die|das|gilt|folgt|let|sei|seien)"
_BOUNDARY = re.compile(
    r"[;:()—–]|\s--+\s|(?<!\x03),(?!\s*(?:dass|ob)\b)|,(?!\s*(?:dass|ob)\b|\s*(?:and|or|und|oder)?\s*\x02)"
    r"|\b(?:but|so|hence|thus|then|while|whereas|although|aber|also|dann|während|obwohl)\b|\b(?:and|und)\b(?!\s*\x02)"
    rf"|(?<=\x03)\s+(?={_NEW_SUBJECT}\b)",
)
_IS = r"(?:is|are|was|were|be|ist|sind|sei(?:en)?|wäre)"
# It is denied, or put in doubt.
_DENIES = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nobody|nothing|hardly|cannot|without|unless|except|exclud\w*|rather than|instead of|"
    r"apart from|other than|whether|fail\w*|violat\w*|impossible|wrong|false|would|might|could|"
    # what is believed, hoped or known to others
    r"tempt\w+|seem\w*|appears? (?:that|to)|believ\w+|thinks? that|guess\w*|suspect\w*|hop(?:e|es|ing)|wish\w*|pretend\w*|conjectur\w+|(?:those|anyone|someone|everyone|people|whoever) who|"
    r"verlockend|schein\w*|glaub\w*|vermut\w*|hoff\w*|diejenigen|"
    r"nicht|kein\w*|nie(?:mals)?|weder|ohne|außer|bis auf|statt|anstatt|ob|unmöglich|falsch|würde\w*|könnte\w*)\b|n't\b"
    r"|\b(?:were|wäre\w*|gälte)\s+\x02|\b(?:may|can|kann|mag)\s+(?:(?:also|even|be|have|happen|occur|vanish)\b)",
    re.IGNORECASE,
)
_DENIES_NOTHING = re.compile(
    r"\b(?:(?:without|no) (?:any )?loss of generality|not only|no matter|nothing else|nothing but"
    r"|(?:not|n't|never|nicht) (?:depend|chang|matter|affect|vary|contain|involve|appear|enter|influenc)\w*|ohne (?:Beschränkung|Einschränkung)"
    r"|(?:could|might) (?:be )?(?:assum|suppos)\w+)",
    re.IGNORECASE,
)
_SUBJECT_IS = re.compile(rf"\x02[^\x02\x03]*\x03\s*(?:{_IS}\s*)?(?:\w+ly\s+|in general\s+)?\Z")
# Prepositions that turn a clause that hangs on them too: "unlike in Section 1, where $a > 0$, ..".
_UNLIKE = re.compile(r"\b(?:unlike|contrary to|(?:in contrast|as opposed) to|anders als|im Gegensatz zu)\b[^,.;]*(?:,\s*(?:where|with|in which|which|wo|in de[mr])\b[^,.;]*)?", re.IGNORECASE)
# One of several holds.
_OR = re.compile(r"\x03\s*,?\s*(?:or|oder)\s+(?:(?:if|when|that|wenn|falls|dass)\s+)?(?:\w+\s+){0,2}\x02", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:(?:at least|only) one of|either|one of|mindestens ein\w*|entweder|eine[rs]? von)\b", re.IGNORECASE)
_OR_ELSE = re.compile(r"\s*(?:vectors?|matri(?:x|ces))?\s+(?:or|oder)\b(?!\s*(?:equivalently|in other))", re.IGNORECASE)
# Both or neither.
_ONLY_THEN = re.compile(r"\b(?:if and only if|iff|(?:exactly|precisely) (?:if|when)|only (?:if|when|at)|equality (?:if|when|for)|genau dann|nur (?:wenn|dann|falls|bei|für))\b", re.IGNORECASE)
# Something else would have to have it: "the last line needs a symmetric $A$".
_DEMANDS = re.compile(r"\b(?:(?<!we )needs?|(?<!we )requires?|relies on|braucht|benötigt|verlangt|erfordert)\b(?! not\b)", re.IGNORECASE)
# One value among others.
_INSTANCE = re.compile(r"\b(?:e\.\s?g\.|for (?:instance|example)|such as|say|z\.\s?B\.|etwa|zum Beispiel|beispielsweise)\W*(?=\x02)", re.IGNORECASE)
# What others take, or another part of the text.
_SOURCE = re.compile(
    r"\[\d+(?:,\s*\d+)*\]|\\cite\w*|\b(?:authors?|(?:text)?books?|papers?|articles?|literature|texts|people|elsewhere|the introduction|the appendix|"
    r"often|sometimes|usually|commonly|typically|frequently|occasionally|Autoren|Bücher\w*|Literatur|anderswo|oft|manchmal|meist|häufig|üblicherweise)\b"
    r"|\b(?:in|from|of) (?:Fig(?:ure|\.)?|Table|Section|Chapter|Exercise|Example|Appendix|Abschnitt|Kapitel|Abbildung|Tabelle|Aufgabe)\s*~?(?:\d|\\ref|[A-Z]\b|\x02)",
    re.IGNORECASE,
)
_ASSUMES = re.compile(r"\s*(?:let|we|assume|suppose|sei|seien|wir)\b", re.IGNORECASE)
# A condition that something is said about: "$t = 0$ is trivial", "the condition $a > 0$ may fail".
_CONDITION = r"(?:conditions?|cases?|assumptions?|requirements?|hypothes[ie]s|equations?|inequalit(?:y|ies)|possibilit(?:y|ies)|choices?|restrictions?|situations?|Bedingung|Fall|Annahme|Voraussetzung|Gleichung|Ungleichung|Wahl)"
_SPOKEN_OF = re.compile(
    rf"(?:(?:the|this|that|our|der|die|das|diese\w?)\s+(?:\w+\s+)?)?(?:{_CONDITION}\s+)\x02(?P<noun>[^\x02\x03]*)\x03\s*,?\s*(?P<of_noun>\w+)"
    r"|\x02(?P<bare>[^\x02\x03]*)\x03\s*(?P<of_bare>\w+(?:\s+\w+)?)",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?:is|are|was|were|ist|sind|war)(?!\s+(?:an?|the|our|some|any|called|fixed|given|assumed|understood|known|satisfied|ensured|guaranteed|true|constant|ein\w*|de[rmn]|die|das|gegeben|vorausgesetzt|fest|erfüllt)\b)\b"
    r"|(?:may|might|can|could|would|will|does|do|did|implies|imply|means|gives|requires|suffices|follows|leads|corresponds|reduces|makes|excludes|muss|kann|folgt|bedeutet|reicht|genügt)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_RELATION = re.compile(r"[=<>≤≥≠]|\\(?:leq?|geq?|neq?|lt|gt|in)(?![a-z])")
# A condition of a sentence that is complete: what comes after it is not said under it.
_CONDITIONAL = re.compile(r"\b(?:if|when|whenever|in case|wenn|falls|sofern)\b(?!\s+(?:and only|we|you|one|i|wir|man)\b)", re.IGNORECASE)
_OF_A_KIND = re.compile(r"\A\s*(?:For|Für)\s+(?!(?:all|any|every|each|the|an?|some|arbitrary|fixed|given|two|three|alle|jede\w*|de[nr]|die|das|ein\w*)\b)[a-zäöü][\w-]*\s+(?=[^.\x02]{0,30}\x02)")
# A sentence that goes on with what was said under the condition of the one before.
_GOES_ON = re.compile(r"\s*(?:Hence|Thus|So|Then|Therefore|Consequently|It follows|This|In this case|Daher|Somit|Also|Dann|Dies)\b")
# Beside the text: in a note, in a quotation.
_NOTE = re.compile(r"\\(?:footnote|footnotetext|thanks|marginpar)\s*\{|^\[\^\w+\]:", re.MULTILINE)
_OWN_WORDS = re.compile(r"\b(?:we|let|throughout|here|wir|sei(?:en)?|hier)\b", re.IGNORECASE)
_QUOTED = re.compile(r"(?:^[ \t]*>[^\n]*(?:\n|\Z))+", re.MULTILINE)
# Another object, case or example than the one before: what was assumed is not known to hold of it.
_ANOTHER = re.compile(
    r"\s*(?:(?:in|for|consider|now|next|im|für|zum)\s+(?:(?:now|next)\s+)?)?(?:(?:the|an?|eine?[mns]?|de[mrn]|das)\s+)?"
    r"(?:next|another|second|third|other|different|new|zweite\w*|dritte\w*|andere\w*|nächste\w*|weitere\w*)\s+"
    r"(?:examples?|cases?|settings?|situations?|variants?|problems?|questions?|scenarios?|models?|Fall|Beispiel|Aufgabe|Modell)\b", re.IGNORECASE
)
_ADVERBIAL = r"(?:For|If|When|With|In|Under|Without|Dropping|Relaxing|Lifting|Removing|Abandoning|Otherwise|Generally|Conversely|Instead|Für|Wenn|Falls|Bei|Mit|Ohne|Sind|Ist|Im|Andernfalls|Sonst|Umgekehrt)"
_FRAME = re.compile(rf"\s*(?:(?:But|And|Now|However,?|Aber|Nun|Doch)\s+)?(?P<frame>{_ADVERBIAL}\b.*)", re.DOTALL)
_CONTRASTS = re.compile(
    r"\b(?:not|no|without(?! (?:the|an?|any) (?!assum|condition|restrict))|never|general(?:ly)?|otherwise|conversely|instead|(?:dropp|relax|lift|remov|abandon)ing (?:this|that|it|the)"
    r"|non-?(?!neg|zero|sing|triv|lin)\w{3,}|un(?!it|iq|if|der|til|ion|known|less|iv|os)\w{4,}"
    r"|nicht|kein\w*|ohne|allgemeine?\w*|andernfalls|sonst|umgekehrt|stattdessen)\b|n't\b", re.IGNORECASE
)
_DENIED_IN_A_TITLE = re.compile(r"\b(?:not|no|never|nicht|kein\w*)\b", re.IGNORECASE)  # what is shown: "No net force"
_CONTRASTS_NOTHING = re.compile(r"(?:without|no) (?:any )?loss of generality|no matter|not only|ohne (?:Beschränkung|Einschränkung)", re.IGNORECASE)
# A class of things that nobody has spoken of: "For linearly independent vectors"; not "For the
# bias", "For two classes", "For simplicity".
_INDEFINITE = re.compile(
    r"(?:For|Für) (?:an? )?(?!(?:the|this|that|these|those|an?|all|each|every|any|both|our|its|their|such|most|two|three|four|\w+ (?:purpose|reason)s)\b)"
    r"(?:[\w-]+ )+\w+[^s\W]s(?:,|:)?\s*\Z"
)
_HEADING = re.compile(r"^[ \t]*#+[ \t]*(?P<md>[^\n]*)$|\\(?:sub)*section\*?\{(?P<tex>[^}]*)\}|\\begin\{frame\}\{(?P<frame>[^}]*)\}", re.MULTILINE)
# fmt: on


class Spoken(NamedTuple):
    """A span of a gap's text in which conditions are not given, or only up to an offset."""

    start: int
    end: int
    until: int = 0


def spoken_of(text: str) -> list[Spoken]:
    """Where the words of a gap only speak of conditions, in order.

    >>> text = "Since \\x02a \\\\ne b\\x03, we cannot have \\x02a = b\\x03. So"
    >>> [text[one.start : one.end].strip() for one in spoken_of(text)]
    ['we cannot have \\x02a = b\\x03']
    """
    masked = FORMULA.sub(_hidden, text)
    found = [Spoken(*span) for span in _beside(masked)]
    parts = [*sentences(masked)]
    for n, (start, end) in enumerate(parts):
        if masked[end : end + 1] == "?":
            found.append(Spoken(start, end))
            continue
        turned = _turned(masked[start:end], text[start:end])
        found += [Spoken(start + a, start + b) for a, b in turned]
        after = (k for k in range(n + 1, len(parts)) if not _GOES_ON.match(masked, parts[k][0]))
        until = parts[next(after, len(parts)) - 1][1]
        if masked[until:].strip():
            found += [Spoken(start + a, start + b, until) for a, b in _over(masked[start:end])]
    return sorted(found)


def or_else(text: str, end: int) -> bool:
    """Whether what is said up to ``end`` is one of several: "positive or zero"."""
    return _OR_ELSE.match(text, end) is not None


class Turn(NamedTuple):
    """Where a text turns to something of which it is not known whether what was assumed before
    holds: from here to the end of the paragraph, or of the section if ``wide``; for all names
    where there are none."""

    at: int
    names: frozenset[str]
    wide: bool


def turns(text: str) -> Iterator[Turn]:
    """Where the words before a display turn to another object.

    >>> [turn.names for turn in turns("For unnormalised weights,")]
    [frozenset()]
    """
    masked = FORMULA.sub(_hidden, text)
    for m in _HEADING.finditer(masked):
        title = _DENIED_IN_A_TITLE.sub(" ", m["md"] or m["tex"] or m["frame"] or "")
        if _CONTRASTS.search(title):
            yield Turn(m.end(), frozenset(), wide=True)
    parts = [*sentences(masked)]
    for start, end in parts:
        if _ANOTHER.match(masked, start, end):
            yield Turn(start, frozenset(), wide=True)
    for start, end in parts[-1:]:  # what leads to the display
        if frame := _FRAME.match(masked, start, end):
            opening = _clause(masked[start:end], frame.start("frame") - start, 0)[1]
            words = masked[frame.start("frame") : start + opening]
            contrasts = _CONTRASTS.search(_CONTRASTS_NOTHING.sub(" ", words))
            if contrasts or _INDEFINITE.match(words):
                yield Turn(start, names_in(text[start : start + opening]), wide=False)


def sentences(masked: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text without the insides of its formulas; one that is over ends before
    its full stop, the last one may go on to the end of the text."""
    start = 0
    for m in _SENTENCE.finditer(masked):
        if masked[start : m.start()].strip():
            yield start, m.start()
        start = m.end()
    if masked[start:].strip():
        yield start, len(masked)


def last_sentence(text: str) -> str:
    """The sentence that goes on at the end of a text; "" where none does."""
    spans = [*sentences(FORMULA.sub(_hidden, text))]
    return text[spans[-1][0] :] if spans and spans[-1][1] == len(text) else ""


def names_in(text: str) -> frozenset[str]:
    """The letters and commands in the formulas of a text."""
    return frozenset(_LETTERS.findall("".join(FORMULA.findall(text))))


def _hidden(m: re.Match[str]) -> str:
    inside = len(m[0]) - 1 - m[0].endswith("\x03")
    return "\x02" + "·" * inside + "\x03" * m[0].endswith("\x03")


def _turned(sentence: str, written: str) -> Iterator[tuple[int, int]]:
    """Clauses of a sentence that words in it turn; ``written``: the same with its formulas."""
    nothing = [m.span() for m in _DENIES_NOTHING.finditer(sentence)]
    for m in _DENIES.finditer(sentence):
        if any(a <= m.start() < b for a, b in nothing):
            continue
        start, end = _clause(sentence, *m.span())
        if subject := _SUBJECT_IS.search(sentence, start, m.start()):
            yield subject.start(), min(end, _and_after(sentence, m.end()))
        else:
            yield start, end
    for pattern in (_OR, _ONE_OF, _ONLY_THEN, _DEMANDS, _SOURCE):
        yield from (_clause(sentence, *m.span()) for m in pattern.finditer(sentence))
    for m in _SOURCE.finditer(sentence):  # "in [3], $a = 1$"
        opening = _clause(sentence, *m.span())[1]
        if sentence[opening : opening + 1] == "," and not _ASSUMES.match(sentence, opening + 1):
            yield opening, _clause(sentence, opening + 1, opening + 1)[1]
    yield from (m.span() for m in _UNLIKE.finditer(sentence))
    for m in _INSTANCE.finditer(sentence):
        yield m.start(), sentence.find("\x03", m.end())
    starts = [0, *(m.end() for m in _BOUNDARY.finditer(sentence))]
    starts += [m.end() for m in re.finditer(r"\b(?:and|und)\s+", sentence)]
    for start in starts:
        start += len(sentence[start:]) - len(sentence[start:].lstrip())
        if about := _SPOKEN_OF.match(written, start):
            formula = about["noun"] or about["bare"] or ""
            if _RELATION.search(formula) and _PREDICATE.match(about["of_noun"] or about["of_bare"]):
                yield about.span()


def _clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a span of a sentence."""
    before = 0
    for m in _BOUNDARY.finditer(sentence):
        if m.start() >= end:
            return before, m.start()
        if m.end() <= start:
            before = m.end()
    return before, len(sentence)


def _and_after(sentence: str, at: int) -> int:
    m = re.compile(r"\b(?:and|und)\b").search(sentence, at)
    return m.start() if m else len(sentence)


def _over(sentence: str) -> Iterator[tuple[int, int]]:
    """The conditions of a complete sentence."""
    for m in _CONDITIONAL.finditer(sentence):
        yield m.start(), _clause(sentence, *m.span())[1]
    if opening := _OF_A_KIND.match(sentence):
        yield opening.start(), _clause(sentence, *opening.span())[1]


def _beside(masked: str) -> Iterator[tuple[int, int]]:
    """Notes that say nothing in the author's own words, and quotations."""
    for m in _NOTE.finditer(masked):
        end = _closed(masked, m.end()) if m[0].endswith("{") else masked.find("\n\n", m.end())
        end = end if end >= 0 else len(masked)
        if not _OWN_WORDS.search(masked, m.end(), end):
            yield m.start(), end
    for m in _QUOTED.finditer(masked):
        if masked[m.end() :].strip():
            yield m.span()


def _closed(masked: str, at: int) -> int:
    """Where the brace that is open at an offset is closed."""
    depth = 1
    for n in range(at, len(masked)):
        depth += {"{": 1, "}": -1}.get(masked[n], 0)
        if not depth:
            return n
    return len(masked)
