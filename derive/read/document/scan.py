"""The state of a scan: what was found so far, from left to right, each character once."""

from __future__ import annotations

import re
from collections.abc import Callable

from derive.read.document.definitions import Definitions
from derive.read.document.delimiters import (
    Flavour,
    after_arguments,
    crossed_end,
    environment_end,
    first_prose,
    mismatched,
    swallows_prose,
)
from derive.read.document.kinds import (
    DIRECTIVE_WORDS,
    INLINE_ENVIRONMENTS,
    MATH_ENVIRONMENTS,
    VERBATIM_ENVIRONMENTS,
)
from derive.read.document.source import Note, Segment
from derive.term import Span

_RECOVERY = re.compile(r"\n[ \t>]*\n|\$\$|\\\[|\\begin\s*\{")
_BLANK = re.compile(r"\n[ \t>]*\n")
_DIRECTIVE = re.compile(r"%!\s*((?:" + "|".join(DIRECTIVE_WORDS) + r")\b[^\n]*)", re.IGNORECASE)
# What looks like a declaration and is none: %! a > 0
_LIKE_ONE = re.compile(
    r"%![ \t]*(?P<said>[^\n:$%]{0,60}"
    r"(?:[=<>]|\\(?:in|leq?|geq?|neq?)(?![A-Za-z]))[^\n:$%]{0,60})(?=\n|\Z)",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"\\begin\s*\{\s*([A-Za-z]{1,30}\*?)\s*\}")
_END = re.compile(r"\\end\s*\{\s*([A-Za-z]{1,30}\*?)\s*\}")
_COMMAND = re.compile(r"\\([A-Za-z@]+)")


class Scan:
    """Segments and notes of ``text``, which stands at ``offset`` of the document.

    ``upto``: everything before it belongs to a segment or was left out on purpose; what lies
    between it and the next find is prose.
    """

    def __init__(
        self,
        text: str,
        offset: int,
        flavour: Flavour,
        definitions: Definitions,
        as_tex: Callable[[str, int, int, int], str] | None = None,
    ) -> None:
        self.text, self.offset, self.flavour = text, offset, flavour
        self.definitions, self.as_tex = definitions, as_tex
        self.upto = 0
        self.segments: list[Segment] = []
        self.notes: list[Note] = []
        self._flat: set[str] = set()  # inner environments that were seen unclosed: no nesting
        self._uncrossed = 0  # no environment up to here is closed by the end of another one
        self._missing: dict[str, int] = {}  # what does not come again before an offset
        self._coming: dict[str, int] = {}  # where it comes next, if that is still ahead
        self._paragraph = (0, -1)

    # --- what is found ---------------------------------------------------------------------------

    def add(self, kind: str, start: int, stop: int, environment: str = "", text: str = "") -> None:
        span = Span(self.offset + start, self.offset + stop)
        self.segments.append(Segment(kind, text or self.text[start:stop], span, environment))

    def skip(self, start: int, end: int) -> int:
        """Leave out ``start..end``; what stands before it is prose."""
        if self.text[self.upto : start].strip():
            self.add("prose", self.upto, start)
        self.upto = max(self.upto, end)
        return end

    def code(self, start: int, end: int, environment: str) -> int:
        self.skip(start, end)
        if end > start:
            self.add("code", start, end, environment)
        return end

    def note(self, code: str, start: int, end: int, message: str) -> None:
        self.notes.append(Note(code, Span(self.offset + start, self.offset + end), message))

    def formula(self, kind: str, environment: str, outer: Span, start: int, stop: int) -> int:
        """Add the formula ``start..stop``, held by the delimiters ``outer``; where to go on."""
        self.skip(outer.start, outer.end)
        content = self.text[start:stop]
        if self.as_tex is not None:
            content = self.as_tex(self.text, outer.start, start, stop)
        if not content.strip():
            return outer.end
        wrong = None if self.definitions.closers else mismatched(content, self.flavour)
        if wrong is not None:
            (first, last), message = wrong
            self.note("unclosed", start + first, start + last, message)
        for found in _DIRECTIVE.finditer(content):
            message = "a declaration within a formula is not obeyed: give it a line outside"
            self.note("directive", start + found.start(), start + found.end(), message)
        if self.definitions.take(content, self.offset + start, self.notes):
            kind = "code"
        self.add(kind, start, stop, environment, content)
        return outer.end

    def unclosed(self, start: int, end: int, what: str) -> int:
        """Skip what was opened at ``start..end`` and never closed, up to the next paragraph,
        display or line of prose; where to go on."""
        found = _RECOVERY.search(self.text, end)
        stop = first_prose(self.text, end, found.start() if found else len(self.text))
        self.note("unclosed", start, stop, f"{what} is never closed; this part was skipped")
        return self.skip(start, stop)

    def directive(self, start: int, end: int, environment: str) -> int:
        """Add the declaration that stands in ``start..end`` (blanks around it are no part)."""
        content = self.text[start:end]
        first = start + len(content) - len(content.lstrip())
        last = start + len(content.rstrip())
        self.skip(first, end)
        if last > first:
            self.add("directive", first, last, environment)
        return end

    # --- looking ahead, never twice over the same stretch in vain --------------------------------

    def find(self, closer: str, at: int, end: int | None = None) -> int:
        """Where ``closer`` stands first between ``at`` and ``end``; -1 if nowhere."""
        end = len(self.text) if end is None else end
        if self._missing.get(closer, -1) >= end:
            return -1
        known = self._coming.get(closer, -1)
        if known >= at:
            return known if known < end else -1
        found = self.text.find(closer, at, end)
        if found < 0:
            self._missing[closer] = end
        else:
            self._coming[closer] = found
        return found

    def search(self, pattern: str, at: int) -> re.Match[str] | None:
        """The first match of ``pattern`` from ``at`` on."""
        if pattern in self._missing:
            return None
        found = re.compile(pattern).search(self.text, at)
        if found is None:
            self._missing[pattern] = len(self.text)
        return found

    def find_run(self, at: int, size: int, end: int) -> int:
        """Where a run of exactly ``size`` backticks stands first between ``at`` and ``end``.

        One that is not found is the paragraph's last of its size, so nobody looks again.
        """
        found = re.compile(rf"(?<!`)`{{{size}}}(?!`)").search(self.text, at, end)
        return -1 if found is None else found.start()

    def paragraph_end(self, at: int) -> int:
        """Where the paragraph around ``at`` ends."""
        start, end = self._paragraph
        if not start <= at < end:
            found = _BLANK.search(self.text, at)
            end = found.start() if found else len(self.text)
            self._paragraph = (at, end)
        return end

    # --- what both languages know ----------------------------------------------------------------

    def comment(self, start: int) -> int:
        """``%`` up to the end of its line; a declaration if it is one (``%! let ..``)."""
        newline = self.text.find("\n", start)
        end = newline if newline >= 0 else len(self.text)
        found = _DIRECTIVE.match(self.text, start)
        if found:
            self.skip(start, found.start(1))
            return self.directive(found.start(1), end, "%!")
        like = _LIKE_ONE.match(self.text, start)
        if like is not None:
            said = like["said"].strip()
            self.note("directive", start, end, f"this declares nothing: write %! assume {said}")
        return self.skip(start, end)

    def between(
        self, kind: str, opener: str, closer: str, start: int, body: re.Pattern[str]
    ) -> int | None:
        """The formula that ``opener`` opens at ``start``; None if ``closer`` does not come."""
        inner = start + len(opener)
        if self._missing.get(body.pattern, -1) > inner:
            return None
        stop = body.match(self.text, inner).end()  # type: ignore[union-attr]  # matches the empty
        if not self.text.startswith(closer, stop):
            self._missing[body.pattern] = stop
            return None
        if kind == "display" and swallows_prose(self.text, inner, stop):
            return None
        environment = opener.replace("\\\\", "\\")
        return self.formula(kind, environment, Span(start, stop + len(closer)), inner, stop)

    def bracketed(self, start: int) -> int:
        r"""``\(..\)`` or ``\[..\]`` at ``start``."""
        opener = self.text[start : start + 2]
        inline = opener == r"\("
        body = self.flavour.parenthesis if inline else self.flavour.bracket
        kind, closer = ("inline", r"\)") if inline else ("display", r"\]")
        end = self.between(kind, opener, closer, start, body)
        if end is not None:
            return end
        if inline:  # the paragraph around it is still prose
            self.note("unclosed", start, start + 2, rf"\( is never closed by {closer}")
            return self.skip(start, start + 2)
        return self.unclosed(start, start + 2, r"\[")

    def begin(self, start: int) -> int | None:
        r"""``\begin{..}`` at ``start``; None if it is neither math nor verbatim."""
        found = _BEGIN.match(self.text, start)
        if found is None:
            return None
        name = found[1]
        plain = name.rstrip("*")
        if plain in VERBATIM_ENVIRONMENTS:
            closer = f"\\end{{{name}}}"
            stop = self.find(closer, found.end())
            if stop < 0:
                return self.unclosed(start, found.end(), rf"\begin{{{name}}}")
            return self.code(start, stop + len(closer), name)
        target = self.definitions.environments.get(plain, name)
        if target.rstrip("*") not in MATH_ENVIRONMENTS:
            return None
        return self.environment(start, found.end(), plain, target)

    def environment(self, start: int, opened: int, written: str, name: str) -> int:
        """The environment ``name`` that ``start..opened`` opens and ``written`` closes."""
        plain = name.rstrip("*")
        inner = after_arguments(self.text, opened, plain if written == plain else "")
        nests = plain.endswith(("ed", "matrix", "cases", "array", "split"))
        closing = environment_end(
            self.text,
            inner,
            written,
            tuple(c for c, e in self.definitions.closers.items() if e.rstrip("*") == plain),
            nests and plain not in self._flat,
            self.flavour,
        )
        if closing is None and inner >= self._uncrossed:
            over = _BLANK.search(self.text, inner)
            stop = self._uncrossed = over.start() if over else len(self.text)
            if (closing := crossed_end(self.text, inner, stop)) is not None:
                end = self.text[closing.stop : closing.end]
                message = f"{self.text[start:opened]} is closed by {end}"
                self.note("unclosed", closing.stop, closing.end, message)
                self._uncrossed = closing.end
        if closing is None:
            self._flat.add(plain)
            return self.unclosed(start, opened, self.text[start:opened])
        kind = "inline" if plain in INLINE_ENVIRONMENTS else "display"
        return self.formula(kind, name, Span(start, closing.end), inner, closing.stop)

    def stray_end(self, start: int) -> int | None:
        r"""``\end{..}`` of a formula that was not begun."""
        found = _END.match(self.text, start)
        if found is None or found[1].rstrip("*") not in MATH_ENVIRONMENTS:
            return None
        message = rf"\end{{{found[1]}}} without \begin{{{found[1]}}}"
        self.note("unopened", start, found.end(), message)
        return self.skip(start, found.end())

    def command(self, start: int, known: Callable[[str, int, int], int | None]) -> int:
        """A backslash at ``start``: formula, definition, what ``known`` makes of it, or letters."""
        text = self.text
        if text.startswith((r"\(", r"\["), start):
            return self.bracketed(start)
        found = _COMMAND.match(text, start)
        if found is None:
            return min(start + 2, len(text))
        name, end = found[1], found.end()
        done: int | None = None
        if name == "begin":
            done = self.begin(start)
        elif name == "end":
            done = self.stray_end(start)
        elif found[0] in self.definitions.openers:
            target = self.definitions.openers[found[0]]
            return self.environment(start, end, target.rstrip("*"), target)
        elif self.definitions.defines(name):
            stop = self.definitions.read(text, start, self.offset, self.notes)
            return self.skip(start, stop)
        if done is None:
            done = known(name, start, end)
        return end if done is None else done
