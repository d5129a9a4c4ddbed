"""A Term as LaTeX, with as few parentheses as the reader needs to read the same term again.

What is printed can be checked by reading it: ``read_formula(latex(t))`` begins with ``t`` where
the names of ``t`` are known to the reader (which names are functions, which are indices).

Throughout: ``t`` is a term, ``least`` the binding strength that its place asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby

from derive.term.binders import free_names, substitute
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

SUM, PRODUCT, FACTOR, BASE = range(4)  # how strongly a piece of LaTeX holds together

RELATION_SIGNS: Mapping[str, str] = {
    "=": "=", "!=": r"\ne", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge",
}  # fmt: skip

# fmt: off
# Functions whose LaTeX is more than their name; a test holds this against the vocabulary.
FUNCTION_NAMES: Mapping[str, str] = {
    **{name: "\\" + name for name in (
        "exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth",
        "max", "min", "det", "sigma", "Phi",
    )},
    "atan": r"\arctan", "asin": r"\arcsin", "acos": r"\arccos",
    "gaussian": r"\mathcal{N}",
    "relu": r"\operatorname{ReLU}", "leakyrelu": r"\operatorname{LeakyReLU}",
    "elu": r"\operatorname{ELU}", "relusix": r"\operatorname{ReLU6}",
    "gelu": r"\operatorname{GELU}", "norminf": r"\operatorname{normmax}",
    "asinh": r"\operatorname{arsinh}", "acosh": r"\operatorname{arcosh}",
    "atanh": r"\operatorname{artanh}",
}
# fmt: on

_INDEX_PAIRS = frozenset("ijkl")  # letters that are indices side by side, whatever is declared
_CALLABLE = frozenset(  # letters that parentheses after them would apply
    (*"fghFGHJLPEQRV", r"\sigma", r"\phi", r"\psi", r"\varphi", r"\Phi", r"\Psi", r"\mathcal{L}")
)
_PLACE = r"\cdot"


def latex(t: Term) -> str:
    """``t`` in LaTeX math.

    >>> from derive.term import *
    >>> x = Symbol("x")
    >>> latex((x + 1) * x ** 2)
    '(x + 1) x^{2}'
    """
    return _write(t, SUM)


def _write(t: Term, least: int) -> str:
    strength, text = _WRITERS[type(t)](t)
    return text if strength >= least else _parenthesised(text)


def _parenthesised(text: str) -> str:
    tall = any(c in text for c in (r"\frac", r"\sum", r"\prod", r"\begin", r"\left", r"\max_"))
    return rf"\left({text}\right)" if tall else f"({text})"


# --- names ----------------------------------------------------------------------------------------


def _split(name: str) -> tuple[str, str, str]:
    """A canonical name as base, what stands low and what stands high: x, CE, (1)."""
    depth = 0
    cuts: dict[str, int] = {}
    for at, c in enumerate(name):
        if depth == 0 and c in "_^" and name[at + 1 : at + 2] == "{":
            cuts.setdefault(c, at)
        depth += (c == "{") - (c == "}")
    low_at, high_at = cuts.get("_", len(name)), cuts.get("^", len(name))
    base = name[: min(low_at, high_at)]
    low = name[low_at + 2 : high_at - 1 if high_at > low_at else len(name) - 1]
    high = name[high_at + 2 : low_at - 1 if low_at > high_at else len(name) - 1]
    return base, low, high


def _base(name: str) -> str:
    name = name.replace("{}", "")  # N_k beside a number N
    return rf"\mathrm{{{name}}}" if len(name) > 1 and name[0] != "\\" else name


def _word(word: str) -> str:
    if len(word) < 2 or word[0] == "\\" or word.isdigit():
        return word
    return rf"\mathrm{{{word}}}" if word.isalnum() else rf"\text{{{word}}}"


def _named(name: str, indices: tuple[Term, ...] = ()) -> str:
    """A name with its words, marks and indices."""
    if name.startswith("\\") and name[1:].isalpha() and not indices:
        return name
    if "(" in name.replace("^{(", "") and not indices:  # KL(p \mid q)
        return name
    plain = name.rstrip("'")
    base, low, high = _split(plain)
    places = high.count(_PLACE)
    high, indices = _filled(high, indices[:places]), indices[places:]
    below = [_word(w) for w in low.split(",") if w]
    text = _base(base)
    if below or indices:
        text += "_" + _braced(",".join([*below, _listed(indices)] if indices else below))
    return text + (f"^{{{high}}}" if high else "") + name[len(plain) :]


def _filled(pattern: str, by: tuple[Term, ...]) -> str:
    """``pattern`` with its places filled in order."""
    pieces = pattern.split(_PLACE)
    filling = [_write(t, SUM) for t in by] + [_PLACE] * len(pieces)
    return "".join(a + b for a, b in zip(pieces, filling, strict=False))[: -len(_PLACE)]


def _listed(indices: tuple[Term, ...]) -> str:
    letters = [t.name if isinstance(t, Symbol) else "" for t in indices]
    joint = "" if set(letters) <= _INDEX_PAIRS else ","
    return joint.join(_write(t, SUM) for t in indices)


def _braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _function(name: str, order: int) -> str:
    if name in FUNCTION_NAMES:
        text = FUNCTION_NAMES[name]
    else:
        base, _, _ = _split(name)
        if len(base) > 1 and base[0] != "\\":
            text = rf"\operatorname{{{base}}}" + _named(name).removeprefix(_base(base))
        else:
            text = _named(name)
    if order > 3:
        return f"{text}^{{({order})}}"
    return text + "'" * order


# --- scalars --------------------------------------------------------------------------------------


def _number(t: Number) -> tuple[int, str]:
    value = t.value
    if value.denominator == 1:
        return BASE, str(value.numerator)
    decimals = _decimals(value.denominator)
    if decimals is None:
        return FACTOR, rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
    digits = str(value.numerator * 10**decimals // value.denominator).rjust(decimals + 1, "0")
    return BASE, f"{digits[:-decimals]}.{digits[-decimals:]}"


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction of this denominator has, None for infinitely many."""
    count = 0
    for prime in (2, 5):
        n = 0
        while denominator % prime == 0:
            denominator //= prime
            n += 1
        count = max(count, n)
    return count if denominator == 1 else None


def _symbol(t: Symbol) -> tuple[int, str]:
    text = _named(t.name)
    return (FACTOR if "^" in text else BASE), text


def _indexed(t: Indexed) -> tuple[int, str]:
    text = _named(t.name, t.indices)
    return (FACTOR if "^" in text else BASE), text


def _add(t: Add) -> tuple[int, str]:
    pieces: list[str] = []
    for n, s in enumerate(t.terms):
        negative = isinstance(s, Neg)
        inner = s.arg if isinstance(s, Neg) else s
        text = _write(inner, PRODUCT)
        if n + 1 < len(t.terms) and _reaches_into(inner, t.terms[n + 1 :]):
            text = _parenthesised(text)
        sign = "-" if negative else "+"
        pieces.append((f" {sign} " if n else "-" * negative) + text)
    return SUM, "".join(pieces)


def _reaches_into(t: Term, later: tuple[Term, ...]) -> bool:
    """Whether an open Σ at the right edge of ``t`` would take in a later term of the sum."""
    indices: set[str] = set()
    while True:
        match t:
            case Mul(factors):
                t = factors[-1]
            case Neg(arg):
                t = arg
            case BigOp("sum" | "prod", index, body=body):
                indices.add(index)
                t = body
            case _:
                break
    return bool(indices) and any(indices & free_names(s) for s in later)


def _neg(t: Neg) -> tuple[int, str]:
    return SUM, "-" + (_write(t.arg, PRODUCT))


def _mul(t: Mul) -> tuple[int, str]:
    text = ""
    for n, s in enumerate(t.factors):
        last = n == len(t.factors) - 1
        piece = _write(s, PRODUCT if last and isinstance(s, (BigOp, Derivative)) else FACTOR)
        if n:
            before = t.factors[n - 1]
            text += rf" \cdot {piece}" if _needs_sign(before, piece) else f" {piece}"
        else:
            text = piece
    return PRODUCT, text


def _needs_sign(before: Term, piece: str) -> bool:
    """Whether two factors side by side would be read as something else."""
    if piece[0].isdigit():
        return True
    if before == Symbol("d"):  # no d x, which in a fraction is a differential
        return not piece.startswith(("(", r"\left", r"\sum", r"\prod", r"\frac"))
    if piece.startswith(("(", r"\left(", "[")):
        if isinstance(before, (Symbol, Indexed)):
            base = _split(before.name.rstrip("'"))[0]
            applied = base in _CALLABLE or before.name.endswith("'")
            return applied or (len(base) > 1 and base[0] != "\\")
        return False
    return False


def _div(t: Div) -> tuple[int, str]:
    return FACTOR, rf"\frac{{{_write(t.numerator, SUM)}}}{{{_write(t.denominator, SUM)}}}"


def _pow(t: Pow) -> tuple[int, str]:
    exponent = _write(t.exponent, SUM)
    if exponent == "T" or exponent.startswith(("(", r"\left(", "[", "\\mathrm{T}")):
        exponent = f"{{{exponent}}}"  # neither a transpose nor a superscript index
    return FACTOR, f"{_script_base(t.base)}^{{{exponent}}}"


def _script_base(t: Term) -> str:
    if isinstance(t, (Symbol, Indexed)):
        text = _write(t, SUM)
        return f"{{{text}}}" if "^" in text else text
    return _write(t, BASE)


# --- functions ------------------------------------------------------------------------------------


def _call(t: Call) -> tuple[int, str]:
    args = t.args
    if t.order == 0:
        special = _SPECIAL.get((t.name, len(args)))
        if special is not None:
            return special(args)
    if not args:
        return BASE, t.name
    if "(" in t.name:  # P(Y = \cdot \mid X = \cdot)
        head, _, pattern = t.name.partition("(")
        low = head.count(_PLACE)
        head = _filled(head, args[:low])
        return BASE, f"{_function(head, t.order)}({_filled(pattern, args[low:])}"
    inside = ", ".join(_write(s, SUM) for s in args)
    brackets = _parenthesised(inside)
    return BASE, _function(t.name, t.order) + brackets


def _fenced(left: str, right: str) -> Callable[[tuple[Term, ...]], tuple[int, str]]:
    return lambda args: (BASE, rf"\left{left} {_write(args[0], SUM)} \right{right}")


def _factorial(args: tuple[Term, ...]) -> tuple[int, str]:
    return FACTOR, f"{_write(args[0], BASE)}!"


def _hadamard(args: tuple[Term, ...]) -> tuple[int, str]:
    left = _write(args[0], PRODUCT if isinstance(args[0], Call) else FACTOR)
    return PRODUCT, rf"{left} \odot {_write(args[1], FACTOR)}"


_SPECIAL: Mapping[tuple[str, int], Callable[[tuple[Term, ...]], tuple[int, str]]] = {
    ("sqrt", 1): lambda args: (BASE, rf"\sqrt{{{_write(args[0], SUM)}}}"),
    ("abs", 1): _fenced("|", "|"),
    ("norm", 1): _fenced(r"\|", r"\|"),
    ("norm1", 1): lambda args: (BASE, rf"\left\| {_write(args[0], SUM)} \right\|_1"),
    ("factorial", 1): _factorial,
    ("hadamard", 2): _hadamard,
    ("binom", 2): lambda args: (
        FACTOR,
        rf"\binom{{{_write(args[0], SUM)}}}{{{_write(args[1], SUM)}}}",
    ),
}


def _power(n: int) -> str:
    return "" if n == 1 else f"^{n}" if n < 10 else f"^{{{n}}}"


def _repeated(name: str, times: int) -> str:
    """A name that has something above it already cannot have a power."""
    return " ".join([name] * times) if {"^", "'"} & set(name) else name + _power(times)


def _derivative(t: Derivative) -> tuple[int, str]:
    variables: list[Term] = []
    body: Term = t
    while isinstance(body, Derivative) and len(variables) < 20:
        variables.append(body.variable)
        body = body.body
    order = _power(len(variables))
    names = groupby(rf"\partial {_write(v, FACTOR)}" for v in variables)
    below = " ".join(_repeated(name, len(list(same))) for name, same in names)
    if isinstance(body, (Symbol, Indexed)) or (
        isinstance(body, Call) and len(body.args) and _call(body)[0] == BASE
    ):
        return FACTOR, rf"\frac{{\partial{order} {_write(body, SUM)}}}{{{below}}}"
    inner = _write(body, SUM)
    return PRODUCT, rf"\frac{{\partial{order}}}{{{below}}} {_parenthesised(inner)}"


def _delta(t: Delta) -> tuple[int, str]:
    return BASE, rf"\delta_{{{_listed((t.left, t.right))}}}"


# --- binders, conditions --------------------------------------------------------------------------


def _big(t: BigOp) -> tuple[int, str]:
    if t.op == "vector":  # a vector of symbolic length, while a line is read
        return BASE, _dotted(t)
    conditions = ""
    if t.where is not None:
        conditions = _condition(t.where)
    index = _named(t.index)
    body = _write(t.body, PRODUCT)
    if t.lower is None or t.upper is None:
        where = t.where
        if isinstance(where, Relation) and where.op == "!=" and where.left == Symbol(t.index):
            low = conditions
        else:
            low = f"{index}, {conditions}" if conditions else index
        return PRODUCT, rf"\{t.op}_{{{low}}} {body}"
    lower, upper = _write(t.lower, SUM), _write(t.upper, SUM)
    extra = f", {conditions}" if conditions else ""
    if t.op in ("max", "min"):
        return PRODUCT, rf"\{t.op}_{{{lower} \le {index} \le {upper}{extra}}} {body}"
    return PRODUCT, rf"\{t.op}_{{{index}={lower}{extra}}}^{{{upper}}} {body}"


def _dotted(t: BigOp) -> str:
    entries = [substitute(t.body, {t.index: b}) for b in (t.lower, t.upper) if b is not None]
    inside = r" \\ \vdots \\ ".join(_write(s, SUM) for s in entries)
    return rf"\begin{{pmatrix}} {inside} \end{{pmatrix}}"


def _condition(t: Term) -> str:
    if isinstance(t, And):
        return ", ".join(_condition(c) for c in t.conditions)
    return _write(t, SUM)


def _relation(t: Relation) -> tuple[int, str]:
    return SUM, f"{_write(t.left, SUM)} {RELATION_SIGNS[t.op]} {_write(t.right, SUM)}"


def _and(t: And) -> tuple[int, str]:
    return SUM, _condition(t)


def _indicator(t: Indicator) -> tuple[int, str]:
    return BASE, rf"\mathbb{{1}}_{{{_condition(t.condition)}}}"


def _cases(t: Cases) -> tuple[int, str]:
    rows = [f"{_write(value, SUM)} & {_condition(when)}" for value, when in t.branches]
    if t.otherwise is not None:
        rows.append(rf"{_write(t.otherwise, SUM)} & \text{{otherwise}}")
    return FACTOR, r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


# --- arrays ---------------------------------------------------------------------------------------


def _matrix(t: Matrix) -> tuple[int, str]:
    rows = r" \\ ".join(" & ".join(_write(s, SUM) for s in row) for row in t.rows)
    return BASE, rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _component(t: Component) -> tuple[int, str]:
    of = _write(t.of, SUM)
    bare = isinstance(t.of, Call) and _call(t.of)[0] == BASE and not of.startswith(r"\left")
    return FACTOR, f"{of if bare else _parenthesised(of)}_{{{_listed(t.indices)}}}"


def _transpose(t: Transpose) -> tuple[int, str]:
    return FACTOR, rf"{_script_base(t.arg)}^\top"


_WRITERS: Mapping[type[Term], Callable[..., tuple[int, str]]] = {
    Number: _number,
    Symbol: _symbol,
    Indexed: _indexed,
    Add: _add,
    Mul: _mul,
    Neg: _neg,
    Div: _div,
    Pow: _pow,
    Call: _call,
    Derivative: _derivative,
    Delta: _delta,
    BigOp: _big,
    Relation: _relation,
    And: _and,
    Indicator: _indicator,
    Cases: _cases,
    Matrix: _matrix,
    Component: _component,
    Transpose: _transpose,
}
