"""Nothing in derive runs text as code: input is hostile."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "derive"
FILES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify"}
FORBIDDEN_ATTRIBUTES = FORBIDDEN_NAMES - {"compile"}  # re.compile is another thing
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "code", "sympy.parsing", "subprocess", "ctypes"}
ALLOWED = {  # a file, and what it may do because no text of a claim becomes a command there
    "check/cluster.py": ["subprocess"],  # starts derive itself; what is checked is its input
    "render/latex/latexmk.py": ["subprocess"],  # one command without a word of a page in it
}


def offences(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) if name in FORBIDDEN_NAMES:
                found.append(name)
            case ast.Attribute(attr=name) if name in FORBIDDEN_ATTRIBUTES:
                found.append(name)
            case ast.Import(names=names):
                found += [n.name for n in names if _forbidden(n.name)]
            case ast.ImportFrom(module=module, names=names):
                full = [f"{module}.{n.name}" for n in names]
                found += [n for n in full if _forbidden(n)]
                found += [n.name for n in names if n.name in FORBIDDEN_ATTRIBUTES]
    return found


def _forbidden(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in FORBIDDEN_MODULES)


def test_files_were_seen() -> None:
    assert len(FILES) >= 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_text_is_run(path: Path) -> None:
    allowed = ALLOWED.get(path.relative_to(PACKAGE).as_posix(), [])
    assert offences(path.read_text(encoding="utf-8")) == allowed


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "exec(x)",
        "import pickle",
        "from pickle import loads",
        "from sympy import sympify",
        "import sympy\nsympy.parse_expr('x')",
        "from sympy.parsing.latex import parse_latex",
        "compile(x, '', 'eval')",
        "f = eval",
    ],
)
def test_what_is_forbidden_is_found(source: str) -> None:
    assert offences(source)


def test_what_is_allowed_is_not_found() -> None:
    assert offences("import re\nre.compile('x')\nx.evaluate()") == []
