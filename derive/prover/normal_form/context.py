"""One claim's workshop: interned generators and factors, facts, conditions, budgets.

A Context is made for one claim and thrown away with it; the kernel has no other state.
Conditions only accumulate: whatever a rewriting relied on (a divisor that is not 0, a logarithm's
argument that is > 0) is recorded here and ends as a need of the verdict unless it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from derive.prover.flint import fmpq
from derive.prover.normal_form.generator import (
    ANY,
    NEGATIVE,
    POSITIVE,
    ZERO,
    Generator,
    Target,
    negated,
    sign_power,
    sign_product,
    sign_sum,
)
from derive.prover.normal_form.index import Index, bare
from derive.prover.normal_form.polynomial import UNIT, Polynomial, content, primitive_key, product
from derive.prover.undecided import BudgetExceeded

if TYPE_CHECKING:
    from derive.prover.normal_form.polynomial import Exponent, Monomial
    from derive.prover.normal_form.ratio import Ratio
    from derive.prover.normal_form.scope import Scope
    from derive.term import Assumption, Term

NOTHING: frozenset[str] = frozenset()
_FEW = 6  # terms beside a root that are squared
_HALF = Fraction(1, 2)
G = TypeVar("G", bound=Generator)
Factorization: TypeAlias = "tuple[fmpq, Monomial, list[tuple[Factor, int]]]"


class Limits(NamedTuple):
    """Budgets.  Exceeding one ends as *undecided*; nothing is ever truncated.

    ``operations``: products of terms and the like (the longest of the
    library's proofs needs 1,300).  ``exponent``: of an expanded power.
    ``expansion``: terms of a sum with numeric bounds.  ``dummies``: of one connected sum.
    ``patterns``: nested case distinctions on indices.  ``attempts``: at one claim, by cases.
    ``depth``: nesting of the claim.
    """

    operations: int = 40_000
    exponent: int = 64
    expansion: int = 200
    dummies: int = 6
    patterns: int = 6
    attempts: int = 60
    depth: int = 200


def _sign_of_number(c: fmpq) -> int:
    return POSITIVE if c > 0 else NEGATIVE if c < 0 else ZERO


class Factor:
    """An interned polynomial that divides: without monomial factor, primitive, its leading
    coefficient positive; irreducible as far as that was cheap to see."""

    __slots__ = ("height", "names", "number", "p", "unreal")

    def __init__(self, number: int, p: Polynomial) -> None:
        self.number = number
        self.p = p
        self.names = frozenset(n for m in p for g, _ in m for n in g.names)
        self.height = max((g.height for m in p for g, _ in m), default=0)
        self.unreal = any(g.unreal for m in p for g, _ in m)

    def __repr__(self) -> str:
        return f"Factor({self.p})"


class Condition(NamedTuple):
    """``value`` (>, >=, !=) 0, relied on.  ``kink``: only a point where a case distinction or a
    derivative changes."""

    op: str
    value: Ratio
    kink: bool = False


class Context:
    """See the module's text.

    ``sizes``: index name -> size of its range 1..size.  ``meanings``: name -> what its symbol or
    component means (definitions and solved hypotheses), as a function from indices to a Ratio.
    ``normal_forms``: of terms, by what they depend on besides the context; outside of all branches.
    None while what is given is still being learned.  ``several``: claims, as the lines of a
    derivation, are shown here, so that what stands below binders comes again too.
    ``masked``: names that are treated as independent just now (differentiation by them).
    ``varying``: (a, x) where a varies with x in a way that nobody said.
    ``roots``: root generator -> g, where it is a root of |g|.
    ``distributions``: name -> what precedes its last axis, and the size of that (None: unknown).
    ``related``: indices that relations keep from running over all their values together.
    ``signs``: what is known of a generator's or factor's sign.
    ``unsolved``: equations, as what is 0, that were solved for nothing.
    ``by_roots``: whether an equation may be solved by a power of what may be negative; ``rooted``:
    whether one was.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.spent = 0
        self.generators: dict[tuple[type[Generator], object], Generator] = {}
        self.factors: dict[object, Factor] = {}
        self.factorizations: dict[object, tuple[fmpq, Monomial, list[tuple[Factor, int]]]] = {}
        self.sizes: dict[str, Index] = {}
        self.dimensions: set[str] = set()
        self.hints: dict[str, str] = {}
        self.signs: dict[Generator | Factor, int] = {}
        self.conditions: dict[object, Condition] = {}
        self.learning: Assumption | None = None
        self.used: dict[Assumption, None] = {}
        self.sign_origins: dict[str, dict[Assumption, None]] = {}
        self.value_origins: dict[Generator, tuple[Assumption, ...]] = {}
        self.merge_origins: dict[Assumption, None] = {}
        self.apart_origins: dict[Index, Assumption] = {}
        self.related: list[frozenset[str]] = []
        self.distribution_origins: dict[str, Assumption] = {}
        self.roots: dict[Generator, Ratio] = {}
        self.bases: dict[object, Ratio] = {}
        self.meanings: dict[str, Callable[[tuple[Index, ...]], Ratio]] = {}
        self.masked: set[str] = set()
        self.zero_one: set[str] = set()  # names that are 0 or 1: (1 + a sign) / 2
        self.normal_forms: dict[tuple[object, ...], Ratio] | None = None
        self.merged: dict[str, Index] = {}
        self.written: dict[str, Index] = {}  # indices moved to 1..n, as a person wrote them
        self.distinct: set[Index] = set()
        self.family_signs: dict[str, int] = {}
        self.distributions: dict[str, tuple[Index, Index] | None] = {}
        self.functions: set[str] = set()
        self.varying: set[tuple[str, str]] = set()
        self.values: dict[Generator, Ratio] = {}
        self.unsolved: dict[Assumption, Ratio] = {}
        self.by_roots, self.rooted = True, False
        self.classes: list[str] = []
        self.depth = 0
        self.axes: dict[str, tuple[Index, ...]] = {}
        self.tied: list[set[str]] = []
        self.guards: tuple[object, ...] = ()
        self.symmetric: dict[str, Assumption] = {}
        self.integers: set[str] = set()
        self.absolute_power: Callable[[Context, Ratio, Fraction], Ratio]
        self.to_power: Callable[[Context, Ratio, Exponent], Ratio]
        self.signs_as_written: Callable[[Context, Term, Scope], int]
        self._derivatives: dict[object, dict[Generator, Ratio]] = {}
        self.several = False
        self._temporaries = 0
        self._unused: dict[tuple[str, Index], list[str]] = {}  # dummies of sums that are done

    # --- interning ---

    def known(self, kind: type[G], data: object) -> G | None:
        """The generator of this kind and data, where it was made before."""
        return self.generators.get((kind, data))  # type: ignore[return-value]  # as in intern

    def intern(
        self,
        kind: type[G],
        data: object,
        names: frozenset[str],
        height: int = 0,
        unreal: bool = False,
    ) -> G:
        """The generator of this kind and data, made where it is new."""
        key = (kind, data)
        found = self.generators.get(key)
        if found is None:
            self.spend(1)
            found = self.generators[key] = kind(len(self.generators), data, names, height, unreal)
        return found  # type: ignore[return-value]  # the key holds the class

    def factor(self, p: Polynomial) -> Factor:
        key = primitive_key(p)
        found = self.factors.get(key)
        if found is None:
            found = self.factors[key] = Factor(len(self.factors), p)
        return found

    def temporary(self, hint: str, size: Index) -> str:
        """A fresh dummy that ranges over 1..size."""
        self._temporaries += 1
        name = f"#t{self._temporaries}"
        self.hints[name] = hint
        self.sizes[name] = size
        return name

    @contextmanager
    def dummy(self, hint: str, size: Index) -> Iterator[str]:
        """Within: a dummy that ranges over 1..size.  Outside nobody has it, so the next sum of this
        kind takes it again, and finds what was worked out under it before; not while what is given
        is still being learned, which changes what names mean."""
        learned = self.normal_forms is not None
        unused = self._unused.setdefault((hint, size), []) if learned else []
        name = unused.pop() if unused else self.temporary(hint, size)
        yield name
        unused.append(name)

    def moved(self, name: str, before: int) -> str:
        """A name for the index ``name`` less ``before``, so that it begins at 1."""
        moved = f"\0{name}"
        constant, names = self.written.get(name, (0, ((name, 1),)))
        self.written[moved] = (constant - before, names)
        return moved

    # --- budgets ---

    def spend(self, operations: int) -> None:
        self.spent += operations
        if self.spent > self.limits.operations:
            raise BudgetExceeded("the budget of operations is used up")

    # --- conditions ---

    def require(self, op: str, value: Ratio, kink: bool = False) -> None:
        """Rely on ``value op 0``, op one of > >= != ; recorded unless its sign shows it."""
        allowed = {">": POSITIVE, ">=": POSITIVE | ZERO, "!=": POSITIVE | NEGATIVE}[op]
        sign = self.sign(value)
        if op == ">" and not sign & NEGATIVE:
            op = "!="  # what is not negative is positive where it is not 0
        if sign & ~allowed:
            self.conditions.setdefault((op, value.key()), Condition(op, value, kink))
        else:
            self.note_signs(value)

    # --- which assumptions were used ---

    def note_signs(self, value: Ratio) -> None:
        """What was said of the sign of a name in ``value`` was used."""
        for name, assumptions in self.sign_origins.items():
            if value.mentions(name):
                self.used.update(assumptions)

    def is_distribution(self, name: str) -> bool:
        """Are its components probabilities, here?"""
        return name in self.distributions and name not in self.masked

    def note_use_of_distribution(self, name: str) -> None:
        if name in self.distribution_origins:
            self.used[self.distribution_origins[name]] = None

    def note_distribution(self, m: Monomial) -> None:
        """That the components of the one family in ``m`` sum to 1 was used."""
        for name, assumption in self.distribution_origins.items():
            if m[0][0].mentions(name):
                self.used[assumption] = None

    def learned_sign(self, name: str) -> None:
        if self.learning is not None:
            self.sign_origins.setdefault(name, {})[self.learning] = None

    # --- signs ---

    def sign(self, a: Ratio) -> int:
        """Signs that ``a`` can have, wherever it is defined."""
        sign = self.sign_of_polynomial(a.num)
        for f, k in a.den:
            if k % 2:
                sign = sign_product(sign, self.sign_of_factor(f) & ~ZERO)
        return sign

    def sign_of_polynomial(self, p: Polynomial) -> int:
        total = ZERO
        for m, c in p.items():
            sign = POSITIVE if c > 0 else NEGATIVE
            for g, e in m:
                if g.unreal:
                    return ANY
                sign = sign_product(sign, sign_power(self.sign_of_generator(g), e))
            if sign == ANY:
                sign = self._sign_of_absolute(m, c)
            total = sign_sum(total, sign)
            if total == ANY:
                break
        if total == ANY and len(p) > 1 and self.signs:
            total = self._sign_by_facts(p)
        return self._sign_beside_root(p) if total == ANY and self.roots else total

    def _sign_beside_root(self, p: Polynomial) -> int:
        """Signs by c^2 v > r^2 where ``p`` is c sqrt(v) + r: x + sqrt(x^2 + 1) > 0."""
        if not 1 < len(p) <= _FEW:
            return ANY
        for m, c in p.items():
            if len(m) != 1 or m[0][1] != _HALF or m[0][0] not in self.roots:
                continue
            root, under = m[0][0], self.roots[m[0][0]]
            rest = {n: d for n, d in p.items() if n != m}
            plain = not any(g is root for n in rest for g, _ in n)
            if under.den or not plain or self.sign(under) != POSITIVE:
                continue
            gap = product(rest, rest)
            for n, d in under.num.items():
                gap[n] = gap.get(n, fmpq(0)) - c * c * d
            gap = {n: d for n, d in gap.items() if d != 0}
            if self.sign_of_polynomial(gap) == NEGATIVE:
                return POSITIVE if c > 0 else NEGATIVE
        return ANY

    def _sign_of_absolute(self, m: Monomial, c: fmpq) -> int:
        """Signs of a term in which g sign(g) = |g| occurs."""
        sign = POSITIVE if c > 0 else NEGATIVE
        signed = {g.data for g, _ in m if g.signs}
        for g, e in m:
            if g in signed and e.__class__ is int and e % 2:
                sign = sign_product(sign, POSITIVE | ZERO)
                signed.discard(g)
            elif not g.signs:
                sign = sign_product(sign, sign_power(self.sign_of_generator(g), e))
        return ANY if signed else sign

    def _sign_by_facts(self, p: Polynomial) -> int:
        """Signs by what is known of factors: r a + (1 - r) b > 0 where 0 < r < 1 and a, b > 0."""
        about = {g for f in self.signs if isinstance(f, Factor) for m in f.p for g, _ in m}
        groups: dict[Monomial, Polynomial] = {}
        for m, c in p.items():
            outer = tuple(item for item in m if item[0] not in about)
            inner = tuple(item for item in m if item[0] in about)
            groups.setdefault(outer, {})[inner] = c
        total = ZERO
        for outer, inner_p in groups.items():
            c, m, rest = content(inner_p)
            sign = POSITIVE if len(rest) == 1 else self._sign_beside_facts(rest)
            if sign == ANY:
                return ANY
            sign = sign_product(sign, POSITIVE if c > 0 else NEGATIVE)
            for g, e in (*outer, *m):
                sign = sign_product(sign, sign_power(self.sign_of_generator(g), e))
            total = sign_sum(total, sign)
        return total

    def _sign_beside_facts(self, p: Polynomial) -> int:
        """Signs of what is, up to a number, a multiple of a factor: x - 3 > 0 shows x - 2 > 0."""
        for f, known in self.signs.items():
            if not isinstance(f, Factor) or f.p.keys() - {UNIT} != p.keys() - {UNIT}:
                continue
            lead = next(m for m in f.p if m != UNIT)
            times = p[lead] / f.p[lead]
            if any(p[m] != times * f.p[m] for m in f.p if m != UNIT):
                continue
            left = p.get(UNIT, fmpq(0)) - times * f.p.get(UNIT, fmpq(0))
            sign = sign_sum(known if times > 0 else negated(known), _sign_of_number(left))
            if sign != ANY:
                return sign
        return ANY

    def sign_of_factor(self, f: Factor) -> int:
        known = self.signs.get(f)
        return known if known is not None else self.sign_of_polynomial(f.p)

    def sign_of_generator(self, g: Generator) -> int:
        known = self.signs.get(g)
        return known if known is not None else g.sign(self)

    def base_of(self, root: Generator) -> Ratio:
        """The |g| whose root it is: another in a branch of a case distinction that knows the sign
        of g."""
        key = (root, self.guards)
        found = self.bases.get(key)
        if found is None:
            found = self.bases[key] = self.absolute_power(self, self.roots[root], Fraction(1))
        return found

    def derivatives(self, wrt: Target) -> dict[Generator, Ratio]:
        """What is known of the derivatives of generators by this variable: to be filled."""
        if self.normal_forms is None or self.guards:
            return {}
        return self._derivatives.setdefault((wrt.name, wrt.indices, frozenset(self.masked)), {})

    # --- what names mean ---

    def is_any_component(self, name: str, indices: tuple[Index, ...]) -> bool:
        """Do the indices run over all components: different names, each over its whole axis?
        What is said of such a component is said of the family; with i != j, what is said of W_ij
        is not said of W_ii."""
        axes = self.axes.get(name)
        names = [bare(i) for i in indices]
        return (
            axes is not None
            and all(names)
            and len(set(names)) == len(names)
            and not any(related <= set(names) for related in self.related)
            and [self.sizes.get(n) for n in names] == list(axes)
        )

    def value_of(self, g: Generator) -> Ratio | None:
        """What a solved hypothesis says of ``g``; nothing where it speaks of a masked name."""
        value = self.values.get(g)
        if value is None or any(g.mentions(name) for name in self.masked):
            return None
        self.used.update(dict.fromkeys(self.value_origins.get(g, ())))
        return value

    def hidden(self) -> frozenset[str]:
        """The masked names of which something was said: only these have another value now."""
        if not self.masked:
            return NOTHING
        return frozenset([name for name in self.masked if self.constrains(name)])

    def constrains(self, name: str) -> bool:
        """Was anything said of ``name`` that masking it hid?"""
        return (
            name in self.meanings
            or name in self.distributions
            or any(g.mentions(name) for g in self.values)
        )

    @contextmanager
    def guarding(
        self, gap: Ratio, signs: int, factored: Callable[[Context, Polynomial], Factorization]
    ) -> Iterator[None]:
        """Within: ``gap`` has one of these signs, where that says something of one generator or
        factor alone."""
        pieces: list[Generator | Factor] = []
        if gap.num and not any(g.unreal for g in gap.generators()):
            c, m, parts = factored(self, gap.num)
            signs = signs if c > 0 else negated(signs)
            pieces = [*(g for g, _ in m), *(f for f, _ in [*parts, *gap.den])]
        if len(pieces) != 1 or ((m or parts)[0][1] if not gap.den else 0) != 1:
            yield
            return
        (piece,) = pieces
        before, guards = self.signs.get(piece), self.guards
        known = before if before is not None else ANY
        self.signs[piece] = (known & signs) or signs
        self.guards = (*guards, (piece, signs))
        try:
            yield
        finally:
            self.guards = guards
            if before is None:
                del self.signs[piece]
            else:
                self.signs[piece] = before

    @contextmanager
    def masking(self, name: str) -> Iterator[None]:
        """Within: ``name`` is an independent variable, whatever was said of it."""
        if name in self.masked:
            yield
            return
        self.masked.add(name)
        try:
            yield
        finally:
            self.masked.discard(name)
