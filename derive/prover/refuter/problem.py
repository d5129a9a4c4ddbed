"""A claim made ready for evaluation at points that respect what is given.

Throughout: ``env`` is an environment of the compiled claim; an *assignment* gives every free
index a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

from derive.prover.flint import fmpq
from derive.prover.refuter import equations, lookup, relations
from derive.prover.refuter.arrays import Misfit
from derive.prover.refuter.ball import Exhausted, Undefined
from derive.prover.refuter.compile import Compiler
from derive.prover.refuter.equations import Equation
from derive.prover.refuter.integers import Integers
from derive.prover.refuter.relations import Sides
from derive.prover.refuter.running import MEMO, TOP, Env, Run, Unknown
from derive.prover.refuter.sample import (
    SIZES,
    Bounds,
    Chooser,
    Drawn,
    Family,
    Smooth,
    bounds_of_names,
    drawn,
    exact,
    family_key,
)
from derive.prover.verdict import Counterexample, Value
from derive.term import (
    Assumption,
    Call,
    Claim,
    Derivative,
    Given,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    conjuncts,
    free_names,
    substitute,
    subterms,
)
from derive.term.given import EMPTY

OPERATIONS = 300_000  # the budget of one refutation
LARGEST = 20_000  # entries of the arrays at one point
ONE = Number(Fraction(1))
DEFINITE = "positive definite"
SHAPED = ("one-hot", "distribution", "symmetric", DEFINITE)
NOTHING: Mapping[str, str] = MappingProxyType({})
SILENT = ("integer", "natural", "function", "real", "complex")  # said by the way a name is sampled


class Chosen(NamedTuple):
    """``values``: exact rationals by name.  ``families``: components of names without shape."""

    values: Mapping[str, Drawn]
    families: Mapping[str, Family]


class Point(NamedTuple):
    """Sizes of the dimensions, values of the free indices, exact values of the names.

    A declared function is given by its coefficients, see ``sample.Smooth``.
    """

    dimension: Mapping[str, int] = EMPTY
    indices: Mapping[str, int] = EMPTY
    values: Mapping[str, Value] = EMPTY


class Axis(NamedTuple):
    """An index: its slot and its bounds."""

    slot: int
    lower: Run
    upper: Run


class Hypothesis(NamedTuple):
    """A compiled relation that must hold for all values of the indices ``over``."""

    sides: Sides
    over: tuple[Axis, ...]


class Problem:
    """A claim, compiled.

    Raises Unknown where a meaning is missing, Misfit where shapes do not fit, Exhausted where it
    is too large.

    ``indices``: the free indices.  ``sizes``: the dimensions.  ``on_sizes``, ``on_indices``:
    assumptions about these.  ``hypotheses``: inequalities (and equations that could not be solved)
    about the reals; ``plans``: how equations are met.  ``per_assignment``: some assumption on the
    reals mentions a free index.
    """

    def __init__(self, claim: Claim) -> None:
        self.given = given = _counted_from_one(claim.given)
        self.integers = integers = Integers(given)
        own = integers.scan(claim.relation)
        stated = [
            (c, integers.scan(c))
            for a in given.assumptions
            if a.kind == "relation"
            for c in conjuncts(a.term)
        ]
        wholes = sorted(integers.names - integers.declared)  # an integer t may have entries t_i
        for name in dict.fromkeys((*given.ranges, *integers.sizes, *wholes)):
            if given.shapes.get(name):
                raise Misfit(f"{name} is an index and an array")
        self.compiler = compiler = Compiler(given, integers.names)
        self.claim = relations.conjunction(compiler, conjuncts(claim.relation))
        self.indices = {name: self._axis(name) for name in integers.ranges if name in own}
        self.special: dict[str, str] = {}
        for assumption in given.assumptions:
            self._take(assumption)
        self.on_sizes: list[Run] = []
        self.on_indices: list[Run] = []
        self.hypotheses: list[Hypothesis] = []
        self.equations: list[Equation] = []
        self.assumed_of: set[str] = set()
        self.per_assignment = False
        for t, names in stated:
            self._relate(t, names)
        self._refuse_hidden_dependence(claim.relation)
        self._refuse_other_arguments([claim.relation, *(t for t, _ in stated)])
        solvable = [
            name
            for name, found in compiler.variables.items()
            if name not in self.special and not found.family
        ]
        self.plans, checked = (
            equations.schedule(compiler, self.equations, solvable) if self.equations else ([], [])
        )
        self.hypotheses += [
            Hypothesis(e.sides, tuple(Axis(*axis) for axis in e.over)) for e in checked
        ]
        # y^2 = y: nothing to solve for, but 0 and 1 are found by trying
        alone = [e.names & set(compiler.variables) for e in checked]
        self.few = {name for names in alone if len(names) == 1 for name in names}
        self.bounds = bounds_of_names(given) if stated else {}
        self.free_integers = sorted(
            (integers.declared & set(compiler.wholes)) - set(integers.ranges) - integers.sizes
        )
        self.sizes = sorted(set(compiler.wholes) - set(integers.ranges) - set(self.free_integers))
        self.extents = {
            name: [lookup.bounds(compiler, axis) for axis in given.shapes.get(name, ())]
            for name in [*compiler.variables, *self.free_integers]
        }
        # bounds that are not plainly 1..d, where d is positive, or 1..3
        self.declared_axes = [
            lookup.bounds(compiler, axis)
            for axis in integers.axes()
            if not (axis.lower == ONE and isinstance(axis.upper, Symbol | Number))
            and not (free_names(axis.lower) | free_names(axis.upper)) & set(integers.ranges)
        ]

    @property
    def variable(self) -> bool:
        """Is there anything to choose?"""
        c = self.compiler
        return bool(c.variables or c.functions or self.free_integers or self.sizes)

    @property
    def draws_positive(self) -> bool:
        """Is every real positive in the moods that say so, unless it was said to be negative?"""
        return all(
            b.lo is b.hi is None
            or (b.lo is not None and b.lo >= 0)
            or (b.hi is not None and b.hi <= 0)
            for b in self.bounds.values()
        )

    def _axis(self, name: str) -> Axis:
        lower, upper = lookup.bounds(self.compiler, self.integers.ranges[name])
        return Axis(self.compiler.wholes[name].slot, lower, upper)

    # --- assumptions ---------------------------------------------------------------------------

    def _take(self, assumption: Assumption) -> None:
        kind, t = assumption.kind, assumption.term
        if kind in SHAPED:
            if not isinstance(t, Symbol) or t.name in self.given.definitions:
                raise Unknown(f"an assumption {kind} about something that is not a variable")
            known = self.special.setdefault(t.name, kind)
            if {known, kind} == {"symmetric", DEFINITE}:
                self.special[t.name] = DEFINITE
            elif known != kind:
                raise Unknown(f"two assumptions about {t.name} together")
        elif kind != "relation" and kind not in SILENT:
            raise Unknown(f"the assumption {kind}")

    def _relate(self, t: Term, names: set[str]) -> None:
        if not isinstance(t, Relation):
            raise Unknown("an assumption that is not a relation")
        compiler = self.compiler
        self.assumed_of |= names & compiler.declared.keys()
        indices = names & set(self.integers.ranges)
        whole = [lookup.integer(compiler, s, TOP) for s in (t.left, t.right)]
        free = indices <= set(self.indices)
        if None not in whole and free and not names & self.integers.declared:
            (self.on_indices if indices else self.on_sizes).append(compiler.condition(t))
            return
        quantified = tuple(sorted(indices))
        over = tuple(self._axis(name) for name in quantified)
        sides = relations.compiled(compiler, t)
        if t.op == "=":
            bare = tuple(tuple(axis) for axis in over)
            self.equations.append(Equation(t, sides, quantified, bare, frozenset(names)))  # type: ignore[arg-type]  # an Axis is that tuple
        else:
            self.hypotheses.append(Hypothesis(sides, over))

    def _refuse_hidden_dependence(self, claim: Term) -> None:
        """With Z = sum exp(w x) assumed, does Z vary when d/dx is taken?  Nobody said."""
        linked = _linked([e.names & set(self.compiler.variables) for e in self.equations])
        mirrored = ("symmetric", DEFINITE)
        symmetric = {name for name, kind in self.special.items() if kind in mirrored}
        if not linked and not symmetric:
            return
        reached = [
            claim,
            *(
                d.body
                for n, d in self.given.definitions.items()
                if n in self.compiler.reached(claim)
            ),
        ]
        for t in reached:
            for s in subterms(t):
                if isinstance(s, Derivative) and isinstance(s.variable, Symbol | Indexed):
                    name = s.variable.name
                    if name in symmetric:
                        raise Unknown(f"a derivative by an entry of the symmetric {name}")
                    others = linked.get(name, set()) & self.compiler.reached(s.body) - {name}
                    for other in others:
                        raise Unknown(f"whether {other} depends on {name}")

    def _refuse_other_arguments(self, terms: Sequence[Term]) -> None:
        """u(x) > 0 is assumed and u(2x) occurs: was it meant everywhere?"""
        definitions = self.given.definitions.values()
        everywhere = (*terms, *(d.body for d in definitions))
        for name in self.assumed_of:
            arguments = {s.args for t in terms for s in _calls(t, name)}
            for d in definitions:
                # in f(x) = log u(x), x is whatever f is applied to
                places = [s.args for t in everywhere for s in _calls(t, d.name)]
                by = [dict(zip(d.parameters, args, strict=False)) for args in places or [()]]
                for s in _calls(d.body, name):
                    arguments |= {tuple(substitute(a, at) for a in s.args) for at in by}
            if len(arguments) > 1:
                raise Unknown(f"whether what is assumed of {name} holds for every argument")

    # --- points --------------------------------------------------------------------------------

    def choose_sizes(self, random: Random, turn: int, env: Env) -> bool:
        """Set the dimensions, different ones where there are several; False if none is allowed."""
        wholes, least = self.compiler.wholes, self.integers.least
        for name in wholes:
            env[wholes[name].slot] = 1
        for attempt in range(100):
            for n, name in enumerate(self.sizes):
                size = SIZES[(turn + n) % 4]
                if attempt or turn >= 4:
                    size = random.randrange(1, 5 + attempt // 10)
                env[wholes[name].slot] = max(size, least.get(name, 1))
            if all(_true(f, env) for f in self.on_sizes) and self._inhabited(env):
                return True
        return False

    def _inhabited(self, env: Env) -> bool:
        """Declared ranges are never empty, nor are shapes; their ends are whole numbers."""
        try:
            return all(upper(env) >= lower(env) for lower, upper in self.declared_axes)
        except Undefined:  # n/2 where n is odd
            return False

    def choose(
        self,
        random: Random,
        mood: str,
        env: Env,
        unsaid: Mapping[str, str] = NOTHING,
        q: int = 4,
    ) -> Chosen:
        """Values for all names, with denominators about ``q``; arrays as the sizes in ``env``
        demand.  ``unsaid``: kinds of names that nothing is said of."""
        compiler = self.compiler
        shapes = {
            name: [upper(env) - lower(env) + 1 for lower, upper in bounds]
            for name, bounds in self.extents.items()
        }
        count = sum(map(_count, shapes.values()))
        if count > LARGEST:
            raise Exhausted(f"arrays with {count} entries")
        chooser = Chooser(random, mood, count, q)
        values: dict[str, Drawn] = {}
        families: dict[str, Family] = {}
        for name, found in compiler.variables.items():
            shape = shapes[name]
            special = self.special.get(name) or unsaid.get(name)
            bounds = self.bounds.get(name)
            if found.family and special:
                raise Misfit(f"the size of {name}, which is {special}, is not known")
            if found.family:
                families[name] = Family(lambda at, bounds=bounds: chooser.real(bounds))  # type: ignore[misc]  # mypy has no type for the default
            elif special is None:
                values[name] = chooser.array(shape, bounds, name in self.few)
            elif special == "one-hot" and shape:
                values[name] = chooser.one_hot(shape)
            elif special == "distribution" and shape:
                values[name] = chooser.distribution(shape)
            elif special == "symmetric" and len(shape) == 2 and shape[0] == shape[1]:
                values[name] = chooser.symmetric(shape[0], bounds)
            elif special == DEFINITE and len(shape) == 2 and shape[0] == shape[1]:
                values[name] = chooser.definite(shape[0])
            else:
                raise Misfit(f"{name} can't be {special}")
        for name in self.free_integers:
            values[name] = _wholes(chooser, shapes[name], self.bounds.get(name))
        for name, (_, arity) in compiler.functions.items():
            values[name] = chooser.function(arity)
        return Chosen(values, families)

    def load(self, env: Env, chosen: Chosen) -> None:
        """Put the values into the environment, as balls of the present precision, and solve the
        assumed equations.  Raises Undefined where these have no solution here."""
        compiler, values = self.compiler, chosen.values
        env[MEMO] = {}
        for name, found in compiler.variables.items():
            env[found.slot] = chosen.families[name] if found.family else exact(values[name])
        for name in self.free_integers:
            env[compiler.wholes[name].slot] = _integers(values[name])
        for name, (slot, arity) in compiler.functions.items():
            env[slot] = Smooth(values[name], arity)
        for plan in self.plans:
            equations.solve(compiler, plan, env)

    def met(self, env: Env) -> bool:
        """Are all assumptions certainly met?"""
        met = all(_holds_over(env, h.sides, h.over) for h in self.hypotheses)
        env[MEMO] = {}  # "for all" has set indices that definitions may read
        return met

    # --- free indices --------------------------------------------------------------------------

    def assignments(self, env: Env) -> Iterator[dict[str, int]]:
        """All values of the free indices that the assumptions on indices allow."""
        return self._assign(list(self.indices.items()), {}, env)

    def _assign(
        self, axes: list[tuple[str, Axis]], chosen: dict[str, int], env: Env
    ) -> Iterator[dict[str, int]]:
        if not axes:
            if all(_true(f, env) for f in self.on_indices):
                yield dict(chosen)
            return
        (name, axis), *rest = axes
        for k in range(axis.lower(env), axis.upper(env) + 1):
            env[axis.slot] = chosen[name] = k
            yield from self._assign(rest, chosen, env)

    def place(self, env: Env, point: Point | Counterexample) -> None:
        """Set the dimensions and the free indices.  KeyError where one is missing."""
        for found in self.compiler.wholes.values():
            env[found.slot] = 1
        for name in self.sizes:
            env[self.compiler.wholes[name].slot] = point.dimension[name]
        for name, axis in self.indices.items():
            env[axis.slot] = point.indices[name]

    def allowed(self, env: Env) -> bool:
        """Are the dimensions positive, the free indices in their ranges, and do both meet the
        assumptions about them?"""
        return (
            all(env[self.compiler.wholes[name].slot] > 0 for name in self.sizes)
            and all(a.lower(env) <= env[a.slot] <= a.upper(env) for a in self.indices.values())
            and all(_true(f, env) for f in (*self.on_sizes, *self.on_indices))
        )

    def assign(self, env: Env, assignment: Mapping[str, int]) -> None:
        for name, k in assignment.items():
            env[self.indices[name].slot] = k
        if self.compiler.uses_index:
            env[MEMO] = {}


def recalled(problem: Problem, point: Point | Counterexample) -> Chosen:
    """The values of a counterexample.  KeyError where one is missing that no equation gives."""
    given = {plan.name for plan in problem.plans}
    values: dict[str, Drawn] = {}
    families: dict[str, Family] = {}

    def component(name: str, at: tuple[int, ...]) -> Drawn:
        return drawn(point.values[family_key(name, at)])

    for name, found in problem.compiler.variables.items():
        if found.family:
            families[name] = Family(lambda at, name=name: component(name, at))  # type: ignore[misc]  # mypy has no type for the default
        elif name in given and not found.kind:
            values[name] = drawn(point.values.get(name, Fraction(1)))
        else:
            values[name] = drawn(point.values[name])
    for name in (*problem.free_integers, *problem.compiler.functions):
        values[name] = drawn(point.values[name])
    return Chosen(values, families)


def _calls(t: Term, name: str) -> Iterator[Call]:
    return (s for s in subterms(t) if isinstance(s, Call) and s.name == name)


def _linked(groups: Sequence[frozenset[str]]) -> dict[str, set[str]]:
    """For each name, the names that equations tie it to, directly or through others."""
    linked: dict[str, set[str]] = {}
    for group in groups:
        union = set(group).union(*(linked.get(name, set()) for name in group))
        for name in union:
            linked[name] = union
    return linked


def _holds_over(env: Env, sides: Sides, over: Sequence[Axis]) -> bool:
    if not over:
        return relations.holds(env, sides)
    axis, *rest = over
    for k in range(axis.lower(env), axis.upper(env) + 1):
        env[axis.slot] = k
        env[MEMO] = {}
        if not _holds_over(env, sides, rest):
            return False
    return True


def _true(condition: Run, env: Env) -> bool:
    try:
        return bool(condition(env))
    except Undefined:
        return False


def _count(sizes: Sequence[int]) -> int:
    count = 1
    for n in sizes:
        count *= n
    return count


def _counted_from_one(given: Given) -> Given:
    """0 is no counterexample to what is said of the natural numbers: some begin with 1."""
    names = (a.term for a in given.assumptions if a.kind == "natural")
    numbers = (n for n in names if isinstance(n, Symbol) and not given.shapes.get(n.name))
    positive = (Assumption("relation", Relation(">=", n, ONE)) for n in numbers)
    return given.with_assumptions(*positive)


def _wholes(chooser: Chooser, sizes: Sequence[int], bounds: Bounds | None) -> Drawn:
    if not sizes:
        return fmpq(chooser.whole(bounds))
    labels = bounds or Bounds(fmpq(1), fmpq(2))  # integers in an array are labels: few and positive
    return tuple([_wholes(chooser, sizes[1:], labels) for _ in range(sizes[0])])


def _integers(value: Drawn) -> Any:
    return tuple(map(_integers, value)) if isinstance(value, tuple) else int(value.p)
