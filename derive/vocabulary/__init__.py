"""The vocabulary: what each name means, written down once (trusted, with floors 0 and 1)."""

from derive.vocabulary.functions import ELEMENTARY, FUNCTIONS, PRIMITIVES, ROWS
from derive.vocabulary.table import Function, Parameter

TRACES = frozenset(("tr", "Tr", "trace"))  # of a square matrix: the sum of its diagonal
# What means one thing everywhere: |x| = 2 is an equation, not a definition.
STANDARD = frozenset(row.name for row in (*PRIMITIVES, *ELEMENTARY))

__all__ = ["FUNCTIONS", "ROWS", "STANDARD", "TRACES", "Function", "Parameter"]
