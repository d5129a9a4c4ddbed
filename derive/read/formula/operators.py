"""Operators with a scope, Σ, Π, max over an index; fractions and roots."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.read.formula.calls import apply_function
from derive.read.formula.derivatives import differential_fraction
from derive.read.formula.scope import Open
from derive.read.formula.scripts import Scripts, raised
from derive.read.notation import BIG, EXTREMA, RELATIONS, WORD_FONTS
from derive.read.tokens import ReadError, Token
from derive.term import (
    And,
    BigOp,
    Call,
    Div,
    Indexed,
    Number,
    Relation,
    Symbol,
    Term,
    free_names,
    subterms_of,
)

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader

_ONE = Number(Fraction(1))
_TWO = Number(Fraction(2))
PAIR = "pair"  # the choice whether a sum over j \\ne i is one over i, too

# --- Σ, Π, max -----------------------------------------------------------------------------------


class _Binding:
    """What stands below and above a Σ."""

    def __init__(self) -> None:
        self.indices: list[tuple[str, Term | None, Term | None]] = []
        self.conditions: list[Term] = []
        self.upper: Term | None = None
        self.pair = False


def big(r: Reader, token: Token) -> Term:
    """\\sum, \\prod with what they bind and their body."""
    start = r.at - 1
    binding = _binding(r, token)
    return _bound(r, BIG[token.text], binding, start)


def extremum(r: Reader, token: Token) -> Term:
    """\\max_j x_j binds j; \\max(a, b) is a call."""
    start = r.at - 1
    name = EXTREMA[token.text]
    if r.token.text == "_":
        binding = _binding(r, token)
        t = _bound(r, name, binding, start)
        r.open = ()
        return t
    return apply_function(r, name, Scripts(), start, token.text)


def _binding(r: Reader, token: Token) -> _Binding:
    b = _Binding()
    seen = ""
    while r.token.text in ("_", "^"):
        mark = r.take()
        if mark.text in seen:
            raise ReadError("a second bound", mark.span)
        seen += mark.text
        if mark.text == "^":
            b.upper = r.argument()
        elif r.token.text == "{":
            opened = r.take()
            _low_bound(r, b)
            r.expect("}", opened)
        else:
            b.indices.append((_index(r, r.argument()), None, None))
    if len(b.indices) > 1 and b.upper is not None and b.indices[0][1] is None:
        b.indices = [(name, low or _ONE, high) for name, low, high in b.indices]
    return b


def _index(r: Reader, t: Term) -> str:
    if isinstance(t, Symbol):
        return t.name
    raise ReadError("this is no index", t.span or r.token.span, "a letter")


def _low_bound(r: Reader, b: _Binding) -> None:
    """``j=1``, ``i,j``, ``j \\ne i``, ``i < j``, ``1 \\le i \\le n``, ``j=1, j \\ne i``."""
    while r.token.text != "}":
        if r.token.text in (",", ":", ";", r"\mid", r"\\", "|") or (
            r.token.text in WORD_FONTS and r.source.is_remark(r.at)
        ):
            r.take()
            continue
        at = r.at
        terms = [r.expression()]
        operators: list[str] = []
        while r.token.text in RELATIONS:
            operators.append(RELATIONS[r.take().text])
            terms.append(r.expression())
        if r.token.text == r"\in":
            raise ReadError("a sum over a set is not read", r.token.span, "bounds")
        if not operators:
            b.indices.append((_index(r, terms[0]), None, None))
        else:
            _bound_relation(r, b, terms, operators, at)
        if r.at == at:
            raise r.wrong("}")


def _bound_relation(
    r: Reader, b: _Binding, terms: list[Term], operators: list[str], at: int
) -> None:
    known = [name for name, _, _ in b.indices]
    first = terms[0]
    if operators == ["="] and isinstance(first, Symbol) and first.name not in known:
        b.indices.append((first.name, terms[1], None))
        return
    between = [t.name for t in terms[1:-1] if isinstance(t, Symbol) and t.name not in known]
    if len(terms) > 2 and len(between) == len(terms) - 2 and {*operators} <= {"<", "<="}:
        low = first if operators[0] == "<=" else first + 1
        high = terms[-1] if operators[-1] == "<=" else terms[-1] - 1
        b.indices += [(name, low, high) for name in between]
        terms, operators = terms[1:-1], operators[1:-1]
    elif not b.indices:
        b.indices += [(name, None, None) for name in _related(r, b, terms, operators, at)]
        if not b.indices:
            raise ReadError("it is not clear which index is bound", r.tokens[at].span)
    for left, op, right in zip(terms, operators, terms[1:], strict=False):
        b.conditions.append(Relation(op, left, right, span=r.span_from(at)))


def _related(r: Reader, b: _Binding, terms: list[Term], operators: list[str], at: int) -> list[str]:
    """Which letters are bound: by j \\ne i often j alone, else both; by i < j both, or the one that
    has no meaning yet."""
    free = [t.name for t in terms if isinstance(t, Symbol)]
    outer = r.names.indices | frozenset(r.bound)
    new = [name for name in free if name not in outer] or free[:1]
    one = new[:1] if operators == ["!="] else new
    both = len(free) == len({*free}) == len(terms) == 2 and not {*free} & {*r.bound}
    if len(one) == 1 and both:
        (other,) = {*free} - {*one}
        if r.choices.choose((PAIR, other, at), 2):
            b.pair = True
            return free
    return one


def _bound(r: Reader, op: str, b: _Binding, start: int) -> Term:
    """The operator's body, and the whole."""
    r.bound.extend(name for name, _, _ in b.indices)
    r.reaching.extend((len(r.bars), name) for name, _, _ in b.indices)
    t = r.term()
    inner = r.open
    if b.indices:
        del r.reaching[-len(b.indices) :]
    if b.pair and len({name for name, _, _ in b.indices} & free_names(t)) == 1:
        raise ReadError("only one of two indices is summed over", r.span_from(start))
    if b.indices:
        del r.bound[-len(b.indices) :]
    else:
        b.indices.append((_unnamed_index(r, t, start), None, None))
    span = r.span_from(start)
    where: Term | None = None
    if b.conditions:
        where = b.conditions[0] if len(b.conditions) == 1 else And(tuple(b.conditions))
    for n, (name, low, high) in reversed(list(enumerate(b.indices))):
        upper = high if high is not None else b.upper
        lower = low if low is not None else (_ONE if upper is not None else None)
        if upper is None and lower is not None:
            if lower != _ONE:
                raise ReadError("the upper bound is missing", r.tokens[start].span, "^{..}")
            lower = None  # Σ_{k=1}: over all of the axis
        t = BigOp(op, name, lower, upper, t, where if n == len(b.indices) - 1 else None, span=span)
    r.open = (*(Open(name, start) for name, _, _ in b.indices), *inner)
    return t


def _unnamed_index(r: Reader, body: Term, start: int) -> str:
    """The index of a Σ that names none: the one index letter that is free in its body."""

    used = {i.name for t in subterms_of(body, Indexed) for i in t.indices if isinstance(i, Symbol)}
    candidates = sorted((used & free_names(body)) - r.names.indices - set(r.bound))
    if len(candidates) != 1:
        raise ReadError("it is not clear over which index this runs", r.tokens[start].span, "_{..}")
    return candidates[0]


# --- fractions, roots and binomials ---------------------------------------------------------------


def value(r: Reader) -> Term:
    """An argument that is a number: a function typed alone is its value, Z of Z(β)."""
    token = r.token
    t = r.argument()
    parameters = r.names.functions.get(token.text) if isinstance(t, Symbol) else None
    if not parameters or token.text == "{":
        return t
    return Call(token.text, tuple(Symbol(p, span=t.span) for p in parameters), span=t.span)


def fraction(r: Reader, token: Token) -> Term:
    """\\frac: a quotient, or the derivative it looks like."""
    start = r.at - 1
    derivative = differential_fraction(r, start)
    if derivative is not None:
        return derivative
    numerator = value(r)
    denominator = value(r)
    return Div(numerator, denominator, span=r.span_from(start))


def root(r: Reader, token: Token) -> Term:
    """\\sqrt{x}, \\sqrt[n]{x}, √x."""
    start = r.at - 1
    degree: Term | None = None
    if r.token.text == "[" and token.text != "√":
        opened = r.take()
        degree = r.group(opened, "]")
    t = r.factor() if token.text == "√" else value(r)
    r.open = ()
    span = r.span_from(start)
    if degree is None or degree == Number(Fraction(2)):
        return Call("sqrt", (t,), span=span)
    exponent = Div(_ONE, degree, span=degree.span)
    return raised(r, t, Scripts(power=exponent)).at(span)


def binomial(r: Reader, token: Token) -> Term:
    start = r.at - 1
    args = (r.argument(), r.argument())
    return Call("binom", args, span=r.span_from(start))
