"""Marks for other programs: CSV for spreadsheets, JSON, and what Gradescope reads."""

from __future__ import annotations

import csv
import io
import json
from hashlib import sha256
from typing import Any

from derive.grade.feedback import said
from derive.grade.marks import ClaimMark, StepMark, StudentMark
from derive.grade.summary import Summary

# What makes a spreadsheet take a cell for a formula (OWASP's list); such a cell gets a quote.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def marks_csv(found: Summary) -> str:
    """One row a student, at least and at most where a mark is a range."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [f"{name} ({end})" for name, _ in found.columns for end in ("least", "most")]
    head = ["id", "name", *columns, "least", "most", "points", "open"]
    writer.writerow(map(cell, head))
    for row in found.rows:
        marks = [f"{mark:g}" for pair in row.marks for mark in pair]
        sums = [f"{row.low:g}", f"{row.high:g}", f"{found.points:g}", str(row.open)]
        writer.writerow([cell(row.student), cell(row.name), *marks, *sums])
    return out.getvalue()


def cell(text: str) -> str:
    """Text that a spreadsheet shows and does not compute.

    >>> cell("=1+1"), cell("Anna")
    ("'=1+1", 'Anna')
    """
    return "'" + text if text.lstrip(" ").startswith(FORMULA) else text


def student_json(mark: StudentMark, language: str) -> dict[str, Any]:
    """One student's marks as a program reads them (version 1; keys may be added)."""
    return {
        "version": 1,
        "student": mark.student,
        "name": mark.name,
        "least": mark.low,
        "most": mark.high,
        "points": mark.points,
        "notes": [said(note, language) for note in mark.notes],
        "exercises": [
            {
                "name": e.name,
                "title": e.title,
                "least": e.low,
                "most": e.high,
                "points": e.points,
                "claims": [_claim(c, language) for c in e.claims],
            }
            for e in mark.exercises
        ],
    }


def _claim(claim: ClaimMark, language: str) -> dict[str, Any]:
    return {
        "label": claim.label,
        "claim": claim.claim,
        "least": claim.low,
        "most": claim.high,
        "points": claim.points,
        "why": [said(why, language) for why in claim.why],
        "comment": claim.comment,
        "file": claim.file,
        "steps": [_step(step) for step in claim.steps],
    }


def _step(step: StepMark) -> dict[str, Any]:
    return {name: value for name, value in step._asdict().items() if name != "picture"}


def gradescope(mark: StudentMark, feedback: str, language: str) -> dict[str, Any]:
    """results.json of Gradescope's autograder: the certain part of each mark counts, and what a
    person has to look at is said."""
    tests = [
        {
            "name": f"{e.title}: {c.label}",
            "score": c.low,
            "max_score": c.points,
            "output": " ".join(said(why, language) for why in c.why),
            "visibility": "visible",
        }
        for e in mark.exercises
        for c in e.claims
    ]
    return {
        "score": mark.low,
        "output": feedback,
        "output_format": "md",
        "visibility": "visible",
        "tests": tests,
    }


def written(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def file_name(student: str) -> str:
    """A name for a student's files that is one on every system, and nobody else's.

    >>> file_name("anna.b-1"), file_name("../x")
    ('anna.b-1', '_x-d6b96a97')
    """
    plain = "".join(c if (c.isalnum() and c.isascii()) or c in "._-" else "_" for c in student)
    if plain == student and not student.startswith((".", "-")) and len(student) <= 80:
        return student
    return f"{plain[:60].lstrip('.-') or '_'}-{sha256(student.encode()).hexdigest()[:8]}"
