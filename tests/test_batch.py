"""Claims by the million: order, duplicates, broken lines, going on after a kill, a cluster."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import derive.batch.answer as answering
from derive.batch.answer import Deciding
from derive.batch.cluster import cluster
from derive.batch.known import Broken, Busy, Known
from derive.batch.question import LONGEST, Question, questions
from derive.batch.run import answered, here
from derive.check.cluster import Stopped
from derive.check.processes import results
from derive.check.program import program
from derive.cli.app import app
from derive.read import Under

LINES = [
    {"id": "a", "claim": r"\tanh(x) = 2 \sigma(2x) - 1"},
    {"id": "b", "claim": r"\tanh(x) = 2 \sigma(x) - 1"},
    {"id": ["c"], "claim": r"\log(ab) = \log a + \log b", "given": ["a > 0", "b > 0"]},
    {"claim": r"\log(ab) = \log a + \log b"},
    {"id": "a again", "claim": r"\tanh(x) = 2 \sigma(2x) - 1", "given": []},
    {"id": "e", "claim": r"\frac{\partial L}{\partial x} = 2"},
]
VERDICTS = ["proved", "refuted", "proved", "proved", "proved", "undecided"]


def text(rows: Sequence[object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def asked(data: bytes) -> list[Question]:
    return list(questions(BytesIO(data)))


def run(*arguments: str, data: bytes = b"") -> Result:
    return CliRunner().invoke(app, ["batch", *arguments], input=data)


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_has_its_answer_in_its_order() -> None:
    result = run("-", data=text(LINES))
    found = rows(result)
    assert result.exit_code == 1
    assert [row["verdict"] for row in found] == VERDICTS
    assert [row["id"] for row in found] == ["a", "b", ["c"], None, "a again", "e"]
    assert [row["line"] for row in found] == [1, 2, 3, 4, 5, 6]
    assert found[3]["needs"] == ["a > 0", "b > 0"] and found[2]["uses"] == ["a > 0", "b > 0"]
    assert found[1]["counterexample"]["values"].keys() == {"x"}
    assert found[5]["reason"] == "L is not defined here"
    assert "6 claims: 4 proved, 1 refuted, 1 undecided" in result.stderr
    assert run("-", "--quiet", data=text(LINES[:1])).exit_code == 0


BROKEN = [
    (b"{", "not JSON"),
    (b"\xff", "not UTF-8"),
    (b"[" * 100_000, "nested too deeply"),
    (b"[1]", "expected {"),
    (b'{"claim": 3}', "claim: expected text"),
    (b'{"claim": "x = x", "given": [3]}', "given: expected a list"),
    (b'{"claim": "x = x", "givn": []}', "unknown key givn"),
    (b'{"claim": "x = \\\\foo"}', "claim, column 5: the command"),
    (b'{"claim": "x = x", "given": ["x > 0", "\\\\foo"]}', "given, line 2, column 1"),
    (b'"' + b"x" * LONGEST + b'"', "more than"),
]


@pytest.mark.parametrize(("line", "said"), BROKEN, ids=[said for _, said in BROKEN])
def test_a_broken_line_is_told_and_the_next_one_decided(line: bytes, said: str) -> None:
    found = rows(run("-", data=line + b"\n\n" + text(LINES[:1])))
    assert [row["verdict"] for row in found] == ["unread", "proved"]
    assert said in str(found[0]["reason"]) and [row["line"] for row in found] == [1, 3]


def test_equal_claims_are_decided_once() -> None:
    decided = list[str]()

    def engine(chunks: Iterator[Sequence[Question]]) -> Iterator[tuple[Sequence[Question], list]]:
        for chunk in chunks:
            decided.extend(q.claim for q in chunk)
            yield chunk, [{"verdict": q.claim} for q in chunk]

    twice = [{"id": n, "claim": f"x = {n % 150}"} for n in range(1_000)]
    with Known("", "1") as known:
        found = list(answered(asked(text(twice)), known, engine))
    assert decided == [f"x = {n}" for n in range(150)]
    expected = [(row["id"], row["claim"]) for row in twice]
    assert [(q.name, a["verdict"]) for q, a in found] == expected


def test_a_claim_without_end_is_lost_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = answering.decided

    def slow(claim: object) -> object:
        while "x" in str(claim):
            pass
        return decided(claim)

    monkeypatch.setattr(answering, "decided", slow)
    chunk = asked(text([{"claim": "y = y"}, {"claim": "x = x"}, {"claim": "y = 2"}]))
    ((_, answers),) = results([Deciding(chunk, seconds=0.3)])
    assert [row["verdict"] for row in answers] == ["proved", "undecided", "refuted"]
    assert answers[1]["reason"] == "judging this claim took longer than 0.3 s"


def test_a_fault_at_one_claim_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(claim: object) -> object:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(answering, "decided", broken)
    ((_, answers),) = results([Deciding(asked(text(LINES[:2])))])
    assert [row["reason"] for row in answers] == ["derive failed: ZeroDivisionError: oops"] * 2


# --- going on --------------------------------------------------------------------------------


def test_what_is_known_is_not_decided_again(tmp_path: Path) -> None:
    claims, out = tmp_path / "claims.jsonl", tmp_path / "out.jsonl"
    claims.write_bytes(text(LINES))
    assert run(str(claims), "-o", str(out)).exit_code == 1
    before = out.read_bytes()

    def never(chunks: Iterator[Sequence[Question]]) -> Iterator[tuple[Sequence[Question], list]]:
        for chunk in chunks:
            assert not chunk
            yield chunk, []

    with Known(f"{out}.known", program()) as known:
        assert len(list(answered(asked(text(LINES)), known, never))) == len(LINES)
    assert run(str(claims), "-o", str(out)).exit_code == 1
    assert out.read_bytes() == before
    with Known(f"{out}.known", "another version") as known:
        assert known.answer(asked(text(LINES))[0].digest) is None


def many(path: Path) -> None:
    path.write_bytes(text([{"id": n, "claim": f"x + {n} = {n} + x"} for n in range(1_500)]))


def start(claims: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "derive",
        "batch",
        str(claims),
        "-o",
        str(out),
        "-q",
        "-j",
        "2",
    ]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    claims, out = tmp_path / "claims.jsonl", tmp_path / "out.jsonl"
    many(claims)
    for wait in (0.4, 0.7, 1.0):
        process = start(claims, out)
        time.sleep(wait * random.Random(int(wait * 10)).uniform(0.8, 1.2))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)  # its children end too
    process = start(claims, out)
    assert process.communicate(timeout=60)[1] == b"" and process.returncode == 0
    found = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["id"] for row in found] == list(range(1_500))
    assert {row["verdict"] for row in found} == {"proved"}


def test_two_runs_with_one_output(tmp_path: Path) -> None:
    claims, out = tmp_path / "claims.jsonl", tmp_path / "out.jsonl"
    claims.write_bytes(text(LINES))
    with Known(f"{out}.known", program()):
        result = run(str(claims), "-o", str(out))
        assert result.exit_code == 2 and "another run" in result.stderr
        with pytest.raises(Busy), Known(f"{out}.known", program()):
            pass


def test_a_file_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(Broken, match="not a database"), Known(str(path), "1"):
        pass
    import sqlite3

    other = sqlite3.connect(tmp_path / "y")
    other.execute("create table students (name text)")
    other.commit()
    other.close()
    with pytest.raises(Broken, match="another program"), Known(str(tmp_path / "y"), "1"):
        pass


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    for arguments in (["nowhere.jsonl"], ["-", "-o", str(tmp_path / "no" / "out")]):
        result = run(*arguments, data=text(LINES[:1]))
        assert result.exit_code == 2 and result.stderr.startswith("derive: ")
    assert run("-").exit_code == 0


# --- a cluster -------------------------------------------------------------------------------


def test_a_cluster_of_which_one_worker_is_killed(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    from distributed import Client

    address, workers = scheduler
    with Client(address, timeout=30) as client:
        client.wait_for_workers(2, timeout=30)
    claims = [{"id": n, "claim": f"x + {n} = {n} + x"} for n in range(3_000)]
    killed = False
    found = list[tuple[object, str]]()
    with Known(str(tmp_path / "known"), "1") as known:
        for question, answer in answered(asked(text(claims)), known, cluster(address)):
            found.append((question.name, answer["verdict"]))
            if not killed and len(found) >= 500:
                os.kill(workers[0].pid, signal.SIGKILL)
                killed = True
    assert killed and found == [(n, "proved") for n in range(3_000)]


def test_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.check.cluster.WAIT", 0.5)
    result = run("-", "--dask", "tcp://127.0.0.1:9", data=text(LINES[:1]))
    assert result.exit_code == 2
    assert "derive: no cluster at tcp://127.0.0.1:9" in result.stderr
    with pytest.raises(Stopped, match="no cluster"):
        list(cluster("nonsense")([()]))


def test_here_takes_no_more_than_it_needs() -> None:
    taken = 0

    def endless() -> Iterator[Sequence[Question]]:
        nonlocal taken
        while True:
            taken += 1
            yield asked(text(LINES[:1]))

    next(here(2)(endless()))
    assert taken < 40


def test_an_answer_does_not_depend_on_the_claims_before() -> None:
    """What claims under one given share is worked out once: whichever comes first."""
    given = {
        "softmax": [r"x \in \mathbb{R}^d", r"p_j = \frac{e^{x_j}}{\sum_k e^{x_k}}", "i: 1..d"],
        "one-hot": ["y one-hot", r"y, z \in \mathbb{R}^c", r"H = -\sum_j y_j \log z_j", "i: 1..c"],
        "no length": ["q_j = 2 x_j"],
        "nothing": [],
    }
    claims = {
        "softmax": [
            r"\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} - p_j)",
            r"\frac{\partial p_i}{\partial x_j} = p_i (\delta_{ij} + p_j)",
            r"\frac{\partial p_i}{\partial x_i} = p_i (1 - p_i)",
            r"\sum_k p_k = 1",
            r"\sum_k p_k = d",
            r"\sum_k w_k = \sum_k p_k",
            r"g(p_i) = g(1)",
        ],
        "one-hot": [
            r"\frac{\partial H}{\partial z_i} = -\frac{y_i}{z_i}",
            r"\frac{\partial H}{\partial z_i} = \frac{y_i}{z_i}",
            r"\sum_j y_j^2 = 1",
            r"H = -\sum_j y_j \log(z_j) + \sum_j (y_j - y_j^2)",
            r"z^T y = 1",
        ],
        "no length": ["q_i = d", "q_i = 1", "q_k = 2 x_k", r"\sum_{j=1}^n q_j = 1"],
        "nothing": [
            r"\tanh(x) = 2 \sigma(2x) - 1",
            r"\tanh(a) = \sigma(a)",
            r"\frac{d}{dx} |x| = \operatorname{sign}(x)",
            r"\sum_{k=1}^n k = \frac{n(n + 1)}{2}",
        ],
    }
    rows_ = [{"claim": c, "given": given[under]} for under in given for c in claims[under]]
    asked_ = asked(text(rows_))

    def answers(order: Sequence[Question]) -> dict[str, str]:
        known: dict[tuple[str, ...], Under] = {}
        return {q.claim: json.dumps(answering.answer(q, known)) for q in order}

    alone = {q.claim: json.dumps(answering.answer(q, {})) for q in asked_}
    assert {json.loads(a)["verdict"] for a in alone.values()} == {"proved", "refuted", "undecided"}
    for seed in range(3):
        assert answers(random.Random(seed).sample(asked_, len(asked_))) == alone
