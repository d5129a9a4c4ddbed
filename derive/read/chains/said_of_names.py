"""What words say of names: their kinds, sizes and ranges, cases, sections."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from derive.read.chains.assemble import Raw, condition_text, range_in
from derive.read.chains.clauses import Spoken, or_else, spoken_of, turns
from derive.read.chains.gathered import Shape
from derive.read.chains.model import Understood
from derive.read.chains.properties import CONSTANT, LABEL_OF_CLASS, NAMED_IN, SIZES
from derive.read.chains.prose import dropped, facts, other_values, renewals, withdrawn
from derive.read.chains.scopes import END, scopes
from derive.read.chains.understand import NOTHING, Understanding, is_size
from derive.read.chains.words import (
    ALL_MEMBERS,
    ASSIGNED,
    ASSUMED,
    CASE_BEGINS,
    FOR_ALL_SECTIONS,
    FOR_SUCH,
    FORMULA,
    IN_THIS_SECTION,
    LATER,
    LETS,
    LISTED_SIZE,
    ONE_OF_VALUES,
    ONLY_IF,
    PROOF,
    THROUGHOUT,
)
from derive.read.document import Segment
from derive.read.formula import read_formula
from derive.read.given import read_given
from derive.read.identity import said_of_an_array
from derive.read.notation import PLAIN_FONTS
from derive.read.tokens import ReadError
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Indexed,
    Relation,
    Span,
    Symbol,
    Term,
    subterms,
    term,
)
from derive.term.text import text as plain

_ZERO = term(0)
AXES = {"vector": 1, "matrix": 2}


class SaidOfNames(Understanding):
    """What the words between the formulas say of names."""

    def _prose(self) -> None:
        """What the words say: sections, shapes, ranges, kinds, cases."""
        ends: list[int] = []
        self.facts = [sorted(facts(g), key=lambda f: f.start) for g, _ in self.parts.gaps]
        self._sections()
        for (g, _), found in zip(self.parts.gaps, self.facts, strict=True):
            spoken = spoken_of(g.text)
            spoken += [Spoken(f.start, f.end) for f in found if or_else(g.text, f.end)]
            self.meaning.spoken += [
                (g.place(s.start), g.place(s.end), g.place(s.until)) for s in spoken
            ]
        self.meaning.spoken.sort()
        self._turns()
        self._parts()
        self.meaning.proofs = tuple(m.start() for m in PROOF.finditer(self.document.text))
        for (g, _), found in zip(self.parts.gaps, self.facts, strict=True):
            for fact in found:
                if fact.kind == "scalar" and LETS.search(g.text[: fact.start]):
                    self.meaning.renew(fact.parts[0], g.place(fact.start))
            told = (renewals, other_values, dropped)
            for one in (one for said_so in told for one in said_so(g.text)):
                self.meaning.renew(one.name, g.place(one.start), one.anything)
            for _, segment in g.inline:
                if m := ONE_OF_VALUES.fullmatch(segment.text):
                    self.meaning.renew(m["name"], segment.span.start - 1)
                elif m := ASSIGNED.match(segment.text):
                    self.meaning.renew(m["name"], segment.span.start, anything=True)
        gaps = [g for g, _ in self.parts.gaps]
        for n, one in withdrawn(g.text for g in gaps):
            self.meaning.renew(one.name, gaps[n].place(one.start), one.anything)
        for (g, before), found in zip(self.parts.gaps, self.facts, strict=True):
            for fact in found:
                span = g.span(fact.start, fact.end)
                if fact.kind == "range":
                    self._range(span, *fact.parts)
                elif fact.kind in ("case", "case before", "case of a clause"):
                    left, op, right = fact.parts
                    relation = Relation("=" if op == "=" else "!=", Symbol(left), Symbol(right))
                    assumption = Assumption("relation", relation)
                    self._understood(span, assumption)
                    if fact.kind == "case":
                        self.cases.append((span.start, span.end, assumption))
                    elif fact.kind == "case of a clause":
                        self.meaning.state(span.start, assumption, span.end, case=True)
                    elif before >= 0:
                        self.meaning.state(before, assumption, span.start, case=True)
                elif fact.kind == "compared":
                    around = g.text[max(0, fact.start - 80) : fact.start], g.text[fact.start :][:80]
                    self._compared(span, fact.parts[1:], *around)
                elif fact.kind in ("end of cases", "section"):
                    ends.append(span.start)
                elif fact.kind == "paragraph":
                    self.paragraphs.append(span.start)
                elif fact.kind != "component":
                    around = g.text[max(0, fact.start - 80) : fact.start], g.text[fact.start :][:80]
                    self._kind(span, fact.kind, fact.parts[0], *around)
            for at, segment in g.inline:
                self._sizes(segment, g.text, at)
                if r"\in" in segment.text or "∈" in segment.text:
                    self._membership(segment.text, segment.span, g.text[:at])
            self._constants(g.text)
            if named := LABEL_OF_CLASS.search(g.text):
                self.label = (named["formula"] or named["plain"], g.place(named.start()))
        self.ends = sorted(ends)
        self.paragraphs.sort()

    def _turns(self) -> None:
        """Where the text turns to something else, and up to where."""
        paragraphs = sorted(
            g.place(fact.start)
            for (g, _), found in zip(self.parts.gaps, self.facts, strict=True)
            for fact in found
            if fact.kind == "paragraph"
        )
        for g, _ in self.parts.gaps:
            for turn in turns(g.text):
                at = g.place(turn.at)
                over = self.meaning.section_end(at)
                if not turn.wide:
                    over = min((over, *(p for p in paragraphs if p > at)))
                self.meaning.turns.append((at, over, turn.names))
        self.meaning.turns.sort(key=lambda t: t[0])

    def _parts(self) -> None:
        """How far a lemma or an example goes, and where one of several cases begins and up to
        where it may go: to the next one, to where the text is about all of them, or to the end of
        the lemma or the section."""
        self.meaning.scopes = scopes(self.document, self.meaning.sections)
        ends = [*self.meaning.sections, len(self.document.text)]
        ends += [at for scope in self.meaning.scopes for at in scope]
        begins: list[int] = []
        for (g, _), found in zip(self.parts.gaps, self.facts, strict=True):
            begins += [g.place(m.end() - 1) for m in CASE_BEGINS.finditer(g.text)]
            ends += [g.place(fact.start) for fact in found if fact.kind == "end of cases"]
        ends = sorted([*ends, *begins])
        self.meaning.parts = tuple((at, ends[bisect_right(ends, at)]) for at in sorted(begins))

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
        if LATER.search(before):  # "in the next section we assume"
            at = next((start for start in self.meaning.sections if start > at), END)
            if at == END:
                return
        if IN_THIS_SECTION.search(before):
            until = next((start for start in self.meaning.sections if start > at), END)
            self.meaning.state(at, assumption, until)
            return
        throughout = THROUGHOUT.search(before) or THROUGHOUT.search(after)
        wide = LETS.search(before) or throughout
        until = END if wide else self.meaning.section_end(at)
        self.meaning.state(at, assumption, until, throughout=throughout is not None)

    def _range(self, span: Span, names: str, lower: str, upper: str) -> None:
        try:
            found = read_given([f"{names}: {lower}..{upper}"], NOTHING, self.macros, self.limits)
        except ReadError:
            return
        for name, range_ in found.ranges.items():
            self.meaning.range_over(name, span.start, range_)
        said = f"{names} from {lower} to {upper}"
        self.assumptions.append(Understood(span, said))

    def _sizes(self, segment: Segment, words: str, at: int) -> None:
        """x, y > 0 says it of each; x_1, .., x_n > 0 of all x_i."""
        text = ALL_MEMBERS.sub(_any_member, segment.text)
        m, span = LISTED_SIZE.fullmatch(text), segment.span
        if m is None or ("," not in m["names"] and text == segment.text):
            return
        before = FORMULA.sub(" ", words[max(0, at - 200) : at].rsplit(". ", 1)[-1])
        for name in m["names"].split(","):
            line = f"assume {name} {m['op']} {m['value']}"
            try:
                found = read_given([line], NOTHING, self.macros, self.limits)
            except ReadError:
                return
            for assumption in found.assumptions:
                self._state(span.start, assumption, before, words[at:][:80].split(".")[0])
                self._understood(span, assumption)

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
        written = NAMED_IN.split(written)[0]
        if "," in written and "(" not in written:  # p, q
            for one in written.split(","):
                self._kind(span, kind, one, before, after)
            return
        try:
            t = read_formula(written, self.names, self.limits)[0]
        except ReadError:
            return
        if not isinstance(t, (Symbol, Indexed)) or t.name == r"\pi":
            return
        if t.name == "e" and kind not in ("vector", "unit vector"):
            return
        assumption: Assumption
        if kind == "scalar" and isinstance(t, Indexed):
            return  # x_1, .., x_n are numbers: nothing is said of x
        if kind == "scalar":
            self.meaning.shapes.setdefault(t.name, []).append((span.start, Shape(())))
            self.assumptions.append(Understood(span, f"{plain(t)} a number"))
            return
        if kind in AXES:
            if isinstance(t, Symbol):
                self.said[t.name] = AXES[kind]
            return
        if kind in SIZES:
            assumption = Assumption("relation", Relation(SIZES[kind], t, _ZERO))
            if ONLY_IF.search(before) or FOR_SUCH.search(before):
                self.cases.append((span.start, span.end, assumption))
            else:
                self._state(span.start, assumption, before, after)
            self._understood(span, assumption)
            return
        if kind == "unit vector" and isinstance(t, Indexed):
            return  # e_i, the i-th one
        said = said_of_an_array(kind, Symbol(t.name))
        if said:
            self.said.setdefault(t.name, AXES["vector" if kind == "unit vector" else "matrix"])
        elif kind == "sum-one":
            k = Symbol("k" if t.name != "k" else "l")
            body = Indexed(t.name, (k,))
            total = BigOp("sum", k.name, None, None, body)
            said = [Assumption("relation", Relation("=", total, term(1)))]
        else:
            said = [Assumption(kind, Symbol(t.name))]
        for assumption in said:
            if ONLY_IF.search(before) or FOR_SUCH.search(before):
                until = self.meaning.section_end(span.start)
                self.meaning.state(span.start, assumption, until, case=True)
                self.meaning.may_hold_before(span.start, assumption)
            else:
                self.meaning.state(span.start, assumption)
            self._understood(span, assumption)

    def _compared(self, span: Span, written: Sequence[str], before: str, after: str) -> None:
        """Inequalities that are said in words: "x is at least 1"."""
        try:
            lines = [f"assume {one}" for one in written]
            found = read_given(lines, NOTHING, self.macros, self.limits)
        except ReadError:
            return
        for assumption in found.assumptions:
            if ONLY_IF.search(before):
                self.cases.append((span.start, span.end, assumption))
            else:
                self._state(span.start, assumption, before, after)
            self._understood(span, assumption)

    def _conditions(self) -> None:
        """What stands after a comma or "if" beside a formula."""
        for r in (r for r in self.read if r.conditional):
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


def _any_member(m: re.Match[str]) -> str:
    """x_1, .., x_n: any x_i."""
    return f"{m['name']}_{'i' if m['upper'] == 'k' else 'k'}"
