"""Notebooks: JSON whose cells hold Markdown, LaTeX or code.  Nothing in them is run."""

from __future__ import annotations

import json
from typing import NamedTuple

_LATEX_MAGIC = ("%%latex", "%%Latex", "%%LaTeX")


class NotebookCell(NamedTuple):
    """``language`` is "md", "tex" or "code"; ``source`` as one string."""

    number: int
    language: str
    source: str


class NotebookError(Exception):
    """This is not a notebook; the message says why."""


def read_cells(text: str) -> tuple[list[NotebookCell], list[str]]:
    """The cells of a notebook, and what is wrong with single ones.

    Raises NotebookError where the JSON is broken or has no cells.
    """
    try:  # no number is of use here, and one of a million digits takes long to read
        content = json.loads(text, parse_int=_no_number, parse_float=_no_number, strict=False)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotebookError(f"this is no notebook: JSON breaks off at {where}") from error
    except RecursionError as error:
        raise NotebookError("this is no notebook: JSON nested too deeply") from error
    cells = _cells(content)
    if cells is None:
        raise NotebookError("this is no notebook: it has no list of cells")
    found: list[NotebookCell] = []
    wrong: list[str] = []
    for number, cell in enumerate(cells, 1):
        source = _source(cell)
        if source is None:
            wrong.append(f"cell {number} has no source that is text")
            continue
        found.append(NotebookCell(number, _language(cell, source), source))
    return found, wrong


def _no_number(_: str) -> None:
    return None


def _cells(content: object) -> list[object] | None:
    if not isinstance(content, dict):
        return None
    cells = content.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = content.get("worksheets")  # before version 4
    if not isinstance(sheets, list):
        return None
    inner: list[object] = []
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            inner.extend(sheet["cells"])
    return inner


def _source(cell: object) -> str | None:
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", cell.get("input"))
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


def _language(cell: object, source: str) -> str:
    if not isinstance(cell, dict):
        return "code"
    kind = cell.get("cell_type")
    if kind in ("markdown", "heading"):
        return "md"
    if kind == "raw":
        metadata = cell.get("metadata")
        said = ""
        if isinstance(metadata, dict):
            said = str(metadata.get("raw_mimetype", metadata.get("format", "")))
        return {"text/latex": "tex", "text/markdown": "md"}.get(said, "md")
    return "tex" if source.lstrip().startswith(_LATEX_MAGIC) else "code"
