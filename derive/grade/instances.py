"""A line holds for other names and values as well: P_j for the P_i of the claim, tanh(x) read at
x/2, what Z means for a Z of the solution's own.

Throughout: ``t`` is the claim, ``e`` an equation of the solution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations

from derive.explain.scope import Scope
from derive.grade.equations import MIRRORED, UNREAD, Case, Equation, under
from derive.grade.targets import DEEPEST, Target
from derive.term import (
    BigOp,
    Call,
    Claim,
    Definition,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Mul,
    Neg,
    Number,
    Relation,
    Symbol,
    Term,
    contains,
    free_names,
    rebuild,
    substitute,
    subterms_of,
    term,
)

MOST = 4  # values at which a line is read
CONSTANTS = frozenset({"e", "pi"})  # letters that are no names
Same = Callable[[Term, Term], bool]


# --- free names ------------------------------------------------------------------------------


def renamed(
    chains: Sequence[Sequence[Equation]], targets: Sequence[Target], same: Same
) -> Iterator[list[Equation]]:
    """The chains with what names of their own mean put in, and with their free names called as in
    the claim whose sides they begin or end with, where that is better.  A letter that stands for a
    number of the claim in one of them does so in all."""
    found = [_best(chain, targets, same) for chain in chains]
    chains, chosen = [chain for chain, _ in found], [names for _, names in found]
    numbers = {
        name: t
        for names in chosen
        for name, t in names.items()
        if not any(name in s.given.ranges or _text(t) in s.given.ranges for s in targets)
    }
    for chain, names in zip(chains, chosen, strict=True):
        written = _free(chain)
        if not names and not written & set(map(_text, numbers.values())):
            names = {name: t for name, t in numbers.items() if name in written}
        yield [_with(e, names) for e in chain] if names else list(chain)


def _best(
    chain: Sequence[Equation], targets: Sequence[Target], same: Same
) -> tuple[Sequence[Equation], Mapping[str, Term]]:
    """The chain with what its own names mean, or (y = 2x) as it stands, and what else to call
    its names."""
    opened = [_opened(e) for e in chain]
    best = max((_meets(opened, t, same) for t in targets), default=0)
    chosen: tuple[Sequence[Equation], Mapping[str, Term]] = opened, {}
    everywhere_first = sorted(targets, key=lambda t: t.case is not None)
    for way in (opened,) if opened == chain else (opened, chain):
        for t in everywhere_first if best < 2 else ():
            for names in _renamings(way, t):
                found = _meets([_with(e, names) for e in (way[0], way[-1])], t, same)
                if found > best:
                    best, chosen = found, (way, names)
    return chosen


def _opened(e: Equation) -> Equation:
    """The line with what its document's own names mean in their places."""
    own = {name: meaning for name, meaning in e.own if meaning is not None}
    if not own or e.verdict == "unread":
        return e
    scope = Scope(Given(definitions=own))
    return e._replace(left=_meant(e.left, scope), right=_meant(e.right, scope))


def _meant(t: Term, scope: Scope, around: frozenset[str] = frozenset(), depth: int = 0) -> Term:
    """``t`` with what names mean put in; no name of a meaning becomes a dummy's, and what is
    differentiated by stays what it is."""
    own = scope.given.definitions
    match t:
        case Symbol(name) | Indexed(name) | Call(name) if name in own and depth < DEEPEST:
            meaning = scope.unfold(t)
            if meaning is not None and not (free_names(meaning) - free_names(t)) & around:
                return _meant(meaning, scope, around, depth + 1)
        case BigOp(index=index):
            around |= {index}
        case Derivative(_, variable) if free_names(variable) & own.keys():
            return t
    return rebuild(t, lambda s: _meant(s, scope, around, depth))


def _renamings(chain: Sequence[Equation], t: Target) -> Iterator[Mapping[str, Term]]:
    ranges = t.given.ranges
    free, letters = _free(chain), _letters(chain) | set(ranges)
    plain = _plain(t)
    limited = {name for e in chain for name, meaning in e.own if not _runs_with(meaning, plain)}
    fixed = limited | CONSTANTS | _bounds(t)
    foreign = free - fixed - set(t.given.shapes) - set(t.given.definitions)
    claimed = free_names(t.left) | free_names(t.right)
    here = sorted(free & letters & (foreign | set(ranges)))
    there = sorted(claimed & set(ranges))
    numbers = sorted(foreign & _numbers(chain) - letters)
    wanted = sorted(claimed & plain - free)
    if len(numbers) > len(wanted):  # some are the solution's own
        numbers = []
    if not here + numbers or len(here) > len(there):
        return
    for names in permutations(there, len(here)):
        if all(ranges.get(a, ranges[b]) == ranges[b] for a, b in zip(here, names, strict=True)):
            for others in permutations(wanted, len(numbers)):
                pairs = (*zip(here, names, strict=True), *zip(numbers, others, strict=True))
                changed = {a: Symbol(b) for a, b in pairs if a != b}
                if changed:
                    yield changed


def _free(chain: Sequence[Equation]) -> set[str]:
    return {n for e in chain for s in (e.left, e.right) for n in free_names(s)}


def _letters(chain: Sequence[Equation]) -> set[str]:
    """Names that stand as an index somewhere."""
    found = set[str]()
    for e in chain:
        relation = Relation("=", e.left, e.right)
        found.update(*(free_names(i) for s in subterms_of(relation, Indexed) for i in s.indices))
        found.update(*(free_names(s) for s in subterms_of(relation, Delta)))
    return found


def _numbers(chain: Sequence[Equation]) -> set[str]:
    """Names that stand for a number somewhere: no function, no family."""
    return {
        s.name
        for e in chain
        for s in subterms_of(Relation("=", e.left, e.right), Symbol)
        if not s.name.startswith(UNREAD)
    }


def _plain(t: Target) -> set[str]:
    """The numbers of a claim of which no more is given."""
    shapes = {name for name, axes in t.given.shapes.items() if not axes}
    return shapes - _bounds(t) - set(t.given.ranges) - set(t.given.definitions)


def _runs_with(meaning: Definition | None, plain: Iterable[str]) -> bool:
    """Does a name with this meaning take all values, as y = 2x does?"""
    if meaning is None or meaning.indices or meaning.parameters:
        return False
    return any(_multiple(meaning.body, x) for x in plain)


def _bounds(t: Target) -> set[str]:
    axes = (*t.given.ranges.values(), *(a for axes in t.given.shapes.values() for a in axes))
    return {name for axis in axes for bound in axis for name in free_names(bound)}


def _text(t: Term) -> str:
    return t.name if isinstance(t, Symbol) else ""


def _meets(chain: Sequence[Equation], t: Target, same: Same) -> int:
    """How many ends of the chain are sides of the claim."""
    case = t.case or next((e.case for e in chain if e.case is not None), None)
    ends = under(chain[0].left, case), under(chain[-1].right, case)
    sides = [under(s, case) for s in (t.left, t.right)]
    return sum(any(same(end, side) for side in sides) for end in ends)


def _with(e: Equation, names: Mapping[str, Term]) -> Equation:
    left, right = substitute(e.left, names), substitute(e.right, names)
    return e._replace(left=left, right=right, case=_renamed_case(e.case, names))


def _renamed_case(case: Case | None, names: Mapping[str, Term]) -> Case | None:
    if case is None:
        return None
    left, right = substitute(case.left, names), substitute(case.right, names)
    if isinstance(left, Symbol) and isinstance(right, Symbol) and right.name < left.name:
        return Case(right, left, frozenset(MIRRORED.get(order, order) for order in case.orders))
    return Case(left, right, case.orders)


# --- other values ----------------------------------------------------------------------------


def read_elsewhere(
    equations: Sequence[Equation], t: Target, holds: Callable[[Claim], bool]
) -> Iterator[Equation]:
    """The equations with c·x for a number x that nothing else is said of, for each c that makes
    the argument of one of their functions that of the same function in the claim; and with m for x
    where f(x) stands in them, f(m) in the claim, and what is said of x holds of m."""
    said = {name for a in t.given.assumptions for name in free_names(a.term)}
    usable = [
        e
        for e in equations
        if e.case is None and not contains(e.left, Derivative) and not contains(e.right, Derivative)
    ]
    for name, axes in t.given.shapes.items():
        if axes or name in t.given.definitions:
            continue
        for value in _values(usable, t, name, holds):
            yield from (_with(e, {name: value}) for e in usable)
        if name in said:
            continue
        wanted = _coefficients((t.left, t.right), name)
        written = _coefficients((s for e in usable for s in (e.left, e.right)), name)
        found = {a / b for f, a in wanted for g, b in written if f == g} - {Fraction(1)}
        for c in sorted(found)[:MOST]:
            by = {name: Mul((term(c), Symbol(name)))}
            yield from (
                e._replace(left=substitute(e.left, by), right=substitute(e.right, by))
                for e in usable
            )


def _values(
    usable: Sequence[Equation], t: Target, name: str, holds: Callable[[Claim], bool]
) -> Iterator[Term]:
    """What functions are applied to in the claim, and to the number in the equations."""
    own = (s for e in usable for s in (e.left, e.right))
    applied = {c.name for c in _applied(own) if c.args == (Symbol(name),)}
    values = {c.args[0]: None for c in _applied((t.left, t.right)) if c.name in applied}
    conditions = [a.term for a in t.given.assumptions if name in free_names(a.term)]
    for value in list(values)[:MOST]:
        if name not in free_names(value) and all(
            holds(Claim(substitute(s, {name: value}), t.given)) for s in conditions
        ):
            yield value


def _applied(terms: Iterable[Term]) -> Iterator[Call]:
    calls = (c for s in terms for c in subterms_of(s, Call))
    return (c for c in calls if isinstance(c, Call) and len(c.args) == 1)


def _coefficients(terms: Iterable[Term], name: str) -> set[tuple[str, Fraction]]:
    """The functions whose argument is a multiple of the number, and of which: (f, c) for f(cx)."""
    found = ((c.name, _multiple(c.args[0], name)) for c in _applied(terms) if not c.order)
    return {(f, c) for f, c in found if c}


def _multiple(t: Term, name: str) -> Fraction:
    """c, where ``t`` is c·x; else 0."""
    match t:
        case Symbol(x) if x == name:
            return Fraction(1)
        case Neg(s):
            return -_multiple(s, name)
        case Div(s, Number(n)) if n:
            return _multiple(s, name) / n
        case Mul((Number(n), s)):
            return n * _multiple(s, name)
        case Mul((Div(Number(m), Number(n)), s)) if n:
            return Fraction(m) / n * _multiple(s, name)
    return Fraction(0)
