"""Expectations, variances and covariances by their names, and equations that say what one value of
a function is: E[X] = 3, P(A) = 0.3."""

from __future__ import annotations

from derive.read.matrices import is_capital
from derive.term import Call, Given, Symbol, Term, free_names, reached, subterms_of
from derive.vocabulary import FUNCTIONS, NORMS, OF_MATRICES

CERTAIN = r"\mathbb{E}"  # an E may be an error or an energy
EXPECTATIONS = frozenset((CERTAIN, "E"))
VARIANCES = frozenset(("Var", "var", r"\mathbb{V}"))
COVARIANCES = frozenset(("Cov", "cov"))
NOISE = frozenset((r"\epsilon", r"\varepsilon", r"\xi"))


def is_chance(name: str) -> bool:
    return name.partition("_")[0] in EXPECTATIONS or name in VARIANCES | COVARIANCES


def hidden(t: Term, given: Given) -> set[str]:
    """The names that stand in ``t`` only by what others mean: X of f''(3), where f(s) = X s^2."""
    defined = free_names(t) & given.definitions.keys()
    return set[str]().union(*(reached({name}, given) - {name} for name in defined))


def tells_a_moment(head: Term, body: Term, certain: bool) -> bool:
    """Whether ``head = body`` says what one expectation is, E[X] = 3, and not what E(X) means for
    every X; ``certain``: a plain E is an expectation here, and no error or energy."""
    if not isinstance(head, Call) or not is_chance(head.name):
        return False
    if any(isinstance(s, Call) and is_chance(s.name) for s in subterms_of(body, Call)):
        return False  # Var(X) = E[X^2] - E[X]^2
    names = set[str]().union(*map(free_names, head.args))
    return not names & free_names(body) and (certain or head.name != "E" or bool(names & NOISE))


def tells_a_value(head: Term, body: Term) -> bool:
    """Whether ``head = body`` says what a function of events or random variables is for these:
    P(A) = 0.3, H(X) = 2.  f(x) = 2 says it for every x."""
    return (
        isinstance(head, Call)
        and not head.order
        and head.name not in FUNCTIONS
        and bool(head.args)
        and all(isinstance(a, Symbol) and is_capital(a.name) for a in head.args)
        and not free_names(body)
    )


def is_of_one_place(head: Term, body: Term) -> bool:
    """Whether ``head = body`` is an equation for what stands in it, of a function that means
    something by itself, and no new meaning of the function: ‖u‖ = 1, σ(x) = 1/2, det A = Π λ_i.
    """
    if not isinstance(head, Call) or not head.args:
        return False
    if head.name in OF_MATRICES:
        return True
    if head.name in NORMS:
        return not free_names(head) - NORMS <= free_names(body)
    return head.name in FUNCTIONS and not free_names(body)
