"""What a name means where it stands: integers, variables, definitions and their components.

Order of search: dummies and parameters, names that a derivative treats as independent, what the
claim defines, indices and dimensions, constants, variables.

Throughout: ``c`` is the compiler, ``scope`` tells what is bound here.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from derive.prover.flint import arb
from derive.prover.refuter import application
from derive.prover.refuter.arrays import SCALAR, Misfit, rank
from derive.prover.refuter.running import (
    TOP,
    Code,
    Name,
    Run,
    Scope,
    Unknown,
    component_of_definition,
    constant,
    divided,
    euler,
    multiplied,
    negated,
    pi,
    picked,
    remembered,
    remembered_at,
    summed,
    tabulated,
    whole_power,
)
from derive.term import (
    Add,
    Call,
    Definition,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Range,
    Symbol,
    Term,
    subterms,
)

if TYPE_CHECKING:
    from derive.prover.refuter.compile import Compiler

# --- integers ------------------------------------------------------------------------------


def integer(c: Compiler, t: Term, scope: Scope, dividing: bool = False) -> Run | None:
    """How to compute an integer-valued term (an index, a bound, an exponent), or None."""
    if isinstance(t, Symbol):  # nearly always
        return _integer_name(c, t.name, scope)
    match t:
        case Number():
            return constant(t.value.numerator) if t.value.denominator == 1 else None
        case Indexed(name, _):
            array = _integer_array(c, name, scope)
            return component(c, array, t.indices, scope).run if array else None
        case Neg(arg):
            f = integer(c, arg, scope, dividing)
            return None if f is None else negated(f)
        case Add(parts) | Mul(parts):
            runs = [integer(c, part, scope, dividing) for part in parts]
            known = [f for f in runs if f is not None]
            if len(known) < len(runs):
                return None
            return summed(known) if isinstance(t, Add) else multiplied(known)
        case Pow(base, Number(n)) if n.denominator == 1 and n <= 64:
            f = integer(c, base, scope, dividing)
            return None if f is None else whole_power(f, int(n))
        case Div(numerator, denominator) if dividing:
            f = integer(c, numerator, scope, True)
            g = integer(c, denominator, scope, True)
            return None if f is None or g is None else divided(f, g)
    return None


def _integer_name(c: Compiler, name: str, scope: Scope) -> Run | None:
    found = scope.local.get(name)
    if found is not None:
        return itemgetter(found.slot) if found.whole and not found.kind else None
    if name not in scope.cuts:
        definition = c.given.definitions.get(name)
        if definition and not definition.parameters and not definition.indices:
            body = definition.body
            return c.guarded(name, lambda: integer(c, body, TOP))
        found = c.wholes.get(name)
        if found and name in c.given.ranges and c.open:
            c.uses_index = True
    return itemgetter(found.slot) if found and found.whole and not found.kind else None


def _integer_array(c: Compiler, name: str, scope: Scope) -> Name | None:
    if name in scope.local or name in scope.cuts or name in c.given.definitions:
        return None
    whole = c.wholes.get(name)
    return shaped(c, name, whole.slot, whole=True) if whole else None


def index(c: Compiler, t: Term, scope: Scope) -> Run:
    run = integer(c, t, scope, dividing=True)
    if run is None:
        raise Unknown("an index that is not an integer")
    return run


def bounds(c: Compiler, of: Range, scope: Scope = TOP) -> tuple[Run, Run]:
    found = c.axes.get(id(of)) if scope is TOP else None
    if found is None:
        found = of, index(c, of.lower, scope), index(c, of.upper, scope)
        if scope is TOP and _is_size(c, of.lower) and _is_size(c, of.upper):
            c.axes[id(of)] = found  # the range is held, so that its id stays its own
    return found[1], found[2]


def _is_size(c: Compiler, t: Term) -> bool:
    """A number or a dimension: the same wherever it stands."""
    return isinstance(t, Number) or (
        isinstance(t, Symbol) and t.name not in c.given.ranges and t.name not in c.given.definitions
    )


# --- names ---------------------------------------------------------------------------------


def shaped(c: Compiler, name: str, slot: int, whole: bool = False) -> Name:
    shape = c.given.shapes.get(name, ())
    if not shape:
        return Name(slot, whole=whole)
    ones = all(isinstance(axis.lower, Number) and axis.lower.value == 1 for axis in shape)
    offsets = () if ones else tuple([bounds(c, axis)[0] for axis in shape])
    return Name(slot, len(shape), whole, offsets)


def refuse_other_starts(c: Compiler, t: Term) -> None:
    """softmax(x)_i with x over 0..d-1: does i count from 0, as on x, or from 1?"""
    for s in subterms(t):
        if isinstance(s, Symbol) and shaped(c, s.name, 0).offsets:
            raise Unknown(f"from where components are counted (those of {s.name} not from 1)")


def variable(c: Compiler, name: str, family: bool = False) -> Name:
    """The global real name."""
    found = c.variables.get(name)
    if found is None:
        found = Name(c.slot(), family=True) if family else shaped(c, name, c.slot())
        c.variables[name] = found
    if found.family != family:
        raise Misfit(f"{name} stands with and without indices")
    return found


CONSTANTS: Mapping[str, Run] = MappingProxyType({"e": euler, r"\pi": pi})


def symbol(c: Compiler, t: Symbol, scope: Scope) -> Code:
    name = t.name
    found = scope.local.get(name) or scope.cuts.get(name)
    if found is None and scope.own_constants and name in CONSTANTS:
        return Code(SCALAR, CONSTANTS[name])
    if found is None:
        if name in c.given.definitions:
            return defined(c, name, scope)
        found = c.wholes.get(name)
        if found is None:
            if name in c.declared:
                raise Unknown(name)
            if name in CONSTANTS and not has_meaning(c, name):
                return Code(SCALAR, CONSTANTS[name])
            found = variable(c, name)
        elif c.given.shapes.get(name):
            raise Misfit(f"the integer array {name} used as a whole")
        elif name in c.given.ranges and c.open:
            c.uses_index = True
    if found.whole:
        slot = found.slot
        return Code(SCALAR, lambda env: arb(env[slot]))
    return Code(found.kind, itemgetter(found.slot))


def has_meaning(c: Compiler, name: str) -> bool:
    given = c.given
    return (
        name in given.shapes
        or name in given.ranges
        or any(a.term == Symbol(name) for a in given.assumptions)
    )


def defined(c: Compiler, name: str, scope: Scope) -> Code:
    """The value of a defined name: a scalar, or the whole array."""
    definition = c.given.definitions[name]
    if definition.parameters:
        raise Unknown(name)  # a function without its argument
    if not definition.indices:
        key = ("whole", name, scope.key())
        code: Code = c.cached(key, name, lambda: c.code(definition.body, Scope({}, scope.cuts)))
        return Code(code.kind, remembered(key, code.run))
    runs = [bounds(c, axis) for axis in axes(c, definition)]
    slots, kind, run = _indexed_body(c, definition, scope)
    if kind != SCALAR:
        raise Misfit(f"{name} has components that are arrays")
    return Code(len(slots), tabulated(runs, slots, run))


def axes(c: Compiler, definition: Definition) -> tuple[Range, ...]:
    found = c.given.shapes.get(definition.name) or tuple(
        c.given.ranges[i] for i in definition.indices if i in c.given.ranges
    )
    if len(found) != len(definition.indices):
        raise Unknown(f"the size of {definition.name}")
    return found


def _indexed_body(
    c: Compiler, definition: Definition, scope: Scope
) -> tuple[tuple[int, ...], int, Run]:
    """Slots for the indices, and the body with them."""
    key = ("indexed", definition.name, scope.key())

    def compile_body() -> tuple[tuple[int, ...], int, Run]:
        names = {i: Name(c.slot(), whole=True) for i in definition.indices}
        code = c.code(definition.body, Scope(names, scope.cuts))
        return tuple(n.slot for n in names.values()), code.kind, code.run

    found: tuple[tuple[int, ...], int, Run] = c.cached(key, definition.name, compile_body)
    return found


def indexed(c: Compiler, t: Indexed, scope: Scope) -> Code:
    name, indices = t.name, t.indices
    found = scope.local.get(name) or scope.cuts.get(name)
    if found is None:
        definition = c.given.definitions.get(name)
        if definition:
            return _defined_component(c, definition, indices, scope)
        if name in c.declared:
            raise Unknown(name)
        if name in c.wholes:
            whole = _integer_array(c, name, scope)
            assert whole is not None
            kind, run = component(c, whole, indices, scope)
            return Code(kind, lambda env: arb(run(env)))
        found = variable(c, name, family=not c.given.shapes.get(name))
    if found.whole:
        raise Misfit(f"an index of the integer {name}")
    return component(c, found, indices, scope)


def _defined_component(
    c: Compiler, definition: Definition, indices: tuple[Term, ...], scope: Scope
) -> Code:
    name = definition.name
    if definition.parameters:
        raise Unknown(name)
    if not definition.indices:
        key = ("whole", name, scope.key())
        if not shaped(c, name, 0).offsets:
            refuse_other_starts(c, definition.body)
        if isinstance(definition.body, Call):  # p := softmax(x): only the component asked for
            part = _component_of_call(c, definition.body, indices, scope, name)
            if part:
                return Code(SCALAR, part)
        whole = defined(c, name, scope)
        offsets = shaped(c, name, 0).offsets
        return entry(c, whole, indices, scope, offsets)
    if len(indices) != len(definition.indices):
        whole = defined(c, name, scope)
        return entry(c, whole, indices, scope, shaped(c, name, 0).offsets)
    runs = tuple(index(c, i, scope) for i in indices)
    slots, kind, body = _indexed_body(c, definition, scope)
    key = ("component", name, scope.key())
    checks: tuple[tuple[Run, Run], ...] = ()
    if definition.name in c.given.shapes or all(i in c.given.ranges for i in definition.indices):
        checks = tuple(bounds(c, axis) for axis in axes(c, definition))
    return Code(kind, component_of_definition(key, runs, slots, body, checks))


def _component_of_call(
    c: Compiler, body: Call, indices: tuple[Term, ...], scope: Scope, name: str
) -> Run | None:
    """A component of a definition's body that is a vector function of the vocabulary."""
    if body.order or len(indices) != 1 or shaped(c, name, 0).offsets:
        return None
    key = ("part", name, scope.key())
    function = c.cached(
        key, name, lambda: application.component_function(c, body, Scope({}, scope.cuts))
    )
    if function is None:
        return None
    at = index(c, indices[0], scope)
    return remembered_at(key, at, function)


def component(c: Compiler, found: Name, indices: tuple[Term, ...], scope: Scope) -> Code:
    if found.family:
        at = tuple(index(c, i, scope) for i in indices)
        slot = found.slot
        return Code(SCALAR, lambda env: env[slot][tuple([f(env) for f in at])])
    return entry(c, Code(found.kind, itemgetter(found.slot)), indices, scope, found.offsets)


def entry(
    c: Compiler, array: Code, indices: tuple[Term, ...], scope: Scope, offsets: tuple[Run, ...] = ()
) -> Code:
    if len(indices) > rank(array.kind):
        raise Misfit("more indices than the array has axes")
    run = array.run
    for n, i in enumerate(indices):
        run = picked(run, index(c, i, scope), offsets[n] if offsets else None)
    return Code(rank(array.kind) - len(indices), run)
