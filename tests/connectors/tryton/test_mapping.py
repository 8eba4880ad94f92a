"""What Tryton's words become."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.tryton.client import revive
from connectors.tryton.mapping import (
    Settings,
    list_order_lines,
    list_receipts,
    list_shipments,
    list_suppliers,
)
from slipwatch.errors import ContractError, RecordError
from tests.connectors.tryton.double import (
    STAMP,
    TrytonDouble,
    build_line,
    build_move,
    build_order,
    build_party,
    choose,
    tag,
)

SETTINGS = Settings(zone="Europe/Paris")
DONE = {"state": "done", "effective_date": date(2026, 3, 20), "write_date": datetime(2026, 3, 22, 23, 30, tzinfo=UTC)}
NOTICE = {
    "id": 7,
    "number": "S7",
    "supplier": 2,
    "planned_date": date(2026, 3, 9),
    "create_date": STAMP,
    "write_date": None,
}


def ask(double, listing):
    """The records of a double as Tryton would answer the fields of a listing."""
    rows = [choose(row, listing.names) for row in double.list_rows(listing.model)]
    return [tag(row) for row in rows]


def map_line(*moves, settings=SETTINGS, order=None, needs=(), **line):
    double = TrytonDouble()
    double.orders, double.lines = [build_order(1, 2, **(order or {}))], [build_line(3, 1, **line)]
    double.moves, double.needs = list(moves), list(needs)
    listing = list_order_lines(settings)
    (item,) = ask(double, listing)
    return listing.map_record(item)


def test_an_order_line_states_its_promise():
    record = map_line(build_move(1, 3))
    assert (record.source_id, record.label) == ("3", "101/3")
    assert record.known_at == STAMP
    assert record.values == {
        "order_number": "101",
        "line_number": "3",
        "name": "[BRG] Bearing",
        "project_code": "SC-1",
        "site_code": "WH",
        "supplier": "2",
        "ordered_on": date(2026, 2, 1),
        "promised_on": date(2026, 4, 1),
        "ordered_quantity": Decimal(10),
        "received_quantity": Decimal(0),
        "unit": "u",
        "unit_price": Decimal("3.15"),
        "currency": "EUR",
        "delivered_on": None,
        "booked_on": None,
        "status_raw": "processing / waiting",
        "completed": False,
        "cancelled": False,
        "updated_at": STAMP,
    }


def test_what_came_is_what_was_done_in_parts():
    record = map_line(
        build_move(1, 3, quantity=4.0, **DONE),
        build_move(2, 3, quantity=3.0, **(DONE | {"effective_date": date(2026, 3, 18)})),
        build_move(4, 3, quantity=3.0),
        build_move(5, 3, quantity=9.0, state="cancelled"),
        moves_progress=0.7,
    )
    assert record.values["received_quantity"] == Decimal(7)
    assert record.values["delivered_on"] == date(2026, 3, 20)
    assert record.values["booked_on"] == date(2026, 3, 23)  # after midnight in Paris
    assert record.values["completed"] is False
    assert record.known_at == DONE["write_date"]


def test_what_went_back_is_taken_off():
    back = {"from_location.": {"id": 2, "type": "storage"}, "to_location.": {"id": 1, "type": "supplier"}}
    record = map_line(build_move(1, 3, quantity=10.0, **DONE), build_move(2, 3, quantity=4.0, **DONE, **back))
    assert record.values["received_quantity"] == Decimal(6)


def test_moves_in_another_unit_are_taken_by_their_share():
    boxes = {"unit": 2, "unit.": {"id": 2, "symbol": "box"}}
    record = map_line(build_move(1, 3, quantity=1.0, **DONE, **boxes), moves_progress=0.4)
    assert record.values["received_quantity"] == Decimal(4)


@pytest.mark.parametrize(
    ("order", "line", "completed", "cancelled"),
    [
        ({}, {"moves_progress": 1.0}, True, False),
        ({"state": "done"}, {}, True, False),
        ({"state": "cancelled"}, {}, False, True),
        ({}, {"moves_progress": None}, False, False),
    ],
)
def test_the_end_of_a_line(order, line, completed, cancelled):
    values = map_line(order=order, **line).values
    assert (values["completed"], values["cancelled"]) == (completed, cancelled)


def test_a_line_is_named_by_its_place_where_it_has_one():
    assert map_line(sequence=10).label == "101/10"
    assert map_line(sequence=0).values["line_number"] == "0"


def test_a_line_without_product_is_named_by_its_description():
    line = {"product.": None, "description": "Freight", "unit.": {"id": 1, "symbol": "u"}}
    assert map_line(**line).values["name"] == "Freight"


def test_the_need_is_that_of_the_earliest_request():
    needs = [
        {"id": 1, "purchase_line": 3, "supply_date": date(2026, 3, 28)},
        {"id": 2, "purchase_line": 3, "supply_date": None},
        {"id": 3, "purchase_line": 3, "supply_date": date(2026, 3, 25)},
    ]
    assert map_line(needs=needs, settings=Settings(requests=True)).values["needed_on"] == date(2026, 3, 25)
    assert map_line(needs=[], settings=Settings(requests=True)).values["needed_on"] is None


def test_options_choose_other_fields():
    own = {"project_code": "purchase.warehouse.code", "needed_on": "purchase.purchase_date", "name": "unit.symbol"}
    values = map_line(settings=Settings(fields={"order_line": own})).values
    assert values["project_code"] == "WH"
    assert values["name"] == "u"
    assert values["needed_on"] == date(2026, 2, 1)


def test_options_cannot_make_a_day_of_a_text():
    with pytest.raises(RecordError, match="bad_date"):
        map_line(settings=Settings(fields={"order_line": {"needed_on": "purchase.reference"}}))


def test_links_lead_to_the_web_client():
    web = Settings(web_address="https://erp.example/#erp")
    assert map_line(settings=web).url == "https://erp.example/#erp/model/purchase.line/3"
    assert map_line().url is None


def map_moves(build_listing, *moves):
    double = TrytonDouble()
    double.orders, double.lines, double.shipments = [build_order(1, 2)], [build_line(3, 1)], [dict(NOTICE)]
    double.moves = list(moves)
    listing = build_listing(SETTINGS)
    kept = [item for item in ask(double, listing) if listing.keep is None or listing.keep(item)]
    return [listing.map_record(item) for item in kept]


def test_a_shipment_entered_before_the_goods_came_is_a_notice():
    (record,) = map_moves(list_shipments, build_move(1, 3, shipment="stock.shipment.in,7"))
    assert (record.source_id, record.label) == ("1", "S7/1")
    assert record.values == {
        "order_line": "3",
        "supplier": "2",
        "noticed_on": date(2026, 3, 1),
        "expected_on": date(2026, 3, 9),
        "shipped_quantity": Decimal(10),
        "unit": "u",
    }


@pytest.mark.parametrize(("came", "kept"), [(date(2026, 3, 1), 0), (date(2026, 2, 27), 0), (date(2026, 3, 2), 1)])
def test_a_shipment_entered_when_the_goods_came_is_only_a_receipt(came, kept):
    move = build_move(1, 3, shipment="stock.shipment.in,7", state="done", effective_date=came)
    assert len(map_moves(list_shipments, move)) == kept


def test_a_move_that_is_done_is_a_receipt():
    (record,) = map_moves(list_receipts, build_move(1, 3, shipment="stock.shipment.in,7", **DONE))
    assert record.label == "S7/1"
    assert record.known_at == DONE["write_date"]
    assert record.values == {
        "order_line": "3",
        "supplier": "2",
        "site_code": "WH",
        "received_on": date(2026, 3, 20),
        "booked_on": date(2026, 3, 23),
        "received_quantity": Decimal(10),
        "unit": "u",
    }


def test_a_return_is_a_negative_receipt():
    back = {"from_location.": {"id": 2, "type": "storage"}, "to_location.": {"id": 1, "type": "supplier"}}
    (record,) = map_moves(list_receipts, build_move(1, 3, **DONE, **back))
    assert record.values["received_quantity"] == Decimal(-10)
    assert record.label == "1"


def test_a_receipt_without_its_day_is_set_aside():
    with pytest.raises(RecordError, match="missing_value"):
        map_moves(list_receipts, build_move(1, 3, **(DONE | {"effective_date": None})))


def test_suppliers():
    double, listing = TrytonDouble(), list_suppliers(SETTINGS)
    double.parties = [build_party(2, "Nordwind"), build_party(3, "Lehmann", code=None, active=False)]
    first, second = map(listing.map_record, ask(double, listing))
    assert (first.label, first.values) == ("2", {"name": "Nordwind", "status_raw": "active"})
    assert (second.label, second.values["status_raw"]) == ("3", "inactive")


@pytest.mark.parametrize(
    ("value", "revived"),
    [
        (tag(date(2026, 3, 2)), date(2026, 3, 2)),
        (tag(STAMP), STAMP),
        (tag(Decimal("3.1500")), Decimal("3.1500")),
        ({"__class__": "timedelta", "seconds": 86400.0}, timedelta(days=1)),
    ],
)
def test_tagged_objects_come_alive(value, revived):
    assert revive(value) == revived


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"__class__": "date", "year": 0, "month": 0, "day": 0}, "bad_date"),
        ({"__class__": "date", "year": 2026, "month": 2, "day": 30}, "bad_date"),
        ({"__class__": "date", "year": "2026", "month": 2, "day": 3}, "bad_date"),
        ({"__class__": "Decimal", "decimal": "x"}, "bad_number"),
        ({"__class__": "Decimal"}, "bad_number"),
        ({"__class__": "bytes", "base64": ""}, "wrong_type"),
        ({"year": 2026}, "wrong_type"),
    ],
)
def test_what_no_tag_explains_is_refused(value, reason):
    with pytest.raises(RecordError, match=reason):
        revive(value)


@pytest.mark.parametrize("gone", ["delivery_date_store", "purchase.", "moves.", "quantity", "moves_progress"])
def test_a_field_that_is_gone_condemns_the_window(gone):
    double = TrytonDouble()
    double.orders, double.lines, double.moves = [build_order(1, 2)], [build_line(3, 1)], [build_move(1, 3)]
    listing = list_order_lines(SETTINGS)
    (item,) = ask(double, listing)
    del item[gone]
    with pytest.raises(ContractError):
        listing.map_record(item)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"delivery_date_store": date(9999, 12, 31)}, "bad_date"),
        ({"quantity": float("inf")}, "bad_number"),
        ({"unit_price": "NaN"}, "bad_number"),
    ],
)
def test_a_line_that_cannot_be_read_is_set_aside_by_its_key(change, reason):
    with pytest.raises(RecordError) as caught:
        map_line(**change)
    assert (caught.value.key, caught.value.message) == ("3", reason)
