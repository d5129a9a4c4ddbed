"""Textbook steps of the whole library: time a claim, lines, gaps.

Run ``python benchmarks/steps.py``; ``python benchmarks/steps.py NAME`` prints the lines too.
Search is timed apart from the kernel's certificates (which the verdict pays for as well).
"""

from __future__ import annotations

import sys
from statistics import median
from time import perf_counter

from derive.check.exercise import load
from derive.check.library import exercise_files
from derive.explain.proof import Proof
from derive.explain.steps import derive_steps
from derive.prover.decide import decide
from derive.read.claim import read_claim
from derive.read.given import read_given
from derive.term import Claim
from derive.term.text import text

MILLI = 1000


class Judge:
    """The kernel, with the time that it took."""

    def __init__(self) -> None:
        self.seconds, self.asked = 0.0, 0

    def __call__(self, claim: Claim) -> bool:
        start = perf_counter()
        status = decide(claim).status
        self.seconds += perf_counter() - start
        self.asked += 1
        return status == "proved"


def longest(proof: Proof) -> int:
    return max([len(proof.steps), *map(longest, proof.parts)])


def show(proof: Proof, indent: str = "    ") -> None:
    if proof.case is not None:
        print(f"{indent}for {text(proof.case)}:")
    for first in proof.before:
        show(first, indent + "    ")
    print(f"{indent}{text(proof.start)}")
    for part in proof.parts:
        show(part, indent + "    ")
    for step in proof.steps:
        print(f"{indent}{step.relation} {text(step.term)}    [{step.reason}]")


def main(wanted: str) -> None:
    searching, lines, gaps, none, long = list[float](), list[int](), [], [], []
    for path in exercise_files():
        exercise, shown = load(path), list[Claim]()
        for entry in exercise.claims:
            name = f"{exercise.name}: {entry.label}"
            given = read_given([w.text for w in (*exercise.given, *entry.given)])
            cases = [read_claim(w.text, given)[0].relation for w in entry.cases]
            claim, judge = read_claim(entry.claim.text, given)[0], Judge()
            if wanted not in name:
                continue
            start = perf_counter()
            proof = derive_steps(claim, cases=cases, judge=judge, lemmas=shown)
            searching.append(perf_counter() - start - judge.seconds)
            if not entry.given:
                shown.append(claim)
            if proof is None:
                none.append(name)
                continue
            lines.append(longest(proof))
            if not proof.complete:
                gaps.append(name)
            if lines[-1] > 12:
                long.append(f"{name} ({lines[-1]})")
            if wanted:
                print(name)
                show(proof)
    slow = sorted(searching)[int(len(searching) * 0.9)]
    print(f"claims {len(searching)}, explained {len(lines)}, of these with a gap {len(gaps)}")
    print(f"search: median {median(searching) * MILLI:.1f} ms, p90 {slow * MILLI:.1f} ms")
    print(f"lines: median {median(lines)}, most {max(lines)}, longer than 12: {len(long)}")
    for title, names in (("gaps", gaps), ("not proved", none), ("longer than 12", long)):
        print(f"{title}: {', '.join(names) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
