"""What becomes of windows, streams and sources when something goes wrong."""

import pytest

from slipwatch.engine import wiring
from slipwatch.engine.desk import release_window
from slipwatch.errors import AccessError, ContractError, PermanentError, TransientError
from slipwatch.model.records import WindowKind
from slipwatch.store.views import read_windows
from slipwatch.store.windows import held_windows
from tests.engine.sources import SECRET, Place, ScriptedConnector


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(wiring, "find_connector", lambda name: ScriptedConnector)
    found = Place(tmp_path)
    yield found
    found.programme.close()


def test_a_newer_list_is_read_although_an_older_one_is_damaged(place):
    place.script(lines=["a b", ContractError("renamed"), "a b c"])
    report = place.read()
    assert place.states() == ["merged", "set_aside", "merged"]
    assert place.keys() == {"a", "b", "c"}
    assert [stream.state for stream in report.streams] == place.states()


def test_every_window_that_fails_leaves_its_row(place):
    place.script(lines=[PermanentError("a PDF"), ContractError("renamed"), TransientError("busy")])
    report = place.read()
    assert place.states() == ["failed", "set_aside", "failed"]
    assert report.retry


@pytest.mark.parametrize("kind", [WindowKind.INCREMENTAL, WindowKind.APPEND])
def test_changes_are_not_read_past_a_gap(place, kind):
    place.script(kind=kind, lines=["a", PermanentError("damaged"), "b"])
    place.read()
    assert place.states() == ["merged", "failed"]
    place.script(kind=kind, lines=["a", "repaired", "b"])
    place.read()
    assert place.keys() == {"a", "repaired", "b"}


def test_a_list_that_is_held_does_not_keep_a_newer_one_out(place):
    place.script(lines=["a b c d e", "a", "a b c d"])
    place.read()
    assert place.states() == ["merged", "held", "merged"]
    assert place.keys() == {"a", "b", "c", "d"}
    assert held_windows(place.programme.ledger) == []


def test_a_released_window_lets_exactly_that_content_in(place):
    place.script(lines=["a b c d e"])
    place.read()
    place.script(lines=["a b c d e", "a b"])
    place.read()
    (held,) = held_windows(place.programme.ledger)
    release_window(place.programme, held.id, author="pmo", reason="three lines were cancelled")
    place.script(lines=["a b c d e", "a"])
    place.read()
    assert place.keys() == {"a", "b", "c", "d", "e"}, "another content came in on the word for this one"
    place.script(lines=["a b c d e", "a b"])
    place.read()
    assert place.keys() == {"a", "b"}


def test_one_dead_source_stops_nothing_else(place):
    place.script("ONE", fault=PermanentError("the server is gone"))
    place.script("TWO", lines=["a"])
    dead, well = place.read_all()
    assert (dead.failed, well.failed) == (True, False)
    assert (place.health("ONE"), place.health("TWO")) == ("failed", "good")


def test_a_source_that_failed_as_a_whole_is_well_with_the_next_good_read(place):
    place.script(fault=TransientError("no route"), lines=["a"])
    place.read()
    assert place.health() == "failed"
    place.script(lines=["a"])
    place.read()
    assert place.health() == "good"


def test_whatever_a_connector_raises_is_a_failed_window(place):
    place.script(lines=[ZeroDivisionError("a bug of theirs")], more=["b"])
    report = place.read()
    assert [(stream.stream, str(stream.state)) for stream in report.streams] == [
        ("lines", "failed"),
        ("more", "merged"),
    ]
    assert report.streams[0].detail == "ZeroDivisionError: a bug of theirs"


def test_a_connector_that_cannot_be_built_is_a_failed_source(place, monkeypatch):
    monkeypatch.setattr(wiring, "find_connector", lambda name: type("Broken", (), {"Options": 3}))
    assert place.read().failed
    assert place.health() == "failed"


def test_a_fault_while_closing_undoes_nothing(place):
    place.script(lines=["a"], on_close=OSError("socket"))
    report = place.read()
    assert not report.failed
    assert place.keys() == {"a"}
    assert "socket" in report.streams[-1].detail


def test_a_stream_without_rights_leaves_the_others(place):
    place.script(secret=[AccessError("may not read it")], lines=["a"])
    place.read()
    assert (place.states("secret"), place.states("lines")) == (["failed"], ["merged"])


def test_secrets_are_masked_wherever_they_are_told(place):
    place.script(lines=[PermanentError(f"refused {SECRET}")], more=[ValueError(SECRET)], on_close=OSError(SECRET))
    report = place.read()
    rows = read_windows(place.programme.ledger, latest_only=False)
    assert "***" in rows["detail"].iloc[0]
    assert SECRET not in repr(report) + rows.to_csv()
