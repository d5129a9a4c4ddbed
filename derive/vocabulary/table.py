"""The form of a vocabulary row: one function or model that machine learning has a name for."""

from __future__ import annotations

from typing import NamedTuple

from derive.term import Term


class Parameter(NamedTuple):
    """A parameter of a function: a scalar, a vector with components 1..``dimension``, or a matrix
    with rows 1..``dimension`` and columns 1..``columns``."""

    name: str
    dimension: str = ""
    columns: str = ""


class Function(NamedTuple):
    """One row.

    ``name``: canonical, as in Call.name.  ``latex``: the notations people write, the first is the
    one we print.  ``body``: the definition in terms of the parameters and of functions in rows
    above; None for a primitive that the kernel itself knows.  ``component``: for a vector-valued
    function the name of the component index in ``body`` (it ranges as the first parameter does).
    ``domain`` and ``range``: as conditions in LaTeX on the parameters and on the value, "" where
    all reals.  ``kinks``: in LaTeX, where the function is not differentiable.  ``source``: where
    the definition is taken from.
    """

    name: str
    latex: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Term | None
    component: str = ""
    domain: str = ""
    range: str = ""
    kinks: str = ""
    source: str = ""
