"""One side of an equation against the other, which has names of unknown meaning in it: what these
stand for where both have the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from fractions import Fraction

from derive.read.chains.variables import free_indices
from derive.read.moments import tells_a_value
from derive.term import (
    Add,
    BigOp,
    Call,
    Definition,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    alpha_equal,
    children,
    free_names,
    replace,
    substitute,
    term,
)

_MINUS_ONE = Neg(Number(Fraction(1)))


@dataclass(slots=True)
class Match:
    """One side against the other, which has names of ``unknown`` meaning in it.

    Throughout: ``a`` is a part of the one side, ``b`` of the other; ``scope``: what is bound.
    """

    unknown: Set[str]
    definitions: dict[str, Definition] = field(default_factory=dict)
    values: list[tuple[Term, Term]] = field(default_factory=list)

    def whole(self, a: Term) -> bool:
        """Whether it says no more than the equation itself."""
        bodies = [d.body for d in self.definitions.values()] + [new for _, new in self.values]
        return any(alpha_equal(body, a) for body in bodies)

    def same(self, a: Term, b: Term, scope: frozenset[str]) -> bool:
        if not free_names(b) & self.unknown or alpha_equal(a, b):
            return alpha_equal(a, b)
        if isinstance(b, (Symbol, Indexed, Call)) and b.name in self.unknown:
            return self.bind(a, b, scope)
        if isinstance(b, Add):
            return self.several(_summands(a), _summands(b), _added, scope)
        left, right = _factors(a), _factors(b)
        if len(left) > 1 or len(right) > 1:
            return self.several(left, right, _multiplied, scope)
        if type(a) is not type(b):
            return False
        if isinstance(a, BigOp) and isinstance(b, BigOp):
            return self.under(a, b, scope)
        if isinstance(a, Call) and isinstance(b, Call) and (a.name, a.order) != (b.name, b.order):
            return False
        if isinstance(a, Derivative) and isinstance(b, Derivative):
            return a.variable == b.variable and self.same(a.body, b.body, scope)
        if not isinstance(a, (Div, Pow, Call)):
            return False
        pairs = list(zip(children(a), children(b), strict=False))
        return len(children(a)) == len(children(b)) and all(
            self.same(s, t, scope) for s, t in pairs
        )

    def under(self, a: BigOp, b: BigOp, scope: frozenset[str]) -> bool:
        if (a.op, a.lower, a.upper, a.where) != (b.op, b.lower, b.upper, b.where) and (
            a.op != b.op or a.where != b.where or (a.lower is not None and b.lower is not None)
        ):
            return False
        body = substitute(b.body, {b.index: Symbol(a.index)})
        return self.same(a.body, body, scope | {a.index})

    def several(
        self,
        left: list[Term],
        right: list[Term],
        joined: Callable[[list[Term]], Term],
        scope: frozenset[str],
    ) -> bool:
        """Factors against factors, summands against summands: those in common cancel."""
        rest: list[Term] = []
        for s in left:
            n = next((n for n, t in enumerate(right) if alpha_equal(s, t)), None)
            if n is None:
                rest.append(s)
            else:
                del right[n]
        if len(right) == 1 and len(rest) != 1 and (rest or joined is _multiplied):
            b = right[0]
            if isinstance(b, (Symbol, Indexed, Call)) and b.name in self.unknown:
                return self.bind(joined(rest), b, scope)
            if not rest:
                return False
            sign, last = rest[0], rest[-1]
            if isinstance(last, BigOp) and isinstance(b, BigOp) and rest == [sign, last]:
                return sign == _MINUS_ONE and self.under(
                    replace(last, body=Neg(last.body)), b, scope
                )
            return False
        if len(right) != len(rest):
            return False
        return all(self.same(s, t, scope) for s, t in zip(rest, right, strict=True))

    def bind(self, a: Term, b: Symbol | Indexed | Call, scope: frozenset[str]) -> bool:
        """``b`` stands for ``a``."""
        inside = free_names(a)
        if b.name in inside:
            return False
        found: Definition | None = None
        if isinstance(b, Symbol):
            found = Definition(b.name, a)
        else:
            args = b.indices if isinstance(b, Indexed) else b.args
            letters = tuple(i.name for i in args if isinstance(i, Symbol))
            if len(letters) == len(args) == len(set(letters)):
                if isinstance(b, Indexed):
                    found = Definition(b.name, a, indices=letters)
                elif tells_a_value(b, a):
                    self.values.append((b, a))
                    return True
                elif not b.order:
                    found = Definition(b.name, a, parameters=letters)
            elif isinstance(b, Call) and not b.order and inside & scope <= free_names(b):
                self.values.append((b, a))
                return True
        own = {*found.indices, *found.parameters} if found is not None else set()
        if found is None or (inside & scope | free_indices(a)) - own:
            return False
        known = self.definitions.setdefault(b.name, found)
        return known is found or _equivalent(known, found)


def _equivalent(one: Definition, other: Definition) -> bool:
    names = dict(
        zip(one.indices or one.parameters, other.indices or other.parameters, strict=False)
    )
    body = substitute(one.body, {old: Symbol(new) for old, new in names.items()})
    return alpha_equal(body, other.body)


def _factors(t: Term) -> list[Term]:
    """The factors of a product; what is free of a sum's index stands before the sum."""
    match t:
        case Neg(arg):
            return [_MINUS_ONE, *_factors(arg)]
        case Mul(factors):
            return [s for f in factors for s in _factors(f)]
        case Number(value) if value == 1:
            return []
        case BigOp("sum", index, _, _, body, None):
            inner = _factors(body)
            outer = [s for s in inner if index not in free_names(s)]
            if outer:
                rest = [s for s in inner if index in free_names(s)]
                return [*outer, replace(t, body=_multiplied(rest))]
    return [t]


def _summands(t: Term) -> list[Term]:
    return [s for part in t.terms for s in _summands(part)] if isinstance(t, Add) else [t]


def _multiplied(parts: list[Term]) -> Term:
    if len(parts) > 1 and parts[0] == _MINUS_ONE:
        return Neg(_multiplied(parts[1:]))
    return Mul(tuple(parts)) if len(parts) > 1 else parts[0] if parts else term(1)


def _added(parts: list[Term]) -> Term:
    return Add(tuple(parts)) if len(parts) > 1 else parts[0]
