"""What would make a refuted step true: the slip that was probably made.

Each hint is tried on the kernel: nothing is said that is not proved.  Hints are looked for under
small budgets, one after the other, until one holds; what none mends is looked up in the table of
mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from derive.check.decimals import decimal
from derive.explain.mistakes import diagnose
from derive.prover.decide import decide
from derive.prover.normal_form.context import Limits
from derive.prover.verdict import Counterexample
from derive.term import (
    Add,
    Assumption,
    Claim,
    Given,
    Neg,
    Relation,
    Symbol,
    Term,
    free_names,
    replace,
    subterms_of,
    term,
)
from derive.term.text import name_text, text

SMALL = Limits(operations=20_000)
MOST_NAMES = 4  # factors that are tried
MOST_SUMMANDS = 8  # signs that are tried
LARGEST = 24  # numerator and denominator of a constant that is tried
_MIDDLE = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


def hint(claim: Claim, point: Counterexample | None) -> str:
    """A sentence on what would make the refuted ``claim`` true ("" where nothing was found).

    ``point``: where it was refuted; the two values there suggest constants.
    """
    relation = claim.relation
    if not isinstance(relation, Relation) or relation.op != "=":
        return ""
    for said, repaired, given in _repairs(relation, claim.given, point):
        verdict = decide(replace(claim, relation=repaired, given=given), SMALL)
        if verdict.status == "proved":
            return said
    for diagnosis in diagnose(claim)[:1]:
        return (
            f"perhaps: {diagnosis.mistake.sentence[:1].lower()}{diagnosis.mistake.sentence[1:-1]}"
        )
    return ""


def _repairs(
    relation: Relation, given: Given, point: Counterexample | None
) -> Iterator[tuple[str, Relation, Given]]:
    """What is tried: the hint, the relation repaired by it, and what is given then."""
    left, right = relation.left, relation.right
    yield "true with the opposite sign", replace(relation, right=_minus(right)), given
    for i, j in _index_pairs(relation, given):
        equal = Assumption("relation", Relation("=", Symbol(i), Symbol(j)))
        said = f"holds only for {name_text(i)} = {name_text(j)}"
        yield said, relation, given.with_assumptions(equal)
    for factor in _ratios(point):
        said = f"true with the factor {_shown(factor)} on the right"
        yield said, replace(relation, right=term(factor) * right), given
    for summand in _differences(point):
        said = f"true with {_shown(summand)} added on the right"
        yield said, replace(relation, right=right + term(summand)), given
    parts = right.terms if isinstance(right, Add) else ()
    for n, part in enumerate(parts[:MOST_SUMMANDS]):
        said = f"true with the opposite sign of {text(_plain(part))}"
        flipped = Add((*parts[:n], _minus(part), *parts[n + 1 :]))
        yield said, replace(relation, right=flipped), given
    for name in _scalars(relation, given):
        symbol = Symbol(name)
        said = f"true with another factor {text(symbol)} on the "
        yield said + "right", replace(relation, right=right * symbol), given
        yield said + "left", replace(relation, left=left * symbol), given


def _minus(t: Term) -> Term:
    return t.arg if isinstance(t, Neg) else Neg(t)


def _plain(t: Term) -> Term:
    return t.arg if isinstance(t, Neg) else t


def _index_pairs(relation: Relation, given: Given) -> Iterator[tuple[str, str]]:
    free = free_names(relation)
    names = sorted(name for name in given.ranges if name in free)
    for i, j in combinations(names, 2):
        if given.ranges[i] == given.ranges[j]:
            yield i, j


def _scalars(relation: Relation, given: Given) -> list[str]:
    """Real numbers that are free in the relation: they are what is left out or divided by."""
    names = sorted(free_names(relation) - set(given.ranges) - set(given.definitions))
    alone = {t.name for t in subterms_of(relation, Symbol)}
    return [n for n in names if n in alone and not given.shapes.get(n)][:MOST_NAMES]


# --- constants ---------------------------------------------------------------------------------


def _ratios(point: Counterexample | None) -> Iterator[Fraction]:
    values = _values(point)
    if values is not None and values[1] != 0:
        yield from _simple(values[0] / values[1], values)


def _differences(point: Counterexample | None) -> Iterator[Fraction]:
    values = _values(point)
    if values is not None:
        yield from _simple(values[0] - values[1], values)


def _simple(value: Fraction, sides: tuple[Fraction, Fraction]) -> Iterator[Fraction]:
    """The short fraction that ``value`` is, up to the digits of the two sides."""
    near = value.limit_denominator(LARGEST)
    size = max(Fraction(1), abs(sides[0]), abs(sides[1]))
    close = abs(near - value) < size * Fraction(1, 10**4)
    if close and near != 0 and abs(near) <= LARGEST:
        yield near


def _values(point: Counterexample | None) -> tuple[Fraction, Fraction] | None:
    if point is None or not (point.values or point.indices or point.dimension):
        return None  # between two numbers there always is a factor
    found = [_MIDDLE.search(side) for side in (point.lhs, point.rhs)]
    if found[0] is None or found[1] is None:
        return None
    try:
        return decimal(found[0][0]), decimal(found[1][0])
    except ValueError:
        return None


def _shown(value: Fraction) -> str:
    return str(value).replace("-", "−")
