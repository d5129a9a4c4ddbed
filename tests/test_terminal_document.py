"""A document on a terminal and as JSON: findings with their lines, what was read, the sums."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.check.report import DocumentResult, Finding, Report
from derive.check.sources import Source
from derive.check.workers import check_here
from derive.cli.app import app
from derive.render.json import report_json
from derive.render.terminal import excerpt, headline, show
from derive.render.terminal_document import document_lines, reading_lines, summary_lines
from derive.render.width import width

ROOT = Path(__file__).resolve().parent.parent
NOTE = r"""# A note

Let $a > 0$.

$$
\begin{aligned}
\sqrt{a^2} &= a \\
&= a \cdot 1 + 1 \\
&= a + 1
\end{aligned}
$$

$$\frac{x}{x} = 1$$

$$\frac{\partial L}{\partial w} = w$$

$$x + \nonsense{x}{y} = 2x$$
"""
SHOWN = r"""n.md:8:4: D201 the two sides differ
  │ \sqrt{a^2} &= a \\
8 │ &= a \cdot 1 + 1 \\
  │    ^^^^^^^^^^^^^
    at a = .., left .., right ..
    help: true with −1 added on the right

n.md:13:17: D203 true if x ≠ 0, which is not stated
n.md:15:35: D202 L is not defined here
15 │ $$\frac{\partial L}{\partial w} = w$$
   │                                   ^

n.md:17:7: D111 the command \nonsense is not known here
17 │ $$x + \nonsense{x}{y} = 2x$$
   │       ^^^^^^^^^

1 document, 6 steps: 3 proved, 1 refuted, 1 undecided, 1 not read
"""


class Screen(io.StringIO):
    """Standard output with UTF-8, on a terminal or not."""

    def __init__(self, terminal: bool = False) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property that StringIO leaves None
        return "utf-8"


def checked(text: str, path: str = "n.md") -> DocumentResult:
    return check_here(Source(path, "md", text))


def printed(result: DocumentResult, room: int = 80, quiet: bool = False) -> str:
    stream = Screen()
    show(document_lines(result, room, quiet), stream)
    show(summary_lines(Report((result,))), stream)
    return stream.getvalue()


def without_numbers(text: str) -> str:
    """Which counterexample is found is the kernel's choice."""
    return re.sub(r"at a = \S+: left [\d.]+, right [\d.]+", "at a = .., left .., right ..", text)


def test_findings_with_their_lines() -> None:
    assert without_numbers(printed(checked(NOTE))) == SHOWN


def test_quiet_leaves_out_infos() -> None:
    assert "D203" not in printed(checked(NOTE), quiet=True)


def test_nothing_to_say() -> None:
    assert printed(checked("$$x + x = 2x$$\n")) == "1 document, 1 step: 1 proved\n"


def test_what_was_read() -> None:
    stream = Screen()
    show(reading_lines(checked(NOTE), 80), stream)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "n.md"
    assert "      3  a > 0" in lines
    assert "           √(a²)" in lines
    assert "      7  ✓ = a" in lines
    assert "      8  ✗ = a·1 + 1" in lines


@pytest.mark.parametrize("room", [40, 60, 80])
def test_no_line_is_too_long(room: int) -> None:
    long = "x" * 50
    text = NOTE + rf"$$\sum_{{i=1}}^n ({' + '.join(f'a_{n} x_i' for n in range(30))}) = 0$$"
    for result in (checked(text), checked(text, f"{long}/{long}.md")):
        stream = Screen()
        show(reading_lines(result, room), stream)
        show(document_lines(result, room), stream)
        found = stream.getvalue().splitlines()
        # A path is not cut: it is clicked on and copied.
        assert all(width(line) <= room for line in found if long not in line)


def test_a_hostile_document_is_shown_not_obeyed() -> None:
    text = "$$x = x + 1 \x1b[31m \u202e$$\n\n$$\\text{\x1b]0;title\x07} = [bold]2[/bold]$$\n"
    result = checked(text, "a\x1b[31m.md")
    assert "\x1b" not in printed(result)
    assert "\u202e" not in printed(result)


def test_colours_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stream = Screen(terminal=True)
    show(document_lines(checked(NOTE), 80), stream)
    assert "\x1b[1;31mD201\x1b[0m" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Screen(terminal=True)
    show(document_lines(checked(NOTE), 80), stream)
    assert "\x1b" not in stream.getvalue()


def test_a_long_message_is_folded() -> None:
    finding = Finding("D202", "word " * 30, "p" * 30 + ".md", 10, 20)
    lines = ["".join(text for text, _ in line) for line in headline(finding, 60)]
    assert lines[0].startswith("p" * 30 + ".md:10:20: D202 word")
    assert len(lines) > 2 and all(len(line) <= 60 for line in lines)


def test_the_line_before_is_cut_to_the_room() -> None:
    finding = Finding("D201", "m", "a.md", 7, 3, 5, "", "abcd", "b" * 200)
    before, line, carets = ("".join(t for t, _ in row) for row in excerpt(finding, 60))
    assert before == "  │ " + "b" * 55 + "…"
    assert (line, carets) == ("7 │ abcd", "  │   ^^")


# --- json --------------------------------------------------------------------------------------


def test_json_of_a_document() -> None:
    answer = json.loads(report_json(Report((checked(NOTE),))))
    assert answer["summary"] == {
        "proved": 3, "refuted": 1, "undecided": 1, "unread": 1, "definition": 0, "skipped": 0,
    }  # fmt: skip
    (document,) = answer["documents"]
    assert document["assumptions"] == [{"line": 3, "text": "a > 0"}]
    chain = document["chains"][0]
    assert (chain["line"], chain["end_line"]) == (7, 9)
    step = chain["steps"][1]
    place = [step[k] for k in ("line", "column", "end_line", "end_column")]
    assert place == [8, 4, 8, 17]
    assert (step["lhs"], step["relation"], step["rhs"]) == ("a", "=", r"a \cdot 1 + 1")
    assert (step["verdict"], step["code"]) == ("refuted", "D201")
    assert Fraction(step["counterexample"]["values"]["a"]) > 0
    assert document["chains"][1]["steps"][0]["needs"] == [r"x \ne 0"]
    assert document["findings"][0]["severity"] == "error"
    assert "cell" not in step


def test_json_of_a_notebook_has_cells() -> None:
    path = ROOT / "tests" / "documents" / "notebook.ipynb"
    answer = json.loads(report_json(Report((check_here(Source(str(path))),))))
    (document,) = answer["documents"]
    (finding,) = document["findings"]
    assert (finding["cell"], finding["line"]) == (3, 5)
    cells = [chain["cell"] for chain in document["chains"]]
    assert cells == [1, 3, 3, 3]
    assert document["chains"][2]["steps"][0]["cell"] == 3


# --- the command -------------------------------------------------------------------------------


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["check", *arguments], input=text, prog_name="derive")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "note.md").write_text(NOTE, encoding="utf-8")
    (tmp_path / "right.tex").write_text("\\[ x + x = 2x \\]\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep.txt").write_text("$x = x$ and $1 = 2$\n")
    (tmp_path / ".hidden.md").write_text("$$1 = 2$$\n")
    (tmp_path / "exercise.md").write_text(
        "+++\ntitle = 'a'\ntopic = 'b'\n[[claims]]\nclaim = 'x + x = 2x'\n+++\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_documents_and_folders(folder: Path) -> None:
    result = run("note.md")
    assert result.exit_code == 1
    shown = SHOWN[: SHOWN.index("1 document")].replace("n.md", "note.md")
    assert without_numbers(result.output).startswith(shown)
    assert run("right.tex").exit_code == 0
    whole = run(".")
    assert whole.exit_code == 1
    assert "3 documents, 9 steps: 5 proved, 2 refuted" in whole.output
    assert "sub/deep.txt:1:18: D201" in whole.output
    assert "hidden" not in whole.output
    assert "✓ proved" in whole.output  # the exercise among them
    assert run(".", "-j", "3", "-q").exit_code == 1


def test_reading_and_given(folder: Path) -> None:
    assert "derivation 1, line 7" in run("note.md", "--reading").output
    (folder / "given.txt").write_text("x \\ne 0\n# a remark\n\nL = w^2 / 2\n")
    result = run("note.md", "--given", "given.txt")
    assert "1 document, 6 steps: 4 proved, 1 refuted, 1 not read" in result.output
    assert "D203" not in result.output
    (folder / "given.txt").write_text("a > 0\nb to c\n")
    result = run("note.md", "--given", "given.txt")
    assert result.exit_code == 2
    assert result.output.startswith("given.txt:2:")


def test_standard_input() -> None:
    result = run("-", text="$$x = 2x$$\n")
    assert result.exit_code == 1
    assert result.output.startswith("<stdin>:1:7: D201")
    result = run("-", "--format", "json", text="\\section{A}\n\\[ x = x \\]\n")
    assert json.loads(result.output)["documents"][0]["kind"] == "tex"


def test_what_cannot_be_opened(folder: Path) -> None:
    result = run("none.md", "right.tex")
    assert result.exit_code == 2
    assert "none.md:1:1: D001 no such file" in result.output
    assert "1 proved" in result.output
    (folder / "empty").mkdir()
    result = run("empty")
    assert result.exit_code == 2
    assert "nothing to check" in result.output


def test_order_is_kept(folder: Path) -> None:
    answer = json.loads(run("sub", "exercise.md", "right.tex", "--format", "json").output)
    names = [document["path"] for document in answer["documents"]]
    assert names == ["sub/deep.txt", "exercise.md", "right.tex"]


def test_a_document_loads_no_more_than_it_needs(folder: Path) -> None:
    """Neither SymPy, rich, click nor the search for steps; nor the kernel in this process."""
    code = (
        "import sys\nfrom derive.cli.check import check\ncheck(('note.md',))\n"
        "heavy = ('sympy', 'rich', 'click', 'flint', 'derive.explain.search')\n"
        "print([m for m in sys.modules if m in heavy])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
