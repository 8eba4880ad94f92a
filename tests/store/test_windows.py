"""Windows that were not merged: held, set aside, failed; and what releases them."""

import pytest

from slipwatch.errors import LedgerError
from slipwatch.model.records import WindowKind, WindowState
from slipwatch.store.reader import read_windows
from slipwatch.store.spool import load_spooled
from slipwatch.store.windows import (
    held_windows,
    last_good_window,
    list_good_sizes,
    read_cursor,
    record_window,
    release_window,
    released_windows,
)
from tests.store.streams import day


def record(world, spooled, state, *, at=0, **more):
    return record_window(
        world.ledger,
        spooled,
        run=world.run,
        at=day(at),
        state=state,
        reason=more.pop("reason", "row_count_jump"),
        source="ERP",
        stream="lines",
        entity="order_line",
        **more,
    )


def test_a_window_that_could_not_be_read_is_noted_with_its_reason(world):
    record(world, None, WindowState.FAILED, reason="AuthError", detail="the key was refused")
    (row,) = read_windows(world.ledger).to_dict("records")
    assert (row["source"], row["stream"], row["state"]) == ("ERP", "lines", "failed")
    assert (row["reason"], row["detail"], row["rows"]) == ("AuthError", "the key was refused", 0)
    assert row["at"].to_pydatetime() == day(0)
    assert last_good_window(world.ledger, "ERP", "lines") is None
    assert list_good_sizes(world.ledger, "ERP", "lines") == []


def test_the_last_good_window_is_the_newest_that_was_merged(world):
    world.merge(0, {"a": {}}, position="p0")
    world.merge(1, {"a": {}, "b": {}}, position="p1")
    record(world, world.read(2, {}), WindowState.HELD, at=2)
    good = last_good_window(world.ledger, "ERP", "lines")
    assert (good.rows, good.as_of, good.position, good.previous_rows) == (2, day(1), "p1", 1)
    assert list_good_sizes(world.ledger, "ERP", "lines") == [2, 1]
    assert list_good_sizes(world.ledger, "ERP", "lines", limit=1) == [2]
    assert last_good_window(world.ledger, "ERP", "other") is None


def test_a_held_window_changes_nothing_and_waits(world):
    world.merge(0, {"a": {}, "b": {}})
    window = record(world, world.read(1, {"a": {}}), WindowState.HELD, at=1)
    (held,) = held_windows(world.ledger)
    assert (held.id, held.rows, held.previous_rows, held.state) == (window, 1, 2, WindowState.HELD)
    assert set(world.show("name")) == {"a", "b"}
    assert read_cursor(world.ledger, "ERP", "lines") is None


def test_the_next_good_read_settles_a_held_window(world):
    world.merge(0, {"a": {}, "b": {}})
    record(world, world.read(1, {"a": {}}), WindowState.HELD, at=1)
    world.merge(2, {"a": {}, "b": {}})
    assert held_windows(world.ledger) == []


def test_a_good_read_of_an_older_window_does_not_settle_it(world):
    record(world, world.read(3, {"a": {}}), WindowState.HELD, at=3)
    world.merge(2, {"a": {}, "b": {}}, at=4)
    assert len(held_windows(world.ledger)) == 1


def test_a_released_window_is_merged_from_the_archive(world):
    world.merge(0, {"a": {}, "b": {}, "c": {}})
    window = record(world, world.read(1, {"a": {"name": "x"}}), WindowState.HELD, at=1)
    release_window(world.ledger, window, run=world.run, at=day(2), author="pmo", reason="site closed")
    assert held_windows(world.ledger) == []
    (released,) = released_windows(world.ledger)
    assert (released.state, released.released_by, released.detail) == (WindowState.RELEASED, "pmo", "site closed")
    report = world.put(load_spooled(world.spool, released.archive), at=2)
    assert (report.changed, report.absent) == (1, 2)
    assert released_windows(world.ledger) == []


def test_only_a_held_window_can_be_released(world):
    window = world.merge(0, {"a": {}}).window
    for number in (window, window + 99):
        with pytest.raises(LedgerError, match="no held window"):
            release_window(world.ledger, number, run=world.run, at=day(1), author="pmo", reason="x")
    held = record(world, world.read(1, {}), WindowState.HELD, at=1)
    release_window(world.ledger, held, run=world.run, at=day(1), author="pmo", reason="x")
    with pytest.raises(LedgerError):
        release_window(world.ledger, held, run=world.run, at=day(1), author="pmo", reason="x")


def test_the_cursor_moves_past_a_window_that_must_not_be_read_again(world):
    world.merge(0, {"a": {}}, position="p0", kind=WindowKind.INCREMENTAL)
    record(world, world.read(1, {"a": {}}), WindowState.SET_ASIDE, at=1, reason="too_many_rejects")
    assert read_cursor(world.ledger, "ERP", "lines") == "p0"
    record(world, world.read(2, {"a": {}}), WindowState.OLDER, at=2, reason="older", cursor="p2")
    assert read_cursor(world.ledger, "ERP", "lines") == "p2"
    record(world, None, WindowState.FAILED, at=3, cursor="p3")
    assert read_cursor(world.ledger, "ERP", "lines") == "p3"


def test_only_the_latest_window_of_each_stream_is_shown_unless_asked(world):
    world.merge(0, {"a": {}})
    world.merge(1, {"a": {}})
    world.merge(1, {"z": {}}, stream="other")
    assert read_windows(world.ledger)[["stream", "rows", "previous_rows"]].fillna(-1).values.tolist() == [
        ["lines", 1, 1],
        ["other", 1, -1],
    ]
    assert len(read_windows(world.ledger, latest_only=False)) == 3
