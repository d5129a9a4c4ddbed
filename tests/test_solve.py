"""Proofs in words: what is given, cases, what comes first; the command `derive solve`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.check.library import find
from derive.check.run import check_file, check_formula
from derive.check.solution import solution_page
from derive.cli.app import app
from derive.explain.stated import stated
from derive.page import Block, Derivation, Formula, Heading, Page, Paragraph, Words
from derive.read.given import read_given


def plain(words: Words) -> str:
    return "".join(p if isinstance(p, str) else p.latex if isinstance(p, Formula) else p.words
                   for p in words)  # fmt: skip


def told(blocks: tuple[Block, ...]) -> list[str]:
    """Paragraphs and headings, and ".." for a derivation."""
    return [
        plain(block.words) if isinstance(block, Paragraph | Heading) else ".." for block in blocks
    ]


def page_of(name: str, language: str = "en") -> Page:
    return solution_page(check_file(find(name)), language)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((r"x, y \in \mathbb{R}^d", "i, j: 1..d", "y one-hot"),
         r"Let x, y \in \mathbb{R}^{d}, with i, j = 1, \dots, d. Here y is one-hot."),
        (("i: 1..d",), r"Let i = 1, \dots, d."),
        ((r"A \in \mathbb{R}^{n \times n}", "A symmetric"),
         r"Let A \in \mathbb{R}^{n \times n}. Here A is a symmetric matrix."),
        (("0 < p", "p < 1", "a > 0"), r"Assume that p \in (0, 1) and a > 0."),
        (("-c < r", "r < c"), r"Assume that r \in (-c, c)."),
        (("p distribution", "q distribution"), "Here p and q are probability distributions."),
        (("f(x) = x^2",), "Let"),
    ],
)  # fmt: skip
def test_what_is_given(lines: tuple[str, ...], expected: str) -> None:
    assert told(stated(read_given(lines)))[0] == expected


def test_only_what_is_new_is_said() -> None:
    known = read_given(["x > 0", "i: 1..d"])
    more = read_given(["x < 1", "a = x"], known)
    assert told(stated(more, known)) == ["Assume that x < 1. We write", ".."]
    assert stated(known, known) == ()


def test_cases_are_told() -> None:
    words = told(page_of("softmax-jacobian").blocks)
    assert words[-6:] == ["Combined", "For i = j we have", "..", r"For i \ne j we have", "..",
                          "Together, this is", ".."][-6:]  # fmt: skip


def test_what_comes_first_is_told() -> None:
    words = told(page_of("log-linear-softmax").blocks)
    assert r"We use that \sum_{j=1}^{c} P_j = 1:" in words
    assert words[words.index("Now the claim itself:") + 1] == ".."


def test_in_german() -> None:
    blocks = page_of("softmax-jacobian", "de").blocks
    assert "Für i = j gilt" in told(blocks)
    reasons = [plain(ln.reason) for b in blocks if isinstance(b, Derivation) for ln in b.lines]
    assert "Quotientenregel" in reasons


def test_what_is_not_proved_is_said_so() -> None:
    page = solution_page(check_formula(r"\tanh(x) = 2", ()))
    assert page.blocks[-1][0] == "refuted"


# --- the command --------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["solve", *arguments])
    return result.exit_code, result.output


def test_on_the_terminal() -> None:
    code, output = run("tanh-derivative")
    assert code == 0
    assert "quotient rule" in output and "✓ proved" in output


def test_a_claim_with_what_is_given() -> None:
    code, output = run(r"\sum_{j=1}^d p_j = 1", "--given", "p distribution")
    assert code == 0 and "p is a distribution" in output
    assert run(r"\tanh(x) = 2")[0] == 1


def test_json() -> None:
    code, output = run("tanh-derivative", "--format", "json")
    (exercise,) = json.loads(output)["documents"]
    assert code == 0 and exercise["chains"][0]["proof"][0]["derivation"]["lines"]


def test_detail() -> None:
    lengths = {
        detail: run("tanh-derivative", "--detail", detail)[1].count("=")
        for detail in ("brief", "normal")
    }
    assert lengths["brief"] < lengths["normal"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tanh-derivativ",), "did you mean tanh-derivative"),
        (("tanh-derivative", "-o", "x.docx"), "an ending is expected"),
        (("tanh-derivative", "--detail", "some"), "'some' is not one of"),
        ((r"\frac{1}{2 = 3",), "D101"),
        (("x = x", "--given", r"\frac{"), "D102"),
    ],
)
def test_what_cannot_be_done(arguments: tuple[str, ...], said: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert said in output


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    code, output = run("tanh-derivative", "-o", str(tmp_path / "no" / "x.json"))
    assert code == 2 and "no such file" in output


def test_the_cases_of_a_claim_quote_the_claims_that_have_their_condition() -> None:
    combined = check_file(find("softmax-jacobian")).claims[-1].proof
    assert combined is not None
    assert [[step.reason for step in part.steps] for part in combined.parts] == [
        ["as shown before", "δᵢⱼ = 1 since i = j"],
        ["as shown before", "δᵢⱼ = 0 since i ≠ j"],
    ]


def test_a_refuted_claim_is_shown_with_its_counterexample_and_mistake(tmp_path: Path) -> None:
    claim, files = r"(a + b)^2 = a^2 + b^2", {}
    for ending in ("md", "html", "tex"):
        path = tmp_path / f"page.{ending}"
        assert CliRunner().invoke(app, ["solve", claim, "-o", str(path)]).exit_code == 1
        files[ending] = path.read_text()
    assert "$$\n(a + b)^2 = a^2 + b^2\n$$" in files["md"]
    for page in files.values():
        assert "This is false. At" in page
        assert "the left side is" in page
        assert "The power of a sum is not the sum of the powers." in page
    assert "<svg" in files["html"]


def test_an_entry_that_differs_is_named_and_what_is_undecided_says_why() -> None:
    given = (r"A \in \mathbb{R}^{2 \times 2}",)
    false = check_formula(
        r"A \begin{pmatrix} 1 \\ 0 \end{pmatrix} = A \begin{pmatrix} 1 \\ 1 \end{pmatrix}", given
    )
    page = solution_page(false, "de")
    assert "im Eintrag 1" in str(page)
    assert "f is not defined here" in str(solution_page(check_formula("f(x) = g + h", ())))
