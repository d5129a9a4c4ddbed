"""What a teacher would write: few lines of algebra, plain reasons, earlier claims quoted."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from derive.check.run import check_file
from derive.explain.describing import described
from derive.explain.likeness import Level
from derive.explain.proof import Proof
from derive.explain.scope import Scope
from derive.explain.steps import derive_steps
from derive.explain.written import derivation
from derive.page import Derivation
from derive.prover.decide import decide
from derive.read.claim import read_claim
from derive.read.formula import read_formula
from derive.read.given import read_given
from derive.render.typst import source
from derive.sheet.pages import solutions
from derive.sheet.sheet import load
from derive.term import Claim, Given, Relation, Term
from derive.term.text import text

EXERCISES = Path(__file__).parent.parent / "exercises"


def claim(written: str, *given: str) -> Claim:
    return read_claim(written, read_given(list(given)))[0]


def proof(written: str, *given: str, after: tuple[str, ...] = ()) -> Proof:
    """The proof of a claim, where those of ``after`` were shown before."""
    shown = [claim(earlier, *given) for earlier in after]
    found = derive_steps(claim(written, *given), lemmas=shown)
    assert found is not None and found.complete
    certify(found)
    return found


def certify(found: Proof) -> None:
    before = found.start
    for step in found.steps:
        line = Claim(Relation(step.relation, before, step.term), found.claim.given)
        assert decide(line).status == "proved", text(line.relation)
        before = step.term


def reasons(found: Proof) -> list[str]:
    return [step.reason for step in found.steps]


def formula(written: str) -> Term:
    return read_formula(written)[0]


def test_arithmetic_is_calculated() -> None:
    assert reasons(proof(r"\frac{27 + 4 - 5}{2} + 1 = 14")) == ["calculate"]


def test_algebra_goes_up_and_comes_down_once() -> None:
    """a (a (a (1 − a) u + (1 − a) v) + ..): multiplied out in one line, factored in the next."""
    found = proof(r"b (b (1 - b) u + (1 - b) v) + (1 - b) w = (1 - b) (b^2 u + b v + w)")
    assert reasons(found) in (["multiply out", "factor out"], ["multiply out, factor out"])


def test_no_move_of_algebra_is_made_twice_in_a_row() -> None:
    for path in sorted(EXERCISES.glob("[a-g]*.md"))[::4]:
        for entry in check_file(str(path)).claims:
            assert entry.proof is not None
            said = reasons(entry.proof)
            repeated = [a for a, b in pairwise(said) if a == b]
            assert not {"multiply out", "factor out", "collect like terms"} & {*repeated}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("2 + 3 \\cdot 4", "14", "calculate"),
        ("x", "\\frac{x + x}{2}", "since x + x = 2x"),
        ("\\frac{a}{r^2}", "\\frac{1}{r} \\cdot \\frac{a}{r}", "separate the fractions"),
        ("a b + a c", "a (b + c)", "factor out"),
        ("a (b + c)", "a b + a c", "multiply out"),
        ("u (1 - v) - v (1 - u)", "u - v", "multiply out, collect like terms"),
        ("\\frac{a}{b}", "\\frac{a c}{b c}", "expand the fraction"),
        ("x - x y", "x + y - y - x y", "add and subtract the same"),
        ("\\frac{x^2 - 2 x y}{a}", "\\frac{(x - y)^2}{a} - \\frac{y^2}{a}", "complete the square"),
    ],
)
def test_a_jump_is_called_what_it_is(before: str, after: str, words: str) -> None:
    scope = Scope(Given())
    s, t = formula(before), formula(after)
    level = scope.likeness.alike(s, t)
    assert level is not None
    because = described(s, t, scope, min(level, Level.SPLIT))[1]
    assert "".join(part if isinstance(part, str) else text(part) for part in because) == words


def test_entries_are_looked_up_not_defined() -> None:
    padded = r"X = \begin{pmatrix} 0 & 0 \\ x_{11} & x_{12} \end{pmatrix}"
    given = ["j: 1..2", r"x \in \mathbb{R}^{1 \times 2}", padded, r"s_j = 3 X_{1j} + X_{2j}"]
    found = proof("s_j = x_{1j}", *given)
    assert reasons(found)[:2] == ["definition of sⱼ", "entries of X"]


def test_equal_entries_are_summed_without_writing_them_out() -> None:
    given = ["j, k: 1..10", r"x \in \mathbb{R}^{10}", "x_j = c",
             r"p_j = \frac{\exp(x_j)}{\sum_{k=1}^{10} \exp(x_k)}"]  # fmt: skip
    found = proof(r"p_j = \frac{1}{10}", *given)
    assert reasons(found) == ["definition of pⱼ", "xⱼ = c", "sum of a constant", "cancel"]


def test_a_derivative_that_was_shown_is_quoted_at_any_place() -> None:
    given = ["n > 0", "m > 0", r"\lambda > 0", r"L(\lambda) = n m \log \lambda - n \lambda"]
    score = r"L'(\lambda) = \frac{n m}{\lambda} - n"
    assert reasons(proof("L'(m) = 0", *given, after=(score,))) == ["as shown before", "cancel"]
    second = proof(r"L''(\lambda) = -\frac{n m}{\lambda^2}", *given, after=(score,))
    assert reasons(second)[0] == "as shown before" and len(second.steps) <= 3


def test_a_function_of_pieces_is_differentiated_by_its_definition() -> None:
    given = [r"x \in \mathbb{R}", "x > 0", r"r(x) = \max(0, x)"]
    found = proof("r'(x) = 1", *given, after=(r"r(x) = \frac{x + |x|}{2}",))
    assert reasons(found)[0] == "definition of r(x)"


def test_a_fraction_of_fractions_is_cleared_before_its_logarithm_is_taken() -> None:
    given = [r"p = \frac{a}{a + b}", "a > 0", "b > 0"]
    found = proof(r"\log \frac{p}{1 - p} = \log a - \log b", *given)
    assert "multiply above and below by a + b" in reasons(found)
    assert len(found.steps) <= 4


def test_a_bound_is_seen_from_a_square() -> None:
    given = [r"\sigma(x) = \frac{1}{1 + \exp(-x)}"]
    shown = r"\frac{\partial \sigma(x)}{\partial x} = \sigma(x) (1 - \sigma(x))"
    found = proof(r"\frac{\partial \sigma(x)}{\partial x} \le \frac{1}{4}", *given, after=(shown,))
    assert reasons(found) == [
        "as shown before", "complete the square", "a square is never negative",
    ]  # fmt: skip


def test_several_deltas_are_said_in_one_sentence() -> None:
    given = ["i, j, k: 1..d", r"x, y \in \mathbb{R}^d"]
    found = proof(
        r"\sum_{k=1}^d x_k \delta_{ik} + \sum_{k=1}^d y_k \delta_{jk} = x_i + y_j", *given
    )
    assert reasons(found) == ["only k = i and k = j are left of the sums"]


def test_two_short_steps_are_one_line() -> None:
    given = ["Z > 0", r"P = \frac{\exp(a)}{Z}"]
    found = proof(r"\log P = a - \log Z", *given)
    (block,) = derivation(found)
    assert isinstance(block, Derivation) and len(found.steps) == 2
    (line,) = block.lines
    assert line.right.count("=") == 1 and ", " in line.reason


def test_the_solutions_of_the_class_work_are_three_pages() -> None:
    typst = pytest.importorskip("typst")
    sheet = load(str(EXERCISES.parent / "examples" / "classwork.toml"))
    made = typst.compile(source(solutions(sheet)).encode(), format="svg")
    assert isinstance(made, list) and len(made) <= 3


def test_decimal_numbers_stay_decimal_numbers() -> None:
    given = [r"w \in \mathbb{R}", r"L = \frac{0.5}{2} w^2 + \frac{1}{2} w"]
    found = proof(r"\frac{\partial L}{\partial w} = 0.5 w + \frac{1}{2}", *given)
    shown = [text(step.term) for step in found.steps]
    assert shown[-1] == "0.5w + 1/2" and not any("1/2 · w +" in line for line in shown)


def test_numbers_are_worked_out() -> None:
    assert reasons(proof(r"\frac{1 - 0.6^2}{0.4} g = 1.6 g")) == ["calculate"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("\\frac{a}{s} + \\frac{b}{t}", "\\frac{a t + b s}{s t}", "common denominator"),
        ("(1 + b) g", "\\frac{(1 - b) (1 + b)}{1 - b} g", "expand the fraction"),
        ("\\log \\frac{a}{a + b - a}", "\\log \\frac{a}{b}", "collect like terms"),
        ("(q - 1) r", "r (-p + q - 1 + p)", "since −p + q − 1 + p = q − 1"),
    ],
)
def test_the_part_that_differs_is_named(before: str, after: str, words: str) -> None:
    test_a_jump_is_called_what_it_is(before, after, words)


def test_numbers_of_a_quoted_derivative_are_folded_at_once() -> None:
    given = ["x > 0", "v > 0", r"v = x^2", r"s = \sqrt{v}"]
    shown = r"\frac{\partial v}{\partial x} = 2x"
    found = proof(r"\frac{\partial s}{\partial x} = \frac{x}{s}", *given, after=(shown,))
    assert not any("2x" in text(step.term) and "2√" in text(step.term) for step in found.steps)


def test_a_root_that_has_a_name_is_called_by_it() -> None:
    given = ["k: 1..d", r"x \in \mathbb{R}^d", r"r = \sqrt{\sum_{k=1}^d x_k^2}", "r > 0"]
    found = proof(r"\frac{\partial r}{\partial x_k} = \frac{x_k}{r}", *given)
    assert not any("√(r" in text(step.term) for step in found.steps)


def test_a_bound_of_a_maximum_is_shown_case_by_case() -> None:
    """q r > (q − 1) r is asked as r > 0."""
    given = ["q, r \\in \\mathbb{R}", "0 < q < 1", r"f(r) = \max(q r, (q - 1) r)"]
    found = derive_steps(claim(r"f(r) \ge 0", *given))
    assert found is not None
    assert [text(part.case) for part in found.parts if part.case is not None] == ["r > 0", "r ≤ 0"]
    for part in found.parts:
        certify(part)
        assert reasons(part)[-1] == "by the signs of the factors"


def test_what_a_name_is_made_of_stays_while_nothing_needs_it() -> None:
    """b = q − a p is put in; a, which b is made of, cancels as it is."""
    given = ["V > 0", r"a = \frac{C}{V}", "b = q - a p"]
    found = proof("a p + b - q = 0", *given)
    assert "C" not in " ".join(text(step.term) for step in found.steps)
    assert reasons(found)[0] == "definition of b"


def test_cancelling_is_not_said_of_factoring() -> None:
    found = proof(r"q \left(\frac{x}{q} - x\right)^2 + (1 - q) x^2 = \frac{1 - q}{q} x^2", "q > 0")
    assert len(found.steps) > 2 and "factor out" in " ".join(reasons(found))


def claims_of(name: str) -> dict[str, Proof]:
    result = check_file(str(EXERCISES / f"{name}.md"))
    return {claim.label: claim.proof for claim in result.claims if claim.proof is not None}


def test_cases_within_cases_say_both() -> None:
    positive, other = (claim(case).relation for case in ("y > 0", r"y \le 0"))
    found = derive_steps(claim(r"\max(x, -x) y = |x| y"), cases=[positive, other])
    assert found is not None
    cases = [text(part.case) for part in found.parts if part.case is not None]
    assert cases == ["y > 0, x > 0", "y > 0, x ≤ 0", "y ≤ 0, x > 0", "y ≤ 0, x ≤ 0"]


def test_what_a_bound_of_a_modulus_says_needs_no_cases() -> None:
    clipping = claims_of("huber-loss")["clipping"]
    cases = [text(part.case) for part in clipping.parts if part.case is not None]
    assert cases == ["r < −c", "|r| < c", "r > c"]


def test_what_a_fraction_is_divided_by_is_said() -> None:
    first = claims_of("two-class-softmax")["first class"]
    assert [step.reason for step in first.steps] == [
        "definition of p₁", "divide above and below by exp(x₁)", "definition of σ(t)"
    ]  # fmt: skip


def test_a_factor_leaves_a_sum_before_the_sum_goes() -> None:
    sums = claims_of("mixture-responsibilities")["normalised"]
    assert [step.reason for step in sums.steps][1:] == ["pull out of the sum", "cancel"]


def test_what_is_reached_is_not_bounded_again() -> None:
    small = claims_of("huber-loss")["bound"].parts[0]
    assert [step.relation for step in small.steps] == ["=", "="]
