"""The verdict on a claim that stands by itself, with all the ways in which it can be read.

A claim is proved if one reading is, refuted only if all are.  Where names are not declared, what
they may mean is tried: any function, expectations as weighted sums.  Only a proof counts there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from derive.prover.decide import decide
from derive.prover.once import Once
from derive.prover.verdict import Verdict
from derive.read.claim import claims
from derive.read.notation import IMAGINARY
from derive.term import (
    Assumption,
    BigOp,
    Claim,
    Relation,
    Symbol,
    Term,
    free_names,
    rebuild,
    replace,
    subterms,
    subterms_of,
    term,
)

ZERO = term(0)
FARTHEST = 12  # steps back that a side is read as it was there


class Decided(NamedTuple):
    """``number``: of the reading that ``verdict`` speaks of; ``claim``: that reading, its
    undeclared functions as any functions where it was proved for them."""

    number: int
    claim: Claim
    verdict: Verdict


def decided(readings: Sequence[Claim], seed: int = 0) -> Decided:
    """The verdict on a claim with these readings, of which there is at least one."""
    verdicts = [decide(reading, seed=seed) for reading in readings]
    number = telling(verdicts)
    claim, verdict = readings[number], verdicts[number]
    if verdict.status == "refuted" and any(map(_may_be_complex, readings)):
        reason = f"not true of a real number {IMAGINARY}; declare what it is"
        return Decided(number, claim, Verdict("undecided", reason=reason))
    if verdict.status != "undecided":
        return Decided(number, claim, verdict)
    from derive.read.chains.free import weakest  # with all that reads documents: 30 ms

    free, unknown = weakest(claim, claim.given.shapes)
    if unknown and (found := decide(free, seed=seed)).status == "proved":
        return Decided(number, free, found)
    for meant, needs in _as_sums(claim):
        if (found := decide(meant, seed=seed)).status == "proved":
            uses = tuple(a for a in found.uses if a in claim.given.assumptions)
            whole = replace(found, needs=(*needs, *found.needs), uses=uses)
            return Decided(number, claim, whole)
    return Decided(number, claim, verdict)


def telling(verdicts: Sequence[Verdict]) -> int:
    """The reading to speak of: one proved without needs, else one proved, else one undecided (a
    claim is refuted only if every reading is)."""
    for n, verdict in enumerate(verdicts):
        if verdict:
            return n
    for wanted in ("proved", "undecided"):
        for n, verdict in enumerate(verdicts):
            if verdict.status == wanted:
                return n
    return 0


def in_line(
    found: Sequence[Claim],
    verdicts: Sequence[Verdict],
    before: Sequence[Sequence[Claim]],
    number: int,
    once: Once,
) -> list[int]:
    """The numbers of the readings of a step that read its left side as the steps before it read
    their sides: Σ_i r_i x_i + c w covers c w in all of them or in none.

    ``before``: the readings of those steps; the last one was proved in the one of this ``number``.
    """
    everything = list(range(len(found)))
    n = telling(verdicts)
    left = _left(found[n])
    shared = _shared(before, once) or [_right(before[-1][number])]
    if verdicts[n].status != "proved" or any(covered(left) == covered(one) for one in shared):
        return everything
    return [k for k in everything if _left(found[k]) in shared] or everything


def _shared(steps: Sequence[Sequence[Claim]], once: Once) -> list[Term]:
    """The ways to read the last side of these steps in which all of them hold."""
    sides: list[Term] = []
    for step in steps[-FARTHEST:]:
        holds = [claim for claim in step if once.decide(claim).status == "proved"]
        goes_on = [claim for claim in holds if _left(claim) in sides]
        sides = [_right(claim) for claim in goes_on or holds]
    return sides


def _left(claim: Claim) -> Term:
    return _without_bounds(claim.relation.left) if isinstance(claim.relation, Relation) else ZERO


def _right(claim: Claim) -> Term:
    return _without_bounds(claim.relation.right) if isinstance(claim.relation, Relation) else ZERO


def _without_bounds(t: Term) -> Term:
    """Bounds that are not written are filled in by the claim, and differ from step to step."""
    t = rebuild(t, _without_bounds)
    return replace(t, lower=None, upper=None) if isinstance(t, BigOp) else t


def covered(t: Term) -> int:
    """How much stands under sums and products."""
    return sum(len(list(subterms(s.body))) for s in subterms_of(t, BigOp) if isinstance(s, BigOp))


def _may_be_complex(claim: Claim) -> bool:
    """Only where it was typed: SymPy has a symbol of its own for the imaginary unit."""
    given = claim.given
    said = {*given.shapes, *given.ranges, *given.definitions}
    said.update(*(free_names(a.term) for a in given.assumptions))
    if IMAGINARY in said or IMAGINARY not in free_names(claim.relation):
        return False
    names = subterms_of(claim.relation, Symbol)
    return any(isinstance(s, Symbol) and s.name == IMAGINARY and s.span for s in names)


def _as_sums(claim: Claim) -> Iterator[tuple[Claim, tuple[Assumption, ...]]]:
    """The claim with expectations as sums over outcomes, with what that supposes.  Independence
    is not supposed: mostly it is what such a claim says."""
    from derive.read.chains.expectations import expected, speaks_of_chance
    from derive.read.chains.free import weakest

    relation = claim.relation
    if not isinstance(relation, Relation) or not speaks_of_chance(relation):
        return
    for one in islice(expected(relation, claim.given, chance=False, independent=False), 1):
        for meant in claims((one.relation,), one.given, claim.label):
            yield weakest(meant, claim.given.shapes)[0], one.needs
