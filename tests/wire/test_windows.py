"""The cursor is the end of the window asked for; the overlap catches what was stamped before it was committed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import PermanentError
from slipwatch.model.records import WindowKind
from slipwatch.wire.windows import (
    find_until,
    judge_counts,
    plan_complete,
    plan_incremental,
    read_position,
    write_position,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_the_first_window_is_everything():
    window = plan_incremental("issues", None, clock=NOW)
    assert (window.since, window.until, window.kind) == (None, NOW, WindowKind.INCREMENTAL)


def test_the_next_window_starts_before_the_end_of_the_last():
    first = plan_incremental("issues", None, clock=NOW, lag=timedelta(minutes=2))
    second = plan_incremental("issues", first.position, clock=NOW + timedelta(days=1), overlap=timedelta(minutes=10))
    assert second.since == NOW - timedelta(minutes=12)
    assert second.until == NOW + timedelta(days=1)


def test_a_cursor_from_the_future_counts_as_now():
    ahead = plan_incremental("issues", None, clock=NOW + timedelta(days=1)).position
    window = plan_incremental("issues", ahead, clock=NOW, overlap=timedelta(minutes=10))
    assert window.since == NOW - timedelta(minutes=10)
    assert window.until == NOW


@given(steps=st.lists(st.integers(0, 10_000_000), min_size=1, max_size=30), lag=st.integers(0, 300))
def test_windows_leave_no_gap(steps, lag):
    cursor, clock, end = None, NOW, None
    for seconds in steps:
        clock += timedelta(seconds=seconds)
        window = plan_incremental("issues", cursor, clock=clock, lag=timedelta(seconds=lag))
        if end is not None:
            assert window.since <= end
        end, cursor = window.until, window.position


def test_clocks_in_other_zones_give_utc():
    from zoneinfo import ZoneInfo

    window = plan_complete("versions", clock=NOW.astimezone(ZoneInfo("Pacific/Auckland")))
    assert window.until.tzinfo is UTC
    assert find_until(window.position) == NOW


@pytest.mark.parametrize("cursor", ["", "no json", "[]", '"2026"', "{}", '{"until": 5}', '{"until": "soon"}'])
def test_a_cursor_of_somebody_else_is_refused(cursor):
    with pytest.raises(PermanentError):
        find_until(cursor)


def test_positions_are_equal_texts_when_their_facts_are():
    assert write_position(b=1, a="é") == write_position(a="é", b=1)
    assert read_position(write_position(a="é", b=1)) == {"a": "é", "b": 1}


@pytest.mark.parametrize(
    ("read", "before", "after", "proven"),
    [
        (10, 10, 10, True),
        (9, 10, 9, True),  # one was changed meanwhile and left the window
        (10, 10, 11, True),  # one was added meanwhile
        (9, 10, 10, False),
        (0, 10, 10, False),
        (11, 10, 10, False),
        (8, 10, 9, False),
        (0, 0, 0, True),
    ],
)
def test_what_was_read_lies_between_two_counts(read, before, after, proven):
    assert judge_counts(read, before=before, after=after).proven is proven
