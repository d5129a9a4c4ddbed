"""Claims that once fooled the kernel, or an earlier draft of it, by the cause.

FALSE must never be proved without a need; TRUE must never be refuted; NOTHING must end without
a verdict that says too much, and without a crash.
"""

import pytest

from derive.prover.decide import decide
from derive.prover.verdict import Verdict
from derive.read import read_claim, read_given

INDEXED = ("i, j, l: 1..d", r"x \in \mathbb{R}^d", r"W \in \mathbb{R}^{d \times d}")

PROBABLE = (r"p, q, x \in \mathbb{R}^d", "p distribution", "q distribution")

# fmt: off
FALSE = [
    # an even power says nothing of the other factor where it is 0
    (("x^2 y \\ge 0",), "|y| = y"),
    ((r"\sqrt{x} y \ge 0",), "|y| = y"),
    # what holds on the diagonal does not hold beside it
    ((*INDEXED, "W_{ll} > 0"), r"\sqrt{W_{ij}^2} = W_{ij}"),
    (("i: 2..d", r"x \in \mathbb{R}^d", "x_i > 0"), "|x_1| = x_1"),
    # powers of absolute values
    (("n integer",), "|x + 1000|^n = (x + 1000)^n"),
    # pi is a name like any other where it is given a meaning
    ((r"\pi \in \mathbb{R}",), r"|\pi + 10| = \pi + 10"),
    # order conditions meet equal indices
    (INDEXED, r"\sum_{j=1}^d (1_{x_j > x_i} + 1_{x_j < x_i}) = d"),
    (INDEXED, r"\sum_{i=1}^d \sum_{j=1}^d 1_{x_i > x_j} = \frac{d^2}{2}"),
    # .. whatever relation of indices keeps it from the diagonal, or from an end
    ((*INDEXED, "i != j", "W_{ij} > 0"), "|W_{11}| = W_{11}"),
    ((*INDEXED, "i != j", "W_{ij}^2 = 1"), "W_{11}^2 = 1"),
    ((*INDEXED, "i > 1", "x_i > 0"), "|x_1| = x_1"),
    ((r"x \in \mathbb{R}^3", "i: 1..3", "2 i > 2", "x_i > 0"), "|x_1| = x_1"),
    ((r"x \in \mathbb{R}^3", "i, n: 1..3", "i > n", "x_i > 0"), "|x_1| = x_1"),
    ((r"W \in \mathbb{R}^{2 \times 2}", "i, j: 1..2", "i < j", "W_{ij} > 0"), "|W_{11}| = W_{11}"),
    # a sum from 3 to n counts nothing, not -1 terms, where n = 1
    ((), r"\sum_{k=3}^n k = \frac{n (n + 1)}{2} - 3"),
    # .. nor where n is said to be 0 at least
    (("n \\ge 0",), r"\sum_{k=2}^n 1 = n - 1"),
    (("n > -1",), r"1 + \sum_{k=2}^n k = \sum_{k=1}^n k"),
    (("n \\ge -100",), r"\sum_{k=1}^n 1 = n"),
    (("n \\ge 0", r"s = \sum_{k=2}^n 1"), "s = n - 1"),
    (INDEXED, r"x_1 + \sum_{k=2}^{d-1} x_k + x_d = \sum_{k=1}^d x_k"),
    (("n > 0",), r"\prod_{k=3}^n 2 = 2^{n-2}"),
    # what holds of real numbers, and not of complex ones
    ((r"z \in \mathbb{C}",), "|z|^2 = z^2"),
    ((r"z \in \mathbb{C}",), r"\log e^z = z"),
    ((r"z \in \mathbb{C}", "f(x) = |x|"), "f(z)^2 = z^2"),
    ((r"x \in \mathbb{C}^n",), r"\|x\|^2 = x^T x"),
    (("z complex",), r"z^2 \ge 0"),
    # what a name is defined by may depend on the variable
    (("u = y + 1", "y^2 + x^2 = 1"), r"\frac{\partial u}{\partial x} = 0"),
    (("u = y + 1",), r"\frac{\partial u}{\partial x} = 0"),
    # the k of what is given is not the k of what is needed for all k
    (("k > a",), r"\sum_{j=1}^n \frac{j - a}{j - a} = n"),
    # a product of matrices is none of entries
    ((r"A \in \mathbb{R}^{d \times d}",), r"\prod_{k=1}^2 A = A \odot A"),
    # what one case needs is no fact in another
    ((), r"\begin{cases} \log x & x > 0 \\ 0 & \text{otherwise} \end{cases} = \begin{cases} \log x & x > 0 \\ 7 & \text{otherwise} \end{cases}"),
    # 0 to the power 0 is 1, to others 0, to negative ones nothing
    ((), r"\sum_{k=1}^n 0^{k-1} = 0"),
    ((), r"\sum_{k=1}^n q^{k-2} = \frac{1}{q} + \frac{1 - q^{n-1}}{1 - q}"),
    # a tangent lies below on its own side only
    ((), r"e^{2x} \ge 1 + x"),
    ((), r"\log(1 + x^2) \ge x^2"),
    (PROBABLE, r"\sum_{k=1}^d p_k \log \frac{q_k}{p_k} \ge 0"),
    (PROBABLE, r"-\sum_{k=1}^d p_k \log p_k \ge \log d"),
    ((*PROBABLE, "i: 1..d"), r"p_i x_i \le x_i"),
    # equal only as far as a budget would see
    ((), r"x = x + 10^{-100}"),
    ((), r"\cos(2x) + 1 > 0"),
    # a number is its own transpose; a matrix is not
    ((), r"A^{\top} = A"),
    ((), r"A^T A = A A^T"),
    ((), r"(AB)^T = A^T B^T"),
    ((), r"(AB)^{-1} = A^{-1} B^{-1}"),
    ((), r"\operatorname{tr}(A) = A"),
    # the length of one vector is none of the others
    ((r"u, v \in \mathbb{R}^n", r"\|u\| = 1"), r"\|v\| = 1"),
    ((r"u, v \in \mathbb{R}^n", r"\|u\|_1 = 1"), r"\|v\|_1 = 1"),
    ((r"\sigma(x) = \frac{1}{2}",), r"\sigma(y) = \frac{1}{2}"),
    # I_n is of the size n
    ((r"w \in \mathbb{R}^d", r"X \in \mathbb{R}^{n \times d}"), r"\nabla_w^2 w^T w = 2 I_n"),
    # entry (i, j) is the second derivative by x_i and y_j
    ((r"A \in \mathbb{R}^{n \times n}", r"x, y \in \mathbb{R}^n"), r"\frac{\partial^2}{\partial x \partial y^T} x^T A y = A^T"),
    # holds where nothing is defined: x has no first component
    (("i: 2..d", "x_i = 5"), "x_1 = 5"),
]
TRUE = [
    ((), r"\begin{cases} \log x & x > 0 \\ \log(-x) & \text{otherwise} \end{cases} = \log |x|"),
    ((), r"\log \frac{y}{x^2} = \log y - \log x^2"),
    ((), r"\sum_{e=1}^3 e^2 = 14"),
    # natural numbers are not negative; whether 0 is one is not agreed on
    ((r"n \in \mathbb{N}",), r"2^n \ge 1"),
    ((r"n, m \in \mathbb{N}",), r"|n - m| \le n + m"),
    ((r"n \in \mathbb{N}",), "0^n = 0"),
    ((r"n \in \mathbb{N}",), r"n \ge 1"),
    # roots keep no sign that only a branch knows
    ((), r"\begin{cases} \sqrt{x - 1} & x > 1 \\ 0 & \text{otherwise} \end{cases} + |x - 1|^{3/2} = \begin{cases} \sqrt{x - 1} & x > 1 \\ 0 & \text{otherwise} \end{cases} + |x - 1| |x - 1|^{1/2}"),
    (("n integer",), r"\sum_{k=1}^n \exp(k a) = \sum_{k=1}^n \exp(k a)"),
    (INDEXED, r"\sum_{j=1}^d \delta_{ij} \sqrt{|x_i - x_j|} = 0"),
    # true of some matrices, or of all: nobody said that these are numbers
    ((), r"A^{-1} A = I"),
    ((), r"A^T A = I"),
    ((), r"A I = A"),
    ((r"A^T A = I",), r"B A^T A = B"),
    ((), r"I^T = -I"),
    # what is given of I is said of the identity
    ((r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n", "A^T A = I"), r"\|A x\| = \|x\|"),
    ((r"u \in \mathbb{R}^n", r"\|u\| = 1"), "(I - 2 u u^T)^2 = I"),
    # |1 - b^2| of a root is more than is needed
    (("a > 0", "a^2 + b^2 = 1"), "a^4 + 2 a^2 b^2 + b^4 = 1"),
    ((r"A \in \mathbb{R}^{n \times n}", r"x, y \in \mathbb{R}^n"), r"\frac{\partial^2}{\partial x \partial y^T} x^T A y = A"),
    # equations for x, no definitions of log, cos and exp
    ((r"\log x = x - 1",), "x = 1"),
    ((r"\cos x = x",), r"\cos 0 = 1"),
    ((r"\exp x = \exp y",), "x = y"),
    (("|x| = 2",), "x^2 = 4"),
    # sums over pairs, and d is bound by nothing
    (INDEXED, r"\sum_{i \ne j} x_i x_j = (\sum_i x_i)^2 - \sum_i x_i^2"),
    (INDEXED, r"\sum_{i < j} 1 = \frac{d (d - 1)}{2}"),
    ((), r"\sum_{1 \le i < j \le d} 1 = \frac{d (d - 1)}{2}"),
    # of the series, not entry by entry
    ((r"A \in \mathbb{R}^{d \times d}",), r"\exp(A) \exp(A) = \exp(2 A)"),
    # two products, the second is not under the first
    (INDEXED, r"\prod_{i=1}^d x_i^2 = \prod_{i=1}^d x_i \prod_{i=1}^d x_i"),
    # determinants, not absolute values of entries
    ((r"A, B \in \mathbb{R}^{d \times d}",), "|A B| = |A| |B|"),
    # d is the length of the sum in one reading
    ((), r"\sum_k \frac{1}{d} = 1"),
]
NOTHING = [
    ((), "2^{20001/2} = x"),
    ((), r"\log 1522605027922533360535618378132637429718068114961380688657908494580122963258952897654000350692006139 = \log y"),
    ((), r"\frac{1}{x^{9999} - 1} = \frac{1}{x^{9998} - 1}"),
    ((), r"\sum_{i=1}^{200} \sum_{j=1}^{200} \sum_{k=1}^{200} (i + j + k) = 5"),
    ((r"2 a + b = 3",), r"\frac{\partial a}{\partial b} = 0"),
    (("f(x) = |x|",), "f'(0) = 1"),
    ((), r"\begin{cases} \sqrt{x - 1} & x > 1 \\ 0 & \text{otherwise} \end{cases} + |x - 1|^{3/2} = \begin{cases} \sqrt{x - 1} & x > 1 \\ 0 & \text{otherwise} \end{cases} + (x - 1) |x - 1|^{1/2}"),
]
PROVED = [
    # sizes that are called like a dummy of the sums that entries are, or like the author's own
    ((r"u \in \mathbb{R}^k", r"W \in \mathbb{R}^{c \times k}"), "(W u)^T (W u) = u^T W^T W u"),
    ((r"A \in \mathbb{R}^{k \times i}", r"B \in \mathbb{R}^{i \times k}"), r"\operatorname{tr}(A B) = \operatorname{tr}(B A)"),
    ((r"x \in \mathbb{R}^k", r"W \in \mathbb{R}^{m \times k}"), r"\sum_{k=1}^m (W x)_k = \sum_{i=1}^m \sum_{j=1}^k W_{ij} x_j"),
    # tangents: Gibbs' inequality, Jensen's, the log sum inequality, the entropy of a distribution
    (PROBABLE, r"\sum_{k=1}^d p_k \log \frac{p_k}{q_k} \ge 0"),
    (PROBABLE, r"-\sum_{k=1}^d p_k \log q_k \ge -\sum_{k=1}^d p_k \log p_k"),
    (PROBABLE, r"\sum_{k=1}^d p_k x_k \le \log \sum_{k=1}^d p_k e^{x_k}"),
    (PROBABLE, r"0 \le -\sum_{k=1}^d p_k \log p_k"),
    (PROBABLE, r"-\sum_{k=1}^d p_k \log p_k \le \log d"),
    (("x > 0", "y > 0"), r"(x + y) \log \frac{x + y}{2} \le x \log x + y \log y"),
    ((), r"e^x \ge 1 + x"),
    # a probability is at most 1
    ((*PROBABLE, "i: 1..d"), r"p_i x_i^2 \le x_i^2"),
    (PROBABLE, r"\sum_{k=1}^d p_k^2 \le 1"),
    (("n \\ge 2",), r"\sum_{k=3}^n k = \frac{n (n + 1)}{2} - 3"),
    (("n > 2",), r"\sum_{k=3}^n k = \frac{n (n + 1)}{2} - 3"),
    (("n \\ge 0",), r"\sum_{k=1}^n k = \frac{n (n + 1)}{2}"),
    (("n \\ge 0", "n \\ne 0"), r"\sum_{k=2}^n 1 = n - 1"),
    ((r"n \in \mathbb{N}",), r"\sqrt{n^2} = n"),
    # .. what is meromorphic holds of both
    ((r"z, w \in \mathbb{C}",), "(z + w)^2 = z^2 + 2 z w + w^2"),
    ((r"z, w \in \mathbb{C}",), "e^{z + w} = e^z e^w"),
    ((r"z \in \mathbb{C}",), r"\tanh(2z) = \frac{2 \tanh z}{1 + \tanh(z)^2}"),
    ((r"x \in \mathbb{R}_{\ge 0}",), "|x| = x"),
    ((), r"\sum_{i=1}^n \sum_{j=i}^n 1 = \frac{n (n + 1)}{2}"),
    (("x \\ge 3",), "|x - 2| = x - 2"),
    ((r"A, B \in \mathbb{R}^{d \times d}",), "(A + B)^2 = A^2 + A B + B A + B^2"),
    ((), r"\sum_{k=0}^n 0^k = 1"),
    ((), r"\sum_{k=1}^n 0^{k-1} = 1"),
    (("q \\ne 1",), r"\sum_{k=0}^n q^k = \frac{1 - q^{n+1}}{1 - q}"),
    ((*INDEXED, "i < j"), r"\frac{\partial x_i}{\partial x_j} = 0"),
]
# fmt: on


def verdicts(given: tuple[str, ...], claim: str) -> list[Verdict]:
    return [decide(reading) for reading in read_claim(claim, read_given(given))]


@pytest.mark.parametrize(("given", "claim"), FALSE, ids=[c for _, c in FALSE])
def test_false_is_not_proved(given: tuple[str, ...], claim: str) -> None:
    assert [v.status for v in verdicts(given, claim) if v] == []


@pytest.mark.parametrize(("given", "claim"), TRUE, ids=[c for _, c in TRUE])
def test_true_is_not_refuted(given: tuple[str, ...], claim: str) -> None:
    assert {v.status for v in verdicts(given, claim)} != {"refuted"}


@pytest.mark.parametrize(("given", "claim"), NOTHING, ids=[c for _, c in NOTHING])
def test_ends_with_a_verdict(given: tuple[str, ...], claim: str) -> None:
    for found in verdicts(given, claim):
        assert found.status in ("undecided", "refuted")
        assert found.reason or found.counterexample


@pytest.mark.parametrize(("given", "claim"), PROVED, ids=[c for _, c in PROVED])
def test_what_is_known_of_sizes_and_differences_is_used(given: tuple[str, ...], claim: str) -> None:
    assert all(verdicts(given, claim))


# fmt: off
BEYOND = [
    (r"\operatorname{rank}(A B) = \operatorname{rank}(A)", "ranks are not known to the prover"),
    ("|A^T| = |A|",                  "determinants are not known to the prover"),
    (r"\sum_{k=1}^d (k A)^{-1} = \sum_{k=1}^d \frac{1}{k} A^{-1}", "a derivative or sum over an inverse is not known here"),
    (r"\binom{n}{k} = \binom{n}{n-k}", "binomial coefficients are not known to the prover"),
]
# fmt: on


@pytest.mark.parametrize(("claim", "reason"), BEYOND, ids=[c for c, _ in BEYOND])
def test_what_is_not_known_is_named(claim: str, reason: str) -> None:
    (found,) = verdicts((r"A, B \in \mathbb{R}^{d \times d}",), claim)
    assert (found.status, found.reason) == ("undecided", reason)


def test_needs_that_can_not_be_met_are_no_proof() -> None:
    """abs'(0) = 1 would need that 0 is not 0."""
    (found,) = verdicts(("f(x) = |x|",), "f'(0) = 1")
    assert found.status == "undecided"
