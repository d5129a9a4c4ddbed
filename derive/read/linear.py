"""Whole numbers that are linear in names: how many terms 1 + 3 + .. + (2n - 1) has."""

from __future__ import annotations

from fractions import Fraction

from derive.term import Add, Mul, Neg, Number, Symbol, Term, term


def linear(t: Term, divided_by: Fraction, plus: Fraction) -> Term | None:
    """``t / divided_by + plus``, written out; None where ``t`` is not linear in names, or this has
    coefficients that are no whole numbers."""
    found = _coefficients(t)
    if found is None:
        return None
    parts = {name: value / divided_by for name, value in found.items()}
    parts[""] = parts.get("", Fraction(0)) + plus
    if any(value.denominator != 1 for value in parts.values()):
        return None
    terms = [_multiple(name, value) for name, value in parts.items() if name and value]
    if parts[""] or not terms:
        terms.append(term(parts[""]) if parts[""] >= 0 else Neg(term(-parts[""])))
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _multiple(name: str, value: Fraction) -> Term:
    size: Term = Symbol(name) if abs(value) == 1 else Mul((term(abs(value)), Symbol(name)))
    return size if value > 0 else Neg(size)


def _coefficients(t: Term) -> dict[str, Fraction] | None:
    """The coefficients of names, and of "" for the rest."""
    match t:
        case Number(value):
            return {"": value}
        case Symbol(name):
            return {name: Fraction(1)}
        case Neg(arg):
            found = _coefficients(arg)
            return None if found is None else {name: -value for name, value in found.items()}
        case Mul((Number(value), other)) | Mul((other, Number(value))):
            found = _coefficients(other)
            return None if found is None else {name: value * v for name, v in found.items()}
        case Add(terms):
            total: dict[str, Fraction] = {}
            for s in terms:
                if (found := _coefficients(s)) is None:
                    return None
                for name, value in found.items():
                    total[name] = total.get(name, Fraction(0)) + value
            return total
    return None
