"""Merging a spooled window into the ledger: one short transaction, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from slipwatch.errors import IncompleteError
from slipwatch.model.records import Cause, WindowKind, WindowState
from slipwatch.store.archive import Spooled
from slipwatch.store.bulk import open_bulk
from slipwatch.store.entries import SubjectKeys
from slipwatch.store.instants import to_micros
from slipwatch.store.ledger import Ledger
from slipwatch.store.merge import Merge, Tally
from slipwatch.store.promises import Stamp
from slipwatch.store.runs import Lease, check_lease
from slipwatch.store.windows import (
    WindowRow,
    close_waiting,
    find_last_good,
    insert_window,
    list_newer_sweeps,
    save_cursor,
)


@dataclass(frozen=True, kw_only=True)
class MergeReport:
    """What a merge did, in records. `state` is that of the window: merged, unchanged or older."""

    window: int
    state: WindowState
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    absent: int = 0
    vanished: int = 0
    returned: int = 0
    quarantined: int = 0
    released_quarantine: int = 0


def merge_window(
    ledger: Ledger,
    spooled: Spooled,
    *,
    run: int,
    at: datetime,
    subject_keys: SubjectKeys,
    cause: Cause = Cause.SOURCE,
    lease: Lease | None = None,
) -> MergeReport:
    """Merge a window that was proven complete. Merging the same window again changes nothing.

    A window older than one already merged tells only the past, except for records of an incremental or append stream
    of which nothing newer was read. With `lease`, a run that lost it writes nothing. Raises `IncompleteError` for a
    window without proof, `LeaseError`, and `LedgerError` when the database refuses.
    """
    if spooled.completeness is None or not spooled.completeness.proven:
        raise IncompleteError(
            "only a window proven complete can be merged", subject=f"{spooled.source}.{spooled.stream}"
        )
    stamp = Stamp(run=run, at=to_micros(at), cause=cause)
    with ledger.write() as connection:
        check_lease(connection, lease)
        bulk = open_bulk(connection)
        bulk.lock(f"{spooled.source}.{spooled.stream}")
        last = find_last_good(connection, spooled.source, spooled.stream)
        older = last is not None and last.as_of is not None and spooled.as_of < last.as_of
        sweeps = list_newer_sweeps(connection, spooled)
        merge = Merge(bulk, spooled, stamp, subject_keys, sweeps=[to_micros(one) for one in sweeps])
        if older:
            tally = merge.tell_past()
        else:
            tally = merge.confirm() if is_repeat(spooled, last, cause) else merge.run()
        state = WindowState.OLDER if older else WindowState.MERGED if tally.moved else WindowState.UNCHANGED
        window = close_window(connection, spooled, state, run=run, at=at)
    return report(window, state, tally)


def is_repeat(spooled: Spooled, last: WindowRow | None, cause: Cause) -> bool:
    """True where a complete window says exactly what the last good one said."""
    kind = WindowKind.COMPLETE.value
    return (
        last is not None
        and cause is Cause.SOURCE
        and spooled.window.kind.value == kind == last.kind
        and spooled.fingerprint == last.fingerprint
    )


def close_window(connection: Connection, spooled: Spooled, state: WindowState, *, run: int, at: datetime) -> int:
    """The row of the window, the cursor, and the windows that waited for a good read."""
    stream = (spooled.source, spooled.stream)
    facts: dict[str, Any] = {"source": stream[0], "stream": stream[1], "entity": spooled.entity}
    facts |= {"run": run, "at": at, "state": state, "reason": "", "detail": ""}
    window = insert_window(connection, spooled, facts)
    save_cursor(connection, window, stream, position=spooled.window.position, until=spooled.window.until)
    close_waiting(connection, *stream, until=spooled.as_of, at=at)
    return window


def report(window: int, state: WindowState, tally: Tally) -> MergeReport:
    return MergeReport(
        window=window,
        state=state,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        absent=tally.absent,
        vanished=tally.vanished,
        returned=tally.returned,
        quarantined=tally.quarantined,
        released_quarantine=tally.released,
    )
