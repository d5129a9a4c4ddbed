"""What an explanation is: lines, each with its reason, from one side of a claim to the other.

Data without algorithms; the renderers print it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from derive.term import Claim, Term
from derive.term.text import text

Reason: TypeAlias = tuple[str | Term, ...]  # words and formulas in reading order
Detail: TypeAlias = Literal["brief", "normal", "full"]


def spoken(reason: Reason, write: Callable[[Term], str] = text) -> str:
    """The reason as one string, its formulas written by ``write``."""
    return "".join(part if isinstance(part, str) else write(part) for part in reason)


class Step(NamedTuple):
    """One line: ``relation term``, because of ``because``.

    ``rule``: the permanent name of the row of the table (several merged moves: joined by "+").
    ``assumes``: the line rests on something that is given (one-hot, i = j, a sum that is 1).
    """

    rule: str
    because: Reason
    term: Term
    assumes: bool = False
    relation: str = "="

    @property
    def reason(self) -> str:
        """The reason in Unicode; a renderer of another kind writes ``because`` itself."""
        return spoken(self.because)


class Proof(NamedTuple):
    """A derivation of ``claim``: ``start`` and then one line a step, the last is the right side.

    ``opening``: what is said before these lines.
    ``case``: the condition under which these lines hold, where the proof is one case of several.
    ``before``: derivations that come first (what Z is).  ``parts``: one proof a case or a
    component; where there are steps beside them, they combine the parts.  ``complete``: every
    line is one textbook move; False where a line had to say "simplify".
    """

    claim: Claim
    start: Term
    steps: tuple[Step, ...]
    case: Term | None = None
    before: tuple[Proof, ...] = ()
    parts: tuple[Proof, ...] = ()
    complete: bool = True
    opening: Reason = ()

    def __str__(self) -> str:
        """One line a step, its reason behind it; the whole of what a Python prompt should show."""
        return "\n".join(_lines(self))

    def __rich__(self) -> str:
        """What rich prints; a formula's brackets are no markup."""
        return str(self).replace("[", r"\[")

    def latex(self) -> str:
        """The derivation as LaTeX (amsmath's align), with its cases and what comes first."""
        from derive.explain.align import proof_latex

        return proof_latex(self)

    def _repr_markdown_(self) -> str:
        """For a notebook, which shows the same environments."""
        return self.latex()


def _lines(proof: Proof) -> Iterator[str]:
    for first in proof.before:
        yield f"{spoken(first.opening) or 'First'}:"
        yield from _lines(first)
    for part in proof.parts:
        if part.case is not None:
            yield f"{text(part.case)}:"
        yield from _lines(part)
    if proof.steps:
        yield text(proof.start)
        yield from (
            f"  {step.relation} {text(step.term)}   ({step.reason})" for step in proof.steps
        )
