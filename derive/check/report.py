"""What a check found: frozen values without a renderer.

Lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derive.findings import BY_CODE

if TYPE_CHECKING:  # kernel and steps are imported where they run
    from derive.check.exercise import Exercise
    from derive.explain.proof import Proof
    from derive.prover.verdict import Verdict
    from derive.term import Claim, Given

STATUSES = ("proved", "refuted", "undecided", "unread", "definition", "skipped")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the author: a stable ``code`` (derive.findings), where, and what.

    ``source`` is the line of text at that place, ``end_column`` the end of the marked part.
    """

    code: str
    message: str
    path: str
    line: int
    column: int
    end_column: int = 0
    help: str = ""
    source: str = ""

    @property
    def severity(self) -> str:
        return BY_CODE[self.code].severity

    @property
    def stops(self) -> bool:
        """Something could not be read, so not everything could be judged."""
        return self.code < "D103"


@dataclass(frozen=True, slots=True)
class CaseSteps:
    """The steps of a claim, or of one case of it.

    ``condition`` is the case as written ("" for the claim itself), ``proof`` None where no
    textbook steps were found.
    """

    condition: str
    claim: Claim
    verdict: Verdict
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """One claim of an exercise: where it stands, how it was read, what the kernel says.

    ``verdict`` is None where the claim could not be read.  ``readings`` are all readings,
    ``reading`` the number of the one that the verdict speaks of.  The end is exclusive.
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
    cases: tuple[CaseSteps, ...] = ()
    points: float | None = None

    @property
    def status(self) -> str:
        return self.verdict.status if self.verdict is not None else "unread"

    @property
    def claim(self) -> Claim | None:
        """The reading that the verdict speaks of."""
        return self.readings[self.reading] if self.readings else None


@dataclass(frozen=True, slots=True)
class ExerciseResult:
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


@dataclass(frozen=True, slots=True)
class Report:
    """The results of one run, in the order asked for."""

    results: tuple[ExerciseResult, ...] = field(default=())

    @property
    def counts(self) -> Mapping[str, int]:
        """How many claims have each status; every status is a key."""
        statuses = [claim.status for result in self.results for claim in result.claims]
        return {status: statuses.count(status) for status in STATUSES}

    @property
    def exit_code(self) -> int:
        """0: all proved; 1: findings; 2: something could not be read or run."""
        if any(result.could_not_run for result in self.results):
            return 2
        errors = any(f.severity == "error" for result in self.results for f in result.findings)
        return 1 if errors or any(result.status != "proved" for result in self.results) else 0
