"""Derivatives: df/dx, ∂/∂x, ∂²/∂x∂y, ∇, ∇², as fractions, with scripts and on one line."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.read.formula.scope import Open
from derive.read.formula.scripts import read_scripts
from derive.read.matrices import ranks
from derive.read.notation import GREEK, RELATIONS, WORD_FONTS
from derive.read.tokens import ReadError, Token
from derive.term import (
    Call,
    Derivative,
    Div,
    Indexed,
    Matrix,
    Mul,
    Number,
    Pow,
    Symbol,
    Term,
    Transpose,
    subterms_of,
)

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader

_TWO = Number(Fraction(2))
BRACKETS_AND_BARS = frozenset(("(", "[", r"\|", r"\lVert", r"\left(", r"\left["))

# --- ∂/∂x, d/dx ----------------------------------------------------------------------------------


def _d_at(r: Reader, at: int) -> int:
    """How many tokens the differential sign at ``at`` takes: ∂, d, \\mathrm{d}; 0 for none."""
    token = r.tokens[at]
    if token.text in (r"\partial", "d"):
        return 1
    if token.text in WORD_FONTS and r.source.plain_text(at + 1) == "d":
        return 4 if r.tokens[at + 1].text == "{" else 2
    return 0


def differential_fraction(r: Reader, start: int) -> Term | None:
    if r.token.text != "{" or not _d_at(r, r.at + 1):
        return None
    above, above_end = r.at + 1, r.closing(r.at)
    if r.tokens[above_end + 1].text != "{":
        return None
    below, below_end = above_end + 2, r.closing(above_end + 1)
    sign = _d_at(r, below)
    if not sign or below + sign >= below_end:
        return None
    if _has_quotient(r, above, above_end) and _has_quotient(r, below, below_end):
        return None  # \frac{\partial u/\partial x}{\partial u/\partial y}
    if r.tokens[below].text != r"\partial" and not _plain_d(r, above, above_end, below, below_end):
        return None
    # the numerator: a sign, an order, perhaps the operand
    r.at = above + _d_at(r, above)
    order = _order(r)
    numerator_at = r.at
    r.at = below
    variables = _variables(r, below_end, order)
    if order != len(variables):
        message = f"a derivative of order {order} by {len(variables)} variables"
        raise ReadError(message, r.span_from(start))
    if numerator_at < above_end:
        r.at = numerator_at
        r.bars.append("")
        body = r.expression()
        r.bars.pop()
        r.open = ()
        if r.at != above_end:
            raise r.wrong("}")
        r.at = below_end + 1
        return _nested(r, body, variables, start)
    r.at = below_end + 1
    return operand_of(r, variables, start)


def _has_quotient(r: Reader, at: int, end: int) -> bool:
    """Whether a derivative on one line, ∂u/∂x, stands between these places."""
    return any(r.tokens[n].text == "/" and _d_at(r, n + 1) for n in range(at, end))


def _plain_d(r: Reader, above: int, above_end: int, below: int, below_end: int) -> bool:
    """Whether d .. over d .. is a derivative: below it must stand d and a name, nothing else."""
    after = r.tokens[below + _d_at(r, below)]
    if after.kind not in ("letter", "command") or after.text in RELATIONS:
        return False
    depth = 0
    for at in range(below, below_end):
        text = r.tokens[at].text
        depth += (text == "{") - (text == "}")
        if depth == 0 and text in ("+", "-", "(", "/", r"\cdot", r"\sum"):
            return False
    over = r.tokens[above + _d_at(r, above)]
    return over.text not in ("+", "-", "/") or above + 1 == above_end


def _order(r: Reader) -> int:
    """The n of ∂^n, 1 where there is none."""
    if not r.skip("^"):
        return 1
    at = r.at
    t = r.argument()
    if isinstance(t, Number) and t.value.denominator == 1 and 0 < t.value <= r.limits.order:
        return int(t.value)
    raise ReadError("the order of a derivative", r.tokens[at].span, "a small number")


def _variables(r: Reader, end: int, order: int) -> list[Term]:
    """``∂x_i ∂x_j``, ``∂x^2``: the variables, one for each order; of order 1 ``∂\\sigma^2`` is one
    by a square."""
    variables: list[Term] = []
    while r.at < end:
        sign = _d_at(r, r.at)
        if not sign:
            raise r.wrong(r"\partial")
        r.at += sign
        at = r.at
        bracket = r.token.text == "("
        t = r.factor()
        if order == 1 and isinstance(t, Pow) and t.exponent == _TWO:
            variables.append(t)
            continue
        if bracket and isinstance(t, Pow):
            raise ReadError("a derivative by this is not read", r.span_from(at), "a variable")
        count = 1
        if isinstance(t, Pow) and isinstance(t.exponent, Number):
            exponent = t.exponent.value
            if exponent.denominator == 1 and 0 < exponent <= r.limits.order:
                count, t = int(exponent), t.base
        variables.extend([t] * count)
        r.skip(",")
    return _without_transpose(variables)


def _without_transpose(variables: list[Term]) -> list[Term]:
    """x, y of ∂x ∂y^T, in the order in which the one is that of the rows: entry (i, j) of
    ∂²f/∂x∂y^T is ∂²f/∂x_i∂y_j, that of a Jacobian ∂f_i/∂x_j."""
    match variables:
        case [first, Transpose(second)] if not isinstance(first, Transpose):
            return [second, first]
        case [Transpose(first), second] if not isinstance(second, Transpose):
            return [first, second]
    return variables


def _nested(r: Reader, body: Term, variables: list[Term], start: int) -> Term:
    span = r.span_from(start)
    for variable in reversed(variables):
        if isinstance(variable, (Symbol, Indexed)):
            body = Derivative(body, variable, span=span)
        elif isinstance(body, Call) and body.args == (variable,):
            body = Call(body.name, body.args, body.order + 1, span=span)  # by ax: f'(ax)
        elif (
            isinstance(variable, Pow)
            and variable.exponent == _TWO
            and isinstance(variable.base, (Symbol, Indexed))
        ):
            x = variable.base  # ∂f/∂x^2 = (∂f/∂x)/(2x)
            body = Div(Derivative(body, x, span=span), Mul((_TWO, x), span=x.span), span=span)
        else:
            place = variable.span or span
            raise ReadError("a derivative by this is not read", place, "a variable")
    return body


def operand_of(r: Reader, variables: list[Term], start: int) -> Term:
    """∂/∂x before its operand: the product that follows, or its first factor.

    In ``∂/∂z σ(z) · ∂z/∂w`` it may be meant for σ(z) alone; after brackets it ends with them.
    """
    token = r.token
    if token.text in ("+", "-"):
        body = r.term()
    else:
        if not r.begins_operand():
            raise ReadError("the operand of the derivative is missing", token.span, "a term")
        at = r.at
        bracketed = token.text in ("(", "[", r"\{")
        body = r.factor()
        bracketed = bracketed and r.at > at and not r.open
        named = all(isinstance(v, (Symbol, Indexed)) for v in variables)
        more = r.begins_operand() or r.token.text in (r"\cdot", r"\times", "*")
        if more and named and not r.open:
            joined = r.token.text in (r"\cdot", r"\times", "*")
            split = joined or bracketed or r.token.text == r"\frac"
            short = 0 if bracketed else 1
            if not split or r.choices.choose(("operand", start), 2) != short:
                body = r.term(body)
        elif r.token.text == "/" and named:
            body = r.term(body)
    inner = r.open
    t = _nested(r, body, variables, start)
    r.open = (*(Open("", start) for _ in variables), *inner)
    return t


def partial(r: Reader, token: Token) -> Term:
    """\\partial_x f, and \\partial f / \\partial x on one line."""
    start = r.at - 1
    if r.token.text == "_":
        r.take()
        variable = r.argument()
        if not isinstance(variable, (Symbol, Indexed)):
            raise ReadError("a derivative by this is not read", token.span, "a variable")
        return operand_of(r, [variable], start)
    order = _order(r)
    body = None if r.token.text == "/" else r.factor()
    if not r.skip("/"):
        raise r.wrong(r"/ \partial ..")
    bracket = r.token if r.skip("(") else None
    variables: list[Term] = []
    while r.skip(r"\partial"):
        variables.extend(_variable(r))
    if bracket is not None:
        r.expect(")", bracket)
    if len(variables) != order:
        raise ReadError(f"a derivative of order {order}", r.span_from(start), "as many variables")
    r.open = ()
    if body is None:
        return operand_of(r, variables, start)
    return _nested(r, body, variables, start)


def _variable(r: Reader) -> list[Term]:
    """A variable on the line, ``x`` of ∂f/∂x, once for each order: ``x^2`` twice."""
    token = r.token
    if token.kind != "letter" and token.text not in GREEK:
        raise ReadError("a derivative by this is not read", token.span, "a variable")
    r.take()
    s = read_scripts(r, token.text, function=False)
    name = s.named(token.text)
    indices = (*s.family, *s.indices)
    t = Indexed(name, indices, span=token.span) if indices else Symbol(name, span=token.span)
    count = 1
    if isinstance(s.power, Number) and 0 < s.power.value <= r.limits.order:
        count = int(s.power.value)
    return [t] * count


def total_on_line(r: Reader) -> Term | None:
    """After a d: the derivative in d/dx f, dy/dx; None where it is only a letter."""
    start = r.at - 1
    tokens = r.tokens
    body: Term | None = None
    at = r.at
    if tokens[at].text != "/":
        if tokens[at].spaced or not (tokens[at].kind == "letter" or tokens[at].text in GREEK):
            return None
        body = Symbol(tokens[at].text, span=tokens[at].span)
        at += 1
    after = tokens[at + 1 : at + 3]
    if tokens[at].text != "/" or len(after) < 2 or after[0].text != "d" or after[1].spaced:
        return None
    if after[1].kind != "letter" and after[1].text not in GREEK:
        return None
    r.at = at + 2
    variables = _variable(r)
    if len(variables) > 1:
        raise ReadError("a derivative of higher order on the line", r.span_from(start))
    if body is None:
        return operand_of(r, variables, start)
    return _nested(r, body, variables, start)


# --- ∇ --------------------------------------------------------------------------------------------


def nabla(r: Reader, token: Token) -> Term:
    """\\nabla_x f: the gradient; \\nabla f where the arguments of f have names; \\nabla_x^2 f: the
    matrix of the second derivatives, for a number the second derivative."""
    start = r.at - 1
    twice = r.token.text == "^" and _script_of_two(r)
    if not r.skip("_"):
        return hessian(r, token, start) if twice else _whole_gradient(r, token, start)
    variable = r.argument()
    if not isinstance(variable, (Symbol, Indexed)):
        raise ReadError("a gradient by this is not read", token.span, "a variable")
    twice = twice or (r.token.text == "^" and _script_of_two(r))
    return operand_of(r, [variable] * (2 if twice else 1), start)


def _script_of_two(r: Reader) -> bool:
    """Pass over ^2 or ^{2} if it comes next."""
    at = r.at
    r.take()
    if r.token.text in ("2", "{") and r.argument() == Number(Fraction(2)):
        return True
    r.at = at
    return False


def hessian(r: Reader, token: Token, start: int) -> Term:
    """\\nabla^2 f(x, y), \\mathbf{H} f(x, y): all second derivatives of f."""
    body, variables = _of_all_arguments(r, token)
    span = r.span_from(start)
    first = [Derivative(body, v, span=span) for v in variables]
    if len(first) == 1:
        return Derivative(first[0], variables[0], span=span)
    return Matrix(
        tuple(tuple(Derivative(d, v, span=span) for v in variables) for d in first), span=span
    )


def is_hessian(r: Reader, letter: str) -> bool:
    """Whether a bold H stands before a function whose arguments have names: \\mathbf{H} f(x, y)."""
    name = r.names.function(r.token.text) or ""
    return letter == "H" and "H" not in r.names.ranks and name in r.names.functions


def _of_all_arguments(r: Reader, token: Token) -> tuple[Call, tuple[Symbol, ...]]:
    """A function of all its arguments, as they are called where it is introduced."""
    name = r.names.function(r.token.text) or ""
    letters = r.names.functions.get(name)
    variables = tuple(Symbol(letter, span=token.span) for letter in letters or ())
    body = r.factor() if letters is not None else None
    if not letters and isinstance(body, Call):  # it is called with other numbers of arguments, too
        variables = tuple(a for a in body.args if isinstance(a, Symbol))
    if isinstance(body, Symbol):
        body = Call(name, variables, span=body.span)
    if not isinstance(body, Call) or not variables or body.args != variables:
        raise ReadError("it is not clear by what the gradient is taken", token.span, r"\nabla_{x}")
    return body, variables


def _whole_gradient(r: Reader, token: Token, start: int) -> Term:
    """By all arguments of a function, as they are called where it is introduced; of an expression,
    \\nabla (x^T A x), by one of its vectors."""
    at = r.at
    try:
        body, variables = _of_all_arguments(r, token)
    except ReadError:
        r.at = at
        if (found := _by_a_vector(r, start)) is None:
            raise
        return found
    span = r.span_from(start)
    partial = [Derivative(body, variable, span=span) for variable in variables]
    return partial[0] if len(partial) == 1 else Matrix(tuple((d,) for d in partial), span=span)


def _by_a_vector(r: Reader, start: int) -> Term | None:
    if r.token.text not in BRACKETS_AND_BARS:
        return None
    body = r.factor()
    names = [s.name for s in subterms_of(body, Symbol) if isinstance(s, Symbol)]
    shown = ranks((body,), r.names.ranks, ())
    vectors = [n for n in dict.fromkeys(names) if r.names.ranks.get(n, shown.get(n)) == 1]
    if not vectors:
        return None
    vectors.sort(key=names.count, reverse=True)
    n = r.choices.choose(("gradient", start), len(vectors))
    r.open = ()
    return Derivative(body, Symbol(vectors[n]), span=r.span_from(start))
