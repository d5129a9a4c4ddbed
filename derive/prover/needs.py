"""From the conditions that a context recorded to the needs that a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from derive.prover import inequality
from derive.prover import ratio as rt
from derive.prover.context import Context
from derive.prover.generator import NEGATIVE, POSITIVE
from derive.prover.ratio import Ratio
from derive.prover.write import Writer
from derive.term import (
    Assumption,
    Claim,
    Relation,
    alpha_equal,
    bound_names,
    free_names,
    term,
)


@dataclass(frozen=True, slots=True)
class Need:
    """An assumption that a proof relied on; ``kink``: only to stay off one point."""

    assumption: Assumption
    kink: bool = False

    def same_as(self, other: Need) -> bool:
        return self.assumption.kind == other.assumption.kind and alpha_equal(
            self.assumption.term, other.assumption.term
        )


def joined(needs: Iterable[Need]) -> list[Need]:
    """Each need once."""
    kept: list[Need] = []
    for need in needs:
        if not any(need.same_as(known) for known in kept):
            kept.append(need)
    return kept


def assuming(claim: Claim, needs: Iterable[Need]) -> Claim:
    """The claim, with the needs given."""
    more = (need.assumption for need in needs)
    return replace(claim, given=claim.given.with_assumptions(*more))


def needs_of(ctx: Context, claim: Claim) -> list[Need]:
    """The conditions that are not shown, as a person would write them."""
    needs: list[Need] = []
    for condition in list(ctx.conditions.values()):
        value = rt.rebuilt(ctx, condition.value)
        if _shown(ctx, condition.op, value):
            continue
        op, value = _simplest(ctx, condition.op, value)
        written = Writer(ctx, names_in(claim)).ratio(value)
        relation = Relation(op, written, term(0))
        needs.append(Need(Assumption("relation", relation), condition.kink))
    return joined(needs)


def _shown(ctx: Context, op: str, value: Ratio) -> bool:
    return bool(value.num) and inequality.holds(ctx, value, op)


def _simplest(ctx: Context, op: str, value: Ratio) -> tuple[str, Ratio]:
    """The condition without factors of known sign."""
    if not value.num or any(g.unreal for g in value.generators()):
        return op, value
    if op == ">" and not ctx.sign(value) & NEGATIVE:
        op = "!="  # |x| > 0
    c, m, parts = rt.factored(ctx, rt.reduced(ctx, value).num)
    sign = POSITIVE if c > 0 else NEGATIVE
    kept = rt.ONE
    for g, e in m:
        own = ctx.sign_of_generator(g)
        if own == NEGATIVE and e.__class__ is int and e % 2:
            sign = POSITIVE if sign == NEGATIVE else NEGATIVE
        elif own not in (POSITIVE, NEGATIVE) and not (g.signs and op == "!="):
            kept = rt.multiply(ctx, kept, rt.of(g, e if e.__class__ is int and e > 0 else 1))
    for f, k in [*parts, *value.den]:
        own = ctx.sign_of_factor(f)
        if own == NEGATIVE and k % 2:
            sign = POSITIVE if sign == NEGATIVE else NEGATIVE
        elif own not in (POSITIVE, NEGATIVE):
            kept = rt.multiply(ctx, kept, rt.power(ctx, Ratio(f.p), k))
    if sign == NEGATIVE and op != "!=":
        kept = rt.negative(kept)
    return op, kept


def names_in(claim: Claim) -> set[str]:
    """Names that a dummy must not take."""
    given = claim.given
    return free_names(claim.relation) | bound_names(claim.relation) | set(given.shapes)
