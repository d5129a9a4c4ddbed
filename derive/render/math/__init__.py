"""Formulas of a page (LaTeX text) as layouts, and those written as MathML and as typst.

Display only: a layout says how a formula looks, never what it means.  Whatever a reader wrote is
set somehow; what is not known is shown as it was typed.
"""

from derive.render.math.layout import Layout
from derive.render.math.parse import parse

__all__ = ["Layout", "parse"]
