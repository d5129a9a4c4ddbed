"""What is given enters a context by elimination, never by rewriting.

A definition gives a name its meaning; one-hot y means y_j := delta(j, c) for some class c; a
distribution sums to 1; an equation that is linear in a scalar, its inverse or a sum is solved for
it; a sign becomes a fact.  What can't be eliminated is left unused (which never makes a false
claim provable) and is reported as such.

Throughout: ``given`` is data, ``ctx`` the context being prepared.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from derive.prover import elementary, scalars, sums
from derive.prover import index as ix
from derive.prover import ratio as rt
from derive.prover.components import Arrays, scalar_claims
from derive.prover.context import Context, Factor, Limits
from derive.prover.generator import ANY, NEGATIVE, POSITIVE, ZERO, Generator, sign_sum
from derive.prover.index import Index
from derive.prover.normal import normal
from derive.prover.ratio import Ratio
from derive.prover.scope import Scope, index_of, is_index
from derive.prover.undecided import Undecided
from derive.term import (
    And,
    Assumption,
    BigOp,
    Call,
    Claim,
    Definition,
    Given,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    subterms,
)

Pattern: TypeAlias = tuple[tuple[Index, bool], ...]

_SIGNS = {
    ">": POSITIVE,
    ">=": POSITIVE | ZERO,
    "<": NEGATIVE,
    "<=": NEGATIVE | ZERO,
    "!=": NEGATIVE | POSITIVE,
}


def prepared(claim: Claim, limits: Limits, pattern: Pattern = ()) -> Context:
    """A context in which everything given about the claim holds, and ``pattern``: linear forms of
    indices, each said to be 0 or not."""
    ctx = Context(limits)
    ctx.absolute_power = elementary.absolute_power
    ctx.to_power = rt.to_power
    given = claim.given
    _ranges(ctx, claim)
    ctx.family_signs[r"\pi"] = POSITIVE
    for definition in given.definitions.values():
        if not definition.parameters:
            _define(ctx, definition, given)
    statements = [a for a in given.assumptions if a.kind == "relation"]
    for assumption in given.assumptions:
        if assumption.kind != "relation":
            ctx.learning = assumption
            _property(ctx, assumption, given)
    relations = [(relation, a) for a in statements for relation in _relations(a.term)]
    for relation, ctx.learning in relations:
        if _is_about_indices(ctx, relation, given):
            _index_relation(ctx, relation, given)
    ctx.learning = None
    for form, zero in pattern:
        if zero:
            _merge_form(ctx, form)
        else:
            scalars.apart(ctx, form)
    others = [(r, a) for r, a in relations if not _is_about_indices(ctx, r, given)]
    equations = []
    for relation, ctx.learning in others:
        if relation.op == "=" and not _two_valued(ctx, relation, given):
            equations.append((relation, ctx.learning))
    signs = [(r, a) for r, a in others if r.op != "="]
    for relation, ctx.learning in signs * min(2, len(signs)):  # again: one may simplify another
        _sign(ctx, relation, given)
    for relation, ctx.learning in equations:
        _equation(ctx, relation, given)
    ctx.learning = None
    ctx.used.clear()
    ctx.depth = 0
    ctx.conditions.clear()  # what is given is defined: its own conditions are not needs
    return ctx


def _relations(t: Term) -> Iterator[Relation]:
    if isinstance(t, And):
        for s in t.conditions:
            yield from _relations(s)
    elif isinstance(t, Relation):
        yield t


# --- ranges ------------------------------------------------------------------------------------


def _ranges(ctx: Context, claim: Claim) -> None:
    given = claim.given
    axes = [*given.ranges.values(), *(axis for shape in given.shapes.values() for axis in shape)]
    terms = [claim.relation, *(d.body for d in given.definitions.values())]
    terms += [a.term for a in given.assumptions]
    for t in terms:
        for s in subterms(t):
            if isinstance(s, BigOp) and s.lower is not None and s.upper is not None:
                axes.append(Range(s.lower, s.upper))
    bound = {s.index for t in terms for s in subterms(t) if isinstance(s, BigOp)}
    for axis in axes:
        for end in (axis.lower, axis.upper):
            for s in subterms(end):
                if isinstance(s, Symbol) and s.name not in given.ranges and s.name not in bound:
                    ctx.dimensions.add(s.name)
    scope = Scope(given)
    for name, axis in given.ranges.items():
        lower, upper = index_of(ctx, axis.lower, scope), index_of(ctx, axis.upper, scope)
        if lower == ix.constant(1):
            ctx.sizes[name] = upper
        else:
            ctx.integers.add(name)
            ctx.dimensions.discard(name)
            if lower[1] or lower[0] > 1:
                ctx.dimensions.add(name)  # an integer >= 1, as far as signs go


# --- definitions and properties ----------------------------------------------------------------


def _define(ctx: Context, definition: Definition, given: Given) -> None:
    name, body = definition.name, definition.body
    known: dict[tuple[tuple[Index, ...], frozenset[str]], Ratio] = {}
    arrays = Arrays(given)
    plain = not arrays.needed(body)

    def meaning(indices: tuple[Index, ...]) -> Ratio:
        key = (indices, frozenset(ctx.masked))
        if key not in known:
            known[key] = unfolded(indices)
        return known[key]

    def unfolded(indices: tuple[Index, ...]) -> Ratio:
        names = definition.indices
        if not names and indices:
            names = tuple(f"#d{k}" for k in range(len(indices)))
        if len(names) != len(indices):
            raise Undecided(f"{name} has {len(names)} indices, here {len(indices)}")
        if plain and indices and not definition.indices:
            raise Undecided(f"{name} has no components")
        t = body
        if not plain:
            at = () if definition.indices else tuple(map(_place, names, indices))
            t = arrays.at(body, at)
        scope = Scope(given, indices=dict(zip(names, indices, strict=True)))
        return normal(ctx, t, scope)

    ctx.meanings[name] = meaning


def _place(name: str, i: Index) -> Term:
    """A concrete index as a number: it may pick an entry of a written matrix."""
    return Symbol(name) if i[1] else Number(Fraction(i[0]))


def _property(ctx: Context, assumption: Assumption, given: Given) -> None:
    match assumption.kind, assumption.term:
        case "one-hot", Symbol(name):
            _one_hot(ctx, name, given)
        case "distribution", Symbol(name):
            _distribution(ctx, name, given)
        case "symmetric", Symbol(name):
            ctx.symmetric.add(name)
        case "integer", Symbol(name):
            ctx.integers.add(name)
        case "function", Call(name, args):
            ctx.functions.add(name)
            _as_function(ctx, name, args, given)


def _as_function(ctx: Context, name: str, args: tuple[Term, ...], given: Given) -> None:
    """A bare ``u`` means ``u(x)``."""
    scope = Scope(given)
    ctx.meanings[name] = lambda _: normal(ctx, Call(name, args), scope)


def _one_hot(ctx: Context, name: str, given: Given) -> None:
    shape = given.shapes.get(name, ())
    if len(shape) != 1:
        ctx.distributions.add(name)
        ctx.family_signs[name] = POSITIVE | ZERO
        return
    scope = Scope(given)
    size = index_of(ctx, shape[0].upper, scope)
    chosen = f"#c{len(ctx.meanings)}"
    ctx.hints[chosen] = "c"
    ctx.sizes[chosen] = size
    ctx.classes.append(chosen)
    origin = ctx.learning

    def meaning(indices: tuple[Index, ...]) -> Ratio:
        if origin is not None:
            ctx.used[origin] = None
        return scalars.delta(ctx, indices[0], ctx.merged.get(chosen, ix.named(chosen)))

    ctx.meanings[name] = meaning


def _distribution(ctx: Context, name: str, given: Given) -> None:
    ctx.family_signs[name] = POSITIVE
    ctx.learned_sign(name)
    ctx.distributions.add(name)
    if ctx.learning is not None:
        ctx.distribution_origins[name] = ctx.learning
    shape = given.shapes.get(name, ())
    if len(shape) == 1 and isinstance(shape[0].upper, Number):  # a concrete size: solve for one
        size = int(shape[0].upper.value)
        rest = rt.ONE
        for k in range(1, size):
            rest = rt.subtract(ctx, rest, scalars.component(ctx, name, (ix.constant(k),)))
        last = scalars.component(ctx, name, (ix.constant(size),))
        ((g, _),) = next(iter(last.num))
        ctx.values[g] = rest


# --- relations ---------------------------------------------------------------------------------


def _is_about_indices(ctx: Context, t: Relation, given: Given) -> bool:
    scope = Scope(given)
    return is_index(ctx, t.left, scope) and is_index(ctx, t.right, scope)


def _index_relation(ctx: Context, t: Relation, given: Given) -> None:
    """i = j merges, i != j keeps apart; other relations of indices are not used."""
    scope = Scope(given)
    left, right = index_of(ctx, t.left, scope), index_of(ctx, t.right, scope)
    if t.op == "=":
        if ctx.learning is not None:
            ctx.merge_origins[ctx.learning] = None
        if ix.bare(left) in ctx.sizes:
            merge(ctx, ix.bare(left), right)
        elif ix.bare(right) in ctx.sizes:
            merge(ctx, ix.bare(right), left)
    elif t.op == "!=":
        gap = ix.plus(left, right, -1)
        scalars.apart(ctx, gap)
        if ctx.learning is not None:
            ctx.apart_origins[gap] = ctx.apart_origins[ix.scaled(gap, -1)] = ctx.learning


def _merge_form(ctx: Context, form: Index) -> None:
    """Use form = 0: an index that occurs with coefficient 1 or -1 becomes the rest."""
    by = ctx.merged
    form = ix.substituted(form, by)
    for name, c in form[1]:
        if abs(c) == 1 and name in ctx.sizes:
            rest = ix.plus(form, ix.named(name), -c)
            merge(ctx, name, ix.scaled(rest, -c))
            return
    raise Undecided("an index pattern that can't be solved")


def merge(ctx: Context, name: str, to: Index) -> None:
    """From now on the index ``name`` is ``to``."""
    by = {name: to}
    ctx.merged = {old: ix.substituted(new, by) for old, new in ctx.merged.items()}
    ctx.merged[name] = to


def _sign(ctx: Context, t: Relation, given: Given) -> None:
    """``left op right`` as what is known of the signs of irreducible factors."""
    for relation, own in _scalar(t, given):
        try:
            gap = _gap(ctx, relation, own)
            if not gap.num:
                continue
            signs = _SIGNS[relation.op]
            c, m, parts = rt.factored(ctx, gap.num)
        except Undecided:
            continue  # not used
        known = signs if c > 0 else _negated(signs)
        if signs == POSITIVE:
            for g, e in m:
                if e.__class__ is not int and not _sign_of(ctx, g) & NEGATIVE:
                    _learn(ctx, g, POSITIVE)  # a root is not 0
        pieces: list[Generator | Factor] = [g for g, e in m if e.__class__ is int and e % 2]
        pieces += [f for f, k in [*parts, *gap.den] if k % 2]
        left = []
        for piece in pieces:
            known_sign = _sign_of(ctx, piece)
            if known_sign == POSITIVE:
                continue
            if known_sign == NEGATIVE:
                known = _negated(known)
                continue
            left.append(piece)
        if len(left) == 1:
            _learn(ctx, left[0], known)
        elif left and not known & ZERO:
            for piece in left:
                _learn(ctx, piece, NEGATIVE | POSITIVE)
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
        ctx.value_origins[sign] = ctx.learning


def _negated(signs: int) -> int:
    return (
        (signs & ZERO)
        | (POSITIVE if signs & NEGATIVE else 0)
        | (NEGATIVE if signs & POSITIVE else 0)
    )


def _sign_of(ctx: Context, piece: Generator | Factor) -> int:
    return (
        ctx.sign_of_generator(piece) if isinstance(piece, Generator) else ctx.sign_of_factor(piece)
    )


def _learn(ctx: Context, piece: Generator | Factor, known: int) -> None:
    match piece:
        case scalars.Scalar():
            ctx.learned_sign(piece.data)
            signs = ctx.family_signs.get(piece.data, ANY) & known
            ctx.family_signs[piece.data] = signs or known
        case scalars.ComponentOf() if all(ix.bare(i) for i in piece.data[1]):
            ctx.learned_sign(piece.data[0])
            signs = ctx.family_signs.get(piece.data[0], ANY) & known
            ctx.family_signs[piece.data[0]] = signs or known
        case _:
            ctx.signs[piece] = (ctx.signs.get(piece, ANY) & known) or known
            about = rt.of(piece) if isinstance(piece, Generator) else Ratio(piece.p)
            for g in about.generators():
                if isinstance(g, scalars.Scalar | scalars.ComponentOf):
                    ctx.learned_sign(g.data if isinstance(g, scalars.Scalar) else g.data[0])
            if isinstance(piece, Factor):
                _learn_parts(ctx, piece, known)


def _learn_parts(ctx: Context, f: Factor, known: int) -> None:
    """r - c > 0 and c > 0 show r > 0."""
    for m, c in f.p.items():
        if len(m) == 1 and m[0][1] == 1 and isinstance(m[0][0], scalars.Scalar):
            rest = ctx.sign(Ratio({n: -d for n, d in f.p.items() if n != m}))
            sign = sign_sum(known, rest)
            if sign != ANY:
                _learn(ctx, m[0][0], sign if c > 0 else _negated(sign))


def _equation(ctx: Context, t: Relation, given: Given) -> None:
    """Solve for a scalar, its inverse, a component or a sum that occurs linearly."""
    for relation, own in _scalar(t, given):
        try:
            gap = _gap(ctx, relation, own)
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


def _two_valued(ctx: Context, t: Relation, given: Given) -> bool:
    """y^2 = 1 makes y a sign; y^2 = y makes it (1 + a sign) / 2."""
    try:
        ((relation, own),) = _scalar(t, given)
        gap = _gap(ctx, relation, own)
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
    elif isinstance(y, scalars.ComponentOf) and all(ix.bare(i) for i in y.data[1]):
        name = y.data[0]
    else:
        return False
    ctx.meanings[name] = value
    return True


def _scalar(t: Relation, given: Given) -> Iterator[tuple[Relation, Given]]:
    try:
        for claim in scalar_claims(Claim(t, given)):
            if isinstance(claim.relation, Relation):
                yield claim.relation, claim.given
    except Undecided:
        return  # an assumption that is not understood is not used


def _gap(ctx: Context, relation: Relation, given: Given) -> Ratio:
    scope = Scope(given)
    left, right = normal(ctx, relation.left, scope), normal(ctx, relation.right, scope)
    return rt.subtract(ctx, left, right)


def _candidates(gap: Ratio, preferred: list[str]) -> list[tuple[Generator, int]]:
    """Generators that occur in one power 1 or -1 only, those to eliminate first in front."""
    powers: dict[Generator, set[object]] = {}
    for m in gap.num:
        for g, e in m:
            powers.setdefault(g, set()).add(e)
    kinds = (scalars.Scalar, sums.Sum, scalars.ComponentOf)
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


def _uses(a: Ratio, g: Generator) -> bool:
    match g:
        case scalars.Scalar():
            return a.mentions(g.data)
        case scalars.ComponentOf():
            return a.mentions(g.data[0])
    return g in a.generators() or a.height >= g.height
