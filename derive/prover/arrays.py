"""Shapes and components of array-valued terms.

``(Wx)_i = sum_k W_ik x_k``, ``(a + b)_i = a_i + b_i``, ``f(x)_i = f(x_i)`` for a scalar function,
``softmax(z)_j`` by its definition, ``(dH/dx)_i = dH/dx_i``.

Throughout: an *axis* is a Range; a shape is a tuple of axes, () for a scalar; ``at`` are index
terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import prod
from typing import TypeGuard

from derive.prover.dummies import renamed, sizes
from derive.prover.undecided import BEYOND, BudgetExceeded, Undecided, UnknownMeaning, unknown
from derive.term import (
    Add,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Range,
    Symbol,
    Term,
    Transpose,
    bound_names,
    free_names,
    fresh,
    rebuild,
    replace,
    substitute,
    term,
)
from derive.vocabulary import DIAGONALS, FUNCTIONS, TRACES, Function

Shape = tuple[Range, ...]

_ARRAYS = (Matrix, Transpose, Component)
MINUS_ONE = term(-1)
MOST = 8  # factors of a power of a matrix
PATHS = 2000  # terms of one entry of a product that is written out
HADAMARD = "hadamard"  # the product entry by entry, as the reader calls it


def size_of(axis: Range) -> int | None:
    """The number of places on an axis of concrete size, else None."""
    match axis:
        case Range(Number(low), Number(high)) if low == 1 and high.denominator == 1:
            return int(high)
    return None


def _axis(size: int) -> Range:
    return Range(term(1), term(size))


class Arrays:
    """Shapes and components of terms under what is given."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self._shapes: dict[str, Shape] = {}

    @cached_property
    def sizes(self) -> frozenset[str]:
        """What axes and ranges go up to.  A dummy of this name would bind it: of an x in R^k the
        sum over all x_k has another index."""
        return sizes(self.given)

    def needed(self, t: Term) -> bool:
        """Is there anything in ``t`` that is not a plain scalar term?"""
        todo = [t]
        while todo:
            s = todo.pop()
            kind = type(s)
            if kind is Number:
                continue
            if kind is Symbol:
                if self.of_name(s.name):  # type: ignore[attr-defined]  # a Symbol
                    return True
                continue
            if kind in _ARRAYS:
                return True
            if isinstance(s, Call) and (
                s.name == HADAMARD
                or self.is_trace(s)
                or self.is_diagonal(s)
                or self.row(s) is not None
            ):
                return True
            todo += s.below
        return False

    def row(self, t: Call) -> Function | None:
        """The vocabulary's row, where it takes a vector and nothing else is said here."""
        given = self.given.definitions.get(t.name)
        if given is not None and given.parameters:
            return None
        row = FUNCTIONS.get(t.name)
        return row if row is not None and any(p.dimension for p in row.parameters) else None

    def is_trace(self, t: Call) -> bool:
        return t.name in TRACES and len(t.args) == 1 and t.name not in self.given.definitions

    def is_diagonal(self, t: Call) -> bool:
        return t.name in DIAGONALS and len(t.args) == 1 and t.name not in self.given.definitions

    def of_name(self, name: str) -> Shape:
        shape = self.given.shapes.get(name)
        if shape is not None:
            return shape
        if name not in self._shapes:
            self._shapes[name] = self._of_definition(name)
        return self._shapes[name]

    def _of_definition(self, name: str) -> Shape:
        definition = self.given.definitions.get(name)
        if definition is None or definition.parameters or definition.indices:
            return ()
        return self.shape(definition.body) if self.needed(definition.body) else ()

    def elementwise(self, t: Call) -> bool:
        """Is it a function of one number, which is applied to each entry of an array?"""
        row = FUNCTIONS.get(t.name)
        here = self.given.definitions.get(t.name)
        return (
            row is not None
            and len(row.parameters) == len(t.args) == 1
            and (here is None or not here.parameters)
        )

    # --- shapes ---

    def shape(self, t: Term) -> Shape:
        match t:
            case Symbol(name):
                return self.of_name(name)
            case Add(terms):
                shapes = [shape for shape in map(self.shape, terms) if shape]
                if any(s != shapes[0] for s in shapes):
                    raise Undecided("a sum of arrays of different shapes")
                return shapes[0] if shapes else ()  # x + c adds c to every component
            case Neg(arg):
                return self.shape(arg)
            case Mul(factors):
                shape: Shape = ()
                for s in factors:
                    shape = self.product_shape(shape, self.shape(s))
                return shape
            case Div(numerator, denominator):
                if self.shape(denominator):
                    raise Undecided("division by an array")
                return self.shape(numerator)
            case Matrix(rows):
                if any(len(row) != len(rows[0]) for row in rows):
                    raise Undecided("a matrix with rows of different lengths")
                return (_axis(len(rows)), _axis(len(rows[0])))
            case Pow(base, exponent) if shape := self.shape(base):
                if self._by_entry(base, shape):
                    return shape
                if not is_inverse(t) or len(shape) != 2:
                    _whole_power(shape, exponent)
                elif shape[0] != shape[1]:
                    raise Undecided("the inverse of what is no square matrix")
                return shape
            case Transpose(arg):
                shape = self.shape(arg)
                if len(shape) == 1:
                    return (_axis(1), shape[0])
                return shape[::-1]
            case Component(of, indices):
                return self.shape(of)[len(indices) :]
            case Derivative(body, variable):
                return self.shape(body) + self.variable_shape(variable)
            case BigOp(op, body=body):
                shape = self.shape(body)
                if shape and op != "sum":
                    raise Undecided(f"a {op} of arrays")
                return shape
            case Call():
                return self.call_shape(t)
            case Cases(branches):
                return self.shape(branches[0][0])
        return ()

    def product_shape(self, a: Shape, b: Shape) -> Shape:
        if not a or not b:
            return a or b
        if len(a) == 1 and len(b) == 2 and size_of(b[0]) == 1:
            return a + b[1:]  # column times row
        if a[-1] != b[0]:
            raise Undecided("a product of arrays whose shapes do not fit")
        if len(a) == 1 and len(b) == 1:
            raise Undecided("a product of two columns: is one of them transposed?")
        shape = a[:-1] + b[1:]
        if len(shape) == 1 and len(a) == 2 and size_of(a[0]) == 1:
            return ()  # row times column
        return () if len(shape) == 2 and all(size_of(s) == 1 for s in shape) else shape

    def call_shape(self, t: Call) -> Shape:
        if t.name == HADAMARD:
            return self.shape(t.args[0])
        if self.is_trace(t):
            return ()
        if self.is_diagonal(t):
            shape = self.shape(t.args[0])
            if len(shape) == 1:
                return shape * 2
            if len(shape) != 2 or shape[0] != shape[1]:
                raise Undecided("the diagonal of what is no vector and no square matrix")
            return shape[:1]
        if self.of_arrays(t):
            return self.shape(self.applied(t))
        row = self.row(t)
        if row is None:
            return self.shape(t.args[0]) if self.elementwise(t) else ()
        return self.shape(t.args[0]) if row.component else ()

    # --- components ---

    def scalar(self, t: Term) -> Term:
        """A scalar-valued term with the arrays inside it taken apart."""
        if not self.needed(t):
            return t
        if self.shape(t):
            raise Undecided("an array where a number is expected")
        return self.at(t, ())

    def at(self, t: Term, at: tuple[Term, ...]) -> Term:
        """The component of ``t`` at the given indices; a number is the same in all of them."""
        if at and not self.shape(t):
            return self.scalar(t)
        match t:
            case Symbol(name):
                return Indexed(name, at) if at else t
            case Number() | Indexed():
                return t
            case Add(terms):
                return replace(t, terms=tuple(self.at(s, at) for s in terms))
            case Neg(arg):
                return replace(t, arg=self.at(arg, at))
            case Mul(factors):
                return self.product(factors, at)
            case Div(numerator, denominator):
                return replace(
                    t, numerator=self.at(numerator, at), denominator=self.scalar(denominator)
                )
            case Matrix(rows):
                return self.entry(rows, at)
            case Pow(base, exponent) if shape := self.shape(base):
                if self._by_entry(base, shape):
                    return Pow(self.at(base, at), exponent)
                return self.product((base,) * _whole_power(shape, exponent), at)
            case Transpose(arg):
                if len(self.shape(arg)) == 1:
                    return self.at(arg, at[1:])
                return self.at(arg, at[::-1])
            case Component(of, indices):
                if not self.shape(of):
                    raise Undecided("a component of what is a number")
                return self.at(of, tuple(map(self.scalar, indices)) + at)
            case Derivative():
                return self.derivative(t, at)
            case BigOp():
                return self.under(t, at)
            case Call():
                return self.call(t, at)
            case Cases(branches, otherwise):
                return replace(
                    t,
                    branches=tuple((self.at(v, at), self.scalar(c)) for v, c in branches),
                    otherwise=None if otherwise is None else self.at(otherwise, at),
                )
        if at:
            raise Undecided(f"a component of {type(t).__name__.lower()}")
        return rebuild(t, self.scalar)

    def _by_entry(self, base: Term, shape: Shape) -> bool:
        """Is a power of it meant entry by entry: tanh(a)^2 for a vector a, z^2 for z = tanh(a)?
        a^2 may be a^T a."""
        if isinstance(base, Symbol) and (known := self.given.definitions.get(base.name)):
            base = base if known.indices or known.parameters else known.body
        return len(shape) == 1 and isinstance(base, Call) and self.elementwise(base)

    def under(self, t: BigOp, at: tuple[Term, ...]) -> Term:
        if t.index in set[str]().union(*map(free_names, at)):
            taken = free_names(t.body) | bound_names(t.body) | _names(at)
            name = fresh(t.index, taken | self.sizes)
            by = {t.index: Symbol(name)}
            where = None if t.where is None else substitute(t.where, by)
            t = replace(t, index=name, body=substitute(t.body, by), where=where)
        return replace(t, body=self.at(t.body, at))

    def entry(self, rows: tuple[tuple[Term, ...], ...], at: tuple[Term, ...]) -> Term:
        numbers = [s.value if isinstance(s, Number) else None for s in at]
        if None in numbers or not numbers:
            raise Undecided("an entry of a concrete matrix at a symbolic index")
        places = [int(n) - 1 for n in numbers if n is not None]
        if len(places) == 1:
            places.append(0)
        if not (0 <= places[0] < len(rows) and 0 <= places[1] < len(rows[0])):
            raise Undecided("an index outside the matrix")
        return self.scalar(rows[places[0]][places[1]])

    def variable_shape(self, variable: Term) -> Shape:
        """The shape of what is differentiated by: x, or a row v_c of v."""
        match variable:
            case Symbol() | Component(Symbol()):
                return self.shape(variable)
        return ()

    def derivative(self, t: Derivative, at: tuple[Term, ...]) -> Term:
        by = self.variable_shape(t.variable)
        own = len(at) - len(by)
        variable = t.variable
        match variable:
            case Symbol(name) if by:
                variable = Indexed(name, at[own:])
            case Component(Symbol(name), indices):
                variable = Indexed(name, (*map(self.scalar, indices), *at[own:]))
        return replace(t, body=self.at(t.body, at[:own]), variable=variable)

    def product(self, factors: tuple[Term, ...], at: tuple[Term, ...]) -> Term:
        """Scalars aside, the chain of matrix products with a fresh sum an inner axis."""
        shapes = [self.shape(s) for s in factors]
        scalars = [self.scalar(s) for s, shape in zip(factors, shapes, strict=True) if not shape]
        arrays = [(s, shape) for s, shape in zip(factors, shapes, strict=True) if shape]
        if not arrays:
            return Mul(tuple(scalars)) if len(scalars) > 1 else scalars[0]
        inner = [size_of(shape[-1]) or 1 for _, shape in arrays[:-1]]
        if prod(inner) > PATHS:
            raise BudgetExceeded("a product of too many matrices of concrete size")
        numbers, rest = self.in_front(arrays)
        parts = [*scalars, *(self.chain(one, ()) for one in numbers)]
        if rest:
            parts.append(self.chain(rest, at))
        return Mul(tuple(parts)) if len(parts) > 1 else parts[0]

    def in_front(
        self, arrays: list[tuple[Term, Shape]]
    ) -> tuple[list[list[tuple[Term, Shape]]], list[tuple[Term, Shape]]]:
        """What is a number in front of a product, w^T w of w^T w v, and the rest."""
        numbers: list[list[tuple[Term, Shape]]] = []
        start = 0
        shape: Shape = ()
        try:
            for n, (_, own) in enumerate(arrays):
                shape = self.product_shape(shape, own)
                if not shape:
                    numbers.append(arrays[start : n + 1])
                    start = n + 1
        except Undecided:
            return [], arrays  # to be read from the right
        return numbers, arrays[start:]

    def chain(self, arrays: list[tuple[Term, Shape]], at: tuple[Term, ...]) -> Term:
        head, shape = arrays[0]
        if len(arrays) == 1:
            if not at and all(size_of(axis) == 1 for axis in shape):
                at = (term(1),) * len(shape)
            return self.at(head, at)
        if not shape or len(shape) > 2:
            raise Undecided("a product of arrays whose shapes do not fit")
        rest_shape: Shape = ()
        for _, s in arrays[1:]:
            rest_shape = self.product_shape(rest_shape, s)
        if not rest_shape:  # row times column, further right: a number
            return Mul((self.at(head, at), self.chain(arrays[1:], ())))
        if len(shape) == 1 and len(rest_shape) == 2 and size_of(rest_shape[0]) == 1:
            beside = at[1:] or (term(1),)
            return Mul((self.at(head, at[:1]), self.chain(arrays[1:], (term(1), *beside))))
        if shape[-1] != rest_shape[0]:
            raise Undecided("a product of arrays whose shapes do not fit")
        row: tuple[Term, ...] = at[:1] if len(shape) == 2 else ()
        if len(shape) == 2 and not at:
            row = (term(1),)
        column = at[1:] if len(at) == 2 else at[len(row) :] if len(rest_shape) == 2 else ()
        if len(rest_shape) == 2 and not column:
            column = (term(1),)

        def through(k: Term) -> Term:
            return Mul((self.at(head, (*row, k)), self.chain(arrays[1:], (k, *column))))

        size = size_of(shape[-1])
        if size is not None:
            parts = tuple(through(term(n)) for n in range(1, size + 1))
            return parts[0] if size == 1 else Add(parts)
        taken = _names(at).union(*(free_names(s) | bound_names(s) for s, _ in arrays))
        name = fresh("k", taken | set(self.given.ranges) | self.sizes)
        return BigOp("sum", name, shape[-1].lower, shape[-1].upper, through(Symbol(name)))

    def trace(self, t: Term) -> Term:
        """The sum of the diagonal entries; of a number itself."""
        shape = self.shape(t)
        if not shape:
            return self.scalar(t)
        if len(shape) != 2 or shape[0] != shape[1]:
            raise Undecided("the trace of what is no square matrix")
        size = size_of(shape[0])
        if size is not None:
            entries = tuple(self.at(t, (term(n), term(n))) for n in range(1, size + 1))
            return entries[0] if size == 1 else Add(entries)
        taken = free_names(t) | bound_names(t) | set(self.given.ranges)
        name = fresh("k", taken | self.sizes)
        k = Symbol(name)
        return BigOp("sum", name, shape[0].lower, shape[0].upper, self.at(t, (k, k)))

    def of_arrays(self, t: Call) -> bool:
        """Is it a function that is defined here, of some array?"""
        here = self.given.definitions.get(t.name)
        return here is not None and bool(here.parameters) and any(map(self.shape, t.args))

    def applied(self, t: Call) -> Term:
        """A function defined here by its body, the arguments in place of the parameters."""
        here = self.given.definitions[t.name]
        if t.order or len(here.parameters) != len(t.args):
            raise Undecided(f"{t.name} takes {len(here.parameters)} arguments")
        arguments = dict(zip(here.parameters, t.args, strict=True))
        taken = _names(t.args).union(*map(bound_names, t.args))
        body = substitute(renamed(here.body, taken), arguments)
        return self.filled(body, arguments)

    def call(self, t: Call, at: tuple[Term, ...]) -> Term:
        if t.name == HADAMARD:
            return Mul(tuple(self.at(s, at) for s in t.args))
        if self.is_trace(t):
            return self.trace(t.args[0])
        if self.is_diagonal(t):
            if len(at) == 2:
                return Mul((Delta(*at), self.at(t.args[0], at[:1])))
            return self.at(t.args[0], at * 2)
        if self.of_arrays(t):
            return self.at(self.applied(t), at)
        row = self.row(t)
        if row is None:
            shapes = [self.shape(s) for s in t.args]
            if any(shapes) and t.name not in self.given.definitions and t.name in BEYOND:
                raise unknown(t.name)
            if any(shapes) and not self.elementwise(t):
                raise Undecided(f"{t.name} of an array")
            if t.name == "abs" and len(shapes[0]) == 2 and shapes[0][0] == shapes[0][1]:
                raise unknown("det")  # |A|
            return replace(t, args=tuple(self.at(s, at) for s in t.args))
        if t.order:
            raise Undecided(f"a prime on {t.name}")
        return self.unfolded(row, t.args, at)

    def unfolded(self, row: Function, args: tuple[Term, ...], at: tuple[Term, ...]) -> Term:
        """A vector function by its definition, e.g. softmax(z)_j."""
        if row.body is None or len(args) != len(row.parameters):
            raise UnknownMeaning(f"{row.name} with {len(args)} arguments is not defined here")
        taken = _names(at).union(*(free_names(s) | bound_names(s) for s in args))
        body = renamed(row.body, taken)
        vectors: dict[str, Term] = {}
        by: dict[str, Term] = {}
        for parameter, arg in zip(row.parameters, args, strict=True):
            if not parameter.dimension:
                by[parameter.name] = self.scalar(arg)
                continue
            shape = self.shape(arg)
            column = len(shape) == 2 and size_of(shape[1]) == 1
            if (len(shape) != 1 and not column) or shape[0].lower != term(1):
                raise Undecided(f"{row.name} of something that is not a vector")
            vectors[parameter.name] = arg
            by.setdefault(parameter.dimension, shape[0].upper)
            if by[parameter.dimension] != shape[0].upper:
                raise Undecided(f"{row.name} of vectors of different dimensions")
        if row.component:
            if len(at) != 1:
                raise Undecided(f"{row.name} is a vector")
            by[row.component] = at[0]
        return self.filled(substitute(body, by), vectors)

    def filled(self, t: Term, vectors: Mapping[str, Term]) -> Term:
        """``z_k`` replaced by the component k of the argument that z stands for."""
        if isinstance(t, Indexed) and t.name in vectors:
            missing = len(self.shape(vectors[t.name])) - len(t.indices)  # of a column
            return self.at(vectors[t.name], (*t.indices, *(term(1),) * missing))
        return rebuild(t, lambda s: self.filled(s, vectors))


def is_inverse(t: Term) -> TypeGuard[Pow]:
    """Is it A^{-1}, or 1/a written so?"""
    return isinstance(t, Pow) and t.exponent == MINUS_ONE


def _whole_power(shape: Shape, exponent: Term) -> int:
    """The n of A^n, a product of n matrices.  Raises Undecided for any other power."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise Undecided("a power of a vector")
    match exponent:
        case Number(n) if n.denominator == 1 and 1 <= n <= MOST:
            return int(n)
        case Number(n) | Neg(Number(n)) if abs(n) == 1:
            raise UnknownMeaning("inverses of matrices are not known to the prover")
    raise UnknownMeaning("such powers of matrices are not known to the prover")


def _names(terms: tuple[Term, ...]) -> set[str]:
    return set[str]().union(*map(free_names, terms))
