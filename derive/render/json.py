"""Results as JSON, version 1: keys may be added, none change.

Lines and columns count from 1, columns in characters.  Formulas are LaTeX as it was read, written
back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from derive.check.exercise import Exercise
from derive.check.report import (
    ClaimResult,
    DocumentResult,
    ExerciseResult,
    Finding,
    Report,
    Said,
    StepResult,
)
from derive.explain.proof import Proof, spoken
from derive.prover.display import assumption_words
from derive.prover.verdict import Counterexample, Value
from derive.term import Assumption, Call, Definition, Indexed, Relation, Symbol, Term
from derive.term.latex import latex

VERSION = 1
CODES = {"refuted": "D201", "undecided": "D202", "unread": "D101"}


def report_json(report: Report) -> str:
    """A whole run."""
    document = {
        "version": VERSION,
        "documents": [
            _exercise(result) if isinstance(result, ExerciseResult) else _document(result)
            for result in report.results
        ],
        "summary": dict(report.counts),
    }
    return _dumped(document)


def list_json(exercises: Sequence[Exercise]) -> str:
    """The library: what each exercise is about, and its claims as written."""
    rows = [
        {
            "name": e.name,
            "path": e.path,
            "title": e.title,
            "topic": e.topic,
            "level": e.level,
            "points": e.points,
            "source": e.source,
            "parameters": [p.name for p in e.parameters],
            "claims": [{"label": c.label, "claim": c.claim.text} for c in e.claims],
        }
        for e in exercises
    ]
    return _dumped({"version": VERSION, "exercises": rows})


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _exercise(result: ExerciseResult) -> dict[str, Any]:
    given = result.given
    return {
        "path": result.path,
        "name": result.name,
        "title": result.exercise.title if result.exercise else "",
        "definitions": [
            {"line": d.line, "text": definition_latex(d)} for d in given.definitions.values()
        ] if given else [],
        "assumptions": [
            {"line": a.line, "text": assumption_latex(a)} for a in given.assumptions
        ] if given else [],
        "chains": [_chain(claim, result.findings) for claim in result.claims],
        "findings": [_finding(finding) for finding in result.findings],
        "notes": list(result.notes),
    }  # fmt: skip


def _document(result: DocumentResult) -> dict[str, Any]:
    return {
        "path": result.path,
        "kind": result.kind,
        "definitions": [_said(item) for item in result.definitions],
        "assumptions": [_said(item) for item in result.assumptions],
        "chains": [
            {
                "line": chain.line,
                "end_line": chain.end_line,
                **_in_cell(chain.cell),
                "steps": [_chain_step(step, chain.cell) for step in chain.steps],
            }
            for chain in result.chains
        ],
        "findings": [_finding(finding) for finding in result.findings],
    }


def _said(item: Said) -> dict[str, Any]:
    return {"line": item.line, "text": item.text, **_in_cell(item.cell)}


def _in_cell(cell: int | None) -> dict[str, int]:
    """In a notebook lines count within a cell."""
    return {} if cell is None else {"cell": cell}


def _chain_step(step: StepResult, cell: int | None) -> dict[str, Any]:
    return {
        "line": step.line,
        "column": step.column,
        "end_line": step.end_line,
        "end_column": step.end_column,
        **_in_cell(cell),
        "relation": step.relation,
        "lhs": step.lhs.latex,
        "rhs": step.rhs.latex,
        "verdict": step.verdict,
        "code": step.code,
        "message": step.message,
        "needs": [need.latex for need in step.needs],
        "uses": [use.latex for use in step.uses],
        "counterexample": point(step.counterexample),
        "help": step.help,
        "reason": step.reason,
        "evidence": step.evidence,
        "readings": step.readings,
        "reading": step.reading,
    }


def _chain(result: ClaimResult, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "line": result.line,
        "end_line": result.end_line,
        "label": result.label,
        "points": result.points,
        "steps": [_step(result, findings)],
        "proof": [_whole(result)] if result.proof is not None else [],
    }


def _step(result: ClaimResult, findings: Sequence[Finding]) -> dict[str, Any]:
    verdict = result.verdict
    relation = result.claim.relation if result.claim else None
    sides = (
        (relation.op, latex(relation.left), latex(relation.right))
        if isinstance(relation, Relation)
        else ("", result.written, "")
    )
    unread = next(
        (f for f in findings if f.code == "D101" and result.line <= f.line <= result.end_line), None
    )
    needs = verdict.needs if verdict is not None else ()
    code = CODES.get(result.status, "D203" if needs else "")
    return {
        "line": result.line,
        "column": result.column,
        "end_line": result.end_line,
        "end_column": result.end_column,
        "relation": sides[0],
        "lhs": sides[1],
        "rhs": sides[2],
        "verdict": result.status,
        "code": code,
        "message": verdict.reason if verdict is not None else (unread.message if unread else ""),
        "needs": [assumption_latex(a) for a in needs],
        "uses": [assumption_latex(a) for a in verdict.uses] if verdict is not None else [],
        "counterexample": point(verdict.counterexample if verdict is not None else None),
        "readings": [latex(claim.relation) for claim in result.readings],
        "reading": result.reading + 1 if result.readings else 0,
        "evidence": verdict.evidence if verdict is not None else "",
    }


def point(at: Counterexample | None) -> dict[str, Any] | None:
    """A counterexample; None where there is none."""
    if at is None:
        return None
    return {
        "dimension": dict(at.dimension),
        "indices": dict(at.indices),
        "values": {name: _value(value) for name, value in at.values.items()},
        "lhs": at.lhs,
        "rhs": at.rhs,
        "entry": list(at.entry),
    }


def _value(value: Value) -> object:
    """Exact: an integer or "p/q" as a string, arrays as lists."""
    return [_value(v) for v in value] if isinstance(value, tuple) else str(value)


def _whole(result: ClaimResult) -> dict[str, Any]:
    """The derivation of a claim; its cases are parts of it."""
    derivation = _proof(result.proof) if result.proof is not None else None
    return {"case": "", "verdict": result.status, "derivation": derivation}


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "case": latex(proof.case) if proof.case is not None else "",
        "before": [_proof(part) for part in proof.before],
        "parts": [_proof(part) for part in proof.parts],
        "start": latex(proof.start),
        "lines": [
            {
                "relation": step.relation,
                "term": latex(step.term),
                "rule": step.rule,
                "reason": step.reason,
                "reason_latex": spoken(step.because, lambda t: f"${latex(t)}$"),
            }
            for step in proof.steps
        ],
        "complete": proof.complete,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "line": finding.line,
        "column": finding.column,
        "end_column": finding.end_column,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "help": finding.help,
        **_in_cell(finding.cell),
    }


def definition_latex(definition: Definition) -> str:
    """A definition as the equation that it is."""
    name: Term = Symbol(definition.name)
    if definition.indices:
        name = Indexed(definition.name, tuple(map(Symbol, definition.indices)))
    elif definition.parameters:
        name = Call(definition.name, tuple(map(Symbol, definition.parameters)))
    return latex(Relation("=", name, definition.body))


def assumption_latex(assumption: Assumption) -> str:
    """An assumption as LaTeX; kinds that are words as text."""
    if assumption.kind == "relation":
        return latex(assumption.term)
    words = assumption_words(assumption, lambda t: f"${latex(t)}$")
    return rf"\text{{{words}}}"
