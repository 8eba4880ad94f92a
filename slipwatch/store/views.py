"""The ledger's own state as frames: windows and quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipwatch.store.frames import read_frame
from slipwatch.store.ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

WINDOWS = {
    "window": "id",
    "source": "text",
    "stream": "text",
    "entity": "text",
    "state": "text",
    "rows": "number",
    "previous_rows": "number",
    "rejects": "number",
    "as_of": "instant",
    "at": "instant",
    "reason": "text",
    "detail": "text",
}
QUARANTINE = {
    "source": "text",
    "stream": "text",
    "entity": "text",
    "source_id": "text",
    "subject": "id",
    "label": "text",
    "column": "text",
    "reason": "text",
    "where": "text",
    "excerpt": "text",
    "first_seen": "instant",
    "closed_at": "instant",
}


def read_windows(ledger: Ledger, *, latest_only: bool = True) -> pd.DataFrame:
    """Windows with the columns of `WINDOWS`, oldest first; with `latest_only` the last one recorded of each stream.

    Old copies that were imported are left out: they say nothing of how well a source is read. A sweep that went well
    has the reason `sweep`; its rows are all that the source listed.
    """
    sql = (
        "SELECT id, source, stream, entity, state, rows, previous_rows, rejects, as_of, at, reason, detail"
        " FROM source_window WHERE state <> 'reconstructed'"
    )
    if latest_only:
        sql += " AND id IN (SELECT max(id) FROM source_window WHERE state <> 'reconstructed' GROUP BY source, stream)"
    with ledger.read() as connection:
        return read_frame(connection, f"{sql} ORDER BY id", [], WINDOWS)


def read_quarantine(ledger: Ledger, *, open_only: bool = True) -> pd.DataFrame:
    """What was set aside, with the columns of `QUARANTINE`; `subject` where an earlier good version told it."""
    sql = (
        "SELECT q.source, q.stream, q.entity, q.source_id, r.subject, r.label, q.column_name, q.reason, q.place,"
        " q.excerpt, q.first_seen, q.closed_at FROM quarantine q LEFT JOIN source_record r"
        " ON r.source = q.source AND r.stream = q.stream AND r.source_id = q.source_id"
    )
    if open_only:
        sql += " WHERE q.closed_at IS NULL"
    with ledger.read() as connection:
        return read_frame(connection, f"{sql} ORDER BY q.id", [], QUARANTINE)
