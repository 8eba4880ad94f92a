"""What a mapping in YAML may say, what is refused, and what each declaration reads."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import yaml
from pydantic import ValidationError

from slipwatch.errors import ConfigError, ContractError, RecordError
from slipwatch.model.columns import Kind
from slipwatch.model.records import Statement
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.columns import Setting
from slipwatch.wire.declaration import Conventions, RecordsDeclaration
from slipwatch.wire.documents import split_path
from slipwatch.wire.fields import Fields
from slipwatch.wire.record_maps import build_key_reader, build_mapper, check_declaration

FRENCH = Conventions(
    time_zone="Europe/Paris", formats=("%d/%m/%Y",), decimal=",", thousands=" ", empty=("n/a", "à définir")
)

ORDER_LINE = """
entity: order_line
key: [{column: order_number}, Poste]
columns:
  order_number: {from: [N° commande, Bestellnummer], width: 10, pattern: "45[0-9]{8}"}
  line_number: Poste
  name: Désignation
  needed_on: Date besoin
  ordered_quantity: Qté
  unit_price: {from: Prix, affixes: [€]}
  currency: {constant: EUR}
  completed: {from: Soldé, choices: {X: true, "": false}}
"""

NAMES = ("N° commande", "Poste", "Désignation", "Date besoin", "Qté", "Prix", "Soldé")


local_half_past_nine = datetime(2026, 2, 26, 8, 30, tzinfo=UTC)


def declare(text):
    return RecordsDeclaration.model_validate(yaml.safe_load(text))


def bind(text, names=NAMES, *, conventions=FRENCH, near=None, from_1904=False, pseudonymise=str):
    """The mapper of a declaration for rows with these names, as in a table."""

    def find(wanted):
        return next((names.index(name) for name in wanted if name in names), None)

    setting = Setting(conventions=conventions, near=near, from_1904=from_1904, pseudonymise=pseudonymise)
    return build_mapper(declare(text), Fields(find=find, names=names, subject="orders.csv"), setting)


def bind_json(text, **setting):
    fields = Fields(find=lambda names: split_path(names[0]))
    return build_mapper(declare(text), fields, Setting(conventions=FRENCH, **setting))


def read_one(column, value, *, entity="order_line", conventions=FRENCH, **setting):
    """One column, given as YAML, read from one cell."""
    name, declared = column.split(":", 1)
    kind = ENTITIES[entity].by_name[name].kind
    money = "\n  currency: {constant: EUR}" if kind is Kind.MONEY and "unit:" not in declared else ""
    required = {"order_line": "order_number", "work_item": "name", "training": "name", "requirement": "name"}[entity]
    text = f"entity: {entity}\nkey: id\ncolumns:\n  {required}: id\n  {name}:{declared}{money}"
    return bind(text, ("id", "f"), conventions=conventions, **setting)(["1", value]).values[name]


def test_a_row_becomes_a_record():
    record = bind(ORDER_LINE)(["4500031870", 10.0, "Imprimantes", "20/03/2026", "1 024,5", "1 250,00 €", "X"])
    assert record.source_id == record.label == "4500031870/10"
    assert record.values == {
        "order_number": "4500031870",
        "line_number": "10",
        "name": "Imprimantes",
        "needed_on": date(2026, 3, 20),
        "ordered_quantity": Decimal("1024.5"),
        "unit_price": Decimal(1250),
        "currency": "EUR",
        "completed": True,
    }


def test_the_same_row_in_another_language_and_order():
    names = ("Poste", "Bestellnummer", "Soldé", "Prix", "Qté", "Date besoin", "Désignation")
    record = bind(ORDER_LINE, names)(["10", 4500031870.0, "", 12.5, 3, date(2026, 3, 20), None])
    assert record.source_id == "4500031870/10"
    assert record.values["completed"] is False
    assert record.values["unit_price"] == Decimal("12.5")


@pytest.mark.parametrize(
    ("position", "value", "reason", "column"),
    [
        (0, "4,5E+09", "bad_key", None),
        (0, "0000031870", "bad_key", None),
        (1, "", "missing_key", None),
        (3, "KW 17", "bad_date", "needed_on"),
        (3, "03/20/2026", "bad_date", "needed_on"),
        (3, 46101.0, "bad_date", "needed_on"),
        (4, "1.024,5", "bad_number", "ordered_quantity"),
        (4, "10 24", "bad_number", "ordered_quantity"),
        (4, float("nan"), "bad_number", "ordered_quantity"),
        (4, "NaN", "bad_number", "ordered_quantity"),
        (4, "1E3", "bad_number", "ordered_quantity"),
        (5, "12,50 $", "bad_number", "unit_price"),
        (6, "peut-être", "unknown_choice", "completed"),
        (2, "a\x00b", "bad_text", "name"),
        (2, date(2026, 3, 4), "wrong_type", "name"),
    ],
)
def test_a_value_that_does_not_fit_sets_its_record_aside(position, value, reason, column):
    row = ["4500031870", "10", "Imprimantes", "20/03/2026", "24", "12,50", "X"]
    row[position] = value
    with pytest.raises(RecordError, match=reason) as refused:
        bind(ORDER_LINE)(row)
    assert refused.value.subject == (column or "")
    if column:
        assert refused.value.key == "4500031870/10"


def test_a_renamed_column_is_told_with_what_was_found_and_the_cure():
    with pytest.raises(ContractError) as broken:
        bind(ORDER_LINE, ("N° commande", "Poste", "Désignation", "Date du besoin", "Qté", "Prix", "Soldé"))
    told = str(broken.value)
    assert "orders.csv" in told
    assert "“Date besoin” (needed_on) is missing" in told
    assert "N° commande, Poste, Désignation, Date du besoin, Qté" in told
    assert "is it “Date du besoin” now?" in told


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("needed_on: {from: f, formats: [iso]}", "2026-03-20", date(2026, 3, 20)),
        ('needed_on: {from: f, formats: [{week: "KW %V", day: friday}]}', "KW 17", date(2026, 4, 24)),
        ('needed_on: {from: f, formats: [{week: "%G-W%V", day: monday}]}', "2026-W17", date(2026, 4, 20)),
        ("needed_on: {from: f, formats: [instant]}", "2026-04-29T22:00:00Z", date(2026, 4, 30)),
        ("needed_on: {from: f, formats: [instant], time_zone: UTC}", "2026-04-29T22:00:00Z", date(2026, 4, 29)),
        ("needed_on: {from: f, formats: [serial]}", 46136.0, date(2026, 4, 24)),
        ("needed_on: f", "à définir", None),
        ('needed_on: {from: f, empty: ["31/12/9999"]}', "31/12/9999", None),
        ("ordered_quantity: {from: f, factor: 1000}", "1,5", Decimal(1500)),
        ("ordered_quantity: {from: f, affixes: [kg, Stk]}", "12 Stk", Decimal(12)),
        ("unit_price: {from: f, unit: EUR, factor: 0.01}", 1250, Decimal("12.5")),
        ("completed: f", "yes", True),
        ("completed: {from: f, choices: {Oui: true, Non: false, '?': null}}", "?", None),
        ("supplier: {from: f, width: 10}", "0000100210", "0000100210"),
        ("updated_at: f", "2026-02-26T09:30:00+01:00", local_half_past_nine),
        (
            "updated_at: {from: f, formats: ['%d/%m/%Y %H:%M']}",
            "26/02/2026 09:30",
            datetime(2026, 2, 26, 8, 30, tzinfo=UTC),
        ),
    ],
)
def test_what_a_column_reads(column, value, expected):
    assert read_one(column, value, near=date(2026, 3, 6)) == expected


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("progress_claimed: {from: f}", "92 %", 0.92),
        ("progress_claimed: {from: f, factor: 0.01}", "92 %", 0.92),
        ("progress_claimed: {from: f, factor: 0.01}", "92,5", 0.925),
        ("progress_claimed: {from: f}", 0.92, 0.92),
        ("progress_claimed: {from: f}", "n/a", None),
        ("estimate_hours: {from: f, factor: 8}", "2,5", 20.0),
        ("estimate_hours: {from: f, affixes: [h]}", "140 h", 140.0),
        ("status: {from: f, choices: {En cours: doing, Fini: done}}", " en cours ", "doing"),
        ("status: f", "done", "done"),
        ("kind: {from: f, choices: {1: story, 'true': task}}", 1.0, "story"),
        ("kind: {from: f, choices: {1: story, 'true': task}}", True, "task"),
    ],
)
def test_what_a_column_of_a_tracker_reads(column, value, expected):
    assert read_one(column, value, entity="work_item") == expected


@pytest.mark.parametrize("value", ["120 %", "1,2", -0.5, 92, "92"])
def test_a_share_lies_between_0_and_1(value):
    with pytest.raises(RecordError, match="bad_number"):
        read_one("progress_claimed: f", value, entity="work_item")


def test_without_a_decimal_mark_texts_are_whole_numbers_only():
    """1.500 may be one and a half or fifteen hundred: it is read once somebody says which."""
    silent = Conventions()
    assert read_one("ordered_quantity: f", "1500", conventions=silent) == Decimal(1500)
    assert read_one("ordered_quantity: f", 1.5, conventions=silent) == Decimal("1.5")
    for text in ("1.500", "1,500", "1 500"):
        with pytest.raises(RecordError, match="bad_number"):
            read_one("ordered_quantity: f", text, conventions=silent)
    assert read_one("ordered_quantity: {from: f, decimal: '.'}", "1.500", conventions=silent) == Decimal("1.5")


def test_without_formats_only_iso_dates_are_read_from_texts():
    assert read_one("needed_on: f", "2026-03-20", conventions=Conventions()) == date(2026, 3, 20)
    with pytest.raises(RecordError, match="bad_date"):
        read_one("needed_on: f", "20/03/2026", conventions=Conventions())


def test_serials_of_a_workbook_count_as_it_counts():
    column = "needed_on: {from: f, formats: [serial]}"
    assert read_one(column, 44674, from_1904=True) == read_one(column, 46136) == date(2026, 4, 24)


def test_conventions_of_the_column_come_before_those_of_the_stream():
    mine = Conventions(decimal=".").complete_with(FRENCH)
    assert (mine.decimal, mine.thousands, mine.time_zone) == (".", " ", "Europe/Paris")


def test_names_of_persons_are_replaced_unless_declared_otherwise():
    def pseudonymise(name):
        return f"person-{len(name)}"

    assert read_one("assignee: f", "Jeanne", entity="work_item", pseudonymise=pseudonymise) == "person-6"
    kept = "assignee: {from: f, person: false}"
    assert read_one(kept, "Équipe A", entity="work_item", pseudonymise=pseudonymise) == "Équipe A"
    hidden = "workstream: {from: f, person: true}"
    assert read_one(hidden, "Jeanne", entity="requirement", pseudonymise=pseudonymise) == "person-6"


def test_joined_texts_constants_optional_and_required_columns():
    text = """
entity: receipt
key: nr
label: {parts: [order, {from: nr}], separator: "-", prefix: "R "}
columns:
  order_line: {join: [{from: order, width: 10}, item]}
  received_on: {from: day, formats: [iso]}
  unit: {constant: PCE}
  booked_on: {from: booked, optional: true}
  site_code: {from: plant, required: true}
"""
    mapper = bind(text, ("nr", "order", "item", "day", "plant"))
    record = mapper(["WE1", "4500031870", 10, "2026-03-05", "M300"])
    assert (record.source_id, record.label) == ("WE1", "R 4500031870-WE1")
    assert record.values == {
        "order_line": "4500031870/10", "received_on": date(2026, 3, 5), "unit": "PCE", "site_code": "M300",
    }  # fmt: skip
    with pytest.raises(RecordError, match="missing_value") as refused:
        mapper(["WE1", "4500031870", 10, "2026-03-05", " "])
    assert (refused.value.key, refused.value.subject) == ("WE1", "site_code")
    with pytest.raises(RecordError, match="bad_key") as refused:
        mapper(["WE1", "4,5E+09", 10, "2026-03-05", "M300"])
    assert refused.value.subject == "order_line"
    with pytest.raises(RecordError, match="missing_value") as refused:
        mapper(["WE1", "4500031870", "", "2026-03-05", "M300"])
    assert refused.value.subject == "order_line"


def test_known_at_is_the_end_of_the_day_that_was_booked():
    text = ORDER_LINE + "known_at: {from: Date besoin, formats: ['%d/%m/%Y']}\nstated_by: {constant: ERP}\n"
    record = bind(text)(["4500031870", "10", "x", "20/03/2026", "1", "1", ""])
    assert record.known_at == datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC)
    assert record.stated_by == "ERP"


def test_a_link_is_made_of_the_source_id_and_of_nothing_that_could_break_out():
    text = (
        ORDER_LINE.replace("45[0-9]{8}", ".*").replace("width: 10, ", "")
        + "url: https://erp.example/po?id={source_id}\n"
    )
    record = bind(text)(['45"><script>', "1 0&x=#", "x", "", "1", "1", ""])
    assert record.url == "https://erp.example/po?id=45%22%3E%3Cscript%3E%2F1%200%26x%3D%23"


TRACKER = """
entity: milestone
key: id
columns:
  name: name
  forecast_on: {from: plan.date, formats: [iso]}
  status_raw: status
  responsible_code: {from: owner.code, optional: true}
history: {path: history, by: who, columns: {date: forecast_on, status: status_raw}}
"""


def make_item(**changes):
    item = {"id": 7, "name": "SIT exit", "plan": {"date": "2026-05-13"}, "status": "open", "history": []}
    return item | changes


def test_a_json_record_with_nested_fields_and_its_own_history():
    history = [
        {"field": "date", "old": "2026-05-13", "new": "2026-05-29", "at": "2026-05-06T16:03:00Z", "who": "Jeanne"},
        {"field": "date", "old": "2026-04-30", "new": "2026-05-13", "at": "2026-04-08T14:12:00Z", "who": "Jeanne"},
        {"field": "colour", "old": "x", "new": "y", "at": "nonsense"},
        {"field": "status", "old": None, "new": "open", "at": "2025-09-01T07:00:00Z"},
    ]
    record = bind_json(TRACKER, pseudonymise=lambda name: "person-1")(make_item(history=history, owner=None))
    assert record.source_id == "7"
    assert record.values["forecast_on"] == date(2026, 5, 13)
    assert record.values["responsible_code"] is None
    assert [one.stated_at.month for one in record.history] == [9, 4, 5]
    assert record.history[1] == Statement(
        "forecast_on", date(2026, 4, 30), date(2026, 5, 13), datetime(2026, 4, 8, 14, 12, tzinfo=UTC), "person-1"
    )
    assert record.history[0].old is None


@pytest.mark.parametrize(
    ("change", "reason", "column"),
    [
        (
            {"field": "date", "old": "soon", "new": "2026-05-13", "at": "2026-04-08T14:12:00Z"},
            "bad_date",
            "forecast_on",
        ),
        ({"field": "date", "old": None, "new": "2026-05-13", "at": "8 April"}, "bad_instant", "forecast_on"),
        ({"field": "date", "old": None, "new": "2026-05-13"}, "bad_instant", "forecast_on"),
    ],
)
def test_a_history_that_cannot_be_read_sets_the_record_aside(change, reason, column):
    with pytest.raises(RecordError, match=reason) as refused:
        bind_json(TRACKER)(make_item(history=[change]))
    assert (refused.value.key, refused.value.subject) == ("7", column)


def test_a_field_that_a_json_record_no_longer_has_stops_the_window():
    item = make_item()
    del item["plan"]
    with pytest.raises(ContractError, match="plan"):
        bind_json(TRACKER)(item)
    assert bind_json(TRACKER)(make_item(history=None)).history == ()


def test_the_key_alone():
    fields = Fields(find=lambda names: NAMES.index(names[0]))
    read = build_key_reader(declare(ORDER_LINE), fields, Setting(conventions=FRENCH))
    assert read(["4500031870", 10.0]) == "4500031870/10"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("entity: order_line", "entity: order", "no entity order"),
        ("Date besoin", "{constant: 2026-03-20}", "Input should be"),
        ("  name: Désignation", "  colour: Désignation", "no column colour"),
        ("name: Désignation", "name: {from: Désignation, decimal: ','}", "decimal cannot be said"),
        ("name: Désignation", "name: {from: Désignation, constant: x}", "give one of"),
        ("name: Désignation", "name: {fron: Désignation}", "fron"),
        ("name: Désignation", "name: {from: D, choices: {a: true}}", "choices of a text"),
        ("Date besoin", "{from: D, formats: ['%d/%m']}", "does not name one day"),
        ("Date besoin", "{from: D, formats: ['%d/%m/%Y', '%m/%d/%Y']}", "would be another day"),
        ("Date besoin", "{from: D, formats: ['KW %V']}", "weekday goes with"),
        ("Date besoin", "{from: D, time_zone: Europe/Pariss}", "no time zone Europe/Pariss"),
        ("Date besoin", "{join: [a, b]}", "only texts and references"),
        ("ordered_quantity: Qté", "ordered_quantity: {from: Q, decimal: ',', thousands: ','}", "both the decimal mark"),
        ("currency: {constant: EUR}", "status_raw: {constant: x}", "has no currency"),
        ("currency: {constant: EUR}", "currency: {constant: true}", "no constant for a column"),
        ("choices: {X: true", "choices: {X: done", "choices of a flag"),
        ("[{column: order_number}, Poste]", "[{column: needed_on}]", "key cannot be made of needed_on"),
        ("[{column: order_number}, Poste]", "[{column: currency}]", "key cannot be made of currency"),
        ("[{column: order_number}, Poste]", "[]", "at least 1 item"),
        ("[{column: order_number}, Poste]", "{column: order_number, from: x}", "either `from` or `column`"),
        ('pattern: "45[0-9]{8}"', 'pattern: "45["', "no regular expression"),
        ("line_number: Poste", "line_number: no", "in quotation marks"),
        ("[{column: order_number}, Poste]", "[no]", "in quotation marks"),
        ("choices: {X: true", "choices: {yes: true", "in quotation marks"),
        ("columns:", "url: javascript:alert(1)\ncolumns:", "only http and https"),
        ("columns:", "url: https://erp.example/{name}\ncolumns:", "{source_id} is all"),
        ("columns:", "skip: [{from: a}]\ncolumns:", "give one of `equals`"),
        ("columns:", "history: {path: h, columns: {x: needed_on, y: unit}}\ncolumns:", "unit is no watched column"),
        ("columns:", "known_at: {from: a, formats: ['KW %V']}\ncolumns:", "week"),
    ],
)
def test_a_wrong_declaration_stops_before_anything_is_read(old, new, message):
    assert old in ORDER_LINE
    with pytest.raises((ConfigError, ValidationError), match=message.replace("{", r"\{")):
        check_declaration(declare(ORDER_LINE.replace(old, new, 1)), Setting(conventions=FRENCH))


def test_choices_of_a_closed_column_are_our_words():
    with pytest.raises(ConfigError, match="among todo, doing, done, cancelled"):
        read_one("status: {from: f, choices: {A: finished}}", "A", entity="work_item")


def test_the_declaration_of_the_tests_is_right():
    check_declaration(declare(ORDER_LINE), Setting(conventions=FRENCH))
    check_declaration(declare(TRACKER), Setting(conventions=FRENCH))
