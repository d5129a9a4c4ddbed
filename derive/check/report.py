"""What a check found: frozen values without a renderer.

Lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from derive.term import replace

if TYPE_CHECKING:  # kernel and steps are imported where they run
    from derive.check.exercise import Exercise
    from derive.explain.proof import Proof
    from derive.prover.verdict import Counterexample, Verdict
    from derive.term import Claim, Given

At: TypeAlias = tuple[int, int]
GIVEN_UP = "not judged: too many steps before took too long or too much memory"
STATUSES = ("proved", "refuted", "undecided", "unread", "definition", "skipped")


class Finding(NamedTuple):
    """One thing to tell the author: a stable ``code`` (derive.findings), where, and what.

    ``source`` is the line of text at that place, ``end_column`` the end of the marked part,
    ``before`` the line of text that the marked one was made from.  ``cell``: in a notebook, the
    number of the cell in which lines count.
    """

    code: str
    message: str
    path: str
    line: int
    column: int
    end_column: int = 0
    help: str = ""
    source: str = ""
    before: str = ""
    cell: int | None = None

    @property
    def severity(self) -> str:
        from derive.findings import BY_CODE  # a long table, and often there is nothing to report

        return BY_CODE[self.code].severity

    @property
    def stops(self) -> bool:
        """Something could not be read, so not everything could be judged."""
        return self.code < "D103"


class ClaimResult(NamedTuple):
    """One claim of an exercise: where it stands, how it was read, what the kernel says.

    ``verdict`` is None where the claim could not be read.  ``readings`` are all readings,
    ``reading`` the number of the one that the verdict speaks of.  ``proof``: its textbook steps,
    None where none were found or wanted.  The end is exclusive.
    """

    label: str
    written: str
    line: int
    column: int
    end_line: int
    end_column: int
    readings: tuple[Claim, ...] = ()
    reading: int = 0
    verdict: Verdict | None = None
    proof: Proof | None = None
    points: float | None = None

    @property
    def status(self) -> str:
        return self.verdict.status if self.verdict is not None else "unread"

    @property
    def claim(self) -> Claim | None:
        """The reading that the verdict speaks of."""
        return self.readings[self.reading] if self.readings else None


class ExerciseResult(NamedTuple):
    """One exercise file.  ``exercise`` is None where its header is broken, and for a
    claim that was typed in."""

    name: str
    path: str
    exercise: Exercise | None = None
    given: Given | None = None
    claims: tuple[ClaimResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The worst status of its claims; "unread" where anything could not be read."""
        if self.could_not_run:
            return "unread"
        found = {claim.status for claim in self.claims}
        return next((s for s in ("refuted", "undecided") if s in found), "proved")

    @property
    def could_not_run(self) -> bool:
        unread = any(claim.verdict is None for claim in self.claims)
        return unread or not self.claims or any(f.stops for f in self.findings)

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(claim.status for claim in self.claims)


# --- documents ---------------------------------------------------------------------------------
#
# Plain data: a document is judged in a process of its own, and these values come from there as
# JSON.


class Formula(NamedTuple):
    """A formula in both spellings: LaTeX and readable text."""

    latex: str
    text: str


class StepResult(NamedTuple):
    """One step of a chain: ``lhs relation rhs`` as it was read, written back.

    The place is that of the right side, the end exclusive.  ``verdict`` is one of STATUSES.
    ``code``: of the finding that speaks of this step ("" where nothing is to be said).
    ``help``: what would make a refuted step true.  ``reason``: what the author gave.
    ``readings``: how many there are, ``reading``: the number (from 1) of the one spoken of.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    relation: str
    lhs: Formula
    rhs: Formula
    verdict: str
    code: str = ""
    message: str = ""
    needs: tuple[Formula, ...] = ()
    uses: tuple[Formula, ...] = ()
    counterexample: Counterexample | None = None
    help: str = ""
    reason: str = ""
    evidence: str = ""
    readings: int = 0
    reading: int = 0


class ChainResult(NamedTuple):
    """The steps of a chain in order; in a notebook lines count within ``cell``."""

    line: int
    end_line: int
    cell: int | None
    steps: tuple[StepResult, ...]


class Said(NamedTuple):
    """A definition or an assumption that was understood, and where."""

    line: int
    text: str
    cell: int | None = None


class Judged(NamedTuple):
    """What became of one step, and what there is to say about it.  ``at``: the number of its
    chain, and its own in the chain."""

    at: At
    step: StepResult
    findings: tuple[Finding, ...] = ()


class Begun(NamedTuple):
    """A chain as it was read, before its steps are judged, with the findings on those that could
    not be read."""

    chain: ChainResult
    findings: tuple[Finding, ...] = ()


class DocumentResult(NamedTuple):
    """One document: what was understood, each step's verdict, and what to tell the author."""

    path: str
    kind: str = ""
    definitions: tuple[Said, ...] = ()
    assumptions: tuple[Said, ...] = ()
    chains: tuple[ChainResult, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def steps(self) -> tuple[StepResult, ...]:
        return tuple(step for chain in self.chains for step in chain.steps)

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(step.verdict for step in self.steps)

    @property
    def status(self) -> str:
        """The worst status of its steps."""
        if self.could_not_run:
            return "unread"
        found = set(self.statuses)
        return next((s for s in ("refuted", "undecided", "unread") if s in found), "proved")

    @property
    def could_not_run(self) -> bool:
        """The document as a whole was not read; a line that was not is a finding of it."""
        return any(f.stops for f in self.findings)


# What becomes known of a document while it is judged: each chain as it was read, then its steps;
# after the last one what was understood, as a result without chains.
Event: TypeAlias = Begun | Judged | DocumentResult


class Results:
    """What is known of a document, while it is judged; of a step what came last counts."""

    def __init__(self) -> None:
        self.read: DocumentResult | None = None  # what was understood, without the chains
        self.chains: list[ChainResult] = []
        self.steps: list[list[StepResult]] = []  # of each chain
        self.unread: list[Finding] = []
        self.found: dict[At, tuple[Finding, ...]] = {}  # of each step that is judged

    def add(self, event: Event) -> None:
        if isinstance(event, Judged):
            (c, s), self.steps[c][s], self.found[event.at] = event
        elif isinstance(event, Begun):
            self.chains.append(event.chain._replace(steps=()))
            self.steps.append(list(event.chain.steps))
            self.unread += event.findings
        else:
            self.read = event

    def judged(self) -> dict[At, Judged]:
        steps = self.steps
        return {(c, s): Judged((c, s), steps[c][s], f) for (c, s), f in self.found.items()}

    def all(self) -> DocumentResult:
        """Once all is read: the steps, and all findings in the order of the document."""
        assert self.read is not None
        chains = zip(self.chains, self.steps, strict=True)
        findings = [*self.unread, *self.read.findings]
        findings += [f for found in self.found.values() for f in found]
        return replace(
            self.read,
            chains=tuple(chain._replace(steps=tuple(steps)) for chain, steps in chains),
            findings=_in_order(findings),
        )


def assembled(events: Iterable[Event]) -> DocumentResult:
    """The result that comes of all ``events``."""
    results = Results()
    for event in events:
        results.add(event)
    return results.all()


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place; what reader and judge both say about a line once."""
    once = {(f.cell or 0, f.line, f.code, f.column): f for f in reversed(tuple(findings))}
    kept = sorted(once.values(), key=lambda f: (f.cell or 0, f.line, f.column, f.code))
    warned = set[tuple[int, int, str]]()
    result = list[Finding]()
    for finding in kept:
        key = (finding.cell or 0, finding.line, finding.code)
        if finding.code.startswith("D3") and key in warned:
            continue
        if finding.code == "D115":
            key = (0, 0, "D115")  # once for the rest of the document
            if key in warned:
                continue
        warned.add(key)
        result.append(finding)
    return tuple(result)


# --- a run -------------------------------------------------------------------------------------


class Report(NamedTuple):
    """The results of one run, in the order asked for."""

    results: tuple[ExerciseResult | DocumentResult, ...] = ()

    @property
    def exercises(self) -> tuple[ExerciseResult, ...]:
        return tuple(r for r in self.results if isinstance(r, ExerciseResult))

    @property
    def documents(self) -> tuple[DocumentResult, ...]:
        return tuple(r for r in self.results if isinstance(r, DocumentResult))

    @property
    def counts(self) -> Mapping[str, int]:
        """How many claims and steps have each status; every status is a key."""
        statuses = [status for result in self.results for status in result.statuses]
        return {status: statuses.count(status) for status in STATUSES}

    @property
    def exit_code(self) -> int:
        """0: all proved; 1: findings; 2: something could not be read or run."""
        if any(result.could_not_run for result in self.results):
            return 2
        severe = any(
            f.severity == "error" or (f.severity == "warning" and isinstance(r, DocumentResult))
            for r in self.results
            for f in r.findings
        )
        return 1 if severe or any(result.status != "proved" for result in self.results) else 0
