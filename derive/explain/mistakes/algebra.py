# ruff: noqa: E501  (the rows are a table)
"""Mistakes with brackets, powers, roots and functions.

Throughout: a, b, c, u, v are any terms, m and n exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import combinations, islice, product

from derive.explain.matching import wild
from derive.explain.mistakes.row import Change, Mistake, any_of, put, turns, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, tidy
from derive.term import Add, Call, Div, Mul, Neg, Number, Pow, Term, children, term

TWO = Number(Fraction(2))
HIGHEST = 6  # exponents and numbers that are split
MOST_DIVISORS = 16
MOST_SQUARES = 4
CURVED = ("tanh", "sigma", "sin", "cos", "softplus", "relu", "abs", "sinh", "cosh", "max")
a, b, c, d, m, n, u, v = map(wild, "abcdmnuv")


def call(name: str, t: Term) -> Call:
    return Call(name, (t,))


def each(build: Callable[[Term], Term], terms: tuple[Term, ...]) -> Add:
    """The sum of ``build`` of each term; a minus stays in front."""
    return Add(tuple(Neg(build(t.arg)) if isinstance(t, Neg) else build(t) for t in terms))


def linear(*names: str) -> Change:
    """f(a + b) becomes f(a) + f(b), for these functions."""

    def made(t: Term, scope: Scope) -> Iterator[Term]:
        match t:
            case Call(name, (Add(terms),), 0) if name in names:
                yield each(lambda s: call(name, s), terms)

    return made


def pairs_of(t: Term) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    """Two summands and the rest."""
    if isinstance(t, Add):
        for j, first in enumerate(t.terms):
            for k in range(j + 1, len(t.terms)):
                yield first, t.terms[k], without(without(t.terms, k), j)


def joined_pairs(join: Callable[[Term, Term], Iterable[Term]]) -> Change:
    """Backwards: two summands of a sum as any one term of ``join``, or all that it joins."""

    def undone(t: Term, scope: Scope) -> Iterator[Term]:
        for first, second, rest in pairs_of(t):
            for one in join(first, second):
                yield Add((one, *rest)) if rest else one
        if isinstance(t, Add) and len(t.terms) > 2:
            yield from _all_joined(t.terms, join)

    return undone


def _all_joined(
    terms: tuple[Term, ...], join: Callable[[Term, Term], Iterable[Term]]
) -> Iterator[Term]:
    """Three or more that can be joined as one, beside the others."""
    for n, one in enumerate(terms):
        joined, rest = 1, list[Term]()
        for other in terms[n + 1 :]:
            wider = next(iter(join(one, other)), None)
            joined, one = (joined + 1, wider) if wider is not None else (joined, one)
            if wider is None:
                rest.append(other)
        if joined > 2:
            before = terms[:n]
            yield Add((*before, one, *rest)) if before or rest else one


def signed(t: Term) -> tuple[Term, bool]:
    return (t.arg, True) if isinstance(t, Neg) else (t, False)


def minus(t: Term, negative: bool) -> Term:
    return Neg(t) if negative else t


def divisors(t: Term) -> Iterator[tuple[Term, Term]]:
    """The ways to write a product as a product of two, but for 1."""
    ways = product(*map(_splits, t.factors if isinstance(t, Mul) else (t,)))
    for split in islice(ways, MOST_DIVISORS):
        by, left = (tidy(Mul(side)) for side in zip(*split, strict=True))
        if by != ONE:
            yield by, left


def _splits(t: Term) -> Iterator[tuple[Term, Term]]:
    yield t, ONE
    yield ONE, t
    match t:
        case Pow(base, Number(n)) if n.denominator == 1 and n <= HIGHEST:
            for k in range(1, int(n)):
                yield base ** term(k), base ** term(n - k)
        case Number(n) if n.denominator == 1:
            yield from ((term(k), term(n / k)) for k in range(2, min(int(n), HIGHEST)) if not n % k)


def nonlinear(*names: str) -> Change:
    """Backwards: f(a) + f(b) as f(a + b), f(a) − f(b) also as −f(b − a), for these functions."""

    def join(first: Term, second: Term) -> Iterator[Term]:
        (s, p), (t, q) = signed(first), signed(second)
        match s, t:
            case Call(name, (a,), 0), Call(other, (b,), 0) if name == other and name in names:
                yield call(name, minus(a, p) + minus(b, q))
                yield Neg(call(name, minus(a, not p) + minus(b, not q)))

    return joined_pairs(join)


# --- brackets, powers ---------------------------------------------------------------


def _power_of_sum(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(Add(terms), exponent) if not isinstance(exponent, Neg):
            yield each(lambda s: Pow(s, exponent), terms)
            yield Add(tuple(Pow(s.arg if isinstance(s, Neg) else s, exponent) for s in terms))


def _one_power(first: Term, second: Term) -> Iterator[Term]:
    """a^n + b^n as (a + b)^n; with a sign inside of the brackets or in front."""
    (s, p), (t, q) = signed(first), signed(second)
    match s, t:
        case Pow(a, m), Pow(b, n) if m == n:
            yield minus((a + b if p == q else a - b) ** n, p)
            if p == q:
                yield minus((a - b) ** n, p)


def _mixed_term(t: Term, scope: Scope) -> Iterator[Term]:
    """(a + b)² with a b, with nothing or with the other sign in the middle."""
    match t:
        case Pow(Add((first, second)), exponent) if exponent == TWO:
            ends = first**TWO + second**TWO
            yield ends + first * second
            yield ends - TWO * first * second
            yield ends - first * second


def _mixed_again(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: what is missing, or too much, of the mixed term of two squares."""
    squares = [s.base for s in children(t) if isinstance(s, Pow) and s.exponent == TWO]
    if isinstance(t, Add):
        for a, b in combinations(squares[:MOST_SQUARES], 2):
            for k in (1, 2, 3, 4):
                yield Add((*t.terms, term(k) * a * b))
                yield Add((*t.terms, Neg(term(k) * a * b)))


def _power_of_product(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(Mul(factors), exponent):
            for k, part in enumerate(factors):
                yield Mul(put(factors, k, Pow(part, exponent)))
        case Pow(Neg(arg), exponent):
            yield Neg(Pow(arg, exponent))
        case Pow(Div(above, below), exponent):
            yield Div(Pow(above, exponent), below)
            yield Div(above, Pow(below, exponent))


def _power_of_all(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: a b^n as (a b)^n, a/b^n as (a/b)^n."""
    match t:
        case Mul(factors):
            for k, part in enumerate(factors):
                if isinstance(part, Pow):
                    for j, other in enumerate(factors):
                        if j != k and not isinstance(other, Pow):
                            yield Mul(put(factors, j, other**part.exponent))
                    if len(factors) > 2:
                        raised = (s if isinstance(s, Pow) else s**part.exponent for s in factors)
                        yield Mul(tuple(raised))
        case Neg(Pow(base, exponent)):
            yield Pow(Neg(base), exponent)
        case Div(Pow(base, exponent), below):
            yield Pow(base / below, exponent)
        case Div(above, Pow(base, exponent)):
            yield Pow(above / base, exponent)


def _minus_before_bracket(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Neg(Add((first, *rest))):
            yield Add((Neg(first), *rest))
        case Mul(factors):
            for k, part in enumerate(factors):
                if isinstance(part, Neg) and isinstance(part.arg, Add):
                    first, *rest = part.arg.terms
                    yield Mul(put(factors, k, Add((Neg(first), *rest))))


def _minus_for_all(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: −a + b + c as −(a + b + c)."""
    match t:
        case Add(terms) if len(terms) > 2:
            for k, part in enumerate(terms):
                if isinstance(part, Neg):
                    yield Add(tuple(s if j == k else Neg(s) for j, s in enumerate(terms)))


def _part_of_bracket(t: Term, scope: Scope) -> Iterator[Term]:
    """c (a + b) with c multiplied into some summands only."""
    match t:
        case Mul(factors):
            for k, part in enumerate(factors):
                if isinstance(part, Add):
                    others = without(factors, k)
                    outside = others[0] if len(others) == 1 else Mul(others)
                    for j, inner in enumerate(part.terms):
                        yield Add(put(part.terms, j, outside * inner))
        case Div(Add(terms), below):
            for j, inner in enumerate(terms):
                yield Add(put(terms, j, inner / below))


def _bracket_again(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: c a + b as c a + c b, a/c + b as a/c + b/c."""
    match t:
        case Add(terms):
            for k, part in enumerate(terms):
                for by in _in_front(part):
                    others = [j for j in range(len(terms)) if j != k]
                    for j in others:
                        yield Add(put(terms, j, by * terms[j]))
                    if len(others) > 1:
                        yield Add(tuple(s if j == k else by * s for j, s in enumerate(terms)))


def _in_front(t: Term) -> Iterator[Term]:
    match t.arg if isinstance(t, Neg) else t:
        case Mul() as whole:
            yield from (by for by, left in divisors(whole) if left != ONE)
        case Div(_, below):
            yield ONE / below


def _negative_exponent(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(base, Neg(exponent)):
            yield Neg(Pow(base, exponent))
        case Call("exp", (Neg(arg),), 0):
            yield Neg(call("exp", arg))


def _reciprocal(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: −u^n as u^−n, −exp(u) as exp(−u)."""
    match t:
        case Neg(Pow(base, exponent)):
            yield Pow(base, Neg(exponent))
        case Neg(Call("exp", (arg,), 0)):
            yield call("exp", Neg(arg))


def _root_of_squares(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("sqrt", (Add(terms),), 0) if all(_is_square(s) for s in terms):
            yield Add(tuple(s.base if isinstance(s, Pow) else ONE for s in terms))


def _is_square(t: Term) -> bool:
    return t == ONE or (isinstance(t, Pow) and t.exponent == TWO)


# --- functions --------------------------------------------------------------------------------


def _half(t: Term) -> Iterator[Term]:
    match t:
        case Call("sqrt", (arg,), 0):
            yield arg / TWO


def _root_as_half(t: Term, scope: Scope) -> Iterator[Term]:
    yield from _half(t)
    match t:
        case Pow(base, exponent) if exponent == ONE / TWO:
            yield base / TWO
        case Pow(base, exponent) if isinstance(exponent, Number) and exponent.value > 1:
            yield exponent * base


def _odd_or_even(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call(name, (Neg(arg),), 0) if name != "exp":
            yield call(name, arg)
            yield Neg(call(name, arg))


def _power_again(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: n u as u^n, u/2 as √u."""
    match t:
        case Div(u, below) if below == TWO:
            yield call("sqrt", u)
        case Mul(factors):
            for k, part in enumerate(factors):
                if isinstance(part, Number) and 1 < part.value <= HIGHEST:
                    rest = without(factors, k)
                    yield Pow(rest[0] if len(rest) == 1 else Mul(rest), part)


def _minus_inside(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: −f(u) or f(u) as f(−u)."""
    match t:
        case Neg(Call(name, (arg,), 0)) if name != "exp":
            yield call(name, Neg(arg))
        case Call(name, (arg,), 0) if name != "exp":
            yield call(name, Neg(arg))


def _factor_inside(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: c f(u) as f(c u), f(u)/c as f(u/c)."""
    match t:
        case Mul(factors):
            for k, part in enumerate(factors):
                match part:
                    case Call(name, (arg,), 0) if name not in ("abs", "log", "exp"):
                        for j, other in enumerate(factors):
                            if j != k:
                                one = call(name, other * arg)
                                rest = without(without(factors, max(j, k)), min(j, k))
                                yield Mul((one, *rest)) if rest else one
        case Div(Call(name, (arg,), 0), below) if name not in ("abs", "log", "exp"):
            yield call(name, arg / below)
        case Neg(Call(name, (arg,), 0)):
            yield call(name, Neg(arg))


def _scaled_argument(t: Term, scope: Scope) -> Iterator[Term]:
    """f(c u) as c f(u)."""
    match t:
        case Call(name, (Mul(factors),), 0) if name not in ("abs", "log", "exp"):
            for k, part in enumerate(factors):
                rest = without(factors, k)
                inner = rest[0] if len(rest) == 1 else Mul(rest)
                yield part * call(name, inner)
        case Call(name, (Div(above, below),), 0) if name not in ("abs", "log", "exp"):
            yield call(name, above) / below


# fmt: off
ALGEBRA: tuple[Mistake, ...] = (
    Mistake("power of a sum",
        "The power of a sum is not the sum of the powers.",
        "Write the power as a product of brackets and multiply out.",
        ("(x + y)^2", "x^2 + y^2"), _power_of_sum, joined_pairs(_one_power)),
    Mistake("binomial formula: mixed term",
        "The mixed term of the square of a sum is wrong.",
        "Multiply the two brackets out, one product at a time.",
        ("(x - y)^2", "x^2 - x y + y^2"), _mixed_term, _mixed_again),
    Mistake("power of a product",
        "The exponent belongs to every factor in the bracket.",
        "Write the power as a product of brackets: how often does each factor stand there?",
        ("(3 x)^2", "3 x^2"), _power_of_product, _power_of_all),
    Mistake("product of powers",
        "When powers of one base are multiplied, the exponents are added.",
        "Write the powers out as products and count the factors.",
        ("x^3 x^4", "x^{12}"),
        any_of(turns((u**m * u**n, u ** (m * n)), (u**m / u**n, u ** (m / n)))),
    ),
    Mistake("power of a power",
        "When a power is raised to a power, the exponents are multiplied.",
        "Write the outer power out as a product.",
        ("(x^3)^2", "x^5"),
        turns(((u**m) ** n, u ** (m + n)), ((u**m) ** n, u ** (m**n)))),
    Mistake("root of a sum",
        "The root of a sum is not the sum of the roots.",
        "Square both sides, or put two numbers in.",
        (r"\sqrt{x^2 + 9}", r"\sqrt{x^2} + 3"), any_of(linear("sqrt"), _root_of_squares), nonlinear("sqrt")),
    Mistake("root or power taken as a factor",
        "A root is no half, and a power is no multiple.",
        "Put a number in and compare.",
        (r"\sqrt{x}", r"\frac{x}{2}"), _root_as_half, _power_again),
    Mistake("minus before a bracket",
        "The minus before the bracket belongs to every summand inside.",
        "Multiply each summand in the bracket by −1.",
        ("-(x + y)", "-x + y"), _minus_before_bracket, _minus_for_all),
    Mistake("bracket multiplied in part",
        "The factor before the bracket belongs to every summand inside.",
        "How many summands are in the bracket? As many products arise.",
        ("3 (x + y)", "3 x + y"), _part_of_bracket, _bracket_again),
    Mistake("negative exponent taken as a minus",
        "A minus in the exponent is a reciprocal, not a minus sign.",
        "What is the sign of an exponential?",
        ("e^{-x}", "-e^x"), _negative_exponent, _reciprocal),
    Mistake("function taken as linear",
        "This function of a sum or a multiple is not the sum or the multiple of its values.",
        "Put numbers in: is the function a straight line?",
        (r"\tanh(2 x)", r"2 \tanh(x)"),
        any_of(_scaled_argument, linear(*CURVED)), any_of(_factor_inside, nonlinear(*CURVED))),
    Mistake("odd or even function",
        "The minus in the argument was moved or dropped although the function does not allow it.",
        "Is the function odd, even, or neither? Look at its graph.",
        (r"\sigma(-x)", r"\sigma(x)"), _odd_or_even, _minus_inside),
)
# fmt: on
