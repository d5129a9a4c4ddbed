"""One attempt at a proof: the normal form of lhs - rhs, under what is given and an index
pattern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from derive.prover import inequality
from derive.prover.assumptions import Pattern, prepared, take_dimensions
from derive.prover.needs import Need, names_in, needs_of
from derive.prover.normal_form import elementary, late, scalars, sums
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Limits
from derive.prover.normal_form.generator import Generator
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.normal import normal
from derive.prover.normal_form.polynomial import Q1
from derive.prover.normal_form.ratio import Ratio
from derive.prover.normal_form.scope import Scope
from derive.prover.normal_form.write import Writer
from derive.prover.solving import vanishes
from derive.prover.undecided import Undecided
from derive.term import Claim, Relation, Term, term

READABLE = 200  # terms of a residual: writing 25,000 of them took longer than finding them
MIRRORED = {"<": ">", "<=": ">="}


class Open(Undecided):
    """lhs - rhs did not vanish: what is left, for the next attempt and for the reader.

    ``said``: a term of the claim that was tried in the names of the one that was asked about.
    """

    said: Callable[[Term], Term] = staticmethod(lambda t: t)

    def __init__(self, claim: Claim, ctx: Context, gap: Ratio) -> None:
        super().__init__("the two sides could not be brought to one form")
        self.claim = claim
        self.ctx = ctx
        self.gap = gap

    @property
    def residual(self) -> Term | None:
        """What is left, None where nobody would read it."""
        if len(self.gap.num) + sum(len(f.p) for f, _ in self.gap.den) > READABLE:
            return None
        return self.said(Writer(self.ctx, names_in(self.claim)).ratio(self.gap))


def attempt(claim: Claim, limits: Limits, pattern: Pattern = ()) -> tuple[Context, list[Need]]:
    """The context of a proof and its needs.  Raises Open where lhs - rhs does not vanish, another
    Undecided where there is no normal form."""
    ctx = prepared(claim, limits, pattern)
    try:
        _show(ctx, claim)
    except Undecided:
        if not ctx.rooted:
            raise
        # |1 - b^2| stays where a^2 + b^2 = 1 was solved for a > 0; without that nothing does
        ctx = prepared(claim, limits, pattern, roots=False)
        _show(ctx, claim)
    return ctx, needs_of(ctx, claim)


def attempt_all(claims: Sequence[Claim], limits: Limits) -> tuple[Context, list[Need]]:
    """The same for claims under one given, in one context: what names mean is worked out once.
    The budget is that of each."""
    ctx = prepared(claims[0], limits)
    ctx.several = True
    for claim in claims:
        ctx.spent = 0
        take_dimensions(ctx, [claim.relation], claim.given)
        _show(ctx, claim)
    return ctx, needs_of(ctx, claims[0])


def _show(ctx: Context, claim: Claim) -> None:
    relation = claim.relation
    assert isinstance(relation, Relation)
    scope = Scope(claim.given)
    left, right = normal(ctx, relation.left, scope), normal(ctx, relation.right, scope)
    gap = rt.subtract(ctx, left, right)
    if relation.op == "=":
        if gap.num:
            gap = late.simplified(ctx, gap)
        shown = not gap.num or vanishes(ctx, gap)
    else:
        op = MIRRORED.get(relation.op, relation.op)
        if relation.op in MIRRORED:
            gap = rt.negative(gap)
        ctx.note_signs(gap)
        shown = inequality.holds(ctx, gap, op) or _as_written(ctx, relation, op, scope)
    if not shown:
        raise Open(claim, ctx, rt.negative(gap) if relation.op in MIRRORED else gap)


def _as_written(ctx: Context, relation: Relation, op: str, scope: Scope) -> bool:
    """``t >= 0`` by the signs of the parts of t as written."""
    larger, smaller = relation.left, relation.right
    if relation.op in MIRRORED:
        larger, smaller = smaller, larger
    if smaller != term(0):
        return False
    return not inequality.signs_as_written(ctx, larger, scope) & ~inequality.ALLOWED[op]


# --- what a gap hints at ---


def free_delta(gap: Ratio) -> Index | None:
    """A delta between free indices that the gap holds: a case distinction to make."""
    for g in sorted(gap.generators(), key=lambda g: g.number):
        if isinstance(g, scalars.Delta) and not any(n[:2] == "#t" for n in g.names):
            return g.data
    return None


def free_sign(gap: Ratio) -> elementary.Sign | None:
    """A sign of something without dummies, at any depth: a case distinction to make.  One made
    earlier comes first: of |y - |z|| that is the sign of z."""
    seen: set[Generator] = set()
    todo = _last_made_first(gap.generators())
    while todo:
        g = todo.pop()
        if g in seen:
            continue
        seen.add(g)
        if isinstance(g, elementary.Sign) and not any(n[0] == "#" for n in g.names):
            return g
        todo.extend(_last_made_first(inside(g)))
    return None


def _last_made_first(found: Iterable[Generator]) -> list[Generator]:
    return sorted(found, key=lambda g: -g.number)


def sign_in_facts(ctx: Context) -> elementary.Sign | None:
    """A sign in what is known of a factor: |r| < c."""
    for f in ctx.signs:
        found = None if isinstance(f, Generator) else free_sign(Ratio(f.p))
        if found is not None:
            return found
    return None


def inside(g: Generator) -> Iterator[Generator]:
    """The generators that ``g`` is made of."""
    if isinstance(g, elementary.Exp):
        yield from g.argument.generators()
    elif isinstance(g, elementary.Log):
        yield from g.argument().generators()
    elif isinstance(g, elementary.Root):
        yield from g.radicand().generators()
    elif isinstance(g, sums.Sum):
        yield from Ratio({g.data[1]: Q1}, g.data[2]).generators()
