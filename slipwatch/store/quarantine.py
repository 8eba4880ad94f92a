"""Quarantine: records that could not be read, kept with key, reason and excerpt until they can."""

from __future__ import annotations

from collections.abc import Sequence

from slipwatch.store.archive import Spooled
from slipwatch.store.bulk import Bulk, Repeated
from slipwatch.store.promises import Stamp

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
    over = [
        number
        for identity, (number, source_id) in known.items()
        if identity not in rejects and (complete or source_id in good)
    ]
    bulk.run_many("UPDATE quarantine SET last_seen = ? WHERE id = ?", [(stamp.at, number) for number in repeated])
    bulk.run_many("UPDATE quarantine SET closed_at = ? WHERE id = ?", [(stamp.at, number) for number in over])
    fresh = [reject for identity, reject in rejects.items() if identity not in known]
    insert_rejects(bulk, spooled, fresh, stamp)
    return len(fresh), len(over)


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
