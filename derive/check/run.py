"""The one orchestrator: an exercise or a claim from the command line -> results.

Reads each claim, lets the kernel decide each reading, and asks for steps where the claim holds.
Errors are values: a claim that cannot be read is a finding, and the next claim is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from derive.check.exercise import Exercise, ExerciseClaim, ExerciseError, at, load
from derive.check.front_matter import Written, place
from derive.check.report import CaseSteps, ClaimResult, ExerciseResult, Finding
from derive.check.sparsity import sparsity
from derive.explain.steps import derive_steps
from derive.prover.decide import decide
from derive.prover.verdict import Verdict
from derive.read import ReadError
from derive.read.claim import read_claim
from derive.read.given import read_given
from derive.term import Given


@dataclass(frozen=True, slots=True)
class Source:
    """A text with a name, in which offsets are places."""

    path: str
    text: str

    def finding(self, code: str, message: str, start: int, end: int, help: str = "") -> Finding:
        return at(self.text, self.path, code, message, start, end, help)


def check_file(path: Path, steps: bool = True) -> ExerciseResult:
    """The results for the exercise file at ``path``; a broken file is a result with findings."""
    try:
        exercise = load(path)
    except ExerciseError as error:
        return ExerciseResult(path.stem, str(path), findings=error.findings)
    return check_exercise(exercise, steps)


def check_exercise(exercise: Exercise, steps: bool = True) -> ExerciseResult:
    """The results for ``exercise``, with the steps of each proved claim if ``steps``."""
    source = Source(exercise.path, exercise.text)
    given, findings = _given(source, exercise.given)
    claims = list[ClaimResult]()
    if given is not None:
        for claim in exercise.claims:
            result, found = _check_claim(source, exercise, claim, given, steps)
            claims.append(result)
            findings += found
    else:
        claims = [_unread(source, claim) for claim in exercise.claims]
    notes = tuple(sparsity(tuple(claims))) if "sparsity" in _words(exercise.report) else ()
    return ExerciseResult(
        exercise.name, exercise.path, exercise, given, tuple(claims), tuple(findings), notes
    )


def check_formula(claim: str, given: Sequence[str], steps: bool = True) -> ExerciseResult:
    """The results for a claim that was typed in: its "file" is called ``claim``, and the givens'
    ``given``."""
    givens = Source("given", "\n".join(given))
    start, written = 0, list[Written]()
    for line in given:
        written.append(_plain(line, start))
        start += len(line) + 1
    meaning, findings = _given(givens, tuple(written))
    source, spoken = Source("claim", claim), ExerciseClaim("", _plain(claim, 0))
    if meaning is None:
        return ExerciseResult("claim", "claim", None, None, (), tuple(findings))
    result, found = _decide_claim(source, spoken, meaning, (), steps)
    return ExerciseResult("claim", "claim", None, meaning, (result,), tuple(findings + found))


def _words(lines: tuple[Written, ...]) -> set[str]:
    return {line.text for line in lines}


def _plain(text: str, start: int) -> Written:
    return Written(text, tuple(range(start, start + len(text) + 1)))


# --- reading -----------------------------------------------------------------------------------


def _given(source: Source, lines: tuple[Written, ...]) -> tuple[Given | None, list[Finding]]:
    """What the lines declare, or None with the first line that cannot be read."""
    texts = [line.text for line in lines]
    try:
        return read_given(texts), []
    except ReadError as error:
        number = next(n for n in range(len(texts)) if _fails(texts[: n + 1]))
        return None, [_read_finding(source, "D102", lines[number], error)]


def _fails(lines: list[str]) -> bool:
    try:
        read_given(lines)
    except ReadError:
        return True
    return False


def _read_finding(source: Source, code: str, written: Written, error: ReadError) -> Finding:
    last = len(written.text)
    start, end = written.offsets[0], written.offsets[-1]
    if error.span is not None:
        start = written.offsets[min(error.span.start, last)]
        end = written.offsets[min(error.span.end, last)]
    return source.finding(code, error.message, start, end)


def _check_claim(
    source: Source, exercise: Exercise, claim: ExerciseClaim, given: Given, steps: bool
) -> tuple[ClaimResult, list[Finding]]:
    declared = exercise.given + claim.given
    if claim.given:
        more, findings = _given(source, declared)
        if more is None:
            return _unread(source, claim), findings
        given = more
    return _decide_claim(source, claim, given, declared, steps)


def _unread(source: Source, claim: ExerciseClaim) -> ClaimResult:
    line, column = place(source.text, claim.claim.start)
    end_line, end_column = place(source.text, claim.claim.end)
    written = claim.claim.text.strip()
    return ClaimResult(
        claim.label, written, line, column, end_line, end_column, points=claim.points
    )


# --- deciding ----------------------------------------------------------------------------------


def _decide_claim(
    source: Source,
    claim: ExerciseClaim,
    given: Given,
    declared: tuple[Written, ...],
    steps: bool,
) -> tuple[ClaimResult, list[Finding]]:
    result = _unread(source, claim)
    try:
        readings = read_claim(claim.claim.text, given, claim.label)
    except ReadError as error:
        return result, [_read_finding(source, "D101", claim.claim, error)]
    verdicts = [decide(reading) for reading in readings]
    chosen = _chosen(verdicts)
    findings = list(_verdict_findings(source, claim, verdicts, chosen))
    cases: tuple[CaseSteps, ...] = ()
    if steps and verdicts[chosen].status == "proved":
        whole = CaseSteps("", readings[chosen], verdicts[chosen], derive_steps(readings[chosen]))
        cases = (whole, *_cases(claim, declared, chosen))
        if all(case.proof is None for case in cases):
            message = "proved, but no textbook steps were found"
            findings.append(source.finding("D204", message, claim.claim.start, claim.claim.end))
    found = replace(
        result, readings=readings, reading=chosen, verdict=verdicts[chosen], cases=cases
    )
    return found, findings


def _chosen(verdicts: Sequence[Verdict]) -> int:
    """The reading to speak of: a proved one, else an undecided one (a claim is refuted only if
    every reading is)."""
    for wanted in ("proved", "undecided"):
        for number, verdict in enumerate(verdicts):
            if verdict.status == wanted:
                return number
    return 0


def _verdict_findings(
    source: Source, claim: ExerciseClaim, verdicts: Sequence[Verdict], chosen: int
) -> Iterator[Finding]:
    verdict = verdicts[chosen]
    start, end = claim.claim.start, claim.claim.end

    def finding(code: str, message: str) -> Finding:
        return source.finding(code, message, start, end)

    if len(verdicts) > 1:
        yield finding("D103", f"read in {len(verdicts)} ways; this speaks of one of them")
    match verdict.status:
        case "refuted":
            yield finding("D201", verdict.reason or "the two sides differ")
        case "undecided":
            yield finding("D202", verdict.reason or "neither proved nor refuted")
        case "proved" if verdict.needs:
            yield finding("D203", "holds only under a need that was not stated")


def _cases(claim: ExerciseClaim, declared: tuple[Written, ...], chosen: int) -> Iterator[CaseSteps]:
    """The steps under each condition that the exercise names."""
    for case in claim.cases:
        given = read_given([line.text for line in declared] + [case.text])
        reading = read_claim(claim.claim.text, given, claim.label)[chosen]
        verdict = decide(reading)
        proof = derive_steps(reading) if verdict.status == "proved" else None
        yield CaseSteps(case.text, reading, verdict, proof)
