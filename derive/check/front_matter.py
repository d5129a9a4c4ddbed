"""The header of an exercise file: TOML between two lines ``+++``, with the place of each string.

Frozen values are NamedTuples here: a dataclass takes ten times as long to define, and these are
on the way of every command.

tomllib says where a header is broken, but not where a value stood; a formula in a value needs
that, so that its errors name a line and a column of the file.  After tomllib has accepted a header
its tokens are walked once more, here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

FENCE = "+++"
_STRINGS = re.compile(  # and comments
    r"""#[^\n]*|\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3}|"(?!"")(?:\\.|[^"\\\n])*"|'(?!'')[^'\n]*'"""
    r"""|(?P<opens>\"{3}|'{3}|"|')""",
    re.DOTALL,
)
_POSITION = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_TOKEN = re.compile(
    r'(?P<comment>#[^\n]*)|(?P<string>"""|\'\'\'|"|\')|(?P<open>[\[{])|(?P<close>[\]}])'
    r"|(?P<newline>\n)|(?P<equals>=)|(?P<other>[^#\"'\[\]{}\n=]+)"
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\s*\n\s*)|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class HeaderError(Exception):
    """The header is broken: ``code`` of the finding, what is wrong, and the offset in the file."""

    def __init__(self, code: str, message: str, offset: int) -> None:
        super().__init__(message)
        self.code, self.message, self.offset = code, message, offset


class Written(NamedTuple):
    """A string of the header; ``offsets[n]`` is where its n-th character stands in the file (and
    one more for its end)."""

    text: str
    offsets: tuple[int, ...]

    @property
    def start(self) -> int:
        return self.offsets[0]

    @property
    def end(self) -> int:
        return self.offsets[-1]


class Entry(NamedTuple):
    """``key = ..`` in the header: where the key stands, and the strings of its value in order."""

    key: str
    offset: int
    strings: tuple[Written, ...]


class Table(NamedTuple):
    """The entries under one ``[[name]]`` (the name "" before the first)."""

    name: str
    offset: int
    entries: tuple[Entry, ...]

    def entry(self, key: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.key == key), None)


class Header(NamedTuple):
    """``values`` as tomllib has them, ``tables`` with the places, ``body`` from ``body_offset``."""

    values: dict[str, Any]
    tables: tuple[Table, ...]
    body: str
    body_offset: int


def place(source: str, offset: int) -> tuple[int, int]:
    """Line and column (from 1) of an offset.

    >>> place("ab\\ncd", 4)
    (2, 2)
    """
    offset = min(offset, len(source))
    return source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset)


def split(source: str) -> Header:
    """The header and the body of an exercise file.

    Raises HeaderError where there is no header or it is not TOML.
    """
    start = 1 if source.startswith("\ufeff") else 0
    first, _, _ = source[start:].partition("\n")
    if first.rstrip() != FENCE:
        raise HeaderError("D002", f"expected a line {FENCE} that opens the header", start)
    opened = start + len(first) + 1
    closed = re.compile(r"^\+\+\+[ \t\r]*$", re.MULTILINE).search(source, opened)
    if closed is None:
        raise HeaderError("D002", f"the header is not closed by a line {FENCE}", start)
    body_offset = min(closed.end() + 1, len(source))
    values, tables = read_toml(source[opened : closed.start()], opened)
    return Header(values, tables, source[body_offset:], body_offset)


def read_toml(toml: str, opened: int = 0) -> tuple[dict[str, Any], tuple[Table, ...]]:
    """The values of TOML text, and its tables with places that count from ``opened``.

    Raises HeaderError where it is not TOML.
    """
    try:
        values = tomllib.loads(toml)
    except RecursionError:
        raise HeaderError("D003", "nested too deeply", opened) from None
    except ValueError as error:  # TOMLDecodeError, and what int() says of 5000 digits
        raise _toml_error(error, toml, opened) from None
    return values, tuple(_tables(toml, opened))


def _toml_error(error: Exception, toml: str, opened: int) -> HeaderError:
    match = _POSITION.match(str(error))
    message = match[1] if match else str(error)
    message = message[:1].lower() + message[1:]
    opens = _open_string(toml)
    if opens is not None:
        message, offset = f"unterminated string: its closing {opens[0]} is missing", opens.start()
    elif match is None or match[2] is None:
        offset = len(toml.rstrip())
        message = f"{message} at the end of the header" if match else message
    else:
        starts = [0, *(m.end() for m in re.finditer("\n", toml))]
        offset = starts[int(match[2]) - 1] + int(match[3]) - 1
    if "'\\'" in message or "escape" in message:
        message += "; write formulas in 'single quotes'"
    return HeaderError("D003", message, opened + offset)


def _open_string(toml: str) -> re.Match[str] | None:
    """The opening quote of the first string that is not closed."""
    return next((m for m in _STRINGS.finditer(toml) if m.lastgroup), None)


def _tables(toml: str, opened: int) -> Iterator[Table]:
    """The tables of a header that tomllib has accepted."""
    name, offset, entries = "", opened, list[Entry]()
    for item in _items(toml, opened):
        if isinstance(item, Entry):
            entries.append(item)
        else:
            yield Table(name, offset, tuple(entries))
            (name, offset), entries = item, []
    yield Table(name, offset, tuple(entries))


def _items(toml: str, opened: int) -> Iterator[Entry | tuple[str, int]]:
    """``key = value`` as an Entry, ``[[name]]`` as (name, offset)."""
    position = 0
    while position < len(toml):
        line_end = toml.find("\n", position) % (len(toml) + 1)
        line = toml[position:line_end]
        plain = line.strip()
        offset = opened + position + len(line) - len(line.lstrip())
        if not plain or plain[0] == "#":
            position = line_end + 1
        elif plain[0] == "[":
            yield plain.split("#")[0].strip(" \t\r[]"), offset
            position = line_end + 1
        else:
            key = line.partition("=")[0].strip().strip("\"'")
            position = toml.index("=", position) + 1
            strings, position = _value(toml, position, opened)
            yield Entry(key, offset, strings)


def _value(toml: str, position: int, opened: int) -> tuple[tuple[Written, ...], int]:
    """The strings of the value at ``position`` and where the value ends."""
    strings, depth = list[Written](), 0
    while position < len(toml):
        token = _TOKEN.match(toml, position)
        assert token is not None  # the token's alternatives cover every character
        position = token.end()
        match token.lastgroup:
            case "string":
                written, position = _string(toml, token["string"], position, opened)
                strings.append(written)
            case "open":
                depth += 1
            case "close":
                depth -= 1
            case "equals" if strings:  # a quoted key of an inline table
                strings.pop()
            case "newline" if depth == 0:
                break
    return tuple(strings), position


def _string(toml: str, quote: str, position: int, opened: int) -> tuple[Written, int]:
    """The string whose opening ``quote`` ends at ``position``, and where it ends."""
    if len(quote) == 3 and toml.startswith("\n", position):
        position += 1
    out, offsets = list[str](), list[int]()
    while not _closes(toml, quote, position):
        escape = _ESCAPE.match(toml, position) if quote[0] == '"' else None
        if escape is None:
            out.append(toml[position])
            offsets.append(opened + position)
            position += 1
            continue
        short, long, blank, letter = escape.groups()
        if blank is None:
            code = str(short or long or "")
            out.append(chr(int(code, 16)) if code else _ESCAPED.get(letter, letter))
            offsets.append(opened + position)
        position = escape.end()
    offsets.append(opened + position)
    return Written("".join(out), tuple(offsets)), position + len(quote)


def _closes(toml: str, quote: str, position: int) -> bool:
    """A ``\"\"\"`` may be preceded by one or two quotes that belong to the string."""
    if position >= len(toml):
        return True
    return toml.startswith(quote, position) and not (
        len(quote) == 3 and toml.startswith(quote, position + 1)
    )
