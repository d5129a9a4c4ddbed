"""What a weight matrix looks like: how many entries are zero, which entries are shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from derive.check.report import ClaimResult
from derive.term import Matrix, Number, Term, subterms
from derive.term.text import text

MOST_NAMED = 12  # different entries that are worth naming one by one


def sparsity(claims: tuple[ClaimResult, ...]) -> Iterator[str]:
    """One sentence a claim that holds a matrix with several columns and zeros."""
    for claim in claims:
        relation = claim.claim.relation if claim.claim else None
        for t in subterms(relation) if relation is not None else ():
            if isinstance(t, Matrix) and len(t.rows) > 1 and len(t.rows[0]) > 1:
                yield matrix_note(t)
                break


def matrix_note(matrix: Matrix) -> str:
    """
    >>> from derive.term import Symbol, term
    >>> f, zero = Symbol("f"), term(0)
    >>> print(matrix_note(Matrix(((f, zero, zero), (zero, f, zero)))))
    The 2×3 matrix has 6 entries: 4 are zero, the other 2 are one number: f (2 times).
    """
    entries = [entry for row in matrix.rows for entry in row]
    filled = [entry for entry in entries if not _is_zero(entry)]
    shared = Counter(map(text, filled))
    size = f"The {len(matrix.rows)}×{len(matrix.rows[0])} matrix has {len(entries)} entries"
    zeros = f"{len(entries) - len(filled)} are zero"
    many = f"{len(shared)} numbers" if len(shared) != 1 else "one number"
    named = ", ".join(f"{entry} ({n} times)" for entry, n in shared.items())
    tail = f": {named}" if len(shared) <= MOST_NAMED else ""
    return f"{size}: {zeros}, the other {len(filled)} are {many}{tail}."


def _is_zero(t: Term) -> bool:
    return isinstance(t, Number) and t.value == 0
