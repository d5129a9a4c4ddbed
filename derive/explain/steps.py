"""Textbook steps: from one side of a claim to the other as a good teacher writes it.

Finding and judging are apart.  `derive.explain.search` rewrites both sides line by line (say what
names mean, differentiate, contract, cancel, use what is given) and joins them; the right side is
then read from below, so that its first line is the last: "definition of p".  Here the kernel
judges each line against the one before; what it does not prove is not printed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.explain.moves import Line
from derive.explain.proof import Proof, Step
from derive.explain.scope import Scope
from derive.explain.search import connect
from derive.term import Claim, Derivative, Given, Relation, Term

Judge = Callable[[Claim], bool]


def derive_steps(claim: Claim, detail: str = "normal", judge: Judge | None = None) -> Proof | None:
    """The lines from the left side of a true claim to its right side.

    ``detail``: "brief" (no lines for what a practised reader sees), "normal" or "full".  ``judge``
    says whether a line is proved (the kernel where none is given).  None where the claim is no
    relation, or where the kernel does not prove it.
    """
    judge = judge or proved
    match claim.relation:
        case Relation("=", left, right):
            scope = Scope(claim.given, left.body if isinstance(left, Derivative) else None)
            found = connect(left, right, scope, bridges=detail != "brief")
            lines, complete = _certified(left, found.lines, claim.given, judge)
            if lines is not None:
                steps = tuple(map(_step, lines))
                return Proof(claim, left, steps, complete=complete and found.complete)
    return None


def proved(claim: Claim) -> bool:
    """What the kernel says of one line."""
    from derive.prover.decide import decide  # floor 1 starts FLINT; rows and tests do not need it

    return decide(claim).status == "proved"


def _step(line: Line) -> Step:
    return Step(line.rule, line.because, line.term, line.assumes)


def _certified(
    start: Term, lines: Sequence[Line], given: Given, judge: Judge
) -> tuple[list[Line] | None, bool]:
    """The lines without those that the kernel did not prove; False: some are missing."""
    kept: list[Line] = []
    before = start
    for line in lines:
        if judge(Claim(Relation("=", before, line.term), given)):
            kept.append(line)
            before = line.term
    if before == lines[-1].term:
        return kept, len(kept) == len(lines)
    goal = lines[-1].term
    while kept:
        kept.pop()
        before = kept[-1].term if kept else start
        if judge(Claim(Relation("=", before, goal), given)):
            return [*kept, Line(goal, "simplify", ("simplify",))], False
    return None, False
