"""What an author may have meant without saying it: suppositions, each a definition of a name of
unknown meaning, or that one thing does not depend on another.

A step that holds under one is proved with that as its need.  A supposition comes from the step
itself, where both sides have the same form but for the name (``... - 1 = \\hat{y}_k - 1``), from
what a name is made of (``g_{logistic}``), and from a short list of what is most often meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction

from derive.read.chains.free import varying
from derive.read.chains.likelihood import factorized
from derive.read.chains.losses import squared_errors
from derive.read.chains.matching import Match
from derive.read.chains.through import through
from derive.read.chains.undone import undone
from derive.read.chains.variables import free_indices
from derive.read.moments import tells_a_value
from derive.read.names import WORDS
from derive.term import (
    Add,
    Assumption,
    BigOp,
    Call,
    Claim,
    Definition,
    Derivative,
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
    bound_names,
    contains,
    free_names,
    fresh,
    rebuild,
    replace,
    subterms,
    subterms_of,
    term,
)

_GUESSES = 4
_MEAN = re.compile(r"\\bar\{(?P<bar>\\?[A-Za-z]+)\}|\\mu(?:_\{(?P<low>[A-Za-z])\})?")
_LETTER = re.compile(r"[A-Za-z]|\\(?!pi\b)[a-z]+")
_ONE = term(1)
_MINUS_ONE = Neg(Number(Fraction(1)))


@dataclass(frozen=True, slots=True)
class Supposition:
    """``definitions`` of names; ``values``: of terms that stand for something, f(x_i) = y_i;
    ``numbers``: names that depend on nothing, with their numbers of indices; ``said``: the same
    for the reader, where the definitions are not meant for one; ``goes_on``: what depends on what
    is to be supposed besides."""

    definitions: tuple[Definition, ...] = ()
    values: tuple[tuple[Term, Term], ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    said: tuple[Assumption, ...] = ()
    goes_on: bool = False

    def __bool__(self) -> bool:
        return bool(self.definitions or self.values)

    def applied(self, claim: Claim) -> tuple[Relation, Given]:
        """The relation and what is given for it, without what was said of names defined here."""
        more = {d.name: d for d in self.definitions}
        given = claim.given
        own = more.keys() | self.numbers.keys()
        others = tuple(a for a in given.assumptions if not free_names(a.term) & own)
        definitions = {**given.definitions, **more}
        scalars = (name for name, count in self.numbers.items() if not count)
        shapes = {**given.shapes, **dict.fromkeys(scalars, ())}
        given = replace(given, definitions=definitions, assumptions=others, shapes=shapes)

        def change(t: Term) -> Term:
            for old, new in self.values:
                if t == old:
                    return new
            return rebuild(t, change)

        changed = change(claim.relation)
        assert isinstance(changed, Relation)
        return changed, given

    def needs(self, claim: Claim) -> tuple[Assumption, ...]:
        """What is supposed, as assumptions; ``claim``: with the ranges of its sums."""
        if self.said:
            return self.said
        known = claim.given.definitions
        said = [(head(d), known.get(d.name, d).body) for d in self.definitions]
        return tuple(
            Assumption("relation", Relation("=", old, new)) for old, new in (*said, *self.values)
        )


def _of_several(relation: Relation) -> set[str]:
    """Functions that stand with several arguments: no notation for one quantity."""
    found: dict[str, set[Call]] = {}
    for s in subterms(relation):
        if isinstance(s, Call):
            found.setdefault(s.name, set()).add(replace(s, order=0))
    return {name for name, calls in found.items() if len(calls) > 1}


def _guesses(plain: Term, other: Term, new: Set[str]) -> Iterator[Supposition]:
    """A new name on one side may stand for any quotient or function's value on the other."""
    heads = (Symbol, Indexed, Call)
    b = next(s for s in subterms(other) if isinstance(s, heads) and s.name in new)
    found: list[Definition] = []
    for a in subterms(plain):
        if isinstance(a, (Div, Call, Pow)) and a != plain and len(found) < _GUESSES:
            match = Match(new)
            if match.bind(a, b, frozenset(bound_names(plain))) and not match.values:
                found += [d for d in match.definitions.values() if d not in found]
    for d in found:
        yield Supposition((d,))


def head(d: Definition) -> Term:
    """What a definition says the meaning of: x, x_i or f(x)."""
    if d.indices:
        return Indexed(d.name, tuple(map(Symbol, d.indices)))
    if d.parameters:
        return Call(d.name, tuple(map(Symbol, d.parameters)))
    return Symbol(d.name)


def matched(relation: Relation, unknown: Set[str]) -> list[Supposition]:
    """What names on one side mean where both sides have the same form but for them."""
    found: list[Supposition] = []
    for plain, other, new, all_ in _new_names(relation, unknown):
        for names in (new, all_):  # g'(z) dz = g'(z) d(x + b), where z is on both sides
            match = Match(names)
            if match.same(plain, other, frozenset()):
                if not match.whole(plain) and not any(
                    map(_exchanges_letters, match.definitions.values())
                ):
                    values = tuple(match.values)
                    found.append(Supposition(tuple(match.definitions.values()), values))
                break
    return sorted(found, key=lambda one: len(one.values))


def _exchanges_letters(d: Definition) -> bool:
    """Whether it says that one letter is another, λ = A: rather a slip than what was meant."""
    body = d.body
    return (
        isinstance(body, (Symbol, Indexed))
        and not d.parameters
        and all(_LETTER.fullmatch(name) is not None for name in (d.name, body.name))
    )


def _guessed(relation: Relation, unknown: Set[str]) -> Iterator[Supposition]:
    for plain, other, new, _ in _new_names(relation, unknown):
        if len(new) == 1 and not Match(new).same(plain, other, frozenset()):
            yield from _guesses(plain, other, new)


def _new_names(
    relation: Relation, unknown: Set[str]
) -> Iterator[tuple[Term, Term, Set[str], Set[str]]]:
    """One side, the other side, the names of unknown meaning that are new in that, and all."""
    if relation.op == "=":
        unknown = unknown - _of_several(relation) - free_indices(relation) - bound_names(relation)
        sides = (relation.left, relation.right)
        for plain, other in (sides, sides[::-1]):
            all_ = unknown & free_names(other)
            yield plain, other, all_ - free_names(plain), all_


def suppositions(
    claim: Claim, unknown: Set[str], equated: Set[str] = frozenset()
) -> Iterator[Supposition]:
    """What may be meant by names of unknown meaning, the most plausible first; ``equated``: names
    of which an equation says something, so that no other one introduces them."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    new = unknown - equated - _valued(claim.given)
    yield from matched(relation, new)
    yield from _guessed(relation, new)
    yield from dependences(claim, unknown)
    yield from (Supposition((d,)) for d in undone(relation, unknown))
    yield from _means(relation, claim.given, unknown)
    yield from _by_name(relation, unknown)
    yield from entries(relation, claim.given)
    yield from _usual(relation, claim.given)
    for whole, product in factorized(relation):
        yield Supposition(values=((whole, product),))
    for definitions, targets, fixed in squared_errors(relation, claim.given, unknown):
        said = [*(Relation("=", head(d), d.body) for d in definitions), *fixed]
        needs = tuple(Assumption("relation", one) for one in said)
        yield Supposition(definitions, (), targets, needs, goes_on=True)


def _valued(given: Given) -> set[str]:
    """The names whose values are given: s^2 = 1, P(A) = 0.3."""
    found = set[str]()
    for t in (a.term for a in given.assumptions):
        if isinstance(t, Relation) and t.op == "=":
            names = free_names(t) - free_indices(t)
            found |= names if len(names) == 1 else set()
            if isinstance(t.left, Call) and tells_a_value(t.left, t.right):
                found.add(t.left.name)
    return found


def dependences(claim: Claim, unknown: Set[str]) -> Iterator[Supposition]:
    """What depends on what through what."""
    assert isinstance(claim.relation, Relation)
    for definitions, said, numbers in through(claim.relation, claim.given, unknown):
        yield Supposition(definitions, (), numbers, said)


def independent(claim: Claim) -> Iterator[tuple[Claim, tuple[Assumption, ...]]]:
    """The claim if nothing varies but what is differentiated alone, and what that supposes:
    ∂/∂w (y - a)² where ∂a/∂w stands and ∂y/∂w does not; then if nothing varies at all."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    if found := _with_fixed(claim, all_=False):
        yield found
    vanishing = any(_is_derivative(side) for side in (relation.left, relation.right))
    if not vanishing and (found := _with_fixed(claim, all_=True)):
        yield found


def _is_derivative(t: Term) -> bool:
    """Whether t is nothing but derivatives by what is not mentioned in them, with factors."""
    match t:
        case Derivative(body, Symbol(name) | Indexed(name)):
            return name not in free_names(body) or _is_derivative(body)
        case Neg(arg) | Div(arg, _) | BigOp("sum", _, _, _, arg):
            return _is_derivative(arg)
        case Mul(factors):
            return any(map(_is_derivative, factors))
        case Add(terms):
            return all(map(_is_derivative, terms))
    return False


def _with_fixed(claim: Claim, all_: bool) -> tuple[Claim, tuple[Assumption, ...]] | None:
    alone = {
        (s.body.name, s.variable.name)
        for s in subterms(claim.relation)
        if isinstance(s, Derivative)
        and isinstance(s.body, (Symbol, Indexed))
        and isinstance(s.variable, (Symbol, Indexed))
    }
    given = claim.given
    kept: list[Assumption] = []
    needs: list[Assumption] = []
    for a in given.assumptions:
        t = a.term
        if a.kind == "varies" and isinstance(t, Derivative):
            names = free_names(t.body) | free_names(t.variable)
            if all_ or not any({name, x} == names for name, x in alone):
                needs.append(Assumption("relation", Relation("=", t, term(0))))
                continue
        kept.append(a)
    if not needs or not alone:
        return None
    fixed = {name for need in needs for name in free_names(_left(need.term))}
    arrays = {s.name for s in subterms(claim.relation) if isinstance(s, Indexed)}
    shapes = {**dict.fromkeys(sorted(fixed - arrays), ()), **given.shapes} if all_ else given.shapes
    given = replace(given, assumptions=tuple(kept), shapes=shapes)
    return replace(claim, given=given), tuple(needs)


def _left(t: Term) -> Term:
    return t.left if isinstance(t, Relation) else t


# --- from names -----------------------------------------------------------------------------------


def _by_name(relation: Relation, unknown: Set[str]) -> Iterator[Supposition]:
    """g_{logistic} is the logistic function."""
    found: dict[str, Definition] = {}
    for s in subterms(relation):
        if isinstance(s, Call) and s.name in unknown and len(s.args) == 1:
            low = s.name.partition("_")[2].strip("{}")
            if low in WORDS:
                found[s.name] = Definition(
                    s.name, Call(WORDS[low], (Symbol("z"),)), parameters=("z",)
                )
    if found:
        yield Supposition(tuple(found.values()))


def entries(relation: Relation, given: Given) -> Iterator[Supposition]:
    """a_ij beside a matrix A of which nothing more is said are its entries."""
    whole = {s.name for s in subterms_of(relation, Symbol) if isinstance(s, Symbol)}
    found: dict[str, Definition] = {}
    for s in subterms_of(relation, Indexed):
        assert isinstance(s, Indexed)
        capital = s.name.upper()
        known = s.name in given.definitions or s.name == capital or s.name in whole
        if len(s.name) == 1 and capital in whole - given.definitions.keys() and not known:
            letters = ("i", "j", "k", "l")[: len(s.indices)]
            entry = Indexed(capital, tuple(map(Symbol, letters)))
            found[s.name] = Definition(s.name, entry, indices=letters)
    if found:
        yield Supposition(tuple(found.values()))


def named_for_means(relation: Relation) -> dict[str, str]:
    """Names that are mostly means of what is summed, with the letter of that: \\bar{x} beside x_i,
    \\mu (of "") beside any sum."""
    if not contains(relation, BigOp):
        return {}
    entries = {s.name for s in subterms_of(relation, Indexed) if isinstance(s, Indexed)}
    found: dict[str, str] = {}
    for s in subterms_of(relation, Symbol):
        of = _MEAN.fullmatch(s.name) if isinstance(s, Symbol) else None
        if of is not None and (of["bar"] is None or of["bar"] in entries):
            found[of[0]] = of["bar"] or of["low"] or ""
    return found


def _means(relation: Relation, given: Given, unknown: Set[str]) -> Iterator[Supposition]:
    """\\bar{x} is the mean of all x_i, with the number of them or a name that is divided by."""
    found: dict[str, tuple[str, Range]] = {}
    vectors = [s.name for s in subterms_of(relation, Indexed) if isinstance(s, Indexed)]
    vectors = [n for n in dict.fromkeys(vectors) if len(given.shapes.get(n, ())) == 1]
    for name, letter in named_for_means(relation).items():
        x = letter or (vectors[0] if len(vectors) == 1 else "")
        axis = next(iter(given.shapes.get(x, ())), None)
        if name in unknown and axis is not None and axis.lower == _ONE:
            found[name] = (x, axis)
    if not found:
        return
    counts: list[Term] = [next(iter(found.values()))[1].upper]
    for s in subterms(relation):
        if isinstance(s, Div) and isinstance(s.denominator, Symbol) and s.numerator == _ONE:
            counts += [s.denominator] * (s.denominator not in counts)
    for count in counts:
        definitions: list[Definition] = []
        for name, (x, axis) in found.items():
            k = fresh("i", free_names(relation))
            total = BigOp("sum", k, axis.lower, axis.upper, Indexed(x, (Symbol(k),)))
            definitions.append(Definition(name, Div(total, count)))
        yield Supposition(tuple(definitions))


# --- what is most often meant ---------------------------------------------------------------------


def _usual(relation: Relation, given: Given) -> Iterator[Supposition]:
    """p_j = softmax(x)_j where ∂p_j/∂x_i stands, a = σ(z) or tanh(z) where ∂a/∂z does."""
    ranks = {s.name: len(s.indices) for s in subterms(relation) if isinstance(s, Indexed)}
    for name, x in sorted(varying(relation, given)):
        if x == name or name in given.definitions:
            continue
        if ranks.get(name) == ranks.get(x) == 1:
            taken = {name, x}
            j, k = fresh("j", taken), fresh("k", taken)
            top = Call("exp", (Indexed(x, (Symbol(j),)),))
            total = BigOp("sum", k, None, None, Call("exp", (Indexed(x, (Symbol(k),)),)))
            yield Supposition((Definition(name, Div(top, total), indices=(j,)),))
        elif name not in ranks and x not in ranks:
            for function in ("sigma", "tanh"):
                yield Supposition((Definition(name, Call(function, (Symbol(x),))),))
