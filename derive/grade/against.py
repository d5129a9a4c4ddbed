"""The lines of a solution against the claims: which of them is a claim itself?

The same is asked of each line for every claim, and again when all that is open is hoped for, so
the answers are kept.

Throughout: ``t`` is a claim, ``e`` an equation of the solution.
"""

from __future__ import annotations

from derive.grade.comparing import entries
from derive.grade.equations import Case, Equation, under
from derive.grade.ledger import Ledger, Polynomial
from derive.grade.targets import Target, linear, opened
from derive.term import Add, Indexed, Number, Relation, Symbol, Term, rebuild, subterms

Sides = tuple[list[Term], list[Term]]


class Against:
    """``ledger``: of the solution.  Terms that are equal become one object, which is found at once
    where it is asked for again."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._terms: dict[Term, Term] = {}
        self._under: dict[tuple[Term, Case | None], Term] = {}
        self._opened: dict[tuple[Term, str], Term] = {}
        self._sides: dict[tuple[str, Case | None], Sides] = {}
        self._entries: dict[str, list[Relation]] = {}
        self._arithmetic: dict[tuple[str, Case | None], bool] = {}
        self._direct: dict[tuple[Term, Term, Case | None, str], bool] = {}
        self._multiple: dict[tuple[Term, Term, Case | None, str], bool] = {}

    def one(self, t: Term) -> Term:
        """The first term that was equal to this one."""
        return self._terms.setdefault(t, t)

    def under(self, t: Term, case: Case | None) -> Term:
        """``t`` as it reads in this case."""
        if case is None:
            return t
        if (t, case) not in self._under:
            self._under[t, case] = self.one(under(t, case))
        return self._under[t, case]

    def sides(self, t: Target, case: Case | None) -> Sides:
        """Each side of the claim in this case, as written and with what names mean put in."""
        key = t.label, case
        if key not in self._sides:
            left = [self.under(self.one(s), case) for s in (t.left, t.opened[0])]
            right = [self.under(self.one(s), case) for s in (t.right, t.opened[1])]
            self._sides[key] = left, right
        return self._sides[key]

    def ends(self, e: Equation, case: Case | None) -> tuple[Term, Term]:
        """Both sides of a line in this case."""
        return self.under(e.left, case), self.under(e.right, case)

    def difference(self, left: Term, right: Term, case: Case | None) -> Polynomial | None:
        return self.ledger.difference(self.under(left, case), self.under(right, case))

    def direct(self, e: Equation, t: Target) -> bool:
        """Is this step the claim itself, as it stands, moved over the sign or used inside of it?"""
        key = e.left, e.right, e.case, t.label
        if key not in self._direct:
            self._direct[key] = self._is_claim(e, t)
        return self._direct[key]

    def _is_claim(self, e: Equation, t: Target) -> bool:
        case = e.case or t.case
        left, right = self.sides(t, case)
        a, b = self.ends(e, case)
        same = self.ledger.same
        # Where it is arithmetic once names are put in, to put them in is a step of its own.
        opens = not self.arithmetic(t, case)
        for one, other in ((a, b), (b, a)):
            if same(other, right[0]) and (
                same(one, left[0]) or (opens and self._is(one, left[1], t))
            ):
                return True
        return self.ledger.moved(a, b, (left[0], right[0])) or any(
            not isinstance(old, Number) and self._puts(a, b, old, new)
            for old, new in ((left[0], right[0]), (right[0], left[0]))
        )

    def _puts(self, a: Term, b: Term, old: Term, new: Term) -> bool:
        """Is one side of the line the other with one side of the claim in the place of the other,
        somewhere inside: Σ_k p_k R from Σ_k p_k L?"""

        def put(t: Term) -> Term:
            if type(t) is type(old) and self.ledger.same(t, old):
                return new
            return rebuild(t, put)

        there = put(a)
        return there != a and self.ledger.same(there, b) and self.ledger.contains(b, new)

    def _is(self, line: Term, side: Term, t: Target) -> bool:
        """Is this line the opened ``side`` of the claim, with names put in here or there?"""
        if self.ledger.same(line, side):
            return True
        if (line, t.label) not in self._opened:
            self._opened[line, t.label] = self.one(linear(opened(line, t.scope)))
        return self.ledger.same(self._opened[line, t.label], linear(side))

    def arithmetic(self, t: Target, case: Case | None) -> bool:
        """Are both sides the same once names are put in and all is multiplied out?"""
        key = t.label, case
        if key not in self._arithmetic:
            left, right = self.sides(t, case)
            worked = self.ledger.multiplied_out(left[-1])
            equal = worked is not None and worked == self.ledger.multiplied_out(right[-1])
            self._arithmetic[key] = equal
        return self._arithmetic[key]

    def entries(self, t: Target) -> list[Relation]:
        """What a claim between arrays says of each component."""
        if t.label not in self._entries:
            self._entries[t.label] = entries(Relation(t.op, t.left, t.right), t)
        return self._entries[t.label]

    def is_entry(self, t: Target, u: Target) -> bool:
        """Does claim ``u`` say for all components at once what ``t`` says of one?"""
        sides = t.left, t.right
        return any(self.ledger.moved(f.left, f.right, sides) for f in self.entries(u))

    def multiple(self, e: Equation, t: Target) -> bool:
        """Is this step the claim with both sides multiplied by the same?"""
        key = e.left, e.right, e.case, t.label
        if key not in self._multiple:
            case = t.case or e.case
            a, b, left, right = (self.under(s, case) for s in (e.left, e.right, t.left, t.right))
            other = (left, right)
            crossed = self.ledger.crossed(a, b, other) or self.ledger.crossed(b, a, other)
            self._multiple[key] = crossed
        return self._multiple[key]

    def opens(self, e: Equation, t: Target) -> bool:
        """Does this step only say what a side of the claim means?"""
        case, same = e.case or t.case, self.ledger.same
        ends = self.ends(e, case)
        return same(*ends) or any(
            all(any(same(end, s) for s in sides) for end in ends) for sides in self.sides(t, case)
        )

    def rewritten(self, e: Equation, t: Target) -> bool:
        """Is one of the claim's sides nowhere in the line as it is written?  Then something was
        done that arithmetic does not see: (x - m + m)(y - q + q) for x y."""
        return not all(
            any(_stands(side, end) for end in (e.left, e.right)) for side in (t.left, t.right)
        )

    def leads_away(self, e: Equation, t: Target) -> bool:
        """Is more done in this step than to add something to a side of the claim that cancels?"""
        ends = self.ends(e, None)
        return not self.ledger.same(*ends) and not any(
            not isinstance(side, Symbol | Indexed)
            and all(self.ledger.holds(end, side) for end in ends)
            for side in (t.left, t.right)
        )


def _stands(side: Term, end: Term) -> bool:
    parts = side.terms if isinstance(side, Add) else (side,)
    there = set(subterms(end))
    return side in there or all(part in there for part in parts)
