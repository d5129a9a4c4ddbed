"""The border to SymPy: the only folder that imports it.

``to_sympy`` hands a term out, unevaluated as far as SymPy lets it stay so; ``from_sympy`` takes an
expression over together with what its symbols assume.  Text never passes here: nothing is parsed
or evaluated.

What SymPy can't say raises NotConvertible; so does what we would have to guess.  Indices count as
they are written: ``Sum(x[k], (k, 1, d))`` gives x the components 1..d, and where nothing but
``IndexedBase("x", shape=(d,))`` is known they are 0..d-1, as in Python.
"""

from derive.sympy_border.inward import equation, from_sympy
from derive.sympy_border.outward import to_sympy
from derive.sympy_border.same import NotConvertible

__all__ = ["NotConvertible", "equation", "from_sympy", "to_sympy"]
