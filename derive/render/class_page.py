"""The teacher's page: one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence

from derive.grade.feedback import formula, known, plain, said, total
from derive.grade.summary import NOT_NAMED, Group, Summary, Unsure
from derive.language import number, say
from derive.page import (
    Block,
    Code,
    Emphasis,
    Heading,
    Inline,
    Link,
    Note,
    Paragraph,
    Table,
    Words,
)
from derive.render.escape import html as escaped
from derive.render.grades import file_name
from derive.render.html import fragment
from derive.render.html.style import STYLE

BARS = 10  # the marks in tenths of all points
WIDTH, HEIGHT, ROOM = 480, 140, 22
EXTRA = """
body { max-width: 60rem; }
td.number, th.number { text-align: right; }
.wide { overflow-x: auto; }
.wide td { white-space: nowrap; }
.wide :is(td, th):first-child { position: sticky; left: 0; background: var(--paper) padding-box; }
.decide { overflow-x: auto; }
.decide td:nth-child(3) { min-width: 12em; }
aside math { math-style: normal; }
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
        students=len(found.rows), certain=certain, mean=number(language, round(mean, 1)),
        points=number(language, found.points),
    ),))])  # fmt: skip
    parts = {
        "Distribution": _distribution(found, language),
        "Marks": f'<div class="wide">{fragment([_marks(found, language)])}</div>',
        "Steps to decide by hand": '<div class="decide">'
        f"{fragment(_questions(found, decisions, language))}</div>",
        "Hardest steps": fragment(_hardest(found, language)),
        "Mistakes by frequency": fragment(_mistakes(found, language)),
        "Answer groups": fragment(_groups(found, language)),
    }
    titles = [escaped(say(language, words)) for words in parts]
    links = (f'<a href="#part-{n}">{title}</a>' for n, title in enumerate(titles))
    yield f"<nav>{' · '.join(links)}</nav>"
    for n, (title, part) in enumerate(zip(titles, parts.values(), strict=True)):
        yield f'<h2 id="part-{n}">{title}</h2>\n{part}'


def _marks(found: Summary, language: str) -> Table:
    columns = [f"{name} ({number(language, points)})" for name, points in found.columns]
    head = [say(language, "Student"), *columns, say(language, "Total"), say(language, "To decide")]
    rows = [
        (row.name, *(_range(*mark, language) for mark in row.marks),
         _range(row.low, row.high, language), str(row.open or ""))
        for row in found.rows
    ]  # fmt: skip
    return Table(tuple((cell,) for cell in head), tuple(tuple((c,) for c in row) for row in rows))


def _range(low: float, high: float, language: str) -> str:
    ends = dict.fromkeys((number(language, low), number(language, high)))
    return "–".join(ends)


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
        why = Paragraph((plain(group.wordings[0].said, language),))
        line = Paragraph((Code(asked[f"step.{group.number}"].line),))
        yield Note("", (*_group(group, found, language), why, line))
    if found.unsure:
        head = [say(language, word) for word in ("Student", "Exercise", "Mark", "Line")]
        rows = tuple(_unsure(mark, found, language) for mark in found.unsure)
        yield Table(tuple((word,) for word in head), rows)


def _unsure(mark: Unsure, found: Summary, language: str) -> tuple[Words, ...]:
    """A mark that is a range: whose, for what, from what to what, and the line to write."""
    page = Link(_named(found)[mark.student], f"feedback/{file_name(mark.student)}.html")
    points = total(mark.claim.low, mark.claim.high, mark.claim.points, language)
    why = said(mark.claim.why[-1], language) if mark.claim.why else ""
    about = f"{_titles(found)[mark.exercise]}, {mark.claim.label}"
    return (page,), (about,), (f"{points}. {why}",), (Code(mark.question().line),)


def _named(found: Summary) -> Mapping[str, str]:
    return {row.student: row.name for row in found.rows}


def _titles(found: Summary) -> Mapping[str, str]:
    return {name: title for name, title, _ in found.exercises}


def _group(group: Group, found: Summary, language: str) -> Iterator[Block]:
    several = len(group.students) > 1
    many = say(language, "{number} students", number=len(group.students)) + ": " if several else ""
    yield Paragraph((Emphasis(f"{_titles(found)[group.exercise]}, {group.claim}", True),))
    yield Paragraph((many, *_names(group.students, found)))
    for step in group.wordings:
        yield Paragraph(formula(step))
    for mistake in group.wordings[0].mistakes[:1]:
        yield Paragraph((Emphasis(_name(mistake, language)),))


def _names(students: Sequence[str], found: Summary) -> Iterator[Inline]:
    named = _named(found)
    for n, student in enumerate(students[:12]):
        yield from ((", ",) if n else ())
        yield Link(named[student], f"feedback/{file_name(student)}.html")
    if len(students) > 12:
        yield ", …"


def _hardest(found: Summary, language: str) -> Iterator[Block]:
    any_ = False
    for name, title, _ in found.exercises:
        group = found.hardest(name)
        if group is not None:
            any_ = True
            yield Heading((title,), 2)
            yield Note("", tuple(_group(group, found, language)))
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
        comment = group.wordings[0].comment
        said_of_it = (Paragraph((comment,)),) if comment else ()
        line = Paragraph((Code(f'group.{group.number} = {{ comment = "" }}'),))
        yield Note("", (*_group(group, found, language), *said_of_it, line))
