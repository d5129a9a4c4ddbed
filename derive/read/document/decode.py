"""Bytes of unknown encoding to text, and what was assumed about them."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_MARKS = (  # the longer ones first: UTF-32's begins as UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN = (  # files that people hand in by mistake
    (b"%PDF-", "a PDF: give its source"),
    (b"PK\x03\x04", "an archive or an office document: save it as text"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an office document: save it as text"),
    (b"{\\rtf", "rich text: save it as plain text"),
)
_CONTROLS = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27})
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_SAMPLE = 65_536


class Decoded(NamedTuple):
    """``binary`` says what it is when it is no text (then ``text`` is empty); ``encoding`` is ""
    for UTF-8; ``offset``: the first character that could not be decoded, -1 if none."""

    text: str
    encoding: str = ""
    binary: str = ""
    offset: int = -1


def decode(data: bytes) -> Decoded:
    r"""The text of ``data``: UTF-8, or UTF-16 and UTF-32 by their marks or their zeros, else
    Windows-1252 (Latin-1 where that has no character).

    >>> decode("é".encode("latin-1")), decode("é".encode("utf-16-le") * 2).encoding
    (Decoded(text='é', encoding='Windows-1252', binary='', offset=-1), 'UTF-16')
    """
    for start, what in _KNOWN:
        if data.startswith(start):
            return Decoded("", binary=what)
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = data.decode(name, errors="replace")
            said = "" if name == "utf-8-sig" else name.upper()
            return Decoded(text, said, offset=text.find("\ufffd"))
    sample = data[:_SAMPLE]
    wide = _without_mark(sample)
    if wide:
        text = data[: len(data) // 2 * 2].decode(wide, errors="replace")
        return Decoded(text, "UTF-16", offset=text.find("\ufffd"))
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > 4 and controls * 20 > len(sample):
        return Decoded("", binary="a binary file")
    try:
        return Decoded(data.decode())
    except UnicodeDecodeError as error:
        rest = data[error.start :]
    good = len(_MULTIBYTE.findall(data))
    lone = len(re.findall(rb"[\x80-\xff]", _MULTIBYTE.sub(b"", rest)))
    if good > lone:  # UTF-8 that was damaged
        text = data.decode(errors="replace")
        return Decoded(text, "UTF-8", offset=text.find("\ufffd"))
    try:
        return Decoded(data.decode("cp1252"), "Windows-1252")
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1"), "Latin-1")


def _without_mark(sample: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of Western text is zero."""
    half = len(sample) // 2
    if half < 2:
        return ""
    even, odd = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
    if odd * 10 >= half * 7 and even * 10 < half:
        return "utf-16-le"
    if even * 10 >= half * 7 and odd * 10 < half:
        return "utf-16-be"
    return ""
