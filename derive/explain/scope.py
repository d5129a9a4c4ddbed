"""What the names of one claim mean, as the rules need it.

Throughout: ``t`` is a term, ``i`` and ``j`` index terms, ``v`` a variable to differentiate by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from derive.explain.likeness import Key, Likeness
from derive.explain.tidy import tidy, tidy_top
from derive.prover.arrays import Arrays
from derive.prover.undecided import Undecided, UnknownMeaning
from derive.term import (
    Add,
    BigOp,
    Call,
    Component,
    Derivative,
    Div,
    Given,
    Indexed,
    Matrix,
    Neg,
    Number,
    Range,
    Relation,
    Symbol,
    Term,
    alpha_equal,
    bound_names,
    contains,
    free_names,
    fresh,
    rebuild,
    replace,
    substitute,
)
from derive.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    from derive.explain.moves import Line


class Wish(NamedTuple):
    """What a chain would like to become, by the lines of the other side.

    ``settled``: what stands below fraction bars and in logarithms there, which stays; ``wanted``:
    the same, and of the newest line here.  ``there``: names that the other side has; ``here``:
    that this side has; ``kept``: that this side keeps while it can.  ``exact``: the other side's
    names with their indices.  ``products``: the other side has a product of exponentials.
    """

    settled: Set[Key | None] = frozenset()
    wanted: Set[Key | None] = frozenset()
    there: Set[str] = frozenset()
    here: Set[str] = frozenset()
    kept: Set[str] = frozenset()
    exact: Set[Term] = frozenset()
    products: bool = False


class Scope:
    """The given of one claim, asked questions.

    ``derivative_of``: the term whose derivative the claim is about; its own derivative must not
    be quoted from the table.  ``shown``: equations that were derived before.  ``fixed``: names
    that are free in the claim; no dummy is called so.  ``decides``: the kernel's word on a
    condition, asked where it is not literally stated.  ``likeness``: one that has compared terms of
    the same proof.
    """

    def __init__(
        self,
        given: Given,
        derivative_of: Term | None = None,
        shown: tuple[Relation, ...] = (),
        fixed: frozenset[str] = frozenset(),
        decides: Callable[[Relation], bool] | None = None,
        likeness: Likeness | None = None,
    ) -> None:
        self.fixed, self.decides = fixed, decides
        self._decided: dict[Term, bool | None] = {}
        self.given, self.derivative_of, self.shown = given, derivative_of, shown
        self.known = names_of(given)
        self.likeness = likeness or Likeness()
        self.arrays = Arrays(given)
        # what stands below fraction bars and in logarithms, of a line
        self.marks: dict[Term, frozenset[Key | None]] = {}
        self.lemmas: tuple[tuple[Term, Term], ...] = ()  # earlier claims, indices as wildcards
        self.full = False  # one move a line
        self.longest = 100  # lines worth following from both sides, if fewer than usual
        self.shut: frozenset[str] = frozenset()  # names that stay what they are on both sides
        self.claimed: tuple[Term, ...] = ()  # the claim's own sides are not quoted
        self._tidied: dict[Term, Term] = {}
        self._reach: dict[str, frozenset[str]] = {}
        self._unfolded: dict[Term, Term | None] = {}
        # by the variable: does a term depend on it, how many lines take its derivative?
        self._depends: dict[Term, dict[Term, bool]] = {}
        self.weights: dict[Term, dict[Term, int]] = {}
        self._wish = Wish()
        self.wished = False  # was the wish looked at?
        self.wishes = 0  # so often it changed
        # terms in which rows (and whether below derivatives) apply nowhere, whatever is wished for
        self.idle: dict[object, set[Term]] = {}
        self.tried: dict[Term, dict[Callable[..., Line | None], Line | None]] = {}  # likewise
        self.tried_in_vain: dict[Term, dict[Callable[..., Line | None], int]] = {}  # at which wish

    @property
    def wish(self) -> Wish:
        self.wished = True
        return self._wish

    @wish.setter
    def wish(self, wish: Wish) -> None:
        if wish != self._wish:
            self._wish = wish
            self.wishes += 1

    def tidy(self, t: Term) -> Term:
        """`tidy`, of what lines have in common once."""
        if isinstance(t, (Symbol, Number)):
            return t
        found = self._tidied.get(t)
        if found is None:
            found = self._tidied[t] = tidy_top(rebuild(t, self.tidy))
        return found

    def same(self, s: Term, t: Term) -> bool:
        """Equal but for order and brackets."""
        return type(s) is type(t) and self.likeness.same(s, t)

    def form(self, t: Term) -> Key | None:
        return self.likeness.form(t)

    # --- definitions -----------------------------------------------------------------------

    def unfold(self, t: Term) -> Term | None:
        """What ``t`` is defined to be, one level; None where it is no defined name."""
        if t not in self._unfolded:
            meaning = self._meaning(t)
            self._unfolded[t] = (
                self.cleared(meaning) if meaning is not None and self.fixed else meaning
            )
        return self._unfolded[t]

    def cleared(self, t: Term) -> Term:
        """``t`` with no dummy called like a free name of the claim."""
        if not contains(t, BigOp):
            return t
        t = rebuild(t, self.cleared)
        if isinstance(t, BigOp) and t.index in self.fixed:
            return self.renamed(t, set(self.fixed))
        return t

    def renamed(self, t: BigOp, avoid: Set[str]) -> BigOp:
        """``t`` with another letter for its dummy: one declared for the same range, if any."""
        taken = avoid | self.fixed | free_names(t.body) | bound_names(t.body)
        letters = [
            name
            for name, axis in self.given.ranges.items()
            if name not in taken and axis.lower == t.lower and axis.upper == t.upper
        ]
        letters += [name for name in LETTERS if name not in taken | self.known]
        name = letters[0] if letters else fresh(t.index, taken)
        by = {t.index: Symbol(name)}
        where = substitute(t.where, by) if t.where is not None else None
        return replace(t, index=name, body=substitute(t.body, by), where=where)

    def unshadowed(self, t: Term, around: frozenset[str] = frozenset()) -> Term:
        """``t`` with no dummy called like one around it, or like the variable of a ∂ around it."""
        if not contains(t, BigOp):
            return t
        match t:
            case BigOp(index=index) if index in around:
                return self.unshadowed(self.renamed(t, set(around)), around)
            case BigOp(index=index):
                return rebuild(t, lambda s: self.unshadowed(s, around | {index}))
            case Derivative(_, variable):
                around |= free_names(variable) & self.given.ranges.keys()
        return rebuild(t, lambda s: self.unshadowed(s, around))

    def _meaning(self, t: Term) -> Term | None:
        match t:
            case Symbol(name):
                row = self.given.definitions.get(name)
                plain = row is not None and not row.indices and not row.parameters
                return row.body if row is not None and plain else None
            case Indexed(name, indices):
                return self._component(name, indices)
            case Component(Symbol(name), indices):
                return self._component(name, indices)
            case Component(Call(name, args, 0), indices):
                return self._call(name, args, indices)
            case Call(name, args, 0):
                return self._call(name, args, ())
        return None

    def _component(self, name: str, indices: Sequence[Term]) -> Term | None:
        row = self.given.definitions.get(name)
        if row is None or row.parameters:
            return None
        if len(row.indices) == len(indices):
            return substitute(row.body, dict(zip(row.indices, indices, strict=True)))
        if row.indices:
            return None
        return self.entry(row.body, tuple(indices))  # p := softmax(x), asked for p_j

    def _call(self, name: str, args: tuple[Term, ...], indices: Sequence[Term]) -> Term | None:
        row = self.given.definitions.get(name)
        if row is not None:
            if len(row.parameters) != len(args) or len(row.indices) != len(indices):
                return None
            by = dict(zip(row.parameters, args, strict=True))
            by |= dict(zip(row.indices, indices, strict=True))
            return self.instantiate(row.body, by)
        known = FUNCTIONS.get(name)
        if known is None or known.body is None or len(known.parameters) != len(args):
            return None
        if bool(known.component) != bool(indices) or len(indices) > 1:
            return None
        by = {p.name: arg for p, arg in zip(known.parameters, args, strict=True)}
        for p, arg in zip(known.parameters, args, strict=True):
            if p.dimension:
                shape = self.shape(arg)
                if shape is None or len(shape) != 1:
                    return None
                by[p.dimension] = shape[0].upper
        if known.component:
            by[known.component] = indices[0]
        return self.instantiate(known.body, by)

    def instantiate(self, body: Term, by: dict[str, Term]) -> Term:
        """``body`` with parameters replaced; ``z_j`` with z := x becomes ``x_j``."""
        families = {n: s for n, s in by.items() if not _plain(s) or self.shape(s)}
        entering = set().union(*map(free_names, families.values())) if families else set()
        return substitute(self._families(body, families, entering), by)

    def _families(self, t: Term, by: dict[str, Term], entering: set[str]) -> Term:
        if isinstance(t, Indexed) and t.name in by:
            indices = tuple(self._families(i, by, entering) for i in t.indices)
            return self.entry(by[t.name], indices) or Component(by[t.name], indices)
        if isinstance(t, BigOp) and t.index in entering:  # z := x_k .. under Σ_k: rename first
            t = self.renamed(t, entering)
        return rebuild(t, lambda s: self._families(s, by, entering))

    def entry(self, t: Term, indices: tuple[Term, ...]) -> Term | None:
        """The component of an array-valued term."""
        if isinstance(t, Call) and t.order == 0:
            return Component(t, indices)  # said before it is unfolded
        if isinstance(t, Matrix):
            return entry_of(t.rows, indices)
        try:
            return self.arrays.at(t, indices)
        except (Undecided, UnknownMeaning, IndexError):
            return None

    def shape(self, t: Term) -> tuple[Range, ...] | None:
        """The axes of an array-valued term, () for a scalar, None where unknown."""
        try:
            return self.arrays.shape(t)
        except (Undecided, UnknownMeaning):
            return None

    def reach(self, name: str) -> frozenset[str]:
        """``name`` and every name in its definition, in theirs, and so on."""
        if name not in self._reach:
            self._reach[name] = frozenset({name})  # a circular definition ends here
            row = self.given.definitions.get(name)
            inner = free_names(row.body) - set(row.parameters) if row is not None else set()
            self._reach[name] = frozenset({name}).union(*map(self.reach, inner))
        return self._reach[name]

    def reach_of(self, t: Term) -> frozenset[str]:
        """The names in ``t``, in their definitions, and so on."""
        return frozenset().union(*map(self.reach, free_names(t)))

    def depends(self, t: Term, v: Term) -> bool:
        """Whether ``t`` may change with ``v``; names are looked through."""
        if not t.below and not isinstance(t, Symbol):
            return False
        known = self._depends.setdefault(v, {})
        found = known.get(t)
        if found is None:
            found = known[t] = self._may_change(t, v)
        return found

    def _may_change(self, t: Term, v: Term) -> bool:
        name = v.name if isinstance(v, (Symbol, Indexed)) else ""
        if isinstance(t, Indexed) and isinstance(v, Indexed) and t.name == v.name:
            pairs = zip(t.indices, v.indices, strict=False)
            return not any(self.equal(i, j) is False for i, j in pairs)
        if isinstance(t, (Indexed, Symbol)) and t.name == name:
            return True
        if isinstance(t, (Symbol, Indexed)):
            return name in self.reach(t.name)
        if isinstance(t, BigOp):
            return self.depends(t.body, v)
        if isinstance(t, Call) and name in self.reach(t.name):
            return True
        return any(self.depends(s, v) for s in t.below)

    # --- indices and assumptions -------------------------------------------------------------

    def equal(self, i: Term, j: Term) -> bool | None:
        """Whether two indices are equal: stated, or both numbers; None where open."""
        if i == j:
            return True
        if isinstance(i, Number) and isinstance(j, Number):
            return i.value == j.value
        for relation in self.relations("=", "!="):
            if {relation.left, relation.right} == {i, j}:
                return relation.op == "="
        return None

    def relations(self, *ops: str) -> list[Relation]:
        stated = (a.term for a in self.given.assumptions if a.kind == "relation")
        return [r for r in stated if isinstance(r, Relation) and r.op in ops]

    def holds(self, condition: Term) -> bool | None:
        """Whether a condition is met: stated, stated otherwise, or decided by the kernel."""
        if not isinstance(condition, Relation):
            return None
        if condition not in self._decided:
            self._decided[condition] = self._holds(condition)
        return self._decided[condition]

    def _holds(self, condition: Relation) -> bool | None:
        wanted = self._sign(condition)
        for relation in self.relations("<", "<=", ">", ">=", "!=", "="):
            stated = self._sign(relation)
            for sign, form in ((1, wanted[1]), (-1, wanted[2])):
                if stated[1] == form and form is not None:
                    op = stated[0] if sign > 0 else _TURNED[stated[0]]
                    if op in _IMPLIES.get(condition.op, ()):
                        return True
                    if op in _EXCLUDES.get(condition.op, ()):
                        return False
        if self.decides is None:
            return None
        if self.decides(condition):
            return True
        opposite = replace(condition, op=_OPPOSITE[condition.op])
        return False if self.decides(opposite) else None

    def _sign(self, r: Relation) -> tuple[str, Key | None, Key | None]:
        return r.op, self.form(tidy(r.left - r.right)), self.form(tidy(r.right - r.left))

    def kinds(self, name: str) -> set[str]:
        """What is assumed of a name: one-hot, distribution, symmetric, ..."""
        return {a.kind for a in self.given.assumptions if a.term == Symbol(name)}

    def total(self, t: BigOp) -> tuple[Term, tuple[str | Term, ...]] | None:
        """The stated value of a sum over a whole range, and why."""
        match t:
            case BigOp("sum", index, _, _, Indexed(name, (*_, last)), None):
                if last == Symbol(index):
                    if "one-hot" in self.kinds(name):
                        return Number(_ONE), (" since ", Symbol(name), " is one-hot")
                    if "distribution" in self.kinds(name):
                        return Number(_ONE), (" since ", Symbol(name), " is a distribution")
        if t.op == "sum" and t.where is None and not self._is_claimed(t):
            name = self._normalised(t)
            if name:
                return Number(_ONE), (" since ", Symbol(name), " is normalised")
        for relation in self.relations("="):
            for side, other in ((relation.left, relation.right), (relation.right, relation.left)):
                if isinstance(side, BigOp) and alpha_equal(side, t):
                    return other, (" by assumption",)
        return None

    def standard(self, name: str) -> bool:
        """Whether a name of the vocabulary keeps its meaning here (a text may define it again)."""
        row, known = self.given.definitions.get(name), FUNCTIONS.get(name)
        if row is None or known is None or known.body is None:
            return row is None
        names = (Symbol(p.name) for p in known.parameters)
        by = dict(zip(row.parameters, names, strict=False))
        return self.likeness.same(substitute(row.body, by), known.body)

    def _is_claimed(self, t: BigOp) -> bool:
        return any(self.same(t, side) for side in self.claimed)

    def _normalised(self, t: BigOp) -> str:
        """The name of p in Σ_j p_j where p_j := u_j / Σ_k u_k, else ""."""
        if not isinstance(t.body, Indexed) or Symbol(t.index) not in t.body.indices:
            return ""
        match self.unfold(t.body):
            case Div(above, BigOp("sum") as below):
                if self.likeness.same(replace(t, body=above), below):
                    return t.body.name
        return ""

    def function(self, t: Term) -> bool:
        """Whether ``t`` is a declared function of which nothing else is known."""
        return isinstance(t, Call) and t.name not in FUNCTIONS


_ONE = Fraction(1)
LETTERS = ("k", "l", "m", "r", "s", "j", "i")  # for a dummy that needs another name
# fmt: off
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}
_IMPLIES = {
    "<": ("<",), ">": (">",), "<=": ("<", "<=", "="), ">=": (">", ">=", "="),
    "=": ("=",), "!=": ("!=", "<", ">"),
}
_EXCLUDES = {
    "<": (">", ">=", "="), ">": ("<", "<=", "="), "<=": (">",), ">=": ("<",),
    "=": ("!=", "<", ">"), "!=": ("=",),
}
# fmt: on


def entry_of(rows: tuple[tuple[Term, ...], ...], at: tuple[Term, ...]) -> Term | None:
    """An entry of a matrix; with a letter for an index where the entries run with it."""
    place = at if len(at) == 2 else (*at, Number(_ONE)) if len(at) == 1 else None
    if place is None:
        return None
    axes = [_positions(i, n) for i, n in zip(place, (len(rows), len(rows[0])), strict=True)]
    if not all(axes):
        return None
    found = {general(rows[r - 1][c - 1], (r, c), place) for r in axes[0] for c in axes[1]}
    return found.pop() if len(found) == 1 else None


def _positions(i: Term, size: int) -> Sequence[int]:
    if isinstance(i, Number):
        inside = i.value.denominator == 1 and 1 <= i.value <= size
        return (int(i.value),) if inside else ()
    return range(1, size + 1)


def general(entry: Term, at: tuple[int, int], place: tuple[Term, ...]) -> Term:
    """``x_{13}`` at column 3 as ``x_{1j}``."""
    if not isinstance(entry, Indexed) or len(entry.indices) != 2:
        return entry
    column = place[1] if not isinstance(place[1], Number) else None
    if column is not None and entry.indices[1] == Number(Fraction(at[1])):
        return replace(entry, indices=(entry.indices[0], column))
    return entry


def names_of(given: Given) -> frozenset[str]:
    """Every name that is declared or mentioned."""
    terms = [row.body for row in given.definitions.values()]
    terms += [a.term for a in given.assumptions]
    terms += [end for axis in given.ranges.values() for end in (axis.lower, axis.upper)]
    names = {*given.ranges, *given.shapes, *given.definitions}
    return frozenset(names.union(*map(free_names, terms)))


def _plain(t: Term) -> bool:
    return not isinstance(t, (Symbol, Call, Add, Neg))
