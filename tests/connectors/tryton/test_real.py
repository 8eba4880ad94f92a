"""Against a real Tryton: what the double only imitates."""

import time
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.tryton import TrytonConnector, TrytonOptions
from slipwatch.connector import Context
from slipwatch.errors import AuthError, SourceError
from slipwatch.model.tables import ENTITIES
from slipwatch.testing.harness import collect_records, is_proven
from slipwatch.testing.record_rules import find_record_faults


def day(offset):
    return datetime.now(UTC).date() + timedelta(days=offset)


@pytest.fixture
def connect(tryton, tmp_path):
    """A function that builds a connector to the real server."""
    opened = []

    def build_connector(password=None, **options):
        context = Context(
            source="ERP",
            resolve=lambda reference: password or tryton.password,
            now=lambda: datetime.now(UTC),
            sleep=time.sleep,
            home=tmp_path,
            base=tmp_path,
        )
        given = {"address": tryton.url, "database": tryton.database, "user": tryton.user, "password": "env:PW"}
        opened.append(TrytonConnector(TrytonOptions(**given, **options), context))
        return opened[-1]

    yield build_connector
    for connector in opened:
        connector.close()


@pytest.fixture
def reference():
    return f"SC-{uuid.uuid4().hex[:10]}"


def order(tryton, reference, *, due, state="processing", quantity=40):
    act = {
        "do": "order", "reference": reference, "supplier": "Lehmann Castings", "product": "CST-0007",
        "quantity": quantity, "unit_price": "40.50", "ordered": day(-30), "due": due, "state": state,
    }  # fmt: skip
    (done,) = tryton.run(act)
    return done


def read(connector, stream, cursor=None):
    (window,) = connector.plan(stream, cursor)
    return list(connector.read(window))


def find_record(batches, reference):
    found = [one for one in collect_records(batches).values() if one.values["project_code"] == reference]
    return found[0] if found else None


def test_check_and_streams(connect):
    report = connect().check()
    assert report.ok, report.problems
    assert report.version.startswith("8.")
    assert abs(report.clock_skew_seconds) < 60


def test_a_wrong_password_is_refused(connect):
    connector = connect(password="wrong-sentinel")
    assert not connector.check().ok
    with pytest.raises(AuthError):
        connector.discover()


def test_a_promise_that_moves_is_read_again(connect, tryton, reference):
    order(tryton, reference, due=day(-5))
    connector = connect()
    batches = read(connector, "order_lines")
    record = find_record(batches, reference)
    assert record.values["promised_on"] == day(-5)
    assert record.values["ordered_on"] == day(-30)
    assert record.values["ordered_quantity"] == Decimal(40)
    assert record.values["unit_price"] == Decimal("40.50")
    assert record.values["currency"] == "EUR"
    assert (record.values["completed"], record.values["cancelled"]) == (False, False)
    tryton.run({"do": "promise", "reference": reference, "due": day(24)})
    again = read(connector, "order_lines", batches[-1].window.position)
    assert find_record(again, reference).values["promised_on"] == day(24)
    assert is_proven(again)


def test_goods_that_came_in_part(connect, tryton, reference):
    (line,) = order(tryton, reference, due=day(-10), quantity=300)["lines"]
    connector = connect()
    cursor = read(connector, "order_lines")[-1].window.position
    tryton.run({"do": "receive", "reference": reference, "effective": day(-9), "quantity": 120})
    record = find_record(read(connector, "order_lines", cursor), reference)
    assert record.values["promised_on"] == day(-10)  # the promise stays what it was
    assert record.values["received_quantity"] == Decimal(120)
    assert record.values["delivered_on"] == day(-9)
    assert record.values["completed"] is False
    receipts = [
        one for one in collect_records(read(connector, "receipts")).values() if one.values["order_line"] == str(line)
    ]
    assert [(one.values["received_on"], one.values["received_quantity"]) for one in receipts] == [
        (day(-9), Decimal(120))
    ]
    assert receipts[0].values["supplier"] == record.values["supplier"]
    assert receipts[0].values["booked_on"] >= day(-1)


def test_goods_that_came_whole(connect, tryton, reference):
    order(tryton, reference, due=day(-10))
    tryton.run({"do": "receive", "reference": reference, "effective": day(-2), "quantity": None})
    record = find_record(read(connect(), "order_lines"), reference)
    assert record.values["completed"] is True
    assert record.values["received_quantity"] == Decimal(40)


@pytest.mark.parametrize(("state", "cancelled"), [("draft", None), ("quotation", None), ("cancelled", True)])
def test_what_is_no_order(connect, tryton, reference, state, cancelled):
    order(tryton, reference, due=day(5), state=state)
    record = find_record(read(connect(), "order_lines"), reference)
    assert (record and record.values["cancelled"]) == cancelled


def test_suppliers_are_those_that_were_asked_to_deliver(connect, tryton, reference):
    order(tryton, reference, due=day(5))
    connector = connect()
    names = {one.values["name"]: one.source_id for one in collect_records(read(connector, "suppliers")).values()}
    assert "Lehmann Castings" in names
    record = find_record(read(connector, "order_lines"), reference)
    assert record.values["supplier"] == names["Lehmann Castings"]


def test_every_stream_fits_the_model_and_its_sweep(connect, tryton, reference):
    order(tryton, reference, due=day(5))
    connector = connect()
    for info in connector.discover():
        batches = read(connector, info.name)
        assert is_proven(batches)
        for batch in batches:
            for record in batch.records:
                assert not list(find_record_faults(record, ENTITIES[info.entity], batch.as_of + timedelta(minutes=1)))
        assert set(collect_records(batches)) <= set(connector.sweep(info.name))


def test_a_session_that_the_server_forgot_is_opened_again(connect):
    connector = connect()
    connector.plan("receipts", None)
    connector._client._rpc.call("common.db.logout", renew=False)
    assert connector.plan("receipts", None)


def test_nothing_but_reading_is_possible(connect):
    connector = connect()
    for method in ("model.purchase.line.write", "model.party.party.create", "common.db.drop"):
        with pytest.raises(SourceError, match="only read"):
            connector._client.call(method, [1], {})


def test_days_are_days(connect, tryton, reference):
    order(tryton, reference, due=date(2027, 2, 28))
    assert find_record(read(connect(), "order_lines"), reference).values["promised_on"] == date(2027, 2, 28)
