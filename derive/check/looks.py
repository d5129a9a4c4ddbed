"""The second looks at a step that fails or needs more as it stands: what the sentence around it, an
equation before it or a supposition makes of it.

Each look takes the verdict so far and gives a verdict.  LOOKS has them in their order, each with
when it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from derive.check.cancelled import false_whatever_they_mean
from derive.check.conditions import behind, from_equations, stated_values, under_conditions
from derive.check.restrictions import restriction
from derive.prover.contradiction import contradictory
from derive.prover.decide import CONTRADICTORY
from derive.prover.normal_form.context import Limits
from derive.prover.once import Once
from derive.prover.undecided import by_use
from derive.prover.verdict import Counterexample, Verdict
from derive.read import ReadError
from derive.read.chains.brackets import UNSURE
from derive.read.notation import INDEX_LETTERS
from derive.term import (
    Assumption,
    Claim,
    Given,
    Number,
    Relation,
    Symbol,
    free_names,
    replace,
    term,
)
from derive.term.text import name_text

if TYPE_CHECKING:
    from derive.read.chains import Chain, Step
    from derive.read.document import Document

EQUATION = "not true for all values: an equation to be solved, or wrong"
UNBALANCED = "a bracket is missing, and where it was put the step is not true"


class Seen(NamedTuple):
    """A step with the reading that is spoken of: its number and the claim; ``anywhere``: the
    verdict on that as it stands."""

    document: Document
    chain: Chain
    step: Step
    number: int
    claim: Claim
    anywhere: Verdict
    once: Once


def looked_at_again(seen: Seen) -> Verdict:
    """The verdict after all second looks."""
    verdict = seen.anywhere
    for applies, look in LOOKS:
        if applies(seen, verdict):
            verdict = look(seen, verdict)
    return verdict


def _under_conditions(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on a claim that fails or needs more, if the sentence around it says when it
    holds."""
    try:
        limited = list(under_conditions(seen.document, seen.chain, seen.claim))
    except ReadError:
        return _doubted(verdict, "a condition in the sentence is not understood")
    under = [_needing(seen.once.decide(one), doubtful) for one, doubtful in limited]
    proved = next((one for one in under if one.status == "proved"), None)
    if verdict.status == "proved":
        return proved if proved else verdict  # without needs, or as it was
    if proved is not None or not under:
        return proved or verdict
    if verdict.status == "refuted":
        doubt = next((one for one in under if one.status == "undecided"), None)
        return _doubted(verdict, doubt.reason) if doubt is not None else under[0]
    return verdict


def _needing(verdict: Verdict, doubtful: Sequence[Assumption]) -> Verdict:
    """The verdict with what was used and may not be meant as needs."""
    moved = tuple(a for a in verdict.uses if a in doubtful)
    others = tuple(a for a in verdict.uses if a not in moved)
    return replace(verdict, needs=(*moved, *verdict.needs), uses=others) if moved else verdict


def _from_equations(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on a claim that may be one of the given equations written otherwise."""
    for identity, equation in from_equations(seen.claim):
        found = seen.once.decide(identity)
        if found:
            return replace(found, uses=(equation, *found.uses))
    return verdict


def _as_elsewhere(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on a step that fails or needs more, if what was said for a part of the document
    that is over is meant here too: then it is a need."""
    claim = seen.claim
    here = {name for a in claim.given.assumptions for name in free_names(a.term)}
    said = tuple(a for _, a in seen.step.elsewhere if not free_names(a.term) & here)
    if not said:
        return verdict
    under = seen.once.decide(replace(claim, given=claim.given.with_assumptions(*said)))
    if verdict.status == "proved" and not under:
        return verdict
    if under.status == "proved":
        needed = tuple(a for a in said if a in under.uses) or said
        uses = tuple(a for a in under.uses if a not in needed)
        return replace(under, needs=(*needed, *under.needs), uses=uses)
    if under.status == "undecided" and under.reason != CONTRADICTORY:
        return _doubted(verdict, under.reason)
    return verdict


def _supposing(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on a step that fails as it stands: proved with what it supposes as needs, else
    undecided where it has names of unknown meaning."""
    step = seen.step
    for supposed in step.supposed():
        found = seen.once.decide(supposed.claim)
        needs = (*supposed.needs, *found.needs)
        if verdict.status == "proved" and not supposed.settled and {*verdict.needs} <= {*needs}:
            continue  # it holds without
        if found.status == "proved":
            uses = (supposed.said.get(a, a) for a in found.uses)
            told_ = tuple(
                dict.fromkeys(a for a in uses if a is not None and a not in supposed.needs)
            )
            if supposed.settled:
                return replace(found, uses=(*supposed.needs, *told_))
            return replace(found, needs=needs, uses=told_)
        if supposed.settled and found.status == "refuted":
            return found
        if supposed.or_doubtful and found.status == "undecided":
            verdict = _doubted(verdict, found.reason)
    if any(_are_other_functions(claim, seen.once) for claim in step.claims):
        return Verdict("proved")
    if not step.doubt:
        return verdict
    if UNSURE not in step.doubt:
        own = [false_whatever_they_mean(c, step.doubt, seen.once) for c in step.claims]
        refuted = [one for one in own if one is not None]
        if len(refuted) == len(step.claims):
            return refuted[seen.number]
    if verdict.status == "refuted" and UNSURE in step.doubt:
        return Verdict("undecided", reason=UNBALANCED)
    if verdict.status == "refuted" and for_a_number(seen.claim):
        return Verdict("undecided", reason=EQUATION)
    if verdict.status == "refuted" or verdict.reason.startswith("unknown meaning"):
        return Verdict("undecided", reason=_undefined(step, seen.claim.given, verdict))
    return verdict


def _undefined(step: Step, given: Given, verdict: Verdict) -> str:
    """What is not known of the names of a step: of those that are declared, what ties them."""
    names, declared = step.doubt, {name for _, name in step.arrays}
    arrays = {name for name, axes in given.shapes.items() if axes} - declared
    if verdict.status == "refuted" and names <= arrays:
        return f"false in general; {by_use(map(name_text, sorted(names)))}"
    declared |= {name for name, axes in given.shapes.items() if not axes}
    strange = sorted(names - declared) or sorted(names)
    listed = ", ".join(map(name_text, strange))
    if names <= declared:
        return f"nothing that is said makes this hold for all {listed}, or tells for which"
    return f"{listed} {'is' if len(strange) == 1 else 'are'} not defined here"


def _at_values(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on a claim that something is a number, which may be meant where its names have
    the values that the text gives them somewhere: f'(x) = 2x = 6, and x = 3."""
    claim = seen.claim
    for values in stated_values(seen.document, seen.chain, claim):
        found = seen.once.decide(replace(claim, given=claim.given.with_assumptions(*values)))
        if found.status == "proved":
            return replace(found, needs=(*values, *found.needs), uses=())
    return verdict


def _are_other_functions(claim: Claim, once: Once) -> bool:
    """f(x) != g(x) as it is mostly meant: not for all x are they equal."""
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "!=":
        return False
    if isinstance(relation.left, (Symbol, Number)) and isinstance(relation.right, (Symbol, Number)):
        return False
    equal = replace(claim, relation=replace(relation, op="="))
    return once.decide(equal).status == "refuted"


def _from_its_premise(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict on an equation to which an arrow leads from one before: what else the text says
    may be wrong.  Refuted where that one excludes it, 2z = 8, so z = 3; what else its author may
    know of z does not mend that."""
    claim, premise = seen.claim, seen.step.premise
    assert premise is not None
    others = tuple(a for a in claim.given.assumptions if not _is_equation(a))
    given = replace(claim.given, assumptions=others)
    given = given.with_assumptions(Assumption("relation", premise))
    alone = seen.once.decide(replace(claim, given=given))
    if alone.status != "refuted":
        return alone or verdict
    claimed = Assumption("relation", claim.relation)
    return alone if contradictory(given.with_assumptions(claimed), Limits()) else verdict


def _is_equation(a: Assumption) -> bool:
    return isinstance(a.term, Relation) and a.term.op == "="


def _restricted(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict where the text says in words that a step holds for some values only."""
    said = restriction(seen.document, seen.chain, seen.claim, seen.step.reason)
    return _doubted(verdict, f'the text says "{said}"') if said else verdict


def _of_whole_numbers(seen: Seen, verdict: Verdict) -> Verdict:
    """The verdict where a letter that mostly counts, of which nothing is said, has to be a natural
    number for the claim to hold: n² >= n."""
    claim, point = seen.claim, verdict.counterexample
    assert point is not None
    equations = filter(_is_equation, claim.given.assumptions)
    told = claim.given.shapes.keys() | {n for a in equations for n in free_names(a.term)}
    counts = [n for n in sorted(INDEX_LETTERS & behind(claim) - told) if _is_broken(point, n)]
    if not counts:
        return verdict
    kinds = (Assumption("integer", Symbol(n)) for n in counts)
    sizes = (Assumption("relation", Relation(">=", Symbol(n), term(1))) for n in counts)
    natural = (*kinds, *sizes)
    under = seen.once.decide(replace(claim, given=claim.given.with_assumptions(*natural)))
    if under.status == "proved":
        uses = tuple(a for a in under.uses if a not in natural)
        return replace(under, needs=(*natural, *under.needs), uses=uses)
    meant = f"{', '.join(counts)} may stand for natural numbers"
    return under if under.status == "refuted" else _doubted(verdict, meant)


def _is_broken(point: Counterexample, name: str) -> bool:
    """Whether a counterexample takes a number for a name that is not natural."""
    value = point.values.get(name)
    return isinstance(value, Fraction) and (value.denominator != 1 or value < 1)


def _doubted(verdict: Verdict, reason: str) -> Verdict:
    """A refutation that may not count."""
    if verdict.status != "refuted":
        return verdict  # it was no refutation
    return Verdict("undecided", reason=f"not true in general; {reason}")


def for_a_number(claim: Claim) -> bool:
    """Does the claim say that something is a number: x^2 - 1 = 0?"""
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "=":
        return False
    return any(not free_names(side) for side in (relation.left, relation.right))


def _at_a_point(seen: Seen, verdict: Verdict) -> bool:
    """Whether a condition made something else of a claim that something is a number."""
    return verdict is not seen.anywhere and for_a_number(seen.claim)


# fmt: off
LOOKS: tuple[tuple[Callable[[Seen, Verdict], bool], Callable[[Seen, Verdict], Verdict]], ...] = (
    (lambda seen, v: not v and seen.step.certain,                                _supposing),
    (lambda seen, v: not v,                                                      _under_conditions),
    (lambda seen, v: v.status == "undecided" and v.reason != CONTRADICTORY,      _from_equations),
    (lambda seen, v: not v and bool(seen.step.elsewhere),                        _as_elsewhere),
    (lambda seen, v: v.status != "proved" and not _at_a_point(seen, v),          _supposing),
    (lambda seen, v: v.status != "proved" and v is seen.anywhere
                     and not seen.step.follows and for_a_number(seen.claim),     _at_values),
    (lambda seen, v: v.status == "undecided" and seen.step.premise is not None,  _from_its_premise),
    (lambda seen, v: v.status == "refuted",                                      _of_whole_numbers),
    (lambda seen, v: v.status == "refuted",                                      _restricted),
)
# fmt: on
