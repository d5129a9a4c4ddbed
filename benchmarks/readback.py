"""Every generated solution is read by our own reader and proved again, line by line.

    python benchmarks/readback.py [NAME ..] [--detail DETAIL] [--form FORM] [--language LANGUAGE]

Nothing is given to the reader but the document itself.  Prints every step that is not proved, or
that needs what the document does not say, and the sums; the exit code is 1 where there is one.
"""

from __future__ import annotations

import html
import re
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from time import process_time
from typing import NamedTuple

from derive.check.document import check_document
from derive.check.library import exercise_files, find, name_of
from derive.check.report import DocumentResult, ExerciseResult, StepResult
from derive.check.run import check_file
from derive.check.solution import solution_page
from derive.page import Page
from derive.read.document import read_document
from derive.render import html as web
from derive.render import latex, markdown

TEX = re.compile(r"<annotation[^>]*>(.*?)</annotation>", re.DOTALL)
DETAILS = ("brief", "normal", "full")
LANGUAGES = ("en", "de")


def annotated(page: Page) -> str:
    """The page as HTML, read as Markdown: each formula by the TeX that stands beside it."""
    body = web.document(page).split("<body>")[1]
    body = re.sub(r'<div class="line">(.*?)</div>', _line, body, flags=re.DOTALL)
    for opening, dollars in (('<math displaystyle="true">', "\n$$"), ("<math>", "$")):
        one = rf"{opening}.*?</math>"  # what may be broken is several elements
        several = rf"{one}(?:<wbr>{one})*"
        body = re.sub(several, partial(_formula, dollars), body, flags=re.DOTALL)
    body = re.sub(r"<h(\d)>", lambda m: "\n" + "#" * int(m[1]) + " ", body)
    return html.unescape(re.sub(r"</?[a-z][^<>]*>", "\n", body))


def _line(found: re.Match[str]) -> str:
    formulas, _, reason = found[1].partition('<span class="reason">')
    words = re.sub(r"</?[a-z][^<>]*>", "", re.sub(r"<math>.*?</math>", "..", reason))
    said = rf" \text{{({words})}}" if reason else ""
    return f"\n$${' '.join(TEX.findall(formulas))}{said}$$\n"


def _formula(dollars: str, found: re.Match[str]) -> str:
    return f"{dollars}{' '.join(TEX.findall(found[0]))}{dollars[::-1]}"


class Form(NamedTuple):
    """A way to write a page, and what it is read as."""

    write: Callable[[Page], str]
    kind: str


FORMS = {
    "md": Form(markdown.document, "md"),
    "tex": Form(latex.document, "tex"),
    "html": Form(annotated, "md"),
}


def read_back(solved: ExerciseResult, name: str, form: str, language: str = "en") -> DocumentResult:
    """The verdicts on the written solution."""
    page = solution_page(solved, language)
    write, kind = FORMS[form]
    return check_document(read_document(write(page), kind, f"{name}.{kind}"))


def open_steps(result: DocumentResult) -> Iterator[StepResult]:
    """What is not proved outright."""
    for step in result.steps:
        if step.verdict not in ("proved", "definition") or step.needs:
            yield step


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--detail", action="append", choices=DETAILS)
    parser.add_argument("--form", action="append", choices=sorted(FORMS))
    parser.add_argument("--language", action="append", choices=LANGUAGES)
    asked = parser.parse_args()
    ways = list(product(asked.form or FORMS, asked.language or LANGUAGES))
    bad = 0
    for detail in asked.detail or DETAILS:
        counts = {way: Counter[str]() for way in ways}
        times = Counter[tuple[str, str]]()
        for path in map(find, asked.names) if asked.names else exercise_files():
            solved = check_file(path, detail=detail)
            for form, language in ways:
                start = process_time()
                result = read_back(solved, name_of(path), form, language)
                times[form, language] += process_time() - start
                counts[form, language].update(result.statuses)
                for step in open_steps(result):
                    counts[form, language]["not proved outright"] += 1
                    needs = ", ".join(need.text for need in step.needs)
                    where = f"{detail} {form} {language} {result.path}:{step.line}"
                    print(f"{where} {step.verdict}: {step.lhs.text} {step.relation} "
                          f"{step.rhs.text} [{step.message}] {needs}", flush=True)  # fmt: skip
        for way, count in counts.items():
            said = ", ".join(f"{number} {status}" for status, number in count.most_common())
            print(f"{detail} {' '.join(way)}: {said}; {times[way]:.1f} s", flush=True)
            bad += count["not proved outright"] or not count["proved"]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
