"""Names that are vectors and matrices although nothing says so: (AB)^T, ‖v‖, P D P^{-1}, and
families of vectors: w^T x_i.

Products of such names do not commute, so that a step in which they stand is not judged as one
between numbers; their shapes follow from use.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from derive.read.identity import IDENTITY, with_identities
from derive.read.numbered import numbered_as_symbols
from derive.read.ones import with_ones
from derive.term import (
    Add,
    BigOp,
    Call,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
    bound_names,
    contains,
    free_names,
    rebuild,
    subterms,
    subterms_of,
)
from derive.term import term as number
from derive.vocabulary import NORMS

_OF_MATRICES = frozenset(("tr", "Tr", "det", "rank", "vec", "diag"))
NOTHING_SAID: Mapping[str, int] = MappingProxyType({})
_CAPITAL = re.compile(
    r"(?:\\(?:hat|bar|tilde|check|widehat|widetilde|overline|dot)\{)?"
    r"(?:[A-Z]|\\(?:Sigma|Lambda|Gamma|Omega|Phi|Psi|Theta|Delta|Pi|Xi))\}?"
    r"(?:_\{\d+\})?(?:\^\{[^{}]*\})?'*"
)


def ranks(
    terms: Iterable[Term],
    known: Container[str],
    bold: Container[str],
    said: Mapping[str, int] = NOTHING_SAID,
) -> dict[str, int]:
    """The names that stand for arrays in the sides of a chain, each with its number of axes; x_i
    as a vector gives x one axis more than it has indices.

    ``known``: names of which something says what they are.  ``bold``: names in bold face.
    ``said``: the axes of names that are called vectors and matrices.
    """
    terms = list(terms)
    if not said and not any(may_have_arrays(t, known, said) for t in terms):
        return {}  # w_1 as a name of its own is no more of an array than w
    sides = numbered_as_symbols(terms)
    if not any(_shows_arrays(t, known, said) for t in sides):
        return {}
    below = [s for t in sides for s in subterms(t)]
    entries = {s.name: len(s.indices) for s in below if isinstance(s, Indexed)}
    symbols = {s.name for s in below if isinstance(s, Symbol) and s.name not in known}
    bodies = [s.body for s in below if isinstance(s, Derivative)]
    losses = {t.name for t in bodies if isinstance(t, Symbol)}
    capitals = {n for n in symbols - entries.keys() - losses if is_capital(n)}
    found = {n: 2 for n in symbols - entries.keys() if said.get(n) == 2}
    algebra = bool(found) or any(map(_is_algebra, sides)) or _is_unit(sides)
    wholes = [v for s in below for v in _vectors_in(s, found)]
    vectors = {v.name for v in wholes if isinstance(v, Symbol)}
    called = {n for n in symbols if said.get(n) == 1}
    capitals -= called | {n for s in below if isinstance(s, BigOp) for n in _bounds(s)}
    if capitals and (algebra or any(_meet(s, capitals, vectors | called) for s in below)):
        found |= dict.fromkeys(capitals, 2)
    wholes = [v for s in below for v in _vectors_in(s, found)]
    vectors = {v.name for v in wholes if isinstance(v, Symbol)}
    families = {v.name: len(v.indices) + 1 for v in wholes if isinstance(v, Indexed)}
    found |= {name: rank for name, rank in families.items() if name not in known}
    if found or vectors:
        vectors |= called | {name for name in symbols if name in bold}
    small = {name for name in vectors & symbols if not is_capital(name) or name in called}
    return {**{name: entries.get(name, 1) for name in small}, **found}


def shown(terms: Sequence[Term], of: Mapping[str, int]) -> set[str]:
    """The names among the arrays ``of`` whose entries show what they are: θ, as θ_j stands there,
    and with it the x of θ^T x."""
    found = {
        s.name
        for t in terms
        for s in subterms_of(t, Indexed)
        if isinstance(s, Indexed) and len(s.indices) == of.get(s.name)
    }
    for product in (s for t in terms for s in subterms_of(t, Mul) if isinstance(s, Mul)):
        for one, next_ in pairwise(product.factors):
            if not isinstance(one, Transpose):
                continue
            pair = {_base(one.arg).name, _base(next_).name}
            if pair & found and all(of.get(name) == 1 for name in pair):
                found |= pair
    return found


def beside(terms: Sequence[Term], of: Mapping[str, int], said: Container[str]) -> set[str]:
    """The vectors among the arrays ``of`` that stand beside arrays of which it is ``said`` what
    they are: X w, w^T x."""
    found = set[str]()
    for product in (s for t in terms for s in subterms_of(t, Mul) if isinstance(s, Mul)):
        for one, next_ in pairwise(product.factors):
            pair = (f.arg if isinstance(f, Transpose) else f for f in (one, next_))
            names = tuple(_base(f).name for f in pair)
            found |= {a for a, b in (names, names[::-1]) if of.get(a) == 1 and b in said}
    return found


def may_have_arrays(t: Term, known: Container[str], said: Container[str]) -> bool:
    """Whether there is anything that only vectors and matrices have; ``known`` as in ranks."""
    if not contains(t, Transpose) and not any(
        name in NORMS or name in said or is_capital(name) for name in free_names(t) | bound_names(t)
    ):
        return False  # nearly always, and names are known from before
    if any(is_capital(s.name) for s in subterms_of(t, Indexed)):
        return True  # W_1 may be a name of its own
    return _shows_arrays(t, known, said)


def _shows_arrays(t: Term, known: Container[str], said: Container[str]) -> bool:
    """The same for terms in which W_1 is a name of its own where it can be one."""
    if contains(t, Transpose) or any(s.name in NORMS for s in subterms_of(t, Call)):
        return True
    names = {s.name for s in subterms_of(t, Symbol)}
    return any(name not in known and (name in said or is_capital(name)) for name in names)


def _meet(t: Term, capitals: Container[str], vectors: Container[str]) -> bool:
    """X w: a capital letter right before a vector."""
    if not isinstance(t, Mul):
        return False
    return any(
        isinstance(one, Symbol) and one.name in capitals and _base(next_).name in vectors
        for one, next_ in pairwise(t.factors)
    )


def _bounds(t: BigOp) -> set[str]:
    return set[str]().union(*(free_names(s) for s in (t.lower, t.upper) if s is not None))


@lru_cache(1024)  # asked of each name of each line, again and again
def is_capital(name: str) -> bool:
    """Whether a name is a capital letter, decorated or not: A, \\Sigma, \\hat{X}, W_{1}."""
    return _CAPITAL.fullmatch(name) is not None


def _vectors_in(t: Term, matrices: Container[str] = ()) -> Iterator[Symbol | Indexed]:
    """What ``t`` shows to be vectors: v in v^T, w and x in w^T x, v and w in ‖v - w‖, x in Ax."""
    match t:
        case Transpose(arg):
            yield from _summands(arg)
        case Call(name, (arg,)) if name in NORMS:
            yield from _summands(arg)
        case Mul(factors):
            for one, next_ in pairwise(factors):
                if isinstance(one, Transpose) or _base(one).name in matrices:
                    yield from _summands(next_)


def _summands(t: Term) -> Iterator[Symbol | Indexed]:
    """The names whose sum ``t`` is, each perhaps with factors before it: x and y of x - c y."""
    match t:
        case Symbol() | Indexed():
            yield t
        case Add(terms):
            for s in terms:
                yield from _summands(s)
        case Neg(arg) | Div(arg, _):
            yield from _summands(arg)
        case Mul(factors):
            yield from _summands(factors[-1])


def _is_column(t: Term) -> bool:
    if isinstance(t, Transpose):
        return isinstance(t.arg, Matrix) and len(t.arg.rows) == 1
    return isinstance(t, Matrix) and all(len(row) == 1 for row in t.rows)


def _is_algebra(t: Term) -> bool:
    for s in subterms(t):
        if isinstance(s, Transpose) or (isinstance(s, Call) and s.name in _OF_MATRICES):
            return True
        if isinstance(s, Relation) and s.op == "!=":
            return any(isinstance(p, Mul) and len(_capitals(p)) > 1 for p in subterms(s))
        if isinstance(s, Mul):
            names = _capitals(s)
            if len(set(names)) > 1 and IDENTITY in names:
                return True
            inverses = {_base(f).name for f in s.factors if _is_inverse(f)}
            if inverses and len(set(names)) > 1:
                return True  # P D P^{-1}
    return False


def _is_unit(sides: Sequence[Term]) -> bool:
    """A^{-1} A = I: a name and its inverse side by side, beside a side that is I."""
    products = (s for t in sides for s in subterms_of(t, Mul))
    inverted = any(
        _base(one) == _base(next_) and _is_inverse(one) != _is_inverse(next_)
        for product in products
        for one, next_ in pairwise(product.factors)
    )
    return inverted and Symbol(IDENTITY) in sides


def _capitals(product: Mul) -> list[str]:
    names = [_base(f).name for f in product.factors]
    return [name for name in names if is_capital(name)]


def _base(t: Term) -> Symbol:
    base = t.base if isinstance(t, Pow) else t
    return base if isinstance(base, Symbol) else Symbol("")


def _is_inverse(t: Term) -> bool:
    return isinstance(t, Pow) and t.exponent == Neg(number(1)) and is_capital(_base(t).name)


def with_arrays(relation: Relation, given: Given, of: Mapping[str, int]) -> tuple[Relation, Given]:
    """The relation with v w as v^T w where both are vectors, and with I as the identity and 1 as
    the vector of ones."""
    vectors = {name for name, rank in of.items() if rank == 1}
    vectors |= {name for name, d in given.definitions.items() if _is_column(d.body)}

    def change(t: Term) -> Term:
        t = rebuild(t, change) if contains(t, Mul) else t
        if not isinstance(t, Mul):
            return t
        factors = list(t.factors)
        for n, (here, after) in enumerate(pairwise(t.factors)):
            if _base(here).name in vectors and _base(after).name in vectors and here == _base(here):
                factors[n] = Transpose(here)
        return Mul(tuple(factors), span=t.span)

    changed = change(relation) if vectors else relation
    assert isinstance(changed, Relation)
    changed, given = with_ones(changed, given)
    return with_identities(changed, given, of)
