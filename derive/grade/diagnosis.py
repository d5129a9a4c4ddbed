"""Which mistake a false step was: the one place that asks."""

from __future__ import annotations

from typing import NamedTuple

from derive.explain.mistakes import diagnose, differing
from derive.prover.once import Once
from derive.term import Claim
from derive.term.latex import latex


class Diagnosis(NamedTuple):
    """``name``: of a row of the table of mistakes.  ``part``: LaTeX of where it was made."""

    name: str
    part: str = ""


def diagnoses(claim: Claim | None, once: Once) -> tuple[Diagnosis, ...]:
    """What may have gone wrong in the false step ``claim``, the most likely first."""
    found = once.of(diagnose, claim) if claim is not None else ()
    return tuple(Diagnosis(d.mistake.name, latex(d.part) if d.part else "") for d in found)


def difference(claim: Claim | None) -> tuple[str, str]:
    """LaTeX of the smallest parts in which the two sides differ, ("", "") where they differ in
    the whole."""
    found = differing(claim) if claim is not None else None
    return (latex(found[0]), latex(found[1])) if found else ("", "")
