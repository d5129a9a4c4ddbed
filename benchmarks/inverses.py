"""Laws of inverses and determinants between random matrices of the small world.

Throughout: ``m`` is a maker of random terms; the matrices are square, of order d.
"""

from __future__ import annotations

from calculus import ONE, TWO, call
from random_terms import Maker

from derive.term import (
    Assumption,
    Definition,
    Delta,
    Derivative,
    Mul,
    Neg,
    Relation,
    Symbol,
    Term,
    Transpose,
)

A, S, U, V, W, x, y = map(Symbol, "ASuvWxy")
UNIT = Symbol("I")
OF_THE_UNIT = Definition("I", Delta(Symbol("i"), Symbol("j")), indices=("i", "j"))
INVERTIBLE = Assumption("relation", Relation("!=", call("det", A), ONE - ONE))


def inverse(t: Term) -> Term:
    return t ** Neg(ONE)


def matrix(m: Maker) -> Term:
    return m.random.choice(
        (
            A,
            S,
            Transpose(A),
            A + S,
            A + UNIT,
            Mul((A, S)),
            Mul((TWO, A)),
            Mul((Symbol("a"), S)) + A,
            Mul((Transpose(W), W)) + Mul((Symbol("a"), UNIT)),
            A + A + Transpose(A),
        )
    )


def laws(m: Maker) -> tuple[tuple[Term, Term], ...]:
    order = m.sizes["d"]
    p, q = matrix(m), matrix(m)
    outer = Mul((U, Transpose(V)))
    below = ONE + Mul((Transpose(V), inverse(p), U))
    gram = Mul((Transpose(W), W)) + Mul((Symbol("a"), UNIT))
    return (
        (inverse(Mul((p, q))), Mul((inverse(q), inverse(p)))),
        (Transpose(inverse(p)), inverse(Transpose(p))),
        (Mul((inverse(p), p, U)), U),
        (
            Transpose(Mul((inverse(p), A, U))),
            Mul((Transpose(U), Transpose(A), Transpose(inverse(p)))),
        ),
        (Mul((p, inverse(p))), UNIT),
        (inverse(p) + inverse(q), Mul((inverse(p), p + q, inverse(q)))),
        (inverse(p) - inverse(q), Mul((inverse(p), q - p, inverse(q)))),
        (Mul((inverse(UNIT + p), p)), UNIT - inverse(UNIT + p)),
        (Mul((inverse(UNIT + Mul((p, q))), p)), Mul((p, inverse(UNIT + Mul((q, p)))))),
        (inverse(p + outer), inverse(p) - Mul((inverse(p), outer, inverse(p))) / below),
        (Mul((inverse(p + outer), U)), Mul((inverse(p), U)) / below),
        (Mul((gram, inverse(gram), U)), U),
        (call("det", Mul((p, q))), call("det", q) * call("det", p)),
        (call("det", Mul((inverse(p), q, p))), call("det", q)),
        (call("det", Mul((TWO, p))), TWO**order * call("det", p)),
        (call("det", inverse(Transpose(A))), ONE / call("det", A)),
        (call("tr", Mul((p, q, inverse(p)))), call("tr", q)),
        (Mul((Transpose(U), inverse(S), V)), Mul((Transpose(V), inverse(S), U))),
        (
            Derivative(Mul((Transpose(U), inverse(p), V)), U),
            Mul((inverse(p), V)),
        ),
        (
            Derivative(Mul((Transpose(U - V), inverse(S), U - V)), U),
            Mul((TWO, inverse(S), U - V)),
        ),
    )


def orthogonal() -> tuple[Term, Term, tuple[Definition, ...], tuple[Assumption, ...]]:
    """False, and given: B is orthogonal at one x; with x it varies."""
    b = Symbol("B")
    square = Mul((Transpose(b), b))
    said = Assumption("relation", Relation("=", square, UNIT))
    lengths = Derivative(Mul((Transpose(U), square, U)), x)
    return lengths, ONE - ONE, (Definition("B", Mul((x, A))),), (said,)


def traps() -> tuple[tuple[Term, Term, tuple[Definition, ...]], ...]:
    """False: what is inverted varies, too, or the order of factors matters."""
    varies = (Definition("B", Mul((x, A))),)
    b = Symbol("B")
    whole = Mul((Transpose(U), inverse(b), U))
    return (
        (Derivative(whole, x), ONE - ONE, varies),
        (Derivative(call("det", b), x), ONE - ONE, varies),
        (Mul((inverse(A), S, A)), S, ()),
        (Transpose(inverse(A + A + Transpose(A))), inverse(A + A + Transpose(A)), ()),
        (inverse(Mul((A, S))), Mul((inverse(A), inverse(S))), ()),
        (inverse(A + S), inverse(A) + inverse(S), ()),
        (call("det", A + S), call("det", A) + call("det", S), ()),
        (call("det", Mul((y, A))), y * call("det", A), ()),
        (call("det", Mul((TWO, A))), TWO * call("det", A), ()),
        (Mul((Transpose(A), inverse(A))), UNIT, ()),
        (Mul((inverse(A), Transpose(A), S)), S, ()),
    )
