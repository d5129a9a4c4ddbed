"""Certified numbers: Arb balls, and multi-dual numbers over them.

A ball is an enclosure: it contains the true value, always.  A multi-dual number carries
derivatives along: with nilpotent e1, e2, .. (each squares to zero) f(x + e1 + e2) has f'(x) as
the coefficient of e1 and f''(x) as that of e1 e2.  No algebra on terms happens here.

``Undefined``: the point is outside the domain.  ``Uncertain``: the ball is too wide to tell, more
bits may help.  A comparison answers only where it is certain.

Throughout: ``a``, ``b`` are scalars (a ball or a dual), a *mask* is a set of e's as bits.

Source: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic",
IEEE Trans. Computers 66 (2017); J. Fike, J. Alonso, "Hyper-dual numbers" (2011).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from derive.prover.flint import arb, arb_series, ctx

Ball: TypeAlias = arb
ZERO, ONE = arb(0), arb(1)

MAX_ORDER = 8  # flint's series stop at ten coefficients
MAX_EXPONENT = 1_000_000


class Undefined(Exception):
    """Outside the domain at this point."""


class Uncertain(Undefined):
    """The ball is too wide to tell whether the point is in the domain."""


class Exhausted(Exception):
    """A budget ran out; the answer is *not refuted*, never a shortened one."""


class precision:
    """Within: ``bits`` bits.  FLINT's precision is global, so it is set and restored here only."""

    __slots__ = ("before", "bits")

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before: int = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *error: object) -> None:
        ctx.prec = self.before


class Dual:
    """A multi-dual number: ``parts`` maps a mask to its coefficient; key 0 is always there, first.

    A missing mask is an exact zero.  Treated as immutable.
    """

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, arb]) -> None:
        self.parts = parts

    def __add__(self, other: Scalar) -> Dual:
        sums = dict(self.parts)
        if isinstance(other, Dual):
            for mask, b in other.parts.items():
                sums[mask] = sums[mask] + b if mask in sums else b
        else:
            sums[0] = sums[0] + other
        return Dual(sums)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual({mask: -a for mask, a in self.parts.items()})

    def __sub__(self, other: Scalar) -> Dual:
        return self + -other

    def __rsub__(self, other: arb) -> Dual:
        return -self + other

    def __mul__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual):
            return Dual({mask: a * other for mask, a in self.parts.items()})
        parts, others = self.parts, other.parts
        if len(parts) == 2 and parts.keys() == others.keys():  # one e, as nearly always
            (_, a), (bit, da) = parts.items()  # 0 comes first
            b, db = others[0], others[bit]
            return Dual({0: a * b, bit: a * db + da * b})
        products: dict[int, arb] = {}
        for left, a in self.parts.items():
            for right, b in other.parts.items():
                if not left & right:
                    mask = left | right
                    c = a * b
                    products[mask] = products[mask] + c if mask in products else c
        return Dual(products)

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"Dual({self.parts})"


Scalar: TypeAlias = arb | Dual


def real(a: Scalar) -> arb:
    """The part without any e."""
    return a.parts[0] if isinstance(a, Dual) else a


def perturbed(a: Scalar, bit: int) -> Dual:
    """``a`` + e for a new e."""
    if isinstance(a, Dual):
        return Dual({**a.parts, bit: ONE})
    return Dual({0: a, bit: ONE})


def coefficient(a: Scalar, bit: int) -> Scalar:
    """The coefficient of e in ``a``: the derivative along it."""
    if not isinstance(a, Dual):
        return ZERO
    parts = {0: a.parts.get(bit, ZERO)}
    for mask, c in a.parts.items():
        if mask & bit and mask != bit:
            parts[mask ^ bit] = c
    return Dual(parts) if len(parts) > 1 else parts[0]


# --- functions ---------------------------------------------------------------------------------


def finite(a: arb) -> arb:
    """``a`` where it is a number; infinite and undefined results never leave a function."""
    if not a.is_finite():
        raise Uncertain
    return a


def _compose(taylor: list[arb], a: Dual) -> Dual:
    """Sum of taylor[k] (a - a0)^k; the nilpotent part's powers end by themselves."""
    nilpotent = {mask: c for mask, c in a.parts.items() if mask}
    total = {0: taylor[0]}
    if len(nilpotent) == 1:  # one e, as nearly always
        for mask, c in nilpotent.items():
            total[mask] = taylor[1] * c
        return Dual(total)
    power: dict[int, arb] = {0: ONE}
    for c in taylor[1:]:
        power = _disjoint_product(power, nilpotent)
        if not power:
            break
        for mask, b in power.items():
            total[mask] = total[mask] + c * b if mask in total else c * b
    return Dual(total)


def _disjoint_product(left: Mapping[int, arb], right: Mapping[int, arb]) -> dict[int, arb]:
    products: dict[int, arb] = {}
    for m, a in left.items():
        for n, b in right.items():
            if not m & n:
                c = a * b
                products[m | n] = products[m | n] + c if m | n in products else c
    return products


def _order(a: Dual) -> int:
    """How many different e's occur: no higher power of the nilpotent part survives."""
    union = 0
    for mask in a.parts:
        union |= mask
    order = union.bit_count()
    if order > MAX_ORDER:
        raise Exhausted(f"a derivative of order {order}")
    return order


def above(a: arb, bound: arb = ZERO) -> None:
    """Require a > bound."""
    if not a > bound:
        raise Undefined if a <= bound else Uncertain


def exp(a: Scalar) -> Scalar:
    if not isinstance(a, Dual):
        value = a.exp()
        if value.is_finite():
            return value
        raise Uncertain
    c = finite(a.parts[0].exp())
    if len(a.parts) == 2:
        return Dual({mask: c * b if mask else c for mask, b in a.parts.items()})
    taylor = [c]
    for k in range(1, _order(a) + 1):
        taylor.append(taylor[-1] / k)
    return _compose(taylor, a)


def log(a: Scalar) -> Scalar:
    x = real(a)
    above(x)
    value = finite(x.log())
    if not isinstance(a, Dual):
        return value
    inverse = finite(ONE / x)
    taylor, power = [value], -ONE
    for k in range(1, _order(a) + 1):
        power = -power * inverse
        taylor.append(power / k)
    return _compose(taylor, a)


def sqrt(a: Scalar) -> Scalar:
    if isinstance(a, Dual):
        above(a.parts[0])
        return _compose(_series(a, "sqrt"), a)
    if a < 0:
        raise Undefined
    return finite(a.sqrt())


def reciprocal(a: Scalar) -> Scalar:
    if not isinstance(a, Dual):
        inverse = ONE / a
        if inverse.is_finite():
            return inverse
        raise Undefined if a == 0 else Uncertain
    inverse = ONE / a.parts[0]
    if not inverse.is_finite():
        raise Undefined if a.parts[0] == 0 else Uncertain
    taylor = [inverse]
    for _ in range(_order(a)):
        taylor.append(-taylor[-1] * inverse)
    return _compose(taylor, a)


def quotient(a: Scalar, b: Scalar) -> Scalar:
    if isinstance(a, Dual) or isinstance(b, Dual):
        return a * reciprocal(b)
    c = a / b
    if c.is_finite():
        return c
    raise Undefined if b == 0 else Uncertain


def _series(a: Dual, name: str) -> list[arb]:
    n = _order(a) + 1
    series = getattr(arb_series([a.parts[0], ONE], n), name)()
    return [finite(series[k]) for k in range(n)]


def _analytic(name: str, domain: Callable[[arb], object] = bool) -> Callable[[Scalar], Scalar]:
    """A function that FLINT knows by the same name for balls and for power series."""
    plain: Callable[[arb], arb] = getattr(arb, name)

    def apply(a: Scalar) -> Scalar:
        domain(real(a))
        if isinstance(a, Dual):
            return _compose(_series(a, name), a)
        return finite(plain(a))

    return apply


def _inside_unit(a: arb) -> None:
    above(a, -ONE)
    above(-a, -ONE)


def absolute(a: Scalar) -> Scalar:
    if not isinstance(a, Dual):
        return abs(a)
    return a if sign(a) == 1 else -a


def sign(a: Scalar) -> Scalar:
    """+1 or -1; undefined at 0, where the conventions differ."""
    x = real(a)
    if x > 0:
        return ONE
    if x < 0:
        return -ONE
    raise Undefined if x == 0 else Uncertain


def maximum(a: Scalar, b: Scalar) -> Scalar:
    """The larger; undefined with derivatives where both are equal (a kink)."""
    if not isinstance(a, Dual) and not isinstance(b, Dual):
        return finite(a.max(b))
    x, y = real(a), real(b)
    if x > y:
        return a
    if x < y:
        return b
    raise Undefined if x == y else Uncertain


def minimum(a: Scalar, b: Scalar) -> Scalar:
    return -maximum(-a, -b)


def whole_power(a: Scalar, n: int) -> Scalar:
    """a^n for an integer n, with a^0 = 1 as in polynomials."""
    if n < 0:
        return reciprocal(whole_power(a, -n))
    if n > MAX_EXPONENT:
        raise Exhausted(f"the power {n}")
    if n == 2:
        return a * a
    if not isinstance(a, Dual) and not a.contains(ZERO):  # of a ball around 0 FLINT makes NaN
        return finite(a**n)
    result: Scalar = ONE
    square: Scalar = a
    while n:
        if n & 1:
            result = square * result
        n >>= 1
        if n:
            square = square * square
    return result if isinstance(result, Dual) else finite(result)


def power(a: Scalar, b: Scalar) -> Scalar:
    """a^b for a real exponent: exp(b log a) for a > 0; 0^b = 0 for b > 0; else undefined."""
    if not isinstance(a, Dual) and a == 0:
        above(real(b))
        return ZERO
    return exp(b * log(a))


def certainly(op: str, a: Scalar, b: Scalar) -> bool:
    """Whether a op b; raises where that is uncertain, or decides between pieces at a kink.

    With derivatives the condition must hold or fail in a neighbourhood.
    """
    x, y = real(a), real(b)
    if x < y:
        return op in ("<", "<=", "!=")
    if x > y:
        return op in (">", ">=", "!=")
    if isinstance(a, Dual) or isinstance(b, Dual):
        raise Undefined if x == y else Uncertain
    if x == y:
        return op in ("=", "<=", ">=")
    if (op == "<=" and x <= y) or (op == ">=" and x >= y):
        return True
    if (op == "<" and x >= y) or (op == ">" and x <= y):
        return False
    raise Uncertain


# fmt: off
FUNCTIONS: Mapping[str, Callable[[Scalar], Scalar]] = {
    "exp":    exp,
    "log":    log,
    "sqrt":   sqrt,
    "sin":    _analytic("sin"),
    "cos":    _analytic("cos"),
    "tan":    _analytic("tan"),
    "asin":   _analytic("asin", _inside_unit),
    "acos":   _analytic("acos", _inside_unit),
    "atan":   _analytic("atan"),
    "erf":    _analytic("erf"),
    "gamma":  _analytic("gamma", above),
    "lgamma": _analytic("lgamma", above),
    "abs":    absolute,
    "sign":   sign,
}
# fmt: on
