"""Reading entities as they are, as they were known, or as they were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from slipwatch.model.columns import Entity, Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.bulk import fill, open_bulk
from slipwatch.store.frames import KINDS, read_frame
from slipwatch.store.instants import to_micros
from slipwatch.store.ledger import Ledger
from slipwatch.store.references import bind_references, read_related
from slipwatch.store.selection import select_subjects
from slipwatch.store.statements import read_promises
from slipwatch.store.subjects import ensure_subjects, find_subjects
from slipwatch.store.views import read_quarantine, read_windows

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "changed_subjects",
    "ensure_subjects",
    "find_subjects",
    "read_entity",
    "read_promises",
    "read_quarantine",
    "read_related",
    "read_windows",
]

NEVER = 2**63 - 1
"""Later than every instant."""

HEAD = {
    "record": ("r.id", "id"),
    "subject": ("r.subject", "id"),
    "subject_key": ("s.key", "text"),
    "source": ("r.source", "text"),
    "stream": ("r.stream", "text"),
    "source_id": ("r.source_id", "text"),
    "label": ("r.label", "text"),
    "url": ("r.url", "text"),
    "known_at": ("v.known_at", "instant"),
    "first_seen": ("r.first_seen", "instant"),
    "recorded_at": ("v.recorded_at", "instant"),
    "absent_since": ("a.absent_since", "instant"),
    "vanished_at": ("a.vanished_at", "instant"),
    "stated_by": ("v.stated_by", "text"),
}


def read_entity(
    ledger: Ledger,
    entity: str,
    *,
    known_by: datetime | None = None,
    recorded_by: datetime | None = None,
    subjects: Sequence[int] | None = None,
    open_only: bool = False,
) -> pd.DataFrame:
    """One row per record of an entity, with the columns of `HEAD`, all canonical ones and `<reference>_subject`.

    Without a time: the versions in force. `known_by`: the newest version that the world knew by then, as we know it
    today. `recorded_by`: what the ledger itself said then; both together: what it would have said of that earlier
    instant. `absent_since` and `vanished_at` follow the same times. `open_only` leaves out what is closed.
    """
    known = None if known_by is None else to_micros(known_by)
    recorded = None if recorded_by is None else to_micros(recorded_by)
    kind = ENTITIES[entity]
    with ledger.read() as connection:
        sql, values = build_query(kind, known, recorded, open_only=open_only)
        if subjects is not None:
            sql, values = select_subjects(connection, sql, values, subjects)
        columns = {name: type_ for name, (_, type_) in HEAD.items()}
        columns |= {column.name: KINDS[column.kind] for column in kind.columns}
        frame = read_frame(connection, f"{sql} ORDER BY r.id", values, columns)
        return bind_references(connection, kind, frame)


def build_query(
    entity: Entity, known: int | None, recorded: int | None, *, open_only: bool
) -> tuple[str, list[object]]:
    parts = [expression for expression, _ in HEAD.values()]
    parts += [f'v."{column.name}"' for column in entity.columns]
    versions, values = build_versions(entity, known, recorded)
    absences, more = build_absences(known, recorded)
    sql = fill(
        "SELECT {parts} FROM ({versions}) v JOIN source_record r ON r.id = v.record"
        " JOIN subject s ON s.id = r.subject LEFT JOIN ({absences}) a ON a.record = r.id WHERE TRUE",
        parts=", ".join(parts),
        versions=versions,
        absences=absences,
    )
    if open_only:
        sql += "".join(f" AND {close_condition(entity, name)}" for name in entity.closed_when)
    return sql, values + more


def close_condition(entity: Entity, name: str) -> str:
    is_flag = entity.by_name[name].kind is Kind.FLAG
    return f'coalesce(v."{name}", 0) = 0' if is_flag else f'v."{name}" IS NULL'


def build_versions(entity: Entity, known: int | None, recorded: int | None) -> tuple[str, list[object]]:
    """The version of each record to show: the one in force, or the newest known among those recorded."""
    table = f"{entity.name}_version"
    if known is None and recorded is None:
        return fill("SELECT * FROM {table} WHERE ended_at IS NULL", table=table), []
    if known is None:
        sql = "SELECT * FROM {table} WHERE recorded_at <= ? AND (ended_at IS NULL OR ended_at > ?)"
        return fill(sql, table=table), [recorded] * 2
    sql = (
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY record ORDER BY known_at DESC, id DESC) AS rank"
        " FROM {table} WHERE known_at <= ? AND recorded_at <= ?) ranked WHERE rank = 1"
    )
    return fill(sql, table=table), [known, NEVER if recorded is None else recorded]


def build_absences(known: int | None, recorded: int | None) -> tuple[str, list[object]]:
    """The absence of each record that goes on at the times asked for."""
    if known is None and recorded is None:
        return "SELECT * FROM absence WHERE returned_at IS NULL", []
    sql = (
        "SELECT record, absent_since,"
        " CASE WHEN vanished_at <= ? AND vanished_recorded <= ? THEN vanished_at END AS vanished_at FROM absence"
        " WHERE absent_since <= ? AND absent_recorded <= ?"
        " AND (returned_at IS NULL OR returned_at > ? OR returned_recorded > ?)"
    )
    return sql, [NEVER if known is None else known, NEVER if recorded is None else recorded] * 3


def changed_subjects(ledger: Ledger, since_run: int) -> npt.NDArray[np.int64]:
    """Ids of the subjects of which the run `since_run` or a later one changed anything, absence included."""
    sql = "SELECT DISTINCT subject FROM source_record WHERE changed_run >= ? ORDER BY subject"
    with ledger.read() as connection:
        rows: list[tuple[Any, ...]] = open_bulk(connection).fetch(sql, since_run)
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))
