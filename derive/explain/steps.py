"""Textbook steps: from one side of a claim to the other as a good teacher writes it.

Finding and judging are apart.  `derive.explain.search` rewrites both sides line by line (say what
names mean, differentiate, contract, cancel, use what is given) and joins them; the right side is
then read from below, so that its first line is the last: "definition of p".  Here the proof gets
its structure (cases, components, what must be solved for first), and the kernel judges each line
against the one before; what it does not prove is not printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from derive.explain.cases import kinks
from derive.explain.condense import condensed
from derive.explain.entries import MOST_ENTRIES, side_by_side, worked_with_numbers
from derive.explain.exponentials import EULER, as_calls, as_powers, writes_powers
from derive.explain.inequalities import UNTOLD, meanings, reason_of_bound
from derive.explain.judge import Judge
from derive.explain.likeness import Likeness
from derive.explain.moves import Line
from derive.explain.numbers import array_of_numbers
from derive.explain.proof import Detail, Proof, Reason, Step
from derive.explain.quoting import holds_under, quotable
from derive.explain.scope import Scope
from derive.explain.search import Found, connect, jump, names
from derive.explain.shortcuts import shortened
from derive.explain.solving import solved_for, unknowns
from derive.explain.tidy import ONE, rational, tidy
from derive.prover.components import scalar_claims
from derive.prover.undecided import Undecided
from derive.term import (
    Add,
    And,
    Assumption,
    Call,
    Claim,
    Derivative,
    Given,
    Neg,
    Number,
    Pow,
    Relation,
    Symbol,
    Term,
    free_names,
    replace,
    subterms,
)

MOST_ASSUMED = 8  # conditions stated before a proof stops to distinguish more cases
MOST_LINES = 12  # of a chain; by way of milestones a longer one is not worth it
MOST_OF_A_LEG = 6  # lines from one milestone to the next


def derive_steps(
    claim: Claim,
    detail: Detail = "normal",
    cases: Sequence[Term] = (),
    judge: Judge | None = None,
    lemmas: Sequence[Claim] = (),
    milestones: Sequence[Term] = (),
) -> Proof | None:
    """The lines from the left side of a true claim to its right side.

    ``detail``: "brief" (several moves a line), "normal", or "full" (one move a line).
    ``cases``: conditions that exhaust all possibilities; each gets its own lines.  ``judge`` says
    whether a line is proved (one that asks the kernel where none is given).  ``lemmas``: claims
    that may be quoted.  ``milestones``: what to pass on the way; an equation is shown first.  None
    where the claim is no relation, or where the kernel does not prove it.
    """
    teacher = Teacher(judge or Judge(), Likeness(), detail, (), tuple(milestones), tuple(lemmas))
    teacher = teacher.quoting(claim.given)
    found = (teacher.by_cases(claim, cases) if cases else None) or teacher.prove(claim)
    return found and in_detail(found, detail, teacher.judge)


def in_detail(proof: Proof, detail: Detail, judge: Judge) -> Proof:
    """With as many lines as the detail asks for, in every part."""
    count = len(proof.steps)
    most = {"brief": (count + 1) // 2, "normal": MOST_LINES, "full": count}[detail]
    return replace(
        condensed(proof, most, judge.proves),
        before=tuple(in_detail(part, detail, judge) for part in proof.before),
        parts=tuple(in_detail(part, detail, judge) for part in proof.parts),
    )


class Teacher(NamedTuple):
    """Gives a proof its structure."""

    judge: Judge
    likeness: Likeness
    detail: Detail
    quotes: tuple[tuple[Term, Term], ...] = ()
    milestones: tuple[Term, ...] = ()
    lemmas: tuple[Claim, ...] = ()

    def quoting(self, given: Given) -> Teacher:
        """With the lemmas that hold under ``given``."""
        found = (quotable(lemma) for lemma in self.lemmas if holds_under(lemma, given))
        return self._replace(quotes=tuple(quote for quote in found if quote is not None))

    def prove(self, claim: Claim) -> Proof | None:
        match claim.relation:
            case And(conditions):
                return self.parts(claim, [replace(claim, relation=r) for r in conditions])
            case Relation("=", left, right):
                if Scope(claim.given).shape(left):
                    return self.by_entries(claim, left, right)
                return self.equation(claim, left, right)
            case Relation(op, left, right):
                return self.inequality(claim, op, left, right)
        return None

    # --- structure -----------------------------------------------------------------------------

    def by_cases(self, claim: Claim, cases: Sequence[Term]) -> Proof | None:
        """One proof a case; together they are the claim."""
        parts = list[Proof]()
        for case in cases:
            given = claim.given.with_assumptions(Assumption("relation", case))
            part = self.quoting(given).prove(replace(claim, given=given))
            if part is None:
                return None
            if part.parts and all(inner.case is not None for inner in part.parts):
                parts += [replace(p, case=And((case, p.case))) for p in part.parts if p.case]
            else:
                parts.append(replace(part, case=case))
        if not self.judge.proves(claim):
            return None
        start = claim.relation.left if isinstance(claim.relation, Relation) else claim.relation
        return Proof(claim, start, (), parts=tuple(parts), complete=all(p.complete for p in parts))

    def parts(self, claim: Claim, claims: Sequence[Claim]) -> Proof | None:
        found = [self.prove(part) for part in claims]
        parts = tuple(part for part in found if part is not None)
        if len(parts) < len(claims):
            return None
        return Proof(
            claim, parts[0].start, (), parts=parts, complete=all(p.complete for p in parts)
        )

    def by_entries(self, claim: Claim, left: Term, right: Term) -> Proof | None:
        """Arrays of symbolic size by a component, others as a whole with every entry worked out."""
        try:
            entries = list(scalar_claims(claim))
        except Undecided:
            return self.lines(claim, left, [Line(right, "simplify", ("simplify",))], False)
        if len(entries) == 1:
            part = self.prove(entries[0])
            return part and Proof(claim, left, (), parts=(part,), complete=part.complete)
        lines, complete = self.entrywise(claim, entries)
        last = lines.pop() if lines else Line(right, "entries", ("the entries",))
        proof = self.lines(claim, left, [*lines, replace(last, term=right)], complete)
        return proof and replace(proof, before=tuple(self.arrays(claim)))

    def arrays(self, claim: Claim) -> Iterator[Proof]:
        """The arrays of names on the way that are arrays of numbers here."""
        scope = self.scope(claim)
        for name in claim.given.definitions:
            found = array_of_numbers(name, scope)
            if found is None or name not in scope.reach_of(_left(claim)):
                continue
            body = claim.given.definitions[name].body
            shown = replace(claim, relation=Relation("=", body, found))
            if self.judge.proves(shown):
                step = Step("numbers", ("put the numbers in",), found)
                opening = ("With these numbers ", Symbol(name), " is")
                yield Proof(shown, body, (step,), opening=opening)

    def entrywise(self, claim: Claim, entries: Sequence[Claim]) -> tuple[list[Line], bool]:
        """All entries' lines side by side, as arrays."""
        shape = Scope(claim.given).shape(_left(claim)) or ()
        rows, columns = len(entries), 1
        if len(shape) == 2:
            columns = next((int(n.value) for n in (shape[1].upper,) if isinstance(n, Number)), 1)
            rows = len(entries) // columns
        if len(entries) > MOST_ENTRIES or rows * columns != len(entries):
            return [], False
        counted = worked_with_numbers(entries, self.scope)
        found = counted or [connect(_left(e), _right(e), self.scope(e)) for e in entries]
        chains = [[Line(_left(e)), *f.lines] for e, f in zip(entries, found, strict=True)]
        lines = side_by_side(_left(claim), chains, columns, self.scope(claim))
        return lines, all(f.complete for f in found)

    # --- one relation ---------------------------------------------------------------------------

    def equation(self, claim: Claim, left: Term, right: Term) -> Proof | None:
        solved = self.solved(claim, left, right)
        if solved is not None and solved.complete:
            return solved
        routed = self.routed(claim, left, right)
        whole = routed is not None and routed.complete
        if routed is not None and whole and len(routed.steps) <= MOST_LINES:
            return routed
        best = self.straight(claim, left, right)
        if best is None or best.complete or len(claim.given.assumptions) > MOST_ASSUMED:
            return best
        if whole:
            return routed
        cases = kinks(left, right, self.scope(claim))
        if cases:
            split = self.by_cases(claim, cases)
            if split is not None and split.complete:
                return split
        return best

    def routed(self, claim: Claim, left: Term, right: Term) -> Proof | None:
        """By way of the milestones: equations are shown first, terms are lines on the way."""
        if not self.milestones:
            return None
        before, quotes = list[Proof](), list(self.quotes)
        for milestone in self.milestones:
            lemma = replace(claim, relation=milestone)
            if isinstance(milestone, Relation) and milestone != claim.relation:
                first = self._replace(milestones=(), quotes=tuple(quotes)).prove(lemma)
                quote = quotable(lemma, frozenset())
                if first is None or quote is None:
                    return None
                words = "Next" if before else "First"
                before.append(replace(first, opening=(f"{words} we show that ", milestone)))
                quotes.append(quote)
        plain = self._replace(milestones=(), quotes=tuple(quotes))
        ways = [m for m in self.milestones if not isinstance(m, Relation)]
        judge = self.judge.certain if self.judge.certain(claim) else self.judge.proves
        held = ways
        if not self.judge.all_certain(claim, [Relation("=", left, m) for m in ways]):
            held = [m for m in ways if judge(replace(claim, relation=Relation("=", left, m)))]
        if held[:1] != ways[:1]:
            shift = self.shift(claim, left, right, ways)
            if shift is not None:
                return plain.shifted(claim, left, right, shift, ways)
        ways = held
        whole = plain.legs(claim, [left, *ways, right]) if ways else None
        if whole is None and not before:
            return None  # the straight way is what is tried next
        proof = whole or plain.straight(claim, left, right)
        return proof and replace(proof, before=(*before, *proof.before))

    def legs(self, claim: Claim, ways: Sequence[Term]) -> Proof | None:
        """One chain through all of these terms."""
        steps, before, complete = list[Step](), list[Proof](), True
        for here, there in pairwise(ways):
            leg = self.leg(replace(claim, relation=Relation("=", here, there)), here, there)
            if leg is None:
                return None
            steps += leg.steps
            before += [first for first in leg.before if first not in before]
            complete = complete and leg.complete
        return Proof(claim, ways[0], tuple(steps), before=tuple(before), complete=complete)

    def leg(self, claim: Claim, here: Term, there: Term) -> Proof | None:
        """From one milestone to the next: names that both have stay; else as one line, if there
        are words for it."""
        shut = frozenset(names(here) & names(there) & set(claim.given.definitions))
        leg = self.straight(claim, here, there, shut, MOST_OF_A_LEG)
        if leg is not None and leg.complete and len(leg.steps) <= MOST_OF_A_LEG:
            return leg
        reason = jump(here, there, self.scope(claim))
        if reason is None or not self.judge.proves(claim):
            return leg
        return Proof(claim, here, (Step("jump", reason, there),))

    def shift(
        self, claim: Claim, left: Term, right: Term, ways: Sequence[Term]
    ) -> tuple[Term, Term] | None:
        """A number c, and right + c, where the milestones are on the way from left + c."""
        if not ways or not isinstance(right, Add):
            return None
        for k, s in enumerate(right.terms):
            if rational(s) is not None:
                c = tidy(-s)
                way = Relation("=", tidy(left + c), ways[0])
                if self.judge.proves(replace(claim, relation=way)):
                    return c, tidy(Add((*right.terms[:k], *right.terms[k + 1 :])))
        return None

    def shifted(
        self,
        claim: Claim,
        left: Term,
        right: Term,
        shift: tuple[Term, Term],
        ways: Sequence[Term],
    ) -> Proof | None:
        """tanh x + 1 = 2σ(2x), and then 1 is subtracted on both sides."""
        c, there = shift
        here = tidy(left + c)
        first = self.legs(replace(claim, relation=Relation("=", here, there)), [here, *ways, there])
        if first is None:
            return None
        because = ("subtract ", c, " on both sides")
        if isinstance(c, Neg):
            because = ("add ", c.arg, " on both sides")
        return Proof(
            claim,
            left,
            (Step("both-sides", because, right),),
            before=(replace(first, opening=("First look at ", here)),),
            complete=first.complete,
        )

    def solved(self, claim: Claim, left: Term, right: Term) -> Proof | None:
        """1 = Σ P_j = S/Z, and then both sides are multiplied by Z."""
        if not isinstance(left, Symbol) or left not in unknowns(left, right, self.scope(claim)):
            return None
        found = solved_for(left, self.scope(claim))
        if found is None or not self.judge.proves(claim):
            return None
        equation = replace(claim, relation=Relation("=", ONE, found.lines[-1].term))
        first = self.lines(equation, ONE, found.lines, True)
        rest = self.straight(
            replace(claim, relation=Relation("=", found.value, right)), found.value, right
        )
        if first is None or rest is None:
            return None
        solve = Step("both-sides", ("multiply both sides by ", left), found.value)
        steps = (solve, *rest.steps) if found.value != right else (solve,)
        first = replace(first, opening=("We use that ", found.given))
        complete = first.complete and rest.complete
        return Proof(claim, left, steps, before=(first,), complete=complete)

    def straight(
        self,
        claim: Claim,
        left: Term,
        right: Term,
        shut: frozenset[str] = frozenset(),
        longest: int = 100,
    ) -> Proof | None:
        """Without a distinction of cases.  e^x is thought of as exp(x), and written back.
        ``shut``: names that are not looked into; ``longest``: lines from both sides together."""
        if "e" in claim.given.definitions or "e" in claim.given.shapes:
            return self.thought(claim, left, right, claim, lambda t: t, shut, longest)
        terms = [left, right, *(row.body for row in claim.given.definitions.values())]
        if not any(isinstance(s, Pow) and s.base == EULER for t in terms for s in subterms(t)):
            return self.thought(claim, left, right, claim, lambda t: t, shut, longest)
        rows = {
            name: replace(row, body=as_calls(row.body))
            for name, row in claim.given.definitions.items()
        }
        inner = replace(
            claim,
            relation=Relation("=", as_calls(left), as_calls(right)),
            given=replace(claim.given, definitions=rows),
        )
        back = as_powers if any(map(writes_powers, terms)) else as_calls
        return self.thought(claim, left, right, inner, back, shut, longest)

    def thought(
        self,
        claim: Claim,
        left: Term,
        right: Term,
        inner: Claim,
        back: Callable[[Term], Term],
        shut: frozenset[str],
        longest: int,
    ) -> Proof | None:
        """The lines of ``inner``, written ``back``, as a proof of ``claim``."""
        best: Proof | None = None
        for scope, before in self.openings(inner, _left(inner), _right(inner)):
            scope.shut, scope.longest = shut, longest
            try:
                found = connect(_left(inner), _right(inner), scope)
            except RecursionError:
                found = Found([Line(right, "simplify", ("simplify",))], False)
            plain = found.lines
            if not scope.full:
                plain = shortened(_left(inner), plain, scope)
            if longest <= MOST_OF_A_LEG and not (found.complete and len(plain) <= longest):
                continue  # a leg that nobody takes need not be certified
            lines = [written(line, back) for line in plain]
            lines[-1] = replace(lines[-1], term=right)
            proof = self.lines(claim, left, lines, found.complete)
            if proof is not None and proof.complete:
                return replace(proof, before=before)
            best = best or proof
        return best

    def openings(
        self, claim: Claim, left: Term, right: Term
    ) -> Iterator[tuple[Scope, tuple[Proof, ...]]]:
        """Ways to begin, the plainest first: as it is, and after a name is solved for."""
        body = left.body if isinstance(left, Derivative) else None
        if isinstance(left, Call) and left.order == 1:
            body = replace(left, order=0)
        scope = self.scope(claim, body)
        yield scope, ()
        for symbol in unknowns(left, right, scope):
            found = solved_for(symbol, self.scope(claim)) if symbol != left else None
            if found is None:
                continue
            equation = Relation("=", symbol, found.value)
            first = self.prove(Claim(equation, claim.given))
            if first is not None:
                first = replace(first, opening=("First we determine ", symbol))
                yield self.scope(claim, body, (equation,)), (first,)

    def scope(
        self, claim: Claim, body: Term | None = None, shown: tuple[Relation, ...] = ()
    ) -> Scope:
        stated = [a.term for a in claim.given.assumptions if a.kind == "relation"]
        free = set().union(*map(free_names, [claim.relation, *stated]))
        fixed = frozenset(free & set(claim.given.ranges))

        def decides(condition: Relation) -> bool:
            return self.judge.holds(Claim(condition, claim.given))

        scope = Scope(claim.given, body, shown, fixed, decides, self.likeness)
        scope.full = self.detail == "full"
        scope.lemmas = self.quotes
        if isinstance(claim.relation, Relation):
            scope.claimed = (claim.relation.left, claim.relation.right)
        return scope

    def inequality(self, claim: Claim, op: str, left: Term, right: Term) -> Proof | None:
        """What the left side is, and then that it is as claimed."""
        if not self.judge.proves(claim):
            return None
        before, steps = left, tuple[Step, ...]()
        for lines in meanings(left, right, self.scope(claim)):
            proof = self.lines(claim, left, lines, True)
            end = lines[-1].term
            if proof is not None and self.judge.proves(
                Claim(Relation(op, end, right), claim.given)
            ):
                before, steps = end, proof.steps
                break
        if steps and before == right:
            return Proof(claim, left, steps)
        because = reason_of_bound(before, right)
        cases = kinks(left, right, self.scope(claim)) if because == UNTOLD else ()
        split = self.by_cases(claim, cases) if cases else None
        return split or Proof(claim, left, (*steps, Step("range", because, right, relation=op)))

    # --- certificates ---------------------------------------------------------------------------

    def lines(
        self, claim: Claim, start: Term, lines: Sequence[Line], complete: bool
    ) -> Proof | None:
        """The proof with the lines that the kernel proved; None where it does not reach the end.
        A line that needs something is left out, if the claim does not need it."""
        kept: list[Line] = []
        before, goal = start, lines[-1].term
        whole = Claim(Relation("=", start, goal), claim.given)
        said: Reason = ()
        passed = 0
        links = pairwise([start, *(line.term for line in lines)])
        told = [Relation("=", here, there) for here, there in links if here != there]
        known = not self.judge.doubts(whole) and self.judge.all_certain(whole, told)
        for line in lines:
            if line.term == before and line.term != goal:
                continue
            step = Claim(Relation("=", before, line.term), claim.given)
            if (
                known
                or self.judge.certain(step)
                or (self.judge.proves(step) and not self.judge.certain(whole))
            ):
                because = (*said, ", ", *line.because) if said else line.because
                kept.append(replace(line, because=because))
                before, said = line.term, ()
            elif self.judge.proves(step):
                said, passed = line.because, passed + 1
        complete = complete and len(kept) + passed == len(lines)
        while before != goal:
            if not kept:
                return None
            kept.pop()
            before = kept[-1].term if kept else start
            if self.judge.proves(Claim(Relation("=", before, goal), claim.given)):
                kept.append(Line(goal, "simplify", ("simplify",)))
                before, complete = goal, False
        steps = tuple(Step(s.rule, s.because, s.term, s.assumes) for s in kept)
        return Proof(claim, start, steps, complete=complete)


def written(line: Line, back: Callable[[Term], Term]) -> Line:
    """A line with its formulas in another notation."""
    because = tuple(part if isinstance(part, str) else back(part) for part in line.because)
    return Line(back(line.term), line.rule, because, (), line.assumes)


def _left(claim: Claim) -> Term:
    assert isinstance(claim.relation, Relation)
    return claim.relation.left


def _right(claim: Claim) -> Term:
    assert isinstance(claim.relation, Relation)
    return claim.relation.right
