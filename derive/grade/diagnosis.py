"""Which mistake a false step was: the one place that asks.

What the check found out by itself (`derive.check.hints`) has names here, so that a marking scheme
can say what each costs.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from derive.term import Claim

# fmt: off
HINTS = (  # the hint's beginning -> the mistake's name
    (re.compile(r"true with the opposite sign of"),      "sign of a summand"),
    (re.compile(r"true with the opposite sign"),         "sign"),
    (re.compile(r"holds only for"),                      "one index case"),
    (re.compile(r"true with (the|another) factor"),      "factor"),
    (re.compile(r"true with .* added"),                  "constant"),
    (re.compile(r"the next line equals the line before"), "slip"),
)
# fmt: on


class Diagnosis(NamedTuple):
    """``name`` of the mistake, a ``sentence`` for who made it, a ``hint`` that does not give the
    answer away."""

    name: str
    sentence: str = ""
    hint: str = ""


def diagnoses(claim: Claim | None, help: str) -> tuple[Diagnosis, ...]:
    """What may have gone wrong in the false step ``claim``, the most likely first.

    ``help``: what the check says would make it true.
    """
    found = (name for said in help.split("; ") for sign, name in HINTS if sign.match(said))
    return tuple(Diagnosis(name) for name in dict.fromkeys(found))
