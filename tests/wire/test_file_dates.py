"""The date of a file comes from where the mapping says, and from nowhere else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from slipwatch.errors import ConfigError, ContractError
from slipwatch.wire.file_dates import FileDateDeclaration, find_newest, limit_to_now, read_file_date

PARIS = "Europe/Paris"
NOW = datetime(2026, 3, 16, 5, 0, tzinfo=UTC)
FRIDAY_EVENING = datetime(2026, 3, 13, 22, 59, 59, tzinfo=UTC)


def declare(**options):
    return FileDateDeclaration.model_validate(options)


def read(value, **options):
    return read_file_date(value, declare(**options), zone=PARIS, subject="f")


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("2026-03-13_orders.csv", {"pattern": r"^(\d{4}-\d\d-\d\d)_"}, FRIDAY_EVENING),
        ("orders 13.03.26.csv", {"pattern": r"(\d\d\.\d\d\.\d\d)", "formats": ["%d.%m.%y"]}, FRIDAY_EVENING),
        ("x_20260316T0600.csv", {"pattern": r"_(\d{8}T\d{4})", "formats": ["%Y%m%dT%H%M"]}, NOW),
    ],
)
def test_a_date_in_a_name(value, options, expected):
    assert read(value, **{"from": "name"}, **options) == expected


@pytest.mark.parametrize("value", [date(2026, 3, 13), "Édition du 13/03/2026", "Stand: 13/03/2026, 17:30"])
def test_a_date_in_a_cell_alone_or_in_a_sentence(value):
    options = {"from": "cell", "cell": "A2", "pattern": r"(\d\d/\d\d/\d{4})", "formats": ["%d/%m/%Y"]}
    assert read(value, **options) == FRIDAY_EVENING


def test_an_instant_in_a_field():
    assert read("2026-03-16T05:00:00Z", **{"from": "field", "field": "exported_at"}) == NOW


@pytest.mark.parametrize("value", ["orders.csv", "2026-13-45_orders.csv", "", None, 46000.0])
def test_a_file_without_its_date_is_set_aside(value):
    with pytest.raises(ContractError, match="no date can be read") as refused:
        read(value, **{"from": "name", "pattern": r"^(\d{4}-\d\d-\d\d)_"})
    assert refused.value.subject == "f"


@pytest.mark.parametrize(
    "options",
    [
        {"from": "name"},
        {"from": "cell"},
        {"from": "cell", "cell": "2B"},
        {"from": "field"},
        {"from": "column"},
        {"from": "clock"},
        {"from": "name", "pattern": "no group"},
        {"from": "name", "pattern": "(two) (groups)"},
        {"from": "name", "pattern": "(unclosed"},
        {},
    ],
)
def test_a_date_that_is_not_located_stops_the_configuration(options):
    with pytest.raises(ValidationError):
        declare(**options)


def test_a_format_of_the_date_is_checked_beforehand():
    with pytest.raises(ConfigError, match="does not name one day"):
        declare(**{"from": "modified", "formats": ["%Y-%m"]}).build(PARIS)


def test_the_newest_date_of_a_column():
    declared = declare(**{"from": "column", "column": "Date comptable", "formats": ["%d/%m/%Y"]})
    values = ["07/05/2026", None, "", "KW 17", date(2026, 5, 6), "31/04/2026"]
    found = find_newest(values, declared, zone=PARIS, subject="f")
    assert found == datetime(2026, 5, 7, 21, 59, 59, tzinfo=UTC)
    with pytest.raises(ContractError, match="Date comptable holds no date"):
        find_newest(["", "KW 17"], declared, zone=PARIS, subject="f")


def limit(instant):
    return limit_to_now(instant, now=NOW, zone=PARIS, subject="f")


def test_a_file_of_today_is_as_of_now():
    assert limit(datetime(2026, 3, 16, 22, 59, 59, tzinfo=UTC)) == NOW
    assert limit(NOW - timedelta(days=3)) == NOW - timedelta(days=3)


def test_a_file_of_a_day_to_come_is_set_aside():
    with pytest.raises(ContractError, match="dated 2062-03-16, which is still to come"):
        limit(datetime(2062, 3, 16, 12, tzinfo=UTC))


@given(st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-03-18")))
def test_no_file_is_known_before_now_or_after(moment):
    instant = moment.replace(tzinfo=UTC)
    try:
        found = limit(instant)
    except ContractError:
        assert instant > NOW + timedelta(days=1)
    else:
        assert found == min(instant, NOW)
