"""Which mistake turns a true line into a false one.

Every row of the table is tried at every place, one place at a time (or at all equal ones): in
the left side, in what it becomes by differentiating and by putting definitions in, and backwards
in the right side.  What comes out is looked at by the refuter and, if it stands, proved equal by
the kernel; nothing is named that is not proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from derive.explain.mistakes.row import Change, Line, Mistake, line_of, swapped
from derive.explain.mistakes.stages import stages
from derive.explain.mistakes.table import ANYWHERE, DERIVATIVES, SUBJECTS, Group
from derive.prover.decide import decide
from derive.prover.normal_form.context import Limits
from derive.prover.refuter.refute import Refuter
from derive.prover.refuter.spot import Spot
from derive.term import (
    BigOp,
    Call,
    Claim,
    Delta,
    Derivative,
    Div,
    Indexed,
    Neg,
    Number,
    Relation,
    Term,
    alpha_equal,
    children,
    rebuild,
    replace,
    subterms,
    subterms_of,
)

SMALL = Limits(operations=15_000)
TRIED = 600  # changes that are compared for one line by each part of the table
LARGEST = 400  # nodes of a line in which a mistake is looked for
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
    found = (
        _told_by_derivatives(search)
        or _told_by_the_line(search, SUBJECTS)
        or _told_by_the_line(search, ANYWHERE)
    )
    return _nearest(found, relation)


def _told_by_derivatives(search: _Search) -> Sequence[Diagnosis]:
    """Mistakes in differentiating, in all that the line becomes: the derivative of tanh may be
    remembered wrongly, or worked out from what tanh means, which is the same false line."""
    found: dict[str, Diagnosis] = {}
    search.tried = 0
    try:
        for group in DERIVATIVES:
            for n in range(len(search.stages)):
                for diagnosis in search.among(group, n):
                    found.setdefault(diagnosis.mistake.name, diagnosis)
                    if len(found) == NAMED:
                        return tuple(found.values())
            if found:
                break
    except (_Spent, RecursionError):
        pass
    return tuple(found.values())


def _told_by_the_line(search: _Search, groups: Sequence[Group]) -> Sequence[Diagnosis]:
    """What a group explains in the line as it stands, or else in what it becomes next, and so
    on."""
    found: dict[str, Diagnosis] = {}
    search.tried = 0
    try:
        for n in range(len(search.stages)):
            for group in groups:
                for diagnosis in search.among(group, n):
                    found.setdefault(diagnosis.mistake.name, diagnosis)
                    if len(found) == NAMED:
                        return tuple(found.values())
                if found:
                    return tuple(found.values())
    except (_Spent, RecursionError):
        pass
    return tuple(found.values())


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
        self.stages = stages(relation.left, self.scope)
        self.written = tuple(dict.fromkeys((relation.right, _signs_inside(relation.right))))
        self.tried = 0
        self.seen = set[Term]()
        self.spot = Spot(claim, self.scope.near)

    def among(self, rows: Sequence[Mistake], n: int) -> Iterator[Diagnosis]:
        """What these rows explain at the ``n``-th stage; in the false line only at the first."""
        equation = self.relation.op == "="
        for row in rows:
            if row.meant is not None and n == 0 and any(map(self.holds, row.meant(self.claim))):
                yield Diagnosis(row)
            if row.made is not None and equation:
                yield from self.made(row, row.made, self.stages[n])
            if row.undone is not None and equation and n == 0:
                yield from self.undone(row, row.undone)

    def made(self, row: Mistake, change: Change, stage: Term) -> Iterator[Diagnosis]:
        for part, wrong in changed(stage, change, self.scope):
            if self.equal(wrong, self.relation.right):
                yield Diagnosis(row, part, made=wrong)
                return

    def undone(self, row: Mistake, change: Change) -> Iterator[Diagnosis]:
        for written in self.written:
            for part, right in changed(written, change, self.scope):
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
        self.tried += 1
        if self.tried > TRIED:
            raise _Spent
        if claim.given is self.claim.given and not self.may_hold(claim.relation):
            return False
        look = Refuter(claim).after(1)
        if look.counterexample is not None:
            return False
        relation = claim.relation
        if isinstance(relation, Relation) and self.scope.same(relation.left, relation.right):
            return True  # also where the kernel cannot say what it is worth, or there is a 0 below
        if not look.agreed:
            return False
        return decide(claim, SMALL).status == "proved"


# --- places --------------------------------------------------------------------------------------


def changed(t: Term, change: Change, scope: Line) -> Iterator[tuple[Term, Term]]:
    """Each part that ``change`` applies to, and ``t`` with that part changed: everywhere, then at
    one of its places."""
    counts: dict[Term, int] = {}
    for part in _places(t):
        counts[part] = counts.get(part, 0) + 1
    for part, count in counts.items():
        for other in change(part, scope):
            if other != part:
                if count == 1 or not isinstance(part, Number):  # equal numbers mean other things
                    yield part, swapped(t, part, other)
                if count > 1:
                    for n in range(count):
                        yield part, _swapped_once(t, part, other, n)


def _places(t: Term) -> Iterator[Term]:
    """``t`` and what stands in it, but for indices, bounds and what is differentiated by: a row
    about these changes the component, the sum or the derivative."""
    yield t
    for s in _inside(t):
        yield from _places(s)


def _inside(t: Term) -> Sequence[Term]:
    match t:
        case Indexed() | Delta():
            return ()
        case Derivative(body=body) | BigOp(body=body):
            return (body,)
    return children(t)


def _signs_inside(t: Term) -> Term:
    """``t`` with a minus before a fraction above its bar: a fraction of which above and below have
    the same in them shows it only so."""
    t = rebuild(t, _signs_inside)
    match t:
        case Neg(Div(above, below)):
            return Div(Neg(above), below)
    return t


def _swapped_once(t: Term, old: Term, new: Term, n: int) -> Term:
    """``t`` with ``new`` at the ``n``-th place of ``old``."""
    left = n

    def at(s: Term) -> Term:
        nonlocal left
        if s == old:
            left -= 1
            return new if left == -1 else s
        match s:
            case Indexed() | Delta():
                return s
            case Derivative(body=body) | BigOp(body=body):
                return replace(s, body=at(body))
        return rebuild(s, at)

    return at(t)


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
