"""Soundness: what the fuzzer of benchmarks/soundness.py found stays fixed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.prover.decide import decide
from derive.prover.refuter.refute import reevaluate
from derive.read import read_claim, read_given
from derive.term import Assumption, Call, Claim, Given, Range, Relation, Symbol, Term, replace, term

d, c = Symbol("d"), Symbol("c")

# What was once proved although it is false: a property of q, the range of q, the claim.
# fmt: off
FALSE = (
    ("distribution", (1, d),     r"\sum_{k=1}^{c} q_k = 1"),
    ("distribution", (0, d),     r"\sum_{k=1}^{d} q_k = 1"),
    ("distribution", (0, 2),     r"\sum_{k=1}^{2} q_k = 1"),
    ("distribution", (0, d - 1), r"\sum_{k=1}^{c} q_k = 1"),
    ("one-hot",      (0, d),     r"\sum_{k=1}^{d} q_k = 1"),
    ("one-hot",      (0, d),     r"q_0 = 0"),
)
# fmt: on


@pytest.mark.parametrize(("kind", "range_", "claim"), FALSE)
def test_false_for_the_range_of_q(kind: str, range_: tuple[Term, Term], claim: str) -> None:
    shape = (Range(*map(term, range_)),)
    given = Given({}, {"q": shape}, {}, (Assumption(kind, Symbol("q")),))
    for reading in read_claim(claim, given):
        assert decide(reading).status != "proved"


# Of indices and vectors over 0..d-1, where x_0, k = 0 and an empty sum were forgotten.
# fmt: off
FALSE_FROM_0 = (
    r"\sum_{k=0}^{d-1} \delta_{k,0} x_k = 0",
    r"\sum_{k=1}^{d-1} y_k x_k = \sum_{l=0}^{d-1} y_l x_l",
    r"\delta_{i,0} x_i = 0",
    r"\delta_{i+j,0} x_i = 0",
    r"\sum_{k=1}^{i} \delta_{k,1} = 1",
)
TRUE_FROM_0 = (
    r"\sum_{k=0}^{d-1} \delta_{k,0} x_k = x_0",
    r"\sum_{k=1}^{d-1} x_k = \sum_{k=0}^{d-1} x_k - x_0",
    r"\sum_{k=0}^{d-2} (x_{k+1} - x_k) = x_{d-1} - x_0",
)
# fmt: on


def _from_0(claim: str) -> Claim:
    axis = Range(term(0), d - 1)
    one_hot = Assumption("one-hot", Symbol("y"))
    given = Given({"i": axis, "j": axis}, {"x": (axis,), "y": (axis,)}, {}, (one_hot,))
    return read_claim(claim, given)[0]


@pytest.mark.parametrize("claim", FALSE_FROM_0)
def test_false_from_0(claim: str) -> None:
    assert decide(_from_0(claim)).status != "proved"


@pytest.mark.parametrize("claim", TRUE_FROM_0)
def test_true_from_0(claim: str) -> None:
    assert decide(_from_0(claim))


@pytest.mark.parametrize(("kind", "first"), [("distribution", 1), ("one-hot", 1), ("one-hot", 0)])
def test_sums_to_one_over_its_range(kind: str, first: int) -> None:
    last = d - 1 if first == 0 else d
    given = Given({}, {"q": (Range(term(first), last),)}, {}, (Assumption(kind, Symbol("q")),))
    upper = "d-1" if first == 0 else "d"
    (claim, *_) = read_claim(rf"\sum_{{k={first}}}^{{{upper}}} q_k = 1", given)
    assert decide(claim)


@pytest.mark.parametrize("n", [3000, 10**30])
def test_large_exponents_end_as_a_verdict(n: int) -> None:
    x, y = Symbol("x"), Symbol("y")
    quotient = Call("log", ((x**n - 1) / (x**7 - 1),))
    assert decide(Claim(Relation("=", quotient, y))).status != "proved"
    nearly = Call("tanh", (x * Fraction(n + 1, n),))
    assert decide(Claim(Relation(">", nearly, -term(1)))).status != "refuted"


@pytest.mark.parametrize(
    "claim",
    [r"\frac{\partial \operatorname{LSE}(x)}{\partial x_i} = \operatorname{softmax}(x)_i"],
)
def test_true_where_vectors_begin_at_0(claim: str) -> None:
    """Once refuted: the left side counted components from 0, the right side from 1."""
    axis = Range(term(0), d - 1)
    given = Given({"i": axis}, {"x": (axis,)})
    for reading in read_claim(claim, given):
        assert decide(reading).status != "refuted"


def test_counterexample_keeps_its_indices() -> None:
    """Once lost: "s_i > 0 for all i" left the free index i at its last value."""
    given = read_given(
        ["i: 1..d", "r: 1..c", r"s \in \mathbb{R}^d", r"W \in \mathbb{R}^{c \times d}", "s_i > 0"]
    )
    (claim, *_) = read_claim("W_{ri} s_i = W_{ri} + s_i", given)
    found = decide(claim).counterexample
    assert found is not None
    assert reevaluate(claim, found)
    moved = replace(found, indices={**found.indices, "i": 99})
    assert not reevaluate(claim, moved)


@pytest.mark.parametrize(
    "claim",
    [
        r"\max(A_{ij} A_{ji}, 0) = A_{ij} A_{ji}",
        r"|A_{ij}| \sum_{k=1}^{d} |A_{kj}| = A_{ij} \sum_{k=1}^{d} A_{kj}",
        r"|x_i| \sum_{k=1}^{d} |x_k| = x_i \sum_{k=1}^{d} x_k",
    ],
)
def test_cases_of_a_component(claim: str) -> None:
    """Once proved by two cases, x >= 0 and x <= 0, each taken to speak of all components."""
    given = read_given(["i, j: 1..d", r"x \in \mathbb{R}^d", r"A \in \mathbb{R}^{d \times d}"])
    for reading in read_claim(claim, given):
        assert not decide(reading)  # refuted, or true of a symmetric matrix
