"""What a line becomes before the mistake is made in it: derivatives by one rule after the other,
sums with a δ, names put in.

Throughout: ``t`` is the line before the false one.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.explain.differentiation import LINEAR, PROPER, TRIVIAL
from derive.explain.matching import Rows, first
from derive.explain.scope import Scope
from derive.explain.sums import contract
from derive.explain.tidy import tidy
from derive.term import (
    BigOp,
    Call,
    Component,
    Delta,
    Derivative,
    Indexed,
    Symbol,
    Term,
    contains,
    rebuild,
    replace,
    subterms_of,
)

STAGES = 8  # rounds of differentiating or putting in
RULES = Rows((*TRIVIAL, *LINEAR, *PROPER))


def stages(t: Term, scope: Scope) -> tuple[Term, ...]:
    """``t``; then, rule by rule, with its derivatives worked out: those of known functions from
    the table and then from their definitions, outermost first; where one derivative stands in
    another (or a second one is asked for), also the inner one first; at last with its names put
    in."""
    found = [t]
    found += _rounds(t, scope, lambda s: _outermost(s, scope, known=True))
    found += _rounds(t, scope, lambda s: _outermost(s, scope, known=False))
    if _is_nested(t):
        found += _rounds(t, scope, lambda s: _innermost(s, scope))
    found.append(_put_in(t, scope))
    return tuple(dict.fromkeys(found))


def _rounds(t: Term, scope: Scope, further: Callable[[Term], Term]) -> list[Term]:
    found = list[Term]()
    for _ in range(STAGES):
        after = further(t)
        if after == t:
            after = contracted(t, scope)
            if after == t:
                break
        found.append(after)
        t = after
    return found


def _outermost(t: Term, scope: Scope, known: bool) -> Term:
    """Each outermost derivative by one rule, or with what it differentiates put in."""
    if not _is_derivative(t):
        return rebuild(t, lambda s: _outermost(s, scope, known))
    if isinstance(t, Derivative) and isinstance(t.body, Derivative):
        return replace(t, body=_outermost(t.body, scope, known))
    return _by_one_rule(t, scope, known)


def _innermost(t: Term, scope: Scope) -> Term:
    """Each derivative in which no other one stands by one rule; sums with a δ in a derivative are
    worked out before it."""
    if not _is_derivative(t):
        return rebuild(t, lambda s: _innermost(s, scope))
    if isinstance(t, Derivative):
        body = _innermost(t.body, scope) if _holds_derivative(t.body) else contracted(t.body, scope)
        if body != t.body:
            return replace(t, body=body)
    return _by_one_rule(t, scope, known=True)


def _by_one_rule(t: Term, scope: Scope, known: bool) -> Term:
    """``known``: what a name's derivative is known to be is asked before what the name means."""
    found = first(RULES, t, scope) if known else None
    if found is None and isinstance(t, Derivative) and _is_name(t.body):
        meaning = scope.unfold(t.body)
        if meaning is not None:
            return replace(t, body=meaning)
    if not known and isinstance(t, Call):  # Phi' from what Phi is
        meaning = scope.unfold(replace(t, order=0))
        if meaning is not None and isinstance(t.args[0], Symbol):
            return _times_differentiated(meaning, t.args[0], t.order)
    found = found or first(RULES, t, scope)
    return tidy(found[1]) if found else t


def _times_differentiated(t: Term, x: Symbol, times: int) -> Term:
    for _ in range(times):
        t = Derivative(t, x)
    return t


def _is_derivative(t: Term) -> bool:
    """∂f(x)/∂x or f′(x)."""
    return isinstance(t, Derivative) or (isinstance(t, Call) and t.order > 0)


def _holds_derivative(t: Term) -> bool:
    return contains(t, Derivative) or any(s.order for s in subterms_of(t, Call))


def _is_nested(t: Term) -> bool:
    return any(s.order > 1 for s in subterms_of(t, Call)) or any(
        _holds_derivative(s.body) for s in subterms_of(t, Derivative)
    )


def contracted(t: Term, scope: Scope) -> Term:
    """``t`` with every sum over a product with a δ worked out."""
    return tidy(_contracted(t, scope)) if contains(t, Delta) and contains(t, BigOp) else t


def _contracted(t: Term, scope: Scope) -> Term:
    t = rebuild(t, lambda s: _contracted(s, scope))
    if isinstance(t, BigOp):
        found = contract(t, scope)
        return t if found is None else _contracted(found, scope)
    return t


def _put_in(t: Term, scope: Scope) -> Term:
    """``t`` with what its names mean, one level."""
    meaning = scope.unfold(t) if _is_name(t) else None
    return meaning if meaning is not None else rebuild(t, lambda s: _put_in(s, scope))


def _is_name(t: Term) -> bool:
    return isinstance(t, (Symbol, Indexed, Call, Component))
