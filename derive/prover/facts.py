"""Relations as facts: equal and different indices, signs of irreducible factors.

What a relation says beyond that is left unused, which never makes a false claim provable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from derive.prover.components import scalar_claims
from derive.prover.normal_form import elementary, scalars
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import (
    ANY,
    NEGATIVE,
    POSITIVE,
    SIGNS,
    ZERO,
    Generator,
    negated,
    sign_sum,
)
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.normal import normal
from derive.prover.normal_form.ratio import Ratio
from derive.prover.normal_form.scope import Scope, index_of, is_index
from derive.prover.undecided import Undecided
from derive.term import Add, Call, Claim, Div, Given, Mul, Neg, Relation, Term, replace, term

NOTHING = term(0)
CASE = "case"  # the kind of an assumption that a case distinction makes; a person makes none


def scalar_relations(t: Relation, given: Given) -> Iterator[tuple[Relation, Given]]:
    try:
        for claim in scalar_claims(Claim(t, given), surely=True):
            if isinstance(claim.relation, Relation):
                yield claim.relation, claim.given
    except Undecided:
        return  # an assumption that is not understood is not used


def gap_of(ctx: Context, relation: Relation, given: Given) -> Ratio:
    scope = Scope(given)
    left, right = normal(ctx, relation.left, scope), normal(ctx, relation.right, scope)
    return rt.subtract(ctx, left, right)


# --- indices ---


def is_about_indices(ctx: Context, t: Relation, given: Given) -> bool:
    scope = Scope(given)
    return is_index(ctx, t.left, scope) and is_index(ctx, t.right, scope)


def learn_indices(ctx: Context, t: Relation, given: Given) -> None:
    """i = j merges, i != j keeps apart; other relations of indices are not used."""
    scope = Scope(given)
    left, right = index_of(ctx, t.left, scope), index_of(ctx, t.right, scope)
    names = {n for n, _ in (*left[1], *right[1]) if n in ctx.sizes}
    if t.op in ("=", "!=") and {ix.bare(left), ix.bare(right)} == names:
        ctx.related.append(frozenset(names))  # each of the two may still be anything
    else:
        ctx.related += [frozenset((n,)) for n in names]
    if t.op == "=":
        if ctx.learning is not None:
            ctx.merge_origins[ctx.learning] = None
        if ix.bare(left) in ctx.sizes:
            merge(ctx, ix.bare(left), right)
        elif ix.bare(right) in ctx.sizes:
            merge(ctx, ix.bare(right), left)
        else:
            with suppress(Undecided):  # not used
                merge_form(ctx, ix.plus(left, right, -1))
    elif t.op == "!=":
        gap = ix.plus(left, right, -1)
        scalars.apart(ctx, gap)
        if ctx.learning is not None:
            ctx.apart_origins[gap] = ctx.apart_origins[ix.scaled(gap, -1)] = ctx.learning


def merge_form(ctx: Context, form: Index) -> None:
    """Use form = 0: an index that occurs with coefficient 1 or -1 becomes the rest."""
    by = ctx.merged
    form = ix.substituted(form, by)
    for name, c in form[1]:
        if abs(c) == 1 and name in ctx.sizes:
            rest = ix.plus(form, ix.named(name), -c)
            merge(ctx, name, ix.scaled(rest, -c))
            return
    raise Undecided("an index pattern that can't be solved")


def keep_apart(ctx: Context, form: Index) -> None:
    """Use form != 0: an index that is not 1 begins at 2."""
    form = ix.substituted(form, ctx.merged)
    scalars.apart(ctx, form)
    for name, c in form[1]:
        if len(form[1]) == 1 and form[0] == -c and name in ctx.sizes:
            moved = ctx.moved(name, 1)
            ctx.sizes[moved] = ix.plus(ctx.sizes[name], ix.constant(-1))
            merge(ctx, name, ix.plus(ix.named(moved), ix.constant(1)))


def merge(ctx: Context, name: str, to: Index) -> None:
    """From now on the index ``name`` is ``to``."""
    by = {name: to}
    ctx.merged = {old: ix.substituted(new, by) for old, new in ctx.merged.items()}
    ctx.merged[name] = to


# --- signs ---


def demanded(t: Term) -> Iterator[Relation]:
    """What holds wherever ``t`` is defined, as its logarithms and roots demand it: log x = 2 says
    x > 0.  Only what is surely evaluated counts: no case, no summand, nothing in a derivative."""
    match t:
        case Call("log", (argument,)):
            yield Relation(">", argument, NOTHING)
        case Call("sqrt", (argument,)):
            yield Relation(">=", argument, NOTHING)
    if isinstance(t, Add | Mul | Neg | Div | Call | Relation):
        for part in t.below:
            yield from demanded(part)


def bounds(t: Relation, given: Given) -> Iterator[Relation]:
    """What |a| < b says of a: a < b and -a < b."""
    if "abs" in given.definitions:
        return
    match t:
        case Relation("<" | "<=", Call("abs", (inner,), 0), _):
            yield replace(t, left=inner)
            yield replace(t, left=Neg(inner))
        case Relation(">" | ">=", _, Call("abs", (inner,), 0)):
            yield replace(t, right=inner)
            yield replace(t, right=Neg(inner))


def learn_sign(ctx: Context, t: Relation, given: Given) -> None:
    """``left op right`` as what is known of the signs of irreducible factors."""
    for relation, own in scalar_relations(t, given):
        try:
            gap = gap_of(ctx, relation, own)
            if not gap.num or elementary.is_complex(gap):
                continue
            signs = SIGNS[relation.op]
            if relation.op in ("<", ">") and is_about_indices(ctx, relation, own):
                gap = rt.add(ctx, gap, rt.rational(1 if relation.op == "<" else -1))
                signs |= ZERO  # n > 1 is n >= 2
                if not gap.num:
                    continue
            c, m, parts = rt.factored(ctx, gap.num)
        except Undecided:
            continue  # not used
        known = signs if c > 0 else negated(signs)
        if signs == POSITIVE:
            for g, e in m:
                if e.__class__ is not int and not _sign_of(ctx, g) & NEGATIVE:
                    learn(ctx, g, POSITIVE)  # a root is not 0
        pieces: list[Generator | Factor] = [g for g, e in m if e.__class__ is int and e % 2]
        pieces += [f for f, k in [*parts, *gap.den] if k % 2]
        even: list[Generator | Factor] = [g for g, _ in m if g not in pieces]
        even += [f for f, _ in parts if f not in pieces]
        if signs & ZERO and any(_sign_of(ctx, piece) & ZERO for piece in even):
            continue  # x^2 y >= 0 says nothing of y where x = 0
        left = []
        for piece in pieces:
            known_sign = _sign_of(ctx, piece)
            if isinstance(piece, Factor):
                _learn_parts(ctx, piece, known_sign)  # a > b of before, now that b > 0 is known
            if known_sign == POSITIVE:
                continue
            if known_sign == NEGATIVE:
                known = negated(known)
                continue
            left.append(piece)
        if len(left) == 1:
            learn(ctx, left[0], known)
        elif left and not known & ZERO:
            for piece in left:
                learn(ctx, piece, NEGATIVE | POSITIVE)
            if known in (NEGATIVE, POSITIVE):
                _learn_product(ctx, left, known)


def _learn_product(ctx: Context, pieces: list[Generator | Factor], known: int) -> None:
    """The sign of a product is known: the last factor's sign is eliminated."""
    result = rt.rational(1 if known == POSITIVE else -1)
    for piece in pieces[:-1]:
        result = rt.multiply(ctx, result, elementary.sign_of(ctx, piece))
    last = pieces[-1]
    sign = ctx.intern(elementary.Sign, last, last.names, last.height, last.unreal)
    ctx.values[sign] = result
    if ctx.learning is not None:
        ctx.value_origins[sign] = (ctx.learning,)


def _sign_of(ctx: Context, piece: Generator | Factor) -> int:
    return (
        ctx.sign_of_generator(piece) if isinstance(piece, Generator) else ctx.sign_of_factor(piece)
    )


def _is_case(ctx: Context) -> bool:
    """Is a case distinction learnt?  x_i >= 0 then speaks of this i alone, not of every i."""
    return ctx.learning is not None and ctx.learning.kind == CASE


def learn(ctx: Context, piece: Generator | Factor, known: int) -> None:
    """The sign of a generator or factor is one of ``known``."""
    match piece:
        case scalars.Scalar():
            ctx.learned_sign(piece.data)
            signs = ctx.family_signs.get(piece.data, ANY) & known
            ctx.family_signs[piece.data] = signs or known
        case scalars.ComponentOf() if not _is_case(ctx) and ctx.is_any_component(*piece.data):
            ctx.learned_sign(piece.data[0])
            signs = ctx.family_signs.get(piece.data[0], ANY) & known
            ctx.family_signs[piece.data[0]] = signs or known
        case _:
            ctx.signs[piece] = (ctx.signs.get(piece, ANY) & known) or known
            about = rt.of(piece) if isinstance(piece, Generator) else Ratio(piece.p)
            for g in about.generators():
                if isinstance(g, scalars.Scalar | scalars.IndexValue):
                    ctx.learned_sign(g.data)
                elif isinstance(g, scalars.ComponentOf):
                    ctx.learned_sign(g.data[0])
            if isinstance(piece, Factor):
                _learn_parts(ctx, piece, known)


def _learn_parts(ctx: Context, f: Factor, known: int) -> None:
    """r - c > 0 and c > 0 show r > 0."""
    for m, c in f.p.items():
        if len(m) == 1 and m[0][1] == 1 and isinstance(m[0][0], scalars.Scalar):
            rest = Ratio({n: -d for n, d in f.p.items() if n != m})
            sign = sign_sum(known, ctx.sign(rest))
            if sign != ANY:
                learn(ctx, m[0][0], sign if c > 0 else negated(sign))
                origins = ctx.sign_origins.setdefault(m[0][0].data, {})
                for g in rest.generators():
                    if isinstance(g, scalars.Scalar):
                        origins.update(ctx.sign_origins.get(g.data, {}))
