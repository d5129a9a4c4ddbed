"""Normal forms back to Terms: for needs and residuals that a person reads."""

from __future__ import annotations

from fractions import Fraction

from derive.prover.flint import fmpq
from derive.prover.normal_form import elementary, opaque, products, scalars, sums
from derive.prover.normal_form import index as ix
from derive.prover.normal_form import ratio as rt
from derive.prover.normal_form.context import Context, Factor
from derive.prover.normal_form.generator import NEGATIVE, Generator
from derive.prover.normal_form.index import Index
from derive.prover.normal_form.polynomial import Exponent, Monomial, Polynomial
from derive.prover.normal_form.ratio import Ratio
from derive.term import (
    Add,
    BigOp,
    Call,
    Delta,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    replace,
    term,
)

LETTERS = "jkmnlrstuvabcq"


class Writer:
    """Writes ratios of one context; dummies get letters that ``taken`` does not hold."""

    def __init__(self, ctx: Context, taken: set[str]) -> None:
        self.ctx = ctx
        self.taken = set(taken)
        self.names: dict[str, str] = {}

    def ratio(self, a: Ratio) -> Term:
        top = self.polynomial(a.num)
        if not a.den:
            return top
        below = [_power(self.polynomial(f.p), k) for f, k in a.den]
        return Div(top, below[0] if len(below) == 1 else Mul(tuple(below)))

    def polynomial(self, p: Polynomial) -> Term:
        if not p:
            return term(0)
        if any(isinstance(g, scalars.Imaginary) or _turns(g) for m in p for g, _ in m):
            return self.real_part(p)
        if self.ctx.zero_one:
            p = self.by_values(p)
        ordered = sorted(p.items(), key=lambda item: item[1] < 0)
        terms = tuple(self.monomial(m, c) for m, c in ordered)
        return terms[0] if len(terms) == 1 else Add(terms)

    def by_values(self, p: Polynomial) -> Polynomial:
        """A polynomial in the signs s of what is 0 or 1, with 2y - 1 for s.  The generator of s is
        written y."""
        total: dict[Monomial, fmpq] = {}
        for m, c in p.items():
            parts: dict[Monomial, fmpq] = {m: c}
            for g in [g for g, e in m if e == 1 and self.is_zero_or_one(g)]:
                without = {tuple(i for i in n if i[0] is not g): -d for n, d in parts.items()}
                parts = {n: 2 * d for n, d in parts.items()}
                for n, d in without.items():
                    parts[n] = parts.get(n, fmpq(0)) + d
            for n, d in parts.items():
                total[n] = total.get(n, fmpq(0)) + d
        return {n: d for n, d in total.items() if d}

    def is_zero_or_one(self, g: Generator) -> bool:
        if not isinstance(g, elementary.Sign) or not isinstance(
            g.data, (scalars.Scalar, scalars.ComponentOf)
        ):
            return False
        inner = g.data.data
        name = inner if isinstance(inner, str) else inner[0]
        return str(name)[:1] == "#" and name[1:] in self.ctx.zero_one

    def real_part(self, p: Polynomial) -> Term:
        """A real polynomial in e^{i a}, with cosines and sines: e^{i a} counts cos a, i e^{i a}
        counts -sin a."""
        total: dict[tuple[Monomial, bool, object], fmpq] = {}
        angles: dict[object, Ratio] = {}
        for m, c in p.items():
            turned = any(isinstance(g, scalars.Imaginary) for g, _ in m)
            plain = tuple((g, e) for g, e in m if not (g.unreal and _turns(g)))
            plain = tuple(item for item in plain if not isinstance(item[0], scalars.Imaginary))
            angle = rt.NIL
            for g, e in m:
                if isinstance(g, elementary.Exp) and _turns(g):
                    angle = rt.add(self.ctx, angle, rt.scale(_angle(g), rt.exact(e)))
            mirrored = rt.negative(angle)
            sign = fmpq(-1) if turned else fmpq(1)
            if angle.num and mirrored.key() in angles:
                angle, sign = mirrored, fmpq(1)
            angles[angle.key()] = angle
            key = (plain, turned, angle.key())
            total[key] = total.get(key, fmpq(0)) + c * sign
        terms = []
        for (plain, turned, about), c in total.items():
            angle = angles[about]
            if not c or (turned and not angle.num):
                continue
            written = self.monomial(plain, abs(c))
            if angle.num:
                wave = Call("sin" if turned else "cos", (self.ratio(angle),))
                written = wave if written == term(1) else Mul((written, wave))
            terms.append(Neg(written) if c < 0 else written)
        if not terms:
            return term(0)
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def monomial(self, m: Monomial, c: fmpq) -> Term:
        top: list[Term] = []
        below: list[Term] = []
        for g, e in m:
            if e < 0:
                below.append(self.power(g, -e))
            else:
                top.append(self.power(g, e))
        size = abs(Fraction(int(c.p), int(c.q)))
        if size.numerator != 1 or not top:
            top.insert(0, Number(Fraction(size.numerator)))
        if size.denominator != 1:
            below.insert(0, Number(Fraction(size.denominator)))
        result = top[0] if len(top) == 1 else Mul(tuple(top))
        if below:
            result = Div(result, below[0] if len(below) == 1 else Mul(tuple(below)))
        return Neg(result) if c < 0 else result

    def power(self, g: Generator, e: Exponent) -> Term:
        if isinstance(g, elementary.Exp) and e != 1:
            return Call("exp", (Mul((term(Fraction(e)), self.ratio(g.argument))),))
        return _power(self.generator(g), e)

    def generator(self, g: Generator) -> Term:
        match g:
            case scalars.Scalar():
                return Symbol(r"\pi" if g.data == scalars.PI else g.data)
            case scalars.ComponentOf():
                return self.component(*g.data)
            case scalars.Change():
                name, indices, variables = g.data
                written = self.component(name, indices)
                for by in variables:
                    written = Derivative(written, self.component(*by))
                return written
            case scalars.IndexValue():
                return self.index(ix.named(g.data))
            case scalars.Delta():
                constant, names = g.data
                left = self.index((0, tuple((n, c) for n, c in names if c > 0)))
                right = self.index((-constant, tuple((n, -c) for n, c in names if c < 0)))
                return Delta(left, right)
            case scalars.Imaginary():
                return Symbol(r"\mathrm{i}")
            case elementary.Exp():
                return Call("exp", (self.ratio(g.argument),))
            case elementary.Log():
                inside = self.ratio(g.argument())
                known = isinstance(g.data[0], int) or not self.ctx.sign(g.argument()) & NEGATIVE
                return Call("log", (inside if known or g.formal else Call("abs", (inside,)),))
            case elementary.Root():
                radicand = self.ratio(g.radicand())
                known = not self.ctx.sign(g.radicand()) & NEGATIVE
                return radicand if known else Call("abs", (radicand,))
            case elementary.Prime():
                return term(g.data)
            case elementary.Sign(data=scalars.Scalar() | scalars.ComponentOf()) if _hidden(g):
                return _shown(self.ratio(g.of_what()))  # y with y^2 = 1, see assumptions
            case elementary.Sign():
                return Call("sign", (self.ratio(g.of_what()),))
            case sums.Sum():
                return self.sum(g)
            case products.Product():
                size, inner = g.data
                return self.binder("prod", [size], g.height, self.inner(inner))
            case opaque.Function():
                name, orders, _ = g.data
                arguments = tuple(map(self.ratio, g.arguments))
                return Call(name, arguments, orders[0] if len(orders) == 1 else sum(orders))
            case opaque.Extremum():
                return self.binder("max", [g.data[0]], g.height, g.values)
        raise TypeError(type(g).__name__)

    def component(self, name: str, indices: tuple[Index, ...]) -> Term:
        return Indexed(name, tuple(map(self.index, indices))) if indices else Symbol(name)

    def inner(self, g: Generator | Factor) -> Ratio:
        return Ratio({((g, 1),): fmpq(1)}) if isinstance(g, Generator) else Ratio(g.p)

    def sum(self, g: sums.Sum) -> Term:
        sizes, m, den = g.data
        return self.binder("sum", list(sizes), g.height, Ratio({m: fmpq(1)}, den))

    def binder(self, op: str, sizes: list[Index], height: int, body: Ratio) -> Term:
        own = [sums.dummy(height, k) for k in range(len(sizes))]
        outer = {name: self.names.pop(name, None) for name in own}
        letters = [self.name(name) for name in own]
        result = self.ratio(body)
        for letter, size in zip(reversed(letters), reversed(sizes), strict=True):
            result = BigOp(op, letter, term(1), self.index(size), result)
        for name, before in outer.items():
            self.taken.discard(self.names.pop(name))
            if before is not None:
                self.names[name] = before
        return result

    def index(self, i: Index) -> Term:
        constant, names = ix.substituted(i, self.ctx.written)
        parts: list[Term] = []
        for name, c in names:
            symbol: Term = Symbol(self.name(name))
            part = symbol if abs(c) == 1 else Mul((term(abs(c)), symbol))
            parts.append(Neg(part) if c < 0 else part)
        if constant or not parts:
            parts.append(term(constant))
        return parts[0] if len(parts) == 1 else Add(tuple(parts))

    def name(self, name: str) -> str:
        """The name a person sees: dummies get a letter."""
        if name[0] != "#":
            return name
        if name not in self.names:
            hint = self.ctx.hints.get(name, "")
            letters = ([hint] if hint else []) + list(LETTERS)
            free = [letter for letter in letters if letter not in self.taken]
            letter = free[0] if free else f"k_{{{len(self.taken)}}}"
            self.names[name] = letter
            self.taken.add(letter)
        return self.names[name]


def _turns(g: Generator) -> bool:
    """Is it e^{i a} with a real?"""
    return isinstance(g, elementary.Exp) and any(
        isinstance(h, scalars.Imaginary) for h, _ in g.data[0]
    )


def _angle(g: elementary.Exp) -> Ratio:
    m, den = g.data
    return Ratio({tuple(i for i in m if not isinstance(i[0], scalars.Imaginary)): fmpq(1)}, den)


def _hidden(g: elementary.Sign) -> bool:
    inner = g.data
    assert isinstance(inner, Generator)
    name = inner.data if isinstance(inner.data, str) else inner.data[0]  # type: ignore[index]
    return str(name).startswith("#")


def _shown(t: Term) -> Term:
    assert isinstance(t, Symbol | Indexed)
    return replace(t, name=t.name[1:])


def _power(base: Term, e: Exponent) -> Term:
    if e == 1:
        return base
    if e == Fraction(1, 2):
        return Call("sqrt", (base,))
    return Pow(base, term(Fraction(e)))
