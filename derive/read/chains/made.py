"""The claims of a step while its readings are gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from derive.read.chains.model import Supposed
from derive.term import Claim


@dataclass(slots=True)
class Made:
    """What a step claims, while its readings are gone through; see Step."""

    claims: list[Claim] = field(default_factory=list)
    doubt: frozenset[str] = frozenset()
    supposed: Callable[[], Iterable[Supposed]] = tuple
    certain: bool = False

    def add(self, found: Iterable[tuple[Claim, frozenset[str]]]) -> None:
        """More claims, each with its names of unknown meaning."""
        for claim, unknown in found:
            self.doubt |= unknown
            if claim not in self.claims:
                self.claims.append(claim)
