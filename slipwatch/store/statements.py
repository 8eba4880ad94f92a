"""Reading promises: the changes that were written, and the first values that the opening versions hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.model.columns import Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.bulk import fill, open_bulk
from slipwatch.store.frames import read_frame
from slipwatch.store.instants import to_micros
from slipwatch.store.ledger import Ledger
from slipwatch.store.promises import COLUMNS, select_first_values
from slipwatch.store.selection import select_subjects

if TYPE_CHECKING:
    import pandas as pd

PROMISES = {
    "record": "id",
    "subject": "id",
    "source": "text",
    "entity": "text",
    "source_id": "text",
    "label": "text",
    "column": "text",
    "old_text": "text",
    "new_text": "text",
    "old_day": "day",
    "new_day": "day",
    "known_at": "instant",
    "recorded_at": "instant",
    "stated_by": "text",
    "cause": "text",
    "run": "id",
}
HEAD = ("r.subject", "r.source", "r.entity", "r.source_id", "r.label")
"""What a promise takes from its record."""


def read_promises(
    ledger: Ledger,
    *,
    entity: str | None = None,
    subjects: Sequence[int] | None = None,
    columns: Sequence[str] | None = None,
    known_by: datetime | None = None,
    recorded_by: datetime | None = None,
) -> pd.DataFrame:
    """Changes of watched columns, oldest first, with the columns of `PROMISES`; the first value changes from nothing.

    Texts are ISO days, exact decimals, or the text itself. `known_by` leaves out what the world did not know by then,
    `recorded_by` shows the ledger as it was then.
    """
    times = (None if known_by is None else to_micros(known_by), None if recorded_by is None else to_micros(recorded_by))
    with ledger.read() as connection:
        arms = [build_written(columns, *times), *build_openings(open_bulk(connection).texts, entity, columns, *times)]
        queries, values = [], list[object]()
        for sql, more in arms:
            if entity is not None:
                sql, more = f"{sql} AND r.entity = ?", [*more, entity]
            if subjects is not None:
                sql, more = select_subjects(connection, sql, more, subjects)
            queries.append(sql)
            values += more
        whole = f"{' UNION ALL '.join(queries)} ORDER BY known_at, position, record"
        frame = read_frame(connection, whole, values, PROMISES | {"position": "number"})
    return frame.drop(columns="position")


def build_written(columns: Sequence[str] | None, known: int | None, recorded: int | None) -> tuple[str, list[object]]:
    """Query of the promise table."""
    parts = {name: f"p.{name}" for name in COLUMNS}
    sql = build_arm(parts, "promise p JOIN source_record r ON r.id = p.record", "p.id")
    values: list[object] = []
    if recorded is None:
        sql += " AND p.ended_at IS NULL"
    else:
        sql += " AND p.recorded_at <= ? AND (p.ended_at IS NULL OR p.ended_at > ?)"
        values += [recorded, recorded]
    if known is not None:
        sql += " AND p.known_at <= ?"
        values.append(known)
    if columns is not None:
        sql += fill(" AND p.column_name IN ({marks})", marks=", ".join("?" * len(columns)) or "NULL")
        values += columns
    return sql, values


def build_openings(
    texts: Mapping[Kind, str],
    entity: str | None,
    columns: Sequence[str] | None,
    known: int | None,
    recorded: int | None,
) -> list[tuple[str, list[object]]]:
    """Queries of the first values, one for each watched column wanted."""
    limits = [(name, limit) for name, limit in (("known_at", known), ("recorded_at", recorded)) if limit is not None]
    times = "".join(f" AND v.{name} <= ?" for name, _ in limits)
    queries = []
    for kind in ENTITIES.values() if entity is None else [ENTITIES[entity]]:
        for column in kind.watched:
            if columns is None or column.name in columns:
                parts = select_first_values(texts, kind, column)
                tables = f"{kind.name}_version v JOIN source_record r ON r.id = v.record"
                arm = build_arm(parts, tables, "0")
                arm += fill(" AND v.opening = 1 AND {value} IS NOT NULL", value=f'v."{column.name}"')
                queries.append((arm + times, list[object](limit for _, limit in limits)))
    return queries


def build_arm(parts: Mapping[str, str], tables: str, position: str) -> str:
    """A SELECT in the order of `PROMISES`; `position` puts first values before the changes of the same instant."""
    record, *rest = (f"{expression} AS {name}" for name, expression in parts.items())
    return fill(
        "SELECT {parts} FROM {tables} WHERE TRUE",
        parts=", ".join([record, *HEAD, *rest, f"{position} AS position"]),
        tables=tables,
    )
