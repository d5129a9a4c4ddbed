"""The kernel's one entry: a claim to a verdict.

A proof is a normal form of lhs - rhs that vanishes, case by case where the claim distinguishes
cases; a refutation is a point where both sides are defined and certainly differ.  A normal form
that does not vanish is *undecided*, never *refuted*.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from derive.prover.arrays import Arrays
from derive.prover.attempt import Open
from derive.prover.complex_numbers import beyond_the_reals
from derive.prover.components import scalar_claims
from derive.prover.contradiction import contradictory
from derive.prover.forgotten import commonly_forgotten, often_unsaid
from derive.prover.induction import by_induction
from derive.prover.inverses import forms
from derive.prover.needs import Need, assuming
from derive.prover.normal_form.context import Limits
from derive.prover.proof import Proof, proved
from derive.prover.refuter.refute import NOWHERE, Refutation, Refuter
from derive.prover.sizes import small_sizes
from derive.prover.undecided import Undecided, UnknownMeaning, by_use
from derive.prover.verdict import Verdict
from derive.term import (
    Assumption,
    Call,
    Claim,
    Definition,
    Derivative,
    Given,
    Number,
    Relation,
    Symbol,
    free_names,
    reached,
    replace,
    subterms_of,
)

# Noted as used wherever the name stands, needed or not; so are equations.
NOTED_FREELY = ("one-hot", "symmetric")
CONTRADICTORY = "the assumptions contradict each other"
POINTS, POINTS_OF_A_PROOF, MORE_POINTS = 4, 2, 8  # that the refuter looks at


class Contradiction(AssertionError):
    """Proved and refuted at once: a bug in the kernel, never silenced."""


def decide(claim: Claim, limits: Limits | None = None, seed: int = 0) -> Verdict:
    """Proved with needs, refuted with a counterexample, or undecided with the reason.

    The order is: the refuter at one point; a plain attempt; the refuter at more points; a proof by
    cases; what people forget to say; induction.  A counterexample is final unless the claim might
    hold off a kink or with something that often goes unsaid, which then is tried first.
    Raises Contradiction where prover and refuter disagree, which is a bug in one of them.
    """
    limits = limits or Limits()
    refuter = Refuter(claim, seed)
    first = refuter.after(1)
    found = first.counterexample
    if found is not None and refuter.stands(found, often_unsaid(claim.given)):
        verdict = Verdict("refuted", counterexample=found)
    elif not (found or first.agreed) and contradictory(claim.given, limits):
        verdict = _without_contradiction(claim, limits, seed)
    else:
        verdict = by_proof(claim, limits, refuter)
        if verdict.status == "proved":
            verdict = _of_small_sizes(claim, verdict, limits, seed)
    if verdict.status == "proved" and (z := beyond_the_reals(claim)):
        verdict = Verdict("undecided", reason=f"{z} is a complex number")
    return _if_arrays(claim, verdict) if claim.arrays else verdict


def certain(claim: Claim, limits: Limits | None = None, seed: int = 0) -> bool:
    """Is the claim proved plainly, with no need, and does no point contradict it?

    True where `decide` says proved with no needs and its first attempt shows it; what that used is
    not found out, which may take as long again.  False says nothing.  Raises Contradiction as
    `decide` does.
    """
    limits = limits or Limits()
    refuter = Refuter(claim, seed)
    if not refuter.after(1).agreed or _proofs_may_not_do(claim):
        return False
    try:
        proof = _proof(claim, limits, cases=False)
    except (Undecided, RecursionError):
        return False
    if proof.needs:
        return False
    found = refuter.after(POINTS_OF_A_PROOF)
    if found.counterexample is not None:
        raise Contradiction(f"proved and refuted: {claim.relation} at {found.counterexample}")
    return True


def shown(claim: Claim, limits: Limits | None = None, seed: int = 0) -> bool:
    """Is there a proof with no need, plain or by cases?

    For a search, which asks of each side of each condition on its way and prints nothing on this
    word alone: a point where the claim is false ends it, and no point is looked at after a proof.
    """
    limits = limits or Limits()
    refuter = Refuter(claim, seed)
    first = refuter.after(1)
    if first.counterexample is not None:
        return False
    if not first.agreed or _proofs_may_not_do(claim):
        return bool(decide(claim, limits, seed))
    try:
        return not _proof(claim, limits, cases=False).needs
    except Open:
        pass
    except (Undecided, RecursionError):
        return False
    if refuter.after(POINTS, closely=True).counterexample is not None:
        return False
    try:
        return not _proof(claim, limits).needs
    except (Undecided, RecursionError):
        return False


def _proofs_may_not_do(claim: Claim) -> bool:
    """Whether a proof of reals and of sizes >= 1 does not show all that is claimed."""
    return bool(beyond_the_reals(claim)) or next(small_sizes(claim), None) is not None


def _if_arrays(claim: Claim, verdict: Verdict) -> Verdict:
    """The verdict where names count as arrays by their use alone: nobody said that all are meant
    that fit."""
    if verdict.status == "proved":
        return verdict
    why = "false in general" if verdict.status == "refuted" else verdict.reason
    reason = f"{why}; {by_use(claim.arrays)}"
    return Verdict("undecided", reason=reason, evidence=verdict.evidence)


def _without_contradiction(claim: Claim, limits: Limits, seed: int) -> Verdict:
    """From relations that exclude each other nothing follows; what holds without them, does."""
    others = tuple(a for a in claim.given.assumptions if not isinstance(a.term, Relation))
    verdict = decide(replace(claim, given=replace(claim.given, assumptions=others)), limits, seed)
    if verdict:
        return verdict
    return Verdict("undecided", reason=CONTRADICTORY)


def _of_small_sizes(claim: Claim, verdict: Verdict, limits: Limits, seed: int) -> Verdict:
    """The verdict, with the need n >= 1 where n may be less and the claim is not proved there."""
    assumed = replace(claim, given=claim.given.with_assumptions(*verdict.needs))
    needs = [
        need
        for need, small in small_sizes(assumed)
        if not small or not all(_void_or_proved(at, limits, seed) for at in small)
    ]
    return replace(verdict, needs=(*verdict.needs, *needs)) if needs else verdict


def _void_or_proved(claim: Claim, limits: Limits, seed: int) -> bool:
    return bool(decide(claim, limits, seed)) or contradictory(claim.given, limits)


def by_proof(claim: Claim, limits: Limits, refuter: Refuter) -> Verdict:
    """The verdict on a claim for which the refuter's first look was not final."""
    gap: Open | None = None
    reason = ""
    try:
        return _checked(claim, _proof(claim, limits, cases=False), limits, refuter)
    except UnknownMeaning as why:
        return Verdict("undecided", reason=str(why))
    except Open as why:
        gap = why
    except Undecided as why:
        reason = str(why)
    except RecursionError:
        reason = "nested too deeply"
    found = refuter.after(POINTS, closely=True)
    if gap is not None:
        if found.counterexample is None:
            try:
                return _checked(claim, _proof(claim, limits, gap=gap), limits, refuter)
            except Undecided as why:
                reason = str(why)
                gap = why if isinstance(why, Open) else gap
        forgotten = _with_what_was_forgotten(claim, gap, limits, refuter)
        if forgotten is not None:
            return forgotten
    if found.counterexample is None:
        try:
            return _checked(claim, by_induction(claim, limits), limits, refuter)
        except Undecided:
            pass
    if found.counterexample is not None:
        return Verdict("refuted", counterexample=found.counterexample)
    return _undecided(claim, gap, reason, found)


def _proof(claim: Claim, limits: Limits, cases: bool = True, gap: Open | None = None) -> Proof:
    """A proof of the claim, of one of the forms without inverses that it has; ``gap`` as in
    ``proved``.  Raises the first Undecided where there is none."""
    failed: Undecided | None = None
    others = chain((claim,), _with_free_variables(claim), _with_numbers(claim))
    for form in chain.from_iterable(map(forms, others)):
        try:
            proof = proved(list(scalar_claims(form.claim)), form.claim, limits, cases, gap)
        except Undecided as why:
            if isinstance(why, Open):
                why.said = form.said
            failed = failed or why
            continue
        needs = [
            need._replace(assumption=replace(need.assumption, term=form.said(need.assumption.term)))
            for need in proof.needs
        ]
        put_in = (a for a in claim.given.assumptions if _is_number(a, form.claim.given))
        uses = {*proof.uses, *form.uses, *put_in}
        used = tuple(a for a in claim.given.assumptions if a in uses)
        return Proof((*map(Need, form.needs), *needs), used)
    assert failed is not None  # there is a form, or it raised
    raise failed


def _with_free_variables(claim: Claim) -> Iterator[Claim]:
    """The claim for every a, where it is differentiated by an a that is defined: inside the
    derivative a is independent, and what holds for all a holds for this one.  Not where it is
    differentiated, too, by what a is made of: that reaches further through a."""
    given = claim.given
    found = [s for s in subterms_of(claim.relation, Derivative) if isinstance(s, Derivative)]
    by = set[str]().union(*(free_names(s.variable) for s in found))
    names = by & given.definitions.keys() - given.ranges.keys()
    if not names or any(free_names(a.term) & names for a in given.assumptions):
        return
    definitions = {n: d for n, d in given.definitions.items() if n not in names}
    behind = set[str]().union(*(reached({n}, given) for n in names)) - names
    without = replace(given, definitions=definitions)
    beside = set[str]().union(*(reached(free_names(s.body), without) for s in found))
    if behind & (by | beside):  # x^T x may depend on z = 2 x
        return
    arrays = Arrays(given)
    shapes = {name: arrays.of_name(name) for name in names}
    given = replace(given, shapes={**given.shapes, **shapes}, definitions=definitions)
    yield replace(claim, given=given)


def _with_numbers(claim: Claim) -> Iterator[Claim]:
    """The claim with the numbers put in that names are assumed to be, n = 2: a sum up to n then
    has two terms.  Not where something is differentiated by such a name."""
    given = claim.given
    bodies = (claim.relation, *(d.body for d in given.definitions.values()))
    found = [s for t in bodies for s in subterms_of(t, Derivative) if isinstance(s, Derivative)]
    by = set[str]().union(*(free_names(s.variable) for s in found))
    taken = by | given.definitions.keys() | given.ranges.keys() | given.shapes.keys()
    numbers = dict[str, Definition]()
    for a in given.assumptions:
        match a.term:
            case Relation("=", Symbol(name), Number() as value) if name not in taken:
                numbers.setdefault(name, Definition(name, value))
    if not numbers:
        return
    put_in = replace(given, definitions={**given.definitions, **numbers})
    others = tuple(a for a in given.assumptions if not _is_number(a, put_in))
    yield replace(claim, given=replace(put_in, assumptions=others))


def _is_number(a: Assumption, given: Given) -> bool:
    """Whether an assumption says that a name is the number that it means in ``given``."""
    match a.term:
        case Relation("=", Symbol(name), Number() as value):
            known = given.definitions.get(name)
            return known is not None and known.body == value
    return False


def _undecided(claim: Claim, gap: Open | None, reason: str, found: Refutation) -> Verdict:
    evidence = ""
    if found.agreed:
        equal = not isinstance(claim.relation, Relation) or claim.relation.op == "="
        points = f"{found.agreed} random point" + ("s" if found.agreed > 1 else "")
        evidence = f"both sides agree at {points}" if equal else f"it holds at {points}"
    return Verdict(
        "undecided",
        reason=found.reason if found.unknown else reason,
        residual=gap.residual if gap else None,
        evidence=evidence,
    )


def _with_what_was_forgotten(
    claim: Claim, gap: Open, limits: Limits, refuter: Refuter
) -> Verdict | None:
    for assumption in commonly_forgotten(claim, gap):
        assumed = replace(claim, given=claim.given.with_assumptions(assumption))
        try:
            proof = _proof(assumed, limits)
        except Undecided:
            continue
        uses = tuple(used for used in proof.uses if used is not assumption)
        proof = Proof((Need(assumption), *proof.needs), uses)
        try:
            return _checked(claim, proof, limits, refuter)
        except Undecided:
            continue  # its needs contradict what is given
    return None


def _checked(claim: Claim, proof: Proof, limits: Limits, refuter: Refuter) -> Verdict:
    """A proof's verdict, after the refuter had its chance at the claim under its needs.

    ``refuter``: of the claim as given, which goes on where nothing is needed."""
    if proof.needs:
        refuter = Refuter(assuming(claim, proof.needs), refuter.seed)
    found = refuter.after(POINTS_OF_A_PROOF)
    if proof.needs and not found.agreed and found.counterexample is None:
        found = refuter.after(MORE_POINTS)  # det(X^T X) != 0 holds of few sizes of X
    varies = any(a.kind == "varies" for a in claim.given.assumptions)  # no point shows that
    seen = found.agreed or found.counterexample or varies
    unseen = not seen and (proof.needs or found.reason == NOWHERE)
    if unseen and not _of_any_function(claim, proof, limits):
        raise Undecided("no point was found at which both sides are defined")
    if found.counterexample is not None:
        raise Contradiction(f"proved and refuted: {claim.relation} at {found.counterexample}")
    needs = tuple(need.assumption for need in proof.needs)
    return Verdict("proved", needs, _really_used(claim, proof, limits, refuter.seed))


def _of_any_function(claim: Claim, proof: Proof, limits: Limits) -> bool:
    """Are all needs about functions of which nothing is said, f(x) > 0, so that no point shows
    that they can be met, and do they not exclude each other?"""
    any_ = {a.term.name for a in claim.given.assumptions if isinstance(a.term, Call)}
    speak = (
        any(isinstance(s, Call) and s.name in any_ for s in subterms_of(n.assumption.term, Call))
        for n in proof.needs
    )
    if not proof.needs or not all(speak):
        return False
    return not contradictory(assuming(claim, proof.needs).given, limits)


def _really_used(claim: Claim, proof: Proof, limits: Limits, seed: int) -> tuple[Assumption, ...]:
    """The uses without those that a plain attempt does without: what a name was said to be was
    noted wherever the name stands.  Where a point shows the claim to be false without, which it
    mostly does, none is made."""
    used = []
    for assumption in proof.uses:
        if assumption.kind not in NOTED_FREELY and not _is_equation(assumption):
            used.append(assumption)
            continue
        others = tuple(a for a in claim.given.assumptions if a is not assumption)
        without = replace(claim, given=replace(claim.given, assumptions=others))
        without = assuming(without, proof.needs)
        if Refuter(without, seed).after(1).counterexample is not None:
            used.append(assumption)
            continue
        try:
            plain = proved(list(scalar_claims(without)), without, limits, cases=False)
        except Undecided:
            used.append(assumption)
        else:
            if plain.needs:
                used.append(assumption)
    return tuple(used)


def _is_equation(assumption: Assumption) -> bool:
    return isinstance(assumption.term, Relation) and assumption.term.op == "="
