"""Checks derivations as people write them.

    >>> import derive
    >>> derive.prove(r"\\tanh(x)", r"2\\sigma(2x) - 1").status
    'proved'

``prove`` decides a claim, ``check`` an exercise, ``solve`` shows the steps, ``models`` hands out
the functions of machine learning as SymPy expressions.  ``import derive`` imports nothing heavy:
each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive import models
    from derive.api import check, prove, solve
    from derive.check.report import Report
    from derive.explain.proof import Proof
    from derive.prover.verdict import Counterexample, Verdict

_HOME = {  # public name -> the module that has it
    "prove": "derive.api",
    "check": "derive.check",
    "solve": "derive.api",
    "Counterexample": "derive.prover.verdict",
    "Proof": "derive.explain.proof",
    "Report": "derive.check.report",
    "Verdict": "derive.prover.verdict",
}

__all__ = [
    "Counterexample",
    "Proof",
    "Report",
    "Verdict",
    "check",
    "models",
    "prove",
    "solve",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("derive-check")
        except PackageNotFoundError:
            return "0+source"  # a source tree that is not installed
    if name == "models":
        return import_module("derive.models")
    if name not in _HOME:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
