"""What a picture shows, worked out from Terms: curves and the pattern of a matrix.

Values come from the refuter's ball arithmetic at exact rational points, so a curve has a gap
where the function is undefined, and no value is a rounding error.

Throughout: ``x`` is the name that varies, ``f`` a function of its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from derive.language import say
from derive.page import Curve, Curves, Figure, Pattern
from derive.prover.refuter.arrays import Misfit
from derive.prover.refuter.ball import Exhausted
from derive.prover.refuter.evaluate import Point, values
from derive.prover.refuter.running import Unknown
from derive.prover.verdict import Counterexample, Value
from derive.term import (
    Call,
    Claim,
    Derivative,
    Given,
    Matrix,
    Number,
    Relation,
    Symbol,
    Term,
    subterms,
)
from derive.term.text import name_text, text

SAMPLES = 160  # intervals of a curve
BITS = 64
HALVINGS = 12  # of an interval in which a curve may jump
STEEP = 0.2  # of a curve's height: what rises so much in one interval is looked at
REACH = Fraction(4)  # a function is shown from -REACH to REACH
COLUMNS = 5  # of a matrix whose pattern is worth a look
LONG = 26  # characters of a name beside a curve

Function: TypeAlias = Callable[[Iterable[Fraction]], list[float | None]]


def curves(
    x: str,
    terms: Sequence[Term],
    lower: Fraction,
    upper: Fraction,
    given: Given | None = None,
    at: Point | Counterexample = Point(),  # noqa: B008  # a frozen value
    labels: Sequence[str] = (),
    marked: Fraction | None = None,
) -> Curves:
    """The terms as functions of the scalar ``x`` between ``lower`` and ``upper``.

    ``at`` gives every other name its value; ``labels`` name the curves (else their formulas do).
    Raises what ``derive.prover.refuter.evaluate.value`` raises, but where a term is undefined the
    curve has a gap.

    >>> from derive.term import Call, Div
    >>> one_over_x = Div(Number(Fraction(1)), Symbol("x"))
    >>> picture = curves("x", [one_over_x], Fraction(-1), Fraction(1))
    >>> [(run[0][0], run[-1][0]) for run in picture.curves[0].runs]
    [(-1.0, -0.0125), (0.0125, 1.0)]
    """
    drawn = []
    for n, t in enumerate(terms):
        name = labels[n] if labels else _short(text(t), n)
        drawn.append(Curve(name, _runs(_function(t, x, given, at), lower, upper)))
    return Curves(name_text(x), tuple(drawn), None if marked is None else float(marked))


def both_sides(
    claim: Claim,
    counterexample: Counterexample,
    labels: Sequence[str] = ("left side", "right side"),
) -> Curves | None:
    """Left and right of a refuted relation around its counterexample, one value varied.

    None where there is nothing to vary: the claim has no scalar of its own (arrays and indices
    stay as they are), or both sides have no values around it.
    """
    relation = claim.relation
    scalars = [name for name, v in counterexample.values.items() if isinstance(v, Fraction)]
    if not scalars or not isinstance(relation, Relation):
        return None
    x = scalars[0]
    middle = counterexample.values[x]
    assert isinstance(middle, Fraction)  # it is one of the scalars
    reach = max(abs(middle) / 2, Fraction(3))
    picture = curves(x, (relation.left, relation.right), middle - reach, middle + reach,
                     claim.given, counterexample, labels, middle)  # fmt: skip
    return picture if all(curve.runs for curve in picture.curves) else None


def pattern(matrix: Matrix) -> Pattern:
    """Which entries are zero, and which are the same.

    >>> f, zero = Symbol("f"), Number(Fraction(0))
    >>> pattern(Matrix(((f, zero), (zero, f)))).rows
    (('f', ''), ('', 'f'))
    """
    return Pattern(tuple(tuple(map(_entry, row)) for row in matrix.rows))


def _entry(t: Term) -> str:
    return "" if isinstance(t, Number) and t.value == 0 else text(t)


def _short(name: str, n: int) -> str:
    return name if len(name) <= LONG else f"({n + 1})"


def illustration(
    claim: Claim, counterexample: Counterexample | None = None, language: str = "en"
) -> Figure | None:
    """The picture that a reader would rather look at, if the claim has one.

    Both sides of a refuted claim; a function of one real variable with its derivative, which the
    claim is about; the pattern of a large matrix with zeros.
    """
    found: Curves | Pattern | None
    if counterexample is not None:
        sides = tuple(say(language, side) for side in ("left side", "right side"))
        found = both_sides(claim, counterexample, sides)
        return _figure(found, language, "Both sides near the counterexample")
    found = _with_derivative(claim)
    if found is not None:
        return _figure(found, language, "The function and its derivative (dashed)")
    sparse = [t for t in subterms(claim.relation) if isinstance(t, Matrix) and _is_sparse(t)]
    found = pattern(sparse[0]) if sparse else None
    return _figure(found, language, "The entries that are not zero; equal ones have one colour")


def _figure(picture: Curves | Pattern | None, language: str, words: str) -> Figure | None:
    return None if picture is None else Figure(picture, (say(language, words),))


def _with_derivative(claim: Claim) -> Curves | None:
    match claim.relation:
        case Relation("=", Derivative(body, Symbol(x)) as slope):
            pass
        case Relation("=", Call(name, (Symbol(x) as argument,), 1) as slope):
            body = Call(name, (argument,))
        case _:
            return None
    try:
        return curves(x, (body, slope), -REACH, REACH, claim.given)
    except (KeyError, Unknown, Misfit, Exhausted):  # it is a function of more than x
        return None


def _is_sparse(matrix: Matrix) -> bool:
    return len(matrix.rows[0]) >= COLUMNS and any("" in row for row in pattern(matrix).rows)


# --- sampling -----------------------------------------------------------------------------------


def _function(t: Term, x: str, given: Given | None, at: Point | Counterexample) -> Function:
    def f(arguments: Iterable[Fraction]) -> list[float | None]:
        points = [Point(at.dimension, at.indices, _with(at, x, v)) for v in arguments]
        return [_number(v) for v in values(t, points, given, BITS)]

    return f


def _with(at: Point | Counterexample, x: str, v: Fraction) -> dict[str, Value]:
    return {**at.values, x: v}


def _number(enclosure: object) -> float | None:
    """The middle of a scalar's ball; arrays have no curve."""
    return None if enclosure is None or isinstance(enclosure, tuple) else float(enclosure)  # type: ignore[arg-type]  # a ball


def _runs(
    f: Function, lower: Fraction, upper: Fraction
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The points of a curve, in runs that end where it is undefined or jumps."""
    xs = [lower + (upper - lower) * n / SAMPLES for n in range(SAMPLES + 1)]
    ys = f(xs)
    known = sorted(y for y in ys if y is not None)
    steep = STEEP * (known[-1] - known[0]) if known else 0.0
    runs: list[list[tuple[float, float]]] = [[]]
    for n, (x, y) in enumerate(zip(xs, ys, strict=True)):
        before = ys[n - 1] if n else None
        if y is None or (before is not None and _jumps(f, (xs[n - 1], before), (x, y), steep)):
            runs.append([])
        if y is not None:
            runs[-1].append((float(x), y))
    return tuple(tuple(run) for run in runs if len(run) > 1)


def _jumps(
    f: Function, here: tuple[Fraction, float], there: tuple[Fraction, float], steep: float
) -> bool:
    """Whether halving the interval does not make its rise smaller: a jump or a pole."""
    rise = abs(there[1] - here[1])
    if not rise > steep > 0:
        return False
    for _ in range(HALVINGS):
        x = (here[0] + there[0]) / 2
        (y,) = f([x])
        if y is None:
            return True
        if abs(y - here[1]) > abs(there[1] - y):
            there = (x, y)
        else:
            here = (x, y)
    return abs(there[1] - here[1]) > rise / 2
