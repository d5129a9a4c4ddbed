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


def counted(items: Iterable[T], total: int | None, quiet: bool) -> Iterator[T]:
    """Yields ``items`` one by one; shows how many of ``total`` (None: nobody knows) there were and
    the time that is left."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        for item in items:
            yield item
            progress.advance(task)
