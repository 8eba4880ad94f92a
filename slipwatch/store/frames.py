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
    """All columns at once: text stays in Arrow, and no integer ever passes through a float."""
    import numpy as np
    import pandas as pd

    dtypes = {
        pa.string(): pd.StringDtype(na_value=np.nan),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    cells = [cast_column(table[name], kind) for name, kind in columns.items()]
    frame: pd.DataFrame = pa.table(cells, names=list(columns)).to_pandas(types_mapper=dtypes.get)
    return frame


def cast_column(values: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    """From the ledger's form to the one that pandas takes over as it is."""
    if kind == "day":
        return values.cast(pa.date32()).cast(pa.timestamp("s"))
    if kind == "instant":
        return values.cast(pa.timestamp("us", "UTC"))
    return values.cast(pa.bool_()) if kind == "flag" else values
