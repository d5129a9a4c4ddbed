# ruff: noqa: E501  (the rows are a table: one jump a line, columns aligned)
"""Words for a jump between two terms that are alike.

What a jump does is seen by comparing the two terms: which has more brackets, bars, names.  The
first row of the table that holds says it.

Throughout: ``before`` and ``after`` are tidy terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple

from derive.explain.algebra import coefficient, like_terms
from derive.explain.likeness import Level
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.tidy import tidy
from derive.term import (
    Add,
    BigOp,
    Call,
    Derivative,
    Div,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Term,
    bound_names,
    free_names,
    rebuild,
    replace,
    subterms,
    subterms_of,
)

MOST_TERMS = 5  # of a sum that is seen to be one term


def described(
    before: Term, after: Term, scope: Scope, level: Level = Level.SAME
) -> tuple[str, Reason]:
    """A name and words for a jump between terms that are alike."""
    if level == Level.RATIONAL:
        return "simplify", ("simplify",)
    before, after = _where_they_differ(before, after)
    jump = Jump.between(before, after, level, scope)
    if jump.longer > 0 and (sum_ := _undone(jump, scope)) is not None:
        return "like-terms", ("since ", sum_)
    return next((row.name, (row.words,)) for row in JUMPS if row.holds(jump))


def _where_they_differ(s: Term, t: Term) -> tuple[Term, Term]:
    """The parts that differ, without the signs, bars and factors around them."""
    while True:
        match s, t:
            case Neg(a), Neg(b):
                s, t = a, b
            case Div(a, p), Div(b, q) if p == q:
                s, t = a, b
            case Div(a, p), Div(b, q) if a == b:
                s, t = p, q
            case Call(name, (a,), order), Call(other, (b,), also) if (name, order) == (other, also):
                s, t = a, b
            case Mul(p), Mul(q) if len(p) == len(q):
                apart = [(a, b) for a, b in zip(p, q, strict=True) if a != b]
                if len(apart) != 1:
                    return s, t
                ((s, t),) = apart
            case BigOp(body=a), BigOp(body=b) if s == replace(t, body=a):
                s, t = a, b
            case _:
                return s, t


class Jump(NamedTuple):
    """What changes: ``longer`` by how many names and operations, ``new`` and ``lost`` brackets,
    ``bars`` more or fewer, ``sums`` over an index, ``inside`` of which there is more or less."""

    before: Term
    after: Term
    level: Level
    scope: Scope
    longer: int
    new: bool
    lost: bool
    squares: int
    bars: int
    same_bars: bool
    names: int
    sums: int
    inside: int
    terms: int

    @classmethod
    def between(cls, before: Term, after: Term, level: Level, scope: Scope) -> Jump:
        old, new = brackets(before), brackets(after)
        below, below_now = bars(before), bars(after)
        return cls(
            before,
            after,
            level,
            scope,
            longer=leaves(after).total() - leaves(before).total(),
            new=not new <= old,
            lost=not old <= new,
            squares=squares(after) - squares(before),
            bars=below_now.total() - below.total(),
            same_bars=below == below_now,
            names=_names(after) - _names(before),
            sums=len(_sums(after)) - len(_sums(before)),
            inside=_inside(after) - _inside(before),
            terms=_count(after) - _count(before),
        )


class Row(NamedTuple):
    name: str
    words: str
    holds: Callable[[Jump], bool]


def _numeric(j: Jump) -> bool:
    return not free_names(j.before) and not free_names(j.after)


def _same(j: Jump) -> bool:
    return j.level == Level.SAME


def _collects(j: Jump) -> bool:
    return any(like_terms(s, j.scope) is not None for s in subterms_of(j.before, Add))


def _on_one_bar(j: Jump) -> bool:
    return isinstance(j.before, Add) and isinstance(j.after, Div) and j.bars < 0


def _adds_nothing(j: Jump) -> bool:
    """A term is added and taken away again."""
    if not isinstance(j.after, Add) or j.longer <= 0 or j.terms <= 0 or j.lost:
        return False
    parts = [coefficient(s) for s in j.after.terms]
    pairs = combinations(parts, 2)
    return any(p * q < 0 and j.scope.same(s, t) for (p, s), (q, t) in pairs)


def _moves(j: Jump) -> bool:
    """Something goes into a sum over an index, or comes out."""
    return not j.new and j.sums == 0 and j.longer == 0


def _completes(j: Jump) -> bool:
    """A squared bracket is new, and what it has too much is taken away again."""
    there = _squares_of_sums(j.before)
    return isinstance(j.after, Add) and j.terms > 0 and not _squares_of_sums(j.after) <= there


def _squares_of_sums(t: Term) -> set[Term]:
    return {s for s in subterms_of(t, Pow) if isinstance(s.base, Add)}


# fmt: off
JUMPS = (
    Row("arithmetic",      "calculate",                 _numeric),
    Row("square",          "complete the square",       _completes),
    Row("split-fraction",  "split the fraction",        lambda j: isinstance(j.before, Div) and isinstance(j.after, Add)),
    Row("common-denominator", "common denominator, factor out", lambda j: _on_one_bar(j) and j.new),
    Row("common-denominator", "common denominator",     lambda j: _on_one_bar(j)),
    Row("factor-out",      "factor out",                lambda j: _same(j) and j.new and j.longer < 0 and not _collects(j)),
    Row("cancel",          "expand the fraction",       lambda j: _same(j) and j.names > 0 and j.bars > 0 and j.squares >= 0),
    Row("collect-powers",  "collect powers",            lambda j: _same(j) and j.longer < 0 and j.squares > 0),
    Row("like-terms",      "collect like terms",        lambda j: _same(j) and j.longer < 0 and j.same_bars),
    Row("cancel",          "cancel",                    lambda j: _same(j) and j.longer < 0),
    Row("like-terms",      "add and subtract the same", _adds_nothing),
    Row("pull-out",        "pull out of the sum",       lambda j: _moves(j) and j.inside < 0),
    Row("pull-out",        "pull into the sum",         lambda j: _moves(j) and j.inside > 0),
    Row("multiply-out",    "multiply out, factor out",  lambda j: j.new and j.lost),
    Row("factor-out",      "factor out",                lambda j: j.new),
    Row("multiply-out",    "multiply out, collect like terms", lambda j: j.lost and j.longer < 0),
    Row("multiply-out",    "multiply out",              lambda j: j.lost),
    Row("cancel",          "cancel",                    lambda j: j.longer < 0 and not j.same_bars),
    Row("like-terms",      "collect like terms",        lambda j: j.longer < 0),
    Row("like-terms",      "split like terms",          lambda j: j.longer > 0 and j.terms > 0 and j.same_bars),
    Row("one-fraction",    "separate the fractions",    lambda j: isinstance(j.before, Div) and isinstance(j.after, Mul)),
    Row("one-fraction",    "separate the fractions",    lambda j: j.bars > 0 and j.squares < 0),
    Row("cancel",          "expand the fraction",       lambda j: j.longer > 0 and not j.same_bars),
    Row("one-fraction",    "separate the fractions",    lambda j: j.bars > 0),
    Row("one-fraction",    "one fraction",              lambda j: j.bars < 0),
    Row("cancel",          "expand and cancel",         lambda j: not j.same_bars),
    Row("rearrange",       "rearrange",                 lambda j: True),
)
# fmt: on


def _undone(j: Jump, scope: Scope) -> Relation | None:
    """1 + exp(−x) − 1 = exp(−x): a sum that is there now, and the simpler term it stands for."""
    there = set(subterms(j.before))
    for s in subterms_of(j.after, Add):
        if s == j.after or s in there or len(s.terms) > MOST_TERMS:
            continue
        simpler = like_terms(s, scope)
        if simpler is None:
            continue
        known = [u for u in there if isinstance(u, Add) and scope.same(u, simpler)]
        if known or not isinstance(simpler, Add):
            return Relation("=", s, known[0] if known else simpler)
    return None


def alike_to_the_eye(s: Term, t: Term) -> bool:
    """The same up to order, signs and numbers: no line is spent on it."""
    return s == t or leaves(primed(tidy(s))) == leaves(primed(tidy(t)))


def primed(t: Term) -> Term:
    """∂u(x)/∂x written as u'(x)."""
    match t:
        case Derivative(Call(name, (x,), order), y) if x == y:
            return Call(name, (x,), order + 1)
    return rebuild(t, primed)


def leaves(t: Term) -> Counter[str]:
    """Names and operations, but for dummies' names, order, signs and numbers."""
    bound = bound_names(t)
    return Counter(
        "dummy" if name in bound else name
        for s in subterms(t)
        for name in (getattr(s, "name", type(s).__name__),)
        if not isinstance(s, (Number, Add, Mul)) and type(s).__name__ != "Neg"
    )


def _names(t: Term) -> int:
    found = leaves(t)
    return found.total() - found["Div"] - found["Pow"]


def squares(t: Term) -> int:
    return sum(isinstance(s, Pow) and isinstance(s.exponent, Number) for s in subterms(t))


def bars(t: Term) -> Counter[Term]:
    """What stands below fraction bars."""
    return Counter(s.denominator for s in subterms_of(t, Div))


def brackets(t: Term) -> frozenset[frozenset[Term]]:
    """The sums that stand as factors, as bases of powers, or under a sum over an index."""
    return frozenset(
        frozenset(part.terms) for s in subterms(t) for part in _within(s) if isinstance(part, Add)
    )


def _within(t: Term) -> tuple[Term, ...]:
    match t:
        case Mul(factors):
            return factors
        case Pow(base, _):
            return (base,)
        case BigOp(body=Div(above, _)):
            return (above,)
        case BigOp(body=body):
            return (body,)
    return ()


def _sums(t: Term) -> list[BigOp]:
    return [s for s in subterms_of(t, BigOp) if s.op == "sum"]


def _inside(t: Term) -> int:
    """How much stands inside of sums over an index."""
    return sum(leaves(s.body).total() for s in _sums(t))


def _count(t: Term) -> int:
    return len(t.terms) if isinstance(t, Add) else 1
