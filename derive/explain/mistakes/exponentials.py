# ruff: noqa: E501  (the rows are a table)
"""Mistakes with exponentials and logarithms.

Throughout: a, b, u, v are any terms, n is an exponent.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derive.explain.mistakes.algebra import call, each, joined_pairs, minus, signed
from derive.explain.mistakes.row import Mistake, any_of, put, without
from derive.explain.scope import Scope
from derive.term import Add, Call, Div, Mul, Neg, Pow, Symbol, Term, children

MOST_JOINED = 3  # exponentials that are taken for one


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


def _one_exp(first: Term, second: Term) -> Iterator[Term]:
    """e^a + e^b as e^(a + b)."""
    (s, p), (t, q) = signed(first), signed(second)
    a, b = _power_of_e(s), _power_of_e(t)
    if a is not None and b is not None:
        yield call("exp", minus(a, p) + minus(b, q))
        yield Neg(call("exp", minus(a, not p) + minus(b, not q)))


def _exps_joined(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: the product, or the sum, of some exponentials as the exponential of a product."""
    parts = children(t) if isinstance(t, (Mul, Add)) else ()
    inner = {k: u for k, s in enumerate(parts) if (u := _power_of_e(s)) is not None}
    for size in range(2, min(len(inner), MOST_JOINED) + 1):
        for chosen in combinations(inner, size):
            rest = [s for k, s in enumerate(parts) if k not in chosen]
            one = call("exp", Mul(tuple(inner[k] for k in chosen)))
            whole = (one, *rest)
            yield one if not rest else Mul(whole) if isinstance(t, Mul) else Add(whole)


def _exp_split(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: e^(a b) as e^a e^b, e^(a + b) as (e^a)^b."""
    match _power_of_e(t):
        case Mul(factors) if len(factors) <= MOST_JOINED:
            for k, part in enumerate(factors):
                rest = without(factors, k)
                yield call("exp", part + (rest[0] if len(rest) == 1 else Mul(rest)))
            yield call("exp", Add(factors))
        case Pow(base, exponent):
            yield call("exp", base * exponent)
        case Add(terms):
            if len(terms) == 2:
                yield call("exp", terms[0] * terms[1])
                yield call("exp", terms[0]) + call("exp", terms[1])
            for n, part in enumerate(terms):
                if isinstance(part, Mul):
                    for k, factor in enumerate(part.factors):
                        rest = without(part.factors, k)
                        one = rest[0] if len(rest) == 1 else Mul(rest)
                        yield call("exp", Add((*put(terms, n, one), factor)))


def _exp_of_product(t: Term, scope: Scope) -> Iterator[Term]:
    match _power_of_e(t):
        case Mul(factors):
            yield Mul(tuple(call("exp", s) for s in factors))
            yield Add(tuple(call("exp", s) for s in factors))


def _product_of_exps(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Call("exp", (Add(terms),), 0):
            for j, k in combinations(range(len(terms)), 2):
                rest = without(without(terms, k), j)
                one = terms[j] * terms[k]
                yield call("exp", Add((one, *rest)) if rest else one)
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


def _one_log(first: Term, second: Term) -> Iterator[Term]:
    """log(a) + log(b) as log(a + b)."""
    (s, p), (t, q) = signed(first), signed(second)
    if _is_log(s) and _is_log(t):
        (a,), (b,) = children(s), children(t)
        yield call("log", minus(a, p) + minus(b, q))
        yield Neg(call("log", minus(a, not p) + minus(b, not q)))


def _logs_joined(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: log(a) log(b) as log(a + b), log(a)/log(b) as log(a − b)."""
    match t:
        case Mul(factors):
            for j, k in combinations(range(len(factors)), 2):
                first, second = factors[j], factors[k]
                if _is_log(first) and _is_log(second):
                    one = call("log", children(first)[0] + children(second)[0])
                    rest = without(without(factors, k), j)
                    yield Mul((one, *rest)) if rest else one
        case Div(above, below) if _is_log(above) and _is_log(below):
            yield call("log", children(above)[0] - children(below)[0])


def _quotient_turned(first: Term, second: Term) -> Iterator[Term]:
    """log(a) + log(b), or log(b) − log(a), as log(a) − log(b)."""
    (s, p), (t, q) = signed(first), signed(second)
    if _is_log(s) and _is_log(t):
        if p != q:
            yield minus(s, not p) + minus(t, not q)
        else:
            yield minus(s, p) - minus(t, q)
            yield minus(t, q) - minus(s, p)


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


def _factor_taken_in(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: a log(b) as log(a b)."""
    match t:
        case Mul(factors):
            for k, part in enumerate(factors):
                match part:
                    case Call("log", (arg,), 0):
                        for j, other in enumerate(factors):
                            if j != k:
                                one = call("log", other * arg)
                                rest = without(without(factors, max(j, k)), min(j, k))
                                yield Mul((one, *rest)) if rest else one


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


def _log_exp_again(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: u + v as log(e^u + v), with any other summand or all exponentials; and so with a
    minus in front of all."""
    parts = [signed(s) for s in t.terms] if isinstance(t, Add) else []
    for p in (False, True):
        inner = [minus(s, q != p) for s, q in parts]
        exps = [k for k, (s, q) in enumerate(parts) if q == p and _power_of_e(s) is not None]
        for n, u in enumerate(inner):
            if n in exps:
                continue
            others = ([k] for k in range(len(parts)) if k != n)
            for chosen in (*others, *([exps] if len(exps) > 1 else [])):
                one = minus(call("log", Add((*(inner[k] for k in chosen), call("exp", u)))), p)
                rest = [s for k, s in enumerate(children(t)) if k != n and k not in chosen]
                yield Add((one, *rest)) if rest else one


def _is_log(t: Term) -> bool:
    return isinstance(t, Call) and t.name == "log" and t.order == 0


# fmt: off
EXPONENTIALS: tuple[Mistake, ...] = (
    Mistake("exponential of a sum",
        "The exponential of a sum is a product, not a sum.",
        "Which law do powers of one base follow?",
        (r"\exp(x + y)", r"\exp(x) + \exp(y)"), _exp_of_sum, joined_pairs(_one_exp)),
    Mistake("exponential of a product",
        "The exponential of a product is a power, not a product of exponentials.",
        "Which law do powers of powers follow?",
        (r"\exp(2 x)", r"\exp(2) \exp(x)"), _exp_of_product, _exps_joined),
    Mistake("product of exponentials",
        "When exponentials are multiplied, the exponents are added; for a sum of exponentials there is no law.",
        "Which law do powers of one base follow?",
        (r"\exp(x) \exp(y)", r"\exp(x y)"), _product_of_exps, _exp_split),
    Mistake("logarithm of a sum",
        "For the logarithm of a sum there is no law.",
        "Which operation does the logarithm turn into a sum?",
        (r"\log(x + y)", r"\log(x) + \log(y)"), _log_of_sum, any_of(joined_pairs(_one_log), _logs_joined), given=("x > 0", "y > 0")),
    Mistake("logarithm of a product",
        "The logarithm of a product is a sum, that of a quotient a difference.",
        "Which operation does the logarithm turn into a sum?",
        (r"\log(x y)", r"\log(x) \log(y)"), _log_of_product, _log_of_product, given=("x > 0", "y > 0")),
    Mistake("logarithm of a quotient: sign",
        "The logarithm of a quotient is the logarithm of what stands above minus that of what stands below.",
        "Write the quotient as a product with a power −1.",
        (r"\log(\frac{x}{y})", r"\log(x) + \log(y)"), _log_quotient_sign, joined_pairs(_quotient_turned), given=("x > 0", "y > 0")),
    Mistake("logarithm and exponential cancelled too early",
        "log and exp cancel only where nothing stands between them.",
        "What exactly is the argument of the outer function?",
        (r"\log(2 e^x)", r"2 x"), _log_exp, _log_exp_again),
    Mistake("logarithm of a product: factor lost",
        "Each factor in a logarithm gives a summand; one of them is gone or stands outside.",
        "Count the factors in the logarithm and the summands after it.",
        (r"\log(5 x)", r"5 \log(x)"), _log_of_product_lost, _factor_taken_in, given=("x > 0",)),
    Mistake("logarithm of a power",
        "An exponent inside a logarithm comes to the front as a factor.",
        "Is the logarithm raised to the power, or what stands inside it?",
        (r"\log(x^3)", r"\log(x)^3"), _log_of_power, _log_of_power, given=("x > 0",)),
)
# fmt: on
