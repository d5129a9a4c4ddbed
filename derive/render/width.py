"""Columns on a terminal, and text that cannot act on one."""

from __future__ import annotations

import unicodedata

# Characters that move the cursor, switch colours or reverse the direction of writing: what a
# file or an argument contains is shown, never obeyed.
# fmt: off
_HIDDEN = {n: chr(0x2400 + n) for n in range(32)} | {0x7F: "␡"} | dict.fromkeys((
    *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000),
    0x200E, 0x200F, 0x061C, 0x2028, 0x2029, 0xFEFF), "�")
# fmt: on


def visible(text: str) -> str:
    """``text`` with control characters made visible; a tab becomes a space.

    >>> visible("a\\x1b[31m\\tb")
    'a␛[31m b'
    """
    return text.replace("\t", " ").replace("\xa0", " ").translate(_HIDDEN)


def width(text: str) -> int:
    """The number of columns that ``text`` takes.

    >>> width("pⱼ"), width("漢"), width("y\\u0304")
    (2, 2, 1)
    """
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def folded(text: str, columns: int) -> list[str]:
    """``text`` broken at spaces into lines of at most ``columns``; long words are cut."""
    lines, line = list[str](), ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) <= columns:
            line = longer
            continue
        lines += [line] if line else []
        while width(word) > columns:
            lines.append(word[:columns])
            word = word[columns:]
        line = word
    return [*lines, line] if line or not lines else lines


def folded_formula(text: str, columns: int) -> list[str]:
    """A formula broken into lines of at most ``columns``, where its brackets are fewest."""
    lines = list[str]()
    while width(text) > columns:
        cut = _best_cut(text, columns)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text] if text or not lines else lines


def _best_cut(text: str, columns: int) -> int:
    """Before the operator that is least nested, the last of those; else at the edge."""
    depth, taken, best, lowest = 0, 0, 0, 1 << 30
    for n, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            break
        depth += (character in "([{") - (character in ")]}")
        if character != " " or taken <= columns // 3:
            continue
        operator = text[n + 1 : n + 2]
        cost = 3 * depth + (0 if operator in "+−=<≤≠>≥" else 1 if operator in "·/" else 2)
        if cost <= lowest:
            best, lowest = n, cost
    return best or max(1, columns)
