"""Names whose meaning is not known although a step depends on it."""

from __future__ import annotations

from derive.read.chains.assemble import Raw
from derive.read.chains.definable import implicit
from derive.read.chains.doubt import derives, particular, simple
from derive.read.chains.passing import Passing
from derive.read.chains.suppose import named_for_means
from derive.read.chains.variables import (
    factors_beside,
    held_fixed,
    lengths,
    lonely_indices,
    of_unknown_sign,
    variables,
)
from derive.read.identity import IDENTITY
from derive.read.matrices import beside, shown
from derive.read.notation import IMAGINARY
from derive.read.ones import ONES
from derive.read.tokens import ReadError
from derive.term import (
    Assumption,
    Claim,
    Given,
    Matrix,
    Mul,
    Pow,
    Relation,
    Symbol,
    free_names,
    term,
)

_ZERO = term(0)


class Strange(Passing):
    """What of a step nobody said the meaning of."""

    def _strange(self, claim: Claim, relation: Relation, n: int) -> frozenset[str]:
        """Names whose meaning is not known although the step depends on it: those that are new on
        the right, those in a first equation that are on one side only, and what is differentiated
        by a variable that it does not mention."""
        assert isinstance(claim.relation, Relation)
        given = claim.given
        left, right = (variables(s, given) for s in (claim.relation.left, claim.relation.right))
        new = right - left
        derivative = derives(relation.left, given)
        if n == 0 and relation.op == "=" and not derivative:
            new |= left - right
        elif n == 0 and relation.op == "=":
            new |= factors_beside(claim.relation.left, given) - right
        if not particular(relation):
            new = {name for name in new if not self.meaning.tied(name)}
        if relation.op == "=" and relation.right == _ZERO:
            new |= left
        if relation.op == "=" and relation.left == _ZERO:
            new |= right
        if isinstance(relation.left, Matrix) and derivative and not free_names(relation.right):
            new |= left  # a gradient at one point
        if relation.op != "=" and n == 0 and simple(relation):
            new |= left | right
        if IDENTITY not in given.shapes and any(map(_says_identity, given.assumptions)):
            new.add(IDENTITY)  # BA = I, where nothing tells that these are matrices
        new |= {d.name for d in implicit(claim.relation, given)}
        new |= held_fixed(claim.relation, given)
        varied = {p for d in given.definitions.values() for p in d.parameters}
        new |= named_for_means(claim.relation).keys() & (left | right) - varied
        new -= lengths(claim.relation, given)
        new |= lonely_indices(claim.relation)
        new |= of_unknown_sign(claim.relation)
        new |= (left | right) & {IMAGINARY} - given.ranges.keys() - given.shapes.keys()
        terms = (claim.relation, *(d.body for d in given.definitions.values()))
        unsure = self.arrays.keys() - shown(terms, self.arrays) - {ONES}
        if unsure:
            unsure -= beside(terms, self.arrays, self._said_arrays(given)) & self._parameters()
        return frozenset(new | unsure & (left | right))

    def _said_arrays(self, given: Given) -> set[str]:
        """The arrays that somebody has said to be what they are."""
        return {name for name, axes in given.shapes.items() if axes} - self.arrays.keys()

    def _parameters(self) -> set[str]:
        """What functions are of, J(w): nobody says more of it than how large it is."""
        told = (d.definition for found in self.meaning.definitions.values() for d in found)
        return {name for d in told if d is not None for name in d.parameters}

    def _all_strange(self, relation: Relation, raw: Raw, n: int) -> frozenset[str]:
        """The names of unknown meaning in all that a relation may claim."""
        try:
            found = self._plain(relation, raw, ())
        except ReadError:
            return frozenset(("",))
        return frozenset[str]().union(*(self._strange(claim, relation, n) for claim in found))


def _says_identity(a: Assumption) -> bool:
    """Whether it is BA = I or P^2 = I."""
    t = a.term
    return (
        isinstance(t, Relation)
        and t.op == "="
        and t.right == Symbol(IDENTITY)
        and isinstance(t.left, (Mul, Pow))
    )
