"""Views and tables of any database that SQLAlchemy has a driver for, read and never written.

A stream is a view that the other side keeps for us: its columns are the contract. Each read is one transaction; where
the database can, what it lists and what it counts are of the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator
from sqlalchemy import URL, Engine

from connectors.sql_view.client import OpenView
from connectors.sql_view.mapping import StreamOptions, build_setting, check_stream, join_conventions
from slipwatch import connector
from slipwatch.connector import CheckReport, Context, StreamInfo
from slipwatch.errors import ConfigError, SourceError
from slipwatch.model.records import Batch, Record, Window, WindowKind
from slipwatch.wire.columns import Setting
from slipwatch.wire.declaration import Conventions
from slipwatch.wire.fields import Fields
from slipwatch.wire.options import SecretReference
from slipwatch.wire.record_maps import build_key_reader, build_mapper
from slipwatch.wire.rereading import PLACE, PROOF, ArchivedTable, map_decimals
from slipwatch.wire.row_rules import build_filter
from slipwatch.wire.rows import Row, RowTarget, build_row_batches
from slipwatch.wire.sql import locate_file, open_connection, open_engine
from slipwatch.wire.windows import plan_complete, plan_incremental, read_position, write_position

CHECKED_ROWS = 100


def check_names(streams: tuple[StreamOptions, ...]) -> tuple[StreamOptions, ...]:
    """Raises `ValueError` for two streams of one name."""
    names = [stream.stream for stream in streams]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two streams are called {', '.join(sorted(twice))}")
    return streams


class SqlViewOptions(connector.Options, Conventions):
    """A database. `url` refers to its address with user and password; an SQLite file is named by `sqlite` instead.

    `time_zone` is that of times without an offset; it and the other conventions hold for all streams that do not say
    otherwise.
    """

    url: SecretReference | None = Field(default=None, description="Reference to the address, such as env:WMS_URL")
    sqlite: str | None = Field(default=None, min_length=1, description="SQLite file, relative to the configuration")
    streams: Annotated[tuple[StreamOptions, ...], AfterValidator(check_names)] = Field(min_length=1)
    timeout_seconds: float = Field(default=60.0, gt=0.0, le=3600.0, description="Longest time for one statement")

    @model_validator(mode="after")
    def check_address(self) -> Self:
        if (self.url is None) == (self.sqlite is None):
            raise ValueError("give either `url` or `sqlite`")
        return self


class SqlViewConnector:
    """See the module."""

    name: ClassVar[str] = "sql_view"
    contract_version: ClassVar[int] = connector.CONTRACT_VERSION
    Options: ClassVar[type[connector.Options]] = SqlViewOptions

    def __init__(self, options: SqlViewOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._streams = {stream.stream: stream for stream in options.streams}
        self._conventions = {name: self._check(stream) for name, stream in self._streams.items()}
        self._engine: Engine | None = None

    def _check(self, stream: StreamOptions) -> Conventions:
        conventions = join_conventions(stream, self._options, self._context)
        try:
            check_stream(stream, conventions, self._context)
        except ConfigError as error:
            subject = f"{stream.stream}.{error.subject}" if error.subject else stream.stream
            raise ConfigError(error.message, subject=subject, cure=error.cure) from None
        return conventions

    def check(self) -> CheckReport:
        """Look for each view, bind the mapping to its columns, and read its first rows."""
        problems: list[tuple[str, str]] = []
        notes: list[str] = []
        for name, stream in self._streams.items():
            try:
                notes.append(f"{name}: {self._try_first(stream)}")
            except SourceError as error:
                problems.append((name, str(error)))
        return CheckReport(ok=not problems, problems=tuple(problems), notes=tuple(notes))

    def discover(self) -> tuple[StreamInfo, ...]:
        """The streams as they are declared; nothing is read."""
        return tuple(describe_stream(stream) for stream in self._options.streams)

    def plan(self, stream: str, cursor: str | None) -> tuple[Window, ...]:
        """One window: the whole view, or what was touched since the end of the last one, minus the overlap."""
        declared = self._find_stream(stream)
        if declared.cursor is None:
            window = plan_complete(stream, clock=self._context.now())
        else:
            overlap = timedelta(minutes=declared.cursor.overlap_minutes)
            window = plan_incremental(stream, cursor, clock=self._context.now(), overlap=overlap)
        return (remember_date(window, find_known_date(cursor)),)

    def read(self, window: Window) -> Iterator[Batch]:
        """The rows of the view, counted in the same transaction. Raises `SourceError`s.

        The date of the data never goes back: where the newest row was deleted, the rest is still as fresh as before.
        """
        stream = self._find_stream(window.stream)
        with self._open_view(stream) as view:
            newest = view.read_date(zone=self._find_zone(stream), now=self._context.now())
            as_of = max(newest, find_known_date(window.position) or newest)
            rows, target = self._prepare(view, remember_date(window, as_of), as_of)
            yield from build_row_batches(rows, target)

    def read_again(self, window: Window, raws: Sequence[str], *, as_of: datetime) -> Iterator[Batch]:
        """The archived rows of one window, mapped as the options say today; the database is not asked.

        The archive holds the columns that were mapped then: one that is mapped since is empty. Raises `ContractError`.
        """
        stream = self._find_stream(window.stream)
        table = ArchivedTable(raws, typed=self._options.sqlite is None)
        fields = Fields(find=table.find, subject=PLACE)
        target = RowTarget(
            entity=stream.entity,
            window=window,
            as_of=as_of,
            map_record=map_decimals(build_mapper(stream, fields, self._build_setting(stream, as_of))),
            accept=build_filter(stream, fields),
            proof=PROOF,
        )
        return build_row_batches(table.read_rows(), target)

    def sweep(self, stream: str) -> Iterator[str]:
        """The source id of every row. Raises `SourceError`s; rows whose key cannot be read are left out."""
        declared = self._find_stream(stream)
        with self._open_view(declared) as view:
            window = plan_complete(stream, clock=self._context.now())
            rows, target = self._prepare(view, window, self._context.now(), keys_only=True)
            for batch in build_row_batches(rows, target):
                yield from (record.source_id for record in batch.records)

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _find_stream(self, name: str) -> StreamOptions:
        if name not in self._streams:
            raise ConfigError(f"there is no stream {name}", cure=f"one of {', '.join(self._streams)}")
        return self._streams[name]

    def _find_zone(self, stream: StreamOptions) -> str:
        return self._conventions[stream.stream].time_zone or "UTC"

    def _build_setting(self, stream: StreamOptions, as_of: datetime) -> Setting:
        near = as_of.astimezone(ZoneInfo(self._find_zone(stream))).date()
        return build_setting(self._conventions[stream.stream], self._context, near=near)

    @contextmanager
    def _open_view(self, stream: StreamOptions) -> Iterator[OpenView]:
        if self._engine is None:
            self._engine = open_engine(self._find_address(), timeout_seconds=self._options.timeout_seconds)
        with open_connection(self._engine, subject=f"view {stream.view}") as connection:
            yield OpenView.open(connection, stream)

    def _find_address(self) -> str | URL:
        if self._options.sqlite is not None:
            return locate_file(Path(self._context.base / self._options.sqlite))
        return self._context.resolve(self._options.url or "")

    def _prepare(
        self, view: OpenView, window: Window, as_of: datetime, *, keys_only: bool = False
    ) -> tuple[Iterator[Row], RowTarget]:
        """Bind the mapping first: what it asks for is what will be read."""
        stream = view.stream
        zone, setting = self._find_zone(stream), self._build_setting(stream, as_of)
        map_record: Callable[[Any], Record]
        if keys_only:
            read_key = build_key_reader(stream, view.fields, setting)
            map_record = lambda item: Record(read_key(item), "", {})  # noqa: E731 — one line says it
        else:
            map_record = build_mapper(stream, view.fields, setting)
        condition = view.build_condition(window.since, zone)
        target = RowTarget(
            entity=stream.entity,
            window=window,
            as_of=as_of,
            map_record=map_record,
            accept=build_filter(stream, view.fields),
            proof="count",
            expected=view.count(condition),
        )
        return view.read_rows(condition), target

    def _try_first(self, stream: StreamOptions) -> str:
        with self._open_view(stream) as view:
            as_of = view.read_date(zone=self._find_zone(stream), now=self._context.now())
            window = plan_complete(stream.stream, clock=self._context.now())
            rows, target = self._prepare(view, window, as_of)
            batches = list(build_row_batches(islice(rows, CHECKED_ROWS), target))
            read, rejects = len(batches[0].raw), len(batches[0].rejects)
        return f"{rejects} of the first {read} rows of {stream.view} cannot be read; as of {as_of:%Y-%m-%d %H:%M} UTC"


def find_known_date(cursor: str | None) -> datetime | None:
    """The date of the data that the last window left in its cursor."""
    known = read_position(cursor).get("as_of") if cursor else None
    return datetime.fromisoformat(known) if isinstance(known, str) else None


def remember_date(window: Window, as_of: datetime | None) -> Window:
    """The same window, with the date of the data beside its end in its position."""
    facts = {"until": window.until.isoformat()} | ({"as_of": as_of.isoformat()} if as_of else {})
    return replace(window, position=write_position(**facts))


def describe_stream(stream: StreamOptions) -> StreamInfo:
    """The key is told by its parts, as the mapping names them."""
    parts = (part.column or " or ".join(part.from_) for part in stream.key.parts)
    return StreamInfo(
        name=stream.stream,
        entity=stream.entity,
        kind=WindowKind.INCREMENTAL if stream.cursor else WindowKind.COMPLETE,
        key=stream.key.separator.join(parts),
        deletes="sweep",
        fields=tuple(stream.columns),
    )
