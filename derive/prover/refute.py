"""Refutation: a concrete point at which both sides are defined and certainly differ.

The untouched claim is evaluated in balls at random rational points that meet every assumption.
A difference whose ball excludes zero proves that the claim is false, whatever any prover says.
Agreement proves nothing and is called evidence.  Never refuted: a claim with a name of unknown
meaning, shapes that do not fit, a point where something is undefined or an assumption is not
certainly met, a budget that ran out.

Throughout: ``env`` is an environment of the evaluator; an *assignment* gives every free index a
value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from flint import arb

from derive.prover import ball, lookup
from derive.prover.arrays import MATRIX, ROW, SCALAR, VECTOR, Misfit, mapped, rank
from derive.prover.ball import ONE, ZERO, Exhausted, Uncertain, Undefined
from derive.prover.evaluate import Compiler
from derive.prover.running import MEMO, TOP, Code, Env, Run, Unknown
from derive.prover.sample import (
    MOODS,
    SIZES,
    Bounds,
    Chooser,
    Family,
    Integers,
    Smooth,
    bounds_of_names,
    conjuncts,
    exact,
)
from derive.prover.verdict import Counterexample, Value
from derive.term import (
    Assumption,
    Claim,
    Given,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    free_names,
)

BITS = (192, 640)  # a quick look, then where the balls are too wide
DEEP = 1024  # for the last look at a claim that agreed everywhere
OPERATIONS = 200_000
MANY = 16  # assignments of the free indices at the first points
FEW = 6  # at the later ones


@dataclass(frozen=True, slots=True)
class Refutation:
    """``counterexample`` if there is one.  ``agreed``: points at which both sides were defined
    and agreed; ``tried``: points looked at.  ``unknown``: names of unknown meaning.  ``reason``:
    why nothing could be said, where that is so."""

    counterexample: Counterexample | None = None
    agreed: int = 0
    tried: int = 0
    unknown: tuple[str, ...] = ()
    reason: str = ""


class Sides(NamedTuple):
    """One compiled relation; ``kind`` tells the arrays."""

    op: str
    left: Run
    right: Run
    kind: int


class Hypothesis(NamedTuple):
    """A compiled assumption.  ``over``: slots and bounds of the indices that mean "for all"."""

    sides: tuple[Sides, ...]
    over: tuple[tuple[int, Run, Run], ...]
    names: frozenset[str]


class Point(NamedTuple):
    """``values``: exact rationals by name.  ``families``: components of names without shape."""

    values: dict[str, Value]
    families: dict[str, Family]


class Axis(NamedTuple):
    slot: int
    lower: Run
    upper: Run


class Problem:
    """A claim, compiled.  Raises Unknown, Misfit or Exhausted where it can't be judged."""

    def __init__(self, claim: Claim) -> None:
        self.given = given = claim.given
        terms = [claim.relation, *(a.term for a in given.assumptions if a.kind == "relation")]
        self.integers = Integers(given)
        reached = _with_definitions(terms, given)
        for t in reached:
            self.integers.scan(t, {})
        self.compiler = compiler = Compiler(given, self.integers.names)
        self.claim = [self.sides(c) for c in conjuncts(claim.relation)]
        own = set().union(*map(free_names, _with_definitions([claim.relation], given)))
        self.indices = {
            name: self.axis(name)
            for name in self.integers.ranges
            if name in own and name in compiler.wholes
        }
        self.on_sizes: list[Run] = []
        self.on_indices: list[Run] = []
        self.hypotheses: list[Hypothesis] = []
        self.special: dict[str, str] = {}
        for assumption in given.assumptions:
            self._assume(assumption)
        self.bounds = bounds_of_names(given)
        stated = {
            a.term.name
            for a in given.assumptions
            if a.kind == "integer" and isinstance(a.term, Symbol)
        }
        self.free_integers = sorted(
            stated & set(compiler.wholes) - set(self.integers.ranges) - self._sizes_needed()
        )
        self.sizes = sorted(
            set(compiler.wholes) - set(self.integers.ranges) - set(self.free_integers)
        )
        self.extents = {
            name: [lookup.bounds(compiler, axis) for axis in given.shapes.get(name, ())]
            for name in [*compiler.variables, *self.free_integers]
        }

    def axis(self, name: str) -> Axis:
        lower, upper = lookup.bounds(self.compiler, self.integers.ranges[name])
        return Axis(self.compiler.wholes[name].slot, lower, upper)

    def _sizes_needed(self) -> set[str]:
        """Integers that bound a range or a shape: positive, whatever else is said."""
        axes: list[Range] = list(self.given.ranges.values())
        for shape in self.given.shapes.values():
            axes += shape
        return set().union(*(free_names(a.lower) | free_names(a.upper) for a in axes))

    def sides(self, t: Term) -> Sides:
        if not isinstance(t, Relation):
            raise Unknown("a claim that is not a relation")
        left, right = self.compiler.code(t.left), self.compiler.code(t.right)
        zero = Number(Fraction(0))
        kind = left.kind
        if left.kind != right.kind:
            if t.right == zero:
                right = Code(left.kind, _zeros_like(left.run, left.kind))
            elif t.left == zero:
                kind = right.kind
                left = Code(kind, _zeros_like(right.run, kind))
            elif {left.kind, right.kind} == {MATRIX, VECTOR}:
                kind = MATRIX
                left, right = _as_column(left), _as_column(right)
            elif {left.kind, right.kind} == {MATRIX, ROW}:
                kind = MATRIX
                left, right = _as_row(left), _as_row(right)
            else:
                raise Misfit("both sides have different shapes")
        return Sides(t.op, left.run, right.run, kind)

    # --- assumptions ---------------------------------------------------------------------------

    def _assume(self, assumption: Assumption) -> None:
        kind, t = assumption.kind, assumption.term
        if kind == "relation":
            for c in conjuncts(t):
                self._relate(c)
        elif kind in ("one-hot", "distribution", "symmetric"):
            if not isinstance(t, Symbol):
                raise Unknown(f"an assumption {kind} about something without a name")
            if t.name in self.given.definitions:
                raise Unknown(f"an assumption {kind} about the defined {t.name}")
            self.special[t.name] = kind
        elif kind not in ("integer", "function", "real"):
            raise Unknown(f"the assumption {kind}")

    def _relate(self, t: Term) -> None:
        if not isinstance(t, Relation):
            raise Unknown("an assumption that is not a relation")
        compiler = self.compiler
        names = set().union(*map(free_names, _with_definitions([t], self.given)))
        indices = names & set(self.integers.ranges)
        left, right = (lookup.integer(compiler, s, TOP) for s in (t.left, t.right))
        quantified = sorted(indices - set(self.indices))
        if left is not None and right is not None and not quantified:
            (self.on_indices if indices else self.on_sizes).append(compiler.condition(t))
            return
        over = tuple(tuple(self.axis(name)) for name in quantified)
        self.hypotheses.append(Hypothesis((self.sides(t),), over, frozenset(names)))  # type: ignore[arg-type]  # an Axis is that tuple

    def met(self, env: Env) -> bool:
        """Are all assumptions certainly met (equations exactly)?"""
        return all(_met(env, h.sides, h.over) for h in self.hypotheses)

    # --- points --------------------------------------------------------------------------------

    def choose_sizes(self, random: Random, turn: int, env: Env) -> bool:
        """Set the dimensions; different ones where there are several."""
        wholes, least = self.compiler.wholes, self.integers.least
        for name in wholes:
            env[wholes[name].slot] = 1
        for attempt in range(60):
            for n, name in enumerate(self.sizes):
                size = (
                    SIZES[(turn + n) % 4]
                    if attempt == 0
                    else random.randrange(1, 5 + attempt // 10)
                )
                env[wholes[name].slot] = max(size, least.get(name, 1))
            if all(_holds(f, env) for f in self.on_sizes):
                return True
        return False

    def choose(self, random: Random, mood: str, env: Env) -> Point:
        """Values for all names; arrays as the sizes in ``env`` demand."""
        compiler = self.compiler
        sizes = {
            name: [upper(env) - lower(env) + 1 for lower, upper in bounds]
            for name, bounds in self.extents.items()
        }
        count = sum(_count(s) for s in sizes.values())
        chooser = Chooser(random, mood, count)
        values: dict[str, Value] = {}
        families: dict[str, Family] = {}
        for name, found in compiler.variables.items():
            if found.family:
                families[name] = Family(lambda at: chooser.real())
                continue
            special, shape = self.special.get(name), sizes[name]
            bounds = self.bounds.get(name)
            if special == "one-hot" and shape:
                values[name] = chooser.one_hot(shape)
            elif special == "distribution" and shape:
                values[name] = chooser.distribution(shape)
            elif special == "symmetric" and len(shape) == 2 and shape[0] == shape[1]:
                values[name] = chooser.symmetric(shape[0], bounds)
            elif special:
                raise Misfit(f"{name} can't be {special}")
            else:
                values[name] = chooser.array(shape, bounds)
        for name in self.free_integers:
            values[name] = _wholes(chooser, sizes[name], self.bounds.get(name))
        for name, (_, arity) in compiler.functions.items():
            values[name] = chooser.function(arity)
        return Point(values, families)

    def load(self, env: Env, point: Point) -> None:
        """Put the point's values into the environment, as balls of the present precision."""
        compiler, values = self.compiler, point.values
        env[MEMO] = {}
        for name, found in compiler.variables.items():
            env[found.slot] = point.families[name] if found.family else exact(values[name])
        for name in self.free_integers:
            env[compiler.wholes[name].slot] = _integers(values[name])
        for name, (slot, arity) in compiler.functions.items():
            env[slot] = Smooth(values[name], arity)

    def assignments(self, env: Env) -> Iterator[dict[str, int]]:
        """All values of the free indices that the assumptions on indices allow."""
        yield from self._assign(list(self.indices.items()), {}, env)

    def _assign(
        self, axes: list[tuple[str, Axis]], chosen: dict[str, int], env: Env
    ) -> Iterator[dict[str, int]]:
        if not axes:
            if all(_holds(f, env) for f in self.on_indices):
                yield dict(chosen)
            return
        (name, axis), *rest = axes
        for k in range(axis.lower(env), axis.upper(env) + 1):
            env[axis.slot] = chosen[name] = k
            yield from self._assign(rest, chosen, env)

    def assign(self, env: Env, assignment: Mapping[str, int]) -> None:
        for name, k in assignment.items():
            env[self.indices[name].slot] = k
        if self.compiler.uses_index:
            env[MEMO] = {}


# --- comparing -----------------------------------------------------------------------------------

TINY = arb(1) / 2**60


def violation(env: Env, sides: Sides) -> tuple[arb, arb] | None:
    """Two entries that certainly contradict the relation, or None where all agree.

    Raises Undefined outside the domain, Uncertain where the balls are too wide to speak of
    agreement, Misfit where sizes differ.
    """
    op, left, right, kind = sides
    a, b = left(env), right(env)
    if kind == SCALAR:
        return (a, b) if _contradicts(op, a, b) else None
    return next(((x, y) for x, y in _entries(a, b, rank(kind)) if _contradicts(op, x, y)), None)


def _entries(a: Any, b: Any, axes: int) -> Iterator[tuple[arb, arb]]:
    if not axes:
        yield a, b
        return
    if len(a) != len(b):
        raise Misfit("both sides have different sizes")
    for x, y in zip(a, b, strict=True):
        yield from _entries(x, y, axes - 1)


def _contradicts(op: str, a: arb, b: arb) -> bool:
    d = a - b
    if not d.is_finite():
        raise Uncertain
    if op == "!=":
        if d != 0:
            return False
        if a == b:
            return True
        raise Uncertain
    if d > 0:
        return op in ("=", "<", "<=")
    if d < 0:
        return op in ("=", ">", ">=")
    if op in ("<", ">") and a == b:
        return True
    if d.abs_upper() > TINY * (ONE + a.abs_upper()):
        raise Uncertain
    return False


def _with_definitions(terms: Sequence[Term], given: Given) -> list[Term]:
    """The terms and the bodies of all definitions that they reach."""
    found, seen = list(terms), set[str]()
    for t in found:
        for name in free_names(t) - seen:
            seen.add(name)
            if name in given.definitions:
                found.append(given.definitions[name].body)
    return found


def _zeros_like(f: Run, kind: int) -> Run:
    zeros = mapped(lambda a: ZERO, kind)
    return lambda env: zeros(f(env))


def _as_column(code: Code) -> Code:
    if code.kind == MATRIX:
        return code
    return Code(MATRIX, lambda env: tuple([(a,) for a in code.run(env)]))


def _as_row(code: Code) -> Code:
    return code if code.kind == MATRIX else Code(MATRIX, lambda env: (code.run(env),))


def _count(sizes: Sequence[int]) -> int:
    count = 1
    for n in sizes:
        count *= n
    return count


def _wholes(chooser: Chooser, sizes: Sequence[int], bounds: Bounds | None) -> Value:
    if not sizes:
        return Fraction(chooser.whole(bounds))
    return tuple([_wholes(chooser, sizes[1:], bounds) for _ in range(sizes[0])])


def _integers(value: Value) -> Any:
    return tuple(map(_integers, value)) if isinstance(value, tuple) else int(value)


def _met(env: Env, sides: Sequence[Sides], over: Sequence[tuple[int, Run, Run]]) -> bool:
    if over:
        (slot, lower, upper), *rest = over
        for k in range(lower(env), upper(env) + 1):
            env[slot] = k
            env[MEMO] = {}
            if not _met(env, sides, rest):
                return False
        return True
    for op, left, right, kind in sides:
        for a, b in _entries(left(env), right(env), rank(kind)):
            if not _certain(op, a, b):
                return False
    return True


def _certain(op: str, a: arb, b: arb) -> bool:
    try:
        return ball.certainly(op, a, b)
    except Undefined:
        return False


def _holds(condition: Run, env: Env) -> bool:
    try:
        return bool(condition(env))
    except Undefined:
        return False


# --- refuting ------------------------------------------------------------------------------------


def refute(claim: Claim, seed: int = 0, points: int = 4) -> Refutation:
    """Look for a counterexample at up to ``points`` points at which the claim is defined.

    Never raises on a claim; what stands in the way is the ``reason``.
    """
    try:
        problem = Problem(claim)
    except Unknown as unknown:
        return Refutation(unknown=(str(unknown),), reason=f"the meaning of {unknown} is unknown")
    except (Misfit, Exhausted) as stop:
        return Refutation(reason=str(stop))
    except RecursionError:
        return Refutation(reason="the claim is nested too deeply")
    return Search(problem, Random(seed), points).run()


@dataclass(slots=True)
class Search:
    """One search for a counterexample; see ``refute``."""

    problem: Problem
    random: Random
    points: int
    env: Env = field(default_factory=list)
    agreed: int = 0
    tried: int = 0
    reason: str = ""

    def run(self) -> Refutation:
        self.env = self.problem.compiler.environment(OPERATIONS)
        try:
            with ball.precision(BITS[0]):
                found = self._search()
        except (Misfit, Exhausted, Unknown) as stop:
            return Refutation(None, self.agreed, self.tried, reason=str(stop))
        except RecursionError:
            return Refutation(None, self.agreed, self.tried, reason="nested too deeply")
        reason = "" if found or self.agreed else self.reason or "both sides were defined nowhere"
        return Refutation(found, self.agreed, self.tried, reason=reason)

    def _search(self) -> Counterexample | None:
        problem, env = self.problem, self.env
        moods = 0
        variable = bool(
            problem.compiler.variables
            or problem.compiler.functions
            or problem.free_integers
            or problem.sizes
        )
        wanted = self.points if variable else 1
        last: tuple[Point, dict[str, int]] | None = None
        for turn in range(wanted * 6):
            if self.agreed >= wanted:
                break
            if not problem.choose_sizes(self.random, turn, env):
                self.reason = "no sizes were found that meet the assumptions"
                break
            point = self._point(MOODS[moods % len(MOODS)])
            if point is None:
                moods += 1
                continue
            self.tried += 1
            defined = False
            most = MANY if self.agreed < 2 else FEW
            for assignment in self._some(most):
                outcome = self._look(point, assignment)
                if isinstance(outcome, Counterexample):
                    return outcome
                if outcome:
                    defined, last = True, (point, assignment)
            if defined:
                self.agreed += 1
            else:
                moods += 1
            if not variable:
                break
        if last and self.agreed >= wanted:
            return self._deep_look(*last)
        return None

    def _point(self, mood: str) -> Point | None:
        """A point that meets the assumptions, or None."""
        problem, env = self.problem, self.env
        for _ in range(60 if problem.hypotheses else 1):
            point = problem.choose(self.random, mood, env)
            problem.load(env, point)
            try:
                if problem.met(env):
                    return point
            except Undefined:
                pass
        self.reason = "no point was found that meets the assumptions"
        return None

    def _some(self, most: int) -> list[dict[str, int]]:
        found = list(islice(self.problem.assignments(self.env), 4096))
        return found if len(found) <= most else self.random.sample(found, most)

    def _look(self, point: Point, assignment: dict[str, int]) -> Counterexample | bool:
        """A counterexample, or whether both sides are defined (and agree)."""
        problem, env = self.problem, self.env
        problem.assign(env, assignment)
        try:
            for sides in problem.claim:
                pair = violation(env, sides)
                if pair:
                    return self._witness(point, assignment, pair)
        except Uncertain:
            return self._look_closer(point, assignment, BITS[1])
        except Undefined:
            return False
        return True

    def _look_closer(
        self, point: Point, assignment: dict[str, int], bits: int
    ) -> Counterexample | bool:
        problem, env = self.problem, self.env
        try:
            with ball.precision(bits):
                problem.load(env, point)
                problem.assign(env, assignment)
                for sides in problem.claim:
                    pair = violation(env, sides)
                    if pair:
                        return self._witness(point, assignment, pair)
                return True
        except Undefined:
            return False
        finally:
            problem.load(env, point)

    def _deep_look(self, point: Point, assignment: dict[str, int]) -> Counterexample | None:
        outcome = self._look_closer(point, assignment, DEEP)
        return outcome if isinstance(outcome, Counterexample) else None

    def _witness(
        self, point: Point, assignment: dict[str, int], pair: tuple[arb, arb]
    ) -> Counterexample:
        problem, env = self.problem, self.env
        values = dict(point.values)
        for name, family in point.families.items():
            for at, value in family.chosen.items():
                values[family_key(name, at)] = value
        left, right = enclosures(*pair)
        return Counterexample(
            dimension={name: env[problem.compiler.wholes[name].slot] for name in problem.sizes},
            indices=dict(assignment),
            values=values,
            lhs=left,
            rhs=right,
        )


def family_key(name: str, at: tuple[int, ...]) -> str:
    return f"{name}_{{{','.join(map(str, at))}}}" if len(at) > 1 or at[0] > 9 else f"{name}_{at[0]}"


def enclosures(a: arb, b: arb) -> tuple[str, str]:
    """Both as decimals ``mid +/- radius`` with as many digits as show that they differ."""
    texts = ("", "")
    for digits in (6, 12, 24, 48, 96, 192, 384):
        texts = a.str(digits), b.str(digits)
        if not arb(texts[0]).overlaps(arb(texts[1])):
            break
    return texts[0].strip("[]"), texts[1].strip("[]")
