# ruff: noqa: E501  (tables: a pattern a line)
"""Where a lemma or an example begins, and where it ends with its proof: what it supposes is not
supposed of the rest."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from derive.term import Span

if TYPE_CHECKING:
    from derive.read.document import Document

END = 1 << 60  # behind all that there is
# Not definitions, notations and assumptions: these are made for all that follows.
_STATES = (
    r"(?:theorems?|thm|lemmas?|lemmata|lem|propositions?|prop|corollar(?:y|ies)|cor|claims?|facts?|observations?|"
    r"conjectures?|remarks?|rem|examples?|exa?|exmp|exercises?|exer|problems?|questions?|tasks?|"
    r"satz|hilfssatz|korollar|behauptung|bemerkung|beispiel|aufgabe)"
)
_PROVES = r"(?:proofs?|solutions?|sol|answers?|beweis|lösung|loesung)"
_ENVIRONMENT = re.compile(r"\\(?P<which>begin|end)\{(?P<name>[A-Za-zäöü]+)\*?\}")
_NAMED = re.compile(r"\\newtheorem\*?\{(?P<name>\w+)\}(?:\[\w+\])?\{(?P<title>[^{}]*)\}")
# "**Lemma 2** (Jensen).", "\\textbf{Proof.}", "Example:"; what stands under a heading has sections.
_LABEL = re.compile(
    rf"^[ \t>]*(?:(?:[*_]{{1,3}}|\\(?:paragraph|textbf|textit|emph|noindent\s*\\textbf)\*?\{{)(?:(?P<states>{_STATES})|(?P<proves>{_PROVES}))\b[^\n*_}}]{{0,60}}[*_}}]"
    rf"|(?:(?P<states_so>{_STATES})|(?P<proves_so>{_PROVES}))(?:\s+[\dA-Z][\w.]{{0,6}})?\s*(?:\([^)\n]{{0,60}}\))?[.:](?=\s))",
    re.IGNORECASE | re.MULTILINE,
)
_PROVED = re.compile(
    r"\\qed(?:here|symbol)?(?![a-z])|\\(?:blacksquare|square|Box)\s*\$*\s*$|[∎■]|□\s*$|\b(?:QED|q\.\s?e\.\s?d\.)(?!\w)",
    re.MULTILINE,
)


def scopes(document: Document, sections: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """From where to where each goes, in order; ``sections``: where headings end what stands above.

    >>> from derive.read.document import read_document
    >>> d = read_document("**Lemma.** Let $a > 0$.\\n\\n*Proof.* Clear. ∎\\n\\nThe rest.", "md")
    >>> [d.text[a:b] for a, b in scopes(d, ())]
    ['**Lemma.** Let $a > 0$.\\n\\n*Proof.* Clear. ']
    """
    headings = ((at, "heading") for at in sections)
    marks = sorted((*_marks(document), *headings), key=lambda mark: (mark[0], mark[1] != "heading"))
    found: list[tuple[int, int]] = []
    start = stated = -1  # where one is open, and where its statement ended
    for at, kind in (*marks, (len(document.text), "heading")):
        if kind == "stated":
            stated = at
        elif kind == "proof" and start >= 0:
            stated = -1  # it goes on to the end of its proof
        else:
            if start >= 0:
                found.append((start, at if stated < 0 else stated))
            start, stated = (at if kind in ("states", "proof") else -1), -1
    return tuple(found)


def end_around(parts: Sequence[tuple[int, int]], at: int) -> int:
    """Where the one of these parts ends that a place stands in; END where it is in none."""
    n = bisect_right(parts, at, key=lambda part: part[0])
    return next((end for _, end in parts[max(0, n - 1) : n] if at < end), END)


def _marks(document: Document) -> Iterator[tuple[int, str]]:
    """Where something is stated, up to where ("stated") in an environment, where a proof begins,
    and where one is over."""
    text = document.text
    states = {
        m["name"] for m in _NAMED.finditer(text) if re.match(_STATES, m["title"], re.IGNORECASE)
    }
    written = [s.span for s in document.segments if s.kind == "prose"]
    for m in _ENVIRONMENT.finditer(text):
        if not _is_in(written, m.start()):
            continue  # in a comment
        if m["name"] in states or re.fullmatch(_STATES, m["name"], re.IGNORECASE):
            yield m.start(), "states" if m["which"] == "begin" else "stated"
        elif re.fullmatch(_PROVES, m["name"], re.IGNORECASE):
            yield m.start(), "proof" if m["which"] == "begin" else "over"
    for m in _LABEL.finditer(text):
        if _is_in(written, m.end() - 1):
            yield m.start(), "states" if m["states"] or m["states_so"] else "proof"
    for m in _PROVED.finditer(text):
        yield m.start(), "over"


def _is_in(spans: Sequence[Span], at: int) -> bool:
    n = bisect_right(spans, at, key=lambda span: span.start)
    return n > 0 and at < spans[n - 1].end
