"""Random points that respect what is given, in exact rationals.

Values are dyadic rationals with odd numerators such as -5/4: small enough to read in a
counterexample, exact as balls, and never 0, 1 or 2, where false identities tend to hold.
A *mood* widens the search when a point falls outside the domain: mixed signs, all positive, or
all in (0, 1), for inequalities in (-1, 1).  Two of three points are *tied* (0, 1, -1, often equal)
and *far* (up to some thousands), where identities fail that hold nearby.

Throughout: ``q`` is the denominator, ``lo`` and ``hi`` are exclusive bounds or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise
from random import Random
from typing import Any, TypeAlias

from derive.prover.flint import arb, fmpq
from derive.prover.refuter import ball
from derive.prover.refuter.ball import ZERO, Scalar
from derive.prover.verdict import Value
from derive.term import Div, Given, Indexed, Neg, Number, Relation, Symbol, Term, conjuncts

MIXED, POSITIVE, UNIT, FAR, TIED = "mixed", "positive", "unit", "far", "tied"
NEAR = "near"
MOODS = (MIXED, POSITIVE, UNIT)
MOODS_OF_ORDER = (*MOODS, NEAR)  # an inequality may fail only between -1 and 1
ODD_MOODS = (TIED, FAR)
SIZES = (2, 3, 1, 4)


Drawn: TypeAlias = Any  # an fmpq, or nested tuples of them (five times as fast as Fraction)


def exact(value: Drawn) -> Any:
    """As balls (rounded where a rational is not dyadic)."""
    if isinstance(value, tuple):
        return tuple([exact(v) for v in value])
    return arb(value)


def drawn(value: Value) -> Drawn:
    """A rational, or nested tuples of them, as a point holds it."""
    if isinstance(value, tuple):
        return tuple(map(drawn, value))
    return fmpq(value.numerator, value.denominator)


def shown(value: Drawn) -> Value:
    """The same as a witness lists it."""
    if isinstance(value, tuple):
        return tuple(map(shown, value))
    return Fraction(int(value.p), int(value.q))


# --- bounds ------------------------------------------------------------------------------------


def literal(t: Term) -> Fraction | None:
    """The value of a written rational number."""
    match t:
        case Number(value):
            return value
        case Neg(arg):
            negated = literal(arg)
            return None if negated is None else -negated
        case Div(a, b):
            n, d = literal(a), literal(b)
            return n / d if n is not None and d else None
    return None


class Bounds:
    """Exclusive rational bounds of a name's values, so that most points meet the assumptions."""

    __slots__ = ("hi", "lo")

    def __init__(self, lo: fmpq | None = None, hi: fmpq | None = None) -> None:
        self.lo = lo
        self.hi = hi


def bounds_of_names(given: Given) -> dict[str, Bounds]:
    """From assumptions such as x > 0, 1/2 <= a, y_i < 1."""
    found: dict[str, Bounds] = {}
    for assumption in given.assumptions:
        if assumption.kind != "relation":
            continue
        for c in conjuncts(assumption.term):
            if not isinstance(c, Relation):
                continue
            for name_side, number_side, below in ((c.left, c.right, "<"), (c.right, c.left, ">")):
                exactly = literal(number_side)
                if exactly is None or not isinstance(name_side, Symbol | Indexed):
                    continue
                value = fmpq(exactly.numerator, exactly.denominator)
                bounds = found.setdefault(name_side.name, Bounds())
                if c.op[0] == below:
                    bounds.hi = value if bounds.hi is None else min(value, bounds.hi)
                elif c.op[0] in "<>":
                    bounds.lo = value if bounds.lo is None else max(value, bounds.lo)
    return found


# --- values ------------------------------------------------------------------------------------


class Chooser:
    """Picks the values of one point."""

    def __init__(self, random: Random, mood: str, count: int, q: int = 4) -> None:
        self.random = random
        self.mood = mood
        self.q = q
        while 2 * self.q < 3 * count:
            self.q *= 2
        self.used: set[int] = set()

    def real(self, bounds: Bounds | None = None) -> fmpq:
        """A number between the bounds, different from those before where there is room."""
        if bounds is None or (bounds.lo is None and bounds.hi is None):
            if self.mood == TIED:
                return fmpq(self.random.choice((0, 1, -1)))
            if self.mood == FAR:
                return fmpq(self.random.choice((1, -1)) * self._fresh(3000), 2)
            small = self.mood in (UNIT, NEAR)
            numerator = self._fresh(2 * self.q if small else 3 * self.q // 2)
            if small:
                minus = self.mood == NEAR and self.random.random() < 0.5
                return fmpq(-numerator if minus else numerator, 4 * self.q)
            signed = (
                numerator if self.mood == POSITIVE or self.random.random() < 0.5 else -numerator
            )
            return fmpq(signed, self.q)
        part = fmpq(self._fresh(2 * self.q), 4 * self.q)  # in (0, 1)
        lo, hi = bounds.lo, bounds.hi
        if lo is not None and hi is not None:
            return lo + (hi - lo) * part
        step = part if self.mood == UNIT else 3 * part
        return lo + step if lo is not None else hi - step  # type: ignore[operator]  # one is set

    def _fresh(self, count: int) -> int:
        """One of the odd numbers 1, 3, .. (so many), not used before where there is room."""
        for _ in range(8):
            n = 2 * int(self.random.random() * count) + 1
            if n not in self.used:
                break
        self.used.add(n)
        return n

    def whole(self, bounds: Bounds | None = None) -> int:
        choices: Sequence[int] = (2, 3, 4, 1, 5) if self.mood == POSITIVE else (2, 3, -1, 1, 0, -2)
        if bounds and (bounds.lo is not None or bounds.hi is not None):
            lo = bounds.lo if bounds.lo is not None else bounds.hi - 5  # type: ignore[operator]  # one is set
            hi = bounds.hi if bounds.hi is not None else lo + 5
            choices = range(int(lo), int(hi) + 1)
        return self.random.choice(choices)

    def array(self, sizes: Sequence[int], bounds: Bounds | None, few: bool = False) -> Drawn:
        """Entries between the bounds; where ``few``, one of 0, 1, -1."""
        if not sizes:
            return fmpq(self.random.choice((0, 1, -1))) if few else self.real(bounds)
        return tuple([self.array(sizes[1:], bounds, few) for _ in range(sizes[0])])

    def one_hot(self, sizes: Sequence[int]) -> Drawn:
        if len(sizes) > 1:
            return tuple([self.one_hot(sizes[1:]) for _ in range(sizes[0])])
        hot = self.random.randrange(sizes[0])
        return tuple([fmpq(int(k == hot)) for k in range(sizes[0])])

    def distribution(self, sizes: Sequence[int]) -> Drawn:
        if len(sizes) > 1:
            return tuple([self.distribution(sizes[1:]) for _ in range(sizes[0])])
        (n,) = sizes
        total = 16
        while total < 3 * n:
            total *= 2
        cuts = [0, *sorted(self.random.sample(range(1, total), n - 1)), total]
        return tuple([fmpq(b - a, total) for a, b in pairwise(cuts)])

    def symmetric(self, n: int, bounds: Bounds | None) -> Drawn:
        entries = [[self.real(bounds) for _ in range(n)] for _ in range(n)]
        return tuple([tuple([entries[min(i, j)][max(i, j)] for j in range(n)]) for i in range(n)])

    def definite(self, n: int) -> Drawn:
        """A positive definite matrix: B^T B + I/4."""
        b = [[self.real() for _ in range(n)] for _ in range(n)]
        product = [[sum(row[i] * row[j] for row in b) for j in range(n)] for i in range(n)]
        quarter = fmpq(1, 4)
        rows = (
            tuple([fmpq(product[i][j]) + (quarter if i == j else 0) for j in range(n)])
            for i in range(n)
        )
        return tuple(rows)

    def function(self, arity: int) -> Drawn:
        """The coefficients of a function, see Smooth."""
        count = 7 if arity == 1 else len(monomials(arity))
        return tuple([self.real() for _ in range(count)])


def monomials(arity: int) -> list[tuple[int, ...]]:
    """Monomials of degree up to 3, each as the positions of its factors."""
    return [m for n in range(4) for m in combinations_with_replacement(range(arity), n)]


class Smooth:
    """A concrete differentiable function for a declared one.

    Of one argument t: c0 + c1 t + .. + c4 t^4 + c5 exp(c6 t).  Of several: the polynomial of
    degree 3 with these coefficients.
    """

    def __init__(self, coefficients: Drawn, arity: int) -> None:
        self.coefficients = exact(coefficients)
        self.arity = arity

    def __call__(self, values: Sequence[Scalar], order: int = 0) -> Scalar:
        c = self.coefficients
        total: Scalar = ZERO
        if self.arity > 1:
            for coefficient, m in zip(c, monomials(self.arity), strict=True):
                product: Scalar = coefficient
                for n in m:
                    product = product * values[n]
                total = total + product
            return total
        (t,) = values
        *powers, a, r = c
        for n in range(len(powers) - 1, order - 1, -1):
            total = total * t + powers[n] * _falling(n, order)
        last: Scalar = a * r**order * ball.exp(t * r)
        return total + last


def _falling(n: int, order: int) -> int:
    product = 1
    for k in range(order):
        product *= n - k
    return product


class Family(dict[tuple[int, ...], arb]):
    """Components of a name without declared shape, chosen when first asked for."""

    def __init__(self, choose: Callable[[tuple[int, ...]], fmpq]) -> None:
        super().__init__()
        self.choose = choose
        self.chosen: dict[tuple[int, ...], fmpq] = {}

    def __missing__(self, at: tuple[int, ...]) -> arb:
        value = self.chosen.get(at)
        if value is None:
            value = self.chosen[at] = self.choose(at)
        self[at] = result = exact(value)
        return result  # type: ignore[no-any-return]  # a Fraction becomes one ball


def family_key(name: str, at: tuple[int, ...]) -> str:
    """How a component of a name without shape is listed among the values: ``x_3``."""
    inside = ",".join(map(str, at))
    return f"{name}_{inside}" if len(inside) == 1 else f"{name}_{{{inside}}}"
