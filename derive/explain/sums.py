# ruff: noqa: E501  (the rows are a table: one rule a line, columns aligned)
"""The rules for sums over an index and for Kronecker's delta.

Throughout: ``j`` is the dummy, ``u`` and ``v`` depend on it, ``c`` does not.
"""

from __future__ import annotations

from derive.explain.algebra import like_terms
from derive.explain.matching import Rule
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import ONE, ZERO, multiplied, tidy
from derive.term import (
    Add,
    BigOp,
    Delta,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    free_names,
    rebuild,
    replace,
    substitute,
    subterms,
    term,
)

MOST_TERMS = 13  # worth writing out


def split_sum(t: Term, scope: Scope) -> Term | None:
    match t:
        case BigOp("sum", body=Add(terms)):
            return Add(tuple(outside(replace(t, body=s)) for s in terms))
    return None


def multiply_out_sum(t: Term, scope: Scope) -> Term | None:
    """Σ u (v + c) is Σ u v + c Σ u: worth it where a δ or a constant stands in the bracket."""
    match t:
        case BigOp("sum", index, _, _, Mul(factors)):
            for k, s in enumerate(factors):
                if isinstance(s, Add) and any(_worth(part, index) for part in s.terms):
                    rest = (*factors[:k], *factors[k + 1 :])
                    return Add(
                        tuple(
                            outside(replace(t, body=multiplied([*rest[:k], part, *rest[k:]])))
                            for part in s.terms
                        )
                    )
    return None


def _worth(t: Term, index: str) -> bool:
    return index not in free_names(t) or any(isinstance(s, Delta) for s in subterms(t))


def outside(t: BigOp) -> Term:
    """``t`` with what is free of the dummy in front of the sum."""
    match t.body:
        case Neg(arg):
            inner = outside(replace(t, body=arg))
            return Neg(inner)
        case Mul(factors):
            free = [s for s in factors if t.index not in free_names(s)]
            bound = [s for s in factors if t.index in free_names(s)]
            if free and bound:
                inner = replace(t, body=bound[0] if len(bound) == 1 else Mul(tuple(bound)))
                return Mul((*free, outside(inner)))
        case Div(numerator, denominator) if t.index not in free_names(denominator):
            if t.index in free_names(numerator):
                return Div(outside(replace(t, body=numerator)), denominator)
        case Div(numerator, denominator) if t.index not in free_names(numerator):
            if numerator != ONE:
                return Mul((numerator, replace(t, body=Div(ONE, denominator))))
    return t


def pull_out(t: Term, scope: Scope) -> Term | None:
    if isinstance(t, BigOp) and t.op == "sum" and t.where is None:
        after = outside(t)
        return after if after != t else None
    return None


def contract(t: Term, scope: Scope) -> Term | None:
    """Σⱼ δᵢⱼ uⱼ is uᵢ."""
    match t:
        case BigOp("sum", index, _, _, body, None):
            found = _without_delta(body, index)
            if found is not None:
                rest, other = found
                return substitute(rest, {index: other})
    return None


def _without_delta(t: Term, index: str) -> tuple[Term, Term] | None:
    """A product without its factor δ of the dummy, and what the dummy is equal to."""
    match t:
        case Delta(left, right) if Symbol(index) in (left, right):
            other = right if left == Symbol(index) else left
            return (ONE, other) if index not in free_names(other) else None
        case Mul(factors):
            for k, s in enumerate(factors):
                found = _without_delta(s, index)
                if found is not None:
                    return multiplied([*factors[:k], found[0], *factors[k + 1 :]]), found[1]
        case Div(numerator, denominator):
            found = _without_delta(numerator, index)
            return (Div(found[0], denominator), found[1]) if found is not None else None
        case Neg(arg):
            found = _without_delta(arg, index)
            return (Neg(found[0]), found[1]) if found is not None else None
    return None


def constant_sum(t: Term, scope: Scope) -> Term | None:
    """Σⱼ c is d c."""
    match t:
        case BigOp("sum", index, Term() as lower, Term() as upper, body, None):
            if index not in free_names(body):
                count = upper if lower == ONE else tidy(Add((upper, Neg(lower), ONE)))
                return multiplied([count, body])
    return None


def write_out(t: Term, scope: Scope) -> Term | None:
    """A sum of a few terms in full."""
    match t:
        case BigOp("sum" | "prod", index, Number(low), Number(high), body, None):
            if index not in free_names(body) or _settles(body, index, scope):
                return None
            if low.denominator == high.denominator == 1 and 0 <= high - low < MOST_TERMS:
                numbers = range(low.numerator, high.numerator + 1)
                terms = tuple(substitute(body, {index: term(k)}) for k in numbers)
                return Add(terms) if t.op == "sum" else Mul(terms)
    return None


def _settles(t: Term, index: str, scope: Scope) -> bool:
    """Whether a name that runs with the dummy is the same for all: x_k where x_j := c."""
    named = [s for s in subterms(t) if isinstance(s, Indexed) and Symbol(index) in s.indices]
    meanings = [scope.unfold(s) for s in named]
    return any(m is not None and index not in free_names(m) for m in meanings)


def geometric(t: Term, scope: Scope) -> Term | None:
    """Σ_{s=1}^t a^{s−1} = Σ_{s=1}^t a^{t−s} = (1 − a^t)/(1 − a)."""
    match t:
        case BigOp("sum", s, Term() as low, Term() as high, Pow(a, n), None):
            if s in free_names(a):
                return None
            first, last = (substitute(n, {s: end}) for end in (low, high))
            ends = [first, last] if _falls(n, s) is False else [last, first]
            if _falls(n, s) is None or scope.form(ends[0]) != scope.form(ZERO):
                return None
            count = tidy(ends[1] + 1)
            return (1 - a ** (like_terms(count, scope) or count)) / (1 - a)
    return None


def _falls(n: Term, s: str) -> bool | None:
    """Whether an exponent falls by one with the dummy, or rises by one; None for others."""
    match n:
        case Symbol(name):
            return False if name == s else None
        case Add(terms):
            here = [u for u in terms if s in free_names(u)]
            if len(here) == 1 and here[0] in (Symbol(s), Neg(Symbol(s))):
                return isinstance(here[0], Neg)
    return None


def delta_swap(t: Term, scope: Scope) -> Term | None:
    """δᵢⱼ uⱼ is δᵢⱼ uᵢ: towards the letter that comes first."""
    match t:
        case Mul(factors):
            for s in factors:
                match s:
                    case Delta(Symbol(i), Symbol(j)):
                        kept, gone = min(i, j), max(i, j)
                        rest = tuple(
                            u if u is s else substitute(u, {gone: Symbol(kept)}) for u in factors
                        )
                        if rest != factors:
                            return Mul(rest)
    return None


def symmetric(t: Term, scope: Scope) -> Term | None:
    """A_{ik} is A_{ki} for a symmetric A; under a sum the dummy goes last."""
    if not isinstance(t, BigOp):
        return None

    def turned(s: Term) -> Term:
        match s:
            case Indexed(name, (i, k)) if i == Symbol(t.index) != k:
                if "symmetric" in scope.kinds(name):
                    return Indexed(name, (k, i))
        return s if isinstance(s, (BigOp, Indexed)) else rebuild(s, turned)

    body = turned(t.body)
    return replace(t, body=body) if body != t.body else None


def settle_delta(t: Term, scope: Scope) -> Term | None:
    """δᵢⱼ where i = j or i ≠ j is stated."""
    match t:
        case Delta(i, j):
            equal = scope.equal(i, j)
            return None if equal is None else ONE if equal else ZERO
    return None


def delta_square(t: Term, scope: Scope) -> Term | None:
    """δᵢⱼ² is δᵢⱼ."""
    match t:
        case Pow(Delta() as delta, Number(n)) if n > 0:
            return delta
    return None


def _delta_reason(before: Term, after: Term, scope: Scope) -> Reason:
    assert isinstance(before, Delta)
    op = "=" if after == ONE else "!="
    if isinstance(before.left, Number) and isinstance(before.right, Number):
        return (before, " = ", after)
    return (before, " = ", after, " since ", Relation(op, before.left, before.right))


def _contract_reason(before: Term, after: Term, scope: Scope) -> Reason:
    assert isinstance(before, BigOp)
    for s in subterms(before.body):
        if isinstance(s, Delta) and Symbol(before.index) in (s.left, s.right):
            other = s.right if s.left == Symbol(before.index) else s.left
            return ("only ", Relation("=", Symbol(before.index), other), " is left of the sum")
    return ("only one term is left of the sum",)


# fmt: off
SUMS = (
    Rule("delta-contraction", "only one term is left of the sum", contract,   "Σⱼ δᵢⱼ uⱼ -> uᵢ",               say=_contract_reason, at=(BigOp,)),
    Rule("delta-settled",     "δ",                         settle_delta,      "δᵢⱼ -> 1 if i = j, 0 if i ≠ j", say=_delta_reason, assumes=True, at=(Delta,)),
    Rule("delta-swap",        "both indices are the same there", delta_swap,  "δᵢⱼ uⱼ -> δᵢⱼ uᵢ", at=(Mul,)),
    Rule("delta-square",      "δ² = δ",                    delta_square,      "δᵢⱼ² -> δᵢⱼ", at=(Pow,)),
    Rule("split-sum",         "split the sum",             split_sum,         "Σ (u + v) -> Σ u + Σ v",        back="one sum", at=(BigOp,)),
    Rule("multiply-out-sum",  "multiply out the sum",      multiply_out_sum,  "Σ u (v + c) -> Σ u v + c Σ u",  back="factor out", at=(BigOp,)),
    Rule("pull-out",          "pull out of the sum",       pull_out,          "Σ c u -> c Σ u",                back="pull into the sum", at=(BigOp,)),
    Rule("write-out",         "write out the sum",         write_out,         "Σⱼ uⱼ for j = 1..3 -> u₁ + u₂ + u₃", back="as a sum", needs="numbers as bounds", at=(BigOp,)),
    Rule("geometric-sum",     "geometric sum",             geometric,         "Σₛ₌₁ᵗ aˢ⁻¹ -> (1 − aᵗ)/(1 − a)", needs="a ≠ 1", at=(BigOp,)),
    Rule("symmetric",         "the matrix is symmetric",   symmetric,         "Σᵢ Aᵢₖ uᵢ -> Σᵢ Aₖᵢ uᵢ",        assumes=True, at=(BigOp,)),
    Rule("constant-sum",      "sum of a constant",         constant_sum,      "Σⱼ c -> d c", at=(BigOp,)),
)
# fmt: on
