"""A Term at a concrete point, in balls: the evaluator behind every refutation.

The term is turned once into nested Python functions of an environment (a list with a slot for
each name), then run at many points.  Names are resolved lexically, so nothing is captured.  No
term is rewritten: the value is that of the formula as written.

Throughout: ``env`` is the environment, a ``run`` maps it to a value, ``scope`` tells what a name
means at a place in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar

from flint import arb, fmpq

from derive.prover import ball
from derive.prover.arrays import (
    MATRIX,
    ROW,
    SCALAR,
    VECTOR,
    Misfit,
    Value,
    entrywise,
    flat,
    mapped,
    product,
    rank,
    transposed,
)
from derive.prover.ball import ONE, ZERO, Exhausted, Scalar, Undefined
from derive.term import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Definition,
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
    subterms,
)
from derive.vocabulary import FUNCTIONS

T = TypeVar("T")
Env: TypeAlias = list[Any]
Run: TypeAlias = Callable[[Env], Any]

MEMO, BUDGET, FIRST = 0, 1, 2  # the first slots of an environment
MAX_RANGE = 10_000


class Unknown(Exception):
    """A name (or construct) of unknown meaning; the claim can't be refuted."""


class Code(NamedTuple):
    """What a term's value is (see ``arrays``), and how to compute it."""

    kind: int
    run: Run


class Name(NamedTuple):
    """Where a name's value is: a slot; ``whole`` if integers; ``offsets``: an axis' first index.

    ``family``: components of a name without shape, kept by index tuple.
    """

    slot: int
    kind: int = SCALAR
    whole: bool = False
    offsets: tuple[Run, ...] = ()
    family: bool = False


class Scope(NamedTuple):
    """``local``: dummies and parameters.  ``cuts``: defined names that a derivative treats as
    independent variables."""

    local: Mapping[str, Name]
    cuts: Mapping[str, Name]

    def binding(self, more: Mapping[str, Name]) -> Scope:
        return Scope({**self.local, **more}, self.cuts)


TOP = Scope({}, {})


def constant(value: Any) -> Run:
    return lambda env: value


def spend(env: Env, amount: int = 1) -> None:
    env[BUDGET] -= amount
    if env[BUDGET] < 0:
        raise Exhausted("the evaluation takes too many operations")


def size_of_range(lower: int, upper: int) -> int:
    if upper - lower >= MAX_RANGE:
        raise Exhausted("an index range is too long")
    return max(0, upper - lower + 1)


class Compiler:
    """Turns the terms of one claim into functions of an environment.

    ``variables``: the real names met, to be given values.  ``functions``: declared functions met,
    as (slot, number of arguments).  ``wholes``: names that are integers, with their slots.
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
        self._bodies: dict[object, Any] = {}
        self._open: set[str] = set()
        self._derivatives = 0

    def slot(self) -> int:
        self.size += 1
        return self.size - 1

    def environment(self, budget: int) -> Env:
        env: Env = [None] * self.size
        env[MEMO], env[BUDGET] = {}, budget
        return env

    # --- integers ------------------------------------------------------------------------------

    def integer(self, t: Term, scope: Scope, dividing: bool = False) -> Run | None:
        """How to compute an integer-valued term (an index, a bound, an exponent), or None."""
        match t:
            case Number(value):
                return constant(int(value)) if value.denominator == 1 else None
            case Symbol(name):
                return self._integer_name(name, scope)
            case Indexed(name, _):
                found = self._integer_array(name, scope)
                return self.component(found, t.indices, scope).run if found else None
            case Neg(arg):
                f = self.integer(arg, scope, dividing)
                return None if f is None else lambda env: -f(env)
            case Add(parts) | Mul(parts):
                runs = [self.integer(part, scope, dividing) for part in parts]
                known = [f for f in runs if f is not None]
                if len(known) < len(runs):
                    return None
                return _summed(known) if isinstance(t, Add) else _multiplied(known)
            case Pow(base, Number(n)) if n.denominator == 1 and n <= 64:
                f = self.integer(base, scope, dividing)
                return None if f is None else lambda env: f(env) ** int(n)
            case Div(numerator, denominator) if dividing:
                f = self.integer(numerator, scope, True)
                g = self.integer(denominator, scope, True)
                return None if f is None or g is None else lambda env: _divided(f(env), g(env))
        return None

    def _integer_name(self, name: str, scope: Scope) -> Run | None:
        found = scope.local.get(name)
        if found is None and name not in scope.cuts:
            definition = self.given.definitions.get(name)
            if definition and not definition.parameters and not definition.indices:
                body = definition.body
                return self._guarded(name, lambda: self.integer(body, TOP))
            found = self.wholes.get(name)
            if found and name in self.given.ranges and self._open:
                self.uses_index = True
        return itemgetter(found.slot) if found and found.whole and not found.kind else None

    def _integer_array(self, name: str, scope: Scope) -> Name | None:
        if name in scope.local or name in scope.cuts or name in self.given.definitions:
            return None
        whole = self.wholes.get(name)
        return self._shaped(name, whole.slot, whole=True) if whole else None

    def index(self, t: Term, scope: Scope) -> Run:
        run = self.integer(t, scope, dividing=True)
        if run is None:
            raise Unknown("an index that is not an integer")
        return run

    def bounds(self, of: Range, scope: Scope = TOP) -> tuple[Run, Run]:
        return self.index(of.lower, scope), self.index(of.upper, scope)

    # --- names ---------------------------------------------------------------------------------

    def _shaped(self, name: str, slot: int, whole: bool = False) -> Name:
        shape = self.given.shapes.get(name, ())
        ones = all(axis.lower == Number(Fraction(1)) for axis in shape)
        offsets = () if ones else tuple(self.bounds(axis)[0] for axis in shape)
        return Name(slot, len(shape), whole, offsets)

    def variable(self, name: str, family: bool = False) -> Name:
        """The global real name."""
        found = self.variables.get(name)
        if found is None:
            found = self._shaped(name, self.slot())._replace(family=family)
            self.variables[name] = found
        if found.family != family:
            raise Misfit(f"{name} stands with and without indices")
        return found

    def _symbol(self, name: str, scope: Scope) -> Code:
        found = scope.local.get(name) or scope.cuts.get(name)
        if found is None:
            if name in self.given.definitions:
                return self._defined(name, scope)
            found = self.wholes.get(name)
            if found is None:
                if name in self.declared:
                    raise Unknown(name)
                if name in ("e", r"\pi") and not self._has_meaning(name):
                    return Code(SCALAR, _euler if name == "e" else _pi)
                found = self.variable(name)
            elif self.given.shapes.get(name):
                raise Misfit(f"the integer array {name} used as a whole")
            elif name in self.given.ranges and self._open:
                self.uses_index = True
        if found.whole:
            slot = found.slot
            return Code(SCALAR, lambda env: arb(env[slot]))
        return Code(found.kind, itemgetter(found.slot))

    def _has_meaning(self, name: str) -> bool:
        given = self.given
        return (
            name in given.shapes
            or name in given.ranges
            or any(a.term == Symbol(name) for a in given.assumptions)
        )

    def _guarded(self, name: str, compile_body: Callable[[], T]) -> T:
        """Compile a definition's body, refusing definitions that depend on themselves."""
        if name in self._open:
            raise Unknown(f"{name} is defined by itself")
        self._open.add(name)
        try:
            return compile_body()
        finally:
            self._open.discard(name)

    def _cached(self, key: object, name: str, compile_body: Callable[[], T]) -> T:
        if key not in self._bodies:
            self._bodies[key] = self._guarded(name, compile_body)
        return self._bodies[key]  # type: ignore[no-any-return]  # the key tells the type

    def _cuts_key(self, scope: Scope) -> frozenset[tuple[str, int]]:
        return frozenset((name, found.slot) for name, found in scope.cuts.items())

    def _defined(self, name: str, scope: Scope) -> Code:
        """The value of a defined name: a scalar, or the whole array."""
        definition = self.given.definitions[name]
        if definition.parameters:
            raise Unknown(name)  # a function without its argument
        if not definition.indices:
            key = ("whole", name, self._cuts_key(scope))
            code: Code = self._cached(
                key, name, lambda: self.code(definition.body, Scope({}, scope.cuts))
            )
            return Code(code.kind, _remembered(key, code.run))
        runs = [self.bounds(axis) for axis in self._axes(definition)]
        slots, kind, run = self._indexed_body(definition, scope)
        if kind != SCALAR:
            raise Misfit(f"{name} has components that are arrays")
        return Code(len(slots), _tabulated(runs, slots, run))

    def _axes(self, definition: Definition) -> tuple[Range, ...]:
        axes = self.given.shapes.get(definition.name) or tuple(
            self.given.ranges[i] for i in definition.indices if i in self.given.ranges
        )
        if len(axes) != len(definition.indices):
            raise Unknown(f"the size of {definition.name}")
        return axes

    def _indexed_body(
        self, definition: Definition, scope: Scope
    ) -> tuple[tuple[int, ...], int, Run]:
        """Slots for the indices, and the body with them."""
        key = ("indexed", definition.name, self._cuts_key(scope))

        def compile_body() -> tuple[tuple[int, ...], int, Run]:
            names = {i: Name(self.slot(), whole=True) for i in definition.indices}
            code = self.code(definition.body, Scope(names, scope.cuts))
            return tuple(n.slot for n in names.values()), code.kind, code.run

        found: tuple[tuple[int, ...], int, Run] = self._cached(key, definition.name, compile_body)
        return found

    def _indexed(self, name: str, indices: tuple[Term, ...], scope: Scope) -> Code:
        found = scope.local.get(name) or scope.cuts.get(name)
        if found is None:
            definition = self.given.definitions.get(name)
            if definition:
                return self._defined_component(definition, indices, scope)
            if name in self.declared:
                raise Unknown(name)
            if name in self.wholes:
                whole = self._integer_array(name, scope)
                assert whole is not None
                entry = self.component(whole, indices, scope)
                return Code(entry.kind, lambda env: arb(entry.run(env)))
            found = self.variable(name, family=not self.given.shapes.get(name))
        if found.whole:
            raise Misfit(f"an index of the integer {name}")
        return self.component(found, indices, scope)

    def _defined_component(
        self, definition: Definition, indices: tuple[Term, ...], scope: Scope
    ) -> Code:
        name = definition.name
        if definition.parameters:
            raise Unknown(name)
        if not definition.indices:
            key = ("whole", name, self._cuts_key(scope))
            if isinstance(definition.body, Call):  # p := softmax(x): only the component asked for
                part = self._component_of_call(definition.body, indices, scope, name)
                if part:
                    return Code(SCALAR, part)
            whole = self._defined(name, scope)
            offsets = self._shaped(name, 0).offsets
            return self._entry(whole, indices, scope, offsets)
        if len(indices) != len(definition.indices):
            whole = self._defined(name, scope)
            return self._entry(whole, indices, scope, self._shaped(name, 0).offsets)
        runs = tuple(self.index(i, scope) for i in indices)
        slots, kind, body = self._indexed_body(definition, scope)
        key = ("component", name, self._cuts_key(scope))
        checks: tuple[tuple[Run, Run], ...] = ()
        if definition.name in self.given.shapes or all(
            i in self.given.ranges for i in definition.indices
        ):
            checks = tuple(self.bounds(axis) for axis in self._axes(definition))
        return Code(kind, _component_of_definition(key, runs, slots, body, checks))

    def _component_of_call(
        self, body: Call, indices: tuple[Term, ...], scope: Scope, name: str
    ) -> Run | None:
        """A component of a definition's body that is a vector function of the vocabulary."""
        if body.order or len(indices) != 1 or self._shaped(name, 0).offsets:
            return None
        key = ("part", name, self._cuts_key(scope))
        function = self._cached(
            key, name, lambda: self.applied_component(body, Scope({}, scope.cuts))
        )
        if function is None:
            return None
        at = self.index(indices[0], scope)
        return _remembered_at(key, at, function)

    def component(self, found: Name, indices: tuple[Term, ...], scope: Scope) -> Code:
        if found.family:
            at = tuple(self.index(i, scope) for i in indices)
            slot = found.slot
            return Code(SCALAR, lambda env: env[slot][tuple([f(env) for f in at])])
        return self._entry(
            Code(found.kind, itemgetter(found.slot)), indices, scope, found.offsets
        )

    def _entry(
        self, array: Code, indices: tuple[Term, ...], scope: Scope, offsets: tuple[Run, ...] = ()
    ) -> Code:
        if len(indices) > rank(array.kind):
            raise Misfit("more indices than the array has axes")
        run = array.run
        for n, i in enumerate(indices):
            run = _picked(run, self.index(i, scope), offsets[n] if offsets else None)
        return Code(rank(array.kind) - len(indices), run)

    # --- terms ---------------------------------------------------------------------------------

    def code(self, t: Term, scope: Scope = TOP) -> Code:
        """Raises Unknown for a name of unknown meaning, Misfit where shapes do not fit."""
        match t:
            case Number(value):
                if value.denominator == 1:
                    return Code(SCALAR, constant(arb(int(value))))
                q = fmpq(value.numerator, value.denominator)
                return Code(SCALAR, lambda env: arb(q))
            case Symbol(name):
                return self._symbol(name, scope)
            case Indexed(name, indices):
                return self._indexed(name, indices, scope)
            case Add(terms):
                return self._sum(terms, scope)
            case Mul(factors):
                return self._product(factors, scope)
            case Neg(arg):
                kind, f = self.code(arg, scope)
                if kind == SCALAR:
                    return Code(SCALAR, lambda env: -f(env))
                negated = mapped(lambda a: -a, kind)
                return Code(kind, lambda env: negated(f(env)))
            case Div(numerator, denominator):
                return self._quotient(numerator, denominator, scope)
            case Pow(base, exponent):
                return self._power(base, exponent, scope)
            case Delta(left, right):
                i, j = self.index(left, scope), self.index(right, scope)
                return Code(SCALAR, lambda env: ONE if i(env) == j(env) else ZERO)
            case BigOp():
                return self._big(t, scope)
            case Call():
                return self.call(t, scope)
            case Derivative(body, variable):
                return self._derivative(body, variable, scope)
            case Indicator(condition):
                holds = self.condition(condition, scope)
                return Code(SCALAR, lambda env: ONE if holds(env) else ZERO)
            case Cases():
                return self._cases(t, scope)
            case Matrix(rows):
                return self._matrix(rows, scope)
            case Component(of, indices):
                return self._component(of, indices, scope)
            case Transpose(arg):
                kind, f = self.code(arg, scope)
                if kind == MATRIX:
                    return Code(MATRIX, lambda env: transposed(f(env)))
                if rank(kind) > 2:
                    raise Misfit("the transpose of an array with more than two axes")
                return Code({SCALAR: SCALAR, VECTOR: ROW, ROW: VECTOR}[kind], f)
        raise Unknown(type(t).__name__)

    def _sum(self, terms: tuple[Term, ...], scope: Scope) -> Code:
        signed = [(s.arg, True) if isinstance(s, Neg) else (s, False) for s in terms]
        codes = [(self.code(s, scope), minus) for s, minus in signed]
        kind = codes[0][0].kind
        if any(code.kind != kind for code, _ in codes):
            raise Misfit("a sum of arrays of different shapes")
        plus: Callable[[Value, Value], Value] = _add
        less: Callable[[Value, Value], Value] = _subtract
        if kind != SCALAR:
            plus, less = entrywise(_add, kind), entrywise(_subtract, kind)
        (first, minus), *rest = codes
        run = first.run
        if minus:
            negated = mapped(lambda a: -a, kind)
            run = _after(negated, run)
        for code, minus in rest:
            run = _joined(run, less if minus else plus, code.run, kind == SCALAR)
        return Code(kind, run)

    def _product(self, factors: tuple[Term, ...], scope: Scope) -> Code:
        kind, run = self.code(factors[0], scope)
        for factor in factors[1:]:
            other, g = self.code(factor, scope)
            if kind == SCALAR and other == SCALAR:
                run = _times(run, g)
            else:
                kind, multiply = product(kind, other)
                run = _joined(run, multiply, g)
        return Code(kind, run)

    def _quotient(self, numerator: Term, denominator: Term, scope: Scope) -> Code:
        kind, f = self.code(numerator, scope)
        other, g = self.code(denominator, scope)
        if other != SCALAR:
            raise Misfit("a division by an array")
        divide = ball.quotient
        if kind == SCALAR:
            return Code(SCALAR, lambda env: divide(f(env), g(env)))

        def run(env: Env) -> Value:
            inverse = ball.reciprocal(g(env))
            return mapped(lambda a: a * inverse, kind)(f(env))

        return Code(kind, run)

    def _power(self, base: Term, exponent: Term, scope: Scope) -> Code:
        if isinstance(base, Symbol):
            b = self.code(base, scope)
            if b.run is _euler:
                kind, f = self.code(exponent, scope)
                return Code(kind, _after(mapped(ball.exp, kind), f))
        kind, f = self.code(base, scope)
        if kind != SCALAR:
            raise Misfit("a power of an array")
        n = self.integer(exponent, scope)
        if n is not None:
            whole_power = ball.whole_power
            if exponent == Number(Fraction(2)):
                return Code(SCALAR, lambda env: _square(f(env)))
            return Code(SCALAR, lambda env: whole_power(f(env), n(env)))
        other, g = self.code(exponent, scope)
        if other != SCALAR:
            raise Misfit("an array as an exponent")
        power = ball.power
        return Code(SCALAR, lambda env: power(f(env), g(env)))

    def _big(self, t: BigOp, scope: Scope) -> Code:
        lower, upper = t.lower, t.upper
        if lower is None or upper is None:
            axis = self.given.ranges.get(t.index)
            if axis is None:
                raise Unknown(f"the range of {t.index}")
            lower, upper = axis.lower, axis.upper
        first, last = self.index(lower, scope), self.index(upper, scope)
        slot = self.slot()
        inner = scope.binding({t.index: Name(slot, whole=True)})
        kind, body = self.code(t.body, inner)
        where = self.condition(t.where, inner) if t.where is not None else None
        if kind != SCALAR and t.op != "sum":
            raise Misfit(f"a {t.op} of arrays")
        empty: Scalar | None = {"sum": ZERO, "prod": ONE}.get(t.op) if kind == SCALAR else None
        fold = {"prod": _multiply, "max": ball.maximum, "min": ball.minimum}.get(
            t.op, _add if kind == SCALAR else entrywise(_add, kind)
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

    def _matrix(self, rows: tuple[tuple[Term, ...], ...], scope: Scope) -> Code:
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

    def _component(self, of: Term, indices: tuple[Term, ...], scope: Scope) -> Code:
        if isinstance(of, Symbol):
            return self._indexed(of.name, indices, scope)
        if isinstance(of, Call) and len(indices) == 1 and not of.order:
            function = self.applied_component(of, scope)
            if function:
                at = self.index(indices[0], scope)
                return Code(SCALAR, lambda env: function(env, at(env)))
        return self._entry(self.code(of, scope), indices, scope)

    # --- conditions ----------------------------------------------------------------------------

    def condition(self, t: Term, scope: Scope = TOP) -> Run:
        """A function that tells whether the condition holds, or raises where that is uncertain."""
        if isinstance(t, And):
            parts = [self.condition(c, scope) for c in t.conditions]
            return lambda env: all(holds(env) for holds in parts)
        if not isinstance(t, Relation):
            raise Unknown("a condition that is not a relation")
        i, j = self.integer(t.left, scope), self.integer(t.right, scope)
        op = t.op
        if i is not None and j is not None:
            compare = _ORDER[op]
            return lambda env: compare(i(env), j(env))
        left, right = self.code(t.left, scope), self.code(t.right, scope)
        if left.kind != SCALAR or right.kind != SCALAR:
            raise Misfit("a condition between arrays")
        f, g, certainly = left.run, right.run, ball.certainly
        return lambda env: certainly(op, f(env), g(env))

    # --- derivatives ---------------------------------------------------------------------------

    def _derivative(self, body: Term, variable: Term, scope: Scope) -> Code:
        if not isinstance(variable, Symbol | Indexed):
            raise Unknown("a derivative by something that is not a variable")
        name = variable.name
        indices = variable.indices if isinstance(variable, Indexed) else ()
        inner, entering = scope, None
        if (
            name not in scope.local
            and name not in scope.cuts
            and name in self.given.definitions
        ):
            whole = self._defined(name, scope)
            entering = whole.run
            found = Name(self.slot(), whole.kind, offsets=self._shaped(name, 0).offsets)
            inner = Scope(scope.local, {**scope.cuts, name: found})
        if not self.mentions(body, name, inner) and not self._constant(body, inner):
            raise Unknown(f"the derivative by {name} of what does not mention it")
        value = self.code(body, inner)
        found = inner.local.get(name) or inner.cuts.get(name) or self._free_variable(name, indices)
        if found.whole:
            raise Unknown(f"a derivative by the integer {name}")
        axes = 0 if found.family else found.kind - len(indices)
        if axes < 0 or found.kind == ROW or (value.kind == ROW and axes):
            raise Misfit("a derivative whose shape is not settled")
        at = [self.index(i, scope) for i in indices]
        bit = 1 << self._derivatives
        self._derivatives += 1
        run = _differentiated(found, at, axes, value, bit)
        if entering is not None:
            run = _entered(found.slot, entering, run)
        if value.kind == ROW:
            return Code(ROW, run)
        return Code(value.kind + axes, run)

    def _free_variable(self, name: str, indices: tuple[Term, ...]) -> Name:
        if name in self.wholes:
            raise Unknown(f"a derivative by the integer {name}")
        if name in self.declared:
            raise Unknown(f"a derivative by the function {name}")
        return self.variable(name, family=bool(indices) and not self.given.shapes.get(name))

    def mentions(self, t: Term, name: str, scope: Scope) -> bool:
        """Does ``t`` depend on ``name``, definitions unfolded except where they are cut?"""
        return name in self.reached(t, scope)

    def reached(self, t: Term, scope: Scope = TOP) -> set[str]:
        """Names of symbols and components in ``t``, those in definitions too."""
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

    def _constant(self, t: Term, scope: Scope) -> bool:
        """Is it a number, whatever the values of the real names?"""
        return all(
            name in self.wholes
            or self._is_function(name)
            or (name in ("e", r"\pi") and not self._has_meaning(name))
            or (name in scope.local and scope.local[name].whole)
            for name in self.reached(t, scope)
        )

    def _is_function(self, name: str) -> bool:
        given = self.given
        return name in FUNCTIONS and not (
            name in given.definitions or name in given.shapes or name in self.declared
            or name in self.variables
        )

    # --- calls ---------------------------------------------------------------------------------

    def call(self, t: Call, scope: Scope) -> Code:
        name, args = t.name, t.args
        definition = self.given.definitions.get(name)
        if definition:
            return self._call_definition(t, definition, scope)
        if name in self.declared:
            return self._call_declared(t, scope)
        if name == "hadamard" and len(args) == 2 and not t.order:
            left, right = self.code(args[0], scope), self.code(args[1], scope)
            if left.kind != right.kind:
                raise Misfit("an entrywise product of different shapes")
            multiply = entrywise(_multiply, left.kind)
            return Code(left.kind, _joined(left.run, multiply, right.run))
        row = FUNCTIONS.get(name)
        if row is None:
            raise Unknown(name)
        if row.body is None:
            return self._call_primitive(t, scope)
        if any(p.dimension for p in row.parameters):
            return self._call_array_row(t, scope)
        if len(args) != len(row.parameters):
            raise Misfit(f"{name} takes {len(row.parameters)} arguments")
        codes = [self.argument(arg, scope, t.order) for arg in args]
        scalars = tuple(Name(0, SCALAR, whole) for _, whole in codes)
        slots, body = self._row(name, scalars, ())
        return self._spread([c for c, _ in codes], _applied(slots, body.run), t.order)

    def argument(self, t: Term, scope: Scope, order: int = 0) -> tuple[Code, bool]:
        """An argument's code, and whether it is handed over as an integer."""
        run = None if order else self.integer(t, scope)
        return (Code(SCALAR, run), True) if run is not None else (self.code(t, scope), False)

    def _call_primitive(self, t: Call, scope: Scope) -> Code:
        codes = [self.code(arg, scope) for arg in t.args]
        if t.name in ("max", "min"):
            choose = ball.maximum if t.name == "max" else ball.minimum
            if t.order or not codes:
                raise Misfit(f"{t.name} without arguments")
            if len(codes) == 1 and codes[0].kind != SCALAR:
                f = codes[0].run
                return Code(SCALAR, lambda env: _folded(choose, flat(f(env))))
            kind, run = codes[0]
            for other in codes[1:]:
                if other.kind != kind:
                    raise Misfit(f"{t.name} of different shapes")
                run = _joined(run, entrywise(choose, kind), other.run)
            return Code(kind, run)
        function = ball.FUNCTIONS.get(t.name)
        if function is None:
            raise Unknown(t.name)
        if len(codes) != 1:
            raise Misfit(f"{t.name} takes one argument")
        kind, f = codes[0]
        if not t.order:
            if kind == SCALAR:
                return Code(SCALAR, lambda env: function(f(env)))
            return Code(kind, _after(mapped(function, kind), f))
        return self._spread(codes, lambda env, values: function(values[0]), t.order)

    def _spread(
        self, codes: list[Code], function: Callable[[Env, list[Value]], Value], order: int = 0
    ) -> Code:
        """A function of scalars, entry by entry where one argument is an array."""
        if order:
            if len(codes) != 1:
                raise Misfit("a prime on a function of several arguments")
            function = self._primed(function, order)
        runs = [code.run for code in codes]
        arrays = [n for n, code in enumerate(codes) if code.kind != SCALAR]
        if not arrays:
            if len(runs) == 1:
                f = runs[0]
                return Code(SCALAR, lambda env: function(env, [f(env)]))
            return Code(SCALAR, lambda env: function(env, [f(env) for f in runs]))
        if len(arrays) > 1:
            raise Misfit("a function of scalars applied to several arrays")
        (n,) = arrays
        kind = codes[n].kind

        def run(env: Env) -> Value:
            values = [f(env) for f in runs]

            def entry(a: Scalar) -> Value:
                return function(env, [*values[:n], a, *values[n + 1 :]])

            return mapped(entry, kind)(values[n])

        return Code(kind, run)

    def _primed(
        self, function: Callable[[Env, list[Value]], Value], order: int
    ) -> Callable[[Env, list[Value]], Value]:
        """The derivative of that order of a function of one scalar."""
        if order > ball.MAX_ORDER:
            raise Exhausted(f"a derivative of order {order}")
        bits = [1 << (self._derivatives + n) for n in range(order)]
        self._derivatives += order

        def derivative(env: Env, values: list[Value]) -> Value:
            (a,) = values
            for bit in bits:
                a = ball.perturbed(a, bit)
            result = function(env, [a])
            for bit in bits:
                result = ball.coefficient(result, bit)
            return result

        return derivative

    def _call_declared(self, t: Call, scope: Scope) -> Code:
        arity = self.declared[t.name]
        if len(t.args) != arity or (t.order and arity != 1):
            raise Misfit(f"{t.name} takes {arity} arguments")
        codes = [self.code(arg, scope) for arg in t.args]
        if any(code.kind != SCALAR for code in codes):
            raise Misfit(f"{t.name} is a function of scalars")
        if t.name not in self.functions:
            self.functions[t.name] = (self.slot(), arity)
        slot, order = self.functions[t.name][0], t.order
        if order > ball.MAX_ORDER:
            raise Exhausted(f"a derivative of order {order}")
        return self._spread(codes, lambda env, values: env[slot](values, order))

    def _call_definition(self, t: Call, definition: Definition, scope: Scope) -> Code:
        if len(t.args) != len(definition.parameters) or not t.args:
            raise Unknown(t.name)
        if definition.name in scope.cuts:
            raise Unknown(t.name)
        codes = [self.argument(arg, scope, t.order) for arg in t.args]
        varied = {s.variable.name for s in subterms(definition.body)
                  if isinstance(s, Derivative) and isinstance(s.variable, Symbol | Indexed)}
        if t.order or varied & set(definition.parameters):
            codes = [(self.code(arg, scope), False) for arg in t.args]
        kinds = tuple(Name(0, code.kind, whole) for code, whole in codes)
        key = ("function", definition.name, kinds, self._cuts_key(scope))

        def compile_body() -> tuple[list[int], Code]:
            names = {
                parameter: kind._replace(slot=self.slot())
                for parameter, kind in zip(definition.parameters, kinds, strict=True)
            }
            slots = [found.slot for found in names.values()]
            if not definition.indices:
                return slots, self.code(definition.body, Scope(names, scope.cuts))
            runs = [self.bounds(axis) for axis in self._axes(definition)]
            indices = {i: Name(self.slot(), whole=True) for i in definition.indices}
            code = self.code(definition.body, Scope({**names, **indices}, scope.cuts))
            if code.kind != SCALAR:
                raise Misfit(f"{definition.name} has components that are arrays")
            at = tuple(found.slot for found in indices.values())
            return slots, Code(len(at), _tabulated(runs, at, code.run))

        slots, body = self._cached(key, definition.name, compile_body)
        function = _applied(slots, body.run)
        if t.order:
            if body.kind != SCALAR or len(codes) != 1:
                raise Misfit("a prime on a function that is not of one scalar")
            return self._spread([codes[0][0]], function, t.order)
        runs = [code.run for code, _ in codes]
        return Code(body.kind, lambda env: function(env, [f(env) for f in runs]))

    def _row(
        self, name: str, parameters: tuple[Name, ...], dimensions: tuple[str, ...], index: str = ""
    ) -> tuple[list[int], Code]:
        """A vocabulary row's body; slots of parameters, then dimensions, then the index."""
        row = FUNCTIONS[name]
        key = ("row", name, parameters)

        def compile_body() -> tuple[list[int], Code]:
            body = row.body
            assert body is not None
            names = {
                parameter.name: kind._replace(slot=self.slot())
                for parameter, kind in zip(row.parameters, parameters, strict=True)
            }
            for whole in (*dimensions, *((index,) if index else ())):
                names[whole] = Name(self.slot(), whole=True)
            return [found.slot for found in names.values()], self.code(body, Scope(names, {}))

        found: tuple[list[int], Code] = self._cached(key, f"\\{name}", compile_body)
        return found

    def _array_row(
        self, t: Call, scope: Scope
    ) -> tuple[list[int], Code, Callable[[Env], list[Any]]]:
        """A row with array parameters: slots, body, and how to compute what goes into the slots
        (all but the index)."""
        row = FUNCTIONS[t.name]
        if len(t.args) != len(row.parameters) or t.order:
            raise Misfit(f"{t.name} takes {len(row.parameters)} arguments")
        codes = [
            (self.code(arg, scope), False) if p.dimension else self.argument(arg, scope)
            for arg, p in zip(t.args, row.parameters, strict=True)
        ]
        for (code, _), p in zip(codes, row.parameters, strict=True):
            if code.kind != (MATRIX if p.columns else VECTOR if p.dimension else SCALAR):
                raise Misfit(f"an argument of {t.name} has another shape")
        kinds = tuple(Name(0, code.kind, whole) for code, whole in codes)
        sizes = {s: None for p in row.parameters for s in (p.dimension, p.columns) if s}
        dimensions = tuple(sizes)
        slots, body = self._row(t.name, kinds, dimensions, row.index)
        runs = [code.run for code, _ in codes]

        def fill(env: Env) -> list[Any]:
            values = [f(env) for f in runs]
            known: dict[str, int] = {}
            for a, p in zip(values, row.parameters, strict=True):
                for s, n in ((p.dimension, a), (p.columns, a[0] if p.columns else a)):
                    if s and known.setdefault(s, len(n)) != len(n):
                        raise Misfit(f"arguments of {t.name} have different sizes")
            return values + [known[s] for s in dimensions]

        return slots, body, fill

    def _call_array_row(self, t: Call, scope: Scope) -> Code:
        slots, body, fill = self._array_row(t, scope)
        inner = body.run
        if not FUNCTIONS[t.name].index:
            return Code(body.kind, lambda env: _applied(slots, inner)(env, fill(env)))
        count = len(slots) - 1
        first = FUNCTIONS[t.name].parameters[0]
        position = len(FUNCTIONS[t.name].parameters)  # the first dimension is the first parameter's
        assert first.dimension

        def run(env: Env) -> Value:
            spend(env)
            values = fill(env)
            for slot, a in zip(slots, values, strict=False):
                env[slot] = a
            entries = []
            for j in range(1, values[position] + 1):
                env[slots[count]] = j
                entries.append(inner(env))
            return tuple(entries)

        return Code(VECTOR, run)

    def applied_component(
        self, t: Call, scope: Scope
    ) -> Callable[[Env, int], Value] | None:
        """A component of a vector function of the vocabulary, without computing the others."""
        row = FUNCTIONS.get(t.name)
        if (
            row is None
            or not row.index
            or t.name in self.given.definitions
            or t.name in self.declared
        ):
            return None
        slots, body, fill = self._array_row(t, scope)
        inner, position = body.run, len(row.parameters)
        function = _applied(slots, inner)

        def run(env: Env, j: int) -> Value:
            values = fill(env)
            if not 1 <= j <= values[position]:
                raise Undefined
            return function(env, [*values, j])

        return run


# --- pieces of running code ----------------------------------------------------------------------


def _euler(env: Env) -> Scalar:
    return arb(1).exp()


def _pi(env: Env) -> Scalar:
    return arb.pi()


def _add(a: Value, b: Value) -> Value:
    return a + b


def _subtract(a: Value, b: Value) -> Value:
    return a - b


def _multiply(a: Value, b: Value) -> Value:
    return a * b


def _square(a: Scalar) -> Scalar:
    return a * a


def _times(f: Run, g: Run) -> Run:
    return lambda env: f(env) * g(env)


def _after(g: Callable[[Value], Value], f: Run) -> Run:
    return lambda env: g(f(env))


def _joined(f: Run, op: Callable[[Value, Value], Value], g: Run, scalar: bool = False) -> Run:
    if scalar and op is _add:
        return lambda env: f(env) + g(env)
    if scalar and op is _subtract:
        return lambda env: f(env) - g(env)
    return lambda env: op(f(env), g(env))


def _summed(runs: list[Run]) -> Run:
    return lambda env: sum([f(env) for f in runs])


def _multiplied(runs: list[Run]) -> Run:
    def run(env: Env) -> int:
        total = 1
        for f in runs:
            total *= f(env)
        if total.bit_length() > 10_000:
            raise Exhausted("a number is too long")
        return total

    return run


def _divided(a: int, b: int) -> int:
    if b == 0 or a % b:
        raise Undefined
    return a // b


def _folded(choose: Callable[[Scalar, Scalar], Scalar], entries: Iterable[Scalar]) -> Scalar:
    best: Scalar | None = None
    for a in entries:
        best = a if best is None else choose(best, a)
    if best is None:
        raise Undefined
    return best


_ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "=": lambda i, j: i == j,
    "!=": lambda i, j: i != j,
    "<": lambda i, j: i < j,
    "<=": lambda i, j: i <= j,
    ">": lambda i, j: i > j,
    ">=": lambda i, j: i >= j,
}


def _picked(array: Run, at: Run, offset: Run | None) -> Run:
    if offset is None:

        def pick(env: Env) -> Value:
            a, k = array(env), at(env)
            if 0 < k <= len(a):
                return a[k - 1]
            raise Undefined

        return pick

    def shifted(env: Env) -> Value:
        a, k = array(env), at(env) - offset(env)
        if 0 <= k < len(a):
            return a[k]
        raise Undefined

    return shifted


def _remembered(key: object, f: Run) -> Run:
    def run(env: Env) -> Value:
        memo = env[MEMO]
        found = memo.get(key)
        if found is None:
            spend(env)
            found = memo[key] = f(env)
        return found

    return run


def _remembered_at(key: object, at: Run, function: Callable[[Env, int], Value]) -> Run:
    def run(env: Env) -> Value:
        j = at(env)
        memo = env[MEMO]
        found = memo.get((key, j))
        if found is None:
            spend(env)
            found = memo[key, j] = function(env, j)
        return found

    return run


def _component_of_definition(
    key: object,
    at: tuple[Run, ...],
    slots: tuple[int, ...],
    body: Run,
    checks: tuple[tuple[Run, Run], ...],
) -> Run:
    def run(env: Env) -> Value:
        where = tuple([f(env) for f in at])
        memo = env[MEMO]
        found = memo.get((key, where))
        if found is None:
            spend(env)
            for k, (lower, upper) in zip(where, checks, strict=False):
                if not lower(env) <= k <= upper(env):
                    raise Undefined
            for slot, k in zip(slots, where, strict=True):
                env[slot] = k
            found = memo[key, where] = body(env)
        return found

    return run


def _tabulated(bounds: list[tuple[Run, Run]], slots: tuple[int, ...], body: Run) -> Run:
    """The nested tuple of ``body`` over all values of the indices."""
    if not bounds:
        return body
    (lower, upper), *rest = bounds
    inner = _tabulated(rest, slots[1:], body)
    slot = slots[0]

    def run(env: Env) -> Value:
        start, stop = lower(env), upper(env)
        spend(env, size_of_range(start, stop))
        entries = []
        for k in range(start, stop + 1):
            env[slot] = k
            entries.append(inner(env))
        return tuple(entries)

    return run


def _applied(slots: list[int], body: Run) -> Callable[[Env, list[Value]], Value]:
    if len(slots) == 1:
        (slot,) = slots

        def apply_one(env: Env, values: list[Value]) -> Value:
            spend(env)
            env[slot] = values[0]
            return body(env)

        return apply_one

    def apply(env: Env, values: list[Value]) -> Value:
        spend(env)
        for slot, a in zip(slots, values, strict=True):
            env[slot] = a
        return body(env)

    return apply


def _entered(slot: int, value: Run, f: Run) -> Run:
    def run(env: Env) -> Value:
        env[slot] = value(env)
        return f(env)

    return run


class Overlay(dict[tuple[int, ...], Any]):
    """A family with one component replaced."""

    def __init__(self, under: Any, at: tuple[int, ...], value: Scalar) -> None:
        super().__init__({at: value})
        self.under = under

    def __missing__(self, at: tuple[int, ...]) -> Scalar:
        return self.under[at]  # type: ignore[no-any-return]  # a family holds scalars


def _perturbed_at(a: Value, at: list[int], bit: int) -> Value:
    """``a`` with e added to the entry at these 0-based positions."""
    if not at:
        return ball.perturbed(a, bit)
    k, *rest = at
    if not 0 <= k < len(a):
        raise Undefined
    return (*a[:k], _perturbed_at(a[k], rest, bit), *a[k + 1 :])


def _differentiated(found: Name, at: list[Run], axes: int, value: Code, bit: int) -> Run:
    """The derivative by the entries of ``found`` at ``at``; by all below it on ``axes`` axes."""
    slot, offsets, family = found.slot, found.offsets, found.family
    body = value.run
    extract = mapped(lambda a: ball.coefficient(a, bit), value.kind)

    def once(env: Env, old: Value, where: list[int]) -> Value:
        spend(env)
        env[slot] = (
            Overlay(old, tuple(where), ball.perturbed(old[tuple(where)], bit))
            if family
            else _perturbed_at(old, where, bit)
        )
        env[MEMO] = {}
        return extract(body(env))

    def run(env: Env) -> Value:
        old, memo = env[slot], env[MEMO]
        where = [f(env) for f in at]
        if not family:
            where = [
                k - (offsets[n](env) if offsets else 1) for n, k in enumerate(where)
            ]
        try:
            if not axes:
                return once(env, old, where)
            part = old
            for k in where:
                if not 0 <= k < len(part):
                    raise Undefined
                part = part[k]
            columns = _over_entries(part, axes, where, lambda w: once(env, old, w))
            return _outward(columns, axes, rank(value.kind))
        finally:
            env[slot], env[MEMO] = old, memo

    return run


def _over_entries(
    a: Value, axes: int, where: list[int], f: Callable[[list[int]], Value]
) -> Value:
    if not axes:
        return f(where)
    return tuple([_over_entries(x, axes - 1, [*where, k], f) for k, x in enumerate(a)])


def _outward(a: Value, axes: int, inner: int) -> Value:
    """Move the first ``axes`` axes behind the ``inner`` ones (rows by component of the body)."""
    if not inner:
        return a
    if not axes:
        return a
    count = len(_first(a, axes))
    return tuple([_outward(_at(a, axes, k), axes, inner - 1) for k in range(count)])


def _first(a: Value, axes: int) -> Value:
    for _ in range(axes):
        a = a[0]
    return a


def _at(a: Value, axes: int, k: int) -> Value:
    if not axes:
        return a[k]
    return tuple([_at(x, axes - 1, k) for x in a])
