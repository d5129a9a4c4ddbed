"""What the kernel and the reader say of a line is said in German, from one table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import derive
from derive.language import why
from derive.language.german_reasons import REASONS

SAYS = {"Undecided", "UnknownMeaning", "Undefined", "BudgetExceeded", "Exhausted", "Misfit",
        "Unknown", "ReadError", "Uneven"}  # fmt: skip
FOLDER = Path(derive.__file__).parent


def written(node: ast.expr) -> str:
    """A text as it stands in the source, ‹x› for what is put in; "" where it is not there."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=parts):
            return "".join(p.value if isinstance(p, ast.Constant) else "‹x›" for p in parts)
    return ""


def messages() -> Iterator[tuple[str, str]]:
    for part in ("prover", "read"):
        for path in sorted((FOLDER / part).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    words = written(node.args[0]) if name in SAYS and node.args else ""
                    if words and words != "‹x›":
                        yield (
                            f"{path.name}:{node.lineno}",
                            words.replace("argument‹x›", "arguments"),
                        )


def test_every_reason_has_a_row() -> None:
    found = list(messages())
    assert len(found) > 200
    lacking = [(place, words) for place, words in found if why("de", words) == words]
    assert not lacking


def test_the_rows_have_the_same_holes_in_both_languages() -> None:
    for english, german in REASONS.items():
        holes = [re.findall(r"\{\d\}", words) for words in (english, german)]
        assert holes[0] == sorted(set(holes[0]))  # in reading order, each once
        assert sorted(holes[1]) == holes[0], english


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("x takes 2 arguments, here 3", "x hat 2 Argumente, hier 3"),
        ("true if x > 0, y is one-hot, which is not stated",
         "richtig, wenn x > 0, y one-hot ist; das ist nicht vorausgesetzt"),
        ("not true in general; g is not defined here",
         "nicht allgemein richtig; g ist hier nicht definiert"),
        ("this is no index; expected a letter", "das ist kein Index; erwartet wird ein Buchstabe"),
        ("nobody ever said this", "nobody ever said this"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_in_german(english: str, german: str) -> None:
    assert why("de", english) == german
    assert why("en", english) == english
