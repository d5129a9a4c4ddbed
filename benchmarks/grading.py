"""How near the marks are to the hand marks of the example class, and how long a class takes.

python benchmarks/grading.py            marks and first false lines against the hand marks
python benchmarks/grading.py --time 200 seconds for 200 submissions of six parts
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples" / "class"))

import make  # noqa: E402  # the example's own script

from derive.cli.grade import Options, grade  # noqa: E402
from derive.read import ReadError, read_formula  # noqa: E402
from derive.term import Term  # noqa: E402

NEAR = 0.5
Pair = tuple[float, float, float, float]


def graded(folder: Path, jobs: int) -> dict[str, Any]:
    make.make(folder)
    options = Options(
        str(folder / "graded"), roster=str(folder / "roster.csv"), jobs=jobs, quiet=True
    )
    with open(folder / "table.txt", "w", encoding="utf-8") as table:
        shown, sys.stdout = sys.stdout, table
        try:
            grade(str(make.HERE / "sheet.toml"), str(folder / "handed-in"), options)
        finally:
            sys.stdout = shown
    files = sorted((folder / "graded" / "feedback").glob("*.json"))
    return {file.stem: json.loads(file.read_text()) for file in files}


def term(latex: str) -> Term | None:
    try:
        return read_formula(latex)[0]
    except ReadError:
        return None


def compare(found: dict[str, Any], shown: bool) -> dict[str, tuple[int, int]]:
    """name of a measure -> (how many are good, of how many)."""
    measured: list[tuple[str, bool, str]] = []
    for n in range(make.STUDENTS):
        whole: list[Pair] = []
        for exercise in found[f"s{n:02}"]["exercises"]:
            own = [row for row in make.hand_marks(n) if row[0] == exercise["name"]]
            pairs = [
                (c["least"], c["most"], least, most)
                for c, (_, _, least, most, _) in zip(exercise["claims"], own, strict=True)
            ]
            for c, pair in zip(exercise["claims"], pairs, strict=True):
                measured.append(("claims", near([pair]), f"{c['label']}: {pair} {c['why']}"))
            measured.append(("parts", near(pairs), f"{exercise['name']}: {pairs}"))
            measured.append(_first_false(exercise, own[0][4]))
            whole += pairs
        measured.append(("submissions", near(whole), f"s{n:02}"))
    if shown:
        for name, good, what in measured:
            if not good:
                print(f"{name}: {what}")
    names = dict.fromkeys(name for name, _, _ in measured)
    return {
        name: (sum(g for m, g, _ in measured if m == name), sum(m == name for m, _, _ in measured))
        for name in names
    }


def _first_false(exercise: dict[str, Any], wrong: str) -> tuple[str, bool, str]:
    steps = [s for c in exercise["claims"] for s in c["steps"] if s["verdict"] == "refuted"]
    first = steps[0]["right"] if steps else ""
    if wrong:
        return "first false line", bool(steps) and same(first, wrong), f"{wrong} not {first}"
    return "not accused", not steps, f"{exercise['name']}: {first}"


def near(pairs: list[Pair]) -> bool:
    """Does the sum of the ranges meet the sum of the hand marks up to half a point?"""
    low, high, least, most = (sum(pair[k] for pair in pairs) for k in range(4))
    return low - NEAR <= most and least <= high + NEAR


def same(found: str, wrong: str) -> bool:
    a, b = term(found), term(wrong.strip())
    return a is not None and a == b


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time", type=int, metavar="N", help="grade N submissions")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("-v", action="store_true", help="show each difference")
    args = parser.parse_args()
    if args.time:
        make.STUDENTS = args.time
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        found = graded(Path(folder), args.jobs)
        seconds = time.perf_counter() - start
        if args.time:
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            own = resource.getrusage(resource.RUSAGE_SELF)
            cpu = usage.ru_utime + usage.ru_stime + own.ru_utime + own.ru_stime
            print(f"{len(found)} submissions of six parts: {seconds:.1f} s, {cpu:.1f} s of CPU")
            print(f"memory: {own.ru_maxrss // 1024} MB, a worker {usage.ru_maxrss // 1024} MB")
            return
        for name, (good, of) in compare(found, args.v).items():
            print(f"{name:18} {good:4} of {of:4}  {good / of:.1%}")


if __name__ == "__main__":
    main()
