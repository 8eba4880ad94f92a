"""What is kept as JSON comes back with its types."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.model.encoding import decode, encode
from slipwatch.model.finding import Assessment, Message

NOW = datetime(2026, 1, 5, 6, 0, 0, 7, tzinfo=UTC)
ARGUMENTS = st.one_of(
    st.text(),
    st.integers(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.none(),
)


def round_trip(value):
    return decode(Message, encode(Message(id="m", arguments={"x": value}))).arguments["x"]


@given(st.dictionaries(st.text(st.characters(exclude_characters="$")), ARGUMENTS))
def test_arguments_come_back_as_they_were(arguments):
    message = Message(id="m", arguments=arguments)
    again = decode(Message, encode(message))
    assert again == message
    assert [type(value) for value in again.arguments.values()] == [type(value) for value in arguments.values()]


@pytest.mark.parametrize("value", [Decimal("1.50"), Decimal("1E+3"), Decimal("0.00"), Decimal("-0")])
def test_decimals_keep_their_figures(value):
    assert str(round_trip(value)) == str(value)


def test_a_day_is_no_instant():
    assert type(round_trip(date(2026, 1, 5))) is date
    assert type(round_trip(NOW)) is datetime


def test_the_time_zone_of_an_instant_stays():
    paris = datetime(2026, 1, 5, 7, tzinfo=timezone(timedelta(hours=1)))
    assert round_trip(paris).isoformat() == paris.isoformat()


@pytest.mark.parametrize(("given", "plain"), [(np.int64(3), 3), (np.float64(0.5), 0.5), (np.bool_(True), True)])
def test_numbers_of_other_libraries_become_plain(given, plain):
    if isinstance(given, np.bool_):
        with pytest.raises(TypeError):
            round_trip(given)
        return
    assert round_trip(given) == plain
    assert type(round_trip(given)) is type(plain)


def test_a_pandas_instant_is_an_instant():
    assert round_trip(pd.Timestamp(NOW)) == NOW


@pytest.mark.parametrize("value", [pd.NaT, pd.NA, object(), b"bytes"])
def test_what_could_not_come_back_is_refused(value):
    with pytest.raises(TypeError):
        round_trip(value)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_lacks_are_kept(value):
    text = encode(Message(id="m", arguments={"x": value}))
    assert "Infinity" not in text
    assert "NaN" not in text
    assert str(round_trip(value)) == str(value)


def test_hostile_text_is_plain_ascii_json():
    text = encode(Message(id="m", arguments={"x": "\0\ud800 $day \u202e"}))
    assert text.isascii()
    assert round_trip("\0\ud800 $day \u202e") == "\0\ud800 $day \u202e"


def test_a_key_that_looks_like_a_tag_is_refused():
    with pytest.raises(TypeError):
        encode(Message(id="m", arguments={"$day": "2026-01-05"}))


def test_sets_come_back_as_sets():
    assessment = Assessment(rule="r", evaluated={3, 1, 2})
    assert decode(Assessment, encode(assessment)) == assessment


@dataclass(frozen=True)
class Old:
    name: str
    retired: int = 1


@dataclass(frozen=True)
class New:
    name: str
    added: tuple[int, ...] = field(default=())


def test_fields_come_and_go_between_versions():
    assert decode(New, encode(Old(name="x"))) == New(name="x")


def test_the_form_on_disk_stays_readable():
    text = encode(Message(id="m", arguments={"day": date(2026, 1, 5), "cost": Decimal("1.50")}))
    assert json.loads(text) == {
        "id": "m",
        "arguments": {"day": {"$day": "2026-01-05"}, "cost": {"$decimal": "1.50"}},
        "plural": None,
    }
