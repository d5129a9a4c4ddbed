"""Expectations, variances and covariances by their names, and equations that say what one is."""

from __future__ import annotations

from derive.term import Call, Term, free_names, subterms_of

EXPECTATIONS = frozenset((r"\mathbb{E}", "E"))
VARIANCES = frozenset(("Var", "var", r"\mathbb{V}"))
COVARIANCES = frozenset(("Cov", "cov"))
NOISE = frozenset((r"\epsilon", r"\varepsilon", r"\xi"))


def is_chance(name: str) -> bool:
    return name.partition("_")[0] in EXPECTATIONS or name in VARIANCES | COVARIANCES


def tells_a_moment(head: Term, body: Term, certain: bool) -> bool:
    """Whether ``head = body`` says what one expectation is, E[X] = 3, and not what E(X) means for
    every X; ``certain``: a plain E is an expectation here, and no error or energy."""
    if not isinstance(head, Call) or not is_chance(head.name):
        return False
    if any(isinstance(s, Call) and is_chance(s.name) for s in subterms_of(body, Call)):
        return False  # Var(X) = E[X^2] - E[X]^2
    names = set[str]().union(*map(free_names, head.args))
    return not names & free_names(body) and (certain or head.name != "E" or bool(names & NOISE))
