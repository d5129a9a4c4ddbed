# ruff: noqa: E501  (the rows are a table)
"""Mistakes with fractions.

Throughout: a, b, c, d are any terms; a fraction is a/b.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from derive.explain.mistakes.algebra import divisors, each, minus, pairs_of, signed
from derive.explain.mistakes.row import Change, Line, Mistake, put, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO
from derive.term import Add, Div, Mul, Neg, Number, Pow, Term, children, term

MOST_SUMMANDS = 4  # of a numerator or a denominator that is taken apart


def _fraction_split_below(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Div(above, Add(terms)):
            yield each(lambda s: above / s, terms)
        case Pow(Add(terms), Neg() as exponent):
            yield each(lambda s: Pow(s, exponent), terms)


def _one_below(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: a/b + a/c as a/(b + c)."""
    for first, second, rest in pairs_of(t):
        (s, p), (u, q) = signed(first), signed(second)
        (a, b), (other, c) = _parts(s), _parts(u)
        if scope.same(a, other) and b != c:
            one = a / (minus(b, p) + minus(c, q))
            yield Add((one, *rest)) if rest else one
        match s, u:
            case Pow(b, Neg(n)), Pow(c, Neg(m)) if m == n:
                power = Pow(minus(b, p) + minus(c, q), Neg(n))
                yield Add((power, *rest)) if rest else power


def _parts(t: Term) -> tuple[Term, Term]:
    """Numerator and denominator, with the sign above."""
    match t:
        case Div(above, below):
            return above, below
        case Neg(Div(above, below)):
            return Neg(above), below
    return t, ONE


def _fractions(join: Callable[[Term, Term, Term, Term], list[Term]]) -> Change:
    """a/b + c/d becomes any of ``join(a, b, c, d)``."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        for first, second, rest in pairs_of(t):
            (above, below), (over, under) = _parts(first), _parts(second)
            if ONE not in (below, under) or below != under:
                for joined in join(above, below, over, under):
                    yield Add((joined, *rest)) if rest else joined

    return made


def _added_parts(a: Term, b: Term, c: Term, d: Term) -> list[Term]:
    return [Div(a + c, b + d)] if ONE not in (b, d) else []


def _not_expanded(a: Term, b: Term, c: Term, d: Term) -> list[Term]:
    below = d if b == ONE else b if d == ONE else b * d
    return [Div(a + c, below), Div(a * d + c, below), Div(a + c * b, below)]


def _fractions_apart(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: (a + c)/(b + d) as a/b + c/d, and 2/(b + d) as 1/b + 1/d; either may be a sum."""
    match t:
        case Div(above, Add() as below):
            for a, c in _halves(above):
                for b, d in _halves(below):
                    yield a / b + c / d
                    yield a / d + c / b


def _halves(t: Term) -> Iterator[tuple[Term, Term]]:
    """``t`` as a sum of two."""
    match t:
        case Number(value) if value.denominator == 1 and value > 1:
            yield ONE, term(value - 1)
        case Add(terms) if len(terms) <= MOST_SUMMANDS:
            rest = range(1, len(terms))
            for count in range(len(rest)):
                for chosen in combinations(rest, count):  # with the first one
                    others = [terms[n] for n in rest if n not in chosen]
                    yield _sum([terms[n] for n in (0, *chosen)]), _sum(others)


def _sum(terms: Sequence[Term]) -> Term:
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _expanded(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: one summand above expanded by a divisor of what stands below, or one of two and
    the other one by what is left of it."""
    match t:
        case Div(Add(terms), below):
            for by, left in divisors(below):
                for k, part in enumerate(terms):
                    expanded = put(terms, k, part * by)
                    yield Div(Add(expanded), below)
                    if len(terms) == 2 and left != ONE:
                        yield Div(Add(put(expanded, 1 - k, terms[1 - k] * left)), below)


def _cancelled(t: Term, scope: Scope) -> Iterator[Term]:
    """A summand of the numerator is cancelled against the denominator or one of its summands."""
    match t:
        case Div(above, below):
            upper = above.terms if isinstance(above, Add) else (above,)
            lower = below.terms if isinstance(below, Add) else (below,)
            if len(upper) + len(lower) < 3:
                return
            for j, part in enumerate(upper):
                for k, other in enumerate(lower):
                    if part == other:
                        yield Div(_left(upper, j), _left(lower, k))
                    elif isinstance(part, Mul) and other in part.factors and len(lower) == 1:
                        kept = without(part.factors, part.factors.index(other))
                        yield Add(put(upper, j, kept[0] if len(kept) == 1 else Mul(kept)))


def _put_back(t: Term, scope: Line) -> Iterator[Term]:
    """Backwards: a/b as (a + c)/(b + c), and a sum without a bar with one, for the denominators
    of the line before."""
    match t:
        case Div(above, below):
            summands = (s for d in scope.below for s in (children(d) if isinstance(d, Add) else ()))
            for c in dict.fromkeys((ONE, *summands)):
                yield Div((ZERO if above == ONE else above) + c, below + c)
                yield Div(above + c, below + c)
                yield Neg(Div(above + c, c - below))
        case Add(terms):
            for d in scope.below:
                yield Div(t + d, d)
                yield from (Div(Add(put(terms, n, s * d)), d) for n, s in enumerate(terms))


def _left(terms: tuple[Term, ...], k: int) -> Term:
    rest = without(terms, k)
    return ONE if not rest else rest[0] if len(rest) == 1 else Add(rest)


def _turned(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Div(above, below):
            yield Div(below, above)
        case Pow(base, Neg(exponent)):
            yield Pow(base, exponent)


# fmt: off
FRACTIONS: tuple[Mistake, ...] = (
    Mistake("fraction split below",
        "A fraction may be split above the bar, never below it.",
        "Put numbers in on both sides.",
        (r"\frac{1}{x + y}", r"\frac{1}{x} + \frac{1}{y}"), _fraction_split_below, _one_below),
    Mistake("denominators added",
        "Fractions are not added by adding numerators and denominators.",
        "What is the common denominator?",
        (r"\frac{1}{x} + \frac{2}{y}", r"\frac{3}{x + y}"), _fractions(_added_parts), _fractions_apart),
    Mistake("fraction not expanded",
        "Before fractions are added, each is expanded to the common denominator, numerator included.",
        "By what is each fraction expanded to reach the common denominator?",
        (r"\frac{x}{y} + 1", r"\frac{x + 1}{y}"), _fractions(_not_expanded), _expanded),
    Mistake("cancelled in a sum",
        "Only factors of the whole numerator and the whole denominator cancel, not summands.",
        "Is what you cancelled a factor of everything above and below the bar?",
        (r"\frac{x + y}{x}", "y"), _cancelled, _put_back),
    Mistake("fraction turned round",
        "Numerator and denominator are exchanged.",
        "What stands above and what below the bar?",
        (r"\frac{x}{y} + z", r"\frac{y}{x} + z"), _turned, _turned),
)
# fmt: on
