"""An author's own commands: where their definitions stand, and what they say.

The meaning of a body is for ``derive.read.macros``; here a definition is cut out of the document,
so that it counts neither as prose nor as a formula, and the ways to write one that only LaTeX
packages or MathJax know are written as a ``\\newcommand``.
"""

from __future__ import annotations

import re

from derive.read.document.kinds import (
    DEFINITION_GROUPS,
    MATH_ENVIRONMENTS,
    MAX_DEFINITION,
    MAX_DEFINITIONS,
)
from derive.read.document.source import Note
from derive.read.macros import Macro, read_macros
from derive.read.tokens import ReadError
from derive.term import Span

_FAILURE = 20
_DEFINER = re.compile(r"\\(" + "|".join(DEFINITION_GROUPS) + r")(?![A-Za-z@])\*?")
_NAME = re.compile(r"\s*(?:\{\s*(\\?[A-Za-z@]+\*?|\\.)\s*\}|(\\[A-Za-z@]+|\\.))")
_PARAMETERS = re.compile(r"(?:\s*\[[^\]]{0,200}\]){0,2}")
_DEF_PARAMETERS = re.compile(r"[^{}\\]{0,100}")
_LET = re.compile(r"\s*=?\s*(\\[A-Za-z@]+|\S)")
_BRACE = re.compile(r"\\.|%[^\n]*|[{}]", re.DOTALL)
_EDGE = re.compile(r"\\(begin|end)\s*\{\s*([A-Za-z]+\*?)\s*\}")
_TEXT_ONLY = re.compile(r"\\xspace(?![A-Za-z])|%[^\n]*")
_CONFIGURED = re.compile(
    r"""["']?\\*(?P<name>[A-Za-z]+)["']?\s*:\s*(?P<list>\[\s*)?"""
    r"""(?P<quote>["'])(?P<body>(?:[^\\"'\n]|\\.){0,500})(?P=quote)(?:\s*,\s*(?P<arity>\d))?"""
)


def group_end(text: str, at: int) -> int | None:
    """Where the group ``{..}`` that opens at or after blanks behind ``at`` ends; None if it does
    not, or not within the limit."""
    start = at
    while start < len(text) and text[start].isspace():
        start += 1
    if start >= len(text) or text[start] != "{":
        return None
    depth = 0
    for brace in _BRACE.finditer(text, start, start + MAX_DEFINITION):
        if brace[0] == "{":
            depth += 1
        elif brace[0] == "}":
            depth -= 1
            if depth == 0:
                return brace.end()
    return None


class Definitions:
    r"""The definitions found so far.

    ``environments``: the author's name for a formula's environment -> the environment;
    ``openers``, ``closers``: commands that begin or end one (``\be`` .. ``\ee``).
    """

    def __init__(self) -> None:
        self.macros: dict[str, Macro] = {}
        self.environments: dict[str, str] = {}
        self.openers: dict[str, str] = {}
        self.closers: dict[str, str] = {}
        self._count = 0
        self._full = False

    def defines(self, name: str) -> bool:
        return name in DEFINITION_GROUPS

    def take(self, content: str, offset: int, notes: list[Note]) -> bool:
        """Read the definitions in a formula; whether it consists of nothing else."""
        found = _DEFINER.search(content)
        if found is None:
            return False
        rest: list[str] = []
        at = 0
        while found is not None:
            rest.append(content[at : found.start()])
            at = self.read(content, found.start(), offset, notes)
            found = _DEFINER.search(content, at)
        rest.append(content[at:])
        return not _TEXT_ONLY.sub("", "".join(rest)).strip()

    def read(self, text: str, start: int, offset: int, notes: list[Note]) -> int:
        """Obey the definition at ``start`` of ``text`` (which stands at ``offset``); its end.

        One that cannot be read is noted and its command alone is passed over.
        """
        found = _DEFINER.match(text, start)
        if found is None:
            return start + 1
        self._count += 1
        if self._count > MAX_DEFINITIONS:
            if not self._full:
                self._full = True
                message = f"more than {MAX_DEFINITIONS} definitions: the rest were not read"
                notes.append(Note("definition", Span(offset + start, offset + len(text)), message))
            return found.end()
        try:
            end = self._read(text, found)
        except ReadError as error:
            span = Span(offset + start, offset + found.end())
            self._count += _FAILURE  # each may have cost a look at MAX_DEFINITION characters
            notes.append(Note("definition", span, f"this definition is not read: {error.message}"))
            return found.end()
        return end

    def _read(self, text: str, found: re.Match[str]) -> int:
        command = found[1]
        here = Span(found.start(), found.end())
        name = _NAME.match(text, found.end())
        if name is None:
            raise ReadError(f"\\{command} names no command", here)
        called = name[1] or name[2]
        if command == "let":
            value = _LET.match(text, name.end())
            if value is None:
                raise ReadError(r"\let gives no value", here)
            self._define(rf"\newcommand{{{called}}}{{{value[1]}}}")
            return value.end()
        pattern = _DEF_PARAMETERS if command.endswith("def") else _PARAMETERS
        parameters = pattern.match(text, name.end())
        at = parameters.end() if parameters else name.end()
        inside: list[str] = []
        for _ in range(DEFINITION_GROUPS[command]):
            end = group_end(text, at)
            if end is None:
                raise ReadError("its braces are never closed", here)
            inside.append(text[at:end].strip()[1:-1])
            at = end
        self._obey(command, called, parameters[0].strip() if parameters else "", inside, here)
        return at

    def _obey(
        self, command: str, called: str, parameters: str, inside: list[str], here: Span
    ) -> None:
        body = _TEXT_ONLY.sub("", inside[-1])
        if command.endswith("environment"):
            edges = {m[1]: m[2] for m in _EDGE.finditer(inside[0]) if _is_math(m[2])}
            if "begin" in edges:
                self.environments[called.rstrip("*")] = edges["begin"]
            return
        if command == "DeclarePairedDelimiter":
            left, right = (part.strip() for part in inside)
            self._define(rf"\newcommand{{{called}}}[1]{{\left{left} #1 \right{right}}}")
            return
        if command.endswith("DocumentCommand"):
            kinds = inside[0].split()
            if any(kind != "m" for kind in kinds):
                raise ReadError("only arguments of kind m are known", here)
            self._define(rf"\newcommand{{{called}}}[{len(kinds)}]{{{body}}}")
            return
        edges = {m[1]: m[2] for m in _EDGE.finditer(body) if _is_math(m[2])}
        if len(edges) == 1:
            if "begin" in edges:
                self.openers[called] = edges["begin"]
            else:
                self.closers[called] = edges["end"]
            return
        if command == "DeclareMathOperator":
            self._define(rf"\DeclareMathOperator{{{called}}}{{{body}}}")
        elif command.endswith("def"):
            arguments = parameters.replace(" ", "")
            if arguments != "".join(f"#{n + 1}" for n in range(len(arguments) // 2)):
                raise ReadError("arguments with text between them are not known", here)
            self._define(rf"\def{called}{arguments}{{{body}}}")
        else:
            self._define(rf"\newcommand{{{called}}}{parameters}{{{body}}}")

    def _define(self, definition: str) -> None:
        self.macros.update(read_macros(definition))

    def configured(self, script: str) -> None:
        """The macros of a MathJax or KaTeX configuration (``macros: {R: "\\\\mathbb{R}"}``)."""
        at = script.find("macros")
        if at < 0:
            at = script.find("Macros")
        opening = script.find("{", at) if at >= 0 else -1
        end = group_end(script, opening) if opening >= 0 else None
        if end is None:
            return
        for found in _CONFIGURED.finditer(script, opening, end):
            if self._count >= MAX_DEFINITIONS:
                return
            self._count += 1
            body = found["body"].replace("\\\\", "\\")
            arity = f"[{found['arity']}]" if found["list"] and found["arity"] else ""
            try:
                self._define(rf"\newcommand{{\{found['name']}}}{arity}{{{body}}}")
            except ReadError:
                continue  # a script is no part of the text: what it cannot say is not told


def _is_math(environment: str) -> bool:
    return environment.rstrip("*") in MATH_ENVIRONMENTS
