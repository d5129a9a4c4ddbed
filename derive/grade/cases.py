"""Whether a line that is said for a case counts for a claim.

Throughout: ``t`` is the claim, ``e`` an equation of the solution.
"""

from __future__ import annotations

from derive.grade.equations import ORDERS, Case, Equation
from derive.grade.targets import Target


def within(inner: Case, outer: Case) -> bool:
    return inner.pair == outer.pair and inner.orders <= outer.orders


def holds(e: Equation, t: Target) -> bool:
    return e.case is None or any(within(case, e.case) for case in t.holds)


def at_a_point(e: Equation, t: Target) -> bool:
    """Is this said for a single value of something that the claim is to hold for all values of?"""
    case = e.case
    return case is not None and not case.discrete and case.orders == ORDERS["="] and not holds(e, t)


def applies(e: Equation, case: Case, order: str) -> bool:
    return e.case is not None and e.case.pair == case.pair and order in e.case.orders
