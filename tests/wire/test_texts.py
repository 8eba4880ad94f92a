"""Keys keep their shape, names of persons do not travel, and signs of units are declared."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import RecordError
from slipwatch.model.columns import Kind
from slipwatch.wire.amounts import Money
from slipwatch.wire.field_maps import compile_key
from slipwatch.wire.maps import Key
from slipwatch.wire.texts import Affixed, Code, Joined, Person, strip_affix
from slipwatch.wire.values import Text

ORDER = Code(width=10, pattern="45[0-9]{8}")


@pytest.mark.parametrize(
    "value", ["4,5E+09", "4.50003E+09", "450003187", "45000318701", "5500031870", "45000318 7", 4.5e9 + 0.5]
)
def test_an_order_number_that_a_spreadsheet_damaged_is_refused(value):
    with pytest.raises(RecordError, match="bad_key"):
        ORDER.build()(value)


@pytest.mark.parametrize("value", [date(2026, 10, 2), True, float("nan"), ["4500031870"]])
def test_a_cell_of_another_type_is_no_code(value):
    with pytest.raises(RecordError, match="wrong_type"):
        ORDER.build()(value)


@pytest.mark.parametrize("value", ["4500031870", " 4500031870 ", 4500031870, 4500031870.0])
def test_an_order_number_is_the_same_as_text_and_as_number(value):
    assert ORDER.build()(value) == "4500031870"


def test_leading_zeros_are_kept_and_never_made_up():
    vendor = Code(width=10).build()
    assert vendor("0000100210") == "0000100210"
    for damaged in ("100210", 100210.0):
        with pytest.raises(RecordError, match="bad_key"):
            vendor(damaged)
    assert vendor("  ") is None


@given(st.integers(0, 10**10 - 1))
def test_no_code_of_another_width_passes(number):
    text = str(number)
    if len(text) == 10:
        assert Code(width=10).build()(text) == text
    else:
        with pytest.raises(RecordError):
            Code(width=10).build()(text)


def test_a_joined_text_is_empty_where_a_part_is():
    parts = tuple((lambda item, name=name: item.get(name), Text()) for name in ("order", "line"))
    read = Joined(parts=parts).build()
    assert read({"order": "4500031870", "line": 10.0}) == "4500031870/10"
    assert read({"order": "4500031870", "line": ""}) is None
    assert read({"order": "4500031870"}) is None


def test_a_key_made_of_codes_refuses_a_damaged_part():
    read_key = compile_key(Key(paths=(0, 1), reads=(ORDER, Text())))
    assert read_key(["4500031870", 10]) == "4500031870/10"
    with pytest.raises(RecordError, match="bad_key"):
        read_key(["4,5E+09", 10])
    with pytest.raises(RecordError, match="missing_key"):
        read_key(["4500031870", None])


def test_a_name_is_replaced_by_its_pseudonym():
    read = Person(pseudonymise=lambda name: f"person-{len(name)}").build()
    assert read(" Jeanne Dupont ") == "person-13"
    assert read("") is None


@pytest.mark.parametrize("text", ["38 950 €", "€ 38 950", "38 950€", "38 950"])
def test_a_declared_sign_of_the_unit_is_dropped(text):
    converter = Affixed(inner=Money(group=" ", decimal=","), affixes=("€", "EUR"))
    assert converter.kind is Kind.MONEY
    assert converter.build()(text) == Decimal(38950)
    assert converter.build()(38950.0) == Decimal(38950)


@pytest.mark.parametrize("text", ["38 950 $", "38 950 € €", "EUR"])
def test_another_sign_refuses_the_amount(text):
    read = Affixed(inner=Money(group=" ", decimal=","), affixes=("€",)).build()
    with pytest.raises(RecordError, match="bad_number"):
        read(text)


def test_only_one_sign_is_dropped():
    assert strip_affix("EUR 5 EUR", ("EUR",)) == "EUR 5"
