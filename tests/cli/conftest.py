"""Calls the command line inside the test, with its own environment and captured streams."""

import io
from dataclasses import dataclass

import pytest

from slipwatch.cli import run_command


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@dataclass
class Ended:
    code: int
    out: str
    err: str


def run_in_process(*argv, environ=None, tty=False, now=None, typed=None):
    """Exit code, output and errors of one call. `typed` are the lines that somebody at a terminal enters."""
    stream = Terminal if tty else io.StringIO
    out, err = stream(), stream()
    try:
        stdin = Terminal("".join(f"{line}\n" for line in typed)) if typed is not None else io.StringIO()
        code = run_command(list(map(str, argv)), out=out, err=err, environ=environ or {}, now=now, stdin=stdin)
    except SystemExit as ended:
        code = ended.code
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture
def call():
    """`call("alerts", "list", environ={...}, tty=True)` gives exit code, output and errors."""
    return run_in_process
