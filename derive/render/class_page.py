"""The teacher's page: one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence

from derive.grade.feedback import formula, known, plain, said, total
from derive.grade.summary import NOT_NAMED, Group, Summary, Unsure
from derive.language import say
from derive.page import Block, Code, Heading, Link, Paragraph, Table, Words
from derive.render.escape import html as escaped
from derive.render.grades import file_name
from derive.render.html import fragment
from derive.render.html.style import STYLE
from derive.render.terminal_grades import range_text

BARS = 10  # the marks in tenths of all points
WIDTH, HEIGHT, ROOM = 480, 140, 22
EXTRA = """
body { max-width: 60rem; }
td.number, th.number { text-align: right; }
.bar { fill: var(--accent); }
svg text { fill: var(--faint); font-size: 11px; text-anchor: middle; }
"""
MOST_GROUPS = 60


def document(found: Summary, title: str, decisions: str, language: str) -> str:
    """The whole file.  ``decisions``: the file that the teacher's decisions go to."""
    style = STYLE + EXTRA
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    body = "\n".join(_body(found, decisions, language))
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(title)}</title>
<style>{style}</style>
</head>
<body>
<h1>{escaped(title)}</h1>
{body}
</body>
</html>
"""


def _body(found: Summary, decisions: str, language: str) -> Iterator[str]:
    certain = sum(row.low == row.high for row in found.rows)
    mean = sum(row.low for row in found.rows) / max(len(found.rows), 1)
    yield fragment([Paragraph((say(
        language,
        "{students} students, {certain} with a certain mark; mean {mean} of {points}",
        students=len(found.rows), certain=certain, mean=f"{mean:.1f}", points=f"{found.points:g}",
    ),))])  # fmt: skip
    yield fragment([_heading("Distribution", language)])
    yield _distribution(found, language)
    yield fragment([_heading("Steps to decide by hand", language)])
    yield fragment(_questions(found, decisions, language))
    yield fragment([_heading("Hardest steps", language), *_hardest(found, language)])
    yield fragment([_heading("Mistakes by frequency", language), *_mistakes(found, language)])
    yield fragment([_heading("Answer groups", language), *_groups(found, language)])
    yield fragment([_heading("Marks", language), _marks(found, language)])


def _heading(words: str, language: str) -> Heading:
    return Heading((say(language, words),))


def _marks(found: Summary, language: str) -> Table:
    columns = [f"{name} ({points:g})" for name, points in found.columns]
    head = [say(language, "Student"), *columns, say(language, "Total"), say(language, "To decide")]
    rows = [
        (row.name, *(range_text(*mark) for mark in row.marks), range_text(row.low, row.high),
         str(row.open or ""))
        for row in found.rows
    ]  # fmt: skip
    return Table(tuple((cell,) for cell in head), tuple(tuple((c,) for c in row) for row in rows))


def _distribution(found: Summary, language: str) -> str:
    """Bars of how many students have each tenth of the points."""
    counts = [0] * BARS
    for row in found.rows:
        share = row.low / found.points if found.points else 0
        counts[min(max(int(share * BARS), 0), BARS - 1)] += 1
    most, wide = max([*counts, 1]), WIDTH / BARS
    parts = []
    for n, count in enumerate(counts):
        height = (HEIGHT - 2 * ROOM) * count / most
        x, y = n * wide, HEIGHT - ROOM - height
        middle = f'x="{x + wide / 2:.1f}"'
        parts.append(
            f'<rect class="bar" x="{x + 3:.1f}" y="{y:.1f}" width="{wide - 6:.1f}" '
            f'height="{height:.1f}"/><text {middle} y="{y - 5:.1f}">{count or ""}</text>'
            f'<text {middle} y="{HEIGHT - 6}">{n * 100 // BARS} %</text>'
        )
    words = say(
        language, "Each bar is the number of students with that share of the points (at least)."
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        f'aria-label="{escaped(words)}">{"".join(parts)}</svg>'
        f"<figcaption>{escaped(words)}</figcaption></figure>"
    )


def _questions(found: Summary, decisions: str, language: str) -> Iterator[Block]:
    asked = {question.key: question for question in found.questions()}
    if not found.queue and not found.unsure:
        yield Paragraph((say(language, "Nothing is left to decide."),))
        return
    yield Paragraph((say(language, "Write into {file}:", file=decisions),))
    for group in found.queue.values():
        yield from _group(group, language)
        yield Paragraph((plain(group.wordings[0].said, language),))
        yield Paragraph((Code(asked[f"step.{group.number}"].line),))
    if found.unsure:
        head = [say(language, word) for word in ("Student", "Exercise", "Mark", "Line")]
        rows = tuple(_unsure(mark, language) for mark in found.unsure)
        yield Table(tuple((word,) for word in head), rows)


def _unsure(mark: Unsure, language: str) -> tuple[Words, ...]:
    """A mark that is a range: whose, for what, from what to what, and the line to write."""
    page = Link(mark.student, f"feedback/{file_name(mark.student)}.html")
    points = total(mark.claim.low, mark.claim.high, mark.claim.points, language)
    why = said(mark.claim.why[-1], language) if mark.claim.why else ""
    about = f"{mark.exercise}, {mark.claim.label}"
    return (page,), (about,), (f"{points}. {why}",), (Code(mark.question.line),)


def _group(group: Group, language: str) -> Iterator[Block]:
    many = say(language, "Number of students: {number}", number=len(group.students))
    yield Paragraph((f"{group.exercise}, {group.claim}. {many}: {_names(group.students)}",))
    for step in group.wordings:
        yield Paragraph(formula(step))


def _names(students: Sequence[str]) -> str:
    shown = ", ".join(students[:12])
    return f"{shown}, …" if len(students) > 12 else shown


def _hardest(found: Summary, language: str) -> Iterator[Block]:
    any_ = False
    for name, title, _ in found.exercises:
        group = found.hardest(name)
        if group is not None:
            any_ = True
            yield Heading((title,), 2)
            yield from _group(group, language)
    if not any_:
        yield Paragraph((say(language, "No false step was found."),))


def _mistakes(found: Summary, language: str) -> Iterator[Block]:
    rows = sorted(found.mistakes.items(), key=lambda item: (-item[1], item[0]))
    if rows:
        head = ((say(language, "Mistake"),), (say(language, "How often"),))
        yield Table(head, tuple(((_name(n, language),), (str(c),)) for n, c in rows))
    else:
        yield Paragraph((say(language, "No false step was found."),))


def _name(mistake: str, language: str) -> str:
    return say(language, mistake) if mistake == NOT_NAMED else known(mistake, language)[0]


def _groups(found: Summary, language: str) -> Iterator[Block]:
    for group in found.groups[:MOST_GROUPS]:
        yield from _group(group, language)
        comment = group.wordings[0].comment
        if comment:
            yield Paragraph((comment,))
        yield Paragraph((Code(f'group.{group.number} = {{ comment = "" }}'),))
