# ruff: noqa: E501  (the rows are a table: one claim a line)
"""Inverses, determinants and diagonals of matrices of every size."""

import pytest

from derive.prover.decide import decide
from derive.prover.verdict import Verdict
from derive.read import read_claim, read_given

SQUARE = (r"A, B \in \mathbb{R}^{n \times n}", r"x, y \in \mathbb{R}^n")
DESIGN = (
    r"X \in \mathbb{R}^{n \times d}",
    r"w \in \mathbb{R}^d",
    r"y \in \mathbb{R}^n",
    r"\lambda > 0",
)
GAUSS = (r"\Sigma \in \mathbb{R}^{n \times n}", r"\Sigma symmetric", r"x, \mu \in \mathbb{R}^n")
FILTER = (
    r"P \in \mathbb{R}^{n \times n}",
    r"H \in \mathbb{R}^{m \times n}",
    r"R \in \mathbb{R}^{m \times m}",
)
LAYER = (
    r"W \in \mathbb{R}^{h \times d}", r"x \in \mathbb{R}^d", r"b \in \mathbb{R}^h", r"V \in \mathbb{R}^{k \times h}", r"t \in \mathbb{R}^k",
    "a = W x + b", r"z = \tanh(a)", r"L = \frac12 \|V z - t\|^2",
)  # fmt: skip
LOGITS = (r"z, w \in \mathbb{R}^K",)

# fmt: off
TRUE = [
    (SQUARE, r"(AB)^{-1} = B^{-1} A^{-1}"),
    (SQUARE, r"(A^T)^{-1} = (A^{-1})^T"),
    (SQUARE, r"A^{-1} - B^{-1} = A^{-1} (B - A) B^{-1}"),
    (SQUARE, r"(I + AB)^{-1} A = A (I + BA)^{-1}"),
    # Sherman, Morrison (1950)
    (SQUARE, r"(A + x y^T)^{-1} = A^{-1} - \frac{A^{-1} x y^T A^{-1}}{1 + y^T A^{-1} x}"),
    ((*DESIGN, r"w = (X^T X + \lambda I)^{-1} X^T y"), r"(X^T X + \lambda I) w = X^T y"),
    ((*DESIGN, r"X^T X w = X^T y"), r"w = (X^T X)^{-1} X^T y"),
    ((*DESIGN, r"H = X (X^T X)^{-1} X^T"), "H^2 = H"),
    ((*DESIGN, r"H = X (X^T X)^{-1} X^T"), "H^T = H"),
    ((*DESIGN, r"H = X (X^T X)^{-1} X^T"), r"\mathrm{tr}(H) = d"),
    (GAUSS, r"\nabla_x (x - \mu)^T \Sigma^{-1} (x - \mu) = 2 \Sigma^{-1} (x - \mu)"),
    # the two forms of the gain of a Kalman filter
    (FILTER, r"P H^T (H P H^T + R)^{-1} = (P^{-1} + H^T R^{-1} H)^{-1} H^T R^{-1}"),
    (FILTER, r"(P^{-1} + H^T R^{-1} H)^{-1} = P - P H^T (H P H^T + R)^{-1} H P"),
    (SQUARE, r"\det(B^{-1} A B) = \det(A)"),
    (SQUARE, r"\det(2A) = 2^n \det(A)"),
    ((), r"\det\begin{pmatrix} a & b \\ c & d \end{pmatrix} = ad - bc"),
    ((), r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1} = \frac{1}{ad - bc} \begin{pmatrix} d & -b \\ -c & a \end{pmatrix}"),
    ((), r"(AB)^{-1} = B^{-1} A^{-1}"),
    (LOGITS, r"\nabla_z^2 \log \sum_{k=1}^K e^{z_k} = \mathrm{diag}(\mathrm{softmax}(z)) - \mathrm{softmax}(z) \mathrm{softmax}(z)^T"),
    (LOGITS, r"\operatorname{diag}(w) z = w \odot z"),
    # what holds for every a holds for a = W x + b
    (LAYER, r"\frac{\partial L}{\partial a} = V^T (V z - t) \odot (1 - z \odot z)"),
    ((*DESIGN, r"P = X (X^T X)^{-1} X^T", "r = y - P y"), "X^T r = 0"),
    (LOGITS, r"\frac{\partial}{\partial z} \tanh(z) = \operatorname{diag}(1 - \tanh(z)^2)"),
]
FALSE = [
    # L depends on x through a, too
    (("a = x^2", "L = a"), r"\frac{\partial L}{\partial a} + \frac{\partial L}{\partial x} = 1"),
    (SQUARE, r"(AB)^{-1} = A^{-1} B^{-1}"),
    (SQUARE, r"(A + B)^{-1} = A^{-1} + B^{-1}"),
    (SQUARE, r"((A + A + A^T)^{-1})^T = (A + A + A^T)^{-1}"),
    (SQUARE, r"A^T A^{-1} = I"),
    (SQUARE, r"A^{-1} B A = B"),
    (SQUARE, r"(A + x y^T)^{-1} = A^{-1} + \frac{A^{-1} x y^T A^{-1}}{1 + y^T A^{-1} x}"),
    ((*DESIGN, r"w = (X^T X)^{-1} X^T y"), r"X^T (y + X w) = 0"),
    (GAUSS, r"\nabla_x (x - \mu)^T \Sigma^{-1} (x - \mu) = \Sigma^{-1} (x - \mu)"),
    (FILTER, r"(P^{-1} + H^T R^{-1} H)^{-1} = P + P H^T (H P H^T + R)^{-1} H P"),
    (SQUARE, r"\det(A + B) = \det(A) + \det(B)"),
    (SQUARE, r"\det(2A) = 2 \det(A)"),
    ((*SQUARE, "B = t A"), r"\frac{d}{dt} x^T B^{-1} x = 0"),
    (LOGITS, r"\nabla_z^2 \log \sum_{k=1}^K e^{z_k} = \mathrm{diag}(\mathrm{softmax}(z)) + \mathrm{softmax}(z) \mathrm{softmax}(z)^T"),
]
NOTHING = [
    # what varies is orthogonal at one place
    ((*SQUARE, "A = t B", "A^T A = I"), r"\frac{d}{dt} x^T A^T A x = 0"),
    # x^T x is a function of z = 2 x
    ((*SQUARE, r"z \in \mathbb{R}^n", "z = 2 x"), r"\frac{\partial}{\partial z} x^T x = 0"),
    # what x is tied to by an equation
    ((*SQUARE, "A x = y"), r"\frac{\partial}{\partial x} y^T A^{-1} y = 0"),
    (DESIGN, "X^{-1} X = I"),
]
# fmt: on


def verdict(given: tuple[str, ...], claim: str) -> Verdict:
    (reading, *_) = read_claim(claim, read_given(given))
    return decide(reading)


@pytest.mark.parametrize("given, claim", TRUE, ids=[claim for _, claim in TRUE])
def test_true_is_proved(given: tuple[str, ...], claim: str) -> None:
    assert verdict(given, claim).status == "proved"


@pytest.mark.parametrize("given, claim", FALSE, ids=[claim for _, claim in FALSE])
def test_false_is_refuted(given: tuple[str, ...], claim: str) -> None:
    assert verdict(given, claim).status == "refuted"


@pytest.mark.parametrize("given, claim", NOTHING, ids=[claim for _, claim in NOTHING])
def test_nothing_is_said(given: tuple[str, ...], claim: str) -> None:
    assert verdict(given, claim).status == "undecided"


def test_what_cancels_is_needed_and_may_be_given() -> None:
    found = verdict(SQUARE, "A A^{-1} x = x")
    assert [str(need.term) for need in found.needs] == [
        str(read_given([r"assume \det(A) != 0"]).assumptions[0].term)
    ]
    assert verdict((*SQUARE, r"assume \det(A) != 0"), "A A^{-1} x = x").needs == ()


def test_forgotten_symmetry_is_a_need() -> None:
    found = verdict(SQUARE, r"\nabla_x x^T A^{-1} x = 2 A^{-1} x")
    assert found.status == "proved"
    assert [need.kind for need in found.needs] == ["symmetric"]


def test_long_products_of_concrete_size_end_as_undecided() -> None:
    nine = " ".join("A B" for _ in range(5))
    found = verdict((r"A, B \in \mathbb{R}^{3 \times 3}",), f"{nine} = {nine} + 0 A")
    assert (found.status, found.reason) == (
        "undecided",
        "a product of too many matrices of concrete size",
    )
