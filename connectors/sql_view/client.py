"""The database: a view as inspected, its count, its newest date, its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection

from connectors.sql_view.mapping import StreamOptions
from slipwatch.errors import ContractError, RecordError
from slipwatch.wire.dates import FileInstant
from slipwatch.wire.fields import Fields
from slipwatch.wire.file_dates import limit_to_now
from slipwatch.wire.relations import (
    Relation,
    build_since,
    count_rows,
    find_largest,
    inspect_relation,
    read_rows,
)
from slipwatch.wire.rows import Row, write_raw


@dataclass
class OpenView:
    """A view in an open transaction. `wanted` are the columns that the mapping asked for, in the order of a row."""

    connection: Connection
    stream: StreamOptions
    relation: Relation
    wanted: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, connection: Connection, stream: StreamOptions) -> OpenView:
        """Raises `ContractError` for a view that is not there."""
        relation = inspect_relation(connection, stream.view, stream.schema_name, subject=stream.stream)
        return cls(connection, stream, relation)

    @property
    def fields(self) -> Fields:
        """The view's columns; each one that is asked for will be read."""
        return Fields(find=self.find_position, names=self.relation.names, subject=f"view {self.stream.view}")

    def find_position(self, names: tuple[str, ...]) -> int | None:
        name = self.relation.find_name(names)
        if name is None:
            return None
        if name not in self.wanted:
            self.wanted.append(name)
        return self.wanted.index(name)

    def find_column(self, name: str, *, purpose: str) -> str:
        """Raises `ContractError` for a column that the view does not have."""
        found = self.relation.find_name((name,))
        if found is None:
            raise self.fields.report_missing((name,), purpose)
        return found

    def build_condition(self, since: datetime | None, zone: str) -> ColumnElement[bool] | None:
        if since is None or self.stream.cursor is None:
            return None
        name = self.find_column(self.stream.cursor.column, purpose="cursor")
        return build_since(self.relation, name, since, ZoneInfo(zone))

    def count(self, condition: ColumnElement[bool] | None) -> int:
        return count_rows(self.connection, self.relation, condition)

    def read_date(self, *, zone: str, now: datetime) -> datetime:
        """The newest date of the data, or now where no column tells it or no row is there. Raises `ContractError`."""
        if self.stream.fresh_as_of is None:
            return now
        name = self.find_column(self.stream.fresh_as_of, purpose="fresh_as_of")
        newest = find_largest(self.connection, self.relation, name)
        if newest is None:
            return now
        instant = _read_instant(newest, zone)
        if instant is None:
            raise ContractError(
                f"{name} holds “{newest}”, which is no ISO date or time",
                subject=f"view {self.stream.view}",
                cure="name a column of days or times under `fresh_as_of`",
            )
        return limit_to_now(instant, now=now, zone=zone, subject=f"view {self.stream.view}")

    def read_rows(self, condition: ColumnElement[bool] | None) -> Iterator[Row]:
        """The rows with the columns that were asked for so far."""
        names, place = tuple(self.wanted), f"view {self.stream.view}"
        rows = read_rows(
            self.connection,
            self.relation,
            names,
            keys=self.list_keys(),
            condition=condition,
            paged=self.stream.paged,
        )
        for number, cells in enumerate(rows, 1):
            yield Row(f"{place}, row {number}", cells, write_raw(names, cells))

    def list_keys(self) -> list[str]:
        """The columns that make the key, for pages."""
        parts = self.stream.key.parts
        wanted = [part.from_ or self.stream.columns[part.column or ""].from_ for part in parts]
        return [name for names in wanted if (name := self.relation.find_name(names))]


def _read_instant(value: Any, zone: str) -> datetime | None:
    read: Callable[[Any], Any] = FileInstant(formats=("iso", "%Y-%m-%d"), zone=zone).build()
    try:
        instant: datetime | None = read(value)
    except RecordError:
        return None
    return instant
