"""A document -> the verdict on each step of its chains, and what to tell the author.

The reader says what was written (all plausible readings of a step), the kernel what is true.  A
step is proved if one reading is, refuted only if all are.  A false line between right neighbours
is one slip: its neighbours are compared with each other too.

Throughout: ``at`` is (number of the chain, number of the step in it).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from derive.check.conditions import from_equations, stated_values, under_conditions
from derive.check.hints import hint
from derive.check.readings import telling
from derive.check.report import (
    At,
    ChainResult,
    DocumentResult,
    Formula,
    Judged,
    StepResult,
    assembled,
)
from derive.check.restrictions import restriction
from derive.check.saying import (
    CODES,
    faulty,
    finding_at,
    other_reading,
    remark,
    said_at,
    sides,
    told,
    trimmed,
    unread,
    with_finding,
    with_help,
)
from derive.prover.decide import CONTRADICTORY, decide
from derive.prover.once import Once
from derive.prover.verdict import Verdict
from derive.read import ReadError
from derive.read.chains import chains
from derive.read.chains.brackets import UNSURE
from derive.term import (
    Claim,
    Given,
    Number,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    replace,
)
from derive.term.text import name_text

if TYPE_CHECKING:
    from derive.read.chains import Chain, Reading, Step
    from derive.read.document import Document

NOTHING = Given()
ONE_SLIP = "the next line equals the line before: this line alone is off"
CONDITION = "holds for some values only: taken for a condition, not a claim"
TO_BE_SOLVED = "holds for some values only: an equation to be solved is not judged"
EQUATION = "not true for all values: an equation to be solved, or wrong"
ANEW = "gives the name a new meaning from here on"
LOST = "a derivative is lost here: the next line is the derivative of this one"
AFTER_LOST = "follows from the line before if that is differentiated"
UNBALANCED = "a bracket is missing, and where it was put the step is not true"
AFTER_A_SLIP = "follows from the line before last, not from the line before, which is off"


def check_document(document: Document, given: Given = NOTHING, seed: int = 0) -> DocumentResult:
    """The verdicts on the steps of ``document``, in this process.

    ``given``: what holds besides what the document says.  ``seed`` chooses the random points at
    which a step is tried.  Nothing is raised for what a document contains.
    """
    reading = chains(document, given)
    found = outline(document, reading)
    return assembled(found, judged(document, reading, found, once=asking(seed)))


def asking(seed: int = 0) -> Once:
    """What a run comes to know; nothing yet."""
    return Once(decide, seed)


# --- before judging ----------------------------------------------------------------------------


def outline(document: Document, reading: Reading) -> DocumentResult:
    """What was read, before anything is judged: definitions, assumptions, every step (those to
    be judged as undecided), and the remarks of scanner and reader."""
    found = [_chain(document, chain) for chain in reading.chains]
    steps = [step for chain in reading.chains for step in chain.steps]
    findings = [unread(document, step) for step in steps if step.kind == "unread"]
    findings += [remark(document, note.code, note.span, note.message) for note in document.notes]
    findings += [remark(document, r.code, r.span, r.message) for r in reading.remarks]
    if not found and not findings:
        findings = [finding_at(document, "D116", "no derivation was found here", Span(0, 0))]
    return DocumentResult(
        document.path,
        document.kind,
        tuple(said_at(document, item.span, item.text) for item in reading.definitions),
        tuple(said_at(document, item.span, item.text) for item in reading.assumptions),
        tuple(found),
        tuple(findings),
    )


def _chain(document: Document, chain: Chain) -> ChainResult:
    start, end = document.place(chain.span.start), document.place(max(chain.span.end - 1, 0))
    formulas: dict[Term, Formula] = {}
    steps = tuple(_written(document, step, formulas) for step in chain.steps)
    return ChainResult(start.line, end.line, start.cell, steps)


def _written(document: Document, step: Step, formulas: dict[Term, Formula]) -> StepResult:
    """The step as it was read, not judged yet."""
    verdict = "undecided" if step.kind == "judge" else step.kind
    span = trimmed(document.text, step.right_span)
    start, end = document.place(span.start), document.place(span.end)
    lhs, rhs = sides(document, step, step.claims[0] if step.claims else None, formulas)
    return StepResult(
        start.line, start.column, end.line, end.column, step.relation, lhs, rhs, verdict,
        CODES["unread"] if verdict == "unread" else "",
        "not judged" if verdict == "undecided" else step.message,
        reason=step.reason, readings=len(step.claims),
    )  # fmt: skip


# --- judging -----------------------------------------------------------------------------------


def judged(
    document: Document,
    reading: Reading,
    outlined: DocumentResult,
    done: Mapping[At, Judged] = MappingProxyType({}),
    lost: Mapping[At, str] = MappingProxyType({}),
    once: Once | None = None,
    hints: bool = True,
) -> Iterator[Judged]:
    """The steps one after the other as they are judged.

    ``outlined``: the outline of the document.  ``done``: what was judged before and is not judged
    again.  ``lost``: steps that cannot be judged, and why.  ``once``: what was asked for other
    documents.  A step may come again with more to say (a slip, a hint); the last one counts.
    Hints come at the end, so that nothing is lost where the search for one has no end.
    """
    found = dict(done)
    once = once or asking()
    for c, chain in enumerate(reading.chains):
        for s, step in enumerate(chain.steps):
            at = (c, s)
            if step.kind != "judge" or at in found:
                continue
            plain, before = outlined.chains[c].steps[s], found.get((c, s - 1))
            for result in _judged(document, chain, at, plain, before, lost, once):
                found[result.at] = result
                yield result
    for (c, s), result in found.items() if hints else ():
        if result.step.verdict == "refuted" and result.step.help in ("", ONE_SLIP):
            yield from _hinted(result, reading.chains[c].steps[s])


def _judged(
    document: Document,
    chain: Chain,
    at: At,
    plain: StepResult,
    before: Judged | None,
    lost: Mapping[At, str],
    once: Once,
) -> Iterator[Judged]:
    step = chain.steps[at[1]]
    if at in lost:
        yield told(document, step, at, plain, Verdict("undecided", reason=lost[at]))
        return
    try:
        verdicts = [once.decide(claim) for claim in step.claims]
        n = telling(verdicts)
        verdict, claim = verdicts[n], step.claims[n]
        false = verdict.status == "refuted" and not step.doubt
        condition = false and _is_condition(document, chain, step, claim)
        anywhere = verdict
        if not verdict:
            verdict = _under_conditions(document, chain, claim, verdict, once)
        if verdict.status == "undecided" and verdict.reason != CONTRADICTORY:
            verdict = _from_equations(claim, verdict, once)
        if not verdict and step.elsewhere:
            verdict = _as_elsewhere(step, n, verdict, once)
        at_a_point = verdict is not anywhere and _for_a_number(claim)
        if verdict.status != "proved" and not at_a_point:
            verdict = _supposing(step, claim, verdict, once)
        if verdict.status != "proved" and verdict is anywhere and _for_a_number(claim):
            verdict = _at_values(document, chain, claim, verdict, once)
        if verdict.status == "refuted" and (said := restriction(document, chain, step.reason)):
            verdict = _doubted(verdict, f'the text says "{said}"')
        if step.anew and verdict.status != "proved":
            yield Judged(at, plain._replace(verdict="definition", message=ANEW))
            return
        off = before is not None and before.step.verdict == "refuted"
        if off and before is not None and not verdict and _across(step, once):
            yield Judged(at, plain._replace(verdict="skipped", message=AFTER_A_SLIP))
            yield with_help(before, ONE_SLIP)
            return
        open_before = before is not None and before.step.verdict in ("refuted", "undecided")
        differs = open_before and verdict.status != "proved"
        if differs and before is not None and _after_lost(step, once):
            yield Judged(at, plain._replace(verdict="skipped", message=AFTER_LOST))
            yield with_finding(document, before, chain.steps[at[1] - 1], "D307", LOST)
            return
        if n > 0 and verdict.status == "proved":
            lhs, rhs = sides(document, step, claim, {})
            plain = plain._replace(lhs=lhs, rhs=rhs)
        result = told(document, step, at, plain._replace(reading=n + 1), verdict)
        posed = step.posed and verdict.status == "undecided" and _for_a_number(claim)
        if (condition and verdict.status != "proved") or posed:
            said = TO_BE_SOLVED if posed else CONDITION
            yield Judged(at, plain._replace(verdict="skipped", message=said))
            return
        if n > 0 and verdict.status == "proved" and verdicts[0].status != "proved":
            more = other_reading(document, step, verdicts[0], n)
            result = result._replace(findings=(*result.findings, *more))
        yield result
    except Exception as fault:
        # Any fault here is one of derive: it is said, and the other steps are judged.
        yield faulty(document, step, at, plain, fault)


def _hinted(result: Judged, step: Step) -> Iterator[Judged]:
    """The result with what would make the step true, if that is found."""
    try:
        said = hint(step.claims[result.step.reading - 1], result.step.counterexample)
    except (ArithmeticError, AssertionError, LookupError, MemoryError, RecursionError, ValueError):
        return  # a hint is a kindness: the verdict stands without it
    if said:
        yield with_help(result, said)


def _under_conditions(
    document: Document, chain: Chain, claim: Claim, verdict: Verdict, once: Once
) -> Verdict:
    """The verdict on a claim that fails or needs more, if the sentence around it says when it
    holds."""
    try:
        limited = list(under_conditions(document, chain, claim))
    except ReadError:
        return _doubted(verdict, "a condition in the sentence is not understood")
    under = [once.decide(one) for one in limited]
    proved = next((one for one in under if one.status == "proved"), None)
    if verdict.status == "proved":
        return proved if proved else verdict  # without needs, or as it was
    if proved is not None or not under:
        return proved or verdict
    if verdict.status == "refuted":
        doubt = next((one for one in under if one.status == "undecided"), None)
        return _doubted(verdict, doubt.reason) if doubt is not None else under[0]
    return verdict


def _from_equations(claim: Claim, verdict: Verdict, once: Once) -> Verdict:
    """The verdict on a claim that may be one of the given equations written otherwise."""
    for identity, equation in from_equations(claim):
        found = once.decide(identity)
        if found:
            return replace(found, uses=(equation, *found.uses))
    return verdict


def _as_elsewhere(step: Step, n: int, verdict: Verdict, once: Once) -> Verdict:
    """The verdict on a step that fails or needs more, if what was said for a part of the document
    that is over is meant here too: then it is a need."""
    claim = step.claims[n]
    here = {name for a in claim.given.assumptions for name in free_names(a.term)}
    said = tuple(a for _, a in step.elsewhere if not free_names(a.term) & here)
    if not said:
        return verdict
    under = once.decide(replace(claim, given=claim.given.with_assumptions(*said)))
    if verdict.status == "proved" and not under:
        return verdict
    if under.status == "proved":
        needed = tuple(a for a in said if a in under.uses) or said
        uses = tuple(a for a in under.uses if a not in needed)
        return replace(under, needs=(*needed, *under.needs), uses=uses)
    if under.status == "undecided":
        return _doubted(verdict, under.reason)
    return verdict


def _supposing(step: Step, claim: Claim, verdict: Verdict, once: Once) -> Verdict:
    """The verdict on a step that fails as it stands: proved with what it supposes as needs, else
    undecided where it has names of unknown meaning."""
    for supposed in step.supposed():
        found = once.decide(supposed.claim)
        if found.status == "proved":
            uses = (supposed.said.get(a, a) for a in found.uses)
            told_ = tuple(
                dict.fromkeys(a for a in uses if a is not None and a not in supposed.needs)
            )
            if supposed.settled:
                return replace(found, uses=(*supposed.needs, *told_))
            return replace(found, needs=(*supposed.needs, *found.needs), uses=told_)
        if supposed.settled and found.status == "refuted":
            return found
        if supposed.or_doubtful and found.status == "undecided":
            verdict = _doubted(verdict, found.reason)
    if any(_are_other_functions(claim, once) for claim in step.claims):
        return Verdict("proved")
    if not step.doubt:
        return verdict
    if verdict.status == "refuted" and UNSURE in step.doubt:
        return Verdict("undecided", reason=UNBALANCED)
    if verdict.status == "refuted" and _for_a_number(claim):
        return Verdict("undecided", reason=EQUATION)
    if verdict.status == "refuted" or verdict.reason.startswith("unknown meaning"):
        names = ", ".join(map(name_text, sorted(step.doubt)))
        verb = "is" if len(step.doubt) == 1 else "are"
        return Verdict("undecided", reason=f"{names} {verb} not defined here")
    return verdict


def _at_values(
    document: Document, chain: Chain, claim: Claim, verdict: Verdict, once: Once
) -> Verdict:
    """The verdict on a claim that something is a number, which may be meant where its names have
    the values that the text gives them somewhere: f'(x) = 2x = 6, and x = 3."""
    for values in stated_values(document, chain, claim):
        found = once.decide(replace(claim, given=claim.given.with_assumptions(*values)))
        if found.status == "proved":
            return replace(found, needs=(*values, *found.needs), uses=())
    return verdict


def _are_other_functions(claim: Claim, once: Once) -> bool:
    """f(x) != g(x) as it is mostly meant: not for all x are they equal."""
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "!=":
        return False
    if isinstance(relation.left, (Symbol, Number)) and isinstance(relation.right, (Symbol, Number)):
        return False
    equal = replace(claim, relation=replace(relation, op="="))
    return once.decide(equal).status == "refuted"


def _doubted(verdict: Verdict, reason: str) -> Verdict:
    """A refutation that may not count."""
    if verdict.status != "refuted":
        return verdict  # it was no refutation
    return Verdict("undecided", reason=f"not true in general; {reason}")


def _is_condition(document: Document, chain: Chain, step: Step, claim: Claim) -> bool:
    """Does this say when something holds rather than that it holds?  ``i = j``, ``n = 1``, and
    inequalities in the running text; such a thing is not false because it is not always true."""
    relation = claim.relation
    if not isinstance(relation, Relation) or step.for_all:
        return False
    if relation.op == "=":
        if len(chain.steps) > 1:
            return False
        value = relation.right  # y = -1 and x = \sqrt{2} as well as i = j
        is_value = isinstance(value, Symbol) or not free_names(value)
        return isinstance(relation.left, Symbol) and is_value
    n = bisect_right(document.segments, chain.span.start, key=lambda s: s.span.start) - 1
    return n >= 0 and document.segments[n].kind == "inline"


def _for_a_number(claim: Claim) -> bool:
    """Does the claim say that something is a number: x^2 - 1 = 0?"""
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "=":
        return False
    return any(not free_names(side) for side in (relation.left, relation.right))


def _after_lost(step: Step, once: Once) -> bool:
    """Is this line the derivative of the line before?"""
    return any(once.decide(one.claim).status == "proved" for one in step.lost())


def _across(step: Step, once: Once) -> bool:
    """Is this line equal to the line before last?"""
    return any(once.decide(claim).status == "proved" for claim in step.across())
