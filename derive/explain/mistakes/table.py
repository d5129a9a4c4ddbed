"""All mistakes, by subject: the second table that a mathematician reviews.

The rows stand in the files of their subject.  Groups are asked in this order; what a subject
explains is not put down to a slip of the pen.
"""

from __future__ import annotations

from typing import TypeAlias

from derive.explain.mistakes.algebra import ALGEBRA
from derive.explain.mistakes.calculus import CALCULUS
from derive.explain.mistakes.exponentials import EXPONENTIALS
from derive.explain.mistakes.fractions import FRACTIONS
from derive.explain.mistakes.indices import INDICES, SOFTMAX
from derive.explain.mistakes.row import Mistake
from derive.explain.mistakes.slips import SLIPS
from derive.explain.mistakes.sums import SUMS

Group: TypeAlias = tuple[Mistake, ...]
DERIVATIVES: tuple[Group, ...] = (SOFTMAX, CALCULUS)
SUBJECTS: tuple[Group, ...] = ((*ALGEBRA, *FRACTIONS, *EXPONENTIALS), SUMS, INDICES)
ANYWHERE: tuple[Group, ...] = (SLIPS,)
MISTAKES: Group = tuple(
    row for groups in (DERIVATIVES, SUBJECTS, ANYWHERE) for group in groups for row in group
)
