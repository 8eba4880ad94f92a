"""Reading: as it is, as the world knew it, as the ledger said it, by subject, with what references mean."""

import pandas as pd
import pytest

from slipwatch.model.columns import Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.reader import ensure_subjects, find_subjects, read_entity, read_promises, read_related
from tests.store.streams import amount, day, make_record, on

D1, D2, D3 = (f"2026-03-0{number}" for number in (1, 2, 3))
DTYPES = {
    Kind.TEXT: "str",
    Kind.REFERENCE: "str",
    Kind.DAY: "datetime64[s]",
    Kind.INSTANT: "datetime64[us, UTC]",
    Kind.MONEY: "Int64",
    Kind.QUANTITY: "Int64",
    Kind.INTEGER: "Int64",
    Kind.RATIO: "Float64",
    Kind.FLAG: "boolean",
}


def promise(text):
    return {"promised_on": on(text)}


@pytest.mark.parametrize("name", ENTITIES)
def test_every_column_has_its_type_even_when_nothing_is_there(ledger, name):
    frame = read_entity(ledger, name)
    for column in ENTITIES[name].columns:
        assert str(frame[column.name].dtype) == DTYPES[column.kind], column.name
        if column.refers_to:
            assert str(frame[f"{column.name}_subject"].dtype) == "Int64"
    assert len(frame) == 0


def test_types_do_not_depend_on_the_first_rows(world):
    world.merge(0, {"a": {}, "b": {"unit_price": None, "promised_on": on(D1)}, "c": {"completed": True}})
    frame = read_entity(world.ledger, "order_line")
    assert [str(frame[name].dtype) for name in ("unit_price", "promised_on", "completed")] == [
        "Int64",
        "datetime64[s]",
        "boolean",
    ]
    assert frame["unit_price"].isna().all()
    assert frame["completed"].isna().tolist() == [True, True, False]


def test_large_amounts_never_pass_through_a_float(world):
    exact = amount("922337203685477.5807")
    world.merge(0, {"a": {"unit_price": exact}, "b": {}})
    assert world.show("unit_price")["a"] == 9_223_372_036_854_775_807
    assert read_promises(world.ledger)["new_text"].tolist() == [str(exact)]


def test_what_the_world_knew_then_as_we_know_it_today(world):
    world.merge(0, {"a": promise(D1)})
    world.merge(2, {"a": promise(D2)})
    world.merge(4, {"a": promise(D3), "b": promise(D1)})
    assert world.show("promised_on", known_by=day(-1)) == {}
    assert world.show("promised_on", known_by=day(1)) == {"a": D1}
    assert world.show("promised_on", known_by=day(2)) == {"a": D2}
    assert world.show("promised_on", known_by=day(9)) == world.show("promised_on") == {"a": D3, "b": D1}


def test_what_the_ledger_said_then(world):
    world.merge(0, {"a": promise(D1)}, at=3)
    world.merge(2, {"a": promise(D2)}, at=5)
    assert world.show("promised_on", recorded_by=day(2)) == {}
    assert world.show("promised_on", recorded_by=day(4)) == {"a": D1}
    assert world.show("promised_on", recorded_by=day(5)) == {"a": D2}


def test_what_the_ledger_would_have_said_of_an_earlier_instant(world):
    world.merge(0, {"a": promise(D1)})
    world.merge(4, {"a": promise(D3)})
    world.merge(2, {"a": promise(D2)}, at=6)
    assert world.show("promised_on", known_by=day(3), recorded_by=day(5)) == {"a": D1}
    assert world.show("promised_on", known_by=day(3), recorded_by=day(6)) == {"a": D2}


def test_promises_follow_both_times(world):
    world.merge(0, {"a": promise(D1)}, at=3)
    world.merge(2, {"a": promise(D2)}, at=5)
    assert len(read_promises(world.ledger, known_by=day(1))) == 1
    assert len(read_promises(world.ledger, recorded_by=day(4))) == 1
    assert len(read_promises(world.ledger, recorded_by=day(2))) == 0
    assert len(read_promises(world.ledger, known_by=day(2), recorded_by=day(5))) == 2


def test_promises_are_limited_by_entity_subject_and_column(world):
    world.merge(0, {"a": promise(D1) | {"needed_on": on(D2)}, "b": promise(D1)})
    world.merge(0, [type(make_record("m", {}))("m", "Go-live", {"name": "Go-live", "forecast_on": on(D3)})],
                entity="milestone", stream="plan")  # fmt: skip
    subject = world.show("subject")["a"]
    frame = read_promises(world.ledger, subjects=[subject])
    assert frame["column"].tolist() == ["needed_on", "promised_on"]
    assert set(frame["subject"]) == {subject}
    assert len(read_promises(world.ledger, entity="milestone")) == 1
    assert len(read_promises(world.ledger, columns=["promised_on"])) == 2
    assert len(read_promises(world.ledger, columns=[])) == 0
    assert len(read_promises(world.ledger, subjects=[])) == 0
    frame = read_promises(world.ledger, entity="milestone")
    assert frame["new_day"].iloc[0] == pd.Timestamp(D3)
    assert frame["label"].tolist() == ["Go-live"]


def test_open_only_leaves_out_what_ended(world):
    world.merge(0, {"a": {"completed": True}, "b": {"completed": False}, "c": {}})
    assert set(world.show("name", open_only=True)) == {"b", "c"}
    milestone = type(make_record("m", {}))
    rows = [
        milestone("m", "m", {"name": "m", "accepted_on": on(D1)}),
        milestone("n", "n", {"name": "n"}),
    ]
    world.merge(0, rows, entity="milestone", stream="plan")
    assert set(world.show("name", entity="milestone", open_only=True)) == {"n"}


def test_subjects_limit_an_entity(world):
    world.merge(0, {"a": {}, "b": {}})
    ids = world.show("subject")
    assert set(world.show("name", subjects=[ids["b"]])) == {"b"}
    assert world.show("name", subjects=[]) == {}


def receipt(key, line):
    record = make_record("x", {})
    return type(record)(key, key, {"order_line": line, "received_on": on(D1)})


def test_references_bind_by_source_id_of_the_same_source_then_label_then_subject_key(world):
    world.merge(0, [make_record("17", {}, label="4500/10"), make_record("18", {}, label="4500/20")])
    (declared,) = ensure_subjects(world.ledger, [("order_line", "DECLARED", "a line that no source lists")]).values()
    lines = world.show("subject")
    rows = [receipt("r1", "17"), receipt("r2", "4500/20"), receipt("r3", "DECLARED"), receipt("r4", "nothing")]
    world.merge(0, rows, entity="receipt", stream="receipts")
    bound = world.show("order_line_subject", entity="receipt")
    assert bound == {"r1": lines["17"], "r2": lines["18"], "r3": declared, "r4": None}
    world.source = "DOCK"
    world.merge(0, [receipt("r5", "17")], entity="receipt", stream="receipts")
    assert world.show("order_line_subject", entity="receipt")["r5"] is None


def test_a_label_that_two_subjects_carry_binds_nothing(world):
    world.put(
        world.read(0, [make_record("1", {}, label="10"), make_record("2", {}, label="10")]),
        at=0,
        subject_keys=lambda entity, source, rows: list(rows.ids),
    )
    world.merge(0, [receipt("r", "10")], entity="receipt", stream="receipts")
    assert world.show("order_line_subject", entity="receipt") == {"r": None}


def test_related_subjects_are_those_that_point_at_one(world):
    world.merge(0, [make_record("17", {}, label="4500/10"), make_record("18", {}, label="4500/20")])
    world.merge(0, [receipt("r1", "17"), receipt("r2", "4500/10"), receipt("r3", "4500/20")],
                entity="receipt", stream="receipts")  # fmt: skip
    receipts = world.show("subject", entity="receipt")
    line = world.show("subject")["17"]
    assert read_related(world.ledger, line) == sorted([receipts["r1"], receipts["r2"]])


def test_subjects_are_found_by_key_label_and_source_id(world):
    world.merge(0, [make_record("17", {}, label="4500/10")])
    by_id, by_label = find_subjects(world.ledger, "17"), find_subjects(world.ledger, "4500/10")
    assert by_id == by_label
    assert by_id[0].entity == "order_line"
    assert find_subjects(world.ledger, "nothing") == []


def test_ensured_subjects_keep_their_ids(ledger):
    wanted = [("project", "P1", "Plant"), ("source", "ERP", "the ERP"), ("project", "P2", "Depot")]
    first = ensure_subjects(ledger, wanted)
    assert ensure_subjects(ledger, [*wanted, ("project", "P3", "Shop")]).items() >= first.items()
    assert len(set(first.values())) == 3
    assert ensure_subjects(ledger, []) == {}
