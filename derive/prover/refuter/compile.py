"""From a Term to running code in balls: the evaluator behind every refutation.

A term is turned once into nested Python functions of an environment, then run at many points.
No term is rewritten: the value is that of the formula as written.  Names are resolved in
``lookup``, calls in ``application``; what runs is in ``running``.

Throughout: ``env`` is the environment, a ``run`` maps it to a value, ``scope`` tells what a name
means at a place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from derive.prover.flint import arb, fmpq
from derive.prover.refuter import application, ball, lookup
from derive.prover.refuter.arrays import (
    MATRIX,
    ROW,
    SCALAR,
    VECTOR,
    Misfit,
    Value,
    entrywise,
    mapped,
    product,
    rank,
    transposed,
)
from derive.prover.refuter.arrays import power as matrix_power
from derive.prover.refuter.ball import ONE, ZERO, Scalar, Undefined
from derive.prover.refuter.running import (
    BUDGET,
    COST,
    FIRST,
    MEMO,
    ORDER,
    TOP,
    Code,
    Env,
    Name,
    Run,
    Scope,
    Unknown,
    add,
    after,
    constant,
    differentiated,
    entered,
    euler,
    joined,
    multiply,
    size_of_range,
    spend,
    square,
    subtract,
    times,
)
from derive.prover.refuter.sample import literal
from derive.term import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Range,
    Relation,
    Symbol,
    Term,
    Transpose,
    free_names,
)
from derive.vocabulary import FUNCTIONS

T = TypeVar("T")
TWO = Number(Fraction(2))
MOST = 8  # factors of a power of a matrix


def _total(codes: Sequence[tuple[Code, bool]], kind: int) -> Run:
    """The sum of what is of one kind, some of it negated."""
    plus: Callable[[Value, Value], Value] = add
    less: Callable[[Value, Value], Value] = subtract
    if kind != SCALAR:
        plus, less = entrywise(add, kind), entrywise(subtract, kind)
    (first, minus), *rest = codes
    run = first.run
    if minus:
        negated = mapped(lambda a: -a, kind)
        run = after(negated, run)
    for code, minus in rest:
        run = joined(run, less if minus else plus, code.run, kind == SCALAR)
    return run


def _is_of_entries(t: Term) -> bool:
    """Is it tanh(z) or tanh(z)^2?  1 - tanh(z) takes every entry from 1; 1 + z may be a slip."""
    return isinstance(t.base if isinstance(t, Pow) else t, Call)


def _added_to_each(vector: Value, number: Scalar) -> Value:
    return tuple([x + number for x in vector])


class Compiler:
    """Turns the terms of one claim into functions of an environment.

    ``variables``: the real names met, to be given values.  ``functions``: declared functions met,
    as (slot, number of arguments).  ``wholes``: names that are integers, with their slots.
    ``bent``: a root, a logarithm or a kink was met: something that signs decide.
    ``uses_index``: some definition reads a free index, so results for one index tuple are not
    those for another.
    """

    def __init__(self, given: Given, wholes: Iterable[str] = ()) -> None:
        self.given = given
        self.size = FIRST
        self.wholes = {name: Name(self.slot(), whole=True) for name in sorted(set(wholes))}
        self.variables: dict[str, Name] = {}
        self.functions: dict[str, tuple[int, int]] = {}
        self.declared = {
            a.term.name: len(a.term.args)
            for a in given.assumptions
            if a.kind == "function" and isinstance(a.term, Call)
        }
        self.uses_index = False
        self.bent = False
        self.derivatives = 0
        self.axes: dict[int, tuple[Range, Run, Run]] = {}
        self._bodies: dict[object, Any] = {}
        self.open: set[str] = set()

    def slot(self) -> int:
        self.size += 1
        return self.size - 1

    def cached(self, key: object, name: str, compile_body: Callable[[], T]) -> T:
        """The compiled body of a definition, made at its first use."""
        if key not in self._bodies:
            self._bodies[key] = self.guarded(name, compile_body)
        return self._bodies[key]  # type: ignore[no-any-return]  # the key tells the type

    def guarded(self, name: str, compile_body: Callable[[], T]) -> T:
        """Compile a definition's body, refusing definitions that depend on themselves."""
        if name in self.open:
            raise Unknown(f"{name} is defined by itself")
        self.open.add(name)
        try:
            return compile_body()
        finally:
            self.open.discard(name)

    def environment(self, budget: int) -> Env:
        env: Env = [None] * self.size
        env[MEMO], env[BUDGET], env[COST] = {}, budget, 1
        return env

    # --- terms ---------------------------------------------------------------------------------

    def code(self, t: Term, scope: Scope = TOP) -> Code:
        """Raises Unknown for a name of unknown meaning, Misfit where shapes do not fit."""
        rule = _RULES.get(type(t))
        if rule is None:
            raise Unknown(type(t).__name__)
        return rule(self, t, scope)

    def _number(self, t: Number, scope: Scope) -> Code:
        value = t.value
        if value.denominator == 1:
            return Code(SCALAR, constant(arb(value.numerator)))
        q = fmpq(value.numerator, value.denominator)
        return Code(SCALAR, lambda env: arb(q))

    def _delta(self, t: Delta, scope: Scope) -> Code:
        i, j = lookup.index(self, t.left, scope), lookup.index(self, t.right, scope)
        return Code(SCALAR, lambda env: ONE if i(env) == j(env) else ZERO)

    def _indicator(self, t: Indicator, scope: Scope) -> Code:
        holds = self.condition(t.condition, scope)
        return Code(SCALAR, lambda env: ONE if holds(env) else ZERO)

    def _negative(self, t: Neg, scope: Scope) -> Code:
        kind, f = self.code(t.arg, scope)
        if kind == SCALAR:
            return Code(SCALAR, lambda env: -f(env))
        return Code(kind, after(mapped(lambda a: -a, kind), f))

    def _transpose(self, t: Transpose, scope: Scope) -> Code:
        kind, f = self.code(t.arg, scope)
        if kind == MATRIX:
            return Code(MATRIX, lambda env: transposed(f(env)))
        if rank(kind) > 2:
            raise Misfit("the transpose of an array with more than two axes")
        return Code({SCALAR: SCALAR, VECTOR: ROW, ROW: VECTOR}[kind], f)

    def _sum(self, t: Add, scope: Scope) -> Code:
        signed = [(s.arg, True) if isinstance(s, Neg) else (s, False) for s in t.terms]
        codes = [(self.code(s, scope), minus) for s, minus in signed]
        kinds = {code.kind for code, _ in codes}
        parts = zip(signed, codes, strict=True)
        if kinds == {SCALAR, VECTOR} and all(
            code.kind == SCALAR or _is_of_entries(s) for (s, _), (code, _) in parts
        ):
            numbers = _total([c for c in codes if c[0].kind == SCALAR], SCALAR)
            vectors = _total([c for c in codes if c[0].kind == VECTOR], VECTOR)
            return Code(VECTOR, joined(vectors, _added_to_each, numbers))
        if len(kinds) > 1:  # A + c is often meant for A + c I
            raise Misfit("a sum of arrays of different shapes")
        kind = codes[0][0].kind
        return Code(kind, _total(codes, kind))

    def _product(self, t: Mul, scope: Scope) -> Code:
        kind, run = self.code(t.factors[0], scope)
        for factor in t.factors[1:]:
            other, g = self.code(factor, scope)
            if kind == SCALAR and other == SCALAR:
                run = times(run, g)
            else:
                kind, multiply = product(kind, other)
                run = joined(run, multiply, g)
        return Code(kind, run)

    def _quotient(self, t: Div, scope: Scope) -> Code:
        kind, f = self.code(t.numerator, scope)
        other, g = self.code(t.denominator, scope)
        if other != SCALAR:
            raise Misfit("a division by an array")
        divide = ball.quotient
        if kind == SCALAR:
            return Code(SCALAR, lambda env: divide(f(env), g(env)))

        def run(env: Env) -> Value:
            inverse = ball.reciprocal(g(env))
            return mapped(lambda a: a * inverse, kind)(f(env))

        return Code(kind, run)

    def _power(self, t: Pow, scope: Scope) -> Code:
        base, exponent = t.base, t.exponent
        if isinstance(base, Symbol):
            b = self.code(base, scope)
            if b.run is euler:
                kind, f = self.code(exponent, scope)
                return Code(kind, after(mapped(ball.exp, kind), f))
        kind, f = self.code(base, scope)
        if kind != SCALAR:
            return self._power_of_array(base, kind, f, exponent)
        n = lookup.integer(self, exponent, scope)
        if n is not None:
            whole_power = ball.whole_power
            if exponent == TWO:
                return Code(SCALAR, lambda env: square(f(env)))
            return Code(SCALAR, lambda env: whole_power(f(env), n(env)))
        other, g = self.code(exponent, scope)
        if other != SCALAR:
            raise Misfit("an array as an exponent")
        power = ball.power
        self.bent = True
        return Code(SCALAR, lambda env: power(f(env), g(env)))

    def _power_of_array(self, base: Term, kind: int, f: Run, exponent: Term) -> Code:
        """A product of matrices or of inverses; of tanh(z) entry by entry."""
        value = literal(exponent)
        if value is None or value.denominator != 1 or abs(value) > MOST:
            raise Misfit("such a power of an array")
        n = int(value)
        if kind == MATRIX:
            return Code(MATRIX, lambda env: matrix_power(f(env), n))
        if isinstance(base, Symbol) and (known := self.given.definitions.get(base.name)):
            base = base if known.indices or known.parameters else known.body
        if kind == VECTOR and isinstance(base, Call):
            return Code(VECTOR, after(mapped(lambda a: ball.whole_power(a, n), VECTOR), f))
        raise Misfit("a power of an array")

    def _big(self, t: BigOp, scope: Scope) -> Code:
        lower, upper = t.lower, t.upper
        if lower is None or upper is None:
            axis = self.given.ranges.get(t.index)
            if axis is None:
                raise Unknown(f"the range of {t.index}")
            lower, upper = axis.lower, axis.upper
        first, last = lookup.index(self, lower, scope), lookup.index(self, upper, scope)
        slot = self.slot()
        inner = scope.binding({t.index: Name(slot, whole=True)})
        kind, body = self.code(t.body, inner)
        where = self.condition(t.where, inner) if t.where is not None else None
        if kind != SCALAR and t.op != "sum":
            raise Misfit(f"a {t.op} of arrays")
        self.bent = self.bent or t.op in ("max", "min")
        empty: Scalar | None = {"sum": ZERO, "prod": ONE}.get(t.op) if kind == SCALAR else None
        fold = {"prod": multiply, "max": ball.maximum, "min": ball.minimum}.get(
            t.op, add if kind == SCALAR else entrywise(add, kind)
        )

        def run(env: Env) -> Value:
            start, stop = first(env), last(env)
            spend(env, size_of_range(start, stop))
            total = None
            for k in range(start, stop + 1):
                env[slot] = k
                if where is None or where(env):
                    total = body(env) if total is None else fold(total, body(env))
            if total is not None:
                return total
            if empty is None:
                raise Undefined
            return empty

        return Code(kind, run)

    def _cases(self, t: Cases, scope: Scope) -> Code:
        self.bent = True
        branches = [(self.code(v, scope), self.condition(c, scope)) for v, c in t.branches]
        otherwise = self.code(t.otherwise, scope) if t.otherwise is not None else None
        kinds = {code.kind for code, _ in branches} | ({otherwise.kind} if otherwise else set())
        if len(kinds) != 1:
            raise Misfit("cases of different shapes")

        def run(env: Env) -> Value:
            for code, holds in branches:
                if holds(env):
                    return code.run(env)
            if otherwise is None:
                raise Undefined
            return otherwise.run(env)

        return Code(kinds.pop(), run)

    def _matrix(self, t: Matrix, scope: Scope) -> Code:
        rows = t.rows
        codes = [[self.code(entry, scope) for entry in row] for row in rows]
        if len({len(row) for row in codes}) != 1 or not codes[0]:
            raise Misfit("a matrix with rows of different lengths")
        if any(code.kind != SCALAR for row in codes for code in row):
            raise Misfit("a matrix of arrays")
        if len(rows[0]) == 1:
            column = [row[0].run for row in codes]
            return Code(VECTOR, lambda env: tuple([f(env) for f in column]))
        if len(rows) == 1:
            single = [code.run for code in codes[0]]
            return Code(ROW, lambda env: tuple([f(env) for f in single]))
        table = [[code.run for code in row] for row in codes]
        return Code(MATRIX, lambda env: tuple([tuple([f(env) for f in row]) for row in table]))

    def _component(self, t: Component, scope: Scope) -> Code:
        of, indices = t.of, t.indices
        if isinstance(of, Symbol):
            return lookup.indexed(self, Indexed(of.name, indices), scope)
        lookup.refuse_other_starts(self, of)
        if isinstance(of, Call) and len(indices) == 1 and not of.order:
            function = application.component_function(self, of, scope)
            if function:
                at = lookup.index(self, indices[0], scope)
                return Code(SCALAR, lambda env: function(env, at(env)))
        return lookup.entry(self, self.code(of, scope), indices, scope)

    # --- conditions ----------------------------------------------------------------------------

    def condition(self, t: Term, scope: Scope = TOP) -> Run:
        """A function that tells whether the condition holds, or raises where that is uncertain."""
        if isinstance(t, And):
            parts = [self.condition(c, scope) for c in t.conditions]
            return lambda env: all(holds(env) for holds in parts)
        if not isinstance(t, Relation):
            raise Unknown("a condition that is not a relation")
        i, j = lookup.integer(self, t.left, scope), lookup.integer(self, t.right, scope)
        op = t.op
        if i is not None and j is not None:
            compare = ORDER[op]
            return lambda env: compare(i(env), j(env))
        left, right = self.code(t.left, scope), self.code(t.right, scope)
        if left.kind != SCALAR or right.kind != SCALAR:
            raise Misfit("a condition between arrays")
        self.bent = True
        f, g, certainly = left.run, right.run, ball.certainly
        return lambda env: certainly(op, f(env), g(env))

    # --- derivatives ---------------------------------------------------------------------------

    def _derivative(self, t: Derivative, scope: Scope) -> Code:
        body, variable = t.body, t.variable
        if isinstance(variable, Component) and isinstance(variable.of, Symbol):  # a row of it
            variable = Indexed(variable.of.name, variable.indices)
        if not isinstance(variable, Symbol | Indexed):
            raise Unknown("a derivative by something that is not a variable")
        name = variable.name
        indices = variable.indices if isinstance(variable, Indexed) else ()
        inner, entering = scope, None
        if name not in scope.local and name not in scope.cuts and name in self.given.definitions:
            whole = lookup.defined(self, name, scope)
            entering = whole.run
            found = Name(self.slot(), whole.kind, offsets=lookup.shaped(self, name, 0).offsets)
            inner = Scope(scope.local, {**scope.cuts, name: found})
        reached = self.reached(body, inner)
        if name not in reached and (entering or not self._independent(reached, scope)):
            raise Unknown(f"the derivative by {name} of what does not mention it")
        value = self.code(body, inner)
        found = inner.local.get(name) or inner.cuts.get(name) or self._free_variable(name, indices)
        if found.whole:
            raise Unknown(f"a derivative by the integer {name}")
        axes = 0 if found.family else found.kind - len(indices)
        if axes < 0 or found.kind == ROW or (value.kind == ROW and axes):
            raise Misfit("a derivative whose shape is not settled")
        at = [lookup.index(self, i, scope) for i in indices]
        bit = 1 << self.derivatives
        self.derivatives += 1
        run = differentiated(found, at, axes, value, bit)
        if entering is not None:
            run = entered(found.slot, entering, run)
        if value.kind == ROW:
            return Code(ROW, run)
        return Code(value.kind + axes, run)

    def _free_variable(self, name: str, indices: tuple[Term, ...]) -> Name:
        if name in self.wholes:
            raise Unknown(f"a derivative by the integer {name}")
        if name in self.declared:
            raise Unknown(f"a derivative by the function {name}")
        return lookup.variable(self, name, family=bool(indices) and not self.given.shapes.get(name))

    def reached(self, t: Term, scope: Scope = TOP) -> set[str]:
        """Names free in ``t``, those in definitions too except where they are cut."""
        seen: set[str] = set()
        stack = [t]
        while stack:
            for name in free_names(stack.pop()) - seen:
                seen.add(name)
                if name not in scope.local and name not in scope.cuts:
                    definition = self.given.definitions.get(name)
                    if definition:
                        stack.append(definition.body)
        return seen

    def _independent(self, names: set[str], scope: Scope) -> bool:
        """Are these numbers or declared variables?  (What is ``dL/dw`` of an undefined L?)"""
        return all(
            name in self.wholes
            or name in scope.local
            or name in self.given.shapes
            or name in self.given.definitions
            or self._is_function(name)
            or (name in ("e", r"\pi") and not lookup.has_meaning(self, name))
            for name in names
        )

    def _is_function(self, name: str) -> bool:
        given = self.given
        return name in FUNCTIONS and not (
            name in given.definitions
            or name in given.shapes
            or name in self.declared
            or name in self.variables
        )


_RULES: Mapping[type[Term], Callable[[Compiler, Any, Scope], Code]] = MappingProxyType(
    {
        Symbol: lookup.symbol,
        Indexed: lookup.indexed,
        Mul: Compiler._product,
        Add: Compiler._sum,
        Call: application.call,
        Number: Compiler._number,
        BigOp: Compiler._big,
        Neg: Compiler._negative,
        Div: Compiler._quotient,
        Pow: Compiler._power,
        Derivative: Compiler._derivative,
        Delta: Compiler._delta,
        Component: Compiler._component,
        Transpose: Compiler._transpose,
        Indicator: Compiler._indicator,
        Cases: Compiler._cases,
        Matrix: Compiler._matrix,
    }
)
