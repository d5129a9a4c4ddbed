"""The pages for teachers: their examples are run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.check.exercise import load
from derive.check.unfinished import unfinished
from derive.cli.app import app
from derive.sheet import load as load_sheet
from derive.sheet import problems, solutions
from derive.sheet.proofs import Proofs, prove
from derive.sheet.students import with_seed
from derive.sheet.template import TEMPLATE

DOCS = Path(__file__).resolve().parent.parent / "docs"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="derive")


def fenced(page: str, opens: str) -> str:
    """The one example of a page that opens with this line."""
    text = (DOCS / page).read_text(encoding="utf-8")
    (found,) = (e for e in re.findall(r"^````\w*\n(.*?)^````$", text, re.DOTALL | re.MULTILINE)
                if e.startswith(opens))  # fmt: skip
    return str(found)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_ten_minutes(here: Path) -> None:
    """The commands of teachers.md in their order, with the page's own exercise."""
    assert run("new", "softplus").stdout == (
        "softplus.md   write over it, then: derive check softplus.md\n"
    )
    (here / "softplus.md").write_text(fenced("teachers.md", "+++"), encoding="utf-8")
    checked = run("check", "softplus.md")
    assert checked.exit_code == 0
    assert checked.stdout.count("✓ proved") == 2
    assert list(unfinished(load("softplus.md"))) == []
    (here / "sheet.toml").write_text('title = "S"\n[[exercises]]\nname = "softplus"\n')
    (here / "list.csv").write_text("name,id\nAda,1\nBo,2\n")
    assert run("sheet", "sheet.toml", "--both", "--pdf").exit_code == 0
    students = run("sheet", "sheet.toml", "--both", "--pdf", "--students", "list.csv", "-o", "out")
    assert students.exit_code == 0
    assert sorted(p.name for p in (here / "out").glob("*.pdf")) == [
        "sheet-1-solutions.pdf", "sheet-1.pdf", "sheet-2-solutions.pdf", "sheet-2.pdf"
    ]  # fmt: skip
    sheet = load_sheet("sheet.toml")
    for seed in "abc":  # the solution of the page holds for every variant
        own = with_seed(sheet._replace(tasks=(sheet.tasks[0]._replace(solutions="written"),)), seed)
        prove(own, Proofs(steps=False))


def test_five_minutes(here: Path) -> None:
    assert run("sheet", "--new", "week3.toml").stdout == "week3.toml\n"
    (here / "week3.toml").write_text(fenced("sheets.md", "title"), encoding="utf-8")
    assert run("sheet", "week3.toml", "--both", "--markdown", "-o", "out").stdout == (
        "out/week3.md\nout/week3-solutions.md\n"
    )
    (here / "list.csv").write_text(fenced("sheets.md", "name,id"), encoding="utf-8")
    result = run("sheet", "week3.toml", "--latex", "--students", "list.csv", "-o", "out")
    assert result.stdout == "2 sheets written to out\n"
    sheet = load_sheet("week3.toml")
    assert problems(sheet).under == ("Deep Learning · 12 June · 20 points",)
    assert len(solutions(sheet).blocks) > 4


def test_every_key_of_a_sheet_is_explained() -> None:
    from derive.sheet.sheet import SHEET_KEYS, TASK_KEYS

    text = (DOCS / "sheets.md").read_text(encoding="utf-8")
    assert [
        k for k in {**SHEET_KEYS, **TASK_KEYS} if f"`{k}`" not in text and k != "exercises"
    ] == []


def test_every_key_of_an_exercise_is_explained() -> None:
    from derive.check.exercise import CLAIM_KEYS, EXERCISE_KEYS
    from derive.check.parameters import PARAMETER_KEYS

    text = (DOCS / "exercises.md").read_text(encoding="utf-8")
    keys = {**EXERCISE_KEYS, **CLAIM_KEYS, **PARAMETER_KEYS}
    assert [k for k in keys if f"`{k}`" not in text and f"[[{k}]]" not in text] == []


def test_new_never_overwrites(here: Path) -> None:
    (here / "mine.md").write_text("mine")
    result = run("new", "mine")
    assert result.exit_code == 2
    assert "mine.md is there already; nothing was changed" in result.stderr
    assert (here / "mine.md").read_text() == "mine"
    for name in ("../mine", "mine.md"):
        assert run("new", name).exit_code == (0 if name.startswith("..") else 2)
    (here.parent / "mine.md").unlink()
    for name in ("a b", "", ".hidden", "-x/", "no/such/folder"):
        refused = run("new", "--", name)
        assert refused.exit_code == 2 and "Traceback" not in refused.output


def test_what_is_new_is_proved_and_what_it_lacks_is_said(here: Path) -> None:
    assert run("new", "mine").exit_code == 0
    result = run("check", "mine.md")
    assert result.exit_code == 0
    assert "✓ proved" in result.stdout
    assert "line 6: replace what says TODO (4 places)" in result.stdout
    lacking = TEMPLATE.partition("## Solution")[0].replace("points = 3", "points = 4")
    (here / "mine.md").write_text(lacking.replace("level = 1", "#"), encoding="utf-8")
    said = [finding.message for finding in unfinished(load("mine.md"))]
    assert said == [
        "replace what says TODO (3 places)",
        "a section ## Solution is missing",
        "the key level is missing",
        "the exercise has 4 points, its claims have 3",
    ]
