"""What made a result: results that are kept are made anew by another version."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program() -> str:
    """The program and its version; without one in a source tree that is not installed."""
    try:
        return f"derive {version('derive-check')}"
    except PackageNotFoundError:
        return "derive"
