"""All mistakes, by subject: the second table that a mathematician reviews.

The rows stand in the files of their subject.  Groups are asked in this order; what a subject
explains is not put down to a slip of the pen.
"""

from __future__ import annotations

from derive.explain.mistakes.algebra import ALGEBRA
from derive.explain.mistakes.calculus import CALCULUS
from derive.explain.mistakes.indices import INDICES, SOFTMAX
from derive.explain.mistakes.row import Mistake
from derive.explain.mistakes.slips import SLIPS
from derive.explain.mistakes.sums import SUMS

GROUPS: tuple[tuple[Mistake, ...], ...] = (SOFTMAX, CALCULUS, ALGEBRA, SUMS, INDICES, SLIPS)
MISTAKES: tuple[Mistake, ...] = tuple(row for group in GROUPS for row in group)
