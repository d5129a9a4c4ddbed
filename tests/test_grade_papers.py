"""Whole papers: several parts with or without headings, names that mean something else in each."""

from __future__ import annotations

import json
from pathlib import Path

from derive.cli.grade import Options, grade

SHEET = """title = "Two parts"
[[exercises]]
name = ["softmax-jacobian", "log-linear-softmax"]
"""
JACOBIAN = r"""
Let $Z = \sum_{k=1}^d e^{x_k}$. Then
$$\frac{\partial p_j}{\partial x_i} = \frac{\delta_{ij} e^{x_j} Z - e^{x_j} e^{x_i}}{Z^2}
= \delta_{ij} p_j - p_j p_i = p_j(\delta_{ij} - p_i).$$
"""
PARTITION = r"""
$$\log P_i = \log \exp(w_i x + b_i) - \log Z = w_i x + b_i - \log Z$$
$$Z = Z \sum_{j=1}^c P_j = \sum_{j=1}^c Z P_j = \sum_{j=1}^c \exp(w_j x + b_j)$$
$$P_i = \frac{\exp(w_i x + b_i)}{Z} = \frac{\exp(w_i x + b_i)}{\sum_{j=1}^c \exp(w_j x + b_j)}$$
"""


def marked(tmp_path: Path, exercise: str, text: str) -> list[list[tuple[float, float]]]:
    (tmp_path / "s.md").write_text(text)
    grade(exercise, str(tmp_path / "s.md"), Options(str(tmp_path / "out"), quiet=True))
    found = json.loads((tmp_path / "out/feedback/s.json").read_text())["exercises"]
    return [[(c["least"], c["most"]) for c in exercise["claims"]] for exercise in found]


def test_a_name_of_one_problem_means_nothing_in_the_next(tmp_path: Path) -> None:
    """Z is a sum of one's own in the first part, and given in the second; no heading says so."""
    (tmp_path / "sheet.toml").write_text(SHEET)
    first, second = marked(tmp_path, str(tmp_path / "sheet.toml"), JACOBIAN + PARTITION)
    assert first == [(3, 3), (3, 3), (2, 2)]
    assert second == [(1, 1), (3, 3), (2, 2)]


def test_entries_one_by_one_are_about_the_matrix_without_a_heading(tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET.replace("softmax-jacobian", "convolution"))
    columns = [(4, 3, 13, 20), (-2, 8, -16, 28), (1, 5, -1, 22)]
    lines = (
        rf"$$s_{{1{n}}} = 4 \cdot ({a}) - ({b}) = {c}$$"
        rf" $$s_{{2{n}}} = 2 \cdot ({a}) + 4 \cdot ({b}) = {d}$$"
        for n, (a, b, c, d) in enumerate(columns, 1)
    )
    first, _ = marked(tmp_path, str(tmp_path / "sheet.toml"), "\n".join(lines))
    assert first == [(3, 3), (0, 0), (0, 0), (0, 0)]


def test_a_step_that_needs_what_nobody_said_is_open(tmp_path: Path) -> None:
    """True for a symmetric matrix only, which is given for the third claim alone."""
    text = r"""$$\frac{\partial f}{\partial x_k}
= \sum_{i=1}^d \sum_{j=1}^d (\delta_{ik} A_{ij} x_j + x_i A_{ij} \delta_{jk}) + b_k
= \sum_{j=1}^d A_{kj} x_j + \sum_{i=1}^d A_{ki} x_i + b_k
= 2 \sum_{j=1}^d A_{kj} x_j + b_k$$"""
    ((gradient, _, _),) = marked(tmp_path, "quadratic-form-gradient", text)
    assert gradient[0] < 1.5
    page = (tmp_path / "out/feedback/s.md").read_text()
    assert "A is symmetric" in page


def test_the_last_small_step_of_a_calculation_is_no_leap(tmp_path: Path) -> None:
    text = r"""Let $S = \sum_{i=1}^n t_i^2$. Then
$$\lambda u - \sum_{i=1}^n (y_i - t_i u) t_i = \lambda u - \sum_{i=1}^n y_i t_i + u S
= (\lambda + S) u - \sum_{i=1}^n t_i y_i = 0$$"""
    ((*_, feature),) = marked(tmp_path, "ridge-gradient", text)
    assert feature == (2, 2)


def test_a_slip_in_a_number_leaves_the_form(tmp_path: Path) -> None:
    """The 2 in the argument is lost, and what follows is right: one error costs once."""
    text = r"""$$2\sigma(2x) - 1 = \frac{2}{1+\exp(-x)} - 1 = \frac{1-\exp(-x)}{1+\exp(-x)}
= \frac{\exp(x) - 1}{\exp(x)+1} = \tanh\left(\frac{x}{2}\right)$$"""
    ((first, _),) = marked(tmp_path, "tanh-sigmoid", text)
    assert first == (1.5, 1.5)


def test_a_decision_reaches_a_step_in_other_letters(tmp_path: Path) -> None:
    text = r"""$$\frac{\partial p_m}{\partial x_n}
= \frac{\delta_{mn} e^{x_m} \sum_k e^{x_k} - e^{x_m} e^{x_n}}{(\sum_k e^{x_k})^2}
= \quot{p_m}{p_n} = p_m (\delta_{mn} - p_n)$$"""
    (before,) = marked(tmp_path, "softmax-jacobian", text)
    assert before[2][0] < before[2][1] == 2
    file = tmp_path / "out/decisions.toml"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(s.removeprefix("# ") if "# step." in s else s for s in lines) + "\n")
    (after,) = marked(tmp_path, "softmax-jacobian", text)
    assert after[2] == (2, 2)


def test_a_file_that_is_not_followed_leaves_its_own_part_open(tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(SHEET)
    (tmp_path / "s.tex").write_text("\\section*{1 (ii)}\n\n\\input{more}\n")
    out = Options(str(tmp_path / "out"), quiet=True)
    assert grade(str(tmp_path / "sheet.toml"), str(tmp_path / "s.tex"), out) == 1
    first, second = json.loads((tmp_path / "out/feedback/s.json").read_text())["exercises"]
    assert (first["most"], second["most"]) == (0, 6)
