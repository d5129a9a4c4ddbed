# ruff: noqa: E501  (formulas)
"""The table of mistakes: every row names its own example, and true lines are never diagnosed."""

from __future__ import annotations

import string

import pytest

from derive.explain.mistakes import MISTAKES, Mistake, diagnose, differing
from derive.explain.mistakes.row import line_of
from derive.explain.mistakes.search import changed
from derive.language import mistake as in_language
from derive.language.german_mistakes import MISTAKES as GERMAN
from derive.prover.decide import decide
from derive.read.claim import read_claim
from derive.read.given import read_given
from derive.term import Claim, Relation
from derive.term.text import text


def claim(written: str, *given: str) -> Claim:
    return read_claim(written, read_given(given))[0]


def example(row: Mistake) -> Claim:
    """The false line of a row's example; for an inequality it is the whole second formula."""
    before, after = row.example
    return claim(after if "<" in after else f"{before} = {after}", *row.given)


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: row.name)
def test_the_example_of_a_row_is_false_and_has_its_name(row: Mistake) -> None:
    wrong = example(row)
    assert not decide(wrong)  # false, or true only if something is assumed
    assert [d.mistake.name for d in diagnose(wrong)][:1] == [row.name]


def test_names_are_unique_and_there_are_enough() -> None:
    names = [row.name for row in MISTAKES]
    assert len(set(names)) == len(names) >= 40
    for row in MISTAKES:
        assert row.sentence.endswith(".")
        assert row.hint.endswith((".", "?"))
        assert row.made or row.undone or row.meant


def test_every_mistake_is_said_in_german() -> None:
    assert set(GERMAN) == {row.name for row in MISTAKES}
    for row in MISTAKES:
        name, sentence, hint = in_language("de", row.name, row.sentence, row.hint)
        assert sentence.endswith(".") and hint.endswith((".", "?"))
        assert not list(string.Formatter().parse(name + sentence + hint))[1:]  # no holes
    assert len({name for name, _, _ in GERMAN.values()}) == len(GERMAN)


@pytest.mark.parametrize(
    ("written", "given", "name"),
    [
        # done in one line with something else
        (r"\frac{\partial}{\partial x} \tanh(x^2) = 1 - \tanh(x^2)^2", (), "inner derivative"),
        (r"\frac{\partial}{\partial x} \frac{\exp(2 x)}{x} = \frac{\exp(2 x) x - \exp(2 x)}{x^2}",
         (), "inner derivative"),
        (r"\frac{\partial}{\partial x} (x \exp(-x) + 3) = \exp(-x) + x \exp(-x)", (), "sign"),
        (r"\log \prod_{i=1}^n a \exp(-a x_i) = n \log a + a \sum_{i=1}^n x_i",
         ("i: 1..n", r"x \in \mathbb{R}^n", "a > 0"), "sign of a summand"),
        # the minus of a fraction belongs above it; a whole sum is gone; a function of this line;
        # two fractions in one
        (r"\frac{1}{1 + \exp(x)} = -\frac{\exp(x)}{1 - \exp(x)}", (), "negative exponent"),
        (r"\frac{1}{n} (\sum_{i=1}^n x_i^2 - m^2 n) = \frac{1}{n} - m^2",
         ("i: 1..n", r"x \in \mathbb{R}^n"), "factor lost"),
        (r"\sigma(u(x)) (1 - \sigma(u(x))) v = x v (1 - q(x))",
         ("assume u(x) function", r"q(x) = \sigma(u(x))"), "function lost"),
        (r"p (\frac{1}{p})^2 + (1 - p) (\frac{1}{1 - p})^2 = \frac{2}{1 - p + p}",
         (), "denominators added"),
        (r"\frac{\partial p_j}{\partial x_i} = p_j (1 - p_i)",
         ("i, j, k: 1..d", r"x \in \mathbb{R}^d", r"p_j = \exp(x_j) / \sum_k \exp(x_k)"),
         "delta missing"),
        (r"-\sum_{j=1}^c y_j \log p_j = -\log p_i",
         ("i, j: 1..c", r"y \in \mathbb{R}^c", r"p \in \mathbb{R}^c", "y one-hot", "p_j > 0"),
         "one-hot misused"),
        # f'' stands for a derivative that is not written down
        (r"f''(x) = \frac{\partial}{\partial x} \log(\cosh(x))", (r"f(x) = \log(\cosh(x))",),
         "second derivative"),
        # the second derivative of the first one as it is known, by the product rule
        (r"\frac{\partial^2 L}{\partial z^2} = \frac{\partial}{\partial z} [(p - y) (1 - p)] \frac{\partial p}{\partial z}",
         (r"p = \sigma(z)", r"L = \frac{1}{2} (p - y)^2"), "derivatives multiplied"),
        # backwards in the false line, where the line before does not show what was done
        (r"\frac{\exp(u)}{\exp(v) + \exp(u)} = \frac{\exp(u) - \exp(v)}{1 + \exp(u - v)}",
         (), "exponential of a sum"),
        (r"\frac{a}{b} - \frac{c}{b} = 2 \log(a) \log(c) + \frac{a - c}{b} - 2 \log(a c)",
         ("a > 0", "b > 0", "c > 0"), "logarithm of a product"),
        (r"\sum_{k=1}^d (x_k + y_k) = \sum_{k=1}^d x_k + \prod_{k=1}^d y_k",
         ("k: 1..d", r"x, y \in \mathbb{R}^d"), "product taken for a sum"),
        (r"2 \sum_{r=1}^n v_r \frac{\partial z_r}{\partial z_j} = 2 v_r",
         ("j, r: 1..n", r"v, z \in \mathbb{R}^n"), "delta not contracted"),
        (r"\log(\exp(x) + \exp(-x)) - \log(2) = x + 1 - 2 x - \log(2)", (), "cancelled too early"),
        (r"\log(\frac{a}{2}) = \log(a) - 2", ("a > 0",), "function lost"),
        # what stands below a bar may be 0: the line is told by how it is written
        (r"\sum_{k=1}^d \frac{\partial}{\partial x_i} z_k^2 = \sum_{k=1}^d \frac{2 z_k}{\frac{\partial z_k}{\partial x_i}}",
         ("i, k, l: 1..d", r"x \in \mathbb{R}^d", r"z_k = 3 x_k + 1"), "inner derivative divided"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_among_other_work(
    written: str, given: tuple[str, ...], name: str
) -> None:
    wrong = claim(written, *given)
    assert decide(wrong).status == "refuted"
    assert name in diagnose(wrong)[0].mistake.name


def test_a_factor_two_in_a_product_is_tried_once() -> None:
    """Where it stands in a product does not matter; in an argument and in a power it does."""
    t = claim(r"a b c \exp(d) = x").relation
    assert isinstance(t, Relation)
    row = next(row for row in MISTAKES if row.name == "factor 2")
    assert row.made is not None
    found = [text(part) for part, _ in changed(t.left, row.made, line_of(claim("x = y")))]
    assert found == ["exp(d)"] * 2


def test_indices_bounds_and_variables_are_no_places() -> None:
    line = claim(
        r"\sum_{k=1}^d \frac{\partial x_k}{\partial x_i} = 1", "i, k: 1..d", r"x \in \mathbb{R}^d"
    )
    assert isinstance(line.relation, Relation)
    seen: list[str] = []
    list(changed(line.relation.left, lambda t, _: seen.append(text(t)) or (), line_of(line)))
    assert seen == ["Σₖ₌₁ᵈ ∂xₖ/∂xᵢ", "∂xₖ/∂xᵢ", "xₖ"]


def test_slips_are_looked_for_where_the_subjects_have_spent_all() -> None:
    """Half of the changes that are tried in this line are about its sums and derivatives."""
    wrong = claim(
        r"\sum_k (p_k (\delta_{ik} - p_i) (\log(p_k) - \log(q_k)) + \frac{\partial p_k}{\partial x_i})"
        r" = \sum_k (\frac{\partial p_k}{\partial x_i} + (\log(p_k) - \exp(q_k)) p_k (\delta_{ik} - p_i))",
        "i, j, k, l: 1..d", r"x \in \mathbb{R}^d", r"q \in \mathbb{R}^d", "q_k > 0",
        r"p_j = \exp(x_j) / \sum_l \exp(x_l)",
    )  # fmt: skip
    assert [d.mistake.name for d in diagnose(wrong)] == ["another function"]


def test_the_place_is_named() -> None:
    (found, *_) = diagnose(claim(r"x + \frac{\partial}{\partial x} x \sin(x) = x + x \cos(x)"))
    assert found.part is not None
    assert text(found.part) == "∂/∂x [x sin(x)]"


@pytest.mark.parametrize("written", ["x y = z w", r"\exp(x) = x^7 + 5 y", "x < y"])
def test_where_no_mistake_of_the_table_was_made_none_is_named(written: str) -> None:
    assert diagnose(claim(written)) == ()


def test_a_mistake_has_to_be_proved() -> None:
    """Nothing is known of g: what the refuter cannot tell apart is not taken for equal."""
    wrong = claim("g(x)^2 = h(x)", "assume g(x) function", "assume h(x) function")
    assert diagnose(wrong) == ()


def test_what_is_large_is_left_alone() -> None:
    long = " + ".join(f"x^{{{n}}}" for n in range(2, 200))
    assert diagnose(claim(f"{long} = {long} + 1")) == ()


def test_the_smallest_parts_that_differ() -> None:
    found = differing(claim(r"x + \sin(2 y) = x + \sin(5 y + 1)"))
    assert found is not None
    assert [text(part) for part in found] == ["2y", "5y + 1"]
    assert differing(claim("x y = z + 1")) is None
