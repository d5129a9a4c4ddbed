"""How long a command takes as a process, with warm bytecode.

    python benchmarks/startup.py [--runs 20]

The rows take turns, so that a busy machine slows all of them alike: read the ratios to the first
row, and the times where the machine has nothing else to do.  No timing is a test.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = "from derive.cli import main; main()"
CLAIM = r"\tanh(x) = 2\sigma(2x) - 1"

# fmt: off
ROWS: tuple[tuple[str, str, tuple[str, ...], float | None], ...] = (  # goal in ms
    ("python -c pass",                  "pass",             (),                           None),
    ("import flint",                    "import flint",     (),                           None),
    ("import derive",                   "import derive",    (),                           None),
    ("derive --help",                   RUN,                ("--help",),                  80),
    ("derive check tanh-derivative",    RUN,                ("check", "tanh-derivative"), 150),
    (f"derive prove '{CLAIM}'",         RUN,                ("prove", CLAIM),             None),
)
# fmt: on


def milliseconds(code: str, arguments: tuple[str, ...], environment: dict[str, str]) -> float:
    """One run; a command that fails is no measurement."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return 1000 * (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20, help="of each row")
    runs = parser.parse_args().runs
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    taken: dict[str, list[float]] = {name: [] for name, *_ in ROWS}
    for n in range(runs + 1):
        for name, code, arguments, _ in ROWS:
            one = milliseconds(code, arguments, environment)
            if n:  # the first writes the bytecode
                taken[name].append(one)
    bare = statistics.median(taken[ROWS[0][0]])
    print(f"{'':40} median    best   ratio   goal   (ms, {runs} runs)")
    for name, _, _, goal in ROWS:
        middle, best = statistics.median(taken[name]), min(taken[name])
        aim = f"{goal:6.0f}" if goal else ""
        print(f"{name:40} {middle:6.0f}  {best:6.0f}  {middle / bare:6.1f} {aim}")


if __name__ == "__main__":
    main()
