"""Messages on standard error."""

from __future__ import annotations

import sys


def fail(message: str) -> int:
    """Prints ``derive: message`` and gives the exit code for "could not run"."""
    from derive.render.terminal import show

    show([(("derive: ", "bad"), (message, ""))], sys.stderr)
    return 2
