"""A claim: one relation, read under what is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from derive.prover.components import scalar_claims
from derive.prover.undecided import Undecided, UnknownMeaning
from derive.read.classes import NO_RANKS
from derive.read.dependence import written_out
from derive.read.formula import by_component, read_relations
from derive.read.identity import IDENTITY, is_beside_arrays, joined
from derive.read.macros import Macro
from derive.read.matrices import may_have_arrays, ranks, with_arrays
from derive.read.names import Names
from derive.read.ones import ONES, of_one_name
from derive.read.ranges import Shared, complete
from derive.read.tokens import LIMITS, Limits, ReadError
from derive.term import (
    BigOp,
    Claim,
    Derivative,
    Given,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    replace,
    subterms_of,
)

NOTHING = Given()
LENGTHS = ("d", "D", "n", "N")  # what lengths are called most


class Under:
    """What is given, for the claims under it: what it says by itself is worked out once."""

    def __init__(self, given: Given, macros: Mapping[str, Macro] | None = None) -> None:
        self.given = given
        self.names = Names.of(given, macros)
        self._known = {*given.shapes, *given.definitions}
        relations = (a.term for a in given.assumptions if isinstance(a.term, Relation))
        self._sides: list[Term] = [side for r in relations for side in (r.left, r.right)]
        self._sides += (definition.body for definition in given.definitions.values())

    @cached_property
    def _may_have_arrays(self) -> bool:
        return any(may_have_arrays(t, self._known, ()) for t in self._sides)

    @cached_property
    def _shared(self) -> Shared:
        return Shared(self.given)

    def read(self, text: str, label: str = "", limits: Limits = LIMITS) -> tuple[Claim, ...]:
        """``read_claim``."""
        given = self.given
        relations = read_relations(text, self.names, limits)
        if not relations.signs and relations.sides[0].error is not None:
            raise relations.sides[0].error
        if len(relations.signs) != 1:
            count = len(relations.signs)
            found = "no relation" if count == 0 else f"{count} relations"
            where = relations.signs[1].span if count > 1 else Span(0, len(text))
            raise ReadError(f"{found} in the claim", where, "exactly one, such as lhs = rhs")
        sign = relations.signs[0]
        if not sign.judged:
            raise ReadError(f"{sign.text} is not judged", sign.span, "=, <, >, \\le, \\ge or \\ne")
        readings: list[Claim] = []
        for relation in relations.step(0, limits.readings):
            of = self._arrays(relation)
            meant, known = with_arrays(relation, given, of)
            sure = {IDENTITY} if is_beside_arrays((relation,), given) else set()
            sure |= {name for name in of if name.rstrip("'") == ONES}
            undeclared = tuple(sorted(of.keys() & free_names(meant) - sure))
            read = claims((meant,), known, label, ranks=of, shared=self._shared)
            readings += (replace(claim, arrays=undeclared) for claim in read)
        return fitting(readings)

    def _arrays(self, relation: Relation) -> dict[str, int]:
        """What A^T, AI and x^T y show to be arrays, with the number of axes, where nothing is
        said."""
        sides: list[Term] = [relation] if relation.op == "!=" else []
        sides += (relation.left, relation.right)
        own = any(may_have_arrays(t, self._known, ()) for t in sides)
        sides += self._sides
        found = ranks(sides, self._known, ()) if own or self._may_have_arrays else {}
        if is_beside_arrays(sides, self.given):
            found[IDENTITY] = 2
        return found


def read_claim(
    text: str,
    given: Given = NOTHING,
    label: str = "",
    macros: Mapping[str, Macro] | None = None,
    limits: Limits = LIMITS,
) -> tuple[Claim, ...]:
    """The readings of ``text``, exactly one relation, as completed claims, most plausible first.

    >>> claim, = read_claim(r"\\tanh(x) = 2 \\sigma(2x) - 1")
    >>> claim.relation.op
    '='

    Raises ReadError, also for no relation and for a chain of several.
    """
    return Under(given, macros).read(text, label, limits)


def fitting(readings: Sequence[Claim]) -> tuple[Claim, ...]:
    """The readings in which the shapes fit, where there are any: no other is meant."""
    if len(readings) < 2:
        return tuple(readings)
    return tuple(filter(_fits, readings)) or tuple(readings)


def _fits(claim: Claim) -> bool:
    try:
        next(scalar_claims(claim), None)
    except UnknownMeaning:
        return True  # an inverse or a determinant, say
    except Undecided:
        return False
    return True


def claims(
    readings: Iterable[Relation],
    given: Given,
    label: str = "",
    ranks: Mapping[str, int] = NO_RANKS,
    shared: Shared | None = None,
) -> tuple[Claim, ...]:
    """The readings of one step as claims: vectors of symbolic length by component, ranges
    completed; ``ranks`` and ``shared`` as in ``complete``.

    Raises ReadError where a vector stands at a place that has no components."""
    found: list[Claim] = []
    for relation in readings:
        scalar, ranges = by_component(relation)
        known = replace(given, ranges={**ranges, **given.ranges}) if ranges else given
        known = written_out(scalar, known)
        written = Claim(scalar, known, label)
        for length in (*_lengths(written), ""):
            claim = of_one_name(joined(complete(written, ranks, length, shared)))
            if claim not in found:
                found.append(claim)
    return tuple(found)


def _lengths(claim: Claim) -> list[str]:
    """A name that may be meant for the length of sums without bounds: d in sum_k 1/d = 1."""
    given = claim.given
    terms = [claim.relation, *(d.body for d in given.definitions.values())]
    if not any(s.upper is None for t in terms for s in subterms_of(t, BigOp)):
        return []
    assumed = set[str]().union(*(free_names(a.term) for a in given.assumptions))
    said = {*given.shapes, *given.definitions, *given.ranges, *assumed}
    for derivative in (s for t in terms for s in subterms_of(t, Derivative)):
        said |= {s.name for s in (derivative.body, derivative.variable) if isinstance(s, Symbol)}
    found = [s.name for t in terms for s in subterms_of(t, Symbol) if s.name in LENGTHS]
    return [name for name in dict.fromkeys(found) if name not in said][:1]
