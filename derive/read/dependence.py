"""Functions that depend on their parameters through other names: L(w) = (y - a)^2, where a = wx.

In a definition a parameter stands for its argument in its own body only.  People mean more: with
the a above, L'(w) is not 0 and L(2) is (y - 2x)^2.  So that the kernel need not know, such a body
is written out where a claim has another argument or a derivative of the function.

Also the order in which definitions depend on each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derive.read.tokens import ReadError
from derive.term import (
    Call,
    Definition,
    Given,
    Indexed,
    Relation,
    Span,
    Symbol,
    Term,
    bound_names,
    free_names,
    reached,
    rebuild,
    replace,
    substitute,
    subterms_of,
)

_DEPTH = 24  # definitions within one another


def written_out(relation: Relation, given: Given) -> Given:
    """What is given, with the bodies of such functions written out.

    Raises ReadError where one is behind a derivative or more arguments than it has.
    """
    if not any(d.parameters for d in given.definitions.values()):
        return given
    terms = [relation, *(a.term for a in given.assumptions)]
    terms += [d.body for d in given.definitions.values()]
    changed: dict[str, Definition] = {}
    for call in (c for t in terms for c in subterms_of(t, Call)):
        d = given.definitions.get(call.name)
        if d is None or not d.parameters or d.name in changed:
            continue
        if call.order or call.args != tuple(map(Symbol, d.parameters)):
            body = _body(d.body, frozenset(d.parameters), given.definitions, _DEPTH)
            if body != d.body:
                changed[d.name] = replace(d, body=body)
    if not changed:
        return given
    return replace(given, definitions={**given.definitions, **changed})


def _body(
    t: Term, parameters: frozenset[str], definitions: Mapping[str, Definition], depth: int
) -> Term:
    """``t`` without the names that depend on ``parameters``."""
    known = Given(definitions=definitions)
    behind = {
        name
        for name in free_names(t) - parameters
        if name in definitions and parameters & reached(_own(definitions[name]), known)
    }
    if not behind:
        return t
    entering = behind.union(*(_own(definitions[name]) for name in behind))
    if entering & bound_names(t) or depth == 0:
        where = t.span or Span(0, 0)
        raise ReadError(f"the dependence on {', '.join(sorted(parameters))} is not clear", where)

    def change(s: Term) -> Term:
        s = rebuild(s, change)
        if not isinstance(s, (Symbol, Indexed, Call)) or s.name not in behind:
            return s
        d = definitions[s.name]
        places = s.indices if isinstance(s, Indexed) else s.args if isinstance(s, Call) else ()
        letters = d.indices or d.parameters
        if len(places) != len(letters) or (isinstance(s, Call) and s.order):
            where = s.span or Span(0, 0)
            raise ReadError(f"how {s.name} depends on its arguments here is not clear", where)
        return substitute(d.body, dict(zip(letters, places, strict=True)))

    return _body(change(t), parameters, definitions, depth - 1)


def _own(d: Definition) -> frozenset[str]:
    return free_names(d.body) - {*d.indices, *d.parameters}


def parts_first(definitions: Mapping[str, Definition]) -> Iterator[Definition]:
    """Each after those that it is made of, M = I - P after P: their axes are known then."""
    seen = set[str]()

    def after_its_parts(name: str) -> Iterator[Definition]:
        if name in definitions and name not in seen:
            seen.add(name)
            for part in sorted(free_names(definitions[name].body)):
                yield from after_its_parts(part)
            yield definitions[name]

    for name in definitions:
        yield from after_its_parts(name)
