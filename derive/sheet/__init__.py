"""Floor 5: problem sheets and solution sheets, with variants.

A sheet is a TOML file; `load` reads it, `problems` and `solutions` make pages of it, and
`derive.sheet.variants` gives each student numbers of one's own.
"""

from __future__ import annotations

from derive.sheet.pages import problems, solutions
from derive.sheet.sheet import Sheet, SheetError, Task, load, parse

__all__ = ["Sheet", "SheetError", "Task", "load", "parse", "problems", "solutions"]
