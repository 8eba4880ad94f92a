"""Columns that repeat: what stands in the statement is what would have been handed over."""

import shutil
import sqlite3

import pytest

from slipwatch.store.bulk import ROWS_AT_ONCE, Repeated, fill, open_bulk, quote_names
from slipwatch.store.ledger import Ledger

WINDOW = {
    "source": "it's",
    "stream": 'a\n"b"',
    "entity": "\U0001f600",
    "kind": "?%s{table}{names}",
    "state": "NULL",
    "reason": "",
    "detail": "0012",
    "position": "long" * 1000,
    "proof": "1e5",
    "rows": 0,
    "rejects": 2**63 - 1,
    "expected": -(2**63),
    "run": 7,
    "at": -1,
    "fingerprint": None,
}


@pytest.fixture
def opened(empty_sqlite, tmp_path):
    shutil.copy(empty_sqlite, tmp_path / "ledger.db")
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield ledger
    ledger.close()


@pytest.mark.parametrize("count", [1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1])
def test_what_repeats_is_kept_as_it_is(ledger, count):
    with ledger.write() as connection:
        bulk = open_bulk(connection)
        columns = {name: Repeated(value, count) for name, value in WINDOW.items()}
        bulk.insert("source_window", {"id": bulk.reserve("source_window", count), **columns})
        rows = bulk.fetch(fill("SELECT {names} FROM source_window", names=quote_names(WINDOW)))
    assert rows == [tuple(WINDOW.values())] * count


def test_a_long_text_that_repeats_is_not_written_out_for_each_row(opened):
    """A record of one megabyte alone in its window would make a statement of fifty."""
    text = "a" * 100_000
    with opened.write() as connection:
        driver = connection.connection.driver_connection
        before = driver.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 50_000)
        bulk = open_bulk(connection)
        bulk.insert("subject", {"id": [1, 2], "entity": Repeated(text, 2), "key": ["a", "b"], "label": ["A", "B"]})
        driver.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, before)
        assert bulk.fetch("SELECT entity FROM subject") == [(text,)] * 2
