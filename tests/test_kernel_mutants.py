"""The fuzzer notices faults planted in the kernel: a test of the tests.

The whole score, over all families of claims, is ``python benchmarks/mutation.py``.
"""

from __future__ import annotations

from functools import cache

import pytest
from claims import FAMILIES, Case, case
from mutation import FAULTS, Fault, caught, healthy, planted
from soundness import judged

CLAIMS = 120  # of one family


@cache
def slice_of(family: str) -> tuple[tuple[Case, ...], tuple[bool, ...]]:
    cases = tuple(case(family, seed) for seed in range(CLAIMS))
    return cases, tuple(healthy(cases))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.title for fault in FAULTS])
def test_planted_fault_is_noticed(fault: Fault) -> None:
    cases, proved = slice_of(fault.family)
    assert caught(fault, cases, proved)


def test_planted_fault_is_taken_out_again() -> None:
    real = getattr(FAULTS[0].owner, FAULTS[0].name)
    with planted(FAULTS[0]):
        assert getattr(FAULTS[0].owner, FAULTS[0].name) is not real
    assert getattr(FAULTS[0].owner, FAULTS[0].name) is real


@pytest.mark.parametrize("family", FAMILIES)
def test_no_contradiction(family: str) -> None:
    """A slice of the fuzzer: no verdict is contradicted, most claims get one."""
    outcomes = [judged(case(family, 10_000 + seed)) for seed in range(40)]
    assert [o for o in outcomes if o.fault or o.lost] == []
    assert sum(o.status in ("undecided", "none") for o in outcomes) < 20
    assert sum(o.effective for o in outcomes) >= 4
