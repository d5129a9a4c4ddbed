"""What reaches a terminal: layout in 80 columns, escapes, colours, encodings, matrices."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

from derive.check.exercise import parse
from derive.check.report import ClaimResult, ExerciseResult, Finding, Report
from derive.check.sparsity import matrix_note
from derive.explain.proof import Proof, Step
from derive.findings import BY_CODE, ROWS
from derive.prover.display import told_apart
from derive.prover.verdict import Counterexample, Verdict, positive
from derive.render.ascii import encodable
from derive.render.grid import grid
from derive.render.meaning import every, given_rows
from derive.render.prose import formula, paragraphs
from derive.render.terminal import finding_lines, show
from derive.render.terminal_exercise import exercise_lines
from derive.render.terminal_tables import explain_lines, library_lines
from derive.render.width import folded_formula, visible, width
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Claim,
    Definition,
    Delta,
    Derivative,
    Given,
    Indexed,
    Matrix,
    Range,
    Relation,
    Symbol,
    term,
)

i, j, k, d, x = map(Symbol, "ijkdx")
ONE_TO_D = Range(term(1), d)


def at(name: str, index: Symbol) -> Indexed:
    return Indexed(name, (index,))


EXP_J = Call("exp", (at("x", j),))
TOTAL = BigOp("sum", "k", term(1), d, Call("exp", (at("x", k),)))
GIVEN = Given(
    {"i": ONE_TO_D, "j": ONE_TO_D},
    {"x": (ONE_TO_D,)},
    {"p": Definition("p", EXP_J / TOTAL, ("j",))},
)
LEFT = Derivative(at("p", j), at("x", i))
RIGHT = at("p", j) * (Delta(i, j) - at("p", i))
CLAIM = Claim(Relation("=", LEFT, RIGHT), GIVEN, "jacobian")
PROOF = Proof(
    CLAIM,
    LEFT,
    (
        Step("definition", ("definition of ", Symbol("p")), Derivative(EXP_J / TOTAL, at("x", i))),
        Step(
            "quotient",
            ("quotient rule and a long reason that has no place beside its line",),
            (Delta(i, j) * EXP_J * TOTAL - EXP_J * Call("exp", (at("x", i),))) / TOTAL**2,
        ),
        Step("definition", ("recognise ", Symbol("p")), RIGHT),
    ),
)
SOURCE = """+++
title = "The [bold]Jacobian[/bold]"
topic = "softmax"
[[claims]]
label = "jacobian"
claim = 'p'
+++
Show that $\\frac{\\partial p_j}{\\partial x_i} = p_j(\\delta_{ij} - p_i)$ for the *softmax*.
"""
EXERCISE = parse(SOURCE, "softmax-jacobian", "softmax-jacobian.md")


def result(verdict: Verdict | None, proof: Proof | None = None) -> ExerciseResult:
    readings = (CLAIM,) if verdict is not None else ()
    claim = ClaimResult("jacobian", "p", 6, 10, 6, 11, readings, 0, verdict, proof)
    return ExerciseResult("softmax-jacobian", "e.md", EXERCISE, GIVEN, (claim,))


class Stream(io.StringIO):
    """Standard output as a test wants it: a terminal or not, of an encoding."""

    def __init__(self, terminal: bool = False, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal, self._encoding = terminal, encoding

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property that StringIO leaves None
        return self._encoding


def shown(verdict: Verdict, proof: Proof | None = None, stream: Stream | None = None) -> str:
    stream = stream or Stream()
    show(exercise_lines(result(verdict, proof), 80), stream)
    return stream.getvalue()


PROVED = Verdict("proved", needs=(positive(x),), uses=(Assumption("one-hot", Symbol("y")),))
WITNESS = Counterexample(
    {"d": 2}, {"i": 1}, {"x": (Fraction(-1, 2), Fraction(3))}, "0.37 +/- 1e-9", "-0.62 +/- 1e-9"
)


def test_a_proved_claim() -> None:
    text = shown(PROVED, PROOF)
    assert text == (
        "softmax-jacobian  The [bold]Jacobian[/bold]\n"
        "softmax\n"
        "\n"
        "  Show that ∂pⱼ/∂xᵢ = pⱼ(δᵢⱼ − pᵢ) for the softmax.\n"
        "\n"
        "  given   i, j = 1..d   x ∈ ℝᵈ\n"
        "          pⱼ = exp(xⱼ)/Σₖ₌₁ᵈ exp(xₖ)\n"
        "\n"
        "jacobian\n"
        "  ∂pⱼ/∂xᵢ = pⱼ(δᵢⱼ − pᵢ)\n"
        "\n"
        "      ∂pⱼ/∂xᵢ\n"
        "  1   = ∂/∂xᵢ [exp(xⱼ)/Σₖ₌₁ᵈ exp(xₖ)]                            definition of p\n"
        "  2   = (δᵢⱼ exp(xⱼ) Σₖ₌₁ᵈ exp(xₖ) − exp(xⱼ) exp(xᵢ))/(Σₖ₌₁ᵈ exp(xₖ))²\n"
        "               quotient rule and a long reason that has no place beside its line\n"
        "  3   = pⱼ(δᵢⱼ − pᵢ)                                                 recognise p\n"
        "\n"
        "  ✓ proved for every d and all i, j\n"
        "    needs   x > 0\n"
        "    uses    y is one-hot\n"
        "\n"
    )
    assert max(map(width, text.split("\n"))) <= 80


def test_a_refuted_claim() -> None:
    text = shown(Verdict("refuted", reason="holds only for i = j", counterexample=WITNESS))
    assert text.endswith(
        "  ✗ refuted   holds only for i = j\n"
        "    at      d = 2   i = 1\n"
        "            x = (−1/2, 3)\n"
        "    left    0.37\n"
        "    right   −0.62\n"
        "\n"
    )


def test_an_undecided_claim() -> None:
    verdict = Verdict(
        "undecided", reason="too many " * 12, residual=LEFT - RIGHT, evidence="both sides agree"
    )
    text = shown(verdict)
    assert "  ? undecided   too many too many" in text
    assert "left − right = ∂pⱼ/∂xᵢ − pⱼ(δᵢⱼ − pᵢ)" in text
    assert "both sides agree" in text
    assert max(map(width, text.split("\n"))) <= 80


# --- colours, escapes, encodings ---------------------------------------------------------------


def test_colours_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b" not in shown(PROVED)
    assert "\x1b[1;32m✓ proved\x1b[0m" in shown(PROVED, stream=Stream(terminal=True))
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in shown(PROVED, stream=Stream(terminal=True))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown(PROVED, stream=Stream(terminal=True))


@pytest.mark.parametrize("code", [*range(32), *range(0x7F, 0xA0), 0x202E, 0x2066, 0xD800])
def test_control_characters_are_shown(code: int) -> None:
    text = visible(f"a{chr(code)}b")
    assert chr(code) not in text or code == 0x20
    assert len(text) == 3


def test_what_a_file_contains_cannot_act() -> None:
    hostile = "x\x1b]0;owned\x07\x1b[2J\u202egnp"
    exercise = parse(SOURCE.replace("softmax*", hostile), "n", "n\x1b[31m.md")
    stream = Stream(terminal=True)
    show(exercise_lines(ExerciseResult("n", "n", exercise), 80), stream)
    show(finding_lines(Finding("D101", hostile, hostile, 1, 1, 3, hostile, hostile), 80), stream)
    text = stream.getvalue()
    for forbidden in ("\x1b]", "\x1b[2J", "\x07", "\u202e", "\x1b[31m"):
        assert forbidden not in text
    assert "␛[2J" in text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-8", "UTF8"])
def test_every_encoding_can_be_written(encoding: str) -> None:
    shown(PROVED, PROOF, stream=Stream(encoding=encoding)).encode(encoding)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("∂pⱼ/∂xᵢ = p²", "dp_j/dx_i = p^2"),
        ("Σₖ₌₁ᵈ exp(xₖ)", "sum_k=1^d exp(x_k)"),
        ("Θ ≤ θ, ✓", "Theta <= theta, ok"),
        ("ŷ é 漢", "y e ?"),
    ],
)
def test_ascii(text: str, expected: str) -> None:
    assert encodable(text, "ascii") == expected


# --- layout ------------------------------------------------------------------------------------


def test_a_formula_breaks_where_it_is_least_nested() -> None:
    text = "(aaa + bbb)·(ccc − ddd) + (eee − fff)"
    assert folded_formula(text, 30) == ["(aaa + bbb)·(ccc − ddd)", "+ (eee − fff)"]
    assert "".join(folded_formula("x" * 100, 30)) == "x" * 100
    assert folded_formula("", 30) == [""]


def test_the_caret_stands_below_the_place() -> None:
    stream = Stream()
    finding = Finding("D101", "expected }", "e.md", 12, 9, 11, "", "claim = 'ab'")
    show(finding_lines(finding, 80), stream)
    assert stream.getvalue() == ("e.md:12:9: D101 expected }\n12 │ claim = 'ab'\n   │         ^^\n")


def test_a_long_line_is_cut_around_the_place() -> None:
    stream = Stream()
    finding = Finding("D101", "too long", "e.md", 1, 500_001, 500_002, "", "x" * 500_000 + "@!")
    show(finding_lines(finding, 80), stream)
    _, source, caret = stream.getvalue().splitlines()
    assert max(map(width, (source, caret))) <= 80
    assert source[caret.index("^")] == "@"


def test_values_are_cut_where_they_differ() -> None:
    left, right = "0." + "3" * 35 + "1 +/- 1e-40", "0." + "3" * 35 + "2 +/- 1e-40"
    assert told_apart(left, right) == ("0." + "3" * 35 + "1", "0." + "3" * 35 + "2")
    assert told_apart("[1.5e-30 +/- 1e-40]", "-2") == ("1.5e-30", "−2")


def test_matrices_stand_as_grids() -> None:
    column = Matrix(((at("f", i),), (term(0),), (x,)))
    row = Matrix(((x, term(12)),))
    assert grid(Relation("=", column * row, -column)) == [
        "⎛ fᵢ ⎞            ⎛ fᵢ ⎞",
        "⎜ 0  ⎟ [x  12] = −⎜ 0  ⎟",
        "⎝ x  ⎠            ⎝ x  ⎠",
    ]


def test_a_sparse_matrix_is_counted() -> None:
    f, g, zero = Symbol("f"), Symbol("g"), term(0)
    note = matrix_note(Matrix(((f, g, zero), (zero, f, g))))
    assert note == (
        "The 2×3 matrix has 6 entries: 2 are zero, the other 4 are 2 numbers: "
        "f (2 times), g (2 times)."
    )


# --- meaning and prose -------------------------------------------------------------------------


def test_what_a_proof_holds_for() -> None:
    assert every(CLAIM) == "for every d and all i, j"
    assert every(Claim(Relation("=", x, x))) == ""
    assert every(Claim(Relation("=", TOTAL, TOTAL))) == "for every d"
    concrete = Given({"i": Range(term(1), term(3))})
    assert every(Claim(Relation("=", at("x", i), at("x", i)), concrete)) == "for all i"


def test_given_rows() -> None:
    three, to_c = Range(term(1), term(3)), Range(term(1), Symbol("c"))
    given = Given(
        {"i": ONE_TO_D, "a": to_c, "j": ONE_TO_D},
        {"x": (ONE_TO_D,), "W": (to_c, ONE_TO_D), "Z": (), "v": (three,)},
        {"f": Definition("f", x + 1, parameters=("x",))},
        (Assumption("one-hot", Symbol("y")), positive(x)),
    )
    assert list(given_rows(given)) == [
        "i, j = 1..d   a = 1..c   x ∈ ℝᵈ   W ∈ ℝ^(c×d)   Z ∈ ℝ",
        "v ∈ ℝ³",
        "f(x) = x + 1",
        "y is one-hot",
        "x > 0",
    ]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{\partial p_j}{\partial x_i} = p_j(\delta_{ij}-p_i)", "∂pⱼ/∂xᵢ = pⱼ(δᵢⱼ − pᵢ)"),
        (r"\mathbf{x}\in\mathbb{R}^{2\times 3}", "x ∈ ℝ^(2 × 3)"),
        (r"\sum_{k=1}^d \exp(x_k)", "Σₖ₌₁ᵈ exp(xₖ)"),
        (r"2\frac{1}{1+\exp(-2x)}", "2 · 1/(1 + exp(−2x))"),
        (r"\frac{1}{Z} \exp(w_c x)", "1/Z · exp(w_c x)"),
        (r"\left(\frac{a+b}{c}\right)^2", "((a + b)/c)²"),
        (r"\begin{pmatrix} 4 & -2 \\ 3 & 8 \end{pmatrix}", "[4  −2; 3  8]"),
        (r"\log p = \sqrt{2\pi}", "log p = √(2π)"),
        (r"x^\top y, \quad \hat y_i", "xᵀy, ŷᵢ"),
        (r"\text{one-hot } y", "one-hot y"),
        (r"\unknown{x} \frac{", "unknown x /"),
        ("{" * 500 + "x" + "}" * 500, None),
        (r"\frac" * 500, None),
        ("^" * 500, None),
        ("", ""),
    ],
)
def test_formulas_in_prose(latex: str, expected: str | None) -> None:
    text = formula(latex)  # never fails, whatever stands there
    assert expected is None or text == expected


def test_paragraphs() -> None:
    text = "# Head\nA *long*\nline $x_1$.\n\n1. one\n   more\n2. two\n\n$$\na\n= b\n$$\nend"
    assert paragraphs(text) == [
        ("heading", "Head"),
        ("text", "A long line x₁."),
        ("item", "1. one more"),
        ("item", "2. two"),
        ("display", "a = b"),
        ("text", "end"),
    ]


# --- tables ------------------------------------------------------------------------------------


def test_the_summary_of_the_library() -> None:
    broken = ExerciseResult(
        "broken", "b.md", findings=(Finding("D002", "no header", "b.md", 1, 1),)
    )
    refuted = Verdict("refuted", counterexample=WITNESS)
    report = Report((result(PROVED), result(refuted), broken))
    stream = Stream()
    show(library_lines(report, 1.26, 80), stream)
    assert stream.getvalue() == (
        "softmax\n"
        "  ✓ softmax-jacobian  1 proved  1 need\n"
        "  ✗ softmax-jacobian  1 refuted\n"
        "\n"
        "not readable\n"
        "  ! broken            header not readable\n"
        "\n"
        "b.md:1:1: D002 no header\n"
        "\n"
        "3 exercises, 2 claims: 1 proved, 1 refuted   in 1.3 s\n"
    )
    assert report.exit_code == 2
    assert Report((result(PROVED),)).exit_code == 0
    assert Report((result(PROVED), result(refuted))).exit_code == 1
    assert Report((result(PROVED), result(None))).exit_code == 2


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_every_code_is_explained(row: object) -> None:
    stream = Stream()
    show(explain_lines(row, 80), stream)  # type: ignore[arg-type]  # the ids' type is object
    assert max(map(width, stream.getvalue().split("\n"))) <= 80


def test_codes_are_unique() -> None:
    assert len(BY_CODE) == len(ROWS)
