"""The forms of a value: record, archive, ledger, promise. Each way there and back is exact."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.store import arrays
from slipwatch.store.bulk import fill, open_bulk
from slipwatch.store.cells import ARROW, BUILDERS, find_fault, hash_rows, parse_text, render_value, to_ledger, to_text
from slipwatch.store.sheet import from_ledger

WHOLE = st.integers(-(2**63), 2**63 - 1)
VALUES = {
    Kind.TEXT: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    Kind.REFERENCE: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    Kind.DAY: st.dates(),
    Kind.INSTANT: st.datetimes(timezones=st.just(UTC)),
    Kind.MONEY: WHOLE.map(lambda number: Decimal(number).scaleb(-4)),
    Kind.QUANTITY: WHOLE.map(lambda number: Decimal(number).scaleb(-6)),
    Kind.INTEGER: WHOLE,
    Kind.RATIO: st.floats(allow_nan=False, allow_infinity=False),
    Kind.FLAG: st.booleans(),
}
KINDS = list(Kind)


def make_column(kind, name="x", **options):
    return Column(name=name, kind=kind, meaning="", **options)


def list_optional(kind):
    return st.lists(st.one_of(st.none(), VALUES[kind]), max_size=12)


@pytest.mark.parametrize("kind", KINDS)
def test_arrays_built_by_hand_are_those_of_arrow(kind):
    @given(list_optional(kind))
    def check(values):
        array = BUILDERS[kind](values)
        array.validate(full=True)
        assert array.type == ARROW[kind]
        if kind in (Kind.MONEY, Kind.QUANTITY):
            scale = 10_000 if kind is Kind.MONEY else 1_000_000
            values = [None if value is None else int(value * scale) for value in values]
        assert array.equals(pa.array(values, ARROW[kind]))

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_values_survive_the_way_through_the_ledger(kind):
    column = make_column(kind)

    @given(list_optional(kind))
    def check(values):
        array = BUILDERS[kind](values)
        again = from_ledger(column, to_ledger(column, array).to_pylist())
        assert again.equals(array)

    check()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.INSTANT])
def test_the_text_of_a_promise_gives_the_value_again(kind):
    column = make_column(kind)

    @given(VALUES[kind])
    def check(value):
        assert find_fault(column, value) is None
        assert parse_text(column, render_value(column, value)) == value

    check()


def test_the_text_of_an_instant_is_exact():
    moment = datetime(2026, 1, 5, 6, 0, 0, 7, tzinfo=UTC)
    assert parse_text(make_column(Kind.INSTANT), render_value(make_column(Kind.INSTANT), moment)) == moment


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.MONEY, "1250.00", "1250"),
        (Kind.MONEY, "-0.5", "-0.5"),
        (Kind.MONEY, "100", "100"),
        (Kind.MONEY, "0", "0"),
        (Kind.QUANTITY, "0.000001", "0.000001"),
        (Kind.QUANTITY, "-12.340000", "-12.34"),
    ],
)
def test_amounts_are_told_without_trailing_zeros(kind, value, text):
    assert render_value(make_column(kind), Decimal(value)) == text


@pytest.mark.parametrize("kind", [Kind.MONEY, Kind.QUANTITY, Kind.INTEGER, Kind.FLAG, Kind.RATIO])
def test_the_database_tells_a_promise_in_the_same_words(ledger, kind):
    column = make_column(kind)
    tame = st.floats(-1e9, 1e9).filter(lambda number: number == 0 or abs(number) > 1e-4)
    strategy = tame if kind is Kind.RATIO else VALUES[kind]
    least = {Kind.MONEY: Decimal(-(2**63)).scaleb(-4), Kind.QUANTITY: Decimal(-(2**63)).scaleb(-6)}.get(kind)

    @settings(max_examples=20)
    @given(st.lists(strategy.filter(lambda value: value != least), min_size=1, max_size=20))
    def check(values):
        array = BUILDERS[kind](values)
        with ledger.write() as connection:
            bulk = open_bulk(connection)
            type_ = "double precision" if kind is Kind.RATIO else "bigint"
            connection.execute(text(f"CREATE TEMPORARY TABLE tried (n integer, x {type_})"))
            bulk.insert("tried", {"n": list(range(len(values))), "x": to_ledger(column, array).to_pylist()})
            told = bulk.fetch(fill("SELECT {text} FROM tried ORDER BY n", text=fill(bulk.texts[kind], x="x")))
            connection.execute(text("DROP TABLE tried"))
        assert [row[0] for row in told] == to_text(column, array).to_pylist()

    check()


def hash_values(entity, *rows):
    columns = {column.name: BUILDERS[column.kind]([row.get(column.name) for row in rows]) for column in entity.columns}
    return hash_rows(entity, pa.table(columns)).to_pylist()


ROW = {"order_number": "4500", "promised_on": date(2026, 3, 1), "unit_price": Decimal("1.5"), "completed": False}


def test_the_hash_of_a_row_never_changes_between_versions():
    """Another hash would make every record of every ledger look changed after an update."""
    item = {"name": "Build", "progress_claimed": 0.1, "updated_at": datetime(2026, 1, 5, tzinfo=UTC)}
    assert hash_values(ENTITIES["order_line"], ROW) == ["e3e116c021c814d35acd2d7e9d7b9227"]
    assert hash_values(ENTITIES["work_item"], item) == ["3a65d30a4fdb474de814a382e8375029"]


def test_a_column_added_later_changes_no_hash():
    entity = ENTITIES["order_line"]
    wider = Entity(name="order_line", meaning="", columns=(make_column(Kind.DAY, "later_on"), *entity.columns))
    assert hash_values(wider, ROW) == hash_values(entity, ROW)
    assert hash_values(wider, ROW | {"later_on": date(2026, 3, 1)}) != hash_values(entity, ROW)


def test_the_hash_does_not_depend_on_the_rows_beside_it():
    other = ROW | {"name": "Pump", "supplier": "S1"}
    assert hash_values(ENTITIES["order_line"], ROW, other)[0] == hash_values(ENTITIES["order_line"], ROW)[0]


def test_values_cannot_slip_from_one_column_into_another():
    entity = ENTITIES["supplier"]
    pairs = [{"name": "a"}, {"status_raw": "a"}, {"name": "a\1status_raw=b"}, {"name": "a", "status_raw": "b"}, {}]
    assert len(set(hash_values(entity, *pairs))) == len(pairs)
    assert hash_values(entity, {"name": ""}) != hash_values(entity, {})


@given(st.lists(st.one_of(st.none(), st.text(st.characters(categories=["Cs", "L", "Cc"])))))
def test_hostile_text_becomes_text_that_can_be_stored(values):
    array = arrays.build_texts(values)
    array.validate(full=True)
    for given_, kept in zip(values, array.to_pylist(), strict=True):
        assert (given_ is None) == (kept is None)
        assert kept is None or "\0" not in kept
        assert kept is None or kept.encode().decode() == kept
