"""What kinds of names a document has: functions, arrays and scalars, told by how they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from derive.read.chains.apart import Apart, Uses
from derive.read.chains.assemble import Raw, side_of, span_of, trimmed
from derive.read.chains.definable import parameter_name, with_deviations
from derive.read.chains.extrema import undecorated
from derive.read.chains.said_of_names import SaidOfNames
from derive.read.chains.shorthand import without_conditions
from derive.read.chains.understand import Read
from derive.read.chains.words import DEVIATION, SIGMOID
from derive.read.formula import Side
from derive.read.formula.calls import partials
from derive.read.identity import IDENTITY
from derive.read.names import SOFT, Names
from derive.read.notation import FUNCTION_LETTERS, SOMETIMES_FUNCTIONS
from derive.read.tokens import ReadError, Token
from derive.term import (
    Assumption,
    Call,
    Derivative,
    Indexed,
    Number,
    Relation,
    Span,
    Symbol,
    Term,
    rebuild,
    replace,
    subterms_of,
)
from derive.vocabulary import FUNCTIONS

_OTHER_ARITY = re.compile(r"(\w+) takes \d+ argument")
_RUN = re.compile(r"(?P<name>[^_]+)_\{(?P<low>[a-z]{2,4})\}")
_OF_ONE = r"_{\cdot}(\cdot)"  # h_θ(x)


class Naming(SaidOfNames):
    """The kinds of names, after the words have been read and before definitions are looked for."""

    apart: Apart | None = None  # once all sides have been looked at
    later: Mapping[int, Names] = MappingProxyType({})  # of sections before functions they name

    def _learn_names(self) -> None:
        """Which names are functions and which are not, from the heads of all chains."""
        functions: dict[str, set[tuple[str, ...]]] = {}
        ranks: dict[str, set[int]] = {}
        numbered: dict[tuple[str, Fraction], None] = {}  # heads x_1, in their order
        families, alone, words = set[str](), set[str](), set[str]()
        subscripted: list[tuple[str, tuple[Term, ...]]] = []  # heads x_i
        typed: dict[str, bool] = {}
        bare, applied, bound, upper = set[str](), set[str](), set[str](), set[str]()
        first: dict[str, int] = {}  # section in which a name has arguments
        for raw in self._listed():
            section = self.meaning.section(raw.at)
            families |= raw.display.families
            for display in {id(d): d for _, d in raw.sides}.values():
                used = display.source_under(self.names).used
                bare |= used.unapplied
                applied |= used.applied | used.primed
                for name in used.applied | used.primed:
                    first.setdefault(name, section)
                bound |= used.bound
                upper |= used.upper
            if not raw.signs or raw.signs[0].text not in ("=", ":="):
                continue
            head = trimmed(raw.sides[0][0])
            if not head or len(head) > 40:
                continue
            if word := typed_word(head):
                if [t.text for t in raw.sides[1][0]] != [IDENTITY]:  # BA = I is a product
                    words.add(word)
                continue
            if called := typed_function(head):
                word = called[0]
                typed[word] = typed[word] if word in typed else self._is_a_word(word)
            if called and typed[called[0]]:
                functions.setdefault(called[0], set()).add(called[1:])
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
                case Symbol(name) if not name.endswith("'") or name[:-1] in self.meaning.shapes:
                    ranks.setdefault(name, set()).add(-1)  # A' = .. is no transpose
                case Indexed(name, (Number(value),)):
                    numbered[name, value] = None
                case Indexed(name, indices) if name not in FUNCTION_LETTERS:
                    subscripted.append((name, indices))
        for name, value in numbered:
            if name not in families:
                ranks.setdefault(f"{name}_{{{value}}}", set()).add(0)
            elif name not in FUNCTION_LETTERS:
                ranks.setdefault(name, set()).add(1)
        known_letters = ranks.keys() | alone | self.meaning.shapes.keys()
        for name, low in subscripted:
            if not any(partials(low, parameters) for parameters in functions.get(name, ())):
                ranks.setdefault(name, set()).add(len(low))
        for name in list(ranks):  # u_{xx} of u(x, t)
            if (m := _RUN.fullmatch(name)) and any(
                partials(tuple(map(Symbol, m["low"])), p) for p in functions.get(m["name"], ())
            ):
                del ranks[name]
        for word in words:
            if not known_letters >= set(word):  # else a product, CA of C and A
                ranks.setdefault(word, set()).add(-1)
        for name in (bare & SOMETIMES_FUNCTIONS) - applied - functions.keys():
            ranks.setdefault(name, set()).add(-1)  # u is multiplied with brackets here
        if "T" in upper:
            ranks.setdefault("T", set()).add(-1)  # a number, γ^T a power
        known = self.names
        shapes = {n: len(v[-1][1].axes) for n, v in self.meaning.shapes.items()}
        settled = {n: max(r) for n, r in ranks.items() if n not in functions}
        settled = {n: r for n, r in settled.items() if known.function(n) is None or r > 0}
        if DEVIATION.search(self.document.text) and not SIGMOID.search(self.document.text):
            settled[r"\sigma"] = -1  # no sigmoid
        new: dict[str, tuple[str, ...]] = {}
        self.overloaded = frozenset(
            n for n, heads in functions.items() if len({len(h) for h in heads}) > 1
        )
        for n in self.overloaded - set(ranks):
            new[n] = ()
        for n, heads in functions.items():
            if n not in ranks and len({len(h) for h in heads}) == 1:
                plain = [h for h in heads if not any("^" in p or undecorated(p) for p in h)]
                own = plain if len(plain) == 1 else list(heads)  # f(x) beside f(x^{+})
                new[n] = own[0] if len(own) == 1 else ()
        self.names = replace(
            known,
            functions={**new, **known.functions},
            ranks={**settled, **shapes, **known.ranks},
            indices=known.indices,
            summed=frozenset(bound),
            alone=frozenset(alone - functions.keys()),
        )
        begin = {name: first[name] for name in new if first.get(name)}
        self.later = {
            n: self.names._replace(functions=_without(self.names.functions, begin, n))
            for n in range(max(begin.values(), default=0))
        }

    def _names_at(self, at: int) -> Names:
        """The kinds of names at a place: a letter that is a function in a later section only is
        none yet, the deviation s before the swish s(x)."""
        return self.later.get(self.meaning.section(at), self.names)

    def _is_a_word(self, word: str) -> bool:
        """Whether some letter of a word stands nowhere in the formulas but in it, as it is: AC(q)
        beside C(q), where there is no A."""
        apart: set[str] = set()
        raws = map(self.raw, self.parts.places)
        for tokens in (tokens for raw in raws for tokens, _ in raw.sides):
            text = "".join(t.text[0] for t in tokens).replace(word, ".")
            apart |= {letter for letter in word if re.search(rf"{letter}(?!_)", text)}
        return apart < set(word)

    def _listed(self) -> Iterator[Raw]:
        """The chains, which are listed as they are gone through for the first time."""
        for n, place in enumerate(self.parts.places):
            raw = self.raw(place)
            self.indices |= raw.display.indices
            self.read.append(
                Read(
                    self,
                    n,
                    place,
                    raw.at,
                    raw.end,
                    raw.joint,
                    raw.display.segment,
                    len(raw.signs),
                    raw.dots,
                    bool(raw.conditions),
                )
            )
            yield raw

    def sides(self, raw: Raw) -> list[Side]:
        if raw.terms is None:
            raw.terms = self._told_apart([self._side(raw, n) for n in range(len(raw.sides))])
        return raw.terms

    def _side(self, raw: Raw, n: int) -> Side:
        tokens, display = raw.sides[n]
        side, apart = without_conditions(trimmed(tokens))
        raw.apart += apart
        if not side:
            near = raw.signs[min(n, len(raw.signs) - 1)].span if raw.signs else None
            return Side(near or Span(raw.at, raw.at))
        try:
            return self._by_arity(side_of(side, display.source_under(self._names_at(raw.at))))
        except ReadError as error:
            return Side(span_of(side, Span(raw.at, raw.at)), error=error)

    def _tell_apart(self) -> None:
        """From all sides, what tells names apart in each; and what the sides say beside that."""
        uses = Uses()
        for r in self.read:
            uses.note(r.sides)
            raw = r.raw
            for i, k in raw.apart:
                assumption = Assumption("relation", Relation("!=", Symbol(i), Symbol(k)))
                self.meaning.state(raw.at, assumption, raw.at + 1, case=True)
                self._understood(raw.span, assumption)
        self.apart = uses.apart(a for found in self.meaning.ranges.values() for _, a in found)
        for raw in self.parts.passages.at_hand():
            if raw.terms is not None:
                raw.terms = self._told_apart(raw.terms)

    def _told_apart(self, sides: list[Side]) -> list[Side]:
        return self._applied(self.apart.told(sides)) if self.apart is not None else sides

    def _applied(self, read: list[Side]) -> list[Side]:
        """dσ/da = σ (1 - σ) as what it is of σ(a), for any a."""
        sides = [t for side in read for t in side.readings[:1]]
        bare = {
            (s.body.name, s.variable.name)
            for t in sides
            for s in subterms_of(t, Derivative)
            if isinstance(s, Derivative)
            and isinstance(s.body, Symbol)
            and isinstance(s.variable, Symbol)
            and s.body.name in SOFT
            and s.body.name not in self.names.ranks
        }
        if len(bare) != 1:
            return read
        (name, by), *_ = bare
        function = self.names.function(name)
        families = {
            s.name for t in sides for s in subterms_of(t, Indexed) if isinstance(s, Indexed)
        }
        if function is None or by in families:
            return read
        own = by + "{}" if self.names.ranks.get(by, 0) else by  # beside a_n; it is written the same

        def applied(t: Term) -> Term:
            t = rebuild(t, applied)
            if t == Symbol(name):
                return Call(function, (Symbol(own),), span=t.span)
            return Symbol(own, span=t.span) if t == Symbol(by) else t

        return [s._replace(readings=tuple(map(applied, s.readings))) for s in read]

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


def _without(
    functions: Mapping[str, tuple[str, ...]], begin: Mapping[str, int], section: int
) -> Mapping[str, tuple[str, ...]]:
    """The functions without those that a later section is the first to apply."""
    return {n: of for n, of in functions.items() if begin.get(n, 0) <= section}


def typed_word(head: Sequence[Token]) -> str:
    """A name of several letters typed without a command: SE, Odds, loss."""
    if len(head) < 2 or any(t.kind != "letter" or not t.text.isascii() for t in head):
        return ""
    if any(t.spaced for t in head[1:]):
        return ""
    word = "".join(t.text for t in head)
    return word if len(word) > 2 or word.isupper() else ""


def typed_function(head: Sequence[Token]) -> tuple[str, ...]:
    """A function of two capitals typed without a command with its arguments: FL(z)."""
    texts = [t.text for t in head]
    if len(head) < 5 or texts[2] != "(" or texts[-1] != ")" or any(t.spaced for t in head[1:3]):
        return ()
    word, inside = "".join(texts[:2]), head[3:-1]
    letters = tuple(t.text for t in inside[::2] if t.kind == "letter")
    apart = all(t.text == "," for t in inside[1::2])
    if not (word.isalpha() and word.isascii() and word.isupper() and apart):
        return ()
    return (word, *letters) if 2 * len(letters) == len(inside) + 1 else ()
