"""A Term on one line of readable Unicode, for terminals, logs and reprs.

This notation is for people; what must be read back is written as LaTeX.  A subscript or a
superscript is set in Unicode where every one of its characters exists there, else it is written
``x_(i+1)``.

Throughout: ``t`` is a term; a Piece is its text with what a parent must know to bracket it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from derive.term.node import (
    Add,
    And,
    BigOp,
    Call,
    Cases,
    Component,
    Delta,
    Derivative,
    Div,
    Indexed,
    Indicator,
    Matrix,
    Mul,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    Transpose,
)

# fmt: off
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "ell": "ℓ", "nabla": "∇", "infty": "∞",
}
ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303",
           "bar": "\u0304", "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308",
           "vec": "\u20d7"}
FUNCTIONS = {"sigma": "σ", "Phi": "Φ"}  # name in the vocabulary -> as printed, where they differ
RELATIONS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}
BIG = {"sum": "Σ", "prod": "Π", "max": "max", "min": "min"}

_LOWERED = str.maketrans(
    "0123456789+−=()aehijklmnoprstuvxβγρφχ′",
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ′")
_RAISED = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ′*",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ′*")
# fmt: on

# How tightly a text holds together; a parent brackets what is looser than the place allows.
RELATION, SUM, PRODUCT, POWER, ATOM = range(5)


class Piece(NamedTuple):
    """``text``, how tightly it binds, and whether it would swallow a factor put after it."""

    text: str
    binds: int = ATOM
    open: bool = False


def text(t: Term) -> str:
    """``t`` on one line.

    >>> from derive.term import Symbol, Indexed, Delta, Derivative, Relation
    >>> i, j = Symbol("i"), Symbol("j")
    >>> p_i, p_j = Indexed("p", (i,)), Indexed("p", (j,))
    >>> left = Derivative(p_j, Indexed("x", (i,)))
    >>> print(text(Relation("=", left, p_j * (Delta(i, j) - p_i))))
    ∂pⱼ/∂xᵢ = pⱼ(δᵢⱼ − pᵢ)
    """
    return _piece(t).text


def lowered(plain: str) -> str | None:
    """``plain`` as a Unicode subscript, or None where a character has none."""
    return _translated(plain, _LOWERED)


def raised(plain: str) -> str | None:
    """``plain`` as a Unicode superscript, or None where a character has none."""
    return _translated(plain, _RAISED)


FONTS = frozenset(("mathbb", "mathcal", "mathscr", "mathfrak", "mathbf"))  # a letter of its own
OTHERS: Mapping[str, str] = {"cdot": "·", "mid": "|", "sim": "∼"}


_FAMILY = r"(\cdot)"  # where the first index of a family stands high


def name_text(name: str) -> str:
    r"""A canonical LaTeX name as people write it.

    >>> print(*map(name_text, (r"\alpha", r"\hat{y}", "L_{CE}", "W^{(1)}")))
    α ŷ L_CE W⁽¹⁾
    """
    out, position = "", 0
    while position < len(name):
        character = name[position]
        if character == "\\":
            word, position = _command(name, position + 1)
            if word in ACCENTS:
                argument, position = _group(name, position)
                out += unicodedata.normalize("NFC", name_text(argument) + ACCENTS[word])
            elif word in FONTS:
                argument, position = _group(name, position)
                out += name_text(argument)
            elif word in OTHERS:
                out += OTHERS[word]
            else:
                out += GREEK.get(word, word)
        elif character in "_^":
            argument, position = _group(name, position + 1)
            plain = name_text(argument)
            shifted = lowered(plain) if character == "_" else raised(plain)
            out += shifted if shifted is not None else character + plain
        else:
            out += "′" if character == "'" else "" if character in "{}" else character
            position += 1
    return out


def subscript(parts: tuple[str, ...]) -> str:
    """Index texts as one subscript; a comma only where they would run together."""
    joined = "".join(parts)
    shifted = lowered(joined)
    single = len(parts) == 1 or all(len(part.rstrip("′")) == 1 for part in parts)
    if shifted is not None and single:
        return shifted
    if len(parts) == 1 and len(joined) == 1:
        return "_" + joined
    return f"_({joined if all(len(part) == 1 for part in parts) else ','.join(parts)})"


# --- one piece a node --------------------------------------------------------------------------


def _piece(t: Term) -> Piece:
    match t:
        case Number(value):
            return _number(value)
        case Symbol(name):
            return Piece(name_text(name))
        case Indexed(name, indices):
            if _FAMILY in name and indices:  # x^{(i)}_j
                name = name.replace(_FAMILY, f"({''.join(_index_texts(indices[:1]))})", 1)
                indices = indices[1:]
            if not indices:
                return Piece(name_text(name))
            return Piece(_joined_subscript(name_text(name), _index_texts(indices)))
        case Delta(left, right):
            return Piece("δ" + subscript(_index_texts((left, right))))
        case Add(terms):
            return Piece(_sum(terms), SUM)
        case Neg(arg):
            return Piece("−" + _within(arg, PRODUCT), SUM, _piece(arg).open)
        case Mul(factors):
            return _product(factors)
        case Div():
            return _quotient(t)
        case Pow(base, exponent):
            return _power(base, exponent)
        case Call():
            return _call(t)
        case Derivative():
            return _derivative(t)
        case BigOp():
            return _big(t)
        case Relation(op, left, right):
            return Piece(f"{_within(left, SUM)} {RELATIONS[op]} {_within(right, SUM)}", RELATION)
        case And(conditions):
            return Piece(", ".join(map(text, conditions)), RELATION)
        case Indicator(condition):
            return Piece(f"[{text(condition)}]")
        case Cases(branches, otherwise):
            rows = [f"{text(value)} if {text(condition)}" for value, condition in branches]
            rows += [f"{text(otherwise)} otherwise"] if otherwise is not None else []
            return Piece("{" + "; ".join(rows) + "}")
        case Matrix(rows):
            return Piece("[" + "; ".join("  ".join(map(text, row)) for row in rows) + "]")
        case Component(of, indices):
            return Piece(_joined_subscript(_within(of, ATOM), _index_texts(indices)))
        case Transpose(arg):
            return Piece(_within(arg, ATOM) + "ᵀ")
    raise TypeError(f"no text for {type(t).__name__}")


def _within(t: Term, place: int) -> str:
    """``t`` where something as tight as ``place`` is expected, bracketed if it is looser."""
    piece = _piece(t)
    return f"({piece.text})" if piece.binds < place else piece.text


def _number(value: Fraction) -> Piece:
    """Decimals stay decimals (a written fraction is a Div, not a Number)."""
    if value.denominator == 1:
        return Piece(_digits(value.numerator))
    rest, places = value.denominator, 0
    while rest % 10 == 0 or rest % 2 == 0 or rest % 5 == 0:
        rest, places = rest // (10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5), places + 1
    if rest == 1 and places <= 12:
        scaled = value * 10**places
        digits = str(scaled.numerator // scaled.denominator).rjust(places + 1, "0")
        return Piece(f"{digits[:-places]}.{digits[-places:].rstrip('0')}")
    return Piece(f"{_digits(value.numerator)}/{_digits(value.denominator)}", PRODUCT)


def _digits(value: int) -> str:
    """An integer, short: Python refuses to print one of more than 4300 digits."""
    if value.bit_length() <= 400:
        return str(value)
    return f"(a number of about {value.bit_length() * 30103 // 100000 + 1} digits)"


def _index_texts(indices: tuple[Term, ...]) -> tuple[str, ...]:
    return tuple(text(index).replace(" ", "") for index in indices)


def _joined_subscript(base: str, parts: tuple[str, ...]) -> str:
    """``base`` with a subscript; a base that already ends in one is set apart."""
    tail = subscript(parts)
    return f"({base}){tail}" if "_" in base else base + tail


def _sum(terms: tuple[Term, ...]) -> str:
    out = _within(terms[0], SUM)
    for t in terms[1:]:
        if isinstance(t, Neg):
            out += f" − {_within(t.arg, PRODUCT)}"
        else:
            out += f" + {_within(t, PRODUCT)}"
    return out


def _product(factors: tuple[Term, ...]) -> Piece:
    while isinstance(factors[0], Mul):
        factors = factors[0].factors + factors[1:]
    pieces = [_factor(f, n, len(factors) - 1) for n, f in enumerate(factors)]
    out = pieces[0].text
    for n in range(1, len(factors)):
        out += _between(factors[n - 1], pieces[n - 1], factors[n], pieces[n]) + pieces[n].text
    return Piece(out, PRODUCT, pieces[-1].open)


def _factor(t: Term, place: int, last: int) -> Piece:
    """A factor, bracketed where the product would be misread without."""
    piece = _piece(t)
    if piece.binds < PRODUCT or (piece.open and place < last) or isinstance(t, Mul):
        return Piece(f"({piece.text})")
    return piece


def _between(before: Term, left: Piece, after: Term, right: Piece) -> str:
    """What stands between two factors: nothing, a space or a dot."""
    if _has_bar(before, left) or _has_bar(after, right):
        return " · "
    if right.text[0].isdigit():
        return "·"
    if right.text.startswith("("):
        return "·" if isinstance(before, Symbol) else ""
    letters = all(isinstance(t, Number | Symbol | Indexed | Delta | Pow) for t in (before, after))
    one_letter = isinstance(after, Call) and right.text.startswith("σ(")
    if isinstance(before, Number) and (letters or one_letter or right.text[0] in "√|"):
        return ""
    if letters and _is_short(before) and _is_short(after):
        return ""
    return " "


def _has_bar(t: Term, piece: Piece) -> bool:
    """A quotient that stands without brackets."""
    quotient = isinstance(t, Div | Derivative) or (isinstance(t, Number) and "/" in piece.text)
    return quotient and piece.binds == PRODUCT


def _is_short(t: Term) -> bool:
    """A single letter with marks: such factors may stand side by side."""
    match t:
        case Number():
            return True
        case Symbol(name):
            return len(name_text(name)) == 1
        case Indexed(name, _):
            return len(name_text(name)) == 1 and "_" not in text(t)
        case Delta():
            return "_" not in text(t)
        case Pow(base, _):
            return _is_short(base) and "^" not in text(t)
    return False


def _quotient(t: Div) -> Piece:
    if isinstance(t.numerator, Neg) and not isinstance(t.numerator.arg, Neg | Add | Div):
        positive = _quotient(Div(t.numerator.arg, t.denominator))
        return Piece(f"−{positive.text}", SUM, positive.open)
    above, below = _piece(t.numerator), _piece(t.denominator)
    bracketed = above.binds < PRODUCT or above.open or _has_bar(t.numerator, above)
    numerator = f"({above.text})" if bracketed else above.text
    big = isinstance(t.denominator, BigOp)
    denominator = below.text if below.binds >= POWER or big else f"({below.text})"
    return Piece(f"{numerator}/{denominator}", PRODUCT, big)


def _power(base: Term, exponent: Term) -> Piece:
    bottom = _within(base, ATOM)
    if isinstance(base, Derivative):
        bottom = f"({text(base)})"
    top = text(exponent)
    shifted = raised(top.replace(" ", ""))
    simple = shifted is not None and "/" not in top and (len(top) <= 6 or top.isdigit())
    if simple and shifted is not None:
        return Piece(bottom + shifted, POWER)
    if len(top) == 1 or ("_" not in top and isinstance(exponent, Symbol | Number)):
        return Piece(f"{bottom}^{top}", POWER)
    return Piece(f"{bottom}^({top})", POWER)


def _call(t: Call) -> Piece:
    inside = ", ".join(map(text, t.args))
    if t.order == 0 and len(t.args) == 1:
        if t.name == "abs":
            return Piece(f"|{inside}|")
        if t.name == "sqrt":
            plain = isinstance(t.args[0], Number | Symbol | Indexed)
            return Piece(f"√{inside}" if plain else f"√({inside})")
    if r"\cdot" in t.name:
        return _filled(t)
    name = FUNCTIONS.get(t.name, name_text(t.name))
    if t.order:
        name += ("", "′", "″", "‴")[t.order] if t.order <= 3 else f"⁽{raised(str(t.order))}⁾"
    return Piece(f"{name}({inside})")


def _filled(t: Call) -> Piece:
    r"""A name with places for its arguments.

    >>> from derive.term import Symbol
    >>> print(text(Call(r"P(Y = \cdot \mid X = \cdot)", (Symbol("j"), Symbol("x")))))
    P(Y = j | X = x)
    """
    parts = t.name.replace(r"\mid", "|").split(r"\cdot")
    out = name_text(parts[0])
    for n, part in enumerate(parts[1:]):
        out += (text(t.args[n]) if n < len(t.args) else "·") + name_text(part)
    return Piece(out)


def _derivative(t: Derivative) -> Piece:
    variables: list[Term] = []
    body: Term = t
    while isinstance(body, Derivative):
        variables.append(body.variable)
        body = body.body
    order = len(variables)
    degree = raised(str(order)) or "" if order > 1 else ""
    if order > 1 and all(v == variables[0] for v in variables):
        below = f"∂{_piece(variables[0]).text}{degree}"
    else:
        below = "".join(f"∂{_piece(v).text}" for v in variables)
    if isinstance(body, Symbol | Indexed | Component | Call) and len(text(body)) <= 16:
        return Piece(f"∂{degree}{text(body)}/{below}", PRODUCT)
    return Piece(f"∂{degree}/{below} [{text(body)}]", PRODUCT)


def _big(t: BigOp) -> Piece:
    body = _piece(t.body)
    inside = f"({body.text})" if body.binds < PRODUCT else body.text
    return Piece(f"{BIG[t.op]}{_bounds(t)} {inside}", PRODUCT, True)


def _bounds(t: BigOp) -> str:
    index = name_text(t.index)
    condition = f"{text(t.where)}".replace(" ", "") if t.where is not None else ""
    if t.lower is None or t.upper is None:
        return f"_({condition})" if condition else subscript((index,))
    lower, upper = text(t.lower).replace(" ", ""), text(t.upper).replace(" ", "")
    below, above = lowered(f"{index}={lower}"), raised(upper)
    if condition or below is None or above is None:
        return f"_({index}={lower}..{upper}{', ' + condition if condition else ''})"
    return below + above


def _translated(plain: str, table: dict[int, int]) -> str | None:
    if not plain or any(ord(character) not in table for character in plain):
        return None
    return plain.translate(table)


def _command(name: str, position: int) -> tuple[str, int]:
    """The letters of a command and where it ends."""
    end = position
    while end < len(name) and name[end].isalpha():
        end += 1
    return name[position:end], end


def _group(name: str, position: int) -> tuple[str, int]:
    """The braced group (or the single character) at ``position`` and where it ends."""
    if position >= len(name):
        return "", position
    if name[position] != "{":
        if name[position] == "\\":
            _, end = _command(name, position + 1)
            return name[position:end], end
        return name[position], position + 1
    depth = 0
    for end in range(position, len(name)):
        depth += {"{": 1, "}": -1}.get(name[end], 0)
        if depth == 0:
            return name[position + 1 : end], end + 1
    return name[position + 1 :], len(name)
