"""Writing that misleads: an index bound and free, bound twice, bound and not used, brackets missing
after Σ."""

from __future__ import annotations

from collections.abc import Iterator

from derive.read.chains.model import Remark
from derive.term import (
    Add,
    BigOp,
    Delta,
    Indexed,
    Span,
    Symbol,
    Term,
    contains,
    free_names,
    subterms_of,
)

_BOUND_AND_FREE = "D301"
_BOUND_TWICE = "D302"
_BRACKETS = "D303"
_NOT_USED = "D305"


def remarks(t: Term, text: str) -> Iterator[Remark]:
    """The remarks on one side; ``text`` is what its spans count in."""
    sums = [s for s in subterms_of(t, BigOp) if s.span is not None]
    for s in sums:
        assert s.span is not None
        for inner in subterms_of(s.body, BigOp):
            if inner.index == s.index and inner.span not in (None, s.span):
                message = f"the index {s.index} is bound twice, one sum inside the other"
                yield Remark(_BOUND_TWICE, inner.span or s.span, message)
        others = _free_indices(s.body)
        if s.op == "sum" and others and s.index not in free_names(s.body):
            message = f"the sum is over {s.index}, but has only {', '.join(sorted(others))} in it"
            yield Remark(_NOT_USED, s.span, message)
        if _opens_without_bracket(s, text):
            message = f"brackets are missing: the sum over {s.index} is meant to cover what follows"
            yield Remark(_BRACKETS, s.span, message)
    free = _free_indices(t)
    seen: set[Span] = set()
    for s in sums:
        if s.index in free and s.span and s.span not in seen:
            seen.add(s.span)
            message = f"the index {s.index} is bound in this sum and free outside of it"
            yield Remark(_BOUND_AND_FREE, s.span, message)


def captured(left: Term, right: Term) -> Iterator[Remark]:
    """An index that is free on one side of an equation and bound by a sum on the other, where it
    is not free as well: dE/dw_k = sum_k .."""
    free = _free_indices(left) - _free_indices(right)
    for s in subterms_of(right, BigOp) if free else ():
        if s.op in ("sum", "prod") and s.index in free and s.span:
            message = f"the index {s.index} is free on the left side and bound in this sum"
            yield Remark(_BOUND_AND_FREE, s.span, message)
            return


def _free_indices(t: Term, bound: frozenset[str] = frozenset()) -> set[str]:
    """Letters that stand as indices outside of the sums that bind them."""
    if isinstance(t, Indexed):
        return {i.name for i in t.indices if isinstance(i, Symbol)} - bound
    if isinstance(t, Delta):
        return {i.name for i in (t.left, t.right) if isinstance(i, Symbol)} - bound
    if isinstance(t, BigOp):
        bound = bound | {t.index}
    found: set[str] = set()
    for s in t.below:
        if contains(s, Indexed, Delta):
            found |= _free_indices(s, bound)
    return found


def _opens_without_bracket(s: BigOp, text: str) -> bool:
    """Whether the sum covers several terms that no bracket holds together."""
    if not isinstance(s.body, Add) or s.body.span is None or s.op not in ("sum", "prod"):
        return False
    begin = text[s.body.span.start : s.body.span.start + 8].lstrip()
    first = s.body.terms[0].span
    if first is None or first.start < s.body.span.start:
        return False
    brackets = ("(", "[", "{", r"\left", r"\big", r"\Big", r"\{", r"\bigl", "|", r"\lbrace")
    return first.start == s.body.span.start and not begin.startswith(brackets)
