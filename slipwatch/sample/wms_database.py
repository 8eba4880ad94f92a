"""The WMS of the distribution centre: a SQLite database whose view `v_receipts` is rewritten every night.

From 11 May the posting job fails while the view goes on being rewritten; on 22 May it is repaired and posts all that
was waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from slipwatch.sample.calendars import DC_M
from slipwatch.sample.cast import SITES, SUPPLIERS
from slipwatch.sample.orders import list_order_lines
from slipwatch.sample.programme import PARIS, Poll

FIRST_FAILED_NIGHT = date(2026, 5, 11)
REPAIRED = date(2026, 5, 22)

_SCHEMA = """
CREATE TABLE goods_receipt (
    receipt_no TEXT PRIMARY KEY,
    plant TEXT NOT NULL,
    vendor_no TEXT NOT NULL,
    order_no TEXT NOT NULL,
    item_no INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    unit TEXT NOT NULL,
    dock_date TEXT NOT NULL,
    posted_at TEXT,
    state TEXT NOT NULL CHECK (state IN ('POSTED', 'WAITING'))
);
CREATE TABLE nightly_refresh (refreshed_at TEXT NOT NULL);
CREATE VIEW v_receipts AS
SELECT r.receipt_no, r.plant, r.vendor_no, r.order_no, r.item_no, r.quantity, r.unit, r.dock_date, r.posted_at,
       n.refreshed_at
FROM goods_receipt r CROSS JOIN nightly_refresh n
WHERE r.state = 'POSTED'
ORDER BY r.receipt_no;
"""

Row = tuple[str, str, str, str, int, int, str, str, str | None, str]


def write_wms_database(path: Path, poll: Poll, *, seed: int) -> datetime:
    """Replaces the database by its state of the last night before a poll, and says when that was."""
    refreshed = datetime.combine(poll.day, time(2, 30), tzinfo=PARIS)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as database, database:
        database.executescript(_SCHEMA)
        database.execute("INSERT INTO nightly_refresh VALUES (?)", (_write_instant(refreshed),))
        database.executemany("INSERT INTO goods_receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _list_rows(poll, seed))
    draft.replace(path)
    return refreshed


def find_posting_day(dock_date: date) -> date:
    """The night in which a receipt is posted: that of its day, or of the repair."""
    return REPAIRED if FIRST_FAILED_NIGHT <= dock_date <= REPAIRED else dock_date


def _list_rows(poll: Poll, seed: int) -> Iterable[Row]:
    for dock_date, row in _list_receipts(seed):
        if dock_date < poll.day:
            is_posted = find_posting_day(dock_date) < poll.day
            yield row if is_posted else (*row[:8], None, "WAITING")


@lru_cache(maxsize=4)
def _list_receipts(seed: int) -> tuple[tuple[date, Row], ...]:
    """Every delivery at the distribution centre as it will be posted in the end, with its day on the dock."""
    arrivals = sorted(
        (delivery.day, line.order, line.line, delivery.quantity, line.unit, line.supplier)
        for line in list_order_lines(seed)
        if line.site == DC_M
        for delivery in line.deliveries
    )
    return tuple(
        (
            day,
            (
                f"WE{number:07d}",
                SITES[DC_M],
                SUPPLIERS[supplier].number,
                order,
                item,
                quantity,
                unit,
                day.isoformat(),
                _write_instant(_find_posting(day, number)),
                "POSTED",
            ),
        )
        for number, (day, order, item, quantity, unit, supplier) in enumerate(arrivals, start=1)
    )


def _find_posting(dock_date: date, number: int) -> datetime:
    """At 21:40 local time, a few seconds for each receipt."""
    evening = datetime.combine(find_posting_day(dock_date), time(21, 40), tzinfo=PARIS)
    return evening + timedelta(seconds=number % 600)


def _write_instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
