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
    "positive definite": "{} is positive definite",
    "integer": "{} is an integer",
    "natural": "{} is a natural number",
    "complex": "{} is complex",
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


def told_apart(lhs: str, rhs: str) -> tuple[str, str]:
    """Two decimal enclosures, cut to the digits that matter.

    >>> told_apart("0.33333333333333333333 +/- 1e-20", "0.33343333333333333333 +/- 1e-20")
    ('0.3333333333…', '0.3334333333…')
    >>> told_apart("+/- 4.2e-16", "1.96224 +/- 4.17e-7")
    ('0', '1.96224')
    >>> told_apart("2.000000000000000000000000", "2.000000000000000000000000")  # not 2 < 2
    ('2.0000000000…', '2.0000000000…')
    """
    left, right = _middle(lhs), _middle(rhs)
    same = 0
    if left == right:  # no digit tells them apart
        return _cut(left, 12), _cut(right, 12)
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    digits = max(12, same + 4)
    return _cut(left, digits), _cut(right, digits)


def _middle(enclosure: str) -> str:
    middle = enclosure.strip("[]").partition(" ")[0]
    if middle == "+/-":  # of an enclosure around 0 its radius alone
        return "0"
    return "−" + middle[1:] if middle.startswith("-") else middle


def _cut(number: str, digits: int) -> str:
    mantissa, e, exponent = number.partition("e")
    if len(mantissa) > digits and "." in mantissa[:digits]:
        mantissa = mantissa[:digits] + "…"
    return mantissa + e + exponent
