"""What tests of several files need."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A real scheduler with two workers, each a process of its own."""
    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    started = [
        subprocess.Popen(
            [*dask[:2], f"{dask[2]}.dask_scheduler", "--port", "0", "--no-dashboard", "--host",
             "127.0.0.1", "--scheduler-file", str(file)],
            **quiet,
        )
    ]  # fmt: skip
    for _ in range(200):
        if file.exists() and file.stat().st_size:
            break
        time.sleep(0.1)
    address = json.loads(file.read_text())["address"]
    for _ in range(2):
        started.append(
            subprocess.Popen(
                [*dask[:2], f"{dask[2]}.dask_worker", address, "--nthreads", "1", "--no-nanny",
                 "--no-dashboard", "--local-directory", str(tmp_path)],
                **quiet,
            )
        )  # fmt: skip
    yield address, started[1:]
    for process in started:
        process.kill()
        process.wait()
