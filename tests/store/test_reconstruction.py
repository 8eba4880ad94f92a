"""Old copies of a file become history: in any order, before or after the source is read, and nothing of today moves."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipwatch.errors import LedgerError
from slipwatch.model.records import WindowKind
from slipwatch.store import ledger as ledger_module
from slipwatch.store.ledger import Ledger
from slipwatch.store.reader import read_promises, read_windows
from slipwatch.store.reconstruction import find_first_read, list_copies, reconstruct_window
from tests.store.conftest import empty_postgres
from tests.store.killing import kill_everywhere
from tests.store.streams import World, day, make_record, name_by_label, on, plain, state, to_day

A, B, C = "2026-03-01", "2026-03-08", "2026-03-15"
LIVE = 10
"""The day on which the source itself is read first."""


class Past(World):
    """A world with old copies: `remember` imports one."""

    def remember(self, number, records=(), *, at=50, **options):
        values = (
            {key: {"promised_on": on(text)} for key, text in records.items()} if isinstance(records, dict) else records
        )
        spooled = self.read(number, values, **options)
        return reconstruct_window(self.ledger, spooled, run=self.run, at=day(at), subject_keys=name_by_label)

    def poll(self, number, records):
        return self.merge(number, {key: {"promised_on": on(text)} for key, text in records.items()})

    def told(self, *, cause=None):
        """(record, old, new, day known, cause), oldest first."""
        frame = read_promises(self.ledger, columns=["promised_on"])
        rows = [
            (row.source_id, plain(row.old_text), plain(row.new_text), to_day(row.known_at), row.cause)
            for row in frame.itertuples()
        ]
        return sorted((row for row in rows if cause in (None, row[4])), key=lambda row: (row[0], row[3], row[4]))


@pytest.fixture
def past(ledger, tmp_path):
    return Past(ledger, tmp_path / "spool")


def test_copies_become_promises_with_their_own_dates_and_cause(past):
    past.remember(1, {"a": A, "b": A})
    past.remember(2, {"a": B, "b": A})
    past.remember(3, {"a": C, "b": A})

    assert past.told() == [
        ("a", None, A, 1, "reconstructed"),
        ("a", A, B, 2, "reconstructed"),
        ("a", B, C, 3, "reconstructed"),
        ("b", None, A, 1, "reconstructed"),
    ]
    assert past.show("promised_on") == {}
    assert past.show("promised_on", known_by=day(2.5)) == {"a": B, "b": A}


def test_the_source_starts_as_if_nobody_knew_it(past):
    past.remember(1, {"a": A})
    report = past.poll(LIVE, {"a": B})

    assert (report.new, report.changed, report.returned) == (1, 0, 0)
    assert past.told() == [("a", None, A, 1, "reconstructed"), ("a", None, B, LIVE, "source")]


def test_history_comes_before_what_the_source_told_and_changes_nothing_of_it(past):
    past.poll(LIVE, {"a": B})
    past.poll(LIVE + 1, {"a": C})
    before, windows = past.told(cause="source"), read_windows(past.ledger, latest_only=False).to_csv()
    past.remember(2, {"a": A, "gone": A})

    assert past.told(cause="source") == before
    assert read_windows(past.ledger, latest_only=False).to_csv() == windows
    assert past.show("promised_on") == {"a": C}
    assert past.show("promised_on", known_by=day(LIVE - 1)) == {"a": A, "gone": A}
    assert past.show("promised_on", known_by=day(LIVE + 1)) == {"a": C}


def test_what_vanished_from_an_old_copy_is_history_only(past):
    past.remember(1, {"a": A, "b": A})
    past.remember(2, {"a": A})
    past.remember(3, {"a": A})
    report = past.poll(LIVE, {"a": A})

    assert set(past.show("promised_on", known_by=day(1))) == {"a", "b"}
    assert set(past.show("promised_on", known_by=day(3))) == {"a"}
    assert report.vanished == report.absent == 0
    assert past.show("promised_on") == {"a": A}


def test_the_same_copy_again_changes_nothing(past):
    first = past.remember(1, {"a": A})
    before = past.told()

    assert past.remember(1, {"a": A}, at=60).window == first.window
    assert past.told() == before
    assert len(list_copies(past.ledger, "ERP", "lines")) == 1


def test_another_copy_of_the_same_instant_is_refused(past):
    past.remember(1, {"a": A})
    with pytest.raises(LedgerError, match="another copy of 2026-01-06 06:00"):
        past.remember(1, {"a": B})


def test_history_ends_where_the_source_was_read_first(past):
    past.poll(LIVE, {"a": A})
    past.poll(LIVE + 5, {"a": A})

    assert find_first_read(past.ledger, "ERP", "lines") == day(LIVE)
    for number in (LIVE, LIVE + 1, LIVE + 9):
        with pytest.raises(LedgerError, match="history ends before that"):
            past.remember(number, {"a": B})


def test_a_copy_that_comes_late_takes_its_place(past):
    """Mended after it was set aside, between two copies that say the same."""
    past.remember(1, {"a": A})
    past.remember(3, {"a": A})
    past.remember(2, {"a": B})

    assert [row[1:4] for row in past.told()] == [(None, A, 1), (A, B, 2), (B, A, 3)]


def test_a_stamp_of_the_source_dates_a_value_but_never_after_the_copy(past):
    values = {"promised_on": on(A)}
    records = [make_record("early", values, known_at=day(0.5)), make_record("late", values, known_at=day(8))]
    past.remember(1, records)

    assert [(row[0], row[3]) for row in past.told()] == [("early", 0.5), ("late", 1)]


def test_a_stamp_older_than_the_last_copy_dates_what_the_source_says(past):
    past.remember(5, {"a": A})
    past.merge(LIVE, [make_record("a", {"promised_on": on(B)}, known_at=day(4))])

    assert past.told(cause="source") == [("a", None, B, 4, "source")]


def test_journals_of_copies_are_left_to_the_source(past):
    journal = (state("promised_on", on(A), on(B), day(0.5)),)
    past.remember(1, [make_record("a", {"promised_on": on(B)}, history=journal)])

    assert [row[1:4] for row in past.told()] == [(None, B, 1)]


def test_a_journal_of_the_source_is_believed_beside_copies(past):
    past.remember(2, {"a": A})
    journal = (state("promised_on", on(A), on(B), day(3)),)
    past.merge(LIVE, [make_record("a", {"promised_on": on(B)}, history=journal)])
    past.remember(1, {"a": A})

    assert past.show("promised_on") == {"a": B}
    assert {row[4] for row in past.told()} <= {"reconstructed", "source"}


def test_the_source_says_anew_what_a_record_is(past):
    """Its old name made it another subject; today's name decides, as without history."""
    past.remember(1, [make_record("a", {"promised_on": on(A)}, label="old name")])
    past.merge(LIVE, [make_record("a", {"promised_on": on(A)}, label="new name")])

    assert past.show("subject_key") == {"a": "new name"}


DAYS = [A, B, C]
LISTING = st.dictionaries(st.sampled_from("abc"), st.sampled_from(DAYS), max_size=3)


class Nature:
    """Opens an empty ledger for each example."""

    def __init__(self, backend, request):
        self.backend = backend
        self.source = request.getfixturevalue("empty_sqlite" if backend == "sqlite" else "migrated_postgres")

    def play(self, steps):
        """Let copies and polls ("copy" or "poll", day, listing) arrive in this order; returns all that can be read."""
        with tempfile.TemporaryDirectory() as folder:
            opened = self.open(folder)
            past = Past(opened, Path(folder) / "spool")
            for kind, number, listing in steps:
                past.remember(number, listing) if kind == "copy" else past.poll(number, listing)
            story = {
                "now": past.show("promised_on", "known_at"),
                "then": {number: past.show("promised_on", known_by=day(number)) for number in range(LIVE + 3)},
                "told": past.told(),
            }
            opened.close()
            return story

    def open(self, folder):
        if self.backend == "sqlite":
            shutil.copy(self.source, Path(folder) / "ledger.db")
            return Ledger.open(f"sqlite:///{folder}/ledger.db")
        empty_postgres(self.source)
        return Ledger.open(self.source)


@pytest.fixture
def nature(backend, request, monkeypatch):
    """Nothing has to reach the disk here."""
    monkeypatch.setattr(ledger_module, "PRAGMAS", (*ledger_module.PRAGMAS, "PRAGMA synchronous = OFF"))
    return Nature(backend, request)


def explore(backend):
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    examples = 12 if backend == "sqlite" else 2
    return settings(max_examples=examples, suppress_health_check=checks, deadline=None)


STORIES = st.tuples(
    st.lists(LISTING, min_size=1, max_size=5),
    st.lists(LISTING, min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)


def test_copies_may_come_in_any_order_before_and_after_the_source(nature, backend):
    @explore(backend)
    @given(STORIES)
    def check(plan):
        old, new, dice = plan
        copies = [("copy", number, listing) for number, listing in enumerate(old)]
        polls = [("poll", LIVE + number, listing) for number, listing in enumerate(new)]
        serial = nature.play([*copies, *polls])
        shuffled = copies.copy()
        dice.shuffle(shuffled)
        cut = dice.randint(0, len(shuffled))
        assert nature.play([*shuffled[:cut], *polls, *shuffled[cut:]]) == serial

    check()


def test_nothing_that_is_true_today_hangs_on_copies(nature, backend):
    @explore(backend)
    @given(STORIES)
    def check(plan):
        old, new, dice = plan
        polls = [("poll", LIVE + number, listing) for number, listing in enumerate(new)]
        steps = list(polls)
        for number, listing in enumerate(old):
            steps.insert(dice.randint(0, len(steps)), ("copy", number, listing))
        calm, full = nature.play(polls), nature.play(steps)
        assert full["now"] == calm["now"]
        assert [row for row in full["told"] if row[4] == "source"] == calm["told"]
        later = range(LIVE, LIVE + len(new))
        known = {number: calm["then"][number] for number in later}
        assert {number: {key: full["then"][number][key] for key in known[number]} for number in later} == known

    check()


def test_incremental_copies_say_nothing_of_what_they_leave_out(past):
    past.remember(1, {"a": A}, kind=WindowKind.INCREMENTAL)
    past.remember(2, {"b": A}, kind=WindowKind.INCREMENTAL)

    assert past.show("promised_on", known_by=day(5)) == {"a": A, "b": A}


@pytest.mark.kill
@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_an_import_killed_anywhere_goes_on_to_the_same_end(ledger_url, tmp_path):
    """Each copy is in whole or not at all; the same command again brings the rest."""
    opened = Ledger.open(ledger_url)
    past = Past(opened, tmp_path / "spool")
    past.poll(LIVE, {"a": C, "b": B})
    listings = [{"a": A, "b": A, "gone": A}, {"a": B, "b": A}, {"a": B, "b": B}]
    copies = [
        past.read(number, {key: {"promised_on": on(text)} for key, text in listing.items()})
        for number, listing in enumerate(listings)
    ]
    opened.close()

    def work():
        again = Ledger.open(ledger_url)
        for spooled in copies:
            reconstruct_window(again, spooled, run=past.run, at=day(20), subject_keys=name_by_label)
        again.close()

    def check():
        again = Ledger.open(ledger_url)
        there = Past(again, tmp_path / "spool")
        whole = len(list_copies(again, "ERP", "lines"))
        for number in range(whole):
            assert listings[number].items() <= there.show("promised_on", known_by=day(number)).items()
        assert there.show("promised_on") == {"a": C, "b": B}
        again.close()

    assert kill_everywhere(work, check, step=3) >= 10
    check()
    work()
    opened = Ledger.open(ledger_url)
    assert len(list_copies(opened, "ERP", "lines")) == len(listings)
    opened.close()
