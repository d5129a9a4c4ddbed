"""A progress bar on standard error while a terminal watches; the one door to rich."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def watched(items: Iterable[T], names: Sequence[str], quiet: bool) -> Iterator[T]:
    """Yields ``items`` one by one; shows how far it is and the name of the one in work."""
    if quiet or len(names) < 4 or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(names))
        rest = iter(items)
        for name in names:
            progress.update(task, description=escape(name))
            yield next(rest)
            progress.advance(task)
