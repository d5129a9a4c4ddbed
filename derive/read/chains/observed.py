"""Observations: what a model says of y_i beside a loss.

With y_i = w x_i + ε_i the loss Σ_i (y_i - w x_i)^2 is a function of w alone: y_i is what was
measured, and does not vary with w.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from derive.read.moments import NOISE
from derive.term import (
    Add,
    Call,
    Definition,
    Derivative,
    Given,
    Indexed,
    Neg,
    Relation,
    Symbol,
    Term,
    free_names,
    reached,
    replace,
    subterms_of,
)

_NOISE = re.compile(
    r"\b(?:noise|errors?|disturbances?|Rauschen|Störung\w*)\s+(?:terms?\s+)?(?:\$|\\\()\s*(?P<after>\\?[A-Za-z]+)"
    r"|(?:\$|\\\()\s*(?P<before>\\?[A-Za-z]+)(?:_\{?\w\}?)?\s*(?:\$|\\\))\s+(?:is|are|be|ist|sind)\s+(?:an?\s+|the\s+|das\s+)?"
    r"(?:\w+\s+)?(?:noise|errors?|disturbances?|Rauschen)\b",
    re.IGNORECASE,
)


def noise_in(text: str) -> frozenset[str]:
    """The names that stand for noise: those that always do, and those of which the text says so."""
    return NOISE | {m["after"] or m["before"] for m in _NOISE.finditer(text)}


def as_observed(relation: Relation, given: Given, noise: Set[str]) -> Given:
    """What is given without what a model says of observations, where a loss is differentiated by
    a parameter of the model that stands in it beside them."""
    models = [d for d in given.definitions.values() if _is_model(d, given, noise)]
    if not models:
        return given
    held: set[str] = set()
    for body, by in _differentiated(relation, given):
        own = body.name if isinstance(body, (Symbol, Indexed)) else ""
        inside = free_names(body) - {own}
        if by in inside:
            held |= {d.name for d in models if d.name in inside and by in reached({d.name}, given)}
    kept = {n: d for n, d in given.definitions.items() if n not in held}
    return replace(given, definitions=kept) if held else given


def _is_model(d: Definition, given: Given, noise: Set[str]) -> bool:
    """Whether it adds noise of which nothing more is said: y_i = w x_i + ε_i."""
    if d.parameters or not isinstance(d.body, Add):
        return False
    terms = (t.arg if isinstance(t, Neg) else t for t in d.body.terms)
    return any(
        isinstance(t, (Symbol, Indexed)) and t.name in noise and t.name not in given.definitions
        for t in terms
    )


def _differentiated(relation: Relation, given: Given) -> Iterator[tuple[Term, str]]:
    """What is differentiated, its definition put in, and by what."""
    for s in subterms_of(relation, Derivative):
        if isinstance(s, Derivative) and isinstance(s.variable, (Symbol, Indexed)):
            name = s.body.name if isinstance(s.body, (Symbol, Call)) else ""
            own = given.definitions.get(name)
            yield (own.body if own is not None else s.body), s.variable.name
    primed = (c.name for c in subterms_of(relation, Call) if isinstance(c, Call) and c.order)
    for own in (given.definitions.get(name) for name in primed):
        if own is not None and len(own.parameters) == 1:
            yield own.body, own.parameters[0]
