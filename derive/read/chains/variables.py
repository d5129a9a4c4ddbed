"""The names that a term speaks of, and those of which nothing says what they mean."""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction
from math import prod

from derive.term import (
    Add,
    BigOp,
    Call,
    Component,
    Definition,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    bound_names,
    children,
    free_names,
    rebuild,
    subterms,
)


def index_like(d: Definition) -> frozenset[str]:
    found: set[str] = set()
    for s in subterms(d.body):
        indices: tuple[Term, ...] = ()
        if isinstance(s, Indexed):
            indices = s.indices
        elif isinstance(s, Delta):
            indices = (s.left, s.right)
        found |= {i.name for i in indices if isinstance(i, Symbol)}
    return frozenset(found & set(d.parameters))


_LARGEST = 64  # exponent
_BITS = 256  # of a base
_LENGTHS = frozenset(("norm",))
_ROOTS = frozenset(("norm", "abs", "sqrt", "norm1", "norminf", "max", "sign"))
_CONSTANTS = frozenset(("e", r"\pi", r"\infty"))


def variables(t: Term, given: Given) -> set[str]:
    """The names of variables in ``t`` after what is defined has been put in: no indices, bounds
    of sums, constants or functions."""
    found: set[str] = set()
    seen: set[str] = set()
    todo: list[tuple[Term, frozenset[str]]] = [(t, frozenset())]
    while todo:
        top, hidden = todo.pop()
        skip = hidden | _CONSTANTS | bound_names(top) | bounds(top)
        for s in subterms(top):
            if isinstance(s, Indexed):
                for i in s.indices:
                    skip |= free_names(i)
            elif isinstance(s, Delta):
                skip |= free_names(s)
            elif isinstance(s, Call) and s.name in given.definitions:
                called = given.definitions[s.name]
                places = index_like(called)
                for p, a in zip(called.parameters, s.args, strict=False):
                    skip |= free_names(a) if p in places else set()
        for s in subterms(top):
            if not isinstance(s, (Symbol, Indexed, Call)) or s.name in hidden:
                continue
            d = given.definitions.get(s.name)
            if d is not None:
                if s.name not in seen:
                    seen.add(s.name)
                    todo.append((d.body, frozenset((*d.indices, *d.parameters))))
            elif not isinstance(s, Call) and s.name not in skip:
                found.add(s.name)
    return found - set(given.ranges)


def untied(t: Term, given: Given) -> set[str]:
    """Names that are differentiated by what they do not mention, as far as is known: ∂p/∂x where
    nothing says what p is."""
    found: set[str] = set()
    for s in subterms(t):
        if not isinstance(s, Derivative) or not isinstance(s.variable, (Symbol, Indexed)):
            continue
        inner = variables(s.body, given) | free_names(s.body)
        if s.variable.name not in inner:
            found |= variables(s.body, given)
    return found


def lonely_indices(relation: Relation) -> set[str]:
    """Letters that stand as free indices on the right only, and repeated ones of a product on one
    side only, which may be summed over silently; with them the names that carry them."""
    left, right = _free_indices(relation.left), _free_indices(relation.right)
    lonely = right - left
    for side, other in ((relation.left, right), (relation.right, left)):
        for s in subterms(side):
            if isinstance(s, Mul):
                seen: dict[str, int] = {}
                for factor in s.factors:
                    for i in _free_indices(factor):
                        seen[i] = seen.get(i, 0) + 1
                lonely |= {i for i, n in seen.items() if n > 1 and i not in other} & (
                    _free_indices(side)
                )
    return {
        s.name
        for s in subterms(relation)
        if isinstance(s, Indexed) and lonely & {i.name for i in s.indices if isinstance(i, Symbol)}
    }


def rational(t: Term) -> Fraction | None:
    """The value of an arithmetic term, None where it has names, roots or large powers."""
    match t:
        case Number(value):
            return value
        case Neg(arg):
            inner = rational(arg)
            return None if inner is None else -inner
        case Add(terms) | Mul(terms):
            values = [rational(s) for s in terms]
            found = [v for v in values if v is not None]
            if len(found) < len(values):
                return None
            return sum(found, Fraction(0)) if isinstance(t, Add) else prod(found, start=Fraction(1))
        case Div(above, below):
            top, bottom = rational(above), rational(below)
            return top / bottom if top is not None and bottom else None
        case Pow(base, Number(exponent)) if exponent.denominator == 1 and exponent <= _LARGEST:
            inner = rational(base)
            if inner is None or max(inner.numerator, inner.denominator).bit_length() > _BITS:
                return None
            return inner ** int(exponent)
    return None


def matrix_like(relation: Relation, known: Container[str]) -> set[str]:
    """Capital letters in what looks like algebra of matrices, where nothing says what they are:
    a product that does not commute is not to be judged as one of numbers."""
    letters = {
        s.name
        for s in subterms(relation)
        if isinstance(s, Symbol) and len(s.name) == 1 and s.name.isupper() and s.name not in known
    }
    if not letters:
        return set()
    algebra = any(
        isinstance(s, Transpose)
        or (isinstance(s, Pow) and isinstance(s.exponent, Neg) and s.base == Symbol("I"))
        or (isinstance(s, Call) and s.name in ("tr", "Tr", "det", "rank", "vec", "diag"))
        for s in subterms(relation)
    )
    products = [
        s
        for s in subterms(relation)
        if isinstance(s, Mul)
        and sum(isinstance(_base(f), Symbol) and _name(_base(f)) in letters for f in s.factors) > 1
    ]
    if algebra or (products and (relation.op == "!=" or "I" in letters)):
        return letters
    return set()


def _base(t: Term) -> Term:
    return t.base if isinstance(t, Pow) else t


def _name(t: Term) -> str:
    return t.name if isinstance(t, Symbol) else ""


def of_unknown_sign(relation: Relation) -> set[str]:
    """Names in a length or an absolute value on one side, of which the other side has none: a
    radius is positive without anybody saying so."""
    sides = (relation.left, relation.right)
    signed = [
        {
            n
            for s in subterms(t)
            if isinstance(s, Call) and s.name in _LENGTHS
            for n in free_names(s)
        }
        for t in sides
    ]
    rooted = [any(isinstance(s, Call) and s.name in _ROOTS for s in subterms(t)) for t in sides]
    if signed[0] and not rooted[1]:
        return signed[0] - _functions(relation)
    if signed[1] and not rooted[0]:
        return signed[1] - _functions(relation)
    return set()


def _free_indices(t: Term, bound: frozenset[str] = frozenset()) -> set[str]:
    found: set[str] = set()
    if isinstance(t, (Indexed, Component)):
        found = {i.name for i in t.indices if isinstance(i, Symbol)} - bound
    elif isinstance(t, Delta):
        return {i.name for i in (t.left, t.right) if isinstance(i, Symbol)} - bound
    elif isinstance(t, BigOp):
        bound = bound | {t.index}
    for s in children(t):
        found |= _free_indices(s, bound)
    return found


def bounds(t: Term) -> set[str]:
    """The names in the bounds of sums."""
    found: set[str] = set()
    for s in subterms(t):
        if isinstance(s, BigOp):
            for side in (s.lower, s.upper):
                if side is not None:
                    found |= free_names(side)
    return found


def opaque(t: Term, names: frozenset[str]) -> Term:
    """``t`` with these names as functions of unknown meaning, of which the kernel judges
    nothing."""
    if isinstance(t, Symbol) and t.name in names:
        return Call(t.name, (), span=t.span)
    if isinstance(t, Indexed) and t.name in names:
        return Call(t.name, t.indices, span=t.span)
    return rebuild(t, lambda s: opaque(s, names))


def is_number(t: Term) -> bool:
    """Whether ``t`` has no names at all, nor is it an array."""
    if any(isinstance(s, Matrix) for s in subterms(t)):
        return False
    return not (free_names(t) - _CONSTANTS - _functions(t)) or isinstance(t, Number)


def _functions(t: Term) -> set[str]:
    return {s.name for s in subterms(t) if isinstance(s, Call)}
