"""Arrays entry by entry: the lines of all entries side by side, and one reason for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.explain.moves import Line
from derive.explain.numbers import with_numbers
from derive.explain.proof import Reason
from derive.explain.scope import Scope
from derive.explain.search import Found, until
from derive.explain.tidy import rational, tidy
from derive.term import Claim, Indexed, Matrix, Mul, Relation, Symbol, Term

MOST_ENTRIES = 64  # of an array that is worked out entry by entry


def side_by_side(
    whole: Term, chains: Sequence[Sequence[Line]], columns: int, scope: Scope
) -> list[Line]:
    """One line for each step of the entries, the last is the right side of the claim.

    ``whole``: the left side as it is written; ``chains``: each entry's lines from its left side on.
    """

    def matrix(terms: Sequence[Term]) -> Matrix:
        rows = range(0, len(terms), columns)
        return Matrix(tuple(tuple(terms[k : k + columns]) for k in rows))

    lines = list[Line]()
    longest = max(map(len, chains))
    for n in range(longest):
        row = [chain[min(n, len(chain) - 1)] for chain in chains]
        said = max(row, key=lambda line: len(line.because))
        because = shared_reason([line.because for line in row], said.because)
        if n == 0:
            because = ("row times column",) if isinstance(whole, Mul) else ("entry by entry",)
        terms = [tidy(line.term) for line in row]
        put = [t for t in (with_numbers(line.term, scope) for line in row) if t is not None]
        if "write-out" in said.rule and len(put) == len(row) and n < longest - 1:
            lines.append(Line(matrix(terms), said.rule, because))
            lines.append(Line(matrix(put), "numbers", ("put the numbers in",)))
            last = [tidy(chain[-1].term) for chain in chains]
            return [*lines, Line(matrix(last), "entries", ("calculate",))]
        if matrix(terms) != whole:
            lines.append(Line(matrix(terms), said.rule or "entries", because))
    return lines


def shared_reason(reasons: Sequence[Reason], longest: Reason) -> Reason:
    """definition of s₁₁, definition of s₁₂, .. is the definition of s."""
    alike = [reason for reason in reasons if len(reason) == len(longest)]
    parts = list[str | Term]()
    for k, part in enumerate(longest):
        there = {reason[k] for reason in alike}
        names = {s.name for s in there if isinstance(s, Indexed)}
        if len(there) > 1 and len(names) == 1 and all(isinstance(s, Indexed) for s in there):
            parts.append(Symbol(names.pop()))
        else:
            parts.append(part)
    return tuple(parts)


def worked_with_numbers(
    entries: Sequence[Claim], scope_of: Callable[[Claim], Scope]
) -> list[Found]:
    """Where each entry is a sum whose names are numbers, the lines up to that sum: what comes
    after it is calculated.  Nothing where some entry is not."""
    found = list[Found]()
    for entry in entries:
        scope, relation = scope_of(entry), entry.relation
        if not isinstance(relation, Relation) or rational(relation.right) is None:
            return []
        lines = until("write-out", relation.left, relation.right, scope)
        if lines is None or with_numbers(lines[-1].term, scope) is None:
            return []
        found.append(Found([*lines, Line(relation.right)], True))
    return found
