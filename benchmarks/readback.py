"""Every generated solution is read by our own reader and proved again, line by line.

    python benchmarks/readback.py [NAME ..] [--detail brief|normal|full] [--form md|tex|html|de]

Nothing is given to the reader but the document itself.  Prints every step that is not proved, or
that needs what the document does not say, and the sums; the exit code is 1 where there is one.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from time import perf_counter

from derive.check.document import check_document
from derive.check.library import exercise_files, find, name_of
from derive.check.report import DocumentResult
from derive.check.run import check_file
from derive.check.solution import solution_page
from derive.read.document import read_document
from derive.render import latex, markdown

FORMS = {
    "md": lambda page: markdown.document(page),
    "tex": lambda page: latex.document(page),
    "de": lambda page: markdown.document(page),
}


def read_back(path: str, detail: str, form: str) -> DocumentResult:
    """The verdicts on the solution of the exercise at ``path``."""
    page = solution_page(check_file(path, detail=detail), "de" if form == "de" else "en")
    kind = "tex" if form == "tex" else "md"
    return check_document(read_document(FORMS[form](page), kind, f"{name_of(path)}.{kind}"))


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--detail", default="normal")
    parser.add_argument("--form", default="md", choices=sorted(FORMS))
    asked = parser.parse_args()
    start, counts, open_ = perf_counter(), Counter[str](), 0
    for path in map(find, asked.names) if asked.names else exercise_files():
        result = read_back(path, asked.detail, asked.form)
        counts.update(result.statuses)
        for step in result.steps:
            if step.verdict not in ("proved", "definition") or step.needs:
                open_ += 1
                needs = ", ".join(need.text for need in step.needs)
                print(f"{result.path}:{step.line} {step.verdict}: {step.lhs.text} {step.relation} "
                      f"{step.rhs.text} [{step.message}] {needs}")  # fmt: skip
    said = ", ".join(f"{number} {status}" for status, number in counts.most_common())
    print(f"{said}; {open_} not proved outright; {perf_counter() - start:.1f} s")
    return 1 if open_ or not counts["proved"] else 0


if __name__ == "__main__":
    sys.exit(main())
