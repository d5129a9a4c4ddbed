"""Claims about complex numbers, which the kernel takes for real ones.

A counterexample among the real numbers is one.  A proof is none, unless both sides are meromorphic:
then they agree everywhere, since they agree on the real line (the identity theorem, L. Ahlfors,
Complex Analysis, 1979, 4.3.2).
"""

from __future__ import annotations

from collections.abc import Container

from derive.term import (
    Add,
    BigOp,
    Call,
    Claim,
    Component,
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
    Transpose,
    children,
    free_names,
    reached,
)
from derive.vocabulary import FUNCTIONS

ENTIRE = frozenset(("exp", "sin", "cos", "erf"))
ARITHMETIC = (Add, Mul, Neg, Div, Number, Symbol, Indexed, Component, Delta, Transpose, Derivative)


def beyond_the_reals(claim: Claim) -> str:
    """A complex number of which a proof among the real numbers shows nothing, "" if none is."""
    given, relation = claim.given, claim.relation
    named = reached(free_names(relation), given)
    numbers = {a.term.name for a in given.assumptions
               if a.kind == "complex" and isinstance(a.term, Symbol)} & named  # fmt: skip
    if not numbers:
        return ""
    bodies = [d.body for name, d in given.definitions.items() if name in named]
    used = any(
        isinstance(a.term, Relation) and a.term.op != "!=" and free_names(a.term) & numbers
        for a in given.assumptions
    )
    equation = isinstance(relation, Relation) and relation.op == "="
    defined = given.definitions.keys()
    if (
        equation
        and not used
        and all(_meromorphic(t, defined) for t in (*children(relation), *bodies))
    ):
        return ""
    return min(numbers)


def _meromorphic(t: Term, defined: Container[str]) -> bool:
    match t:
        case Call(name) if name in defined or name in ENTIRE:
            pass
        case Call(name):
            row = FUNCTIONS.get(name)
            if row is None or row.body is None or not _meromorphic(row.body, ()):
                return False
        case Pow(_, Number(n)) if n.denominator == 1:
            pass
        case Pow(Number(n), _) if n > 0:
            pass
        case Pow(Symbol("e"), _) if "e" not in defined:
            pass
        case BigOp(op="sum" | "prod"):
            pass
        case _ if not isinstance(t, ARITHMETIC):
            return False
    return all(_meromorphic(s, defined) for s in children(t))
