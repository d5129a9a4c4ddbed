"""All rules, by subject: the table that a mathematician reviews.

The rows stand in the files of their subject, one line each; what applies them, and when, is
`derive.explain.steps`.
"""

from __future__ import annotations

from derive.explain.algebra import ALGEBRA
from derive.explain.differentiation import DIFFERENTIATION
from derive.explain.exponentials import EXPONENTIALS
from derive.explain.matching import Rule
from derive.explain.meaning import MEANING
from derive.explain.sums import SUMS

RULES: tuple[Rule, ...] = DIFFERENTIATION + SUMS + ALGEBRA + EXPONENTIALS + MEANING
