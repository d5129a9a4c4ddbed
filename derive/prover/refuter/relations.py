"""Compiled relations, and what balls say about them.

Throughout: ``sides`` is a compiled relation, ``env`` an environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from derive.prover.flint import arb
from derive.prover.refuter import ball
from derive.prover.refuter.arrays import MATRIX, ROW, SCALAR, VECTOR, Misfit, Value, mapped, rank
from derive.prover.refuter.ball import ONE, ZERO, Uncertain, Undefined
from derive.prover.refuter.compile import Compiler
from derive.prover.refuter.running import Code, Env, Run, Unknown
from derive.term import Number, Relation, Term

NOTHING = Number(Fraction(0))
TINY = arb(1) / 2**60  # agreement is spoken of only where the balls are that narrow


class Sides(NamedTuple):
    """A compiled relation between values of one ``kind``."""

    op: str
    left: Run
    right: Run
    kind: int


def conjunction(compiler: Compiler, terms: Iterable[Term]) -> list[Sides]:
    """The relations of one statement: a side that several have, as lines of a derivation, is
    compiled once and is one Run."""
    terms = list(terms)
    if len(terms) == 1:
        return [compiled(compiler, terms[0])]
    known: dict[Term, Code] = {}

    def code(t: Term) -> Code:
        if t not in known:
            known[t] = compiler.code(t)
        return known[t]

    return [_compiled(code, t) for t in terms]


def compiled(compiler: Compiler, t: Term) -> Sides:
    """Raises Unknown where ``t`` is no relation, Misfit where its sides differ in shape; an array
    may be compared with a literal 0."""
    return _compiled(compiler.code, t)


def _compiled(code: Callable[[Term], Code], t: Term) -> Sides:
    if not isinstance(t, Relation):
        raise Unknown("a claim that is not a relation")
    left, right = code(t.left), code(t.right)
    if left.kind != right.kind:
        kinds = {left.kind, right.kind}
        if t.right == NOTHING:
            right = Code(left.kind, _zeros_like(left))
        elif t.left == NOTHING:
            left = Code(right.kind, _zeros_like(right))
        elif kinds == {MATRIX, VECTOR}:
            left, right = _as_column(left), _as_column(right)
        elif kinds == {MATRIX, ROW}:
            left, right = _as_row(left), _as_row(right)
        else:
            raise Misfit("both sides have different shapes")
    return Sides(t.op, left.run, right.run, left.kind)


def _zeros_like(code: Code) -> Run:
    zeros = mapped(lambda a: ZERO, code.kind)
    return lambda env: zeros(code.run(env))


def _as_column(code: Code) -> Code:
    if code.kind == MATRIX:
        return code
    return Code(MATRIX, lambda env: tuple([(a,) for a in code.run(env)]))


def _as_row(code: Code) -> Code:
    return code if code.kind == MATRIX else Code(MATRIX, lambda env: (code.run(env),))


class Violation(NamedTuple):
    """Two values, or two entries at one place (from 1), that certainly contradict a relation."""

    left: arb
    right: arb
    entry: tuple[int, ...] = ()


def first_violation(env: Env, conjuncts: Sequence[Sides]) -> Violation | None:
    """What certainly contradicts one of the relations, or None where all entries agree; what
    several of them have is evaluated once.

    Raises Undefined outside the domain, Uncertain where the balls are too wide to speak of
    agreement, Misfit where sizes differ.
    """
    values: dict[Run, Value] = {}
    for sides in conjuncts:
        for run in (sides.left, sides.right):
            if run not in values:
                values[run] = run(env)
        found = _violation(sides, values[sides.left], values[sides.right])
        if found:
            return found
    return None


def _violation(sides: Sides, a: Value, b: Value) -> Violation | None:
    op, kind = sides.op, sides.kind
    if kind == SCALAR:
        return Violation(a, b) if _contradicts(op, a, b) else None
    found = None
    for entry, x, y in _entries(a, b, rank(kind)):
        if not (x.is_finite() and y.is_finite()):
            raise Uncertain
        if found is None and _contradicts(op, x, y):
            found = Violation(x, y, entry)
    return found


def _entries(
    a: Any, b: Any, axes: int, at: tuple[int, ...] = ()
) -> Iterator[tuple[tuple[int, ...], arb, arb]]:
    if not axes:
        yield at, a, b
        return
    if len(a) != len(b):
        raise Misfit("both sides have different sizes")
    for n, (x, y) in enumerate(zip(a, b, strict=True), 1):
        yield from _entries(x, y, axes - 1, (*at, n))


def _contradicts(op: str, a: arb, b: arb) -> bool:
    d = a - b
    if not d.is_finite():
        raise Uncertain
    if op == "!=":
        if d != 0:
            return False
        if a == b:
            return True
        raise Uncertain
    if d > 0:
        return op in ("=", "<", "<=")
    if d < 0:
        return op in ("=", ">", ">=")
    if op in ("<", ">") and a == b:
        return True
    if d.abs_upper() > TINY * (ONE + a.abs_upper()):
        raise Uncertain
    return False


def holds(env: Env, sides: Sides) -> bool:
    """Is the relation certainly met?  An equation only where both sides are exact."""
    op, left, right, kind = sides
    try:
        return all(
            ball.certainly(op, a, b) for _, a, b in _entries(left(env), right(env), rank(kind))
        )
    except Undefined:
        return False


def enclosures(a: arb, b: arb) -> tuple[str, str]:
    """Both as decimals ``mid +/- radius``, with as many digits as show that they differ."""
    texts = ("", "")
    for digits in (6, 12, 24, 48, 96, 192, 384):
        texts = a.str(digits), b.str(digits)
        if not arb(texts[0]).overlaps(arb(texts[1])):
            break
    return texts[0].strip("[]"), texts[1].strip("[]")
