"""Absence is not evidence: what makes a record vanish, and what does not."""

from slipwatch.model.records import Reject, WindowKind, WindowState
from slipwatch.store.reader import changed_subjects, read_entity
from slipwatch.store.runs import start_run
from tests.store.streams import day


def find(world, key, **options):
    """(absent since, vanished at) of a record, as days or None."""
    frame = read_entity(world.ledger, "order_line", **options).set_index("source_id")
    cells = frame.loc[key, ["absent_since", "vanished_at"]]
    return tuple(None if cell is None or cell != cell else cell.to_pydatetime() for cell in cells)


def test_missing_once_is_absent_missing_twice_is_vanished(world):
    world.merge(0, {"a": {}, "b": {}})
    report = world.merge(1, {"a": {}})
    assert (report.absent, report.vanished, report.state) == (1, 0, WindowState.MERGED)
    assert find(world, "b") == (day(1), None)
    report = world.merge(2, {"a": {"name": "x"}})
    assert (report.absent, report.vanished) == (0, 1)
    assert find(world, "b") == (day(1), day(2))
    assert find(world, "a") == (None, None)


def test_a_second_window_with_the_same_content_proves_it_too(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(1, {"a": {}})
    report = world.merge(2, {"a": {}})
    assert (report.vanished, report.state) == (1, WindowState.MERGED)
    assert world.merge(3, {"a": {}}).state is WindowState.UNCHANGED


def test_the_same_file_read_twice_proves_nothing(world):
    world.merge(0, {"a": {}, "b": {}})
    spooled = world.read(1, {"a": {}})
    world.put(spooled, at=1)
    assert world.put(spooled, at=2).vanished == 0
    assert find(world, "b") == (day(1), None)


def test_a_record_that_comes_back_has_returned(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(1, {"a": {}})
    assert world.merge(2, {"a": {}, "b": {}}).returned == 1
    assert find(world, "b") == (None, None)


def test_the_count_starts_again_after_a_return(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(1, {"a": {}})
    world.merge(2, {"a": {}, "b": {}})
    assert world.merge(3, {"a": {}}).vanished == 0
    assert find(world, "b") == (day(3), None)


def test_a_vanished_record_can_return(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(1, {"a": {}})
    world.merge(2, {"a": {}})
    report = world.merge(3, {"a": {}, "b": {"name": "again"}})
    assert (report.new, report.changed, report.returned) == (0, 1, 1)
    assert world.show("name") == {"a": None, "b": "again"}


def test_an_incremental_window_ends_an_absence_and_starts_none(world):
    world.merge(0, {"a": {}, "b": {}, "c": {}})
    world.merge(1, {"a": {}})
    assert world.merge(2, {"b": {}}, kind=WindowKind.INCREMENTAL).returned == 1
    assert find(world, "b") == (None, None)
    assert find(world, "c") == (day(1), None)


def test_a_record_that_was_read_badly_is_present(world):
    world.merge(0, {"a": {}, "b": {}})
    bad = Reject("b", "bad_date", "promised_on", "row 3", "31.02.2026")
    report = world.merge(1, {"a": {}}, rejects=[bad])
    assert (report.absent, report.quarantined) == (0, 1)
    world.merge(2, {"a": {}})
    assert find(world, "b") == (day(2), None)


def test_a_reject_without_a_key_could_be_any_record(world):
    world.merge(0, {"a": {}, "b": {}})
    report = world.merge(1, {"a": {}}, rejects=[Reject(None, "missing_key", None, "row 3", ";;;")])
    assert (report.absent, report.vanished) == (0, 0)
    assert find(world, "b") == (None, None)


def test_an_empty_complete_window_makes_everything_absent_but_nothing_vanish(world):
    world.merge(0, {"a": {}, "b": {}})
    report = world.merge(1, {})
    assert (report.absent, report.vanished) == (2, 0)


def test_an_older_window_neither_ends_nor_starts_an_absence(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(4, {"a": {}})
    report = world.merge(2, {"b": {}}, at=5)
    assert (report.absent, report.returned) == (0, 0)
    assert find(world, "b") == (day(4), None)


def test_streams_and_sources_do_not_prove_anything_about_each_other(world):
    world.merge(0, {"a": {}})
    world.merge(1, {"b": {}}, stream="other")
    world.source = "PORTAL"
    world.merge(1, {"c": {}})
    assert find(world, "a") == (None, None)


def test_absence_is_read_as_it_was_known_and_as_it_was_recorded(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(1, {"a": {}}, at=3)
    world.merge(2, {"a": {}}, at=4)
    world.merge(5, {"a": {}, "b": {}}, at=6)
    assert find(world, "b", known_by=day(0)) == (None, None)
    assert find(world, "b", known_by=day(1)) == (day(1), None)
    assert find(world, "b", known_by=day(4)) == (day(1), day(2))
    assert find(world, "b", known_by=day(5)) == (None, None)
    assert find(world, "b", recorded_by=day(2)) == (None, None)
    assert find(world, "b", recorded_by=day(3)) == (day(1), None)
    assert find(world, "b", recorded_by=day(5)) == (day(1), day(2))
    assert find(world, "b", recorded_by=day(6)) == (None, None)


def test_vanishing_is_a_change_of_the_subject(world):
    world.merge(0, {"a": {}, "b": {}})
    world.merge(1, {"a": {}})
    world.run = start_run(world.ledger, kind="test", at=day(2), configuration={})
    world.merge(2, {"a": {}})
    frame = read_entity(world.ledger, "order_line").set_index("source_id")
    assert changed_subjects(world.ledger, world.run).tolist() == [frame.loc["b", "subject"]]
