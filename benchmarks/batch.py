"""How many claims a second `derive batch` decides: the exercises' claims and their mutants.

    python benchmarks/batch.py [JOBS]

Each claim occurs once.  Beside it the time of reading and deciding them in this process.  All is
time of the processors, so that other work on the machine does not count.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from verdicts import ROOT

from derive.batch.answer import answer
from derive.batch.question import Question
from derive.check.exercise import load
from derive.check.library import exercise_files
from derive.read import Under


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    asked = questions()
    with tempfile.TemporaryDirectory() as folder:
        claims, out = Path(folder, "claims.jsonl"), Path(folder, "out.jsonl")
        rows = [{"id": n, "claim": c, "given": list(given)} for n, (c, given) in enumerate(asked)]
        claims.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        command = [sys.executable, "-m", "derive", "batch", str(claims), "-o", str(out)]
        whole = _timed([*command, "-q", f"-j{jobs}"])
        again = _timed([*command, "-q", f"-j{jobs}"])
    known: dict[tuple[str, ...], Under] = {}
    start = time.process_time()
    for n, (claim, given) in enumerate(asked):
        answer(Question(n, None, claim, tuple(given)), known)
    alone = time.process_time() - start
    count = len(asked)
    print(f"{count} claims, {jobs} process(es)")
    print(f"  derive batch         {whole:6.2f} s   {count / whole:7.0f} a second and core")
    print(f"  without starting     {whole - again:6.2f} s   {count / (whole - again):7.0f}")
    print(f"  reading and deciding {alone:6.2f} s   {count / alone:7.0f} a second")


def questions() -> list[tuple[str, tuple[str, ...]]]:
    """Claims with what is given, each once."""
    mutants = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text(encoding="utf-8"))["mutant"]
    found: dict[tuple[str, tuple[str, ...]], None] = {}
    for exercise in map(load, exercise_files()):
        for claim in exercise.claims:
            given = tuple(w.text for w in (*exercise.given, *claim.given))
            found[claim.claim.text, given] = None
            for mutant in mutants:
                if (mutant["exercise"], mutant["label"]) == (exercise.name, claim.label):
                    found[mutant["claim"], given] = None
    return list(found)


def _timed(command: list[str]) -> float:
    """Seconds of the processors for a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
