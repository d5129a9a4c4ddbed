"""Names as they are typed: letters, accents, fonts, words; and whether a name is applied."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.read.formula.calls import ANY, apply_function, call_or_product, is_bare
from derive.read.formula.derivatives import hessian, is_hessian, total_on_line
from derive.read.formula.scripts import raised, read_scripts, transposes
from derive.read.names import OPERATOR_LIKE, SOFT
from derive.read.notation import (
    FUNCTION_LETTERS,
    INDICATORS,
    NOT_READ,
    QUOTES,
    WORDS_OF_EXPECTATION,
)
from derive.read.ones import ONES
from derive.read.tokens import ReadError, Token
from derive.term import Call, Delta, Indexed, Number, Symbol, Term

if TYPE_CHECKING:
    from derive.read.formula.reader import Reader

_DOTS = {r"\dot": 1, r"\ddot": 2}


def letter(r: Reader, token: Token) -> Term:
    """A letter, or the first of a name typed without a backslash: softmax(x), log p."""
    start = r.at - 1
    if token.text == "d":
        derivative = total_on_line(r)
        if derivative is not None:
            return derivative
    word = r.source.word_at(start)
    r.at = start + len(word)
    return name(r, word, start)


def greek(r: Reader, token: Token) -> Term:
    return name(r, token.text, r.at - 1)


def capital(r: Reader, token: Token) -> Term:
    """A typed Σ or Π: a letter where it is declared, else the operator."""
    command = {"Σ": r"\Sigma", "Π": r"\Pi"}[token.text]
    if command in r.names.ranks or r.token.text not in ("_", "^"):
        return name(r, command, r.at - 1)
    return r.prefixes[{"Σ": r"\sum", "Π": r"\prod"}[token.text]](r, token)


def accent(r: Reader, token: Token) -> Term:
    """\\hat{y}, \\hat y, \\hat{y_i}, \\hat{\\mathbf{y}}; \\dot{x}(t) is x'(t)."""
    start = r.at - 1
    plain = r.source.plain_text(r.at)
    inner: Term
    if r.token.text == "{" and len(plain) > 1 and plain.isalpha() and plain.isascii():
        r.at = r.closing(r.at) + 1
        inner = Symbol(plain)
    else:
        inner = r.group(r.take(), "}") if r.token.text == "{" else r.argument()
    if token.text in _DOTS and (of := _in_time(r, inner)):
        return name(r, of, start, primes=_DOTS[token.text])
    if isinstance(inner, Symbol):
        return name(r, f"{token.text}{{{inner.name}}}", start)
    if isinstance(inner, Indexed):
        return name(r, f"{token.text}{{{inner.name}}}", start, inner.indices)
    raise ReadError(f"{token.text} over more than a name", token.span, "a name")


def _in_time(r: Reader, t: Term) -> str:
    """The function of which a dot over ``t`` is the derivative: x of \\dot{x}(t), and of \\dot{x}
    where x(t) is declared."""
    if isinstance(t, Call) and t.name in r.names.functions and not t.order:
        alone = all(isinstance(a, Symbol) and a.span == t.span for a in t.args)
        return t.name if alone and len(t.args) == 1 else ""
    if not isinstance(t, Symbol) or t.name in r.names.ranks:
        return ""
    applied = r.token.text == "(" and r.ahead(2).text == ")"
    return t.name if applied or len(r.names.functions.get(t.name) or ()) == 1 else ""


def plain_font(r: Reader, token: Token) -> Term:
    """\\mathbf{x}: the font says that x is a vector, the name is x; \\mathbf{Var} is a word."""
    start = r.at - 1
    if r.source.plain_text(r.at) == "1":
        r.pass_next()
        if not _opens_condition(r):
            return name(r, ONES, start)
        return r.prefixes["indicator"](r, token)
    letter = r.source.plain_text(r.at)
    if (letter in OPERATOR_LIKE and len(letter) > 1) or _is_mean(r, letter):
        return word_font(r, token)
    if r.token.kind in ("letter", "command"):
        inner = r.argument()
    else:
        opened = r.expect("{")
        inner = r.group(opened, "}")
    return hessian(r, token, start) if is_hessian(r, letter) else renamed(r, inner, start)


def _is_mean(r: Reader, letter: str) -> bool:
    """Whether a bold letter is an expectation: \\mathbf{E}[X]."""
    after = r.closing(r.at) + 1 if r.token.text == "{" else r.at + 1
    return letter in WORDS_OF_EXPECTATION and r.tokens[after].text == "["


def _opens_condition(r: Reader) -> bool:
    """Whether a 1 is an indicator: \\mathbf{1}_{x > 0}, \\mathbf{1}[i = j]; no vector of ones."""
    return r.token.text in ("_", "(", "[", r"\{", "{")


def brace(r: Reader, token: Token) -> Term:
    """{x}_i is x_i; {..} is a group."""
    start = r.at - 1
    if r.token.text in ("_", "^"):
        raise r.wrong("a term")
    return renamed(r, r.group(token, "}"), start)


def renamed(r: Reader, inner: Term, start: int) -> Term:
    """A group that holds one name takes scripts and arguments as the name does."""
    if r.token.text in ("_", "^", "'", "(", "{"):
        if isinstance(inner, Symbol):
            return name(r, inner.name, start)
        if isinstance(inner, Indexed) and r.token.text != "{":
            return name(r, inner.name, start, inner.indices)
    return inner.at(r.span_from(start))


def letter_font(r: Reader, token: Token) -> Term:
    """\\mathcal{L} is another letter than L; \\mathbb{1} is an indicator."""
    start = r.at - 1
    text = r.source.plain_text(r.at)
    if not (text.isalnum() and text.isascii()):
        raise ReadError(f"{token.text} of more than letters", token.span, "a letter")
    r.pass_next()
    full = f"{token.text}{{{text}}}"
    if full in INDICATORS and full not in r.names.ranks and not _opens_condition(r):
        return name(r, ONES, start)
    if full in INDICATORS and full not in r.names.ranks:
        return r.prefixes["indicator"](r, token)
    return name(r, full, start)


def word_font(r: Reader, token: Token) -> Term:
    """\\text{CE}, \\operatorname{softmax}: a name of several letters."""
    start = r.at - 1
    r.skip("*")
    text = r.source.plain_text(r.at)
    joined = text.replace(" ", "").replace("\\,", "")
    quoted = joined[:1] in QUOTES and joined[-1:] in QUOTES and joined[1:-1].isalnum()
    if not (quoted or joined.replace("-", "").isalnum()):
        if text.startswith("(") or r.token.text != "{":
            raise r.wrong("a name")
        return renamed(r, r.group(r.take(), "}"), start)
    if joined.isdigit():
        return renamed(r, r.argument(), start)
    r.pass_next()
    return name(r, joined, start)


def digits(r: Reader, token: Token) -> Term:
    """A number; a decimal is exact."""
    text = token.text
    start = r.at - 1
    while (r.token.kind == "digit" or _groups(r)) and len(text) <= r.limits.digits:
        text += r.take().text
    if r.token.text == "." and r.ahead().kind == "digit":
        r.take()
        text += "."
        while r.token.kind == "digit" and len(text) <= r.limits.digits:
            text += r.take().text
    span = r.span_from(start)
    if len(text) > r.limits.digits:
        raise ReadError(f"a number of more than {r.limits.digits} digits", span)
    if text == "1" and r.token.text == "_":
        return r.prefixes["indicator"](r, token)
    value = Fraction(text if "." in text else int(text))
    if r.skip(r"\%"):
        return Number(value / 100, span=r.span_from(start))
    return Number(value, span=span)


def _groups(r: Reader) -> bool:
    """Pass over the comma of 1{,}000."""
    ahead = [t.text for t in r.tokens[r.at : r.at + 3]]
    thousands = r.tokens[r.at + 3 : r.at + 6]
    if ahead != ["{", ",", "}"] or [t.kind for t in thousands] != ["digit"] * 3:
        return False
    r.at += 3
    return True


def command(r: Reader, token: Token) -> Term:
    """Any other command: a function of the vocabulary, or nothing that is known."""
    if token.kind == "command" and r.names.function(token.text) is not None:
        return name(r, token.text, r.at - 1)
    if token.text in r.names.ranks:
        return name(r, token.text, r.at - 1)
    r.at -= 1
    if token.text in NOT_READ:
        raise ReadError(f"{NOT_READ[token.text]} are not read here", token.span)
    raise ReadError(f"the command {token.text} is not known here", token.span)


# --- a name with everything around it ------------------------------------------------------------


def name(r: Reader, base: str, start: int, low: tuple[Term, ...] = (), primes: int = 0) -> Term:
    """The name ``base``, typed at ``start``, with its scripts and its arguments; ``primes``: that
    were written in another way."""
    function = r.names.function(base)
    s = read_scripts(r, base, function is not None or base in FUNCTION_LETTERS)
    s.indices[:0] = low
    s.primes += primes
    if function is not None and (base not in SOFT or s.order is not None):
        return apply_function(r, s.named(function), s, start, base)
    if s.order is not None and not (r.token.text == "(" and base not in r.names.ranks):
        s.marks, s.order = s.marks + f"({s.order})", None
    full = s.named(base)
    declared = function if full == base else r.names.function(full)
    known = full != base and declared is not None and base not in r.names.ranks
    if known and (declared in r.names.functions or _opens(r)):
        return apply_function(r, declared or full, s, start, full)
    if s.order is not None or call_or_product(r, base, full, declared, s):
        return apply_function(r, declared or full, s, start, full)
    if function is not None and full == base and not s.indices and is_bare(r, function):
        span = r.span_from(start)
        return raised(r, Call(function, (Symbol(ANY, span=span),), s.primes, span=span), s)
    array = r.names.ranks.get(full, 0) > 0 and full + "'" not in r.names.ranks
    if s.primes == 1 and array and transposes(r):
        s.primes, s.transposed = 0, True
    if s.primes:
        if function is not None and base + "'" not in r.names.ranks:
            raise ReadError(f"the argument of {base}' is missing", r.token.span, "(")
        full += "'" * s.primes
    span = r.span_from(start)
    indices = (*s.family, *s.indices)
    t: Term
    if full == r"\delta" and len(indices) == 2 and full not in r.names.ranks:
        t = Delta(*indices, span=span)
    elif not indices:
        t = Symbol(full, span=span)
    elif (joined := _joined(full, indices)) in r.names.ranks:
        t = Symbol(joined, span=span)
    else:
        t = Indexed(full, indices, span=span)
    return raised(r, t, s)


def _opens(r: Reader) -> bool:
    return r.token.text in ("(", "[")


def _joined(full: str, indices: tuple[Term, ...]) -> str:
    """The name of a declared symbol such as x_{1}."""
    if len(indices) == 1 and isinstance(indices[0], Number):
        return f"{full}_{{{indices[0].value}}}"
    return ""
