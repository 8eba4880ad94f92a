"""Converters guess nothing: what they take, what they refuse, and by which word."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import RecordError
from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.amounts import PERCENT, SHARE, Integer, Money, Quantity, Ratio
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.defaults import find_converter
from slipwatch.wire.values import Choice, Flag, Reference, Text

PARIS = "Europe/Paris"


def refuse(converter, value):
    with pytest.raises(RecordError) as caught:
        converter.build()(value)
    assert caught.value.excerpt
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Go-live ", "Go-live"),
        ("007", "007"),
        (7, "7"),
        (4500031870.0, "4500031870"),
        (1.5, "1.5"),
        (Decimal("10.00"), "10"),
        (10**400, f"1{'0' * 400}"),
        ("a\nb\tc", "a\nb\tc"),
        ("\u202eevil", "\u202eevil"),
        ("  ", None),
    ],
)
def test_text(value, text):
    assert Text().build()(value) == text
    assert Reference().build()(value) == text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "wrong_type"),
        ({}, "wrong_type"),
        ([1], "wrong_type"),
        (math.nan, "wrong_type"),
        (math.inf, "wrong_type"),
        (Decimal("NaN"), "wrong_type"),
        (Decimal("sNaN"), "wrong_type"),
        (Decimal("1E+99999999"), "wrong_type"),
        (date(2026, 1, 1), "wrong_type"),
        ("a\x00b", "bad_text"),
        ("a\ud800b", "bad_text"),
    ],
)
def test_what_is_no_text(value, reason):
    assert refuse(Text(), value) == reason


def test_placeholders_are_empty():
    assert Text(empty=frozenset({"n/a"})).build()("n/a") is None
    assert Day(empty=frozenset({"9999-12-31"})).build()("9999-12-31") is None
    assert Day(empty=frozenset({"9999-12-31"})).build()(date(9999, 12, 31)) is None
    assert Choice(words={"a": "b"}, empty=frozenset({"-"})).build()("-") is None
    assert Money(empty=frozenset({"-"})).build()(" - ") is None


def test_choices_are_read_in_any_case():
    read = Choice(words={"Erledigt": "done", "0": "todo", "true": "doing", "weg": None}).build()
    assert [read(value) for value in ("ERLEDIGT", " erledigt ", 0, True, "weg", "")] == [
        "done", "done", "todo", "doing", None, None,
    ]  # fmt: skip
    assert refuse(Choice(words={"a": "b"}), "c") == "unknown_choice"
    assert refuse(Choice(words={"a": "b"}), []) == "wrong_type"


def test_flags_are_said_plainly():
    read = Flag(yes=frozenset({"oui"}), no=frozenset({"non"})).build()
    assert [read(value) for value in (True, False, "OUI", "non", "")] == [True, False, True, False, None]
    assert refuse(Flag(), "maybe") == "unknown_choice"
    assert Flag().build()(1) is True


@pytest.mark.parametrize(
    "value",
    ["2026-03-02", " 2026-03-02 ", date(2026, 3, 2), datetime(2026, 3, 2)],  # noqa: DTZ001 — as drivers give it
)
def test_days(value):
    assert Day().build()(value) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "20260302", "2026-W10-1", "02.03.2026",
        "2026-03-02T08:00", "2026-3-2", "soon", 46083, 46083.0, True, math.nan,
        datetime(2026, 3, 2, 8, 0),  # noqa: DTZ001 — as drivers give it
        datetime(2026, 3, 2, 0, 0, tzinfo=UTC),
    ],
)  # fmt: skip
def test_what_is_no_day(value):
    assert refuse(Day(), value) == "bad_date"


def test_days_by_declared_formats():
    read = Day(formats=("%d.%m.%Y", "%d/%m/%y")).build()
    assert read("02.03.2026") == read("02/03/26") == date(2026, 3, 2)
    assert refuse(Day(formats=("%d.%m.%Y",)), "2026-03-02") == "bad_date"


def test_an_instant_is_a_day_only_in_a_zone():
    assert Day(zone=PARIS).build()(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("value", "utc"),
    [
        ("2026-03-02T08:00:00Z", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02T08:00:00.5+02:00", datetime(2026, 3, 2, 6, 0, 0, 500_000, tzinfo=UTC)),
        (datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC)),
    ],
)
def test_instants_are_utc(value, utc):
    assert Instant().build()(value) == utc
    assert Instant().build()(value).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-02T08:00:00",
        "2026-03-02",
        "2026-W10-1T08:00:00Z",
        "soon",
        1772438400,
        True,
        "9999-12-31T00:00:00Z",
        [],
        {},
    ],
)
def test_what_is_no_instant(value):
    assert refuse(Instant(), value) == "bad_instant"


def test_instants_without_offset_are_read_in_their_zone():
    read = Instant(zone=PARIS).build()
    assert read("2026-07-01T10:00:00") == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert read("2026-10-25T02:30:00") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the hour comes twice: the first
    assert refuse(Instant(zone=PARIS), "2026-03-29T02:30:00") == "bad_instant"  # the hour does not come


@pytest.mark.parametrize(("epoch", "figure"), [("s", 1772438400), ("ms", 1772438400000)])
def test_numbers_are_instants_in_a_declared_unit(epoch, figure):
    assert Instant(epoch=epoch).build()(figure) == datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimal", "group", "number"),
    [
        ("1234.5", ".", "", "1234.5"),
        ("1.234,56", ",", ".", "1234.56"),
        ("1 234,56", ",", " ", "1234.56"),
        ("1\u202f234\u00a0567,8", ",", " ", "1234567.8"),
        ("1234,56", ",", ".", "1234.56"),
        ("-12", ".", "", "-12"),
        ("\u221212", ".", "", "-12"),
        ("12-", ".", "", "-12"),
        ("+12", ".", "", "12"),
        (",5", ",", "", "0.5"),
        (3.1, ",", ".", "3.1"),
        (0.1 + 0.2, ".", "", "0.3"),
        (7, ".", "", "7"),
        (Decimal("7.12345"), ".", "", "7.1234"),
    ],
)
def test_amounts(value, decimal, group, number):
    assert Money(decimal=decimal, group=group).build()(value) == Decimal(number)


@pytest.mark.parametrize(
    ("value", "decimal", "group"),
    [
        ("1.23", ",", "."),
        ("1,234.5", ",", "."),
        ("12.34.567", ",", "."),
        ("1 23", ",", " "),
        ("1,5", ".", ""),
        ("1e5", ".", ""),
        ("NaN", ".", ""),
        ("Infinity", ".", ""),
        ("--1", ".", ""),
        ("1-2", ".", ""),
        ("٣", ".", ""),
        ("", "x", "y"),
        ("12 EUR", ".", ""),
        (math.nan, ".", ""),
        (math.inf, ".", ""),
        (True, ".", ""),
        ([], ".", ""),
        (1e15, ".", ""),
        (Decimal("sNaN"), ".", ""),
    ],
)
def test_what_is_no_amount(value, decimal, group):
    converter = Money(decimal=decimal, group=group)
    if value == "":
        assert converter.build()(value) is None
    else:
        assert refuse(converter, value) == "bad_number"


def test_amounts_in_thousands():
    assert Money(times=Decimal(1000)).build()("12.5") == Decimal(12500)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_every_amount_read_can_be_stored_exactly(number):
    for converter, scale in ((Money(), MONEY_SCALE), (Quantity(), QUANTITY_SCALE)):
        try:
            read = converter.build()(number)
        except RecordError:
            continue
        scaled = read * scale
        assert scaled == int(scaled)
        assert abs(int(scaled)) < 2**63


@pytest.mark.parametrize(("value", "whole"), [("12", 12), (3.0, 3), ("1 234", 1234)])
def test_whole_numbers(value, whole):
    assert Integer(group=" ").build()(value) == whole


@pytest.mark.parametrize("value", [3.5, "3.5", 1e30, "x"])
def test_what_is_not_whole(value):
    assert refuse(Integer(), value) == "bad_number"


@pytest.mark.parametrize(("value", "share"), [(40, 0.4), ("40 %", 0.4), ("100", 1.0), (0, 0.0)])
def test_percents_are_shares(value, share):
    assert PERCENT.build()(value) == share


@pytest.mark.parametrize("value", [101, -1, "x", math.nan, math.inf, True])
def test_what_is_no_percent(value):
    assert refuse(PERCENT, value) == "bad_number"


def test_ratios_have_bounds_of_their_own():
    assert Ratio().build()(16.5) == 16.5
    assert SHARE.build()("0.25") == 0.25
    assert refuse(SHARE, 25) == "bad_number"
    assert refuse(Ratio(), -0.5) == "bad_number"
    assert refuse(Ratio(), 10**400) == "bad_number"


def test_every_canonical_column_has_a_default_converter():
    for entity in ENTITIES.values():
        for column in entity.columns:
            converter = find_converter(column)
            assert converter.kind is column.kind or {converter.kind, column.kind} == {Kind.TEXT, Kind.REFERENCE}
            converter.build()
