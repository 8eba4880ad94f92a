"""Tables and views by inspection: only names that the database itself lists ever enter a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    TableClause,
    and_,
    cast,
    column,
    func,
    inspect,
    or_,
    select,
    table,
)
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import Date, DateTime, TypeEngine, Uuid

from slipwatch.errors import ContractError

PAGE_ROWS = 1_000
_STREAMS_ANYWAY = frozenset({"sqlite", "oracle", "mssql"})
"""Their drivers fetch as rows are asked for, without a cursor on the server."""


@dataclass(frozen=True)
class Relation:
    """A table or view as the database describes it. Columns are untyped in statements: drivers give what is stored, and
    the mapping reads it."""

    clause: TableClause
    types: dict[str, TypeEngine[Any]]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.types)

    def find_name(self, wanted: Sequence[str]) -> str | None:
        """The column with the first of these names; case only matters where two names differ in nothing else."""
        for name in wanted:
            if name in self.types:
                return name
            alike = [one for one in self.types if one.casefold() == name.casefold()]
            if len(alike) == 1:
                return alike[0]
        return None

    def build_column(self, name: str) -> ColumnElement[Any]:
        """The column in a statement; identifiers of type UUID as text. Raises KeyError for an unknown name."""
        found: ColumnElement[Any] = self.clause.c[name]
        return cast(found, String(36)).label(name) if isinstance(self.types[name], Uuid) else found


def inspect_relation(connection: Connection, name: str, schema: str | None, *, subject: str) -> Relation:
    """Raises `ContractError` with the names that there are."""
    inspector = inspect(connection)
    found_schema = None if schema is None else choose_name(schema, inspector.get_schema_names(), "schema", subject)
    names = [*inspector.get_view_names(found_schema), *inspector.get_table_names(found_schema)]
    if connection.dialect.name in ("postgresql", "oracle"):
        names += inspector.get_materialized_view_names(found_schema)
    found = choose_name(name, names, "table or view", subject)
    types = {str(one["name"]): one["type"] for one in inspector.get_columns(found, found_schema)}
    clause = table(
        quoted_name(found, quote=True),
        *(column(quoted_name(one, quote=True)) for one in types),
        schema=quoted_name(found_schema, quote=True) if found_schema else None,
    )
    return Relation(clause, types)


def choose_name(wanted: str, names: Sequence[str], kind: str, subject: str) -> str:
    """The name as the database writes it. Raises `ContractError`."""
    if wanted in names:
        return wanted
    alike = [name for name in names if name.casefold() == wanted.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise ContractError(
        f"there is no {kind} {wanted}; our user sees {', '.join(sorted(names)[:40]) or 'none'}",
        subject=subject,
        cure="correct the name, or grant the right to see it",
    )


def build_since(relation: Relation, name: str, since: datetime, zone: ZoneInfo) -> ColumnElement[bool]:
    """The condition for rows touched since then, rather too many than too few.

    Naive times are compared in `zone`, an hour earlier, for clocks that go back; texts (ISO only) by their day.
    """
    target, kind = relation.clause.c[name], relation.types[name]
    local = since.astimezone(zone)
    bound: object = local.date().isoformat()
    if isinstance(kind, DateTime):
        bound = since if kind.timezone else (local - timedelta(hours=1)).replace(tzinfo=None)
    elif isinstance(kind, Date):
        bound = local.date()
    return target >= bound


def count_rows(connection: Connection, relation: Relation, condition: ColumnElement[bool] | None) -> int:
    query = select(func.count()).select_from(relation.clause)
    return int(connection.execute(query if condition is None else query.where(condition)).scalar_one())


def find_largest(connection: Connection, relation: Relation, name: str) -> date | datetime | str | None:
    """The largest value of a column of days, times, or ISO texts."""
    found: date | datetime | str | None = connection.execute(select(func.max(relation.clause.c[name]))).scalar_one()
    return found


def read_rows(
    connection: Connection,
    relation: Relation,
    names: Sequence[str],
    *,
    keys: Sequence[str],
    condition: ColumnElement[bool] | None = None,
    paged: bool = False,
) -> Iterator[tuple[Any, ...]]:
    """The rows with these columns, streamed; page by page in the order of `keys` where the driver would fetch all
    first, or where `paged` asks for it. Rows without a key are left out of pages."""
    query = select(*(relation.build_column(name) for name in names))
    if condition is not None:
        query = query.where(condition)
    dialect = connection.dialect
    if paged or not (dialect.supports_server_side_cursors or dialect.name in _STREAMS_ANYWAY):
        yield from _read_pages(connection, relation, query, names, keys)
        return
    streaming = connection.execution_options(stream_results=True, yield_per=PAGE_ROWS)
    for row in streaming.execute(query):
        yield tuple(row)


def _read_pages(
    connection: Connection, relation: Relation, query: Select[Any], names: Sequence[str], keys: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Keyset pages: the next page starts after the last key, whatever is inserted or deleted before it."""
    columns = [relation.clause.c[key] for key in keys]
    hidden = [one.label(f"slipwatch_key_{index}") for index, one in enumerate(columns)]
    ordered = query.add_columns(*hidden).order_by(*columns).limit(PAGE_ROWS)
    width, last = len(names), None
    while True:
        page = ordered if last is None else ordered.where(_come_after(columns, last))
        rows = connection.execute(page).all()
        yield from (tuple(islice(row, width)) for row in rows)
        if len(rows) < PAGE_ROWS:
            return
        last = tuple(rows[-1])[width:]


def _come_after(columns: Sequence[ColumnElement[Any]], last: Sequence[Any]) -> ColumnElement[bool]:
    """(a, b) > (x, y), written so that every database understands it."""
    steps = []
    for index, (one, value) in enumerate(zip(columns, last, strict=True)):
        same = [earlier == before for earlier, before in zip(columns[:index], last[:index], strict=True)]
        steps.append(and_(*same, one > value))
    return or_(*steps)
