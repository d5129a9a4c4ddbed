"""The vocabulary: what each name means, written down once (trusted, with floors 0 and 1)."""

from derive.vocabulary.functions import FUNCTIONS, ROWS
from derive.vocabulary.table import Function, Parameter

__all__ = ["FUNCTIONS", "ROWS", "Function", "Parameter"]
