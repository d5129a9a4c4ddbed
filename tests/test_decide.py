"""One table of claims with the verdict each must get: test suite and record of what is decided.

Rows: what is given, the claim, the status, the needs (as text) where proved.  A row in UNDECIDED
is a known limit: it turns red when the kernel learns it, and then moves up.
"""

import pytest

from derive.prover.attempt import Open, attempt
from derive.prover.decide import certain, decide, shown
from derive.prover.normal_form.context import Limits
from derive.prover.verdict import Verdict
from derive.read import read_claim, read_given
from derive.term import And, Assumption, Claim, Derivative, Relation, Symbol, replace, term
from derive.term.text import text

SQUARE = (r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n")
SOFTMAX = (
    "i, j: 1..d",
    r"x, y \in \mathbb{R}^d",
    r"p_j = \frac{\exp(x_j)}{\sum_{k=1}^d \exp(x_k)}",
    r"H = -\sum_{j=1}^d y_j \log p_j",
)

# fmt: off
PROVED = [
    # given, claim, needs
    ((), r"\frac{\partial \tanh(x)}{\partial x} = 1 - \tanh(x)^2", ()),
    ((), r"\tanh(x) = 2\sigma(2x) - 1", ()),
    ((), r"x/x = 1", ("x ≠ 0",)),
    ((), r"\frac{x^2 - 1}{x - 1} = x + 1", ("x − 1 ≠ 0",)),
    # what is 0 or 1 is needed by its values, not by the sign it is made of
    ((r"y \in \{0, 1\}",), r"y/y = 1", ("y ≠ 0",)),
    ((r"y \in \{-1, 1\}",), r"y/y = 1", ()),
    ((r"r_n \in \{0, 1\}",), r"\frac{\sum_{n=1}^N r_n}{\sum_{n=1}^N r_n} = 1", ("Σⱼ₌₁ᴺ rⱼ ≠ 0",)),
    # a number in front of a product of arrays
    ((r"w, v \in \mathbb{R}^d", r"w^\top w = 1"), r"w^\top w v = v", ()),
    # claims under one given are shown in one context; at a kink, each for itself
    (("i: 1..2", r"x \in \mathbb{R}^2"), r"x_i / x_i = 1", ("x₁ ≠ 0", "x₂ ≠ 0")),
    (("i: 1..2", r"x \in \mathbb{R}^2"), r"x_i \operatorname{sign}(x_i) = |x_i|", ()),
    # what is needed of a constant alone is looked up, not asked for
    ((), r"\frac{\exp(1) - 1}{\exp(1) - 1} = 1", ()),
    ((), r"\frac{\log 3 - \log 2 - 1}{\log 3 - \log 2 - 1} x = x", ()),
    # logarithms and roots hold where both sides are defined, and say where that is
    ((), r"\log(ab) = \log a + \log b", ("a > 0", "b > 0")),
    ((), r"\log x^2 = 2 \log x", ("x > 0",)),
    ((), r"\log x^2 = 2 \log |x|", ("x ≠ 0",)),
    ((), r"\sqrt{x^2} = |x|", ()),
    ((), r"\sqrt{x^2} = x", ("x ≥ 0",)),
    (("x > 0",), r"\sqrt{x^2} = x", ()),
    # a sum of squares shows its sign before it is multiplied out
    ((), r"\|B x\|^2 = x^\top B^\top B x", ()),
    ((), r"\sqrt{xy} = \sqrt{x} \sqrt{y}", ("x ≥ 0", "y ≥ 0")),
    ((), r"\exp(\log x) = x", ("x > 0",)),
    ((), r"\frac{1}{x + \sqrt{1 + x^2}} = \sqrt{1 + x^2} - x", ()),
    ((), r"\exp\left(\frac{x}{x+1}\right) \exp\left(\frac{1}{x+1}\right) = e", ("x + 1 ≠ 0",)),
    (("n integer",), r"\frac{d}{dx} x^n = n x^{n-1}", ("x ≠ 0",)),
    # what was worked out under a dummy while equations were solved is not found again after that
    (("j: 1..c", r"b \in \mathbb{R}^c", "Z > 0", r"P_j = \exp(b_j) / Z", r"\sum_j P_j = 1"),
     r"1 = \sum_j P_j", ()),
    # a sum within one of the same letter and size has another dummy
    ((r"A \in \mathbb{R}^{d \times d}", r"x \in \mathbb{R}^d", r"q_i = \sum_j A_{ij} x_j"),
     r"\sum_j x_j + \sum_j q_j = \sum_j x_j + \sum_k \sum_j A_{kj} x_j", ()),
    # softmax calculus, for every d
    (SOFTMAX, r"\frac{\partial p_j}{\partial x_i} = p_j (\delta_{ij} - p_i)", ()),
    ((*SOFTMAX, "i = j"), r"\frac{\partial p_j}{\partial x_i} = p_j (1 - p_i)", ()),
    ((*SOFTMAX, r"i \ne j"), r"\frac{\partial p_j}{\partial x_i} = -p_j p_i", ()),
    ((*SOFTMAX, "y one-hot"), r"\frac{\partial H}{\partial x_i} = p_i - y_i", ()),
    (SOFTMAX, r"\frac{\partial H}{\partial x_i} = p_i - y_i", ("Σⱼ₌₁ᵈ yⱼ = 1",)),
    (SOFTMAX, r"\frac{\partial H}{\partial p_j} = -\frac{y_j}{p_j}", ()),
    (SOFTMAX, r"\frac{\partial H}{\partial x} = \left(\sum_{k=1}^d y_k\right) p - y", ()),
    # sums
    ((), r"\sum_{k=1}^n k^2 = \frac{n(n+1)(2n+1)}{6}", ()),
    ((), r"\sum_{k=0}^{n-1} x_{k+1} = \sum_{k=1}^n x_k", ()),
    ((), r"\sum_{k=1}^{n-1} (x_{k+1} - x_k) = x_n - x_1", ()),
    ((), r"\sum_{i=1}^n \sum_{j=1}^n (x_i - x_j)^2 = 2n \sum_{i=1}^n x_i^2 - 2 \left(\sum_{i=1}^n x_i\right)^2", ()),
    ((), r"\sum_{k=0}^{t-1} b^k = \frac{1 - b^t}{1 - b}", ("b − 1 ≠ 0",)),
    # by induction
    ((), r"\sum_{k=1}^n \frac{1}{k (k+1)} = \frac{n}{n+1}", ()),
    ((), r"\sum_{k=1}^n \log \frac{k+1}{k} = \log(n+1)", ()),
    ((), r"\sum_{k=1}^n k r^k = \frac{r (1 - (n+1) r^n + n r^{n+1})}{(1-r)^2}", ("r − 1 ≠ 0",)),
    ((), r"\log \prod_{i=1}^n p_i = \sum_{i=1}^n \log p_i", ("pⱼ > 0",)),
    ((), r"\prod_{i=1}^n e^{x_i} = e^{\sum_{i=1}^n x_i}", ()),
    # pieces
    ((), r"\max(a, b) + \min(a, b) = a + b", ()),
    ((), r"|ab| = |a| |b|", ()),
    (("|r| < c",), r"\min(c, \max(-c, r)) = r", ()),
    (("c > |r - 1|",), r"|r - 1 - c| = 1 + c - r", ()),
    ((), r"\max(0, x) + \log(1 + e^{-|x|}) = \log(1 + e^x)", ()),
    ((), r"\operatorname{relu}(x) = \begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}", ()),
    ((), r"\frac{d}{dx} \operatorname{relu}(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}", ("x ≠ 0",)),
    # trigonometry
    ((), r"\sin(2x) = 2 \sin x \cos x", ()),
    ((), r"\frac{d}{dx} \tan x = 1 + \tan^2 x", ("cos(x) ≠ 0",)),
    # arrays
    (SQUARE, r"\frac{\partial x^\top A x}{\partial x} = (A + A^\top) x", ()),
    ((*SQUARE, "A symmetric"), r"\frac{\partial x^\top A x}{\partial x} = 2 A x", ()),
    ((r"A, B \in \mathbb{R}^{n \times n}",), r"(A B)^\top = B^\top A^\top", ()),
    ((r"X \in \mathbb{R}^{n \times m}", r"y \in \mathbb{R}^n", r"w \in \mathbb{R}^m"), r"\frac{\partial}{\partial w} \|y - Xw\|^2 = -2 X^\top (y - Xw)", ()),
    # functions of which nothing else is known
    (("u(x) function", "v(x) function"), r"\frac{d}{dx} \frac{u(x)}{v(x)} = \frac{u'(x) v(x) - u(x) v'(x)}{v(x)^2}", ("v(x) ≠ 0",)),
    (("u(x) function",), r"\frac{d}{dx} u(x^2) = 2 x u'(x^2)", ()),
    # inequalities
    ((), r"0 < \sigma(x)", ()),
    ((), r"\sigma(x) < 1", ()),
    ((), r"-1 < \tanh(x)", ()),
    ((), r"\frac{d}{dx} \sigma(x) \le \frac{1}{4}", ()),
    (SOFTMAX, r"p_j \ge 0", ()),
    (("i: 1..d", r"x \in \mathbb{R}^d"), r"\log \sum_{k=1}^d e^{x_k} \ge x_i", ()),
    ((r"x \in \mathbb{R}^d",), r"d \sum_{k=1}^d x_k^2 \ge \left(\sum_{k=1}^d x_k\right)^2", ()),
    # equations together, each put into the others
    (("2x + 3y = 7", "x - y = 1"), "x = 2", ()),
    (("x + y + z = 6", "x - y = -1", "z - x = 2"), "x = 1", ()),
    (("\\log u + \\log v = 5", "\\log u - \\log v = -1"), "\\log v = 3", ()),
    (("k = 2", "\\log y = k t"), "y = e^{2t}", ()),
    # in a logarithm or under a root; what is given is defined
    (("\\log u = 2",), "u = e^2", ()),
    (("\\log y = 2 \\log x + \\log c",), "y = c x^2", ()),
    (("\\log \\frac{u}{1 - u} = z",), "u = \\frac{1}{1 + e^{-z}}", ()),
    (("\\sqrt{s + 1} = 3",), "s = 8", ()),
    (("\\log x = t",), "\\sqrt{x^2} = x", ()),
    # an equation is solved in an exponent, for a square, or divides what is left
    ((r"assume \frac{1}{2} = \frac{1}{1 + e^{-z}}",), "z = 0", ()),
    (("assume e^{2z} = 3",), r"z = \frac{\log 3}{2}", ()),
    (("assume e^{2bz} = a", "a > 0"), r"z = \frac{\log a}{2b}", ("b ≠ 0",)),
    (("assume (a + b) s^2 = 2", "s > 0"), r"s = \sqrt{\frac{2}{a + b}}", ()),
    (("assume (a + b) s^2 = 2",), r"s = \sqrt{\frac{2}{a + b}}", ("a + b ≥ 0", "s ≥ 0")),
    ((r"assume ab \cos(t) = 1",), r"a \cos(t) = \frac{1}{b}", ()),
    (("assume xy^3 = x", "x > 0"), "y^3 = 1", ()),
]
REFUTED = [
    ((r"A \in \mathbb{R}^{d \times d}", "A positive definite"), r"A_{11} = 1"),
    ((r"A \in \mathbb{R}^{2 \times 2}", "A symmetric", "A_{11} = -1"), r"A_{12} = 7"),
    ((), r"\frac{\partial \tanh(x)}{\partial x} = 1 + \tanh(x)^2"),
    ((), r"(x + y)^2 = x^2 + y^2"),
    ((r"x \in \mathbb{R}^d",), r"\left(\sum_{k=1}^d x_k\right)^2 = \sum_{k=1}^d x_k^2"),
    (("i: 1..d", r"y \in \mathbb{R}^d"), r"y_i^2 = y_i"),
    ((), r"x = x + 10^{-30}"),
    ((r"x \in \mathbb{R}^d",), r"\sum_{k=1}^d x_k = x_1 + x_2"),
    (SOFTMAX, r"\frac{\partial p_j}{\partial x_i} = p_j (1 - p_i)"),
    (SOFTMAX, r"\frac{\partial p_j}{\partial x_i} = -p_j p_i"),
    ((*SOFTMAX, "y one-hot"), r"\frac{\partial H}{\partial x_i} = p_i + y_i"),
    ((), r"\sum_{k=1}^n k = \frac{n(n-1)}{2}"),
    ((), r"|a + b| = |a| + |b|"),
    ((), r"\sigma(x) < \frac{1}{2}"),
    ((), r"\sin(x)^2 = 1 + \cos(x)^2"),
    ((r"assume \frac{1}{2} = \frac{1}{1 + e^{-z}}",), "z = 1"),
    (("assume (a + b) s^2 = 2", "s > 0"), r"s = -\sqrt{\frac{2}{a + b}}"),
    (("assume (a + b) s^2 = 2", "s > 0"), r"s = \sqrt{\frac{1}{a + b}}"),
    (("assume xy^3 = x",), "y^3 = 1"),  # x may be 0
    ((r"assume x \cos(y)^2 = x \cos(y)",), r"\cos(y) = 1"),
]
UNDECIDED = [
    (("\\log(x^2) = 2",), "x = e"),
    (("\\sum_{k=1}^3 \\log |a_k| = 1", "a \\in \\mathbb{R}^3"), "|a_1| = a_1"),
    # no point that is not allowed is a counterexample: a positive definite matrix
    ((r"A \in \mathbb{R}^{d \times d}", "A positive definite", r"x \in \mathbb{R}^d"), r"x^T A x \ge 0"),
    ((r"A \in \mathbb{R}^{d \times d}", "A positive definite"), r"A_{11} > 0"),
    (("assume e^z + e^{-z} = \\frac{5}{2}",), r"z = \log 2"),  # or -log 2
    ((), r"\frac{\partial L}{\partial x} = 2"),  # L is not defined here
    ((), "f(x) = 2"),  # nor f
    (("n integer",), r"(-1)^n (-1)^n = 1"),
    ((), r"\prod_{k=1}^n \frac{k+1}{k} = n + 1"),
]
# fmt: on


def verdict(given: tuple[str, ...], claim: str) -> Verdict:
    """The verdict of the most plausible reading."""
    return decide(read_claim(claim, read_given(given))[0])


@pytest.mark.parametrize(("given", "claim", "needs"), PROVED, ids=[c for _, c, _ in PROVED])
def test_proved(given: tuple[str, ...], claim: str, needs: tuple[str, ...]) -> None:
    found = verdict(given, claim)
    assert found.status == "proved", found
    assert sorted(text(need.term) for need in found.needs) == sorted(needs)
    assert bool(found) == (not needs)


@pytest.mark.parametrize(("given", "claim"), REFUTED, ids=[c for _, c in REFUTED])
def test_refuted(given: tuple[str, ...], claim: str) -> None:
    found = verdict(given, claim)
    assert found.status == "refuted", found
    assert found.counterexample is not None
    assert found.counterexample.lhs != found.counterexample.rhs


@pytest.mark.parametrize(("given", "claim"), UNDECIDED, ids=[c for _, c in UNDECIDED])
def test_undecided(given: tuple[str, ...], claim: str) -> None:
    found = verdict(given, claim)
    assert found.status == "undecided", found
    assert found.reason


def test_a_search_is_told_what_has_a_proof() -> None:
    """By the kinks of |r| too; never what needs something, nor what is false or open."""
    claims = [(read_claim(c, read_given(g))[0], needs) for g, c, needs in PROVED]
    told = [needs for claim, needs in claims if shown(claim)]
    assert len(told) > len(claims) / 2 and not any(told)
    assert shown(read_claim("|r| < c", read_given(["r < c", "-r < c"]))[0])
    assert not any(shown(read_claim(c, read_given(g))[0]) for g, c in (*REFUTED, *UNDECIDED))


@pytest.mark.parametrize(
    ("assumption", "claim"),
    [
        ("y one-hot", r"\frac{\partial H}{\partial x_i} = p_i - y_i"),
        (r"i \ne j", r"\frac{\partial p_j}{\partial x_i} = -p_j p_i"),
        ("i = j", r"\frac{\partial p_j}{\partial x_i} = p_j (1 - p_i)"),
    ],
)
def test_uses_names_the_stated_assumption(assumption: str, claim: str) -> None:
    given = read_given((*SOFTMAX, assumption))
    found = decide(read_claim(claim, given)[0])
    assert found.uses == given.assumptions


@pytest.mark.parametrize("order", [("a > b", "b \\ge 0"), ("b \\ge 0", "a > b")])
def test_a_sign_by_way_of_another_name(order: tuple[str, ...]) -> None:
    given = read_given(order)
    (claim,) = read_claim("a > 0", given)
    assert decide(claim).status == "proved" and decide(claim).uses == given.assumptions
    (claim,) = read_claim("a > 1", given)
    assert decide(claim).status == "refuted"


def test_an_assumption_that_is_not_needed_is_not_used() -> None:
    found = verdict((*SOFTMAX, "y one-hot"), r"\sum_{j=1}^d y_j \delta_{ij} = y_i")
    assert found.status == "proved"
    assert found.uses == ()


def test_a_need_is_not_listed_as_used() -> None:
    found = verdict((), r"\sqrt{x^2} = x")
    assert [text(need.term) for need in found.needs] == ["x ≥ 0"]
    assert found.uses == ()


def test_a_need_never_contradicts_what_is_given() -> None:
    """A sign error under a root is no license to assume that the radicand is negative."""
    given = (r"x, \epsilon \in \mathbb{R}", r"\epsilon > 0", r"s = \sqrt{x^2 + \epsilon}")
    found = verdict(given, r"\frac{d}{dx} \frac{x}{s} = \frac{1}{s} + \frac{x^2}{s^3}")
    assert found.status == "refuted"


@pytest.mark.parametrize(
    "given",
    [
        ("x > 0", "x < 0"),
        ("x > 3", "x < 1"),
        ("a = 1", "a = 2"),
        ("i, j: 1..d", "i = j", r"i \ne j"),
    ],
)
def test_from_a_contradiction_nothing_follows(given: tuple[str, ...]) -> None:
    assert verdict(given, "z + z = 2z")  # it holds anyway
    for claim in ("|x| = x", "0 = 1", "x = a"):
        found = verdict(given, claim)
        assert found.status == "undecided"
        assert found.reason == "the assumptions contradict each other"


def test_what_can_be_met_at_one_point_only_is_no_contradiction() -> None:
    for given in (("x \\ge 1", "x \\le 1"), ("i, j: 1..d", "i = j"), ("a = 1", "a = 1")):
        assert "contradict" not in verdict(given, "0 = 1").reason


def test_a_distribution_may_count_from_0() -> None:
    given = ("j: 0..n-1", "p distribution")
    for claim in (r"\sum_{j=0}^{n-1} p_j = 1", r"\sum_{j=0}^{n-1} a p_j x_3 = a x_3"):
        found = verdict(given, claim)
        assert found and [a.kind for a in found.uses] == ["distribution"]


def test_a_residual_that_nobody_would_read_is_not_written():
    a, b, c, d = map(Symbol, "abcd")
    for power, written in ((2, True), (9, False)):
        with pytest.raises(Open) as gap:
            attempt(Claim(Relation("=", (a + b + c + d) ** term(power), a)), Limits())
        assert (gap.value.residual is not None) is written


# --- what varies, nobody said how -----------------------------------------------------------------

VARYING = [
    # (a, x) where a varies with x, claim, status
    ("ux vx", r"\frac{d}{dx} uv = u \frac{dv}{dx} + v \frac{du}{dx}", "proved"),
    ("ux vx", r"\frac{d}{dx} uv = 0", "undecided"),
    ("ux", r"\frac{d}{dx} uv = v \frac{du}{dx}", "undecided"),
    ("ux uy xy yx", r"\frac{d}{dx} \frac{du}{dy} = \frac{d}{dy} \frac{du}{dx}", "proved"),
    ("ux uy", r"\frac{du}{dx} = \frac{du}{dy}", "undecided"),
    (
        "px",
        r"\frac{\partial \log p_j}{\partial x_i} = \frac{1}{p_j} \frac{\partial p_j}{\partial x_i}",
        "proved",
    ),
    (
        "px",
        r"\frac{\partial}{\partial x_i} \sum_{j=1}^n y_j p_j = \sum_{k=1}^n y_k \frac{\partial p_k}{\partial x_i}",
        "proved",
    ),
    (
        "px",
        r"\frac{\partial}{\partial x_i} \sum_{j=1}^n y_j p_j = y_i \frac{\partial p_i}{\partial x_i}",
        "undecided",
    ),
    ("px", r"\frac{\partial p_j}{\partial x_i} = \delta_{ij}", "undecided"),
    ("px", r"\frac{\partial p_j}{\partial x_i} = \frac{\partial p_i}{\partial x_j}", "undecided"),
]


@pytest.mark.parametrize(("pairs", "claim", "status"), VARYING)
def test_what_varies(pairs: str, claim: str, status: str) -> None:
    (one,) = read_claim(claim)
    more = [Assumption("varies", Derivative(Symbol(a), Symbol(x))) for a, x in pairs.split()]
    found = decide(replace(one, given=one.given.with_assumptions(*more)))
    assert found.status == status


def test_an_equation_about_what_varies_is_not_solved_for_it() -> None:
    """a = z^2 with z of unknown dependence: da/dx is not 0."""
    (one,) = read_claim(r"\frac{da}{dx} = 0", read_given([r"assume a = z^2"]))
    more = Assumption("varies", Derivative(Symbol("a"), Symbol("x")))
    assert decide(replace(one, given=one.given.with_assumptions(more))).status == "undecided"


@pytest.mark.parametrize(
    ("claim", "entry"),
    [
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix} = \begin{pmatrix} a & b \\ c & a \end{pmatrix}", (2, 2)),
        (r"\begin{pmatrix} a & b & c \end{pmatrix} = \begin{pmatrix} a & c & c \end{pmatrix}", (2,)),
        ("a = b", ()),
    ],
)  # fmt: skip
def test_a_counterexample_names_the_entry(claim: str, entry: tuple[int, ...]) -> None:
    found = verdict((), claim).counterexample
    assert found is not None and found.entry == entry
    assert ("entry" in str(verdict((), claim))) == bool(entry)


# --- at once -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "claim", "needs"), PROVED)
def test_what_is_certain_at_once_has_no_needs(
    given: tuple[str, ...], claim: str, needs: tuple[str, ...]
) -> None:
    (read, *_) = read_claim(claim, read_given(given))
    if certain(read):
        assert bool(decide(read)), needs


@pytest.mark.parametrize(("given", "claim"), [(row[0], row[1]) for row in REFUTED])
def test_what_is_false_is_not_certain(given: tuple[str, ...], claim: str) -> None:
    assert not any(map(certain, read_claim(claim, read_given(given))))


def test_lines_are_certain_together_only_if_each_is() -> None:
    x = Symbol("x")
    sound, needy, wrong = Relation("=", x + x, 2 * x), Relation("=", x / x, term(1)), Relation("=", x, 2 * x)  # fmt: skip
    twice = Relation("=", x + x + 1, 2 * x + 1)
    assert certain(Claim(And((sound, twice))))
    assert not certain(Claim(And((sound, needy))))
    assert not certain(Claim(And((sound, wrong))))
    # what the second takes over from the first keeps its needs
    again = Relation("=", x / x + 1, 1 + x / x)
    assert [text(n.term) for n in decide(Claim(And((again, needy)))).needs] == ["x ≠ 0"]


def test_a_sum_is_the_same_where_only_a_name_of_an_index_changes() -> None:
    """Renamed in its normal form, or written with the other name from the start; but not where
    the name meets a delta or a bound."""
    rows = (
        (r"\sum_{k=1}^d \exp(W_{ik} x_k)", "i = j"),
        (r"\sum_{k=1}^d \exp(\sum_{l=1}^d W_{il} W_{lk} x_k) y_k", "i = j"),
        (r"\sum_{k=1}^d \frac{x_k}{1 + \exp(W_{ik})}", "i = j"),
        (r"\sum_{k=1}^d \delta_{ik} x_k^2", "i = j"),
    )
    for summand, equal in rows:
        given = read_given(("i, j, k, l: 1..d", r"x, y \in \mathbb{R}^d",
                            r"W \in \mathbb{R}^{d \times d}", equal))  # fmt: skip
        other = summand.replace("_{i", "_{j")
        (read,) = read_claim(f"{summand} = {other}", given)
        assert bool(decide(read)), summand
        without = replace(read, given=replace(given, assumptions=()))
        assert decide(without).status == "refuted", summand
