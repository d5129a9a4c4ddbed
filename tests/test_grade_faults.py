"""Grading strangers' input on a machine that fails: nothing gets out, nothing is lost."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from derive.check.exercise import load
from derive.check.library import find
from derive.check.sources import Source
from derive.check.workers import Task, work_on
from derive.cli import grade as command
from derive.cli.grade import Options, grade
from derive.grade.cluster import cluster
from derive.grade.journal import Broken, Journal
from derive.grade.marks import StudentMark
from derive.grade.ready import Asked, prepared
from derive.grade.run import grade as marking
from derive.grade.run import here
from derive.grade.submission import MAX_BYTES, Unusable, data, submissions
from derive.render.grades import cell, file_name

NAME = "tanh-sigmoid"
RIGHT = (
    r"$$\tanh(x) = \frac{e^{2x} - 1}{e^{2x} + 1} = 2 \frac{1}{1 + e^{-2x}} - 1 = 2\sigma(2x) - 1$$"
)
WRONG = RIGHT.replace("e^{2x} - 1", "e^{2x} + 3")


def files(folder: Path) -> dict[str, bytes]:
    """All that was written, but the journal."""
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and "journal" not in p.name)
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "handed in"
    folder.mkdir()
    for n in range(6):
        (folder / f"s{n}.md").write_text(f"{RIGHT if n % 2 else WRONG}\n\n$x_{n} = x_{n}$\n")
    return folder


def test_the_same_inputs_give_the_same_bytes(handed_in: Path, tmp_path: Path) -> None:
    for out, jobs in (("a", 1), ("b", 2)):
        grade(NAME, str(handed_in), Options(str(tmp_path / out), jobs=jobs))
    assert files(tmp_path / "a") == files(tmp_path / "b") != {}


def test_killed_and_resumed(handed_in: Path, tmp_path: Path) -> None:
    """Killed at ten points the results are those of a run that was not."""
    grade(NAME, str(handed_in), Options(str(tmp_path / "whole")))
    code = "import sys; from derive.cli import main; sys.exit(main())"
    args = ["grade", NAME, str(handed_in), "-o", str(tmp_path / "parts"), "--jobs", "1"]
    chance = random.Random(5)
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", code, *args], stdout=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(0.2, 1.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    grade(NAME, str(handed_in), Options(str(tmp_path / "parts")))
    assert files(tmp_path / "parts") == files(tmp_path / "whole")


def test_what_is_in_the_journal_is_not_marked_again(
    handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Options(str(tmp_path / "out"))
    grade(NAME, str(handed_in), out)
    written = list[str]()
    write = Journal.write

    def noted(self: Journal, student: str, *rest: Any) -> None:
        written.append(student)
        write(self, student, *rest)

    monkeypatch.setattr(Journal, "write", noted)
    grade(NAME, str(handed_in), out)
    assert written == []
    (handed_in / "s3.md").write_text(WRONG)
    grade(NAME, str(handed_in), out)
    assert written == ["s3"]


def test_a_worker_that_is_killed_loses_one_submission() -> None:
    (grader,) = prepared([Asked(load(find(NAME)))], {}).graders

    class Killed:
        def read(self, document: Any, given: Any, once: Any) -> Any:
            return grader.read(document, given, once)

        def tell(self, *_: Any) -> Any:
            os.kill(os.getpid(), signal.SIGKILL)

    source = Source("a.md", "md", data=RIGHT.encode())
    tasks = [Task(source, grader.given, work) for work in (grader, Killed(), grader)]
    told = [done.told for done in work_on(tasks, jobs=2)]
    assert told[1] is None
    assert told[0] == told[2] is not None


def test_what_one_submission_leaves_behind_costs_no_other_anything() -> None:
    (grader,) = prepared([Asked(load(find(NAME)))], {}).graders
    told_here = list[int]()  # in this process, by the child's copy

    class Sensitive:
        """Ends the process where another submission came before it there."""

        def read(self, *args: Any) -> Any:
            if told_here:
                os.kill(os.getpid(), signal.SIGKILL)
            return grader.read(*args)

        def tell(self, *args: Any) -> Any:
            told_here.append(1)
            return grader.tell(*args)

    text = "so $x$ and\n\n" * 40 + RIGHT  # a document that is lost is read up to an eighth of it
    source = Source("a.md", "md", data=text.encode())
    tasks = [Task(source, grader.given, Sensitive())] * 4
    told = [done.told for done in work_on(tasks, together=4)]
    assert told[0] is not None
    assert told == [told[0]] * 4


def test_two_runs_at_once(
    handed_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with Journal(str(out / "journal.sqlite")):
        assert grade(NAME, str(handed_in), Options(str(out))) == 2
    assert "another run" in capsys.readouterr().err
    assert grade(NAME, str(handed_in), Options(str(out))) == 0


def test_a_full_disk(
    handed_in: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(path: str, text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    out = Options(str(tmp_path / "out"))
    with monkeypatch.context() as patched:
        patched.setattr(command, "_write", full)
        assert grade(NAME, str(handed_in), out) == 2
    said = capsys.readouterr().err
    assert "no space left" in said and "Traceback" not in said
    assert grade(NAME, str(handed_in), out) == 0


def test_a_journal_that_is_full(tmp_path: Path) -> None:
    with Journal(str(tmp_path / "journal.sqlite")) as journal:
        assert journal.connection is not None
        journal.connection.execute("pragma max_page_count = 3")
        with pytest.raises(Broken, match="full"):
            for n in range(100):
                journal.write(str(n), "", StudentMark("x" * 5000, "", ()), {})
        assert not journal.known("99", "", {})


def test_a_journal_that_is_none(handed_in: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "journal.sqlite").write_bytes(b"no database" * 1000)
    assert grade(NAME, str(handed_in), Options(str(tmp_path / "out"))) == 2


# --- hostile submissions ---


def test_a_submission_of_a_hundred_megabytes(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with open(folder / "large.md", "wb") as file:
        file.truncate(100_000_000)
    assert grade(NAME, str(folder), Options(str(tmp_path / "out"), form="json")) == 1
    assert "larger than 20 MB" in (tmp_path / "out/feedback/large.md").read_text()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as file:
        yield file


def test_a_zip_bomb(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    archive.writestr("anna/a.md", bytes(MAX_BYTES + 1))
    archive.writestr("ben/b.md", RIGHT)
    archive.close()
    path = tmp_path / "class.zip"
    assert path.stat().st_size < 100_000
    anna, ben = submissions(str(path))
    with pytest.raises(Unusable, match="larger"):
        data(anna.files[0])
    assert data(ben.files[0]).decode() == RIGHT


def test_a_zip_whose_header_lies(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    archive.writestr("a.md", bytes(MAX_BYTES + 1))
    archive.close()
    path = tmp_path / "class.zip"
    size = (MAX_BYTES + 1).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (10).to_bytes(4, "little")))
    (only,) = submissions(str(path))
    with pytest.raises(Unusable):  # no more than was announced is unpacked, and its sum is wrong
        data(only.files[0])


def test_paths_that_leave_the_archive(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    for name in ("../evil.md", "/etc/evil.md", "anna/../../evil.md", "C:\\evil.md"):
        archive.writestr(name, RIGHT)
    archive.writestr("anna/a.md", RIGHT)
    link = zipfile.ZipInfo("anna/link.md")
    link.external_attr = 0o120777 << 16
    archive.writestr(link, "/etc/passwd")
    archive.close()
    found = submissions(str(tmp_path / "class.zip"))
    assert [file.name for s in found for file in s.files] == ["anna/a.md"]
    assert sum(len(s.notes) for s in found) == 5


def test_links_are_not_followed(handed_in: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(RIGHT)
    (handed_in / "s1.md").unlink()
    (handed_in / "s1.md").symlink_to(secret)
    (handed_in / "folder").symlink_to(tmp_path)
    found = {s.student: s for s in submissions(str(handed_in))}
    assert found["s1"].files == found["folder"].files == ()
    grade(NAME, str(handed_in), Options(str(tmp_path / "out")))
    assert "not followed" in (tmp_path / "out/feedback/s1.md").read_text()


def test_nothing_of_a_submission_acts(tmp_path: Path) -> None:
    """Neither in HTML nor in a spreadsheet, nor as a pattern of a sentence."""
    folder = tmp_path / "in"
    folder.mkdir()
    evil = "=1+1<script>alert(1)</script>{0.__class__}"
    (folder / f"{evil.replace('/', '_')}.md").write_text(
        r"$$\tanh(x) = \foo<script>alert(1)</script>{0.__class__} = \text{<img src=x>}$$"
        "\n\n\\input{/etc/passwd}\n"
    )
    grade(NAME, str(folder), Options(str(tmp_path / "out"), language="de"))
    written = files(tmp_path / "out")
    for name, content in written.items():
        assert b"root:" not in content
        if name.endswith(".html"):
            assert b"<script" not in content and b"<img" not in content
    assert written["marks.csv"].splitlines()[1].startswith((b"'=", b"\"'="))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", " =1"])
def test_cells_are_no_formulas(text: str) -> None:
    assert cell(text)[0] == "'"


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "-x", ".x", "a" * 300, "con\x00", "ä"])
def test_file_names_stay_in_their_folder(name: str) -> None:
    made = file_name(name)
    assert os.path.basename(made) == made and made[0] not in ".-" and len(made) < 90
    assert made != file_name(name + "y")


# --- a cluster ---------------------------------------------------------------------------------


def test_a_cluster_of_which_one_worker_is_killed(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """The marks are those of one machine, a submission without a readable file among them."""
    from distributed import Client

    address, workers = scheduler
    with Client(address, timeout=30) as client:
        client.wait_for_workers(2, timeout=30)
    folder = tmp_path / "class"
    folder.mkdir()
    for n in range(70):
        (folder / f"s{n:02}.md").write_text(f"{RIGHT if n % 3 else WRONG}\n\n$x_{n} = x_{n}$\n")
    (folder / "s05.md").unlink()
    (folder / "s05.md").symlink_to("s06.md")
    graded = prepared([Asked(load(find(NAME)))], {})
    found, marked = submissions(str(folder)), 0
    with Journal(str(tmp_path / "journal.sqlite")) as journal:
        for _ in marking(graded, found, journal, cluster(graded, address)):
            marked += 1
            if marked == 1:
                os.kill(workers[0].pid, signal.SIGKILL)
        far = list(journal.marks([s.student for s in found]))
    with Journal(str(tmp_path / "here.sqlite")) as journal:
        assert len(list(marking(graded, found, journal, here(graded, 2)))) == marked == 70
        assert far == list(journal.marks([s.student for s in found]))


def test_a_cluster_that_is_not_there(
    handed_in: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("derive.check.cluster.WAIT", 0.5)
    options = Options(str(tmp_path / "out"), dask="tcp://127.0.0.1:9")
    assert grade(NAME, str(handed_in), options) == 2
    assert "no cluster at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_who_is_gone_leaves_no_feedback(handed_in: Path, tmp_path: Path) -> None:
    out, fresh = Options(str(tmp_path / "out")), Options(str(tmp_path / "fresh"))
    grade(NAME, str(handed_in), out)
    (handed_in / "s3.md").unlink()
    grade(NAME, str(handed_in), out)
    grade(NAME, str(handed_in), fresh)
    assert files(tmp_path / "out") == files(tmp_path / "fresh")


def test_titles_are_german_in_german_feedback(handed_in: Path, tmp_path: Path) -> None:
    grade(NAME, str(handed_in), Options(str(tmp_path / "out"), language="de"))
    page = (tmp_path / "out" / "feedback" / "s1.md").read_text()
    assert "## Der Tangens hyperbolicus" in page
    assert "Behauptung" in page or "Punkten" in page


# fmt: off
NOT_LOOKED_AT = {
    "photo.md":   b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(64)),
    "office.txt": b"PK\x03\x04" + bytes(50),
    "cut.ipynb":  b'{"cells": [',
    "cell.ipynb": b'{"cells": [{"cell_type": "markdown", "source": 5}]}',
    "other.tex":  rb"\input{answer}",
    "picture.md": b"![my solution](photo.jpg)",
    "words.md":   b"By the quotient rule the derivative of tanh is one minus tanh squared.",
}
# fmt: on


@pytest.mark.parametrize("name", NOT_LOOKED_AT)
def test_what_nobody_looked_at_is_not_certainly_wrong(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(NOT_LOOKED_AT[name])
    grade(NAME, str(tmp_path / "in"), Options(str(tmp_path / "out")))
    _, row = (tmp_path / "out" / "marks.csv").read_text().splitlines()
    assert row.split(",")[-4:-2] == ["0", "4"]


@pytest.mark.parametrize(
    ("beside", "most"),
    [("scan.pdf", "4"), ("page 1.JPG", "4"), ("own.pdf", "0"), ("plot.png", "0")],
)
def test_a_paper_beside_a_file_may_hold_what_is_not_in_it(
    beside: str, most: str, tmp_path: Path
) -> None:
    own = tmp_path / "in" / "anna"
    own.mkdir(parents=True)
    (own / beside).write_bytes(b"%PDF-1.4")
    (own / "own.tex").write_text(r"$$\tanh'(x) = 1 - \tanh(x)^2$$ % see plot")
    grade(NAME, str(tmp_path / "in"), Options(str(tmp_path / "out")))
    _, row = (tmp_path / "out" / "marks.csv").read_text().splitlines()
    assert row.split(",")[-4:-2] == ["0", most]
