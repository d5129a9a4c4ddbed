"""What was differentiated, from its derivative: where nothing says what f is, d/dx f = u'v + uv'
means f = uv.

Throughout: ``v`` is the variable, ``q`` a function of it whose derivative stands in a summand.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from derive.read.chains.definable import definition_of
from derive.term import (
    Add,
    Call,
    Definition,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Relation,
    Symbol,
    Term,
    free_names,
    subterms_of,
    term,
)


def undone(relation: Relation, unknown: Container[str]) -> Iterator[Definition]:
    """What an unknown name that is differentiated may be, by the rest of the claim."""
    for one, other in ((relation.left, relation.right), (relation.right, relation.left)):
        if not isinstance(one, Derivative) or not isinstance(one.body, Symbol | Indexed | Call):
            continue
        name = one.body.name
        if name not in unknown or name in free_names(other) or not isinstance(one.variable, Symbol):
            continue
        body = primitive(other, one.variable)
        definition = None if body is None else definition_of(one.body, body)
        if definition is not None:
            yield definition
    primed = {
        s.args[0]: s
        for s in subterms_of(relation, Call)
        if isinstance(s, Call) and s.order == 1 and len(s.args) == 1
    }
    for d in subterms_of(relation, Derivative):  # dy/du beside f'(u)
        if isinstance(d, Derivative) and isinstance(d.body, Symbol) and d.body.name in unknown:
            found = primed.get(d.variable)
            if found is not None and found.name != d.body.name:
                yield Definition(d.body.name, Call(found.name, found.args))


def primitive(t: Term, v: Symbol) -> Term | None:
    """Of u'v + uv' the product u v; of y/q ∂q - (1 - y)/(1 - q) ∂q the log-likelihood of y.  None
    for all else: from another derivative an author's slip would make another function."""
    if not isinstance(t, Add) or len(t.terms) != 2:
        return None
    one, other = (_taken_apart(s, v) for s in t.terms)
    if one is None or other is None:
        return None
    (sign, q, rest), (sign_, r, rest_) = one, other
    if sign == sign_ == 1 and (q, rest) == (rest_, r):
        return Mul((q, r))
    if q != r or sign == sign_ or not isinstance(rest, Div) or not isinstance(rest_, Div):
        return None
    y, p = rest.numerator, rest_.numerator
    if rest.denominator != q or rest_.denominator != _without(q) or p != _without(y):
        return None
    total = Add((Mul((y, Call("log", (q,)))), Mul((p, Call("log", (_without(q),))))))
    return Neg(total) if sign < 0 else total


def _without(t: Term) -> Term:
    return Add((term(1), Neg(t)))


def _taken_apart(t: Term, v: Symbol) -> tuple[int, Term, Term] | None:
    """The sign of a summand, the q whose derivative stands in it, and its other factors."""
    sign = 1
    while isinstance(t, Neg):
        sign, t = -sign, t.arg
    factors = list(t.factors) if isinstance(t, Mul) else [t]
    for n, f in enumerate(factors):
        q: Term | None = None
        if isinstance(f, Derivative) and f.variable == v:
            q = f.body
        elif isinstance(f, Call) and f.order == 1 and f.args == (v,):
            q = Call(f.name, f.args)
        if q is not None:
            rest = factors[:n] + factors[n + 1 :]
            return sign, q, rest[0] if len(rest) == 1 else Mul(tuple(rest))
    return None
