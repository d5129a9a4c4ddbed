"""What a row of the rule table is, and how a written pattern becomes a rewriting.

A pattern is a term whose wildcards are symbols named ``?u``.  It matches literally, in the order
written; what needs another order or any number of terms is written as a function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.term import Symbol, Term, bits_of, children, rebuild

Rewriting: TypeAlias = Callable[[Term, Scope], Term | None]
Binding: TypeAlias = dict[str, Term]
EVERY = -1  # all bits
WRITTEN = ("name", "order", "op", "index", "value")  # what a node says besides its subterms


class Rule(NamedTuple):
    """One row.

    ``name``: permanent.  ``words``: the reason that is printed.  ``back``: the reason when the
    line is read from below (the proof came from the right side), "" where the same.  ``rewrite``:
    a term to what it becomes, None where the rule does not apply.  ``needs``: in words, what the
    rule needs to be true; the kernel sees to it.  ``say``: a reason made from the term before and
    after, where fixed words would not do.  ``assumes``: it uses something that is given.
    ``at``: the kinds of nodes that it rewrites, () where that may be any.
    """

    name: str
    words: str
    rewrite: Rewriting
    pattern: str
    back: str = ""
    needs: str = ""
    say: Callable[[Term, Term, Scope], Reason] | None = None
    assumes: bool = False
    at: tuple[type[Term], ...] = ()


def wild(name: str) -> Symbol:
    return Symbol("?" + name)


def match(pattern: Term, t: Term, found: Binding) -> bool:
    """Whether ``t`` is an instance of ``pattern``; ``found`` is filled on the way."""
    if isinstance(pattern, Symbol) and pattern.name.startswith("?"):
        return found.setdefault(pattern.name, t) == t
    if type(pattern) is not type(t):
        return False
    if any(getattr(pattern, f, None) != getattr(t, f, None) for f in WRITTEN):
        return False
    parts, others = list(children(pattern)), list(children(t))
    return len(parts) == len(others) and all(map(match, parts, others, [found] * len(parts)))


def instance(pattern: Term, found: Binding) -> Term:
    if isinstance(pattern, Symbol):
        return found.get(pattern.name, pattern)
    return rebuild(pattern, lambda s: instance(s, found))


def by(left: Term, right: Term, constant: str = "") -> Rewriting:
    """The rewriting ``left -> right``.  ``constant``: a wildcard that must not depend on the
    variable of differentiation ``?x``."""

    def rewrite(t: Term, scope: Scope) -> Term | None:
        found: Binding = {}
        if not match(left, t, found):
            return None
        if constant and scope.depends(found["?" + constant], found["?x"]):
            return None
        return instance(right, found)

    return rewrite


class Rows:
    """Rows that are tried in this order, found by the kind of a node.

    ``bits``: the kinds of nodes of which a term must hold one, for a row to apply.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.names = {rule.name for rule in rules}
        self.anywhere = tuple(rule for rule in rules if not rule.at)
        kinds = {kind for rule in rules for kind in rule.at}
        self.at = {k: tuple(r for r in rules if not r.at or k in r.at) for k in kinds}
        self.bits = EVERY if self.anywhere else bits_of(kinds)


def first(rows: Rows, t: Term, scope: Scope) -> tuple[Rule, Term] | None:
    """The first row that applies to ``t`` itself, and what ``t`` becomes."""
    for rule in rows.at.get(type(t), rows.anywhere):
        after = rule.rewrite(t, scope)
        if after is not None:
            return rule, after
    return None
