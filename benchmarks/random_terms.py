"""Random terms over a small world of scalars, vectors and matrices.

The world is fixed; what of it a claim uses is declared with the claim.  Sizes are symbolic or
small numbers.

Throughout: ``scope`` maps the indices that may be used at a place to the dimension they run over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from calculus import ONE, TWO, call

from derive.term import (
    Add,
    BigOp,
    Delta,
    Derivative,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
)

SCALARS = ("x", "y", "z", "a", "b")
POSITIVE = ("a", "b", "s")  # assumed > 0 wherever they occur (s: every component)
FREE_INDICES: Mapping[str, str] = {"i": "d", "j": "d", "r": "c"}
DUMMIES = ("k", "k", "l", "m", "i")
SHAPES: Mapping[str, tuple[str, ...]] = {
    "u": ("d",), "v": ("d",), "s": ("d",), "w": ("c",), "t": ("d",), "o": ("d",), "q": ("d",),
    "A": ("d", "d"), "S": ("d", "d"), "W": ("c", "d"),
}  # fmt: skip
KINDS: Mapping[str, str] = {"t": "one-hot", "o": "one-hot", "q": "distribution", "S": "symmetric"}

Scope = Mapping[str, str]


def number(n: int | Fraction) -> Number:
    return Number(Fraction(n))


def at(name: str, *indices: Term | str) -> Indexed:
    return Indexed(name, tuple(Symbol(i) if isinstance(i, str) else i for i in indices))


def x_times(t: Term) -> Term:
    return Symbol("x") * t


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes random terms.  ``sizes``: what each dimension is written as.  ``first``: the first
    index of every range, 1 or 0."""

    random: Random
    sizes: Mapping[str, Term]
    first: Term = ONE

    def last(self, dimension: str) -> Term:
        """The last index of the dimension's range."""
        size = self.sizes[dimension]
        if self.first == ONE:
            return size
        return number(size.value - 1) if isinstance(size, Number) else size - ONE

    def whole(self, t: Term) -> str | None:
        """The dimension that a sum or product runs over from end to end, if there is one."""
        if isinstance(t, BigOp) and t.where is None and t.lower == self.first:
            return next((name for name in self.sizes if t.upper == self.last(name)), None)
        return None

    # --- leaves ---

    def scalar(self) -> Term:
        return Symbol(self.random.choice(SCALARS))

    def positive(self) -> Term:
        return Symbol(self.random.choice("ab"))

    def index(self, dimension: str, scope: Scope) -> str | None:
        """An index that runs over the dimension, if there is one."""
        fitting = [name for name, own in scope.items() if own == dimension]
        return self.random.choice(fitting) if fitting else None

    def component(self, scope: Scope, names: str = "uvvsuwAW") -> Term:
        """A component of a vector or matrix at indices in scope."""
        for _ in range(4):
            name = self.random.choice(names)
            indices = [self.index(dimension, scope) for dimension in SHAPES[name]]
            if None not in indices:
                return at(name, *(i for i in indices if i is not None))
        return self.scalar()

    def leaf(self, scope: Scope) -> Term:
        draw = self.random.random()
        if draw < 0.15:
            return number(self.random.choice((1, 2, 3, Fraction(1, 2))))
        return self.component(scope) if draw < 0.6 and scope else self.scalar()

    # --- scalars ---

    def algebra(self, depth: int, scope: Scope) -> Term:
        """Sums, products, quotients and whole powers."""
        if depth <= 0:
            return self.leaf(scope)
        a, b = self.algebra(depth - 1, scope), self.algebra(depth - 1, scope)
        match self.random.randrange(7):
            case 0 | 1:
                return Add((a, b))
            case 2:
                return Add((a, Neg(b)))
            case 3 | 4:
                return Mul((a, b))
            case 5:
                return a / b
        return Pow(a, number(self.random.choice((2, 3))))

    def function(self, depth: int, scope: Scope, names: tuple[str, ...]) -> Term:
        """A term of functions among ``names``; logs and roots of what is often positive."""
        if depth <= 0:
            return self.leaf(scope)
        name = self.random.choice(names)
        if self.random.random() < 0.45:
            a, b = self.function(depth - 1, scope, names), self.leaf(scope)
            return self.random.choice((a + b, a - b, a * b, a / b, b * a))
        inner = self.function(depth - 1, scope, names)
        if name in ("log", "sqrt"):
            inner = self.random.choice((inner**2 + ONE, call("exp", inner), self.positive() * inner,
                                        self.positive(), inner))  # fmt: skip
        if name in ("max", "min"):
            return call(name, inner, self.leaf(scope))
        return call(name, inner)

    # --- binders ---

    def dummy(self, scope: Scope, again: float = 0.25) -> str:
        """A dummy; with the chance ``again`` one whose name is taken, as people do."""
        name = self.random.choice(DUMMIES)
        if name in scope and self.random.random() > again:
            return next(k for k in ("k", "l", "m", "n", "o", "g") if k not in scope)
        return name

    def total(self, body: Term, index: str, dimension: str) -> BigOp:
        return BigOp("sum", index, self.first, self.last(dimension), body)

    def sum_over(self, depth: int, scope: Scope) -> Term:
        """A sum, its summand depending on the dummy."""
        dimension = self.random.choice("dddc")
        k = self.dummy(scope)
        inner = {**scope, k: dimension}
        name = self.random.choice("uvsq" if dimension == "d" else "ww")
        body: Term = at(name, k)
        draw = self.random.random()
        if depth > 1 and draw < 0.35:
            body = Mul((body, self.sum_over(depth - 1, inner)))
        elif draw < 0.55:
            body = body * self.algebra(1, inner)
        elif draw < 0.7:
            body = call("exp", body)
        elif draw < 0.8:
            body = body ** self.random.choice((2, 3))
        elif draw < 0.9:
            body = body + self.leaf(inner)
        return self.total(body, k, dimension)

    def sums(self, depth: int, scope: Scope) -> Term:
        """Terms of sums: products, powers and quotients of them."""
        first = self.sum_over(depth, scope)
        match self.random.randrange(6):
            case 0:
                return first
            case 1:
                return Mul((self.leaf(scope), first))
            case 2:
                return Mul((first, self.sum_over(depth - 1, scope)))
            case 3:
                return first**2
            case 4:
                return Add((first, self.leaf(scope)))
        k = self.dummy(scope)
        return call("exp", at("u", "i")) / self.total(call("exp", at("u", k)), k, "d") * first

    def delta(self, scope: Scope) -> Term:
        i, j = self.index("d", scope), self.index("d", scope)
        return Delta(Symbol(i), Symbol(j)) if i and j else ONE

    def deltas(self, depth: int, scope: Scope) -> Term:
        """Kronecker deltas, one-hot vectors and distributions, free and under sums."""
        k = self.dummy(scope, 0.1)
        inner = {**scope, k: "d"}
        factor = self.component(inner, "uvtqsSA")
        first = Delta(Symbol(k), Symbol(self.random.choice("ij")))
        match self.random.randrange(6):
            case 0:
                return self.total(Mul((first, factor, self.leaf(inner))), k, "d")
            case 1:
                return self.total(at("t", k) * self.component(inner, "uvq"), k, "d")
            case 2:
                return self.total(at("q", k) * (factor + self.scalar()), k, "d")
            case 3:
                return self.component(scope, "uvtq") * (self.delta(scope) - at("q", "i"))
            case 4:
                other = at(self.random.choice("to"), self.random.choice("ij"))
                return at("t", "i") * other * self.leaf(scope)
        return call("exp", self.delta(scope) * self.leaf(scope)) + at("S", "i", "j")

    def differentiable(self, depth: int, scope: Scope) -> Term:
        names = ("exp", "log", "sqrt", "tanh", "sigma", "softplus", "sin", "cos", "abs", "relu",
                 "erf", "atan")  # fmt: skip
        if self.random.random() < 0.5:
            return self.function(depth, scope, names)
        return self.algebra(depth, scope)

    def gradient(self, scope: Scope) -> Term:
        """A derivative by a component of a sum of things that hold the family."""
        k = self.dummy(scope, 0.4)
        inner = {**scope, k: "d"}
        bodies = (
            at("u", k) ** self.random.choice((2, 3)),
            call("exp", at("u", k)),
            call(self.random.choice(("log", "tanh", "sigma", "softplus")), at("u", k)),
            at("u", k) * at("v", k),
            at("A", "i", k) * at("u", k),
            (at("u", k) - self.component(inner, "vs")) ** 2,
        )
        body: Term = self.total(self.random.choice(bodies), k, "d")
        match self.random.randrange(6):
            case 5:
                product = call("sigma", at("u", k)) if self.random.random() < 0.5 else at("u", k)
                body = BigOp("prod", k, self.first, self.last("d"), product) + x_times(body)
            case 0:
                body = call("log", body)
            case 1:
                body = call("exp", at("u", self.random.choice("ij"))) / body
            case 2:
                body = body**2
            case 3:
                body = at("u", "j") * body / TWO
        return Derivative(body, at("u", self.random.choice("ij")))
