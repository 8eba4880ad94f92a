"""Version rows: all canonical columns of a record, half-open in recorded time."""

from __future__ import annotations

from collections.abc import Sequence

from slipwatch.store.bulk import Bulk, Repeated, fill
from slipwatch.store.promises import Stamp
from slipwatch.store.sheet import Sheet


def insert_versions(
    bulk: Bulk,
    sheet: Sheet,
    records: Sequence[int],
    known: Sequence[int],
    stamp: Stamp,
    *,
    ended_at: int | None = None,
    opening: Sequence[int] | None = None,
) -> None:
    """One version per row of the sheet; `ended_at` (microseconds) closes at birth what only tells the past.

    `opening` is 1 for versions whose watched values are first promises.
    """
    count = len(sheet)
    bulk.insert(
        f"{sheet.entity.name}_version",
        {
            "record": records,
            "known_at": known,
            "recorded_at": Repeated(stamp.at, count),
            "ended_at": Repeated(ended_at, count),
            "run": Repeated(stamp.run, count),
            "cause": Repeated(stamp.cause.value, count),
            "stated_by": sheet.read_column("stated_by"),
            "opening": opening or Repeated(0, count),
            "content": sheet.read_column("content"),
            **sheet.cells,
        },
    )


def end_versions(bulk: Bulk, entity: str, records: Sequence[int], at: int) -> None:
    bulk.run_many(
        fill("UPDATE {versions} SET ended_at = ? WHERE record = ? AND ended_at IS NULL", versions=f"{entity}_version"),
        ((at, record) for record in records),
    )
