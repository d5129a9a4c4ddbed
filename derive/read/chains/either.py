r"""Several values of one name: x = 2 or x = 3, x = 1 \pm 2."""

from __future__ import annotations

from collections.abc import Sequence

from derive.read.chains.understand import Read, first_relation
from derive.read.chains.variables import is_number
from derive.term import Mul, Relation, term

_OTHERS = ("or", r"\pm")


def either(read: Sequence[Read], r: Read) -> Relation | None:
    """The one relation that "x = 2 or x = 3" is, (x - 2)(x - 3) = 0, where ``r`` is one of its
    equations; None for all else."""
    first = last = r.number
    while read[first].joint in _OTHERS:
        first -= 1
    while last + 1 < len(read) and read[last + 1].joint in _OTHERS:
        last += 1
    values = [first_relation(one) for one in read[first : last + 1]] if first < last else []
    found = [v for v in values if v is not None and v.op == "="]
    signed = any(one.joint == r"\pm" for one in read[first : last + 1])
    if not signed and not all(is_number(v.right) for v in found):
        return None  # or equivalently
    if not found or len(found) < len(values) or len({v.left for v in found}) > 1:
        return None
    product = Mul(tuple(v.left - v.right for v in found))
    return Relation("=", product, term(0), span=found[0].span)
