"""The kernel's one entry: a claim to a verdict.

A proof is a normal form of lhs - rhs that vanishes, case by case where the claim distinguishes
cases; a refutation is a point where both sides are defined and certainly differ.  A normal form
that does not vanish is *undecided*, never *refuted*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from derive.prover import elementary, inequality, late, scalars, sums
from derive.prover import ratio as rt
from derive.prover.assumptions import Pattern, prepared
from derive.prover.components import scalar_claims
from derive.prover.context import Context, Limits
from derive.prover.generator import NEGATIVE, POSITIVE, Generator
from derive.prover.index import Index
from derive.prover.normal import normal
from derive.prover.polynomial import Q1
from derive.prover.ratio import Ratio
from derive.prover.refute import refute
from derive.prover.scope import Scope
from derive.prover.undecided import Undecided, UnknownMeaning
from derive.prover.verdict import Verdict
from derive.prover.write import Writer
from derive.term import (
    Assumption,
    BigOp,
    Claim,
    Indexed,
    Relation,
    Symbol,
    Term,
    alpha_equal,
    bound_names,
    free_names,
    subterms,
    term,
)

MIRRORED = {"<": ">", "<=": ">="}
LABELS = ("y", "t")  # what targets are called, which are one-hot more often than said
PROBABILITIES = (*LABELS, "p", "q", "r", r"\pi", r"\hat{y}", r"\hat{p}")  # sum to 1, often unsaid
SPLITS = 4  # nested case distinctions on signs


class Contradiction(AssertionError):
    """Proved and refuted at once: a bug in the kernel, never silenced."""


class Open(Undecided):
    """lhs - rhs did not vanish."""

    def __init__(self, ctx: Context, gap: Ratio, residual: Term) -> None:
        super().__init__("the two sides could not be brought to one form")
        self.ctx = ctx
        self.gap = gap
        self.residual = residual


@dataclass(frozen=True, slots=True)
class Need:
    """An assumption that a proof relied on; ``kink``: only to stay off one point."""

    assumption: Assumption
    kink: bool = False


def decide(claim: Claim, limits: Limits | None = None, seed: int = 0) -> Verdict:
    """Proved with needs, refuted with a counterexample, or undecided with the reason.

    Raises Contradiction where prover and refuter disagree, which is a bug in one of them.
    """
    limits = limits or Limits()
    gap: Open | None = None
    reason = ""
    try:
        return _checked(claim, proved(claim, limits), limits, seed)
    except UnknownMeaning as why:
        return Verdict("undecided", reason=str(why))
    except Open as why:
        gap, reason = why, str(why)
    except Undecided as why:
        reason = str(why)
    except RecursionError:
        reason = "nested too deeply"
    found = refute(claim, seed)
    if gap is not None:
        for assumption in _commonly_forgotten(claim, gap):
            assumed = replace(claim, given=claim.given.with_assumptions(assumption))
            try:
                needs = (Need(assumption), *proved(assumed, limits))
            except Undecided:
                continue
            if refute(assumed, seed).agreed:  # the needs do not contradict what is given
                return _checked(claim, needs, limits, seed)
    if found.counterexample is not None:
        return Verdict("refuted", counterexample=found.counterexample)
    evidence = ""
    if found.agreed:
        evidence = f"both sides agree at {found.agreed} random points"
    return Verdict(
        "undecided",
        reason=found.reason if not gap and found.unknown else reason,
        residual=gap.residual if gap else None,
        evidence=evidence,
    )


def _checked(claim: Claim, needs: Iterable[Need], limits: Limits, seed: int) -> Verdict:
    """A proof's verdict, after the refuter had its chance at the claim under its needs."""
    assumptions = tuple(need.assumption for need in needs)
    assumed = replace(claim, given=claim.given.with_assumptions(*assumptions))
    found = refute(assumed, seed, points=2)
    if found.counterexample is not None:
        raise Contradiction(f"proved and refuted: {claim.relation} at {found.counterexample}")
    return Verdict("proved", assumptions, _used(assumed, len(assumptions), limits))


def _used(claim: Claim, needs: int, limits: Limits) -> tuple[Assumption, ...]:
    """The stated assumptions without which the proof fails or needs more; the last ``needs``
    assumptions of the claim were not stated."""
    assumptions = claim.given.assumptions
    used = []
    for k, assumption in enumerate(assumptions[: len(assumptions) - needs]):
        if assumption.kind == "function":
            continue
        others = assumptions[:k] + assumptions[k + 1 :]
        without = replace(claim, given=replace(claim.given, assumptions=others))
        try:
            if proved(without, limits):
                used.append(assumption)
        except Undecided:
            used.append(assumption)
    return tuple(used)


# --- proofs ------------------------------------------------------------------------------------


def proved(claim: Claim, limits: Limits) -> list[Need]:
    """What a proof of the claim needs.  Raises Open or another Undecided where there is none."""
    needs: list[Need] = []
    for part in scalar_claims(claim):
        for need in _proved_scalar(part, limits, (), SPLITS):
            if not any(_same(need, known) for known in needs):
                needs.append(need)
    needs = [need for need in needs if not _shown_by_cases(need, claim, limits)]
    return _independent(needs, claim, limits) if len(needs) > 1 else needs


def _shown_by_cases(need: Need, claim: Claim, limits: Limits) -> bool:
    try:
        return not _proved_scalar(replace(claim, relation=need.assumption.term), limits, (), 2)
    except Undecided:
        return False


def _same(a: Need, b: Need) -> bool:
    return a.assumption.kind == b.assumption.kind and alpha_equal(
        a.assumption.term, b.assumption.term
    )


def _proved_scalar(claim: Claim, limits: Limits, pattern: Pattern, splits: int) -> list[Need]:
    """Plainly; then relying on where both sides are defined; then by cases."""
    try:
        needs = _attempt(claim, limits, pattern)
    except Open as gap:
        needs = _by_cases(claim, limits, pattern, splits, gap)
    return [need for need in needs if not (need.kink and _at_kink(claim, limits, pattern, need))]


def _by_cases(claim: Claim, limits: Limits, pattern: Pattern, splits: int, gap: Open) -> list[Need]:
    domain = _independent([n for n in _needs(gap.ctx, claim) if not n.kink], claim, limits)
    if domain:
        assumed = _assuming(claim, domain)
        try:
            return domain + _attempt(assumed, limits, pattern)
        except Open as smaller:
            claim, gap = assumed, smaller
    form = _free_delta(gap.gap)
    if form is not None:
        if len(pattern) >= limits.cases.bit_length():
            raise gap
        needs = list(domain)
        for zero in (True, False):
            needs += _proved_scalar(claim, limits, (*pattern, (form, zero)), splits)
        return needs
    sign = _free_sign(gap.gap) or _sign_in_facts(gap.ctx)
    if sign is None or not splits:
        raise gap
    inside = Writer(gap.ctx, _names(claim)).ratio(sign.of_what())
    needs = list(domain)
    for op in (">=", "<="):
        case = Need(Assumption("relation", Relation(op, inside, term(0))))
        needs += _proved_scalar(_assuming(claim, [case]), limits, pattern, splits - 1)
    return needs


def _independent(needs: list[Need], claim: Claim, limits: Limits) -> list[Need]:
    """The needs without those that the others show: x > 0 and z > 0 show xz > 0."""
    kept = list(needs)
    for need in sorted(needs, key=lambda n: -sum(1 for _ in subterms(n.assumption.term))):
        others = [n for n in kept if n is not need]
        if others and _follows(need, _assuming(claim, others), limits):
            kept = others
    return kept


def _follows(need: Need, claim: Claim, limits: Limits) -> bool:
    try:
        return not _attempt(replace(claim, relation=need.assumption.term), limits, ())
    except Undecided:
        return False


def _assuming(claim: Claim, needs: Iterable[Need]) -> Claim:
    more = (need.assumption for need in needs)
    return replace(claim, given=claim.given.with_assumptions(*more))


def _at_kink(claim: Claim, limits: Limits, pattern: Pattern, need: Need) -> bool:
    """Does the claim hold at the kink too, or is one side undefined there?"""
    relation = need.assumption.term
    assert isinstance(relation, Relation)
    at = Assumption("relation", replace(relation, op="="))
    try:
        needs = _attempt(_assuming(claim, [Need(at)]), limits, pattern)
    except Undecided:
        return False
    return not any(other.kink for other in needs)


def _attempt(claim: Claim, limits: Limits, pattern: Pattern) -> list[Need]:
    """One normal form of lhs - rhs; Open where it does not vanish."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    ctx = prepared(claim, limits, pattern)
    scope = Scope(claim.given)
    left, right = normal(ctx, relation.left, scope), normal(ctx, relation.right, scope)
    gap = rt.subtract(ctx, left, right)
    if relation.op == "=":
        if gap.num:
            gap = late.simplified(ctx, gap)
        shown = not gap.num
    else:
        op = MIRRORED.get(relation.op, relation.op)
        if relation.op in MIRRORED:
            gap = rt.negative(gap)
        shown = inequality.holds(ctx, gap, op) or _as_written(ctx, relation, op, scope)
    if not shown:
        raise Open(ctx, gap, Writer(ctx, _names(claim)).ratio(gap))
    return _needs(ctx, claim)


def _as_written(ctx: Context, relation: Relation, op: str, scope: Scope) -> bool:
    """``t >= 0`` by the signs of the parts of t as written."""
    larger, smaller = relation.left, relation.right
    if relation.op in MIRRORED:
        larger, smaller = smaller, larger
    if smaller != term(0):
        return False
    return not inequality.signs_as_written(ctx, larger, scope) & ~inequality.ALLOWED[op]


def _needs(ctx: Context, claim: Claim) -> list[Need]:
    """The conditions that are not shown, as a person would write them."""
    needs: list[Need] = []
    for condition in list(ctx.conditions.values()):
        value = rt.rebuilt(ctx, condition.value)
        if _shown(ctx, condition.op, value):
            continue
        op, value = _simplest(ctx, condition.op, value)
        written = Writer(ctx, _names(claim)).ratio(value)
        need = Need(Assumption("relation", Relation(op, written, term(0))), condition.kink)
        if not any(_same(need, known) for known in needs):
            needs.append(need)
    return needs


def _shown(ctx: Context, op: str, value: Ratio) -> bool:
    return bool(value.num) and inequality.holds(ctx, value, op)


def _simplest(ctx: Context, op: str, value: Ratio) -> tuple[str, Ratio]:
    """The condition without factors of known sign."""
    if not value.num:
        return op, value
    c, m, parts = rt.factored(ctx, rt.reduced(ctx, value).num)
    sign = POSITIVE if c > 0 else NEGATIVE
    kept = rt.ONE
    for g, e in m:
        own = ctx.sign_of_generator(g)
        if own == NEGATIVE and e.__class__ is int and e % 2:
            sign = POSITIVE if sign == NEGATIVE else NEGATIVE
        elif own not in (POSITIVE, NEGATIVE):
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


def _names(claim: Claim) -> set[str]:
    given = claim.given
    return free_names(claim.relation) | bound_names(claim.relation) | set(given.shapes)


def _free_delta(gap: Ratio) -> Index | None:
    """A delta between free indices that the gap holds: a case distinction to make."""
    for g in sorted(gap.generators(), key=lambda g: g.number):
        if isinstance(g, scalars.Delta) and not any(n[:2] == "#t" for n in g.names):
            return g.data
    return None


def _free_sign(gap: Ratio) -> elementary.Sign | None:
    """A sign of something without dummies, at any depth: a case distinction to make."""
    seen: set[Generator] = set()
    todo = list(gap.generators())
    while todo:
        g = todo.pop()
        if g in seen:
            continue
        seen.add(g)
        if isinstance(g, elementary.Sign) and not any(n[0] == "#" for n in g.names):
            return g
        todo.extend(_inside(g))
    return None


def _sign_in_facts(ctx: Context) -> elementary.Sign | None:
    """A sign in what is known of a factor: |r| < c."""
    for f in ctx.signs:
        found = None if isinstance(f, Generator) else _free_sign(Ratio(f.p))
        if found is not None:
            return found
    return None


def _inside(g: Generator) -> Iterator[Generator]:
    if isinstance(g, elementary.Exp):
        yield from g.argument.generators()
    elif isinstance(g, elementary.Log):
        yield from g.argument().generators()
    elif isinstance(g, elementary.Root):
        yield from g.radicand().generators()
    elif isinstance(g, sums.Sum):
        yield from Ratio({g.data[1]: Q1}, g.data[2]).generators()


# --- what people forget to say -----------------------------------------------------------------


def _commonly_forgotten(claim: Claim, gap: Open) -> Iterator[Assumption]:
    """Assumptions that often go unstated and that the residual hints at."""
    gens = gap.gap.generators()
    inner = {h for g in gens for h in _inside(g)}
    for g in sorted(gens | inner, key=lambda g: g.number):
        if (
            isinstance(g, elementary.Sign | elementary.Root)
            and isinstance(g.data, scalars.Scalar | scalars.ComponentOf)
            and not any(n[0] == "#" for n in g.names)
        ):
            inside = Writer(gap.ctx, _names(claim)).generator(g.data)
            for op in (">=", ">"):
                yield Assumption("relation", Relation(op, inside, term(0)))
    shapes = claim.given.shapes
    for g in sorted(gens, key=lambda g: g.number):
        if isinstance(g, sums.Sum) and len(g.data[0]) == 1 and len(g.data[1]) == 1:
            ((h, e),) = g.data[1]
            if isinstance(h, scalars.ComponentOf) and e == 1 and not g.data[2]:
                name = h.data[0]
                if name in PROBABILITIES and len(shapes.get(name, ())) == 1 and len(h.data[1]) == 1:
                    axis = shapes[name][0]
                    whole = BigOp("sum", "j", axis.lower, axis.upper, Indexed(name, (Symbol("j"),)))
                    yield Assumption("relation", Relation("=", whole, term(1)))
    families = {g.data for g in gens | inner if isinstance(g, scalars.ComponentOf)}
    for name in sorted({name for name, _ in families}):
        if (
            len(shapes.get(name, ())) == 1
            and name in LABELS
            and any(isinstance(g, elementary.Log) for g in gens)
        ):
            yield Assumption("one-hot", Symbol(name))
        if len(shapes.get(name, ())) == 2 and _both_ways(name, families):
            yield Assumption("symmetric", Symbol(name))


def _both_ways(name: str, families: set[tuple[str, tuple[Index, ...]]]) -> bool:
    """Does W_ij stand beside W_ji?"""
    return any(n == name and (n, indices[::-1]) in families for n, indices in families)
