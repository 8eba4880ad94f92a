"""Field maps: checked against the model before the first record, strict with each record, silent about none."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from slipwatch.errors import ConfigError, ContractError, RecordError
from slipwatch.model.records import Record, Statement
from slipwatch.wire.amounts import PERCENT, Money, Quantity
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.mapping import Field, Key, RecordMap, compile_map, map_items
from slipwatch.wire.values import Choice, Reference

MILESTONE = RecordMap(
    entity="milestone",
    key=Key(paths=("id",)),
    label=Key(paths=(("project", "code"), "no"), prefix="M-"),
    known_at=Field("known_at", "changed", read=Instant(), optional=True),
    stated_by=Field("stated_by", ("author", "name"), optional=True),
    url=lambda key: f"https://plan.example/{key}",
    fields=(
        Field("name", "title"),
        Field("project_code", ("project", "code")),
        Field("forecast_on", "due", read=Day()),
        Field("status", "state", read=Choice(words={"Open": "doing", "Shut": "done"})),
        Field("progress_claimed", "done", read=PERCENT, optional=True),
    ),
)

ROW = {"id": 7, "no": "04", "title": "Go-live", "project": {"code": "P1"}, "due": "2026-05-04", "state": "open"}


def test_a_record_is_mapped():
    row = ROW | {"done": "40 %", "changed": "2026-03-02T09:00:00+01:00", "author": {"name": "PM"}, "ignored": 1}
    assert compile_map(MILESTONE)(row) == Record(
        source_id="7",
        label="M-P1/04",
        values={
            "name": "Go-live",
            "project_code": "P1",
            "forecast_on": date(2026, 5, 4),
            "status": "doing",
            "progress_claimed": 0.4,
        },
        known_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        stated_by="PM",
        url="https://plan.example/7",
    )


def test_optional_fields_may_be_left_out_and_any_may_be_empty():
    record = compile_map(MILESTONE)(ROW | {"due": None, "state": None})
    assert (record.values["forecast_on"], record.values["status"], record.values["progress_claimed"]) == (None,) * 3
    assert record.known_at is None


def test_rows_are_mapped_by_position():
    by_position = RecordMap(
        entity="order_line",
        key=Key(paths=(0, 1)),
        fields=(
            Field("order_number", 0),
            Field("ordered_quantity", 2, read=Quantity(decimal=",")),
            Field("unit_price", 3, read=Money(), unit="EUR"),
        ),
    )
    record = compile_map(by_position)(("4500031870", 10, "1,5", 3.2))
    assert record.source_id == "4500031870/10"
    assert record.values["ordered_quantity"] == Decimal("1.5")
    assert record.values["currency"] == "EUR"


def test_a_constant_stands_in_every_record():
    constant = RecordMap(
        entity="milestone", key=Key(paths=("id",)), fields=(Field("name", "id"), Field("project_code", constant="P9"))
    )
    assert compile_map(constant)({"id": 1}).values["project_code"] == "P9"


def test_what_a_table_cannot_say_is_computed():
    computed = RecordMap(
        entity="milestone",
        key=Key(paths=("id",)),
        label=lambda row: None,
        known_at=lambda row: datetime(2026, 1, 1, tzinfo=UTC),
        fields=(),
        finish=lambda row, values: values.update(name=row["a"] + row["b"]),
        history=lambda row, values: (Statement("forecast_on", None, None, datetime(2026, 1, 1, tzinfo=UTC)),),
    )
    record = compile_map(computed)({"id": 1, "a": "x", "b": "y"})
    assert (record.label, record.values, len(record.history)) == ("1", {"name": "xy"}, 1)
    assert record.known_at == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason", "column", "key"),
    [
        ({"due": "04.05.2026"}, "bad_date", "forecast_on", "7"),
        ({"due": "2026-02-30"}, "bad_date", "forecast_on", "7"),
        ({"state": "Paused"}, "unknown_choice", "status", "7"),
        ({"done": float("nan")}, "bad_number", "progress_claimed", "7"),
        ({"title": " "}, "missing_value", "name", "7"),
        ({"title": ["x"]}, "wrong_type", "name", "7"),
        ({"no": None}, "missing_key", "", "7"),
        ({"id": None}, "missing_key", "", None),
    ],
)
def test_a_record_that_cannot_be_read_says_why(change, reason, column, key):
    with pytest.raises(RecordError) as caught:
        compile_map(MILESTONE)(ROW | change)
    assert (caught.value.message, caught.value.subject, caught.value.key) == (reason, column, key)


@pytest.mark.parametrize("gone", ["title", "due", "project"])
def test_a_field_that_is_gone_condemns_the_window(gone):
    with pytest.raises(ContractError, match=gone):
        compile_map(MILESTONE)({name: value for name, value in ROW.items() if name != gone} | {"no": 1})


@pytest.mark.parametrize("row", [["a", "list"], "text", ROW | {"project": "P1"}, ROW | {"project": 5}])
def test_another_shape_condemns_the_window(row):
    with pytest.raises((ContractError, RecordError)) as caught:
        compile_map(MILESTONE)(row)
    assert not isinstance(caught.value, RecordError) or caught.value.message == "missing_key"


def test_a_slip_in_computed_values_condemns_the_window():
    broken = RecordMap(
        entity="milestone",
        key=Key(paths=("id",)),
        fields=(),
        finish=lambda row, values: values.update(name=row["gone"]),
    )
    with pytest.raises(ContractError, match="gone"):
        compile_map(broken)({"id": 1})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ((Field("name", "n"), Field("nmae", "n")), "unknown column nmae"),
        ((Field("name", "n"), Field("name", "m")), "mapped twice"),
        ((Field("name", "n"), Field("forecast_on", "d")), "is a day, read as a text"),
        ((Field("name", "n", read=Day()),), "is a text, read as a day"),
        ((Field("name", "n"), Field("status", "s")), "needs a Choice"),
        ((Field("name", "n"), Field("status", "s", read=Choice(words={"a": "finished"}))), "needs a Choice"),
        ((Field("project_code", "p"),), "required column name is not mapped"),
    ],
)
def test_a_map_that_does_not_fit_the_model_is_a_mistake_of_configuration(fields, words):
    with pytest.raises(ConfigError, match=words):
        compile_map(RecordMap(entity="milestone", key=Key(paths=("id",)), fields=fields))


def test_money_has_a_currency():
    def build(*more):
        name = Field("name", "n")
        return RecordMap(entity="budget_line", key=Key(paths=("id",)), fields=(name, *more))

    with pytest.raises(ConfigError, match="no currency"):
        compile_map(build(Field("actual_amount", "a", read=Money())))
    with pytest.raises(ConfigError, match="another amount in"):
        compile_map(
            build(
                Field("actual_amount", "a", read=Money(), unit="EUR"),
                Field("approved_amount", "b", read=Money(), unit="USD"),
            )
        )
    compile_map(build(Field("actual_amount", "a", read=Money()), Field("currency", "c")))


def test_references_are_texts():
    receipt = RecordMap(
        entity="receipt",
        key=Key(paths=("id",)),
        fields=(Field("order_line", "line", read=Reference()), Field("received_on", "day", read=Day())),
    )
    assert compile_map(receipt)({"id": 1, "line": 3, "day": "2026-03-02"}).values["order_line"] == "3"


def test_good_and_bad_records_are_told_apart_with_their_raw_text():
    rows = [ROW, ROW | {"id": 8, "due": "soon"}, ROW | {"id": 9}]
    raws = [f"raw {row['id']}" for row in rows]
    mapped = map_items(rows, raws, compile_map(MILESTONE), where=lambda index: f"row {index + 2}")
    assert [record.source_id for record in mapped.records] == ["7", "9"]
    assert mapped.raw == ["raw 7", "raw 9", "raw 8"]
    (reject,) = mapped.rejects
    assert (reject.source_id, reject.reason, reject.column, reject.where) == ("8", "bad_date", "forecast_on", "row 3")
    assert reject.excerpt == "soon"
