"""The running code that terms are turned into: functions of an environment.

An environment is a list with a slot for each name.  Slots are given out once per binder, so no
name is ever captured.  Values of definitions are remembered per point; a derivative starts with
an empty memory, since its variable has another value inside.

Throughout: ``env`` is the environment, a ``run`` maps it to a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from derive.prover.flint import arb
from derive.prover.refuter import ball
from derive.prover.refuter.arrays import SCALAR, Value, mapped, rank
from derive.prover.refuter.ball import Exhausted, Scalar, Undefined

Env: TypeAlias = list[Any]
Run: TypeAlias = Callable[[Env], Any]

MEMO, BUDGET, COST, FIRST = 0, 1, 2, 3  # the first slots of an environment
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


UNCUT: frozenset[tuple[str, int]] = frozenset()


class Scope(NamedTuple):
    """``local``: dummies and parameters.  ``cuts``: defined names that a derivative treats as
    independent variables.  ``own_constants``: inside a row of the vocabulary, where e and pi are
    the constants whatever they are called here."""

    local: Mapping[str, Name]
    cuts: Mapping[str, Name]
    own_constants: bool = False

    def key(self) -> frozenset[tuple[str, int]]:
        """What tells apart the meanings of one definition in different scopes."""
        if not self.cuts:
            return UNCUT
        return frozenset([(name, found.slot) for name, found in self.cuts.items()])

    def binding(self, more: Mapping[str, Name]) -> Scope:
        return Scope({**self.local, **more}, self.cuts, self.own_constants)


TOP = Scope({}, {})


def constant(value: Any) -> Run:
    return lambda env: value


def spend(env: Env, amount: int = 1) -> None:
    """Count operations; one on numbers with n derivatives counts 3^n times."""
    env[BUDGET] -= amount * env[COST]
    if env[BUDGET] < 0:
        raise Exhausted("the evaluation takes too many operations")


def size_of_range(lower: int, upper: int) -> int:
    """Its length; one that is emptier than empty (1..-2) has no agreed meaning."""
    if upper < lower - 1:
        raise Undefined
    if upper - lower >= MAX_RANGE:
        raise Exhausted("an index range is too long")
    return upper - lower + 1


def euler(env: Env) -> Scalar:
    return arb(1).exp()


def pi(env: Env) -> Scalar:
    return arb.pi()


def add(a: Value, b: Value) -> Value:
    return a + b


def subtract(a: Value, b: Value) -> Value:
    return a - b


def multiply(a: Value, b: Value) -> Value:
    return a * b


def square(a: Scalar) -> Scalar:
    return a * a


def times(f: Run, g: Run) -> Run:
    return lambda env: f(env) * g(env)


def after(g: Callable[[Value], Value], f: Run) -> Run:
    return lambda env: g(f(env))


def joined(f: Run, op: Callable[[Value, Value], Value], g: Run, scalar: bool = False) -> Run:
    if scalar and op is add:
        return lambda env: f(env) + g(env)
    if scalar and op is subtract:
        return lambda env: f(env) - g(env)
    return lambda env: op(f(env), g(env))


def summed(runs: list[Run]) -> Run:
    return lambda env: sum([f(env) for f in runs])


def multiplied(runs: list[Run]) -> Run:
    def run(env: Env) -> int:
        total = 1
        for f in runs:
            total *= f(env)
        if total.bit_length() > 10_000:
            raise Exhausted("a number is too long")
        return total

    return run


def whole_power(f: Run, n: int) -> Run:
    def run(env: Env) -> int:
        base: int = f(env)
        if base.bit_length() * n > 10_000:
            raise Exhausted("a number is too long")
        power: int = base**n
        return power

    return run


def negated(f: Run) -> Run:
    return lambda env: -f(env)


def divided(f: Run, g: Run) -> Run:
    """The quotient of integers; undefined where it is not whole."""

    def run(env: Env) -> int:
        a, b = f(env), g(env)
        if b == 0 or a % b:
            raise Undefined
        return int(a // b)

    return run


def folded(choose: Callable[[Scalar, Scalar], Scalar], entries: Iterable[Scalar]) -> Scalar:
    best: Scalar | None = None
    for a in entries:
        best = a if best is None else choose(best, a)
    if best is None:
        raise Undefined
    return best


ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "=": lambda i, j: i == j,
    "!=": lambda i, j: i != j,
    "<": lambda i, j: i < j,
    "<=": lambda i, j: i <= j,
    ">": lambda i, j: i > j,
    ">=": lambda i, j: i >= j,
}


def picked(array: Run, at: Run, offset: Run | None) -> Run:
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


def remembered(key: object, f: Run) -> Run:
    def run(env: Env) -> Value:
        memo = env[MEMO]
        found = memo.get(key)
        if found is None:
            spend(env)
            found = memo[key] = f(env)
        return found

    return run


def remembered_at(key: object, at: Run, function: Callable[[Env, int], Value]) -> Run:
    def run(env: Env) -> Value:
        j = at(env)
        memo = env[MEMO]
        found = memo.get((key, j))
        if found is None:
            spend(env)
            found = memo[key, j] = function(env, j)
        return found

    return run


def component_of_definition(
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


def tabulated(bounds: list[tuple[Run, Run]], slots: tuple[int, ...], body: Run) -> Run:
    """The nested tuple of ``body`` over all values of the indices."""
    if not bounds:
        return body
    (lower, upper), *rest = bounds
    inner = tabulated(rest, slots[1:], body)
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


def called(slots: list[int], args: list[Run], body: Run) -> Run:
    """A function of scalars called: arguments, then the body."""
    if len(slots) == 1:
        (slot,), (argument,) = slots, args

        def call_one(env: Env) -> Value:
            spend(env)
            env[slot] = argument(env)
            return body(env)

        return call_one
    function = applied(slots, body)
    return lambda env: function(env, [f(env) for f in args])


def applied(slots: list[int], body: Run) -> Callable[[Env, list[Value]], Value]:
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


def entered(slot: int, value: Run, f: Run) -> Run:
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


def differentiated(found: Name, at: list[Run], axes: int, value: Code, bit: int) -> Run:
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

    def deeper(env: Env) -> None:
        env[COST] *= 3
        if env[COST] > 3**ball.MAX_ORDER:
            raise Exhausted("a derivative of too high order")

    def run(env: Env) -> Value:
        old, memo = env[slot], env[MEMO]
        where = [f(env) for f in at]
        if not family:
            where = [k - (offsets[n](env) if offsets else 1) for n, k in enumerate(where)]
        cost = env[COST]
        try:
            deeper(env)
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
            env[slot], env[MEMO], env[COST] = old, memo, cost

    return run


def _over_entries(a: Value, axes: int, where: list[int], f: Callable[[list[int]], Value]) -> Value:
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
