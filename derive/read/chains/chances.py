"""Claims about expectations: by samples and by outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.read.chains.assemble import Raw
from derive.read.chains.expectations import expected, speaks_of_chance
from derive.read.chains.meant import Meant
from derive.read.chains.model import Supposed
from derive.read.chains.samples import Moments, moments_of, of_a_sample
from derive.read.claim import claims
from derive.read.moments import is_chance
from derive.read.tokens import ReadError
from derive.term import (
    Assumption,
    Relation,
    free_names,
)


class Chances(Meant):
    """What a step says of chance."""

    def _of_samples(
        self, relation: Relation, raw: Raw, doubt: frozenset[str]
    ) -> Iterator[Supposed]:
        """The step with its expectations by the means and variances of a sample.  It is false if
        it is so for all that is left open."""
        if not speaks_of_chance(relation):
            return
        uncorrelated = self.says_independent(relation, raw.at)
        uncorrelated |= self.says_uncorrelated(relation, raw.at)
        facts = self._said_of_samples(raw)
        own = {
            n for m in facts for t in (m.mean, m.variance) if t is not None for n in free_names(t)
        }
        try:
            for meant, given in self._meant(relation, raw, ()):
                for one in of_a_sample(meant, given, facts, self.says_identical(relation, raw.at)):
                    if not (one.single or uncorrelated):
                        continue
                    known = own | {one.x} | {n for n in doubt if is_chance(n)}
                    said: dict[Assumption, Assumption | None] = dict.fromkeys(one.own)
                    for claim in claims((one.relation,), one.given, ranks=self.arrays):
                        for free, unknown in self._weakest((claim,)):
                            settled = one.told and not unknown and doubt <= known | one.behind
                            yield Supposed(free, (), said, settled=settled)
        except ReadError:
            return

    def _said_of_samples(self, raw: Raw) -> list[Moments]:
        """What is said of samples, the nearest before this place last."""
        told = list(moments_of(self._moments(raw.at)))
        after = [m for at, m in self.samples if at > raw.at]
        before = [m for at, m in self.samples if at <= raw.at]
        return [*after[::-1], *before, *told]

    def _by_chance(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> Iterator[Supposed]:
        """The step with its expectations as sums over outcomes."""
        if not speaks_of_chance(relation):
            return
        try:
            facts = [Assumption("relation", moment) for moment in self._moments(raw.at)]
            independent = self.says_independent(relation, raw.at)
            for meant, given in self._meant(relation, raw, (*pool, *facts)):
                given = given.with_assumptions(*(a for a in facts if a not in given.assumptions))
                for one in expected(meant, given, self.speaks_of_chance, independent):
                    under = claims((one.relation,), one.given, ranks=self.arrays)
                    for claim, _ in self._weakest(under):
                        yield Supposed(claim, one.needs, one.said)
        except ReadError:
            return
