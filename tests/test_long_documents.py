"""A long document is read again from its text where it is not held in memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from long_document import text

from derive.check.document import check_document
from derive.prover import once
from derive.read.chains import assemble, meaning
from derive.read.document import open_document, read_document

DOCUMENTS = sorted(p for p in (Path(__file__).parent / "documents").iterdir() if p.is_file())
FEW, MANY = 90, 270
MOST = 6_000  # bytes for a step, with what is printed; 18,000 where all that was read is held


def peak(steps: int) -> int:
    document = read_document(text(steps), "md", "long.md")
    tracemalloc.start()
    try:
        assert len(check_document(document).steps) >= steps
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assemble, "KEPT", 0)
    monkeypatch.setattr(meaning, "SEEN", 50)
    monkeypatch.setattr(once, "MOST", 50)
    peak(9)  # what is made once
    assert (peak(MANY) - peak(FEW)) / (MANY - FEW) < MOST


@pytest.mark.parametrize("path", DOCUMENTS[::20], ids=lambda path: path.name)
def test_what_is_read_again_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = check_document(open_document(str(path)))
    monkeypatch.setattr(assemble, "KEPT", 0)
    monkeypatch.setattr(assemble, "LAST", 1)
    assert check_document(open_document(str(path))) == held
