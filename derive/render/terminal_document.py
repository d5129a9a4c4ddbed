"""A document on a terminal: each finding with its lines of text, what was understood, the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain as joined

from derive.check.report import ChainResult, DocumentResult, Finding, Report, Said, StepResult
from derive.prover.display import entry_text, told_apart
from derive.prover.verdict import Counterexample
from derive.render.terminal import (
    BLANK,
    MARKS,
    Line,
    counted,
    excerpt,
    headline,
    indented,
    line,
    wrapped,
)
from derive.render.terminal_exercise import value_text
from derive.render.width import folded_formula, width
from derive.term.text import name_text

DOCUMENT_MARKS = {**MARKS, "definition": (":", "dim"), "skipped": ("-", "dim")}
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}


def document_lines(result: DocumentResult, room: int, quiet: bool = False) -> Iterator[Line]:
    """Every finding of a document, in its order; nothing where there is none."""
    steps = {
        (chain.cell, step.line, step.column, step.code): step
        for chain in result.chains
        for step in chain.steps
        if step.code
    }
    for finding in result.findings:
        if finding.stops or (quiet and finding.severity == "info"):
            continue  # what stops everything goes to standard error
        step = steps.get((finding.cell, finding.line, finding.column, finding.code))
        yield from finding_block(finding, step, room)


def finding_block(finding: Finding, step: StepResult | None, room: int) -> Iterator[Line]:
    """One finding: place, code and message; the line of text marked, the line before it; the
    point at which the sides differ; what would make the step true."""
    yield from headline(finding, room)
    if finding.severity == "info":
        return
    if finding.source.strip():
        yield from excerpt(finding, room)
    margin = len(str(finding.line)) + 3
    if step is not None and step.counterexample is not None:
        yield from indented(point_lines(step.counterexample, room - margin), margin)
    if step is not None and step.evidence:
        yield from indented(wrapped(step.evidence, room - margin, "dim"), margin)
    if finding.help:
        yield from indented(wrapped(f"help: {finding.help}", room - margin, "good", 6), margin)
    yield BLANK


def point_lines(point: Counterexample, room: int) -> Iterator[Line]:
    """``at x = 2: left 4, right 5`` in as many lines as it takes."""
    sizes = [f"{name_text(n)} = {v}" for n, v in joined(point.dimension.items(),
                                                       point.indices.items())]  # fmt: skip
    values = [f"{name_text(n)} = {value_text(v)}" for n, v in point.values.items()]
    left, right = told_apart(point.lhs, point.rhs)
    where = "at " + ", ".join([*sizes, *values]) + ":" if sizes or values else "they are numbers:"
    said = f"left {left}, right {right}"
    if point.entry:
        said = f"{entry_text(point.entry)}: {said}"
    if width(f"{where} {said}") <= room:
        yield ((f"{where} ", ""), (said, "bad"))
        return
    yield from wrapped(where, room, "", 3)
    yield line(f"   {said}", "bad")


# --- what was understood -----------------------------------------------------------------------


def reading_lines(result: DocumentResult, room: int) -> Iterator[Line]:
    """What was read: definitions, assumptions, and each step written back with its verdict."""
    yield line(result.path, "title")
    for label, items in (("defined", result.definitions), ("assumed", result.assumptions)):
        if items:
            yield line(f"  {label}", "label")
            for item in items:
                yield from _said(item, room)
    for number, chain in enumerate(result.chains, 1):
        yield line(f"  derivation {number}, line {_place(chain.line, chain.cell)}", "label")
        yield from _chain(chain, room)
    yield BLANK


def _place(number: int, cell: int | None) -> str:
    return f"{number}" if cell is None else f"{number} of cell {cell}"


def _said(item: Said, room: int) -> Iterator[Line]:
    head = f"{_place(item.line, item.cell):>7}  "
    for n, part in enumerate(folded_formula(item.text, room - len(head))):
        yield ((head if n == 0 else " " * len(head), "dim"), (part, ""))


def _chain(chain: ChainResult, room: int) -> Iterator[Line]:
    before = ""
    for step in chain.steps:
        mark, style = DOCUMENT_MARKS[step.verdict]
        if step.lhs.text != before:
            for n, part in enumerate(folded_formula(step.lhs.text, room - 15)):
                yield line(" " * (11 + 4 * bool(n)) + part)
        before = step.rhs.text
        head = ((f"{step.line:>7}  ", "dim"), (f"{mark} ", style))
        sign = SIGNS.get(step.relation, step.relation)
        for n, part in enumerate(folded_formula(f"{sign} {step.rhs.text}", room - 17)):
            yield (*head, (part, "")) if n == 0 else line(" " * 15 + part)
        yield from _notes(step, room)


def _notes(step: StepResult, room: int) -> Iterator[Line]:
    notes = [step.message] if step.message and step.verdict != "refuted" else []
    notes += [f"uses {use.text}" for use in step.uses]
    if step.reading > 1 and step.verdict == "proved":
        notes.append(f"in reading {step.reading} of {step.readings}")
    for note in notes:
        yield from indented(wrapped(note, room - 15, "dim", 2), 15)


# --- sums --------------------------------------------------------------------------------------


def summary_lines(report: Report, seconds: float | None = None) -> Iterator[Line]:
    """What became of all steps, in one line."""
    documents = report.documents
    findings = [finding for document in documents for finding in document.findings]
    statuses = [status for document in documents for status in document.statuses]
    counts, steps = Counter(statuses), len(statuses)
    judged = [status for status in MARKS if counts[status] or status == "proved"]
    head = f"{counted(len(documents), 'document')}, {counted(steps, 'step')}: "
    pieces = [(head, "title")]
    for n, status in enumerate(judged):
        pieces += [(", ", "")] if n else []
        shown = f"{counts[status]} {'not read' if status == 'unread' else status}"
        pieces.append((shown, MARKS[status][1] if counts[status] else ""))
    others = [counted(counts["definition"], "definition")] if counts["definition"] else []
    others += [f"{counts['skipped']} skipped"] if counts["skipped"] else []
    warnings = sum(f.severity == "warning" and f.code.startswith("D3") for f in findings)
    others += [counted(warnings, "warning")] if warnings else []
    if others:
        pieces.append((f"   {', '.join(others)}", "dim"))
    if seconds is not None:
        pieces.append((f"   in {seconds:.1f} s", "dim"))
    yield tuple(pieces)
