"""What the names in a term stand for, and which of its terms are indices."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from derive.prover.normal_form import index as ix
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undecided
from derive.term import Add, Given, Mul, Neg, Number, Symbol, Term, free_names, replace
from derive.term.given import EMPTY

NOTHING = Given()  # what the vocabulary's own definitions stand under


class Scope(NamedTuple):
    """``indices``: bound index -> the index it stands for.  ``values``: parameter -> its value."""

    given: Given
    indices: Mapping[str, Index] = EMPTY
    values: Mapping[str, Ratio] = EMPTY

    def binding(self, name: str, to: Index) -> Scope:
        return replace(self, indices={**self.indices, name: to})

    def key(self, t: Term, masked: Set[str]) -> tuple[object, ...] | None:
        """What the normal form of ``t`` depends on, to keep it by: lines of a derivation have most
        of their parts in common.  None below parameters, whose values are no keys."""
        given, indices, values = self
        if not indices and not values:
            return t, frozenset(masked)
        free = free_names(t)
        if given is NOTHING or not free.isdisjoint(values):
            return None
        return t, frozenset(masked), tuple([(n, i) for n, i in indices.items() if n in free])


def index_of(ctx: Context, t: Term, scope: Scope) -> Index:
    """An index term as a linear form."""
    if isinstance(t, Symbol):  # nearly always
        return _named(ctx, t.name, scope)
    match t:
        case Number(value) if value.denominator == 1:
            return ix.constant(value.numerator)
        case Neg(arg):
            return ix.scaled(index_of(ctx, arg, scope), -1)
        case Add(terms):
            result = ix.constant(0)
            for s in terms:
                result = ix.plus(result, index_of(ctx, s, scope))
            return result
        case Mul(factors):
            result = ix.constant(1)
            for s in factors:
                other = index_of(ctx, s, scope)
                if not result[1]:
                    result = ix.scaled(other, result[0])
                elif not other[1]:
                    result = ix.scaled(result, other[0])
                else:
                    raise Undecided("an index that is not linear")
            return result
    raise Undecided("an index that is not linear")


def _named(ctx: Context, name: str, scope: Scope) -> Index:
    bound = scope.indices.get(name)
    if bound is not None:
        return bound
    definition = scope.given.definitions.get(name)
    if definition is not None and not definition.indices and not definition.parameters:
        return index_of(ctx, definition.body, Scope(scope.given))
    if name in ctx.merged:
        ctx.used.update(ctx.merge_origins)
        return ctx.merged[name]
    return ix.named(name)


def is_index(ctx: Context, t: Term, scope: Scope) -> bool:
    """Is the term built from indices, dimensions and whole numbers alone?"""
    match t:
        case Symbol(name) if name in scope.given.definitions:
            definition = scope.given.definitions[name]
            plain = not definition.indices and not definition.parameters
            return plain and is_index(ctx, definition.body, Scope(scope.given))
        case Symbol(name):
            return name in scope.indices or name in ctx.sizes or name in ctx.dimensions
        case Number(value):
            return value.denominator == 1
        case Neg(arg):
            return is_index(ctx, arg, scope)
        case Add(parts) | Mul(parts):
            return all(is_index(ctx, s, scope) for s in parts)
    return False
