"""Documents with a mark on every step: what is said of the true ones and of the false ones.

    python benchmarks/marked.py [NAME ...]

marked.jsonl has a document a line: its text, and for each step where it stands (cell or 0, line,
column) and whether it is true.  More than half of the documents are lecture notes and homework,
the others are sentences that were made to mislead.  Printed: every true step that is refuted, every
false one that is proved without a need or a warning of how it was read, then the counts.  A mark
may be wrong; look before you mend.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from derive.check.document import check_document
from derive.check.report import StepResult
from derive.read.document import read_document

MARKED = Path(__file__).resolve().parent / "marked.jsonl"
READINGS = ("D303", "D304")  # the step is true in another reading than the usual one
FARTHEST = 2  # lines behind its mark that a step may stand


def main() -> None:
    wanted = sys.argv[1:]
    counts: Counter[tuple[bool, str]] = Counter()
    for line in MARKED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if wanted and row["name"] not in wanted:
            continue
        result = check_document(read_document(row["text"], row["kind"], row["name"]))
        steps = [(chain.cell or 0, step) for chain in result.chains for step in chain.steps]
        warned = {f.line for f in result.findings if f.code in READINGS}
        marks = [(cell, at, column) for cell, at, column, _ in row["steps"]]
        for n, (cell, at, column, true) in enumerate(row["steps"]):
            end = marks[n + 1] if n + 1 < len(marks) else (sys.maxsize, 0, 0)
            step = _between(steps, (cell, at, column), end)
            said = "unread" if step is None else step.verdict
            if step is not None and said == "proved" and step.needs:
                said = "proved with a need"
            elif step is not None and said == "proved" and step.line in warned:
                said = "proved with a warning"
            counts[true, said] += 1
            if (true and said == "refuted") or (not true and said == "proved"):
                print(f"{row['name']}:{at}: {'true' if true else 'false'}, {said}")
    for (true, said), count in sorted(counts.items()):
        print(f"{'true' if true else 'false':6} {said:20} {count:5}")


def _between(
    steps: list[tuple[int, StepResult]], start: tuple[int, int, int], end: tuple[int, int, int]
) -> StepResult | None:
    """The first step from one mark to the next."""
    cell, line, column = start
    found = [
        s
        for within, s in steps
        if within in (0, cell)
        and (line, column) <= (s.line, s.column)
        and ((s.line, s.column) < end[1:] or end[0] != cell)
        and s.line <= line + FARTHEST
    ]
    return min(found, key=lambda s: (s.line, s.column), default=None)


if __name__ == "__main__":
    main()
