"""What a token means where an operand begins: the table, by its text or else by its kind."""

from __future__ import annotations

from derive.read.formula import arrays, derivatives, operators, words
from derive.read.formula.calls import applied
from derive.read.formula.dots import DOTS
from derive.read.formula.reader import Grammar, Prefix, Reader
from derive.read.formula.scripts import postfix
from derive.read.notation import (
    ACCENTS,
    BARS,
    BIG,
    EXTREMA,
    GREEK,
    LETTER_FONTS,
    OPENING,
    PLAIN_FONTS,
    WORD_FONTS,
)
from derive.read.notation import DOTS as DOT_COMMANDS
from derive.read.tokens import Token
from derive.term import Derivative, Term


def dots(r: Reader, token: Token) -> Term:
    return DOTS.at(token.span)


PREFIXES: dict[str, Prefix] = {
    # kinds
    "letter": words.letter,
    "digit": words.digits,
    "command": words.command,
    "begin": arrays.environment,
    # texts
    "{": words.brace,
    "Σ": words.capital,
    "Π": words.capital,
    "indicator": arrays.indicator,
    r"\frac": operators.fraction,
    r"\sqrt": operators.root,
    "√": operators.root,
    r"\binom": operators.binomial,
    r"\partial": derivatives.partial,
    r"\nabla": derivatives.nabla,
    r"\left.": arrays.evaluation,
    **dict.fromkeys(GREEK, words.greek),
    **dict.fromkeys(ACCENTS, words.accent),
    **dict.fromkeys(PLAIN_FONTS, words.plain_font),
    **dict.fromkeys(LETTER_FONTS, words.letter_font),
    **dict.fromkeys(WORD_FONTS, words.word_font),
    **dict.fromkeys(OPENING, arrays.parentheses),
    **dict.fromkeys(BARS, arrays.bars),
    **dict.fromkeys(DOT_COMMANDS, dots),
    **dict.fromkeys((c for c in BIG if c[0] == "\\"), operators.big),
    **dict.fromkeys((c for c in EXTREMA if c[0] == "\\"), operators.extremum),
}


def scripts(r: Reader, t: Term) -> Term:
    """What stands behind an operand; (fg)'(x) is applied as (fg)(x) is."""
    t = postfix(r, t)
    return applied(r, t) if isinstance(t, Derivative) else t


GRAMMAR = Grammar(PREFIXES, scripts)
