"""Names of which nothing says what they mean, under the weakest meaning that they can have.

A free name is a free real number: what is proved holds for all of them.  A function is an
arbitrary one.  What is differentiated by a variable that it does not mention varies with it,
nobody said how: ∂L/∂w is not 0 because nobody said what L is.  Only a proof counts under such a
meaning, never a refutation.
"""

from __future__ import annotations

from collections.abc import Container

from derive.read.chains.variables import variables
from derive.term import (
    Assumption,
    Call,
    Claim,
    Component,
    Derivative,
    Given,
    Indexed,
    Symbol,
    Term,
    free_names,
    reached,
    rebuild,
    replace,
    subterms_of,
)
from derive.term.latex import latex
from derive.vocabulary import MEANT


def weakest(claim: Claim, declared: Container[str]) -> tuple[Claim, frozenset[str]]:
    """The claim with its undefined names as free as can be, and those names that are functions
    or vary; ``declared``: names that are independent variables for certain."""
    claim, functions = _with_functions(claim)
    terms = (claim.relation, *(d.body for d in claim.given.definitions.values()))
    found = set[tuple[str, str]]().union(*(varying(t, claim.given) for t in terms))
    pairs = sorted((a, x) for a, x in found if a not in declared)
    more = (Assumption("varies", Derivative(Symbol(a), Symbol(x))) for a, x in pairs)
    given = claim.given.with_assumptions(*more)
    return replace(claim, given=given), functions | {a for a, _ in pairs}


def varying(t: Term, given: Given) -> set[tuple[str, str]]:
    """(p, x) where what is differentiated by x speaks of p and not of x: ∂p/∂x where nothing says
    what p is."""
    found: set[tuple[str, str]] = set()
    for s in subterms_of(t, Derivative):
        if not isinstance(s.variable, (Symbol, Indexed)):
            continue
        x = s.variable.name
        inner = variables(s.body, given)
        found |= {(name, x) for name in inner if name[-1] == ")"}  # S(x), see _as_name
        if x not in inner and x not in reached(free_names(s.body), given):
            found |= {(name, x) for name in inner}
    return found


def _with_functions(claim: Claim) -> tuple[Claim, frozenset[str]]:
    """The claim with its functions of unknown meaning as arbitrary differentiable ones."""
    given = claim.given
    declared = {a.term.name for a in given.assumptions if isinstance(a.term, Call)}
    known = declared | MEANT | given.definitions.keys()
    terms = [claim.relation, *(d.body for d in given.definitions.values())]
    terms += [a.term for a in given.assumptions if a.kind == "relation"]
    calls = [s for t in terms for s in subterms_of(t, Call) if s.name not in known and s.args]
    arities: dict[str, set[int]] = {}
    for call in calls:
        arities.setdefault(call.name, set()).add(len(call.args))
    if not arities:
        return claim, frozenset()
    plain = {
        (s.name, len(s.args)): s.args for s in calls if all(isinstance(a, Symbol) for a in s.args)
    }  # a bare f beside f(x) is f(x)

    def change(t: Term) -> Term:
        if isinstance(t, Component) and isinstance(t.of, Call) and t.of.name in arities:
            return _family(rebuild(t.of, change), t.indices, given)
        t = rebuild(t, change)
        match t:
            case Call(name, args, 0) if name in arities and _of_arrays(args, given):
                return Symbol(_as_name(t), span=t.span)
            case Call(name) if len(arities.get(name, ())) > 1:
                return replace(t, name=f"{name}_{{{len(t.args)}}}")  # H(p) beside H(p, q)
        return t

    functions = [
        Call(
            name if len(counts) == 1 else f"{name}_{{{count}}}",
            plain.get((name, count), (Symbol("x"),) * count),
        )
        for name, counts in arities.items()
        for count in counts
    ]
    more = tuple(Assumption("function", call) for call in functions)
    given = given.over(change).with_assumptions(*more)
    return Claim(change(claim.relation), given, claim.label), frozenset(arities)


def _family(call: Term, indices: tuple[Term, ...], given: Given) -> Term:
    """g_k(z_k) is g(z_k): the index says which unit g is applied to; S(x)_j is a family."""
    assert isinstance(call, Call)
    own = set[str]().union(*map(free_names, indices))
    if own <= set[str]().union(*map(free_names, call.args)) and not _of_arrays(call.args, given):
        return call
    return Component(call, indices) if call.order else Indexed(_as_name(call), indices)


def _as_name(call: Call) -> str:
    arguments = (a.name if isinstance(a, Symbol) else latex(a) for a in call.args)
    return f"{call.name}({', '.join(arguments)})"


def _of_arrays(args: tuple[Term, ...], given: Given) -> bool:
    return any(isinstance(a, Symbol) and given.shapes.get(a.name) for a in args)
