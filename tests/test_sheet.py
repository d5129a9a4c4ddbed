"""Sheets: what a TOML file may say, the pages made of it, variants, and a class of students."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.cli.app import app
from derive.page import Block, Heading, Items, Note, Page, Space
from derive.sheet import SheetError, load, parse, problems, solutions
from derive.sheet.example import EXAMPLE
from derive.sheet.pages import english
from derive.sheet.proofs import NotProved, Proofs, prove
from derive.sheet.students import file_name, for_student, read_students, with_seed

ROOT = Path(__file__).resolve().parent.parent
SHEET = """title = "Sheet"
course = "C"
start = 5
answer_space = 2
introduction = "Read $x$."
[[exercises]]
name = "convolution"
points = 7
before = "before"
after = "after"
[[exercises]]
title = "Two parts"
name = ["tanh-sigmoid", "dropout"]
points = [1, 2.5]
solutions = "written"
"""
TWICE = r"2 \cdot {{n}} = {{n}} + {{n}}"
OWN = """+++
title = "Mine"
topic = "tests"
given = ['x \\in \\mathbb{R}']
[[claims]]
claim = '{claim}'
[[parameters]]
name = "n"
integer = [2, 3]
default = 2
+++
Show it for ${{n}}$.

## Solution
$$
{solution}
$$
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sheet", *arguments], prog_name="derive")


def own(folder: Path, claim: str, solution: str = "x = x", more: str = "") -> Path:
    """A sheet with one exercise beside it."""
    text = OWN.replace("{claim}", claim).replace("{solution}", solution)
    (folder / "mine.md").write_text(text, encoding="utf-8")
    path = folder / "own.toml"
    path.write_text(f'title = "Own"\n{more}\n[[exercises]]\nname = "mine"\n', encoding="utf-8")
    return path


def text_of(value: object) -> str:
    """All words and formulas of a page, in order."""
    if isinstance(value, str):
        return value
    return " ".join(map(text_of, value)) if isinstance(value, tuple) else ""


def headings(page: Page) -> list[str]:
    return ["".join(map(text_of, b.words)) for b in page.blocks if isinstance(b, Heading)]


def of_kind(page: Page, kind: type[Block]) -> list[Block]:
    return [block for block in page.blocks if isinstance(block, kind)]


# --- reading -----------------------------------------------------------------------------------

# fmt: off
BROKEN = [
    # what stands in place of what; line, column, code and a part of the message
    ('title = "Sheet"',  "title = Sheet",     1,  9, "D003", "invalid value"),
    ('title = "Sheet"',  'titel = "Sheet"',   1,  1, "D004", "did you mean title?"),
    ('title = "Sheet"',  "title = 3",         1,  1, "D006", "title must be a string"),
    ("start = 5",        "start = 0",         3,  1, "D006", "a positive integer"),
    ("answer_space = 2", "answer_space = 99", 4,  1, "D006", "from 0 to 25"),
    ('course = "C"',     'language = "fr"',   2,  1, "D006", 'the string "en" or "de"'),
    ('name = "convolution"', "",              6,  1, "D005", "needs the key name"),
    ('name = "convolution"', "name = []",     6,  1, "D006", "at least one"),
    ('"convolution"',    '"convolutoin"',     7,  9, "D009", "did you mean convolution"),
    ('"dropout"]',       '"../no/file.md"]', 13, 26, "D009", "cannot be used"),
    ("points = [1, 2.5]", "points = 3",      14,  1, "D006", "points must be 2 numbers"),
    ("points = 7",       "points = [7, 7]",   8,  1, "D006", "points must be one number"),
    ('before = "before"', 'before = ["a"]',   9,  1, "D006", "before must be a string"),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "line", "column", "code", "part"), BROKEN)
def test_broken_sheets(old: str, new: str, line: int, column: int, code: str, part: str) -> None:
    assert SHEET.count(old) == 1
    with pytest.raises(SheetError) as caught:
        parse(SHEET.replace(old, new))
    found = next(f for f in caught.value.findings if part in f.message)
    assert (found.line, found.column, found.code) == (line, column, code)


def test_every_error_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(SHEET.replace("start", "strat").replace('"dropout"', '"drop-out"'))
    (result,) = [run(str(path))]
    assert result.exit_code == 2
    assert f"{path}:3:1: D004 unknown key strat; did you mean start?" in result.stderr.replace(
        "\n", " "
    ).replace("  ", " ")
    assert result.stdout == ""


def test_files_that_are_no_sheet(tmp_path: Path) -> None:
    for name, data in (("none.toml", None), ("latin.toml", b"title = '\xff'")):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        result = run(str(tmp_path / name))
        assert result.exit_code == 2
        assert "D001" in result.stderr and "Traceback" not in result.stderr


def test_the_example_is_a_sheet(tmp_path: Path) -> None:
    assert len(problems(parse(EXAMPLE)).blocks) > 10
    every = "\n".join(
        line.removeprefix("# ") if " = " in line and "folder" not in line else line
        for line in EXAMPLE.splitlines()
    )
    assert parse(every).start == 5  # what is commented out is right as well
    target = tmp_path / "new.toml"
    assert run("--new", str(target)).exit_code == 0
    assert target.read_text() == run("--new").stdout == EXAMPLE
    target.write_text("mine")
    again = run("--new", str(target))
    assert again.exit_code == 2 and "nothing was changed" in again.stderr
    assert target.read_text() == "mine"


# --- pages -------------------------------------------------------------------------------------


def test_problems() -> None:
    page = problems(parse(SHEET))
    assert page.title == "Sheet"
    assert page.under == ("C · 10.5 points",)
    assert headings(page) == [
        "5. A convolution by hand (7 points)",
        "6. Two parts (1 + 2.5 points)",
    ]
    assert len(of_kind(page, Space)) == 2
    words = text_of(page.blocks)
    assert words.index("before") < words.index("Compute") < words.index("after")
    assert words.index("Read") < words.index("before")
    (single, parts) = [b for b in page.blocks if isinstance(b, Items)]
    assert (single.numbered, parts.numbered, len(parts.items)) == ("i", "i", 2)
    assert [b.numbered for b in parts.items[0] if isinstance(b, Items)] == ["a"]
    assert any(isinstance(b, Note) and b.kind == "source" for b in parts.items[1])
    assert "## Solution" not in words and "In the first output row" not in words


def test_numbering_and_what_is_left_out() -> None:
    more = 'numbering = "Exercise"\nparts = "a"\npoints = false\nsources = false\nlanguage = "de"\n'
    page = problems(parse(more + SHEET))
    assert headings(page)[1] == "Aufgabe 6. Two parts"
    assert page.under == ("C",)
    words = text_of(page.blocks)
    assert "Srivastava" not in words
    assert headings(problems(parse('numbering = "(1)"\n' + SHEET)))[1].startswith("(6) Two")


def test_solutions() -> None:
    page = solutions(parse(SHEET))
    assert page.title == "Sheet: Solutions"
    assert [h.split()[0] for h in headings(page)] == ["5.", "6."]
    (generated, written) = [b for b in page.blocks if isinstance(b, Items)]
    assert "Derivation" in repr(generated) and "Derivation" not in repr(written)
    assert "write out the sum" in text_of(generated)
    assert "makes the numerator collapse" in text_of(written)


def test_german_reasons() -> None:
    german = solutions(parse('language = "de"\n' + SHEET))
    assert german.title == "Sheet: Lösungen"
    assert "Summe ausschreiben" in text_of(german.blocks)
    assert "write out" not in text_of(german.blocks)


def test_a_claim_that_is_not_proved_is_not_generated(tmp_path: Path) -> None:
    """The hand-written solution stands in; a variant is refused."""
    path = own(tmp_path, "x = x + {{n}}", "x + 0 = x")
    words = text_of(solutions(load(str(path))).blocks)
    assert "x + 0 = x" in words
    result = run(str(path), "--variant", "a", "--markdown", "-o", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "is refuted" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_written_solution_of_a_variant_is_checked(tmp_path: Path) -> None:
    wrong = own(tmp_path, TWICE, r"2 \cdot {{n}} = 4", 'solutions = "written"')
    proofs, sheet = Proofs(), load(str(wrong))
    prove(sheet, proofs)
    other = next(v for v in (with_seed(sheet, s) for s in "abcdef") if "3" in text_of(problems(v)))
    with pytest.raises(NotProved, match="2·3 = 4 in the written solution is refuted"):
        prove(other, proofs)


def test_needs_are_no_proof(tmp_path: Path) -> None:
    path = own(tmp_path, r"\frac{ {{n}} x}{x} = {{n}}")
    with pytest.raises(NotProved, match="proved only with x ≠ 0"):
        prove(load(str(path)), Proofs())


# --- formats and the class work ----------------------------------------------------------------


@pytest.mark.parametrize("form", ["latex", "markdown", "html", "pdf"])
def test_formats(form: str, tmp_path: Path) -> None:
    sheet = tmp_path / "a sheet.toml"
    sheet.write_text(SHEET)
    result = run(str(sheet), f"--{form}", "--both", "-o", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    files = result.stdout.split("\n")[:-1]
    assert [os.path.splitext(os.path.basename(f))[0] for f in files] == [
        "a sheet", "a sheet-solutions"
    ]  # fmt: skip
    for data in (Path(f).read_bytes() for f in files):
        assert data.startswith(b"%PDF") if form == "pdf" else b"convolution" in data.lower()
    assert sorted(os.listdir(tmp_path / "out")) == sorted(map(os.path.basename, files))


def test_several_formats_at_once(tmp_path: Path) -> None:
    sheet = tmp_path / "s.toml"
    sheet.write_text(SHEET)
    result = run(str(sheet), "--html", "--markdown", "--both", "-o", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    wanted = ["s-solutions.html", "s-solutions.md", "s.html", "s.md"]
    assert sorted(os.listdir(tmp_path / "out")) == wanted
    two = run(str(sheet), "--pdf", "--latexmk")
    assert two.exit_code == 2 and "exclude" in two.stderr


def test_on_the_terminal() -> None:
    result = run(str(ROOT / "examples" / "classwork.toml"))
    assert result.exit_code == 0
    assert "5. The hyperbolic tangent (4 + 4 points)" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_class_work_is_proved() -> None:
    sheet = load(str(ROOT / "examples" / "classwork.toml"))
    prove(sheet, Proofs())
    assert headings(problems(sheet))[0].startswith("5. ")


def test_the_class_work_in_german() -> None:
    sheet = load(str(ROOT / "examples" / "praesenzuebung.toml"))
    assert english(sheet) == ()
    words = text_of((problems(sheet).blocks, solutions(sheet).blocks))
    for german in ("Zeigen Sie, dass", "Hinweis.", "Quotientenregel", "Punkte", "Faltung"):
        assert german in words
    found = re.findall(r"\b(?:the|show|that|rule|since|definition|with|points)\b", words)
    assert found == []


# --- variants and students ---------------------------------------------------------------------


def test_a_variant(tmp_path: Path) -> None:
    sheet = tmp_path / "s.toml"
    sheet.write_text(SHEET)
    one, again, other = (run(str(sheet), "--variant", seed) for seed in ("a", "a", "b"))
    assert one.exit_code == other.exit_code == 0
    assert one.stdout == again.stdout != other.stdout
    assert "Variant a" in one.stdout
    assert run(str(sheet)).stdout != one.stdout


def test_that_nothing_varies_is_said(tmp_path: Path) -> None:
    path = tmp_path / "plain.toml"
    path.write_text('title = "Plain"\n[[exercises]]\nname = "tanh-derivative"\n')
    told = run(str(path), "--variant", "7", "--markdown", "-o", str(tmp_path)).stderr
    assert "no exercise of this sheet has parameters" in told
    assert "parameters" not in run(str(path), "--markdown", "-o", str(tmp_path)).stderr


def test_students(tmp_path: Path) -> None:
    sheet, names, out = tmp_path / "s.toml", tmp_path / "l.csv", tmp_path / "out"
    sheet.write_text(SHEET)
    names.write_text("id;name\n17;Ada <b>\n../18;Bob\n")
    arguments = (str(sheet), "--students", str(names), "--both", "--markdown", "-o", str(out))
    result = run(*arguments, "-j", "1")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"2 sheets written to {out}\n"
    files = sorted(p.name for p in out.iterdir() if p.suffix == ".md")
    assert files == ["s-17-solutions.md", "s-17.md", "s-18-solutions.md", "s-18.md"]
    texts = {p.name: p.read_text() for p in out.iterdir()}
    assert texts["s-17.md"] != texts["s-18.md"]
    assert "<b>" not in texts["s-17.md"].replace("\\<b>", "")
    (out / "s-17.md").unlink()
    again = run(*arguments, "-j", "2")
    assert again.stdout == f"1 sheets written to {out}, 1 were there already\n"
    assert {p.name: p.read_text() for p in out.iterdir() if p.suffix == ".md"} == {
        name: text for name, text in texts.items() if name.endswith(".md")
    }
    sheet.write_text(SHEET.replace('"before"', '"changed"'))
    assert "2 sheets written" in run(*arguments).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_processes_write_what_one_writes(tmp_path: Path) -> None:
    sheet, names = (
        own(tmp_path, TWICE, TWICE),
        tmp_path / "l.csv",
    )
    names.write_text("name,id\n" + "".join(f"S,{n}\n" for n in range(7)))
    for jobs, out in (("1", "one"), ("3", "three")):
        arguments = ("--students", str(names), "--markdown", "-o", str(tmp_path / out), "-j", jobs)
        assert run(str(sheet), *arguments).exit_code == 0
    one, three = (
        {p.name: p.read_text() for p in (tmp_path / out).glob("*.md")} for out in ("one", "three")
    )
    assert one == three and len(one) == 7
    assert len({text.split("Show it")[1] for text in one.values()}) == 2


def test_a_student_whose_variant_is_not_proved(tmp_path: Path) -> None:
    sheet, names, out = own(tmp_path, "{{n}} = 2"), tmp_path / "l.csv", tmp_path / "out"
    names.write_text("name,id\n" + "".join(f"S,{n}\n" for n in range(9)))
    result = run(str(sheet), "--students", str(names), "--markdown", "-o", str(out))
    assert result.exit_code == 1
    assert "mine: 3 = 2 is refuted" in result.stderr
    assert all("for $2$" in p.read_text() for p in out.glob("*.md"))


# fmt: off
LISTS = [
    ("",                           1, "columns name and id"),
    ("name,number\nA,1\n",         1, "columns name and id"),
    ("name,id\n",                  1, "at least one student"),
    ("name,id\nA,1\nB,\n",         3, "expected an id"),
    ("name,id\nA,1\n\nB,1\n",      4, "is that of line 2"),
    ("name,id\nA,a/1\nB,A-1\n",    3, "is that of line 2"),
    ("name,id\nA,..\n",            2, "expected an id"),
]
# fmt: on


@pytest.mark.parametrize(("text", "line", "part"), LISTS)
def test_lists_that_cannot_be_used(text: str, line: int, part: str, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(text)
    with pytest.raises(SheetError) as caught:
        read_students(str(path))
    (found,) = caught.value.findings
    assert found.line == line and part in found.message


def test_names_of_files_are_safe() -> None:
    for words in ("../../etc/passwd", "a\x00b", "CON ", "-rf", ".hidden", "a" * 500, "ä/é", "a\nb"):
        name = file_name(words)
        assert name and name == os.path.basename(name) and len(name) <= 80
        assert name[0] not in "-." and name.isprintable()


def test_a_name_does_not_choose_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("name,id\nA,1\nB,2\n")
    sheet = parse(SHEET)
    first, second = read_students(str(path))
    assert for_student(sheet, first).tasks == for_student(sheet, first._replace(name="Z")).tasks
    assert for_student(sheet, first).tasks != for_student(sheet, second).tasks
    assert for_student(sheet._replace(seed="x"), first).tasks != for_student(sheet, first).tasks


def test_english_is_named_where_there_is_no_german(tmp_path: Path) -> None:
    own = (ROOT / "exercises/dropout.md").read_text(encoding="utf-8").split("\n## Aufgabe")[0]
    (tmp_path / "own.md").write_text(own, encoding="utf-8")
    sheet = SHEET.replace("dropout", str(tmp_path / "own.md"))
    assert english(parse(sheet)) == ()
    assert english(parse('language = "de"\n' + sheet)) == ("own",)


def test_a_german_sheet_has_no_english() -> None:
    sheet = parse('language = "de"\n' + SHEET.replace('solutions = "written"', ""))
    written = parse('language = "de"\nsolutions = "written"\n' + SHEET)
    for page in (problems(sheet), solutions(sheet), problems(written), solutions(written)):
        assert re.findall(r"\b(the|of|and|is|by|with)\b", text_of(page.blocks), re.I) == []


def test_usage() -> None:
    assert run().exit_code == 2
    both = run("x.toml", "--variant", "1", "--students", "l.csv")
    assert both.exit_code == 2 and "exclude" in both.stderr
