"""The values of an exercise's parameters that are worked out, and what must hold between values.

Nothing is evaluated as code: a formula is read like any other and evaluated by the refuter's
certified arithmetic.  That a value is exact is not believed: it stands in a claim, which is proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.check.decimals import decimal
from derive.check.exercise import Exercise
from derive.check.front_matter import Written
from derive.check.keys import Checks
from derive.check.parameters import Filling, Parameter, Value, Values, defaults
from derive.check.report import Finding
from derive.prover.decide import decide
from derive.prover.refuter.ball import Exhausted, Undefined
from derive.prover.refuter.evaluate import Enclosure, Point, value
from derive.prover.undecided import Undecided
from derive.read import Names, ReadError, read_formula
from derive.read.claim import read_claim
from derive.read.given import read_given
from derive.term import Given, Matrix, Term, free_names

DIGITS = 40  # that a value is worked out to
LARGEST_DENOMINATOR = 10_000  # of a fraction that a person would write


class NoValue(Exception):
    """A value cannot be worked out, or a constraint not be read; where ``written`` says."""

    def __init__(self, message: str, written: Written) -> None:
        super().__init__(message)
        self.message, self.written = message, written


def worked_out(exercise: Exercise, values: Values) -> Values:
    """``values`` with those that are worked out from them.  ``exercise`` has ``values`` put in
    (its own declarations may use them).  Raises NoValue."""
    known = dict(values)
    for parameter in exercise.parameters:
        if parameter.value is not None:
            known[parameter.name] = _worked_out(exercise, parameter, parameter.value, known)
    return known


def _worked_out(exercise: Exercise, parameter: Parameter, formula: Written, known: Values) -> Value:
    fill = Filling(known, Checks(exercise.text, exercise.path, []))
    written = fill.written(formula)
    lines = [*exercise.given, *map(fill.written, parameter.given)]
    try:
        given = read_given([line.text for line in lines])
        term = read_formula(written.text, Names.of(given))[0]
        return _exact(value(term, Point(), _about(term, given)), _is_row(term))
    except ReadError as error:
        raise NoValue(f"{parameter.name} cannot be worked out: {error}", formula) from None
    except (Undefined, Undecided, Exhausted, KeyError, ValueError):
        message = f"{parameter.name} cannot be worked out: {written.text} is no number here"
        raise NoValue(message, formula) from None


def _about(t: Term, given: Given) -> Given:
    """What is given of the names in ``t``, of those that define them, and so on: a name that has
    no value stops nothing where it is not used."""
    names, fresh = set[str](), free_names(t)
    while fresh - names:
        names |= fresh
        meanings = [given.definitions[name].body for name in names if name in given.definitions]
        fresh = frozenset[str]().union(*map(free_names, meanings))
    return Given(
        {name: r for name, r in given.ranges.items() if name in names},
        {name: shape for name, shape in given.shapes.items() if name in names},
        {name: row for name, row in given.definitions.items() if name in names},
    )


def _is_row(t: Term) -> bool:
    """A matrix of one row; a vector is a column otherwise."""
    return isinstance(t, Matrix) and len(t.rows) == 1


def _exact(found: Enclosure, is_row: bool) -> Value:
    if not isinstance(found, tuple):
        number = _number(found)
        return int(number) if number.denominator == 1 else _latex(number)
    flat = not any(isinstance(entry, tuple) for entry in found)
    rows = [found] if is_row and flat else [r if isinstance(r, tuple) else (r,) for r in found]
    numbers = [[_number(entry) for entry in row] for row in rows]
    if all(n.denominator == 1 for row in numbers for n in row):
        return tuple(tuple(map(int, row)) for row in numbers)
    written = r" \\ ".join(" & ".join(map(_latex, row)) for row in numbers)
    return rf"\begin{{pmatrix}} {written} \end{{pmatrix}}"


def _number(found: Enclosure) -> Fraction:
    if isinstance(found, tuple):
        raise ValueError("an array of more than two dimensions")
    return decimal(found.str(DIGITS, radius=False)).limit_denominator(LARGEST_DENOMINATOR)


def _latex(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number)
    sign = "-" if number < 0 else ""
    return rf"{sign}\frac{{{abs(number.numerator)}}}{{{number.denominator}}}"


def broken(exercise: Exercise, values: Values) -> Written | None:
    """The first constraint that these values do not meet, None if they meet all.

    Raises NoValue where one cannot be read.
    """
    fill = Filling(values, Checks(exercise.text, exercise.path, []))
    for constraint in exercise.constraints:
        try:
            claims = read_claim(fill.written(constraint).text)
        except ReadError as error:
            raise NoValue(f"the constraint cannot be read: {error}", constraint) from None
        if not any(decide(claim) for claim in claims):
            return constraint
    return None


def default_findings(exercise: Exercise) -> Iterator[Finding]:
    """What is wrong with the values that the exercise is printed with."""
    values = defaults(exercise.parameters)
    try:
        known = worked_out(exercise, values)
        unmet = broken(exercise, known)
    except NoValue as error:
        yield exercise.finding("D008", error.message, error.written.start, error.written.end)
        return
    if unmet is not None:
        message = "the defaults do not meet this constraint"
        yield exercise.finding("D008", message, unmet.start, unmet.end)
    for parameter in exercise.parameters:
        if known[parameter.name] != parameter.default:
            message = f"the default of {parameter.name} should be {_toml(known[parameter.name])}"
            yield exercise.finding("D008", message, parameter.offset)


def _toml(found: Value) -> str:
    """A value as it is written in a header."""
    if isinstance(found, tuple):
        return str([list(row) for row in found])
    return f"'{found}'" if isinstance(found, str) else str(found)
