"""How fast a long document is checked, and what memory it takes.

    python benchmarks/long_document.py [--steps 1000]

Derivations of different kinds, each repeated with other letters, until there are enough steps.
Printed: seconds (CPU time) for scanning, for finding out what names mean, and for reading and
judging the steps, which is done chain after chain; steps a second; and the megabytes that each of
these added to what the process had before.  Scanning and names grow with the text; judging with the
results alone (`--bare`: they are not kept, as in the process that judges).
"""

from __future__ import annotations

import argparse
import resource
from itertools import cycle, pairwise
from time import process_time

from derive.check.document import judged
from derive.check.report import Judged, assembled
from derive.read.chains import chains
from derive.read.document import read_document

DERIVATIONS = (
    r"""
Section %d. The sigmoid:
$$
\begin{aligned}
\frac{d}{d%s} \frac{1}{1 + e^{-%s}} &= \frac{e^{-%s}}{(1 + e^{-%s})^2} \\
&= \sigma(%s) (1 - \sigma(%s)) \\
&= \sigma(%s) - \sigma(%s)^2
\end{aligned}
$$
""",
    r"""
Section %d. A square:
\begin{align*}
(%s + 1)^2 - (%s - 1)^2 &= %s^2 + 2%s + 1 - %s^2 + 2%s - 1 \\
&= 4%s = 2 \cdot 2%s
\end{align*}
""",
    r"""
Section %d. A sum:
$$\sum_{i=1}^n (%s_i + 1)^2 = \sum_{i=1}^n (%s_i^2 + 2%s_i + 1) = \sum_{i=1}^n %s_i^2
+ 2 \sum_{i=1}^n %s_i + n = n + \sum_{j=1}^n %s_j (%s_j + 2).$$
""",
)
STEPS = (3, 3, 3)


def text(steps: int) -> str:
    """A document of at least this many steps."""
    parts, total = ["# A long document\n"], 0
    letters = cycle("abcghkpqrstuvwxyz")
    for n, (derivation, number) in enumerate(cycle(zip(DERIVATIONS, STEPS, strict=True))):
        if total >= steps:
            break
        letter = next(letters)
        parts.append(derivation % (n, *[letter] * (derivation.count("%s"))))
        total += number
    return "\n".join(parts)


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--bare", action="store_true")
    asked = parser.parse_args()
    source = text(asked.steps)
    memory, times = [megabytes()], [process_time()]

    def done() -> None:
        times.append(process_time())
        memory.append(megabytes())

    document = read_document(source, "md", "long.md")
    done()
    reading = chains(document)
    done()
    events = judged(document, reading)
    if asked.bare:
        statuses = [event.step.verdict for event in events if isinstance(event, Judged)]
    else:
        statuses = list(assembled(events).statuses)
    done()
    seconds = times[-1] - times[0]
    print(f"{len(statuses)} steps ({statuses.count('proved')} proved), {len(source) // 1000} kB")
    for what, (a, b), (c, d) in zip(
        ("scanning", "names", "steps"), pairwise(times), pairwise(memory), strict=True
    ):
        print(f"  {what:8} {b - a:6.2f} s  {d - c:5.1f} MB")
    print(f"  {'in all':8} {seconds:6.2f} s  {memory[-1] - memory[0]:5.1f} MB", end="")
    print(f"   {len(statuses) / seconds:.0f} steps/s")


if __name__ == "__main__":
    main()
