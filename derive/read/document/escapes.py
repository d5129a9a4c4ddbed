r"""What Markdown does to a formula before TeX sees it, undone character for character.

The result has the length of the source: what is eaten becomes a blank, so that offsets hold.
"""

from __future__ import annotations

import re

_TEXT = r"\\(?:text|textrm|textit|textbf|texttt|mathrm|mathit|operatorname\*?|mbox)\s*+\{[^{}]*+\}"
_ESCAPE = re.compile(
    rf"(?P<text>{_TEXT})"
    r"|(?P<row>\\\\\\\\)"
    r"|(?P<spacing>\\\\(?=[,;!_]))"
    r"|(?P<pair>\\\\)"
    r"|(?P<single>\\(?=[_*]))"
    r"|(?P<entity>&(?:amp|lt|gt);)"
)
_ENTITIES = {"&amp;": "&    ", "&lt;": "<   ", "&gt;": ">   "}
_DOUBLED_COMMAND = re.compile(r"\\\\(?=[A-Za-z]{2,})")
_SINGLE_COMMAND = re.compile(r"(?<!\\)(?:\\\\)*\\[A-Za-z]")
_QUOTED = re.compile(r"[ \t]*>")
_QUOTE_MARKS = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
_TOUCHED = re.compile(r"\\\\|\\[_*|]|&(?:amp|lt|gt);")


def as_tex(text: str, outer: int, start: int, stop: int) -> str:
    r"""The formula ``start..stop`` of ``text``, opened at ``outer``, as TeX gets it.

    >>> as_tex(r"$a\_1 \\\\ b$", 0, 1, 12)
    'a _1 \\\\   b'
    """
    content = text[start:stop]
    line = text.rfind("\n", max(0, outer - 200), outer) + 1
    before = text[line:outer]
    if "\n" in content and _QUOTED.match(before):
        content = _QUOTE_MARKS.sub(lambda m: "\n" + " " * (len(m[0]) - 1), content)
    if not _TOUCHED.search(content):
        return content
    if before.lstrip().startswith("|"):  # in a table's row a bar must be escaped
        content = content.replace(r"\|", " |")
    doubled = _DOUBLED_COMMAND.search(content) and not _SINGLE_COMMAND.search(content)
    if doubled:  # \\frac: the whole formula went through a string or a template
        content = _DOUBLED_COMMAND.sub(lambda _: " \\", content)
    braces = r"\\}" in content

    def restored(found: re.Match[str]) -> str:
        whole = found[0]
        kind = found.lastgroup
        if kind == "row":
            return r"\\  "
        if kind == "spacing":
            return "  " if content[found.end()] == "_" else " \\"
        if kind == "pair":
            return " \\" if braces and content[found.end() : found.end() + 1] in "{}" else whole
        if kind == "single":
            return " "
        return _ENTITIES.get(whole, whole)

    return _ESCAPE.sub(restored, content)
