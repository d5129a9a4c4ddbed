"""The one orchestrator: an exercise or a claim from the command line -> results.

Reads each claim, lets the kernel decide each reading, and asks for steps where the claim holds.
Errors are values: a claim that cannot be read is a finding, and the next claim is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from derive.check.exercise import Exercise, ExerciseClaim, ExerciseError, at, load
from derive.check.front_matter import Written, place
from derive.check.library import name_of
from derive.check.readings import decided
from derive.check.report import ClaimResult, ExerciseResult, Finding
from derive.check.sparsity import sparsity
from derive.check.unfinished import unfinished
from derive.explain.judge import Judge
from derive.explain.proof import Detail, Proof
from derive.explain.steps import derive_steps
from derive.prover.decide import Contradiction
from derive.prover.display import assumption_words
from derive.prover.verdict import Verdict
from derive.read import Names, ReadError, read_formula
from derive.read.claim import read_claim
from derive.read.formula import read_relations
from derive.read.given import read_given
from derive.read.ranges import complete
from derive.term import Claim, Given, Relation, Term, free_names, replace

Said: TypeAlias = tuple[str, ...]
Known: TypeAlias = dict[tuple[object, ...], tuple[ClaimResult, tuple[Finding, ...]]]


class Source(NamedTuple):
    """A text with a name, in which offsets are places."""

    path: str
    text: str

    def finding(self, code: str, message: str, start: int, end: int, help: str = "") -> Finding:
        return at(self.text, self.path, code, message, start, end, help)


class _How(NamedTuple):
    """``detail`` of the steps, None where none are wanted; ``seed`` as in `check_exercise`."""

    detail: Detail | None
    seed: int


def check_file(
    path: str, steps: bool = True, seed: int = 0, detail: Detail = "normal"
) -> ExerciseResult:
    """The results for the exercise file at ``path``; a broken file is a result with findings."""
    try:
        exercise = load(path)
    except ExerciseError as error:
        return ExerciseResult(name_of(path), path, findings=error.findings)
    result = check_exercise(exercise, steps, seed, detail)
    more = list(unfinished(exercise))
    if exercise.parameters:
        from derive.check.values import default_findings

        more += default_findings(exercise)
    return result._replace(findings=(*result.findings, *more))


def check_exercise(
    exercise: Exercise,
    steps: bool = True,
    seed: int = 0,
    detail: Detail = "normal",
    known: Known | None = None,
) -> ExerciseResult:
    """The results for ``exercise``, with the steps of each proved claim if ``steps``.

    ``seed`` chooses the random points at which a claim is tried, ``detail`` how many moves a line
    of the steps makes.  Claims are quoted by later ones that are given what they rest on.
    ``known``: claims that are not looked at again, filled here; variants of one exercise differ in
    some of their claims only.
    """
    known = {} if known is None else known
    how = _How(detail if steps else None, seed)
    proved = list[tuple[ExerciseClaim, Claim]]()
    source = Source(exercise.path, exercise.text)
    given, findings = _given(source, exercise.given, Given())
    claims = list[ClaimResult]()
    for claim in exercise.claims:
        if given is None:
            claims.append(_unread(source, claim))
            continue
        shown = [row for row in proved if _quotable(row, claim, given)]
        quoted = tuple(_said(one) for one, _ in shown)
        about = (exercise.path, _texts(exercise.given), _said(claim), how, quoted)
        if about not in known:
            result, found = _check_claim(source, claim, given, how, [one for _, one in shown])
            known[about] = result, tuple(found)
        result, more = known[about]
        claims.append(result)
        findings += more
        if result.status == "proved" and result.claim is not None:
            proved.append((claim, result.claim))
    notes = tuple(sparsity(tuple(claims))) if "sparsity" in _words(exercise.report) else ()
    return ExerciseResult(
        exercise.name, exercise.path, exercise, given, tuple(claims), tuple(findings), notes
    )


def check_formula(
    claim: str, given: Sequence[str], seed: int = 0, detail: Detail = "normal"
) -> ExerciseResult:
    """The results for a claim that was typed in: its "file" is called ``claim``, and that of the
    givens ``given``."""
    lines, start = list[Written](), 0
    for line in given:
        lines.append(_plain(line, start))
        start += len(line) + 1
    meaning, findings = _given(Source("given", "\n".join(given)), tuple(lines), Given())
    if meaning is None:
        return ExerciseResult("claim", "claim", findings=tuple(findings))
    spoken = ExerciseClaim("", _plain(claim, 0))
    result, findings = _check_claim(Source("claim", claim), spoken, meaning, _How(detail, seed))
    notes = tuple(_taken_as_free(result, meaning))
    return ExerciseResult("claim", "claim", None, meaning, (result,), tuple(findings), notes)


def _taken_as_free(result: ClaimResult, meaning: Given) -> Iterator[str]:
    """What a counterexample makes of capital letters, often matrices, where none are declared."""
    found = result.verdict.counterexample if result.verdict is not None else None
    if found is None:
        return
    declared = {*meaning.shapes, *meaning.definitions}
    declared.update(*(free_names(a.term) for a in meaning.assumptions))
    names = [n for n, value in found.values.items()
             if n[:1].isupper() and n not in declared and not isinstance(value, tuple)]  # fmt: skip
    if names:
        what = "a free real number" if len(names) == 1 else "free real numbers"
        yield f"{', '.join(names)}: taken as {what}; declare with --given what is meant otherwise"


def _quotable(shown: tuple[ExerciseClaim, Claim], claim: ExerciseClaim, given: Given) -> bool:
    """Whether ``claim`` may rest on one that was shown: not on one of values that it has not."""
    if set(_texts(shown[0].given)) <= set(_texts(claim.given)):
        return True
    return shown[1].given.definitions.keys() <= given.definitions.keys()


def _texts(lines: Sequence[Written]) -> Said:
    return tuple(line.text for line in lines)


def _said(claim: ExerciseClaim) -> Said:
    """All that a claim's result depends on, besides what is given and what came before."""
    parts = ((claim.claim,), claim.given, claim.cases, claim.milestones)
    return (claim.label, str(claim.points), *("\0".join(_texts(part)) for part in parts))


def _words(lines: tuple[Written, ...]) -> set[str]:
    return {line.text for line in lines}


def _plain(text: str, start: int) -> Written:
    return Written(text, tuple(range(start, start + len(text) + 1)))


# --- reading -----------------------------------------------------------------------------------


def _given(
    source: Source, lines: tuple[Written, ...], onto: Given
) -> tuple[Given | None, list[Finding]]:
    """``onto`` with what the lines declare, or None with what cannot be read."""
    try:
        return read_given([line.text for line in lines], onto), []
    except ReadError as error:
        return None, [_read_finding(source, "D102", lines[max(error.line, 1) - 1], error)]


def _read_finding(source: Source, code: str, written: Written, error: ReadError) -> Finding:
    last = len(written.text)
    start = written.offsets[min(error.span.start, last)]
    end = written.offsets[min(error.span.end, last)]
    return source.finding(code, str(error), start, end)


def _check_claim(
    source: Source,
    claim: ExerciseClaim,
    given: Given,
    how: _How,
    shown: Sequence[Claim] = (),
) -> tuple[ClaimResult, list[Finding]]:
    meaning, findings = _given(source, claim.given, given) if claim.given else (given, [])
    if meaning is None:
        return _unread(source, claim), findings
    result = _unread(source, claim)
    try:
        readings = read_claim(claim.claim.text, meaning, claim.label)
    except ReadError as error:
        return result, [_read_finding(source, "D101", claim.claim, error)]
    try:
        which, meant, verdict = decided(readings, how.seed)
    except Contradiction as alarm:
        return result, [source.finding("D901", str(alarm), claim.claim.start, claim.claim.end)]
    readings = (*readings[:which], meant, *readings[which + 1 :])
    findings += _verdict_findings(source, claim, len(readings), verdict)
    cases, unread = _conditions(source, claim, meaning)
    milestones, unread_ = _milestones(source, claim, meaning)
    findings += unread + unread_
    proof: Proof | None = None
    if how.detail is not None and verdict.status == "proved":
        judge = Judge()
        if verdict:
            judge.tell(meant, verdict)
        proof = derive_steps(meant, how.detail, cases, judge, shown, milestones)
        if proof is None:
            message = "proved, but no textbook steps were found"
            findings.append(source.finding("D204", message, claim.claim.start, claim.claim.end))
    result = replace(result, readings=readings, reading=which, verdict=verdict, proof=proof)
    return result, findings


def _unread(source: Source, claim: ExerciseClaim) -> ClaimResult:
    line, column = place(source.text, claim.claim.start)
    end_line, end_column = place(source.text, claim.claim.end)
    written = claim.claim.text.strip()
    return ClaimResult(
        claim.label, written, line, column, end_line, end_column, points=claim.points
    )


# --- deciding ----------------------------------------------------------------------------------


def _verdict_findings(
    source: Source, claim: ExerciseClaim, readings: int, verdict: Verdict
) -> Iterator[Finding]:
    start, end = claim.claim.start, claim.claim.end

    def finding(code: str, message: str) -> Finding:
        return source.finding(code, message, start, end)

    if readings > 1:
        yield finding("D103", f"read in {readings} ways; this speaks of one of them")
    match verdict.status:
        case "refuted":
            yield finding("D201", verdict.reason or "the two sides differ")
        case "undecided":
            yield finding("D202", verdict.reason or "neither proved nor refuted")
        case "proved" if verdict.needs:
            needs = ", ".join(assumption_words(need) for need in verdict.needs)
            yield finding("D203", f"proved only with {needs}, which is not stated")


def _conditions(
    source: Source, claim: ExerciseClaim, given: Given
) -> tuple[tuple[Term, ...], list[Finding]]:
    """The cases that the exercise names; none where one cannot be read."""
    conditions = list[Term]()
    for case in claim.cases:
        try:
            conditions.append(read_claim(case.text, given)[0].relation)
        except ReadError as error:
            return (), [_read_finding(source, "D102", case, error)]
    return tuple(conditions), []


def _milestones(
    source: Source, claim: ExerciseClaim, given: Given
) -> tuple[tuple[Term, ...], list[Finding]]:
    """What the claim's proof passes on the way, terms or equations, and what cannot be read."""
    milestones, findings = list[Term](), list[Finding]()
    for written in claim.milestones:
        try:
            if read_relations(written.text, Names.of(given)).signs:
                milestones.append(read_claim(written.text, given)[0].relation)
                continue
            read = read_formula(written.text, Names.of(given))[0]
            whole = complete(Claim(Relation("=", read, read), given)).relation
        except ReadError as error:
            findings.append(_read_finding(source, "D101", written, error))
            continue
        assert isinstance(whole, Relation)
        milestones.append(whole.left)
    return tuple(milestones), findings
