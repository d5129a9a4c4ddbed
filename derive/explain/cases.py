"""Where a claim changes its form: the cases that a proof has to distinguish."""

from __future__ import annotations

from collections.abc import Iterator

from derive.explain.scope import Scope
from derive.explain.tidy import ZERO
from derive.term import Call, Cases, Derivative, Indicator, Relation, Term, replace, subterms


def kinks(left: Term, right: Term, scope: Scope) -> tuple[Relation, ...]:
    """The cases that a claim with max, |a| or branches has to distinguish; () where none."""
    smooth = not any(
        isinstance(s, Derivative) or (isinstance(s, Call) and s.order)
        for side in (left, right)
        for s in subterms(side)
    )
    for side in (right, left):
        for condition in conditions(side, scope, 6):
            if scope.holds(condition) is None:
                above = {"<=": "<", ">=": ">"}.get(condition.op, condition.op)
                below = {"<": ">", ">": "<"}.get(above)
                if below is not None:
                    kink = replace(condition, op="!=")
                    below += "" if not smooth and scope.holds(kink) else "="
                    return replace(condition, op=above), replace(condition, op=below)
    return ()


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
