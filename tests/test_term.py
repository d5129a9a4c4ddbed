"""Nodes are values: equal by what is written, wherever it stands, and never changed."""

from __future__ import annotations

import copy
from fractions import Fraction
from inspect import signature
from itertools import count
from typing import Any

import pytest

from derive.term import (
    Add,
    And,
    Call,
    Neg,
    Number,
    Span,
    Symbol,
    Term,
    contains,
    rebuild,
    replace,
    subterms,
)

X = Symbol("x")
KINDS = Term.__subclasses__()


def fields(kind: type[Term], start: int = 0) -> list[Any]:
    """Values for the fields, of the shape that each has, told apart by their numbers."""
    shapes = [signature(kind).parameters[name].annotation for name in kind.__match_args__]
    return [
        {"Fractio": n.value, "tuple[T": (n,), "tuple[t": ((n, n),)}.get(shape[:7], n)
        for shape, n in zip(shapes, map(Number, map(Fraction, count(start))), strict=False)
    ]


def made(kind: type[Term], span: Span | None = None) -> Term:
    return kind(*fields(kind), span=span)


def test_kinds_were_seen() -> None:
    assert len(KINDS) == 19


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_a_node_is_a_value(kind: type[Term]) -> None:
    t, elsewhere = made(kind), made(kind, Span(3, 4))
    assert list(signature(kind).parameters) == [*kind.__match_args__, "span"]
    assert [getattr(t, name) for name in kind.__match_args__] == fields(kind)
    assert t == elsewhere and hash(t) == hash(elsewhere) and {t, elsewhere} == {t}
    others = fields(kind, 10)
    for name, value in zip(kind.__match_args__, others, strict=True):
        other = replace(elsewhere, **{name: value})
        assert other != t and getattr(other, name) == value and other.span == Span(3, 4)
        with pytest.raises(AttributeError, match="does not change"):
            setattr(t, name, X)
    with pytest.raises(TypeError):
        vars(t)  # no room for more
    with pytest.raises(AttributeError, match="does not change"):
        del t.span


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_a_node_is_made_again_over_others(kind: type[Term]) -> None:
    t = made(kind, Span(3, 4))
    again = rebuild(t, lambda s: s)
    assert again is t
    below = (*t.below[:-1], *map(Neg, t.below[-1:]))
    rest = iter(below)
    other = rebuild(t, lambda s: next(rest))
    assert type(other) is kind and other.span == t.span and other.below == below
    assert (other == t) == (not below)
    whole = rebuild(t, lambda s: X)
    assert whole.below == (X,) * len(t.below)
    assert {type(s) for s in subterms(whole)} == {kind, Symbol} or not t.below
    assert contains(whole, kind) and contains(whole, Symbol) == bool(t.below or kind is Symbol)


def test_kinds_differ() -> None:
    of_one = [kind for kind in KINDS if fields(kind) == fields(Neg)]
    assert len({made(kind) for kind in of_one}) == len(of_one) > 3
    assert made(Add) != made(And)


def test_a_copy_has_its_own_hash_and_the_same_place() -> None:
    t = Add((X, Neg(Call("exp", (X,)))), span=Span(0, 9))
    hash(t)
    for again in (copy.copy(t), copy.deepcopy(t)):
        assert again == t and again.span == t.span
    with pytest.raises(AttributeError):
        object.__getattribute__(copy.deepcopy(t), "_hash")


def test_a_place_can_be_given() -> None:
    assert X.at(Span(1, 2)).span == Span(1, 2)
    assert [s.span for s in subterms(Neg(X).at(Span(1, 2)))] == [Span(1, 2), None]
