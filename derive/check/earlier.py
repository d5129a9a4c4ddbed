"""What the lines before a step are worth to it: what they need is needed by what follows from them,
and nothing is proved from a line that is wrong."""

from __future__ import annotations

from derive.check.report import Formula, Judged
from derive.check.saying import condition
from derive.prover.verdict import Verdict
from derive.read.chains.model import Step
from derive.term import Assumption, Claim, Relation, Term, replace
from derive.term.text import text


class Earlier:
    """The lines of a document that are not simply proved, by what they say."""

    def __init__(self) -> None:
        self._needed: dict[Term, tuple[Formula, ...]] = {}
        self._wrong: dict[Term, int] = {}  # and on which line they stand

    def note(self, step: Step, result: Judged) -> None:
        """Keeps what a judged line needs, or that it is wrong."""
        found = result.step
        relation = step.claims[max(found.reading - 1, 0)].relation
        if found.verdict == "refuted":
            self._wrong[relation] = found.line
        elif found.verdict == "proved" and found.needs:
            self._needed[relation] = found.needs
        elif found.verdict == "undecided" and step.of_told:
            self._needed[relation] = (condition(Assumption("relation", relation)),)

    def carried(self, verdict: Verdict, claim: Claim) -> tuple[Verdict, tuple[Formula, ...]]:
        """The verdict without those lines that need something, and what they need.  A line that
        holds for one value of x, ∂f/∂x = 0, does not need it where this step says what x is."""
        used = [a for a in verdict.uses if a.term in self._needed]
        if verdict.status != "proved" or not used:
            return verdict, ()
        others = tuple(a for a in verdict.uses if a not in used)
        needs = dict.fromkeys(need for a in used for need in self._needed[a.term])
        if isinstance(claim.relation, Relation) and claim.relation.op == "=":
            solved = f"{text(claim.relation.left)} = "
            needs = {need: None for need in needs if not need.text.startswith(solved)}
        return replace(verdict, uses=others), tuple(needs)

    def wrong(self, verdict: Verdict) -> int:
        """The line of what a proof uses although it is wrong; 0 where it uses no such thing."""
        if verdict.status != "proved":
            return 0
        return next((self._wrong[a.term] for a in verdict.uses if a.term in self._wrong), 0)
