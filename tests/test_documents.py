"""Documents with what is expected of them as comments at the ends of their lines.

``%! refuted`` (in LaTeX and within formulas) or ``<!--! refuted -->``, several apart by ``;``::

    refuted, undecided, unread, skipped, definition, proved     a step on this line; after a
        colon a part of what is said of it
    needs: x \\ne 0        a step on this line that needs this
    warning: D303, note: D112, info: D113                       a finding on this line
    reading: ..           a step on this line that was read so (readable text)

A refuted, undecided or unread step, a need, a warning or a note that is not expected fails as
well as one that is missing.  ``proved: 5`` on a line without formula is the number of proved steps
of the whole document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from derive.check.report import DocumentResult, StepResult
from derive.check.sources import KINDS, Source
from derive.check.workers import check_here

FOLDER = Path(__file__).resolve().parent / "documents"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in KINDS)
COMMENT = re.compile(r"(?:%!|<!--!)\s*((?:[a-z]+)\b(?::.*?)?)\s*(?:-->|$)")
STEPS = ("refuted", "undecided", "unread", "skipped", "definition", "proved")
FINDINGS = {"warning": "warning", "note": "warning", "info": "info"}
LOUD = ("refuted", "undecided", "unread")
ABOUT_STEPS = ("D111", "D201", "D202", "D203")

# What is not right yet, and why; a row whose document has become right fails.
# fmt: off
KNOWN_FAILURES: dict[str, str] = {}
# fmt: on


class Expected(NamedTuple):
    """``kind`` of what is expected at a place (cell or 0, line), ``part`` of what is said."""

    cell: int
    line: int
    kind: str
    part: str


def numbered(path: Path) -> Iterator[tuple[int, int, str]]:
    """The lines of a document as (cell or 0, line, text)."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".ipynb":
        yield from ((0, n, line) for n, line in enumerate(text.split("\n"), 1))
        return
    for c, cell in enumerate(json.loads(text)["cells"], 1):
        lines = "".join(cell["source"]).split("\n")
        yield from ((c, n, line) for n, line in enumerate(lines, 1))


def expectations(path: Path) -> list[Expected]:
    found = []
    for cell, line, text in numbered(path):
        for comment in COMMENT.findall(text):
            for wish in re.split(r";\s*(?=[a-z]+(?::|$))", comment):
                kind, _, part = wish.partition(":")
                if kind in (*STEPS, *FINDINGS, "needs", "reading"):
                    found.append(Expected(cell, line, kind, part.strip()))
    return found


def said(step: StepResult) -> str:
    return f"{step.message} {step.help} {step.evidence}"


def observed(result: DocumentResult) -> Iterator[tuple[Expected, int]]:
    """All that is to be expected: where it starts, and the line it ends on."""
    for chain in result.chains:
        for step in chain.steps:
            place = (chain.cell or 0, step.line)
            yield Expected(*place, step.verdict, said(step)), step.end_line
            yield Expected(*place, "reading", f"{step.lhs.text} {step.rhs.text}"), step.end_line
            for need in step.needs:
                yield Expected(*place, "needs", need.latex), step.end_line
    for finding in result.findings:
        if finding.code not in ABOUT_STEPS:
            said_of = f"{finding.code} {finding.message}"
            kind = "info" if finding.severity == "info" else "warning"
            yield Expected(finding.cell or 0, finding.line, kind, said_of), finding.line


def matches(wish: Expected, seen: Expected, last_line: int) -> bool:
    kinds = (FINDINGS.get(wish.kind, wish.kind),)
    at_line = wish.cell == seen.cell and seen.line <= wish.line <= last_line
    return (
        at_line and seen.kind in kinds and wish.part.replace(" ", "") in seen.part.replace(" ", "")
    )


def complaints(path: Path, result: DocumentResult) -> list[str]:
    """What was expected and is missing, and what was not expected."""
    wishes = expectations(path)
    total = [w for w in wishes if w.kind == "proved" and w.part.isdigit()]
    wishes = [w for w in wishes if w not in total]
    seen = list(observed(result))
    found = []
    for wish in wishes:
        if not any(matches(wish, one, last) for one, last in seen):
            found.append(f"missing at line {wish.line}: {wish.kind} {wish.part}")
    for one, last in seen:
        loud = one.kind in (*LOUD, "needs", "warning")
        if loud and not any(matches(w._replace(part=""), one, last) for w in wishes):
            found.append(f"line {one.line}: {one.kind}: {one.part}")
        if one.kind == "needs" and not any(matches(w, one, last) for w in wishes):
            found.append(f"not this need at line {one.line}: {one.part}")
    proved = result.statuses.count("proved")
    if [w.part for w in total] != [str(proved)]:
        found.append(f"{proved} steps are proved, expected: {[w.part for w in total]}")
    return found


def test_the_documents_are_there() -> None:
    assert len(FILES) >= 60
    assert set(KNOWN_FAILURES) <= {path.name for path in FILES}
    assert {path.suffix for path in FILES} >= {".md", ".tex", ".ipynb", ".txt"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_document(path: Path) -> None:
    found = complaints(path, check_here(Source(str(path))))
    if path.name in KNOWN_FAILURES:
        assert found, "it is right now: take it out of KNOWN_FAILURES"
    else:
        assert found == []


# --- the test itself ---------------------------------------------------------------------------

# fmt: off
SPOILED = [
    # the document, what is put in place of what, then a part of the complaint
    ("sigmoid-derivative.md", "(1 - \\sigma(x))",  "(2 - \\sigma(x))",  "line 11: ref"),
    ("sigmoid-derivative.md", "proved: 5",         "proved: 4",         "5 steps are proved"),
    ("one-slip.md",           "- 2ab + b^2 \\\\ ", "+ 2ab - b^2 \\\\ ", "line 7: refuted"),
    ("cancel.md",             "x \\ne 0",          "x > 0",             "line 4: needs"),
    ("cancel.md",             "<!--! needs: x \\ne 0 -->", "",          "line 4: needs"),
    ("bound-and-free.md",     "{i=1}^d",           "{l=1}^d",           "line 6: ref"),
    ("bound-and-free.md",     "<!--! warning: D301 -->", "",            "line 6: warn"),
]
# fmt: on


@pytest.mark.parametrize(("name", "old", "new", "complaint"), SPOILED)
def test_a_spoiled_document_fails(
    name: str, old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    """What the test of documents is for: it turns red where it should."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(complaint in one for one in complaints(path, check_here(Source(str(path)))))
