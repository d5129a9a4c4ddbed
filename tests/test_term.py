"""Nodes are values: equal by what is written, wherever it stands, and never changed."""

from __future__ import annotations

import copy
from fractions import Fraction
from inspect import signature

import pytest

from derive.term import Add, Call, Neg, Number, Span, Symbol, Term, replace, subterms

X = Symbol("x")
KINDS = Term.__subclasses__()


def made(kind: type[Term], span: Span | None = None) -> Term:
    """A node whose fields are told apart by their numbers."""
    names = kind.__match_args__
    return kind(*(Number(Fraction(n)) for n, _ in enumerate(names)), span=span)  # type: ignore[call-arg]  # each kind has its own fields


def test_kinds_were_seen() -> None:
    assert len(KINDS) == 19


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_a_node_is_a_value(kind: type[Term]) -> None:
    t, elsewhere = made(kind), made(kind, Span(3, 4))
    assert list(signature(kind).parameters) == [*kind.__match_args__, "span"]
    assert [getattr(t, name) for name in kind.__match_args__] == [
        Number(Fraction(n)) for n, _ in enumerate(kind.__match_args__)
    ]
    assert t == elsewhere and hash(t) == hash(elsewhere) and {t, elsewhere} == {t}
    for name in kind.__match_args__:
        other = replace(elsewhere, **{name: X})
        assert other != t and getattr(other, name) == X and other.span == Span(3, 4)
        with pytest.raises(AttributeError, match="does not change"):
            setattr(t, name, X)
    with pytest.raises(TypeError):
        vars(t)  # no room for more
    with pytest.raises(AttributeError, match="does not change"):
        del t.span


def test_kinds_differ() -> None:
    of_one = [kind for kind in KINDS if len(kind.__match_args__) == 1]
    assert len({made(kind) for kind in of_one}) == len(of_one) > 5


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
