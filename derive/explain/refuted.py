"""A claim that is not proved, for a page: what is claimed, where it fails, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator

from derive.explain.mistakes import diagnose
from derive.language import mistake, say, why
from derive.page import Block, Display, Emphasis, Formula, Note, Paragraph, Words
from derive.prover.display import told_apart
from derive.prover.verdict import Counterexample, Value, Verdict
from derive.term import Claim, term
from derive.term.latex import latex


def unproved(claim: Claim, verdict: Verdict, language: str = "en") -> Iterator[Block]:
    """The claim, then why it is false or why that is not known."""
    yield Paragraph((say(language, "It is claimed that"),))
    yield Display(latex(claim.relation))
    if verdict.counterexample is None:
        said = [why(language, w) for w in (verdict.reason, verdict.evidence) if w]
        undecided = say(language, "This was not decided: {why}.", why="; ".join(said))
        words = undecided if said else say(language, "This was not decided.")
        yield Note(verdict.status, (Paragraph((words,)),))
        return
    found = [Paragraph(_where(verdict.counterexample, language))]
    for diagnosis in diagnose(claim)[:1]:
        row = diagnosis.mistake
        name, sentence, _ = mistake(language, row.name, row.sentence, row.hint)
        title = Emphasis(name[:1].upper() + name[1:], strong=True)
        found.append(Paragraph((title, ". ", sentence)))
    yield Note("refuted", tuple(found))


def _where(point: Counterexample, language: str) -> Words:
    """ "At x = −11/4 the left side is −0.99 and the right side is −0.88." """
    left, right = told_apart(point.lhs, point.rhs)
    values = [
        f"{name} = {size}" for name, size in (*point.dimension.items(), *point.indices.items())
    ]
    values += [f"{name} = {value_latex(value)}" for name, value in point.values.items()]
    words: list[str | Formula] = [say(language, "This is false."), " "]
    if values:
        words += [say(language, "At"), " "]
        for n, value in enumerate(values):
            words += [", "] * (n > 0) + [Formula(value)]
        words.append(" ")
    if point.entry:
        entry = ", ".join(map(str, point.entry))
        words += [say(language, "in entry {entry}", entry=entry), " "]
    words.append(say(language, "the left side is {left} and the right side is {right}.",
                     left=left, right=right))  # fmt: skip
    return tuple(words)


def value_latex(value: Value) -> str:
    """An exact value; arrays in brackets.

    >>> from fractions import Fraction
    >>> print(value_latex((Fraction(-1, 2), Fraction(3))))
    \\left( -0.5, 3 \\right)
    """
    if isinstance(value, tuple):
        return rf"\left( {', '.join(map(value_latex, value))} \right)"
    return latex(term(value))
