"""How a command is declared: as data, from which the parser and its page in the docs are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Argument:
    """One positional argument or option. `settings` are those of argparse."""

    names: tuple[str, ...]
    help: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command, or a group of commands. `handler` is `module:function` below this package, imported when it is called.

    `exits` are the exit codes that it can end with beside 0 and 2.
    """

    name: str
    summary: str
    handler: str = ""
    detail: str = ""
    arguments: tuple[Argument, ...] = ()
    commands: tuple[Command, ...] = ()
    exits: tuple[int, ...] = ()


EXIT_CODES: Mapping[int, str] = {
    0: "done",
    1: "the command found something that needs a person: a check failed, a run is too old, nothing is called so",
    2: "wrong usage or configuration; nothing was read or sent",
    3: "a source failed in a run; the others were read and judged",
    4: "a message could not be delivered; it stays in the outbox",
    5: "the ledger refuses, or another run holds the lease",
}


def take(name: str, help: str, **settings: Any) -> Argument:
    """A positional argument."""
    return Argument((name,), help, settings)


def offer(*names: str, help: str, **settings: Any) -> Argument:
    """An option."""
    return Argument(names, help, settings)


def switch(*names: str, help: str) -> Argument:
    """An option without a value."""
    return Argument(names, help, {"action": "store_true"})


def do(
    name: str, summary: str, handler: str, *arguments: Argument, exits: tuple[int, ...] = (), detail: str = ""
) -> Command:
    """A command that does something."""
    return Command(name=name, summary=summary, handler=handler, arguments=arguments, exits=exits, detail=detail)


def group(name: str, summary: str, *commands: Command) -> Command:
    """A command that is followed by another."""
    return Command(name=name, summary=summary, commands=commands)


JSON = switch("--json", help="one JSON document instead of text")
AUTHOR = offer("--author", "--by", help="who decided; SLIPWATCH_AUTHOR in the environment by default", metavar="NAME")
REASON = offer("--reason", help="why, for whoever reads it in a year", metavar="TEXT", required=True)
ACT = (AUTHOR, REASON)
