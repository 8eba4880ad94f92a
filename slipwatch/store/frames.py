"""Queries that become pandas frames, every column cast to what the caller declares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from itertools import count
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from slipwatch.model.columns import Kind
from slipwatch.store.bulk import mark_values

if TYPE_CHECKING:
    import pandas as pd

FETCH_ROWS = 20_000

ARROW: dict[str, pa.DataType] = {
    "id": pa.int64(),
    "text": pa.string(),
    "day": pa.string(),
    "instant": pa.int64(),
    "number": pa.int64(),
    "ratio": pa.float64(),
    "flag": pa.int64(),
}
"""The ledger's form of each frame type, for drivers that infer types from the first rows."""

PANDAS = {"id": "Int64", "text": "str", "number": "Int64", "ratio": "Float64", "flag": "boolean"}

KINDS: dict[Kind, str] = {
    Kind.TEXT: "text",
    Kind.REFERENCE: "text",
    Kind.DAY: "day",
    Kind.INSTANT: "instant",
    Kind.MONEY: "number",
    Kind.QUANTITY: "number",
    Kind.INTEGER: "number",
    Kind.RATIO: "ratio",
    Kind.FLAG: "flag",
}


def read_frame(connection: Connection, sql: str, values: Sequence[object], columns: Mapping[str, str]) -> pd.DataFrame:
    """The result of `sql` (with `?` marks) as a frame; `columns` gives name and type in the order selected.

    Not for a transaction that wrote: on PostgreSQL the rows come through a connection of their own.
    """
    schema = pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])
    if connection.dialect.name == "postgresql" and find_spec("adbc_driver_postgresql"):
        return to_frame(fetch_arrow(connection.engine.url, sql, values, schema), columns)
    return to_frame(fetch_rows(connection, sql, values, schema), columns)


def fetch_arrow(address: URL, sql: str, values: Sequence[object], schema: pa.Schema) -> pa.Table:
    """Rows of PostgreSQL as Arrow through ADBC, without a Python object per cell.

    Never for SQLite: the ADBC driver brings an SQLite of its own, and two of them in one process undo each other's
    locks. When it closed its connection it deleted a write-ahead log that ours was still writing.
    """
    from adbc_driver_postgresql import dbapi

    uri = address.set(drivername="postgresql").render_as_string(hide_password=False)
    marks = count(1)
    numbered = re.sub(r"\?", lambda _: f"${next(marks)}", sql)
    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(numbered, parameters=tuple(values) or None)
        table = cursor.fetch_arrow_table()
    return table.rename_columns(schema.names).cast(schema)


def fetch_rows(connection: Connection, sql: str, values: Sequence[object], schema: pa.Schema) -> pa.Table:
    """Rows through the plain driver, piece by piece into Arrow columns."""
    driver: Any = connection.connection.driver_connection
    marks = sql if connection.dialect.name == "sqlite" else mark_values(sql)
    cursor = driver.cursor()
    cursor.execute(marks, tuple(values))
    pieces = []
    while rows := cursor.fetchmany(FETCH_ROWS):
        cells = zip(*rows, strict=True)
        arrays = [pa.array(cell, field.type) for cell, field in zip(cells, schema, strict=True)]
        pieces.append(pa.record_batch(arrays, schema=schema))
    cursor.close()
    return pa.Table.from_batches(pieces, schema=schema)


def to_frame(table: pa.Table, columns: Mapping[str, str]) -> pd.DataFrame:
    import pandas as pd

    series = {name: cast_series(table[name], kind) for name, kind in columns.items()}
    return pd.DataFrame(series, columns=list(columns))


def cast_series(values: pa.ChunkedArray, kind: str) -> pd.Series[Any]:
    import pandas as pd

    if kind == "day":
        days = values.cast(pa.date32()).cast(pa.timestamp("s"))
        return pd.Series(days.to_numpy()).astype("datetime64[s]")
    if kind == "instant":
        instants = values.cast(pa.timestamp("us"))
        return pd.Series(instants.to_numpy()).astype("datetime64[us]").dt.tz_localize("UTC")
    if kind == "text":
        return pd.Series(values.to_numpy(), dtype="str")
    if kind == "flag":
        values = values.cast(pa.bool_())
    return to_nullable(values, PANDAS[kind])


def to_nullable(values: pa.ChunkedArray, dtype: str) -> pd.Series[Any]:
    """A masked pandas column: no integer ever passes through a float."""
    import pandas as pd

    whole = values.combine_chunks()
    missing = whole.is_null().to_numpy(zero_copy_only=False)
    filled = whole.fill_null(False if dtype == "boolean" else 0).to_numpy(zero_copy_only=False)
    series = pd.Series(filled, dtype=dtype)
    series[missing] = pd.NA
    return series
