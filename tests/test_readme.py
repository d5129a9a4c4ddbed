"""The README tells the truth: its console blocks and its Python are run.

``python tests/test_readme.py`` writes what the commands print now into the README.
"""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.check.exercise import parse
from derive.check.run import check_exercise
from derive.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^(?:````?){language}\n(.*?)^````?$", text, re.MULTILINE | re.DOTALL)


def sessions(text: str = README) -> list[tuple[str, str]]:
    """(command, what it prints) for each ``$`` line of the console blocks."""
    found = []
    for block in blocks("console", text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.strip("\n")))
    return found


def printed(command: str) -> str:
    name, *arguments = shlex.split(command)
    assert name == "derive"
    output = CliRunner().invoke(app, arguments, prog_name="derive").output
    return output.strip("\n")


def test_there_are_sessions() -> None:
    assert len(sessions()) >= 5


@pytest.mark.parametrize(("command", "output"), sessions(), ids=[c for c, _ in sessions()])
def test_the_console_shows_what_is_printed(command: str, output: str) -> None:
    assert printed(command) == output


def test_a_false_session_is_found() -> None:
    ((command, output),) = sessions("```console\n$ derive explain D201\nnothing\n```\n")
    assert printed(command) != output


def test_the_python_runs() -> None:
    (source,) = blocks("pycon")
    example = doctest.DocTestParser().get_doctest(source, {}, "README", "README.md", 0)
    assert len(example.examples) >= 10
    result = doctest.DocTestRunner(verbose=False).run(example)
    assert result.failed == 0


def test_the_exercise_is_one() -> None:
    (source,) = blocks("text")
    result = check_exercise(parse(source, "mine", "mine.md"))
    assert result.status == "proved"
    assert result.claims[0].proof is not None


def test_the_commands_named_exist() -> None:
    named = set(re.findall(r"`derive ([a-z]+)", README))
    assert named <= set(app.commands)
    assert {"check", "prove", "list", "show", "explain"} <= named


def test_the_number_of_exercises() -> None:
    (number,) = re.findall(r"library of (\d+) exercises", README)
    assert int(number) == len(list((ROOT / "exercises").glob("*.md")))


def test_the_test_command_is_the_one_ci_runs() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python -m pytest -n 2" in README
    assert 'python" -m pytest -n 2' in ci


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def rewritten(text: str) -> str:
    """``text`` with the output of every console session as it is now."""
    for command, output in sessions(text):
        before, after = f"$ {command}\n{output}\n", f"$ {command}\n{printed(command)}\n"
        text = text.replace(before, after)
    return text


if __name__ == "__main__":
    (ROOT / "README.md").write_text(rewritten(README), encoding="utf-8")
