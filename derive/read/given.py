"""Declarations, one a line: what exercises, ``--given`` and ``%! let`` are written in.

::

    i, j: 1..d                      index ranges
    x \\in \\mathbb{R}^d              shapes; \\mathbb{R}^{c \\times d}; \\mathbb{R}; (0, 1)
    p_j = \\exp(x_j) / \\sum_k \\exp(x_k)     definitions: a name, an indexed name, a call; also :=
    x > 0        i \\ne j            relations, and anything after ``assume``
    y one-hot                       also: distribution, symmetric, integer, function (u(x))

The order of lines does not matter for what kind a name is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from derive.read.formula import Side, by_component, read_formula, read_relations
from derive.read.identity import said_of_an_array
from derive.read.macros import Macro
from derive.read.moments import is_of_one_place, tells_a_moment, tells_a_value
from derive.read.names import Names
from derive.read.tokens import LIMITS, Limits, ReadError, tokenize
from derive.term import (
    Assumption,
    Call,
    Claim,
    Definition,
    Given,
    Indexed,
    Number,
    Range,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    replace,
)
from derive.vocabulary import STANDARD

NOTHING = Given()
_ONE = Number(Fraction(1))
_KINDS = (
    "one-hot", "distribution", "symmetric", "integer", "natural", "complex", "function", "scalar",
    "orthogonal", "orthonormal columns", "orthonormal rows", "invertible", "positive definite",
    "unit vector",
)  # fmt: skip
# .. what the elements of a set of numbers are
_NUMBERS = {
    "N": "natural",
    "Z": "integer",
    "C": "complex",
    "ℕ": "natural",
    "ℤ": "integer",
    "ℂ": "complex",
}
_SET = re.compile(r"\\mathbb\s*\{?\s*([RNZC])\s*\}?|\\R(?![A-Za-z])|(ℝ|ℕ|ℤ|ℂ)")
# N_0, Z_{>0}, R_{\ge 0}: the sign that is written below a set
_BELOW = re.compile(r"\s*_\s*(?:\{\s*(?P<op>>|\\geq?|≥)\s*0\s*\}|(?P<zero>0)|\{\s*0\s*\})\s*")
_PREFIX = re.compile(r"\s*(let|assume|where|with)\b", re.IGNORECASE)
_KIND = re.compile(
    r"(?P<names>.*?\S)\s+(?:(?:is|are|has|have)\s+)?(?:an?\s+)?(?:probability\s+)?"
    r"(?P<kind>" + "|".join(_KINDS) + r")s?\s*\.?\s*"
)
# {0, 1}, \{-1, +1\}
_TWO_VALUES = re.compile(r"(?:\\left)?\\?\{\s*(?P<low>0|[-−]1)\s*,\s*\+?1\s*(?:\\right)?\\?\}")
_RANGE = re.compile(r"(?P<names>[^:.]*\S)\s*:\s*(?P<lower>[^.=][^.]*)\.\.(?P<upper>[^.]*\S)\s*")


class _Draft:
    """The declarations of the lines read so far."""

    def __init__(self, onto: Given) -> None:
        self.ranges = dict(onto.ranges)
        self.shapes = dict(onto.shapes)
        self.definitions = dict(onto.definitions)
        self.assumptions = list(onto.assumptions)
        self.functions: dict[str, tuple[str, ...]] = {}
        self.ranks: dict[str, int] = {}

    def given(self) -> Given:
        return Given(self.ranges, self.shapes, self.definitions, tuple(self.assumptions))

    def names(self, macros: Mapping[str, Macro]) -> Names:
        found = Names.of(self.given(), macros)
        ranks = {**self.ranks, **found.ranks}
        functions = {**self.functions, **found.functions}
        for name in functions:
            ranks.pop(name, None)
        return replace(found, ranks=ranks, functions=functions)


def read_given(
    lines: Iterable[str],
    onto: Given = NOTHING,
    macros: Mapping[str, Macro] | None = None,
    limits: Limits = LIMITS,
) -> Given:
    """``onto`` with the declarations of ``lines`` added; empty lines and ``#`` lines are skipped.

    >>> g = read_given([r"x \\in \\mathbb{R}^d", "i: 1..d", "y one-hot"])
    >>> sorted(g.shapes), sorted(g.ranges), g.assumptions[0].kind
    (['x'], ['i'], 'one-hot')

    Raises ReadError, with ``line`` (from 1) and a span in that line.
    """
    draft = _Draft(onto)
    known = macros or {}
    numbered = [(n, line) for n, line in enumerate(lines, 1) if _said(line)]
    later: list[tuple[int, str, bool]] = []
    for n, line in numbered:  # first the kinds of names, then what is said of them
        with _At(n):
            text, assumed = _without_prefix(line)
            if not (_range(text, draft, known, limits) or _kind(text, draft, known, limits, n)):
                later.append((n, text, assumed))
    membership = [(n, text) for n, text, _ in later if _has_membership(text)]
    for n, text in membership:
        with _At(n):
            _membership(text, draft, known, limits, n)
    rest = [entry for entry in later if not _has_membership(entry[1])]
    for n, text, assumed in rest:
        with _At(n):
            if not assumed:
                _foresee(text, draft, known, limits)
    for n, text, assumed in rest:
        with _At(n):
            _statement(text, assumed, draft, known, limits, n)
    return draft.given()


class _At:
    """Says in which line an error arose."""

    def __init__(self, line: int) -> None:
        self.line = line

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, ReadError):
            error.line = error.line or self.line


def _said(line: str) -> bool:
    return bool(line.strip()) and line.lstrip()[0] != "#"


def _without_prefix(line: str) -> tuple[str, bool]:
    """The line with ``let`` or ``assume`` blanked (so that columns stay), and which it was."""
    line = line.rstrip()
    found = _PREFIX.match(line)
    if found is None:
        return line, False
    return " " * found.end() + line[found.end() :], found[1].lower() == "assume"


def _part(text: str, start: int, end: int) -> str:
    """The part of ``text``, with its columns kept."""
    return " " * start + text[start:end]


# --- the forms of a line --------------------------------------------------------------------------


def _range(text: str, draft: _Draft, macros: Mapping[str, Macro], limits: Limits) -> bool:
    found = _RANGE.fullmatch(text)
    if found is None:
        return False
    names = draft.names(macros)
    lower = _one(_part(text, *found.span("lower")), names, limits)
    upper = _one(_part(text, *found.span("upper")), names, limits)
    for t in _listed(_part(text, *found.span("names")), names, limits):
        if not isinstance(t, Symbol):
            raise ReadError("this is no index", t.span or Span(0, len(text)), "a letter")
        draft.ranges[t.name] = Range(lower.at(None), upper.at(None))
    return True


def _kind(text: str, draft: _Draft, macros: Mapping[str, Macro], limits: Limits, line: int) -> bool:
    found = _KIND.fullmatch(text)
    if found is None:
        return False
    kind = found["kind"]
    part = _part(text, *found.span("names"))
    names = draft.names(macros)
    if kind == "function":
        for call in _applications(part, names, limits):
            named = tuple(a.name for a in call.args if isinstance(a, Symbol))
            draft.functions[call.name] = named
            draft.assumptions.append(Assumption(kind, call, line))
        return True
    for t in _listed(part, names, limits):
        name = _name_of(t)
        if kind == "scalar":
            draft.shapes[name] = ()
        else:
            draft.assumptions += said_of_an_array(kind, Symbol(name, span=t.span), line) or [
                Assumption(kind, Symbol(name, span=t.span), line)
            ]
            if kind in ("integer", "natural"):
                draft.ranks[name] = 0
    return True


def _applications(text: str, names: Names, limits: Limits) -> list[Call]:
    """``u(x), v(x, y)``: each as a call of a declared function."""
    calls: list[Call] = []
    for start, end in _top_level_parts(text):
        part = _part(text, start, end)
        opened = part.find("(")
        if opened < 0:
            raise ReadError("a function without its arguments", Span(start, end), "u(x)")
        name = _name_of(_one(part[:opened], names, limits))
        known = replace(names, functions={**names.functions, name: ()}, ranks={})
        t = _one(part, known, limits)
        if not isinstance(t, Call):
            raise ReadError("this is no function", Span(start, end), f"{name}(x)")
        calls.append(t)
    return calls


def _has_membership(text: str) -> bool:
    return (r"\in" in text and re.search(r"\\in(?![A-Za-z])", text) is not None) or "∈" in text


def _membership(
    text: str, draft: _Draft, macros: Mapping[str, Macro], limits: Limits, line: int
) -> None:
    found = re.search(r"\\in(?![A-Za-z])|∈", text)
    assert found is not None
    names = draft.names(macros)
    members = _listed(_part(text, 0, found.start()), names, limits)
    space = text[found.end() :].strip().rstrip(".")
    at = text.index(space, found.end()) if space else found.end()
    whole = Span(at, len(text))
    kind = _SET.match(space)
    if kind is not None:
        letter = kind[1] or kind[0]
        if (below := _BELOW.fullmatch(space, kind.end())) is not None:
            op = ">" if below["op"] == ">" else ">="
            for t in members:
                relation = Relation(op, replace(t, span=None), Number(Fraction(0)))
                draft.assumptions.append(Assumption("relation", relation, line))
                if letter in _NUMBERS:
                    draft.assumptions.append(Assumption("integer", Symbol(_name_of(t)), line))
            return
        axes = _shape(text, at + kind.end(), at + len(space), names, limits)
        for t in members:
            name = _name_of(t)
            outer: tuple[Range, ...] = ()
            if isinstance(t, Indexed) and not isinstance(t.indices[0], Number):
                outer = tuple(_declared_range(draft, i, t, whole) for i in t.indices)
            draft.shapes[name] = (*outer, *axes)
            if letter in _NUMBERS:
                draft.assumptions.append(Assumption(_NUMBERS[letter], Symbol(name), line))
        return
    if (pair := _TWO_VALUES.fullmatch(space)) is not None:
        for t in members:
            square = replace(t, span=None) ** 2
            value = t if pair["low"] == "0" else Number(Fraction(1))
            draft.assumptions.append(Assumption("relation", Relation("=", square, value), line))
        return
    interval = re.match(r"(?:\\left)?([(\[])(.*?),(.*?)(?:\\right)?([)\]])$", space)
    if interval is None:
        raise ReadError(
            "this set is not read", whole, r"\mathbb{R}^d, an interval (0, 1) or \{0, 1\}"
        )
    for t in members:
        draft.shapes.setdefault(_name_of(t), ())
        for group, ops in ((2, ("<", "<=")), (3, ("<", "<="))):
            edge_text = interval[group].strip()
            if "infty" in edge_text or "∞" in edge_text:
                continue
            begin = at + interval.start(group)
            edge = _one(_part(text, begin, at + interval.end(group)), names, limits)
            op = ops[interval[1 if group == 2 else 4] in "[]"]
            sides = (edge, t) if group == 2 else (t, edge)
            draft.assumptions.append(Assumption("relation", Relation(op, *sides), line))


def _declared_range(draft: _Draft, index: Term, t: Term, whole: Span) -> Range:
    if isinstance(index, Symbol) and index.name in draft.ranges:
        return draft.ranges[index.name]
    raise ReadError("the range of this index is not declared", index.span or t.span or whole)


def _shape(text: str, start: int, end: int, names: Names, limits: Limits) -> tuple[Range, ...]:
    """The axes after \\mathbb{R}: ``^d``, ``^{c \\times d}``."""
    part = text[start:end]
    if not part.strip():
        return ()
    found = re.fullmatch(r"\s*\^\s*(?:\{(.*)\}|(\w|\\[A-Za-z]+))\s*", part)
    if found is None:
        raise ReadError("this shape is not read", Span(start, end), r"^d or ^{c \times d}")
    group = 1 if found[1] is not None else 2
    at = start + found.start(group)
    axes: list[Range] = []
    for piece in re.split(r"(\\times|×|,)", found[group]):
        if piece.strip() not in (r"\times", "×", ","):
            size = _one(_part(text, at, at + len(piece)), names, limits)
            axes.append(Range(_ONE, size.at(None)))
        at += len(piece)
    return tuple(axes)


def _foresee(text: str, draft: _Draft, macros: Mapping[str, Macro], limits: Limits) -> None:
    """Before the bodies are read: is the left side of a definition a function or a name?"""
    left = _left_of_definition(text, limits)
    if left is None:
        return
    names = draft.names(macros)
    opened = left.find("(")
    try:
        if opened > 0 and left.rstrip().endswith(")") and _closes_at_end(left, opened):
            head = left[:opened].strip()
            if names.function(head) is None:
                t = _one(left[:opened], names, limits)
                if isinstance(t, Symbol) and t.name not in draft.shapes:
                    draft.functions.setdefault(t.name, ())
            return
        t = _one(left, names, limits)
    except ReadError:
        return  # said again, and for good, when the line is read
    if isinstance(t, Symbol):
        draft.ranks.setdefault(t.name, -1)
    elif isinstance(t, Indexed):
        numbered = all(isinstance(i, Number) for i in t.indices)
        draft.ranks.setdefault(_name_of(t), 0 if numbered else len(t.indices))


def _closes_at_end(left: str, opened: int) -> bool:
    depth = 0
    text = left.rstrip()
    for at in range(opened, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


def _left_of_definition(text: str, limits: Limits) -> str | None:
    depth = 0
    for token in tokenize(text, limits):
        if token.text in ("(", "{", "[") or token.kind == "begin":
            depth += 1
        elif token.text in (")", "}", "]") or token.kind == "end":
            depth -= 1
        elif depth == 0:
            if token.text in ("=", ":", r"\coloneq", r"\equiv"):
                return text[: token.start]
            if token.text in ("<", ">", r"\le", r"\ge", r"\ne", ","):
                return None
    return None


def _statement(
    text: str,
    assumed: bool,
    draft: _Draft,
    macros: Mapping[str, Macro],
    limits: Limits,
    line: int,
) -> None:
    names = draft.names(macros)
    parts = [_part(text, start, end) for start, end in _top_level_parts(text)]
    waiting: list[Term] = []
    for part in parts:
        chain = read_relations(part, names, limits)
        if not chain.signs:
            waiting.append(_one(part, names, limits))
            continue
        for n, sign in enumerate(chain.signs):
            op = "=" if sign.text == ":=" else sign.text
            if not (sign.judged or sign.text == ":="):
                raise ReadError(f"{sign.text} is not a relation that can be given", sign.span)
            relation = chain.step(n)[0] if sign.judged else _step(chain.sides, n, sign.span)
            relation, ranges = by_component(replace(relation, op=op))
            if ranges and isinstance(relation.left, Indexed):
                draft.shapes.setdefault(relation.left.name, tuple(ranges.values()))
            if op == "=" and not assumed and n == 0 and not waiting and len(chain.signs) == 1:
                equation = sign.text != ":=" and (
                    _is_equation(relation)
                    or tells_a_moment(relation.left, relation.right, "[" in text)
                    or tells_a_value(relation.left, relation.right)
                )
                definition = None if equation else _definition(relation, draft, line)
                if definition is not None:
                    draft.definitions[definition.name] = definition
                    continue
                if sign.text == ":=":
                    raise ReadError("this can't be defined", relation.left.span or sign.span)
            for t in waiting if n == 0 else ():
                other = replace(relation, left=t)
                draft.assumptions.append(Assumption("relation", other, line))
            draft.assumptions.append(Assumption("relation", relation, line))
        waiting = []
    if waiting:
        where = waiting[0].span or Span(0, len(text))
        raise ReadError("this line declares nothing", where, "=, >, :, \\in or a kind")


def _step(sides: tuple[Side, ...], n: int, span: Span) -> Relation:
    left, right = sides[n], sides[n + 1]
    for side in (left, right):
        if side.error is not None:
            raise side.error
        if side.empty:
            raise ReadError("a side of the definition is empty", span, "a term")
    return Relation("=", left.readings[0], right.readings[0])


def _is_equation(relation: Relation) -> bool:
    """Is it an equation whatever its left side looks like: about the value that it defines, or
    about exp, cos, .. and false as their definition?"""
    left = relation.left
    if isinstance(left, Symbol | Indexed | Call) and left.name in free_names(relation.right):
        return True
    if is_of_one_place(left, relation.right):
        return True
    if not isinstance(left, Call) or left.name not in STANDARD:
        return False
    from derive.prover.refuter.refute import refute  # loads flint, which reading does without

    return refute(Claim(relation, NOTHING)).counterexample is not None


def _definition(relation: Relation, draft: _Draft, line: int) -> Definition | None:
    """The definition that ``relation`` is, None where its left side is no fresh name."""
    body = relation.right
    match relation.left:
        case Symbol(name):
            if name in draft.ranges or name in draft.definitions or body == relation.left:
                return None
            return Definition(name, body, line=line)
        case Indexed(name, indices):
            if name in draft.definitions:
                return None
            letters = tuple(i.name for i in indices if isinstance(i, Symbol))
            if len(letters) == len(indices) == len(set(letters)):
                return Definition(name, body, indices=letters, line=line)
            if name in draft.shapes:
                return None  # an entry of a declared array: an equation
            if all(isinstance(i, Number) for i in indices):
                return Definition(_name_of(relation.left), body, line=line)
        case Call(name, args, 0):
            letters = tuple(a.name for a in args if isinstance(a, Symbol))
            if len(letters) == len(args) == len(set(letters)) and name not in draft.definitions:
                return Definition(name, body, parameters=letters, line=line)
    return None


# --- names ----------------------------------------------------------------------------------------


def _top_level_parts(text: str) -> list[tuple[int, int]]:
    """The parts between commas that stand in no bracket."""
    depth = 0
    start = 0
    parts: list[tuple[int, int]] = []
    for at, c in enumerate(text):
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c in ",;" and depth == 0 and text[at - 1] != "\\":
            parts.append((start, at))
            start = at + 1
    parts.append((start, len(text)))
    return [(a, b) for a, b in parts if text[a:b].strip(" .")]


def _listed(text: str, names: Names, limits: Limits) -> list[Term]:
    return [_one(_part(text, a, b), names, limits) for a, b in _top_level_parts(text)]


def _one(text: str, names: Names, limits: Limits) -> Term:
    word = text.strip()
    if len(word) == 1 and word.isascii() and word.isalpha() and names.function(word) is None:
        at = text.index(word)  # nearly always it is one letter: i, d, x
        return Symbol(word, span=Span(at, at + 1))
    return read_formula(text, names, limits)[0]


def _name_of(t: Term) -> str:
    """The name that a declaration of ``t`` declares."""
    if isinstance(t, Symbol):
        return t.name
    if isinstance(t, Indexed):
        if all(isinstance(i, Number) for i in t.indices):
            low = ",".join(str(i.value) for i in t.indices if isinstance(i, Number))
            return f"{t.name}_{{{low}}}"
        return t.name
    if isinstance(t, Call):
        return t.name
    raise ReadError("this is no name", t.span or Span(0, 0), "a name")
