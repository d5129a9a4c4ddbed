"""Proofs: an attempt, then one that relies on where both sides are defined, then by cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from derive.prover.assumptions import Pattern
from derive.prover.attempt import Open, attempt, attempt_all, free_delta, free_sign, sign_in_facts
from derive.prover.facts import CASE
from derive.prover.needs import Need, assuming, joined, names_in, needs_of
from derive.prover.normal_form.context import Limits
from derive.prover.normal_form.write import Writer
from derive.prover.undecided import BudgetExceeded, Undecided
from derive.term import Assumption, Claim, Relation, replace, subterms, term

SPLITS = 4  # nested case distinctions on signs


class Proof(NamedTuple):
    """What a proof relied on: ``needs`` beyond what is given, ``uses`` of what is given."""

    needs: tuple[Need, ...]
    uses: tuple[Assumption, ...]


def proved(
    parts: Sequence[Claim],
    claim: Claim,
    limits: Limits,
    cases: bool = True,
    gap: Open | None = None,
) -> Proof:
    """A proof of the claims between numbers that ``claim`` stands for.

    Raises Open or another Undecided where there is none; without ``cases`` only plain attempts
    are made.  ``gap``: where such an attempt ended, which then is not made again.
    """
    uses: dict[Assumption, None] = {}
    together = None if cases else _together(parts, limits, uses)
    needs = together or []
    for part in parts if together is None else ():
        trial = _Trial(limits, uses, gap)
        needs += trial.proved(part, (), SPLITS) if cases else trial.plainly(part, ())
    needs = joined(needs)
    if needs:
        needs = [need for need in needs if not _shown_by_cases(need, claim, limits)]
    if len(needs) > 1:
        needs = independent(needs, claim, limits)
    stated = claim.given.assumptions
    return Proof(tuple(needs), tuple(a for a in stated if a in uses))


def _together(
    parts: Sequence[Claim], limits: Limits, uses: dict[Assumption, None]
) -> list[Need] | None:
    """The needs of the claims shown in one context; None where they are not under one given, or
    where it matters which of them needs what: one may hold at a kink where another does not."""
    if len(parts) < 2 or any(part.given != parts[0].given for part in parts):
        return None
    ctx, needs = attempt_all(parts, limits)
    if any(need.kink for need in needs):
        return None
    uses.update(ctx.used)
    return needs


class _Trial:
    """The attempts at one claim between numbers; ``uses`` collects what they relied on.  ``gap``:
    where a plain attempt at it, or at another, ended."""

    def __init__(
        self, limits: Limits, uses: dict[Assumption, None], gap: Open | None = None
    ) -> None:
        self.limits = limits
        self.uses = uses
        self.gap = gap
        self.spent = 0
        self.attempts = 0

    def attempted(self, claim: Claim, pattern: Pattern) -> list[Need]:
        self.attempts += 1
        if self.attempts > self.limits.attempts or self.spent > self.limits.operations:
            raise BudgetExceeded("the case distinctions need too much work")
        try:
            if self.gap and not pattern and not self.gap.ctx.several and self.gap.claim == claim:
                raise self.gap
            ctx, needs = attempt(claim, self.limits, pattern)
        except Open as gap:
            self.spent += gap.ctx.spent
            raise
        self.spent += ctx.spent
        self.uses.update(ctx.used)
        return needs

    def plainly(self, claim: Claim, pattern: Pattern) -> list[Need]:
        return self.with_kinks(claim, pattern, self.attempted(claim, pattern))

    def proved(self, claim: Claim, pattern: Pattern, splits: int) -> list[Need]:
        try:
            needs = self.attempted(claim, pattern)
        except Open as gap:
            needs = self.by_cases(claim, pattern, splits, gap)
        return self.with_kinks(claim, pattern, needs)

    def by_cases(self, claim: Claim, pattern: Pattern, splits: int, gap: Open) -> list[Need]:
        domain = [n for n in needs_of(gap.ctx, claim) if not n.kink]
        if domain:
            domain = independent(domain, claim, self.limits)
            claim = assuming(claim, domain)
            try:
                return domain + self.attempted(claim, pattern)
            except Open as smaller:
                gap = smaller
        form = free_delta(gap.gap)
        if form is not None:
            if len(pattern) >= self.limits.patterns:
                raise gap
            cases = (self.proved(claim, (*pattern, (form, zero)), splits) for zero in (True, False))
            return domain + [need for needs in cases for need in needs]
        sign = free_sign(gap.gap) or sign_in_facts(gap.ctx)
        if sign is None or not splits:
            raise gap
        inside = Writer(gap.ctx, names_in(claim)).ratio(sign.of_what())
        for op in (">=", "<="):
            case = Need(Assumption(CASE, Relation(op, inside, term(0))))
            domain = domain + self.proved(assuming(claim, [case]), pattern, splits - 1)
        return domain

    def with_kinks(self, claim: Claim, pattern: Pattern, needs: list[Need]) -> list[Need]:
        """The needs, of the kinks at which the claim holds too only what it needs there."""
        found: list[Need] = []
        for need in needs:
            there = self.at_kink(claim, pattern, need) if need.kink else None
            found += [need] if there is None else there
        return found

    def at_kink(self, claim: Claim, pattern: Pattern, need: Need) -> list[Need] | None:
        """What the claim needs at the kink, None where it is not shown to hold there."""
        relation = need.assumption.term
        assert isinstance(relation, Relation)
        at = Need(Assumption("relation", replace(relation, op="=")))
        try:
            _, needs = attempt(assuming(claim, [at]), self.limits, pattern)
        except Undecided:
            return None
        return None if any(other.kink for other in needs) else needs


def independent(needs: list[Need], claim: Claim, limits: Limits) -> list[Need]:
    """The needs without those that the others show: x > 0 and z > 0 show xz > 0."""
    kept = list(needs)
    for need in sorted(needs, key=lambda n: -sum(1 for _ in subterms(n.assumption.term))):
        others = [n for n in kept if n is not need]
        if others and _follows(need, assuming(claim, others), limits):
            kept = others
    return kept


def _follows(need: Need, claim: Claim, limits: Limits) -> bool:
    try:
        return not attempt(replace(claim, relation=need.assumption.term), limits)[1]
    except Undecided:
        return False


def _shown_by_cases(need: Need, claim: Claim, limits: Limits) -> bool:
    trial = _Trial(limits, {})
    try:
        return not trial.proved(replace(claim, relation=need.assumption.term), (), 2)
    except Undecided:
        return False
