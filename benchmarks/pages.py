"""Pages for the eye: the class work sheet and pictures in every format, as PNG.

    python benchmarks/pages.py FOLDER

Needs `pdftoppm` (poppler), and where they are installed `pdflatex` and `chromium` draw their
formats too.  Nothing is compared: look at the pictures.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

from derive.explain.pictures import curves
from derive.page import Figure, Page
from derive.render import html, latex, typst
from derive.sheet import load
from derive.sheet.pages import problems, solutions
from derive.term import Call, Derivative, Symbol

SHEET = Path(__file__).parent.parent / "examples" / "classwork.toml"
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--disable-background-networking"]  # fmt: skip
SIZES = {"desk": "900,3000", "phone": "500,3000"}


def gallery() -> Page:
    """Activation functions with their derivatives."""
    x = Symbol("x")
    figures = []
    for name in ("tanh", "sigma", "relu", "gelu"):
        f = Call(name, (x,))
        picture = curves("x", (f, Derivative(f, x)), Fraction(-4), Fraction(4))
        figures.append(Figure(picture, (f"{name} and its derivative",)))
    return Page("Activation functions", tuple(figures))


def draw(name: str, page: Page, folder: Path) -> None:
    """The page's PDF by typst, its PDF by LaTeX, its HTML, all as pictures."""
    (folder / f"{name}.pdf").write_bytes(typst.pdf(page))
    pages(folder, name, f"{name}-typst")
    (folder / f"{name}.html").write_text(html.document(page), encoding="utf-8")
    if shutil.which(CHROMIUM[0]):
        for size, window in SIZES.items():
            shot = f"--screenshot={folder}/{name}-{size}.png"
            run(
                [*CHROMIUM, f"--window-size={window}", shot, f"file://{folder}/{name}.html"], folder
            )
    (folder / f"{name}-latex.tex").write_text(latex.document(page), encoding="utf-8")
    if shutil.which("pdflatex"):
        run(["pdflatex", "-no-shell-escape", "-interaction=batchmode", f"{name}-latex.tex"], folder)
        pages(folder, f"{name}-latex", f"{name}-latex")


def pages(folder: Path, name: str, prefix: str) -> None:
    run(["pdftoppm", "-r", "70", "-png", f"{name}.pdf", prefix], folder)


def run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sheet = load(str(SHEET))
    draw("problems", problems(sheet), folder)
    draw("solutions", solutions(sheet), folder)
    draw("pictures", gallery(), folder)
    print(*sorted(path.name for path in folder.glob("*.png")), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "pages").resolve())
