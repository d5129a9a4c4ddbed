"""The loss that is most often meant where nothing says what is differentiated: ∂E/∂w beside
(a_k - t_k) is that of E = 1/2 Σ_k (a_k - t_k)^2.

A loss is not found from its derivative, which may be wrong: it is one of a short list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple, TypeAlias

from derive.term import (
    Add,
    BigOp,
    Call,
    Component,
    Definition,
    Derivative,
    Div,
    Given,
    Indexed,
    Neg,
    Pow,
    Relation,
    Symbol,
    Term,
    children,
    contains,
    free_names,
    subterms,
    subterms_of,
    term,
)

Name: TypeAlias = Symbol | Indexed
_TWO = term(2)


class Loss(NamedTuple):
    """``definitions`` of the loss and of the outputs in it; ``targets`` depend on nothing, which
    is ``said``."""

    definitions: tuple[Definition, ...]
    targets: Mapping[str, int]
    said: tuple[Relation, ...]


def squared_errors(relation: Relation, given: Given, unknown: Set[str]) -> Iterator[Loss]:
    """Half the sum of the squares of a difference that stands in a derivative of a loss, with
    outputs a_k = g(z_k) where g'(z_k) or ∂g(z_k)/∂w stands there too."""
    by = {
        (s.body.name, s.variable.name)
        for s in subterms_of(relation, Derivative)
        if isinstance(s, Derivative)
        and isinstance(s.body, Symbol)
        and isinstance(s.variable, Name)
        and s.body.name in unknown
    }
    losses = {name for name, _ in by} - _elsewhere(relation)
    if len(losses) != 1:
        return
    loss = losses.pop()
    slopes = [s for s in subterms_of(relation, Call) if isinstance(s, Call) and s.order == 1]
    slopes += [s.body for s in subterms_of(relation, Derivative) if isinstance(s.body, Call)]
    for output, target in dict.fromkeys(_differences(relation)):
        if {output.name, target.name} & given.definitions.keys() - {output.name}:
            continue
        square: Term = Pow(Add((output, Neg(target))), _TWO)
        for i in _letters(output)[::-1]:
            square = BigOp("sum", i, None, None, square)
        half = Definition(loss, Div(square, _TWO))
        targets = {target.name: len(_letters(target))}
        said = tuple(
            Relation("=", Derivative(Symbol(target.name), Symbol(x)), term(0))
            for _, x in sorted(by)
            if x != target.name
        )
        for slope in slopes:
            if output.name not in given.definitions and _same_letters(slope.args, output):
                value = Call(slope.name, slope.args)
                letters = _letters(output)
                activation = Definition(output.name, value, indices=letters)
                if output.name not in free_names(value):
                    yield Loss((half, activation), targets, said)
        yield Loss((half,), targets, said)


def _differences(relation: Relation) -> Iterator[tuple[Name, Name]]:
    for s in subterms(relation):
        if not isinstance(s, Add) or len(s.terms) != 2 or contains(s, Derivative):
            continue
        one, other = s.terms
        if isinstance(one, Neg):
            one, other = other, one
        if not isinstance(other, Neg) or not isinstance(other.arg, Name):
            continue
        target = other.arg
        if isinstance(one, Name) and _letters(one) == _letters(target):
            yield one, target
            yield target, one


def _elsewhere(t: Term) -> Set[str]:
    """The names that stand outside of what is differentiated."""
    if isinstance(t, Derivative) and isinstance(t.body, Symbol):
        return free_names(t.variable)
    if isinstance(t, Name):
        return free_names(t)
    return set[str]().union(*map(_elsewhere, children(t)))


def _letters(t: Name) -> tuple[str, ...]:
    places = t.indices if isinstance(t, Indexed) else ()
    return tuple(i.name for i in places if isinstance(i, Symbol))


def _same_letters(args: tuple[Term, ...], output: Name) -> bool:
    """Whether a slope g'(z_k) may be that of an output a_k."""
    if len(args) != 1 or isinstance(args[0], Component) or not isinstance(args[0], Name):
        return False
    return _letters(args[0]) == _letters(output) and args[0].name != output.name
