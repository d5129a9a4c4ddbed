"""The commands as a user types them: output, exit codes, errors, and what is not imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from derive.cli import quietly
from derive.cli.app import app
from derive.cli.check import check

ROOT = Path(__file__).resolve().parent.parent
START = "import sys; sys.argv[0] = 'derive'; from derive.cli import main; main()"
WRONG = r"\frac{\partial \tanh(x)}{\partial x} = 1 - \tanh(x)"

EXERCISE = """+++
title = "One"
topic = "tests"
[[claims]]
label = "a"
claim = '{claim}'
+++
Show it.
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="derive")


def process(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A real process, for what a runner inside this one cannot show."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    command = [sys.executable, "-c", START, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    claims = {"right": "x + x = 2x", "wrong": "x + x = 3x", "unread": r"\frac{1}{2 = x"}
    for name, claim in claims.items():
        (tmp_path / f"{name}.md").write_text(EXERCISE.replace("{claim}", claim))
    (tmp_path / "broken.md").write_text("+++\ntitle = 1\n+++\n")
    return tmp_path


# --- check -------------------------------------------------------------------------------------


def test_the_main_job() -> None:
    result = run("check", "tanh-derivative")
    assert result.exit_code == 0
    assert "The derivative of the hyperbolic tangent" in result.output
    assert "∂tanh(x)/∂x = 1 − tanh(x)²" in result.output
    assert "quotient rule" in result.output
    assert "✓ proved" in result.output
    assert "\x1b" not in result.output


def test_for_every_dimension() -> None:
    result = run("check", "softmax-jacobian")
    assert result.exit_code == 0
    assert result.output.count("✓ proved for every d and all") == 3


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["right"], 0),
        (["wrong"], 1),
        (["right", "wrong"], 1),
        (["unread"], 2),
        (["broken"], 2),
        (["wrong", "broken"], 2),
        (["nothing-like-it"], 2),
    ],
)
def test_exit_codes(folder: Path, names: list[str], code: int) -> None:
    for extra in ([], ["--quiet"], ["--format", "json"], ["--latex"]):
        result = run("check", *names, "--path", str(folder), *extra)
        assert result.exit_code == code, (extra, result.output)


def test_a_whole_folder(folder: Path) -> None:
    result = run("check", "--path", str(folder))
    assert result.exit_code == 2
    assert "  ✓ right   1 proved" in result.output
    assert "  ✗ wrong   1 refuted" in result.output
    assert "4 exercises, 3 claims: 1 proved, 1 refuted, 1 unread" in result.output
    assert f"{folder / 'broken.md'}:2:1: D006 title must be a string" in result.output
    quiet = run("check", "--path", str(folder), "--quiet")
    assert "✓ right" not in quiet.output
    assert "D201" in quiet.output


def test_an_empty_file_cannot_be_checked(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("")
    result = run("check", str(tmp_path / "empty.md"))
    assert result.exit_code == 2
    assert "empty.md:1:1: D001 there is nothing in this document" in said(result.output)


def test_an_empty_folder(tmp_path: Path) -> None:
    result = run("check", "--path", str(tmp_path))
    assert result.exit_code == 2
    assert result.output.startswith("derive: no exercises (*.md) in ")


def test_a_file_by_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert run("check", "./right.md").exit_code == 0
    result = run("check", "./unread.md")
    assert result.exit_code == 2
    assert result.stderr.startswith("unread.md:6:18: D101 ")
    assert result.stderr.splitlines()[1:] == [
        r"6 │ claim = '\frac{1}{2 = x'",
        "  │                  ^",
    ]
    assert run("check", "./none.md").exit_code == 2


def test_names_alone_need_no_parser(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The short way of main() and the long one through click print the same."""
    for name in ("tanh-derivative", "tanh-derivativ"):
        code = check((name,))
        short = capsys.readouterr()
        long = run("check", name)
        assert (short.out, short.err, code) == (long.stdout, long.stderr, long.exit_code)


def test_latex() -> None:
    result = run("check", "softmax-jacobian", "--latex")
    assert result.exit_code == 0
    assert result.output.count(r"\begin{align*}") == result.output.count(r"\end{align*}") >= 3
    assert r"&& \text{(quotient rule" in result.output
    assert r"\frac{\partial p_j}{\partial x_i}" in result.output


def test_latex_and_json_exclude_each_other() -> None:
    result = run("check", "tanh-derivative", "--latex", "--format", "json")
    assert result.exit_code == 2
    assert "exclude each other" in result.output


def test_a_milestone_must_be_readable(tmp_path: Path) -> None:
    path = tmp_path / "m.md"
    text = EXERCISE.replace("{claim}", "2 x (x + 1) = 2 x^2 + 2 x")
    for milestone, code, place in (("2 (x^2 + x)", 0, ""), (r"2 x \frac{1", 2, ":7:25: D101 ")):
        path.write_text(text.replace("+++\nShow", f"milestones = ['{milestone}']\n+++\nShow"))
        result = run("check", str(path), "--quiet")
        assert result.exit_code == code, result.output
        assert place in result.output


# --- json --------------------------------------------------------------------------------------

DOCUMENT = {"path", "definitions", "assumptions", "chains", "findings"}
STEP = {
    "line", "column", "end_line", "end_column", "relation", "lhs", "rhs", "verdict", "code",
    "message", "needs", "uses", "counterexample",
}  # fmt: skip
SUMMARY = {"proved", "refuted", "undecided", "unread", "definition", "skipped"}


def test_the_json_contract(folder: Path) -> None:
    result = run("check", "--path", str(folder), "--format", "json")
    answer = json.loads(result.stdout)
    assert answer["version"] == 1
    assert answer["summary"] == {
        "proved": 1, "refuted": 1, "undecided": 0, "unread": 1, "definition": 0, "skipped": 0,
    }  # fmt: skip
    broken, right, unread, wrong = answer["documents"]
    for document in answer["documents"]:
        assert document.keys() >= DOCUMENT
        for chain in document["chains"]:
            assert chain.keys() >= {"line", "end_line", "steps"}
            assert chain["steps"][0].keys() >= STEP
    (step,) = right["chains"][0]["steps"]
    assert (step["line"], step["column"], step["end_column"]) == (6, 10, 20)
    assert (step["lhs"], step["relation"], step["rhs"]) == ("x + x", "=", "2 x")
    assert step["verdict"] == "proved" and step["counterexample"] is None
    (step,) = wrong["chains"][0]["steps"]
    assert (step["verdict"], step["code"]) == ("refuted", "D201")
    assert step["counterexample"].keys() == {
        "dimension",
        "indices",
        "values",
        "lhs",
        "rhs",
        "entry",
    }
    assert isinstance(step["counterexample"]["values"]["x"], str)
    assert unread["chains"][0]["steps"][0]["verdict"] == "unread"
    assert broken["findings"][0]["severity"] == "error"
    for finding in broken["findings"]:
        assert finding.keys() >= {"line", "column", "code", "severity", "message", "help"}


def test_the_json_contract_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "n.md"
    path.write_text("Let $a > 0$ and $b = 2a$.\n\n$$a + a = b = a$$\n")
    answer = json.loads(run("check", str(path), "--format", "json").stdout)
    (document,) = answer["documents"]
    assert document.keys() >= DOCUMENT and answer["summary"].keys() == SUMMARY
    assert [row["text"] for row in document["assumptions"]] == ["a > 0"]
    assert [row["text"] for row in document["definitions"]] == ["b = 2a"]
    steps = [step for chain in document["chains"] for step in chain["steps"]]
    assert all(step.keys() >= STEP for step in steps)
    assert [step["verdict"] for step in steps] == ["proved", "refuted"]
    assert [row["code"] for row in document["findings"]] == ["D201"]


def test_json_of_an_exercise_has_its_definitions() -> None:
    document = json.loads(run("check", "cross-entropy-gradient", "--format", "json").stdout)
    (exercise,) = document["documents"]
    texts = [definition["text"] for definition in exercise["definitions"]]
    assert any(text.startswith("p_j = ") for text in texts)
    assert any("one-hot" in assumption["text"] for assumption in exercise["assumptions"])
    lines = exercise["chains"][0]["proof"][0]["derivation"]["lines"]
    assert {"relation", "term", "rule", "reason"} <= lines[0].keys()


# --- prove -------------------------------------------------------------------------------------


def test_prove_a_true_claim() -> None:
    result = run("prove", r"\tanh(x) = 2\sigma(2x) - 1")
    assert result.exit_code == 0
    assert "✓ proved" in result.output


def test_prove_a_wrong_claim() -> None:
    result = run("prove", WRONG)
    assert result.exit_code == 1
    assert "✗ refuted" in result.output
    left = next(line for line in result.output.splitlines() if "left" in line)
    right = next(line for line in result.output.splitlines() if "right" in line)
    assert left.split()[1] != right.split()[1]


def said(output: str) -> str:
    """The words of an output, however it was wrapped."""
    return " ".join(output.split())


def test_prove_says_which_names_are_taken_as_numbers() -> None:
    assert "A, B: taken as free real numbers" in run("prove", "A B = 2 B").output
    assert "not declared, by use an array: A, I" in said(run("prove", "A^T A = I").output)
    assert "taken as" not in run("prove", r"\tanh(x) = 2", "-g", "x > 0").output


# fmt: off
UNDECLARED = [  # a claim, its verdict, what is said of it
    (r"f(x) g(x) = g(x) f(x)",                          "proved",    ""),
    (r"f(x) g(x) = g(x) f(y)",                          "undecided", "not defined"),
    (r"\frac{d}{dx} f(g(x)) = f'(g(x)) g'(x)",          "proved",    "chain rule"),
    (r"\frac{d}{dx} f(g(x)) = f'(g(x))",                "undecided", "not defined"),
    (r"\mathbb{E}[aX + Y] = a \mathbb{E}[X] + \mathbb{E}[Y]", "proved", ""),
    (r"\operatorname{Var}(X) = E[X^2] - E[X]^2",        "proved",    ""),
    (r"E[XY] = E[X] E[Y]",                              "undecided", "not defined"),
    (r"e^{i \pi} = -1",                                 "undecided", "real number i"),
    (r"\sum_{i=1}^n i = n",                             "refuted",   "n = 2"),
]
# fmt: on


@pytest.mark.parametrize(("claim", "status", "said"), UNDECLARED)
def test_names_that_are_not_declared(claim: str, status: str, said: str) -> None:
    output = run("prove", claim).output
    assert status in output and said in output


def test_prove_says_what_is_needed_and_what_was_used() -> None:
    claim = r"\log(ab) = \log a + \log b"
    assert "needs   a > 0" in run("prove", claim).output
    result = run("prove", claim, "--given", "a > 0", "-g", "b > 0")
    assert "needs" not in result.output
    assert "uses    a > 0" in result.output


def test_prove_json() -> None:
    answer = json.loads(run("prove", WRONG, "--format", "json").stdout)
    assert answer["documents"][0]["path"] == "claim"
    assert answer["summary"]["refuted"] == 1


# fmt: off
BAD = [
    # claim, given, where
    ("",                           "",                 "claim:1:1: D101"),
    ("x",                          "",                 "claim:1:1: D101"),
    (r"\frac{1}{2 = x",            "",                 "claim:1:9: D101"),
    (r"x = \nonsense{y}",          "",                 "claim:1:5: D101"),
    ("9^{9^{9^9}} = 1",            "",                 "claim:1:7: D101"),
    ("x = 1}",                     "",                 "claim:1:6: D101"),
    ("x" * 1_000_000,              "",                 "claim:1:"),
    (r"\frac{1}{" * 10_000,        "",                 "claim:1:"),
    ("(" * 10_000,                 "",                 "claim:1:"),
    ("x = x",                      "y",                "given:1:"),
    ("x = x",                      "i: 1..",           "given:1:"),
    ("x = [bold]\x1b[31m",         "",                 "claim:1:"),
]
# fmt: on


@pytest.mark.parametrize(("claim", "given", "where"), BAD, ids=range(len(BAD)))
def test_bad_input_is_one_line_with_a_place(claim: str, given: str, where: str) -> None:
    result = run("prove", claim, *(["--given", given] if given else []))
    assert result.exit_code == 2
    first, *others = result.output.splitlines()
    assert first.startswith(where)
    assert len(others) in (0, 2)  # the source line and the caret
    assert all(len(line) <= 200 for line in (first, *others))
    assert "Traceback" not in result.output and "\x1b" not in result.output


# --- looking things up -------------------------------------------------------------------------


def test_list() -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "tanh-derivative" in result.output
    answer = json.loads(run("list", "--format", "json").stdout)
    names = {exercise["name"] for exercise in answer["exercises"]}
    assert {"tanh-derivative", "softmax-jacobian"} <= names
    starred = {row.split()[0] for row in result.output.splitlines() if row.endswith(" *")} & names
    varied = {e["name"] for e in answer["exercises"] if e["parameters"]}
    assert "momentum" in starred <= varied  # a long title's star stands on its second line


def test_list_with_a_broken_file(folder: Path) -> None:
    result = run("list", "--path", str(folder))
    assert result.exit_code == 2
    assert "wrong" in result.stdout
    assert "D006" in result.stderr


def test_show() -> None:
    plain, solved = run("show", "softmax-jacobian"), run("show", "softmax-jacobian", "--solution")
    assert plain.exit_code == solved.exit_code == 0
    assert "full d × d matrix" in plain.output
    assert "Solution" not in plain.output
    assert "Solution" in solved.output


def test_explain() -> None:
    assert "refuted" in run("explain", "d201").output
    assert "reason" in run("explain", "quotient").output
    result = run("explain", "D2O1")
    assert result.exit_code == 2
    assert "did you mean D201" in result.output
    listed = run("explain").output
    assert "D201" in listed and "quotient" in listed
    assert "derive explain lists" in run("explain", "zzz").output


@pytest.mark.parametrize("command", [["check"], ["show"]])
def test_did_you_mean(command: list[str]) -> None:
    result = run(*command, "softmax-jacobin")
    assert result.exit_code == 2
    message = "derive: no exercise is called softmax-jacobin; did you mean softmax-jacobian"
    assert result.output.startswith(message)


def test_an_unknown_command() -> None:
    result = run("chekc")
    assert result.exit_code == 2
    assert "Did you mean 'check'?" in result.output


@pytest.mark.parametrize("command", ["", *app.commands])
def test_every_command_has_help_with_its_options(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage: derive" in result.output
    assert max(map(len, result.output.splitlines())) <= 80


# --- processes ---------------------------------------------------------------------------------

HEAVY = ("sympy", "flint", "rich", "mpmath", "derive.prover", "derive.read", "derive.explain")


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["chekc"], ["prove"]])
def test_help_and_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom derive.cli.app import app\n"
        f"try: app.main({arguments!r}, 'derive')\n"
        "except SystemExit: pass\n"
        f"print([m for m in sys.modules if m.split('.')[0] in {HEAVY!r} or m in {HEAVY!r}])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_checking_imports_neither_sympy_nor_rich_nor_click() -> None:
    code = (
        "import sys\nfrom derive.cli.check import check\ncheck(('tanh-derivative',))\n"
        "print([m for m in sys.modules if m in ('sympy', 'rich', 'click')])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_completion_knows_the_exercises() -> None:
    done = process(
        _DERIVE_COMPLETE="bash_complete", COMP_WORDS="derive check softmax-j", COMP_CWORD="2"
    )
    assert done.stdout.strip() == "plain,softmax-jacobian"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_terminals_without_unicode(encoding: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", START, "check", "softmax-jacobian"]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert done.returncode == 0
    assert "dp_j/dx_i" in done.stdout.decode(encoding)
    assert done.stderr == b""


def test_a_reader_that_goes_away() -> None:
    """`derive list | head -1` ends without a traceback."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for arguments in (["list"], ["check", "softmax-jacobian"], ["list", "--format", "json"]):
        command = [sys.executable, "-c", START, *arguments]
        read, write = os.pipe()
        os.close(read)
        with os.fdopen(write, "wb") as closed:
            done = subprocess.run(
                command, stdout=closed, stderr=subprocess.PIPE, env=environment, check=False
            )
        assert done.stderr == b""
        assert done.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [("check", "tanh-derivative"), ("list",)])
def test_a_full_disk_is_one_line(words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "derive", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "derive: No space left on device\n")


def test_ctrl_c() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    code = "from derive.cli import quietly\nimport signal, time, sys\n"
    code += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background
    code += "print('on', flush=True)\n"  # of a script inherits that it is ignored
    code += "sys.exit(quietly(lambda: time.sleep(60)))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.readline()
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
        assert "Traceback" not in running.stderr.read()


def test_a_fault_of_ours_is_not_hidden() -> None:
    def fault() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        quietly(fault)


@pytest.mark.parametrize(
    "arguments",
    [
        ["prove", r"-\log(p) = \log(1/p)", "-g", "p > 0"],
        ["prove", "-g", "-x < 0", "-h = -h"],
        ["solve", r"-\log(p) = \log(1/p)", "-g", "p > 0"],
    ],
    ids=["log", "h", "solve"],
)
def test_a_claim_may_begin_with_a_minus(arguments: list[str]) -> None:
    """Its letters are no options: not the g of \\log, nor -h."""
    found = run(*arguments)
    assert found.exit_code == 0, found.output
    assert "proved" in found.output or "=" in found.output
