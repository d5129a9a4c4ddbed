#!/usr/bin/env python3
"""How long a verdict takes: every claim of the exercises and every false neighbour.

    python benchmarks/verdicts.py [--sample 60 | --all] [--seed 1] [--limit 20]

Beside it, in the same run, ``sympy.simplify(lhs - rhs) == 0`` on a sample of the same claims, made
concrete for SymPy: every dimension 3, free indices 1, 2, 3 in turn.  SymPy answers for that one
size and one index pattern only, we for all of them.  Then how the softmax Jacobian grows with d.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import NamedTuple

import maxima

from derive.check.exercise import load
from derive.check.library import exercise_files
from derive.prover.decide import decide
from derive.read import read_claim, read_given
from derive.term import (
    Claim,
    Given,
    Range,
    Relation,
    Term,
    free_names,
    replace,
    substitute,
    term,
)

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 7
SIZE = 3


class Entry(NamedTuple):
    """A claim to decide.  ``true``: from an exercise, else a false neighbour."""

    name: str
    claim: Claim
    true: bool


def entries() -> Iterator[Entry]:
    exercises = {e.name: e for e in map(load, exercise_files())}
    mutants = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text(encoding="utf-8"))["mutant"]
    for exercise in exercises.values():
        for claim in exercise.claims:
            given = read_given([w.text for w in (*exercise.given, *claim.given)])
            name = f"{exercise.name}, {claim.label}"
            yield Entry(name, read_claim(claim.claim.text, given)[0], True)
            for mutant in mutants:
                if (mutant["exercise"], mutant["label"]) == (exercise.name, claim.label):
                    false = read_claim(mutant["claim"], given)[0]
                    yield Entry(f"{name}: {mutant['kind']}", false, False)


def timed(function: Callable[[], object]) -> float:
    """Milliseconds, the median of several; of the processor, so that other work does not count."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return median(times) * 1000


def decided(claim: Claim) -> float:
    """Milliseconds for a verdict on a claim of which nothing was computed before: terms keep their
    hash and their names."""
    ranges, shapes, definitions, assumptions = claim.given
    given = Given(dict(ranges), dict(shapes), dict(definitions), assumptions)  # no proxies: to copy
    copies = iter([deepcopy(replace(claim, given=given)) for _ in range(REPEATS)])
    return timed(lambda: decide(next(copies)))


def calibration() -> None:
    """A fixed amount of plain Python, to compare runs on machines, and at hours, of different
    speed."""
    table: dict[int, tuple[int, int]] = {}
    total = 0
    for n in range(10_000):
        table[n & 255] = (n, total)
        total += len(table)


def row(name: str, times: list[float]) -> str:
    if len(times) < 2:
        return f"{name:<34}{len(times):>7}"
    p90 = quantiles(times, n=10)[-1]
    return f"{name:<34}{len(times):>7}{median(times):>12.2f}{p90:>12.2f}{max(times):>12.1f}"


# --- SymPy ---------------------------------------------------------------------------------------


def concrete(claim: Claim) -> Claim:
    """With every dimension 3 and the free indices 1, 2, 3 in turn."""
    given = claim.given
    axes = [*given.ranges.values(), *(axis for shape in given.shapes.values() for axis in shape)]
    sizes = {name for axis in axes for end in (axis.lower, axis.upper) for name in free_names(end)}
    by: dict[str, Term] = {name: term(SIZE) for name in sizes - set(given.ranges)}
    known = {"i": 1, "j": 2}
    free = sorted(set(given.ranges) & free_names(claim.relation))
    indices = {name: term(known.get(name, 1 + n % SIZE)) for n, name in enumerate(free)}

    def sized(axis: Range) -> Range:
        return Range(substitute(axis.lower, by), substitute(axis.upper, by))

    definitions = {n: replace(t, body=substitute(t.body, by)) for n, t in given.definitions.items()}
    shapes = {n: tuple(map(sized, shape)) for n, shape in given.shapes.items()}
    ranges = {n: sized(axis) for n, axis in given.ranges.items()}
    assumptions = tuple(replace(a, term=substitute(a.term, by)) for a in given.assumptions)
    made = Given(ranges, shapes, definitions, assumptions)
    return replace(claim, relation=substitute(claim.relation, {**by, **indices}), given=made)


def simplified(claim: Claim, system: str, limit: float, answer: Connection) -> None:
    """In a process of its own: milliseconds and whether the system finds both sides equal."""
    import sympy

    from derive.sympy_border import to_sympy

    relation = claim.relation
    assert isinstance(relation, Relation)
    try:
        left, right = (to_sympy(t, claim.given) for t in (relation.left, relation.right))
        if system == "Maxima":
            answer.send(maxima.simplified(left.doit() - right.doit(), limit))
            return
    except Exception as error:  # not the system's fault: left out of the comparison
        answer.send((0.0, f"not converted: {error}"))
        return
    start = time.process_time()
    try:
        equal = sympy.simplify(left.doit() - right.doit()) == 0
        answer.send(((time.process_time() - start) * 1000, "equal" if equal else "not equal"))
    except Exception as error:
        answer.send(((time.process_time() - start) * 1000, f"error: {type(error).__name__}"))


def by_system(claim: Claim, system: str, limit: float) -> tuple[float, str]:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=simplified, args=(concrete(claim), system, limit, there))
    worker.start()
    there.close()
    try:
        if here.poll(limit + 1):
            found: tuple[float, str] = here.recv()
            return found
        return limit * 1000, "time limit"
    except EOFError:
        return 0.0, "not converted: the process ended"
    finally:
        worker.kill()
        worker.join()


def against(system: str, chosen: list[tuple[Entry, float]], limit: float) -> str:
    import sympy  # here, so that every fork has it loaded

    does = {"SymPy": f"SymPy {sympy.__version__} simplify", "Maxima": "Maxima radcan, ratsimp"}
    ours, theirs = [], []
    counts: dict[tuple[bool, str], int] = {}
    for n, (entry, milliseconds) in enumerate(chosen):
        if sys.stderr.isatty():
            print(f"{system} {n} of {len(chosen)}", end="\r", file=sys.stderr, flush=True)
        spent, answer = by_system(entry.claim, system, limit)
        kind = answer.split(":")[0]
        counts[entry.true, kind] = counts.get((entry.true, kind), 0) + 1
        if kind in ("equal", "not equal", "time limit"):
            ours.append(milliseconds)
            theirs.append(spent)
    answers = [
        f"{'true' if true else 'false'} claim {kind}: {n}"
        for (true, kind), n in sorted(counts.items())
    ]
    lines = [
        row("decide, the same claims", ours),
        row(f"{does[system]}, d = {SIZE}", theirs),
        f"ratio of the medians {median(theirs) / median(ours):.2g} (time limit {limit:.0f} s)",
        f"{system}'s answers: {'; '.join(answers)}",
    ]
    return "\n".join(lines)


# --- growth with d -------------------------------------------------------------------------------

JACOBIAN = r"\frac{\partial p_j}{\partial x_i} = p_j (\delta_{ij} - p_i)"


def softmax_jacobian(size: str) -> Claim:
    lines = (f"i, j, k: 1..{size}", rf"x \in \mathbb{{R}}^{{{size}}}",
             rf"p_j = \frac{{\exp(x_j)}}{{\sum_{{k=1}}^{{{size}}} \exp(x_k)}}")  # fmt: skip
    return read_claim(JACOBIAN, read_given(list(lines)))[0]


def growth() -> Iterator[str]:
    for size in ("d", "2", "4", "8", "16", "32"):
        claim = softmax_jacobian(size)
        status = decide(claim).status
        yield f"  d = {size:<4}{status:<10}{timed(lambda claim=claim: decide(claim)):>9.2f} ms"  # type: ignore[misc]


def is_equation(claim: Claim) -> bool:
    return isinstance(claim.relation, Relation) and claim.relation.op == "="


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=60, help="claims that SymPy gets")
    parser.add_argument("--all", action="store_true", help="SymPy gets every equation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=20, help="seconds for SymPy on one claim")
    options = parser.parse_args()
    heads = ("milliseconds of processor time", "claims", "median", "p90", "max")
    print("{:<34}{:>7}{:>12}{:>12}{:>12}".format(*heads))
    found, unit = [], []
    for entry in entries():
        status = decide(entry.claim).status
        found.append((entry, status, decided(entry.claim)))
        unit.append(timed(calibration))
    for true, what in ((True, "claims of the exercises"), (False, "false neighbours")):
        for status in ("proved", "refuted", "undecided"):
            times = [ms for entry, got, ms in found if entry.true == true and got == status]
            if times:
                print(row(f"{what}, {status}", times))
    every = [ms for _, _, ms in found]
    print(row("all", every))
    print(row("a fixed loop, for comparison", unit))
    print(f"median verdict = {median(every) / median(unit):.2f} x the loop")
    slowest = max(found, key=lambda item: item[2])
    print(f"slowest: {slowest[0].name}\n")
    equations = [(entry, ms) for entry, _, ms in found if is_equation(entry.claim)]
    if not options.all and len(equations) > options.sample:
        equations = Random(options.seed).sample(equations, options.sample)
    print(against("SymPy", equations, options.limit), end="\n\n")
    if maxima.installed():
        print(against("Maxima", equations, options.limit), end="\n\n")
    print("Jacobian of the softmax", *growth(), sep="\n", end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
