"""What a student gets back, as a page: the own lines, the marks, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.explain.mistakes import MISTAKES
from derive.grade.marks import ClaimMark, ExerciseMark, Said, StepMark, StudentMark
from derive.language import Untranslated, mistake, number, say, why
from derive.page import (
    Block,
    Code,
    Curves,
    Derivation,
    Display,
    Emphasis,
    Figure,
    Formula,
    Heading,
    Line,
    Note,
    Page,
    Paragraph,
    Table,
    Words,
)

NOTED = ("refuted", "undecided", "unread")
CARRIED = "carried"  # false, and right work on a wrong result of another part
FOLLOWS = "this is right with your result of line {line}, which is off: it costs nothing here."
OPEN = {
    "unread": "this could not be read: {why}. It is not counted as wrong.",
    "undecided": "this could not be judged: {why}. It is not counted as wrong.",
}
DECIDED = {  # of what the program cannot read
    "proved": "your teacher has read this: it is right.",
    "refuted": "your teacher has read this: it is wrong.",
}


def feedback(mark: StudentMark, language: str) -> Page:
    """The page for one student."""
    return Page(
        say(language, "Feedback"),
        tuple(_blocks(mark, language)),
        (mark.name, total(mark.low, mark.high, mark.points, language)),
        language,
    )


def in_words(page: Page) -> Page:
    """The page without its pictures and what stands below them."""
    return page._replace(blocks=tuple(b for b in page.blocks if not isinstance(b, Figure)))


def total(low: float, high: float, points: float, language: str) -> str:
    """ "3 of 4 points", or from .. to where that is not certain yet."""
    of = number(language, points)
    point = "point" if points == 1 else "points"
    if low == high:
        return say(
            language, f"{{mark}} of {{points}} {point}", mark=number(language, low), points=of
        )
    ends = {"low": number(language, low), "high": number(language, high)}
    return say(language, f"{{low}} to {{high}} of {{points}} {point}", **ends, points=of)


def said(what: Said, language: str) -> str:
    """A sentence in the reader's language; what a table lacks stays English."""
    try:
        return say(language, what.english, **what.values)
    except Untranslated:
        return say("en", what.english, **what.values)


def plain(words: str, language: str) -> str:
    """What was said of a line, translated as far as the tables have it; it may hold what a student
    wrote."""
    try:
        return say(language, words) if "{" not in words and "}" not in words else words
    except Untranslated:
        return why(language, words)


def known(name: str, language: str) -> tuple[str, str, str]:
    """The name, the sentence and the hint of a mistake of the table."""
    row = next(row for row in MISTAKES if row.name == name)
    return mistake(language, row.name, row.sentence, row.hint)


def _blocks(mark: StudentMark, language: str) -> Iterator[Block]:
    if len(mark.exercises) > 1:
        yield _overview(mark, language)
    for note in mark.notes:
        yield Note("hint", (Paragraph((said(note, language),)),))
    for exercise in mark.exercises:
        yield Heading((exercise.title,))
        for claim in exercise.claims:
            yield from _claim(exercise, claim, language)


def _overview(mark: StudentMark, language: str) -> Table:
    head = tuple((say(language, word),) for word in ("Exercise", "Mark"))
    rows = tuple(((e.title,), (total(e.low, e.high, e.points, language),)) for e in mark.exercises)
    return Table(head, rows)


def _claim(exercise: ExerciseMark, claim: ClaimMark, language: str) -> Iterator[Block]:
    if len(exercise.claims) > 1:
        yield Heading((claim.label[:1].upper() + claim.label[1:],), 2)
    yield Display(claim.claim)
    marks = Emphasis(total(claim.low, claim.high, claim.points, language), strong=True)
    reasons = " ".join(said(why, language) for why in claim.why)
    yield Paragraph((marks, ". ", reasons))
    if claim.comment:
        yield Note("hint", (Paragraph((claim.comment,)),))
    yield from _steps(claim.steps, language)


def _steps(steps: Sequence[StepMark], language: str) -> Iterator[Block]:
    """The own lines as derivations; what there is to say of a line stands below it."""
    lines = list[Line]()
    before: StepMark | None = None
    for step in steps:
        if step.typed:
            if lines:
                yield Derivation(tuple(lines))
            yield Note(
                "hint" if step.verdict == "proved" else step.verdict,
                (Paragraph(formula(step)), *_notes(step, language)),
            )
            lines, before = [], None
            continue
        goes_on = bool(lines) and before is not None and before.right == step.left
        if lines and not goes_on:
            yield Derivation(tuple(lines))
            lines = []
        left = "" if goes_on else step.left
        lines.append(Line(left, _relation(step.relation), step.right, (), _mark(step)))
        before = step
        if step.verdict in (*NOTED, CARRIED) or step.comment:
            yield Derivation(tuple(lines))
            kind = "hint" if step.verdict == CARRIED else step.verdict
            yield Note(kind, tuple(_notes(step, language)))
            if step.picture is not None:
                yield _figure(step.picture, language)
            lines, before = [], None
    if lines:
        yield Derivation(tuple(lines))


def _figure(picture: Curves, language: str) -> Figure:
    named = tuple(c._replace(label=plain(c.label, language)) for c in picture.curves)
    return Figure(picture._replace(curves=named), (say(language, "Both sides of this step."),))


def _mark(step: StepMark) -> str:
    return step.verdict if step.verdict in ("proved", *NOTED) else ""


def _relation(op: str) -> str:
    return {"<=": r"\le", ">=": r"\ge", "!=": r"\ne"}.get(op, op)


def _notes(step: StepMark, language: str) -> Iterator[Block]:
    where = Said("Line {line}: ", {"line": str(step.line)})
    if step.cell is not None:
        where = Said("Cell {cell}, line {line}: ", {"cell": str(step.cell), "line": str(step.line)})
    yield Paragraph((said(where, language), *_verdict(step, language)))
    if step.verdict == "refuted" and not step.typed:
        yield from _mistakes(step, language)
    if step.comment:
        yield Paragraph((Emphasis(step.comment),))


def _verdict(step: StepMark, language: str) -> Words:
    if step.typed and step.verdict in DECIDED:
        return (say(language, DECIDED[step.verdict]),)
    if step.verdict == "refuted":
        words = [say(language, "the two sides of this step differ.")]
        if step.at:
            words.append(" " + say(language, "At {point}.", point=plain(step.at, language)))
        if step.cost:
            off = say(language, "Points off: {points}.", points=number(language, step.cost))
            words.append(f" {off}")
        return tuple(words)
    if step.verdict == CARRIED:
        return (say(language, FOLLOWS, line=step.said),)
    if step.verdict in OPEN:
        open_ = say(language, OPEN[step.verdict], why=plain(step.said, language).rstrip("."))
        return (open_.replace("?.", "?"),)  # some reasons are questions
    return ()


def _mistakes(step: StepMark, language: str) -> Iterator[Block]:
    """What probably went wrong, where, and a hint; said plainly where nothing was found."""
    parts = tuple(p for p in step.parts if p)
    if not step.mistakes:
        words: list[str | Formula] = [say(language, "No known mistake leads to this line.")]
        if len(parts) == 2:
            here, there = map(Formula, parts)
            differ = say(language, "The two sides differ here:")
            words += [" ", differ, " ", here, " ", say(language, "and"), " ", there, "."]
        yield Paragraph(tuple(words))
        return
    (name, sentence, hint), *others = (known(name, language) for name in step.mistakes)
    where = (" ", say(language, "It concerns:"), " ", Formula(parts[0]), ".") if parts else ()
    title = Emphasis(name[:1].upper() + name[1:], strong=True)
    yield Paragraph((title, ". ", sentence, *where))
    yield Paragraph((say(language, "Hint"), ": ", hint))
    if others:
        names = ", ".join(other[0] for other in others)
        yield Paragraph((say(language, "Or perhaps: {names}.", names=names),))


def formula(step: StepMark) -> Words:
    """A step in running text; as it was typed where it could not be read."""
    if step.typed:
        whole = step.left == step.right  # what has no sides stands there as it is
        return (Code(step.left if whole else f"{step.left} {step.relation} {step.right}"),)
    return Formula(step.left), f" {step.relation} ", Formula(step.right)
