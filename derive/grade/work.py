"""One document marked by one exercise: what runs in the worker process.

Terms stay in the process that a stranger's document may confuse; what leaves it is text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from derive.check.document import outline
from derive.explain.pictures import both_sides
from derive.grade.carried import Carried, carried
from derive.grade.diagnosis import diagnoses, difference
from derive.grade.effort import weighed, worth
from derive.grade.equations import UNREAD, Equation, equations
from derive.grade.evidence import Evidence, Solution
from derive.grade.groups import group, number
from derive.grade.hopes import OPEN, gap
from derive.grade.marking import Mark, mark
from derive.grade.marks import UNREAD_YET, UNSURE, ClaimMark, Said, StepMark
from derive.grade.parts import Exercise as Called
from derive.grade.parts import Place, at, places
from derive.grade.scheme import Scheme
from derive.grade.targets import Target, size
from derive.grade.typed import displayed, unread
from derive.page import Curves
from derive.prover.display import entry_text
from derive.prover.refuter.arrays import Misfit
from derive.prover.refuter.ball import Exhausted
from derive.prover.refuter.running import Unknown
from derive.read import ReadError, read_claim
from derive.read.chains import Reading, chains
from derive.term import Claim, Relation, Symbol, Term
from derive.term.latex import latex
from derive.term.text import text

if TYPE_CHECKING:
    from derive.check.report import DocumentResult, StepResult
    from derive.prover.once import Once
    from derive.prover.verdict import Counterexample, Value
    from derive.read.document import Document
    from derive.term import Given

WORDS = 12  # in a part without formulas: from here on a person should read it
UNSEEN = ("binary", "notebook", "too-long")  # notes on what was left out of the whole
PICTURE = re.compile(r"!\[|\\includegraphics|<(?:img|svg)\b")
_NAME = re.compile(r"[^\W\d_ᵢ-ᵪⱼ₀-ₜ]+[\u0300-\u036f]?")  # at the beginning of a definition
DECIDED = {"right": "proved", "wrong": "refuted"}


@dataclass(frozen=True, slots=True)
class Grader:
    """Marks documents by exercise ``own`` of the ``called`` ones on a sheet, by those of its
    claims that are ``members``: they share what is ``given``.

    ``decisions``: number of a step -> "right" or "wrong", by the teacher.
    """

    name: str
    given: Given
    members: tuple[int, ...]
    targets: tuple[Target, ...]
    scheme: Scheme
    called: tuple[Called, ...]
    own: int = 0
    decisions: Mapping[str, str] = field(default_factory=dict)

    # --- which chains ----------------------------------------------------------------------

    def read(self, document: Document, given: Given, once: Once) -> Reading:
        """The chains of this exercise's part; where nothing is said, those that speak of it."""
        document = displayed(document)
        found = places(document, self.called)
        mine = document._replace(
            segments=tuple(
                s
                for s in document.segments
                if at(found, s.span.start).may_be(self.own, self.called)
            )
        )
        reading, others = self._about(mine, given, once, found)
        foreign = self._foreign(reading, others)
        if foreign:
            rest = tuple(
                s
                for s in mine.segments
                if not any(s.span.start <= start < s.span.end for start in foreign)
            )
            reading, _ = self._about(mine._replace(segments=rest), given, once, found)
        return reading

    def _about(
        self, mine: Document, given: Given, once: Once, found: Sequence[Place]
    ) -> tuple[Reading, list[int]]:
        """The chains under this exercise's heading, and those that begin or end as its claims; and
        where the others begin."""
        reading = chains(mine, given)
        own = [at(found, chain.span.start).exercise == self.own for chain in reading.chains]
        if len(self.called) == 1 or all(own):
            return reading, []
        result = outline(mine, reading)
        solution = Solution(equations(mine, reading, result, given, once), self.targets, once)
        starts = [segment.span.start for segment in mine.segments]
        display = [bisect_right(starts, chain.span.start) for chain in reading.chains]
        about = {display[c] for c in solution.home}  # the lines around such a chain belong to it
        keeps = [own[c] or display[c] in about for c in range(len(own))]
        kept = tuple(chain for chain, keep in zip(reading.chains, keeps, strict=True) if keep)
        others = [
            chain.span.start for chain, keep in zip(reading.chains, keeps, strict=True) if not keep
        ]
        return Reading(kept, reading.definitions, reading.assumptions, reading.remarks), others

    def _foreign(self, reading: Reading, others: Sequence[int]) -> list[int]:
        """Where a name of this exercise is defined for another problem: the one that is answered
        next, in a document that does not say which part is where."""
        names = {text(Symbol(name)) for name in (*self.given.shapes, *self.given.definitions)}
        after = sorted({*others, *(chain.span.start for chain in reading.chains)})
        found = []
        for start, said in reading.definitions:
            n = bisect_left(after, start.start)
            name = _NAME.match(said)
            if name and name[0] in names and n < len(after) and after[n] in others:
                found.append(start.start)
        return found

    def solved(
        self, document: Document, reading: Reading, result: DocumentResult, once: Once
    ) -> Any:
        """How the author's own solution shows each claim: (level, lines)."""
        written = equations(document, reading, result, self.given, once)
        solution = Solution(written, self.targets, once)
        found = [solution.evidence(n) for n in self.members]
        return [(e.level, len(e.lines)) for e in found]

    def told(self, document: Document, once: Once) -> Any:
        """Which claims a text states, in displays or in its running text."""
        found = list[Equation]()
        for segment in document.segments:
            if segment.kind in ("display", "inline"):
                with suppress(ReadError):
                    written = segment.text.strip(" \n.,;")
                    r = read_claim(written, self.given, macros=document.macros)[0].relation
                    if isinstance(r, Relation):
                        found.append(Equation((len(found), 0), r.left, r.op, r.right, "proved"))
        solution = Solution(found, self.targets, once)
        return [solution.states(n) for n in self.members]

    # --- marks -----------------------------------------------------------------------------

    def tell(
        self,
        document: Document,
        reading: Reading,
        result: DocumentResult,
        once: Once,
        briefly: bool = False,
    ) -> Any:
        """The marks; ``briefly``: false steps without what went wrong in them."""
        found = places(document, self.called)
        written = equations(document, reading, result, self.given, once)
        written = tuple(self._decided(e) for e in written)
        claims = {c: at(found, chain.span.start).claim for c, chain in enumerate(reading.chains)}
        placed = {c: claim for c, claim in claims.items() if claim is not None}
        solution = Solution(written, self.targets, once, placed)
        marking = _Marking(self, document, reading, result, solution, found, once, briefly)
        return marking.all()

    def step_number(self, e: Equation) -> str:
        left, right = e.stands
        return number(self.name, e.op, latex(left), latex(right))

    def _decided(self, e: Equation) -> Equation:
        verdict = self.decisions.get(self.step_number(e)) if self.decisions else None
        return e._replace(verdict=DECIDED[verdict], altered="") if verdict else e


class _Marking:
    """The marks of one document, claim after claim."""

    def __init__(
        self,
        grader: Grader,
        document: Document,
        reading: Reading,
        result: DocumentResult,
        solution: Solution,
        found: Sequence[Place],
        once: Once,
        briefly: bool,
    ) -> None:
        self.grader, self.document, self.reading = grader, document, reading
        self.result, self.solution, self.places = result, solution, found
        self.once, self.briefly = once, briefly
        self.spent = frozenset[tuple[int, int]]()

    def all(self) -> list[ClaimMark]:
        return [self.claim(n, self.grader.targets[n]) for n in self.grader.members]

    def claim(self, n: int, t: Target) -> ClaimMark:
        clear, scheme = self._clear(t), self.grader.scheme
        inherited = carried(self.solution, n, self.spent, self._readings)
        self.spent |= inherited.keys()
        certain = self.solution.evidence(n, False, self.spent, clear)
        hoping = certain  # where it is shown, there is no more to hope for
        if certain.level != "shown":
            hoping = self.solution.evidence(n, True, self.spent, clear)
        kinds = {
            e.at: () if self.briefly else diagnoses(self._claim(e), self.once)
            for e in certain.wrong
        }
        costs = {
            place: scheme.mistakes.get(found[0].name if found else "", scheme.error)
            for place, found in kinds.items()
        }
        named = {place for place, found in kinds.items() if found} | inherited.keys()
        certain, hoping = (
            weighed(found, t, self.solution, scheme.jump) for found in (certain, hoping)
        )
        least, most = (
            worth(found, t, self.solution, named, scheme.steps) for found in (certain, hoping)
        )
        low, high = self._mark(least[0], t, costs), self._mark(most[1], t, costs)
        self.spent |= {e.at for e in certain.wrong}
        best, why = max(low.share, high.share), list(low.why)
        unclear = self._unclear(n) if best == 0 and not certain.own else []
        nothing = best == 0 and not certain.own
        if unclear or (nothing and (self._only_words(n) or self._unseen(n) or self._untold(n))):
            best = 1.0
            why = [UNREAD_YET]
        elif certain.level == t.level == "restated":
            best = 1.0
            why = [Said("The claim is only stated, as in the author's own solution.")]
        elif best > low.share:
            if least[0].level in ("nothing", "begun") and not least[0].lines:
                why = []  # whether it is there, or complete, is what is not known
            why.append(UNSURE)
        if costs and least[0].level == "begun" and not least[0].arrived:
            costs[max(costs, key=lambda place: costs[place])] = 0  # see `marking.mark`
        steps = [
            self._follows(e, inherited[e.at])
            if e.at in inherited
            else self._said(e, kinds, costs, t)
            for e in certain.own
        ]
        steps += [self._said(e, kinds, costs, t)._replace(number="") for e in unclear]
        for c in dict.fromkeys(e.at[0] for e in certain.own):
            asked = c in clear or low.share < high.share
            left_out = gap(self.solution, c, t) if asked else None
            if left_out is not None:
                steps.append(self._gap(c, left_out, t, clear.get(c)))
        points = self._rounded(low.share * t.points), self._rounded(best * t.points)
        return ClaimMark(t.label, t.written, t.points, *points, tuple(why), tuple(steps))

    def _clear(self, t: Target) -> dict[int, bool]:
        """What the teacher said of beginnings that were worked out in the head."""
        if not self.grader.decisions:
            return {}
        gaps = {c: gap(self.solution, c, t) for c in self.solution.chains}
        said = {
            c: self.grader.decisions.get(self._gap_number(left_out, t), "")
            for c, left_out in gaps.items()
            if left_out is not None
        }
        return {c: verdict == "right" for c, verdict in said.items() if verdict}

    def _gap_number(self, left_out: tuple[Term, Term], t: Target) -> str:
        return number(self.grader.name, t.label, *map(latex, left_out))

    def _mark(self, found: Evidence, t: Target, costs: Mapping[Any, float]) -> Mark:
        return mark(found, t, self.grader.scheme, self._large(found), costs)

    def _large(self, found: Evidence) -> int:
        """How many lines are too large a step."""
        limit = self.grader.scheme.largest_step
        claims = [self._claim(e) for e in found.lines if e.verdict == "proved"] if limit else []
        return sum(size(claim) > limit for claim in claims if claim is not None)

    def _rounded(self, points: float) -> float:
        unit = self.grader.scheme.round
        return ceil(points / unit - 0.5 - 1e-9) * unit if unit else round(points, 2)

    def _unclear(self, n: int) -> list[Equation]:
        """What nobody judged, and may answer this claim, or this one among all components."""
        home, whole = self.solution.home, self.solution.whole(self.grader.targets[n])
        return [
            e
            for c, chain in self.solution.chains.items()
            if (home[c] in whole if c in home else self.solution.placed.get(c) in (None, n))
            for e in chain
            if e.verdict in OPEN or e.altered
        ]

    def _only_words(self, n: int) -> bool:
        """Words under the claim's label; under its exercise's, where that has no formula; or
        anywhere, where the author has only words for what the text tells."""
        t, own = self.grader.targets[n], self.grader.own
        spoken = t.told and t.level in ("", "nothing")
        silent = not self.solution.chains
        said_for = (own,) if len(self.grader.called) > 1 else (own, None)
        words = 0
        for segment in self.document.segments:
            if segment.kind == "prose":
                for start, text in self._parted(segment.span.start, segment.span.end):
                    place = at(self.places, start)
                    labelled = spoken or (silent and place.exercise in said_for)
                    if place.claim == n or (place.claim is None and labelled):
                        words += place.may_be(own, self.grader.called) * len(text.split())
        return words >= WORDS

    def _untold(self, n: int) -> bool:
        """Whether a formula that cannot be read stands where this claim may be answered."""
        spots = unread(self.document, self.grader.given)
        return any(self._may_answer(n, start) for start in spots)

    def _may_answer(self, n: int, start: int) -> bool:
        """Whether what stands there may answer this claim, by the headings."""
        place = at(self.places, start)
        return place.claim in (None, n) and place.may_be(self.grader.own, self.grader.called)

    def _parted(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """A stretch of the document, cut where another part begins."""
        cuts = [start, *(p.start for p in self.places if start < p.start < end), end]
        for a, b in pairwise(cuts):
            yield a, self.document.source[a:b]

    def _unseen(self, n: int) -> bool:
        """Whether the answer may stand where nobody looked: in a file that is no text, in another
        file, in a picture."""
        notes = self.document.notes
        if any(note.code in UNSEEN for note in notes):
            return True
        spots = [note.span.start for note in notes if note.code == "input"]
        spots += [m.start() for m in PICTURE.finditer(self.document.text)]
        return any(self._may_answer(n, start) for start in spots)

    # --- steps as text ---------------------------------------------------------------------

    def _step(self, e: Equation) -> StepResult:
        return self.result.chains[e.at[0]].steps[e.at[1]]

    def _claim(self, e: Equation) -> Claim | None:
        found = self._step(e)
        claims = self.reading.chains[e.at[0]].steps[e.at[1]].claims
        return claims[max(found.reading - 1, 0)] if claims else None

    def _said(
        self, e: Equation, kinds: Mapping[Any, Any], costs: Mapping[Any, float], t: Target
    ) -> StepMark:
        found, claim = self._step(e), self._claim(e)
        wrong = e.verdict == "refuted"
        asked = e.verdict in OPEN or bool(e.altered)
        hints = kinds.get(e.at, ())
        parts = (hints[0].part,) if hints else difference(claim) if wrong else ()
        said = f"it relies on: {e.altered}" if e.altered else found.message
        left, right = e.stands
        return StepMark(
            found.line,
            self.result.chains[e.at[0]].cell,
            self._shown(left, found.lhs.latex),
            e.op,
            self._shown(right, found.rhs.latex),
            "undecided" if e.altered else e.verdict,
            said if wrong or asked else "",
            parts,
            _point(found.counterexample, e.op) if wrong else "",
            tuple(d.name for d in hints),
            costs.get(e.at, 0) * t.points if wrong else 0,
            self.grader.step_number(e),
            self.once.of(group, claim) if wrong and claim is not None else "",
            picture=_picture(claim, found.counterexample) if wrong else None,
            typed=found.verdict == "unread",
        )

    def _readings(self, at: tuple[int, int]) -> Sequence[Claim]:
        return self.reading.chains[at[0]].steps[at[1]].claims

    def _follows(self, e: Equation, followed: Carried) -> StepMark:
        """A false step that is right work on the wrong result of another part."""
        found, (c, s) = self._step(e), followed.source
        step = followed.step
        return StepMark(
            found.line,
            self.result.chains[e.at[0]].cell,
            self._shown(step.left, found.lhs.latex),
            e.op,
            self._shown(step.right, found.rhs.latex),
            "carried",
            str(self.result.chains[c].steps[s].line),
        )

    def _shown(self, t: Term, written: str) -> str:
        return written if UNREAD in latex(t) else latex(t)

    def _gap(
        self, c: int, left_out: tuple[Term, Term], t: Target, clear: bool | None = None
    ) -> StepMark:
        """The step that a chain leaves out at its beginning, for the teacher; ``clear``: what was
        decided of it."""
        first = self.result.chains[c].steps[0]
        left, right = left_out
        return StepMark(
            first.line,
            self.result.chains[c].cell,
            latex(left),
            "=",
            latex(right),
            "undecided" if clear is None else "proved" if clear else "decided",
            "the chain begins here: is it clear that this is the left side of the claim?",
            number=self._gap_number(left_out, t),
        )


def _picture(claim: Claim | None, point: Counterexample | None) -> Curves | None:
    """Both sides around the point that refutes a step; a picture is a kindness, not a verdict."""
    if claim is None or point is None:
        return None
    try:
        return both_sides(claim, point)
    except (ArithmeticError, LookupError, RecursionError, ValueError, Exhausted, Misfit, Unknown):
        return None


def _point(point: Counterexample | None, op: str) -> str:
    """Where a step fails, with both sides there: "x = −11/4: 0.056 ≠ 0.063"."""
    if point is None:
        return ""
    if not point.values and not point.indices:  # between numbers, what is right would be the answer
        return entry_text(point.entry) if point.entry else ""
    parts = [
        f"{name} = {size}" for name, size in (*point.dimension.items(), *point.indices.items())
    ]
    parts += [f"{name} = {_value(value)}" for name, value in point.values.items()]
    between = " ≠ " if op == "=" else "; "
    sides = between.join(side.split(" ")[0].strip("[") for side in (point.lhs, point.rhs))
    return (f"{', '.join(parts)}: {sides}" if parts else sides).replace("-", "−")


def _value(value: Value) -> str:
    return f"({', '.join(map(_value, value))})" if isinstance(value, tuple) else str(value)
