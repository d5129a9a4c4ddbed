"""What is to be shown: the claims of an exercise as a solution is compared with them."""

from __future__ import annotations

from typing import NamedTuple

from derive.check.exercise import Exercise, ExerciseClaim
from derive.check.report import ClaimResult, ExerciseResult
from derive.explain.scope import Scope
from derive.explain.steps import derive_steps
from derive.grade.equations import Case, case_of
from derive.grade.scheme import DEFAULT_POINTS
from derive.read import Names, read_claim, read_formula, read_relations
from derive.term import (
    Call,
    Claim,
    Derivative,
    Given,
    Indexed,
    Matrix,
    Neg,
    Relation,
    Symbol,
    Term,
    rebuild,
    term,
)

DEEPEST = 8  # definitions inside of definitions


class Target(NamedTuple):
    """One claim.

    ``base``: what solutions are read under: what the exercise gives, and the claim's own where it
    gives names a meaning.  ``case``: where it is to hold, None for everywhere; ``holds``: all that
    is given for it alone.  ``opened``: its two sides with what names mean put in.  ``lines``: how
    many lines the author's own solution takes for it, ``level`` how that one shows it
    (`derive.grade.evidence.LEVELS`).  ``told``: the claim stands in the exercise's text; else it
    is what was to be found.  ``size``: how many textbook steps it takes, 0 where that is not known.
    """

    label: str
    written: str
    points: float
    left: Term
    op: str
    right: Term
    given: Given
    base: Given
    case: Case | None = None
    holds: tuple[Case, ...] = ()
    opened: tuple[Term, ...] = ()
    milestones: tuple[Term, ...] = ()
    lines: int = 0
    level: str = ""
    told: bool = True
    size: int = 0

    @property
    def scope(self) -> Scope:
        return Scope(self.given)


class Ungradable(Exception):
    """An exercise whose own claims are not read or not proved: nobody is marked by it."""


def targets(result: ExerciseResult) -> tuple[Target, ...]:
    """The claims of a checked exercise.  Raises Ungradable."""
    exercise, given = result.exercise, result.given
    if exercise is None or given is None:
        raise Ungradable(f"{result.name}: {result.findings[0].message}")
    found = []
    for written, claim in zip(exercise.claims, result.claims, strict=True):
        if claim.status != "proved" or claim.claim is None:
            raise Ungradable(f"{result.name}: the claim {written.label} is {claim.status}")
        found.append(_target(exercise, written, claim, given))
    return tuple(found)


def _target(
    exercise: Exercise, written: ExerciseClaim, result: ClaimResult, given: Given
) -> Target:
    assert result.claim is not None
    relation, own = result.claim.relation, result.claim.given
    assert isinstance(relation, Relation)
    new = [a for a in own.assumptions if a not in given.assumptions]
    cases = tuple(case for case in map(case_of, new) if case is not None)
    scope = Scope(own)
    points = written.points
    if points is None:
        points = (exercise.points or DEFAULT_POINTS * len(exercise.claims)) / len(exercise.claims)
    return Target(
        written.label,
        written.claim.text.strip(),
        float(points),
        relation.left,
        relation.op,
        relation.right,
        own,
        given if own.definitions == given.definitions else own,
        cases[0] if len(cases) == 1 else None,
        cases,
        (_whole(relation.left) or opened(relation.left, scope), opened(relation.right, scope)),
        tuple(_milestone(m.text, own) for m in written.milestones),
        size=size(result.claim),
    )


def _milestone(written: str, given: Given) -> Term:
    """A formula on the way, or an equation."""
    names = Names.of(given)
    if not read_relations(written, names).signs:
        return read_formula(written, names)[0]
    relation = read_claim(written, given)[0].relation
    assert isinstance(relation, Relation)
    return relation


def size(claim: Claim) -> int:
    """How many textbook steps a true claim takes; 0 where that is not known."""
    proof = derive_steps(claim)
    return len(proof.steps) if proof is not None and proof.complete else 0


def opened(t: Term, scope: Scope, depth: int = 0) -> Term:
    """``t`` with the names that it uses put in, as far as they are defined."""
    if depth < DEEPEST and isinstance(t, Symbol | Indexed | Call):
        meaning = scope.unfold(t)
        if meaning is not None:
            return opened(meaning, scope, depth + 1)
    return rebuild(t, lambda s: opened(s, scope, depth))


def linear(t: Term) -> Term:
    """``t`` with signs taken out of derivatives."""
    t = rebuild(t, linear)
    match t:
        case Derivative(Neg(body), variable):
            return Neg(Derivative(body, variable))
    return t


def _whole(t: Term) -> Term | None:
    """The name of which a matrix writes down all components, in their places."""
    if not isinstance(t, Matrix):
        return None
    names = set[str]()
    for r, row in enumerate(t.rows, 1):
        for c, entry in enumerate(row, 1):
            places = (r, c) if len(t.rows[0]) > 1 else (r,)
            if not isinstance(entry, Indexed) or entry.indices != tuple(map(term, places)):
                return None
            names.add(entry.name)
    return Symbol(names.pop()) if len(names) == 1 else None
