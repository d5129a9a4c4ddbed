"""What is read from a document: chains of steps, what names mean, what misleads.

Spans are offsets into the document's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from derive.read.tokens import ReadError
from derive.term import Assumption, Claim, Relation, Span


class Supposed(NamedTuple):
    """A claim that supposes what was not said: ``needs`` (they stand among what is given too).
    ``said``: what is given in other words than the text's, with the text's own; None where it
    says no such thing.  ``or_doubtful``: where this is not decided, the step is not refuted.
    ``settled``: the text says it, and leaves nothing else open: what is false so is false."""

    claim: Claim
    needs: tuple[Assumption, ...]
    said: Mapping[Assumption, Assumption | None] = MappingProxyType({})
    or_doubtful: bool = False
    settled: bool = False


class Step(NamedTuple):
    """One relation sign with its two sides.

    ``kind``: "judge", "definition" (it introduces a name), "skipped" (a relation that is not
    judged, or nothing to judge), "unread".  ``claims``: all plausible readings, most plausible
    first, under what is given at this place; the step is false only if all are.  ``doubt``: names
    of unknown meaning: where there are any, the step may be proved and is never false.
    ``supposed``: what may be meant besides, tried where no claim is proved; ``certain``: the text
    says one of it.  ``reason``: what the author gave as one.  ``across``: claims that the side
    before the left one is the right one, to see whether the left one alone is off; made when they
    are asked for.  ``follows``: the step is an equation that is said to follow from the ones
    before; ``premise``: the one right before it, from which an arrow leads to it.  ``elsewhere``:
    what was said of its names for a paragraph or a section that is over, and where.  ``arrays``:
    its names that stand for arrays, and where that is said.  ``for_all``: it is said to hold for
    all values.  ``posed``: an equation that is to be solved, if it does not hold for all values.
    ``anew``: it gives a name of another section a new meaning, if it does not
    hold under the old one.  ``lost``: where the line before the left side has a derivative that the
    left side has not: the left side differentiated so, compared with the right one.
    ``concluded``: an equation of the running text that need not hold for all values; what it
    follows from may be said in words.  ``of_told``: it claims something of expectations that are
    told: what follows from it needs it, where it is not shown.  ``stated``: an equation that the
    running text takes for granted, if it is not shown from what stands before.
    """

    relation: str
    sign_span: Span
    left_span: Span
    right_span: Span
    kind: str
    claims: tuple[Claim, ...] = ()
    doubt: frozenset[str] = frozenset()
    supposed: Callable[[], Iterable[Supposed]] = tuple
    reason: str = ""
    message: str = ""
    error: ReadError | None = None
    across: Callable[[], tuple[Claim, ...]] = tuple
    follows: bool = False
    premise: Relation | None = None
    elsewhere: tuple[tuple[int, Assumption], ...] = ()
    arrays: tuple[tuple[int, str], ...] = ()
    for_all: bool = False
    posed: bool = False
    certain: bool = False
    anew: bool = False
    lost: Callable[[], Iterable[Supposed]] = tuple
    concluded: bool = False
    of_told: bool = False
    stated: bool = False


class Chain(NamedTuple):
    """``a = b = c``, perhaps over several rows or displays."""

    span: Span
    steps: tuple[Step, ...]


class Understood(NamedTuple):
    """A definition or assumption as it was understood, with the place it was taken from."""

    span: Span
    text: str


class Remark(NamedTuple):
    """Writing that misleads; ``code`` is one of the findings' D3xx."""

    code: str
    span: Span
    message: str


class Reading:
    """What is read from a document: its chains, what was understood of its names, what misleads.

    The chains are made as they are asked for: ``in_turn`` hands out one after the other and keeps
    none, so that a long document is never in memory as a whole; ``chains`` are all of them, kept.
    The rest is known once the last chain is made, and asking for it makes those that are left.
    """

    def __init__(
        self,
        chains: Iterable[Chain],
        definitions: Sequence[Understood] = (),
        assumptions: Sequence[Understood] = (),
        remarks: Sequence[Remark] = (),
    ) -> None:
        self._chains = chains
        self._definitions, self._assumptions, self._remarks = definitions, assumptions, remarks

    def in_turn(self) -> Iterator[Chain]:
        return iter(self._chains)

    def kept(self) -> Reading:
        """The same with all chains made."""
        self._chains = tuple(self._chains)
        return self

    @property
    def chains(self) -> tuple[Chain, ...]:
        return tuple(self.kept()._chains)

    @property
    def definitions(self) -> tuple[Understood, ...]:
        return tuple(self.kept()._definitions)

    @property
    def assumptions(self) -> tuple[Understood, ...]:
        return tuple(self.kept()._assumptions)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return tuple(self.kept()._remarks)
