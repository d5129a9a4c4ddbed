"""What is given enters a context by elimination, never by rewriting.

A definition gives a name its meaning; one-hot y means y_j := delta(j, c) for some class c; a
distribution sums to 1; an equation that is linear in a scalar, its inverse or a sum is solved for
it; a sign becomes a fact.  What can't be eliminated is left unused (which never makes a false
claim provable) and is reported as such.

Throughout: ``given`` is data, ``ctx`` the context being prepared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from derive.prover import inequality
from derive.prover.arrays import Arrays
from derive.prover.facts import (
    CASE,
    demanded,
    is_about_indices,
    keep_apart,
    learn_indices,
    learn_sign,
    merge_form,
)
from derive.prover.normal_form import elementary, scalars
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Limits
from derive.prover.normal_form.generator import POSITIVE, ZERO
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.normal import normal
from derive.prover.normal_form.ranges import EDGES
from derive.prover.normal_form.ratio import Ratio
from derive.prover.normal_form.scope import Scope, index_of
from derive.prover.solving import make_two_valued, solve_all
from derive.prover.undecided import Undecided
from derive.term import (
    Assumption,
    Call,
    Claim,
    Definition,
    Derivative,
    Given,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    binders,
    conjuncts,
    free_names,
    reached,
)

ONE = Number(Fraction(1))
Pattern: TypeAlias = tuple[tuple[Index, bool], ...]


def prepared(claim: Claim, limits: Limits, pattern: Pattern = (), roots: bool = True) -> Context:
    """A context in which everything given about the claim holds, and ``pattern``: linear forms of
    indices, each said to be 0 or not.  ``roots``: solve an equation by a power, too, of what may be
    negative."""
    ctx = Context(limits)
    ctx.by_roots = roots
    ctx.absolute_power = elementary.absolute_power
    ctx.to_power = rt.to_power
    ctx.signs_as_written = inequality.signs_as_written
    given = claim.given
    _ranges(ctx, claim)
    for name in (*given.ranges, *ctx.dimensions):
        if given.shapes.get(name):
            raise Undecided(f"{name} is an index and an array")
    ctx.family_signs[scalars.PI] = POSITIVE
    arrays = Arrays(given)
    for definition in given.definitions.values():
        if not definition.parameters:
            _define(ctx, definition, arrays)
    statements = [a for a in given.assumptions if a.kind in ("relation", CASE)]
    for assumption in given.assumptions:
        if assumption.kind not in ("relation", CASE):
            ctx.learning = assumption
            _property(ctx, assumption, given)
    relations = [
        (relation, a)
        for a in statements
        for relation in conjuncts(a.term)
        if isinstance(relation, Relation)
    ]
    for relation, ctx.learning in relations:
        if is_about_indices(ctx, relation, given):
            learn_indices(ctx, relation, given)
    ctx.learning = None
    for form, zero in pattern:
        if zero:
            merge_form(ctx, form)
        else:
            keep_apart(ctx, form)
    equals = [(r, a) for r, a in relations if r.op == "=" and not is_about_indices(ctx, r, given)]
    equations = []
    for relation, ctx.learning in equals:
        if not make_two_valued(ctx, relation, given):
            equations.append((relation, ctx.learning))
    signs = [(d, a) for r, a in relations for d in demanded(r)]
    signs += [(r, a) for r, a in relations if r.op != "="]
    for relation, ctx.learning in signs * min(2, len(signs)):  # again: one may simplify another
        learn_sign(ctx, relation, given)
    for relation, ctx.learning in equations:
        ctx.tied.append(reached(free_names(relation), given))
    solve_all(ctx, equations, given)
    ctx.learning = None
    ctx.used.clear()
    ctx.normal_forms = {}
    ctx.depth = 0
    ctx.conditions.clear()  # what is given is defined: its own conditions are not needs
    return ctx


# --- ranges ------------------------------------------------------------------------------------


def _ranges(ctx: Context, claim: Claim) -> None:
    given = claim.given
    axes = [*given.ranges.values(), *(axis for shape in given.shapes.values() for axis in shape)]
    terms = [claim.relation, *(d.body for d in given.definitions.values())]
    take_dimensions(ctx, (*terms, *(a.term for a in given.assumptions)), given, axes)
    scope = Scope(given)
    for name, shape in given.shapes.items():
        if shape and all(axis.lower == ONE for axis in shape):
            ctx.axes[name] = tuple(index_of(ctx, axis.upper, scope) for axis in shape)
    for name, axis in given.ranges.items():
        lower, upper = index_of(ctx, axis.lower, scope), index_of(ctx, axis.upper, scope)
        if lower == ix.constant(1):
            ctx.sizes[name] = upper
        elif not lower[1] and abs(lower[0]) <= EDGES:
            before = ix.plus(lower, ix.constant(-1))
            moved = ctx.moved(name, before[0])
            ctx.sizes[moved] = ix.plus(upper, before, -1)
            ctx.merged[name] = ix.plus(ix.named(moved), before)
        else:
            ctx.integers.add(name)
            ctx.dimensions.discard(name)
            if scalars.nonempty(ctx, lower):
                ctx.dimensions.add(name)  # an integer >= 1, as far as signs go


def take_dimensions(
    ctx: Context, terms: Iterable[Term], given: Given, axes: Sequence[Range] = ()
) -> None:
    """What bounds an axis, or a sum in the terms, is a dimension."""
    sums_ = [s for t in terms for s in binders(t)]
    bounds = [axis.upper for axis in axes]
    bounds += [s.upper for s in sums_ if s.lower is not None and s.upper is not None]
    bound = {s.index for s in sums_}
    for upper in bounds:
        if isinstance(upper, Number):
            continue
        for name in reached(free_names(upper), given):
            if name not in given.ranges and name not in bound | given.definitions.keys():
                ctx.dimensions.add(name)


# --- definitions and properties ----------------------------------------------------------------


def _define(ctx: Context, definition: Definition, arrays: Arrays) -> None:
    name, body, given = definition.name, definition.body, arrays.given
    known: dict[object, Ratio] = {}
    plain: bool | None = None  # has the body no arrays in it?  Asked at the first use

    def meaning(indices: tuple[Index, ...]) -> Ratio:
        key = (indices, ctx.hidden(), ctx.guards)
        if key not in known:
            known[key] = unfolded(indices)
        return known[key]

    def unfolded(indices: tuple[Index, ...]) -> Ratio:
        names = definition.indices
        if not names and indices:
            names = tuple(f"#d{k}" for k in range(len(indices)))
        if len(names) != len(indices):
            raise Undecided(f"{name} has {len(names)} indices, here {len(indices)}")
        nonlocal plain
        if plain is None:
            plain = not arrays.needed(body)
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
            ctx.symmetric[name] = assumption
        case "integer", Symbol(name):
            ctx.integers.add(name)
        case "natural", Symbol(name):
            ctx.integers.add(name)
            ctx.family_signs[name] = POSITIVE | ZERO
            ctx.learned_sign(name)
        case "function", Call(name, args):
            ctx.functions.add(name)
            _as_function(ctx, name, args, given)
        case "varies", Derivative(Symbol(name), Symbol(variable)):
            ctx.varying.add((name, variable))


def _as_function(ctx: Context, name: str, args: tuple[Term, ...], given: Given) -> None:
    """A bare ``u`` means ``u(x)``."""
    scope = Scope(given)
    ctx.meanings[name] = lambda _: normal(ctx, Call(name, args), scope)


def _one_hot(ctx: Context, name: str, given: Given) -> None:
    shape = given.shapes.get(name, ())
    if len(shape) != 1:
        ctx.distributions[name] = _axis(ctx, shape[-1], given) if shape else None
        ctx.family_signs[name] = POSITIVE | ZERO
        return
    before, size = _axis(ctx, shape[0], given)
    chosen = f"#c{len(ctx.meanings)}"
    ctx.hints[chosen] = "c"
    ctx.sizes[chosen] = size
    ctx.classes.append(chosen)
    origin = ctx.learning

    def meaning(indices: tuple[Index, ...]) -> Ratio:
        if origin is not None:
            ctx.used[origin] = None
        place = ctx.merged.get(chosen, ix.named(chosen))
        return scalars.delta(ctx, indices[0], ix.plus(before, place))

    ctx.meanings[name] = meaning


def _axis(ctx: Context, axis: Range, given: Given) -> tuple[Index, Index]:
    """What precedes the range, and its size: 0..d-1 is -1 + (1..d)."""
    scope = Scope(given)
    before = ix.plus(index_of(ctx, axis.lower, scope), ix.constant(-1))
    return before, ix.plus(index_of(ctx, axis.upper, scope), before, -1)


def _distribution(ctx: Context, name: str, given: Given) -> None:
    ctx.family_signs[name] = POSITIVE
    ctx.learned_sign(name)
    shape = given.shapes.get(name, ())
    axis = _axis(ctx, shape[-1], given) if shape else None
    ctx.distributions[name] = axis
    if ctx.learning is not None:
        ctx.distribution_origins[name] = ctx.learning
    if axis is not None and len(shape) == 1 and not axis[0][1] and not axis[1][1]:
        first, size = axis[0][0] + 1, axis[1][0]  # concrete: solve for one
        ctx.spend(size * size)
        rest = rt.ONE
        for k in range(first, first + size - 1):
            rest = rt.subtract(ctx, rest, scalars.component(ctx, name, (ix.constant(k),)))
        last = scalars.component(ctx, name, (ix.constant(first + size - 1),))
        ((g, _),) = next(iter(last.num))
        ctx.values[g] = rest
