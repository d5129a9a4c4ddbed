"""Exercise files: what is read from a header, and what is said about a broken one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive.check.exercise import MAX_BYTES, Exercise, ExerciseError, load, parse
from derive.check.front_matter import place
from derive.check.library import (
    UnknownExercise,
    exercise_files,
    find,
    library_folder,
    name_of,
)
from derive.check.report import Finding

GOOD = r"""+++
title = "A" # a comment with ' and [
topic = 't'
level = 2
points = 4.5
given = [
  'i: 1..d', # a ] "
  "x \\in \\mathbb{R}^d",
]
[[claims]]
label = 'a'
claim = '''
\tanh(x) = 0
'''
cases = ['i = j', 'i \ne j']
[[claims]]
claim = "\\sigma\u0028x) = \"\" x"
points = 1
+++
Show that $x$.

## Solution
Done.
"""


def read(source: str) -> Exercise:
    return parse(source, "name", "name.md")


def findings(source: str) -> list[Finding]:
    with pytest.raises(ExerciseError) as caught:
        read(source)
    return list(caught.value.findings)


def test_a_good_file() -> None:
    exercise = read(GOOD)
    assert (exercise.title, exercise.topic, exercise.level, exercise.points) == ("A", "t", 2, 4.5)
    assert [given.text for given in exercise.given] == ["i: 1..d", r"x \in \mathbb{R}^d"]
    assert [claim.label for claim in exercise.claims] == ["a", "2"]
    assert [case.text for case in exercise.claims[0].cases] == ["i = j", r"i \ne j"]
    assert exercise.claims[1].points == 1
    assert exercise.statement == "Show that $x$."
    assert exercise.solution == "Done."


def test_every_character_has_its_place() -> None:
    """Escapes are longer in the file than in the string; offsets follow the file."""
    exercise = read(GOOD)
    tanh, sigma = (claim.claim for claim in exercise.claims)
    assert tanh.text == "\\tanh(x) = 0\n"
    assert place(GOOD, tanh.start) == (13, 1)
    assert sigma.text == '\\sigma(x) = "" x'
    assert place(GOOD, sigma.offsets[0]) == (17, 10)
    assert GOOD[sigma.offsets[6] :].startswith(r"\u0028x)")
    assert GOOD[sigma.offsets[-2] : sigma.end] == "x"
    assert GOOD[sigma.end] == '"'


def test_strings_of_the_library_stand_where_they_say() -> None:
    """In single quotes the file holds the very text, at the very place."""
    seen = 0
    for file in exercise_files():
        exercise = load(file)
        if exercise.parameters:  # a value is another text than its placeholder
            continue
        for claim in exercise.claims:
            for written in (claim.claim, *claim.given, *claim.cases, *claim.milestones):
                if exercise.text[written.start - 1] == "'":
                    assert exercise.text[written.start : written.end] == written.text
                    seen += 1
    assert seen >= 40


# fmt: off
BROKEN = [
    # source, then (line, column, code, a part of the message) of each finding
    ("",                                [(1, 1, "D002", "empty")]),
    (" \n ",                            [(1, 1, "D002", "empty")]),
    ("# Title\n",                       [(1, 1, "D002", "expected a line +++")]),
    ("+++\ntitle = 'a'\n",              [(1, 1, "D002", "not closed")]),
    ("+++\ntitle = \n+++\n",            [(2, 9, "D003", "invalid value")]),
    ('+++\ntitle = "a\n+++\n',          [(2, 9, "D003", 'string: its closing " is missing')]),
    ("+++\ntitle = 'a\n+++\n",          [(2, 9, "D003", "string: its closing ' is missing")]),
    ('+++\n# "\ntitle = """a"\n"\n+++\n', [(3, 9, "D003", 'its closing """ is missing')]),
    ("+++\ntitle = '''a'\n+++\n",      [(2, 9, "D003", "its closing ''' is missing")]),
    ("+++\ntitle = 'a\ntopic = 'b'\n+++\n", [(2, 9, "D003", "its closing ' is missing")]),
    ('+++\ntitle = "\\tanh \\sigma"\n+++\n', [(2, 18, "D003", "'single quotes'")]),
    ("+++\na = " + "[" * 5000 + "\n+++\n", [(2, 1, "D003", "nested too deeply")]),
    ("+++\na = " + "1" * 5000 + "\n+++\n", [(2, None, "D003", "limit")]),
    ("+++\na = 1979-02-31\n+++\n",      [(2, None, "D003", "date")]),
    (GOOD.replace("title", "titel"),    [(2, 1, "D004", "did you mean title"),
                                         (2, 1, "D005", "needs the key title")]),
    (GOOD.replace("points = 1\n", "marks = 1\n"), [(18, 1, "D004", "marks; a claim has")]),
    (GOOD.replace("'t'", "3"),          [(3, 1, "D006", "topic must be a string")]),
    (GOOD.replace("level = 2", "level = 9"), [(4, 1, "D006", "from 1 to 5")]),
    (GOOD.replace("level = 2", "level = true"), [(4, 1, "D006", "from 1 to 5")]),
    (GOOD.replace("points = 1\n", "points = 'x'\n"), [(18, 1, "D006", "points must be a number")]),
    (GOOD.replace("'i: 1..d'", "1"),    [(6, 1, "D006", "given must be a list of strings")]),
    (GOOD.replace('claim = "', 'label = "'), [(16, 1, "D005", "needs the key claim")]),
    (GOOD.replace("[[claims]]\nclaim", "[[claims]]\nlabel = 'a'\nclaim"),
                                        [(17, 10, "D007", "the label a")]),
    ("+++\ntitle = 'a'\ntopic = 'b'\n+++\n", [(2, 1, "D005", "[[claims]]")]),
    ("+++\ntitle = 'a'\ntopic = 'b'\nclaims = [{claim = 'x'}]\n+++",
                                        [(2, 1, "D006", "[[claims]]")]),
    ("+++\ntitle = 'a'\ntopic = 'b'\n[claims]\nclaim = 'x'\n+++\n", [(2, 1, "D006", "[[claims]]")]),
]
# fmt: on


@pytest.mark.parametrize(("source", "expected"), BROKEN, ids=range(len(BROKEN)))
def test_broken_headers(source: str, expected: list[tuple[int, int | None, str, str]]) -> None:
    found = findings(source)
    assert [(f.line, f.code) for f in found] == [(e[0], e[2]) for e in expected]
    for finding, (_, column, _, part) in zip(found, expected, strict=True):
        assert column in (finding.column, None)  # None: versions of Python differ
        assert part in finding.message
        assert "\n" not in finding.message
        assert finding.stops


def test_the_source_line_is_kept() -> None:
    (finding,) = findings(GOOD.replace("'t'", "3"))
    assert finding.source == "topic = 3"
    assert (finding.column, finding.end_column) == (1, 6)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"+++\n\xff\n+++")
    large = tmp_path / "large.md"
    large.write_bytes(b"x" * (MAX_BYTES + 1))
    for path, part in (
        (latin, "UTF-8"),
        (large, "larger"),
        (tmp_path / "none.md", "no such file"),
        (tmp_path, "directory"),
    ):
        with pytest.raises(ExerciseError) as caught:
            load(str(path))
        (finding,) = caught.value.findings
        assert finding.code == "D001"
        assert part in finding.message
        assert finding.path == str(path)


def test_line_ends_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "windows.md"
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert load(str(path)).claims[1].claim == read(GOOD).claims[1].claim


def test_names(tmp_path: Path) -> None:
    own = tmp_path / "mine.md"
    own.write_text(GOOD)
    tanh = os.path.join(library_folder(), "tanh-derivative.md")
    assert find("tanh-derivative") == tanh
    assert find("mine", str(tmp_path)) == str(own)
    assert find("tanh-derivative", str(tmp_path)) == tanh
    assert find(str(own)) == str(own)
    with pytest.raises(UnknownExercise) as caught:
        find("tanh-derivativ")
    assert caught.value.close[0] == "tanh-derivative"


@pytest.mark.parametrize("path", exercise_files(), ids=name_of)
def test_the_library_is_well_formed(path: str) -> None:
    exercise = load(path)
    assert exercise.title and exercise.topic and exercise.level and exercise.points
    assert exercise.statement and exercise.solution
    assert all(claim.points for claim in exercise.claims)
    assert sum(claim.points or 0 for claim in exercise.claims) == exercise.points


def test_the_library_holds_the_class_work() -> None:
    names = {name_of(path) for path in exercise_files()}
    assert names >= {
        "tanh-derivative",
        "tanh-sigmoid",
        "softmax-distribution",
        "softmax-jacobian",
        "cross-entropy-gradient",
        "log-linear-softmax",
        "convolution",
        "convolution-matrix-rowwise",
        "convolution-matrix-columnwise",
    }
