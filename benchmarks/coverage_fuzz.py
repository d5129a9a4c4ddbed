"""Documents grown by coverage: atheris looks for bytes that reach new code, or a fault.

    pip install atheris
    python benchmarks/coverage_fuzz.py FOLDER [-max_total_time=600] [-max_len=4000] ...

FOLDER keeps what was found to be of interest (a new one begins with tests/documents); the other
arguments are libFuzzer's.  The first byte chooses the kind of the document, the rest is the file.
It is read, and what was read is outlined; judging is benchmarks/fuzz_documents.py's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found, unused-ignore]  # not a dependency

with atheris.instrument_imports(include=["derive.read", "derive.check"]):
    from derive.check.document import outline
    from derive.read.chains import chains
    from derive.read.document import read_bytes

DOCUMENTS = Path(__file__).resolve().parent.parent / "tests" / "documents"
KINDS = ("md", "tex", "txt", "ipynb", "")


def one(data: bytes) -> None:
    """Nothing may be raised, whatever the bytes are."""
    kind = KINDS[data[0] % len(KINDS)] if data else ""
    document = read_bytes(data[1:], kind)
    outline(document, chains(document))


def seeded(folder: Path) -> None:
    """The test documents, with the byte for their kind before them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in DOCUMENTS.iterdir():
        kind = path.suffix[1:]
        if kind in KINDS:
            (folder / path.name).write_bytes(bytes((KINDS.index(kind),)) + path.read_bytes())


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python benchmarks/coverage_fuzz.py FOLDER [libFuzzer's options]")
    folder = Path(sys.argv[1])
    if not folder.exists():
        seeded(folder)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
