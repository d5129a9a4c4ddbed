"""Names that are written alike and told apart by how a whole document uses them.

N_k beside a sum up to N gets a name of its own; p_i(T) is p_i where T is all that p is ever applied
to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from derive.read.chains.definable import (
    by_its_items,
    is_softmax,
    item_function,
    parameter_name,
    variance,
    with_deviations,
)
from derive.read.chains.variables import bounds
from derive.read.formula import Side
from derive.read.matrices import is_capital
from derive.term import (
    Call,
    Component,
    Indexed,
    Matrix,
    Number,
    Pow,
    Range,
    Symbol,
    Term,
    contains,
    free_names,
    rebuild,
    replace,
    subterms_of,
)
from derive.vocabulary import FUNCTIONS

PI = r"\pi"
_ZERO = Number(Fraction(0))


class Apart(NamedTuple):
    """Names that are told apart."""

    counted: frozenset[str]  # with an index, beside a sum up to the same letter or the number π
    families: frozenset[str]  # p_i(T)
    numbered: frozenset[str]  # s beside s_1 and s_2, which are no components of it
    of_deviations: frozenset[str]  # functions of a σ^2
    of_items: frozenset[str]  # P(w_o | w_c)

    def told(self, sides: list[Side]) -> list[Side]:
        if not any(self):
            return sides
        return [s._replace(readings=tuple(map(self._change, s.readings))) for s in sides]

    def _change(self, t: Term) -> Term:
        t = rebuild(t, self._change)
        if isinstance(t, Indexed) and t.name in self.counted:
            return replace(t, name=t.name + "{}")  # it is written in the same way
        if isinstance(t, Indexed) and t.name in self.numbered:
            return Symbol(parameter_name(t), span=t.span)
        if isinstance(t, Component) and isinstance(t.of, Call) and t.of.name in self.families:
            return Indexed(t.of.name, t.indices, span=t.span)
        if isinstance(t, Call) and t.name in self.of_deviations:
            return with_deviations(t)
        if isinstance(t, Call) and self.of_items and item_function(t) in self.of_items:
            return by_its_items(t)
        return t


class Uses:
    """How all chains of a document use their names: what of it tells them apart."""

    def __init__(self) -> None:
        self.bounds: set[str] = set()  # of sums
        self.number_pi = False  # 2π, beside which weights π_k are told apart
        self.indexed: set[str] = set()
        self.with_others: set[str] = set()  # indexed by something else than 0
        self.unnumbered: set[str] = set()  # indexed by what is no number
        self.of_its_own: set[str] = set()  # s = s_1 s_2 / (s_1 + s_2)
        self.plain: set[str] = set()  # y = m x + b
        self.heads: dict[str, tuple[Term, ...]] = {}  # the arguments where p_i(T) is introduced
        self.arguments: dict[str, tuple[Term, ...] | None] = {}  # None where they differ
        self.variances: dict[str, set[frozenset[int]]] = {}  # the places of σ^2 among these
        self.of_items: set[str] = set()

    def note(self, sides: Sequence[Side]) -> None:
        """The sides of one chain."""
        if len(sides) > 1 and sides[0].readings and sides[1].readings:
            self._note_head(sides[0].readings[0], sides[1].readings[0])
        for t in (t for side in sides for t in side.readings):
            self.bounds |= bounds(t)
            self.number_pi |= any(s.name == PI for s in subterms_of(t, Symbol))
            for s in subterms_of(t, Indexed):
                if isinstance(s, Indexed):
                    self._note_member(s)
            for c in subterms_of(t, Call):
                if c.name not in FUNCTIONS:
                    self._note_call(c)

    def apart(self, ranges: Iterable[Range]) -> Apart:
        """``ranges``: those that the text gives."""
        counts = self.bounds.union(*(free_names(a.upper) for a in ranges))
        counts |= {PI} if self.number_pi else set()
        return Apart(
            counted=frozenset(counts & self.indexed),
            families=frozenset(n for n, args in self.heads.items() if self.arguments[n] == args),
            numbered=frozenset((self.of_its_own | self.plain - self.with_others) - self.unnumbered),
            of_deviations=frozenset(
                n for n, found in self.variances.items() if len(found) == 1 and any(found)
            ),
            of_items=frozenset(self.of_items),
        )

    def _note_member(self, t: Indexed) -> None:
        self.indexed.add(t.name)
        if t.indices != (_ZERO,):
            self.with_others.add(t.name)
        if not parameter_name(t):
            self.unnumbered.add(t.name)

    def _note_call(self, c: Call) -> None:
        letters = c.order == 0 and all(isinstance(a, Symbol) for a in c.args)
        args = c.args if letters else None
        if self.arguments.setdefault(c.name, args) != args:
            self.arguments[c.name] = None
        places = [
            n for n, a in enumerate(c.args) if variance(a) or variance(Pow(a, Number(Fraction(2))))
        ]
        self.variances.setdefault(c.name, set()).add(frozenset(places))

    def _note_head(self, head: Term, body: Term) -> None:
        match head:
            case Symbol(name) if not (contains(body, Matrix) or isinstance(body, Indexed)):
                inside = {s.name for s in subterms_of(body, Indexed) if isinstance(s, Indexed)}
                self.of_its_own |= inside & {name}
                if not inside and not any(map(is_capital, free_names(body))):
                    self.plain.add(name)
            case Component(Call(name, args, 0), indices) if name not in FUNCTIONS:
                letters = all(isinstance(a, Symbol) for a in (*args, *indices))
                of = args[0].name if len(args) == 1 and isinstance(args[0], Symbol) else ""
                if letters and name not in free_names(body) and not is_softmax(body, of, indices):
                    self.heads.setdefault(name, args)
        if isinstance(head, Call) and head.name == "log" and len(head.args) == 1:
            head = head.args[0]
        if isinstance(head, Call) and item_function(head):
            letters_ = [i for a in head.args for i in a.indices if isinstance(i, Symbol)]  # type: ignore[attr-defined]
            if len(letters_) == len(head.args) == len(set(letters_)):
                self.of_items.add(item_function(head))
