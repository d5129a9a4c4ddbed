"""The kernel's word on the lines of a proof.

A search comes back to the same line again and again: the whole claim, a leg from one milestone to
the next, a line that is first asked whether it is certain and then whether it holds at all.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.prover.verdict import Verdict
from derive.term import Claim, Term


def decide(claim: Claim) -> Verdict:
    """What the kernel says of one line."""
    from derive.prover.decide import decide  # floor 1 starts FLINT; tables and help do not need it

    return decide(claim)


class Judge:
    """Each line is decided once.  Made for the proofs of one claim, and thrown away with them."""

    def __init__(self, decide: Callable[[Claim], Verdict] = decide) -> None:
        self._decide = decide
        self._said: dict[Term, list[tuple[Claim, Verdict]]] = {}

    def tell(self, claim: Claim, verdict: Verdict) -> None:
        """What is known already."""
        self._said.setdefault(claim.relation, []).append((claim, verdict))

    def verdict(self, claim: Claim) -> Verdict:
        for known, verdict in self._said.get(claim.relation, ()):
            if known.given == claim.given and known.arrays == claim.arrays:
                return verdict
        verdict = self._decide(claim)
        self.tell(claim, verdict)
        return verdict

    def proves(self, claim: Claim) -> bool:
        return self.verdict(claim).status == "proved"

    def certain(self, claim: Claim) -> bool:
        """Proved, and nothing had to be assumed for it."""
        return bool(self.verdict(claim))
