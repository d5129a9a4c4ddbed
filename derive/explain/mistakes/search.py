"""Which mistake turns a true line into a false one.

Every row of the table is tried at every place, one place at a time (or at all equal ones): in
the left side, in what it becomes by differentiating and by putting definitions in, and backwards
in the right side.  What comes out is looked at by the refuter and, if it stands, proved equal by
the kernel; nothing is named that is not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from derive.explain.differentiation import DERIVATIVES, LINEAR, PROPER, TRIVIAL
from derive.explain.matching import Rows, first
from derive.explain.mistakes.row import Change, Line, Mistake, line_of, swapped
from derive.explain.mistakes.table import GROUPS
from derive.explain.scope import Scope
from derive.explain.tidy import tidy
from derive.prover.decide import decide
from derive.prover.normal_form.context import Limits
from derive.prover.refuter.refute import Refuter
from derive.prover.refuter.spot import Spot
from derive.term import (
    Call,
    Claim,
    Component,
    Derivative,
    Indexed,
    Relation,
    Symbol,
    Term,
    alpha_equal,
    children,
    rebuild,
    replace,
    subterms,
    subterms_of,
)

SMALL = Limits(operations=15_000)
TRIED = 600  # changes that are compared for one line
LARGEST = 400  # nodes of a line in which a mistake is looked for
DEARER = 3
STAGES = 8  # rounds of differentiating or putting in
NAMED = 2  # mistakes that are named at most


class Diagnosis(NamedTuple):
    """``mistake``: the row.  ``part``: where it was made, in the line before (``undone``: in the
    false line itself); None where it concerns the whole line.  ``made``: the false line as the
    mistake makes it."""

    mistake: Mistake
    part: Term | None = None
    undone: bool = False
    made: Term | None = None


def diagnose(claim: Claim) -> tuple[Diagnosis, ...]:
    """The mistakes that turn the left side of the false ``claim`` into its right side, the most
    telling first; none where none of the table does within the budget."""
    relation = claim.relation
    if not isinstance(relation, Relation):
        return ()
    if sum(1 for _ in subterms(relation)) > LARGEST:
        return ()
    search = _Search(claim, relation)
    found: dict[str, Diagnosis] = {}
    try:
        for group in GROUPS:
            for diagnosis in search.among(group):
                found.setdefault(diagnosis.mistake.name, diagnosis)
                if len(found) == NAMED:
                    return _nearest(found.values(), relation)
            if found:
                break
    except (_Spent, RecursionError):
        pass
    return _nearest(found.values(), relation)


def _nearest(found: Iterable[Diagnosis], relation: Relation) -> tuple[Diagnosis, ...]:
    """First what is written with the functions of the false line: where tanh is gone from it, the
    derivative of tanh was not remembered but worked out."""
    functions = {s.name for s in subterms_of(relation.right, Call)}

    def foreign(d: Diagnosis) -> int:
        made = () if d.made is None else subterms_of(d.made, Call)
        return len({s.name for s in made} - functions)

    return tuple(sorted(found, key=foreign))


class _Spent(Exception):
    """As many changes were compared as one line is worth."""


class _Search:
    def __init__(self, claim: Claim, relation: Relation) -> None:
        self.claim, self.relation = claim, relation
        self.scope = line_of(claim)
        self.stages = _stages(relation.left, self.scope)
        self.tried = 0
        # an equation that is given is solved anew at each point at which a change is looked at
        self.costs = 1 + DEARER * any(_is_equation(a.term) for a in claim.given.assumptions)
        self.seen = set[Term]()
        self.spot = Spot(claim, self.scope.near)

    def among(self, rows: Sequence[Mistake]) -> Iterator[Diagnosis]:
        """The line as it stands is asked before what it becomes."""
        equation = self.relation.op == "="
        for n, stage in enumerate(self.stages):
            for row in rows:
                if row.meant is not None and n == 0 and any(map(self.holds, row.meant(self.claim))):
                    yield Diagnosis(row)
                if row.made is not None and equation:
                    yield from self.made(row, row.made, stage)
                if row.undone is not None and equation and n == 0:
                    yield from self.undone(row, row.undone)

    def made(self, row: Mistake, change: Change, stage: Term) -> Iterator[Diagnosis]:
        for part, wrong in changed(stage, change, self.scope):
            if self.equal(wrong, self.relation.right):
                yield Diagnosis(row, part, made=wrong)
                return

    def undone(self, row: Mistake, change: Change) -> Iterator[Diagnosis]:
        for part, right in changed(self.relation.right, change, self.scope):
            if self.equal(self.relation.left, right):
                yield Diagnosis(row, part, undone=True)
                return

    def equal(self, left: Term, right: Term) -> bool:
        relation = replace(self.relation, left=left, right=right)
        if relation in self.seen:  # another row has come to this
            return False
        self.seen.add(relation)
        return self.holds(replace(self.claim, relation=relation))

    def may_hold(self, t: Term) -> bool:
        if not isinstance(t, Relation) or t.op != "=":
            return True
        return self.spot.may_be_equal(t.left, t.right)

    def holds(self, claim: Claim) -> bool:
        self.tried += self.costs
        if self.tried > TRIED:
            raise _Spent
        if claim.given is self.claim.given and not self.may_hold(claim.relation):
            return False
        look = Refuter(claim).after(1)
        if look.counterexample is not None or not look.agreed:
            return False
        return decide(claim, SMALL).status == "proved"


def _is_equation(t: Term) -> bool:
    return isinstance(t, Relation) and t.op == "="


# --- places --------------------------------------------------------------------------------------


def changed(t: Term, change: Change, scope: Line) -> Iterator[tuple[Term, Term]]:
    """Each part that ``change`` applies to, and ``t`` with that part changed: everywhere, then at
    one of its places."""
    counts: dict[Term, int] = {}
    for part in subterms(t):
        counts[part] = counts.get(part, 0) + 1
    for part, count in counts.items():
        for other in change(part, scope):
            if other != part:
                yield part, swapped(t, part, other)
                if count > 1:
                    for n in range(count):
                        yield part, _swapped_once(t, part, other, n)


def _swapped_once(t: Term, old: Term, new: Term, n: int) -> Term:
    """``t`` with ``new`` at the ``n``-th place of ``old``."""
    left = n

    def at(s: Term) -> Term:
        nonlocal left
        if s == old:
            left -= 1
            return new if left == -1 else s
        return rebuild(s, at)

    return at(t)


# --- stages --------------------------------------------------------------------------------------


def _stages(t: Term, scope: Scope) -> tuple[Term, ...]:
    """``t``; then, rule by rule, with its derivatives worked out, those of known functions from
    the table and then from their definitions; at last with its names put in."""
    found = [t]
    for known in (True, False):
        stage = t
        for _ in range(STAGES):
            further = _worked_out(stage, scope, known)
            if further == stage:
                break
            stage = further
            found.append(stage)
    found.append(_put_in(t, scope))
    return tuple(dict.fromkeys(found))


RULES = Rows((*TRIVIAL, *LINEAR, *PROPER))


def _worked_out(t: Term, scope: Scope, known: bool) -> Term:
    """Each outermost derivative by one rule, or with what it differentiates put in."""
    if not isinstance(t, Derivative):
        return rebuild(t, lambda s: _worked_out(s, scope, known))
    if isinstance(t.body, Derivative):
        return replace(t, body=_worked_out(t.body, scope, known))
    quoted = known and isinstance(t.body, Call) and t.body.name in DERIVATIVES
    meaning = scope.unfold(t.body) if _is_name(t.body) and not quoted else None
    if meaning is not None:
        return replace(t, body=meaning)
    found = first(RULES, t, scope)
    return tidy(found[1]) if found else t


def _put_in(t: Term, scope: Scope) -> Term:
    """``t`` with what its names mean, one level."""
    meaning = scope.unfold(t) if _is_name(t) else None
    return meaning if meaning is not None else rebuild(t, lambda s: _put_in(s, scope))


def _is_name(t: Term) -> bool:
    return isinstance(t, (Symbol, Indexed, Call, Component))


# --- where no mistake is found -------------------------------------------------------------------


def differing(claim: Claim) -> tuple[Term, Term] | None:
    """The smallest parts in which the two sides differ, where they are built alike above them;
    None where they differ in the whole."""
    relation = claim.relation
    if not isinstance(relation, Relation):
        return None
    left, right = relation.left, relation.right
    while True:
        below = _one_difference(left, right)
        if below is None:
            break
        left, right = below
    return None if left is relation.left else (left, right)


def _one_difference(left: Term, right: Term) -> tuple[Term, Term] | None:
    if type(left) is not type(right):
        return None
    parts, others = children(left), children(right)
    if len(parts) != len(others):
        return None
    pairs = [(a, b) for a, b in zip(parts, others, strict=True) if not alpha_equal(a, b)]
    return pairs[0] if len(pairs) == 1 else None
