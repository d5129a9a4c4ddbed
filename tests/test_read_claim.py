"""Claims: one relation, its readings, and the ranges that were not declared."""

# ruff: noqa: E501  (rows of tables stay on one line)

from __future__ import annotations

from pathlib import Path

import pytest

from derive.check.exercise import load
from derive.check.library import exercise_files
from derive.read import Names, ReadError, complete, read_claim, read_given, read_relations
from derive.read.ranges import Shared
from derive.term import BigOp, Claim, Given, Range, Relation, Symbol, subterms
from derive.term.latex import latex


def shapes(given: Given) -> dict[str, str]:
    return {
        name: " ".join(f"{latex(a.lower)}..{latex(a.upper)}" for a in axes)
        for name, axes in given.shapes.items()
    }


def ranges(given: Given) -> dict[str, str]:
    return {i: f"{latex(r.lower)}..{latex(r.upper)}" for i, r in given.ranges.items()}


# fmt: off
COMPLETED: list[tuple[str, list[str], str, dict[str, str], dict[str, str]]] = [
    # claim, given -> the relation, shapes, ranges
    (r"\sum_{k=1}^c x_k = s",   [],               r"\sum_{k=1}^{c} x_k = s",           {"x": "1..c"}, {}),
    (r"\sum_k x_k = s",         [],               r"\sum_{k=1}^{d} x_k = s",           {"x": "1..d"}, {}),
    (r"d \sum_k x_k = s",       [],               r"d \sum_{k=1}^{n} x_k = s",         {"x": "1..n"}, {}),
    (r"x_i = \sum_{k=1}^c x_k", [],               r"x_i = \sum_{k=1}^{c} x_k",         {"x": "1..c"}, {"i": "1..c"}),
    (r"x_i = \sum_k x_k y_k",   ["y \\in \\mathbb{R}^m"], r"x_i = \sum_{k=1}^{m} x_k y_k", {"y": "1..m", "x": "1..m"}, {"i": "1..m"}),
    (r"x_i = \sum_k \delta_{ik} x_k", ["i: 1..c"], r"x_i = \sum_{k=1}^{c} \delta_{ik} x_k", {"x": "1..c"}, {"i": "1..c"}),
    (r"z_j = \sum_k W_{jk} x_k", [],              r"z_j = \sum_{k=1}^{n} W_{jk} x_k",  {"z": "1..d", "W": "1..d 1..n", "x": "1..n"}, {"j": "1..d"}),
    (r"x_i = \sum_{k=1}^c x_k", ["x \\in \\mathbb{R}^m"], r"x_i = \sum_{k=1}^{c} x_k", {"x": "1..m"}, {"i": "1..m"}),
    (r"\sum_k \delta_{ik} = 1", ["i: 1..c"],     r"\sum_{k=1}^{c} \delta_{ik} = 1",  {}, {"i": "1..c"}),
    (r"\sum_k z_k = 1",         ["k: 0..m"],      r"\sum_{k=0}^{m} z_k = 1",           {"z": "0..m"}, {"k": "0..m"}),
    (r"\operatorname{softmax}(x)_i = p_i", [],    r"\operatorname{softmax}(x)_{i} = p_i", {"p": "1..d", "x": "1..d"}, {"i": "1..d"}),
    (r"p_i = 1",                ["j: 1..c", "p_j = 2 x_j"], r"p_i = 1",                {"p": "1..c", "x": "1..c"}, {"j": "1..c", "i": "1..c"}),
    (r"H(q, y) = s",            [r"H(p, y) = -\sum_j y_j \log p_j", r"q \in \mathbb{R}^c"], r"H(q, y) = s", {"q": "1..c", "y": "1..c"}, {}),
    (r"w_1 u + w_2 = 0",        [],               r"w_1 u + w_2 = 0",                  {}, {}),
    (r"x_n = \sum_{k=1}^n x_k", [],               r"x_n = \sum_{k=1}^{n} x_k",         {"x": "1..n"}, {}),
    (r"\sum_{k=1}^{n-1} (x_{k+1} - x_k) = x_n - x_1", [], r"\sum_{k=1}^{n - 1} (x_{k + 1} - x_k) = x_n - x_1", {"x": "1..n"}, {}),
    (r"\sum_{k=1}^n (x_k - x_{k-1}) = x_n - x_0", [], r"\sum_{k=1}^{n} (x_k - x_{k - 1}) = x_n - x_0", {"x": "0..n"}, {}),
    (r"\sum_{j \ne i} x_j = s", [],            r"\sum_{j=1, j \ne i}^{d} x_j = s",  {"x": "1..d"}, {"i": "1..d"}),
    (r"a + 1 = b",              [],               r"a + 1 = b",                        {}, {}),
]
# fmt: on


def test_a_name_may_be_meant_for_a_length() -> None:
    text = r"\sum_k \frac{1}{d} = 1"
    written = [latex(claim.relation) for claim in read_claim(text)]
    assert written == [rf"\sum_{{k=1}}^{{{n}}} \frac{{1}}{{d}} = 1" for n in "dn"]
    assert len(read_claim(text, read_given([r"d \in \mathbb{R}"]))) == 1


@pytest.mark.parametrize(
    ("text", "lines", "relation", "shape", "range_"), COMPLETED, ids=[c for c, *_ in COMPLETED]
)
def test_ranges_are_completed(
    text: str, lines: list[str], relation: str, shape: dict[str, str], range_: dict[str, str]
) -> None:
    *_, claim = read_claim(text, read_given(lines))  # names for lengths come first
    assert latex(claim.relation) == relation
    assert shapes(claim.given) == shape
    assert ranges(claim.given) == range_


def test_no_sum_is_left_without_bounds() -> None:
    given = read_given([r"p = \operatorname{softmax}(z)", r"H = -\sum_k y_k \log p_k", "y one-hot"])
    for claim in read_claim(r"\frac{\partial H}{\partial z_i} = p_i - y_i", given):
        bodies = [claim.relation, *(d.body for d in claim.given.definitions.values())]
        for body in bodies:
            for t in subterms(body):
                if isinstance(t, BigOp):
                    assert t.lower is not None and t.upper is not None
        axes = set(claim.given.shapes.values()) | {(claim.given.ranges["i"],)}
        assert len(axes) == 1


def test_numbers_below_an_undeclared_name_make_symbols() -> None:
    (claim,) = read_claim("w_1 u = w_2")
    assert claim.relation == Relation("=", Symbol("w_{1}") * Symbol("u"), Symbol("w_{2}"))


def test_what_is_declared_is_kept() -> None:
    given = read_given([r"x \in \mathbb{R}^m", "i: 1..3"])
    (claim,) = read_claim(r"x_i = \sum_k x_k", given)
    assert claim.given.ranges["i"] == given.ranges["i"]
    assert claim.given.shapes["x"] == given.shapes["x"]
    assert complete(claim) == claim


def test_readings_of_a_claim() -> None:
    first, second = read_claim(r"\sum_k a_k + b = c")
    assert latex(first.relation) == r"\sum_{k=1}^{d} a_k + b = c"
    assert latex(second.relation) == r"\sum_{k=1}^{d} (a_k + b) = c"


def test_both_sides_take_a_name_alike() -> None:
    for claim in read_claim("y(t) = y(s)"):
        assert isinstance(claim.relation, Relation)
        assert type(claim.relation.left) is type(claim.relation.right)


def test_vectors_of_symbolic_length_are_compared_by_component() -> None:
    text = (
        r"\mathbf{p} = \begin{pmatrix} e^{x_1} \\ e^{x_2} \\ \vdots \\ e^{x_c} \end{pmatrix} / Z."
    )
    (claim,) = read_claim(text)
    assert latex(claim.relation) == r"p_j = \frac{e^{x_j}}{Z}"
    assert ranges(claim.given) == {"j": "1..c"}
    (gradient,) = read_claim(r"\frac{\partial f}{\partial x} = (a_1, \dots, a_n)^\top")
    assert latex(gradient.relation) == r"\frac{\partial f}{\partial x_j} = a_j"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a + b", "no relation"),
        ("a = b = c", "2 relations"),
        (r"a \approx b", "not judged"),
        ("a =", "empty"),
        ("= b", "empty"),
        (r"\tanh(a = 2", "does not belong"),
        ("(a", "never closed"),
        (r"\exp\left((x_1, \dots, x_n)^\top\right)_i + 1 = 2 (y_1, \dots, y_n) (z_1, \dots, z_n)", "symbolic length"),
    ],
)  # fmt: skip
def test_no_claims(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        read_claim(text)


def test_trailing_punctuation_and_remarks_are_passed_over() -> None:
    for end in (".", ",", r" \,.", r"\\", r" \qquad \text{(chain rule)}", r" & \text{by parts}"):
        (claim,) = read_claim("a = b" + end)
        assert claim.relation == Relation("=", Symbol("a"), Symbol("b"))


def test_spans_of_a_claim_are_places_in_its_text() -> None:
    text = "  a + b = c_1"
    (claim,) = read_claim(text, label="x")
    assert isinstance(claim, Claim) and claim.label == "x"
    for t in subterms(claim.relation):
        assert t.span is not None
    assert text[claim.relation.span.start : claim.relation.span.end] == "a + b = c_1"  # type: ignore[union-attr]  # just asserted


# --- chains ---------------------------------------------------------------------------------------


def test_chains_keep_their_sides_and_signs() -> None:
    chain = read_relations(r"a &= b + \foo \\ &\le c \approx d, \quad e > 0.")
    assert [s.text for s in chain.signs] == ["=", "<=", r"\approx", ",", ">"]
    assert [s.judged for s in chain.signs] == [True, True, False, False, True]
    assert chain.sides[1].error is not None
    assert chain.step(4) == (Relation(">", Symbol("e"), chain.sides[5].readings[0]),)
    with pytest.raises(ReadError, match="foo"):
        chain.step(0)


def test_remarks_are_kept_beside_their_side() -> None:
    chain = read_relations(
        r"a &= b && \text{dropped} \\ &= c \text{ (as } u > 0 \text{ here)} \\ &= d, \text{ by parts}"
    )
    assert [latex(s.readings[0]) for s in chain.sides] == ["a", "b", "c", "d"]
    assert [s.remark for s in chain.sides] == ["", "", "(as u > 0 here)", "by parts"]
    chain = read_relations(r"a = b \text{ where } b = 2")
    assert [s.text for s in chain.signs] == ["=", ",", "="]
    assert [latex(s.readings[0]) for s in chain.sides] == ["a", "b", "b", "2"]


def test_a_line_may_begin_with_its_sign() -> None:
    chain = read_relations(r"= a \\ &= b")
    assert chain.sides[0].empty
    assert latex(chain.step(1)[0]) == "a = b"


def test_layout_is_opened_up() -> None:
    text = r"""\begin{align*} f &= a && \text{definition} \\ &= \begin{cases} u & u > 0 \\
    0 & u \le 0 \end{cases} \end{align*}"""
    chain = read_relations(text)
    assert [len(s.readings) for s in chain.sides] == [1, 1, 1]


def test_rows_with_left_sides_of_their_own_are_separate() -> None:
    text = (
        r"""\begin{align} f &= a \\ &\quad + b \\ g &= c \\ &= d \\ (u \\ & + v) &= w \end{align}"""
    )
    chain = read_relations(text)
    assert [s.text for s in chain.signs] == ["=", ",", "=", "=", ",", "="]
    written = [latex(s.readings[0]) for s in chain.sides]
    assert written == ["f", "a + b", "g", "c", "d", "u + v", "w"]


def test_a_row_that_goes_on_with_a_sign_is_no_left_side() -> None:
    chain = read_relations(r"\begin{align} f &= a \\ &\quad - b = c \\ -g &= h \end{align}")
    assert [s.text for s in chain.signs] == ["=", "=", ",", "="]


def test_unequal_and_factorial() -> None:
    assert latex(read_claim("a != b")[0].relation) == r"a \ne b"
    assert latex(read_claim("a <= b")[0].relation) == r"a \le b"
    assert latex(read_claim("n!=n(n-1)!")[0].relation) == "n! = n (n - 1)!"


def test_macros_of_a_preamble() -> None:
    from derive.read import read_macros

    macros = read_macros(
        r"\newcommand{\loss}{\mathcal{L}} \newcommand{\dd}[2]{\frac{\partial #1}{\partial #2}}"
    )
    chain = read_relations(r"\dd{\loss}{w} = 0", Names(macros=macros))
    assert latex(chain.step(0)[0]) == r"\frac{\partial \mathcal{L}}{\partial w} = 0"


CLASSWORK = Path(__file__).resolve().parents[2] / "shared" / "seed-classwork.txt"


@pytest.mark.skipif(not CLASSWORK.exists(), reason="the class work is not in the repository")
def test_every_display_of_the_class_work_is_read() -> None:
    displays = CLASSWORK.read_text(encoding="utf-8").split("$$")[1::2]
    assert len(displays) >= 40
    unread = []
    for display in displays:
        if display.strip() == r"\vdots":  # a row of dots between equations is no formula
            continue
        for side in read_relations(display).sides:
            if side.error is not None:
                unread.append((display[side.span.start : side.span.end], str(side.error)))
    assert unread == []


def test_axes_of_whole_arrays_meet() -> None:
    given = read_given([r"W \in \mathbb{R}^{c \times d}", "z = W x + b"])
    (claim,) = read_claim(r"z_i = b_i + \sum_k W_{ik} x_k", given)
    c, d = (Range(claim.given.shapes["W"][0].lower, Symbol(n)) for n in "cd")
    assert claim.given.shapes["b"] == (c,) == claim.given.shapes["z"]
    assert claim.given.shapes["x"] == (d,)
    assert claim.given.ranges["i"] == c


UNDER = ("i, j, k: 1..d", r"x, y \in \mathbb{R}^d", r"p_j = \frac{\exp(x_j)}{\sum_k \exp(x_k)}",
         "f(t) = t^2", "q one-hot", r"L = \sum_i q_i p_i", "b_i > 0", "c_i > 0", "r = u_n")  # fmt: skip
TELLING = (r"\sum_{k=1}^n p_k = 1", "c_i = b_i", "x_{ij} = 0", r"q_i p_i = q_i", "p_i = z_i", r"W_{ij} x_j = p_i", "a_1 = a_2",
           r"H(q, p) = -\log p_1", r"\sum_k p_k = 1", r"\delta_{ij} = p_l", "f(x_i) = x_i^2", "0 = 0",
           r"\sum_m x_m = L", r"x_{i+1} = y_{m}", r"\sum_{l=1}^{d} v_l = 2")  # fmt: skip


def completed(line: str, given: Given, shared: Shared | None) -> tuple[object, ...]:
    """With the order of names, in which the refuter draws their values."""
    relation = read_relations(line, Names.of(given)).step(0)[0]
    claim = complete(Claim(relation, given), shared=shared)
    return claim, [*claim.given.ranges], [*claim.given.shapes], [*claim.given.definitions]


def test_what_claims_share_changes_none_of_them() -> None:
    lines = [(under, [*TELLING, *TELLING[::-1]]) for under in (UNDER, (*UNDER, "a_1 > 0"))]
    for exercise in map(load, exercise_files()):
        given = tuple(w.text for w in exercise.given)
        lines.append((given, [c.claim.text for c in exercise.claims]))
    number = 0
    for said, texts in lines:
        given = read_given(said)
        shared = Shared(given)
        for text in texts:
            assert completed(text, given, shared) == completed(text, given, None), text
            relation = read_relations(text, Names.of(given)).step(0)[0]
            number += shared.classes_with(relation) is not None
    assert number > 150
