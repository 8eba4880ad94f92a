"""Quarantine: records that could not be read, kept with key, reason and excerpt until they can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from slipwatch.store.archive import Spooled
from slipwatch.store.bulk import Bulk, Repeated
from slipwatch.store.ledger import Ledger
from slipwatch.store.promises import Stamp
from slipwatch.store.schema import QUARANTINE

READ, REMAPPED, NOT_REPEATED, VANISHED = "read", "remapped", "not_repeated", "vanished"
"""How a row ends: its record was read well; from the archive, with a corrected mapping; a complete list no longer
brings it; two sweeps in a row no longer list its record."""

Identity = tuple[str | None, str | None, str]
"""Source id (or the place, where there is no key), column and reason: a repeat of the same trouble is one row."""


def update_quarantine(bulk: Bulk, spooled: Spooled, good: set[str], stamp: Stamp) -> tuple[int, int]:
    """Note the rejects of a window and close what is over: (newly set aside, closed).

    A complete window closes what it does not repeat, any other only the records that it read well (`good`).
    """
    known = read_open(bulk, spooled.source, spooled.stream)
    rejects = {identify(reject): reject for reject in spooled.read_rejects()}
    repeated = [number for identity, (number, _) in known.items() if identity in rejects]
    complete = spooled.window.kind.value == "complete"
    over = {
        number: source_id
        for identity, (number, source_id) in known.items()
        if identity not in rejects and (complete or source_id in good)
    }
    again = "UPDATE quarantine SET last_seen = ?, absent_since = NULL WHERE id = ?"
    bulk.run_many(again, [(stamp.at, number) for number in repeated])
    read = spooled.read_keys() if over else set()
    close_rows(bulk, {number: READ if key in read else NOT_REPEATED for number, key in over.items()}, stamp)
    fresh = [reject for identity, reject in rejects.items() if identity not in known]
    insert_rejects(bulk, spooled, fresh, stamp)
    return len(fresh), len(over)


def close_rows(bulk: Bulk, endings: Mapping[int, str], stamp: Stamp) -> None:
    """End rows of the quarantine, each under its own name."""
    rows = [(stamp.at, ending, number) for number, ending in endings.items()]
    bulk.run_many("UPDATE quarantine SET closed_at = ?, ending = ? WHERE id = ?", rows)


def settle_unlisted(bulk: Bulk, names: tuple[str, str], listed: Collection[str], as_of: int, stamp: Stamp) -> int:
    """What a sweep of (source, stream) says of the quarantine; returns how many rows it ends.

    As with any record, two sweeps in a row must miss a key, the second with a later `as_of`. A row without key lasts:
    nothing tells whether its record is listed.
    """
    rows = bulk.fetch(
        "SELECT id, source_id, absent_since FROM quarantine"
        " WHERE closed_at IS NULL AND source_id IS NOT NULL AND source = ? AND stream = ?",
        *names,
    )
    keys = frozenset(listed)
    there = [(number,) for number, key, since in rows if key in keys and since is not None]
    missed = [(as_of, number) for number, key, since in rows if key not in keys and since is None]
    gone = [number for number, key, since in rows if key not in keys and since is not None and since < as_of]
    bulk.run_many("UPDATE quarantine SET absent_since = NULL WHERE id = ?", there)
    bulk.run_many("UPDATE quarantine SET absent_since = ? WHERE id = ?", missed)
    close_rows(bulk, dict.fromkeys(gone, VANISHED), stamp)
    return len(gone)


@dataclass(frozen=True, kw_only=True)
class Vanished:
    """What one sweep ended: the keys that two sweeps in a row missed, of one stream, at one instant."""

    source: str
    stream: str
    closed_at: datetime
    keys: tuple[str, ...]


def list_vanished(ledger: Ledger) -> list[Vanished]:
    """Every ending by a sweep, oldest first."""
    table = QUARANTINE.c
    query = select(table.closed_at, table.source, table.stream, table.source_id).where(table.ending == VANISHED)
    with ledger.read() as connection:
        rows = connection.execute(query.order_by(table.closed_at, table.source, table.stream, table.source_id)).all()
    return [
        Vanished(source=source, stream=stream, closed_at=at, keys=tuple(dict.fromkeys(row.source_id for row in some)))
        for (at, source, stream), some in groupby(rows, key=lambda row: (row.closed_at, row.source, row.stream))
    ]


def read_open(bulk: Bulk, source: str, stream: str) -> dict[Identity, tuple[int, str | None]]:
    rows = bulk.fetch(
        "SELECT id, source_id, place, column_name, reason FROM quarantine"
        " WHERE closed_at IS NULL AND source = ? AND stream = ?",
        source,
        stream,
    )
    return {
        (source_id or place, column, reason): (number, source_id) for number, source_id, place, column, reason in rows
    }


def identify(reject: dict[str, str | None]) -> Identity:
    return reject["source_id"] or reject["where"], reject["column"], reject["reason"] or ""


def insert_rejects(bulk: Bulk, spooled: Spooled, rejects: Sequence[dict[str, str | None]], stamp: Stamp) -> None:
    count = len(rejects)
    if not count:
        return
    bulk.insert(
        "quarantine",
        {
            "source": Repeated(spooled.source, count),
            "stream": Repeated(spooled.stream, count),
            "entity": Repeated(spooled.entity, count),
            "source_id": [reject["source_id"] for reject in rejects],
            "column_name": [reject["column"] for reject in rejects],
            "reason": [reject["reason"] for reject in rejects],
            "place": [reject["where"] for reject in rejects],
            "excerpt": [reject["excerpt"] for reject in rejects],
            "first_seen": Repeated(stamp.at, count),
            "last_seen": Repeated(stamp.at, count),
            "run": Repeated(stamp.run, count),
        },
    )


def list_rejected_keys(spooled: Spooled) -> tuple[list[str], int]:
    """The keys of a window's rejects, and how many rejects had none."""
    rejects = spooled.read_rejects() if spooled.rejects else []
    keys = [reject["source_id"] for reject in rejects if reject["source_id"] is not None]
    return keys, len(rejects) - len(keys)
