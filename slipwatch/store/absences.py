"""Absence: what a complete window no longer lists, from the first time it is missing to the day it comes back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slipwatch.store.bulk import Bulk, Repeated
from slipwatch.store.promises import Stamp
from slipwatch.store.sheet import Ids


class Absence(NamedTuple):
    """An absence that goes on; instants in microseconds."""

    id: int
    record: int
    absent_since: int
    vanished_at: int | None


def read_absences(bulk: Bulk, source: str, stream: str) -> list[Absence]:
    """The absences of a stream that go on."""
    rows = bulk.fetch(
        "SELECT a.id, a.record, a.absent_since, a.vanished_at FROM absence a JOIN source_record r ON r.id = a.record"
        " WHERE a.returned_at IS NULL AND r.source = ? AND r.stream = ?",
        source,
        stream,
    )
    return [Absence(*row) for row in rows]


def end_absences(bulk: Bulk, absences: list[Absence], seen: Ids, as_of: int, stamp: Stamp) -> int:
    """Records that were seen again return; returns how many."""
    present = set(seen[np.isin(seen, [one.record for one in absences])].tolist()) if absences else set()
    back = [one for one in absences if one.record in present]
    bulk.run_many(
        "UPDATE absence SET returned_at = ?, returned_recorded = ? WHERE id = ?",
        [(as_of, stamp.at, one.id) for one in back],
    )
    mark_changed(bulk, [one.record for one in back], stamp)
    return len(back)


def find_absent(bulk: Bulk, source: str, stream: str, seen: Ids) -> list[int]:
    """Records of a stream that are not among those seen."""
    sql = "SELECT id FROM source_record WHERE source = ? AND stream = ?"
    rows = bulk.fetch(sql, source, stream)
    everyone = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    absent: list[int] = everyone[~np.isin(everyone, seen)].tolist()
    return absent


def note_absences(bulk: Bulk, absent: list[int], known: list[Absence], as_of: int, stamp: Stamp) -> tuple[int, int]:
    """Record absence, or after a second complete window in a row the vanishing: (newly absent, newly vanished).

    The second window must speak of a later instant: the same file read twice proves nothing more.
    """
    ongoing = {one.record: one for one in known}
    newly = [record for record in absent if record not in ongoing]
    gone = [
        ongoing[record]
        for record in absent
        if record in ongoing and ongoing[record].vanished_at is None and ongoing[record].absent_since < as_of
    ]
    insert_absences(bulk, newly, as_of, stamp)
    vanish(bulk, gone, as_of, stamp)
    return len(newly), len(gone)


def insert_absences(
    bulk: Bulk, records: list[int], since: int, stamp: Stamp, *, vanished_at: int | None = None
) -> None:
    if not records:
        return
    count = len(records)
    bulk.insert(
        "absence",
        {
            "record": records,
            "absent_since": Repeated(since, count),
            "absent_recorded": Repeated(stamp.at, count),
            "vanished_at": Repeated(vanished_at, count),
            "vanished_recorded": Repeated(None if vanished_at is None else stamp.at, count),
            "run": Repeated(stamp.run, count),
        },
    )
    mark_changed(bulk, records, stamp)


def vanish(bulk: Bulk, gone: list[Absence], as_of: int, stamp: Stamp) -> None:
    bulk.run_many(
        "UPDATE absence SET vanished_at = ?, vanished_recorded = ? WHERE id = ?",
        [(as_of, stamp.at, one.id) for one in gone],
    )
    mark_changed(bulk, [one.record for one in gone], stamp)


def mark_changed(bulk: Bulk, records: list[int], stamp: Stamp) -> None:
    """The subjects of these records must be judged again in this run."""
    bulk.run_many("UPDATE source_record SET changed_run = ? WHERE id = ?", [(stamp.run, one) for one in records])
