"""Meeting an assumed equation exactly: one name in it is solved for, never rounded away.

Where an equation is affine in u, 1/u, log u, exp u or u^2 for one of its names (or one component),
the solution follows from two evaluations: F(v) = a v + b gives v = -b/a; a square root takes the
sign of the value that was drawn.  Its ball contains the exact
solution, so what is then proved false at the ball is false at the exact point.  The analysis only
counts degrees; it shares no algebra with the normal form.

Throughout: ``u`` is the name solved for, a *form* is how it enters, ``env`` an environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from derive.prover.flint import arb
from derive.prover.refuter import ball, lookup
from derive.prover.refuter.arrays import SCALAR, Misfit
from derive.prover.refuter.ball import Exhausted, Scalar, Undefined
from derive.prover.refuter.compile import Compiler
from derive.prover.refuter.relations import Sides
from derive.prover.refuter.running import MEMO, TOP, Env, Run
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Component,
    Definition,
    Div,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    bound_names,
    free_names,
    subterms,
)

# form: value of u from v, where the equation is affine in v
# fmt: off
FORMS: Mapping[str, Callable[[Scalar], Scalar]] = {
    "u":     lambda v: v,
    "1/u":   ball.reciprocal,
    "log u": ball.exp,
    "exp u": ball.log,
    "u^2":   ball.sqrt,
}
# fmt: on
ATTEMPTS = 5_000


class Plan(NamedTuple):
    """Solve ``sides`` for ``name``, which enters it in ``form``.

    ``over``: slot, lower and upper bound of each index that means "for all".  ``at``: where the
    component is, for each axis; None: the last.  ``direct``: u = right side, whole arrays too.
    """

    name: str
    form: str
    sides: Sides
    over: tuple[tuple[int, Run, Run], ...]
    at: tuple[Run | None, ...] = ()
    direct: Run | None = None


class Equation(NamedTuple):
    """An assumed equation.  ``quantified``: its indices that mean "for all".  ``names``: all free
    names in it, definitions unfolded."""

    relation: Relation
    sides: Sides
    quantified: tuple[str, ...]
    over: tuple[tuple[int, Run, Run], ...]
    names: frozenset[str]


def plans(c: Compiler, equation: Equation, names: Sequence[str]) -> Iterator[Plan]:
    """Every way to solve the equation for one of ``names``."""
    t = equation.relation
    for u in names:
        for left, right, value in (
            (t.left, t.right, equation.sides.right),
            (t.right, t.left, equation.sides.left),
        ):
            if left == Symbol(u) and not equation.over and u not in c.reached(right):
                yield Plan(u, "u", equation.sides, (), direct=value)
        if equation.sides.kind != SCALAR:
            continue
        at = _position(c, equation, u)
        if at is None:
            continue
        for form in FORMS:
            if degree(c, t.left, u, form) == 1 or degree(c, t.right, u, form) == 1:
                both = degree(c, t.left, u, form), degree(c, t.right, u, form)
                if None not in both:
                    yield Plan(u, form, equation.sides, equation.over, at)


def _position(c: Compiler, equation: Equation, u: str) -> tuple[Run | None, ...] | None:
    """Which component of ``u`` to solve for, or None where there is no clear one."""
    t = equation.relation
    axes = len(c.given.shapes.get(u, ()))
    if c.variables[u].family:
        return None
    places = [s.indices for s in subterms(t) if isinstance(s, Indexed) and s.name == u]
    if any(len(place) != axes for place in places):
        return None
    quantified = set(equation.quantified)
    if quantified:
        if bound_names(t) & quantified or not places:
            return None
        hidden = free_names(t) & set(c.given.definitions)
        if any(u in c.reached(c.given.definitions[name].body) for name in hidden):
            return None
        if any(isinstance(s, Symbol) and s.name == u for s in subterms(t)):
            return None
    at: list[Run | None] = []
    for n in range(axes):
        here = {place[n] for place in places}
        first = next(iter(here), None)
        if len(here) != 1 or first is None or free_names(first) & bound_names(t):
            at.append(None)
        else:
            at.append(lookup.integer(c, first, TOP))
        if quantified and isinstance(first, Symbol) and len(here) == 1:
            quantified.discard(first.name)
    return None if quantified else tuple(at)


def degree(c: Compiler, t: Term, u: str, form: str) -> int | None:
    """0 where ``t`` is free of ``u``, 1 where it is affine in the form, else None."""
    if u not in c.reached(t):
        return 0
    match t:
        case Symbol(name) | Indexed(name, _) if name == u:
            return 1 if form == "u" else None
        case Symbol(name) | Indexed(name, _):
            definition: Definition | None = c.given.definitions.get(name)
            if definition is None or definition.parameters:
                return None
            return degree(c, definition.body, u, form)
        case Component(of, _) | Transpose(of) | Neg(of):
            return degree(c, of, u, form)
        case Add(parts):
            return _largest(c, parts, u, form)
        case Matrix(rows):
            return _largest(c, [entry for row in rows for entry in row], u, form)
        case Mul(factors):
            return _product(degree(c, s, u, form) for s in factors)
        case Div(numerator, denominator):
            if u not in c.reached(denominator):
                return degree(c, numerator, u, form)
            if form == "1/u" and u not in c.reached(numerator):
                return 1 if _pure(c, denominator, u) else None
        case Pow(base, exponent):
            if form == "1/u" and exponent == MINUS_ONE and _pure(c, base, u):
                return 1
            if form == "u^2" and exponent == TWO and _is_atom(base, u):
                return 1
            if base == Symbol("e") and not lookup.has_meaning(c, "e"):
                return _exponential(c, exponent, u, form)
        case Call("log", (arg,), 0) if form == "log u" and _is_atom(arg, u):
            return 1
        case Call("exp", (arg,), 0):
            return _exponential(c, arg, u, form)
        case BigOp("sum", _, lower, upper, body, where):
            others = [s for s in (lower, upper, where) if s is not None]
            if all(u not in c.reached(s) for s in others):
                return degree(c, body, u, form)
        case Cases(branches, otherwise):
            if all(u not in c.reached(condition) for _, condition in branches):
                values = [value for value, _ in branches]
                return _largest(c, [*values, *([otherwise] if otherwise else [])], u, form)
    return None


MINUS_ONE, TWO = Neg(Number(Fraction(1))), Number(Fraction(2))


def _exponential(c: Compiler, exponent: Term, u: str, form: str) -> int | None:
    """The degree of exp(exponent): exp(a - log u) is a multiple of 1/u."""
    parts = exponent.terms if isinstance(exponent, Add) else (exponent,)
    inside = [s for s in parts if u in c.reached(s)]
    if len(inside) != 1:
        return None
    match form, inside[0]:
        case ("exp u", s) if _is_atom(s, u):
            return 1
        case ("u", Call("log", (s,), 0)) | ("1/u", Neg(Call("log", (s,), 0))) if _is_atom(s, u):
            return 1
    return None


def _is_atom(t: Term, u: str) -> bool:
    return isinstance(t, Symbol | Indexed) and t.name == u


def _pure(c: Compiler, t: Term, u: str) -> bool:
    """Is it u times something free of u?"""
    if _is_atom(t, u):
        return True
    if isinstance(t, Mul):
        inside = [s for s in t.factors if u in c.reached(s)]
        return len(inside) == 1 and _pure(c, inside[0], u)
    return False


def _largest(c: Compiler, terms: Sequence[Term], u: str, form: str) -> int | None:
    degrees = [degree(c, s, u, form) for s in terms]
    known = [n for n in degrees if n is not None]
    return max(known) if len(known) == len(degrees) else None


def _product(degrees: Iterator[int | None]) -> int | None:
    total = 0
    for n in degrees:
        if n is None:
            return None
        total += n
    return total if total <= 1 else None


# --- choosing what to solve for ------------------------------------------------------------------


def schedule(
    c: Compiler, equations: Sequence[Equation], names: Sequence[str]
) -> tuple[list[Plan], list[Equation]]:
    """Plans in an order in which each may be carried out, and equations that none was found for.

    No name is solved for twice, and what an equation mentions is final when its turn comes.
    """
    options = [list(plans(c, equation, names)) for equation in equations]
    budget = [ATTEMPTS]
    for unsolved in range(len(equations) + 1):
        found = _choose(equations, options, 0, {}, unsolved, budget)
        if found is not None:
            order = _ordered(equations, found)
            assert order is not None
            return [found[n] for n in order], [e for n, e in enumerate(equations) if n not in found]
    raise Exhausted("the assumed equations depend on each other in too many ways")


def _choose(
    equations: Sequence[Equation],
    options: Sequence[Sequence[Plan]],
    n: int,
    chosen: dict[int, Plan],
    unsolved: int,
    budget: list[int],
) -> dict[int, Plan] | None:
    budget[0] -= 1
    if budget[0] < 0:
        return None
    if n == len(equations):
        return dict(chosen)
    for plan in options[n]:
        if any(plan.name == other.name for other in chosen.values()):
            continue
        chosen[n] = plan
        if _ordered(equations, chosen) is not None:
            found = _choose(equations, options, n + 1, chosen, unsolved, budget)
            if found is not None:
                return found
        del chosen[n]
    if unsolved:
        return _choose(equations, options, n + 1, chosen, unsolved - 1, budget)
    return None


def _ordered(equations: Sequence[Equation], chosen: Mapping[int, Plan]) -> list[int] | None:
    """The equations so that each comes after those whose solution it mentions, or None."""
    order: list[int] = []
    waiting = dict(chosen)
    while waiting:
        ready = [
            n
            for n, plan in waiting.items()
            if not any(
                other.name in equations[n].names
                for m, other in waiting.items()
                if m != n and other.name != plan.name
            )
        ]
        if not ready:
            return None
        order += ready
        for n in ready:
            del waiting[n]
    return order


# --- solving -------------------------------------------------------------------------------------


def solve(c: Compiler, plan: Plan, env: Env) -> None:
    """Put the solution into the environment.  Undefined where there is none at this point."""
    slot = c.variables[plan.name].slot
    if plan.direct is not None:
        old, new = env[slot], plan.direct(env)
        if _sizes(old) != _sizes(new):
            raise Misfit(f"{plan.name} has another size than its declared shape")
        env[slot] = new
        env[MEMO] = {}
        return
    _solve_over(c, plan, env, slot, list(plan.over))


def _sizes(a: Any) -> list[int]:
    sizes = []
    while isinstance(a, tuple):
        sizes.append(len(a))
        a = a[0] if a else None
    return sizes


def _solve_over(
    c: Compiler, plan: Plan, env: Env, slot: int, over: list[tuple[int, Run, Run]]
) -> None:
    if over:
        (index, lower, upper), *rest = over
        for k in range(lower(env), upper(env) + 1):
            env[index] = k
            _solve_over(c, plan, env, slot, rest)
        return
    offsets = c.variables[plan.name].offsets
    where = []
    sizes = _sizes(env[slot])
    for n, f in enumerate(plan.at):
        k = sizes[n] - 1 if f is None else f(env) - (offsets[n](env) if offsets else 1)
        if not 0 <= k < sizes[n]:
            raise Undefined
        where.append(k)
    back = FORMS[plan.form]
    if plan.form == "u^2" and ball.real(_entry(env[slot], where)) < 0:
        back = _negative_root
    _, left, right, _ = plan.sides

    def residual(v: Scalar) -> Scalar:
        env[slot] = _replaced(env[slot], where, back(v))
        env[MEMO] = {}
        difference: Scalar = left(env) - right(env)
        return difference

    at_one, at_two = residual(arb(1)), residual(arb(2))
    slope = at_two - at_one
    remainder = residual(
        ball.quotient(at_one - slope, -slope)
    )  # raises outside the equation's domain
    if not ball.real(remainder).is_finite():
        raise Undefined


def _negative_root(v: Scalar) -> Scalar:
    return -ball.sqrt(v)


def _entry(a: Any, where: list[int]) -> Scalar:
    for k in where:
        a = a[k]
    value: Scalar = a
    return value


def _replaced(a: Any, where: list[int], value: Scalar) -> Any:
    if not where:
        return value
    k, *rest = where
    return (*a[:k], _replaced(a[k], rest, value), *a[k + 1 :])
