"""The suites of a ledger: generated and written by users, over the rows in force, told source by source."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from slipwatch.model.columns import Kind
from slipwatch.model.records import Batch, Completeness, Record, Window, WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.expectations import evaluate_suites
from slipwatch.store.ledger import Ledger
from slipwatch.store.runs import start_run
from slipwatch.store.spool import spool_window
from slipwatch.store.suites import IN_ORDER, generate_suite
from slipwatch.store.writer import merge_window
from tests.expectations.tables import expect

AT = datetime(2026, 1, 5, 5, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}", create=True)
    yield ledger
    ledger.close()


@pytest.fixture
def read(ledger, tmp_path):
    """Read a complete list of order lines, given as label to values, on the n-th day."""

    def read_lines(day, lines, source="ERP"):
        at = AT + timedelta(days=day)
        window = Window(stream="lines", kind=WindowKind.COMPLETE, until=at)
        records = [Record(source_id=label, label=label, values=values) for label, values in lines.items()]
        done = Completeness(read=len(records), expected=None, proof="end_of_file")
        batch = Batch(
            stream="lines", entity="order_line", window=window, as_of=at, records=records,
            raw=[repr(record) for record in records], completeness=done,
        )  # fmt: skip
        spooled = spool_window([batch], tmp_path / "spool", source=source, most_rejects_percent=10)
        run = start_run(ledger, kind="run", at=at, configuration={})
        merge_window(ledger, spooled, run=run, at=at, subject_keys=lambda entity, source, rows: list(rows.labels))

    return read_lines


def failures(frame):
    found = frame[frame["state"] != "passed"]
    return [
        (row.source, row.expectation, row.column, row.severity, row.state, row.unexpected_count, row.keys)
        for row in found.itertuples()
    ]


class Suite:
    def __init__(self, *expectations):
        self.expectations = expectations


def test_an_empty_ledger_fails_nothing(ledger):
    frame = evaluate_suites(ledger, {})

    assert failures(frame) == []
    assert set(frame["entity"]) == set(ENTITIES)


NAMED = {"order_line": Suite(expect("column_values_to_not_be_null", column="name"))}


def test_each_source_is_told_of_its_own_rows(ledger, read):
    line = {"order_number": "4500", "name": "Pump", "ordered_on": date(2026, 1, 1)}
    read(0, {"L-1": line | {"needed_on": date(2026, 3, 1)}, "L-2": line | {"name": None},
             "L-4": line | {"needed_on": date(206, 3, 1)}})  # fmt: skip
    read(0, {"L-3": line | {"name": None}}, source="TRYTON")

    assert failures(evaluate_suites(ledger, NAMED)) == [
        ("ERP", "expect_column_values_to_be_between", "needed_on", "warning", "failed", 1, ("L-4",)),
        (
            "ERP",
            "expect_column_pair_values_a_to_be_greater_than_b",
            "needed_on, ordered_on",
            "warning",
            "failed",
            1,
            ("L-4",),
        ),
        ("ERP", "expect_column_values_to_not_be_null", "name", "critical", "failed", 1, ("L-2", "L-3")),
        ("TRYTON", "expect_column_values_to_not_be_null", "name", "critical", "failed", 1, ("L-2", "L-3")),
    ]


def test_only_what_is_in_force_of_records_that_are_there(ledger, read):
    bare = {"order_number": "4500"}
    full = bare | {"name": "Pump"}
    read(0, {"L-1": bare, "L-2": bare, "L-3": bare})
    read(1, {"L-1": full, "L-9": full})
    assert failures(evaluate_suites(ledger, NAMED))[0][-1] == ("L-2", "L-3")  # absent once proves nothing
    read(2, {"L-1": full, "L-9": full})
    assert failures(evaluate_suites(ledger, NAMED)) == []
    read(3, {"L-1": full, "L-3": bare, "L-9": full})

    assert failures(evaluate_suites(ledger, NAMED))[0][-1] == ("L-3",)


def test_a_written_suite_extends_the_generated_one(ledger, read):
    read(0, {"L-1": {"order_number": "4500", "unit_price": Decimal("12.34")}}, source="TRYTON")
    read(0, {"L-2": {"order_number": "4500"}})
    suite = Suite(
        expect("column_max_to_be_between", column="unit_price", max_value=12),
        expect("table_row_count_to_be_between", min_value=1),
        expect("column_values_to_be_between", column="nothing", min_value=1),
    )

    frame = evaluate_suites(ledger, {"order_line": suite})

    assert [row[:2] + row[4:6] for row in failures(frame.fillna({"source": "-", "unexpected_count": 0}))] == [
        ("ERP", "expect_column_max_to_be_between", "failed", 0),
        ("TRYTON", "expect_column_max_to_be_between", "failed", 0),
        ("-", "expect_column_values_to_be_between", "broken", 0),
    ]
    assert frame.loc[frame["state"] == "broken", "detail"].item().startswith("suite: no column nothing")


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_every_entity_has_a_suite_made_from_its_columns(entity):
    suite = generate_suite(entity)
    asked = {(one.type, one.kwargs.get("column")) for one in suite}

    for column in entity.columns:
        assert ("expect_column_values_to_not_be_null", column.name) in asked or not column.required
        assert ("expect_column_values_to_be_in_set", column.name) in asked or not column.choices
        assert ("expect_column_values_to_be_between", column.name) in asked or column.kind is not Kind.DAY
    for pair in IN_ORDER.get(entity.name, ()):
        assert {entity.by_name[name].kind for name in pair} <= {Kind.DAY, Kind.INSTANT}
    assert set(IN_ORDER) <= set(ENTITIES)
