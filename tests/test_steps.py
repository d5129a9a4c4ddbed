# ruff: noqa: E501  (the class work is a table: one claim a line)
"""Textbook steps of the exercise library: certified, ended, short; the class work's line counts.

The kernel judges every line again here, one by one, and the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from derive.check.exercise import load
from derive.check.run import check_file
from derive.explain.judge import Judge
from derive.explain.proof import Proof
from derive.explain.steps import derive_steps
from derive.prover.decide import decide
from derive.prover.verdict import Verdict
from derive.read.claim import read_claim
from derive.read.formula import read_formula
from derive.read.given import read_given
from derive.term import Call, Claim, Given, Relation, Symbol, Term, subterms, term
from derive.term.text import text

EXERCISES = Path(__file__).parent.parent / "exercises"
x, y = Symbol("x"), Symbol("y")


def claim_of(name: str, label: str) -> tuple[Claim, tuple[Term, ...]]:
    exercise = load(EXERCISES / f"{name}.md")
    for entry in exercise.claims:
        if entry.label == label:
            lines = [w.text for w in (*exercise.given, *entry.given)]
            given = read_given(lines)
            cases = tuple(_condition(w.text, given) for w in entry.cases)
            return read_claim(entry.claim.text, given)[0], cases
    raise KeyError(label)


def _condition(written: str, given: Given) -> Term:
    return read_claim(written, given)[0].relation


def proofs_in(proof: Proof) -> Iterator[Proof]:
    yield proof
    for part in (*proof.before, *proof.parts):
        yield from proofs_in(part)


def proof_of(name: str, label: str) -> Proof:
    (proof,) = (
        c.proof for c in check_file(str(EXERCISES / f"{name}.md")).claims if c.label == label
    )
    assert proof is not None
    return proof


# The class work: exercise, claim, most lines in any case, reasons that must be given.
# fmt: off
CLASS_WORK = (
    ("tanh-derivative",        "derivative",         7, ("quotient rule", "split the fraction", "definition of tanh(x)")),
    ("tanh-sigmoid",           "tanh from sigmoid",  7, ("common denominator", "multiply above and below by exp(−x)", "subtract 1 on both sides")),
    ("tanh-sigmoid",           "sigmoid from tanh",  7, ("definition of tanh(x)",)),
    ("softmax-distribution",   "non-negative",       3, ("every exponential is positive",)),
    ("softmax-distribution",   "sums to one",        4, ("definition of pⱼ",)),
    ("softmax-jacobian",       "diagonal",           6, ("quotient rule", "definition of pⱼ")),
    ("softmax-jacobian",       "off the diagonal",   6, ("definition of pⱼ",)),
    ("softmax-jacobian",       "combined",           7, ("δᵢⱼ = 1 since i = j", "δᵢⱼ = 0 since i ≠ j")),
    ("cross-entropy-gradient", "component",          9, ("chain rule", "derivative of the softmax", "y is one-hot", "only j = i is left of the sum")),
    ("cross-entropy-gradient", "gradient",           9, ("as shown before",)),
    ("log-linear-softmax",     "partition function", 5, ("Σⱼ₌₁ᶜ Pⱼ = 1, as given", "multiply both sides by Z")),
    ("log-linear-softmax",     "softmax",            5, ("as shown",)),
)
# fmt: on


@pytest.mark.parametrize(("name", "label", "most", "reasons"), CLASS_WORK)
def test_class_work(name: str, label: str, most: int, reasons: tuple[str, ...]) -> None:
    proof = proof_of(name, label)
    parts = list(proofs_in(proof))
    assert all(part.complete for part in parts)
    assert max(len(part.steps) for part in parts) <= most
    said = " | ".join(step.reason for part in parts for step in part.steps)
    for reason in reasons:
        assert reason in said


def certify(proof: Proof) -> None:
    """Each line against the one before, from the left side of a claim to its right side."""
    for part in proofs_in(proof):
        before, relation = part.start, part.claim.relation
        for step in part.steps:
            line = Claim(Relation(step.relation, before, step.term), part.claim.given)
            assert decide(line).status == "proved", text(line.relation)
            before = step.term
        if part.steps and isinstance(relation, Relation):
            assert before == relation.right
            assert part.start == relation.left


@pytest.mark.parametrize("path", sorted(EXERCISES.glob("*.md")), ids=lambda path: path.stem)
def test_every_exercise_is_explained(path: Path) -> None:
    """Each claim has its lines, at most 12 of them, and none that only says "simplify"."""
    for claim in check_file(str(path)).claims:
        name = f"{path.stem}: {claim.label}"
        assert claim.proof is not None, name
        certify(claim.proof)
        parts = list(proofs_in(claim.proof))
        assert all(part.complete for part in parts), name
        assert max(len(part.steps) for part in parts) <= 12, name


def test_a_false_claim_has_no_steps() -> None:
    claim = Claim(Relation("=", Call("tanh", (x,)), Call("sigma", (2 * x,))))
    assert derive_steps(claim) is None


def test_what_the_kernel_does_not_prove_is_not_printed() -> None:
    """A judge that knows only the whole claim and definitions: nothing else is left."""
    tanh = Call("tanh", (x,))
    claim = Claim(Relation("=", tanh, 2 * Call("sigma", (2 * x,)) - 1))

    def judge(line: Claim) -> Verdict:
        assert isinstance(line.relation, Relation)
        return decide(line) if line.relation.left == tanh else Verdict("undecided")

    proof = derive_steps(claim, judge=Judge(judge, at_once=lambda lines: False))
    assert proof is not None and not proof.complete
    assert [step.rule for step in proof.steps] == ["simplify"]


def test_detail() -> None:
    """Brief has about half of the lines; full shows moves that normal makes in passing."""
    claim, _ = claim_of("cross-entropy-gradient", "component")
    brief, normal, full = (derive_steps(claim, d) for d in ("brief", "normal", "full"))
    assert brief is not None and normal is not None and full is not None
    assert len(brief.steps) <= (len(normal.steps) + 1) // 2
    assert len(full.steps) > len(normal.steps)
    said = [step.reason for step in full.steps]
    assert "constant factor" in said and "rearrange" in said
    for proof in (brief, full):
        certify(proof)


def test_a_milestone_is_passed() -> None:
    claim = Claim(Relation("=", (x + y) ** 2, x**2 + 2 * x * y + y**2))
    way = (x + y) * (x + y)
    proof = derive_steps(claim, milestones=[way])
    assert proof is not None and way in [step.term for step in proof.steps]
    beside = derive_steps(claim, milestones=[x + y])
    assert beside is not None and x + y not in [step.term for step in beside.steps]


def test_a_milestone_that_is_an_equation_is_shown_first() -> None:
    given = read_given(["r = x^2", "s = r^2"])
    claim = read_claim(r"\frac{\partial s}{\partial x} = 4 x^3", given)[0]
    lemma = read_claim(r"\frac{\partial r}{\partial x} = 2x", given)[0].relation
    proof = derive_steps(claim, milestones=[lemma])
    assert proof is not None
    assert [first.claim.relation for first in proof.before] == [lemma]
    assert "as shown before" in [step.reason for step in proof.steps]


def test_a_constant_is_moved_over() -> None:
    given = read_given([r"\sigma(x) = \frac{1}{1 + \exp(-x)}"])
    claim = read_claim(r"\tanh(x) = 2\sigma(2x) - 1", given)[0]
    (way,) = read_formula(r"\frac{2 \exp(x)}{\exp(x) + \exp(-x)}")
    proof = derive_steps(claim, milestones=[way])
    assert proof is not None
    assert [text(first.start) for first in proof.before] == ["tanh(x) + 1"]
    assert [step.reason for step in proof.steps] == ["subtract 1 on both sides"]


def test_solving_for_a_name() -> None:
    """1 = Σ P_j = S/Z, so Z = S."""
    (claim,) = check_file(str(EXERCISES / "log-linear-softmax.md")).claims[1:2]
    assert claim.proof is not None
    (first,) = claim.proof.before
    assert text(first.start) == "1" and text(first.steps[-1].term).endswith("/Z")


def test_dummies_are_not_captured() -> None:
    """∂/∂x_k of Σ_k: the dummy of a definition is another letter than the claim's index."""
    given = read_given(["j, k: 1..d", r"x \in \mathbb{R}^d", r"S = \sum_{k=1}^d x_k^2"])
    claim = read_claim(r"\frac{\partial S}{\partial x_k} = 2 x_k", given)[0]
    proof = derive_steps(claim)
    assert proof is not None and proof.complete
    assert any("j" in text(s) for step in proof.steps for s in subterms(step.term))


def test_steps_of_a_trivial_claim() -> None:
    proof = derive_steps(Claim(Relation("=", x + y, y + x)))
    assert proof is not None and proof.steps[-1].term == y + x
    assert derive_steps(Claim(x + term(0))) is None


@pytest.mark.parametrize("written", ["e^{-x}", r"\exp(-x)"])
def test_the_exponential_is_written_as_the_author_writes_it(written: str) -> None:
    given = read_given([rf"\sigma(x) = \frac{{1}}{{1 + {written}}}"])
    claim = read_claim(r"\sigma'(x) = \sigma(x) (1 - \sigma(x))", given)[0]
    proof = derive_steps(claim)
    assert proof is not None and proof.complete
    shown = " ".join(text(step.term) for step in proof.steps)
    assert ("exp" in shown) == ("exp" in written) and ("e⁻ˣ" in shown) == ("e^" in written)
