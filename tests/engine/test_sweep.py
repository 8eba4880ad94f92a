"""What is deleted at a source that tells only of changes: found by asking what exists, and never by less."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy

import pytest

from slipwatch.engine import wiring
from slipwatch.engine.desk import release_window
from slipwatch.engine.run import run_once
from slipwatch.errors import AuthError, IncompleteError, PermanentError, TransientError
from slipwatch.model.records import Reject, WindowKind
from slipwatch.store.outbox import list_messages
from slipwatch.store.reader import read_entity
from slipwatch.store.views import read_quarantine
from slipwatch.store.windows import held_windows
from tests.engine.sources import SECRET, Place, ScriptedConnector

ALL = [f"k{number}" for number in range(10)]
EVERYTHING = " ".join(ALL)


class SweptConnector(ScriptedConnector):
    """A scripted source that can be asked for the keys there are; `listed` may end in an error."""

    listed = ()
    asked = 0
    deletes = "sweep"

    def discover(self):
        return tuple(replace(info, deletes=self.deletes) for info in super().discover())

    def read(self, window):
        """Keys that begin with `bad` stand for records that cannot be read."""
        for batch in super().read(window):
            bad = [record for record in batch.records if record.source_id.startswith("bad")]
            batch.records = [record for record in batch.records if record not in bad]
            batch.rejects = [Reject(one.source_id, "bad_date", "promised_on", "row", "KW 17") for one in bad]
            batch.raw = [one.source_id for one in (*batch.records, *bad)]
            yield batch

    def sweep(self, stream):
        SweptConnector.asked += 1
        for entry in self.listed:
            if isinstance(entry, Exception):
                raise entry
            yield entry


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(wiring, "find_connector", lambda name: SweptConnector)
    monkeypatch.setattr(SweptConnector, "listed", ALL)
    monkeypatch.setattr(SweptConnector, "asked", 0)
    found = Place(tmp_path)
    found.script(kind=WindowKind.INCREMENTAL, lines=[EVERYTHING])
    yield found
    found.programme.close()


def read(place, listed=None, *, days=1):
    """One run, some days after the last; without `listed`, the source still has what it had."""
    if listed is not None:
        SweptConnector.listed = listed
    place.now += timedelta(days=days)
    return place.read()


def find_gone(place):
    """(absent, vanished) keys."""
    frame = read_entity(place.programme.ledger, "order_line")
    absent = frame.loc[frame["absent_since"].notna() & frame["vanished_at"].isna(), "source_id"]
    return set(absent), set(frame.loc[frame["vanished_at"].notna(), "source_id"])


def test_what_is_deleted_is_absent_then_vanished(place):
    read(place)
    read(place, ALL[1:])
    assert find_gone(place) == ({"k0"}, set())
    report = read(place)
    assert find_gone(place) == (set(), {"k0"})
    assert [(one.state, one.reason, one.vanished) for one in report.streams] == [("merged", "sweep", 1)]
    assert place.health() == "good"


def test_what_was_set_aside_and_then_deleted_ends_and_is_told_once(place):
    place.script(kind=WindowKind.INCREMENTAL, lines=[EVERYTHING, f"{EVERYTHING} bad1"])
    reads = [[*ALL, "bad1"], ALL, ALL, ALL]
    told = []
    for listed in reads:
        SweptConnector.listed = listed
        place.now += timedelta(days=1)
        report = run_once(place.programme)
        told.append(report.sources[0].streams[-1].detail)
        assert read_quarantine(place.programme.ledger)["source_id"].tolist() == (["bad1"] if len(told) < 3 else [])
    assert told == ["", "", "1 set aside, no longer listed", ""]
    mails = [str(row.message.payload, "utf-8") for row in list_messages(place.programme.ledger)]
    mails = [message_from_string(mail, policy=policy.default).get_body(("plain",)).get_content() for mail in mails]
    (mail,) = [" ".join(mail.split()) for mail in mails if "bad1" in mail and "listes" in mail]
    assert "ONE, lines" in mail
    assert "n’a jamais été corrigé" in mail


def test_what_comes_back_is_back(place):
    read(place)
    read(place, ALL[1:])
    read(place, ALL)
    assert find_gone(place) == (set(), set())


def test_a_source_is_asked_once_a_day_of_the_programme(place):
    for _ in range(3):
        place.read()
    assert SweptConnector.asked == 1
    place.now = place.now.replace(hour=22, minute=30)  # the next day has begun in Paris, in winter one hour later
    place.read()
    assert SweptConnector.asked == 2


def test_two_reads_on_one_day_make_nothing_vanish(place):
    read(place, ALL[1:])
    place.read()
    assert find_gone(place) == ({"k0"}, set())


@pytest.mark.parametrize("deletes", ["none", "feed"])
def test_a_source_that_offers_none_is_not_swept(place, monkeypatch, deletes):
    monkeypatch.setattr(SweptConnector, "deletes", deletes)
    read(place)
    assert SweptConnector.asked == 0


def test_a_complete_stream_needs_none(place):
    place.script(lines=[EVERYTHING])
    read(place)
    assert SweptConnector.asked == 0


def test_a_stream_that_was_not_read_well_is_not_swept(place):
    read(place)
    place.script(kind=WindowKind.INCREMENTAL, lines=[EVERYTHING, TransientError("busy")])
    read(place, [])
    assert SweptConnector.asked == 1
    assert find_gone(place) == (set(), set())


class TestLess:
    """A key that lost its rights sees a smaller world, and says so to nobody."""

    def test_a_sweep_that_misses_too_many_is_held(self, place):
        read(place)
        for _ in range(3):
            report = read(place, ALL[:5])
            assert (report.streams[-1].state, report.streams[-1].detail) == ("held", "5 after 10")
        assert find_gone(place) == (set(), set())
        assert place.health() == "held"

    def test_nothing_at_all_is_held(self, place):
        read(place)
        read(place, [])
        assert place.health() == "held"
        assert find_gone(place) == (set(), set())

    def test_as_many_others_are_no_less_missing(self, place):
        read(place)
        read(place, [f"other{number}" for number in range(10)])
        assert place.health() == "held"

    def test_new_records_do_not_hide_the_missing(self, place):
        place.script(kind=WindowKind.INCREMENTAL, lines=[EVERYTHING, " ".join(f"new{n}" for n in range(90))])
        read(place, [*ALL, *(f"new{n}" for n in range(90))])
        read(place, [f"new{n}" for n in range(60)])
        assert place.health() == "held"

    def test_a_held_sweep_is_asked_again_in_the_next_run_and_settled_when_all_is_back(self, place):
        read(place)
        read(place, ALL[:5])
        read(place, ALL, days=0)
        assert place.health() == "good"
        assert held_windows(place.programme.ledger) == []
        assert find_gone(place) == (set(), set())

    def test_the_word_of_the_pmo_lets_as_many_go(self, place):
        read(place)
        read(place, ALL[:5])
        (held,) = held_windows(place.programme.ledger)
        release_window(place.programme, held.id, author="pmo", reason="old tests were cleaned up")
        read(place, ALL[:4])
        assert find_gone(place) == (set(), set()), "more are missing than the word was given for"
        read(place, [*ALL[:5], "new"], days=0)
        assert find_gone(place) == (set(ALL[5:]), set())
        read(place)
        assert find_gone(place) == (set(), set(ALL[5:]))
        assert place.health() == "good"


class TestFaults:
    @pytest.mark.parametrize(
        ("error", "state"),
        [
            (AuthError("the key stands for no user"), "failed"),
            (IncompleteError("counts others than it lists"), "incomplete"),
            (ZeroDivisionError("a bug of theirs"), "failed"),
        ],
    )
    def test_a_sweep_that_does_not_end_well_proves_nothing(self, place, error, state):
        read(place)
        for _ in range(3):
            read(place, [*ALL[1:], error])
        assert find_gone(place) == (set(), set())
        assert place.health() == state
        read(place, ALL)
        assert place.health() == "good"

    def test_absent_stays_absent_while_sweeps_fail(self, place):
        read(place)
        read(place, ALL[1:])
        read(place, [PermanentError("gone")])
        assert find_gone(place) == ({"k0"}, set())
        read(place, ALL[1:])
        assert find_gone(place) == (set(), {"k0"})

    def test_other_streams_are_read(self, place):
        place.script(kind=WindowKind.INCREMENTAL, lines=[EVERYTHING], more=["z"])
        report = read(place, [PermanentError(f"refused {SECRET}")])
        assert [(one.stream, str(one.state)) for one in report.streams] == [
            ("lines", "merged"),
            ("lines", "failed"),
            ("more", "merged"),
            ("more", "failed"),
        ]
        assert SECRET not in repr(report)
