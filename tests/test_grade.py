"""Marks: five submissions to one exercise, each of its own kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.check.library import library_folder
from derive.cli.grade import Options, grade

LEFT = r"\frac{\partial \tanh(x)}{\partial x}"
ABOVE, BELOW = r"(\exp(x) - \exp(-x))", r"(\exp(x) + \exp(-x))"
QUOTIENT = rf"\frac{{{BELOW}^2 - {ABOVE}^2}}{{{BELOW}^2}}"
SQUARE = rf"\left(\frac{{{ABOVE}}}{{{BELOW}}}\right)^2"

# fmt: off
KINDS = {  # name -> (text, at least, at most)
    "right":     (rf"$${LEFT} = {QUOTIENT} = 1 - {SQUARE} = 1 - \tanh(x)^2$$", 4, 4),
    "backwards": (rf"$$1 - \tanh(x)^2 = 1 - {SQUARE} = {QUOTIENT} = {LEFT}$$", 4, 4),
    "pieces":    (rf"$${LEFT} = {QUOTIENT}$$ and $$1 - \tanh(x)^2 = 1 - {SQUARE} = {QUOTIENT}.$$", 4, 4),
    "moved":     (rf"$${LEFT} + 2 = {QUOTIENT} + 2 = 3 - {SQUARE} = 3 - \tanh(x)^2$$", 4, 4),
    "wrong":     (rf"$${LEFT} = {QUOTIENT.replace('2 - ', '2 + ')} = 1 + {SQUARE} = 1 + \tanh(x)^2$$", 3, 3),
    "slip":      (rf"$${LEFT} = {QUOTIENT} = 1 + {SQUARE} = 1 - \tanh(x)^2$$", 3, 3),
    "jump":      (rf"$${LEFT} = \frac{{\partial}}{{\partial x}} \frac{{{ABOVE}}}{{{BELOW}}} = 1 - \tanh(x)^2$$", 1.5, 1.5),
    "restated":  (rf"We show ${LEFT} = 1 - \tanh(x)^2$.", 0, 0),
    "circular":  (rf"$${LEFT} = 1 - \tanh(x)^2 = 1 - {SQUARE}$$", 0, 0),
    "undecided": (rf"$${LEFT} = {QUOTIENT} = 1 - \frac{{g(x)}}{{h(x)}} = 1 - \tanh(x)^2$$", 1, 4),
    "garbage":   (r"$$ \foo{ = = $$", 0, 4),
    "stopped":   (rf"$${LEFT} = {QUOTIENT} = \frac{{{BELOW} (1 - \tanh(x)^2)}}{{{BELOW}}}$$", 1.5, 1.5),
    "easier":    (r"$$\frac{\partial x^2}{\partial x} = x + x = 2 x$$", 0, 0),
    "empty":     ("", 0, 0),
}
# fmt: on


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, float]]:
    from derive.grade.journal import Journal

    folder = tmp_path_factory.mktemp("class")
    for name, (text, _, _) in KINDS.items():
        (folder / f"{name}.md").write_text(text)
    output = tmp_path_factory.mktemp("graded")
    code = grade("tanh-derivative", str(folder), Options(str(output), form="json"))
    assert code == 1  # something is left to decide
    with Journal(str(output / "journal.sqlite")) as journal:
        found = list(journal.marks(sorted(KINDS)))
    return {mark.student: (mark.low, mark.high) for mark in found}


@pytest.mark.parametrize("kind", KINDS)
def test_marks(kind: str, marks: dict[str, tuple[float, float]]) -> None:
    assert marks[kind] == KINDS[kind][1:]


def test_the_table_fits_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "anna.md").write_text(KINDS["right"][0])
    assert grade("tanh-derivative", str(tmp_path), Options(str(tmp_path / "out"))) == 0
    said = capsys.readouterr().out
    assert "anna" in said
    assert max(map(len, said.splitlines())) <= 80


def test_feedback_shows_both_sides_of_a_false_step(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ben.md").write_text(KINDS["wrong"][0])
    grade("tanh-derivative", str(tmp_path / "in"), Options(str(tmp_path / "out"), language="de"))
    page = (tmp_path / "out" / "feedback" / "ben.html").read_text()
    assert "<svg" in page and "linke Seite" in page and "3 von 4 Punkten" in page
    again = Options(str(tmp_path / "out"), language="en")  # from the journal
    grade("tanh-derivative", str(tmp_path / "in"), again)
    page = (tmp_path / "out" / "feedback" / "ben.html").read_text()
    assert "<svg" in page and "left side" in page


def test_a_decision_counts_for_everyone_who_wrote_the_step(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("anna", "ben"):
        (folder / f"{name}.md").write_text(KINDS["undecided"][0])
    assert grade("tanh-derivative", str(folder), Options(str(out))) == 1
    file = out / "decisions.toml"
    lines = file.read_text().splitlines()
    chosen = [line.removeprefix("# ") if line.startswith("# step.") else line for line in lines]
    assert len([line for line in chosen if line.startswith("step.")]) == 2
    file.write_text("\n".join(chosen) + "\n")
    before = file.read_text()
    assert grade("tanh-derivative", str(folder), Options(str(out))) == 0
    rows = (out / "marks.csv").read_text().splitlines()[1:]
    assert [row.split(",")[-4:-2] for row in rows] == [["4", "4"], ["4", "4"]]
    assert file.read_text() == before
    file.write_text('step.0123456789 = { verdict = "perhaps" }\n')
    assert grade("tanh-derivative", str(folder), Options(str(out))) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("## 5 (ii)", (1, None)),
        ("## Aufgabe 5 (i)", (0, None)),
        (r"\section*{6}", (2, None)),
        ("**6 (b)**", (2, 1)),
        ("## Rescaled", (1, None)),
        ("(ii) Next:", (1, None)),
        ("5 (ii)", (1, None)),
        ("## Aufgabe 5 b)", (1, None)),
        ("5.2", (1, None)),
        ("**Problem 5, part 2.** Now", (1, None)),
        ("**Aufgabe 5.** (ii) Nun", (1, None)),
        (r"\item[5 (ii)] Then", (1, None)),
        ("#### Ex. 6 (c)", (2, 2)),
        ("# 5", (None, None)),
        ("b) Next:", None),
        ("1. First", (0, 0)),
        ("# second", None),
        ("6 points are left", None),
        ("i think so", None),
        ("## Something else", (None, None)),  # nobody knows which part this is
        ("## Proof", None),
        ("## Hyperbolic tangent: derivative of tanh", (0, None)),
        ("**tanh and sigmoid**", (1, None)),
        ("## Die Ableitung", (0, None)),
        ("a = b", None),
    ],
)
def test_labels(line: str, expected: tuple[int | None, int | None] | None) -> None:
    from derive.grade.parts import Exercise, places
    from derive.read.document import read_document

    asked = (
        Exercise(("5", "i"), "tanh-derivative", "The derivative", ("derivative",), "Die Ableitung"),
        Exercise(("5", "ii"), "tanh-sigmoid", "Rescaled", ("first", "second")),
        Exercise(("6",), "softmax", "The softmax", ("diagonal", "off", "both")),
    )
    found = places(read_document(f"## 5 (i)\n\n{line}\n", "md"), asked)[1:]
    assert [(p.exercise, p.claim) for p in found] == ([expected] if expected else [])


def test_a_letter_alone_goes_on_as_the_student_counts() -> None:
    from derive.grade.parts import Exercise, places
    from derive.read.document import read_document

    asked = tuple(Exercise(("5", n), n, n, ("one", "two")) for n in ("i", "ii", "iii"))

    def found(*lines: str) -> list[tuple[int | None, int | None]]:
        document = read_document("\n\n".join(lines) + "\n", "md")
        return [(p.exercise, p.claim) for p in places(document, asked)]

    assert found("# 5 a)", "b) Next:") == [(0, None), (1, None)]
    assert found("# 5 (i)", "b) Next:") == [(0, None), (0, 1)]
    assert found("# Problem 5", "## (b)", "## (c)") == [(None, None), (1, None), (2, None)]


def test_numbers_below_a_part_are_its_claims() -> None:
    from derive.grade.parts import Exercise, places
    from derive.read.document import read_document

    asked = [Exercise(("5", n), n, n, ("one", "two")) for n in ("i", "ii", "iii")]
    document = read_document("5.1:\n\n5.2:\n\n1. First\n\n2. Then\n\n5.3:\n", "md")
    found = [(p.exercise, p.claim) for p in places(document, asked)]
    assert found == [(0, None), (1, None), (1, 0), (1, 1), (2, None)]


def test_a_formula_in_a_sentence_that_cannot_be_read_is_for_a_person(tmp_path: Path) -> None:
    (tmp_path / "s.md").write_text(r"We get $\tanh'(x) = \quot{a}{b}$ and are done.")
    assert grade("tanh-derivative", str(tmp_path / "s.md"), Options(str(tmp_path / "out"))) == 1
    (row,) = (tmp_path / "out" / "marks.csv").read_text().splitlines()[1:]
    assert row.split(",")[-4:-2] == ["0", "4"]


# fmt: off
PROOFS = [  # exercise, solution, marks
    ("tanh-sigmoid", r"""
$$2\sigma(2x) - 1 = \frac{2}{1 + e^{-2x}} - 1 = \frac{1 - e^{-2x}}{1 + e^{-2x}} = \tanh x$$
With $x/2$ in place of $x$, $\sigma(x) = \frac{1}{2} (1 + \tanh\frac{x}{2})$.""", [2, 2]),
    ("tanh-sigmoid", r"""
$\tanh(x) = 2\sigma(2x) - 1$ and $\sigma(x) = \frac{1}{2}(1 + \tanh(\frac{x}{2}))$ are clear.""", [0, 0]),
    ("tanh-sigmoid", r"""
Assume that $\tanh(x) = 2\sigma(2x) - 1$. Then $\sigma(2x) = \frac{1}{2}(1 + \tanh(x))$, and so
$$\tanh(x) = 2 \cdot \frac{1}{2}(1 + \tanh(x)) - 1 = \tanh(x).$$""", [0, 0]),
    ("tanh-sigmoid", r"""
\begin{align*}
 & \tanh(x) = 2\sigma(2x) - 1 \\
\iff & \tanh(x) + 1 = 2\sigma(2x) \\
\iff & \frac{2e^x}{e^x + e^{-x}} = \frac{2}{1 + e^{-2x}} \\
\iff & 2e^x (1 + e^{-2x}) = 2 (e^x + e^{-x}) \\
\iff & 2e^x + 2e^{-x} = 2e^x + 2e^{-x}
\end{align*}""", [2, 0]),
    ("log-linear-softmax", r"""
$$\log P_j = \log e^{w_j x + b_j} - \log Z = w_j x + b_j - \log Z$$
$$\sum_j P_j = 1 \Rightarrow \frac{1}{Z} \sum_j e^{w_j x + b_j} = 1 \Rightarrow Z = \sum_j e^{w_j x + b_j}$$
$$P_j = \frac{e^{w_j x + b_j}}{Z} = \frac{e^{w_j x + b_j}}{\sum_k e^{w_k x + b_k}}$$""", [1, 3, 2]),
    ("cross-entropy-gradient", r"""
We know that $\frac{\partial H}{\partial x_i} = p_i - y_i$.""", [0, 0]),
    ("softmax-jacobian", r"""
For $i = j$: $$\frac{\partial p_j}{\partial x_i} = \frac{e^{x_j} \sum_k e^{x_k} - e^{x_j} e^{x_i}}{(\sum_k e^{x_k})^2} = p_j - p_j p_i = p_j (1 - p_i)$$
For $i \ne j$: $$\frac{\partial p_j}{\partial x_i} = \frac{0 - e^{x_j} e^{x_i}}{(\sum_k e^{x_k})^2} = -p_j p_i$$""", [3, 3, 0]),
    # a small true line, and then the end that is given
    ("cross-entropy-gradient", r"""
$$\frac{\partial H}{\partial x_i} = -\sum_{j=1}^d y_j \frac{\partial \log p_j}{\partial x_i} = p_i - y_i$$""", [2, 1]),
    ("tanh-sigmoid", r"""
1. $\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\sigma(2x) - 1$.
2. $\sigma(x) = \frac{1}{1 + e^{-x}} = \frac12 \left(1 + \tanh\left(\frac{x}{2}\right)\right)$.""", [1, 1]),
    # names of one's own, and what is said of them on the way
    ("softmax-jacobian", r"""
Let $Z = \sum_{k=1}^d e^{x_k}$, so that $\frac{\partial Z}{\partial x_i} = e^{x_i}$. By the quotient rule
$$\frac{\partial p_j}{\partial x_i} = \frac{\delta_{ij} e^{x_j} Z - e^{x_j} e^{x_i}}{Z^2} = \delta_{ij} p_j - p_j p_i = p_j(\delta_{ij} - p_i).$$
For $i = j$ this is $p_j (1 - p_i)$, for $i \ne j$ it is $-p_j p_i$.""", [3, 3, 2]),
    ("log-linear-softmax", r"""
Let $s_j = w_j x + b_j$. Then $P_j = e^{s_j} / Z$, so $$\log P_i = \log e^{s_i} - \log Z = s_i - \log Z,$$
$$1 = \sum_{k=1}^c P_k = \frac{1}{Z} \sum_{k=1}^c e^{s_k} \implies Z = \sum_{k=1}^c e^{s_k},$$
$$P_i = \frac{e^{s_i}}{Z} = \frac{e^{s_i}}{\sum_{k=1}^c e^{s_k}}.$$""", [1, 3, 2]),
    ("tanh-sigmoid", r"""
Let $u = \frac{x}{2}$: $$\frac12(1 + \tanh(u)) = \frac12 \left(1 + \frac{e^u - e^{-u}}{e^u + e^{-u}}\right)
= \frac{e^u}{e^u + e^{-u}} = \frac{1}{1 + e^{-2u}} = \sigma(2u) = \sigma(x).$$""", [0, 2]),
    # other letters, in a case
    ("softmax-jacobian", r"""
Let $S = \sum_{l=1}^d \exp(x_l)$. For $m \ne n$
$$\frac{\partial p_m}{\partial x_n} = -\frac{\exp(x_m) \exp(x_n)}{S^2} = -p_m p_n.$$""", [0, 3, 0]),
    # from what tanh is as well
    ("tanh-derivative", r"""
$$\frac{d}{dx} \frac{\sinh x}{\cosh x} = \frac{\cosh^2 x - \sinh^2 x}{\cosh^2 x} = \frac{1}{\cosh^2 x}$$
$$1 - \tanh^2 x = \frac{\cosh^2 x - \sinh^2 x}{\cosh^2 x} = \frac{1}{\cosh^2 x}$$""", [4]),
    # as it is typed in a hurry
    ("tanh-derivative", r"""
$\tanh ' x = {(e^x+e^{-x})^2 - (e^x-e^{-x})^2 \over (e^x+e^{-x})^2}$

$= 1-{(e^x-e^{-x})^2\over(e^x+e^{-x})^2}$

$=1-(\tanh x)^2$ $\checkmark$""", [4]),
]
# fmt: on


@pytest.mark.parametrize(("name", "text", "expected"), PROOFS)
def test_ways_of_proof(name: str, text: str, expected: list[float], tmp_path: Path) -> None:
    (tmp_path / "s.md").write_text(text)
    options = Options(str(tmp_path / "out"), quiet=True)
    grade(name, str(tmp_path / "s.md"), options)
    (exercise,) = json.loads((tmp_path / "out/feedback/s.json").read_text())["exercises"]
    assert [(c["least"], c["most"]) for c in exercise["claims"]] == [(m, m) for m in expected]


def test_gradescope_takes_all_files_for_one_student(tmp_path: Path) -> None:
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "notes.txt").write_text("only words\n")
    (folder / "answer.md").write_text(KINDS["wrong"][0])
    options = Options(str(tmp_path / "out"), gradescope=True, quiet=True)
    assert grade("tanh-derivative", str(folder), options) == 0
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    (row,) = found["tests"]
    assert (found["score"], row["score"], row["max_score"]) == (3, 3, 4)
    assert "Quotient rule: sign" in found["output"]
    assert found["output_format"] == "md"


def test_a_mistake_costs_what_the_scheme_says_and_an_unknown_one_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (Path(library_folder()) / "tanh-derivative.md").read_text()
    header = '[marking.mistakes]\n"quotient rule: sign" = 0.5\n'
    (tmp_path / "own.md").write_text(source.replace("+++\n", "+++\n", 1).replace(
        "[[claims]]", f"[marking]\nround = 0\n{header}[[claims]]", 1))  # fmt: skip
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.md").write_text(KINDS["wrong"][0])
    options = Options(str(tmp_path / "out"), folder=str(tmp_path), form="json", quiet=True)
    assert grade("own", str(tmp_path / "in"), options) == 0
    assert json.loads(capsys.readouterr().out)["students"][0]["least"] == 2
    broken = (tmp_path / "own.md").read_text().replace('"quotient rule: sign"', '"quotient sign"')
    (tmp_path / "own.md").write_text(broken)
    assert grade("own", str(tmp_path / "in"), options) == 2
    said = capsys.readouterr().err
    assert "no mistake is called quotient sign" in said
    assert "quotient rule: sign" in said


def test_a_label_in_plain_text_is_no_factor(tmp_path: Path) -> None:
    text = "(i) tanh'(x) = d/dx (1 - 2/(e^(2x) + 1)) = 4 e^(2x)/(e^(2x) + 1)^2\n"
    text += "    = 1 - ((e^(2x) - 1)/(e^(2x) + 1))^2 = 1 - tanh(x)^2\n"
    (tmp_path / "s.txt").write_text(text)
    assert grade("tanh-derivative", str(tmp_path / "s.txt"), Options(str(tmp_path / "out"))) == 0
    (row,) = (tmp_path / "out" / "marks.csv").read_text().splitlines()[1:]
    assert row.split(",")[-4:-2] == ["4", "4"]


def test_words_under_a_heading_are_for_a_person(tmp_path: Path) -> None:
    words = "By the quotient rule the numerator is a difference of two squares, and dividing gives the claim."
    (tmp_path / "s.md").write_text(f"# Exercise 1\n\n{words}\n")
    assert grade("tanh-derivative", str(tmp_path / "s.md"), Options(str(tmp_path / "out"))) == 1
    (row,) = (tmp_path / "out" / "marks.csv").read_text().splitlines()[1:]
    assert row.split(",")[-4:-2] == ["0", "4"]


def test_what_a_page_says_of_a_line_that_was_not_judged(tmp_path: Path) -> None:
    """As it was typed, why, and what that means for the mark; in German with a comma in numbers."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text(KINDS["garbage"][0])
    (tmp_path / "in" / "b.md").write_text(KINDS["undecided"][0])
    (tmp_path / "in" / "c.md").write_text(KINDS["jump"][0])
    grade("tanh-derivative", str(tmp_path / "in"), Options(str(tmp_path / "out"), language="de"))
    pages = {name: (tmp_path / f"out/feedback/{name}.md").read_text() for name in "abc"}
    assert "> `\\foo{ = =`\n" in pages["a"]
    assert "das war nicht lesbar: " in pages["a"] and "Es zählt nicht als falsch." in pages["a"]
    assert (
        "das war nicht zu entscheiden: " in pages["b"] and "hier nicht definiert. Es" in pages["b"]
    )
    assert "1,5 von 4 Punkten" in pages["c"]
    asked = (tmp_path / "out" / "decisions.toml").read_text()
    assert "hier nicht definiert" in asked


def test_a_wrong_result_is_found_and_not_given_away(tmp_path: Path) -> None:
    """Numbers alone have one value: what is right there is the answer of the exercise."""
    result = r"\begin{pmatrix} 13 & -16 & -1 \\ 20 & 28 & 21 \end{pmatrix}"
    (tmp_path / "s.md").write_text(f"$$s = {result}$$")
    grade("convolution", str(tmp_path / "s.md"), Options(str(tmp_path / "out"), quiet=True))
    page = (tmp_path / "out/feedback/s.md").read_text()
    assert "At entry (2, 3)." in page
    assert "22" not in page.split("**0 of 3 points**")[1].split("###")[0]


def test_the_class_page_has_names_and_the_text_no_caption(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s1.md").write_text(KINDS["wrong"][0])
    (tmp_path / "in" / "s2.md").write_text(KINDS["undecided"][0])
    (tmp_path / "list.csv").write_text("name,id\nAnna Amsel,s1\nBen Bussard,s2\n")
    options = Options(str(tmp_path / "out"), roster=str(tmp_path / "list.csv"), quiet=True)
    grade("tanh-derivative", str(tmp_path / "in"), options)
    page = (tmp_path / "out" / "class.html").read_text()
    assert page.count("Ben Bussard") > 1 and page.count("Anna Amsel") > 1
    assert "Both sides of this step" not in (tmp_path / "out/feedback/s1.md").read_text()


TWO = r"""+++
title = "Two derivatives"
topic = "calculus"
level = 1
points = 6
given = ['f(x) = x^2 \exp(x)']
[[claims]]
label = "first"
claim = '\frac{\partial f(x)}{\partial x} = (2 x + x^2) \exp(x)'
points = 3
[[claims]]
label = "second"
claim = '\frac{\partial^2 f(x)}{\partial x^2} = (2 + 4 x + x^2) \exp(x)'
points = 3
+++
Let $f(x) = x^2 \exp(x)$. Differentiate it once, and then a second time.

## Solution
$$\frac{\partial f(x)}{\partial x} = \frac{\partial}{\partial x} x^2 \exp(x)
  = 2 x \exp(x) + x^2 \exp(x) = (2 x + x^2) \exp(x)$$

$$\frac{\partial^2 f(x)}{\partial x^2} = \frac{\partial}{\partial x} (2 x + x^2) \exp(x)
  = (2 + 2 x) \exp(x) + (2 x + x^2) \exp(x) = (2 + 4 x + x^2) \exp(x)$$
"""
FIRST = {
    "right": r"$$f'(x) = (x^2 e^x)' = 2 x e^x + x^2 e^x = (2 x + x^2) e^x$$",
    "wrong": r"$$f'(x) = (x^2 e^x)' = 2 x e^x - x^2 e^x = (2 x - x^2) e^x$$",
    "none":  "",
}  # fmt: skip
SECOND = {
    "right":    r"$$f''(x) = ((2 x + x^2) e^x)' = (2 + 2 x) e^x + (2 x + x^2) e^x = (2 + 4 x + x^2) e^x$$",
    "followed": r"$$f''(x) = ((2 x - x^2) e^x)' = (2 - 2 x) e^x + (2 x - x^2) e^x = (2 - x^2) e^x$$",
    "again":    r"$$f''(x) = ((2 x - x^2) e^x)' = (2 - 2 x) e^x - (2 x - x^2) e^x = (2 - 4 x + x^2) e^x$$",
    "other":    r"$$f''(x) = ((2 x + 3 x^2) e^x)' = (2 + 6 x) e^x + (2 x + 3 x^2) e^x = (2 + 8 x + 3 x^2) e^x$$",
}  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "marks", "follows"),
    [
        ("right", "right", (3, 3), False),
        ("wrong", "followed", (2, 3), True),  # one error costs once, in the part where it was made
        ("wrong", "again", (2, 2), True),  # the other one is an error of the second part
        ("wrong", "right", (2, 3), False),
        ("wrong", "other", (2, 2), False),  # it follows from nothing that was shown
        ("none", "followed", (0, 2), False),
        ("right", "followed", (3, 2), False),
    ],
)
def test_a_part_that_uses_the_wrong_result_of_another(
    tmp_path: Path, first: str, second: str, marks: tuple[float, float], follows: bool
) -> None:
    (tmp_path / "two.md").write_text(TWO)
    (tmp_path / "s.md").write_text(f"## a)\n{FIRST[first]}\n\n## b)\n{SECOND[second]}\n")
    options = Options(str(tmp_path / "out"), folder=str(tmp_path), quiet=True)
    grade("two", str(tmp_path / "s.md"), options)
    (exercise,) = json.loads((tmp_path / "out/feedback/s.json").read_text())["exercises"]
    assert tuple(c["least"] for c in exercise["claims"]) == marks
    assert tuple(c["most"] for c in exercise["claims"]) == marks
    page = (tmp_path / "out/feedback/s.md").read_text()
    assert ("this is right with your result of line 2" in page) is follows


def test_a_wrong_derivative_in_the_next_part_in_the_middle_of_a_line(tmp_path: Path) -> None:
    """Softmax: the wrong Jacobian is put into a sum; the second part has no error of its own."""
    (tmp_path / "own.md").write_text(r"""+++
title = "A sum of derivatives"
topic = "calculus"
level = 1
points = 6
given = ['g(x) = x \tanh(x)', 'a, b \in \mathbb{R}']
[[claims]]
label = "first"
claim = '\frac{\partial g(x)}{\partial x} = \tanh(x) + x (1 - \tanh(x)^2)'
points = 3
[[claims]]
label = "second"
claim = '\frac{\partial}{\partial x} (a g(x) + b x) = a \tanh(x) + a x (1 - \tanh(x)^2) + b'
points = 3
+++
Differentiate $g$, and then $a g(x) + b x$.
""")
    (tmp_path / "s.md").write_text(r"""## a)
$$\frac{\partial g(x)}{\partial x} = \frac{\partial}{\partial x} (x \tanh(x)) = \tanh(x) + x (1 + \tanh(x)^2)$$

## b)
$$\frac{\partial}{\partial x} (a g(x) + b x) = a \frac{\partial g(x)}{\partial x} + b
= a (\tanh(x) + x (1 + \tanh(x)^2)) + b = a \tanh(x) + a x (1 + \tanh(x)^2) + b$$
""")
    options = Options(str(tmp_path / "out"), folder=str(tmp_path), quiet=True)
    grade("own", str(tmp_path / "s.md"), options)
    (exercise,) = json.loads((tmp_path / "out/feedback/s.json").read_text())["exercises"]
    assert [c["least"] for c in exercise["claims"]] == [2, 3]
    verdicts = [s["verdict"] for s in exercise["claims"][1]["steps"]]
    assert verdicts == ["proved", "carried", "proved"]


def test_what_a_teacher_decided_is_no_longer_open(tmp_path: Path) -> None:
    """A line that cannot be read stays as it was typed; a mark that was set is no range."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "s1.md").write_text(rf"$${LEFT} = \quot{{a}}{{b}} = 1 - \tanh(x)^2$$")
    (tmp_path / "in" / "s2.md").write_text(KINDS["undecided"][0])
    (tmp_path / "in" / "s3.md").write_text("# Exercise 1\n\n" + "By the quotient rule. " * 4)
    out = tmp_path / "out"
    options = Options(str(out), quiet=True)
    grade("tanh-derivative", str(tmp_path / "in"), options)
    asked = (out / "decisions.toml").read_text()
    assert "# 0 to 4 of 4 points: Something here is for a person to read." in asked
    number = next(line for line in asked.splitlines() if line.startswith("# step.")).split()[1]
    decided = f'{number} = {{ verdict = "wrong", comment = "" }}\n'
    decided += 'mark."s2"."tanh-derivative"."derivative" = { points = 2, comment = "So so." }\n'
    (out / "decisions.toml").write_text(decided)
    grade("tanh-derivative", str(tmp_path / "in"), options)
    first, second = ((out / f"feedback/s{n}.md").read_text() for n in (1, 2))
    assert r"\quot{a}{b}" in first and "textbackslash" not in first
    assert "your teacher has read this: it is wrong." in first
    assert "The mark was set by the teacher." in second and "range" not in second
