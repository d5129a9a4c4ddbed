"""Small mistakes: each turns a term into one that is usually not equal to it.

Throughout: ``t`` is the term at the place of the mistake, ``m`` a maker of random terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from calculus import ONE, TWO, call
from places import changed, places
from random_terms import Maker, Scope, number

from derive.term import (
    Add,
    BigOp,
    Call,
    Delta,
    Derivative,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    free_names,
    replace,
)

Mistake = Callable[[Term, Maker, Scope], Term | None]

CONFUSED = {"exp": "log", "log": "exp", "sin": "cos", "cos": "sin", "tanh": "sigma", "max": "min",
            "min": "max", "sigma": "tanh", "abs": "relu", "relu": "abs", "sqrt": "abs"}  # fmt: skip


def sign(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Neg(s):
            return s
        case Number(n) if n == 0:
            return None
    return -t


def factor(t: Term, m: Maker, scope: Scope) -> Term:
    return m.random.choice((TWO * t, t / TWO, m.leaf(scope) * t))


def exponent(t: Term, m: Maker, scope: Scope) -> Term | None:
    match t:
        case Pow(base, Number(n)):
            return Pow(base, number(n + 1)) if m.random.random() < 0.5 else base
        case Number():
            return None
    return t**2


def nearly(t: Term, m: Maker, scope: Scope) -> Term:
    return t * number(1 + Fraction(1, 10**30))


def drop(t: Term, m: Maker, scope: Scope) -> Term | None:
    """A term of a sum or a factor of a product forgotten."""
    match t:
        case Add(parts) | Mul(parts):
            n = m.random.randrange(len(parts))
            rest = parts[:n] + parts[n + 1 :]
            return replace(t, **{_field(t): rest}) if len(rest) > 1 else rest[0]
        case Call(_, (s,), 0) | Neg(s):
            return s
    return None


def _field(t: Add | Mul) -> str:
    return "terms" if isinstance(t, Add) else "factors"


def index(t: Term, m: Maker, scope: Scope) -> Term | None:
    """Another index of the same range, or two indices exchanged."""
    if isinstance(t, Indexed):
        if len(t.indices) == 2 and m.random.random() < 0.5:
            return replace(t, indices=t.indices[::-1])
        n = m.random.randrange(len(t.indices))
        old = t.indices[n]
        own = scope.get(old.name) if isinstance(old, Symbol) else "d"
        others = [i for i, dimension in scope.items() if dimension == own and Symbol(i) != old]
        if others:
            new = Symbol(m.random.choice(others))
            return replace(t, indices=(*t.indices[:n], new, *t.indices[n + 1 :]))
    if isinstance(t, Derivative) and isinstance(t.variable, Indexed):
        if len(t.variable.indices) > 1:
            return None
        (old,) = t.variable.indices
        return replace(t, variable=replace(t.variable, indices=(Symbol("ij"[old == Symbol("i")]),)))
    return None


def delta(t: Term, m: Maker, scope: Scope) -> Term | None:
    """A delta forgotten, or put where none belongs."""
    match t:
        case Delta():
            return ONE
        case Mul(factors) if any(isinstance(f, Delta) for f in factors):
            rest = tuple(f for f in factors if not isinstance(f, Delta))
            return Mul(rest) if len(rest) > 1 else rest[0] if rest else ONE
    return Mul((m.delta(scope), t))


def bound(t: Term, m: Maker, scope: Scope) -> Term | None:
    """A range off by one at either end."""
    if not isinstance(t, BigOp) or t.lower is None or t.upper is None:
        return None
    lower, upper = t.lower, t.upper
    return m.random.choice((replace(t, lower=lower + ONE), replace(t, upper=upper - ONE)))


def dimension(t: Term, m: Maker, scope: Scope) -> Term | None:
    """The range of another dimension."""
    match t:
        case BigOp(upper=upper) if upper is not None:
            other = m.last("c" if upper == m.last("d") else "d")
            return replace(t, upper=other) if other != upper else None
        case Symbol("d"):
            return Symbol("c")
    return None


def capture(t: Term, m: Maker, scope: Scope) -> Term | None:
    """A dummy that takes the name of a free index, without renaming."""
    if isinstance(t, BigOp):
        taken = [i for i in free_names(t.body) if i in scope and i != t.index]
        if taken:
            from derive.term import substitute

            name = m.random.choice(sorted(taken))
            body = substitute(t.body, {name: Symbol(t.index)})
            return replace(t, body=body)
    return None


def power_of_sum(t: Term, m: Maker, scope: Scope) -> Term | None:
    """(sum f)^n = sum f^n; f(sum g) = sum f(g)."""
    match t:
        case Pow(BigOp("sum") as s, n):
            return replace(s, body=Pow(s.body, n))
        case Call(name, (BigOp("sum") as s,), 0):
            return replace(s, body=Call(name, (s.body,)))
        case Call(name, (Add((a, b)),), 0):
            return Call(name, (a,)) + Call(name, (b,))
        case BigOp("sum", _, _, _, Mul((a, b)), None):
            return replace(t, body=a) * replace(t, body=b)
        case BigOp("prod", _, _, _, Add((a, b)), None):
            return replace(t, body=a) + replace(t, body=b)
    return None


def confused(t: Term, m: Maker, scope: Scope) -> Term | None:
    if isinstance(t, Call) and t.order == 0 and t.name in CONFUSED:
        name = CONFUSED[t.name]
        return call(name, *t.args) if len(t.args) == 1 or name in ("max", "min") else None
    return None


def exchange(t: Term, m: Maker, scope: Scope) -> Term | None:
    """The ranges of two sums exchanged."""
    match t:
        case BigOp("sum", _, _, outer, BigOp("sum", _, _, inner, _, None) as s, None):
            swapped = replace(t, upper=inner, body=replace(s, upper=outer))
            return swapped if inner != outer else None
    return None


def name(t: Term, m: Maker, scope: Scope) -> Term | None:
    """Another name of the same kind."""
    others = {"u": "v", "v": "u", "t": "o", "o": "t", "x": "y", "y": "z", "a": "b", "s": "u"}
    if isinstance(t, Symbol | Indexed) and t.name in others:
        return replace(t, name=others[t.name])
    return None


# fmt: off
MISTAKES: Mapping[str, Mistake] = {
    "sign": sign, "factor": factor, "exponent": exponent, "drop": drop, "index": index,
    "delta": delta, "bound": bound, "dimension": dimension, "capture": capture,
    "power of sum": power_of_sum, "confused": confused, "nearly": nearly,
    "exchange": exchange, "name": name,
}
# fmt: on
RANGES = ("bound", "dimension", "delta", "index")
STRUCTURAL = ("bound", "dimension", "capture", "exchange", "index", "delta", "power of sum", "name")


def mutated(t: Term, m: Maker, scope: Scope, only: tuple[str, ...] = ()) -> tuple[Term, str]:
    """``t`` with one mistake (among ``only``) at a random place, and the mistake's name."""
    for _ in range(40):
        names = only or (STRUCTURAL if m.random.random() < 0.4 else tuple(MISTAKES))
        name = m.random.choice(names)
        choices = list(places(t, scope, m))
        m.random.shuffle(choices)
        for place in choices:
            new = MISTAKES[name](place.term, m, place.scope)
            if new is not None and new != place.term:
                return changed(t, place.path, lambda _, new=new: new), name  # type: ignore[misc]
    return mutated(t, m, scope)
