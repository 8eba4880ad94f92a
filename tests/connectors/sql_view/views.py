"""A warehouse for tests: 1,200 receipts and the view that another system keeps of them, on SQLite or PostgreSQL."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import yaml

from connectors.sql_view import SqlViewConnector, SqlViewOptions
from slipwatch.connector import Context
from slipwatch.errors import SlipwatchError

NOW = datetime(2026, 5, 18, 4, 0, tzinfo=UTC)

OPTIONS = yaml.safe_load("""
sqlite: wms.sqlite
time_zone: Europe/Paris
streams:
  - stream: receipts
    entity: receipt
    view: v_receipts
    fresh_as_of: posted_at
    key: receipt_no
    known_at: posted_at
    columns:
      order_line: {join: [{from: order_no, width: 10}, item_no]}
      received_on: dock_date
      received_quantity: quantity
      unit: unit
  - stream: lines
    entity: order_line
    view: V_LINES
    key: [{column: order_number}, {from: item_no}]
    cursor: {column: touched_at, overlap_minutes: 120}
    skip: [{from: item_no, equals: 0}]
    columns:
      order_number: order_no
      line_number: item_no
      needed_on: need_date
      updated_at: {from: touched_at, optional: true}
""")

SCHEMA = """
CREATE TABLE receipt (receipt_no VARCHAR(10), order_no CHAR(12), item_no INTEGER, quantity NUMERIC(9, 2),
                      unit VARCHAR(3), dock_date DATE, posted_at TIMESTAMP);
CREATE TABLE line (order_no VARCHAR(10), item_no INTEGER, need_date DATE, touched_at TIMESTAMP);
CREATE VIEW v_receipts AS SELECT * FROM receipt;
CREATE VIEW v_lines AS SELECT * FROM line;
"""

RECEIPT = "INSERT INTO receipt VALUES ({0}, {0}, {0}, {0}, {0}, {0}, {0})"
LINE = "INSERT INTO line VALUES ({0}, {0}, {0}, {0})"


def list_receipts(count=1200):
    """Posted one a minute until 7 May 2026, 21:40 in Paris."""
    last = datetime.fromisoformat("2026-05-07 21:40:00")
    for number in range(count):
        posted = last - timedelta(minutes=number)
        yield (
            f"WE{number:06}",
            f"45000{number % 90:05}",
            10,
            2.5,
            "PCE",
            posted.date().isoformat(),
            posted.isoformat(" "),
        )


def list_lines():
    """One line, a zero line that stands for the whole order, and one touched long ago."""
    yield "4500031870", 10, "2026-05-20", "2026-05-18 05:30:00"
    yield "4500031870", 0, "2026-05-20", "2026-05-18 05:30:00"
    yield "4500031871", 10, None, "2026-01-02 03:00:00"


def fill_sqlite(path, *, receipts=None, lines=None):
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(SCHEMA)
        database.executemany(RECEIPT.format("?"), list_receipts() if receipts is None else receipts)
        database.executemany(LINE.format("?"), list_lines() if lines is None else lines)


def fill_postgres(url, *, receipts=None, lines=None):
    with psycopg.connect(url, autocommit=True) as database, database.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        cursor.execute(SCHEMA)
        cursor.executemany(RECEIPT.format("%s"), list(list_receipts() if receipts is None else receipts))
        cursor.executemany(LINE.format("%s"), list(list_lines() if lines is None else lines))


class Warehouse:
    """A connector on the database at `base`, with options that may differ from OPTIONS."""

    def __init__(self, base, *, now=NOW, url=None, **changes):
        self.base, self.now, self.url = base, now, url
        self.options = OPTIONS | changes
        if url:
            self.options = {name: value for name, value in self.options.items() if name != "sqlite"} | {
                "url": "env:URL"
            }

    def change(self, stream, **changes):
        """The same options but for this stream."""
        streams = [one | (changes if one["stream"] == stream else {}) for one in self.options["streams"]]
        self.options = self.options | {"streams": streams}
        return self

    def open(self):
        context = Context(
            source="WMS", resolve=lambda reference: self.url, now=lambda: self.now, sleep=lambda seconds: None,
            home=self.base, base=self.base,
        )  # fmt: skip
        return SqlViewConnector(SqlViewOptions.model_validate(self.options), context)

    def read(self, stream="receipts", cursor=None):
        """The batches of the one window that comes next, or the error that it ends with."""
        connector = self.open()
        (window,) = connector.plan(stream, cursor)
        try:
            return list(connector.read(window))
        except SlipwatchError as error:
            return error
        finally:
            connector.close()
