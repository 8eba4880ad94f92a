"""Views as warehouses and ERPs keep them: fresh views of old facts, changes only, rows that do not fit."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files

import psycopg
import pytest
import yaml
from pydantic import ValidationError

from connectors.sql_view import SqlViewConnector, SqlViewOptions
from slipwatch.connector import Context
from slipwatch.errors import ConfigError, ContractError, PermanentError, TransientError
from slipwatch.model.records import WindowKind
from slipwatch.sample.programme import POLLS, SEED
from slipwatch.sample.wms_database import write_wms_database
from tests.connectors.sql_view.views import (
    NOW,
    OPTIONS,
    Warehouse,
    fill_postgres,
    fill_sqlite,
    list_lines,
    list_receipts,
)

LAST_POSTING = datetime(2026, 5, 7, 19, 40, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def warehouse(request, tmp_path):
    """The same warehouse on both databases; `fill` takes receipts and lines."""
    if request.param == "sqlite":
        warehouse = Warehouse(tmp_path)
        warehouse.fill = lambda **rows: fill_sqlite(tmp_path / "wms.sqlite", **rows)
    else:
        warehouse = Warehouse(tmp_path, url=request.getfixturevalue("postgres_url"))
        warehouse.fill = lambda **rows: fill_postgres(warehouse.url, **rows)
    warehouse.fill()
    return warehouse


def list_all(batches):
    return [one for batch in batches for one in batch.records], [one for batch in batches for one in batch.rejects]


def test_a_fresh_view_of_old_facts_is_as_old_as_its_facts(warehouse):
    """The view is rewritten each night; its newest posting is eleven days old."""
    batches = warehouse.read()
    assert {batch.as_of for batch in batches} == {LAST_POSTING}
    assert batches[0].window.until == NOW
    assert batches[0].window.kind is WindowKind.COMPLETE
    records, rejects = list_all(batches)
    assert (len(records), rejects) == (1200, [])
    assert batches[-1].completeness.expected == 1200
    assert max(one.known_at for one in records) == LAST_POSTING


def test_a_receipt_as_the_warehouse_keeps_it(warehouse):
    ((record, *_), _) = list_all(warehouse.read())
    assert record.source_id == record.label == "WE000000"
    assert record.values == {
        "order_line": "4500000000/10",
        "received_on": date(2026, 5, 7),
        "received_quantity": Decimal("2.5"),
        "unit": "PCE",
    }
    assert record.known_at == LAST_POSTING


def test_the_date_of_the_data_never_goes_back(warehouse):
    """The newest posting was reversed and deleted: the rest is still as fresh as before."""
    (first, *_) = warehouse.read()
    warehouse.fill(receipts=list(list_receipts())[100:])
    (second, *_) = warehouse.read(cursor=first.window.position)
    assert second.as_of == LAST_POSTING
    warehouse.fill(
        receipts=[*list_receipts(), ("WE9", "4500031870", 10, 1, "PCE", "2026-05-17", "2026-05-17 21:40:00")]
    )
    (third, *_) = warehouse.read(cursor=second.window.position)
    assert third.as_of == datetime(2026, 5, 17, 19, 40, tzinfo=UTC)


def test_an_empty_view_is_an_empty_list_as_of_now(warehouse):
    warehouse.fill(receipts=[])
    (batch,) = warehouse.read()
    assert (batch.records, batch.as_of, batch.completeness.expected) == ([], NOW, 0)


def test_without_a_column_of_freshness_a_view_is_as_of_now(warehouse):
    warehouse.change("receipts", fresh_as_of=None)
    assert warehouse.read()[0].as_of == NOW


def test_a_newest_date_in_the_future_or_of_another_kind_is_refused(warehouse):
    future = ("WE9", "4500031870", 10, 1, "PCE", "2062-05-17", "2062-05-17 21:40:00")
    warehouse.fill(receipts=[*list_receipts(5), future])
    assert "still to come" in str(warehouse.read())
    assert "no ISO date or time" in str(warehouse.change("receipts", fresh_as_of="unit").read())
    assert "“posted” (fresh_as_of) is missing" in str(warehouse.change("receipts", fresh_as_of="posted").read())


def test_a_day_of_freshness_counts_to_its_end(warehouse):
    warehouse.change("receipts", fresh_as_of="dock_date")
    assert warehouse.read()[0].as_of == datetime(2026, 5, 7, 21, 59, 59, tzinfo=UTC)


def test_first_everything_then_what_was_touched_since_with_an_overlap(warehouse):
    connector = warehouse.open()
    (window,) = connector.plan("lines", None)
    assert (window.since, window.kind) == (None, WindowKind.INCREMENTAL)
    records, _ = list_all(connector.read(window))
    assert [one.source_id for one in records] == ["4500031870/10", "4500031871/10"]
    assert records[0].values["updated_at"] == datetime(2026, 5, 18, 3, 30, tzinfo=UTC)
    (following,) = connector.plan("lines", window.position)
    assert following.since == NOW - timedelta(hours=2)
    batches = list(connector.read(following))
    assert [one.source_id for one in list_all(batches)[0]] == ["4500031870/10"]
    assert (batches[-1].completeness.read, batches[-1].completeness.expected) == (1, 1)


def test_rows_that_do_not_fit_are_set_aside_with_the_row(warehouse):
    rows = [
        ("WE1", "4500031870", 10, 1, "PCE", "2026-05-06", "2026-05-06 21:40:00"),
        ("WE2", "450003187", 10, 1, "PCE", "2026-05-06", "2026-05-06 21:40:00"),
        ("WE3", "4500031870", 10, 1, "PCE", None, "2026-05-06 21:40:00"),
        (None, "4500031870", 10, 1, "PCE", "2026-05-06", "2026-05-06 21:40:00"),
        ("WE5", "4500031870", 10, 1, "PCE", "1899-12-31", "2026-05-06 21:40:00"),
    ]
    warehouse.fill(receipts=rows)
    records, rejects = list_all(warehouse.read())
    assert [one.source_id for one in records] == ["WE1"]
    assert sorted((one.source_id or "", one.reason, one.column) for one in rejects) == [
        ("", "missing_key", None), ("WE2", "bad_key", "order_line"), ("WE3", "missing_value", "received_on"),
        ("WE5", "bad_date", "received_on"),
    ]  # fmt: skip
    assert all(one.where.startswith("view v_receipts, row ") for one in rejects)


def test_the_raw_text_holds_what_the_view_holds(warehouse):
    (batch, *_) = warehouse.read()
    raw = json.loads(batch.raw[0])
    assert (raw["receipt_no"], raw["dock_date"], float(raw["quantity"])) == ("WE000000", "2026-05-07", 2.5)


def test_rows_without_a_key_are_missed_by_pages_and_the_count_tells(warehouse):
    row = (None, "4500031870", 10, 1, "PCE", "2026-05-06", "2026-05-06 21:40:00")
    receipts = list(list_receipts())
    warehouse.fill(receipts=[*receipts, row, row])
    batches = warehouse.change("receipts", paged=True).read()
    last = batches[-1].completeness
    missed = last.expected - last.read
    assert last.expected == 1202
    assert last.proven == (missed == 0)
    assert len(list_all(batches)[0]) in (1200, 1000)


def test_a_column_that_is_gone_is_told_with_those_there_are(warehouse):
    mapping = OPTIONS["streams"][0]["columns"] | {"received_on": "delivery_date"}
    broken = warehouse.change("receipts", columns=mapping).read()
    assert isinstance(broken, ContractError)
    assert "“delivery_date” (received_on) is missing" in str(broken)
    assert "dock_date" in str(broken)


def test_a_view_that_is_gone_is_told_with_those_there_are(warehouse):
    broken = warehouse.change("receipts", view="v_recepits").read()
    assert isinstance(broken, ContractError)
    assert "v_lines, v_receipts" in str(broken)


def test_a_check_and_a_sweep(warehouse):
    report = warehouse.open().check()
    assert report.ok
    assert (
        report.notes[0] == "receipts: 0 of the first 100 rows of v_receipts cannot be read; as of 2026-05-07 19:40 UTC"
    )
    assert list(warehouse.open().sweep("lines")) == ["4500031870/10", "4500031871/10"]
    assert len(set(warehouse.open().sweep("receipts"))) == 1200
    broken = warehouse.change("receipts", view="gone").open().check()
    assert not broken.ok
    assert [stream for stream, _ in broken.problems] == ["receipts"]


def test_a_read_that_is_dropped_half_way_lets_go_of_the_database(warehouse):
    connector = warehouse.open()
    (window,) = connector.plan("receipts", None)
    batches = connector.read(window)
    next(batches)
    batches.close()
    connector.close()
    warehouse.fill(receipts=[])
    assert warehouse.read()[0].records == []


def test_a_database_that_is_not_there_may_come_back(tmp_path, postgres_url):
    assert isinstance(Warehouse(tmp_path).read(), TransientError)
    closed = Warehouse(tmp_path, url=postgres_url.replace(":5432", ":1"))
    assert isinstance(closed.read(), TransientError)
    assert closed.open().check().problems[0][0] == "receipts"


def test_a_date_that_python_cannot_hold_sets_the_window_aside(tmp_path, postgres_url):
    fill_postgres(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute("UPDATE receipt SET dock_date = 'infinity' WHERE receipt_no = 'WE000003'")
    assert isinstance(Warehouse(tmp_path, url=postgres_url).read(), PermanentError)


def test_texts_are_compared_by_their_day_where_a_database_keeps_times_as_text(tmp_path):
    """SQLite gives a view's expression no type; ISO texts are compared as texts, by the day."""
    fill_sqlite(tmp_path / "wms.sqlite")
    with closing(sqlite3.connect(tmp_path / "wms.sqlite")) as database, database:
        database.executescript(
            "DROP VIEW v_lines; CREATE VIEW v_lines AS"
            " SELECT order_no, item_no, need_date, replace(touched_at, ' ', 'T') || 'Z' AS touched_at FROM line"
        )
    warehouse = Warehouse(tmp_path)
    (everything,) = warehouse.read("lines")
    (since,) = warehouse.read("lines", cursor=everything.window.position)
    assert [one.source_id for one in since.records] == ["4500031870/10"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "env:X"}, "either `url` or `sqlite`"),
        ({"sqlite": None}, "either `url` or `sqlite`"),
        ({"sqlite": None, "url": "postgresql://user:password@host/db"}, "url"),
        ({"query": "SELECT 1"}, "query"),
        ({"streams": []}, "at least 1 item"),
        ({"streams": OPTIONS["streams"] * 2}, "two streams are called lines, receipts"),
        ({"streams": [OPTIONS["streams"][0] | {"history": {"path": "h", "columns": {}}}]}, "leave out `history`"),
        ({"streams": [OPTIONS["streams"][0] | {"sql": "SELECT 1"}]}, "sql"),
        ({"timeout_seconds": 0}, "timeout_seconds"),
    ],
)
def test_wrong_options_are_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        SqlViewOptions.model_validate(OPTIONS | changes)


def test_a_wrong_mapping_is_told_with_stream_and_column(tmp_path):
    with pytest.raises(ConfigError) as wrong:
        Warehouse(tmp_path).change("receipts", columns={"received": "dock_date"}).open()
    assert "receipts.received: receipt has no column received" in str(wrong.value)
    with pytest.raises(ConfigError, match="there is no stream orders"):
        Warehouse(tmp_path).open().plan("orders", None)


def test_the_warehouse_of_the_sample_programme(tmp_path):
    """Receipts go on being shown fresh while nothing is posted from 11 May to 22 May."""
    shipped = (files("slipwatch.sample") / "config" / "sources.yaml").read_text(encoding="utf-8")
    options = SqlViewOptions.model_validate(yaml.safe_load(shipped)["sources"]["WMS"]["options"])
    (tmp_path / "config").mkdir()
    (tmp_path / "drop" / "wms").mkdir(parents=True)
    days, cursor = [], None
    for poll in POLLS[17:21]:
        write_wms_database(tmp_path / "drop" / "wms" / "wms.sqlite", poll, seed=SEED)
        context = Context(
            source="WMS", resolve=str, now=lambda at=poll.at: at.astimezone(UTC), sleep=lambda seconds: None,
            home=tmp_path, base=tmp_path / "config",
        )  # fmt: skip
        connector = SqlViewConnector(options, context)
        (window,) = connector.plan("receipts", cursor)
        batches = list(connector.read(window))
        assert list_all(batches)[1] == []
        days.append(batches[0].as_of.date())
        cursor = batches[0].window.position
    assert days == [date(2026, 4, 30), date(2026, 5, 7), date(2026, 5, 7), date(2026, 5, 22)]


def test_lines_of_the_tests_are_three():
    assert len(list(list_lines())) == 3
