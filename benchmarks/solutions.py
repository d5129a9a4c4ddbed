"""How the library's own solutions are judged when they are read as documents.

    python benchmarks/solutions.py [NAME ..]

Each exercise is checked like anybody's notes: its statement and its hand-written solution, with
what its header gives.  All of them are true, so every refuted step is a false accusation; every
undecided, unread and refuted step is printed, and the sums.
"""

from __future__ import annotations

import sys
from collections import Counter
from time import perf_counter

from derive.check.document import check_document
from derive.check.library import exercise_files, find, name_of
from derive.check.own_solution import own_solution
from derive.check.report import DocumentResult
from derive.term import Given

OPEN = ("refuted", "undecided", "unread")


def judged(path: str) -> DocumentResult:
    """The body of an exercise as a document whose lines are those of the file."""
    document, given = own_solution(path, Given())
    return check_document(document._replace(path=f"{name_of(path)}.md"), given)


def main() -> None:
    start, counts, warnings = perf_counter(), Counter[str](), 0
    for path in map(find, sys.argv[1:]) if sys.argv[1:] else exercise_files():
        result = judged(path)
        counts.update(result.statuses)
        for step in (step for step in result.steps if step.verdict in OPEN):
            print(f"{result.path}:{step.line} {step.verdict}: {step.lhs.text} {step.relation} "
                  f"{step.rhs.text}  [{step.message}] {step.help}")  # fmt: skip
        for finding in result.findings:
            if finding.code.startswith("D3"):
                warnings += 1
                print(f"{result.path}:{finding.line} {finding.code} {finding.message}")
    said = ", ".join(f"{number} {status}" for status, number in counts.most_common())
    print(f"{said}, {warnings} warnings in {perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
