"""What people forget to say: assumptions that the residual of a failed proof hints at.

A step that holds only under one of these is *proved* with that need.
"""

from __future__ import annotations

from collections.abc import Iterator

from derive.prover.arrays import is_inverse
from derive.prover.attempt import Open, inside
from derive.prover.needs import names_in
from derive.prover.normal_form import elementary, scalars, sums
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.write import Writer
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Cases,
    Claim,
    Div,
    Given,
    Indexed,
    Indicator,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    subterms,
    term,
)
from derive.vocabulary import FUNCTIONS

# What targets are called, which are one-hot more often than said.
LABELS = ("y", "t")
# What probabilities are called, which sum to 1.
PROBABILITIES = (*LABELS, "p", "q", "r", r"\pi", r"\hat{y}", r"\hat{p}")

# What weights, parameters and data are called: W_jk for W_kj is a slip, not a matter of course.
OF_ANY_SHAPE = frozenset(
    ("w", "W", "U", "u", "v", "X", "x", "Y", "y", "Z", "z", r"\theta", r"\Theta", r"\beta")
)


def commonly_forgotten(claim: Claim, gap: Open) -> Iterator[Assumption]:
    """Assumptions that often go unstated and that the residual hints at."""
    gens = gap.gap.generators()
    inner = {h for g in gens for h in inside(g)}
    for g in sorted(gens | inner if _has_roots(claim) else (), key=lambda g: g.number):
        if (
            isinstance(g, elementary.Sign | elementary.Root)
            and isinstance(g.data, scalars.Scalar | scalars.ComponentOf)
            and not any(n[0] == "#" for n in g.names)
        ):
            written = Writer(gap.ctx, names_in(claim)).generator(g.data)
            if isinstance(written, Symbol | Indexed) and written.name[0] == "#":
                continue  # the sign in y = (1 + #y)/2
            for op in (">=", ">"):
                yield Assumption("relation", Relation(op, written, term(0)))
    if _has_roots(claim) and gap.ctx.unsolved:  # s = sqrt(a) from s^2 = a
        for g in sorted(gens, key=lambda g: g.number):
            if isinstance(g, scalars.Scalar) and g.data[0] != "#":
                yield Assumption("relation", Relation(">=", Symbol(g.data), term(0)))
    shapes = claim.given.shapes
    for g in sorted(gens, key=lambda g: g.number):
        if isinstance(g, sums.Sum) and len(g.data[0]) == 1 and len(g.data[1]) == 1:
            ((h, e),) = g.data[1]
            if isinstance(h, scalars.ComponentOf) and e == 1 and not g.data[2]:
                name = h.data[0]
                if name in PROBABILITIES and len(shapes.get(name, ())) == 1 and len(h.data[1]) == 1:
                    axis = shapes[name][0]
                    whole = BigOp("sum", "j", axis.lower, axis.upper, Indexed(name, (Symbol("j"),)))
                    yield Assumption("relation", Relation("=", whole, term(1)))
    families = {g.data for g in gens | inner if isinstance(g, scalars.ComponentOf)}
    for name in sorted({name for name, _ in families}):
        if (
            len(shapes.get(name, ())) == 1
            and name in LABELS
            and any(isinstance(g, elementary.Log) for g in gens)
        ):
            yield Assumption("one-hot", Symbol(name))
        if _both_ways(name, families):
            array = gap.said(Symbol(name))
            array = array.base if is_inverse(array) else array  # symmetric where A^{-1} is
            square = isinstance(array, Symbol) and len(shapes.get(array.name, ())) == 2
            if isinstance(array, Symbol) and square and _may_be_symmetric(array.name):
                yield Assumption("symmetric", array)


def often_unsaid(given: Given) -> list[dict[str, str]]:
    """Names with the kinds of assumptions, other than signs, that ``commonly_forgotten`` may
    yield: together all of them hold (a distribution sums to 1)."""
    free = {n: s for n, s in given.shapes.items() if n not in given.definitions}
    square = {n for n, s in free.items() if len(s) == 2 and s[0] == s[1]}
    kinds = {n: "symmetric" for n in square if _may_be_symmetric(n)}
    rows = [n for n, shape in free.items() if len(shape) == 1]
    kinds |= {n: "distribution" for n in rows if n in PROBABILITIES}
    labels = {n: "one-hot" for n in rows if n in LABELS}
    return [kinds, {**kinds, **labels}] if labels else [kinds]


def _has_roots(claim: Claim) -> bool:
    """Roots, logarithms or absolute values, which make people forget a sign, and no other pieces,
    which show that they thought of it."""
    terms = [claim.relation, *(d.body for d in claim.given.definitions.values())]
    written = [s for t in terms for s in subterms(t)]
    if any(isinstance(s, Cases | Indicator) or _in_pieces(s) for s in written):
        return False
    return any(
        (isinstance(s, Call) and s.name in ("sqrt", "log", "abs"))
        or (isinstance(s, Pow) and not _is_whole(s.exponent))
        for s in written
    )


def _in_pieces(t: Term) -> bool:
    row = FUNCTIONS.get(t.name) if isinstance(t, Call) else None
    return row is not None and bool(row.kinks) and row.name not in ("abs", "sqrt")


def _is_whole(exponent: Term) -> bool:
    """Is it anything but a written fraction or decimal?"""
    if isinstance(exponent, Number):
        return exponent.value.denominator == 1
    return not (isinstance(exponent, Div) and isinstance(exponent.denominator, Number))


def _may_be_symmetric(name: str) -> bool:
    """Whether a matrix of this name may be meant to be symmetric without anybody saying so."""
    return name.partition("_")[0].partition("^")[0] not in OF_ANY_SHAPE


def _both_ways(name: str, families: set[tuple[str, tuple[Index, ...]]]) -> bool:
    """Does W_ij stand beside W_ji?"""
    return any(n == name and (n, indices[::-1]) in families for n, indices in families)
