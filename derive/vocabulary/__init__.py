"""The vocabulary: what each name means, written down once (trusted, with floors 0 and 1)."""

from derive.vocabulary.functions import FUNCTIONS, ROWS
from derive.vocabulary.table import Function, Parameter

TRACES = frozenset(("tr", "Tr", "trace"))  # of a square matrix: the sum of its diagonal

__all__ = ["FUNCTIONS", "ROWS", "TRACES", "Function", "Parameter"]
