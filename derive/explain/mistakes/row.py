"""What a row of the table of mistakes is, and how a wrong rule becomes a change of a term.

A mistake is a rule that is wrong.  ``made`` on a part of the true line before it gives the false
line; where that part is not written down (several things were done in one line), ``undone`` on a
part of the false line gives the true one.  Neither is ever trusted: what they give is compared
with what was written, by the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product
from typing import NamedTuple, TypeAlias

from derive.explain.matching import Binding, instance, match
from derive.explain.scope import Scope
from derive.term import (
    BigOp,
    Call,
    Claim,
    Derivative,
    Div,
    Indexed,
    Relation,
    Symbol,
    Term,
    bound_names,
    free_names,
    rebuild,
    subterms_of,
)

MOST_NEAR, MOST_PLACES = 16, 6  # terms that may be missing, in all and of one name
MOST_SUMS = 3  # sums that may be


class Line(Scope):
    """What the names of the line mean.  ``near``: short terms, and sums of the line before, that
    might be missing in it.  ``calls``: the functions of the line before and of the false one.
    ``freed``: those sums of the line before whose index is free in the false one.
    ``variables``: what is differentiated by in one of the two.  ``below``: the denominators of the
    line before."""

    near: tuple[Term, ...] = ()
    calls: tuple[Call, ...] = ()
    freed: tuple[BigOp, ...] = ()
    variables: tuple[Term, ...] = ()
    below: tuple[Term, ...] = ()

    def letters(self, t: BigOp) -> list[str]:
        """Indices that run where the dummy of ``t`` does."""
        axis = (t.lower, t.upper)
        return [
            name for name, other in self.given.ranges.items() if name != t.index and other == axis
        ]


Change: TypeAlias = Callable[[Term, Line], Iterable[Term]]


class Mistake(NamedTuple):
    """One row.

    ``name``: permanent, for marking schemes and in reports.  ``sentence``: what went wrong, to
    who made it.  ``hint``: where to look, without the answer.  ``example``: LaTeX of a true
    formula and of what the mistake makes of it.  ``made``: a true part to what it becomes.
    ``undone``: a wrong part to what it was.  ``meant``: the claim to what it would have to say or
    assume in order to be true.  ``given``: declarations for the example.
    """

    name: str
    sentence: str
    hint: str
    example: tuple[str, str]
    made: Change | None = None
    undone: Change | None = None
    meant: Callable[[Claim], Iterable[Claim]] | None = None
    given: tuple[str, ...] = ()


def line_of(claim: Claim) -> Line:
    """The names of a claim, and what is near: its names and those in their definitions, at the
    indices that are about."""
    line, relation = Line(claim.given), claim.relation
    given = claim.given
    letters = [*given.ranges, *sorted(bound_names(relation))]
    near = list[Term]()
    for name in sorted(line.reach_of(relation) - set(letters)):
        row = given.definitions.get(name)
        axes = given.shapes.get(name, ())
        if row is not None and (row.parameters or (row.indices and not axes)):
            continue
        if not axes:
            near.append(Symbol(name))
        choices = [[i for i in letters if given.ranges.get(i, axis) == axis] for axis in axes]
        for at in islice(product(*choices), MOST_PLACES) if axes else ():
            if len(set(at)) == len(at):
                near.append(Indexed(name, tuple(map(Symbol, at))))
    if isinstance(relation, Relation):
        before = relation.left
        near[:0] = dict.fromkeys(islice(subterms_of(before, BigOp), MOST_SUMS))
        line.calls = tuple(dict.fromkeys(c for c in subterms_of(relation, Call) if not c.order))
        free = free_names(relation.right) - free_names(before)
        line.freed = tuple(s for s in subterms_of(before, BigOp) if s.index in free)
        found = (s.variable for s in subterms_of(relation, Derivative))
        line.variables = tuple(dict.fromkeys(found))
        line.below = tuple(dict.fromkeys(s.denominator for s in subterms_of(before, Div)))
    line.near = tuple(near[:MOST_NEAR])
    return line


def turns(*pairs: tuple[Term, Term]) -> Change:
    """Each left pattern into its right one (wildcards as in `derive.explain.matching`)."""

    def change(t: Term, scope: Line) -> Iterator[Term]:
        for left, right in pairs:
            found: Binding = {}
            if match(left, t, found):
                yield instance(right, found)

    return change


def any_of(*changes: Change) -> Change:
    """What any of the changes gives."""

    def change(t: Term, scope: Line) -> Iterator[Term]:
        for each in changes:
            yield from each(t, scope)

    return change


def without(parts: Sequence[Term], n: int) -> tuple[Term, ...]:
    """All but the ``n``-th."""
    return (*parts[:n], *parts[n + 1 :])


def put(parts: Sequence[Term], n: int, part: Term) -> tuple[Term, ...]:
    """``part`` in the place of the ``n``-th."""
    return (*parts[:n], part, *parts[n + 1 :])


def swapped(t: Term, old: Term, new: Term) -> Term:
    """``t`` with ``new`` wherever ``old`` stands."""
    return new if t == old else rebuild(t, lambda s: swapped(s, old, new))
