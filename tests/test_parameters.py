"""Parameters: how they are read and put in, what is worked out, and what a seed chooses."""

from __future__ import annotations

import os

import pytest

from derive.check.exercise import Exercise, ExerciseError, load, parse
from derive.check.front_matter import place
from derive.check.library import exercise_files, library_folder, name_of
from derive.check.parameters import defaults
from derive.check.run import check_exercise
from derive.check.values import NoValue, broken, default_findings, worked_out
from derive.sheet.variants import NoVariant, student_seed, variant

SOURCE = r"""+++
title = "Times {{n}}"
topic = "tests"
given = ['x \in \mathbb{R}', 'm = {{n}} x']
constraints = ['{{n}} \ne 4']
[[claims]]
claim = 'm {{+d}} = {{n}} x {{+d}}'
[[claims]]
label = "product"
claim = '\begin{pmatrix} {{(a.1.1)}} \cdot {{(a.1.2)}} & 0 \end{pmatrix} = {{square}}'
[[parameters]]
name = "n"
integer = [2, 5]
except = [3]
default = 2
[[parameters]]
name = "d"
integer = [-9, 9]
except = [0]
default = -3
[[parameters]]
name = "a"
matrix = [1, 2]
integer = [-2, 2]
conditions = ["no zero", "not all equal"]
default = [[-1, 2]]
[[parameters]]
name = "square"
value = '\begin{pmatrix} {{a.1.1}} \cdot {{(a.1.2)}} & 0 \end{pmatrix}'
default = [[-2, 0]]
[[parameters]]
name = "f"
choices = [{ name = "tanh", tex = '\tanh' }, { name = "sigmoid", tex = '\sigma' }]
+++
With ${{f.tex}}$ ({{f.name}}), ${{a}}$, $x {{+d}}$ and ${{(d)}}^2$.
"""
WITH = [name_of(path) for path in exercise_files() if load(path).parameters]


def exercise(source: str = SOURCE) -> Exercise:
    return parse(source, "times", "times.md")


def of(name: str) -> Exercise:
    return load(os.path.join(library_folder(), f"{name}.md"))


def test_defaults_are_put_in() -> None:
    read = exercise()
    assert read.title == "Times 2"
    assert [g.text for g in read.given] == [r"x \in \mathbb{R}", "m = 2 x"]
    assert read.claims[0].claim.text == "m - 3 = 2 x - 3"
    assert read.claims[1].claim.text.startswith(r"\begin{pmatrix} \left(-1\right) \cdot 2 & 0 ")
    assert read.statement == (
        r"With $\tanh$ (tanh), $\begin{pmatrix} -1 & 2 \end{pmatrix}$, $x - 3$ and "
        r"$\left(-3\right)^2$."
    )
    assert check_exercise(read, steps=False).status == "proved"
    assert list(default_findings(read)) == []


def test_a_value_has_the_place_of_its_placeholder() -> None:
    claim = exercise().claims[0].claim
    assert len(claim.offsets) == len(claim.text) + 1
    minus = claim.text.index("- 3")
    for n in (minus, minus + 2):
        line, column = place(SOURCE, claim.offsets[n])
        assert SOURCE.split("\n")[line - 1][column - 1 :].startswith("{{+d}} =")
    assert SOURCE[claim.offsets[claim.text.index("=")]] == "="


def test_without_parameters_braces_are_braces() -> None:
    head, _, tail = SOURCE.partition("[[parameters]]")
    plain = head.replace("constraints = ['{{n}} \\ne 4']\n", "")
    assert parse(f"{plain}+++\nx", "a", "a.md").title == "Times {{n}}"
    assert tail


# fmt: off
BROKEN = [
    # what stands in place of what; line of the finding; a part of its message
    ("{{f.name}}",         "{{f.words}}",       55, "no parameter has a value f.words"),
    ("{{+d}} =",           "{{g}} =",            7, "no parameter has a value g"),
    ("{{(a.1.1)}} \\cdot", "{{a.2.1}} \\cdot",  10, "no parameter has a value a.2.1"),
    ("name = \"d\"",       "name = \"n\"",      16, "another parameter is called n"),
    ("name = \"d\"",       "name = \"2d\"",     16, "is no name"),
    ("default = 2\n",      "default = 3\n",     11, "not one that it may have"),
    ("default = 2\n",      "default = 9\n",     11, "not one that it may have"),
    ("default = 2\n",      "",                  11, "needs a default"),
    ("[[-1, 2]]",          "[[2, 2]]",          21, "not one that it may have"),
    ("[[-1, 2]]",          "[[0, 2]]",          21, "not one that it may have"),
    ("[[-1, 2]]",          "[[1], [2]]",        21, "not one that it may have"),
    ("no zero",            "no one",            21, "the condition no one is none of"),
    ("integer = [2, 5]",   "",                  11, "one of integer, choices and value"),
    ("integer = [2, 5]",   "integer = [2, 5]\nvalue = '2'", 11, "one of integer"),
    ("name = \"sigmoid\"", "names = \"s\"",     31, "the same keys"),
    ("integer = [2, 5]",   "integer = [5, 2]",  13, "the least and the greatest"),
    ("integer = [2, 5]",   "matrix = [9, 1]\ninteger = [2, 5]", 13, "at most 8 each"),
]
# fmt: on


@pytest.mark.parametrize(("old", "new", "line", "part"), BROKEN)
def test_broken_parameters(old: str, new: str, line: int, part: str) -> None:
    assert old in SOURCE
    with pytest.raises(ExerciseError) as caught:
        exercise(SOURCE.replace(old, new, 1))
    assert any(part in f.message for f in caught.value.findings), caught.value.findings
    (found,) = (f for f in caught.value.findings if part in f.message)
    assert found.code in ("D006", "D008") and found.source


def test_defaults_that_are_worked_out_are_checked() -> None:
    (found,) = default_findings(exercise(SOURCE.replace("[[-2, 0]]", "[[2, 0]]")))
    assert found.message == "the default of square should be [[-2, 0]]"
    (found,) = default_findings(exercise(SOURCE.replace(r"\ne 4", r"\ne 2")))
    assert "do not meet" in found.message and found.line == 5


@pytest.mark.parametrize("value", [r"\frac{1}{0}", "x", r"\frac{1}{", r"\log(-1)"])
def test_a_value_that_cannot_be_worked_out(value: str) -> None:
    formula = r"\begin{pmatrix} {{a.1.1}} \cdot {{(a.1.2)}} & 0 \end{pmatrix}"
    broken_one = exercise(SOURCE.replace(formula, value))
    with pytest.raises(NoValue, match="square cannot be worked out"):
        worked_out(broken_one, defaults(broken_one.parameters))


def test_fractions_are_written_as_fractions() -> None:
    formula = r"\begin{pmatrix} {{a.1.1}} \cdot {{(a.1.2)}} & 0 \end{pmatrix}"
    one = exercise(SOURCE.replace(formula, r"-\frac{ {{n}} }{6}"))
    assert worked_out(one, defaults(one.parameters))["square"] == r"-\frac{1}{3}"


# --- variants ----------------------------------------------------------------------------------


def test_a_seed_chooses_and_keeps_the_conditions() -> None:
    seen = {variant(exercise(), str(seed)).text for seed in range(3)}
    assert len(seen) == 1  # the file is the same; only what is read from it differs
    values = [variant(exercise(), str(seed)) for seed in range(40)]
    assert len({v.statement for v in values}) > 25
    assert {v.title for v in values} == {"Times 2", "Times 5"}  # 3 is excepted, 4 a constraint
    assert not any(" 0 &" in v.statement or "+ 0" in v.statement for v in values)


def test_a_seed_is_a_seed_on_every_machine() -> None:
    assert variant(exercise(), "2026").statement == variant(exercise(), "2026").statement
    assert student_seed("exam", "4711") == "13b75a7556e3df59"
    found = variant(of("convolution"), "exam").claims[0].claim.text
    assert found.endswith(r" = \begin{pmatrix} 36 & -3 & 3 \\ 20 & 17 & 32 \end{pmatrix}")


def test_constraints_without_values() -> None:
    with pytest.raises(NoVariant, match="times: no values were found"):
        variant(exercise(SOURCE.replace(r"{{n}} \ne 4", "{{n}} > 5")), "a")


def test_a_constraint_that_cannot_be_read_is_said() -> None:
    unread = exercise(SOURCE.replace(r"{{n}} \ne 4", r"{{n}} \foo 4"))
    with pytest.raises(NoValue, match="constraint cannot be read"):
        broken(unread, defaults(unread.parameters))


def test_enough_exercises_have_parameters() -> None:
    assert len(WITH) >= 12


@pytest.mark.parametrize("name", WITH)
def test_variants_of_the_library_are_proved(name: str) -> None:
    plain = of(name)
    assert list(default_findings(plain)) == []
    found = [variant(plain, seed) for seed in ("a", "b")]
    assert any(one.statement != plain.statement for one in found)
    for one in found:
        result = check_exercise(one, steps=False)
        assert result.status == "proved", one.claims
        assert not any(claim.verdict.needs for claim in result.claims if claim.verdict)
