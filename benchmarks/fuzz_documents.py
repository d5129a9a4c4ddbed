"""Documents broken at random: nothing may be raised, nothing may run on.

    python benchmarks/fuzz_documents.py [--number N] [--seed S] [--seconds T]

Each document is one of tests/documents, mostly a few paragraphs of it, changed in a few places:
characters and pieces are taken out, doubled, exchanged, moved to another document, or strange ones
put in.  It is checked in this
process, where a fault shows.  Faults are printed with the document that made them (shortened), and
every document that took longer than T seconds.  Exit code 1 where there was a fault.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from time import process_time

from derive.check.document import check_document
from derive.check.report import Report
from derive.read.document import read_document
from derive.render.json import report_json

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "documents"
KINDS = {".md": "md", ".tex": "tex", ".txt": "txt", ".ipynb": "ipynb"}
EVERY = 500  # documents between two signs of life
WHOLE = 0.05  # how many documents are taken as they are
# fmt: off
PIECES = (
    "$", "$$", r"\[", r"\]", r"\(", "{", "}", "&", r"\\", "=", "+", "-", "^", "_", "'", "|", ",",
    r"\frac", r"\frac{1}{0}", r"\sum_{i=1}^", r"\sum", r"\left(", r"\right)", r"\begin{align}",
    r"\end{align}", r"\begin{cases}", r"\end{cases}", r"\text{", r"\partial", r"\log", r"\sqrt",
    r"\newcommand{\a}{\a}", r"\def\b#1{#1#1}", r"\b{\b{\b{\b{x}}}}", "%", "%! let ", "%! assume ",
    "<!-- derive: ", "-->", "```", "---\n", "\n\n", "\x00", "\ufeff", "\u202e", "é", "²", "∑", "𝔼",
    "10^{10^{10}}", "x^{x^{x^x}}", r"\dots", r"\vdots", r"\Rightarrow", r"\tag{", "where $x = x$",
    "for $i = j$", "one-hot", "(" * 60, "{" * 60, r"\frac{1}{" * 30, "9" * 500, r"\cdot" * 50,
)
# fmt: on


def excerpt(text: str, random: Random) -> str:
    """Up to six paragraphs of a text one after the other; sometimes all of it."""
    if random.random() < WHOLE:
        return text
    paragraphs = text.split("\n\n")
    start = random.randrange(len(paragraphs))
    return "\n\n".join(paragraphs[start : start + random.randint(1, 6)])


def broken(texts: list[str], random: Random) -> str:
    """One of ``texts`` or a part of it with one to five changes."""
    text = excerpt(random.choice(texts), random)
    for _ in range(random.randint(1, 5)):
        start = random.randint(0, len(text))
        end = min(len(text), start + random.choice((1, 1, 2, 5, 20, 80)))
        match random.randrange(6):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:]
            case 2 | 3:
                text = text[:start] + random.choice(PIECES) + text[start:]
            case 4:
                other = random.choice(texts)
                at = random.randint(0, len(other))
                text = text[:start] + other[at : at + 60] + text[end:]
            case _:
                at = random.randint(0, len(text))
                text = text[:at] + text[start:end] + text[at:]
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in KINDS)
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    counts, faults = Counter[str](), 0
    for n in range(arguments.number):
        text, kind = broken(texts, random), random.choice(tuple(KINDS.values()))
        if n % EVERY == 0:
            print(f"{n} of {arguments.number}, {faults} faults", end="\r", file=sys.stderr)
        start = process_time()
        try:
            result = check_document(read_document(text, kind, "fuzz"))
            report_json(Report((result,)))
        except Exception:
            faults += 1
            print(f"--- fault in document {n} ({kind})\n{text[:2000]}\n{traceback.format_exc()}")
            continue
        counts.update(result.statuses)
        for finding in result.findings:
            if finding.code in ("D901", "D902"):
                faults += 1
                print(f"--- document {n} ({kind}): {finding.message}\n{finding.source[:300]}")
        if process_time() - start > arguments.seconds:
            print(f"--- document {n} ({kind}) took {process_time() - start:.1f} s\n{text[:1000]}")
    print(f"{arguments.number} documents, {faults} faults; steps: {dict(counts)}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
