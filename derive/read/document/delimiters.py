"""Where a formula ends: one regular expression a delimiter, each a single linear match.

Throughout: a *body* matches as far as the formula can reach and never gives back (possessive
quantifiers), so what stands at its end decides whether the formula is closed.  Two flavours:
LaTeX, where ``%`` hides the rest of a line and a blank line ends a paragraph, and Markdown.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from derive.read.document.kinds import MATH_ENVIRONMENTS, TEXT_COMMANDS
from derive.term import Span

_TEXT = (
    r"\\(?:" + "|".join(TEXT_COMMANDS) + r")\s*+\{"
    r"(?:[^{}\\$]++|\\.|\{[^{}$]*+\}|\$[^$]*+\$)*+\}"
)
_COMMENT = r"%[^\n]*+|"
_BREAK = r"[ \t]*\n"
_MARKDOWN_BREAK = r"[ \t>]*(?:\n|\#{1,6}[ ]|```|~~~|$)"


class Flavour(NamedTuple):
    """The bodies of formulas in one language; ``hidden`` matches what an environment's skips."""

    dollar: re.Pattern[str]
    dollars: re.Pattern[str]
    parenthesis: re.Pattern[str]
    bracket: re.Pattern[str]
    hidden: str
    stops: str  # characters at which `hidden` or a command begins


# fmt: off
TEX = Flavour(
    dollar=re.compile(rf"(?s)(?:[^\\%$\n]++|{_COMMENT}\n(?!{_BREAK})|{_TEXT}|\\.)*+"),
    dollars=re.compile(rf"(?s)(?:[^\\%$]++|{_COMMENT}{_TEXT}|\\.|\$(?!\$))*+"),
    parenthesis=re.compile(rf"(?s)(?:[^\\%\n]++|{_COMMENT}\n(?!{_BREAK})|\\[^()])*+"),
    bracket=re.compile(rf"(?s)(?:[^\\%]++|{_COMMENT}\\[^\[\]])*+"),
    hidden=_COMMENT,
    stops=r"\\%",
)
MARKDOWN = Flavour(
    dollar=re.compile(rf"(?s)(?:[^\\$`\n]++|\n(?!{_MARKDOWN_BREAK})|{_TEXT}|\\.)*+"),
    dollars=re.compile(rf"(?s)(?:[^\\$]++|{_TEXT}|\\.|\$(?!\$))*+"),
    parenthesis=re.compile(rf"(?s)(?:[^\\\n]++|\n(?!{_MARKDOWN_BREAK})|\\[^()])*+"),
    bracket=re.compile(r"(?s)(?:[^\\]++|\\[^\[\]])*+"),
    hidden="",
    stops=r"\\",
)
# Where Markdown would eat the backslash of \( and \[, authors write it twice.
DOUBLED_PARENTHESIS = re.compile(
    rf"(?:[^\\\n]++|\n(?!{_MARKDOWN_BREAK})|\\\\(?![()])|\\(?!\\))*+"
)
DOUBLED_BRACKET = re.compile(r"(?:[^\\]++|\\\\(?!\])|\\(?!\\))*+")
# fmt: on

_GROUP = r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+\}"
_ARGUMENTS = {
    "o": re.compile(r"[ \t]*\[[^\]\n]{0,200}\]"),
    "m": re.compile(r"\s*" + _GROUP),
}


def after_arguments(text: str, at: int, environment: str) -> int:
    """Where the formula of ``\\begin{environment}`` starts: behind its arguments.

    >>> after_arguments(r"{rcl} a &=& b", 0, "array")
    5
    """
    for wanted in MATH_ENVIRONMENTS.get(environment.rstrip("*"), ""):
        found = _ARGUMENTS[wanted].match(text, at)
        if found:
            at = found.end()
    return at


class Closing(NamedTuple):
    """The end of an environment: its formula stops at ``stop``, the text goes on at ``end``."""

    stop: int
    end: int


def environment_end(
    text: str, at: int, name: str, closers: tuple[str, ...], nests: bool, flavour: Flavour
) -> Closing | None:
    """Where the environment ``name`` (without star), whose formula starts at ``at``, ends.

    ``closers`` are the author's own commands for its end.  A second beginning inside nests if
    ``nests``, else it shows that the first was never closed.  None if there is no end.
    """
    tag = re.escape(name) + r"\*?\s*\}"
    own = "".join(rf"|{re.escape(closer[1:])}(?![A-Za-z@])" for closer in closers)
    ending = re.compile(rf"\\(?:(?P<edge>begin|end)\s*\{{\s*{tag}{own})")
    body = re.compile(
        rf"(?s)(?:[^{flavour.stops}]++|{flavour.hidden}"
        rf"\\(?!(?:begin|end)\s*\{{\s*{tag}{own})(?:.|$))*+"
    )
    depth = 1
    while True:
        at = body.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty text
        found = ending.match(text, at)
        if found is None:
            return None
        if found["edge"] == "begin":
            if not nests:
                return None
            depth += 1
        else:
            depth -= 1
        if depth == 0:
            return Closing(found.start(), found.end())
        at = found.end()


# --- is it a formula? ---------------------------------------------------------------------------

_STRONG = re.compile(r"[\\^_{}]")
_WEAK = re.compile(r"[=<>+*/|≤≥≠≈∑∏∂√σ-]")
_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}[,.;:]?\s+[A-Za-z]{2,}")


def reads_as_formula(content: str, after: str) -> bool:
    """Whether ``$content$``, before the character ``after``, is a formula and not two prices.

    >>> [reads_as_formula(*c) for c in (("x", "."), ("5 and ", "1"), (" x = 1 ", " "))]
    [True, False, True]
    """
    if not content.strip():
        return False
    strong = _STRONG.search(content) is not None
    wordy = _WORDS.search(content) is not None
    left, right = content[0].isspace(), content[-1].isspace()
    if strong:
        return not (left and not right and wordy)
    if left or right:
        if wordy or (content.lstrip()[0].isdigit() and not (left and right)):
            return False
        return _WEAK.search(content) is not None or (left and right and len(content) <= 5)
    return not wordy and not after.isdigit()


_NEAR = 60  # characters before a dollar that show what it closes
_SENTENCE = re.compile(r"(?:(?<![\\A-Za-z])[A-Za-z]{2,}[,.;:]?\s+){3}")
_BEGINS_FORMULA = re.compile(r"\\[A-Za-z]{2}|[=^_<>≤≥]")
_ENDS_FORMULA = re.compile(r"[=^_\\≤≥](?:\S|\s+(?![A-Za-z]{2}))*\Z")


def lost_dollar(text: str, start: int, stop: int) -> str:
    """What is wrong with the ``$`` at ``start``, if words stand between it and the next one at
    ``stop``, or the end of its paragraph; "" for nothing.

    >>> lost_dollar("let $x > 0. Then the root of $x$", 4, 29)
    'this $ is never closed: words follow'
    >>> lost_dollar("let x = 2$. Then the root of $x$", 9, 29)
    'this $ closes no formula: is one missing before it?'
    >>> lost_dollar("it costs 5$ or 6$ for all of us", 10, 16)
    ''
    """
    content = _WORDING.sub(lambda m: " " * len(m[0]), text[start + 1 : stop])
    words = _SENTENCE.search(content)
    closed = text.startswith("$", stop)
    if not content.strip() or (closed and (words is None or content[-1] not in " \n\t(")):
        return ""
    before = text[max(start - _NEAR, text.rfind("\n", max(0, start - _NEAR), start) + 1) : start]
    if not content[0].isalnum() and _ENDS_FORMULA.search(before):
        return "this $ closes no formula: is one missing before it?"
    opens = content[: words.start() if words else 40]
    if content[0].isspace() or content[0].isdigit() or not _BEGINS_FORMULA.search(opens):
        return ""
    return "this $ is never closed" + (": words follow" if words else " in its paragraph")


_HIDDEN = re.compile(r"(?<!\\)%[^\n]*")
_EDGE = re.compile(r"\\(begin|end)\s*\{\s*([A-Za-z]{1,30}\*?)\s*\}")


def mismatched(content: str, flavour: Flavour) -> tuple[Span, str] | None:
    """Where the environments in a formula do not close each other, and how; None where they do.

    >>> mismatched(r"\\begin{aligned} x \\end{align}", MARKDOWN)[1]
    '\\\\begin{aligned} is closed by \\\\end{align}'
    """
    open_: list[str] = []
    found = None
    if "%" in content and flavour.hidden:
        content = _HIDDEN.sub(lambda m: " " * len(m[0]), content)
    for found in _EDGE.finditer(content):
        if found[1] == "begin":
            open_.append(found[2])
            continue
        last = open_.pop() if open_ else ""
        if last != found[2]:
            opened = rf"\begin{{{last}}}" if last else "nothing"
            return Span(*found.span()), rf"{opened} is closed by \end{{{found[2]}}}"
    if open_ and found is not None:
        return Span(*found.span()), rf"\begin{{{open_[-1]}}} is never closed"
    return None


def crossed_end(text: str, at: int, stop: int) -> Closing | None:
    """Where the end of another environment of formulas closes the one that begins at ``at``,
    before ``stop``; None where that is not so.

    >>> crossed_end(r"x \\begin{split} y \\end{split} \\end{aligned} z", 0, 43)
    Closing(stop=30, end=43)
    """
    depth = 1
    for found in _EDGE.finditer(text, at, stop):
        depth += 1 if found[1] == "begin" else -1
        if depth == 0:
            known = found[2].rstrip("*") in MATH_ENVIRONMENTS
            return Closing(found.start(), found.end()) if known else None
    return None


_PARAGRAPH = re.compile(r"\n[ \t>]*\n")
_PROSE = re.compile(
    r"(?:(?<![\\A-Za-z])[A-Za-z]{2,}[,.;:]?\s+){3}"
    r"|^\#{1,6}[ ]|^[ \t]*(?:```|~~~)|\\(?:section|subsection|item|paragraph|chapter)\b"
    r"|(?<![\\$])\$(?!\$)",
    re.MULTILINE,
)
_WORDING = re.compile(rf"(?s){_TEXT}|%[^\n]*")


def first_prose(text: str, start: int, stop: int) -> int:
    """Where the first line of prose between ``start`` and ``stop`` begins; ``stop`` if none.

    >>> first_prose("x = 1\\nis what we wanted to have", 0, 31)
    6
    """
    content = _WORDING.sub(lambda m: " " * len(m[0]), text[start:stop])
    found = _PROSE.search(content)
    if found is None:
        return stop
    return start + content.rfind("\n", 0, found.start() + 1) + 1


def swallows_prose(text: str, start: int, stop: int) -> bool:
    """Whether the display at ``start..stop`` holds paragraphs of prose: then it was never closed,
    and what looks like its end opens the next one.

    A blank line alone is no proof: many authors leave one in a formula.
    """
    content = text[start:stop]
    if not _PARAGRAPH.search(content):
        return False
    if _PROSE.search(_WORDING.sub(" ", content)):
        return True
    # "$$ x = 1", a blank line, "$$ y = 2 $$": the second dollars begin their line
    ahead = content.rstrip(" \t>")
    behind = text[stop : text.find("\n", stop) if text.find("\n", stop) >= 0 else len(text)]
    opened = not content[: content.find("\n")].isspace() and content[0] != "\n"
    return opened and ahead.endswith("\n") and bool(behind.strip("$\\] \t.,;"))
