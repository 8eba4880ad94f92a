"""Sweeps: the ids of all that exists now, for streams whose windows tell only what changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, select

from slipwatch.model.records import Cause, WindowState
from slipwatch.store.absences import Absence, end_absences, find_absent, note_absences, read_absences
from slipwatch.store.bulk import Bulk, open_bulk
from slipwatch.store.heads import find_heads
from slipwatch.store.instants import to_micros
from slipwatch.store.ledger import Ledger
from slipwatch.store.promises import Stamp
from slipwatch.store.quarantine import settle_unlisted
from slipwatch.store.schema import WINDOW
from slipwatch.store.sheet import Ids
from slipwatch.store.windows import (
    GOOD,
    SWEEP,
    WindowRow,
    build_row,
    close_waiting,
    find_last_good,
    insert_window,
    of_stream,
)


@dataclass(frozen=True, kw_only=True)
class Presence:
    """How many records of a stream are there according to the ledger, and how many of these a sweep lists."""

    known: int
    listed: int


@dataclass(frozen=True, kw_only=True)
class SweepReport:
    """What a sweep proved, in records. `state` is that of its window: merged, unchanged or older; `ended` counts what
    had been set aside and no longer exists."""

    window: int
    state: WindowState
    listed: int
    absent: int = 0
    vanished: int = 0
    returned: int = 0
    ended: int = 0


def last_good_sweep(ledger: Ledger, source: str, stream: str) -> WindowRow | None:
    """The newest sweep of a stream that was let in."""
    with ledger.read() as connection:
        return find_last_sweep(connection, source, stream)


def find_last_sweep(connection: Connection, source: str, stream: str) -> WindowRow | None:
    query = select(WINDOW).where(of_stream(source, stream), WINDOW.c.kind == SWEEP, WINDOW.c.state.in_(GOOD))
    row = connection.execute(query.order_by(WINDOW.c.as_of.desc(), WINDOW.c.id.desc()).limit(1)).one_or_none()
    return build_row(row) if row else None


def count_present(ledger: Ledger, *, source: str, stream: str, source_ids: Collection[str]) -> Presence:
    """What a sweep would leave of the records that were there so far. Those already absent count for neither side."""
    with ledger.read() as connection:
        bulk = open_bulk(connection)
        away = [one.record for one in read_absences(bulk, source, stream)]
        gone = set(find_absent(bulk, source, stream, list_seen(bulk, source, stream, source_ids))).difference(away)
        known = find_absent(bulk, source, stream, np.array(away, np.int64))
    return Presence(known=len(known), listed=len(known) - len(gone))


def merge_sweep(
    ledger: Ledger,
    *,
    source: str,
    stream: str,
    entity: str,
    source_ids: Collection[str],
    run: int,
    at: datetime,
    as_of: datetime,
) -> SweepReport:
    """Let a sweep that was read to its end prove absence, in one transaction.

    A record that it does not list is absent, after a second sweep in a row with a later `as_of` vanished; one that it
    lists returns. What is in quarantine ends in the same way, under the name `vanished`. `as_of` is when the sweep
    began: one older than what was read since proves nothing. Raises `LedgerError` when the database refuses.
    """
    stamp = Stamp(run=run, at=to_micros(at), cause=Cause.SOURCE)
    with ledger.write() as connection:
        bulk = open_bulk(connection)
        bulk.lock(f"{source}.{stream}")
        counts = (0, 0, 0, 0)
        state = WindowState.OLDER
        if not is_overtaken(connection, source, stream, as_of):
            counts = weigh(bulk, (source, stream), source_ids, to_micros(as_of), stamp)
            state = WindowState.MERGED if any(counts) else WindowState.UNCHANGED
            close_waiting(connection, source, stream, until=as_of, at=at, sweeps=True)
        before = find_last_sweep(connection, source, stream)
        facts = {"source": source, "stream": stream, "entity": entity, "run": run, "at": at, "reason": SWEEP}
        facts |= {"kind": SWEEP, "state": state, "rows": len(source_ids), "as_of": as_of, "detail": ""}
        facts |= {"previous_rows": before and before.rows}
        window = insert_window(connection, None, facts)
    absent, vanished, returned, ended = counts
    return SweepReport(
        window=window, state=state, listed=len(source_ids), absent=absent, vanished=vanished, returned=returned,
        ended=ended,
    )  # fmt: skip


def hold_sweep(
    ledger: Ledger,
    presence: Presence,
    *,
    source: str,
    stream: str,
    entity: str,
    run: int,
    at: datetime,
    as_of: datetime,
    reason: str,
    detail: str,
) -> int:
    """Note a sweep that misses too many, and return its window. It can be released; nothing is absent by it."""
    facts = {"source": source, "stream": stream, "entity": entity, "run": run, "at": at, "as_of": as_of}
    facts |= {"kind": SWEEP, "state": WindowState.HELD, "reason": reason, "detail": detail}
    facts |= {"rows": presence.listed, "previous_rows": presence.known}
    with ledger.write() as connection:
        return insert_window(connection, None, facts)


def is_overtaken(connection: Connection, source: str, stream: str, as_of: datetime) -> bool:
    """True where a window or a sweep that speaks of a later instant was let in."""
    newest = (find_last_good(connection, source, stream), find_last_sweep(connection, source, stream))
    return any(row is not None and row.as_of is not None and row.as_of > as_of for row in newest)


def weigh(
    bulk: Bulk, names: tuple[str, str], source_ids: Collection[str], as_of: int, stamp: Stamp
) -> tuple[int, int, int, int]:
    """Records newly absent, newly vanished, returned, and ended in quarantine."""
    absences: list[Absence] = read_absences(bulk, *names)
    seen = list_seen(bulk, *names, source_ids)
    returned = end_absences(bulk, absences, seen, as_of, stamp)
    absent, vanished = note_absences(bulk, find_absent(bulk, *names, seen), absences, as_of, stamp)
    ended = settle_unlisted(bulk, names, source_ids, as_of, stamp)
    return absent, vanished, returned, ended


def list_seen(bulk: Bulk, source: str, stream: str, source_ids: Collection[str]) -> Ids:
    """Record ids that a sweep lists. What cannot be read at present is listed too, as long as it exists."""
    heads = find_heads(bulk, source, stream, sorted(set(source_ids)))
    return np.array([head.id for head in heads.values()], np.int64)
