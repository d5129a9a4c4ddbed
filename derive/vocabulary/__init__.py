"""The vocabulary: what each name means, written down once (trusted, with floors 0 and 1)."""

from collections.abc import Mapping
from types import MappingProxyType

from derive.vocabulary.functions import ACTIVATIONS, ELEMENTARY, LOSSES, PRIMITIVES, VECTORS
from derive.vocabulary.table import Function, Parameter

ROWS: tuple[Function, ...] = PRIMITIVES + ELEMENTARY + ACTIVATIONS + LOSSES + VECTORS

FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in ROWS})

__all__ = ["FUNCTIONS", "ROWS", "Function", "Parameter"]
