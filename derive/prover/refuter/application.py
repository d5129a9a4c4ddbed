"""Functions applied to arguments: primitives, vocabulary rows, definitions, declared functions.

A function of scalars works entry by entry on one array.  A body is compiled once for each kind of
its arguments.

Throughout: ``c`` is the compiler, ``t`` the call, ``scope`` tells what is bound here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from derive.prover.refuter import ball, lookup
from derive.prover.refuter.arrays import (
    MATRIX,
    SCALAR,
    VECTOR,
    Misfit,
    Value,
    determinant,
    diagonal,
    entrywise,
    flat,
    mapped,
)
from derive.prover.refuter.ball import Exhausted, Scalar, Undefined
from derive.prover.refuter.running import (
    COST,
    Code,
    Env,
    Name,
    Scope,
    Unknown,
    after,
    applied,
    called,
    folded,
    joined,
    multiply,
    spend,
    tabulated,
)
from derive.term import Call, Definition, Derivative, Indexed, Symbol, Term, subterms
from derive.vocabulary import DETERMINANT, DIAGONALS, FUNCTIONS, TRACES

if TYPE_CHECKING:
    from derive.prover.refuter.compile import Compiler

# of a square matrix something else: exp(A) exp(A) = exp(2A) is true of the series, |A| is det A
OF_MATRICES = ("exp", "log", "sqrt", "abs")
BENT = ("log", "sqrt", "abs", "sign", "max", "min")


def call(c: Compiler, t: Call, scope: Scope) -> Code:
    name, args = t.name, t.args
    definition = c.given.definitions.get(name)
    if definition:
        return _definition(c, t, definition, scope)
    if name in c.declared:
        return _declared(c, t, scope)
    if name == "hadamard" and len(args) == 2 and not t.order:
        left, right = c.code(args[0], scope), c.code(args[1], scope)
        if left.kind != right.kind:
            raise Misfit("an entrywise product of different shapes")
        return Code(left.kind, joined(left.run, entrywise(multiply, left.kind), right.run))
    row = FUNCTIONS.get(name)
    if name in TRACES and len(args) == 1 and not t.order:
        return _trace(c.code(args[0], scope))
    if name in DIAGONALS and len(args) == 1 and not t.order:
        kind, run = c.code(args[0], scope)
        if kind not in (VECTOR, MATRIX):
            raise Misfit("the diagonal of what is no vector and no matrix")
        return Code(MATRIX if kind == VECTOR else VECTOR, after(diagonal, run))
    if name == DETERMINANT and len(args) == 1 and not t.order:
        kind, run = c.code(args[0], scope)
        if kind != MATRIX:
            raise Misfit("the determinant of what is no matrix")
        return Code(SCALAR, lambda env: determinant(run(env)))
    if row is None:
        raise Unknown(name)
    if row.body is None:
        return _primitive(c, t, scope)
    if any(p.dimension for p in row.parameters):
        return _call_array_row(c, t, scope)
    if len(args) != len(row.parameters):
        raise Misfit(f"{name} takes {len(row.parameters)} arguments")
    codes = [_argument(c, arg, scope, t.order) for arg in args]
    scalars = tuple(Name(0, SCALAR, whole) for _, whole in codes)
    slots, body = _row(c, name, scalars)
    if not t.order and all(code.kind == SCALAR for code, _ in codes):
        return Code(SCALAR, called(slots, [code.run for code, _ in codes], body.run))
    return _spread(c, [code for code, _ in codes], applied(slots, body.run), t.order)


def _argument(c: Compiler, t: Term, scope: Scope, order: int = 0) -> tuple[Code, bool]:
    """An argument's code, and whether it is handed over as an integer."""
    run = None if order else lookup.integer(c, t, scope)
    return (Code(SCALAR, run), True) if run is not None else (c.code(t, scope), False)


def _primitive(c: Compiler, t: Call, scope: Scope) -> Code:
    codes = [c.code(arg, scope) for arg in t.args]
    c.bent = c.bent or t.name in BENT
    if t.name in ("max", "min"):
        choose = ball.maximum if t.name == "max" else ball.minimum
        if t.order or not codes:
            raise Misfit(f"{t.name} without arguments")
        if len(codes) == 1 and codes[0].kind != SCALAR:
            f = codes[0].run
            return Code(SCALAR, lambda env: folded(choose, flat(f(env))))
        kind, run = codes[0]
        for other in codes[1:]:
            if other.kind != kind:
                raise Misfit(f"{t.name} of different shapes")
            run = joined(run, entrywise(choose, kind), other.run)
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
        by_entry = mapped(function, kind)
        if kind == MATRIX and t.name in OF_MATRICES:
            return Code(kind, lambda env: by_entry(_not_square(f(env))))
        return Code(kind, after(by_entry, f))
    return _spread(c, codes, lambda env, values: function(values[0]), t.order)


def _trace(code: Code) -> Code:
    if code.kind != MATRIX:
        raise Misfit("the trace of what is no matrix")

    def run(env: Env) -> Value:
        a = code.run(env)
        if len(a) != len(a[0]):
            raise Misfit("the trace of a matrix that is not square")
        return sum((row[n] for n, row in enumerate(a)), ball.ZERO)

    return Code(SCALAR, run)


def _not_square(a: Value) -> Value:
    if len(a) == len(a[0]):
        raise Misfit("a function of a square matrix, entry by entry or as a series")
    return a


def _spread(
    c: Compiler, codes: list[Code], function: Callable[[Env, list[Value]], Value], order: int = 0
) -> Code:
    """A function of scalars, entry by entry where one argument is an array."""
    if order:
        if len(codes) != 1:
            raise Misfit("a prime on a function of several arguments")
        function = _primed(c, function, order)
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
    c: Compiler, function: Callable[[Env, list[Value]], Value], order: int
) -> Callable[[Env, list[Value]], Value]:
    """The derivative of that order of a function of one scalar."""
    if order > ball.MAX_ORDER:
        raise Exhausted(f"a derivative of order {order}")
    bits = [1 << (c.derivatives + n) for n in range(order)]
    c.derivatives += order

    def derivative(env: Env, values: list[Value]) -> Value:
        (a,) = values
        for bit in bits:
            a = ball.perturbed(a, bit)
        cost = env[COST]
        try:
            env[COST] *= 3**order
            if env[COST] > 3**ball.MAX_ORDER:
                raise Exhausted("a derivative of too high order")
            result = function(env, [a])
        finally:
            env[COST] = cost  # also where the point is outside of the domain
        for bit in bits:
            result = ball.coefficient(result, bit)
        return result

    return derivative


def _declared(c: Compiler, t: Call, scope: Scope) -> Code:
    arity = c.declared[t.name]
    if len(t.args) != arity or (t.order and arity != 1):
        raise Misfit(f"{t.name} takes {arity} arguments")
    codes = [c.code(arg, scope) for arg in t.args]
    if any(code.kind != SCALAR for code in codes):
        raise Misfit(f"{t.name} is a function of scalars")
    if t.name not in c.functions:
        c.functions[t.name] = (c.slot(), arity)
    slot, order = c.functions[t.name][0], t.order
    if order > ball.MAX_ORDER:
        raise Exhausted(f"a derivative of order {order}")
    return _spread(c, codes, lambda env, values: env[slot](values, order))


def _definition(c: Compiler, t: Call, definition: Definition, scope: Scope) -> Code:
    if len(t.args) != len(definition.parameters) or not t.args:
        raise Unknown(t.name)
    if definition.name in scope.cuts:
        raise Unknown(t.name)
    codes = [_argument(c, arg, scope, t.order) for arg in t.args]
    if any(whole for _, whole in codes) and _varied(definition) & set(definition.parameters):
        codes = [(c.code(arg, scope), False) for arg in t.args]
    kinds = tuple(Name(0, code.kind, whole) for code, whole in codes)
    key = ("function", definition.name, kinds, scope.key())

    def compile_body() -> tuple[list[int], Code]:
        names = {
            parameter: kind._replace(slot=c.slot())
            for parameter, kind in zip(definition.parameters, kinds, strict=True)
        }
        slots = [found.slot for found in names.values()]
        if not definition.indices:
            return slots, c.code(definition.body, Scope(names, scope.cuts))
        runs = [lookup.bounds(c, axis) for axis in lookup.axes(c, definition)]
        indices = {i: Name(c.slot(), whole=True) for i in definition.indices}
        code = c.code(definition.body, Scope({**names, **indices}, scope.cuts))
        if code.kind != SCALAR:
            raise Misfit(f"{definition.name} has components that are arrays")
        at = tuple(found.slot for found in indices.values())
        return slots, Code(len(at), tabulated(runs, at, code.run))

    slots, body = c.cached(key, definition.name, compile_body)
    function = applied(slots, body.run)
    if t.order:
        if body.kind != SCALAR or len(codes) != 1 or codes[0][0].kind != SCALAR:
            raise Misfit("a prime on a function that is not of one scalar")
        return _spread(c, [codes[0][0]], function, t.order)
    runs = [code.run for code, _ in codes]
    return Code(body.kind, lambda env: function(env, [f(env) for f in runs]))


def _varied(definition: Definition) -> set[str]:
    """What its body differentiates by."""
    return {
        s.variable.name
        for s in subterms(definition.body)
        if isinstance(s, Derivative) and isinstance(s.variable, Symbol | Indexed)
    }


def _row(
    c: Compiler, name: str, parameters: tuple[Name, ...], wholes: tuple[str, ...] = ()
) -> tuple[list[int], Code]:
    """A vocabulary row's body; slots of its parameters, then of its integers."""
    row = FUNCTIONS[name]
    key = ("row", name, parameters)

    def compile_body() -> tuple[list[int], Code]:
        body = row.body
        assert body is not None
        names = {
            parameter.name: kind._replace(slot=c.slot())
            for parameter, kind in zip(row.parameters, parameters, strict=True)
        }
        for whole in wholes:
            names[whole] = Name(c.slot(), whole=True)
        return [found.slot for found in names.values()], c.code(
            body, Scope(names, {}, own_constants=True)
        )

    found: tuple[list[int], Code] = c.cached(key, f"\\{name}", compile_body)
    return found


def _array_row(
    c: Compiler, t: Call, scope: Scope
) -> tuple[list[int], Code, Callable[[Env], list[Any]]]:
    """A row with array parameters: slots, body, and how to compute what goes into the slots
    (all but the index)."""
    row = FUNCTIONS[t.name]
    if len(t.args) != len(row.parameters) or t.order:
        raise Misfit(f"{t.name} takes {len(row.parameters)} arguments")
    codes = [
        (c.code(arg, scope), False) if p.dimension else _argument(c, arg, scope)
        for arg, p in zip(t.args, row.parameters, strict=True)
    ]
    for (code, _), p in zip(codes, row.parameters, strict=True):
        if code.kind != (MATRIX if p.columns else VECTOR if p.dimension else SCALAR):
            raise Misfit(f"an argument of {t.name} has another shape")
    kinds = tuple(Name(0, code.kind, whole) for code, whole in codes)
    sizes = {s: None for p in row.parameters for s in (p.dimension, p.columns) if s}
    dimensions = tuple(sizes)
    slots, body = _row(c, t.name, kinds, dimensions + ((row.component,) if row.component else ()))
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


def _call_array_row(c: Compiler, t: Call, scope: Scope) -> Code:
    slots, body, fill = _array_row(c, t, scope)
    inner = body.run
    if not FUNCTIONS[t.name].component:
        return Code(body.kind, lambda env: applied(slots, inner)(env, fill(env)))
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


def component_function(c: Compiler, t: Call, scope: Scope) -> Callable[[Env, int], Value] | None:
    """A component of a vector function of the vocabulary, without computing the others."""
    row = FUNCTIONS.get(t.name)
    if row is None or not row.component or t.name in c.given.definitions or t.name in c.declared:
        return None
    slots, body, fill = _array_row(c, t, scope)
    inner, position = body.run, len(row.parameters)
    function = applied(slots, inner)

    def run(env: Env, j: int) -> Value:
        values = fill(env)
        if not 1 <= j <= values[position]:
            raise Undefined
        return function(env, [*values, j])

    return run
