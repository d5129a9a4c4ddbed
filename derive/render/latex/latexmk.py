"""A page as PDF by LaTeX: latexmk in a folder of its own, where it is installed.

What is compiled comes from a page and is escaped; even so TeX runs no programs, reads no files
from elsewhere, and has a limit of time.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from tempfile import TemporaryDirectory

from derive.page import Page
from derive.render.latex import document

SECONDS = 60.0
MISSING = "latexmk is not installed; --pdf needs no TeX"
COMMAND = [
    "latexmk",
    "-norc",  # a latexmkrc may hold any program
    "-pdf",
    "-pdflatex=pdflatex -no-shell-escape -interaction=nonstopmode -halt-on-error %O %S",
    "-silent",
    "page.tex",
]
PARANOID = {"openin_any": "p", "openout_any": "p", "shell_escape": "f"}  # files below the folder


class NoLatex(Exception):
    """latexmk is not installed, takes too long or fails; the message says which."""


def pdf(page: Page, seconds: float = SECONDS) -> bytes:
    """The page as PDF.  Raises NoLatex."""
    if shutil.which(COMMAND[0]) is None:
        raise NoLatex(MISSING)
    with TemporaryDirectory() as folder:
        with open(f"{folder}/page.tex", "w", encoding="utf-8") as file:
            file.write(document(page))
        process = subprocess.Popen(
            COMMAND,
            cwd=folder,
            env={**os.environ, **PARANOID},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise NoLatex(f"latexmk took more than {seconds:g} s and was stopped") from None
        finally:
            if process.poll() is None:  # with pdflatex below it
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        try:
            with open(f"{folder}/page.pdf", "rb") as file:
                data = file.read()
        except FileNotFoundError:
            data = b""
        if code != 0 or not data:
            raise NoLatex(f"latexmk failed: {_complaint(f'{folder}/page.log')}")
        return data


def _complaint(log: str) -> str:
    """The first error in TeX's log."""
    try:
        with open(log, encoding="utf-8", errors="replace") as file:
            return next((line[2:].strip() for line in file if line.startswith("! ")), "no reason")
    except FileNotFoundError:
        return "there is no log"
