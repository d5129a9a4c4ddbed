"""The architecture as a test: floors import downwards only, each foreign package has one door.

Imports inside functions and under TYPE_CHECKING count like any other.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "derive"

# fmt: off
FLOORS = {
    "derive.term":         0,
    "derive.findings":     0,    # a table
    "derive.page":         0,    # values that renderers write
    "derive.language":     0,    # tables of words
    "derive.vocabulary":   0.5,  # a table of terms
    "derive.prover":       1,
    "derive.read":         2,
    "derive.sympy_border": 2,
    "derive.models":       2.5,  # the vocabulary, handed out through the border
    "derive.explain":      3,
    "derive.check":        4,
    "derive.grade":        5,
    "derive.sheet":        5,
    "derive.render":       6,
    "derive.batch":        6.5,  # its answers are JSON as the renderer writes it
    "derive.cli":          7,
    "derive.api":          7.5,  # what Python users call
    "derive.__main__":     8,
    "derive":              8,    # the Python API
}
DOORS = {  # a foreign package -> who may import it
    "sympy": ("derive.sympy_border", "derive.models"),
    "flint": ("derive.prover.flint",),
    "rich":  ("derive.render.terminal",),
    "click": ("derive.cli.app",),
    "typst": ("derive.render.typst",),
    "markdown_it": ("derive.page.markdown",),
    "distributed": ("derive.check.cluster",),
    "mdit_py_plugins": ("derive.page.markdown",),
}
# fmt: on


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def floor_name(module: str) -> str:
    """The longest prefix of ``module`` in the table."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in FLOORS and (prefix != "derive" or module == "derive"):
            return prefix
    return ""


def imported(path: Path, module: str) -> Iterator[str]:
    """Every module that ``path`` imports, wherever the import stands."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if _is_module(full) else base


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


ALL = list(modules())


def test_every_file_was_seen() -> None:
    assert len(ALL) == len(list(PACKAGE.rglob("*.py"))) >= 40


@pytest.mark.parametrize("module", [module for module, _ in ALL])
def test_every_module_stands_on_one_floor(module: str) -> None:
    assert floor_name(module), f"{module} is on no floor: give it one in FLOORS"


@pytest.mark.parametrize(("module", "path"), ALL, ids=[module for module, _ in ALL])
def test_imports_go_down(module: str, path: Path) -> None:
    own = floor_name(module)
    for name in imported(path, module):
        if name.split(".")[0] != "derive":
            continue
        other = floor_name(name)
        allowed = other == own or FLOORS[other] < FLOORS[own]
        assert allowed, f"{module} (floor {FLOORS[own]}) imports {name} (floor {FLOORS[other]})"


@pytest.mark.parametrize(("module", "path"), ALL, ids=[module for module, _ in ALL])
def test_foreign_packages_come_through_their_door(module: str, path: Path) -> None:
    for name in imported(path, module):
        top = name.split(".")[0]
        if top == "derive" or top in sys.stdlib_module_names:
            continue
        assert top in DOORS, f"{module} imports {top}, which has no door"
        assert module.startswith(DOORS[top]), f"{module} imports {name}, not its door"


def test_every_door_is_used() -> None:
    """A door that nothing uses is a dependency that nobody needs."""
    tops = {name.split(".")[0] for module, path in ALL for name in imported(path, module)}
    assert set(DOORS) <= tops


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import sympy.core", ["sympy.core"]),
        ("def f():\n    from derive.term import node", ["derive.term.node"]),
        ("from .node import Term", ["derive.term.node"]),
        ("from ..prover import decide", ["derive.prover.decide"]),
        ("if TYPE_CHECKING:\n    import flint", ["flint"]),
    ],
)
def test_imports_are_found(source: str, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "text.py"
    path.write_text(source)
    assert list(imported(path, "derive.term.text")) == expected


def test_prover_and_refuter_share_no_algebra() -> None:
    """What is proved is thrown at the refuter; that means little if both use the same code."""
    prover, refuter = "derive.prover.normal_form", "derive.prover.refuter"
    shared = [
        (module, name)
        for own, other in ((prover, refuter), (refuter, prover))
        for module, path in ALL
        if module.startswith(own)
        for name in imported(path, module)
        if name.startswith(other)
    ]
    assert shared == []
    assert sum(module.startswith((prover, refuter)) for module, _ in ALL) > 20
