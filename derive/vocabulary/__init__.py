"""The vocabulary: what each name means, written down once (trusted, with floors 0 and 1)."""

from derive.vocabulary.functions import ELEMENTARY, FUNCTIONS, PRIMITIVES, ROWS
from derive.vocabulary.table import Function, Parameter

TRACES = frozenset(("tr", "Tr", "trace"))  # of a square matrix: the sum of its diagonal
DETERMINANT = "det"  # of a square matrix
DIAGONALS = frozenset(("diag", "Diag"))  # the matrix with a vector on its diagonal, and back
OF_MATRICES = TRACES | DIAGONALS | {DETERMINANT}
MEANT = OF_MATRICES | FUNCTIONS.keys()  # every function that means something by itself
NORMS = frozenset(("norm", "norm1", "norminf"))  # of a vector
# What means one thing everywhere: |x| = 2 is an equation, not a definition.
STANDARD = NORMS | OF_MATRICES
STANDARD |= {row.name for row in (*PRIMITIVES, *ELEMENTARY)}

__all__ = [
    "DETERMINANT",
    "DIAGONALS",
    "FUNCTIONS",
    "MEANT",
    "NORMS",
    "OF_MATRICES",
    "ROWS",
    "STANDARD",
    "TRACES",
    "Function",
    "Parameter",
]
