"""What a document says: its sections, the kinds of its names, ranges, cases, families of rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.read.chains.assemble import (
    Assembled,
    Raw,
    assemble,
    condition_text,
    range_in,
    side_of,
    span_of,
    trimmed,
)
from derive.read.chains.definable import (
    apart_from_numbered,
    by_its_items,
    families_of_functions,
    functions_of_items,
    item_function,
    of_variances,
    parameter_name,
    with_deviations,
)
from derive.read.chains.extrema import Extremum
from derive.read.chains.meaning import END, Meaning, Shape
from derive.read.chains.model import Remark, Understood
from derive.read.chains.prose import Fact, facts
from derive.read.chains.shorthand import without_conditions
from derive.read.chains.suppose import head
from derive.read.chains.variables import bounds
from derive.read.chains.words import (
    ASSUMED,
    CONSTANT,
    FOR_ALL_SECTIONS,
    FORMULA,
    LABEL_OF_CLASS,
    LETS,
    ONLY_IF,
    THROUGHOUT,
)
from derive.read.formula import Side, Sign, read_formula, relate
from derive.read.formula.source import Used
from derive.read.given import read_given
from derive.read.names import Names
from derive.read.notation import FUNCTION_LETTERS, PLAIN_FONTS, SOMETIMES_FUNCTIONS
from derive.read.tokens import Limits, ReadError, Token
from derive.term import (
    And,
    Assumption,
    BigOp,
    Call,
    Component,
    Definition,
    Given,
    Indexed,
    Number,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    rebuild,
    replace,
    subterms,
    subterms_of,
    term,
)
from derive.term.text import text as plain
from derive.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from derive.read.document import Document


NOTHING = Given()
ORDER = frozenset(("<", ">", "<=", ">="))
_ZERO = term(0)
AXES = {"vector": 1, "matrix": 2}
_OTHER_ARITY = re.compile(r"(\w+) takes \d+ argument")


@dataclass(slots=True)
class Read:
    """A chain whose sides have been read."""

    raw: Raw
    sides: list[Side]
    definition: Definition | None = None  # what its first relation introduces
    role: str = "chain"  # or "definition" (all of it), "stated", "silent"
    for_all: bool = False  # it is said to hold for all values
    solves: str = ""  # the variable of a derivative that vanishes where its first relation holds
    anew: bool = False  # its first relation may give a name of another section a new meaning
    open: bool = False  # its first relation is an equation, not an identity
    differs: bool | None = None  # the same before it is known which equations it is solved from


_OF_ONE = r"_{\cdot}(\cdot)"  # h_θ(x)


class Understanding:
    """What is understood of one document before its names are introduced; the stages after this
    one, introduce.py and steps.py, add to it."""

    def __init__(self, document: Document, given: Given, limits: Limits) -> None:
        self.document = document
        self.limits = limits
        self.macros = document.macros
        self.remarks: list[Remark] = []
        self.definitions: list[Understood] = []
        self.assumptions: list[Understood] = []
        self.parts: Assembled = assemble(document, document.macros, limits)
        self.meaning = Meaning(self._declared(given))
        self.names = Names.of(self.meaning.given, self.macros)
        self.read: list[Read] = []
        self.constants: set[str] = set()  # names that are said to be constant
        self.extrema: list[Extremum] = []  # where derivatives vanish
        # equations before this place that others may follow from, and where they stand
        self.open: list[tuple[int, Relation]] = []
        self.laws: list[Relation] = []  # the same of functions that are defined nowhere
        self.solved: dict[str, int] = {}  # names in such equations, and where these stand
        self.indices = frozenset(
            t for raw in self.parts.raws for t in raw.display.indices
        )  # letters that stand low somewhere
        self.overloaded: frozenset[str] = frozenset()  # functions of several numbers of arguments
        self.facts: list[list[Fact]] = []  # what is said in each of the gaps
        self.paragraphs: list[int] = []  # where those begin that do not go on with the one before
        self.ends: list[int] = []  # where cases end
        self.cases: list[tuple[int, int, Assumption]] = []  # cases, from .. to, what holds
        self.past_cases: list[tuple[int, int, Assumption]] = []  # of sentences that end at once
        self.read_before: dict[int, int] = {}  # inline formulas: the one before in the sentence
        self.read_after: dict[int, Read] = {}  # by where a chain stands: the next one
        self.arrays: Mapping[str, int] = {}  # undeclared ones in the chain that is looked at
        self.label: tuple[str, int] | None = None  # the index of the correct class
        self.first_at: dict[str, int] = {}  # where each name stands first
        self.said: dict[str, int] = {}  # axes of names that are called vectors and matrices
        self.aliases: dict[str, str] = {}  # of functions of the vocabulary
        self.passing: list[tuple[int, Assumption]] = []  # conditions that nothing is said of
        self.sequences: list[tuple[int, Relation]] = []  # how they go on, and where that is said
        self.moments: list[tuple[int, Relation]] = []  # what expectations are said to be
        self.units: list[tuple[int, Relation]] = []  # what units of layers may be
        self.by_use: list[tuple[int, Definition]] = []  # what steps say of names, and where

    def _declared(self, given: Given) -> Given:
        for segment in self.parts.directives:
            try:
                given = read_given([segment.text], given, self.macros, self.limits)
            except ReadError as error:
                where = Span(
                    segment.span.start + error.span.start, segment.span.start + error.span.end
                )
                self.remarks.append(Remark("D114", where, f"this declares nothing: {error}"))
            else:
                self.assumptions.append(Understood(segment.span, segment.text.strip()))
        return given

    def _prose(self) -> None:
        """What the words say: sections, shapes, ranges, kinds, cases."""
        ends: list[int] = []
        self.facts = [sorted(facts(g), key=lambda f: f.start) for g, _ in self.parts.gaps]
        self._sections()
        for (g, _), found in zip(self.parts.gaps, self.facts, strict=True):
            for fact in found:
                if fact.kind == "scalar" and LETS.search(g.text[: fact.start]):
                    self.meaning.renewed.setdefault(fact.parts[0], []).append(g.place(fact.start))
        for (g, before), found in zip(self.parts.gaps, self.facts, strict=True):
            for fact in found:
                span = g.span(fact.start, fact.end)
                if fact.kind == "range":
                    self._range(span, *fact.parts)
                elif fact.kind in ("case", "case before"):
                    left, op, right = fact.parts
                    relation = Relation("=" if op == "=" else "!=", Symbol(left), Symbol(right))
                    assumption = Assumption("relation", relation)
                    self._understood(span, assumption)
                    if fact.kind == "case":
                        self.cases.append((span.start, span.end, assumption))
                    elif before >= 0:
                        self.meaning.state(before, assumption, span.start, case=True)
                elif fact.kind in ("end of cases", "section"):
                    ends.append(span.start)
                elif fact.kind == "paragraph":
                    self.paragraphs.append(span.start)
                elif fact.kind != "component":
                    around = g.text[max(0, fact.start - 80) : fact.start], g.text[fact.start :][:80]
                    self._kind(span, fact.kind, fact.parts[0], *around)
            for at, segment in g.inline:
                if r"\in" in segment.text or "∈" in segment.text:
                    self._membership(segment.text, segment.span, g.text[:at])
            self._constants(g.text)
            if m := LABEL_OF_CLASS.search(g.text):
                self.label = (m["formula"] or m["plain"], g.place(m.start()))
        self.ends = sorted(ends)

    def _constants(self, words: str) -> None:
        """Names that are said to be constants: they vary with nothing."""
        for m in CONSTANT.finditer(words):
            self.constants.add((m["after"] or m["bare"] or m["before"]).strip())

    def _sections(self) -> None:
        """Where sections begin; what is said under a heading such as "Notation" belongs to the
        section above it."""
        found: list[tuple[int, int]] = []
        for (g, _), of_gap in zip(self.parts.gaps, self.facts, strict=True):
            for fact in of_gap:
                if fact.kind == "section":
                    title, level = fact.parts
                    for_all = FOR_ALL_SECTIONS.search(title) is not None
                    found.append((g.place(fact.start), int(level) - for_all))
        found.sort()
        self.meaning.sections = tuple(at for at, _ in found)
        self.meaning.levels = tuple(level for _, level in found)

    def _state(self, at: int, assumption: Assumption, before: str, after: str) -> None:
        """An assumption on the size of a name: declared for all that follows, or said in passing
        and good for its section.  ``before``, ``after``: the words of its sentence."""
        wide = LETS.search(before) or THROUGHOUT.search(before) or THROUGHOUT.search(after)
        self.meaning.state(at, assumption, END if wide else self.meaning.section_end(at))

    def _range(self, span: Span, names: str, lower: str, upper: str) -> None:
        try:
            found = read_given([f"{names}: {lower}..{upper}"], NOTHING, self.macros, self.limits)
        except ReadError:
            return
        for name, range_ in found.ranges.items():
            self.meaning.range_over(name, span.start, range_)
        said = f"{names} from {lower} to {upper}"
        self.assumptions.append(Understood(span, said))

    def _membership(self, text: str, span: Span, before: str = "") -> None:
        """``before``: the words before it; what is assumed there holds for its section."""
        if len(text) > 200:
            return
        try:
            found = read_given([text.rstrip(" .,;")], NOTHING, self.macros, self.limits)
        except ReadError:
            return
        bold = any(font in text for font in PLAIN_FONTS)
        for name, axes in found.shapes.items():
            if len(axes) > 1 and axes[-1].upper == term(1):  # n x 1: a column
                axes = axes[:-1]
            self.meaning.shapes.setdefault(name, []).append((span.start, Shape(axes, bold)))
        assumed = ASSUMED.search(FORMULA.sub("\x02", before)) is not None
        until = self.meaning.section_end(span.start) if assumed else END
        for assumption in found.assumptions:
            self.meaning.state(span.start, assumption, until, case=assumed)
        self.assumptions.append(Understood(span, text))

    def _kind(self, span: Span, kind: str, written: str, before: str, after: str) -> None:
        written = re.split(r"\\in(?![a-z])|∈", written)[0]
        try:
            t = read_formula(written, self.names, self.limits)[0]
        except ReadError:
            return
        if not isinstance(t, (Symbol, Indexed)) or t.name in ("e", r"\pi"):
            return
        assumption: Assumption
        if kind == "scalar":
            self.meaning.shapes.setdefault(t.name, []).append((span.start, Shape(())))
            self.assumptions.append(Understood(span, f"{plain(t)} a number"))
            return
        if kind in AXES:
            if isinstance(t, Symbol):
                self.said[t.name] = AXES[kind]
            return
        if kind == "positive":
            assumption = Assumption("relation", Relation(">", t, _ZERO))
            self._state(span.start, assumption, before, after)
            self._understood(span, assumption)
            return
        if kind == "sum-one":
            k = Symbol("k" if t.name != "k" else "l")
            body = Indexed(t.name, (k,))
            total = BigOp("sum", k.name, None, None, body)
            assumption = Assumption("relation", Relation("=", total, term(1)))
        else:
            assumption = Assumption(kind, Symbol(t.name))
        if ONLY_IF.search(before):
            until = self.meaning.section_end(span.start)
            self.meaning.state(span.start, assumption, until, case=True)
        else:
            self.meaning.state(span.start, assumption)
        self._understood(span, assumption)

    def _understood(self, span: Span, assumption: Assumption) -> None:
        said = plain(assumption.term)
        if assumption.kind != "relation":
            said = f"{said} {assumption.kind}"
        self.assumptions.append(Understood(span, said))

    def _learn_names(self) -> None:
        """Which names are functions and which are not, from the heads of all chains."""
        functions: dict[str, set[tuple[str, ...]]] = {}
        ranks: dict[str, set[int]] = {}
        families = {name for raw in self.parts.raws for name in raw.display.families}
        alone = set[str]()
        for raw in self.parts.raws:
            if not raw.signs or raw.signs[0].text not in ("=", ":="):
                continue
            head = trimmed(raw.sides[0][0])
            if not head or len(head) > 40:
                continue
            if word := typed_word(head):
                ranks.setdefault(word, set()).add(-1)
                continue
            side = side_of(head, raw.sides[0][1].source_under(self.names))
            if side.error is not None or not side.readings:
                if found := _OTHER_ARITY.match(str(side.error)):
                    functions.setdefault(found[1], set()).add(())
                continue
            t = side.readings[0]
            if isinstance(t, Call) and t.name == "log" and len(t.args) == 1:
                t = t.args[0]
            match t:
                case Call(name, _, 0) if all(map(parameter_name, with_deviations(t).args)):
                    if name not in FUNCTIONS and ("(" not in name or name.endswith(_OF_ONE)):
                        letters = tuple(map(parameter_name, with_deviations(t).args))
                        functions.setdefault(name, set()).add(letters)
                case Symbol(name) if name in FUNCTION_LETTERS:
                    alone.add(name)
                case Symbol(name) if not name.endswith("'"):
                    ranks.setdefault(name, set()).add(-1)
                case Indexed(name, (Number(value),)) if name not in families:
                    ranks.setdefault(f"{name}_{{{value}}}", set()).add(0)
                case Indexed(name, indices) if name not in FUNCTION_LETTERS:
                    ranks.setdefault(name, set()).add(len(indices))
        used = self._letters()
        bare = frozenset[str]().union(*(found.unapplied for found in used))
        applied = frozenset[str]().union(*(found.applied | found.primed for found in used))
        for name in (bare & SOMETIMES_FUNCTIONS) - applied - functions.keys():
            ranks.setdefault(name, set()).add(-1)  # u is multiplied with brackets here
        if any("T" in found.upper for found in used):
            ranks.setdefault("T", set()).add(-1)  # a number, γ^T a power
        known = self.names
        shapes = {n: len(v[-1][1].axes) for n, v in self.meaning.shapes.items()}
        settled = {n: max(r) for n, r in ranks.items() if n not in functions}
        settled = {n: r for n, r in settled.items() if known.function(n) is None or r > 0}
        new: dict[str, tuple[str, ...]] = {}
        self.overloaded = frozenset(
            n for n, heads in functions.items() if len({len(h) for h in heads}) > 1
        )
        for n in self.overloaded - set(ranks):
            new[n] = ()
        for n, heads in functions.items():
            if n not in ranks and len({len(h) for h in heads}) == 1:
                new[n] = next(iter(heads)) if len(heads) == 1 else ()
        self.names = replace(
            known,
            functions={**new, **known.functions},
            ranks={**settled, **shapes, **known.ranks},
            indices=known.indices,
            alone=frozenset(alone - functions.keys()),
        )

    def _letters(self) -> list[Used]:
        """How each display uses its letters."""
        displays = {id(d): d for raw in self.parts.raws for _, d in raw.sides}.values()
        return [display.source_under(self.names).used for display in displays]

    def _sides(self, raw: Raw) -> Read:
        sides: list[Side] = []
        for n, (tokens, display) in enumerate(raw.sides):
            side, apart = without_conditions(trimmed(tokens))
            for i, k in apart:
                assumption = Assumption("relation", Relation("!=", Symbol(i), Symbol(k)))
                self.meaning.state(raw.at, assumption, raw.at + 1, case=True)
                self._understood(raw.span, assumption)
            if not side:
                near = raw.signs[min(n, len(raw.signs) - 1)].span if raw.signs else Span(
                    raw.at, raw.at
                )  # fmt: skip
                sides.append(Side(near))
                continue
            try:
                source = display.source_under(self.names)
                sides.append(self._by_arity(side_of(side, source)))
            except ReadError as error:
                sides.append(Side(span_of(side, Span(raw.at, raw.at)), error=error))
        return Read(raw, sides)

    def _tell_apart(self, read: Sequence[Read]) -> None:
        """N_k beside a sum up to N gets a name of its own; p_i(T) is p_i where T is all that p is
        ever applied to."""
        terms = [t for r in read for side in r.sides for t in side.readings]
        ranges = [a for found in self.meaning.ranges.values() for _, a in found]
        counts = set[str]().union(*map(bounds, terms), *(free_names(a.upper) for a in ranges))
        both = counts & {s.name for t in terms for s in subterms_of(t, Indexed)}
        heads = [
            (r.sides[0].readings[0], r.sides[1].readings[0])
            for r in read
            if len(r.sides) > 1 and r.sides[0].readings and r.sides[1].readings
        ]
        families = families_of_functions(heads, terms)
        by_items = functions_of_items(left for left, _ in heads)
        apart = apart_from_numbered(heads, terms)
        of_deviations = of_variances(terms)

        def change(t: Term) -> Term:
            t = rebuild(t, change)
            if isinstance(t, Indexed) and t.name in both:
                return replace(t, name=t.name + "{}")  # it is written in the same way
            if isinstance(t, Indexed) and t.name in apart:
                return Symbol(parameter_name(t), span=t.span)
            if isinstance(t, Component) and isinstance(t.of, Call) and t.of.name in families:
                return Indexed(t.of.name, t.indices, span=t.span)
            if isinstance(t, Call) and t.name in of_deviations:
                return with_deviations(t)
            if isinstance(t, Call) and by_items and item_function(t) in by_items:
                return by_its_items(t)
            return t

        for r in read if both or families or of_deviations or apart or by_items else ():
            r.sides = [s._replace(readings=tuple(map(change, s.readings))) for s in r.sides]

    def _mentions(self) -> None:
        """Where each name stands first."""
        for r in self.read:
            for t in (t for side in r.sides for t in side.readings[:1]):
                numbered = map(parameter_name, subterms_of(t, Indexed))
                for name in {*free_names(t), *numbered}:
                    self.first_at[name] = min(r.raw.at, self.first_at.get(name, r.raw.at))

    def _by_arity(self, side: Side) -> Side:
        """H(p) and H(p, q), where a text has both, by names of their own."""
        if not self.overloaded or not side.readings:
            return side

        def change(t: Term) -> Term:
            t = rebuild(t, change)
            if isinstance(t, Call) and t.name in self.overloaded:
                return replace(t, name=f"{t.name}_{{{len(t.args)}}}")
            return t

        return replace(side, readings=tuple(map(change, side.readings)))

    def _conditions(self) -> None:
        """What stands after a comma or "if" beside a formula."""
        for r in self.read:
            for line in r.raw.conditions:
                text = condition_text(line, self.document.text)
                span = Span(r.raw.at, r.raw.end)
                if found := range_in(text):
                    self._range(Span(r.raw.at, r.raw.at + 1), *found)
                    continue
                if r"\in" in text or "∈" in text:
                    self._membership(text, span)
                    continue
                try:
                    more = read_given([f"assume {text}"], NOTHING, self.macros, self.limits)
                except ReadError:
                    continue
                # H(p) = .., 0 < p < 1 says where H is looked at; f(x) = x, x > 0 is a case of f.
                whole = r.definition is not None and self._defined_once(r.definition.name)
                end = self.meaning.section_end(r.raw.at) if whole else 0
                for assumption in more.assumptions:
                    until = end if whole and is_size(assumption) else r.raw.at + 1
                    self.meaning.state(r.raw.at, assumption, until, case=True)
                    self._understood(span, assumption)

    def _defined_once(self, name: str) -> bool:
        return len(self.meaning.definitions.get(name, ())) == 1

    def _logarithms(self, t: Term, raw: Raw) -> None:
        """A model that is written with log Z means a positive Z."""
        for s in subterms(t):
            if isinstance(s, Call) and s.name == "log" and isinstance(s.args[0], Symbol):
                assumption = Assumption("relation", Relation(">", s.args[0], _ZERO))
                self.meaning.state(raw.at, assumption)
                self._understood(Span(raw.at, raw.end), assumption)


def is_size(assumption: Assumption) -> bool:
    """Whether it says how large something is: a > 0, or 0 < p < 1."""
    t = assumption.term
    parts = t.conditions if isinstance(t, And) else (t,)
    return all(isinstance(part, Relation) and part.op in ORDER for part in parts)


def first_relation(r: Read) -> Relation | None:
    """The first relation in its most plausible reading."""
    if not r.raw.signs:
        return None
    sign = r.raw.signs[0]
    if sign.text == ":=":
        sign = Sign("=", sign.span)
    if not sign.judged:
        return None
    try:
        found = relate(r.sides[0], sign, r.sides[1], 1)
    except ReadError:
        return None
    return found[0] if found else None


def only_relation(r: Read) -> Relation | None:
    """The relation of a chain that has but one."""
    return first_relation(r) if len(r.raw.signs) == 1 else None


def typed_word(head: Sequence[Token]) -> str:
    """A name of several letters typed without a command: SE, Odds, loss."""
    if len(head) < 2 or any(t.kind != "letter" or not t.text.isascii() for t in head):
        return ""
    if any(t.spaced for t in head[1:]):
        return ""
    word = "".join(t.text for t in head)
    return word if len(word) > 2 or word.isupper() else ""


def said(d: Definition) -> str:
    return plain(Relation("=", head(d), d.body))
