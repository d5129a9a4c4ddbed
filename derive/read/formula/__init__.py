"""The formula reader: LaTeX math to Terms, every plausible reading, errors with their place."""

from derive.read.formula.components import by_component
from derive.read.formula.relations import (
    Relations,
    Side,
    Sign,
    read_formula,
    read_relations,
    relate,
)

__all__ = ["Relations", "Side", "Sign", "by_component", "read_formula", "read_relations", "relate"]
