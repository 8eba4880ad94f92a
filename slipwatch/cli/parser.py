"""Builds the parser of the command line from the declarations. Imports nothing of the engine: `--help` is quick."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from slipwatch import __version__
from slipwatch.cli.commands import COMMANDS
from slipwatch.cli.declarations import EXIT_CODES, Argument, Command, offer, switch

SHARED = (
    offer("--config", help="folder of the configuration; SLIPWATCH_CONFIG, else config", metavar="FOLDER"),
    offer(
        "--home", help="folder of ledger, mails and reports; else SLIPWATCH_HOME or the configuration", metavar="FOLDER"
    ),
    switch("--debug", help="show where an error came from"),
)
"""Options that every command takes, before or after its name."""


class Formatter(argparse.HelpFormatter):
    """One width everywhere, so that the generated page does not depend on a terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=100)


def build_parser() -> argparse.ArgumentParser:
    """The parser of `slipwatch`. A parsed command carries its declaration as `command`."""
    parser = argparse.ArgumentParser(
        prog="slipwatch",
        description="Tells a PMO, before the committee does, that an ERP or supply-chain rollout is slipping.",
        epilog="exit codes: " + "; ".join(f"{code} {meaning.split(':')[0]}" for code, meaning in EXIT_CODES.items()),
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"slipwatch {__version__}")
    _add_arguments(parser, SHARED)
    _add_commands(parser, COMMANDS)
    return parser


def find_parser(parser: argparse.ArgumentParser, path: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command at a path of names, such as ("alerts", "list")."""
    for name in path:
        groups = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
        parser = next(groups).choices[name]
    return parser


def _add_commands(parser: argparse.ArgumentParser, commands: Sequence[Command]) -> None:
    group = parser.add_subparsers(metavar="COMMAND", title="commands", required=True)
    for command in commands:
        child = group.add_parser(
            command.name,
            help=command.summary,
            description=_describe(command),
            formatter_class=Formatter,
        )
        if command.commands:
            _add_commands(child, command.commands)
            continue
        _add_arguments(child, command.arguments)
        _add_arguments(child, SHARED, inherited=True)
        child.set_defaults(command=command)


def _describe(command: Command) -> str:
    sentence = command.summary[0].upper() + command.summary[1:] + "."
    return f"{sentence} {command.detail}".strip()


def _add_arguments(parser: argparse.ArgumentParser, arguments: Iterable[Argument], *, inherited: bool = False) -> None:
    """`inherited` options leave the value alone that stands before the command's name."""
    for argument in arguments:
        settings = {**argument.settings, "default": argparse.SUPPRESS} if inherited else argument.settings
        parser.add_argument(*argument.names, help=argument.help, **settings)
