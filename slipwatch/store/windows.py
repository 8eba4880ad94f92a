"""Windows: what became of each stretch that was read, and where each stream goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from slipwatch.errors import LedgerError
from slipwatch.model.records import WindowState
from slipwatch.store.archive import Spooled
from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import CURSOR, WINDOW

GOOD = (WindowState.MERGED.value, WindowState.UNCHANGED.value)

SWEEP = "sweep"
"""Kind of a window that lists only which records exist. It says nothing of values: it never counts as a read."""


@dataclass(frozen=True, kw_only=True)
class WindowRow:
    """A window as the ledger remembers it. `at` is when it was recorded, `as_of` the instant its source spoke of;
    `previous_rows` counts the good window before it; `archive` is its folder in the spool."""

    id: int
    source: str
    stream: str
    entity: str
    kind: str
    state: WindowState
    rows: int
    previous_rows: int | None
    rejects: int
    since: datetime | None
    until: datetime | None
    as_of: datetime | None
    at: datetime
    run: int
    reason: str
    detail: str
    fingerprint: str | None
    position: str | None
    archive: str | None
    closed_at: datetime | None
    released_by: str | None


def build_row(row: Any) -> WindowRow:
    values = {item.name: row._mapping[item.name] for item in fields(WindowRow)}
    return WindowRow(**{**values, "state": WindowState(values["state"])})


def last_good_window(ledger: Ledger, source: str, stream: str) -> WindowRow | None:
    """The newest window that counts as a good read, by the instant its source spoke of."""
    with ledger.read() as connection:
        return find_last_good(connection, source, stream)


def find_last_good(connection: Connection, source: str, stream: str) -> WindowRow | None:
    query = select(WINDOW).where(of_stream(source, stream), WINDOW.c.state.in_(GOOD), WINDOW.c.kind != SWEEP)
    row = connection.execute(query.order_by(WINDOW.c.as_of.desc(), WINDOW.c.id.desc()).limit(1)).one_or_none()
    return build_row(row) if row else None


def of_stream(source: str, stream: str) -> Any:
    return and_(WINDOW.c.source == source, WINDOW.c.stream == stream)


def list_good_sizes(ledger: Ledger, source: str, stream: str, limit: int = 10) -> list[int]:
    """Row counts of the latest good windows, newest first."""
    reads = WINDOW.c.state.in_(GOOD) & (WINDOW.c.kind != SWEEP)
    query = select(WINDOW.c.rows).where(of_stream(source, stream), reads)
    with ledger.read() as connection:
        return list(connection.scalars(query.order_by(WINDOW.c.as_of.desc(), WINDOW.c.id.desc()).limit(limit)))


def record_window(
    ledger: Ledger,
    spooled: Spooled | None,
    *,
    run: int,
    at: datetime,
    state: WindowState,
    reason: str,
    source: str,
    stream: str,
    entity: str,
    detail: str = "",
    cursor: str | None = None,
) -> int:
    """Note a window that was not merged, and return its id. `spooled` is None where nothing could be read.

    `cursor` moves the stream on where the window must not be read again (an older file, an unchanged one).
    """
    facts = {"source": source, "stream": stream, "entity": entity, "run": run, "at": at, "state": state}
    facts |= {"reason": reason, "detail": detail}
    with ledger.write() as connection:
        window = insert_window(connection, spooled, facts)
        if cursor is not None:
            until = spooled.window.until if spooled else at
            save_cursor(connection, window, (source, stream), position=cursor, until=until)
    return window


def insert_window(connection: Connection, spooled: Spooled | None, facts: Mapping[str, Any]) -> int:
    """Add the row of a window: what was spooled, and the `facts` beside it."""
    previous = find_last_good(connection, facts["source"], facts["stream"])
    values: dict[str, Any] = {"kind": "", "rows": 0, "rejects": 0, "previous_rows": previous and previous.rows}
    if spooled is not None:
        values |= describe(spooled)
    values |= facts
    values["state"] = WindowState(values["state"]).value
    return int(connection.execute(WINDOW.insert().values(values).returning(WINDOW.c.id)).scalar_one())


def describe(spooled: Spooled) -> dict[str, Any]:
    window, proof = spooled.window, spooled.completeness
    return {
        "kind": window.kind.value,
        "rows": spooled.rows,
        "rejects": spooled.rejects,
        "since": window.since,
        "until": window.until,
        "as_of": spooled.as_of,
        "fingerprint": spooled.fingerprint,
        "expected": proof and proof.expected,
        "proof": proof and proof.proof,
        "position": window.position,
        "archive": spooled.archive,
    }


def save_cursor(
    connection: Connection, window: int, stream: tuple[str, str], *, position: str | None, until: datetime
) -> None:
    """Move the cursor of (source, stream), never back: a window that ends earlier than the last one leaves it alone."""
    insert = postgresql.insert(CURSOR) if connection.dialect.name == "postgresql" else sqlite.insert(CURSOR)
    new = {"position": position, "until": until, "window": window}
    statement = insert.values(source=stream[0], stream=stream[1], **new)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[CURSOR.c.source, CURSOR.c.stream], set_=new, where=CURSOR.c.until <= until
        )
    )


def read_cursor(ledger: Ledger, source: str, stream: str) -> str | None:
    """The position that the last committed window of the stream left behind."""
    query = select(CURSOR.c.position).where(CURSOR.c.source == source, CURSOR.c.stream == stream)
    with ledger.read() as connection:
        return connection.scalar(query)


def held_windows(ledger: Ledger) -> list[WindowRow]:
    """Windows that wait for a release or for the next good read, oldest first."""
    return list_open_windows(ledger, WindowState.HELD)


def released_windows(ledger: Ledger) -> list[WindowRow]:
    """Windows that a person released and that are still to be merged, oldest first."""
    return list_open_windows(ledger, WindowState.RELEASED)


def list_open_windows(ledger: Ledger, state: WindowState) -> list[WindowRow]:
    query = select(WINDOW).where(WINDOW.c.state == state.value, WINDOW.c.closed_at.is_(None))
    with ledger.read() as connection:
        return [build_row(row) for row in connection.execute(query.order_by(WINDOW.c.as_of, WINDOW.c.id))]


def close_waiting(
    connection: Connection, source: str, stream: str, *, until: datetime, at: datetime, sweeps: bool = False
) -> None:
    """A good read settles every window of the stream that waited and is not newer; a good sweep the `sweeps`."""
    waiting = WINDOW.c.state.in_([WindowState.HELD.value, WindowState.RELEASED.value]) & WINDOW.c.closed_at.is_(None)
    alike = WINDOW.c.kind == SWEEP if sweeps else WINDOW.c.kind != SWEEP
    settled = of_stream(source, stream) & waiting & alike & (WINDOW.c.as_of <= until)
    connection.execute(update(WINDOW).where(settled).values(closed_at=at))


def release_window(ledger: Ledger, window_id: int, *, run: int, at: datetime, author: str, reason: str) -> WindowRow:
    """Let a held window be merged, on somebody's word. Raises `LedgerError` when it is not waiting."""
    with ledger.write() as connection:
        waiting = (WINDOW.c.id == window_id) & (WINDOW.c.state == WindowState.HELD.value) & WINDOW.c.closed_at.is_(None)
        values = {"state": WindowState.RELEASED.value, "released_by": author, "detail": reason, "run": run, "at": at}
        changed = connection.execute(update(WINDOW).where(waiting).values(values)).rowcount
        if not changed:
            raise LedgerError("no held window has this number", subject=str(window_id), cure="see `slipwatch status`")
        return build_row(connection.execute(select(WINDOW).where(WINDOW.c.id == window_id)).one())


def list_newer_sweeps(connection: Connection, spooled: Spooled) -> list[datetime]:
    """The instants of the complete windows merged that are newer than this one, oldest first."""
    newer = (WINDOW.c.kind == "complete") & WINDOW.c.state.in_(GOOD) & (WINDOW.c.as_of > spooled.as_of)
    query = select(WINDOW.c.as_of).where(of_stream(spooled.source, spooled.stream), newer).distinct()
    return list(connection.scalars(query.order_by(WINDOW.c.as_of)))


def list_archived(ledger: Ledger) -> list[WindowRow]:
    """Every window that names a folder of the raw archive, newest first by the instant its source spoke of."""
    query = select(WINDOW).where(WINDOW.c.archive.is_not(None)).order_by(WINDOW.c.as_of.desc(), WINDOW.c.id.desc())
    with ledger.read() as connection:
        return [build_row(row) for row in connection.execute(query)]


def forget_archives(ledger: Ledger, windows: Collection[int]) -> None:
    """These windows name no folder any more: nothing looks for it, and its absence is no loss."""
    if not windows:
        return
    statement = update(WINDOW).where(WINDOW.c.id == bindparam("window")).values(archive=None)
    with ledger.write() as connection:
        connection.execute(statement, [{"window": window} for window in sorted(windows)])
