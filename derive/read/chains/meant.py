"""What a relation means at its place: its claims, with what is given for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from functools import cached_property
from typing import Self

from derive.read.chains.assemble import Raw
from derive.read.chains.definable import fixed
from derive.read.chains.doubt import index_and_array
from derive.read.chains.equations import Equations
from derive.read.chains.free import weakest
from derive.read.chains.observed import as_observed, noise_in
from derive.read.chains.shorthand import orders, written_out
from derive.read.chains.variables import bounds
from derive.read.claim import claims
from derive.read.matrices import with_arrays
from derive.read.moments import CERTAIN, COVARIANCES, EXPECTATIONS, VARIANCES
from derive.read.tokens import ReadError
from derive.term import (
    Assumption,
    Claim,
    Given,
    Relation,
    Symbol,
    free_names,
    replace,
    term,
)
from derive.vocabulary import MEANT


class Meant(Equations):
    """The claims of a relation as it is written."""

    now: Self | None = None  # what is known at the step that is looked at, see _as_known_now
    uses: int = 0  # how much of by_use and of units is known there
    layers: int = 0

    def _meant(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[tuple[Relation, Given]]:
        """The relation without shorthand, with what is given for it here."""
        for order in orders(relation):
            written = written_out(relation, order, self.aliases)
            assert isinstance(written, Relation)
            if clash := index_and_array(written):
                raise ReadError(f"{clash} is an index and an array here", relation.span or raw.span)
            given = self.meaning.at(
                written, raw.at, (*pool, *self._counted(written)), raw.display.plain
            )
            given = as_observed(written, given, self.noise)
            yield with_arrays(*fixed(written, given), self.arrays)

    @cached_property
    def noise(self) -> frozenset[str]:
        return noise_in(self.document.text)

    def _counted(self, relation: Relation) -> Iterator[Assumption]:
        """That a number of terms in another side of the chain is one here, too."""
        for n in sorted(self.counts & free_names(relation) - bounds(relation)):
            if not self.meaning.says_of(n):
                yield Assumption("integer", Symbol(n))
                yield Assumption("relation", Relation(">=", Symbol(n), term(1)))

    def _plain(self, relation: Relation, raw: Raw, pool: Iterable[Assumption]) -> tuple[Claim, ...]:
        meant = self._meant(relation, raw, pool)
        return tuple(
            claim for one, given in meant for claim in claims((one,), given, ranks=self.arrays)
        )

    def _weakest(
        self, found: Iterable[Claim], numbers: Iterable[str] = ()
    ) -> Iterator[tuple[Claim, frozenset[str]]]:
        """Each claim under the weakest meaning of its names; ``numbers`` depend on nothing."""
        declared = {*self.meaning.given.shapes, *self.constants, *numbers}
        return (weakest(self._with_constants(claim), declared) for claim in found)

    def _with_constants(self, claim: Claim) -> Claim:
        """What is said to be constant is a number of its own, which depends on nothing."""
        given = claim.given
        own = self.constants & free_names(claim.relation) - given.definitions.keys()
        if not own:
            return claim
        shapes = {**dict.fromkeys(sorted(own), ()), **given.shapes}
        return replace(claim, given=replace(given, shapes=shapes))

    def _as_known_now(self) -> Self:
        """For what is made when it is asked for: nothing is supposed that a later step says."""
        now, uses, layers = self.now, len(self.by_use), len(self.units)
        same = now is not None and now.meaning is self.meaning and now.arrays is self.arrays
        if now is None or not same or (now.uses, now.layers) != (uses, layers):
            self.now = None
            now = copy(self)
            now.uses, now.layers, now.constants = uses, layers, set(self.constants)
            self.now = now
        return now

    def _never_supposed(self) -> set[str]:
        """Names that mean what they mean: no form of a step says that Var(X) is something else."""
        known = {*self.meaning.given.shapes, *MEANT, *VARIANCES, *COVARIANCES, CERTAIN}
        for _, m in self.samples:
            known |= m.names
        return known | EXPECTATIONS if self.speaks_of_chance else known
