"""The kernel's word on the lines of a proof.

A search comes back to the same line again and again: the whole claim, a leg from one milestone to
the next, a line that is first asked whether it is certain and then whether it holds at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.prover.verdict import Verdict
from derive.term import And, Claim, Relation, Term, replace


def decide(claim: Claim) -> Verdict:
    """What the kernel says of one line."""
    from derive.prover.decide import decide  # floor 1 starts FLINT; tables and help do not need it

    return decide(claim)


def at_once(claim: Claim) -> bool:
    """Whether the kernel proves a claim plainly, with no need."""
    from derive.prover.decide import certain

    return certain(claim)


def shown(claim: Claim) -> bool:
    """Whether the kernel has a proof with no need: a word for the search, not for the reader."""
    from derive.prover.decide import shown

    return shown(claim)


class Judge:
    """Each line is decided once.  Made for the proofs of one claim, and thrown away with them."""

    def __init__(
        self,
        decide: Callable[[Claim], Verdict] = decide,
        at_once: Callable[[Claim], bool] = at_once,
        shown: Callable[[Claim], bool] = shown,
    ) -> None:
        self._decide, self._at_once, self._shown = decide, at_once, shown
        self._said: dict[Term, list[tuple[Claim, Verdict]]] = {}
        self._held: dict[Term, list[tuple[Claim, bool]]] = {}

    def tell(self, claim: Claim, verdict: Verdict) -> None:
        """What is known already."""
        self._said.setdefault(claim.relation, []).append((claim, verdict))

    def known(self, claim: Claim) -> Verdict | None:
        for known, verdict in self._said.get(claim.relation, ()):
            if known.given == claim.given and known.arrays == claim.arrays:
                return verdict
        return None

    def doubts(self, claim: Claim) -> bool:
        """Is it known already that the claim is not certain?"""
        known = self.known(claim)
        return known is not None and not known

    def verdict(self, claim: Claim) -> Verdict:
        known = self.known(claim)
        if known is not None:
            return known
        verdict = self._decide(claim)
        self.tell(claim, verdict)
        return verdict

    def proves(self, claim: Claim) -> bool:
        return self.verdict(claim).status == "proved"

    def all_certain(self, claim: Claim, relations: Sequence[Relation]) -> bool:
        """Are these relations, under what ``claim`` is given, certain as one statement?  Names get
        their meaning once for all of them; False says nothing of each."""
        if len(relations) < 2:
            return False
        return self._at_once(replace(claim, relation=And(tuple(relations))))

    def certain(self, claim: Claim) -> bool:
        """Proved, and nothing had to be assumed for it."""
        return bool(self.verdict(claim))

    def holds(self, claim: Claim) -> bool:
        """Of a condition that the search comes to: is there a proof with no need?"""
        known = self.known(claim)
        if known is not None:
            return bool(known)
        for asked, held in self._held.get(claim.relation, ()):
            if asked.given == claim.given:
                return held
        held = self._shown(claim)
        self._held.setdefault(claim.relation, []).append((claim, held))
        return held
