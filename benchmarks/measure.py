"""Runs a command in a process of its own and says what it took: time on the clock, and the most memory it held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1
"""getrusage counts peak memory in bytes on macOS, in KiB elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`seconds` on the clock, `peak_mb` of resident memory (MB of 1024 KiB), and what the process printed."""

    seconds: float
    peak_mb: float
    output: str

    def read_json(self) -> dict[str, Any]:
        """The last line that was printed, as JSON."""
        found: dict[str, Any] = json.loads(self.output.strip().splitlines()[-1])
        return found


def measure(command: Sequence[str | os.PathLike[str]], *, environ: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end. Raises `RuntimeError` with the end of its output when it fails.

    Output goes to a file, so that a full pipe never holds the command up. The peak is that of the process and of its
    own children, the largest one, as `wait4` tells it.
    """
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environ)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{text[-3000:]}")
    return Measured(seconds=seconds, peak_mb=usage.ru_maxrss * KIB_PER_UNIT / 1024, output=text)


def measure_module(name: str, *arguments: object, environ: Mapping[str, str] | None = None) -> Measured:
    """Run a module of this package as a program, with the Python that runs now."""
    return measure([sys.executable, "-m", name, *map(str, arguments)], environ=environ)
