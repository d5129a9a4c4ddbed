"""A verdict in words: plain text, Markdown for notebooks, markup for rich terminals.

No renderer is imported: rich takes a string with markup from ``__rich__``, Jupyter takes Markdown
from ``_repr_markdown_``.

Throughout: ``write`` turns a term into a formula of the kind wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from derive.term import Assumption, Term
from derive.term.text import name_text, text

if TYPE_CHECKING:
    from derive.prover.verdict import Value, Verdict

COLOURS = {"proved": "green", "refuted": "red", "undecided": "yellow"}
WORDS = {  # kind of an assumption -> what it says of its term
    "relation": "{}",
    "one-hot": "{} is one-hot",
    "distribution": "{} is a probability distribution",
    "symmetric": "{} is symmetric",
    "integer": "{} is an integer",
    "real": "{} is real",
    "function": "{} is differentiable",
    "varies": "{} may be anything",
}


def plain(verdict: Verdict) -> str:
    """One line for each thing the verdict says.

    >>> from derive.prover.verdict import Verdict, nonzero
    >>> from derive.term import Symbol
    >>> print(plain(Verdict("proved", needs=(nonzero(Symbol("x")),))))
    proved
    needs x ≠ 0
    """
    return "\n".join([verdict.status, *_lines(verdict, text)])


def markdown(verdict: Verdict) -> str:
    """For a notebook: the status in bold, formulas between dollar signs."""
    from derive.term.latex import latex

    lines = [f"**{verdict.status}**", *_lines(verdict, lambda t: f"${latex(t)}$")]
    return "  \n".join(lines)


def markup(verdict: Verdict) -> str:
    """For rich: the status in colour; what looks like markup in a formula is escaped."""
    colour = COLOURS[verdict.status]
    lines = (line.replace("[", r"\[") for line in _lines(verdict, text))
    return "\n".join([f"[bold {colour}]{verdict.status}[/]", *lines])


def assumption_words(assumption: Assumption, write: Callable[[Term], str] = text) -> str:
    return WORDS[assumption.kind].format(write(assumption.term))


def entry_text(entry: tuple[int, ...]) -> str:
    """Which entry of an array: ``entry (2, 3)``, of a vector ``entry 2``."""
    return f"entry {entry[0]}" if len(entry) == 1 else f"entry ({', '.join(map(str, entry))})"


def _lines(verdict: Verdict, write: Callable[[Term], str]) -> Iterator[str]:
    for need in verdict.needs:
        yield f"needs {assumption_words(need, write)}"
    for used in verdict.uses:
        yield f"uses {assumption_words(used, write)}"
    found = verdict.counterexample
    if found is not None:
        sizes: Mapping[str, Value | int] = {**found.dimension, **found.indices, **found.values}
        at = ", ".join(f"{name_text(name)} = {_value(v)}" for name, v in sizes.items())
        yield f"at {at}:" if at else "without any free name:"
        if found.entry:
            yield f"in {entry_text(found.entry)}:"
        yield f"left side  {found.lhs}"
        yield f"right side {found.rhs}"
    if verdict.reason:
        yield verdict.reason
    if verdict.residual is not None:
        yield f"left over: {write(verdict.residual)}"
    if verdict.evidence:
        yield verdict.evidence


def _value(value: Value | int) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_value, value))})"
    return str(value)
