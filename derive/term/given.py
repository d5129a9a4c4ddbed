"""What is given: the meaning of names, and what is assumed, for one claim.

A Given is data without algorithms.  The reader builds it from a document, an exercise from its
front matter, a SymPy user from symbols; the kernel takes it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from derive.term.node import Term

EMPTY: Mapping[str, Any] = MappingProxyType({})  # Any: the same for every kind of mapping


class Range(NamedTuple):
    """The integers from ``lower`` to ``upper`` inclusive, e.g. 1..d.  A range that the claim uses
    for a vector's components is never empty."""

    lower: Term
    upper: Term


class Definition(NamedTuple):
    """``name`` means ``body``, here.

    ``indices``: for ``p_j := ..`` the index names, each ranging as Given.shapes[name] says.
    ``parameters``: for ``f(x) := ..`` the parameter names.
    Neither: a scalar, or a whole array where the body is array-valued.
    ``line`` is where it was introduced (1-based), 0 where it was not read from a text.
    """

    name: str
    body: Term
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    line: int = 0


class Assumption(NamedTuple):
    """Something the claim may rely on.

    ``kind`` and ``term``:
      "relation"      a Relation: x > 0, a != b, sum_j q_j = 1, i = j; one between indices alone
                      is about these indices, in any other an index with a range means "for all"
      "one-hot"       Symbol: a 0/1 vector with exactly one 1 (for a matrix: each row)
      "distribution"  Symbol: components > 0 that sum to 1 (for a matrix: each row)
      "symmetric"     Symbol: a matrix equal to its transpose
      "positive definite"  Symbol: a symmetric matrix A with xᵀAx > 0 for all x ≠ 0
      "integer"       Symbol
      "natural"       Symbol: an integer >= 0; whether 0 is one of them, authors do not agree
      "complex"       Symbol: its values, or components, need not be real
      "function"      Call: ``u(x)``: a differentiable function of which nothing else is known
      "varies"        Derivative of a by x, both Symbols: a may vary with x (with any component of
                      it), nothing is known how; without this a is independent of x
    """

    kind: str
    term: Term
    line: int = 0


class Given(NamedTuple):
    """Ranges of the free indices, shapes of the names, definitions and assumptions.

    ``ranges``: index name -> Range.  ``shapes``: name -> one Range an axis; () is a scalar; a
    name without a shape is a real scalar.  Names in upper bounds are dimensions: integers >= 1.
    """

    ranges: Mapping[str, Range] = EMPTY
    shapes: Mapping[str, tuple[Range, ...]] = EMPTY
    definitions: Mapping[str, Definition] = EMPTY
    assumptions: tuple[Assumption, ...] = ()

    def over(self, change: Callable[[Term], Term]) -> Given:
        """The same with each definition's body and each assumption's term changed."""
        return self._replace(
            definitions={n: d._replace(body=change(d.body)) for n, d in self.definitions.items()},
            assumptions=tuple(a._replace(term=change(a.term)) for a in self.assumptions),
        )

    def with_assumptions(self, *more: Assumption) -> Given:
        return Given(self.ranges, self.shapes, self.definitions, self.assumptions + more)


class Claim(NamedTuple):
    """A relation that is claimed, under what is given.

    ``arrays``: names that nothing declares and that only their use makes vectors and matrices: the
    claim may be proved of all that fit, and is not refuted by some that were not meant.
    """

    relation: Term
    given: Given = Given()
    label: str = ""
    arrays: tuple[str, ...] = ()
