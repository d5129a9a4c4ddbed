"""A document -> the verdict on each step of its chains, and what to tell the author.

The reader says what was written (all plausible readings of a step), the kernel what is true.  A
step is proved if one reading is, refuted only if all are.  A false line between right neighbours
is one slip: its neighbours are compared with each other too.

Throughout: ``at`` is (number of the chain, number of the step in it).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from derive.check.conditions import behind
from derive.check.earlier import Earlier
from derive.check.hints import hint
from derive.check.looks import Seen, for_a_number, looked_at_again
from derive.check.readings import in_line, telling
from derive.check.report import (
    At,
    Begun,
    ChainResult,
    DocumentResult,
    Event,
    Formula,
    Judged,
    StepResult,
    assembled,
)
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
from derive.prover.decide import decide
from derive.prover.once import Once
from derive.prover.verdict import Verdict
from derive.read.chains import chains
from derive.term import (
    Call,
    Claim,
    Derivative,
    Given,
    Indexed,
    Relation,
    Span,
    Symbol,
    Term,
    contains,
    free_names,
    subterms_of,
)
from derive.vocabulary import MEANT

if TYPE_CHECKING:
    from derive.read.chains import Chain, Reading, Step
    from derive.read.document import Document

NOTHING = Given()
ONE_SLIP = "the next line equals the line before: this line alone is off"
CONDITION = "holds for some values only: taken for a condition, not a claim"
TO_BE_SOLVED = "holds for some values only: an equation to be solved is not judged"
ASIDE = "concluded in the running text, and not shown from the equations before"
STATED = "stated in the running text: taken for granted"
ANEW = "gives the name a new meaning from here on"
LOST = "a derivative is lost here: the next line is the derivative of this one"
AFTER_LOST = "follows from the line before if that is differentiated"
AFTER_WRONG = "follows from line {}, which is wrong"
AFTER_A_SLIP = "follows from the line before last, not from the line before, which is off"


def check_document(document: Document, given: Given = NOTHING, seed: int = 0) -> DocumentResult:
    """The verdicts on the steps of ``document``, in this process.

    ``given``: what holds besides what the document says.  ``seed`` chooses the random points at
    which a step is tried.  Nothing is raised for what a document contains.
    """
    return assembled(judged(document, chains(document, given), once=asking(seed)))


def asking(seed: int = 0) -> Once:
    """What a run comes to know; nothing yet."""
    return Once(decide, seed)


# --- before judging ----------------------------------------------------------------------------


def outline(document: Document, reading: Reading) -> DocumentResult:
    """What was read, before anything is judged: definitions, assumptions, every step (those to
    be judged as undecided), and the remarks of scanner and reader."""
    begun = [_begun(document, chain) for chain in reading.chains]
    return assembled((*begun, _understood(document, reading, bool(begun))))


def _begun(document: Document, chain: Chain) -> Begun:
    start, end = document.place(chain.span.start), document.place(max(chain.span.end - 1, 0))
    formulas: dict[Term, Formula] = {}
    steps = tuple(_written(document, step, formulas) for step in chain.steps)
    findings = tuple(unread(document, step) for step in chain.steps if step.kind == "unread")
    return Begun(ChainResult(start.line, end.line, start.cell, steps), findings)


def _understood(document: Document, reading: Reading, derives: bool) -> DocumentResult:
    """What was understood beside the chains, and the remarks; ``derives``: there are chains."""
    findings = [remark(document, note.code, note.span, note.message) for note in document.notes]
    findings += [remark(document, r.code, r.span, r.message) for r in reading.remarks]
    if not derives and not findings:
        findings = [finding_at(document, "D116", "no derivation was found here", Span(0, 0))]
    return DocumentResult(
        document.path,
        document.kind,
        tuple(said_at(document, item.span, item.text) for item in reading.definitions),
        tuple(said_at(document, item.span, item.text) for item in reading.assumptions),
        findings=tuple(findings),
    )


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
    done: Mapping[At, Judged] = MappingProxyType({}),
    lost: Callable[[At], str] = lambda at: "",
    once: Once | None = None,
    hints: bool = True,
) -> Iterator[Event]:
    """What becomes known of the document, chain after chain as they are read and judged.

    ``done``: what was judged before; it is not judged again.  ``lost``: why a step cannot be
    judged, "" where it can.  ``once``: what was asked for other documents.  A step may come again
    with more to say (a slip, a hint); the last one counts.  Hints come at the end, so that nothing
    is lost where the search for one has no end.
    """
    once = once or asking()
    earlier = Earlier()
    false = list[tuple[Judged, tuple[Claim, ...]]]()
    derives = False
    for c, chain in enumerate(reading.in_turn()):
        derives = True
        begun = _begun(document, chain)
        yield begun
        found: dict[int, Judged] = {}
        for s, step in enumerate(chain.steps):
            if step.kind != "judge":
                continue
            if (c, s) in done:
                found[s] = done[c, s]
                earlier.note(step, found[s])
                yield found[s]
                continue
            plain = begun.chain.steps[s]
            before = found.get(s - 1)
            for result in _judged(document, chain, (c, s), plain, before, lost, once, earlier):
                found[result.at[1]] = result
                yield result
        for s, result in found.items() if hints else ():
            if result.step.verdict == "refuted" and result.step.help in ("", ONE_SLIP):
                false.append((result, chain.steps[s].claims))
    yield _understood(document, reading, derives)
    for result, claims in false:
        yield from _hinted(result, claims)


def _judged(
    document: Document,
    chain: Chain,
    at: At,
    plain: StepResult,
    before: Judged | None,
    lost: Callable[[At], str],
    once: Once,
    earlier: Earlier,
) -> Iterator[Judged]:
    step = chain.steps[at[1]]
    if why := lost(at):
        yield told(document, step, at, plain, Verdict("undecided", reason=why))
        return
    try:
        verdicts = [once.decide(claim) for claim in step.claims]
        among = _in_line(chain, at, verdicts, before, once)
        n = among[telling([verdicts[k] for k in among])]
        verdict, claim = verdicts[n], step.claims[n]
        false = verdict.status == "refuted" and not step.doubt
        condition = (
            false and _varies(claim, verdict) and _is_condition(document, chain, step, claim)
        )
        verdict = looked_at_again(Seen(document, chain, step, n, claim, verdict, once))
        verdict, carried = earlier.carried(verdict, claim)
        if line := earlier.wrong(verdict):
            yield Judged(at, plain._replace(verdict="skipped", message=AFTER_WRONG.format(line)))
            return
        if step.anew and verdict.status != "proved":
            yield Judged(at, plain._replace(verdict="definition", message=ANEW))
            return
        off = before is not None and before.step.verdict == "refuted"
        if off and before is not None and (carried or not verdict) and _across(step, once):
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
        result = told(document, step, at, plain._replace(reading=n + 1), verdict, carried)
        equation = for_a_number(claim) or _is_of_itself(claim)
        equation = equation or (not step.follows and _is_between_names(claim))
        posed = step.posed and verdict.status == "undecided" and equation
        aside = step.concluded and verdict.status == "undecided"
        granted = step.stated and (verdict.status != "proved" or bool(result.step.needs))
        if (condition and verdict.status != "proved") or posed or aside or granted:
            said = STATED if granted else TO_BE_SOLVED if posed else ASIDE if aside else CONDITION
            if result.step.verdict == "proved":
                earlier.note(step, result)
            yield Judged(at, plain._replace(verdict="skipped", message=said))
            return
        if n > 0 and verdict.status == "proved" and verdicts[0].status != "proved":
            more = other_reading(document, step, verdicts[0], n)
            result = result._replace(findings=(*result.findings, *more))
        earlier.note(step, result)
        yield result
    except Exception as fault:
        # Any fault here is one of derive: it is said, and the other steps are judged.
        yield faulty(document, step, at, plain, fault)


def _in_line(
    chain: Chain, at: At, verdicts: Sequence[Verdict], before: Judged | None, once: Once
) -> list[int]:
    """The numbers of the readings that go with how the side before was read."""
    step = chain.steps[at[1]]
    if before is None or before.step.verdict != "proved" or len(verdicts) < 2:
        return list(range(len(verdicts)))
    line = [one.claims for one in chain.steps[: at[1]]]
    return in_line(step.claims, verdicts, line, max(before.step.reading - 1, 0), once)


def _hinted(result: Judged, claims: Sequence[Claim]) -> Iterator[Judged]:
    """The result with what would make the step true, if that is found."""
    try:
        said = hint(claims[result.step.reading - 1], result.step.counterexample)
    except (ArithmeticError, AssertionError, LookupError, MemoryError, RecursionError, ValueError):
        return  # a hint is a kindness: the verdict stands without it
    if said:
        yield with_help(result, said)


def _varies(claim: Claim, verdict: Verdict) -> bool:
    """May the claim hold at other points than the one where it is false?  s = 13 is no condition
    where s is worked out from numbers; where it was only said to be 12, both are values of it."""
    relation, point = claim.relation, verdict.counterexample
    if point is None or not isinstance(relation, Relation) or not isinstance(relation.left, Symbol):
        return True
    worked_out = claim.given.definitions.get(relation.left.name)
    if worked_out is None or not contains(worked_out.body, Symbol, Indexed):
        return True
    chosen = point.values or point.indices
    return bool(chosen) or not free_names(relation).isdisjoint(point.dimension)


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
        return isinstance(relation.left, Symbol) and is_value and not _is_result(claim)
    n = bisect_right(document.segments, chain.span.start, key=lambda s: s.span.start) - 1
    return n >= 0 and document.segments[n].kind == "inline"


def _is_result(claim: Claim) -> bool:
    """Is what stands left worked out from numbers alone?  Then it has one value, and there are no
    others for which the equation could be meant."""
    relation, known = claim.relation, claim.given.definitions
    assert isinstance(relation, Relation) and isinstance(relation.left, Symbol)
    row = known.get(relation.left.name)
    if row is None or not free_names(row.body) & set(known):
        return False
    return behind(claim) <= set(claim.given.ranges)


def _is_of_itself(claim: Claim) -> bool:
    """Does it say what a name is by that name: v = a v + s?  That is to be solved for v."""
    relation = claim.relation
    if not isinstance(relation, Relation) or not isinstance(relation.left, Symbol):
        return False
    return relation.op == "=" and relation.left.name in free_names(relation.right)


def _is_between_names(claim: Claim) -> bool:
    """Does it say something of names alone, y = k t + c, and of no function that nobody defined?"""
    return not contains(claim.relation, Derivative, Indexed) and not any(
        s.name not in MEANT for s in subterms_of(claim.relation, Call)
    )


def _after_lost(step: Step, once: Once) -> bool:
    """Is this line the derivative of the line before?"""
    return any(once.decide(one.claim).status == "proved" for one in step.lost())


def _across(step: Step, once: Once) -> bool:
    """Is this line equal to the line before last?"""
    return any(once.decide(claim).status == "proved" for claim in step.across())
