# ruff: noqa: E501  (laws are tables: one a line)
"""Rewritings that are true over the reals wherever both sides are defined.

Each row of the tables is a law on one written term: it returns an equal term, or None where it
does not apply.  The laws are a textbook's; none asks the kernel for anything.

Throughout: ``t`` is a term, ``m`` a maker of random terms, ``scope`` what may be used at the place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from calculus import ONE, TWO, ZERO, NoRule, call, differentiated
from places import Place, changed, places
from random_terms import POSITIVE, Maker, Scope, number

from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Delta,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    bound_names,
    free_names,
    fresh,
    replace,
    substitute,
    subterms,
)

Law = Callable[[Term, Maker, Scope], Term | None]

# --- algebra -----------------------------------------------------------------------------------


def commute(t: Term, m: Maker, scope: Scope) -> Term | None:
    if isinstance(t, Add):
        return Add(tuple(m.random.sample(t.terms, len(t.terms))))
    if isinstance(t, Mul):
        return Mul(tuple(m.random.sample(t.factors, len(t.factors))))
    return None


def expand(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Mul(factors):
            for n, s in enumerate(factors):
                if isinstance(s, Add):
                    rest = factors[:n] + factors[n + 1 :]
                    return Add(tuple(Mul((p, *rest)) for p in s.terms))
        case Neg(Add(terms)):
            return Add(tuple(map(Neg, terms)))
        case Div(Add(terms), below):
            return Add(tuple(Div(p, below) for p in terms))
        case Pow(Add((a, b)), Number(n)) if n == 2:
            return a**2 + TWO * a * b + b**2
    return None


def factor_out(t: Term, m: Maker, scope: Scope) -> Term | None:
    """a b + a c = a (b + c), by a factor that stands or that is put there."""
    if not isinstance(t, Add):
        return None
    for s in t.terms:
        for f in s.factors if isinstance(s, Mul) else (s,):
            rests = [_without(p, f) for p in t.terms]
            if len(rests) > 1 and None not in rests:
                return f * Add(tuple(r for r in rests if r is not None))
    a = m.positive()
    return a * Add(tuple(s / a for s in t.terms))


def _without(t: Term, f: Term) -> Term | None:
    if t == f:
        return ONE
    if isinstance(t, Mul) and f in t.factors:
        rest = list(t.factors)
        rest.remove(f)
        return Mul(tuple(rest)) if len(rest) > 1 else rest[0]
    return None


def add_zero(t: Term, m: Maker, scope: Scope) -> Term:
    s = m.leaf(scope)
    return m.random.choice((t + s - s, s + (t - s), TWO * t - t, t / TWO + t / TWO))


def times_one(t: Term, m: Maker, scope: Scope) -> Term:
    s = m.leaf(scope)
    choices = (t * s / s, t / (s / s), (t * s) * s**-1, t / (ONE + s**2) + t * s**2 / (s**2 + ONE))
    return m.random.choice(choices)


def powers(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Pow(Mul(factors), Number(n)) if n.denominator == 1:
            return Mul(tuple(Pow(f, Number(n)) for f in factors))
        case Pow(Div(a, b), Number(n)) if n.denominator == 1:
            return Pow(a, Number(n)) / Pow(b, Number(n))
        case Pow(base, Number(n)) if n.denominator == 1 and n >= 2:
            return m.random.choice(
                (base * Pow(base, number(n - 1)), Pow(base, number(n + 1)) / base)
            )
        case Mul((a, b)) if a == b:
            return a**2
    return None


def squares(t: Term, m: Maker, scope: Scope) -> Term:
    """Completing the square; a difference of squares."""
    s = m.leaf(scope)
    if m.random.random() < 0.5:
        return (t + s) ** 2 / TWO - (t**2 + s**2) / TWO - t * (s - ONE)
    return (t**2 - s**2) / (t + s) + s


def quotients(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Div(a, b):
            s = m.leaf(scope)
            return m.random.choice((a * b**-1, a * s / (b * s), a * (ONE / b), -(a / -b)))
        case Add((Div(a, b), Div(c, e))):
            return (a * e + c * b) / (b * e)
        case Mul((Div(a, b), c)):
            return a * c / b
    return None


# --- exponentials and logarithms -----------------------------------------------------------------


def exp_laws(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Call("exp", (Add(terms),), 0):
            return Mul(tuple(call("exp", s) for s in terms))
        case Call("exp", (Neg(s),), 0):
            return ONE / call("exp", s)
        case Call("exp", (Mul((Number(n), *rest)),), 0) if n.denominator == 1:
            return Pow(call("exp", Mul((ONE, *rest))), Number(n))
        case Call("exp", (Call("log", (s,), 0),), 0):
            return s
        case Call("exp", (s,), 0):
            x = m.scalar()
            both = (call("exp", s + x) / call("exp", x), call("exp", s / TWO) ** 2,
                    Pow(Symbol("e"), s))  # fmt: skip
            return m.random.choice(both)
        case Mul((Call("exp", (a,), 0), Call("exp", (b,), 0))):
            return call("exp", a + b)
    return None


def log_laws(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Call("log", (Mul((a, *rest)),), 0):
            return call("log", a) + call("log", Mul(tuple(rest)) if len(rest) > 1 else rest[0])
        case Call("log", (Div(a, b),), 0):
            return call("log", a) - call("log", b)
        case Call("log", (Pow(s, Number(n)),), 0) if n.denominator == 1:
            inner = call("abs", s) if n % 2 == 0 else s
            return Number(n) * call("log", m.random.choice((s, inner)))
        case Call("log", (Call("exp", (s,), 0),), 0):
            return s
        case Call("log", (s,), 0):
            a = m.positive()
            both = (call("log", s * a) - call("log", a), -call("log", ONE / s),
                    TWO * call("log", call("sqrt", s)))  # fmt: skip
            return m.random.choice(both)
    return m.random.choice((call("log", call("exp", t)), call("exp", call("log", t))))


def activations(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Call("tanh", (s,), 0):
            e, f = call("exp", s), call("exp", -s)
            both = (TWO * call("sigma", TWO * s) - ONE, (e - f) / (e + f), -call("tanh", -s),
                    (e * e - ONE) / (e * e + ONE),
                    call("sinh", s) / call("cosh", s))  # fmt: skip
        case Call("sigma", (s,), 0):
            both = (ONE / (ONE + call("exp", -s)), ONE - call("sigma", -s),
                    call("exp", s) / (ONE + call("exp", s)), (ONE + call("tanh", s / TWO)) / TWO)  # fmt: skip
        case Call("softplus", (s,), 0):
            both = (call("log", ONE + call("exp", s)), s + call("softplus", -s),
                    -call("log", call("sigma", -s)), call("log", call("exp", s) + ONE))  # fmt: skip
        case Call("cosh", (s,), 0):
            both = (call("cosh", -s), (call("exp", s) + call("exp", -s)) / TWO,
                    call("sqrt", ONE + call("sinh", s) ** 2), call("exp", s) - call("sinh", s))  # fmt: skip
        case _:
            return None
    return m.random.choice(both)


def waves(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Call("sin", (Add((a, b)),), 0):
            return call("sin", a) * call("cos", b) + call("cos", a) * call("sin", b)
        case Call("cos", (Add((a, b)),), 0):
            return call("cos", a) * call("cos", b) - call("sin", a) * call("sin", b)
        case Call("sin", (s,), 0):
            half = s / TWO
            return m.random.choice((TWO * call("sin", half) * call("cos", half), -call("sin", -s)))
        case Call("cos", (s,), 0):
            half = s / TWO
            both = (
                ONE - TWO * call("sin", half) ** 2,
                call("cos", -s),
                TWO * call("cos", half) ** 2 - ONE,
            )
            return m.random.choice(both)
    x = m.scalar()
    return t * (call("sin", x) ** 2 + call("cos", x) ** 2)


# --- roots and pieces ----------------------------------------------------------------------------


def roots(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Call("sqrt", (Pow(s, Number(n)),), 0) if n == 2:
            return s if surely_positive(s) else call("abs", s)
        case Call("sqrt", (Mul((a, b)),), 0):
            return call("sqrt", a) * call("sqrt", b)
        case Call("sqrt", (Div(a, b),), 0):
            return call("sqrt", a) / call("sqrt", b)
        case Call("sqrt", (s,), 0):
            return m.random.choice((Pow(s, number(Fraction(1, 2))), s / call("sqrt", s)))
        case Call("abs", (s,), 0):
            return call("sqrt", s**2)
    if surely_positive(t):
        return m.random.choice((call("sqrt", t**2), call("sqrt", t) ** 2, call("abs", t)))
    return m.random.choice(
        (call("sqrt", t) ** 2, Pow(call("sqrt", t), number(3)) / call("sqrt", t))
    )


def surely_positive(t: Term) -> bool:
    return isinstance(t, Symbol | Indexed) and t.name in POSITIVE


def pieces(t: Term, m: Maker, scope: Scope) -> Term:
    match t:
        case Call("abs", (Mul((a, *rest)),), 0):
            return call("abs", a) * call("abs", Mul(tuple(rest)) if len(rest) > 1 else rest[0])
        case Call("abs", (s,), 0):
            split = Cases(((s, Relation(">=", s, ZERO)),), -s)
            both = (call("max", s, -s), split, call("abs", -s), s * call("sign", s),
                    call("relu", s) + call("relu", -s))  # fmt: skip
        case Call("max", (a, b), 0):
            both = ((a + b + call("abs", a - b)) / TWO, -call("min", -a, -b), call("max", b, a),
                    b + call("relu", a - b), Cases(((a, Relation(">", a, b)),), b))  # fmt: skip
        case Call("min", (a, b), 0):
            both = (
                (a + b - call("abs", a - b)) / TWO,
                -call("max", -a, -b),
                a - call("relu", a - b),
            )
        case Call("relu", (s,), 0):
            both = (call("max", ZERO, s), (s + call("abs", s)) / TWO, s + call("relu", -s),
                    Cases(((s, Relation(">", s, ZERO)),), ZERO))  # fmt: skip
        case Pow(s, Number(n)) if n == 2:
            both = (call("abs", s) ** 2, call("abs", s**2))
        case _:
            both = (call("relu", t) - call("relu", -t), call("abs", t) * call("sign", t),
                    call("max", t, t), call("max", t, ZERO) + call("min", t, ZERO))  # fmt: skip
    return m.random.choice(both)


# --- sums ----------------------------------------------------------------------------------------


def renamed(t: BigOp, name: str) -> BigOp:
    """With another dummy, one that captures nothing."""
    if name != t.index and name in free_names(t.body) | bound_names(t.body):
        name = fresh(name, free_names(t.body) | bound_names(t.body))
    return replace(t, index=name, body=substitute(t.body, {t.index: Symbol(name)}))


def is_sum(t: Term) -> bool:
    return isinstance(t, BigOp) and t.op == "sum" and t.where is None


def rename(t: Term, m: Maker, scope: Scope) -> Term | None:
    if isinstance(t, BigOp) and t.where is None:
        return renamed(t, m.random.choice("klmngij"))
    return None


def linearity(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case BigOp("sum", k, _, _, body, None):
            match body:
                case Add(terms):
                    return Add(tuple(replace(t, body=s) for s in terms))
                case Neg(s):
                    return -replace(t, body=s)
                case Mul(factors):
                    out = tuple(f for f in factors if k not in free_names(f))
                    inside = tuple(f for f in factors if k in free_names(f))
                    if out and inside:
                        return Mul(
                            (*out, replace(t, body=Mul(inside) if len(inside) > 1 else inside[0]))
                        )
                case Div(a, b) if k not in free_names(b):
                    return replace(t, body=a) / b
            return TWO * replace(t, body=body / TWO)
        case Mul((a, BigOp("sum", _, _, _, _, None) as total)):
            total = renamed(total, fresh(total.index, free_names(a) | bound_names(a)))
            return replace(total, body=a * total.body)
        case Add((BigOp("sum") as s, BigOp("sum") as r)) if (s.lower, s.upper, s.where) == (
            r.lower,
            r.upper,
            r.where,
        ) and s.where is None:
            name = fresh("k", free_names(s.body) | free_names(r.body) | bound_names(t))
            return replace(renamed(s, name), body=renamed(s, name).body + renamed(r, name).body)
    return None


def swap(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case BigOp("sum", k, _, _, BigOp("sum", other, _, _, _, None) as inner, None) if (
            k != other and k not in free_names(inner.lower or ONE) | free_names(inner.upper or ONE)
        ):
            return replace(inner, body=replace(t, body=inner.body))
        case BigOp("sum", k, _, _, Mul((a, BigOp("sum", _, _, _, _, None) as inner)), None):
            inner = renamed(inner, fresh(inner.index, free_names(a) | {k}))
            return replace(inner, body=replace(t, body=a * inner.body))
    return None


def join(t: Term, m: Maker, scope: Scope) -> Term | None:
    """A product of sums as a double sum; a square of a sum too."""
    match t:
        case Pow(BigOp("sum", _, _, _, _, None) as s, Number(n)) if n == 2:
            first = second = s
        case Mul(
            (BigOp("sum", _, _, _, _, None) as first, BigOp("sum", _, _, _, _, None) as second)
        ):
            pass
        case _:
            return None
    taken = free_names(t) | bound_names(t)
    second = renamed(second, fresh("l", taken))
    first = renamed(first, fresh("k", taken | {second.index}))
    return replace(first, body=replace(second, body=first.body * second.body))


def constant_sum(t: Term, m: Maker, scope: Scope) -> Term | None:
    """sum_k t = d t."""
    dimension = m.random.choice("dc")
    k = fresh("k", free_names(t) | bound_names(t))
    return m.total(t, k, dimension) / m.sizes[dimension]


def split_ends(t: Term, m: Maker, scope: Scope) -> Term | None:
    """Take out the first or the last term; shift or reverse the range; sum_k = sum_{k != i} + i."""
    if not isinstance(t, BigOp) or t.op != "sum" or t.where or not t.lower or not t.upper:
        return None
    k, lower, upper, body = t.index, t.lower, t.upper, t.body

    def at(i: Term) -> Term:
        return substitute(body, {k: i})

    free = m.index("d", scope)
    choices = [
        replace(t, lower=next_to(lower, -1), upper=next_to(upper, -1), body=at(Symbol(k) + ONE)),
        replace(t, body=at((lower + upper) - Symbol(k))),
    ]
    dimension = m.whole(t)
    if dimension:  # then the range is not empty
        choices.append(replace(t, lower=next_to(lower, 1)) + at(lower))
        choices.append(replace(t, upper=next_to(upper, -1)) + at(upper))
        if free and free != k and dimension == "d":
            other = Relation("!=", Symbol(k), Symbol(free))
            choices.append(replace(t, where=other) + at(Symbol(free)))
    return m.random.choice(choices)


def next_to(t: Term, by: int) -> Term:
    """t + 1 or t - 1."""
    if isinstance(t, Number) and t.value + by >= 0:
        return number(t.value + by)
    return t + ONE if by > 0 else t - ONE


# --- deltas, one-hot vectors, distributions --------------------------------------------------------


def insert_delta(t: Term, m: Maker, scope: Scope) -> Term | None:
    """f(i) = sum_k delta_ki f(k)."""
    used = [i for i, own in scope.items() if i in free_names(t) and own in "dc"]
    if not used or any(i in bound_names(t) for i in used):
        return None
    i = m.random.choice(used)
    k = fresh("k", free_names(t) | bound_names(t))
    body = Delta(Symbol(k), Symbol(i)) * substitute(t, {i: Symbol(k)})
    return m.total(body, k, scope[i])


def contract(t: Term, m: Maker, scope: Scope) -> Term | None:
    """sum_k delta_ki f(k) = f(i), where i runs over the same range."""
    match t:
        case BigOp("sum", k, _, _, Mul((Delta(left, Symbol(i)), *rest)), None):
            own = m.whole(t)
            if left == Symbol(k) and i != k and own and scope.get(i) == own and rest:
                body = Mul(tuple(rest)) if len(rest) > 1 else rest[0]
                return substitute(body, {k: Symbol(i)})
        case Delta(i, j):
            return m.random.choice((Delta(j, i), Delta(i, j) ** 2))
        case Mul((Delta(Symbol(i), Symbol(j)) as d, rest)):
            return d * substitute(rest, {i: Symbol(j)})
    return None


def targets(t: Term, m: Maker, scope: Scope) -> Term | None:
    """What holds of one-hot vectors, distributions and symmetric matrices."""
    match t:
        case Indexed("t", (i,)):
            return m.random.choice((t**2, t * t, t**3))
        case Indexed("S", (i, j)):
            return Indexed("S", (j, i))
        case Mul((Indexed("t", (i,)), Indexed("t", (j,)), *rest)):
            return Mul((Delta(i, j), Indexed("t", (j,)), *rest))
    k = fresh("k", free_names(t) | bound_names(t))
    name = m.random.choice("tq")
    whole = m.total(Indexed(name, (Symbol(k),)), k, "d")
    return m.random.choice((t * whole, m.total(Indexed(name, (Symbol(k),)) * t, k, "d")))


# --- products ------------------------------------------------------------------------------------


def product_laws(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case BigOp("prod", k, _, _, body, None):
            size = m.sizes[m.whole(t) or "d"]
            match body:
                case Mul((a, *rest)):
                    inner = Mul(tuple(rest)) if len(rest) > 1 else rest[0]
                    return replace(t, body=a) * replace(t, body=inner)
                case Div(a, b):
                    return replace(t, body=a) / replace(t, body=b)
                case Call("exp", (s,), 0):
                    return call("exp", replace(t, op="sum", body=s))
                case Pow(s, Number(n)):
                    return Pow(replace(t, body=s), Number(n))
            if k not in free_names(body):
                return Pow(body, size)
            if surely_positive(body):
                return call("exp", replace(t, op="sum", body=call("log", body)))
            a = m.positive()
            return replace(t, body=body * a) / Pow(a, size)
        case Call("log", (BigOp("prod", _, _, _, body, None) as p,), 0) if surely_positive(body):
            return replace(p, op="sum", body=call("log", body))
    return None


# --- derivatives ---------------------------------------------------------------------------------


def differentiate(t: Term, m: Maker, scope: Scope) -> Term | None:
    if not isinstance(t, Derivative):
        return None
    try:
        return differentiated(t.body, t.variable)
    except NoRule:
        return None


def derivative_laws(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Derivative(Add(terms), x):
            return Add(tuple(Derivative(s, x) for s in terms))
        case Derivative(Mul((a, b)), x):
            return Derivative(a, x) * b + a * Derivative(b, x)
        case Derivative(Div(a, b), x):
            return (Derivative(a, x) * b - a * Derivative(b, x)) / b**2
        case Derivative(Call("log", (s,), 0), x):
            return Derivative(s, x) / s
        case Derivative(Call("exp", (s,), 0), x):
            return call("exp", s) * Derivative(s, x)
        case Derivative(s, Symbol(x)):
            return Derivative(s * call("exp", Symbol(x)), Symbol(x)) / call("exp", Symbol(x)) - s
    return None


# fmt: off
ALGEBRA: tuple[Law, ...] = (commute, expand, factor_out, add_zero, times_one, powers, squares, quotients)
SUMS:    tuple[Law, ...] = (rename, linearity, swap, join, constant_sum, linearity, join)
LAWS: Mapping[str, tuple[Law, ...]] = {
    "algebra":      ALGEBRA,
    "exponentials": (exp_laws, log_laws, activations, activations, exp_laws, *ALGEBRA),
    "roots":        (roots, roots, roots, log_laws, pieces, powers, *ALGEBRA),
    "pieces":       (pieces, pieces, pieces, roots, *ALGEBRA),
    "waves":        (waves, waves, *ALGEBRA),
    "sums":         (*SUMS, commute, expand, times_one, exp_laws, powers),
    "boundaries":   (split_ends, split_ends, rename, linearity, commute),
    "deltas":       (insert_delta, contract, contract, targets, targets, linearity, rename, expand, exp_laws),
    "products":     (product_laws, product_laws, rename, powers, commute),
    "derivatives":  (differentiate, differentiate, derivative_laws, derivative_laws, commute, times_one, roots),
    "gradients":    (differentiate, differentiate, derivative_laws, rename, linearity, insert_delta, commute),
}
# fmt: on


def rewritten(t: Term, laws: tuple[Law, ...], steps: int, m: Maker, scope: Scope) -> Term:
    """``t`` after up to ``steps`` laws, each at a random place."""
    for _ in range(steps):
        for _ in range(8):
            law = m.random.choice(laws)
            place: Place = m.random.choice(list(places(t, scope, m)))
            new = law(place.term, m, place.scope)
            if new is not None and size(new) + size(t) < LARGEST:
                t = changed(t, place.path, lambda _, new=new: new)  # type: ignore[misc]
                break
    return t


LARGEST = 90  # nodes: more is slow, and no more telling


def size(t: Term) -> int:
    return sum(1 for _ in subterms(t))
