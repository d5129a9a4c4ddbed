"""Equations by elimination: each is solved for a scalar, its inverse, a component, a sum or an
unknown function's value that occurs linearly; y^2 = 1 and y^2 = y make y two-valued.
"""

from __future__ import annotations

from flint import fmpq

from derive.prover.facts import gap_of, scalar_relations
from derive.prover.normal_form import elementary, opaque, scalars, sums
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.generator import ZERO, Generator
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undecided
from derive.term import Given, Relation, Symbol


def solve(ctx: Context, t: Relation, given: Given) -> None:
    """Solve for a scalar, its inverse, a component, a sum or a value that occurs linearly."""
    for relation, own in scalar_relations(t, given):
        try:
            gap = gap_of(ctx, relation, own)
        except Undecided:
            continue  # not used
        preferred = [s.name for s in (relation.left, relation.right) if isinstance(s, Symbol)]
        for g, e in _candidates(gap, preferred):
            value = _solved(ctx, gap, g, e)
            if value is not None:
                ctx.values[g] = value
                if ctx.learning is not None:
                    ctx.value_origins[g] = ctx.learning
                break


def make_two_valued(ctx: Context, t: Relation, given: Given) -> bool:
    """y^2 = 1 makes y a sign; y^2 = y makes it (1 + a sign) / 2."""
    try:
        ((relation, own),) = scalar_relations(t, given)
        gap = gap_of(ctx, relation, own)
    except (Undecided, ValueError):  # not understood, or not one claim
        return False
    found = {g for m in gap.num for g, _ in m}
    if len(found) != 1 or gap.den:
        return False
    (y,) = found
    top = gap.num.get(((y, 2),))
    if top is None or len(gap.num) != 2:
        return False
    rest = {m: c / top for m, c in gap.num.items() if m != ((y, 2),)}
    if rest == {(): fmpq(-1)}:
        low, high = fmpq(-1), fmpq(1)
    elif rest == {((y, 1),): fmpq(-1)}:
        low, high = fmpq(0), fmpq(1)
    else:
        return False

    origin = ctx.learning

    def value(indices: tuple[Index, ...]) -> Ratio:
        if origin is not None:
            ctx.used[origin] = None
        hidden = (
            ctx.intern(scalars.Scalar, f"#{name}", frozenset())
            if not indices
            else ctx.intern(
                scalars.ComponentOf,
                (f"#{name}", indices),
                frozenset(n for i in indices for n, _ in i[1]),
            )
        )
        sign = elementary.sign_of(ctx, hidden)
        return rt.add(ctx, rt.rational((low + high) / 2), rt.scale(sign, (high - low) / 2))

    if isinstance(y, scalars.Scalar):
        name = y.data
    elif isinstance(y, scalars.ComponentOf) and ctx.is_any_component(*y.data):
        name = y.data[0]
    else:
        return False
    ctx.meanings[name] = value
    return True


def _candidates(gap: Ratio, preferred: list[str]) -> list[tuple[Generator, int]]:
    """Generators that occur in one power 1 or -1 only, those to eliminate first in front."""
    powers: dict[Generator, set[object]] = {}
    for m in gap.num:
        for g, e in m:
            powers.setdefault(g, set()).add(e)
    kinds = (scalars.Scalar, sums.Sum, scalars.ComponentOf, opaque.Function)
    found = [
        (g, next(iter(es)))
        for g, es in powers.items()
        if len(es) == 1 and es <= {1, -1} and isinstance(g, kinds)
    ]
    found.sort(key=lambda item: (item[0].data not in preferred, kinds.index(type(item[0]))))
    return [(g, int(e)) for g, e in found]  # type: ignore[call-overload]  # 1 or -1


def _solved(ctx: Context, gap: Ratio, g: Generator, e: int) -> Ratio | None:
    """g from ``A g^e + B = 0`` where neither A nor B uses g; None where they do."""
    if not g.names.isdisjoint(ctx.sizes):
        return None  # one component or sum for each free index: not one value
    a: dict[object, fmpq] = {}
    b: dict[object, fmpq] = {}
    for m, c in gap.num.items():
        if (g, e) in m:
            a[tuple(item for item in m if item[0] is not g)] = c
        else:
            b[m] = c
    ratio_a, ratio_b = Ratio(a), Ratio(b)  # type: ignore[arg-type]  # monomials
    if any(_uses(part, g) for part in (ratio_a, ratio_b)) or ctx.sign(ratio_a) & ZERO:
        return None
    value = rt.negative(rt.divide(ctx, ratio_b, ratio_a))
    if e == -1:
        if ctx.sign(value) & ZERO:
            return None
        value = rt.inverse(ctx, value)
    return value


def _is_apart(h: Generator, g: opaque.Function) -> bool:
    """Is ``h`` a name, or another value of a function at a place that is made of names?"""
    names = (scalars.Scalar, scalars.ComponentOf, scalars.IndexValue)
    if not isinstance(h, opaque.Function):
        return isinstance(h, names)
    return h is not g and all(isinstance(i, names) for a in h.arguments for i in a.generators())


def _uses(a: Ratio, g: Generator) -> bool:
    match g:
        case scalars.Scalar():
            return a.mentions(g.data)
        case scalars.ComponentOf():
            return a.mentions(g.data[0])
        case opaque.Function():
            return not all(_is_apart(h, g) for h in a.generators())
    return g in a.generators() or a.height >= g.height
