# ruff: noqa: E501  (a row of a table is a line)
"""Chains: what is one, what its steps are, what is a reason, a definition, a condition."""

from __future__ import annotations

import pytest

from derive.prover.decide import decide
from derive.read.chains import Chain, Reading, Step, chains
from derive.read.document import read_document
from derive.read.given import read_given
from derive.term import Span
from derive.term.text import text


def read(source: str, kind: str = "md") -> Reading:
    return chains(read_document(source, kind))


def steps(source: str) -> list[Step]:
    return [step for chain in read(source).chains for step in chain.steps]


def verdict(step: Step) -> str:
    """What the kernel says, as the check does: proved if one reading is, refuted if all are and
    nothing in them is of unknown meaning."""
    if step.kind != "judge":
        return step.kind
    found = [decide(claim).status for claim in step.claims]
    for status in ("proved", "undecided"):
        if status in found:
            return status
    return "undecided" if step.doubt else "refuted"


def verdicts(source: str) -> list[str]:
    return [verdict(step) for step in steps(source)]


def shown(step: Step) -> str:
    return text(step.claims[0].relation)


def sizes(source: str) -> list[int]:
    return [len(chain.steps) for chain in read(source).chains]


# --- where a chain begins and ends ----------------------------------------------------------------

# fmt: off
SHAPES = [
    # source, number of steps of each chain
    (r"$$a = b = c$$",                                                        [2]),
    (r"$$\begin{aligned} a &= b \\ &= c \\ &= d \end{aligned}$$",             [3]),
    (r"\begin{align} a &= b \\ c &= d \end{align}",                           [1, 1]),
    (r"\begin{align} a &= b & c &= d \\ e &= f & g &= h \end{align}",         [1, 1, 1, 1]),
    (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}",                     [2]),
    (r"$$\begin{array}{rcl} a &=& b \\ &=& c \end{array}$$",                  [2]),
    ("$$a = b$$\n\n$$= c$$\n\nand so\n\n$$= d$$",                             [3]),
    ("\\begin{align}\na &= b \\\\\n&\\quad + c \\\\\n&= d\n\\end{align}",     [2]),
    ("\\begin{align}\na =& b \\\\\n=& c\n\\end{align}",                       [2]),
    ("\\begin{align}\n&a \\\\\n&= b \\\\\n&= c\n\\end{align}",                [2]),
    ("\\begin{align}\na = \\\\\n b\n\\end{align}",                            [1]),
    (r"$$a = b, \qquad c = d$$",                                              [1, 1]),
    (r"$$a = b \Rightarrow c = d \implies e = f$$",                           [1, 1, 1]),
    (r"$$a = b \text{ and hence } c = d$$",                                   [1, 1]),
    (r"$$a = b => c = d$$",                                                   [1, 1]),
    (r"$$a = \dots = b$$",                                                    [1]),
    (r"$$a \le b < c$$",                                                      [2]),
    (r"$$a$$",                                                                []),
    (r"$$f: \mathbb{R} \to \mathbb{R}$$",                                     []),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), SHAPES)
def test_shape(source: str, expected: list[int]) -> None:
    assert sizes(source) == expected


def test_spans_are_places_in_the_document() -> None:
    source = "Some words.\n\n\\begin{align}\na + b &= b + a \\\\\n      &= a + b.\n\\end{align}\n"
    (chain,) = read(source).chains
    first, second = chain.steps

    def at(span: Span) -> str:
        return source[span.start : span.end]

    assert at(first.left_span) == "a + b"
    assert at(first.right_span) == "b + a"
    assert at(second.sign_span) == "="
    assert at(second.right_span) == "a + b"
    assert at(chain.span).startswith("a + b")


def test_a_sign_without_a_left_side_is_said() -> None:
    (step,) = steps("$$= x + 1$$")
    assert step.kind == "unread"
    assert "nothing stands before" in step.message


def test_an_unreadable_side_costs_its_own_steps_only() -> None:
    found = steps(r"$$x + x = 2x = \foo{x} = 2x = x + x$$")
    assert [s.kind for s in found] == ["judge", "unread", "unread", "judge"]
    error = found[1].error
    assert error is not None
    assert "foo" in error.message


# --- what is not mathematics ----------------------------------------------------------------------

# fmt: off
REASONS = [
    (r"\begin{align} x + x &= 2x && \text{(by counting)} \end{align}",   "(by counting)"),
    (r"$$x + x = 2x \qquad \text{(separate } \exp(x)\text{)}$$",         "(separate"),
    (r"\begin{align} x + x &= 2x \quad\because 1 + 1 = 2 \end{align}",   "1 + 1 = 2"),
    (r"$$x + x = 2x \quad (\because 1 + 1 = 2)$$",                       "1 + 1 = 2"),
    (r"\begin{align} x + x &= 2x &&(x \text{ formula)} \end{align}",     "formula"),
]
DECORATED = [
    r"$$x + x = 2x \tag{3} \label{eq:a}$$",
    r"$$x + x \stackrel{(a)}{=} 2x$$",
    r"$$\boxed{x + x = 2x}$$",
    r"$$x + x = \color{red}{2x}$$",
    r"$$x + x = \underbrace{2x}_{\text{twice}} \nonumber$$",
    r"$$\displaystyle \Huge x + x = 2x \quad\checkmark$$",
    r"\begin{align*} x + x &= 2x \\ \end{align*}",
    r"$$\text{Doubling:}\\ \begin{aligned} x + x &= 2x \end{aligned}$$",
    r"\begin{align} \intertext{We count} x + x &= 2x \end{align}",
]
# fmt: on


@pytest.mark.parametrize(("source", "part"), REASONS)
def test_reasons_are_kept_apart(source: str, part: str) -> None:
    (step,) = steps(source)
    assert shown(step) == "x + x = 2x"
    assert part in step.reason


@pytest.mark.parametrize("source", DECORATED)
def test_decoration_is_passed_over(source: str) -> None:
    (step,) = steps(source)
    assert step.kind == "judge"
    assert verdict(step) == "proved"


# fmt: off
SKIPPED = [
    (r"$$x \approx 2$$", r"\approx"),     (r"$$e^x \propto 2e^x$$", r"\propto"),
    (r"$$x \sim 2x$$", r"\sim"),          (r"$$x \stackrel{!}{=} 0$$", "!"),
    (r"$$\lim_{n \to \infty} x_n = 0$$", r"\lim"),
]
# fmt: on


@pytest.mark.parametrize(("source", "part"), SKIPPED)
def test_what_is_not_judged_says_so(source: str, part: str) -> None:
    (step,) = steps(source)
    assert step.kind == "skipped"
    assert part in step.message


def test_a_chain_goes_on_after_what_is_not_judged() -> None:
    assert verdicts(r"$$x + x = 2x \approx 2 + x = x + 2$$") == ["proved", "skipped", "proved"]


# --- definitions ----------------------------------------------------------------------------------

# fmt: off
MEANT = [
    # a document, the verdict on each step
    ("Let $q = 2u$.\n\n$$q + q = 4u$$",                                        ["proved"]),
    ("$$q + q = 4u$$\n\nwhere $q = 2u$.",                                      ["proved"]),
    ("$$q = 2u$$\n\n$$q + q = 4u$$",                                           ["definition", "proved"]),
    ("$$f(x) = x^2$$\n\n$$f'(x) = 2x$$",                                       ["definition", "proved"]),
    ("$$f(x) = x^2$$\n\n$$\\frac{df}{dx}(x) = 2x$$",                           ["definition", "proved"]),
    ("$$f(x) = x^2$$\n\n$$f'(x) = 3x$$",                                       ["definition", "refuted"]),
    ("$$L = x^2 = x \\cdot x$$",                                               ["definition", "proved"]),
    ("$$L = x^2 = x$$",                                                        ["definition", "refuted"]),
    ("$$g = x$$\n\n$$g + g = 2x$$\n\n$$g := x^2$$\n\n$$g + g = 2x^2$$",        ["definition", "proved", "definition", "proved"]),
    ("$$\\frac{\\partial L}{\\partial x} = 2x$$",                              ["undecided"]),
    ("$$u(x) + 1 = 3x$$",                                                      ["undecided"]),
    ("$$x + 1 = q$$\n\n$$q - 1 = x$$",                                         ["definition", "proved"]),
    ("$$2x + 6 = 0$$",                                                         ["undecided"]),
    ("$$P(z = 1 \\mid x) = \\frac{1}{1 + x} = (1 + x)^{-1}$$",                 ["definition", "proved"]),
    ("$$x_{t+1} = x_t - \\eta x_t = (1 - \\eta) x_t$$",                        ["definition", "proved"]),
    ("$$K_0 = 2P - 1$$\n\n$$K_0 + 1 = 2P$$",                                   ["definition", "proved"]),
    ("$$\\operatorname{tanh}(x) = \\sinh(x) / \\cosh(x)$$",                    ["proved"]),
    ("Let $S(z)_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$.\n\n$$\\frac{\\partial S(a)_i}{\\partial a_j} = S(a)_i (\\delta_{ij} - S(a)_j)$$", ["proved"]),
    ("$$\\det \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} = ad - bc$$",   ["proved"]),
]
FOLLOWING = [
    ("$$2u = 6v \\Rightarrow u = 3v$$",                                        ["undecided", "proved"]),
    ("$$2u = 6v$$\n\nand hence\n\n$$u = 3v$$",                                 ["undecided", "proved"]),
    ("$$2u = 6v$$\n\nand hence\n\n$$u = 4v$$",                                 ["undecided", "undecided"]),
]
CASES = [
    ("For $i = j$ we have\n\n$$\\delta_{ij} = 1$$\n\nand for $i \\ne j$\n\n$$\\delta_{ij} = 0.$$", ["proved", "proved"]),
    ("For $i = j$ we have\n\n$$\\delta_{ij} = 1$$\n\nTogether\n\n$$\\delta_{ij} = 1$$",            ["proved", "refuted"]),
    (r"\begin{align} |x| &= x, \quad x > 0 \\ |x| &= -x, \quad x < 0 \end{align}",                ["proved", "proved"]),
    (r"$$|x| = x \quad \text{if } x > 0$$",                                                        ["proved"]),
    ("where $\\delta_{ij}$ is 1 if $i = j$ and 0 otherwise.\n\n$$\\delta_{ij} = 1$$",              ["refuted"]),
]
KINDS = [
    ("Let $y$ be a one-hot vector.\n\n$$\\sum_k y_k^2 = 1$$",                              ["proved"]),
    ("The targets sum to one: $\\sum_k y_k = 1$.\n\n$$\\sum_k y_k p_i = p_i$$",            ["proved"]),
    ("Since $y$ sums to one,\n\n$$\\sum_k y_k p_i = p_i$$",                                ["proved"]),
    ("where $a > 0$ and $b > 0$.\n\n$$\\log(ab) = \\log a + \\log b$$",                    ["proved"]),
    ("for a symmetric matrix $A$\n\n$$A_{ij} - A_{ji} = 0$$",                              ["proved"]),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), [*MEANT, *FOLLOWING, *CASES, *KINDS])
def test_meaning(source: str, expected: list[str]) -> None:
    assert verdicts(source) == expected


@pytest.mark.parametrize(("source", "_"), KINDS)
def test_what_was_said_is_needed(source: str, _: list[str]) -> None:
    """Without the words the kernel can't prove it, or names a need."""
    formula = "$$" + source.split("$$")[1] + "$$"
    (step,) = steps(formula)
    assert not any(bool(decide(claim)) for claim in step.claims)


def test_families_of_rows() -> None:
    source = (
        "$$\\log q(1) = w_1 x - \\log Z$$\n\n$$\\log q(2) = w_2 x - \\log Z$$\n\n$$\\vdots$$\n\n"
        "$$\\log q(c) = w_c x - \\log Z$$\n\nHence\n\n$$q(i) = \\frac{1}{Z} \\exp(w_i x)$$"
    )
    found = read(source)
    assert verdicts(source) == ["definition"] * 3 + ["proved"]
    assert any("exp" in d.text for d in found.definitions)
    assert any(a.text == "Z > 0" for a in found.assumptions)


def test_a_later_section_does_not_explain_an_earlier_one() -> None:
    source = "# One\n\n$$q + q = 4u$$\n\n# Two\n\nLet $q = 2u$.\n\n$$q + q = 4u$$"
    assert verdicts(source) == ["undecided", "proved"]


def test_declarations_come_first() -> None:
    source = "<!-- derive: q = 3u -->\n\nLet $q = 2u$.\n\n$$q + q = 6u$$"
    assert verdicts(source)[-1] == "proved"


def test_given_comes_first() -> None:
    document = read_document("$$q + q = 6u$$", "md")
    (chain,) = chains(document, read_given(["q = 3u"])).chains
    assert verdict(chain.steps[0]) == "proved"


def test_vectors_are_compared_by_component() -> None:
    source = (
        "Let $p = \\operatorname{softmax}(x)$.\n\n$$p = \\begin{pmatrix} \\exp(x_1) \\\\ \\vdots "
        "\\\\ \\exp(x_d) \\end{pmatrix} / \\sum_{j=1}^d \\exp(x_j)$$"
    )
    assert verdicts(source) == ["proved"]


def test_the_line_before_last_is_compared() -> None:
    (chain,) = read("$$2x = x + x + 1 = x + x$$").chains
    (claim,) = chain.steps[1].across()
    assert text(claim.relation) == "2x = x + x"
    assert decide(claim)


# --- remarks --------------------------------------------------------------------------------------

# fmt: off
REMARKS = [
    (r"$$p_i = \frac{\exp(x_i)}{\sum_{i=1}^c \exp(x_i)}$$",                "D301", r"\sum_{i=1}^c \exp(x_i)"),
    (r"$$\sum_{i=1}^n (a_i + \sum_{i=1}^n b_i) = n b + \sum_{k=1}^n a_k$$", "D302", r"\sum_{i=1}^n b_i"),
    (r"$$a = \sum_{j=1}^d y_j \delta_{ij} - y_j p_i$$",                    "D303", r"\sum_{j=1}^d y_j \delta_{ij}"),
]
# fmt: on


@pytest.mark.parametrize(("source", "code", "part"), REMARKS)
def test_remarks(source: str, code: str, part: str) -> None:
    found = [r for r in read(source).remarks if r.code == code]
    assert [source[r.span.start : r.span.end] for r in found] == [part]


def test_brackets_are_no_remark() -> None:
    assert not read(r"$$a = \sum_{j=1}^d (y_j \delta_{ij} - y_j p_i)$$").remarks


# --- shyness --------------------------------------------------------------------------------------

# fmt: off
NOT_ACCUSED = [
    "$$\\frac{\\partial p_j}{\\partial x_i} = p_j (\\delta_{ij} - p_i)$$",         # p is not defined
    "$$\\frac{\\partial}{\\partial x_k} x_i a_{ij} x_j = (a_{ki} + a_{ik}) x_i$$", # summed silently
    "$$e^z (1 - P) = P$$",                                                         # to be solved
    "$$\\log x + 1 = \\hat{y} - 2$$",
    "$$-\\sum_i y_i \\log p_i = -\\log p_k$$",                                     # k: the class
    "$$E[X^2] - \\mu^2 = 8p$$",
    "It is not true that $(a + b)^2 = a^2 + b^2$.",
    "If $x = 0$, then $x + 1 = 1$.",
]
# fmt: on


@pytest.mark.parametrize("source", NOT_ACCUSED)
def test_never_refuted(source: str) -> None:
    assert "refuted" not in verdicts(source)


@pytest.mark.parametrize(
    "source",
    [
        "$$(a + b)^2 = a^2 + b^2$$",
        "$$\\tanh(x) = 2 \\sigma(x) - 1$$",
        "$$\\frac{d}{dx} x^2 = 2$$",
        "$$x^2 + 1 \\ge 2 + x^2$$",
        "We see that $\\tanh(x) = 2 \\sigma(x) - 1$.",
    ],
)
def test_refuted(source: str) -> None:
    assert "refuted" in verdicts(source)


def test_chain_is_hashable_data() -> None:
    assert isinstance(read("$$a = b$$").chains[0], Chain)


# fmt: off
ROUNDED = [
    (r"$$\sqrt{2} = 1.414$$", "skipped"),     (r"$$\frac{2}{3} = 0.667$$", "skipped"),
    (r"$$\frac{1}{4} = 0.25$$", "proved"),    (r"$$\frac{2}{3} = 0.76$$", "refuted"),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), ROUNDED)
def test_rounding_is_no_error(source: str, expected: str) -> None:
    assert verdicts(source) == [expected]


def test_a_heading_ends_what_is_said_below_it_and_not_above() -> None:
    text = "# A\nHere $a > 0$.\n\n## B\n$$|a| = a$$\n\n# C\n$$|a| = a$$\n"
    first, second = (chain.steps[0] for chain in chains(read_document(text, "md")).chains)
    assert first.elsewhere == () and first.claims[0].given.assumptions
    assert [text[at : at + 5] for at, _ in second.elsewhere] == ["a > 0"]
    assert second.claims[0].given.assumptions == ()
