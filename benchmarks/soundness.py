#!/usr/bin/env python3
"""The soundness fuzzer: random claims whose truth is known, decided and checked anew.

    python benchmarks/soundness.py [--count 100000] [--seed 1] [--jobs 2] [--family sums ...]
    python benchmarks/soundness.py --show "sums 17"        one claim, with everything about it

A contradiction is: prover and refuter disagree; a true claim refuted; a proved claim with a
counterexample under its needs at any of many other points; a counterexample that exact evaluation
does not confirm; a refuted claim that the prover proves; a proof that lost a condition it relies
on; an error in place of a verdict.
Exit code 1 where there is one.

All benchmarks need ``derive`` installed, or PYTHONPATH=. in a checkout.
"""

from __future__ import annotations

import argparse
import multiprocessing
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import NamedTuple

from claims import FAMILIES, Case, case

from derive.prover.decide import Contradiction, by_proof, decide
from derive.prover.normal_form.context import Limits
from derive.prover.refuter.refute import Refuter, reevaluate, refute
from derive.prover.verdict import Verdict
from derive.term import free_names, replace
from derive.term.latex import latex
from derive.term.text import text

POINTS = 8  # at which a proof is tried anew
SECONDS = 20  # more than that on one claim is reported
BATCH = 50


class TooSlow(Exception):
    """One claim takes longer than SECONDS."""


class Outcome(NamedTuple):
    """What became of one claim.  ``fault``: which contradiction, "" where there is none.
    ``effective``: a mistake was put in that does make the claim false.
    ``lost``: a true pattern that the kernel is known to prove was not proved."""

    family: str
    seed: int
    mistake: str
    status: str
    fault: str = ""
    effective: bool = False
    lost: bool = False
    seconds: float = 0.0


def judged(subject: Case, points: int = POINTS) -> Outcome:
    """Decide the claim and check the verdict in every way there is."""
    start = time.perf_counter()
    status, fault = "none", ""
    try:
        verdict = decide(subject.claim)
        seconds = time.perf_counter() - start
        status = verdict.status + (" with needs" if verdict.needs else "")
        fault = fault_of(subject, verdict, points)
    except Contradiction as error:
        seconds, fault = time.perf_counter() - start, str(error)
    except TooSlow:
        seconds, status = time.perf_counter() - start, "too slow"
    except Exception as error:  # whatever it is, it stands where a verdict should
        seconds, fault = time.perf_counter() - start, f"{type(error).__name__}: {error}"
    effective = bool(subject.mistake) and status == "refuted"
    lost = subject.certain and not status.startswith("proved")
    return Outcome(
        subject.family, subject.seed, subject.mistake, status, fault, effective, lost, seconds
    )


def fault_of(subject: Case, verdict: Verdict, points: int) -> str:
    claim = subject.claim
    if verdict.status == "refuted":
        assert verdict.counterexample is not None
        if not subject.mistake:
            return f"a true claim refuted at {verdict.counterexample}"
        if not reevaluate(claim, verdict.counterexample):
            return f"a counterexample that can't be confirmed: {verdict.counterexample}"
        if by_proof(claim, Limits(), Refuter(claim)).status == "proved":
            return f"refuted before a proof was tried, which succeeds: {verdict.counterexample}"
    if verdict.status == "proved":
        assumed = replace(claim, given=claim.given.with_assumptions(*verdict.needs))
        found = refute(assumed, seed=subject.seed + 1, points=points).counterexample
        if found is not None:
            return f"proved, yet false at {found}"
        spoken = set[str]().union(*(free_names(need.term) for need in verdict.needs))
        if not set(subject.needs) <= spoken:
            return f"a need about {', '.join(sorted(set(subject.needs) - spoken))} is lost"
    return ""


# --- many of them --------------------------------------------------------------------------------


def _alarm(signum: int, frame: FrameType | None) -> None:
    raise TooSlow


def judged_in_time(subject: Case, points: int = POINTS, seconds: int = SECONDS) -> Outcome:
    """``judged``, interrupted after so many seconds (in the main thread only)."""
    before = signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(seconds)
    try:
        return judged(subject, points)
    except TooSlow:
        return Outcome(subject.family, subject.seed, subject.mistake, "too slow")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def batch(names: tuple[tuple[str, int], ...]) -> list[Outcome]:
    return [judged_in_time(case(*name)) for name in names]


def batches(
    families: tuple[str, ...], count: int, seed: int
) -> Iterator[tuple[tuple[str, int], ...]]:
    first = (seed - 1) * count
    names = [(families[n % len(families)], first + n // len(families)) for n in range(count)]
    for n in range(0, count, BATCH):
        yield tuple(names[n : n + BATCH])


def outcomes_of(families: tuple[str, ...], count: int, seed: int, jobs: int) -> Iterator[Outcome]:
    """The outcomes as they come, with the progress on stderr."""
    work = batches(families, count, seed)
    done, start = 0, time.perf_counter()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        results: Iterable[list[Outcome]] = pool.imap_unordered(batch, work)
        for found in results:
            yield from found
            done += len(found)
            rate = done / (time.perf_counter() - start)
            if sys.stderr.isatty() or done % 5000 == 0:
                end = "\r" if sys.stderr.isatty() else "\n"
                line = f"{done} of {count} claims, {rate:.0f}/s "
                print(line, end=end, file=sys.stderr, flush=True)


# --- the table -----------------------------------------------------------------------------------

STATUSES = ("proved", "proved with needs", "refuted", "undecided", "too slow", "none")


def table(outcomes: list[Outcome]) -> str:
    rows = [f"{'family':<14}{'claims':>8}{'true':>8}" + "".join(f"{s:>19}" for s in STATUSES)
            + f"{'false for sure':>16}"]  # fmt: skip
    for family in [*dict.fromkeys(o.family for o in outcomes), "all"]:
        own = [o for o in outcomes if family in (o.family, "all")]
        by = Counter((o.status, bool(o.mistake)) for o in own)
        cells = "".join(f"{f'{by[s, False]} + {by[s, True]}':>19}" for s in STATUSES)
        sure = sum(o.effective for o in own)
        true = sum(not o.mistake for o in own)
        rows.append(f"{family:<14}{len(own):>8}{true:>8}{cells}{sure:>16}")
    rows.append("(each cell: true claims + claims with a mistake, some of which stay true)")
    return "\n".join(rows)


def show(name: str) -> None:
    family, _, seed = name.rpartition(" ")
    subject = case(family, int(seed))
    given = subject.claim.given
    print(text(subject.claim.relation), latex(subject.claim.relation), sep="\n")
    for definition in given.definitions.values():
        inside = ", ".join((*definition.indices, *definition.parameters))
        print(f"  {definition.name}[{inside}] := {text(definition.body)}")
    for assumption in given.assumptions:
        print(f"  {assumption.kind}: {text(assumption.term)}")
    print("mistake:", subject.mistake or "none, it is true")
    outcome = judged(subject, 40)
    found = outcome.fault or "no contradiction"
    print(f"{outcome.status} ({outcome.seconds * 1000:.1f} ms)", found)
    if outcome.status != "none":
        verdict = decide(subject.claim)
        print("needs:", [text(need.term) for need in verdict.needs], verdict.reason)
        print(verdict.counterexample or "")
        if verdict.residual is not None:
            print("residual:", text(verdict.residual))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--family", nargs="+", choices=FAMILIES, default=FAMILIES)
    parser.add_argument("--show", metavar="'FAMILY SEED'")
    options = parser.parse_args()
    if options.show:
        show(options.show)
        return 0
    start = time.perf_counter()
    outcomes = []
    families = tuple(options.family)
    for outcome in outcomes_of(families, options.count, options.seed, options.jobs):
        outcomes.append(outcome)
        if outcome.fault:
            print(f"CONTRADICTION {outcome.family} {outcome.seed} ({outcome.mistake or 'true'}): "
                  f"{outcome.fault}\n  {text(case(outcome.family, outcome.seed).claim.relation)}\n"
                  f"  python benchmarks/soundness.py --show '{outcome.family} {outcome.seed}'",
                  flush=True)  # fmt: skip
    seconds = time.perf_counter() - start
    faults = sum(bool(o.fault) for o in outcomes)
    print(table(outcomes))
    rate = len(outcomes) / seconds
    print(f"{len(outcomes)} claims in {seconds:.0f} s ({rate:.0f} claims/s, {options.jobs} jobs)")
    print("slowest verdicts:")
    for o in sorted(outcomes, key=lambda o: -o.seconds)[:3]:
        print(f"  {o.seconds:.2f} s: --show '{o.family} {o.seed}'")
    print(f"known proofs lost: {sum(o.lost for o in outcomes)}")
    print(f"too slow (more than {SECONDS} s): {sum(o.status == 'too slow' for o in outcomes)}")
    print(f"contradictions: {faults}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
