"""One call of the command line: its arguments, its console, and the programme that it opens when it needs it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from slipwatch.cli.console import Console
from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


@dataclass(frozen=True, kw_only=True)
class Call:
    """`now` is None for the machine's clock, `stdin` for that of the process; tests give both."""

    arguments: Namespace
    console: Console
    environ: Mapping[str, str]
    now: Callable[[], datetime] | None = None
    stdin: TextIO | None = None

    def get(self, name: str) -> Any:
        """An argument by name; None where the command has none."""
        return getattr(self.arguments, name, None)

    @property
    def config(self) -> Path:
        """Folder of the configuration: --config, then SLIPWATCH_CONFIG, then `config` here."""
        return Path(self.get("config") or self.environ.get("SLIPWATCH_CONFIG") or "config")

    @property
    def home(self) -> Path | None:
        """Folder given by --home; relative to where the command is called."""
        return Path(self.get("home")).absolute() if self.get("home") else None

    @property
    def author(self) -> str:
        """Who decides: --author, then SLIPWATCH_AUTHOR. Raises `ConfigError` where nobody is named."""
        author = str(self.get("author") or self.environ.get("SLIPWATCH_AUTHOR") or "").strip()
        if not author:
            raise ConfigError("an act needs an author", cure="give --author, or set SLIPWATCH_AUTHOR")
        return author

    @property
    def is_interactive(self) -> bool:
        """Whether somebody can be asked."""
        return (self.stdin or sys.stdin).isatty()

    @contextmanager
    def open_programme(self) -> Iterator[Programme]:
        """The programme with its ledger, closed afterwards."""
        from slipwatch.engine.wiring import open_programme, read_clock

        programme = open_programme(self.config, environ=self.environ, now=self.now or read_clock, home=self.home)
        try:
            yield programme
        finally:
            programme.close()
