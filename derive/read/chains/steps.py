"""A document's chains as claims, each under what the document says about its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from derive.read.chains.meaning import (
    END,
    Meaning,
    Shape,
    definition_of,
    fixed,
    is_number,
    lonely_indices,
    opaque,
    untied,
    variables,
)
from derive.read.chains.model import Chain, Reading, Remark, Step, Understood
from derive.read.chains.prose import Gap, facts
from derive.read.chains.remarks import remarks
from derive.read.chains.shorthand import base_two, orders, without_index, written_out
from derive.read.chains.words import (
    BITS,
    DEFINES,
    GOES_BACK,
    LABEL_OF_CLASS,
    LETS,
    NOT_CLAIMED,
    SOLVES,
    STATED,
)
from derive.read.claim import claims
from derive.read.formula import Side, Sign, read_formula, relate
from derive.read.formula.components import VECTOR, by_component, vectors_in
from derive.read.formula.dots import filled, pattern
from derive.read.formula.relations import prepare, terms_of
from derive.read.formula.source import Source
from derive.read.given import read_given
from derive.read.names import Names
from derive.read.notation import FUNCTION_LETTERS, INDEX_LETTERS, PLAIN_FONTS
from derive.read.tokens import LIMITS, Limits, ReadError, Token
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Claim,
    Component,
    Definition,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Number,
    Pow,
    Range,
    Relation,
    Span,
    Symbol,
    Term,
    Transpose,
    free_names,
    rebuild,
    substitute,
    subterms,
    term,
)
from derive.term.text import text as plain
from derive.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from derive.read.document import Document

NOTHING = Given()
_POOL = 12  # equations before a step that it may follow from
_ZERO = term(0)
# What every text means by these; other names of the vocabulary may be defined by the author.
_FIXED = frozenset(
    (
        "exp", "log", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "atan", "abs", "sign",
        "max", "min", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh",
        "softmax", "relu", "softplus", "logsumexp", "logsoftmax",
    )
)  # fmt: skip


_OTHER_ARITY = re.compile(r"(\w+) takes \d+ argument")
_SKIPPED = re.compile(  # what is read by nobody here, and never judged
    r"the command (\\(?:lim|int|iint|oint|limsup|liminf|sup|inf|lfloor|lceil|arg|bigcup|bigcap))\b"
)


@dataclass(slots=True)
class _Read:
    """A chain whose sides have been read."""

    raw: Raw
    sides: list[Side]
    definition: Definition | None = None  # what its first relation introduces
    role: str = "chain"  # or "definition" (all of it), "stated", "silent"
    open: bool = False  # its first relation is an equation, not an identity
    differs: bool | None = None  # the same before it is known which equations it is solved from


def chains(document: Document, given: Given = NOTHING, limits: Limits = LIMITS) -> Reading:
    """The chains of ``document`` with all plausible readings of each step as claims, what was
    understood of its names, and what misleads.

    ``given``: what holds besides what the document says; it comes first.  Nothing is raised for
    what a document contains.
    """
    return _Reader(document, given, limits).reading()


class _Reader:
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
        self.read: list[_Read] = []
        self.open: list[Relation] = []  # equations before this place that others may follow from
        self.solved: set[str] = set()  # names in such equations
        self.indices = frozenset(
            t for raw in self.parts.raws for t in raw.display.indices
        )  # letters that stand low somewhere
        self.label: tuple[str, int] | None = None  # the index of the correct class
        self.aliases: dict[str, str] = {}  # of functions of the vocabulary

    def reading(self) -> Reading:
        self._prose()
        self._learn_names()
        self.read = [self._sides(raw) for raw in self.parts.raws]
        self._families()
        for r in self.read:
            self._classify(r)
            self._note_open(r)
        self.solved.clear()
        for g, near in self.parts.gaps:
            self._components(g, near)
        self._conditions()
        self.meaning.close()
        found = [c for r in self.read if (c := self._chain(r)) is not None]
        found += [self._unread(raw) for raw in self.parts.errors]
        found.sort(key=lambda chain: chain.span.start)
        return Reading(
            tuple(found), tuple(self.definitions), tuple(self.assumptions), tuple(self.remarks)
        )

    # --- what is declared and said --------------------------------------------------------------

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
        cases: list[tuple[int, Assumption]] = []
        ends: list[int] = []
        sections: list[int] = []
        for g, before in self.parts.gaps:
            for fact in sorted(facts(g), key=lambda f: f.start):
                span = g.span(fact.start, fact.end)
                if fact.kind == "range":
                    self._range(span, *fact.parts)
                elif fact.kind in ("case", "case before"):
                    left, op, right = fact.parts
                    relation = Relation("=" if op == "=" else "!=", Symbol(left), Symbol(right))
                    assumption = Assumption("relation", relation)
                    self._understood(span, assumption)
                    if fact.kind == "case":
                        ends.append(span.start)
                        cases.append((span.end, assumption))
                    elif before >= 0:
                        self.meaning.state(before, assumption, span.start, case=True)
                elif fact.kind == "end of cases":
                    ends.append(span.start)
                elif fact.kind == "section":
                    ends.append(span.start)
                    sections.append(span.start)
                elif fact.kind != "component":
                    self._kind(span, fact.kind, fact.parts[0])
            for _, segment in g.inline:
                if r"\in" in segment.text or "∈" in segment.text:
                    self._membership(segment.text, segment.span)
            if m := LABEL_OF_CLASS.search(g.text):
                self.label = (m["formula"] or m["plain"], g.place(m.start()))
        for at, assumption in cases:
            until = min((e for e in ends if e >= at), default=END)
            self.meaning.state(at, assumption, until, case=True)
        self.meaning.sections = tuple(sorted(sections))

    def _range(self, span: Span, names: str, lower: str, upper: str) -> None:
        try:
            found = read_given([f"{names}: {lower}..{upper}"], NOTHING, self.macros, self.limits)
        except ReadError:
            return
        for name, range_ in found.ranges.items():
            self.meaning.ranges.setdefault(name, []).append((span.start, range_))
        said = f"{names} from {lower} to {upper}"
        self.assumptions.append(Understood(span, said))

    def _membership(self, text: str, span: Span) -> None:
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
        for assumption in found.assumptions:
            self.meaning.state(span.start, assumption)
        self.assumptions.append(Understood(span, text))

    def _kind(self, span: Span, kind: str, written: str) -> None:
        try:
            t = read_formula(written, self.names, self.limits)[0]
        except ReadError:
            return
        if not isinstance(t, (Symbol, Indexed)) or t.name in ("e", r"\pi"):
            return
        assumption: Assumption
        if kind == "positive":
            assumption = Assumption("relation", Relation(">", t, _ZERO))
        elif kind == "sum-one":
            k = Symbol("k" if t.name != "k" else "l")
            body = Indexed(t.name, (k,))
            total = BigOp("sum", k.name, None, None, body)
            assumption = Assumption("relation", Relation("=", total, term(1)))
        else:
            assumption = Assumption(kind, Symbol(t.name))
        self.meaning.state(span.start, assumption)
        self._understood(span, assumption)

    def _understood(self, span: Span, assumption: Assumption) -> None:
        said = plain(assumption.term)
        if assumption.kind != "relation":
            said = f"{said} {assumption.kind}"
        self.assumptions.append(Understood(span, said))

    # --- names and sides ------------------------------------------------------------------------

    def _learn_names(self) -> None:
        """Which names are functions and which are not, from the heads of all chains."""
        functions: dict[str, set[tuple[str, ...]]] = {}
        ranks: dict[str, set[int]] = {}
        families = {name for raw in self.parts.raws for name in raw.display.families}
        for raw in self.parts.raws:
            if not raw.signs or raw.signs[0].text not in ("=", ":="):
                continue
            head = trimmed(raw.sides[0][0])
            if not head or len(head) > 40:
                continue
            if word := _typed_word(head):
                ranks.setdefault(word, set()).add(-1)
                continue
            side = side_of(head, raw.sides[0][1].source_under(self.names, self.limits))
            if side.error is not None or not side.readings:
                if found := _OTHER_ARITY.match(str(side.error)):
                    functions.setdefault(found[1], set()).add(())
                continue
            t = side.readings[0]
            if isinstance(t, Call) and t.name == "log" and len(t.args) == 1:
                t = t.args[0]
            match t:
                case Call(name, args, 0) if all(isinstance(a, Symbol) for a in args):
                    if name not in FUNCTIONS and "(" not in name:
                        letters = tuple(a.name for a in args if isinstance(a, Symbol))
                        functions.setdefault(name, set()).add(letters)
                case Symbol(name) if name not in FUNCTION_LETTERS and not name.endswith("'"):
                    ranks.setdefault(name, set()).add(-1)
                case Indexed(name, (Number(value),)) if name not in families:
                    ranks.setdefault(f"{name}_{{{value}}}", set()).add(0)
                case Indexed(name, indices) if name not in FUNCTION_LETTERS:
                    ranks.setdefault(name, set()).add(len(indices))
        known = self.names
        shapes = {n: len(v[-1][1].axes) for n, v in self.meaning.shapes.items()}
        settled = {n: max(r) for n, r in ranks.items() if n not in functions}
        settled = {n: r for n, r in settled.items() if known.function(n) is None or r > 0}
        new: dict[str, tuple[str, ...]] = {}
        for n, heads in functions.items():
            if n not in ranks and len({len(h) for h in heads}) == 1:
                new[n] = next(iter(heads)) if len(heads) == 1 else ()
        self.names = replace(
            known,
            functions={**new, **known.functions},
            ranks={**settled, **shapes, **known.ranks},
            indices=known.indices,
        )

    def _sides(self, raw: Raw) -> _Read:
        sides: list[Side] = []
        for n, (tokens, display) in enumerate(raw.sides):
            side = trimmed(tokens)
            if not side:
                near = raw.signs[min(n, len(raw.signs) - 1)].span if raw.signs else Span(
                    raw.at, raw.at
                )  # fmt: skip
                sides.append(Side(near))
                continue
            try:
                source = display.source_under(self.names, self.limits)
                sides.append(side_of(side, source))
            except ReadError as error:
                sides.append(Side(span_of(side, Span(raw.at, raw.at)), error=error))
        return _Read(raw, sides)

    # --- families of rows -----------------------------------------------------------------------

    def _families(self) -> None:
        """Rows 1, 2, \\vdots, c as one definition or assumption over an index."""
        for n, r in enumerate(self.read):
            if not r.raw.dots or n == 0:
                continue
            before = [b for b in self.read[max(0, n - 3) : n] if _equation(b)]
            after = next((a for a in self.read[n + 1 : n + 2] if _equation(a)), None)
            if not before or after is None:
                continue
            last, first = _equation(after), _equation(before[-1])
            assert last is not None and first is not None
            try:
                body, low, high = pattern(first, last, Symbol(r"\vdots"))
            except ReadError:
                continue
            index = next(i for i in "jiklmn" if i not in free_names(body) | free_names(last))
            general = filled(body, Symbol(index))
            assert isinstance(general, Relation)
            count = int(low.value) if isinstance(low, Number) else 1
            if count != len(before) or not isinstance(high, (Symbol, Number)):
                continue
            self.meaning.ranges.setdefault(index, []).append(
                (before[0].raw.at, Range(term(1), high))
            )
            definition = definition_of(general.left, general.right)
            at = before[0].raw.at
            if definition is not None and not self._known(definition, at):
                self._define(before[0], definition)
                for row in (*before, after):
                    row.role = "definition"

    # --- what a chain is ------------------------------------------------------------------------

    def _classify(self, r: _Read) -> None:
        """Whether the first relation introduces a name, is stated, or is to be judged."""
        raw = r.raw
        if r.role != "chain" or not raw.signs:
            return
        if raw.inline:
            self._classify_inline(r)
            return
        if self._numbers(r) or self._renames(r):
            return
        definition = self._introduces(r)
        if definition is not None:
            self._define(r, definition)

    def _numbers(self, r: _Read) -> bool:
        """Whether the chain says how the components of a name are numbered: x = (x_1, x_2, x_3)."""
        left, right = r.sides[0], r.sides[1]
        if not left.readings or not right.readings or r.raw.signs[0].text != "=":
            return False
        head, body = left.readings[0], right.readings[0]
        if isinstance(head, Symbol) and any(
            isinstance(s, Indexed) and s.name == head.name and isinstance(s.indices[0], Number)
            for s in subterms(body)
        ):
            count = len({s for s in subterms(body) if isinstance(s, Indexed)})
            self.meaning.forget(head.name, r.raw.at)
            if any(isinstance(s, Matrix) for s in subterms(body)):
                axes = (Range(term(1), term(count)),)
                self.meaning.shapes.setdefault(head.name, []).append((r.raw.at, Shape(axes)))
            r.role = "numbering"
            return True
        fresh = {s.name for s in subterms(body) if isinstance(s, Indexed)}
        if isinstance(body, Matrix) and len(fresh) == 1 and len(r.raw.signs) == 1:
            entries = [s for row in body.rows for s in row]
            name = fresh.pop()
            if all(isinstance(s, Indexed) for s in entries) and name not in free_names(head):
                if self.meaning.definition(name, r.raw.at) is None:
                    r.role = "numbering"
                    return True
        return False

    def _renames(self, r: _Read) -> bool:
        """Whether the chain says that a function of vectors is the softmax: S(x)_j = e^{x_j}/.."""
        left, right = r.sides[0], r.sides[1]
        if not left.readings or not right.readings:
            return False
        head, body = left.readings[0], right.readings[0]
        if not isinstance(head, Component) or not isinstance(head.of, Call):
            return False
        call = head.of
        if call.name == "softmax" or len(call.args) != 1 or not isinstance(call.args[0], Symbol):
            return False
        if not _is_softmax(body, call.args[0].name, head.indices):
            return False
        self.aliases[call.name] = "softmax"
        r.role = "definition" if len(r.raw.signs) == 1 else r.role
        self.definitions.append(Understood(Span(r.raw.at, r.raw.end), f"{call.name} is the softmax"))
        return True

    def _introduces(self, r: _Read) -> Definition | None:
        raw = r.raw
        if raw.signs[0].text not in ("=", ":=") or raw.headless or raw.joint == "because":
            return None
        left, right = r.sides[0], r.sides[1]
        if not left.readings or not right.readings:
            return None
        head, body = left.readings[0], right.readings[0]
        if vectors_in(body):
            try:
                relation, ranges = by_component(Relation("=", head, body))
            except ReadError:
                return None
            head, body = relation.left, relation.right
            if isinstance(head, Indexed) and not self._known(Definition(head.name, body), raw.at):
                axes = tuple(ranges.values())
                self.meaning.shapes.setdefault(head.name, []).append((raw.at, Shape(axes)))
        if vectors_in(head):
            return None
        explicit = raw.signs[0].text == ":="
        words = raw.display.before.rsplit("\x03", 1)[-1]
        named = DEFINES.search(words[-120:]) is not None
        definition = definition_of(head, body)
        if definition is None and len(raw.signs) == 1 and not raw.inline:
            definition = definition_of(body, head)  # .. = z
            if definition is not None and (
                isinstance(head, (Symbol, Number))
                or definition.name in variables(head, self.meaning.at(head, raw.at))
            ):
                definition = None
        if definition is None:
            return None
        name = definition.name
        if name in FUNCTIONS and (name in _FIXED or not definition.parameters):
            return None
        if name in INDEX_LETTERS and not (definition.parameters or definition.indices):
            if isinstance(definition.body, (Symbol, Number)) or name in self.indices:
                return None
        if name in ("e", r"\pi", "d"):
            return None
        if is_number(definition.body) and not (definition.indices or definition.parameters):
            lets = LETS.search(raw.display.before[-80:]) is not None
            if not (explicit or lets):
                return None
        if self._known(definition, raw.at) and not explicit:
            return definition if named and self._changes(definition, raw.at) else None
        if not explicit and not named and self._occurred(definition, r):
            return None
        return definition

    def _changes(self, definition: Definition, at: int) -> bool:
        old = self.meaning.definition(definition.name, at, bool(definition.parameters))
        return old is not None and old.body != definition.body

    def _known(self, definition: Definition, at: int) -> bool:
        """Whether the name is defined before this place."""
        return self.meaning.defined_before(definition.name, at)

    def _occurred(self, definition: Definition, r: _Read) -> bool:
        """Whether the name stood in an equation before, which this one may be solved from."""
        if definition.parameters:
            return False
        return definition.name in self.solved

    def _note_open(self, r: _Read) -> None:
        """Names in an equation that holds for some values may be solved for later."""
        relation = _first(r)
        if relation is None or r.raw.inline or r.definition is not None:
            if r.role != "definition" or relation is None:
                return
        if r.role == "definition" or free_names(relation.left) ^ free_names(relation.right):
            self.solved |= free_names(relation)

    def _define(self, r: _Read, definition: Definition) -> None:
        raw = r.raw
        near = raw.display.after if raw.inline and _explains(raw) else -1
        line = self.document.place(raw.at).line
        body = written_out(definition.body, aliases=self.aliases)
        definition = replace(definition, line=line, body=body)
        head = r.sides[0].readings[0] if r.sides[0].readings else None
        if isinstance(head, Call) and head.name == "log" and r.sides[1].readings:
            self._logarithms(r.sides[1].readings[0], raw)
        r.definition = definition
        self.meaning.define(raw.at, definition, near)
        self.definitions.append(Understood(Span(raw.at, raw.end), _said(definition)))

    def _logarithms(self, t: Term, raw: Raw) -> None:
        """A model that is written with log Z means a positive Z."""
        for s in subterms(t):
            if isinstance(s, Call) and s.name == "log" and isinstance(s.args[0], Symbol):
                assumption = Assumption("relation", Relation(">", s.args[0], _ZERO))
                self.meaning.state(raw.at, assumption)
                self._understood(Span(raw.at, raw.end), assumption)

    def _classify_inline(self, r: _Read) -> None:
        """A formula in the running text: a definition, something stated, or a claim."""
        raw = r.raw
        before = raw.display.before[-160:]
        r.role = "silent"
        if raw.joint not in ("first", "row") and not raw.signs:
            return
        unclaimed = NOT_CLAIMED.search(before) is not None
        relation = _equation(r) if len(raw.signs) == 1 else None
        first = _first(r)
        if first is None:
            return
        if range_in(condition_text_of(raw, self.document.text)):
            return
        definition = None if unclaimed and not DEFINES.search(before) else self._introduces(r)
        if definition is not None:
            r.role = "definition" if len(raw.signs) == 1 else "chain"
            self._define(r, definition)
            return
        if relation is not None and relation.op != "=":
            self._stated_inequality(relation, raw, before)
            return
        if raw.signs[0].text != "=":
            return
        if self._may_differ(first, raw.at):
            if relation is None:
                return
            assumption = Assumption("relation", relation)
            if STATED.search(before) and _closed_sum(relation):
                self.meaning.state(raw.at, assumption)
                self._understood(raw.span, assumption)
            elif not unclaimed or SOLVES.search(before):
                r.role = "stated"
                self.solved |= free_names(relation)
            return
        if not unclaimed:
            r.role = "chain"

    def _stated_inequality(self, relation: Relation, raw: Raw, before: str) -> None:
        sides = (relation.left, relation.right)
        if all(isinstance(s, Symbol) and s.name in INDEX_LETTERS for s in sides):
            return
        simple = all(isinstance(s, (Symbol, Indexed, Number)) for s in sides)
        if simple and any(isinstance(s, Number) for s in sides):
            self.meaning.state(raw.at, Assumption("relation", relation))
            self._understood(Span(raw.at, raw.end), Assumption("relation", relation))

    def _components(self, g: Gap, near: int) -> None:
        """p_i is the i-th component of softmax((w_1 x + b_1, ..)^T)."""
        for fact in facts(g):
            if fact.kind != "component":
                continue
            written, index, of = fact.parts
            of = of.replace("\x02", " ").replace("\x03", " ").strip().rstrip(" .")
            try:
                name = read_formula(written, self.names, self.limits)[0]
                right = self._component(of, index)
            except ReadError:
                continue
            if isinstance(name, Indexed) and right is not None:
                span = g.span(fact.start, fact.end)
                definition = Definition(name.name, right, indices=(index,))
                self.meaning.define(span.start, definition, near)
                self.definitions.append(Understood(span, _said(definition)))

    def _component(self, of: str, index: str) -> Term | None:
        tokens = prepare(of, self.names, self.limits)
        t = terms_of(tokens, Source(tokens, self.names, self.limits))[0][0]
        if isinstance(t, Call) and len(t.args) == 1 and isinstance(t.args[0], Transpose):
            t = replace(t, args=(t.args[0].arg,))
        match t:
            case Call("softmax", (BigOp(op="vector", index=k, body=body) as v,)) if v.op == VECTOR:
                top = Call("exp", (substitute(body, {k: Symbol(index)}),))
                total = BigOp("sum", k, v.lower, v.upper, Call("exp", (body,)))
                return Div(top, total)
            case Symbol() | Call() if not vectors_in(t):
                return Component(t, (Symbol(index),))
        return None

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
                for assumption in more.assumptions:
                    self.meaning.state(r.raw.at, assumption, r.raw.at + 1, case=True)
                    self._understood(span, assumption)

    # --- steps ----------------------------------------------------------------------------------

    def _chain(self, r: _Read) -> Chain | None:
        raw = r.raw
        if r.role == "stated" and (equation := _first(r)) is not None:
            self.open.append(equation)
        if not raw.signs or r.role in ("silent", "stated"):
            return None
        if all(sign.text == r"\in" or sign.text == ":" for sign in raw.signs):
            return None
        if raw.inline and r.role == "definition":
            return None
        for side in r.sides:
            if side.readings and not raw.inline:
                self.remarks.extend(remarks(side.readings[0], self.document.text))
        steps = [self._step(r, n) for n in range(len(raw.signs))]
        self._pool(r)
        return Chain(Span(raw.at, raw.end), tuple(steps))

    def _step(self, r: _Read, n: int) -> Step:
        raw = r.raw
        sign = raw.signs[n]
        left, right = r.sides[n], r.sides[n + 1]
        step = Step(
            sign.text, sign.span, left.span, right.span, "judge", reason=raw.reasons.get(n, "")
        )
        if left.empty and n == 0:
            return step._replace(kind="unread", message="nothing stands before this sign")
        if right.empty:
            return step._replace(kind="skipped", message="nothing stands after this sign")
        if not sign.judged and sign.text != ":=":
            return step._replace(kind="skipped", message=f"{sign.text} is not judged")
        if n == 0 and r.role == "numbering":
            return step._replace(kind="definition", message="says how components are numbered")
        if n == 0 and sign.text == "=" and self._gives_a_value(r):
            return step._replace(kind="definition", message="says what its left side is")
        if n == 0 and (r.role == "definition" or r.definition is not None):
            return step._replace(kind="definition", message="introduces a name")
        if sign.text == ":=":
            return step._replace(kind="definition", message="introduces a name")
        for side in (left, right):
            if side.error is not None:
                if what := _SKIPPED.search(side.error.message):
                    return step._replace(kind="skipped", message=f"{what[1]} is not judged")
                return step._replace(kind="unread", message=str(side.error), error=side.error)
        if any(_dotted(side) for side in (left, right)):
            return step._replace(
                kind="skipped", message="it is not clear what the dots stand for"
            )
        try:
            readings = relate(left, sign, right, self.limits.readings)
            made, doubt, definition = self._claims(readings, r, n)
        except ReadError as error:
            return step._replace(kind="unread", message=str(error), error=error)
        if definition:
            return step._replace(kind="definition", message=doubt)
        across: tuple[Claim, ...] = ()
        if n > 0 and r.sides[n - 1].readings and not (n == 1 and r.definition is not None):
            across = self._across(r, n)
        return step._replace(
            claims=made,
            across=across,
            follows=n == 0 and (raw.follows or r.open),
            message=doubt,
        )

    def _resumed(self, r: _Read, n: int) -> list[Claim]:
        """After words between displays a leading "=" may go on with a chain further up."""
        found: list[Claim] = []
        here = r.raw.signs[n].span.start
        for other in self.read:
            if other is r or other.raw.at > here or not other.raw.signs or other.raw.inline:
                continue
            if here - other.raw.end > 4_000:
                continue
            for side in (other.sides[-1], other.sides[0]):
                try:
                    readings = relate(side, r.raw.signs[n], r.sides[n + 1], 1)
                    found.extend(self._plain(readings[0], r.raw, ()) if readings else ())
                except ReadError:
                    continue
        return found[-3:]

    def _gives_a_value(self, r: _Read) -> bool:
        """Whether the left side is a value of a function that is not defined anywhere, or the
        next member of a sequence: P(z = 1 | x), x_{t+1}."""
        if r.definition is not None or not r.sides[0].readings:
            return False
        t = r.sides[0].readings[0]
        if isinstance(t, Call) and t.name == "log" and len(t.args) == 1:
            t = t.args[0]
        if isinstance(t, Component):
            t = t.of
        if isinstance(t, Call) and t.order == 0:
            known = t.name in FUNCTIONS or self.meaning.definition(t.name, r.raw.at) is not None
            others = r.sides[1].readings
            again = bool(others) and t.name in free_names(others[0])
            return not known and not again and t.name != "vec"
        if isinstance(t, Indexed) and any(not isinstance(i, Symbol) for i in t.indices):
            if all(isinstance(i, Number) for i in t.indices):
                return False
            return self.meaning.definition(t.name, r.raw.at) is None
        return False

    def _across(self, r: _Read, n: int) -> tuple[Claim, ...]:
        try:
            sign = Sign("=", r.raw.signs[n].span)
            if r.raw.signs[n].text != "=" or r.raw.signs[n - 1].text != "=":
                return ()
            readings = relate(r.sides[n - 1], sign, r.sides[n + 1], 2)
            found: list[Claim] = []
            for relation in readings:
                found.extend(self._plain(relation, r.raw, ()))
            return tuple(found)
        except ReadError:
            return ()

    def _claims(
        self, readings: Sequence[Relation], r: _Read, n: int
    ) -> tuple[tuple[Claim, ...], str, bool]:
        """The claims of one step; why a refutation would prove nothing; whether the step
        introduces a name on its right side."""
        raw = r.raw
        found: list[Claim] = []
        strange: frozenset[str] = frozenset()
        error: ReadError | None = None
        pool = self._earlier(r) if n == 0 else ()
        for relation in readings:
            try:
                made = self._plain(relation, raw, pool)
            except ReadError as why:
                error = error or why
                continue
            if not found and made:
                if n == 0 and r.differs is None:
                    r.differs = _one_sided(made[0])
                strange = self._strange(made[0], relation, n)
                if self._names_right_side(r, relation, n, strange):
                    return (), "introduces a name", True
            for claim in made:
                with_functions = _as_functions(claim)
                for c in (with_functions, claim):
                    if c is not None and c not in found:
                        found.append(c)
        if not found and error is not None:
            raise error
        if n in raw.resumed:
            found.extend(self._resumed(r, n))
        if BITS.search(" ".join(raw.reasons.values())):
            found.extend(_in_bits(found))
        found = found[: self.limits.readings]
        if n in raw.resumed and GOES_BACK.search(r.raw.sides[n + 1][1].before):
            found = [*found, _doubtful(found[0], frozenset(("\\text{line}",)))]
        if strange:
            found = [*found[: self.limits.readings - 1], _doubtful(found[0], strange)]
            names = ", ".join(sorted(strange))
            return tuple(found), f"{names}: of unknown meaning here", False
        return tuple(found), "", False

    def _plain(
        self, relation: Relation, raw: Raw, pool: Iterable[Assumption]
    ) -> tuple[Claim, ...]:
        found: list[Claim] = []
        for order in orders(relation):
            written = written_out(relation, order, self.aliases)
            assert isinstance(written, Relation)
            if clash := _index_and_array(written):
                raise ReadError(f"{clash} is an index and an array here", relation.span or raw.span)
            given = self.meaning.at(written, raw.at, pool, raw.display.plain)
            found.extend(claims((fixed(written, given)[0],), fixed(written, given)[1]))
        return tuple(found)

    def _strange(self, claim: Claim, relation: Relation, n: int) -> frozenset[str]:
        """Names whose meaning is not known although the step depends on it: those that are new on
        the right, those in a first equation that are on one side only, and what is differentiated
        by a variable that it does not mention."""
        assert isinstance(claim.relation, Relation)
        given = claim.given
        left, right = (variables(s, given) for s in (claim.relation.left, claim.relation.right))
        new = right - left
        if n == 0 and relation.op == "=":
            if not any(isinstance(s, Derivative) for s in subterms(relation.left)):
                new |= left - right
        if relation.op == "=" and relation.right == _ZERO:
            new |= left
        if relation.op == "=" and relation.left == _ZERO:
            new |= right
        if relation.op != "=" and n == 0 and _simple(relation):
            new |= left | right
        new |= untied(claim.relation, given)
        new |= lonely_indices(claim.relation)
        return frozenset(new)

    def _names_right_side(
        self, r: _Read, relation: Relation, n: int, strange: frozenset[str]
    ) -> bool:
        """Whether the right side is a name of unknown meaning, which gets it here: .. = \\delta_k."""
        if relation.op != "=" or (n == 0 and len(r.raw.signs) > 1 and r.raw.inline):
            return False
        right = relation.right
        if not isinstance(right, (Symbol, Indexed)) or right.name not in strange:
            return False
        definition = definition_of(right, relation.left)
        if n == 0 and isinstance(relation.left, (Symbol, Indexed, Number)):
            return False
        if definition is None or self.meaning.definition(right.name, r.raw.at) is not None:
            return False
        self.meaning.define(r.raw.at, definition)
        self.definitions.append(Understood(r.sides[n + 1].span, _said(definition)))
        return True

    def _may_differ(self, relation: Relation, at: int) -> bool:
        """Whether an equation need not be an identity: its sides speak of different names."""
        return _one_sided(Claim(relation, self.meaning.at(relation, at)))

    # --- equations that later ones follow from --------------------------------------------------

    def _pool(self, r: _Read) -> None:
        """After a chain: is its first relation an equation that later ones may follow from?"""
        if r.definition is not None or r.role == "definition":
            return
        relation = _first(r)
        if relation is None or relation.op != "=" or r.raw.conditions:
            return
        r.open = self._differs(r, relation)
        if r.open:
            self.open.append(relation)

    def _differs(self, r: _Read, relation: Relation) -> bool:
        if r.differs is None:
            r.differs = self._may_differ(relation, r.raw.at)
        return r.differs

    def _earlier(self, r: _Read) -> tuple[Assumption, ...]:
        """The equations before this one that it may follow from."""
        relation = _first(r)
        if relation is None or not self.open:
            return ()
        names = free_names(relation)
        found = [
            Assumption("relation", equation)
            for equation in self.open[-_POOL:]
            if free_names(equation) & names and equation != relation
        ]
        if not found or not (r.raw.follows or self._differs(r, relation)):
            return ()
        return tuple(found[-4:])

    def _unread(self, raw: Raw) -> Chain:
        assert raw.error is not None
        span = raw.display.segment.span
        error = raw.error
        step = Step("", error.span, span, span, "unread", message=str(error), error=error)
        return Chain(span, (step,))


# --- small questions ------------------------------------------------------------------------------


def _first(r: _Read) -> Relation | None:
    """The first relation in its most plausible reading."""
    if not r.raw.signs or not r.raw.signs[0].judged:
        return None
    try:
        found = relate(r.sides[0], r.raw.signs[0], r.sides[1], 1)
    except ReadError:
        return None
    return found[0] if found else None


def _equation(r: _Read) -> Relation | None:
    """The relation of a chain that has but one."""
    return _first(r) if len(r.raw.signs) == 1 else None


def _one_sided(claim: Claim) -> bool:
    """Whether an equation need not be an identity: its sides speak of different names."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    left, right = (variables(s, claim.given) for s in (relation.left, relation.right))
    if any(isinstance(s, Derivative) for s in subterms(relation.left)):
        return bool(right - left)
    return left != right or _ZERO in (relation.left, relation.right)


def _simple(relation: Relation) -> bool:
    """x > 0: a condition on a name rather than a claim."""
    sides = (relation.left, relation.right)
    return all(isinstance(s, (Symbol, Indexed, Number)) for s in sides)


def _closed_sum(relation: Relation) -> bool:
    """Σ_j y_j = 1 and the like."""
    sides = (relation.left, relation.right)
    return any(isinstance(s, BigOp) for s in sides) and any(isinstance(s, Number) for s in sides)


def _explains(raw: Raw) -> bool:
    """Whether the words before an inline formula are "where", right after a display."""
    before = raw.display.before.strip(" ,.;\n")
    return before[:6].lower() in ("where", "with", "wobei", "where ") or (
        len(before) < 200 and before.lower().startswith(("where", "with", "here", "in which"))
    )


def condition_text_of(raw: Raw, text: str) -> str:
    return text[raw.at : raw.end + 40]


def _index_and_array(t: Term) -> str:
    arrays = {s.name for s in subterms(t) if isinstance(s, Indexed)}
    for s in subterms(t):
        if isinstance(s, Indexed):
            for i in s.indices:
                if isinstance(i, Symbol) and i.name in arrays:
                    return i.name
    return ""


def _is_softmax(body: Term, name: str, indices: tuple[Term, ...]) -> bool:
    """Whether ``body`` is exp(name_i) / Σ_k exp(name_k)."""
    if not isinstance(body, Div) or not isinstance(body.denominator, BigOp):
        return False
    total = body.denominator
    above = _exponent(body.numerator)
    below = _exponent(total.body)
    if total.op != "sum" or total.where is not None:
        return False
    return above == Indexed(name, indices) and below == Indexed(name, (Symbol(total.index),))


def _exponent(t: Term) -> Term | None:
    if isinstance(t, Pow) and t.base == Symbol("e"):
        return t.exponent
    if isinstance(t, Call) and t.name == "exp" and len(t.args) == 1:
        return t.args[0]
    return None


def _in_bits(found: Sequence[Claim]) -> list[Claim]:
    """The claims with logarithms to base 2."""
    return [replace(c, relation=base_two(c.relation)) for c in found[:2]]


def _typed_word(head: Sequence[Token]) -> str:
    """A name of several letters typed without a command: SE, Odds, loss."""
    if len(head) < 2 or any(t.kind != "letter" or not t.text.isascii() for t in head):
        return ""
    if any(t.spaced for t in head[1:]):
        return ""
    word = "".join(t.text for t in head)
    return word if len(word) > 2 or word.isupper() else ""


def _dotted(side: Side) -> bool:
    """Whether a vector in it has dots that could not be filled in."""
    return bool(side.readings) and any(
        isinstance(s, Call) and s.name == r"\dots" for s in subterms(side.readings[0])
    )


def _said(d: Definition) -> str:
    head = d.name
    left: Term = Symbol(head)
    if d.indices:
        left = Indexed(head, tuple(map(Symbol, d.indices)))
    elif d.parameters:
        left = Call(head, tuple(map(Symbol, d.parameters)))
    return plain(Relation("=", left, d.body))


def _as_functions(claim: Claim) -> Claim | None:
    """The claim with its functions of unknown meaning as arbitrary differentiable ones: what holds
    for all of them holds."""
    given = claim.given
    declared = {a.term.name for a in given.assumptions if isinstance(a.term, Call)}
    todo: list[Term] = [claim.relation, *(d.body for d in given.definitions.values())]
    found: dict[str, Call] = {}
    for t in todo:
        for s in subterms(t):
            if not isinstance(s, Call) or s.name in FUNCTIONS or s.name in given.definitions:
                continue
            if s.name in declared or not s.args or "(" in s.name:
                continue
            arguments = tuple(Symbol(f"x_{{{n}}}") for n in range(len(s.args)))
            if s.name in found and len(found[s.name].args) != len(arguments):
                return None
            found[s.name] = Call(s.name, arguments if len(arguments) > 1 else (Symbol("x"),))
    if not found:
        return None
    claim = replace(claim, relation=without_index(claim.relation, frozenset(found)))
    given = replace(
        given,
        definitions={
            n: replace(d, body=without_index(d.body, frozenset(found)))
            for n, d in given.definitions.items()
        },
    )
    more = tuple(Assumption("function", call) for call in found.values())
    return replace(claim, given=given.with_assumptions(*more))


def _doubtful(claim: Claim, strange: frozenset[str]) -> Claim:
    """A claim of which the kernel can only say that these names are not defined."""
    relation = claim.relation
    assert isinstance(relation, Relation)
    variables_ = {
        s.variable.name
        for s in subterms(relation)
        if isinstance(s, Derivative) and isinstance(s.variable, (Symbol, Indexed))
    }
    hidden = strange - variables_
    if not hidden:
        unknown = Call(min(strange), ())
        relation = replace(relation, left=relation.left + unknown, right=relation.right + unknown)
        return Claim(relation, claim.given, claim.label)
    changed = opaque(relation, hidden)
    assert isinstance(changed, Relation)
    assumptions = tuple(
        a for a in claim.given.assumptions if not (free_names(a.term) & hidden)
    )
    shapes: Mapping[str, tuple[Range, ...]] = {
        n: v for n, v in claim.given.shapes.items() if n not in hidden
    }
    given = replace(claim.given, assumptions=assumptions, shapes=shapes)
    return Claim(changed, given, claim.label)
