"""Where exercises are: inside the installed package, in the source tree, or in a given folder."""

from __future__ import annotations

from pathlib import Path


class UnknownExercise(Exception):
    """No exercise of this name; ``close`` are names that look like it."""

    def __init__(self, name: str, close: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.close = name, close


def library_folder() -> Path:
    """The folder of the exercises that derive brings.

    A wheel carries them inside the package; a source tree (an editable install too) beside it.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "exercises"
    return inside if inside.is_dir() else package.parent / "exercises"


def exercise_files(folder: Path | None = None) -> tuple[Path, ...]:
    """The exercise files of a folder (the library's by default), by name."""
    return tuple(sorted((folder or library_folder()).glob("*.md")))


def find(name: str, folder: Path | None = None) -> Path:
    """The file of the exercise ``name``, or the file that ``name`` is the path of.

    Names are looked up in ``folder`` first, then in the library.  Raises UnknownExercise.
    """
    if name.endswith(".md") or "/" in name or "\\" in name:
        return Path(name)
    folders = ([folder] if folder else []) + [library_folder()]
    for place in folders:
        path = place / f"{name}.md"
        if path.is_file():
            return path
    from difflib import get_close_matches

    names = {path.stem for place in folders for path in exercise_files(place)}
    close = get_close_matches(name, names, 3) or sorted(n for n in names if name and name in n)[:3]
    raise UnknownExercise(name, tuple(close))
