"""Maxima on the same claims, where it is installed: radcan and ratsimp of lhs - rhs."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

# What SymPy calls otherwise, and what only it has.
NAMES = {"Abs": "abs", "Max": "max", "Min": "min", "E": "%e", "pi": "%pi"}
BEYOND = re.compile(r"Piecewise|KroneckerDelta|Heaviside|Sum|Product|Derivative|sign|Ne\(|zoo|nan")
_ANSWER = re.compile(r"TIME\s+(\S+)\s+(true|false)")


def installed() -> str | None:
    return shutil.which("maxima")


def written(expression: Any) -> str:
    """A SymPy expression in Maxima's words, its names numbered.  ValueError where it has none."""
    import sympy

    atoms = sorted(
        expression.atoms(sympy.Symbol, sympy.Indexed) - _inside_indexed(expression), key=str
    )
    named = {atom: sympy.Symbol(f"v{n}", real=True) for n, atom in enumerate(atoms)}
    text = sympy.sstr(expression.xreplace(named))
    if found := BEYOND.search(text):
        raise ValueError(found[0])
    text = re.sub(r"[A-Za-z]+", lambda m: NAMES.get(m[0], m[0]), text)
    return text.replace("**", "^")


def _inside_indexed(expression: Any) -> set[Any]:
    import sympy

    parts = (x for x in expression.atoms(sympy.Indexed))
    return {s for x in parts for s in x.free_symbols if isinstance(s, sympy.Symbol)}


def simplified(gap: Any, limit: float) -> tuple[float, str]:
    """Milliseconds of Maxima's own processor time and whether it finds that the gap is 0."""
    program = installed()
    assert program is not None
    script = (
        f"display2d:false$ g:{written(gap)}$ t:elapsed_run_time()$ "
        "e:ratsimp(radcan(g))$ s:elapsed_run_time()-t$ "
        "if s<0.1 then (t:elapsed_run_time(), for k:1 thru 50 do ratsimp(radcan(g)), "
        "s:(elapsed_run_time()-t)/50)$ "  # its clock counts in 10 ms
        'print("TIME",float(s),is(e=0))$'
    )
    try:
        done = subprocess.run(
            [program, "--very-quiet", "--batch-string", script],
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return limit * 1000, "time limit"
    found = _ANSWER.search(done.stdout)
    if found is None:
        return 0.0, "not converted: no answer"
    return float(found[1]) * 1000, "equal" if found[2] == "true" else "not equal"
