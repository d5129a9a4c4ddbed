"""Where a claim changes its form: the cases that a proof has to distinguish."""

from __future__ import annotations

from collections.abc import Iterator

from derive.explain.algebra import factor_out, factors_of, like_terms, multiply_out, terms_of
from derive.explain.scope import Scope
from derive.explain.tidy import ZERO, tidy
from derive.term import (
    Add,
    Call,
    Cases,
    Derivative,
    Indexed,
    Indicator,
    Relation,
    Symbol,
    Term,
    replace,
    subterms,
)


def kinks(left: Term, right: Term, scope: Scope) -> tuple[Relation, ...]:
    """The cases that a claim with max, |a| or branches has to distinguish; () where none."""
    smooth = not any(
        isinstance(s, Derivative) or (isinstance(s, Call) and s.order)
        for side in (left, right)
        for s in subterms(side)
    )
    for side in (right, left):
        for written in conditions(side, scope, 6):
            if scope.holds(written) is None:
                condition = about_one_name(written, scope)
                above = {"<=": "<", ">=": ">"}.get(condition.op, condition.op)
                below = {"<": ">", ">": "<"}.get(above)
                if below is not None:
                    kink = replace(condition, op="!=")
                    below += "" if not smooth and scope.holds(kink) else "="
                    return replace(condition, op=above), replace(condition, op=below)
    return ()


def about_one_name(condition: Relation, scope: Scope) -> Relation:
    """q r > (q − 1) r is r > 0, and so is r > a r for a < 1: factors that are positive go."""
    difference = tidy(condition.left - condition.right)
    difference = tidy(multiply_out(difference, scope) or difference)
    terms = [tidy(multiply_out(s, scope) or s) for s in terms_of(difference)]
    difference = tidy(Add(tuple(terms))) if len(terms) > 1 else terms[0]
    difference = like_terms(difference, scope) or difference
    product = tidy(factor_out(difference, scope) or difference)
    left = [s for s in factors_of(product) if not scope.holds(Relation(">", s, ZERO))]
    if len(left) == 1 and isinstance(left[0], (Symbol, Indexed)):
        return replace(condition, left=left[0], right=ZERO)
    return condition


def conditions(t: Term, scope: Scope, depth: int) -> Iterator[Relation]:
    """Where ``t``, with names looked through, changes its form."""
    for s in subterms(t):
        match s:
            case Cases(branches, _):
                yield from (c for _, c in branches if isinstance(c, Relation))
            case Call("max" | "min", (a, b), 0):
                yield Relation(">", b, a) if a == ZERO else Relation(">", a, b)
            case Call("abs" | "sign", (a,), 0):
                yield Relation(">", a, ZERO)
            case Indicator(Relation() as condition):
                yield condition
            case Call(name, args, order) if order:
                s = Call(name, args)
        meaning = scope.unfold(s) if depth else None
        if meaning is not None:
            yield from conditions(meaning, scope, depth - 1)
