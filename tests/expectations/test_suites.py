"""The suites of a ledger: generated and written by users, over the rows in force, told source by source."""

from datetime import UTC, datetime

import pytest

from slipwatch.model.columns import Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.expectations import evaluate_suites
from slipwatch.store.ledger import Ledger
from slipwatch.store.schema import ABSENCE, RECORD, RUN, SUBJECT, VERSIONS
from slipwatch.store.suites import IN_ORDER, generate_suite
from tests.expectations.tables import expect

AT = datetime(2026, 1, 5, 5, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}", create=True)
    with ledger.write() as connection:
        connection.execute(RUN.insert().values(id=1, kind="run", started_at=AT))
    yield ledger
    ledger.close()


def add(ledger, number, *, source="ERP", ended=None, vanished=None, **values):
    """An order line with one version."""
    subject = {"id": number, "entity": "order_line", "key": f"L-{number}", "label": f"L-{number}"}
    record = subject | {"source": source, "stream": "lines", "source_id": f"{number}", "subject": number}
    record |= {"known_at": AT, "first_seen": AT, "read_as_of": AT, "changed_run": 1}
    version = {"record": number, "known_at": AT, "recorded_at": AT, "ended_at": ended, "run": 1, "cause": "source"}
    with ledger.write() as connection:
        connection.execute(SUBJECT.insert().values(subject))
        connection.execute(RECORD.insert().values({k: v for k, v in record.items() if k != "key"}))
        connection.execute(VERSIONS["order_line"].insert().values(version | {"content": "x"} | values))
        if vanished:
            row = {"record": number, "absent_since": AT, "absent_recorded": AT, "vanished_at": AT, "run": 1}
            connection.execute(ABSENCE.insert().values(row | ({"returned_at": AT} if vanished == "returned" else {})))


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


def test_each_source_is_told_of_its_own_rows(ledger):
    add(ledger, 1, order_number="4500", needed_on="2026-03-01", ordered_on="2026-01-01")
    add(ledger, 2, order_number=None)
    add(ledger, 3, order_number=None, source="TRYTON")
    add(ledger, 4, order_number="4501", needed_on="0206-03-01", ordered_on="2026-01-01")

    assert failures(evaluate_suites(ledger, {})) == [
        ("ERP", "expect_column_values_to_not_be_null", "order_number", "critical", "failed", 1, ("L-2", "L-3")),
        ("TRYTON", "expect_column_values_to_not_be_null", "order_number", "critical", "failed", 1, ("L-2", "L-3")),
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
    ]


def test_only_versions_in_force_of_records_that_are_there(ledger):
    add(ledger, 1, order_number=None, ended=AT)
    add(ledger, 2, order_number=None, vanished="gone")
    add(ledger, 3, order_number=None, vanished="returned")

    assert [row[-1] for row in failures(evaluate_suites(ledger, {}))] == [("L-3",)]


def test_a_written_suite_extends_the_generated_one(ledger):
    add(ledger, 1, order_number="4500", unit_price=12_3400, source="TRYTON")
    add(ledger, 2, order_number="4500")
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
