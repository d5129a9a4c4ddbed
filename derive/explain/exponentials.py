# ruff: noqa: E501  (the rows are a table: one rule a line, columns aligned)
"""The rules for exponentials and logarithms, and for functions with a symmetry.

Throughout: ``a``, ``b`` are terms, ``n`` a rational number, ``p`` the softmax of ``a``.
"""

from __future__ import annotations

from typing import TypeGuard

from derive.explain.algebra import coefficient, factors_of, like_terms
from derive.explain.matching import Rule, by, wild
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, multiplied, numeral, raised, tidy
from derive.term import (
    Add,
    BigOp,
    Call,
    Component,
    Div,
    Indexed,
    Mul,
    Pow,
    Symbol,
    Term,
    free_names,
    rebuild,
    replace,
    subterms,
    term,
)

a, b = map(wild, "ab")
EULER = Symbol("e")
ODD = ("erf", "sin", "tan", "tanh", "sinh", "atan", "asin", "sign")
EVEN = ("cos", "cosh", "abs")


def exp(t: Term) -> Call:
    return Call("exp", (t,))


def log(t: Term) -> Call:
    return Call("log", (t,))


def _is(t: Term, name: str) -> TypeGuard[Call]:
    return isinstance(t, Call) and t.name == name and t.order == 0


def extend_fraction(t: Term, scope: Scope) -> Term | None:
    """p/q with an exponential multiplied above and below, so that q becomes a denominator that
    the other side of the claim has."""
    match t:
        case Div(p, Add(terms) as q) if scope.form(q) not in scope.wish.settled:
            for s in terms:
                _, rest = coefficient(s)
                if _is(rest, "exp"):
                    extended = times_exponential(q, tidy(-rest.args[0]), scope)
                    there = scope.form(extended)
                    here = there in scope.wish.wanted and coefficient(rest.args[0])[0] < 0
                    if there in scope.wish.settled or here:
                        return Div(times_exponential(p, tidy(-rest.args[0]), scope), extended)
    return None


def log_factor(t: Term, scope: Scope) -> Term | None:
    """log q = a + log(q exp(−a)), where the latter is a logarithm that the other side has."""
    match t:
        case Call("log", (Add(terms) as q,), 0) if scope.form(t) not in scope.wish.settled:
            for s in terms:
                _, rest = coefficient(s)
                if _is(rest, "exp"):
                    smaller = times_exponential(q, tidy(-rest.args[0]), scope)
                    there = scope.form(log(smaller))
                    here = there in scope.wish.wanted and coefficient(rest.args[0])[0] > 0
                    if there in scope.wish.settled or here:
                        return rest.args[0] + log(smaller)
        case Call("log", (BigOp("sum", index, _, _, Call("exp", (Add(terms),), 0)) as q,), 0):
            for s in terms:
                if index not in free_names(s):
                    others = tuple(r for r in terms if r is not s)
                    left = exp(others[0] if len(others) == 1 else Add(others))
                    return s + log(replace(q, body=left))
    return None


def reflection(t: Term, scope: Scope) -> Term | None:
    """σ(−x) is 1 − σ(x)."""
    match t:
        case Call("sigma", (arg,), 0) if t not in scope.claimed and scope.standard("sigma"):
            q, rest = coefficient(arg)
            if q < 0:
                return 1 - Call("sigma", (multiplied([numeral(-q), rest]),))
    return None


def log_of_softmax(t: Term, scope: Scope) -> Term | None:
    """log p_j is a_j − log Σ_k exp(a_k) for a softmax."""
    match t:
        case Call("log", (Indexed() as p,), 0) if t not in scope.claimed:
            meaning = scope.unfold(p)
            if isinstance(meaning, Component):
                meaning = scope.unfold(meaning)
            match meaning:
                case Div(Call("exp", (a_j,), 0), BigOp("sum", body=Call("exp")) as total):
                    return a_j - log(total)
    return None


def parity(t: Term, scope: Scope) -> Term | None:
    """erf(−x) = −erf(x), cos(−x) = cos(x)."""
    match t:
        case Call(name, (arg,), 0) if name in ODD + EVEN:
            q, rest = coefficient(arg)
            if q < 0:
                plain = Call(name, (multiplied([numeral(-q), rest]),))
                return -plain if name in ODD else plain
    return None


def times_exponential(t: Term, exponent: Term, scope: Scope) -> Term:
    """``t`` times exp(``exponent``), term by term."""
    if isinstance(t, Add):
        return tidy(Add(tuple(times_exponential(s, exponent, scope) for s in t.terms)))
    q, rest = coefficient(t)
    factors = list(factors_of(rest))
    for k, s in enumerate(factors):
        if _is(s, "exp"):
            total = tidy(Add((s.args[0], exponent)))
            factors[k] = exp(like_terms(total, scope) or total)
            return tidy(multiplied([numeral(q), *factors]))
    return tidy(multiplied([numeral(q), *factors, exp(exponent)]))


def join_exponentials(t: Term, scope: Scope) -> Term | None:
    """exp(a) exp(b) is exp(a + b)."""
    match t:
        case Mul(factors):
            exponents = [s.args[0] for s in factors if _is(s, "exp")]
            if len(exponents) > 1:
                rest = [s for s in factors if not _is(s, "exp")]
                at = next(k for k, s in enumerate(factors) if _is(s, "exp"))
                return multiplied([*rest[:at], exp(tidy(Add(tuple(exponents)))), *rest[at:]])
        case Div(p, Call("exp", (q,), 0)):
            return Mul((p, exp(-q)))
        case Pow(Call("exp", (p,), 0), n):
            return exp(multiplied([n, p]))
    return None


def split_exponential(t: Term, scope: Scope) -> Term | None:
    """exp(a + b) is exp(a) exp(b)."""
    match t:
        case Call("exp", (Add(terms),), 0):
            return Mul(tuple(exp(s) for s in terms))
    return None


def exp_of_log(t: Term, scope: Scope) -> Term | None:
    """exp(n log a) is aⁿ, also inside a sum of exponents."""
    match t:
        case Call("exp", (Add(terms),), 0):
            logs = [s for s in terms if _power_of_log(s) is not None]
            if logs:
                rest = [s for s in terms if s not in logs]
                left = [exp(rest[0] if len(rest) == 1 else Add(tuple(rest)))] if rest else []
                return multiplied([*(_power_of_log(s) or s for s in logs), *left])
        case Call("exp", (s,), 0):
            return _power_of_log(s)
    return None


def _power_of_log(t: Term) -> Term | None:
    q, rest = coefficient(t)
    if isinstance(rest, Call) and rest.name == "log" and rest.order == 0:
        return raised(rest.args[0], numeral(q))
    return None


def log_of_product(t: Term, scope: Scope) -> Term | None:
    """log of a product, quotient, power or exponential, one level; log(2π) stays."""
    if not free_names(t) - {r"\pi", "e", "log"}:
        return None
    match t:
        case Call("log", (Mul(factors),), 0):
            return Add(tuple(log(s) for s in factors))
        case Call("log", (Div(p, q),), 0):
            return -log(q) if p == ONE else log(p) - log(q)
        case Call("log", (BigOp("prod") as whole,), 0):
            return BigOp("sum", whole.index, whole.lower, whole.upper, log(whole.body), whole.where)
    return None


def _extend_reason(before: Term, after: Term, scope: Scope) -> Reason:
    match before, after:
        case Div(_, Add(terms)), Div(_, Add(others)):
            for s, extended in zip(terms, others, strict=False):
                _, rest = coefficient(s)
                if _is(rest, "exp") and not _is(coefficient(extended)[1], "exp"):
                    return ("multiply above and below by ", exp(tidy(-rest.args[0])))
    return ("multiply above and below by an exponential",)


def as_calls(t: Term) -> Term:
    """``t`` with e^a written exp(a), which the rules know."""
    t = rebuild(t, as_calls)
    return exp(t.exponent) if isinstance(t, Pow) and t.base == EULER else t


def as_powers(t: Term) -> Term:
    """``t`` with exp(a) written e^a, as the claim writes it."""
    t = rebuild(t, as_powers)
    return EULER ** t.args[0] if _is(t, "exp") else t


def writes_powers(t: Term) -> bool:
    """Whether ``t`` says e^a and never exp(a)."""
    parts = list(subterms(t))
    powers = any(isinstance(s, Pow) and s.base == EULER for s in parts)
    return powers and not any(_is(s, "exp") for s in parts)


# fmt: off
EXPONENTIALS = (
    Rule("extend-fraction",    "multiply above and below by an exponential", extend_fraction, "p/q -> (p exp a)/(q exp a)", back="divide above and below by an exponential", say=_extend_reason, at=(Div,)),
    Rule("exp-of-log",         "exp and log cancel",       exp_of_log,         "exp(n log a) -> aⁿ",                 needs="a > 0", at=(Call,)),
    Rule("log-of-exp",         "log and exp cancel",       by(log(exp(a)), a), "log(exp(a)) -> a", at=(Call,)),
    Rule("log-of-power",       "logarithm of a power",     by(log(a**b), b * log(a)), "log(aᵇ) -> b log(a)",        needs="a > 0", at=(Call,)),
    Rule("log-of-root",        "logarithm of a root",      by(log(Call("sqrt", (a,))), log(a) / 2), "log(√a) -> log(a)/2", needs="a > 0", at=(Call,)),
    Rule("log-of-product",     "logarithm laws",           log_of_product,     "log(a b) -> log a + log b, log(a/b) -> log a − log b", back="logarithm laws", needs="a, b > 0", at=(Call,)),
    Rule("join-exponentials",  "exp(a) exp(b) = exp(a + b)", join_exponentials, "exp(a) exp(b) -> exp(a + b)",      back="exp(a + b) = exp(a) exp(b)", at=(Mul, Div, Pow)),
    Rule("split-exponential",  "exp(a + b) = exp(a) exp(b)", split_exponential, "exp(a + b) -> exp(a) exp(b)",      back="exp(a) exp(b) = exp(a + b)", at=(Call,)),
    Rule("log-factor",         "take an exponential out of the logarithm", log_factor, "log(q) -> a + log(q exp(−a))", at=(Call,)),
    Rule("reflection",         "σ(−x) = 1 − σ(x)",         reflection,         "σ(−a) -> 1 − σ(a)", at=(Call,)),
    Rule("log-softmax",        "logarithm of the softmax", log_of_softmax,     "log pⱼ -> aⱼ − log Σₖ exp(aₖ) for p = softmax(a)", at=(Call,)),
    Rule("parity",             "odd or even function",     parity,             "erf(−a) -> −erf(a), cos(−a) -> cos(a)", at=(Call,)),
    Rule("e-power",            "eᵃ = exp(a)",              by(EULER**a, exp(a)), "eᵃ -> exp(a)", at=(Pow,)),
    Rule("square-of-root",     "square of a root",         by(Call("sqrt", (a,))**term(2), a), "(√a)² -> a",        needs="a ≥ 0", at=(Pow,)),
)
# fmt: on
