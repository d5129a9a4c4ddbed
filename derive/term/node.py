"""The Term: what a person wrote, as an immutable tree with positions.

Nothing is evaluated on construction: ``x/x`` stays a quotient and ``2x + 3x`` stays a sum of
two terms, because a derivation is judged as written.  Equality and hashing are structural and
ignore spans.

Names are canonical LaTeX without font commands: ``x``, ``\\alpha``, ``\\hat{y}``, ``L_{CE}``.

Throughout: ``t`` is a term, ``v`` a bound index (a dummy), ``span`` half-open offsets in
characters into the source text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Self, TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters ``[start, end)`` in the source text."""

    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Term:
    """Base of all nodes.  The operators build nodes verbatim; they never evaluate."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    def __add__(self, other: Operand) -> Add:
        return Add((self, term(other)))

    def __radd__(self, other: Operand) -> Add:
        return Add((term(other), self))

    def __sub__(self, other: Operand) -> Add:
        return Add((self, Neg(term(other))))

    def __rsub__(self, other: Operand) -> Add:
        return Add((term(other), Neg(self)))

    def __mul__(self, other: Operand) -> Mul:
        return Mul((self, term(other)))

    def __rmul__(self, other: Operand) -> Mul:
        return Mul((term(other), self))

    def __truediv__(self, other: Operand) -> Div:
        return Div(self, term(other))

    def __rtruediv__(self, other: Operand) -> Div:
        return Div(term(other), self)

    def __pow__(self, other: Operand) -> Pow:
        return Pow(self, term(other))

    def __neg__(self) -> Neg:
        return Neg(self)

    def at(self, span: Span | None) -> Self:
        """The same term, at another place in the source."""
        return replace(self, span=span)


Operand: TypeAlias = Term | int | Fraction


def term(value: Operand) -> Term:
    """A number becomes a Number (negative ones a Neg); a Term is itself.

    >>> term(-2)
    Neg(arg=Number(value=Fraction(2, 1)))
    """
    if isinstance(value, Term):
        return value
    exact = Fraction(value)
    return Neg(Number(-exact)) if exact < 0 else Number(exact)


# --- scalars ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Term):
    """An exact non-negative rational; a decimal such as 0.25 is exact too."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol(Term):
    """A name: a scalar, a dimension, an index, or a whole vector or matrix (see Given.shapes)."""

    name: str


@dataclass(frozen=True, slots=True)
class Indexed(Term):
    """A component of a named vector, matrix or family: ``W_{jk}`` is Indexed("W", (j, k)).

    Indices are Terms: Symbols, Numbers or affine forms of them such as ``i + 1``.
    """

    name: str
    indices: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Add(Term):
    """A sum of two or more terms; ``a - b`` is Add((a, Neg(b)))."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Mul(Term):
    """A product of two or more factors; matrix products too (order is kept)."""

    factors: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Neg(Term):
    """The additive inverse, as written with a minus sign."""

    arg: Term


@dataclass(frozen=True, slots=True)
class Div(Term):
    """A quotient, as written with a fraction bar or a slash."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True, slots=True)
class Pow(Term):
    """A power.  ``e^x`` is Pow(Symbol("e"), x) as written; the kernel reads e as Euler's number
    unless the claim gives ``e`` another meaning."""

    base: Term
    exponent: Term


@dataclass(frozen=True, slots=True)
class Call(Term):
    """A function applied to arguments: ``\\tanh(x)`` is Call("tanh", (x,)).

    ``name`` is the canonical name of the vocabulary (without backslash) or of a function that the
    claim declares.  ``order`` counts derivatives written as primes or ``f^{(n)}`` (one argument).
    """

    name: str
    args: tuple[Term, ...]
    order: int = 0


@dataclass(frozen=True, slots=True)
class Derivative(Term):
    """The partial derivative of ``body`` with respect to ``variable``.

    ``variable`` is a Symbol or an Indexed; where it names a vector, the derivative is its
    gradient (or Jacobian: row by component of the body, column by component of the variable).
    Higher derivatives are nested.
    """

    body: Term
    variable: Term


@dataclass(frozen=True, slots=True)
class Delta(Term):
    """Kronecker's delta of two index terms: 1 where they are equal, else 0."""

    left: Term
    right: Term


# --- binders -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BigOp(Term):
    """Sum, product, maximum or minimum over an index: the only binder.

    ``op`` is "sum", "prod", "max" or "min".  ``index`` is bound in ``body`` and ``where`` (a
    condition such as ``k != i``), not in the bounds.  Bounds are inclusive; both None means "the
    declared range of that index" and is resolved before the kernel sees the term.
    """

    op: str
    index: str
    lower: Term | None
    upper: Term | None
    body: Term
    where: Term | None = None


# --- conditions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Relation(Term):
    """``left op right`` with op one of ``= != < <= > >=``: a claim, a condition or a hypothesis."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class And(Term):
    """A conjunction of conditions."""

    conditions: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Indicator(Term):
    """1 where the condition holds, else 0: ``1_{x > 0}``, ``[i = j]``."""

    condition: Term


@dataclass(frozen=True, slots=True)
class Cases(Term):
    """A case distinction; the first condition that holds decides.

    ``branches`` are (value, condition) pairs, ``otherwise`` the value where none holds (None:
    undefined there).
    """

    branches: tuple[tuple[Term, Term], ...]
    otherwise: Term | None = None


# --- arrays ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matrix(Term):
    """A matrix of concrete size by rows; a column vector is a matrix with one column."""

    rows: tuple[tuple[Term, ...], ...]


@dataclass(frozen=True, slots=True)
class Component(Term):
    """A component of an array-valued term: ``softmax(x)_j``, ``(Wx)_i``."""

    of: Term
    indices: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Transpose(Term):
    """The transpose of an array-valued term."""

    arg: Term


# --- walking -----------------------------------------------------------------------------------


KINDS: tuple[type[Term], ...] = (
    Number, Symbol, Indexed, Add, Mul, Neg, Div, Pow, Call, Derivative, Delta, BigOp, Relation,
    And, Indicator, Cases, Matrix, Component, Transpose,
)  # fmt: skip
_FIELDS: Mapping[type[Term], tuple[str, ...]] = MappingProxyType(
    {kind: tuple(f.name for f in fields(kind) if f.name != "span") for kind in KINDS}
)


def children(t: Term) -> list[Term]:
    """The direct subterms in reading order."""
    kind = type(t)
    if kind is Symbol or kind is Number:
        return []
    found: list[Term] = []
    for name in _FIELDS[kind]:
        value = getattr(t, name)
        if isinstance(value, Term):
            found.append(value)
        elif value.__class__ is tuple:
            _collect(value, found)
    return found


def _collect(values: tuple[object, ...], found: list[Term]) -> None:
    for value in values:
        if isinstance(value, Term):
            found.append(value)
        elif value.__class__ is tuple:
            _collect(value, found)


def subterms(t: Term) -> Iterator[Term]:
    """``t`` and everything below it, outermost first (an explicit stack: depth is no limit)."""
    stack = [t]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def rebuild(t: Term, change: Callable[[Term], Term]) -> Term:
    """``t`` with ``change`` applied to each direct subterm; ``t`` itself where nothing changed."""
    changed: dict[str, Any] = {}
    for name in _FIELDS[type(t)]:
        old = getattr(t, name)
        new = _rebuilt(old, change)
        if new is not old:
            changed[name] = new
    return replace(t, **changed) if changed else t


def _rebuilt(value: object, change: Callable[[Term], Term]) -> object:
    if isinstance(value, Term):
        return change(value)
    if isinstance(value, tuple):
        items = tuple(_rebuilt(item, change) for item in value)
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value
