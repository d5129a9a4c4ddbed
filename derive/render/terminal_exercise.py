"""An exercise or a claim on a terminal: statement, what is given, numbered steps, verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.check.report import ClaimResult, ExerciseResult
from derive.explain.proof import Proof, Step, spoken
from derive.prover.display import assumption_words, entry_text, told_apart
from derive.prover.verdict import Counterexample, Value, Verdict
from derive.render.grid import grid, has_grid
from derive.render.meaning import every, given_rows
from derive.render.prose import paragraphs
from derive.render.terminal import (
    BLANK,
    MARKS,
    Line,
    counted,
    indented,
    line,
    padded,
    wrapped,
)
from derive.render.width import folded, folded_formula, width
from derive.term import Given, Relation, Term
from derive.term.text import text

INDENT = 2


def exercise_lines(result: ExerciseResult, room: int) -> Iterator[Line]:
    """Everything about one checked exercise."""
    if result.exercise is not None:
        yield from title_lines(result, room)
        yield BLANK
        yield from indented(prose_lines(result.exercise.statement, room - 2 * INDENT), INDENT)
        yield BLANK
    rows = list(given_rows(result.given)) if result.given is not None else []
    if rows:
        yield from labelled("given", rows, room)
        yield BLANK
    for claim in result.claims:
        yield from claim_lines(claim, result, room)
        yield BLANK
    for note in result.notes:
        yield from indented(wrapped(note, room - INDENT, "", 2), INDENT)
    for finding in result.findings:
        if finding.code == "D205":
            words = f"line {finding.line}: {finding.message}"
            yield from indented(wrapped(words, room - INDENT, "", 2), INDENT)


def title_lines(result: ExerciseResult, room: int) -> Iterator[Line]:
    exercise = result.exercise
    if exercise is None:
        yield line(result.name, "label")
        return
    facts = [exercise.topic]
    facts += [f"level {exercise.level}"] if exercise.level is not None else []
    facts += [counted_points(exercise.points)] if exercise.points is not None else []
    facts += [exercise.source] if exercise.source else []
    margin = width(exercise.name) + 2
    for n, part in enumerate(folded(exercise.title, max(room - margin, 20))):
        head = padded(exercise.name if n == 0 else "", margin)
        yield ((head, "label"), (part, "title"))
    yield from wrapped(" · ".join(facts), room, "dim")


def counted_points(points: float) -> str:
    return counted(int(points), "point") if points == int(points) else f"{points:g} points"


def prose_lines(markdown: str, room: int) -> Iterator[Line]:
    """A statement or a solution: paragraphs filled, displays indented."""
    before = ""
    for kind, words in paragraphs(markdown):
        if before and (before, kind) not in (("display", "display"), ("item", "item")):
            yield BLANK
        before = kind
        if kind == "display":
            for n, part in enumerate(folded_formula(words, room - 8)):
                yield line("    " + ("    " if n else "") + part)
        elif kind == "item":
            yield from wrapped(words, room, "", words.find(" ") + 1)
        else:
            yield from wrapped(words, room, "title" if kind == "heading" else "")


def labelled(label: str, rows: Sequence[str], room: int) -> Iterator[Line]:
    """``label`` in the margin, the rows beside it."""
    margin = len(label) + 3
    for n, row in enumerate(rows):
        for m, part in enumerate(folded_formula(row, room - INDENT - margin)):
            head = label if n == m == 0 else ""
            yield ((" " * INDENT, ""), (padded(head, margin), "dim"), ("    " * bool(m) + part, ""))


# --- claims ------------------------------------------------------------------------------------


def claim_lines(result: ClaimResult, whole: ExerciseResult, room: int) -> Iterator[Line]:
    """One claim: its label, the claim as it was read, its steps and the verdict."""
    if result.label:
        extra = _extra(result, whole.given)
        margin = width(result.label) + 3
        for n, part in enumerate(folded_formula(extra, room - margin)):
            head = padded(result.label if n == 0 else "", margin)
            yield ((head, "label"), (part, "dim"))
    if result.claim is not None:
        yield from indented(formula_lines(result.claim.relation, room - INDENT), INDENT)
        if len(result.readings) > 1:
            yield from indented(reading_lines(result, room - INDENT), INDENT)
    if result.proof is not None:
        yield BLANK
        yield from indented(proof_lines(result.proof, room - INDENT), INDENT)
    yield BLANK
    yield from indented(verdict_lines(result, whole, room - INDENT), INDENT)


def _extra(result: ClaimResult, given: Given | None) -> str:
    """What this claim is given beyond the exercise."""
    if result.claim is None or given is None:
        return ""
    own = result.claim.given
    more = [assumption_words(a) for a in own.assumptions if a not in given.assumptions]
    names = [n for n, d in own.definitions.items() if given.definitions.get(n) != d]
    more += given_rows(Given(definitions={n: own.definitions[n] for n in names}))
    return "for " + ", ".join(more) if more else ""


def formula_lines(t: Term, room: int) -> Iterator[Line]:
    """A formula by itself: matrices as grids where they fit, else one line, broken if needed."""
    if has_grid(t):
        block = grid(t)
        if width(block[0]) <= room:
            yield from (line(row) for row in block)
            return
        if isinstance(t, Relation):
            left, right = grid(t.left), grid(t.right)
            if max(width(left[0]), width(right[0])) + 4 <= room:
                yield from (line(row) for row in left)
                yield from (line(("  = " if n == len(right) // 2 else "    ") + row)
                            for n, row in enumerate(right))  # fmt: skip
                return
    for n, part in enumerate(folded_formula(text(t), room - 4)):
        yield line(("    " if n else "") + part)


def reading_lines(result: ClaimResult, room: int) -> Iterator[Line]:
    yield line(f"can be read in {len(result.readings)} ways; this is number {result.reading + 1}:",
               "warn")  # fmt: skip
    for n, reading in enumerate(result.readings, 1):
        for part in formula_lines(reading.relation, room - 5):
            yield ((f"  {n}  ", "dim"), *part)


# --- steps -------------------------------------------------------------------------------------


def proof_lines(proof: Proof, room: int) -> Iterator[Line]:
    """What comes first, the cases, then the lines of the proof itself."""
    for part in proof.before:
        yield line(spoken(part.opening or ("First",)) + ":")
        yield from proof_lines(part, room)
        yield BLANK
    for part in proof.parts:
        if part.case is not None:
            yield line(f"case {text(part.case)}", "title")
        elif part.claim.label != proof.claim.label:
            yield line(part.claim.label, "title")
        yield from proof_lines(part, room)
        yield BLANK
    if proof.steps:
        if proof.parts:
            yield line("together", "title")
        yield from chain_lines(proof.start, proof.steps, room)


def chain_lines(start: Term, steps: Sequence[Step], room: int) -> Iterator[Line]:
    """The chain, aligned at the relation sign; the reasons stand flush right."""
    margin = len(str(len(steps))) + 3
    if has_grid(start) or any(has_grid(step.term) for step in steps):
        yield from _grid_chain(start, steps, room, margin)
        return
    for n, part in enumerate(folded_formula(text(start), room - margin - 4)):
        yield line(" " * (margin + 4 * bool(n)) + part)
    for n, step in enumerate(steps, 1):
        sign, reason = _sign(step), step.reason
        parts = folded_formula(text(step.term), room - margin - 6)
        for m, part in enumerate(parts):
            head = f"{n:>{margin - 3}}   " if m == 0 else " " * margin
            shown = f"{sign} {part}" if m == 0 else " " * (len(sign) + 3) + part
            gap = room - margin - width(shown) - width(reason)
            if m < len(parts) - 1:
                yield ((head, "dim"), (shown, ""))
            elif gap >= 3:
                yield ((head, "dim"), (shown, ""), (" " * gap, ""), (reason, "dim"))
            else:
                yield ((head, "dim"), (shown, ""))
                yield from _flush_right(reason, room, margin)


def _flush_right(reason: str, room: int, margin: int) -> Iterator[Line]:
    """A reason that has no place beside its line."""
    for part in folded(reason, room - margin - 2):
        yield ((" " * (room - width(part)), ""), (part, "dim"))


def _grid_chain(start: Term, steps: Sequence[Step], room: int, margin: int) -> Iterator[Line]:
    yield from indented(formula_lines(start, room - margin), margin)
    for n, step in enumerate(steps, 1):
        block = list(formula_lines(step.term, room - margin - 2))
        yield ((f"{n:>{margin - 3}}     {step.reason}", "dim"),)
        for m, part in enumerate(block):
            middle = m == (len(block) - 1) // 2
            yield ((" " * margin + (f"{_sign(step)} " if middle else "  "), ""), *part)


def _sign(step: Step) -> str:
    return {"<=": "≤", ">=": "≥", "!=": "≠"}.get(step.relation, step.relation)


# --- verdicts ----------------------------------------------------------------------------------


def verdict_lines(result: ClaimResult, whole: ExerciseResult, room: int) -> Iterator[Line]:
    mark, style = MARKS[result.status]
    verdict = result.verdict
    if verdict is None:
        said = [f.message for f in whole.findings if result.line <= f.line <= result.end_line]
        yield ((f"{mark} unread", style), (f"   {said[0]}" if said else "", ""))
        return
    if verdict.status == "proved":
        scope = every(result.claim) if result.claim else ""
        yield ((f"{mark} proved", style), (f" {scope}" if scope else "", ""))
    else:
        first, *others = folded(verdict.reason, room - len(verdict.status) - 5)
        gap = "   " if first else ""
        yield ((f"{mark} {verdict.status}", style), (gap + first, ""))
        for other in others:
            yield line(" " * (len(verdict.status) + 5) + other)
    yield from _conditions(verdict, room)
    if verdict.counterexample is not None:
        yield from counterexample_lines(verdict.counterexample, room)
    if verdict.residual is not None:
        yield from indented(
            wrapped(f"left − right = {text(verdict.residual)}", room - 2, "", 4), 2
        )  # fmt: skip
    if verdict.evidence:
        yield from indented(wrapped(verdict.evidence, room - 2, "dim"), 2)


def _conditions(verdict: Verdict, room: int) -> Iterator[Line]:
    for label, conditions, style in (
        ("needs", verdict.needs, "warn"),
        ("uses", verdict.uses, "dim"),
    ):
        for n, condition in enumerate(dict.fromkeys(map(assumption_words, conditions))):
            head = padded(label if n == 0 else "", 8)
            for m, part in enumerate(folded_formula(condition, room - 10)):
                yield ((f"  {head if m == 0 else ' ' * 8}", style), (part, style))


def counterexample_lines(point: Counterexample, room: int) -> Iterator[Line]:
    """The point, and both values to as many digits as tell them apart."""
    from derive.term.text import name_text

    whole = [f"{name_text(n)} = {v}" for n, v in (*point.dimension.items(), *point.indices.items())]
    rows = ["   ".join(whole)] if whole else []
    rows += [f"{name_text(n)} = {value_text(v)}" for n, v in point.values.items()]
    for n, row in enumerate(rows):
        for part in wrapped(row, room - 10, "", 4):
            yield ((padded("  at" if n == 0 else "", 10), "dim"), *part)
            n = 1
    left, right = told_apart(point.lhs, point.rhs)
    if point.entry:
        yield (("  in      ", "dim"), (entry_text(point.entry), ""))
    yield (("  left    ", "dim"), (left, "bad"))
    yield (("  right   ", "dim"), (right, "bad"))


def value_text(value: Value) -> str:
    """An exact value; arrays in brackets.

    >>> from fractions import Fraction
    >>> print(value_text((Fraction(-1, 2), Fraction(3))))
    (−1/2, 3)
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(value_text, value))})"
    return str(value).replace("-", "−")
