"""The command line. The engine is imported by the command that needs it; Prefect by none."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TextIO

from slipwatch.cli.call import Call
from slipwatch.cli.console import Console
from slipwatch.cli.parser import build_parser
from slipwatch.errors import ConfigError, DeliveryError, LeaseError, LedgerError, SlipwatchError, SourceError

EXIT_BY_ERROR: tuple[tuple[type[SlipwatchError], int], ...] = (
    (ConfigError, 2),
    (SourceError, 3),
    (DeliveryError, 4),
    (LedgerError, 5),
    (LeaseError, 5),
)
INTERRUPTED = 130

Handler = Callable[[Call], int | None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command with the arguments and environment of this process. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows a question mark
    try:
        return run_command(argv, out=sys.stdout, err=sys.stderr, environ=os.environ)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: no second complaint at exit
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def run_command(
    argv: Sequence[str] | None, *, out: TextIO, err: TextIO, environ: Mapping[str, str], **injected: object
) -> int:
    """Run one command. An error of the product is one line with its cure; `--debug` lets it through."""
    arguments = build_parser().parse_args(argv)
    call = Call(arguments=arguments, console=Console(out, err), environ=environ, **injected)  # type: ignore[arg-type]  # — a clock
    try:
        return find_handler(arguments.command.handler)(call) or 0
    except SlipwatchError as error:
        if arguments.debug:
            raise
        call.console.note(explain_error(error))
        return choose_exit(error)


def find_handler(name: str) -> Handler:
    """The function behind `module:function` of a declaration."""
    module, _, function = name.partition(":")
    handler: Handler = getattr(import_module(f"slipwatch.cli.{module}"), function)
    return handler


def explain_error(error: SlipwatchError) -> str:
    """What is wrong and the cure; every problem of a configuration on a line of its own."""
    if isinstance(error, ConfigError):
        from slipwatch.settings.problems import explain

        return explain(error)
    return str(error)


def choose_exit(error: SlipwatchError) -> int:
    """The documented exit code for an error."""
    return next((code for kind, code in EXIT_BY_ERROR if isinstance(error, kind)), 1)
