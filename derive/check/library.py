"""Where exercises are: inside the installed package, in the source tree, or in a given folder.

Paths are text here: pathlib takes as long to import as a short exercise takes to check.
"""

from __future__ import annotations

import os


class UnknownExercise(Exception):
    """No exercise of this name; ``close`` are names that look like it."""

    def __init__(self, name: str, close: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name, self.close = name, close


def library_folder() -> str:
    """The folder of the exercises that derive brings.

    A wheel carries them inside the package; a source tree (an editable install too) beside it.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "exercises")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "exercises")


def exercise_files(folder: str | None = None) -> tuple[str, ...]:
    """The exercise files of a folder (the library's by default), by name."""
    folder = folder or library_folder()
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return tuple(os.path.join(folder, name) for name in sorted(names) if name.endswith(".md"))


def name_of(path: str) -> str:
    """
    >>> name_of("exercises/tanh-derivative.md")
    'tanh-derivative'
    """
    return os.path.splitext(os.path.basename(path))[0]


def find(name: str, folder: str | None = None) -> str:
    """The file of the exercise ``name``, or the file that ``name`` is the path of.

    Names are looked up in ``folder`` first, then in the library.  Raises UnknownExercise.
    """
    if name.endswith(".md") or "/" in name or "\\" in name:
        return name
    folders = ([folder] if folder else []) + [library_folder()]
    for place in folders:
        path = os.path.join(place, f"{name}.md")
        if os.path.isfile(path):
            return path
    from difflib import get_close_matches

    names = {name_of(path) for place in folders for path in exercise_files(place)}
    close = get_close_matches(name, names, 3) or sorted(n for n in names if name and name in n)[:3]
    raise UnknownExercise(name, tuple(close))
