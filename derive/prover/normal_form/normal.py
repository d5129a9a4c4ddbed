"""From a scalar Term to its normal form: every node kind in one table.

Throughout: t is a term, ``scope`` what the bound indices and parameters stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import reduce
from types import MappingProxyType
from typing import Any

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, opaque, products, ranges, scalars
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
    Target,
)
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.primitives import PRIMITIVES, smallest
from derive.prover.normal_form.ratio import Ratio
from derive.prover.normal_form.scope import NOTHING, Scope, index_of, is_index
from derive.prover.undecided import Undecided, unknown
from derive.term import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Definition,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Indicator,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    free_names,
    reached,
    replace,
)
from derive.vocabulary import FUNCTIONS


def normal(ctx: Context, t: Term, scope: Scope) -> Ratio:
    """The normal form of a scalar term.

    Raises Undecided (also its kinds Undefined, UnknownMeaning, BudgetExceeded) with the reason.
    """
    ctx.spend(1)
    rule = _RULES.get(type(t))
    if rule is None:
        raise Undecided(f"{type(t).__name__.lower()} where a number is expected")
    known = ctx.normal_forms
    bound = scope.indices or scope.values
    if known is None or type(t) not in _WORK or ctx.guards or (bound and not ctx.several):
        return _by(rule, ctx, t, scope)
    key = scope.key(t, ctx.masked)
    if key is None:
        return _by(rule, ctx, t, scope)
    found = known.get(key)
    if found is None:
        found = known[key] = _by(rule, ctx, t, scope)
    return found


def _by(rule: Callable[[Context, Any, Scope], Ratio], ctx: Context, t: Term, scope: Scope) -> Ratio:
    ctx.depth += 1
    if ctx.depth > ctx.limits.depth:
        raise Undecided("nested too deeply, or a definition that uses itself")
    try:
        return rule(ctx, t, scope)
    finally:
        ctx.depth -= 1


# --- leaves ------------------------------------------------------------------------------------


def _number(ctx: Context, t: Number, scope: Scope) -> Ratio:
    return rt.rational(fmpq(t.value.numerator, t.value.denominator))


def _symbol(ctx: Context, t: Symbol, scope: Scope) -> Ratio:
    name = t.name
    value = scope.values.get(name)
    if value is not None:
        return value
    if name in scope.indices or name in ctx.sizes or name in ctx.dimensions:
        return scalars.index_value(ctx, index_of(ctx, t, scope))
    if _is_constant("e", t, ctx, scope):
        return elementary.exp(ctx, rt.ONE)
    if _is_constant(r"\pi", t, ctx, scope):
        return scalars.scalar(ctx, scalars.PI)
    if scope.given.shapes.get(name):
        raise Undecided(f"{name} is not a number here")
    return scalars.scalar(ctx, name)


def _is_constant(name: str, t: Term, ctx: Context, scope: Scope) -> bool:
    """Is ``t`` the constant of this name, to which nothing here gives another meaning?"""
    given = scope.given
    return (
        isinstance(t, Symbol)
        and t.name == name
        and name not in given.shapes
        and name not in given.definitions
        and name not in given.ranges
        and name not in scope.values
        and name not in scope.indices
        and (given is NOTHING or (name not in ctx.dimensions and name not in ctx.integers))
    )


def _indexed(ctx: Context, t: Indexed, scope: Scope) -> Ratio:
    shape = scope.given.shapes.get(t.name)
    if shape is not None and len(shape) != len(t.indices):
        raise Undecided(f"{t.name} has {len(shape)} indices, here {len(t.indices)}")
    return scalars.component(ctx, t.name, tuple(index_of(ctx, i, scope) for i in t.indices))


# --- arithmetic --------------------------------------------------------------------------------


def _add(ctx: Context, t: Add, scope: Scope) -> Ratio:
    result = normal(ctx, t.terms[0], scope)
    for s in t.terms[1:]:
        result = rt.add(ctx, result, normal(ctx, s, scope))
    return result


def _mul(ctx: Context, t: Mul, scope: Scope) -> Ratio:
    result = normal(ctx, t.factors[0], scope)
    for s in t.factors[1:]:
        result = rt.multiply(ctx, result, normal(ctx, s, scope))
    return result


def _neg(ctx: Context, t: Neg, scope: Scope) -> Ratio:
    return rt.negative(normal(ctx, t.arg, scope))


def _div(ctx: Context, t: Div, scope: Scope) -> Ratio:
    return rt.divide(ctx, normal(ctx, t.numerator, scope), normal(ctx, t.denominator, scope))


def _pow(ctx: Context, t: Pow, scope: Scope) -> Ratio:
    exponent = normal(ctx, t.exponent, scope)
    if _is_constant("e", t.base, ctx, scope):
        return elementary.exp(ctx, exponent)
    return elementary.general_power(ctx, normal(ctx, t.base, scope), exponent)


# --- functions ---------------------------------------------------------------------------------


def _call(ctx: Context, t: Call, scope: Scope) -> Ratio:
    definition = scope.given.definitions.get(t.name)
    if definition is not None and definition.parameters and not t.order:
        return _applied(ctx, t, definition, scope)
    arguments = tuple(normal(ctx, a, scope) for a in t.args)
    if t.name == "sqrt":
        _note_sign(ctx, t.args[0], arguments[0], scope)
    if t.order:
        return _primed(ctx, t.name, arguments, t.order, scope)
    return apply(ctx, t.name, arguments, scope.given)


def _note_sign(ctx: Context, t: Term, a: Ratio, scope: Scope) -> None:
    """(a - b)^2 + c^2 shows its sign only before it is multiplied out: keep it for its factor, or
    for the one sum that sum_i (sum_j A_ij x_j)^2 becomes."""
    if ctx.guards or not ctx.sign(a) & NEGATIVE:
        return  # what is shown inside a branch would be kept outside of it
    if ctx.signs_as_written(ctx, t, scope) & NEGATIVE:
        return
    c, m, parts = rt.factored(ctx, rt.reduced(ctx, a).num)
    others = rt.monomial(m, c)
    pieces: list[tuple[Generator | Factor, object]] = [*parts]
    if not parts:
        pieces = [item for item in m if ctx.sign_of_generator(item[0]) not in (POSITIVE, NEGATIVE)]
        others = rt.monomial(tuple(item for item in m if item not in pieces), c)
    sign = ctx.sign(others)
    if len(pieces) == 1 and pieces[0][1] == 1 and not a.den and sign in (POSITIVE, NEGATIVE):
        piece = pieces[0][0]
        ctx.signs[piece] = (ctx.signs.get(piece, ANY) & (sign | ZERO)) or sign | ZERO


def _applied(ctx: Context, t: Call, definition: Definition, scope: Scope) -> Ratio:
    """A defined function: its parameters stand for indices where the arguments are indices."""
    if len(t.args) != len(definition.parameters):
        raise Undecided(f"{t.name} takes {len(definition.parameters)} arguments")
    indices: dict[str, Index] = {}
    values: dict[str, Ratio] = {}
    for name, a in zip(definition.parameters, t.args, strict=True):
        if is_index(ctx, a, scope):
            indices[name] = index_of(ctx, a, scope)
        else:
            values[name] = normal(ctx, a, scope)
    return normal(ctx, definition.body, Scope(scope.given, indices, values))


def apply(ctx: Context, name: str, arguments: tuple[Ratio, ...], given: Given) -> Ratio:
    """A function's value at normal forms; what is given here wins over the vocabulary."""
    definition = given.definitions.get(name)
    if definition is not None and definition.parameters:
        _fit(name, len(definition.parameters), arguments)
        values = dict(zip(definition.parameters, arguments, strict=True))
        return normal(ctx, definition.body, Scope(given, values=values))
    if name in ctx.functions:
        return opaque.function(ctx, name, (0,) * len(arguments), arguments)
    primitive = PRIMITIVES.get(name)
    if primitive is not None:
        several = name in ("max", "min")
        if len(arguments) < 2 if several else len(arguments) != 1:
            raise Undecided(f"{name} of {len(arguments)} arguments")
        return primitive(ctx, *arguments)
    row = FUNCTIONS.get(name)
    if row is None or row.body is None or any(p.dimension for p in row.parameters):
        raise unknown(name)
    _fit(name, len(row.parameters), arguments)
    values = dict(zip((p.name for p in row.parameters), arguments, strict=True))
    return normal(ctx, row.body, Scope(NOTHING, values=values))


CONSTANTS = ("e", r"\pi")


def _fit(name: str, count: int, arguments: tuple[Ratio, ...]) -> None:
    if count != len(arguments):
        raise Undecided(f"{name} takes {count} arguments, here {len(arguments)}")


def _primed(
    ctx: Context, name: str, arguments: tuple[Ratio, ...], order: int, scope: Scope
) -> Ratio:
    """f'(a): differentiate at an independent variable, then put a in its place."""
    if len(arguments) != 1:
        raise Undecided(f"a prime on {name}, which has several arguments")
    if name in ctx.functions:
        return opaque.function(ctx, name, (order,), arguments)
    variable = _own_variable(ctx, name, arguments[0], scope)
    return _differentiated(ctx, variable, order, lambda x: apply(ctx, name, (x,), scope.given))


def _differentiated(
    ctx: Context, variable: str, order: int, body: Callable[[Ratio], Ratio]
) -> Ratio:
    """The derivative of ``body`` by an independent variable, which then gets its meaning back."""
    with ctx.masking(variable):
        result = body(scalars.scalar(ctx, variable))
        for _ in range(order):
            result = rt.derivative(ctx, result, Target(variable))
    return rt.rebuilt(ctx, result)


def _variable_for(ctx: Context, value: Ratio) -> str:
    """A new variable that stands for ``value``."""
    variable = f"#p{len(ctx.meanings)}"
    ctx.meanings[variable] = lambda _: value
    return variable


def _own_variable(ctx: Context, name: str, at: Ratio, scope: Scope) -> str:
    """What to differentiate f by for f'(x): x itself where f uses x only as its argument (what is
    known of x then helps), else a new variable that stands for the argument."""
    variable = _variable_for(ctx, at)
    (g,) = at.generators() if len(at.generators()) == 1 else (None,)
    if isinstance(g, scalars.Scalar) and at.num == rt.of(g).num and not at.den:
        with ctx.masking(variable):
            if not apply(ctx, name, (scalars.scalar(ctx, variable),), scope.given).mentions(g.data):
                return g.data
    return variable


# --- derivatives -------------------------------------------------------------------------------


def _derivative(ctx: Context, t: Derivative, scope: Scope) -> Ratio:
    """Differentiate with the variable independent, then give it its meaning back."""
    match t.variable:
        case Symbol(name) if name in scope.values:
            return _by_parameter(ctx, t.body, name, scope)
        case Symbol(name) if name in scope.indices or name in ctx.sizes or name in ctx.dimensions:
            raise Undecided(f"the derivative by the index {name}")
        case Symbol(name) if name in CONSTANTS and _is_constant(name, t.variable, ctx, scope):
            raise Undecided(f"the derivative by the constant {name}")
        case Symbol(name):
            target = Target(name)
        case Indexed(name, indices):
            target = Target(name, tuple(index_of(ctx, i, scope) for i in indices))
        case _:
            raise Undecided("the derivative by something that is not a variable")
    varying = {a for a, by in ctx.varying if by == name}
    others = reached(free_names(t.body), scope.given, name) if ctx.tied else set()
    if any(varying & names or (name in names and names & others) for names in ctx.tied):
        raise Undecided(f"a given equation ties {name} to what is differentiated")
    with ctx.masking(name):
        body = normal(ctx, t.body, scope)
        if not body.mentions(name) and name not in reached(free_names(t.body), scope.given):
            _check_constant(ctx, t.body, name, scope)
        result = rt.derivative(ctx, body, target)
    return rt.rebuilt(ctx, result) if ctx.constrains(name) else result


def _check_constant(ctx: Context, body: Term, name: str, scope: Scope) -> None:
    """A derivative is 0 only if all that is differentiated is known not to depend on ``name``."""
    if name in ctx.meanings or name in ctx.distributions:
        raise Undecided(f"{name} is defined here, and what is differentiated does not use it")
    given = scope.given
    bound = {*scope.values, *scope.indices}
    for other in sorted(reached(free_names(body) - bound, given, name)):
        known = other in given.shapes or other in given.definitions or other in given.ranges
        known = known or (other, name) in ctx.varying or other in ctx.functions
        if not known and other not in FUNCTIONS and other not in (*ctx.dimensions, "e", r"\pi"):
            raise unknown(other)


def _by_parameter(ctx: Context, body: Term, name: str, scope: Scope) -> Ratio:
    def at(x: Ratio) -> Ratio:
        return normal(ctx, body, replace(scope, values={**scope.values, name: x}))

    return _differentiated(ctx, _variable_for(ctx, scope.values[name]), 1, at)


# --- binders -----------------------------------------------------------------------------------


def _bigop(ctx: Context, t: BigOp, scope: Scope) -> Ratio:
    if t.lower is None or t.upper is None:
        raise Undecided(f"the range of {t.index} is not known")
    lower, upper = index_of(ctx, t.lower, scope), index_of(ctx, t.upper, scope)
    if t.where is not None:
        lower, upper, where = _narrowed(ctx, t.where, t.index, lower, upper, scope)
        t = replace(t, where=where)
    size = ix.plus(ix.plus(upper, lower, -1), ix.constant(1))
    if not size[1] and size[0] < 0:
        size = ix.constant(0)
    if not size[1]:
        return _expanded(ctx, t, scope, lower, size[0])
    with ctx.dummy(t.index, size) as v:
        shift = ix.plus(lower, ix.constant(1), -1)
        inside = scope.binding(t.index, ix.plus(ix.named(v), shift))
        return _over(ctx, t, v, size, inside)


def _over(ctx: Context, t: BigOp, v: str, size: Index, inside: Scope) -> Ratio:
    """The sum, product, maximum or minimum over v = 1..size."""
    body = normal(ctx, t.body, inside)
    condition = indicator(ctx, t.where, inside) if t.where is not None else rt.ONE
    if t.op == "sum":
        return ranges.aligned(ctx, rt.multiply(ctx, body, condition), v, size)
    if t.op == "prod":
        gap = rt.multiply(ctx, rt.subtract(ctx, body, rt.ONE), condition)
        chosen = rt.add(ctx, gap, rt.ONE) if t.where is not None else body
        return products.product(ctx, chosen, v, size)
    if t.where is not None:
        raise Undecided("a maximum under a condition")
    if t.op == "max":
        return opaque.maximum(ctx, body, v, size)
    return rt.negative(opaque.maximum(ctx, rt.negative(body), v, size))


def _narrowed(
    ctx: Context, where: Term, name: str, lower: Index, upper: Index, scope: Scope
) -> tuple[Index, Index, Term | None]:
    """The bounds without the numbers that ``j > i`` leaves out, where i is known to lie in them;
    what is left of the condition."""
    if not isinstance(where, Relation) or where.op not in MIRRORED:
        return lower, upper, where
    op, other = where.op, where.right
    if where.right == Symbol(name):
        op, other = MIRRORED[op], where.left
    elif where.left != Symbol(name):
        return lower, upper, where
    if name in free_names(other) or not is_index(ctx, other, scope):
        return lower, upper, where
    at, one = index_of(ctx, other, scope), ix.constant(1)
    if op in ("<", ">"):
        at = ix.plus(at, one, 1 if op == ">" else -1)
    from_lower, to_upper = ix.plus(at, lower, -1), ix.plus(upper, at, -1)
    inside, left = (from_lower, to_upper) if op[0] == ">" else (to_upper, from_lower)
    inside, left = ix.plus(inside, one), ix.plus(left, one, 2)  # at worst nothing is left
    if not (scalars.nonempty(ctx, inside) and scalars.nonempty(ctx, left)):
        return lower, upper, where
    return (at, upper, None) if op[0] == ">" else (lower, at, None)


def _expanded(ctx: Context, t: BigOp, scope: Scope, lower: Index, size: int) -> Ratio:
    """Numeric bounds (or a numeric distance between them): term by term."""
    if size > ctx.limits.expansion:
        raise Undecided(f"a range of {size} terms")
    parts = []
    for k in range(size):
        inside = scope.binding(t.index, ix.plus(lower, ix.constant(k)))
        part = normal(ctx, t.body, inside)
        if t.where is not None:
            condition = indicator(ctx, t.where, inside)
            if t.op == "sum":
                part = rt.multiply(ctx, part, condition)
            elif t.op == "prod":
                gap = rt.multiply(ctx, rt.subtract(ctx, part, rt.ONE), condition)
                part = rt.add(ctx, gap, rt.ONE)
            else:
                raise Undecided("a maximum under a condition")
        parts.append(part)
    if not parts:
        if t.op in ("max", "min"):
            raise Undecided("a maximum over nothing")
        return rt.NIL if t.op == "sum" else rt.ONE
    return reduce(lambda a, b: _JOIN[t.op](ctx, a, b), parts)


# --- conditions --------------------------------------------------------------------------------


def _delta(ctx: Context, t: Delta, scope: Scope) -> Ratio:
    return scalars.delta(ctx, index_of(ctx, t.left, scope), index_of(ctx, t.right, scope))


def _indicator(ctx: Context, t: Indicator, scope: Scope) -> Ratio:
    return indicator(ctx, t.condition, scope)


def indicator(ctx: Context, t: Term, scope: Scope) -> Ratio:
    """1 where the condition holds, else 0; the kinks in between are conditions."""
    if isinstance(t, And):
        result = rt.ONE
        for s in t.conditions:
            result = rt.multiply(ctx, result, indicator(ctx, s, scope))
        return result
    if not isinstance(t, Relation):
        raise Undecided("a condition that is not a relation")
    if is_index(ctx, t.left, scope) and is_index(ctx, t.right, scope):
        return _index_indicator(ctx, t, scope)
    gap = rt.subtract(ctx, normal(ctx, t.left, scope), normal(ctx, t.right, scope))
    if t.op in ("<", "<="):
        gap = rt.negative(gap)
    sign = ctx.sign(gap)
    if t.op in ("=", "!="):
        if sign == ZERO:
            equal = rt.ONE
        else:
            ctx.require("!=", gap, kink=True)
            equal = rt.NIL
        return equal if t.op == "=" else rt.subtract(ctx, rt.ONE, equal)
    if sign == ZERO:
        return rt.ONE if t.op in ("<=", ">=") else rt.NIL
    if t.op in ("<=", ">=") and not sign & NEGATIVE:
        return rt.ONE
    if t.op in ("<", ">") and not sign & POSITIVE:
        return rt.NIL
    return rt.scale(rt.add(ctx, rt.ONE, elementary.sign(ctx, gap)), fmpq(1, 2))


def _index_indicator(ctx: Context, t: Relation, scope: Scope) -> Ratio:
    left, right = index_of(ctx, t.left, scope), index_of(ctx, t.right, scope)
    if t.op in ("=", "!="):
        equal = scalars.delta(ctx, left, right)
        return equal if t.op == "=" else rt.subtract(ctx, rt.ONE, equal)
    gap = ix.plus(left, right, -1)
    if gap[1]:
        raise Undecided("an order of indices as a condition")
    holds = {"<": gap[0] < 0, "<=": gap[0] <= 0, ">": gap[0] > 0, ">=": gap[0] >= 0}[t.op]
    return rt.ONE if holds else rt.NIL


def _cases(ctx: Context, t: Cases, scope: Scope) -> Ratio:
    result, left = rt.NIL, rt.ONE  # ``left``: 1 where no condition held yet
    with ExitStack() as failed:  # the conditions before, which do not hold
        for value, condition in t.branches:
            holds = rt.multiply(ctx, left, indicator(ctx, condition, scope))
            if holds.num:
                with _guarded(ctx, condition, True, scope):
                    inside = normal(ctx, value, scope)
                result = rt.add(ctx, result, rt.multiply(ctx, holds, inside))
            left = rt.subtract(ctx, left, holds)
            failed.enter_context(_guarded(ctx, condition, False, scope))
        if not left.num:
            return result
        if t.otherwise is None:
            raise Undecided("a case distinction that may leave a case out")
        last = normal(ctx, t.otherwise, scope)
    return rt.add(ctx, result, rt.multiply(ctx, left, last))


@contextmanager
def _guarded(ctx: Context, condition: Term, holds: bool, scope: Scope) -> Iterator[None]:
    """Within: what the condition (or that it fails) says of the sign of one generator or factor.
    What is computed inside is multiplied by the condition's indicator."""
    if not isinstance(condition, Relation) or condition.op in ("=", "!="):
        yield
        return
    if is_index(ctx, condition.left, scope) and is_index(ctx, condition.right, scope):
        yield
        return
    gap = rt.subtract(ctx, normal(ctx, condition.left, scope), normal(ctx, condition.right, scope))
    signs = SIGNS[condition.op]
    with ctx.guarding(gap, signs if holds else ANY & ~signs, rt.factored):
        yield


MIRRORED: Mapping[str, str] = MappingProxyType({"<": ">", "<=": ">=", ">": "<", ">=": "<="})
_JOIN: Mapping[str, Callable[[Context, Ratio, Ratio], Ratio]] = MappingProxyType(
    {"sum": rt.add, "prod": rt.multiply, "max": opaque.larger, "min": smallest}
)
_RULES: Mapping[type[Term], Callable[[Context, Any, Scope], Ratio]] = MappingProxyType(
    {
        Number: _number,
        Symbol: _symbol,
        Indexed: _indexed,
        Add: _add,
        Mul: _mul,
        Neg: _neg,
        Div: _div,
        Pow: _pow,
        Call: _call,
        Derivative: _derivative,
        BigOp: _bigop,
        Delta: _delta,
        Indicator: _indicator,
        Cases: _cases,
    }
)
_WORK = frozenset(_RULES) - {Number, Symbol, Indexed, Delta}  # what is worth keeping
