"""Textbook steps of the whole library: lines a claim, gaps, time an exercise.

Run ``python benchmarks/steps.py``; ``python benchmarks/steps.py NAME [DETAIL]`` prints the lines
too.  Times are of the processor, and include the verdicts and the certificates of all lines.
"""

from __future__ import annotations

import sys
from statistics import median
from time import process_time
from typing import cast

from derive.check.library import exercise_files, name_of
from derive.check.run import check_file
from derive.explain.proof import Detail, Proof, spoken
from derive.term.text import text

MILLI, SLOW = 1000, 100  # ms that an exercise may take


def longest(proof: Proof) -> int:
    return max([len(proof.steps), *map(longest, (*proof.before, *proof.parts))])


def count(proof: Proof) -> int:
    return len(proof.steps) + sum(map(count, (*proof.before, *proof.parts)))


def whole(proof: Proof) -> bool:
    return proof.complete and all(map(whole, (*proof.before, *proof.parts)))


def show(proof: Proof, indent: str = "    ") -> None:
    if proof.case is not None:
        print(f"{indent}for {text(proof.case)}:")
    for first in proof.before:
        print(f"{indent}    {spoken(first.opening)}:")
        show(first, indent + "    ")
    print(f"{indent}{text(proof.start)}")
    for part in proof.parts:
        show(part, indent + "    ")
    for step in proof.steps:
        print(f"{indent}{step.relation} {text(step.term)}    [{step.reason}]")


def main(wanted: str = "", detail: str = "normal") -> None:
    lines, total, seconds, gaps, none, long = list[int](), 0, list[float](), [], [], []
    for path in exercise_files():
        if wanted and name_of(path) not in wanted and wanted not in name_of(path):
            continue
        start = process_time()
        result = check_file(path, detail=cast(Detail, detail))
        seconds.append(process_time() - start)
        for claim in result.claims:
            name = f"{name_of(path)}: {claim.label}"
            if wanted not in name:
                continue
            if claim.proof is None:
                none.append(name)
                continue
            lines.append(longest(claim.proof))
            total += count(claim.proof)
            if not whole(claim.proof):
                gaps.append(name)
            if lines[-1] > 12:
                long.append(f"{name} ({lines[-1]})")
            if wanted:
                print(name)
                show(claim.proof)
    print(f"claims {len(lines) + len(none)}, explained {len(lines)}, with a gap {len(gaps)}")
    print(f"lines: median {median(lines)}, most {max(lines)}, longer than 12: {len(long)}")
    millis = sorted(MILLI * s for s in seconds)
    slow = sum(ms > SLOW for ms in millis)
    print(f"{total} lines; an exercise: median {median(millis):.0f} ms, "
          f"p90 {millis[int(len(millis) * 0.9)]:.0f} ms, most {millis[-1]:.0f} ms, "
          f"over {SLOW} ms: {slow}")  # fmt: skip
    for title, names in (("gaps", gaps), ("not proved", none), ("longer than 12", long)):
        print(f"{title}: {', '.join(names) or 'none'}")


if __name__ == "__main__":
    main(*sys.argv[1:])
