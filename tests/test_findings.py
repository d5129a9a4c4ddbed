"""The table of findings: its examples do what they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

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
# What cannot be shown in an example: budgets that run out, faults of derive.
WITHOUT_EXAMPLE = {"D115", "D204", "D205", "D901", "D902"}


def codes(text: str) -> set[str]:
    """The findings for a document, or a claim as the only display of one."""
    display = text if "$" in text or "\\begin" in text else f"$${text}$$\n"
    kind = "tex" if "\\input" in text else "md"
    data = re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(0xE000 + int(m[1], 16)), display).encode()
    for byte in range(0x80, 0x100):  # \xe9 stands for a byte that is not UTF-8
        data = data.replace(chr(0xE000 + byte).encode(), bytes([byte]))
    return {finding.code for finding in check_here(Source("a", kind, data=data)).findings}


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
    run |= {"D001", "D009", "D101", "D102", "D103"}  # below
    assert run | WITHOUT_EXAMPLE == set(BY_CODE)


def test_examples_of_commands(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "notes.tex").write_text("$x + x = 2x$")
    for example, expected in zip(examples_of("D001"), ({"D001"}, set()), strict=True):
        source = Source(str(tmp_path / example.removeprefix("derive check ")))
        assert {finding.code for finding in check_here(source).findings} == expected


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
