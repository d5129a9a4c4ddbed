"""Expectations as weighted sums: E[f(X)] is Σ_k P_k f(X_k) with Σ_k P_k = 1.

What holds for every finite probability space is what follows from the linearity of E and E[1] = 1.
Var and Cov are their definitions by E.  Under independence each random variable has a sum of its
own.

Throughout: ``E`` is the name of an expectation, \\mathbb{E} or \\mathbb{E}_{p}; ``random`` are the
names of random variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from derive.read.matrices import is_capital
from derive.read.moments import (
    CERTAIN,
    COVARIANCES,
    EXPECTATIONS,
    NOISE,
    VARIANCES,
    hidden,
    is_chance,
    tells_a_moment,
)
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Component,
    Definition,
    Derivative,
    Given,
    Indexed,
    Mul,
    Neg,
    Pow,
    Relation,
    Symbol,
    Term,
    free_names,
    fresh,
    rebuild,
    replace,
    substitute,
    subterms,
    subterms_of,
    term,
)

_ONE, _TWO = term(1), term(2)
_DEPTH = 6  # of definitions put in


class Expected(NamedTuple):
    """A relation without E, with what is given for it; ``needs``: what it supposes; ``said``: what
    the text says of expectations, by the same without E, and None by what makes weights."""

    relation: Relation
    given: Given
    needs: tuple[Assumption, ...]
    said: Mapping[Assumption, Assumption | None]


def speaks_of_chance(relation: Relation) -> bool:
    return any(_is_expectation(s) or _is_variance(s) for s in subterms(relation))


def expected(
    relation: Relation, given: Given, chance: bool, independent: bool
) -> Iterator[Expected]:
    """The relation with its expectations as sums, then for independent random variables.

    ``chance``: the text speaks of chance, so that a plain E is an expectation for certain.
    ``independent``: it says that variables are independent.
    """
    own = {n: d for n, d in given.definitions.items() if not is_chance(n)}
    known = replace(given, definitions=own)
    plain = any(_name_of(s) == "E" for s in subterms(relation))
    opened = _opened(relation, known, frozenset(), 0, "E" if plain else CERTAIN)
    chance = chance or any(_is_variance(s) for s in subterms(relation))
    names = {_name_of(s) for s in subterms(opened) if _is_expectation(s)} - {""}
    if not names or _nested(opened, names):
        return
    assert isinstance(opened, Relation)
    random = _random(opened)
    if not random or random & hidden(opened, known):
        return
    needs: tuple[Assumption, ...] = ()
    if not chance and names == {"E"}:
        x = Symbol(min(random))
        mean = _sum("k", "N", Mul((Indexed("P", (Symbol("k"),)), Indexed(x.name, (Symbol("k"),)))))
        needs = (Assumption("relation", Relation("=", Call("E", (x,)), mean)),)
    taken = {*free_names(opened), *given.definitions, *given.ranges}
    taken |= set[str]().union(*(free_names(a.term) for a in given.assumptions))
    e = min(names, key=len)
    together = _Space(e, random, taken, apart=False)
    yield together.expected(opened, known, needs)
    moments = _moments(opened, known, random, e.partition("_")[0])
    if moments:
        of_names = {n: _opened(t, known, frozenset(), 0, e) for n, t in moments.items()}
        by_name = substitute(opened, of_names)
        said = tuple(
            Assumption("relation", Relation("=", Symbol(n), t)) for n, t in moments.items()
        )
        assert isinstance(by_name, Relation)
        if by_name.left != by_name.right:  # no more than what is supposed
            space = _Space(e, random, set(taken), apart=False)
            yield space.expected(by_name, known, (*needs, *said))
    if len(random) > 1 and (independent or not _has_covariances(relation, known)):
        pairs = combinations(map(Symbol, sorted(random)), 2)
        apart = tuple(
            Assumption(
                "relation",
                Relation("=", Call(e, (Mul((x, y)),)), Mul((Call(e, (x,)), Call(e, (y,))))),
            )
            for x, y in pairs
        )
        space = _Space(e, random, taken, apart=True)
        yield space.expected(opened, known, needs if independent else (*needs, *apart))


def _has_covariances(relation: Relation, given: Given) -> bool:
    """Whether it speaks of covariances: nobody who does so means variables to be independent."""
    called = free_names(relation)
    for name in called & given.definitions.keys():
        called = called | free_names(given.definitions[name].body)
    return bool(called & COVARIANCES)


def _moments(t: Term, given: Given, random: Set[str], mean: str) -> dict[str, Term]:
    """The names of which nothing is said that are used for means and standard deviations:
    \\mu_X and \\sigma_X, and \\mu and \\sigma where there is one random variable."""
    found: dict[str, Term] = {}
    for x in sorted(random):
        for low in (f"_{{{x}}}", *([""] if len(random) == 1 else [])):
            found[rf"\mu{low}"] = Call(mean, (Symbol(x),))
            found[rf"\sigma{low}"] = Call("sqrt", (Call("Var", (Symbol(x),)),))
    names = free_names(t) - given.definitions.keys()
    return {n: meant for n, meant in found.items() if n in names}


def _is_variance(t: Term) -> bool:
    return isinstance(t, Call) and t.name in VARIANCES | COVARIANCES


def _is_expectation(t: Term) -> bool:
    return _name_of(t) != ""


def _name_of(t: Term) -> str:
    """The name of an expectation with its subscript, "" where ``t`` is none."""
    if isinstance(t, Component) and isinstance(t.of, Call) and _name_of(t.of):
        return f"{t.of.name}_{len(t.indices)}{t.indices}"
    if isinstance(t, Call) and len(t.args) == 1 and not t.order:
        return t.name if t.name.partition("_")[0] in EXPECTATIONS else ""
    return ""


def _inside(t: Term) -> Term:
    call = t.of if isinstance(t, Component) else t
    assert isinstance(call, Call)
    return call.args[0]


def _opened(t: Term, given: Given, path: frozenset[str], depth: int, mean: str) -> Term:
    """``t`` with Var and Cov by the expectation ``mean``, and with what is defined by random
    variables put in."""
    if depth > _DEPTH:
        return t

    def change(s: Term) -> Term:
        return _opened(s, given, path, depth, mean)

    match t:
        case Call(name, (a,), 0) if name in VARIANCES:
            a = change(a)
            return Call(mean, (Pow(Add((a, Neg(Call(mean, (a,))))), _TWO),))
        case Call(name, (a, b), 0) if name in COVARIANCES:
            parts = [Add((s, Neg(Call(mean, (s,))))) for s in map(change, (a, b))]
            return Call(mean, (Mul(tuple(parts)),))
        case Symbol(name) if name in given.definitions and name not in path:
            d = given.definitions[name]
            if not d.parameters and not d.indices:
                return _opened(d.body, given, path | {name}, depth + 1, mean)
        case Call(name, args, 0) if name in given.definitions and name not in path:
            d = given.definitions[name]
            if len(d.parameters) == len(args):
                by = dict(zip(d.parameters, args, strict=True))
                return _opened(substitute(d.body, by), given, path | {name}, depth + 1, mean)
        case Call(name, (Symbol(v) as x,), order) if name in given.definitions and name not in path:
            d = given.definitions[name]
            if len(d.parameters) == 1 and v not in given.definitions:
                by = {d.parameters[0]: x}
                slope = substitute(d.body, by)
                for _ in range(order):
                    slope = Derivative(slope, x)
                return _opened(slope, given, path | {name}, depth + 1, mean)
    return rebuild(t, change)


def _nested(t: Term, names: Set[str]) -> bool:
    """Whether expectations by different variables stand in each other."""
    return len(names) > 1 and any(
        _is_expectation(inner) and _name_of(inner) != _name_of(s)
        for s in subterms(t)
        if _is_expectation(s)
        for inner in subterms(_inside(s))
    )


def _random(t: Term) -> frozenset[str]:
    """The random variables: capital letters and noise in an expectation, what stands in one alone;
    where there is none of these, the letters x, y, z that stand nowhere else."""
    found: set[str] = set()
    inside: set[str] = set()
    for s in subterms(t):
        if _is_expectation(s):
            argument = _inside(s)
            names = {
                v.name for v in subterms_of(argument, Symbol, Indexed)
                if isinstance(v, (Symbol, Indexed))
            }  # fmt: skip
            inside |= names
            found |= {name for name in names if is_capital(name) or name in NOISE}
            if isinstance(argument, (Symbol, Indexed)):
                found.add(argument.name)
    if not found:
        found = inside & {"x", "y", "z"} - _outside(t)
    return frozenset(found) if not found & _outside(t) else frozenset()


def _outside(t: Term) -> set[str]:
    """The names that stand outside of all expectations."""
    if _is_expectation(t):
        return set()
    if isinstance(t, (Symbol, Indexed)):
        return {t.name}
    found: set[str] = set()

    def look(s: Term) -> Term:
        found.update(_outside(s))
        return s

    rebuild(t, look)
    return found


def _sum(index: str, upper: str, body: Term) -> Term:
    return BigOp("sum", index, _ONE, Symbol(upper), body)


@dataclass(slots=True)
class _Space:
    """A finite probability space for ``random``; ``apart``: one for each of them; ``mean``: the
    name of the expectation."""

    mean: str
    random: frozenset[str]
    taken: set[str]
    apart: bool
    weights: dict[tuple[str, str], str] = field(default_factory=dict)  # by expectation and variable
    sizes: dict[str, str] = field(default_factory=dict)

    def expected(self, t: Relation, given: Given, needs: tuple[Assumption, ...]) -> Expected:
        changed = self._changed(t, {})
        assert isinstance(changed, Relation)
        facts = dict(self._facts(given))
        weights = [Assumption("distribution", Symbol(p)) for p in self.weights.values()]
        rest = (a for a in given.assumptions if not free_names(a.term) & self.random)
        shapes = {n: s for n, s in given.shapes.items() if n not in self.random}
        names = free_names(changed).union(*(free_names(a.term) for a in facts))
        definitions: dict[str, Definition] = {
            n: d for n, d in given.definitions.items() if n in names
        }
        given = replace(
            given, assumptions=(*rest, *facts, *weights), shapes=shapes, definitions=definitions
        )
        said: dict[Assumption, Assumption | None] = {**dict.fromkeys(weights), **facts}
        return Expected(changed, given, needs, said)

    def _facts(self, given: Given) -> Iterator[tuple[Assumption, Assumption]]:
        """What is given for expectations of these variables, E[X] = 3, without E and as said."""
        for a in given.assumptions:
            t = a.term
            if not isinstance(t, Relation) or not tells_a_moment(t.left, t.right, certain=True):
                continue
            fact = _opened(t, given, frozenset(), 0, self.mean)
            random = _random(fact)
            if random and random <= self.random:
                yield replace(a, term=self._changed(fact, {})), a

    def _changed(self, t: Term, at: Mapping[str, Term]) -> Term:
        """``t`` without E; ``at``: the outcome at which each random variable is taken."""
        if name := _name_of(t):
            argument = _inside(t)
            used = {
                v.name for v in subterms_of(argument, Symbol, Indexed)
                if isinstance(v, (Symbol, Indexed)) and v.name in self.random
            }  # fmt: skip
            return self._mean(name, argument, sorted(used), at)
        match t:
            case Symbol(x) if x in at:
                return Indexed(x, (at[x],))
            case Indexed(x, indices) if x in at:
                return Indexed(x, (*indices, at[x]))
        return rebuild(t, lambda s: self._changed(s, at))

    def _mean(self, name: str, argument: Term, used: list[str], at: Mapping[str, Term]) -> Term:
        groups = [[x] for x in used] if self.apart else [used]
        inner: dict[str, Term] = {}
        sums: list[tuple[str, str, str]] = []
        for group in groups:
            key = group[0] if self.apart and group else ""
            if key not in self.sizes:
                self.sizes[key] = self._fresh("N")
            if (name, key) not in self.weights:
                self.weights[name, key] = self._fresh("P")
            k = self._fresh("k")
            inner.update(dict.fromkeys(group, Symbol(k)))
            sums.append((k, self.sizes[key], self.weights[name, key]))
        body = self._changed(argument, {**at, **inner})
        for k, size, weight in reversed(sums):
            body = _sum(k, size, Mul((Indexed(weight, (Symbol(k),)), body)))
        return body

    def _fresh(self, letter: str) -> str:
        name = fresh(letter, self.taken)
        self.taken.add(name)
        return name
