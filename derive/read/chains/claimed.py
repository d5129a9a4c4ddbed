"""What a relation claims: its claims under the weakest meaning of its names, and under what may
be meant besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from derive.read.chains.assemble import Raw
from derive.read.chains.definable import fixed, tabulated
from derive.read.chains.doubt import index_and_array
from derive.read.chains.equations import Equations
from derive.read.chains.expectations import expected, speaks_of_chance
from derive.read.chains.free import weakest
from derive.read.chains.model import Supposed
from derive.read.chains.shorthand import orders, written_out
from derive.read.chains.suppose import Supposition, entries, independent, suppositions
from derive.read.chains.variables import between
from derive.read.chains.words import CHANCE, INDEPENDENT
from derive.read.claim import claims
from derive.read.matrices import with_arrays
from derive.read.tokens import ReadError
from derive.term import (
    Assumption,
    Claim,
    Derivative,
    Given,
    Relation,
    Symbol,
    contains,
    free_names,
    replace,
    term,
)
from derive.vocabulary import FUNCTIONS


class Suppositions(Equations):
    """The claims of a relation."""

    def _meant(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[tuple[Relation, Given]]:
        """The relation without shorthand, with what is given for it here."""
        for order in orders(relation):
            written = written_out(relation, order, self.aliases)
            assert isinstance(written, Relation)
            if clash := index_and_array(written):
                raise ReadError(f"{clash} is an index and an array here", relation.span or raw.span)
            meant = fixed(written, self.meaning.at(written, raw.at, pool, raw.display.plain))
            yield with_arrays(*meant, self.arrays)

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

    def _supposed(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[Supposed]:
        """The step under what may be meant by names of unknown meaning."""
        known = {*self.meaning.given.shapes, *FUNCTIONS}
        try:
            for plain, _ in self._weakest(self._plain(relation, raw, pool)):
                yield from (Supposed(*found) for found in independent(plain))
                unknown = free_names(plain.relation) - known - plain.given.definitions.keys()
                for supposition in suppositions(plain, unknown):
                    for claim in self._under(supposition, plain):
                        yield Supposed(claim, supposition.needs(claim))
        except ReadError:
            return

    def _held(self, relation: Relation, raw: Raw) -> Iterator[Supposed]:
        """The step with what depends on the variable held fixed: responsibilities, with EM."""
        if not contains(relation, Derivative):
            return
        try:
            for plain in self._plain(relation, raw, ()):
                assert isinstance(plain.relation, Relation)
                names = between(plain.relation, plain.given)
                if not names:
                    continue
                definitions = {n: d for n, d in plain.given.definitions.items() if n not in names}
                rates = [Derivative(Symbol(n), Symbol(by)) for n, by in sorted(names.items())]
                needs = tuple(Assumption("relation", Relation("=", r, term(0))) for r in rates)
                given = replace(plain.given, definitions=definitions)
                under = claims((plain.relation,), given, ranks=self.arrays)
                yield from (Supposed(claim, needs) for claim, _ in self._weakest(under, names))
        except ReadError:
            return

    def _summing(
        self, relation: Relation, summed_: Sequence[Relation], raw: Raw
    ) -> Iterator[Supposed]:
        """The step with sums over repeated indices, of which nothing is said."""
        try:
            for one in summed_:
                sides = zip((relation.left, relation.right), (one.left, one.right), strict=True)
                needs = tuple(
                    Assumption("relation", Relation("=", old, new))
                    for old, new in sides
                    if old != new
                )
                for plain, _ in self._weakest(self._plain(one, raw, ())):
                    assert isinstance(plain.relation, Relation)
                    yield Supposed(plain, needs)
                    for supposition in entries(plain.relation, plain.given):
                        for claim in self._under(supposition, plain):
                            yield Supposed(claim, (*needs, *supposition.needs(claim)))
        except ReadError:
            return

    def _under(self, supposition: Supposition, plain: Claim) -> Iterator[Claim]:
        one, given = supposition.applied(plain)
        found = self._weakest(claims((one,), given, ranks=self.arrays), supposition.numbers)
        return (claim for claim, _ in found)

    def _in_tables(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[Supposed]:
        """The step with q(x) under Σ_x as q_x."""
        try:
            for meant, given in self._meant(relation, raw, pool):
                other = tabulated(meant, given)
                if other != meant:
                    under = claims((other,), given, ranks=self.arrays)
                    yield from (Supposed(claim, ()) for claim, _ in self._weakest(under))
        except ReadError:
            return

    def _by_chance(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[Supposed]:
        """The step with its expectations as sums over outcomes."""
        if not speaks_of_chance(relation):
            return
        words = self.document.text
        chance, independent = CHANCE.search(words), INDEPENDENT.search(words)
        try:
            for meant, given in self._meant(relation, raw, pool):
                for one in expected(meant, given, chance is not None, independent is not None):
                    under = claims((one.relation,), one.given, ranks=self.arrays)
                    for claim, _ in self._weakest(under):
                        yield Supposed(claim, one.needs)
        except ReadError:
            return
