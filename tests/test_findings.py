"""The table of findings: its examples do what they say."""

from __future__ import annotations

import re
import tomllib

import pytest

import derive
from derive.check.exercise import ExerciseError, parse
from derive.check.sources import Source
from derive.check.workers import check_here
from derive.findings import BY_CODE, ROWS, Row
from derive.read import ReadError, read_claim
from derive.sheet import SheetError
from derive.sheet import parse as parse_sheet

HEADER = """+++
title = "A"
topic = "b"
level = 1
[[claims]]
claim = 'x = x'
label = 'a'
+++
"""
DOCUMENTS = [row for row in ROWS if row.wrong and row.code >= "D111"]
# What cannot be shown in an example: files, budgets, faults of derive.
WITHOUT_EXAMPLE = {
    "D001", "D113", "D115", "D116", "D202", "D204", "D205", "D304", "D901", "D902",
}  # fmt: skip


def codes(text: str) -> set[str]:
    """The findings for a document, or a claim as the only display of one."""
    display = text if "$$" in text or "\\begin" in text else f"$${text}$$\n"
    return {finding.code for finding in check_here(Source("a.md", "md", display)).findings}


def test_codes_are_stable_and_in_order() -> None:
    assert [row.code for row in ROWS] == sorted(BY_CODE)
    assert all(re.fullmatch(r"D\d{3}", row.code) for row in ROWS)
    assert {row.severity for row in ROWS} == {"error", "warning", "info"}


def test_every_row_explains_itself() -> None:
    for row in ROWS:
        assert row.title and row.why.endswith(".")
        assert bool(row.wrong) == bool(row.right)
    assert {row.code for row in ROWS if not row.wrong} == WITHOUT_EXAMPLE


@pytest.mark.parametrize("row", DOCUMENTS, ids=lambda row: row.code)
def test_examples_of_documents(row: Row) -> None:
    right, given, conditions = row.right.partition("with given")
    assumed = "\n".join(f"<!-- derive: {c.strip()} -->" for c in conditions.split(", ") if given)
    shown = f"{assumed}\n\n$${right.strip()}$$" if given else right
    assert row.code in codes(row.wrong)
    assert row.code not in codes(shown)
    assert not {"D101", "D102", "D111", "D114", "D201", "D202"} & codes(shown)


# fmt: off
HEADERS = [
    # code, what stands in place of what in a good header
    ("D002", "+++", "---"),
    ("D003", "claim = 'x = x'", BY_CODE["D003"].wrong),
    ("D004", 'title = "A"', BY_CODE["D004"].wrong),
    ("D005", "claim = 'x = x'\n", ""),
    ("D006", "level = 1", BY_CODE["D006"].wrong),
    ("D008", "level = 1\n", "level = 1\n" + BY_CODE["D008"].wrong + "\n"),
    ("D007", "", "[[claims]]\nclaim = 'y = y'\nlabel = 'a'\n+++\n"),
]
# fmt: on


@pytest.mark.parametrize(("code", "old", "new"), HEADERS)
def test_examples_of_headers(code: str, old: str, new: str) -> None:
    parse(HEADER, "a", "a.md")
    broken = HEADER.replace(old, new) if old else HEADER[: -len("+++\n")] + new
    assert broken != HEADER
    with pytest.raises(ExerciseError) as caught:
        parse(broken, "a", "a.md")
    assert code in {finding.code for finding in caught.value.findings}


def test_every_example_is_run() -> None:
    run = {row.code for row in DOCUMENTS} | {code for code, _, _ in HEADERS}
    run |= {"D009", "D101", "D102", "D103"}  # below
    assert run | WITHOUT_EXAMPLE == set(BY_CODE)


def examples_of(code: str) -> tuple[str, str]:
    return BY_CODE[code].wrong, BY_CODE[code].right


def test_examples_of_sheets() -> None:
    header = "title = 'a'\n[[exercises]]\n"
    wrong, right = examples_of("D009")
    with pytest.raises(SheetError) as caught:
        parse_sheet(header + wrong)
    assert [finding.code for finding in caught.value.findings] == ["D009"]
    assert parse_sheet(header + right).tasks


def test_examples_of_claims() -> None:
    with pytest.raises(ReadError) as unread:
        derive.prove(f"{BY_CODE['D101'].wrong} = 1")
    assert unread.value
    assert derive.prove(rf"{BY_CODE['D101'].right} = 0.5")
    wrong, right = (tomllib.loads(example) for example in examples_of("D102"))
    with pytest.raises(ReadError):
        derive.prove("x = x", **wrong)
    assert derive.prove("x = x", **right)
    ways = [len(read_claim(f"{example} = 0")) for example in examples_of("D103")]
    assert ways[0] > ways[1] == 1
