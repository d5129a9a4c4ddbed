"""Which axes of the arrays of a claim are the same: those of two summands, the inner ones of a
product.

Throughout: a *place* is an axis ``(name, k)``, a free index ``(name,)`` or a dummy, by number;
``scope`` has the places of dummies and parameters.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from derive.read.names import VECTOR_VALUED
from derive.term import (
    Add,
    Call,
    Derivative,
    Div,
    Given,
    Indexed,
    Mul,
    Neg,
    Pow,
    Symbol,
    Term,
    Transpose,
)
from derive.vocabulary import DETERMINANT, DIAGONALS, FUNCTIONS, TRACES

Place = Hashable


class Axes:
    """Classes of places that are the same.  ``axes_of``: the number of axes of each name that has
    some."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.parent: dict[Place, Place] = {}
        self.axes_of: dict[str, int] = {}

    def find(self, place: Place) -> Place:
        parent = self.parent.setdefault(place, place)
        while parent != place:
            self.parent[place] = self.parent[parent]
            place, parent = parent, self.parent[parent]
        return place

    def join(self, a: Place, b: Place) -> None:
        self.parent[self.find(a)] = self.find(b)

    def axes(self, t: Term, scope: Mapping[str, Place | None]) -> list[Place]:
        """The axes of an array-valued term; [] for a scalar or where it is not clear."""
        match t:
            case Symbol(name):
                if name in scope:
                    local = scope[name]
                    if isinstance(local, tuple) and local[0] == "parameter":
                        first = (*local, 0)
                        return [first] if first in self.parent else []
                    return []
                return [(name, k) for k in range(self.axes_of.get(name, 0))]
            case Neg(arg) | Div(arg, _):
                return self.axes(arg, scope)
            case Transpose(arg):
                return self.axes(arg, scope)[::-1]
            case Indexed(name, indices):
                total = self.axes_of.get(name, 0) if name not in scope else 0
                return [(name, k) for k in range(len(indices), total)]
            case Add(terms):
                found: list[Place] = []
                for s in terms:
                    axes = self.axes(s, scope)
                    if found and axes:
                        self.join_axes(found, axes)
                    found = found or axes
                return found
            case Derivative(body, Symbol() as variable):
                return [*self.axes(body, scope), *self.axes(variable, scope)]
            case Call(name, args) if name in VECTOR_VALUED and args:
                return self.axes(args[0], scope)[:1]
            case Call(name) if name in TRACES or name == DETERMINANT:
                return []
            case Pow(base, _):
                square = self.axes(base, scope)
                if len(square) == 2:
                    self.join(*square)
                return square
            case Call(name, (arg,)) if name in DIAGONALS:
                on = self.axes(arg, scope)
                if len(on) == 2:
                    self.join(*on)
                return on * 2 if len(on) == 1 else on[:1]
            case Call("hadamard", args):
                return self.axes(Add(args), scope)
            case Call(name) if name in FUNCTIONS and any(
                p.dimension for p in FUNCTIONS[name].parameters
            ):
                return []
            case Call(name, args) if len(args) == 1 and name not in self.given.definitions:
                return self.axes(args[0], scope)  # a scalar function, entry by entry
            case Mul(factors):
                return self._of_product(factors, scope)
        return []

    def _of_product(
        self, factors: tuple[Term, ...], scope: Mapping[str, Place | None]
    ) -> list[Place]:
        """The axes of a product of matrices, columns and rows; what is multiplied is joined."""
        above: Place | None = None
        beside: Place | None = None
        for s in factors:
            axes = self.axes(s, scope)
            if not axes or len(axes) > 2:
                continue
            one = isinstance(s, Transpose) and len(axes) == 1
            top, side = (None, axes[0]) if one else (axes[0], axes[1] if len(axes) == 2 else None)
            if above is None and beside is None:
                above, beside = top, side
            elif beside is not None and top is not None:
                self.join(beside, top)
                beside = side
            elif beside is None and top is None:  # v w^T
                beside = side
            else:
                return []
        return [place for place in (above, beside) if place is not None]

    def join_axes(self, one: list[Place], two: list[Place]) -> None:
        if len(one) == len(two):
            for a, b in zip(one, two, strict=True):
                self.join(a, b)
