"""Expectations of a sample X_1, .., X_n of uncorrelated variables: of what is at most quadratic in
them, by their means and variances.

For a quadratic Q and uncorrelated X_i with means m_i and variances v_i

    E[Q(X)] = Q(m) + Σ_l v_l (Q(m + e_l) + Q(m - e_l) - 2 Q(m)) / 2,

as the mixed terms of the expansion around m vanish.

Throughout: ``x`` is the name of the sample, ``Q`` a term with its members in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from derive.read.matrices import is_capital
from derive.read.moments import COVARIANCES, EXPECTATIONS, NOISE, VARIANCES, hidden, is_chance
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Definition,
    Delta,
    Div,
    Given,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Range,
    Relation,
    Symbol,
    Term,
    free_names,
    fresh,
    rebuild,
    replace,
    substitute,
    subterms_of,
    term,
)

_ONE, _TWO, _ZERO = term(1), term(2), term(0)
_HALF = Number(Fraction(1, 2))
_DEPTH = 8  # of definitions put in


class Moments(NamedTuple):
    """What is said of each member of the sample ``x``: its mean, its variance; None where nothing
    is said."""

    x: str
    mean: Term | None = None
    variance: Term | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of mean and variance."""
        said = (t for t in (self.mean, self.variance) if t is not None)
        return frozenset[str]().union(*map(free_names, said))


class OfSample(NamedTuple):
    """A relation without expectations, and what is given for it; ``own``: what is given by what
    variances are.  ``x``: the sample; ``behind``: the names that are defined by it.  ``single``: it
    is one variable.  ``told``: all means and variances that count are said."""

    relation: Relation
    given: Given
    own: tuple[Assumption, ...]
    x: str
    behind: frozenset[str]
    single: bool
    told: bool


def _note(found: dict[str, Moments], x: str, name: str, value: Term) -> None:
    known = found.get(x, Moments(x))
    if name in VARIANCES:
        found[x] = known._replace(variance=value)
    elif name in EXPECTATIONS:
        found[x] = known._replace(mean=value)


class _NotQuadratic(Exception):
    """A term whose expectation is not told by means and variances."""


def of_a_sample(
    relation: Relation, given: Given, said: Iterable[Moments], identical: bool = False
) -> Iterator[OfSample]:
    """The relation with its expectations by means and variances, if they are of one sample, or of
    one variable; ``identical``: all members have the same distribution."""
    try:
        opened = _put_in(relation, given, frozenset(), 0)
        found = _the_sample(opened)
        if found is None:
            return
        x, single = found
        if x in hidden(opened, given):
            return
        upper = None if single else _size(opened, x, given)
        facts = [m for m in said if m.x == x]
        moments = facts[-1] if facts else Moments(x)
        sample = _Sample(x, upper, moments, given, opened, identical)
        changed = sample.without_chance(opened)
    except _NotQuadratic:
        return
    assert isinstance(changed, Relation)
    more = sample.given(given, changed)
    own = tuple(a for a in more.assumptions if a.term in sample.said)
    defined = frozenset(n for n, d in given.definitions.items() if x in _behind(d.body, given))
    yield OfSample(changed, more, own, x, defined, single, sample.told())


def _behind(t: Term, given: Given) -> set[str]:
    """The names in ``t``, in their definitions, and so on."""
    todo, seen = list(free_names(t)), set[str]()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            d = given.definitions.get(name)
            todo += free_names(d.body) if d is not None else ()
    return seen


def moments_of(facts: Iterable[Relation]) -> Iterator[Moments]:
    """What equations say of all members of a sample: E[X_i] = m, Var(X_i) = s^2."""
    found: dict[str, Moments] = {}
    for fact in facts:
        match fact.left:
            case Call(name, (Indexed(x, (Symbol(i),)),), 0) if i not in free_names(fact.right):
                _note(found, x, name, fact.right)
            case Call(name, (Symbol(x),), 0):
                _note(found, x, name, fact.right)
    yield from found.values()


def _put_in(t: Term, given: Given, path: frozenset[str], depth: int) -> Term:
    """``t`` with what is defined by random variables put in."""
    if depth > _DEPTH:
        raise _NotQuadratic

    def change(s: Term) -> Term:
        return _put_in(s, given, path, depth)

    d: Definition | None = None
    arguments: tuple[Term, ...] = ()
    match t:
        case Symbol(name):
            d = given.definitions.get(name)
        case Indexed(name, indices):
            d, arguments = given.definitions.get(name), indices
        case Call(name, args, 0) if not is_chance(name):
            d, arguments = given.definitions.get(name), args
    if d is not None and d.name not in path and not is_chance(d.name):
        letters = d.parameters or d.indices
        if len(letters) == len(arguments):
            by = dict(zip(letters, arguments, strict=True))
            return _put_in(substitute(d.body, by), given, path | {d.name}, depth + 1)
    t = rebuild(t, change)
    match t:
        case Pow(Call("sqrt", (inner,), 0), Number(value)) if value == 2:
            return inner  # S^2, defined by its root
    return t


def _the_sample(t: Term) -> tuple[str, bool] | None:
    """The one name whose members stand in expectations, and nothing random beside it; whether it
    is one variable and no sample."""
    inside: set[str] = set()
    whole: set[str] = set()
    for call in subterms_of(t, Call):
        if isinstance(call, Call) and is_chance(call.name):
            for a in call.args:
                inside |= {
                    s.name for s in subterms_of(a, Indexed)
                    if isinstance(s, Indexed) and (is_capital(s.name) or s.name in NOISE)
                }  # fmt: skip
                whole |= {
                    s.name for s in subterms_of(a, Symbol)
                    if isinstance(s, Symbol) and (is_capital(s.name) or s.name in NOISE)
                }  # fmt: skip
    if len(inside) + len(whole) != 1:
        return None
    return next(iter(inside | whole)), bool(whole)


def _size(t: Term, x: str, given: Given) -> Term:
    """How many members there are."""
    for s in subterms_of(t, BigOp):
        if isinstance(s, BigOp) and s.lower == _ONE and s.upper is not None and any(
            isinstance(m, Indexed) and m.name == x and m.indices == (Symbol(s.index),)
            for m in subterms_of(s.body, Indexed)
        ):  # fmt: skip
            return s.upper
    axes = given.shapes.get(x, ())
    if len(axes) == 1 and axes[0].lower == _ONE:
        return axes[0].upper
    raise _NotQuadratic


class _Sample:
    """The members of ``x``, 1 to ``upper``, or the one variable ``x`` (None); ``said``: what holds
    of names that are made here."""

    def __init__(
        self,
        x: str,
        upper: Term | None,
        moments: Moments,
        given: Given,
        relation: Term,
        identical: bool,
    ) -> None:
        self.same = identical or upper is None
        self.used: set[str] = set()  # of mean and variance, what counts
        self.said: set[Term] = set()
        self.x, self.upper, self.moments = x, upper, moments
        taken = {*free_names(relation), *given.definitions, *given.ranges, *given.shapes}
        for a in given.assumptions:
            taken |= free_names(a.term)
        self.taken = taken
        self.means = self._fresh("m")
        self.variances = self._fresh("v")

    def _fresh(self, letter: str) -> str:
        name = fresh(letter, self.taken)
        self.taken.add(name)
        return name

    def told(self) -> bool:
        """Whether all that counts of means and variances is said."""
        unsaid = {"mean"} if self.moments.mean is None else set()
        unsaid |= {"variance"} if self.moments.variance is None else set()
        return not self.used & unsaid

    def mean(self, i: Term | None) -> Term:
        self.used.add("mean")
        said = self.moments.mean
        return said if said is not None else self._own(self.means, i)

    def variance(self, i: Term | None) -> Term:
        self.used.add("variance")
        said = self.moments.variance
        return said if said is not None else self._own(self.variances, i)

    def _own(self, name: str, i: Term | None) -> Term:
        return Symbol(name) if self.same or i is None else Indexed(name, (i,))

    def given(self, given: Given, changed: Term) -> Given:
        """What is given besides expectations; variances are not negative."""
        names = free_names(changed)
        axis = () if self.same or self.upper is None else (Range(_ONE, self.upper),)
        own = {n: axis for n in (self.means, self.variances) if n in names}
        kept = tuple(a for a in given.assumptions if not _is_of_chance(a.term, self.x))
        if self.variances in own:
            variance = self._own(self.variances, Symbol(self._fresh("i")))
            nonnegative = Relation(">=", variance, _ZERO)
            self.said.add(nonnegative)
            kept = (*kept, Assumption("relation", nonnegative))
        definitions = {n: d for n, d in given.definitions.items() if n in names}
        shapes = {n: s for n, s in given.shapes.items() if n != self.x}
        return replace(given, shapes={**shapes, **own}, definitions=definitions, assumptions=kept)

    def without_chance(self, t: Term) -> Term:
        """``t`` with its expectations, variances and covariances by means and variances."""
        match t:
            case Call(name, (a,), 0) if name in VARIANCES:
                return self._second(a, a)
            case Call(name, (a, b), 0) if name in COVARIANCES:
                return self._second(a, b)
            case Call(name, (a,), 0) if name.partition("_")[0] in EXPECTATIONS:
                return self._expected(self.without_chance(a))
            case Call(name) if is_chance(name):
                raise _NotQuadratic
            case Indexed(name) | Symbol(name) if name == self.x:
                return t  # of an expectation around it
        return rebuild(t, self.without_chance)

    def _second(self, a: Term, b: Term) -> Term:
        parts = [self.without_chance(s) for s in (a, b)]
        if any(self._degree(s) > 1 for s in parts):
            raise _NotQuadratic
        centred = [Add((s, Neg(self._at_means(s)))) for s in parts]
        square = Pow(centred[0], _TWO) if a == b else Mul(tuple(centred))
        return self._expected(square)

    def _expected(self, q: Term) -> Term:
        degree = self._degree(q)
        if degree > 2:
            raise _NotQuadratic
        middle = self._at_means(q)
        if degree < 2:
            return middle
        if self.upper is None:
            up, down = (self._at_means(q, None, sign) for sign in (1, -1))
            bend = Add((Mul((_HALF, Add((up, down)))), Neg(middle)))
            return Add((middle, Mul((self.variance(None), bend))))
        at = self._fresh("l")
        up, down = (self._at_means(q, Symbol(at), sign) for sign in (1, -1))
        bend = Add((Mul((_HALF, Add((up, down)))), Neg(middle)))
        body = Mul((self.variance(Symbol(at)), bend))
        return Add((middle, BigOp("sum", at, _ONE, self.upper, body)))

    def _at_means(self, q: Term, at: Term | None = None, sign: int = 0) -> Term:
        """Q(m), or Q(m + e_l), Q(m - e_l)."""

        def change(t: Term) -> Term:
            match t:
                case Indexed(name, (i,)) if name == self.x and self.upper is not None:
                    step: Term = Delta(i, at) if at is not None else _ONE
                    return self._moved(self.mean(i), step, sign)
                case Symbol(name) if name == self.x:
                    return self._moved(self.mean(None), _ONE, sign)
            return rebuild(t, change)

        return change(q)

    def _moved(self, mean: Term, step: Term, sign: int) -> Term:
        return Add((mean, step if sign > 0 else Neg(step))) if sign else mean

    def _degree(self, t: Term) -> int:
        """The degree of a polynomial in the sample."""
        match t:
            case Symbol(name) if name == self.x:
                return 1
            case Indexed(name, indices) if name == self.x:
                if len(indices) != 1:
                    raise _NotQuadratic
                return 1
            case Add(terms):
                return max(map(self._degree, terms))
            case Mul(factors):
                return sum(map(self._degree, factors))
            case Neg(arg):
                return self._degree(arg)
            case Div(above, below) if self._degree(below) == 0:
                return self._degree(above)
            case Pow(base, Number(value)) if value.denominator == 1 and value > 0:
                return int(value) * self._degree(base)
            case BigOp("sum", _, _, _, body, None):
                return self._degree(body)
        if self.x in free_names(t):
            raise _NotQuadratic
        return 0


def _is_of_chance(t: Term, x: str) -> bool:
    calls = (s for s in subterms_of(t, Call) if isinstance(s, Call))
    return x in free_names(t) or any(is_chance(c.name) for c in calls)
