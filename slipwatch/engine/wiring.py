"""The one place that builds real things: settings become ledger, connectors, transports and catalogues."""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from slipwatch.connector import Connector, Context
from slipwatch.engine.guard import Limits
from slipwatch.engine.links import Identities
from slipwatch.errors import ConfigError
from slipwatch.locales import Catalogue
from slipwatch.measures.workdays import Calendars
from slipwatch.model.portfolio import Portfolio
from slipwatch.registry import find_catalogues, find_connector, find_letters, find_transport
from slipwatch.settings import Settings, load_settings, resolve_secret
from slipwatch.store.ledger import Ledger

if TYPE_CHECKING:
    from slipwatch.alerts.transports import Transport
    from slipwatch.store.runs import Lease

Clock = Callable[[], datetime]
BlockResolver = Callable[[str], str]

PREFECT_FOLDER = "prefect"


def skip_pause(_seconds: float) -> None:
    """A replay's pause: its clock stands still, so there is nothing to wait for."""


def read_clock() -> datetime:
    """The only reading of the machine's clock below the command line: an aware UTC instant."""
    return datetime.fromtimestamp(time.time(), UTC)


@dataclass(kw_only=True)
class Programme:
    """Everything that a run needs. `now` is injected; `home` holds ledger, spool, drafts, mails and reports.

    `lease` is what a run holds while it lasts; without it, nothing that it concluded is written.
    """

    settings: Settings
    portfolio: Portfolio
    ledger: Ledger
    home: Path
    base: Path
    now: Clock
    environ: Mapping[str, str]
    sleep: Callable[[float], None] = time.sleep
    resolve_block: BlockResolver | None = None
    lease: Lease | None = None
    _seen_secrets: set[str] = field(default_factory=set, repr=False)

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.portfolio)

    @cached_property
    def identities(self) -> Identities:
        return Identities(self.settings.links.identities, self.portfolio)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(find_catalogues())

    @cached_property
    def letters(self) -> Catalogue:
        """The same texts, and German ones for what leaves to a supplier or a site."""
        return Catalogue(find_letters())

    @property
    def zone(self) -> ZoneInfo:
        """The programme's own time zone: it says what day it is."""
        return ZoneInfo(self.portfolio.time_zone)

    def limits(self, source: str) -> Limits:
        chosen = self.settings.sources[source]
        return Limits(
            drop_percent=chosen.guard.drop_percent,
            rise_percent=chosen.guard.rise_percent,
            rejects_percent=chosen.rejects_percent,
        )

    def resolve(self, reference: str) -> str:
        """The value behind a secret reference; remembered, so that it is masked wherever it might be printed."""
        value = resolve_secret(reference, self.environ, self.resolve_block)
        self._seen_secrets.add(value)
        return value

    def redact(self, text: str) -> str:
        """`text` without any secret that this run has resolved."""
        for secret in sorted(self._seen_secrets, key=len, reverse=True):
            if secret:
                text = text.replace(secret, "***")
        return text

    def pseudonymise(self, name: str) -> str:
        """A stable pseudonym of a person, keyed to this installation; the name itself where the PMO enabled names."""
        if not name or self.settings.programme.privacy.assignees == "keep":
            return name
        return "P-" + hmac.new(self._pepper, name.casefold().encode(), hashlib.sha256).hexdigest()[:8]

    @cached_property
    def _pepper(self) -> bytes:
        path = self.home / "pseudonym.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(os.urandom(32))
        return path.read_bytes()

    def context(self, source: str) -> Context:
        """What a connector of this source is lent."""
        return Context(
            source=source,
            resolve=self.resolve,
            now=self.now,
            sleep=self.sleep,
            home=self.home / "sources" / source,
            base=self.base,
            time_zone=self.portfolio.time_zone,
            pseudonymise=self.pseudonymise,
        )

    def open_connector(self, source: str) -> Connector:
        """Build the connector of a source, its options validated by its own model.

        Raises `ConfigError` with file and line for an option that the connector does not know or take.
        """
        chosen = self.settings.sources[source]
        connector = find_connector(chosen.type)
        options = self.settings.validate_at(connector.Options, chosen.options, "sources", source, "options")
        build: Callable[[Any, Context], Connector] = connector
        return build(options, self.context(source))

    def open_transport(self) -> Transport:
        """Build the transport that mails leave by. Raises `ConfigError` for wrong options or a missing secret."""
        mail = self.settings.programme.mail
        transport = find_transport(mail.transport)
        options = self.settings.validate_at(transport.Options, mail.options, "mail", "options")
        opened: Transport = transport(options, self.resolve, self.home)
        return opened

    def close(self) -> None:
        self.ledger.close()


def find_home(settings: Settings, folder: Path, environ: Mapping[str, str], home: Path | None) -> Path:
    """Folder of ledger, spool and reports: argument, then SLIPWATCH_HOME, then the configuration, then beside it."""
    chosen = home or environ.get("SLIPWATCH_HOME") or settings.programme.home
    path = Path(chosen).expanduser() if chosen else folder.resolve().parent / "slipwatch-home"
    return path if path.is_absolute() else (folder / path).resolve()


def open_programme(
    folder: Path,
    *,
    environ: Mapping[str, str],
    now: Clock = read_clock,
    home: Path | None = None,
    resolve_block: BlockResolver | None = None,
    sleep: Callable[[float], None] = time.sleep,
    create: bool = True,
) -> Programme:
    """Load the configuration of `folder` and open its ledger, made or migrated when `create` says so.

    Raises `ConfigError` (file, line, key, cure) and `LedgerError`.
    """
    if not folder.is_dir():
        raise ConfigError(
            "there is no such folder", subject=str(folder), cure="`slipwatch init` writes a configuration"
        )
    settings = load_settings(folder, environ)
    place = find_home(settings, folder, environ, home)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = find_ledger_url(settings, place, environ, resolve_block)
    return Programme(
        settings=settings,
        portfolio=settings.build_portfolio(),
        ledger=Ledger.open(url, create=create),
        home=place,
        base=folder,
        now=now,
        environ=environ,
        sleep=sleep,
        resolve_block=resolve_block,
    )


def find_ledger_url(
    settings: Settings, home: Path, environ: Mapping[str, str], resolve_block: BlockResolver | None = None
) -> str:
    """Where the ledger is: a file in `home`, or the URL that the configuration names. Raises `ConfigError`."""
    reference = settings.programme.ledger
    if reference == "sqlite":
        return f"sqlite:///{(home / 'ledger.db').as_posix()}"
    return resolve_secret(reference, environ, resolve_block)
