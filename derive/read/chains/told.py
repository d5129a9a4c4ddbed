"""What the text tells of expectations and probabilities: E[X] = 3, P(A) = 0.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from derive.read.chains.assemble import Raw
from derive.read.chains.model import Understood
from derive.read.chains.naming import Naming
from derive.read.chains.prose import Gap, listed
from derive.read.chains.samples import Moments
from derive.read.chains.understand import Read, first_relation, said
from derive.read.chains.words import (
    DEPENDENT,
    DRAWN,
    FOR_SUCH,
    IDENTICAL,
    INDEPENDENT,
    LAWS,
    MOMENTS_OF_MEMBERS,
    MOMENTS_OF_NAMES,
    UNCORRELATED,
    VARIANCE_FIRST,
)
from derive.read.moments import is_chance, tells_a_moment, tells_a_value
from derive.term import (
    Assumption,
    BigOp,
    Call,
    Definition,
    Delta,
    Indexed,
    Mul,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    subterms_of,
)
from derive.term.text import text as plain

_SENTENCE = re.compile(r"[.!?]\s+(?=[A-Z$])|\n\s*\n")
_NEW_WORDS = re.compile(r"\n\s*\n(?=\s*[A-ZÄÖÜ#])")  # no display of the same sentence
_FORMULA = re.compile(r"\$([^$\n]{1,80})\$|\\\(([^\n]{1,80}?)\\\)")
_AFTER = re.compile(
    r"\w*(?:\s+of)?\s+(?:(?!and\b|but\b|with\b|so\b|then\b)\w+\s+){0,3}"
    r"((?:(?:\$[^$\n]{1,80}\$|\\\([^\n]{1,80}?\\\))(?:\s*(?:,|and|und)\s*)?)+)"
)
_CAPITAL = re.compile(r"(?<![A-Za-z\\{])[A-Z](?![A-Za-z])")


class Mark(NamedTuple):
    """Whether a text says it of random variables at a place, and of which; of all where there are
    no names."""

    at: int
    said: bool
    names: frozenset[str]


def _said_of(text: str, m: re.Match[str]) -> frozenset[str]:
    """The capitals in the formulas before a word in its sentence, and right after it."""
    before = _SENTENCE.split(text[max(0, m.start() - 300) : m.start()])[-1]
    formulas = ["".join(f) for f in _FORMULA.findall(before)]
    if after := _AFTER.match(text, m.end()):
        formulas += ["".join(f) for f in _FORMULA.findall(after[1])]
    return frozenset(c for f in formulas for c in _CAPITAL.findall(f.split("=")[0]))


class Told(Naming):
    """What the text says of random variables: whether they are independent, and the values of
    expectations and probabilities that are told, not claimed."""

    def _prose(self) -> None:
        super()._prose()
        for g, _ in self.parts.gaps:
            self._drawn(g)

    def _drawn(self, g: Gap) -> None:
        """Means and variances of random variables, in words and by the law they are drawn from."""
        for m in MOMENTS_OF_MEMBERS.finditer(g.text):
            deviation = m["deviation"] or m["deviation0"]
            variance = f"({deviation})^2" if deviation else m["variance"] or m["variance0"]
            self._sample(g.place(m.start()), m["x"], m["mean"] or m["mean0"], variance)
        for m in VARIANCE_FIRST.finditer(g.text):
            mean, variance = m["mean"] or m["mean0"], m["variance"] or m["variance0"]
            self._sample(g.place(m.start()), m["x"], mean, variance)
        for m in MOMENTS_OF_NAMES.finditer(g.text):
            names = listed(m["names"])
            for of, written in (("E", m["means"]), ("Var", m["variances"])):
                values = listed(written or "")
                if len(names) == len(values):
                    for x, value in zip(names, values, strict=True):
                        self._told_of(of, x, value, g.place(m.end()))
        for _, segment in g.inline:
            drawn = DRAWN.search(segment.text) if r"\sim" in segment.text else None
            parameters = drawn["parameters"].split(",") if drawn is not None else []
            if drawn is None or len(parameters) != (2 if drawn["law"] == "N" else 1):
                continue
            mean, variance = (law.format(*parameters) for law in LAWS[drawn["law"]])
            if drawn["low"]:
                self._sample(segment.span.start, drawn["x"], mean, variance)
                continue
            self._told_of("E", drawn["x"], mean, segment.span.end)
            self._told_of("Var", drawn["x"], variance, segment.span.end)

    def _told_of(self, of: str, x: str, value: str, at: int) -> None:
        """The mean or the variance of one random variable."""
        self.drawn.add(x)
        if (t := self._term(value)) is not None:
            self.moments.append((at, Relation("=", Call(of, (Symbol(x),)), t)))

    def _sample(self, at: int, x: str, mean: str | None, variance: str | None) -> None:
        found = Moments(x, self._term(mean), self._term(variance))
        self.samples.append((at, found))
        heads = (f"E({x}_i)", found.mean), (f"Var({x}_i)", found.variance)
        said = [f"{head} = {plain(t)}" for head, t in heads if t is not None]
        if said:
            self.assumptions.append(Understood(Span(at, at + 1), ", ".join(said)))

    def says_independent(self, relation: Relation, at: int) -> bool:
        return self._says_last(self._of_dependence, relation, at)

    def says_uncorrelated(self, relation: Relation, at: int) -> bool:
        return self._says_last(self._of_correlation, relation, at)

    def says_identical(self, relation: Relation, at: int) -> bool:
        return self._says_last(self._of_laws, relation, at)

    # Asked at many steps, and the whole text is looked through.

    @cached_property
    def _of_dependence(self) -> list[Mark]:
        return self._marks(INDEPENDENT)

    @cached_property
    def _of_correlation(self) -> list[Mark]:
        return self._marks(UNCORRELATED)

    @cached_property
    def _of_laws(self) -> list[Mark]:
        return self._marks(IDENTICAL)

    def _marks(self, words: re.Pattern[str]) -> list[Mark]:
        """Where the text says something of its random variables, and where it denies it or lets
        one of them be anything."""
        text = self.document.text
        freed = [at for n, places in self.meaning.freed.items() if n.isupper() for at in places]
        denied = [m.start() for m in DEPENDENT.finditer(text)]
        said = [
            Mark(m.start(), True, _said_of(text, m))
            for m in words.finditer(text)
            if self.meaning.given_until(m.start()) > m.start()
        ]
        if_so = (mark.at for mark in said if FOR_SUCH.search(text[max(0, mark.at - 200) : mark.at]))
        over = (m.start() for m in (_NEW_WORDS.search(text, at) for at in if_so) if m is not None)
        marks = (*said, *(Mark(at, False, frozenset()) for at in (*freed, *denied, *over)))
        return sorted(marks, key=lambda mark: mark.at)

    def _says_last(self, marks: list[Mark], relation: Relation, at: int) -> bool:
        """What is said last before a place, in a section around it; where nothing is, what is said
        next in its own.  "X and Y are independent" says nothing of a Z beside them."""
        before = [one for one in marks if one.at <= at < self.meaning.section_end(one.at)]
        names = self._random(relation, at)
        if before and self.meaning.turned_between(names, before[-1].at, at):
            return False
        section = self.meaning.section
        after = [one for one in marks if one.at > at and section(one.at) == section(at)]
        last = next(iter((*before[-1:], *after)), None)
        if last is None or not last.said:
            return False
        return not last.names or names <= last.names

    def _random(self, relation: Relation, at: int) -> set[str]:
        """The capitals in expectations that have no other meaning."""
        found: set[str] = set()
        for call in subterms_of(relation, Call):
            if isinstance(call, Call) and is_chance(call.name):
                found |= set[str]().union(*map(free_names, call.args))
        capitals = {n for n in found if len(n) == 1 and n.isupper()}
        return {n for n in capitals if self.meaning.definition(n, at) is None}

    def _is_moment(self, r: Read) -> bool:
        """Whether the chain begins with what one expectation is, E[X] = 3, or one probability: no E
        for all X."""
        relation = first_relation(r) if not r.raw.headless and r.raw.joint != "because" else None
        if relation is None or relation.op != "=":
            return False
        if self._is_told(relation.left, r.raw.at) or self._is_made_of_told(relation.left, r.raw):
            return False
        certain = any(t.text == "[" for t in r.raw.sides[0][0])
        head, body = relation.left, relation.right
        if tells_a_moment(head, body, certain) or tells_a_value(head, body):
            return True
        return tells_a_moment(head, body, True) and self.speaks_of_chance

    def _is_told(self, head: Term, at: int) -> bool:
        """Whether it is an expectation of what the text has defined or drawn: what is said of it
        is claimed."""
        if not isinstance(head, Call) or not is_chance(head.name):
            return False
        names = set[str]().union(*map(free_names, head.args))
        if any(e.left.name in names for _, e in self.sequences if isinstance(e.left, Indexed)):
            return True
        drawn = {m.x for _, m in self.samples if None not in (m.mean, m.variance)}
        return bool(names & (drawn | self.drawn)) or any(
            self.meaning.definition(n, at) is not None for n in names
        )

    def _is_claimed_of_told(self, r: Read) -> bool:
        """Whether the chain claims something of expectations of which the text tells enough: it
        says nothing new of them."""
        relation = first_relation(r)
        if relation is None or relation.op != "=":
            return False
        head = relation.left
        return self._is_told(head, r.raw.at) or self._is_made_of_told(head, r.raw)

    def _is_made_of_told(self, head: Term, raw: Raw) -> bool:
        """Whether a display is about Var(2X), where Var(X) = v is said."""
        if raw.inline or not isinstance(head, Call) or not is_chance(head.name):
            return False
        if all(isinstance(a, (Symbol, Indexed)) for a in head.args):
            return False
        before = {n for t in self._moments(raw.at) for n in free_names(t.left)}
        return not before.isdisjoint(set[str]().union(*map(free_names, head.args)))

    def _note_moment(self, r: Read) -> None:
        """What is said of an expectation counts from there on, to the end of its section; what
        is said of it after that is claimed."""
        relation = first_relation(r)
        assert relation is not None
        if self._moment_before(relation.left, r.raw.at):
            return
        fact = Assumption("relation", relation)
        self.moments.append((r.raw.end, relation))
        until, named = self.meaning.section_end(r.raw.at), _is_of_one(relation)
        self.meaning.state(r.raw.end, fact, until, case=True, throughout=named)
        self._understood(Span(r.raw.at, r.raw.end), fact)

    def _moments(self, at: int) -> Iterator[Relation]:
        """What is said of expectations before this place."""
        here = self.meaning.section(at)
        return (
            t
            for end, t in self.moments
            if end <= at
            and self.meaning.section(end) == here
            and (_is_of_one(t) or not self.meaning.turned_between(free_names(t), end, at))
        )

    def _moment_before(self, head: Term, at: int) -> bool:
        return any(t.left == head for t in self._moments(at))

    def _correct_class(self) -> None:
        """A one-hot y of which the text names the correct class c: y_j is 1 for j = c."""
        if self.label is None:
            return
        letter, at = self.label
        known = [s for found in self.meaning.stated.values() for s in found]
        if not any(s.assumption.kind == "one-hot" for s in known):
            sides = (t for r in self.read for side in r.sides for t in side.readings)
            for name in {name for t in sides for name in targets(t)} - {letter}:
                j = "j" if letter != "j" else "i"
                one_hot = Definition(name, Delta(Symbol(j), Symbol(letter)), indices=(j,))
                self.by_use.insert(0, (0, one_hot))
        for name in {min(s.names) for s in known if s.assumption.kind == "one-hot"}:
            if self.meaning.definition(name, at) is not None or name == letter:
                continue
            j = "j" if letter != "j" else "i"
            definition = Definition(name, Delta(Symbol(j), Symbol(letter)), indices=(j,))
            self.meaning.define(at, definition)
            self.definitions.append(Understood(Span(at, at + 1), said(definition)))


def _is_of_one(relation: Relation) -> bool:
    """Whether it says what the mean or the variance of one random variable is called."""
    t = relation.left
    return isinstance(t, Call) and all(isinstance(a, (Symbol, Indexed)) for a in t.args)


def targets(t: Term) -> set[str]:
    """The names y of cross-entropies Σ_i y_i log q_i in ``t``."""
    found: set[str] = set()
    for total in subterms_of(t, BigOp):
        if isinstance(total, BigOp) and isinstance(total.body, Mul):
            first, *others = total.body.factors
            own = isinstance(first, Indexed) and first.indices == (Symbol(total.index),)
            if own and any(isinstance(s, Call) and s.name == "log" for s in others):
                assert isinstance(first, Indexed)
                found.add(first.name)
    return found
