"""What a document tells of its names, each with the offsets between which it holds."""

from __future__ import annotations

from typing import NamedTuple

from derive.read.chains.scopes import END
from derive.term import Assumption, Definition, Range


class Defined(NamedTuple):
    """A definition that begins to hold at an offset; ``near``: the start of the display before
    it, if it explains that display, else -1; ``after``: it says nothing of what stands before."""

    at: int
    definition: Definition | None  # None: from here on it is not known what the name means
    near: int = -1
    after: bool = False


class Stated(NamedTuple):
    """An assumption, from one offset to another; from there up to ``ends`` it is not known whether
    it is meant."""

    at: int
    until: int
    assumption: Assumption
    names: frozenset[str]
    case: bool = False
    ends: int = END
    behind: frozenset[str] = frozenset(("",))  # the variables in the definitions of its names


class Shape(NamedTuple):
    """The axes of a name; ``bold``: said of a name in bold face."""

    axes: tuple[Range, ...]
    bold: bool = False
