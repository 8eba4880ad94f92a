"""Sweeps: what a list of ids proves about records whose windows tell only of changes."""

import pytest
from sqlalchemy import select

from slipwatch.model.records import Reject, WindowKind, WindowState
from slipwatch.store.quarantine import list_vanished
from slipwatch.store.reader import changed_subjects, read_entity
from slipwatch.store.runs import start_run
from slipwatch.store.schema import QUARANTINE
from slipwatch.store.sweeps import Presence, count_present, hold_sweep, last_good_sweep, merge_sweep
from slipwatch.store.views import read_quarantine, read_windows
from slipwatch.store.windows import (
    held_windows,
    last_good_window,
    list_good_sizes,
    read_cursor,
    release_window,
    released_windows,
)
from tests.store.streams import day

STREAM = {"source": "ERP", "stream": "lines"}
CHANGES = {"kind": WindowKind.INCREMENTAL}


def sweep(world, number, ids, *, at=None, **names):
    return merge_sweep(
        world.ledger,
        **{**STREAM, **names},
        entity="order_line",
        source_ids=ids.split(),
        run=world.run,
        at=day(number if at is None else at),
        as_of=day(number),
    )


def hold(world, number, presence=None):
    return hold_sweep(
        world.ledger,
        presence or Presence(known=5, listed=1),
        **STREAM,
        entity="order_line",
        run=world.run,
        at=day(number),
        as_of=day(number),
        reason="row_count_jump",
        detail="1 after 5",
    )


def find(world, key):
    """(absent since, vanished at) of a record, as instants or None."""
    frame = read_entity(world.ledger, "order_line").set_index("source_id")
    cells = frame.loc[key, ["absent_since", "vanished_at"]]
    return tuple(None if cell is None or cell != cell else cell.to_pydatetime() for cell in cells)


@pytest.fixture
def filled(world):
    """Three lines, read as changes on day 0."""
    world.merge(0, {"a": {}, "b": {}, "c": {}}, **CHANGES, position="first")
    return world


def test_missing_once_is_absent_missing_twice_is_vanished(filled):
    first = sweep(filled, 1, "a b")
    assert (first.state, first.listed, first.absent, first.vanished) == (WindowState.MERGED, 2, 1, 0)
    assert find(filled, "c") == (day(1), None)
    second = sweep(filled, 2, "a b")
    assert (second.absent, second.vanished) == (0, 1)
    assert find(filled, "c") == (day(1), day(2))
    assert filled.show("order_number") == {"a": "4500", "b": "4500"}


def test_a_sweep_that_finds_all_changes_nothing(filled):
    report = sweep(filled, 1, "a b c unread")
    assert (report.state, report.absent, report.returned) == (WindowState.UNCHANGED, 0, 0)
    assert set(filled.show("name")) == {"a", "b", "c"}


def test_what_was_vanished_stays_so_and_is_counted_once(filled):
    for number in (1, 2):
        sweep(filled, number, "a b")
    assert sweep(filled, 3, "a b").state is WindowState.UNCHANGED
    assert find(filled, "c") == (day(1), day(2))


@pytest.mark.parametrize("sweeps", [1, 2])
def test_listed_again_is_returned(filled, sweeps):
    for number in range(1, sweeps + 1):
        sweep(filled, number, "a b")
    assert sweep(filled, 5, "a b c").returned == 1
    assert find(filled, "c") == (None, None)
    assert sweep(filled, 6, "a b").vanished == 0


def test_changed_again_is_returned(filled):
    sweep(filled, 1, "a b")
    assert filled.merge(2, {"c": {"name": "again"}}, **CHANGES).returned == 1
    assert sweep(filled, 3, "a b").vanished == 0
    assert find(filled, "c") == (day(3), None)


def test_a_window_of_changes_between_two_sweeps_does_not_break_the_row(filled):
    sweep(filled, 1, "a b")
    filled.merge(2, {"a": {"name": "x"}}, **CHANGES)
    assert sweep(filled, 3, "a b").vanished == 1


def test_the_same_sweep_merged_twice_proves_nothing_more(filled):
    sweep(filled, 1, "a b")
    assert sweep(filled, 1, "a b", at=2).vanished == 0


class TestQuarantine:
    """`c` was read well once and `d` never; neither can be read since."""

    @pytest.fixture(autouse=True)
    def unreadable(self, filled):
        bad = [Reject(key, "bad_date", "promised_on", f"row {key}", "31.02.2026") for key in ("c", "d", None)]
        filled.merge(1, {"a": {"name": "x"}}, rejects=bad, **CHANGES)

    def test_a_record_that_is_listed_stays_there_and_in_quarantine(self, filled):
        for number in (2, 3, 4):
            report = sweep(filled, number, "a b c d")
            assert (report.state, report.absent, report.ended) == (WindowState.UNCHANGED, 0, 0)
        assert find(filled, "c") == (None, None)
        assert list_set_aside(filled) == ["c", "d", None]

    def test_one_that_two_sweeps_miss_ends_under_a_name_of_its_own(self, filled):
        first, second = sweep(filled, 2, "a b"), sweep(filled, 3, "a b")
        assert (first.absent, first.ended, second.vanished, second.ended) == (1, 0, 1, 2)
        assert find(filled, "c") == (day(2), day(3))
        assert list_set_aside(filled) == [None], "nothing tells which record the one without a key is"
        (ended,) = list_vanished(filled.ledger)
        assert (ended.source, ended.stream, ended.closed_at, ended.keys) == ("ERP", "lines", day(3), ("c", "d"))

    def test_the_same_sweep_twice_ends_nothing(self, filled):
        sweep(filled, 2, "a b")
        assert sweep(filled, 2, "a b", at=3).ended == 0

    def test_listed_in_between_it_starts_anew(self, filled):
        sweep(filled, 2, "a b")
        sweep(filled, 3, "a b c d")
        assert sweep(filled, 4, "a b").ended == 0
        assert list_set_aside(filled) == ["c", "d", None]

    def test_read_in_between_it_starts_anew(self, filled):
        sweep(filled, 2, "a b")
        again = [Reject("d", "bad_date", "promised_on", "row d", "30.02.2026")]
        filled.merge(3, {}, rejects=again, **CHANGES)
        assert sweep(filled, 4, "a b").ended == 1, "c alone"
        assert list_set_aside(filled) == ["d", None]

    def test_what_was_read_well_or_is_no_longer_repeated_did_not_vanish(self, filled):
        filled.merge(3, {"c": {"name": "repaired"}}, **CHANGES)
        filled.merge(4, {"a": {}, "b": {}, "c": {}})
        assert list_set_aside(filled) == []
        assert list_vanished(filled.ledger) == []
        with filled.ledger.read() as connection:
            endings = connection.execute(select(QUARANTINE.c.source_id, QUARANTINE.c.ending)).all()
        assert set(endings) == {("c", "read"), ("d", "not_repeated"), (None, "not_repeated")}

    def test_a_sweep_that_is_held_or_overtaken_ends_nothing(self, filled):
        sweep(filled, 2, "a b")
        hold(filled, 3)
        filled.merge(5, {"a": {"name": "y"}}, **CHANGES)
        assert sweep(filled, 4, "a b", at=6).state is WindowState.OLDER
        assert list_set_aside(filled) == ["c", "d", None]


def list_set_aside(world):
    keys = read_quarantine(world.ledger)["source_id"]
    return [None if key != key else key for key in keys.astype(object)]


def test_a_sweep_overtaken_by_a_read_proves_nothing(filled):
    filled.merge(3, {"d": {}}, **CHANGES)
    report = sweep(filled, 2, "a b c", at=4)
    assert (report.state, report.absent) == (WindowState.OLDER, 0)
    assert find(filled, "d") == (None, None)


def test_a_sweep_overtaken_by_another_proves_nothing(filled):
    sweep(filled, 3, "a b")
    assert sweep(filled, 2, "a", at=4).state is WindowState.OLDER
    assert find(filled, "b") == (None, None)


def test_streams_and_sources_do_not_prove_anything_about_each_other(filled):
    sweep(filled, 1, "x", stream="other")
    sweep(filled, 1, "x", source="PORTAL")
    assert all(find(filled, key) == (None, None) for key in "abc")


def test_an_empty_sweep_makes_everything_absent_but_nothing_vanish(filled):
    report = sweep(filled, 1, "")
    assert (report.absent, report.vanished) == (3, 0)


def test_vanishing_is_a_change_of_the_subject(filled):
    sweep(filled, 1, "a b")
    filled.run = start_run(filled.ledger, kind="test", at=day(2), configuration={})
    sweep(filled, 2, "a b")
    frame = read_entity(filled.ledger, "order_line").set_index("source_id")
    assert changed_subjects(filled.ledger, filled.run).tolist() == [frame.loc["c", "subject"]]


class TestPresence:
    def test_counts_what_was_there_and_still_is(self, filled):
        assert count_present(filled.ledger, **STREAM, source_ids=["a", "x", "y"]) == Presence(known=3, listed=1)

    def test_leaves_out_what_was_absent_before(self, filled):
        sweep(filled, 1, "a b")
        assert count_present(filled.ledger, **STREAM, source_ids=["a", "b"]) == Presence(known=2, listed=2)
        assert count_present(filled.ledger, **STREAM, source_ids=["a", "c"]) == Presence(known=2, listed=1)

    def test_of_a_stream_that_was_never_read_is_nothing(self, world):
        assert count_present(world.ledger, **STREAM, source_ids=["a"]) == Presence(known=0, listed=0)


class TestWindows:
    def test_a_sweep_is_remembered_and_never_counts_as_a_read(self, filled):
        assert last_good_sweep(filled.ledger, "ERP", "lines") is None
        report = sweep(filled, 1, "a b")
        found = last_good_sweep(filled.ledger, "ERP", "lines")
        assert (found.id, found.rows, found.at, found.reason) == (report.window, 2, day(1), "sweep")
        assert last_good_window(filled.ledger, "ERP", "lines").as_of == day(0)
        assert list_good_sizes(filled.ledger, "ERP", "lines") == [3]
        assert read_cursor(filled.ledger, "ERP", "lines") == "first"
        (row,) = read_windows(filled.ledger).itertuples()
        assert (row.state, row.rows, row.reason) == ("merged", 2, "sweep")
        sweep(filled, 2, "a b c")
        assert read_windows(filled.ledger)["previous_rows"].tolist() == [2]

    def test_a_held_sweep_shows_and_touches_nothing(self, filled):
        hold(filled, 1)
        (row,) = read_windows(filled.ledger).itertuples()
        assert (row.state, row.rows, row.previous_rows, row.detail) == ("held", 1, 5, "1 after 5")
        assert last_good_sweep(filled.ledger, "ERP", "lines") is None
        assert all(find(filled, key) == (None, None) for key in "abc")

    def test_a_good_read_settles_no_held_sweep_and_a_good_sweep_does(self, filled):
        hold(filled, 1)
        filled.merge(2, {"a": {"name": "x"}}, **CHANGES)
        assert len(held_windows(filled.ledger)) == 1
        sweep(filled, 3, "a b c")
        assert held_windows(filled.ledger) == []

    def test_a_released_sweep_waits_for_the_next_one(self, filled):
        window = hold(filled, 1)
        release_window(filled.ledger, window, run=filled.run, at=day(2), author="pmo", reason="cleaned up")
        filled.merge(3, {"a": {"name": "x"}}, **CHANGES)
        (row,) = released_windows(filled.ledger)
        assert (row.kind, row.rows) == ("sweep", 1)
        sweep(filled, 4, "a")
        assert released_windows(filled.ledger) == []

    def test_a_sweep_states_no_values_so_that_no_window_is_older_than_it(self, filled):
        sweep(filled, 5, "a b")
        report = filled.merge(3, {"b": {"name": "late"}}, **CHANGES, at=6)
        assert report.state is WindowState.MERGED
        assert filled.show("name")["b"] == "late"
