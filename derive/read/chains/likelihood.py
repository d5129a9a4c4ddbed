"""Likelihoods of independent observations: p(X | θ) = Π_i p(x_i | θ) where log p(X | θ) stands
beside a sum of log p(x_i | θ), and L(θ) = Π_i p(x_i | θ)."""

from __future__ import annotations

from collections.abc import Iterator

from derive.term import BigOp, Call, Indexed, Relation, Symbol, Term, children, subterms_of
from derive.vocabulary import FUNCTIONS

_DATA = frozenset(("D", r"\mathcal{D}"))
_LIKELIHOODS = frozenset(("L", r"\mathcal{L}"))


def factorized(relation: Relation) -> Iterator[tuple[Term, Term]]:
    """The probability of all observations, and the product that it is if they are independent."""
    single: dict[tuple[Call, str], Term] = {}
    for total in subterms_of(relation, BigOp):
        if isinstance(total, BigOp) and total.op in ("sum", "prod") and total.where is None:
            for call in subterms_of(total.body, Call):
                if isinstance(call, Call) and _observed(call, total.index):
                    product: Term = BigOp("prod", total.index, total.lower, total.upper, call)
                    single.setdefault((call, total.index), product)
    for whole in dict.fromkeys(_outside(relation)):
        for (one, i), all_ in single.items():
            if _is_of_all(whole, one, i):
                yield whole, all_


def _observed(call: Call, i: str) -> bool:
    if call.name in FUNCTIONS or call.order:
        return False
    return any(isinstance(a, Indexed) and a.indices == (Symbol(i),) for a in call.args)


def _outside(t: Term) -> Iterator[Call]:
    """The calls outside of all sums and products."""
    if isinstance(t, BigOp):
        return
    if isinstance(t, Call) and t.name not in FUNCTIONS and not t.order:
        yield t
    for s in children(t):
        yield from _outside(s)


def _is_of_all(whole: Call, one: Call, i: str) -> bool:
    items = [a for a in one.args if isinstance(a, Indexed) and a.indices == (Symbol(i),)]
    others = tuple(a for a in one.args if a not in items)
    if whole.name in _LIKELIHOODS and others and whole.args == others:
        return True
    if whole.name != one.name:
        return False
    if len(whole.args) != len(one.args):
        kept = tuple(a for a in whole.args if not (isinstance(a, Symbol) and a.name in _DATA))
        return len(kept) < len(whole.args) and kept == others
    pairs = list(zip(whole.args, one.args, strict=True))
    return all(a == b or (b in items and _is_data(a, b)) for a, b in pairs)


def _is_data(a: Term, b: Term) -> bool:
    """Whether a is the name of all b_i: X of x_i."""
    if not isinstance(a, Symbol) or not isinstance(b, Indexed):
        return False
    return a.name in _DATA or a.name.lower() == b.name.partition("^")[0].lower()
