"""A line holds for other names and values as well: P_j for the P_i of the claim, tanh(x) read at
x/2.

Throughout: ``t`` is the claim, ``e`` an equation of the solution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations

from derive.grade.equations import MIRRORED, Case, Equation, under
from derive.grade.targets import Target
from derive.term import (
    Call,
    Derivative,
    Div,
    Mul,
    Neg,
    Number,
    Symbol,
    Term,
    contains,
    free_names,
    substitute,
    subterms_of,
    term,
)

MOST = 4  # values at which a line is read
Same = Callable[[Term, Term], bool]


# --- free indices ----------------------------------------------------------------------------


def renamed(chain: Sequence[Equation], targets: Sequence[Target], same: Same) -> list[Equation]:
    """The chain with its free indices called as in the claim whose sides it begins or ends with;
    as it is where that is no better."""
    best = max((_meets(chain, t, same) for t in targets), default=0)
    chosen: Mapping[str, Term] = {}
    for t in targets:
        for names in _renamings(chain, t):
            found = _meets([_with(e, names) for e in (chain[0], chain[-1])], t, same)
            if found > best:
                best, chosen = found, names
    return [_with(e, chosen) for e in chain] if chosen else list(chain)


def _renamings(chain: Sequence[Equation], t: Target) -> Iterator[Mapping[str, Term]]:
    ranges = t.given.ranges
    here = sorted(
        {n for e in chain for s in (e.left, e.right) for n in free_names(s)} & set(ranges)
    )
    there = sorted((free_names(t.left) | free_names(t.right)) & set(ranges))
    if not here or len(here) > len(there):
        return
    for names in permutations(there, len(here)):
        if all(ranges[a] == ranges[b] for a, b in zip(here, names, strict=True)):
            changed = {a: Symbol(b) for a, b in zip(here, names, strict=True) if a != b}
            if changed:
                yield changed


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


def read_elsewhere(equations: Sequence[Equation], t: Target) -> Iterator[Equation]:
    """The equations with c·x for a number x that nothing else is said of, for each c that makes
    the argument of one of their functions that of the same function in the claim."""
    said = {name for a in t.given.assumptions for name in free_names(a.term)}
    usable = [
        e
        for e in equations
        if e.case is None and not contains(e.left, Derivative) and not contains(e.right, Derivative)
    ]
    for name, axes in t.given.shapes.items():
        if axes or name in said or name in t.given.definitions:
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


def _coefficients(terms: Iterable[Term], name: str) -> set[tuple[str, Fraction]]:
    """The functions whose argument is a multiple of the number, and of which: (f, c) for f(cx)."""
    calls = (c for t in terms for c in subterms_of(t, Call))
    found = (
        (c.name, _multiple(c.args[0], name))
        for c in calls
        if isinstance(c, Call) and len(c.args) == 1 and not c.order
    )
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
