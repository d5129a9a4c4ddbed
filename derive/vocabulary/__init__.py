"""The vocabulary: what each name means, written down once (trusted, with floors 0 and 1)."""

from derive.vocabulary.functions import PRIMITIVES, SCALAR, VECTOR
from derive.vocabulary.table import Function, Parameter

FUNCTIONS: dict[str, Function] = {row.name: row for row in PRIMITIVES + SCALAR + VECTOR}

__all__ = ["FUNCTIONS", "Function", "Parameter"]
