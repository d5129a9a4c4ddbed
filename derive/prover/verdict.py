"""What the kernel answers.

*proved*: lhs = rhs for every dimension and at every point where both sides are defined.
*refuted*: a counterexample that is itself a proof.  *undecided*: neither, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from derive.prover import display
from derive.term import Assumption, Number, Relation, Term

ZERO = Number(Fraction(0))

Value: TypeAlias = Fraction | tuple["Value", ...]  # a scalar, or an array as nested tuples


class Counterexample(NamedTuple):
    """A point at which both sides are defined and differ.

    ``dimension``: size of each symbolic dimension.  ``indices``: value of each free index (from
    1).  ``values``: exact rationals given to the free symbols, arrays as nested tuples.  ``lhs``,
    ``rhs``: decimal enclosures ``mid +/- radius`` that exclude each other.  ``entry``: of a claim
    between arrays, the indices (from 1) of the entry that these are.
    """

    dimension: Mapping[str, int]
    indices: Mapping[str, int]
    values: Mapping[str, Value]
    lhs: str
    rhs: str
    entry: tuple[int, ...] = ()


class Verdict(NamedTuple):
    """The kernel's answer to one claim; true (as a bool) only when proved with no needs.

    ``status``: "proved", "refuted" or "undecided".  ``needs``: what had to be assumed and was
    neither stated nor shown.  ``uses``: stated assumptions that were relied on.  ``reason``: why
    undecided, or for a refuted claim what would make it true ("holds only for i = j").
    ``residual``: what is left of lhs - rhs where undecided.  ``evidence``: for an undecided
    claim, a sentence on numerical agreement; never a proof.
    """

    status: str
    needs: tuple[Assumption, ...] = ()
    uses: tuple[Assumption, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    residual: Term | None = None
    evidence: str = ""

    def __bool__(self) -> bool:
        return self.status == "proved" and not self.needs

    def __str__(self) -> str:
        return display.plain(self)

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        return display.markdown(self)

    def __rich__(self) -> str:
        """What rich prints: a string with markup."""
        return display.markup(self)


def nonzero(t: Term) -> Assumption:
    return Assumption("relation", Relation("!=", t, ZERO))


def positive(t: Term) -> Assumption:
    return Assumption("relation", Relation(">", t, ZERO))
