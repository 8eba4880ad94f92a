"""Which files are read, in which order, and what is remembered of them."""

import json
import os
from datetime import timedelta

import pytest

from slipwatch.errors import ConfigError, ContractError, PermanentError, TransientError
from slipwatch.model.records import WindowKind
from tests.connectors.files.drops import NOW, ORDERS, Drop, write_lines

BY_TIME = ORDERS.replace("as_of: {from: name, pattern: '^(\\d{4}-\\d{2}-\\d{2})_'}", "as_of: {from: modified}")


@pytest.fixture
def drop(tmp_path):
    return Drop(tmp_path)


@pytest.fixture
def suppliers(tmp_path):
    """The same rows as files that come as they come."""
    return Drop(tmp_path, ORDERS.replace("complete: true", "complete: false"))


def test_several_new_files_are_read_oldest_first_whatever_their_arrival(drop):
    for name, age in [("2026-03-13_orders.csv", 50), ("2026-02-27_orders.csv", 40), ("2026-03-06_orders.csv", 90)]:
        drop.add(name, write_lines(day=f"{name[8:10]}/{name[5:7]}/2026"), age_seconds=age)
    windows = drop.plan()
    assert [json.loads(window.position)["file"][:10] for window in windows] == [
        "2026-02-27",
        "2026-03-06",
        "2026-03-13",
    ]
    assert [window.until.day for window in windows] == [27, 6, 13]
    assert {window.kind for window in windows} == {WindowKind.COMPLETE}
    (batch,) = drop.read(windows[0])
    assert batch.as_of == windows[0].until


def test_what_was_read_is_not_planned_again(drop):
    drop.add("2026-03-13_orders.csv", write_lines())
    (window,) = drop.plan()
    assert drop.plan(window.position) == ()
    assert drop.plan(window.position) == ()


def test_after_the_first_of_two_windows_the_second_is_still_new(drop):
    drop.add("2026-03-06_orders.csv", write_lines(2))
    drop.add("2026-03-13_orders.csv", write_lines(3))
    first, second = drop.plan()
    assert drop.list_names(first.position) == ["2026-03-13_orders.csv"]
    assert drop.plan(second.position) == ()


def test_the_same_content_under_another_name_of_the_same_day_is_nothing_new(drop):
    drop.add("2026-03-13_orders.csv", write_lines())
    (window,) = drop.plan()
    drop.add("2026-03-13_copy_orders.csv", write_lines())
    assert drop.plan(window.position) == ()
    (drop.folder / "2026-03-13_orders.csv").rename(drop.folder / "2026-03-13_renamed_orders.csv")
    assert drop.plan(window.position) == ()


def test_two_files_with_the_same_content_are_one_window(drop):
    drop.add("2026-03-13_a_orders.csv", write_lines())
    drop.add("2026-03-13_b_orders.csv", write_lines())
    assert drop.list_names() == ["2026-03-13_a_orders.csv"]


def test_the_same_content_a_week_later_says_that_nothing_changed(drop):
    """The list is as fresh as its new date: a source that repeats itself is not a source that is silent."""
    drop.add("2026-03-06_orders.csv", write_lines())
    (window,) = drop.plan()
    drop.add("2026-03-13_orders.csv", write_lines())
    (again,) = drop.plan(window.position)
    assert (again.until - window.until).days == 7


def test_the_same_name_with_new_content_is_a_new_version(drop):
    drop.add("2026-03-13_orders.csv", write_lines(3))
    (window,) = drop.plan()
    drop.add("2026-03-13_orders.csv", write_lines(4))
    (again,) = drop.plan(window.position)
    (batch,) = drop.read(again)
    assert len(batch.records) == 4


def test_an_older_file_after_a_newer_one_is_a_window_with_its_own_date(drop):
    drop.add("2026-03-13_orders.csv", write_lines(3))
    (newer,) = drop.plan()
    drop.add("2026-03-06_orders.csv", write_lines(2))
    (older,) = drop.plan(newer.position)
    (batch,) = drop.read(older)
    assert (batch.as_of.month, batch.as_of.day) == (3, 6)
    assert drop.plan(older.position) == ()


def test_a_file_that_is_touched_but_not_changed_is_nothing_new(tmp_path):
    drop = Drop(tmp_path, BY_TIME)
    path = drop.add("any_orders.csv", write_lines(), age_seconds=7200)
    (window,) = drop.plan()
    assert window.until == NOW.replace(hour=3)
    os.utime(path)
    assert drop.plan(window.position) == ()


def test_a_file_that_goes_back_to_an_earlier_content_is_news(tmp_path):
    drop = Drop(tmp_path, BY_TIME)
    drop.add("any_orders.csv", write_lines(2), age_seconds=900)
    drop.add("copy_orders.csv", write_lines(2), age_seconds=800)
    (first,) = drop.plan()
    drop.add("any_orders.csv", write_lines(3), age_seconds=600)
    (second,) = drop.plan(first.position)
    drop.add("any_orders.csv", write_lines(2), age_seconds=300)
    (third,) = drop.plan(second.position)
    assert json.loads(third.position)["file"] == "any_orders.csv"
    assert third.until == NOW - timedelta(seconds=300)
    assert drop.plan(third.position) == ()


def test_files_that_left_the_folder_stay_remembered(drop):
    path = drop.add("2026-03-06_orders.csv", write_lines(2))
    (first,) = drop.plan()
    path.unlink()
    drop.add("2026-03-13_orders.csv", write_lines(3))
    (second,) = drop.plan(first.position)
    drop.add("2026-03-06_orders.csv", write_lines(2))
    assert drop.plan(second.position) == ()


def test_the_cursor_does_not_grow_for_ever(drop):
    position = json.dumps({"file": "x", "key": "x", "seen": [f"{number:020}" for number in range(5000)]})
    drop.add("2026-03-13_orders.csv", write_lines())
    (window,) = drop.plan(position)
    seen = json.loads(window.position)["seen"]
    assert len(seen) == 1001
    assert seen[0] == f"{4000:020}"


@pytest.mark.parametrize("cursor", ["", "x", "[]", "{}", '{"seen": 3}'])
def test_a_cursor_that_is_none_of_ours_is_refused(drop, cursor):
    with pytest.raises(PermanentError, match="cursor"):
        drop.plan(cursor)


def test_a_file_still_being_written_waits_for_the_next_time(drop):
    drop.add("2026-03-13_orders.csv", write_lines(), age_seconds=2)
    drop.sleep = lambda seconds: drop.add("2026-03-13_orders.csv", write_lines(9), age_seconds=1)
    assert drop.plan() == ()
    drop.sleep = (slept := []).append
    assert drop.list_names() == ["2026-03-13_orders.csv"]
    assert slept == [30.0]


def test_half_sent_files_are_not_looked_at(drop):
    for ending in (".part", ".tmp", ".filepart"):
        drop.add(f"2026-03-13_orders.csv{ending}", "half")
    assert drop.plan() == ()


def test_a_file_replaced_between_planning_and_reading_is_read_the_next_time(drop):
    drop.add("2026-03-13_orders.csv", write_lines(3))
    (window,) = drop.plan()
    drop.add("2026-03-13_orders.csv", write_lines(4))
    assert isinstance(drop.read(window), TransientError)
    (drop.folder / "2026-03-13_orders.csv").unlink()
    assert "no longer there" in str(drop.read(window))


def test_a_file_that_changes_while_it_is_read_never_counts_as_complete(drop):
    drop.add("2026-03-13_orders.csv", write_lines(2500))
    (window,) = drop.plan()
    batches = drop.open().read(window)
    assert next(batches).completeness is None
    drop.add("2026-03-13_orders.csv", write_lines(2600))
    with pytest.raises(TransientError, match="changed while it was being read"):
        list(batches)


def test_of_a_complete_stream_a_good_file_stands_in_for_the_bad_one_before_it(drop):
    drop.add("2026-03-06_orders.csv", "%PDF-1.7 not at all")
    drop.add("2026-03-13_orders.csv", write_lines())
    bad, good = drop.plan()
    assert isinstance(drop.read(bad), PermanentError)
    assert len(drop.read(good)) == 1
    assert drop.plan(good.position) == ()


def test_of_files_that_only_add_a_bad_one_holds_nothing_up_and_is_not_forgotten(suppliers):
    suppliers.add("2026-03-06_orders.csv", "%PDF-1.7 not at all")
    suppliers.add("2026-03-07_orders.csv", write_lines(header="N° commande;Poste;N° fournisseur;Livraison;Qté"))
    suppliers.add("2026-03-13_orders.csv", write_lines())
    good, *bad = suppliers.plan()
    assert good.kind is WindowKind.INCREMENTAL
    assert json.loads(good.position)["file"] == "2026-03-13_orders.csv"
    assert [type(suppliers.read(window)) for window in bad] == [PermanentError, ContractError]
    assert suppliers.list_names(good.position) == ["2026-03-06_orders.csv", "2026-03-07_orders.csv"]


def test_a_file_without_its_date_gets_a_window_that_tells(drop):
    drop.add("final_orders.csv", write_lines())
    (window,) = drop.plan()
    assert "no date can be read from “final_orders.csv”" in str(drop.read(window))


def test_a_file_dated_in_the_future_is_set_aside_and_one_of_today_is_as_of_now(drop):
    drop.add("2026-03-16_orders.csv", write_lines())
    drop.add("2062-03-16_orders.csv", write_lines(4))
    today, future = drop.plan()
    assert drop.read(today)[0].as_of == NOW
    assert isinstance(drop.read(future), ContractError)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no symbolic links")
def test_links_are_refused_with_their_name(drop, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(write_lines())
    (drop.folder / "2026-03-13_orders.csv").symlink_to(secret)
    (window,) = drop.plan()
    refused = drop.read(window)
    assert isinstance(refused, PermanentError)
    assert "2026-03-13_orders.csv" in str(refused)


@pytest.mark.parametrize("name", ["../secret_orders.csv", "/etc/passwd", "sub/../../x_orders.csv", "x.csv"])
def test_a_position_cannot_lead_out_of_the_folder(drop, name):
    (drop.base / "secret_orders.csv").write_text(write_lines())
    drop.add("2026-03-13_orders.csv", write_lines())
    (window,) = drop.plan()
    forged = type(window)(**(vars(window) | {"position": json.dumps({"file": name, "key": "", "seen": []})}))
    assert "no file of this stream" in str(drop.read(forged))


def test_a_position_cannot_lead_out_although_the_pattern_would_allow_it(tmp_path):
    drop = Drop(tmp_path, ORDERS.replace('"*_orders.csv"', "{regex: '.*_orders.csv'}"))
    (drop.base / "2026-03-06_orders.csv").write_text(write_lines())
    drop.add("2026-03-13_orders.csv", write_lines())
    (window,) = drop.plan()
    forged = type(window)(**(vars(window) | {"position": json.dumps({"file": "../2026-03-06_orders.csv", "seen": []})}))
    assert "no file of this stream" in str(drop.read(forged))


def test_files_in_subfolders_where_the_pattern_says_so(tmp_path):
    drop = Drop(tmp_path, ORDERS.replace("*_orders.csv", "*/*_orders.csv").replace("'^(", "'/("))
    drop.add("ferrolis/2026-03-13_orders.csv", write_lines())
    drop.add("2026-03-13_orders.csv", write_lines(4))
    assert drop.list_names() == ["ferrolis/2026-03-13_orders.csv"]


def test_a_regular_expression_for_names(tmp_path):
    drop = Drop(tmp_path, ORDERS.replace('"*_orders.csv"', r"{regex: '\d{4}-\d\d-\d\d_orders\.csv'}"))
    drop.add("2026-03-13_orders.csv", write_lines())
    drop.add("2026-03-13_old_orders.csv", write_lines(4))
    assert drop.list_names() == ["2026-03-13_orders.csv"]


def test_a_missing_folder_may_come_back(drop):
    drop.folder.rmdir()
    with pytest.raises(TransientError, match="cannot be reached"):
        drop.plan()


def test_a_sweep_lists_the_newest_file(drop, suppliers):
    drop.add("2026-03-06_orders.csv", write_lines(5))
    drop.add("2026-03-13_orders.csv", write_lines(2), age_seconds=7200)
    assert list(drop.open().sweep("lines")) == ["4500031870/10", "4500031871/10"]
    with pytest.raises(PermanentError, match="do not list everything"):
        list(suppliers.open().sweep("lines"))


def test_what_the_connector_tells_of_its_streams(drop):
    (info,) = drop.open().discover()
    assert (info.name, info.entity, info.kind, info.deletes) == ("lines", "order_line", WindowKind.COMPLETE, "sweep")
    assert info.key == "order_number/Poste or Position"
    with pytest.raises(ConfigError, match="there is no stream orders"):
        drop.plan(stream="orders")


def test_a_check_reads_the_newest_file_and_changes_nothing(drop):
    assert drop.open().check().problems[0][0] == "lines"
    drop.add("2026-03-06_orders.csv", "%PDF-1.7")
    drop.add("2026-03-13_orders.csv", write_lines(3).replace("20/03/2026", "KW 17", 1))
    report = drop.open().check()
    assert report.ok
    assert report.notes == (
        "lines: 1 of the first 3 records of 2026-03-13_orders.csv cannot be read; as of 2026-03-13 22:59 UTC",
    )
    drop.add("2026-03-14_orders.csv", write_lines(header="a;b"))
    assert "no row is the header with N° commande or Bestellnummer" in drop.open().check().problems[0][1]
    assert not (drop.base / "home").exists()
