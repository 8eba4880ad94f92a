"""Quarantine: what could not be read is kept with key and reason, and the last good version stays."""

from slipwatch.model.records import Reject, WindowKind
from slipwatch.store.reader import read_quarantine
from tests.store.streams import day, on

BAD_DATE = Reject("b", "bad_date", "promised_on", "Plan!C7", "31.02.2026")


def show(world, **options):
    return read_quarantine(world.ledger, **options)


def test_a_reject_waits_with_key_reason_and_excerpt(world):
    report = world.merge(0, {"a": {}}, rejects=[BAD_DATE])
    assert report.quarantined == 1
    (row,) = show(world).to_dict("records")
    assert (row["source"], row["stream"], row["entity"], row["source_id"]) == ("ERP", "lines", "order_line", "b")
    assert (row["reason"], row["column"], row["where"], row["excerpt"]) == (
        "bad_date",
        "promised_on",
        "Plan!C7",
        "31.02.2026",
    )
    assert row["first_seen"].to_pydatetime() == day(0)


def test_the_last_good_version_stays_and_names_the_subject(world):
    world.merge(0, {"a": {}, "b": {"promised_on": on("2026-03-01")}})
    world.merge(1, {"a": {}}, rejects=[BAD_DATE])
    assert world.show("promised_on")["b"] == "2026-03-01"
    row = show(world).iloc[0]
    assert row["label"] == "line b"
    assert row["subject"] == world.show("subject")["b"]


def test_the_same_trouble_again_is_one_row(world):
    world.merge(0, {"a": {}}, rejects=[BAD_DATE])
    moved = Reject("b", "bad_date", "promised_on", "Plan!C9", "31.02.2026")
    assert world.merge(1, {"a": {}}, rejects=[moved]).quarantined == 0
    assert len(show(world)) == 1
    other = Reject("b", "bad_number", "unit_price", "Plan!D7", "n/a")
    assert world.merge(2, {"a": {}}, rejects=[moved, other]).quarantined == 1


def test_a_complete_window_closes_what_it_does_not_repeat(world):
    world.merge(0, {"a": {}}, rejects=[BAD_DATE])
    report = world.merge(1, {"a": {}, "b": {}})
    assert report.released_quarantine == 1
    assert len(show(world)) == 0
    (row,) = show(world, open_only=False).to_dict("records")
    assert row["closed_at"].to_pydatetime() == day(1)


def test_an_incremental_window_closes_only_what_it_read_well(world):
    other = Reject("c", "bad_date", "promised_on", "page 2", "x")
    world.merge(0, {"a": {}}, rejects=[BAD_DATE, other], kind=WindowKind.INCREMENTAL)
    report = world.merge(1, {"b": {}}, kind=WindowKind.INCREMENTAL)
    assert report.released_quarantine == 1
    assert show(world)["source_id"].tolist() == ["c"]


def test_trouble_that_comes_back_is_a_new_row(world):
    world.merge(0, {"a": {}}, rejects=[BAD_DATE])
    world.merge(1, {"a": {}, "b": {}})
    assert world.merge(2, {"a": {}}, rejects=[BAD_DATE]).quarantined == 1
    assert show(world, open_only=False)["first_seen"].tolist() == [day(0), day(2)]


def test_rejects_without_a_key_are_told_apart_by_their_place(world):
    rows = [Reject(None, "missing_key", None, f"row {number}", ";;") for number in (3, 4)]
    assert world.merge(0, {"a": {}}, rejects=rows).quarantined == 2
    assert world.merge(1, {"a": {}}, rejects=rows[:1]).released_quarantine == 1


def test_an_older_window_says_nothing_about_quarantine(world):
    world.merge(4, {"a": {}}, rejects=[BAD_DATE])
    report = world.merge(2, {"a": {}, "b": {}}, at=5)
    assert (report.quarantined, report.released_quarantine) == (0, 0)
    assert len(show(world)) == 1


def test_a_window_of_rejects_only_keeps_everything(world):
    world.merge(0, {"a": {}, "b": {}})
    report = world.merge(1, {}, rejects=[BAD_DATE, Reject("a", "bad_date", "promised_on", "row 1", "x")])
    assert (report.absent, report.quarantined) == (0, 2)
    assert set(world.show("name")) == {"a", "b"}
