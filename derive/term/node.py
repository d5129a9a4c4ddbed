"""The Term: what a person wrote, as an immutable tree with positions.

Nothing is evaluated on construction: ``x/x`` stays a quotient and ``2x + 3x`` stays a sum of
two terms, because a derivation is judged as written.  Equality and hashing are structural and
ignore spans.

The classes are written out by hand: as dataclasses they took 20 ms of every start to make.

Names are canonical LaTeX without font commands: ``x``, ``\\alpha``, ``\\hat{y}``, ``L_{CE}``.

Throughout: ``t`` is a term, ``v`` a bound index (a dummy), ``span`` half-open offsets in
characters into the source text.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple, NoReturn, Self, TypeAlias, TypeVar, cast

put = object.__setattr__  # how a frozen value is filled


class Span(NamedTuple):
    """Half-open range of characters ``[start, end)`` in the source text."""

    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        return Span(min(self.start, other.start), max(self.end, other.end))


class Term:
    """Base of all nodes.  The operators build nodes verbatim; they never evaluate.

    A node cannot be changed.  ``__match_args__`` are its fields; ``span`` is none of them.
    """

    __slots__ = ("_free", "_hash", "below", "kinds", "span")
    __match_args__: ClassVar[tuple[str, ...]] = ()
    span: Span | None
    below: tuple[Term, ...]  # the direct subterms in reading order
    kinds: int  # the bits of its class and of those of all that is below
    _hash: int  # unset until asked for: a set of terms asks again and again
    _free: frozenset[str]  # likewise, by free_names
    _values: ClassVar[attrgetter[Any]]  # of the fields
    bit: ClassVar[int]  # of the class

    def __init_subclass__(cls, leaf: bool = False, told_by: tuple[str, ...] = ()) -> None:
        cls._values = attrgetter(*(told_by or cls.__match_args__))
        cls.bit = 1 << len(Term.__subclasses__())
        if leaf:
            # a slot of all nodes, the same for all leaves of a class
            cls.below, cls.kinds = (), cls.bit  # type: ignore[misc]

    def _over(self, below: tuple[Term, ...], span: Span | None) -> None:
        """Said by each node that has something below it, once its fields are filled."""
        kinds = self.bit
        for s in below:
            kinds |= s.kinds
        put(self, "below", below)
        put(self, "kinds", kinds)
        put(self, "span", span)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"cannot assign to field {name!r}: a term does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"cannot delete field {name!r}: a term does not change")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return False if isinstance(other, Term) else NotImplemented
        return self.kinds == other.kinds and bool(self._values(self) == self._values(other))

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            put(self, "_hash", hash((type(self).__name__, self._values(self))))
            return self._hash

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[object, ...]]:
        # A hash of text differs between processes: a copy computes its own.
        fields = tuple(getattr(self, name) for name in self.__match_args__)
        kind: Callable[..., Self] = type(self)
        return partial(kind, span=self.span), fields

    def _replace(self, **changes: Any) -> Self:
        """As of a named tuple: the same node, some fields (or the span) other than they were."""
        kept = {name: getattr(self, name) for name in (*self.__match_args__, "span")}
        kind: Callable[..., Self] = type(self)
        return kind(**{**kept, **changes})

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
        return self._replace(span=span)


Operand: TypeAlias = Term | int | Fraction
Value = TypeVar("Value", bound="Term | NamedTuple")


def replace(value: Value, /, **changes: Any) -> Value:
    """``value`` with some fields other than they were (``copy.replace`` of Python 3.13)."""
    return cast("Value", value._replace(**changes))


def term(value: Operand) -> Term:
    """A number becomes a Number (negative ones a Neg); a Term is itself.

    >>> term(-2)
    Neg(arg=Number(value=Fraction(2, 1)))
    """
    return value if isinstance(value, Term) else _literal(value)


@lru_cache(256)  # nearly always 0 or 1
def _literal(value: int | Fraction) -> Term:
    exact = Fraction(value)
    return Neg(Number(-exact)) if exact < 0 else Number(exact)


# --- scalars ---------------------------------------------------------------------------------


class Number(Term, leaf=True, told_by=("_ratio",)):
    """An exact non-negative rational; a decimal such as 0.25 is exact too."""

    __slots__ = ("_ratio", "value")
    __match_args__ = ("value",)
    value: Fraction
    _ratio: tuple[int, int]  # the value as what is quick to compare and to hash: a Fraction is not

    def __init__(self, value: Fraction, *, span: Span | None = None) -> None:
        put(self, "value", value)
        put(self, "_ratio", value.as_integer_ratio())
        put(self, "span", span)


class Symbol(Term, leaf=True):
    """A name: a scalar, a dimension, an index, or a whole vector or matrix (see Given.shapes)."""

    __slots__ = __match_args__ = ("name",)
    name: str

    def __init__(self, name: str, *, span: Span | None = None) -> None:
        put(self, "name", name)
        put(self, "span", span)


class Indexed(Term):
    """A component of a named vector, matrix or family: ``W_{jk}`` is Indexed("W", (j, k)).

    Indices are Terms: Symbols, Numbers or affine forms of them such as ``i + 1``.
    """

    __slots__ = __match_args__ = ("name", "indices")
    name: str
    indices: tuple[Term, ...]

    def __init__(self, name: str, indices: tuple[Term, ...], *, span: Span | None = None) -> None:
        put(self, "name", name)
        put(self, "indices", indices)
        self._over(indices, span)


class Add(Term):
    """A sum of two or more terms; ``a - b`` is Add((a, Neg(b)))."""

    __slots__ = __match_args__ = ("terms",)
    terms: tuple[Term, ...]

    def __init__(self, terms: tuple[Term, ...], *, span: Span | None = None) -> None:
        put(self, "terms", terms)
        self._over(terms, span)


class Mul(Term):
    """A product of two or more factors; matrix products too (order is kept)."""

    __slots__ = __match_args__ = ("factors",)
    factors: tuple[Term, ...]

    def __init__(self, factors: tuple[Term, ...], *, span: Span | None = None) -> None:
        put(self, "factors", factors)
        self._over(factors, span)


class Neg(Term):
    """The additive inverse, as written with a minus sign."""

    __slots__ = __match_args__ = ("arg",)
    arg: Term

    def __init__(self, arg: Term, *, span: Span | None = None) -> None:
        put(self, "arg", arg)
        self._over((arg,), span)


class Div(Term):
    """A quotient, as written with a fraction bar or a slash."""

    __slots__ = __match_args__ = ("numerator", "denominator")
    numerator: Term
    denominator: Term

    def __init__(self, numerator: Term, denominator: Term, *, span: Span | None = None) -> None:
        put(self, "numerator", numerator)
        put(self, "denominator", denominator)
        self._over((numerator, denominator), span)


class Pow(Term):
    """A power.  ``e^x`` is Pow(Symbol("e"), x) as written; the kernel reads e as Euler's number
    unless the claim gives ``e`` another meaning."""

    __slots__ = __match_args__ = ("base", "exponent")
    base: Term
    exponent: Term

    def __init__(self, base: Term, exponent: Term, *, span: Span | None = None) -> None:
        put(self, "base", base)
        put(self, "exponent", exponent)
        self._over((base, exponent), span)


class Call(Term):
    """A function applied to arguments: ``\\tanh(x)`` is Call("tanh", (x,)).

    ``name`` is the canonical name of the vocabulary (without backslash) or of a function that the
    claim declares.  ``order`` counts derivatives written as primes or ``f^{(n)}`` (one argument).
    """

    __slots__ = __match_args__ = ("name", "args", "order")
    name: str
    args: tuple[Term, ...]
    order: int

    def __init__(
        self, name: str, args: tuple[Term, ...], order: int = 0, *, span: Span | None = None
    ) -> None:
        put(self, "name", name)
        put(self, "args", args)
        put(self, "order", order)
        self._over(args, span)


class Derivative(Term):
    """The partial derivative of ``body`` with respect to ``variable``.

    ``variable`` is a Symbol or an Indexed; where it names a vector, the derivative is its
    gradient (or Jacobian: row by component of the body, column by component of the variable).
    Higher derivatives are nested.
    """

    __slots__ = __match_args__ = ("body", "variable")
    body: Term
    variable: Term

    def __init__(self, body: Term, variable: Term, *, span: Span | None = None) -> None:
        put(self, "body", body)
        put(self, "variable", variable)
        self._over((body, variable), span)


class Delta(Term):
    """Kronecker's delta of two index terms: 1 where they are equal, else 0."""

    __slots__ = __match_args__ = ("left", "right")
    left: Term
    right: Term

    def __init__(self, left: Term, right: Term, *, span: Span | None = None) -> None:
        put(self, "left", left)
        put(self, "right", right)
        self._over((left, right), span)


# --- binders -----------------------------------------------------------------------------------


class BigOp(Term):
    """Sum, product, maximum or minimum over an index: the only binder.

    ``op`` is "sum", "prod", "max" or "min".  ``index`` is bound in ``body`` and ``where`` (a
    condition such as ``k != i``), not in the bounds.  Bounds are inclusive; both None means "the
    declared range of that index" and is resolved before the kernel sees the term.
    """

    __slots__ = __match_args__ = ("op", "index", "lower", "upper", "body", "where")
    op: str
    index: str
    lower: Term | None
    upper: Term | None
    body: Term
    where: Term | None

    def __init__(
        self,
        op: str,
        index: str,
        lower: Term | None,
        upper: Term | None,
        body: Term,
        where: Term | None = None,
        *,
        span: Span | None = None,
    ) -> None:
        put(self, "op", op)
        put(self, "index", index)
        put(self, "lower", lower)
        put(self, "upper", upper)
        put(self, "body", body)
        put(self, "where", where)
        self._over(tuple([s for s in (lower, upper, body, where) if s is not None]), span)


# --- conditions --------------------------------------------------------------------------------


class Relation(Term):
    """``left op right`` with op one of ``= != < <= > >=``: a claim, a condition or a hypothesis."""

    __slots__ = __match_args__ = ("op", "left", "right")
    op: str
    left: Term
    right: Term

    def __init__(self, op: str, left: Term, right: Term, *, span: Span | None = None) -> None:
        put(self, "op", op)
        put(self, "left", left)
        put(self, "right", right)
        self._over((left, right), span)


class And(Term):
    """A conjunction of conditions."""

    __slots__ = __match_args__ = ("conditions",)
    conditions: tuple[Term, ...]

    def __init__(self, conditions: tuple[Term, ...], *, span: Span | None = None) -> None:
        put(self, "conditions", conditions)
        self._over(conditions, span)


class Indicator(Term):
    """1 where the condition holds, else 0: ``1_{x > 0}``, ``[i = j]``."""

    __slots__ = __match_args__ = ("condition",)
    condition: Term

    def __init__(self, condition: Term, *, span: Span | None = None) -> None:
        put(self, "condition", condition)
        self._over((condition,), span)


class Cases(Term):
    """A case distinction; the first condition that holds decides.

    ``branches`` are (value, condition) pairs, ``otherwise`` the value where none holds (None:
    undefined there).
    """

    __slots__ = __match_args__ = ("branches", "otherwise")
    branches: tuple[tuple[Term, Term], ...]
    otherwise: Term | None

    def __init__(
        self,
        branches: tuple[tuple[Term, Term], ...],
        otherwise: Term | None = None,
        *,
        span: Span | None = None,
    ) -> None:
        put(self, "branches", branches)
        put(self, "otherwise", otherwise)
        below = tuple([s for branch in branches for s in branch])
        self._over(below if otherwise is None else (*below, otherwise), span)


# --- arrays ------------------------------------------------------------------------------------


class Matrix(Term):
    """A matrix of concrete size by rows; a column vector is a matrix with one column."""

    __slots__ = __match_args__ = ("rows",)
    rows: tuple[tuple[Term, ...], ...]

    def __init__(self, rows: tuple[tuple[Term, ...], ...], *, span: Span | None = None) -> None:
        put(self, "rows", rows)
        self._over(tuple([s for row in rows for s in row]), span)


class Component(Term):
    """A component of an array-valued term: ``softmax(x)_j``, ``(Wx)_i``."""

    __slots__ = __match_args__ = ("of", "indices")
    of: Term
    indices: tuple[Term, ...]

    def __init__(self, of: Term, indices: tuple[Term, ...], *, span: Span | None = None) -> None:
        put(self, "of", of)
        put(self, "indices", indices)
        self._over((of, *indices), span)


class Transpose(Term):
    """The transpose of an array-valued term."""

    __slots__ = __match_args__ = ("arg",)
    arg: Term

    def __init__(self, arg: Term, *, span: Span | None = None) -> None:
        put(self, "arg", arg)
        self._over((arg,), span)
