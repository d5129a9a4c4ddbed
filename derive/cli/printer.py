"""Pages as files of a format; each format's renderer is imported where it is used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.page import Page
    from derive.render.typst import Press

ENDINGS = {"latex": "tex", "markdown": "md", "html": "html", "pdf": "pdf", "latexmk": "pdf"}


class WriteError(Exception):
    """A file cannot be written, or something for its format is not installed."""


class Printer:
    """Renders pages; used with ``with``: the compiler of PDFs is started once, and its folder is
    removed at the end."""

    def __init__(self) -> None:
        self.press: Press | None = None

    def __enter__(self) -> Printer:
        return self

    def __exit__(self, *_: object) -> None:
        if self.press is not None:
            self.press.__exit__()

    @property
    def lacking(self) -> str:
        """Characters of the PDFs so far that no font has."""
        return "".join(sorted(self.press.lacking)) if self.press is not None else ""

    def rendered(self, page: Page, form: str) -> bytes:
        """The page as the content of a file.  Raises WriteError."""
        match form:
            case "pdf":
                return self._pdf(page)
            case "latexmk":
                from derive.render.latex.latexmk import NoLatex, pdf

                try:
                    return pdf(page)
                except NoLatex as error:
                    raise WriteError(str(error)) from None
            case "latex":
                from derive.render.latex import document as latex

                return latex(page).encode()
            case "html":
                from derive.render.html import document as html

                return html(page).encode()
            case _:
                from derive.render.markdown import document as markdown

                return markdown(page).encode()

    def _pdf(self, page: Page) -> bytes:
        from derive.render.typst import NoTypst, Press

        try:
            self.press = self.press or Press()
        except NoTypst as error:
            raise WriteError(str(error)) from None
        return self.press.pdf(page)


def write_files(files: dict[str, bytes]) -> None:
    """Writes each file as a whole: an interrupted run leaves no half of one.  Raises WriteError."""
    for path, data in files.items():
        try:
            os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
            with open(f"{path}.part", "wb") as out:
                out.write(data)
            os.replace(f"{path}.part", path)
        except OSError as error:
            raise WriteError(f"{path}: {(error.strerror or str(error)).lower()}") from None
