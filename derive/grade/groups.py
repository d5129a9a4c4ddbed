"""Answer groups: false steps that are off by the same."""

from __future__ import annotations

from hashlib import sha256

from derive.prover.attempt import Open, attempt
from derive.prover.normal_form.context import Limits
from derive.prover.undecided import Undecided
from derive.term import Add, Claim, Mul, Relation, Term, rebuild
from derive.term.text import text

LIMITS = Limits(operations=50_000)
LETTERS = 10


def number(*parts: str) -> str:
    """A short name for what the parts say, the same on every machine."""
    return sha256("\0".join(parts).encode()).hexdigest()[:LETTERS]


def group(claim: Claim) -> str:
    """The same for steps whose two sides differ by the same, whatever their lines look like: the
    kernel's normal form of the difference, written in one order."""
    relation = claim.relation
    if not isinstance(relation, Relation):
        return number(text(relation))
    try:
        attempt(claim, LIMITS)
    except Open as gap:
        if gap.residual is not None:
            return number(relation.op, text(_ordered(gap.residual)))
    except (Undecided, RecursionError):
        pass
    return number(relation.op, text(relation.left), text(relation.right))


def _ordered(t: Term) -> Term:
    """``t`` with its summands and factors in the order of their text."""
    t = rebuild(t, _ordered)
    match t:
        case Add(terms):
            return Add(tuple(sorted(terms, key=text)))
        case Mul(factors):
            return Mul(tuple(sorted(factors, key=text)))
    return t
