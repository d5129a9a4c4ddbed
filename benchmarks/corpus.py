"""How well documents are judged that nobody wrote for derive.

    python benchmarks/corpus.py CHAINS.jsonl [--level N] [--only ID] [--quiet]

Each line of CHAINS.jsonl is a derivation with the text before it: ``id``, ``format`` (md, tex ..),
``context``, ``latex``, ``level``, ``is_true`` (true, false or "unsure"), ``note``.  Context and
derivation are written to one document, which is checked; only the derivation's own steps count.

Printed, by level: what became of the steps; how many derivations are judged right (a true one has
no refuted step, a false one has a refuted step or a warning); then every step that is undecided
or unread, with its cause, the causes counted; and every refuted step of a derivation that is said
to be true, to be looked at by hand.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from derive.check.report import DocumentResult, Finding, StepResult
from derive.check.sources import Source
from derive.check.workers import Budget, check_documents

STATUSES = ("proved", "refuted", "undecided", "unread", "definition", "skipped")
NAMES = re.compile(r"`[^`]*`|'[^']*'|\"[^\"]*\"|\\?[^\s(),;:]*[\\_^{}=|0-9][^\s(),;:]*")


class Judged(NamedTuple):
    """A derivation of the corpus and what was said of it."""

    row: dict[str, Any]
    first_line: int
    steps: tuple[StepResult, ...]
    findings: tuple[Finding, ...]

    @property
    def level(self) -> int:
        return int(self.row["level"])

    @property
    def right(self) -> bool | None:
        """Was it judged as its label says?  None where the label says nothing."""
        refuted = any(step.verdict == "refuted" for step in self.steps)
        match self.row["is_true"]:
            case True:
                return not refuted
            case False:
                return refuted or any(f.code.startswith("D3") for f in self.findings)
            case _:
                return None

    def counts(self) -> Counter[str]:
        return Counter(step.verdict for step in self.steps)


def judge(rows: list[dict[str, Any]], jobs: int) -> Iterator[Judged]:
    """Every derivation, checked as a document together with what stands before it."""
    sources, starts = [], []
    for row in rows:
        before = f"{row['context']}\n\n" if row["context"] else ""
        kind = "tex" if row["format"] == "tex" else "md"  # of a notebook it is a cell's text
        sources.append(Source(f"{row['id']}.{kind}", kind, before + row["latex"] + "\n"))
        starts.append(before.count("\n") + 1)
    results = check_documents(sources, jobs=jobs, budget=Budget(seconds=10))
    for row, start, result in zip(rows, starts, results, strict=True):
        yield Judged(row, start, *_own(result, start))


def _own(result: DocumentResult, start: int) -> tuple[tuple[StepResult, ...], tuple[Finding, ...]]:
    """The steps and findings of the derivation itself; everything where it was not opened."""
    steps = tuple(step for step in result.steps if step.end_line >= start)
    findings = tuple(f for f in result.findings if f.line >= start or f.stops)
    return steps, findings


def cause(step: StepResult) -> str:
    """The message without the names in it, so that equal causes are counted together."""
    return NAMES.sub("..", step.message)[:90]


def report(judged: list[Judged], quiet: bool) -> None:
    for level in sorted({j.level for j in judged}):
        of_level = [j for j in judged if j.level == level]
        print(f"\nlevel {level}: {len(of_level)} derivations")
        for label in (True, False, "unsure"):
            _line(f"labelled {label}", [j for j in of_level if j.row["is_true"] == label])
    for status in () if quiet else ("undecided", "unread"):
        print(f"\n{status} (causes, then each step)")
        steps = [(j, s) for j in judged for s in j.steps if s.verdict == status]
        causes = Counter((j.level, cause(s)) for j, s in steps)
        for (level, said), number in sorted(causes.items(), key=lambda item: -item[1]):
            print(f"  {number:4}  level {level}  {said}")
        for j, s in steps:
            place = f"{j.row['id']}:{s.line - j.first_line + 1}"
            print(f"    {place:9} {j.row['is_true']!s:6} {s.lhs.text[:50]} {s.relation} "
                  f"{s.rhs.text[:60]}   [{s.message[:90]}]")  # fmt: skip
    nothing = [j.row["id"] for j in judged if not j.steps]
    print(f"\nwithout any step: {' '.join(nothing) or 'none'}")
    missed = [j for j in judged if j.right is False and j.row["is_true"] is False]
    print(f"\nfalse, but nothing was said ({len(missed)})")
    for j in missed:
        print(f"    {j.row['id']} level {j.level}: {dict(j.counts())}  {j.row['note'][:150]}")
    accused = [(j, s) for j in judged if j.row["is_true"] is True for s in j.steps
               if s.verdict == "refuted"]  # fmt: skip
    print(f"\nsaid to be true, but refuted ({len(accused)}): look at each")
    for j, s in accused:
        print(f"    {j.row['id']}:{s.line - j.first_line + 1} level {j.level}: "
              f"{s.lhs.text} {s.relation} {s.rhs.text}  {s.help}")  # fmt: skip


def _line(label: str, judged: list[Judged]) -> None:
    if not judged:
        return
    counts = sum((j.counts() for j in judged), Counter[str]())
    said = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    to_judge = sum(counts[s] for s in ("proved", "refuted", "undecided", "unread"))
    share = f"{100 * counts['proved'] / to_judge:.1f} % proved" if to_judge else ""
    right = [j.right for j in judged if j.right is not None]
    known = f"; {sum(right)} of {len(right)} judged right" if right else ""
    print(f"  {label:16} {len(judged):3}: {said}  ({share}){known}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chains", type=Path)
    parser.add_argument("--level", type=int)
    parser.add_argument("--only", nargs="+")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="the sums only")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.chains.read_text("utf-8").splitlines()]
    rows = [row for row in rows if arguments.level in (None, row["level"])]
    rows = [row for row in rows if arguments.only is None or row["id"] in arguments.only]
    start = perf_counter()
    judged = list(judge(rows, arguments.jobs))
    report(judged, arguments.quiet)
    steps = sum(len(j.steps) for j in judged)
    print(f"\n{len(judged)} derivations, {steps} steps in {perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
