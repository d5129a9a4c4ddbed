"""Names free and bound, and substitution that never captures.

The only binder is BigOp.  Substituting ``x_i := ..i..`` under a sum over ``i`` renames the dummy
first.

Throughout: ``t`` is a term, ``v`` a bound index.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from derive.term.given import Given
from derive.term.node import BigOp, Call, Indexed, Relation, Symbol, Term, put, replace
from derive.term.walk import rebuild, subterms_of

NONE: frozenset[str] = frozenset()


def free_names(t: Term) -> frozenset[str]:
    """Names of symbols, indexed families and called functions that no binder in ``t`` binds.

    >>> from derive.term import *
    >>> i, d = Symbol("i"), Symbol("d")
    >>> sorted(free_names(BigOp("sum", "i", Number(1), d, Indexed("x", (i,)))))
    ['d', 'x']
    """
    try:
        return t._free
    except AttributeError:
        found = _free_names(t)
        put(t, "_free", found)
        return found


def _free_names(t: Term) -> frozenset[str]:
    if isinstance(t, Relation):
        return free_names(t.left) | free_names(t.right)
    names: set[str] = set()
    stack = [t]
    while stack:
        s = stack.pop()
        if isinstance(s, (Symbol, Indexed, Call)):
            names.add(s.name)
            stack += s.below
        elif not isinstance(s, BigOp):
            stack += s.below
        elif s is t:
            inner = free_names(s.body) | (free_names(s.where) if s.where else NONE)
            names |= inner - {s.index}
            stack += [b for b in (s.lower, s.upper) if b is not None]
        else:
            names |= free_names(s)
    return frozenset(names) if names else NONE


def reached(names: Set[str], given: Given, apart: str = "") -> set[str]:
    """The names, and those that their definitions use, and so on, but for ``apart``: with
    L = max(0, 1 - y z) and z = w x, L speaks of z, w and x."""
    found: set[str] = {apart}
    todo = set(names - found)
    while todo:
        name = todo.pop()
        found.add(name)
        definition = given.definitions.get(name)
        if definition is not None:
            own = {*definition.parameters, *definition.indices}
            todo |= free_names(definition.body) - own - found
    return found - {apart}


def bound_names(t: Term) -> set[str]:
    """Names that some binder in ``t`` binds."""
    return {s.index for s in subterms_of(t, BigOp)}


def fresh(name: str, avoid: Set[str]) -> str:
    """``name`` or the first of ``name'``, ``name''`` .. that is not in ``avoid``."""
    while name in avoid:
        name += "'"
    return name


def substitute(t: Term, by: Mapping[str, Term]) -> Term:
    """``t`` with each free *symbol* named in ``by`` replaced; dummies are renamed where needed.

    Indexed families and functions are not replaced, only symbols (indices among them).

    >>> from derive.term import *
    >>> i, j, d = Symbol("i"), Symbol("j"), Symbol("d")
    >>> s = BigOp("sum", "j", Number(1), d, Indexed("W", (i, j)))
    >>> substitute(s, {"i": j}).index
    "j'"
    """
    if not by:
        return t
    if isinstance(t, Symbol):
        return by.get(t.name, t)
    if isinstance(t, BigOp):
        return _substitute_under(t, by)
    return rebuild(t, lambda s: substitute(s, by))


def _substitute_under(t: BigOp, by: Mapping[str, Term]) -> Term:
    lower = substitute(t.lower, by) if t.lower is not None else None
    upper = substitute(t.upper, by) if t.upper is not None else None
    inner = free_names(t.body) | (free_names(t.where) if t.where else set())
    by = {name: s for name, s in by.items() if name != t.index and name in inner}
    entering: set[str] = set().union(*map(free_names, by.values()))
    index, body, where = t.index, t.body, t.where
    if index in entering:
        index = fresh(index, entering | inner | bound_names(body))
        by = {**by, t.index: Symbol(index)}
    return replace(
        t,
        index=index,
        lower=lower,
        upper=upper,
        body=substitute(body, by),
        where=substitute(where, by) if where is not None else None,
    )


def alpha_equal(s: Term, t: Term) -> bool:
    """Equal up to the names of dummies."""
    return _numbered(s, {}, 0) == _numbered(t, {}, 0)


def _numbered(t: Term, names: dict[str, str], depth: int) -> Term:
    """``t`` with each dummy named by the depth of its binder."""
    if isinstance(t, Symbol):
        return Symbol(names.get(t.name, t.name))
    if isinstance(t, BigOp):
        name = f"#{depth}"
        inside = {**names, t.index: name}
        return replace(
            t,
            index=name,
            lower=_numbered(t.lower, names, depth) if t.lower is not None else None,
            upper=_numbered(t.upper, names, depth) if t.upper is not None else None,
            body=_numbered(t.body, inside, depth + 1),
            where=_numbered(t.where, inside, depth + 1) if t.where is not None else None,
        )
    return rebuild(t, lambda s: _numbered(s, names, depth))


def binders(t: Term) -> list[BigOp]:
    """Every binder in ``t``, outermost first."""
    return subterms_of(t, BigOp)
