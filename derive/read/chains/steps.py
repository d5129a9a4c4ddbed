"""A document's chains as claims, each under what the document says about its names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from heapq import merge
from typing import TYPE_CHECKING

from derive.read.chains.brackets import MENDED, UNSURE, missing
from derive.read.chains.claimed import Suppositions
from derive.read.chains.definable import definition_of
from derive.read.chains.doubt import (
    in_bits,
    one_sided,
    simple,
    without_ones,
)
from derive.read.chains.einstein import needs_sums, summed
from derive.read.chains.either import either
from derive.read.chains.layers import says_what_units_are
from derive.read.chains.made import Made
from derive.read.chains.model import Chain, Reading, Step, Supposed, Understood
from derive.read.chains.recursion import goes_on
from derive.read.chains.remarks import captured, remarks
from derive.read.chains.strange import Strange
from derive.read.chains.suppose import (
    independent,
)
from derive.read.chains.understand import Read, first_relation, said
from derive.read.chains.unjudged import never_judged, rounded, unread_in_the_text
from derive.read.chains.variables import (
    bounds,
    free_indices,
)
from derive.read.chains.words import BITS, EINSTEIN, GOES_BACK
from derive.read.formula import Side, Sign, relate
from derive.read.identity import IDENTITY, is_beside_arrays
from derive.read.matrices import may_have_arrays, ranks
from derive.read.tokens import LIMITS, Limits, ReadError
from derive.term import (
    Call,
    Claim,
    Derivative,
    Given,
    Indexed,
    Number,
    Relation,
    Span,
    Symbol,
    Term,
    Transpose,
    contains,
    free_names,
    subterms_of,
    term,
)

if TYPE_CHECKING:
    from derive.read.document import Document


NOTHING = Given()
_ZERO = term(0)
_NEAR = 2_000  # characters before it in which they stand


def chains(document: Document, given: Given = NOTHING, limits: Limits = LIMITS) -> Reading:
    """The chains of ``document`` with all plausible readings of each step as claims, what was
    understood of its names, and what misleads.

    ``given``: what holds besides what the document says; it comes first.  Nothing is raised for
    what a document contains.
    """
    return Steps(document, given, limits).reading()


class Steps(Strange):
    """The steps, after all that is said about their names is known."""

    sums_agreed: bool  # whether the text says that repeated indices are summed over
    arrays_behind: bool  # whether some definition may have arrays in it
    mended: bool  # whether a bracket was put into the chain that is looked at

    def reading(self) -> Reading:
        self._prose()
        self._learn_names()
        self._tell_apart()
        self.inline = [r.at for r in self.read if r.inline]
        self._families()
        for r in self.read:
            first = first_relation(r)
            self._mentions(r, first)
            self._classify(r)
            self._note_open(r)
            if first is not None and says_what_units_are(first):
                self.units.append((r.end, first))  # not for itself
            if first is not None:
                self._note_sequence(r, first)
            self._note_extremum(r)
            self.passing += self._in_passing(r)
        self._correct_class()
        self.solved.clear()
        for (g, near), found in zip(self.parts.gaps, self.facts, strict=True):
            self._components(g, found, near)
        self._conditions()
        self._end_cases()
        self.passing = [one for one in self.passing if not self.meaning.says(one[1])]
        self.meaning.close()
        self.sums_agreed = EINSTEIN.search(self.document.text) is not None
        _ = self.speaks_of_chance  # once for all that is known at later steps
        bodies = [d.body for d in self.meaning.all_definitions()]
        self.arrays_behind = any(map(self._may_have_arrays, bodies))
        return Reading(self._in_turn(), self.definitions, self.assumptions, self.remarks)

    def _in_turn(self) -> Iterator[Chain]:
        """The chains in the order of the document, each when it is asked for."""
        made = (chain for r in self.read if (chain := self._chain(r)) is not None)
        unread = (_unread(segment.span, error) for segment, error in self.parts.errors)
        return merge(made, unread, key=lambda chain: chain.span.start)

    def _chain(self, r: Read) -> Chain | None:
        if r.role == "silent" and r.inline:
            self.remarks += unread_in_the_text(r.raw, r.sides, self.document.text)
        if r.role == "silent" or not r.signs:
            return None
        raw = r.raw
        if r.role == "stated":
            equation = first_relation(r)
            if equation is not None and simple(equation) and not self._is_tried(r, equation):
                self._take_for_granted(r)  # $x = 3$
            if equation is None or simple(equation) or self._is_tried(r, equation):
                return None
        if all(sign.text == r"\in" or sign.text == ":" for sign in raw.signs):
            return None
        if raw.inline and r.role == "definition":
            return None
        if r.joint == r"\pm" and r.signs == 1 and either(self.read, r) is not None:
            return None  # said with the upper sign
        if any(t.text == ":" for t in raw.sides[0][0]) and raw.signs[0].text == r"\rightarrow":
            return None  # f: R -> R
        for side in r.sides:
            if side.readings and not raw.inline:
                self.remarks.extend(remarks(side.readings[0], self.document.text))
        for sign, left, right in zip(raw.signs, r.sides, r.sides[1:], strict=False):
            if sign.text == "=" and left.readings and right.readings and not raw.inline:
                self.remarks.extend(captured(left.readings[0], right.readings[0]))
        mended = [remark for tokens, _ in raw.sides for remark in missing(tokens)]
        self.remarks += mended
        self.mended = bool(mended)
        self.arrays = self._arrays(r)
        self.counts = self._counts(r)
        for words in raw.reasons.values():
            self._constants(words)
        steps = [self._step(r, n) for n in range(len(raw.signs))]
        if r.role == "stated":
            self._take_for_granted(r)
        else:
            self._pool(r)
        return Chain(Span(raw.at, raw.end), tuple(steps))

    def _take_for_granted(self, r: Read) -> None:
        """Keeps an equation that the text states, for the steps after it."""
        raw, equation = r.raw, either(self.read, r) or first_relation(r)
        if equation is None:
            return
        if self._is_law(equation, raw.at):
            self.laws.append((raw.at, equation))
        else:
            self.open.append((raw.at, equation))
            if self._may_not_be_meant(r, equation):
                self.concluded.add(raw.at)
        if (said_ := definition_of(equation.left, equation.right)) is not None:
            self.by_use.append((raw.at, said_))

    def _may_have_arrays(self, t: Term) -> bool:
        return may_have_arrays(t, self.meaning.declared, self.said)

    def _arrays(self, r: Read) -> dict[str, int]:
        """The undeclared vectors and matrices of a chain, with their numbers of axes."""
        sides = [side.readings[0] for side in r.sides if side.readings]
        if not (
            self.arrays_behind
            or any(map(self._may_have_arrays, sides))
            or any(not self.meaning.shapes.keys().isdisjoint(free_names(t)) for t in sides)
        ):
            return {}
        pairs = zip(r.raw.signs, sides, sides[1:], strict=False)
        relations = [Relation("!=", a, b) for sign, a, b in pairs if sign.text == "!="]
        here = [self.meaning.at(t, r.raw.at, (), r.raw.display.plain) for t in sides]
        behind = {name: d.body for given in here for name, d in given.definitions.items()}
        whole = {s.name for t in sides for s in subterms_of(t, Symbol)}
        whole -= set[str]().union(*map(free_indices, sides))
        said = [s for given in here for a in given.assumptions for s in _of_arrays(a.term)]
        terms = (*sides, *relations, *behind.values(), *said)
        shapes = {name: shape for given in here for name, shape in given.shapes.items()}
        elsewhere = self.meaning.shapes.keys() - shapes.keys()  # said of another part
        known = self.meaning.declared - elsewhere
        known |= behind.keys() | {n for n in whole if n.endswith("{}")}
        found = ranks(terms, known, whole - r.raw.display.plain, self.said)
        if IDENTITY not in known and is_beside_arrays((*sides, *said), Given(shapes=shapes)):
            found[IDENTITY] = 2
        return found

    def _counts(self, r: Read) -> frozenset[str]:
        """The numbers of terms in a chain."""
        sides = [side.readings[0] for side in r.sides if side.readings]
        if len(sides) < 3:
            return frozenset()
        return frozenset[str]().union(*map(bounds, sides))

    def _step(self, r: Read, n: int) -> Step:
        raw = r.raw
        sign = raw.signs[n]
        left, right = r.sides[n], r.sides[n + 1]
        step = Step(
            sign.text, sign.span, left.span, right.span, "judge", reason=raw.reasons.get(n, "")
        )
        if left.empty and n == 0:
            return step._replace(kind="unread", message="nothing stands before this sign")
        if r.role == "denied":
            return step._replace(kind="skipped", message="the text says that it does not hold")
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
                if what := never_judged(raw, n, side.error):
                    return step._replace(kind="skipped", message=f"{what} is not judged")
                return step._replace(kind="unread", message=str(side.error), error=side.error)
        if any(dotted(side) for side in (left, right)):
            return step._replace(kind="skipped", message="it is not clear what the dots stand for")
        if sign.text == "=" and rounded(self.document.text, left, right):
            return step._replace(kind="skipped", message="a rounded value is not judged")
        try:
            readings = relate(left, sign, right, self.limits.readings)
            if n == 0 and (several := either(self.read, r)) is not None:
                readings = (several,)
            now = self._as_known_now()
            made = self._claims(readings, r, n, now)
        except ReadError as error:
            return step._replace(kind="unread", message=str(error), error=error)
        if made is None:
            return step._replace(kind="definition", message="introduces a name")
        if n == 0 and made.doubt and self._is_equation(r, made.claims[0]):
            return step._replace(kind="skipped", message="an equation to be solved is not judged")
        across: Callable[[], tuple[Claim, ...]] = tuple
        lost: Callable[[], Iterable[Supposed]] = tuple
        if n > 0 and r.sides[n - 1].readings:
            lost = partial(now._lost, r, n)
            if not (n == 1 and r.definition is not None):
                across = partial(now._across, r, n)
        return step._replace(
            claims=tuple(made.claims),
            doubt=made.doubt,
            supposed=made.supposed,
            certain=made.certain,
            across=across,
            follows=n == 0 and raw.follows,
            premise=self._premise(r) if n == 0 else None,
            elsewhere=self._elsewhere(made.claims[0].relation, raw),
            for_all=r.for_all,
            posed=self._posed(r) if n == 0 else self._set_to_zero(r, n),
            anew=n == 0 and r.anew,
            concluded=r.concluded,
            of_told=n == 0 and self._is_claimed_of_told(r),
            stated=r.role == "stated",
            lost=lost,
            arrays=self.meaning.arrays(made.claims[0].given, raw.at),
        )

    def _resumed(self, r: Read, n: int) -> list[Claim]:
        """After words between displays a leading "=" may go on with a chain further up."""
        found: list[Claim] = []
        here = r.raw.signs[n].span.start
        for other in self.read:
            if other is r or other.at > here or not other.signs or other.inline:
                continue
            if here - other.end > 4_000:
                continue
            for side in (other.sides[-1], other.sides[0]):
                try:
                    readings = relate(side, r.raw.signs[n], r.sides[n + 1], 1)
                    found.extend(self._plain(readings[0], r.raw, ()) if readings else ())
                except ReadError:
                    continue
        return found[-3:]

    def _across(self, r: Read, n: int) -> tuple[Claim, ...]:
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

    def _lost(self, r: Read, n: int) -> Iterator[Supposed]:
        """The left side differentiated as the side before it is, and equal to the right one."""
        before, left, right = (side.readings[0] for side in r.sides[n - 1 : n + 2])
        if not isinstance(before, Derivative) or contains(left, Derivative):
            return
        relation = Relation("=", Derivative(left, before.variable), right)
        try:
            for plain, _ in self._weakest(self._plain(relation, r.raw, ())):
                yield Supposed(plain, ())
                yield from (Supposed(*alone) for alone in independent(plain))
        except ReadError:
            return

    def _claims(
        self, readings: Sequence[Relation], r: Read, n: int, now: Suppositions
    ) -> Made | None:
        """What one step claims; None where it introduces a name on its right side.  ``now``: what
        is known before it."""
        raw = r.raw
        made = Made()
        error: ReadError | None = None
        pool = (*(self._earlier(r) if n == 0 else ()), *self._laws(r, n))
        if settled := self._gone_on(readings[0], raw):
            pool = tuple(a for a in pool if not (isinstance(a.term, Relation) and goes_on(a.term)))
        silently = [one for one in map(summed, readings) if one is not None]
        if silently and self.sums_agreed:
            readings = (*silently, *readings)
        for relation in readings:
            try:
                plain = self._plain(relation, raw, pool)
            except ReadError as why:
                error = error or why
                continue
            if not made.claims and plain:
                if n == 0 and r.differs is None:
                    r.differs = one_sided(plain[0], self.meaning.tied)
                made.doubt = self._strange(plain[0], relation, n)
                gone = free_names(relation.left) - free_names(relation.right)
                made.doubt |= r.entered & gone  # .. - r = .. - p_i p_j, where r is p_i p_j
                r.entered |= made.doubt & (free_names(relation.right) - free_names(relation.left))
                if self._names_right_side(r, relation, n, made.doubt):
                    return None
                if n == 0 and r.solves:
                    made.doubt -= self._settled_by(relation, pool, r.solves)
            if pool:  # what stood before may be wrong
                plain = (*plain, *self._plain(relation, raw, ()))
            made.add(self._weakest(plain))
        if not made.claims and error is not None:
            raise error
        positive = tuple(self._positive_solution(r, made.claims[:1])) if n == 0 else ()
        if not simple(readings[0]):
            positive += tuple(self._of_one_sign(made.claims[:1]))
        made.certain = settled is not None and not self._all_strange(settled, raw, n)
        made.supposed = partial(
            now._all_supposed,
            *(readings, raw, pool, made.doubt, silently, positive, made.certain),
        )
        if made.doubt:
            self._note_use(readings[0], raw)
        for _, equation in self._unfolded(readings[0], raw):
            made.doubt |= free_names(equation.left) - free_indices(equation.left)
        made.doubt |= self._bound_by_sequences(readings[0], raw.at)
        if silently and not self.sums_agreed and needs_sums(readings[-1]):
            made.doubt |= free_names(readings[-1]) - free_indices(readings[-1])
        if n in raw.resumed:
            made.add((claim, frozenset()) for claim in self._resumed(r, n))
            if GOES_BACK.search(r.raw.sides[n + 1][1].before):
                made.doubt |= {"\\text{line}"}
        near = raw.sides[n : n + 2] if self.mended else ()
        if any(t.kind == MENDED for tokens, _ in near for t in tokens):
            made.doubt |= {UNSURE}
        if self.speaks_of_bits:
            made.claims[:0] = in_bits(made.claims)
        elif BITS.search(" ".join(raw.reasons.values())):
            made.claims.extend(in_bits(made.claims))
        del made.claims[self.limits.readings :]
        return made

    def _names_right_side(
        self, r: Read, relation: Relation, n: int, strange: frozenset[str]
    ) -> bool:
        """Whether the right side is a name of unknown meaning, which gets it here: .. = z_k."""
        if relation.op != "=" or (n == 0 and len(r.raw.signs) > 1 and r.raw.inline):
            return False
        if r.role == "stated":
            return False  # under $\sum_i u_i = A$
        right = without_ones(relation.right)
        if not isinstance(right, (Symbol, Indexed)) or right.name not in strange:
            return False
        if right.name == IDENTITY and IDENTITY in self.arrays:
            return False  # Q Q^T = I
        definition = definition_of(right, relation.left)
        if n == 0 and isinstance(relation.left, (Symbol, Indexed, Number)):
            return False
        known = self.meaning.definition(right.name, r.raw.at) is not None
        if definition is None or known or self.meaning.tied(right.name):
            return False
        if any(right.name in m.names for _, m in self.samples) or self.meaning.says_of(right.name):
            return False
        self.meaning = self.meaning.with_definition(r.raw.at, definition)
        self.arrays_behind |= self._may_have_arrays(definition.body)
        self.definitions.append(Understood(r.sides[n + 1].span, said(definition)))
        return True


def _unread(span: Span, error: ReadError) -> Chain:
    step = Step("", error.span, span, span, "unread", message=str(error), error=error)
    return Chain(span, (step,))


def dotted(side: Side) -> bool:
    """Whether a vector in it has dots that could not be filled in."""
    return bool(side.readings) and any(
        s.name == r"\dots" for s in subterms_of(side.readings[0], Call)
    )


def _of_arrays(t: Term) -> tuple[Term, ...]:
    """The sides of Q^T Q = I: what is said of whole matrices."""
    unit = isinstance(t, Relation) and Symbol(IDENTITY) in (t.left, t.right)
    if isinstance(t, Relation) and (unit or contains(t, Transpose)):
        return (t.left, t.right)
    return ()
