"""What a solution says, as equations with a verdict each, under the case that they stand in.

A step holds under what its document says.  Marks are for what the exercise gives: what a student
assumed besides is a case ("for i = j"), is implied, or makes the step one of another exercise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from derive.prover.once import Once
from derive.read import Names, ReadError, read_claim, read_formula
from derive.term import (
    Assumption,
    Call,
    Claim,
    Definition,
    Delta,
    Given,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    alpha_equal,
    free_names,
    rebuild,
    substitute,
    term,
)
from derive.term.text import text

if TYPE_CHECKING:
    from derive.check.report import DocumentResult, StepResult
    from derive.read.chains import Chain, Reading, Step
    from derive.read.document import Document

ORDERS: Mapping[str, frozenset[str]] = {
    "=": frozenset("="),
    "!=": frozenset("<>"),
    "<": frozenset("<"),
    ">": frozenset(">"),
    "<=": frozenset("<="),
    ">=": frozenset(">="),
}
EVERYWHERE = frozenset("<=>")
UNREAD = "#unread "  # stands for a side that could not be read: equal to nothing but itself
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Case(NamedTuple):
    """``left`` against ``right`` is one of ``orders``: where an equation holds."""

    left: Term
    right: Term
    orders: frozenset[str]

    @property
    def pair(self) -> tuple[Term, Term]:
        return self.left, self.right

    @property
    def discrete(self) -> bool:
        """Between two indices, where the case of equality is no single point."""
        return isinstance(self.left, Symbol) and isinstance(self.right, Symbol)


class Equation(NamedTuple):
    """One step: ``left op right``.  ``verdict``: that of the check; "proved" too where two lines
    are equal over one that is off (``slip``).  ``case``: None where it holds everywhere.
    ``altered``: what of the exercise the document gave another meaning ("" for nothing).
    ``own``: names of the document, with what they mean; None where more is only assumed of them.
    ``written``: both sides as they stand, whatever they are called later."""

    at: tuple[int, int]
    left: Term
    op: str
    right: Term
    verdict: str
    case: Case | None = None
    altered: str = ""
    slip: bool = False
    own: tuple[tuple[str, Definition | None], ...] = ()
    written: tuple[Term, Term] | None = None

    @property
    def stands(self) -> tuple[Term, Term]:
        return self.written or (self.left, self.right)


def equations(
    document: Document, reading: Reading, result: DocumentResult, given: Given, once: Once
) -> tuple[Equation, ...]:
    """The steps of a document that an exercise with this ``given`` may be answered by."""
    return tuple(_Writing(document, given, once).all(reading.chains, result))


class _Writing:
    def __init__(self, document: Document, given: Given, once: Once) -> None:
        self.document, self.given, self.once = document, given, once
        self.names = Names.of(given, document.macros)
        self.known: dict[int, tuple[tuple[Assumption, ...], str]] = {}
        self.kept = list[Given]()  # so that no other object gets the identity of one in known
        self.unread = 0

    def all(self, chains: Sequence[Chain], result: DocumentResult) -> Iterator[Equation]:
        for c, (chain, judged) in enumerate(zip(chains, result.chains, strict=True)):
            before: Term | None = None
            for s, (step, found) in enumerate(zip(chain.steps, judged.steps, strict=True)):
                equation = self.equation((c, s), step, found, before)
                before = equation.right if equation is not None else None
                if equation is not None:
                    yield equation
                if s and found.verdict == "skipped" and equation is not None and step.across():
                    yield self.over_a_slip((c, s), step, equation)

    def equation(
        self, at: tuple[int, int], step: Step, found: StepResult, before: Term | None
    ) -> Equation | None:
        if found.verdict == "definition":
            return self.defined(at, step)
        if found.verdict == "skipped" and not step.across():
            return None
        if not step.claims:
            left = before or self.side(step.left_span.start, step.left_span.end)
            right = self.side(step.right_span.start, step.right_span.end)
            sides = left, right
            return Equation(at, left, step.relation, right, "unread", written=sides)
        claim = step.claims[max(found.reading - 1, 0)]
        relation = claim.relation
        if not isinstance(relation, Relation):
            return None
        verdict = "skipped" if found.verdict == "skipped" else found.verdict
        if verdict == "proved" and (found.needs or found.uses):
            try:
                claim = self.limited(claim, found)
            except ReadError:
                relied = ", ".join(said.text for said in (*found.needs, *found.uses))
                sides = relation.left, relation.right
                return Equation(
                    at, sides[0], relation.op, sides[1], verdict, None, relied, written=sides
                )
        case, altered = self.case(claim, proved=verdict == "proved")
        left, op, right = relation.left, relation.op, relation.right
        own = self.own(claim.given)
        return Equation(at, left, op, right, verdict, case, altered, False, own, (left, right))

    def own(self, given: Given) -> tuple[tuple[str, Definition | None], ...]:
        """The names that only the document has, where it says more of them."""
        known = {*self.given.definitions, *self.given.shapes, *self.given.ranges}
        found: dict[str, Definition | None] = {
            name: d for name, d in given.definitions.items() if name not in known
        }
        for a in given.assumptions if given is not self.given else ():
            case = case_of(a)
            if case is None or not case.discrete:  # which would be renamed with its indices
                found.update({n: None for n in free_names(a.term) if n not in known | found.keys()})
        return tuple(found.items())

    def defined(self, at: tuple[int, int], step: Step) -> Equation | None:
        """What reads as the definition of a name that the exercise defines: a claim about it."""
        left = self.side(step.left_span.start, step.left_span.end)
        known = self.given.definitions
        if not isinstance(left, Symbol | Indexed | Call) or left.name not in known:
            return None
        right = self.side(step.right_span.start, step.right_span.end)
        verdict = self.once.decide(Claim(Relation("=", left, right), self.given)).status
        return Equation(at, left, "=", right, verdict, written=(left, right))

    def over_a_slip(self, at: tuple[int, int], step: Step, after: Equation) -> Equation:
        relation = step.across()[0].relation
        assert isinstance(relation, Relation)
        sides = relation.left, relation.right
        return after._replace(
            at=at, left=sides[0], right=sides[1], verdict="proved", slip=True, written=sides
        )

    def side(self, start: int, end: int) -> Term:
        """A side as it stands, read by itself; a name of its own where it cannot be."""
        try:
            return read_formula(self.document.text[start:end].strip(" \n.,;&"), self.names)[0]
        except ReadError:
            self.unread += 1
            return Symbol(f"{UNREAD}{self.unread}")

    # --- what the document assumes besides -------------------------------------------------

    def limited(self, claim: Claim, found: StepResult) -> Claim:
        """The claim under what the sentence around it says ("for x = 0"), where it is true for
        that alone.  Raises ReadError where that cannot be read back, or where it is what nobody
        said (that A is symmetric), but for what a formula needs to have a meaning."""
        verdict = self.once.decide(claim)
        if verdict.status == "proved" and all(map(_of_meaning, verdict.needs)):
            return claim
        given, said = claim.given, [a.term for a in claim.given.assumptions]
        for condition in (*found.needs, *found.uses):
            read = read_claim(condition.latex, given)[0].relation
            if read not in said:
                given = given.with_assumptions(Assumption("relation", read))
        return claim._replace(given=given)

    def case(self, claim: Claim, proved: bool) -> tuple[Case | None, str]:
        given = claim.given
        if id(given) not in self.known:
            self.kept.append(given)
            self.known[id(given)] = self.besides(given), self.altered(given)
        more, altered = self.known[id(given)]
        named = free_names(claim.relation) | set(given.ranges)
        more = tuple(a for a in more if free_names(a.term) & named)
        if not more and not altered:
            return None, ""
        about = [c for c in map(case_of, more) if c is not None]
        alone = len(about) == len(more) == 1 and not altered
        of_indices = alone and free_names(Relation("=", *about[0].pair)) <= set(given.ranges)
        if not of_indices and proved and self.without(claim, more):
            return None, ""  # what is said of one value is often only inserted in the next line
        if alone:
            return about[0], ""
        if len(about) == len(more) and len({c.pair for c in about}) == 1 and not altered:
            orders = EVERYWHERE.intersection(*(c.orders for c in about))
            return about[0]._replace(orders=orders), ""
        return None, altered or ", ".join(text(a.term) for a in more)

    def without(self, claim: Claim, more: tuple[Assumption, ...]) -> bool:
        """Is the step true by what the exercise gives, and names of the document's own?"""
        plain = self.plain(claim.given, more)
        return self.once.decide(claim._replace(given=plain)).status == "proved"

    def plain(self, given: Given, more: tuple[Assumption, ...]) -> Given:
        """What the exercise gives, and the document's own names, without ``more``."""
        own = self.given
        fixed = set(own.shapes) | set(own.ranges)
        new = {n: d for n, d in given.definitions.items() if n not in fixed}
        return given._replace(
            definitions={**new, **own.definitions},
            ranges={**given.ranges, **own.ranges},
            shapes={**given.shapes, **own.shapes},
            assumptions=tuple(a for a in given.assumptions if a not in more),
        )

    def besides(self, given: Given) -> tuple[Assumption, ...]:
        """What is assumed here, and neither given by the exercise nor implied by that."""
        new = tuple(a for a in given.assumptions if not self.is_given(a))
        plain = self.plain(given, new)
        return tuple(a for a in new if not self.implied(a, plain))

    def is_given(self, assumption: Assumption) -> bool:
        return any(
            a.kind == assumption.kind and alpha_equal(a.term, assumption.term)
            for a in self.given.assumptions
        )

    def implied(self, assumption: Assumption, plain: Given) -> bool:
        meant = plain.definitions.keys()
        if assumption.kind == "function":
            return True  # names a function of which nothing is known
        if assumption.kind != "relation" or not isinstance(assumption.term, Relation):
            return False
        if _about_indices(assumption.term) and not free_names(assumption.term) <= meant:
            return False
        return self.once.decide(Claim(assumption.term, plain)).status == "proved"

    def altered(self, given: Given) -> str:
        """The first thing of the exercise that means something else here."""
        for name, own in self.given.definitions.items():
            found = given.definitions.get(name)
            if found is not None and not self.same_meaning(own, found):
                return f"{name} is defined otherwise"
        fixed = (set(self.given.shapes) | set(self.given.ranges)) - set(self.given.definitions)
        for name in sorted(fixed & set(given.definitions)):
            return f"{name} is given a value"
        for name, axis in self.given.ranges.items():
            if name in given.ranges and given.ranges[name] != axis:
                return f"{name} runs over another range"
        return ""

    def same_meaning(self, own: Definition, found: Definition) -> bool:
        letters = (*found.indices, *found.parameters), (*own.indices, *own.parameters)
        if len(letters[0]) != len(letters[1]):
            return False
        body = substitute(found.body, {a: Symbol(b) for a, b in zip(*letters, strict=True)})
        if alpha_equal(own.body, body):
            return True
        return self.once.decide(Claim(Relation("=", own.body, body), self.given)).status == "proved"


def _of_meaning(need: Assumption) -> bool:
    """Is this needed for the terms to be defined: a denominator that is not 0, a > 0 in log a?"""
    return isinstance(need.term, Relation) and need.term.op in ("!=", "<", ">", "<=", ">=")


def _about_indices(relation: Relation) -> bool:
    return isinstance(relation.left, Symbol) and isinstance(relation.right, Symbol | Number)


def case_of(assumption: Assumption) -> Case | None:
    """The case that an assumption makes of a name; None where it is of another kind."""
    relation = assumption.term
    if not isinstance(relation, Relation) or relation.op not in ORDERS:
        return None
    left, right, op = relation.left, relation.right, relation.op
    if not isinstance(left, Symbol | Indexed) and isinstance(right, Symbol | Indexed):
        left, right, op = right, left, MIRRORED.get(op, op)
    if not isinstance(left, Symbol | Indexed | Call):
        return None
    if isinstance(left, Symbol) and isinstance(right, Symbol) and right.name < left.name:
        left, right, op = right, left, MIRRORED.get(op, op)
    return Case(left, right, ORDERS[op])


def under(t: Term, case: Case | None) -> Term:
    """``t`` as it reads in this case: one index for two that are equal, Kronecker's delta of them
    as a number."""
    if case is None or not isinstance(case.left, Symbol) or not isinstance(case.right, Symbol):
        return t
    if case.orders == ORDERS["="]:
        t = substitute(t, {case.right.name: case.left})
    return _decided(t, case)


def _decided(t: Term, case: Case) -> Term:
    if isinstance(t, Delta):
        if t.left == t.right:
            return term(1)
        if "=" not in case.orders and {t.left, t.right} == {case.left, case.right}:
            return term(0)
    return rebuild(t, lambda s: _decided(s, case))
