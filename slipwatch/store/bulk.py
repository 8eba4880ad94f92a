"""Facts go in and out through the driver itself, inside the transaction that SQLAlchemy opened.

Statements are written once with `?` for a value, `{texts}` and `{ids}` for a list of keys to join with (`keys.value`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any, Protocol, TypeGuard

from sqlalchemy import Connection

from slipwatch.model.columns import Kind
from slipwatch.store.texts import POSTGRESQL_TEXTS, SQLITE_TEXTS

COPY_ROWS = 20_000

ROWS_AT_ONCE = 50
"""Far from SQLite's bound of 32,766 values in a statement, and most of what there is to gain."""

MOST_QUOTED = 100
"""Letters of a text that may stand in a statement: it stands there once for each of its rows."""


class Repeated(Sequence[Any]):
    """A column with the same value in every row."""

    __slots__ = ("length", "value")

    def __init__(self, value: Any, length: int) -> None:
        self.value, self.length = value, length

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Any]:
        return repeat(self.value, self.length)

    def __getitem__(self, index: Any) -> Any:
        rows = range(self.length)[index]
        return Repeated(self.value, len(rows)) if isinstance(rows, range) else self.value


class Bulk(Protocol):
    """What differs between the drivers.

    `texts` gives, for each kind, the SQL that turns the column `{x}` into the text of a promise. `alone` is true where
    nobody else can write before this transaction ends.
    """

    texts: Mapping[Kind, str]
    alone: bool

    def run(self, sql: str, *values: object) -> int:
        """Execute one statement and return the number of rows it touched."""
        ...

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None: ...

    def fetch(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query; a list among the values stands for `{texts}` or `{ids}`."""
        ...

    def insert(self, table: str, columns: Mapping[str, Sequence[object]]) -> None:
        """Append rows given as columns of equal length, in their order; one of them at least is not `Repeated`."""
        ...

    def reserve(self, table: str, count: int) -> Sequence[int]:
        """Ids for `count` new rows, nobody else's even after this transaction."""
        ...

    def lock(self, name: str) -> None:
        """Let nobody else merge the same thing until the transaction ends."""
        ...


class SqliteBulk:
    """`executemany` of sqlite3; the transaction already holds the only writer lock."""

    texts: Mapping[Kind, str] = SQLITE_TEXTS
    alone = True

    def __init__(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        self.cursor = driver.cursor()

    def run(self, sql: str, *values: object) -> int:
        return int(self.cursor.execute(self.adapt(sql), [pack(value) for value in values]).rowcount)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self.cursor.executemany(sql, rows)

    def fetch(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.cursor.execute(self.adapt(sql), [pack(value) for value in values]).fetchall()
        return rows

    def insert(self, table: str, columns: Mapping[str, Sequence[object]]) -> None:
        """What repeats stands in the statement, and many rows go in one: half the time of a wide row would go into
        handing it over."""
        fixed = {name: cells.value for name, cells in columns.items() if is_fixed(cells)}
        stated = {name: "?" if name not in fixed else self.quote(fixed[name]) for name in columns}
        stated = {name: mark for name, mark in stated.items() if mark != "NULL"}
        head = fill("INSERT INTO {table} ({names}) VALUES ", table=table, names=quote_names(stated))
        row = f"({', '.join(stated.values())})"
        rows = list(zip(*(columns[name] for name in columns if name not in fixed), strict=True))
        whole = len(rows) - len(rows) % ROWS_AT_ONCE
        groups = (tuple(chain(*rows[start : start + ROWS_AT_ONCE])) for start in range(0, whole, ROWS_AT_ONCE))
        self.cursor.executemany(head + ", ".join([row] * ROWS_AT_ONCE), groups)
        self.cursor.executemany(head + row, rows[whole:])

    def quote(self, value: object) -> str:
        (literal,) = self.cursor.execute("SELECT quote(?)", (value,)).fetchone()
        return str(literal)

    def reserve(self, table: str, count: int) -> Sequence[int]:
        (top,) = self.cursor.execute(fill("SELECT coalesce(max(id), 0) FROM {table}", table=table)).fetchone()
        return range(top + 1, top + 1 + count)

    def lock(self, name: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE took the writer lock."""

    @staticmethod
    def adapt(sql: str) -> str:
        """CROSS JOIN makes SQLite walk the keys and look each one up, whatever its statistics say."""
        keys = "json_each(?) AS keys CROSS"
        return sql.replace("{texts}", keys).replace("{ids}", keys)


class PostgresBulk:
    """COPY of psycopg; ids come from the tables' own sequences."""

    texts: Mapping[Kind, str] = POSTGRESQL_TEXTS
    alone = False

    def __init__(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        self.cursor = driver.cursor()

    def run(self, sql: str, *values: object) -> int:
        return int(self.cursor.execute(self.adapt(sql), values).rowcount)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self.cursor.executemany(self.adapt(sql), list(rows))

    def fetch(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self.cursor.execute(self.adapt(sql), values).fetchall()
        return rows

    def insert(self, table: str, columns: Mapping[str, Sequence[object]]) -> None:
        rows = zip(*columns.values(), strict=True)
        sql = fill("COPY {table} ({names}) FROM STDIN", table=table, names=quote_names(columns))
        with self.cursor.copy(sql) as copy:
            while piece := list(islice(rows, COPY_ROWS)):
                for row in piece:
                    copy.write_row(row)

    def reserve(self, table: str, count: int) -> Sequence[int]:
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [number for (number,) in self.cursor.execute(sql, (table, count)).fetchall()]

    def lock(self, name: str) -> None:
        self.cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))

    @staticmethod
    def adapt(sql: str) -> str:
        texts, ids = "unnest(%s::text[]) AS keys(value)", "unnest(%s::bigint[]) AS keys(value)"
        return mark_values(sql).replace("{texts}", texts).replace("{ids}", ids)


def map_cells(function: Callable[[Any], Any], cells: Sequence[Any]) -> Sequence[Any]:
    """The function of each cell; of a column that repeats, once."""
    return Repeated(function(cells.value), len(cells)) if isinstance(cells, Repeated) else list(map(function, cells))


def is_fixed(cells: Sequence[object]) -> TypeGuard[Repeated]:
    """What repeats and may be written into SQL. A fraction may not, its text there is not exact; nor a long text."""
    if not isinstance(cells, Repeated):
        return False
    return len(cells.value) <= MOST_QUOTED if isinstance(cells.value, str) else isinstance(cells.value, int | None)


def fill(sql: str, **names: str) -> str:
    """Put names of tables and columns into a statement, for `{name}` each; values never go this way."""
    for mark, name in names.items():
        sql = sql.replace("{" + mark + "}", name)
    return sql


def quote_names(names: Iterable[str], prefix: str = "") -> str:
    """Column names as a list for SQL, each in quotes: some are reserved words."""
    return ", ".join(f'{prefix}"{name}"' for name in names)


def mark_values(sql: str) -> str:
    """`?` as psycopg writes it, for which `%` itself must be doubled."""
    return sql.replace("%", "%%").replace("?", "%s")


def pack(value: object) -> object:
    return json.dumps(value) if isinstance(value, list) else value


def open_bulk(connection: Connection) -> Bulk:
    """The driver-level view of a transaction that `Ledger.write` or `Ledger.read` opened."""
    return SqliteBulk(connection) if connection.dialect.name == "sqlite" else PostgresBulk(connection)
