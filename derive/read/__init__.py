"""Floor 2: reading what people wrote."""

from derive.read.claim import Under, claims, read_claim
from derive.read.formula import Relations, Side, Sign, read_formula, read_relations, relate
from derive.read.given import read_given
from derive.read.macros import Macro, read_macros
from derive.read.names import Names
from derive.read.ranges import complete
from derive.read.tokens import Limits, ReadError, line_column

__all__ = [
    "Limits",
    "Macro",
    "Names",
    "ReadError",
    "Relations",
    "Side",
    "Sign",
    "Under",
    "claims",
    "complete",
    "line_column",
    "read_claim",
    "read_formula",
    "read_given",
    "read_macros",
    "read_relations",
    "relate",
]
