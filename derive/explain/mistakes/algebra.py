# ruff: noqa: E501  (the rows are a table)
"""Mistakes with brackets, powers, fractions, roots, exponentials and logarithms.

Throughout: a, b, c, u, v are any terms, m and n exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from derive.explain.matching import wild
from derive.explain.mistakes.row import Change, Mistake, any_of, put, turns, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE
from derive.term import Add, Call, Div, Mul, Neg, Number, Pow, Symbol, Term

TWO = Number(Fraction(2))
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


# --- brackets, powers, fractions ---------------------------------------------------------------


def _power_of_sum(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(Add(terms), exponent) if not isinstance(exponent, Neg):
            yield each(lambda s: Pow(s, exponent), terms)
            yield Add(tuple(Pow(s.arg if isinstance(s, Neg) else s, exponent) for s in terms))


def _mixed_term(t: Term, scope: Scope) -> Iterator[Term]:
    """(a + b)² with a b, with nothing or with the other sign in the middle."""
    match t:
        case Pow(Add((first, second)), exponent) if exponent == TWO:
            ends = first**TWO + second**TWO
            yield ends + first * second
            yield ends - TWO * first * second
            yield ends - first * second


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


def _minus_before_bracket(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Neg(Add((first, *rest))):
            yield Add((Neg(first), *rest))
        case Mul(factors):
            for k, part in enumerate(factors):
                if isinstance(part, Neg) and isinstance(part.arg, Add):
                    first, *rest = part.arg.terms
                    yield Mul(put(factors, k, Add((Neg(first), *rest))))


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


def _fraction_split_below(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Div(above, Add(terms)):
            yield each(lambda s: above / s, terms)
        case Pow(Add(terms), Neg() as exponent):
            yield each(lambda s: Pow(s, exponent), terms)


def _pairs(t: Term) -> Iterator[tuple[Term, Term, tuple[Term, ...]]]:
    """Two summands and the rest."""
    if isinstance(t, Add):
        for j, first in enumerate(t.terms):
            for k in range(j + 1, len(t.terms)):
                yield first, t.terms[k], without(without(t.terms, k), j)


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
        for first, second, rest in _pairs(t):
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


def _left(terms: tuple[Term, ...], k: int) -> Term:
    rest = without(terms, k)
    return ONE if not rest else rest[0] if len(rest) == 1 else Add(rest)


def _turned(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Div(above, below):
            yield Div(below, above)
        case Pow(base, Neg(exponent)):
            yield Pow(base, exponent)


def _negative_exponent(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(base, Neg(exponent)):
            yield Neg(Pow(base, exponent))
        case Call("exp", (Neg(arg),), 0):
            yield Neg(call("exp", arg))


def _root_of_squares(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("sqrt", (Add(terms),), 0) if all(_is_square(s) for s in terms):
            yield Add(tuple(s.base if isinstance(s, Pow) else ONE for s in terms))


def _is_square(t: Term) -> bool:
    return t == ONE or (isinstance(t, Pow) and t.exponent == TWO)


# --- exponentials and logarithms ---------------------------------------------------------------


def _power_of_e(t: Term) -> Term | None:
    """u in exp(u) or e^u."""
    match t:
        case Call("exp", (arg,), 0) | Pow(Symbol("e"), arg):
            return arg
    return None


def _exp_of_sum(t: Term, scope: Scope) -> Iterator[Term]:
    match _power_of_e(t):
        case Add(terms):
            yield each(lambda s: call("exp", s), terms)


def _exp_of_product(t: Term, scope: Scope) -> Iterator[Term]:
    match _power_of_e(t):
        case Mul(factors):
            yield Mul(tuple(call("exp", s) for s in factors))
            yield Add(tuple(call("exp", s) for s in factors))


def _product_of_exps(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Mul(factors):
            inner = [_power_of_e(s) for s in factors]
            for j, first in enumerate(inner):
                for k in range(j + 1, len(inner)):
                    second = inner[k]
                    if first is not None and second is not None:
                        rest = without(without(factors, k), j)
                        joined = call("exp", first * second)
                        yield Mul((joined, *rest)) if rest else joined
        case Pow(base, exponent) if (inside := _power_of_e(base)) is not None:
            yield call("exp", inside**exponent)
            yield call("exp", inside + exponent)
        case Add(terms) if all(_power_of_e(s) is not None for s in terms):
            yield call("exp", Add(tuple(_power_of_e(s) or s for s in terms)))


def _log_of_sum(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("log", (Add(terms),), 0):
            yield each(lambda s: call("log", s), terms)
            if len(terms) == 2 and isinstance(terms[1], Neg):
                yield call("log", terms[0]) / call("log", terms[1].arg)
            yield Mul(tuple(call("log", s) for s in terms))


def _log_of_product(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("log", (Mul(factors),), 0):
            yield Mul(tuple(call("log", s) for s in factors))
        case Call("log", (Div(above, below),), 0):
            yield call("log", above) / call("log", below)
        case Div(Call("log", (above,), 0), Call("log", (below,), 0)):
            yield call("log", above) - call("log", below)
            yield call("log", above / below)
        case Mul(factors) if sum(isinstance(s, Call) and s.name == "log" for s in factors) > 1:
            inner = [s.args[0] for s in factors if isinstance(s, Call) and s.name == "log"]
            rest = [s for s in factors if not (isinstance(s, Call) and s.name == "log")]
            joined = call("log", Mul(tuple(inner)))
            yield Mul((joined, *rest)) if rest else joined


def _log_quotient_sign(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("log", (Div(above, below),), 0):
            yield call("log", above) + call("log", below)
            yield call("log", below) - call("log", above)


def _log_of_product_lost(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("log", (Mul(factors),), 0):
            for k, part in enumerate(factors):
                yield call("log", part)
                others = without(factors, k)
                rest = others[0] if len(others) == 1 else Mul(others)
                yield part * call("log", rest)
        case Call("log", (Div(above, below),), 0):
            yield call("log", above)
            yield -call("log", below)


def _log_of_power(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("log", (Pow(base, exponent),), 0):
            yield call("log", base) ** exponent
            yield call("log", base)
            yield call("log", base) + call("log", exponent)
        case Pow(Call("log", (base,), 0), exponent):
            yield exponent * call("log", base)


def _log_exp(t: Term, scope: Scope) -> Iterator[Term]:
    """log and exp cancelled although something stands between them."""
    match t:
        case Call("log", (Mul(factors),), 0):
            for k, part in enumerate(factors):
                inside = _power_of_e(part)
                if inside is not None:
                    yield Mul(put(factors, k, inside))
        case Call("log", (Add(terms),), 0):
            for k, part in enumerate(terms):
                inside = _power_of_e(part)
                if inside is not None:
                    yield Add(put(terms, k, inside))
        case Call("exp", (Mul(factors),), 0):
            for k, part in enumerate(factors):
                match part:
                    case Call("log", (arg,), 0):
                        yield Mul(put(factors, k, arg))
        case Call("exp", (Neg(Call("log", (arg,), 0)),), 0):
            yield Neg(arg)
        case Call("exp", (Add(terms),), 0) if any(_is_log(s) for s in terms):
            yield Add(tuple(s.args[0] if isinstance(s, Call) and _is_log(s) else call("exp", s) for s in terms))  # fmt: skip


def _is_log(t: Term) -> bool:
    return isinstance(t, Call) and t.name == "log" and t.order == 0


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
        ("(x + y)^2", "x^2 + y^2"), _power_of_sum),
    Mistake("binomial formula: mixed term",
        "The mixed term of the square of a sum is wrong.",
        "Multiply the two brackets out, one product at a time.",
        ("(x - y)^2", "x^2 - x y + y^2"), _mixed_term),
    Mistake("power of a product",
        "The exponent belongs to every factor in the bracket.",
        "Write the power as a product of brackets: how often does each factor stand there?",
        ("(3 x)^2", "3 x^2"), _power_of_product),
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
        (r"\sqrt{x^2 + 9}", r"\sqrt{x^2} + 3"), any_of(linear("sqrt"), _root_of_squares)),
    Mistake("root or power taken as a factor",
        "A root is no half, and a power is no multiple.",
        "Put a number in and compare.",
        (r"\sqrt{x}", r"\frac{x}{2}"), _root_as_half),
    Mistake("minus before a bracket",
        "The minus before the bracket belongs to every summand inside.",
        "Multiply each summand in the bracket by −1.",
        ("-(x + y)", "-x + y"), _minus_before_bracket),
    Mistake("bracket multiplied in part",
        "The factor before the bracket belongs to every summand inside.",
        "How many summands are in the bracket? As many products arise.",
        ("3 (x + y)", "3 x + y"), _part_of_bracket),
    Mistake("fraction split below",
        "A fraction may be split above the bar, never below it.",
        "Put numbers in on both sides.",
        (r"\frac{1}{x + y}", r"\frac{1}{x} + \frac{1}{y}"), _fraction_split_below),
    Mistake("denominators added",
        "Fractions are not added by adding numerators and denominators.",
        "What is the common denominator?",
        (r"\frac{1}{x} + \frac{2}{y}", r"\frac{3}{x + y}"), _fractions(_added_parts)),
    Mistake("fraction not expanded",
        "Before fractions are added, each is expanded to the common denominator, numerator included.",
        "By what is each fraction expanded to reach the common denominator?",
        (r"\frac{x}{y} + 1", r"\frac{x + 1}{y}"), _fractions(_not_expanded)),
    Mistake("cancelled in a sum",
        "Only factors of the whole numerator and the whole denominator cancel, not summands.",
        "Is what you cancelled a factor of everything above and below the bar?",
        (r"\frac{x + y}{x}", "y"), _cancelled),
    Mistake("negative exponent taken as a minus",
        "A minus in the exponent is a reciprocal, not a minus sign.",
        "What is the sign of an exponential?",
        ("e^{-x}", "-e^x"), _negative_exponent),
    Mistake("exponential of a sum",
        "The exponential of a sum is a product, not a sum.",
        "Which law do powers of one base follow?",
        (r"\exp(x + y)", r"\exp(x) + \exp(y)"), _exp_of_sum),
    Mistake("exponential of a product",
        "The exponential of a product is a power, not a product of exponentials.",
        "Which law do powers of powers follow?",
        (r"\exp(2 x)", r"\exp(2) \exp(x)"), _exp_of_product),
    Mistake("product of exponentials",
        "When exponentials are multiplied, the exponents are added; for a sum of exponentials there is no law.",
        "Which law do powers of one base follow?",
        (r"\exp(x) \exp(y)", r"\exp(x y)"), _product_of_exps),
    Mistake("logarithm of a sum",
        "For the logarithm of a sum there is no law.",
        "Which operation does the logarithm turn into a sum?",
        (r"\log(x + y)", r"\log(x) + \log(y)"), _log_of_sum, given=("x > 0", "y > 0")),
    Mistake("logarithm of a product",
        "The logarithm of a product is a sum, that of a quotient a difference.",
        "Which operation does the logarithm turn into a sum?",
        (r"\log(x y)", r"\log(x) \log(y)"), _log_of_product, given=("x > 0", "y > 0")),
    Mistake("logarithm of a quotient: sign",
        "The logarithm of a quotient is the logarithm of what stands above minus that of what stands below.",
        "Write the quotient as a product with a power −1.",
        (r"\log(\frac{x}{y})", r"\log(x) + \log(y)"), _log_quotient_sign, given=("x > 0", "y > 0")),
    Mistake("logarithm and exponential cancelled too early",
        "log and exp cancel only where nothing stands between them.",
        "What exactly is the argument of the outer function?",
        (r"\log(2 e^x)", r"2 x"), _log_exp),
    Mistake("logarithm of a product: factor lost",
        "Each factor in a logarithm gives a summand; one of them is gone or stands outside.",
        "Count the factors in the logarithm and the summands after it.",
        (r"\log(5 x)", r"5 \log(x)"), _log_of_product_lost, given=("x > 0",)),
    Mistake("logarithm of a power",
        "An exponent inside a logarithm comes to the front as a factor.",
        "Is the logarithm raised to the power, or what stands inside it?",
        (r"\log(x^3)", r"\log(x)^3"), _log_of_power, given=("x > 0",)),
    Mistake("function taken as linear",
        "This function of a sum or a multiple is not the sum or the multiple of its values.",
        "Put numbers in: is the function a straight line?",
        (r"\tanh(2 x)", r"2 \tanh(x)"),
        any_of(_scaled_argument, linear("tanh", "sigma", "sin", "cos", "softplus", "relu", "abs", "sinh", "cosh", "max"))),
    Mistake("odd or even function",
        "The minus in the argument was moved or dropped although the function does not allow it.",
        "Is the function odd, even, or neither? Look at its graph.",
        (r"\sigma(-x)", r"\sigma(x)"), _odd_or_even),
    Mistake("fraction turned round",
        "Numerator and denominator are exchanged.",
        "What stands above and what below the bar?",
        (r"\frac{x}{y} + z", r"\frac{y}{x} + z"), _turned, _turned),
)
# fmt: on
