"""Merging windows: what is new, what changed, what an older window may say, and that it is all or nothing."""

from datetime import timedelta

import pytest

from slipwatch.errors import IncompleteError, LeaseError, LedgerError
from slipwatch.model.records import Cause, WindowKind, WindowState
from slipwatch.store.reader import changed_subjects, find_subjects, read_entity, read_promises, read_windows
from slipwatch.store.runs import start_run, take_lease
from slipwatch.store.windows import last_good_window, list_good_sizes, read_cursor
from tests.store.streams import amount, day, make_record, on

D1, D2, D3, D4 = (f"2026-03-0{number}" for number in (1, 2, 3, 4))


def promise(text):
    return {"promised_on": on(text)}


def test_first_window_brings_new_records_and_first_promises(world):
    report = world.merge(0, {"a": promise(D1), "b": {}})
    assert (report.state, report.new, report.changed, report.unchanged) == (WindowState.MERGED, 2, 0, 0)
    assert world.show("promised_on") == {"a": D1, "b": None}
    assert world.show_moves("promised_on") == [("a", "promised_on", None, D1, 0)]


def test_a_change_opens_a_version_and_is_a_promise(world):
    world.merge(0, {"a": promise(D1), "b": promise(D1)})
    report = world.merge(1, {"a": promise(D2), "b": promise(D1)})
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    assert world.show("promised_on") == {"a": D2, "b": D1}
    assert world.show_moves("promised_on")[2:] == [("a", "promised_on", D1, D2, 1)]


def test_a_value_that_goes_or_comes_is_a_change_too(world):
    world.merge(0, {"a": promise(D1)})
    world.merge(1, {"a": {}})
    world.merge(2, {"a": promise(D2)})
    moves = [(old, new) for _, _, old, new, _ in world.show_moves("promised_on")]
    assert moves == [(None, D1), (D1, None), (None, D2)]


def test_a_column_that_nobody_promises_changes_the_version_only(world):
    world.merge(0, {"a": {"name": "Pump"}})
    assert world.merge(1, {"a": {"name": "Pump, large"}}).changed == 1
    assert world.show("name") == {"a": "Pump, large"}
    assert world.show_moves() == []


def test_every_kind_of_value_comes_back_as_it_was(world):
    values = {
        "promised_on": on(D1),
        "ordered_quantity": amount("12.345678"),
        "unit_price": amount("-0.0001"),
        "completed": True,
        "cancelled": False,
        "updated_at": day(0.5) + timedelta(microseconds=7),
        "name": "Pièce d'usure №1 \N{PILE OF POO}",
        "supplier": "S1",
    }
    world.merge(0, {"a": values})
    row = read_entity(world.ledger, "order_line").iloc[0]
    assert row["promised_on"].date() == values["promised_on"]
    assert (row["ordered_quantity"], row["unit_price"]) == (12_345_678, -1)
    assert (row["completed"], row["cancelled"]) == (True, False)
    assert row["updated_at"].to_pydatetime() == values["updated_at"]
    assert (row["name"], row["supplier"]) == (values["name"], "S1")
    texts = {(column, new) for _, column, _, new, _ in world.show_moves()}
    assert texts == {("promised_on", D1), ("ordered_quantity", "12.345678"), ("unit_price", "-0.0001")}


def test_work_items_keep_their_ratios(world):
    item = make_record("7", {}, label="#7")
    item = type(item)("7", "#7", {"name": "Build", "progress_claimed": 0.1, "estimate_hours": 12.0})
    world.merge(0, [item], entity="work_item", stream="issues")
    row = read_entity(world.ledger, "work_item").iloc[0]
    assert (row["progress_claimed"], row["estimate_hours"]) == (0.1, 12.0)
    moves = {(column, new) for _, column, _, new, _ in world.show_moves()}
    assert moves == {("progress_claimed", "0.1"), ("estimate_hours", "12")}


def test_the_same_content_again_is_unchanged_and_moves_only_the_cursor(world):
    world.merge(0, {"a": promise(D1)}, position="one")
    report = world.merge(1, {"a": promise(D1)}, position="two")
    assert (report.state, report.unchanged) == (WindowState.UNCHANGED, 1)
    assert read_cursor(world.ledger, "ERP", "lines") == "two"
    assert len(read_windows(world.ledger, latest_only=False)) == 2


def test_the_same_content_in_another_order_is_unchanged(world):
    world.merge(0, {"a": promise(D1), "b": promise(D2)})
    assert world.merge(1, {"b": promise(D2), "a": promise(D1)}).state is WindowState.UNCHANGED


def test_merging_the_same_window_twice_changes_nothing(world):
    spooled = world.read(0, {"a": promise(D1)})
    world.put(spooled, at=0)
    before = world.show_moves()
    assert world.put(spooled, at=1).state is WindowState.UNCHANGED
    assert world.show_moves() == before


def test_known_at_of_the_record_beats_that_of_the_window(world):
    world.merge(5, [make_record("a", promise(D1), known_at=day(2))])
    assert world.show("promised_on", known_by=day(1)) == {}
    assert world.show("promised_on", known_by=day(2)) == {"a": D1}
    assert world.show_moves("promised_on")[0][4] == 2


def test_a_stamp_older_than_the_version_it_replaces_is_no_news(world):
    world.merge(0, [make_record("a", promise(D1), known_at=day(3))])
    world.merge(5, [make_record("a", promise(D2), known_at=day(1))])
    assert world.show("promised_on", known_by=day(4)) == {"a": D1}
    assert world.show("promised_on", known_by=day(5)) == {"a": D2}


def test_an_old_stamp_is_no_news_where_only_a_late_window_told_of_the_record(world):
    world.merge(0, {"a": promise(D1)})
    world.merge(4, {"a": promise(D1)})
    world.merge(2, {"a": promise(D1), "b": promise(D2)}, at=6)
    world.merge(8, [make_record("a", promise(D1)), make_record("b", promise(D3), known_at=day(1))])
    assert world.show("promised_on", known_by=day(7)) == {"a": D1, "b": D2}
    assert world.show("promised_on", known_by=day(9)) == world.show("promised_on") == {"a": D1, "b": D3}


def test_an_older_complete_window_tells_the_past_only(world):
    world.merge(0, {"a": promise(D1), "b": promise(D1)})
    world.merge(4, {"a": promise(D3)})
    report = world.merge(2, {"a": promise(D2), "c": promise(D4)}, at=6)
    assert report.state is WindowState.OLDER
    assert (report.new, report.changed, report.absent, report.vanished) == (0, 0, 0, 0)
    assert world.show("promised_on") == {"a": D3, "b": D1}
    assert world.show("promised_on", known_by=day(2)) == {"a": D2, "b": D1, "c": D4}
    assert world.show("promised_on", known_by=day(1)) == {"a": D1, "b": D1}


def test_an_older_window_splits_a_move_without_making_drift_of_it(world):
    world.merge(0, {"a": promise(D1)})
    world.merge(4, {"a": promise(D3)})
    world.merge(2, {"a": promise(D2)}, at=6)
    assert [move[2:] for move in world.show_moves("promised_on")] == [(None, D1, 0), (D1, D2, 2), (D2, D3, 4)]
    causes = read_promises(world.ledger)["cause"].tolist()
    assert causes == ["source", "backfill", "backfill"]
    before = [move[2:] for move in world.show_moves("promised_on", recorded_by=day(5))]
    assert before == [(None, D1, 0), (D1, D3, 4)]


def test_an_older_window_dates_a_move_earlier_and_leaves_its_cause(world):
    world.merge(0, {"a": promise(D1)})
    world.merge(4, {"a": promise(D2)})
    world.merge(2, {"a": promise(D2)}, at=6)
    assert [move[2:] for move in world.show_moves("promised_on")] == [(None, D1, 0), (D1, D2, 2)]
    assert set(read_promises(world.ledger)["cause"]) == {"source"}


def test_a_record_that_no_newer_window_lists_is_gone_by_then(world):
    world.merge(0, {"a": {}})
    world.merge(4, {"a": {}})
    world.merge(2, {"a": {}, "c": promise(D1)}, at=6)
    assert world.show("promised_on") == {"a": None}
    assert world.show("promised_on", known_by=day(3)) == {"a": None, "c": D1}
    frame = read_entity(world.ledger, "order_line", known_by=day(5)).set_index("source_id")
    assert frame.loc["c", "absent_since"].to_pydatetime() == day(4)


def test_an_older_list_that_only_grows_loses_nothing(world):
    world.merge(4, {"february": promise(D2)}, kind=WindowKind.APPEND)
    report = world.merge(2, {"january": promise(D1)}, kind=WindowKind.APPEND, at=5)
    assert (report.state, report.new) == (WindowState.OLDER, 1)
    assert world.show("promised_on") == {"february": D2, "january": D1}


def test_the_cursor_never_goes_back(world):
    world.merge(4, {"a": {}}, kind=WindowKind.INCREMENTAL, position="later")
    world.merge(2, {"a": {}}, kind=WindowKind.INCREMENTAL, position="earlier", at=5)
    assert read_cursor(world.ledger, "ERP", "lines") == "later"


def test_incremental_windows_prove_no_absence(world):
    world.merge(0, {"a": {}, "b": {}}, kind=WindowKind.INCREMENTAL)
    report = world.merge(1, {"a": {"name": "x"}}, kind=WindowKind.INCREMENTAL)
    assert (report.absent, report.vanished) == (0, 0)
    assert set(world.show("name")) == {"a", "b"}


@pytest.mark.parametrize("cause", [Cause.MAPPING, Cause.CORRECTION])
def test_a_repair_replaces_what_was_known_and_is_no_drift(world, cause):
    world.merge(0, {"a": promise(D1)})
    world.merge(3, {"a": promise(D2)}, cause=cause)
    assert world.show("promised_on", known_by=day(0)) == {"a": D2}
    assert world.show("promised_on", recorded_by=day(1)) == {"a": D1}
    frame = read_promises(world.ledger)
    assert frame["cause"].tolist() == ["source", cause.value]


def test_labels_and_links_follow_without_a_version(world):
    world.merge(0, [make_record("a", {}, label="old name", url="https://erp.example/1")])
    report = world.merge(1, [make_record("a", {}, label="new name", url="https://erp.example/2")])
    assert (report.changed, report.unchanged) == (0, 1)
    assert world.show("label", "url") == {"a": ("new name", "https://erp.example/2")}


def test_subject_keys_make_records_of_two_systems_one_subject(world):
    world.merge(0, [make_record("1", {}, label="4500/10")])
    world.source = "PORTAL"
    world.merge(0, [make_record("x-9", {}, label="4500/10")])
    frame = read_entity(world.ledger, "order_line")
    assert len(frame) == 2
    assert frame["subject"].nunique() == 1
    (found,) = find_subjects(world.ledger, "x-9")
    assert (found.id, found.key) == (frame["subject"].iloc[0], "4500/10")


def test_subject_keys_see_key_label_and_values_of_new_records_only(world):
    seen = []

    def note(entity, source, rows):
        columns = (rows.ids, rows.labels, rows.values["promised_on"], rows.values["unit_price"])
        seen.extend((entity, source, *row) for row in zip(*columns, strict=True))
        return list(rows.ids)

    world.put(world.read(0, {"a": promise(D1) | {"unit_price": amount("1.5")}}), at=0, subject_keys=note)
    world.put(world.read(1, {"a": promise(D2)}), at=1, subject_keys=note)
    assert seen == [("order_line", "ERP", "a", "line a", D1, 15_000)]


def test_changed_subjects_are_those_of_the_run_and_later(world):
    world.merge(0, {"a": {}, "b": {}, "c": {}})
    world.run = second = start_run(world.ledger, kind="test", at=day(1), configuration={})
    world.merge(1, {"a": {"name": "x"}, "b": {}})
    ids = {row.source_id: row.subject for row in read_entity(world.ledger, "order_line").itertuples()}
    assert set(changed_subjects(world.ledger, second)) == {ids["a"], ids["c"]}
    assert len(changed_subjects(world.ledger, second - 1)) == 3
    assert len(changed_subjects(world.ledger, second + 1)) == 0


def test_a_window_without_proof_is_refused(world):
    with pytest.raises(IncompleteError):
        world.merge(0, {"a": {}}, proven=False)
    assert world.show("name") == {}


def test_a_stream_keeps_its_entity(world):
    world.merge(0, {"a": {}})
    with pytest.raises(LedgerError, match="held order_line"):
        world.merge(1, [type(make_record("a", {}))("a", "a", {"name": "Plan"})], entity="milestone")


def test_whoever_lost_the_lease_writes_nothing(world):
    mine = take_lease(world.ledger, "run", owner="me", now=day(0), seconds=60)
    take_lease(world.ledger, "run", owner="other", now=day(1), seconds=60)
    with pytest.raises(LeaseError, match="went to other"):
        world.put(world.read(0, {"a": {}}), at=1, lease=mine)
    assert world.show("name") == {}
    assert last_good_window(world.ledger, "ERP", "lines") is None


def test_an_error_in_the_middle_leaves_nothing(world):
    def fail(entity, source, rows):
        raise RuntimeError("links are broken")

    world.merge(0, {"a": {}})
    with pytest.raises(RuntimeError):
        world.put(world.read(1, {"a": {"name": "x"}, "b": {}}), at=1, subject_keys=fail)
    assert world.show("name") == {"a": None}
    assert list_good_sizes(world.ledger, "ERP", "lines") == [1]


def test_large_windows_pass_through_several_row_groups(world):
    lines = {str(number): {"ordered_quantity": amount(str(number))} for number in range(9_000)}
    assert world.merge(0, lines).new == 9_000
    lines["8999"] = {"ordered_quantity": amount("1")}
    del lines["4000"]
    report = world.merge(1, lines)
    assert (report.changed, report.unchanged, report.absent) == (1, 8_998, 1)
    assert world.show("ordered_quantity")["8999"] == 1_000_000
