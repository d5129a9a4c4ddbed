"""Generators for scalars, components and their changes, index values, Kronecker deltas and the
imaginary unit.

Throughout: g is a generator, ``by`` a substitution of indices.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from derive.prover.flint import fmpq
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context
from derive.prover.normal_form.generator import ANY, POSITIVE, ZERO, Generator, Target
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Exponent
from derive.prover.normal_form.ratio import Ratio
from derive.prover.undecided import Undecided

Variables: TypeAlias = tuple[tuple[str, tuple[Index, ...]], ...]
PI = "#pi"  # the constant; a name that a person gave a meaning is another


class Scalar(Generator):
    """A real scalar; data: its name."""

    __slots__ = ()
    data: str

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return scalar(ctx, self.data)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        if wrt.name == self.data:
            return rt.NIL if wrt.indices else rt.ONE
        return change(ctx, self.data, (), (), wrt)

    def sign(self, ctx: Context) -> int:
        return ctx.family_signs.get(self.data, ANY)

    def mentions(self, name: str) -> bool:
        return name == self.data


class ComponentOf(Generator):
    """A component of a vector, matrix or family; data: (name, indices)."""

    __slots__ = ()
    data: tuple[str, tuple[Index, ...]]

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        name, indices = self.data
        return component(ctx, name, tuple([ix.substituted(i, by) for i in indices]))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        name, indices = self.data
        if wrt.name != name:
            return change(ctx, name, indices, (), wrt)
        if len(wrt.indices) != len(indices):
            raise Undecided(f"{name} has components with different numbers of indices")
        if name in ctx.symmetric:
            raise Undecided(f"derivative by an entry of the symmetric {name}")
        result = rt.ONE
        for a, b in zip(indices, wrt.indices, strict=True):
            result = rt.multiply(ctx, result, delta(ctx, a, b))
        return result

    def sign(self, ctx: Context) -> int:
        return ctx.family_signs.get(self.data[0], ANY)

    def mentions(self, name: str) -> bool:
        return name == self.data[0]


class Change(Generator):
    """A derivative of what varies in a way that nobody said; data: (name, indices, the variables
    that it is differentiated by, in order: such derivatives commute)."""

    __slots__ = ()
    data: tuple[str, tuple[Index, ...], Variables]

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        def at(indices: tuple[Index, ...]) -> tuple[Index, ...]:
            return tuple(ix.substituted(i, by) for i in indices)

        name, indices, variables = self.data
        return _changed(ctx, name, at(indices), tuple((v, at(own)) for v, own in variables))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        return change(ctx, *self.data, wrt)

    def sign(self, ctx: Context) -> int:
        return ANY

    def mentions(self, name: str) -> bool:
        return name == self.data[0] or any(name == v for v, _ in self.data[2])


def change(
    ctx: Context, name: str, indices: tuple[Index, ...], variables: Variables, wrt: Target
) -> Ratio:
    """The derivative of ``name[indices]``, differentiated by ``variables`` already: 0 unless it is
    said to vary with what it is differentiated by."""
    if (name, wrt.name) not in ctx.varying:
        return rt.NIL
    return _changed(ctx, name, indices, (*variables, (wrt.name, wrt.indices)))


def _changed(ctx: Context, name: str, indices: tuple[Index, ...], variables: Variables) -> Ratio:
    every = (*indices, *(i for _, own in variables for i in own))
    names = frozenset(n for i in every for n, _ in i[1])
    data = (name, indices, tuple(sorted(variables)))
    return rt.of(ctx.intern(Change, data, names))


class IndexValue(Generator):
    """An index or a dimension used as a number; data: its name."""

    __slots__ = ()
    data: str

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return index_value(ctx, ix.substituted(ix.named(self.data), by))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        return rt.NIL

    def sign(self, ctx: Context) -> int:
        return POSITIVE if counts_from_one(ctx, self.data) else ANY

    def mentions(self, name: str) -> bool:
        return name == self.data


class Delta(Generator):
    """Kronecker's delta; data: the difference of the two indices, up to sign."""

    __slots__ = ()
    special = True
    nonzero = True
    order = 2
    data: Index

    def reduced(self, e: Exponent) -> tuple[fmpq, Exponent]:
        if e < 0:
            raise Undecided("division by a Kronecker delta")
        return fmpq(1), 1

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return delta(ctx, ix.substituted(self.data, by), ix.constant(0))

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        return rt.NIL

    def sign(self, ctx: Context) -> int:
        return POSITIVE | ZERO

    def mentions(self, name: str) -> bool:
        return False


class Imaginary(Generator):
    """The imaginary unit; sines and cosines are exponentials of it."""

    __slots__ = ()
    special = True
    order = 2

    def reduced(self, e: Exponent) -> tuple[fmpq, Exponent]:
        quarter = int(e) % 4
        return fmpq(-1 if quarter >= 2 else 1), quarter % 2

    def substituted(self, ctx: Context, by: Mapping[str, Index]) -> Ratio:
        return rt.of(self)

    def derivative(self, ctx: Context, wrt: Target) -> Ratio:
        return rt.NIL

    def mentions(self, name: str) -> bool:
        return False


def scalar(ctx: Context, name: str) -> Ratio:
    """What the scalar ``name`` stands for: its definition, or itself."""
    if name in ctx.meanings and name not in ctx.masked:
        return ctx.meanings[name](())
    return _or_value(ctx, ctx.intern(Scalar, name, frozenset()))


def component(ctx: Context, name: str, indices: tuple[Index, ...]) -> Ratio:
    """What ``name[indices]`` stands for: its definition, or itself."""
    if name in ctx.meanings and name not in ctx.masked:
        return ctx.meanings[name](indices)
    if name in ctx.symmetric and len(indices) == 2 and indices[0] > indices[1]:
        indices = indices[::-1]
        ctx.used[ctx.symmetric[name]] = None
    g = ctx.known(ComponentOf, (name, indices))
    if g is None:
        names = frozenset([n for i in indices for n, _ in i[1]])
        g = ctx.intern(ComponentOf, (name, indices), names)
    return _or_value(ctx, g)


def _or_value(ctx: Context, g: Generator) -> Ratio:
    value = ctx.value_of(g) if ctx.values else None
    return value if value is not None else rt.of(g)


def index_value(ctx: Context, i: Index) -> Ratio:
    """An index as a number."""
    total = rt.rational(i[0])
    for name, c in i[1]:
        g = ctx.intern(IndexValue, name, frozenset((name,)))
        total = rt.add(ctx, total, rt.scale(rt.of(g), fmpq(c)))
    return total


def as_index(a: Ratio) -> Index | None:
    """The linear form of indices that ``a`` is the value of, where it is one."""
    result = ix.constant(0)
    for m, c in a.num.items():
        if c.q != 1 or len(m) > 1 or (m and (m[0][1] != 1 or not isinstance(m[0][0], IndexValue))):
            return None
        part = ix.named(m[0][0].data) if m else ix.constant(1)  # type: ignore[arg-type]  # a name
        result = ix.plus(result, part, int(c.p))
    return None if a.den else result


def delta(ctx: Context, a: Index, b: Index) -> Ratio:
    """1 where the indices are equal, else 0."""
    difference = ix.plus(a, b, -1)
    constant, names = difference
    if not names:
        return rt.NIL if constant else rt.ONE
    if names[0][1] < 0:
        difference = ix.scaled(difference, -1)
        constant, names = difference
    if difference in ctx.distinct:
        if difference in ctx.apart_origins:
            ctx.used[ctx.apart_origins[difference]] = None
        return rt.NIL
    if never_zero(ctx, difference):
        return rt.NIL
    if ctx.signs and not ctx.sign(value := index_value(ctx, difference)) & ZERO:  # i < j
        ctx.note_signs(value)
        return rt.NIL
    return rt.of(ctx.intern(Delta, difference, frozenset([n for n, _ in names])))


def apart(ctx: Context, difference: Index) -> None:
    """From now on the linear form of indices is not 0."""
    ctx.distinct.add(difference)
    ctx.distinct.add(ix.scaled(difference, -1))


def counts_from_one(ctx: Context, name: str) -> bool:
    """Is the index or dimension surely >= 1?  (Dummies are, their ranges are 1..size.)"""
    return name[0] == "#" or name in ctx.sizes or name in ctx.dimensions


def never_zero(ctx: Context, i: Index) -> bool:
    """Is the linear form of indices and dimensions clearly nonzero?"""
    constant, names = i
    if not all(counts_from_one(ctx, name) for name, _ in names):
        return False
    total = constant + sum(c for _, c in names)
    if all(c > 0 for _, c in names):
        return total > 0
    if all(c < 0 for _, c in names):
        return total < 0
    return False


def nonempty(ctx: Context, size: Index) -> bool:
    """Is 1..size clearly nonempty?"""
    seen: set[str] = set()
    while below := [name for name, c in size[1] if c < 0]:  # i <= n where i counts 1..n
        name = below[0]
        if name in seen or name not in ctx.sizes:
            return False
        seen.add(name)
        size = ix.substituted(size, {name: ctx.sizes[name]})
    positive = all(counts_from_one(ctx, name) for name, _ in size[1])
    return positive and size[0] + sum(c for _, c in size[1]) >= 1


def counted(ctx: Context, size: Index) -> None:
    """Rely on 1..size being empty at worst: sum_{k=3}^n k is n(n+1)/2 - 3 only where n >= 2."""
    if nonempty(ctx, ix.plus(size, ix.constant(1))):
        return
    if any(name[0] == "#" for name, _ in size[1]):
        raise Undecided("a range that may be shorter than empty")
    ctx.require(">=", index_value(ctx, size))


def in_range(ctx: Context, i: Index, size: Index) -> bool | None:
    """Is 1 <= i <= size?  None where that is not known."""
    name = ix.bare(i)
    if name and ctx.sizes.get(name) == size:
        return True
    if i == size or i == ix.constant(1):
        return nonempty(ctx, size) or None
    if not i[1] and not size[1]:
        return 1 <= i[0] <= size[0]
    return None


def imaginary(ctx: Context) -> Ratio:
    return rt.of(ctx.intern(Imaginary, (), frozenset(), unreal=True))
