"""The commands.  Starting one imports neither SymPy nor FLINT, and no renderer it does not use."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable

INTERRUPTED = 130  # as a shell says it of Ctrl-C
BROKEN_PIPE = 141  # as a shell says it of a reader that went away
DISK_FULL = 2
COLLECT = 50_000  # new objects between collections: at Python's 700 they take a tenth of a start


def main() -> None:
    """Runs ``derive`` with the arguments of the process and leaves with its exit code."""
    gc.set_threshold(COLLECT)
    names = sys.argv[2:]
    plain = sys.argv[1:2] == ["check"] and names and not any(n.startswith("-") for n in names)
    plain = plain and "_DERIVE_COMPLETE" not in os.environ
    if plain:
        # Names alone need no option parser: loading one would take half of the time.
        def body() -> int:
            from derive.cli.check import check

            return check(tuple(names))

    else:

        def body() -> int:
            from derive.cli.app import app

            app.main(prog_name="derive")
            return 0

    try:
        code = quietly(body)
        if plain:
            sys.stderr.flush()
            os._exit(code)  # nothing is left to do: to take everything apart costs 10 ms
        sys.exit(code)
    finally:
        gc.freeze()  # or the interpreter looks at everything once more for cycles: 10 ms


def quietly(body: Callable[[], int]) -> int:
    """The exit code of ``body``; Ctrl-C, a closed pipe, a full disk end it without a traceback."""
    try:
        code = body()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.ENOSPC):
            raise
        # Python would try to flush standard output once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            return BROKEN_PIPE
        print(f"derive: {error.strerror}", file=sys.stderr)
        return DISK_FULL
    return code
