"""A progress bar on standard error while a terminal watches; the one door to rich."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def watched(items: Sequence[T], names: Sequence[str], quiet: bool) -> Iterator[T]:
    """Yields ``items`` one by one; shows how far it is and the name of the one in work."""
    if quiet or len(items) < 4 or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(items))
        for item, name in zip(items, names, strict=True):
            progress.update(task, description=escape(name))
            yield item
            progress.advance(task)
