"""How alike two terms are: the smallest jump a reader follows without a line in between.

Only used to *search*; whether a line is true is the kernel's to say.  Each level reads a term as
a Laurent polynomial in atoms (names, calls, sums) and allows more:

  SAME      order, brackets, numbers, a/b against a·b⁻¹, x·x against x²
  SPLIT     sums multiplied out, except those that stand under a fraction bar
  RATIONAL  everything over one denominator; exp(a + b) = exp(a) exp(b)

Throughout: ``p``, ``q`` are polynomials (monomial -> coefficient); a monomial is a tuple of
(number of an atom, exponent), sorted; exponents and coefficients are int where they are whole.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from enum import IntEnum
from fractions import Fraction
from math import floor
from typing import TypeAlias

from derive.explain.laurent import (
    ONE,
    Monomial,
    Polynomial,
    Rational,
    TooLarge,
    add_to,
    ordered,
    smaller,
    times,
    whole,
)
from derive.term import (
    Add,
    BigOp,
    Call,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    children,
    free_names,
    subterms,
)

Key: TypeAlias = frozenset[tuple[Monomial, Rational]]
Names: TypeAlias = dict[str, str]

HIGHEST = 6  # power of a sum worth multiplying out


class Level(IntEnum):
    SAME = 0
    SPLIT = 1
    RATIONAL = 2


class Likeness:
    """Compares terms of one claim; atoms are numbered as they come.

    >>> from derive.term import Symbol
    >>> a, b, c = Symbol("a"), Symbol("b"), Symbol("c")
    >>> Likeness().alike(a * b, b * a).name
    'SAME'
    >>> Likeness().alike((a + b) / c, a / c + b / c).name
    'SPLIT'
    >>> Likeness().alike(a / (a + b), 1 - b / (a + b)).name
    'RATIONAL'
    """

    def __init__(self) -> None:
        self.atoms: dict[Hashable, int] = {}
        self.bound: list[frozenset[str]] = []  # dummies that an atom mentions, by its number
        self.roots: dict[int, Rational] = {}  # atoms that stand for a number under a root
        # of what stands below no binder, by level and what stays whole; none is changed in place
        self.polynomials: dict[tuple[Level, frozenset[int]], dict[Term, Polynomial]] = {}
        self._same: dict[Term, Key | None] = {}
        self._split: dict[tuple[Term, frozenset[int]], Key | None] = {}
        self._factors: dict[tuple[Term, frozenset[int]], Polynomial | None] = {}
        self._under: dict[Term, frozenset[int]] = {}
        self._fractions: dict[Term, tuple[Polynomial, Polynomial] | None] = {}

    def alike(self, s: Term, t: Term) -> Level | None:
        """The first level at which both read the same; None where none is."""
        if self.same(s, t):
            return Level.SAME
        under = self.denominators(s) | self.denominators(t)
        split = self.split(s, under)
        if split is not None and split == self.split(t, under):
            return Level.SPLIT
        return Level.RATIONAL if self.rationally_equal(s, t) else None

    def same(self, s: Term, t: Term) -> bool:
        if s == t:
            return True
        form = self.form(s)
        return form is not None and form == self.form(t)

    def form(self, t: Term) -> Key | None:
        """A value that is equal for terms that are the SAME; None for a term too large."""
        try:
            return self._same[t]
        except KeyError:
            found = self._same[t] = self._read(t, _Reading(self, Level.SAME))
            return found

    def split(self, t: Term, under: frozenset[int]) -> Key | None:
        """The same at the level SPLIT, where the sums ``under`` a fraction bar stay whole."""
        if (t, under) not in self._split:
            self._split[t, under] = self._read(t, _Reading(self, Level.SPLIT, under))
        return self._split[t, under]

    def product(self, s: Term, t: Term, under: frozenset[int]) -> Key | None:
        """``split`` of s t, from what is known of each."""
        left, right = self._factor(s, under), self._factor(t, under)
        if left is None or right is None:
            return None
        try:
            return _Reading(self, Level.SPLIT, under).frozen(times(left, right))
        except (TooLarge, OverflowError):
            return None

    def _factor(self, t: Term, under: frozenset[int]) -> Polynomial | None:
        if (t, under) not in self._factors:
            try:
                found = _Reading(self, Level.SPLIT, under).factor(t, {})
            except (TooLarge, ZeroDivisionError, OverflowError):
                found = None
            self._factors[t, under] = found
        return self._factors[t, under]

    def _read(self, t: Term, reading: _Reading) -> Key | None:
        try:
            return reading.frozen(reading.polynomial(t, {}))
        except (TooLarge, ZeroDivisionError, OverflowError):
            return None

    def rationally_equal(self, s: Term, t: Term) -> bool:
        left, right = self._fraction(s), self._fraction(t)
        if left is None or right is None:
            return False
        reading = _Reading(self, Level.RATIONAL)
        try:
            p, q = times(left[0], right[1]), times(right[0], left[1])
        except TooLarge:
            return False
        return reading.frozen(p) == reading.frozen(q)

    def _fraction(self, t: Term) -> tuple[Polynomial, Polynomial] | None:
        if t not in self._fractions:
            try:
                self._fractions[t] = _Reading(self, Level.RATIONAL).fraction(t, {})
            except (TooLarge, ZeroDivisionError, OverflowError):
                self._fractions[t] = None
        return self._fractions[t]

    def denominators(self, t: Term) -> frozenset[int]:
        """The sums that stand under a fraction bar somewhere in ``t``."""
        if t not in self._under:
            self._under[t] = self._denominators(t)
        return self._under[t]

    def _denominators(self, t: Term) -> frozenset[int]:
        reading, found = _Reading(self, Level.SAME), set()
        for s in subterms(t):
            below = s.denominator if isinstance(s, Div) else None
            if isinstance(s, Pow) and not isinstance(s.exponent, Number):
                below = s.base  # (1 − p)^(γ − 1) has 1 − p below as well
            if below is not None:
                for part in _factors(below):
                    if isinstance(part, Add):
                        p = reading.polynomial(part, {})
                        if len(p) > 1:
                            found.add(reading.whole(p)[1])
        return frozenset(found)

    def number(self, atom: Hashable, bound: frozenset[str]) -> int:
        if atom not in self.atoms:
            self.atoms[atom] = len(self.bound)
            self.bound.append(bound)
        return self.atoms[atom]


class _Reading:
    """Reads terms at one level.  ``under``: sums that stay whole."""

    def __init__(
        self, likeness: Likeness, level: Level, under: frozenset[int] = frozenset()
    ) -> None:
        self.likeness, self.level, self.under = likeness, level, under
        self.known = likeness.polynomials.setdefault((level, under), {})

    # --- polynomials -----------------------------------------------------------------------

    def polynomial(self, t: Term, names: Names) -> Polynomial:
        """``names``: what each dummy in scope is called."""
        if names:
            return self.read(t, names)
        found = self.known.get(t)
        if found is None:
            found = self.known[t] = self.read(t, names)
        return found

    def read(self, t: Term, names: Names) -> Polynomial:
        match t:
            case Number(value):
                return {(): whole(value)} if value else {}
            case Neg(arg):
                return {m: -c for m, c in self.polynomial(arg, names).items()}
            case Add(terms):
                total: Polynomial = {}
                for term in terms:
                    add_to(total, self.polynomial(term, names))
                return total
            case Mul(factors):
                product = ONE
                for factor in factors:
                    product = times(product, self.factor(factor, names))
                return product
            case Div(numerator, denominator):
                over = self.power(denominator, -1, names)
                return times(self.factor(numerator, names), over)
            case Pow(base, Number(n)):
                return self.power(base, whole(n), names)
            case Pow(base, Neg(Number(n))):
                return self.power(base, whole(-n), names)
            case Pow(base, exponent) if base != Symbol("e"):
                return self.symbolic_power(base, exponent, names)
            case Pow(Symbol("e"), exponent) | Call("exp", (exponent,), 0):
                return self.exponential(exponent, names)
            case Call("sqrt", (arg,), 0):
                return self.power(arg, Fraction(1, 2), names)
            case BigOp("sum") if self.level:
                return self.sum(t, names)
        return {((self.atom(t, names), 1),): 1}

    def factor(self, t: Term, names: Names) -> Polynomial:
        """A sum as a factor: multiplied out only above SAME, and not where it stands below."""
        p = self.polynomial(t, names)
        if len(p) < 2:
            return p
        if self.level == Level.SAME or self.under:
            content, whole = self.whole(p)
            if self.level == Level.SAME or whole in self.under:
                return times(content, {((whole, 1),): 1})
        return p

    def power(self, base: Term, n: Rational, names: Names) -> Polynomial:
        p = self.polynomial(base, names)
        if not p:
            if n < 0:
                raise ZeroDivisionError
            return {}
        if len(p) == 1:
            return self.monomial_power(p, n)
        content, whole = self.whole(p)
        if self.level and whole not in self.under and isinstance(n, int) and 0 < n <= HIGHEST:
            product = p
            for _ in range(n - 1):
                product = times(product, p)
            return product
        return times(self.monomial_power(content, n), {((whole, n),): 1})

    def monomial_power(self, p: Polynomial, n: Rational) -> Polynomial:
        ((monomial, c),) = p.items()
        powers = tuple((a, whole(k * n)) for a, k in monomial)
        if isinstance(n, int):
            return {powers: whole(Fraction(c) ** n)}
        if c == 1:
            return {powers: 1}
        root = self.likeness.number(("root", abs(c)), frozenset())
        self.likeness.roots[root] = c if c > 0 else -c
        with_root = dict(powers)
        with_root[root] = n
        return {ordered(with_root): 1 if c > 0 else -1}

    def whole(self, p: Polynomial) -> tuple[Polynomial, int]:
        """``p`` as content times a primitive sum that is one atom (its first coefficient 1)."""
        first = min(p)
        shared = dict(first)
        for monomial in p:
            powers = dict(monomial)
            shared = {
                atom: smaller(n, powers[atom])
                for atom, n in shared.items()
                if atom in powers and (powers[atom] > 0) == (n > 0)
            }
        content: Polynomial = {ordered(shared): p[first]}
        if shared or p[first] != 1:
            p = times(p, self.monomial_power(content, -1))
        return content, self.named(("+", self.frozen(p)), self.mentioned(p))

    def exponential(self, exponent: Term, names: Names) -> Polynomial:
        p = self.polynomial(exponent, names)
        if self.level < Level.RATIONAL:
            if not p:
                return ONE
            return {((self.named(("exp", self.frozen(p)), self.mentioned(p)), 1),): 1}
        powers = {self.named(("exp", m), self.mentioned((m,))): c for m, c in p.items()}
        return {ordered(powers): 1}

    def symbolic_power(self, base: Term, exponent: Term, names: Names) -> Polynomial:
        """b^(n + 1) is b^n b."""
        product, key = ONE, self.key(base, names)
        bound = self.mentions(base, names)
        for m, c in self.polynomial(exponent, names).items():
            if not m:
                part = self.power(base, c, names)
            else:
                part = {((self.named(("^", key, m), bound | self.mentioned((m,))), c),): 1}
            product = times(product, part)
        return product

    def sum(self, t: BigOp, names: Names) -> Polynomial:
        """Σ is linear, and what is free of the dummy stands outside."""
        name = f"#{height(t)}"
        inside = {**names, t.index: name}
        limits = tuple(self.key(b, names) for b in (t.lower, t.upper) if b is not None)
        where = self.key(t.where, inside) if t.where is not None else None
        bound, total = self.likeness.bound, Polynomial()
        for monomial, c in self.polynomial(t.body, inside).items():
            within = tuple((a, n) for a, n in monomial if name in bound[a])
            free = {a: n for a, n in monomial if name not in bound[a]}
            atom = self.named(("sum", limits, where, within), self.mentioned((within,)) - {name})
            free[atom] = free.get(atom, 0) + 1
            add_to(total, {ordered(free): c})
        return total

    # --- fractions -------------------------------------------------------------------------

    def fraction(self, t: Term, names: Names) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator, both multiplied out."""
        match t:
            case Neg(arg):
                p, q = self.fraction(arg, names)
                return {m: -c for m, c in p.items()}, q
            case Add(terms):
                p, q = Polynomial(), ONE
                for term in terms:
                    r, s = self.fraction(term, names)
                    if s == q:
                        p = dict(p)
                    else:
                        p, r, q = times(p, s), times(r, q), times(q, s)
                    add_to(p, r)
                return p, q
            case Mul(factors):
                p, q = ONE, ONE
                for factor in factors:
                    r, s = self.fraction(factor, names)
                    p, q = times(p, r), times(q, s)
                return p, q
            case Div(numerator, denominator):
                p, q = self.fraction(numerator, names)
                r, s = self.fraction(denominator, names)
                if not r:
                    raise ZeroDivisionError
                return times(p, s), times(q, r)
            case Pow(base, Number(n)) if n.denominator == 1 and n <= HIGHEST:
                p, q = self.fraction(base, names)
                r, s = ONE, ONE
                for _ in range(n.numerator):
                    r, s = times(r, p), times(s, q)
                return r, s
        return self.polynomial(t, names), ONE

    # --- atoms -----------------------------------------------------------------------------

    def atom(self, t: Term, names: Names) -> int:
        match t:
            case Symbol(name):
                name = names.get(name, name)
                return self.named(name, frozenset((name,)) if name[0] == "#" else frozenset())
            case Indexed(name, indices):
                return self.compound(name, indices, names)
            case Delta(left, right):
                pair = frozenset((self.key(left, names), self.key(right, names)))
                return self.named(("delta", pair), self.mentions(t, names))
            case BigOp(op, index, lower, upper, body, where):
                inside = {**names, index: f"#{height(t)}"}
                limits = tuple(self.key(b, names) for b in (lower, upper) if b is not None)
                condition = self.key(where, inside) if where is not None else None
                key = (op, limits, condition, self.key(body, inside))
                return self.named(key, self.mentions(t, names))
            case Call(name, args, order):
                return self.compound(("call", name, order), args, names)
            case Derivative(variable=variable) if (f := _primed(t)) is not None:
                return self.compound(("call", f.name, f.order), (variable,), names)
            case Component(of, indices):
                return self.compound("component", (of, *indices), names)
        operator = getattr(t, "op", "")
        return self.compound((type(t).__name__, operator), tuple(children(t)), names)

    def compound(self, head: Hashable, parts: Iterable[Term], names: Names) -> int:
        parts = tuple(parts)
        bound = frozenset[str]().union(*(self.mentions(s, names) for s in parts)) if names else _NO
        return self.named((head, *(self.key(s, names) for s in parts)), bound)

    def named(self, atom: Hashable, bound: frozenset[str]) -> int:
        return self.likeness.number(atom, bound)

    def key(self, t: Term, names: Names) -> Key:
        return self.frozen(self.polynomial(t, names))

    def frozen(self, p: Polynomial) -> Key:
        """``p`` as a value, with √2 · √2 as 2."""
        roots = self.likeness.roots
        if roots and any(a in roots for m in p for a, _ in m):
            old, p = p, Polynomial()
            for monomial, c in old.items():
                powers = dict(monomial)
                for atom in powers.keys() & roots.keys():
                    times_in = floor(powers[atom])
                    powers[atom] -= times_in
                    c *= Fraction(roots[atom]) ** times_in
                add_to(p, {ordered(powers): whole(c)})
        return frozenset(p.items())

    def mentioned(self, monomials: Iterable[Monomial]) -> frozenset[str]:
        bound = self.likeness.bound
        return _NO.union(*(bound[a] for m in monomials for a, _ in m))

    def mentions(self, t: Term, names: Names) -> frozenset[str]:
        """The dummies in scope that ``t`` mentions."""
        if not names:
            return _NO
        return frozenset([names[name] for name in free_names(t) if name in names])


_NO: frozenset[str] = frozenset()


def height(t: BigOp) -> int:
    """How many binders deep ``t`` is, of those that its dummy connects."""
    inner = [height(s) for s in inner_binders(t.body) if t.index in free_names(s)]
    return 1 + max(inner) if inner else 0


def inner_binders(t: Term) -> list[BigOp]:
    if isinstance(t, BigOp):
        return [t]
    return [b for s in children(t) for b in inner_binders(s)]


def _factors(t: Term) -> tuple[Term, ...]:
    match t:
        case Mul(factors):
            return tuple(s for factor in factors for s in _factors(factor))
        case Pow(base, _):
            return _factors(base)
        case Neg(arg):
            return _factors(arg)
    return (t,)


def _primed(t: Derivative) -> Call | None:
    """f''(x), where ``t`` is the derivative of that of f(x), each by x."""
    times = 0
    inner: Term = t
    while isinstance(inner, Derivative) and inner.variable == t.variable:
        times, inner = times + 1, inner.body
    match inner:
        case Call(name, (arg,), order) if arg == t.variable:
            return Call(name, (arg,), order + times)
    return None
