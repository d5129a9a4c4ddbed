"""Floor 0: terms as written, binders, what is given."""

from derive.term.binders import (
    alpha_equal,
    binders,
    bound_names,
    free_names,
    fresh,
    substitute,
)
from derive.term.given import Assumption, Claim, Definition, Given, Range
from derive.term.node import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Operand,
    Pow,
    Relation,
    Span,
    Symbol,
    Term,
    Transpose,
    children,
    rebuild,
    subterms,
    term,
)

__all__ = [name for name in dir() if name[0] != "_"]
