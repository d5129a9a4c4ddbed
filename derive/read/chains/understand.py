"""What is known of a document while it is read, stage by stage."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from derive.read.chains.assemble import (
    Assembled,
    Raw,
    assemble,
)
from derive.read.chains.definable import parameter_name
from derive.read.chains.extrema import Extremum
from derive.read.chains.meaning import Meaning
from derive.read.chains.model import Remark, Understood
from derive.read.chains.prose import Fact
from derive.read.chains.samples import Moments
from derive.read.chains.scopes import END
from derive.read.chains.suppose import head
from derive.read.chains.words import (
    BASE_TWO,
    CHANCE,
    CROSS_PRODUCT,
    IN_BITS,
    LAYERS,
    NUMBER_OF_A_LAYER,
    NUMBER_WORDS,
    WRITTEN_BASE,
)
from derive.read.document.kinds import DIRECTIVE_WORDS
from derive.read.formula import Side, Sign, read_formula, relate
from derive.read.given import read_given
from derive.read.names import Names
from derive.read.tokens import Limits, ReadError
from derive.term import (
    And,
    Assumption,
    Definition,
    Given,
    Indexed,
    Relation,
    Span,
    Symbol,
    Term,
    free_names,
    subterms_of,
    term,
)
from derive.term.text import text as plain

if TYPE_CHECKING:
    from derive.read.document import Document, Segment


NOTHING = Given()
ORDER = frozenset(("<", ">", "<=", ">="))


@dataclass(slots=True)
class Read:
    """A chain whose sides have been read, and will be again where they are not in memory: what is
    kept of it is where and how it stands, and what was made out about it."""

    of: Understanding
    number: int  # among all
    place: tuple[int, int]  # its passage, and its number there
    at: int
    end: int
    joint: str
    segment: Segment  # that it begins in
    signs: int
    dots: bool
    conditional: bool  # conditions stand beside it
    definition: Definition | None = None  # what its first relation introduces
    role: str = "chain"  # or "definition" (all of it), "stated", "silent", "denied"
    for_all: bool = False  # it is said to hold for all values
    concluded: bool = False  # in the running text, from what stands before
    solves: str = ""  # the variable of a derivative that vanishes where its first relation holds
    anew: bool = False  # its first relation may give a name of another section a new meaning
    open: bool = False  # its first relation is an equation, not an identity
    entered: frozenset[str] = frozenset()  # names of unknown meaning that its steps have brought in
    differs: bool | None = None  # the same before it is known which equations it is solved from

    @property
    def raw(self) -> Raw:
        return self.of.raw(self.place)

    @property
    def sides(self) -> list[Side]:
        return self.of.sides(self.of.raw(self.place))

    @property
    def inline(self) -> bool:
        return self.segment.kind == "inline"


class Understanding(ABC):
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
        names = Names.of(self.meaning.given, self.macros)
        crossed = CROSS_PRODUCT.search(document.text) is not None
        self.names = names._replace(layers=_layers(document.text), crossed=crossed)
        self.read: list[Read] = []
        self.constants: set[str] = set()  # names that are said to be constant
        self.extrema: list[Extremum] = []  # where derivatives vanish
        # equations before this place that others may follow from, and where they stand
        self.open: list[tuple[int, Relation]] = []
        self.defined_until = 0  # where the last definition ends
        self.concluded: set[int] = set()  # where those stand that are concluded in the text
        self.hypotheses: dict[int, int] = {}  # such as hold in their display only, up to its end
        self.laws: list[tuple[int, Relation]] = []  # the same of functions that are defined nowhere
        self.solved: dict[str, int] = {}  # names in such equations, and where these stand
        self.indices: set[str] = set()  # letters that stand low somewhere
        self.overloaded: frozenset[str] = frozenset()  # functions of several numbers of arguments
        self.facts: list[list[Fact]] = []  # what is said in each of the gaps
        self.paragraphs: list[int] = []  # where those begin that do not go on with the one before
        self.ends: list[int] = []  # where cases end
        self.cases: list[tuple[int, int, Assumption]] = []  # cases, from .. to, what holds
        self.past_cases: list[tuple[int, int, Assumption]] = []  # of sentences that end at once
        self.arrays: Mapping[str, int] = {}  # undeclared ones in the chain that is looked at
        self.counts: frozenset[str] = frozenset()  # bounds of sums in the chain that is looked at
        self.label: tuple[str, int] | None = None  # the index of the correct class
        self.first_at: dict[str, int] = {}  # where each name stands first
        self.inline: list[int] = []  # where the inline formulas begin
        self.first_stood: dict[str, int] = {}  # the same, in any reading
        self.solved_at: dict[str, list[Read]] = {}  # what says of a name that it equals something
        self.said: dict[str, int] = {}  # axes of names that are called vectors and matrices
        self.aliases: dict[str, str] = {}  # of functions of the vocabulary
        self.passing: list[tuple[int, Assumption]] = []  # conditions that nothing is said of
        self.sequences: list[tuple[int, Relation]] = []  # how they go on, and where that is said
        self.told_anew: list[tuple[int, str]] = []  # where another section lets them be new ones
        self.starts: list[tuple[int, Relation]] = []  # what their first members are
        self.tried: list[tuple[int, Relation]] = []  # .. only spoken of
        self.moments: list[tuple[int, Relation]] = []  # what expectations are said to be
        self.samples: list[tuple[int, Moments]] = []  # what is said of their members
        self.drawn: set[str] = set()  # random variables whose law is said
        self.units: list[tuple[int, Relation]] = []  # what units of layers may be
        self.by_use: list[tuple[int, Definition]] = []  # what steps say of names, and where

    def raw(self, place: tuple[int, int]) -> Raw:
        passage, number = place
        return self.parts.passages.raws(passage)[number]

    @abstractmethod
    def sides(self, raw: Raw) -> list[Side]:
        """The sides of a chain, read."""

    @cached_property
    def speaks_of_chance(self) -> bool:
        return CHANCE.search(self.document.text) is not None

    @cached_property
    def speaks_of_bits(self) -> bool:
        text = self.document.text
        if BASE_TWO.search(text) is not None:
            return True
        return IN_BITS.search(text) is not None and WRITTEN_BASE.search(text) is None

    def _declared(self, given: Given) -> Given:
        for segment in (s for s in self.document.segments if s.kind == "directive"):
            if segment.text.strip(" :").lower() in DIRECTIVE_WORDS:
                self.remarks.append(Remark("D114", segment.span, "this declares nothing"))
                continue
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

    def _term(self, written: str | None) -> Term | None:
        """What is written, if it can be read: "zero" is 0."""
        if not written:
            return None
        if written.lower() in NUMBER_WORDS:
            return term(NUMBER_WORDS[written.lower()])
        try:
            return read_formula(written, self.names, self.limits)[0]
        except ReadError:
            return None

    def _understood(self, span: Span, assumption: Assumption) -> None:
        if self.meaning.given_until(span.start) <= span.start:
            return
        said = plain(assumption.term)
        if assumption.kind != "relation":
            said = f"{said} {assumption.kind}"
        self.assumptions.append(Understood(span, said))

    def _mentions(self, r: Read, first: Relation | None) -> None:
        """Where each name stands first, and which chain says what it equals."""
        for t in (t for side in r.sides for t in side.readings):
            for name in free_names(t):
                if r.at < self.first_stood.get(name, END):
                    self.first_stood[name] = r.at
        for t in (t for side in r.sides for t in side.readings[:1]):
            for name in (*free_names(t), *map(parameter_name, subterms_of(t, Indexed))):
                if r.at < self.first_at.get(name, END):
                    self.first_at[name] = r.at
        if first is not None and first.op == "=" and isinstance(first.left, Symbol):
            self.solved_at.setdefault(first.left.name, []).append(r)


def _layers(text: str) -> frozenset[str]:
    """The letters that stand high for the number of a layer."""
    if not LAYERS.search(text):
        return frozenset()
    return frozenset(m["letter"] for m in NUMBER_OF_A_LAYER.finditer(text))


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


def said(d: Definition) -> str:
    return plain(Relation("=", head(d), d.body))
