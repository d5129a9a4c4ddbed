# ruff: noqa: E501  (the rows are a table)
"""Mistakes with sums and products over an index, distributions and likelihoods.

Throughout: Σ runs over k; i is a free index.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TypeGuard

from derive.explain.mistakes.row import Line, Mistake, put, without
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO
from derive.term import (
    Add,
    BigOp,
    Call,
    Div,
    Indexed,
    Mul,
    Neg,
    Pow,
    Symbol,
    Term,
    free_names,
    replace,
    substitute,
    subterms_of,
)

MOST_PLACES = 24  # of entries in a vector that are put in another order


# --- sums --------------------------------------------------------------------------------------


def _lost(t: Term, scope: Line) -> Iterator[Term]:
    """Σ_k u_k as u_k, with the index that is there already where there is one."""
    match t:
        case BigOp("sum", index, body=body):
            yield body
            for letter in scope.letters(t):
                yield substitute(body, {index: Symbol(letter)})


def _reach(t: Term, scope: Scope) -> Iterator[Term]:
    """Brackets missing after Σ."""
    match t:
        case BigOp("sum", body=Add(terms)) as total:
            for n, part in enumerate(terms):
                rest = without(terms, n)
                inner = rest[0] if len(rest) == 1 else Add(rest)
                yield replace(total, body=inner) + part


def _reach_too_far(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Add(terms):
            for n, term in enumerate(terms):
                total, negative = (term.arg, True) if isinstance(term, Neg) else (term, False)
                if isinstance(total, BigOp) and total.op == "sum":
                    for j, part in enumerate(terms):
                        if j != n:
                            rest = without(without(terms, max(n, j)), min(n, j))
                            body = total.body - part if negative else total.body + part
                            wide: Term = replace(total, body=body)
                            wide = Neg(wide) if negative else wide
                            yield Add((wide, *rest)) if rest else wide


def _bounds(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case BigOp(lower=Term() as lower, upper=Term() as upper) as total:
            yield replace(total, upper=upper - 1)
            yield replace(total, lower=lower + 1)
            yield replace(total, upper=upper + 1)
            yield replace(total, lower=lower - 1)


def _excluded(t: Term, scope: Scope) -> Iterator[Term]:
    """Without the condition under Σ."""
    match t:
        case BigOp(where=Term()) as total:
            yield replace(total, where=None)


def _split_product(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case BigOp("sum", index, body=Mul(factors)) as total:
            inside = [s for s in factors if index in free_names(s)]
            if len(inside) > 1:
                yield Mul(tuple(replace(total, body=s) if s in inside else s for s in factors))
        case BigOp("sum", body=Div(above, below)) as total:
            yield replace(total, body=above) / replace(total, body=below)
        case Mul(factors):
            for j, k in combinations(range(len(factors)), 2):
                first, second = factors[j], factors[k]
                if _is_sum(first) and _is_sum(second):
                    joined = _joined(first, second)
                    rest = without(without(factors, k), j)
                    yield Mul((joined, *rest)) if rest else joined


def _is_sum(t: Term) -> TypeGuard[BigOp]:
    return isinstance(t, BigOp) and t.op == "sum"


def _joined(first: BigOp, second: BigOp) -> Term:
    other = substitute(second.body, {second.index: Symbol(first.index)})
    return replace(first, body=first.body * other)


def _power_of_sum(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Pow(BigOp("sum", body=body) as total, exponent):
            yield replace(total, body=body**exponent)
        case Div(above, BigOp("sum", body=body) as total):
            yield replace(total, body=above / body)


def _sum_of_powers(t: Term, scope: Scope) -> Iterator[Term]:
    """Backwards: Σ u^n as (Σ u)^n, Σ a/u as a/Σ u."""
    match t:
        case BigOp("sum", body=Pow(base, exponent)) as total:
            yield Pow(replace(total, body=base), exponent)
        case BigOp("sum", body=Mul(factors)) as total:
            powers = [s for s in factors if isinstance(s, Pow)]
            if len(powers) == len(factors) and len({s.exponent for s in powers}) == 1:
                bases = Mul(tuple(s.base for s in powers))
                yield Pow(replace(total, body=bases), powers[0].exponent)
        case BigOp("sum", body=Div(above, below)) as total:
            yield Div(above, replace(total, body=below))


def _into(t: Term, scope: Scope) -> Iterator[Term]:
    """f(Σ u) as Σ f(u)."""
    match t:
        case Call(name, (BigOp("sum", body=body) as total,), 0):
            yield replace(total, body=Call(name, (body,)))
        case BigOp("sum", body=Call(name, (arg,), 0)) as total:
            yield Call(name, (replace(total, body=arg),))


def _constant(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case BigOp("sum", index, body=body) if index not in free_names(body):
            yield body


def _product_as_sum(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case BigOp("prod" | "sum" as op) as total:
            yield replace(total, op="sum" if op == "prod" else "prod")
        case Call("log", (BigOp("prod", body=body) as total,), 0):
            yield replace(total, body=Call("log", (body,)))
            yield Call("log", (replace(total, op="sum"),))


def _total_one(t: Term, scope: Scope) -> Iterator[Term]:
    """Σ_k p_k (which is 1) as p_k, as the number of summands, as 0."""
    match t:
        case BigOp("sum", upper=Term() as upper, body=body) as total:
            if scope.total(total) is not None:
                yield upper
                yield ZERO
                yield body


def _one_hot(t: Term, scope: Line) -> Iterator[Term]:
    """Σ_k y_k u_k as u_j, y itself gone."""
    match t:
        case BigOp("sum", index, body=Mul(factors)) as total:
            for n, part in enumerate(factors):
                if isinstance(part, Indexed) and "one-hot" in scope.kinds(part.name):
                    rest = without(factors, n)
                    inner = rest[0] if len(rest) == 1 else Mul(rest)
                    for letter in scope.letters(total):
                        yield substitute(inner, {index: Symbol(letter)})
                    yield replace(total, body=inner)


# --- likelihoods -------------------------------------------------------------------------------


def _log_likelihood(t: Term, scope: Scope) -> Iterator[Term]:
    match t:
        case Neg(arg) if any(c.name == "log" for c in subterms_of(arg, Call)):
            yield arg
        case BigOp("sum") | Call("log") if any(c.name == "log" for c in subterms_of(t, Call)):
            yield Neg(t)


def _mean(t: Term, scope: Scope) -> Iterator[Term]:
    """Without the 1/n before a sum."""
    match t:
        case Mul(factors):
            for n, part in enumerate(factors):
                match part:
                    case Div(above, Symbol(name)) if _is_size(name, scope):
                        rest = without(factors, n)
                        kept = rest if above == ONE else put(factors, n, above)
                        yield kept[0] if len(kept) == 1 else Mul(kept)
        case Div(above, Symbol(name)) if _is_size(name, scope):
            yield above


def _mean_found(t: Term, scope: Scope) -> Iterator[Term]:
    for name in _sizes(scope):
        yield t / Symbol(name)


def _is_size(name: str, scope: Scope) -> bool:
    return name in _sizes(scope)


def _sizes(scope: Scope) -> list[str]:
    """Names of upper bounds."""
    given = scope.given
    axes = [*given.ranges.values(), *(axis for shape in given.shapes.values() for axis in shape)]
    names = {axis.upper.name for axis in axes if isinstance(axis.upper, Symbol)}
    return sorted(names)


# fmt: off
_D = ("i, j, k: 1..d", r"x, y \in \mathbb{R}^d")
SUMS: tuple[Mistake, ...] = (
    Mistake("sum of a constant",
        "The sum of a constant is the constant times the number of terms.",
        "How many terms has the sum?",
        (r"\sum_{k=1}^d y_i", "y_i"), _constant, given=_D),
    Mistake("sum lost",
        "The sum is gone: only one of its terms is left.",
        "Compare the sums on both sides: over what do they run?",
        (r"\sum_{k=1}^d x_k y_k + 1", "x_i y_i + 1"), _lost, given=_D),
    Mistake("sum: brackets missing",
        "The sum runs over all summands; without brackets it takes only the first.",
        "How far does the sum reach? Put brackets.",
        (r"\sum_{k=1}^d (x_k + y_i)", r"\sum_{k=1}^d x_k + y_i"), _reach, _reach_too_far, given=_D),
    Mistake("sum: reaches too far",
        "Something that stands after the sum was taken into it.",
        "How far does the sum reach? Put brackets.",
        (r"\sum_{k=1}^d x_k + y_i", r"\sum_{k=1}^d (x_k + y_i)"), _reach_too_far, _reach, given=_D),
    Mistake("sum: bound off by one",
        "The sum starts or ends one too early or too late.",
        "What are the first and the last index?",
        (r"\sum_{k=1}^d x_k^2", r"\sum_{k=1}^{d-1} x_k^2"), _bounds, _bounds, given=_D),
    Mistake("sum: condition on the index lost",
        "The sum leaves some indices out; that is gone.",
        "Which indices does the sum run over?",
        (r"\sum_{k \ne i} x_k", r"\sum_k x_k"), _excluded, given=_D),
    Mistake("sum of a product split",
        "The sum of products is not the product of the sums.",
        "Write both sides out for two terms.",
        (r"\sum_{k=1}^d x_k y_k", r"\sum_{k=1}^d x_k \sum_{k=1}^d y_k"), _split_product, _split_product, given=_D),
    Mistake("power or reciprocal of a sum",
        "A power or a reciprocal does not go into the sum.",
        "Write both sides out for two terms.",
        (r"\left(\sum_{k=1}^d x_k\right)^2", r"\sum_{k=1}^d x_k^2"), _power_of_sum, _sum_of_powers, given=_D),
    Mistake("function taken into the sum",
        "This function of a sum is not the sum of its values.",
        "Write both sides out for two terms.",
        (r"\log(\sum_{k=1}^d \exp(x_k))", r"\sum_{k=1}^d x_k"), _into, _into, given=_D),
    Mistake("product taken for a sum",
        "A product over an index was taken for a sum, or a sum for a product.",
        "Is it Σ or Π, and what does the logarithm make of it?",
        (r"\prod_{k=1}^d y_k", r"\sum_{k=1}^d y_k"), _product_as_sum, _product_as_sum, given=_D),
    Mistake("probabilities sum to one",
        "The probabilities sum to one: that was not used, or used wrongly.",
        "What is the sum over all components?",
        (r"x_i \sum_{k=1}^d q_k", r"d x_i"), _total_one, given=(*_D, r"q \in \mathbb{R}^d", "q distribution")),
    Mistake("one-hot misused",
        "A one-hot vector picks one term of the sum; it does not just vanish.",
        "Which components of the one-hot vector are 0, and what is left of the sum?",
        (r"\sum_{k=1}^d h_k x_k", "x_i"), _one_hot, given=(*_D, r"h \in \mathbb{R}^d", "h one-hot")),
    Mistake("sign of the log-likelihood",
        "The log-likelihood and the loss have opposite signs.",
        "Is the loss the logarithm or minus the logarithm of the likelihood?",
        (r"-\sum_{k=1}^d \log(1 + x_k^2)", r"\sum_{k=1}^d \log(1 + x_k^2)"), _log_likelihood, _log_likelihood, given=_D),
    Mistake("factor 1/n",
        "The factor of the mean is missing, or there once too often.",
        "Is it the sum or the mean?",
        (r"\frac{1}{d} \sum_{k=1}^d x_k", r"\sum_{k=1}^d x_k"), _mean, _mean_found, given=_D),
)
# fmt: on
