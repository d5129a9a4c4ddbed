"""`derive new`: a file to start an exercise from."""

from __future__ import annotations

import os
import re

from derive.cli.say import fail


def new(name: str, folder: str | None) -> int:
    """Writes NAME.md with an exercise to write over; never over a file that is there."""
    from derive.sheet.template import TEMPLATE

    stem = os.path.basename(name).removesuffix(".md")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", stem):
        return fail(f"{stem!r} is no name for an exercise: letters, digits and hyphens")
    path = os.path.join(folder or os.path.dirname(name), f"{stem}.md")
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except FileExistsError:
        return fail(f"{path} is there already; nothing was changed")
    except OSError as error:
        return fail(f"{path}: {(error.strerror or str(error)).lower()}")
    print(f"{path}   write over it, then: derive check {path}")
    return 0
