"""Terms as a person would write them: what nobody spends a line on.

Tidying flattens sums and products, folds numbers, moves signs to the front and drops 0 and 1.  It
keeps the order of what was written, and never cancels, expands or collects: those are rules, and
a rule gets a line.

Throughout: ``t`` is a term, ``q`` a rational number.
"""

from __future__ import annotations

from fractions import Fraction

from derive.term import (
    Add,
    BigOp,
    Call,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Symbol,
    Term,
    Transpose,
    rebuild,
    replace,
    term,
)

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
ARRAYS = (Matrix, Transpose, Component)


def tidy(t: Term) -> Term:
    """``t`` without the clutter that rewriting leaves behind.

    >>> from derive.term import Symbol
    >>> x, y = Symbol("x"), Symbol("y")
    >>> from derive.term.text import text
    >>> text(tidy(0 * x + 1 * y * (-x) * 2))
    '−2yx'
    """
    if isinstance(t, (Symbol, Number)):
        return t
    return tidy_top(rebuild(t, tidy))


def tidy_top(t: Term) -> Term:
    """The same for a term whose direct subterms are tidy."""
    match t:
        case Neg(arg):
            return negated(arg)
        case Add(terms):
            return added(terms)
        case Mul(factors):
            return multiplied(factors)
        case Div(numerator, denominator):
            return divided(numerator, denominator)
        case Pow(base, exponent):
            return raised(base, exponent)
        case Indexed(_, indices) if any(isinstance(i, Add) for i in indices):
            return replace(t, indices=tuple(map(shifted, indices)))
        case Derivative(Symbol() as x, y) if x == y:
            return ONE
        case Derivative(Number(), _):
            return ZERO
        case Delta(Number(a), Number(b)):
            return ONE if a == b else ZERO
        case BigOp("sum", body=Number(q)) if q == 0:
            return ZERO
        case BigOp("prod", body=Number(q)) if q == 1:
            return ONE
        case Call("exp", (Number(q),), 0) if q == 0:
            return ONE
        case Call("log", (Number(q),), 0) if q == 1:
            return ZERO
    return t


def rational(t: Term) -> Fraction | None:
    """The value of a written rational number, with its sign."""
    match t:
        case Number(value):
            return value
        case Neg(arg):
            inner = rational(arg)
            return -inner if inner is not None else None
        case Div(Number(a), Number(b)) if b:
            return a / b
    return None


def numeral(q: Fraction) -> Term:
    """A rational as a person writes it: 3, −2, 1/2 as a fraction."""
    if q.numerator < 0:
        return Neg(numeral(-q))
    return Number(q) if q.denominator == 1 else Div(term(q.numerator), term(q.denominator))


def decimal(q: Fraction, parts: tuple[Term, ...] | list[Term]) -> Term:
    """A number that was made of ``parts``: 0.5 · 3 stays a decimal number."""
    written = any(isinstance(s, Number) and s.value.denominator != 1
                  for t in parts for s in (t, *_signs_and_bars(t)))  # fmt: skip
    if written and (1000 * q).denominator == 1:
        return Neg(Number(-q)) if q < 0 else Number(q)
    return numeral(q)


def _signs_and_bars(t: Term) -> tuple[Term, ...]:
    """The numbers in −2 and 1/2."""
    match t:
        case Neg(arg):
            return (arg, *_signs_and_bars(arg))
        case Div(Number() as p, Number() as q):
            return (p, q)
    return ()


def shifted(index: Term) -> Term:
    """An index with its numbers as one: i + 1 − 1 is i."""
    if not isinstance(index, Add):
        return index
    letters = [s for s in index.terms if rational(s) is None]
    shift = sum((rational(s) or Fraction(0) for s in index.terms), Fraction(0))
    terms = [*letters, numeral(shift)] if shift else letters
    return terms[0] if len(terms) == 1 else Add(tuple(terms)) if terms else ZERO


def negated(t: Term) -> Term:
    if isinstance(t, Neg):
        return t.arg
    return t if t == ZERO else Neg(t)


def added(terms: tuple[Term, ...] | list[Term]) -> Term:
    flat: list[Term] = []
    for t in terms:
        if isinstance(t, Add):
            flat.extend(t.terms)
        elif isinstance(t, Neg) and isinstance(t.arg, Add):
            flat.extend(negated(s) for s in t.arg.terms)
        elif t != ZERO:
            flat.append(t)
    values = [rational(t) for t in flat]
    known = [q for q in values if q is not None]
    if len(known) == len(flat):
        return decimal(sum(known, Fraction(0)), flat)
    return flat[0] if len(flat) == 1 else Add(tuple(flat))


def multiplied(factors: tuple[Term, ...] | list[Term]) -> Term:
    """Numbers to the front as one, one sign in front of all."""
    q, rest, numbers = Fraction(1), [], list[Term]()
    stack = list(reversed(factors))
    while stack:
        t = stack.pop()
        value = rational(t)
        if value is not None:
            q *= value
            numbers.append(t)
        elif isinstance(t, Mul):
            stack.extend(reversed(t.factors))
        elif isinstance(t, Neg):
            q = -q
            stack.append(t.arg)
        else:
            rest.append(t)
    rest = _with_powers(rest)
    if not q and not any(isinstance(t, ARRAYS) for t in rest):
        return ZERO
    if q.numerator < 0:
        return Neg(_product(-q, rest, numbers))
    return _product(q, rest, numbers)


def _with_powers(factors: list[Term]) -> list[Term]:
    """a · a is a² for a name, a value or a sum over an index; brackets stay as written."""
    plain = [s for s in map(_plain_base, factors) if s is not None]
    if len(plain) == len(set(plain)):
        return factors
    powers: dict[Term, Fraction] = {}
    for s in factors:
        base = _plain_base(s)
        if base is not None:
            exponent = s.exponent if isinstance(s, Pow) else ONE
            powers[base] = powers.get(base, Fraction(0)) + (rational(exponent) or 0)
    kept: list[Term] = []
    for s in factors:
        base = _plain_base(s)
        if base is None:
            kept.append(s)
        elif base in powers:
            kept.append(raised(base, numeral(powers.pop(base))))
    return kept


def _plain_base(t: Term) -> Term | None:
    """The name, value or sum over an index in ``a`` or ``a²``."""
    match t:
        case Symbol() | Indexed() | BigOp() | Call():
            return t
        case Pow(Symbol() | Indexed() | BigOp() | Call() as base, Number()):
            return base
    return None


def _product(q: Fraction, rest: list[Term], numbers: list[Term]) -> Term:
    if not rest:
        return decimal(q, numbers)
    if q == 1:
        return rest[0] if len(rest) == 1 else Mul(tuple(rest))
    head, number = rest[0], decimal(q, numbers)
    if (
        isinstance(head, Div) and head.numerator == ONE and number == numeral(q)
    ):  # 2 · 1/b is written 2/b
        joined = Div(term(q.numerator), multiplied([term(q.denominator), head.denominator]))
        return joined if len(rest) == 1 else Mul((joined, *rest[1:]))
    return Mul((number, *rest))


def divided(numerator: Term, denominator: Term) -> Term:
    if numerator == ZERO and denominator != ZERO:
        return ZERO
    if denominator == ONE:
        return numerator
    if isinstance(numerator, Neg):
        return negated(divided(numerator.arg, denominator))
    if isinstance(denominator, Neg):
        return negated(divided(numerator, denominator.arg))
    if isinstance(denominator, Div) and denominator.numerator == ONE:
        return multiplied([numerator, denominator.denominator])
    p, q = rational(numerator), rational(denominator)
    if p is not None and q:
        return decimal(p / q, [numerator, denominator])
    return Div(numerator, denominator)


def raised(base: Term, exponent: Term) -> Term:
    n = rational(exponent)
    if n == 1:
        return base
    if n == 0 and base != ZERO:
        return ONE
    plain = isinstance(base, Mul) and all(
        _plain_base(s) is not None or isinstance(s, Number) for s in base.factors
    )
    if plain and isinstance(base, Mul) and n is not None and n.denominator == 1 and n > 0:
        return multiplied([raised(s, exponent) for s in base.factors])
    q = rational(base)
    if q is not None and n is not None and n.denominator == 1 and 0 < n < 20:
        return numeral(q**n.numerator)
    if n is not None and n < 0 and n.denominator == 1:
        if isinstance(base, Div):
            return raised(divided(base.denominator, base.numerator), numeral(-n))
        return divided(ONE, raised(base, numeral(-n)))
    if isinstance(base, Neg) and n is not None and n.denominator == 1:
        power = raised(base.arg, exponent)
        return power if n % 2 == 0 else negated(power)
    if isinstance(base, Pow) and n is not None and n.denominator == 1:
        inner = rational(base.exponent)
        if inner is not None and inner.denominator == 1:
            return raised(base.base, numeral(inner * n))
    return Pow(base, exponent)
