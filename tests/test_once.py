"""Equal questions are answered once, and answered as if they were asked anew."""

from __future__ import annotations

import pytest

from derive.prover import once as module
from derive.prover.decide import decide
from derive.prover.once import Once
from derive.prover.verdict import Verdict
from derive.read import read_claim, read_given
from derive.term import Claim, Given, replace


class Counting:
    """The kernel, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, claim: Claim, seed: int = 0) -> Verdict:
        self.asked += 1
        return decide(claim, seed=seed)


def claim(text: str, *given: str) -> Claim:
    return read_claim(text, read_given(given))[0]


ROWS = [
    (r"\log(ab) = \log a + \log b", ("a > 0", "b > 0")),
    (r"\log(ab) = \log a + \log b", ()),
    (r"\sum_{j=1}^d y_j^2 = 1", ("y one-hot", r"y \in \mathbb{R}^d")),
    (r"\frac{x^2}{x} = x", ("x > 0",)),
    (r"(x + y)^2 = x^2 + y^2", ()),
    (r"|x| = x", ()),
    (r"L(x) = x", ()),
]


@pytest.mark.parametrize(("text", "given"), ROWS)
def test_the_answer_is_that_of_the_kernel(text: str, given: tuple[str, ...]) -> None:
    once = Once(decide)
    for _ in range(3):
        asked = claim(text, *given)
        assert once.decide(asked) == decide(asked)


def test_equal_questions_are_asked_once() -> None:
    kernel = Counting()
    once = Once(kernel)
    for text, given in ROWS * 3:
        once.decide(claim(text, *given))
    assert kernel.asked == len(ROWS)


def test_what_is_used_is_named_with_its_own_line() -> None:
    once = Once(decide)
    lines = []
    for line in (3, 7):
        asked = claim(r"\log(ab) = \log a + \log b", "a > 0", "b > 0")
        stated = tuple(replace(a, line=line) for a in asked.given.assumptions)
        asked = replace(asked, given=replace(asked.given, assumptions=stated))
        lines.append([use.line for use in once.decide(asked).uses])
    assert lines == [[3, 3], [7, 7]]


@pytest.mark.parametrize(
    "other",
    [
        claim(r"\frac{x^2}{x} = x"),
        claim(r"\frac{x^2}{x} = x", "x < 0"),
        claim(r"\frac{x^2}{x} = x", "x > 0", "x = 1"),
        replace(claim(r"\frac{x^2}{x} = x", "x > 0"), arrays=("x",)),
        claim(r"\frac{x^2}{x} = 2x", "x > 0"),
        claim(r"\frac{x^2}{x} \ne x", "x > 0"),
    ],
)
def test_another_question_is_another(other: Claim) -> None:
    kernel = Counting()
    once = Once(kernel)
    once.decide(claim(r"\frac{x^2}{x} = x", "x > 0"))
    assert once.decide(other) == decide(other)
    assert kernel.asked == 2


def test_memory_is_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forgotten is asked again; no answer is taken for another's."""
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(module, "NEAR", 2)
    once = Once(lambda claim, seed: Verdict("undecided", reason=str(claim.given.assumptions)))
    for n in [*range(8), *range(8)]:
        asked = claim("x = y", f"x > {n}")
        assert once.decide(asked).reason == str(asked.given.assumptions)


def test_other_questions_are_kept_apart() -> None:
    asked = claim("x = x")
    once = Once(decide)

    def names(claim: Claim) -> str:
        return str(claim.relation)

    assert once.of(names, asked) == once.of(names, asked) == str(asked.relation)
    assert once.decide(asked).status == "proved"
    assert once.of(lambda claim: claim.given, asked) == Given()
