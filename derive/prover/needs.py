"""From the conditions that a context recorded to the needs that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from derive.prover import inequality
from derive.prover.assumptions import prepared
from derive.prover.facts import gap_of
from derive.prover.flint import arb
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form import scalars
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.generator import NEGATIVE, POSITIVE
from derive.prover.normal_form.ratio import Ratio
from derive.prover.normal_form.write import Writer
from derive.prover.refuter.ball import Exhausted
from derive.prover.refuter.ball import Undefined as NotDefined
from derive.prover.refuter.evaluate import value as value_at
from derive.prover.refuter.problem import Point
from derive.prover.refuter.running import Unknown
from derive.prover.undecided import Undecided, Undefined
from derive.term import (
    Assumption,
    Claim,
    Given,
    Indexed,
    Range,
    Relation,
    Symbol,
    alpha_equal,
    bound_names,
    free_names,
    replace,
    subterms,
    term,
)
from derive.term.given import EMPTY

PI = r"\pi"


class Need(NamedTuple):
    """An assumption that a proof relied on; ``kink``: only to stay off one point; ``ranges``: of
    the indices in it that stand for dummies (it is needed for all of them)."""

    assumption: Assumption
    kink: bool = False
    ranges: Mapping[str, Range] = EMPTY

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
    needs = tuple(needs)
    given = claim.given.with_assumptions(*(need.assumption for need in needs))
    ranges = {name: axis for need in needs for name, axis in need.ranges.items()}
    return replace(claim, given=replace(given, ranges={**ranges, **given.ranges}))


def needs_of(ctx: Context, claim: Claim) -> list[Need]:
    """The conditions that are not shown, as a person would write them."""
    needs: list[Need] = []
    for condition in list(ctx.conditions.values()):
        value = rt.rebuilt(ctx, condition.value)
        if not value.num and condition.op != ">=":
            raise Undefined("it needs that something is not 0 that is 0")
        if _shown(ctx, condition.op, value):
            continue
        _check_diagonal(ctx, condition.op, value)
        op, value = _simplest(ctx, condition.op, value)
        writer = Writer(ctx, names_in(claim))
        relation = Relation(op, writer.ratio(value), term(0))
        if _holds_of_a_constant(relation, claim.given):
            continue
        ranges = {
            letter: Range(term(1), writer.index(ctx.sizes[name]))
            for name, letter in writer.names.items()
            if name in ctx.sizes
        }
        if ctx.zero_one and not ranges:
            relation = _collected(ctx, claim, relation)
        needs.append(Need(Assumption("relation", relation), condition.kink, ranges))
    return joined(needs)


def _collected(ctx: Context, claim: Claim, relation: Relation) -> Relation:
    """A condition on what is 0 or 1 by its values: Σ_j r_j != 0 for N + Σ_j (2 r_j - 1) != 0."""
    anyhow = replace(claim, given=replace(claim.given, assumptions=()))
    try:
        free = prepared(anyhow, ctx.limits)
        op, value = _simplest(free, relation.op, gap_of(free, relation, anyhow.given))
        return Relation(op, Writer(free, names_in(claim)).ratio(value), term(0))
    except Undecided:
        return relation


def _check_diagonal(ctx: Context, op: str, value: Ratio) -> None:
    """A condition for all k that fails at k = i is no condition that anything meets."""
    if op == ">=":
        return
    places = {
        i for g in value.generators() if isinstance(g, scalars.ComponentOf) for i in g.data[1]
    }
    for v in [name for name in value.names if name[:2] == "#t"]:
        for place in places:
            elsewhere = all(name != v for name, _ in place[1])
            if elsewhere and not rt.substituted(ctx, value, {v: place}).num:
                raise Undecided("a case distinction or quotient that meets equal indices")


def _shown(ctx: Context, op: str, value: Ratio) -> bool:
    return bool(value.num) and inequality.holds(ctx, value, op)


def _holds_of_a_constant(need: Relation, given: Given) -> bool:
    """Is it a condition such as e - 1 != 0 that a ball around the constant shows?"""
    named = {t.name for t in subterms(need) if isinstance(t, Symbol | Indexed)}
    if named - {PI} or not named.isdisjoint({*given.definitions, *given.shapes}):
        return False
    try:
        ball = value_at(need.left, Point())  # Unknown: a function that the claim declares
    except (NotDefined, Exhausted, Unknown, KeyError):
        return False
    return isinstance(ball, arb) and bool(ball > 0 or (need.op == "!=" and ball < 0))


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
            if e.__class__ is int and e % 2 == 0:
                if e < 0:
                    continue  # it divides, and has its own condition
                e = 1 if op == "!=" else 2
            else:
                e = 1
            kept = rt.multiply(ctx, kept, rt.of(g, e))
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
    terms = [claim.relation, *(a.term for a in given.assumptions)]
    terms += (definition.body for definition in given.definitions.values())
    own = set[str]().union(*(free_names(t) | bound_names(t) for t in terms))
    return {*own, *given.shapes, *given.ranges, *given.definitions}
