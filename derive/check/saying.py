"""Verdicts as results and findings: what is said of a step, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from derive.check.readings import covered
from derive.check.report import GIVEN_UP, At, Finding, Formula, Judged, Said, StepResult
from derive.findings import BY_CODE
from derive.prover.decide import Contradiction
from derive.prover.display import assumption_words
from derive.prover.verdict import Verdict
from derive.read.formula.dots import Uneven
from derive.term import (
    Assumption,
    BigOp,
    Claim,
    Relation,
    Span,
    Term,
    replace,
    subterms_of,
)
from derive.term.latex import latex
from derive.term.text import name_text, text

if TYPE_CHECKING:
    from derive.read.chains import Step
    from derive.read.document import Document

CODES = {"refuted": "D201", "undecided": "D202", "unread": "D111"}
# What scanner and reader remark -> the finding's code; "D112" where it is not listed.
REMARKS = {
    "binary": "D001",
    "encoding": "D113",
    "directive": "D114",
    "input": "D116",
    "empty": "D001",
    "characters": "D116",
}
_SHAPES = re.compile(r"shapes|two columns|a vector$|an array$")


def sides(
    document: Document, step: Step, claim: Claim | None, written: dict[Term, Formula]
) -> tuple[Formula, Formula]:
    """Both sides written back; as they stand in the text where they were not read.

    ``written``: what was written before, filled here: a side of a chain stands in two steps.
    """
    if claim is not None and isinstance(claim.relation, Relation):
        both = (claim.relation.left, claim.relation.right)
        for t in both:
            if t not in written:
                written[t] = _formula(t)
        return written[both[0]], written[both[1]]
    left = " ".join(document.text[step.left_span.start : step.left_span.end].split())
    right = " ".join(document.text[step.right_span.start : step.right_span.end].split())
    return Formula(left, left), Formula(right, right)


def _formula(t: Term) -> Formula:
    return Formula(latex(t), text(t))


def condition(assumption: Assumption) -> Formula:
    """An assumption as LaTeX (kinds that are words as text) and as readable text."""
    if assumption.kind == "relation":
        return _formula(assumption.term)
    words = assumption_words(assumption, lambda t: f"${latex(t)}$")
    return Formula(rf"\text{{{words}}}", assumption_words(assumption))


def said_at(document: Document, span: Span, words: str) -> Said:
    """What was understood, with its line."""
    place = document.place(span.start)
    return Said(place.line, words, place.cell)


def told(
    document: Document,
    step: Step,
    at: At,
    plain: StepResult,
    verdict: Verdict,
    carried: tuple[Formula, ...] = (),
) -> Judged:
    """The verdict on a step as its result, with the finding that goes with it.  ``carried``: what
    the lines need that it follows from."""
    needs = tuple(dict.fromkeys((*carried, *map(condition, verdict.needs))))
    code = CODES.get(verdict.status, "D203" if needs else "")
    code = "D115" if verdict.reason == GIVEN_UP else code
    message = verdict.reason
    if verdict.status == "refuted":
        message = message or "the two sides differ"
    elif verdict.status == "undecided":
        message = message or "neither proved nor refuted"
    elif needs:
        needed = ", ".join(need.text for need in needs)
        message = f"true if {needed}, {_not_stated(document, step, verdict)}"
    found = plain._replace(
        verdict=verdict.status,
        code=code,
        message=message,
        needs=needs,
        uses=tuple(dict.fromkeys(map(condition, verdict.uses))),
        counterexample=verdict.counterexample,
        evidence=verdict.evidence,
    )
    help = _declared(document, step) if _SHAPES.search(verdict.reason) else ""
    found = found._replace(help=help)
    findings = (_finding(document, code, message, step, help),) if code else ()
    return Judged(at, found, findings)


def _declared(document: Document, step: Step) -> str:
    """Where the names of a step that does not fit together are said to be arrays."""
    said = [f"{name_text(name)} (line {document.place(at).line})" for at, name in step.arrays]
    if not said:
        return ""
    are = "is an array" if len(said) == 1 else "are arrays"
    return f'{", ".join(said)} {are}; where one is a number again, say so: "let $x$ be a number"'


def _not_stated(document: Document, step: Step, verdict: Verdict) -> str:
    """Where a need is stated that is not stated here."""
    places = {document.place(at).line for at, said in step.elsewhere if said in verdict.needs}
    if not places:
        return "which is not stated"
    lines = " and ".join(map(str, sorted(places)))
    return f"which is said for another part (line {lines})"


def with_help(result: Judged, said: str) -> Judged:
    """The result with a hint added to it and to its finding."""
    said = "; ".join(filter(None, (result.step.help, said)))
    first, *others = result.findings
    findings = (replace(first, help=said), *others)
    return Judged(result.at, result.step._replace(help=said), findings)


def with_finding(document: Document, result: Judged, step: Step, code: str, message: str) -> Judged:
    """The result with one more finding about its step."""
    found = _finding(document, code, message, step)
    return result._replace(findings=(*result.findings, found))


def other_reading(document: Document, step: Step, first: Verdict, n: int) -> Iterator[Finding]:
    """What there is to say where reading ``n`` is proved and the usual one is not."""
    usual, claim = step.claims[0].relation, step.claims[n].relation
    if claim == usual:
        return  # only what is said of its names differs
    if len(subterms_of(claim, BigOp)) != len(subterms_of(usual, BigOp)):
        return  # Σ_{k ≠ l} p_k p_l is over both, where no l stands on the left
    if covered(claim) > covered(usual):
        message = "true only if the sum covers what follows as well: brackets missing?"
        yield _finding(document, "D303", message, step)
    elif first.status == "refuted":
        yield _finding(document, "D304", f"true only if read as {text(claim)}", step)


def faulty(document: Document, step: Step, at: At, plain: StepResult, fault: Exception) -> Judged:
    """The result where derive itself failed at a step."""
    if isinstance(fault, MemoryError | RecursionError):
        kind = "too much memory" if isinstance(fault, MemoryError) else "too deep a recursion"
        reason = f"it needed {kind}"
        return told(document, step, at, plain, Verdict("undecided", reason=reason))
    code = "D901" if isinstance(fault, Contradiction) else "D902"
    message = f"{BY_CODE[code].title}: {type(fault).__name__}: {fault}"[:200]
    found = plain._replace(verdict="undecided", code=code, message=message)
    return Judged(at, found, (_finding(document, code, message, step),))


def unread(document: Document, step: Step) -> Finding:
    """Where exactly reading stopped, if the reader says so."""
    message = step.message or "not read"
    span = step.error.span if step.error is not None else step.right_span
    code = "D306" if isinstance(step.error, Uneven) else CODES["unread"]
    return _finding(document, code, message, step, span=span)


def remark(document: Document, code: str, span: Span, message: str) -> Finding:
    """What scanner or reader remarked, as a finding."""
    if code == "notebook" and not document.segments:
        code = "binary"  # nothing at all was read
    code = REMARKS.get(code, code if code in BY_CODE else "D112")
    return finding_at(document, code, message, span)


def _finding(
    document: Document,
    code: str,
    message: str,
    step: Step,
    help: str = "",
    span: Span | None = None,
) -> Finding:
    """A finding about a step: its right side marked, the line of its left side before it."""
    found = finding_at(document, code, message, span or step.right_span, help)
    left = trimmed(document.text, step.left_span)
    if document.place(left.end).line >= found.line:
        return found
    return replace(found, before=document.line_text(left.end))


def finding_at(document: Document, code: str, message: str, span: Span, help: str = "") -> Finding:
    """A finding at a place of the document, with its source line."""
    span = trimmed(document.text, span)
    place, last = document.place(span.start), document.place(span.end)
    line = document.line_text(span.start)
    end = last.column if (last.line, last.cell) == (place.line, place.cell) else len(line) + 1
    return Finding(
        code, message, document.path, place.line, place.column, max(end, place.column + 1), help,
        line, "", place.cell,
    )  # fmt: skip


def trimmed(source: str, span: Span) -> Span:
    """The span without blanks at its ends."""
    start, end = max(0, span.start), min(span.end, len(source))
    while start < end and source[start].isspace():
        start += 1
    while end > start and source[end - 1].isspace():
        end -= 1
    return Span(start, end)
