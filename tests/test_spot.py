"""Terms told apart at a few points: never two that are equal."""

from __future__ import annotations

import pytest

from derive.prover.refuter.spot import Spot
from derive.read import Names, read_claim, read_formula, read_given
from derive.term import Claim, Given, Relation, Term

GIVEN = (
    r"x, y \in \mathbb{R}^d",
    r"A, B \in \mathbb{R}^{d \times d}",
    r"a, b, c \in \mathbb{R}",
    "s > 0",
    "i, j: 1..d",
    r"p_j = \frac{\exp(x_j)}{\sum_{k=1}^d \exp(x_k)}",
    "q distribution",
    r"q \in \mathbb{R}^d",
)
FALSE = "(a + b)^2 = a^2 + b^2"


def spot(text: str = FALSE, *more: str) -> tuple[Spot, Given]:
    given = read_given(GIVEN)
    return Spot(read_claim(text, given)[0], [term(t, given) for t in more]), given


def term(text: str, given: Given) -> Term:
    return read_formula(text, Names.of(given))[0]


def relation(text: str, given: Given) -> Relation:
    found: Claim = read_claim(text, given)[0]
    assert isinstance(found.relation, Relation)
    return found.relation


EQUAL = [
    "(a + b)^2 = a^2 + 2 a b + b^2",
    r"\frac{a}{b} - \frac{b}{a} = \frac{(a - b)(a + b)}{a b}",
    r"\log(s^2) = 2 \log s",
    r"\sum_{j=1}^d (x_j + 1) = \sum_{k=1}^d x_k + d",
    r"\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} - p_j)",
    r"\sum_{j=1}^d q_j = 1",
    r"(A B)^T = B^T A^T",
    r"x^T y = \sum_{j=1}^d x_j y_j",
    r"\sqrt{a^2} = |a|",
]


@pytest.mark.parametrize("text", EQUAL)
@pytest.mark.parametrize("about", [FALSE, r"\sum_{j=1}^d x_j q_j y_j = \sum_{j=1}^d A_{jj} B_{jj}"])
def test_what_is_equal_is_not_told_apart(text: str, about: str) -> None:
    found, given = spot(about, "s", "a", "b", "x_i", "x_j", "y_i", "q_i")
    equal = relation(text, given)
    assert found.may_be_equal(equal.left, equal.right)
    assert found.may_be_equal(equal.right, equal.left)


@pytest.mark.parametrize(
    "text",
    [
        FALSE,
        "a - b = b - a",
        "a b c = a b",
        r"\frac{a}{b} = \frac{b}{a}",
        r"\sum_{j=1}^d x_j = \sum_{j=1}^d x_j^2",
        r"\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} + p_j)",
        r"\sqrt{a^2} = a",
        r"\log(c) = c",
        r"\frac{1}{a - a} = b",  # defined nowhere
    ],
)
def test_what_differs_is_told_apart(text: str) -> None:
    found, given = spot(r"a b c + \sum_{j=1}^d x_j = p_i + p_j")
    false = relation(text, given)
    assert not found.may_be_equal(false.left, false.right)


def test_where_nothing_is_known_all_may_be_equal() -> None:
    given = read_given([r"a, b \in \mathbb{R}"])
    unknown = Spot(read_claim(r"f(a) = b", given)[0])
    assert unknown.may_be_equal(term("a", given), term("b", given))
    found, given = spot()
    assert found.may_be_equal(term("a + z", given), term("a", given))  # a name that is not there
    assert found.may_be_equal(term("a + z", given), term("a", given))  # nor the second time
