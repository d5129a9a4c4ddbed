"""The names that a term speaks of, and those of which nothing says what they mean."""

from __future__ import annotations

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
    bound_names,
    children,
    contains,
    free_names,
    subterms,
    subterms_of,
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


def factors_beside(t: Term, given: Given) -> set[str]:
    """The variables of a product with derivatives in it that these do not speak of: I in
    I (dθ/dψ)²."""
    factors = t.factors if isinstance(t, Mul) else ()
    found: tuple[set[str], set[str]] = (set(), set())
    for f in factors:
        found[contains(f, Derivative)].update(variables(f, given))
    return found[False] - found[True]


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
        skip = hidden | bound_names(top) | bounds(top)
        for s in subterms_of(top, Indexed, Delta, Call):
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
        for s in subterms_of(top, Symbol, Indexed, Call):
            if not isinstance(s, (Symbol, Indexed, Call)) or s.name in hidden:
                continue
            d = given.definitions.get(s.name)
            if d is not None:
                if s.name not in seen:
                    seen.add(s.name)
                    todo.append((d.body, frozenset((*d.indices, *d.parameters))))
            elif isinstance(s, Call) or s.name in skip:
                continue
            elif isinstance(s, Indexed) or s.name not in _CONSTANTS:  # e_k is an error
                found.add(s.name)
    return found - set(given.ranges)


def lonely_indices(relation: Relation) -> set[str]:
    """Letters that stand as free indices on the right only, and repeated ones of a product on one
    side only, which may be summed over silently; with them the names that carry them."""
    left, right = free_indices(relation.left), free_indices(relation.right)
    lonely = right - left
    for side, other in ((relation.left, right), (relation.right, left)):
        own = free_indices(side) - other
        for s in subterms_of(side, Mul) if own else ():
            seen: dict[str, int] = {}
            for factor in s.factors:
                for i in free_indices(factor):
                    seen[i] = seen.get(i, 0) + 1
            lonely |= {i for i, n in seen.items() if n > 1 and i in own}
    lonely -= bounds(relation)  # x_n beside a sum up to n
    return {
        s.name
        for s in subterms_of(relation, Indexed)
        if lonely & {i.name for i in s.indices if isinstance(i, Symbol)}
    }


def held_fixed(relation: Relation, given: Given) -> set[str]:
    """Names that are differentiated by x and have x in their definition beside a name that depends
    on x too: of z = x y with y = 3 x it is not said whether ∂z/∂x holds y fixed."""
    found: set[str] = set()
    for s in subterms_of(relation, Derivative):
        if not isinstance(s, Derivative) or not isinstance(s.variable, Symbol):
            continue
        for name in free_names(s.body) & given.definitions.keys():
            d = given.definitions[name]
            inside = free_names(d.body) - {*d.indices, *d.parameters}
            if s.variable.name in inside and any(
                s.variable.name in _behind(other, given) for other in inside - {s.variable.name}
            ):
                found.add(name)
    return found


def between(relation: Relation, given: Given) -> dict[str, str]:
    """Names that depend on what is differentiated by, beside which it stands itself: r, by μ, in
    Σ_n r_nk (x_n - μ_k)^2 where r_nk is made of μ.  With EM they are held fixed."""
    found: dict[str, str] = {}
    for s in subterms_of(relation, Derivative):
        if not isinstance(s, Derivative) or not isinstance(s.variable, (Symbol, Indexed)):
            continue
        by = s.variable.name
        whole = s.body.name if isinstance(s.body, (Symbol, Indexed, Call)) else ""
        d = given.definitions.get(whole)
        inside = free_names(d.body if d is not None else s.body) - {whole}
        if by in inside:
            found |= {n: by for n in inside - {by} if by in _behind(n, given)}
    return found


def _behind(name: str, given: Given) -> set[str]:
    """The names in the definition of ``name``, in theirs, and so on."""
    todo, seen = [name], set[str]()
    while todo:
        d = given.definitions.get(todo.pop())
        inside = free_names(d.body) - {*d.indices, *d.parameters} if d is not None else set()
        todo += inside - seen
        seen |= inside
    return seen


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


def of_unknown_sign(relation: Relation) -> set[str]:
    """Names in a length on one side, other than in its square, of which the other side has none: a
    radius is positive without anybody saying so."""
    sides = (relation.left, relation.right)
    signed = [_in_lengths(t) for t in sides]
    rooted = [any(s.name in _ROOTS for s in subterms_of(t, Call)) for t in sides]
    if signed[0] and not rooted[1]:
        return signed[0] - _functions(relation)
    if signed[1] and not rooted[0]:
        return signed[1] - _functions(relation)
    return set()


def _in_lengths(t: Term) -> set[str]:
    if not contains(t, Call):
        return set()
    match t:
        case Call(name) if name in _LENGTHS:
            return set(free_names(t))
        case Pow(Call(name), Number(value)) if name in _LENGTHS and value % 2 == 0:
            return set()
    return set[str]().union(*map(_in_lengths, children(t)))


def free_indices(t: Term, bound: frozenset[str] = frozenset()) -> set[str]:
    """The letters that stand as indices and that no sum binds."""
    found: set[str] = set()
    if not contains(t, Indexed, Component, Delta):
        return found
    if isinstance(t, (Indexed, Component)):
        found = set[str]().union(*map(free_names, t.indices)) - bound  # also of x_{k+1}
    elif isinstance(t, Delta):
        return {i.name for i in (t.left, t.right) if isinstance(i, Symbol)} - bound
    elif isinstance(t, BigOp):
        bound = bound | {t.index}
    for s in children(t):
        found |= free_indices(s, bound)
    return found


def bounds(t: Term) -> set[str]:
    """The names in the bounds of sums."""
    found: set[str] = set()
    for s in subterms_of(t, BigOp):
        for side in (s.lower, s.upper):
            if side is not None:
                found |= free_names(side)
    return found


def lengths(t: Term, given: Given) -> set[str]:
    """The names in the bounds of sums, also of those that are behind a name."""
    return bounds(t).union(*(bounds(d.body) for d in given.definitions.values()))


def is_number(t: Term) -> bool:
    """Whether ``t`` has no names at all, nor is it an array."""
    if contains(t, Matrix):
        return False
    families = {s.name for s in subterms_of(t, Indexed) if isinstance(s, Indexed)}  # π_a
    constants = _CONSTANTS - families
    return not (free_names(t) - constants - _functions(t)) or isinstance(t, Number)


def _functions(t: Term) -> set[str]:
    return {s.name for s in subterms_of(t, Call)}
