"""Functions and their arguments: call or product, arguments with and without parentheses."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from derive.read.formula.dots import product
from derive.read.formula.scripts import Scripts, constant, raised, read_scripts
from derive.read.names import OPERATOR_LIKE, SOFT, VECTOR_VALUED
from derive.read.notation import (
    ACCENTS,
    FUNCTION_LETTERS,
    GREEK,
    INDEX_LETTERS,
    OPENING,
    PLAIN_FONTS,
    RELATIONS,
    WORDS_OF_EXPECTATION,
)
from derive.read.tokens import ReadError
from derive.term import (
    Add,
    Call,
    Component,
    Derivative,
    Div,
    Indexed,
    Mul,
    Neg,
    Number,
    Pow,
    Span,
    Symbol,
    Term,
    children,
    rebuild,
)
from derive.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader

_PLACE = r"\cdot"
ANY = "x{}"  # where a function is looked at whose argument is not written; it is written as x is


def call_or_product(r: Reader, base: str, full: str, function: str | None, s: Scripts) -> bool:
    """Whether the name just read, ``base`` with its words and marks ``full``, is applied to what
    follows in parentheses."""
    token = r.token
    if token.text == "[":
        return base in WORDS_OF_EXPECTATION and full not in r.names.ranks and not s.indices
    if token.text != "(" or full in r.source.certain:
        return False
    alone, certain = r.source.argument_at(r.at)
    if r.source.over(r.at) and base not in ("e", r"\pi"):
        return True  # Σ_x q(x)
    if full in r.names.ranks:
        return certain
    if function is not None and function in r.names.functions:
        return True
    if s.words and f"{base}_{{{_PLACE}}}({_PLACE})" in r.names.functions:
        return True  # \pi_\theta(a), where the text says what it is
    if s.power is not None and function is None:  # g_{tanh}^2(z), but not h^2(a + b)
        named = bool(s.words) and base in FUNCTION_LETTERS
        return named and alone and base not in r.source.used.unapplied
    if function is not None and not alone and is_bare(r, function):
        return r.choices.choose(("call", full), 2) == 1  # \sigma'' = \sigma' (1 - 2 \sigma)
    if s.primes or (base in r.source.used.primed and not s.indices):
        return True
    letters = len(full) > 1 and full.isalpha()
    if certain or (letters and not s.indices):
        return True
    if function is not None:  # \sigma
        if full not in r.source.used.unapplied:
            return True
        return r.choices.choose(("call", full), 2) == (0 if alone else 1)
    if s.indices or s.family:
        either = alone or full in ("f", "g", "h")
        return either and r.choices.choose(("call", full), 2) == 0
    unapplied = base in r.source.used.unapplied
    if base in FUNCTION_LETTERS:
        if not alone and not unapplied and full in r.names.alone:
            return r.choices.choose(("call", full), 2) == 1
        return alone or not unapplied
    if alone and not unapplied and full not in ("e", r"\pi"):
        return r.choices.choose(("call", full), 2) == 0
    return False


def apply_function(r: Reader, function: str, s: Scripts, start: int, written: str) -> Term:
    """The call of ``function`` whose name and scripts have just been read."""
    token = r.token
    order = s.primes + (s.order or 0)
    if function in ("max", "min") and s.indices:
        raise ReadError(f"an index under {function} with no range", token.span)
    if s.power is not None and constant(Neg(s.power), r.limits.exponent) == 1:
        message = f"{written}^{{-1}}: the inverse function and the reciprocal look the same"
        raise ReadError(message, s.power.span or token.span)
    opens = _opens(r, function) and not _is_factor(r, function, written, s)
    alone = not (opens or (written in OPERATOR_LIKE and r.begins_operand()))
    if alone and r.names.functions.get(function) is not None:
        parameters = r.names.functions[function]  # H alone, where H(p, y) is declared
        span = r.span_from(start)
        own: Term = Symbol(function, span=span)
        if s.indices and not order and (variables := partials(s.indices, parameters)):
            own = Call(function, tuple(Symbol(p, span=span) for p in parameters), span=span)
            own = _differentiated(own, variables)
        elif s.indices and not order:
            own = _beside(function, s, span)
        elif parameters:
            own = Call(function, tuple(Symbol(p, span=span) for p in parameters), order, span=span)
        return raised(r, own, s)
    if _opens(r, function):
        opened = r.at
        name, args = arguments(r, function)
        raises = function == "log" and r.token.text == "^" and len(args) == 1
        if raises and r.choices.choose(("power in", opened), 2):  # log(x)^n as log(x^n)
            args = (raised(r, args[0], read_scripts(r, "", function=False, below=False)),)
    elif len(written) > 1 and written.isupper():  # MSE as a name
        return raised(r, Symbol(s.named(written), span=r.span_from(start)), s)
    elif function == "log" and not r.begins_operand() and (run := _run_together(r)):
        s.indices[:], name, args = run[:1], function, run[1:]
    elif not r.begins_operand() and is_bare(r, function):
        name, args = function, (Symbol(ANY, span=r.span_from(start)),)
    else:
        name, args = function, (bare_operand(r, written),)
    span = r.span_from(start)
    chance = function.partition("_")[0] in WORDS_OF_EXPECTATION
    greek = len(s.words) == 1 and s.words[0] in GREEK
    if greek and not chance and function not in r.names.functions:
        by = args[0] if len(args) == 1 else None
        name, args = _with_parameter(name, args, s)
        if order and not isinstance(by, Symbol):
            raise ReadError("by which argument this prime differentiates", span, r"\partial")
        if order and isinstance(by, Symbol):
            # L_\delta'(r), where δ is a parameter that nothing is differentiated by
            return raised(r, _differentiated(Call(name, args, span=span), (by,) * order), s)
    row = FUNCTIONS.get(name)
    if row is not None and len(args) > len(row.parameters) and name in r.names.functions:
        name = f"{name}_{{{len(args)}}}"  # an author's own swish(x, \\beta)
    t: Term = Call(name, fitting(name, args, span), order, span=span)
    if function == "log" and s.indices and len(s.indices) == 1:
        t = Div(t, Call("log", (s.indices[0],), span=span), span=span)
    elif variables := partials(s.indices, named(args)):
        t = _differentiated(t, variables)
    elif s.indices:
        if all(isinstance(i, Number) for i in s.indices) and function not in VECTOR_VALUED:
            low = ",".join(str(i.value) for i in s.indices if isinstance(i, Number))
            t = Call(f"{name}_{{{low}}}", args, order, span=span)
        else:
            t = Component(t, tuple(s.indices), span=span)
    return raised(r, t, s)


def is_bare(r: Reader, function: str) -> bool:
    """Whether a known function stands for its value at any place, as in \\sigma' = \\sigma (1 -
    \\sigma): where the formula has one with a prime and nothing after it."""
    row = FUNCTIONS.get(function)
    if row is None or len(row.parameters) != 1 or row.parameters[0].dimension:
        return False
    return any(r.names.function(name) in FUNCTIONS for name in r.source.used.bare)


def _run_together(r: Reader) -> tuple[Term, ...]:
    """The base and the argument of \\log_28, which is set as \\log_2 8; () for all else."""
    first = r.at
    while r.tokens[first - 1].kind == "digit":
        first -= 1
    digits = r.tokens[first : r.at]
    if len(digits) < 2 or r.tokens[first - 1].text != "_":
        return ()
    base, rest = digits[0], "".join(t.text for t in digits[1:])
    span = digits[1].span | digits[-1].span
    return (Number(Fraction(base.text), span=base.span), Number(Fraction(rest), span=span))


def partials(indices: Sequence[Term], parameters: Sequence[str]) -> tuple[Symbol, ...]:
    """The variables of u_x or u_xy where these are among the several parameters of u."""
    by = tuple(i for i in indices if isinstance(i, Symbol) and i.name in parameters)
    several = len(parameters) > 1 and len(by) == len(indices)
    return by if several and INDEX_LETTERS.isdisjoint(i.name for i in by) else ()


def named(args: Sequence[Term]) -> tuple[str, ...]:
    """The names that a function is applied to, () where it is applied to anything else."""
    names = tuple(a.name for a in args if isinstance(a, Symbol))
    return names if len(names) == len(args) else ()


def applied(r: Reader, t: Term) -> Term:
    """After (f + g), (fg) or (fg)': the functions applied to what follows in parentheses."""
    if r.token.text != "(" or not r.source.argument_at(r.at)[0]:
        return t
    start, at = r.at, (r.take(), r.expression(), r.expect(")"))[1]
    found = _of(t, at, r)
    if found is None or r.choices.choose(("apply", start), 2):
        r.at = start
        return t
    r.open = ()
    return found


def _of(t: Term, at: Term, r: Reader) -> Term | None:
    """A function that is made of functions of one variable, at a place; None for all else."""
    match t:
        case Call("hadamard", (outer, inner)):  # f \circ g
            there = _of(inner, at, r)
            return _of(outer, there, r) if there is not None else None
        case Call(name, (Symbol(_) as own,), order) if len(r.names.functions.get(name) or ()) == 1:
            return Call(name, (at,), order, span=t.span) if own.span == t.span else None
        case Derivative(_, Symbol() as variable):
            return t if variable == at and _of(t.body, at, r) is not None else None
        case Add() | Mul() | Neg():
            parts = {s: _of(s, at, r) for s in children(t) if not isinstance(s, Number)}
            if not parts or None in parts.values():
                return None
            return rebuild(t, lambda s: parts.get(s) or s)
    return None


def fitting(name: str, args: tuple[Term, ...], span: Span) -> tuple[Term, ...]:
    """The arguments as the vocabulary's row asks for them.

    A maximum of several is nested; scalar parameters that are not written, such as the slope of
    ELU(x), are called as the row calls them.  Raises ReadError for another number of arguments.
    """
    row = FUNCTIONS.get(name)
    if row is None or len(args) == len(row.parameters):
        return args
    if name in ("max", "min") and len(args) > 2:
        return (args[0], Call(name, fitting(name, args[1:], span), span=span))
    missing = row.parameters[len(args) :]
    if len(args) < len(row.parameters) and not any(p.dimension for p in missing):
        return (*args, *(Symbol(p.name, span=span) for p in missing))
    count = len(row.parameters)
    raise ReadError(f"{name} takes {count} argument{'s' * (count > 1)}", span)


def _opens(r: Reader, function: str) -> bool:
    text = r.token.text
    if text == "(":
        return True
    if text in ("[", r"\{"):
        return function not in r.names.functions or text == "["
    return False


def _is_factor(r: Reader, function: str, written: str, s: Scripts) -> bool:
    """Whether the value of an author's function is multiplied with the brackets after it, y(1 - y)
    of y(x): it stands in them itself, or elsewhere without any."""
    if s.primes or s.order or s.words or r.token.text != "(" or not r.names.functions.get(function):
        return False
    alone, certain = r.source.argument_at(r.at)
    if alone or certain or written not in r.source.used.unapplied:
        return False
    inner = pairwise(r.tokens[r.at + 1 : r.source.partner(r.at) + 1])
    if any(t.text == written and after.text not in ("(", "'") for t, after in inner):
        return r.choices.choose(("factor", r.at), 2) == 0
    return r.choices.choose(("call", function), 2) == 1


def arguments(r: Reader, function: str) -> tuple[str, tuple[Term, ...]]:
    """After a function's name: its arguments in parentheses, and the name with their pattern.

    ``P(Y = j | X = x)`` is the function ``P(Y = \\cdot \\mid X = \\cdot)`` of (j, x).
    """
    opened = r.take()
    close = OPENING[opened.text]
    if r.token.text == close:
        raise r.wrong("an argument")
    args: list[Term] = []
    pattern: list[str] = []
    special = False
    r.bars.append("")
    while True:
        t = r.expression()
        piece = _PLACE
        relation = r.token.text
        if relation in RELATIONS:
            if function in FUNCTIONS or not isinstance(t, (Symbol, Indexed)):
                raise r.wrong(close)
            r.take()
            piece = f"{t.name} {relation} {_PLACE}"
            if isinstance(t, Indexed):  # P(Y_i = y): i is an argument too
                args.extend(t.indices)
                places = ",".join([_PLACE] * len(t.indices))
                piece = f"{t.name}_{{{places}}} {relation} {_PLACE}"
            t = r.expression()
            special = True
        args.append(t)
        pattern.append(piece)
        token = r.token
        if token.text in (",", ";"):
            r.take()
            pattern.append(", ")
        elif token.text in ("|", r"\mid", r"\|"):
            r.take()
            r.skip(token.text)  # KL(p || q)
            pattern.append(r" \mid ")
            special = special or function not in FUNCTIONS
        else:
            break
    r.expect(close, opened)
    r.bars.pop()
    r.open = ()
    if special:
        return f"{function}({''.join(pattern)})", tuple(args)
    return function, tuple(args)


def _with_parameter(name: str, args: tuple[Term, ...], s: Scripts) -> tuple[str, tuple[Term, ...]]:
    """``h_\\theta(x)`` as the function ``h_{\\cdot}(\\cdot)`` of (θ, x), so that θ is not lost."""
    low = "_{" + s.words[0] + "}"
    pattern = ", ".join([_PLACE] * len(args)) if "(" not in name else ""
    name = name.replace(low, f"_{{{_PLACE}}}", 1) + (f"({pattern})" if pattern else "")
    return name, (Symbol(s.words[0]), *args)


def _differentiated(t: Term, by: Sequence[Symbol]) -> Term:
    for variable in by:
        t = Derivative(t, variable, span=t.span)
    return t


def _beside(function: str, s: Scripts, span: Span) -> Term:
    """v_0 beside a function v(t): a name of its own."""
    if len(s.indices) == 1 and isinstance(s.indices[0], Number):
        return Symbol(f"{function}_{{{s.indices[0].value}}}", span=span)
    return Indexed(function + "{}", tuple(s.indices), span=span)  # it is written in the same way


def bare_operand(r: Reader, written: str) -> Term:
    """The argument of a function without parentheses: \\log p_j, \\exp -x, \\log 2\\pi\\sigma^2.

    How many factors side by side belong to it is a choice: \\sin 2x takes all, \\log p_j q one.
    """
    token = r.token
    if token.text == "-" and not r.ahead().spaced:
        r.take()
        inner = bare_operand(r, written)
        return Neg(inner, span=token.span | (inner.span or token.span))
    if not r.begins_operand():
        raise ReadError(f"the argument of {written} is missing", token.span, "an argument")
    start = r.at
    first = r.factor()
    r.open = ()
    if not _simple(first):
        return first
    factors = [first]
    if _simple_next(r):
        subscripted = isinstance(first, Indexed)
        greedy = r.choices.choose(("bare", start), 2) == (1 if subscripted else 0)
        while _simple_next(r) and (greedy or isinstance(factors[-1], Number)):
            factors.append(r.factor())
            r.open = ()
    t = product(factors)
    if r.token.text == "/" and r.ahead().kind in ("letter", "command") and len(factors) == 1:
        names_divided = r.ahead().kind == "letter" or r.ahead().text in GREEK | ACCENTS
        if names_divided and r.choices.choose(("slash after bare", start), 2):
            r.take()
            t = Div(t, r.factor(), span=r.span_from(start))
            r.open = ()
    return t


def _simple(t: Term) -> bool:
    if isinstance(t, Pow):
        t = t.base
    return isinstance(t, (Number, Symbol, Indexed))


def _simple_next(r: Reader) -> bool:
    token = r.token
    if token.kind == "letter":
        return len(r.source.word_at(r.at)) == 1
    if token.kind == "command":
        name = token.text
        if name in SOFT:
            return r.ahead().text != "("
        return name in GREEK or name in ACCENTS or name in PLAIN_FONTS
    return False
