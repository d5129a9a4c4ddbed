# ruff: noqa: E501  (a row of a table is a line)
"""Judging a document whose reading is given: verdicts, one slip, hints, faults, lost children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

import pytest

import derive.check.document as judging
import derive.read.chains as reader
from derive.check.document import check_document
from derive.check.hints import hint
from derive.check.report import DocumentResult, Judged, Report
from derive.check.sources import Source, is_exercise
from derive.check.workers import Budget, check_documents, check_here
from derive.prover.decide import Contradiction, decide
from derive.prover.verdict import Verdict
from derive.read import ReadError, read_claim, read_given
from derive.read.chains import Chain, Reading, Remark, Step, Understood
from derive.read.document import Document, read_document
from derive.term import Claim, Given, Span


def claims(left: str, right: str, given: Given) -> tuple[Claim, ...]:
    return read_claim(f"{left} = {right}", given)


def read_chain(document: Document, given: Given) -> Reading:
    """A stand-in for the reader: each line of the text is a side of one chain; a line that opens
    with ``!`` cannot be read."""
    spans = list[Span]()
    for line in document.text.splitlines():
        start = document.text.index(line, spans[-1].end if spans else 0)
        spans.append(Span(start, start + len(line)))
    sides = [document.text[s.start : s.end] for s in spans]
    steps = []
    for n in range(1, len(sides)):
        place = (Span(spans[n].start, spans[n].start), spans[n - 1], spans[n])
        if "!" in sides[n] + sides[n - 1]:
            error = ReadError("expected no !", Span(spans[n].start, spans[n].start + 1))
            steps.append(Step("=", *place, "unread", message=str(error), error=error))
            continue
        across = claims(sides[n - 2], sides[n], given) if n > 1 and "!" not in sides[n - 2] else ()
        steps.append(Step("=", *place, "judge", claims(sides[n - 1], sides[n], given),
                          across=partial(tuple, across)))  # fmt: skip
    return Reading((Chain(Span(0, len(document.text)), tuple(steps)),))


@pytest.fixture
def by_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "chains", read_chain)
    monkeypatch.setattr(reader, "chains", read_chain)


def checked(*lines: str, given: tuple[str, ...] = ()) -> DocumentResult:
    return check_document(read_document("\n".join(lines), "md", "d.md"), read_given(given))


def said(result: DocumentResult) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in result.findings]


# --- verdicts ----------------------------------------------------------------------------------


def test_each_step_has_its_verdict(by_lines: None) -> None:
    result = checked("x + x", "2x", "3x", "3x + 1 - 1", "! x", "x")
    assert result.statuses == ("proved", "refuted", "proved", "unread", "unread")
    assert said(result) == [(3, "D201"), (5, "D111"), (6, "D111")]
    refuted = result.chains[0].steps[1]
    assert (refuted.line, refuted.column, refuted.end_line, refuted.end_column) == (3, 1, 3, 3)
    assert refuted.counterexample is not None
    assert (refuted.lhs.latex, refuted.rhs.text) == ("2 x", "3x")
    assert result.findings[0].source == "3x"
    assert result.findings[0].before == "2x"


def test_needs_are_told(by_lines: None) -> None:
    result = checked("x / x", "1")
    (step,) = result.steps
    assert (step.verdict, step.code) == ("proved", "D203")
    assert [need.latex for need in step.needs] == [r"x \ne 0"]
    assert result.findings[0].severity == "info"
    assert Report((result,)).exit_code == 0
    assert checked("x / x", "1", given=("x > 0",)).findings == ()


def test_a_false_line_between_right_ones_is_one_slip(by_lines: None) -> None:
    result = checked("(x + 1)^2", "x^2 + 2x + 1", "x^2 + 3x + 1", "x (x + 2) + 1", "1 + 2x + x^2")
    assert result.statuses == ("proved", "refuted", "skipped", "proved")
    assert said(result) == [(3, "D201")]
    assert "this line alone is off" in result.findings[0].help
    assert "line before last" in result.steps[2].message


def test_two_slips_in_a_row_are_two(by_lines: None) -> None:
    result = checked("x + x", "3x", "4x")
    assert result.statuses == ("refuted", "refuted")


def test_an_error_that_is_carried_on_is_one(by_lines: None) -> None:
    result = checked("x + x", "3x", "x + x + x")
    assert result.statuses == ("refuted", "proved")


# --- readings ----------------------------------------------------------------------------------


def step_with(*readings: str, given: tuple[str, ...] = ()) -> Reading:
    found = tuple(claim for r in readings for claim in read_claim(r, read_given(given)))
    whole = Span(0, 5)
    step = Step("=", Span(2, 3), Span(0, 1), Span(4, 5), "judge", found)
    return Reading((Chain(whole, (step,)),))


def judged_as(monkeypatch: pytest.MonkeyPatch, reading: Reading) -> DocumentResult:
    monkeypatch.setattr(judging, "chains", lambda *_: reading)
    return check_document(read_document("a = b", "md", "d.md"))


@pytest.mark.parametrize(
    ("readings", "verdict", "number", "codes"),
    [
        (["x = 2x", "x = 3x"], "refuted", 1, ["D201"]),
        (["x = 2x", "x + x = 2x"], "proved", 2, ["D304"]),
        (["x / x = 1", "x + x = 2x"], "proved", 2, []),
        (["x / x = 1", "x = 2x"], "proved", 1, ["D203"]),
        ([r"x = 2x", r"f(x) = \frac{d}{dx} g(x)"], "undecided", 2, ["D202"]),
    ],
)
def test_of_several_readings(
    readings: list[str], verdict: str, number: int, codes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    result = judged_as(monkeypatch, step_with(*readings))
    (step,) = result.steps
    assert (step.verdict, step.reading, step.readings) == (verdict, number, len(readings))
    assert [finding.code for finding in result.findings] == codes


def test_a_sum_that_covers_more(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = r"\sum_{i=1}^n (x_i - m) = (\sum_{i=1}^n x_i) - m"
    wide = r"\sum_{i=1}^n (x_i - m) = \sum_{i=1}^n (x_i - m)"
    result = judged_as(monkeypatch, step_with(narrow, wide, given=(r"x \in \mathbb{R}^n",)))
    assert result.statuses == ("proved",)
    assert [finding.code for finding in result.findings] == ["D303"]


def test_what_the_reader_says_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(
        step_with("x + x = 2x").chains,
        definitions=(Understood(Span(0, 1), "a = 1"),),
        assumptions=(Understood(Span(4, 5), "b > 0"),),
        remarks=(Remark("D301", Span(4, 5), "i is bound and free"),),
    )
    result = judged_as(monkeypatch, reading)
    assert (result.definitions[0].line, result.definitions[0].text) == (1, "a = 1")
    assert result.assumptions[0].text == "b > 0"
    assert [(f.code, f.column, f.end_column) for f in result.findings] == [("D301", 5, 6)]
    assert Report((result,)).exit_code == 1


# --- hints -------------------------------------------------------------------------------------

SOFTMAX = (r"x \in \mathbb{R}^d", r"p_j = \exp(x_j) / \sum_k \exp(x_k)", "i, j: 1..d")
# fmt: off
HINTS = [
    # claim, given, the hint
    (r"\frac{d}{dt} \cos t = \sin t",      (), "true with the opposite sign"),
    (r"-a = a",                            (), "true with the opposite sign"),
    (r"\frac{\partial p_j}{\partial x_i} = p_j (1 - p_i)", SOFTMAX, "holds only for i = j"),
    (r"\frac{d}{dt} e^{3t} = e^{3t}",      (), "true with the factor 3 on the right"),
    (r"a + a = 6a",                        (), "true with the factor 1/3 on the right"),
    (r"(a + 1)^2 = a^2 + 2a",              (), "true with 1 added on the right"),
    (r"(a - 1)^2 = a^2 - 2a + 3",          (), "true with −2 added on the right"),
    (r"\frac{d}{dt} e^{a t} = e^{a t}",    (), "true with another factor a on the right"),
    (r"\frac{d}{dt} \log(a t) = \frac{a}{t}", (), "true with another factor a on the left"),
    (r"\sigma'(t) = \sigma(t) + \sigma(t)^2", (), "true with the opposite sign of σ(t)²"),
    (r"(a - b)^2 = a^2 - 2ab - b^2",       (), "true with the opposite sign of b²"),
    (r"(a + b)^2 = a^2 + b^2",             (), "perhaps: the power of a sum is not the sum of the powers"),
    (r"\frac{\partial}{\partial x} \sin(3x) = \cos(3x)", (), "true with the factor 3 on the right"),
    (r"\frac{\partial}{\partial x} \sin(x^2) = \cos(x^2)", (), "perhaps: the inner derivative is missing"),
    (r"a < a",                             (), ""),
    (r"2 + 2 = 5",                         (), "perhaps: these two numbers differ: a slip in the arithmetic"),
]
# fmt: on


@pytest.mark.parametrize(("claim", "given", "expected"), HINTS)
def test_hints(claim: str, given: tuple[str, ...], expected: str) -> None:
    (read,) = read_claim(claim, read_given(given))
    verdict = decide(read)
    assert verdict.status == "refuted"
    assert hint(read, verdict.counterexample) == expected


# --- faults of derive --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code", "part"),
    [
        (ValueError("no such thing"), "D902", "ValueError: no such thing"),
        (Contradiction("both"), "D901", "both"),
        (MemoryError(), "D202", "memory"),
        (RecursionError(), "D202", "recursion"),
    ],
)
def test_a_fault_loses_one_step(
    fault: Exception, code: str, part: str, by_lines: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(claim: Claim, seed: int = 0) -> Verdict:
        if "7" in str(claim.relation):
            raise fault
        return decide(claim, seed=seed)

    monkeypatch.setattr(judging, "decide", faulty)
    result = checked("x + x", "7x - 5x", "x + x", "3x")
    assert result.statuses[-1] == "refuted"
    assert result.steps[0].verdict == "undecided"
    assert result.steps[0].code == code
    assert part in result.findings[0].message


# --- processes that end ------------------------------------------------------------------------

QUICK = Budget(seconds=0.3, megabytes=300, reading=2, losses=2)


def spoiled(monkeypatch: pytest.MonkeyPatch, do: object) -> None:
    """A kernel that does something else for every claim with a 7 in it."""

    def decided(claim: Claim, seed: int = 0) -> Verdict:
        if "Fraction(7, 1)" in str(claim.relation):
            assert callable(do)
            do()
        return decide(claim, seed=seed)

    monkeypatch.setattr(judging, "decide", decided)


def forever() -> None:
    while True:
        pass


def much() -> None:
    kept = list[bytes]()
    while True:
        kept.append(bytes(10_000_000))


def dies() -> None:
    import os
    import signal

    os.kill(os.getpid(), signal.SIGTERM)  # SIGSEGV would make pytest talk


@pytest.mark.parametrize(
    ("do", "part"),
    [(forever, "took longer than 0.3 s"), (much, "memory"), (dies, "ended with signal 15")],
)
def test_a_step_without_end_loses_only_itself(
    do: object, part: str, by_lines: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled(monkeypatch, do)
    text = "x + x\n2x\n7x\n3x\n2x + x"
    (result,) = check_documents([Source("d.md", "md", text)], budget=QUICK)
    assert result.statuses == ("proved", "undecided", "undecided", "proved")
    assert part in result.steps[1].message
    assert part in result.steps[2].message
    assert [f.code for f in result.findings] == ["D202", "D202"]
    assert result.findings[0].source == "7x"


def test_a_document_without_end_is_given_up(
    by_lines: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoiled(monkeypatch, forever)
    text = "\n".join(["x + x", "2x", *["7x"] * 20])
    start = time.process_time()
    (result,) = check_documents([Source("d.md", "md", text)], budget=QUICK)
    assert result.statuses == ("proved", *["undecided"] * 20)
    assert "too many" in result.steps[-1].message
    assert [f.code for f in result.findings].count("D115") == 1
    assert time.process_time() - start < 60  # it came to an end


def test_a_hint_without_end_leaves_the_verdict(
    by_lines: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(claim: Claim, point: object) -> str:
        forever()
        return ""

    monkeypatch.setattr(judging, "hint", endless)
    (result,) = check_documents([Source("d.md", "md", "x\n2x\n3x\nx + 2x")], budget=QUICK)
    assert result.statuses == ("refuted", "refuted", "proved")


def test_reading_without_end_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "chains", lambda *_: forever())
    slow = QUICK._replace(reading=0.2)
    (result,) = check_documents([Source("d.md", "md", "x")], budget=slow)
    assert [f.code for f in result.findings] == ["D001"]
    assert "reading took longer than 0.2 s" in result.findings[0].message
    assert Report((result,)).exit_code == 2


def test_a_document_that_is_too_long_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(document: Document, given: Given) -> Reading:
        if len(document.segments) > 20:
            forever()
        return Reading(())

    monkeypatch.setattr(reader, "chains", slow)
    text = "$x$ and \n\n" * 50
    less = QUICK._replace(reading=0.2)
    (result,) = check_documents([Source("d.md", "md", text)], budget=less)
    (finding,) = result.findings
    assert (finding.code, finding.line) == ("D112", 13)  # after an eighth of it
    assert "skipped from here on" in finding.message
    assert Report((result,)).exit_code == 1


def test_a_chain_without_end_ends_the_document_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(document: Document, given: Given) -> Reading:
        def made() -> Iterator[Chain]:
            yield from step_with("x + x = 2x").chains
            if len(document.segments) > 20:
                forever()

        return Reading(made())

    monkeypatch.setattr(reader, "chains", slow)
    (result,) = check_documents([Source("d.md", "md", "$x$ and \n\n" * 50)], budget=QUICK)
    assert result.statuses == ("proved",)
    (finding,) = result.findings
    assert "skipped from here on" in finding.message


def test_a_fault_in_reading_loses_one_document(
    by_lines: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(document: Document, given: Given) -> Reading:
        if document.path == "bad.md":
            raise KeyError("what")
        return read_chain(document, given)

    monkeypatch.setattr(reader, "chains", faulty)
    sources = [Source(name, "md", "x\nx") for name in ("a.md", "bad.md", "b.md")]
    results = list(check_documents(sources, jobs=2, budget=QUICK))
    assert [r.path for r in results] == ["a.md", "bad.md", "b.md"]
    assert [r.could_not_run for r in results] == [False, True, False]
    assert "KeyError" in results[1].findings[0].message


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_many_documents_keep_their_order(jobs: int, by_lines: None) -> None:
    sources = [Source(f"{n}.md", "md", f"x\nx + {n % 2}") for n in range(7)]
    results = list(check_documents(sources, jobs=jobs))
    assert [r.path for r in results] == [s.path for s in sources]
    assert [r.status for r in results] == ["proved", "refuted"] * 3 + ["proved"]


def test_a_child_says_what_this_process_says(by_lines: None) -> None:
    """Everything goes through the pipe and comes out as it was."""
    text = "x / x\n1\nx_1^2 + y\n2\n(a + 1)^2\na^2 + 2a"
    here = check_document(read_document(text, "md", "d.md"), read_given([r"x \in \mathbb{R}^2"]))
    given = read_given([r"x \in \mathbb{R}^2"])
    (there,) = check_documents([Source("d.md", "md", text)], given)
    assert there == here


def test_what_a_line_needs_outlives_its_process() -> None:
    text = "$$q^2 = 4 \\implies q = 2 \\implies 3 q = 6$$\n"
    document = read_document(text, "md")
    whole = [
        one for one in judging.judged(document, reader.chains(document)) if isinstance(one, Judged)
    ]
    needs = [[need.text for need in one.step.needs] for one in whole]
    assert needs[-2:] == [["q > 0"], ["q > 0"]]
    done = {one.at: one for one in whole[:-1]}
    again = judging.judged(document, reader.chains(document), done)
    assert [one for one in again if isinstance(one, Judged)] == whole


def test_stopping_early_ends_the_children(by_lines: None, monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled(monkeypatch, forever)
    sources = [Source("a.md", "md", "x\nx"), Source("b.md", "md", "7x\nx")]
    results: Iterator[DocumentResult] = check_documents(sources, jobs=2)
    assert next(results).status == "proved"
    results.close()  # type: ignore[attr-defined]  # it is a generator; this waits for the child


# --- what a text is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\\documentclass{article}\n", "tex"),
        ("Let\n\\section{A}\n", "tex"),
        ("# Title\n$x$\n", "md"),
        ("so $x$\n", "md"),
        ("x + x = 2x\n", "txt"),
        (json.dumps({"cells": []}), "ipynb"),
    ],
)
def test_kinds_of_texts(text: str, kind: str) -> None:
    assert check_here(Source("<stdin>", data=text.encode())).kind == kind
    assert check_here(Source("<text>", text=text)).kind == kind


def test_a_header_of_another_tool_is_no_exercise() -> None:
    assert is_exercise("+++\ntitle = 'a'\ntopic = 'b'\n+++\n")
    assert is_exercise("+++\n[[claims]]\n+++\n")
    assert not is_exercise("+++\ntitle = 'a'\ndate = 2026-01-01\n+++\ntopic = 3\n")
    assert not is_exercise("# Title\n+++\ntopic = 'b'\n+++\n")


LOG_LINEAR = (
    "i, j: 1..c",
    r"w, b \in \mathbb{R}^c",
    r"x, Z \in \mathbb{R}",
    "Z > 0",
    r"P_j = \frac{\exp(w_j x + b_j)}{Z}",
    r"\sum_{j=1}^c P_j = 1",
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"$$\frac{e^{b_i}}{Z} = \frac{e^{b_i}}{\sum_j e^{w_j x + b_j}}$$", ["proved"]),
        (r"$$1 = \sum_j P_j = \frac{1}{Z} e^{\sum_j (w_j x + b_j)}$$", ["proved", "refuted"]),
    ],
)
def test_an_equation_that_is_given_binds_the_names_behind_its_own(
    line: str, expected: list[str]
) -> None:
    document = read_document(line + "\n\n$$Z = e^{\\sum_j (w_j x + b_j)}$$", "md", "d.md")
    chain, last = check_document(document, read_given(LOG_LINEAR)).chains
    assert [step.verdict for step in chain.steps] == expected
    assert last.steps[0].verdict in ("undecided", "refuted")  # and no definition


def test_words_around_lines_without_dollars() -> None:
    lines = (
        "Let f(x) = (x^2 - 1)/(x - 1) and g(x) = x^2.",
        "f(x) = x + 1 for x != 1",
        "g'(x) = 2x  (power rule)",
        "Then g''(x) = 3",
        "Hence, f(x) g(x) = x^3 + x^2  (multiply out)",
        "  = x^2 (x + 1)",
        "The rest of the text = nothing.",
        "for a > 0:",
        "sqrt(a^2) = a",
        "So we get f(3) = 4",
    )
    document = read_document("\n".join(lines), "txt")
    result = check_document(document)
    found = [(s.line, s.verdict) for chain in result.chains for s in chain.steps]
    right = [(n, "proved") for n in (2, 3, 5, 6, 9, 10)]
    assert sorted(found) == sorted([*right, (4, "refuted")])
    assert [d.line for d in result.definitions] == [1, 1]


def test_the_same_bytes_whatever_the_hashes_of_texts_are() -> None:
    """Two needs came in the order of a set."""
    command = [sys.executable, "-m", "derive", "check", "tests/documents/moments.md"]
    said = [
        subprocess.run(
            [*command, "--format", "json"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1] != b""


@pytest.mark.parametrize(
    ("line", "verdict"),
    [("s = 3", "proved"), ("s = 4", "refuted"), ("t = 4", "undecided"), ("d = 4", "undecided")],
)
def test_a_value_of_what_is_worked_out_is_no_condition(line: str, verdict: str) -> None:
    given = read_given(
        [
            r"x = \begin{pmatrix} 1 \\ 2 \end{pmatrix}",
            "s = x_1 + x_2",
            r"z \in \mathbb{R}^d",
            r"t = \sum_{k=1}^d z_k",
        ]
    )
    result = check_document(read_document(f"$${line}$$", "md", "d.md"), given)
    assert result.statuses == (verdict,)
