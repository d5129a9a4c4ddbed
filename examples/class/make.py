"""Makes the example class: 60 submissions put together from answers.toml, and their hand marks.

    python examples/class/make.py FOLDER

FOLDER gets handed-in/ (LaTeX, Markdown, notebooks, plain text), roster.csv and marks.csv.  Who
answers what, in which format and under which headings follows from the student's number alone.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STUDENTS = STUDENTS_WITH_NAMES = 60
PARTS = {  # exercise -> (label on the sheet, title)
    "tanh-derivative": ("5 (i)", "The derivative of the hyperbolic tangent"),
    "tanh-sigmoid": ("5 (ii)", "The hyperbolic tangent is a rescaled sigmoid"),
    "softmax-jacobian": ("6 (i)", "The Jacobian of the softmax"),
    "cross-entropy-gradient": ("6 (ii)", "The gradient of the cross-entropy behind a softmax"),
    "log-linear-softmax": ("6 (iii)", "From log-linear class probabilities to the softmax"),
    "convolution": ("7", "A convolution by hand"),
}
FIRST = ("Ada", "Ben", "Cleo", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jule")
LAST = ("Arndt", "Beck", "Cohen", "Dreyer", "Engel", "Farkas")
KINDS = ("md", "tex", "ipynb", "txt")
DISPLAY = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)


def answers() -> dict[str, list[dict[str, Any]]]:
    """The answers to each part, in the order of the file."""
    with open(HERE / "answers.toml", "rb") as file:
        found = tomllib.load(file)["answer"]
    return {part: [a for a in found if a["part"] == part] for part in PARTS}


def chosen(student: int) -> dict[str, dict[str, Any]]:
    """What a student answers to each part."""
    pool = answers()
    return {
        part: pool[part][(student + 3 * p + student // len(pool[part]) * p) % len(pool[part])]
        for p, part in enumerate(PARTS)
    }


def name(student: int) -> str:
    more = "" if student < STUDENTS_WITH_NAMES else f" {student}"
    return f"{FIRST[student % 10]} {LAST[student // 10 % len(LAST)]}{more}"


def heading(part: str, style: int, kind: str) -> str:
    """How a student marks a part: by its number, in German, or by its title."""
    number, title = PARTS[part]
    words = (number, f"Aufgabe {number}", title)[style]
    return rf"\section*{{{words}}}" if kind == "tex" else f"## {words}"


def document(student: int) -> tuple[str, str]:
    """The ending and the text of what a student hands in."""
    kind, style = KINDS[student % len(KINDS)], student // len(KINDS) % 3
    parts = [
        (heading(part, style, kind), answer["text"].strip())
        for part, answer in chosen(student).items()
        if answer["text"]
    ]
    if kind == "tex":
        body = "\n\n".join(f"{head}\n\n{_tex(text)}" for head, text in parts)
        start = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        return kind, f"{start}{body}\n\\end{{document}}\n"
    if kind == "ipynb":
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": f"{head}\n\n{text}"}
            for head, text in parts
        ]
        return kind, json.dumps(
            {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        )
    return kind, "\n\n".join(f"{head}\n\n{text}" for head, text in parts) + "\n"


def _tex(text: str) -> str:
    shown = DISPLAY.sub(lambda m: rf"\[{m[1]}\]", text)
    return shown.replace("<", r"\textless{}") if "<script" in shown else shown


def hand_marks(student: int) -> list[tuple[str, int, float, float, str]]:
    """(exercise, number of the claim, least, most, first false line) for each claim."""
    rows = []
    for part, answer in chosen(student).items():
        for n, mark in enumerate(answer["marks"]):
            least, most = mark if isinstance(mark, list) else (mark, mark)
            rows.append((part, n, float(least), float(most), answer["wrong"]))
    return rows


def make(folder: Path) -> None:
    handed_in = folder / "handed-in"
    handed_in.mkdir(parents=True, exist_ok=True)
    with open(folder / "roster.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "id"))
        writer.writerows((name(n), f"s{n:02}") for n in range(STUDENTS))
    with open(folder / "marks.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "exercise", "claim", "least", "most", "wrong"))
        writer.writerows((f"s{n:02}", *row) for n in range(STUDENTS) for row in hand_marks(n))
    for n in range(STUDENTS):
        kind, text = document(n)
        who = name(n).lower().replace(" ", "_")
        (handed_in / f"s{n:02}_{who}.{kind}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
