"""What a generator is: an interned symbol of the normal form, and what each kind must answer.

Two generators of one context are the same object exactly if they are the same mathematical
object.  Kinds are defined next to the functions that build them: scalars.py, exponentials.py,
signs.py, sums.py, products.py, opaque.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from derive.prover.flint import fmpq
from derive.prover.normal_form.index import Index

if TYPE_CHECKING:
    from derive.prover.normal_form.context import Context
    from derive.prover.normal_form.polynomial import Exponent
    from derive.prover.normal_form.ratio import Ratio

# A set of signs, as bits: what is known of a real number.
NEGATIVE, ZERO, POSITIVE = 1, 2, 4
ANY = NEGATIVE | ZERO | POSITIVE
# What ``op 0`` says.
SIGNS: Mapping[str, int] = MappingProxyType(
    {
        ">": POSITIVE,
        ">=": POSITIVE | ZERO,
        "<": NEGATIVE,
        "<=": NEGATIVE | ZERO,
        "!=": NEGATIVE | POSITIVE,
    }
)


def sign_product(a: int, b: int) -> int:
    """Signs that a product can have.

    >>> sign_product(NEGATIVE, POSITIVE | ZERO) == NEGATIVE | ZERO
    True
    """
    out = 0
    if (a | b) & ZERO and a and b:
        out |= ZERO
    if (a & POSITIVE and b & POSITIVE) or (a & NEGATIVE and b & NEGATIVE):
        out |= POSITIVE
    if (a & POSITIVE and b & NEGATIVE) or (a & NEGATIVE and b & POSITIVE):
        out |= NEGATIVE
    return out


def sign_sum(a: int, b: int) -> int:
    """Signs that a sum can have."""
    if a == ZERO:
        return b
    if b == ZERO:
        return a
    joined = a | b
    if not joined & NEGATIVE:
        return POSITIVE if POSITIVE in (a, b) else POSITIVE | ZERO
    if not joined & POSITIVE:
        return NEGATIVE if NEGATIVE in (a, b) else NEGATIVE | ZERO
    return ANY


def negated(signs: int) -> int:
    """Signs of the additive inverse."""
    return (
        (signs & ZERO)
        | (POSITIVE if signs & NEGATIVE else 0)
        | (NEGATIVE if signs & POSITIVE else 0)
    )


def sign_power(a: int, e: Exponent) -> int:
    """Signs that a power can have (the power being defined)."""
    if e.__class__ is not int:
        return a & (POSITIVE | ZERO) or POSITIVE
    if e < 0:
        a &= ~ZERO
    if e % 2:
        return a
    return (POSITIVE if a & (POSITIVE | NEGATIVE) else 0) | (a & ZERO)


class Generator:
    """One generator.

    ``number``: order of creation in its context.  ``data``: what it stands for (hashable; with
    the class it is the interning key).  ``names``: free index and dimension names in it.
    ``height``: nesting height of binders.  ``special``: a power is subject to a relation:
    exponents outside 0 <= e < ``order`` reduce by ``reduced``.  ``unreal``: its value may be
    complex (the imaginary unit or a formal logarithm is in it), so it has no sign.  ``nonzero``:
    it is never 0, real or not.
    """

    __slots__ = ("data", "height", "names", "number", "unreal")
    special: ClassVar[bool] = False
    nonzero: ClassVar[bool] = False
    signs: ClassVar[bool] = False  # is it the sign of its data?
    order: ClassVar[int] = 0

    def __init__(
        self, number: int, data: object, names: frozenset[str], height: int, unreal: bool
    ) -> None:
        self.number = number
        self.unreal = unreal
        self.data = data
        self.names = names
        self.height = height

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.data}"

    def reduced(self, e: Exponent) -> tuple[fmpq, Exponent]:
        """For special kinds: the power ``e`` as a rational times a power within the order."""
        raise NotImplementedError

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        """With indices replaced.  Called only where ``names`` meets ``by``, or to rebuild it
        after definitions or facts of the context changed."""
        raise NotImplementedError

    def power_substituted(self, ctx: Context, by: Mapping[str, Index], e: Exponent) -> Ratio:
        """Its power with indices replaced."""
        return ctx.to_power(ctx, self.substituted(ctx, by), e)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        """Partial derivative with respect to a scalar or a component."""
        raise NotImplementedError

    def sign(self, ctx: Context) -> int:
        """Signs this real number can have."""
        return ANY

    def logarithm(self, ctx: Context) -> Ratio | None:
        """log of its absolute value where that has a simpler form (None: it has not)."""
        return None

    def mentions(self, name: str) -> bool:
        """Does the scalar or family ``name`` occur in it?"""
        raise NotImplementedError


class Target:
    """What is differentiated by: a scalar name, or a component ``name[indices]``."""

    __slots__ = ("indices", "name")

    def __init__(self, name: str, indices: tuple[Index, ...] = ()) -> None:
        self.name = name
        self.indices = indices

    @property
    def names(self) -> frozenset[str]:
        return frozenset(n for index in self.indices for n, _ in index[1])
