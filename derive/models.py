"""The vocabulary as SymPy expressions of symbolic dimension.

Each row of the vocabulary is an attribute here, and all are used in the same way::

    from derive import models

    models.tanh.expr                  (exp(x) - exp(-x))/(exp(x) + exp(-x))
    models.softmax.expr               exp(z[j])/Sum(exp(z[k]), (k, 1, d))
    models.softmax.symbols            {'z': z, 'j': j, 'd': d}
    models.softmax(x, i)              exp(x[i])/Sum(exp(x[k]), (k, 1, d))
    models.softmax(x, i, d=3)         the same with 3 components
    models.cross_entropy(p, y)        -Sum(log(p[k])*y[k], (k, 1, d))

Names are those of the vocabulary or of its notations, in Python's spelling (``sigmoid``,
``log_sum_exp``, ``leaky_relu``, ``kl``); ``names()`` lists them.  The expressions are made from
the definitions that the kernel proves with, so a claim about them is a claim about those.

The convolution is a function of matrices: ``convolution``, ``weight_matrix``, ``vec``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeAlias

from derive.sympy_border import to_sympy
from derive.term import Call, Given, Indexed, Range, Symbol, Term, substitute, term
from derive.vocabulary import FUNCTIONS, ROWS, Function
from derive.vocabulary import convolution as terms
from derive.vocabulary.convolution import Pair
from derive.vocabulary.unfold import renamed

Expr: TypeAlias = Any  # SymPy ships no types


@dataclass(frozen=True)
class Model:
    """One function or model of the vocabulary, as SymPy sees it."""

    row: Function

    @property
    def definition(self) -> Term:
        """The definition as a term."""
        if self.row.body is not None:
            return self.row.body
        return Call(self.row.name, tuple(Symbol(p.name) for p in self.row.parameters))

    @property
    def given(self) -> Given:
        """The shapes of the parameters and the range of the component index."""
        shapes = {
            p.name: tuple(Range(term(1), Symbol(n)) for n in (p.dimension, p.columns) if n)
            for p in self.row.parameters
            if p.dimension
        }
        first = shapes.get(self.row.parameters[0].name, ())
        return Given(
            ranges={self.row.component: first[0]} if self.row.component else {}, shapes=shapes
        )

    @property
    def symbols(self) -> dict[str, Expr]:
        """Parameters, then the component index, then the dimensions: name -> SymPy object.  An
        array is an IndexedBase."""
        given, found = self.given, {}
        for p in self.row.parameters:
            if p.dimension:
                indices = tuple(Symbol(f"i_{n}") for n in range(2 if p.columns else 1))
                found[p.name] = to_sympy(Indexed(p.name, indices), given).base
            else:
                found[p.name] = to_sympy(Symbol(p.name), given)
        for name in (self.row.component, *self._dimensions()):
            if name:
                found[name] = to_sympy(Symbol(name), given)
        return found

    @property
    def expr(self) -> Expr:
        """The definition in these symbols, as SymPy holds it when one types it.

        Raises NotConvertible for a maximum over a symbolic dimension: SymPy has none."""
        return _evaluated(to_sympy(self.definition, self.given))

    def __call__(self, *args: Expr, **named: Expr) -> Expr:
        """The definition with ``args`` put for the symbols in their order, or for the named ones.

        An array is an IndexedBase, or a SymPy matrix, whose entries are then written out.  A
        dimension that is not given is taken from the shape of the array, else it stays symbolic.
        Raises TypeError on too many arguments or on an unknown name.
        """
        own = self.symbols
        if len(args) > len(own):
            raise TypeError(f"{self.row.name} takes {', '.join(own)}")
        values = {**dict(zip(own, args, strict=False)), **named}
        if unknown := set(values) - set(own):
            raise TypeError(f"{self.row.name} takes {', '.join(own)}, not {', '.join(unknown)}")
        for name, size in self._sizes(values).items():
            values.setdefault(name, size)
        sizes = {
            n: term(int(v)) for n, v in values.items() if n in self._dimensions() and _whole(v)
        }
        body = renamed(self.definition, _names_in(values.values()))
        expr = _evaluated(to_sympy(substitute(body, sizes), self.given))
        matrices = {n: v for n, v in values.items() if getattr(v, "is_Matrix", False)}
        expr = expr.xreplace({own[n]: v for n, v in values.items() if n not in matrices})
        return _entries(expr.doit(), matrices) if matrices else expr

    def _dimensions(self) -> tuple[str, ...]:
        pairs = ((p.dimension, p.columns) for p in self.row.parameters)
        return tuple(dict.fromkeys(n for pair in pairs for n in pair if n))

    def _sizes(self, values: Mapping[str, Expr]) -> dict[str, Expr]:
        """The dimensions that the shapes of the arrays tell."""
        sizes: dict[str, Expr] = {}
        for p in self.row.parameters:
            shape = getattr(values.get(p.name), "shape", None) or ()
            for name, size in zip((p.dimension, p.columns), shape, strict=False):
                if name:
                    sizes.setdefault(name, size)
        return sizes


def names() -> tuple[str, ...]:
    """The names of all models, in the order of the vocabulary."""
    return tuple(FUNCTIONS)


def _spelled(name: str) -> str:
    return name.replace("_", "").lower()


def _notations() -> Mapping[str, Function]:
    """Each spelling -> its row; a row's own name wins over another's notation."""
    found = {_spelled(row.name): row for row in ROWS}
    for row in ROWS:
        for notation in row.latex:
            name = notation.removeprefix(r"\operatorname{").removesuffix("}").strip("\\")
            if name.isalnum():
                found.setdefault(_spelled(name), row)
    return MappingProxyType(found)


_BY_SPELLING = _notations()


def __getattr__(name: str) -> Model:
    row = FUNCTIONS.get(name) or _BY_SPELLING.get(_spelled(name))
    if row is None or name.startswith("__"):
        near = get_close_matches(_spelled(name), _BY_SPELLING, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise AttributeError(f"no model {name}{hint}")
    return Model(row)


def __dir__() -> list[str]:
    return [*names(), "convolution", "names", "vec", "weight_matrix"]


# --- the convolution ---------------------------------------------------------------------------


def convolution(
    x: Expr, f: Expr, padding: Pair = (0, 0), stride: Pair = (1, 1), dilation: Pair = (1, 1)
) -> Expr:
    """The convolution of the SymPy matrix ``x`` with ``f`` (see derive.vocabulary.convolution)."""
    result = terms.convolution(
        terms.named("x", x.shape), terms.named("f", f.shape), padding, stride, dilation
    )
    return _entries(to_sympy(result), {"x": x, "f": f})


def weight_matrix(
    input_shape: Pair,
    f: Expr,
    padding: Pair = (0, 0),
    stride: Pair = (1, 1),
    dilation: Pair = (1, 1),
    order: str = "row",
    of: str = "padded",
) -> Expr:
    """The W with vec(convolution(x, f)) = W vec(x), for a SymPy matrix ``f``."""
    filter_ = terms.named("f", f.shape)
    result = terms.weight_matrix(input_shape, filter_, padding, stride, dilation, order, of)
    return _entries(to_sympy(result), {"f": f})


def vec(matrix: Expr, order: str = "row") -> Expr:
    """The entries of a SymPy matrix in one column, by ``order`` "row" or "column"."""
    return _entries(to_sympy(terms.vec(terms.named("x", matrix.shape), order)), {"x": matrix})


def _entries(expr: Expr, matrices: Mapping[str, Expr]) -> Expr:
    """``expr`` with x[i, j] (or x[i]) replaced by the entry of the matrix that x names."""
    components = expr.find(lambda e: getattr(e, "is_Indexed", False))
    return expr.xreplace(
        {e: _entry(matrices[e.base.name], e.indices) for e in components if e.base.name in matrices}
    )


def _entry(matrix: Expr, indices: tuple[Expr, ...]) -> Expr:
    at = [int(i) - 1 for i in indices]
    return matrix[at[0], at[1]] if len(at) == 2 else matrix[at[0]]


def _evaluated(expr: Expr) -> Expr:
    return expr.func(*map(_evaluated, expr.args)) if expr.args else expr


def _whole(value: Expr) -> bool:
    return bool(isinstance(value, int) or getattr(value, "is_Integer", False))


def _names_in(values: Iterable[Expr]) -> set[str]:
    """Names that must not be captured by a dummy of the definition."""
    return {s.name for v in values for s in getattr(v, "free_symbols", ()) if hasattr(s, "name")}
