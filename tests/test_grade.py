"""Marks: five submissions to one exercise, each of its own kind."""

from __future__ import annotations

from pathlib import Path

import pytest

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
