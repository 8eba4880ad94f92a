"""What you bring to the conformance suite: your connector, its options and, for HTTP, the double of its system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slipwatch.connector import Connector, Context, StreamInfo
from slipwatch.errors import ConfigError
from slipwatch.model.records import Batch, Record
from slipwatch.testing.clock import Clock
from slipwatch.testing.fault_server import FaultServer, Request


def allow_reading(request: Request) -> bool:
    """The requests that a connector may make where nothing else is said."""
    return request.method in ("GET", "HEAD")


@dataclass(kw_only=True)
class Harness:
    """One connector with a source that holds at least one record of each stream.

    `options` are as somebody writes them; `secrets` the values behind their references. `server` serves the double of
    an HTTP source, which must refuse other values than those of `secrets`; `may_ask` tells which requests only read.
    `may_be_empty` names streams without a record. `now` is the instant at which the source is read.
    """

    connector: type[Connector]
    options: Mapping[str, Any]
    folder: Path
    secrets: Mapping[str, str] = field(default_factory=dict)
    server: FaultServer | None = None
    may_ask: Callable[[Request], bool] = allow_reading
    may_be_empty: frozenset[str] = frozenset()
    now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        self.clock = Clock(self.now)

    def open(self, *, options: Mapping[str, Any] | None = None, secrets: Mapping[str, str] | None = None) -> Connector:
        """The connector, as the engine builds it."""
        known = self.secrets if secrets is None else secrets
        valid = self.connector.Options.model_validate({**self.options, **(options or {})})
        build: Callable[[Any, Context], Connector] = self.connector
        return build(valid, self.build_context(known))

    def build_context(self, secrets: Mapping[str, str]) -> Context:
        """What the engine lends, with a clock that moves only when somebody sleeps."""

        def resolve(reference: str) -> str:
            if reference not in secrets:
                raise ConfigError("the secret is missing", subject=reference)
            return secrets[reference]

        return Context(
            source="TEST",
            resolve=resolve,
            now=self.clock.now,
            sleep=self.clock.sleep,
            home=self.folder / "home",
            base=self.folder,
            time_zone=self.time_zone,
        )

    @contextmanager
    def opened(self, *, secrets: Mapping[str, str] | None = None) -> Iterator[Connector]:
        """A connector that is closed at the end of the block."""
        connector = self.open(secrets=secrets)
        try:
            yield connector
        finally:
            connector.close()

    def discover(self) -> tuple[StreamInfo, ...]:
        """The streams that the connector offers with these options."""
        with self.opened() as connector:
            return connector.discover()

    def read(self, stream: str, *, cursor: str | None = None) -> list[Batch]:
        """Every batch of the windows that come next, with a connector of its own."""
        with self.opened() as connector:
            return [batch for window in connector.plan(stream, cursor) for batch in connector.read(window)]


def collect_records(batches: Iterable[Batch]) -> dict[str, Record]:
    """The records of a read by their source id."""
    return {record.source_id: record for batch in batches for record in batch.records}


def is_proven(batches: Iterable[Batch]) -> bool:
    """Whether a read ended with a proof that it is complete: what the engine asks before it merges anything."""
    last = [batch.completeness for batch in batches][-1:]
    return bool(last) and last[0] is not None and last[0].proven
